"""Activation functions, each beside its backward pass; they take arrays of any shape.

All three derivatives can be read off the output, so that is what backward asks for.
"""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions, as_numbers, require_numbers
from course_utils.shapes import require_shape


def sigmoid(x):
    """Squash every number into (0, 1): 1 / (1 + e⁻ˣ). Any shape -> the same shape."""
    (x,) = as_fractions("sigmoid", x=np.asarray(x))
    e = np.exp(-np.abs(x))  # never overflows, also at x = ±1000
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_backward(grad_out, out):
    """Gradient of the loss with respect to x, where out = sigmoid(x): σ′ = σ (1 − σ)."""
    grad_out, out = _gradient_and_output("sigmoid_backward", grad_out, out)
    return grad_out * out * (1 - out)


def tanh(x):
    """Squash every number into (−1, 1). Any shape -> the same shape."""
    (x,) = as_fractions("tanh", x=np.asarray(x))
    return np.tanh(x)


def tanh_backward(grad_out, out):
    """Gradient of the loss with respect to x, where out = tanh(x): tanh′ = 1 − tanh²."""
    grad_out, out = _gradient_and_output("tanh_backward", grad_out, out)
    return grad_out * (1 - out * out)


def relu(x):
    """Replace negative numbers by 0. Any shape -> the same shape."""
    x = np.asarray(x)
    require_numbers("relu", "x", x)
    return np.maximum(x, 0)


def relu_backward(grad_out, out):
    """Gradient of the loss with respect to x, where out = relu(x): grad_out where out > 0, else 0.

    A NaN lets its gradient pass, as in torch: what went wrong stays visible.
    """
    grad_out, out = _gradient_and_output("relu_backward", grad_out, out)
    return grad_out * ~(out <= 0)


def _gradient_and_output(op, grad_out, out):
    """The arguments of a backward pass, checked and in numbers that are wide enough."""
    require_numbers(op, "out", out)
    require_shape(op, "grad_out", grad_out, out.shape)
    return as_numbers(op, grad_out=grad_out, out=out)
