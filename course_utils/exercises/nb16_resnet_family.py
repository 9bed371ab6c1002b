"""Exercises of notebook 16: a block's order, grouped parameters, drop-path, depth of a fractal."""

from functools import partial, reduce

import numpy as np

from course_utils.exercises.core import case, exercise
from course_utils.numpy_nn import conv2d


# ------------------------------------------------------------------------------------ preact_order
@exercise(
    notebook="16",
    points=3,
    minutes=20,
    hints=(
        "The same three steps twice: normalise, rectify, convolve. Only at the very end is there "
        "a sum. Give what you change a name of its own, so that x is still there then.",
        "A scale (C,) must stand along axis 1. `scale[:, np.newaxis, np.newaxis]` is (C, 1, 1), "
        "and NumPy fills up from the right: (N, C, H, W) times (C, 1, 1) does what you want.",
        "Write a loop over (norm1, weight1) and (norm2, weight2) that begins with maps = x. What "
        "is returned is x + maps: the x that came in, neither normalised nor rectified.",
    ),
    explanation="Norm and ReLU stand in front of each convolution, so that nothing at all stands "
    "on the shortcut: x arrives at the sum as it came, negative numbers included.",
)
def preact_order(x, norm1, weight1, norm2, weight2):
    """A pre-activation block: twice (normalise, rectify, convolve), and at the end x is added.

    x (N, C, H, W); norm1 and norm2: (scale, shift), each (C,): map c times scale[c], plus shift[c];
    weight1, weight2 (C, C, K, K), K odd; the convolutions keep rows and columns
    -> (N, C, H, W)
    """
    maps = x
    for (scale, shift), weight in ((norm1, weight1), (norm2, weight2)):
        maps = maps * scale[:, np.newaxis, np.newaxis] + shift[:, np.newaxis, np.newaxis]
        maps = conv2d(np.maximum(maps, 0), weight, padding=weight.shape[-1] // 2)  # (N, C, H, W)
    return x + maps


def _norm(rng, C):
    return rng.uniform(0.5, 2, C) * rng.choice([-1, 1], C), rng.normal(size=C)


def _weight(rng, C, K):
    return rng.normal(size=(C, C, K, K)) / (K * np.sqrt(C))


@preact_order.cases
def _(rng):
    x = np.array([[[[1.0, -2.0, 3.0]]]])
    double, back = np.array([[[[2.0]]]]), np.array([[[[-1.0]]]])
    plain, up = (np.array([1.0]), np.array([0.0])), (np.array([3.0]), np.array([0.5]))
    yield case(x, plain, double, plain, back,
               label="three pixels, the norms change nothing, weights 2 and -1")  # fmt: skip
    yield case(x, up, double, plain, back, label="the same, the first norm is 3x + 0.5")
    for (N, C, H, W), K, label in (
        ((2, 3, 4, 5), 1, "windows of one pixel"),
        ((2, 3, 4, 5), 3, "windows of 3 × 3"),
        ((3, 2, 6, 3), 5, "windows of 5 × 5"),
        ((1, 4, 5, 7), 3, "four maps, windows of 3 × 3"),
    ):
        yield case(rng.normal(size=(N, C, H, W)), _norm(rng, C), _weight(rng, C, K),
                   _norm(rng, C), _weight(rng, C, K), label=label)  # fmt: skip
    yield case(-rng.random((2, 3, 3, 4)), _norm(rng, 3), _weight(rng, 3, 3), _norm(rng, 3),
               _weight(rng, 3, 3), label="nothing but negative numbers come in")  # fmt: skip
    x, *rest = rng.normal(size=(2, 2, 4, 3)), *_norm(rng, 2), *_norm(rng, 2)
    a, b, c, d = (v.astype(np.float32) for v in rest)
    first, second = (_weight(rng, 2, 3).astype(np.float32) for _ in range(2))
    yield case(x.astype(np.float32)[:, :, ::-1], (a, b), first, (c, d), second,
               label="float32, rows stored in reverse")  # fmt: skip


@preact_order.oracle
def _(x, norm1, weight1, norm2, weight2):
    maps = x.astype(float)
    N, C, H, W = x.shape
    for (scale, shift), weight in ((norm1, weight1), (norm2, weight2)):
        K, after = weight.shape[-1], np.zeros((N, C, H, W))
        for (out, c, a, b), number in np.ndenumerate(weight):
            for i, j in np.ndindex(H, W):
                p, q = i + a - K // 2, j + b - K // 2
                if 0 <= p < H and 0 <= q < W:
                    seen = float(scale[c]) * maps[:, c, p, q] + float(shift[c])
                    after[:, out, i, j] += number * seen * (seen > 0)
        maps = after
    return (maps + x).astype(x.dtype)


def _along_maps(x, scale, shift):
    return x * scale[:, np.newaxis, np.newaxis] + shift[:, np.newaxis, np.newaxis]


def _shift_first(x, scale, shift):
    return _along_maps(x, scale, shift * scale)


def _measured(x, scale, shift):
    """Batch normalisation as in training: mean and variance of the maps that come in."""
    mean, var = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return _along_maps((x - mean) / np.sqrt(var + 1e-5), scale, shift)


def _along_rows(x, scale, shift):
    return x * scale[:, np.newaxis] + shift[:, np.newaxis]


def _same_size(x, weight):
    return conv2d(x, weight, padding=weight.shape[-1] // 2)


def _order(x, norm1, weight1, norm2, weight2, *, steps="nrcnrc", shortcut=lambda x, n: x,
           norm=_along_maps, end=lambda s: s, join=lambda f, s: f + s, norms=(0, 1),
           weights=(0, 1), relu=lambda x: np.maximum(x, 0), convolve=_same_size):  # fmt: skip
    """The block with one thing exchanged; steps: n(orm), r(elu), c(onvolution), one by one."""
    given, windows = (norm1, norm2), (weight1, weight2)
    left, right = [given[i] for i in norms], [windows[i] for i in weights]
    maps = x
    for step in steps:
        if step == "n":
            maps = norm(maps, *left.pop(0))
        elif step == "r":
            maps = relu(maps)
        else:
            maps = convolve(maps, right.pop(0))
    return end(join(maps, shortcut(x, lambda y: norm(y, *norm1))))


def _relu(x):
    return np.maximum(x, 0)


for name, hint, change in (
    (
        "it is the original order: convolve, normalise, rectify, and a ReLU after the sum",
        "That is the block of notebook 15. Which step comes *first* here, and what comes after "
        "the sum?",
        {"steps": "cnrcn", "end": _relu},
    ),
    (
        "it is the original order, only the ReLU after the sum was left out",
        "The last ReLU is gone, but the convolution still comes first. What stands in front of "
        "each convolution?",
        {"steps": "cnrcn"},
    ),
    (
        "a ReLU follows the sum",
        "Can the result be negative where x is? It should: nothing comes after the sum.",
        {"end": _relu},
    ),
    (
        "the shortcut takes x after the norm",
        "What stands on the shortcut? Is your x still the x that came in?",
        {"shortcut": lambda x, n: n(x)},
    ),
    (
        "the shortcut takes x after norm and ReLU",
        "So it is where the shape changes. Here it does not: which x is added?",
        {"shortcut": lambda x, n: _relu(n(x))},
    ),
    (
        "the shortcut takes x after a ReLU",
        "If x is -2 and F(x) is 0, what leaves the block?",
        {"shortcut": lambda x, n: _relu(x)},
    ),
    (
        "the shortcut is missing",
        "What is added at the end?",
        {"join": lambda f, s: f},
    ),
    (
        "the ReLU comes before the norm",
        "Normalise, rectify, convolve. What does your first step do?",
        {"steps": "rncrnc"},
    ),
    (
        "each ReLU comes after its convolution, not before it",
        "Normalise, rectify, convolve. What stands directly in front of each convolution?",
        {"steps": "ncrncr"},
    ),
    (
        "norm, convolution, ReLU, norm, convolution: the ReLU stands in the middle alone",
        "How often does the order say \"rectify\"? And before which steps?",
        {"steps": "ncrnc"},
    ),
    (
        "the first ReLU is missing",
        "How many ReLUs are there, and where is the first one?",
        {"steps": "ncnrc"},
    ),
    (
        "the second ReLU is missing",
        "How many ReLUs are there, and where is the second one?",
        {"steps": "nrcnc"},
    ),
    (
        "there is no ReLU at all",
        "What happens between a norm and a convolution?",
        {"steps": "ncnc"},
    ),
    (
        "there is no norm at all",
        "Where does your code use scale and shift?",
        {"steps": "rcrc"},
    ),
    (
        "the first norm is missing",
        "What happens to x before it is rectified for the first convolution?",
        {"steps": "rcnrc", "norms": (1,)},
    ),
    (
        "the second norm is missing",
        "What happens between the first convolution and the second ReLU?",
        {"steps": "nrcrc"},
    ),
    (
        "both convolutions come after one norm and one ReLU",
        "Twice (normalise, rectify, convolve): what stands in front of the second convolution?",
        {"steps": "nrcc"},
    ),
    (
        "twice convolve, normalise, rectify",
        "These are the right steps in another order. Which of the three comes first here?",
        {"steps": "cnrcnr"},
    ),
    (
        "twice rectify, convolve, normalise",
        "These are the right steps in another order. Which of the three comes first here?",
        {"steps": "rcnrcn"},
    ),
    (
        "what the second convolution puts out was rectified",
        "F may take something away. Can your F be negative?",
        {"join": lambda f, s: _relu(f) + s},
    ),
    (
        "the second half reads x again",
        "What does the second norm read: x, or what the first convolution has put out?",
        {"steps": "nrc", "norms": (1,), "weights": (1,)},
    ),
    (
        "the norm's mean and variance were computed from the maps",
        "Here the norm is as at test time: a scale and a shift, and both are given. Where do your "
        "mean and variance come from?",
        {"norm": _measured},
    ),
    (
        "scale and shift stand along the rows",
        "(C, 1) meets (N, C, H, W) from the right. With which axis do the C numbers meet then?",
        {"norm": _along_rows},
    ),
    (
        "scale and shift stand along the columns",
        "(C,) meets (N, C, H, W) from the right. With which axis do the C numbers meet then?",
        {"norm": lambda x, a, b: x * a + b},
    ),
    (
        "the shift was subtracted",
        "map c times scale[c], *plus* shift[c]. Which sign has yours?",
        {"norm": lambda x, a, b: _along_maps(x, a, -b)},
    ),
    (
        "the maps were divided by the scale",
        "map c *times* scale[c]. What does your norm do with it?",
        {"norm": lambda x, a, b: _along_maps(x, 1 / a, b)},
    ),
    (
        "the padding is 1, whatever the window",
        "1 is right for windows of 3 × 3. What is it for 1 × 1 and 5 × 5?",
        {"convolve": lambda x, weight: conv2d(x, weight, padding=1)},
    ),
    (
        "x and F(x) were multiplied",
        "What should leave the block where F(x) is 0: x, or nothing?",
        {"join": lambda f, s: f * s},
    ),
    (
        "norm1 was used twice",
        "Which norm stands in front of the second convolution?",
        {"norms": (0, 0)},
    ),
    (
        "the two norms have changed places",
        "Which norm does x meet first?",
        {"norms": (1, 0)},
    ),
    (
        "weight1 was used twice",
        "Which weight does the second convolution have?",
        {"weights": (0, 0)},
    ),
    (
        "the two weights have changed places",
        "Which weight does x meet first?",
        {"weights": (1, 0)},
    ),
    (
        "scale and shift have changed places",
        "norm1 is (scale, shift): which of them is multiplied?",
        {"norm": lambda x, a, b: _along_maps(x, b, a)},
    ),
    (
        "the shift was added before the scale was multiplied",
        "x · scale + shift or (x + shift) · scale: which of them does the docstring say?",
        {"norm": _shift_first},
    ),
    (
        "the shift was left out",
        "Where does your code use shift?",
        {"norm": lambda x, a, b: _along_maps(x, a, 0 * b)},
    ),
    (
        "x was added twice",
        "Do you add x inside the loop, or once at the end?",
        {"join": lambda f, s: f + 2 * s},
    ),
    (
        "x was subtracted",
        "F(x) + x or F(x) − x?",
        {"join": lambda f, s: f - s},
    ),
    (
        "x and F(x) were averaged",
        "A residual block adds. Where does your division come from?",
        {"join": lambda f, s: (f + s) / 2},
    ),
):  # fmt: skip
    preact_order.mistake(name, hint=hint)(partial(_order, **change))


@preact_order.mistake(
    "x was added after each of the two convolutions",
    hint="The shortcut leads around *both* convolutions. How many sums are there?",
)
def _(x, norm1, weight1, norm2, weight2):
    half = x + _order(x, norm1, weight1, norm1, weight1, steps="nrc", join=lambda f, s: f)
    return half + _order(half, norm2, weight2, norm2, weight2, steps="nrc", join=lambda f, s: f)


@preact_order.mistake(
    "x was added in the middle, and not at the end",
    hint="The shortcut leads around *both* convolutions. Where does its line end?",
)
def _(x, norm1, weight1, norm2, weight2):
    half = x + _order(x, norm1, weight1, norm1, weight1, steps="nrc", join=lambda f, s: f)
    return _order(half, norm2, weight2, norm2, weight2, steps="nrc", join=lambda f, s: f)


@preact_order.mistake(
    "x was added in the middle, too",
    hint="The shortcut leads around *both* convolutions. How many sums are there?",
)
def _(x, norm1, weight1, norm2, weight2):
    half = x + _order(x, norm1, weight1, norm1, weight1, steps="nrc", join=lambda f, s: f)
    return x + _order(half, norm2, weight2, norm2, weight2, steps="nrc", join=lambda f, s: f)


@preact_order.mistake(
    "x was changed in place",
    hint="`x *= scale` writes into the array of whoever called you. What does `maps = x * scale` "
    "do?",
)
def _(x, norm1, weight1, norm2, weight2):
    x *= norm1[0][:, np.newaxis, np.newaxis]
    x += norm1[1][:, np.newaxis, np.newaxis]
    return _order(x, norm1, weight1, norm2, weight2)


# ------------------------------------------------------------------------------- resnext_parameters
@exercise(
    notebook="16",
    points=3,
    minutes=15,
    returns=("weights", "norms"),
    hints=(
        "Let inner be the maps in the middle: cardinality groups of width maps each. A 1×1 "
        "convolution from A to B maps has A · B weights.",
        "A filter of the grouped convolution sees the maps of its own group, width of them, "
        "through nine places. There are as many filters as there are inner maps.",
        "Each convolution has a norm behind it with two numbers for each map that it puts out. "
        "The convolution of the shortcut has one, too, and is there only if before != maps.",
    ),
    explanation="Groups make only the 3×3 cheaper: each of its filters reads width maps instead "
    "of all cardinality · width. The two 1×1 convolutions see all maps.",
)
def resnext_parameters(before, maps, cardinality, width):
    """The parameters of a ResNeXt block: 1×1, grouped 3×3, 1×1, and the shortcut; no biases.

    before, maps: maps that come in and go out; cardinality: how many groups the 3×3 convolution
    has, width: maps of one group; each convolution is followed by a norm (a scale and a shift for
    each map); if before != maps, the shortcut is a 1×1 convolution, with a norm as well
    -> weights, of all convolutions; norms, scales and shifts together; two whole numbers
    """
    inner = cardinality * width
    weights = before * inner + 9 * inner * width + inner * maps
    norms = 2 * (inner + inner + maps)
    if before != maps:
        weights, norms = weights + before * maps, norms + 2 * maps
    return weights, norms


@resnext_parameters.cases
def _(rng):
    yield case(6, 6, 2, 3, label="6 maps in and out, two groups of 3")
    yield case(256, 256, 32, 4, label="32 groups of 4: the block of the paper")
    yield case(256, 256, 1, 64, label="one group of 64: ResNet's bottleneck")
    yield case(64, 256, 32, 4, label="the first block of ResNeXt-50, with a projection")
    yield case(20, 12, 5, 7, label="fewer maps go out than come in, odd numbers")
    yield case(9, 30, 4, 1, label="groups of one map: depthwise")
    a, b, c, d = (int(n) for n in rng.choice(np.arange(11, 80), 4, replace=False))
    yield case(a, b, c, d, label="drawn at random")
    yield case(b, b, d, c, label="drawn at random, no projection")


@resnext_parameters.oracle
def _(before, maps, cardinality, width):
    weights, norms = 0, 0
    for _branch in range(cardinality):
        for _map in range(width):  # a map of the first layer, and one of the second
            weights += before + sum(9 for _read in range(width))
            norms += 2 + 2
    for _map in range(maps):
        weights += sum(width for _branch in range(cardinality))
        norms += 2
        if before != maps:
            weights, norms = weights + before, norms + 2
    return weights, norms


def _resnext(before, maps, cardinality, width, *, inner=None, first=None, middle=None, last=None,
             projection=None, extra=lambda a, b: a != b, norms=None,
             form=lambda w, n: (w, n)):  # fmt: skip
    """The count with one thing exchanged; a, b: maps in and out, g: groups, d: their width."""
    a, b, g, d = before, maps, cardinality, width
    i = g * d if inner is None else inner(b, g, d)
    weights = first(a, b, g, d) if first else a * i
    weights += middle(a, b, g, d) if middle else 9 * i * i // g if inner else 9 * i * d
    weights += last(a, b, g, d) if last else i * b
    extra = extra(a, b)
    if extra:
        weights += projection(a, b, i, g) if projection else a * b
    n = norms(a, b, i, extra, g, d) if norms else 2 * (2 * i + b + extra * b)
    return form(weights, n)


for name, hint, change in (
    (
        "the 3×3 convolution was counted without its groups",
        "How many maps does one filter of the grouped convolution see: all, or those of its own "
        "group?",
        {"middle": lambda a, b, g, d: 9 * g * d * g * d},
    ),
    (
        "only one group of the 3×3 convolution was counted",
        "One group has 9 · width · width weights. How many groups are there?",
        {"middle": lambda a, b, g, d: 9 * d * d},
    ),
    (
        "one group alone was counted, in all three convolutions",
        "How many maps are there in the middle, in all groups together?",
        {"inner": lambda b, g, d: d, "middle": lambda a, b, g, d: 9 * d * d},
    ),
    (
        "width was taken for all maps in the middle, and divided among the groups",
        "Is width the maps of one group, or of all?",
        {"inner": lambda b, g, d: d},
    ),
    (
        "the maps in the middle were taken to be cardinality",
        "cardinality groups of width maps each: how many maps is that?",
        {"inner": lambda b, g, d: g, "middle": lambda a, b, g, d: 9 * g * d},
    ),
    (
        "the maps in the middle were taken to be maps // 4, as in ResNet",
        "cardinality groups of width maps each: how many maps is that?",
        {"inner": lambda b, g, d: b // 4, "middle": lambda a, b, g, d: 9 * (b // 4) * d},
    ),
    (
        "cardinality and width have changed places",
        "32×4d is 32 groups of 4 maps. How many maps does a filter of the 3×3 see?",
        {"middle": lambda a, b, g, d: 9 * g * d * g},
    ),
    (
        "the 1×1 convolutions have groups as well",
        "Which of the three convolutions is grouped?",
        {"first": lambda a, b, g, d: a * d, "last": lambda a, b, g, d: d * b},
    ),
    (
        "the first 1×1 has groups as well",
        "Which of the three convolutions is grouped?",
        {"first": lambda a, b, g, d: a * d},
    ),
    (
        "the last 1×1 has groups as well",
        "Which of the three convolutions is grouped?",
        {"last": lambda a, b, g, d: d * b},
    ),
    (
        "all three windows were counted as 3×3",
        "Two of the three convolutions look at one place only. Which ones?",
        {"first": lambda a, b, g, d: 9 * a * g * d, "last": lambda a, b, g, d: 9 * g * d * b},
    ),
    (
        "the 3×3 is missing",
        "1×1, 3×3, 1×1: how many terms does your sum have?",
        {"middle": lambda a, b, g, d: 0},
    ),
    (
        "the window of the grouped convolution was taken to be one pixel",
        "How many places does a 3×3 window have?",
        {"middle": lambda a, b, g, d: g * d * d},
    ),
    (
        "the window of the grouped convolution was taken to have 3 places",
        "How many places does a 3×3 window have?",
        {"middle": lambda a, b, g, d: 3 * g * d * d},
    ),
    (
        "the first 1×1 is missing",
        "1×1, 3×3, 1×1: how many terms does your sum have?",
        {"first": lambda a, b, g, d: 0},
    ),
    (
        "the last 1×1 is missing",
        "1×1, 3×3, 1×1: how many terms does your sum have?",
        {"last": lambda a, b, g, d: 0},
    ),
    (
        "the last 1×1 puts out as many maps as came in",
        "How many maps leave the block?",
        {"last": lambda a, b, g, d: g * d * a},
    ),
    (
        "the first 1×1 reads as many maps as leave the block",
        "How many maps does the first convolution find?",
        {"first": lambda a, b, g, d: b * g * d},
    ),
    (
        "the projection was forgotten, its norm was not",
        "Can 64 maps be added to 256? What stands on the shortcut then?",
        {"projection": lambda a, b, i, g: 0},
    ),
    (
        "the shortcut was forgotten",
        "Can 64 maps be added to 256? What stands on the shortcut then?",
        {"extra": lambda a, b: False},
    ),
    (
        "there is a projection also where as many maps go out as come in",
        "When is the shortcut x itself?",
        {"extra": lambda a, b: True},
    ),
    (
        "there is a projection only where more maps go out than come in",
        "20 maps come in, 12 go out. Can they be added?",
        {"extra": lambda a, b: a < b},
    ),
    (
        "the projection has groups as well",
        "Which convolution of the block is grouped? Only that one?",
        {"projection": lambda a, b, i, g: a * b // g},
    ),
    (
        "the projection was counted once for each branch",
        "How many shortcuts has the block: one, or one for each branch?",
        {"projection": lambda a, b, i, g: g * a * b},
    ),
    (
        "the projection begins in the middle of the block",
        "The shortcut goes around the whole block. How many maps does it find there?",
        {"projection": lambda a, b, i, g: i * b},
    ),
    (
        "the projection was counted with a 3×3 window",
        "Which window has the convolution on the shortcut?",
        {"projection": lambda a, b, i, g: 9 * a * b},
    ),
    (
        "the norm on the shortcut was forgotten",
        "Each convolution has a norm behind it. The one on the shortcut, too?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (2 * i + b)},
    ),
    (
        "a norm was counted with one number for each map",
        "A scale and a shift: how many numbers for each map?",
        {"norms": lambda a, b, i, extra, g, d: 2 * i + b + extra * b},
    ),
    (
        "the running means and variances were counted as parameters",
        "Is a running mean learned by gradient descent?",
        {"norms": lambda a, b, i, extra, g, d: 4 * (2 * i + b + extra * b)},
    ),
    (
        "the norms stand before the convolutions",
        "In this block each norm *follows* its convolution. How many maps does the first norm see?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (a + 2 * i + extra * a)},
    ),
    (
        "the norm behind the last 1×1 is missing",
        "Three convolutions on the way: how many norms?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (2 * i + extra * b)},
    ),
    (
        "one of the two norms in the middle is missing",
        "The first 1×1 and the grouped 3×3 both put out inner maps. How many norms is that?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (i + b + extra * b)},
    ),
    (
        "the norms are missing",
        "A scale and a shift for each map behind each convolution: what is the second result?",
        {"norms": lambda a, b, i, extra, g, d: 0},
    ),
    (
        "both norms in the middle were counted for one group only",
        "How many maps do the first two convolutions put out, all groups together?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (2 * d + b + extra * b)},
    ),
    (
        "the last norm was counted once for each branch",
        "The branches are added up first. How many sums are there to normalise?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (2 * i + g * b + extra * b)},
    ),
    (
        "the norm behind the 3×3 was counted for one group only",
        "How many maps does the grouped convolution put out, all groups together?",
        {"norms": lambda a, b, i, extra, g, d: 2 * (i + d + b + extra * b)},
    ),
    (
        "the norms were added to the weights",
        "Two separate numbers: is something in your first one that belongs to the second?",
        {"form": lambda w, n: (w + n, n)},
    ),
    (
        "the two results have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda w, n: (n, w)},
    ),
):  # fmt: skip
    resnext_parameters.mistake(name, hint=hint)(partial(_resnext, **change))


@resnext_parameters.mistake(
    "each convolution was given a bias",
    hint="A norm follows, which takes the mean away and adds a shift of its own. Is there a bias?",
)
def _(before, maps, cardinality, width):
    weights, norms = _resnext(before, maps, cardinality, width)
    return weights + norms // 2, norms


@resnext_parameters.mistake(
    "where there is a projection, it alone was counted",
    hint="Is the body of the block gone when there is a projection? `=` sets, `+=` adds.",
)
def _(before, maps, cardinality, width):
    if before != maps:
        return before * maps, 2 * maps
    return _resnext(before, maps, cardinality, width)


# --------------------------------------------------------------------------------------- drop_path
@exercise(
    notebook="16",
    points=3,
    minutes=15,
    hints=(
        "`lot >= drop` is an array of True and False, one for each branch. `branches[kept]` takes "
        "those with True.",
        "`kept.any()` says whether there is any True in it. If not, only the branch with the "
        "largest number is left; np.argmax(lot) is where it stands.",
        "The mean goes over the branches that are kept, and they are axis 0. Nothing else is "
        "divided by anything.",
    ),
    explanation="A join takes a mean, so the size of the result does not depend on how many "
    "branches take part: unlike dropout, nothing has to be scaled up. And never is nothing left.",
)
def drop_path(branches, lot, drop):
    """A join with local drop-path: the mean of the branches that were not dropped.

    branches (B, N, C, H, W): what B branches have put out; lot (B,): a number from 0 to 1 for each;
    drop: a branch is dropped if its number is below it. If all would be dropped, the branch with
    the largest number stays -> (N, C, H, W)
    """
    kept = lot >= drop  # (B,)
    if not kept.any():
        return branches[np.argmax(lot)]
    return branches[kept].mean(axis=0)


@drop_path.cases
def _(rng):
    two = np.array([1.0, 5.0]).reshape(2, 1, 1, 1, 1)
    yield case(two, np.array([0.2, 0.7]), 0.5, label="two branches of one number, one is dropped")
    yield case(two, np.array([0.6, 0.7]), 0.5, label="both are kept")
    maps = rng.normal(size=(4, 2, 3, 4, 5))
    yield case(maps, np.array([0.9, 0.1, 0.4, 0.25]), 0.3, label="two of four are kept")
    yield case(maps, np.array([0.9, 0.3, 0.1, 0.5]), 0.3,
               label="one number is just as large as drop: kept")  # fmt: skip
    yield case(rng.normal(size=(5, 1, 2, 3, 4)), np.array([0.35, 0.0, 0.7, 0.5, 0.2]), 0.85,
               label="all would be dropped: the third stays")  # fmt: skip
    yield case(rng.normal(size=(3, 4, 2, 3, 3)), np.array([0.0, 0.6, 0.3]), 0.0,
               label="drop is 0: all are kept")  # fmt: skip
    yield case(rng.normal(size=(1, 2, 3, 2, 4)), np.array([0.4]), 0.75, label="a single branch")
    lot = rng.permutation([0.95, 0.8, 0.12, 0.3, 0.55, 0.07])
    yield case(rng.normal(size=(6, 2, 1, 4, 3)).astype(np.float32)[:, :, :, ::-1], lot, 0.25,
               label="six branches, four are kept, float32, rows in reverse")  # fmt: skip
    lot = rng.permutation(np.linspace(0.05, 0.65, 4))
    yield case(-1 - rng.random((4, 3, 2, 2, 3)), lot, 0.7,
               label="four branches, all negative, and all would be dropped")  # fmt: skip


@drop_path.oracle
def _(branches, lot, drop):
    total, count, best = np.zeros(branches.shape[1:]), 0, 0
    for b, number in enumerate(lot.tolist()):
        if not number < drop:
            total, count = total + branches[b].astype(float), count + 1
        best = b if number > lot[best] else best
    return (total / count if count else branches[best]).astype(branches.dtype)


def _join(branches, lot, drop, *, keep=lambda lot, drop: lot >= drop,
          none=lambda x, lot: x[lot.argmax()], mean=lambda x, kept, lot, drop: x[kept].mean(axis=0),
          end=lambda y, drop: y):  # fmt: skip
    """The join with one thing exchanged."""
    kept = keep(lot, drop)
    return end(mean(branches, kept, lot, drop) if kept.any() else none(branches, lot), drop)


def _weighted(x, kept, lot, drop):
    share = np.where(kept, lot, 0)
    return np.einsum("b,b...->...", share / share.sum(), x).astype(x.dtype)


def _only(position):
    """Of the kept ones, one alone: the first, the last or the one with the best number."""
    return lambda x, kept, lot, drop: x[position(np.flatnonzero(kept), lot)]


for name, hint, change in (
    (
        "the sum was divided by all branches, the dropped ones included",
        "Two of four are kept: of how many is it the mean?",
        {"mean": lambda x, kept, lot, drop: x[kept].sum(axis=0) / len(x)},
    ),
    (
        "the branches were added up, not averaged",
        "A join takes the mean. What would a sum do when one branch more is kept?",
        {"mean": lambda x, kept, lot, drop: x[kept].sum(axis=0)},
    ),
    (
        "the branches with small numbers are kept, the others dropped",
        "With drop = 0, how many branches do you keep?",
        {"keep": lambda lot, drop: lot < drop},
    ),
    (
        "the branches with small numbers are kept, and those that are just as large as drop",
        "Is a branch dropped if its number is below drop, or kept?",
        {"keep": lambda lot, drop: lot <= drop},
    ),
    (
        "the numbers were compared with 1 - drop, and the small ones kept",
        "A branch is dropped if its number is below drop. Where does the 1 come from?",
        {"keep": lambda lot, drop: lot < 1 - drop},
    ),
    (
        "drop was taken for the probability to keep",
        "Is drop = 0.15 a rare event, or is it the rule? What does 1 - drop do in your code?",
        {"keep": lambda lot, drop: lot >= 1 - drop},
    ),
    (
        "a number just as large as drop is dropped",
        "\"Below it\": what if the number is equal?",
        {"keep": lambda lot, drop: lot > drop},
    ),
    (
        "nothing is dropped: it is the mean of all branches",
        "Where does your code use lot and drop?",
        {"keep": lambda lot, drop: lot >= 0},
    ),
    (
        "zeros are returned if all would be dropped",
        "What would the layers behind this join see? The docstring says which branch stays.",
        {"none": lambda x, lot: np.zeros_like(x[0])},
    ),
    (
        "all branches are kept if all would be dropped",
        "The docstring says which branch stays: how many is that?",
        {"none": lambda x, lot: x.mean(axis=0)},
    ),
    (
        "the first branch is kept if all would be dropped",
        "If nobody is left, who stays: the first, or the one with a certain number?",
        {"none": lambda x, lot: x[0]},
    ),
    (
        "the last branch is kept if all would be dropped",
        "If nobody is left, who stays: the last, or the one with a certain number?",
        {"none": lambda x, lot: x[-1]},
    ),
    (
        "the branch with the smallest number is kept if all would be dropped",
        "The largest number came closest to being kept. What does np.argmin give?",
        {"none": lambda x, lot: x[lot.argmin()]},
    ),
    (
        "the result is not a number if all would be dropped",
        "What is the mean of no branches? And is your test ever true? `kept.any` without () always "
        "is.",
        {"none": lambda x, lot: np.full_like(x[0], np.nan)},
    ),
    (
        "the mean was scaled up as in dropout",
        "Does a mean of fewer things get smaller? What is your division by 1 - drop for?",
        {"end": lambda y, drop: (y / (1 - drop)).astype(y.dtype)},
    ),
    (
        "the mean was scaled up as in dropout, but not where only one was left over",
        "Does a mean of fewer things get smaller? What is your division by 1 - drop for?",
        {"mean": lambda x, kept, lot, d: (x[kept].mean(axis=0) / (1 - d)).astype(x.dtype)},
    ),
    (
        "it is dropout for branches: the sum, divided by the number expected to be kept",
        "The mean of those that *are* kept: do you divide by how many there really are?",
        {"mean": lambda x, kept, lot, drop: x[kept].sum(axis=0) / ((1 - drop) * len(x))},
    ),
    (
        "only the branch with the largest number is kept",
        "How many branches may stay: one, or all whose number is not below drop?",
        {"mean": _only(lambda where, lot: where[lot[where].argmax()])},
    ),
    (
        "only the first of those that stay is kept",
        "`branches[kept]` are all that stay. What do you do with them?",
        {"mean": _only(lambda where, lot: where[0])},
    ),
    (
        "only the last of those that stay is kept",
        "Is a result overwritten in your loop?",
        {"mean": _only(lambda where, lot: where[-1])},
    ),
    (
        "the branches were weighted with their numbers",
        "Does a branch with 0.9 count more than one with 0.5? The lot only says who stays.",
        {"mean": _weighted},
    ),
    (
        "the largest of each place was taken, not the mean",
        "Does a join take the mean or the maximum?",
        {"mean": lambda x, kept, lot, drop: x[kept].max(axis=0)},
    ),
    (
        "the branches that stay were returned, not joined",
        "Five axes come in. How many does the docstring promise?",
        {"mean": lambda x, kept, lot, drop: x[kept], "none": lambda x, lot: x[[lot.argmax()]]},
    ),
    (
        "the branches that stay were returned, not joined, except where only one was left over",
        "Five axes come in. How many does the docstring promise?",
        {"mean": lambda x, kept, lot, drop: x[kept]},
    ),
    (
        "the axis of the branches was kept, with length 1",
        "(1, N, C, H, W) or (N, C, H, W): what does keepdims=True do?",
        {"mean": lambda x, kept, lot, drop: x[kept].mean(axis=0, keepdims=True)},
    ),
    (
        "the branch that stays if all would be dropped has an axis too many",
        "branches[2] and branches[[2]]: which shapes have they?",
        {"none": lambda x, lot: x[[lot.argmax()]]},
    ),
    (
        "the branch that stays if all would be dropped was divided by the number of branches",
        "If one branch alone is left: of how many is it the mean?",
        {"none": lambda x, lot: x[lot.argmax()] / len(x)},
    ),
    (
        "the branches were halved one after the other",
        "(a + b) / 2 is the mean of two. Is ((a + b) / 2 + c) / 2 the mean of three?",
        {"mean": lambda x, kept, lot, drop: reduce(lambda t, b: (t + b) / 2, x[kept])},
    ),
    (
        "the last branch that stays was divided by their number, the others got lost in the loop",
        "Does your loop add each branch to the sum, or set the sum to it?",
        {"mean": lambda x, kept, lot, drop: x[kept][-1] / kept.sum()},
    ),
    (
        "the mean over everything was returned, but for the case where only one was left over",
        "`.mean()` without an axis takes all of them. Which one do you want?",
        {"mean": lambda x, kept, lot, drop: x[kept].mean()},
    ),
    (
        "the mean went over the images, not over the branches",
        "Which axis holds the branches: 0 or 1?",
        {"mean": lambda x, kept, lot, drop: x[kept].mean(axis=1)},
    ),
    (
        "a single number was returned: the mean over everything",
        "`.mean()` without an axis takes all of them. Which one do you want?",
        {
            "mean": lambda x, kept, lot, drop: x[kept].mean(),
            "none": lambda x, lot: x[lot.argmax()].mean(),
        },
    ),
):  # fmt: skip
    drop_path.mistake(name, hint=hint)(partial(_join, **change))


@drop_path.mistake(
    "one alone is kept as soon as any would be dropped",
    hint="`kept.any()`: is there one that stays? `kept.all()`: do all of them? Which question is "
    "yours?",
)
def _(branches, lot, drop):
    kept = lot >= drop
    return branches[kept].mean(axis=0) if kept.all() else branches[lot.argmax()]


@drop_path.mistake(
    "the two ways through the `if` have changed places",
    hint="When is the branch with the largest number asked for: if any stays, or if *not* any?",
)
def _(branches, lot, drop):
    kept = lot >= drop
    return branches[lot.argmax()] if kept.any() else np.full_like(branches[0], np.nan)


@drop_path.mistake(
    "the dropped branches were set to zero in place",
    hint="`branches[…] = 0` writes into the array of whoever called you. Can you pick those that "
    "stay instead?",
)
def _(branches, lot, drop):
    right = _join(branches, lot, drop)
    branches[lot < drop] = 0
    return right


# ------------------------------------------------------------------------------------ fractal_depth
@exercise(
    notebook="16",
    points=2,
    minutes=15,
    returns=("depth", "layers", "paths"),
    hints=(
        "Begin with f₁: one convolution, so depth, layers and paths are all 1. What does one more "
        "column do to each of the three?",
        "f_C runs f_(C−1) twice, one after the other, and has one convolution beside it. The "
        "deepest way goes through both of the two. The layers are all that there are.",
        "Through two in a row one can go in paths · paths ways, and the single convolution is one "
        "way more. With blocks in a row: depths and layers add up, ways multiply.",
    ),
    explanation="Twice in a row: depths double, layers double plus one, ways are squared plus one. "
    "The deepest way of C columns has 2^(C−1) layers, and all together there are 2^C − 1.",
)
def fractal_depth(columns, blocks):
    """How deep a FractalNet is, how many convolutions it has, and how many ways lead through it.

    columns: of each block; f₁ is one convolution, f_C is a join of one convolution with f_(C−1)
    run twice; blocks: so many of them follow one another; poolings and the classifier do not count
    -> depth: convolutions on the longest way; layers: all convolutions; paths: ways from the
    input to the output; three whole numbers
    """
    depth, layers, paths = 1, 1, 1
    for _ in range(columns - 1):
        depth, layers, paths = 2 * depth, 2 * layers + 1, paths**2 + 1
    return blocks * depth, blocks * layers, paths**blocks


@fractal_depth.cases
def _(rng):
    yield case(1, 1, label="one convolution")
    yield case(2, 1, label="one block of two columns")
    yield case(3, 1, label="one block of three columns")
    yield case(1, 4, label="four blocks of one column: a plain stack")
    yield case(2, 3, label="three blocks of two columns")
    yield case(3, 5, label="FractalNet-20: three columns, five blocks")
    yield case(4, 5, label="FractalNet-40: four columns, five blocks")
    yield case(5, 2, label="five columns, two blocks")
    columns, blocks = ((3, 2), (3, 4), (4, 3), (5, 3))[int(rng.integers(4))]
    yield case(columns, blocks, label="drawn by lot")


@fractal_depth.oracle
def _(columns, blocks):
    def ways(c):
        """The lengths of all ways through f_c, one by one."""
        if c == 1:
            return [1]
        return [1] + [a + b for a in ways(c - 1) for b in ways(c - 1)]

    lengths = ways(columns)
    layers = sum(sum(1 for _layer in range(2**c)) for c in range(columns))
    paths = 1
    for _block in range(blocks):
        paths = paths * len(lengths)
    return sum(max(lengths) for _block in range(blocks)), layers * blocks, paths


def _rule(columns, first, step):
    """first, step(first), step(step(first)), …: the entry of the last column."""
    for _ in range(columns - 1):
        first = step(first)
    return first


def _fractal(columns, blocks, *, depth=None, layers=None, paths=None, form=lambda *r: r):
    """The three counts with one exchanged; C: columns, B: blocks."""
    C, B = columns, blocks
    right = (B * 2 ** (C - 1), B * (2**C - 1), _rule(C, 1, lambda p: p * p + 1) ** B)
    changed = (depth, layers, paths)
    return form(*(f(C, B) if f else r for f, r in zip(changed, right, strict=True)))


def _ways(step):
    return {"paths": lambda C, B: _rule(C, 1, step) ** B}


for name, hint, change in (
    (
        "the depth doubles once too often",
        "How deep is a block of one column?",
        {"depth": lambda C, B: B * 2**C},
    ),
    (
        "the depth is the number of columns",
        "Column 3 runs column 2 *twice*. What does that do to the depth?",
        {"depth": lambda C, B: B * C},
    ),
    (
        "the depth grows by two from column to column",
        "Column 3 runs column 2 *twice*. Is that two more, or twice as many?",
        {"depth": lambda C, B: B * (2 * C - 1)},
    ),
    (
        "the depth is the square of the columns",
        "How deep are blocks of 1, 2, 3, 4 columns? Draw them.",
        {"depth": lambda C, B: B * C**2},
    ),
    (
        "the depth is that of one block",
        "The blocks follow one another: what happens to their depths?",
        {"depth": lambda C, B: 2 ** (C - 1)},
    ),
    (
        "all convolutions were counted for the depth",
        "Is the single convolution on the same way as the two in a row, or beside them?",
        {"depth": lambda C, B: B * (2**C - 1)},
    ),
    (
        "the shortest way was taken, not the longest",
        "Which way is the deepest one?",
        {"depth": lambda C, B: B},
    ),
    (
        "the depths of the blocks were multiplied",
        "Two blocks of depth 4 in a row: how many convolutions does one pass?",
        {"depth": lambda C, B: 2 ** ((C - 1) * B)},
    ),
    (
        "the poolings were counted for the depth",
        "Does a pooling have weights? What does the docstring say of it?",
        {"depth": lambda C, B: B * (2 ** (C - 1) + 1)},
    ),
    (
        "the classifier was counted for the depth",
        "What does the docstring say of the classifier?",
        {"depth": lambda C, B: B * 2 ** (C - 1) + 1},
    ),
    (
        "only the longest column was counted as layers",
        "What stands beside the two in a row? It has weights, too.",
        {"layers": lambda C, B: B * 2 ** (C - 1)},
    ),
    (
        "one layer too many was counted in each block",
        "1 + 2 + 4: how many is that?",
        {"layers": lambda C, B: B * 2**C},
    ),
    (
        "each column was taken to have as many layers as the longest",
        "How many convolutions has the first column?",
        {"layers": lambda C, B: B * C * 2 ** (C - 1)},
    ),
    (
        "the columns were taken to have 1, 2, 3, … layers",
        "How many convolutions has the third column?",
        {"layers": lambda C, B: B * C * (C + 1) // 2},
    ),
    (
        "the layers are those of one block",
        "How many blocks are there?",
        {"layers": lambda C, B: 2**C - 1},
    ),
    (
        "the layers grow by one from column to column",
        "Column 3 runs column 2 *twice*, and has one convolution beside it. How many is that?",
        {"layers": lambda C, B: B * C},
    ),
    (
        "the layers were squared, as the ways are",
        "Two halves with 3 layers each: how many layers is that, and how many ways?",
        {"layers": lambda C, B: B * _rule(C, 1, lambda n: n * n + 1)},
    ),
    (
        "the rule began with all blocks in the place of the single convolution",
        "The rule adds one convolution beside the two halves: once for all blocks, or in each? "
        "When do the blocks come in?",
        {
            "layers": lambda C, B: (B + 1) * 2 ** (C - 1) - 1,
            "paths": lambda C, B: _rule(C, 1, lambda p: p * p + 1),
        },
    ),
    (
        "the classifier was counted as a layer",
        "What does the docstring say of the classifier?",
        {"layers": lambda C, B: B * (2**C - 1) + 1},
    ),
    (
        "the ways of the two halves were added, not multiplied",
        "Two halves in a row with 2 ways each: 2 · 2 ways. And how many beside them?",
        _ways(lambda p: 2 * p + 1),
    ),
    (
        "the ways double, and the single convolution was forgotten",
        "Through the first half in 2 ways, then through the second in 2. And what is beside them?",
        _ways(lambda p: 2 * p),
    ),
    (
        "the way through the single convolution was forgotten",
        "f_C has two branches. How many ways lead through the short one?",
        _ways(lambda p: p * p),
    ),
    (
        "the ways through the columns were counted, as if nobody could change at a join",
        "Behind a join one may go on in any column. Is that more ways, or as many?",
        {"paths": lambda C, B: C**B},
    ),
    (
        "only whole columns were counted, the same in all blocks",
        "That is global drop-path. How many ways are there if one may change at each join?",
        {"paths": lambda C, B: C},
    ),
    (
        "columns and blocks were multiplied for the ways",
        "Two blocks of two columns: write the ways down, one by one. How many are there?",
        {"paths": lambda C, B: C * B},
    ),
    (
        "two ways were counted for each column of each block",
        "How many ways lead through one block of one column, and through one of three?",
        {"paths": lambda C, B: 2 ** (C * B)},
    ),
    (
        "the ways were multiplied for one block too few",
        "With one block: how many ways does your function give?",
        {"paths": lambda C, B: _rule(C, 1, lambda p: p * p + 1) ** (B - 1)},
    ),
    (
        "the ways of the blocks were added, not multiplied",
        "Two blocks with 5 ways each: with which ones of the second may the first way go on?",
        {"paths": lambda C, B: B * _rule(C, 1, lambda p: p * p + 1)},
    ),
    (
        "the ways are those of one block",
        "How many blocks are there?",
        {"paths": lambda C, B: _rule(C, 1, lambda p: p * p + 1)},
    ),
    (
        "one column too many was built",
        "How often must the rule be applied to get from f₁ to f₃?",
        {
            "depth": lambda C, B: B * 2**C,
            "layers": lambda C, B: B * (2 ** (C + 1) - 1),
            "paths": lambda C, B: _rule(C + 1, 1, lambda p: p * p + 1) ** B,
        },
    ),
    (
        "one column too few was built",
        "How often must the rule be applied to get from f₁ to f₂?",
        {
            "depth": lambda C, B: B * 2 ** max(C - 2, 0),
            "layers": lambda C, B: B * (2 ** max(C - 1, 1) - 1),
            "paths": lambda C, B: _rule(C - 1, 1, lambda p: p * p + 1) ** B,
        },
    ),
    (
        "columns and blocks have changed places",
        "Which of the two does the docstring name first?",
        {
            "depth": lambda C, B: C * 2 ** (B - 1),
            "layers": lambda C, B: C * (2**B - 1),
            "paths": lambda C, B: _rule(B, 1, lambda p: p * p + 1) ** C,
        },
    ),
    (
        "depth and layers have changed places",
        "Which of the three does the docstring name first?",
        {"form": lambda d, n, p: (n, d, p)},
    ),
    (
        "layers and paths have changed places",
        "Which of the three does the docstring name second?",
        {"form": lambda d, n, p: (d, p, n)},
    ),
):  # fmt: skip
    fractal_depth.mistake(name, hint=hint)(partial(_fractal, **change))
