"""Convolution, fast: what the layers use. `conv_plain` has the same functions in their plain forms.

im2col copies every pixel KH·KW times. Here only the kernel's *columns* are unfolded: one kernel row
further down is then the same buffer, read a row later. So a convolution is KH matrix products on
views of a buffer that is KH times smaller,

    out = Σᵢ weight[row i] · view i,

and both gradients follow from that line: the weights' by multiplying with the view transposed, the
input's by adding weight[row i]ᵀ · grad_out into view i and folding the columns back.
"""

import numpy as np

from course_utils.numpy_nn.dtypes import as_numbers
from course_utils.numpy_nn.geometry import inside, rotate180, window
from course_utils.numpy_nn.scratch import pieces, scratch
from course_utils.numpy_nn.sums import channel_sums
from course_utils.shapes import require_shape, whole_number


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide every filter over the maps (the filter is not turned: a cross-correlation).

    x (N, C, H, W), weight (F, C/groups, KH, KW), bias (F,) or None -> (N, F, OH, OW). stride,
    padding and dilation are in pixels, ints or pairs. Raises ShapeError when the arrays do not fit.
    """
    w = require_conv("conv2d", x, weight, bias, stride, padding, dilation, groups)
    x, weight, bias = as_numbers("conv2d", x=x, weight=weight, bias=bias)
    N, F, G = len(x), len(weight), groups
    dtype = np.result_type(x, weight, *([] if bias is None else [bias]))
    rows = _weight_rows(weight, G)  # (KH, G, F/G, C/G·KW)
    out = np.empty((N, G, F // G, w.OH * w.OW), dtype)
    for piece in pieces(N, _buffer_bytes(x.shape, w, x.itemsize)):
        columns, target = _unfold_columns(x[piece], w), out[piece]
        product = scratch("product", target.shape, dtype)
        np.matmul(rows[0], _kernel_row(columns, 0, w, G), out=target)
        for i in range(1, w.KH):
            target += np.matmul(rows[i], _kernel_row(columns, i, w, G), out=product)
        if bias is not None:
            target += bias.reshape(G, F // G, 1)
    return out.reshape(N, F, w.OH, w.OW)


def conv2d_backward(
    grad_out, x, weight, stride=1, padding=0, dilation=1, groups=1, input_grad=True
):
    """Gradients of the loss with respect to x, weight and bias; each has the shape of its array.

    grad_out (N, F, OH, OW) -> grad_x, grad_weight, grad_bias. With `input_grad=False` grad_x is
    None and costs nothing. Raises ShapeError when the arrays do not fit.
    """
    settings = (stride, padding, dilation, groups)
    op = "conv2d_backward"
    w = require_conv(op, x, weight, None, *settings)
    require_shape(op, "grad_out", grad_out, (len(x), len(weight), w.OH, w.OW))
    grad_out, x, weight = as_numbers(op, grad_out=grad_out, x=x, weight=weight)
    grad_weight = conv2d_weight_grad(grad_out, x, weight.shape[2:], *settings)
    grad_bias = channel_sums(grad_out)
    grad_x = conv2d_input_grad(grad_out, weight, x.shape[2:], *settings) if input_grad else None
    return grad_x, grad_weight, grad_bias


def conv2d_weight_grad(grad_out, x, kernel_size, stride=1, padding=0, dilation=1, groups=1):
    """Gradient of the loss with respect to the weight: every weight met OH·OW pixels of each image.

    grad_out (N, F, OH, OW), x (N, C, H, W), kernel_size (KH, KW) -> (F, C/groups, KH, KW). Raises
    ShapeError when the arrays do not fit.
    """
    op, G = "conv2d_weight_grad", groups
    N, C, H, W = require_shape(op, "x", x, ("N", "C", "H", "W"))
    w = window(op, (H, W), kernel_size, stride, padding, dilation)
    _, F, _, _ = require_shape(op, "grad_out", grad_out, (N, "F", w.OH, w.OW))
    require_groups(op, G, C=C, F=F)
    grad_out, x = as_numbers(op, grad_out=grad_out, x=x)
    rows = np.zeros((w.KH, G, C // G * w.KW, F // G), np.result_type(grad_out, x))
    for piece in pieces(N, _buffer_bytes(x.shape, w, x.itemsize)):
        columns = _unfold_columns(x[piece], w)
        grads = _by_group(grad_out[piece], G)  # (n, G, F/G, OH·OW)
        for i in range(w.KH):
            rows[i] += _sum_of_products(_kernel_row(columns, i, w, G), grads)
    rows = rows.reshape(w.KH, G, C // G, w.KW, F // G)
    return rows.transpose(1, 4, 2, 0, 3).reshape(F, C // G, w.KH, w.KW)


def _sum_of_products(a, b):
    """a · bᵀ, summed over the images; BLAS is faster when the result is tall, not wide."""
    if a.shape[2] < b.shape[2]:
        return _sum_of_products(b, a).swapaxes(1, 2)
    return np.matmul(a, b.swapaxes(2, 3)).sum(axis=0)


def conv2d_input_grad(grad_out, weight, size, stride=1, padding=0, dilation=1, groups=1):
    """Gradient of the loss with respect to the input: each pixel collects from where it was used.

    grad_out (N, F, OH, OW), weight (F, C/groups, KH, KW), size (H, W) of the input
    -> (N, C, H, W). Raises ShapeError when the arrays do not fit.
    """
    op, G = "conv2d_input_grad", groups
    F, _, KH, KW = require_shape(op, "weight", weight, ("F", f"C/{G}", "KH", "KW"))
    w = window(op, size, (KH, KW), stride, padding, dilation)
    require_shape(op, "grad_out", grad_out, ("N", F, w.OH, w.OW))
    require_groups(op, G, F=F)
    grad_out, weight = as_numbers(op, grad_out=grad_out, weight=weight)
    if _full_convolution_pays(weight, w, G):
        return _input_grad_by_full_convolution(grad_out, weight, w, G)
    return _input_grad_by_folding(grad_out, weight, size, w, G)


def _full_convolution_pays(weight, w, G):
    """At stride 1, unless that would unfold many more maps (F) than the input has (C)."""
    F, C, *_ = weight.shape
    fits = w.PH <= w.DH * (w.KH - 1) and w.PW <= w.DW * (w.KW - 1)
    return (w.SH, w.SW) == (1, 1) and fits and F <= 2 * C * G


def _input_grad_by_full_convolution(grad_out, weight, w, G):
    """The lecture's way: rotate the filters by 180°, swap their two roles, convolve in full."""
    F, C, KH, KW = weight.shape  # C is the number of input maps in one group
    rotated = rotate180(weight).reshape(G, F // G, C, KH, KW).swapaxes(1, 2)
    padding = (w.DH * (KH - 1) - w.PH, w.DW * (KW - 1) - w.PW)  # full, less what gets cropped
    rotated = rotated.reshape(G * C, F // G, KH, KW)
    return conv2d(grad_out, rotated, None, 1, padding, (w.DH, w.DW), G)


def _input_grad_by_folding(grad_out, weight, size, w, G):
    """The transpose of conv2d line by line, in the reverse order; any stride."""
    N, C = len(grad_out), G * weight.shape[1]
    dtype = np.result_type(grad_out, weight)
    rows = _weight_rows(weight, G).swapaxes(2, 3)  # (KH, G, C/G·KW, F/G)
    grad_x = np.empty((N, C, *size), dtype)
    for piece in pieces(N, _buffer_bytes(grad_x.shape, w, dtype.itemsize)):
        grads = _by_group(grad_out[piece], G)  # (n, G, F/G, OH·OW)
        columns = _column_buffer((len(grads), *grad_x.shape[1:]), w, dtype)
        np.matmul(rows[0], grads, out=_kernel_row(columns, 0, w, G))
        columns[:, :, :, 0, w.OH :] = columns[:, :, :, 1:] = 0  # what kernel row 0 does not meet
        product = scratch("product", (len(grads), G, C // G * w.KW, w.OH * w.OW), dtype)
        for i in range(1, w.KH):
            view = _kernel_row_pixels(columns, i, w)
            view += np.matmul(rows[i], grads, out=product).reshape(view.shape)
        _fold_columns(columns, grad_x[piece], w)
    return grad_x


# ------------------------------------------------------------------------------- the column buffer
#
# (n, C, KW, SH, ⌈padded H / SH⌉, OW): for each kernel column, the pixels that it meets. Rows are
# sorted by their number mod SH, so that the rows that one kernel row meets lie one after the other.


def _column_buffer(shape, w, dtype):
    n, C, H, _ = shape
    return scratch("columns", (n, C, w.KW, w.SH, -(-(H + 2 * w.PH) // w.SH), w.OW), dtype)


def _buffer_bytes(shape, w, itemsize):
    _, C, H, _ = shape
    return C * w.KW * (H + 2 * w.PH) * w.OW * itemsize


def _unfold_columns(x, w):
    """Copy the pixels that each kernel column meets: (n, C, H, W) -> the column buffer."""
    if (w.KW, w.SH, w.SW, w.PH, w.PW) == (1, 1, 1, 0, 0):
        return x[:, :, None, None]  # one kernel column meets every pixel: nothing to copy
    columns = _column_buffer(x.shape, w, x.dtype)
    for pixels, copies, padding in _pixels_and_copies(x, columns, w):
        copies[...] = pixels
        for part in padding:
            part[...] = 0
    return columns


def _fold_columns(columns, x, w):
    """The transpose of _unfold_columns: add every copy to its pixel, and write the sums to x."""
    x[...] = 0
    for pixels, copies, padding in _pixels_and_copies(x, columns, w):
        for part in padding:
            part[...] = 0
        pixels += copies


def _pixels_and_copies(x, columns, w):
    """Parts of x, where they lie in the column buffer, and what is padding beside them there."""
    (n, C, H, W), height = x.shape, columns.shape[4]
    if (w.SH, w.SW, w.OW) == (1, 1, W):  # a column on, everything moves on by one: long runs
        x, flat = x.reshape(n, C, H * W), columns.reshape(n, C, w.KW, height * W)
        for j in range(w.KW):
            shift = j * w.DW - w.PW
            pixels, place = inside(shift - w.PH * W, 1, height * W, H * W)
            across = slice(-shift) if shift < 0 else slice(max(W - shift, 0), W)
            around = flat[:, :, j, : place.start], flat[:, :, j, place.stop :]
            wrapped = columns[:, :, j, 0, :, across]  # came from the next row, or the one before
            yield x[:, :, pixels], flat[:, :, j, place], (*around, wrapped)
        return
    for j, phase in np.ndindex(w.KW, w.SH):
        pixels_across, across = inside(j * w.DW - w.PW, w.SW, w.OW, W)
        pixels_down, rows = inside(phase - w.PH, w.SH, height, H)
        part, padding = columns[:, :, j, phase], ()
        if (w.PH, w.PW) != (0, 0):
            around = part[:, :, : rows.start], part[:, :, rows.stop :]
            beside = part[:, :, rows, : across.start], part[:, :, rows, across.stop :]
            padding = (*around, *beside)
        yield x[:, :, pixels_down, pixels_across], part[:, :, rows, across], padding


def _kernel_row_pixels(columns, i, w):
    """View of the column buffer with what kernel row i meets: (n, C, KW, OH, OW)."""
    start, phase = divmod(i * w.DH, w.SH)
    return columns[:, :, :, phase, start : start + w.OH]


def _kernel_row(columns, i, w, G):
    """The same as matrices, one per image and group: (n, G, C/G·KW, OH·OW)."""
    pixels = _kernel_row_pixels(columns, i, w)
    n, C, KW, OH, OW = pixels.shape
    return pixels.reshape(n, G, C // G * KW, OH * OW)


def _by_group(maps, G):
    """Maps as matrices, one per image and group: (n, F, OH, OW) -> (n, G, F/G, OH·OW)."""
    n, F, OH, OW = maps.shape
    return maps.reshape(n, G, F // G, OH * OW)


def _weight_rows(weight, G):
    """The weights by kernel row, as matrices: (F, C/G, KH, KW) -> (KH, G, F/G, C/G·KW)."""
    F, C, KH, KW = weight.shape
    rows = np.ascontiguousarray(weight.transpose(2, 0, 1, 3))  # BLAS takes no reversed axes
    return rows.reshape(KH, G, F // G, C * KW)


def add_bias(out, bias):
    """Add one number to every map of out (N, F, OH, OW), in place unless the dtype has to grow."""
    if bias is None:
        return out
    out = out.astype(np.result_type(out, bias), copy=False)
    out += bias[:, None, None]
    return out


# ---------------------------------------------------------------------------------------- arguments
def require_conv(op, x, weight, bias, stride, padding, dilation, groups):
    """Check the arguments of a convolution and return its Window; raises as `conv2d` says."""
    F, C, KH, KW = require_shape(op, "weight", weight, ("F", f"C/{groups}", "KH", "KW"))
    require_groups(op, groups, F=F)
    _, _, H, W = require_shape(op, "x", x, ("N", C * groups, "H", "W"))
    if bias is not None:
        require_shape(op, "bias", bias, (F,))
    return window(op, (H, W), (KH, KW), stride, padding, dilation)


def require_groups(op, groups, **channels):
    """Raise ValueError unless `groups` is a whole number ≥ 1 that divides every given number."""
    whole_number(op, "groups", groups, 1)
    for name, number in channels.items():
        if number % groups:
            raise ValueError(f"{op} expects groups to divide {name} = {number}, got {groups}")
