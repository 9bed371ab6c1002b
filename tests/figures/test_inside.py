"""Occlusion maps stand where their squares stood (more of these pictures: tests/inside)."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib import pyplot as plt

from course_utils.figures import inside


@pytest.mark.parametrize(
    ("side", "size", "stride"), [((32, 32), 9, 2), ((20, 28), 4, 4), ((11, 9), 3, 1)]
)
def test_each_place_lies_over_the_middle_of_its_square(side, size, stride):
    places = tuple((n - size) // stride + 1 for n in side)
    values = np.arange(np.prod(places)).reshape(places) / np.prod(places)
    _, ax = plt.subplots()
    picture = inside.draw_places(ax, values, side, size)
    left, right, bottom, top = picture.get_extent()
    for first, last, count in ((top, bottom, places[0]), (left, right, places[1])):
        middles = first + (np.arange(count) + 0.5) * (last - first) / count
        assert middles == pytest.approx(stride * np.arange(count) + (size - 1) / 2)
    assert ax.get_xlim() == (-0.5, side[1] - 0.5)
    assert ax.get_ylim() == (side[0] - 0.5, -0.5)
    shown()


def test_the_map_has_the_pixels_of_the_image():
    inside.show_occlusion(np.zeros((3, 32, 32)), np.eye(12), 9, "ring")
    left, right = shown()[:2]
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim()
    assert right.get_title() == "probability of ring"
