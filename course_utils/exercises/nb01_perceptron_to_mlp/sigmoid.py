"""The exercise `sigmoid` of notebook 01."""

import math
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

    x: an array of any shape -> an array of the same shape, values in [0, 1], each one right to six
    digits, however small it is
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
    yield case(np.array([[0.0, 1000.0]]), label="a row with 0 and 1000")
    yield case(np.array([[-1000.0, 0.0]]), label="a row with −1000 and 0")


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
    "e^(−x) overflowed for very negative x, even though every value came out right",
    hint="For which x is e^(−x) too large for a float? Use the other form there.",
)
def _(x):
    return 1 / (1 + np.exp(-x))


@sigmoid.mistake(
    "np.where computes both forms everywhere, also where one of them overflows and is not wanted",
    hint="np.exp(-np.abs(x)) never overflows. Can you write both forms with it?",
)
def _(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@sigmoid.mistake(
    "small values were rounded away: 1 − (a number next to 1) keeps no digits",
    hint="What is 1 − 1/(1 + e) for e = 1e-18? For x < 0, write e/(1 + e) instead.",
    also=(lambda x: 1 - 1 / (1 + np.exp(x)), lambda x: 1 - expit(-x)),
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
    also=(lambda x: np.exp(-x) / (1 + np.exp(-x)),),
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
    also=(lambda x: (x > 0).astype(x.dtype),),
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


@sigmoid.mistake(
    "this is the sigmoid of −x: it falls from 1 to 0",
    hint="Should the value at x = 5 be close to 1 or close to 0? Which form belongs to x ≥ 0?",
)
def _(x):
    return expit(-x)


def _clipped(bound):
    return lambda x: expit(np.clip(x, -bound, bound))


_BOUNDS = (10, 20, 30, 36, 37, 40, 50, 60, 80, 88, 100, 200, 250, 300, 400, 600)


@sigmoid.mistake(
    "x was clipped, so the small values are lost: below the bound all inputs give the same",
    hint="What comes out for x = −1000? Is it as small as 1/(1 + e^1000)?",
    also=tuple(map(_clipped, _BOUNDS)),
)
def _(x):
    return expit(np.clip(x, -500, 500))


@sigmoid.mistake(
    "the form with tanh loses the small values: 1 + tanh(x/2) is a difference of two numbers "
    "next to 1",
    hint="What is np.tanh(-20), to the last digit? How many digits are left after adding 1?",
)
def _(x):
    return 0.5 * (1 + np.tanh(x / 2))


_SMALL = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16, 1e-20)


@sigmoid.mistake(
    "the result was clipped, so that it is never quite 0 or 1",
    hint="What is the sigmoid of −1000, and which is the smallest value that you let through?",
    also=tuple(lambda x, e=e: np.clip(expit(x), e, 1 - e) for e in _SMALL),
)
def _(x):
    return np.clip(expit(x), 1e-15, 1 - 1e-15)


@sigmoid.mistake(
    "x and −x get the same value: exp(−|x|) needs another form on each side",
    hint="What do you get for x = 5, and what for x = −5?",
    also=(lambda x: expit(-np.abs(x)),),
)
def _(x):
    return expit(np.abs(x))


@sigmoid.mistake(
    "negative inputs were left at 0",
    hint="Which line of yours writes the entries with x < 0?",
    also=(lambda x: np.where(x > 0, expit(x), 0),),
)
def _(x):
    return np.where(x >= 0, expit(x), 0)


@sigmoid.mistake(
    "this is e^x: the 1 + under the fraction line is missing",
    hint="What is the value at x = 0: 1, or a half?",
)
def _(x):
    return 1 / np.exp(-x)


@sigmoid.mistake(
    "the plus under the fraction line became a minus",
    hint="What do you get for x = 0? Can 1 + e^(−x) be 0?",
)
def _(x):
    return 1 / (1 - np.exp(-x))


@sigmoid.mistake(
    "a function for single numbers, such as math.exp, was given a whole array",
    hint="Which module has an exp that works entry by entry?",
)
def _(x):
    return 1 / (1 + math.exp(-x))


def _cut_off(bound):
    return lambda x: np.where(x < -bound, 0, np.where(x > bound, 1, expit(x)))


@sigmoid.mistake(
    "the small values were set to 0",
    hint="From which x on do you say 0? Is the value there smaller than any float?",
    also=tuple(map(_cut_off, (10, 20, 36, 37, 40, 50))),
)
def _(x):
    return np.where(x < -30, 0, np.where(x > 30, 1, expit(x)))


@sigmoid.mistake(
    "for negative x, e^x was not divided by 1 + e^x",
    hint="What do you get for x = −0.001, and what for x = 0?",
)
def _(x):
    return np.where(x >= 0, expit(x), np.exp(np.minimum(x, 0)))


@sigmoid.mistake(
    "the curve is a straight line, cut off at 0 and 1",
    hint="How large is the sigmoid at x = 3? Can it ever reach 1?",
    also=(lambda x: np.clip(x, 0, 1), lambda x: np.clip(0.5 + 0.2 * x, 0, 1)),
)
def _(x):
    return np.clip(0.5 + x / 4, 0, 1)
