"""Exercises of notebook 04: the backward pass of a convolution."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise
from course_utils.numpy_nn import conv2d


def _pad(x, rows, columns):
    """Zeros on all four sides of the maps."""
    return np.pad(x, ((0, 0), (0, 0), (rows, rows), (columns, columns)))


def _correlate_loops(x, weight):
    """The definition: every output is a sum over channels and kernel places."""
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    out = np.zeros((N, F, H - KH + 1, W - KW + 1), np.result_type(x, weight))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = (x[n, :, i : i + KH, j : j + KW] * weight[f]).sum()
    return out


# -------------------------------------------------------------------------------------- rotate180
@exercise(
    notebook="04",
    points=1,
    minutes=5,
    hints=(
        "A rotation by 180° is two mirrors: top and bottom change places, then left and right.",
        "F[::-1, ::-1] turned the small filter. Here rows and columns are the last two axes, "
        "however many stand in front. Which sign means “all the axes in front”?",
    ),
    explanation="`...` stands for all axes in front. The last two, rows and columns, are read "
    "backwards; filters and channels stay where they are.",
)
def rotate180(weight):
    """Rotate every kernel by 180°, in its own place.

    weight (…, KH, KW), e.g. (KH, KW) or (F, C, KH, KW) -> the same shape
    """
    return weight[..., ::-1, ::-1]


@rotate180.cases
def _(rng):
    yield case(np.array([[1.0, 2.0], [3.0, 4.0]]), label="one 2×2 kernel")
    yield case(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), label="a kernel of 2×3")
    yield case(rng.normal(size=(3, 2, 2, 3)), label="three filters with two channels")
    yield case(rng.normal(size=(2, 2, 2, 2)).astype(np.float32), label="all sizes equal, float32")
    yield case(rng.normal(size=(2, 3, 4, 6))[..., ::2], label="every second column of an array")
    yield case(rng.normal(size=(2, 3, 1, 1)), label="1×1 kernels: nothing to turn")


@rotate180.oracle
def _(weight):
    KH, KW = weight.shape[-2:]
    turned = np.empty_like(weight)
    for i, j in np.ndindex(KH, KW):
        turned[..., KH - 1 - i, KW - 1 - j] = weight[..., i, j]
    return turned


@rotate180.mistake(
    "the kernel was mirrored top to bottom only",
    hint="Where does the upper left corner go when you turn a sheet by 180°: straight down, or to "
    "the opposite corner?",
)
def _(weight):
    return weight[..., ::-1, :]


@rotate180.mistake(
    "the kernel was mirrored left to right only",
    hint="Where does the upper left corner go when you turn a sheet by 180°: straight across, or "
    "to the opposite corner?",
)
def _(weight):
    return weight[..., ::-1]


@rotate180.mistake(
    "the kernel was transposed: rows became columns",
    hint="What is the shape of a 2×3 kernel after half a turn?",
)
def _(weight):
    return weight.swapaxes(-1, -2)


@rotate180.mistake(
    "the kernel was turned by 90°",
    hint="Half a turn is 180°. How many quarter turns are that?",
)
def _(weight):
    return np.rot90(weight, axes=(-2, -1))


@rotate180.mistake(
    "all axes were reversed, so filters and channels changed places too",
    hint="Which axes belong to the kernel's picture: the first two, or the last two?",
)
def _(weight):
    return np.flip(weight)


@rotate180.mistake(
    "the first axes were reversed instead of the last two",
    hint="For one kernel these are the same. In (F, C, KH, KW), where are rows and columns?",
)
def _(weight):
    return weight[::-1, ::-1]


@rotate180.mistake(
    "it works for four axes only: a single kernel (KH, KW) has just two",
    hint="weight[:, :, …] asks for two axes in front of the kernel. Which sign stands for all axes "
    "in front, however many there are?",
)
def _(weight):
    return weight[:, :, ::-1, ::-1]


@rotate180.mistake(
    "the kernel was turned and transposed as well",
    hint="After half a turn, are there still KH rows and KW columns?",
)
def _(weight):
    return weight[..., ::-1, ::-1].swapaxes(-1, -2)


# ------------------------------------------------------------------------------- full_convolution
@exercise(
    notebook="04",
    points=2,
    minutes=10,
    hints=(
        "Every place where filter and map overlap by at least one pixel counts. How far can a "
        "filter of KH rows stick out above the map?",
        "With KH − 1 rows of zeros above and below, and KW − 1 columns left and right, an ordinary "
        "convolution visits all these places.",
        "np.pad(x, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1))) pads the last two axes.",
    ),
    explanation="Zeros around the map let the filter stick out by all but one row or column. The "
    "rest is the convolution of notebook 03.",
)
def full_convolution(x, weight):
    """Slide the filters over the maps, also where they stick out, as far as one pixel overlaps.

    x (N, C, H, W), weight (F, C, KH, KW) -> (N, F, H + KH - 1, W + KW - 1)
    """
    KH, KW = weight.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1)))
    return conv2d(padded, weight)


@full_convolution.cases
def _(rng):
    small = np.arange(1.0, 5.0).reshape(1, 1, 2, 2)
    yield case(small, np.array([[[[1.0, 2.0], [3.0, 5.0]]]]), label="2×2 map, 2×2 filter")
    for shapes, label in (
        (((2, 3, 4, 5), (4, 3, 3, 2)), "no two sizes equal"),
        (((1, 2, 3, 6), (3, 2, 2, 4)), "a filter of 2×4"),
        (((2, 2, 5, 3), (2, 2, 3, 3)), "a 3×3 filter, where KH // 2 would be 1"),
        (((2, 1, 2, 3), (2, 1, 4, 5)), "filters larger than the map"),
        (((2, 1, 5, 7), (3, 1, 2, 3)), "a map much larger than the filters"),
        (((3, 2, 4, 4), (1, 2, 1, 1)), "1×1: nothing can stick out"),
    ):
        x_shape, weight_shape = shapes
        yield case(rng.normal(size=x_shape), rng.normal(size=weight_shape), label=label)
    arrays = rng.normal(size=(2, 2, 3, 4)), rng.normal(size=(3, 2, 2, 3))
    yield case(*(a.astype(np.float32) for a in arrays), label="float32")


@full_convolution.oracle
def _(x, weight):
    (N, C, H, W), (F, _, KH, KW) = x.shape, weight.shape
    out = np.zeros((N, F, H + KH - 1, W + KW - 1), x.dtype)
    for n, f, c, i, j, k, m in np.ndindex(N, F, C, H, W, KH, KW):
        out[n, f, i + KH - 1 - k, j + KW - 1 - m] += x[n, c, i, j] * weight[f, c, k, m]
    return out


@full_convolution.mistake(
    "nothing was padded: the filter never sticks out",
    hint="Which size should come out for a map of 4 rows and a filter of 3: 2 rows, or 6?",
)
def _(x, weight):
    return conv2d(x, weight)


def _stuck_out(x, weight, *, rows=None, columns=None):
    """rows(KH, KW) and columns(KH, KW): the zeros (before, after), or one number for both."""
    KH, KW = weight.shape[2:]
    pairs = rows(KH, KW) if rows else KH - 1, columns(KH, KW) if columns else KW - 1
    pairs = [pair if isinstance(pair, tuple) else (pair, pair) for pair in pairs]
    return conv2d(np.pad(x, ((0, 0), (0, 0), *pairs)), weight)


full_convolution.mistake(
    "the padding keeps the size (half of the filter) instead of letting it stick out",
    hint="How far can a filter of 3 rows stick out and still overlap: by 1 row, or by 2?",
)(partial(_stuck_out, rows=lambda KH, KW: KH // 2, columns=lambda KH, KW: KW // 2))

full_convolution.mistake(
    "the padding is one too large: at its ends the filter does not overlap at all",
    hint="A filter of KH rows, with one row still overlapping: how many rows stick out?",
)(partial(_stuck_out, rows=lambda KH, KW: KH, columns=lambda KH, KW: KW))

full_convolution.mistake(
    "rows were padded by the filter's width and columns by its height",
    hint="For a filter of 2×4, how many rows can stick out above the map?",
)(partial(_stuck_out, rows=lambda KH, KW: KW - 1, columns=lambda KH, KW: KH - 1))

full_convolution.mistake(
    "rows and columns got the same padding, that of the height",
    hint="The filter need not be square. How many columns can a filter of 2×4 stick out?",
)(partial(_stuck_out, columns=lambda KH, KW: KH - 1))

full_convolution.mistake(
    "zeros were put above and to the left only",
    hint="In np.pad, (a, 0) means a before and none after. Can the filter stick out below?",
)(partial(_stuck_out, rows=lambda KH, KW: (KH - 1, 0), columns=lambda KH, KW: (KW - 1, 0)))

full_convolution.mistake(
    "all zeros were put below and to the right",
    hint="In np.pad, the pair is (before, after). Can the filter stick out above?",
)(partial(
    _stuck_out, rows=lambda KH, KW: (0, 2 * (KH - 1)), columns=lambda KH, KW: (0, 2 * (KW - 1))
))  # fmt: skip


@full_convolution.mistake(
    "the filter was rotated inside: here it slides as it is",
    hint="Who rotates the filter: this function, or whoever calls it? Look at the docstring.",
)
def _(x, weight):
    return _stuck_out(x, weight[:, :, ::-1, ::-1])


@full_convolution.mistake(
    "filters and channels were swapped inside: here the weight is taken as it is",
    hint="The docstring has x (N, C, …) and weight (F, C, …). Do the channels fit already?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(_pad(x, KH - 1, KW - 1), weight.swapaxes(0, 1))


@full_convolution.mistake(
    "the zeros were put around the filter, not around the map",
    hint="What must have room to stick out: the filter over the map. So which of the two grows?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(x, _pad(weight, KH - 1, KW - 1))


@full_convolution.mistake(
    "all four axes were padded, images and channels too",
    hint="np.pad(x, 2) pads every axis. Which pairs keep N and C as they are?",
)
def _(x, weight):
    return conv2d(np.pad(x, weight.shape[2] - 1), weight)


# ------------------------------------------------------------------------------ conv2d_weight_grad
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


@conv2d_weight_grad.mistake(
    "the result was rotated by 180°",
    hint="F11 met X11 in output O11. Which entry of the result should hold ∂E/∂O11 · X11?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out, x)[:, :, ::-1, ::-1]


@conv2d_weight_grad.mistake(
    "the gradient was averaged over the images instead of summed",
    hint="The same weight acts in every image. Do gradients of several uses add up, or average?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out, x) / len(x)


@conv2d_weight_grad.mistake(
    "filters and channels are swapped in the result",
    hint="The gradient has the shape of the weight, (F, C, KH, KW). Which shape has yours?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out, x).swapaxes(0, 1)


@conv2d_weight_grad.mistake(
    "the gradient was averaged over the output places",
    hint="Does a weight that acts at more places get a larger or an equal gradient?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out, x) / grad_out[0, 0].size


@conv2d_weight_grad.mistake(
    "only the first image was counted",
    hint="Which index is missing in your sum: the images n, or the places i and j?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out[:1], x[:1])


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


def _reshaped(a):
    """(A, B, …) with its first two sizes exchanged by a reshape, which mixes the numbers."""
    return a.reshape(a.shape[1], a.shape[0], *a.shape[2:])


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
)(partial(_roles, x_as=_reshaped, grad_as=_reshaped))

conv2d_weight_grad.mistake(
    "the result was put into the shape (F, C, KH, KW) by reshape, and its axes were not swapped",
    hint="conv2d gave (C, F, KH, KW). Does a reshape exchange two axes?",
)(partial(_roles, back=_reshaped))

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


@conv2d_weight_grad.mistake(
    "grad_out was rotated by 180°",
    hint="The rotation belongs to the gradient of the input. In ∂E/∂F11 = g11·X11 + g12·X12 + …, "
    "do the two go in the same direction?",
)
def _(grad_out, x):
    return conv2d_weight_grad(rotate180(grad_out), x)


@conv2d_weight_grad.mistake(
    "each image overwrote the one before: = in place of +=",
    hint="After the loop over the images, which image is left in your array?",
)
def _(grad_out, x):
    return conv2d_weight_grad(grad_out[-1:], x[-1:])


def _at_each_weight(grad_out, x, rows, columns):
    """Loops over the kernel's places; rows(k, KH) and columns(l, KW): the end of the window."""
    (_, F, OH, OW), (_, C, H, W) = grad_out.shape, x.shape
    grad = np.zeros((F, C, H - OH + 1, W - OW + 1))
    for k, m in np.ndindex(grad.shape[2:]):
        window = x[:, :, k : rows(k, grad.shape[2]), m : columns(m, grad.shape[3])]
        grad[:, :, k, m] = np.einsum("nfij,ncij->fc", grad_out, window)
    return grad


