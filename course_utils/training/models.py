"""The networks that can be trained by name: those of the zoo."""

from torch import nn

from course_utils import zoo


def model(
    name: str, classes: int = 10, channels: int = 1, size: int = 28, width: float = 1.0
) -> nn.Module:
    """A new network of the zoo by name ("lenet", "resnet20") for (N, channels, size, size).

    `width` multiplies the maps of every layer. Raises CourseError for another name, with the
    nearest ones, and for images or a width that do not fit.
    """
    return zoo.build(name, classes, channels, size, width)


def count(network: nn.Module) -> int:
    """Number of trained parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
