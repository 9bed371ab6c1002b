"""Pre-activation ResNet (He, Zhang, Ren & Sun 2016b): norm and ReLU come before the convolution."""

from collections.abc import Callable

from torch import nn

from course_utils.zoo.parts import Residual, initialise, named, scaled
from course_utils.zoo.resnet import convolution


def build(name: str, classes=10, channels=3, size=32, width=1.0) -> nn.Sequential:
    """Pre-activation ResNet for CIFAR: (N, channels, size, size) -> (N, classes), for any size."""
    make, n, maps = MEMBERS[name]
    return network(make, n, maps, classes, channels, width)


def network(make: Callable, n: int, maps: int, classes, channels, width) -> nn.Sequential:
    """Three stages of n blocks, with maps, 2 · maps and 4 · maps; norm and ReLU at the end.

    make(before, maps, stride) is one block.
    """
    before = scaled(16, width)
    layers = {"conv1": convolution(channels, before)}  # (N, 16, 32, 32)
    for i in range(3):
        after, stride = scaled(maps * 2**i, width), 2 if i else 1
        row = [make(before, after, stride), *(make(after, after, 1) for _ in range(n - 1))]
        layers[f"stage{i + 1}"] = nn.Sequential(*row)  # (N, maps, 32, 32), (N, 2 maps, 16, 16), …
        before = after
    layers |= {"norm": nn.BatchNorm2d(before), "relu": nn.ReLU()}
    layers |= {"pool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
    return initialise(named(**layers, fc=nn.Linear(before, classes)), mode="fan_out")


def basic(before: int, maps: int, stride: int, dropout: float = 0.0) -> nn.Module:
    """x + F(x) with two 3×3 convolutions, and dropout between them."""
    layers = unit(1, before, maps, 3, stride) | unit(2, maps, maps, 3)
    if dropout:
        layers["relu2"] = nn.Sequential(layers["relu2"], nn.Dropout(dropout))
    return block(layers, before, maps, stride)


def bottleneck(before: int, maps: int, stride: int) -> nn.Module:
    """x + F(x) with 1×1, 3×3 and 1×1 convolutions."""
    inner = max(1, maps // 4)
    layers = unit(1, before, inner, 1) | unit(2, inner, inner, 3, stride) | unit(3, inner, maps, 1)
    return block(layers, before, maps, stride)


def unit(i: int, before: int, maps: int, kernel: int, stride: int = 1) -> dict[str, nn.Module]:
    """Norm, ReLU, convolution: the order of figure 1(b)."""
    return {
        f"norm{i}": nn.BatchNorm2d(before),
        f"relu{i}": nn.ReLU(),
        f"conv{i}": convolution(before, maps, kernel, stride),
    }


def block(layers: dict[str, nn.Module], before: int, maps: int, stride: int) -> nn.Module:
    """x + F(x), and nothing after the sum.

    Where the shape changes, norm and ReLU stand before both ways, and the shortcut is a 1×1
    convolution.
    """
    if before == maps and stride == 1:
        return Residual(named(**layers))
    common = {"norm1": layers.pop("norm1"), "relu1": layers.pop("relu1")}
    both = Residual(named(**layers), convolution(before, maps, 1, stride))
    return named(**common, sum=both)


MEMBERS = {  # name: block, blocks per stage, maps of the first stage
    "preact_resnet110": (basic, 18, 16),
    "preact_resnet164": (bottleneck, 18, 64),
    "preact_resnet1001": (bottleneck, 111, 64),
}
