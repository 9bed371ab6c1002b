"""`course train MODEL DATASET`, and under torchrun `python -m course_utils.training …`."""

from collections.abc import Callable

import torch

from course_utils import datasets, zoo
from course_utils.datasets.registry import entry
from course_utils.errors import CourseError
from course_utils.training import Checkpoint, distributed, evaluate, fit
from course_utils.training.models import count, model


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
    **settings,
) -> None:
    """Train a model by name on a data set by name; one line per epoch goes to `report`.

    `settings` go to `fit`. Raises CourseError for a name that there is not, and all that `fit`
    raises.
    """
    if every is not None and checkpoint is None:
        raise CourseError("--every says when to write a checkpoint, and --checkpoint where.")
    if checkpoint is not None:
        settings["checkpoint"] = Checkpoint(checkpoint, every)
    zoo.entry(name)  # an unknown name is refused before any data is read
    with distributed.process_group():
        say = report if distributed.rank() == 0 else _nothing
        data = _load(dataset)
        if seed is not None:  # for the starting weights; `fit` seeds what comes after them
            torch.manual_seed(seed)
        _, C, H, _ = data.train.images.shape
        network = model(name, len(data.class_names), C, H, width)
        say(f"{name}: {count(network):,} parameters; {data}")
        splits = (_labelled(split) for split in (data.train, data.validation))
        history = fit(network, *splits, seed=seed, **settings)
        for line in table(history):
            say(line)
        if test:
            scores = evaluate(network, _labelled(data.test))
            say(f"test: loss {scores.loss:.4f}, accuracy {scores.accuracy:.1%}")


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
