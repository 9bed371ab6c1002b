"""Batch norm, dropout, the convolutional layers, schedules, and LeNet-5 beside torch's."""

import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from nn_helpers import assert_agrees_with_torch, assert_close, normal, quick

from course_utils import numpy_nn as nn
from course_utils.shapes import ShapeError
from lenets import lenet, torch_lenet


# -------------------------------------------------------------------------------- batch norm
@quick
@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(2, 4),
    st.sampled_from([np.float32, np.float64]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_batch_norm_agrees_with_torch(N, C, H, W, dtype, training, flat):
    shape = (N + 1, C) if flat else (N, C, H, W)
    x, weight, bias = (normal(i, *s, dtype=dtype) for i, s in enumerate([shape, (C,), (C,)]))
    x = 2 * x + 3
    mean, var = normal(5, C, dtype=dtype), np.abs(normal(6, C, dtype=dtype)) + dtype(0.1)
    running = (torch.from_numpy(mean.copy()), torch.from_numpy(var.copy()))
    if training:
        mean, var = nn.batch_statistics(x)
    assert_agrees_with_torch(
        lambda x, weight, bias: nn.batch_norm(x, weight, bias, mean, var, 1e-3),
        lambda grad: nn.batch_norm_backward(grad, x, weight, mean, var, 1e-3, training),
        lambda x, weight, bias: F.batch_norm(x, *running, weight, bias, training, eps=1e-3),
        x, weight, bias,
    )  # fmt: skip


def test_batch_norm_gradients_against_small_steps():
    x, weight, bias, grad_out = (
        normal(i, *s) for i, s in enumerate([(3, 2, 2, 3), (2,), (2,), (3, 2, 2, 3)])
    )

    def forward(x, weight, bias):
        return nn.batch_norm(x, weight, bias, *nn.batch_statistics(x))

    grads = nn.batch_norm_backward(grad_out, x, weight, *nn.batch_statistics(x))
    functions = (
        lambda x: forward(x, weight, bias),
        lambda weight: forward(x, weight, bias),
        lambda bias: forward(x, weight, bias),
    )
    for function, array, grad in zip(functions, (x, weight, bias), grads, strict=True):
        assert nn.gradient_check(function, array, grad, grad_out)


def test_batch_norm_layer_follows_torchs_running_averages():
    layer, other = nn.BatchNorm2d(3, dtype=np.float64), torch.nn.BatchNorm2d(3).double()
    for step in range(3):
        x = 2 * normal(step, 4, 3, 5, 2) + 1
        assert_close(layer(x), other(torch.from_numpy(x)))
    assert_close(layer.buffers["running_mean"], other.running_mean)
    assert_close(layer.buffers["running_var"], other.running_var)
    layer.eval(), other.eval()
    x = normal(9, 2, 3, 4, 4)
    tensor = torch.from_numpy(x).requires_grad_()
    expected = other(tensor)
    assert_close(layer(x), expected)
    expected.backward(torch.from_numpy(x))
    assert_close(layer.backward(x), tensor.grad)
    assert_close(layer.gradients["weight"], other.weight.grad)


def test_batch_norm_refuses():
    one = np.ones(3)
    with pytest.raises(ShapeError, match="two numbers per channel or more to train"):
        nn.batch_statistics(np.ones((1, 3, 1, 1)))
    with pytest.raises(ShapeError, match=r"x of shape \(N, C, H, W\), got \(3, 4, 5\)"):
        nn.batch_statistics(np.ones((3, 4, 5)))
    with pytest.raises(ShapeError, match=r"weight of shape \(4,\), got \(3,\)"):
        nn.batch_norm(np.ones((2, 4)), one, one, one, one)
    with pytest.raises(ShapeError, match=r"grad_out of shape \(2, 3\), got \(1, 3\)"):
        nn.batch_norm_backward(np.ones((1, 3)), np.ones((2, 3)), one, one, one)
    with pytest.raises(ShapeError, match="got None"):
        nn.batch_statistics(None)
    nothing = np.ones((0, 3, 2, 2))
    assert nn.batch_norm(nothing, one, one, one, one).shape == (0, 3, 2, 2)
    assert nn.batch_norm_backward(nothing, nothing, one, one, one)[0].shape == (0, 3, 2, 2)


# ----------------------------------------------------------------------------------- dropout
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_keeps_the_mean_and_scales_the_gradient(dtype):
    x = np.ones((200, 300), dtype)
    out, mask = nn.dropout(x, 0.3, np.random.default_rng(0))
    assert out.dtype == mask.dtype == dtype
    assert (out == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert out.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(np.unique(out), [0, 1 / 0.7], rtol=1e-6)
    np.testing.assert_array_equal(nn.dropout_backward(x, mask), mask)
    np.testing.assert_array_equal(nn.dropout(x, 0, np.random.default_rng(0))[0], x)


def test_dropout_layer():
    x = normal(0, 5, 6)
    layer = nn.Dropout(0.5, rng=3)
    first, second = layer(x), layer(x)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(nn.Dropout(0.5, rng=3)(x), first)
    np.testing.assert_array_equal(layer.backward(x), second)
    layer.eval()
    assert layer(x) is x
    assert layer.backward(x) is x


def test_dropout_refuses():
    for p in (1, -0.1, np.nan):
        with pytest.raises(ValueError, match="dropout expects p from 0 to less than 1"):
            nn.dropout(np.ones(3), p, np.random.default_rng(0))
    with pytest.raises(ShapeError, match=r"grad_out of shape \(3,\), got \(1,\)"):
        nn.dropout_backward(np.ones(1), np.ones(3))


# ------------------------------------------------------------------------------------ layers
LAYERS = {
    "conv": (
        lambda: nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, rng=0, dtype=np.float64),
        lambda: torch.nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2),
    ),
    "conv without bias": (
        lambda: nn.Conv2d(4, 6, 3, bias=False, rng=0, dtype=np.float64),
        lambda: torch.nn.Conv2d(4, 6, 3, bias=False),
    ),
    "transposed": (
        lambda: nn.ConvTranspose2d(4, 6, (3, 2), 2, (1, 0), 1, 1, 2, rng=0, dtype=np.float64),
        lambda: torch.nn.ConvTranspose2d(4, 6, (3, 2), 2, (1, 0), 1, 2),
    ),
    "transposed without bias": (
        lambda: nn.ConvTranspose2d(4, 6, 3, bias=False, rng=0, dtype=np.float64),
        lambda: torch.nn.ConvTranspose2d(4, 6, 3, bias=False),
    ),
    "max pool": (lambda: nn.MaxPool2d(3, 2, 1), lambda: torch.nn.MaxPool2d(3, 2, 1)),
    "mean pool": (lambda: nn.AvgPool2d((3, 2)), lambda: torch.nn.AvgPool2d((3, 2))),
    "global": (
        nn.GlobalAvgPool2d,
        lambda: torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()),
    ),
    "batch norm": (
        lambda: nn.BatchNorm2d(4, dtype=np.float64),
        lambda: torch.nn.BatchNorm2d(4),
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name):
    layer, other = LAYERS[name][0](), LAYERS[name][1]().double()
    if layer.parameters:
        arrays = {**layer.parameters, **layer.buffers}
        state = {n: torch.from_numpy(np.array(a)) for n, a in arrays.items()}
        other.load_state_dict(state, strict=False)
    x = normal(0, 3, 4, 7, 8)
    tensor = torch.from_numpy(x).requires_grad_()
    out, expected = layer(x), other(tensor)
    assert_close(out, expected)
    grad_out = normal(1, *out.shape)
    expected.backward(torch.from_numpy(grad_out))
    assert_close(layer.backward(grad_out), tensor.grad)
    gradients = dict(other.named_parameters())
    assert layer.gradients.keys() == layer.parameters.keys() == gradients.keys()
    for parameter, gradient in layer.gradients.items():
        assert_close(gradient, gradients[parameter].grad)


