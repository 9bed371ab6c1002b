"""Checkpoints: the whole state of a training in one file that is never half written."""

import contextlib
import os
import pickle
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch

from course_utils.errors import CourseError

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """Where `fit` keeps its state: written after each epoch, and after each `every` batches."""

    path: str | os.PathLike
    every: int | None = None

    def __post_init__(self):
        if self.every is not None and self.every < 1:
            raise CourseError(f"Checkpoint expects every ≥ 1, in batches, got {self.every}.")


def save(state: dict, path: str | os.PathLike) -> None:
    """Write a state so that `path` holds the old file or the new one, whatever happens meanwhile.

    The new one is written beside it, forced onto the disk, and only then takes its name. Raises
    CourseError when the folder cannot be written to.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CourseError(f"There is no way to write a checkpoint to {path}: {error}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            torch.save({"format": FORMAT, **state}, file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp's files are for the owner alone
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def load(path: str | os.PathLike) -> dict:
    """What `save` wrote, with tensors on the CPU. Runs no code from the file.

    Raises CourseError when there is no such file, or when it is no checkpoint.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CourseError(f"There is no checkpoint {path}.") from None
    except (RuntimeError, pickle.UnpicklingError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise CourseError(f"{path} is no checkpoint that fit wrote.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise CourseError(f"{path} is no checkpoint that fit wrote.")
    return state


def load_weights(model: torch.nn.Module, path: str | os.PathLike) -> None:
    """Give a model the weights and the normalisation that a checkpoint holds.

    Raises CourseError when the model is built in another way.
    """
    state = load(path)
    _into(model, state["model"], path)
    model.normalisation = state["normalisation"]


def restore(model: torch.nn.Module, state: dict, settings: dict, path) -> None:
    """Check that a state belongs to this training, and give the model its weights.

    Raises CourseError, and changes nothing, when a setting or the model is another one.
    """
    for name, now in settings.items():
        then = state["settings"].get(name)
        if then != now:
            raise CourseError(
                f"{path} was written with {name}={then!r}, and this training has {name}={now!r}: "
                "take the same settings, or start without resume."
            )
    _into(model, state["model"], path)


def _into(model, weights: dict, path) -> None:
    own = model.state_dict()
    if own.keys() != weights.keys() or any(own[k].shape != weights[k].shape for k in own):
        raise CourseError(f"{path} holds the weights of another model than this one.")
    model.load_state_dict(weights)
