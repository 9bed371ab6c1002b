"""The exercise `lenet_shapes` of notebook 07."""

from functools import partial

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import swapped


@exercise(
    notebook="07",
    points=2,
    minutes=15,
    returns=("conv1", "pool1", "conv2", "pool2", "flat", "fc1", "fc2", "scores"),
    hints=(
        "How many places does a filter of 5 find in a row of 32 pixels, without padding?",
        "A pooling with windows of 2 and stride 2 halves rows and columns. With an odd number, is "
        "the last row part of a window?",
        "flat is what is left when pool2 is laid out in one row: maps times rows times columns.",
    ),
    explanation="A filter of 5 without padding takes away 4 rows and 4 columns. Pooling halves "
    "both and rounds down. The number of maps is set by the number of filters; pooling keeps it.",
)
def lenet_shapes(H, W):
    """The shapes of one image (1, H, W) behind each of LeNet-5's layers, N left out.

    -> eight tuples of whole numbers: conv1, pool1, conv2, pool2 as (maps, rows, columns);
       flat, fc1, fc2, scores as (numbers,)
    """
    conv1 = (6, H - 4, W - 4)  # 5 × 5 filters, no padding
    pool1 = (6, conv1[1] // 2, conv1[2] // 2)
    conv2 = (16, pool1[1] - 4, pool1[2] - 4)
    pool2 = (16, conv2[1] // 2, conv2[2] // 2)
    flat = (pool2[0] * pool2[1] * pool2[2],)
    return conv1, pool1, conv2, pool2, flat, (120,), (84,), (10,)


@lenet_shapes.cases
def _(rng):
    yield case(32, 32, label="the size that LeNet-5 was made for")
    yield case(28, 28, label="a digit without a border")
    yield case(36, 44, label="not square")
    yield case(33, 31, label="an odd number of rows and columns")
    yield case(38, 26, label="rows that the second pooling drops")
    yield case(int(rng.integers(60, 80)), int(rng.integers(40, 55)), label="a larger image")


@lenet_shapes.oracle
def _(H, W):
    def places(size, window, stride):  # put the window down until it sticks out
        return sum(1 for start in range(0, size, stride) if start + window <= size)

    shapes, maps = [], 1
    for window, stride, new_maps in ((5, 1, 6), (2, 2, 6), (5, 1, 16), (2, 2, 16)):
        H, W, maps = places(H, window, stride), places(W, window, stride), new_maps
        shapes.append((maps, H, W))
    numbers = (len(range(maps * H * W)), 120, 84, 10)
    return (*shapes, *((n,) for n in numbers))


def _lenet_shapes(H, W, *, less=4, half=lambda n: n // 2, maps=(6, 16), swap=False, flat=None):
    shapes = []
    for F in maps:
        H, W = H - less, W - less
        shapes.append((F, W, H) if swap else (F, H, W))
        H, W = half(H), half(W)
        shapes.append((F, W, H) if swap else (F, H, W))
    return *shapes, (F * H * W if flat is None else flat(F, H, W),), (120,), (84,), (10,)


@lenet_shapes.mistake(
    "the convolutions keep the size, as if there were padding",
    hint="There is no padding. Where does the left edge of a 5 × 5 filter stand when it has "
    "reached the right end of 32 pixels?",
)
def _(H, W):
    return _lenet_shapes(H, W, less=0)


@lenet_shapes.mistake(
    "a filter of 5 was taken to cost 5 rows",
    hint="How many places does a filter of 5 find in a row of 5 pixels: none, or one?",
)
def _(H, W):
    return _lenet_shapes(H, W, less=5)


@lenet_shapes.mistake(
    "the pooling rounds up",
    hint="29 rows, windows of 2, stride 2: does row 28 have a partner?",
)
def _(H, W):
    return _lenet_shapes(H, W, half=lambda n: -(-n // 2))


@lenet_shapes.mistake(
    "the pooling windows move by one pixel: the stride was forgotten",
    hint="By how many pixels does a pooling window of LeNet-5 move?",
)
def _(H, W):
    return _lenet_shapes(H, W, half=lambda n: n - 1)


lenet_shapes.slip(
    swapped("H", "W"),
    "rows and columns have changed places",
    hint="In which order do they stand in (N, C, H, W)?",
)


@lenet_shapes.mistake(
    "flat counts the pixels of one map and leaves the other maps out",
    hint="pool2 has 16 maps. How many numbers are that in all?",
)
def _(H, W):
    return _lenet_shapes(H, W, flat=lambda F, H, W: H * W)


@lenet_shapes.mistake(
    "the second convolution has 6 · 16 maps",
    hint="Each of the 16 filters looks at all 6 maps and adds up. How many maps does it give?",
)
def _(H, W):
    return _lenet_shapes(H, W, maps=(6, 96))


@lenet_shapes.mistake(
    "the sizes for 32 × 32 were written down, whatever H and W are",
    hint="What is conv1 for an image of 36 × 44 pixels?",
)
def _(H, W):
    return _lenet_shapes(32, 32)


for name, hint, change in (
    (
        "all columns were computed from the number of rows",
        "Where does your code use W?",
        {"input": lambda H, W: (H, H)},
    ),
    (
        "the pooling divides with /, which gives halves for odd sizes",
        "What is 29 / 2, and what is 29 // 2? Can a map have half a row?",
        {"half": lambda n: n / 2},
    ),
    (
        "the pooling rounds to the nearest whole number",
        "27 rows, windows of 2, stride 2: how many windows fit in?",
        {"half": lambda n: round(n / 2)},
    ),
    (
        "flat is always 400",
        "400 belongs to 32 × 32 pixels. From which layer's shape does it come?",
        {"flat": lambda F, H, W: 400},
    ),
    (
        "pool2 has 6 maps",
        "Pooling keeps the number of maps. How many has conv2?",
        {"form": lambda s: (*s[:3], (6, *s[3][1:]), (6 * s[3][1] * s[3][2],), *s[5:])},
    ),
    (
        "flat was computed from conv2, before the pooling",
        "Which layer stands in front of flat?",
        {"form": lambda s: (*s[:4], (s[2][0] * s[2][1] * s[2][2],), *s[5:])},
    ),
    (
        "the maps stand last, as (rows, columns, maps)",
        "In which order does this course write the axes of an image, (N, C, H, W)?",
        {"form": lambda s: (*((h, w, maps) for maps, h, w in s[:4]), *s[4:])},
    ),
    (
        "the number of images stands in front of each shape",
        "The docstring says: N left out. How many numbers has the shape of conv1 then?",
        {"form": lambda s: tuple((1, *shape) for shape in s)},
    ),
    (
        "flat, fc1, fc2 and scores are plain numbers: brackets alone make no tuple",
        "What is (400) in Python, and what is (400,)?",
        {"form": lambda s: (*s[:4], *(n for (n,) in s[4:]))},
    ),
):

    def _(H, W, input=lambda H, W: (H, W), form=lambda shapes: shapes, **change):
        return form(_lenet_shapes(*input(H, W), **change))

    lenet_shapes.mistake(name, hint=hint)(partial(_, **change))


@lenet_shapes.mistake(
    "brackets are missing in front of // 2: H - 4 // 2 is H - 2",
    hint="Python divides before it subtracts. What is 32 - 4 // 2?",
)
def _(H, W):
    return _lenet_shapes(H + 2, W + 2, less=4, half=lambda n: n)
