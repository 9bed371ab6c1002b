"""The exercise `numerical_gradient` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import negated, scaled


@exercise(
    notebook="02",
    points=2,
    minutes=15,
    rtol=1e-7,
    hints=(
        "Change one entry of x, and only that one. By how much does f change, up and down?",
        "np.ndindex(x.shape) visits every position of an array of any shape.",
        "Work on a float copy of x. Remember the old value of the entry; set it to old + eps, call "
        "f; set it to old − eps, call f; set it back to old.",
    ),
    explanation="Each entry is moved up and down by eps while all others stand still. The "
    "difference of the two values, divided by the distance 2·eps, is the slope in that direction. "
    "Looking both ways makes the error shrink with eps² instead of eps.",
)
def numerical_gradient(f, x, eps=1e-5):
    """The gradient of f at x by central differences.

    f: takes an array like x and gives a number; x (any shape) -> an array of the same shape
    """
    x = np.array(x, dtype=float)  # a copy: the caller's x stays as it is
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        middle = x[place]
        x[place] = middle + eps
        above = f(x)
        x[place] = middle - eps
        below = f(x)
        x[place] = middle
        gradient[place] = (above - below) / (2 * eps)
    return gradient


def _cubic(x):
    return float((x**3).sum())


def _mixed(x):
    return float((np.sin(x) * np.roll(x, 1)).sum())


def _weighted_squares(x):
    return float((np.arange(x.size).reshape(x.shape) * x * x).sum())


@numerical_gradient.cases
def _(rng):
    yield case(_cubic, np.array([2.0, 1.0]), 1e-2, label="x³ + y³ at (2, 1), eps = 0.01")
    yield case(_mixed, rng.normal(size=3), 1e-3, label="entries that depend on their neighbours")
    yield case(_weighted_squares, rng.normal(size=(2, 3)), 1e-3, label="a matrix")
    yield case(_mixed, rng.normal(size=(2, 3, 2)), 1e-2, label="three axes, eps = 0.01")
    yield case(_cubic, np.array(1.5), 1e-2, label="a single number")


@numerical_gradient.oracle
def _(f, x, eps):
    flat, slopes = np.asarray(x, dtype=float).ravel(), []
    for k in range(flat.size):
        step = np.zeros_like(flat)
        step[k] = eps
        up, down = (flat + step).reshape(x.shape), (flat - step).reshape(x.shape)
        slopes.append((f(up) - f(down)) / (2 * eps))
    return np.array(slopes).reshape(x.shape)


def _difference(f, x, eps, up, down, divide, keep=False):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        middle = x[place]
        x[place] = middle + up * eps
        above = f(x)
        x[place] = middle + down * eps
        gradient[place] = (above - f(x)) / divide
        x[place] = x[place] if keep else middle
    return gradient


@numerical_gradient.mistake(
    "a one-sided difference: f(x + eps) − f(x), divided by eps",
    hint="Look both ways. Which two values of f lie at equal distances from x?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, 0, eps)


numerical_gradient.slip(
    scaled(2),
    "the difference was divided by eps, but the two points are 2·eps apart",
    hint="How far is x + eps from x − eps?",
)

numerical_gradient.slip(
    negated(),
    "the sign is wrong: f(x − eps) comes first",
    hint="If f grows with x, should the gradient be positive or negative?",
)


@numerical_gradient.mistake(
    "an entry was not put back before the next one was moved",
    hint="When you move the second entry, is the first one at its old value again?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, 2 * eps, keep=True)


@numerical_gradient.mistake(
    "all entries were moved at once",
    hint="The gradient has one slope for each entry. Which entry moved in your step?",
)
def _(f, x, eps):
    x = np.asarray(x, dtype=float)
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


@numerical_gradient.mistake(
    "all entries were moved at once, and one number came back",
    hint="The gradient has one slope for each entry of x. Which loop is missing?",
)
def _(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@numerical_gradient.mistake(
    "x was moved in place, and adding and taking away eps does not bring back the exact number",
    hint="In floats, 0.1 + 0.2 − 0.2 − 0.1 is not 0. Could you keep the old value, or work on a "
    "copy?",
)
def _(f, x, eps):
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        x[place] += eps
        above = f(x)
        x[place] -= 2 * eps
        gradient[place] = (above - f(x)) / (2 * eps)
        x[place] += eps
    return gradient


@numerical_gradient.mistake(
    "the division by 2 · eps lacks its brackets: / 2 * eps multiplies with eps",
    hint="Python goes from left to right: what is 8 / 2 * 4?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, 2 / eps)


@numerical_gradient.mistake(
    "the difference was not divided by the distance",
    hint="A slope is rise over run. What is the run here?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, 1)
