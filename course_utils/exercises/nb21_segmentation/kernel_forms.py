"""Bilinear kernels with one thing changed."""

import numpy as np


def size_of(stride):
    return 2 * stride - stride % 2


def tent(stride, size=None, *, middle=None, reach=None):
    """(size,): 1 − d / reach, and 0 beyond; d is the distance to the middle."""
    size = size_of(stride) if size is None else size
    middle = (size - 1) / 2 if middle is None else middle
    return np.maximum(1 - np.abs(np.arange(size) - middle) / (reach or stride), 0)


def slope(stride, sign):
    """(size,): a distance with a sign, so that there is no tent."""
    size = size_of(stride)
    return 1 + sign * (np.arange(size) - (size - 1) / 2) / stride


def diagonal(plane, channels):
    weight = np.zeros((channels, channels, *plane.shape))
    weight[np.arange(channels), np.arange(channels)] = plane
    return weight


def kernel(channels, stride, *, line=tent, plane=np.multiply.outer, weight=diagonal):
    """The weight with one thing changed.

    line(stride) (K,): along one axis; plane(line, line) (K, K); weight(plane, channels)
    """
    row = line(stride)
    return weight(plane(row, row), channels)


def everywhere(plane, channels):
    return np.broadcast_to(plane, (channels, channels, *plane.shape)).copy()


def first(plane, channels):
    weight = np.zeros((channels, channels, *plane.shape))
    weight[0, 0] = plane
    return weight


def first_column(plane, channels):
    weight = np.zeros((channels, channels, *plane.shape))
    weight[:, 0] = plane
    return weight


def first_row(plane, channels):
    return first_column(plane, channels).swapaxes(0, 1)


def two_halves(stride):
    """From 0 up to 1, and down again."""
    size = size_of(stride)
    up = np.linspace(0, 1, (size + 1) // 2)
    return np.concatenate([up, up[::-1][size % 2 :]])


def cone(a, b, stride, least=0.0):
    """1 − d / stride with d as the crow flies, of places whose distances give a and b."""
    far = np.hypot.outer((1 - a) * stride, (1 - b) * stride)
    return np.maximum(1 - far / stride, least)
