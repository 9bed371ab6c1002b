"""Exercises of notebook 03: output size, convolution by loops and by one product, Gabor filters."""

import math
from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ------------------------------------------------------------------------------- conv_output_size
@exercise(
    notebook="03",
    points=1,
    minutes=10,
    hints=(
        "Without any extras: a filter of 3 on 7 pixels can start at pixel 0, 1, 2, 3 or 4. Where "
        "does the 5 come from?",
        "With dilation D, how many pixels does a filter of K cover from its first weight to its "
        "last? Try K = 3, D = 2 on paper: x . x . x",
        "Let room be what is left over when the filter stands at the very start: padded size minus "
        "covered pixels. How many whole steps of `stride` fit into room? And the start itself?",
    ),
    explanation="The filter covers D(K − 1) + 1 pixels. Behind it there is room for "
    "(size + 2P) − covered more pixels; `//` counts the whole steps in it and drops the rest. The "
    "+ 1 is the place where the filter starts.",
)
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """The number of places at which a filter fits, along one axis.

    size: pixels of the input; padding: zeros on each of the two sides; dilation: how far apart
    neighbouring weights are -> a whole number (the filter is known to fit at least once)
    """
    covered = dilation * (kernel_size - 1) + 1
    room = size + 2 * padding - covered
    return room // stride + 1


@conv_output_size.cases
def _(rng):
    yield case(4, 2, 1, 0, 1, label="a filter of 2 on 4 pixels")
    yield case(7, 3, 1, 0, 1, label="a filter of 3 on 7 pixels")
    yield case(7, 3, 2, 0, 1, label="the same with stride 2")
    yield case(8, 3, 2, 0, 1, label="stride 2 with one pixel left over")
    yield case(12, 3, 5, 0, 1, label="stride 5 with four pixels left over")
    yield case(9, 4, 1, 2, 1, label="padding 2")
    yield case(9, 3, 1, 0, 3, label="dilation 3")
    yield case(10, 3, 2, 1, 2, label="everything at once")
    yield case(5, 5, 3, 0, 1, label="the filter fits exactly once")
    yield case(2, 4, 2, 1, 1, label="a filter larger than the input, which padding makes fit")
    for _ in range(6):
        kernel, dilation = int(rng.integers(2, 6)), int(rng.integers(1, 4))
        size = dilation * (kernel - 1) + 1 + int(rng.integers(0, 20))
        settings = int(rng.integers(1, 5)), int(rng.integers(0, 4)), dilation
        yield case(size, kernel, *settings, label="drawn by chance")


@conv_output_size.oracle
def _(size, kernel_size, stride, padding, dilation):
    places, start = 0, -padding
    while start + (kernel_size - 1) * dilation < size + padding:  # is the last weight still inside?
        places, start = places + 1, start + stride
    return places


