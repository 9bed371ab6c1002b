"""The pictures of notebook 09, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib.figure import Figure

from course_utils.figures import training_recipes as figures


def drawn(draw, *args):
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    draw(figure, *args)
    figure.canvas.draw()
    return figure


def test_the_lowest_loss_of_each_curve_has_a_dot():
    rates = np.array([0.01, 0.1, 1.0])
    figures.show_step_length(rates, {"near": [3, 1, 2], "far": [2, 4, 1]})
    (ax,) = shown()
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [(d.get_xdata()[0], d.get_ydata()[0]) for d in dots] == [(0.1, 1), (1.0, 1)]
    assert ax.get_xscale() == "log"
    assert ax.get_ylim() == (0, 6)  # twice the loss before the step, which is the first one


@pytest.mark.parametrize("names", [["step"], ["plateau", "step", "cosine", "one cycle"]])
def test_each_schedule_has_its_own_picture_over_all_epochs(names):
    figures.show_schedules({name: np.linspace(1, 0, 50) for name in names}, epochs=14)
    axes = shown()
    assert [ax.get_title() for ax in axes] == names
    for ax in axes:
        assert ax.lines[0].get_xdata()[-1] == pytest.approx(14 * 49 / 50)


@pytest.mark.parametrize(
    ("rates", "falls"), [([1, 1, 0.1, 0.1, 0.01], [2.5, 4.5]), ([1, 1, 1], [])]
)
def test_a_dotted_line_stands_where_the_rate_fell(rates, falls):
    losses = np.linspace(1, 0.5, len(rates))
    figures.show_plateau(losses, losses, rates)
    above, below = shown()
    for ax in (above, below):
        dotted = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]
        assert dotted == falls
    assert [line.get_label() for line in above.lines[:2]] == ["training", "validation"]


@pytest.mark.parametrize(("p", "draws", "title"), [(0.5, 1, "1 draw"), (0.25, 30, "30 draws")])
def test_dropout_shows_one_draw_and_the_mean_on_one_grey_scale(p, draws, title):
    image = np.full((5, 4), 0.5)
    figure = drawn(figures.draw_dropout, image, 2 * image, image, p, draws)
    *pictures, _ = figure.axes
    assert [ax.get_title() for ax in pictures][1:] == [f"one draw, p = {p:.2f}", f"mean of {title}"]
    assert {ax.images[0].get_clim() for ax in pictures} == {(0, 2)}
    assert pictures[1].images[0].get_array().max() == 1.0


def test_weights_outside_the_picture_count_at_its_border():
    figures.show_weights({"few": np.array([0.0, 9.0]), "many": np.zeros(7)}, limit=0.1)
    (ax,) = shown()
    heights = [patch.get_xy()[:, 1].max() for patch in ax.patches]
    assert heights == [1, 7]
    few = ax.patches[0].get_xy()
    assert few[few[:, 1] == 1][:, 0].max() == pytest.approx(0.1)


def test_two_ways_of_shrinking_share_their_scale():
    paths = {"left": np.array([[1, 1], [0.5, 0.9]]), "right": np.array([[1, 1], [0.7, 0.7]])}
    figures.show_two_ways(paths, ["loud", "soft"])
    left, right = shown()
    assert left.get_ylim() == right.get_ylim() == (0, 1.1)
    assert [line.get_label() for line in right.lines] == ["loud", "soft"]
    assert left.lines[1].get_ydata().tolist() == [1, 0.9]


@pytest.mark.parametrize("scale", [0.1, 1, 10])
def test_the_valley_keeps_its_form_whatever_the_scale(scale):
    bends = scale * np.array([1.0, 25.0])
    paths = {"a": np.array([[-9, 1.6], [0, 0]]), "b": np.array([[-9, 1.6], [9.0, 1.6]])}
    valley, curve = drawn(figures.draw_valley, paths, bends).axes
    (lines,) = valley.collections  # the contours
    reach = max(np.abs(path.vertices[:, 0]).max() for path in lines.get_paths()[:1])
    assert reach == pytest.approx(np.sqrt(0.005 * (11**2 + 25 * 9)), rel=0.05)
    assert curve.lines[0].get_ydata().tolist() == [1, 1e-7]
    assert curve.lines[1].get_ydata().tolist() == [1, 1]


def test_activations_are_shares_and_the_last_bar_holds_the_rest():
    layers = {1: np.array([0.0, 0.0, 1.0, 9.0]), 12: np.zeros(5)}
    figure = drawn(figures.draw_activations, layers, 2)
    first, last = figure.axes
    heights = [bar.get_height() for bar in first.patches]
    assert sum(heights) == pytest.approx(1)
    assert (heights[0], heights[-1]) == (0.5, 0.25)
    assert last.patches[0].get_height() == 1
    assert last.get_title() == "layer 12\nsize 0"


def test_walks_have_the_height_of_guessing_beside_them():
    figures.show_along_lines([0, 0.5, 1], {"up": [1, 2, 3], "down": [3, 2, 1]}, classes=7)
    (ax,) = shown()
    assert ax.lines[-1].get_ydata()[0] == pytest.approx(np.log(7))
    assert [line.get_label() for line in ax.lines[:2]] == ["up", "down"]
