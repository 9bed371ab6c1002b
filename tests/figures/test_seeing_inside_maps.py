"""The pictures of what is inside, at several settings."""

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from torch import nn

from course_utils.figures import seeing_inside
from course_utils.inside import receptive_field_by_backprop


def shown():
    """What the current figure shows: its pictures in order; it is no larger than allowed."""
    figure = plt.gcf()
    figure.canvas.draw()
    width, height = figure.get_size_inches()
    assert width <= 6.4 + 1e-6
    assert height <= 3.6 + 1e-6
    return [np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images]


@pytest.mark.parametrize(("count", "channels"), [(1, 1), (6, 1), (16, 3), (96, 3)])
def test_filters_have_zero_in_the_middle(count, channels):
    weight = torch.randn(count, channels, 5, 5)
    weight[0] = 0
    seeing_inside.show_filters(weight)
    pictures = shown()
    assert len(pictures) == count
    assert np.allclose(pictures[0], 0.5)
    for picture, w in zip(pictures[1:], weight.numpy()[1:], strict=True):
        assert max(picture.max() - 0.5, 0.5 - picture.min()) == pytest.approx(0.5)
        assert np.array_equal(np.sign(picture - 0.5).ravel()[:1], np.sign(w.ravel()[:1]))


def test_feature_maps_share_one_scale_and_are_not_too_many():
    maps = torch.rand(100, 8, 8)
    seeing_inside.show_feature_maps(maps, most=20)
    assert len(shown()) == 20
    limits = {ax.images[0].get_clim() for ax in plt.gcf().axes if ax.images}
    assert limits == {(0.0, float(maps[:20].max()))}


def test_maps_that_are_shut_off_are_black():
    seeing_inside.show_feature_maps(torch.zeros(3, 4, 4))
    assert all(ax.images[0].get_clim() == (0.0, 1.0) for ax in plt.gcf().axes if ax.images)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_projections_and_saliency_stand_beside_the_image(count):
    image = torch.rand(3, 12, 12)
    seeing_inside.show_projections(image, {f"p{k}": torch.randn(3, 12, 12) for k in range(count)})
    pictures = shown()
    assert len(pictures) == count + 1
    assert np.allclose(pictures[0], image.numpy().transpose(1, 2, 0))
    seeing_inside.show_saliency(image[:1], {f"s{k}": 5 * torch.rand(12, 12) for k in range(count)})
    pictures = shown()
    assert all(picture.max() == pytest.approx(1) for picture in pictures[1:])
    assert [ax.get_title() for ax in plt.gcf().axes[: count + 1]][:2] == ["image", "s0"]


def test_maximised_images_are_named():
    seeing_inside.show_maximised({f"unit {k}": torch.randn(1, 9, 9) for k in range(5)})
    assert len(shown()) == 5
    assert plt.gcf().axes[1].get_title() == "unit 1"


def test_the_worst_place_of_the_square_is_framed():
    probabilities = torch.full((5, 7), 0.9)
    probabilities[2, 4] = 0.1
    seeing_inside.show_occlusion(torch.rand(1, 20, 28), probabilities, size=4, label="seven")
    left, right = plt.gcf().axes[:2]
    (frame,) = left.patches
    assert (frame.get_y(), frame.get_x()) == (2 * 4 - 0.5, 4 * 4 - 0.5)
    assert (frame.get_height(), frame.get_width()) == (4, 4)
    assert right.get_title() == "probability of seven"
    shown()


@pytest.mark.parametrize("image", [None, torch.rand(3, 12, 12)])
def test_a_measured_field_is_framed(image):
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.MaxPool2d(2))
    measured = receptive_field_by_backprop(model, (3, 12, 12), "1", (1, 2))
    seeing_inside.show_receptive_field(measured, image)
    assert len(shown()) == (1 if image is None else 2)
    (frame,) = plt.gcf().axes[-1].patches
    assert (frame.get_y(), frame.get_x()) == (1.5, 3.5)
    assert plt.gcf().axes[-1].get_title().startswith("4 × 4 pixels")


@pytest.mark.parametrize(
    ("side", "size", "stride"), [((32, 32), 9, 2), ((20, 28), 4, 4), ((11, 9), 3, 1)]
)
def test_each_place_lies_over_the_middle_of_its_square(side, size, stride):
    places = tuple((n - size) // stride + 1 for n in side)
    values = np.arange(np.prod(places)).reshape(places) / np.prod(places)
    _, ax = plt.subplots()
    picture = seeing_inside.draw_places(ax, values, side, size)
    left, right, bottom, top = picture.get_extent()
    for first, last, count in ((top, bottom, places[0]), (left, right, places[1])):
        middles = first + (np.arange(count) + 0.5) * (last - first) / count
        assert middles == pytest.approx(stride * np.arange(count) + (size - 1) / 2)
    assert ax.get_xlim() == (-0.5, side[1] - 0.5)
    assert ax.get_ylim() == (side[0] - 0.5, -0.5)


def test_the_map_has_the_pixels_of_the_image():
    seeing_inside.show_occlusion(np.zeros((3, 32, 32)), np.eye(12), 9, "ring")
    shown()
    left, right = plt.gcf().axes[:2]
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim()
    assert right.get_title() == "probability of ring"
