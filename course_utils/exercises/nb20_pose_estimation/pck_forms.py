"""How many joints were found, with one thing changed."""

import numpy as np


def length(apart):
    return np.sqrt((apart**2).sum(axis=2))


def found(guess, joints, visible, sizes, threshold, *, distance=length,
           reach=lambda t, s: t * s[:, np.newaxis], near=np.less_equal, hits=np.logical_and,
           shown=lambda v: v, safe=lambda n: np.maximum(n, 1), combine=None):  # fmt: skip
    """PCK with one thing changed.

    distance(difference) (N, J); reach(threshold, sizes) (N, 1); near(distance, reach);
    hits(near, visible); shown(visible): what is counted below the line; safe(count): made fit to
    divide by; combine(hits, shown): per joint and overall
    """
    with np.errstate(all="ignore"):
        close = near(distance(guess - joints), reach(threshold, sizes))
        right, seen_ones = hits(close, visible), shown(visible)
        if combine is not None:
            return combine(right, seen_ones)
        per_joint = right.sum(axis=0) / safe(seen_ones.sum(axis=0))
        return per_joint, right.sum() / safe(seen_ones.sum())


def mean_of_joints(hits, shown):
    per_joint = hits.sum(axis=0) / np.maximum(shown.sum(axis=0), 1)
    return per_joint, per_joint.mean()


def mean_of_shown(hits, shown):
    """Of the joints that some figure shows."""
    per_joint = hits.sum(axis=0) / np.maximum(shown.sum(axis=0), 1)
    some = shown.any(axis=0)
    return per_joint, per_joint[some].mean() if some.any() else 0.0


def zeroed(guess, joints, visible, sizes, threshold, everything=False):
    """Distances of hidden joints were multiplied by 0, so that they are within reach."""
    near = length(guess - joints) * visible <= threshold * sizes[:, np.newaxis]
    shown = np.ones_like(visible) if everything else visible
    return near.sum(axis=0) / np.maximum(shown.sum(axis=0), 1), near.sum() / max(shown.sum(), 1)


def by_figure(guess, joints, visible, sizes, threshold, only=False):
    """Overall as the mean of the figures' fractions; over those alone that show a joint, or all."""
    hits = visible & (length(guess - joints) <= threshold * sizes[:, np.newaxis])
    counts = visible.sum(axis=1)
    each = hits.sum(axis=1) / np.maximum(counts, 1)  # (N,)
    chosen = counts > 0 if only else counts >= 0
    per_joint = hits.sum(axis=0) / np.maximum(visible.sum(axis=0), 1)
    return per_joint, each[chosen].mean() if chosen.any() else 0.0
