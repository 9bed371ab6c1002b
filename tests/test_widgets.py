"""Interactive figures: the same drawing for the still, for every setting, for the tests."""

import io

import numpy as np
import pytest
from IPython.display import Image
from matplotlib import image as mpl_image

from course_utils.errors import CourseError
from course_utils.widgets import InteractiveFigure, choice, interactive, slider


def draw(figure, height, colour):
    figure.subplots().bar([0], [height], color=colour)


@pytest.fixture
def figure():
    controls = {
        "height": slider("height", 0, 10, 3),
        "colour": choice("colour", ["red", "green"]),
    }
    return InteractiveFigure(draw, controls, size=(3, 2))


def pixels(png):
    return mpl_image.imread(io.BytesIO(png))


def test_it_renders_at_its_start_and_anywhere_else(figure):
    start, same = figure.render(), figure.render(height=3, colour="red")
    assert start == same
    assert pixels(start).shape[:2] == (200, 300)
    green = pixels(figure.render(colour="green"))
    assert (green[..., 1] > green[..., 0] + 0.3).any()


def test_a_setting_that_does_not_exist_is_refused(figure):
    with pytest.raises(CourseError, match="no setting height = 11"):
        figure.render(height=11)
    with pytest.raises(CourseError, match="no setting width = 1"):
        figure.render(width=1)


def test_moving_a_control_changes_the_picture(figure):
    widget = figure.widget()
    height, colour, picture, _ = widget.children
    before = picture.value
    height.value = 9
    assert picture.value != before
    assert picture.value == figure.render(height=9)
    colour.value = "green"
    assert picture.value == figure.render(height=9, colour="green")


def test_a_drawing_that_fails_says_so_and_recovers():
    def fragile(figure, height):
        figure.subplots().plot([1 / (5 - height)])

    widget = InteractiveFigure(fragile, {"height": slider("height", 0, 10, 3)}).widget()
    height, picture, trouble = widget.children
    before = picture.value
    height.value = 5
    assert "ZeroDivisionError" in trouble.value
    assert picture.value == before
    height.value = 6
    assert trouble.value == ""
    assert picture.value != before


def test_whole_and_broken_numbers_get_their_own_slider():
    import ipywidgets

    assert isinstance(slider("n", 1, 9, 3).widget(), ipywidgets.IntSlider)
    assert isinstance(slider("x", 0.0, 1.0, 0.5, step=0.1).widget(), ipywidgets.FloatSlider)


def test_a_start_outside_the_range_is_refused():
    with pytest.raises(CourseError, match="expects a start between 0 and 1, got 2"):
        slider("x", 0, 1, 2)


@pytest.mark.parametrize(("still", "kind"), [("1", "still"), ("0", "live")])
def test_builds_show_the_still_and_learners_the_widget(still, kind, monkeypatch):
    shown = []
    monkeypatch.setenv("COURSE_STILL", still)
    monkeypatch.setattr("IPython.display.display", shown.append)
    interactive(draw, size=(3, 2), height=slider("height", 0, 10, 3), colour=choice("c", ["red"]))
    (output,) = shown
    assert isinstance(output, Image) == (kind == "still")


def test_a_picture_changes_nothing_outside(figure):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure.render()
    assert dict(mpl.rcParams) == before
    assert np.isfinite(pixels(figure.render())).all()
