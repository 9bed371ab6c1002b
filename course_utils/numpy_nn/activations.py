"""Activation functions, each beside its backward pass; they take arrays of any shape.

All three derivatives can be read off the output, so that is what backward asks for.
"""

import numpy as np

from course_utils.shapes import require_shape


def sigmoid(x):
    """Squash every number into (0, 1): 1 / (1 + e⁻ˣ). Any shape -> the same shape."""
    e = np.exp(-np.abs(x))  # never overflows, also at x = ±1000
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_backward(grad_out, out):
    """Gradient of the loss with respect to x, where out = sigmoid(x): σ′ = σ (1 − σ)."""
    require_shape("sigmoid_backward", "grad_out", grad_out, out.shape)
    return grad_out * out * (1 - out)


def tanh(x):
    """Squash every number into (−1, 1). Any shape -> the same shape."""
    return np.tanh(x)


def tanh_backward(grad_out, out):
    """Gradient of the loss with respect to x, where out = tanh(x): tanh′ = 1 − tanh²."""
    require_shape("tanh_backward", "grad_out", grad_out, out.shape)
    return grad_out * (1 - out * out)


def relu(x):
    """Replace negative numbers by 0. Any shape -> the same shape."""
    return np.maximum(x, 0)


def relu_backward(grad_out, out):
    """Gradient of the loss with respect to x, where out = relu(x): 1 where out > 0, else 0."""
    require_shape("relu_backward", "grad_out", grad_out, out.shape)
    return grad_out * (out > 0)
