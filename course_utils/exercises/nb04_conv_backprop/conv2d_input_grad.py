"""The exercise `conv2d_input_grad` of notebook 04."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb04_conv_backprop.axes import pad, reshaped
from course_utils.exercises.nb04_conv_backprop.full_convolution import full_convolution
from course_utils.exercises.nb04_conv_backprop.rotate180 import rotate180
from course_utils.exercises.slips import averaged, first_only, turned
from course_utils.exercises.stamps import stamps
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="04",
    points=3,
    minutes=20,
    hints=(
        "Which outputs did x[n, c, i, j] take part in? Which filters, and which places?",
        "For one channel the answer is the full convolution of grad_out with the rotated filter.",
        "full_convolution wants its filters as (C, F, KH, KW) here: one 'filter' for each input "
        "channel, with one 'channel' for each output map. Which two axes of weight must be "
        "swapped?",
    ),
    explanation="Rotated, because the pixel that a weight met first it meets last from the "
    "output's view. Swapped, because the sum now runs over the filters and leaves the channels.",
)
def conv2d_input_grad(grad_out, weight):
    """Gradient of the loss with respect to the input of a valid, stride-1 convolution.

    grad_out (N, F, OH, OW), weight (F, C, KH, KW) -> (N, C, OH + KH - 1, OW + KW - 1)
    """
    rotated = rotate180(weight).swapaxes(0, 1)  # (C, F, KH, KW)
    return full_convolution(grad_out, rotated)


@conv2d_input_grad.cases
def _(rng):
    yield case(
        np.array([[[[1.0, 2.0], [3.0, 5.0]]]]), np.array([[[[1.0, -1.0], [2.0, 7.0]]]]),
        label="the 2×2 output and 2×2 filter of the lecture",
    )  # fmt: skip
    for g, w, label in (
        ((2, 3, 4, 5), (3, 2, 3, 2), "no two sizes equal"),
        ((2, 2, 4, 3), (2, 2, 2, 2), "as many filters as channels"),
        ((1, 2, 2, 2), (2, 3, 3, 4), "filters larger than the output"),
        ((2, 3, 3, 4), (3, 2, 1, 1), "1×1 filters"),
        ((2, 2, 3, 3), (2, 2, 3, 3), "all that can be equal is equal"),
    ):
        yield case(rng.normal(size=g), rng.normal(size=w), label=label)
    arrays = rng.normal(size=(2, 3, 3, 4)), rng.normal(size=(3, 2, 2, 3))
    yield case(*(a.astype(np.float32) for a in arrays), label="float32")


@conv2d_input_grad.oracle
def _(grad_out, weight):
    (N, F, OH, OW), (_, C, KH, KW) = grad_out.shape, weight.shape
    grad = np.zeros((N, C, OH + KH - 1, OW + KW - 1), weight.dtype)
    for n, f, i, j in np.ndindex(N, F, OH, OW):  # every output hands its gradient to its window
        grad[n, :, i : i + KH, j : j + KW] += grad_out[n, f, i, j] * weight[f]
    return grad


def _full(grad_out, weight):
    """What the reference does, with a weight (F, C, KH, KW) that was or was not rotated."""
    KH, KW = weight.shape[2:]
    return conv2d(pad(grad_out, KH - 1, KW - 1), weight.swapaxes(0, 1))


conv2d_input_grad.slip(
    turned("weight"),
    "the filter was not rotated by 180°",
    hint="Write out which weight x[0, 0] met in the forward pass, and where your sum puts it.",
)


@conv2d_input_grad.mistake(
    "the filter was mirrored along one axis only (rows)",
    hint="Half a turn is two mirrors. Which one is missing?",
)
def _(grad_out, weight):
    return _full(grad_out, weight[:, :, ::-1])


@conv2d_input_grad.mistake(
    "the filter was transposed instead of rotated",
    hint="What does a transpose do to F12 and F21, and what does half a turn do to them?",
)
def _(grad_out, weight):
    return _full(grad_out, weight.swapaxes(2, 3))


@conv2d_input_grad.mistake(
    "filters and channels were not swapped",
    hint="Over which axis does the sum run now: over the channels, or over the filters?",
)
def _(grad_out, weight):
    KH, KW = weight.shape[2:]
    return conv2d(pad(grad_out, KH - 1, KW - 1), weight[:, :, ::-1, ::-1])


@conv2d_input_grad.mistake(
    "an ordinary convolution instead of a full one",
    hint="The gradient must have the size of x, which is larger than the output. Where do the "
    "missing rows come from?",
)
def _(grad_out, weight):
    return conv2d(grad_out, weight[:, :, ::-1, ::-1].swapaxes(0, 1))


@conv2d_input_grad.mistake(
    "only the first filter was counted",
    hint="A pixel takes part in the maps of all filters. Over which index do you sum?",
)
def _(grad_out, weight):
    return _full(grad_out[:, :1], weight[:1, :, ::-1, ::-1])


@conv2d_input_grad.mistake(
    "the filter was mirrored along one axis only (columns)",
    hint="Half a turn is two mirrors. Which one is missing?",
)
def _(grad_out, weight):
    return _full(grad_out, weight[..., ::-1])


@conv2d_input_grad.mistake(
    ".T reverses all four axes, so rows and columns of the kernel are exchanged as well",
    hint="Which shape has weight.T? Which two axes should change places?",
)
def _(grad_out, weight):
    return full_convolution(grad_out, rotate180(weight).T)


@conv2d_input_grad.mistake(
    "filters and channels were exchanged by reshape, which keeps the numbers in their old order",
    hint="Does a reshape to (C, F, KH, KW) move numbers, or only count them off anew?",
)
def _(grad_out, weight):
    return full_convolution(grad_out, reshaped(rotate180(weight)))


@conv2d_input_grad.mistake(
    "all four axes were reversed, filters and channels too",
    hint="Filter 0 belongs to map 0 of grad_out. To which map does it come in your version?",
)
def _(grad_out, weight):
    return full_convolution(grad_out, np.flip(weight).swapaxes(0, 1))


@conv2d_input_grad.mistake(
    "the first two axes were turned, not the kernel: np.rot90 turns axes 0 and 1",
    hint="Which axes of (F, C, KH, KW) are the kernel's rows and columns? What does rotate180 do?",
)
def _(grad_out, weight):
    return full_convolution(grad_out, weight[::-1, ::-1].swapaxes(0, 1))


conv2d_input_grad.slip(
    turned("grad_out"),
    "both were rotated, the filter and grad_out",
    hint="Turn both, and which way round is the picture that comes out?",
)


@conv2d_input_grad.mistake(
    "grad_out was rotated in place of the filter",
    hint="Which of the two does the formula turn?",
)
def _(grad_out, weight):
    return _full(rotate180(grad_out), weight)


def _overwritten(grad_out, weight, **how):
    size = [g + w - 1 for g, w in zip(grad_out.shape[2:], weight.shape[2:], strict=True)]
    return stamps(grad_out, weight, size, add=False, **how)


conv2d_input_grad.mistake(
    "the stamps overwrite each other: = in place of +=",
    hint="A pixel under several windows collects from all of them. What does `=` do to the stamps "
    "that are already there?",
    also=(_overwritten,),
)(partial(_overwritten, last=True))


conv2d_input_grad.mistake(
    "each weight overwrote what the weights before it had given: = instead of +=",
    hint="A pixel has met several weights of the filter. What does `=` do to the gradients that "
    "are already there?",
    also=(partial(_overwritten, by_weight=True, last=True),),
)(partial(_overwritten, by_weight=True))


@conv2d_input_grad.mistake(
    "each filter overwrote the one before: = in place of +=",
    hint="A pixel takes part in the maps of all filters. After your loop, which one is left?",
)
def _(grad_out, weight):
    return conv2d_input_grad(grad_out[:, -1:], weight[-1:])


@conv2d_input_grad.mistake(
    "the arguments of full_convolution are exchanged: grad_out slides over the filter",
    hint="full_convolution(x, weight): which of yours are the maps, and which the filters?",
)
def _(grad_out, weight):
    return full_convolution(rotate180(weight).swapaxes(0, 1), grad_out)


def _padded(grad_out, weight, rows, columns):
    """The reference, with rows(KH, KW) and columns(KH, KW) of zeros on each side."""
    zeros = rows(*weight.shape[2:]), columns(*weight.shape[2:])
    return conv2d(pad(grad_out, *zeros), rotate180(weight).swapaxes(0, 1))


for name, hint, rows, columns in (
    (
        "grad_out was padded by half of the filter, which keeps its size",
        "How many rows has x, if grad_out has OH: OH again, or more?",
        lambda KH, KW: KH // 2,
        lambda KH, KW: KW // 2,
    ),
    (
        "grad_out was padded by KH instead of KH − 1",
        "The first row of x met the first row of the filter alone. How far does the filter stick "
        "out there?",
        lambda KH, KW: KH,
        lambda KH, KW: KW,
    ),
    (
        "rows were padded by the filter's width and columns by its height",
        "For a filter of 2×4, how many rows can stick out above the map?",
        lambda KH, KW: KW - 1,
        lambda KH, KW: KH - 1,
    ),
    (
        "the filter was taken to be square: rows and columns were padded by KH − 1",
        "The filter need not be square. How many columns can a filter of 2×4 stick out?",
        lambda KH, KW: KH - 1,
        lambda KH, KW: KH - 1,
    ),
):
    conv2d_input_grad.mistake(name, hint=hint)(partial(_padded, rows=rows, columns=columns))


conv2d_input_grad.slip(
    averaged(),
    "the gradient was averaged over the images",
    hint="A pixel belongs to one image. Which of the other images did it take part in?",
)

conv2d_input_grad.slip(
    averaged(count=lambda grad_out, weight: len(weight)),
    "the gradient was averaged over the filters instead of summed",
    hint="A pixel takes part in the maps of all filters. Do gradients of several uses add up, or "
    "average?",
)

conv2d_input_grad.slip(
    first_only("grad_out"),
    hint="How many images are there? Where does your code use the index n?",
    also=(lambda grad_out, weight: conv2d_input_grad(grad_out[:1], weight)[0],),
)


@conv2d_input_grad.mistake(
    "the channels were summed: every channel got the same gradient",
    hint="Channel c met weight[f, c] only. Which letters stay on the right of the arrow?",
)
def _(grad_out, weight):
    grad = conv2d_input_grad(grad_out, weight)
    return np.broadcast_to(grad.sum(axis=1, keepdims=True), grad.shape).copy()


@conv2d_input_grad.mistake(
    "row and column of the stamps' places were exchanged",
    hint="Which of i and j counts the rows of grad_out? Where does output (i, j) have its window?",
)
def _(grad_out, weight):
    size = [g + w - 1 for g, w in zip(grad_out.shape[2:], weight.shape[2:], strict=True)]
    grad = np.zeros((len(grad_out), weight.shape[1], *size))
    for i, j in np.ndindex(grad_out.shape[2:]):
        stamp = np.einsum("nf,fcuv->ncuv", grad_out[:, :, i, j], weight)
        grad[:, :, j : j + weight.shape[2], i : i + weight.shape[3]] += stamp
    return grad


conv2d_input_grad.mistake(
    "the filter was transposed as well as rotated",
    hint="Which two axes of (F, C, KH, KW) have to change places: F and C, or KH and KW, too?",
)(lambda grad_out, weight: full_convolution(
    grad_out, rotate180(weight).swapaxes(0, 1).swapaxes(2, 3)
))  # fmt: skip
