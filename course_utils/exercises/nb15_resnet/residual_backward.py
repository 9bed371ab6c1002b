"""The exercise `residual_backward` of notebook 15."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb15_resnet.blocks import blocks
from course_utils.exercises.nb15_resnet.residual_forward import residual_forward
from course_utils.exercises.slips import averaged
from course_utils.numpy_nn import conv2d, conv2d_input_grad, conv2d_weight_grad


@exercise(
    notebook="15",
    points=3,
    minutes=20,
    returns=("grad_x", "grad_weight1", "grad_weight2"),
    also_lent=("conv2d",),  # the gradient of the input as a convolution with the rotated filter
    hints=(
        "Begin at the end. The last ReLU lets the gradient through where out > 0. Call what is "
        "left `total`: it arrives at the addition.",
        "An addition hands its gradient to both sides, unchanged. One copy goes to x at once; the "
        "other one goes through the second convolution, the first ReLU, the first convolution.",
        "conv2d_weight_grad wants what the convolution has read: hidden for weight2, x for "
        "weight1. grad_x is the sum of both ways.",
    ),
    explanation="x is used twice, so its gradient is a sum of two. One of them has met no weight "
    "on its way: it cannot be made small by small weights.",
)
def residual_backward(grad_out, x, weight1, weight2, hidden, out):
    """Gradients of the loss for the residual block of `residual_forward`.

    grad_out (N, C, H, W), the other arrays as there
    -> grad_x (N, C, H, W), grad_weight1 (M, C, K, K), grad_weight2 (C, M, K, K)
    """
    size, window = x.shape[2:], weight1.shape[2:]
    padding = window[0] // 2
    total = grad_out * (out > 0)  # (N, C, H, W), arrives at the addition
    grad_weight2 = conv2d_weight_grad(total, hidden, window, padding=padding)
    inner = conv2d_input_grad(total, weight2, size, padding=padding) * (hidden > 0)
    grad_weight1 = conv2d_weight_grad(inner, x, window, padding=padding)
    grad_x = conv2d_input_grad(inner, weight1, size, padding=padding) + total
    return grad_x, grad_weight1, grad_weight2


@residual_backward.cases
def _(rng):
    for label, x, weight1, weight2 in blocks(rng):
        if "negative" in label:  # where all of x is negative, little is left of out
            weight1 = -np.abs(weight1)
            weight2 = np.abs(weight2)
        out, hidden = residual_forward.reference(x, weight1, weight2)
        grad_out = rng.normal(size=x.shape).astype(x.dtype)
        if x.size < 5:
            grad_out = np.array([[[[1.0, 2.0]], [[3.0, -4.0]]]])
        yield case(grad_out, x, weight1, weight2, hidden, out, label=label)


def _pass_back(grad, x, weight):
    """Each output pixel hands its gradient to what it has read."""
    K, (N, C, H, W) = weight.shape[-1], x.shape
    p = K // 2
    wide = np.zeros((N, C, H + 2 * p, W + 2 * p))
    wide[:, :, p : p + H, p : p + W] = x
    grad_wide, grad_weight = np.zeros(wide.shape), np.zeros(weight.shape)
    for n, f, i, j in np.ndindex(grad.shape):
        grad_wide[n, :, i : i + K, j : j + K] += grad[n, f, i, j] * weight[f]
        grad_weight[f] += grad[n, f, i, j] * wide[n, :, i : i + K, j : j + K]
    return grad_wide[:, :, p : p + H, p : p + W], grad_weight


@residual_backward.oracle
def _(grad_out, x, weight1, weight2, hidden, out):
    total = np.where(out > 0, grad_out, 0)
    inner, grad_weight2 = _pass_back(total, hidden, weight2)
    long_way, grad_weight1 = _pass_back(np.where(hidden > 0, inner, 0), x, weight1)
    return tuple(g.astype(x.dtype) for g in (long_way + total, grad_weight1, grad_weight2))


def _backward(grad_out, x, weight1, weight2, hidden, out, *, last=lambda g, out: g * (out > 0),
              seen=lambda x, out: out, mid=lambda g, h: g * (h > 0),
              short=lambda total, grad_out, x, out: total,
              join=lambda long_way, short: long_way + short, to_weights=lambda g, grad_out: g,
              to_first=lambda inner, raw, total: inner, read2=lambda x, hidden: hidden,
              read1=lambda x, hidden: x, turned=False, share=lambda g, n: g,
              end=lambda grad_x, x, out: grad_x, form=lambda x, w1, w2: (x, w1, w2)):  # fmt: skip
    """The way back with one thing exchanged."""
    size, window = x.shape[2:], weight1.shape[2:]
    p = {"padding": window[0] // 2}

    def back(grad, weight):
        if turned:  # what the filter looks like when it is forgotten to turn it
            return conv2d(grad, weight.transpose(1, 0, 2, 3), **p)
        return conv2d_input_grad(grad, weight, size, **p)

    total = last(grad_out, seen(x, out))
    grad_weight2 = conv2d_weight_grad(to_weights(total, grad_out), read2(x, hidden), window, **p)
    raw = back(total, weight2)
    inner = mid(raw, hidden)
    grad_weight1 = conv2d_weight_grad(to_first(inner, raw, total), read1(x, hidden), window, **p)
    grad_x = end(join(back(inner, weight1), short(total, grad_out, x, out)), x, out)
    return form(grad_x, share(grad_weight1, len(x)), share(grad_weight2, len(x)))


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the weights' gradients were averaged over the images",
    "the weights' gradients have changed places",
)


for name, hint, change in (
    (
        "the shortcut's gradient is missing in grad_x",
        "x is used twice in the block. On which two ways does its gradient come back?",
        {"join": lambda long_way, short: long_way},
    ),
    (
        "grad_x has come back along the shortcut only",
        "x is used twice in the block. What comes back through the convolutions?",
        {"join": lambda long_way, short: short},
    ),
    (
        "the two ways were multiplied, not added",
        "A number that is used twice gets two gradients. What is done with them?",
        {"join": lambda long_way, short: long_way * short},
    ),
    (
        "the mean of the two ways was taken",
        "An addition hands the *whole* gradient to each side. Where does the ½ come from?",
        {"join": lambda long_way, short: (long_way + short) / 2},
    ),
    (
        "the addition gave each way a half of the gradient",
        "If F + x grows by 1 when x does, what is the derivative of F + x by x?",
        {"last": lambda g, out: g * (out > 0) / 2},
    ),
    (
        "the shortcut goes past the last ReLU: grad_out itself was added",
        "The last ReLU stands behind the addition. Does anything get past it?",
        {"short": lambda total, grad_out, x, out: grad_out},
    ),
    (
        "the shortcut's gradient was stopped where x is negative",
        "Is there a ReLU on the shortcut?",
        {"short": lambda total, grad_out, x, out: total * (x > 0)},
    ),
    (
        "the shortcut's gradient was multiplied by x",
        "The derivative of F + x by x: does it depend on x?",
        {"short": lambda total, grad_out, x, out: total * x},
    ),
    (
        "a one was added in place of the shortcut's gradient",
        "The derivative of x by x is 1. What is the 1 multiplied by?",
        {"short": lambda total, grad_out, x, out: 1},
    ),
    (
        "the shortcut's gradient was subtracted",
        "out = ReLU(F + x). Which sign has x there?",
        {"join": lambda long_way, short: long_way - short},
    ),
    (
        "the last ReLU was left out on the way back",
        "Where out is 0, does it change when F + x changes a little?",
        {"last": lambda g, out: g},
    ),
    (
        "the ReLU in the middle was left out on the way back",
        "Where hidden is 0, does it change when its convolution changes a little?",
        {"mid": lambda g, h: g},
    ),
    (
        "both ReLUs were left out on the way back",
        "Which two arrays tell where the ReLUs have let something through?",
        {"last": lambda g, out: g, "mid": lambda g, h: g},
    ),
    (
        "the gradient was multiplied by out, not by whether out is positive",
        "`out` or `out > 0`: what is the slope of a ReLU at 3?",
        {"last": lambda g, out: g * out},
    ),
    (
        "the gradient was multiplied by hidden, not by whether hidden is positive",
        "`hidden` or `hidden > 0`: what is the slope of a ReLU at 3?",
        {"mid": lambda g, h: g * h},
    ),
    (
        "the ReLUs were applied to the gradient itself",
        "Not the *gradient* must be positive, but something else. What?",
        {"last": lambda g, out: np.maximum(g, 0), "mid": lambda g, h: np.maximum(g, 0)},
    ),
    (
        "the last ReLU was applied to the gradient itself",
        "Not the *gradient* must be positive, but what the ReLU has put out. Which array is that?",
        {"last": lambda g, out: np.maximum(g, 0)},
    ),
    (
        "the ReLU in the middle was applied to the gradient itself",
        "Not the *gradient* must be positive, but what the ReLU has put out. Which array is that?",
        {"mid": lambda g, h: np.maximum(g, 0)},
    ),
    (
        "the last ReLU was looked up in x, not in out",
        "Which array tells where the *last* ReLU has let something through: x, hidden or out?",
        {"seen": lambda x, out: x},
    ),
    (
        "the sum of both ways was stopped where x is negative",
        "x stands at the beginning of the block. Does a ReLU stand in front of it?",
        {"end": lambda grad_x, x, out: grad_x * (x > 0)},
    ),
    (
        "the last ReLU was applied again, to the sum of both ways",
        "Each ReLU is passed once on the way back. At which place stands the last one?",
        {"end": lambda grad_x, x, out: grad_x * (out > 0)},
    ),
    (
        "the shortcut's gradient was added twice",
        "Through the convolutions once, along the shortcut once: how many terms has your sum?",
        {"join": lambda long_way, short: long_way + 2 * short},
    ),
    (
        "x was added in place of the shortcut's gradient",
        "Forwards the shortcut hands on x. What does it hand on backwards?",
        {"short": lambda total, grad_out, x, out: x},
    ),
    (
        "grad_weight2 was computed as if the second convolution had read x",
        "What has the second convolution read: x or hidden?",
        {"read2": lambda x, hidden: x},
    ),
    (
        "grad_weight1 was computed as if the first convolution had read hidden",
        "What has the first convolution read: x or hidden?",
        {"read1": lambda x, hidden: hidden},
    ),
    (
        "grad_weight1 was computed from the gradient at the sum",
        "Between the sum and the first convolution lie two steps. Which ones?",
        {"to_first": lambda inner, raw, total: total},
    ),
    (
        "grad_weight2 was computed from grad_out, in front of the last ReLU",
        "The second convolution puts out F. Which gradient arrives at F?",
        {"to_weights": lambda total, grad_out: grad_out},
    ),
    (
        "grad_weight1 was computed in front of the ReLU in the middle",
        "The first convolution stands before the ReLU. Which gradient arrives at what it puts out?",
        {"to_first": lambda inner, raw, total: raw},
    ),
    (
        "the filters were not turned on the way back",
        "conv2d with exchanged axes is not enough (notebook 04). Which function goes back to the "
        "input?",
        {"turned": True},
    ),
    (
        "the weights' gradients were averaged over the images",
        "The loss may divide by N. Does the block know about it?",
        {"share": lambda g, n: g / n},
    ),
    (
        "the weights' gradients have changed places",
        "weight1 stands first in the docstring. Is yours?",
        {"form": lambda x, w1, w2: (x, w2, w1)},
    ),
    (
        "grad_x was returned last",
        "Which of the three does the docstring name first?",
        {"form": lambda x, w1, w2: (w1, w2, x)},
    ),
):  # fmt: skip
    residual_backward.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_backward, **change))


for part in ("grad_weight1", "grad_weight2"):
    residual_backward.slip(
        averaged(part, count=lambda x, **rest: len(x)),
        f"{part} was averaged over the images",
        hint="The loss may divide by N. Does the block know about it?",
    )

residual_backward.slip(
    averaged("grad_x", count=lambda x, **rest: len(x)),
    "grad_x was averaged over the images",
    hint="A pixel belongs to one image. Which of the other images did it take part in?",
)
