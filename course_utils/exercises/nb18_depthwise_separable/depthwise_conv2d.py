"""The exercise `depthwise_conv2d` of notebook 18."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


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
