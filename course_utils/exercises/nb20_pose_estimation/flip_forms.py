"""Joints in a mirror, with one thing changed."""

import numpy as np


def both(array, pairs):
    array = array.copy()
    for a, b in pairs:
        array[:, [a, b]] = array[:, [b, a]]
    return array


def same(array, pairs):
    return array


def mirror(joints, width):
    x, y = joints[..., 0], joints[..., 1]
    return np.stack([width - x, y], axis=-1)


def flip(joints, visible, width, pairs, *, mirror=mirror, names=both, mask=both):
    """The flip with one thing changed: where joints go, which ones change names, and the mask."""
    return names(mirror(joints, width), pairs), mask(visible, pairs)


def one_way(array, pairs):
    array = array.copy()
    for a, b in pairs:
        array[:, a] = array[:, b]
        array[:, b] = array[:, a]
    return array


def other_way(array, pairs):
    return one_way(array, pairs[:, ::-1])


def halves(array, pairs):
    """As if the second half of the joints belonged to the first one."""
    half = array.shape[1] // 2
    return both(array, [(j, j + half) for j in range(half)])


def neighbours(array, pairs):
    """As if neighbours belonged together."""
    return both(array, [(j, j + 1) for j in range(0, array.shape[1] - 1, 2)])


def pairs_alone(array, pairs):
    """Zeros, and only the joints of pairs filled in."""
    filled = np.zeros_like(array)
    for a, b in pairs:
        filled[:, a], filled[:, b] = array[:, b], array[:, a]
    return filled


def first_joint(joints, width):
    mirrored = joints.copy()
    mirrored[:, 0] = width - mirrored[:, 0]
    return mirrored


def x_of_pairs(joints, visible, width, pairs):
    """Only joints with a partner are mirrored, and only their x changes hands."""
    mirrored = joints.copy()
    for a, b in pairs:
        mirrored[:, [a, b], 0] = width - mirrored[:, [b, a], 0]
    return mirrored, both(visible, pairs)


def taken(array, pairs, others):
    array = array.copy()
    array[:, pairs] = array[:, others]
    return array


def images(array, pairs):
    array = array.copy()
    for a, b in pairs:
        array[[a, b]] = array[[b, a]]
    return array


def about(joints, middle):
    """Mirrored about an x of each figure: middle (N, 1)."""
    return np.stack([2 * middle - joints[..., 0], joints[..., 1]], axis=-1)


def only_seen(joints, visible, width, pairs, late=False):
    """Joints mirrored where they can be seen, asked before or after the exchange of names."""
    mask = both(visible, pairs) if late else visible
    x = np.where(mask, width - joints[..., 0], joints[..., 0])
    return both(np.stack([x, joints[..., 1]], axis=-1), pairs), both(visible, pairs)
