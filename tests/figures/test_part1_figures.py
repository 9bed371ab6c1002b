"""The pictures of notebooks 00 to 02 show what they say."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.exercises import reference
from course_utils.figures import gradients, images, neurons
from course_utils.figures.style import STYLE, house_style, use_house_style

forward = reference("mlp_forward")


def texts(figure):
    return [t.get_text() for ax in figure.axes for t in [*ax.texts, ax.title]]


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    y = np.array([1, -1] * 10)
    return rng.normal(size=(20, 2)) + 3 * y[:, np.newaxis], y


# ----------------------------------------------------------------------------------------- style
def test_the_style_is_put_back_after_a_block():
    before = plt.rcParams["figure.figsize"]
    with house_style():
        assert tuple(plt.rcParams["figure.figsize"]) == STYLE["figure.figsize"]
    assert plt.rcParams["figure.figsize"] == before
    use_house_style()
    assert not plt.rcParams["axes.spines.top"]


def test_no_helper_returns_anything(points):
    x, y = points
    digits = np.zeros((3, 1, 8, 8), dtype=np.uint8)
    assert images.show_images(digits, ["a", "b", "c"], columns=2) is None
    assert images.show_pixels(digits[0]) is None
    assert images.show_filters(digits[:, 0].astype(float)) is None
    assert neurons.show_points(x, y, lines=[(np.array([1.0, 1.0]), 0.0, "line")]) is None
    assert neurons.show_learning(x, y, ("a", "b"), [(np.ones(2), 0.0)] * 5) is None


# ---------------------------------------------------------------------------------------- images
def test_every_pixel_carries_its_number():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    images.show_pixels(image)
    assert texts(plt.gcf())[:12] == [str(v) for v in range(12)]


def test_colour_channels_go_last():
    assert images.as_shown(np.zeros((3, 4, 5))).shape == (4, 5, 3)
    assert images.as_shown(np.zeros((1, 4, 5))).shape == (4, 5)
    assert images.as_shown(np.zeros((4, 5))).shape == (4, 5)


def test_grey_levels_are_comparable_between_images():
    images.show_images(np.array([[[10, 20]], [[200, 255]]], dtype=np.uint8))
    drawn = [ax.images[0] for ax in plt.gcf().axes if ax.images]
    assert {image.get_clim() for image in drawn} == {(0, 255)}


@pytest.mark.parametrize("threshold", [0.0, 0.4, 1.0])
def test_the_threshold_is_applied(threshold):
    figure = Figure()
    image = np.linspace(0, 1, 12).reshape(3, 4)
    images.draw_threshold(figure, image, lambda x: np.maximum(x, 0), threshold)
    shown = figure.axes[1].images[0].get_array()
    assert np.allclose(shown, np.clip(image - threshold, 0, None))


# --------------------------------------------------------------------------------------- neurons
@pytest.mark.parametrize(("angle", "offset", "wrong"), [(45, 0.0, 0), (-135, 0.0, 20)])
def test_the_perceptron_counts_the_wrong_side(points, angle, offset, wrong):
    figure = Figure()
    neurons.draw_perceptron(figure, *points, ("a", "b"), angle, offset)
    assert figure.axes[0].get_title().startswith(f"{wrong} points on the wrong side")


def test_a_line_is_where_the_sum_is_zero(points):
    _, ax = plt.subplots()
    neurons.draw_line(ax, np.array([3.0, 4.0]), -5.0)
    xs, ys = ax.lines[0].get_data()
    assert np.allclose(3 * np.asarray(xs) + 4 * np.asarray(ys) - 5, 0)
    neurons.draw_line(ax, np.zeros(2), 1.0)  # no direction, no line
    assert len(ax.lines) == 1


def test_hinges_meet_the_function_at_the_knots():
    def wave(t):
        return np.sin(5 * t)

    weight1, bias1, weight2, bias2 = neurons.hinge_fit(wave, 10)
    knots = np.linspace(0, 1, 11)
    y = forward(knots[:, np.newaxis], [weight1, weight2], [bias1, bias2])[:, 0]
    assert np.allclose(y, wave(knots))


@pytest.mark.parametrize("units", [1, 8, 60])
def test_the_approximator_says_how_wrong_it_is(units):
    figure = Figure()
    neurons.draw_approximation(figure, np.square, forward, units)
    said = float(figure.axes[0].get_title(loc="left").split()[-1])
    assert said == pytest.approx(0.25 / units**2, abs=6e-4)  # the error of a chord of x²


def test_the_maps_share_one_colour_scale():
    grid = neurons.plane(1.0, steps=5)
    figure = Figure()
    neurons.draw_maps(figure, {"small": grid[:, 0], "large": 3 * grid[:, 1]})
    limits = {ax.collections[0].get_clim() for ax in figure.axes[:2]}
    assert limits == {(-3.0, 3.0)}


def test_the_overfit_goes_through_every_point():
    rng = np.random.default_rng(0)
    x, y = np.sort(rng.random(9)), rng.normal(size=9)
    neurons.show_overfit(x, y, np.sin, forward)
    line = plt.gca().lines[1]
    assert np.interp(x, *line.get_data()) == pytest.approx(y, abs=0.05)


# ------------------------------------------------------------------------------------- gradients
@pytest.mark.parametrize("x", [-2, 1, 3])
def test_the_graph_shows_values_and_slopes(x):
    figure = Figure()
    gradients.draw_graph(figure, x, 6)
    shown = texts(figure)
    assert f"{(3 - x) ** 2:g}" in shown
    assert f"{2 * x - 6:g}" in shown


def test_the_graph_grows_step_by_step():
    counts = []
    for step in range(7):
        figure = Figure()
        gradients.draw_graph(figure, 1, step)
        counts.append(len(texts(figure)))
    assert counts == sorted(counts)
    assert counts[0] < counts[3] < counts[6]


def test_descent_ends_in_the_valley_or_flies_out():
    step = reference("momentum_step")

    def bowl(p):
        return np.array([1.0, 25.0]) * p

    assert np.abs(gradients.descend(bowl, (-9, 1.6), 0.03, 0.8, 200, step)[-1]).max() < 1e-3
    assert np.abs(gradients.descend(bowl, (-9, 1.6), 0.1, 0.0, 200, step)[-1]).max() >= 1e3
    for settings in ((0.005, 0.0), (0.1, 0.95)):
        gradients.draw_descent(Figure(), step, *settings)


def test_the_surest_mistakes_come_first():
    digits = np.zeros((4, 1, 5, 5), dtype=np.uint8)
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.99, 0.01]])
    gradients.show_mistakes(digits, np.array([1, 0, 1, 0]), probabilities, count=4)
    titles = [t for t in texts(plt.gcf()) if t]
    assert titles == [
        "is 1, said 0\n(90% sure)", "is 0, said 1\n(80% sure)", "is 1, said 0\n(60% sure)",
    ]  # fmt: skip


def test_curves_have_names_and_a_common_scale():
    gradients.show_training({"train": [2.0, 1.0]}, {"train": [0.5, 0.9], "held out": [0.4, 0.8]})
    loss, accuracy = plt.gcf().axes
    assert loss.get_ylim()[0] == 0
    assert [t.get_text() for t in accuracy.get_legend().get_texts()] == ["train", "held out"]
    gradients.show_gradient_sizes({"sigmoid": [1e-6, 1e-3]})
    assert plt.gca().get_yscale() == "log"
    gradients.show_slopes(reference("sigmoid"), reference("sigmoid_backward"))
    assert plt.gcf().axes[0].lines[1].get_ydata().max() == pytest.approx(0.25)
    gradients.show_step_sizes(np.sin, np.cos(1.0), 1.0)
    one_sided, central = (line.get_ydata() for line in plt.gca().lines)
    assert min(central) < 0.01 * min(one_sided)


def test_regions_follow_the_probability():
    grid = neurons.plane(1.0, steps=5)
    figure = Figure()
    x, labels = np.array([[0.5, 0.5], [-0.5, 0.0]]), np.array([1, 0])
    gradients.draw_regions(figure, (grid[:, 0] > 0).astype(float), 1.0, x, labels, "title")
    assert figure.axes[0].get_title() == "title"
