"""The exercise `unpool_with_switches` of notebook 12."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="12",
    points=3,
    minutes=20,
    hints=(
        "Begin with zeros of the shape (N, C, H, W). Then visit every place (i, j) of the small "
        "maps. Where in the large map is the upper left corner of its window?",
        "The corner is (i * stride, j * stride). Switch k means row k // KW and column k % KW of "
        "the window.",
        "np.ndindex(signal.shape) visits all (n, c, i, j). Use += : the next window may point to "
        "the same pixel.",
    ),
    explanation="A switch counts within its own window, so the window's corner must be added. "
    "Windows that overlap can have the same winner: then the pixel gets what both of them send. "
    "Everything else stays 0. It is the way back through max pooling, from notebook 05, with the "
    "positions written in another way.",
)
def unpool_with_switches(signal, switches, kernel_size, stride, size):
    """Put each number of a pooled map back where its window had its maximum; 0 everywhere else.

    signal, switches (N, C, OH, OW); kernel_size (KH, KW); size (H, W) of the map that was pooled;
    switches: whole numbers 0 … KH * KW - 1, the winner's place in its window, counted row by row
    -> (N, C, H, W); a pixel that has won several windows gets the sum
    """
    (N, C, OH, OW), (_, KW) = signal.shape, kernel_size
    out = np.zeros((N, C, *size), signal.dtype)
    for n, c, i, j in np.ndindex(N, C, OH, OW):
        k = switches[n, c, i, j]
        out[n, c, i * stride + k // KW, j * stride + k % KW] += signal[n, c, i, j]
    return out


def _pooled(rng, shape, kernel_size, stride, size):
    """A signal of that shape (N, C, OH, OW), and the switches of a random map that was pooled."""
    (N, C, OH, OW), (KH, KW) = shape, kernel_size
    maps, switches = rng.normal(size=(N, C, *size)), np.zeros(shape, int)
    for i, j in np.ndindex(OH, OW):
        window = maps[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
        switches[:, :, i, j] = window.reshape(N, C, -1).argmax(axis=2)
    return rng.normal(size=shape), switches, kernel_size, stride, size


@unpool_with_switches.cases
def _(rng):
    signal, switches = np.array([[[[5.0, -7.0]]]]), np.array([[[[4, 2]]]])
    yield case(signal, switches, (2, 3), 3, (3, 6), label="two windows of 2 × 3, side by side")
    yield case(*_pooled(rng, (1, 2, 2, 3), (2, 2), 2, (4, 6)), label="windows of 2 × 2, two maps")
    yield case(*_pooled(rng, (2, 3, 3, 2), (3, 3), 2, (7, 5)), label="AlexNet's: 3 wide, stride 2")
    yield case(*_pooled(rng, (2, 2, 4, 5), (3, 2), 1, (6, 6)),
               label="stride 1: many windows share a winner")  # fmt: skip
    yield case(*_pooled(rng, (3, 1, 2, 3), (2, 3), 2, (6, 8)),
               label="windows of 2 × 3, and rows that no window reaches")  # fmt: skip
    yield case(*_pooled(rng, (1, 3, 2, 2), (2, 2), 3, (6, 5)), label="gaps between the windows")
    signal, switches, *rest = _pooled(rng, (2, 2, 3, 4), (3, 2), 2, (8, 9))
    signal = np.maximum(signal, 0).astype(np.float32).transpose(0, 1, 3, 2).copy()
    yield case(signal.transpose(0, 1, 3, 2), switches, *rest,
               label="nothing negative, float32, not in memory order")  # fmt: skip


@unpool_with_switches.oracle
def _(signal, switches, kernel_size, stride, size):
    out = np.zeros((*signal.shape[:2], *size), signal.dtype)
    for n, c, i, j in np.ndindex(signal.shape):
        places = np.arange(np.prod(kernel_size)).reshape(kernel_size)
        (row,), (column,) = np.nonzero(places == switches[n, c, i, j])
        out[n, c, i * stride + row, j * stride + column] += signal[n, c, i, j]
    return out


def _within(k, KH, KW):
    return k // KW, k % KW


def _add(old, value):
    return old + value


def _from_corner(i, a, hop):
    return i * hop + a


def _unpool(signal, switches, kernel_size, stride, size, *, within=_within, join=_add, turn=None,
            step=lambda s, K: (s, s), send=lambda v, K: v, pick=lambda k: k, mean=False,
            shape=lambda size, small, K, s: size, whole=False, at=_from_corner, swap=False,
            value_of=lambda v, k: v):  # fmt: skip
    """The unpooling with one thing exchanged; an IndexError where a window sticks out."""
    (N, C, OH, OW), (KH, KW) = signal.shape, kernel_size
    H, W = shape(size, (OH, OW), kernel_size, stride)
    room = np.zeros((N, C, H, W))
    wins, switches = np.zeros(room.shape), pick(switches)
    down, right = step(stride, kernel_size)
    for n, c, i, j in np.ndindex(signal.shape):
        k = switches[n, c, i, j]
        value = value_of(send(signal[n, c, i, j], kernel_size), k)
        for place in range(KH * KW) if whole else [k]:
            a, b = within(place, KH, KW)
            p, q = (j, i) if swap else (i, j)
            row, column = at(p, a, down), at(q, b, right)
            room[n, c, row, column] = join(room[n, c, row, column], value)
            wins[n, c, row, column] += 1
    room = room / np.maximum(wins, 1) if mean else room
    out = room.astype(signal.dtype)
    return out if turn is None else turn(out)


def _also(change):
    """The same with masks, which ends in another error where a window sticks out."""
    hop = change.get("step")
    return (lambda *inputs: _by_masks(*inputs, hop=hop),) if hop else ()


for name, hint, change in (
    (
        "where two windows point to the same pixel, the later one wins: `=`, not `+=`",
        "With stride 1 a large pixel wins several windows. How much should it get in all?",
        {"join": lambda old, value: value},
    ),
    (
        "where two windows point to the same pixel, only the larger number stays",
        "A pixel that has won two windows gets what *both* of them send. Do you add?",
        {"join": lambda old, value: value if old == 0 else max(old, value)},
    ),
    (
        "where several windows point to the same pixel, their mean was taken",
        "A pixel that has won two windows gets the sum. Where does your division come from?",
        {"mean": True},
    ),
    (
        "the switches were counted column by column",
        "In a window of 2 × 3, where is place number 1: right of place 0, or below it?",
        {"within": lambda k, KH, KW: (k % KH, k // KH)},
    ),
    (
        "the switches were divided by the rows of the window, not by its columns",
        "In a window of 2 × 3, how many places come before the second row begins?",
        {"within": lambda k, KH, KW: (k // KH, k % KH)},
    ),
    (
        "only the division went by the rows of the window, the rest went by its columns",
        "In a window of 2 × 3, how many places come before the second row begins?",
        {"within": lambda k, KH, KW: (k // KH, k % KW)},
    ),
    (
        "the rest of the division was taken by the rows of the window, not by its columns",
        "In a window of 2 × 3, in which column does place 2 stand?",
        {"within": lambda k, KH, KW: (k // KW, k % KH)},
    ),
    (
        "the window's row was counted with j and its column with i",
        "signal[n, c, i, j]: which of the two, i or j, runs over rows?",
        {"swap": True},
    ),
    (
        "the place within the window was multiplied by the stride, too",
        "The stride says how far windows are apart. How far apart are two rows of one window?",
        {"at": lambda i, a, hop: (i + a) * hop},
    ),
    (
        "the switches were taken to begin with 1",
        "Which number has the first place of a window, by the docstring?",
        {"pick": lambda k: k - 1},
    ),
    (
        "size was read as (W, H)",
        "Which of the two numbers in size is the number of rows?",
        {"shape": lambda size, small, K, s: size[::-1]},
    ),
    (
        "the result is as small as the signal",
        "np.zeros_like(signal) has the shape of the pooled maps. Which shape does the task ask "
        "for?",
        {"shape": lambda size, small, K, s: small},
    ),
    (
        "whole numbers were made of the signal: the result has the dtype of the switches",
        "Of what type are the entries of your zeros, and what becomes of 2.7 there?",
        {"join": lambda old, value: float(int(old + value))},
    ),
    (
        "the switch itself stands where the number should stand",
        "k says *where*. Which array says *what* is put back?",
        {"value_of": lambda v, k: k},
    ),
    (
        "row and column within the window have changed places",
        "k // KW counts whole rows. Is that the row, or the column?",
        {"within": lambda k, KH, KW: (k % KW, k // KW)},
    ),
    (
        "each number went to the upper left corner of its window: the switches were not used",
        "Where does your code look at the switches?",
        {"within": lambda k, KH, KW: (0, 0)},
    ),
    (
        "each number went to the lower right corner of its window",
        "The winner's place is in `switches`. Where does your code look at it?",
        {"within": lambda k, KH, KW: (KH - 1, KW - 1)},
    ),
    (
        "each number went to the middle of its window",
        "The winner's place is in `switches`. Where does your code look at it?",
        {"within": lambda k, KH, KW: (KH // 2, KW // 2)},
    ),
    (
        "each window was filled with its number",
        "Only one pixel of each window was the largest. What do the others get?",
        {"whole": True},
    ),
    (
        "each window was filled with equal parts of its number, as behind a mean pooling",
        "Max pooling has looked at one pixel of each window. Which one gets the number back?",
        {"whole": True, "send": lambda v, K: v / np.prod(K)},
    ),
    (
        "the stride was forgotten: neighbouring windows begin one pixel apart",
        "With stride 2, where does the window of place (0, 1) begin?",
        {"step": lambda s, K: (1, 1)},
    ),
    (
        "the windows were set side by side: their size was taken for the stride",
        "AlexNet's windows are 3 wide and move by 2. Where does the second one begin?",
        {"step": lambda s, K: K},
    ),
    (
        "the corner of the window was left out: everything lands in the first window",
        "A switch counts within its own window. Where is that window?",
        {"step": lambda s, K: (0, 0)},
    ),
    (
        "negative numbers were dropped: there is a ReLU inside",
        "Unpooling puts numbers back. Who rectifies them, and when?",
        {"send": lambda v, K: max(v, 0.0)},
    ),
    (
        "a 1 stands where the number should stand",
        "What is to be put back: the mark of a place, or the number that was there?",
        {"send": lambda v, K: 1.0},
    ),
    (
        "the map ends where the last window ends: the rest was left out",
        "How many rows has a map of the given `size`, and does every row belong to a window?",
        {"shape": lambda size, small, K, s: [(small[d] - 1) * s + K[d] for d in (0, 1)]},
    ),
    (
        "the map has stride times as many rows and columns as the pooled one",
        "7 rows, pooled by windows of 3 with stride 2, leave 3. How do you get back to 7?",
        {"shape": lambda size, small, K, s: [n * s for n in small]},
    ),
    (
        "rows and columns of the result have changed places",
        "size is (H, W). Which of your axes has H entries?",
        {"turn": lambda out: out.transpose(0, 1, 3, 2)},
    ),
    (
        "all maps were unpooled with the switches of the first one",
        "Each map has winners of its own. Which entry of `switches` does your code read?",
        {"pick": lambda k: np.broadcast_to(k[:, :1], k.shape)},
    ),
    (
        "all images were unpooled with the switches of the first one",
        "Each image has winners of its own. Which entry of `switches` does your code read?",
        {"pick": lambda k: np.broadcast_to(k[:1], k.shape)},
    ),
):  # fmt: skip
    unpool_with_switches.mistake(name, hint=hint, also=_also(change))(partial(_unpool, **change))


@unpool_with_switches.mistake(
    "the switches were read as places in the whole map, as in notebook 05",
    hint="There a position was row * W + column in the *map*. What do these switches count?",
)
def _(signal, switches, kernel_size, stride, size):
    (N, C, OH, OW), (H, W) = signal.shape, size
    out = np.zeros((N, C, H * W), signal.dtype)
    for n, c, i, j in np.ndindex(N, C, OH, OW):
        out[n, c, switches[n, c, i, j]] += signal[n, c, i, j]
    return out.reshape(N, C, H, W)


def _by_masks(signal, switches, kernel_size, stride, size, *, hop=None, add=True):
    """Window by window: a mask says where the number goes, and all other pixels get a 0."""
    (KH, KW), out = kernel_size, np.zeros((*signal.shape[:2], *size), signal.dtype)
    places = np.arange(KH * KW).reshape(KH, KW)
    down, right = hop(stride, kernel_size) if hop else (stride, stride)
    for i, j in np.ndindex(signal.shape[2:]):
        mask = places == switches[:, :, i : i + 1, j : j + 1]  # (N, C, KH, KW)
        window = out[:, :, i * down : i * down + KH, j * right : j * right + KW]
        numbers = mask * signal[:, :, i : i + 1, j : j + 1]
        window[...] = window + numbers if add else numbers
    return out


unpool_with_switches.mistake(
    "each window overwrote the ones before it, with its zeros, too: = instead of +=",
    hint="Windows overlap. What do the zeros of the second window do to the number of the first?",
)(partial(_by_masks, add=False))
