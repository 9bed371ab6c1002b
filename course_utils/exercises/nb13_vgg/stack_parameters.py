"""The exercise `stack_parameters` of notebook 13."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


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


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "weights and biases have changed places",
)


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
    stack_parameters.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_stack, **change))


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
