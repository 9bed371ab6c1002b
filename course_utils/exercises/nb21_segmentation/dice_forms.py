"""The Dice loss, and its gradient, with one thing changed."""

import numpy as np


def total(values):
    """(N, H, W) -> (N, 1, 1)"""
    return values.sum(axis=(1, 2), keepdims=True)


def dice(p, target, eps, *, total=total, above=None, below=None, loss=None, slope=None, over=None,
         add=(1.0, 1.0)):  # fmt: skip
    """loss and grad with one thing changed.

    total(values): what is added up; above, below(p, t, total): of the fraction without eps, each
    with its derivative with respect to p; loss(dices); slope(a, da, b, db): of one dice; over: what
    the sum over the images is divided by; add: how many eps are added above and below
    """
    p, t = np.asarray(p, float), np.asarray(target, float)
    with np.errstate(all="ignore"):
        a, da = above(p, t, total) if above else (2 * total(p * t), 2 * t)
        b, db = below(p, t, total) if below else (total(p) + total(t), np.ones_like(p))
        a, b = a + add[0] * eps, b + add[1] * eps
        dices = a / b + 0 * p[:, :1, :1]
        each = (da * b - a * db) / b**2 if slope is None else slope(a, da, b, db)
        count = len(p) if over is None else over(p)
        value = 1 - dices.mean() if loss is None else loss(dices)
        return value, -each / count


def batch(values):
    return values.sum(keepdims=True)


def mean(values):
    return values.mean(axis=(1, 2), keepdims=True)


def rows(values):
    return values.sum(axis=2, keepdims=True)


def hard(p, target, eps):
    """As if probabilities were rounded first: steps have no slope."""
    loss, _ = dice(p > 0.5, target, eps)
    return loss, np.zeros(np.shape(p))


def hard_with_slope(p, target, eps):
    return dice(p > 0.5, target, eps)


def grad_without_eps(p, target, eps):
    a, b = 2 * total(p * target), total(p) + total(target)
    with np.errstate(all="ignore"):
        return dice(p, target, eps)[0], -(2 * target * b - a) / b**2 / len(p)


def with_p_above(p, target, eps):
    loss, grad = dice(p, target, eps)
    b = total(p) + total(target) + eps
    return loss, grad - 2 * (p - target) / b / len(p)


def inside_alone(p, target, eps):
    loss, grad = dice(p, target, eps)
    return loss, grad * target


def flat_where_empty(p, target, eps):
    loss, grad = dice(p, target, eps)
    return loss, np.where(total(target) > 0, grad, 0)


def both(p, target, eps):
    """The mean over foreground and ground."""
    first, second = dice(p, target, eps), dice(1 - p, ~np.asarray(target, bool), eps)
    return (first[0] + second[0]) / 2, (first[1] - second[1]) / 2


def ground(p, target, eps):
    loss, grad = dice(1 - p, ~np.asarray(target, bool), eps)
    return loss, -grad


def logs(p, target, eps):
    """−log Dice, averaged."""
    p, t = np.asarray(p, float), np.asarray(target, float)
    a, b = 2 * total(p * t) + eps, total(p) + total(t) + eps
    return -np.log(a / b).mean(), -(2 * t / a - 1 / b) / len(p)
