"""The exercise `insert_zeros` of notebook 06."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import ignored


@exercise(
    notebook="06",
    points=1,
    minutes=10,
    hints=(
        "Three pixels, stride 2: 5 6 7 becomes 5 0 6 0 7. How long is the result in terms of H "
        "and the stride?",
        "Start with zeros of the new size. At which rows and columns do the pixels of x go?",
        "A slice can have a step: out[:, :, ::2] is every second row, and you can assign to it.",
    ),
    explanation="Between H pixels there are H − 1 gaps, each with stride − 1 zeros: "
    "H + (H − 1)(stride − 1) = (H − 1)·stride + 1 rows. The pixels go to every stride-th row and "
    "column, beginning with the first.",
)
def insert_zeros(x, stride):
    """Put stride - 1 zeros between neighbouring pixels, in rows and columns; none outside.

    x (N, C, H, W) -> (N, C, (H - 1) * stride + 1, (W - 1) * stride + 1)
    """
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1), x.dtype)
    out[:, :, ::stride, ::stride] = x
    return out


@insert_zeros.cases
def _(rng):
    yield case(np.array([[[[5.0, 6.0, 7.0], [8.0, 9.0, 1.0]]]]), 2, label="one map of 2 × 3")
    yield case(rng.normal(size=(2, 3, 4, 2)), 3, label="two images, three channels, stride 3")
    yield case(rng.normal(size=(1, 2, 3, 5)), 1, label="stride 1: nothing comes between")
    yield case(rng.normal(size=(2, 1, 1, 1)), 4, label="a single pixel has no neighbours")
    wide = rng.normal(size=(2, 5, 2, 6)).astype(np.float32)
    yield case(wide.transpose(0, 2, 1, 3)[..., ::2], 2, label="float32, not in memory order")


@insert_zeros.oracle
def _(x, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H + (H - 1) * (stride - 1), W + (W - 1) * (stride - 1)), x.dtype)
    for n, c, i, j in np.ndindex(x.shape):
        out[n, c, i * stride, j * stride] = x[n, c, i, j]
    return out


def _place(x, shape, rows, columns):
    out = np.zeros((*x.shape[:2], *shape), x.dtype)
    out[:, :, rows, columns] = x
    return out


@insert_zeros.mistake(
    "there are zeros after the last pixel too",
    hint="Three pixels have two gaps between them. How many zeros come after the third?",
)
def _(x, stride):
    H, W = x.shape[2:]
    step = slice(None, None, stride)
    return _place(x, (H * stride, W * stride), step, step)


@insert_zeros.mistake(
    "there are `stride` zeros in each gap, one too many",
    hint="With stride 1 nothing should change. How many zeros does your gap have then?",
)
def _(x, stride):
    H, W = x.shape[2:]
    step = slice(None, None, stride + 1)
    return _place(x, ((H - 1) * (stride + 1) + 1, (W - 1) * (stride + 1) + 1), step, step)


@insert_zeros.mistake(
    "the pixels were repeated, where zeros should be",
    hint="That makes an image larger as well, but what should stand between 5 and 6?",
)
def _(x, stride):
    H, W = x.shape[2:]
    large = x.repeat(stride, axis=2).repeat(stride, axis=3)
    return large[:, :, : (H - 1) * stride + 1, : (W - 1) * stride + 1]


@insert_zeros.mistake(
    "only the rows were moved apart",
    hint="And the columns?",
)
def _(x, stride):
    H, W = x.shape[2:]
    return _place(x, ((H - 1) * stride + 1, W), slice(None, None, stride), slice(None))


@insert_zeros.mistake(
    "the zeros come before each pixel, also before the first",
    hint="Which entry of the result should be x[0, 0, 0, 0]?",
)
def _(x, stride):
    H, W = x.shape[2:]
    step = slice(stride - 1, None, stride)
    return _place(x, (H * stride, W * stride), step, step)


@insert_zeros.mistake(
    "each pixel became a block of stride × stride equal pixels",
    hint="How many of the pixels in a block should be 0? And how many rows should come after the "
    "last pixel?",
)
def _(x, stride):
    return x.repeat(stride, axis=2).repeat(stride, axis=3)


@insert_zeros.mistake(
    "the step of the slice stands on the axes N and C",
    hint="out[::2, ::2] steps through the first two axes. Which two are the rows and columns?",
)
def _(x, stride):
    out = _place(x, [(size - 1) * stride + 1 for size in x.shape[2:]], slice(0), slice(0))
    out[::stride, ::stride] = x
    return out


@insert_zeros.mistake(
    "the canvas has the right size, but the pixels begin at row and column stride − 1",
    hint="A slice a[start::step]: which start puts the first pixel into the corner?",
)
def _(x, stride):
    step = slice(stride - 1, None, stride)
    return _place(x, [(size - 1) * stride + 1 for size in x.shape[2:]], step, step)


@insert_zeros.mistake(
    "the canvas holds whole numbers only, so fractions were cut off",
    hint="np.zeros(shape, int) rounds what you assign to it. Which dtype has x?",
)
def _(x, stride):
    return insert_zeros(x.astype(int), stride)


insert_zeros.slip(
    ignored("stride", 2),
    "the stride is taken for 2, whatever it is",
    hint="Where does your code use `stride`?",
)


@insert_zeros.mistake(
    "there are zeros around the map, too",
    hint="The zeros go between neighbours. Which neighbour has the first pixel on its left?",
)
def _(x, stride):
    S = stride - 1
    return np.pad(insert_zeros(x, stride), ((0, 0), (0, 0), (S, S), (S, S)))
