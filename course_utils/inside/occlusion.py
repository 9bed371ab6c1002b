"""Occlusion: how sure is the network while a patch of the image is covered?"""

import torch
from torch import nn

from course_utils.anatomy.layers import require_model
from course_utils.anatomy.walk import test_time
from course_utils.errors import CourseError
from course_utils.inside.units import one_image, output_at

BATCH = 64  # covered images that run together


def occlusion_map(
    model: nn.Module, x: torch.Tensor, label: int, size: int, stride: int = 1, fill: float = 0.0
) -> torch.Tensor:
    """The probability of a class for each place of a square that covers part of the image.

    x       (C, H, W)
    label   the class; its probability is the softmax over the network's output, or the output
            itself where the network has only one
    size    side of the square in pixels; its upper left corner visits each `stride`-th row and
            column as long as the square lies inside the image
    fill    what the square is filled with, in the units of x

    -> ((H - size) // stride + 1, (W - size) // stride + 1). Zeiler & Fergus 2014, section 4.2.
    Raises CourseError for a square that does not fit, and for a class that is not there.
    """
    require_model(model)
    image = one_image(x)
    H, W = image.shape[-2:]
    _check(size, stride, H, W)
    corners = [
        (i, j) for i in range(0, H - size + 1, stride) for j in range(0, W - size + 1, stride)
    ]
    scores = []
    with test_time(model), torch.no_grad():
        for first in range(0, len(corners), BATCH):
            covered = _covered(image, corners[first : first + BATCH], size, fill)
            scores.append(_probability(output_at(model, covered, None), label))
    return torch.cat(scores).view((H - size) // stride + 1, -1)


def _check(size: int, stride: int, H: int, W: int) -> None:
    if not isinstance(size, int) or not 1 <= size <= min(H, W):
        raise CourseError(f"The square's size is 1 … {min(H, W)} for this image, got {size!r}.")
    if not isinstance(stride, int) or stride < 1:
        raise CourseError(f"stride is 1, 2, …, got {stride!r}.")


def _covered(image: torch.Tensor, corners: list, size: int, fill: float) -> torch.Tensor:
    images = image.repeat(len(corners), 1, 1, 1)  # (n, C, H, W)
    for covered, (i, j) in zip(images, corners, strict=True):
        covered[:, i : i + size, j : j + size] = fill
    return images


def _probability(output: torch.Tensor, label: int) -> torch.Tensor:
    if output.dim() != 2 or not 0 <= label < output.shape[1]:
        shape = " × ".join(map(str, output.shape[1:]))
        raise CourseError(f"The network's output is {shape}: it has no class {label}.")
    return (output.softmax(dim=1) if output.shape[1] > 1 else output)[:, label]
