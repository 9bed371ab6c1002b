"""Gradient checks, optimizers, Sequential, files and the training loop."""

import numpy as np
import pytest
import torch
from nn_helpers import assert_close, normal

from course_utils import numpy_nn as nn
from course_utils.shapes import ShapeError


def mlp(dtype=np.float32):
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Linear(4, 6, rng=rng, dtype=dtype), nn.Tanh(),
        nn.Linear(6, 5, rng=rng, dtype=dtype), nn.Sigmoid(),
        nn.Linear(5, 7, rng=rng, dtype=dtype), nn.ReLU(),
        nn.Linear(7, 3, rng=rng, dtype=dtype),
    )  # fmt: skip


def torch_copy(model):
    kinds = {"Tanh": torch.nn.Tanh, "Sigmoid": torch.nn.Sigmoid, "ReLU": torch.nn.ReLU}
    layers = []
    for layer in model:
        if isinstance(layer, nn.Linear):
            M, D = layer.parameters["weight"].shape
            layers.append(torch.nn.Linear(D, M))
        else:
            layers.append(kinds[type(layer).__name__]())
    copy = torch.nn.Sequential(*layers)
    arrays = {name: torch.from_numpy(array.copy()) for name, array in model.parameters.items()}
    copy.to(next(iter(arrays.values())).dtype).load_state_dict(arrays)
    return copy


def blobs(N=90):
    labels = np.arange(N) % 3
    x = normal(0, N, 4, dtype=np.float32) + 3 * np.eye(3, 4, dtype=np.float32)[labels]
    return x, labels


# ------------------------------------------------------------------------------- gradient check
def test_numerical_gradient_of_a_number_and_of_an_array():
    x = normal(0, 2, 3).astype(np.float32)
    x.flags.writeable = False
    np.testing.assert_allclose(nn.numerical_gradient(lambda x: (x**3).sum(), x), 3 * x**2, 1e-6)
    grad_out = normal(1, 2, 3)
    got = nn.numerical_gradient(np.sin, x, grad_out)
    np.testing.assert_allclose(got, grad_out * np.cos(x), 1e-6)
    assert nn.numerical_gradient(np.sum, np.zeros((0, 2))).shape == (0, 2)


def test_gradient_check_says_where_and_by_how_much():
    x = normal(0, 2, 3)
    good = nn.gradient_check(lambda x: (x**2).sum(), x, 2 * x)
    assert good
    assert "passed" in str(good)
    assert good.error < 1e-8
    wrong = 2 * x
    wrong[1, 2] = -wrong[1, 2]
    bad = nn.gradient_check(lambda x: (x**2).sum(), x, wrong)
    assert not bad
    assert bad.index == (1, 2)
    assert bad.numerical == pytest.approx(2 * x[1, 2])
    assert "FAILED" in str(bad)
    assert "at [1, 2]" in str(bad)


def test_gradient_check_is_not_fooled():
    x = normal(0, 3)
    assert nn.gradient_check(lambda x: 1.0, x, np.full(3, 1e-17))
    assert not nn.gradient_check(lambda x: 1e-6 * x.sum(), x, np.full(3, 2e-6))
    assert not nn.gradient_check(lambda x: (x**2).sum(), x, np.full(3, np.nan))
    with pytest.raises(ShapeError, match=r"gradient of shape \(3,\), got \(1,\)"):
        nn.gradient_check(lambda x: (x**2).sum(), x, np.ones(1))
    with pytest.raises(ShapeError, match="grad_out"):
        nn.numerical_gradient(np.sin, x, np.ones((3, 3)))


# ------------------------------------------------------------------------------------- the model
def test_every_gradient_of_a_model():
    model, x, labels = mlp(np.float64), normal(1, 5, 4), np.array([0, 2, 1, 1, 0])
    _, grad = nn.softmax_cross_entropy(model(x), labels)
    grad_x = model.backward(grad)
    gradients = model.gradients
    assert gradients.keys() == model.parameters.keys()

    def loss_with(name):
        def loss(value):
            kept = model.parameters[name].copy()
            model.parameters[name][...] = value
            result = nn.softmax_cross_entropy(model(x), labels)[0]
            model.parameters[name][...] = kept
            return result

        return loss

    assert nn.gradient_check(lambda x: nn.softmax_cross_entropy(model(x), labels)[0], x, grad_x)
    for name, gradient in gradients.items():
        assert nn.gradient_check(loss_with(name), model.parameters[name], gradient), name


