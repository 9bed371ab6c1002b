"""Affine grids and bilinear sampling: values and gradients against torch, small steps, by hand."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from nn_helpers import assert_agrees_with_torch, assert_close, normal, quick, to_torch

from course_utils import numpy_nn as nn
from course_utils.shapes import ShapeError

both_corners = pytest.mark.parametrize("align_corners", [False, True])
IDENTITY = np.array([[[1.0, 0, 0], [0, 1, 0]]])


@st.composite
def samplings(draw):
    """Images, and places inside, near the rim and far outside of them."""
    size = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    N, spread = size(0, 3), draw(st.sampled_from([0.5, 1.0, 3.0, 100.0]))
    x = normal(1, N, size(1, 3), size(1, 7), size(1, 7), dtype=dtype)
    grid = spread * normal(2, N, size(1, 5), size(1, 5), 2, dtype=dtype)
    return x, grid.astype(dtype)


@both_corners
@quick
@given(samplings())
def test_grid_sample_and_both_gradients_agree_with_torch(align_corners, case):
    x, grid = case
    if x.dtype == np.float32:  # in float32 a place near the edge of a pixel can fall on either side
        theirs = F.grid_sample(*map(torch.from_numpy, case), align_corners=align_corners)
        assert_close(nn.grid_sample(x, grid, align_corners), theirs)
        return
    assert_agrees_with_torch(
        lambda x, grid: nn.grid_sample(x, grid, align_corners),
        lambda grad_out: nn.grid_sample_backward(grad_out, x, grid, align_corners),
        lambda x, grid: F.grid_sample(x, grid, align_corners=align_corners),
        x,
        grid,
    )


@both_corners
@pytest.mark.filterwarnings("ignore:Since version 1.3.0, affine_grid behavior")  # a single pixel
@pytest.mark.parametrize("size", [(1, 1), (1, 4), (5, 1), (3, 7)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_affine_grid_and_its_gradient_agree_with_torch(align_corners, size, dtype):
    assert_agrees_with_torch(
        lambda theta: nn.affine_grid(theta, size, align_corners),
        lambda grad_grid: [nn.affine_grid_backward(grad_grid, align_corners)],
        lambda theta: F.affine_grid(theta, (len(theta), 1, *size), align_corners=align_corners),
        normal(0, 3, 2, 3, dtype=dtype),
    )


@both_corners
def test_six_numbers_get_the_gradient_that_small_steps_say(align_corners):
    x, theta, grad_out = normal(0, 2, 3, 5, 6), 0.6 * normal(3, 2, 2, 3), normal(2, 2, 3, 4, 3)

    def crop(theta, x=x):
        return nn.grid_sample(x, nn.affine_grid(theta, (4, 3), align_corners), align_corners)

    grid = nn.affine_grid(theta, (4, 3), align_corners)
    grad_x, grad_grid = nn.grid_sample_backward(grad_out, x, grid, align_corners)
    grad_theta = nn.affine_grid_backward(grad_grid, align_corners)
    assert_close(grad_theta, nn.numerical_gradient(crop, theta, grad_out, 1e-7), 1e-6)
    assert_close(grad_x, nn.numerical_gradient(lambda x: crop(theta, x), x, grad_out), 1e-6)


@pytest.mark.parametrize("size", [(4, 8), (5, 3), (1, 6)])
def test_the_identity_shows_the_image_itself(size):
    x = normal(0, 1, 2, *size)
    for align_corners in (False, True):
        grid = nn.affine_grid(IDENTITY, size, align_corners)
        assert_close(nn.grid_sample(x, grid, align_corners), x)


def test_the_ends_are_edges_or_centres():
    ends = np.array([[[[-1.0, -1.0], [1.0, 1.0]]]])
    assert [k.tolist() for k in nn.to_pixels(ends, (4, 6))] == [[[[-0.5, 3.5]]], [[[-0.5, 5.5]]]]
    assert [k.tolist() for k in nn.to_pixels(ends, (4, 6), True)] == [[[[0, 3]]], [[[0, 5]]]]
    assert nn.crop_points((1, 2)).tolist() == [[-0.5, 0, 1], [0.5, 0, 1]]
    assert nn.crop_points((1, 2), align_corners=True).tolist() == [[-1, 0, 1], [1, 0, 1]]


def test_at_the_centre_of_a_pixel_the_slope_is_the_one_to_the_right_as_in_torch():
    x = np.array([[[[1.0, 5.0, 2.0, 7.0]]]])
    grid = nn.affine_grid(IDENTITY, (1, 4))
    _, grad_grid = nn.grid_sample_backward(np.ones((1, 1, 1, 4)), x, grid)
    assert grad_grid[0, 0, :, 0].tolist() == [8, -6, 10, -14]  # times 2 pixels for each unit
    there = to_torch(grid)
    F.grid_sample(torch.from_numpy(x), there, align_corners=False).sum().backward()
    assert_close(grad_grid, there.grad)


def test_all_is_zero_far_outside():
    x, far = np.ones((1, 1, 3, 4)), np.array([[[[1e300, 0.0], [0.1, -1e300], [-1e18, 1e9]]]])
    assert not nn.grid_sample(x, far).any()
    assert not any(grad.any() for grad in nn.grid_sample_backward(np.ones((1, 1, 1, 3)), x, far))


def test_whole_numbers_are_not_cut_off():
    x = np.array([[[[0, 10]]]], np.uint8)
    out = nn.grid_sample(x, np.array([[[[0.0, 0.0]]]]))
    assert out.tolist() == [[[[5.0]]]]
    assert nn.affine_grid(IDENTITY.astype(int), (1, 4))[0, 0, :, 0].tolist() == [-0.75, -0.25, 0.25,
                                                                                0.75]  # fmt: skip
    places = np.array([[[[0, 0]]]])  # of dtype int
    assert nn.grid_sample(x, places).tolist() == [[[[5.0]]]]
    grad_x, grad_grid = nn.grid_sample_backward(np.array([[[[3]]]]), x, places)
    assert (grad_x.tolist(), grad_grid.tolist()) == ([[[[1.5, 1.5]]]], [[[[30.0, -7.5]]]])


# ------------------------------------------------------------------------------------- the way back
def test_the_inverse_undoes_the_map():
    theta = normal(0, 4, 2, 3)
    back = nn.affine_inverse(theta)
    points = normal(1, 4, 2, 1)
    there = theta[:, :, :2] @ points + theta[:, :, 2:]
    assert_close(back[:, :, :2] @ there + back[:, :, 2:], points)
    assert nn.affine_inverse(IDENTITY.astype(int)).tolist() == IDENTITY.tolist()


@pytest.mark.parametrize(
    "linear", [[[0.0, 0], [0, 0]], [[1, 2], [2, 4]], [[0.1, 0.3], [0.3, 0.9]], [[1e-8, 0], [0, 0]]]
)
def test_a_matrix_without_a_way_back_is_refused(linear):
    theta = np.concatenate([IDENTITY, np.dstack([[linear], np.ones((1, 2, 1))])])
    with pytest.raises(ValueError, match=r"affine_inverse expects matrices with a way back .* 1$"):
        nn.affine_inverse(theta)
    nn.affine_grid(theta, (2, 3))  # as a grid it is fine: all pixels look along a line


def test_small_matrices_have_a_way_back():
    tiny = 1e-9 * IDENTITY
    assert_close(nn.affine_inverse(tiny), 1e9 * IDENTITY)


# -------------------------------------------------------------------------------- what is refused
def test_what_does_not_fit_is_refused_with_what_came():
    x, grid, theta = np.zeros((2, 1, 4, 4)), np.zeros((2, 3, 3, 2)), np.zeros((2, 2, 3))
    for call, said in (
        (lambda: nn.affine_grid(theta[0], (3, 3)), r"theta of shape \(N, 2, 3\), got \(2, 3\)"),
        (lambda: nn.affine_grid_backward(grid[0]), r"grad_grid of shape .* got \(3, 3, 2\)"),
        (lambda: nn.affine_inverse(np.zeros((1, 3, 3))), r"got \(1, 3, 3\)"),
        (lambda: nn.grid_sample(x[:1], grid), r"grid of shape \(1, OH, OW, 2\), got"),
        (lambda: nn.grid_sample(x[0], grid), r"x of shape \(N, C, H, W\), got \(1, 4, 4\)"),
        (lambda: nn.grid_sample_backward(np.zeros((2, 1, 3, 4)), x, grid),
         r"grad_out of shape \(2, 1, 3, 3\), got \(2, 1, 3, 4\)"),
    ):  # fmt: skip
        with pytest.raises(ShapeError, match=said):
            call()
    for call, said in (
        (lambda: nn.affine_grid(theta, (0, 3)), "size to be a whole number ≥ 1"),
        (lambda: nn.grid_sample(x[:, :, :0], grid), "images of one pixel at least, got 0 × 4"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused_and_found(value):
    theta, x, grid = normal(0, 2, 2, 3), np.zeros((2, 1, 4, 4)), np.zeros((2, 3, 5, 2))
    theta[1, 0, 2] = grid[1, 2, 4, 0] = value
    for call, said in (
        (lambda: nn.affine_grid(theta, (2, 2)), r"theta, got (nan|inf) at \[1, 0, 2\]"),
        (lambda: nn.affine_inverse(theta), r"theta, got (nan|inf) at \[1, 0, 2\]"),
        (lambda: nn.grid_sample(x, grid), r"grid, got (nan|inf) at \[1, 2, 4, 0\]"),
        (lambda: nn.grid_sample_backward(np.zeros((2, 1, 3, 5)), x, grid), r"at \[1, 2, 4, 0\]"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
