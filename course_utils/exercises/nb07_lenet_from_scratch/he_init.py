"""The exercise `he_init` of notebook 07."""

from functools import lru_cache

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="07",
    points=2,
    minutes=10,
    rtol=0.05,
    sees=(
        "your answer",
        "the mean of the weights, divided by √(2 / fan_in),",
        "the standard deviation of the weights, divided by √(2 / fan_in),",
        "how alike the filters are (0: not at all, 1: all the same)",
        "whether the numbers come from np.random.default_rng(rng) (1: yes, 0: no)",
    ),
    hints=(
        "fan_in is the number of inputs that one output sees: for a shape (out, in) it is in. And "
        "for a filter of shape (C, KH, KW)?",
        "Which part of `shape` belongs to the inputs of one output? A slice takes everything but "
        "the first entry, and one of the three tools multiplies what is left.",
        "normal(0, s, shape) wants the standard deviation s. The variance is to be 2 / fan_in.",
    ),
    explanation="Everything behind the first axis is what one output sees, for linear layers and "
    "convolutions alike. The variance is to be 2 / fan_in, and `normal` takes its square root.",
)
def he_init(shape, rng):
    """Random weights with mean 0 and variance 2 / fan_in, for a layer in front of a ReLU.

    shape (out, in) or (F, C, KH, KW); rng: a seed or a generator, whatever
    np.random.default_rng(rng) takes -> an array of that shape, normal or uniform
    """
    fan_in = np.prod(shape[1:])
    return np.random.default_rng(rng).normal(0, np.sqrt(2 / fan_in), shape)


@he_init.cases
def _(rng):
    for shape, label in (
        ((60, 400), "a linear layer"),
        ((32, 16, 5, 5), "a convolution"),
        ((500, 40), "more outputs than inputs"),
        ((40, 12, 7, 3), "filters that are not square"),
        ((300, 80, 1, 1), "filters of 1 × 1"),
    ):
        yield case(shape, int(rng.integers(100, 1000)), label=label)  # no seed that people choose


@he_init.oracle
def _(shape, rng):
    return np.zeros(shape), 0.0, 1.0, 0.0, 1.0


@he_init.view
def _(answer, shape, rng):
    """What all right answers share: form, mean, spread, independent filters, and their origin.

    The mean of one entry over all filters shrinks with the root of their number, unless they are
    alike.
    """
    if isinstance(answer, list) or np.shape(answer) != tuple(shape):
        return answer, 0.0, 1.0, 0.0, 1.0
    weight = np.asarray(answer, dtype=float)
    fan_in = 1
    for size in shape[1:]:
        fan_in *= size
    unit = (2 / fan_in) ** 0.5
    alike = weight.mean(axis=0).std() / unit - shape[0] ** -0.5
    with np.errstate(invalid="ignore"):
        form = 0 * weight  # 0, or NaN where the answer is NaN or infinite
    drawn = np.abs(_moments(weight) - _moments_drawn(weight.size, rng)).max(axis=1).min() < 1e-5
    said = np.nan if np.isnan(form).any() else float(drawn)
    return form, weight.mean() / unit, weight.std() / unit, alike, said


def _moments(numbers):
    """The third and fourth moment: the same for all multiples, all offsets and every order."""
    with np.errstate(invalid="ignore", divide="ignore"):
        numbers = numbers.ravel().astype(float)
        z = (numbers - numbers.mean()) / numbers.std()
    return np.array([abs((z * z * z).mean()), (z * z * z * z).mean()])


@lru_cache(maxsize=64)
def _moments_drawn(size, seed):
    """Those of the numbers that default_rng(seed) gives: normal and uniform, in two precisions."""
    moments = []
    for dtype in (np.float64, np.float32):
        moments.append(_moments(np.random.default_rng(seed).standard_normal(size, dtype)))
        moments.append(_moments(np.random.default_rng(seed).random(size, dtype)))
    return np.array(moments)  # (4, 2)


def _normal(shape, rng, spread):
    return np.random.default_rng(rng).normal(0, spread, shape)


def _fan_in(shape):
    return np.prod(shape[1:])


def _four_sizes(shape, rng):
    F, C, KH, KW = shape
    return _normal((F, C, KH, KW), rng, np.sqrt(2 / (C * KH * KW)))


_also = {
    "a linear layer has two axes only: its shape has no third and no fourth entry": (_four_sizes,)
}


@he_init.mistake(
    "the numbers do not come from np.random.default_rng(rng): rng was not used",
    hint="Whoever gives the same seed twice wants the same weights twice, and other weights for "
    "another seed. Which line of your code uses rng? (np.random.normal and default_rng(0) do not. "
    "And only normal and uniform numbers are known here.)",
)
def _(shape, rng):
    return _normal(shape, 0, np.sqrt(2 / _fan_in(shape)))