def test_layers_refuse():
    with pytest.raises(ValueError, match="Conv2d expects groups to divide in_channels = 3, got 2"):
        nn.Conv2d(3, 4, 3, groups=2)
    with pytest.raises(ValueError, match="Conv2d expects kernel_size to be a whole number"):
        nn.Conv2d(3, 4, 0)
    with pytest.raises(ValueError, match="ConvTranspose2d expects groups to divide out_channels"):
        nn.ConvTranspose2d(4, 3, 3, groups=2)
    with pytest.raises(ShapeError, match=r"x of shape \(N, 3, H, W\), got \(2, 5, 4, 4\)"):
        nn.Conv2d(3, 4, 3)(np.zeros((2, 5, 4, 4), np.float32))


def test_repr():
    assert repr(nn.Conv2d(4, 6, 3, 2, groups=2)) == "Conv2d(4 → 6, 3×3, stride=2, groups=2)"
    assert repr(nn.ConvTranspose2d(4, 6, (3, 2))) == "ConvTranspose2d(4 → 6, 3×2)"
    assert repr(nn.MaxPool2d(2)) == "MaxPool2d(2, stride=2)"
    assert repr(nn.AvgPool2d(3, 2)) == "AvgPool2d(3, stride=2)"
    assert repr(nn.BatchNorm2d(3)) == "BatchNorm2d(3)"
    assert repr(nn.Dropout(0.2)) == "Dropout(0.2)"


# --------------------------------------------------------------------------------- schedules
def torch_rates(make, epochs, *losses):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    schedule, rates = make(optimizer), []
    for epoch in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step(*[values[epoch] for values in losses])
    return rates


