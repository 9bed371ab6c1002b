"""Transposed convolution: a convolution's input gradient, used as a layer of its own.

    <conv2d(x), y> = <x, conv_transpose2d(y)>      with the same weight, without biases

So nothing new is computed here: the three functions of a convolution trade places. Where the stride
divides the kernel, `sub_pixel` has a faster way to the same numbers.
"""

import numpy as np

from course_utils.numpy_nn import sub_pixel
from course_utils.numpy_nn.conv import (
    add_bias,
    conv2d,
    conv2d_input_grad,
    conv2d_weight_grad,
    require_groups,
)
from course_utils.numpy_nn.conv_plain import channels_of
from course_utils.numpy_nn.dtypes import as_numbers
from course_utils.numpy_nn.geometry import window
from course_utils.numpy_nn.sums import channel_sums
from course_utils.shapes import conv_transpose_output_size, pair, require_shape


def conv_transpose2d(
    x, weight, bias=None, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Let every pixel stamp its filters, times its value, on a larger map; stamps add up.

    x (N, C, H, W), weight (C, F/groups, KH, KW), bias (F,) or None -> (N, F, OH, OW), where
    OH = (H − 1)·stride − 2·padding + dilation·(KH − 1) + output_padding + 1. The settings are in
    pixels, ints or pairs; padding crops the output. Raises ShapeError when the arrays do not fit.
    """
    settings = (stride, padding, output_padding, dilation, groups)
    w, size = require_conv_transpose("conv_transpose2d", x, weight, bias, *settings)
    x, weight, bias = as_numbers("conv_transpose2d", x=x, weight=weight, bias=bias)
    if _shuffling_pays(w, output_padding):
        phases = sub_pixel.split(weight, (w.SH, w.SW))
        maps = conv_transpose2d(x, phases, groups=groups)
        out = sub_pixel.interleave(maps, size, (w.SH, w.SW), (w.PH, w.PW))
    else:
        out = conv2d_input_grad(_as_output(x, w), weight, size, stride, padding, dilation, groups)
    return add_bias(out, bias)


def _shuffling_pays(w, output_padding):
    """Where the stride divides the kernel, and nothing is added beyond the last stamp."""
    divides = w.KH % w.SH == w.KW % w.SW == 0 and (w.SH, w.SW) != (1, 1)
    adds = np.greater(pair("conv_transpose2d", "output_padding", output_padding), (w.PH, w.PW))
    return divides and (w.DH, w.DW) == (1, 1) and not adds.any()


def conv_transpose2d_loops(
    x, weight, bias=None, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """What `conv_transpose2d` computes, one pixel and its stamp at a time.

    Same arguments, same result.
    """
    settings = (stride, padding, output_padding, dilation, groups)
    w, (H, W) = require_conv_transpose("conv_transpose2d_loops", x, weight, bias, *settings)
    x, weight, bias = as_numbers("conv_transpose2d_loops", x=x, weight=weight, bias=bias)
    (N, C, _, _), F = x.shape, weight.shape[1]
    canvas = np.zeros((N, F * groups, H + 2 * w.PH, W + 2 * w.PW), np.result_type(x, weight))
    for n, c, i, j in np.ndindex(x.shape):
        channels = channels_of(c, C, F, groups)
        canvas[n, channels, *w.pixels(i, j)] += x[n, c, i, j] * weight[c]
    out = canvas[:, :, w.PH : w.PH + H, w.PW : w.PW + W]  # padding crops
    return out if bias is None else out + bias[:, None, None]


def conv_transpose2d_backward(
    grad_out,
    x,
    weight,
    stride=1,
    padding=0,
    output_padding=0,
    dilation=1,
    groups=1,
    input_grad=True,
):
    """Gradients of the loss with respect to x, weight and bias; each has the shape of its array.

    grad_out (N, F, OH, OW) -> grad_x, grad_weight, grad_bias. With `input_grad=False` grad_x is
    None and costs nothing. Raises ShapeError when the arrays do not fit.
    """
    op = "conv_transpose2d_backward"
    settings = (stride, padding, output_padding, dilation, groups)
    w, size = require_conv_transpose(op, x, weight, None, *settings)
    require_shape(op, "grad_out", grad_out, (len(x), weight.shape[1] * groups, *size))
    grad_out, x, weight = as_numbers(op, grad_out=grad_out, x=x, weight=weight)
    if _shuffling_pays(w, output_padding):
        return _backward_by_phases(grad_out, x, weight, w, groups, input_grad)
    settings, (H, W) = (stride, padding, dilation, groups), x.shape[2:]
    grad_x = conv2d(grad_out, weight, None, *settings)[:, :, :H, :W] if input_grad else None
    grad_weight = conv2d_weight_grad(_as_output(x, w), grad_out, (w.KH, w.KW), *settings)
    return grad_x, grad_weight, channel_sums(grad_out)


def _backward_by_phases(grad_out, x, weight, w, groups, input_grad):
    stride, (_, _, H, W) = (w.SH, w.SW), x.shape
    phases = sub_pixel.split(weight, stride)
    size = (H + phases.shape[2] - 1, W + phases.shape[3] - 1)
    maps = sub_pixel.separate(grad_out, size, stride, (w.PH, w.PW))
    grad_x = conv2d(maps, phases, groups=groups) if input_grad else None
    grad_phases = conv2d_weight_grad(x, maps, phases.shape[2:], groups=groups)
    return grad_x, sub_pixel.join(grad_phases, stride), channel_sums(grad_out)


def _as_output(x, w):
    """x as large as what the convolution makes of the result: a pixel of zeros stamps nothing.

    It is larger than x only where output_padding reaches the stride.
    """
    more = (w.OH - x.shape[2], w.OW - x.shape[3])
    return np.pad(x, ((0, 0), (0, 0), (0, more[0]), (0, more[1]))) if any(more) else x


def require_conv_transpose(op, x, weight, bias, stride, padding, output_padding, dilation, groups):
    """Check the arguments; return the transposed convolution's own Window, and (OH, OW)."""
    C, F, KH, KW = require_shape(op, "weight", weight, ("C", f"F/{groups}", "KH", "KW"))
    require_groups(op, groups, C=C)
    _, _, H, W = require_shape(op, "x", x, ("N", C, "H", "W"))
    if bias is not None:
        require_shape(op, "bias", bias, (F * groups,))
    axes = zip(
        (H, W),
        (KH, KW),
        pair(op, "stride", stride, 1),
        pair(op, "padding", padding),
        pair(op, "output_padding", output_padding),
        pair(op, "dilation", dilation, 1),
        strict=True,
    )
    size = tuple(conv_transpose_output_size(*axis) for axis in axes)
    return window(op, size, (KH, KW), stride, padding, dilation), size
