"""Handwritten digits on a canvas full of pieces of other digits: find the digit, and name it."""

import numpy as np

from course_utils.datasets.cache import Arrays
from course_utils.datasets.core import DataSet, Split
from course_utils.datasets.embedded import mnist_5k
from course_utils.datasets.exact import bilinear, turned
from course_utils.datasets.generated import STANDARD, Count, three_parts
from course_utils.datasets.scenes import Scenes, boxes_around

SMALLEST = 48  # a canvas on which the largest digit, turned, has room
INK = 76  # a pixel brighter than this belongs to the digit
SCALE = (80, 160)  # in hundredths
ANGLE = (-300, 300)  # in tenths of a degree, clockwise
FRAGMENTS = (6, 10)
PIECE = 8  # side of a fragment
ENOUGH = 16  # of a fragment's 64 pixels are ink
AT_ONCE = 250  # canvases that are drawn together, so that the arrays fit a small memory


def cluttered_digits(size: int = 64, count: Count = STANDARD, seed: int = 0) -> DataSet:
    """Digits of `mnist_5k`, each among 6 to 10 fragments of others, with its place.

    The digit is scaled by 0.8 to 1.6, turned by up to 30° either way and lies anywhere, whole. The
    three parts are `Scenes` with images uint8 (N, 1, size, size), made of the digits of the same
    part of `mnist_5k` (the test digits are used twice at the standard count), classes in turn.

    Equal arguments give equal bytes on every computer. Raises CourseError for a canvas smaller
    than 48 or another count or seed than makes sense.
    """
    digits = mnist_5k()

    def draw(part: str, n: int, rng: np.random.Generator) -> Arrays:
        return _scenes(getattr(digits, part), size, n, rng)

    parts = three_parts("cluttered_digits", draw, count, seed, size, smallest=SMALLEST)
    scenes = (Scenes(**arrays) for arrays in parts)
    return DataSet("cluttered_digits", *scenes, class_names=digits.class_names)


def _scenes(digits: Split, size: int, n: int, rng: np.random.Generator) -> Arrays:
    """The fields of `Scenes`; canvas i shows digit i, from the start again when they run out."""
    chosen = np.arange(n) % len(digits)
    source = digits.images[:, 0]  # (M, 28, 28)
    place = _places(source[chosen], size, rng)
    drawn = _draw(source[chosen], size, place)  # (N, size, size)
    masks = drawn > INK
    canvases = np.maximum(drawn, _clutter(source, chosen, masks, rng))
    return {
        "images": canvases[:, np.newaxis],
        "labels": digits.labels[chosen],
        "boxes": boxes_around(masks),
        "corners": _corners(place).astype(np.float32),
        "masks": masks,
    }


def _places(digits: np.ndarray, size: int, rng: np.random.Generator) -> Arrays:
    """How each digit lies on its canvas, so that the whole of its turned ink box is on it.

    digits uint8 (N, 28, 28) -> `angle` int64 (N,); `scale` float64 (N,); float64 (N, 2), x and y:
    `centre` of the ink in the digit, `half` its width and height, `target` of the centre
    """
    n = len(digits)
    angle = rng.integers(ANGLE[0], ANGLE[1] + 1, size=n)
    scale = rng.integers(SCALE[0], SCALE[1] + 1, size=n) / 100
    box = boxes_around(digits > INK).astype(np.float64)
    centre, half = (box[:, 2:] + box[:, :2]) / 2, (box[:, 2:] - box[:, :2]) / 2
    place = {"angle": angle, "scale": scale, "centre": centre, "half": half, "target": 0.0}
    reach = np.ceil(4 * _corners(place).max(axis=1)).astype(np.int64)  # (N, 2), in quarter pixels
    return {**place, "target": rng.integers(reach, 4 * size - reach, endpoint=True) / 4}


def _corners(place: Arrays) -> np.ndarray:
    """float64 (N, 4, 2): the corners of the ink box on the canvas, clockwise from upper left."""
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    own = signs * (place["scale"][:, np.newaxis] * place["half"])[:, np.newaxis]  # (N, 4, 2)
    x, y = turned(own[..., 0], own[..., 1], place["angle"][:, np.newaxis])
    target = np.broadcast_to(place["target"], place["half"].shape)
    return np.stack([x, y], axis=2) + target[:, np.newaxis]


