"""Shapes and settings: the checks of arguments, and the formulas for output sizes.

Every check is told who asks (`op`) and what for (`name`), and says in one sentence what was
expected and what came.
"""

import math
from numbers import Integral, Real


class ShapeError(ValueError):
    """An array or a size does not fit; the message says what was expected and what came."""


def require_shape(op, name, array, spec):
    """Return the shape of `array`, or raise ShapeError when it is not what `spec` asks for.

    A spec has one entry per axis: a number must match, a name stands for any size, and a name that
    comes twice stands for the same size twice.

        N, C, H, W = require_shape("conv2d", "x", x, ("N", 3, "H", "W"))
        # ShapeError: conv2d expects x of shape (N, 3, H, W), got (2, 5, 4, 4)
    """
    shape = getattr(array, "shape", None)
    if shape is None:
        raise ShapeError(
            f"{op} expects {name}: an array of shape {format_shape(spec)}, got {kind_of(array)}"
        )
    if not _matches(shape, spec):
        expected, got = format_shape(spec), format_shape(shape)
        raise ShapeError(f"{op} expects {name} of shape {expected}, got {got}")
    return tuple(shape)


def _matches(shape, spec):
    sizes = {}
    return len(shape) == len(spec) and all(
        size == (sizes.setdefault(entry, size) if isinstance(entry, str) else entry)
        for size, entry in zip(shape, spec, strict=True)
    )


def format_shape(shape):
    """Write a shape or a spec as Python writes a tuple, names without quotes: `(N, 3, H, W)`."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def kind_of(value):
    """What came, in two words, where its content would not help: "None", "a list"."""
    return "None" if value is None else f"a {type(value).__name__}"


def whole_number(op, name, value, least=0):
    """Return a setting as an int, or raise ValueError unless it is a whole number ≥ `least`."""
    if not _is_whole(value, least):
        raise ValueError(f"{op} expects {name} to be a whole number ≥ {least}, got {value!r}")
    return int(value)


def number(op, name, value, least=0, most=math.inf, below=math.inf):
    """Return a setting, or raise ValueError unless it is a finite number from `least` on.

    It may reach `most`, and has to stay less than `below`.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not (is_number and least <= value <= most and value < below):
        up_to = f" to less than {below}" if below < math.inf else f" to {most}"
        limits = f"≥ {least}" if min(most, below) == math.inf else f"from {least}{up_to}"
        raise ValueError(f"{op} expects {name} {limits}, got {value!r}")
    return value


def pair(op, name, value, least=0):
    """Turn a setting that is one whole number or two (rows, columns) into two.

    Raises ValueError when it is neither, or when a number is smaller than `least`.
    """
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(_is_whole(v, least) for v in both):
        raise ValueError(
            f"{op} expects {name} to be a whole number ≥ {least} or a pair of them, got {value!r}"
        )
    return int(both[0]), int(both[1])


def _is_whole(value, least):
    kind = type(value)  # isinstance of an abstract class is slow, and almost all are int
    return (kind is int or (isinstance(value, Integral) and kind is not bool)) and value >= least


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Number of places where a kernel fits, along one axis: ⌊(I + 2P − D(K − 1) − 1) / S⌋ + 1.

    All arguments are in pixels; `padding` is added on both sides. A rest that the stride does not
    reach is dropped. Raises ShapeError when the kernel does not fit even once, ValueError for
    numbers that mean nothing.
    """
    _require_axis("conv_output_size", size, kernel_size, stride, padding, dilation)
    padded, extent = size + 2 * padding, dilation * (kernel_size - 1) + 1
    if extent > padded:
        spread = f" with dilation {dilation}" if dilation > 1 else ""
        raise ShapeError(
            f"a kernel of {kernel_size}{spread} covers {extent} pixels, "
            f"but the input has only {padded} (padding {padding} included)"
        )
    return (padded - extent) // stride + 1


def pool_output_size(size, kernel_size, stride=None, padding=0):
    """Output size of a pooling window along one axis; the stride is the window's size if not given.

    Raises ShapeError when the window does not fit, or when the padding is more than half of it (a
    window could then lie in the padding alone), ValueError for numbers that mean nothing.
    """
    stride = kernel_size if stride is None else stride
    _require_axis("pool_output_size", size, kernel_size, stride, padding)
    require_pool_padding("pooling", kernel_size, padding)
    return conv_output_size(size, kernel_size, stride, padding)


def require_pool_padding(op, kernel_size, padding):
    """Raise ShapeError when the padding is more than half of the window, along one axis."""
    if padding > kernel_size // 2:
        raise ShapeError(
            f"{op} expects padding of at most half the window, got padding {padding} "
            f"for a window of {kernel_size}"
        )


def conv_transpose_output_size(
    size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    """Output size of a transposed convolution: (I − 1)S + D(K − 1) + 1 − 2P + output padding.

    It answers: which input size has a convolution with these settings turned into `size`? A stride
    S turns S sizes into the same one; `output_padding`, 0 to S − 1, says which of them is meant. As
    in torch it may also be larger, as long as it is below the dilation. Raises ShapeError when it
    is neither, or when nothing would be left, ValueError for numbers that mean nothing.
    """
    op = "conv_transpose_output_size"
    _require_axis(op, size, kernel_size, stride, padding, dilation)
    require_output_padding("a transposed convolution", output_padding, stride, dilation)
    result = (size - 1) * stride + dilation * (kernel_size - 1) + 1 - 2 * padding + output_padding
    if result < 1:
        raise ShapeError(
            f"a transposed convolution of {size} pixels with a kernel of {kernel_size} leaves "
            f"nothing when padding {padding} is cut off on both sides"
        )
    return result


def require_output_padding(op, output_padding, stride, dilation):
    """Raise ShapeError unless it is from 0 to less than the stride or the dilation, on one axis."""
    most = max(stride, dilation) - 1
    if not _is_whole(output_padding, 0) or output_padding > most:
        spread = f" and dilation {dilation}" if dilation > 1 else ""
        raise ShapeError(
            f"{op} with stride {stride}{spread} expects output_padding "
            f"from 0 to {most}, got {output_padding!r}"
        )


def _require_axis(op, size, kernel_size, stride, padding, dilation=1):
    whole_number(op, "size", size)
    whole_number(op, "kernel_size", kernel_size, 1)
    whole_number(op, "stride", stride, 1)
    whole_number(op, "padding", padding)
    whole_number(op, "dilation", dilation, 1)
