"""What the cases of notebook 23 share."""

import numpy as np


def strided(array):
    """The same numbers in float32, the last axis not in memory order."""
    return np.asarray(array, np.float32)[..., ::-1].copy()[..., ::-1]


def softmax(scores, axis=-1):
    """exp(scores) / its sum along an axis; 0 where all scores are −∞."""
    top = scores.max(axis=axis, keepdims=True)
    exps = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = exps.sum(axis=axis, keepdims=True)
    return exps / np.where(total > 0, total, 1)
