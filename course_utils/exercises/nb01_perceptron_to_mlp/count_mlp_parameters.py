"""The exercise `count_mlp_parameters` of notebook 01."""

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
