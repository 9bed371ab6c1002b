"""The gradient of the six numbers, with one thing changed."""

import numpy as np

from course_utils.exercises.nb22_spatial_transformers import shares as sh
from course_utils.exercises.nb22_spatial_transformers.looks import laid_out, points_of


def half_sizes(size):
    """Pixels per unit of y, and of x."""
    return size[0] / 2, size[1] / 2


def place_gradient(grad_out, x, grid, *, factor=half_sizes, across=sh.two_nearest,
                   slope=sh.rising, read=lambda g, values: (g * values).sum(axis=1),
                   **change):  # fmt: skip
    """Gradient of the loss for each place (N, OH, OW, 2), x and y.

    factor(size): pixels per unit of y and of x; slope: along the axis; across: the shares of the
    other axis; read(grad_out, values): both (N, C, OH, OW), brought together
    """
    size = x.shape[2:]
    by_y = sh.pull(x, grid, rows=slope, split=across, **change)
    by_x = sh.pull(x, grid, rows=across, split=slope, **change)
    per_y, per_x = factor(size)
    return np.stack([read(grad_out, by_x) * per_x, read(grad_out, by_y) * per_y], axis=-1)


def onto_theta(grad_grid, points):
    """Gradient of the places (N, OH, OW, 2), points (OH * OW, 3) or (N, OH * OW, 3) -> (N, 2, 3)"""
    flat = grad_grid.reshape(len(grad_grid), -1, 2)
    return np.swapaxes(flat, 1, 2) @ points


def gradient(grad_out, x, theta, *, points=points_of, lay=laid_out, meet=onto_theta, **change):
    """The whole way. points(size): what the matrix was multiplied with, as the way back has it;
    lay(theta, size): the grid; meet(grad_grid, points): the last step
    """
    size = grad_out.shape[2:]
    grid = lay(theta, size)
    return meet(place_gradient(grad_out, x, grid, **change), points(size))


def looked_at(grad_out, x, theta):
    """The places in the image, with a 1, where the pixels of the crop should stand."""
    grid = laid_out(theta, grad_out.shape[2:])
    there = np.concatenate([grid, np.ones((*grid.shape[:3], 1))], axis=3)
    return onto_theta(place_gradient(grad_out, x, grid), there.reshape(len(grid), -1, 3))


def in_pixels(size):
    columns, rows = np.meshgrid(*(np.arange(k) for k in size[::-1]))
    return np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)], axis=1)


def smoothed(grad_out, x, theta, *, exact=lambda values, axis: np.gradient(values, axis=axis)):
    """The slope of the image from pixel to pixel first, and then read at the places."""
    grid, size = laid_out(theta, grad_out.shape[2:]), x.shape[2:]
    wide = [np.pad(x.astype(float), 1)] * 2
    slopes = [exact(w, axis)[:, :, 1:-1, 1:-1] for w, axis in zip(wide, (3, 2), strict=True)]
    read = [(grad_out * sh.pull(s, grid)).sum(axis=1) for s in slopes]
    per_y, per_x = half_sizes(size)
    return onto_theta(np.stack([read[0] * per_x, read[1] * per_y], axis=-1),
                      points_of(grad_out.shape[2:]))  # fmt: skip


def by_roofs(grad_out, x, theta, *, rise):
    """Slopes of the shares by `rise(distance)`, for all pixels of a row or a column at once."""
    rows, columns = sh.distances(laid_out(theta, grad_out.shape[2:]), x.shape[2:])
    down, along = (np.maximum(0, 1 - np.abs(apart)) for apart in (rows, columns))
    way, (per_y, per_x) = "nijr,nijc,nkrc,nkij->nij", half_sizes(x.shape[2:])
    by_x = np.einsum(way, down, rise(columns), x, grad_out) * per_x
    by_y = np.einsum(way, rise(rows), along, x, grad_out) * per_y
    return onto_theta(np.stack([by_x, by_y], axis=-1), points_of(grad_out.shape[2:]))
