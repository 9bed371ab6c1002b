import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_utils.shapes import (
    ShapeError,
    conv_output_size,
    conv_transpose_output_size,
    number,
    pair,
    pool_output_size,
    require_shape,
    whole_number,
)

quick = settings(deadline=None, derandomize=True, max_examples=100)


def test_a_matching_shape_is_returned():
    x = np.zeros((2, 3, 5, 4))
    assert require_shape("conv2d", "x", x, ("N", 3, "H", "W")) == (2, 3, 5, 4)
    assert require_shape("f", "x", np.float64(1), ()) == ()
    assert require_shape("f", "x", torch.zeros(2, 2), ("K", "K")) == (2, 2)


@pytest.mark.parametrize(
    ("array", "spec", "message"),
    [
        (
            np.zeros((2, 5, 4, 4)),
            ("N", 3, "H", "W"),
            "conv2d expects x of shape (N, 3, H, W), got (2, 5, 4, 4)",
        ),
        (np.zeros(3), ("N", "N"), "conv2d expects x of shape (N, N), got (3,)"),
        (np.zeros((3, 4)), ("K", "K"), "conv2d expects x of shape (K, K), got (3, 4)"),
        (np.zeros((3, 4)), (7,), "conv2d expects x of shape (7,), got (3, 4)"),
        ([1, 2], ("N",), "conv2d expects x: an array of shape (N,), got a list"),
        (None, ("N",), "conv2d expects x: an array of shape (N,), got None"),
    ],
)
def test_a_wrong_shape_is_told_what_was_expected_and_what_came(array, spec, message):
    with pytest.raises(ShapeError) as error:
        require_shape("conv2d", "x", array, spec)
    assert str(error.value) == message
    assert isinstance(error.value, ValueError)


def test_pair():
    assert pair("conv2d", "stride", 2) == (2, 2)
    assert pair("conv2d", "stride", (2, 3)) == (2, 3)
    assert pair("conv2d", "padding", np.int64(0)) == (0, 0)


@pytest.mark.parametrize("value", [0, -1, 1.5, "2", (1, 2, 3), (1,), (1, 0), None])
def test_pair_refuses(value):
    with pytest.raises(ValueError, match="expects stride to be a whole number ≥ 1 or a pair"):
        pair("conv2d", "stride", value, least=1)


def test_whole_number_and_number():
    assert whole_number("fit", "epochs", np.int64(3), 1) == 3
    assert type(whole_number("fit", "epochs", np.int64(3), 1)) is int
    for value in (0.5, np.float32(0.5), 0):
        assert number("SGD", "lr", value) is value
    assert number("dropout", "p", -1, -2) == -1


@pytest.mark.parametrize("value", [0, 1.0, "1", None, True, float("nan"), [1], 1 + 0j])
def test_whole_number_refuses(value):
    with pytest.raises(ValueError, match="fit expects epochs to be a whole number ≥ 1, got "):
        whole_number("fit", "epochs", value, 1)


@pytest.mark.parametrize("value", [-1, 1, "0.5", None, True, float("nan"), float("inf"), [0], 0j])
def test_number_refuses(value):
    with pytest.raises(ValueError, match="dropout expects p from 0 to less than 1, got "):
        number("dropout", "p", value, 0, below=1)
    if value != 1 or value is True:
        with pytest.raises(ValueError, match="SGD expects lr ≥ 0, got "):
            number("SGD", "lr", value)
        with pytest.raises(ValueError, match="fit expects smoothing from 0 to 1, got "):
            number("fit", "smoothing", value, 0, 1)


sizes = st.tuples(
    st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3)
)


@quick
@given(sizes)
def test_conv_output_size_is_torchs(setting):
    size, K, stride, padding, dilation = setting
    if dilation * (K - 1) + 1 > size + 2 * padding:
        with pytest.raises(ShapeError, match="covers"):
            conv_output_size(size, K, stride, padding, dilation)
    else:
        conv = torch.nn.Conv1d(1, 1, K, stride, padding, dilation)
        expected = conv(torch.zeros(1, 1, size)).shape[-1]
        assert conv_output_size(size, K, stride, padding, dilation) == expected


@quick
@given(sizes)
def test_pool_output_size_is_torchs(setting):
    size, K, stride, padding, _ = setting
    if padding > K // 2:
        with pytest.raises(ShapeError, match="at most half the window"):
            pool_output_size(size, K, stride, padding)
    elif size + 2 * padding >= K:
        expected = torch.nn.MaxPool1d(K, stride, padding)(torch.zeros(1, 1, size)).shape[-1]
        assert pool_output_size(size, K, stride, padding) == expected
        assert pool_output_size(size, K, padding=padding) == pool_output_size(size, K, K, padding)


@quick
@given(sizes, st.integers(0, 3))
def test_conv_transpose_output_size_is_torchs_and_undoes_conv(setting, output_padding):
    size, K, stride, padding, dilation = setting
    assume(output_padding < stride)
    full = (size - 1) * stride + dilation * (K - 1) + 1 + output_padding
    if full <= 2 * padding:
        with pytest.raises(ShapeError, match="leaves nothing"):
            conv_transpose_output_size(size, K, stride, padding, output_padding, dilation)
        return
    got = conv_transpose_output_size(size, K, stride, padding, output_padding, dilation)
    layer = torch.nn.ConvTranspose1d(
        1, 1, K, stride, padding, output_padding=output_padding, dilation=dilation
    )
    assert got == layer(torch.zeros(1, 1, size)).shape[-1]
    assert conv_output_size(got, K, stride, padding, dilation) == size


def test_conv_transpose_output_size_refuses_a_meaningless_output_padding():
    with pytest.raises(ShapeError, match="expects output_padding from 0 to 1, got 2"):
        conv_transpose_output_size(4, 3, stride=2, output_padding=2)
