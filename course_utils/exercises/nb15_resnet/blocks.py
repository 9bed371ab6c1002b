"""Residual blocks as cases."""

import numpy as np


def two(rng, C, M, K):
    """Both weights of a block, of a size that lets F and x count alike."""
    weight1 = rng.normal(size=(M, C, K, K)) / (K * np.sqrt(C / 2))
    return weight1, rng.normal(size=(C, M, K, K)) / (K * np.sqrt(M / 2))


def blocks(rng):
    """(label, x, weight1, weight2)"""
    x = np.array([[[[1.0, -2.0]], [[-3.0, 4.0]]]])  # (1, 2, 1, 2)
    ones = np.array([[[[1.0]], [[-1.0]]]]), np.array([[[[-0.5]]], [[[2.0]]]])
    yield "two maps of 1 × 2, windows of 1 × 1, one map in between", x, *ones
    whole = rng.integers(-3, 4, (2, 2, 3, 4)).astype(float)
    yield "windows of 3 × 3, three maps in between", whole, *two(rng, 2, 3, 3)
    yield "fewer maps in between than outside", rng.normal(size=(2, 4, 5, 3)), *two(rng, 4, 2, 3)
    yield "windows of 5 × 5", rng.normal(size=(1, 3, 4, 6)), *two(rng, 3, 5, 5)
    yield "nothing but negative numbers come in", -rng.random((2, 2, 4, 3)), *two(rng, 2, 4, 3)
    x = rng.normal(size=(3, 2, 3, 5)).astype(np.float32)[:, :, ::-1]
    weights = tuple(weight.astype(np.float32) for weight in two(rng, 2, 3, 3))
    yield "float32, rows stored in reverse", x, *weights
