"""The site in a real browser, opened from its folder: every page, and every figure moved.

It takes the pages of `make site` (build/site, or the folder in $COURSE_SITE), and makes them first
where there are none. Run with `make test-browser`.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from course_utils.editions.compose import source_files
from course_utils.editions.site import make_site
from course_utils.editions.site.texts import REFERENCE, TEXTS
from course_utils.editions.site.zoo_pages import TITLES
from course_utils.paths import course_root

pytestmark = pytest.mark.browser
NOTEBOOKS = [source.stem for source in source_files()]
OTHERS = ("index", "audit", "search", "genindex", "py-modindex", "guide/audit", "reference/index",
          *(page.removesuffix(".md") for page in TEXTS.values()),
          *(f"reference/{name}" for name in REFERENCE),
          *(f"zoo/{family}" for family in TITLES))  # fmt: skip
PAGES = [*(f"notebooks/{stem}" for stem in NOTEBOOKS), *OTHERS]
# What axe finds in the theme's own parts, which every page has: its rule, and how the part begins.
THEMES = (("region", '<div class="sidebar-primary-item">'), ("summary-name", "<summary>"))


@pytest.fixture(scope="session")
def site():
    given = os.environ.get("COURSE_SITE")
    folder = Path(given or course_root() / "build" / "site")
    if not (folder / "html" / "index.html").exists():
        if given:
            pytest.fail(f"COURSE_SITE: there is no html/index.html in {folder}")
        make_site(folder, jobs=2)
    return (folder / "html").resolve()


@pytest.fixture
def opened(browser, site):
    """Opens a page and collects what went wrong on it."""
    pages = []

    def open_page(name, *, width=1366, height=768, dark=False):
        page = browser.new_page(viewport={"width": width, "height": height},
                                color_scheme="dark" if dark else "light")  # fmt: skip
        pages.append(page)
        page.trouble = []
        page.weight = {}
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("requestfailed", lambda r: page.trouble.append(f"not loaded: {r.url}"))
        page.on("request", lambda r: _look_at(page, r.url))
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_load_state("load")
        return page

    yield open_page
    for page in pages:
        page.close()


def _look_at(page, url):
    if url.startswith("file://"):
        path = Path(url.removeprefix("file://").split("?")[0].split("#")[0])
        page.weight[path] = path.stat().st_size if path.exists() else 0
    elif not url.startswith(("data:", "blob:")):
        page.trouble.append(f"asks elsewhere: {url}")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_light_and_no_wider_than_a_telephone(name, site, opened):
    page = opened(name, width=375, height=800)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    # the theme's styles, scripts and fonts are the same for all pages and kept by the browser
    own = {path: size for path, size in page.weight.items() if "_static" not in path.parts}
    assert sum(own.values()) < 1_000_000, own
    for image in page.locator("main img").all():
        assert (image.get_attribute("alt") or "").strip()
    assert page.trouble == []


def loaded(page, picture):
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture)


@pytest.mark.parametrize("stem", NOTEBOOKS)
def test_every_figure_moves_with_all_its_controls(stem, opened):
    page = opened(f"notebooks/{stem}")
    figures = page.locator("figure.moving")
    for number in range(figures.count()):
        figure = figures.nth(number)
        figure.scroll_into_view_if_needed()
        figure.locator(".knobs").wait_for(timeout=5000)
        picture = figure.locator("img").element_handle()
        loaded(page, picture)
        seen, said = {picture.get_attribute("src")}, {picture.get_attribute("alt")}
        for slider in figure.locator("input[type=range]").all():
            slider.focus()
            for key in ("Home", "End", "ArrowLeft"):
                slider.press(key)
                loaded(page, picture)
                seen.add(picture.get_attribute("src"))
                said.add(picture.get_attribute("alt"))
            assert slider.get_attribute("aria-valuetext")
        for button in figure.locator("input[type=radio]").all():
            button.check()
            loaded(page, picture)
            seen.add(picture.get_attribute("src"))
            said.add(picture.get_attribute("alt"))
        assert len(seen) > 1, f"figure {number + 1} does not move"
        assert len(said) >= len(seen)
    assert page.trouble == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_nobody_is_shut_out(name, dark, opened):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(name, dark=dark)
    options = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "best-practice"]}
    found = Axe().run(page, options=options).response["violations"]
    faults = [(v["id"], node["html"]) for v in found for node in v["nodes"]]
    assert [fault for fault in faults if not _of_the_theme(*fault)] == []


def _of_the_theme(rule, part):
    return any(rule == known and part.startswith(start) for known, start in THEMES)


def test_the_search_finds_a_word_without_a_server(opened):
    page = opened("search")
    page.goto(page.url + "?q=rotated filter")
    page.locator("#search-results li").first.wait_for(timeout=20_000)
    links = page.locator("#search-results a").all_inner_texts()
    assert any("Backpropagation through a convolution" in link for link in links), links


def test_dark_and_light_are_chosen_in_a_menu(opened):
    page = opened("notebooks/04_conv_backprop")
    grounds = {}
    for mode in ("dark", "light", "auto"):
        page.locator("button.theme-switch-button").first.click()
        page.locator(f"button.theme-change-button[data-mode={mode}]").first.click()
        page.wait_for_timeout(400)
        shown = page.evaluate("document.documentElement.dataset.theme")
        assert shown == ("light" if mode == "auto" else mode)  # as this browser's system has it
        grounds[mode] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert grounds["dark"] != grounds["light"] == grounds["auto"]


def test_every_notebook_can_be_had_as_pdf_and_as_notebook(site):
    for stem in NOTEBOOKS:
        assert (site / "pdf" / f"{stem}.pdf").read_bytes().startswith(b"%PDF")
        assert (site / "ipynb" / f"{stem}.ipynb").exists()


def test_the_site_is_not_too_large(site):
    assert sum(p.stat().st_size for p in site.rglob("*") if p.is_file()) < 120_000_000


def test_no_link_is_dead_and_none_leaves_the_folder(site):
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    texts = {path.resolve(): path.read_text(encoding="utf-8") for path in pages}
    places = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in texts.items()}
    dead = []
    for page, text in texts.items():
        for link, place in re.findall(r'href="([^"#?]*)[^"#]*(?:#([^"]*))?"', text):
            if re.match(r"[a-z]+:", link):
                continue
            there = (page.parent / unquote(link)).resolve() if link else page
            found = there.exists() and there.is_relative_to(site.resolve())
            if not found or (place and there in places and unquote(place) not in places[there]):
                dead.append(f"{page.name}: {link}#{place}")
    assert sorted(set(dead)) == []
