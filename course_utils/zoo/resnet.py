"""ResNet (He, Zhang, Ren & Sun 2016): for ImageNet (table 1), CIFAR (section 4.2), and plain."""

from collections.abc import Callable
from functools import partial

from torch import nn

from course_utils.zoo.parts import Residual, ZeroPadded, initialise, is_small, named, scaled


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """ResNet: (N, channels, size, size) -> (N, classes), in stages of blocks.

    The members for CIFAR begin with a 3×3 convolution for images of any size.
    """
    make, blocks, maps = MEMBERS[name]
    size = min(size, 32) if maps == 16 else size
    return network(make, blocks, maps, classes, channels, size, width)


def network(make: Callable, blocks, maps: int, classes, channels, size, width, stem=64):
    """Stages of so many blocks; each stage after the first has twice the maps and half the side.

    make(before, maps, stride) is one block; `maps` is what the first stage gives.
    """
    before = scaled(min(stem, maps), width)
    layers = beginning(channels, before, is_small(size))
    for i, count in enumerate(blocks):
        after, stride = scaled(maps * 2**i, width), 2 if i else 1
        row = [make(before, after, stride), *(make(after, after, 1) for _ in range(count - 1))]
        layers[f"stage{i + 1}"] = nn.Sequential(*row)  # (N, 256, 56, 56), (N, 512, 28, 28), …
        before = after
    layers.update(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(before, classes))
    return initialise(named(**layers), mode="fan_out")


def beginning(channels: int, maps: int, small: bool) -> dict[str, nn.Module]:
    """A quarter of the side: (N, 3, 224, 224) -> (N, 64, 56, 56); all of it for small images."""
    conv = convolution(channels, maps) if small else convolution(channels, maps, 7, stride=2)
    pool = {} if small else {"pool1": nn.MaxPool2d(3, stride=2, padding=1)}
    return {"conv1": conv, "norm1": nn.BatchNorm2d(maps), "relu1": nn.ReLU(), **pool}


def convolution(before: int, maps: int, kernel: int = 3, stride: int = 1, groups: int = 1):
    """(N, before, H, W) -> (N, maps, H / stride, W / stride), without bias: a norm follows."""
    return nn.Conv2d(before, maps, kernel, stride, kernel // 2, groups=groups, bias=False)


def projection(before: int, maps: int, stride: int) -> nn.Module:
    """The shortcut of option B: x itself, or where the shape changes a 1×1 convolution."""
    if before == maps and stride == 1:
        return nn.Identity()
    return named(conv=convolution(before, maps, 1, stride), norm=nn.BatchNorm2d(maps))


def padded(before: int, maps: int, stride: int) -> nn.Module:
    """The shortcut of option A: x itself, or where the shape changes filled up with zeros."""
    fits = before == maps and stride == 1
    return nn.Identity() if fits else ZeroPadded(stride, maps - before)


def two_layers(before: int, maps: int, stride: int) -> nn.Sequential:
    """F(x) of the basic block: two 3×3 convolutions (figure 5, left)."""
    return named(
        conv1=convolution(before, maps, 3, stride),
        norm1=nn.BatchNorm2d(maps),
        relu1=nn.ReLU(),
        conv2=convolution(maps, maps),
        norm2=nn.BatchNorm2d(maps),
    )


def basic(before: int, maps: int, stride: int, shortcut: Callable = projection) -> Residual:
    """relu(F(x) + x) with two 3×3 convolutions."""
    return Residual(two_layers(before, maps, stride), shortcut(before, maps, stride), nn.ReLU())


def plain(before: int, maps: int, stride: int) -> nn.Sequential:
    """The basic block without its shortcut: the plain twin."""
    return nn.Sequential(two_layers(before, maps, stride), nn.ReLU())


def bottleneck(before: int, maps: int, stride: int, inner: float = 1 / 4, groups=1) -> Residual:
    """relu(F(x) + x) with 1×1, 3×3 and 1×1 convolutions (figure 5, right).

    inner: maps of the 3×3 convolution, as a share of `maps`. It takes the stride, as in all later
    code and torchvision's weights; in the paper the first 1×1 does.
    """
    middle = scaled(maps, inner, multiple=groups)
    body = named(
        conv1=convolution(before, middle, 1),
        norm1=nn.BatchNorm2d(middle),
        relu1=nn.ReLU(),
        conv2=convolution(middle, middle, 3, stride, groups),
        norm2=nn.BatchNorm2d(middle),
        relu2=nn.ReLU(),
        conv3=convolution(middle, maps, 1),
        norm3=nn.BatchNorm2d(maps),
    )
    return Residual(body, projection(before, maps, stride), nn.ReLU())


option_a = partial(basic, shortcut=padded)
MEMBERS = {  # name: block, blocks per stage, maps of the first stage
    "resnet18": (basic, (2, 2, 2, 2), 64),
    "resnet34": (basic, (3, 4, 6, 3), 64),
    "resnet50": (bottleneck, (3, 4, 6, 3), 256),
    "resnet101": (bottleneck, (3, 4, 23, 3), 256),
    "resnet152": (bottleneck, (3, 8, 36, 3), 256),
    "plain18": (plain, (2, 2, 2, 2), 64),
    "plain34": (plain, (3, 4, 6, 3), 64),
} | {
    f"{kind}{6 * n + 2}": (block, (n, n, n), 16)  # 3 stages of n blocks of 2 layers, and 2 more
    for kind, block in (("resnet", option_a), ("plain", plain))
    for n in (3, 5, 7, 9, 18)
}
