"""The exercise `local_response_norm` of notebook 11."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="11",
    points=3,
    minutes=20,
    hints=(
        "Axis 1 holds the maps. Square first: squares = a**2, of the shape (N, C, H, W).",
        "For map i take squares[:, first : last] with first = max(0, i − n // 2) and last = "
        "i + n // 2 + 1, and add up over axis 1. (A slice may end beyond the last map.)",
        "total has the shape of a. Then a / (k + alpha * total)**beta.",
    ),
    explanation="For each map the squares of its neighbours, itself among them, are added up at "
    "each pixel. At the first and the last maps there are fewer neighbours, and nothing is put in "
    "their place. The sum never mixes pixels or images, only maps.",
)
def local_response_norm(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Divide each map by (k + alpha · the squares of n neighbouring maps)^beta, pixel by pixel.

    a (N, C, H, W); n odd: map i counts the maps from i - n // 2 to i + n // 2, as far as they
    exist -> (N, C, H, W)
    """
    squares = a**2
    total = np.empty_like(a)
    for i in range(a.shape[1]):
        first, last = max(0, i - n // 2), i + n // 2 + 1
        total[:, i] = squares[:, first:last].sum(axis=1)  # (N, H, W)
    return a / (k + alpha * total) ** beta


@local_response_norm.cases
def _(rng):
    def maps(*shape):
        return rng.normal(size=shape)

    tiny = np.array([3.0, -1.0, 2.0, 4.0]).reshape(1, 4, 1, 1)
    yield case(tiny, 3, 1.0, 1.0, 0.5, label="one pixel, four maps, n = 3")
    yield case(maps(2, 7, 3, 4), 5, 2.0, 0.3, 0.75, label="two images, seven maps, n = 5")
    after_relu = np.maximum(100 * maps(2, 8, 4, 3), 0)
    yield case(after_relu, 5, 2.0, 1e-4, 0.75, label="the paper's settings, behind a ReLU")
    yield case(3 * maps(3, 6, 2, 5), 1, 1.5, 0.8, 0.6, label="n = 1: each map with itself only")
    yield case(2 * maps(2, 4, 5, 3), 9, 0.5, 0.4, 1.2, label="n = 9 is more than there are maps")
    some = (50 * maps(5, 3, 6, 2)).astype(np.float32).transpose(3, 2, 0, 1)  # (2, 6, 5, 3)
    yield case(some, 3, 3.0, 0.02, 0.9, label="float32, not in memory order")
    yield case(-np.abs(maps(1, 9, 3, 2)), 7, 1.2, 0.7, 0.25, label="all numbers are negative")


@local_response_norm.oracle
def _(a, n, k, alpha, beta):
    out = np.empty_like(a)
    for b, i, y, x in np.ndindex(a.shape):
        near = [float(a[b, j, y, x]) ** 2 for j in range(a.shape[1]) if abs(j - i) <= n // 2]
        out[b, i, y, x] = a[b, i, y, x] / (k + alpha * math.fsum(near)) ** beta
    return out


def _near(values, n, *, before=None, after=None, own=True):
    """The sum over maps i - before … i + after, as far as they exist."""
    before, after = (n // 2 if side is None else side for side in (before, after))
    total = np.zeros_like(values)
    for i in range(values.shape[1]):
        total[:, i] = values[:, max(0, i - before) : i + after + 1].sum(axis=1)
    return total if own else total - values


def _around(values, n):
    """The same around the ends: behind the last map comes the first."""
    return sum(np.roll(values, shift, axis=1) for shift in range(-(n // 2), n // 2 + 1))


def _in_the_map(values, n, axes):
    """Neighbours within each map: along rows, or in a square."""
    for axis in axes:
        swapped = np.swapaxes(values, 1, axis)
        values = np.swapaxes(_near(swapped, n), 1, axis)
    return values


def _below(total, k, alpha, beta, n):
    return (k + alpha * total) ** beta


def _lrn(a, n=5, k=2.0, alpha=1e-4, beta=0.75, *, each=np.square, sums=_near, below=_below,
         above=lambda a: a, join=np.divide):  # fmt: skip
    """The normalisation with one thing exchanged."""
    with np.errstate(all="ignore"):
        total = sums(each(a.astype(np.float64)), n)
        return join(above(a), below(total, k, alpha, beta, n)).astype(a.dtype)


def _counted(values, n):
    return _near(values, n) / _near(np.ones_like(values), n)


def _each_map(values, n, places):
    """The sum over the maps that `places(i, n // 2, C)` picks, a slice or a list, for each map."""
    C = values.shape[1]
    sums = [values[:, places(i, n // 2, C)].sum(axis=1) for i in range(C)]
    return np.stack(sums, axis=1)


for name, hint, change in (
    (
        "alpha was divided by n: this is PyTorch's convention",
        "PyTorch divides alpha by n, the paper does not. What does the formula on the page say?",
        {"below": lambda t, k, alpha, beta, n: (k + alpha / n * t) ** beta},
    ),
    (
        "alpha was divided by the number of neighbours: a mean, not a sum",
        "Is it the sum of the squares, or their mean?",
        {"sums": _counted},
    ),
    (
        "the neighbours are pixels of the same map, not other maps",
        "Which axis of (N, C, H, W) counts the maps?",
        {"sums": partial(_in_the_map, axes=(2, 3))},
    ),
    (
        "the sum runs along a row of the map, not over maps",
        "Which axis of (N, C, H, W) counts the maps?",
        {"sums": partial(_in_the_map, axes=(3,))},
    ),
    (
        "the sum runs down a column of the map, not over maps",
        "Which axis of (N, C, H, W) counts the maps?",
        {"sums": partial(_in_the_map, axes=(2,))},
    ),
    (
        "the last neighbour is missing: a slice ends before its end",
        "With n = 3, map 1 has the neighbours 0, 1 and 2. Which maps does [0:2] hold?",
        {"sums": lambda v, n: _near(v, n, after=n // 2 - 1)},
    ),
    (
        "a slice began before map 0: a negative number counts from the end",
        "What is squares[:, -1:2]? What does max(0, …) do in front of a slice?",
        {"sums": partial(_each_map, places=lambda i, h, C: slice(i - h, i + h + 1))},
    ),
    (
        "negative numbers of maps were counted from the end: map −1 is the last one",
        "Has map 0 a neighbour before it? What is squares[:, -1]?",
        {"sums": partial(_each_map, places=lambda i, h, C: list(range(i - h, min(C, i + h + 1))))},
    ),
    (
        "the last map is missing wherever it belongs to the neighbours",
        "A slice ends *before* its end. What does [:, 5:C - 1] leave out of C maps?",
        {"sums": partial(_each_map,
                         places=lambda i, h, C: slice(max(0, i - h), min(C - 1, i + h + 1)))},
    ),
    (
        "the first neighbour is missing: the slice begins one too late",
        "With n = 3, map 1 has the neighbours 0, 1 and 2. With which one does your slice begin?",
        {"sums": lambda v, n: _near(v, n, before=n // 2 - 1)},
    ),
    (
        "n was not used: it is always 5",
        "i − 2 and i + 3 belong to n = 5. What stands there for any n?",
        {"sums": lambda v, n: _near(v, 5)},
    ),
    (
        "everything was added up: all images and all pixels of the neighbours",
        ".sum() adds up all there is. Along which axis do the maps lie?",
        {"sums": lambda v, n: np.broadcast_to(
            _near(v, n).sum(axis=(0, 2, 3), keepdims=True), v.shape)},
    ),
    (
        "the neighbours are images, not maps",
        "Which axis of (N, C, H, W) counts the images, and which one the maps?",
        {"sums": lambda v, n: _near(v.swapaxes(0, 1), n).swapaxes(0, 1)},
    ),
    (
        "n neighbours on each side were taken",
        "n is the width of the whole window. How many of them lie on one side?",
        {"sums": lambda v, n: _near(v, n, before=n, after=n)},
    ),
    (
        "only the maps behind were taken: the window begins at map i",
        "The window has its middle at map i. How many maps before it belong to it?",
        {"sums": lambda v, n: _near(v, n, before=0, after=n - 1)},
    ),
    (
        "only the maps before were taken: the window ends at map i",
        "The window has its middle at map i. How many maps behind it belong to it?",
        {"sums": lambda v, n: _near(v, n, before=n - 1, after=0)},
    ),
    (
        "the window goes around: the first map has the last one as its neighbour",
        "Is there a map before the first one? What should be counted in its place?",
        {"sums": _around},
    ),
    (
        "the map itself was left out of the sum",
        "i − n // 2 … i + n // 2: is i among them?",
        {"sums": lambda v, n: _near(v, n, own=False)},
    ),
    (
        "all maps were added up, not only the neighbours",
        "Where does your code use n?",
        {"sums": lambda v, n: v.sum(axis=1, keepdims=True)},
    ),
    (
        "the images of the batch were added up, too",
        "Does what one image gets depend on the others?",
        {"sums": lambda v, n: _near(v.sum(axis=0, keepdims=True), n)},
    ),
    (
        "the numbers were added up, not their squares",
        "Can your sum become negative? What is then under the power?",
        {"each": lambda a: a},
    ),
    (
        "the sizes of the numbers were added up, not their squares",
        "np.abs(a), or a**2? Look at the formula again.",
        {"each": np.abs},
    ),
    (
        "the sum was squared, not each number",
        "(3 − 1)², or 3² + 1²? What comes first, the square or the sum?",
        {"each": lambda a: a, "sums": lambda v, n: _near(v, n) ** 2},
    ),
    (
        "only alpha · sum was raised to the power beta, and k was added afterwards",
        "Where do the brackets in front of the exponent begin?",
        {"below": lambda t, k, alpha, beta, n: k + (alpha * t) ** beta},
    ),
    (
        "only the sum was raised to the power beta",
        "Python's ** binds more tightly than * and +. Where do the brackets begin?",
        {"below": lambda t, k, alpha, beta, n: k + alpha * t**beta},
    ),
    (
        "brackets: (k + alpha) · sum stands where k + alpha · sum belongs",
        "What does a map get whose neighbours are all 0? It should be divided by k to the beta.",
        {"below": lambda t, k, alpha, beta, n: ((k + alpha) * t) ** beta},
    ),
    (
        "brackets: a was divided by k only, and the sum added afterwards",
        "Python divides before it adds. Where must brackets stand in a / (k + …)?",
        {"below": lambda t, k, alpha, beta, n: (k, alpha * t**beta),
         "join": lambda above, below: above / below[0] + below[1]},
    ),
    (
        "alpha was multiplied by n",
        "PyTorch's layer wants n times the alpha of the formula. Does yours?",
        {"below": lambda t, k, alpha, beta, n: (k + alpha * n * t) ** beta},
    ),
    (
        "a is missing above the fraction line: 1 stands there",
        "1 / (…) is only the factor. What is multiplied by it?",
        {"above": np.ones_like},
    ),
    (
        "k was left out",
        "What is the denominator where all neighbours are 0?",
        {"below": lambda t, k, alpha, beta, n: (alpha * t) ** beta},
    ),
    (
        "k is always 1",
        "Where does your code use the argument k?",
        {"below": lambda t, k, alpha, beta, n: (1 + alpha * t) ** beta},
    ),
    (
        "alpha was left out",
        "Where does your code use the argument alpha?",
        {"below": lambda t, k, alpha, beta, n: (k + t) ** beta},
    ),
    (
        "the power beta was left out",
        "Where does your code use the argument beta?",
        {"below": lambda t, k, alpha, beta, n: k + alpha * t},
    ),
    (
        "a square root stands where the power beta belongs",
        "The length of a vector has a root. Which exponent does the formula have?",
        {"below": lambda t, k, alpha, beta, n: np.sqrt(k + alpha * t)},
    ),
    (
        "the exponent is 1 / beta",
        "x**0.5 is a root. Is it beta itself that stands in the exponent?",
        {"below": lambda t, k, alpha, beta, n: (k + alpha * t) ** (1 / beta)},
    ),
    (
        "multiplied where it should be divided",
        "Should loud neighbours make a number larger, or smaller?",
        {"join": np.multiply},
    ),
    (
        "the denominator was returned",
        "That is what a is divided by. Where is a?",
        {"join": lambda above, below: below},
    ),
    (
        "the square of a stands above the fraction line",
        "Squares belong into the sum below. What stands above?",
        {"above": np.square},
    ),
    (
        "signs were lost: what stands above is the size of a",
        "What should become of a negative number?",
        {"above": np.abs},
    ),
):  # fmt: skip
    local_response_norm.mistake(name, hint=hint)(partial(_lrn, **change))


@local_response_norm.mistake(
    "the maps were changed one after the other: later ones saw normalised neighbours",
    hint="When map 1 is computed, which map 0 does it get to see: the old or the new one?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = a.astype(np.float64)
    for i in range(a.shape[1]):
        near = out[:, max(0, i - n // 2) : i + n // 2 + 1]
        out[:, i] = out[:, i] / (k + alpha * (near**2).sum(axis=1)) ** beta
    return out.astype(a.dtype)


@local_response_norm.mistake(
    "n, k, alpha and beta are always the paper's, whatever was asked for",
    hint="Where does your code use its arguments n, k, alpha and beta?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    return _lrn(a)


@local_response_norm.mistake(
    "k, alpha and beta are always the paper's, whatever was asked for",
    hint="Where does your code use its arguments k, alpha and beta?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    return _lrn(a, n)


@local_response_norm.mistake(
    "only the first map was computed, and the others are 0",
    hint="How far is your `return` indented? What happens in the second round of the loop?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.zeros_like(a)
    out[:, 0] = _lrn(a, n, k, alpha, beta)[:, 0]
    return out


@local_response_norm.mistake(
    "a loop over the neighbours went on behind the last map",
    hint="The last map has no neighbour behind it. Where must the loop end: at i + n // 2, or "
    "sooner?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    def neighbours(i, h, C):
        return list(range(max(0, i - h), i + h + 1))

    return _lrn(a, n, k, alpha, beta, sums=partial(_each_map, places=neighbours))


@local_response_norm.mistake(
    "axis 0 was taken for the maps: x[i] is an image, x[:, i] is a map",
    hint="What is axis 0 of (N, C, H, W)? How do you write map i of all images?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.empty_like(a)
    for i in range(a.shape[1]):
        near = a[max(0, i - n // 2) : i + n // 2 + 1]
        out[i] = a[i] / (k + alpha * (near**2).sum(axis=0)) ** beta
    return out


@local_response_norm.mistake(
    "the sum ran over axis 0, the images, and the shapes do not fit",
    hint="squares[:, 2:5] has the shape (N, 3, H, W). Which axis has to vanish?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    total = np.empty_like(a)
    for i in range(a.shape[1]):
        total[:, i] = (a**2)[:, max(0, i - n // 2) : i + n // 2 + 1].sum(axis=0)
    return a / (k + alpha * total) ** beta


@local_response_norm.mistake(
    "n / 2 is not a whole number, and a slice needs whole numbers",
    hint="What is 5 / 2, and what is 5 // 2?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    return a[:, max(0, 0 - n / 2) : 0 + n / 2 + 1]


@local_response_norm.mistake(
    "n / 2 is not a whole number, and `range` needs whole numbers",
    hint="What is 5 / 2, and what is 5 // 2?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    def neighbours(i, h, C):
        return list(range(max(0, i - n / 2), min(C, i + n / 2 + 1)))

    return _lrn(a, n, k, alpha, beta, sums=partial(_each_map, places=neighbours))


@local_response_norm.mistake(
    "the input was changed in place",
    hint="`a /= …` writes into the array of whoever called you. What does `a / …` do?",
)
def _(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    a[...] = _lrn(a, n, k, alpha, beta)
    return a
