"""What may be passed as data, and what becomes of it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset
from training_helpers import blobs, convnet, images, mlp, quiet, weights

from course_utils.errors import CourseError
from course_utils.training import evaluate, predict
from course_utils.training.data import FromDataset, FromLoader, InMemory, batches
from course_utils.training.prepare import mean_and_std


class Pairs(Dataset):
    """A data set as people write them: an image and a number; with random noise if asked."""

    def __init__(self, split, noise=False):
        self.split, self.noise = split, noise

    def __len__(self):
        return len(self.split)

    def __getitem__(self, i):
        image = torch.from_numpy(self.split.images[i].copy())
        if self.noise:
            image = image.roll(int(torch.randint(8, ())), -1)
        return image, int(self.split.labels[i])


# ----------------------------------------------------------------------------------- all the same
@pytest.mark.parametrize("workers", [0, 2])
def test_every_form_of_data_trains_the_same(workers):
    split = images()
    expected = quiet(convnet(), split).step_loss
    x, labels = torch.from_numpy(split.images.copy()), torch.from_numpy(split.labels.copy())
    forms = [
        (split.images, split.labels), (x, labels), [x, labels.int()],
        (x.numpy(), labels.numpy().astype(np.uint8)), TensorDataset(x, labels),
        SimpleNamespace(images=split.images, labels=split.labels), Pairs(split),
    ]  # fmt: skip
    for form in forms[-1:] if workers else forms:
        assert quiet(convnet(), form, workers=workers).step_loss == expected, type(form)


def test_a_loader_decides_about_batches_and_order():
    split = images()
    loader = DataLoader(Pairs(split), batch_size=7, shuffle=False)
    history = quiet(convnet(), loader, DataLoader(Pairs(split), 4))
    assert len(history.step_loss) == 2 * 5
    model = convnet()
    x = (torch.from_numpy(split.images.copy()) / 255).float()
    mean, std = x[:7].mean((0, 2, 3), keepdim=True), x[:7].std((0, 2, 3), False, keepdim=True)
    out = model((x[:7] - mean) / std)  # the first batch normalises
    loss = torch.nn.functional.cross_entropy(out, torch.from_numpy(split.labels[:7].copy()))
    assert history.step_loss[0] == pytest.approx(loss.item(), rel=1e-5)


def test_workers_repeat_their_random_numbers_with_a_seed():
    data = Pairs(images(), noise=True)
    curves = [quiet(convnet(), data, workers=1, seed=seed).step_loss for seed in (1, 1, 2)]
    assert curves[0] == curves[1] != curves[2]


def test_which_form_becomes_what():
    split = images()
    assert isinstance(batches(split, 4), InMemory)
    assert isinstance(batches(TensorDataset(*blobs()), 4), InMemory)
    assert isinstance(batches(Pairs(split), 4), FromDataset)
    assert isinstance(batches(DataLoader(Pairs(split)), 4), FromLoader)
    for source in (
        batches(split, 4),
        batches(Pairs(split), 4),
        batches(DataLoader(Pairs(split), 4), 1),
    ):
        assert len(source) == 8
        sizes = [batch.size for batch in source.epoch()]
        assert sizes == [4] * 7 + [2]


def test_scenes_give_a_dict_of_targets():
    N = 9
    scenes = SimpleNamespace(
        images=np.zeros((N, 1, 6, 6), np.uint8), labels=np.arange(N),
        boxes=np.ones((N, 4), np.float32), corners=np.ones((N, 4, 2), np.float32),
        masks=np.ones((N, 6, 6), bool),
    )  # fmt: skip
    (batch,) = batches(scenes, 20).epoch()
    shapes = {name: tuple(target.shape) for name, target in batch.targets.items()}
    assert shapes == {"label": (9,), "boxes": (9, 4), "points": (9, 4, 2), "mask": (9, 6, 6)}
    assert batch.targets["mask"].dtype == torch.bool
    figures = SimpleNamespace(
        images=scenes.images, joints=np.ones((N, 5, 2), np.float32), visible=np.ones((N, 5), bool)
    )
    (batch,) = batches(figures, 20).epoch()
    assert {n: tuple(t.shape) for n, t in batch.targets.items()} == {
        "points": (9, 5, 2), "visible": (9, 5)}  # fmt: skip


# ------------------------------------------------------------------------------------- normalising
def test_bytes_are_normalised_with_the_training_sets_own_numbers():
    split = images(50)
    model = convnet()
    quiet(model, split, epochs=1)
    x = split.images / 255.0
    mean, std = model.normalisation
    assert mean == pytest.approx(x.mean((0, 2, 3)), abs=1e-12)
    assert std == pytest.approx(x.std((0, 2, 3)), abs=1e-12)
    outputs = predict(model, split, batch_size=7)
    by_hand = (x - x.mean((0, 2, 3), keepdims=True)) / x.std((0, 2, 3), keepdims=True)
    assert torch.allclose(outputs, model(torch.from_numpy(by_hand).float()), atol=1e-5)
    assert torch.equal(predict(model, split.images), predict(model, split))


def test_normalise_can_be_said():
    split = images()
    half = torch.from_numpy(split.images / np.float32(127.5) - 1)
    for normalise in ((0.5, 0.5), ((0.5, 0.5), (0.5, 0.5)), (np.array([0.5]), torch.tensor([0.5]))):
        model = convnet()
        quiet(model, split, epochs=1, normalise=normalise)
        assert torch.allclose(predict(model, split), model(half), atol=1e-5)
    floats = torch.from_numpy(split.images / np.float32(255))
    assert torch.allclose(predict(model, floats, normalise=(0.5, 0.5)), model(half), atol=1e-5)


def test_floats_stay_as_they_are_but_for_their_dtype():
    x, labels = blobs()
    model = mlp()
    quiet(model, (x.double().numpy(), labels.numpy()))
    other = mlp()
    quiet(other, (x, labels))
    assert torch.equal(weights(model), weights(other))
    assert model.normalisation is None
    double = mlp().double()
    quiet(double, (x, labels))
    assert predict(double, x).dtype == torch.float64


def test_mean_and_std_of_a_channel_of_one_colour():
    x = torch.full((3, 2, 4, 4), 51, dtype=torch.uint8)
    x[:, 1, :2] = 255
    mean, std = mean_and_std(x)
    assert mean == pytest.approx((0.2, 0.6))
    assert std == pytest.approx((1.0, 0.4))


def test_looking_at_the_data_draws_nothing():
    torch.manual_seed(0)
    state = torch.get_rng_state()
    source = batches(Pairs(images(), noise=True), 4)
    from course_utils.training.prepare import normalisation_of

    assert normalisation_of(None, source) is not None
    assert torch.equal(torch.get_rng_state(), state)


def test_evaluate_and_predict():
    x, labels = blobs()
    model = mlp().train()
    loss, accuracy = evaluate(model, (x, labels), batch_size=9)
    assert not model.training
    outputs = model(x)
    assert loss == pytest.approx(torch.nn.functional.cross_entropy(outputs, labels).item())
    assert accuracy == pytest.approx((outputs.argmax(1) == labels).double().mean().item())
    assert torch.allclose(predict(model, x.numpy(), batch_size=9), outputs)
    assert not predict(model, x).requires_grad


# ------------------------------------------------------------------------------------------ errors
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (5, "Expected data as a Split, .* got a int"),
        ((*blobs(), 1), "got a tuple of 3"),
        (blobs()[0], "Expected data as a Split.* got a Tensor of 70"),
        (([1.0], [2]), "Expected an array or a tensor, got a list"),
        ((blobs()[0], blobs(60)[1]), "one target per example, got 60 for 70"),
        ((blobs()[0], {"a": blobs()[1], "b": blobs(60)[1]}), "one target per example, got 60"),
        ((torch.zeros(0, 4), torch.zeros(0).long()), "at least one example, got none"),
        ((np.zeros((5, 8, 8), np.uint8), np.arange(5)), r"\(N, C, H, W\), got uint8 \(5, 8, 8\)"),
    ],
)
def test_data_of_another_form(data, sentence):
    with pytest.raises(CourseError, match=sentence):
        quiet(mlp(), data)


def test_a_data_set_of_triples():
    with pytest.raises(CourseError, match=r"pairs \(x, targets\) from the data set, got 3 parts"):
        quiet(mlp(), DataLoader(TensorDataset(*blobs(), blobs()[1]), 4))


def test_bytes_for_a_model_that_fit_has_not_seen():
    with pytest.raises(CourseError, match=r"say which normalise=\(mean, std\)"):
        evaluate(convnet(), images())
    assert evaluate(convnet(), images(), normalise=(0.5, 0.5)).loss > 0


@pytest.mark.parametrize("normalise", [0.5, (0.5,), (0.5, 0), ((0.5, 0.5), 0.5), "ab", ((), ())])
def test_a_wrong_normalisation(normalise):
    with pytest.raises(CourseError, match=r"normalise expects \(mean, std\)"):
        quiet(convnet(), images(), normalise=normalise)


def test_a_normalisation_for_other_channels():
    with pytest.raises(CourseError, match=r"3 channels, but the images are uint8 \(16, 2, 8, 8\)"):
        quiet(convnet(), images(), normalise=((0.5,) * 3, (0.5,) * 3))
