"""A loss for joints, and its gradient, with one thing changed."""

import numpy as np


def masked(values, visible):
    return np.where(visible[..., np.newaxis], values, 0)


def loss(guess, joints, visible, *, apart=None, count=None, loss=None, grad=None):
    """The loss with one thing changed.

    apart(guess, joints, visible) (N, J, 2): the differences that count; count(visible): what the
    sums are divided by; loss(apart, count) and grad(apart, count)
    """
    with np.errstate(all="ignore"):
        d = masked(guess - joints, visible) if apart is None else apart(guess, joints, visible)
        m = max(2 * visible.sum(), 1) if count is None else count(visible)
        value = (d**2).sum() / m if loss is None else loss(d, m)
        return value, (2 * d / m if grad is None else grad(d, m))


def where_known(guess, joints, count):
    """All joints that are not NaN count, whether they can be seen or not."""
    apart = np.nan_to_num(guess - joints)
    return np.nanmean((guess - joints) ** 2) if count else np.nan, 2 * apart / max(count, 1)


def with_zeros(guess, joints, visible):
    return guess - masked(joints, visible)


def by_image(guess, joints, visible, only=False):
    """Means of the images, averaged; over those alone with a joint to be seen, or over all."""
    apart = masked(guess - joints, visible)
    counts = np.maximum(2 * visible.sum(axis=1), 1)[:, np.newaxis, np.newaxis]  # (N, 1, 1)
    images = max(visible.any(axis=1).sum(), 1) if only else len(visible)
    return (apart**2 / counts).sum() / images, 2 * apart / counts / images


def one_coordinate(guess, joints, visible, k):
    apart = masked(guess - joints, visible)
    apart[..., 1 - k] = 0
    count = max(visible.sum(), 1)
    return (apart**2).sum() / count, 2 * apart / count


def half_masked(guess, joints, visible):
    apart = np.nan_to_num(guess - joints)
    apart[..., 0] = np.where(visible, apart[..., 0], 0)
    count = max(2 * visible.sum(), 1)
    return (apart**2).sum() / count, 2 * apart / count
