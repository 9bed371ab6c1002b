"""Images and units as the functions of this package take them, with their error messages."""

import torch
from torch import nn

from course_utils.anatomy.capture import output_of
from course_utils.anatomy.layers import find_layer, require_model
from course_utils.errors import CourseError

Unit = int | tuple[int, ...] | None


def one_image(x) -> torch.Tensor:
    """An image (C, H, W), or a batch of one, as (1, C, H, W) floats; else CourseError."""
    if not isinstance(x, torch.Tensor) or not x.is_floating_point():
        kind = f"{x.dtype}" if isinstance(x, torch.Tensor) else type(x).__name__
        raise CourseError(f"Expected an image (C, H, W) as a tensor of floats, got {kind}.")
    if x.dim() == 4 and len(x) == 1:
        return x.detach()
    if x.dim() != 3:
        raise CourseError(f"Expected one image (C, H, W), got {tuple(x.shape)}.")
    return x.detach().unsqueeze(0)  # (1, C, H, W)


def output_at(model: nn.Module, x: torch.Tensor, layer: str | nn.Module | None) -> torch.Tensor:
    """What a layer gives for a batch x; the network's own output where `layer` is None.

    Raises CourseError for an unknown layer and for an input that the network cannot read.
    """
    require_model(model)
    module = model if layer is None else find_layer(model, layer)[1]
    try:
        return output_of(module, lambda: model(x))
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise CourseError(f"The network cannot read {tuple(x.shape[1:])}: {reason}.") from error


def unit_index(output: torch.Tensor, unit: Unit) -> tuple[int, ...]:
    """Where one unit stands in an output (1, C, H, W) or (1, F).

    unit  None: the strongest of all; a number: the strongest of that map, or that one of a row;
          (map, row, column): that one
    Raises CourseError for a unit that is not there.
    """
    shape = tuple(output.shape[1:])
    wanted = () if unit is None else (unit,) if isinstance(unit, int) else tuple(unit)
    fits = len(wanted) <= 1 or len(wanted) == len(shape)
    if not fits or not all(0 <= k < n for k, n in zip(wanted, shape, strict=False)):
        sides = " × ".join(map(str, shape))
        raise CourseError(f"The layer's output is {sides}, it has no unit {unit}.")
    part = output[0][wanted].detach()
    strongest = torch.unravel_index(part.argmax(), part.shape) if part.dim() else ()
    return (0, *wanted, *(int(k) for k in strongest))
