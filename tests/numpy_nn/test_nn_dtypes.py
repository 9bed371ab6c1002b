"""Whole numbers, mixed floats, NaN and numbers far from 0: the result is that of float64."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from nn_helpers import assert_close, normal

from course_utils import numpy_nn as nn
from course_utils.numpy_nn import scratch
from course_utils.shapes import ShapeError


def whole(seed, *shape, low=190, high=256, dtype=np.uint8):
    """Large bytes: any sum, product or difference of two leaves the range of a byte."""
    return np.random.default_rng(seed).integers(low, high, shape).astype(dtype)


SETTINGS = ((2, 1), (1, 0), (1, 2), 2)  # stride, padding, dilation, groups
SETTINGS_T = ((2, 1), (1, 0), (1, 0), (1, 2), 2)
IMAGE, FILTERS, STAMPS = (2, 4, 5, 6), (6, 2, 3, 2), (4, 3, 3, 2)
MAPS, MAPS_T = (2, 6, 3, 4), (2, 6, 10, 8)
LAST, CUBES = (2, 5, 6, 4), (6, 4, 3, 3)
BATCH = ((2, 3, 2, 2), (3,), (3,), (3,), (3,))

# name -> the function of its arrays, and their shapes
OPS = {
    "conv2d": (lambda *a: nn.conv2d(*a, *SETTINGS), (IMAGE, FILTERS, (6,))),
    "conv2d_im2col": (lambda *a: nn.conv2d_im2col(*a, *SETTINGS), (IMAGE, FILTERS, (6,))),
    "conv2d_loops": (lambda *a: nn.conv2d_loops(*a, *SETTINGS), (IMAGE, FILTERS, (6,))),
    "conv2d_backward": (lambda *a: nn.conv2d_backward(*a, *SETTINGS), (MAPS, IMAGE, FILTERS)),
    "conv2d_im2col_backward": (
        lambda *a: nn.conv2d_im2col_backward(*a, *SETTINGS), (MAPS, IMAGE, FILTERS)),
    "conv2d_loops_backward": (
        lambda *a: nn.conv2d_loops_backward(*a, *SETTINGS), (MAPS, IMAGE, FILTERS)),
    "conv2d_weight_grad": (
        lambda *a: nn.conv2d_weight_grad(*a, (3, 2), *SETTINGS), (MAPS, IMAGE)),
    "conv2d_input_grad": (
        lambda *a: nn.conv2d_input_grad(*a, (5, 6), *SETTINGS), (MAPS, FILTERS)),
    "conv2d_rotated_backward": (
        nn.conv2d_rotated_backward, ((2, 6, 3, 5), IMAGE, (6, 4, 3, 2))),
    "full_convolution": (nn.full_convolution, (IMAGE, (6, 4, 3, 2))),
    "conv2d_winograd": (nn.conv2d_winograd, (LAST, CUBES, (6,))),
    "conv2d_winograd_backward": (nn.conv2d_winograd_backward, ((2, 5, 6, 6), LAST, CUBES)),
    "conv_transpose2d": (
        lambda *a: nn.conv_transpose2d(*a, *SETTINGS_T), (IMAGE, STAMPS, (6,))),
    "conv_transpose2d_loops": (
        lambda *a: nn.conv_transpose2d_loops(*a, *SETTINGS_T), (IMAGE, STAMPS, (6,))),
    "conv_transpose2d_backward": (
        lambda *a: nn.conv_transpose2d_backward(*a, *SETTINGS_T), (MAPS_T, IMAGE, STAMPS)),
    "col2im": (lambda a: nn.col2im(a, (4, 4), 3), ((2, 18, 4),)),
    "im2col": (lambda a: nn.im2col(a, 3), (IMAGE,)),
    "linear": (nn.linear, ((3, 4), (5, 4), (5,))),
    "linear_backward": (nn.linear_backward, ((3, 5), (3, 4), (5, 4))),
    "max_pool2d": (lambda a: nn.max_pool2d(a, 3, 2, 1), (IMAGE,)),
    "max_pool2d_plain": (lambda a: nn.max_pool2d_plain(a, 3, 2, 1), (IMAGE,)),
    "max_pool2d_backward": (
        lambda a: nn.max_pool2d_backward(a, np.full(a.shape, 5), (3, 4)), ((2, 3, 2, 2),)),
    "avg_pool2d": (lambda a: nn.avg_pool2d(a, 3, 2, 1), (IMAGE,)),
    "avg_pool2d_matrix": (lambda a: nn.avg_pool2d_matrix(a, 3, 2, 1), (IMAGE,)),
    "avg_pool2d_backward": (
        lambda a: nn.avg_pool2d_backward(a, (5, 6), 3, 2, 1), ((2, 4, 3, 3),)),
    "global_avg_pool2d": (nn.global_avg_pool2d, (IMAGE,)),
    "global_avg_pool2d_backward": (
        lambda a: nn.global_avg_pool2d_backward(a, (3, 2)), ((2, 4),)),
    "batch_statistics": (nn.batch_statistics, (BATCH[0],)),
    "batch_norm": (nn.batch_norm, BATCH),
    "batch_norm_backward": (nn.batch_norm_backward, (BATCH[0], *BATCH[:-1])),
    "dropout": (lambda a: nn.dropout(a, 0.3, 0), (IMAGE,)),
    "dropout_backward": (nn.dropout_backward, (IMAGE, IMAGE)),
    "sigmoid": (nn.sigmoid, ((3, 4),)),
    "sigmoid_backward": (nn.sigmoid_backward, ((3, 4), (3, 4))),
    "tanh": (nn.tanh, ((3, 4),)),
    "tanh_backward": (nn.tanh_backward, ((3, 4), (3, 4))),
    "relu": (nn.relu, ((3, 4),)),
    "relu_backward": (nn.relu_backward, ((3, 4), (3, 4))),
    "softmax": (nn.softmax, ((3, 4),)),
    "log_softmax": (nn.log_softmax, ((3, 4),)),
    "softmax_cross_entropy": (
        lambda a: nn.softmax_cross_entropy(a, np.array([0, 3, 1])), ((3, 4),)),
    "mse": (nn.mse, ((3, 4), (3, 4))),
    "Adam": (lambda a: adam_step(a), ((3, 4),)),
}  # fmt: skip


def adam_step(gradient):
    parameters = {"weight": np.zeros(gradient.shape)}
    nn.Adam(parameters, lr=0.1, eps=300).step({"weight": gradient})
    return parameters["weight"]


def results(function, arrays):
    got = function(*arrays)
    return got if isinstance(got, tuple) else (got,)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool, np.int16, np.uint64])
@pytest.mark.parametrize("name", OPS)
def test_whole_numbers_are_computed_as_in_float64(name, dtype):
    function, shapes = OPS[name]
    low, high = {np.int8: (-128, 128), bool: (0, 2)}.get(dtype, (190, 256))
    arrays = [whole(i, *s, low=low, high=high, dtype=dtype) for i, s in enumerate(shapes)]
    if name.startswith("batch_norm"):
        arrays[-1] = np.abs(arrays[-1].astype(np.int64)).astype(dtype)  # a variance
    expected = results(function, [array.astype(np.float64) for array in arrays])
    for got, right in zip(results(function, arrays), expected, strict=True):
        np.testing.assert_allclose(np.asarray(got, np.float64), right, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("name", [name for name, (_, shapes) in OPS.items() if len(shapes) > 1])
def test_a_byte_beside_a_float_becomes_that_float(name):
    function, shapes = OPS[name]
    arrays = [whole(i, *shape) for i, shape in enumerate(shapes)]
    for place in range(len(arrays)):
        mixed = [a.astype(np.float32) if i == place else a for i, a in enumerate(arrays)]
        exact = results(function, [a.astype(np.float64) for a in arrays])
        for got, right in zip(results(function, mixed), exact, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-4, atol=1e-4 * np.abs(right).max())


def test_the_smallest_cases():
    assert nn.mse(np.array([200], np.uint8), np.array([250], np.uint8))[0] == 2500
    image, box = np.full((1, 1, 4, 4), 200, np.uint8), np.ones((1, 1, 3, 3), np.uint8)
    for form in (nn.conv2d, nn.conv2d_im2col, nn.conv2d_loops):
        assert (form(image, box) == 1800).all()
        assert form(image, box).dtype == np.int64


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_floats_and_long_integers_are_not_copied(dtype):
    x = np.ones((2, 3), dtype)
    assert nn.linear(x, x).dtype == dtype
    assert scratch.scratch("x", (2,), dtype).dtype == dtype


@pytest.mark.parametrize("name", OPS)
def test_what_is_no_number_is_refused_in_words(name):
    function, shapes = OPS[name]
    texts = [np.full(shape, "1") for shape in shapes]
    with pytest.raises(TypeError, match=r"expects .* to hold numbers, got <U1"):
        function(*texts)


BACKWARD = [nn.conv2d_backward, nn.conv2d_im2col_backward, nn.conv2d_loops_backward]


@pytest.mark.parametrize("form", BACKWARD)
@pytest.mark.parametrize("dtypes", [("f4", "f8", "f4"), ("f8", "f4", "f4"), ("f4", "f4", "f8"),
                                    ("f8", "i8", "f8")])  # fmt: skip
def test_gradients_of_mixed_dtypes_are_the_same_in_every_form(form, dtypes):
    shapes = ((1, 2, 3, 3), (1, 1, 4, 4), (2, 1, 2, 2))
    arrays = [
        (9 * normal(i, *s)).astype(d) for i, (s, d) in enumerate(zip(shapes, dtypes, strict=True))
    ]
    for got, expected in zip(form(*arrays), nn.conv2d_backward(*arrays), strict=True):
        assert_close(got, expected, 1e-5)


# ------------------------------------------------------------------------------------------- NaN
@pytest.mark.parametrize("form", [nn.max_pool2d, nn.max_pool2d_plain])
@pytest.mark.parametrize("settings", [(2, None, 0), (3, 2, 1), ((3, 2), (1, 2), (1, 1)), (2, 3, 1)])
def test_nan_wins_its_windows_as_in_torch(form, settings):
    rng = np.random.default_rng(0)
    for _ in range(20):
        x = rng.normal(size=(2, 3, 6, 7))
        x[rng.random(x.shape) < 0.3] = np.nan
        out, positions = form(x, *settings)
        expected, indices = F.max_pool2d(torch.from_numpy(x), *settings, return_indices=True)
        np.testing.assert_array_equal(out, expected.numpy())
        np.testing.assert_array_equal(positions, indices.numpy())


def test_pooling_truth_values():
    x = np.random.default_rng(0).random((2, 3, 6, 7)) < 0.2
    for form in (nn.max_pool2d, nn.max_pool2d_plain):
        out, positions = form(x, 3, 2, 1)
        expected, indices = form(x.astype(int), 3, 2, 1)
        assert out.dtype == bool
        np.testing.assert_array_equal(out, expected)
        np.testing.assert_array_equal(positions, indices)


def test_relu_passes_the_gradient_on_at_nan_as_torch_does():
    x = np.array([-1.0, np.nan, 0, 2])
    tensor = torch.from_numpy(x).requires_grad_()
    torch.relu(tensor).backward(torch.ones(4, dtype=torch.float64))
    got = nn.relu_backward(np.ones(4), nn.relu(x))
    np.testing.assert_array_equal(got, tensor.grad.numpy())


@pytest.mark.parametrize("shape", [(5, 0, 0), (0, 3), (2, 0)])
def test_softmax_of_nothing_is_nothing(shape):
    for function in (nn.softmax, nn.log_softmax):
        assert function(np.ones(shape)).shape == shape


# ----------------------------------------------------------------------------- accuracy, far from 0
def test_accuracy_broadcasts_nothing():
    logits, labels = np.eye(4)[[0, 1, 2, 3, 0]], np.array([0, 1, 2, 3, 0])
    assert nn.accuracy(logits, labels) == 1
    assert nn.accuracy(logits, [0, 1, 2, 3, 1]) == 0.8
    with pytest.raises(ShapeError, match=r"accuracy expects labels of shape \(5,\), got \(5, 1\)"):
        nn.accuracy(logits, labels[:, None])
    with pytest.raises(ShapeError, match=r"accuracy expects labels of shape \(5,\), got \(1,\)"):
        nn.accuracy(logits, labels[:1])
    with pytest.raises(ShapeError, match="at least one example"):
        nn.accuracy(logits[:0], labels[:0])


@pytest.mark.parametrize("mean", [0, 30, 1000])
def test_batch_norm_far_from_0_is_as_exact_as_torchs(mean):
    x = (normal(0, 64, 8, 8, 8) + mean).astype(np.float32)
    grad_out, weight = normal(1, *x.shape, dtype=np.float32), normal(2, 8, dtype=np.float32)

    def torchs(dtype):
        tensors = [torch.tensor(a, dtype=dtype, requires_grad=True) for a in (x, weight)]
        out = F.batch_norm(tensors[0], None, None, tensors[1], None, True)
        return [t.numpy() for t in torch.autograd.grad(out, tensors, torch.tensor(grad_out))]

    def error(grads):
        exact = torchs(torch.float64)
        return [np.abs(g - e).max() / np.abs(e).max() for g, e in zip(grads, exact, strict=True)]

    ours = error(nn.batch_norm_backward(grad_out, x, weight, *nn.batch_statistics(x))[:2])
    theirs = error(torchs(torch.float32))
    assert all(our <= 3 * their + 2e-7 for our, their in zip(ours, theirs, strict=True))


def test_batch_norm_refuses_before_it_changes_its_averages():
    layer = nn.BatchNorm2d(3)
    before = {name: array.copy() for name, array in layer.buffers.items()}
    for wrong in (
        np.ones((4, 1, 5, 5)),
        np.ones((4, 5)),
        np.ones((1, 3, 1, 1)),
        np.ones((2, 3, 4)),
    ):
        with pytest.raises(ShapeError):
            layer(wrong.astype(np.float32))
    for name, array in layer.buffers.items():
        np.testing.assert_array_equal(array, before[name])


# ---------------------------------------------------------------------------------- scratch memory
def kept_bytes():
    return sum(memory.nbytes for memory in scratch._kept.__dict__.values())


def test_scratch_memory_can_be_given_back(monkeypatch):
    x, weight = normal(0, 2, 3, 20, 20), normal(1, 4, 3, 3, 3)
    expected = nn.conv2d(x, weight, padding=1)
    assert kept_bytes() > 0
    nn.free_scratch()
    assert kept_bytes() == 0
    monkeypatch.setattr(scratch, "LARGEST", 1000)
    np.testing.assert_array_equal(nn.conv2d(x, weight, padding=1), expected)
    assert kept_bytes() <= 1000
