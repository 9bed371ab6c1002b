"""The parts of the fast recipe: flips in turns, Nesterov, whitening, and no waiting for a GPU."""

import sys

import numpy as np
import pytest
import torch
from torch import nn
from training_helpers import blobs, convnet, images, mlp, quiet, weights

from course_utils import zoo
from course_utils.augment import RandomShift
from course_utils.errors import CourseError
from course_utils.training import evaluate, experiments, mirror, predict
from course_utils.training.data import batches
from course_utils.training.run import build_optimizer
from pretend_gpu import GPU, PretendGpu, marked


# ------------------------------------------------------------------------------------------- flips
def seen(flip, epochs, seed=3, **settings):
    """{image: was it mirrored, in each epoch}, by the first pixel and the last of each row."""
    x = torch.zeros(30, 1, 2, 3)
    x[:, 0, :, 0] = torch.arange(1.0, 31)[:, None]
    source = batches((x, torch.arange(30)), 7, seed=seed, flip=flip, **settings)
    found = {i: [] for i in range(30)}
    for epoch in range(epochs):
        for batch in source.epoch(epoch):
            for image, label in zip(batch.x[:, 0, 0], batch.targets.tolist(), strict=True):
                assert image.sum() == label + 1
                found[label].append(bool(image[2]))
    return found


def test_alternating_flips_show_each_image_from_both_sides_in_turns():
    found = seen("alternating", 4)
    for turns in found.values():
        assert turns in ([False, True] * 2, [True, False] * 2)
    assert 5 < sum(turns[0] for turns in found.values()) < 25


def test_random_flips_throw_a_coin_each_time():
    found = seen("random", 40)
    shares = [np.mean(turns) for turns in found.values()]
    assert min(shares) > 0.2
    assert max(shares) < 0.8
    assert np.mean(shares) == pytest.approx(0.5, abs=0.05)
    assert any(a == b for a, b, *_ in found.values())


@pytest.mark.parametrize("flip", mirror.WAYS)
def test_seed_and_epoch_decide_about_flips(flip):
    assert seen(flip, 3) == seen(flip, 3)
    assert seen(flip, 3) != seen(flip, 3, seed=4)


def test_no_flip_without_being_asked():
    assert not any(any(turns) for turns in seen(None, 2).values())


@pytest.mark.parametrize("flip", mirror.WAYS)
def test_a_training_with_flips_goes_on_bit_for_bit(tmp_path, flip):
    whole = convnet()
    history = quiet(whole, images(), epochs=3, flip=flip)
    half = convnet()
    quiet(half, images(), epochs=1, flip=flip, checkpoint=tmp_path / "a.pt")
    rest = quiet(half, images(), epochs=3, flip=flip, checkpoint=tmp_path / "a.pt", resume=True)
    assert rest.step_loss == history.step_loss
    assert torch.equal(weights(half), weights(whole))
    with pytest.raises(CourseError, match=r"flip='.*, and this training has flip=None"):
        quiet(half, images(), epochs=4, checkpoint=tmp_path / "a.pt", resume=True)


@pytest.mark.parametrize(
    ("data", "flip", "sentence"),
    [
        (images(), "always", "flip expects 'random' or 'alternating', got 'always'"),
        (blobs(), "random", r"flip='random' mirrors images \(N, C, H, W\) in memory"),
        ((torch.zeros(8, 1, 4, 4), {"boxes": torch.zeros(8, 4)}), "random", "moves no boxes"),
        (
            torch.utils.data.Subset(list(zip(*blobs(), strict=True)), range(9)),
            "random",
            "in memory",
        ),
    ],
)
def test_flips_that_are_not_possible(data, flip, sentence):
    with pytest.raises(CourseError, match=sentence):
        quiet(mlp(), data, flip=flip)


def test_evaluation_with_mirror_images():
    model, data = convnet(), images()
    quiet(model, data, epochs=1)
    flipped = np.ascontiguousarray(data.images[..., ::-1])
    outputs = (predict(model, data.images) + predict(model, flipped)) / 2
    labels = torch.tensor(data.labels)
    scores = evaluate(model, data, mirror=True)
    assert scores.loss == pytest.approx(float(nn.functional.cross_entropy(outputs, labels)))
    assert scores.accuracy == float((outputs.argmax(1) == labels).double().mean())
    assert scores.loss != evaluate(model, data).loss


