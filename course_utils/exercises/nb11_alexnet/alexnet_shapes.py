"""The exercise `alexnet_shapes` of notebook 11."""

import math
from functools import partial

from course_utils.checking.exercise import case, exercise


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
