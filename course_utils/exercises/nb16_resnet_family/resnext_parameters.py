"""The exercise `resnext_parameters` of notebook 16."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


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
    yield case(6 * 10**17, 12, 2, 3, label="more weights than np.int64 can count")
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


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the two results have changed places",
)


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
        "the weights of the projection were forgotten",
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
    resnext_parameters.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_resnext, **change))


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
