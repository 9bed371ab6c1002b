"""Pages and decks as PDF, printed by Chrome or Chromium without a window."""

import contextlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
MARGIN = {"top": "16mm", "bottom": "16mm", "left": "16mm", "right": "16mm"}
ALL_LOADED = """() => {
  for (const image of document.images) image.loading = 'eager';
  return [...document.images].every(image => image.complete);
}"""

# Chrome stores a WebP picture in a PDF point by point, and a JPEG as it is: photographs are far
# smaller so, plots are not.
AS_JPEG = """async () => {
  for (const image of document.images) {
    if (!image.src.endsWith('.webp')) continue;
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0);
    const photograph = canvas.toDataURL('image/jpeg', 0.8);
    if (photograph.length > canvas.toDataURL('image/png').length) continue;
    image.src = photograph;
    await image.decode();
  }
}"""

# a deck's own mark, and that of reveal.js when all slides lie below one another
PRINTABLE = """() => document.documentElement.dataset.ready
  && document.querySelector('.pdf-page')"""


def browser_program() -> str | None:
    """`$CHROMIUM`, or the first Chrome or Chromium on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def can_print() -> bool:
    """Whether there is what PDFs need: a browser, and playwright to drive it."""
    return browser_program() is not None and importlib.util.find_spec("playwright") is not None


def print_pages(out: Path, stems: list[str], report: Callable[[str], None]) -> None:
    """Write pdf/NN_topic.pdf for every notebook; without a browser, say so and write none."""

    def print_page(page, stem: str, target: Path) -> None:
        page.goto((out / "notebooks" / f"{stem}.html").resolve().as_uri())
        page.wait_for_function(ALL_LOADED)
        page.evaluate("() => window.MathJax?.startup?.promise")
        page.evaluate(AS_JPEG)
        # without tags, a fifth of the file: whoever needs them has the page itself
        page.pdf(path=target, format="A4", margin=MARGIN)

    _print(out, stems, print_page, report)


def print_decks(out: Path, stems: list[str], report: Callable[[str], None]) -> None:
    """Write pdf/NN_topic.pdf for every deck, a page for each slide, in reveal's print view."""

    def print_deck(page, stem: str, target: Path) -> None:
        page.goto((out / f"{stem}.html").resolve().as_uri() + "?view=print")
        page.wait_for_function(PRINTABLE, timeout=120_000)
        page.wait_for_function(ALL_LOADED)
        page.evaluate(AS_JPEG)
        page.pdf(path=target, width="1280px", height="720px", print_background=True, tagged=True)

    _print(out, stems, print_deck, report)


def _print(out: Path, stems: list[str], print_one: Callable[..., None],
           report: Callable[[str], None]) -> None:  # fmt: skip
    program = browser_program()
    if not can_print():
        report("no PDFs: they need Chrome or Chromium, and `python -m pip install playwright`")
        return
    (out / "pdf").mkdir(exist_ok=True)
    with _browser(program) as browser:
        for stem in stems:
            page = browser.new_page(color_scheme="light")
            print_one(page, stem, out / "pdf" / f"{stem}.pdf")
            page.close()
    report(f"{len(stems)} PDFs")


@contextlib.contextmanager
def _browser(program: str) -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--allow-file-access-from-files"]  # a page may read its own pictures
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # it does not work for root, who one is in a container
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()
