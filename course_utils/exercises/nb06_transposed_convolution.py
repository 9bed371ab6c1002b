"""Exercises of notebook 06: the transposed convolution, its size, and its own backward pass."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ----------------------------------------------------------------------------------- insert_zeros
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


@insert_zeros.mistake(
    "the stride is taken for 2, whatever it is",
    hint="Where does your code use `stride`?",
)
def _(x, stride):
    return insert_zeros(x, 2)


@insert_zeros.mistake(
    "there are zeros around the map, too",
    hint="The zeros go between neighbours. Which neighbour has the first pixel on its left?",
)
def _(x, stride):
    S = stride - 1
    return np.pad(insert_zeros(x, stride), ((0, 0), (0, 0), (S, S), (S, S)))


# ------------------------------------------------------------------- conv_transpose_output_size
@exercise(
    notebook="06",
    points=1,
    minutes=10,
    hints=(
        "Where does the last stamp begin, and how long is it?",
        "The last of `size` stamps begins at (size − 1) · stride. What do padding and output "
        "padding do to the length?",
    ),
    explanation="The last stamp begins at (size − 1)·stride and is kernel_size long: so long is "
    "the canvas. Padding cuts that many pixels off at both ends, output padding gives some back "
    "at the far end.",
)
def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0):
    """Number of rows (or columns) that a transposed convolution gives; all whole numbers."""
    return (size - 1) * stride + kernel_size - 2 * padding + output_padding


@conv_transpose_output_size.cases
def _(rng):
    yield case(2, 3, 2, 0, 0, label="two stamps of 3, two pixels apart")
    yield case(5, 4, 3, 0, 0, label="stride 3")
    yield case(7, 4, 2, 1, 0, label="padding 1: 7 becomes 14")
    yield case(7, 3, 2, 1, 1, label="padding 1 and output padding 1: 7 becomes 14")
    yield case(1, 7, 1, 0, 0, label="one pixel becomes 7")
    yield case(4, 2, 3, 0, 2, label="gaps between the stamps, output padding 2")
    size, kernel_size, stride = (int(n) for n in rng.integers(3, 9, size=3))
    yield case(size, kernel_size, stride, 1, stride - 1, label="any sizes")


@conv_transpose_output_size.oracle
def _(size, kernel_size, stride, padding, output_padding):
    # the smallest map on which a convolution finds `size` places for its filter
    length = 1
    while len(range(-padding, length + padding - kernel_size + 1, stride)) < size:
        length += 1
    return length + output_padding


@conv_transpose_output_size.mistake(
    "this is the slide's formula, size · stride + kernel − 1",
    hint="One pixel, a filter of 3, stride 2. How long is a single stamp, and what does your "
    "formula say?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return size * stride + kernel_size - 1 - 2 * padding + output_padding


@conv_transpose_output_size.mistake(
    "this is the formula of an ordinary convolution, which makes maps smaller",
    hint="Seven rows and stride 2: should there be more rows afterwards, or fewer?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1


@conv_transpose_output_size.mistake(
    "the padding was added, where it should be cut off",
    hint="In a convolution padding makes the input larger. Here everything goes backwards. What "
    "does padding do to the output?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size + 2 * padding + output_padding


@conv_transpose_output_size.mistake(
    "the padding was cut off at one end only",
    hint="How many ends has a row?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - padding + output_padding


@conv_transpose_output_size.mistake(
    "the output padding was left out",
    hint="Which of the five numbers does your formula not use?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - 2 * padding


@conv_transpose_output_size.mistake(
    "the output padding was counted at both ends, like the padding",
    hint="Output padding settles by how many pixels the two ends differ. At how many ends is it "
    "added?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - 2 * padding + 2 * output_padding


def _size(size, kernel_size, stride=1, padding=0, output_padding=0, *, formula):
    return formula(size, kernel_size, stride, padding, output_padding)


for name, hint, formula in (
    (
        "this is the size of an ordinary convolution, with the output padding added",
        "Seven rows and stride 2: should there be more rows afterwards, or fewer?",
        lambda size, K, S, P, more: (size + 2 * P - K) // S + 1 + more,
    ),
    (
        "brackets are missing: size - 1 * stride multiplies before it subtracts",
        "How far is it from the first stamp to the last? Work out your formula for 2 pixels and "
        "stride 3, step by step.",
        lambda size, K, S, P, more: size - 1 * S + K - 2 * P + more,
    ),
    (
        "the last stamp was taken to begin at size · stride",
        "The first stamp begins at 0. Where does the second one begin, and where the last?",
        lambda size, K, S, P, more: size * S + K - 2 * P + more,
    ),
    (
        "the output padding was taken away, where it should be added",
        "The output padding asks for a larger map. Which sign has it in your formula?",
        lambda size, K, S, P, more: (size - 1) * S + K - 2 * P - more,
    ),
    (
        "the padding was left out",
        "Which of the five numbers does your formula not use?",
        lambda size, K, S, P, more: (size - 1) * S + K + more,
    ),
    (
        "the stride was left out",
        "With stride 3, how far apart do the stamps of two neighbours begin?",
        lambda size, K, S, P, more: size - 1 + K - 2 * P + more,
    ),
    (
        "the result is one too small",
        "One pixel and a filter of 3: how long is the stamp?",
        lambda size, K, S, P, more: (size - 1) * S + K - 2 * P + more - 1,
    ),
):
    conv_transpose_output_size.mistake(name, hint=hint)(partial(_size, formula=formula))


# ------------------------------------------------------------------------------- conv_transpose2d
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


def _settings(rng):
    """(x, weight, stride, padding, output_padding, label): what every version must survive."""
    x, weight = np.array([[[[2.0, 3.0]]]]), np.array([[[[1.0, 5.0, 7.0], [0.0, 4.0, 6.0]]]])
    yield x, weight, 1, 0, 0, "two pixels, one filter of 2 × 3, stamps that overlap"
    normal = rng.normal
    yield (
        normal(size=(2, 3, 4, 2)),
        normal(size=(3, 2, 2, 3)),
        2,
        0,
        0,
        "two images, channels 3 to 2",
    )
    yield (
        normal(size=(2, 2, 2, 3)),
        normal(size=(2, 2, 4, 3)),
        2,
        1,
        0,
        "padding 1, channels 2 to 2",
    )
    yield (
        normal(size=(1, 2, 3, 2)),
        normal(size=(2, 3, 3, 4)),
        3,
        2,
        1,
        "padding 2, output padding 1",
    )
    yield normal(size=(2, 1, 2, 3)), normal(size=(1, 2, 2, 1)), 3, 0, 2, "gaps between the stamps"
    x, weight = normal(size=(1, 3, 2, 3)), normal(size=(3, 2, 3, 4))
    yield x, weight, 3, 1, 2, "stride 3, padding 1, output padding 2"
    wide = normal(size=(2, 4, 3, 6)).astype(np.float32)
    weight = normal(size=(3, 2, 3, 2)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], weight, 2, 1, 1, "float32, not in memory order"


@conv_transpose2d.cases
def _(rng):
    for *arguments, label in _settings(rng):
        yield case(*arguments, label=label)


def _pairs(x, weight, shape, stride, padding):
    """All (n, c, f, input place, filter place, output place) that meet within the output."""
    (N, C, H, W), (_, F, KH, KW) = x.shape, weight.shape
    for n, c, f, i, j, a, b in np.ndindex(N, C, F, H, W, KH, KW):
        row, column = i * stride + a - padding, j * stride + b - padding
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            yield (n, c, i, j), (c, f, a, b), (n, f, row, column)


def _shape(x, weight, stride, padding, output_padding):
    return tuple(
        (size - 1) * stride + K - 2 * padding + output_padding
        for size, K in zip(x.shape[2:], weight.shape[2:], strict=True)
    )


@conv_transpose2d.groups({"no padding": 2, "padding": 1})
def _(x, weight, stride, padding, output_padding):
    return "padding" if padding or output_padding else "no padding"


@conv_transpose2d.oracle
def _(x, weight, stride, padding, output_padding):
    shape = _shape(x, weight, stride, padding, output_padding)
    out = np.zeros((len(x), weight.shape[1], *shape), x.dtype)
    for pixel, place, target in _pairs(x, weight, shape, stride, padding):
        out[target] += x[pixel] * weight[place]
    return out


def _canvas(x, weight, stride, output_padding=0, *, step=None, add=True):
    """All stamps on a canvas that is not cropped; `step` is how far apart they really go."""
    tall, wide = _shape(x, weight, stride, 0, output_padding)
    step = stride if step is None else step
    canvas = np.zeros((len(x), weight.shape[1], tall, wide), x.dtype)
    for i, j in np.ndindex(x.shape[2:]):
        stamps = np.einsum("nc,cfab->nfab", x[:, :, i, j], weight)
        place = canvas[:, :, i * step :, j * step :][:, :, : weight.shape[2], : weight.shape[3]]
        place[...] = place + stamps if add else stamps
    return canvas


def _crop(canvas, P):
    return canvas[:, :, P : canvas.shape[2] - P, P : canvas.shape[3] - P]


@conv_transpose2d.mistake(
    "where stamps overlap, the later one overwrites the earlier one",
    hint="Two stamps share a pixel of the output. Which value should it have?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    return _crop(_canvas(x, weight, stride, output_padding, add=False), padding)


@conv_transpose2d.mistake(
    "the filter was stamped, or scanned, the wrong way round: it is off by a turn of 180°",
    hint="One pixel of value 1: what should the output look like? Stamping needs no rotation; the "
    "other view, zeros between and then convolve, needs one. Which of the two is yours?",
)
def _(x, weight, stride=1, padding=0, output_padding=0):
    rotated = weight[:, :, ::-1, ::-1]
    return _crop(_canvas(x, rotated, stride, output_padding), padding)


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
    OH, OW = _shape(x, weight, stride, padding, output_padding)
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
    tall, right_width = _shape(x, weight, stride, 0, output_padding)
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
    canvas = np.zeros((len(x), weight.shape[1], *_shape(x, weight, stride, 0, 0)), int)
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
    OH, OW = _shape(x, weight, stride, padding, output_padding)
    out = np.zeros((len(x), weight.shape[1], OH, OW), x.dtype)
    for i, j, a, b in np.ndindex(*x.shape[2:], *weight.shape[2:]):
        row, column = i * stride + a - padding, j * stride + b - padding
        if row < OH and column < OW:
            out[:, :, row, column] += x[:, :, i, j] @ weight[:, :, a, b]
    return out


# ---------------------------------------------------------------------- conv_transpose2d_backward
@exercise(
    notebook="06",
    points=3,
    minutes=25,
    returns=("grad_x", "grad_weight"),
    hints=(
        "What was cut off forwards had no influence on the loss: its gradient is 0. Pad grad_out "
        "by P on every side, and you have the gradient of the whole canvas.",
        "Pixel (i, j) has stamped one patch of the canvas. Which one? Everything that you need is "
        "in that patch of the gradient.",
        "grad_x[:, :, i, j] has the axes (N, C). Patch (N, F, KH, KW), filter (C, F, KH, KW): "
        "which letters go into np.einsum, and which stand behind the arrow?",
        "For grad_weight the pixel (N, C) meets the same patch. Which axis is summed over now? And "
        "what must happen from one (i, j) to the next, if every pixel has used the weight?",
    ),
    explanation="Pixel (i, j) wrote x·weight into one patch of the canvas. So its own gradient is "
    "that patch of the canvas' gradient times the weight, and the weight collects the patch times "
    "the pixel, from all pixels of all images. Both need the same patch, so one loop does both.",
)
def conv_transpose2d_backward(grad_out, x, weight, stride=1, padding=0):
    """Gradients of the loss for out = conv_transpose2d(x, weight, stride, padding).

    grad_out (N, F, OH, OW), x (N, C, H, W), weight (C, F, KH, KW)
    -> grad_x (N, C, H, W), grad_weight (C, F, KH, KW)
    With output padding grad_out has more rows and columns at its end: nothing special to do.
    """
    (_, _, H, W), (_, _, KH, KW), P = x.shape, weight.shape, padding
    canvas = np.pad(grad_out, ((0, 0), (0, 0), (P, P), (P, P)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i, j in np.ndindex(H, W):
        top, left = i * stride, j * stride
        patch = canvas[:, :, top : top + KH, left : left + KW]  # (N, F, KH, KW)
        grad_x[:, :, i, j] = np.einsum("nfab,cfab->nc", patch, weight)
        grad_weight += np.einsum("nc,nfab->cfab", x[:, :, i, j], patch)
    return grad_x, grad_weight


@conv_transpose2d_backward.cases
def _(rng):
    for x, weight, stride, padding, output_padding, label in _settings(rng):
        shape = _shape(x, weight, stride, padding, output_padding)
        grads = rng.normal(size=(*shape[::-1], weight.shape[1], len(x))).astype(x.dtype)
        if x.size == 2:
            grads = np.arange(1.0, 9.0).reshape(4, 2, 1, 1)
        yield case(grads.transpose(3, 2, 1, 0), x, weight, stride, padding, label=label)


@conv_transpose2d_backward.oracle
def _(grad_out, x, weight, stride, padding):
    grad_x, grad_weight = np.zeros(x.shape, x.dtype), np.zeros(weight.shape, weight.dtype)
    for pixel, place, target in _pairs(x, weight, grad_out.shape[2:], stride, padding):
        grad_x[pixel] += grad_out[target] * weight[place]
        grad_weight[place] += grad_out[target] * x[pixel]
    return grad_x, grad_weight


def _backward(grad_out, x, weight, stride, padding, *, step=None, last=False):
    P, (KH, KW) = padding, weight.shape[2:]
    S = stride if step is None else step
    canvas = np.pad(grad_out, ((0, 0), (0, 0), (P, P), (P, P)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i, j in np.ndindex(x.shape[2:]):
        patch = canvas[:, :, i * S : i * S + KH, j * S : j * S + KW]
        grad_x[:, :, i, j] = np.einsum("nfab,cfab->nc", patch, weight)
        product = np.einsum("nc,nfab->cfab", x[:, :, i, j], patch)
        grad_weight = product if last else grad_weight + product
    return grad_x, grad_weight


@conv_transpose2d_backward.mistake(
    "the padding that was cut off forwards was not put back around the gradient",
    hint="With padding 1, which entry of grad_out belongs to the corner of the first stamp? There "
    "is none: what is its gradient?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(grad_out, x, weight, stride, 0)


@conv_transpose2d_backward.mistake(
    "the filter was rotated by 180° for grad_x",
    hint="That is right for a convolution's backward pass. Which weight took x[0, 0] to the first "
    "entry of its stamp here?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    grad_x, _ = _backward(grad_out, x, weight[:, :, ::-1, ::-1], stride, padding)
    return grad_x, _backward(grad_out, x, weight, stride, padding)[1]


@conv_transpose2d_backward.mistake(
    "grad_weight holds the last pixel's part only: = instead of +=",
    hint="How many pixels have used the weight, and what happens to their gradients?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(grad_out, x, weight, stride, padding, last=True)


@conv_transpose2d_backward.mistake(
    "grad_weight was averaged over the images",
    hint="The weight acts on each image. Do their gradients add up, or are they averaged?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    grad_x, grad_weight = _backward(grad_out, x, weight, stride, padding)
    return grad_x, grad_weight / len(x)


@conv_transpose2d_backward.mistake(
    "grad_weight came out as (F, C, KH, KW)",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has weight?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    grad_x, grad_weight = _backward(grad_out, x, weight, stride, padding)
    return grad_x, grad_weight.swapaxes(0, 1)


@conv_transpose2d_backward.mistake(
    "the patches were read at row i and column j, without the stride",
    hint="Where on the canvas did the stamp of pixel (1, 0) begin?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(grad_out, x, weight, stride, padding, step=1)


@conv_transpose2d_backward.mistake(
    "the two results are in the wrong order",
    hint="The docstring says (grad_x, grad_weight).",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(grad_out, x, weight, stride, padding)[::-1]


for name, hint, rows, columns in (
    (
        "all of the padding was put back below and on the right",
        "P rows were cut off above and P below. Where do they have to come back?",
        (0, 2),
        (0, 2),
    ),
    (
        "all of the padding was put back above and on the left",
        "P rows were cut off above and P below. Where do they have to come back?",
        (2, 0),
        (2, 0),
    ),
    (
        "the padding was put back around the rows only",
        "And the columns?",
        (1, 1),
        (0, 0),
    ),
):

    def _(grad_out, x, weight, stride=1, padding=0, ends=(rows, columns)):
        zeros = padding * np.array([(0, 0), (0, 0), *ends])  # (before, after) for each axis
        return _backward(np.pad(grad_out, zeros), x, weight, stride, 0)

    conv_transpose2d_backward.mistake(name, hint=hint)(_)


@conv_transpose2d_backward.mistake(
    "np.pad has put the zeros on other axes than rows and columns, or on all four",
    hint="np.pad(g, P) pads every axis, N and F as well. Which shape has g before and after? Give "
    "one pair (before, after) for each of the four axes, in order.",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(np.pad(grad_out, padding), x, weight, stride, 0)


def _patches(grad_out, x, weight, stride=1, padding=0, *, place=None, letters="nc,nfab->cfab"):
    """The reference with one line exchanged: the place of the patch, or grad_weight's letters."""
    P, (KH, KW), S = padding, weight.shape[2:], stride
    canvas = np.pad(grad_out, ((0, 0), (0, 0), (P, P), (P, P)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i, j in np.ndindex(x.shape[2:]):
        top, left, tall, wide = place(i, j, S, KH, KW) if place else (i * S, j * S, KH, KW)
        patch = canvas[:, :, top : top + tall, left : left + wide]
        grad_x[:, :, i, j] = np.einsum("nfab,cfab->nc", patch, weight)
        grad_weight += np.einsum(letters, x[:, :, i, j], patch)
    return grad_x, grad_weight


for name, hint, change in (
    (
        "row and column of the patches' places have been exchanged",
        "Which of i and j counts the rows of x? Which axis of grad_out are the rows?",
        {"place": lambda i, j, S, KH, KW: (j * S, i * S, KH, KW)},
    ),
    (
        "the patch is KH wide: KW was forgotten",
        "The stamp had KH rows and KW columns. How many columns has your patch?",
        {"place": lambda i, j, S, KH, KW: (i * S, j * S, KH, KH)},
    ),
    (
        'the letters of grad_weight end in "->fcab", where weight is (C, F, KH, KW)',
        "The letters behind the arrow are the axes of the result, in this order. Which is first?",
        {"letters": "nc,nfab->fcab"},
    ),
):
    conv_transpose2d_backward.mistake(name, hint=hint)(partial(_patches, **change))


@conv_transpose2d_backward.mistake(
    "grad_weight was rotated by 180°",
    hint="Stamping does not rotate the filter. Which entry of the patch belongs to weight[c, f, 0, "
    "0]?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    grad_x, grad_weight = _backward(grad_out, x, weight, stride, padding)
    return grad_x, grad_weight[:, :, ::-1, ::-1]


@conv_transpose2d_backward.mistake(
    "grad_weight holds the first image's part only",
    hint="All images were made with the same weight. Over which axes of x and grad_out must "
    "grad_weight add up?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    grad_x, _ = _backward(grad_out, x, weight, stride, padding)
    return grad_x, _backward(grad_out[:1], x[:1], weight, stride, padding)[1]
