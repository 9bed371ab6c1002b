"""Wide ResNet (Zagoruyko & Komodakis 2016): fewer layers, more maps; for CIFAR and ImageNet."""

from functools import partial

from torch import nn

from course_utils.zoo import preact, resnet

MEMBERS = {  # for CIFAR: depth, widening factor k, dropout
    "wrn_16_4": (16, 4, 0.0),
    "wrn_16_8": (16, 8, 0.0),
    "wrn_22_8": (22, 8, 0.0),
    "wrn_28_10": (28, 10, 0.0),
    "wrn_28_10_dropout": (28, 10, 0.3),
    "wrn_40_1": (40, 1, 0.0),
    "wrn_40_2": (40, 2, 0.0),
    "wrn_40_4": (40, 4, 0.0),
    "wrn_40_8": (40, 8, 0.0),
}
IMAGENET = {"wide_resnet50_2": (3, 4, 6, 3), "wide_resnet101_2": (3, 4, 23, 3)}


def build(name: str, classes=10, channels=3, size=32, width=1.0) -> nn.Sequential:
    """Wide ResNet: (N, channels, size, size) -> (N, classes).

    For CIFAR pre-activation blocks of two 3×3 convolutions with k times the maps (table 1); for
    ImageNet ResNet's bottlenecks with twice the maps in the 3×3 convolution (table 8).
    """
    if name in IMAGENET:
        make = partial(resnet.bottleneck, inner=1 / 2)
        return resnet.network(make, IMAGENET[name], 256, classes, channels, size, width)
    depth, k, dropout = MEMBERS[name]
    make = partial(preact.basic, dropout=dropout)
    return preact.network(make, (depth - 4) // 6, 16 * k, classes, channels, width)
