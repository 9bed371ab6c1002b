"""Exercises of notebook 18: depth-wise convolution, its parameters, and what it saves."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ------------------------------------------------------------------------------- depthwise_conv2d
@exercise(
    notebook="18",
    points=3,
    minutes=25,
    hints=(
        "Which numbers of x does out[n, c, i, j] see? Only map c, and in it the window whose upper "
        "left corner is row i·stride, column j·stride of the padded map.",
        "One loop over np.ndindex(OH, OW) is enough: a window x[:, :, top : top + KH, "
        "left : left + KW] has the shape (N, C, KH, KW), and weight (C, KH, KW) fits to it.",
        "Multiply the windows with weight and add up the last two axes only: sum(axis=(2, 3)). "
        "What would happen to the maps if axis 1 were among them?",
    ),
    explanation="Map c meets filter c and no other. So the sum runs over the two axes of the "
    "window, and the axis of the maps stays. Leave that one axis in the sum, and you have a "
    "conventional convolution with a single filter.",
)
def depthwise_conv2d(x, weight, stride=1, padding=0):
    """Scan each map with a filter of its own; the maps are not added up.

    x (N, C, H, W), weight (C, KH, KW): map c is scanned with weight[c], as in notebook 03.
    padding: zeros on each side of rows and columns -> (N, C, OH, OW)
    """
    KH, KW = weight.shape[1:]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - KH) // stride + 1, (W - KW) // stride + 1))
    for i, j in np.ndindex(out.shape[2:]):
        top, left = i * stride, j * stride
        windows = x[:, :, top : top + KH, left : left + KW]  # (N, C, KH, KW)
        out[:, :, i, j] = (windows * weight).sum(axis=(2, 3))  # the maps stay apart
    return out


@depthwise_conv2d.cases
def _(rng):
    x = np.arange(18.0).reshape(1, 2, 3, 3)
    weight = np.array([[[1.0, 0.0], [0.0, -2.0]], [[0.0, 3.0], [1.0, 0.0]]])
    yield case(x, weight, 1, 0, label="one image of two maps, two filters of 2×2")
    yield case(x[:, :1], weight[:1], 1, 0, label="a single map")
    rows = np.arange(30.0).reshape(1, 2, 3, 5)
    filled = np.array([[[1.0, 2.0], [3.0, -1.0]], [[0.5, -1.0], [2.0, 1.5]]])
    yield case(rows, filled, 2, 0, label="stride 2 alone, a row and a column are left over")
    yield case(rows, filled, 1, 1, label="padding 1 alone")
    yield case(rows[:, 1:], filled[:1], 1, 1, label="a single map, padding 1")
    yield case(
        rows.astype(int), filled / 4, 1, 0,
        label="maps of whole numbers (dtype int), weights like 0.25",
    )  # fmt: skip
    x, weight = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(3, 3, 2))
    yield case(x, weight, 1, 0, label="two images, 3 maps, filters of 3×2")
    x, weight = rng.normal(size=(2, 4, 7, 6)), rng.normal(size=(4, 2, 3))
    yield case(x, weight, 2, 0, label="4 maps, filters of 2×3, stride 2")
    x, weight = rng.normal(size=(1, 3, 4, 5)), rng.normal(size=(3, 3, 3))
    yield case(x, weight, 1, 2, label="padding 2")
    x, weight = rng.normal(size=(3, 2, 5, 8)), rng.normal(size=(2, 3, 2))
    yield case(x, weight, 3, 1, label="stride 3 and padding 1")
    x, weight = rng.normal(size=(2, 5, 3, 4)), rng.normal(size=(5, 1, 1))
    yield case(x, weight, 1, 0, label="1×1 filters: one number for each map")
    yield case(x[:1, :, :, 1:], rng.normal(size=(5, 3, 1)), 1, 0, label="filters of 3×1")
    yield case(x[:1, 2:], weight[2:], 1, 1, label="1×1 filters and padding 1: a rim of zeros")
    x = rng.normal(size=(2, 3, 6, 5)).astype(np.float32)
    weight = rng.normal(size=(3, 2, 3)).astype(np.float32)
    yield case(
        x[:, :, ::-1], weight, 2, 1,
        label="stride 2 and padding 1, float32, rows stored in reverse",
    )  # fmt: skip


@depthwise_conv2d.groups({"stride 1, no padding": 2, "stride and padding": 1})
def _(x, weight, stride, padding):
    return "stride 1, no padding" if (stride, padding) == (1, 0) else "stride and padding"


@depthwise_conv2d.oracle
def _(x, weight, stride, padding):
    """Number by number, without padding anything: pixels outside are skipped."""
    (N, C, H, W), (_, KH, KW) = x.shape, weight.shape
    OH = len(range(-padding, H + padding - KH + 1, stride))
    OW = len(range(-padding, W + padding - KW + 1, stride))
    x_, weight_ = x.tolist(), weight.tolist()
    out = np.empty((N, C, OH, OW), np.result_type(x, weight))
    for n, c, i, j in np.ndindex(out.shape):
        total = 0.0
        for u in range(KH):
            row = i * stride + u - padding
            for v in range(KW) if 0 <= row < H else ():
                column = j * stride + v - padding
                if 0 <= column < W:
                    total += x_[n][c][row][column] * weight_[c][u][v]
        out[n, c, i, j] = total
    return out


def _padded(x, before, after=None, **settings):
    after = before if after is None else after
    return np.pad(x, ((0, 0), (0, 0), (before, after), (before, after)), **settings)


def _scan(
    x, weight, stride=1, padding=0, *, pad=_padded, size=None, window=None, number=None,
    dtype=float, kernel=None, early=False,
):  # fmt: skip
    """The layer as most people write it, with one thing exchanged.

    pad(x, P); size(H, K, S) of the padded map; window(x, i, j, KH, KW, S, P): the pixels
    of place (i, j); number(windows, weight): (N, C) from (N, C, KH, KW); early: the shape
    of the output comes from x as it was in front of the padding
    """
    KH, KW = kernel(*weight.shape[1:]) if kernel else weight.shape[1:]
    H, W = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    counted = x.shape[:2]
    x = pad(x, padding)
    size = size or (lambda H, K, S: (H - K) // S + 1)
    window = window or (lambda x, i, j, KH, KW, S, P: x[:, :, i * S :, j * S :][:, :, :KH, :KW])
    number = number or (lambda windows, weight: (windows * weight).sum(axis=(2, 3)))
    if not early:
        shape = *x.shape[:2], size(x.shape[2], KH, stride), size(x.shape[3], KW, stride)
    else:
        shape = *counted, size(H, KH, stride), size(W, KW, stride)
    out = np.zeros(shape, dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = number(window(x, i, j, KH, KW, stride, padding), weight)
    return out


for name, hint, change in (
    (
        "the first filter was used for every map",
        "Map c meets filter c. Which index has weight in your code?",
        {"number": lambda w, weight: (w * weight[:1]).sum(axis=(2, 3))},
    ),
    (
        "the last filter was used for every map",
        "Map c meets filter c. Does a loop over the filters leave only its last result behind?",
        {"number": lambda w, weight: (w * weight[-1:]).sum(axis=(2, 3))},
    ),
    (
        "each filter scanned all maps, and their sum was taken: that is a conventional convolution",
        "How many maps does one depth-wise filter get to see?",
        {"number": lambda w, weight: np.einsum("ncuv,fuv->nf", w, weight)},
    ),
    (
        "the sum was not begun anew for each map: map c holds all maps before it, too",
        "Where does your running total become 0 again: in front of the loop over the maps, or "
        "inside it?",
        {"number": lambda w, weight: (w * weight).sum(axis=(2, 3)).cumsum(axis=1)},
    ),
    (
        "the filter was rotated by 180°: this is the convolution of mathematics",
        "Which weight should meet the upper left pixel of the window: the upper left or the lower "
        "right one?",
        {"number": lambda w, weight: (w * weight[:, ::-1, ::-1]).sum(axis=(2, 3))},
    ),
    (
        "the window was averaged, not summed",
        "A neuron is a weighted sum. Who divides?",
        {"number": lambda w, weight: (w * weight).mean(axis=(2, 3))},
    ),
    (
        "only the last weight of each filter counts: each product overwrote the one before",
        "Does your loop over the weights use = or += ?",
        {"number": lambda w, weight: (w * weight)[:, :, -1, -1]},
    ),
    (
        "only one axis of the window was summed, and of the other its first entry was kept",
        "The window has rows and columns. Which two axes must the sum run over?",
        {"number": lambda w, weight: (w * weight).sum(axis=2)[:, :, 0]},
    ),
    (
        "the largest product was taken, not the sum",
        "That would be a kind of pooling. What does a neuron do with its products?",
        {"number": lambda w, weight: (w * weight).max(axis=(2, 3))},
    ),
    (
        "the padding was ignored",
        "Did you pad x, and does the output size know about it?",
        {"pad": lambda x, P: x},
    ),
    (
        "the padding is only in front: no zeros behind the last row and column",
        "padding zeros on *each* side: how many rows does the map gain in all?",
        {"pad": lambda x, P: _padded(x, P, 0)},
    ),
    (
        "the padding is only behind: no zeros in front of the first row and column",
        "padding zeros on *each* side: how many rows does the map gain in all?",
        {"pad": lambda x, P: _padded(x, 0, P)},
    ),
    (
        "x was never padded, though the number of places counts the padding",
        "np.pad returns a *new* array. What do you do with it?",
        {"pad": lambda x, P: x, "early": True},
    ),
    (
        "np.pad(x, padding) pads the images and the maps, too, so that nothing fits any more",
        "np.pad(x, 2) pads every axis. Which shape has x after your padding?",
        {"pad": lambda x, P: np.pad(x, P), "early": True},
    ),
    (
        "the padding is always 2, as in the example of the page",
        "Where does your code use padding?",
        {"pad": lambda x, P: _padded(x, 2)},
    ),
    (
        "rows and columns of the filter have changed places",
        "weight has shape (C, KH, KW). Which of its axes counts rows?",
        {"kernel": lambda KH, KW: (KW, KH)},
    ),
    (
        "the filters were taken for square",
        "Filters of 3 × 2 have two sizes. Which ones does your code use?",
        {"kernel": lambda KH, KW: (KH, KH)},
    ),
    (
        "the filter was transposed",
        "Which weight should meet the upper right pixel of the window?",
        {"number": lambda w, weight: (w * weight.transpose(0, 2, 1)).sum(axis=(2, 3))},
    ),
    (
        "the number of places was rounded up",
        "With stride 2 a last window may stick out. Does it count?",
        {"size": lambda H, K, S: -(-(H - K) // S) + 1},
    ),
    (
        "the output was made for whole numbers",
        "Of what type are the entries of np.zeros(shape, int), and what becomes of 2.75 there?",
        {"dtype": int},
    ),
    (
        "the maps are in the sum: sum(axis=(1, 2, 3)) leaves one number for each image",
        "The windows have axes (N, C, KH, KW). Which two of them belong to the window?",
        {"number": lambda w, weight: (w * weight).sum(axis=(1, 2, 3))},
    ),
    (
        "the maps are in the sum, and each map got the same total",
        "The windows have axes (N, C, KH, KW). Which two of them belong to the window?",
        {"number": lambda w, weight: (w * weight).sum(axis=(1, 2, 3))[:, np.newaxis]},
    ),
    (
        "everything was added up, the images, too: sum() without axes",
        "The windows have axes (N, C, KH, KW). Which two of them belong to the window?",
        {"number": lambda w, weight: (w * weight).sum()},
    ),
    (
        "the border was repeated instead of padded with zeros",
        "Which mode does np.pad use when you name none, and which did you name?",
        {"pad": lambda x, P: _padded(x, P, mode="edge")},
    ),
    (
        "all four axes were padded, the images and the maps, too",
        "np.pad(x, 2) pads every axis. Which shape has x after your padding?",
        {"pad": lambda x, P: np.pad(x, P)},
    ),
    (
        "the windows are one pixel apart, whatever the stride",
        "At which row of the padded map does the window of output row i = 1 start?",
        {"window": lambda x, i, j, KH, KW, S, P: x[:, :, i : i + KH, j : j + KW]},
    ),
    (
        "the stride was forgotten altogether: the output is too large",
        "How many windows are there when the next one starts `stride` pixels further on?",
        {"size": lambda H, K, S: H - K + 1,
         "window": lambda x, i, j, KH, KW, S, P: x[:, :, i : i + KH, j : j + KW]},
    ),
    (
        "the stride acts on the rows only",
        "At which column does the window of output column j = 1 start?",
        {"window": lambda x, i, j, KH, KW, S, P: x[:, :, i * S : i * S + KH, j : j + KW]},
    ),
    (
        "the window starts at −P, although x is already padded",
        "Row 0 of the padded map is the first row of zeros. At which of its rows does the window "
        "of output row 0 start?",
        {"window": lambda x, i, j, KH, KW, S, P: x[
            :, :, i * S - P : i * S - P + KH, j * S - P : j * S - P + KW
        ]},
    ),
    (
        "the window ends at i + KH: the stride is missing in the end of the slice",
        "A slice of KH rows that starts at `top` ends at top + KH. Where does yours end?",
        {"window": lambda x, i, j, KH, KW, S, P: x[:, :, i * S : i + KH, j * S : j + KW]},
    ),
    (
        "the + 1 is missing: the last row and the last column of places are not there",
        "A filter of 3 on 3 pixels: how many places are there, 0 or 1?",
        {"size": lambda H, K, S: (H - K) // S},
    ),
    (
        "whole numbers were kept whole: the output took over the dtype of x",
        "Of what type are the entries of np.zeros(shape, x.dtype) if x holds whole numbers, and "
        "what becomes of 2.75 there?",
        {"dtype": None},
    ),
):  # fmt: skip

    def _(x, weight, stride=1, padding=0, **change):
        if change.get("dtype", int) is None:
            change = {"dtype": x.dtype}
        return _scan(x, weight, stride, padding, **change)

    depthwise_conv2d.mistake(name, hint=hint)(partial(_, **change))


@depthwise_conv2d.mistake(
    "the maps were added up, so that only one is left",
    hint="The task says that the maps are *not* added up. Is axis 1 in your sum, or does += run "
    "over the maps?",
)
def _(x, weight, stride=1, padding=0):
    return _scan(x, weight, stride, padding).sum(axis=1, keepdims=True)


@depthwise_conv2d.mistake(
    "the maps were added up, and their axis is gone",
    hint="sum(axis=(1, 2, 3)) adds up the maps as well. Which axes belong to the window?",
)
def _(x, weight, stride=1, padding=0):
    return _scan(x, weight, stride, padding).sum(axis=1)


@depthwise_conv2d.mistake(
    "the stride was used to thin out the input, before the filter came",
    hint="With stride 2 the filter jumps, but within a window no pixel is skipped. Where in your "
    "code do you take every second pixel?",
)
def _(x, weight, stride=1, padding=0):
    return _scan(_padded(x, padding)[:, :, ::stride, ::stride], weight)


@depthwise_conv2d.mistake(
    "only the first image was computed; the others stayed 0",
    hint="How many images does x hold? Which index has x[0] thrown away?",
)
def _(x, weight, stride=1, padding=0):
    out = _scan(x, weight, stride, padding)
    out[1:] = 0
    return out


# --------------------------------------------------------------------------- separable_parameters
@exercise(
    notebook="18",
    points=1,
    minutes=8,
    hints=(
        "Draw it for 2 maps in and 3 maps out. How many K × K filters does the first stage have, "
        "and how many numbers does the second one need?",
        "Scan: one K × K filter for each map that comes in. Mix: one number for each pair of a map "
        "in and a map out.",
        "Behind the scan there are as many maps as in front of it. How many maps does each of the "
        "two normalisations see?",
    ),
    explanation="The scan has K² weights for each map that comes in, the mix one weight for each "
    "pair of maps. A normalisation learns a scale and a shift for each map that it sees: these are "
    "the maps in behind the scan, and the maps out behind the mix.",
)
def separable_parameters(in_channels, out_channels, kernel_size, norm=False):
    """What a depth-wise separable layer learns: scan each map, then mix the maps.

    The filters of the scan are kernel_size × kernel_size; neither stage has biases.
    norm: with a batch normalisation behind each of the two stages, which learns two numbers
    for each map that it sees -> a whole number
    """
    scan = in_channels * kernel_size**2
    mix = in_channels * out_channels
    norms = 2 * in_channels + 2 * out_channels if norm else 0
    return scan + mix + norms


@separable_parameters.cases
def _(rng):
    yield case(2, 3, 3, False, label="2 maps in, 3 maps out, 3×3")
    yield case(2, 3, 3, True, label="the same with normalisation")
    yield case(64, 128, 3, False, label="64 maps in, 128 maps out")
    yield case(1, 1, 7, False, label="one map in, one map out, 7×7")
    yield case(32, 5, 1, True, label="1×1, with normalisation")
    yield case(5, 11, 2, True, label="an even kernel, with normalisation")
    for _ in range(6):
        sizes = (int(n) for n in rng.integers([2, 30, 2], [25, 90, 8]))
        yield case(*sizes, bool(rng.integers(2)), label="drawn by chance")


@separable_parameters.oracle
def _(in_channels, out_channels, kernel_size, norm):
    """By building every array and counting its entries."""
    K = kernel_size
    arrays = [np.empty((K, K)) for _ in range(in_channels)]
    arrays += [np.empty(in_channels) for _ in range(out_channels)]
    for maps in (in_channels, out_channels) if norm else ():
        arrays += [np.empty(maps), np.empty(maps)]
    return sum(a.size for a in arrays)


def _count(M, N, K, norm=False, *, scan=None, mix=None, norms=None, join=None):
    """The count with one part exchanged. M maps in, N maps out."""
    scan = M * K**2 if scan is None else scan(M, N, K)
    mix = M * N if mix is None else mix(M, N, K)
    norms = (2 * M + 2 * N if norm else 0) if norms is None else norms(M, N, norm)
    return (scan + mix if join is None else join(scan, mix)) + norms


for name, hint, change in (
    (
        "this is a conventional convolution: every map out has its own filter for every map in",
        "In the first stage each map is scanned once. How many K × K filters does that take?",
        {"scan": lambda M, N, K: M * N * K**2, "mix": lambda M, N, K: 0},
    ),
    (
        "the kernel size was not squared",
        "How many weights has a filter of 3 × 3?",
        {"scan": lambda M, N, K: M * K},
    ),
    (
        "2·K was taken for K squared",
        "In Python ** is the power. How many weights has a filter of 3 × 3, 6 or 9?",
        {"scan": lambda M, N, K: M * 2 * K},
    ),
    (
        "the filters of the scan were counted by the maps out, not by the maps in",
        "The scan comes first. Which maps are there when it begins?",
        {"scan": lambda M, N, K: N * K**2},
    ),
    (
        "one filter was counted for all maps together",
        "Each map has a filter of its own. How many maps are there to be scanned?",
        {"scan": lambda M, N, K: K**2},
    ),
    (
        "the scan was counted as a conventional convolution from the maps in to the maps in",
        "A depth-wise filter sees one map. Does each of the maps need filters for all others?",
        {"scan": lambda M, N, K: M * M * K**2},
    ),
    (
        "the mix was left out",
        "After the scan there are still as many maps as before. Who makes the maps out of them?",
        {"mix": lambda M, N, K: 0},
    ),
    (
        "the scan was left out",
        "1 × 1 filters see no neighbours. Which stage does, and how many weights has it?",
        {"scan": lambda M, N, K: 0},
    ),
    (
        "the mix was given K × K filters as well",
        "The second stage looks at one place of each map. How large are its filters?",
        {"mix": lambda M, N, K: M * N * K**2},
    ),
    (
        "one number was counted for each map out, not for each pair of maps",
        "Each map out is a weighted sum of all maps in. How many weights is that for one of them?",
        {"mix": lambda M, N, K: N},
    ),
    (
        "the mix was taken to see as many maps as it makes",
        "How many maps come out of the scan: in_channels or out_channels?",
        {"mix": lambda M, N, K: N * N},
    ),
    (
        "`^` was taken for the power",
        "In Python ^ compares bits. How is the power written?",
        {"scan": lambda M, N, K: (M * K) ^ 2},
    ),
    (
        "the filters were taken to be 3 × 3",
        "Where does your code use kernel_size?",
        {"scan": lambda M, N, K: 9 * M},
    ),
    (
        "a mix was added to a conventional convolution",
        "In the first stage each map is scanned once, not once for each map out. How many K × K "
        "filters does that take?",
        {"scan": lambda M, N, K: M * N * K**2},
    ),
    (
        "both normalisations were taken to see the maps in",
        "How many maps are there behind the mix?",
        {"norms": lambda M, N, norm: 4 * M if norm else 0},
    ),
    (
        "a bias was counted for each map out",
        "The docstring says whether there are biases. What does it say?",
        {"norms": lambda M, N, norm: N + (2 * (M + N) if norm else 0)},
    ),
    (
        "the two stages were multiplied",
        "Two layers, one behind the other: are their parameters added or multiplied?",
        {"join": lambda scan, mix: scan * mix},
    ),
    (
        "a bias was counted for each map behind each stage",
        "The docstring says whether there are biases. What does it say?",
        {"norms": lambda M, N, norm: (M + N) + (2 * (M + N) if norm else 0)},
    ),
    (
        "the normalisation was left out",
        "What does norm=True add, and is there an `if norm` in your code?",
        {"norms": lambda M, N, norm: 0},
    ),
    (
        "the normalisation was counted although norm is False",
        "When should the numbers of the normalisation be added?",
        {"norms": lambda M, N, norm: 2 * (M + N)},
    ),
    (
        "the normalisation was counted only where norm is False",
        "What does `if norm` ask, and which number belongs to yes?",
        {"norms": lambda M, N, norm: 0 if norm else 2 * (M + N)},
    ),
    (
        "the normalisation was given one number for each map, not two",
        "It learns a scale *and* a shift. How many numbers is that for one map?",
        {"norms": lambda M, N, norm: M + N if norm else 0},
    ),
    (
        "the normalisation was given four numbers for each map",
        "Mean and variance are measured, not learned. What is left to be learned?",
        {"norms": lambda M, N, norm: 4 * (M + N) if norm else 0},
    ),
    (
        "only the normalisation behind the mix was counted",
        "The docstring says how many normalisations there are. What stands behind the scan?",
        {"norms": lambda M, N, norm: 2 * N if norm else 0},
    ),
    (
        "only the normalisation behind the scan was counted",
        "The docstring says how many normalisations there are. What stands behind the mix?",
        {"norms": lambda M, N, norm: 2 * M if norm else 0},
    ),
    (
        "both normalisations were taken to see the maps out",
        "How many maps are there behind the scan, before they are mixed?",
        {"norms": lambda M, N, norm: 4 * N if norm else 0},
    ),
    (
        "two numbers were counted for each normalisation, not for each map of it",
        "Does a normalisation have one scale for all maps, or one for each?",
        {"norms": lambda M, N, norm: 4 if norm else 0},
    ),
):
    separable_parameters.mistake(name, hint=hint)(partial(_count, **change))


@separable_parameters.mistake(
    "without normalisation nothing is left: the whole sum belongs to the `if`",
    hint="`a + b if norm else 0` is read as `(a + b) if norm else 0`. Where do parentheses belong?",
)
def _(in_channels, out_channels, kernel_size, norm=False):
    return _count(in_channels, out_channels, kernel_size, norm) if norm else 0


@separable_parameters.mistake(
    "with normalisation only its own numbers were returned",
    hint="Your `return` for norm=True: are the weights of scan and mix in it?",
)
def _(in_channels, out_channels, kernel_size, norm=False):
    whole = _count(in_channels, out_channels, kernel_size, norm)
    return 2 * in_channels + 2 * out_channels if norm else whole


@separable_parameters.mistake(
    "`^` was taken for the power, and it works on everything that stands beside it",
    hint="In Python ^ compares bits. How is the power written?",
)
def _(in_channels, out_channels, kernel_size, norm=False):
    total = in_channels * kernel_size ^ 2 + in_channels * out_channels
    return total + (2 * in_channels + 2 * out_channels if norm else 0)


# ------------------------------------------------------------------------------ separable_speedup
@exercise(
    notebook="18",
    points=2,
    minutes=12,
    hints=(
        "How many multiply–adds does *one number* of the output cost: in the conventional layer, "
        "in the scan, in the mix? And how many such numbers are there?",
        "With P = rows · columns: conventional P·C·F·K²; scan P·C·K²; mix P·C·F.",
        "Add up the conventional layers of the whole network, and the separable ones. Divide only "
        "at the very end: a cheap layer must not count as much as a dear one.",
    ),
    explanation="Every weight is used once at each place of the output, so multiply–adds are "
    "weights times places. The network's factor is the quotient of the two totals. The mean of the "
    "layers' own factors would be something else: it forgets that some layers cost more.",
)
def separable_speedup(layers):
    """How many times fewer multiply–adds a network needs once its layers are made separable.

    layers: a list of (in_channels, out_channels, kernel_size, rows, columns), one for each
    layer: filters of kernel_size × kernel_size, and OUTPUT maps of rows × columns. In a
    separable layer both stages make maps of that size.
    -> all conventional multiply–adds / all separable ones
    """
    conventional = separable = 0
    for C, F, K, rows, columns in layers:
        places = rows * columns
        conventional += places * C * F * K**2
        separable += places * (C * K**2 + C * F)  # scan, then mix
    return conventional / separable


@separable_speedup.cases
def _(rng):
    yield case([(2, 3, 3, 4, 5)], label="a single layer")
    yield case([(2, 3, 3, 4, 5), (3, 6, 2, 2, 3)], label="two layers")
    yield case([(3, 32, 3, 9, 7), (32, 5, 5, 9, 7)], label="many maps in, few maps out")
    yield case([(4, 1, 3, 2, 1)], label="one map out: separable costs more")
    yield case([(7, 5, 1, 3, 4)], label="a 1×1 layer: separable costs more")
    yield case([(64, 128, 3, 56, 56), (128, 256, 3, 28, 28)], label="two layers of MobileNet")
    for _ in range(3):
        low, high = [2, 2, 2, 3, 3], [20, 40, 6, 30, 30]
        drawn = [tuple(int(n) for n in rng.integers(low, high)) for _ in range(4)]
        yield case(drawn, label="four layers, drawn by chance")


@separable_speedup.oracle
def _(layers):
    """By the sizes of the arrays of all products, which are never filled."""
    full = scan = mix = 0
    for C, F, K, rows, columns in layers:
        full += np.broadcast_to(0.0, (F, rows, columns, C, K, K)).size
        scan += np.broadcast_to(0.0, (C, rows, columns, K, K)).size
        mix += np.broadcast_to(0.0, (F, rows, columns, C)).size
    return full / (scan + mix)


def _speedup(layers, *, places=None, full=None, scan=None, mix=None, total=sum, result=None,
             join=lambda scan, mix: scan + mix):  # fmt: skip
    """The quotient with one thing exchanged; every part gets (C, F, K, places)."""
    places = places or (lambda rows, columns: rows * columns)
    full = full or (lambda C, F, K, P: P * C * F * K**2)
    scan = scan or (lambda C, F, K, P: P * C * K**2)
    mix = mix or (lambda C, F, K, P: P * C * F)
    result = result or (lambda conventional, separable: conventional / separable)
    sizes = [(C, F, K, places(rows, columns)) for C, F, K, rows, columns in layers]
    conventional = [full(*s) for s in sizes]
    return result(total(conventional), total(join(scan(*s), mix(*s)) for s in sizes))


def _of_layers(reduce, layers):
    """Something made of the factors of the single layers."""
    return reduce([F * K**2 / (F + K**2) for _, F, K, _, _ in layers])


for name, hint, change in (
    (
        "the quotient is upside down",
        "Does a saving by a factor of 8 make 8 or 1/8? Which total stands above?",
        {"result": lambda a, b: b / a},
    ),
    (
        "the difference was taken, not the quotient",
        "The task asks *how many times* fewer. Is that a − b or a / b?",
        {"result": lambda a, b: float(a - b)},
    ),
    (
        "the share that is saved was returned, not the factor",
        "From 100 down to 20: 80 % are saved. How many times fewer is it?",
        {"result": lambda a, b: 1 - b / a},
    ),
    (
        "the share that is saved was returned, in per cent",
        "From 100 down to 20: 80 % are saved. How many times fewer is it?",
        {"result": lambda a, b: 100 * (1 - b / a)},
    ),
    (
        "the quotient was rounded",
        "The task asks for the quotient as it is. Where is your round?",
        {"result": lambda a, b: round(a / b)},
    ),
    (
        "the places are in the conventional count only",
        "How often is each weight of the scan used, and how often each one of the mix?",
        {"scan": lambda C, F, K, P: C * K**2, "mix": lambda C, F, K, P: C * F},
    ),
    (
        "the columns were left out",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: rows},
    ),
    (
        "the rows were left out",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: columns},
    ),
    (
        "`^` was taken for the power",
        "In Python ^ compares bits. How is the power written?",
        {
            "full": lambda C, F, K, P: (P * C * F * K) ^ 2,
            "scan": lambda C, F, K, P: (P * C * K) ^ 2,
        },
    ),
    (
        "scan and mix were multiplied",
        "Two stages, one behind the other: are their multiply–adds added or multiplied?",
        {"join": lambda scan, mix: scan * mix},
    ),
    (
        "the quotient was rounded down",
        "What is 7 // 2, and what is 7 / 2?",
        {"result": lambda a, b: float(a // b)},
    ),
    (
        "the weights were counted, not the multiply–adds: rows and columns do not occur",
        "A weight is used at every place of the map. Which layer uses its weights more often: one "
        "with maps of 56 × 56, or one with 7 × 7?",
        {"places": lambda rows, columns: 1},
    ),
    (
        "the maps were taken for square: rows times rows",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: rows * rows},
    ),
    (
        "the maps were taken for square: columns times columns",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: columns * columns},
    ),
    (
        "rows and columns were added",
        "How many places has a map of 4 rows and 5 columns: 9 or 20?",
        {"places": lambda rows, columns: rows + columns},
    ),
    (
        "the mix was left out: this is the factor of the scan alone",
        "Both stages cost something. Which one makes the maps out of the scanned ones?",
        {"mix": lambda C, F, K, P: 0},
    ),
    (
        "the scan was left out: this is the factor of the mix alone",
        "Can a layer of 1 × 1 filters take the place of one that looks at neighbours?",
        {"scan": lambda C, F, K, P: 0},
    ),
    (
        "the scan was counted at one place only",
        "How often is each weight of the scan used?",
        {"scan": lambda C, F, K, P: C * K**2},
    ),
    (
        "the mix was counted at one place only",
        "The 1 × 1 filters, too, visit every place of the map. Where are rows and columns?",
        {"mix": lambda C, F, K, P: C * F},
    ),
    (
        "the conventional layer was counted at one place only",
        "How often is each weight of a filter used? Where are rows and columns?",
        {"full": lambda C, F, K, P: C * F * K**2},
    ),
    (
        "the kernel size was squared nowhere",
        "How many weights has a filter of 3 × 3?",
        {"full": lambda C, F, K, P: P * C * F * K, "scan": lambda C, F, K, P: P * C * K},
    ),
    (
        "the kernel size was not squared in the scan",
        "How many products make one number behind the scan?",
        {"scan": lambda C, F, K, P: P * C * K},
    ),
    (
        "the kernel size was not squared in the conventional layer",
        "How many weights has one slice of a filter of 3 × 3?",
        {"full": lambda C, F, K, P: P * C * F * K},
    ),
    (
        "the scan was counted for the maps out, not for the maps in",
        "The scan comes first. Which maps are there when it begins?",
        {"scan": lambda C, F, K, P: P * F * K**2},
    ),
    (
        "the scan was counted as a conventional layer from the maps in to the maps in",
        "A depth-wise filter sees one map. How many products is that at one place?",
        {"scan": lambda C, F, K, P: P * C * C * K**2},
    ),
    (
        "the mix was given K × K filters as well",
        "The second stage looks at one place of each map. How large are its filters?",
        {"mix": lambda C, F, K, P: P * C * F * K**2},
    ),
    (
        "the mix was counted with one product for each map out, not for each pair of maps",
        "Each map out is a weighted sum of all maps in. How many products is that at one place?",
        {"mix": lambda C, F, K, P: P * F},
    ),
    (
        "only the last layer counts: each layer overwrote the one before",
        "Does your loop use = or += ?",
        {"total": lambda numbers: list(numbers)[-1]},
    ),
    (
        "only the first layer counts",
        "Is `return` inside the loop?",
        {"total": lambda numbers: next(iter(numbers))},
    ),
):
    separable_speedup.mistake(name, hint=hint)(partial(_speedup, **change))

for name, hint, reduce in (
    (
        "the mean of the layers' own factors was taken",
        "One layer costs 1,000 and saves half; another costs 10 and saves nine tenths. Does the "
        "second one count as much as the first?",
        lambda factors: sum(factors) / len(factors),
    ),
    (
        "the harmonic mean of the layers' own factors was taken",
        "Does a layer that costs 10 count as much in it as one that costs 1,000?",
        lambda factors: len(factors) / sum(1 / factor for factor in factors),
    ),
    (
        "the geometric mean of the layers' own factors was taken",
        "Does a layer that costs 10 count as much in it as one that costs 1,000?",
        lambda factors: float(np.prod(factors) ** (1 / len(factors))),
    ),
    (
        "the layers' own factors were added up",
        "Two layers that are each 8 times cheaper: is the network 16 times cheaper?",
        sum,
    ),
    (
        "the layers' own factors were multiplied",
        "Two layers that are each 8 times cheaper: is the network 64 times cheaper?",
        lambda factors: float(np.prod(factors)),
    ),
    (
        "the largest factor of all layers was returned",
        "What does the network gain from a layer that is cheap anyway?",
        max,
    ),
):
    separable_speedup.mistake(name, hint=hint)(partial(_of_layers, reduce))


@separable_speedup.mistake(
    "the layers' own factors were weighted by what the conventional layers cost",
    hint="One layer costs 100 and goes to 10, another 100 and goes to 50. That is 60 of 200. Which "
    "factor is it, and which one does your mean give?",
)
def _(layers):
    costs = [C * F * K**2 * rows * columns for C, F, K, rows, columns in layers]
    factors = _of_layers(list, layers)
    return sum(c * f for c, f in zip(costs, factors, strict=True)) / sum(costs)
