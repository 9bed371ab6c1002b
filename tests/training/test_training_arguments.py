"""What is given to fit, evaluate and predict and cannot be used is refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader
from training_helpers import blobs, convnet, images, mlp, quiet

from course_utils.errors import CourseError
from course_utils.training import Checkpoint, evaluate, predict, schedules


@pytest.fixture
def picture_folder(tmp_path):
    """A data set of pictures in folders, with a transform that makes tensors of them."""
    from PIL import Image
    from torchvision.datasets import ImageFolder
    from torchvision.transforms import ToTensor

    for label in "ab":
        (tmp_path / label).mkdir()
        for i in range(6):
            noise = np.random.default_rng(i).integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(noise).save(tmp_path / label / f"{i}.png")
    return ImageFolder(tmp_path, ToTensor())


def network_of_pictures():
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 64, 2))


def cut_short(file):
    content = Path(file).read_bytes()
    Path(file).write_bytes(content[: len(content) // 2])


def emptied(file):
    Path(file).write_bytes(b"")


@pytest.mark.parametrize("harm", [cut_short, emptied])
@pytest.mark.parametrize("workers", [0, 1])
def test_a_picture_that_cannot_be_read_is_named(picture_folder, harm, workers):
    file, _ = picture_folder.samples[7]
    harm(file)
    sentence = r"^Example 7 of the data set \(.*b.1\.png\) cannot be read: [^\n]*\.$"
    with pytest.raises(CourseError, match=sentence):
        quiet(network_of_pictures(), picture_folder, batch_size=4, workers=workers)
    part = torch.utils.data.Subset(picture_folder, [7, 1, 2])
    with pytest.raises(CourseError, match=r"Example 0 of the data set \(.*b.1\.png\)"):
        evaluate(network_of_pictures(), part)
    with pytest.raises(CourseError, match="An example of the data set cannot be read"):
        quiet(network_of_pictures(), DataLoader(picture_folder, 4, shuffle=False))


def test_pictures_of_different_sizes_and_without_a_transform(picture_folder):
    from PIL import Image

    Image.new("RGB", (9, 8)).save(picture_folder.samples[5][0])
    with pytest.raises(CourseError, match="differ in size: give the data set a transform"):
        quiet(network_of_pictures(), picture_folder)
    picture_folder.transform = None
    with pytest.raises(CourseError, match=r"transform=ToTensor\(\)"):
        evaluate(network_of_pictures(), picture_folder)


def test_a_mistake_in_a_data_set_keeps_its_traceback():
    class Wrong(torch.utils.data.Dataset):
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return {}["x"]

    with pytest.raises(KeyError):
        quiet(mlp(), Wrong())


def test_one_image_without_a_batch(picture_folder):
    x = torch.rand(6, 2, 8, 8)
    for data in (x[0], x[0].numpy()):
        with pytest.raises(CourseError, match="Sequential cannot work with a batch of shape"):
            predict(convnet(), data)


def test_bytes_after_a_training_on_floats():
    data = images()
    model = convnet()
    quiet(model, (data.images.astype(np.float32), data.labels))
    with pytest.raises(CourseError, match=r"trained it on floats.*normalise=\(mean, std\)"):
        predict(model, data.images)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"lr": -0.1}, "fit expects lr ≥ 0, got -0.1"),
        ({"lr": "0.1"}, "fit expects lr ≥ 0, got '0.1'"),
        ({"lr": float("nan")}, "fit expects lr ≥ 0, got nan"),
        ({"lr": None}, "fit expects lr ≥ 0, got None"),
        ({"momentum": 1}, "fit expects momentum from 0 to less than 1, got 1"),
        ({"weight_decay": float("inf")}, "fit expects weight_decay ≥ 0, got inf"),
        ({"label_smoothing": 1.5}, "fit expects label_smoothing from 0 to 1, got 1.5"),
        ({"clip": "1"}, "fit expects clip ≥ 0, got '1'"),
        ({"seed": 2**64}, "seed to be a whole number of 64 bits, got 18446744073709551616"),
        ({"seed": 1.5}, "fit expects seed to be a whole number of 64 bits, got 1.5"),
        ({"epochs": True}, "fit expects epochs to be a whole number ≥ 0, got True"),
    ],
)  # fmt: skip
def test_settings_out_of_range(settings, sentence):
    with pytest.raises(CourseError, match=f"{sentence}\\.$"):
        quiet(mlp(), blobs(), **settings)


BLOBS = blobs()
UNUSABLE = [
    (lambda: quiet("lenet", BLOBS), r"Expected a network \(an nn.Module\), got 'lenet'"),
    (lambda: evaluate(None, BLOBS), r"Expected a network \(an nn.Module\), got None"),
    (lambda: predict(nn.Linear, BLOBS), r"Expected a network \(an nn.Module\), got <class"),
    (lambda: quiet(nn.ReLU(), BLOBS), "ReLU has no parameters to train"),
    (lambda: quiet(mlp(), BLOBS, loss=3), "loss expects a function, got 3"),
    (lambda: quiet(mlp(), BLOBS, transform=3), "transform expects a function, got 3"),
    (lambda: quiet(mlp(), BLOBS, metrics=[1]), "metrics expects a dict .*, got a list"),
    (lambda: evaluate(mlp(), BLOBS, metrics={"a": 3}), r"metrics\['a'\] expects a function, got 3"),
    (lambda: quiet(mlp(), BLOBS, checkpoint=3), "Checkpoint expects the name of a file, got 3"),
    (lambda: Checkpoint("a", "x"), "Checkpoint expects every ≥ 1, got 'x'"),
    (lambda: quiet(mlp(), BLOBS, normalise=(float("nan"), 1.0)), "normalise expects"),
    (lambda: quiet(mlp(), BLOBS, schedule=lambda epoch: float("nan")), "schedule ≥ 0, got nan"),
    (lambda: quiet(mlp(), BLOBS, schedule=lambda epoch: "x"), "schedule ≥ 0, got 'x'"),
    (lambda: schedules.step(every=0), "step expects every to be a whole number ≥ 1, got 0"),
    (lambda: schedules.plateau(factor=1), "plateau expects factor from 0 to less than 1, got 1"),
    (lambda: schedules.plateau(patience=-1), "plateau expects patience to be a whole number ≥ 0"),
    (lambda: schedules.cosine(final=-1), "cosine expects final ≥ 0, got -1"),
    (lambda: schedules.one_cycle(warmup=2), "one_cycle expects warmup from 0 to 1, got 2"),
    (lambda: predict(mlp(), BLOBS, batch_size=0), "batch_size to be a whole number ≥ 1, got 0"),
    (lambda: evaluate(mlp(), BLOBS, workers=-1), "workers to be a whole number ≥ 0, got -1"),
    (lambda: predict(mlp(), torch.tensor(1.0)), "Expected examples .*, got one number"),
    (lambda: predict(mlp(), np.array(["a"])), "Expected an array of numbers, got one of <U1"),
    (lambda: predict(convnet(), images().images[0]), r"x\[None\] makes a batch of one"),
]


@pytest.mark.parametrize(("call", "sentence"), UNUSABLE, ids=[words for _, words in UNUSABLE])
def test_what_cannot_be_used_is_refused_in_words(call, sentence):
    with pytest.raises(CourseError, match=sentence) as error:
        call()
    assert "\n" not in str(error.value)
