"""The exercise `conv2d` of notebook 03."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
from course_utils.exercises.nb03_convolution.im2col import im2col
from course_utils.exercises.nb03_convolution.windows import (
    all_windows,
    layer,
    product,
    rows_and_columns,
    taps,
)
from course_utils.exercises.slips import ignored


@exercise(
    notebook="03",
    not_lent=("conv2d_loops",),
    points=2,
    minutes=15,
    hints=(
        "im2col gives (N, C·KH·KW, OH·OW). Which shape must the weight have, so that one @ turns "
        "C·KH·KW into F?",
        "In `A @ columns`, A must be (F, C·KH·KW): every filter as one row. Which reshape of "
        "weight does that, and which shape has the product?",
        "The bias belongs to the axis F. bias[:, np.newaxis] has the shape (F, 1).",
    ),
    explanation="A column holds a window in the order in which weight.reshape(F, −1) holds a "
    "filter. So row f of the matrix times column p is the dot product of filter f with window p: "
    "the whole layer is one matrix product for each image.",
)
def conv2d(x, weight, bias, stride=1, padding=0, dilation=1):
    """The convolution layer as one matrix product: im2col, multiply, reshape.

    x (N, C, H, W), weight (F, C, KH, KW), bias (F,) -> (N, F, OH, OW)
    """
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    OH = conv_output_size(H, KH, stride, padding, dilation)
    OW = conv_output_size(W, KW, stride, padding, dilation)
    columns = im2col(x, (KH, KW), stride, padding, dilation)  # (N, C·KH·KW, OH·OW)
    out = weight.reshape(F, -1) @ columns + bias[:, np.newaxis]  # (N, F, OH·OW)
    return out.reshape(N, F, OH, OW)


@conv2d.cases
def _(rng):
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    weight = np.array([[[[1.0, 0.0], [0.0, -2.0]]], [[[0.0, 3.0], [1.0, 0.0]]]])
    yield case(x, weight, np.array([0.5, -1.0]), 1, 0, 1, label="one small image, two 2×2 filters")
    larger, filled = np.arange(20.0).reshape(1, 1, 4, 5), np.array([[[[1.0, 2.0], [3.0, -1.0]]]])
    yield case(larger, filled, np.array([1.0]), 2, 0, 1, label="stride 2 alone")
    yield case(larger, filled, np.array([1.0]), 1, 0, 2, label="dilation 2 alone")
    square = np.arange(9.0).reshape(1, 1, 3, 3)
    yield case(larger[:, :, :3], square, np.array([1.0]), 1, 1, 1, label="padding 1 alone")
    yield case(
        *layer(rng, (2, 3, 5, 6), (4, 3, 3, 2)),
        1,
        0,
        1,
        label="3 channels, 4 filters of 3×2",
    )
    yield case(*layer(rng, (2, 2, 6, 9), (3, 2, 3, 2)), 2, 0, 1, label="stride 2, rows left over")
    yield case(*layer(rng, (1, 2, 4, 5), (3, 2, 2, 3)), 1, 2, 1, label="padding 2")
    yield case(*layer(rng, (2, 3, 7, 6), (2, 3, 3, 2)), 1, 0, 2, label="dilation 2")
    yield case(*layer(rng, (3, 2, 8, 7), (5, 2, 2, 3)), 2, 1, 3, label="everything at once")
    yield case(*layer(rng, (2, 3, 3, 4), (6, 3, 2, 2)), 1, 0, 1, label="6 filters and 6 windows")
    yield case(*layer(rng, (2, 3, 5, 5), (4, 3, 3, 2)), 1, 0, 1, label="a square image, 3×2")
    x, weight, bias = layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), np.float32)
    yield case(
        x[:, :, ::-1], weight, bias, 2, 1, 1,
        label="stride 2 and padding 1, float32, rows stored in reverse",
    )  # fmt: skip


@conv2d.oracle
def _(x, weight, bias, stride, padding, dilation):
    return taps(x, weight, bias, stride, padding, dilation)


def _convolved(x, weight, bias, stride, padding, dilation):
    return product(all_windows(x, weight.shape[2:], stride, padding, dilation), weight, bias)


@conv2d.mistake(
    "the bias was left out",
    hint="What is the output for an image of zeros?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x, weight, np.zeros_like(bias), stride, padding, dilation)


@conv2d.mistake(
    "the bias was added along the places, not along the filters",
    hint="The product has the shape (N, F, OH·OW) and bias has (F,). Which axis does NumPy line it "
    "up with, and which one is meant?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    out = _convolved(x, weight, np.zeros_like(bias), stride, padding, dilation)
    N, F, OH, OW = out.shape
    return (out.reshape(N, F, OH * OW) + bias).reshape(out.shape)


@conv2d.mistake(
    "weight.reshape(-1, F).T mixes the filters",
    hint="In memory, filter 0 comes first as a whole. Which reshape makes it the first row?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    mixed = weight.reshape(-1, len(weight)).T.reshape(weight.shape)
    return _convolved(x, mixed, bias, stride, padding, dilation)


@conv2d.mistake(
    "the filter was rotated by 180°: this is the convolution of mathematics",
    hint="Networks compute the cross-correlation. Is there a [::-1] too many?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x, weight[..., ::-1, ::-1], bias, stride, padding, dilation)


@conv2d.mistake(
    "OH and OW were exchanged in the last reshape",
    hint="The columns are numbered row after row of the output. Which of the two sizes comes last?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    out = _convolved(x, weight, bias, stride, padding, dilation)
    N, F, OH, OW = out.shape
    return out.reshape(N, F, OW, OH)


@conv2d.mistake(
    "the dilation was not passed on",
    hint="Which functions inside yours have to know the dilation?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x, weight, bias, stride, padding, 1)


conv2d.slip(
    ignored("padding", 0),
    "the padding was not passed on",
    hint="Which functions inside yours have to know the padding?",
)


@conv2d.mistake(
    "the stride was not passed on",
    hint="Which functions inside yours have to know the stride?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x, weight, bias, 1, padding, dilation)


@conv2d.mistake(
    "the image was padded here and then once more inside im2col",
    hint="im2col pads by itself. Who else does?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x, weight, bias, stride, 2 * padding, dilation)


@conv2d.mistake(
    "only the first image was used",
    hint="`@` multiplies for all N images at once. Where do you take number 0 alone?",
    also=(
        lambda x, *rest: _convolved(x[:1], *rest)[0],
        lambda x, *rest: _convolved(np.broadcast_to(x[:1], x.shape), *rest),
    ),
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x[:1], weight, bias, stride, padding, dilation)


def _one_product(
    x, weight, bias, stride=1, padding=0, dilation=1, *,
    sized=None, given=None, sizes=None, kernel=None, product=None, fold=None,
):  # fmt: skip
    """im2col, multiply, reshape, with one thing changed.

    sized(S, P, D): the settings that the output size was computed with, and given(S, P, D): those
    that im2col got; sizes(count, H, W, KH, KW):
    the output's, from count(H, K); kernel(KH, KW): the window of im2col; product(rows, columns,
    bias) of (F, M), (N, M, L) and (F,); fold(out, N, F, OH, OW): the last step
    """
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    settings = stride, padding, dilation
    known = sized(*settings) if sized else settings
    sizes = sizes or (lambda count, H, W, KH, KW: (count(H, KH), count(W, KW)))
    OH, OW = sizes(lambda H, K: conv_output_size(H, K, *known), H, W, KH, KW)
    product = product or (lambda rows, columns, bias: rows @ columns + bias[:, np.newaxis])
    fold = fold or (lambda out, N, F, OH, OW: out.reshape(N, F, OH, OW))
    window = kernel(KH, KW) if kernel else (KH, KW)
    columns = im2col(x, window, *(given(*settings) if given else settings))
    out = product(weight.reshape(F, -1), columns, bias)
    return fold(out, N, F, OH, OW)


conv2d.mistake(
    "the stride is known to one of the two only: to the output size or to im2col",
    hint="Both functions have a parameter `stride`. Do both get it?",
    also=(partial(_one_product, given=lambda S, P, D: (1, P, D)),),
)(partial(_one_product, sized=lambda S, P, D: (1, P, D)))


conv2d.mistake(
    "the dilation is known to one of the two only: to the output size or to im2col",
    hint="Both functions have a parameter `dilation`. Do both get it?",
    also=(partial(_one_product, given=lambda S, P, D: (S, P, 1)),),
)(partial(_one_product, sized=lambda S, P, D: (S, P, 1)))


conv2d.mistake(
    "the padding is known to one of the two only: to the output size or to im2col",
    hint="Both functions have a parameter `padding`. Do both get it?",
    also=(partial(_one_product, given=lambda S, P, D: (S, 0, D)),),
)(partial(_one_product, sized=lambda S, P, D: (S, 0, D)))


conv2d.mistake(
    "the places were not folded into rows and columns: the last reshape is missing",
    hint="Your answer has three axes. Which one must become two?",
)(partial(_one_product, fold=lambda out, N, F, OH, OW: out))


conv2d.mistake(
    "the last reshape has F before N, but the product has N first",
    hint="The product has the shape (N, F, OH·OW). May a reshape exchange two axes?",
)(partial(_one_product, fold=lambda out, N, F, OH, OW: out.reshape(F, N, OH, OW)))


conv2d.mistake(
    "columns @ weight has the filters last, (N, OH·OW, F), and reshape did not move them",
    hint="columnsᵀ @ weightᵀ is (N, OH·OW, F). Which two axes must change places before the "
    "reshape? Or which product has F in front of the places at once?",
)(partial(_one_product, product=lambda rows, columns, bias: (
    columns.transpose(0, 2, 1) @ rows.T + bias
)))  # fmt: skip


conv2d.mistake(
    "the images were merged with the columns by a reshape that mixes them",
    hint="columns has the shape (N, C·KH·KW, OH·OW). What does reshape(C·KH·KW, -1) do to the "
    "images? And does @ need it at all?",
)(partial(_one_product, product=lambda rows, columns, bias: (
    rows @ columns.reshape(rows.shape[1], -1) + bias[:, np.newaxis]
)))  # fmt: skip


conv2d.mistake(
    "the bias was added after the reshape, where the last axis is OW",
    hint="NumPy lines up (F,) with the last axis. Which axis is last after the reshape, and which "
    "one is meant? Perhaps add the bias before.",
)(partial(
    _one_product,
    product=lambda rows, columns, bias: (rows @ columns, bias),
    fold=lambda pair, N, F, OH, OW: pair[0].reshape(N, F, OH, OW) + pair[1],
))  # fmt: skip


def _exchanged(count, H, W, KH, KW):
    return count(H, KW), count(W, KH)


conv2d.mistake(
    "height and width of the filter were exchanged",
    hint="weight has the shape (F, C, KH, KW). In which order did you take its sizes apart?",
    also=(
        partial(_one_product, sizes=_exchanged),
        partial(_one_product, kernel=lambda KH, KW: (KW, KH)),
    ),
)(partial(_one_product, sizes=_exchanged, kernel=lambda KH, KW: (KW, KH)))


conv2d.mistake(
    "the filter was taken to be square: one of its two sizes serves for both",
    hint="weight has the shape (F, C, KH, KW), and KH need not be KW. Where does your code use the "
    "one, and where the other?",
    also=(partial(_one_product, sizes=lambda count, H, W, KH, KW: (count(H, KW), count(W, KW))),),
)(partial(_one_product, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(W, KH))))


conv2d.mistake(
    "the output was taken to be as wide as it is high",
    hint="An image of 3 rows and 5 columns: has the output as many columns as rows?",
    also=(partial(_one_product, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KW))),),
)(partial(_one_product, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KH))))


def _padded_here(x, weight, bias, stride, padding, dilation, before, after):
    padded = np.pad(x, rows_and_columns(before * padding, after * padding))
    return _convolved(padded, weight, bias, stride, 0, dilation)


conv2d.mistake(
    "all of the padding was put at the upper and left edge",
    hint="In np.pad the pair (P, P) means P before and P after. And which function pads by itself?",
)(partial(_padded_here, before=2, after=0))


conv2d.mistake(
    "all of the padding was put at the lower and right edge",
    hint="In np.pad the pair (P, P) means P before and P after. And which function pads by itself?",
)(partial(_padded_here, before=0, after=2))


conv2d.mistake(
    "P zeros were put on one side only: above and on the left, or below and on the right",
    hint="In np.pad the pair (P, P) means P before and P after. And which function pads by itself?",
    also=(partial(_padded_here, before=0, after=1),),
)(partial(_padded_here, before=1, after=0))


conv2d.mistake(
    "only the first filter was used",
    hint="How many filters has the layer? Where do you take number 0 alone?",
)(lambda x, weight, bias, *settings: _convolved(x, weight[:1], bias[:1], *settings))


conv2d.mistake(
    "weight.reshape(F, -1) was multiplied entry by entry: * instead of @",
    hint="Which of the two signs multiplies rows with columns and adds up: * or @?",
)(partial(_one_product, product=lambda rows, columns, bias: rows * columns + bias[:, np.newaxis]))


conv2d.mistake(
    "image and filter were taken to be square",
    hint="Which of H and W, and which of KH and KW, does your code use? Where are the other two?",
    also=(partial(_one_product, sizes=lambda count, H, W, KH, KW: (count(W, KW), count(W, KW))),),
)(partial(
    _one_product, kernel=lambda KH, KW: (KH, KH),
    sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KH)),
))  # fmt: skip


conv2d.mistake(
    "the matrix of the filters was transposed",
    hint="A @ columns: how many columns must A have, and how many rows? Which shape has yours?",
)(partial(_one_product, product=lambda rows, columns, bias: rows.T @ columns + bias[:, None]))


@conv2d.mistake(
    "`return` stands inside the loop: only the first image was computed",
    hint="How far is your `return` indented? And does `@` need a loop over the images at all?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    out = _convolved(x, weight, bias, stride, padding, dilation)
    out[1:] = 0
    return out


conv2d.mistake(
    "the maps come last: the last reshape has F at its end, or the axes were moved",
    hint="Which order of axes does the docstring ask for? And may a reshape exchange two axes?",
    also=(partial(_one_product, fold=lambda out, N, F, OH, OW: (
        out.reshape(N, F, OH, OW).transpose(0, 2, 3, 1)
    )),),
)(partial(_one_product, fold=lambda out, N, F, OH, OW: out.reshape(N, OH, OW, F)))  # fmt: skip


conv2d.mistake(
    "all biases were added to each output number",
    hint="How many biases belong to one output number?",
)(partial(_one_product, product=lambda rows, columns, bias: rows @ columns + bias.sum()))
