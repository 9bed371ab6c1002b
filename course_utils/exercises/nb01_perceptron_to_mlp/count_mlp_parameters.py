"""The exercise `count_mlp_parameters` of notebook 01."""

import math

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="01",
    points=1,
    minutes=5,
    hints=(
        "How many weights lie between a layer of 3 units and a layer of 4? And how many biases "
        "does the layer of 4 have?",
        "zip(sizes[:-1], sizes[1:]) gives the pairs of neighbouring layers.",
    ),
    explanation="Each layer of `o` units that sees `i` inputs has o·i weights and o biases, "
    "which is o·(i + 1). The inputs themselves have no bias.",
)
def count_mlp_parameters(sizes):
    """The number of weights and biases of a fully connected network.

    sizes: the units of each layer, the inputs first, e.g. [2, 4, 1] -> a whole number
    """
    layers = zip(sizes[:-1], sizes[1:], strict=True)
    return sum(outputs * (inputs + 1) for inputs, outputs in layers)


@count_mlp_parameters.cases
def _(rng):
    yield case([2, 1], label="one neuron with two inputs")
    yield case([2, 4, 1], label="four hidden units")
    yield case([3, 4, 4, 2], label="two hidden layers")
    yield case([285 * 350, 1000, 1000, 1000, 3], label="a picture of 285×350")
    yield case([int(n) for n in rng.integers(1, 50, size=5)], label="five layers")
    yield case([7], label="inputs only: nothing to learn")
    huge = [3_040_000_000, 3_040_000_000, 1]
    yield case(huge, label="more parameters than a 64-bit whole number can hold")


@count_mlp_parameters.oracle
def _(sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += int(np.prod([sizes[k], sizes[k - 1]], dtype=object)) + sizes[k]
    return total


@count_mlp_parameters.mistake(
    "the biases were not counted",
    hint="A neuron with two inputs has how many parameters: 2 or 3?",
)
def _(sizes):
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_mlp_parameters.mistake(
    "the inputs were given a bias as well",
    hint="The inputs are data. Is there anything to learn in front of the first layer?",
)
def _(sizes):
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True)) + sum(sizes)


@count_mlp_parameters.mistake(
    "the biases were counted by the layer's inputs instead of its outputs",
    hint="Is there one bias for each unit of the layer, or one for each of its inputs?",
)
def _(sizes):
    return sum(a * b + a for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_mlp_parameters.mistake(
    "one bias was counted for each layer instead of one for each unit",
    hint="Four hidden units: can each of them have a threshold of its own?",
)
def _(sizes):
    return sum(a * b + 1 for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_mlp_parameters.mistake(
    "the units were counted, not the connections",
    hint="Draw 2 inputs and 4 units. How many lines lie between them?",
)
def _(sizes):
    return sum(sizes[1:])


def _pairs(sizes):
    return list(zip(sizes[:-1], sizes[1:], strict=True))


def _layers(sizes):
    """The parameters of each layer."""
    return [outputs * (inputs + 1) for inputs, outputs in _pairs(sizes)]


def _overwritten(sizes):
    for inputs, outputs in _pairs(sizes):
        total = outputs * (inputs + 1)
    return total  # an UnboundLocalError where there is no layer


@count_mlp_parameters.mistake(
    "only the last layer was counted",
    hint="After the loop, what is left of the layers before the last: is it = or +=?",
    also=(_overwritten,),
)
def _(sizes):
    return sum(_layers(sizes)[-1:])


@count_mlp_parameters.mistake(
    "only the first layer was counted",
    hint="How often does your loop run? Where is its `return`?",
    also=(lambda sizes: sizes[1] * (sizes[0] + 1),),
)
def _(sizes):
    return sum(_layers(sizes)[:1])


@count_mlp_parameters.mistake(
    "the last layer was left out",
    hint="How many layers have weights in [3, 4, 4, 2]? Which k is the last one of your range?",
)
def _(sizes):
    return sum(_layers(sizes)[:-1])


@count_mlp_parameters.mistake(
    "the first layer was left out",
    hint="Which layer has the inputs on its other side? At which k does your loop begin?",
)
def _(sizes):
    return sum(_layers(sizes)[1:])


@count_mlp_parameters.mistake(
    "every second layer was left out",
    hint="In [3, 4, 4, 2], is the second 4 also the inputs of a layer? By how much does k grow?",
)
def _(sizes):
    return sum(_layers(sizes)[::2])


@count_mlp_parameters.mistake(
    "the first layer was connected to the last one: index −1 is the end of the list",
    hint="What is sizes[k - 1] for k = 0?",
)
def _(sizes):
    return sum(sizes[k] * (sizes[k - 1] + 1) for k in range(len(sizes)))


@count_mlp_parameters.mistake(
    "all sizes were multiplied with one another",
    hint="Which layers are connected: every one with every other, or neighbours only?",
    also=(math.prod,),
)
def _(sizes):
    return math.prod(sizes) + sum(sizes[1:])


@count_mlp_parameters.mistake(
    "each layer was connected with all the layers after it, not only with the next one",
    hint="Does an input have a connection of its own to the last layer?",
)
def _(sizes):
    later = [a * b for i, a in enumerate(sizes) for b in sizes[i + 1 :]]
    return sum(later) + sum(sizes[1:])


@count_mlp_parameters.mistake(
    "the sizes of neighbouring layers were added instead of multiplied",
    hint="Draw 2 inputs and 4 units. How many lines lie between them: 6 or 8?",
    also=(lambda sizes: sum(a + b for a, b in _pairs(sizes)),),
)
def _(sizes):
    return sum(a + b + b for a, b in _pairs(sizes))


@count_mlp_parameters.mistake(
    "each layer got a bias for its inputs as well as for its outputs",
    hint="How many numbers are added after the product with the weights: one for each output, or "
    "more?",
    also=(lambda sizes: sum(a * b + a + b for a, b in _pairs(sizes)),),
)
def _(sizes):
    return sum((a + 1) * (b + 1) for a, b in _pairs(sizes))


@count_mlp_parameters.mistake(
    "the biases of the last layer were left out",
    hint="Do the output units add a bias as well?",
)
def _(sizes):
    return sum(a * b for a, b in _pairs(sizes)) + sum(sizes[1:-1])


@count_mlp_parameters.mistake(
    "one bias was counted for the whole network",
    hint="Four hidden units: can each of them have a threshold of its own?",
)
def _(sizes):
    return sum(a * b for a, b in _pairs(sizes)) + 1


@count_mlp_parameters.mistake(
    "only the last layer's biases were counted",
    hint="Do the hidden units add a bias as well?",
)
def _(sizes):
    return sum(a * b for a, b in _pairs(sizes)) + sum(sizes[1:][-1:])


@count_mlp_parameters.mistake(
    "the count was made in np.int64, which overflows without a word",
    hint="What is np.array([2**62]) * 4? And what is 2**62 * 4?",
)
def _(sizes):
    sizes = np.array(sizes, dtype=np.int64)
    return int((sizes[:-1] * sizes[1:]).sum() + sizes[1:].sum())


@count_mlp_parameters.mistake(
    "one bias was counted for each entry of sizes instead of one for each unit",
    hint="Four hidden units: can each of them have a threshold of its own?",
)
def _(sizes):
    return sum(a * b for a, b in _pairs(sizes)) + len(sizes)


@count_mlp_parameters.mistake(
    "an index ran past the end of sizes",
    hint="Which is the last k for which there is a sizes[k + 1]?",
)
def _(sizes):
    return sum(sizes[k + 1] * (sizes[k] + 1) for k in range(len(sizes)))
