"""Activation maximisation: the image that a unit likes best, found by gradient ascent."""

from typing import NamedTuple

import torch
from torch import nn

from course_utils.anatomy.layers import require_input_size, require_model
from course_utils.anatomy.walk import test_time
from course_utils.errors import CourseError
from course_utils.inside.units import Unit, output_at, unit_index


class Maximised(NamedTuple):
    """An image (C, H, W), and the unit's activation before each step and at the end."""

    image: torch.Tensor
    scores: list[float]


def activation_maximisation(
    model: nn.Module,
    layer: str | nn.Module | None,
    unit: Unit,
    input_size: tuple[int, int, int],
    steps: int = 200,
    rate: float = 0.1,
    decay: float = 0.02,
    seed: int = 0,
) -> Maximised:
    """Climb from faint noise to an image that excites one unit.

    layer, unit  the unit; a number is the middle place of that map; layer None: the output
    input_size   (C, H, W) of the image
    rate         length of a step: the gradient is scaled to a mean square of 1 before
    decay        share of the image that each step takes away, so that pixels that do not help fade
    seed         of the noise

    Simonyan, Vedaldi & Zisserman 2014, section 2 (with the output before the softmax).
    Raises CourseError for an unknown layer or unit, and where no pixel reaches the unit.
    """
    require_model(model)
    size = require_input_size(input_size)
    if not isinstance(steps, int) or steps < 1:
        raise CourseError(f"steps is 1, 2, …, got {steps!r}.")
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    noise = torch.randn((1, *size), generator=torch.Generator().manual_seed(seed))
    image = 0.01 * noise.to(device)
    scores = []
    with test_time(model):
        for _ in range(steps):
            score, gradient = _climb(model, layer, unit, image)
            scores.append(score)
            length = gradient.square().mean().sqrt()
            if length == 0 and len(scores) == 1:
                raise CourseError(f"No pixel of {size} moves unit {unit}: it is shut off or blind.")
            image = (1 - decay) * image + rate * gradient / (length + 1e-12)
        scores.append(_climb(model, layer, unit, image)[0])
    return Maximised(image[0], scores)


def _climb(model, layer, unit, image) -> tuple[float, torch.Tensor]:
    """The unit's activation and its gradient (1, C, H, W) with respect to the image."""
    pixels = image.detach().requires_grad_()
    with torch.enable_grad():
        output = output_at(model, pixels, layer)
        score = output[unit_index(output, _in_the_middle(output, unit))]
        (gradient,) = torch.autograd.grad(score, pixels)
    return score.item(), gradient


def _in_the_middle(output: torch.Tensor, unit: Unit) -> Unit:
    if isinstance(unit, int) and output.dim() == 4:
        return unit, output.shape[2] // 2, output.shape[3] // 2
    if unit is None:
        raise CourseError("activation_maximisation needs a unit: a number, or (map, row, column).")
    return unit
