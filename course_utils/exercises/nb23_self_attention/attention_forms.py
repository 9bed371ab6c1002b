"""Attention, forwards and backwards, with one thing changed."""

import numpy as np

from course_utils.exercises.nb23_self_attention.arrays import softmax


# --------------------------------------------------------------------------------- forwards
def products(q, k):
    return q @ k.transpose(0, 2, 1)


def root_of_d(s, q, k, v):
    return s / np.sqrt(q.shape[2])


def hidden(s, mask, low=-np.inf):
    return s if mask is None else np.where(mask, s, low)


def attend(q, k, v, mask=None, *, scores=products, scale=root_of_d, hide=hidden, soft=softmax,
           after=lambda w, mask: w, mix=lambda w, q, k, v: w @ v, shown=None):  # fmt: skip
    """Attention with one thing changed.

    scores(q, k) (N, T, S); scale(scores, q, k, v); hide(scores, mask); soft(scores);
    after(weights, mask); mix(weights, q, k, v) (N, T, e); shown(weights, scores): what is returned
    as weights
    """
    with np.errstate(all="ignore"):
        s = hide(scale(scores(q, k), q, k, v), mask)
        w = after(soft(s), mask)
        return mix(w, q, k, v), shown(w, s) if shown else w


def plain(s, axis=2, extra=0.0):
    """exp without a shift."""
    exps = np.exp(s)
    total = exps.sum(axis=axis, keepdims=True) + extra
    return exps / np.where(total > 0, total, 1)


def shifted(s, shift):
    """A softmax over keys, after a shift that need not be the largest score of the row."""
    return plain(np.where(np.isfinite(s), s - shift, -np.inf))


def finite_max(s, axis=None):
    return np.where(np.isfinite(s), s, -1e300).max(axis=axis, keepdims=axis is not None)


def bare(s):
    """The usual softmax: a row of −∞ becomes NaN."""
    exps = np.exp(s - s.max(axis=2, keepdims=True))
    return exps / exps.sum(axis=2, keepdims=True)


def flat(s):
    """One softmax over all queries and keys of an image."""
    return softmax(s.reshape(len(s), -1)).reshape(s.shape)


def hardest(s):
    """1 at the largest score of each row, and 0 where there is none."""
    w = np.zeros(s.shape)
    np.put_along_axis(w, s.argmax(axis=2)[..., np.newaxis], 1, axis=2)
    return np.where(np.isfinite(s), w, 0)


def share(s):
    """Scores divided by their sum, without exp."""
    s = np.where(np.isfinite(s), s, 0)
    return s / s.sum(axis=2, keepdims=True)


def times(w, mask):
    return w if mask is None else w * mask


def times_and_again(w, mask):
    w = times(w, mask)
    total = w.sum(axis=2, keepdims=True)
    return w / np.where(total > 0, total, 1)


def lengths(a):
    n = np.linalg.norm(a, axis=2, keepdims=True)
    return a / np.where(n > 0, n, 1)


def distances(q, k):
    """−|q − k|² for each pair."""
    return -((q[:, :, np.newaxis] - k[:, np.newaxis]) ** 2).sum(axis=3)


# -------------------------------------------------------------------------------- backwards
def swap(a):
    return a.transpose(0, 2, 1)


def through_softmax(g, w):
    return w * (g - (g * w).sum(axis=2, keepdims=True))


def back(grad_out, q, k, v, weights, *, values=None, weight_grad=None, soft=through_softmax,
         scale=lambda q, k, v: np.sqrt(q.shape[2]), of_q=None, of_k=None):  # fmt: skip
    """The backward pass with one thing changed.

    values(g, w) (N, S, e); weight_grad(g, v) (N, T, S); soft(grad of weights, w): grad of scores;
    scale(q, k, v): what that is divided by; of_q, of_k(grad of scores, q, k)
    """
    with np.errstate(all="ignore"):
        grad_v = values(grad_out, weights) if values else swap(weights) @ grad_out
        g = weight_grad(grad_out, v) if weight_grad else grad_out @ swap(v)
        s = soft(g, weights) / scale(q, k, v)
        grad_q = of_q(s, q, k) if of_q else s @ k
        grad_k = of_k(s, q, k) if of_k else swap(s) @ q
    return grad_q, grad_k, grad_v


def like(a, b):
    """a, cut or filled up with zeros to the shape of b where they differ: axis 1 only."""
    out = np.zeros(b.shape)
    n = min(a.shape[1], b.shape[1])
    out[:, :n] = a[:, :n]
    return out


def scores_of_reversed(q, k):
    """q @ k.T: of three axes, .T reverses all."""
    return q @ k.T
