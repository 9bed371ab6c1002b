"""Linear layer, activations, losses, initialisers: values and gradients against torch."""

import subprocess
import sys

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from nn_helpers import assert_agrees_with_torch, assert_close, normal, quick, to_torch

from course_utils import numpy_nn as nn
from course_utils.shapes import ShapeError

dtypes = st.sampled_from([np.float32, np.float64])
sizes = st.integers(0, 4)
positive = st.integers(1, 5)


@quick
@given(sizes, positive, positive, dtypes)
def test_linear(N, D, M, dtype):
    x, weight, bias = (normal(i, *s, dtype=dtype) for i, s in enumerate([(N, D), (M, D), (M,)]))
    assert_agrees_with_torch(
        nn.linear, lambda grad_out: nn.linear_backward(grad_out, x, weight), F.linear,
        x, weight, bias,
    )  # fmt: skip
    np.testing.assert_array_equal(nn.linear(x, weight), x @ weight.T)
    assert nn.linear_backward(nn.linear(x, weight), x, weight, input_grad=False)[0] is None


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((2, 3), (4, 5), (4,)), r"linear expects x of shape \(N, 5\), got \(2, 3\)"),
        (((2, 5), (4, 5), (5,)), r"linear expects bias of shape \(4,\), got \(5,\)"),
        (((5,), (4, 5), (4,)), r"linear expects x of shape \(N, 5\), got \(5,\)"),
        (((2, 5), (4, 5, 1), (4,)), r"linear expects weight of shape \(out, in\)"),
    ],
)
def test_linear_refuses(shapes, message):
    with pytest.raises(ShapeError, match=message):
        nn.linear(*map(np.zeros, shapes))


def test_linear_backward_refuses_a_gradient_that_would_broadcast():
    with pytest.raises(ShapeError, match=r"grad_out of shape \(2, 4\), got \(1, 4\)"):
        nn.linear_backward(np.zeros((1, 4)), np.zeros((2, 5)), np.zeros((4, 5)))


ACTIVATIONS = {
    "sigmoid": (nn.sigmoid, nn.sigmoid_backward, torch.sigmoid),
    "tanh": (nn.tanh, nn.tanh_backward, torch.tanh),
    "relu": (nn.relu, nn.relu_backward, torch.relu),
}
shapes = st.lists(sizes, max_size=4).map(tuple)


@pytest.mark.parametrize("name", ACTIVATIONS)
@quick
@given(shape=shapes, dtype=dtypes)
def test_activations(name, shape, dtype):
    function, backward, torch_function = ACTIVATIONS[name]
    x = np.asarray(3 * normal(1, *shape, dtype=dtype))
    out = function(x)
    assert_agrees_with_torch(
        lambda x: np.asarray(function(x)),
        lambda grad_out: [np.asarray(backward(grad_out, out))],
        torch_function, x,
    )  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_at_the_extremes(name):
    function, backward, torch_function = ACTIVATIONS[name]
    x = np.array([-np.inf, -1000, -0.0, 0.0, 1000, np.inf, np.nan])
    expected = torch_function(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(function(x), expected, rtol=1e-15)
    grad = backward(np.ones(7), function(x))
    assert np.isfinite(grad[:6]).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_refuse_a_gradient_that_would_broadcast(name):
    with pytest.raises(ShapeError, match=r"grad_out of shape \(2, 3\), got \(3,\)"):
        ACTIVATIONS[name][1](np.ones(3), np.ones((2, 3)))


@quick
@given(st.integers(1, 5), st.integers(1, 6), dtypes, st.sampled_from([1, 1e4]), st.data())
def test_softmax_cross_entropy(N, classes, dtype, scale, data):
    logits = (scale * normal(0, N, classes)).astype(dtype)
    labels = np.array(data.draw(st.lists(st.integers(0, classes - 1), min_size=N, max_size=N)))
    before, tensor = logits.copy(), to_torch(logits)
    expected = F.cross_entropy(tensor, torch.from_numpy(labels))
    expected.backward()
    loss, grad = nn.softmax_cross_entropy(logits, labels)
    assert isinstance(loss, float)
    assert loss == pytest.approx(expected.item(), rel=1e-5 if dtype == np.float32 else 1e-12)
    assert_close(grad, tensor.grad)
    np.testing.assert_array_equal(logits, before)


def test_softmax_cross_entropy_against_small_steps():
    logits, labels = normal(0, 3, 4), np.array([1, 0, 3])
    _, grad = nn.softmax_cross_entropy(logits, labels)
    assert nn.gradient_check(lambda z: nn.softmax_cross_entropy(z, labels)[0], logits, grad)


@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        ((2, 3), np.array([0.0, 1.0]), TypeError, "labels to be integers, got float64"),
        ((2, 3), np.array([True, False]), TypeError, "labels to be integers, got bool"),
        ((2, 3), np.array([0, 3]), ValueError, "labels from 0 to 2, got 3"),
        ((2, 3), np.array([0, -1]), ValueError, "labels from 0 to 2, got -1"),
        ((2, 3), np.array([[0], [1]]), ShapeError, r"labels of shape \(2,\), got \(2, 1\)"),
        ((2, 3), [0, 1], ShapeError, r"an array of shape \(2,\), got a list"),
        ((3,), np.array([0]), ShapeError, r"logits of shape \(N, classes\), got \(3,\)"),
        ((0, 3), np.array([], int), ShapeError, "at least one example, got an empty batch"),
    ],
)
def test_softmax_cross_entropy_refuses(logits, labels, error, message):
    with pytest.raises(error, match=f"softmax_cross_entropy expects .*{message}"):
        nn.softmax_cross_entropy(np.zeros(logits), labels)


