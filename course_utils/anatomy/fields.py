"""Receptive fields: which pixels of the input a unit of a map can see.

Along one side of the image, unit i of a map sees the pixels from `start + i * jump` on, `size` of
them. `start` is negative where the field of unit 0 begins in the border of zeros.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

Pair = tuple[int, int]  # (rows, columns)


@dataclass(frozen=True)
class ReceptiveField:
    """What unit (i, j) of a map sees: `size` pixels from `start + (i, j) * jump` on.

    All three are pairs (rows, columns), in pixels of the input.
    """

    size: Pair = (1, 1)
    jump: Pair = (1, 1)
    start: Pair = (0, 0)

    def __str__(self) -> str:
        return f"size {short(self.size)}, jump {short(self.jump)}, start {short(self.start)}"

    def at(self, position: Pair, shape: Pair | None = None) -> tuple[Pair, Pair]:
        """First and last row, first and last column that the unit at `position` sees.

        With the image's `shape` (H, W) given, only pixels inside the image.
        """
        spans = []
        for k in range(2):
            first = self.start[k] + position[k] * self.jump[k]
            last = first + self.size[k] - 1
            spans.append((max(first, 0), min(last, shape[k] - 1)) if shape else (first, last))
        return spans[0], spans[1]

    def window(self, kernel, stride=1, padding=0, dilation=1) -> "ReceptiveField":
        """The field behind a convolution or a pooling; numbers or pairs (rows, columns)."""
        kernel, stride, padding, dilation = map(pair, (kernel, stride, padding, dilation))
        sides = range(2)
        return ReceptiveField(
            tuple(self.size[k] + (kernel[k] - 1) * dilation[k] * self.jump[k] for k in sides),
            tuple(self.jump[k] * stride[k] for k in sides),
            tuple(self.start[k] - padding[k] * self.jump[k] for k in sides),
        )

    def joined(self, other: "ReceptiveField") -> "ReceptiveField | None":
        """The smallest field that holds both; None where the two maps have different jumps."""
        if self.jump != other.jump:
            return None
        start = tuple(map(min, self.start, other.start))
        ends = [tuple(map(sum, zip(f.start, f.size, strict=True))) for f in (self, other)]
        size = tuple(max(a, b) - s for a, b, s in zip(*ends, start, strict=True))
        return ReceptiveField(size, self.jump, start)


def short(numbers: Pair) -> str:
    """A pair in words: "7" for (7, 7), "1 × 7" for (1, 7)."""
    return str(numbers[0]) if numbers[0] == numbers[1] else f"{numbers[0]} × {numbers[1]}"


def pair(value) -> Pair:
    """A number twice, or the pair itself, as PyTorch reads kernel sizes."""
    if isinstance(value, int):
        return value, value
    return (value[0], value[0]) if len(value) == 1 else tuple(value)


# ------------------------------------------------------------------- fields behind a torch function
def field_behind(
    name: str, arguments: dict[str, Any], inputs: list[tuple], output: torch.Tensor
) -> ReceptiveField | None:
    """The field behind the torch function of that name; None where it is not defined.

    inputs  pairs (tensor, its field) for the tensors among the arguments that have been followed
    """
    fields = [field for _, field in inputs]
    if not fields or output.dim() < 3 or any(field is None for field in fields):
        return None
    if name in RULES:
        return RULES[name](fields[0], arguments, inputs[0][0], output)
    same_map = all(tensor.shape[-2:] == output.shape[-2:] for tensor, _ in inputs)
    if name not in PLACE_BY_PLACE or not same_map:
        return None
    joined = fields[0]
    for field in fields[1:]:
        joined = joined and joined.joined(field)
    return joined


# functions whose result at one place depends on that place alone, in all maps
_PLACE_BY_PLACE = (
    "relu relu6 leaky_relu prelu elu selu celu gelu silu mish hardtanh hardswish hardsigmoid clamp"
    " sigmoid tanh exp log sqrt rsqrt pow square abs neg softplus softsign add sub mul div truediv"
    " radd rsub rmul rtruediv iadd imul maximum minimum where lerp stack cat concat"
    " batch_norm local_response_norm dropout dropout2d feature_dropout alpha_dropout"
    " contiguous clone detach to float double view reshape view_as chunk split unbind squeeze"
    " unsqueeze alias expand_as type_as zeros_like ones_like"
)
PLACE_BY_PLACE = frozenset(_PLACE_BY_PLACE.split())


def _convolution(field, arguments, before, output):
    kernel = arguments["weight"].shape[2:]
    stride, dilation = pair(arguments.get("stride", 1)), pair(arguments.get("dilation", 1))
    padding = arguments.get("padding", 0)
    if padding == "same":
        padding = tuple(d * (k - 1) // 2 for d, k in zip(dilation, kernel, strict=True))
    return field.window(kernel, stride, 0 if padding == "valid" else padding, dilation)


def _pooling(field, arguments, before, output):
    kernel = arguments["kernel_size"]
    stride = arguments.get("stride") or kernel
    return field.window(
        kernel, stride, arguments.get("padding", 0), arguments.get("dilation", 1) or 1
    )


def _adaptive_pooling(field, arguments, before, output):
    """Regular only where the map's side is a multiple of the side asked for."""
    sides = list(zip(before.shape[-2:], output.shape[-2:], strict=True))
    if any(have % want for have, want in sides):
        return None
    window = tuple(have // want for have, want in sides)
    return field.window(window, window)


def _mean(field, arguments, before, output):
    """A mean over rows and columns that keeps them, with size 1: a global pooling."""
    if output.dim() == before.dim() and output.shape[-2:] == (1, 1):
        return field.window(tuple(before.shape[-2:]))
    return field if output.shape[-2:] == before.shape[-2:] else None


def _slice(field, arguments, before, output):
    """x[:, a:b, top::2, left::2]: maps are chosen, and places at regular steps."""
    index = arguments["index"]
    index = index if isinstance(index, tuple) else (index,)
    if len(index) > before.dim() or not all(isinstance(i, slice) for i in index):
        return field if output.shape[-2:] == before.shape[-2:] else None
    sides = list(index) + [slice(None)] * (before.dim() - len(index))
    for k, cut in enumerate(sides[-2:]):
        first, _, step = cut.indices(before.shape[k - 2])
        jump, start = list(field.jump), list(field.start)
        start[k] += first * jump[k]
        jump[k] *= step
        field = ReceptiveField(field.size, tuple(jump), tuple(start))
    return field


def _pad(field, arguments, before, output):
    left, _, top, _ = (*arguments["pad"], 0, 0, 0, 0)[:4]
    return field.window(1, 1, (top, left))


RULES: dict[str, Callable] = {
    "conv2d": _convolution,
    "max_pool2d": _pooling,
    "max_pool2d_with_indices": _pooling,
    "avg_pool2d": _pooling,
    "adaptive_avg_pool2d": _adaptive_pooling,
    "adaptive_max_pool2d": _adaptive_pooling,
    "adaptive_max_pool2d_with_indices": _adaptive_pooling,
    "mean": _mean,
    "sum": _mean,
    "getitem": _slice,
    "pad": _pad,
}
