"""Sums over a batch, as fast as NumPy can add."""

import math

import numpy as np


def by_channel(x):
    """(N, C) or (N, C, H, W) -> (N, C, pixels)."""
    return x.reshape(*x.shape[:2], math.prod(x.shape[2:]))


def channel_sums(x):
    """The sum of every channel, over the batch and all pixels: (N, C, …) -> (C,).

    As a matrix product, which is several times as fast as `sum` over three axes.
    """
    values = by_channel(x)
    return (values @ np.ones(values.shape[2], values.dtype)).sum(axis=0)
