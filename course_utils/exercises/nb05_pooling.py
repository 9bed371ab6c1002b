"""Exercises of notebook 05: max pooling and mean pooling, forwards and backwards."""

from functools import partial
from types import SimpleNamespace

import numpy as np

from course_utils.exercises.core import case, exercise


def _pooling_cases(rng, label_of_first):
    """(x, kernel_size, stride, padding) and a label: what every pooling function must survive."""
    yield np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]]), (2, 2), 1, 0, label_of_first
    mixed = np.array([3, 8, 1, 6, 2, 9, 4, 7, 0, 5, 11, 10, 19, 13, 18, 12, 15, 17, 14, 16])
    yield mixed[:6].reshape(1, 1, 2, 3) / 1.0, (2, 2), 1, 1, "one small map, padding 1 alone"
    yield mixed.reshape(1, 1, 4, 5) / 1.0, (2, 3), 2, 0, "one small map, stride 2 alone"
    yield rng.normal(size=(2, 3, 7, 8)), (3, 2), 3, 0, "two images, a rest that the stride drops"
    yield mixed[:12].reshape(1, 1, 3, 4), (2, 3), 1, 0, "a map of whole numbers (dtype int)"
    yield -1 - rng.random((1, 2, 5, 4)), (3, 3), 2, 1, "all numbers negative, stride 2, padding 1"
    yield rng.normal(size=(2, 2, 6, 5)), (2, 3), 1, 1, "windows that overlap, padding 1"
    yield rng.normal(size=(1, 3, 5, 9)), (1, 2), 4, 0, "the stride is larger than the window"
    wide = rng.normal(size=(2, 9, 3, 8)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], (4, 2), 2, 0, "float32, not in memory order"


def _windows(x, kernel_size, stride, padding):
    """Every output place with the pixels (row, column) of its window, padding left out."""
    H, W = x.shape[2:]
    (KH, KW), S, P = kernel_size, stride, padding
    for n, c in np.ndindex(x.shape[:2]):
        for i, top in enumerate(range(-P, H + P - KH + 1, S)):
            for j, left in enumerate(range(-P, W + P - KW + 1, S)):
                rows, columns = range(top, top + KH), range(left, left + KW)
                inside = [(r, q) for r in rows for q in columns if 0 <= r < H and 0 <= q < W]
                yield (n, c, i, j), inside


