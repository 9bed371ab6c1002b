"""Inception-v4 and Inception-ResNet-v2 (Szegedy, Ioffe, Vanhoucke & Alemi 2017), as released.

A module is a tuple of branches; a branch is a row of words. "224@1x7" is a convolution with 224
maps and 1×7 filters, "64" one with 1×1 filters, "avg" and "max" are 3×3 poolings ("mean" counts the
zeros around the maps, too); /2 halves the side, //2 only that of large images, v stands for no
padding. A tuple inside a branch is where it splits.
"""

import torch
from torch import nn

from course_utils.zoo.parts import Concat, Residual, initialise, is_small, named, scaled

V4 = (  # name, how many, branches
    ("stem1", 1, ("32@3//2 32@3v 64@3",)),  # (N, 64, 147, 147)
    ("stem2", 1, ("max/2", "96@3/2")),  # (N, 160, 73, 73)
    ("stem3", 1, ("64 96@3v", "64 64@1x7 64@7x1 96@3v")),  # (N, 192, 71, 71)
    ("stem4", 1, ("192@3/2", "max/2")),  # (N, 384, 35, 35)
    ("a", 4, ("96", "64 96@3", "64 96@3 96@3", "avg 96")),
    ("reduction_a", 1, ("384@3/2", "192 224@3 256@3/2", "max/2")),  # (N, 1024, 17, 17)
    ("b", 7, ("384", "192 224@1x7 256@7x1", "192 192@7x1 224@1x7 224@7x1 256@1x7", "avg 128")),
    ("reduction_b", 1, ("192 192@3/2", "256 256@1x7 320@7x1 320@3/2", "max/2")),  # (N, 1536, 8, 8)
    ("c", 3, ("256", ("384", ("256@1x3", "256@3x1")),
              ("384 448@3x1 512@1x3", ("256@1x3", "256@3x1")), "avg 256")),
)  # fmt: skip
RESNET_V2 = (  # name, how many, branches, and for residual modules the scale (section 3.3)
    ("stem1", 1, ("32@3//2 32@3v 64@3 max/2 80 192@3v max/2",)),  # (N, 192, 35, 35)
    ("stem2", 1, ("96", "48 64@5", "64 96@3 96@3", "avg 64")),  # (N, 320, 35, 35)
    ("a", 10, ("32", "32 32@3", "32 48@3 64@3"), 0.17),
    ("reduction_a", 1, ("384@3/2", "256 256@3 384@3/2", "max/2")),  # (N, 1088, 17, 17)
    ("b", 20, ("192", "128 160@1x7 192@7x1"), 0.1),
    ("reduction_b", 1, ("256 384@3/2", "256 288@3/2", "256 288@3 320@3/2", "max/2")),
    ("c", 9, ("192", "192 224@1x3 256@3x1"), 0.2),  # (N, 2080, 8, 8)
    ("last", 1, ("192", "192 224@1x3 256@3x1"), 1.0),
    ("conv", 1, ("1536",)),
)
MEMBERS = {"inception_v4": V4, "inception_resnet_v2": RESNET_V2}


def build(name: str, classes=1000, channels=3, size=299, width=1.0) -> nn.Sequential:
    """Inception-v4 or Inception-ResNet-v2: (N, channels, size, size) -> (N, classes)."""
    layers, maps = {}, channels
    for place, count, branches, *scale in MEMBERS[name]:
        row = []
        for _ in range(count):
            module, after = split(branches, maps, width, is_small(size))
            if scale:
                module = residual(module, after, maps, scale[0], place == "last")
            else:
                maps = after
            row.append(module)
        layers[place] = nn.Sequential(*row) if count > 1 else row[0]
    layers.update(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dropout=nn.Dropout(0.2),
                  fc=nn.Linear(maps, classes))  # fmt: skip
    return initialise(named(**layers))


def split(branches: tuple, before: int, width: float, small: bool) -> tuple[nn.Module, int]:
    """The branches of a module side by side, and how many maps they give together."""
    made = {}
    total = 0
    for branch in branches:
        row, rest = (branch, None) if isinstance(branch, str) else branch
        layers, maps = [], before
        for word in row.split():
            layer, maps = read(word, maps, width, small)
            layers.append(layer)
        if rest:
            layer, maps = split(rest, maps, width, small)
            layers.append(layer)
        made[str(len(made) + 1)] = nn.Sequential(*layers)
        total += maps
    return (Concat(made) if len(made) > 1 else made["1"]), total


def read(word: str, before: int, width: float, small: bool) -> tuple[nn.Module, int]:
    """A layer from its word, and how many maps it gives. Small images are padded everywhere."""
    word, halves, _ = word.removesuffix("//2" if small else "").partition("/")
    if word in ("avg", "mean"):
        return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=word == "mean"), before
    if word == "max":
        return nn.MaxPool2d(3, stride=2, padding=int(small)), before
    number, _, kernel = word.removesuffix("v").partition("@")
    KH, _, KW = (kernel or "1").partition("x")
    size = int(KH), int(KW or KH)
    valid = (halves or word.endswith("v")) and not small
    padding = 0 if valid else (size[0] // 2, size[1] // 2)
    maps = scaled(int(number), width)
    conv = nn.Conv2d(before, maps, size, 2 if halves else 1, padding, bias=False)
    return named(conv=conv, norm=nn.BatchNorm2d(maps, eps=1e-3), relu=nn.ReLU()), maps


def residual(module: nn.Module, made: int, maps: int, scale: float, last: bool) -> Residual:
    """x plus a share of the module's maps, brought to x's number by a 1×1 convolution."""
    body = named(branches=module, up=nn.Conv2d(made, maps, 1), scale=Scale(scale))
    return Residual(body, after=None if last else nn.ReLU())


class Scale(nn.Module):
    """The input times a fixed number."""

    def __init__(self, scale: float):
        super().__init__()
        self.scale = scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scale * x

    def extra_repr(self) -> str:
        return str(self.scale)
