"""The exercise `log_uniform` of notebook 10."""

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="10",
    points=2,
    minutes=10,
    hints=(
        "Where do you want to be when u is 0, when u is 1, and when u is ½, if low is ½ and high "
        "is 2?",
        "The *logarithm* is to be uniform: between which two numbers?",
        "Compute the logarithm first, log(low) + u · (log(high) − log(low)). Which function undoes "
        "np.log?",
    ),
    explanation="The logarithm of the result walks evenly from log(low) to log(high), so equal "
    "steps of u multiply by equal factors. low · (high / low)^u says the same without a logarithm.",
)
def log_uniform(u, low, high):
    """Uniform numbers turned into numbers between low and high whose logarithm is uniform.

    u: an array of any shape with numbers from 0 to 1; 0 < low <= high -> the same shape;
    0 gives low, 1 gives high, and equal steps of u multiply by equal factors
    """
    return np.exp(np.log(low) + u * (np.log(high) - np.log(low)))


@log_uniform.cases
def _(rng):
    yield case(np.array([0.0, 0.5, 1.0]), 0.5, 2.0, label="the two ends and the middle of ½ … 2")
    yield case(rng.random(7), 1 / 1.6, 1.6, label="the lecture's rescaling")
    yield case(rng.random((3, 4)), 0.1, 4.0, label="a table, and bounds that are not reciprocal")
    yield case(rng.random(6).astype(np.float32), 2.0, 50.0, label="float32, both bounds above 1")
    yield case(rng.random((2, 1, 5)), 0.02, 0.7, label="three axes, both bounds below 1")
    yield case(rng.random(3), 3.0, 3.0, label="low and high are the same")
    yield case(np.array(rng.random()), 0.3, 5.0, label="a single number, shape ()")


@log_uniform.oracle
def _(u, low, high):
    numbers = [low ** (1 - float(v)) * high ** float(v) for v in np.nditer(u)]
    return np.array(numbers, u.dtype).reshape(u.shape)


for name, hint, change in (
    (
        "the numbers themselves are uniform, not their logarithms",
        "Between ½ and 2: how often does yours enlarge, and how often does it shrink? Where is "
        "your logarithm?",
        lambda u, low, high: low + u * (high - low),
    ),
    (
        "the result is the logarithm: the way back is missing",
        "For u = 0 the result is to be low. Which function undoes np.log?",
        lambda u, low, high: np.log(low) + u * np.log(high / low),
    ),
    (
        "np.exp was taken of numbers between low and high: the logarithms of the bounds are "
        "missing",
        "exp(low) is not low. Between which two numbers must the logarithm lie?",
        lambda u, low, high: np.exp(low + u * (high - low)),
    ),
    (
        "the logarithm was taken of the finished number",
        "Draw the logarithm evenly and *undo* it. Which of the two steps comes first in yours?",
        lambda u, low, high: np.log1p(low + u * (high - low) - 1),
    ),
    (
        "low and high have changed places",
        "What does u = 0 give? The docstring says low.",
        lambda u, low, high: high * (low / high) ** u,
    ),
    (
        "the stretch of the logarithm is log(high), where it should be log(high) − log(low)",
        "For u = 1, your logarithm is log(low) + log(high). Which number is that, and which should "
        "it be?",
        lambda u, low, high: low * high**u,
    ),
    (
        "it begins at 1 and not at low",
        "What does u = 0 give? Something is missing in front.",
        lambda u, low, high: (high / low) ** u,
    ),
    (
        "brackets: u reaches log(high) alone, not the whole difference log(high) − log(low)",
        "Which part of the sum is u to multiply? (Written as a power: what is u the exponent of, "
        "high or high / low?)",
        lambda u, low, high: high ** (1.0 * u),
    ),
    (
        "log(high − low) stands where log(high) − log(low) belongs",
        "The logarithm of a *quotient* is a difference. Is log(a − b) the same as log(a) − log(b)?",
        lambda u, low, high: low * np.maximum(high - low, 1e-300) ** u,
    ),
    (
        "a logarithm with base 2 was undone with np.exp",
        "np.exp undoes np.log. What undoes np.log2?",
        lambda u, low, high: np.exp(np.log2(low) + u * np.log2(high / low)),
    ),
    (
        "a logarithm with base 10 was undone with np.exp",
        "np.exp undoes np.log. What undoes np.log10?",
        lambda u, low, high: np.exp(np.log10(low) + u * np.log10(high / low)),
    ),
    (
        "np.log was undone with 2 **",
        "2 ** undoes np.log2. What undoes np.log?",
        lambda u, low, high: 2 ** (np.log(low) + u * np.log(high / low)),
    ),
    (
        "np.log was undone with 10 **",
        "10 ** undoes np.log10. What undoes np.log?",
        lambda u, low, high: 10 ** (np.log(low) + u * np.log(high / low)),
    ),
    (
        "low was taken to be 1 / high",
        "That is so in the lecture's table, but not in general. Where does your code use low?",
        lambda u, low, high: high ** (2.0 * u - 1),
    ),
    (
        "only the two ends occur: it is a coin, not a range",
        "u has been compared with ½. What should u = 0.25 give?",
        lambda u, low, high: np.where(u < 0.5, low, high),
    ),
    (
        "the factors are spaced evenly, as by np.geomspace: u was not used",
        "Where does your code use u? It holds the random numbers.",
        lambda u, low, high: np.geomspace(low, high, u.size).reshape(u.shape),
    ),
    (
        "u was drawn from 0 to 1 already, and yours takes it for the logarithm",
        "exp(u) lies between 1 and 2.718. Where do low and high come in?",
        lambda u, low, high: np.exp(u),
    ),
):
    log_uniform.mistake(name, hint=hint)(change)
