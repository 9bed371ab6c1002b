"""Turning a filter as a table of who takes how much from whom."""

import cmath
import math

import numpy as np


def rotations(rng):
    """(filters, angle, label): what both directions must survive."""
    yield np.arange(1.0, 10.0).reshape(1, 1, 3, 3), 90, "one filter of 3 × 3, a quarter turn"
    yield rng.normal(size=(2, 3, 5, 5)), 45, "two filters, three channels, 45°"
    yield rng.normal(size=(3, 1, 4, 4)), -25.0, "an even size, clockwise"
    yield rng.normal(size=(2, 2, 3, 6)), 70, "3 rows and 6 columns"
    yield rng.normal(size=(1, 2, 5, 2)), 0, "0°: nothing changes"
    yield rng.normal(size=(2, 3, 1, 1)), 30, "a single weight is its own middle"
    wide = rng.normal(size=(2, 5, 3, 10)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], 400, "float32, not in memory order, beyond 360°"


def looks_at(i, j, shape, angle):
    """Row and column that place (i, j) looks at: the plane as complex numbers, upwards is i."""
    middle = complex((shape[1] - 1) / 2, -(shape[0] - 1) / 2)
    place = middle + (complex(j, -i) - middle) * cmath.exp(-1j * math.radians(angle))
    return -place.imag, place.real


def neighbours(i, j, shape, angle):
    """The up to four weights (row, column) around that place, each with its share."""
    row, column = looks_at(i, j, shape, angle)
    for r in (math.floor(row), math.floor(row) + 1):
        for c in (math.floor(column), math.floor(column) + 1):
            if 0 <= r < shape[0] and 0 <= c < shape[1]:
                yield (r, c), (1 - abs(row - r)) * (1 - abs(column - c))


def roof_at(distance):
    return np.maximum(0, 1 - np.abs(distance))


def looked_at(dy, dx, sin, cos):
    return sin * dx + cos * dy, cos * dx - sin * dy


def sampling_table(
    shape, angle, *, middle=lambda K: (K - 1) / 2, looks=looked_at, back=1, moved=None, roof=roof_at
):
    """Shares (KH, KW, KH, KW): of the last two places in the first two. With one thing exchanged.

    `middle(size)`; `looks(dy, dx, sin, cos)` -> where a place looks, counted from the middle;
    `back`: how often the middle is added again; `moved(rows_or_columns, size)`; `roof(distance)`
    """
    (KH, KW), (sin, cos) = shape, (np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle)))
    my, mx = middle(KH), middle(KW)
    rows, columns = looks(np.arange(KH)[:, None] - my, np.arange(KW) - mx, sin, cos)  # (KH, KW)
    rows, columns = back * my + rows, back * mx + columns
    if moved:
        rows, columns = moved(rows, KH), moved(columns, KW)
    down = roof(rows[:, :, None] - np.arange(KH))
    along = roof(columns[:, :, None] - np.arange(KW))
    return down[:, :, :, None] * along[:, :, None, :]


def to_nearest(places, size):
    return np.round(places)


def in_radians(angle):
    """The angle in degrees whose sine is np.sin(angle)."""
    return np.rad2deg(angle)


def pull(weight, table):
    return np.einsum("ijrc,fkrc->fkij", table, weight).astype(weight.dtype)


def push(grad, table):
    return np.einsum("ijrc,fkij->fkrc", table, grad).astype(grad.dtype)


def shared_out(table):
    """The shares of every place made to add up to 1."""
    total = table.sum(axis=(2, 3), keepdims=True)
    return table / np.where(total > 0, total, 1)
