"""Exercises of notebook 13: how far a stack sees, what it weighs, and what VGG must remember."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ------------------------------------------------------------------------ receptive_field_of_stack
@exercise(
    notebook="13",
    points=2,
    minutes=15,
    returns=("size", "jump"),
    hints=(
        "Begin with the image itself: one pixel sees 1 pixel, and two neighbours are 1 apart. Then "
        "walk through the layers. What does each one change?",
        "A window of K places reaches over K − 1 steps from its first place to its last. How long "
        "is one step, measured in pixels of the image?",
        "First let the size grow by (K − 1) times the jump that the layer finds. Only then "
        "multiply the jump by its stride: the stride matters for the layers behind.",
    ),
    explanation="A layer with windows of K adds K − 1 steps, and a step is as long as the jump in "
    "front of the layer. Its stride makes the steps of all later layers longer. `zip(a, b)` walks "
    "through two arrays side by side.",
)
def receptive_field_of_stack(kernels, strides):
    """What one output of a stack of layers sees, along one axis, in pixels of the image.

    kernels (L,), strides (L,): window and stride of each layer (convolution or pooling), the one
    next to the image first; there may be no layer at all -> size, jump: two whole numbers
    size: from the first to the last pixel that an output sees
    jump: by how many pixels its neighbour's view is moved
    """
    size, jump = 1, 1
    for kernel, stride in zip(kernels, strides, strict=True):
        size = size + (kernel - 1) * jump
        jump = jump * stride
    return size, jump


@receptive_field_of_stack.cases
def _(rng):
    def stack(*layers, label):
        kernels, strides = np.array(layers, dtype=int).reshape(-1, 2).T
        return case(kernels, strides, label=label)

    yield stack((3, 1), (3, 1), label="two layers of 3 × 3, stride 1")
    yield stack((5, 3), label="one layer of 5 × 5, stride 3")
    yield stack((3, 1), (2, 2), (3, 1), label="3 × 3, a pooling, and 3 × 3 behind it")
    yield stack((7, 2), (3, 2), (5, 1), (3, 3), label="a different stride in each layer")
    yield stack((2, 2), (4, 3), (3, 2), (6, 1), label="even windows")
    yield stack((1, 2), (3, 1), (1, 1), (5, 4), label="windows of 1 × 1, one of them with a stride")
    yield stack((3, 2), (3, 2), (3, 2), label="three equal layers with stride 2")
    yield stack(label="no layers at all: the image itself")
    drawn = zip(rng.integers(2, 8, 6), rng.integers(1, 4, 6), strict=True)
    yield stack(*drawn, (4, 2), label="seven layers, drawn at random")


@receptive_field_of_stack.oracle
def _(kernels, strides):
    def seen(place):  # back from one output, layer by layer, to the pixels
        first = last = place
        for kernel, stride in reversed(list(zip(kernels, strides, strict=True))):
            first, last = first * stride, last * stride + kernel - 1
        return int(first), int(last)

    (first, last), (neighbour, _) = seen(0), seen(1)
    return len(range(first, last + 1)), neighbour - first


def _field(kernels, strides, *, start=(1, 1), grow=None, leap=None, order=None, layers=None,
           end=None):  # fmt: skip
    """The walk with one thing exchanged. grow, leap(size, jump, kernel, stride, before)."""
    pairs = [(int(k), int(s)) for k, s in zip(kernels, strides, strict=True)]
    if layers is not None:
        pairs = layers(pairs)
    (size, jump), before = start, 1
    for kernel, stride in pairs:
        if order == "stride first":
            jump = jump * stride
        if grow is None:
            size = size + (kernel - 1) * jump
        else:
            size = grow(size, jump, kernel, stride, before)
        if order != "stride first":
            jump = jump * stride if leap is None else leap(jump, stride, before)
        before = stride
    return (size, jump) if end is None else end(size, jump, pairs)


for name, hint, change in (
    (
        "each layer adds K steps, not K − 1",
        "From the first to the last of 3 places, how many steps is that? What does a stack of one "
        "1 × 1 layer see?",
        {"grow": lambda size, jump, k, s, before: size + k * jump},
    ),
    (
        "each layer adds K + 1 steps, not K − 1",
        "From the first to the last of 3 places, how many steps is that?",
        {"grow": lambda size, jump, k, s, before: size + (k + 1) * jump},
    ),
    (
        "each layer adds K − stride steps, not K − 1",
        "What does a single pooling of 2 × 2 with stride 2 see: 1 pixel, or 2?",
        {"grow": lambda size, jump, k, s, before: size + (k - s) * jump},
    ),
    (
        "the size was replaced in each layer: what was there is lost",
        "Two layers of 3 × 3: does the second one see more than the first? `=`, or `+=`?",
        {"grow": lambda size, jump, k, s, before: (k - 1) * jump},
    ),
    (
        "half of each window was rounded down and then doubled",
        "A window of 4 places: how many steps from its first place to its last, 3 or 4?",
        {"grow": lambda size, jump, k, s, before: size + k // 2 * 2 * jump},
    ),
    (
        "the product of all strides was used for every layer",
        "Does a stride change what the layers *below* it see?",
        {"end": lambda size, jump, pairs: (1 + jump * sum(k - 1 for k, _ in pairs), jump)},
    ),
    (
        "the jump is the sum of the strides",
        "Two poolings with stride 2: which pixels do the first two outputs begin with, 0 and … ?",
        {"end": lambda size, jump, pairs: (size, sum(s for _, s in pairs))},
    ),
    (
        "kernels and strides have changed places",
        "In which order do `zip` and the signature name them?",
        {"layers": lambda pairs: [(s, k) for k, s in pairs]},
    ),
    (
        "the strides were forgotten in the size",
        "Behind a pooling with stride 2, how far apart are two neighbours, in pixels of the image?",
        {"grow": lambda size, jump, k, s, before: size + k - 1},
    ),
    (
        "a layer's own stride was counted in its size",
        "A single layer of 5 × 5 with stride 3: does one of its outputs see more than 5 pixels? In "
        "which order must size and jump change?",
        {"order": "stride first"},
    ),
    (
        "only the stride of the layer directly below was used for the size",
        "Behind two poolings with stride 2, how far apart are two neighbours?",
        {"grow": lambda size, jump, k, s, before: size + (k - 1) * before},
    ),
    (
        "the size was counted with each layer's own stride, and that alone",
        "(K − 1) times which number: the stride of this layer, or the jump that the layers below "
        "have made?",
        {"grow": lambda size, jump, k, s, before: size + (k - 1) * s},
    ),
    (
        "the strides were added, not multiplied",
        "Two poolings with stride 2: which pixels do the first two outputs begin with, 0 and … ?",
        {"leap": lambda jump, s, before: jump + s},
    ),
    (
        "each stride adds stride − 1 to the jump",
        "Two layers with stride 3: is the second jump 5, or is it 9?",
        {"leap": lambda jump, s, before: jump + s - 1},
    ),
    (
        "the jump is only the last layer's stride",
        "jump = stride forgets what was there. Which operation keeps it?",
        {"leap": lambda jump, s, before: s},
    ),
    (
        "the jump never changes",
        "What does a stride of 2 do to the distance of two neighbours?",
        {"leap": lambda jump, s, before: jump},
    ),
    (
        "the size begins at 0",
        "How many pixels does a pixel of the image itself see, before there is any layer?",
        {"start": (0, 1)},
    ),
    (
        "the jump begins at 0, so nothing ever grows",
        "How far apart are two neighbouring pixels of the image?",
        {"start": (1, 0)},
    ),
    (
        "the layers were taken from the last to the first",
        "The first entry is the layer next to the image. Whose steps does its stride make longer? "
        "(Or is it size ← (size − 1) · stride + K? That formula is right only from the last layer "
        "to the first.)",
        {"layers": lambda pairs: pairs[::-1]},
    ),
    (
        "walking back, the size itself was multiplied by the stride, not the steps in between",
        "Two neighbours, stride 2: the windows begin 2 apart. Is that size · stride, or "
        "(size − 1) · stride?",
        {
            "layers": lambda pairs: pairs[::-1],
            "grow": lambda size, jump, k, s, before: size * s + k - 1,
        },
    ),
    (
        "the first layer was left out",
        "How many rounds does your loop make for one layer?",
        {"layers": lambda pairs: pairs[1:]},
    ),
    (
        "the last layer was left out",
        "How many rounds does your loop make for one layer?",
        {"layers": lambda pairs: pairs[:-1]},
    ),
    (
        "only one side of each window was counted",
        "A 3 × 3 window reaches one place to the left, and … ?",
        {"grow": lambda size, jump, k, s, before: size + (k - 1) // 2 * jump},
    ),
    (
        "the sizes of the windows were added",
        "Two windows of 3 share a place in the middle. Do they see 6 pixels, or 5?",
        {"end": lambda size, jump, pairs: (sum(k for k, _ in pairs), jump)},
    ),
    (
        "the sizes of the windows were multiplied",
        "Two layers of 3: a row of 3 outputs, each sees 3 pixels. Do their views overlap?",
        {"end": lambda size, jump, pairs: (int(np.prod([k for k, _ in pairs])), jump)},
    ),
    (
        "the size is that of the largest window",
        "Does the second layer see pixels, or outputs that have seen several pixels each?",
        {"end": lambda size, jump, pairs: (max([1] + [k for k, _ in pairs]), jump)},
    ),
    (
        "the size was squared",
        "One axis only: from the first to the last pixel of a row.",
        {"end": lambda size, jump, pairs: (size * size, jump)},
    ),
    (
        "size and jump have changed places",
        "Which of the two does the docstring name first?",
        {"end": lambda size, jump, pairs: (jump, size)},
    ),
):  # fmt: skip
    receptive_field_of_stack.mistake(name, hint=hint)(partial(_field, **change))


@receptive_field_of_stack.mistake(
    "with no layers at all there is no kernels[0]",
    hint="What does the image itself see, before there is any layer? Begin with that.",
)
def _(kernels, strides):
    kernels[0]
    return _field(kernels, strides)


@receptive_field_of_stack.mistake(
    "the first layer was counted twice: before the loop, and in it",
    hint="If you begin with kernels[0], which layer is the first one in your loop?",
)
def _(kernels, strides):
    return _field(kernels, strides, start=(int(kernels[0]), 1))


@receptive_field_of_stack.mistake(
    "the loop begins with the second layer, and the first stride was lost",
    hint="If you begin with kernels[0], what is the jump behind this layer?",
)
def _(kernels, strides):
    start = int(kernels[0]), 1
    return _field(kernels, strides, start=start, layers=lambda pairs: pairs[1:])


# --------------------------------------------------------------------------------- stack_parameters
@exercise(
    notebook="13",
    points=2,
    minutes=10,
    returns=("weights", "biases"),
    hints=(
        "Take one layer: from 64 maps to 128 maps with windows of 3. How many numbers has one of "
        "its filters, and how many filters are there?",
        "channels[:-1] is what goes into each layer, channels[1:] is what comes out: two arrays of "
        "the length of kernels. Arrays are multiplied entry by entry.",
        "One bias for each filter, and there is one filter for each map that comes out. The image "
        "has no biases.",
    ),
    explanation="A filter is as deep as the maps that it looks at: in · K². A layer has as many "
    "filters as maps come out of it, and each filter has one bias.",
)
def stack_parameters(channels, kernels):
    """How many weights and biases a stack of convolutions has.

    channels (L + 1,): those of the image, then the maps that each layer puts out
    kernels (L,): the side of each layer's square windows -> weights, biases: two whole numbers
    """
    each = channels[:-1] * channels[1:] * kernels**2  # (L,)
    return each.sum(), channels[1:].sum()


@stack_parameters.cases
def _(rng):
    def stack(channels, kernels, label):
        return case(np.array(channels), np.array(kernels), label=label)

    yield stack((3, 5), (2,), "one layer, from 3 channels to 5 maps, windows of 2")
    yield stack((4, 4, 4, 4), (3, 3, 3), "three layers of 3 × 3, the same number of maps")
    yield stack((3, 8, 16, 5), (5, 3, 1), "windows that become smaller")
    yield stack((1, 6, 2, 7, 3), (1, 4, 2, 5), "windows of several sizes")
    yield stack((7, 2), (7,), "fewer maps come out than go in")
    wide = np.array([3, 0, 8, 0, 4, 0, 6, 0])[::2]
    yield case(wide, np.array([3, 5, 7]), label="every second entry of a longer array")
    channels, kernels = rng.integers(2, 30, 7), rng.integers(1, 8, 6)
    kernels[[1, 4]] = 6, 3
    yield stack(channels, kernels, "six layers, drawn at random")


@stack_parameters.oracle
def _(channels, kernels):
    weights = biases = 0
    for layer, kernel in enumerate(kernels):
        for _filter in range(channels[layer + 1]):
            biases += 1
            for _channel in range(channels[layer]):
                weights += sum(1 for _ in np.ndindex(kernel, kernel))
    return weights, biases


def _stack(channels, kernels, *, window=lambda k: k**2, pair=lambda i, o: i * o,
           biases=lambda i, o, k: o.sum(), weights=lambda each: each.sum(),
           form=lambda w, b: (w, b)):  # fmt: skip
    """The count with one thing exchanged."""
    i, o = channels[:-1], channels[1:]
    return form(weights(window(kernels) * pair(i, o)), biases(i, o, kernels))


for name, hint, change in (
    (
        "the windows have one axis only: K in place of K²",
        "How many numbers has a window of 3 × 3?",
        {"window": lambda k: k},
    ),
    (
        "K was doubled, not squared",
        "What is 3**2, and what is 3 * 2?",
        {"window": lambda k: 2 * k},
    ),
    (
        "^ is no power in Python: it compares bits",
        "What is 3 ^ 2, and what is 3**2?",
        {"window": lambda k: k, "weights": lambda each: (each ^ 2).sum()},
    ),
    (
        "the windows are always 3 × 3",
        "Where does your code use kernels?",
        {"window": lambda k: 0 * k + 9},
    ),
    (
        "all layers were given the first layer's windows",
        "kernels[0] belongs to the first layer. What belongs to the others?",
        {"window": lambda k: k[0] ** 2},
    ),
    (
        "all layers read the image: channels[0] goes into each",
        "What goes into the second layer?",
        {"pair": lambda i, o: i[0] * o},
    ),
    (
        "the maps were squared together with K",
        "(C · F · K)², or C · F · K²? What does the exponent belong to?",
        {"window": lambda k: k**2, "pair": lambda i, o: (i * o) ** 2},
    ),
    (
        "each layer was given a single filter: the maps that come out do not count",
        "How many filters does a layer need for 128 maps?",
        {"pair": lambda i, o: i},
    ),
    (
        "each filter was given a single channel: the maps that go in do not count",
        "Each filter looks at all 64 maps below it. How deep is it?",
        {"pair": lambda i, o: o},
    ),
    (
        "the maps that go in and come out were added, not multiplied",
        "128 filters, each 64 deep: how many slices of K × K are that?",
        {"pair": lambda i, o: i + o},
    ),
    (
        "the number of maps that come out was squared",
        "C² is right only where as many go in as come out. What goes into the first layer?",
        {"pair": lambda i, o: o**2},
    ),
    (
        "the number of maps that go in was squared",
        "C² is right only where as many go in as come out. What comes out of the last layer?",
        {"pair": lambda i, o: i**2},
    ),
    (
        "every slice of a filter was given a bias of its own",
        "A filter adds up over all its slices, and then adds the bias. How often?",
        {"biases": lambda i, o, k: (i * o).sum()},
    ),
    (
        "the image was given biases, too",
        "Which entry of channels belongs to no layer?",
        {"biases": lambda i, o, k: i[0] + o.sum()},
    ),
    (
        "the biases of what goes in were counted",
        "A bias belongs to a filter, and a filter makes a map that comes out. Which entries are "
        "that?",
        {"biases": lambda i, o, k: i.sum()},
    ),
    (
        "there is one bias for each layer",
        "May two filters of the same layer have different biases?",
        {"biases": lambda i, o, k: np.int64(len(o))},
    ),
    (
        "there is one bias for each weight of a window",
        "After the sum over the window there is one number left. How many biases can be added to "
        "it?",
        {"biases": lambda i, o, k: (o * k**2).sum()},
    ),
    (
        "there are no biases",
        "The docstring asks for two numbers. What is the second one for a layer of 5 filters?",
        {"biases": lambda i, o, k: np.int64(0)},
    ),
    (
        "the biases were counted as weights, too",
        "Two numbers are asked for, each kind by itself. What is in the first one?",
        {"form": lambda w, b: (w + b, b)},
    ),
    (
        "weights and biases were added up to one number",
        "Two numbers are asked for, each kind by itself. What does `return a, b` return?",
        {"form": lambda w, b: w + b},
    ),
    (
        "these are bytes, 4 for each number",
        "The docstring asks for numbers. What is left to do for bytes can be done afterwards.",
        {"form": lambda w, b: (4 * w, 4 * b)},
    ),
    (
        "weights and biases have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda w, b: (b, w)},
    ),
    (
        "the layers were multiplied with each other, not added",
        "Two layers of 1,000 weights: are that 2,000, or 1,000,000?",
        {"weights": lambda each: each.prod()},
    ),
    (
        "the last layer was left out",
        "How many layers are there: as many as channels has entries, or one less?",
        {"weights": lambda each: each[:-1].sum(), "biases": lambda i, o, k: o[:-1].sum()},
    ),
    (
        "the first layer was left out",
        "The image's channels go into a layer, too. Into which?",
        {"weights": lambda each: each[1:].sum(), "biases": lambda i, o, k: o[1:].sum()},
    ),
    (
        "only the last layer was counted",
        "A sum over the layers keeps what was counted before. Does yours?",
        {"weights": lambda each: each[-1], "biases": lambda i, o, k: o[-1]},
    ),
    (
        "the weights are listed layer by layer, not added up",
        "The docstring asks for two whole numbers. What does .sum() do?",
        {"weights": lambda each: each},
    ),
):  # fmt: skip
    stack_parameters.mistake(name, hint=hint)(partial(_stack, **change))


@stack_parameters.mistake(
    "the windows and the pairs of channels were summed apart, and the sums multiplied",
    hint="(a + b) · (c + d) is not a·c + b·d. Multiply for each layer, then add.",
)
def _(channels, kernels):
    pairs = (channels[:-1] * channels[1:]).sum()
    return (kernels**2).sum() * pairs, channels[1:].sum()


@stack_parameters.mistake(
    "the windows were paired with the layers from the other end",
    hint="kernels[0] belongs to the layer that looks at the image. Which entries of channels are "
    "its own?",
)
def _(channels, kernels):
    return _stack(channels, kernels[::-1])


@stack_parameters.mistake(
    "this is one layer that sees as far as the whole stack",
    hint="Each layer has its own filters, with its own number of maps. Where are the maps in "
    "between?",
)
def _(channels, kernels):
    field = 1 + (kernels - 1).sum()
    return field**2 * channels[0] * channels[-1], channels[-1]


# -------------------------------------------------------------------------------------- vgg_memory
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
