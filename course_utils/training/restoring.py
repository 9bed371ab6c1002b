"""A trained network out of its checkpoint: built as it was, with its weights, ready to be used."""

import os
import re
from collections.abc import Sequence

import torch

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.training import checkpoint as files
from course_utils.zoo.torchvision_names import LAST


def restored(path: str | os.PathLike, *, network: str | None = None,
             class_names: Sequence[str] | None = None) -> torch.nn.Module:  # fmt: skip
    """The network of a checkpoint, in eval mode, with `normalisation` and `class_names`.

    What the checkpoint says itself (`zoo_settings`: classes, channels, size, width) goes first;
    `network` and `class_names` are for one that does not, such as that of a network of your own
    with the layers of the zoo's. Raises CourseError when nobody says it, and for a checkpoint that
    holds something else.
    """
    state = files.load(path)
    if "model" not in state or "normalisation" not in state:
        raise CourseError(f"{path} is no checkpoint that fit wrote.")
    settings = _settings(path, state, network)
    names = state.get("class_names") or class_names
    if names is not None and len(names) != settings["classes"]:
        raise CourseError(
            f"{path} holds a network for {settings['classes']} classes, got {len(names)} names "
            f"({', '.join(map(str, names))})."
        )
    model = zoo.build(**settings)
    files.fill(model, state["model"], path)
    model.normalisation, model.class_names = state["normalisation"], names and tuple(names)
    return model.eval()


def require_class_names(model: torch.nn.Module, path) -> tuple[str, ...]:
    """The names of the classes. Raises CourseError when nobody has said them."""
    if model.class_names is None:
        count = model.zoo_settings["classes"]
        raise CourseError(
            f"{path} does not say what its {count} classes are called: say --classes NAME,NAME,…"
        )
    return model.class_names


def _settings(path, state: dict, network: str | None) -> dict:
    """The arguments of `zoo.build`; what an old checkpoint does not say is seen at its weights."""
    said = state.get("network")
    if said and network not in (None, said["name"]):
        raise CourseError(f"{path} holds a {said['name']}, and not a {network}.")
    if said:
        return dict(said)
    if network is None:
        raise CourseError(
            f"{path} does not say which network of the zoo it holds: say --network NAME."
        )
    weights = state["model"]
    rows = [t for name, t in weights.items() if re.search(LAST, name) and t.ndim > 1]
    images = [t for t in weights.values() if t.ndim == 4]
    if not rows or not images:
        raise CourseError(f"{path} holds the weights of another model than {network}.")
    return {"name": network, "classes": len(rows[-1]), "channels": images[0].shape[1]}
