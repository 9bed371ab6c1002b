"""The exercise `batchnorm_backward` of notebook 07."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb07_lenet_from_scratch.batch_norm import batch_norm_cases, channels
from course_utils.exercises.slips import averaged, missing, with_axes


@exercise(
    notebook="07",
    points=4,
    minutes=30,
    returns=("grad_x", "grad_weight", "grad_bias"),
    hints=(
        "First compute x_hat again. grad_weight and grad_bias are sums over images, rows and "
        "columns: of what?",
        "The gradient of x_hat is g = grad_out · weight, channel by channel.",
        "Take from g its mean, and x_hat times the mean of g · x_hat. Then divide by √(var + eps).",
        "Both means are taken per channel, over the axes (0, 2, 3), with keepdims=True.",
    ),
    explanation="A number of x acts on the output in three ways: directly, through the mean and "
    "through the variance. The last two take out of g the part that would move the whole channel "
    "and the part that would stretch it, since neither changes the output.",
)
def batchnorm_backward(grad_out, x, weight, mean, var, eps=1e-5):
    """Gradients of the loss with respect to x, weight and bias of batchnorm_forward.

    grad_out and x (N, C, H, W), the others (C,); mean and var are those of x
    -> grad_x (N, C, H, W), grad_weight (C,), grad_bias (C,)
    """
    axes = (0, 2, 3)
    spread = np.sqrt(var[:, None, None] + eps)
    x_hat = (x - mean[:, None, None]) / spread
    g = grad_out * weight[:, None, None]  # the gradient of x_hat
    moving = g.mean(axis=axes, keepdims=True)
    stretching = (g * x_hat).mean(axis=axes, keepdims=True)
    grad_x = (g - moving - x_hat * stretching) / spread
    return grad_x, (grad_out * x_hat).sum(axis=axes), grad_out.sum(axis=axes)


@batchnorm_backward.cases
def _(rng):
    for x, weight, _, eps, label in batch_norm_cases(rng):
        grad_out = rng.normal(size=x.shape).astype(x.dtype)
        if x.size == 4:
            grad_out, weight = np.array([1.0, 2.0, 0.0, -1.0]).reshape(x.shape), weight * [2, 3]
        yield case(grad_out, x, weight, x.mean((0, 2, 3)), x.var((0, 2, 3)), eps, label=label)


@batchnorm_backward.oracle
def _(grad_out, x, weight, mean, var, eps):
    """The derivative of every x_hat with respect to every x of its channel, as a matrix."""
    grad_x = np.zeros_like(x)
    grad_weight, grad_bias = np.zeros_like(weight), np.zeros_like(weight)
    for c, values, mu, variance in channels(x):
        M, s = len(values), (variance + eps) ** 0.5
        centred = np.array(values) - mu
        jacobian = (np.eye(M) - 1 / M) / s - np.outer(centred, centred) / (M * s**3)
        grads = grad_out[:, c].ravel().astype(float)
        grad_x[:, c] = (weight[c] * (grads @ jacobian)).reshape(grad_x[:, c].shape)
        grad_weight[c], grad_bias[c] = grads @ centred / s, grads.sum()
    return grad_x, grad_weight, grad_bias


def _root(var, eps):
    return np.sqrt(var + eps)


def _undo(
    grad_out,
    x,
    weight,
    mean,
    var,
    eps=1e-5,
    *,
    part=None,
    axes=(0, 2, 3),
    reduce=np.mean,
    divide=_root,
    sums=None,
    order=None,
):
    """The backward pass with one thing exchanged.

    `part(g, moving, x_hat, stretching)` stands for the bracket, `divide(var, eps)` for the root,
    `sums(grad_out, g, x_hat)` for grad_weight and grad_bias; `order` rearranges the results.
    """
    spread = divide(var[:, None, None], eps)
    x_hat = (x - mean[:, None, None]) / spread
    g = grad_out * weight[:, None, None]
    moving, stretching = (reduce(a, axis=axes, keepdims=True) for a in (g, g * x_hat))
    bracket = g - moving - x_hat * stretching
    bracket = bracket if part is None else part(g, moving, x_hat, stretching)
    both = (grad_out * x_hat, grad_out) if sums is None else sums(grad_out, g, x_hat)
    results = bracket / spread, *(numbers.sum((0, 2, 3)) for numbers in both)
    return results if order is None else order(*results)


@batchnorm_backward.mistake(
    "mean and variance were taken for constants",
    hint="Move one number of x a little: does the mean of its channel stay where it is?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g)


@batchnorm_backward.mistake(
    "the way through the variance is missing, or it came out as 0 since mean(g) · mean(x̂) stands "
    "for mean(g · x̂)",
    hint="The mean of x̂ is 0. So is it the product of two means that you need, or the mean of the "
    "products? It is the part of grad_x that sees to it that stretching a channel changes nothing.",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g - m)


@batchnorm_backward.mistake(
    "the way through the mean is missing",
    hint="Add 1 to all numbers of a channel: does the output change? So what must grad_x add up "
    "to?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g - x_hat * s)


@batchnorm_backward.mistake(
    "sums stand in grad_x where means belong",
    hint="By how much does the mean of M numbers change when one of them grows by 1?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, reduce=np.sum)


@batchnorm_backward.mistake(
    "the means in grad_x were taken over the images only",
    hint="Over which axes was the mean of the forward pass taken?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, axes=(0,))


batchnorm_backward.slip(
    missing("weight"),
    "the weight is missing in grad_x",
    hint="out = weight · x_hat + bias. What is the gradient of x_hat?",
)


@batchnorm_backward.mistake(
    "grad_weight was computed with x instead of x_hat",
    hint="out = weight · x_hat + bias. What stands beside weight?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, _, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x, (grad_out * x).sum((0, 2, 3)), grad_bias


@batchnorm_backward.mistake(
    "grad_weight and grad_bias were averaged",
    hint="The bias of a channel was added in many places. Do their gradients add up, or are they "
    "averaged?",
    whole=True,
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, grad_weight, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    count = x.size // x.shape[1]
    return grad_x, grad_weight / count, grad_bias / count


@batchnorm_backward.mistake(
    "grad_x was not divided by the spread",
    hint="x_hat = (x − mean) / √(var + eps). Where is the root in your grad_x?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, grad_weight, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x * np.sqrt(var[:, None, None] + eps), grad_weight, grad_bias


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "grad_weight and grad_bias have kept their axes: (1, C, 1, 1)",
)


for name, hint, change in (
    (
        "grad_weight or grad_bias was computed from g, which holds the weight already",
        "out = weight · x_hat + bias. Does the slope with respect to weight hold the weight again?",
        {"sums": lambda grad_out, g, x_hat: (g * x_hat, g)},
    ),
    (
        "it was divided by the variance, not by its square root",
        "x_hat = (x − mean) / s. What is s?",
        {"divide": lambda var, eps: var + eps},
    ),
    (
        "eps is missing",
        "The forward pass divided by √(var + eps). By what do you divide?",
        {"divide": lambda var, eps: np.sqrt(var)},
    ),
    (
        "eps was added outside the root",
        "√(var + eps), or √var + eps? Look at the formula again.",
        {"divide": lambda var, eps: np.sqrt(var) + eps},
    ),
    (
        "the means in grad_x were taken over all channels together",
        "How many means does a layer with 6 channels have?",
        {"axes": (0, 1, 2, 3)},
    ),
    (
        "the way through the variance has the wrong sign",
        "If the variance grows, do the x_hat grow or shrink?",
        {"part": lambda g, m, x_hat, s: g - m + x_hat * s},
    ),
    (
        "x_hat is missing in front of mean(g · x_hat)",
        "Which number of the channel feels a change of the variance most? What stands in front of "
        "the last mean in the formula?",
        {"part": lambda g, m, x_hat, s: g - m - s},
    ),
    (
        "the results stand in the order grad_x, grad_bias, grad_weight",
        "The docstring says grad_x, grad_weight, grad_bias.",
        {"order": lambda grad_x, grad_weight, grad_bias: (grad_x, grad_bias, grad_weight)},
    ),
    (
        "grad_weight and grad_bias have kept their axes: (1, C, 1, 1)",
        "A gradient has the shape of the thing that it belongs to. Which shape has weight?",
        {
            "order": lambda grad_x, *others: (
                grad_x, *(grad[None, :, None, None] for grad in others),
            )
        },
    ),
):  # fmt: skip
    batchnorm_backward.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_undo, **change))


@batchnorm_backward.mistake(
    "grad_x was divided by the spread twice",
    hint="How often does 1/s stand in the formula?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, *others = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x / _root(var[:, None, None], eps), *others


@batchnorm_backward.mistake(
    "the weight was multiplied into grad_x twice",
    hint="g holds the weight already. Where do you multiply with it again?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, *others = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x * weight[:, None, None], *others


for part in ("grad_weight", "grad_bias"):
    batchnorm_backward.slip(
        averaged(part, count=lambda x, **rest: x.size // x.shape[1]),
        f"{part} was averaged over images and places",
        hint="Scale and shift of a channel act in many places. Do their gradients add up, or are "
        "they averaged?",
    )
    batchnorm_backward.slip(
        averaged(part, count=lambda x, **rest: len(x)),
        f"{part} was averaged over the images",
        hint="Scale and shift of a channel act in every image. Do their gradients add up, or are "
        "they averaged?",
    )
    batchnorm_backward.slip(with_axes(part, (0, 2, 3)))
