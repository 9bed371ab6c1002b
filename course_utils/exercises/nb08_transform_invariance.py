"""Exercises of notebook 08: one filter in many poses, the largest answer, and the way back."""

import cmath
import math

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
        "down = np.maximum(0, 1 - np.abs(row - np.arange(KH))) are the shares of the rows, along "
        "the same for the columns. np.outer(down, along) is the table of all shares.",
        "out[:, :, i, j] = (weight * share).sum(axis=(2, 3)) does all filters and channels.",
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


def _table(shape, angle, middle=None, *, nearest=False, clip=False):
    """Shares (KH, KW, KH, KW): of the last two places in the first two. With one thing wrong."""
    (KH, KW), (sin, cos) = shape, (np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle)))
    my, mx = ((KH - 1) / 2, (KW - 1) / 2) if middle is None else middle
    dy, dx = np.arange(KH)[:, None] - my, np.arange(KW) - mx
    rows, columns = my + sin * dx + cos * dy, mx + cos * dx - sin * dy  # (KH, KW)
    if nearest:
        rows, columns = np.round(rows), np.round(columns)
    if clip:
        rows, columns = rows.clip(0, KH - 1), columns.clip(0, KW - 1)
    down = np.maximum(0, 1 - np.abs(rows[:, :, None] - np.arange(KH)))
    along = np.maximum(0, 1 - np.abs(columns[:, :, None] - np.arange(KW)))
    return down[:, :, :, None] * along[:, :, None, :]


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
    return _pull(weight, _table(weight.shape[2:], np.rad2deg(angle)))


@rotate_filter.mistake(
    "the filter was turned about its upper left corner",
    hint="Which place must stay where it is, whatever the angle?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, (0, 0)))


@rotate_filter.mistake(
    "the middle was taken at size / 2, half a weight too far",
    hint="A filter of 3 has the places 0, 1 and 2. Which of them is the middle, and what is 3 / 2?",
)
def _(weight, angle):
    KH, KW = weight.shape[2:]
    return _pull(weight, _table((KH, KW), angle, (KH / 2, KW / 2)))


@rotate_filter.mistake(
    "each place takes the nearest weight, without mixing",
    hint="Your places were rounded. Turn by 10° and by 20°: does your filter change in between?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, nearest=True))


@rotate_filter.mistake(
    "what comes from outside repeats the border, where zeros should be",
    hint="A place that looks outside of the filter finds nothing there. Does your code move it "
    "back to the border?",
)
def _(weight, angle):
    return _pull(weight, _table(weight.shape[2:], angle, clip=True))


@rotate_filter.mistake(
    "the old weights were pushed to their new places, where each new place should pull",
    hint="Begin at a place of the result and ask where it looks. Going the other way round, what "
    "do the shares that arrive at one place add up to?",
)
def _(weight, angle):
    return _push(weight, _table(weight.shape[2:], -angle))


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
        "grad_weight += grad_out[:, :, i : i + 1, j : j + 1] * share. The slices of length 1 keep "
        "the two axes, so that NumPy spreads one number over the table.",
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
    return _push(grad_out, _table(grad_out.shape[2:], angle, nearest=True))


@rotate_filter_backward.mistake(
    "the angle was taken in radians",
    hint="What does np.sin expect, and what is np.sin(90)?",
)
def _(grad_out, angle):
    return _push(grad_out, _table(grad_out.shape[2:], np.rad2deg(angle)))


@rotate_filter_backward.mistake(
    "the shares are those of a clockwise turn",
    hint="Place (i, j) must look at the same place as in rotate_filter. Have you changed a sign?",
)
def _(grad_out, angle):
    return _push(grad_out, _table(grad_out.shape[2:], -angle))


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
    winners = np.asarray(answer[-1])
    if winners.dtype.kind == "f" and not np.isnan(winners).any():
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
        out = _answers(x, bank)[:, :, 0]
        grads = rng.normal(size=out.shape).astype(x.dtype)
        winners = rng.integers(0, bank.shape[1], size=out.shape)
        if x.size == 3:
            grads, winners = np.array([[[[5.0, 7.0]]]]), np.array([[[[0, 1]]]])
        yield case(grads, winners, x, bank, label=label)


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
