"""Letters grow as far as a figure can take it."""

import io

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from course_utils.figures import letters, style
from course_utils.widgets import InteractiveFigure, slider


def figure_with(*texts, size=(6.4, 3.2)):
    """Texts (x, y, words) on an empty canvas."""
    figure = Figure(figsize=size, layout="none")
    for x, y, words in texts:
        figure.text(x, y, words, fontsize=10)
    return figure


def test_a_figure_with_room_has_the_largest_letters_and_keeps_its_size():
    figure = figure_with((0.1, 0.5, "short"))
    assert letters.largest(figure) == letters.FACTORS[0]
    assert tuple(figure.get_size_inches()) == (6.4, 3.2)


@pytest.mark.parametrize("other", [0.47, 0.45, 0.43])
def test_letters_stop_growing_before_they_run_into_others(other):
    figure = figure_with((0.1, 0.5, "thirty letters and some, so to"), (other, 0.5, "more"))
    factor = letters.largest(figure)
    assert factor < letters.FACTORS[0]
    letters.enlarge(figure, factor)
    boxes = [text.get_window_extent() for text in figure.texts]
    figure.draw_without_rendering()
    assert boxes[0].x1 <= boxes[1].x0 + letters.SLACK


def test_letters_do_not_leave_the_canvas_or_their_box():
    assert letters.largest(figure_with((0.78, 0.5, "nearly at the end"))) < letters.FACTORS[0]
    figure = figure_with()
    ax = figure.add_axes((0, 0, 1, 1))
    ax.add_patch(Rectangle((0.415, 0.4), 0.11, 0.2, fill=False))
    ax.text(0.47, 0.5, "just fits it", ha="center")
    assert letters.largest(figure) < letters.FACTORS[0]


def test_a_title_does_not_grow_into_the_plot_beside_it():
    figure = figure_with()
    left, right = figure.add_axes((0.1, 0.1, 0.3, 0.7)), figure.add_axes((0.41, 0.1, 0.1, 0.9))
    right.set_axis_off()
    left.set_title("a title as wide as its plot", fontsize=10)
    assert letters.largest(figure) < letters.FACTORS[0]


def test_a_legend_does_not_grow_over_a_curve():
    figure = figure_with()
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 1), ylim=(0, 1))
    ax.plot([0, 0.5, 0.55, 1], [0.9, 0.9, 0.1, 0.1], label="a curve of some length")
    ax.legend(loc="upper right", fontsize=10)
    assert 1 < letters.largest(figure) < letters.FACTORS[0]


def test_a_figure_that_overlaps_as_it_is_may_do_so_when_it_grows():
    figure = figure_with((0.1, 0.5, "one on"), (0.1, 0.5, "top of"))
    assert letters.largest(figure) == letters.FACTORS[0]


def test_labels_of_ticks_out_of_sight_do_not_count():
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    ax = figure.subplots()
    ax.set_xticks([0, 0.001, 1, 2], ["left", "unseen neighbour", "middle", "right"])
    ax.set_xlim(0.5, 2)
    assert letters.largest(figure) == letters.FACTORS[0]


def test_a_picture_has_the_same_pixels_and_more_ink():
    def ink(enlarged):
        figure = figure_with((0.1, 0.5, "letters"))
        picture = Image.open(io.BytesIO(style.to_png(figure, 100, enlarged))).convert("L")
        return picture.size, (np.asarray(picture) < 128).sum()

    (plain, little), (large, more) = ink(1), ink(1.4)
    assert plain == large == (640, 320)
    assert more > 1.5 * little


def test_all_pictures_of_a_moving_figure_have_the_same_letters(monkeypatch):
    drawn = []

    def draw(figure, length):
        """A word that becomes longer."""
        drawn.append(length)
        figure.text(0.02, 0.5, "x" * length, fontsize=10)

    moving = InteractiveFigure(draw, {"length": slider("length", 1, 70, 1)}, size=(6.4, 2))
    assert moving._enlarged == 1
    assert drawn == []  # nothing is tried out unless letters are to be large
    monkeypatch.setenv("COURSE_LETTERS", "large")
    del moving.__dict__["_enlarged"]
    assert 1 < moving._enlarged < letters.FACTORS[0]  # the longest word decides


def test_pyplots_figures_are_enlarged_when_they_are_shown():
    figure = plt.figure(figsize=(4, 2))
    try:
        figure.text(0.1, 0.5, "words")
        sizes = []
        figure.canvas.print_figure = lambda *a, dpi, **o: sizes.append(
            (dpi, *figure.get_size_inches())
        )
        letters.enlarge_when_shown(figure)
        figure.canvas.print_figure("nowhere", dpi=200)
        factor = letters.FACTORS[0]
        assert sizes == [(pytest.approx(200 * factor), 4 / factor, 2 / factor)]
        assert tuple(figure.get_size_inches()) == (4, 2)
    finally:
        plt.close(figure)
