"""Multiply–adds, counted while torch runs, and names for the arguments of its functions."""

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
POSITIONAL = {
    "conv1d": CONVOLUTION,
    "conv2d": CONVOLUTION,
    "conv3d": CONVOLUTION,
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


# products of matrices with vectors, which torch's own table of formulas leaves out
_OF_VECTORS = {
    "mv": lambda matrix, vector: matrix.numel(),
    "addmv": lambda start, matrix, vector: matrix.numel(),
    "dot": lambda one, other: one.numel(),
    "vdot": lambda one, other: one.numel(),
    "addbmm": lambda start, one, other: one.numel() * other.shape[-1],
}
# operations that multiply a lot, in ways for which there is no formula here
_WITHOUT_FORMULA = (
    "_trilinear", "_cdist", "_pdist", "cholesky", "geqrf", "linalg", "_linalg", "_fft", "lu_solve",
    "triangular_solve", "ormqr", "_sparse", "_int_mm", "_grouped_mm", "_scaled_grouped", "mkldnn",
    "_transformer", "_native_multi_head", "_scaled_dot_product", "lstm", "gru", "rnn", "_thnn",
    "quantized",
)  # fmt: skip
_ENTRY_BY_ENTRY = ("linalg_vector_norm", "linalg_cross")


def _multiplies(name: str) -> bool:
    return name.startswith(_WITHOUT_FORMULA) and name not in _ENTRY_BY_ENTRY


class Counter(TorchDispatchMode):
    """Counts multiply–adds below the functions of torch, where all of them come down to a few.

    A linear layer, attention, an LSTM and einsum arrive here as products of matrices, so each is
    counted, whatever it is called. A multiplication and the addition that follows count as one.
    Not counted: biases, batch norm, LRN, activations, pooling, additions of shortcuts. Borders of
    zeros count as any other pixels.
    """

    def __init__(self):
        super().__init__()
        self.multiply_adds = 0
        self.not_counted: list[str] = []  # names of what multiplies and has no formula

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        output = operation(*args, **kwargs)
        family, name = operation.namespace, operation._schema.name.partition("::")[2]
        if operation.overloadpacket in flop_registry:  # it counts a multiply–add as two
            formula = flop_registry[operation.overloadpacket]
            self.multiply_adds += formula(*args, **kwargs, out_val=output) // 2
        elif family == "aten" and name in _OF_VECTORS:
            self.multiply_adds += _OF_VECTORS[name](*args[:3])
        elif family not in ("aten", "prim", "prims") or _multiplies(name):
            self.not_counted.append(name)
        return output

    def reading(self) -> tuple[int, int]:
        """Where the counter stands; `since` says what has come after that."""
        return self.multiply_adds, len(self.not_counted)

    def since(self, reading: tuple[int, int]) -> tuple[int, tuple[str, ...]]:
        """Multiply–adds since then, and the names of what was not counted."""
        return self.multiply_adds - reading[0], tuple(dict.fromkeys(self.not_counted[reading[1] :]))
