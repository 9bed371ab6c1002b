"""The soft argmax with one thing changed."""

import numpy as np

from course_utils.exercises.nb20_pose_estimation.maps import centres, softmax


def mean_place(p, xs, ys):
    return np.stack([p.sum(axis=1) @ xs, p.sum(axis=2) @ ys], axis=1)


def soft(scores, temperature, stride, *, divide=lambda s, t: s / t, normal=softmax,
          middles=centres, read=mean_place):  # fmt: skip
    """The soft argmax with one thing changed.

    divide(scores, temperature); normal(scores) (J, H, W); middles(count, stride) (count,);
    read(p, xs, ys): the places (J, 2)
    """
    _, H, W = scores.shape
    with np.errstate(all="ignore"):
        p = normal(divide(scores, temperature))
        return read(p, middles(W, stride), middles(H, stride))


def top(scores):
    return scores.max(axis=(1, 2), keepdims=True)


def plain(scores, extra=0.0):
    exps = np.exp(scores)
    return exps / (exps.sum(axis=(1, 2), keepdims=True) + extra)


def marginal_peaks(p, xs, ys):
    """The column with the largest probability, and the row."""
    return np.stack([xs[p.sum(axis=1).argmax(axis=1)], ys[p.sum(axis=2).argmax(axis=1)]], axis=1)


def along(scores, axis):
    exps = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exps / exps.sum(axis=axis, keepdims=True)


def peak(scores):
    """1 at the largest entry of each map, the first one in reading order."""
    flat = scores.reshape(len(scores), -1)
    p = np.zeros(flat.shape)
    p[np.arange(len(flat)), flat.argmax(axis=1)] = 1
    return p.reshape(scores.shape)


def share(weights):
    return weights / weights.sum(axis=(1, 2), keepdims=True)


def whole(weights):
    return weights / weights.sum()


def apart(scores, temperature, stride, pool):
    """A softmax of what is left of the rows, another one of what is left of the columns."""
    _, H, W = scores.shape
    shares = [along(pool(scores / temperature, axis=axis), axis=1) for axis in (1, 2)]
    return np.stack([shares[0] @ centres(W, stride), shares[1] @ centres(H, stride)], axis=1)
