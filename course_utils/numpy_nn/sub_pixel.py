"""Sub-pixel convolution: a transposed convolution with a stride is one without, and a shuffle.

With stride s, output row y meets the kernel rows k with k = y + padding (mod s) and no others. So
the output falls into s·s *phases*, every s-th row and column, and each phase is a transposed
convolution of stride 1 by a part of the kernel of its own:

    conv_transpose2d(x, weight, stride=s) = interleave(conv_transpose2d(x, split(weight), stride=1))

No zeros are inserted, and no stamp is added to another on the large map. Where s divides the
kernel's size all parts are equally large; that is also where overlaps make no checkerboard.
Source: Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
Convolutional Neural Network", 2016.
"""

import numpy as np

from course_utils.numpy_nn.dtypes import require_numbers
from course_utils.numpy_nn.geometry import inside
from course_utils.shapes import ShapeError, pair, require_shape


def pixel_shuffle(x, stride):
    """Interleave every SH·SW maps to one: x (N, F·SH·SW, H, W) -> (N, F, H·SH, W·SW).

    stride is an int or a pair (SH, SW); map f·SH·SW + i·SW + j gives the pixels of phase (i, j), as
    in torch. Raises ShapeError when the maps do not come in groups of SH·SW.
    """
    SH, SW = pair("pixel_shuffle", "stride", stride, 1)
    _, C, H, W = require_shape("pixel_shuffle", "x", x, ("N", "C", "H", "W"))
    require_numbers("pixel_shuffle", "x", x)
    if C % (SH * SW):
        raise ShapeError(f"pixel_shuffle expects a multiple of {SH}·{SW} = {SH * SW} maps, got {C}")
    size = (H * SH, W * SW)
    return interleave(x, size, (SH, SW), (0, 0))


def interleave(maps, size, stride, padding):
    """Put the phases side by side, cropped: (N, F·SH·SW, h, w) -> (N, F, *size)."""
    out = np.empty((len(maps), maps.shape[1] // (stride[0] * stride[1]), *size), maps.dtype)
    for phase, pixels in _phases(maps, out, stride, padding):
        pixels[...] = phase
    return out


def separate(out, size, stride, padding):
    """The transpose of interleave: (N, F, H, W) -> (N, F·SH·SW, *size); what was cropped is 0."""
    maps = np.zeros((len(out), out.shape[1] * stride[0] * stride[1], *size), out.dtype)
    for phase, pixels in _phases(maps, out, stride, padding):
        phase[...] = pixels
    return maps


def _phases(maps, out, stride, padding):
    """Views of the same pixels, once as a map of their own and once in the large map."""
    (SH, SW), (N, F, H, W) = stride, out.shape
    maps = maps.reshape(N, F, SH, SW, *maps.shape[2:])
    for i, j in np.ndindex(SH, SW):
        rows, own_rows = inside(i - padding[0], SH, maps.shape[4], H)
        columns, own_columns = inside(j - padding[1], SW, maps.shape[5], W)
        yield maps[:, :, i, j, own_rows, own_columns], out[:, :, rows, columns]


def split(weight, stride):
    """The kernel's part for each phase: (C, F, KH, KW) -> (C, F·SH·SW, KH/SH, KW/SW)."""
    (C, F, KH, KW), (SH, SW) = weight.shape, stride
    parts = weight.reshape(C, F, KH // SH, SH, KW // SW, SW).transpose(0, 1, 3, 5, 2, 4)
    return parts.reshape(C, F * SH * SW, KH // SH, KW // SW)


def join(parts, stride):
    """The inverse of split."""
    (C, F, h, w), (SH, SW) = parts.shape, stride
    weight = parts.reshape(C, F // (SH * SW), SH, SW, h, w).transpose(0, 1, 4, 2, 5, 3)
    return weight.reshape(C, F // (SH * SW), h * SH, w * SW)
