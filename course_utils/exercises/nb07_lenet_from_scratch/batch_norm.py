"""Cases that both directions of batch norm have in common."""

import numpy as np


def batch_norm_cases(rng):
    """(x, weight, bias, eps, label), no two sizes equal."""
    x = np.array([1.0, 3.0, 8.0, 0.0]).reshape(2, 2, 1, 1)
    yield x, np.ones(2), np.zeros(2), 0.01, "two images of one pixel, two channels"
    x = rng.normal(size=(3, 2, 5, 4)) * [[[3.0]], [[0.5]]] + [[[2.0]], [[-4.0]]]
    yield x, *rng.normal(size=(2, 2)), 1e-5, "channels with different means and spreads"
    yield rng.normal(size=(1, 3, 4, 2)), *rng.normal(size=(2, 3)), 1e-3, "a single image"
    yield rng.normal(size=(6, 4, 1, 1)), *rng.normal(size=(2, 4)), 0.1, "after a linear layer"
    x = 0.01 * rng.normal(size=(2, 3, 3, 5))
    yield x, *rng.normal(size=(2, 3)), 1e-3, "a channel with almost no spread, where eps matters"
    x = rng.normal(size=(4, 3, 2, 6)).astype(np.float32).transpose(0, 1, 3, 2)
    yield x, *rng.normal(size=(2, 3)).astype(np.float32), 0.02, "float32, not in memory order"


def channels(x):
    """The numbers of each channel as a list, and their mean and variance, by plain sums."""
    for c in range(x.shape[1]):
        values = [float(v) for v in x[:, c].ravel()]
        mean = sum(values) / len(values)
        yield c, values, mean, sum((v - mean) ** 2 for v in values) / len(values)
