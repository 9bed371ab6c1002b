"""From the sources to a folder of web pages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat

from course_utils.editions.build import read_notebook, text_of
from course_utils.editions.compose import source_files
from course_utils.editions.pages import running
from course_utils.editions.pages.offline import copy_mathjax, require_packages
from course_utils.editions.pages.printing import can_print, print_pages
from course_utils.editions.site import texts, zoo_pages
from course_utils.editions.site.pages import as_page
from course_utils.errors import CourseError
from course_utils.paths import notebooks_folder, write_whole

ASSETS = Path(__file__).with_name("assets")
NEEDED = ("sphinx", "myst_nb", "sphinx_book_theme", "sphinx_copybutton", "sphinx-mathjax-offline")


def make_site(folder: Path, *, names: tuple[str, ...] = (), jobs: int = 1,
              pdf: bool = True, report: Callable[[str], None] = print) -> Path:  # fmt: skip
    """Write the site into `folder`/html, and what it is made from beside it -> the first page.

    names: notebooks, such as ("04",); all without. pdf: also a PDF of each, where there is a
    browser. What did not change since the last call is not run again. Raises CourseError where a
    package is missing, a cell fails or Sphinx stops.
    """
    require_packages(NEEDED, "The site needs", "make site")
    sources = source_files(names)
    ran = running.run_all(sources, folder, jobs, report)
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    (pages / "notebooks").mkdir(parents=True)
    for stem, notebook in ran.items():
        page = as_page(notebook, stem, pdf=pdf and can_print())
        for cell in page.cells:
            if cell.cell_type == "markdown":
                cell.source = texts.with_links_to(list(ran), cell.source)
        nbformat.write(page, pages / "notebooks" / f"{stem}.ipynb")
    texts.write_texts(pages, list(ran))
    report("computing the audit")
    texts.write_audit(pages, list(ran))
    report("drawing the networks of the zoo")
    texts.list_families(pages, zoo_pages.write(pages))
    texts.write_reference(pages)
    texts.write_index(pages, list(ran), _first_figure(ran))
    out = _pages_of(pages, folder, report)
    if pdf:
        print_pages(out, list(ran), report)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    report(f"{out / 'index.html'}: {len(list(out.rglob('*.html')))} pages, {size / 1e6:.0f} MB")
    return out / "index.html"


def _first_figure(ran: dict[str, nbformat.NotebookNode]) -> str:
    """The figure of the first page: which outputs a pixel touches (notebook 04), if it is here."""
    for stem, notebook in ran.items():
        for cell in notebook.cells if stem.startswith("04") else ():
            for output in cell.get("outputs", ()):
                found = output.get("data", {}).get("text/html", "")
                if 'class="moving"' in found and "conv_backprop.draw_touched" in cell.source:
                    return found.replace("../frames/", "frames/")
    return ""


def _pages_of(pages: Path, folder: Path, report: Callable[[str], None]) -> Path:
    out = folder / "html"
    report("making the pages")
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-c", str(ASSETS),
               "-d", str(folder / "doctrees"), "-E", str(pages), str(out)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8",
                          env={**os.environ, "MPLBACKEND": "Agg"}, check=False)  # fmt: skip
    if done.returncode:
        last = " ".join(done.stderr.split())[-300:]
        raise CourseError(f"Sphinx stopped before the pages were whole: {last}")
    for line in done.stderr.splitlines():
        report(line)
    _complete(out, pages, folder)
    return out


def _complete(out: Path, pages: Path, folder: Path) -> None:
    """Put beside the pages what they show: pictures, drawings, the audit, MathJax."""
    for name in (running.FRAMES, running.PICTURES):
        if (folder / name).exists():
            shutil.copytree(folder / name, out / name, dirs_exist_ok=True)
    shutil.copytree(pages / "_drawings", out / "drawings", dirs_exist_ok=True)
    shutil.copytree(pages / "_extra", out, dirs_exist_ok=True)
    (out / "ipynb").mkdir(exist_ok=True)
    for page in (pages / "notebooks").iterdir():
        write_whole(out / "ipynb" / page.name, _to_run(notebooks_folder() / page.name))
    copy_mathjax(out / "_static" / "mathjax")
    for unneeded in ("conf.py", "index.md"):
        (out / "_static" / unneeded).unlink(missing_ok=True)
    for source_map in (out / "_static").rglob("*.map"):  # for whoever mends the theme
        source_map.unlink()


def _to_run(notebook: Path) -> str:
    """The notebook without outputs: those are on its page, and come when it runs."""
    made = read_notebook(notebook)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return text_of(made)
