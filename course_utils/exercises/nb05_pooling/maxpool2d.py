"""The exercise `maxpool2d` of notebook 05."""

from functools import partial
from types import SimpleNamespace

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb05_pooling.windows import (
    out_size,
    pooling_cases,
    rows_and_columns,
    windows,
)
from course_utils.exercises.slips import exchanged, first_only, ignored, reordered, square


@exercise(
    notebook="05",
    points=3,
    minutes=25,
    returns=("out", "positions"),
    hints=(
        "Begin with padding 0 and a loop over the places (i, j) of the output. Where does window "
        "(i, j) start?",
        "window.reshape(N, C, KH * KW).argmax(axis=2) is the winner's place k inside the window, "
        "for all images and channels at once. Its row there is k // KW, its column k % KW.",
        "The winner's row in the map is where the window starts, plus the row inside the window. "
        "With padding the window starts up to P pixels outside: take P away again.",
        "np.pad with constant_values=-np.inf: padding must never win. −∞ is a float, so x must be "
        "one, too: x.astype(float).",
    ),
    explanation="Every window is laid out as a row of KH·KW numbers; argmax gives the first of the "
    "largest. k // KW and k % KW are its row and column inside the window, the window's corner "
    "leads to the map, and − P undoes the padding. The numbers in the padding are −∞, so "
    "a pixel wins.",
)
def maxpool2d(x, kernel_size, stride, padding=0):
    """The largest number of every window, and its position row * W + column in its map of x.

    x (N, C, H, W), kernel_size (KH, KW) -> out, positions, both (N, C, OH, OW);
    positions are whole numbers (dtype int)
    """
    (N, C, H, W), (KH, KW), P = x.shape, kernel_size, padding
    pairs = (0, 0), (0, 0), (P, P), (P, P)
    padded = np.pad(x.astype(float), pairs, constant_values=-np.inf)  # −∞ is a float
    OH, OW = (H + 2 * P - KH) // stride + 1, (W + 2 * P - KW) // stride + 1
    out, positions = np.zeros((N, C, OH, OW)), np.zeros((N, C, OH, OW), int)
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        window = padded[:, :, top : top + KH, left : left + KW].reshape(N, C, KH * KW)
        k = window.argmax(axis=2)  # (N, C): the first of the largest
        row, column = top + k // KW - P, left + k % KW - P
        out[:, :, i, j] = window.max(axis=2)
        positions[:, :, i, j] = row * W + column
    return out, positions


@maxpool2d.cases
def _(rng):
    for x, *settings, label in pooling_cases(rng, "one small map, two windows"):
        if x.dtype.kind == "f":  # −∞ in the padding of whole numbers fails loudly by itself
            yield case(x, *settings, label=label)
    negative = -1.0 - np.arange(6).reshape(1, 1, 2, 3)
    yield case(negative, (2, 2), 2, 1, label="one small map of negative numbers, padding 1")
    yield case(np.full((1, 1, 3, 4), 7.0), (2, 2), 2, 1, label="all numbers equal, padding 1")
    few = rng.integers(-1, 2, size=(2, 2, 6, 7)).astype(float)
    yield case(few, (3, 2), 2, 1, label="many numbers are equal: the first in row order wins")
    huge = -1e12 * (1 + rng.random((1, 2, 3, 4)))
    yield case(huge, (2, 3), 1, 1, label="numbers around −1,000,000,000,000, padding 1")


@maxpool2d.groups({"no padding": 2, "padding": 1})
def _(x, kernel_size, stride, padding):
    return "no padding" if padding == 0 else "padding"


@maxpool2d.oracle
def _(x, kernel_size, stride, padding):
    out = np.zeros(out_size(x, kernel_size, stride, padding), x.dtype)
    positions = np.zeros(out.shape, int)
    for (n, c, i, j), inside in windows(x, kernel_size, stride, padding):
        row, column = max(inside, key=lambda place: x[n, c, *place])
        out[n, c, i, j], positions[n, c, i, j] = x[n, c, row, column], row * x.shape[3] + column
    return out, positions


@maxpool2d.view
def _(answer, x, kernel_size, stride, padding):
    out, positions = np.asarray(answer[0]), np.asarray(answer[-1])
    swapped = out.dtype.kind == "i"  # (positions, out): that has a name of its own
    if positions.dtype.kind == "f" and not swapped and not np.isnan(positions).any():
        raise TypeError(
            "positions serve as an index later, so they must be whole numbers; "
            "np.zeros(shape, int) makes an array of them"
        )
    return answer


