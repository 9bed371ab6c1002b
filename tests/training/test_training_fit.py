"""The loop: against a loop written by hand, number for number; and everything it can be told."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn, optim
from torch.nn import functional as F
from torchvision.transforms import v2
from training_helpers import blobs, convnet, images, mlp, quiet, weights

from course_utils.training import evaluate, fit, predict
from course_utils.training.data import order


def by_hand(model, optimizer, x, targets, *, epochs=2, seed=5, loss=F.cross_entropy, clip=None):
    """The loop that every PyTorch tutorial has, over the same batches."""
    losses = []
    for epoch in range(epochs):
        for chosen in order(len(x), seed, epoch).split(16):
            optimizer.zero_grad()
            part = (
                {n: t[chosen] for n, t in targets.items()}
                if isinstance(targets, dict)
                else targets[chosen]
            )
            value = loss(model(x[chosen]), part)
            value.backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimizer.step()
            losses.append(value.item())
    return losses


# ------------------------------------------------------------------------ the same as a plain loop
@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        ({"momentum": 0.0}, partial(optim.SGD)),
        ({}, partial(optim.SGD, momentum=0.9)),
        ({"weight_decay": 0.1}, partial(optim.SGD, momentum=0.9, weight_decay=0.1)),
        ({"optimizer": "adam"}, optim.Adam),
        ({"optimizer": "adam", "weight_decay": 0.1}, partial(optim.Adam, weight_decay=0.1)),
        ({"optimizer": "adamw", "weight_decay": 0.1}, partial(optim.AdamW, weight_decay=0.1)),
        ({"optimizer": optim.RMSprop}, optim.RMSprop),
    ],
)
def test_the_loop_is_the_loop_written_by_hand(settings, theirs):
    x, labels = blobs()
    ours, copy = mlp(), mlp()
    history = quiet(ours, (x, labels), **settings)
    assert history.step_loss == by_hand(copy, theirs(copy.parameters(), lr=0.05), x, labels)
    assert torch.equal(weights(ours), weights(copy))
    assert len(history.step_loss) == 2 * 5  # 70 examples in batches of 16: the last one has 6


def test_label_smoothing_is_in_training_and_not_in_validation():
    x, labels = blobs()
    ours, copy = mlp(), mlp()
    history = quiet(ours, (x, labels), (x, labels), label_smoothing=0.2, epochs=1)
    smooth = partial(F.cross_entropy, label_smoothing=0.2)
    sgd = optim.SGD(copy.parameters(), lr=0.05, momentum=0.9)
    assert history.step_loss == by_hand(copy, sgd, x, labels, epochs=1, loss=smooth)
    expected = F.cross_entropy(copy(x), labels).item()
    assert history.validation_loss == [pytest.approx(expected, rel=1e-5)]


def test_clipping():
    x, labels = blobs()
    ours, copy, free = mlp(), mlp(), mlp()
    history = quiet(ours, (x, labels), clip=0.1)
    sgd = optim.SGD(copy.parameters(), lr=0.05, momentum=0.9)
    assert history.step_loss == by_hand(copy, sgd, x, labels, clip=0.1)
    assert history.step_loss[3] != quiet(free, (x, labels)).step_loss[3]


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.trunk, self.label, self.box = nn.Linear(4, 8), nn.Linear(8, 3), nn.Linear(8, 2)

    def forward(self, x):
        hidden = self.trunk(x).relu()
        return {"label": self.label(hidden), "box": self.box(hidden)}


def both_losses(outputs, targets):
    box = F.mse_loss(outputs["box"], targets["box"])
    return F.cross_entropy(outputs["label"], targets["label"]) + 0.5 * box


def test_a_loss_over_several_heads_gets_the_targets_as_they_are():
    x, labels = blobs()
    targets = {"label": labels, "box": x[:, :2] * 0.3}

    def hits(outputs, targets):
        return (outputs["label"].argmax(1) == targets["label"]).float().mean()

    ours, copy = TwoHeads(), TwoHeads()
    settings = {"loss": both_losses, "metrics": {"accuracy": hits, "one": lambda o, t: 1.0}}
    history = quiet(ours, (x, targets), (x, targets), **settings)
    sgd = optim.SGD(copy.parameters(), lr=0.05, momentum=0.9)
    assert history.step_loss == by_hand(copy, sgd, x, targets, loss=both_losses)
    right = hits(copy(x), targets).item()
    assert history.validation_accuracy[-1] == pytest.approx(right)
    assert history.metrics == {"one": [1.0, 1.0]} == history.validation_metrics
    scores = evaluate(ours, (x, targets), both_losses, metrics={"hits": hits})
    assert scores.metrics == {"hits": pytest.approx(right)}
    assert np.isnan(scores.accuracy)
    outputs = predict(ours, (x, targets), batch_size=9)
    assert {n: t.shape for n, t in outputs.items()} == {"label": (70, 3), "box": (70, 2)}
    assert torch.allclose(outputs["box"], copy(x)["box"])


# ---------------------------------------------------------------------------------- random numbers
def test_a_seed_gives_the_same_curve_twice():
    data, curves = blobs(), []
    for seed in (5, 5, 6):
        model = mlp(dropout=0.5)
        torch.rand(len(curves))  # what was drawn before does not matter
        curves.append(quiet(model, data, seed=seed).step_loss)
    assert curves[0] == curves[1] != curves[2]


def test_without_a_seed_each_curve_is_another_one():
    data = blobs()
    one, two = mlp(), mlp()
    assert quiet(one, data, seed=None).step_loss != quiet(two, data, seed=None).step_loss
    curves = []
    for _ in range(2):
        model = mlp()
        torch.manual_seed(11)  # unless all of torch was seeded
        curves.append(quiet(model, data, seed=None).step_loss)
    assert curves[0] == curves[1]


def test_the_order_is_another_one_in_each_epoch():
    orders = [order(50, 1, 0), order(50, 1, 1), order(50, 2, 0)]
    for k, one in enumerate(orders):
        assert sorted(one.tolist()) == list(range(50))
        assert all(not torch.equal(one, other) for other in orders[k + 1 :])
    assert torch.equal(order(50, 1, 1), orders[1])
    assert torch.equal(order(5, None, 3), torch.arange(5))


# ------------------------------------------------------------------------------------- the history
def test_epochs_are_means_over_examples():
    x, labels = blobs()
    history = quiet(mlp(), (x, labels), (x, labels), schedule=lambda epoch: 0.1 / (epoch + 1))
    sizes = [16, 16, 16, 16, 6]
    for steps, epochs in (
        (history.step_loss, history.loss),
        (history.step_accuracy, history.accuracy),
    ):
        for k in range(2):
            expected = np.average(steps[5 * k : 5 * k + 5], weights=sizes)
            assert epochs[k] == pytest.approx(expected, rel=1e-12)
    assert history.lr == [0.1, 0.05]
    assert history.step_lr == [0.1] * 5 + [0.05] * 5
    assert [len(history.seconds), len(history.validation_accuracy)] == [2, 2]
    assert history.best == 1
    assert not history.interrupted
    assert not history.stopped_early


def test_a_targets_that_is_no_class_has_no_accuracy():
    x, _ = blobs()
    history = quiet(mlp(outputs=2), (x, x[:, :2]), (x, x[:, :2]), loss=F.mse_loss)
    assert history.accuracy == history.validation_accuracy == history.step_accuracy == []
    assert len(history.loss) == len(history.validation_loss) == 2


def test_no_epochs():
    model = mlp()
    before = weights(model)
    assert quiet(model, blobs(), epochs=0).loss == []
    assert torch.equal(weights(model), before)
    assert not model.training


def test_training_mode_in_training_and_eval_mode_afterwards():
    seen = set()

    class Watching(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = mlp()

        def forward(self, x):
            seen.add((self.training, torch.is_grad_enabled()))
            return self.inner(x)

    model = Watching()
    quiet(model, blobs(), blobs(20))
    assert seen == {(True, True), (False, False)}
    assert not model.training


@pytest.mark.parametrize("patience", [1, 2])
def test_early_stop_goes_back_to_the_best_epoch(patience):
    data = blobs()

    def schedule(epoch):
        return 0.05 if epoch < 2 else 30.0  # after two good epochs it wrecks the network

    ours, two_epochs = mlp(), mlp()
    history = quiet(ours, data, data, epochs=9, schedule=schedule, patience=patience)
    assert history.stopped_early
    assert history.best == 1
    assert len(history.loss) == 2 + patience
    quiet(two_epochs, data, schedule=schedule)
    assert torch.equal(weights(ours), weights(two_epochs))


def test_early_stop_watches_the_training_loss_without_validation():
    history = quiet(mlp(), blobs(), epochs=9, lr=0.0, patience=3)
    assert 4 <= len(history.loss) < 9  # the order of a sum may still lower the last digit
    assert history.stopped_early


def test_ctrl_c_keeps_what_there_is():
    calls = []

    def press(x):
        calls.append(len(x))
        if len(calls) == 8:
            raise KeyboardInterrupt
        return x

    model = mlp()
    history = quiet(model, blobs(), epochs=3, transform=press)
    assert history.interrupted
    assert [len(history.loss), len(history.step_loss)] == [1, 7]
    assert not model.training


# ----------------------------------------------------------------------------------------- the bar
def test_progress_shows_loss_accuracy_and_speed(capsys):
    quiet(mlp(), blobs(), blobs(20), progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    for part in ("140/140", "images/s", "loss ", "accuracy ", "validation loss "):
        assert part in captured.err


def test_no_progress_prints_nothing(capsys):
    quiet(mlp(), blobs(), blobs(20))
    assert capsys.readouterr() == ("", "")


# ------------------------------------------------------------------------- transforms and precision
def test_a_transform_sees_normalised_training_batches_and_nothing_else():
    data, seen = images(), []

    def mirror(x):
        seen.append(x.clone())
        return x.flip(-1)

    model = convnet()
    quiet(model, data, data, transform=mirror, epochs=1)
    everything = torch.cat(seen)
    assert everything.shape == (30, 2, 8, 8)
    assert everything.mean((0, 2, 3)).abs().max() < 1e-5
    assert (everything.std((0, 2, 3)) - 1).abs().max() < 1e-3

    def both(x, targets):
        return x.flip(-1), targets

    other = convnet()
    quiet(other, data, data, transform=both, epochs=1)
    assert torch.equal(weights(model), weights(other))
    plain = convnet()
    quiet(plain, data, epochs=1)
    assert not torch.equal(weights(model), weights(plain))


@pytest.mark.parametrize(
    "transform",
    [v2.RandomHorizontalFlip(1.0), v2.Compose([v2.RandomHorizontalFlip(1.0), v2.Identity()]),
     nn.Sequential(nn.Identity(), v2.RandomHorizontalFlip(1.0))],
)  # fmt: skip
def test_torchvisions_transforms_are_transforms(transform):
    ours, flipped = convnet(), convnet()
    quiet(ours, images(), transform=transform, epochs=1)
    quiet(flipped, images(), transform=lambda x: x.flip(-1), epochs=1)
    assert torch.equal(weights(ours), weights(flipped))


def test_a_transform_may_mix_the_targets():
    def mix(x, labels):
        one_hot = F.one_hot(labels, 3).float()
        return 0.5 * (x + x.flip(0)), 0.5 * (one_hot + one_hot.flip(0))

    x, labels = blobs()
    history = quiet(mlp(), (x, labels), (x, labels), transform=mix)
    assert history.accuracy == []
    assert len(history.validation_accuracy) == 2


def test_channels_last_and_mixed_precision():
    seen = []

    def loss(outputs, targets):
        seen.append(outputs.dtype)
        return F.cross_entropy(outputs, targets)

    class Watching(nn.Sequential):
        def forward(self, x):
            seen.append(x.is_contiguous(memory_format=torch.channels_last))
            return super().forward(x)

    model = Watching(*convnet())
    history = quiet(model, images(), images(), amp=True, channels_last=True, loss=loss)
    assert set(seen) == {True, torch.bfloat16}
    assert model[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert model[0].weight.dtype == torch.float32
    plain = quiet(convnet(), images())
    assert history.loss != plain.loss
    assert history.loss == pytest.approx(plain.loss, rel=0.05)


def test_deterministic_is_switched_off_again():
    seen = []

    def look(x):
        seen.append(torch.are_deterministic_algorithms_enabled())
        return x

    quiet(mlp(), blobs(), transform=look, deterministic=True, epochs=1)
    quiet(mlp(), blobs(), transform=look, epochs=1)
    assert seen == [True] * 5 + [False] * 5
    assert not torch.are_deterministic_algorithms_enabled()


def test_it_learns():
    model = convnet()
    history = quiet(model, images(200), images(40, seed=1), epochs=5)
    assert history.validation_accuracy[-1] > 0.9
    loss, accuracy = evaluate(model, images(40, seed=1))
    assert (loss, accuracy) == (
        pytest.approx(history.validation_loss[-1], rel=1e-5),
        history.validation_accuracy[-1],
    )


def test_lr_must_be_said():
    with pytest.raises(TypeError, match="lr"):
        fit(mlp(), blobs(), epochs=1)
