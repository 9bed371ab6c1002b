"""The exercise `bottleneck_parameters` of notebook 15."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="15",
    points=2,
    minutes=15,
    returns=("body", "shortcut"),
    hints=(
        "Write down the three convolutions: how many maps go in, how many come out, how large is "
        "the window?",
        "The maps in between are after // 4. The weights of a convolution are (maps in) · (maps "
        "out) · (side of the window)². Behind each convolution the norm has 2 for each map.",
        "The shortcut is a 1 × 1 convolution with its norm where the maps or the stride change, "
        "and x itself, with 0 parameters, elsewhere.",
    ),
    explanation="Two of the three convolutions have windows of 1 × 1 and see the many maps; the "
    "one of 3 × 3 sees a quarter of them on both sides, so a sixteenth of the pairs.",
)
def bottleneck_parameters(before, after, stride):
    """Parameters of a bottleneck block: 1 × 1, 3 × 3 and 1 × 1, and those of its shortcut.

    before, after: maps that enter and leave the block; the two inner convolutions put out
    after // 4 maps. No biases; behind each convolution, the shortcut's too, stands a batch
    normalisation with a scale and a shift for each map. Option B: the shortcut is a 1 × 1
    convolution where the shape changes, else x itself -> body, shortcut: two whole numbers
    """
    inner = after // 4
    body = before * inner + 9 * inner * inner + inner * after + 2 * (inner + inner + after)
    if before == after and stride == 1:
        return body, 0
    return body, before * after + 2 * after


@bottleneck_parameters.cases
def _(rng):
    yield case(8, 8, 1, label="8 maps, 2 in between, nothing changes")
    yield case(8, 12, 1, label="8 maps come in, 12 go out")
    yield case(256, 256, 1, label="the second block of ResNet-50")
    yield case(64, 256, 1, label="the first block of ResNet-50")
    yield case(256, 512, 2, label="where its second stage begins")
    yield case(20, 20, 2, label="stride 2, as many maps as before")
    yield case(60, 24, 1, label="fewer maps go out")
    yield case(6, 14, 2, label="14 maps go out: 14 // 4 in between")
    yield case(10, 10, 1, label="10 maps in and out: 10 // 4 in between")
    yield case(12 * 10**17, 8, 2, label="more parameters than np.int64 can count")
    before, after = rng.choice(np.arange(5, 60), 2, replace=False)
    yield case(int(before), 4 * int(after), int(rng.integers(1, 4)), label="drawn at random")


@bottleneck_parameters.oracle
def _(before, after, stride):
    def conv_and_norm(maps_in, maps_out, side):
        return sum(maps_in * side * side + 2 for _filter in range(maps_out))

    inner = after // 4
    layers = (before, inner, 1), (inner, inner, 3), (inner, after, 1)
    fits = before == after and stride == 1
    return sum(conv_and_norm(*layer) for layer in layers), (
        0 if fits else conv_and_norm(before, after, 1)
    )


def _bottleneck(before, after, stride, *, middle=lambda a, b: b // 4, sides=(1, 3, 1),
                out=lambda inner, b: b, norm=2, norms=(1, 1, 1), bias=0, window=lambda k: k * k,
                changes=lambda a, b, s: a != b or s != 1, short=lambda a, b, s: a * b + 2 * b,
                more=lambda a, b, m, s: 0, form=lambda *results: results):  # fmt: skip
    """The count with one thing exchanged."""
    m = middle(before, after)
    pairs = (before, m), (m, m), (m, out(m, after))
    body = more(before, after, m, stride)
    for (a, b), side, has_norm in zip(pairs, sides, norms, strict=True):
        body += a * b * window(side) + (norm * has_norm + bias) * b
    shortcut = short(before, after, stride) if changes(before, after, stride) else 0
    return form(body, shortcut)


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "body and shortcut have changed places",
)


for name, hint, change in (
    (
        "the maps in between are a quarter of those that come in, not of those that go out",
        "`after // 4`, or `before // 4`? Look at the first block of ResNet-50: 64, 64, 256.",
        {"middle": lambda a, b: a // 4},
    ),
    (
        "the maps in between are a half of those that go out",
        "By how much does a bottleneck narrow?",
        {"middle": lambda a, b: b // 2},
    ),
    (
        "nothing was narrowed: the 3 × 3 convolution works on all maps",
        "How many maps does the first 1 × 1 convolution put out?",
        {"middle": lambda a, b: b},
    ),
    (
        "a quarter of the maps was rounded up",
        "What is 14 // 4? (-(-14 // 4) is something else.)",
        {"middle": lambda a, b: -(-b // 4)},
    ),
    (
        "a quarter of the maps was rounded to the nearest whole number",
        "round(14 / 4), or 14 // 4?",
        {"middle": lambda a, b: round(b / 4)},
    ),
    (
        "there are always 64 maps in between",
        "64 is right for 256 maps. And for 512?",
        {"middle": lambda a, b: 64},
    ),
    (
        "the basic block was counted: two convolutions of 3 × 3 on all maps",
        "How many convolutions has a bottleneck, and which windows?",
        {
            "sides": (0, 0, 0),
            "norm": 0,
            "more": lambda a, b, m, s: 9 * a * b + 9 * b * b + 4 * b,
        },
    ),
    (
        "the last convolution puts out as many maps as lie in between",
        "Who widens again, so that x can be added?",
        {"out": lambda inner, b: inner},
    ),
    (
        "the last 1 × 1 convolution is missing",
        "1 × 1, 3 × 3, and then?",
        {"more": lambda a, b, m, s: -(m * b + 2 * b)},
    ),
    (
        "the last 1 × 1 convolution is missing, its normalisation is not",
        "1 × 1, 3 × 3, and then?",
        {"more": lambda a, b, m, s: -m * b},
    ),
    (
        "the 3 × 3 was divided by the stride's square",
        "A stride leaves out places. Does the filter become smaller?",
        {"more": lambda a, b, m, s: 9 * m * m // s**2 - 9 * m * m},
    ),
    (
        "the first 1 × 1 convolution is missing",
        "Who narrows, before the 3 × 3 begins?",
        {"more": lambda a, b, m, s: -(a * m + 2 * m)},
    ),
    (
        "all three windows were counted as 1 × 1",
        "One of the three looks around. How many numbers has its window?",
        {"sides": (1, 1, 1)},
    ),
    (
        "all three windows were counted as 3 × 3",
        "Two of the three convolutions look at one place only. Which ones?",
        {"sides": (3, 3, 3)},
    ),
    (
        "K was counted in place of K²",
        "How many numbers has a window of 3 × 3?",
        {"window": lambda k: k},
    ),
    (
        "the first two convolutions were counted as 3 × 3, as in the basic block",
        "Where does the 3 × 3 stand among the three?",
        {"sides": (3, 3, 1)},
    ),
    (
        "the normalisations of the body are missing",
        "Each map has a scale and a shift of its own, behind each convolution. Did you count them?",
        {"norm": 0},
    ),
    (
        "the body's normalisations were counted with one number for each map",
        "A scale *and* a shift: how many is that for each map?",
        {"norm": 1},
    ),
    (
        "the running means and variances were counted, too",
        "They are measured, not learned. How many numbers of a normalisation learn?",
        {"norm": 4, "short": lambda a, b, s: a * b + 4 * b},
    ),
    (
        "the body has a single normalisation, at its end",
        "Behind *each* convolution stands one. How many maps do they have in all?",
        {"norms": (0, 0, 1)},
    ),
    (
        "the normalisation behind the last convolution is missing",
        "Three convolutions: how many normalisations have you counted?",
        {"norms": (1, 1, 0)},
    ),
    (
        "all three normalisations were given the maps that go out",
        "The first two convolutions put out fewer maps. How many?",
        {"norm": 0, "more": lambda a, b, m, s: 6 * b},
    ),
    (
        "all three normalisations were given the maps in between",
        "How many maps does the last convolution put out?",
        {"norm": 0, "more": lambda a, b, m, s: 6 * m},
    ),
    (
        "the normalisations were counted in front of the convolutions",
        "A normalisation stands *behind* its convolution. How many maps does the first one see?",
        {"norm": 0, "more": lambda a, b, m, s: 2 * (a + m + m)},
    ),
    (
        "the convolutions of the body were given biases",
        "A normalisation takes any constant away at once. Does the docstring count biases?",
        {"bias": 1},
    ),
    (
        "there is always a 1 × 1 convolution on the shortcut",
        "Where maps and stride stay as they are, what can be added without any weights?",
        {"changes": lambda a, b, s: True},
    ),
    (
        "there is never anything on the shortcut",
        "64 maps come in, 256 go out. Can they be added?",
        {"changes": lambda a, b, s: False},
    ),
    (
        "the shortcut was chosen by the stride alone",
        "The first block of ResNet-50 has stride 1. Does x fit to what it puts out?",
        {"changes": lambda a, b, s: s != 1},
    ),
    (
        "the shortcut was chosen by the maps alone",
        "Stride 2 and as many maps as before: do the rows and columns fit?",
        {"changes": lambda a, b, s: a != b},
    ),
    (
        "a convolution was put on the shortcut only where maps and stride change, both of them",
        "Is one misfit not enough? `and`, or `or`?",
        {"changes": lambda a, b, s: a != b and s != 1},
    ),
    (
        "the shortcut was multiplied by the stride's square",
        "A stride leaves out places. Does the filter become larger?",
        {"short": lambda a, b, s: a * b * s**2 + 2 * b},
    ),
    (
        "the shortcut begins in the middle of the bottleneck",
        "The shortcut goes around the whole body. How many maps does it find there?",
        {"short": lambda a, b, s: b // 4 * b + 2 * b},
    ),
    (
        "the shortcut puts out as many maps as came in",
        "What must the shortcut put out, so that F can be added?",
        {"short": lambda a, b, s: a * a + 2 * a},
    ),
    (
        "the shortcut's normalisation is missing",
        "“Behind each convolution, the shortcut's too”. What does it add?",
        {"short": lambda a, b, s: a * b},
    ),
    (
        "the shortcut was counted with windows of 3 × 3",
        "How large is the window on the shortcut?",
        {"short": lambda a, b, s: 9 * a * b + 2 * b},
    ),
    (
        "the shortcut's filters read a quarter of the maps",
        "The shortcut goes around the bottleneck. From how many maps to how many does it lead?",
        {"short": lambda a, b, s: a * (b // 4) + 2 * (b // 4)},
    ),
    (
        "the shortcut was counted within the body, too",
        "Two numbers are asked for, each by itself. What is in the first one?",
        {"form": lambda body, shortcut: (body + shortcut, shortcut)},
    ),
    (
        "body and shortcut have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda body, shortcut: (shortcut, body)},
    ),
):  # fmt: skip
    bottleneck_parameters.mistake(name, hint=hint, whole=name in _OF_BOTH)(
        partial(_bottleneck, **change)
    )
