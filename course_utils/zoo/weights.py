"""Weights for the networks of the zoo: torchvision's, the same tensors under other names."""

import re
import socket
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path

import torch
from torch import nn

from course_utils.errors import CourseError
from course_utils.paths import data_folder
from course_utils.zoo import own_weights
from course_utils.zoo.registry import Entry, entry
from course_utils.zoo.torchvision_names import LAST, NAMES, TABLES

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # mean and deviation of the colours
SILENCE = 30  # seconds without a byte after which a server counts as gone


def load_torchvision(
    network: nn.Module, state_dict: Mapping[str, torch.Tensor], head: bool = True
) -> None:
    """Give a network from `zoo.build` the weights of torchvision's network of the same name.

    head=False leaves the last layer as it is. GoogLeNet without auxiliary classifiers takes the
    rest. Raises CourseError, and changes nothing, when a tensor is missing, left over, or of
    another shape.
    """
    own = network.state_dict()
    given = renamed(network, state_dict)
    if not any(name.startswith("heads.") for name in own):
        given = {name: t for name, t in given.items() if not name.startswith("heads.")}
    if not head:
        given = {name: t for name, t in given.items() if not re.search(LAST, name)}
    may_lack = "num_batches_tracked$" if head else f"num_batches_tracked$|{LAST}"  # in old files
    optional = {name for name in own if re.search(may_lack, name)}
    _require_the_same(network.zoo_name, own, given, optional)
    network.load_state_dict(given, strict=False)


def renamed(network: nn.Module, state_dict: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """torchvision's tensors under the names that this network has for them."""
    name = getattr(network, "zoo_name", None)
    family = entry(name).family if name else None
    if family not in TABLES:
        known = ", ".join(TABLES)
        raise CourseError(f"torchvision's weights fit networks from zoo.build: {known}.")
    result = dict(state_dict)
    for pattern, replacement in TABLES[family]:
        result = {re.sub(pattern, replacement, old): tensor for old, tensor in result.items()}
    return result


def _require_the_same(name: str, own: dict, given: dict, optional: set) -> None:
    missing = own.keys() - given.keys() - optional
    extra = given.keys() - own.keys()
    if missing or extra:
        first = next(k for k in (*own, *given) if k in missing or k in extra)
        which = "lack" if first in missing else "have, beside what it has,"
        raise CourseError(
            f"These are not the weights of {name}: they {which} {first} "
            f"({len(missing)} tensors are missing, {len(extra)} left over)."
        )
    for key, tensor in given.items():
        if tensor.shape != own[key].shape:
            raise CourseError(
                f"These weights do not fit this {name}: {key} is {tuple(tensor.shape)} there and "
                f"{tuple(own[key].shape)} here; torchvision's are for width 1, 3 channels, 1000 "
                "classes and large images."
            )


def pretrained(known: Entry, classes, channels, size, width) -> nn.Module:
    """A network with torchvision's weights, or the course's own where it has some.

    It has `normalisation` as they were trained with. Where `classes` is not the number of theirs,
    the last layer starts anew. Raises CourseError as `zoo.build` does.
    """
    if known.name in own_weights.NAMES:
        return own_weights.pretrained(known, classes, channels, size, width)
    if known.name not in NAMES:
        raise CourseError(
            f"torchvision has no weights for {known.name}; it has them for {', '.join(NAMES)}; "
            f"and the course has some for {', '.join(own_weights.NAMES)}."
        )
    network = known.build(classes, channels, size, width)
    load_torchvision(network, fetch(known.name), head=classes in (None, known.classes))
    network.normalisation = IMAGENET
    if hasattr(network, "transform_input"):
        network.transform_input = True
    return network


def fetch(name: str) -> dict[str, torch.Tensor]:
    """torchvision's weights from `$COURSE_DATA/weights`, torch's own cache, or the network.

    Raises CourseError, saying what to do instead, when they cannot be had.
    """
    from torchvision.models import get_model_weights

    source = get_model_weights(NAMES[name]).DEFAULT
    folder, file = data_folder() / "weights", source.url.rsplit("/", 1)[-1]
    for place in (folder, Path(torch.hub.get_dir()) / "checkpoints"):
        if (place / file).is_file():
            return _read(place / file)
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE)  # torch sets none, and would wait for ever
    try:
        return source.get_state_dict(
            model_dir=str(folder), check_hash=True, map_location="cpu", weights_only=True
        )
    except (OSError, RuntimeError, EOFError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        reason = getattr(reason, "strerror", None) or reason
        raise CourseError(
            f"The weights of {name} could not be fetched ({reason}): get {source.url} on another "
            f"computer and put it into {folder.resolve()}."
        ) from None
    finally:
        socket.setdefaulttimeout(before)


def _read(path: Path) -> dict[str, torch.Tensor]:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # a broken file can raise anything
        words = f"{path} is no file of weights, or cut short: delete it and try again."
        raise CourseError(words) from None
