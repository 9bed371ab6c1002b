"""Dropout: random zeros in training, so that no unit can rely on one other unit alone."""

import numpy as np

from course_utils.shapes import require_shape


def dropout(x, p, rng):
    """Set each number to 0 with probability p and divide the rest by 1 − p, so that the mean stays.

    x of any shape, p from 0 to less than 1, rng a NumPy generator -> out and mask, both of that
    shape; out = x · mask. Raises ValueError for another p.
    """
    if not 0 <= p < 1:
        raise ValueError(f"dropout expects p from 0 to less than 1, got {p}")
    mask = (rng.random(x.shape, np.float32) >= p).astype(x.dtype)
    mask /= 1 - p
    return x * mask, mask


def dropout_backward(grad_out, mask):
    """What was dropped gets no gradient, the rest was scaled: grad_out · mask. Same shape."""
    require_shape("dropout_backward", "grad_out", grad_out, mask.shape)
    return grad_out * mask
