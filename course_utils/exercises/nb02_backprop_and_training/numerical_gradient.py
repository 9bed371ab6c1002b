"""The exercise `numerical_gradient` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb02_backprop_and_training import numerical_forms as nf
from course_utils.exercises.slips import ignored, negated, result, scaled


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

    f: takes an array like x and gives a number; x (any shape, floats or whole numbers)
    -> an array of floats of the same shape
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


def _cubes_of_row_sums(x):
    return float((x.sum(axis=-1) ** 3).sum())


def _weighted_squares(x):
    return float((np.arange(x.size).reshape(x.shape) * x * x).sum())


@numerical_gradient.cases
def _(rng):
    yield case(_cubic, np.array([2.0, 1.0]), 1e-2, label="x³ + y³ at (2, 1), eps = 0.01")
    yield case(_mixed, rng.normal(size=3), 1e-3, label="entries that depend on their neighbours")
    yield case(_weighted_squares, rng.normal(size=(2, 3)), 1e-3, label="a matrix")
    yield case(_mixed, rng.normal(size=(2, 3, 2)), 1e-2, label="three axes, eps = 0.01")
    yield case(_cubic, np.array(1.5), 1e-2, label="a single number")
    rows = rng.normal(size=(3, 2))
    yield case(_cubes_of_row_sums, rows, 1e-2, label="a function that depends on the shape of x")
    whole = np.array([[3, -1], [2, 4]])
    yield case(_mixed, whole, 1e-2, label="x holds whole numbers: eps must not be rounded away")


@numerical_gradient.oracle
def _(f, x, eps):
    flat, slopes = np.asarray(x, dtype=float).ravel(), []
    for k in range(flat.size):
        step = np.zeros_like(flat)
        step[k] = eps
        up, down = (flat + step).reshape(x.shape), (flat - step).reshape(x.shape)
        slopes.append((f(up) - f(down)) / (2 * eps))
    return np.array(slopes).reshape(x.shape)


@numerical_gradient.mistake(
    "a one-sided difference: f(x + eps) − f(x), divided by eps",
    hint="Look both ways. Which two values of f lie at equal distances from x?",
)
def _(f, x, eps):
    return nf.difference(f, x, eps, 1, 0, eps)


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
    also=(
        lambda f, x, eps: nf.same_arrays(f, x, eps, x.astype(float), x.astype(float)),
        lambda f, x, eps: nf.in_place(f, x.astype(float), -eps, back=False),
        lambda f, x, eps: nf.in_place(f, x, eps, back=False),
        lambda f, x, eps: nf.in_place(f, x, eps, x.dtype, back=False),
    ),
)
def _(f, x, eps):
    return nf.in_place(f, x.astype(float), eps, back=False)


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
    hint="In floats, 0.1 + 0.2 − 0.2 − 0.1 is not 0. Could you keep the old value, or use a copy?",
    also=(lambda f, x, eps: nf.in_place(f, x, eps, x.dtype),),
)
def _(f, x, eps):
    return nf.in_place(f, x, eps)


@numerical_gradient.mistake(
    "the division by 2 · eps lacks its brackets: / 2 * eps multiplies with eps",
    hint="Python goes from left to right: what is 8 / 2 * 4?",
)
def _(f, x, eps):
    return nf.difference(f, x, eps, 1, -1, 2 / eps)


@numerical_gradient.mistake(
    "the difference was not divided by the distance",
    hint="A slope is rise over run. What is the run here?",
)
def _(f, x, eps):
    return nf.difference(f, x, eps, 1, -1, 1)


@numerical_gradient.mistake(
    "a one-sided difference: f(x) − f(x − eps), divided by eps",
    hint="Look both ways. Which two values of f lie at equal distances from x?",
)
def _(f, x, eps):
    return nf.difference(f, x, eps, 0, -1, eps)


@numerical_gradient.mistake(
    "only one of the two points was moved, but the difference was divided by 2 · eps",
    hint="How far apart are the two points at which you call f?",
    also=(lambda f, x, eps: nf.difference(f, x, eps, 0, -1, 2 * eps),),
)
def _(f, x, eps):
    return nf.difference(f, x, eps, 1, 0, 2 * eps)


@numerical_gradient.mistake(
    "the gradient is 0 everywhere, as if up and down were one array: `up = x` makes no copy",
    hint="After up = x; down = x, how many arrays are there? What does .copy() do?",
    also=(lambda f, x, eps: nf.same_arrays(f, x, eps, x, x),),
)
def _(f, x, eps):
    return np.zeros(x.shape)


@numerical_gradient.mistake(
    "the entries were moved in an array of whole numbers, which cuts eps off",
    hint="What is x.dtype? Put 3.01 into np.array([1, 2]) and look at it.",
    also=(lambda f, x, eps: nf.copies(f, x, eps, dtype=x.dtype).astype(x.dtype),),
)
def _(f, x, eps):
    return nf.copies(f, x, eps, dtype=x.dtype)


@numerical_gradient.mistake(
    "the gradient was written into an array of whole numbers: np.zeros_like(x) takes over x's type",
    hint="What is the dtype of np.zeros_like(x) if x holds whole numbers?",
)
def _(f, x, eps):
    return numerical_gradient(f, x, eps).astype(x.dtype)


@numerical_gradient.mistake(
    "f was given a single entry instead of the whole array",
    hint="f depends on all entries of x. With what do you call it?",
)
def _(f, x, eps):
    slopes = [(f(v + eps) - f(v - eps)) / (2 * eps) for v in x.astype(float).ravel()]
    return np.array(slopes).reshape(x.shape)


@numerical_gradient.mistake(
    "f was given a flat array instead of one of x's shape",
    hint="Which shape does f expect, and which shape has what you give it?",
    also=(lambda f, x, eps: numerical_gradient(f, x.ravel(), eps),),
)
def _(f, x, eps):
    return numerical_gradient(f, x.ravel(), eps).reshape(x.shape)


@numerical_gradient.mistake(
    "the difference was divided by 2, not by 2 · eps",
    hint="How far apart are the two points at which you call f?",
)
def _(f, x, eps):
    return nf.difference(f, x, eps, 1, -1, 2)


numerical_gradient.slip(
    result(lambda gradient, **arguments: gradient.sum()),
    "the slopes were added up to one number",
    hint="The gradient has one slope for each entry of x. Which shape has yours?",
)

numerical_gradient.slip(
    ignored("eps", 1e-5),
    "eps was not used, but a step size of your own",
    hint="Where does your code use eps?",
    also=(lambda f, x, eps: numerical_gradient(f, x, 1e-3),),
)

numerical_gradient.slip(
    result(lambda gradient, **arguments: gradient.ravel()),
    "the gradient came out flat",
    hint="Which shape should the gradient of a (2, 3) matrix have? What does .reshape(x.shape) do?",
)


@numerical_gradient.mistake(
    "whole rows were moved at once: x[i] is a single entry only if x has one axis",
    hint="For a matrix, what is x[0]? How many entries moved in your step?",
    also=(lambda f, x, eps: nf.copies(f, x, eps, lambda x: range(x.size)),),
)
def _(f, x, eps):
    return nf.copies(f, x, eps, lambda x: range(len(x)))


@numerical_gradient.mistake(
    "two loops, over rows and columns, fit a matrix only",
    hint="How many axes may x have? Which function of NumPy visits every position of any shape?",
)
def _(f, x, eps):
    return nf.copies(f, x, eps, lambda x: np.ndindex(x.shape[0], x.shape[1]))


@numerical_gradient.mistake(
    "only the slope of the first entry was computed",
    hint="How often does your loop run? Is the `return` inside it?",
)
def _(f, x, eps):
    return nf.copies(f, x, eps, lambda x: list(np.ndindex(x.shape))[:1])


@numerical_gradient.mistake(
    "the last entry was left out",
    hint="How many entries does x have, and how often does your loop run?",
)
def _(f, x, eps):
    return nf.copies(f, x, eps, lambda x: list(np.ndindex(x.shape))[:-1])


numerical_gradient.slip(
    result(lambda gradient, **arguments: gradient.flat[-1]),
    "the slope of the last entry came back alone: each slope overwrites the one before",
    hint="In your loop, is it gradient = …, or gradient[place] = …?",
)
