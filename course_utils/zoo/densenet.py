"""DenseNet (Huang, Liu, van der Maaten & Weinberger 2017): for ImageNet (table 1) and CIFAR."""

from torch import nn

from course_utils.zoo.parts import Concat, initialise, is_small, named, scaled

MEMBERS = {  # name: growth rate k, layers per block; not BC: without bottleneck and compression
    "densenet121": (32, (6, 12, 24, 16)),
    "densenet169": (32, (6, 12, 32, 32)),
    "densenet201": (32, (6, 12, 48, 32)),
    "densenet264": (32, (6, 12, 64, 48)),
    "densenet161": (48, (6, 12, 36, 24)),
    "densenet_40_12": (12, (12, 12, 12)),  # depth 40 = 3 blocks of 12 layers, and 4 more
    "densenet_100_12": (12, (32, 32, 32)),
    "densenet_bc_40_12": (12, (6, 6, 6)),  # depth 40 = 3 blocks of 6 layers of 2, and 4 more
    "densenet_bc_100_12": (12, (16, 16, 16)),
    "densenet_bc_250_24": (24, (41, 41, 41)),
    "densenet_bc_190_40": (40, (31, 31, 31)),
}


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """DenseNet: (N, channels, size, size) -> (N, classes); `width` multiplies the growth rate.

    The members for CIFAR begin with a 3×3 convolution for images of any size.
    """
    growth, blocks = MEMBERS[name]
    growth, simple = scaled(growth, width), name in ("densenet_40_12", "densenet_100_12")
    maps = scaled(16, width) if simple else 2 * growth
    layers = beginning(channels, maps, is_small(size) or len(blocks) == 3)
    for i, count in enumerate(blocks, start=1):
        block = {}
        for j in range(1, count + 1):
            block[f"layer{j}"] = dense_layer(maps, growth, simple)
            maps += growth
        layers[f"block{i}"] = named(**block)  # (N, 256, 56, 56) after the first block of 121
        if i < len(blocks):
            before, maps = maps, maps if simple else maps // 2
            layers[f"transition{i}"] = transition(before, maps)  # (N, 128, 28, 28)
    layers |= {"norm": nn.BatchNorm2d(maps), "relu": nn.ReLU()}
    layers |= {"pool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
    return initialise(named(**layers, fc=nn.Linear(maps, classes)))


def beginning(channels: int, maps: int, small: bool) -> dict[str, nn.Module]:
    """(N, 3, 224, 224) -> (N, 64, 56, 56); small images keep their side."""
    if small:
        return {"conv1": nn.Conv2d(channels, maps, 3, padding=1, bias=False)}
    return {
        "conv1": nn.Conv2d(channels, maps, 7, stride=2, padding=3, bias=False),
        "norm1": nn.BatchNorm2d(maps),
        "relu1": nn.ReLU(),
        "pool1": nn.MaxPool2d(3, stride=2, padding=1),
    }


def dense_layer(before: int, growth: int, simple: bool) -> Concat:
    """(N, before, H, W) -> (N, before + growth, H, W): what came in, and new maps made from it."""
    middle = 4 * growth
    bottleneck = {  # the B in BC
        "norm1": nn.BatchNorm2d(before),
        "relu1": nn.ReLU(),
        "conv1": nn.Conv2d(before, middle, 1, bias=False),
    }
    maps = before if simple else middle
    last = {
        "norm2": nn.BatchNorm2d(maps),
        "relu2": nn.ReLU(),
        "conv2": nn.Conv2d(maps, growth, 3, padding=1, bias=False),
    }
    new = named(**last) if simple else named(**bottleneck, **last)
    return Concat({"all": nn.Identity(), "new": new})


def transition(before: int, maps: int) -> nn.Sequential:
    """Half the maps (compression: the C in BC) and half the side."""
    return named(
        norm=nn.BatchNorm2d(before),
        relu=nn.ReLU(),
        conv=nn.Conv2d(before, maps, 1, bias=False),
        pool=nn.AvgPool2d(2),
    )
