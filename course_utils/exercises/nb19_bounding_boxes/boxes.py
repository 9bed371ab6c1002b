"""Boxes as cases, and what two of them share."""

import numpy as np


def some_boxes(rng, n, size=48.0):
    """(n, 4) boxes with area, no two sides equal."""
    first, sides = rng.uniform(0, size / 2, (n, 2)), rng.uniform(size / 9, size / 2, (n, 2))
    return np.concatenate([first, first + sides], axis=1)


def near_copies(rng, boxes, by=2.0):
    """The same boxes with every side moved a little: they all overlap with what they were."""
    return boxes + rng.uniform(-by, by, boxes.shape)


def shared(low, high, other_low, other_high):
    """How much two intervals have in common: by cases, not by a formula."""
    if high <= other_low or other_high <= low:
        return 0.0
    ends = sorted([low, high, other_low, other_high])
    return ends[2] - ends[1]


def common_side(a, b):
    return shared(a[0], a[2], b[0], b[2]) * shared(a[1], a[3], b[1], b[3])


def picked(values, labels):
    return values[np.arange(len(labels)), labels]
