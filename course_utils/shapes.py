"""Shapes: the one error about them, the check that raises it, and the formulas for output sizes."""

from numbers import Integral


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
        got = "None" if array is None else f"a {type(array).__name__}"
        raise ShapeError(f"{op} expects {name}: an array of shape {format_shape(spec)}, got {got}")
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


def pair(op, name, value, least=0):
    """Turn a setting that is one whole number or two (rows, columns) into two.

    Raises ValueError when it is neither, or when a number is smaller than `least`.
    """
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(isinstance(v, Integral) and v >= least for v in both):
        raise ValueError(
            f"{op} expects {name} to be a whole number ≥ {least} or a pair of them, got {value!r}"
        )
    return int(both[0]), int(both[1])


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Number of places where a kernel fits, along one axis: ⌊(I + 2P − D(K − 1) − 1) / S⌋ + 1.

    All arguments are in pixels; `padding` is added on both sides. A rest that the stride does not
    reach is dropped. Raises ShapeError when the kernel does not fit even once.
    """
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
    window could then lie in the padding alone).
    """
    if padding > kernel_size // 2:
        raise ShapeError(
            f"pooling expects padding of at most half the window, got padding {padding} "
            f"for a window of {kernel_size}"
        )
    return conv_output_size(size, kernel_size, kernel_size if stride is None else stride, padding)


def conv_transpose_output_size(
    size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    """Output size of a transposed convolution: (I − 1)S + D(K − 1) + 1 − 2P + output padding.

    It answers: which input size has a convolution with these settings turned into `size`? A stride
    S turns S sizes into the same one; `output_padding`, 0 to S − 1, says which of them is meant.
    Raises ShapeError when the output padding is no such choice, or when nothing would be left.
    """
    if not 0 <= output_padding < stride:
        raise ShapeError(
            f"a transposed convolution with stride {stride} expects output_padding "
            f"from 0 to {stride - 1}, got {output_padding}"
        )
    result = (size - 1) * stride + dilation * (kernel_size - 1) + 1 - 2 * padding + output_padding
    if result < 1:
        raise ShapeError(
            f"a transposed convolution of {size} pixels with a kernel of {kernel_size} leaves "
            f"nothing when padding {padding} is cut off on both sides"
        )
    return result
