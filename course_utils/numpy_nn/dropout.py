"""Dropout: random zeros in training, so that no unit can rely on one other unit alone."""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions, as_numbers, generator, require_numbers
from course_utils.shapes import number, require_shape


def dropout(x, p, rng):
    """Set each number to 0 with probability p and divide the rest by 1 − p, so that the mean stays.

    x of any shape, p from 0 to less than 1, rng a generator or a seed -> out and mask, both of that
    shape; out = x · mask. Raises ValueError for another p or rng.
    """
    require_dropout("dropout", p)
    require_numbers("dropout", "x", x)
    (x,), rng = as_fractions("dropout", x=x), generator("dropout", rng)
    mask = (rng.random(x.shape, np.float32) >= p).astype(x.dtype)
    mask /= 1 - p
    return x * mask, mask


def dropout_backward(grad_out, mask):
    """What was dropped gets no gradient, the rest was scaled: grad_out · mask. Same shape."""
    require_numbers("dropout_backward", "mask", mask)
    require_shape("dropout_backward", "grad_out", grad_out, mask.shape)
    grad_out, mask = as_numbers("dropout_backward", grad_out=grad_out, mask=mask)
    return grad_out * mask


def require_dropout(op, p):
    """Raise ValueError unless p is a number from 0 to less than 1."""
    number(op, "p", p, 0, below=1)
