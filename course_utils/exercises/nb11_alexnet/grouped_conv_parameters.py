"""The exercise `grouped_conv_parameters` of notebook 11."""

from course_utils.checking.exercise import case, exercise


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
    yield case(4, 6, 10**10, 3 * 10**9, 2, True, label="more weights than np.int64 can count")
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
