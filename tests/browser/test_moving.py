"""A figure whose controls are too many for a grid: one moves at a time, the others go back."""

import html
import json
import re

import pytest

from course_utils.editions.pages import offline
from course_utils.figures.words import say
from course_utils.widgets import InteractiveFigure, choice, frames, slider

pytestmark = pytest.mark.browser
CONTROLS = {name: slider(name, 0, 9, 4) for name in "abcdef"} | {"g": choice("g", ["x", "y"])}


def bars(figure, g, **heights):
    figure.subplots().bar(range(6), list(heights.values()), color={"x": "red", "y": "blue"}[g])
    say(f"six bars, {g}: {list(heights.values())}.", figure)


def test_one_control_moves_at_a_time_and_the_picture_is_that_of_the_words(browser, tmp_path):
    drawn = frames.write(InteractiveFigure(bars, CONTROLS, size=(2, 1)), tmp_path / "a", most=40)
    script = (offline.ASSETS / "moving.js").as_uri()
    page_file = tmp_path / "page.html"
    page_file.write_text(f'{drawn.page("a")}<script src="{script}"></script>', encoding="utf-8")
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.locator(".knobs").wait_for()
    picture, sliders = page.locator("img"), page.locator("input[type=range]")
    data = json.loads(html.unescape(re.search(r'data-figure="([^"]*)"', drawn.page("a"))[1]))

    def shown():
        """What the page says it shows, and what the file that it shows was drawn with."""
        name = picture.get_attribute("src").rpartition("/")[2]
        settings = drawn.settings()[data["frames"].index(name)]
        *heights, g = settings.values()
        assert f"six bars, {g}: {heights}." in picture.get_attribute("alt").lower()
        return heights, g

    sliders.nth(1).press("End")
    assert shown() == ([4, 9, 4, 4, 4, 4], "x")
    sliders.nth(4).press("Home")
    assert shown() == ([4, 4, 4, 4, 0, 4], "x")
    assert sliders.nth(1).get_attribute("aria-valuetext") == "4"
    page.get_by_label("y").check()
    assert shown() == ([4] * 6, "y")
    sliders.nth(0).press("ArrowLeft")
    assert shown()[1] == "x"
    assert page.get_by_label("x").is_checked()
    page.close()
