"""The exercise `groupnorm_backward` of notebook 07."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import averaged, given, missing, reordered, with_axes


@exercise(
    notebook="07",
    optional=True,
    points=4,
    minutes=75,
    returns=("grad_x", "grad_weight", "grad_bias"),
    not_lent=("batchnorm_forward", "batchnorm_backward"),
    explanation="Every line of the way there has a partner on the way back, in reverse order. What "
    "was used twice gets a sum: centred, in the product and in the square; x, in centred and in "
    "the mean. Where one number went into many places (mean, 1/spread), its gradient is a sum over "
    "them; where many numbers made one (a mean of M), each gets 1/M. Nothing had to be derived on "
    "paper: the short formula of batch normalisation is what these lines add up to.",
)
def groupnorm_backward(grad_out, x, weight, groups, eps=1e-5):
    """The gradients of group normalisation, node by node through its graph.

    grad_out (N, C, H, W), x (N, C, H, W), weight (C,) -> grad_x, grad_weight (C,), grad_bias (C,)
    The channels are split into `groups` equal parts, in their order. Each part of each image has a
    mean and a variance (of all its M = C / groups · H · W numbers) of its own, and
    out = weight · (x − mean) / √(variance + eps) + bias, with a weight and a bias for each channel.
    """
    numbers = x.reshape(len(x), groups, -1)  # (N, groups, M)
    M = numbers.shape[2]
    centred = numbers - numbers.mean(axis=2, keepdims=True)
    variance = (centred**2).mean(axis=2, keepdims=True)
    spread = np.sqrt(variance + eps)
    inverse = 1 / spread
    x_hat = (centred * inverse).reshape(x.shape)

    grad_bias = grad_out.sum(axis=(0, 2, 3))
    grad_weight = (grad_out * x_hat).sum(axis=(0, 2, 3))
    grad_hat = (grad_out * weight[:, np.newaxis, np.newaxis]).reshape(numbers.shape)
    grad_inverse = (grad_hat * centred).sum(axis=2, keepdims=True)
    grad_spread = -grad_inverse * inverse**2
    grad_variance = grad_spread / (2 * spread)
    grad_centred = grad_hat * inverse + grad_variance * 2 * centred / M
    grad_mean = -grad_centred.sum(axis=2, keepdims=True)
    grad_x = grad_centred + grad_mean / M
    return grad_x.reshape(x.shape), grad_weight, grad_bias


@groupnorm_backward.cases
def _(rng):
    x = np.array([[[[1.0, 3.0]], [[5.0, 7.0]]]])
    one = np.array([[[[1.0, 0.0]], [[0.0, 0.0]]]])
    yield case(one, x, np.array([1.0, 1.0]), 1, 1e-5, label="one image, one group of two channels")
    yield case(one, x, np.array([2.0, -1.0]), 2, 1e-5, label="the same, two groups")
    normal = rng.normal
    for shape, groups, eps, label in (
        ((2, 4, 2, 3), 2, 1e-5, "two images, two groups of two channels"),
        ((3, 6, 3, 2), 3, 1e-5, "three groups"),
        ((2, 6, 2, 2), 2, 0.5, "a large eps"),
        ((2, 3, 4, 3), 1, 1e-5, "one group: layer normalisation"),
        ((3, 4, 3, 5), 4, 1e-5, "as many groups as channels: instance normalisation"),
    ):
        x = 2 + 3 * normal(size=shape)
        yield case(normal(size=shape), x, normal(size=shape[1]), groups, eps, label=label)
    wide = normal(size=(2, 2, 4, 6)).astype(np.float32).transpose(0, 2, 1, 3)[..., ::2]
    grad_out, weight = normal(size=wide.shape), normal(size=4)
    given = grad_out.astype(np.float32), wide, weight.astype(np.float32)
    yield case(*given, 2, 1e-3, label="float32, not in memory order")


@groupnorm_backward.oracle
def _(grad_out, x, weight, groups, eps):
    """For each group the whole table of slopes of its numbers, and a product with it."""
    (N, C, H, W), D = x.shape, x.shape[1] // groups
    grad_x, x_hat = np.zeros(x.shape), np.zeros(x.shape)
    for n, g in np.ndindex(N, groups):
        part = np.s_[n, g * D : (g + 1) * D]
        numbers = x[part].astype(float).ravel()
        M = len(numbers)
        s = np.sqrt(numbers.var() + eps)
        hat = (numbers - numbers.mean()) / s
        table = (np.eye(M) - 1 / M - np.outer(hat, hat) / M) / s
        arriving = grad_out[part] * weight[g * D : (g + 1) * D, np.newaxis, np.newaxis]
        grad_x[part] = (table.T @ arriving.ravel()).reshape(D, H, W)
        x_hat[part] = hat.reshape(D, H, W)
    grad_weight = np.array([(grad_out[:, c] * x_hat[:, c]).sum() for c in range(C)])
    return (
        grad_x.astype(x.dtype), grad_weight.astype(x.dtype),
        np.array([grad_out[:, c].sum() for c in range(C)]),
    )  # fmt: skip


def _undone(
    grad_out, x, weight, groups, eps=1e-5, *, split=None, merge=None, axes=(2,), centre=None,
    mean=None, variance=None, divide=None, beside=None,
):  # fmt: skip
    """The way back, with one thing changed.

    split(x, groups): (N, groups, M); merge(numbers, shape): back again; axes: of the statistics;
    centre(direct, through): what centred gets; mean(grad_centred, grad_mean, M): what x gets;
    variance(grad_spread, spread): the gradient of the variance; divide(variance, eps): the spread;
    beside(x, x_hat): what grad_weight is made of
    """
    split = split or (lambda a, groups: a.reshape(len(a), groups, -1))
    merge = merge or (lambda numbers, shape: numbers.reshape(shape))
    numbers = split(x, groups)
    M = np.prod([numbers.shape[axis] for axis in axes])
    centred = numbers - numbers.mean(axis=axes, keepdims=True)
    var = (centred**2).mean(axis=axes, keepdims=True)
    spread = divide(var, eps) if divide else np.sqrt(var + eps)
    x_hat = merge(centred / spread, x.shape)
    g = split(grad_out * weight[:, np.newaxis, np.newaxis], groups)
    grad_spread = -(g * centred).sum(axis=axes, keepdims=True) / spread**2
    grad_var = variance(grad_spread, spread) if variance else grad_spread / (2 * spread)
    ways = g / spread, grad_var * 2 * centred / M
    grad_centred = centre(*ways, M) if centre else ways[0] + ways[1]
    grad_mean = -grad_centred.sum(axis=axes, keepdims=True)
    grad_x = mean(grad_centred, grad_mean, M) if mean else grad_centred + grad_mean / M
    of_weight = grad_out * (beside(x, x_hat) if beside else x_hat)
    return merge(grad_x, x.shape), of_weight.sum((0, 2, 3)), grad_out.sum((0, 2, 3))


def _dealt(a, groups):
    N, C = a.shape[:2]
    return a.reshape(N, C // groups, groups, -1).swapaxes(1, 2).reshape(N, groups, -1)


def _gathered(numbers, shape):
    N, C, H, W = shape
    groups = numbers.shape[1]
    return numbers.reshape(N, groups, C // groups, H * W).swapaxes(1, 2).reshape(shape)


for name, hint, change in (
    (
        "mean and variance were taken for constants",
        "Move one number a little: does the mean of its group stay where it is?",
        {"centre": lambda direct, through, M: direct, "mean": lambda own, mean, M: own},
    ),
    (
        "the way through the variance is missing",
        "centred was used twice, in the product and in the square. How many contributions does it "
        "get?",
        {"centre": lambda direct, through, M: direct},
    ),
    (
        "centred kept only what came through the variance",
        "centred was used twice, in the product and in the square. Is it = or +=?",
        {"centre": lambda direct, through, M: through},
    ),
    (
        "the way through the mean is missing",
        "x was used twice: in centred, and in the mean that is subtracted. What does x + 1 change?",
        {"mean": lambda own, mean, M: own},
    ),
    (
        "a mean passed its gradient on without 1/M",
        "By how much does a mean of M numbers grow when one of them grows by 1?",
        {"mean": lambda own, mean, M: own + mean},
    ),
    (
        "the mean of the squares passed its gradient on without 1/M",
        "By how much does a mean of M squares grow when one of them grows by 1?",
        {"centre": lambda direct, through, M: direct + M * through},
    ),
    (
        "the 2 of the square is missing",
        "What is the local gradient of a square?",
        {"centre": lambda direct, through, M: direct + through / 2},
    ),
    (
        "the ½ of the square root is missing",
        "What is the local gradient of a square root?",
        {"variance": lambda grad_spread, spread: grad_spread / spread},
    ),
    (
        "the variance was differentiated as if no root were taken",
        "spread = √(variance + eps). Which local gradient does the root have?",
        {"variance": lambda grad_spread, spread: grad_spread},
    ),
    (
        "the gradient of 1/spread has the wrong sign",
        "If the spread grows, do the x_hat grow or shrink?",
        {"variance": lambda grad_spread, spread: -grad_spread / (2 * spread)},
    ),
    (
        "eps was added outside the root",
        "√(variance + eps), or √variance + eps?",
        {"divide": lambda var, eps: np.sqrt(var) + eps},
    ),
    (
        "it was divided by the variance, not by its square root",
        "Which of the two has the unit of x?",
        {"divide": lambda var, eps: var + eps},
    ),
    (
        "the statistics were taken over the images as well",
        "Does an image's normalisation depend on the other images of the batch here?",
        {"axes": (0, 2)},
    ),
    (
        "the channels were dealt to the groups in turn, as cards are",
        "With 4 channels and 2 groups, are channels 0 and 1 in the same group?",
        {"split": _dealt, "merge": _gathered},
    ),
    (
        "grad_weight was computed with x instead of x_hat",
        "out = weight · x_hat + bias. What is beside weight?",
        {"beside": lambda x, x_hat: x},
    ),
):
    groupnorm_backward.mistake(name, hint=hint)(partial(_undone, **change))

groupnorm_backward.slip(
    given(lambda a: {"groups": a["x"].shape[1]}),
    "each channel had a mean and a variance of its own",
    hint="A group has several channels. Over which axes do you take its mean?",
)
groupnorm_backward.slip(
    given(lambda a: {"groups": 1}),
    "all channels of an image had one mean and one variance",
    hint="Where does your code use groups?",
)
groupnorm_backward.slip(
    missing("weight"),
    "the weight is missing in grad_x",
    hint="out = weight · x_hat + bias. What is the gradient of x_hat?",
)
groupnorm_backward.slip(reordered(0, 2, 1))
for part in ("grad_weight", "grad_bias"):
    groupnorm_backward.slip(
        averaged(part, over="images and places", count=lambda x, **rest: x.size // x.shape[1])
    )
    groupnorm_backward.slip(with_axes(part, (0, 2, 3)))