def _out_size(x, kernel_size, stride, padding):
    sizes = zip(x.shape[2:], kernel_size, strict=True)
    return (*x.shape[:2], *((size + 2 * padding - K) // stride + 1 for size, K in sizes))


# -------------------------------------------------------------------------------------- maxpool2d
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
    for x, *settings, label in _pooling_cases(rng, "one small map, two windows"):
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
    out = np.zeros(_out_size(x, kernel_size, stride, padding), x.dtype)
    positions = np.zeros(out.shape, int)
    for (n, c, i, j), inside in _windows(x, kernel_size, stride, padding):
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
    x, kernel_size, stride, padding=0, *, fill=-np.inf, size=None, shift=None,
    value=None, winner=None, place=None, dtype=float,
):  # fmt: skip
    """Max pooling with one thing changed.

    fill(x): the number in the border; size(full, K, S): the output's; shift(i, S): where window i
    starts; value(window) and winner(window) of (N, C, KH·KW); place(s): the position from all that
    is known of a winner
    """
    (N, C, H, W), (KH, KW), P, S = x.shape, kernel_size, padding, stride
    pairs = (0, 0), (0, 0), (P, P), (P, P)
    border = fill(x) if callable(fill) else fill
    padded = np.pad(x, pairs, constant_values=border)
    size = size or (lambda full, K, S: (full - K) // S + 1)
    shape = N, C, size(H + 2 * P, KH, S), size(W + 2 * P, KW, S)
    out, positions = np.zeros(shape, dtype), np.zeros(shape, int)
    for i, j in np.ndindex(shape[2:]):
        top, left = (shift(i, S), shift(j, S)) if shift else (i * S, j * S)
        window = padded[:, :, top : top + KH, left : left + KW]
        width, window = window.shape[3], window.reshape(N, C, -1)
        k = winner(window) if winner else window.argmax(axis=2)
        row, column = i * S + k // width - P, j * S + k % width - P
        known = SimpleNamespace(
            i=i, j=j, k=k, row=row, column=column, C=C, H=H, W=W, KH=KH, KW=KW, P=P, OW=shape[3]
        )
        out[:, :, i, j] = value(window) if value else window.max(axis=2)
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

maxpool2d.mistake(
    "the largest absolute value was taken",
    hint="Which is larger, −5 or 2?",
)(partial(_maxpool, value=lambda w: np.abs(w).max(axis=2)))

maxpool2d.mistake(
    "the smallest number was taken, not the largest",
    hint="Which number of a window wins?",
)(partial(
    _maxpool, fill=np.inf, value=lambda w: w.min(axis=2), winner=lambda w: w.argmin(axis=2)
))  # fmt: skip


@maxpool2d.mistake(
    "the search for the largest number starts from 0, so that negative numbers never win",
    hint="What is `best` before the first pixel? Which start loses against any pixel?",
)
def _(x, kernel_size, stride, padding=0):
    out = np.zeros(_out_size(x, kernel_size, stride, padding))
    positions = np.zeros(out.shape, int)
    for place, inside in _windows(x, kernel_size, stride, padding):
        for row, column in inside:
            if x[(*place[:2], row, column)] > out[place]:
                out[place] = x[(*place[:2], row, column)]
                positions[place] = row * x.shape[3] + column
    return out, positions


@maxpool2d.mistake(
    "the padding was left out",
    hint="Does your output size know about the padding, and did you pad x?",
)
def _(x, kernel_size, stride, padding=0):
    return _maxpool(x, kernel_size, stride)


@maxpool2d.mistake(
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)
def _(x, kernel_size, stride, padding=0):
    return _maxpool(x, kernel_size[::-1], stride, padding)


@maxpool2d.mistake(
    "the two parts come in the wrong order: positions first",
    hint="The docstring says out, positions. What do you return first?",
)
def _(x, kernel_size, stride, padding=0):
    return _maxpool(x, kernel_size, stride, padding)[::-1]


# ----------------------------------------------------------------------------- maxpool2d_backward
@exercise(
    notebook="05",
    points=3,
    minutes=15,
    hints=(
        "Start with zeros. Which pixel gets the gradient of window (i, j)?",
        "Make grad_x of shape (N, C, H * W), so that a position is an index into its last axis. "
        "Reshape at the end.",
        "One pixel can win several windows: add. A plain loop with += over single numbers does it, "
        "or np.add.at for a whole map.",
    ),
    explanation="Each map is laid out as one row of H·W numbers, and a position is an index into "
    "it. np.add.at adds every gradient where it belongs, also when a position comes several times.",
)
def maxpool2d_backward(grad_out, positions, size):
    """Gradient of the loss with respect to the input of a max pooling.

    grad_out and positions (N, C, OH, OW), size = (H, W) of the map that was pooled
    -> (N, C, H, W). positions are what maxpool2d gave: row * W + column of each winner
    """
    (N, C, _, _), (H, W) = grad_out.shape, size
    grad_x = np.zeros((N, C, H * W), grad_out.dtype)
    for n, c in np.ndindex(N, C):
        np.add.at(grad_x[n, c], positions[n, c], grad_out[n, c])
    return grad_x.reshape(N, C, H, W)


def _winners(rng, shape, kernel_size, stride, padding=0):
    return maxpool2d.reference(rng.normal(size=shape), kernel_size, stride, padding)[1]


@maxpool2d_backward.cases
def _(rng):
    grads = np.array([[[[2.0, 3.0]]]])
    yield case(grads, np.array([[[[1, 1]]]]), (2, 3), label="one pixel wins both windows")
    positions = _winners(rng, (1, 1, 4, 6), (2, 2), 2)
    yield case(rng.normal(size=(1, 1, 2, 3)), positions, (4, 6), label="windows side by side")
    positions = _winners(rng, (2, 3, 7, 5), (3, 2), 1)
    grads = rng.normal(size=positions.shape)
    yield case(grads, positions, (7, 5), label="overlapping windows, two images, three channels")
    positions = np.zeros((2, 2, 2, 2), int)
    yield case(rng.normal(size=(2, 2, 2, 2)), positions, (3, 4),
               label="all pixels equal: the first one has won everything")  # fmt: skip
    positions = _winners(rng, (2, 2, 4, 7), (3, 3), 2, 1)
    grads = rng.normal(size=(2, 2, 4, 2)).astype(np.float32).transpose(0, 1, 3, 2)
    yield case(grads, positions, (4, 7), label="padding 1, float32, not in memory order")


@maxpool2d_backward.oracle
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[n, c, i, j]), size[1])
        grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