conv2d_weight_grad.mistake(
    "the window that a weight has met was cut with the size of the kernel",
    hint="Weight (k, l) meets one pixel for each place of the output. So how many rows has its "
    "window, KH or OH?",
)(lambda grad_out, x: _at_each_weight(
    grad_out, x, lambda k, KH: k + KH, lambda m, KW: m + KW
))  # fmt: skip


@conv2d_weight_grad.mistake(
    "each output overwrote the one before it: = in place of +=",
    hint="Every place of the output hands a window back to grad[f]. Does yours keep them all?",
)
def _(grad_out, x):
    KH, KW = x.shape[2] - grad_out.shape[2] + 1, x.shape[3] - grad_out.shape[3] + 1
    last = x[-1, :, -KH:, -KW:]
    return grad_out[-1, :, -1, -1][:, np.newaxis, np.newaxis, np.newaxis] * last


# ------------------------------------------------------------------------------- conv2d_input_grad
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
    return conv2d(_pad(grad_out, KH - 1, KW - 1), weight.swapaxes(0, 1))


@conv2d_input_grad.mistake(
    "the filter was not rotated by 180°",
    hint="Write out which weight x[0, 0] met in the forward pass, and where your sum puts it.",
)
def _(grad_out, weight):
    return _full(grad_out, weight)


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
    return conv2d(_pad(grad_out, KH - 1, KW - 1), weight[:, :, ::-1, ::-1])


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
    return full_convolution(grad_out, _reshaped(rotate180(weight)))


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