def test_the_first_layer_can_skip_the_gradient_of_the_input():
    model, x = mlp(), normal(0, 2, 4, dtype=np.float32)
    model.backward(np.ones_like(model(x)))
    full = model.gradients
    model.needs_input_grad = False
    assert model.backward(np.ones_like(model(x))) is None
    for name, gradient in model.gradients.items():
        np.testing.assert_array_equal(gradient, full[name])


def test_summary_and_repr():
    text = mlp().summary((4,))
    lines = text.splitlines()
    assert lines[0].split() == ["layer", "output", "parameters"]
    assert lines[3] == "Linear(4 → 6)  (N, 6)          30"
    assert lines[-1].split() == ["total", "131"]
    assert nn.count(mlp()) == 30 + 35 + 42 + 24
    assert repr(nn.Sequential(nn.Flatten(), nn.ReLU())) == "Sequential(Flatten(), ReLU())"
    with pytest.raises(ValueError, match="at least one layer"):
        nn.Sequential()


def test_flatten():
    x = normal(0, 2, 3, 4, 5)
    layer = nn.Flatten()
    assert layer(x).shape == (2, 60)
    np.testing.assert_array_equal(layer.backward(layer(x)), x)
    assert layer(np.zeros((0, 3, 2))).shape == (0, 6)


