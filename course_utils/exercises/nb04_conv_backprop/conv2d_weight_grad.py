"""The exercise `conv2d_weight_grad` of notebook 04."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb04_conv_backprop.axes import reshaped
from course_utils.exercises.nb04_conv_backprop.full_convolution import full_convolution
from course_utils.exercises.slips import (
    averaged,
    first_only,
    last_only,
    negated,
    rotated,
    transposed,
    turned,
)
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="04",
    points=3,
    minutes=20,
    hints=(
        "Which pixels did weight[f, c, k, l] meet, and in which outputs? One for each place (i, j) "
        "of each image.",
        "For fixed k and l these pixels are a window: x[:, :, k : k + OH, l : l + OW]. Multiply it "
        "with grad_out and sum over images and places.",
        "With einsum: which letters stay on the right of the arrow? With conv2d: it sums over the "
        "second axis. What must stand there, and what is then in the first?",
    ),
    explanation="The sum over images and places is a convolution of x with grad_out in the role of "
    "the filter. conv2d sums over channels, so the images must stand in the channels' place: swap "
    "the first two axes of both, and swap the result back.",
)
def conv2d_weight_grad(grad_out, x):
    """Gradient of the loss with respect to the weight of a valid, stride-1 convolution.

    grad_out (N, F, OH, OW), x (N, C, H, W) -> (F, C, KH, KW) with KH = H - OH + 1
    """
    images_as_channels = x.swapaxes(0, 1)  # (C, N, H, W)
    gradients_as_filters = grad_out.swapaxes(0, 1)  # (F, N, OH, OW)
    return conv2d(images_as_channels, gradients_as_filters).swapaxes(0, 1)  # (F, C, KH, KW)


@conv2d_weight_grad.cases
def _(rng):
    yield case(
        np.array([[[[1.0, 2.0], [3.0, 5.0]]]]), np.arange(9.0).reshape(1, 1, 3, 3),
        label="the 3×3 input and 2×2 filter of the lecture",
    )  # fmt: skip
    for g, x, label in (
        ((2, 4, 4, 3), (2, 3, 5, 6), "no two sizes equal"),
        ((3, 2, 2, 5), (3, 2, 4, 6), "as many filters as channels"),
        ((1, 3, 4, 4), (1, 2, 4, 4), "a 1×1 filter"),
        ((2, 2, 1, 1), (2, 3, 3, 4), "a single output place"),
        ((2, 2, 3, 3), (2, 2, 5, 5), "all that can be equal is equal"),
    ):
        yield case(rng.normal(size=g), rng.normal(size=x), label=label)
    arrays = rng.normal(size=(2, 3, 3, 4)), rng.normal(size=(2, 2, 4, 6))
    yield case(*(a.astype(np.float32) for a in arrays), label="float32")


@conv2d_weight_grad.oracle
def _(grad_out, x):
    (N, F, OH, OW), (_, C, H, W) = grad_out.shape, x.shape
    grad = np.zeros((F, C, H - OH + 1, W - OW + 1), x.dtype)
    for n, f, i, j in np.ndindex(N, F, OH, OW):
        grad[f] += grad_out[n, f, i, j] * x[n, :, i : i + H - OH + 1, j : j + W - OW + 1]
    return grad


conv2d_weight_grad.slip(
    rotated(),
    "the result was rotated by 180°",
    hint="F11 met X11 in output O11. Which entry of the result should hold ∂E/∂O11 · X11?",
)

conv2d_weight_grad.slip(
    averaged(),
    "the gradient was averaged over the images instead of summed",
    hint="The same weight acts in every image. Do gradients of several uses add up, or average?",
)

conv2d_weight_grad.slip(
    transposed(),
    "filters and channels are swapped in the result",
    hint="The gradient has the shape of the weight, (F, C, KH, KW). Which shape has yours?",
)


@conv2d_weight_grad.mistake(
    "the gradient was averaged over the output places",
    hint="Does a weight that acts at more places get a larger or an equal gradient?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out, x) / grad_out[0, 0].size


conv2d_weight_grad.slip(
    first_only("grad_out", "x"),
    "only the first image was counted",
    hint="Which index is missing in your sum: the images n, or the places i and j?",
)


@conv2d_weight_grad.mistake(
    "the channels were summed: every channel got the same gradient",
    hint="weight[f, c] meets channel c of x only. Over which indices does the sum run?",
)
def _(grad_out, x):
    grad = conv2d_weight_grad(grad_out, x)
    return np.broadcast_to(grad.sum(axis=1, keepdims=True), grad.shape).copy()


def _roles(grad_out, x, *, x_as=None, grad_as=None, meet=conv2d, back=None):
    """Swap, convolve, swap back, with one of the four steps changed."""
    swap = lambda a: a.swapaxes(0, 1)  # noqa: E731
    maps, filters = (x_as or swap)(x), (grad_as or swap)(grad_out)
    return (back or swap)(meet(maps, filters))


conv2d_weight_grad.mistake(
    "conv2d(x, grad_out) as they are: no axes were swapped",
    hint="conv2d sums over the second axis of both. Which index should be summed over, and on "
    "which axis does it lie in x and in grad_out?",
)(lambda grad_out, x: conv2d(x, grad_out))


conv2d_weight_grad.mistake(
    "only x was swapped: grad_out still has its images in front",
    hint="The maps are (C, N, …) now. Which order must the filters have, so that N meets N?",
)(partial(_roles, grad_as=lambda g: g))


conv2d_weight_grad.mistake(
    "the axes were exchanged by reshape, which keeps the numbers in their old order",
    hint="a.reshape(3, 2) and a.swapaxes(0, 1) of a 2 × 3 table: which of the two moves numbers?",
)(partial(_roles, x_as=reshaped, grad_as=reshaped))


conv2d_weight_grad.mistake(
    "the result was put into the shape (F, C, KH, KW) by reshape, and its axes were not swapped",
    hint="conv2d gave (C, F, KH, KW). Does a reshape exchange two axes?",
)(partial(_roles, back=reshaped))


conv2d_weight_grad.mistake(
    ".T reverses all four axes, so rows and columns of the kernel are exchanged as well",
    hint="Which shape has the transpose of an array (C, F, KH, KW)? Which two axes should move?",
)(partial(_roles, back=lambda out: out.T))


conv2d_weight_grad.mistake(
    "a full convolution in place of an ordinary one",
    hint="A kernel of KH = H − OH + 1 rows is wanted. Does g have to stick out over x for that?",
)(partial(_roles, meet=full_convolution))


conv2d_weight_grad.mistake(
    "the arguments of conv2d are exchanged: x slides over grad_out",
    hint="Which of the two is larger, and which of the two slides over it?",
)(lambda grad_out, x: conv2d(grad_out.swapaxes(0, 1), x.swapaxes(0, 1)))


conv2d_weight_grad.slip(
    turned("grad_out"),
    "grad_out was rotated by 180°",
    hint="The rotation belongs to the gradient of the input. In ∂E/∂F11 = g11·X11 + g12·X12 + …, "
    "do the two go in the same direction?",
)

conv2d_weight_grad.slip(
    last_only("grad_out", "x"),
    "each image overwrote the one before: = in place of +=",
    hint="After the loop over the images, which image is left in your array?",
)


def _at_each_weight(
    grad_out, x, *, rows=None, columns=None, place=None, size=None, meet="nfij,ncij->fc", put=None
):
    """Loops over the kernel's places, with one thing changed.

    rows(k, KH, OH, OW), columns(m, KW, OH, OW): the end of the window; place(k, m): where it
    starts; size(KH, KW): the places; meet: of which axes the products are summed; put(k, m)
    """
    (_, F, OH, OW), (_, C, H, W) = grad_out.shape, x.shape
    KH, KW = size(H - OH + 1, W - OW + 1) if size else (H - OH + 1, W - OW + 1)
    grad = np.zeros((F, C, KH, KW))
    for k, m in np.ndindex(KH, KW):
        top, left = place(k, m) if place else (k, m)
        low = rows(top, KH, OH, OW) if rows else top + OH
        right = columns(left, KW, OH, OW) if columns else left + OW
        window = x[:, :, top:low, left:right]
        grad[(slice(None), slice(None), *(put(k, m) if put else (k, m)))] = np.einsum(
            meet, grad_out, window
        )
    return grad


conv2d_weight_grad.mistake(
    "the window that a weight has met was cut with the size of the kernel",
    hint="Weight (k, l) meets one pixel for each place of the output. So how many rows has its "
    "window, KH or OH?",
)(partial(
    _at_each_weight, rows=lambda k, KH, OH, OW: k + KH, columns=lambda m, KW, OH, OW: m + KW
))  # fmt: skip


conv2d_weight_grad.mistake(
    "the window that a weight has met was taken to be as wide as it is high",
    hint="grad_out has OH rows and OW columns. How many columns has the window that it meets?",
)(partial(_at_each_weight, columns=lambda m, KW, OH, OW: m + OH))


conv2d_weight_grad.mistake(
    "the kernel was taken to be square: KH serves as its width, too",
    hint="KH is H − OH + 1. And KW?",
)(partial(_at_each_weight, size=lambda KH, KW: (KH, KH)))


conv2d_weight_grad.mistake(
    "the kernel is one row and one column too small: the + 1 of its size is missing",
    hint="An image of 3 rows gave an output of 3 rows. How many rows had the filter, 0 or 1?",
)(partial(_at_each_weight, size=lambda KH, KW: (KH - 1, KW - 1)))


conv2d_weight_grad.mistake(
    "k and l were exchanged: weight (k, l) got the window that starts at row l and column k",
    hint="Which of k and l counts the rows of the kernel? So which of them moves the window down?",
    also=(partial(_at_each_weight, put=lambda k, m: (m, k)),),
)(partial(_at_each_weight, place=lambda k, m: (m, k)))


def _last_place(grad_out, x):
    """The last output of every map, and the window that it has seen."""
    (OH, OW), (H, W) = grad_out.shape[2:], x.shape[2:]
    return grad_out[:, :, -1:, -1:], x[:, :, OH - 1 : H, OW - 1 : W]


@conv2d_weight_grad.mistake(
    "each output overwrote the one before it: = in place of +=",
    hint="Every place of the output hands a window back to grad[f]. Does yours keep them all?",
    also=(lambda grad_out, x: conv2d_weight_grad(*_last_place(grad_out, x)),),
)
def _(grad_out, x):
    KH, KW = x.shape[2] - grad_out.shape[2] + 1, x.shape[3] - grad_out.shape[3] + 1
    last = x[-1, :, -KH:, -KW:]
    return grad_out[-1, :, -1, -1][:, np.newaxis, np.newaxis, np.newaxis] * last


@conv2d_weight_grad.mistake(
    "the gradient was averaged over images and places: a mean instead of a sum",
    hint="The same weight acts in every image and at every place. Do gradients of several uses add "
    "up, or average?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out, x) / grad_out[:, 0].size


@conv2d_weight_grad.mistake(
    "the filters were summed: every filter got the same gradient",
    hint="Filter f made map f alone. Which letters stay on the right of the arrow?",
)
def _(grad_out, x):
    grad = conv2d_weight_grad(grad_out, x)
    return np.broadcast_to(grad.sum(axis=0), grad.shape).copy()


conv2d_weight_grad.mistake(
    "the images were not summed: there is a gradient for each of them",
    hint="The gradient has the shape of the weight, (F, C, KH, KW). Which axis has to go?",
)(lambda grad_out, x: np.stack([
    conv2d_weight_grad(grad_out[n : n + 1], x[n : n + 1]) for n in range(len(x))
]))  # fmt: skip


conv2d_weight_grad.slip(
    transposed(axes=(2, 3)),
    "rows and columns of the kernel are exchanged in the result",
    hint="The gradient has the shape of the weight, (F, C, KH, KW). Which shape has yours?",
)

conv2d_weight_grad.slip(
    negated(),
    hint="That is the step of gradient descent. And the gradient: which sign has it?",
)


conv2d_weight_grad.mistake(
    "the window of a weight ends at OH and OW, wherever it starts",
    hint="A slice of OH rows that starts at k ends at k + OH. Where does yours end?",
)(partial(_at_each_weight, rows=lambda k, KH, OH, OW: OH, columns=lambda m, KW, OH, OW: OW))
