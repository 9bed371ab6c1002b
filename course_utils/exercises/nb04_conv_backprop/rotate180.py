"""The exercise `rotate180` of notebook 04."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import transposed


@exercise(
    notebook="04",
    points=1,
    minutes=5,
    hints=(
        "A rotation by 180° is two mirrors: top and bottom change places, then left and right.",
        "F[::-1, ::-1] turned the small filter. Here rows and columns are the last two axes, "
        "however many stand in front. Which sign means “all the axes in front”?",
    ),
    explanation="`...` stands for all axes in front. The last two, rows and columns, are read "
    "backwards; filters and channels stay where they are.",
)
def rotate180(weight):
    """Rotate every kernel by 180°, in its own place.

    weight (…, KH, KW), e.g. (KH, KW) or (F, C, KH, KW) -> the same shape
    """
    return weight[..., ::-1, ::-1]


@rotate180.cases
def _(rng):
    yield case(np.array([[1.0, 2.0], [3.0, 4.0]]), label="one 2×2 kernel")
    yield case(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), label="a kernel of 2×3")
    yield case(rng.normal(size=(3, 2, 2, 3)), label="three filters with two channels")
    yield case(rng.normal(size=(2, 2, 2, 2)).astype(np.float32), label="all sizes equal, float32")
    yield case(rng.normal(size=(2, 3, 4, 6))[..., ::2], label="every second column of an array")
    yield case(rng.normal(size=(2, 3, 1, 1)), label="1×1 kernels: nothing to turn")


@rotate180.oracle
def _(weight):
    KH, KW = weight.shape[-2:]
    turned = np.empty_like(weight)
    for i, j in np.ndindex(KH, KW):
        turned[..., KH - 1 - i, KW - 1 - j] = weight[..., i, j]
    return turned


@rotate180.mistake(
    "the kernel was mirrored top to bottom only",
    hint="Where does the upper left corner go when you turn a sheet by 180°: straight down, or to "
    "the opposite corner?",
)
def _(weight):
    return weight[..., ::-1, :]


@rotate180.mistake(
    "the kernel was mirrored left to right only",
    hint="Where does the upper left corner go when you turn a sheet by 180°: straight across, or "
    "to the opposite corner?",
)
def _(weight):
    return weight[..., ::-1]


@rotate180.mistake(
    "the kernel was transposed: rows became columns",
    hint="What is the shape of a 2×3 kernel after half a turn?",
)
def _(weight):
    return weight.swapaxes(-1, -2)


@rotate180.mistake(
    "the kernel was turned by 90°",
    hint="Half a turn is 180°. How many quarter turns are that?",
)
def _(weight):
    return np.rot90(weight, axes=(-2, -1))


@rotate180.mistake(
    "all axes were reversed, so filters and channels changed places too",
    hint="Which axes belong to the kernel's picture: the first two, or the last two?",
)
def _(weight):
    return np.flip(weight)


@rotate180.mistake(
    "the first axes were reversed instead of the last two",
    hint="For one kernel these are the same. In (F, C, KH, KW), where are rows and columns?",
)
def _(weight):
    return weight[::-1, ::-1]


@rotate180.mistake(
    "it works for four axes only: a single kernel (KH, KW) has just two",
    hint="weight[:, :, …] asks for two axes in front of the kernel. Which sign stands for all axes "
    "in front, however many there are?",
)
def _(weight):
    return weight[:, :, ::-1, ::-1]


rotate180.slip(
    transposed(axes=(-1, -2)),
    "the kernel was turned and transposed as well",
    hint="After half a turn, are there still KH rows and KW columns?",
)