def _each_map(grad_out, positions, size, fill):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]), grad_out.dtype)
    for n, c in np.ndindex(grad_out.shape[:2]):
        fill(grad_x[n, c], positions[n, c].ravel(), grad_out[n, c].ravel())
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "where windows overlap, the gradients overwrite each other instead of adding up",
    hint="One pixel won two windows. How does it get both gradients? And try this in a new cell: "
    "a = np.zeros(3); a[[1, 1]] += 5; print(a)",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        for place, grad in zip(places, grads, strict=True):
            flat[place] = grad

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the winner got 1 instead of the gradient of its window",
    hint="1 is the slope of the winner alone. What does the chain rule multiply it by?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.add.at(flat, places, 1)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "a pixel that won several windows got the mean of their gradients",
    hint="A value that is used in several places collects the gradients of all of them. As a mean "
    "or as a sum?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.add.at(flat, places, grads)
        flat /= np.maximum(np.bincount(places, minlength=flat.size), 1)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the gradients of all maps went into the first one",
    hint="Position 0 exists in every map. In which of them did this winner sit?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    np.add.at(grad_x.reshape(-1), positions.ravel(), grad_out.ravel())
    return grad_x


@maxpool2d_backward.mistake(
    "row and column were found from the position with H instead of W",
    hint="position = row * W + column. What do you divide by to get the row back?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[n, c, i, j]), size[0])
        grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


@maxpool2d_backward.mistake(
    "the row of H·W numbers was folded into W rows of H pixels",
    hint="Which comes first in (N, C, H, W)?",
)
def _(grad_out, positions, size):
    N, C = grad_out.shape[:2]
    right = maxpool2d_backward.reference(grad_out, positions, size)
    return right.reshape(N, C, size[1], size[0])


@maxpool2d_backward.mistake(
    "np.add.at got the positions alone: they index the images, not the pixels",
    hint="In grad_x of shape (N, C, H·W), which axis does a single index stand for? Take map by "
    "map, grad_x[n, c], or give the indices of images and channels as well.",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]))
    np.add.at(grad_x, positions, grad_out)
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "the row of H·W numbers was not folded into H rows of W pixels",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has x?",
)
def _(grad_out, positions, size):
    right = maxpool2d_backward.reference(grad_out, positions, size)
    return right.reshape(*grad_out.shape[:2], -1)


@maxpool2d_backward.mistake(
    "grad_x was made as large as the output, OH·OW, not as the map, H·W",
    hint="Which of the two is larger, and in which of them do the positions count?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], grad_out[0, 0].size))
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad_x[n, c, positions[n, c, i, j]] += grad_out[n, c, i, j]
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "the gradients of all images went into the first one",
    hint="Which image did this winner sit in? Which index picks it in grad_x?",
)
def _(grad_out, positions, size):
    right = maxpool2d_backward.reference(grad_out, positions, size)
    right[0], right[1:] = right.sum(axis=0), 0
    return right


@maxpool2d_backward.mistake(
    "grad_x holds whole numbers only: what comes after the point is cut off",
    hint="The positions are whole numbers. Are the gradients?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]), int)
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad_x[n, c, positions[n, c, i, j]] += grad_out[n, c, i, j]
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "rows and columns of the positions were exchanged",
    hint="positions[n, c, i, j] belongs to grad_out[n, c, i, j]. Do your two indices agree?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]))
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad_x[n, c, positions[n, c, j, i]] += grad_out[n, c, i, j]
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "of several gradients for one pixel only the largest was kept",
    hint="The maximum was on the way forward. What happens to the gradients of several uses?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.maximum.at(flat, places, grads)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the gradients were divided by the number of windows",
    hint="Max pooling has slope 1 for the winner. Who divides?",
)
def _(grad_out, positions, size):
    return maxpool2d_backward.reference(grad_out / grad_out[0, 0].size, positions, size)


