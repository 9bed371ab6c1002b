"""From the sources to a folder of decks."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from course_utils.editions.compose import source_files
from course_utils.editions.decks import page
from course_utils.editions.decks.slides import Deck
from course_utils.editions.pages import offline, printing, running
from course_utils.paths import write_whole

ASSETS = Path(__file__).with_name("assets")
NEEDED = ("sphinx_revealjs", "sphinx-mathjax-offline", "markdown_it", "mdit_py_plugins")
FONT = "dist/theme/fonts/source-sans-pro"
REVEAL = ("LICENSE", "dist/reset.css", "dist/reveal.css", "dist/reveal.js",
          "plugin/notes/notes.js",
          f"{FONT}/LICENSE",
          *(f"{FONT}/source-sans-pro-{cut}.woff"
            for cut in ("regular", "italic", "semibold", "semibolditalic")))  # fmt: skip
# Figures are drawn with letters for a large room.
LETTERS = {"COURSE_LETTERS": "large"}


def make_slides(folder: Path, *, names: tuple[str, ...] = (), jobs: int = 1,
                pdf: bool = True, report: Callable[[str], None] = print) -> Path:  # fmt: skip
    """Write a deck for each notebook into `folder` -> the page that lists them.

    names: notebooks, such as ("04",); all without. pdf: also a PDF of each, where there is a
    browser. What did not change since the last call is not run again. Raises CourseError where a
    package is missing or a cell fails.
    """
    offline.require_packages(NEEDED, "The decks need", "make slides")
    ran = running.run_all(source_files(names), folder, jobs, report, LETTERS)
    _copy_programs(folder)
    for stem, notebook in ran.items():
        deck = Deck(notebook)
        write_whole(folder / f"{stem}.html", page.deck_page(deck))
        report(f"{stem}: {len(deck.slides)} slides")
    if pdf:
        printing.print_decks(folder, list(ran), report)
    return _write_index(folder)


def _copy_programs(folder: Path) -> None:
    revealjs = offline.package_folder("sphinx_revealjs") / "_static" / "revealjs"
    offline.copy_parts(revealjs, folder / "reveal", REVEAL)
    offline.copy_mathjax(folder / "mathjax")
    shutil.copytree(ASSETS, folder, dirs_exist_ok=True)
    shutil.copytree(offline.ASSETS, folder, dirs_exist_ok=True)


def _write_index(folder: Path) -> Path:
    """List the decks that are here, also those of earlier calls."""
    decks = {}
    for source in source_files():
        path = folder / f"{source.stem}.html"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            decks[source.stem] = re.search(r"<title>(.*?)</title>", text)[1]
    printed = {stem for stem in decks if (folder / "pdf" / f"{stem}.pdf").exists()}
    write_whole(folder / "index.html", page.index_page(decks, printed))
    return folder / "index.html"
