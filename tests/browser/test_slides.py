"""The decks in a real browser, opened from their folder: every slide measured on a projector.

It takes the decks of `make slides` (build/slides, or the folder in $COURSE_SLIDES), and makes them
first where there are none; COURSE_DECKS="03 04" are those to look at. Run with
`make test-browser`.
"""

import os
from pathlib import Path

import nbformat
import pytest

from course_utils.editions.compose import source_files
from course_utils.editions.decks import make_slides, making
from course_utils.editions.decks import page as page_of
from course_utils.editions.decks.slides import Deck, Slide
from course_utils.paths import course_root

pytestmark = pytest.mark.browser
STEMS = [source.stem for source in source_files(os.environ.get("COURSE_DECKS", "").split())]
needs_04 = pytest.mark.skipif(
    "04_conv_backprop" not in STEMS, reason="COURSE_DECKS leaves out the deck of notebook 04"
)
# What a slide shows, in its own language: how much is cut off, and how small its letters are. The
# middle of a tall bracket (mjx-ext) is a row of glyphs that MathJax itself cuts to its length.
MEASURED = """() => {
  const slide = Reveal.getCurrentSlide().querySelector('.slide');
  const frame = slide.getBoundingClientRect();
  const body = slide.querySelector('.body');
  const faults = [];
  if (Math.abs(frame.width - innerWidth) > 1 || Math.abs(frame.height - innerHeight) > 1)
    faults.push(`the slide has ${frame.width} × ${frame.height} pixels`);
  if (body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1)
    faults.push(`content ${body.scrollWidth} × ${body.scrollHeight} in a box of `
      + `${body.clientWidth} × ${body.clientHeight}`);
  const seen = [...slide.querySelectorAll('*')].filter((element) =>
    !element.closest('aside, mjx-assistive-mml, mjx-ext') && element.getClientRects().length);
  for (const element of seen) {
    const box = element.getBoundingClientRect();
    if (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.left < frame.left - 1
        || box.top < frame.top - 1)
      faults.push(`${element.tagName}.${element.className} ends at ${Math.round(box.right)}, `
        + Math.round(box.bottom));
  }
  const least = (selector) => Math.min(1000, ...[...slide.querySelectorAll(selector)]
    .map((element) => parseFloat(getComputedStyle(element).fontSize)));
  return {faults: faults.slice(0, 3), text: least('.body > p, .body > ul, .body > ol, .card p'),
          code: least('pre'), pictures: [...slide.querySelectorAll('.body img, .body svg')].map(
            (image) => Math.round(image.getBoundingClientRect().height)),
          empty: !body.innerText.trim() && !body.querySelector('img, svg')};
}"""
SHOWN = """() => {
  const slide = Reveal.getCurrentSlide();
  const isLoaded = (image) => image.complete && image.naturalWidth > 0;
  return [...slide.querySelectorAll('img')].every(isLoaded)
    && [...slide.querySelectorAll('figure.moving')].every((figure) => figure.dataset.ready);
}"""


@pytest.fixture(scope="session")
def decks():
    folder = Path(os.environ.get("COURSE_SLIDES") or course_root() / "build" / "slides")
    if not (folder / "index.html").exists():
        make_slides(folder, names=tuple(STEMS), jobs=2)
    return folder.resolve()


@pytest.fixture
def opened(browser, decks):
    """Opens a deck at the size of a projector, and collects what went wrong in it."""
    pages = []

    def open_deck(stem, query=""):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        pages.append(page)
        page.trouble = []
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("requestfailed", lambda r: page.trouble.append(f"not loaded: {r.url}"))
        page.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:"))
                or page.trouble.append(f"asks elsewhere: {r.url}"))  # fmt: skip
        page.goto((decks / f"{stem}.html").as_uri() + query)
        page.wait_for_function("document.documentElement.dataset.ready", timeout=120_000)
        return page

    yield open_deck
    for page in pages:
        page.close()


def slides_of(page):
    """Every slide in turn, until the last one is shown: its number from 1 on."""
    for number in range(1, page.evaluate("Reveal.getTotalSlides()") + 1):
        yield number
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("stem", STEMS)
def test_every_slide_fits_a_projector_and_can_be_read_from_the_last_row(stem, decks, opened):
    page = opened(stem)
    screenshots = os.environ.get("COURSE_SCREENSHOTS")
    faults = {}
    for number in slides_of(page):
        assert page.evaluate("Reveal.getSlidePastCount()") == number - 1
        page.wait_for_function(SHOWN)
        found = page.evaluate(MEASURED)
        small = [f"{kind} of {found[kind]} pixels" for kind, least in (("text", 28), ("code", 18))
                 if found[kind] < least]  # fmt: skip
        small += [f"a picture {height} pixels high" for height in found["pictures"] if height < 150]
        small += ["empty"] * found["empty"]
        if found["faults"] or small:
            faults[number] = found["faults"] + small
        if screenshots:
            page.screenshot(path=Path(screenshots) / f"{stem[:2]}-{number:03d}.png")
    assert faults == {}
    assert page.trouble == []


