"""Exercises of notebook 11: AlexNet's sizes, local response normalisation, grouped convolutions,
an ensemble's vote."""

import math
from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# --------------------------------------------------------------------------------- alexnet_shapes
@exercise(
    notebook="11",
    points=3,
    minutes=20,
    returns=(
        "conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool3", "flat", "fc6",
        "fc7", "scores",
    ),
    hints=(
        "One formula serves all eight: (size + 2 · padding − window) // stride + 1, for rows and "
        "for columns. Write a small function for it first.",
        "Which layers change rows and columns? conv2 has 5 × 5 filters and padding 2, conv3 to "
        "conv5 have 3 × 3 filters and padding 1: what comes out for 27 and for 13?",
        "flat is pool3 in one row: maps times rows times columns.",
    ),
    explanation="Only conv1 and the three poolings shrink anything. conv2 to conv5 have just the "
    "padding that keeps rows and columns, (window − 1) / 2. The number of maps is the number of "
    "filters, and a pooling keeps it.",
)  # fmt: skip
def alexnet_shapes(H, W, padding=0):
    """The shapes of one image (3, H, W) behind each of AlexNet's layers, N left out.

    padding: rows and columns of zeros on each side of the image, for conv1 only
    -> twelve tuples of whole numbers: conv1, pool1, conv2, pool2, conv3, conv4, conv5, pool3 as
       (maps, rows, columns); flat, fc6, fc7, scores as (numbers,)
    """

    def behind(before, maps, window, stride=1, padding=0):
        return maps, *((side + 2 * padding - window) // stride + 1 for side in before[1:])

    conv1 = behind((3, H, W), 96, 11, stride=4, padding=padding)
    pool1 = behind(conv1, 96, 3, stride=2)
    conv2 = behind(pool1, 256, 5, padding=2)
    pool2 = behind(conv2, 256, 3, stride=2)
    conv3 = behind(pool2, 384, 3, padding=1)
    conv4 = behind(conv3, 384, 3, padding=1)
    conv5 = behind(conv4, 256, 3, padding=1)
    pool3 = behind(conv5, 256, 3, stride=2)
    flat = (pool3[0] * pool3[1] * pool3[2],)
    return conv1, pool1, conv2, pool2, conv3, conv4, conv5, pool3, flat, (4096,), (4096,), (1000,)


@alexnet_shapes.cases
def _(rng):
    yield case(227, 227, 0, label="227 × 227, no padding")
    yield case(224, 224, 2, label="224 × 224, padding 2")
    yield case(224, 224, 0, label="224 × 224, no padding: a rest that no filter reaches")
    yield case(259, 323, 0, label="not square")
    yield case(240, 195, 1, label="not square, padding 1")
    yield case(300, 211, 5, label="padding 5, and rests nearly everywhere")
    H, W = int(rng.integers(330, 400)), int(rng.integers(200, 300))
    yield case(H, W, 3, label="a larger image, padding 3")


@alexnet_shapes.oracle
def _(H, W, padding):
    def places(size, window, stride, padding):  # put the window down until it sticks out
        ends = range(-padding + window, size + padding + 1, stride)
        return len(ends)

    plan = (
        (96, 11, 4, padding), (96, 3, 2, 0), (256, 5, 1, 2), (256, 3, 2, 0),
        (384, 3, 1, 1), (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 2, 0),
    )  # fmt: skip
    shapes = []
    for maps, window, stride, around in plan:
        H, W = places(H, window, stride, around), places(W, window, stride, around)
        shapes.append((maps, H, W))
    return (*shapes, (256 * H * W,), (4096,), (4096,), (1000,))


def _down(room, stride):
    return room // stride


def _alexnet(H, W, padding=0, *, conv1=(11, 4), conv2=(5, 1, 2), conv3=(3, 1, 1), pool=(3, 2),
             maps=(96, 256, 384, 384, 256), around=lambda p: 2 * p, divide=_down, more=1,
             order=lambda m, h, w: (m, h, w), flat=None, extra=False, rows=(4096, 4096, 1000),
             pads=None, alone=None, everywhere=False, pool_pads=False):  # fmt: skip
    """The shapes with one thing exchanged: a layer's settings, the rounding, the order …"""
    shapes, count, asked = [], iter(maps), padding

    def layer(window, stride, padding, F):
        nonlocal H, W
        H, W = (divide(s + around(padding) - window, stride) + more for s in (H, W))
        shapes.append((F, H, W))

    padding = padding if pads is None else pads
    plan = dict(enumerate(((*conv1, padding), conv2, conv3, conv3, conv3), start=1))
    for window, stride, around_it in (plan | (alone or {})).values():
        F = next(count)
        layer(window, stride, asked if everywhere else around_it, F)
        if len(shapes) in (1, 3, 7 + 2 * extra) or (extra and len(shapes) == 5):
            layer(*pool, asked if pool_pads else 0, F)
    if extra:  # a pooling too many behind conv3 is part of the count, not of the answer
        shapes = [*shapes[:5], *shapes[6:]]
    row = (math.prod(shapes[-1]) if flat is None else flat(shapes),)
    return *(order(*s) for s in shapes), row, *((n,) for n in rows)


for name, hint, change in (
    (
        "conv2 moves by 2, as one of the slides says",
        "The slide is wrong there. conv2 has stride 1: how many rows does it give for 27?",
        {"conv2": (5, 2, 2)},
    ),
    (
        "conv2 has no padding",
        "A 5 × 5 filter takes away 4 rows, unless … How many rows of zeros are on each side?",
        {"conv2": (5, 1, 0)},
    ),
    (
        "conv2 has padding 1",
        "With padding 1 a 5 × 5 filter still takes away two rows. Which padding keeps 27?",
        {"conv2": (5, 1, 1)},
    ),
    (
        "conv3, conv4 and conv5 have no padding",
        "A 3 × 3 filter takes away 2 rows, unless … How many rows of zeros are on each side?",
        {"conv3": (3, 1, 0)},
    ),
    *(
        (
            f"conv{number} has no padding",
            "conv3, conv4 and conv5 are alike in this. How many rows of zeros has each of them?",
            {"alone": {number: (3, 1, 0)}},
        )
        for number in (3, 4, 5)
    ),
    (
        "the argument `padding` was used for all convolutions",
        "Whose padding is the argument? Which paddings have conv2 and conv3 in the table?",
        {"everywhere": True},
    ),
    (
        "the argument `padding` was used for the poolings, too",
        "The argument belongs to conv1 alone. Has a pooling of AlexNet any padding?",
        {"pool_pads": True},
    ),
    (
        "conv3, conv4 and conv5 have padding 2",
        "conv3, conv4 and conv5 have 3 × 3 filters. Which padding keeps 13 rows?",
        {"conv3": (3, 1, 2)},
    ),
    (
        "the stride of conv1 was forgotten",
        "By how many pixels does a filter of the first layer move?",
        {"conv1": (11, 1)},
    ),
    (
        "the filters of conv1 were taken to be 7 × 7, which is ZFNet",
        "How large are AlexNet's first filters?",
        {"conv1": (7, 4)},
    ),
    (
        "the filters of conv1 were taken to be 5 × 5",
        "How large are AlexNet's first filters?",
        {"conv1": (5, 4)},
    ),
    (
        "the pooling windows are 2 × 2: they do not overlap",
        "AlexNet's windows are wider than their stride. How wide?",
        {"pool": (2, 2)},
    ),
    (
        "the pooling windows move by 3: they do not overlap",
        "AlexNet's windows are wider than their stride. How far do they move?",
        {"pool": (3, 3)},
    ),
    (
        "the pooling windows move by 1: the stride was forgotten",
        "By how many pixels does a pooling window of AlexNet move?",
        {"pool": (3, 1)},
    ),
    (
        "a pooling behind conv3, too",
        "Behind which of the five convolutions is there a pooling?",
        {"extra": True},
    ),
    (
        "the sizes were rounded up",
        "A filter that would stick out has no place. Do you divide with // ?",
        {"divide": lambda room, stride: -(-room // stride)},
    ),
    (
        "the sizes were rounded to the nearest whole number",
        "57.75 steps: has the last one of 58 room? What does // do that round does not?",
        {"divide": lambda room, stride: round(room / stride)},
    ),
    (
        "the sizes were not rounded: they have fractions",
        "// divides whole numbers and drops the rest; what does / do?",
        {"divide": lambda room, stride: room / stride},
    ),
    (
        "the + 1 is missing",
        "How many places does a window of 3 find in 3 pixels: none, or one?",
        {"more": 0},
    ),
    (
        "the padding of each layer was counted on one side only",
        "Zeros are put on the left and on the right. How many more columns is that?",
        {"around": lambda p: p},
    ),
    (
        "the padding of conv1 was left out",
        "Where does your code use the argument `padding`?",
        {"pads": 0},
    ),
    (
        "conv1 always has padding 2",
        "Where does your code use the argument `padding`?",
        {"pads": 2},
    ),
    (
        "the maps of one tower only",
        "Each tower has 48 filters in conv1. How many maps are there in all?",
        {"maps": (48, 128, 192, 192, 128)},
    ),
    (
        "the numbers of maps are those of torchvision's AlexNet",
        "64, 192, 384, 256, 256 is the version of 2014. Which five are in the paper's table?",
        {"maps": (64, 192, 384, 256, 256)},
    ),
    (
        "conv5 has 384 maps",
        "The last convolution has fewer filters than the two before it. How many?",
        {"maps": (96, 256, 384, 384, 384)},
    ),
    (
        "the maps stand last: (rows, columns, maps)",
        "In which order do they stand in (N, C, H, W)?",
        {"order": lambda m, h, w: (h, w, m)},
    ),
    (
        "rows and columns have changed places",
        "In which order do they stand in (N, C, H, W)?",
        {"order": lambda m, h, w: (m, w, h)},
    ),
    (
        "flat counts the pixels of one map and leaves the other maps out",
        "pool3 has 256 maps. How many numbers are that in all?",
        {"flat": lambda shapes: shapes[-1][1] * shapes[-1][2]},
    ),
    (
        "flat was computed from conv5: the last pooling was forgotten",
        "What stands between conv5 and the first fully connected layer?",
        {"flat": lambda shapes: math.prod(shapes[-2])},
    ),
    (
        "flat is always 9,216",
        "9,216 = 256 · 6 · 6. Does a larger image leave 6 × 6, too?",
        {"flat": lambda shapes: 9216},
    ),
    (
        "there are 10 scores",
        "ImageNet has more classes than MNIST. How many?",
        {"rows": (4096, 4096, 10)},
    ),
):
    alexnet_shapes.mistake(name, hint=hint)(partial(_alexnet, **change))


@alexnet_shapes.mistake(
    "the image was taken to be square: W is not used",
    hint="How many columns has conv1 for an image of 259 × 323 pixels?",
)
def _(H, W, padding):
    return _alexnet(H, H, padding)


@alexnet_shapes.mistake(
    "the image was taken to be square: H is not used",
    hint="How many rows has conv1 for an image of 259 × 323 pixels?",
)
def _(H, W, padding):
    return _alexnet(W, W, padding)


@alexnet_shapes.mistake(
    "conv1 was computed for 227 pixels and the padding, whatever H and W are",
    hint="Where does your code use H and W?",
)
def _(H, W, padding):
    return _alexnet(227, 227, padding)


@alexnet_shapes.mistake(
    "the shapes for 227 × 227 were written down, whatever H and W are",
    hint="What is conv1 for an image of 259 × 323 pixels?",
)
def _(H, W, padding):
    return _alexnet(227, 227, 0)


# ---------------------------------------------------------------------------- local_response_norm
@exercise(
    notebook="11",
    points=3,
    minutes=20,
    hints=(
        "Axis 1 holds the maps. Square first: squares = a**2, of the shape (N, C, H, W).",
        "For map i take squares[:, first : last] with first = max(0, i − n // 2) and last = "
        "i + n // 2 + 1, and add up over axis 1. (A slice may end beyond the last map.)",
        "total has the shape of a. Then a / (k + alpha * total)**beta.",
    ),
    explanation="For each map the squares of its neighbours, itself among them, are added up at "
    "each pixel. At the first and the last maps there are fewer neighbours, and nothing is put in "
    "their place. The sum never mixes pixels or images, only maps.",
)
def local_response_norm(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Divide each map by (k + alpha · the squares of n neighbouring maps)^beta, pixel by pixel.

    a (N, C, H, W); n odd: map i counts the maps from i - n // 2 to i + n // 2, as far as they
    exist -> (N, C, H, W)
    """
    squares = a**2
    total = np.empty_like(a)
    for i in range(a.shape[1]):
        first, last = max(0, i - n // 2), i + n // 2 + 1
        total[:, i] = squares[:, first:last].sum(axis=1)  # (N, H, W)
    return a / (k + alpha * total) ** beta


@local_response_norm.cases
def _(rng):
    def maps(*shape):
        return rng.normal(size=shape)

    tiny = np.array([3.0, -1.0, 2.0, 4.0]).reshape(1, 4, 1, 1)
    yield case(tiny, 3, 1.0, 1.0, 0.5, label="one pixel, four maps, n = 3")
    yield case(maps(2, 7, 3, 4), 5, 2.0, 0.3, 0.75, label="two images, seven maps, n = 5")
    after_relu = np.maximum(100 * maps(2, 8, 4, 3), 0)
    yield case(after_relu, 5, 2.0, 1e-4, 0.75, label="the paper's settings, behind a ReLU")
    yield case(3 * maps(3, 6, 2, 5), 1, 1.5, 0.8, 0.6, label="n = 1: each map with itself only")
    yield case(2 * maps(2, 4, 5, 3), 9, 0.5, 0.4, 1.2, label="n = 9 is more than there are maps")
    some = (50 * maps(5, 3, 6, 2)).astype(np.float32).transpose(3, 2, 0, 1)  # (2, 6, 5, 3)
    yield case(some, 3, 3.0, 0.02, 0.9, label="float32, not in memory order")
    yield case(-np.abs(maps(1, 9, 3, 2)), 7, 1.2, 0.7, 0.25, label="all numbers are negative")


@local_response_norm.oracle
def _(a, n, k, alpha, beta):
    out = np.empty_like(a)
    for b, i, y, x in np.ndindex(a.shape):
        near = [float(a[b, j, y, x]) ** 2 for j in range(a.shape[1]) if abs(j - i) <= n // 2]
        out[b, i, y, x] = a[b, i, y, x] / (k + alpha * math.fsum(near)) ** beta
    return out


def _near(values, n, *, before=None, after=None, own=True):
    """The sum over maps i - before … i + after, as far as they exist."""
    before, after = (n // 2 if side is None else side for side in (before, after))
    total = np.zeros_like(values)
    for i in range(values.shape[1]):
        total[:, i] = values[:, max(0, i - before) : i + after + 1].sum(axis=1)
    return total if own else total - values


def _around(values, n):
    """The same around the ends: behind the last map comes the first."""
    return sum(np.roll(values, shift, axis=1) for shift in range(-(n // 2), n // 2 + 1))


def _in_the_map(values, n, axes):
    """Neighbours within each map: along rows, or in a square."""
    for axis in axes:
        swapped = np.swapaxes(values, 1, axis)
        values = np.swapaxes(_near(swapped, n), 1, axis)
    return values


def _below(total, k, alpha, beta, n):
    return (k + alpha * total) ** beta


def _lrn(a, n=5, k=2.0, alpha=1e-4, beta=0.75, *, each=np.square, sums=_near, below=_below,
         above=lambda a: a, join=np.divide):  # fmt: skip
    """The normalisation with one thing exchanged."""
    with np.errstate(all="ignore"):
        total = sums(each(a.astype(np.float64)), n)
        return join(above(a), below(total, k, alpha, beta, n)).astype(a.dtype)


def _counted(values, n):
    return _near(values, n) / _near(np.ones_like(values), n)


def _each_map(values, n, places):
    """The sum over the maps that `places(i, n // 2, C)` picks, a slice or a list, for each map."""
    C = values.shape[1]
    sums = [values[:, places(i, n // 2, C)].sum(axis=1) for i in range(C)]
    return np.stack(sums, axis=1)


for name, hint, change in (
    (
        "alpha was divided by n: this is PyTorch's convention",
        "PyTorch divides alpha by n, the paper does not. What does the formula on the page say?",
        {"below": lambda t, k, alpha, beta, n: (k + alpha / n * t) ** beta},
    ),
    (
        "alpha was divided by the number of neighbours: a mean, not a sum",
        "Is it the sum of the squares, or their mean?",
        {"sums": _counted},
    ),
    (
        "the neighbours are pixels of the same map, not other maps",
        "Which axis of (N, C, H, W) counts the maps?",
        {"sums": partial(_in_the_map, axes=(2, 3))},
    ),
    (
        "the sum runs along a row of the map, not over maps",
        "Which axis of (N, C, H, W) counts the maps?",
        {"sums": partial(_in_the_map, axes=(3,))},
    ),
    (
        "the sum runs down a column of the map, not over maps",
        "Which axis of (N, C, H, W) counts the maps?",
        {"sums": partial(_in_the_map, axes=(2,))},
    ),
    (
        "the last neighbour is missing: a slice ends before its end",
        "With n = 3, map 1 has the neighbours 0, 1 and 2. Which maps does [0:2] hold?",
        {"sums": lambda v, n: _near(v, n, after=n // 2 - 1)},
    ),
    (
        "a slice began before map 0: a negative number counts from the end",
        "What is squares[:, -1:2]? What does max(0, …) do in front of a slice?",
        {"sums": partial(_each_map, places=lambda i, h, C: slice(i - h, i + h + 1))},
    ),
    (
        "negative numbers of maps were counted from the end: map −1 is the last one",
        "Has map 0 a neighbour before it? What is squares[:, -1]?",
        {"sums": partial(_each_map, places=lambda i, h, C: list(range(i - h, min(C, i + h + 1))))},
    ),
    (
        "the last map is missing wherever it belongs to the neighbours",
        "A slice ends *before* its end. What does [:, 5:C - 1] leave out of C maps?",
        {"sums": partial(_each_map,
                         places=lambda i, h, C: slice(max(0, i - h), min(C - 1, i + h + 1)))},
    ),
    (
        "the first neighbour is missing: the slice begins one too late",
        "With n = 3, map 1 has the neighbours 0, 1 and 2. With which one does your slice begin?",
        {"sums": lambda v, n: _near(v, n, before=n // 2 - 1)},
    ),
    (
        "n was not used: it is always 5",
        "i − 2 and i + 3 belong to n = 5. What stands there for any n?",
        {"sums": lambda v, n: _near(v, 5)},
    ),
    (
        "everything was added up: all images and all pixels of the neighbours",
        ".sum() adds up all there is. Along which axis do the maps lie?",
        {"sums": lambda v, n: np.broadcast_to(
            _near(v, n).sum(axis=(0, 2, 3), keepdims=True), v.shape)},
    ),
    (
        "the neighbours are images, not maps",
        "Which axis of (N, C, H, W) counts the images, and which one the maps?",
        {"sums": lambda v, n: _near(v.swapaxes(0, 1), n).swapaxes(0, 1)},
    ),
    (
        "n neighbours on each side were taken",
        "n is the width of the whole window. How many of them lie on one side?",
        {"sums": lambda v, n: _near(v, n, before=n, after=n)},
    ),
    (
        "only the maps behind were taken: the window begins at map i",
        "The window has its middle at map i. How many maps before it belong to it?",
        {"sums": lambda v, n: _near(v, n, before=0, after=n - 1)},
    ),
    (
        "only the maps before were taken: the window ends at map i",
        "The window has its middle at map i. How many maps behind it belong to it?",
        {"sums": lambda v, n: _near(v, n, before=n - 1, after=0)},
    ),
    (
        "the window goes around: the first map has the last one as its neighbour",
        "Is there a map before the first one? What should be counted in its place?",
        {"sums": _around},
    ),
    (
        "the map itself was left out of the sum",
        "i − n // 2 … i + n // 2: is i among them?",
        {"sums": lambda v, n: _near(v, n, own=False)},
    ),
    (
        "all maps were added up, not only the neighbours",
        "Where does your code use n?",
        {"sums": lambda v, n: v.sum(axis=1, keepdims=True)},
    ),
    (
        "the images of the batch were added up, too",
        "Does what one image gets depend on the others?",
        {"sums": lambda v, n: _near(v.sum(axis=0, keepdims=True), n)},
    ),
    (
        "the numbers were added up, not their squares",
        "Can your sum become negative? What is then under the power?",
        {"each": lambda a: a},
    ),
    (
        "the sizes of the numbers were added up, not their squares",
        "np.abs(a), or a**2? Look at the formula again.",
        {"each": np.abs},
    ),
    (
        "the sum was squared, not each number",
        "(3 − 1)², or 3² + 1²? What comes first, the square or the sum?",
        {"each": lambda a: a, "sums": lambda v, n: _near(v, n) ** 2},
    ),
    (
        "only alpha · sum was raised to the power beta, and k was added afterwards",
        "Where do the brackets in front of the exponent begin?",
        {"below": lambda t, k, alpha, beta, n: k + (alpha * t) ** beta},
    ),
    (
        "only the sum was raised to the power beta",
        "Python's ** binds more tightly than * and +. Where do the brackets begin?",
        {"below": lambda t, k, alpha, beta, n: k + alpha * t**beta},
    ),
    (
        "brackets: (k + alpha) · sum stands where k + alpha · sum belongs",
        "What does a map get whose neighbours are all 0? It should be divided by k to the beta.",
        {"below": lambda t, k, alpha, beta, n: ((k + alpha) * t) ** beta},
    ),
    (
        "brackets: a was divided by k only, and the sum added afterwards",
        "Python divides before it adds. Where must brackets stand in a / (k + …)?",
        {"below": lambda t, k, alpha, beta, n: (k, alpha * t**beta),
         "join": lambda above, below: above / below[0] + below[1]},
    ),
    (
        "alpha was multiplied by n",
        "PyTorch's layer wants n times the alpha of the formula. Does yours?",
        {"below": lambda t, k, alpha, beta, n: (k + alpha * n * t) ** beta},
    ),
    (
        "a is missing above the fraction line: 1 stands there",
        "1 / (…) is only the factor. What is multiplied by it?",
        {"above": np.ones_like},
    ),
    (
        "k was left out",
        "What is the denominator where all neighbours are 0?",
        {"below": lambda t, k, alpha, beta, n: (alpha * t) ** beta},
    ),
    (
        "k is always 1",
        "Where does your code use the argument k?",
        {"below": lambda t, k, alpha, beta, n: (1 + alpha * t) ** beta},
    ),
    (
        "alpha was left out",
        "Where does your code use the argument alpha?",
        {"below": lambda t, k, alpha, beta, n: (k + t) ** beta},
    ),
    (
        "the power beta was left out",
        "Where does your code use the argument beta?",
        {"below": lambda t, k, alpha, beta, n: k + alpha * t},
    ),
    (
        "a square root stands where the power beta belongs",
        "The length of a vector has a root. Which exponent does the formula have?",
        {"below": lambda t, k, alpha, beta, n: np.sqrt(k + alpha * t)},
    ),
    (
        "the exponent is 1 / beta",
        "x**0.5 is a root. Is it beta itself that stands in the exponent?",
        {"below": lambda t, k, alpha, beta, n: (k + alpha * t) ** (1 / beta)},
    ),
    (
        "multiplied where it should be divided",
        "Should loud neighbours make a number larger, or smaller?",
        {"join": np.multiply},
    ),
    (
        "the denominator was returned",
        "That is what a is divided by. Where is a?",
        {"join": lambda above, below: below},
    ),
    (
        "the square of a stands above the fraction line",
        "Squares belong into the sum below. What stands above?",
        {"above": np.square},
    ),
    (
        "signs were lost: what stands above is the size of a",
        "What should become of a negative number?",
        {"above": np.abs},
    ),
):  # fmt: skip
    local_response_norm.mistake(name, hint=hint)(partial(_lrn, **change))


@local_response_norm.mistake(
    "the maps were changed one after the other: later ones saw normalised neighbours",
    hint="When map 1 is computed, which map 0 does it get to see: the old or the new one?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = a.astype(np.float64)
    for i in range(a.shape[1]):
        near = out[:, max(0, i - n // 2) : i + n // 2 + 1]
        out[:, i] = out[:, i] / (k + alpha * (near**2).sum(axis=1)) ** beta
    return out.astype(a.dtype)


@local_response_norm.mistake(
    "n, k, alpha and beta are always the paper's, whatever was asked for",
    hint="Where does your code use its arguments n, k, alpha and beta?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    return _lrn(a)


@local_response_norm.mistake(
    "k, alpha and beta are always the paper's, whatever was asked for",
    hint="Where does your code use its arguments k, alpha and beta?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    return _lrn(a, n)


@local_response_norm.mistake(
    "only the first map was computed, and the others are 0",
    hint="How far is your `return` indented? What happens in the second round of the loop?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.zeros_like(a)
    out[:, 0] = _lrn(a, n, k, alpha, beta)[:, 0]
    return out


@local_response_norm.mistake(
    "a loop over the neighbours went on behind the last map",
    hint="The last map has no neighbour behind it. Where must the loop end: at i + n // 2, or "
    "sooner?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    def neighbours(i, h, C):
        return list(range(max(0, i - h), i + h + 1))

    return _lrn(a, n, k, alpha, beta, sums=partial(_each_map, places=neighbours))


@local_response_norm.mistake(
    "axis 0 was taken for the maps: x[i] is an image, x[:, i] is a map",
    hint="What is axis 0 of (N, C, H, W)? How do you write map i of all images?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.empty_like(a)
    for i in range(a.shape[1]):
        near = a[max(0, i - n // 2) : i + n // 2 + 1]
        out[i] = a[i] / (k + alpha * (near**2).sum(axis=0)) ** beta
    return out


@local_response_norm.mistake(
    "the sum ran over axis 0, the images, and the shapes do not fit",
    hint="squares[:, 2:5] has the shape (N, 3, H, W). Which axis has to vanish?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    total = np.empty_like(a)
    for i in range(a.shape[1]):
        total[:, i] = (a**2)[:, max(0, i - n // 2) : i + n // 2 + 1].sum(axis=0)
    return a / (k + alpha * total) ** beta


@local_response_norm.mistake(
    "n / 2 is not a whole number, and a slice needs whole numbers",
    hint="What is 5 / 2, and what is 5 // 2?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    return a[:, max(0, 0 - n / 2) : 0 + n / 2 + 1]


@local_response_norm.mistake(
    "n / 2 is not a whole number, and `range` needs whole numbers",
    hint="What is 5 / 2, and what is 5 // 2?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    def neighbours(i, h, C):
        return list(range(max(0, i - n / 2), min(C, i + n / 2 + 1)))

    return _lrn(a, n, k, alpha, beta, sums=partial(_each_map, places=neighbours))


@local_response_norm.mistake(
    "the input was changed in place",
    hint="`a /= …` writes into the array of whoever called you. What does `a / …` do?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    a[...] = _lrn(a, n, k, alpha, beta)
    return a


# ------------------------------------------------------------------------ grouped_conv_parameters
@exercise(
    notebook="11",
    points=2,
    minutes=10,
    hints=(
        "A filter looks at the maps of its own group only. How many of the C maps is that?",
        "How many filters are there in all? Does that number change with the groups?",
        "One bias for each filter.",
    ),
    explanation="Each of the F filters has C / groups slices of KH × KW weights, and one bias. So "
    "the weights are divided by the number of groups once, and the biases not at all.",
)
def grouped_conv_parameters(C, F, KH, KW, groups=1, bias=True):
    """The number of weights and biases of a convolution in groups.

    C: maps that come in; F: filters in all, so many maps go out; both are multiples of `groups`:
    filters of the first group see the first C / groups maps, and so on; KH, KW: rows and columns
    of a filter; bias: whether each filter has one -> a whole number
    """
    weights = F * (C // groups) * KH * KW
    return weights + F if bias else weights


@grouped_conv_parameters.cases
def _(rng):
    yield case(2, 4, 1, 1, 2, True, label="2 maps, 4 filters of 1 × 1, two groups")
    yield case(3, 8, 5, 3, 1, True, label="one group, filters that are not square")
    yield case(96, 256, 5, 5, 2, True, label="conv2 of AlexNet")
    yield case(6, 15, 2, 7, 3, False, label="three groups, no bias")
    yield case(20, 30, 4, 3, 5, True, label="five groups")
    yield case(12, 12, 3, 2, 12, True, label="as many groups as maps")
    g, c, f = (int(v) for v in rng.integers([2, 3, 5], [6, 9, 12]))
    yield case(g * c, g * f, 3, 6, g, True, label="other numbers")
    yield case(g * f, g * c, 7, 4, g, False, label="more maps than filters, no bias")


@grouped_conv_parameters.oracle
def _(C, F, KH, KW, groups, bias):
    total = 0
    for first in range(0, F, F // groups):  # one ordinary convolution after the other
        for _ in range(first, first + F // groups):
            total += sum(KH * KW for _ in range(C // groups)) + (1 if bias else 0)
    return total


for name, hint, wrong in (
    (
        "the groups were not used",
        "With two groups, does a filter still look at all maps?",
        lambda C, F, KH, KW, g, b: F * C * KH * KW + F * b,
    ),
    (
        "maps *and* filters were divided by the groups: that is one tower only",
        "That is what one tower has. How many towers are there?",
        lambda C, F, KH, KW, g, b: (F // g) * (C // g) * KH * KW + (F // g) * b,
    ),
    (
        "the weights of one tower, with all biases",
        "How many filters are there in all groups together?",
        lambda C, F, KH, KW, g, b: (F // g) * (C // g) * KH * KW + F * b,
    ),
    (
        "the biases were divided by the groups, too",
        "Each filter has a bias, in whichever group it is. How many filters are there?",
        lambda C, F, KH, KW, g, b: (F * C * KH * KW + F * b) // g,
    ),
    (
        "each filter was given a bias in every group",
        "A filter belongs to one group. How many biases does it have?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + F * g * b,
    ),
    (
        "each slice of a filter was given a bias",
        "A filter adds up its slices, and adds one number. One for each slice, or one in all?",
        lambda C, F, KH, KW, g, b: F * (C // g) * (KH * KW + b),
    ),
    (
        "the biases were counted by the maps that come in",
        "Is there one bias for each map that comes in, or for each that goes out?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + C * b,
    ),
    (
        "the layer was given one bias in all",
        "Can each filter have a threshold of its own?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + 1 * b,
    ),
    (
        "one bias was counted in all, and that even where there are none",
        "How many biases have 256 filters? And where does your code use `bias`?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + 1,
    ),
    (
        "these are the weights and the bias of a single filter",
        "How many filters are there in all groups together?",
        lambda C, F, KH, KW, g, b: (C // g) * KH * KW + b,
    ),
    (
        "the filters were divided by the groups to see how deep a filter is",
        "A filter looks at maps that come in. Is their number C, or F?",
        lambda C, F, KH, KW, g, b: F * (F // g) * KH * KW + F * b,
    ),
    (
        "the bias was counted as one more slice of the filter",
        "Brackets: is the bias a number, or a slice of KH × KW numbers?",
        lambda C, F, KH, KW, g, b: F * (C // g + b) * KH * KW,
    ),
    (
        "there are always two groups",
        "AlexNet has two. Where does your code use `groups`?",
        lambda C, F, KH, KW, g, b: F * (C // 2) * KH * KW + F * b,
    ),
    (
        "the biases were counted where there are none, and left out where there are some",
        "What is your answer for bias=True, and what for bias=False? Which one is larger?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + F * (1 - b),
    ),
    (
        "each group was given one bias",
        "Can each filter have a threshold of its own?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + g * b,
    ),
    (
        "the biases were left out",
        "Where does your code use `bias`?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW,
    ),
    (
        "the biases were counted although there are none",
        "Where does your code use `bias`?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KW + F,
    ),
    (
        "the filter was taken to be square: KH · KH",
        "Where does your code use KW?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KH * KH + F * b,
    ),
    (
        "the filter was taken to be square: KW · KW",
        "Where does your code use KH?",
        lambda C, F, KH, KW, g, b: F * (C // g) * KW * KW + F * b,
    ),
    (
        "KH and KW were added, not multiplied",
        "How many weights does a slice of 5 × 5 have: 10 or 25?",
        lambda C, F, KH, KW, g, b: F * (C // g) * (KH + KW) + F * b,
    ),
    (
        "the maps that come in were left out: one slice for each filter",
        "How deep is a filter that looks at 48 maps?",
        lambda C, F, KH, KW, g, b: F * KH * KW + F * b,
    ),
    (
        "the weights were multiplied by the groups",
        "Do groups make connections, or cut them?",
        lambda C, F, KH, KW, g, b: F * C * g * KH * KW + F * b,
    ),
    (
        "the filters see `groups` maps each",
        "`groups` says how many groups there are. How many maps are in one of them?",
        lambda C, F, KH, KW, g, b: F * g * KH * KW + F * b,
    ),
):
    grouped_conv_parameters.mistake(name, hint=hint)(
        lambda C, F, KH, KW, groups=1, bias=True, wrong=wrong: int(
            wrong(C, F, KH, KW, groups, int(bias))
        )
    )


@grouped_conv_parameters.mistake(
    "it is a float: / was used where // belongs",
    hint="10 / 2 is 5.0, and 10 // 2 is 5. Which of them counts things?",
)
def _(C, F, KH, KW, groups=1, bias=True):
    return F * C / groups * KH * KW + (F if bias else 0)


# ---------------------------------------------------------------------------------- ensemble_vote
@exercise(
    notebook="11",
    points=3,
    minutes=20,
    returns=("mean", "by_mean", "by_majority"),
    hints=(
        "The softmax of notebook 02, over the last axis: subtract the largest score of each row "
        "before np.exp. With keepdims=True the sums fit under the scores again.",
        "The networks are axis 0: probabilities.mean(axis=0) has the shape (N, L).",
        "scores.argmax(axis=2) is (K, N): what each network says of each image. Count the votes in "
        "an array of zeros (N, L). Every entry of `mean` is at most 1: what happens to a tie if "
        "you add it to the votes?",
    ),
    explanation="Votes are whole numbers and probabilities are at most 1, so votes + mean is "
    "largest for the class with the most votes, and among equals for the most probable of them. "
    "The mean listens to how sure each network is; the vote does not.",
)
def ensemble_vote(scores):
    """What several networks say together: by the mean of their probabilities, and by majority.

    scores (K, N, L): K networks, N images, L classes
    -> mean (N, L): the mean of the networks' probabilities (the softmax of their scores)
       by_mean (N,): the class with the largest mean
       by_majority (N,): the class that most networks put first; of classes with
       equally many votes the one with the larger mean
    """
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    mean = (e / e.sum(axis=2, keepdims=True)).mean(axis=0)  # (N, L)
    votes = np.zeros(mean.shape)
    for choice in scores.argmax(axis=2):  # one network after the other: (N,)
        votes[np.arange(len(choice)), choice] += 1
    return mean, mean.argmax(axis=1), (votes + mean).argmax(axis=1)


def _logits(*rows):
    """Probabilities of K networks for one image, each row with a shift of its own: (K, 1, L)."""
    return np.log(np.array(rows))[:, np.newaxis] + 3.0 * np.arange(len(rows))[:, None, None]


@ensemble_vote.cases
def _(rng):
    two = _logits([0.55, 0.40, 0.05], [0.54, 0.41, 0.05], [0.02, 0.93, 0.05])
    yield case(two, label="two networks of three prefer class 0, a little; the third is sure of 1")
    tie = _logits([0.52, 0.38, 0.05, 0.05], [0.48, 0.42, 0.05, 0.05], [0.05, 0.42, 0.48, 0.05],
                  [0.01, 0.44, 0.5, 0.05])  # fmt: skip
    yield case(tie, label="a tie of two to two, and a class that is everybody's second choice")
    again = _logits([0.001, 0.439, 0.55, 0.01], [0.25, 0.3, 0.44, 0.01], [0.8, 0.15, 0.04, 0.01],
                    [0.79, 0.16, 0.04, 0.01])  # fmt: skip
    yield case(again, label="another tie; one voter is nearly sure that it is not class 0")
    apart = _logits([0.05, 0.4, 0.3, 0.25], [0.1, 0.2, 0.6, 0.1], [0.1, 0.25, 0.3, 0.35])
    yield case(apart, label="three networks, three opinions")
    hair = _logits([0.35, 0.33, 0.32], [0.35, 0.33, 0.32], [0.01, 0.98, 0.01])
    yield case(hair, label="two prefer class 0 by a hair; the third is nearly certain of 1")
    five = _logits([0.4, 0.38, 0.12, 0.1], [0.4, 0.38, 0.1, 0.12], [0.05, 0.8, 0.1, 0.05],
                   [0.1, 0.3, 0.5, 0.1], [0.1, 0.3, 0.1, 0.5])  # fmt: skip
    yield case(five, label="two of five votes are the most, and fewer than half")
    yield case(4 * rng.normal(size=(5, 7, 3)), label="five networks, seven images, three classes")
    large = rng.normal(size=(4, 6, 5)) * 3
    large += rng.choice([-1000.0, 1000.0, 300.0], size=(4, 6, 1))
    yield case(large, label="scores around 1000 and -1000")
    wide = (3 * rng.normal(size=(4, 9, 3))).astype(np.float32).transpose(2, 1, 0)  # (3, 9, 4)
    wide[0] *= 4
    yield case(wide, label="float32, not in memory order; one network is always very sure")
    yield case(rng.normal(size=(1, 4, 6)), label="a single network")


@ensemble_vote.groups({"the means": 1, "large scores": 1, "ties": 1})
def _(scores):
    if np.abs(scores).max() > 100:
        return "large scores"
    return "ties" if scores.shape[1] == 1 else "the means"


@ensemble_vote.oracle
def _(scores):
    K, N, L = scores.shape
    mean, labels, winners = np.zeros((N, L)), np.zeros(N, int), np.zeros(N, int)
    for i in range(N):
        votes = [0] * L
        for k in range(K):
            row = [float(v) for v in scores[k, i]]
            total = math.fsum(math.exp(v - max(row)) for v in row)
            for c in range(L):
                mean[i, c] += math.exp(row[c] - max(row)) / total / K
            votes[row.index(max(row))] += 1
        labels[i] = max(range(L), key=lambda c: mean[i, c])
        winners[i] = max(range(L), key=lambda c: (votes[c], mean[i, c]))
    return mean, labels, winners


def _softmax(scores, axis=2):
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _tally(choices, L, weights=None):
    weights = np.ones(choices.shape) if weights is None else weights
    return np.stack([((choices == c) * weights).sum(axis=0) for c in range(L)], axis=1)


def _most(votes, mean):
    return (votes + mean).argmax(axis=1)


def _vote(scores, *, soft=_softmax, join=lambda p: p.mean(axis=0), pick=None,
          choices=lambda s, p: s.argmax(axis=2), weigh=None, most=_most, tie=None,
          order=None):  # fmt: skip
    """The vote with one thing exchanged."""
    with np.errstate(all="ignore"):
        s = scores.astype(np.float64)
        p = soft(s)
        mean = join(p)
        votes = _tally(choices(s, p), s.shape[2], None if weigh is None else weigh(p))
        by_mean = mean.argmax(axis=1) if pick is None else pick(s, p, mean)
        if tie is None:
            by_majority = most(votes, mean)
        else:  # of the classes with most votes, the one of which tie (N, L) is largest
            equal = votes == votes.max(axis=1, keepdims=True)
            by_majority = np.where(equal, tie(s, p), -np.inf).argmax(axis=1)
        results = mean, by_mean, by_majority
    return results if order is None else order(*results)


def _raw(scores):
    e = np.exp(scores)
    return e / e.sum(axis=2, keepdims=True)


def _grown(scores):
    return np.exp(scores - scores.max(axis=2, keepdims=True))


def _named_first(scores, p):
    """(N, L): larger, the sooner a network named the class."""
    K, _, L = scores.shape
    named = scores.argmax(axis=2)[:, :, np.newaxis] == np.arange(L)  # (K, N, L)
    return (named * np.arange(K, 0, -1)[:, np.newaxis, np.newaxis]).max(axis=0)


for name, hint, change in (
    (
        "the scores were averaged, and the softmax came afterwards",
        "One network counts in units of 1, another in units of 10. What do their scores have in "
        "common? Turn them into probabilities first.",
        {"soft": lambda s: s, "join": lambda s: _softmax(s.mean(axis=0), axis=1)},
    ),
    (
        "the scores themselves were averaged: the softmax is missing",
        "Do the rows of your mean add up to 1?",
        {"soft": lambda s: s},
    ),
    (
        "np.exp overflows: the largest score was not subtracted",
        "What is np.exp(1000)? Softmax does not change when you subtract a number from all scores.",
        {"soft": _raw},
    ),
    (
        "the softmax runs over the images, not over the classes",
        "For one network and one image, which numbers must add up to 1?",
        {"soft": partial(_softmax, axis=1)},
    ),
    (
        "the softmax runs over the networks, not over the classes",
        "For one network and one image, which numbers must add up to 1?",
        {"soft": partial(_softmax, axis=0)},
    ),
    (
        "the softmax divides by the sum of everything, not by that of each row",
        "For one network and one image the probabilities add up to 1. What does e.sum() add up?",
        {"soft": lambda s: _grown(s) / _grown(s).sum()},
    ),
    (
        "half a softmax: the exponentials were never divided by their sum",
        "Do the rows of your mean add up to 1?",
        {"soft": _grown},
    ),
    (
        "a sigmoid stands where the softmax belongs",
        "A sigmoid treats each class by itself. Do the rows of your mean add up to 1?",
        {"soft": lambda s: 1 / (1 + np.exp(-s))},
    ),
    (
        "the probabilities were added up, not averaged",
        "Three networks: what do the numbers of one row of yours add up to?",
        {"join": lambda p: p.sum(axis=0), "most": lambda v, m: _most(v, m / len(m) / 100)},
    ),
    (
        "the probabilities were multiplied: one network that says 0 silences all others",
        "Mean, not product. What does the product do when one network is sure and wrong?",
        {"join": lambda p: p.prod(axis=0)},
    ),
    (
        "the median was taken, not the mean",
        "np.mean, or np.median? Do the rows of yours add up to 1?",
        {"join": lambda p: np.median(p, axis=0)},
    ),
    (
        "only the surest network counts for each class: a maximum, not a mean",
        "Three networks say 0.2, 0.3 and 0.7. What is their mean?",
        {"join": lambda p: p.max(axis=0)},
    ),
    (
        "only the first network was asked",
        "Where does your code use the networks behind the first?",
        {"join": lambda p: p[0]},
    ),
    (
        "by_majority gives a tie to the class with the smaller number",
        "np.argmax takes the first of equals. Which of them does the task ask for?",
        {"most": lambda v, m: v.argmax(axis=1)},
    ),
    (
        "by_majority gives a tie to the class with the larger number",
        "Of classes with equally many votes, which one does the task ask for?",
        {"most": lambda v, m: v.shape[1] - 1 - v[:, ::-1].argmax(axis=1)},
    ),
    (
        "a tie went to a class that nobody voted for",
        "Of which classes may the mean choose one: of all, or of those with the most votes?",
        {"most": lambda v, m: np.where((v == v.max(axis=1, keepdims=True)).sum(axis=1) > 1,
                                       m.argmax(axis=1), v.argmax(axis=1))},
    ),
    (
        "a tie went to the class of which one network is surest",
        "One network may be very sure. Which of the tied classes has the larger *mean*?",
        {"tie": lambda s, p: p.max(axis=0)},
    ),
    (
        "a tie went to the class with the larger mean score",
        "The scores of one network may be ten times those of another. Which mean does the task "
        "ask for?",
        {"tie": lambda s, p: s.mean(axis=0)},
    ),
    (
        "a tie went to the class that was named first",
        "Should it matter in which order the networks stand? Which of the tied classes does the "
        "task ask for?",
        {"tie": _named_first},
    ),
    (
        "by_majority demands more than half of the votes, else it says class 0",
        "Two of five votes can be the most. What does the task say about it?",
        {"most": lambda v, m: (2 * v > v.sum(axis=1, keepdims=True)).argmax(axis=1)},
    ),
    (
        "the most votes were looked for in all images together",
        "v.max() is one number for all images. Which axis holds the classes?",
        {"most": lambda v, m: np.where(v == v.max(), m, 0).argmax(axis=1)},
    ),
    (
        "by_majority holds numbers of votes, not classes",
        "max gives the largest number. What gives its place?",
        {"most": lambda v, m: v.max(axis=1)},
    ),
    (
        "each vote was weighted by its probability",
        "In a vote every network counts the same, sure or not. What does each one add?",
        {"weigh": lambda p: p.max(axis=2), "most": lambda v, m: v.argmax(axis=1)},
    ),
    (
        "by_majority is by_mean again: nobody counted votes",
        "Two networks prefer class 0 by a hair, one is sure of class 1. Who wins the vote?",
        {"most": lambda v, m: m.argmax(axis=1)},
    ),
    (
        "by_majority goes to the class with the fewest votes",
        "argmin or argmax?",
        {"most": lambda v, m: (v - m).argmin(axis=1)},
    ),
    (
        "by_majority multiplies votes and means: a few sure networks outvote the majority",
        "The mean may only decide where votes are equal. When can it turn two votes against one?",
        {"most": lambda v, m: (v * m).argmax(axis=1)},
    ),
    (
        "a majority of more than half was demanded, else by_mean decides",
        "Two of five votes can be the most. What does the task say about it?",
        {"most": lambda v, m: np.where(v.max(axis=1) * 2 > v.sum(axis=1), v.argmax(axis=1),
                                       m.argmax(axis=1))},
    ),
    (
        "by_mean and by_majority have changed places",
        "Which of the two does the docstring name first?",
        {"order": lambda mean, a, b: (mean, b, a)},
    ),
    (
        "by_mean holds probabilities, not classes",
        "max gives the largest number. What gives its place?",
        {"pick": lambda s, p, mean: mean.max(axis=1)},
    ),
    (
        "by_mean has one entry for each class, not for each image",
        "mean has the shape (N, L). Which axis has to vanish?",
        {"pick": lambda s, p, mean: mean.argmax(axis=0)},
    ),
    (
        "by_mean is the class of which any network is surest",
        "One network may be very sure and wrong. Which class has the largest *mean*?",
        {"pick": lambda s, p, mean: p.max(axis=0).argmax(axis=1)},
    ),
    (
        "by_mean is the class with the largest mean score, not the largest mean probability",
        "You have the mean of the probabilities. Which class has the largest one?",
        {"pick": lambda s, p, mean: s.mean(axis=0).argmax(axis=1)},
    ),
    (
        "by_mean and by_majority take the least probable class",
        "argmin or argmax?",
        {"pick": lambda s, p, mean: mean.argmin(axis=1), "choices": lambda s, p: s.argmin(axis=2)},
    ),
):  # fmt: skip
    ensemble_vote.mistake(name, hint=hint)(partial(_vote, **change))


@ensemble_vote.mistake(
    "by_majority is the middle one of the chosen class numbers",
    hint="Class numbers are names. What would the middle of cat, dog and ship be? Count votes.",
)
def _(scores):
    mean, by_mean, _ = _vote(scores)
    middle = np.sort(scores.argmax(axis=2), axis=0)[len(scores) // 2]
    return mean, by_mean, middle


@ensemble_vote.mistake(
    "by_majority is the mean of the chosen class numbers",
    hint="Class numbers are names. What would the mean of cat, dog and ship be? Count votes.",
)
def _(scores):
    mean, by_mean, _ = _vote(scores)
    return mean, by_mean, scores.argmax(axis=2).mean(axis=0)


@ensemble_vote.mistake(
    "mean holds the probabilities of all networks: nothing was averaged",
    hint="mean has the shape (N, L). Which axis of (K, N, L) has to vanish?",
)
def _(scores):
    _, by_mean, by_majority = _vote(scores)
    return _softmax(scores), by_mean, by_majority


@ensemble_vote.mistake(
    "the networks were taken to be axis 1, and the images axis 0",
    hint="scores has the shape (K, N, L). Which of the two axes do you average away?",
)
def _(scores):
    return _vote(scores.transpose(1, 0, 2))
