"""The exercise `vgg_memory` of notebook 13."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="13",
    points=3,
    minutes=20,
    hints=(
        "Begin a list with the image: C · H · W. Then two loops: over the stages, and within a "
        "stage over its convolutions.",
        "Padding 1 keeps H and W, so a convolution with F filters puts out F · H · W numbers. What "
        "is left of H and W behind the pooling, and how many maps has it?",
        "The pooling keeps the maps of the last convolution. H // 2 drops a row without a partner. "
        "At the end, a linear layer puts out as many numbers as it has neurons.",
    ),
    explanation="A convolution changes the number of maps and keeps the places; a pooling keeps "
    "the maps and quarters the places. Where 64 maps have 224 × 224 places the numbers are large, "
    "where 512 maps have 7 × 7 they are small.",
)
def vgg_memory(stages, linear, C, H, W):
    """How many numbers each layer of a VGG puts out for one image (C, H, W), the image first.

    stages: one tuple for each stage with the maps of its convolutions (3 × 3, padding 1);
    behind each stage a 2 × 2 max pooling with stride 2, which drops a row or column
    without a partner
    linear: how many neurons each linear layer has
    -> values (1 + layers,), an array of whole numbers: image, convolutions, poolings,
       linear layers
    """
    values = [C * H * W]
    for stage in stages:
        for maps in stage:
            values.append(maps * H * W)
        H, W = H // 2, W // 2
        values.append(maps * H * W)
    return np.array([*values, *linear])


@vgg_memory.cases
def _(rng):
    yield case(((2,),), (3,), 1, 4, 6, label="one convolution, one pooling, one linear layer")
    yield case(((2, 5), (4,)), (7,), 3, 8, 12, label="two stages, the maps change within one")
    yield case(((3,), (6, 6, 6)), (5, 2), 1, 7, 10, label="an odd number of rows")
    yield case(((4,), (7,), (9,)), (), 2, 11, 23, label="odd sizes again and again, nothing linear")
    yield case(((6, 4, 8), (5, 3)), (9, 9, 4), 3, 20, 9, label="more rows than columns")
    stages = tuple(tuple(rng.integers(2, 20, n).tolist()) for n in (1, 3, 2))
    yield case(stages, (11, 6), 3, 26, 45, label="maps drawn at random")
    A = ((64,), (128,), (256, 256), (512, 512), (512, 512))
    yield case(A, (4096, 4096, 1000), 3, 224, 224, label="column A of the paper")


@vgg_memory.oracle
def _(stages, linear, C, H, W):
    rows, columns = list(range(H)), list(range(W))
    values = [C * len(rows) * len(columns)]
    for stage in stages:
        maps = list(stage)
        values.extend(F * len(rows) * len(columns) for F in maps)
        rows, columns = (
            [a[k] for k in range(0, len(a), 2) if k + 1 < len(a)] for a in (rows, columns)
        )
        values.append(maps[-1] * len(rows) * len(columns))
    return np.array(values + list(linear))


def _values(stages, linear, C, H, W, *, image=lambda C, H, W: C * H * W, less=0,
            half=lambda n: n // 2, columns=True, conv=lambda F, H, W, before: F * H * W,
            pool=lambda F, H, W, full, C, stage: F * H * W, late=False, keep_maps=True, skip="",
            twice=False, tail=None, end=lambda values: np.array(values)):  # fmt: skip
    """The count with one thing exchanged."""
    values, before = [image(C, H, W)], C
    for number, stage in enumerate(stages):
        for F in stage:
            H, W = H - less, W - less
            values.append(conv(F, H, W, before))
            before = F
            if twice:
                values.append(F * H * W)
            if skip == "every":
                H, W = half(H), half(W)
                values.append(F * H * W)
        if skip == "every" or (skip == "last" and number == len(stages) - 1):
            continue
        if skip == "all but the last" and number < len(stages) - 1:
            continue
        full = H, W
        if late:
            values.append(F * H * W)
        H, W = half(H), half(W) if columns else W
        if not late and skip != "all":
            values.append(pool(F if keep_maps else F // 2, H, W, full, C, stage))
    tail = list(linear) if tail is None else tail(linear, before * H * W)
    return end([v for v in [*values, *tail] if v is not None])


for name, hint, change in (
    (
        "the image itself is missing",
        "The first layer needs the image when its filters are to learn. Which number comes first?",
        {"image": lambda C, H, W: None},
    ),
    (
        "the image was counted without its channels",
        "A colour image has three numbers for each pixel. Where is C?",
        {"image": lambda C, H, W: H * W},
    ),
    (
        "the poolings are missing: they have no weights, but they do put out numbers",
        "The next convolution reads what the pooling has put out. Is it in your list?",
        {"skip": "all"},
    ),
    (
        "the last pooling is missing",
        "Behind *each* stage there is a pooling. What do the linear layers read?",
        {"skip": "last"},
    ),
    (
        "there is a pooling behind every convolution",
        "Behind each stage, or behind each of its convolutions? Which of your two loops is the "
        "pooling in?",
        {"skip": "every"},
    ),
    (
        "the pooling was counted with the size from before it",
        "In which order do halving and writing down come?",
        {"late": True},
    ),
    (
        "the pooling halves the rows and keeps the columns",
        "A window of 2 × 2 with stride 2: what becomes of W?",
        {"columns": False},
    ),
    (
        "the pooling halves the maps as well",
        "Pooling works on each map by itself. How many maps come out of 64?",
        {"keep_maps": False},
    ),
    (
        "the pooling divides rows and columns by 4",
        "A quarter of the numbers is left. What is left of the rows?",
        {"half": lambda n: n // 4},
    ),
    (
        "the pooling rounds up",
        "7 rows, windows of 2, stride 2: does row 6 have a partner?",
        {"half": lambda n: -(-n // 2)},
    ),
    (
        "the pooling rounds to the nearest whole number",
        "7 rows, windows of 2, stride 2: does row 6 have a partner? What is round(3.5)?",
        {"half": lambda n: round(n / 2)},
    ),
    (
        "the pooling has windows of 3, as AlexNet's have",
        "VGG's poolings are 2 × 2, with stride 2. How many of them fit into 10 rows?",
        {"half": lambda n: (n - 3) // 2 + 1},
    ),
    (
        "the pooling divides with /, which leaves half a row",
        "What is 7 / 2, and what is 7 // 2?",
        {"half": lambda n: n / 2},
    ),
    (
        "the convolutions take away a row and a column on each side, as without padding",
        "With padding 1, how many places does a 3 × 3 filter find in a row of 224 pixels?",
        {"less": 2},
    ),
    (
        "each convolution was counted as if it had no padding",
        "With padding 1, how many places does a 3 × 3 filter find in a row of 224 pixels?",
        {"conv": lambda F, H, W, before: F * (H - 2) * (W - 2)},
    ),
    (
        "the maps were left out: each layer was counted as one map",
        "64 filters put out 64 maps. How many numbers are that?",
        {"conv": lambda F, H, W, before: H * W, "pool": lambda F, H, W, *_: H * W},
    ),
    (
        "the poolings were counted as one map each",
        "Pooling works on each map by itself. How many maps come out of 64?",
        {"pool": lambda F, H, W, *_: H * W},
    ),
    (
        "the poolings were given the channels of the image",
        "Which maps does the pooling read? Does your C still say how many they are?",
        {"pool": lambda F, H, W, full, C, stage: C * H * W},
    ),
    (
        "the poolings were given the maps of their stage's first convolution",
        "The pooling reads what the *last* convolution of the stage has put out. Which entry is "
        "that?",
        {"pool": lambda F, H, W, full, C, stage: stage[0] * H * W},
    ),
    (
        "behind the pooling a quarter of the numbers was taken, not half the rows and columns",
        "Seven rows, ten columns: are the 3 · 5 places that are left a quarter of 70?",
        {"pool": lambda F, H, W, full, C, stage: F * full[0] * full[1] // 4},
    ),
    (
        "behind the pooling a quarter of the places was taken, not half the rows and columns",
        "Seven rows, ten columns: are the 3 · 5 places that are left a quarter of 70?",
        {"pool": lambda F, H, W, full, C, stage: F * (full[0] * full[1] // 4)},
    ),
    (
        "the maps were taken to be square: H · H",
        "Where does your code use W?",
        {"conv": lambda F, H, W, before: F * H * H, "pool": lambda F, H, W, *_: F * H * H},
    ),
    (
        "the maps were taken to be square: W · W",
        "Where does your code use H?",
        {"conv": lambda F, H, W, before: F * W * W, "pool": lambda F, H, W, *_: F * W * W},
    ),
    (
        "one pooling stands at the very end, and none behind the other stages",
        "Which of your loops is the pooling in? How far is it indented?",
        {"skip": "all but the last"},
    ),
    (
        "the ReLUs were counted as layers of their own",
        "ReLU can write over what it reads. Does the docstring ask for it?",
        {"twice": True},
    ),
    (
        "the maps that go in were multiplied in, too",
        "A filter adds up over the maps below. How many numbers does it leave at one place?",
        {"conv": lambda F, H, W, before: before * F * H * W},
    ),
    (
        "the convolutions were counted with the maps that go in, not those that come out",
        "What a layer puts out has one map for each of its filters. Which number is that?",
        {"conv": lambda F, H, W, before: before * H * W},
    ),
    (
        "these are weights, not what the layers put out",
        "The filters are the same for every image. How many numbers does *this image* cause?",
        {"conv": lambda F, H, W, before: 9 * before * F},
    ),
    (
        "a second copy behind each convolution was counted, for the ReLU",
        "ReLU can write over what it reads. Does the docstring ask for it?",
        {"conv": lambda F, H, W, before: 2 * F * H * W},
    ),
    (
        "the linear layers are missing",
        "What comes behind the last pooling?",
        {"tail": lambda linear, flat: []},
    ),
    (
        "the linear layers were added up to one entry",
        "The docstring asks for one entry for each layer. What does *linear do in a list?",
        {"tail": lambda linear, flat: [sum(linear)]},
    ),
    (
        "the flat row in front of the linear layers was counted as a layer of its own",
        "The last pooling's numbers in one row: are they new numbers?",
        {"tail": lambda linear, flat: [flat, *linear]},
    ),
    (
        "the linear layers were counted with their weights",
        "A layer of 4,096 neurons puts out how many numbers?",
        {"tail": lambda linear, flat: np.multiply(linear, [flat, *linear][: len(linear)]).tolist()},
    ),
    (
        "these are bytes, 4 for each number",
        "The docstring asks for numbers. What is left to do for bytes can be done afterwards.",
        {"end": lambda values: 4 * np.array(values)},
    ),
    (
        "this is the sum, not a list layer by layer",
        "The docstring asks for an array, with one entry for each layer.",
        {"end": lambda values: np.array(values).sum()},
    ),
    (
        "the list stands on its head: the last layer comes first",
        "Which layer is next to the image, and where does it stand in your list?",
        {"end": lambda values: np.array(values[::-1])},
    ),
    (
        "each entry adds up all layers before it",
        "What does the second layer alone put out?",
        {"end": lambda values: np.cumsum(values)},
    ),
):  # fmt: skip
    vgg_memory.mistake(name, hint=hint)(partial(_values, **change))


@vgg_memory.mistake(
    "all columns were computed from the number of rows",
    hint="Where does your code use W?",
)
def _(stages, linear, C, H, W):
    return _values(stages, linear, C, H, H)


@vgg_memory.mistake(
    "each stage was counted with one convolution only",
    hint="A stage is a tuple of several convolutions. Where is the loop that goes through them?",
)
def _(stages, linear, C, H, W):
    return _values(tuple(stage[-1:] for stage in stages), linear, C, H, W)


@vgg_memory.mistake(
    "all convolutions of a stage were given the maps of its first one",
    hint="A stage lists the maps of each of its convolutions. Which entry does your code read?",
)
def _(stages, linear, C, H, W):
    return _values(tuple(stage[:1] * len(stage) for stage in stages), linear, C, H, W)