@pytest.mark.parametrize("stem", STEMS)
def test_every_figure_moves_and_its_keys_leave_the_slide_alone(stem, opened):
    page = opened(stem)
    moved = 0
    for number in slides_of(page):
        figure = page.locator("section.present:not(.stack) figure.moving")
        if not figure.count():
            continue
        moved += 1
        figure.locator(".knobs").wait_for(timeout=5000)
        picture = figure.locator("img")
        shown = {picture.get_attribute("src")}
        for slider in figure.locator("input[type=range]").all():
            slider.focus()
            for key in ("End", "ArrowLeft", "Home", "ArrowRight"):
                slider.press(key)
                shown.add(picture.get_attribute("src"))
        for button in figure.locator("input[type=radio]").all():
            button.check()
            shown.add(picture.get_attribute("src"))
        assert len(shown) > 1, f"the figure of slide {number} does not move"
        assert page.evaluate("Reveal.getSlidePastCount()") == number - 1
        page.keyboard.press("Escape")  # lets go of the control
    assert moved
    assert page.trouble == []


LONG = [f"<p>{number}. A paragraph of one line.</p>" for number in range(30)]
KEPT = '<td style="white-space: nowrap">block1.mix.body.attention.scaled_dot_product_attention</td>'
NAMES = f"<tr>{KEPT * 2}"
NAMES += "<td>1,234,567,890</td>" * 5 + "</tr>"
WIDE = "<tr>" + "<td>a wide cell</td>" * 16 + "</tr>"


@pytest.mark.parametrize(
    ("parts", "slides"),
    [
        (LONG, 3),  # what was taken for shorter than it is goes on
        ([*LONG[:9], '<aside class="notes">Said of nine.</aside>', *LONG[9:15]], 2),
        (["<p>" + "many words " * 150 + "</p>"], 1),  # one paragraph becomes smaller
        (['<pre class="code" style="font-size: 28px">' + "x = 1\n" * 20 + "</pre>"], 1),
        ([f'<div class="output"><table>{NAMES * 8}</table></div>'], 1),
        ([f'<div class="output"><table>{WIDE * 12}</table></div>'], 1),
        ([r"<div>\[" + " + ".join(f"x_{{{i}}}^2" for i in range(40)) + r"\]</div>"], 1),
    ],
)
def test_what_does_not_fit_is_made_to(parts, slides, tmp_path, browser):
    making._copy_programs(tmp_path)
    deck = Deck(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A title")]))
    deck.slides.append(Slide("text", parts))
    (tmp_path / "deck.html").write_text(page_of.deck_page(deck), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((tmp_path / "deck.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.ready", timeout=60_000)
    measured = []
    for _number in slides_of(page):
        found = page.evaluate(MEASURED)
        found["said"] = page.locator("section.present:not(.stack) aside").all_text_contents()
        measured.append(found)
    page.close()
    assert [found["faults"] for found in measured] == [[]] * (1 + slides)
    assert all(found["code"] >= 18 for found in measured)
    if "aside" in "".join(parts):  # what is said stays with its paragraph
        assert [bool(found["said"]) for found in measured] == [False, True, False]


@needs_04
def test_a_presenters_buttons_turn_the_slide_also_from_a_slider(opened):
    page = opened("04_conv_backprop")
    slider = page.locator("section.present:not(.stack) input[type=range]")
    next(number for number in slides_of(page) if slider.count())
    place = page.evaluate("Reveal.getSlidePastCount()")
    slider.first.focus()
    page.keyboard.press("PageDown")
    assert page.evaluate("Reveal.getSlidePastCount()") == place + 1
    page.keyboard.press("PageUp")
    assert page.evaluate("Reveal.getSlidePastCount()") == place


@needs_04
def test_the_speakers_view_shows_what_is_said_and_the_slide_does_not(opened):
    page = opened("04_conv_backprop")
    notes = page.locator("section.present:not(.stack) aside.notes")
    next(number for number in slides_of(page) if notes.count())
    said = notes.first.text_content().strip()
    assert said
    assert not notes.first.is_visible()
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    view = popup.value
    view.locator(".speaker-controls-notes .value").wait_for(timeout=20_000)
    assert said in view.locator(".speaker-controls-notes .value").text_content()
    assert page.trouble == []


def test_a_pdf_has_a_page_for_each_slide(decks, opened):
    for stem in STEMS:
        page = opened(stem)
        count = page.evaluate("Reveal.getTotalSlides()")
        data = (decks / "pdf" / f"{stem}.pdf").read_bytes()
        assert data.startswith(b"%PDF")
        assert data.count(b"/Type /Page\n") == count
        page.close()


def test_the_list_of_decks_leads_to_all_of_them(decks, browser):
    page = browser.new_page()
    page.goto((decks / "index.html").as_uri())
    links = page.locator("ol a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    page.close()
    chosen = [link for link in links if Path(link).stem in STEMS and link.endswith(".html")]
    assert chosen == [f"{stem}.html" for stem in sorted(STEMS)]
    assert all((decks / link).exists() for link in links)
