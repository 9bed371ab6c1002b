"""Pages are printed wherever they are: also from a folder that is named as one stands in it."""

from pathlib import Path

import pytest

from course_utils.editions.pages import printing

pytestmark = pytest.mark.browser
DECK = '<html data-ready="yes"><body><div class="pdf-page"></div>One slide.</body></html>'


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = Path("build") / "html"
    (out / "notebooks").mkdir(parents=True)
    return out


def test_the_pages_of_a_relative_folder_are_printed(here):
    (here / "notebooks" / "04_a.html").write_text("<h1>A page</h1>", encoding="utf-8")
    said = []
    printing.print_pages(here, ["04_a"], said.append)
    assert (here / "pdf" / "04_a.pdf").read_bytes().startswith(b"%PDF")
    assert said == ["1 PDFs"]


def test_so_are_its_decks(here):
    (here / "04_a.html").write_text(DECK, encoding="utf-8")
    printing.print_decks(here, ["04_a"], lambda line: None)
    assert (here / "pdf" / "04_a.pdf").read_bytes().startswith(b"%PDF")
