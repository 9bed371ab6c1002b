"""The exercise `im2col` of notebook 03."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
from course_utils.exercises.nb03_convolution.windows import all_windows, rows_and_columns
from course_utils.exercises.slips import exchanged, ignored, swapped, transposed


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


im2col.slip(
    transposed(axes=(-1, -2)),
    "the windows are the rows, not the columns",
    hint="Which shape does the task ask for, (N, C·KH·KW, OH·OW) or (N, OH·OW, C·KH·KW)?",
)


@im2col.mistake(
    "the axes were reshaped, not moved: the numbers of different windows are mixed",
    hint="reshape keeps the numbers in their order. Which axes must stand next to each other "
    "before you merge them?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(all_windows(x, kernel_size, stride, padding, dilation), (0, 2, 3, 1, 4, 5))


@im2col.mistake(
    "the channels vary fastest within a column",
    hint="weight.reshape(F, -1) goes through a whole channel before it comes to the next. Does "
    "your column?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(all_windows(x, kernel_size, stride, padding, dilation), (0, 4, 5, 1, 2, 3))


@im2col.mistake(
    "each window was read column by column",
    hint="Which number comes second in a column: the one to the right of the first, or below it?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(all_windows(x, kernel_size, stride, padding, dilation), (0, 1, 5, 4, 2, 3))


@im2col.mistake(
    "the windows come in the wrong order: down the output first, then across",
    hint="Which window is the second one, that of output (0, 1) or that of output (1, 0)?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(all_windows(x, kernel_size, stride, padding, dilation), (0, 1, 4, 5, 3, 2))


@im2col.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="How far apart are the windows of output (0, 0) and output (0, 1)?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    windows = all_windows(x, kernel_size, stride, padding, dilation, step=1)
    return _columns(windows, (0, 1, 4, 5, 2, 3))


@im2col.mistake(
    "the pixels within a window are neighbours, whatever the dilation",
    hint="With dilation 2, which pixel does the second weight meet: number 1 or number 2?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    OH, OW = all_windows(x, kernel_size, stride, padding, dilation).shape[2:4]
    close = all_windows(x, kernel_size, stride, padding)[:, :, :OH, :OW]
    return _columns(close, (0, 1, 4, 5, 2, 3))


@im2col.mistake(
    "a list of windows became an array with the windows first, and was reshaped without moving "
    "that axis",
    hint="np.array(windows) of windows (N, C·KH·KW) has the shape (OH·OW, N, C·KH·KW). Which axis "
    "must come last? np.stack(windows, axis=…) can put it there.",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(all_windows(x, kernel_size, stride, padding, dilation), (2, 3, 0, 1, 4, 5))


@im2col.mistake(
    "the windows (N, C, OH, OW, KH, KW) were reshaped as they were: KH and KW must come first",
    hint="Rows of the matrix are C·KH·KW, columns are OH·OW. Are C, KH and KW neighbours in your "
    "array? Which axes must move?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return _columns(all_windows(x, kernel_size, stride, padding, dilation), (0, 1, 2, 3, 4, 5))


def _by_windows(x, kernel_size, stride=1, padding=0, dilation=1, *, stop=None, number=None):
    """One window after the other, with one thing changed.

    stop(first, K, D): the end of a slice of K pixels, D apart; number(i, j, OH, OW): the column
    """
    (N, C, H, W), (KH, KW), S, D = x.shape, kernel_size, stride, dilation
    stop = stop or (lambda first, K, D: first + D * (K - 1) + 1)
    number = number or (lambda i, j, OH, OW: i * OW + j)
    OH, OW = conv_output_size(H, KH, S, padding, D), conv_output_size(W, KW, S, padding, D)
    x, columns = np.pad(x, rows_and_columns(padding)), np.zeros((N, C * KH * KW, OH * OW))
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
    x, columns = np.pad(x, rows_and_columns(padding)), np.zeros((N, C, KH, KW, OH, OW))
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


im2col.slip(
    ignored("dilation", 1),
    "the dilation was left out altogether",
    hint="Two things depend on the dilation: how many windows fit, and which pixels are in one.",
)

im2col.slip(
    swapped("stride", "dilation"),
    "stride and dilation were exchanged",
    hint="One says how far apart the windows are, the other how far apart the pixels of a window "
    "are. Which is which?",
)

im2col.slip(
    ignored("padding", 0),
    "the padding was left out",
    hint="Did you pad x, and does the number of windows know about it?",
)

im2col.slip(
    exchanged("kernel_size"),
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)


@im2col.mistake(
    "only the first image was used",
    hint="How many images has x, and how many has your answer?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size, stride, padding, dilation)[0]
