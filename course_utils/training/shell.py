"""What to type into a shell so that a training, or a series of them, is done once more."""

import shlex
from pathlib import Path

from course_utils.paths import below_root

DEFAULTS = {"epochs": 5, "batch_size": 64, "optimizer": "sgd", "lr": 0.05, "momentum": 0.9,
            "weight_decay": 0.0, "label_smoothing": 0.0, "amp": False, "channels_last": False,
            "width": 1.0, "augment": False, "fast": False, "validate": True, "nesterov": False,
            "shift": 0, "mirror": False, "compile": False}  # fmt: skip


def option(name: str) -> str:
    """A setting as a shell names it: batch_size -> --batch-size."""
    return f"--{name.replace('_', '-')}"


def train(name: str, dataset: str | None, settings: dict, *, seed: int | None = None,
          folder: Path | None = None, test: bool = False, file: Path | None = None,
          processes: int = 1) -> str:  # fmt: skip
    """The `course train` that does a training with these settings; what is usual is left out.

    dataset, or a folder with pictures; test: whether the test images were looked at; file: what
    --record gets. Where several processes share the training, torchrun starts them.
    """
    start = ["course", "train"]
    if processes > 1:
        start = ["torchrun", f"--nproc-per-node={processes}", "-m", "course_utils.training"]
    given = ["--data", str(folder)] if dataset is None else [dataset]
    special = {key: value for key, value in settings.items() if value != DEFAULTS.get(key)}
    words = [*start, name, *given, *_options({**special, "seed": seed})]
    return shlex.join([*words, *(["--test"] if test else []), *_record(file)])


def experiment(name: str, changes: dict, seeds: int | None, file: Path) -> str:
    """The `course experiment` of that name, with what is other than in its recipe."""
    words = ["course", "experiment", name, *_options({**changes, "seeds": seeds})]
    return shlex.join([*words, *_record(file)])


def _options(settings: dict) -> list[str]:
    words = []
    for key, value in settings.items():
        if value is None or value is False:
            words += ["--no-validate"] if key == "validate" and value is False else []
        elif value is True:
            words.append(option(key))
        else:
            words += [option(key), str(value)]
    return words


def _record(file: Path | None) -> list[str]:
    return [] if file is None else ["--record", below_root(file)]
