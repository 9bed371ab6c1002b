"""Convolution in plain forms: by the definition, as one matrix product, as the lecture draws it.

They compute what the fast functions of `conv` compute, and are the ones to read first.
"""

import numpy as np

from course_utils.numpy_nn.conv import require_conv
from course_utils.numpy_nn.dtypes import as_numbers
from course_utils.numpy_nn.geometry import col2im, im2col, insert_zeros, pad2d, rotate180
from course_utils.shapes import require_shape


# ------------------------------------------------------------------------------- by the definition
def conv2d_loops(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """What `conv2d` computes, one output number at a time. Same arguments, same result."""
    w = require_conv("conv2d_loops", x, weight, bias, stride, padding, dilation, groups)
    x, weight, bias = as_numbers("conv2d_loops", x=x, weight=weight, bias=bias)
    x = pad2d(x, (w.PH, w.PW))
    N, F, C = len(x), len(weight), weight.shape[1]
    out = np.zeros((N, F, w.OH, w.OW), np.result_type(x, weight))
    for n, f, i, j in np.ndindex(out.shape):
        channels = channels_of(f, F, C, groups)
        out[n, f, i, j] = (x[n, channels, *w.pixels(i, j)] * weight[f]).sum()
    return out if bias is None else out + bias[:, None, None]


def conv2d_loops_backward(grad_out, x, weight, stride=1, padding=0, dilation=1, groups=1):
    """What `conv2d_backward` computes: every output passes its gradient on to all it was made of.

    Same arguments, same result: grad_x, grad_weight, grad_bias.
    """
    op = "conv2d_loops_backward"
    w = require_conv(op, x, weight, None, stride, padding, dilation, groups)
    (N, _, H, W), (F, C, _, _) = x.shape, weight.shape
    require_shape(op, "grad_out", grad_out, (N, F, w.OH, w.OW))
    grad_out, x, weight = as_numbers(op, grad_out=grad_out, x=x, weight=weight)
    x = pad2d(x, (w.PH, w.PW))
    grad_x = np.zeros(x.shape, np.result_type(grad_out, weight))
    grad_weight = np.zeros(weight.shape, np.result_type(grad_out, x))
    for n, f, i, j in np.ndindex(grad_out.shape):
        channels, pixels = channels_of(f, F, C, groups), w.pixels(i, j)
        grad_x[n, channels, *pixels] += grad_out[n, f, i, j] * weight[f]
        grad_weight[f] += grad_out[n, f, i, j] * x[n, channels, *pixels]
    grad_x = grad_x[:, :, w.PH : w.PH + H, w.PW : w.PW + W]
    return grad_x, grad_weight, grad_out.sum(axis=(0, 2, 3))


def channels_of(f, F, C, groups):
    """The C input maps that filter f of F looks at: those of its group, as a slice."""
    group = f // (F // groups)
    return slice(group * C, (group + 1) * C)


# --------------------------------------------------------------------------- as one matrix product
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """What `conv2d` computes: im2col, then one matrix product. Same arguments, same result."""
    w = require_conv("conv2d_im2col", x, weight, bias, stride, padding, dilation, groups)
    x, weight, bias = as_numbers("conv2d_im2col", x=x, weight=weight, bias=bias)
    columns, matrix = _matrices(x, weight, w, groups)
    out = (matrix @ columns).reshape(len(x), len(weight), w.OH, w.OW)
    return out if bias is None else out + bias[:, None, None]


def conv2d_im2col_backward(grad_out, x, weight, stride=1, padding=0, dilation=1, groups=1):
    """What `conv2d_backward` computes: the two gradients of a matrix product, then col2im.

    Same arguments, same result: grad_x, grad_weight, grad_bias.
    """
    op = "conv2d_im2col_backward"
    w = require_conv(op, x, weight, None, stride, padding, dilation, groups)
    N, F = len(x), len(weight)
    require_shape(op, "grad_out", grad_out, (N, F, w.OH, w.OW))
    grad_out, x, weight = as_numbers(op, grad_out=grad_out, x=x, weight=weight)
    columns, matrix = _matrices(x, weight, w, groups)
    grads = grad_out.reshape(N, groups, F // groups, w.OH * w.OW)
    grad_weight = (grads @ columns.swapaxes(2, 3)).sum(axis=0).reshape(weight.shape)
    grad_columns = (matrix.swapaxes(1, 2) @ grads).reshape(N, x.shape[1] * w.KH * w.KW, w.OH * w.OW)
    grad_x = col2im(grad_columns, x.shape[2:], (w.KH, w.KW), stride, padding, dilation)
    return grad_x, grad_weight, grad_out.sum(axis=(0, 2, 3))


def _matrices(x, weight, w, groups):
    """The input's windows (N, G, C/G·KH·KW, OH·OW) and the weights (G, F/G, C/G·KH·KW)."""
    F, C, KH, KW = weight.shape
    columns = im2col(x, (KH, KW), (w.SH, w.SW), (w.PH, w.PW), (w.DH, w.DW))
    return (
        columns.reshape(len(x), groups, C * KH * KW, w.OH * w.OW),
        weight.reshape(groups, F // groups, C * KH * KW),
    )


# ---------------------------------------------------------------------------- as the lecture draws
def full_convolution(x, weight):
    """Slide the filters over every place where they touch the map at all, also by one corner.

    x (N, C, H, W), weight (F, C, KH, KW) -> (N, F, H + KH − 1, W + KW − 1). The filters are used as
    they come. Raises ShapeError when the arrays do not fit.
    """
    _, C, KH, KW = require_shape("full_convolution", "weight", weight, ("F", "C", "KH", "KW"))
    require_shape("full_convolution", "x", x, ("N", C, "H", "W"))
    return conv2d_im2col(x, weight, padding=(KH - 1, KW - 1))


def conv2d_rotated_backward(grad_out, x, weight, stride=1):
    """The lecture's backward pass of a convolution without padding: two more convolutions.

    With a stride, zeros go between the gradients first, and the rows that the stride dropped get
    gradient 0. grad_out (N, F, OH, OW), x (N, C, H, W), weight (F, C, KH, KW)
    -> grad_x, grad_weight, grad_bias. Raises ShapeError when the arrays do not fit.
    """
    op = "conv2d_rotated_backward"
    w = require_conv(op, x, weight, None, stride, 0, 1, 1)
    (N, C, H, W), F = x.shape, len(weight)
    require_shape(op, "grad_out", grad_out, (N, F, w.OH, w.OW))
    grad_out, x, weight = as_numbers(op, grad_out=grad_out, x=x, weight=weight)
    spread = insert_zeros(grad_out, (w.SH, w.SW))  # as if the stride had been 1
    used = x[:, :, : spread.shape[2] + w.KH - 1, : spread.shape[3] + w.KW - 1]

    # x is convolved with the gradient; images play the part of channels, as they are summed over
    grad_weight = conv2d_im2col(used.swapaxes(0, 1), spread.swapaxes(0, 1)).swapaxes(0, 1)

    grad_x = np.zeros((N, C, H, W), np.result_type(grad_out, weight))
    rotated = rotate180(weight).swapaxes(0, 1)  # (C, F, KH, KW)
    grad_x[:, :, : used.shape[2], : used.shape[3]] = full_convolution(spread, rotated)
    return grad_x, grad_weight, grad_out.sum(axis=(0, 2, 3))
