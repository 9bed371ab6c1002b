"""Pages are printed wherever they are: also from a folder that is named as one stands in it."""

from pathlib import Path

import numpy as np
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


def test_pictures_are_stored_as_small_as_they_are(here):
    from PIL import Image

    noise = np.random.default_rng(0).normal(128, 8, size=(600, 900, 3)).astype(np.uint8)
    Image.fromarray(noise).save(here / "picture.webp", quality=70)
    page = '<h1>A page</h1><img src="../picture.webp" width="600" height="400">'
    (here / "notebooks" / "04_a.html").write_text(page, encoding="utf-8")
    printing.print_pages(here, ["04_a"], lambda line: None)
    data = (here / "pdf" / "04_a.pdf").read_bytes()
    assert b"DCTDecode" in data
    assert len(data) < noise.size / 4


def test_so_are_its_decks(here):
    (here / "04_a.html").write_text(DECK, encoding="utf-8")
    printing.print_decks(here, ["04_a"], lambda line: None)
    assert (here / "pdf" / "04_a.pdf").read_bytes().startswith(b"%PDF")
