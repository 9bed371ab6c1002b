"""Sampling as tables of shares, of the rows and of the columns, with one thing changed."""

import numpy as np

from course_utils.exercises.nb22_spatial_transformers.looks import to_places


# ----------------------------------------------------- which pixels take part, and with which share
def two_nearest(places):
    """(pixel, share) of the two pixels around each place, the nearer the more."""
    first = np.floor(places)
    yield first, first + 1 - places
    yield first + 1, places - first


def exchanged(places):
    first = np.floor(places)
    yield first, places - first
    yield first + 1, first + 1 - places


def nearest(places):
    yield np.round(places), np.ones_like(places)


def before(places):
    yield np.floor(places), np.ones_like(places)


def cut_off(places):
    """The first pixel by int(), which rounds towards 0: −0.3 becomes 0."""
    first = np.trunc(places)
    yield first, first + 1 - places
    yield first + 1, places - first


def floor_and_ceil(places):
    """The two are the same pixel where a place is at its centre."""
    for pixel in (np.floor(places), np.ceil(places)):
        yield pixel, 1 - np.abs(places - pixel)


def halves(places):
    first = np.floor(places)
    yield first, np.full_like(places, 0.5)
    yield first + 1, np.full_like(places, 0.5)


def rising(places):
    """Not the shares, but by how much they grow per pixel to the right."""
    first = np.floor(places)
    yield first, -np.ones_like(places)
    yield first + 1, np.ones_like(places)


# -------------------------------------------------------------- what becomes of a pixel outside
def left_out(pixel, size):
    return pixel


def at_the_border(pixel, size):
    return pixel.clip(0, size - 1)


def from_the_end(pixel, size):
    """As Python counts: −1 is the last one."""
    return np.where((pixel < 0) & (pixel >= -size), pixel + size, pixel)


def around(pixel, size):
    return pixel % size


def mirrored(pixel, size):
    return np.where(pixel < 0, -1 - pixel, np.where(pixel >= size, 2 * size - 1 - pixel, pixel))


# ------------------------------------------------------------------------------------- the tables
def table(places, size, split=two_nearest, outside=left_out):
    """Shares (N, OH, OW, size) of each row, or each column, in each place."""
    shares = np.zeros((*places.shape, size))
    for pixel, share in split(places):
        shares += share[..., np.newaxis] * (
            outside(pixel, size)[..., np.newaxis] == np.arange(size)
        )
    return shares


def tables(grid, size, *, where=to_places, split=two_nearest, rows=None, outside=left_out,
           moved=None, normal=None):  # fmt: skip
    """Shares of the rows (N, OH, OW, H) and of the columns (N, OH, OW, W).

    where(grid, size): the places in pixels; split for both, `rows` for the rows if it differs;
    moved(places, size): the places changed; normal(shares): the shares changed
    """
    both = []
    for places, count, way in zip(where(grid, size), size, (rows or split, split), strict=True):
        places = moved(places, count) if moved else places
        shares = table(places, count, way, outside)
        both.append(normal(shares) if normal else shares)
    return both


def pull(x, grid, *, keep=None, **change):
    """Each place takes its mixture. keep(grid, size): which places are not left at 0."""
    down, along = tables(grid, x.shape[2:], **change)
    out = np.einsum("nijr,nijc,nkrc->nkij", down, along, x)
    return out if keep is None else out * keep(grid, x.shape[2:])[:, np.newaxis]


def push(grad_out, grid, size, *, keep=None, **change):
    """The same shares in the other direction: each place gives its number back."""
    down, along = tables(grid, size, **change)
    if keep is not None:
        grad_out = grad_out * keep(grid, size)[:, np.newaxis]
    return np.einsum("nijr,nijc,nkij->nkrc", down, along, grad_out)


def distances(grid, size):
    """How far after each row, and each column, a place lies: (N, OH, OW, H), (N, OH, OW, W)."""
    places = to_places(grid, size)
    return [p[..., np.newaxis] - np.arange(count) for p, count in zip(places, size, strict=True)]


OTHER_ROOFS = (
    lambda apart: np.maximum(0, 1 - np.abs(apart)) ** 2,
    lambda apart: np.maximum(0, 1 - np.abs(apart) / 2),
    lambda apart: np.maximum(0, 1 - 2 * np.abs(apart)),
    lambda apart: np.maximum(0, 1 - apart**2),
    lambda apart: np.exp(-(apart**2) / 2),
)


def per_sum(shares):
    """All shares of a place made to add up to 1, if there are any."""
    total = shares.sum(axis=-1, keepdims=True)
    return shares / np.where(total > 0, total, 1)


def inside(grid, size):
    """Whether the place itself is within the edges of the image."""
    return (np.abs(grid) <= 1).all(axis=-1)


def all_four_inside(grid, size):
    row, column = to_places(grid, size)
    return (row >= 0) & (row <= size[0] - 1) & (column >= 0) & (column <= size[1] - 1)