def _draw(digits: np.ndarray, size: int, place: Arrays) -> np.ndarray:
    """digits uint8 (N, 28, 28) -> uint8 (N, size, size), scaled, turned and put in their places."""
    canvases = np.empty((len(digits), size, size), dtype=np.uint8)
    for start in range(0, len(digits), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        angle, scale, centre, target = (
            place[key][some].reshape(-1, *place[key].shape[1:], 1, 1)
            for key in ("angle", "scale", "centre", "target")
        )
        pixel = np.arange(size) + 0.5
        x, y = pixel - target[:, 0], pixel[:, np.newaxis] - target[:, 1]
        x, y = turned(x, y, -angle)  # (some, size, size): from the canvas back to the digit
        canvases[some] = bilinear(digits[some], x / scale + centre[:, 0], y / scale + centre[:, 1])
    return canvases


def _clutter(source, chosen, masks, rng: np.random.Generator) -> np.ndarray:
    """Canvases with 6 to 10 fragments of digits other than the one that lies there.

    source uint8 (M, 28, 28); chosen int64 (N,), the digit of each canvas; masks bool (N, H, W), its
    pixels -> uint8 (N, H, W). Of two random places a fragment takes the one that hides less of the
    digit, so that the digits stay readable.
    """
    n, size = len(masks), masks.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(source, (PIECE, PIECE), axis=(1, 2))
    candidates = np.argwhere(_ink_in_pieces(source) >= ENOUGH)  # digit, row, column
    pick = rng.integers(len(candidates), size=(n, FRAGMENTS[1]))
    behind = np.searchsorted(candidates[:, 0], chosen, side="right") % len(candidates)
    own = candidates[pick, 0] == chosen[:, np.newaxis]
    pick = np.where(own, behind[:, np.newaxis], pick)  # a piece of the next digit instead
    number = rng.integers(FRAGMENTS[0], FRAGMENTS[1] + 1, size=n)
    tries = rng.integers(size - PIECE + 1, size=(n, FRAGMENTS[1], 2, 2))  # x, y of two places
    canvases = np.zeros(masks.shape, dtype=np.uint8)
    for k in range(FRAGMENTS[1]):
        on = np.flatnonzero(k < number)
        digit, row, column = candidates[pick[on, k]].T
        corner = _freer(masks, on, tries[on, k])
        _paste(canvases, on, corner, windows[digit, row, column])
    return canvases


def _ink_in_pieces(source: np.ndarray) -> np.ndarray:
    """How many pixels are ink in the piece that starts at each pixel.

    source uint8 (M, H, W) -> int16 (M, H - 7, W - 7)
    """
    total = (source > INK).astype(np.int16)
    for axis in (1, 2):
        total = np.moveaxis(total, axis, 0)
        shifts = (total[k : len(total) - PIECE + 1 + k] for k in range(PIECE))
        total = np.moveaxis(sum(shifts), 0, axis)
    return total


def _freer(masks: np.ndarray, on: np.ndarray, tries: np.ndarray) -> np.ndarray:
    """The place where a fragment hides less of the digit: tries (K, 2, 2), x and y -> (K, 2)."""
    windows = np.lib.stride_tricks.sliding_window_view(masks, (PIECE, PIECE), axis=(1, 2))
    hidden = windows[on[:, np.newaxis], tries[..., 1], tries[..., 0]].sum(axis=(2, 3))  # (K, 2)
    return tries[np.arange(len(on)), hidden.argmin(axis=1)]


def _paste(canvases: np.ndarray, on: np.ndarray, corner: np.ndarray, pieces: np.ndarray) -> None:
    """Lay pieces[k], (8, 8), onto canvas on[k] at corner[k] = x, y; the brighter pixel wins."""
    side = np.arange(PIECE)
    where = (
        on[:, np.newaxis, np.newaxis],
        corner[:, 1, np.newaxis, np.newaxis] + side[:, np.newaxis],
        corner[:, 0, np.newaxis, np.newaxis] + side,
    )
    canvases[where] = np.maximum(canvases[where], pieces)