for name, hint, spread in (
    (
        "the variance was given where the standard deviation is wanted",
        "normal(0, s, shape) has the variance s². Which s gives the variance 2 / fan_in?",
        lambda shape: 2 / _fan_in(shape),
    ),
    (
        "the root was taken of the 2 alone",
        "√(2 / fan_in), or √2 / fan_in? What is the square of yours?",
        lambda shape: np.sqrt(2) / _fan_in(shape),
    ),
    (
        "the root was taken of fan_in alone",
        "√(2 / fan_in), or 2 / √fan_in? What is the square of yours?",
        lambda shape: 2 / np.sqrt(_fan_in(shape)),
    ),
    (
        "the variance is 1 / fan_in: the factor 2 is missing",
        "ReLU sets half of the numbers to 0. Who makes up for that?",
        lambda shape: np.sqrt(1 / _fan_in(shape)),
    ),
    (
        "the weights have variance 1: they were not scaled",
        "A sum of 400 numbers of variance 1 has which variance?",
        lambda shape: 1,
    ),
    (
        "fan_in counts the channels and forgets the pixels of the filter",
        "How many numbers does one output of a 5 × 5 filter on 6 channels add up: 6, or 150?",
        lambda shape: np.sqrt(2 / shape[1]),
    ),
    (
        "fan_in counts the pixels of the filter and forgets the channels",
        "Does a filter on 6 channels look at one of them, or at all? And what does your fan_in say "
        "about a linear layer?",
        lambda shape: np.sqrt(2 / np.prod(shape[2:])),
    ),
    (
        "the last two axes count twice in a linear layer",
        "For a shape (out, in): which axis is shape[-1], and which is shape[-2]?",
        lambda shape: np.sqrt(2 / (shape[1] * shape[-1] * shape[-2])),
    ),
    (
        "the outputs were counted instead of the inputs (fan_out)",
        "Which sum must not grow on the way forwards: the one over the inputs of a neuron, or the "
        "one over its outputs?",
        lambda shape: np.sqrt(2 / (shape[0] * np.prod(shape[2:]))),
    ),
    (
        "the first axis was taken for fan_in",
        "A weight is (out, in). Which of the two are the numbers that one neuron adds up?",
        lambda shape: np.sqrt(2 / shape[0]),
    ),
    (
        "fan_in was taken as the product of the first two axes",
        "shape[0] counts the outputs. Does one output see all the other outputs?",
        lambda shape: np.sqrt(2 / (shape[0] * shape[1])),
    ),
    (
        "all weights of the layer were counted, those of the other outputs, too",
        "How many of the weights belong to *one* output?",
        lambda shape: np.sqrt(2 / np.prod(shape)),
    ),
    (
        "this is Xavier's variance, 2 / (fan_in + fan_out)",
        "Does the outputs' number occur in the forward condition?",
        lambda shape: np.sqrt(2 / ((shape[0] + shape[1]) * np.prod(shape[2:]))),
    ),
    (
        "a linear layer has two axes only: its shape has no third and no fourth entry",
        "shape[1:] takes all entries behind the first, however many there are. Which function "
        "multiplies them?",
        lambda shape: np.sqrt(2 / (shape[1] * shape[2] * shape[3])),
    ),
):

    def _(shape, rng, spread=spread):
        return _normal(shape, rng, spread(shape))

    he_init.mistake(name, hint=hint, also=_also.get(name, ()))(_)


@he_init.mistake(
    "all weights are 0",
    hint="2 // 400 rounds down to which number? And what would neurons with equal weights learn?",
)
def _(shape, rng):
    return np.zeros(shape)


@he_init.mistake(
    "the spread was given where the mean belongs",
    hint="normal(mean, s, shape): what is your first argument?",
)
def _(shape, rng):
    return np.random.default_rng(rng).normal(np.sqrt(2 / _fan_in(shape)), size=shape)


@he_init.mistake(
    "one single number was drawn: the shape is missing",
    hint="normal(0, s) draws one number. How do you ask it for as many as the layer has weights?",
)
def _(shape, rng):
    return _normal((), rng, np.sqrt(2 / _fan_in(shape)))


@he_init.mistake(
    "rng was used as a generator, but it may be a seed, a whole number",
    hint="Which function makes a generator out of a seed, and leaves a generator as it is?",
)
def _(shape, rng):
    return rng.normal(0, np.sqrt(2 / _fan_in(shape)), shape)


for name, hint, low, high in (
    (
        "uniform numbers between −s and s have a third of the variance s²",
        "What is the variance of a uniform number between −1 and 1? And which limit do you need "
        "for the variance 2 / fan_in?",
        -1,
        1,
    ),
    (
        "uniform numbers between −s/2 and s/2 have a twelfth of the variance s²",
        "What is the variance of a uniform number between −½ and ½? And which limit do you need "
        "for the variance 2 / fan_in?",
        -0.5,
        0.5,
    ),
    (
        "all weights are positive",
        "random() lies between 0 and 1. What is the mean of your weights?",
        0,
        1,
    ),
):

    def _(shape, rng, low=low, high=high):
        numbers = np.random.default_rng(rng).uniform(low, high, shape)
        return numbers * np.sqrt(2 / _fan_in(shape))

    he_init.mistake(name, hint=hint)(_)


@he_init.mistake(
    "the weights lost their sign",
    hint="np.abs makes everything positive. What is the mean of your weights?",
)
def _(shape, rng):
    return np.abs(_normal(shape, rng, np.sqrt(2 / _fan_in(shape))))


@he_init.mistake(
    "all filters got the same weights",
    hint="Two neurons with equal weights get equal gradients. Will they ever differ?",
)
def _(shape, rng):
    one = _normal(shape[1:], rng, np.sqrt(2 / np.prod(shape[1:])))
    return np.repeat(one[np.newaxis], shape[0], axis=0)


@he_init.mistake(
    "a filter bank has four axes: its shape cannot be taken apart into two numbers",
    hint="shape[1:] takes all entries after the first, however many there are. Which function "
    "multiplies them?",
)
def _(shape, rng):
    _, fan_in = shape
    return _normal(shape, rng, np.sqrt(2 / fan_in))
