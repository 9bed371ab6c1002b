"""Images, numbers in pixels, and the style of all figures."""

import numpy as np
import pytest
from figure_helpers import all_texts
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.checking import reference
from course_utils.figures import images, perceptron_to_mlp, start_here
from course_utils.figures.style import STYLE, house_style, use_house_style

forward = reference("mlp_forward")


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
    assert start_here.show_pixels(digits[0]) is None
    assert images.show_filters(digits[:, 0].astype(float)) is None
    assert perceptron_to_mlp.show_points(x, y, lines=[(np.array([1.0, 1.0]), 0.0, "line")]) is None
    assert perceptron_to_mlp.show_learning(x, y, ("a", "b"), [(np.ones(2), 0.0)] * 5) is None


def test_every_pixel_carries_its_number():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    start_here.show_pixels(image)
    assert all_texts(plt.gcf())[:12] == [str(v) for v in range(12)]


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
    start_here.draw_threshold(figure, image, lambda x: np.maximum(x, 0), threshold)
    shown = figure.axes[1].images[0].get_array()
    assert np.allclose(shown, np.clip(image - threshold, 0, None))


def test_the_surest_mistakes_come_first():
    digits = np.zeros((4, 1, 5, 5), dtype=np.uint8)
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.99, 0.01]])
    images.show_mistakes(digits, np.array([1, 0, 1, 0]), probabilities, count=4)
    titles = [t for t in all_texts(plt.gcf()) if t]
    assert titles == [
        "is 1, said 0\n(90% sure)", "is 0, said 1\n(80% sure)", "is 1, said 0\n(60% sure)",
    ]  # fmt: skip


def test_rows_of_images_have_their_names_beside_them():
    images.show_rows({"small": [np.zeros((2, 2))] * 3, "large": [np.ones((4, 4))] * 3})
    axes = plt.gcf().axes
    assert len(axes) == 6
    assert [ax.get_ylabel() for ax in axes] == ["small", "", "", "large", "", ""]
    assert axes[5].images[0].get_array().shape == (4, 4)
