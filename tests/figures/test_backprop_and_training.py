"""The pictures of notebook 02 show what they say."""

import numpy as np
import pytest
from figure_helpers import all_texts, drawn
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.checking import reference
from course_utils.figures import backprop_and_training as figures
from course_utils.figures import plane, training
from course_utils.figures.words import words_of

forward = reference("mlp_forward")


@pytest.mark.parametrize("x", [-2, 1, 3])
def test_the_graph_shows_values_and_slopes(x):
    figure = Figure()
    figures.draw_graph(figure, x, 6)
    shown = all_texts(figure)
    assert f"{(3 - x) ** 2:g}" in shown
    assert f"{2 * x - 6:g}" in shown


def test_the_graph_grows_step_by_step():
    counts = []
    for step in range(7):
        figure = Figure()
        figures.draw_graph(figure, 1, step)
        counts.append(len(all_texts(figure)))
    assert counts == sorted(counts)
    assert counts[0] < counts[3] < counts[6]


@pytest.mark.parametrize(("x", "y", "z"), [(1, 2, -1), (-3, -2, 3), (3, -3, -3), (0, 0, 2)])
def test_at_the_fork_two_contributions_add_up_to_the_slope(x, y, z):
    def f(x, y, z):
        return (x + y) * max(y, z)

    values, along = figures.fork_slopes(x, y, z)
    assert values["f"] == f(x, y, z)
    step = 1e-6
    if y != z:  # at a tie there is no slope, and the first of the two gets it
        assert along["ya"] + along["yb"] == pytest.approx(
            (f(x, y + step, z) - f(x, y - step, z)) / (2 * step)
        )
        assert along["zb"] == pytest.approx((f(x, y, z + step) - f(x, y, z)) / step)
    assert (along["af"], along["bf"]) == (values["b"], values["a"])
    assert along["xa"] == pytest.approx((f(x + step, y, z) - f(x, y, z)) / step)
    shown = all_texts(drawn(figures.draw_fork, x, y, z, 6))
    total = f"= {along['ya'] + along['yb']:g}".replace("-", "−")
    assert any(text.endswith(total) for text in shown if " + " in text)
    assert {"add distributes", "multiply swaps", "max routes"} <= set(shown)


def test_the_graph_with_a_fork_grows_step_by_step_and_says_so():
    shown, said = [], []
    for step in range(7):
        figure = drawn(figures.draw_fork, 1, 2, -1, step)
        shown.append(all_texts(figure))
        said.append(words_of(figure))
    assert [len(texts) for texts in shown] == sorted(len(texts) for texts in shown)
    assert len({tuple(texts) for texts in shown}) == len(set(said)) == 7
    assert "2 + …" in shown[5]
    assert "2 + 3 = 5" in shown[6]
    assert "slope" not in said[2]
    assert "one contribution so far, 2" in said[5]
    assert "two contributions add up, and y has slope 2 + 3 = 5" in said[6]


def test_a_tie_at_the_maximum_goes_to_the_first():
    _, along = figures.fork_slopes(3, -3, -3)
    assert (along["yb"], along["zb"]) == (0, 0)  # times a = 0
    _, along = figures.fork_slopes(1, 2, 2)
    assert (along["yb"], along["zb"]) == (3, 0)


def test_descent_ends_in_the_valley_or_flies_out():
    step = reference("momentum_step")

    def bowl(p):
        return np.array([1.0, 25.0]) * p

    assert np.abs(figures.descend(bowl, (-9, 1.6), 0.03, 0.8, 200, step)[-1]).max() < 1e-3
    assert np.abs(figures.descend(bowl, (-9, 1.6), 0.1, 0.0, 200, step)[-1]).max() >= 1e3
    for settings in ((0.005, 0.0), (0.1, 0.95)):
        figures.draw_descent(Figure(), step, *settings)


def test_curves_have_names_and_a_common_scale():
    training.show_training({"train": [2.0, 1.0]}, {"train": [0.5, 0.9], "held out": [0.4, 0.8]})
    loss, accuracy = plt.gcf().axes
    assert loss.get_ylim()[0] == 0
    assert [t.get_text() for t in accuracy.get_legend().get_texts()] == ["train", "held out"]
    figures.show_gradient_sizes({"sigmoid": [1e-6, 1e-3]})
    assert plt.gca().get_yscale() == "log"
    figures.show_slopes(reference("sigmoid"), reference("sigmoid_backward"))
    assert plt.gcf().axes[0].lines[1].get_ydata().max() == pytest.approx(0.25)
    figures.show_step_sizes(np.sin, np.cos(1.0), 1.0)
    one_sided, central = (line.get_ydata() for line in plt.gca().lines)
    assert min(central) < 0.01 * min(one_sided)


def test_regions_follow_the_probability():
    grid = plane.plane(1.0, steps=5)
    figure = Figure()
    x, labels = np.array([[0.5, 0.5], [-0.5, 0.0]]), np.array([1, 0])
    figures.draw_regions(figure, (grid[:, 0] > 0).astype(float), 1.0, x, labels, "title")
    assert figure.axes[0].get_title() == "title"