@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
def test_softmax_is_torchs_also_with_infinities(function):
    x = np.array([[1e300, 0, -1e300], [-np.inf, 0, 1], [np.inf, 0, 1], [np.nan, 0, 1], [1, 2, 3]])
    expected = getattr(torch, function)(torch.from_numpy(x), -1).numpy()
    np.testing.assert_allclose(getattr(nn, function)(x), expected, rtol=1e-14)


@quick
@given(shapes.filter(lambda shape: 0 not in shape), dtypes)
def test_mse(shape, dtype):
    prediction, target = (np.asarray(normal(i, *shape, dtype=dtype)) for i in range(2))
    tensor = to_torch(prediction)
    expected = F.mse_loss(tensor, torch.from_numpy(target))
    expected.backward()
    loss, grad = nn.mse(prediction, target)
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    assert_close(np.asarray(grad), tensor.grad)


def test_mse_refuses_to_broadcast():
    with pytest.raises(ShapeError, match=r"mse expects target of shape \(3, 1\), got \(3,\)"):
        nn.mse(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(ShapeError, match="at least one number"):
        nn.mse(np.zeros((0, 1)), np.zeros((0, 1)))


@pytest.mark.parametrize("shape", [(40, 60), (16, 8, 3, 5)])
@pytest.mark.parametrize("kind", ["he_normal", "he_uniform", "xavier_normal", "xavier_uniform"])
def test_initialisers_have_torchs_spread(kind, shape):
    weight = getattr(nn, kind)(shape, 0)
    start, law = kind.split("_")
    init = getattr(torch.nn.init, f"{'kaiming' if start == 'he' else start}_{law}_")
    torch.manual_seed(0)
    options = {"nonlinearity": "relu"} if start == "he" else {}
    expected = init(torch.empty(shape), **options).numpy()
    assert weight.shape == shape
    assert weight.dtype == np.float32
    assert weight.std() == pytest.approx(expected.std(), rel=0.06)
    assert np.abs(weight.mean()) < 4 * weight.std() / np.sqrt(weight.size)
    if law == "uniform":
        assert np.abs(weight).max() == pytest.approx(np.abs(expected).max(), rel=0.01)


def test_initialisers_follow_their_seed():
    np.testing.assert_array_equal(nn.he_normal((3, 4), 1), nn.he_normal((3, 4), 1))
    assert not np.array_equal(nn.he_normal((3, 4), 1), nn.he_normal((3, 4), 2))
    rng = np.random.default_rng(0)
    assert not np.array_equal(nn.he_normal((3, 4), rng), nn.he_normal((3, 4), rng))


def test_initialisers_keep_the_size_of_a_signal():
    x = normal(0, 500, 400)
    for _ in range(10):
        x = nn.relu(nn.linear(x, nn.he_normal((400, 400), np.random.default_rng(1), np.float64)))
    assert 0.3 < np.sqrt((x**2).mean()) < 3
    with pytest.raises(ValueError, match="fans expects"):
        nn.fans((3,))


def test_importing_is_light():
    code = (
        "import sys, course_utils.numpy_nn as nn;"
        "assert not {'torch', 'scipy', 'matplotlib', 'tqdm'} & set(sys.modules);"
        "assert all(hasattr(nn, name) for name in nn.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
