"""A network made to be trained in seconds (Jordan 2024): whitened patches, three wide blocks."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.errors import CourseError
from course_utils.zoo.parts import named, scaled

PATCH = 2  # pixels on each side of a whitened patch
ENOUGH = 2_000  # images that the whitening looks at
MOMENTUM = 0.4  # of batch norm: a short training has few batches to average over
FLOOR = 5e-4  # added to the variance of each direction: what hardly varies is not blown up


class Airbench(nn.Sequential):
    """(N, channels, size, size) -> (N, classes).

    `whiten(images)` gives the first layer its filters before the training, and freezes them.
    """

    @torch.no_grad()
    def whiten(self, images) -> None:
        """Set the filters of the first layer to the directions in which patches vary.

        images: uint8 (N, C, H, W), or floats as the network will see them, an array or a tensor;
        the first 2,000 are enough. Each direction is divided by its standard deviation, so the
        answers vary equally and independently; half of the filters are the negatives of the others,
        for the activation function cuts each at zero. Raises CourseError for images of another
        number of channels.
        """
        weight = self.whitening.weight  # (2·4·C, C, 2, 2)
        images = images[:ENOUGH]
        if not isinstance(images, torch.Tensor):
            images = torch.tensor(images)  # a copy: arrays of data sets are read-only
        if images.ndim != 4 or images.shape[1] != weight.shape[1]:
            raise CourseError(
                f"whiten expects images (N, {weight.shape[1]}, H, W), got {tuple(images.shape)}."
            )
        x = images.double()
        if images.dtype == torch.uint8:  # as `fit` normalises bytes
            std, mean = torch.std_mean(x, (0, 2, 3), correction=0, keepdim=True)
            x = (x - mean) / std.clamp(min=1e-6)
        patches = F.unfold(x, PATCH).transpose(1, 2).reshape(-1, weight[0].numel())  # (P, 4·C)
        variances, directions = torch.linalg.eigh(patches.T @ patches / len(patches))
        filters = (directions / (variances + FLOOR).sqrt()).T.flip(0)  # the widest first
        weight.copy_(torch.cat([filters, -filters]).reshape(weight.shape))
        weight.requires_grad_(False)


class Scaled(nn.Module):
    """x times a constant: small scores at first, and a gentle last layer."""

    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.factor * x

    def extra_repr(self) -> str:
        return f"factor={self.factor:.3g}"


def build(name: str, classes=10, channels=3, size=32, width=1.0) -> Airbench:
    """airbench94 for images of 16 × 16 or more: (N, channels, size, size) -> (N, classes)."""
    if size < 16:
        raise CourseError(f"Images of {size} × {size} are too small for {name}.")
    before = 2 * PATCH**2 * channels
    layers = {"whitening": nn.Conv2d(channels, before, PATCH), "gelu": nn.GELU()}  # (N, 24, 31, 31)
    for number, maps in enumerate((64, 256, 256), 1):
        after = scaled(maps, width)
        layers[f"block{number}"] = block(before, after)  # (N, 64, 15, 15), (N, 256, 7, 7), …
        before = after
    layers |= {"pool": nn.AdaptiveMaxPool2d(1), "flatten": nn.Flatten(),
               "fc": nn.Linear(before, classes, bias=False), "scale": Scaled(1 / 9)}  # fmt: skip
    network = Airbench(OrderedDict(layers))
    nn.init.zeros_(network.whitening.bias)
    return network


def block(before: int, maps: int) -> nn.Sequential:
    """Two 3×3 convolutions, the first followed by pooling: half the side, `maps` maps."""
    return named(
        conv1=convolution(before, maps),
        pool=nn.MaxPool2d(2),
        norm1=nn.BatchNorm2d(maps, momentum=MOMENTUM),
        gelu1=nn.GELU(),
        conv2=convolution(maps, maps),
        norm2=nn.BatchNorm2d(maps, momentum=MOMENTUM),
        gelu2=nn.GELU(),
    )


def convolution(before: int, maps: int) -> nn.Conv2d:
    """3×3 without bias, of which the first filters pass their map on as it is."""
    conv = nn.Conv2d(before, maps, 3, padding=1, bias=False)
    nn.init.dirac_(conv.weight[: min(before, maps)])
    return conv
