"""Pooling: values, positions and gradients against torch, small steps and hand-made cases."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from nn_helpers import assert_agrees_with_torch, assert_close, normal, quick

from course_utils import numpy_nn as nn
from course_utils.numpy_nn import scratch
from course_utils.shapes import ShapeError

MAX = {"fast": nn.max_pool2d, "plain": nn.max_pool2d_plain}
AVG = {"fast": nn.avg_pool2d, "matrix": nn.avg_pool2d_matrix}


@st.composite
def pools(draw, kinds=("normal", "ties", "negative")):
    """x and settings: overlapping and gapped windows, rests, padding, ties, all-negative maps."""
    size = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    KH, KW = size(1, 4), size(1, 4)
    PH, PW = size(0, KH // 2), size(0, KW // 2)
    H, W = size(max(1, KH - 2 * PH), 10), size(max(1, KW - 2 * PW), 10)
    stride = draw(st.one_of(st.none(), st.tuples(st.integers(1, 5), st.integers(1, 5))))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    x = normal(1, size(0, 3), size(1, 3), H, W, dtype=dtype)
    kind = draw(st.sampled_from(kinds))
    x = {"normal": x, "ties": np.maximum(np.round(x), 0), "negative": -1 - np.abs(x)}[kind]
    return x, ((KH, KW), stride, (PH, PW))


@pytest.mark.parametrize("form", MAX)
@quick
@given(pools())
def test_max_pool2d_agrees_with_torch(form, case):
    x, settings = case
    out, positions = MAX[form](x, *settings)
    if len(x):
        _, expected = F.max_pool2d(torch.from_numpy(x), *settings, return_indices=True)
        np.testing.assert_array_equal(positions, expected.numpy())  # ties as well
    assert_agrees_with_torch(
        lambda x: out,
        lambda grad_out: [nn.max_pool2d_backward(grad_out, positions, x.shape[2:])],
        lambda x: F.max_pool2d(x, *settings),
        x,
    )


@pytest.mark.parametrize("form", AVG)
@quick
@given(pools())
def test_avg_pool2d_agrees_with_torch(form, case):
    x, settings = case
    assert_agrees_with_torch(
        lambda x: AVG[form](x, *settings),
        lambda grad_out: [nn.avg_pool2d_backward(grad_out, x.shape[2:], *settings)],
        lambda x: F.avg_pool2d(x, *settings),
        x,
    )


@quick
@given(pools(), st.sampled_from([1, 100, 500]))
def test_pooling_in_pieces(case, size):
    x, settings = case
    kept, scratch.CACHE = scratch.CACHE, size
    try:
        out, positions = nn.max_pool2d(x, *settings)
        mean = nn.avg_pool2d(x, *settings)
        grads = (
            nn.max_pool2d_backward(out, positions, x.shape[2:]),
            nn.avg_pool2d_backward(out, x.shape[2:], *settings),
        )
    finally:
        scratch.CACHE = kept
    expected, expected_positions = nn.max_pool2d_plain(x, *settings)
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(positions, expected_positions)
    assert_close(mean, nn.avg_pool2d_matrix(x, *settings))
    assert_close(grads[0], nn.max_pool2d_backward(out, positions, x.shape[2:]))
    assert_close(grads[1], nn.avg_pool2d_backward(out, x.shape[2:], *settings))


def test_gradients_against_small_steps():
    x, settings = normal(0, 2, 3, 6, 7), ((3, 2), (2, 1), (1, 1))
    out, positions = nn.max_pool2d(x, *settings)
    grad_out = normal(1, *out.shape)
    grad_x = nn.max_pool2d_backward(grad_out, positions, (6, 7))
    assert nn.gradient_check(lambda x: nn.max_pool2d(x, *settings)[0], x, grad_x, grad_out)
    grad_x = nn.avg_pool2d_backward(grad_out, (6, 7), *settings)
    assert nn.gradient_check(lambda x: nn.avg_pool2d(x, *settings), x, grad_x, grad_out)


def test_overlapping_windows_add_up():
    x = np.array([[0.0, 0, 0], [0, 9, 0], [0, 0, 0]])[None, None]
    _, positions = nn.max_pool2d(x, 2, 1)
    assert positions.ravel().tolist() == [4, 4, 4, 4]
    grad_out = np.array([[1.0, 2], [3, 4]])[None, None]
    assert nn.max_pool2d_backward(grad_out, positions, (3, 3))[0, 0, 1, 1] == 10
    shares = nn.avg_pool2d_backward(grad_out, (3, 3), 2, 1)[0, 0]
    assert shares.tolist() == [[0.25, 0.75, 0.5], [1, 2.5, 1.5], [0.75, 1.75, 1]]


@pytest.mark.parametrize("form", MAX)
def test_of_equal_pixels_the_first_in_row_order_wins(form):
    x = np.array([[1.0, 5, 5], [5, 5, 5], [0, 5, 9]])[None, None]
    assert MAX[form](x, 3, 1)[1].item() == 8
    assert MAX[form](x, 2, 1)[1].ravel().tolist() == [1, 1, 3, 8]
    assert MAX[form](np.zeros((1, 1, 4, 4)), 2)[1].ravel().tolist() == [0, 2, 8, 10]


@pytest.mark.parametrize("form", MAX)
@pytest.mark.parametrize("value", [-np.inf, np.inf])
def test_padding_never_wins(form, value):
    x = np.full((1, 2, 5, 4), value)
    settings = ((3, 2), (2, 2), (1, 1))
    out, positions = MAX[form](x, *settings)
    expected, indices = F.max_pool2d(torch.from_numpy(x), *settings, return_indices=True)
    np.testing.assert_array_equal(out, expected.numpy())
    np.testing.assert_array_equal(positions, indices.numpy())


@pytest.mark.parametrize("form", MAX)
def test_nan_makes_its_windows_nan(form):
    x = normal(0, 1, 1, 6, 6)
    x[0, 0, 2, 3] = np.nan
    out, _ = MAX[form](x, 3, 2, 1)
    expected = F.max_pool2d(torch.from_numpy(x), 3, 2, 1).numpy()
    np.testing.assert_array_equal(out, expected)
    assert np.isnan(out).sum() == 2


def test_integers():
    x = np.arange(-9, 7).reshape(1, 1, 4, 4)
    for form in MAX.values():
        out, _ = form(x, 3, 2, 1)
        assert out.dtype == x.dtype
        assert out[0, 0].tolist() == [[-4, -2], [4, 6]]
    for form in AVG.values():
        assert form(x, 2)[0, 0].tolist() == [[-6.5, -4.5], [1.5, 3.5]]
        assert form(x.astype(np.int8), 2).dtype == np.float32


@pytest.mark.parametrize("form", [*MAX.values(), *AVG.values()])
def test_non_contiguous_and_read_only_inputs(form):
    x = normal(1, 9, 8, 3, 2).transpose(3, 2, 1, 0)[:, :, ::-1]
    x.flags.writeable = False
    got, expected = form(x, 3, 2, 1), form(np.ascontiguousarray(x), 3, 2, 1)
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("form", [*MAX.values(), *AVG.values()])
def test_pooling_refuses(form):
    x = np.zeros((2, 3, 5, 5))
    with pytest.raises(ShapeError, match=r"x of shape \(N, C, H, W\), got \(3, 5, 5\)"):
        form(x[0], 2)
    with pytest.raises(ShapeError, match="a kernel of 6 covers 6 pixels, but the input has only 5"):
        form(x, 6)
    with pytest.raises(
        ShapeError, match="at most half the window, got padding 2 for a window of 3"
    ):
        form(x, 3, padding=2)
    with pytest.raises(ValueError, match="expects kernel_size to be a whole number ≥ 1"):
        form(x, 0)


def test_backward_refuses_what_does_not_fit():
    grad, positions = np.ones((1, 1, 2, 2)), np.zeros((1, 1, 2, 2), int)
    with pytest.raises(ShapeError, match=r"positions of shape \(1, 1, 2, 2\), got \(1, 1, 2\)"):
        nn.max_pool2d_backward(grad, positions[..., 0], (4, 4))
    for wrong in (-1, 16):
        with pytest.raises(IndexError, match="positions from 0 to 15 in a map of 4 × 4"):
            nn.max_pool2d_backward(grad, positions + wrong, (4, 4))
    with pytest.raises(ShapeError, match=r"grad_out of shape \(N, C, 3, 3\), got \(1, 1, 2, 2\)"):
        nn.avg_pool2d_backward(grad, (4, 4), 2, 1)


@quick
@given(st.integers(0, 3), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
def test_global_avg_pool2d(N, C, H, W):
    x = normal(0, N, C, H, W)
    assert_agrees_with_torch(
        nn.global_avg_pool2d,
        lambda grad_out: [nn.global_avg_pool2d_backward(grad_out, (H, W))],
        lambda x: F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0],
        x,
    )


def test_global_avg_pool2d_refuses():
    with pytest.raises(ShapeError, match="at least one pixel, got maps of 0 × 4"):
        nn.global_avg_pool2d(np.zeros((2, 3, 0, 4)))
