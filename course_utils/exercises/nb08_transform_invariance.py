"""Exercises of notebook 08: one filter in many poses, the largest answer, and the way back."""

import cmath
import math
from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise
from course_utils.numpy_nn import conv2d, conv2d_backward


# ---------------------------------------------------------------------------------- rotate_filter
@exercise(
    notebook="08",
    points=3,
    minutes=25,
    hints=(
        "Go through the places (i, j) of the result. How far right of the middle, dx, and how far "
        "below it, dy, is that place?",
        "row and column are where place (i, j) looks; they follow from dx, dy, and the sine and "
        "cosine of the angle. np.deg2rad first.",
        "The task shows the shares of the rows, KH numbers. Those of the columns, KW numbers, are "
        "made alike. Which of the two must come first in np.outer, so that the table is (KH, KW)?",
        "One place of the result, all filters and channels: a table of shares (KH, KW) times "
        "weight (F, C, KH, KW), added up. Over which axes, so that (F, C) is left?",
    ),
    explanation="Every place of the result looks back, by the opposite rotation, to a place "
    "between the old weights, and takes a mixture of the four around it. The table of shares is 0 "
    "for all others, and it ends at the border: what lies outside has no share, so it counts as 0.",
)
def rotate_filter(weight, angle):
    """Filters turned counter-clockwise about their middle, bilinear, with zeros from outside.

    weight (F, C, KH, KW), angle in degrees -> (F, C, KH, KW)
    """
    KH, KW = weight.shape[2:]
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    out = np.zeros_like(weight)
    for i, j in np.ndindex(KH, KW):
        dy, dx = i - (KH - 1) / 2, j - (KW - 1) / 2
        row = (KH - 1) / 2 + sin * dx + cos * dy
        column = (KW - 1) / 2 + cos * dx - sin * dy
        down = np.maximum(0, 1 - np.abs(row - np.arange(KH)))  # (KH,)
        along = np.maximum(0, 1 - np.abs(column - np.arange(KW)))  # (KW,)
        out[:, :, i, j] = (weight * np.outer(down, along)).sum(axis=(2, 3))
    return out


def _rotations(rng):
    """(filters, angle, label): what both directions must survive."""
    yield np.arange(1.0, 10.0).reshape(1, 1, 3, 3), 90, "one filter of 3 × 3, a quarter turn"
    yield rng.normal(size=(2, 3, 5, 5)), 45, "two filters, three channels, 45°"
    yield rng.normal(size=(3, 1, 4, 4)), -25.0, "an even size, clockwise"
    yield rng.normal(size=(2, 2, 3, 6)), 70, "3 rows and 6 columns"
    yield rng.normal(size=(1, 2, 5, 2)), 0, "0°: nothing changes"
    yield rng.normal(size=(2, 3, 1, 1)), 30, "a single weight is its own middle"
    wide = rng.normal(size=(2, 5, 3, 10)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], 400, "float32, not in memory order, beyond 360°"


@rotate_filter.cases
def _(rng):
    for weight, angle, label in _rotations(rng):
        yield case(weight, angle, label=label)


def _looks_at(i, j, shape, angle):
    """Row and column that place (i, j) looks at: the plane as complex numbers, upwards is i."""
    middle = complex((shape[1] - 1) / 2, -(shape[0] - 1) / 2)
    place = middle + (complex(j, -i) - middle) * cmath.exp(-1j * math.radians(angle))
    return -place.imag, place.real


def _neighbours(i, j, shape, angle):
    """The up to four weights (row, column) around that place, each with its share."""
    row, column = _looks_at(i, j, shape, angle)
    for r in (math.floor(row), math.floor(row) + 1):
        for c in (math.floor(column), math.floor(column) + 1):
            if 0 <= r < shape[0] and 0 <= c < shape[1]:
                yield (r, c), (1 - abs(row - r)) * (1 - abs(column - c))


@rotate_filter.oracle
def _(weight, angle):
    out, shape = np.zeros(weight.shape, weight.dtype), weight.shape[2:]
    for i, j in np.ndindex(shape):
        for (r, c), share in _neighbours(i, j, shape, angle):
            out[:, :, i, j] += share * weight[:, :, r, c]
    return out


def _roof(distance):
    return np.maximum(0, 1 - np.abs(distance))


def _looks(dy, dx, sin, cos):
    return sin * dx + cos * dy, cos * dx - sin * dy


def _table(
    shape, angle, *, middle=lambda K: (K - 1) / 2, looks=_looks, back=1, moved=None, roof=_roof
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


def _to_nearest(places, size):
    return np.round(places)


def _to_border(places, size):
    return places.clip(0, size - 1)


def _in_radians(angle):
    """The angle in degrees whose sine is np.sin(angle)."""
    return np.rad2deg(angle)


def _pull(weight, table):
    return np.einsum("ijrc,fkrc->fkij", table, weight).astype(weight.dtype)


def _push(grad, table):
    return np.einsum("ijrc,fkij->fkrc", table, grad).astype(grad.dtype)


@rotate_filter.mistake(
    "the filter was turned clockwise",
    hint="Turn a filter with a single 1, right of its middle, by 90°. The 1 should go up. Where "
    "does yours go? (Rows are counted downwards.)",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], -angle))


