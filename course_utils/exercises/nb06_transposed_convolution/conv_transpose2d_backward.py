"""The exercise `conv_transpose2d_backward` of notebook 06."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb06_transposed_convolution.settings import (
    output_shape,
    pairs,
    settings_and_labels,
)
from course_utils.exercises.slips import averaged, ignored, reordered, rotated, transposed, turned


@exercise(
    notebook="06",
    points=3,
    minutes=25,
    returns=("grad_x", "grad_weight"),
    hints=(
        "What was cut off forwards had no influence on the loss: its gradient is 0. Pad grad_out "
        "by P on every side, and you have the gradient of the whole canvas.",
        "Pixel (i, j) has stamped one patch of the canvas. Which one? Everything that you need is "
        "in that patch of the gradient.",
        "grad_x[:, :, i, j] has the axes (N, C). Patch (N, F, KH, KW), filter (C, F, KH, KW): "
        "which letters go into np.einsum, and which stand behind the arrow?",
        "For grad_weight the pixel (N, C) meets the same patch. Which axis is summed over now? And "
        "what must happen from one (i, j) to the next, if every pixel has used the weight?",
    ),
    explanation="Pixel (i, j) wrote x·weight into one patch of the canvas. So its own gradient is "
    "that patch of the canvas' gradient times the weight, and the weight collects the patch times "
    "the pixel, from all pixels of all images. Both need the same patch, so one loop does both.",
)
def conv_transpose2d_backward(grad_out, x, weight, stride=1, padding=0):
    """Gradients of the loss for out = conv_transpose2d(x, weight, stride, padding).

    grad_out (N, F, OH, OW), x (N, C, H, W), weight (C, F, KH, KW)
    -> grad_x (N, C, H, W), grad_weight (C, F, KH, KW)
    With output padding grad_out has more rows and columns at its end: nothing special to do.
    """
    (_, _, H, W), (_, _, KH, KW), P = x.shape, weight.shape, padding
    canvas = np.pad(grad_out, ((0, 0), (0, 0), (P, P), (P, P)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i, j in np.ndindex(H, W):
        top, left = i * stride, j * stride
        patch = canvas[:, :, top : top + KH, left : left + KW]  # (N, F, KH, KW)
        grad_x[:, :, i, j] = np.einsum("nfab,cfab->nc", patch, weight)
        grad_weight += np.einsum("nc,nfab->cfab", x[:, :, i, j], patch)
    return grad_x, grad_weight


@conv_transpose2d_backward.cases
def _(rng):
    for x, weight, stride, padding, output_padding, label in settings_and_labels(rng):
        shape = output_shape(x, weight, stride, padding, output_padding)
        grads = rng.normal(size=(*shape[::-1], weight.shape[1], len(x))).astype(x.dtype)
        if x.size == 2:
            grads = np.arange(1.0, 9.0).reshape(4, 2, 1, 1)
        yield case(grads.transpose(3, 2, 1, 0), x, weight, stride, padding, label=label)


@conv_transpose2d_backward.oracle
def _(grad_out, x, weight, stride, padding):
    grad_x, grad_weight = np.zeros(x.shape, x.dtype), np.zeros(weight.shape, weight.dtype)
    for pixel, place, target in pairs(x, weight, grad_out.shape[2:], stride, padding):
        grad_x[pixel] += grad_out[target] * weight[place]
        grad_weight[place] += grad_out[target] * x[pixel]
    return grad_x, grad_weight


def _backward(grad_out, x, weight, stride, padding, *, step=None, last=False):
    P, (KH, KW) = padding, weight.shape[2:]
    S = stride if step is None else step
    canvas = np.pad(grad_out, ((0, 0), (0, 0), (P, P), (P, P)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i, j in np.ndindex(x.shape[2:]):
        patch = canvas[:, :, i * S : i * S + KH, j * S : j * S + KW]
        grad_x[:, :, i, j] = np.einsum("nfab,cfab->nc", patch, weight)
        product = np.einsum("nc,nfab->cfab", x[:, :, i, j], patch)
        grad_weight = product if last else grad_weight + product
    return grad_x, grad_weight


conv_transpose2d_backward.slip(
    ignored("padding", 0),
    "the padding that was cut off forwards was not put back around the gradient",
    hint="With padding 1, which entry of grad_out belongs to the corner of the first stamp? There "
    "is none: what is its gradient?",
)

conv_transpose2d_backward.slip(
    turned("weight"),
    "the filter was rotated by 180° for grad_x",
    hint="That is right for a convolution's backward pass. Which weight took x[0, 0] to the first "
    "entry of its stamp here?",
)


@conv_transpose2d_backward.mistake(
    "grad_weight holds the last pixel's part only: = instead of +=",
    hint="How many pixels have used the weight, and what happens to their gradients?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(grad_out, x, weight, stride, padding, last=True)


conv_transpose2d_backward.slip(
    averaged("grad_weight"),
    "grad_weight was averaged over the images",
    hint="The weight acts on each image. Do their gradients add up, or are they averaged?",
)

conv_transpose2d_backward.slip(
    transposed("grad_weight"),
    "grad_weight came out as (F, C, KH, KW)",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has weight?",
)

conv_transpose2d_backward.slip(
    ignored("stride", 1),
    "the patches were read at row i and column j, without the stride",
    hint="Where on the canvas did the stamp of pixel (1, 0) begin?",
)

conv_transpose2d_backward.slip(
    reordered(1, 0),
    "the two results are in the wrong order",
    hint="The docstring says (grad_x, grad_weight).",
    whole=True,
)


for name, hint, rows, columns in (
    (
        "all of the padding was put back below and on the right",
        "P rows were cut off above and P below. Where do they have to come back?",
        (0, 2),
        (0, 2),
    ),
    (
        "all of the padding was put back above and on the left",
        "P rows were cut off above and P below. Where do they have to come back?",
        (2, 0),
        (2, 0),
    ),
    (
        "the padding was put back around the rows only",
        "And the columns?",
        (1, 1),
        (0, 0),
    ),
):

    def _(grad_out, x, weight, stride=1, padding=0, ends=(rows, columns)):
        zeros = padding * np.array([(0, 0), (0, 0), *ends])  # (before, after) for each axis
        return _backward(np.pad(grad_out, zeros), x, weight, stride, 0)

    conv_transpose2d_backward.mistake(name, hint=hint)(_)


@conv_transpose2d_backward.mistake(
    "np.pad has put the zeros on other axes than rows and columns, or on all four",
    hint="np.pad(g, P) pads every axis, N and F as well. Which shape has g before and after? Give "
    "one pair (before, after) for each of the four axes, in order.",
)
def _(grad_out, x, weight, stride=1, padding=0):
    return _backward(np.pad(grad_out, padding), x, weight, stride, 0)


def _patches(grad_out, x, weight, stride=1, padding=0, *, place=None, letters="nc,nfab->cfab"):
    """The reference with one line exchanged: the place of the patch, or grad_weight's letters."""
    P, (KH, KW), S = padding, weight.shape[2:], stride
    canvas = np.pad(grad_out, ((0, 0), (0, 0), (P, P), (P, P)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i, j in np.ndindex(x.shape[2:]):
        top, left, tall, wide = place(i, j, S, KH, KW) if place else (i * S, j * S, KH, KW)
        patch = canvas[:, :, top : top + tall, left : left + wide]
        grad_x[:, :, i, j] = np.einsum("nfab,cfab->nc", patch, weight)
        grad_weight += np.einsum(letters, x[:, :, i, j], patch)
    return grad_x, grad_weight


for name, hint, change in (
    (
        "row and column of the patches' places have been exchanged",
        "Which of i and j counts the rows of x? Which axis of grad_out are the rows?",
        {"place": lambda i, j, S, KH, KW: (j * S, i * S, KH, KW)},
    ),
    (
        "the patch is KH wide: KW was forgotten",
        "The stamp had KH rows and KW columns. How many columns has your patch?",
        {"place": lambda i, j, S, KH, KW: (i * S, j * S, KH, KH)},
    ),
    (
        'the letters of grad_weight end in "->fcab", where weight is (C, F, KH, KW)',
        "The letters behind the arrow are the axes of the result, in this order. Which is first?",
        {"letters": "nc,nfab->fcab"},
    ),
):
    conv_transpose2d_backward.mistake(name, hint=hint)(partial(_patches, **change))


conv_transpose2d_backward.slip(
    rotated("grad_weight"),
    "grad_weight was rotated by 180°",
    hint="Stamping does not rotate the filter. Which entry of the patch belongs to weight[c, f, 0, "
    "0]?",
)


@conv_transpose2d_backward.mistake(
    "grad_weight holds the first image's part only",
    hint="All images were made with the same weight. Over which axes of x and grad_out must "
    "grad_weight add up?",
)
def _(grad_out, x, weight, stride=1, padding=0):
    grad_x, _ = _backward(grad_out, x, weight, stride, padding)
    return grad_x, _backward(grad_out[:1], x[:1], weight, stride, padding)[1]