# ---------------------------------------------------------------------------------------- nesterov
def test_nesterov_is_torchs():
    x, labels = blobs()
    model = mlp()
    quiet(model, (x, labels), epochs=1, nesterov=True, momentum=0.8)
    other = mlp()
    quiet(other, (x, labels), epochs=1, optimizer=lambda parameters, lr: torch.optim.SGD(
        parameters, lr, momentum=0.8, nesterov=True))  # fmt: skip
    assert torch.equal(weights(model), weights(other))
    plain = mlp()
    quiet(plain, (x, labels), epochs=1, momentum=0.8)
    assert not torch.equal(weights(model), weights(plain))


@pytest.mark.parametrize("settings", [{"momentum": 0}, {"optimizer": "adamw"}])
def test_nesterov_where_there_is_no_momentum(settings):
    given = {"optimizer": "sgd", "momentum": 0.9, **settings}
    with pytest.raises(CourseError, match="nesterov belongs to sgd with a momentum > 0"):
        build_optimizer(given["optimizer"], mlp().parameters(), 0.1, given["momentum"], 0.0, True)


# --------------------------------------------------------------------------------------- whitening
@pytest.fixture
def smooth():
    """uint8 (40, 3, 16, 16): neighbours and channels are alike, as in photographs."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 200, (40, 1, 4, 4)).repeat(4, axis=2).repeat(4, axis=3)
    return (coarse + rng.integers(0, 50, (40, 3, 16, 16))).astype(np.uint8)


def test_whitened_patches_vary_equally_and_independently(smooth):
    network = zoo.build("airbench94", size=16)
    network.whiten(smooth)
    x = torch.tensor(smooth).float()
    std, mean = torch.std_mean(x, (0, 2, 3), correction=0, keepdim=True)
    with torch.no_grad():
        y = network.whitening((x - mean) / std).transpose(0, 1).flatten(1).double()  # (24, P)
    torch.testing.assert_close(y[:12], -y[12:])
    products = y[:12] @ y[:12].T / y.shape[1]
    assert (products - torch.diag(products.diag())).abs().max() < 1e-3
    assert products.diag().min() > 0.9
    assert products.diag().max() < 1.01
    assert not network.whitening.weight.requires_grad
    assert network.whitening.bias.requires_grad
    floats = zoo.build("airbench94", size=16)
    floats.whiten((x - mean) / std)
    torch.testing.assert_close(
        floats.whitening.weight, network.whitening.weight, rtol=1e-3, atol=1e-4
    )


def test_whitening_looks_at_images_with_its_channels(smooth):
    for wrong in (smooth[:, :1], smooth[0]):
        with pytest.raises(CourseError, match=r"whiten expects images \(N, 3, H, W\), got"):
            zoo.build("airbench94", size=16).whiten(wrong)
    with pytest.raises(CourseError, match="Images of 8 × 8 are too small for airbench94"):
        zoo.build("airbench94", size=8)


def test_a_frozen_layer_stays_as_it_is(smooth):
    network = zoo.build("airbench94", 4, size=16, width=0.1)
    network.whiten(smooth)
    before = network.whitening.weight.clone()
    quiet(network, (smooth, np.arange(40) % 4), weight_decay=0.1, nesterov=True)
    assert torch.equal(network.whitening.weight, before)


def test_convolutions_begin_by_passing_maps_on():
    network = zoo.build("airbench94")
    x = torch.randn(2, 64, 8, 8)
    assert torch.equal(network.block2.conv1(x)[:, :64], x)


# ------------------------------------------------------------------------------- waiting for a GPU
WAITS = {torch.Tensor.item, torch.Tensor.tolist, torch.Tensor.cpu, torch.Tensor.nonzero,
         torch.Tensor.__bool__, torch.Tensor.__float__, torch.Tensor.__int__,
         torch.Tensor.__index__, torch.Tensor.numpy, torch.nonzero}  # fmt: skip


class Watched(PretendGpu):
    """A pretended GPU that counts what makes the computer wait for it, and what is copied there."""

    def __init__(self):
        super().__init__()
        self.waits, self.copies = [], []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        first = args[0] if args else None
        on_gpu = isinstance(first, torch.Tensor) and marked(first)
        if on_gpu and (function in WAITS or _picks_by_mask(function, args)):
            self.waits.append(function.__name__)
        result = super().__torch_function__(function, types, args, kwargs)
        if isinstance(first, torch.Tensor) and isinstance(result, torch.Tensor):
            moves = function is torch.Tensor.to and on_gpu != marked(result)
            (self.waits if moves and on_gpu else self.copies).extend(["to"] * moves)
        return result


def _picks_by_mask(function, args) -> bool:
    if function not in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
        return False
    index = args[1] if isinstance(args[1], tuple) else (args[1],)
    return any(isinstance(part, torch.Tensor) and part.dtype == torch.bool for part in index)


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", list)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    with Watched() as mode:
        yield mode


def trained(epochs=1, N=60, batch=4, **settings):
    rng = np.random.default_rng(0)
    network = zoo.build("airbench94", 4, size=16, width=0.05)
    x = rng.integers(0, 255, (N, 3, 16, 16), dtype=np.uint8)
    network.whiten(x)
    settings = {"lr": 0.1, "nesterov": True, "flip": "alternating", "transform": RandomShift(2),
                "schedule": "triangular", "label_smoothing": 0.2, "amp": True,
                "channels_last": True, **settings}  # fmt: skip
    return quiet(network, (x, np.arange(N) % 4), epochs=epochs, batch_size=batch, **settings)


def test_the_watch_sees_what_makes_a_computer_wait(watched):
    x = torch.ones(3, device="cuda")
    for wait in (lambda: x[0].item(), lambda: float(x[0]), lambda: bool(x[0]), x.cpu, x.tolist,
                 lambda: x[x > 0], lambda: x.to("cpu"), lambda: int(x.sum())):  # fmt: skip
        before = len(watched.waits)
        wait()
        assert len(watched.waits) > before
    assert watched.copies == []
    torch.ones(3).to(GPU)
    assert watched.copies == ["to"]


def test_no_step_of_the_fast_recipe_waits_or_copies(watched, monkeypatch):
    module = sys.modules["course_utils.training.fit"]  # `training.fit` is the function
    inside, step = [], module.train_step

    def watched_step(run, batch):
        before = len(watched.waits), len(watched.copies)
        assert marked(batch.x)
        assert marked(batch.targets)
        step(run, batch)
        inside.append((len(watched.waits) - before[0], len(watched.copies) - before[1]))

    monkeypatch.setattr(module, "train_step", watched_step)
    history = trained(device="cuda")
    assert len(inside) == 15
    assert inside[0][1] <= 2  # scale and shift of the bytes, once and for all
    assert set(inside[1:]) == {(0, 0)}
    assert len(history.step_loss) == 15


def test_the_measures_of_twenty_steps_are_fetched_at_once(watched):
    few, many = [], []
    for found, N in ((few, 80), (many, 160)):
        watched.waits.clear()
        trained(N=N, device="cuda")
        found += watched.waits
    assert len(many) - len(few) <= 1  # 20 steps more: one more transfer


# ------------------------------------------------------------------------------------ one program
def test_a_compiled_network_trains_the_same_weights(monkeypatch):
    """The compiler itself is torch's; here its program is the network that it was given."""
    calls, settings = [], []

    def compiled(model, **given):
        settings.append(given)
        return nn.Sequential(_Noting(calls), model)

    monkeypatch.setattr(torch, "compile", compiled)
    model, other = convnet(), convnet()
    quiet(model, images(), images(8), epochs=2, compile=True)
    quiet(other, images(), images(8), epochs=2)
    assert settings == [{"dynamic": False}]
    assert calls == [16, 14] * 2  # training alone: 30 images
    assert torch.equal(weights(model), weights(other))