@conv_output_size.mistake(
    "the + 1 is missing: the place where the filter starts was not counted",
    hint="A filter of 5 on 5 pixels: is the answer 0 or 1?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride


@conv_output_size.mistake(
    "the result was not rounded down",
    hint="Can a filter stand at half a place? Which division sign drops the rest?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


@conv_output_size.mistake(
    "the result was rounded up",
    hint="The last step would push the filter over the edge. Does that place count?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return math.ceil((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@conv_output_size.mistake(
    "the padding was counted once, but it is added on both sides",
    hint="How wide is a row of 9 pixels with 2 zeros on the left and 2 on the right?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (kernel_size - 1) - 1) // stride + 1


@conv_output_size.mistake(
    "the dilation was left out",
    hint="With dilation 2, a filter of 3 touches pixels 0, 2 and 4. How many does it cover?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - kernel_size) // stride + 1


@conv_output_size.mistake(
    "the filter was taken to cover dilation · kernel_size pixels",
    hint="Between three weights there are two gaps, not three. What does x . x . x cover?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel_size) // stride + 1


@conv_output_size.mistake(
    "the + 1 was added before dividing by the stride",
    hint="Is the first place divided by the stride too, or only the steps that follow it?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1)) // stride


def _size(size, kernel_size, stride=1, padding=0, dilation=1, *, covered=None, count=None):
    """The formula with one thing changed: the pixels covered, or how the places are counted."""
    covered = covered or (lambda K, D: D * (K - 1) + 1)
    count = count or (lambda room, S: room // S + 1)
    return count(size + 2 * padding - covered(kernel_size, dilation), stride)


conv_output_size.mistake(
    "the − 1 is missing: the filter covers D(K − 1) + 1 pixels",
    hint="A filter of 2 on 4 pixels, without dilation: how many pixels does it cover, 1 or 2?",
)(partial(_size, covered=lambda K, D: D * (K - 1)))

conv_output_size.mistake(
    "the result was rounded to the nearest whole number, not down",
    hint="A step and four fifths of the next one: does the filter get there?",
)(partial(_size, count=lambda room, S: round(room / S) + 1))

conv_output_size.mistake(
    "it was rounded down with np.floor, and that gives a float",
    hint="Which division sign of Python rounds down and leaves whole numbers whole?",
)(partial(_size, count=lambda room, S: float(room // S + 1)))

conv_output_size.mistake(
    "the filter was taken to cover K + D(K − 1) pixels",
    hint="From one weight to the next it is D pixels, the next weight included. So what does "
    "x x x cover with dilation 1?",
)(partial(_size, covered=lambda K, D: K + D * (K - 1)))

conv_output_size.mistake(
    "the filter was taken to cover (D − 1)(K − 1) + 1 pixels, the gaps without the weights",
    hint="With dilation 1, does your filter of 3 cover 3 pixels, or only 1?",
)(partial(_size, covered=lambda K, D: (D - 1) * (K - 1) + 1))

conv_output_size.mistake(
    "the stride was left out",
    hint="How many of the places does a window visit that jumps 2 pixels at a time?",
)(partial(_size, count=lambda room, S: room + 1))

conv_output_size.mistake(
    "only the last term was divided by the stride: brackets are missing",
    hint="In a − b // c, what is divided by c: a − b, or b alone?",
)(partial(_size, count=lambda room, S: room + 1 - 1 // S + 1))


@conv_output_size.mistake(
    "the padding was left out",
    hint="How many pixels has a row of 9 with 2 zeros on either side?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return _size(size, kernel_size, stride, 0, dilation)


# --------------------------------------------------- what the next three exercises have in common
def _taps(x, weight, bias, stride, padding, dilation):
    """The definition, number by number, without padding anything: pixels outside are skipped."""
    (N, C, H, W), (F, _, KH, KW) = x.shape, weight.shape
    covered = [dilation * (k - 1) + 1 for k in (KH, KW)]
    OH = len(range(0, H + 2 * padding - covered[0] + 1, stride))
    OW = len(range(0, W + 2 * padding - covered[1] + 1, stride))
    x_, weight_ = x.tolist(), weight.tolist()
    out = np.empty((N, F, OH, OW), np.result_type(x, weight))
    for n, f, i, j in np.ndindex(out.shape):
        total = float(bias[f])
        for u in range(KH):
            row = i * stride + u * dilation - padding
            for v in range(KW) if 0 <= row < H else ():
                column = j * stride + v * dilation - padding
                if 0 <= column < W:
                    total += sum(x_[n][c][row][column] * weight_[f][c][u][v] for c in range(C))
        out[n, f, i, j] = total
    return out


def _windows(x, kernel_size, stride, padding, dilation=1, step=None):
    """All windows (N, C, OH, OW, KH, KW); `step`: how far apart they really are taken."""
    KH, KW = kernel_size
    sizes = [
        conv_output_size(size, k, stride, padding, dilation)
        for size, k in zip(x.shape[2:], kernel_size, strict=True)
    ]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    covered = dilation * (KH - 1) + 1, dilation * (KW - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(x, covered, axis=(2, 3))
    step = stride if step is None else step
    return windows[:, :, ::step, ::step, ::dilation, ::dilation][:, :, : sizes[0], : sizes[1]]


def _product(windows, weight, bias):
    return np.einsum("ncijuv,fcuv->nfij", windows, weight) + bias[:, np.newaxis, np.newaxis]


# ----------------------------------------------------------------------------------- conv2d_loops
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


def _layer(rng, x_shape, weight_shape, dtype=np.float64):
    """Random x, weight and bias of a layer."""
    shapes = x_shape, weight_shape, weight_shape[:1]
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


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
    yield case(*_layer(rng, (2, 3, 5, 6), (4, 3, 3, 2)), 1, 0, label="3 channels, 4 filters of 3×2")
    yield case(*_layer(rng, (2, 2, 6, 8), (3, 2, 3, 2)), 2, 0, label="stride 2, a row is left over")
    yield case(*_layer(rng, (1, 2, 4, 5), (3, 2, 2, 3)), 1, 2, label="padding 2")
    yield case(*_layer(rng, (3, 2, 5, 4), (2, 2, 3, 3)), 3, 1, label="stride 3 and padding 1")
    yield case(*_layer(rng, (2, 3, 4, 3), (5, 3, 1, 1)), 1, 1, label="1×1 filters, padding 1")
    x, weight, bias = _layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), np.float32)
    yield case(
        x[:, :, ::-1], weight, bias, 2, 1,
        label="stride 2 and padding 1, float32, rows stored in reverse",
    )  # fmt: skip


@conv2d_loops.groups({"stride 1, no padding": 2, "stride and padding": 1})
def _(x, weight, bias, stride, padding):
    return "stride 1, no padding" if (stride, padding) == (1, 0) else "stride and padding"


@conv2d_loops.oracle
def _(x, weight, bias, stride, padding):
    return _taps(x, weight, bias, stride, padding, 1)


@conv2d_loops.mistake(
    "the filter was rotated by 180°: this is the convolution of mathematics",
    hint="Which weight should meet the upper left pixel of the window: the upper left or the lower "
    "right one?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _product(
        _windows(x, weight.shape[2:], stride, padding), weight[..., ::-1, ::-1], bias
    )  # fmt: skip


@conv2d_loops.mistake(
    "only the last channel counts: each channel overwrote the one before",
    hint="Does your loop over the channels use = or += ?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _product(_windows(x, weight.shape[2:], stride, padding)[:, -1:], weight[:, -1:], bias)


@conv2d_loops.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="At which row of the padded image does the window of output row i = 1 start?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _product(_windows(x, weight.shape[2:], stride, padding, step=1), weight, bias)


@conv2d_loops.mistake(
    "the bias was left out",
    hint="What is the output for an image of zeros?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _product(_windows(x, weight.shape[2:], stride, padding), weight, np.zeros_like(bias))


@conv2d_loops.mistake(
    "the bias was added once for each channel",
    hint="How many biases belong to one output number? Is the bias inside the loop over channels?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _product(_windows(x, weight.shape[2:], stride, padding), weight, bias * x.shape[1])


@conv2d_loops.mistake(
    "the padding was ignored",
    hint="Did you pad x, and does the output size know about it?",
)
def _(x, weight, bias, stride=1, padding=0):
    return _product(_windows(x, weight.shape[2:], stride, 0), weight, bias)


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
    windows = _windows(x, weight.shape[2:], stride, padding)
    return _product(windows, weight / weight[0].size, bias)


def _rows_and_columns(before, after=None):
    """A padding of the last two axes."""
    after = before if after is None else after
    return (0, 0), (0, 0), (before, after), (before, after)


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
    padded = pad(x, P) if pad else np.pad(x, _rows_and_columns(P))
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

conv2d_loops.mistake(
    "the stride was left out, in the output size and in the windows",
    hint="With stride 2, how many windows fit side by side, and where does the second one start?",
)(lambda x, weight, bias, stride=1, padding=0: _loops(x, weight, bias, 1, padding))

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
)(partial(_loops, pad=lambda x, P: np.pad(x, _rows_and_columns(0, 2 * P))))

conv2d_loops.mistake(
    "the border was filled with copies of the edge pixels, not with zeros",
    hint="What does np.pad put there without a mode?",
)(partial(_loops, pad=lambda x, P: np.pad(x, _rows_and_columns(P), mode="edge")))

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
    padded, out = np.pad(x, _rows_and_columns(padding)), np.zeros((N, F, *sizes))
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


# ----------------------------------------------------------------------------------------- im2col
@exercise(
    notebook="03",
    points=3,
    minutes=30,
    hints=(
        "Two ways lead there. Window by window: cut out (N, C, KH, KW), make each image's part one "
        "column. Or weight by weight: which pixels does weight (u, v) meet, over all windows?",
        "A window with dilation has the rows top : top + D·(KH − 1) + 1 : D, a slice with a step, "
        "and its columns in the same way. Then reshape(N, C·KH·KW) makes one column per image.",
        "The number of the column is i·OW + j: row after row of the output.",
        "Weight by weight: start from columns = np.zeros((N, C, KH, KW, OH, OW)), fill "
        "columns[:, :, u, v] with a slice of x that has the step `stride`, and reshape at the end.",
    ),
    explanation="Weight (u, v) meets, over all windows, a regular grid of pixels that starts at "
    "(u·D, v·D) with the step `stride`: one slice for each weight, KH·KW slices in all, however "
    "large the image. The axes (N, C, KH, KW, OH, OW) are already in the right order, so the "
    "reshape at the end moves nothing.",
)
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Every window of x as a column: channel after channel, row after row.

    x (N, C, H, W), kernel_size (KH, KW) -> (N, C·KH·KW, OH·OW)
    """
    (N, C, H, W), (KH, KW) = x.shape, kernel_size
    OH = conv_output_size(H, KH, stride, padding, dilation)
    OW = conv_output_size(W, KW, stride, padding, dilation)
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    columns = np.zeros((N, C, KH, KW, OH, OW), x.dtype)
    for u, v in np.ndindex(KH, KW):
        rows = slice(u * dilation, u * dilation + stride * (OH - 1) + 1, stride)
        cols = slice(v * dilation, v * dilation + stride * (OW - 1) + 1, stride)
        columns[:, :, u, v] = x[:, :, rows, cols]
    return columns.reshape(N, C * KH * KW, OH * OW)


@im2col.cases
def _(rng):
    small, larger = np.arange(12.0).reshape(1, 1, 3, 4), np.arange(20.0).reshape(1, 1, 4, 5)
    yield case(small, (2, 2), 1, 0, 1, label="2×2 windows of a 3×4 image")
    yield case(larger, (2, 2), 2, 0, 1, label="stride 2 alone, a column is left over")
    yield case(small, (2, 2), 1, 0, 2, label="dilation 2 alone")
    yield case(small, (2, 1), 1, 1, 1, label="padding 1 alone")
    yield case(rng.normal(size=(2, 3, 5, 4)), (3, 2), 1, 0, 1, label="2 images, 3 channels, 3×2")
    yield case(rng.normal(size=(2, 2, 6, 9)), (3, 2), 2, 0, 1, label="stride 2, rows left over")
    yield case(rng.normal(size=(1, 2, 4, 3)), (2, 3), 1, 1, 1, label="padding 1")
    yield case(rng.normal(size=(2, 2, 7, 6)), (3, 2), 1, 0, 2, label="dilation 2")
    yield case(rng.normal(size=(3, 2, 8, 7)), (2, 3), 2, 1, 3, label="everything at once")
    x = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    yield case(
        x.transpose(0, 1, 3, 2), (2, 3), 3, 2, 1,
        label="stride 3 and padding 2, float32, not in memory order",
    )  # fmt: skip


@im2col.oracle
def _(x, kernel_size, stride, padding, dilation):
    (N, C, H, W), (KH, KW) = x.shape, kernel_size
    tops = range(-padding, H + padding - dilation * (KH - 1), stride)
    lefts = range(-padding, W + padding - dilation * (KW - 1), stride)
    columns = np.zeros((N, C * KH * KW, len(tops) * len(lefts)), x.dtype)
    places = [(top, left) for top in tops for left in lefts]
    for n, (place, (top, left)) in ((n, p) for n in range(N) for p in enumerate(places)):
        for row, (c, u, v) in enumerate(np.ndindex(C, KH, KW)):
            y, z = top + u * dilation, left + v * dilation
            if 0 <= y < H and 0 <= z < W:
                columns[n, row, place] = x[n, c, y, z]
    return columns


def _columns(windows, order):
    """Windows (N, C, OH, OW, KH, KW) with their axes in another order, as (N, rows, columns)."""
    N, C, OH, OW, KH, KW = windows.shape
    return windows.transpose(order).reshape(N, C * KH * KW, OH * OW)


@im2col.mistake(
    "the windows are the rows, not the columns",
    hint="Which shape does the task ask for, (N, C·KH·KW, OH·OW) or (N, OH·OW, C·KH·KW)?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    columns = _columns(_windows(x, kernel_size, stride, padding, dilation), (0, 1, 4, 5, 2, 3))
    return columns.transpose(0, 2, 1)


@im2col.mistake(
    "the axes were reshaped, not moved: the numbers of different windows are mixed",
    hint="reshape keeps the numbers in their order. Which axes must stand next to each other "
    "before you merge them?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(_windows(x, kernel_size, stride, padding, dilation), (0, 2, 3, 1, 4, 5))


@im2col.mistake(
    "the channels vary fastest within a column",
    hint="weight.reshape(F, -1) goes through a whole channel before it comes to the next. Does "
    "your column?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(_windows(x, kernel_size, stride, padding, dilation), (0, 4, 5, 1, 2, 3))


@im2col.mistake(
    "each window was read column by column",
    hint="Which number comes second in a column: the one to the right of the first, or below it?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(_windows(x, kernel_size, stride, padding, dilation), (0, 1, 5, 4, 2, 3))


@im2col.mistake(
    "the windows come in the wrong order: down the output first, then across",
    hint="Which window is the second one, that of output (0, 1) or that of output (1, 0)?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(_windows(x, kernel_size, stride, padding, dilation), (0, 1, 4, 5, 3, 2))


@im2col.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="How far apart are the windows of output (0, 0) and output (0, 1)?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    windows = _windows(x, kernel_size, stride, padding, dilation, step=1)
    return _columns(windows, (0, 1, 4, 5, 2, 3))


@im2col.mistake(
    "the pixels within a window are neighbours, whatever the dilation",
    hint="With dilation 2, which pixel does the second weight meet: number 1 or number 2?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    OH, OW = _windows(x, kernel_size, stride, padding, dilation).shape[2:4]
    close = _windows(x, kernel_size, stride, padding)[:, :, :OH, :OW]
    return _columns(close, (0, 1, 4, 5, 2, 3))


@im2col.mistake(
    "a list of windows became an array with the windows first, and was reshaped without moving "
    "that axis",
    hint="np.array(windows) of windows (N, C·KH·KW) has the shape (OH·OW, N, C·KH·KW). Which axis "
    "must come last? np.stack(windows, axis=…) can put it there.",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(_windows(x, kernel_size, stride, padding, dilation), (2, 3, 0, 1, 4, 5))


@im2col.mistake(
    "the windows (N, C, OH, OW, KH, KW) were reshaped as they were: KH and KW must come first",
    hint="Rows of the matrix are C·KH·KW, columns are OH·OW. Are C, KH and KW neighbours in your "
    "array? Which axes must move?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(_windows(x, kernel_size, stride, padding, dilation), (0, 1, 2, 3, 4, 5))


def _by_windows(x, kernel_size, stride=1, padding=0, dilation=1, *, stop=None, number=None):
    """One window after the other, with one thing changed.

    stop(first, K, D): the end of a slice of K pixels, D apart; number(i, j, OH, OW): the column
    """
    (N, C, H, W), (KH, KW), S, D = x.shape, kernel_size, stride, dilation
    stop = stop or (lambda first, K, D: first + D * (K - 1) + 1)
    number = number or (lambda i, j, OH, OW: i * OW + j)
    OH, OW = conv_output_size(H, KH, S, padding, D), conv_output_size(W, KW, S, padding, D)
    x, columns = np.pad(x, _rows_and_columns(padding)), np.zeros((N, C * KH * KW, OH * OW))
    for i, j in np.ndindex(OH, OW):
        window = x[:, :, i * S : stop(i * S, KH, D) : D, j * S : stop(j * S, KW, D) : D]
        columns[:, :, number(i, j, OH, OW)] = window.reshape(N, -1)
    return columns


im2col.mistake(
    "window (i, j) went into column i·OH + j",
    hint="How many windows come before row i of the output? There are OW in each row, or OH?",
)(partial(_by_windows, number=lambda i, j, OH, OW: i * OH + j))

im2col.mistake(
    "the slice of a dilated window ends too early, after KH rows instead of D(KH − 1) + 1",
    hint="How many rows lie between the first weight and the last, with D = 2 and KH = 3?",
)(partial(_by_windows, stop=lambda first, K, D: first + K))

im2col.mistake(
    "the last row and column of each window are missing: the end of the slice lacks its + 1",
    hint="Is the end of a slice still part of it? What do x[0:2:2] and x[0:3:2] take?",
)(partial(_by_windows, stop=lambda first, K, D: first + D * (K - 1)))


def _by_weights(x, kernel_size, stride=1, padding=0, dilation=1, *, stop=None, merge=True):
    """One weight after the other, with one thing changed: where the slice of O places stops."""
    (N, C, H, W), (KH, KW), S, D = x.shape, kernel_size, stride, dilation
    stop = stop or (lambda first, O, S: first + O * S)  # noqa: E741
    OH, OW = conv_output_size(H, KH, S, padding, D), conv_output_size(W, KW, S, padding, D)
    x, columns = np.pad(x, _rows_and_columns(padding)), np.zeros((N, C, KH, KW, OH, OW))
    for u, v in np.ndindex(KH, KW):
        rows, cols = slice(u * D, stop(u * D, OH, S), S), slice(v * D, stop(v * D, OW, S), S)
        columns[:, :, u, v] = x[:, :, rows, cols]
    return columns.reshape(N, C * KH * KW, OH * OW) if merge else columns


im2col.mistake(
    "the slice of a weight ends after OH pixels, although it jumps by the stride",
    hint="OH places, S pixels apart: how far does the slice have to reach?",
)(partial(_by_weights, stop=lambda first, count, S: first + count))

im2col.mistake(
    "the slice of a weight has no end, so it takes more pixels than there are windows",
    hint="Weight (0, 0) never gets to the last pixels of the image. Where must its slice stop?",
)(partial(_by_weights, stop=lambda first, count, S: None))

im2col.mistake(
    "the axes were not merged: the last reshape is missing",
    hint="Your array has six axes, the task asks for three. Which of them belong together?",
)(partial(_by_weights, merge=False))


@im2col.mistake(
    "the dilation was left out altogether",
    hint="Two things depend on the dilation: how many windows fit, and which pixels are in one.",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size, stride, padding)


@im2col.mistake(
    "stride and dilation were exchanged",
    hint="One says how far apart the windows are, the other how far apart the pixels of a window "
    "are. Which is which?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size, dilation, padding, stride)


@im2col.mistake(
    "the padding was left out",
    hint="Did you pad x, and does the number of windows know about it?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size, stride, 0, dilation)


@im2col.mistake(
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size[::-1], stride, padding, dilation)


@im2col.mistake(
    "only the first image was used",
    hint="How many images has x, and how many has your answer?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size, stride, padding, dilation)[0]


# ----------------------------------------------------------------------------------------- conv2d
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
        *_layer(rng, (2, 3, 5, 6), (4, 3, 3, 2)), 1, 0, 1, label="3 channels, 4 filters of 3×2"
    )
    yield case(*_layer(rng, (2, 2, 6, 9), (3, 2, 3, 2)), 2, 0, 1, label="stride 2, rows left over")
    yield case(*_layer(rng, (1, 2, 4, 5), (3, 2, 2, 3)), 1, 2, 1, label="padding 2")
    yield case(*_layer(rng, (2, 3, 7, 6), (2, 3, 3, 2)), 1, 0, 2, label="dilation 2")
    yield case(*_layer(rng, (3, 2, 8, 7), (5, 2, 2, 3)), 2, 1, 3, label="everything at once")
    yield case(*_layer(rng, (2, 3, 3, 4), (6, 3, 2, 2)), 1, 0, 1, label="6 filters and 6 windows")
    x, weight, bias = _layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), np.float32)
    yield case(
        x[:, :, ::-1], weight, bias, 2, 1, 1,
        label="stride 2 and padding 1, float32, rows stored in reverse",
    )  # fmt: skip


@conv2d.oracle
def _(x, weight, bias, stride, padding, dilation):
    return _taps(x, weight, bias, stride, padding, dilation)


def _convolved(x, weight, bias, stride, padding, dilation):
    return _product(_windows(x, weight.shape[2:], stride, padding, dilation), weight, bias)


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


@conv2d.mistake(
    "the padding was not passed on",
    hint="Which functions inside yours have to know the padding?",
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x, weight, bias, stride, 0, dilation)


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
)
def _(x, weight, bias, stride=1, padding=0, dilation=1):
    return _convolved(x[:1], weight, bias, stride, padding, dilation)


def _one_product(
    x, weight, bias, stride=1, padding=0, dilation=1, *, sized=None, product=None, fold=None
):
    """im2col, multiply, reshape, with one thing changed.

    sized(S, P, D): the settings that the output size was computed with; product(rows, columns,
    bias) of (F, M), (N, M, L) and (F,); fold(out, N, F, OH, OW): the last step
    """
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    settings = stride, padding, dilation
    known = sized(*settings) if sized else settings
    OH, OW = conv_output_size(H, KH, *known), conv_output_size(W, KW, *known)
    product = product or (lambda rows, columns, bias: rows @ columns + bias[:, np.newaxis])
    fold = fold or (lambda out, N, F, OH, OW: out.reshape(N, F, OH, OW))
    out = product(weight.reshape(F, -1), im2col(x, (KH, KW), *settings), bias)
    return fold(out, N, F, OH, OW)


conv2d.mistake(
    "the stride is known to one of the two only: to the output size or to im2col",
    hint="Both functions have a parameter `stride`. Do both get it?",
)(partial(_one_product, sized=lambda S, P, D: (1, P, D)))

conv2d.mistake(
    "the dilation is known to one of the two only: to the output size or to im2col",
    hint="Both functions have a parameter `dilation`. Do both get it?",
)(partial(_one_product, sized=lambda S, P, D: (S, P, 1)))

conv2d.mistake(
    "the padding is known to one of the two only: to the output size or to im2col",
    hint="Both functions have a parameter `padding`. Do both get it?",
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


# ----------------------------------------------------------------------------------- gabor_filter
@exercise(
    notebook="03",
    points=2,
    minutes=20,
    hints=(
        "Which numbers must x take for size = 5? They are symmetric around 0.",
        "np.arange(size) - size // 2 gives −2, −1, 0, 1, 2. Used as a row it is x, used as a "
        "column it is y: grid[np.newaxis, :] and grid[:, np.newaxis].",
        "First the turned coordinates: along = x·cos θ + y·sin θ and across = −x·sin θ + y·cos θ. "
        "Then one line with np.exp and np.cos.",
    ),
    explanation="along runs in the direction of the wave, across runs along its stripes. The "
    "cosine depends on along alone, which makes stripes; the bell fades them out both ways. NumPy "
    "spreads a row and a column of coordinates over the whole square.",
)
def gabor_filter(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    """A wave under a bell: stripes that fade out. The filter's middle pixel is (0, 0).

    size: odd number of pixels; theta, phase in radians; wavelength, sigma in pixels
    -> (size, size); rows are y (downwards), columns are x
    """
    grid = np.arange(size) - size // 2
    x, y = grid[np.newaxis, :], grid[:, np.newaxis]
    along = x * np.cos(theta) + y * np.sin(theta)  # (size, size)
    across = -x * np.sin(theta) + y * np.cos(theta)
    bell = np.exp(-(along**2 + gamma**2 * across**2) / (2 * sigma**2))
    return bell * np.cos(2 * np.pi * along / wavelength + phase)


@gabor_filter.cases
def _(rng):
    yield case(3, 0.0, 3.0, 1.0, 0.0, 1.0, label="3×3, the wave runs to the right")
    yield case(3, 0.6, 3.0, 1.5, 0.0, 1.0, label="3×3, turned by 0.6 radians")
    yield case(3, 0.0, 3.0, 1.5, 0.0, 0.5, label="3×3, gamma 0.5: stretched along its stripes")
    yield case(3, 0.0, 3.0, 1.5, 1.0, 1.0, label="3×3, phase 1: the wave is shifted")
    yield case(5, np.pi / 2, 5.0, 2.0, 0.0, 1.0, label="the wave runs downwards")
    yield case(9, 1.1, 4.5, 3.0, 0.4, 0.5, label="9×9, everything at once")
    for _ in range(3):
        turn, phase = rng.uniform(0.2, 1.3), rng.uniform(0.3, 2.5)
        wave, sigma, gamma = rng.uniform(3, 7), rng.uniform(1, 3), rng.uniform(0.4, 0.8)
        yield case(7, turn, wave, sigma, phase, gamma, label="drawn by chance")


@gabor_filter.oracle
def _(size, theta, wavelength, sigma, phase, gamma):
    middle, rows = (size - 1) / 2, []
    for r in range(size):
        rows.append([])
        for c in range(size):
            length, angle = math.hypot(c - middle, r - middle), math.atan2(r - middle, c - middle)
            along, across = length * math.cos(angle - theta), length * math.sin(angle - theta)
            spread = (along / sigma) ** 2 + (gamma * across / sigma) ** 2
            wave = math.sin(2 * math.pi * along / wavelength + phase + math.pi / 2)
            rows[-1].append(math.exp(-0.5 * spread) * wave)
    return np.array(rows)


def _bell(a, c, sigma, gamma):
    return np.exp(-(a**2 + gamma**2 * c**2) / (2 * sigma**2))


def _gabor(
    size, theta, wavelength, sigma, phase=0.0, gamma=1.0, *,
    middle=None, turn=1, bell=_bell, wave=None, unturned=False, join=np.multiply,
):  # fmt: skip
    """The filter with one thing changed; `unturned`: the bell gets x and y."""
    grid = np.arange(size) - (size // 2 if middle is None else middle(size))
    x, y = grid[np.newaxis, :], grid[:, np.newaxis]
    a = x * np.cos(theta) + turn * y * np.sin(theta)
    c = -turn * x * np.sin(theta) + y * np.cos(theta)
    wave = wave or (lambda a, c: np.cos(2 * np.pi * a / wavelength + phase))
    return join(bell(*((x, y) if unturned else (a, c)), sigma, gamma), wave(a, c))


@gabor_filter.mistake(
    "rows and columns are exchanged: x runs downwards",
    hint="With theta = 0 the wave should run to the right. Are your stripes upright?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma).T


@gabor_filter.mistake(
    "it turns the wrong way",
    hint="Which sign has y·sin θ in along, and which sign has x·sin θ in across? Or does your y "
    "run upwards?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma, turn=-1)


@gabor_filter.mistake(
    "the angle was taken in degrees",
    hint="np.cos wants radians, and theta is given in radians. Who converts?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, np.deg2rad(theta), wavelength, sigma, phase, gamma)


@gabor_filter.mistake(
    "the middle of the filter is not at (0, 0)",
    hint="Which pixel gets x = 0 and y = 0: the upper left one, or the one in the middle?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma, middle=lambda size: 0)


@gabor_filter.mistake(
    "the 2 in 2σ² is missing: the bell is too narrow",
    hint="At the distance σ from the middle the bell should be e^(−1/2). What is yours?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(
        size, theta, wavelength, sigma, phase, gamma,
        bell=lambda a, c, sigma, gamma: np.exp(-(a**2 + gamma**2 * c**2) / sigma**2),
    )  # fmt: skip


@gabor_filter.mistake(
    "the 2π is missing: the wave is too long",
    hint="After one wavelength the wave should have the same value again. What does your cosine "
    "get there?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, 2 * np.pi * wavelength, sigma, phase, gamma)


@gabor_filter.mistake(
    "the wave is multiplied by the wavelength instead of divided",
    hint="Should a longer wavelength make wider or narrower stripes?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, 1 / wavelength, sigma, phase, gamma)


@gabor_filter.mistake(
    "a sine stands in place of the cosine",
    hint="With phase 0, is the middle pixel 1 or 0?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase - np.pi / 2, gamma)


@gabor_filter.mistake(
    "gamma squashes the bell along the wave, not along the stripes",
    hint="Which of the two coordinates runs along the stripes?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(
        size, theta, wavelength, sigma, phase, gamma,
        bell=lambda a, c, sigma, gamma: _bell(c, a, sigma, gamma),
    )  # fmt: skip


gabor_filter.mistake(
    "in the code, / 2 * sigma**2 multiplies by σ² instead of dividing: brackets are missing",
    hint="Python goes from left to right. What is 8 / 2 * 4, and what is 8 / (2 * 4)?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: np.exp(
    -(a**2 + gamma**2 * c**2) / 2 * sigma**2
)))  # fmt: skip

gabor_filter.mistake(
    "sigma was not squared",
    hint="What stands below the fraction bar: 2σ or 2σ²?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: np.exp(
    -(a**2 + gamma**2 * c**2) / (2 * sigma)
)))  # fmt: skip

gabor_filter.mistake(
    "the minus in front of the bell's fraction is missing: it grows towards the border",
    hint="Should the filter fade out or grow towards its border? What is exp of a large number?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: 1 / _bell(a, c, sigma, gamma)))

gabor_filter.mistake(
    "gamma was not squared",
    hint="Is it γ or γ² that stands before c²?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: _bell(a, c, sigma, gamma**0.5)))

gabor_filter.mistake(
    "gamma was left out",
    hint="With gamma 0.5 the bell should be twice as long as it is wide. Where does gamma come in?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: _bell(a, c, sigma, 1)))

gabor_filter.mistake(
    "the bell was not turned: x and y stand in it instead of a and c",
    hint="Which two coordinates does the formula have in the bell?",
)(partial(_gabor, unturned=True))

gabor_filter.mistake(
    "bell and wave were added, not multiplied",
    hint="What should be left of the wave where the bell is nearly 0?",
)(partial(_gabor, join=np.add))

gabor_filter.mistake(
    "the middle is half a pixel off: size / 2 is not a pixel",
    hint="Which number is the middle one of 0, 1, 2, 3, 4: 2 or 2.5? Which division gives it?",
)(partial(_gabor, middle=lambda size: size / 2))


@gabor_filter.mistake(
    "the phase was left out",
    hint="With phase π/2, the middle of the filter should be 0. Is yours 1?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, 0.0, gamma)


@gabor_filter.mistake(
    "the phase was divided by the wavelength too",
    hint="Is ψ inside the fraction a/λ or behind it? Which brackets are around what?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, 2 * np.pi * phase / wavelength, gamma)


@gabor_filter.mistake(
    "the wave runs along c, across its proper direction",
    hint="Which of the two coordinates stands in the cosine?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(
        size, theta, wavelength, sigma, phase, gamma,
        wave=lambda a, c: np.cos(2 * np.pi * c / wavelength + phase),
    )  # fmt: skip


@gabor_filter.mistake(
    "the mean was taken away from the filter",
    hint="That is a good idea for an edge detector, and the page does it later. Does the formula?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    right = _gabor(size, theta, wavelength, sigma, phase, gamma)
    return right - right.mean()


gabor_filter.mistake(
    "the minus belongs to a² alone, and only the last term is divided: brackets are missing",
    hint="The minus and the fraction are for the whole sum a² + γ²c². Where do brackets go?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: np.exp(
    -(a**2) + gamma**2 * c**2 / (2 * sigma**2)
)))  # fmt: skip


@gabor_filter.mistake(
    "x and y are the same row of numbers, so there is no square",
    hint="A row plus a column is a table; what is a row plus a row? Where is np.newaxis?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return np.diagonal(_gabor(size, theta, wavelength, sigma, phase, gamma))