@conv2d_input_grad.mistake(
    "both were rotated, the filter and grad_out",
    hint="Turn both, and which way round is the picture that comes out?",
)
def _(grad_out, weight):
    return conv2d_input_grad(rotate180(grad_out), weight)


@conv2d_input_grad.mistake(
    "grad_out was rotated in place of the filter",
    hint="Which of the two does the formula turn?",
)
def _(grad_out, weight):
    return _full(rotate180(grad_out), weight)


@conv2d_input_grad.mistake(
    "the stamps overwrite each other: = in place of +=",
    hint="A pixel under several windows collects from all of them. What does `=` do to the stamps "
    "that are already there?",
)
def _(grad_out, weight):
    (N, F, OH, OW), (_, C, KH, KW) = grad_out.shape, weight.shape
    grad = np.zeros((N, C, OH + KH - 1, OW + KW - 1))
    for n, f, i, j in np.ndindex(N, F, OH, OW):
        grad[n, :, i : i + KH, j : j + KW] = grad_out[n, f, i, j] * weight[f]
    return grad


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


# ---------------------------------------------------------------------------------- conv2d_backward
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
    padded = _pad(x, p, p)
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
    grad_weight = conv2d_weight_grad(gradients, met(x, P) if met else _pad(x, P, P))
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

conv2d_backward.mistake(
    "the array of zeros was sized without the padding on both sides",
    hint="The filter slid over H + 2P rows. How many places has it there with stride 1?",
)(partial(_backward, size=lambda full, S, O, H, K, P: H - K + 1))  # noqa: E741

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
    grad = np.zeros_like(_pad(x, P, P))
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
