"""The exercise `rotate_filter_backward` of notebook 08."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb08_transform_invariance.sampling import (
    in_radians,
    neighbours,
    pull,
    push,
    roof_at,
    rotations,
    sampling_table,
    shared_out,
    to_nearest,
)


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
    for grad_out, angle, label in rotations(rng):
        yield case(grad_out, angle, label=label)


@rotate_filter_backward.oracle
def _(grad_out, angle):
    grad_weight, shape = np.zeros(grad_out.shape, grad_out.dtype), grad_out.shape[2:]
    for r, c in np.ndindex(shape):  # turn a filter with a single 1, and ask who took how much
        for i, j in np.ndindex(shape):
            share = dict(neighbours(i, j, shape, angle)).get((r, c), 0.0)
            grad_weight[:, :, r, c] += share * grad_out[:, :, i, j]
    return grad_weight


@rotate_filter_backward.mistake(
    "the gradient was rotated back by −angle: that is the inverse, and the transpose is asked for",
    hint="For 90° the two are the same, for 45° they are not. Which weights did place (i, j) take "
    "a share of, and how much does each of them get back from it?",
)
def _(grad_out, angle):
    return pull(grad_out, sampling_table(grad_out.shape[2:], -angle))


@rotate_filter_backward.mistake(
    "the gradient was rotated by the same angle once more",
    hint="On the way back everything goes the other way. Does grad_out get written or read?",
)
def _(grad_out, angle):
    return pull(grad_out, sampling_table(grad_out.shape[2:], angle))


def _replaced(grad_out, angle):
    (KH, KW), grad_weight = grad_out.shape[2:], np.zeros_like(grad_out)
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    for i, j in np.ndindex(KH, KW):  # as on the page, to the last bit: it asks for share > 0
        dy, dx = i - (KH - 1) / 2, j - (KW - 1) / 2
        row, column = (KH - 1) / 2 + dx * sin + dy * cos, (KW - 1) / 2 + dx * cos - dy * sin
        share = np.outer(roof_at(row - np.arange(KH)), roof_at(column - np.arange(KW)))
        spread = grad_out[:, :, i : i + 1, j : j + 1] * share
        grad_weight = np.where(share > 0, spread, grad_weight)
    return grad_weight.astype(grad_out.dtype)


def _replaced_by_nothing(grad_out, angle):
    """Of the four neighbours, those without a share write a 0."""
    grad_weight, shape = np.zeros_like(grad_out), grad_out.shape[2:]
    for i, j in np.ndindex(shape):
        for (r, c), share in neighbours(i, j, shape, angle):
            grad_weight[:, :, r, c] = share * grad_out[:, :, i, j]
    return grad_weight


@rotate_filter_backward.mistake(
    "a later share overwrites an earlier one: = instead of +=",
    hint="How many places have looked at one and the same weight, and what happens to their "
    "gradients?",
    also=(_replaced, _replaced_by_nothing),
)
def _(grad_out, angle):
    grad_weight, shape = np.zeros_like(grad_out), grad_out.shape[2:]
    for i, j in np.ndindex(shape):
        for (r, c), share in neighbours(i, j, shape, angle):
            if share > 0:
                grad_weight[:, :, r, c] = share * grad_out[:, :, i, j]
    return grad_weight


@rotate_filter_backward.mistake(
    "only the last place has given its gradient back: = instead of +=",
    hint="Your loop makes grad_weight anew in every round. What is left of the earlier rounds?",
)
def _(grad_out, angle):
    last = sampling_table(grad_out.shape[2:], angle)[-1, -1]  # (KH, KW)
    return (grad_out[:, :, -1:, -1:] * last).astype(grad_out.dtype)


@rotate_filter_backward.mistake(
    "the shares that arrive at a weight were averaged, where they should be added",
    hint="You divide by the sum of the shares. Where in the forward pass was there a division?",
)
def _(grad_out, angle):
    table = sampling_table(grad_out.shape[2:], angle)
    total = table.sum(axis=(0, 1))
    return push(grad_out, table) / np.where(total > 0, total, 1).astype(grad_out.dtype)


@rotate_filter_backward.mistake(
    "each gradient went to the nearest weight only",
    hint="Forwards, four weights took part in each place. Who else must get a share?",
)
def _(grad_out, angle):
    return push(grad_out, sampling_table(grad_out.shape[2:], angle, moved=to_nearest))


@rotate_filter_backward.mistake(
    "the angle was taken in radians",
    hint="What does np.sin expect, and what is np.sin(90)?",
)
def _(grad_out, angle):
    return push(grad_out, sampling_table(grad_out.shape[2:], in_radians(angle)))


@rotate_filter_backward.mistake(
    "the shares are those of a clockwise turn",
    hint="Place (i, j) must look at the same place as in rotate_filter. Have you changed a sign?",
)
def _(grad_out, angle):
    return push(grad_out, sampling_table(grad_out.shape[2:], -angle))


@rotate_filter_backward.mistake(
    "this is the true inverse of the turn, and the transpose is asked for",
    hint="What the turn did to the *weights* need not be undone. Which weights did place (i, j) "
    "take a share of, and how much does each of them get back from it?",
)
def _(grad_out, angle):
    shape = grad_out.shape[2:]
    inverse = np.linalg.pinv(sampling_table(shape, angle).reshape(math.prod(shape), -1))
    return pull(grad_out, inverse.reshape(*shape, *shape))


@rotate_filter_backward.mistake(
    "the shares of a place were divided by their sum",
    hint="Did rotate_filter divide the shares by anything?",
)
def _(grad_out, angle):
    return push(grad_out, shared_out(sampling_table(grad_out.shape[2:], angle)))


@rotate_filter_backward.mistake(
    "the middle was rounded up, to size // 2",
    hint="A filter of 4 has the places 0, 1, 2 and 3. Where is its middle: at 1, at 2, or between?",
)
def _(grad_out, angle):
    return push(grad_out, sampling_table(grad_out.shape[2:], angle, middle=lambda K: K // 2))


def _spread(grad_out, angle, *, place):
    """The reference with `place(grad_out, i, j)` for what is multiplied with the shares."""
    table, grad_weight = sampling_table(grad_out.shape[2:], angle), np.zeros_like(grad_out)
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
