"""The exercise `conv2d_loops` of notebook 03."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
from course_utils.exercises.nb03_convolution.windows import (
    all_windows,
    layer,
    loops,
    number_by_number,
    product,
    rows_and_columns,
    taps,
)
from course_utils.exercises.slips import first_only, ignored


@exercise(
    notebook="03",
    points=3,
    minutes=25,
    hints=(
        "Four loops are enough, or one over np.ndindex(out.shape): which image n, which filter f, "
        "which row i and column j of the output?",
        "Pad only the last two axes: np.pad(x, ((0, 0), (0, 0), (P, P), (P, P))) with P = padding.",
        "The window of output (i, j) starts at row i·stride and column j·stride of the padded "
        "image and goes through all channels: it has the shape (C, KH, KW).",
        "Multiply the window with weight[f], entry by entry, add everything up, add bias[f].",
    ),
    explanation="Each output number is one dot product: a window of all C channels against one "
    "filter of the same shape (C, KH, KW), plus the bias of that filter. The stride says where the "
    "next window starts; the weights are the same at every place.",
)
def conv2d_loops(x, weight, bias, stride=1, padding=0):
    """The convolution layer by its definition, one output number at a time.

    x (N, C, H, W), weight (F, C, KH, KW), bias (F,) -> (N, F, OH, OW)
    """
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    OH = conv_output_size(H, KH, stride, padding)
    OW = conv_output_size(W, KW, stride, padding)
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((N, F, OH, OW))
    for n, f, i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        window = x[n, :, top : top + KH, left : left + KW]  # (C, KH, KW)
        out[n, f, i, j] = (window * weight[f]).sum() + bias[f]
    return out


@conv2d_loops.cases
def _(rng):
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    weight = np.array([[[[1.0, 0.0], [0.0, -2.0]]]])
    yield case(x, weight, np.zeros(1), 1, 0, label="one small image, one 2×2 filter, no bias")
    yield case(x, weight, np.array([0.5]), 1, 0, label="the same with bias 0.5")
    flat, larger = np.arange(15.0).reshape(1, 1, 3, 5), np.arange(20.0).reshape(1, 1, 4, 5)
    filled = np.array([[[[1.0, 2.0], [3.0, -1.0]]]])
    yield case(larger, filled, np.zeros(1), 2, 0, label="stride 2 alone, a column is left over")
    yield case(flat, filled, np.zeros(1), 1, 1, label="padding 1 alone")
    yield case(
        flat.astype(int), filled / 4, np.array([0.5]), 1, 0,
        label="an image of whole numbers (dtype int), weights like 0.25",
    )  # fmt: skip
    yield case(*layer(rng, (2, 3, 5, 6), (4, 3, 3, 2)), 1, 0, label="3 channels, 4 filters of 3×2")
    yield case(*layer(rng, (1, 2, 5, 4), (3, 2, 1, 3)), 1, 0, label="filters of 1×3")
    yield case(*layer(rng, (2, 2, 6, 8), (3, 2, 3, 2)), 2, 0, label="stride 2, a row is left over")
    yield case(*layer(rng, (1, 2, 4, 5), (3, 2, 2, 3)), 1, 2, label="padding 2")
    yield case(*layer(rng, (3, 2, 5, 4), (2, 2, 3, 3)), 3, 1, label="stride 3 and padding 1")
    yield case(*layer(rng, (2, 3, 4, 3), (5, 3, 1, 1)), 1, 1, label="1×1 filters, padding 1")
    x, weight, bias = layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), np.float32)
    yield case(
        x[:, :, ::-1], weight, bias, 2, 1,
        label="stride 2 and padding 1, float32, rows stored in reverse",
    )  # fmt: skip


@conv2d_loops.groups({"stride 1, no padding": 2, "stride and padding": 1})
def _(x, weight, bias, stride, padding):
    return "stride 1, no padding" if (stride, padding) == (1, 0) else "stride and padding"


@conv2d_loops.oracle
def _(x, weight, bias, stride, padding):
    return taps(x, weight, bias, stride, padding, 1)


def _all_channels(image, rows, columns, weight):
    """The sum of a loop over the channels of the weight, whatever the image has."""
    return (image[: len(weight), rows, columns] * weight).sum()


@conv2d_loops.mistake(
    "the filter was rotated by 180°: this is the convolution of mathematics",
    hint="Which weight should meet the upper left pixel of the window: the upper left or the lower "
    "right one?",
)
def _(x, weight, bias, stride=1, padding=0):
    return product(
        all_windows(x, weight.shape[2:], stride, padding), weight[..., ::-1, ::-1], bias
    )  # fmt: skip


@conv2d_loops.mistake(
    "only the last channel counts: each channel overwrote the one before",
    hint="Does your loop over the channels use = or += ?",
)
def _(x, weight, bias, stride=1, padding=0):
    return product(all_windows(x, weight.shape[2:], stride, padding)[:, -1:], weight[:, -1:], bias)


@conv2d_loops.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="At which row of the padded image does the window of output row i = 1 start?",
)
def _(x, weight, bias, stride=1, padding=0):
    return product(all_windows(x, weight.shape[2:], stride, padding, step=1), weight, bias)


@conv2d_loops.mistake(
    "the bias was left out",
    hint="What is the output for an image of zeros?",
)
def _(x, weight, bias, stride=1, padding=0):
    return product(all_windows(x, weight.shape[2:], stride, padding), weight, np.zeros_like(bias))


@conv2d_loops.mistake(
    "the bias was added once for each channel",
    hint="How many biases belong to one output number? Is the bias inside the loop over channels?",
)
def _(x, weight, bias, stride=1, padding=0):
    return product(all_windows(x, weight.shape[2:], stride, padding), weight, bias * x.shape[1])


@conv2d_loops.mistake(
    "the padding was ignored",
    hint="Did you pad x, and does the output size know about it?",
)
def _(x, weight, bias, stride=1, padding=0):
    return product(all_windows(x, weight.shape[2:], stride, 0), weight, bias)


@conv2d_loops.mistake(
    "the padding is not on rows and columns alone: all four axes were padded",
    hint="np.pad(x, 2) pads every axis, N and C too. Which shape has x after your padding?",
    also=(lambda *args: number_by_number(*args, _all_channels, pad=lambda P: P),),
)
def _(x, weight, bias, stride=1, padding=0):
    return loops(x, weight, bias, stride, padding, pad=lambda x, P: np.pad(x, P))


@conv2d_loops.mistake(
    "the window was averaged, not summed",
    hint="A neuron is a weighted sum. Who divides?",
)
def _(x, weight, bias, stride=1, padding=0):
    windows = all_windows(x, weight.shape[2:], stride, padding)
    return product(windows, weight / weight[0].size, bias)


conv2d_loops.mistake(
    "whole numbers were kept whole: the output took over the dtype of x",
    hint="Of what type are the entries of np.zeros(shape, x.dtype) if x holds whole numbers, and "
    "what becomes of 2.75 there?",
)(lambda x, weight, bias, stride=1, padding=0: loops(
    x, weight, bias, stride, padding, dtype=x.dtype
))  # fmt: skip


conv2d_loops.mistake(
    "the output holds whole numbers only: what comes after the point is cut off",
    hint="Which dtype has your array of zeros? Is int needed here?",
)(partial(loops, dtype=int))


conv2d_loops.mistake(
    "the window starts at −P, although x is already padded",
    hint="Row 0 of the padded image is the first row of zeros. At which of its rows does the "
    "window of output row 0 start?",
)(partial(loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, i * S - P : i * S - P + KH, j * S - P : j * S - P + KW
]))  # fmt: skip


conv2d_loops.mistake(
    "the window starts at i·S but ends at i + KH: the stride is missing in the end of the slice",
    hint="A slice of KH rows that starts at `top` ends at top + KH. Where does yours end?",
)(partial(loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, i * S : i + KH, j * S : j + KW
]))  # fmt: skip


conv2d_loops.mistake(
    "the stride acts on the rows only",
    hint="At which column does the window of output column j = 1 start?",
)(partial(loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, i * S : i * S + KH, j : j + KW
]))  # fmt: skip


conv2d_loops.mistake(
    "only channel 0 was used",
    hint="One filter has a slice of weights for each channel. Over how many axes does your sum go?",
)(partial(loops, number=lambda products, bias: products[:, :, 0].sum(axis=(2, 3)) + bias))


conv2d_loops.mistake(
    "the bias was added to each product, before the sum",
    hint="How often does (window * weight[f] + bias[f]).sum() count the bias?",
)(partial(loops, number=lambda products, bias: (
    products + bias[:, np.newaxis, np.newaxis, np.newaxis]
).sum(axis=(2, 3, 4))))  # fmt: skip


conv2d_loops.mistake(
    "the bias was taken by the number of the channel, not of the filter",
    hint="Does a bias belong to a channel of the input, or to a filter? Is it bias[c] or bias[f]?",
)(partial(loops, number=lambda products, bias: (
    products.sum(axis=(2, 3, 4)) + bias[products.shape[2] - 1]
)))  # fmt: skip


conv2d_loops.slip(
    ignored("stride", 1),
    "the stride was left out, in the output size and in the windows",
    hint="With stride 2, how many windows fit side by side, and where does the second one start?",
)

conv2d_loops.mistake(
    "the output is one row and one column too small: the + 1 of its size is missing",
    hint="A filter of 3 on 3 pixels: how many places, 0 or 1?",
)(partial(loops, size=lambda H, K, S, P: (H + 2 * P - K) // S))


conv2d_loops.mistake(
    "the padding was counted twice: x was padded, and its new size was padded again",
    hint="Which H goes into conv_output_size: that of the image, or that of the padded image?",
)(partial(loops, size=lambda H, K, S, P: conv_output_size(H + 2 * P, K, S, P)))


conv2d_loops.mistake(
    "all of the padding was put at the lower and right edge",
    hint="In np.pad the pair (P, P) means P before and P after. What does (0, 2 * P) mean?",
    also=(partial(loops, pad=lambda x, P: np.pad(x, rows_and_columns(0, P))),),
)(partial(loops, pad=lambda x, P: np.pad(x, rows_and_columns(0, 2 * P))))


conv2d_loops.mistake(
    "the border was filled with copies of the edge pixels, not with zeros",
    hint="What does np.pad put there without a mode?",
)(partial(loops, pad=lambda x, P: np.pad(x, rows_and_columns(P), mode="edge")))


conv2d_loops.mistake(
    "the output size counts with the padding, but the image was not padded",
    hint="Which array do you cut the windows from: the one with zeros around it?",
)(partial(loops, pad=lambda x, P: x))


@conv2d_loops.mistake(
    "only the rows were padded",
    hint="np.pad takes four pairs for (N, C, H, W). Which two are not (0, 0)?",
)
def _(x, weight, bias, stride=1, padding=0):
    taller = np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0)))
    return loops(taller, weight, bias, stride, 0)


@conv2d_loops.mistake(
    "only the columns were padded",
    hint="np.pad takes four pairs for (N, C, H, W). Which two are not (0, 0)?",
)
def _(x, weight, bias, stride=1, padding=0):
    wider = np.pad(x, ((0, 0), (0, 0), (0, 0), (padding, padding)))
    return loops(wider, weight, bias, stride, 0)


conv2d_loops.mistake(
    "zeros were put above and on the left only, none below and on the right",
    hint="In np.pad the pair (P, P) means P before and P after. What does (2 * P, 0) mean?",
    also=(partial(loops, pad=lambda x, P: np.pad(x, rows_and_columns(P, 0))),),
)(partial(loops, pad=lambda x, P: np.pad(x, rows_and_columns(2 * P, 0))))


@conv2d_loops.mistake(
    "height and width of the filter were exchanged",
    hint="weight has the shape (F, C, KH, KW). In which order did you take its sizes apart?",
)
def _(x, weight, bias, stride=1, padding=0):
    return loops(x, weight, bias, stride, padding, kernel=lambda KH, KW: (KW, KH))


@conv2d_loops.mistake(
    "the maps were put last: (N, OH, OW, F)",
    hint="Which order of axes does the docstring ask for?",
)
def _(x, weight, bias, stride=1, padding=0):
    return loops(x, weight, bias, stride, padding).transpose(0, 2, 3, 1)


@conv2d_loops.mistake(
    "only the first output was computed: `return` stands inside the loop",
    hint="How far is your `return` indented? What does Python do when it comes to it?",
)
def _(x, weight, bias, stride=1, padding=0):
    out = loops(x, weight, bias, stride, padding)
    first, out[...] = out[0, 0, 0, 0], 0
    out[0, 0, 0, 0] = first
    return out


@conv2d_loops.mistake(
    "the image was changed on the way: `window *= …` writes into the padded image",
    hint="A slice is a view: who else sees what you write into it? What does window * weight[f] "
    "make, and what does window *= weight[f] do?",
)
def _(x, weight, bias, stride=1, padding=0):
    def number(image, rows, columns, weight):
        window = image[:, rows, columns]
        window *= weight
        return window.sum()

    return number_by_number(x, weight, bias, stride, padding, number)


@conv2d_loops.mistake(
    "the window has no channel axis: x[n, i:…, j:…] cuts channels, not rows",
    hint="x[n] has the axes (C, H, W). Which of them does your first slice cut, and where is the "
    "`:` that takes all channels?",
)
def _(x, weight, bias, stride=1, padding=0):
    def number(image, rows, columns, weight):
        return (image[rows, columns] * weight).sum()

    return number_by_number(x, weight, bias, stride, padding, number)


def _square(image, rows, columns, weight):
    """A loop over u and v that both end at KH."""
    K, window = weight.shape[1], image[:, rows, columns]
    return sum((window[:, u, v] * weight[:, u, v]).sum() for u, v in np.ndindex(K, K))


conv2d_loops.mistake(
    "the filter was taken to be square: one of its two sizes serves for both",
    hint="weight has the shape (F, C, KH, KW), and KH need not be KW. Where does your code use the "
    "one, and where the other?",
    also=(
        partial(loops, kernel=lambda KH, KW: (KW, KW)),
        partial(
            loops,
            window=lambda x, i, j, KH, KW, S, P: x[:, :, i * S : i * S + KH, j * S : j * S + KH],
        ),
        partial(loops, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(W, KH))),
        lambda *args: number_by_number(*args, _square, kernel=lambda KH, KW: (KH, KH)),
    ),
)(partial(loops, kernel=lambda KH, KW: (KH, KH)))


conv2d_loops.mistake(
    "the output was taken to be as wide as it is high",
    hint="An image of 3 rows and 5 columns: has the output as many columns as rows?",
    also=(
        partial(loops, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KW))),
        partial(loops, sizes=lambda count, H, W, KH, KW: (count(W, KW), count(W, KW))),
    ),
)(partial(loops, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KH))))


def _turned_places(out, i, j, numbers):
    out[:, :, j, i] = numbers


def _rows_and_columns_mixed(x, weight, bias, stride=1, padding=0):
    out = loops(x, weight, bias, stride, padding)
    N, F, OH, OW = out.shape
    exchanged = np.zeros((N, F, OW, OH))
    for i, j in np.ndindex(OH, OW):
        exchanged[:, :, i, j] = out[:, :, i, j]
    return exchanged


conv2d_loops.mistake(
    "rows and columns of the output were exchanged: i and j, or OH and OW",
    hint="Which of i and j counts the rows? Which of OH and OW comes first in the shape of the "
    "output, and which index comes first in out[n, f, …]?",
    also=(_rows_and_columns_mixed,),
)(partial(loops, put=_turned_places))


conv2d_loops.mistake(
    "the window of output (i, j) starts at row j·S and column i·S",
    hint="Which of i and j counts the rows of the output? So with which of the two does the window "
    "move down the image?",
)(partial(loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, j * S : j * S + KH, i * S : i * S + KW
]))  # fmt: skip


conv2d_loops.slip(
    first_only("x"),
    hint="How many images are there? Where does your code use the index n?",
    also=(
        partial(loops, window=lambda x, i, j, KH, KW, S, P: (
            x[:1, :, i * S : i * S + KH, j * S : j * S + KW]
        )),
        lambda *args: loops(args[0][:1], *args[1:])[0],
    ),
)  # fmt: skip

conv2d_loops.mistake(
    "only the last product counts: each one overwrote those before",
    hint="After your loops over the channels, rows and columns of a window: is it = or += there?",
    also=(partial(loops, number=lambda products, bias: products[:, :, -1, -1, -1]),),
)(partial(loops, number=lambda products, bias: products[:, :, -1, -1, -1] + bias))


def _left_at(depth):
    """What there is when the loops are left after the first round of the one at this depth."""

    def wrong(x, weight, bias, stride=1, padding=0):
        out = loops(x, weight, bias, stride, padding)
        begun, first = np.zeros_like(out), (0,) * depth
        begun[first] = out[first]
        return begun

    return wrong


conv2d_loops.mistake(
    "`return` stands inside a loop: only the first image, its first map or its first row was "
    "computed",
    hint="How far is your `return` indented? What does Python do when it comes to it?",
    also=(_left_at(2), _left_at(3)),
)(_left_at(1))


conv2d_loops.mistake(
    "the bias was taken by the number of the image, not of the filter",
    hint="Does a bias belong to an image, or to a filter? Is it bias[n] or bias[f]?",
)(lambda x, weight, bias, stride=1, padding=0: (
    loops(x, weight, 0 * bias, stride, padding) + bias[np.arange(len(x)), None, None, None]
))  # fmt: skip


conv2d_loops.mistake(
    "every map was made with the first filter",
    hint="Map f belongs to filter f. Which index picks it in weight?",
)(lambda x, weight, bias, stride=1, padding=0: (
    loops(x, np.broadcast_to(weight[:1], weight.shape), bias, stride, padding)
))  # fmt: skip


conv2d_loops.mistake(
    "all biases were added to each output number",
    hint="How many biases belong to one output number? Is it bias or bias[f]?",
)(lambda x, weight, bias, stride=1, padding=0: (
    loops(x, weight, np.full_like(bias, bias.sum()), stride, padding)
))  # fmt: skip


@conv2d_loops.mistake(
    "the sum was never set back to 0: each output number contains those before it",
    hint="What does your `total` hold when the next window begins?",
)
def _(x, weight, bias, stride=1, padding=0):
    out = loops(x, weight, 0 * bias, stride, padding)
    return np.cumsum(out).reshape(out.shape) + bias[:, np.newaxis, np.newaxis]


for name, axis in (("top to bottom", 2), ("left to right", 3)):
    conv2d_loops.mistake(
        f"the filter was mirrored {name}",
        hint="Which weight should meet the upper left pixel of the window?",
    )(lambda x, weight, bias, stride=1, padding=0, axis=axis: (
        loops(x, np.flip(weight, axis), bias, stride, padding)
    ))  # fmt: skip
