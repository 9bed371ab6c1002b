"""Label maps as cases."""

import numpy as np


def labels(rng, shape, classes):
    """int64 label maps in patches of 2 × 2 pixels, as objects are: shape (N, H, W)."""
    N, H, W = shape
    small = rng.integers(0, classes, (N, -(-H // 2), -(-W // 2)))
    return small.repeat(2, axis=1).repeat(2, axis=2)[:, :H, :W]


def spoiled(rng, truth, classes, share=0.3):
    """The same maps with another label at a share of the pixels."""
    wrong = rng.random(truth.shape) < share
    return np.where(wrong, rng.integers(0, classes, truth.shape), truth)


def strided(array, dtype=np.float32):
    """The same numbers in another dtype, not in memory order."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), dtype)
    wide[..., ::2] = array
    return wide[..., ::2]
