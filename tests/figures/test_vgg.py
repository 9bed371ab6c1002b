"""The pictures of notebook 13, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown
from matplotlib.colors import to_rgba
from matplotlib.patches import Polygon, Rectangle

from course_utils.checking import reference
from course_utils.figures import vgg as figures
from course_utils.figures.colours import GREEN, ORANGE
from course_utils.training import History


# -------------------------------------------------------------------------------------- the family
def test_each_word_of_the_table_has_a_box_and_side_questions_are_orange():
    figures.show_family({"A": [["64", "LRN"], ["128"]], "B": [["64", "64"], ["128", "128 (1×1)"]]})
    (ax,) = shown()
    assert [t.get_text() for t in ax.texts].count("pool") == 2
    assert {"A", "B", "LRN", "128 (1×1)"} <= {t.get_text() for t in ax.texts}
    colours = [p.get_facecolor()[:3] for p in ax.patches]
    assert len(colours) == 7
    assert colours.count(to_rgba(ORANGE)[:3]) == 2


# ---------------------------------------------------------------------------------------- the stack
@pytest.mark.parametrize(("kernel", "layers"), [(3, 3), (2, 2), (7, 5), (5, 1)])
def test_the_stack_sees_and_weighs_what_the_exercises_say(kernel, layers):
    figure = drawn(figures.draw_stack, kernel, layers, 64)
    ax, bars = figure.axes
    kernels = np.full(layers, kernel)
    sizes, _, _ = reference("receptive_field")(((kernel, 1, 0),) * layers)
    size = int(sizes[-1])
    assert ax.get_title().startswith(f"sees {size} × {size} pixels, {layers} ReLU")
    stack, _ = reference("stack_parameters")(np.full(layers + 1, 64), kernels)
    one, _ = reference("stack_parameters")(np.full(2, 64), np.array([size]))
    assert [bar.get_width() for bar in bars.patches] == [stack, one]
    assert [t.get_text().strip() for t in bars.texts] == [f"{stack:,}", f"{one:,}"]
    cells = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert len(cells) == sum(1 + (kernel - 1) * k for k in range(layers + 1))
    assert sum(isinstance(p, Polygon) for p in ax.patches) == layers


def test_the_ways_through_a_stack_add_up():
    rows = figures.ways(3, 3)
    assert rows[-1].tolist() == [1, 3, 6, 7, 6, 3, 1]
    assert [int(row.sum()) for row in rows] == [1, 3, 9, 27]


# --------------------------------------------------------------------------------------- two sides
@pytest.mark.parametrize("layers", [2, 26])
def test_two_sides_show_the_same_layers_in_millions(layers):
    left, right = np.arange(layers, 0, -1) * 10**6, np.arange(layers) * 10**6
    names = ["image", *[f"conv {k}" for k in range(layers - 1)]]
    kinds = ["image", *["conv"] * (layers - 1)]
    figure = drawn(figures.draw_two_sides, names, kinds, left, right, "values", "parameters")
    one, other = figure.axes
    assert np.allclose([bar.get_width() for bar in one.patches], left / 1e6)
    assert np.allclose([bar.get_width() for bar in other.patches], right / 1e6)
    assert one.get_xlim()[0] > one.get_xlim()[1]  # to the left
    assert [t.get_text() for t in other.get_yticklabels()] == names
    assert one.get_title(loc="left") == f"{left.sum() / 1e6:,.1f} M in all"
    assert one.texts[0].get_text() == f"{layers:.1f}"  # the largest, written beside its bar


# ------------------------------------------------------------------------------------------ results
@pytest.mark.parametrize("mark", [0.5, 0.1])
def test_the_accuracies_have_a_dotted_line_at_the_mark(mark):
    history = History([2.0, 1.0], [0.3, 0.6], [2.1, 1.2], [0.3, 0.5])
    figures.show_learning(history, mark)
    loss, accuracy = shown()
    assert len(loss.lines) == 2
    *curves, line = accuracy.lines
    assert [list(curve.get_ydata()) for curve in curves] == [[0.3, 0.6], [0.3, 0.5]]
    assert set(line.get_ydata()) == {mark}
    assert line.get_linestyle() == ":"


def test_columns_that_were_not_trained_have_no_point():
    figures.show_paper(["A", "B", "C"], {"one": [3.0, 2.0, 1.0], "other": [np.nan, 1.5, 0.5]})
    (ax,) = shown()
    assert [np.isfinite(line.get_ydata()).sum() for line in ax.lines] == [3, 2]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["A", "B", "C"]


def test_signals_stand_on_a_logarithmic_axis():
    figures.show_signal({"He": [1, 1, 1], "0.01": [0.1, 0.01, 0.001]})
    (ax,) = shown()
    assert ax.get_yscale() == "log"
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3]] * 2


def test_the_size_of_training_is_marked():
    figures.show_scales([0.5, 1.0, 2.0], {"one": [0.1, 0.9, 0.2], "jitter": [0.5, 0.8, 0.6]})
    (ax,) = shown()
    *curves, mark = ax.lines
    assert len(curves) == 2
    assert set(mark.get_xdata()) == {1}
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0.5", "1", "2"]


# ------------------------------------------------------------------------------------- scale jitter
@pytest.mark.parametrize(("S", "side"), [(256, 175), (400, 112), (448, 100)])
def test_the_window_is_smaller_where_the_photograph_was_made_larger(S, side):
    photo = np.zeros((3, 200, 300), np.uint8)
    figure = drawn(figures.draw_jitter, photo, S, 1.0, 0.0)
    whole, cut = figure.axes
    (outline,) = whole.patches
    assert outline.get_width() == outline.get_height() == pytest.approx(side)
    assert outline.get_xy() == pytest.approx((300 - side, 0))  # the upper right corner
    assert cut.get_xlim() == pytest.approx((300 - side, 300))
    assert f"{S} px" in whole.get_title()


# ------------------------------------------------------------------------------------------- dense
def test_right_guesses_are_green_and_wrong_ones_orange():
    truth = np.array([["disc", "ring"], ["ring", "disc"]])
    guesses = np.array([["disc", "disc"], ["ring", "ring"]])
    figures.show_canvas(np.zeros((3, 64, 64), np.uint8), guesses, truth)
    (ax,) = shown()
    frames = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert [p.get_linestyle() == "solid" for p in frames] == [True, False, True, False]
    colours = [p.get_edgecolor() for p in frames]
    assert colours == [to_rgba(c) for c in (GREEN, ORANGE, GREEN, ORANGE)]
    assert [t.get_text() for t in ax.texts] == guesses.ravel().tolist()


@pytest.mark.parametrize("places", [[], [(0, 1)], [(0, 0), (1, 2)]])
def test_the_map_of_a_class_lies_where_its_windows_have_their_middles(places):
    canvas, heat = np.zeros((3, 64, 96), np.uint8), np.zeros((9, 17))
    places = np.array(places).reshape(-1, 2)
    figure = drawn(figures.draw_heat, canvas, heat, places, "striped disc")
    upper, lower = figure.axes[:2]
    left, right, bottom, top = lower.images[0].get_extent()
    assert (left + 2, right - 2, bottom - 2, top + 2) == (16, 80, 48, 16)  # 4 pixels for each value
    assert lower.images[0].get_clim() == (0, 1)
    assert lower.get_facecolor() == to_rgba("0.85")  # and not white, where there is no value
    for ax in (upper, lower):
        assert ax.get_xlim() == (0, 96)
        assert ax.get_ylim() == (64, 0)
        assert [p.get_xy() for p in ax.patches] == [(32 * j, 32 * i) for i, j in places]
    assert upper.get_title() == "striped disc"