# ------------------------------------------------------------------------------------ optimizers
SETTINGS = [
    (nn.SGD, torch.optim.SGD, {"lr": 0.1}),
    (nn.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    (nn.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    (nn.Adam, torch.optim.Adam, {"lr": 0.02}),
    (nn.Adam, torch.optim.Adam, {"lr": 0.02, "betas": (0.8, 0.9), "weight_decay": 0.1}),
]


@pytest.mark.parametrize(("ours", "theirs", "options"), SETTINGS)
def test_optimizers_take_torchs_steps(ours, theirs, options):
    model = mlp(np.float64)
    copy = torch_copy(model)
    x, labels = normal(1, 8, 4), np.arange(8) % 3
    optimizer, torch_optimizer = (
        ours(model.parameters, **options),
        theirs(copy.parameters(), **options),
    )
    for _ in range(10):
        _, grad = nn.softmax_cross_entropy(model(x), labels)
        model.backward(grad)
        optimizer.step(model.gradients)
        torch_optimizer.zero_grad()
        torch.nn.functional.cross_entropy(
            copy(torch.from_numpy(x)), torch.from_numpy(labels)
        ).backward()
        torch_optimizer.step()
    for name, tensor in copy.state_dict().items():
        assert_close(model.parameters[name], tensor)


def test_optimizers_keep_the_dtype_and_change_in_place():
    for optimizer in (nn.SGD, nn.Adam):
        parameters = {"weight": np.ones(3, np.float32)}
        array = parameters["weight"]
        optimizer(parameters, lr=0.1, weight_decay=0.1).step({"weight": np.ones(3, np.float32)})
        assert array is parameters["weight"]
        assert array.dtype == np.float32
        assert (array < 1).all()


def test_optimizers_refuse():
    with pytest.raises(ValueError, match=r"no gradient for \['bias'\]"):
        nn.SGD({"bias": np.zeros(2)}, lr=0.1).step({})
    with pytest.raises(ValueError, match="Adam expects lr ≥ 0, got -1"):
        nn.Adam({}, lr=-1)


# ----------------------------------------------------------------------------------------- files
def test_save_and_load(tmp_path):
    model, other = mlp(), mlp()
    for parameter in other.parameters.values():
        parameter += 1
    arrays = other.parameters
    nn.save(model, tmp_path / "digits.weights")
    nn.load(other, tmp_path / "digits.weights")
    for name, array in model.parameters.items():
        np.testing.assert_array_equal(other.parameters[name], array)
        assert other.parameters[name] is arrays[name]


def test_load_refuses_what_does_not_fit(tmp_path):
    path = tmp_path / "model.npz"
    nn.save(nn.Sequential(nn.Linear(3, 2)), path)
    other = nn.Sequential(nn.Linear(3, 4))
    with pytest.raises(ValueError, match=r"0.weight of shape \(4, 3\), got \(2, 3\)"):
        nn.load(other, path)
    with pytest.raises(ValueError, match=r"the model has \['0.weight'\], but"):
        nn.load(nn.Sequential(nn.Linear(3, 2, bias=False)), path)
    with pytest.raises(ValueError, match=r"0\.weight is float64, but float32"):
        nn.load(nn.Sequential(nn.Linear(3, 2, dtype=np.float64)), path)
    np.save(tmp_path / "pickle.npy", np.array([{}], object), allow_pickle=True)
    for name, content in (("text", b"hello"), ("empty", b""), ("zip", b"PK\x03\x04 broken")):
        (tmp_path / name).write_bytes(content)
    for name in ("pickle.npy", "text", "empty", "zip"):
        with pytest.raises(ValueError, match=f"{name} is not a file that save wrote"):
            nn.load(other, tmp_path / name)
    with pytest.raises(FileNotFoundError):
        nn.load(other, tmp_path / "nothing")


# -------------------------------------------------------------------------------------- training
def test_fit_learns_and_reports(capfd):
    x, labels = blobs()
    model = mlp()
    history = nn.fit(
        model, nn.Adam(model.parameters, lr=0.02), (x[:70], labels[:70]), (x[70:], labels[70:]),
        epochs=8, batch_size=16, progress=False,
    )  # fmt: skip
    assert history.validation_accuracy[-1] > 0.9
    assert history.loss[-1] < history.loss[0]
    per_epoch = (history.loss, history.accuracy, history.validation_loss)
    assert all(len(values) == 8 for values in per_epoch)
    assert len(history.step_loss) == len(history.step_accuracy) == 8 * 5
    weights = [16, 16, 16, 16, 6]
    assert history.loss[0] == pytest.approx(np.average(history.step_loss[:5], weights=weights))
    assert not history.interrupted
    assert not model.training
    assert model.needs_input_grad
    assert capfd.readouterr() == ("", "")


def test_fit_shows_progress(capfd):
    model = mlp()
    nn.fit(model, nn.SGD(model.parameters, lr=0.1), blobs(), blobs(), epochs=1)
    shown = capfd.readouterr().err
    assert "2/2" in shown
    assert "validation accuracy" in shown


def test_fit_repeats_itself():
    results = []
    for seed in (0, 0, 1):
        model = mlp()
        optimizer = nn.SGD(model.parameters, lr=0.1)
        history = nn.fit(model, optimizer, blobs(), epochs=2, seed=seed, progress=False)
        results.append(history.step_loss)
    assert results[0] == results[1] != results[2]


def test_fit_can_be_interrupted():
    class Stop(nn.SGD):
        def step(self, gradients):
            self.calls = getattr(self, "calls", 0) + 1
            if self.calls == 5:
                raise KeyboardInterrupt
            super().step(gradients)

    model = mlp()
    history = nn.fit(model, Stop(model.parameters, lr=0.1), blobs(), epochs=9, batch_size=30,
                     progress=False)  # fmt: skip
    assert history.interrupted
    assert len(history.loss) == 1
    assert len(history.step_loss) == 4
    assert not model.training


def test_fit_other_losses_and_schedules():
    x = np.linspace(-1, 1, 40, dtype=np.float32)[:, None]
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(1, 16, rng=rng), nn.Tanh(), nn.Linear(16, 1, rng=rng))
    optimizer = nn.SGD(model.parameters, lr=123)
    history = nn.fit(
        model, optimizer, (x, np.sin(3 * x)), (x, np.sin(3 * x)), epochs=100, batch_size=10,
        loss=nn.mse, schedule=lambda epoch: 0.1 / (1 + epoch / 50), progress=False,
    )  # fmt: skip
    assert optimizer.lr == 0.1 / (1 + 99 / 50)
    assert history.validation_loss[-1] < 0.05
    assert history.accuracy == history.step_accuracy == history.validation_accuracy == []


def test_fit_refuses():
    model = mlp()
    optimizer = nn.SGD(model.parameters, lr=0.1)
    x, labels = blobs()
    with pytest.raises(ShapeError, match="one target per example, got 3 for 90"):
        nn.fit(model, optimizer, (x, labels[:3]), epochs=1, progress=False)
    with pytest.raises(ShapeError, match="at least one example"):
        nn.fit(model, optimizer, (x[:0], labels[:0]), epochs=1, progress=False)
    with pytest.raises(ValueError, match="batch_size ≥ 1, got 0"):
        list(nn.batches(x, labels, 0))


def test_evaluate_and_predict():
    x, labels = blobs()
    model = mlp()
    logits = nn.predict(model, x, batch_size=7)
    np.testing.assert_allclose(logits, model(x), rtol=1e-5)
    loss, right = nn.evaluate(model, x, labels)
    assert loss == pytest.approx(nn.softmax_cross_entropy(logits, labels)[0], rel=1e-5)
    assert right == nn.accuracy(logits, labels)
    assert nn.predict(model, x[:0]).shape == (0, 3)
    assert np.isnan(nn.evaluate(model, x, logits, nn.mse)[1])
