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


def _each_place(weight, place, width=None):
    """Every number on its own: from (i, j) to place(i, j, KH, KW)."""
    KH, KW = weight.shape[-2:]
    out = np.zeros_like(weight)
    for i, j in np.ndindex(KH, width(KH) if width else KW):
        row, column = place(i, j, KH, KW)
        out[..., row, column] = weight[..., i, j]
    return out


def _four_sizes(weight):
    _, _, _, _ = weight.shape
    return weight[:, :, ::-1, ::-1]


def _two_sizes(weight):
    _, _ = weight.shape
    return weight[::-1, ::-1]


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
    also=(lambda weight: np.rot90(weight, -1, (-2, -1)),),
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
    also=(
        lambda weight: np.flip(weight, (2, 3)),
        lambda weight: np.rot90(weight, 2, (2, 3)),
        _four_sizes,
    ),
)
def _(weight):
    return weight[:, :, ::-1, ::-1]


rotate180.slip(
    transposed(axes=(-1, -2)),
    "the kernel was turned and transposed as well",
    hint="After half a turn, are there still KH rows and KW columns?",
)


for name, hint, wrong in (
    (
        "only the first axis was reversed, as np.flipud does",
        "np.flipud reverses axis 0. In (F, C, KH, KW), what does axis 0 count?",
        np.flipud,
    ),
    (
        "only the second axis was reversed, as np.fliplr does",
        "np.fliplr reverses axis 1. In (F, C, KH, KW), what does axis 1 count?",
        np.fliplr,
    ),
    (
        "the first two axes were turned by 90°: np.rot90 without axes",
        "Which two axes does np.rot90 take by itself, and how far does it turn?",
        np.rot90,
    ),
    (
        "the numbers changed their sign, not their place",
        "Where does the upper left weight go when you turn a sheet by 180°?",
        np.negative,
    ),
    (
        "the kernel is as it was: it was not turned, or turned all the way round",
        "Where should the upper left weight lie afterwards, and where does it lie?",
        np.copy,
    ),
    (
        "row i went to row −i, and −0 is 0",
        "Index −1 is the last row. Which row does row 0 have to go to, and which one is −0?",
        lambda weight: _each_place(weight, lambda i, j, KH, KW: (-i, -j)),
    ),
    (
        "row i went to row KH − i, one too far",
        "A kernel of 3 rows has rows 0, 1 and 2. Which row does row 0 have to go to?",
        lambda weight: _each_place(weight, lambda i, j, KH, KW: (KH - i, KW - j)),
    ),
    (
        "the kernel was taken to be square: KH serves as its width, too",
        "A kernel of 2×3 has rows 0 and 1. Which columns has it?",
        lambda weight: _each_place(
            weight, lambda i, j, KH, KW: (KH - 1 - i, KH - 1 - j), width=lambda KH: KH
        ),
    ),
    (
        "it works for a single kernel only: (F, C, KH, KW) has four axes",
        "weight.shape may have two entries or four. Which entries are KH and KW in both cases?",
        _two_sizes,
    ),
):
    rotate180.mistake(name, hint=hint)(wrong)


@rotate180.mistake(
    "the numbers were moved within weight itself, so that half of them were overwritten first",
    hint="When the lower row gets its numbers from the upper one, are those still there? And who "
    "else needs weight as it was?",
)
def _(weight):
    KH, KW = weight.shape[-2:]
    for i, j in np.ndindex(KH, KW):
        weight[..., KH - 1 - i, KW - 1 - j] = weight[..., i, j]
    return weight
