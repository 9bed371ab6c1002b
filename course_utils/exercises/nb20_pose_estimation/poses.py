"""Joints as cases: figures of no particular shape, some of their joints hidden."""

import numpy as np


def some_joints(rng, n, count, size=64.0):
    """Joints (n, count, 2) on a canvas of `size` pixels."""
    return rng.uniform(2, size - 2, (n, count, 2))


def near(rng, joints, by=3.0):
    """The same joints as a network might guess them: off by about `by` pixels."""
    return joints + by * rng.normal(size=joints.shape)


def seen(rng, n, count, share=0.7):
    """bool (n, count): which joints can be seen; at least one can, and at least one cannot."""
    visible = rng.random((n, count)) < share
    visible.flat[0], visible.flat[-1] = True, False
    return visible


def strided(array):
    """The same numbers as float32, not in memory order."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), np.float32)
    wide[..., ::2] = array
    return wide[..., ::2]
