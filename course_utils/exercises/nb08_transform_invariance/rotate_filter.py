"""The exercise `rotate_filter` of notebook 08."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb08_transform_invariance.sampling import (
    in_radians,
    looked_at,
    looks_at,
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


@rotate_filter.cases
def _(rng):
    for weight, angle, label in rotations(rng):
        yield case(weight, angle, label=label)


@rotate_filter.oracle
def _(weight, angle):
    out, shape = np.zeros(weight.shape, weight.dtype), weight.shape[2:]
    for i, j in np.ndindex(shape):
        for (r, c), share in neighbours(i, j, shape, angle):
            out[:, :, i, j] += share * weight[:, :, r, c]
    return out


def _to_border(places, size):
    return places.clip(0, size - 1)


@rotate_filter.mistake(
    "the filter was turned clockwise",
    hint="Turn a filter with a single 1, right of its middle, by 90°. The 1 should go up. Where "
    "does yours go? (Rows are counted downwards.)",
)
def _(weight, angle):
    return pull(weight, sampling_table(weight.shape[2:], -angle))


@rotate_filter.mistake(
    "the angle was taken in radians",
    hint="What does np.sin expect, and what is np.sin(90)?",
)
def _(weight, angle):
    return pull(weight, sampling_table(weight.shape[2:], in_radians(angle)))


@rotate_filter.mistake(
    "the filter was turned about its upper left corner",
    hint="Which place must stay where it is, whatever the angle?",
)
def _(weight, angle):
    return pull(weight, sampling_table(weight.shape[2:], angle, middle=lambda K: 0))


@rotate_filter.mistake(
    "the middle was taken at size / 2, half a weight too far",
    hint="A filter of 3 has the places 0, 1 and 2. Which of them is the middle, and what is 3 / 2?",
)
def _(weight, angle):
    return pull(weight, sampling_table(weight.shape[2:], angle, middle=lambda K: K / 2))


@rotate_filter.mistake(
    "each place takes the nearest weight, without mixing",
    hint="Your places were rounded. Turn by 10° and by 20°: does your filter change in between?",
)
def _(weight, angle):
    return pull(weight, sampling_table(weight.shape[2:], angle, moved=to_nearest))


@rotate_filter.mistake(
    "what comes from outside repeats the border, where zeros should be",
    hint="A place that looks outside of the filter finds nothing there. Does your code move it "
    "back to the border?",
)
def _(weight, angle):
    return pull(weight, sampling_table(weight.shape[2:], angle, moved=_to_border))


@rotate_filter.mistake(
    "the old weights were pushed to their new places, where each new place should pull",
    hint="Begin at a place of the result and ask where it looks. Going the other way round, what "
    "do the shares that arrive at one place add up to?",
)
def _(weight, angle):
    return push(weight, sampling_table(weight.shape[2:], -angle))


def _one_off(weight, angle, **change):
    return pull(weight, sampling_table(weight.shape[2:], angle, **change))


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
        {"looks": lambda dy, dx, sin, cos: looked_at(dx, dy, sin, cos)},
    ),
    (
        "sine and cosine have been exchanged",
        "At 0° every place must look at itself. Which of the two is 1 there?",
        {"looks": lambda dy, dx, sin, cos: looked_at(dy, dx, cos, sin)},
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
    return pull(weight, sampling_table(weight.shape[2:], in_radians(np.rad2deg(angle))))


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
    return pull(weight, shared_out(sampling_table(weight.shape[2:], angle)))


@rotate_filter.mistake(
    "rows above and columns left of the filter were read at its other end: negative indices count "
    "from the end",
    hint="weight[..., -1, :] is the last row. You ask whether a neighbour lies beyond the end. And "
    "before the beginning?",
)
def _(weight, angle):
    out, (KH, KW) = np.zeros_like(weight), weight.shape[2:]
    for i, j in np.ndindex(KH, KW):
        row, column = looks_at(i, j, (KH, KW), angle)
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
        row, column = looks_at(i, j, (KH, KW), angle)
        down, along = (
            roof_at(row - np.arange(KH)),
            roof_at(column - np.arange(wide(KH) if wide else KW)),
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