@rotate_filter.mistake(
    "the angle was taken in radians",
    hint="What does np.sin expect, and what is np.sin(90)?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], _in_radians(angle)))


@rotate_filter.mistake(
    "the filter was turned about its upper left corner",
    hint="Which place must stay where it is, whatever the angle?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, middle=lambda K: 0))


@rotate_filter.mistake(
    "the middle was taken at size / 2, half a weight too far",
    hint="A filter of 3 has the places 0, 1 and 2. Which of them is the middle, and what is 3 / 2?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, middle=lambda K: K / 2))


@rotate_filter.mistake(
    "each place takes the nearest weight, without mixing",
    hint="Your places were rounded. Turn by 10° and by 20°: does your filter change in between?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, moved=_to_nearest))


@rotate_filter.mistake(
    "what comes from outside repeats the border, where zeros should be",
    hint="A place that looks outside of the filter finds nothing there. Does your code move it "
    "back to the border?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, moved=_to_border))


@rotate_filter.mistake(
    "the old weights were pushed to their new places, where each new place should pull",
    hint="Begin at a place of the result and ask where it looks. Going the other way round, what "
    "do the shares that arrive at one place add up to?",
)
def _(weight, angle):
    return _push(weight, _table(weight.shape[2:], -angle))


def _one_off(weight, angle, **change):
    return _pull(weight, _table(weight.shape[2:], angle, **change))


for name, hint, change in (
    (
        "one sign is wrong: dx · sin θ must be added to the row",
        "With θ = 90°, where does the place to the right of the middle look? Try both formulas.",
        {"looks": lambda dy, dx, sin, cos: (-sin * dx + cos * dy, cos * dx - sin * dy)},
    ),
    (
        "one sign is wrong: dy · sin θ must be taken away from the column",
        "With θ = 90°, where does the place above the middle look? Try both formulas.",
        {"looks": lambda dy, dx, sin, cos: (sin * dx + cos * dy, cos * dx + sin * dy)},
    ),
    (
        "dx and dy have been exchanged",
        "i counts rows and j columns. Which of them says how far *right* of the middle you are?",
        {"looks": lambda dy, dx, sin, cos: _looks(dx, dy, sin, cos)},
    ),
    (
        "sine and cosine have been exchanged",
        "At 0° every place must look at itself. Which of the two is 1 there?",
        {"looks": lambda dy, dx, sin, cos: _looks(dy, dx, cos, sin)},
    ),
    (
        "the middle was rounded up, to size // 2",
        "A filter of 4 has the places 0, 1, 2 and 3. Where is its middle: at 1, at 2, or between?",
        {"middle": lambda K: K // 2},
    ),
    (
        "the middle was rounded down, to (size − 1) // 2",
        "A filter of 4 has the places 0, 1, 2 and 3. Where is its middle: at 1, at 2, or between?",
        {"middle": lambda K: (K - 1) // 2},
    ),
    (
        "the middle was not added back: the places are counted from it, not from the corner",
        "At 0°, at which row does the place in the middle look according to your formula?",
        {"back": 0},
    ),
    (
        "the shares may become negative: the 0 in np.maximum(0, …) is missing",
        "A weight that is 3 rows away: what is its share, and what should it be?",
        {"roof": lambda distance: 1 - np.abs(distance)},
    ),
    (
        "the distance has kept its sign: np.abs is missing",
        "What is the share of a weight 3 rows *below* the point, and of one 3 rows above it?",
        {"roof": lambda distance: np.maximum(0, 1 - distance)},
    ),
    (
        "the places were cut to whole numbers, so nothing is mixed",
        "int(2.9) is 2. Between which weights does 2.9 lie, and what are their shares?",
        {"moved": lambda places, size: np.trunc(places)},
    ),
):
    rotate_filter.mistake(name, hint=hint)(partial(_one_off, **change))


@rotate_filter.mistake(
    "np.rad2deg stands where np.deg2rad belongs",
    hint="You have degrees and want radians. Which of the two names says that?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], _in_radians(np.rad2deg(angle))))


@rotate_filter.mistake(
    "the filter was turned by quarter turns only",
    hint="What does your function do with 30°?",
)
def _(weight, angle):
    return np.rot90(weight, round(angle / 90), axes=(2, 3))


@rotate_filter.mistake(
    "the shares of a place were divided by their sum",
    hint="A place near the rim looks half outside, where the weights count as 0. What should it "
    "find?",
)
def _(weight, angle):
    return _pull(weight, _shared_out(_table(weight.shape[2:], angle)))


def _shared_out(table):
    """The shares of every place made to add up to 1."""
    total = table.sum(axis=(2, 3), keepdims=True)
    return table / np.where(total > 0, total, 1)


@rotate_filter.mistake(
    "rows above and columns left of the filter were read at its other end: negative indices count "
    "from the end",
    hint="weight[..., -1, :] is the last row. You ask whether a neighbour lies beyond the end. And "
    "before the beginning?",
)
def _(weight, angle):
    out, (KH, KW) = np.zeros_like(weight), weight.shape[2:]
    for i, j in np.ndindex(KH, KW):
        row, column = _looks_at(i, j, (KH, KW), angle)
        for r in (math.floor(row), math.floor(row) + 1):
            for c in (math.floor(column), math.floor(column) + 1):
                if r < KH and c < KW:
                    share = (1 - abs(row - r)) * (1 - abs(column - c))
                    out[:, :, i, j] += share * weight[:, :, r, c]
    return out


def _loop(weight, angle, *, share=np.outer, target=lambda i, j: (i, j), axes=(2, 3), wide=None):
    """The reference with one line exchanged."""
    (KH, KW), out = weight.shape[2:], np.zeros_like(weight)
    for i, j in np.ndindex(KH, KW):
        row, column = _looks_at(i, j, (KH, KW), angle)
        down, along = (
            _roof(row - np.arange(KH)),
            _roof(column - np.arange(wide(KH) if wide else KW)),
        )
        r, c = target(i, j)
        out[:, :, r, c] = (weight * share(down, along)).sum(axis=axes)
    return out


for name, hint, change in (
    (
        "the table of shares has rows and columns exchanged: np.outer(along, down)",
        "np.outer(a, b) has one row for each number of a. Which shares belong to the rows?",
        {"share": lambda down, along: np.outer(along, down)},
    ),
    (
        "the shares of the columns were computed with KH",
        "How many columns has the filter? Which np.arange do they need?",
        {"wide": lambda KH: KH},
    ),
    (
        "the result was written to (j, i)",
        "i counts the rows. At which of the four indices of out do the rows stand?",
        {"target": lambda i, j: (j, i)},
    ),
    (
        "the channels were added up",
        "Each channel of a filter is turned by itself. Over which axes of (F, C, KH, KW) must the "
        "sum go?",
        {"axes": (1, 2, 3)},
    ),
):
    rotate_filter.mistake(name, hint=hint)(partial(_loop, **change))


# ------------------------------------------------------------------------- rotate_filter_backward
@exercise(
    notebook="08",
    points=3,
    minutes=20,
    hints=(
        "The loop, the places and the shares are those of rotate_filter. Only the last line "
        "changes: which array is read now, and which is written?",
        "Forwards, place (i, j) took a share of every weight. So a share of its gradient goes back "
        "to each of them, and shares from several places add up.",
        "In each round the whole of grad_weight, (F, C, KH, KW), gets something. What, in terms of "
        "the table of shares (KH, KW) and one place of grad_out? With which axes does that place "
        "have to come, so that NumPy spreads its number over the table?",
    ),
    explanation="Forwards out[i, j] = Σ share[r, c]·weight[r, c]. So weight[r, c] collects "
    "share[r, c]·grad_out[i, j] from all places (i, j) that have looked at it: the same shares, in "
    "the other direction. That is the transposed matrix, and not the rotation by −angle.",
)
def rotate_filter_backward(grad_out, angle):
    """Gradient of the loss for the weight in out = rotate_filter(weight, angle).

    grad_out (F, C, KH, KW), angle in degrees -> grad_weight (F, C, KH, KW)
    """
    KH, KW = grad_out.shape[2:]
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    grad_weight = np.zeros_like(grad_out)
    for i, j in np.ndindex(KH, KW):
        dy, dx = i - (KH - 1) / 2, j - (KW - 1) / 2
        row = (KH - 1) / 2 + sin * dx + cos * dy
        column = (KW - 1) / 2 + cos * dx - sin * dy
        down = np.maximum(0, 1 - np.abs(row - np.arange(KH)))  # (KH,)
        along = np.maximum(0, 1 - np.abs(column - np.arange(KW)))  # (KW,)
        grad_weight += grad_out[:, :, i : i + 1, j : j + 1] * np.outer(down, along)
    return grad_weight


@rotate_filter_backward.cases
def _(rng):
    for grad_out, angle, label in _rotations(rng):
        yield case(grad_out, angle, label=label)


@rotate_filter_backward.oracle
def _(grad_out, angle):
    grad_weight, shape = np.zeros(grad_out.shape, grad_out.dtype), grad_out.shape[2:]
    for r, c in np.ndindex(shape):  # turn a filter with a single 1, and ask who took how much
        for i, j in np.ndindex(shape):
            share = dict(_neighbours(i, j, shape, angle)).get((r, c), 0.0)
            grad_weight[:, :, r, c] += share * grad_out[:, :, i, j]
    return grad_weight


@rotate_filter_backward.mistake(
    "the gradient was rotated back by −angle: that is the inverse, and the transpose is asked for",
    hint="For 90° the two are the same, for 45° they are not. Which weights did place (i, j) take "
    "a share of, and how much does each of them get back from it?",
)
def _(grad_out, angle):
    return _pull(grad_out, _table(grad_out.shape[2:], -angle))


@rotate_filter_backward.mistake(
    "the gradient was rotated by the same angle once more",
    hint="On the way back everything goes the other way. Does grad_out get written or read?",
)
def _(grad_out, angle):
    return _pull(grad_out, _table(grad_out.shape[2:], angle))


@rotate_filter_backward.mistake(
    "a later share overwrites an earlier one: = instead of +=",
    hint="How many places have looked at one and the same weight, and what happens to their "
    "gradients?",
)
def _(grad_out, angle):
    grad_weight, shape = np.zeros_like(grad_out), grad_out.shape[2:]
    for i, j in np.ndindex(shape):
        for (r, c), share in _neighbours(i, j, shape, angle):
            if share > 0:
                grad_weight[:, :, r, c] = share * grad_out[:, :, i, j]
    return grad_weight


@rotate_filter_backward.mistake(
    "only the last place has given its gradient back: = instead of +=",
    hint="Your loop makes grad_weight anew in every round. What is left of the earlier rounds?",
)
def _(grad_out, angle):
    last = _table(grad_out.shape[2:], angle)[-1, -1]  # (KH, KW)
    return (grad_out[:, :, -1:, -1:] * last).astype(grad_out.dtype)


@rotate_filter_backward.mistake(
    "the shares that arrive at a weight were averaged, where they should be added",
    hint="You divide by the sum of the shares. Where in the forward pass was there a division?",
)
def _(grad_out, angle):
    table = _table(grad_out.shape[2:], angle)
    total = table.sum(axis=(0, 1))
    return _push(grad_out, table) / np.where(total > 0, total, 1).astype(grad_out.dtype)


@rotate_filter_backward.mistake(
    "each gradient went to the nearest weight only",
    hint="Forwards, four weights took part in each place. Who else must get a share?",
)
def _(grad_out, angle):
    return _push(grad_out, _table(grad_out.shape[2:], angle, moved=_to_nearest))


@rotate_filter_backward.mistake(
    "the angle was taken in radians",
    hint="What does np.sin expect, and what is np.sin(90)?",
)
def _(grad_out, angle):
    return _push(grad_out, _table(grad_out.shape[2:], _in_radians(angle)))


@rotate_filter_backward.mistake(
    "the shares are those of a clockwise turn",
    hint="Place (i, j) must look at the same place as in rotate_filter. Have you changed a sign?",
)
def _(grad_out, angle):
    return _push(grad_out, _table(grad_out.shape[2:], -angle))


@rotate_filter_backward.mistake(
    "np.where has replaced what other places had given before",
    hint="How many places have looked at one and the same weight, and what happens to their "
    "gradients?",
)
def _(grad_out, angle):
    (KH, KW), grad_weight = grad_out.shape[2:], np.zeros_like(grad_out)
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    for i, j in np.ndindex(KH, KW):  # as on the page, to the last bit: it asks for share > 0
        dy, dx = i - (KH - 1) / 2, j - (KW - 1) / 2
        row, column = (KH - 1) / 2 + dx * sin + dy * cos, (KW - 1) / 2 + dx * cos - dy * sin
        share = np.outer(_roof(row - np.arange(KH)), _roof(column - np.arange(KW)))
        spread = grad_out[:, :, i : i + 1, j : j + 1] * share
        grad_weight = np.where(share > 0, spread, grad_weight)
    return grad_weight.astype(grad_out.dtype)


@rotate_filter_backward.mistake(
    "this is the true inverse of the turn, and the transpose is asked for",
    hint="What the turn did to the *weights* need not be undone. Which weights did place (i, j) "
    "take a share of, and how much does each of them get back from it?",
)
def _(grad_out, angle):
    shape = grad_out.shape[2:]
    inverse = np.linalg.pinv(_table(shape, angle).reshape(math.prod(shape), -1))
    return _pull(grad_out, inverse.reshape(*shape, *shape))


@rotate_filter_backward.mistake(
    "the shares of a place were divided by their sum",
    hint="Did rotate_filter divide the shares by anything?",
)
def _(grad_out, angle):
    return _push(grad_out, _shared_out(_table(grad_out.shape[2:], angle)))


@rotate_filter_backward.mistake(
    "the middle was rounded up, to size // 2",
    hint="A filter of 4 has the places 0, 1, 2 and 3. Where is its middle: at 1, at 2, or between?",
)
def _(grad_out, angle):
    return _push(grad_out, _table(grad_out.shape[2:], angle, middle=lambda K: K // 2))


def _spread(grad_out, angle, *, place):
    """The reference with `place(grad_out, i, j)` for what is multiplied with the shares."""
    table, grad_weight = _table(grad_out.shape[2:], angle), np.zeros_like(grad_out)
    for i, j in np.ndindex(grad_out.shape[2:]):
        grad_weight += (place(grad_out, i, j) * table[i, j]).astype(grad_out.dtype)
    return grad_weight


for name, hint, place in (
    (
        "grad_out[:, :, i, j] is (F, C), and NumPy has put it against the table (KH, KW)",
        "Which slices keep the two axes, so that the place has the shape (F, C, 1, 1)?",
        lambda grad, i, j: grad[:, :, i, j],
    ),
    (
        "rows and columns of grad_out have been exchanged",
        "i counts the rows. At which of the four indices of grad_out do the rows stand?",
        lambda grad, i, j: grad[:, :, j : j + 1, i : i + 1],
    ),
    (
        "the whole of grad_out was multiplied with the shares of one place",
        "The shares of place (i, j) tell where *its* gradient goes. Which one number of each map "
        "is that?",
        lambda grad, i, j: grad,
    ),
):
    rotate_filter_backward.mistake(name, hint=hint)(partial(_spread, place=place))


# -------------------------------------------------------------------------------------- orbit_max
@exercise(
    notebook="08",
    points=2,
    minutes=15,
    returns=("out", "winners"),
    hints=(
        "For conv2d the F · T copies are simply F · T filters. Which shape must the bank have?",
        "bank.reshape(F * T, C, KH, KW) merges the first two axes. The result of conv2d has F · T "
        "maps, in the same order: one reshape splits them again.",
        "z has the shape (N, F, T, OH, OW). Along which axis do you take max and argmax?",
    ),
    explanation="A bank of T copies of F filters is a layer with F·T filters. Its maps come in the "
    "order of the bank, all copies of filter 0 first, so reshape splits them into (F, T). Then the "
    "largest along the axis of the copies, and where it was; argmax gives the first of equals.",
)
def orbit_max(x, bank):
    """The largest answer among the T copies of each filter, and which copy gave it.

    x (N, C, H, W), bank (F, T, C, KH, KW) -> out, winners, both (N, F, OH, OW);
    stride 1, no padding; winners are whole numbers from 0 to T - 1, the first of equals wins
    """
    F, T, C, KH, KW = bank.shape
    z = conv2d(x, bank.reshape(F * T, C, KH, KW))  # (N, F * T, OH, OW)
    z = z.reshape(len(x), F, T, *z.shape[2:])  # (N, F, T, OH, OW)
    return z.max(axis=2), z.argmax(axis=2)


def _banks(rng):
    """(x, bank, label): what both directions must survive."""
    copies = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]]).reshape(1, 3, 1, 1, 2)
    yield np.array([[[[3.0, 1.0, 2.0]]]]), copies, "one row of pixels, three copies of a filter"
    normal = rng.normal
    yield normal(size=(2, 3, 6, 5)), normal(size=(2, 4, 3, 3, 2)), "two images, 2 filters, 4 copies"
    yield normal(size=(3, 1, 4, 6)), normal(size=(4, 2, 1, 2, 3)), "4 filters in two copies"
    negative = -1 - rng.random((2, 1, 4, 5))
    yield negative, 0.1 + rng.random((3, 2, 1, 2, 2)), "all answers are negative"
    yield normal(size=(2, 2, 3, 4)), normal(size=(3, 1, 2, 2, 3)), "a single copy of each filter"
    wide = normal(size=(2, 5, 2, 12)).astype(np.float32)
    bank = normal(size=(2, 3, 2, 3, 2)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], bank, "float32, not in memory order"


@orbit_max.cases
def _(rng):
    for x, bank, label in _banks(rng):
        yield case(x, bank, label=label)
    few = rng.integers(-1, 2, size=(2, 1, 5, 4)).astype(float)
    same = rng.integers(-1, 2, size=(2, 1, 1, 2, 2)).astype(float).repeat(3, axis=1)
    yield case(few, same, label="all copies are equal: the first one wins")


@orbit_max.oracle
def _(x, bank):
    F, T, _, KH, KW = bank.shape
    N, _, H, W = x.shape
    out = np.zeros((N, F, H - KH + 1, W - KW + 1), np.result_type(x, bank))
    winners = np.zeros(out.shape, int)
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i : i + KH, j : j + KW]
        answers = [float((window * bank[f, t]).sum()) for t in range(T)]
        winners[n, f, i, j] = max(range(T), key=answers.__getitem__)
        out[n, f, i, j] = answers[winners[n, f, i, j]]
    return out, winners


@orbit_max.view
def _(answer, x, bank):
    out, winners = (np.asarray(part) for part in (answer[0], answer[-1]))
    exchanged = out.dtype.kind in "iu"
    if winners.dtype.kind == "f" and not np.isnan(winners).any() and not exchanged:
        raise TypeError("winners serve as an index later, so they must be whole numbers")
    return answer


def _answers(x, bank):
    F, T, C, KH, KW = bank.shape
    z = conv2d(x, bank.reshape(F * T, C, KH, KW))
    return z.reshape(len(x), F, T, *z.shape[2:])


@orbit_max.mistake(
    "the maps were split as (T, F), but in the bank the copies of one filter stand together",
    hint="Number the maps of conv2d from 0 to F · T − 1. Which filter and which copy is number 1?",
)
def _(x, bank):
    z = _answers(x, bank)
    N, F, T, OH, OW = z.shape
    z = z.reshape(N, T, F, OH, OW)
    return z.max(axis=1), z.argmax(axis=1)


@orbit_max.mistake(
    "the maximum was taken over the filters, where the copies should compete",
    hint="Two different filters are two different questions. Which axis of (N, F, T, OH, OW) "
    "belongs to the copies of one filter?",
)
def _(x, bank):
    z = _answers(x, bank)
    return z.max(axis=1), z.argmax(axis=1)


@orbit_max.mistake(
    "the copy with the largest absolute answer won",
    hint="An answer of −5 says that the opposite of the pattern is here. Is that a better match "
    "than 1?",
)
def _(x, bank):
    z = _answers(x, bank)
    winners = np.abs(z).argmax(axis=2)
    return np.take_along_axis(z, winners[:, :, None], axis=2)[:, :, 0], winners


@orbit_max.mistake(
    "among equal answers the last one won",
    hint="Three equal copies: which number should the winner have? np.argmax counts from the "
    "front.",
)
def _(x, bank):
    z = _answers(x, bank)
    return z.max(axis=2), z.shape[2] - 1 - z[:, :, ::-1].argmax(axis=2)


@orbit_max.mistake(
    "the winners are numbered through the whole bank, f · T + t",
    hint="With T copies, which numbers can a winner have?",
)
def _(x, bank):
    z = _answers(x, bank)
    return z.max(axis=2), z.argmax(axis=2) + np.arange(z.shape[1])[:, None, None] * z.shape[2]


@orbit_max.mistake(
    "the answers of the copies were averaged",
    hint="Seven copies that do not fit should not drown the one that does. Mean or maximum?",
)
def _(x, bank):
    z = _answers(x, bank)
    return z.mean(axis=2), z.argmax(axis=2)


@orbit_max.mistake(
    "one winner was chosen for a whole map, where each place should choose for itself",
    hint="Two strokes in one picture may lie in different directions. Along which axes did you "
    "take the maximum?",
)
def _(x, bank):
    z = _answers(x, bank)
    best = z.max(axis=(3, 4)).argmax(axis=2)  # (N, F)
    out = np.take_along_axis(z, best[:, :, None, None, None], axis=2)[:, :, 0]
    return out, np.broadcast_to(best[:, :, None, None], out.shape).copy()


def _from_zero(z):
    out, winners = np.zeros_like(z[:, :, 0]), np.zeros(z[:, :, 0].shape, int)
    for t in range(z.shape[2]):
        better = z[:, :, t] > out
        out, winners = np.where(better, z[:, :, t], out), np.where(better, t, winners)
    return out, winners


def _chosen(x, bank, *, choose):
    return choose(_answers(x, bank))


for name, hint, choose in (
    (
        "the answers lost their sign: the largest absolute value was returned",
        "An answer of −5 says that the opposite of the pattern is here. Is that a better match "
        "than 1?",
        lambda z: (np.abs(z).max(axis=2), np.abs(z).argmax(axis=2)),
    ),
    (
        "the answers of the copies were added up",
        "Seven copies that do not fit should not drown the one that does. Sum or maximum?",
        lambda z: (z.sum(axis=2), z.argmax(axis=2)),
    ),
    (
        "the smallest answer won",
        "Which copy fits best: the one with the largest answer, or with the smallest?",
        lambda z: (z.min(axis=2), z.argmin(axis=2)),
    ),
    (
        "answers below 0 became 0",
        "Where all copies answer with less than 0, which number is the largest? Does your maximum "
        "begin at 0?",
        _from_zero,
    ),
    (
        "the axis of the copies was kept: (N, F, 1, OH, OW)",
        "Which shape does the docstring ask for? Leave keepdims=True out, or drop the axis.",
        lambda z: (z.max(axis=2, keepdims=True), z.argmax(axis=2, keepdims=True)),
    ),
    (
        "the maximum was taken over the places as well",
        "Each place keeps its own answer. Which of the five axes should disappear?",
        lambda z: (z.max(axis=(2, 3, 4)), z.reshape(*z.shape[:2], -1).argmax(axis=2)),
    ),
    (
        "winners is a table of True and False",
        "z == z.max(…) says yes or no for each copy. Which function gives the *number* of the "
        "largest?",
        lambda z: (z.max(axis=2), z == z.max(axis=2, keepdims=True)),
    ),
    (
        "the winners are counted from 1",
        "Which number has the first copy in Python?",
        lambda z: (z.max(axis=2), z.argmax(axis=2) + 1),
    ),
    (
        "the winners were looked for along the axis of the filters",
        "z has the axes (N, F, T, OH, OW). Do max and argmax go along the same one?",
        lambda z: (z.max(axis=2), z.argmax(axis=1)),
    ),
    (
        "winners and out stand in the wrong order",
        "The docstring says out, winners.",
        lambda z: (z.argmax(axis=2), z.max(axis=2)),
    ),
):
    orbit_max.mistake(name, hint=hint)(partial(_chosen, choose=choose))


@orbit_max.mistake(
    "the bank was merged as (T, F), but its maps were split as (F, T)",
    hint="bank is (F, T, C, KH, KW). What does your swapaxes or transpose do in front of reshape?",
)
def _(x, bank):
    F, T, C, KH, KW = bank.shape
    z = conv2d(x, bank.swapaxes(0, 1).reshape(F * T, C, KH, KW))
    z = z.reshape(len(x), F, T, *z.shape[2:])
    return z.max(axis=2), z.argmax(axis=2)


# ----------------------------------------------------------------------------- orbit_max_backward
@exercise(
    notebook="08",
    points=3,
    minutes=20,
    returns=("grad_x", "grad_bank"),
    hints=(
        "Build grad_z of shape (N, F, T, OH, OW) first: the whole gradient for the winner, 0 for "
        "the other copies. As in max pooling.",
        "winners[:, :, None] == np.arange(T)[:, None, None] has that shape, and is True where copy "
        "t has won. Multiply it with grad_out[:, :, None].",
        "Then undo the two reshapes: conv2d_backward wants (N, F * T, OH, OW), x, and the bank as "
        "(F * T, C, KH, KW). Give grad_bank the shape of bank.",
    ),
    explanation="The maximum lets one copy through at each place, so the gradient goes to that "
    "copy alone. After that it is the backward pass of a convolution with F·T filters, in the same "
    "order as forwards.",
)
def orbit_max_backward(grad_out, winners, x, bank):
    """Gradients of the loss for out, winners = orbit_max(x, bank).

    grad_out, winners (N, F, OH, OW), x (N, C, H, W), bank (F, T, C, KH, KW)
    -> grad_x (N, C, H, W), grad_bank (F, T, C, KH, KW)
    """
    F, T, C, KH, KW = bank.shape
    won = winners[:, :, None] == np.arange(T)[:, None, None]  # (N, F, T, OH, OW)
    grad_z = grad_out[:, :, None] * won  # (N, F, T, OH, OW)
    grad_z = grad_z.reshape(len(x), F * T, *grad_out.shape[2:])  # (N, F * T, OH, OW)
    grad_x, grad_bank, _ = conv2d_backward(grad_z, x, bank.reshape(F * T, C, KH, KW))
    return grad_x, grad_bank.reshape(bank.shape)


@orbit_max_backward.cases
def _(rng):
    for x, bank, label in _banks(rng):
        winners = _answers(x, bank).argmax(axis=2)
        grads = rng.normal(size=winners.shape).astype(x.dtype)
        if x.size == 3:
            grads = np.array([[[[5.0, 7.0]]]])
        yield case(grads, winners, x, bank, label=label)
    x, copy = (rng.integers(-1, 2, size=shape) for shape in ((2, 1, 5, 4), (2, 1, 1, 2, 2)))
    bank = np.concatenate([copy, copy, -copy], axis=1).astype(float)
    winners = _answers(x.astype(float), bank).argmax(axis=2)
    grads = rng.normal(size=winners.shape)
    yield case(grads, winners, x.astype(float), bank, label="equal copies: the first one has won")


@orbit_max_backward.oracle
def _(grad_out, winners, x, bank):
    grad_x, grad_bank = np.zeros(x.shape, x.dtype), np.zeros(bank.shape, bank.dtype)
    KH, KW = bank.shape[3:]
    for n, f, i, j in np.ndindex(grad_out.shape):
        t, g = winners[n, f, i, j], grad_out[n, f, i, j]
        grad_x[n, :, i : i + KH, j : j + KW] += g * bank[f, t]
        grad_bank[f, t] += g * x[n, :, i : i + KH, j : j + KW]
    return grad_x, grad_bank


def _backward(grad_out, x, bank, mask, seen=None):
    """The way back with `mask` (N, F, T, OH, OW) on the gradients; `seen` replaces the bank."""
    F, T, C, KH, KW = bank.shape
    grad_z = (grad_out[:, :, None] * mask).astype(grad_out.dtype)
    grad_z = grad_z.reshape(len(x), F * T, *grad_out.shape[2:])
    seen = bank if seen is None else seen
    grad_x, grad_bank, _ = conv2d_backward(grad_z, x, seen.reshape(F * T, C, KH, KW))
    return grad_x, grad_bank.reshape(bank.shape)


def _merged(grad_out, winners, x, bank, *, mask=None, seen=None, form=None):
    """The reference with one line exchanged: who has won, the bank that is seen, the last form."""
    T = bank.shape[1]
    won = _won(winners, bank) if mask is None else mask(winners, T, x, bank)
    grad_x, grad_bank = _backward(grad_out, x, bank, won, seen and seen(bank))
    return grad_x, form(grad_bank) if form else grad_bank


def _won(winners, bank):
    return winners[:, :, None] == np.arange(bank.shape[1])[:, None, None]


@orbit_max_backward.mistake(
    "every copy got the gradient, winner or not",
    hint="Move the answer of a copy that has lost a little. Does the maximum change?",
)
def _(grad_out, winners, x, bank):
    return _backward(grad_out, x, bank, np.ones_like(_won(winners, bank)))


@orbit_max_backward.mistake(
    "the gradient was shared evenly among the copies, as in mean pooling",
    hint="Which copy does the maximum depend on, and with which slope?",
)
def _(grad_out, winners, x, bank):
    mask = np.full(_won(winners, bank).shape, 1 / bank.shape[1])
    return _backward(grad_out, x, bank, mask)


@orbit_max_backward.mistake(
    "grad_z was merged as (T, F), but in the bank the copies of one filter stand together",
    hint="In which order do the F · T filters stand in bank.reshape(F * T, C, KH, KW), and in "
    "which order do your gradients?",
)
def _(grad_out, winners, x, bank):
    F, T, C, KH, KW = bank.shape
    grad_z = (grad_out[:, :, None] * _won(winners, bank)).swapaxes(1, 2)
    grad_z = grad_z.reshape(len(x), F * T, *grad_out.shape[2:])
    grad_x, grad_bank, _ = conv2d_backward(grad_z, x, bank.reshape(F * T, C, KH, KW))
    return grad_x, grad_bank.reshape(bank.shape)


@orbit_max_backward.mistake(
    "grad_x was computed with the first copy of each filter, whoever has won",
    hint="Which weights did the pixels meet at a place where copy 3 has won?",
)
def _(grad_out, winners, x, bank):
    first = np.broadcast_to(bank[:, :1], bank.shape)
    won = _won(winners, bank)
    return _backward(grad_out, x, bank, won, first)[0], _backward(grad_out, x, bank, won)[1]


@orbit_max_backward.mistake(
    "grad_bank was averaged over the images",
    hint="The bank acts on each image. Do their gradients add up, or are they averaged?",
)
def _(grad_out, winners, x, bank):
    grad_x, grad_bank = _backward(grad_out, x, bank, _won(winners, bank))
    return grad_x, grad_bank / np.float32(len(x))


@orbit_max_backward.mistake(
    "the gradients of the copies were added up already, the axis T is missing",
    hint="The copies of a filter are turned in different ways. Can their gradients be added before "
    "each of them is turned back? And which shape has bank?",
)
def _(grad_out, winners, x, bank):
    grad_x, grad_bank = _backward(grad_out, x, bank, _won(winners, bank))
    return grad_x, grad_bank.sum(axis=1)


@orbit_max_backward.mistake(
    "the two results are in the wrong order",
    hint="The docstring says (grad_x, grad_bank).",
)
def _(grad_out, winners, x, bank):
    return _backward(grad_out, x, bank, _won(winners, bank))[::-1]


def _equal_best(winners, T, x, bank):
    z = _answers(x, bank)
    return z == z.max(axis=2, keepdims=True)


for name, hint, change in (
    (
        "with equal answers, all of the best copies got the gradient",
        "You look for z == max. If two copies answer alike, who has won? The winners are given.",
        {"mask": _equal_best},
    ),
    (
        "copy 0 got all gradients, whoever has won",
        "Where does your code use `winners`?",
        {
            "mask": lambda winners, T, x, bank: (
                np.arange(T)[:, None, None] == 0 * winners[:, :, None]
            )
        },
    ),
    (
        "the winners were compared with 1 to T",
        "The first copy has the number 0. Which numbers does np.arange(T) give?",
        {
            "mask": lambda winners, T, x, bank: (
                winners[:, :, None] == np.arange(1, T + 1)[:, None, None]
            )
        },
    ),
    (
        "np.arange(T) lies along the last axis, the columns",
        "winners[:, :, None] is (N, F, 1, OH, OW). Along which axis must the T numbers lie, and "
        "how many axes of size 1 do they need behind them?",
        {"mask": lambda winners, T, x, bank: winners[:, :, None] == np.arange(T)},
    ),
    (
        "the bank was merged as (T, F) for the convolution",
        "In which order do the F · T maps of grad_z stand, and in which order your filters?",
        {"seen": lambda bank: bank.swapaxes(0, 1)},
    ),
    (
        "grad_bank has the shape (F · T, C, KH, KW)",
        "A gradient has the shape of the thing that it belongs to. Which shape has bank?",
        {"form": lambda grad: grad.reshape(-1, *grad.shape[2:])},
    ),
    (
        "grad_bank was split as (T, F)",
        "conv2d_backward gives the filters in the order of the bank: which axis comes first?",
        {
            "form": lambda grad: grad.reshape(
                grad.shape[1], grad.shape[0], *grad.shape[2:]
            ).swapaxes(0, 1)
        },
    ),
):
    orbit_max_backward.mistake(name, hint=hint)(partial(_merged, **change))


@orbit_max_backward.mistake(
    "grad_z says only who has won: grad_out is missing",
    hint="The winner's gradient is not 1, but that of the output. Where does your code use "
    "grad_out?",
)
def _(grad_out, winners, x, bank):
    return _backward(np.ones_like(grad_out), x, bank, _won(winners, bank))
