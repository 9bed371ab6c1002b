"""The exercise `sigmoid` of notebook 01."""

from decimal import Decimal  # its exp does not overflow

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb01_perceptron_to_mlp.exact import expit


@exercise(
    notebook="01",
    points=2,
    minutes=10,
    relative=True,
    quiet=True,
    hints=(
        "For which x is e^(−x) too large for a float? Is e^x small there?",
        "1/(1+e^(−x)) and e^x/(1+e^x) are the same function. Use whichever has the small exponent.",
        "Let e = exp(−|x|), which never exceeds 1. For x ≥ 0 the answer is 1/(1+e), and for x < 0?",
    ),
    explanation="exp(−|x|) lies between 0 and 1, so it cannot overflow. For x ≥ 0 it is e^(−x) and "
    "the first form fits; for x < 0 it is e^x and the second form fits.",
)
def sigmoid(x):
    """The logistic function 1 / (1 + exp(-x)), entry by entry, safe for x = -1000 and x = 1000.

    x: an array of any shape -> an array of the same shape, values in [0, 1]
    """
    small = np.exp(-np.abs(x))  # in (0, 1]: cannot overflow
    return np.where(x >= 0, 1, small) / (1 + small)


@sigmoid.cases
def _(rng):
    yield case(np.array([0.0, 1.0, -2.0]), label="three small numbers")
    yield case(rng.normal(size=(3, 4)), label="a matrix")
    yield case(np.array([1000.0, -1000.0, 710.0, -700.0]), label="numbers as large as 1000")
    yield case(rng.normal(size=(2, 3, 4)).astype(np.float32), label="float32")
    yield case(np.array([100.0, -80.0], dtype=np.float32), label="float32, 100 and −80")
    yield case(rng.normal(size=(4, 6))[:, ::2], label="every second column of a matrix")
    yield case(np.array([-20.0, -30.0, -40.0]), label="very small values are not 0")


@sigmoid.oracle
def _(x):
    values = [float(1 / (1 + (-Decimal(v)).exp())) for v in x.ravel().tolist()]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


@sigmoid.mistake(
    "large positive inputs give NaN: e^x overflowed and inf/inf is not a number",
    hint="Compute np.exp(1000). Which of the two forms of the function avoids it for x > 0?",
)
def _(x):
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.mistake(
    "e^(−x) overflowed for very negative x; the value is right by luck, since 1/(1 + inf) = 0",
    hint="For which x is e^(−x) too large for a float? Use the other form there.",
)
def _(x):
    return 1 / (1 + np.exp(-x))


@sigmoid.mistake(
    "np.where computes both forms everywhere, so each of them overflows where it is not wanted",
    hint="np.exp(-np.abs(x)) never overflows. Can you write both forms with it?",
)
def _(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@sigmoid.mistake(
    "small values were rounded away: 1 − (a number next to 1) keeps no digits",
    hint="What is 1 − 1/(1 + e) for e = 1e-18? For x < 0, write e/(1 + e) instead.",
)
def _(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), 1 - 1 / (1 + small))


@sigmoid.mistake(
    "brackets are missing: 1/1 + e^(−x) divides before it adds",
    hint="Python divides before it adds. Which part belongs under the fraction line?",
)
def _(x):
    return 1 / 1 + np.exp(-x)


@sigmoid.mistake(
    "the sign of the exponent is the wrong way round",
    hint="Should the value at x = 5 be close to 1 or close to 0?",
)
def _(x):
    return 1 - expit(x)


@sigmoid.mistake(
    "this is the derivative of the sigmoid",
    hint="What is the value at x = 0: a half, or a quarter?",
)
def _(x):
    return expit(x) * (1 - expit(x))


@sigmoid.mistake(
    "this is tanh: it runs from −1 to 1",
    hint="A sigmoid can be read as a probability. Can a probability be negative?",
)
def _(x):
    return np.tanh(x)


@sigmoid.mistake(
    "this is the step function, not a smooth one",
    hint="What should come out halfway, at x = 0.1?",
)
def _(x):
    return (x >= 0).astype(x.dtype)


@sigmoid.mistake(
    "the inputs were normalised over the whole array: this is softmax",
    hint="Does the output for one number depend on its neighbours?",
)
def _(x):
    e = np.exp(x - x.max())
    return e / e.sum()
