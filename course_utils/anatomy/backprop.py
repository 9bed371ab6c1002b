"""The receptive field, measured: which pixels does the gradient of one unit reach?"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from course_utils.anatomy.capture import output_of
from course_utils.anatomy.counts import function_name, named_arguments
from course_utils.anatomy.fields import Pair
from course_utils.anatomy.layers import find_layer, require_input_size, require_model
from course_utils.anatomy.walk import test_time
from course_utils.errors import CourseError


@dataclass(frozen=True)
class MeasuredField:
    """What one unit sees of the image.

    gradient  (H, W): how much each pixel of the image counts, 0 for those outside the field
    position  (row, column) of the unit in its map
    """

    gradient: np.ndarray
    position: Pair

    @property
    def rows(self) -> Pair:
        """First and last row that the unit sees."""
        return self._span(axis=1)

    @property
    def columns(self) -> Pair:
        """First and last column that the unit sees."""
        return self._span(axis=0)

    @property
    def size(self) -> Pair:
        """Rows and columns that the unit sees, as far as they lie inside the image."""
        return self.rows[1] - self.rows[0] + 1, self.columns[1] - self.columns[0] + 1

    def _span(self, axis: int) -> Pair:
        seen = np.flatnonzero(self.gradient.any(axis=axis))
        return int(seen[0]), int(seen[-1])


def receptive_field_by_backprop(
    model: nn.Module,
    input_size: tuple[int, int, int],
    layer: str | nn.Module,
    position: Pair | None = None,
) -> MeasuredField:
    """The pixels that one unit of a layer can see, by backpropagation from that unit.

    input_size  (C, H, W) of the image
    position    (row, column) of the unit in its map; the middle one where None is given

    What counts is which pixels are connected, not what the weights make of them. So the gradient
    runs through a copy of the network in which nothing cancels and nothing is shut off: weights
    all alike and positive, rectifiers open, the mean in place of each maximum, no norms.

    Raises CourseError for an unknown layer, one whose units have no place, or a wrong position.
    """
    require_model(model)
    size = require_input_size(input_size)
    name, module = find_layer(model, layer)
    weights = {key: _alike(w) for key, w in model.named_parameters()}
    x = torch.zeros((1, *size), dtype=torch.float64, requires_grad=True)
    with test_time(model), _Linear(), torch.enable_grad():
        maps = output_of(module, lambda: torch.func.functional_call(model, weights, (x,)))
        position = _checked_position(name, maps, position)
        unit = maps[0, :, position[0], position[1]].mean()
        (gradient,) = torch.autograd.grad(unit, x)
    return MeasuredField(gradient[0].sum(0).numpy(), position)


def _alike(weight: torch.Tensor) -> torch.Tensor:
    """Equal weights whose sum over one unit's inputs is 1; biases are 0."""
    if weight.dim() < 2:
        return torch.zeros(weight.shape, dtype=torch.float64)
    share = torch.tensor(1 / weight[0].numel(), dtype=torch.float64)
    return share.expand(weight.shape)  # one number in memory, however large the layer


def _checked_position(name: str, maps: torch.Tensor, position: Pair | None) -> Pair:
    if maps.dim() != 4:
        raise CourseError(
            f"The units of {name} have no place in the image: expected maps (N, C, H, W), "
            f"got {tuple(maps.shape)}."
        )
    sides = tuple(maps.shape[-2:])
    if position is None:
        return sides[0] // 2, sides[1] // 2
    if not all(0 <= p < side for p, side in zip(position, sides, strict=True)):
        raise CourseError(f"The maps of {name} are {sides[0]} × {sides[1]}, got unit {position}.")
    return tuple(position)


class _Linear(TorchFunctionMode):
    """Lets every nonlinear function pass its input on, and turns maxima into means."""

    OPEN = frozenset(
        ["relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu", "silu", "mish",
         "hardtanh", "hardswish", "hardsigmoid", "sigmoid", "tanh", "softplus", "softsign",
         "batch_norm", "local_response_norm", "dropout", "dropout2d"]
    )  # fmt: skip

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = function_name(function)
        if name in self.OPEN:
            return args[0] if args else kwargs["input"]
        if name in ("max_pool2d", "max_pool2d_with_indices"):
            return self._pooled(name, named_arguments(name, args, kwargs))
        if name == "adaptive_max_pool2d":
            return F.adaptive_avg_pool2d(*args[:2])
        return function(*args, **kwargs)

    @staticmethod
    def _pooled(name, given):
        pooled = F.avg_pool2d(given["input"], given["kernel_size"], given.get("stride"),
                              given.get("padding", 0), given.get("ceil_mode", False),
                              count_include_pad=False)  # fmt: skip
        return (pooled, None) if name.endswith("indices") else pooled
