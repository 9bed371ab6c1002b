"""Batch normalisation: every channel gets mean 0 and variance 1, then a learned scale and shift."""

import math

import numpy as np

from course_utils.numpy_nn.scratch import pieces, scratch
from course_utils.shapes import ShapeError, require_shape


def batch_statistics(x):
    """Mean and (biased) variance of every channel, over the batch and all pixels.

    x (N, C) or (N, C, H, W) -> mean (C,), var (C,). Raises ShapeError when a channel has fewer than
    two numbers: the result of normalising one number is always 0.
    """
    values = _by_channel("batch_statistics", x)
    N, _, pixels = values.shape
    if N * pixels < 2:
        raise ShapeError(
            f"batch normalisation expects two numbers per channel or more to train, got {x.shape}"
        )
    mean = _channel_sums(values) / (N * pixels)
    var = np.zeros_like(mean)
    for piece in pieces(N, values[0].nbytes):
        centred = scratch("centred", values[piece].shape, mean.dtype)
        np.subtract(values[piece], mean[:, None], out=centred)
        var += np.vecdot(centred, centred).sum(axis=0)
    return mean, var / (N * pixels)


def batch_norm(x, weight, bias, mean, var, eps=1e-5):
    """Shift and scale every channel: (x − mean) / √(var + eps) · weight + bias.

    x (N, C) or (N, C, H, W), the others (C,) -> the shape of x. mean and var come from
    `batch_statistics` in training, from running averages in use. Raises ShapeError when they do not
    fit.
    """
    values = _by_channel("batch_norm", x, weight=weight, bias=bias, mean=mean, var=var)
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
    it (Ioffe & Szegedy 2015, §3); in use they are constants. Raises ShapeError for other shapes.
    """
    values = _by_channel("batch_norm_backward", x, weight=weight, mean=mean, var=var)
    require_shape("batch_norm_backward", "grad_out", grad_out, x.shape)
    grads = grad_out.reshape(values.shape)
    spread = 1 / np.sqrt(var + eps)
    grad_bias = _channel_sums(grads)
    grad_weight = (np.vecdot(grads, values).sum(axis=0) - mean * grad_bias) * spread
    scale, count = weight * spread, values.shape[0] * values.shape[2]
    if not (training and count):
        return (grads * scale[:, None]).reshape(x.shape), grad_weight, grad_bias
    # to stretch or move a whole channel changes nothing: take that part out
    stretch = scale * spread * grad_weight / count
    move = scale * grad_bias / count - stretch * mean
    grad_x = np.empty(values.shape, np.result_type(grads, scale))
    for piece in pieces(len(x), values[0].nbytes):
        part = scratch("part", values[piece].shape, grad_x.dtype)
        np.multiply(values[piece], stretch[:, None], out=part)
        part += move[:, None]
        np.multiply(grads[piece], scale[:, None], out=grad_x[piece])
        grad_x[piece] -= part
    return grad_x.reshape(x.shape), grad_weight, grad_bias


def _by_channel(op, x, **parameters):
    """x as (N, C, pixels); raises ShapeError unless it has channels that the parameters fit."""
    if getattr(x, "ndim", 0) not in (2, 4):
        require_shape(op, "x", x, ("N", "C", "H", "W"))
    for name, array in parameters.items():
        require_shape(op, name, array, (x.shape[1],))
    return x.reshape(*x.shape[:2], math.prod(x.shape[2:]))


def _channel_sums(values):
    """(N, C, pixels) -> (C,); as a matrix product, which is the fastest way to add in NumPy."""
    return (values @ np.ones(values.shape[2], values.dtype)).sum(axis=0)
