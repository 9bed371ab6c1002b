"""The exercise `meanpool2d_backward` of notebook 05."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb05_pooling.windows import out_size, pooling_cases, windows
from course_utils.exercises.slips import averaged, exchanged, first_only, ignored, last_only, square


@exercise(
    notebook="05",
    points=3,
    minutes=15,
    hints=(
        "Pixel and window: if the pixel grows by 1, by how much does the window's mean grow?",
        "Make zeros of the padded size (H + 2P, W + 2P). Walk over the windows as before; window "
        "(i, j) adds its share to all its pixels with +=.",
        "grad_out[:, :, i, j] has shape (N, C), the window (N, C, KH, KW). "
        "grad_out[:, :, i : i + 1, j : j + 1] has shape (N, C, 1, 1) and spreads by itself.",
        "At the end cut the padding off: rows P to P + H, columns P to P + W.",
    ),
    explanation="The same walk as forwards, with reading turned into adding: every pixel of a "
    "window gets 1/(KH·KW) of the window's gradient, and where windows overlap the shares add up. "
    "What lands in the padding belongs to no pixel and is cut off.",
)
def meanpool2d_backward(grad_out, size, kernel_size, stride, padding=0):
    """Gradient of the loss with respect to the input of a mean pooling.

    grad_out (N, C, OH, OW), size = (H, W) of the map that was pooled -> (N, C, H, W)
    """
    (N, C, OH, OW), (H, W), (KH, KW), P = grad_out.shape, size, kernel_size, padding
    padded = np.zeros((N, C, H + 2 * P, W + 2 * P))
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        share = grad_out[:, :, i : i + 1, j : j + 1] / (KH * KW)  # (N, C, 1, 1)
        padded[:, :, top : top + KH, left : left + KW] += share
    return padded[:, :, P : P + H, P : P + W]


@meanpool2d_backward.cases
def _(rng):
    for x, kernel_size, stride, padding, label in pooling_cases(rng, "two windows that overlap"):
        shape = out_size(x, kernel_size, stride, padding)
        grads = rng.normal(size=(*shape[:2], shape[3], shape[2]))
        if shape == (1, 1, 1, 2):
            grads = np.array([[[[4.0], [8.0]]]])
        elif shape[:2] == (1, 1):
            grads = (9 * rng.permutation(grads.size) + 2).reshape(grads.shape)
        grads = grads.astype(x.dtype)
        swapped = grads.transpose(0, 1, 3, 2)  # not in memory order
        label = label.replace("all numbers negative, ", "").replace("map", "gradient")
        yield case(swapped, x.shape[2:], kernel_size, stride, padding, label=label)


@meanpool2d_backward.oracle
def _(grad_out, size, kernel_size, stride, padding):
    dtype = np.result_type(grad_out, np.float32)
    grad_x = np.zeros((*grad_out.shape[:2], *size), dtype)
    for (n, c, i, j), inside in windows(grad_x, kernel_size, stride, padding):
        for row, column in inside:
            grad_x[n, c, row, column] += grad_out[n, c, i, j] / (kernel_size[0] * kernel_size[1])
    return grad_x


def _spread(
    grad_out, size, kernel_size, stride, padding=0, *, share=None, rows=None, place=None,
    add=True, cut=None, dtype=float,
):  # fmt: skip
    """The reference with one thing changed.

    share(grads, KH, KW, S, inside): what each pixel of a window gets, where `inside` pixels of it
    are real; rows(i, K, S): the window; place(i, j): which window gets it; cut(padded, P, H, W)
    """
    (H, W), (KH, KW), S, P = size, kernel_size, stride, padding
    share = share or (lambda grads, KH, KW, S, inside: grads / (KH * KW))
    rows = rows or (lambda i, K, S: slice(i * S, i * S + K))
    padded = np.zeros((*grad_out.shape[:2], H + 2 * P, W + 2 * P), dtype)
    real = np.pad(np.ones(size), P)
    for i, j in np.ndindex(grad_out.shape[2:]):
        inside = real[i * S : i * S + KH, j * S : j * S + KW].sum()
        part = share(grad_out[:, :, i : i + 1, j : j + 1], KH, KW, S, inside)
        a, b = place(i, j) if place else (i, j)
        window = slice(None), slice(None), rows(a, KH, S), rows(b, KW, S)
        padded[window] = padded[window] + part if add else part
    return cut(padded, P, H, W) if cut else padded[:, :, P : P + H, P : P + W]


meanpool2d_backward.mistake(
    "where windows overlap, the shares overwrite each other instead of adding up",
    hint="A pixel lies in two windows. How many shares does it get?",
)(partial(_spread, add=False))


meanpool2d_backward.mistake(
    "every pixel got the whole gradient of its window instead of a share",
    hint="If one pixel of a 2 × 2 window grows by 1, by how much does the mean grow?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads))


meanpool2d_backward.mistake(
    "fractions were added to an array of whole numbers: it took over the dtype of grad_out",
    hint="Of what type are the entries of np.zeros(shape, grad_out.dtype) if the gradients are "
    "whole numbers? Can a quarter be added to them?",
)(lambda grad_out, size, kernel_size, stride, padding=0: (
    _spread(grad_out, size, kernel_size, stride, padding, dtype=grad_out.dtype)
))  # fmt: skip


@meanpool2d_backward.mistake(
    "the sum of the shares was divided by the number of windows in which the pixel lies",
    hint="A value that is used in several places collects the gradients of all of them. As a mean "
    "or as a sum?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    one_each = lambda grads, KH, KW, S, inside: np.ones_like(grads)  # noqa: E731
    counts = _spread(grad_out, size, kernel_size, stride, padding, share=one_each)
    return _spread(grad_out, size, kernel_size, stride, padding) / np.maximum(counts, 1)


meanpool2d_backward.mistake(
    "the window's gradient was divided by the pixels that are no padding",
    hint="Forwards we always divide by KH·KW, padding or not. So what is the slope of the mean?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / inside))


meanpool2d_backward.mistake(
    "in the code, / KH * KW divides by KH and multiplies by KW: brackets are missing",
    hint="Python goes from left to right. What is 12 / 2 * 3, and what is 12 / (2 * 3)?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / KH * KW))


meanpool2d_backward.mistake(
    "the gradient was divided by the height of the window alone",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / KH))


meanpool2d_backward.mistake(
    "the gradient was divided by the width of the window alone",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / KW))


meanpool2d_backward.mistake(
    "the shares were rounded down: // in place of /",
    hint="What is 7 // 2, and what is 7 / 2?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads // (KH * KW)))


meanpool2d_backward.mistake(
    "the gradient was divided by the square of the stride",
    hint="Does the mean of a window depend on how far the next window is away?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / S**2))


meanpool2d_backward.mistake(
    "only the first pixel of each window got a share",
    hint="Which pixels of the window does the mean depend on?",
)(partial(_spread, rows=lambda i, K, S: slice(i * S, i * S + 1)))


meanpool2d_backward.slip(
    ignored("stride", 1),
    "window (i, j) was placed at row i and column j, without the stride",
    hint="With stride 2, at which row does the second window start?",
)

meanpool2d_backward.slip(
    ignored("padding", 0),
    "the padding was cut off on one side only, or never used",
    hint="Padding P puts P rows above and P rows below. Where in the padded map does the first row "
    "of x lie, and at which row of it does window 0 start?",
)

meanpool2d_backward.mistake(
    "with padding 0 nothing is left: the slice P:-P is then 0:0, which is empty",
    hint="What is np.arange(5)[1:-1], and what is np.arange(5)[0:-0]? Where should the slice end?",
)(partial(_spread, cut=lambda padded, P, H, W: padded[:, :, P:-P, P:-P]))


meanpool2d_backward.mistake(
    "the padding was not cut off",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has x?",
)(partial(_spread, cut=lambda padded, P, H, W: padded))


meanpool2d_backward.mistake(
    "the cut ends at row H, or the array of zeros has no room for the padding: x lies in rows P to "
    "P + H of H + 2P",
    hint="How many rows are there from P to H, and how many should there be? How many rows have "
    "your zeros?",
)(partial(_spread, cut=lambda padded, P, H, W: padded[:, :, P:H, P:W]))


@meanpool2d_backward.mistake(
    "the gradient was divided by the number of windows, not by the pixels of one",
    hint="One window of KH × KW pixels has one gradient. Among how many pixels is it shared?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    KH, KW = kernel_size
    right = _spread(grad_out, size, kernel_size, stride, padding)
    return right * (KH * KW) / grad_out[0, 0].size


@meanpool2d_backward.mistake(
    "one number per map does not fit a window: the two axes of the window are missing",
    hint="grad_out[:, :, i, j] has the shape (N, C), the window (N, C, KH, KW). What does "
    "grad_out[:, :, i : i + 1, j : j + 1] have?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    (H, W), (KH, KW), S, P = size, kernel_size, stride, padding
    padded = np.zeros((*grad_out.shape[:2], H + 2 * P, W + 2 * P))
    for i, j in np.ndindex(grad_out.shape[2:]):
        window = padded[:, :, i * S : i * S + KH, j * S : j * S + KW]
        window += grad_out[:, :, i, j] / (KH * KW)
    return padded[:, :, P : P + H, P : P + W]


meanpool2d_backward.slip(
    exchanged("size"),
    "height and width of the map were exchanged",
    hint="size is (H, W). In which order did you take it apart?",
)

meanpool2d_backward.slip(
    exchanged("kernel_size"),
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)

meanpool2d_backward.slip(
    square("kernel_size"),
    also=(
        square("kernel_size", 1),
        partial(_spread, share=lambda grads, KH, KW, S, inside: grads / KH**2),
    ),
)


meanpool2d_backward.mistake(
    "the stride was taken to be the size of the window",
    hint="Windows may overlap, or leave gaps. Which number says how far apart they are?",
)(partial(_spread, rows=lambda i, K, S: slice(i * K, i * K + K)))


meanpool2d_backward.mistake(
    "gradient (i, j) went to the window that starts at row j·S and column i·S",
    hint="Which of i and j counts the rows of grad_out? So with which of the two does the window "
    "move down the map?",
)(partial(_spread, place=lambda i, j: (j, i)))


meanpool2d_backward.mistake(
    "the gradient was divided by KH·KW twice",
    hint="If one pixel of a 2 × 2 window grows by 1, by how much does the mean grow?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / (KH * KW) ** 2))


meanpool2d_backward.mistake(
    "the gradient was divided by KH + KW",
    hint="How many pixels has a window of 3 × 2: five or six?",
)(partial(_spread, share=lambda grads, KH, KW, S, inside: grads / (KH + KW)))


def _unpadded(grad_out, size, kernel_size, stride, padding=0, *, inside):
    """Pixel by pixel in the map itself; inside(row, column, H, W): those that get a share."""
    (H, W), (KH, KW), S, P = size, kernel_size, stride, padding
    grad_x = np.zeros((*grad_out.shape[:2], H, W))
    for i, j, u, v in np.ndindex(*grad_out.shape[2:], KH, KW):
        row, column = i * S + u - P, j * S + v - P
        if inside(row, column, H, W):
            grad_x[:, :, row, column] += grad_out[:, :, i, j] / (KH * KW)
    return grad_x


def _negative_slices(grad_out, size, kernel_size, stride, padding=0):
    (H, W), (KH, KW), S, P = size, kernel_size, stride, padding
    grad_x = np.zeros((*grad_out.shape[:2], H, W))
    for i, j in np.ndindex(grad_out.shape[2:]):
        rows, columns = (slice(k * S - P, k * S - P + K) for k, K in ((i, KH), (j, KW)))
        grad_x[:, :, rows, columns] += grad_out[:, :, i : i + 1, j : j + 1] / (KH * KW)
    return grad_x


meanpool2d_backward.mistake(
    "rows and columns of the padding have negative numbers, and those count from the end",
    hint="grad_x[:, :, -1] is the last row. Which row does a window with P = 1 start at, and is "
    "there room for it in your array?",
    also=(partial(_unpadded, inside=lambda row, column, H, W: True), _negative_slices),
)(partial(_unpadded, inside=lambda row, column, H, W: row < H and column < W))


meanpool2d_backward.slip(
    first_only("grad_out"),
    hint="How many images are there? Where does your code use the others?",
)

meanpool2d_backward.slip(
    averaged(),
    "the gradients were divided by the number of images",
    hint="Whoever wanted a mean has divided already, in the loss. Does the chain rule divide?",
)


meanpool2d_backward.slip(
    last_only("grad_out"),
    hint="How many images has your answer? After a loop over them, which one is left?",
)
