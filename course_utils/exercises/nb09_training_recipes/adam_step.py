"""The exercise `adam_step` of notebook 09."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import swapped


@exercise(
    notebook="09",
    points=3,
    minutes=20,
    returns=("weight", "m", "v"),
    hints=(
        "m and v are fading means: beta1 times the old m plus (1 − beta1) times the gradient, and "
        "the same with beta2 and the square of the gradient.",
        "The corrected means are m / (1 − beta1**t) and v / (1 − beta2**t). Give them names of "
        "their own: m and v themselves are returned without the correction.",
        "The step is lr · m̂ / (√v̂ + eps): eps stands outside the root.",
    ),
    explanation="m and v begin at 0 and are too small at first; after t steps the weights of the "
    "gradients in them add up to 1 − beta**t, and that is what they are divided by. m and v go on "
    "uncorrected: correcting them again and again would count the correction many times.",
)
def adam_step(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam.

    weight, grad, m, v of equal shapes: m and v are the fading means of the gradient and of its
    square, both 0 before the first step; t: the number of this step, from 1
    -> (weight, m, v), new; m and v without the correction
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return weight - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.cases
def _(rng):
    def drawn(*shape):
        return *rng.normal(size=(3, *shape)), rng.random(shape)  # v is a mean of squares: not < 0

    zero = np.zeros(2)
    grad = np.array([0.5, -3.0])
    yield case(np.array([1.0, 2.0]), grad, zero, zero, 1, 0.1, 0.9, 0.999, 1e-8,
               label="the first step")  # fmt: skip
    yield case(*drawn(3, 4), 2, 0.2, 0.8, 0.95, 1e-8, label="the second step, a matrix")
    yield case(*drawn(5), 7, 0.05, 0.9, 0.99, 0.1, label="a large eps")
    yield case(*drawn(2, 3, 2), 10**6, 0.1, 0.7, 0.9, 1e-3, label="after a million steps")
    weight, grad, m, v = drawn(4)
    grad[1:3] = m[1:3] = v[1:3] = 0
    yield case(weight, grad, m, v, 3, 0.3, 0.6, 0.9, 1e-4, label="weights that never had a slope")
    weight, grad, m, v = (a.astype(np.float32).T for a in drawn(4, 6))
    yield case(weight, grad, m, v, 5, 0.02, 0.5, 0.8, 0.01, label="float32, not in memory order")


@adam_step.groups({"after a million steps": 1, "early steps": 2})
def _(weight, grad, m, v, t, lr, beta1, beta2, eps):
    return "after a million steps" if t == 10**6 else "early steps"


@adam_step.oracle
def _(weight, grad, m, v, t, lr, beta1, beta2, eps):
    results = tuple(np.empty_like(weight) for _ in range(3))
    for place in np.ndindex(weight.shape):
        g = float(grad[place])
        mean = g + beta1 * (float(m[place]) - g)
        square = g * g + beta2 * (float(v[place]) - g * g)
        down = (square / (1 - beta2**t)) ** 0.5 + eps
        moved = float(weight[place]) - lr / (1 - beta1**t) * mean / down
        for result, number in zip(results, (moved, mean, square), strict=True):
            result[place] = number
    return results


def _moment(old, new, beta):
    return beta * old + (1 - beta) * new


def _swapped(old, new, beta):
    return (1 - beta) * old + beta * new


def _adam(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, *, first=_moment, second=_moment,
          square=lambda g: g**2, correct=lambda new, beta, t: new / (1 - beta**t), only=None,
          move=None, down=lambda v_hat, eps: np.sqrt(v_hat) + eps, order=None):  # fmt: skip
    """The step with one thing exchanged."""
    with np.errstate(all="ignore"):
        new_m, new_v = first(m, g, beta1), second(v, square(g), beta2)
        m_hat = new_m if only == "v" else correct(new_m, beta1, t)
        v_hat = new_v if only == "m" else correct(new_v, beta2, t)
        bottom = down(v_hat, eps)
        step = lr * m_hat / bottom if move is None else move(lr, m_hat, bottom, g, m)
        results = w - step, new_m, new_v
    return results if order is None else order(*results, m_hat, v_hat)


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the corrected m and v were returned",
    "the factor 1 − beta is missing in m and v",
    "the old m and v were not used",
)


for name, hint, change in (
    (
        "the correction is missing: m and v begin at 0 and are too small at first",
        "After the first step m is (1 − beta1) times the gradient. By what must it be divided to "
        "be the gradient?",
        {"correct": lambda new, beta, t: new},
    ),
    (
        "only m was corrected, v was not",
        "v began at 0, too. How large is it after the first step?",
        {"only": "m"},
    ),
    (
        "only v was corrected, m was not",
        "m began at 0, too. How large is it after the first step?",
        {"only": "v"},
    ),
    (
        "t was counted one step too far",
        "t is 1 in the first step already. What is beta**1?",
        {"correct": lambda new, beta, t: new / (1 - beta ** (t + 1))},
    ),
    (
        "t was taken to start at 0",
        "In the first step t is 1. By what do you divide then?",
        {"correct": lambda new, beta, t: new / np.float64(1 - beta ** (t - 1))},
    ),
    (
        "the correction does not depend on t: it is always that of the first step",
        "After a thousand steps, is m still too small by the factor 1 − beta1?",
        {"correct": lambda new, beta, t: new / (1 - beta)},
    ),
    (
        "beta was multiplied by t, not raised to the power t",
        "In Python beta**t is a power. What is 1 − 0.9 · 20?",
        {"correct": lambda new, beta, t: new / (1 - beta * t)},
    ),
    (
        "1 − beta was raised to the power t, not beta alone",
        "1 − beta**t, or (1 − beta)**t? Where are the brackets in the formula?",
        {"correct": lambda new, beta, t: new / np.float64((1 - beta) ** t)},
    ),
    (
        "the correction multiplies where it should divide",
        "m is too small at first. Does your correction make it larger?",
        {"correct": lambda new, beta, t: new * (1 - beta**t)},
    ),
    (
        "the corrected m and v were returned",
        "The next step corrects again. What comes out if m has been corrected already?",
        {"order": lambda w, m, v, m_hat, v_hat: (w, m_hat, v_hat)},
    ),
    (
        "eps stands inside the root",
        "√v̂ + eps, or √(v̂ + eps)? Look at the formula again.",
        {"down": lambda v_hat, eps: np.sqrt(v_hat + eps)},
    ),
    (
        "eps is missing",
        "What is 0 / 0 for a weight whose gradient has always been 0?",
        {"down": lambda v_hat, eps: np.sqrt(v_hat)},
    ),
    (
        "the root is missing: the step was divided by v̂",
        "If all gradients are ten times as large, m̂ grows by 10 and v̂ by 100. Should the step "
        "change?",
        {"down": lambda v_hat, eps: v_hat + eps},
    ),
    (
        "v is the mean of the gradient, not of its square",
        "Can your v become negative? What is the root then?",
        {"square": lambda g: g},
    ),
    (
        "v is the mean of the gradient's size, not of its square",
        "np.abs(grad), or grad**2? Which of them goes with the root?",
        {"square": np.abs},
    ),
    (
        "all weights share one v: the squares were averaged over the weights",
        "The point of Adam is that each weight has its own step size. Over what is v a mean: over "
        "the weights, or over time?",
        {"square": lambda g: np.full_like(g, (g**2).mean())},
    ),
    (
        "the factor 1 − beta is missing in m and v",
        "For a *mean* the factors must add up to 1. What is beta1 plus your factor?",
        {"first": lambda o, n, b: b * o + n, "second": lambda o, n, b: b * o + n},
    ),
    (
        "the factor 1 − beta1 is missing in m, as if it were the velocity of SGD",
        "For a *mean* the factors must add up to 1. What is beta1 plus your factor?",
        {"first": lambda o, n, b: b * o + n},
    ),
    (
        "the factor 1 − beta2 is missing in v",
        "For a *mean* the factors must add up to 1. What is beta2 plus your factor?",
        {"second": lambda o, n, b: b * o + n},
    ),
    (
        "beta and 1 − beta have changed places",
        "beta1 is 0.9. Does m remember nine tenths of its past, or one tenth?",
        {"first": _swapped, "second": _swapped},
    ),
    (
        "the old m and v were not used",
        "Which line of your code uses the m that was given?",
        {"first": lambda o, n, b: (1 - b) * n, "second": lambda o, n, b: (1 - b) * n},
    ),
    (
        "the weight moved with the gradient, not with m̂: this is RMSProp, nearly",
        "What stands above the fraction line?",
        {"move": lambda lr, m_hat, bottom, g, m: lr * g / bottom},
    ),
    (
        "the step goes uphill",
        "The gradient points to where the loss grows. Where do you want to go?",
        {"move": lambda lr, m_hat, bottom, g, m: -lr * m_hat / bottom},
    ),
    (
        "the step was not divided by √v̂ + eps",
        "Which line of your code uses v for the step?",
        {"move": lambda lr, m_hat, bottom, g, m: lr * m_hat},
    ),
    (
        "the learning rate was left out",
        "How long should the step be when m̂ and √v̂ are equal?",
        {"move": lambda lr, m_hat, bottom, g, m: m_hat / bottom},
    ),
    (
        "the results stand in the order m, v, weight",
        "Which of the three does the docstring name first?",
        {"order": lambda w, m, v, m_hat, v_hat: (m, v, w)},
    ),
):  # fmt: skip
    adam_step.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_adam, **change))


adam_step.slip(
    swapped("beta1", "beta2"),
    "beta1 and beta2 have been exchanged",
    hint="Which of the two belongs to m, and which to v?",
)


@adam_step.mistake(
    "the step was taken with the old m and v",
    hint="First m and v, then the weight: are they new when the weight moves?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    keep = {"first": lambda o, n, b: o, "second": lambda o, n, b: o}
    moved = _adam(weight, grad, m, v, t, lr, beta1, beta2, eps, **keep)[0]
    return moved, *_adam(weight, grad, m, v, t, lr, beta1, beta2, eps)[1:]


@adam_step.mistake(
    "m and v were returned as they came",
    hint="The next step needs what this one has learned. Which m and v does it need?",
    whole=True,
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(weight, grad, m, v, t, lr, beta1, beta2, eps)[0], m, v


@adam_step.mistake(
    "beta1, beta2 and eps are always 0.9, 0.999 and 1e-8, whatever was asked for",
    hint="Where does your code use the arguments beta1, beta2 and eps?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(weight, grad, m, v, t, lr)


@adam_step.mistake(
    "m and v were changed in place",
    hint="`m *= beta1` writes into the array of whoever called you. What does `m = beta1 * m + …` "
    "do?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new_m, new_v = _adam(weight, grad, m, v, t, lr, beta1, beta2, eps)
    m[...], v[...] = new_m, new_v
    return moved, m, v
