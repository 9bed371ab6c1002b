"""Convolution and transposed convolution: every form against torch, small steps and the adjoint."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from nn_helpers import assert_agrees_with_torch, assert_close, normal, quick

from course_utils import numpy_nn as nn
from course_utils.numpy_nn import scratch
from course_utils.numpy_nn.geometry import inside
from course_utils.shapes import ShapeError

FORWARD = {"fast": nn.conv2d, "im2col": nn.conv2d_im2col, "loops": nn.conv2d_loops}
BACKWARD = {
    "fast": nn.conv2d_backward,
    "im2col": nn.conv2d_im2col_backward,
    "loops": nn.conv2d_loops_backward,
}


@st.composite
def convolutions(draw, batches=(0, 3), step=3, largest=9):
    """x, weight, bias, and settings that fit them: nothing square, rests that a stride drops."""
    size = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    both = lambda low, high: (size(low, high), size(low, high))  # noqa: E731
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    C, maps = groups * size(1, 2), groups * size(1, 3)
    (KH, KW), (PH, PW), (DH, DW) = both(1, 4), both(0, 3), both(1, 2)
    SH, SW = (1, 1) if draw(st.booleans()) else both(1, step)  # stride 1 has a way of its own
    H = size(max(1, DH * (KH - 1) + 1 - 2 * PH), max(largest, DH * (KH - 1) + 1))
    W = size(max(1, DW * (KW - 1) + 1 - 2 * PW), max(largest, DW * (KW - 1) + 1))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    x = normal(1, size(*batches), C, H, W, dtype=dtype)
    weight = normal(2, maps, C // groups, KH, KW, dtype=dtype)
    bias = normal(3, maps, dtype=dtype) if draw(st.booleans()) else None
    return x, weight, bias, ((SH, SW), (PH, PW), (DH, DW), groups)


def arrays_of(*arrays):
    return [array for array in arrays if array is not None]


@pytest.mark.parametrize("form", FORWARD)
@quick
@given(st.data())
def test_conv2d_agrees_with_torch(form, data):
    x, weight, bias, settings = data.draw(convolutions(largest=5 if form == "loops" else 9))
    arrays = arrays_of(x, weight, bias)

    def forward(x, weight, bias=None):
        return FORWARD[form](x, weight, bias, *settings)

    def backward(grad_out):
        return BACKWARD[form](grad_out, x, weight, *settings)[: len(arrays)]

    def torch_forward(x, weight, bias=None):
        return F.conv2d(x, weight, bias, *settings)

    assert_agrees_with_torch(forward, backward, torch_forward, *arrays)


@quick
@given(convolutions(batches=(5, 9)), st.sampled_from([1, 300, 2000]))
def test_conv2d_in_pieces(case, cache):
    """The fast form cuts the batch into pieces; the cut must not show."""
    x, weight, bias, settings = case
    expected = nn.conv2d_im2col(x, weight, bias, *settings)
    grad_out = normal(5, *expected.shape, dtype=x.dtype)
    expected_grads = nn.conv2d_im2col_backward(grad_out, x, weight, *settings)
    kept, scratch.CACHE = scratch.CACHE, cache
    try:
        assert_close(nn.conv2d(x, weight, bias, *settings), expected)
        got = nn.conv2d_backward(grad_out, x, weight, *settings)
    finally:
        scratch.CACHE = kept
    for grad, expected_grad in zip(got, expected_grads, strict=True):
        assert_close(grad, expected_grad)


@pytest.mark.parametrize("form", BACKWARD)
def test_conv2d_gradients_against_small_steps(form):
    x, weight, bias = normal(1, 2, 4, 6, 5), normal(2, 6, 2, 3, 2), normal(3, 6)
    settings = ((2, 1), (1, 2), (1, 2), 2)
    grad_out = normal(4, *nn.conv2d(x, weight, bias, *settings).shape)
    grads = BACKWARD[form](grad_out, x, weight, *settings)
    functions = (
        lambda x: FORWARD[form](x, weight, bias, *settings),
        lambda weight: FORWARD[form](x, weight, bias, *settings),
        lambda bias: FORWARD[form](x, weight, bias, *settings),
    )
    for function, array, grad in zip(functions, (x, weight, bias), grads, strict=True):
        assert nn.gradient_check(function, array, grad, grad_out)


@quick
@given(convolutions(batches=(1, 3)))
def test_the_lectures_backward_pass(case):
    x, weight, _, (stride, _, _, groups) = case
    weight = np.repeat(weight, groups, axis=1)
    assume(x.shape[2] >= weight.shape[2] and x.shape[3] >= weight.shape[3])
    grad_out = normal(5, *nn.conv2d(x, weight, None, stride).shape, dtype=x.dtype)
    got = nn.conv2d_rotated_backward(grad_out, x, weight, stride)
    for grad, expected in zip(got, nn.conv2d_backward(grad_out, x, weight, stride), strict=True):
        assert_close(grad, expected)


def test_the_lectures_example_term_by_term():
    """3×3 input, 2×2 filter: the sums that are written out in the lecture."""
    x, weight, grad = normal(0, 1, 1, 3, 3), normal(1, 1, 1, 2, 2), normal(2, 1, 1, 2, 2)
    grad_x, grad_weight, grad_bias = nn.conv2d_backward(grad, x, weight)
    X, F_, dO, dX, dF = (a[0, 0] for a in (x, weight, grad, grad_x, grad_weight))
    assert nn.conv2d(x, weight)[0, 0, 0, 0] == pytest.approx((X[:2, :2] * F_).sum())
    assert dF[0, 1] == pytest.approx((X[:2, 1:] * dO).sum())
    assert dX[0, 0] == pytest.approx(dO[0, 0] * F_[0, 0])
    assert dX[1, 1] == pytest.approx(
        dO[0, 0] * F_[1, 1] + dO[0, 1] * F_[1, 0] + dO[1, 0] * F_[0, 1] + dO[1, 1] * F_[0, 0]
    )
    assert grad_bias == pytest.approx(dO.sum())
    np.testing.assert_allclose(dX, nn.full_convolution(grad, nn.rotate180(weight))[0, 0])


def test_input_gradient_can_be_left_out():
    x, weight = normal(1, 2, 3, 5, 4), normal(2, 4, 3, 2, 2)
    grad_out = nn.conv2d(x, weight)
    assert nn.conv2d_backward(grad_out, x, weight, input_grad=False)[0] is None
    y = nn.conv_transpose2d(x, weight.swapaxes(0, 1))
    assert nn.conv_transpose2d_backward(y, x, weight.swapaxes(0, 1), input_grad=False)[0] is None


# -------------------------------------------------------------------------- the adjoint
@quick
@given(convolutions(batches=(1, 2)))
def test_conv_transpose2d_is_the_adjoint_of_conv2d(case):
    x, weight, _, (stride, padding, dilation, groups) = case
    x, weight = x.astype(np.float64), weight.astype(np.float64)
    out = nn.conv2d(x, weight, None, stride, padding, dilation, groups)
    y = normal(9, *out.shape)
    spans = [d * (K - 1) + 1 for d, K in zip(dilation, weight.shape[2:], strict=True)]
    rest = [
        (size + 2 * p - span) % s
        for size, p, span, s in zip(x.shape[2:], padding, spans, stride, strict=True)
    ]
    back = nn.conv_transpose2d(y, weight, None, stride, padding, tuple(rest), dilation, groups)
    left, right = np.vdot(out, y), np.vdot(x, back)
    assert abs(left - right) <= 1e-12 * max(1, np.linalg.norm(out) * np.linalg.norm(y))


@st.composite
def transposed_convolutions(draw):
    x, weight, _, (stride, padding, dilation, groups) = draw(convolutions(batches=(0, 2)))
    weight = weight.reshape(groups, -1, *weight.shape[1:]).swapaxes(1, 2)  # (G, C/G, F/G, KH, KW)
    weight = weight.reshape(x.shape[1], -1, *weight.shape[3:])
    output_padding = tuple(draw(st.integers(0, s - 1)) for s in stride)
    settings = (stride, padding, output_padding, dilation, groups)
    axes = zip(x.shape[2:], weight.shape[2:], *settings[:-1], strict=True)
    assume(all((n - 1) * s + d * (K - 1) + 1 - 2 * p + o > 0 for n, K, s, p, o, d in axes))
    bias = normal(3, weight.shape[1] * groups, dtype=x.dtype) if draw(st.booleans()) else None
    return x, weight, bias, settings


@pytest.mark.parametrize("form", ["fast", "loops"])
@quick
@given(transposed_convolutions())
def test_conv_transpose2d_agrees_with_torch(form, case):
    x, weight, bias, settings = case
    arrays = arrays_of(x, weight, bias)
    function = nn.conv_transpose2d if form == "fast" else nn.conv_transpose2d_loops
    stride, padding, output_padding, dilation, groups = settings

    def forward(x, weight, bias=None):
        return function(x, weight, bias, *settings)

    def backward(grad_out):
        return nn.conv_transpose2d_backward(grad_out, x, weight, *settings)[: len(arrays)]

    def torch_forward(x, weight, bias=None):
        return F.conv_transpose2d(
            x, weight, bias, stride, padding, output_padding, groups, dilation
        )

    assert_agrees_with_torch(forward, backward, torch_forward, *arrays)


def test_conv_transpose2d_gradients_against_small_steps():
    x, weight, bias = normal(1, 2, 4, 3, 2), normal(2, 4, 3, 3, 2), normal(3, 6)
    settings = ((2, 3), (1, 0), (1, 2), (1, 2), 2)
    grad_out = normal(4, *nn.conv_transpose2d(x, weight, bias, *settings).shape)
    grads = nn.conv_transpose2d_backward(grad_out, x, weight, *settings)
    functions = (
        lambda x: nn.conv_transpose2d(x, weight, bias, *settings),
        lambda weight: nn.conv_transpose2d(x, weight, bias, *settings),
        lambda bias: nn.conv_transpose2d(x, weight, bias, *settings),
    )
    for function, array, grad in zip(functions, (x, weight, bias), grads, strict=True):
        assert nn.gradient_check(function, array, grad, grad_out)


# ------------------------------------------------------------------------------- pieces taught
@quick
@given(convolutions())
def test_im2col_and_col2im_are_torchs_unfold_and_fold(case):
    x, weight, _, (stride, padding, dilation, _) = case
    assume(len(x))
    K, settings = weight.shape[2:], {"stride": stride, "padding": padding, "dilation": dilation}
    columns = nn.im2col(x, K, **settings)
    assert_close(columns, F.unfold(torch.from_numpy(x), K, **settings))
    values = normal(1, *columns.shape, dtype=x.dtype)
    expected = F.fold(torch.from_numpy(values), x.shape[2:], K, **settings)
    assert_close(nn.col2im(values, x.shape[2:], K, **settings), expected)


def test_insert_zeros_pad2d_rotate180():
    x = np.arange(1, 7).reshape(1, 1, 2, 3)
    assert nn.insert_zeros(x, (2, 3))[0, 0].tolist() == [
        [1, 0, 0, 2, 0, 0, 3], [0] * 7, [4, 0, 0, 5, 0, 0, 6]
    ]  # fmt: skip
    assert nn.insert_zeros(x, 1).tolist() == x.tolist()
    assert nn.pad2d(x, (0, 1), 9)[0, 0].tolist() == [[9, 1, 2, 3, 9], [9, 4, 5, 6, 9]]
    assert nn.rotate180(x)[0, 0].tolist() == [[6, 5, 4], [3, 2, 1]]
    assert nn.insert_zeros(x[:0], 2).shape == (0, 1, 3, 5)


def test_full_convolution_covers_every_overlap():
    x, weight = normal(0, 2, 3, 4, 5), normal(1, 6, 3, 2, 3)
    expected = F.conv2d(torch.from_numpy(x), torch.from_numpy(weight), padding=(1, 2))
    assert_close(nn.full_convolution(x, weight), expected)
    from scipy.signal import convolve2d

    image, kernel = x[0, 0], weight[0, 0]
    got = nn.full_convolution(image[None, None], nn.rotate180(kernel[None, None]))[0, 0]
    np.testing.assert_allclose(got, convolve2d(image, kernel))


# -------------------------------------------------------------------------- unusual inputs
def test_a_kernel_larger_than_the_map_is_refused_unless_padding_makes_room():
    with pytest.raises(ShapeError, match="a kernel of 3 covers 3 pixels, but the input has only 2"):
        nn.conv2d(np.zeros((1, 1, 2, 5)), np.zeros((1, 1, 3, 3)))
    with pytest.raises(ShapeError, match="a kernel of 3 with dilation 2 covers 5 pixels"):
        nn.conv2d(np.zeros((1, 1, 4, 5)), np.zeros((1, 1, 3, 3)), dilation=2)
    assert nn.conv2d(np.ones((1, 1, 1, 1)), np.ones((1, 1, 3, 3)), padding=1).item() == 1


@pytest.mark.parametrize("stride", [1, 2])
def test_non_contiguous_and_read_only_inputs(stride):
    x = normal(1, 9, 8, 3, 2).transpose(3, 2, 1, 0)[:, :, ::-1]  # (2, 3, 8, 9), back to front
    weight = normal(2, 3, 2, 4, 3).transpose(2, 0, 1, 3)[..., ::-1]  # (4, 3, 2, 3)
    grad_out = normal(3, *nn.conv2d(x, weight, None, stride).shape[::-1]).T
    arrays = (grad_out, x, weight)
    plain = [np.ascontiguousarray(array) for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    assert_close(nn.conv2d(x, weight, None, stride), nn.conv2d(*plain[1:], None, stride))
    got, expected = (nn.conv2d_backward(*a, stride) for a in (arrays, plain))
    for grad, expected_grad in zip(got, expected, strict=True):
        assert_close(grad, expected_grad)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("form", FORWARD)
def test_infinity_and_nan_spread_as_in_torch(form, value):
    x, weight = normal(1, 1, 2, 5, 6), normal(2, 3, 2, 3, 2)
    x[0, 1, 2, 3] = value
    with np.errstate(invalid="ignore"):
        got = FORWARD[form](x, weight, None, 1, 1)
    expected = F.conv2d(torch.from_numpy(x), torch.from_numpy(weight), padding=1).numpy()
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_scratch_memory_never_reaches_the_caller():
    x, weight = normal(1, 2, 3, 6, 5), normal(2, 4, 3, 3, 2)
    first = nn.conv2d(x, weight, None, 1, 1)
    grads = nn.conv2d_backward(first, x, weight, 1, 1)
    kept = [a.copy() for a in (first, *grads)]
    nn.conv2d_backward(nn.conv2d(2 * x, 3 * weight, None, 1, 1), 2 * x, 3 * weight, 1, 1)
    for array, copy in zip((first, *grads), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_integers_and_mixed_precision_follow_numpy():
    x, weight = np.arange(16).reshape(1, 1, 4, 4), np.array([[[[1, 2], [3, 4]]]])
    for form in FORWARD.values():
        assert form(x, weight).dtype == np.int64
        assert form(x, weight)[0, 0, 0].tolist() == [34, 44, 54]
        assert form(x.astype(np.float32), weight.astype(np.float64)).dtype == np.float64


def test_threads_do_not_share_scratch_memory():
    from concurrent.futures import ThreadPoolExecutor

    own = scratch.scratch("test", (5,), np.float32)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(scratch.scratch, "test", (5,), np.float32).result()
    assert not np.shares_memory(own, other)
    assert np.shares_memory(own, scratch.scratch("test", (2, 2), np.float32))


ones = np.ones


@pytest.mark.parametrize("form", ["conv2d", "conv2d_im2col", "conv2d_loops"])
@pytest.mark.parametrize(
    ("args", "settings", "message"),
    [
        ((ones((2, 5, 4, 4)), ones((6, 3, 2, 2))), {},
         r"x of shape \(N, 3, H, W\), got \(2, 5, 4, 4\)"),
        ((ones((5, 4, 4)), ones((6, 5, 2, 2))), {}, r"x of shape .*got \(5, 4, 4\)"),
        ((ones((2, 5, 4, 4)), ones((6, 5, 2))), {}, r"weight of shape \(F, C/1, KH, KW\), got"),
        ((ones((2, 5, 4, 4)), ones((6, 5, 2, 2)), ones((6, 1))), {}, r"bias of shape \(6,\), got"),
        ((ones((2, 4, 4, 4)), ones((5, 2, 2, 2))), {"groups": 2},
         "groups to divide F = 5, got 2"),
        ((ones((2, 4, 4, 4)), ones((6, 4, 2, 2))), {"groups": 2},
         r"x of shape \(N, 8, H, W\)"),
        ((ones((2, 4, 4, 4)), ones((6, 4, 2, 2))), {"groups": 0}, "groups to be a whole number"),
        ((ones((2, 4, 4, 4)), ones((6, 4, 2, 2))), {"stride": 0}, "stride to be a whole number"),
        ((ones((2, 4, 4, 4)), ones((6, 4, 2, 2))), {"padding": -1}, "padding to be a whole number"),
        ((ones((2, 4, 4, 4)), ones((6, 4, 2, 2))), {"dilation": 1.5}, "dilation to be a whole"),
        (([[1.0]], ones((6, 4, 2, 2))), {}, "got a list"),
    ],
)  # fmt: skip
def test_conv2d_refuses(form, args, settings, message):
    with pytest.raises(ValueError, match=f"{form} expects .*{message}"):
        getattr(nn, form)(*args, **settings)


@pytest.mark.parametrize("backward", BACKWARD.values())
def test_backward_refuses_a_gradient_that_does_not_fit(backward):
    x, weight = ones((2, 3, 5, 6)), ones((4, 3, 2, 3))
    for shape in [(2, 4, 4, 3), (1, 4, 4, 4), (2, 1, 4, 4), (2, 4, 16)]:
        with pytest.raises(ShapeError, match=r"grad_out of shape \(2, 4, 4, 4\), got"):
            backward(ones(shape), x, weight)
    with pytest.raises(ShapeError, match=r"x of shape \(N, 3, H, W\), got \(2, 2, 5, 6\)"):
        backward(ones((2, 4, 4, 4)), x[:, :2], weight)


def test_the_gradients_alone_refuse_what_does_not_fit():
    with pytest.raises(ShapeError, match=r"conv2d_input_grad expects grad_out of shape"):
        nn.conv2d_input_grad(ones((2, 4, 4, 4)), ones((4, 3, 2, 2)), (6, 5))
    with pytest.raises(ShapeError, match=r"conv2d_weight_grad expects grad_out of shape"):
        nn.conv2d_weight_grad(ones((2, 4, 4, 4)), ones((2, 3, 6, 5)), (2, 2))
    with pytest.raises(ValueError, match="expects groups to divide C = 3, got 2"):
        nn.conv2d_weight_grad(ones((2, 4, 5, 4)), ones((2, 3, 6, 5)), (2, 2), groups=2)


@pytest.mark.parametrize("size", [(1, 2, 5, 5), 5, [5]])
def test_the_size_of_the_input_is_two_numbers(size):
    grad_out, weight = np.ones((1, 1, 3, 3)), np.ones((1, 2, 3, 3))
    with pytest.raises(ShapeError, match=r"conv2d_input_grad expects size: the \(rows, columns\)"):
        nn.conv2d_input_grad(grad_out, weight, size)


def test_conv_transpose2d_refuses():
    x, weight = ones((2, 4, 3, 3)), ones((4, 5, 2, 2))
    for settings, message in [
        ({"stride": 2, "output_padding": 2}, "expects output_padding from 0 to 1, got 2"),
        ({"padding": 2}, "leaves nothing when padding 2 is cut off"),
        ({"groups": 3}, "groups to divide C = 4, got 3"),
        ({"bias": ones(4)}, r"bias of shape \(5,\), got \(4,\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            nn.conv_transpose2d(x, weight, **settings)
    with pytest.raises(ShapeError, match=r"x of shape \(N, 4, H, W\), got \(2, 3, 3, 3\)"):
        nn.conv_transpose2d(x[:, :3], weight)
    with pytest.raises(ShapeError, match=r"grad_out of shape \(2, 5, 4, 4\), got"):
        nn.conv_transpose2d_backward(ones((2, 5, 4, 5)), x, weight)


def test_the_pieces_refuse_what_does_not_fit():
    for function, args in [
        (nn.pad2d, (ones(3), 1)),
        (nn.insert_zeros, (ones(3), 2)),
        (nn.im2col, (ones((2, 3)), 2)),
        (nn.col2im, (ones((2, 5, 9)), (4, 4), 2)),
        (nn.col2im, (ones((2, 4, 8)), (4, 4), 2)),
        (nn.full_convolution, (ones((1, 2, 3, 3)), ones((4, 3, 2, 2)))),
    ]:
        with pytest.raises(ShapeError, match=f"{function.__name__} expects"):
            function(*args)


# ---------------------------------------------------------------------------------- Winograd
@quick
@given(
    st.integers(0, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 11), st.integers(1, 11),
    st.integers(0, 2), st.booleans(),
)  # fmt: skip
def test_winograd_is_a_convolution(N, C, maps, H, W, padding, with_bias):
    assume(min(H, W) + 2 * padding >= 3)
    x, weight = normal(1, N, H, W, C), normal(2, maps, C, 3, 3)
    bias = normal(3, maps) if with_bias else None
    arrays = arrays_of(x, weight, bias)

    def torch_forward(x, weight, bias=None):
        return F.conv2d(x.permute(0, 3, 1, 2), weight, bias, 1, padding).permute(0, 2, 3, 1)

    assert_agrees_with_torch(
        lambda x, weight, bias=None: nn.conv2d_winograd(x, weight, bias, padding),
        lambda grad: nn.conv2d_winograd_backward(grad, x, weight, padding)[: len(arrays)],
        torch_forward, *arrays,
    )  # fmt: skip


def test_winograd_in_single_precision_and_many_pieces():
    x, weight = normal(1, 9, 14, 13, 8, dtype=np.float32), normal(2, 7, 8, 3, 3, dtype=np.float32)
    out = nn.conv2d_winograd(x, weight)
    expected = nn.conv2d(x.transpose(0, 3, 1, 2), weight, None, 1, 1).transpose(0, 2, 3, 1)
    assert_close(out, expected)
    grad_x, grad_weight, grad_bias = nn.conv2d_winograd_backward(out, x, weight)
    expected = nn.conv2d_backward(out.transpose(0, 3, 1, 2), x.transpose(0, 3, 1, 2), weight, 1, 1)
    assert_close(grad_x, expected[0].transpose(0, 2, 3, 1))
    assert_close(grad_weight, expected[1])
    assert_close(grad_bias, expected[2])


def test_winograd_takes_integers_and_refuses_what_does_not_fit():
    with pytest.raises(ShapeError, match=r"weight of shape \(F, C, 3, 3\), got \(2, 3, 5, 5\)"):
        nn.conv2d_winograd(ones((1, 6, 6, 3)), ones((2, 3, 5, 5)))
    with pytest.raises(ShapeError, match=r"x of shape \(N, H, W, 3\), got \(1, 3, 6, 6\)"):
        nn.conv2d_winograd(ones((1, 3, 6, 6)), ones((2, 3, 3, 3)))
    with pytest.raises(ShapeError, match="maps of 3 × 3 pixels or more"):
        nn.conv2d_winograd(ones((1, 2, 6, 3)), ones((2, 3, 3, 3)), padding=0)
    with pytest.raises(ValueError, match="padding to be a whole number ≥ 0, got -1"):
        nn.conv2d_winograd(ones((1, 6, 6, 3)), ones((2, 3, 3, 3)), padding=-1)
    x, weight = np.arange(75).reshape(1, 5, 5, 3), np.arange(54).reshape(2, 3, 3, 3)
    expected = nn.conv2d(x.transpose(0, 3, 1, 2), weight, None, 1, 1).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(nn.conv2d_winograd(x, weight), expected)


@pytest.mark.parametrize(
    ("stride", "padding", "output_padding", "dilation"),
    [(1, 0, 1, 2), (1, 2, 2, 3), (2, 1, 2, 3), ((1, 3), (1, 0), (1, 2), (2, 1))],
)
def test_output_padding_may_reach_the_stride_below_the_dilation(
    stride, padding, output_padding, dilation
):
    x, weight, bias = normal(0, 2, 3, 4, 5), normal(1, 3, 2, 3, 2), normal(2, 2)
    settings = (stride, padding, output_padding, dilation)
    for form in (nn.conv_transpose2d, nn.conv_transpose2d_loops):
        assert_agrees_with_torch(
            lambda x, weight, bias, form=form: form(x, weight, bias, *settings),
            lambda grad_out: nn.conv_transpose2d_backward(grad_out, x, weight, *settings),
            lambda *arrays: F.conv_transpose2d(
                *arrays, stride, padding, output_padding, dilation=dilation
            ),
            x, weight, bias,
        )  # fmt: skip


def test_pad2d_with_sides_that_differ():
    x, weight = normal(0, 2, 3, 4, 5), normal(1, 4, 3, 3, 2)
    padded = nn.pad2d(x, ((1, 0), (2, 3)), value=7)
    expected = F.pad(torch.from_numpy(x), (2, 3, 1, 0), value=7)
    np.testing.assert_array_equal(padded, expected.numpy())
    assert_close(nn.conv2d(padded, weight), F.conv2d(expected, torch.from_numpy(weight)))
    np.testing.assert_array_equal(nn.pad2d(x, ((1, 1), (2, 2))), nn.pad2d(x, (1, 2)))


def test_which_places_lie_inside_an_axis():
    """Also where a kernel never touches the map, and where its steps jump over it."""
    settings = itertools.product(range(-7, 8), (1, 2, 3), (1, 2, 4), (1, 2, 5))
    for start, step, count, length in settings:
        axis, places = inside(start, step, count, length)
        met = [start + step * k for k in range(count)]
        assert list(range(length))[axis] == [i for i in met if 0 <= i < length]
        assert met[places] == list(range(length))[axis]
