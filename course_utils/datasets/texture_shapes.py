"""Ten classes of small colour pictures that only a look at shape and texture tells apart."""

import numpy as np

from course_utils.datasets.cache import Arrays
from course_utils.datasets.core import DataSet, Split
from course_utils.datasets.exact import TURN, turned
from course_utils.datasets.generated import STANDARD, Count, three_parts

OUTLINES = ("disc", "ring", "square", "triangle", "cross")
TEXTURES = ("striped", "checked")
CLASSES = tuple(f"{texture} {outline}" for outline in OUTLINES for texture in TEXTURES)
SIZE = 32
RADIUS = (42, 58)  # in quarter pixels
PERIOD = (16, 24)  # of the texture: two stripes, in quarter pixels
NOISE = 16  # the largest change of a pixel
AT_ONCE = 500  # pictures that are drawn together


def shapes(count: Count = STANDARD, seed: int = 0) -> DataSet:
    """Striped or checked discs, rings, squares, triangles and crosses, 32×32, in any colours.

    Images uint8 (N, 3, 32, 32), labels int64 (N,), classes in turn. Every figure has its own place,
    size and direction, and every channel may be light on dark or dark on light, so the mean picture
    of a class shows nothing: a linear model is hardly better than a guess, a small convolutional
    network is nearly always right.

    Equal arguments give equal bytes on every computer. Raises CourseError for a count or seed
    that makes no sense.
    """

    def draw(part: str, n: int, rng: np.random.Generator) -> Arrays:
        labels = np.arange(n, dtype=np.int64) % len(CLASSES)
        return {"images": _draw(labels, rng), "labels": labels}

    parts = three_parts("shapes", draw, count, seed, SIZE)
    return DataSet("shapes", *(Split(**arrays) for arrays in parts), class_names=CLASSES)


def _draw(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """labels (N,) -> uint8 (N, 3, 32, 32)."""
    n = len(labels)
    radius = rng.integers(*RADIUS, size=n, endpoint=True)
    period = rng.integers(*PERIOD, size=n, endpoint=True)
    angle = rng.integers(TURN, size=n)
    centre = rng.integers(radius[:, np.newaxis], 4 * SIZE - radius[:, np.newaxis], size=(n, 2))
    weights = np.empty((n, 3, SIZE, SIZE), dtype=np.int64)
    for start in range(0, n, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        weights[some] = _layers(
            labels[some], radius[some] / 4, period[some] / 4, angle[some], centre[some] / 4
        )
    return _coloured(weights, rng)


def _layers(labels, radius, period, angle, centre) -> np.ndarray:
    """How many quarters of each pixel are ground, first and second colour: int64 (N, 3, 32, 32).

    labels, radius, period, angle (N,); centre (N, 2): x, y in pixels
    """
    point = (np.arange(2 * SIZE) + 0.5) / 2  # four points in each pixel
    x = point - centre[:, 0, np.newaxis, np.newaxis]
    y = point[:, np.newaxis] - centre[:, 1, np.newaxis, np.newaxis]
    u, v = turned(x, y, -angle[:, np.newaxis, np.newaxis])  # (N, 64, 64), the figure's own axes
    outline, texture = np.divmod(labels, len(TEXTURES))
    inside = _inside(outline, u, v, radius)
    half = period[:, np.newaxis, np.newaxis] / 2
    stripes = np.floor(v / half).astype(np.int64)
    across = np.floor(u / half).astype(np.int64) * (texture == 1)[:, np.newaxis, np.newaxis]
    second = (stripes + across) % 2 == 1
    points = np.stack([~inside, inside & ~second, inside & second], axis=1)  # (N, 3, 64, 64)
    return points.reshape(len(labels), 3, SIZE, 2, SIZE, 2).sum(axis=(3, 5), dtype=np.int64)


def _inside(outline: np.ndarray, u, v, radius: np.ndarray) -> np.ndarray:
    """Which points lie in the figure. outline, radius (N,); u, v (N, H, W) -> bool (N, H, W)."""
    inside = np.empty(u.shape, dtype=bool)
    for number, name in enumerate(OUTLINES):
        some = outline == number
        r = radius[some, np.newaxis, np.newaxis]
        inside[some] = _FIGURES[name](u[some] / r, v[some] / r)
    return inside


_FIGURES = {  # all of them in the circle of radius 1
    "disc": lambda u, v: u * u + v * v < 0.81,
    "ring": lambda u, v: abs(u * u + v * v - 0.65) < 0.35,
    "square": lambda u, v: np.maximum(abs(u), abs(v)) < 0.75,
    "triangle": lambda u, v: (v < 0.5) & (1.75 * abs(u) - v < 1),
    "cross": lambda u, v: (np.minimum(abs(u), abs(v)) < 0.3) & (np.maximum(abs(u), abs(v)) < 0.95),
}


def _coloured(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """weights int64 (N, 3, H, W), quarters of ground and two colours -> uint8 (N, 3, H, W).

    In each channel the ground is darkest and the second colour brightest, or the other way round.
    """
    n = len(weights)
    tones = np.stack(
        [rng.integers(lo, hi, size=(n, 3)) for lo, hi in ((0, 70), (90, 130), (190, 256))]
    )
    mirror = rng.integers(2, size=(n, 3)).astype(bool)
    tones = np.where(mirror, 255 - tones, tones)[..., np.newaxis, np.newaxis]  # (3, N, 3, 1, 1)
    images = sum(weights[:, k, np.newaxis] * tones[k] for k in range(3)) // 4  # (N, 3, H, W)
    images = images + rng.integers(-NOISE, NOISE + 1, size=images.shape)
    return np.clip(images, 0, 255).astype(np.uint8)
