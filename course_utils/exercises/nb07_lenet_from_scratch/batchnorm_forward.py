"""The exercise `batchnorm_forward` of notebook 07."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb07_lenet_from_scratch.batch_norm import batch_norm_cases, channels
from course_utils.exercises.slips import ignored


@exercise(
    notebook="07",
    points=3,
    minutes=15,
    returns=("out", "mean", "var"),
    hints=(
        "Each channel has one mean. Over which of the axes N, C, H, W do you have to average?",
        "x.mean(axis=(0, 2, 3), keepdims=True) has the shape (1, C, 1, 1), which fits under x.",
        "(x − mean) / √(var + eps) first; then times weight, plus bias. weight[:, None, None] has "
        "the shape (C, 1, 1).",
    ),
    explanation="Mean and variance are taken over images, rows and columns, so that each channel "
    "has one of each. eps under the root keeps a constant channel from dividing by 0. Weight and "
    "bias, one each per channel, give the network back the freedom to choose mean and spread.",
)
def batchnorm_forward(x, weight, bias, eps=1e-5):
    """Batch normalisation in training: every channel gets mean 0 and variance 1, then a scale.

    x (N, C, H, W), weight and bias (C,) -> out (N, C, H, W), mean (C,), var (C,);
    var is the mean squared distance from the mean (divided by N * H * W)
    """
    mean = x.mean(axis=(0, 2, 3))  # (C,)
    var = x.var(axis=(0, 2, 3))
    x_hat = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return weight[:, None, None] * x_hat + bias[:, None, None], mean, var


@batchnorm_forward.cases
def _(rng):
    for x, weight, bias, eps, label in batch_norm_cases(rng):
        yield case(x, weight, bias, eps, label=label)


@batchnorm_forward.oracle
def _(x, weight, bias, eps):
    out, means, variances = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(weight)
    for c, _, mean, var in channels(x):
        means[c], variances[c] = mean, var
        for n, i, j in np.ndindex(x.shape[0], *x.shape[2:]):
            out[n, c, i, j] = (x[n, c, i, j] - mean) / (var + eps) ** 0.5 * weight[c] + bias[c]
    return out, means, variances


def _normalise(x, weight, bias, eps, *, over=(0, 2, 3), ddof=0, divide=None, after=True):
    mean, var = x.mean(over, keepdims=True), x.var(over, keepdims=True, ddof=ddof)
    x_hat = (x - mean) / (np.sqrt(var + eps) if divide is None else divide(var, eps))
    scaled = weight[:, None, None] * x_hat + bias[:, None, None] if after else x_hat
    return scaled, x.mean((0, 2, 3)), x.var((0, 2, 3), ddof=ddof)


@batchnorm_forward.mistake(
    "every image was normalised by itself",
    hint="One mean per channel, not per image and channel. Which axis is missing in your mean?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(2, 3))


@batchnorm_forward.mistake(
    "all channels were normalised together",
    hint="How many means does a layer with 6 channels have?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(0, 1, 2, 3))


@batchnorm_forward.mistake(
    "every pixel got a mean of its own: only the images were averaged",
    hint="A filter is the same at all places. Which axes do its outputs lie along?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(0,))


@batchnorm_forward.mistake(
    "the variance was divided by the count minus one",
    hint="The docstring says mean squared distance. By what do you divide for a mean?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, ddof=1)


@batchnorm_forward.mistake(
    "the numbers were divided by the variance, not by its square root",
    hint="If all numbers of a channel are doubled, by what factor does the variance grow? And what "
    "should happen to the result?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, divide=lambda var, eps: var + eps)


@batchnorm_forward.mistake(
    "eps was added outside the root",
    hint="√(var + eps), or √var + eps? Look at the formula again.",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, divide=lambda var, eps: np.sqrt(var) + eps)


batchnorm_forward.slip(
    ignored("eps", 0),
    "eps is missing",
    hint="What happens in a channel in which all numbers are equal?",
)


@batchnorm_forward.mistake(
    "weight and bias were not used",
    hint="Which lines of your code mention weight and bias?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, after=False)


@batchnorm_forward.mistake(
    "the third result is the standard deviation, not the variance",
    hint="np.std, or np.var?",
)
def _(x, weight, bias, eps=1e-5):
    out, mean, var = _normalise(x, weight, bias, eps)
    return out, mean, np.sqrt(var)


def _written(x, weight, bias, eps=1e-5, *, out=None, var=None, third=None, over=(0, 2, 3)):
    """The reference with one line exchanged."""
    mean = x.mean(axis=over)
    v = x.var(axis=over) if var is None else var(x)
    a, b, m, s = (p[:, None, None] for p in (weight, bias, mean, np.sqrt(v + eps)))
    values = a * ((x - m) / s) + b if out is None else out(x, m, s, a, b)
    return values, *((mean, v) if third is None else third(mean, v, eps))


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "mean and var have kept their axes: (1, C, 1, 1)",
    "mean and var have the shape (C, H, W): only the images were averaged",
    "mean and var have the shape (N, C): every image got its own",
    "mean and var have the shape (N,): every image got one, for all channels together",
    "mean and var are single numbers, for all channels together",
)


for name, hint, change in (
    (
        "the weight is missing",
        "y = γ · x̂ + β. Where is your γ?",
        {"out": lambda x, m, s, a, b: (x - m) / s + b},
    ),
    (
        "the bias is missing",
        "y = γ · x̂ + β. Where is your β?",
        {"out": lambda x, m, s, a, b: a * ((x - m) / s)},
    ),
    (
        "weight and bias have been exchanged",
        "y = γ · x̂ + β. Which of them multiplies?",
        {"out": lambda x, m, s, a, b: b * ((x - m) / s) + a},
    ),
    (
        "the bias was multiplied by the weight as well",
        "γ · x̂ + β, or γ · (x̂ + β)? Where do your brackets end?",
        {"out": lambda x, m, s, a, b: a * ((x - m) / s + b)},
    ),
    (
        "the weight was multiplied in before the mean was taken away",
        "Which of the two comes first, x − mean or the weight? Look where x̂ ends in the formula.",
        {"out": lambda x, m, s, a, b: (a * x - m) / s + b},
    ),
    (
        "brackets are missing: only the mean was divided",
        "x - mean / s divides first. What should be divided?",
        {"out": lambda x, m, s, a, b: a * (x - m / s) + b},
    ),
    (
        "the mean was not taken away",
        "What is the mean of each channel of your out, before the bias?",
        {"out": lambda x, m, s, a, b: a * (x / s) + b},
    ),
    (
        "the mean of the squares was taken for the variance",
        "The variance is the mean square of the distance *from the mean*. What is it if all "
        "numbers are 5?",
        {"var": lambda x: (x**2).mean(axis=(0, 2, 3))},
    ),
    (
        "eps was returned together with the variance",
        "The third result is the variance itself. Where does eps belong?",
        {"third": lambda mean, v, eps: (mean, v + eps)},
    ),
    (
        "the variance stands in front of the mean",
        "The docstring says out, mean, var.",
        {"third": lambda mean, v, eps: (v, mean)},
    ),
    (
        "mean and var have kept their axes: (1, C, 1, 1)",
        "keepdims=True is handy inside. Which shape does the docstring ask for?",
        {"third": lambda mean, v, eps: (mean[None, :, None, None], v[None, :, None, None])},
    ),
    (
        "mean and var have the shape (C, H, W): only the images were averaged",
        "A filter is the same at all places. Which axes do its outputs lie along?",
        {"over": 0},
    ),
    (
        "mean and var have the shape (N, C): every image got its own",
        "One mean per channel, not per image and channel. Which axis is missing in your mean?",
        {"over": (2, 3)},
    ),
    (
        "mean and var have the shape (N,): every image got one, for all channels together",
        "The axis that must remain is that of the channels. Which number has it in (N, C, H, W)?",
        {"over": (1, 2, 3)},
    ),
    (
        "mean and var are single numbers, for all channels together",
        "x.mean() averages over everything. How many means does a layer with 6 channels have?",
        {"over": None},
    ),
):
    batchnorm_forward.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_written, **change))


@batchnorm_forward.mistake(
    "every image was normalised by itself, all its channels together",
    hint="The axis that must remain is that of the channels. Which number has it in (N, C, H, W)?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(1, 2, 3))


@batchnorm_forward.mistake(
    "eps is always 1e-5, whatever was asked for",
    hint="Where does your code use the argument eps?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, 1e-5)
