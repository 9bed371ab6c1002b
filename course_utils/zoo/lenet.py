"""LeNet-5 (LeCun, Bottou, Bengio & Haffner 1998, section II.B), as drawn today and as in 1998."""

import random

import torch
from torch import nn

from course_utils.errors import CourseError
from course_utils.zoo.parts import scaled

TABLE = (  # table I: the maps of S2 that each of the 16 maps of C3 sees
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip


def build(name: str, classes=10, channels=1, size=28, width=1.0) -> nn.Sequential:
    """LeNet-5 for images of size × size: (N, channels, size, size) -> (N, classes).

    Smaller images get a border up to LeNet's 32 × 32. Raises CourseError for images larger than
    32, or with an odd size, and where "lenet_1998" is to be wider or narrower than its table.
    """
    if size > 32 or size % 2:
        raise CourseError(f"{name} reads images of 32 × 32 or smaller, of even size, got {size}.")
    if name == "lenet":
        return today(classes, channels, size, width)
    if width != 1:
        raise CourseError(f"lenet_1998 has its connections from a table: width 1, got {width}.")
    return of_1998(classes, channels, size)


def today(classes: int, channels: int, size: int, width: float) -> nn.Sequential:
    """With ReLU, max pooling and all connections: 61,706 parameters, named as in notebook 07."""
    c1, c3, c5, f6 = (scaled(maps, width) for maps in (6, 16, 120, 84))
    return nn.Sequential(
        nn.Conv2d(channels, c1, 5, padding=(32 - size) // 2),  # (N, 6, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 6, 14, 14)
        nn.Conv2d(c1, c3, 5),  # (N, 16, 10, 10)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 16, 5, 5)
        nn.Flatten(),  # (N, 400)
        nn.Linear(c3 * 25, c5),
        nn.ReLU(),
        nn.Linear(c5, f6),
        nn.ReLU(),
        nn.Linear(f6, classes),
    )


def of_1998(classes: int, channels: int, size: int) -> nn.Sequential:
    """With scaled tanh, trained subsampling, the table and distances: 60,000 parameters."""
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=(32 - size) // 2),  # C1 (N, 6, 28, 28)
        ScaledTanh(),
        Subsampling(6),  # S2 (N, 6, 14, 14)
        ScaledTanh(),
        ByTable(TABLE),  # C3 (N, 16, 10, 10)
        ScaledTanh(),
        Subsampling(16),  # S4 (N, 16, 5, 5)
        ScaledTanh(),
        nn.Conv2d(16, 120, 5),  # C5 (N, 120, 1, 1)
        ScaledTanh(),
        nn.Flatten(),
        nn.Linear(120, 84),  # F6
        ScaledTanh(),
        Distances(84, classes),
    )


class ScaledTanh(nn.Module):
    """1.7159 tanh(2x/3): ±1 stay ±1 (appendix A)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 1.7159 * torch.tanh(2 / 3 * x)


class Subsampling(nn.Module):
    """Sums of 2 × 2, times a number per map, plus one: (N, C, H, W) -> (N, C, H/2, W/2)."""

    def __init__(self, maps: int):
        super().__init__()
        self.weight = nn.Parameter(torch.full((maps, 1, 1), 0.25))  # starts as the mean
        self.bias = nn.Parameter(torch.zeros(maps, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 4 * nn.functional.avg_pool2d(x, 2) * self.weight + self.bias


class ByTable(nn.ModuleList):
    """5 × 5 filters, each over some of the maps: (N, 6, 14, 14) -> (N, 16, 10, 10)."""

    def __init__(self, table: tuple[tuple[int, ...], ...]):
        super().__init__(nn.Conv2d(len(inputs), 1, 5) for inputs in table)
        self.table = table

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([conv(x[:, i]) for conv, i in zip(self, self.table, strict=True)], dim=1)


class Distances(nn.Module):
    """Minus the squared distance to each class's code of ±1, which is not trained (equation 7).

    (N, F) -> (N, classes). The authors drew the codes as small images of the characters; drawn by
    lot they do as well (section II.B), and fixed they are.
    """

    def __init__(self, features: int, classes: int):
        super().__init__()
        lot = random.Random(1998)
        codes = [[lot.choice((-1.0, 1.0)) for _ in range(features)] for _ in range(classes)]
        self.register_buffer("codes", torch.tensor(codes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return -(x[:, None] - self.codes).square().sum(dim=2)  # (N, classes, F) summed
