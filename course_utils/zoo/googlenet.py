"""GoogLeNet (Szegedy et al. 2015, table 1): and torchvision's with batch norm."""

from functools import partial
from typing import NamedTuple

import torch
from torch import nn

from course_utils.zoo.parts import Concat, initialise, is_small, named, response_norm, scaled

MODULES = {  # table 1: 1×1 | 1×1 then 3×3 | 1×1 then 5×5 | pooling then 1×1; ↓ a pooling
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64), "pool3": (),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128), "pool4": (),
    "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}  # fmt: skip
HEADS = ("4a", "4d")  # what the auxiliary classifiers read


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Module:
    """GoogLeNet: (N, channels, size, size) -> (N, classes).

    With _heads in its name it gives Outputs (logits, and those of the two auxiliary classifiers)
    while it trains. With _bn it is torchvision's, which has 3×3 filters where the paper has 5×5.
    """
    norm = "_bn" in name
    unit = partial(convolution, norm=norm)
    pool = partial(nn.MaxPool2d, stride=2, ceil_mode=True)
    lrn = {} if norm else {"norm1": response_norm()}, {} if norm else {"norm2": response_norm()}
    c1, c3 = scaled(64, width), scaled(192, width)
    layers = {
        "conv1": unit(channels, c1, 3) if is_small(size) else unit(channels, c1, 7, stride=2),
        "pool1": pool(3),  # (N, 64, 56, 56), or 16 × 16 of a small image
        **lrn[0],
        "conv2": unit(c1, c1, 1),
        "conv3": unit(c1, c3, 3),
        **lrn[1],
        **({} if is_small(size) else {"pool2": pool(3)}),  # (N, 192, 28, 28), or 16 × 16
    }
    heads, before = nn.ModuleDict(), c3
    for place, row in MODULES.items():
        if row:
            layers[place], before = inception(unit, before, *(scaled(m, width) for m in row))
        else:
            layers[place] = pool(2 if norm and place == "pool4" else 3)
        if "_heads" in name and place in HEADS:
            heads[place] = auxiliary(unit, before, classes, width, norm or is_small(size))
    layers.update(pool5=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dropout=nn.Dropout(0.4),
                  fc=nn.Linear(before, classes))  # fmt: skip
    return initialise(GoogLeNet(named(**layers), heads))


def convolution(before: int, maps: int, kernel: int, stride=1, norm=False) -> nn.Sequential:
    """A convolution that keeps the side (or halves it), rectified."""
    conv = nn.Conv2d(before, maps, kernel, stride, kernel // 2, bias=not norm)
    return named(conv=conv, **({"norm": nn.BatchNorm2d(maps, eps=1e-3)} if norm else {}),
                 relu=nn.ReLU())  # fmt: skip


def inception(unit, before, one, before_three, three, before_five, five, pooled):
    """The module of figure 2(b), and how many maps it gives: one + three + five + pooled."""
    last = 3 if unit.keywords["norm"] else 5  # torchvision's long-standing slip, in its weights
    branches = {
        "1x1": unit(before, one, 1),
        "3x3": nn.Sequential(unit(before, before_three, 1), unit(before_three, three, 3)),
        "5x5": nn.Sequential(unit(before, before_five, 1), unit(before_five, five, last)),
        "pool": nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), unit(before, pooled, 1)),
    }
    return Concat(branches), one + three + five + pooled


def auxiliary(unit, before: int, classes: int, width: float, adaptive: bool) -> nn.Sequential:
    """A classifier on the side (section 5): (N, 512, 14, 14) -> (N, classes)."""
    maps, hidden = scaled(128, width), scaled(1024, width)
    return named(
        pool=nn.AdaptiveAvgPool2d(4) if adaptive else nn.AvgPool2d(5, stride=3),  # (N, 512, 4, 4)
        conv=unit(before, maps, 1),
        flatten=nn.Flatten(),
        fc1=nn.Linear(maps * 16, hidden),
        relu=nn.ReLU(),
        dropout=nn.Dropout(0.7),
        fc2=nn.Linear(hidden, classes),
    )


class Outputs(NamedTuple):
    """What GoogLeNet with its heads gives in training: three times (N, classes)."""

    logits: torch.Tensor
    late: torch.Tensor  # the head behind 4d
    early: torch.Tensor  # the head behind 4a


class GoogLeNet(nn.Module):
    """Layers in a row, and heads that listen to some of them during training."""

    outputs = Outputs

    def __init__(self, layers: nn.Sequential, heads: nn.ModuleDict):
        super().__init__()
        self.layers, self.heads = layers, heads
        self.transform_input = False  # torchvision's weights want colours from −1 to 1

    def forward(self, x: torch.Tensor) -> torch.Tensor | tuple:
        x = between_ones(x) if self.transform_input else x
        heard = []
        for name, layer in self.layers.named_children():
            x = layer(x)
            if self.training and name in self.heads:
                heard.insert(0, self.heads[name](x))
        return self.outputs(x, *heard) if heard else x


def between_ones(x: torch.Tensor) -> torch.Tensor:
    """From ImageNet's mean and deviation to mean 0.5 and deviation 0.5, for each colour."""
    factors = [std / 0.5 for std in (0.229, 0.224, 0.225)]
    shifts = [(mean - 0.5) / 0.5 for mean in (0.485, 0.456, 0.406)]
    return x * x.new_tensor(factors).view(3, 1, 1) + x.new_tensor(shifts).view(3, 1, 1)
