"""Moving pixels about: padding, zeros in between, rotation, and im2col with its transpose."""

from typing import NamedTuple

import numpy as np

from course_utils.numpy_nn.dtypes import as_numbers, require_numbers
from course_utils.shapes import ShapeError, conv_output_size, pair, require_shape, whole_number


class Window(NamedTuple):
    """A kernel's size and steps on a map, and how often it fits: what every window op works out."""

    KH: int
    KW: int
    SH: int
    SW: int
    PH: int
    PW: int
    DH: int
    DW: int
    OH: int
    OW: int

    def rows(self, i):
        """The rows of the padded map that kernel row i meets, one for each output row."""
        start = i * self.DH
        return slice(start, start + self.SH * (self.OH - 1) + 1, self.SH)

    def columns(self, j):
        """The columns of the padded map that kernel column j meets, one for each output column."""
        start = j * self.DW
        return slice(start, start + self.SW * (self.OW - 1) + 1, self.SW)

    def pixels(self, i, j):
        """The rows and the columns of the padded map that output pixel (i, j) is made of."""
        top, left = i * self.SH, j * self.SW
        return (
            slice(top, top + self.DH * (self.KH - 1) + 1, self.DH),
            slice(left, left + self.DW * (self.KW - 1) + 1, self.DW),
        )


def window(op, size, kernel_size, stride=1, padding=0, dilation=1):
    """Work out a Window on maps of `size` (H, W); every other setting is an int or a pair.

    Raises ValueError for settings that mean nothing, ShapeError when the kernel does not fit.
    """
    size = map_size(op, size)
    kernel_size = pair(op, "kernel_size", kernel_size, 1)
    stride = pair(op, "stride", stride, 1)
    padding = pair(op, "padding", padding)
    dilation = pair(op, "dilation", dilation, 1)
    axes = zip(size, kernel_size, stride, padding, dilation, strict=True)
    out = [conv_output_size(*axis) for axis in axes]
    return Window(*kernel_size, *stride, *padding, *dilation, *out)


def inside(start, step, count, length):
    """Which of the places start, start + step, … (`count` of them) lie on an axis of this length.

    -> the slice of the axis that they are, and the slice of the count
    """
    first = min(max(-(start // step), 0), count)
    last = max(min(-((start - length) // step), count), first)
    return slice(start + first * step, start + last * step, step), slice(first, last)


def map_size(op, size):
    """The (H, W) of a map as two ints; raises ShapeError unless `size` is a pair of sizes."""
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise ShapeError(f"{op} expects size: the (rows, columns) of a map, got {size!r}")
    return whole_number(op, "rows", size[0]), whole_number(op, "columns", size[1])


def pad2d(x, padding, value=0):
    """Put `padding` rows and columns of `value` around every map.

    x (N, C, H, W) -> (N, C, H + 2·PH, W + 2·PW); padding is an int or a pair (PH, PW), or
    ((top, bottom), (left, right)) where the sides differ. Raises ShapeError for another x,
    ValueError for another padding, TypeError when value is not one number.
    """
    require_shape("pad2d", "x", x, ("N", "C", "H", "W"))
    require_numbers("pad2d", "x", x)
    require_numbers("pad2d", "value", np.asarray(value))
    if np.ndim(value):
        raise TypeError(f"pad2d expects value to be one number, got {value!r}")
    apart = isinstance(padding, tuple | list) and any(isinstance(p, tuple | list) for p in padding)
    if apart and len(padding) == 2:
        sides = [pair("pad2d", "each part of padding", part) for part in padding]
    else:
        sides = [(pixels, pixels) for pixels in pair("pad2d", "padding", padding)]
    return np.pad(x, ((0, 0), (0, 0), *sides), constant_values=value)


def insert_zeros(x, stride):
    """Put stride − 1 zeros between neighbouring pixels.

    x (N, C, H, W) -> (N, C, (H − 1)·SH + 1, (W − 1)·SW + 1); stride is an int or a pair (SH, SW).
    """
    N, C, H, W = require_shape("insert_zeros", "x", x, ("N", "C", "H", "W"))
    require_numbers("insert_zeros", "x", x)
    SH, SW = pair("insert_zeros", "stride", stride, 1)
    out = np.zeros((N, C, max((H - 1) * SH + 1, 0), max((W - 1) * SW + 1, 0)), x.dtype)
    out[:, :, ::SH, ::SW] = x
    return out


def rotate180(weight):
    """Rotate the last two axes by 180°: both are reversed. Same shape; a view, nothing is copied.

    Raises ShapeError for fewer than two axes.
    """
    require_numbers("rotate180", "weight", weight)
    if weight.ndim < 2:
        raise ShapeError(f"rotate180 expects two axes or more, got shape {weight.shape}")
    return weight[..., ::-1, ::-1]


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Write out every window as a column, so that a convolution becomes one matrix product.

    x (N, C, H, W) -> (N, C·KH·KW, OH·OW), rows ordered as `weight.reshape(F, C·KH·KW)` needs them.
    Raises ShapeError when the kernel does not fit.
    """
    N, C, H, W = require_shape("im2col", "x", x, ("N", "C", "H", "W"))
    w = window("im2col", (H, W), kernel_size, stride, padding, dilation)
    x = pad2d(x, (w.PH, w.PW))
    columns = np.empty((N, C, w.KH, w.KW, w.OH, w.OW), x.dtype)
    for i in range(w.KH):
        for j in range(w.KW):
            columns[:, :, i, j] = x[:, :, w.rows(i), w.columns(j)]
    return columns.reshape(N, C * w.KH * w.KW, w.OH * w.OW)


def col2im(columns, size, kernel_size, stride=1, padding=0, dilation=1):
    """Add every column back to the pixels it came from: the transpose of im2col, not its inverse.

    columns (N, C·KH·KW, OH·OW), size (H, W) -> (N, C, H, W). Raises ShapeError when the columns are
    not those of such maps.
    """
    w = window("col2im", size, kernel_size, stride, padding, dilation)
    N, CKK, _ = require_shape("col2im", "columns", columns, ("N", "C·KH·KW", w.OH * w.OW))
    C, (H, W) = CKK // (w.KH * w.KW), size
    require_shape("col2im", "columns", columns, (N, C * w.KH * w.KW, w.OH * w.OW))
    (columns,) = as_numbers("col2im", columns=columns)
    columns = columns.reshape(N, C, w.KH, w.KW, w.OH, w.OW)
    x = np.zeros((N, C, H + 2 * w.PH, W + 2 * w.PW), columns.dtype)
    for i in range(w.KH):
        for j in range(w.KW):
            x[:, :, w.rows(i), w.columns(j)] += columns[:, :, i, j]
    return x[:, :, w.PH : w.PH + H, w.PW : w.PW + W]
