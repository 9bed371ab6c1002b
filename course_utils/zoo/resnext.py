"""ResNeXt (Xie, Girshick, Dollár, Tu & He 2017): bottlenecks whose 3×3 convolution has groups."""

from functools import partial

from torch import nn

from course_utils.zoo import resnet

MEMBERS = {  # name: blocks per stage, cardinality, maps of a group in the first stage
    "resnext50_32x4d": ((3, 4, 6, 3), 32, 4),
    "resnext101_32x4d": ((3, 4, 23, 3), 32, 4),
    "resnext101_64x4d": ((3, 4, 23, 3), 64, 4),
    "resnext101_32x8d": ((3, 4, 23, 3), 32, 8),
    "resnext29_8x64d": ((3, 3, 3), 8, 64),  # for CIFAR
    "resnext29_16x64d": ((3, 3, 3), 16, 64),
}


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """ResNeXt: (N, channels, size, size) -> (N, classes).

    `width` multiplies the maps and keeps the cardinality: the groups get thinner, not fewer.
    """
    blocks, cardinality, group = MEMBERS[name]
    make = partial(resnet.bottleneck, inner=cardinality * group / 256, groups=cardinality)
    size = min(size, 32) if len(blocks) == 3 else size
    return resnet.network(make, blocks, 256, classes, channels, size, width)
