"""The chart of networks by accuracy, work and size."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from torch import nn

from course_utils.anatomy import compare, describe
from course_utils.errors import CourseError

TABLES = {
    "small": describe(nn.Linear(10, 10), (10,)),
    "large": describe(nn.Linear(100, 400), (100,)),
    "twin": describe(nn.Linear(100, 399), (100,)),
}


def test_dots_stand_where_the_numbers_say_and_areas_are_parameters():
    compare(TABLES, {"small": 50, "large": 70, "twin": 60, "unused": 1}, ylabel="share right")
    ax = plt.gca()
    dots = ax.collections[0]
    offsets = {tuple(point) for point in np.asarray(dots.get_offsets())}
    assert offsets == {(1e-7, 50.0), (4e-5, 70.0), (3.99e-5, 60.0)}
    areas = sorted(dots.get_sizes())
    assert areas[2] / areas[0] == pytest.approx(40_400 / 110)
    assert ax.get_ylabel() == "share right"
    assert tuple(ax.figure.get_size_inches()) == (6.4, 3.6)


def test_names_do_not_cover_each_other():
    compare(TABLES, {"small": 50, "large": 70, "twin": 70})
    ax = plt.gca()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert {text.get_text() for text in ax.texts} == set(TABLES)
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


def test_mistakes_are_explained():
    with pytest.raises(CourseError, match="an accuracy for large, twin"):
        compare(TABLES, {"small": 50})
    with pytest.raises(CourseError, match="some networks"):
        compare({}, {})
