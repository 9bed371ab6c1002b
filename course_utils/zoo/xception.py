"""Xception (Chollet 2017, figure 5): depth-wise separable convolutions with shortcuts around them.

Nothing stands between the two halves of a separable convolution, and its norm comes after both.
"""

from torch import nn

from course_utils.zoo.parts import Residual, initialise, is_small, named, scaled

ENTRY = ((128, 128), (256, 256), (728, 728))  # maps of the separable convolutions, then a pooling
MIDDLE = 8 * ((728, 728, 728),)  # no pooling, and x itself is added
EXIT = ((728, 1024),)
LAST = (1536, 2048)  # without a shortcut


def build(name: str, classes=1000, channels=3, size=299, width=1.0) -> nn.Sequential:
    """Xception: (N, channels, size, size) -> (N, classes)."""
    small = is_small(size)
    c1, maps = scaled(32, width), scaled(64, width)
    layers = {
        "conv1": conventional(channels, c1, 1 if small else 2, small),  # (N, 32, 149, 149)
        "conv2": conventional(c1, maps, 1, small),  # (N, 64, 147, 147)
    }
    for i, row in enumerate((*ENTRY, *MIDDLE, *EXIT), start=1):
        layers[f"module{i}"] = module(maps, [scaled(m, width) for m in row], first=i == 1)
        maps = scaled(row[-1], width)  # (N, 728, 19, 19) after the third, (N, 1024, 10, 10) at last
    for i, after in enumerate(LAST, start=1):
        layers[f"separable{i}"] = unit(maps, scaled(after, width))
        layers[f"relu{i}"] = nn.ReLU()
        maps = scaled(after, width)
    layers.update(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dropout=nn.Dropout(0.5),
                  fc=nn.Linear(maps, classes))  # fmt: skip
    return initialise(named(**layers))


def conventional(before: int, maps: int, stride: int, small: bool) -> nn.Sequential:
    """A 3×3 convolution that mixes all maps; only small images are padded."""
    conv = nn.Conv2d(before, maps, 3, stride, padding=int(small), bias=False)
    return named(conv=conv, norm=nn.BatchNorm2d(maps, eps=1e-3), relu=nn.ReLU())


def unit(before: int, maps: int) -> nn.Sequential:
    """A separable convolution, normalised. (N, before, H, W) -> (N, maps, H, W)"""
    return named(
        depthwise=nn.Conv2d(before, before, 3, padding=1, groups=before, bias=False),
        pointwise=nn.Conv2d(before, maps, 1, bias=False),
        norm=nn.BatchNorm2d(maps, eps=1e-3),
    )


def module(before: int, row: list[int], first: bool) -> Residual:
    """ReLU and separable convolution, two or three times, and what came in is added.

    Two of them are followed by a pooling: (N, before, H, W) -> (N, row[-1], H / 2, W / 2), and a
    1×1 convolution with stride 2 is the shortcut. The first module gets rectified maps already.
    """
    layers, maps = {}, before
    for i, after in enumerate(row, start=1):
        if i > 1 or not first:
            layers[f"relu{i}"] = nn.ReLU()
        layers[f"separable{i}"] = unit(maps, after)
        maps = after
    if len(row) == 3:
        return Residual(named(**layers))
    shortcut = named(
        conv=nn.Conv2d(before, maps, 1, stride=2, bias=False),
        norm=nn.BatchNorm2d(maps, eps=1e-3),
    )
    return Residual(named(**layers, pool=nn.MaxPool2d(3, stride=2, padding=1)), shortcut)
