"""ConvNeXt (Liu et al. 2022): convolutions, put together the way a transformer is."""

import torch
from torch import nn

from course_utils.zoo.parts import Residual, is_small, named, scaled

MEMBERS = {  # name: maps and blocks of each stage
    "convnext_tiny": ((96, 3), (192, 3), (384, 9), (768, 3)),
}
SCALE = 1e-6  # how much of a new block counts at first


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """ConvNeXt: (N, channels, size, size) -> (N, classes). Without stochastic depth."""
    stages = [(scaled(maps, width), blocks) for maps, blocks in MEMBERS[name]]
    before = stages[0][0]
    stem = nn.Conv2d(channels, before, 3, padding=1) if is_small(size) else None
    layers = {
        "patches": stem or nn.Conv2d(channels, before, 4, 4),  # (N, 96, 56, 56)
        "norm1": LayerNorm2d(before, eps=1e-6),
    }
    for i, (maps, blocks) in enumerate(stages, start=1):
        if i > 1:
            layers[f"norm{i}"] = LayerNorm2d(before, eps=1e-6)
            layers[f"halve{i}"] = nn.Conv2d(before, maps, 2, 2)  # half of the rows and columns
        layers[f"stage{i}"] = nn.Sequential(*(Residual(body(maps)) for _ in range(blocks)))
        before = maps
    layers["pool"] = nn.AdaptiveAvgPool2d(1)  # (N, 768, 1, 1)
    layers |= {"norm": LayerNorm2d(before, eps=1e-6), "flatten": nn.Flatten()}
    return initialise(named(**layers, fc=nn.Linear(before, classes)))


def body(maps: int) -> nn.Sequential:
    """(N, C, H, W) -> the same shape: 7 × 7 in each map, then across the maps at each pixel."""
    return named(
        depthwise=nn.Conv2d(maps, maps, 7, padding=3, groups=maps),
        to_rows=Permuted(0, 2, 3, 1),  # (N, H, W, C)
        norm=nn.LayerNorm(maps, eps=1e-6),
        up=nn.Linear(maps, 4 * maps),
        gelu=nn.GELU(),
        down=nn.Linear(4 * maps, maps),
        to_maps=Permuted(0, 3, 1, 2),  # (N, C, H, W)
        scale=Scale(maps),
    )


class LayerNorm2d(nn.LayerNorm):
    """Layer norm of the C numbers at each pixel: (N, C, H, W) -> the same shape."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Permuted(nn.Module):
    """The same numbers with their axes in another order."""

    def __init__(self, *order: int):
        super().__init__()
        self.order = order

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(self.order)

    def extra_repr(self) -> str:
        return ", ".join(map(str, self.order))


class Scale(nn.Module):
    """A factor for each map, small at first, so that a new block changes next to nothing."""

    def __init__(self, maps: int):
        super().__init__()
        self.weight = nn.Parameter(torch.full((maps, 1, 1), SCALE))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight


def initialise(network: nn.Module) -> nn.Module:
    """Small normal weights for convolutions and linear layers, zero biases; returns the network."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.trunc_normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
    return network
