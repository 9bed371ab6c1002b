"""The exercise `layer_norm` of notebook 23."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb23_self_attention.arrays import strided
from course_utils.exercises.slips import first_only, ignored, missing, swapped


@exercise(
    notebook="23",
    points=2,
    minutes=10,
    hints=(
        "Which numbers belong together: those of one token, along the last axis.",
        "x.mean(axis=-1, keepdims=True) has shape (N, T, 1), and can be subtracted from x.",
        "eps goes under the root, beside the variance.",
    ),
    explanation="Mean and variance are those of one token, so neither the other tokens nor the "
    "other images have a say, and training and test are the same. eps keeps a token of equal "
    "numbers from being 0 / 0: it becomes bias.",
)
def layer_norm(x, weight, bias, eps=1e-5):
    """Each token with mean 0 and variance 1, then times weight, plus bias.

    x (N, T, D); weight, bias (D,): one number for each channel. The variance is the mean of the
    squared differences, and eps is added to it. A token of equal numbers becomes bias.
    -> (N, T, D)
    """
    mean = x.mean(axis=-1, keepdims=True)  # (N, T, 1)
    variance = x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * weight + bias


@layer_norm.cases
def _(rng):
    ones, zeros = np.ones(2), np.zeros(2)
    yield case(np.array([[[1.0, 3.0]]]), ones, zeros, label="one token of two numbers")
    yield case(np.array([[[1.0, 3.0, 8.0], [2.0, 0.0, 1.0]]]), np.ones(3), np.zeros(3),
               label="two tokens, weight 1, bias 0")  # fmt: skip
    weight, bias = rng.normal(size=4), rng.normal(size=4)
    yield case(rng.normal(size=(1, 2, 4)), weight, np.zeros(4), label="a weight")
    yield case(rng.normal(size=(1, 2, 4)), np.ones(4), bias, label="a bias")
    yield case(3 * rng.normal(size=(2, 3, 4)) + 5, weight, bias, label="two images of 3 tokens")
    yield case(0.1 * rng.normal(size=(3, 2, 5)), np.ones(5), np.zeros(5), 0.5, label="eps = 0.5")
    flat = rng.normal(size=(2, 2, 4))
    flat[0, 1], flat[1, 0] = 7, 0
    yield case(flat, weight, bias, label="tokens of equal numbers")
    yield case(np.array([[[0.0, 1000], [1000, 1000], [-1000, 0]]]), ones, zeros,
               label="tokens of 0 and 1000")  # fmt: skip
    yield case(1e-3 * rng.normal(size=(1, 3, 5)), np.ones(5), np.zeros(5),
               label="tiny numbers: eps counts")  # fmt: skip
    yield case(np.array([[[4.0], [-2.0]]]), np.array([3.0]), np.array([0.5]),
               label="a single channel: only the bias is left")  # fmt: skip
    yield case(rng.normal(size=(3, 3, 3)) + 2, rng.normal(size=3), rng.normal(size=3), 1e-3,
               label="all sizes alike")  # fmt: skip
    yield case(rng.integers(-5, 6, (2, 2, 4)), weight, bias, label="whole numbers (dtype int)")
    yield case(strided(rng.normal(size=(2, 5, 6))), strided(rng.normal(size=6)),
               strided(rng.normal(size=6)), label="float32, not in memory order")  # fmt: skip


@layer_norm.oracle
def _(x, weight, bias, eps=1e-5):
    out = np.zeros(x.shape)
    for n, t in np.ndindex(*x.shape[:2]):
        numbers = x[n, t].tolist()
        mean = sum(numbers) / len(numbers)
        variance = sum((a - mean) ** 2 for a in numbers) / len(numbers)
        for d, a in enumerate(numbers):
            out[n, t, d] = (a - mean) * (variance + eps) ** -0.5 * weight[d] + bias[d]
    return out


def _norm(x, weight, bias, eps=1e-5, *, axis=-1, mean=None, spread=None, last=None):
    """The layer with one thing changed.

    axis: what belongs together; mean(x); spread(x, eps): what is divided by; last(normed, weight,
    bias)
    """
    middle = mean(x) if mean else x.mean(axis=axis, keepdims=True)
    by = spread(x, eps) if spread else np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    with np.errstate(all="ignore"):
        normed = (x - middle) / by
        return last(normed, weight, bias) if last else normed * weight + bias


def _deviation(x, **settings):
    with np.errstate(all="ignore"):
        return x.std(axis=-1, keepdims=True, **settings)


def _of_one_less(x, eps, under=True):
    if x.shape[-1] == 1:
        return np.full((*x.shape[:-1], 1), np.nan)
    variance = x.var(axis=-1, ddof=1, keepdims=True)
    return np.sqrt(variance + eps) if under else np.sqrt(variance) + eps


layer_norm.mistake(
    "mean and variance are those of a channel over the tokens, not of a token",
    hint="Has one token a say in how another one is normalised? Over which axis is your mean?",
)(partial(_norm, axis=1))


layer_norm.mistake(
    "mean and variance are those of a channel over the whole batch: this is batch norm",
    hint="One image more in the batch: do the others change in your code? Should they?",
    also=(partial(_norm, axis=0),),
)(partial(_norm, axis=(0, 1)))


layer_norm.mistake(
    "all tokens of an image share one mean and one variance",
    hint="Each token is normalised by itself. How many means are there, N or N·T?",
)(partial(_norm, axis=(1, 2)))


layer_norm.mistake(
    "there is one mean and one variance for everything",
    hint="x.mean() without an axis is a single number. How many tokens are there?",
    also=(partial(_norm, mean=lambda x: x.mean()), partial(
        _norm, spread=lambda x, eps: np.sqrt(x.var() + eps))),
)(partial(_norm, axis=None))  # fmt: skip


layer_norm.mistake(
    "divided by the variance, not by its root",
    hint="Numbers twice as large have a variance four times as large. Should the result change?",
)(partial(_norm, spread=lambda x, eps: x.var(axis=-1, keepdims=True) + eps))


layer_norm.mistake(
    "eps is outside of the root",
    hint="With numbers as small as eps it makes a difference: root of the sum, or sum with the "
    "root?",
)(partial(_norm, spread=lambda x, eps: _deviation(x) + eps))


layer_norm.mistake(
    "eps was left out: a token of equal numbers is 0 / 0",
    hint="What is the variance of (7, 7, 7, 7)?",
    also=(partial(_norm, spread=lambda x, eps: np.where(_deviation(x) > 0, _deviation(x), 1)),),
)(partial(_norm, spread=lambda x, eps: _deviation(x)))


layer_norm.slip(ignored("eps", 1e-5), "eps was not used: it is always 0.00001")


layer_norm.mistake(
    "another eps than that of the argument keeps the root from 0",
    hint="Where does the argument eps come in?",
    also=(
        partial(_norm, spread=lambda x, eps: np.sqrt(x.var(axis=-1, keepdims=True) + 1e-8)),
        partial(_norm, spread=lambda x, eps: np.sqrt(x.var(axis=-1, keepdims=True) + eps**2)),
        partial(_norm, spread=lambda x, eps: np.maximum(_deviation(x), eps)),
    ),
)(partial(_norm, spread=lambda x, eps: np.sqrt(x.var(axis=-1, keepdims=True) + 1e-6)))


layer_norm.mistake(
    "the variance was divided by D − 1, not by D",
    hint="The docstring says that the variance is a mean. Of how many numbers? (ddof=1 is for "
    "samples.)",
    also=(partial(_norm, spread=partial(_of_one_less, under=False)),),
)(partial(_norm, spread=_of_one_less))


layer_norm.mistake(
    "the mean was not subtracted",
    hint="What is the mean of one of your tokens, before weight and bias?",
)(partial(_norm, mean=lambda x: 0))


layer_norm.mistake(
    "divided by the root mean square, not by the standard deviation",
    hint="The variance is the mean of (x − mean)². Where did the mean go?",
    also=(
        partial(_norm, mean=lambda x: 0, spread=lambda x, eps: np.sqrt(
            (x**2).mean(axis=-1, keepdims=True) + eps)),
    ),
)(partial(_norm, spread=lambda x, eps: np.sqrt(
    (x * 1.0 * x).mean(axis=-1, keepdims=True) + eps)))  # fmt: skip


layer_norm.mistake(
    "the squared differences were added up, not averaged: a token has length 1",
    hint="With more channels, should the numbers of a token get smaller?",
)(
    partial(
        _norm,
        spread=lambda x, eps: np.sqrt(
            ((x - x.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1, keepdims=True) + eps
        ),
    )
)


layer_norm.mistake(
    "divided by the range or by the largest number, not by the standard deviation",
    hint="One number far out: should it decide over the scale of all others?",
    also=(
        partial(_norm, spread=lambda x, eps: np.abs(x).max(axis=-1, keepdims=True) + eps),
        partial(_norm, spread=lambda x, eps: np.abs(
            x - x.mean(axis=-1, keepdims=True)).mean(axis=-1, keepdims=True) + eps),
    ),
)(partial(_norm, spread=lambda x, eps: np.ptp(x, axis=-1)[..., np.newaxis] + eps))  # fmt: skip


layer_norm.mistake(
    "the mean was subtracted, but nothing was divided",
    hint="Which variance has one of your tokens, before weight and bias?",
)(partial(_norm, spread=lambda x, eps: 1))


layer_norm.slip(missing("weight"))


layer_norm.slip(missing("bias", 0.0))


layer_norm.slip(swapped("weight", "bias"))


layer_norm.mistake(
    "the bias was added before the weight came",
    hint="times weight, plus bias: what is multiplied with what in your formula?",
)(partial(_norm, last=lambda y, weight, bias: (y + bias) * weight))


layer_norm.mistake(
    "the bias was subtracted",
    hint="plus bias, says the docstring. Which sign has yours?",
)(partial(_norm, last=lambda y, weight, bias: y * weight - bias))


layer_norm.mistake(
    "divided by the weight",
    hint="A weight of 2 should make the numbers twice as large. What does yours do?",
)(partial(_norm, last=lambda y, weight, bias: y / weight + bias))


layer_norm.mistake(
    "weight and bias came before the normalisation, which takes them out again",
    hint="Normalise first: what would be left of a bias after subtracting the mean?",
)(
    lambda x, weight, bias, eps=1e-5: _norm(
        x * weight + bias, np.ones(len(weight)), np.zeros(len(weight)), eps
    )
)


layer_norm.mistake(
    "the result was cut to whole numbers: it took over the dtype of x",
    hint="np.zeros_like(x) and np.empty_like(x) have the dtype of x. What becomes of 0.7 in there?",
)(lambda x, weight, bias, eps=1e-5: layer_norm.reference(x, weight, bias, eps).astype(x.dtype))


layer_norm.slip(first_only("x"), hint="How many images are there in x?")


def _without_axis(x, weight, bias, eps=1e-5):
    with np.errstate(all="ignore"):
        return (x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + eps) * weight + bias


layer_norm.mistake(
    "the means have lost an axis: (N, T) does not fit to (N, T, D)",
    hint="x.mean(axis=-1) has shape (N, T). What does keepdims=True change?",
)(_without_axis)