def test_schedules_are_torchs():
    kinds = torch.optim.lr_scheduler
    ours = [nn.step_schedule(0.5, every=3)(epoch) for epoch in range(10)]
    assert ours == pytest.approx(torch_rates(lambda o: kinds.StepLR(o, 3), 10))
    ours = [nn.cosine_schedule(0.5, 10, final=0.1)(epoch) for epoch in range(10)]
    assert ours == pytest.approx(torch_rates(lambda o: kinds.CosineAnnealingLR(o, 10, 0.1), 10))
    assert nn.constant_schedule(0.5)(7) == 0.5
    warm = nn.warmup_schedule(nn.step_schedule(0.5, every=1), 4)
    assert [warm(epoch) for epoch in range(6)] == pytest.approx(
        [0.125, 0.25, 0.375, 0.5, 0.5, 0.05]
    )


def test_plateau_schedule_is_torchs():
    losses = [3, 2, 2, 2, 2, 1, 1, 0.99999, 1, 1, 1, 1, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6]
    expected = torch_rates(
        lambda o: torch.optim.lr_scheduler.ReduceLROnPlateau(o, patience=2), len(losses), losses
    )
    plateau, ours = nn.PlateauSchedule(0.5, patience=2), []
    for epoch, loss in enumerate(losses):
        ours.append(plateau(epoch))
        plateau.report(loss)
    assert ours == pytest.approx(expected)
    assert ours[-1] < 0.5e-2


def test_fit_reports_to_a_plateau_schedule():
    model = nn.Sequential(nn.Linear(2, 2, rng=0))
    optimizer = nn.SGD(model.parameters, lr=1)
    x, labels = normal(0, 8, 2, dtype=np.float32), np.arange(8) % 2
    plateau = nn.PlateauSchedule(0.0, patience=0)
    plateau.report = (seen := []).append
    history = nn.fit(
        model, optimizer, (x, labels), (x[:4], labels[:4]), epochs=3, schedule=plateau,
        progress=False,
    )  # fmt: skip
    assert seen == history.validation_loss


# ----------------------------------------------------------------------------------- LeNet-5
def test_lenets_first_ten_steps_are_torchs():
    model = lenet()
    other = torch_lenet(model)
    optimizer = nn.SGD(model.parameters, lr=0.05, momentum=0.9, weight_decay=1e-4)
    torch_optimizer = torch.optim.SGD(other.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    losses = []
    for step in range(10):
        x, labels = normal(step, 32, 1, 28, 28, dtype=np.float32), np.arange(32) % 10
        x[:, 0, 2, :10] += 3 * np.eye(10, dtype=np.float32)[labels]
        loss, grad = nn.softmax_cross_entropy(model(x), labels)
        model.backward(grad)
        optimizer.step(model.gradients)
        torch_optimizer.zero_grad()
        torch_loss = F.cross_entropy(other(torch.from_numpy(x)), torch.from_numpy(labels))
        torch_loss.backward()
        torch_optimizer.step()
        assert loss == pytest.approx(torch_loss.item(), abs=1e-5)
        losses.append(loss)
    for name, tensor in other.state_dict().items():
        assert_close(model.parameters[name], tensor, 1e-5)
    assert losses[-1] < losses[0]


def test_every_gradient_of_a_small_convolutional_network():
    rng = np.random.default_rng(0)
    new = {"rng": rng, "dtype": np.float64}
    model = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, **new), nn.BatchNorm2d(3, dtype=np.float64), nn.Tanh(),
        nn.MaxPool2d(2), nn.ConvTranspose2d(3, 2, 2, 2, **new), nn.Sigmoid(), nn.AvgPool2d(3, 2),
        nn.Flatten(), nn.Linear(8, 3, **new),
    )  # fmt: skip
    x, labels = normal(1, 3, 2, 6, 7), np.array([0, 2, 1])

    def loss(x):
        return nn.softmax_cross_entropy(model(x), labels)[0]

    _, grad = nn.softmax_cross_entropy(model(x), labels)
    grad_x = model.backward(grad)
    gradients = copy.deepcopy(model.gradients)
    assert nn.gradient_check(loss, x, grad_x, tolerance=1e-5)
    for name, parameter in model.parameters.items():
        kept = parameter.copy()

        def loss_of(value, parameter=parameter, kept=kept):
            parameter[...] = value
            result = loss(x)
            parameter[...] = kept
            return result

        assert nn.gradient_check(loss_of, kept, gradients[name], tolerance=1e-5), name


def test_lenet_summary_has_the_lectures_sizes():
    text = lenet().summary((1, 28, 28))
    for shape in (
        "(N, 6, 28, 28)",
        "(N, 6, 14, 14)",
        "(N, 16, 10, 10)",
        "(N, 16, 5, 5)",
        "(N, 400)",
    ):
        assert shape in text
    assert "61,706" in text


def test_saving_keeps_running_averages(tmp_path):
    new = lambda: nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.BatchNorm2d(2))  # noqa: E731
    model, other = new(), new()
    model(normal(0, 4, 1, 5, 5, dtype=np.float32))
    nn.save(model, tmp_path / "model.npz")
    nn.load(other, tmp_path / "model.npz")
    x = normal(1, 2, 1, 5, 5, dtype=np.float32)
    np.testing.assert_array_equal(other.eval()(x), model.eval()(x))
