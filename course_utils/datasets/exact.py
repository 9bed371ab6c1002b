"""Arithmetic for generated images that gives the same bytes on every computer.

NumPy's +, −, × and ÷ on float64 are rounded in one way everywhere. Sines and cosines are not, nor
are sums and matrix products, whose order varies. So angles come from a table that is rounded far
from any tie, and everything that is added up is an integer.
"""

import numpy as np

_UNIT = 1 << 14  # steps between 0 and 1 in the table of sines
_FINE = 1 << 8  # steps between two pixels when images are resampled
TURN = 3600  # angles are whole tenths of a degree


def sine_table() -> np.ndarray:
    """(3600,) float64: sin of 0°, 0.1° … 359.9° in steps of 1/16384, before rounding to them."""
    return np.sin(np.arange(TURN) * (2 * np.pi / TURN)) * _UNIT


_SINE = np.rint(sine_table()) / _UNIT


def sine(angle: np.ndarray) -> np.ndarray:
    """angle int64, tenths of a degree -> float64 of the same shape, a multiple of 1/16384."""
    return _SINE[np.mod(angle, TURN)]


def cosine(angle: np.ndarray) -> np.ndarray:
    """Like `sine`: tenths of a degree -> float64."""
    return _SINE[np.mod(angle + TURN // 4, TURN)]


def turned(x, y, angle) -> tuple[np.ndarray, np.ndarray]:
    """The point (x, y) turned by `angle` about the origin, clockwise where y points down.

    x, y float64 and angle int64 of shapes that broadcast -> x, y float64
    """
    c, s = cosine(angle), sine(angle)
    return c * x - s * y, s * x + c * y


def bilinear(images: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Each image read off between its pixels, with black all around.

    images uint8 (N, H, W); x, y float64 (N, ...), where pixel (i, j) covers y from i to i + 1 and
    x from j to j + 1 -> uint8 (N, ...)
    """
    left, right = _between(x)
    top, below = _between(y)
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))  # the rim also answers for what is far away
    n = np.arange(len(images)).reshape(-1, *[1] * (x.ndim - 1))
    j = np.clip(left, -2, images.shape[2]) + 2
    i = np.clip(top, -2, images.shape[1]) + 2
    total = np.int64(_FINE * _FINE // 2)  # a half, so that the shift rounds
    for di, weight_y in ((0, _FINE - below), (1, below)):
        for dj, weight_x in ((0, _FINE - right), (1, right)):
            total = total + weight_y * weight_x * padded[n, i + di, j + dj]
    return (total >> 16).astype(np.uint8)


def _between(position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last pixel centre before a position, and how far past it, in 256ths: both int64."""
    fine = np.rint((position - 0.5) * _FINE).astype(np.int64)
    return fine >> 8, fine & (_FINE - 1)
