"""The pages of the notebooks as PDF, printed by Chrome or Chromium without a window."""

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


def browser_program() -> str | None:
    """`$CHROMIUM`, or the first Chrome or Chromium on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def print_pages(out: Path, stems: list[str], report: Callable[[str], None]) -> None:
    """Write pdf/NN_topic.pdf for every notebook; without a browser, say so and write none."""
    program = browser_program()
    if program is None or importlib.util.find_spec("playwright") is None:
        report("no PDFs: they need Chrome or Chromium, and `python -m pip install playwright`")
        return
    (out / "pdf").mkdir(exist_ok=True)
    with _browser(program) as browser:
        for stem in stems:
            page = browser.new_page(color_scheme="light")
            page.goto((out / "notebooks" / f"{stem}.html").as_uri())
            page.wait_for_function(ALL_LOADED)
            page.evaluate("() => window.MathJax?.startup?.promise")
            page.pdf(path=out / "pdf" / f"{stem}.pdf", format="A4", margin=MARGIN, tagged=True)
            page.close()
    report(f"{len(stems)} PDFs")


@contextlib.contextmanager
def _browser(program: str) -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, who one is in a container
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()
