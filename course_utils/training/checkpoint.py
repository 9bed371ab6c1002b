"""Checkpoints: the whole state of a training in one file that is never half written."""

import contextlib
import glob
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch

from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import number, whole_number

FORMAT = 1
LITTLE_SPACE = 2**20  # bytes; with less than that left a disk is full
PARTS = ("settings", "model", "normalisation", "optimizer", "schedule", "stop", "history", "meter",
         "epoch", "position", "order_seed", "rng")  # fmt: skip


@dataclass(frozen=True)
class Checkpoint:
    """Where `fit` keeps its state: written after each epoch, and after each `every` batches."""

    path: str | os.PathLike
    every: int | None = None

    def __post_init__(self):
        if not isinstance(self.path, str | os.PathLike) or not str(self.path).strip():
            raise CourseError(f"Checkpoint expects the name of a file, got {self.path!r}.")
        if self.every is not None:
            with as_course_error():
                number("Checkpoint", "every", self.every, 1)  # batches
                whole_number("Checkpoint", "every", self.every, 1)


def save(state: dict, path: str | os.PathLike) -> None:
    """Write a state so that `path` holds the old file or the new one, whatever happens meanwhile.

    The new one is written beside it, forced onto the disk, and only then takes its name. Raises
    CourseError when it cannot be written, for a full disk for example; the old file stays.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(path) as file:
            torch.save({"format": FORMAT, **state}, file)
    except (OSError, RuntimeError) as error:  # torch's writer hides OSError in a RuntimeError
        old = ": the one before stays" if path.exists() else ""
        raise CourseError(
            f"There is no way to write a checkpoint to {path} ({_reason(error, path.parent)}){old}."
        ) from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the name `path` when all is written, and is gone when something fails."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp's files are for the owner alone
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _reason(error: Exception, folder: Path) -> str:
    """Why nothing could be written; torch's writer only says that some bytes are missing."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    with contextlib.suppress(OSError):
        if shutil.disk_usage(folder).free < LITTLE_SPACE:
            return "the disk is full"
    return str(error).partition("\n")[0]


def prepare(path: str | os.PathLike, size: int = 1) -> None:
    """Make sure, before a training, that its checkpoints can be written to `path`.

    Makes the folder, and sweeps up what a killed training has left half written beside the file.
    Raises CourseError when nothing can be written there, or not `size` bytes, and when the file
    there is something else than a checkpoint: it would be lost.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "no ordinary file"
        raise CourseError(f"{path} is {what}: name a file for the checkpoint.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{glob.escape(path.name)}.{'[a-z0-9_]' * 8}"):
            left.unlink()
        with tempfile.TemporaryFile(dir=path.parent) as file:
            file.write(b"x")
        foreign = path.exists() and _beginning(path) not in (b"", b"PK")  # a zip archive
    except OSError as error:
        raise CourseError(
            f"There is no way to write a checkpoint to {path} ({_reason(error, path.parent)})."
        ) from error
    if foreign:
        raise CourseError(f"{path} is no checkpoint that fit wrote, and would be written over.")
    free = shutil.disk_usage(path.parent).free
    if free < size:
        needed, left = (f"{count / 1e6:,.1f} MB" for count in (size, free))
        raise CourseError(f"A checkpoint takes {needed}, but the disk of {path} has {left} left.")


def _beginning(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(2)


def load(path: str | os.PathLike) -> dict:
    """What `save` wrote, with tensors on the CPU. Runs no code from the file.

    Raises CourseError when there is no such file, when it is no checkpoint, and when it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:  # torch reads it without a look at the checksums
            damaged = archive.testzip() is not None
        state = None if damaged else torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CourseError(f"There is no checkpoint {path}.") from None
    except PermissionError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    except Exception as error:  # torch and zipfile have a dozen error types for foreign files
        raise CourseError(f"{path} is no checkpoint that fit wrote.") from error
    if damaged:
        raise CourseError(f"{path} is damaged: its checksums do not fit.")
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise CourseError(f"{path} is no checkpoint that fit wrote.")
    return state


def progress(path: str | os.PathLike) -> str:
    """How far the training of a checkpoint has come: "epoch 3", "epoch 3 and 20 batches"."""
    state = load(path)
    _require(state, ("epoch", "position"), path)
    more = f" and {state['position']:,} batches" if state["position"] else ""
    return f"epoch {state['epoch']}{more}"


def _require(state: dict, names: tuple[str, ...], path) -> None:
    if any(name not in state for name in names):
        raise CourseError(f"{path} is no checkpoint that fit wrote.")


def load_weights(model: torch.nn.Module, path: str | os.PathLike) -> None:
    """Give a model the weights, the normalisation and the class names that a checkpoint holds.

    Raises CourseError when the model is built in another way.
    """
    state = load(path)
    _require(state, ("model", "normalisation"), path)
    fill(model, state["model"], path)
    model.normalisation = state["normalisation"]
    if state.get("class_names"):
        model.class_names = state["class_names"]


def restore(model: torch.nn.Module, state: dict, settings: dict, path) -> None:
    """Check that a state belongs to this training, and give the model its weights.

    Raises CourseError, and changes nothing, when a setting or the model is another one.
    """
    _require(state, PARTS, path)
    for name, now in settings.items():
        then = state["settings"].get(name, now)  # older checkpoints do not know their data
        if then != now:
            raise CourseError(
                f"{path} was written with {name}={then!r}, and this training has {name}={now!r}: "
                "take the same settings, or start without resume."
            )
    fill(model, state["model"], path)


def fill(model: torch.nn.Module, weights: dict, path) -> None:
    """Give a model these weights. Raises CourseError when it is built in another way."""
    own = model.state_dict()
    if own.keys() != weights.keys() or any(own[k].shape != weights[k].shape for k in own):
        raise CourseError(f"{path} holds the weights of another model than this one.")
    model.load_state_dict(weights)
