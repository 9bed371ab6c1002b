"""The pictures of notebook 06, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, texts
from matplotlib import pyplot as plt

from course_utils.figures import transposed_convolution as transposed
from course_utils.figures.numbers import show_matrix_pair
from course_utils.numpy_nn import conv_transpose2d

SMALL = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 5.0]])
FILTER = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def grown(stride):
    return conv_transpose2d(SMALL[None, None], FILTER[None, None], stride=stride)[0, 0]


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_all_stamps_together_are_the_transposed_convolution(stride):
    left, _, right = drawn(transposed.draw_stamps, SMALL, FILTER, stride, 6).axes
    assert texts(left) == [f"{v:g}" for v in SMALL.ravel()]
    assert texts(right) == [f"{v:g}" for v in grown(stride).ravel()]
    assert right.patches[0].get_xy() == (stride - 0.5, 2 * stride - 0.5)  # the last pixel's stamp
    assert right.patches[0].get_height() == 2


def test_no_stamp_at_the_beginning_one_after_the_first_step():
    left, middle, right = drawn(transposed.draw_stamps, SMALL, FILTER, 2, 0).axes
    assert not left.patches
    assert not right.patches
    assert set(texts(right)) == {"0"}
    assert middle.get_title() == "filter"
    _, middle, right = drawn(transposed.draw_stamps, SMALL, FILTER, 2, 2).axes
    assert middle.get_title() == "stamp: 2 × filter"
    assert texts(middle) == [f"{v:g}" for v in (2 * FILTER).ravel()]


@pytest.mark.parametrize("numbers", [True, False])
def test_a_row_of_the_matrix_is_a_column_of_its_transpose(numbers):
    show_matrix_pair(np.arange(6.0).reshape(2, 3), 1, numbers)
    left, right = plt.gcf().axes[:2]
    assert np.array_equal(left.images[0].get_array(), right.images[0].get_array().T)
    (row,), (column,) = left.patches, right.patches
    assert (row.get_width(), row.get_height()) == (3, 1)
    assert (column.get_width(), column.get_height()) == (1, 3)
    assert len(left.texts) == (6 if numbers else 0)
    assert right.get_xlabel() == "2 inputs"
    assert (left.get_title(), right.get_title()) == ("A: 2 × 3", "Aᵀ: 3 × 2")


def test_the_matrix_may_have_another_name():
    show_matrix_pair(np.ones((2, 3)), 0, name="R")
    assert [ax.get_title() for ax in plt.gcf().axes[:2]] == ["R: 2 × 3", "Rᵀ: 3 × 2"]


@pytest.mark.parametrize(("step", "title", "count"), [
    (0, "x", 6), (1, "1 zero between", 15), (2, "1 and 2 zeros around", 49), (9, "around", 49),
])  # fmt: skip
def test_zero_insertion_stage_by_stage(step, title, count):
    left, _, right = drawn(transposed.draw_zero_insertion, SMALL, FILTER, 2, step).axes
    assert title in left.get_title()
    assert len(left.texts) == count
    assert len(right.texts) == max(step - 2, 0)


def test_zero_insertion_ends_with_the_transposed_convolution():
    outputs = grown(3).size
    left, middle, right = drawn(transposed.draw_zero_insertion, SMALL, FILTER, 3, 2 + outputs).axes
    assert texts(right) == [f"{v:g}" for v in grown(3).ravel()]
    assert texts(middle) == ["6", "5", "4", "3", "2", "1"]
    assert "zeros around" in left.get_title()


@pytest.mark.parametrize(("kernel", "stride", "found"), [
    (3, 2, "1 or 2"), (4, 2, "always 2"), (8, 1, "always 8"), (8, 4, "always 2"), (1, 3, "0 or 1"),
    (8, 3, "2 or 3"),
])  # fmt: skip
def test_overlaps_inside(kernel, stride, found):
    left, right = drawn(transposed.draw_overlaps, kernel, stride).axes[:2]
    assert right.get_title() == f"along one row, inside: {found}"
    assert left.images[0].get_array().shape == (9 * stride + kernel,) * 2


def test_overlap_counts_are_what_stamps_of_ones_add_up_to():
    ones = conv_transpose2d(np.ones((1, 1, 1, 5)), np.ones((1, 1, 1, 4)), stride=(1, 3))
    assert transposed.overlap_counts(5, 4, 3).tolist() == ones.ravel().tolist()


def test_images_with_titles_have_their_own_scales():
    transposed.show_with_titles({"one": np.ones((2, 2)), "nine": np.full((1, 3, 3), 9.0)})
    one, nine = plt.gcf().axes
    assert one.images[0].get_clim() == (0, 1)
    assert nine.images[0].get_clim() == (0, 9)
    assert nine.get_title() == "nine"