@pytest.mark.parametrize("words", ["no compiler", "mat1 and mat2 shapes cannot be multiplied"])
def test_what_the_compiler_cannot_do_is_one_sentence(monkeypatch, words):
    class Failed(RuntimeError):
        __module__ = "torch._inductor.exc"

    def fails(x):
        raise Failed(f"{words}\nwith a long tail")

    def compiled(model, **given):
        model.register_forward_pre_hook(lambda _, x: fails(x))
        return model

    monkeypatch.setattr(torch, "compile", compiled)
    with pytest.raises(CourseError, match=rf"network here \({words}\): train without compile\.$"):
        quiet(convnet(), images(), compile=True)


class _Noting(nn.Module):
    """Notes the size of each batch that comes along."""

    def __init__(self, calls):
        super().__init__()
        self.calls = calls

    def forward(self, x):
        self.calls.append(len(x))
        return x


# -------------------------------------------------------------------------------------- the recipe
def test_the_fast_recipe_is_what_the_experiment_trains():
    names = [network for network, _ in experiments.SPEED.trainings]
    assert names.count("airbench94") >= 3
    settings = {**experiments.SPEED.recipe, **experiments.SPEED.trainings[0][1]}
    assert settings["flip"] == "alternating"
    assert settings["schedule"] == "triangular"
    assert settings["nesterov"]
    assert settings["mirror"]
