"""Exercises of notebook 03: output size, convolution by loops and by one product, Gabor filters."""

import math

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
    out = np.zeros((N, F, OH, OW), x.dtype)
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
    yield case(*_layer(rng, (2, 3, 5, 6), (4, 3, 3, 2)), 1, 0, label="3 channels, 4 filters of 3×2")
    yield case(*_layer(rng, (2, 2, 6, 8), (3, 2, 3, 2)), 2, 0, label="stride 2, a row is left over")
    yield case(*_layer(rng, (1, 2, 4, 5), (3, 2, 2, 3)), 1, 2, label="padding 2")
    yield case(*_layer(rng, (3, 2, 5, 4), (2, 2, 3, 3)), 3, 1, label="stride 3 and padding 1")
    yield case(*_layer(rng, (2, 3, 4, 3), (5, 3, 1, 1)), 1, 0, label="1×1 filters")
    x, weight, bias = _layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), np.float32)
    yield case(x[:, :, ::-1], weight, bias, 2, 1, label="float32, an image stored upside down")


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
    "the padding is not on rows and columns alone: all four axes were padded, or none",
    hint="np.pad(x, 2) pads every axis, N and C too. Which shape has x after your padding?",
)
def _(x, weight, bias, stride=1, padding=0):
    out = np.zeros_like(_product(_windows(x, weight.shape[2:], stride, padding), weight, bias))
    (_, _, KH, KW), x = weight.shape, np.pad(x, padding)
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
        out[n, f, i, j] = (window * weight[f]).sum() + bias[f]
    return out


@conv2d_loops.mistake(
    "the window was averaged, not summed",
    hint="A neuron is a weighted sum. Who divides?",
)
def _(x, weight, bias, stride=1, padding=0):
    windows = _windows(x, weight.shape[2:], stride, padding)
    return _product(windows, weight / weight[0].size, bias)


# ----------------------------------------------------------------------------------------- im2col
@exercise(
    notebook="03",
    points=3,
    minutes=30,
    hints=(
        "Two ways lead there. Window by window: cut out (N, C, KH, KW), make each image's part one "
        "column. Or weight by weight: which pixels does weight (u, v) meet, over all windows?",
        "A window with dilation is x[:, :, top : top + D·(KH − 1) + 1 : D, …]: a slice with a "
        "step. Then reshape(N, C·KH·KW) makes one column for each image.",
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
    yield case(
        np.arange(12.0).reshape(1, 1, 3, 4), (2, 2), 1, 0, 1, label="2×2 windows of a 3×4 image"
    )
    yield case(rng.normal(size=(2, 3, 5, 4)), (3, 2), 1, 0, 1, label="2 images, 3 channels, 3×2")
    yield case(rng.normal(size=(2, 2, 6, 9)), (3, 2), 2, 0, 1, label="stride 2, rows left over")
    yield case(rng.normal(size=(1, 2, 4, 3)), (2, 3), 1, 1, 1, label="padding 1")
    yield case(rng.normal(size=(2, 2, 7, 6)), (3, 2), 1, 0, 2, label="dilation 2")
    yield case(rng.normal(size=(3, 2, 8, 7)), (2, 3), 2, 1, 3, label="everything at once")
    x = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    yield case(
        x.transpose(0, 1, 3, 2), (2, 3), 3, 2, 1, label="float32, rows and columns exchanged"
    )


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


# ----------------------------------------------------------------------------------------- conv2d
@exercise(
    notebook="03",
    points=2,
    minutes=15,
    hints=(
        "im2col gives (N, C·KH·KW, OH·OW). Which shape must the weight have, so that one @ turns "
        "C·KH·KW into F?",
        "weight.reshape(F, -1) @ columns has the shape (N, F, OH·OW): NumPy repeats the matrix "
        "product for each of the N images.",
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
    yield case(
        *_layer(rng, (2, 3, 5, 6), (4, 3, 3, 2)), 1, 0, 1, label="3 channels, 4 filters of 3×2"
    )
    yield case(*_layer(rng, (2, 2, 6, 9), (3, 2, 3, 2)), 2, 0, 1, label="stride 2, rows left over")
    yield case(*_layer(rng, (1, 2, 4, 5), (3, 2, 2, 3)), 1, 2, 1, label="padding 2")
    yield case(*_layer(rng, (2, 3, 7, 6), (2, 3, 3, 2)), 1, 0, 2, label="dilation 2")
    yield case(*_layer(rng, (3, 2, 8, 7), (5, 2, 2, 3)), 2, 1, 3, label="everything at once")
    yield case(*_layer(rng, (2, 3, 3, 4), (6, 3, 2, 2)), 1, 0, 1, label="6 filters and 6 windows")
    x, weight, bias = _layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), np.float32)
    yield case(x[:, :, ::-1], weight, bias, 2, 1, 1, label="float32, an image stored upside down")


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
    yield case(5, np.pi / 2, 4.0, 2.0, 0.0, 1.0, label="the wave runs downwards")
    yield case(7, 0.6, 5.0, 2.0, 0.0, 1.0, label="turned by 0.6 radians")
    yield case(7, 0.0, 6.0, 2.0, np.pi / 2, 1.0, label="phase 90°: dark beside bright")
    yield case(9, 1.1, 4.5, 3.0, 0.4, 0.5, label="stretched along its stripes: gamma 0.5")
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


def _gabor(
    size, theta, wavelength, sigma, phase, gamma, *, start=None, half=0.5, turn=1, both=False
):
    grid = np.arange(size) - (size // 2 if start is None else start)
    x, y = grid[np.newaxis, :], grid[:, np.newaxis]
    along = x * np.cos(theta) + turn * y * np.sin(theta)
    across = -turn * x * np.sin(theta) + y * np.cos(theta)
    squash = (gamma**2, 1) if both else (1, gamma**2)
    bell = np.exp(-half * (squash[0] * along**2 + squash[1] * across**2) / sigma**2)
    return bell * np.cos(2 * np.pi * along / wavelength + phase)


@gabor_filter.mistake(
    "rows and columns are exchanged: x runs downwards",
    hint="With theta = 0 the wave should run to the right. Are your stripes upright?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma).T


@gabor_filter.mistake(
    "it turns the wrong way",
    hint="Which sign has y·sin θ in along, and which sign has x·sin θ in across?",
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
    return _gabor(size, theta, wavelength, sigma, phase, gamma, start=0)


@gabor_filter.mistake(
    "the 2 in 2σ² is missing: the bell is too narrow",
    hint="At the distance σ from the middle the bell should be e^(−1/2). What is yours?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma, half=1)


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
    return _gabor(size, theta, wavelength, sigma, phase, gamma, both=True)
