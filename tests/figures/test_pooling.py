"""The pictures of notebook 05, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, texts
from matplotlib import pyplot as plt

from course_utils.exercises.nb05_pooling.maxpool2d import maxpool2d
from course_utils.figures import pooling
from course_utils.numpy_nn import max_pool2d

BOARD = np.random.default_rng(0).permutation(36).reshape(6, 6).astype(float)


@pytest.mark.parametrize(
    ("kernel", "stride", "window"), [(2, 2, 1), (2, 2, 25), (3, 1, 7), (3, 3, 4)]
)
def test_pooling_shows_the_map_its_pooled_map_and_the_winners(kernel, stride, window):
    before, after = drawn(pooling.draw_pooling, BOARD, max_pool2d, kernel, stride, window).axes
    out, positions = max_pool2d(BOARD[None, None], kernel, stride)
    assert texts(before) == [f"{v:g}" for v in BOARD.ravel()]
    assert texts(after) == [f"{v:g}" for v in out.ravel()]
    assert len(before.patches) == len(np.unique(positions)) + 1  # the winners and the window
    assert f"window {min(window, out.size)} of {out.size}" in before.get_xlabel()
    frame = before.patches[-1]
    i, j = divmod(min(window, out.size) - 1, out.shape[3])
    assert frame.get_xy() == (j * stride - 0.5, i * stride - 0.5)
    assert frame.get_width() == kernel


def test_the_course_s_own_pooling_takes_a_map_of_whole_numbers():
    def pool(x, kernel_size, stride):
        return maxpool2d(x, kernel_size, stride, 1)  # with a border of −∞

    _, after = drawn(pooling.draw_pooling, BOARD.astype(int), pool, 2, 2, 1).axes
    out, _ = max_pool2d(BOARD[None, None], 2, 2, padding=1)
    assert texts(after) == [f"{v:g}" for v in out.ravel()]


@pytest.mark.parametrize(
    ("step", "rule", "total"), [(0, "+=", 0), (1, "=", 1), (4, "+=", 10), (4, "=", 4)]
)
def test_landing_adds_or_overwrites(step, rule, total):
    x = np.zeros((3, 3))
    x[1, 1] = 5
    positions, grads = np.full((2, 2), 4), np.array([[1.0, 2.0], [3.0, 4.0]])
    figure = drawn(pooling.draw_landing, x, positions, grads, 2, 1, step, rule)
    above, _, below = figure.axes
    assert texts(below)[4] == f"{total:g}"
    assert below.get_xlabel() == f"sum {total:g}"
    assert len(above.patches) == 1 + (step > 0)
    assert rule in below.get_title()


def test_numbers_are_rounded_and_negative_ones_get_a_minus_sign():
    _, ax = plt.subplots()
    pooling.draw_numbers(ax, np.array([[1 / 3, -2.0]]), "a title")
    assert texts(ax) == ["0.33", "−2"]
    assert ax.get_title() == "a title"


def test_number_maps_share_their_scale():
    pooling.show_number_maps({"small": np.ones((2, 3)), "large": np.full((2, 3), 9.0)})
    small, large = plt.gcf().axes
    assert small.images[0].get_clim() == large.images[0].get_clim()
    assert small.get_title() == "small"


def test_kink_names_both_winners():
    pooling.show_kink()
    left, right = plt.gcf().axes
    assert left.lines[0].get_ydata().tolist() == [1, 1, 2.5]
    assert {"a wins", "b wins"} <= set(texts(right))


def test_maps_of_different_sizes_stand_side_by_side():
    pooling.show_maps({"large": np.ones((8, 8)), "small": 3 * np.ones((2, 2))})
    large, small = plt.gcf().axes
    assert large.images[0].get_array().shape == (8, 8)
    assert small.images[0].get_clim() == large.images[0].get_clim() == (0, 3)


def test_shift_has_one_row_per_name():
    pictures = [np.ones((4, 4)), np.zeros((4, 4))]
    figure = drawn(pooling.draw_shift, {"before": pictures, "after": pictures}, ["one", "two"])
    assert [ax.get_title() for ax in figure.axes] == ["one", "two", "", ""]
    assert [ax.get_ylabel() for ax in figure.axes] == ["before", "", "after", ""]


def test_curves_of_tolerance_and_cost():
    pooling.show_tolerance(range(3), {"none": [1, 0.5, 0.2], "max": [1, 0.9, 0.8]}, "likeness")
    (ax,) = plt.gcf().axes
    assert ax.lines[1].get_ydata().tolist() == [1, 0.9, 0.8]
    assert ax.get_ylabel() == "likeness"
    pooling.show_cost((1, 4, 28), {"shifted by 0": [0.9, 0.9, 0.2]})
    (ax,) = plt.gcf().axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "4", "28"]
    assert ax.lines[0].get_ydata().tolist() == [0.9, 0.9, 0.2]
