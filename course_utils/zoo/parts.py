"""What the networks of the zoo are made of, beside PyTorch's layers: three ways to connect them."""

from collections import OrderedDict

import torch
from torch import nn

from course_utils.errors import CourseError

SMALL = 64  # images up to this side get a first layer that does not shrink them


def is_small(size: int) -> bool:
    """Whether images of size × size need the variant for small images."""
    return size <= SMALL


def scaled(maps: float, width: float, multiple: int = 1) -> int:
    """Maps times width, rounded to a multiple (the number of groups), and never zero."""
    return max(1, round(maps * width / multiple)) * multiple


def named(**layers: nn.Module) -> nn.Sequential:
    """Layers one after the other, with names instead of numbers."""
    return nn.Sequential(OrderedDict(layers))


def straight(features: list[nn.Module], classifier: list[nn.Module]) -> nn.Sequential:
    """A network without branches: `.features` makes maps, `.classifier` reads them as one row."""
    return named(
        features=nn.Sequential(*features),
        flatten=nn.Flatten(),
        classifier=nn.Sequential(*classifier),
    )


class Residual(nn.Module):
    """after(body(x) + shortcut(x)): what the body learns is added to what came in.

    Without a shortcut of its own x itself is added, and nothing happens afterwards.
    """

    def __init__(
        self, body: nn.Module, shortcut: nn.Module | None = None, after: nn.Module | None = None
    ):
        super().__init__()
        self.body = body
        self.shortcut = shortcut or nn.Identity()
        self.after = after or nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.after(self.body(x) + self.shortcut(x))


class Concat(nn.ModuleDict):
    """Branches side by side; their maps are stacked in the order of the branches.

    (N, C, H, W) -> (N, C₁ + C₂ + …, H', W')
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([branch(x) for branch in self.values()], dim=1)


class ZeroPadded(nn.Module):
    """A shortcut without parameters: every second pixel, and maps of zeros (option A).

    (N, C, H, W) -> (N, C + more, H / stride, W / stride). He et al. 2016, section 4.2.
    """

    def __init__(self, stride: int, more: int):
        super().__init__()
        self.stride, self.more = stride, more

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return nn.functional.pad(x, (0, 0, 0, 0, 0, self.more))

    def extra_repr(self) -> str:
        return f"stride={self.stride}, more={self.more}"


def response_norm() -> nn.LocalResponseNorm:
    """a / (2 + 10⁻⁴ Σ a²)^0.75 over 5 neighbouring maps (Krizhevsky et al. 2012, section 3.3).

    PyTorch divides alpha by the number of maps; the paper does not.
    """
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)


def side(layers: list[nn.Module], size: int) -> int:
    """Side of the maps that convolutions and max poolings make of an image of size × size.

    Raises CourseError when nothing is left of it.
    """
    start = size
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            kernel, stride, padding = (
                v[0] if isinstance(v, tuple) else v
                for v in (layer.kernel_size, layer.stride, layer.padding)
            )
            room = size + 2 * padding - kernel
            rest = room % stride > 0 and getattr(layer, "ceil_mode", False)
            size = room // stride + 1 + rest
        if size < 1:
            raise CourseError(f"Images of {start} × {start} are too small for this network.")
    return size


def initialise(network: nn.Module, mode: str = "fan_in") -> nn.Module:
    """He's initialisation for every convolution, zero biases; returns the network."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode=mode, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


def two_hidden_layers(inputs: int, hidden: int, classes: int) -> list[nn.Module]:
    """The classifier of AlexNet and ZFNet: (N, inputs) -> (N, classes), with dropout before each
    of the hidden layers."""
    return [
        nn.Dropout(0.5),
        nn.Linear(inputs, hidden),  # 9,216 -> 4,096
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, classes),
    ]
