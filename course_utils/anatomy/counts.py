"""Multiply–adds of the torch functions that multiply by weights, and names for their arguments."""

from typing import Any

import torch

CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
POSITIONAL = {
    "conv1d": CONVOLUTION,
    "conv2d": CONVOLUTION,
    "conv3d": CONVOLUTION,
    "conv_transpose1d": ("input", "weight"),
    "conv_transpose2d": ("input", "weight"),
    "conv_transpose3d": ("input", "weight"),
    "linear": ("input", "weight", "bias"),
    "max_pool2d": ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "avg_pool2d": ("input", "kernel_size", "stride", "padding"),
    "getitem": ("input", "index"),
    "pad": ("input", "pad"),
}
POSITIONAL["max_pool2d_with_indices"] = POSITIONAL["max_pool2d"]


def function_name(function) -> str:
    """The bare name of a torch function: "add" for `add`, `add_` and `__add__`."""
    return getattr(function, "__name__", str(function)).strip("_")


def named_arguments(name: str, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a torch function by name, where this package reads them."""
    return {**dict(zip(POSITIONAL.get(name, ()), args, strict=False)), **kwargs}


def multiply_adds(name: str, args: tuple, arguments: dict[str, Any], output) -> int:
    """Multiply–adds of one call: each weight of a convolution at each place, each of a matrix.

    A multiplication and the addition that follows count as one. Not counted: biases, batch norm,
    LRN, activations, pooling, additions of shortcuts. Borders of zeros count as any other pixels.
    """
    if name in ("conv1d", "conv2d", "conv3d"):
        return output.numel() * arguments["weight"][0].numel()  # weight (F, C / groups, KH, KW)
    if name.startswith("conv_transpose"):
        # each value of the input meets one filter: weight (C, F / groups, KH, KW)
        return arguments["input"].numel() * arguments["weight"][0].numel()
    if name == "linear":
        return output.numel() * arguments["weight"].shape[-1]  # weight (F, C)
    if name in ("matmul", "mm", "bmm") and isinstance(args[0], torch.Tensor):
        return output.numel() * args[0].shape[-1]
    return 0
