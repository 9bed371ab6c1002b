"""Inception-v3 (Szegedy, Vanhoucke, Ioffe, Shlens & Wojna 2016, table 1), as released.

Modules are written as in `inception`, and named as in the released files.
"""

from typing import NamedTuple

import torch
from torch import nn

from course_utils.zoo.googlenet import GoogLeNet
from course_utils.zoo.inception import read, split
from course_utils.zoo.parts import initialise, is_small, named, scaled

ON_35 = "64", "48 64@5", "64 96@3 96@3"  # the 5×5 of figure 4: figure 5 has two 3×3 there
ON_8 = ("320", ("384", ("384@1x3", "384@3x1")), ("448 384@3", ("384@1x3", "384@3x1")), "mean 192")


def on_17(inner: int) -> tuple:
    """The module of figure 6 with n = 7: `inner` maps between its columns and rows."""
    once = f"{inner} {inner}@1x7 192@7x1"
    twice = f"{inner} {inner}@7x1 {inner}@1x7 {inner}@7x1 192@1x7"
    return "192", once, twice, "mean 192"


MODULES = {  # name: branches
    "stem": ("32@3//2 32@3v 64@3 max/2 80 192@3v max/2",),  # (N, 192, 35, 35)
    "5b": (*ON_35, "mean 32"), "5c": (*ON_35, "mean 64"), "5d": (*ON_35, "mean 64"),
    "6a": ("384@3/2", "64 96@3 96@3/2", "max/2"),  # (N, 768, 17, 17): figure 10
    "6b": on_17(128), "6c": on_17(160), "6d": on_17(160), "6e": on_17(192),
    "7a": ("192 320@3/2", "192 192@1x7 192@7x1 192@3/2", "max/2"),  # (N, 1280, 8, 8)
    "7b": ON_8, "7c": ON_8,  # (N, 2048, 8, 8): figure 7
}  # fmt: skip
HEAD = "6e"  # what the auxiliary classifier reads


def build(name: str, classes=1000, channels=3, size=299, width=1.0) -> nn.Module:
    """Inception-v3: (N, channels, size, size) -> (N, classes).

    With _heads in its name it gives Outputs (logits, and those of the auxiliary classifier) while
    it trains.
    """
    layers, heads, maps = {}, nn.ModuleDict(), channels
    for place, branches in MODULES.items():
        layers[place], maps = split(branches, maps, width, is_small(size))
        if "_heads" in name and place == HEAD:
            heads[place] = auxiliary(maps, classes, width, is_small(size))
    layers.update(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dropout=nn.Dropout(0.5),
                  fc=nn.Linear(maps, classes))  # fmt: skip
    return initialise(InceptionV3(named(**layers), heads))


def auxiliary(before: int, classes: int, width: float, small: bool) -> nn.Sequential:
    """The classifier of figure 8: (N, 768, 17, 17) -> (N, classes)."""
    conv1, maps = read("128", before, width, small=False)
    conv2, maps = read("768@5v", maps, width, small=False)
    return named(
        pool1=nn.AdaptiveAvgPool2d(5) if small else nn.AvgPool2d(5, stride=3),  # (N, 768, 5, 5)
        conv1=conv1,
        conv2=conv2,  # (N, 768, 1, 1)
        pool2=nn.AdaptiveAvgPool2d(1),
        flatten=nn.Flatten(),
        fc=nn.Linear(scaled(768, width), classes),
    )


class Outputs(NamedTuple):
    """What Inception-v3 with its head gives in training: twice (N, classes)."""

    logits: torch.Tensor
    late: torch.Tensor  # the head behind 6e


class InceptionV3(GoogLeNet):
    """Layers in a row, and one head that listens during training."""

    outputs = Outputs
