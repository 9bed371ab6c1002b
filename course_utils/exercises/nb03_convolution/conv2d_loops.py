"""The exercise `conv2d_loops` of notebook 03."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
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
)
def _(x, weight, bias, stride=1, padding=0):
    return _loops(x, weight, bias, stride, padding, pad=lambda x, P: np.pad(x, P))


@conv2d_loops.mistake(
    "the window was averaged, not summed",
    hint="A neuron is a weighted sum. Who divides?",
)
def _(x, weight, bias, stride=1, padding=0):
    windows = all_windows(x, weight.shape[2:], stride, padding)
    return product(windows, weight / weight[0].size, bias)


def _loops(
    x, weight, bias, stride=1, padding=0, *, kernel=None, pad=None, size=None, window=None,
    number=None, dtype=float,
):  # fmt: skip
    """The layer as most people write it, with one thing changed.

    kernel: (KH, KW); pad(x, P): the padded image; size(H, K, S, P); window(x, i, j, KH, KW, S, P):
    (N, C, KH, KW) of the padded image; number(products, bias): (N, F) from (N, F, C, KH, KW)
    """
    (N, _, H, W), F, S, P = x.shape, len(weight), stride, padding
    KH, KW = kernel or weight.shape[2:]
    size = size or conv_output_size
    window = window or (lambda x, i, j, KH, KW, S, P: x[:, :, i * S :, j * S :][:, :, :KH, :KW])
    number = number or (lambda products, bias: products.sum(axis=(2, 3, 4)) + bias)
    padded = pad(x, P) if pad else np.pad(x, rows_and_columns(P))
    out = np.zeros((N, F, size(H, KH, S, P), size(W, KW, S, P)), dtype)
    for i, j in np.ndindex(out.shape[2:]):
        met = window(padded, i, j, KH, KW, S, P)[:N, np.newaxis]  # (N, 1, C, KH, KW)
        out[:, :, i, j] = number(met * weight, bias)
    return out


conv2d_loops.mistake(
    "whole numbers were kept whole: the output took over the dtype of x",
    hint="Of what type are the entries of np.zeros(shape, x.dtype) if x holds whole numbers, and "
    "what becomes of 2.75 there?",
)(lambda x, weight, bias, stride=1, padding=0: _loops(
    x, weight, bias, stride, padding, dtype=x.dtype
))  # fmt: skip


conv2d_loops.mistake(
    "the output holds whole numbers only: what comes after the point is cut off",
    hint="Which dtype has your array of zeros? Is int needed here?",
)(partial(_loops, dtype=int))


conv2d_loops.mistake(
    "the window starts at −P, although x is already padded",
    hint="Row 0 of the padded image is the first row of zeros. At which of its rows does the "
    "window of output row 0 start?",
)(partial(_loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, i * S - P : i * S - P + KH, j * S - P : j * S - P + KW
]))  # fmt: skip


conv2d_loops.mistake(
    "the window starts at i·S but ends at i + KH: the stride is missing in the end of the slice",
    hint="A slice of KH rows that starts at `top` ends at top + KH. Where does yours end?",
)(partial(_loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, i * S : i + KH, j * S : j + KW
]))  # fmt: skip


conv2d_loops.mistake(
    "the stride acts on the rows only",
    hint="At which column does the window of output column j = 1 start?",
)(partial(_loops, window=lambda x, i, j, KH, KW, S, P: x[
    :, :, i * S : i * S + KH, j : j + KW
]))  # fmt: skip


conv2d_loops.mistake(
    "only channel 0 was used",
    hint="One filter has a slice of weights for each channel. Over how many axes does your sum go?",
)(partial(_loops, number=lambda products, bias: products[:, :, 0].sum(axis=(2, 3)) + bias))


conv2d_loops.mistake(
    "the bias was added to each product, before the sum",
    hint="How often does (window * weight[f] + bias[f]).sum() count the bias?",
)(partial(_loops, number=lambda products, bias: (
    products + bias[:, np.newaxis, np.newaxis, np.newaxis]
).sum(axis=(2, 3, 4))))  # fmt: skip


conv2d_loops.mistake(
    "the bias was taken by the number of the channel, not of the filter",
    hint="Does a bias belong to a channel of the input, or to a filter? Is it bias[c] or bias[f]?",
)(partial(_loops, number=lambda products, bias: (
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
)(partial(_loops, size=lambda H, K, S, P: (H + 2 * P - K) // S))


conv2d_loops.mistake(
    "the padding was counted twice: x was padded, and its new size was padded again",
    hint="Which H goes into conv_output_size: that of the image, or that of the padded image?",
)(partial(_loops, size=lambda H, K, S, P: conv_output_size(H + 2 * P, K, S, P)))


conv2d_loops.mistake(
    "all of the padding was put at the lower and right edge",
    hint="In np.pad the pair (P, P) means P before and P after. What does (0, 2 * P) mean?",
)(partial(_loops, pad=lambda x, P: np.pad(x, rows_and_columns(0, 2 * P))))


conv2d_loops.mistake(
    "the border was filled with copies of the edge pixels, not with zeros",
    hint="What does np.pad put there without a mode?",
)(partial(_loops, pad=lambda x, P: np.pad(x, rows_and_columns(P), mode="edge")))


conv2d_loops.mistake(
    "the output size counts with the padding, but the image was not padded",
    hint="Which array do you cut the windows from: the one with zeros around it?",
)(partial(_loops, pad=lambda x, P: x))


@conv2d_loops.mistake(
    "only the rows were padded",
    hint="np.pad takes four pairs for (N, C, H, W). Which two are not (0, 0)?",
)
def _(x, weight, bias, stride=1, padding=0):
    taller = np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0)))
    return _loops(taller, weight, bias, stride, 0)


@conv2d_loops.mistake(
    "height and width of the filter were exchanged",
    hint="weight has the shape (F, C, KH, KW). In which order did you take its sizes apart?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _loops(x, weight, bias, stride, padding, kernel=weight.shape[:1:-1])


@conv2d_loops.mistake(
    "the maps were put last: (N, OH, OW, F)",
    hint="Which order of axes does the docstring ask for?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _loops(x, weight, bias, stride, padding).transpose(0, 2, 3, 1)


@conv2d_loops.mistake(
    "only the first output was computed: `return` stands inside the loop",
    hint="How far is your `return` indented? What does Python do when it comes to it?",
)
def _(x, weight, bias, stride=1, padding=0):
    out = _loops(x, weight, bias, stride, padding)
    first, out[...] = out[0, 0, 0, 0], 0
    out[0, 0, 0, 0] = first
    return out


def _number_by_number(x, weight, bias, stride, padding, number):
    """Every output on its own; number(x[n], rows, columns, filter) has the sum of the products."""
    (N, _, H, W), (F, _, KH, KW), S = x.shape, weight.shape, stride
    sizes = conv_output_size(H, KH, S, padding), conv_output_size(W, KW, S, padding)
    padded, out = np.pad(x, rows_and_columns(padding)), np.zeros((N, F, *sizes))
    for n, f, i, j in np.ndindex(out.shape):
        window = slice(i * S, i * S + KH), slice(j * S, j * S + KW)
        out[n, f, i, j] = number(padded[n], *window, weight[f]) + bias[f]
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

    return _number_by_number(x, weight, bias, stride, padding, number)


@conv2d_loops.mistake(
    "the window has no channel axis: x[n, i:…, j:…] cuts channels, not rows",
    hint="x[n] has the axes (C, H, W). Which of them does your first slice cut, and where is the "
    "`:` that takes all channels?",
)
def _(x, weight, bias, stride=1, padding=0):
    def number(image, rows, columns, weight):
        return (image[rows, columns] * weight).sum()

    return _number_by_number(x, weight, bias, stride, padding, number)
