"""Fully convolutional networks (Long, Shelhamer & Darrell 2015): VGG-16 with scores for pixels."""

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.zoo import vgg
from course_utils.zoo.parts import initialise, is_small, scaled

SKIPS = {"fcn": 2, "fcn_16s": 1, "fcn_32s": 0}  # poolings before the last one with their own scores


def build(name: str, classes=21, channels=3, size=500, width=1.0) -> nn.Module:
    """FCN-8s, -16s or -32s: (N, channels, H, W) -> (N, classes, H, W), for images of any size.

    The linear layers of VGG-16 are convolutions: fc6 of 7×7 (3×3 where images are small, and so are
    the maps), the others of 1×1. The paper pads images by 100 pixels and cuts the scores; here each
    convolution keeps the size.
    """
    stages, maps, widths = [], channels, []
    for words in vgg.TABLE["vgg16"].split("|")[:5]:
        layers = []
        for word in words.split():
            before, maps = maps, scaled(int(word), width)
            layers += vgg.convolution(before, maps, 3, norm=False)
        stages.append(nn.Sequential(*layers, nn.MaxPool2d(2, ceil_mode=True)))
        widths.append(maps)
    hidden, side = scaled(4096, width), 3 if is_small(size) else 7
    head = nn.Sequential(
        nn.Conv2d(maps, hidden, side, padding=side // 2),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Conv2d(hidden, hidden, 1),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Conv2d(hidden, classes, 1),
    )
    skipped = widths[3:1:-1][: SKIPS[name]]  # those of pooling 4, then of pooling 3
    return FCN(stages, head, [nn.Conv2d(m, classes, 1) for m in skipped], classes)


class FCN(nn.Module):
    """Scores of the last maps, enlarged step by step; earlier maps add scores of their own.

    The first steps are transposed convolutions that begin as bilinear interpolation and learn; the
    last one, back to the size of the image, stays as it is (section 4.2). Scores of earlier maps
    begin with zeros, so that at the start nothing but the last maps counts.
    """

    def __init__(self, stages: list, head: nn.Module, scores: list, classes: int):
        super().__init__()
        self.stages, self.head = nn.ModuleList(stages), head
        self.scores = nn.ModuleList(scores)
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(classes, classes, 4, stride=2, padding=1, bias=False) for _ in scores
        )
        initialise(self)
        for score, up in zip(self.scores, self.ups, strict=True):
            nn.init.zeros_(score.weight)
            start_bilinear(up)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = [x]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        scores = self.head(maps[-1])  # (N, classes, H / 32, W / 32)
        for score, up, skip in zip(self.scores, self.ups, maps[-2::-1], strict=False):
            H, W = skip.shape[2:]
            scores = up(scores)[:, :, :H, :W] + score(skip)  # an odd size was rounded up
        return F.interpolate(scores, size=x.shape[2:], mode="bilinear")


def start_bilinear(up: nn.ConvTranspose2d) -> None:
    """Let a transposed convolution begin as bilinear interpolation, each map for itself."""
    side, stride = up.kernel_size[0], up.stride[0]
    places = torch.arange(side) - (side - 1) / 2
    line = (1 - places.abs() / stride).clamp(min=0)  # (side,)
    nn.init.zeros_(up.weight)
    with torch.no_grad():
        for k in range(min(up.in_channels, up.out_channels)):
            up.weight[k, k] = torch.outer(line, line)
