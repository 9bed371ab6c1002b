"""Banks of filters as cases, and what they answer."""

import numpy as np

from course_utils.numpy_nn import conv2d


def banks(rng):
    """(x, bank, label): what both directions must survive."""
    copies = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]]).reshape(1, 3, 1, 1, 2)
    yield np.array([[[[3.0, 1.0, 2.0]]]]), copies, "one row of pixels, three copies of a filter"
    normal = rng.normal
    yield normal(size=(2, 3, 6, 5)), normal(size=(2, 4, 3, 3, 2)), "two images, 2 filters, 4 copies"
    yield normal(size=(3, 1, 4, 6)), normal(size=(4, 2, 1, 2, 3)), "4 filters in two copies"
    negative = -1 - rng.random((2, 1, 4, 5))
    yield negative, 0.1 + rng.random((3, 2, 1, 2, 2)), "all answers are negative"
    yield normal(size=(2, 2, 3, 4)), normal(size=(3, 1, 2, 2, 3)), "a single copy of each filter"
    wide = normal(size=(2, 5, 2, 12)).astype(np.float32)
    bank = normal(size=(2, 3, 2, 3, 2)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], bank, "float32, not in memory order"


def answers(x, bank):
    F, T, C, KH, KW = bank.shape
    z = conv2d(x, bank.reshape(F * T, C, KH, KW))
    return z.reshape(len(x), F, T, *z.shape[2:])
