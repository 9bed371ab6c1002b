"""The exercise `conv2d_backward` of notebook 04."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb04_conv_backprop.axes import pad
from course_utils.exercises.nb04_conv_backprop.conv2d_input_grad import conv2d_input_grad
from course_utils.exercises.nb04_conv_backprop.conv2d_weight_grad import conv2d_weight_grad
from course_utils.exercises.nb04_conv_backprop.rotate180 import rotate180
from course_utils.exercises.slips import ignored


@exercise(
    notebook="04",
    points=4,
    minutes=30,
    returns=("grad_x", "grad_weight", "grad_bias"),
    hints=(
        "A convolution with stride s is a stride-1 convolution of which only every s-th output is "
        "kept. What gradient do the outputs get that were thrown away?",
        "Make an array of zeros as large as the stride-1 output, (N, F, H + 2·padding − KH + 1, "
        "…), and write grad_out into every stride-th row and column: spread[:, :, ::stride, "
        "::stride].",
        "Pad x as in the forward pass. conv2d_weight_grad and conv2d_input_grad do the rest on the "
        "padded input.",
        "Padding added zeros around x that belong to nobody: cut their gradients off again. What "
        "is left are rows P to P + H and columns P to P + W.",
    ),
    explanation="Two ideas. An output that the stride has skipped has gradient zero, so zeros go "
    "between the gradients (and at the end, where the stride left rows over). A pixel that padding "
    "has added is nobody's, so its gradient is cut off. The rest is the stride-1 case.",
)
def conv2d_backward(grad_out, x, weight, stride, padding):
    """All three gradients of a convolution with stride and padding (whole numbers).

    grad_out (N, F, OH, OW), x (N, C, H, W), weight (F, C, KH, KW) -> grad_x, grad_weight,
    grad_bias (F,); rows and columns that the stride did not reach get gradient 0
    """
    (N, F, _, _), (_, _, H, W), p = grad_out.shape, x.shape, padding
    KH, KW = weight.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    spread = np.zeros((N, F, H + 2 * p - KH + 1, W + 2 * p - KW + 1), grad_out.dtype)
    spread[:, :, ::stride, ::stride] = grad_out  # zeros for the outputs that were skipped
    grad_padded = conv2d_input_grad(spread, weight)
    grad_x = grad_padded[:, :, p : p + H, p : p + W]
    return grad_x, conv2d_weight_grad(spread, padded), grad_out.sum(axis=(0, 2, 3))


@conv2d_backward.cases
def _(rng):
    for (N, C, H, W), (F, KH, KW), s, p, label in (
        ((1, 1, 3, 3), (1, 2, 2), 1, 0, "the lecture's case: stride 1, no padding"),
        ((2, 3, 6, 7), (4, 3, 2), 1, 0, "stride 1, no two sizes equal"),
        ((2, 2, 7, 5), (3, 3, 3), 2, 0, "stride 2"),
        ((2, 3, 8, 6), (2, 3, 3), 2, 0, "stride 2 with rows and columns left over"),
        ((1, 2, 9, 11), (3, 2, 4), 3, 0, "stride 3, more than the filter's height"),
        ((1, 1, 3, 4), (1, 2, 2), 2, 0, "one small image, stride 2, a row is left over"),
        ((1, 1, 2, 4), (1, 2, 2), 1, 1, "one small image, padding 1"),
        ((2, 2, 5, 6), (3, 3, 3), 1, 1, "padding 1"),
        ((2, 3, 6, 5), (2, 3, 4), 2, 2, "stride 2 and padding 2"),
        ((2, 2, 4, 4), (2, 1, 1), 2, 0, "1×1 filters, stride 2"),
    ):
        x, weight = rng.normal(size=(N, C, H, W)), rng.normal(size=(F, C, KH, KW))
        size = (N, F, (H + 2 * p - KH) // s + 1, (W + 2 * p - KW) // s + 1)
        yield case(rng.normal(size=size), x, weight, s, p, label=label)
    arrays = (
        rng.normal(size=(2, 3, 3, 3)),
        rng.normal(size=(2, 2, 6, 5)),
        rng.normal(size=(3, 2, 3, 3)),
    )
    yield case(
        *(a.astype(np.float32) for a in arrays), 2, 1, label="stride 2 and padding 1, float32"
    )


@conv2d_backward.groups({"stride 1, no padding": 2, "stride and padding": 2})
def _(grad_out, x, weight, stride, padding):
    return "stride 1, no padding" if (stride, padding) == (1, 0) else "stride and padding"


@conv2d_backward.oracle
def _(grad_out, x, weight, stride, padding):
    (KH, KW), (H, W), p = weight.shape[2:], x.shape[2:], padding
    padded = pad(x, p, p)
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for n, f, i, j in np.ndindex(grad_out.shape):
        window = (n, slice(None), slice(i * stride, i * stride + KH),
                  slice(j * stride, j * stride + KW))  # fmt: skip
        grad_padded[window] += grad_out[n, f, i, j] * weight[f]
        grad_weight[f] += grad_out[n, f, i, j] * padded[window]
    grad_bias = np.array([grad_out[:, f].sum() for f in range(len(weight))], grad_out.dtype)
    return grad_padded[:, :, p : p + H, p : p + W], grad_weight, grad_bias


def _backward(
    grad_out, x, weight, stride, padding, *, spread=None, size=None, met=None, cut=None,
    input_grad=None, bias=None, order=(0, 1, 2),
):  # fmt: skip
    """The reference with one of its steps changed.

    size(full, S, O, H, K, P): the length of the array of zeros along one axis, where `full` is
    right; spread(grad_out, S, sizes): the gradients between their zeros; met(x, P): what the weight
    has met; input_grad(spread, weight); cut(grad, P, H, W); bias(grad_out)
    """
    S, P, (H, W), (KH, KW) = stride, padding, x.shape[2:], weight.shape[2:]
    size = size or (lambda full, S, O, H, K, P: full)  # noqa: E741
    sizes = [
        size(h + 2 * P - k + 1, S, o, h, k, P)
        for h, k, o in zip((H, W), (KH, KW), grad_out.shape[2:], strict=True)
    ]
    gradients = (spread or _zeros_between)(grad_out, S, sizes)
    grad_x = (input_grad or conv2d_input_grad)(gradients, weight)
    grad_x = cut(grad_x, P, H, W) if cut else grad_x[:, :, P : P + H, P : P + W]
    grad_weight = conv2d_weight_grad(gradients, met(x, P) if met else pad(x, P, P))
    grad_bias = bias(grad_out) if bias else grad_out.sum(axis=(0, 2, 3))
    return tuple((grad_x, grad_weight, grad_bias)[k] for k in order)


def _zeros_between(grad_out, S, sizes):
    spread = np.zeros((*grad_out.shape[:2], *sizes))
    spread[:, :, ::S, ::S] = grad_out
    return spread


conv2d_backward.mistake(
    "the padding was not cut off from grad_x",
    hint="Which shape has x, and which shape has your grad_x?",
)(partial(_backward, cut=lambda grad, P, H, W: grad))


conv2d_backward.mistake(
    "with padding 0 nothing is left: the slice P:-P is then 0:0, which is empty",
    hint="What is np.arange(5)[1:-1], and what is np.arange(5)[0:-0]? Where should the slice end?",
)(partial(_backward, cut=lambda grad, P, H, W: grad[:, :, P:-P, P:-P]))


conv2d_backward.mistake(
    "the padding was cut off on one side only: rows 0 to H of the padded gradient",
    hint="Padding P puts P rows above and P rows below. Where does the first row of x lie?",
)(partial(_backward, cut=lambda grad, P, H, W: grad[:, :, :H, :W]))


conv2d_backward.mistake(
    "the cut ends too early: x lies in rows P to P + H, not P to H",
    hint="How many rows are there from P to H? How many should there be?",
)(partial(_backward, cut=lambda grad, P, H, W: grad[:, :, P:H, P:W]))


conv2d_backward.mistake(
    "the padding was cut off from the rows only",
    hint="On how many sides of the image were there zeros?",
)(partial(_backward, cut=lambda grad, P, H, W: grad[:, :, P : P + H]))


conv2d_backward.mistake(
    "grad_weight was computed with the unpadded input",
    hint="Which array did the filter slide over in the forward pass: x, or x with zeros around it?",
)(partial(_backward, met=lambda x, P: x))


conv2d_backward.mistake(
    "the array of zeros ends with the last gradient: the rows that the stride left over are "
    "missing",
    hint="Yours has (OH − 1)·S + 1 rows. How many rows would the output have with stride 1?",
)(partial(_backward, size=lambda full, S, O, H, K, P: (O - 1) * S + 1))  # noqa: E741


conv2d_backward.mistake(
    "the array of zeros was made OH·S rows long",
    hint="With stride 1 the output would have H + 2P − KH + 1 rows. Is that always OH·S?",
)(partial(_backward, size=lambda full, S, O, H, K, P: O * S))  # noqa: E741


conv2d_backward.slip(
    ignored("padding", 0),
    "the array of zeros was sized without the padding on both sides",
    hint="The filter slid over H + 2P rows. How many places has it there with stride 1?",
)

conv2d_backward.mistake(
    "the gradients were not spread: grad_out was passed on as it is",
    hint="With stride 2, the second output looked at pixels two places further on. Where does its "
    "gradient land in your version?",
)(partial(_backward, spread=lambda grad_out, S, sizes: grad_out))


conv2d_backward.mistake(
    "the gradients were repeated in place of zeros between them",
    hint="An output that the stride has skipped does not exist. What is its gradient?",
)(partial(_backward, spread=lambda grad_out, S, sizes: (
    grad_out.repeat(S, axis=2).repeat(S, axis=3)[:, :, : sizes[0], : sizes[1]]
)))  # fmt: skip


conv2d_backward.mistake(
    "the width of the array of zeros was computed from the height",
    hint="Rows are H + 2P − KH + 1. And columns?",
)(partial(_backward, spread=lambda grad_out, S, sizes: (
    _zeros_between(grad_out, S, (sizes[0], sizes[0]))
)))  # fmt: skip


conv2d_backward.mistake(
    "the filter was not rotated on the way to grad_x",
    hint="The task is conv2d_input_grad on a padded input. What did that function do to the "
    "filter?",
)(partial(_backward, input_grad=lambda g, weight: conv2d_input_grad(g, rotate180(weight))))


conv2d_backward.mistake(
    "the gradient of the bias was averaged over images and places",
    hint="The bias was added at every place of every image. Do these gradients add up?",
)(partial(_backward, bias=lambda g: g.mean(axis=(0, 2, 3))))


conv2d_backward.mistake(
    "the gradient of the bias was summed over the images only",
    hint="There is one bias for each filter, not one for each place. Which axes must go?",
)(partial(_backward, bias=lambda g: g.sum(axis=0)))


conv2d_backward.mistake(
    "the gradient of the bias was summed over the places only, not over the images",
    hint="grad_bias has the shape (F,). Which axis is left over in yours?",
)(partial(_backward, bias=lambda g: g.sum(axis=(2, 3))))


conv2d_backward.mistake(
    "the gradient of the bias was summed over everything, the filters too",
    hint="How many biases has the layer? Which axis must stay?",
)(partial(_backward, bias=lambda g: g.sum()))


conv2d_backward.mistake(
    "the gradient of the bias was summed over the filters; the columns were kept",
    hint="grad_out is (N, F, OH, OW), counted from 0. Which number has the axis that must stay?",
)(partial(_backward, bias=lambda g: g.sum(axis=(0, 1, 2))))


conv2d_backward.mistake(
    "the gradient of the bias kept its summed axes: (1, F, 1, 1) in place of (F,)",
    hint="A gradient has the shape of what it belongs to. What does keepdims=True do?",
)(partial(_backward, bias=lambda g: g.sum(axis=(0, 2, 3), keepdims=True)))


conv2d_backward.mistake(
    "the three gradients come in another order: grad_weight before grad_x",
    hint="In which order does the docstring name them?",
)(partial(_backward, order=(1, 0, 2)))


@conv2d_backward.mistake(
    "no zeros were put between the gradients: the stride was forgotten on the way back",
    hint="With stride 2, the second output looked at pixels two places further on. Where does its "
    "gradient land in your version?",
)
def _(grad_out, x, weight, stride, padding):
    def squeezed(grad_out, S, sizes):
        spread = np.zeros((*grad_out.shape[:2], *sizes))
        spread[:, :, : grad_out.shape[2], : grad_out.shape[3]] = grad_out
        return spread

    return _backward(grad_out, x, weight, stride, padding, spread=squeezed)


@conv2d_backward.mistake(
    "the stamps in grad_x overwrite each other: = in place of +=",
    hint="A pixel under several windows collects from all of them. What does `=` do to the stamps "
    "that are already there?",
)
def _(grad_out, x, weight, stride, padding):
    (H, W), (KH, KW), S, P = x.shape[2:], weight.shape[2:], stride, padding
    grad = np.zeros_like(pad(x, P, P))
    for n, f, i, j in np.ndindex(grad_out.shape):
        stamp = grad_out[n, f, i, j] * weight[f]
        grad[n, :, i * S : i * S + KH, j * S : j * S + KW] = stamp
    rest = _backward(grad_out, x, weight, stride, padding)[1:]
    return grad[:, :, P : P + H, P : P + W], *rest


@conv2d_backward.mistake(
    "all three gradients were divided by the number of images",
    hint="Whoever wanted a mean has divided already, in the loss. Does the chain rule divide?",
)
def _(grad_out, x, weight, stride, padding):
    return _backward(grad_out / len(x), x, weight, stride, padding)
