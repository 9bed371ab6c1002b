"""The exercise `conv2d_backward` of notebook 04."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb04_conv_backprop.axes import pad
from course_utils.exercises.nb04_conv_backprop.conv2d_input_grad import conv2d_input_grad
from course_utils.exercises.nb04_conv_backprop.conv2d_weight_grad import conv2d_weight_grad
from course_utils.exercises.nb04_conv_backprop.rotate180 import rotate180
from course_utils.exercises.nb04_conv_backprop.steps import backward, met, stamped, zeros_between
from course_utils.exercises.slips import (
    averaged,
    first_only,
    ignored,
    replaced,
    rotated,
    transposed,
)


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


conv2d_backward.mistake(
    "the padding was not cut off from grad_x",
    hint="Which shape has x, and which shape has your grad_x?",
)(partial(backward, cut=lambda grad, P, H, W: grad))


conv2d_backward.mistake(
    "with padding 0 nothing is left: the slice P:-P is then 0:0, which is empty",
    hint="What is np.arange(5)[1:-1], and what is np.arange(5)[0:-0]? Where should the slice end?",
)(partial(backward, cut=lambda grad, P, H, W: grad[:, :, P:-P, P:-P]))


conv2d_backward.mistake(
    "the padding was cut off on one side only: rows 0 to H of the padded gradient",
    hint="Padding P puts P rows above and P rows below. Where does the first row of x lie?",
)(partial(backward, cut=lambda grad, P, H, W: grad[:, :, :H, :W]))


conv2d_backward.mistake(
    "the padding was cut off above and on the left only",
    hint="Padding P puts P rows above and P rows below. Where should the slice end?",
)(partial(backward, cut=lambda grad, P, H, W: grad[:, :, P:, P:]))


conv2d_backward.mistake(
    "the cut ends too early: x lies in rows P to P + H, not P to H",
    hint="How many rows are there from P to H? How many should there be?",
)(partial(backward, cut=lambda grad, P, H, W: grad[:, :, P:H, P:W]))


conv2d_backward.mistake(
    "the padding was cut off from the rows only",
    hint="On how many sides of the image were there zeros?",
)(partial(backward, cut=lambda grad, P, H, W: grad[:, :, P : P + H]))


conv2d_backward.mistake(
    "grad_weight was computed with the unpadded input",
    hint="Which array did the filter slide over in the forward pass: x, or x with zeros around it?",
)(partial(backward, met=lambda x, P: x))


conv2d_backward.mistake(
    "the array of zeros ends with the last gradient: the rows that the stride left over are "
    "missing",
    hint="Yours has (OH − 1)·S + 1 rows. How many rows would the output have with stride 1?",
)(partial(backward, size=lambda full, S, O, H, K, P: (O - 1) * S + 1))  # noqa: E741


conv2d_backward.mistake(
    "the array of zeros was made OH·S rows long",
    hint="With stride 1 the output would have H + 2P − KH + 1 rows. Is that always OH·S?",
)(partial(backward, size=lambda full, S, O, H, K, P: O * S))  # noqa: E741


conv2d_backward.slip(
    ignored("padding", 0),
    "the array of zeros was sized without the padding on both sides",
    hint="The filter slid over H + 2P rows. How many places has it there with stride 1?",
)

conv2d_backward.mistake(
    "the gradients were not spread: grad_out was passed on as it is",
    hint="With stride 2, the second output looked at pixels two places further on. Where does its "
    "gradient land in your version?",
)(partial(backward, spread=lambda grad_out, S, sizes: grad_out))


conv2d_backward.mistake(
    "the gradients were repeated in place of zeros between them",
    hint="An output that the stride has skipped does not exist. What is its gradient?",
)(partial(backward, spread=lambda grad_out, S, sizes: (
    grad_out.repeat(S, axis=2).repeat(S, axis=3)[:, :, : sizes[0], : sizes[1]]
)))  # fmt: skip


conv2d_backward.mistake(
    "the width of the array of zeros was computed from the height",
    hint="Rows are H + 2P − KH + 1. And columns?",
)(partial(backward, spread=lambda grad_out, S, sizes: (
    zeros_between(grad_out, S, (sizes[0], sizes[0]))
)))  # fmt: skip


conv2d_backward.mistake(
    "the filter was not rotated on the way to grad_x",
    hint="The task is conv2d_input_grad on a padded input. What did that function do to the "
    "filter?",
)(partial(backward, input_grad=lambda g, weight: conv2d_input_grad(g, rotate180(weight))))


conv2d_backward.mistake(
    "the gradient of the bias was averaged over images and places",
    hint="The bias was added at every place of every image. Do these gradients add up?",
)(partial(backward, bias=lambda g: g.mean(axis=(0, 2, 3))))


conv2d_backward.mistake(
    "the gradient of the bias was summed over the images only",
    hint="There is one bias for each filter, not one for each place. Which axes must go?",
)(partial(backward, bias=lambda g: g.sum(axis=0)))


conv2d_backward.mistake(
    "the gradient of the bias was summed over the places only, not over the images",
    hint="grad_bias has the shape (F,). Which axis is left over in yours?",
)(partial(backward, bias=lambda g: g.sum(axis=(2, 3))))


conv2d_backward.mistake(
    "the gradient of the bias was summed over everything, the filters too",
    hint="How many biases has the layer? Which axis must stay?",
)(partial(backward, bias=lambda g: g.sum()))


conv2d_backward.mistake(
    "the gradient of the bias was summed over the filters; the columns were kept",
    hint="grad_out is (N, F, OH, OW), counted from 0. Which number has the axis that must stay?",
)(partial(backward, bias=lambda g: g.sum(axis=(0, 1, 2))))


conv2d_backward.mistake(
    "the gradient of the bias kept its summed axes: (1, F, 1, 1) in place of (F,)",
    hint="A gradient has the shape of what it belongs to. What does keepdims=True do?",
)(partial(backward, bias=lambda g: g.sum(axis=(0, 2, 3), keepdims=True)))


conv2d_backward.mistake(
    "the three gradients come in another order: grad_weight before grad_x",
    hint="In which order does the docstring name them?",
    whole=True,
)(partial(backward, order=(1, 0, 2)))


@conv2d_backward.mistake(
    "the stride was forgotten on the way back: the gradients lie one place apart",
    hint="With stride 2, the second output looked at pixels two places further on. Where does its "
    "gradient land in your version?",
)
def _(grad_out, x, weight, stride, padding):
    def squeezed(grad_out, S, sizes):
        spread = np.zeros((*grad_out.shape[:2], *sizes))
        spread[:, :, : grad_out.shape[2], : grad_out.shape[3]] = grad_out
        return spread

    return backward(grad_out, x, weight, stride, padding, spread=squeezed)


def _shifted(grad_out, x, weight, stride, padding, *, by, room=1):
    """grad_x, cut out one row and one column too early (−1) or too late (1)."""
    P, (H, W) = padding, x.shape[2:]
    whole = stamped(grad_out, pad(x, P, P), weight, stride, 0)
    first = P + room + by
    return pad(whole, room, room)[:, :, first : first + H, first : first + W]


def _in_part(part, function, name, hint, *others):
    """A mistake in one of the three gradients, in one way of writing or more."""
    slips = [replaced(part, wrong, name, hint) for wrong in (function, *others)]
    also = [slip.change(conv2d_backward.reference, conv2d_backward.returns) for slip in slips[1:]]
    conv2d_backward.slip(slips[0], also=tuple(also))


_in_part(
    "grad_x",
    partial(stamped, add=False, last=True),
    "the stamps in grad_x overwrite each other: = in place of +=",
    "A pixel under several windows collects from all of them. What does `=` do to the stamps "
    "that are already there?",
    partial(stamped, add=False),
)


_in_part(
    "grad_x",
    partial(stamped, add=False, by_weight=True),
    "in grad_x each weight overwrote what the weights before it had given: = instead of +=",
    "A pixel has met several weights of the filter. What does `=` do to the gradients that are "
    "already there?",
    partial(stamped, add=False, by_weight=True, last=True),
)


@conv2d_backward.mistake(
    "all three gradients were divided by the number of images",
    hint="Whoever wanted a mean has divided already, in the loss. Does the chain rule divide?",
    whole=True,
)
def _(grad_out, x, weight, stride, padding):
    return backward(grad_out / len(x), x, weight, stride, padding)


@conv2d_backward.mistake(
    "grad_weight and grad_bias were averaged over the images instead of summed",
    hint="Whoever wanted a mean has divided already, in the loss. Does the chain rule divide?",
    whole=True,
)
def _(grad_out, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = backward(grad_out, x, weight, stride, padding)
    return grad_x, grad_weight / len(x), grad_bias / len(x)


for part in conv2d_backward.returns:
    conv2d_backward.slip(
        averaged(part, count=lambda x, **rest: len(x)),
        f"{part} was averaged over the images",
        hint="Whoever wanted a mean has divided already, in the loss. Does the chain rule divide?",
    )

conv2d_backward.slip(
    averaged("grad_weight", count=lambda grad_out, **rest: grad_out[0, 0].size),
    "grad_weight was averaged over the places",
    hint="The same weight acts at every place. Do gradients of several uses add up, or average?",
)

conv2d_backward.slip(
    averaged("grad_weight", count=lambda grad_out, **rest: grad_out[:, 0].size),
    "grad_weight was averaged over images and places",
    hint="The same weight acts in every image and at every place. Do gradients of several uses add "
    "up, or average?",
)

conv2d_backward.slip(rotated("grad_weight"))

conv2d_backward.slip(
    transposed("grad_weight"),
    "filters and channels are exchanged in grad_weight",
    hint="The gradient has the shape of the weight, (F, C, KH, KW). Which shape has yours?",
)

conv2d_backward.slip(first_only("grad_out", "x"))


def _of_last_image(grad_out, x, weight, stride, padding):
    return met(grad_out[-1:], x[-1:], weight, stride, padding)


_WEIGHTS = "A weight acts in every image and at every place. What does `=` do to what is there?"
_STRIDE = "With stride 2, the second output looked at pixels two places further on. Which ones?"

for part, functions, name, hint in (
    (
        "grad_weight",
        (_of_last_image,),
        "in grad_weight each image overwrote the one before: = instead of +=",
        _WEIGHTS,
    ),
    (
        "grad_weight",
        (
            partial(met, last=True),
            lambda grad_out, x, **rest: met(grad_out[-1:], x[-1:], **rest, last=True),
        ),
        "in grad_weight each output overwrote the one before: = instead of +=",
        _WEIGHTS,
    ),
    (
        "grad_weight",
        (
            partial(met, step=1),
            lambda grad_out, x, weight, stride, padding: conv2d_weight_grad(
                grad_out, pad(x, padding, padding)
            ),
        ),
        "in grad_weight the stride was forgotten: the windows are one pixel apart",
        _STRIDE,
    ),
    (
        "grad_x",
        (partial(stamped, step=1),),
        "in grad_x the stride was forgotten: the windows are one pixel apart",
        _STRIDE,
    ),
    (
        "grad_x",
        (
            lambda grad_out, weight, **rest: stamped(grad_out[:, -1:], weight=weight[-1:], **rest),
        ),
        "in grad_x each filter overwrote the one before: = instead of +=",
        "A pixel takes part in the maps of all filters. After your loop, which one is left?",
    ),
    (
        "grad_x",
        (
            lambda grad_out, weight, **rest: stamped(grad_out[:, :1], weight=weight[:1], **rest),
        ),
        "in grad_x only the first filter was counted",
        "A pixel takes part in the maps of all filters. Over which index do you sum?",
    ),
    (
        "grad_x",
        (
            partial(stamped, tall=lambda O, S, K: (O - 1) * S + K),  # noqa: E741
            partial(stamped, tall=lambda O, S, K: (O - 1) * S + K, cut=True),  # noqa: E741
        ),
        "the rows and columns that the stride left over are missing in grad_x",
        "Yours ends with the last window. How many rows has x, and what is the gradient of those "
        "that no window has reached?",
    ),
    (
        "grad_x",
        (partial(_shifted, by=-1), partial(_shifted, by=1), partial(_shifted, by=1, room=0)),
        "grad_x is shifted by one row and one column",
        "Which pixel of x did weight (0, 0) meet in output (0, 0)? And in which pixel of grad_x "
        "does their product land?",
    ),
):  # fmt: skip
    _in_part(part, functions[0], name, hint, *functions[1:])
