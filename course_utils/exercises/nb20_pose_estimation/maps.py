"""Maps as cases, and where their cells are."""

import numpy as np


def centres(count, stride):
    """(count,): where the middles of the cells are, in pixels."""
    return (np.arange(count) + 0.5) * stride


def squared(joints, size, stride, half=0.5):
    """joints (J, 2) in pixels -> (J, H, W): squared distance to each cell's middle, in cells."""
    rows, columns = (np.arange(n) + half for n in size)
    x, y = (joints[:, k, np.newaxis] / stride for k in (0, 1))  # (J, 1)
    return ((y - rows) ** 2)[:, :, np.newaxis] + ((x - columns) ** 2)[:, np.newaxis]


def softmax(scores):
    """(J, H, W) -> the same shape; each map adds up to 1."""
    exps = np.exp(scores - scores.max(axis=(1, 2), keepdims=True))
    return exps / exps.sum(axis=(1, 2), keepdims=True)
