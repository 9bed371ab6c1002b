"""Interactive figures: the same drawing for the still, for every setting, for the tests."""

import io
import os

import numpy as np
import pytest
from matplotlib import image as mpl_image

from course_utils.errors import CourseError
from course_utils.figures.words import say
from course_utils.widgets import InteractiveFigure, choice, interactive, slider
from course_utils.widgets.frames import Picture
from course_utils.widgets.interactive import LIVE_DPI


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
    assert picture.value == figure.render(LIVE_DPI, height=9)
    colour.value = "green"
    assert picture.value == figure.render(LIVE_DPI, height=9, colour="green")


def test_a_live_picture_has_its_natural_width_and_twice_the_pixels(figure):
    *_, picture, _ = figure.widget().children
    assert picture.width == "300"
    assert pixels(picture.value).shape[:2] == (400, 600)
    assert picture.layout.align_self == "flex-start"  # or it is stretched to the page's width
    assert picture.layout.max_width == "100%"


def test_the_tracks_of_sliders_begin_in_one_line():
    knobs = {"a": slider("a", 0, 9, 1), "b": slider("much longer", 0, 9, 1)}
    made = InteractiveFigure(lambda figure, **settings: None, knobs)
    first, second, *_ = made.widget().children
    assert first.style.description_width == second.style.description_width != "initial"


def test_a_saved_notebook_keeps_its_pictures(tmp_path):
    """Run with live widgets, save, export: there is a picture with words in place of each."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    code = (
        "from course_utils.widgets import interactive, slider\n"
        "def bar(figure, height):\n"
        '    """One bar."""\n'
        "    figure.subplots().bar([0], [height])\n"
        "interactive(bar, size=(3, 2), height=slider('height', 0, 10, 3))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    live = {**os.environ, "COURSE_STILL": "0"}
    NotebookClient(notebook, store_widget_state=False).execute(env=live)
    (output,) = notebook.cells[0].outputs
    assert "application/vnd.jupyter.widget-view+json" in output.data
    assert output.data["text/plain"] == "One bar. Shown with height = 3."
    nbformat.write(notebook, tmp_path / "saved.ipynb")
    page, _ = HTMLExporter().from_filename(str(tmp_path / "saved.ipynb"))
    assert '<img alt="One bar. Shown with height = 3." src="data:image/png;base64,' in page
    assert "IntSlider(" not in page


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
    assert isinstance(output, Picture) == (kind == "still")


def test_a_picture_changes_nothing_outside(figure):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure.render()
    assert dict(mpl.rcParams) == before
    assert np.isfinite(pixels(figure.render())).all()


# ------------------------------------------------------------------------------------ in words
def spoken(figure, height):
    """One bar of some height."""
    figure.subplots().bar([0], [height])
    say(f"a bar that is {height} high." if height < 9 else "a bar that fills the picture.", figure)


def test_the_words_of_a_figure_are_those_of_its_settings():
    figure = InteractiveFigure(spoken, {"height": slider("height", 0, 10, 3)}, size=(3, 2))
    assert figure.picture().words == "A bar that is 3 high."
    assert figure.picture(height=5).words == "A bar that is 5 high."
    assert figure.still().words == "A bar that is 3 high. Shown with height = 3."
    data, about = figure.still()._repr_mimebundle_()
    assert data["text/plain"] == about["image/png"]["alt"] == figure.still().words


def test_a_live_picture_says_what_it_shows_now():
    figure = InteractiveFigure(spoken, {"height": slider("height", 0, 10, 3)}, size=(3, 2))
    height, picture, _ = figure.widget().children
    assert picture.tooltip == "A bar that is 3 high. Shown with height = 3."
    height.value = 9
    assert picture.tooltip == "A bar that fills the picture. Shown with height = 9."


def test_the_first_sentence_of_its_docstring_stands_in_where_nothing_was_said(figure):
    assert figure.picture().words == "An interactive figure."  # `draw` says nothing at all
    silent = InteractiveFigure(lambda figure: figure.subplots(), {}, size=(3, 2))
    silent.draw.__doc__ = "Empty axes,\n    and no more.\n\n    Really."
    assert silent.still().words == "Empty axes, and no more."
