"""`course train MODEL DATASET`, and under torchrun `python -m course_utils.training …`."""

from collections.abc import Callable

import torch

from course_utils import datasets, zoo
from course_utils.datasets.core import Split
from course_utils.datasets.registry import entry
from course_utils.device import device as choose_device
from course_utils.device import fast_arithmetic
from course_utils.errors import CourseError
from course_utils.training import Checkpoint, distributed, evaluate, fit, record
from course_utils.training.models import count, model

NO_EFFECT = ("progress", "resume")  # on what is learned


def train(
    name: str,
    dataset: str,
    *,
    checkpoint,
    every,
    seed,
    test: bool,
    report: Callable,
    width=1.0,
    images=None,
    augment=False,
    fast=False,
    device=None,
    record_file=None,
    **settings,
) -> None:
    """Train a model by name on a data set by name; one line per epoch goes to `report`.

    images       train on so many of the training images only
    augment      ResNet's crops and flips for CIFAR-10
    fast         speed before repeatability, on a GPU
    record_file  the file that the training is added to
    settings     for `fit`

    Raises CourseError for a name that there is not, and all that `fit` raises.
    """
    if every is not None and checkpoint is None:
        raise CourseError("--every says when to write a checkpoint, and --checkpoint where.")
    given = {**settings, "width": width, "augment": augment, "fast": fast}
    given = {key: value for key, value in given.items() if key not in NO_EFFECT}
    if checkpoint is not None:
        settings["checkpoint"] = Checkpoint(checkpoint, every)
    zoo.entry(name)  # an unknown name is refused before any data is read
    device = choose_device(device)
    if record_file is not None:
        record.load(record_file, new=True)  # a file of another kind is refused before the training
    if augment:
        from course_utils.augment import RandomCropFlip

        settings["transform"] = RandomCropFlip()
    with distributed.process_group(), fast_arithmetic(fast):
        say = report if distributed.rank() == 0 else _nothing
        data = _load(dataset)
        train_split = _first(data.train, images)
        if seed is not None:  # for the starting weights; `fit` seeds what comes after them
            torch.manual_seed(seed)
        _, C, H, _ = data.train.images.shape
        network = model(name, len(data.class_names), C, H, width)
        say(f"{name}: {count(network):,} parameters; {data}")
        splits = (_labelled(split) for split in (train_split, data.validation))
        history = fit(network, *splits, seed=seed, device=device, **settings)
        for line in table(history):
            say(line)
        scores = None
        if test:
            scores = evaluate(network, _labelled(data.test), device=device)
            say(f"test: loss {scores.loss:.4f}, accuracy {scores.accuracy:.1%}")
        if record_file is not None and distributed.rank() == 0:
            _record(record_file, network, history, device, scores, name=name, seed=seed,
                    data=_origin(data), images=len(train_split.images), settings=given,
                    input_size=(C, H, H), report=say)  # fmt: skip


def _first(split, images: int | None):
    if images is None:
        return split
    if images > len(split.images):
        raise CourseError(f"There are {len(split.images):,} training images, not {images:,}.")
    return Split(split.images[:images], split.labels[:images])


def _origin(data) -> str:
    """The data set's name, and whether its pictures were read from JPEG files."""
    from course_utils.datasets import full

    if data.name == full.PICTURES and full.where(full.FULL_SETS["cifar10"]).name == full.PICTURES:
        return "cifar10, read from JPEG copies of the pictures"
    return data.name


def _record(file, network, history, device, scores, *, input_size, report, **about) -> None:
    """Add the training to the file, with the speed that it reached."""
    from course_utils.anatomy import describe

    new = record.run(network, history, device, test=scores, **about)
    multiply_adds = describe(network, input_size).multiply_adds
    new["multiply_adds"] = multiply_adds
    new["speed"] = record.speed(history, about["images"], multiply_adds, device)
    record.add(file, new)
    report(f"added to {file}")


def table(history) -> list[str]:
    """A history as lines, one per epoch under a head."""
    lines = ["epoch    loss  accuracy  validation loss  accuracy  seconds"]
    columns = (history.loss, history.accuracy, history.validation_loss,
               history.validation_accuracy, history.seconds)  # fmt: skip
    for k, (loss, right, held_loss, held_right, seconds) in enumerate(zip(*columns, strict=False)):
        lines.append(f"{k + 1:>5}{loss:>8.4f}{right:>10.1%}{held_loss:>17.4f}{held_right:>10.1%}"
                     f"{seconds:>9.1f}")  # fmt: skip
    if history.stopped_early:
        lines.append(f"stopped early; epoch {history.best + 1} was the best, its weights are back")
    if history.interrupted:
        lines.append("interrupted")
    return lines


def _load(name: str):
    """The data set of that name, if it has classes. Raises CourseError if not."""
    data = getattr(datasets, entry(name).name)()
    if not hasattr(data, "class_names"):
        raise CourseError(f"{name} has no labels to learn: try mnist_5k or digits_8x8.")
    return data


def _labelled(split) -> tuple:
    """Images and labels, also of a split that knows more about its images."""
    return split.images, split.labels


def _nothing(line: str) -> None:
    """Only process 0 speaks."""