@maxpool2d_backward.mistake(
    "only the first gradient was delivered: `return` stands inside the loop",
    hint="How far is your `return` indented? What does Python do when it comes to it?",
)
def _(grad_out, positions, size):
    first = np.zeros_like(grad_out)
    first[0, 0, 0, 0] = grad_out[0, 0, 0, 0]
    return maxpool2d_backward.reference(first, positions, size)


# ------------------------------------------------------------------------------------- meanpool2d
@exercise(
    notebook="05",
    points=2,
    minutes=10,
    hints=(
        "The loop over the windows is the same as in maxpool2d. What is asked of each window now?",
        "window.mean(axis=(2, 3)) averages over rows and columns and leaves images and channels "
        "alone.",
        "Padding counts as zeros here, so np.pad without any more settings will do.",
    ),
    explanation="The same walk over the windows as in max pooling, with the mean over the two "
    "spatial axes. Zeros in the padding count as pixels: the sum is always divided by KH·KW.",
)
def meanpool2d(x, kernel_size, stride, padding=0):
    """The mean of every window. Padding counts as zeros: we always divide by KH * KW.

    x (N, C, H, W), kernel_size (KH, KW) -> (N, C, OH, OW)
    """
    (N, C, H, W), (KH, KW), P = x.shape, kernel_size, padding
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
    OH, OW = (H + 2 * P - KH) // stride + 1, (W + 2 * P - KW) // stride + 1
    out = np.zeros((N, C, OH, OW))
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        out[:, :, i, j] = padded[:, :, top : top + KH, left : left + KW].mean(axis=(2, 3))
    return out


@meanpool2d.cases
def _(rng):
    for *arguments, label in _pooling_cases(rng, "one small map, two windows"):
        yield case(*arguments, label=label)


@meanpool2d.groups({"no padding": 1, "padding": 1})
def _(x, kernel_size, stride, padding):
    return "no padding" if padding == 0 else "padding"


@meanpool2d.oracle
def _(x, kernel_size, stride, padding):
    out = np.zeros(_out_size(x, kernel_size, stride, padding), np.result_type(x, np.float32))
    for (n, c, i, j), inside in _windows(x, kernel_size, stride, padding):
        total = sum(float(x[n, c, row, column]) for row, column in inside)
        out[n, c, i, j] = total / (kernel_size[0] * kernel_size[1])
    return out


def _mean(window):
    return window.mean(axis=(2, 3))


