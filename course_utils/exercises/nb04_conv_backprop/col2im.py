"""The exercise `col2im` of notebook 04."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import exchanged, first_only, ignored, negated, square


@exercise(
    notebook="04",
    points=3,
    minutes=20,
    hints=(
        "im2col read: columns[:, :, u, v] = x[:, :, rows, cols], for each weight (u, v). Now the "
        "same line the other way round; but what if two windows share a pixel?",
        "Take the axes apart first: columns.reshape(N, C, KH, KW, OH, OW). How many channels are "
        "there? reshape can work it out from a -1.",
        "Fill an array of zeros of (H + 2P, W + 2P) with +=, weight by weight, with slices of step "
        "`stride`. Cut off the padding in the end.",
    ),
    explanation="im2col copies each pixel once for each window that has it. The transpose of "
    "copying is adding up: all copies of a pixel bring their gradients back to it.",
)
def col2im(columns, size, kernel_size, stride=1, padding=0):
    """Put every column back to where its window was in an image of `size`, and add up.

    columns (N, C·KH·KW, OH·OW) as from im2col, size (H, W), kernel_size (KH, KW) -> (N, C, H, W)
    """
    (H, W), (KH, KW) = size, kernel_size
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    parts = columns.reshape(len(columns), -1, KH, KW, OH, OW)
    image = np.zeros((*parts.shape[:2], H + 2 * padding, W + 2 * padding), columns.dtype)
    for u, v in np.ndindex(KH, KW):
        rows = slice(u, u + stride * (OH - 1) + 1, stride)
        cols = slice(v, v + stride * (OW - 1) + 1, stride)
        image[:, :, rows, cols] += parts[:, :, u, v]
    return image[:, :, padding : padding + H, padding : padding + W]


def _places(size, kernel_size, stride, padding):
    """The numbers of windows below and beside each other."""
    return tuple((a + 2 * padding - k) // stride + 1
                 for a, k in zip(size, kernel_size, strict=True))  # fmt: skip


@col2im.cases
def _(rng):
    def columns(images, channels, size, kernel_size, stride=1, padding=0):
        OH, OW = _places(size, kernel_size, stride, padding)
        shape = images, channels * kernel_size[0] * kernel_size[1], OH * OW
        return rng.normal(size=shape), size, kernel_size, stride, padding

    ones = np.arange(1.0, 9.0).reshape(1, 4, 2)
    yield case(ones, (2, 3), (2, 2), 1, 0, label="2×2 windows of a 2×3 image")
    yield case(*columns(1, 1, (4, 5), (2, 3)), label="one channel, windows of 2×3")
    yield case(*columns(1, 1, (5, 4), (2, 2), 2), label="stride 2 alone, a row is left over")
    yield case(*columns(1, 1, (3, 4), (2, 1), 1, 1), label="padding 1 alone")
    yield case(*columns(2, 3, (5, 4), (3, 2)), label="2 images, 3 channels, windows of 3×2")
    yield case(*columns(2, 2, (7, 6), (3, 2), 2, 1), label="stride 2 and padding 1")
    yield case(*columns(1, 2, (8, 5), (2, 3), 3, 2), label="stride 3: gaps between the windows")
    single, *rest = columns(2, 2, (4, 6), (3, 3), 1, 1)
    yield case(single.astype(np.float32), *rest, label="float32")


@col2im.oracle
def _(columns, size, kernel_size, stride, padding):
    (H, W), (KH, KW) = size, kernel_size
    OH, OW = _places(size, kernel_size, stride, padding)
    N, rows, _ = columns.shape
    C = rows // (KH * KW)
    image = np.zeros((N, C, H, W), columns.dtype)
    for n, c, u, v, i, j in np.ndindex(N, C, KH, KW, OH, OW):
        y, x = i * stride + u - padding, j * stride + v - padding
        if 0 <= y < H and 0 <= x < W:
            image[n, c, y, x] += columns[n, (c * KH + u) * KW + v, i * OW + j]
    return image


def _variant(columns, size, kernel_size, stride, padding, *, apart=None, put=None, cut=None,
             step=None, flipped=False):  # fmt: skip
    """The reference with one thing exchanged.

    apart(columns, C, KH, KW, OH, OW): the axes (N, C, KH, KW, OH, OW); put(image, places, values);
    cut(image, padding, H, W); step(stride): the step of the slices
    """
    (H, W), (KH, KW) = size, kernel_size
    OH, OW = _places(size, kernel_size, stride, padding)
    C = columns.shape[1] // (KH * KW)
    take = apart or (lambda a, *sizes: a.reshape(len(a), *sizes))
    parts = take(columns, C, KH, KW, OH, OW)
    image = np.zeros((len(columns), C, H + 2 * padding, W + 2 * padding), columns.dtype)
    by = step(stride) if step else stride
    for u, v in np.ndindex(KH, KW):
        rows = slice(u, u + by * (OH - 1) + 1, by)
        cols = slice(v, v + by * (OW - 1) + 1, by)
        values = parts[:, :, KH - 1 - u, KW - 1 - v] if flipped else parts[:, :, u, v]
        if put:
            put(image, (slice(None), slice(None), rows, cols), values)
        else:
            image[:, :, rows, cols] += values
    if cut:
        return cut(image, padding, H, W)
    return image[:, :, padding : padding + H, padding : padding + W]


def _wrong(**how):
    def function(columns, size, kernel_size, stride=1, padding=0):
        return _variant(columns, size, kernel_size, stride, padding, **how)

    return function


def _axes(order):
    """The axes were merged in another order: `order` names where C, KH, KW, OH, OW come from."""

    def apart(columns, *sizes):
        shape = [sizes[k] for k in order]
        back = [0, *(1 + order.index(k) for k in range(5))]
        return columns.reshape(len(columns), *shape).transpose(back)

    return apart


def _overwrite(image, places, values):
    image[places] = values


def _keep_first(image, places, values):
    image[places] = np.where(image[places] == 0, values, image[places])


def _maximum(image, places, values):
    image[places] = np.maximum(image[places], values)


def _mean(columns, size, kernel_size, stride=1, padding=0):
    given = col2im.reference(columns, size, kernel_size, stride, padding)
    counts = col2im.reference(np.ones_like(columns), size, kernel_size, stride, padding)
    return given / np.maximum(counts, 1)


def _by_weights(columns, size, kernel_size, stride=1, padding=0):
    return col2im.reference(columns, size, kernel_size, stride, padding) / np.prod(kernel_size)


for name, hint, wrong, also in (
    (
        "windows overwrite each other: = in place of +=",
        "A pixel lies in several windows. What becomes of what the first of them brought?",
        _wrong(put=_overwrite), (_wrong(put=_keep_first), _wrong(put=_maximum)),
    ),
    (
        "the mean was taken where windows overlap",
        "Gradients that arrive at one pixel: are they averaged, or added up?",
        _mean, (),
    ),
    (
        "the result was divided by the number of weights",
        "im2col copies. Does copying divide anything?",
        _by_weights, (),
    ),
    (
        "each window was put back rotated by 180°",
        "The rotation belongs to the weights. Does it concern the places of the pixels, too?",
        _wrong(flipped=True), (),
    ),
    (
        "the channels were taken to vary fastest within a column",
        "A column has a whole channel before it comes to the next. Does yours?",
        _wrong(apart=_axes([1, 2, 0, 3, 4])), (),
    ),
    (
        "each window was filled column by column",
        "Which number of a column comes second: the one to the right of the first, or below it?",
        _wrong(apart=_axes([0, 2, 1, 3, 4])), (),
    ),
    (
        "the places were counted column by column",
        "Column number j of the matrix: which window is it, the one beside the first, or below it?",
        _wrong(apart=_axes([0, 1, 2, 4, 3])), (),
    ),
    (
        "rows and columns of the matrix have changed places",
        "columns is (N, C·KH·KW, OH·OW): what do its rows stand for?",
        _wrong(apart=_axes([3, 4, 0, 1, 2])), (),
    ),
    (
        "the padding was not cut off",
        "How large is the image that you return, and how large should it be?",
        _wrong(cut=lambda image, padding, H, W: image), (),
    ),
    (
        "the padding was cut off at the wrong end",
        "Where does the image begin within the padded one: at 0, or at padding?",
        _wrong(cut=lambda image, padding, H, W: image[:, :, :H, :W]),
        (_wrong(cut=lambda image, padding, H, W: image[:, :, 2 * padding :, 2 * padding :]),),
    ),
    (
        "the windows lie side by side: the step is as large as they are",
        "How far is it from one window to the next?",
        lambda columns, size, kernel_size, stride=1, padding=0: _side_by_side(
            columns, size, kernel_size, stride, padding), (),
    ),
):  # fmt: skip
    col2im.mistake(name, hint=hint, also=also)(wrong)


def _side_by_side(columns, size, kernel_size, stride, padding):
    """Every window beside the last one, cut off where the image ends."""
    (H, W), (KH, KW) = size, kernel_size
    OH, OW = _places(size, kernel_size, stride, padding)
    parts = columns.reshape(len(columns), -1, KH, KW, OH, OW).transpose(0, 1, 4, 2, 5, 3)
    tiles = parts.reshape(*parts.shape[:2], OH * KH, OW * KW)[:, :, :H, :W]
    image = np.zeros((*tiles.shape[:2], H, W), columns.dtype)
    image[:, :, : tiles.shape[2], : tiles.shape[3]] = tiles
    return image


col2im.slip(exchanged("kernel_size"))
col2im.slip(exchanged("size"))
col2im.slip(square("kernel_size"))
col2im.slip(ignored("stride", 1))
col2im.slip(ignored("padding", 0))
col2im.slip(first_only("columns"))
col2im.slip(negated())
