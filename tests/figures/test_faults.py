"""The search for faults of figures finds each kind of them, and nothing in a good figure."""

import io

import numpy as np
import pytest
from matplotlib import image
from matplotlib.figure import Figure

from course_utils.figures import bounding_boxes
from course_utils.figures.counting import whole_numbers
from course_utils.figures.faults import check, faults
from course_utils.figures.style import finish, house_style, to_png
from course_utils.figures.words import say
from course_utils.widgets import InteractiveFigure, choice, slider

WRONG_ON_PURPOSE = True
GOOD = "one line that rises from the left to the right."


@pytest.fixture
def figure():
    made = Figure(figsize=(4, 3), layout="constrained")
    made.subplots().plot([0, 1])
    say(GOOD, made)
    return made


def test_a_good_figure_has_none(figure):
    figure.axes[0].set(title="a title", xlabel="epoch", xticks=[0, 1])
    assert faults(figure) == []


def test_slanted_names_side_by_side_have_none(figure):
    names = [f"a rather long name {k}" for k in range(6)]
    figure.axes[0].set_xticks(np.linspace(0, 1, 6), names, rotation=60, ha="right")
    assert faults(figure) == []
    figure.axes[0].set_xticks(np.linspace(0, 0.1, 6), names, rotation=60, ha="right")
    assert any("lie on each other" in fault for fault in faults(figure))


def _text_over_the_edge(figure, ax):
    figure.text(0.95, 0.5, "far too long for this")


def _title_cut(figure, ax):
    ax.set_position([0.1, 0.1, 0.8, 0.9])
    ax.set_title("cut")


def _texts_meet(figure, ax):
    ax.text(0.5, 0.5, "here")
    ax.text(0.5, 0.5, "there")


def _slanted_texts_meet(figure, ax):
    ax.text(0.5, 0.5, "slanted words", rotation=60)
    ax.text(0.5, 0.5, "in one place", rotation=60)


def _legend_on_text(figure, ax):
    ax.lines[0].set_label("a line")
    ax.legend(loc="center", bbox_to_anchor=(0.5, 0.5))
    ax.text(0.5, 0.5, "under the legend", ha="center", va="center", transform=ax.transAxes)


def _small(figure, ax):
    ax.text(0.2, 0.5, "tiny", fontsize=6)


def _equal_ticks(figure, ax):
    ax.set_xticks([0, 0.4, 0.8], ["0", "0", "1"])


def _half_an_epoch(figure, ax):
    ax.set(xlabel="epoch", xticks=[0, 0.5, 1])


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_text_over_the_edge, "reaches over the edge"),
        (_title_cut, "'cut' reaches over the edge"),
        (_texts_meet, "'here' and 'there' lie on each other"),
        (_slanted_texts_meet, "'slanted words' and 'in one place' lie on each other"),
        (_legend_on_text, "lie on each other"),
        (_small, "'tiny' has 6 points"),
        (_equal_ticks, "two ticks say '0'"),
        (_half_an_epoch, "a tick at 0.5"),
        (lambda figure, ax: say("A figure.", figure), "no sentence"),
        (lambda figure, ax: say("this one has no full stop at its end", figure), "no sentence"),
        (lambda figure, ax: say("the loss falls to nan in the end.", figure), "none"),
    ],
)
def test_each_fault_is_found(figure, spoil, fault):
    spoil(figure, figure.axes[0])
    assert any(fault in found for found in faults(figure)), faults(figure)


def test_a_notebook_notes_faults_at_the_ends_of_every_control(tmp_path, monkeypatch):
    def draw(figure, size, colour):
        ax = figure.subplots()
        ax.text(0.5, 0.5, "word", fontsize=size, color=colour)
        say(f"a word of {size} points in {colour} letters.", figure)

    found = tmp_path / "faults"
    monkeypatch.setenv("COURSE_CHECK_FIGURES", str(found))
    controls = {"size": slider("size", 5, 12, 9), "colour": choice("colour", ["red", "blue"])}
    InteractiveFigure(draw, controls).check()
    assert found.read_text(encoding="utf-8").count("'word' has 5 points") == 1
    check(Figure(), "an empty one")
    assert "an empty one: its words are no sentence" in found.read_text(encoding="utf-8")


# ------------------------------------------------------------------- what the style does about them
def test_images_have_a_whole_frame_or_none():
    figure = Figure()
    with house_style():
        half, none, plot = figure.subplots(1, 3)
        half.imshow(np.eye(2))
        none.imshow(np.eye(2))
        none.spines[:].set_visible(False)
        plot.plot([1])
        finish(figure)
    shown = [[side.get_visible() for side in ax.spines.values()] for ax in figure.axes]
    assert shown[0] == [True] * 4
    assert shown[1] == [False] * 4
    assert sum(shown[2]) == 2


def test_negative_numbers_have_a_minus_sign():
    figure = Figure()
    ax = figure.subplots()
    ax.set_xticks([0, 1], ["-0.5", "ResNet-34"])
    ax.set_title("1e-05, A-LRN, 2-3, w = -2 (-0.1)")
    finish(figure)
    figure.draw_without_rendering()
    assert ax.get_title() == "1e−05, A-LRN, 2-3, w = −2 (−0.1)"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["−0.5", "ResNet-34"]


@pytest.mark.parametrize("last", [1, 2, 3, 5, 12, 90])
def test_whole_numbers_are_ticks_that_are_whole_and_differ(last):
    figure = Figure(figsize=(3, 2), layout="constrained")
    ax = figure.subplots()
    ax.plot(np.arange(1, last + 1), np.ones(last))
    ax.set_xlabel("epoch")
    whole_numbers(ax, 1, last)
    say(GOOD, figure)
    assert faults(figure) == []
    assert ax.get_xlim()[0] < 1
    assert last < ax.get_xlim()[1]


@pytest.mark.parametrize(("low", "high"), [(0.945, 1.055), (3, 3), (7.98, 8.02), (0, 2), (1, 30)])
def test_an_axis_that_counts_has_whole_numbers_by_itself(low, high):
    figure = Figure(figsize=(3, 2), layout="constrained")
    ax = figure.subplots()
    ax.plot([low, high], [0, 1])
    ax.set(xlabel="layers", ylabel="epoch")
    say(GOOD, figure)
    finish(figure)
    assert faults(figure) == []
    assert ax.get_xlim()[0] <= low <= high <= ax.get_xlim()[1]


def test_a_title_over_equal_axes_is_not_cut():
    """Axes of equal scales get their place only when they are drawn, and titles with them."""
    figure = Figure(figsize=(6.4, 3.0), layout="constrained")
    with house_style():
        bounding_boxes.draw_two_measures(figure, (14, 18, 26, 38), 6, 6, 1, 1)
        picture = image.imread(io.BytesIO(to_png(figure)))
    assert (picture[:2, :, :3] == 1).all()
