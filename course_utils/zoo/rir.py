"""ResNet in ResNet (Targ, Almeida & Lyman 2016): a residual and a transient stream side by side.

Both streams travel in one tensor, the residual one first: (N, 2C, H, W). One convolution over all
maps then does the work of the paper's four, within and across the streams.
"""

import torch
from torch import nn

from course_utils.zoo.parts import Residual, initialise, named, scaled
from course_utils.zoo.resnet import convolution

MEMBERS = {"rir": ((2, 3, 3), 48)}  # wide, 18 layers: blocks per stage, maps of one stream


def build(name: str, classes=10, channels=3, size=32, width=1.0) -> nn.Sequential:
    """ResNet in ResNet for CIFAR: (N, channels, size, size) -> (N, classes), for any size."""
    blocks, maps = MEMBERS[name]
    before = scaled(maps, width)
    layers = {"conv1": convolution(channels, 2 * before), "norm1": nn.BatchNorm2d(2 * before),
              "relu1": nn.ReLU()}  # fmt: skip
    for i, count in enumerate(blocks):
        after, stride = scaled(maps * 2**i, width), 2 if i else 1
        row = [block(before, after, stride), *(block(after, after, 1) for _ in range(count - 1))]
        layers[f"stage{i + 1}"] = nn.Sequential(*row)  # (N, 96, 32, 32), (N, 192, 16, 16), …
        before = after
    layers |= {"pool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
    return initialise(named(**layers, fc=nn.Linear(2 * before, classes)), mode="fan_out")


def block(before: int, maps: int, stride: int) -> Residual:
    """A residual block (both streams have a shortcut) of two generalised residual layers."""
    body = nn.Sequential(generalised(before, maps, stride), generalised(maps, maps, 1))
    if before == maps:
        return Residual(body)
    return Residual(body, convolution(2 * before, 2 * maps, 1, stride, groups=2))


def generalised(before: int, maps: int, stride: int) -> Residual:
    """Equation 1: within and across the streams, and only the residual one has a shortcut."""
    same = before == maps and stride == 1
    shortcut = named(
        residual=ResidualStream(),  # (N, before, H, W)
        project=nn.Identity() if same else convolution(before, maps, 1, stride),
        zeros=NoTransient(),  # (N, 2 · maps, H, W)
    )
    after = named(norm=nn.BatchNorm2d(2 * maps), relu=nn.ReLU())
    return Residual(convolution(2 * before, 2 * maps, 3, stride), shortcut, after)


class ResidualStream(nn.Module):
    """The first half of the maps: (N, 2C, H, W) -> (N, C, H, W)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, : x.shape[1] // 2]


class NoTransient(nn.Module):
    """As many maps of zeros behind: (N, C, H, W) -> (N, 2C, H, W)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, torch.zeros_like(x)], dim=1)
