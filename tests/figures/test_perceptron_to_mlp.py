"""The pictures of notebook 01 show what they say."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.checking import reference
from course_utils.figures import perceptron_to_mlp as figures
from course_utils.figures import plane

forward = reference("mlp_forward")


@pytest.mark.parametrize(("angle", "offset", "wrong"), [(45, 0.0, 0), (-135, 0.0, 20)])
def test_the_perceptron_counts_the_wrong_side(points, angle, offset, wrong):
    figure = Figure()
    figures.draw_perceptron(figure, *points, ("a", "b"), angle, offset)
    assert figure.axes[0].get_title().startswith(f"{wrong} points on the wrong side")


def test_a_line_is_where_the_sum_is_zero(points):
    _, ax = plt.subplots()
    figures.draw_line(ax, np.array([3.0, 4.0]), -5.0)
    xs, ys = ax.lines[0].get_data()
    assert np.allclose(3 * np.asarray(xs) + 4 * np.asarray(ys) - 5, 0)
    figures.draw_line(ax, np.zeros(2), 1.0)  # no direction, no line
    assert len(ax.lines) == 1


def test_hinges_meet_the_function_at_the_knots():
    def wave(t):
        return np.sin(5 * t)

    weight1, bias1, weight2, bias2 = figures.hinge_fit(wave, 10)
    knots = np.linspace(0, 1, 11)
    y = forward(knots[:, np.newaxis], [weight1, weight2], [bias1, bias2])[:, 0]
    assert np.allclose(y, wave(knots))


@pytest.mark.parametrize("units", [1, 8, 60])
def test_the_approximator_says_how_wrong_it_is(units):
    figure = Figure()
    figures.draw_approximation(figure, np.square, forward, units)
    said = float(figure.axes[0].get_title(loc="left").split()[-1])
    assert said == pytest.approx(0.25 / units**2, abs=6e-4)  # the error of a chord of x²


def test_the_maps_share_one_colour_scale():
    grid = plane.plane(1.0, steps=5)
    figure = Figure()
    plane.draw_maps(figure, {"small": grid[:, 0], "large": 3 * grid[:, 1]})
    limits = {ax.collections[0].get_clim() for ax in figure.axes[:2]}
    assert limits == {(-3.0, 3.0)}


def test_the_overfit_goes_through_every_point():
    rng = np.random.default_rng(0)
    x, y = np.sort(rng.random(9)), rng.normal(size=9)
    figures.show_overfit(x, y, np.sin, forward)
    line = plt.gca().lines[1]
    assert np.interp(x, *line.get_data()) == pytest.approx(y, abs=0.05)


@pytest.mark.parametrize(("inputs", "count", "neuron"), [(3, 4, 2), (2, 1, 1), (1, 3, 3)])
def test_the_arrows_of_a_neuron_carry_its_row_of_the_matrix(inputs, count, neuron):
    figure = Figure(figsize=(5.2, 3.0))
    figures.draw_layer(figure, inputs, count, neuron)
    (ax,) = figure.axes
    words = [text.get_text() for text in ax.texts if text.get_text()]
    digits = "₀₁₂₃₄"
    weights = [f"w{digits[neuron]}{digits[j]}" for j in range(1, inputs + 1)]
    assert [word for word in words if word.startswith("w")] == weights
    assert sum(word.startswith("x") for word in words) == inputs
    assert sum(word.startswith("z") for word in words) == count
    assert ax.get_title().startswith(f"z{digits[neuron]} = {weights[0]} x₁")
