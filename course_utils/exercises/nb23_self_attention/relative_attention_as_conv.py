"""The exercise `relative_attention_as_conv` of notebook 23."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb23_self_attention import offset_forms as of
from course_utils.exercises.nb23_self_attention.arrays import strided
from course_utils.exercises.slips import first_only, reordered, result


@exercise(
    notebook="23",
    points=3,
    minutes=25,
    returns=("looks", "out"),
    seconds=10.0,
    not_lent=("conv2d", "conv2d_loops"),
    hints=(
        "Begin with looks: zeros of shape (KH·KW, H·W, H·W), and four loops over u, v, i, j.",
        "Position t = (i, j) of head (u, v) looks at row i + u − KH // 2 and column "
        "j + v − KW // 2. If one of them lies outside, leave the zeros.",
        "The values: x as tokens, (N, H·W, C), which is x.reshape(N, C, H·W) with its last two "
        "axes exchanged.",
        "Head (u, v) contributes looks[h] @ tokens @ weight[:, :, u, v].T. Add up the heads, then "
        "go back from (N, H·W, F) to (N, F, H, W).",
    ),
    explanation="The head says where to look, its matrix what to make of it. A head "
    "that always looks one pixel to the left is a shift; a convolution is a sum of shifted images, "
    "each times its own matrix of F × C numbers. Where a head looks outside, its row is 0: zero "
    "padding.",
)
def relative_attention_as_conv(x, weight):
    """A convolution that keeps the size, as one head of attention for each place of the filter.

    x (N, C, H, W); weight (F, C, KH, KW), KH and KW odd. Positions are numbered t = i·W + j, heads
    h = u·KW + v. looks[h, t, s] is 1 where s is the position KH // 2 − u rows above and KW // 2 − v
    columns left of t, else 0: a head that would look outside the image looks at nothing.
    -> looks (KH·KW, H·W, H·W), out (N, F, H, W) as of a convolution with zeros around x
    """
    (N, C, H, W), (F, _, KH, KW) = x.shape, weight.shape
    looks = np.zeros((KH * KW, H * W, H * W))
    for u, v, i, j in np.ndindex(KH, KW, H, W):
        row, column = i + u - KH // 2, j + v - KW // 2
        if 0 <= row < H and 0 <= column < W:
            looks[u * KW + v, i * W + j, row * W + column] = 1
    tokens = x.reshape(N, C, H * W).transpose(0, 2, 1)  # (N, H·W, C)
    matrices = weight.reshape(F, C, KH * KW).transpose(2, 1, 0)  # (KH·KW, C, F)
    out = sum(look @ tokens @ matrix for look, matrix in zip(looks, matrices, strict=True))
    return looks, out.transpose(0, 2, 1).reshape(N, F, H, W)


@relative_attention_as_conv.cases
def _(rng):
    row = np.array([[[[1.0, 2, 4]]]])
    yield case(row, np.array([[[[1.0, 10, 100]]]]), label="a row of 3 pixels, a filter of 1 × 3")
    yield case(rng.normal(size=(1, 1, 2, 3)), np.array([[[[5.0]]]]), label="a filter of 1 × 1")
    yield case(np.arange(6.0).reshape(1, 1, 2, 3), rng.normal(size=(1, 1, 3, 3)),
               label="2 × 3 pixels, a filter of 3 × 3")  # fmt: skip
    yield case(rng.normal(size=(1, 2, 3, 4)), rng.normal(size=(3, 2, 3, 1)),
               label="2 channels, 3 filters of 3 × 1")  # fmt: skip
    yield case(rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 3, 5)),
               label="two images, filters of 3 × 5")  # fmt: skip
    yield case(rng.normal(size=(1, 2, 2, 2)), rng.normal(size=(1, 2, 5, 5)),
               label="a filter larger than the image")  # fmt: skip
    yield case(rng.normal(size=(3, 3, 3, 3)), rng.normal(size=(3, 3, 3, 3)), label="all sizes 3")
    lines = np.zeros((1, 1, 3, 4))
    lines[:, :, 1] = 1000
    yield case(lines, rng.normal(size=(2, 1, 3, 3)), label="rows of 0 and 1000")
    yield case(np.arange(24).reshape(1, 2, 3, 4), rng.normal(size=(1, 2, 3, 3)),
               label="whole numbers (dtype int)")  # fmt: skip
    yield case(strided(rng.normal(size=(2, 2, 5, 4))), strided(rng.normal(size=(3, 2, 3, 3))),
               label="float32, not in memory order")  # fmt: skip


@relative_attention_as_conv.oracle
def _(x, weight):
    """Heads from where a numbered, padded image lands when it is shifted; out pixel by pixel."""
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    numbers = np.pad(np.arange(H * W).reshape(H, W), ((KH // 2,) * 2, (KW // 2,) * 2),
                     constant_values=-1)  # fmt: skip
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (KH // 2,) * 2, (KW // 2,) * 2))
    looks, out = np.zeros((KH, KW, H * W, H * W)), np.zeros((N, F, H, W))
    for u, v in np.ndindex(KH, KW):
        seen = numbers[u : u + H, v : v + W].ravel()
        looks[u, v] = seen[:, np.newaxis] == np.arange(H * W)
    for i, j in np.ndindex(H, W):
        window = padded[:, np.newaxis, :, i : i + KH, j : j + KW]
        out[:, :, i, j] = (window * weight).sum(axis=(2, 3, 4))
    return looks.reshape(KH * KW, H * W, H * W), out


relative_attention_as_conv.mistake(
    "the heads look in the opposite direction: the filter is rotated by 180°, or looks transposed",
    hint="Head 0 belongs to the upper left weight. Should it look up and left, or down and right? "
    "In looks[h, t, s], t is the one that looks.",
    also=(
        lambda x, weight: (
            of.convolved(x, weight, offset=lambda u, v, KH, KW: (KH // 2 - u, KW // 2 - v))[0],
            relative_attention_as_conv.reference(x, weight)[1],
        ),
    ),
)(partial(of.convolved, offset=lambda u, v, KH, KW: (KH // 2 - u, KW // 2 - v)))


relative_attention_as_conv.mistake(
    "the heads are right, but their matrices were taken in the opposite order",
    hint="Which weight meets the pixel up and left of t?",
)(partial(of.convolved, matrix=lambda w: of.matrices(w[..., ::-1, ::-1])))


relative_attention_as_conv.mistake(
    "the windows begin at t: the filter is not centred",
    hint="The middle of the filter looks at t itself. Where does yours look for u = KH // 2?",
)(partial(of.convolved, offset=lambda u, v, KH, KW: (u, v)))


relative_attention_as_conv.mistake(
    "rows and columns of the offset were exchanged",
    hint="u counts rows of the filter. Is it added to i or to j?",
    also=(
        partial(of.convolved, offset=lambda u, v, KH, KW: (v - KH // 2, u - KW // 2)),
        lambda x, weight: (
            of.convolved(x, weight, offset=lambda u, v, KH, KW: (v - KW // 2, u - KH // 2))[0],
            relative_attention_as_conv.reference(x, weight)[1],
        ),
    ),
)(partial(of.convolved, offset=lambda u, v, KH, KW: (v - KW // 2, u - KH // 2)))


relative_attention_as_conv.mistake(
    "KH and KW were exchanged in the middle of the filter",
    hint="Half of which size do you subtract from the row, and which from the column?",
)(partial(of.convolved, offset=lambda u, v, KH, KW: (u - KW // 2, v - KH // 2)))


relative_attention_as_conv.mistake(
    "a head that leaves the image on one side comes back on the other",
    hint="A negative index counts from the end, and % wraps around. What should a head see beyond "
    "the border?",
    also=(
        partial(of.convolved, where=of.from_the_end),
        lambda x, weight: (
            of.convolved(x, weight, where=of.wrapped)[0],
            relative_attention_as_conv.reference(x, weight)[1],
        ),
    ),
)(partial(of.convolved, where=of.wrapped))


relative_attention_as_conv.mistake(
    "a head that leaves a row at its end enters the next row",
    hint="t + 1 is the pixel to the right, except at the end of a row. Compare i and j, not t.",
    also=(
        lambda x, weight: (
            of.convolved(x, weight, where=of.in_one_row)[0],
            relative_attention_as_conv.reference(x, weight)[1],
        ),
    ),
)(partial(of.convolved, where=of.in_one_row))


relative_attention_as_conv.mistake(
    "a head that leaves the image looks at the nearest pixel on the border",
    hint="np.clip brings the position back. Zero padding wants it to look at nothing.",
    also=(
        lambda x, weight: (
            of.convolved(x, weight, where=of.clamped)[0],
            relative_attention_as_conv.reference(x, weight)[1],
        ),
    ),
)(partial(of.convolved, where=of.clamped))


relative_attention_as_conv.mistake(
    "a head that leaves the image looks at its own position",
    hint="What should a head take that has nowhere to look?",
)(partial(of.convolved, where=of.stays))


relative_attention_as_conv.mistake(
    "a head that leaves the image looks at all positions alike",
    hint="A softmax over a row of equal scores: what comes out? The docstring wants zeros there.",
    also=(
        lambda x, weight: (
            of.normalised(relative_attention_as_conv.reference(x, weight)[0]),
            sum(look @ of.tokens(x) @ m for look, m in zip(
                of.normalised(of.looking(*x.shape[2:], *weight.shape[2:])),
                of.matrices(weight), strict=True)).transpose(0, 2, 1).reshape(
                    len(x), -1, *x.shape[2:]),
        ),
    ),
)(partial(of.convolved, shown=of.normalised))  # fmt: skip


relative_attention_as_conv.mistake(
    "the heads are numbered down the columns of the filter",
    hint="h = u·KW + v. Which of u and v changes faster?",
    also=(
        partial(of.convolved, order=of.columns_first),
        lambda x, weight: (
            of.looking(*x.shape[2:], *weight.shape[2:], order=of.columns_first),
            relative_attention_as_conv.reference(x, weight)[1],
        ),
    ),
)(
    partial(
        of.convolved,
        order=of.columns_first,
        matrix=lambda w: of.matrices(w.transpose(0, 1, 3, 2)),
    )
)


relative_attention_as_conv.mistake(
    "positions are numbered with H where W belongs: t = i·H + j",
    hint="How many positions come before the first one of row i: i·H or i·W?",
)(partial(of.convolved, where=of.by_height))


relative_attention_as_conv.mistake(
    "all heads share one matrix: the mean of the filter's weights, or its middle",
    hint="Head (u, v) has the matrix weight[:, :, u, v]. Is u in your formula?",
    also=(
        partial(of.convolved, matrix=lambda w: np.broadcast_to(
            of.matrices(w)[w.shape[2] * w.shape[3] // 2], of.matrices(w).shape)),
        partial(of.convolved, matrix=lambda w: np.broadcast_to(
            of.matrices(w)[0], of.matrices(w).shape)),
    ),
)(partial(of.convolved, matrix=lambda w: np.broadcast_to(
    of.matrices(w).mean(axis=0), of.matrices(w).shape)))  # fmt: skip


relative_attention_as_conv.mistake(
    "only the last head is left: each one overwrites what came before",
    hint="A convolution is the sum of all heads. Is it = or += in your loop?",
    also=(partial(of.convolved, add=lambda parts: parts[0]),),
)(partial(of.convolved, add=lambda parts: parts[-1]))


relative_attention_as_conv.mistake(
    "the mean of the heads was taken, not their sum",
    hint="A filter of ones adds up its window. What does yours give?",
)(partial(of.convolved, add=lambda parts: np.mean(parts, axis=0)))


relative_attention_as_conv.mistake(
    "out was reshaped without a transpose: channels and positions are mixed up",
    hint="(N, H·W, F) has the filters last. Which axis should move before you reshape?",
)(partial(of.convolved, as_maps=lambda rows, x: rows.reshape(len(x), -1, *x.shape[2:])))


relative_attention_as_conv.mistake(
    "x was reshaped to tokens without a transpose: channels and positions are mixed up",
    hint="x[n] is (C, H, W): the channels come first in memory. What is the second number of your "
    "first token?",
)(
    lambda x, weight: (
        of.looking(*x.shape[2:], *weight.shape[2:]),
        of.convolved(x.reshape(len(x), -1, x.shape[1]).transpose(0, 2, 1).reshape(x.shape), weight)[
            1
        ],
    )
)


relative_attention_as_conv.slip(
    result(lambda value, x, **rest: of.tokens(value), part="out"),
    "out still has a row for each position: (N, H·W, F)",
    hint="Which shape does the docstring ask for?",
    also=(result(lambda value, **rest: value.reshape(*value.shape[:2], -1), part="out"),),
)


relative_attention_as_conv.slip(
    result(lambda value, weight, **rest: value.reshape(*weight.shape[2:], *value.shape[1:]),
           part="looks"),
    "looks has two axes for the heads",
    hint="Heads are numbered h = u·KW + v. How many axes are that?",
)  # fmt: skip


relative_attention_as_conv.slip(first_only("x"), hint="How many images are there in x?")


relative_attention_as_conv.slip(reordered(1, 0), whole=True)


relative_attention_as_conv.mistake(
    "the channels were added up before the filter came",
    hint="A filter has a matrix of F × C numbers at each place. Where does C go in your code?",
)(
    lambda x, weight: (
        of.looking(*x.shape[2:], *weight.shape[2:]),
        of.convolved(x.sum(axis=1, keepdims=True), weight[:, :1])[1],
    )
)


relative_attention_as_conv.mistake(
    "the middle of the filter was taken to be 1: as if it were always 3 × 3",
    hint="Where is the middle of a filter of 1 × 3, and of 5 × 5?",
)(partial(of.convolved, offset=lambda u, v, KH, KW: (u - 1, v - 1)))


relative_attention_as_conv.mistake(
    "the heads are numbered u·KH + v",
    hint="How many heads come before the first one of row u: u·KH or u·KW?",
)(of.numbered_by_height)


relative_attention_as_conv.mistake(
    "the first or the last row and column of the image count as outside",
    hint="Row 0 belongs to the image, and so does row H − 1. Is it < or <= in your comparison?",
    also=(partial(of.convolved, where=of.not_the_last),),
)(partial(of.convolved, where=of.not_the_first))
