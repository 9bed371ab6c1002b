"""Exercises of notebook 04: the backward pass of a convolution."""

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
        "a[::-1] reverses the first axis. The kernel's rows and columns are the last two axes: "
        "a[..., ::-1, ::-1].",
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


@full_convolution.mistake(
    "the padding keeps the size (half of the filter) instead of letting it stick out",
    hint="How far can a filter of 3 rows stick out and still overlap: by 1 row, or by 2?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(_pad(x, KH // 2, KW // 2), weight)


@full_convolution.mistake(
    "the padding is one too large: at its ends the filter does not overlap at all",
    hint="A filter of KH rows, with one row still overlapping: how many rows stick out?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(_pad(x, KH, KW), weight)


@full_convolution.mistake(
    "rows were padded by the filter's width and columns by its height",
    hint="For a filter of 2×4, how many rows can stick out above the map?",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(_pad(x, KW - 1, KH - 1), weight)


@full_convolution.mistake(
    "the filter was rotated inside: here it slides as it is",
    hint="Who rotates the filter: this function, or whoever calls it? Look at the docstring.",
)
def _(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(_pad(x, KH - 1, KW - 1), weight[:, :, ::-1, ::-1])


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
        'np.einsum("nfij,ncij->fc", grad_out, window) does that product and sum for all f and c.',
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
        "Padding added zeros around x that belong to nobody: cut their gradients off again.",
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
    yield case(*(a.astype(np.float32) for a in arrays), 2, 1, label="float32")


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


@conv2d_backward.mistake(
    "the padding was not cut off from grad_x",
    hint="Which shape has x, and which shape has your grad_x?",
)
def _(grad_out, x, weight, stride, padding):
    padded = _pad(x, padding, padding)
    return conv2d_backward(grad_out, padded, weight, stride, 0)


@conv2d_backward.mistake(
    "grad_weight was computed with the unpadded input",
    hint="Which array did the filter slide over in the forward pass: x, or x with zeros around it?",
)
def _(grad_out, x, weight, stride, padding):
    grad_x, _, grad_bias = conv2d_backward(grad_out, x, weight, stride, padding)
    (N, F, OH, OW), (KH, KW) = grad_out.shape, weight.shape[2:]
    spread = np.zeros((N, F, (OH - 1) * stride + 1, (OW - 1) * stride + 1), grad_out.dtype)
    spread[:, :, ::stride, ::stride] = grad_out
    return grad_x, conv2d_weight_grad(spread, x)[:, :, :KH, :KW], grad_bias


@conv2d_backward.mistake(
    "the rows and columns that the stride left over are missing from grad_x",
    hint="grad_x must have as many rows as x, also where no window reached. What is the gradient "
    "there?",
)
def _(grad_out, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = conv2d_backward(grad_out, x, weight, stride, padding)
    reached = [(o - 1) * stride + k - 2 * padding
               for o, k in zip(grad_out.shape[2:], weight.shape[2:], strict=True)]  # fmt: skip
    return grad_x[:, :, : reached[0], : reached[1]], grad_weight, grad_bias


@conv2d_backward.mistake(
    "no zeros were put between the gradients: the stride was forgotten on the way back",
    hint="With stride 2, the second output looked at pixels two places further on. Where does its "
    "gradient land in your version?",
)
def _(grad_out, x, weight, stride, padding):
    (N, F, OH, OW), p, (H, W) = grad_out.shape, padding, x.shape[2:]
    padded = _pad(x, p, p)
    squeezed = np.zeros((N, F, H + 2 * p - weight.shape[2] + 1, W + 2 * p - weight.shape[3] + 1),
                        grad_out.dtype)  # fmt: skip
    squeezed[:, :, :OH, :OW] = grad_out
    grad_x = conv2d_input_grad(squeezed, weight)[:, :, p : p + H, p : p + W]
    return grad_x, conv2d_weight_grad(squeezed, padded), grad_out.sum(axis=(0, 2, 3))


@conv2d_backward.mistake(
    "the gradient of the bias was averaged over images and places",
    hint="The bias was added at every place of every image. Do these gradients add up?",
)
def _(grad_out, x, weight, stride, padding):
    grad_x, grad_weight, _ = conv2d_backward(grad_out, x, weight, stride, padding)
    return grad_x, grad_weight, grad_out.mean(axis=(0, 2, 3))


@conv2d_backward.mistake(
    "the gradient of the bias was summed over the images only",
    hint="There is one bias for each filter, not one for each place. Which axes must go?",
)
def _(grad_out, x, weight, stride, padding):
    grad_x, grad_weight, _ = conv2d_backward(grad_out, x, weight, stride, padding)
    return grad_x, grad_weight, grad_out.sum(axis=0)


@conv2d_backward.mistake(
    "the filter was not rotated on the way to grad_x",
    hint="The task is conv2d_input_grad on a padded input. What did that function do to the "
    "filter?",
)
def _(grad_out, x, weight, stride, padding):
    grad_x, _, _ = conv2d_backward(grad_out, x, weight[:, :, ::-1, ::-1], stride, padding)
    return grad_x, *conv2d_backward(grad_out, x, weight, stride, padding)[1:]
