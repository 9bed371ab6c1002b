"""U-Net (Ronneberger, Fischer & Brox 2015, figure 1): down, up again, and a skip at each level."""

import torch
from torch import nn

from course_utils.zoo.parts import initialise, scaled

MAPS = (64, 128, 256, 512, 1024)  # of the levels, from the top of the U to its bottom


def build(name: str, classes=2, channels=1, size=572, width=1.0) -> nn.Sequential:
    """U-Net: (N, channels, size, size) -> (N, classes, …), a score for each class at each pixel.

    As published, convolutions have no padding, so that 572 × 572 pixels give scores for the inner
    388 × 388. Smaller images are padded, and each pixel of them gets its scores. A name that ends
    with _bn (not in the paper) has batch normalisation after each 3×3 convolution.
    """
    maps = [scaled(m, width) for m in MAPS]
    style = {"padding": int(size < 572), "norm": name.endswith("_bn")}
    below = double(*maps[-2:], **style)
    for k in reversed(range(len(maps) - 1)):
        level = Level(maps[k], maps[k + 1], below, **style)
        before = maps[k - 1] if k else channels
        below = nn.Sequential(double(before, maps[k], **style), level)
    network = nn.Sequential(*below, nn.Conv2d(maps[0], classes, 1))
    return initialise(network)


class Level(nn.Module):
    """Down by pooling, through what lies below, up again, and joined with what came in.

    (N, maps, H, W) -> (N, maps, H, W), or a few pixels less on each side without padding
    """

    def __init__(self, maps: int, deeper: int, below: nn.Module, padding: int, norm: bool):
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.below = below  # -> (N, deeper, h, w)
        self.up = nn.ConvTranspose2d(deeper, maps, 2, stride=2)
        self.joined = double(2 * maps, maps, padding, norm)
        self.padding = padding

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        coarse = self.below(self.pool(x))
        size = x.shape[2:] if self.padding else None  # an odd size loses a pixel in the pooling
        grown = self.up(coarse, size)
        top, left = ((a - b) // 2 for a, b in zip(x.shape[2:], grown.shape[2:], strict=True))
        H, W = grown.shape[2:]
        skip = x[:, :, top : top + H, left : left + W]
        return self.joined(torch.cat([skip, grown], dim=1))  # (N, 2 · maps, H, W) in between


def double(before: int, maps: int, padding: int, norm: bool) -> nn.Sequential:
    """Two 3×3 convolutions, rectified: (N, before, H, W) -> (N, maps, H, W)."""
    layers = []
    for inputs in (before, maps):
        layers.append(nn.Conv2d(inputs, maps, 3, padding=padding))
        layers += [nn.BatchNorm2d(maps), nn.ReLU()] if norm else [nn.ReLU()]
    return nn.Sequential(*layers)