def _maxpool(
    x, kernel_size, stride, padding=0, *, fill=-np.inf, size=None, sizes=None, shift=None,
    start=None, sides=(1, 1), window=None, value=None, winner=None, place=None, dtype=float,
):  # fmt: skip
    """Max pooling with one thing changed.

    fill(x): the number in the border; sides: how often the padding goes before and after;
    size(full, K, S): the output's; sizes(OH, OW); shift(i, S): where window i is cut out, and
    start(i, j, S, KH, KW): where it is cut out and taken to be; window(KH, KW): its size in the
    slices; value(window) and winner(window)
    of (N, C, KH·KW); place(s): the position from all that is known of a winner
    """
    (N, C, H, W), (KH, KW), P, S = x.shape, kernel_size, padding, stride
    border = fill(x) if callable(fill) else fill
    padded = np.pad(x, rows_and_columns(*(P * side for side in sides)), constant_values=border)
    size = size or (lambda full, K, S: (full - K) // S + 1)
    shape = size(H + 2 * P, KH, S), size(W + 2 * P, KW, S)
    shape = N, C, *(sizes(*shape) if sizes else shape)
    out, positions = np.zeros(shape, dtype), np.zeros(shape, int)
    tall, wide = window(KH, KW) if window else (KH, KW)
    for i, j in np.ndindex(shape[2:]):
        first = start(i, j, S, KH, KW) if start else (i * S, j * S)
        top, left = (shift(i, S), shift(j, S)) if shift else first
        cut = padded[:, :, top : top + tall, left : left + wide]
        width, cut = cut.shape[3], cut.reshape(N, C, -1)
        k = winner(cut) if winner else cut.argmax(axis=2)
        row, column = first[0] + k // width - P, first[1] + k % width - P
        known = SimpleNamespace(
            i=i, j=j, k=k, row=row, column=column, C=C, H=H, W=W, KH=KH, KW=KW, P=P, OW=shape[3]
        )
        out[:, :, i, j] = value(cut) if value else cut.max(axis=2)
        positions[:, :, i, j] = place(known) if place else row * W + column
    return out, positions


maxpool2d.mistake(
    "the padding was filled with zeros, and among negative numbers a zero wins",
    hint="Pool a map of nothing but −1 with padding 1. Which number should come out at the corner?",
)(partial(_maxpool, fill=0.0))


maxpool2d.mistake(
    "the padding was filled with −1, and among smaller numbers it wins",
    hint="Which number is smaller than all others, whatever the map holds?",
)(partial(_maxpool, fill=-1.0))


maxpool2d.mistake(
    "the padding was filled with a large negative number, and a larger one was in the map",
    hint="Which number is smaller than all others, whatever the map holds?",
)(partial(_maxpool, fill=-1e9))


maxpool2d.mistake(
    "the padding was filled with the smallest number of x: it ties with that pixel, and may win",
    hint="Where two numbers are equal, the first one wins. Which number can never win?",
)(partial(_maxpool, fill=lambda x: x.min()))


maxpool2d.mistake(
    "the positions are places inside the window, not in the map",
    hint="The second window starts further right. Can its winner have the same position as the "
    "first one's?",
)(partial(_maxpool, place=lambda s: s.k))


maxpool2d.mistake(
    "the positions are counted in the padded map, not in x",
    hint="With padding 1, the first pixel of x sits at row 1 and column 1 of the padded map. Which "
    "position should it have, and how wide is a row of x?",
)(partial(_maxpool, place=lambda s: (s.row + s.P) * (s.W + 2 * s.P) + s.column + s.P))


maxpool2d.mistake(
    "the padding was not taken away from the row and the column of the winner",
    hint="With padding 1, does the first window start at row 0 of x, or one row above it?",
)(partial(_maxpool, place=lambda s: (s.row + s.P) * s.W + s.column + s.P))


maxpool2d.mistake(
    "the padding was taken away from the row of the winner, but not from its column",
    hint="With padding 1, does the first window start at column 0 of x, or one column before it?",
)(partial(_maxpool, place=lambda s: s.row * s.W + s.column + s.P))


maxpool2d.mistake(
    "of equal numbers the last one wins, not the first",
    hint="In a window of equal numbers, which one is the winner? Did you compare with >= where > "
    "is meant?",
)(partial(_maxpool, winner=lambda w: w.shape[2] - 1 - w[:, :, ::-1].argmax(axis=2)))


maxpool2d.mistake(
    "one winner was found for all maps together: argmax without an axis",
    hint="w.argmax() looks at all numbers of the array. Which axis should it look along?",
)(partial(_maxpool, winner=lambda w: w.argmax()))


maxpool2d.mistake(
    "rows were counted with the height of the map: row * H + column",
    hint="How many pixels do you pass on the way from one row to the next: H or W?",
)(partial(_maxpool, place=lambda s: s.row * s.H + s.column))


maxpool2d.mistake(
    "rows were counted with the width of the output: row * OW + column",
    hint="Is the position a place in x, or in out? How wide is that map?",
)(partial(_maxpool, place=lambda s: s.row * s.OW + s.column))


maxpool2d.mistake(
    "row and column were exchanged: column * W + row",
    hint="Position 1 is the second pixel of the first row. What is its column, and what is yours?",
)(partial(_maxpool, place=lambda s: s.column * s.W + s.row))


maxpool2d.mistake(
    "the stride is missing in the positions: window (i, j) starts at row i·S, not i",
    hint="With stride 2, in which row of the map does the second window start?",
)(partial(_maxpool, place=lambda s: (
    (s.i - s.P + s.k // s.KW) * s.W + s.j - s.P + s.k % s.KW
)))  # fmt: skip


maxpool2d.mistake(
    "the positions go on counting from one channel to the next",
    hint="Every map starts with position 0. What is the first position in your second channel?",
)(partial(_maxpool, place=lambda s: (np.arange(s.C) * s.H + s.row) * s.W + s.column))


maxpool2d.mistake(
    "row and column inside the window were found with KH instead of KW",
    hint="A window of 3 × 2 is laid out row by row. Where does its second row begin: at 2 or at 3?",
)(partial(_maxpool, place=lambda s: (
    (s.row - s.k // s.KW + s.k // s.KH) * s.W + s.column - s.k % s.KW + s.k % s.KH
)))  # fmt: skip


maxpool2d.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="With stride 2, at which row of the padded map does the second window start?",
)(partial(_maxpool, shift=lambda i, S: i))


maxpool2d.mistake(
    "windows that stick out over the edge were kept",
    hint="A map of 7 rows, windows of 3, stride 3: how many windows fit in completely?",
)(partial(_maxpool, size=lambda full, K, S: -(-full // S)))


maxpool2d.mistake(
    "the + 1 is missing in the size of the output",
    hint="A window of 3 on a map of 3 rows: how many places, 0 or 1?",
)(partial(_maxpool, size=lambda full, K, S: (full - K) // S))


maxpool2d.mistake(
    "out holds whole numbers only: what comes after the point is cut off",
    hint="The positions are whole numbers. Are the pooled numbers?",
)(partial(_maxpool, dtype=int))


maxpool2d.mistake(
    "the mean of each window was taken, not the largest number",
    hint="Which number of the window should be kept?",
)(partial(_maxpool, value=lambda w: w.mean(axis=2)))


def _farthest(window):
    return np.abs(window).argmax(axis=2)


def _with_its_sign(window):
    return np.take_along_axis(window, _farthest(window)[:, :, np.newaxis], axis=2)[:, :, 0]


maxpool2d.mistake(
    "the largest absolute value was taken",
    hint="Which is larger, −5 or 2?",
    also=(
        partial(_maxpool, value=lambda w: np.abs(w).max(axis=2), winner=_farthest),
        partial(_maxpool, value=lambda w: np.abs(w).max(axis=2), winner=_farthest, fill=0.0),
        partial(_maxpool, value=lambda w: np.abs(w).max(axis=2), fill=0.0),
    ),
)(partial(_maxpool, value=lambda w: np.abs(w).max(axis=2)))


maxpool2d.mistake(
    "the smallest number was taken, not the largest",
    hint="Which number of a window wins?",
)(partial(
    _maxpool, fill=np.inf, value=lambda w: w.min(axis=2), winner=lambda w: w.argmin(axis=2)
))  # fmt: skip


maxpool2d.mistake(
    "the number that is farthest from 0 was taken, with its sign",
    hint="Which is larger, −5 or 2?",
    also=(partial(_maxpool, value=_with_its_sign, winner=_farthest, fill=0.0),),
)(partial(_maxpool, value=_with_its_sign, winner=_farthest))


@maxpool2d.mistake(
    "the search for the largest number starts from 0, so that negative numbers never win",
    hint="What is `best` before the first pixel? Which start loses against any pixel?",
)
def _(x, kernel_size, stride, padding=0):
    out = np.zeros(out_size(x, kernel_size, stride, padding))
    positions = np.zeros(out.shape, int)
    for place, inside in windows(x, kernel_size, stride, padding):
        for row, column in inside:
            if x[(*place[:2], row, column)] > out[place]:
                out[place] = x[(*place[:2], row, column)]
                positions[place] = row * x.shape[3] + column
    return out, positions


maxpool2d.slip(
    ignored("padding", 0),
    "the padding was left out",
    hint="Does your output size know about the padding, and did you pad x?",
)

maxpool2d.slip(
    exchanged("kernel_size"),
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)

maxpool2d.slip(
    reordered(1, 0),
    "the two parts come in the wrong order: positions first",
    hint="The docstring says out, positions. What do you return first?",
    whole=True,
)

maxpool2d.slip(
    square("kernel_size"),
    also=(
        square("kernel_size", 1),
        partial(_maxpool, window=lambda KH, KW: (KH, KH)),
    ),
)


maxpool2d.mistake(
    "the output was taken to be as wide as it is high",
    hint="A map of 3 rows and 5 columns: has the output as many columns as rows?",
)(partial(_maxpool, sizes=lambda OH, OW: (OH, OH)))


maxpool2d.mistake(
    "OH and OW were exchanged",
    hint="Which axis of x are its rows? So from which sizes does OH come, and from which OW?",
)(partial(_maxpool, sizes=lambda OH, OW: (OW, OH)))


maxpool2d.mistake(
    "the stride was taken to be the size of the window",
    hint="Windows may overlap, or leave gaps. Which number says how far apart they are?",
    also=(
        partial(_maxpool, start=lambda i, j, S, KH, KW: (i * KH, j * KW)),
        partial(_maxpool, size=lambda full, K, S: full // K),
    ),
)(partial(
    _maxpool, size=lambda full, K, S: (full - K) // K + 1,
    start=lambda i, j, S, KH, KW: (i * KH, j * KW),
))  # fmt: skip


maxpool2d.mistake(
    "the window of output (i, j) starts at row j·S and column i·S",
    hint="Which of i and j counts the rows of the output? So with which of the two does the window "
    "move down the map?",
)(partial(_maxpool, start=lambda i, j, S, KH, KW: (j * S, i * S)))


@maxpool2d.mistake(
    "the position was looked up by its value in the whole map, where an equal number came first",
    hint="Two windows have the same largest number, each in another pixel. Which place does your "
    "search find?",
)
def _(x, kernel_size, stride, padding=0):
    out, positions = maxpool2d.reference(x, kernel_size, stride, padding)
    for place in np.ndindex(out.shape):
        positions[place] = np.flatnonzero(x[place[:2]] == out[place])[0]
    return out, positions


for name, hint, sides in (
    (
        "all of the padding was put at the upper and left edge",
        "In np.pad the pair (P, P) means P before and P after. What does (2 * P, 0) mean?",
        (2, 0),
    ),
    (
        "all of the padding was put at the lower and right edge",
        "In np.pad the pair (P, P) means P before and P after. What does (0, 2 * P) mean?",
        (0, 2),
    ),
):
    maxpool2d.mistake(name, hint=hint)(partial(_maxpool, sides=sides))


maxpool2d.slip(
    first_only("x"),
    hint="How many images are there? Where does your code use the others?",
    also=(lambda x, *settings: maxpool2d.reference(np.broadcast_to(x[:1], x.shape), *settings),),
)


for name, hint, place in (
    (
        "the positions are numbers of windows: i · OW + j",
        "Does the position say which window it was, or which pixel has won it?",
        lambda s: 0 * s.k + s.i * s.OW + s.j,
    ),
    (
        "the positions are the corners of the windows, whoever has won",
        "Which pixel of the window has the largest number? What does argmax say?",
        lambda s: s.row * s.W + s.column - s.k // s.KW * s.W - s.k % s.KW,
    ),
    (
        "k was added to the corner of the window, as if the window were one row of the map",
        "In a window of 2 × 3, place 3 is the first one of the second row. How far from the corner "
        "does it lie in the map?",
        lambda s: s.row * s.W + s.column - s.k // s.KW * s.W - s.k % s.KW + s.k,
    ),
):
    maxpool2d.mistake(name, hint=hint)(partial(_maxpool, place=place))
