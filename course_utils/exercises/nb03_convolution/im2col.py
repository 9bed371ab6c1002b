"""The exercise `im2col` of notebook 03."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
from course_utils.exercises.nb03_convolution.windows import all_windows, rows_and_columns
from course_utils.exercises.slips import exchanged, ignored, square, swapped, transposed


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


def _sizes(count, H, W, KH, KW):
    """The size of the output, from the number of places along one axis."""
    return count(H, KH), count(W, KW)


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


def _by_windows(
    x, kernel_size, stride=1, padding=0, dilation=1, *,
    stop=None, number=None, sizes=_sizes, place=None, pairs=rows_and_columns,
):  # fmt: skip
    """One window after the other, with one thing changed.

    stop(first, K, D): the end of a slice of K pixels, D apart; number(i, j, OH, OW): the column;
    sizes(count, H, W, KH, KW): the output's, from count(H, K); place(i, j): which window is cut
    """
    (N, C, H, W), (KH, KW), S, D = x.shape, kernel_size, stride, dilation
    stop = stop or (lambda first, K, D: first + D * (K - 1) + 1)
    number = number or (lambda i, j, OH, OW: i * OW + j)
    OH, OW = sizes(lambda H, K: conv_output_size(H, K, S, padding, D), H, W, KH, KW)
    x, columns = np.pad(x, pairs(padding)), np.zeros((N, C * KH * KW, OH * OW))
    for i, j in np.ndindex(OH, OW):
        a, b = place(i, j) if place else (i, j)
        window = x[:, :, a * S : stop(a * S, KH, D) : D, b * S : stop(b * S, KW, D) : D]
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


def _by_weights(
    x, kernel_size, stride=1, padding=0, dilation=1, *,
    stop=None, merge=True, sizes=_sizes, pairs=rows_and_columns,
):  # fmt: skip
    """One weight after the other, with one thing changed: where the slice of O places stops."""
    (N, C, H, W), (KH, KW), S, D = x.shape, kernel_size, stride, dilation
    stop = stop or (lambda first, O, S: first + O * S)  # noqa: E741
    OH, OW = sizes(lambda H, K: conv_output_size(H, K, S, padding, D), H, W, KH, KW)
    x, columns = np.pad(x, pairs(padding)), np.zeros((N, C, KH, KW, OH, OW))
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
    hint="How many images has x, and how many has your answer? Where does your code use n?",
    also=(
        lambda x, *settings: im2col(x[:1], *settings),
        lambda x, *settings: im2col(np.broadcast_to(x[:1], x.shape), *settings),
    ),
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    return im2col(x, kernel_size, stride, padding, dilation)[0]


im2col.mistake(
    "only the first channel was used",
    hint="A window goes through all channels. How many numbers has one of your columns?",
)(lambda x, *settings: im2col(x[:, :1], *settings))


im2col.slip(
    square("kernel_size"),
    also=(
        square("kernel_size", 1),
        partial(_by_windows, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(W, KH))),
        partial(_by_weights, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(W, KH))),
    ),
)


im2col.mistake(
    "the output was taken to be as wide as it is high",
    hint="An image of 3 rows and 5 columns: do as many windows fit side by side as one below the "
    "other?",
    also=(
        partial(_by_weights, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KH))),
        partial(_by_windows, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KW))),
        partial(_by_weights, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KW))),
    ),
)(partial(_by_windows, sizes=lambda count, H, W, KH, KW: (count(H, KH), count(H, KH))))


im2col.mistake(
    "OH and OW were exchanged: W and KW give the number of columns",
    hint="Which axis of x are its rows? So from which sizes does OH come, and from which OW?",
    also=(partial(_by_weights, sizes=lambda count, H, W, KH, KW: (count(W, KW), count(H, KH))),),
)(partial(_by_windows, sizes=lambda count, H, W, KH, KW: (count(W, KW), count(H, KH))))


im2col.mistake(
    "the window of output (i, j) starts at row j·S and column i·S",
    hint="Which of i and j counts the rows of the output? So with which of the two does the window "
    "move down the image?",
)(partial(_by_windows, place=lambda i, j: (j, i)))


def _padded_here(x, kernel_size, stride=1, padding=0, dilation=1, *, pairs):
    return im2col(np.pad(x, pairs(padding)), kernel_size, stride, 0, dilation)


for name, hint, pairs in (
    (
        "all of the padding was put at the upper and left edge",
        "In np.pad the pair (P, P) means P before and P after. What does (2 * P, 0) mean?",
        lambda P: rows_and_columns(2 * P, 0),
    ),
    (
        "all of the padding was put at the lower and right edge",
        "In np.pad the pair (P, P) means P before and P after. What does (0, 2 * P) mean?",
        lambda P: rows_and_columns(0, 2 * P),
    ),
    (
        "only the rows were padded",
        "np.pad takes four pairs for (N, C, H, W). Which two are not (0, 0)?",
        lambda P: ((0, 0), (0, 0), (P, P), (0, 0)),
    ),
    (
        "all four axes were padded, images and channels too",
        "np.pad(x, 2) pads every axis. Which shape has x after your padding?",
        lambda P: P,
    ),
):
    im2col.mistake(name, hint=hint)(partial(_padded_here, pairs=pairs))


def _twice(function):
    """The size of the padded image was padded once more."""

    def wrong(x, kernel_size, stride=1, padding=0, dilation=1):
        sizes = lambda count, H, W, KH, KW: _sizes(  # noqa: E731
            count, H + 2 * padding, W + 2 * padding, KH, KW
        )
        return function(x, kernel_size, stride, padding, dilation, sizes=sizes)

    return wrong


im2col.mistake(
    "the windows leave the image: their number counts with more zeros than there are around it",
    hint="How many rows has x after your np.pad, and how many does the number of windows count "
    "with?",
    also=(
        _twice(_by_weights),
        partial(_by_windows, pairs=lambda P: rows_and_columns(P, 0)),
        partial(_by_windows, pairs=lambda P: rows_and_columns(0, P)),
        partial(_by_weights, pairs=lambda P: rows_and_columns(P, 0)),
    ),
)(_twice(_by_windows))


im2col.mistake(
    "zeros were put on one side only: above and on the left, or below and on the right",
    hint="In np.pad the pair (P, P) means P before and P after. What does your pair mean?",
    also=(partial(_padded_here, pairs=lambda P: rows_and_columns(0, P)),),
)(partial(_padded_here, pairs=lambda P: rows_and_columns(P, 0)))


im2col.mistake(
    "all windows went into one column, and only the last of them is left",
    hint="Which number has the column of window (i, j)? When does it change?",
)(partial(_by_windows, number=lambda i, j, OH, OW: 0))


@im2col.mistake(
    "each window was rotated by 180°",
    hint="Which pixel of the window comes first in its column: the upper left or the lower right?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    windows = all_windows(x, kernel_size, stride, padding, dilation)[..., ::-1, ::-1]
    return _columns(windows, (0, 1, 4, 5, 2, 3))


@im2col.mistake(
    "images and windows were merged: two axes instead of (N, C·KH·KW, OH·OW)",
    hint="Your answer has two axes, the task asks for three. Which one counts the images?",
    also=(lambda x, *settings: np.concatenate(list(im2col(x, *settings)), axis=1),),
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    columns = im2col(x, kernel_size, stride, padding, dilation)
    return columns.reshape(columns.shape[1], -1)


im2col.mistake(
    "window (i, j) went into column j·OW + i",
    hint="The columns go through the output row after row. Which of i and j counts the rows?",
)(partial(_by_windows, number=lambda i, j, OH, OW: j * OW + i))


@im2col.mistake(
    "weight (u, v) went into row u·KH + v of its channel",
    hint="How many weights come before row u of the window? There are KW in each row, or KH?",
)
def _(x, kernel_size, stride=1, padding=0, dilation=1):
    KH, KW = kernel_size
    right = im2col(x, kernel_size, stride, padding, dilation)
    wrong = np.zeros_like(right)
    for c, u, v in np.ndindex(x.shape[1], KH, KW):
        wrong[:, c * KH * KW + u * KH + v] = right[:, c * KH * KW + u * KW + v]
    return wrong
