"""The exercise `shortcut_kind` of notebook 15."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="15",
    points=2,
    minutes=10,
    returns=("kinds", "weights"),
    hints=(
        "When can F + x be computed with x as it is? Two things must fit: the number of maps, and "
        "the rows and columns.",
        "(before != after) | (strides != 1) is true where the shape changes; | is “or”, entry by "
        "entry.",
        "np.where(changes, a, b) takes a where it is true, else b. A: 1 or 0, B: 2 or 0, C: always "
        "2. A 1 × 1 convolution has before · after weights.",
    ),
    explanation="x itself fits only where neither the maps nor the rows and columns change. A "
    "stride alone is enough to make it misfit, and so are more maps alone, as at the start of "
    "ResNet-50's first stage.",
)
def shortcut_kind(before, after, strides, option):
    """Which shortcut each block of a ResNet needs, and how many weights it has.

    before, after (blocks,): maps that enter and leave each block; strides (blocks,); option:
      "A": x itself; where the shape changes every stride-th pixel, filled up with maps of zeros
      "B": x itself; where the shape changes a 1 × 1 convolution; "C": always a 1 × 1 convolution
    -> kinds (blocks,): 0 for x itself, 1 for zeros, 2 for 1 × 1; weights (blocks,), without biases
    """
    changes = (before != after) | (strides != 1)  # (blocks,)
    kinds = {"A": 1, "B": 2, "C": 2}[option] * (changes | (option == "C"))
    return kinds, np.where(kinds == 2, before * after, 0)


@shortcut_kind.cases
def _(rng):
    def given(before, after, strides, option, label):
        return case(np.array(before), np.array(after), np.array(strides), option, label=label)

    yield given([16, 16], [16, 32], [1, 2], "B", "two blocks, the second one changes the shape")
    yield given([16, 16], [16, 32], [1, 2], "A", "the same with option A")
    yield given([16, 16], [16, 32], [1, 2], "C", "the same with option C")
    stages = [64, 256, 256, 256, 512], [256, 256, 256, 512, 512], [1, 1, 1, 2, 1]
    yield given(*stages, "B", "ResNet-50: the first block has stride 1, but more maps")
    yield given([24, 24, 40, 40], [24, 24, 40, 48], [1, 2, 2, 1], "A",
                "stride 2 and as many maps as before")  # fmt: skip
    yield given([24, 24, 40], [24, 24, 40], [3, 1, 2], "B", "strides, and never more maps")
    yield given([48, 20, 20, 50], [20, 20, 50, 10], [1, 1, 2, 2], "B", "fewer maps come out")
    yield given([9, 9, 18], [9, 18, 36], [1, 1, 2], "B", "twice the maps with stride 1")
    yield given([12, 12, 30], [12, 30, 30], [1, 2, 1], "C", "option C, three blocks")
    after = rng.choice(np.arange(5, 60), 6, replace=False)
    after[3:5] = after[2]
    before = np.array([after[0], *after[:-1]])
    strides = np.array([1, 2, 1, 2, 1, int(rng.integers(2, 4))])
    yield case(before, after, strides, "B", label="drawn at random")


@shortcut_kind.oracle
def _(before, after, strides, option):
    kinds, weights = [], []
    for a, b, s in zip(before.tolist(), after.tolist(), strides.tolist(), strict=True):
        fits = (a, 60) == (b, 60 // s)
        if option == "A":
            kinds.append(0 if fits else 1)
        else:
            kinds.append(0 if fits and option == "B" else 2)
        weights.append(a * b if kinds[-1] == 2 else 0)
    return np.array(kinds), np.array(weights)


def _shortcut(before, after, strides, option, *, changes=lambda a, b, s: (a != b) | (s != 1),
              numbers=(0, 1, 2), weigh=lambda a, b, s, kinds: np.where(kinds == 2, a * b, 0),
              options=lambda option: option, form=lambda *results: results):  # fmt: skip
    """The choice with one thing exchanged."""
    option = options(option)
    other = changes(before, after, strides) | (option == "C")
    kinds = np.where(other, 1 if option == "A" else 2, 0)
    weights = weigh(before, after, strides, kinds)
    return form(np.array(numbers)[kinds], weights)


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the two results have changed places",
)


for name, hint, change in (
    (
        "the stride was not looked at",
        "A block with stride 2 and as many maps as before: does x fit to what F puts out?",
        {"changes": lambda a, b, s: a != b},
    ),
    (
        "the number of maps was not looked at",
        "64 maps come in and 256 go out, with stride 1. Can they be added?",
        {"changes": lambda a, b, s: s != 1},
    ),
    (
        "x itself was only given up where the maps and the stride change, both of them",
        "Is one misfit not enough? & is “and”, | is “or”.",
        {"changes": lambda a, b, s: (a != b) & (s != 1)},
    ),
    (
        "fewer maps were taken to fit",
        "48 maps come in, 20 go out. Which of the 48 would you add?",
        {"changes": lambda a, b, s: (b > a) | (s != 1)},
    ),
    (
        "only a stride of exactly 2 was taken to change the shape",
        "What does a stride of 3 do to rows and columns?",
        {"changes": lambda a, b, s: (a != b) | (s == 2)},
    ),
    (
        "x itself was taken where the shape changes, and something else where it fits",
        "Where can x be added as it is: where the shape changes, or where it stays?",
        {"changes": lambda a, b, s: (a == b) & (s == 1)},
    ),
    (
        "only doubled maps were taken to change the shape",
        "ResNet-50 goes from 64 to 256 maps at once. Is that the same shape?",
        {"changes": lambda a, b, s: (b == 2 * a) | (s != 1)},
    ),
    (
        "x itself was added everywhere, except with option C",
        "What happens to (N, 16, 32, 32) plus (N, 32, 16, 16)?",
        {"changes": lambda a, b, s: np.zeros(len(a), dtype=bool)},
    ),
    (
        "each block was given something other than x, with every option",
        "The shortcut that costs nothing is x itself. Where does it fit?",
        {"changes": lambda a, b, s: np.ones(len(a), dtype=bool)},
    ),
    (
        "option C was treated like option B",
        "With option C, is there any block that keeps x itself?",
        {"options": lambda option: {"C": "B"}.get(option, option)},
    ),
    (
        "option A was treated like option B",
        "Which option has no weights at all?",
        {"options": lambda option: {"A": "B"}.get(option, option)},
    ),
    (
        "the option was not looked at: it is always B",
        "What does your code do with `option`?",
        {"options": lambda option: "B"},
    ),
    (
        "option B was treated like option C",
        "With option B, which blocks keep x itself?",
        {"options": lambda option: {"B": "C"}.get(option, option)},
    ),
    (
        "each option was treated like option C",
        "Which way through your `if` does \"A\" take? (\"A\" and \"a\" are not equal.)",
        {"options": lambda option: "C"},
    ),
    (
        "options A and B have changed places",
        "Which one fills up with zeros, which one has weights?",
        {"options": lambda option: {"A": "B", "B": "A"}.get(option, option)},
    ),
    (
        "the numbers for zeros and for 1 × 1 have changed places",
        "Which number does the docstring give to a 1 × 1 convolution?",
        {"numbers": (0, 2, 1)},
    ),
    (
        "the kinds are numbered from 1",
        "Which number does the docstring give to x itself?",
        {"numbers": (1, 2, 3)},
    ),
    (
        "kinds only tells whether something else than x is needed, not what",
        "There are three kinds. How many different numbers has your array?",
        {"numbers": (0, 1, 1)},
    ),
    (
        "a bias was counted for each map",
        "“Without biases”: a normalisation follows. What is left?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b + b, 0)},
    ),
    (
        "the shortcut was counted with windows of 3 × 3",
        "How many weights has a 1 × 1 filter for each map that it reads?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, 9 * a * b, 0)},
    ),
    (
        "the weights were multiplied by the stride's square",
        "A stride leaves out places. Does the filter become larger?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b * s**2, 0)},
    ),
    (
        "each map that goes out was given one weight only",
        "A 1 × 1 filter reads *all* maps that come in. How many weights has it?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, b, 0)},
    ),
    (
        "weights were counted for the maps of zeros, too",
        "Who learns the zeros of option A?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds > 0, a * b, 0)},
    ),
    (
        "weights were counted for x itself, too",
        "How many weights has a shortcut that hands on x?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds != 1, a * b, 0)},
    ),
    (
        "weights were counted for every block, whatever its shortcut",
        "Have x itself and the maps of zeros any weights?",
        {"weigh": lambda a, b, s, kinds: a * b},
    ),
    (
        "weights were counted where the shape changes, whatever the option",
        "Which number in `kinds` means that there are weights?",
        {"weigh": lambda a, b, s, kinds: np.where((a != b) | (s != 1), a * b, 0)},
    ),
    (
        "with option C, weights were counted only where the shape changes",
        "With option C, how many blocks have a 1 × 1 convolution?",
        {
            "weigh": lambda a, b, s, kinds: np.where(
                (kinds == 2) & ((a != b) | (s != 1)), a * b, 0
            )
        },
    ),
    (
        "the shortcut's normalisation was counted as well",
        "Only the weights of the convolution are asked for. What is the 2 · after?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b + 2 * b, 0)},
    ),
    (
        "the maps that come in were counted on both sides",
        "From how many maps to how many does the 1 × 1 convolution lead?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * a, 0)},
    ),
    (
        "the weights were added up over the blocks",
        "`weights` has one entry for each block. What does .sum() do?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b, 0).sum()},
    ),
    (
        "the two results have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda kinds, weights: (weights, kinds)},
    ),
):  # fmt: skip
    shortcut_kind.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_shortcut, **change))
