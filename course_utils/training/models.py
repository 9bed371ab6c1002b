"""Small networks to train by name, until the zoo has the large ones."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.errors import CourseError
from course_utils.training.schedules import known_name


def lenet(classes: int = 10, channels: int = 1, size: int = 28) -> nn.Sequential:
    """LeNet-5 as it is drawn today, with ReLU and max pooling, for images of size × size.

    (N, channels, size, size) -> (N, classes). Smaller images get a border up to LeNet's 32 × 32.
    For 10 classes and one channel 61,706 parameters, named as in notebook 07. LeCun et al. 1998.
    Raises CourseError for images larger than 32, or with an odd size.
    """
    if size > 32 or size % 2:
        raise CourseError(f"lenet reads images of 32 × 32 or smaller, of even size, got {size}.")
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=(32 - size) // 2),  # (N, 6, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 6, 14, 14)
        nn.Conv2d(6, 16, 5),  # (N, 16, 10, 10)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 16, 5, 5)
        nn.Flatten(),  # (N, 400)
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, classes),
    )


class Block(nn.Module):
    """Two 3×3 convolutions and a shortcut without parameters (He et al. 2016, section 4.2).

    (N, before, H, W) -> (N, maps, H / stride, W / stride). Where the shapes differ, the shortcut
    takes each second pixel and fills up with maps of zeros: option A.
    """

    def __init__(self, before: int, maps: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(before, maps, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(maps)
        self.conv2 = nn.Conv2d(maps, maps, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(maps)
        self.stride, self.more = stride, maps - before

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = F.relu(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(out))
        if self.more:
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
        return F.relu(out + x)


def resnet20(classes: int = 10, channels: int = 3, size: int = 32) -> nn.Sequential:
    """ResNet-20 for small images: 3 stages of 3 blocks with 16, 32 and 64 maps.

    (N, channels, size, size) -> (N, classes), for any size. 0.27 million parameters for 10 classes
    and 3 channels. He et al. 2016, section 4.2, initialised as there.
    """
    layers = [nn.Conv2d(channels, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    before = 16
    for maps, first_stride in ((16, 1), (32, 2), (64, 2)):
        for stride in (first_stride, 1, 1):
            layers.append(Block(before, maps, stride))
            before = maps
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return model


MODELS: dict[str, Callable[..., nn.Module]] = {"lenet": lenet, "resnet20": resnet20}


def model(name: str, classes: int = 10, channels: int = 1, size: int = 28) -> nn.Module:
    """A new network by name ("lenet", "resnet20") for images (N, channels, size, size).

    Raises CourseError for another name, with the nearest one.
    """
    return MODELS[known_name("model", name, MODELS)](classes, channels, size)


def count(network: nn.Module) -> int:
    """Number of trained parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
