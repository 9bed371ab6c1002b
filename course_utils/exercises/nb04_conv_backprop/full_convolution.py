"""The exercise `full_convolution` of notebook 04."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb04_conv_backprop.axes import pad
from course_utils.exercises.slips import first_only, transposed, turned
from course_utils.exercises.stamps import stamps
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="04",
    points=2,
    minutes=10,
    hints=(
        "Every place where filter and map overlap by at least one pixel counts. How far can a "
        "filter of KH rows stick out above the map?",
        "With KH − 1 rows of zeros above and below, and KW − 1 columns left and right, an ordinary "
        "convolution visits all these places.",
        "np.pad(x, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1))) pads the last two axes.",
    ),
    explanation="Zeros around the map let the filter stick out by all but one row or column. The "
    "rest is the convolution of notebook 03.",
)
def full_convolution(x, weight):
    """Slide the filters over the maps, also where they stick out, as far as one pixel overlaps.

    x (N, C, H, W), weight (F, C, KH, KW) -> (N, F, H + KH - 1, W + KW - 1)
    """
    KH, KW = weight.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1)))
    return conv2d(padded, weight)


@full_convolution.cases
def _(rng):
    small = np.arange(1.0, 5.0).reshape(1, 1, 2, 2)
    yield case(small, np.array([[[[1.0, 2.0], [3.0, 5.0]]]]), label="2×2 map, 2×2 filter")
    for shapes, label in (
        (((2, 3, 4, 5), (4, 3, 3, 2)), "no two sizes equal"),
        (((1, 2, 3, 6), (3, 2, 2, 4)), "a filter of 2×4"),
        (((2, 2, 5, 3), (2, 2, 3, 3)), "a 3×3 filter, where KH // 2 would be 1"),
        (((2, 1, 2, 3), (2, 1, 4, 5)), "filters larger than the map"),
        (((2, 1, 5, 7), (3, 1, 2, 3)), "a map much larger than the filters"),
        (((3, 2, 4, 4), (1, 2, 1, 1)), "1×1: nothing can stick out"),
    ):
        x_shape, weight_shape = shapes
        yield case(rng.normal(size=x_shape), rng.normal(size=weight_shape), label=label)
    arrays = rng.normal(size=(2, 2, 3, 4)), rng.normal(size=(3, 2, 2, 3))
    yield case(*(a.astype(np.float32) for a in arrays), label="float32")


@full_convolution.oracle
def _(x, weight):
    (N, C, H, W), (F, _, KH, KW) = x.shape, weight.shape
    out = np.zeros((N, F, H + KH - 1, W + KW - 1), x.dtype)
    for n, f, c, i, j, k, m in np.ndindex(N, F, C, H, W, KH, KW):
        out[n, f, i + KH - 1 - k, j + KW - 1 - m] += x[n, c, i, j] * weight[f, c, k, m]
    return out


def _overwritten(x, weight, **how):
    """The filters, rotated, stamped for every pixel of x; the later stamp stays."""
    size = [a + b - 1 for a, b in zip(x.shape[2:], weight.shape[2:], strict=True)]
    rotated = weight.swapaxes(0, 1)[..., ::-1, ::-1]  # (C, F, KH, KW)
    return stamps(x, rotated, size, add=False, **how)


@full_convolution.mistake(
    "nothing was padded: the filter never sticks out",
    hint="Which size should come out for a map of 4 rows and a filter of 3: 2 rows, or 6?",
)
def _(x, weight):
    return conv2d(x, weight)


def _stuck_out(x, weight, *, rows=None, columns=None):
    """rows(KH, KW) and columns(KH, KW): the zeros (before, after), or one number for both."""
    KH, KW = weight.shape[2:]
    pairs = rows(KH, KW) if rows else KH - 1, columns(KH, KW) if columns else KW - 1
    pairs = [pair if isinstance(pair, tuple) else (pair, pair) for pair in pairs]
    return conv2d(np.pad(x, ((0, 0), (0, 0), *pairs)), weight)


full_convolution.mistake(
    "the padding keeps the size (half of the filter) instead of letting it stick out",
    hint="How far can a filter of 3 rows stick out and still overlap: by 1 row, or by 2?",
)(partial(_stuck_out, rows=lambda KH, KW: KH // 2, columns=lambda KH, KW: KW // 2))


full_convolution.mistake(
    "the padding is one too large: at its ends the filter does not overlap at all",
    hint="A filter of KH rows, with one row still overlapping: how many rows stick out?",
)(partial(_stuck_out, rows=lambda KH, KW: KH, columns=lambda KH, KW: KW))


full_convolution.mistake(
    "rows were padded by the filter's width and columns by its height",
    hint="For a filter of 2×4, how many rows can stick out above the map?",
)(partial(_stuck_out, rows=lambda KH, KW: KW - 1, columns=lambda KH, KW: KH - 1))


full_convolution.mistake(
    "rows and columns got the same padding, that of the height",
    hint="The filter need not be square. How many columns can a filter of 2×4 stick out?",
)(partial(_stuck_out, columns=lambda KH, KW: KH - 1))


full_convolution.mistake(
    "rows and columns got the same padding, that of the width",
    hint="The filter need not be square. How many rows can a filter of 2×4 stick out?",
)(partial(_stuck_out, rows=lambda KH, KW: KW - 1))


full_convolution.mistake(
    "only the rows were padded",
    hint="And how far can the filter stick out on the left and on the right?",
)(partial(_stuck_out, columns=lambda KH, KW: 0))


full_convolution.mistake(
    "only the columns were padded",
    hint="And how far can the filter stick out above and below?",
)(partial(_stuck_out, rows=lambda KH, KW: 0))


full_convolution.mistake(
    "there are 2(KH − 1) zeros on each side: the sum of both sides was put on either",
    hint="In np.pad, (a, b) means a before and b after. How far can the filter stick out above?",
)(partial(_stuck_out, rows=lambda KH, KW: 2 * (KH - 1), columns=lambda KH, KW: 2 * (KW - 1)))


full_convolution.mistake(
    "all zeros were put above and to the left, none below and to the right",
    hint="In np.pad, the pair is (before, after). Can the filter stick out below?",
)(partial(
    _stuck_out, rows=lambda KH, KW: (2 * (KH - 1), 0), columns=lambda KH, KW: (2 * (KW - 1), 0)
))  # fmt: skip


full_convolution.mistake(
    "zeros were put above and to the left only",
    hint="In np.pad, (a, 0) means a before and none after. Can the filter stick out below?",
)(partial(_stuck_out, rows=lambda KH, KW: (KH - 1, 0), columns=lambda KH, KW: (KW - 1, 0)))


full_convolution.mistake(
    "all zeros were put below and to the right",
    hint="In np.pad, the pair is (before, after). Can the filter stick out above?",
)(partial(
    _stuck_out, rows=lambda KH, KW: (0, 2 * (KH - 1)), columns=lambda KH, KW: (0, 2 * (KW - 1))
))  # fmt: skip


full_convolution.slip(
    turned("weight"),
    "the filter acts as if rotated by 180°: it was turned inside, or stamped the way it is",
    hint="Here the filter *slides* as it is; whoever wants it rotated rotates it first. Which "
    "weight meets the first pixel when the filter has hardly entered the map?",
)


@full_convolution.mistake(
    "filters and channels were swapped inside: here the weight is taken as it is",
    hint="The docstring has x (N, C, …) and weight (F, C, …). Do the channels fit already?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(pad(x, KH - 1, KW - 1), weight.swapaxes(0, 1))


@full_convolution.mistake(
    "the zeros were put around the filter, not around the map",
    hint="What must have room to stick out: the filter over the map. So which of the two grows?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(x, pad(weight, KH - 1, KW - 1))


@full_convolution.mistake(
    "the padding was computed from the size of the map, not from that of the filter",
    hint="A filter of 3 rows on a map of 100: how far can it stick out and still overlap?",
)
def _(x, weight):
    return conv2d(pad(x, x.shape[2] - 1, x.shape[3] - 1), weight)


@full_convolution.mistake(
    "the border was filled with copies of the edge pixels, not with zeros",
    hint="What is there outside the map? What does np.pad put there without a mode?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    pairs = (0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1)
    return conv2d(np.pad(x, pairs, mode="edge"), weight)


full_convolution.slip(first_only("x"))

full_convolution.slip(
    transposed(axes=(2, 3)),
    "rows and columns of the result are exchanged",
    hint="A map of 4×5 and a filter of 3×2: how many rows should come out?",
)


@full_convolution.mistake(
    "the result was cut back to the size of the map",
    hint="Which size does the docstring ask for: H, or H + KH − 1?",
)
def _(x, weight):
    (H, W), (KH, KW) = x.shape[2:], weight.shape[2:]
    top, left = (KH - 1) // 2, (KW - 1) // 2
    return full_convolution(x, weight)[:, :, top : top + H, left : left + W]


@full_convolution.mistake(
    "where stamps overlap, the later one overwrites the earlier one: = instead of +=",
    hint="Every pixel hands its stamp to the output. What does `=` do to the stamps that are "
    "already there?",
    also=(
        lambda x, weight: _overwritten(x, weight, by_weight=True),
        lambda x, weight: _overwritten(x, weight, last=True),
        lambda x, weight: _overwritten(x, weight, by_weight=True, last=True),
    ),
)
def _(x, weight):
    return _overwritten(x, weight)


@full_convolution.mistake(
    "all four axes were padded, images and channels too",
    hint="np.pad(x, 2) pads every axis. Which pairs keep N and C as they are?",
)
def _(x, weight):
    return conv2d(np.pad(x, weight.shape[2] - 1), weight)


full_convolution.mistake(
    "the padding is 1, whatever the size of the filter",
    hint="How far can a filter of 5 rows stick out and still overlap: by 1 row, or by 4?",
)(partial(_stuck_out, rows=lambda KH, KW: 1, columns=lambda KH, KW: 1))


full_convolution.mistake(
    "zeros were put below and to the right only",
    hint="In np.pad, (0, a) means none before and a after. Can the filter stick out above?",
)(partial(_stuck_out, rows=lambda KH, KW: (0, KH - 1), columns=lambda KH, KW: (0, KW - 1)))


@full_convolution.mistake(
    "F and C were taken for the size of the filter: weight.shape[0] and weight.shape[1]",
    hint="weight is (F, C, KH, KW), counted from 0. Which numbers have its rows and columns?",
)
def _(x, weight):
    F, C = weight.shape[:2]
    return conv2d(pad(x, F - 1, C - 1), weight)