def _meanpool(
    x, kernel_size, stride, padding=0, *, pad=None, size=None, rows=None, average=None, dtype=float
):
    """Mean pooling with one thing changed.

    pad: the settings of np.pad; size(full, K, S): the output's; rows(i, K, S): where window i
    starts and ends; average(window, KH, KW, S): (N, C) from (N, C, KH, KW)
    """
    (N, C, H, W), (KH, KW), P, S = x.shape, kernel_size, padding, stride
    settings = {"pad_width": ((0, 0), (0, 0), (P, P), (P, P)), **(pad(P) if pad else {})}
    padded = np.pad(x, **settings)
    size = size or (lambda full, K, S: (full - K) // S + 1)
    rows = rows or (lambda i, K, S: slice(i * S, i * S + K))
    out = np.zeros((N, C, size(H + 2 * P, KH, S), size(W + 2 * P, KW, S)), dtype)
    for i, j in np.ndindex(out.shape[2:]):
        window = padded[:, :, rows(i, KH, S), rows(j, KW, S)]
        out[:, :, i, j] = average(window, KH, KW, S) if average else _mean(window)
    return out


meanpool2d.mistake(
    "whole numbers were kept whole: the output took over the dtype of x",
    hint="Of what type are the entries of np.zeros(shape, x.dtype) if x holds whole numbers, and "
    "what becomes of 2.5 there?",
)(lambda x, kernel_size, stride, padding=0: (
    _meanpool(x, kernel_size, stride, padding, dtype=x.dtype)
))  # fmt: skip

meanpool2d.mistake(
    "the numbers of a window were added up, but not divided",
    hint="What is the mean of four ones?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3))))

meanpool2d.mistake(
    "the padding was left out of the mean",
    hint="That is a convention too (count_include_pad=False in torch). What does the docstring say "
    "about the number that we divide by?",
)(lambda x, kernel_size, stride, padding=0: _meanpool(
    x.astype(float), kernel_size, stride, padding,
    pad=lambda P: {"constant_values": np.nan},
    average=lambda w, KH, KW, S: np.nansum(w, axis=(2, 3)) / (~np.isnan(w)).sum(axis=(2, 3)),
))  # fmt: skip

meanpool2d.mistake(
    "the mean was taken over all images and channels as well",
    hint="Each map is pooled for itself. Over which of the four axes should the mean go?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.mean()))

meanpool2d.mistake(
    "the mean was taken over the channels as well",
    hint="Each map is pooled for itself. Over which of the four axes should the mean go?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.mean(axis=(1, 2, 3))[:, np.newaxis]))

meanpool2d.mistake(
    "the mean was taken over images and channels, axes 0 and 1, not over the window",
    hint="The window is (N, C, KH, KW), counted from 0. Which numbers have its rows and columns?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.mean(axis=(0, 1))))

meanpool2d.mistake(
    "the padding was filled with −inf, as in max pooling",
    hint="What is the mean of 1, 2, 3 and −∞?",
)(partial(_meanpool, pad=lambda P: {"constant_values": -np.inf}))

meanpool2d.mistake(
    "the border was filled with copies of the edge pixels, not with zeros",
    hint="What does np.pad put there without a mode?",
)(partial(_meanpool, pad=lambda P: {"mode": "edge"}))

meanpool2d.mistake(
    "all of the padding was put at the lower and right edge",
    hint="In np.pad the pair (P, P) means P before and P after. What does (0, 2 * P) mean?",
)(partial(_meanpool, pad=lambda P: {"pad_width": ((0, 0), (0, 0), (0, 2 * P), (0, 2 * P))}))

meanpool2d.mistake(
    "the sum was divided by KH², although the window need not be square",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) / KH**2))

meanpool2d.mistake(
    "the sum was divided by the height of the window alone",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) / KH))

meanpool2d.mistake(
    "the sum was divided by the square of the stride",
    hint="Does the mean of a window depend on how far the next window is away?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) / S**2))

meanpool2d.mistake(
    "the mean was rounded down: // in place of /",
    hint="What is 7 // 2, and what is 7 / 2?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) // (KH * KW)))

meanpool2d.mistake(
    "the largest number of each window was taken, not the mean",
    hint="Which of the two poolings is wanted here?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.max(axis=(2, 3))))

meanpool2d.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="With stride 2, at which row of the padded map does the second window start?",
)(partial(_meanpool, rows=lambda i, K, S: slice(i, i + K)))

meanpool2d.mistake(
    "the window starts at i·S but ends at i + KH: the stride is missing in the end of the slice",
    hint="A slice of KH rows that starts at `top` ends at top + KH. Where does yours end?",
)(partial(_meanpool, rows=lambda i, K, S: slice(i * S, i + K)))

meanpool2d.mistake(
    "windows that stick out over the edge were kept",
    hint="A map of 7 rows, windows of 3, stride 3: how many windows fit in completely?",
)(partial(_meanpool, size=lambda full, K, S: -(-full // S)))

meanpool2d.mistake(
    "the + 1 is missing in the size of the output",
    hint="A window of 3 on a map of 3 rows: how many places, 0 or 1?",
)(partial(_meanpool, size=lambda full, K, S: (full - K) // S))


@meanpool2d.mistake(
    "the padding was left out",
    hint="Does your output size know about the padding, and did you pad x?",
)
def _(x, kernel_size, stride, padding=0):
    return _meanpool(x, kernel_size, stride)


@meanpool2d.mistake(
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)
def _(x, kernel_size, stride, padding=0):
    return _meanpool(x, kernel_size[::-1], stride, padding)


# ---------------------------------------------------------------------------- meanpool2d_backward
@exercise(
    notebook="05",
    points=3,
    minutes=15,
    hints=(
        "Pixel and window: if the pixel grows by 1, by how much does the window's mean grow?",
        "Make zeros of the padded size (H + 2P, W + 2P). Walk over the windows as before; window "
        "(i, j) adds its share to all its pixels with +=.",
        "grad_out[:, :, i, j] has shape (N, C), the window (N, C, KH, KW). "
        "grad_out[:, :, i : i + 1, j : j + 1] has shape (N, C, 1, 1) and spreads by itself.",
        "At the end cut the padding off: rows P to P + H, columns P to P + W.",
    ),
    explanation="The same walk as forwards, with reading turned into adding: every pixel of a "
    "window gets 1/(KH·KW) of the window's gradient, and where windows overlap the shares add up. "
    "What lands in the padding belongs to no pixel and is cut off.",
)
def meanpool2d_backward(grad_out, size, kernel_size, stride, padding=0):
    """Gradient of the loss with respect to the input of a mean pooling.

    grad_out (N, C, OH, OW), size = (H, W) of the map that was pooled -> (N, C, H, W)
    """
    (N, C, OH, OW), (H, W), (KH, KW), P = grad_out.shape, size, kernel_size, padding
    padded = np.zeros((N, C, H + 2 * P, W + 2 * P))
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        share = grad_out[:, :, i : i + 1, j : j + 1] / (KH * KW)  # (N, C, 1, 1)
        padded[:, :, top : top + KH, left : left + KW] += share
    return padded[:, :, P : P + H, P : P + W]


@meanpool2d_backward.cases
def _(rng):
    for x, kernel_size, stride, padding, label in _pooling_cases(rng, "two windows that overlap"):
        shape = _out_size(x, kernel_size, stride, padding)
        grads = rng.normal(size=(*shape[:2], shape[3], shape[2]))
        if shape == (1, 1, 1, 2):
            grads = np.array([[[[4.0], [8.0]]]])
        elif shape[:2] == (1, 1):
            grads = (9 * rng.permutation(grads.size) + 2).reshape(grads.shape)
        grads = grads.astype(x.dtype)
        swapped = grads.transpose(0, 1, 3, 2)  # not in memory order
        label = label.replace("all numbers negative, ", "").replace("map", "gradient")
        yield case(swapped, x.shape[2:], kernel_size, stride, padding, label=label)


@meanpool2d_backward.oracle
def _(grad_out, size, kernel_size, stride, padding):
    dtype = np.result_type(grad_out, np.float32)
    grad_x = np.zeros((*grad_out.shape[:2], *size), dtype)
    for (n, c, i, j), inside in _windows(grad_x, kernel_size, stride, padding):
        for row, column in inside:
            grad_x[n, c, row, column] += grad_out[n, c, i, j] / (kernel_size[0] * kernel_size[1])
    return grad_x


def _spread(
    grad_out, size, kernel_size, stride, padding=0, *, share=None, rows=None, add=True,
    cut=None, dtype=float,
):  # fmt: skip
    """The reference with one thing changed.

    share(grads, KH, KW, S, inside): what each pixel of a window gets, where `inside` pixels of it
    are real; rows(i, K, S): the window; cut(padded, P, H, W)
    """
    (H, W), (KH, KW), S, P = size, kernel_size, stride, padding
    share = share or (lambda grads, KH, KW, S, inside: grads / (KH * KW))
    rows = rows or (lambda i, K, S: slice(i * S, i * S + K))
    padded = np.zeros((*grad_out.shape[:2], H + 2 * P, W + 2 * P), dtype)
    real = np.pad(np.ones(size), P)
    for i, j in np.ndindex(grad_out.shape[2:]):
        inside = real[i * S : i * S + KH, j * S : j * S + KW].sum()
        part = share(grad_out[:, :, i : i + 1, j : j + 1], KH, KW, S, inside)
        if add:
            padded[:, :, rows(i, KH, S), rows(j, KW, S)] += part
        else:
            padded[:, :, rows(i, KH, S), rows(j, KW, S)] = part
    return cut(padded, P, H, W) if cut else padded[:, :, P : P + H, P : P + W]


meanpool2d_backward.mistake(
    "where windows overlap, the shares overwrite each other instead of adding up",
    hint="A pixel lies in two windows. How many shares does it get?",
)(partial(_spread, add=False))

meanpool2d_backward.mistake(
    "every pixel got the whole gradient of its window instead of a share",
    hint="If one pixel of a 2 × 2 window grows by 1, by how much does the mean grow?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads))

meanpool2d_backward.mistake(
    "fractions were added to an array of whole numbers: it took over the dtype of grad_out",
    hint="Of what type are the entries of np.zeros(shape, grad_out.dtype) if the gradients are "
    "whole numbers? Can a quarter be added to them?",
)(lambda grad_out, size, kernel_size, stride, padding=0: (
    _spread(grad_out, size, kernel_size, stride, padding, dtype=grad_out.dtype)
))  # fmt: skip


@meanpool2d_backward.mistake(
    "the sum of the shares was divided by the number of windows in which the pixel lies",
    hint="A value that is used in several places collects the gradients of all of them. As a mean "
    "or as a sum?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    one_each = lambda grads, KH, KW, S, inside: np.ones_like(grads)  # noqa: E731
    counts = _spread(grad_out, size, kernel_size, stride, padding, share=one_each)
    return _spread(grad_out, size, kernel_size, stride, padding) / np.maximum(counts, 1)


meanpool2d_backward.mistake(
    "the window's gradient was divided by the pixels that are no padding",
    hint="Forwards we always divide by KH·KW, padding or not. So what is the slope of the mean?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / inside))

meanpool2d_backward.mistake(
    "in the code, / KH * KW divides by KH and multiplies by KW: brackets are missing",
    hint="Python goes from left to right. What is 12 / 2 * 3, and what is 12 / (2 * 3)?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / KH * KW))

meanpool2d_backward.mistake(
    "the gradient was divided by the height of the window alone",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / KH))

meanpool2d_backward.mistake(
    "the shares were rounded down: // in place of /",
    hint="What is 7 // 2, and what is 7 / 2?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads // (KH * KW)))

meanpool2d_backward.mistake(
    "the gradient was divided by the square of the stride",
    hint="Does the mean of a window depend on how far the next window is away?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / S**2))

meanpool2d_backward.mistake(
    "only the first pixel of each window got a share",
    hint="Which pixels of the window does the mean depend on?",
)(partial(_spread, rows=lambda i, K, S: slice(i * S, i * S + 1)))

meanpool2d_backward.mistake(
    "window (i, j) was placed at row i and column j, without the stride",
    hint="With stride 2, at which row does the second window start?",
)(partial(_spread, rows=lambda i, K, S: slice(i, i + K)))

meanpool2d_backward.mistake(
    "the padding was cut off on one side only, or never used",
    hint="Padding P puts P rows above and P rows below. Where in the padded map does the first row "
    "of x lie, and at which row of it does window 0 start?",
)(partial(_spread, cut=lambda padded, P, H, W: padded[:, :, :H, :W]))

meanpool2d_backward.mistake(
    "with padding 0 nothing is left: the slice P:-P is then 0:0, which is empty",
    hint="What is np.arange(5)[1:-1], and what is np.arange(5)[0:-0]? Where should the slice end?",
)(partial(_spread, cut=lambda padded, P, H, W: padded[:, :, P:-P, P:-P]))

meanpool2d_backward.mistake(
    "the padding was not cut off",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has x?",
)(partial(_spread, cut=lambda padded, P, H, W: padded))

meanpool2d_backward.mistake(
    "the cut ends at row H, or the array of zeros has no room for the padding: x lies in rows P to "
    "P + H of H + 2P",
    hint="How many rows are there from P to H, and how many should there be? How many rows have "
    "your zeros?",
)(partial(_spread, cut=lambda padded, P, H, W: padded[:, :, P:H, P:W]))


@meanpool2d_backward.mistake(
    "the gradient was divided by the number of windows, not by the pixels of one",
    hint="One window of KH × KW pixels has one gradient. Among how many pixels is it shared?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    KH, KW = kernel_size
    right = _spread(grad_out, size, kernel_size, stride, padding)
    return right * (KH * KW) / grad_out[0, 0].size


@meanpool2d_backward.mistake(
    "one number per map does not fit a window: the two axes of the window are missing",
    hint="grad_out[:, :, i, j] has the shape (N, C), the window (N, C, KH, KW). What does "
    "grad_out[:, :, i : i + 1, j : j + 1] have?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    (H, W), (KH, KW), S, P = size, kernel_size, stride, padding
    padded = np.zeros((*grad_out.shape[:2], H + 2 * P, W + 2 * P))
    for i, j in np.ndindex(grad_out.shape[2:]):
        window = padded[:, :, i * S : i * S + KH, j * S : j * S + KW]
        window += grad_out[:, :, i, j] / (KH * KW)
    return padded[:, :, P : P + H, P : P + W]


@meanpool2d_backward.mistake(
    "height and width of the map were exchanged",
    hint="size is (H, W). In which order did you take it apart?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    return _spread(grad_out, size[::-1], kernel_size, stride, padding)


@meanpool2d_backward.mistake(
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    return _spread(grad_out, size, kernel_size[::-1], stride, padding)
