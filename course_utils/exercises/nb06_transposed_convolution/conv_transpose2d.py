"""The exercise `conv_transpose2d` of notebook 06."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb06_transposed_convolution.settings import (
    output_shape,
    pairs,
    settings_and_labels,
)
from course_utils.exercises.slips import turned
from course_utils.exercises.stamps import stamps


@exercise(
    notebook="06",
    points=3,
    minutes=25,
    hints=(
        "Make an empty canvas first, without any padding cut off. Its size: the last stamp's "
        "start, plus the stamp, plus the output padding.",
        "Go through the pixels (i, j) of x. Where on the canvas does this pixel's stamp begin?",
        'np.einsum("nc,cfab->nfab", x[:, :, i, j], weight) makes the stamps of all images at once: '
        "(N, F, KH, KW).",
        "Stamps overlap, so they are added with +=. At the end cut P rows and columns off on each "
        "side.",
    ),
    explanation="The canvas has room for all stamps, and for the output padding at the lower and "
    "right end. Pixel (i, j) stamps all its filters, times its value, at (i·stride, j·stride). "
    "What overlaps adds up. Then the padding is cut off on all four sides.",
)
def conv_transpose2d(x, weight, stride=1, padding=0, output_padding=0):
    """Transposed convolution: every pixel stamps the filters, times its value, on a larger map.

    x (N, C, H, W), weight (C, F, KH, KW) -> (N, F, OH, OW)
    with OH = (H - 1) * stride + KH - 2 * padding + output_padding, and OW likewise
    """
    (N, _, H, W), (_, F, KH, KW), P = x.shape, weight.shape, padding
    tall = (H - 1) * stride + KH + output_padding
    wide = (W - 1) * stride + KW + output_padding
    canvas = np.zeros((N, F, tall, wide), x.dtype)
    for i, j in np.ndindex(H, W):
        top, left = i * stride, j * stride
        stamps = np.einsum("nc,cfab->nfab", x[:, :, i, j], weight)  # (N, F, KH, KW)
        canvas[:, :, top : top + KH, left : left + KW] += stamps
    return canvas[:, :, P : tall - P, P : wide - P]


@conv_transpose2d.cases
def _(rng):
    for *arguments, label in settings_and_labels(rng):
        yield case(*arguments, label=label)


@conv_transpose2d.groups({"no padding": 2, "padding": 1})
def _(x, weight, stride, padding, output_padding):
    return "padding" if padding or output_padding else "no padding"


@conv_transpose2d.oracle
def _(x, weight, stride, padding, output_padding):
    shape = output_shape(x, weight, stride, padding, output_padding)
    out = np.zeros((len(x), weight.shape[1], *shape), x.dtype)
    for pixel, place, target in pairs(x, weight, shape, stride, padding):
        out[target] += x[pixel] * weight[place]
    return out


def _canvas(x, weight, stride, output_padding=0, *, step=None, add=True):
    """All stamps on a canvas that is not cropped; `step` is how far apart they really go."""
    tall, wide = output_shape(x, weight, stride, 0, output_padding)
    step = stride if step is None else step
    canvas = np.zeros((len(x), weight.shape[1], tall, wide), x.dtype)
    for i, j in np.ndindex(x.shape[2:]):
        stamps = np.einsum("nc,cfab->nfab", x[:, :, i, j], weight)
        place = canvas[:, :, i * step :, j * step :][:, :, : weight.shape[2], : weight.shape[3]]
        place[...] = place + stamps if add else stamps
    return canvas


def _crop(canvas, P):
    return canvas[:, :, P : canvas.shape[2] - P, P : canvas.shape[3] - P]


def _overwritten(x, weight, stride=1, padding=0, output_padding=0, **how):
    size = output_shape(x, weight, stride, 0, output_padding)
    return _crop(stamps(x, weight, size, stride=stride, add=False, **how), padding)


@conv_transpose2d.mistake(
    "where stamps overlap, the later one overwrites the earlier one",
    hint="Two stamps share a pixel of the output. Which value should it have?",
    also=(partial(_overwritten, last=True),),
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    return _crop(_canvas(x, weight, stride, output_padding, add=False), padding)


conv_transpose2d.slip(
    turned("weight"),
    "the filter was stamped, or scanned, the wrong way round: it is off by a turn of 180°",
    hint="One pixel of value 1: what should the output look like? Stamping needs no rotation; the "
    "other view, zeros between and then convolve, needs one. Which of the two is yours?",
)


@conv_transpose2d.mistake(
    "the padding was put around the output instead of cut off",
    hint="What does your formula for the size say: does padding make the output larger or smaller?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    P = padding
    canvas = _canvas(x, weight, stride, output_padding)
    return np.pad(canvas, ((0, 0), (0, 0), (P, P), (P, P)))


@conv_transpose2d.mistake(
    "the padding was cut off at the lower right end only",
    hint="P rows must go above and P rows below. Where does the result begin on the canvas?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    OH, OW = output_shape(x, weight, stride, padding, output_padding)
    return _canvas(x, weight, stride, output_padding)[:, :, :OH, :OW]


@conv_transpose2d.mistake(
    "with padding 0 nothing is left: the slice P:-P is then 0:0, which is empty",
    hint="What is np.arange(5)[1:-1], and what is np.arange(5)[0:-0]? Where should the slice end?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    P = padding
    return _canvas(x, weight, stride, output_padding)[:, :, P:-P, P:-P]


@conv_transpose2d.mistake(
    "the stamps go to row i and column j, without the stride",
    hint="With stride 2, how far apart are the stamps of two neighbours?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    return _crop(_canvas(x, weight, stride, output_padding, step=1), padding)


@conv_transpose2d.mistake(
    "the output padding became rows and columns of zeros, added after the padding was cut off",
    hint="Output padding cuts one row less at the end. Was there really nothing in that row?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    out = _crop(_canvas(x, weight, stride), padding)
    return np.pad(out, ((0, 0), (0, 0), (0, output_padding), (0, output_padding)))


@conv_transpose2d.mistake(
    "the axes of the weight were read as (F, C, KH, KW), as in an ordinary convolution",
    hint="The docstring says weight (C, F, KH, KW). Which axis belongs to the channels of x?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    return _crop(_canvas(x, weight.swapaxes(0, 1), stride, output_padding), padding)


def _stamped(x, weight, stride=1, padding=0, output_padding=0, *, cut, extra=lambda S, more: more):
    """The stamps on a canvas with `extra` more rows and columns; of it, `cut(canvas, P)`."""
    return cut(_canvas(x, weight, stride, extra(stride, output_padding)), padding)


for name, hint, change in (
    (
        "the padding was not cut off",
        "Your canvas has (H − 1)·stride + KH rows, and more. How many should be left?",
        {"cut": lambda canvas, P: canvas},
    ),
    (
        "the padding was cut off above and on the left only",
        "P rows must go above and P rows below. Where does your slice end?",
        {"cut": lambda canvas, P: canvas[:, :, P:, P:]},
    ),
    (
        "all of the padding, twice P, was cut off above and on the left",
        "The size is right. But how much of it must go above, and how much below?",
        {"cut": lambda canvas, P: canvas[:, :, 2 * P :, 2 * P :]},
    ),
    (
        "the padding was cut off from the rows only",
        "And the columns?",
        {"cut": lambda canvas, P: canvas[:, :, P : canvas.shape[2] - P]},
    ),
    (
        "the canvas has no room for the output padding",
        "How large must the canvas be, so that after cutting OH rows are left?",
        {"cut": _crop, "extra": lambda S, more: 0},
    ),
    (
        "the canvas has the slide's size, H · stride + KH − 1",
        "With stride 3, does any stamp reach the last two rows of your canvas?",
        {"cut": _crop, "extra": lambda S, more: more + S - 1},
    ),
):
    conv_transpose2d.mistake(name, hint=hint)(partial(_stamped, **change))


def _by_hand(x, weight, stride=1, padding=0, output_padding=0, *, make=None, place=None, wide=None):
    """The reference with one line exchanged: the stamp, its place, or the canvas."""
    tall, right_width = output_shape(x, weight, stride, 0, output_padding)
    wide = right_width if wide is None else wide(x, weight, stride) + output_padding
    canvas, (KH, KW) = np.zeros((len(x), weight.shape[1], tall, wide), x.dtype), weight.shape[2:]
    for i, j in np.ndindex(x.shape[2:]):
        stamps = (
            make(x, i, j, weight) if make else np.einsum("nc,cfab->nfab", x[:, :, i, j], weight)
        )
        top, left, low, right = (
            place(i, j, stride, KH, KW, output_padding)
            if place
            else (i * stride, j * stride, i * stride + KH, j * stride + KW)
        )
        canvas[:, :, top:low, left:right] += stamps
    return _crop(canvas, padding)


for name, hint, change in (
    (
        "the output padding went to the upper left: the stamps begin too late",
        "At which end does the output padding make room? Where does the first stamp begin?",
        {
            "place": lambda i, j, S, KH, KW, more: (
                more + i * S, more + j * S, more + i * S + KH, more + j * S + KW,
            )
        },
    ),
    (
        "the slice of a stamp ends at i + KH, without the stride",
        "A slice that begins at i · stride: where must it end to be KH long?",
        {"place": lambda i, j, S, KH, KW, more: (i * S, j * S, i + KH, j + KW)},
    ),
    (
        "row and column of the stamps' places have been exchanged",
        "Which of i and j counts the rows of x? Which axis of the canvas are the rows?",
        {"place": lambda i, j, S, KH, KW, more: (j * S, i * S, j * S + KH, i * S + KW)},
    ),
    (
        "the width of the canvas was computed with KH",
        "The filter has KH rows and KW columns. Which of the two makes the canvas wide?",
        {"wide": lambda x, weight, S: (x.shape[3] - 1) * S + weight.shape[2]},
    ),
    (
        "x[:, :, i, j] * weight multiplies entry by entry: (N, C) against (KH, KW)",
        "Over which axis must you sum, and which axes should remain? np.einsum says it in letters.",
        {"make": lambda x, i, j, weight: x[:, :, i, j] * weight},
    ),
    (
        "only channel 0 of x was used",
        "The stamps of all input channels add up on each output map. Where is your sum over c?",
        {
            "make": lambda x, i, j, weight: np.einsum(
                "nc,cfab->nfab", x[:, :1, i, j], weight[:1]
            )
        },
    ),
    (
        "only the first pixel has stamped",
        "Is your `return` inside the loop?",
        {
            "make": lambda x, i, j, weight: (
                np.einsum("nc,cfab->nfab", x[:, :, i, j], weight) * np.float32(i == j == 0)
            )
        },
    ),
    (
        "the loops exchange H and W: i runs over the columns",
        "x[:, :, i, j]: how many values may i take, and how many j?",
        {"make": lambda x, i, j, weight: x[:, :, j, i]},
    ),
):  # fmt: skip
    conv_transpose2d.mistake(name, hint=hint)(partial(_by_hand, **change))


@conv_transpose2d.mistake(
    "the canvas was made for whole numbers",
    hint="np.zeros(shape, int) cannot take fractions. Which dtype does np.zeros give by itself?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    canvas = np.zeros((len(x), weight.shape[1], *output_shape(x, weight, stride, 0, 0)), int)
    canvas[:, :, : weight.shape[2], : weight.shape[3]] += np.einsum(
        "nc,cfab->nfab", x[:, :, 0, 0], weight
    )
    return canvas


@conv_transpose2d.mistake(
    "places above and left of the output came in again at the far end: negative indices count "
    "from the end",
    hint="out[-1] is the last entry. You ask whether a place lies beyond the end. And before the "
    "beginning?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    OH, OW = output_shape(x, weight, stride, padding, output_padding)
    out = np.zeros((len(x), weight.shape[1], OH, OW), x.dtype)
    for i, j, a, b in np.ndindex(*x.shape[2:], *weight.shape[2:]):
        row, column = i * stride + a - padding, j * stride + b - padding
        if row < OH and column < OW:
            out[:, :, row, column] += x[:, :, i, j] @ weight[:, :, a, b]
    return out


conv_transpose2d.mistake(
    "each weight of the filter overwrote what the weights before it had given: = instead of +=",
    hint="An output may collect from several weights. What does `=` do to what is already there?",
    also=(partial(_overwritten, by_weight=True, last=True),),
)(partial(_overwritten, by_weight=True))
