"""What a trained network says about pictures: `course predict CHECKPOINT PICTURE…`."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from course_utils.datasets import pictures
from course_utils.datasets.pictures import Unreadable, shown
from course_utils.errors import CourseError
from course_utils.training.errors import fitting
from course_utils.training.evaluation import predict
from course_utils.training.restoring import require_class_names, restored

AT_ONCE = 64  # pictures
GREY = (0.299, 0.587, 0.114)  # shares of red, green and blue, as Pillow has them


class Answer(NamedTuple):
    """A picture, and the probability of each class; without any, why it could not be read."""

    file: str
    probabilities: dict[str, float]
    error: str | None = None

    def line(self, most: int = 3) -> str:
        """`pets/1.jpg: cat 97.1%, dog 2.9%`, the likeliest classes first."""
        if self.error:
            return f"{self.file}: skipped, {self.error}"
        first = sorted(self.probabilities.items(), key=lambda pair: -pair[1])[:most]
        return f"{self.file}: {', '.join(f'{name} {p:.1%}' for name, p in first)}"


def answers(checkpoint: str | os.PathLike, files: Sequence[Path], *, network=None,
            class_names=None, device=None,
            skip_broken: bool = False) -> Iterator[Answer]:  # fmt: skip
    """What the network of a checkpoint says about each picture; a folder stands for all in it.

    Pictures are scaled until they cover the size that the network was trained with, and cut to the
    middle, as `image_folder` does. Raises CourseError as `restored` does, for a network that was
    not trained on images, and for a picture that is missing or cannot be read (with `skip_broken`
    it gets an answer without probabilities).
    """
    model = restored(checkpoint, network=network, class_names=class_names)
    names = require_class_names(model, checkpoint)
    if model.normalisation is None:
        raise CourseError(
            f"{checkpoint} holds a network that was trained on floats: only its author knows how "
            "to make them of a picture."
        )
    waiting = iter(listed(files))
    while batch := list(islice(waiting, AT_ONCE)):
        yield from _asked(model, names, batch, device, skip_broken)


def listed(files: Iterable[Path]) -> list[Path]:
    """The pictures, with those of each folder in its place, also from folders inside it."""
    found: list[Path] = []
    for path in map(Path, files):
        if path.is_dir():
            inside = list(_inside(path, set()))
            if not inside:
                kinds = ", ".join(pictures.SUFFIXES)
                raise CourseError(f"{shown(path)} has no picture: expected files such as {kinds}.")
            found += inside
        elif path.exists() or path.is_symlink():
            found.append(path)
        else:
            raise CourseError(f"There is no picture {shown(path)}.")
    return found


def _inside(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """A link that leads back is not followed."""
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    try:
        yield from pictures.files_in(folder)
        for inner in pictures.folders_in(folder):
            yield from _inside(inner, seen)
    except OSError as error:
        raise CourseError(f"{shown(folder)} cannot be read ({error.strerror}).") from None


def _asked(model, names, files: list[Path], device, skip_broken: bool) -> Iterator[Answer]:
    """The answers about one batch of files, in their order."""
    settings, images, errors = model.zoo_settings, [], {}
    for file in files:
        try:
            images.append(pictures.read(file, (settings["size"],) * 2))
        except Unreadable as error:
            if not skip_broken:
                raise CourseError(
                    f"{shown(file)} is not a readable picture ({error.reason}); --skip-broken "
                    "passes over such files."
                ) from None
            errors[file] = error.reason
    rows = iter(_probabilities(model, np.stack(images), device).tolist() if images else ())
    for file in files:
        found = {} if file in errors else dict(zip(names, next(rows), strict=True))
        yield Answer(shown(file), found, errors.get(file))


def _probabilities(model, images: np.ndarray, device) -> torch.Tensor:
    """uint8 (N, 3, H, W) -> (N, K), with as many channels as the network reads."""
    channels = model.zoo_settings["channels"]
    if channels == 1:
        grey = np.einsum("nchw,c->nhw", images.astype(np.float64), GREY)
        images = np.rint(grey).astype(np.uint8)[:, np.newaxis]
    elif channels != 3:
        raise CourseError(f"Pictures have 3 channels or 1, and this network reads {channels}.")
    with fitting(model, torch.from_numpy(images)):
        return predict(model, images, device=device).float().softmax(dim=1)


def as_json(found: Iterable[Answer]) -> str:
    """A list of {"file", "class", "probabilities"}, or {"file", "error"}, as JSON."""
    rows = []
    for answer in found:
        if answer.error:
            rows.append({"file": answer.file, "error": answer.error})
            continue
        likeliest = max(answer.probabilities, key=answer.probabilities.get)
        rounded = {name: round(p, 6) for name, p in answer.probabilities.items()}
        rows.append({"file": answer.file, "class": likeliest, "probabilities": rounded})
    return json.dumps(rows, ensure_ascii=False, indent=1)
