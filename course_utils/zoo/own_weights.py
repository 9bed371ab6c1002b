"""The weights that come with the course: `trained/NAME.npz`, in float16, of networks for CIFAR-10.

A file is made from a checkpoint of `course train` with `course export CHECKPOINT NAME.npz`; how
each was trained is in `data/runs/25_weights.json`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from course_utils.errors import CourseError
from course_utils.zoo.registry import Entry
from course_utils.zoo.torchvision_names import LAST

FOLDER = Path(__file__).parent / "trained"
NAMES = ("resnet20",)
ABOUT = "about"  # the entry that says in JSON whose weights they are
COUNTERS = "num_batches_tracked"  # of batch norm: at test time nothing depends on them


@dataclass(frozen=True)
class Trained:
    """What a file of weights holds.

    network        its name, and the arguments of `zoo.build`: classes, channels, size, width
    normalisation  (mean, std) of the images that it was trained on
    state          the tensors by name, float32
    """

    network: dict
    class_names: tuple[str, ...]
    normalisation: tuple[tuple[float, ...], tuple[float, ...]]
    state: dict[str, torch.Tensor]


def save(file: Path, network: nn.Module, class_names: Sequence[str]) -> None:
    """Write the weights of a network from `zoo.build`, rounded to float16: two bytes for each.

    Raises CourseError when float16 cannot hold a weight, or the file cannot be written.
    """
    arrays = {}
    for name, tensor in network.state_dict().items():
        if name.endswith(COUNTERS):
            continue
        with np.errstate(over="ignore"):
            arrays[name] = tensor.numpy().astype(np.float16)
        if not np.isfinite(arrays[name]).all():
            raise CourseError(
                f"float16 reaches 65,504, and {name} of {network.zoo_name} has numbers beyond it: "
                "train with weight decay, or from another seed."
            )
    about = {"network": {"name": network.zoo_name, **network.zoo_settings},
             "class_names": list(class_names), "normalisation": network.normalisation}  # fmt: skip
    try:
        with open(file, "wb") as opened:
            np.savez_compressed(opened, **arrays, **{ABOUT: np.array(json.dumps(about))})
    except OSError as error:
        raise CourseError(f"{file} cannot be written: {error.strerror}.") from None


def load(file: Path) -> Trained:
    """What `save` wrote; runs no code from the file. Raises CourseError for another file."""
    try:
        with open(file, "rb") as opened, np.load(opened, allow_pickle=False) as stored:
            about = json.loads(str(stored[ABOUT]))
            state = {
                name: torch.from_numpy(stored[name].astype(np.float32))
                for name in stored.files
                if name != ABOUT
            }
        mean, std = (tuple(part) for part in about["normalisation"])
        return Trained(about["network"], tuple(about["class_names"]), (mean, std), state)
    except FileNotFoundError:
        raise CourseError(f"There is no file {file}.") from None
    except Exception:  # damage shows as a dozen error types
        raise CourseError(f"{file} is no file of weights that `course export` wrote.") from None


def pretrained(known: Entry, classes, channels, size, width) -> nn.Module:
    """A network with the course's weights, and `normalisation` as they were trained with.

    Where `classes` is another number than theirs, the last layer starts anew; otherwise
    `class_names` says what the classes are. Raises CourseError for other channels or widths.
    """
    trained = load(FOLDER / f"{known.name}.npz")
    network = known.build(classes, channels, size, width)
    own, head = network.state_dict(), classes in (None, trained.network["classes"])
    given = {k: t for k, t in trained.state.items() if head or not re.search(LAST, k)}
    for name, tensor in given.items():
        if own[name].shape != tensor.shape:
            raise CourseError(
                f"The course's weights do not fit this {known.name}: {name} is "
                f"{tuple(tensor.shape)} there and {tuple(own[name].shape)} here; they are for "
                f"{trained.network['channels']} channels and width {trained.network['width']:g}."
            )
    network.load_state_dict(given, strict=False)
    network.normalisation = trained.normalisation
    if head:
        network.class_names = trained.class_names
    return network
