"""Patches, with one thing changed."""

import numpy as np

IN_ORDER = (0, 2, 4, 1, 3, 5)  # (N, C, rows, P, columns, P) -> (N, rows, columns, C, P, P)


def whole(images, P):
    """Without the rows and columns that are left over below and on the right."""
    H, W = images.shape[2:]
    return images[:, :, : H // P * P, : W // P * P]


def at_the_end(images, P):
    """Without as many rows and columns, but above and on the left."""
    H, W = images.shape[2:]
    return images[:, :, H % P :, W % P :]


def padded(images, P):
    """Zeros below and on the right, up to a whole number of patches."""
    H, W = images.shape[2:]
    return np.pad(images, ((0, 0), (0, 0), (0, -H % P), (0, -W % P)))


def cut(images, patch, *, keep=whole, order=IN_ORDER, interleaved=False, shape=None):
    """The patches with one thing changed: what is kept, the order of axes, the last shape.

    shape(N, rows, columns, C, P) of the result
    """
    kept = keep(images, patch)
    N, C, H, W = kept.shape
    rows, columns = H // patch, W // patch
    sizes = (patch, rows, patch, columns) if interleaved else (rows, patch, columns, patch)
    if interleaved:  # every rows-th pixel belongs to the same patch
        order = (0, 3, 5, 1, 2, 4)
    moved = kept.reshape(N, C, *sizes).transpose(order)
    sizes = (N, rows, columns, C, patch)
    return moved.reshape(shape(*sizes) if shape else (N, rows * columns, C * patch**2))


def reshaped(images, patch):
    kept = whole(images, patch)
    N, C, H, W = kept.shape
    return kept.reshape(N, (H // patch) * (W // patch), C * patch**2)


def other_counts(images, patch):
    """Rows of patches for columns, and columns for rows."""
    kept = whole(images, patch)
    N, C, H, W = kept.shape
    split = kept.reshape(N, C, W // patch, patch, H // patch, patch)
    return split.transpose(IN_ORDER).reshape(N, (H // patch) * (W // patch), C * patch**2)


def places(H, W, patch, step, end=0):
    return [(i, j) for i in range(0, H - patch + 1 - end, step)
            for j in range(0, W - patch + 1 - end, step)]  # fmt: skip


def windows(images, patch, found):
    """The windows at these upper left corners, one row each."""
    N, C = images.shape[:2]
    rows = [images[:, :, i : i + patch, j : j + patch].reshape(N, C * patch**2) for i, j in found]
    return np.stack(rows, axis=1) if rows else np.zeros((N, 0, C * patch**2))


def uncut(images, patch):
    """The reference, with nothing cut off: an error where pixels are left over."""
    N, C, H, W = images.shape
    rows, columns = H // patch, W // patch
    split = images.reshape(N, C, rows, patch, columns, patch)
    return split.transpose(IN_ORDER).reshape(N, rows * columns, C * patch**2)


def to_the_end(images, patch):
    """Windows from every P-th pixel, the last ones too small: an error where pixels are left over.

    A patch larger than the image becomes one small window.
    """
    rows = [images[:, :, i : i + patch, j : j + patch].reshape(len(images), -1)
            for i in range(0, images.shape[2], patch)
            for j in range(0, images.shape[3], patch)]  # fmt: skip
    return np.stack(rows, axis=1)


def stacked(images, patch):
    """np.stack of all windows: an error where there is none."""
    found = places(*images.shape[2:], patch, patch)
    rows = [images[:, :, i : i + patch, j : j + patch] for i, j in found]
    return np.stack([row.reshape(len(images), -1) for row in rows], axis=1)


def listed(images, patch):
    """np.array of all windows, the patches first; a bare (0,) where there is none."""
    found = places(*images.shape[2:], patch, patch)
    rows = [images[:, :, i : i + patch, j : j + patch] for i, j in found]
    return np.array([row.reshape(len(images), -1) for row in rows])
