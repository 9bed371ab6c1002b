"""Batch normalisation: every channel gets mean 0 and variance 1, then a learned scale and shift."""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions
from course_utils.numpy_nn.scratch import pieces, scratch
from course_utils.numpy_nn.sums import by_channel, channel_sums
from course_utils.shapes import ShapeError, number, require_shape


def batch_statistics(x):
    """Mean and (biased) variance of every channel, over the batch and all pixels.

    x (N, C) or (N, C, H, W) -> mean (C,), var (C,). Raises ShapeError when a channel has fewer than
    two numbers: the result of normalising one number is always 0.
    """
    _require_channels("batch_statistics", x)
    (x,) = as_fractions("batch_statistics", x=x)
    values = by_channel(x)
    N, _, pixels = values.shape
    if N * pixels < 2:
        raise ShapeError(
            f"batch normalisation expects two numbers per channel or more to train, got {x.shape}"
        )
    mean = channel_sums(values) / (N * pixels)
    var = np.zeros_like(mean)
    for piece in pieces(N, values[0].nbytes):
        centred = _centred(values[piece], mean)
        var += np.vecdot(centred, centred).sum(axis=0)
    var /= N * pixels
    if _far_from_0(mean, var):  # the sum was large, and not exact
        rests = [channel_sums(_centred(values[p], mean)) for p in pieces(N, values[0].nbytes)]
        mean = mean + sum(rests) / (N * pixels)
    return mean, var


def batch_norm(x, weight, bias, mean, var, eps=1e-5):
    """Shift and scale every channel: (x − mean) / √(var + eps) · weight + bias.

    x (N, C) or (N, C, H, W), the others (C,) -> the shape of x. mean and var come from
    `batch_statistics` in training, from running averages at test time. Raises ShapeError when they
    do not fit.
    """
    parameters = {"weight": weight, "bias": bias, "mean": mean, "var": var}
    _require_channels("batch_norm", x, eps, **parameters)
    x, weight, bias, mean, var = as_fractions("batch_norm", x=x, **parameters)
    values = by_channel(x)
    scale = weight / np.sqrt(var + eps)
    shift = bias - mean * scale
    out = np.empty(values.shape, np.result_type(values, scale, shift))
    for piece in pieces(len(x), values.itemsize * values[:1].size):
        np.multiply(values[piece], scale[:, None], out=out[piece])
        out[piece] += shift[:, None]
    return out.reshape(x.shape)


def batch_norm_backward(grad_out, x, weight, mean, var, eps=1e-5, training=True):
    """Gradients of the loss with respect to x, weight and bias; each has the shape of its array.

    grad_out has the shape of x. In training, mean and var are those of x and pass gradients on to
    it (Ioffe & Szegedy 2015, §3); at test time they are constants. Raises ShapeError for other
    shapes.
    """
    op, parameters = "batch_norm_backward", {"weight": weight, "mean": mean, "var": var}
    _require_channels(op, x, eps, **parameters)
    require_shape(op, "grad_out", grad_out, x.shape)
    grad_out, x, weight, mean, var = as_fractions(op, grad_out=grad_out, x=x, **parameters)
    grads, values = by_channel(grad_out), by_channel(x)
    spread = 1 / np.sqrt(var + eps)
    # Σ grad · (x − mean) = Σ grad · x − mean · Σ grad saves a pass, but far from 0 it cancels
    far = _far_from_0(mean, var)
    rest = np.zeros_like(mean) if far else mean  # what is still to subtract from `centred`
    grad_bias = channel_sums(grads)
    grad_weight = -rest * grad_bias
    for piece in pieces(len(x), values[:1].nbytes):
        centred = _centred(values[piece], mean) if far else values[piece]
        grad_weight = grad_weight + np.vecdot(grads[piece], centred).sum(axis=0)
    grad_weight = grad_weight * spread
    scale, count = weight * spread, values.shape[0] * values.shape[2]
    if not (training and count):
        return (grads * scale[:, None]).reshape(x.shape), grad_weight, grad_bias
    # to stretch or move a whole channel changes nothing: take that part out
    stretch = scale * spread * grad_weight / count
    move = scale * grad_bias / count - stretch * rest
    grad_x = np.empty(values.shape, np.result_type(grads, scale))
    for piece in pieces(len(x), values[0].nbytes):
        centred = _centred(values[piece], mean) if far else values[piece]
        part = scratch("part", centred.shape, grad_x.dtype)
        np.multiply(centred, stretch[:, None], out=part)
        part += move[:, None]
        np.multiply(grads[piece], scale[:, None], out=grad_x[piece])
        grad_x[piece] -= part
    return grad_x.reshape(x.shape), grad_weight, grad_bias


def _require_channels(op, x, eps=0, **parameters):
    """Raise ShapeError unless x has channels that the parameters fit, ValueError for eps < 0."""
    number(op, "eps", eps)
    if getattr(x, "ndim", 0) not in (2, 4):
        require_shape(op, "x", x, ("N", "C", "H", "W"))
    for name, array in parameters.items():
        require_shape(op, name, array, (x.shape[1],))


def _far_from_0(mean, var):
    """Whether sums over x lose digits of its deviations from the mean, in any channel."""
    return bool(np.any(mean * mean > var))


def _centred(values, mean):
    """values (n, C, pixels) − mean (C,), in scratch memory."""
    centred = scratch("centred", values.shape, np.result_type(values, mean))
    return np.subtract(values, mean[:, None], out=centred)
