"""MobileNet (Howard et al. 2017, table 1): depth-wise 3×3 and point-wise 1×1 convolutions."""

from torch import nn

from course_utils.zoo.parts import initialise, is_small, named, scaled

BLOCKS = (  # maps, stride of the depth-wise convolution
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)
)  # fmt: skip
MEMBERS = {  # name: the paper's width multiplier α
    "mobilenet": 1.0,
    "mobilenet_075": 0.75,
    "mobilenet_050": 0.5,
    "mobilenet_025": 0.25,
}


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """MobileNet: (N, channels, size, size) -> (N, classes)."""
    alpha = MEMBERS[name] * width
    maps, stride = scaled(32, alpha), 1 if is_small(size) else 2
    layers = {"conv1": unit(channels, maps, 3, stride)}  # (N, 32, 112, 112)
    for i, (row, stride) in enumerate(BLOCKS, start=1):
        before, maps = maps, scaled(row, alpha)
        layers[f"separable{i}"] = named(
            depthwise=unit(before, before, 3, stride, groups=before),
            pointwise=unit(before, maps, 1),
        )  # (N, 1024, 7, 7) after the last
    layers |= {"pool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
    return initialise(named(**layers, fc=nn.Linear(maps, classes)), mode="fan_out")


def unit(before: int, maps: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """(N, before, H, W) -> (N, maps, H / stride, W / stride), normalised and rectified."""
    conv = nn.Conv2d(before, maps, kernel, stride, kernel // 2, groups=groups, bias=False)
    return named(conv=conv, norm=nn.BatchNorm2d(maps), relu=nn.ReLU())
