"""The exercise `occlusion_map` of notebook 12."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="12",
    points=3,
    minutes=20,
    hints=(
        "How many places does a square of `size` have along H pixels, when it moves by `stride`? "
        "It is the formula of every convolution without padding.",
        "For each place (i, j): make a copy of the image, overwrite the square in all channels "
        "with fill, ask score.",
        "The square of place (i, j) is covered[:, top : top + size, left : left + size] with "
        "top = i * stride and left = j * stride. Make the copy inside the loop.",
    ),
    explanation="Each place needs a fresh copy, or the squares pile up. The answer holds the "
    "scores themselves: how much a square has hurt, one sees by comparing with score(image).",
)
def occlusion_map(score, image, size, stride, fill):
    """The score of an image while a square covers part of it, for each place of the square.

    score: takes an image (C, H, W) and gives a number; size: side of the square in pixels; fill:
    what it is filled with, in all channels; its upper left corner visits each `stride`-th row and
    column, as long as the square lies inside
    -> ((H - size) // stride + 1, (W - size) // stride + 1), floats
    """
    _, H, W = image.shape
    scores = np.zeros(((H - size) // stride + 1, (W - size) // stride + 1))
    for i, j in np.ndindex(scores.shape):
        covered = image.copy()
        top, left = i * stride, j * stride
        covered[:, top : top + size, left : left + size] = fill
        scores[i, j] = score(covered)
    return scores


def _total(image):
    return float(image.sum())


def _places_count(image):
    """Each pixel has a weight of its own, and the channels count differently."""
    weights = np.cos(1 + np.arange(image.size)).reshape(image.shape)
    return float((weights * image).sum())


def _loudest_column(image):
    return float((image**2).sum(axis=(0, 1)).max() + 0.1 * image[:, :, -1].sum())


@occlusion_map.cases
def _(rng):
    tiny = 2.0 ** np.arange(12).reshape(1, 3, 4)
    yield case(_total, tiny, 2, 1, 0.0, label="3 × 4 pixels, the score is their sum")
    yield case(_total, tiny, 1, 1, 0.5, label="squares of one pixel, filled with ½")
    image = rng.normal(size=(3, 6, 8))
    yield case(_places_count, image, 2, 2, 0.3, label="three channels, squares side by side")
    yield case(_loudest_column, rng.normal(size=(2, 7, 5)), 3, 1, -0.4, label="squares overlap")
    yield case(_places_count, rng.normal(size=(3, 9, 8)), 4, 3, 1.5,
               label="stride 3, and rows that no square reaches")  # fmt: skip
    yield case(_places_count, rng.normal(size=(2, 6, 9)), 2, 3, 0.2, label="gaps between squares")
    image = rng.normal(size=(8, 7, 3)).astype(np.float32).transpose(2, 0, 1)
    yield case(_places_count, image, 3, 2, 0.7, label="float32, not in memory order")


@occlusion_map.oracle
def _(score, image, size, stride, fill):
    _, H, W = image.shape
    tops = [top for top in range(0, H, stride) if top + size <= H]
    lefts = [left for left in range(0, W, stride) if left + size <= W]
    scores = np.empty((len(tops), len(lefts)))
    for (i, top), (j, left) in ((a, b) for a in enumerate(tops) for b in enumerate(lefts)):
        rows, columns = np.arange(H), np.arange(W)
        inside = ((rows >= top) & (rows < top + size))[:, np.newaxis]
        inside = inside & (columns >= left) & (columns < left + size)  # (H, W)
        scores[i, j] = score(np.where(inside, np.array(fill, image.dtype), image))
    return scores


def _count(side, size, stride):
    return (side - size) // stride + 1


def _cover(image, rows, columns, fill):
    image[:, rows, columns] = fill


def _occlude(score, image, size, stride, fill, *, count=_count, cover=_cover, said=None,
             step=lambda stride, size: stride, back=lambda size: 0, tall=lambda size: size,
             wide=lambda size: size, fills=lambda fill, image: fill, fresh=True, own=True,
             form=lambda scores, before: scores, reverse=False, corner=lambda i, hop, size: i * hop,
             end=None):  # fmt: skip
    """The map with one thing exchanged."""
    _, H, W = image.shape
    hop, before = step(stride, size), score(image)
    scores = np.zeros((count(H, size, hop), count(W, size, hop)))
    canvas = image.copy() if own else image
    for i, j in np.ndindex(scores.shape):
        if fresh is True or (fresh == "row" and j == 0):
            canvas = image.copy()
        covered = canvas
        top, left = corner(i, hop, size) - back(size), corner(j, hop, size) - back(size)
        rows = slice(max(top, 0), max(top + tall(size), 0) if end is None else end(size))
        columns = slice(max(left, 0), max(left + wide(size), 0) if end is None else end(size))
        if reverse:
            rows, columns = columns, rows
        cover(covered, rows, columns, fills(fill, image))
        scores[i, j] = score(covered if said is None else said(image, covered, rows, columns))
    return form(scores, before)


def _keep_only(image, rows, columns, fill):
    inside = image[:, rows, columns].copy()
    image[...] = fill
    image[:, rows, columns] = inside


def _first_channel(image, rows, columns, fill):
    image[0, rows, columns] = fill


def _last_channel(image, rows, columns, fill):
    image[-1, rows, columns] = fill


def _corner_only(image, rows, columns, fill):
    image[:, rows.start, columns.start] = fill


def _brighten(image, rows, columns, fill):
    image[:, rows, columns] += fill


def _wrong_axes(image, rows, columns, fill):
    image[rows, columns] = fill


def _scale(image, rows, columns, fill):
    image[:, rows, columns] *= fill


for name, hint, change in (
    (
        "the squares pile up: the copy is made once, before the loop",
        "When the second square is put down, is the first one gone?",
        {"fresh": False},
    ),
    (
        "the image itself was painted over",
        "`covered = image` is the same array under another name. What does image.copy() do?",
        {"fresh": False, "own": False},
    ),
    (
        "the square is always filled with 0",
        "Where does your code use fill?",
        {"fills": lambda fill, image: 0},
    ),
    (
        "the square is always filled with 1",
        "Where does your code use fill?",
        {"fills": lambda fill, image: 1},
    ),
    (
        "the square was filled with the mean of the image",
        "What does the docstring say the square is filled with?",
        {"fills": lambda fill, image: image.mean()},
    ),
    (
        "fill was added to the square, it did not replace it",
        "Can one still see the image behind the square? Did you write = or += ?",
        {"cover": _brighten},
    ),
    (
        "the square was multiplied by fill, it was not replaced",
        "Can one still see the image behind the square? Did you write = or *= ?",
        {"cover": _scale},
    ),
    (
        "only the first channel was covered",
        "A covered pixel has lost all its colours. Which channels does your slice take?",
        {"cover": _first_channel},
    ),
    (
        "only the last channel was covered",
        "A covered pixel has lost all its colours. Which channels does your slice take?",
        {"cover": _last_channel},
    ),
    (
        "everything was covered but the square",
        "Is the square what one cannot see, or a window through which one sees?",
        {"cover": _keep_only},
    ),
    (
        "only the corner of the square was covered",
        "How many pixels has a square of side 3?",
        {"cover": _corner_only},
    ),
    (
        "the square is one pixel too large",
        "How many entries has a slice from 2 to 2 + size?",
        {"tall": lambda size: size + 1, "wide": lambda size: size + 1},
    ),
    (
        "whole rows were covered",
        "Where does your slice of the columns end?",
        {"wide": lambda size: 10**6, "back": lambda size: 0},
    ),
    (
        "whole columns were covered",
        "Where does your slice of the rows end?",
        {"tall": lambda size: 10**6},
    ),
    (
        "the stride was not used: the square visits every pixel",
        "Where does your code use the stride?",
        {"step": lambda stride, size: 1},
    ),
    (
        "the square moves by its own size, not by the stride",
        "By how many pixels does the square move?",
        {"step": lambda stride, size: size},
    ),
    (
        "the last place is missing in each direction",
        "A square of 2 in 3 pixels has two places. What does your formula give?",
        {"count": lambda side, size, stride: max((side - size) // stride, 0)},
    ),
    (
        "the loops end too early: range(0, H - size, stride) leaves out its end",
        "A square of 2 in 3 pixels: may it begin at pixel 1? What does range(0, 3 − 2) give?",
        {"count": lambda side, size, stride: -(-(side - size) // stride)},
    ),
    (
        "as many places were counted as if the square had one pixel: H // stride",
        "*As long as the square lies inside*: where does the last one begin?",
        {"count": lambda side, size, stride: side // stride},
    ),
    (
        "the axis of the channels was forgotten: rows of the slice are channels",
        "An image is (C, H, W). Which axis does the first slice in covered[…] take?",
        {"cover": _wrong_axes},
    ),
    (
        "nothing was covered: each entry is the score of the whole image",
        "Which array do you give to score? And did you write = fill, not == fill?",
        {"form": lambda scores, before: np.full(scores.shape, before)},
    ),
    (
        "the score of the square alone was taken, not that of the image with the square in it",
        "What does score take: a whole image, or a piece of it?",
        {"said": lambda image, covered, rows, columns: image[:, rows, columns]},
    ),
    (
        "in the slice rows and columns have changed places",
        "covered[:, rows, columns]: does i move your square downwards, or to the right?",
        {"reverse": True},
    ),
    (
        "the corner stands at i · size: the number of places is right, the places are not",
        "By how many pixels does the square move from place 0 to place 1?",
        {"corner": lambda i, hop, size: i * size},
    ),
    (
        "the squares of a row pile up: a copy is made for each row only",
        "When the second square of a row is put down, is the first one gone?",
        {"fresh": "row"},
    ),
    (
        "the square is one pixel too small",
        "How many entries has a slice from 2 to 2 + size − 1?",
        {"tall": lambda size: size - 1, "wide": lambda size: size - 1},
    ),
    (
        "the slices end at size, not at top + size and left + size",
        "Which entries has the slice 4 : 2?",
        {"end": lambda size: size},
    ),
    (
        "the score of the whole image was subtracted",
        "What is asked for: the score with the square, or by how much it has changed?",
        {"form": lambda scores, before: scores - before},
    ),
    (
        "squares that stick out were counted, too",
        "*As long as the square lies inside*: how many places has a square of 2 in 3 pixels?",
        {"count": lambda side, size, stride: -(-side // stride)},
    ),
    (
        "the square has its middle, not its corner, at the place it visits",
        "Which pixel of the square lies at (i · stride, j · stride)?",
        {"back": lambda size: size // 2},
    ),
    (
        "the drop was returned, not the score",
        "What is asked for: the score with the square, or how much it has lost?",
        {"form": lambda scores, before: before - scores},
    ),
    (
        "the scores were divided by the score of the whole image",
        "What is asked for: the score with the square, or what share is left of it?",
        {"form": lambda scores, before: scores / before},
    ),
    (
        "the scores are whole numbers: what comes after the point is cut off",
        "Which dtype has your array of zeros? Are scores whole numbers?",
        {"form": lambda scores, before: scores.astype(int)},
    ),
    (
        "the scores were stretched to 0 … 1",
        "That is for a picture. What are the scores themselves?",
        {"form": lambda s, before: (s - s.min()) / (s.max() - s.min() or 1)},
    ),
    (
        "rows and columns of the map have changed places",
        "Entry (i, j): i counts rows. Which of your loops runs over rows?",
        {"form": lambda scores, before: scores.T},
    ),
    (
        "the map came back as a single row of numbers",
        "How many rows and columns of places are there? What does reshape do?",
        {"form": lambda scores, before: scores.ravel()},
    ),
):  # fmt: skip
    occlusion_map.mistake(name, hint=hint)(partial(_occlude, **change))


@occlusion_map.mistake(
    "the square's corner moves by one pixel: i and j were not multiplied by the stride",
    hint="Place (0, 1) of the map: in which column of the image does its square begin?",
)
def _(score, image, size, stride, fill):
    _, H, W = image.shape
    scores = np.zeros((_count(H, size, stride), _count(W, size, stride)))
    for i, j in np.ndindex(scores.shape):
        covered = image.copy()
        covered[:, i : i + size, j : j + size] = fill
        scores[i, j] = score(covered)
    return scores


@occlusion_map.mistake(
    "the last places were never visited and stayed 0: range(0, H - size, stride) leaves out its "
    "end",
    hint="How many places does your map have, and up to which one do your loops run?",
)
def _(score, image, size, stride, fill):
    scores = _occlude(score, image, size, stride, fill)
    for axis in (0, 1):
        visited = len(range(0, image.shape[axis + 1] - size, stride))
        scores[(slice(None),) * axis + (slice(visited, None),)] = 0
    return scores
