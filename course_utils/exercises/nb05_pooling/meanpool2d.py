"""The exercise `meanpool2d` of notebook 05."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb05_pooling.windows import (
    out_size,
    pooling_cases,
    rows_and_columns,
    windows,
)
from course_utils.exercises.slips import exchanged, first_only, ignored, square


@exercise(
    notebook="05",
    points=2,
    minutes=10,
    hints=(
        "The loop over the windows is the same as in maxpool2d. What is asked of each window now?",
        "window.mean(axis=(2, 3)) averages over rows and columns and leaves images and channels "
        "alone.",
        "Padding counts as zeros here, so np.pad without any more settings will do.",
    ),
    explanation="The same walk over the windows as in max pooling, with the mean over the two "
    "spatial axes. Zeros in the padding count as pixels: the sum is always divided by KH·KW.",
)
def meanpool2d(x, kernel_size, stride, padding=0):
    """The mean of every window. Padding counts as zeros: we always divide by KH * KW.

    x (N, C, H, W), kernel_size (KH, KW) -> (N, C, OH, OW)
    """
    (N, C, H, W), (KH, KW), P = x.shape, kernel_size, padding
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
    OH, OW = (H + 2 * P - KH) // stride + 1, (W + 2 * P - KW) // stride + 1
    out = np.zeros((N, C, OH, OW))
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        out[:, :, i, j] = padded[:, :, top : top + KH, left : left + KW].mean(axis=(2, 3))
    return out


@meanpool2d.cases
def _(rng):
    for *arguments, label in pooling_cases(rng, "one small map, two windows"):
        yield case(*arguments, label=label)


@meanpool2d.groups({"no padding": 1, "padding": 1})
def _(x, kernel_size, stride, padding):
    return "no padding" if padding == 0 else "padding"


@meanpool2d.oracle
def _(x, kernel_size, stride, padding):
    out = np.zeros(out_size(x, kernel_size, stride, padding), np.result_type(x, np.float32))
    for (n, c, i, j), inside in windows(x, kernel_size, stride, padding):
        total = sum(float(x[n, c, row, column]) for row, column in inside)
        out[n, c, i, j] = total / (kernel_size[0] * kernel_size[1])
    return out


def _mean(window):
    return window.mean(axis=(2, 3))


def _meanpool(
    x, kernel_size, stride, padding=0, *, pad=None, size=None, sizes=None, rows=None, place=None,
    width=None, average=None, dtype=float,
):  # fmt: skip
    """Mean pooling with one thing changed.

    pad: the settings of np.pad; size(full, K, S): the output's; sizes(OH, OW); rows(i, K, S): where
    window i starts and ends; place(i, j): which window is taken; width(KH, KW): its columns;
    average(window, KH, KW, S): (N, C) from (N, C, KH, KW)
    """
    (N, C, H, W), (KH, KW), P, S = x.shape, kernel_size, padding, stride
    settings = {"pad_width": ((0, 0), (0, 0), (P, P), (P, P)), **(pad(P) if pad else {})}
    padded = np.pad(x, **settings)
    size = size or (lambda full, K, S: (full - K) // S + 1)
    rows = rows or (lambda i, K, S: slice(i * S, i * S + K))
    shape = size(H + 2 * P, KH, S), size(W + 2 * P, KW, S)
    out = np.zeros((N, C, *(sizes(*shape) if sizes else shape)), dtype)
    for i, j in np.ndindex(out.shape[2:]):
        a, b = place(i, j) if place else (i, j)
        window = padded[:, :, rows(a, KH, S), rows(b, width(KH, KW) if width else KW, S)]
        out[:, :, i, j] = average(window, KH, KW, S) if average else _mean(window)
    return out


meanpool2d.mistake(
    "whole numbers were kept whole: the output took over the dtype of x",
    hint="Of what type are the entries of np.zeros(shape, x.dtype) if x holds whole numbers, and "
    "what becomes of 2.5 there?",
)(lambda x, kernel_size, stride, padding=0: (
    _meanpool(x, kernel_size, stride, padding, dtype=x.dtype)
))  # fmt: skip


meanpool2d.mistake(
    "the numbers of a window were added up, but not divided",
    hint="What is the mean of four ones?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3))))


meanpool2d.mistake(
    "the padding was left out of the mean",
    hint="That is a convention too (count_include_pad=False in torch). What does the docstring say "
    "about the number that we divide by?",
)(lambda x, kernel_size, stride, padding=0: _meanpool(
    x.astype(float), kernel_size, stride, padding,
    pad=lambda P: {"constant_values": np.nan},
    average=lambda w, KH, KW, S: np.nansum(w, axis=(2, 3)) / (~np.isnan(w)).sum(axis=(2, 3)),
))  # fmt: skip


meanpool2d.mistake(
    "the mean was taken over all images and channels as well",
    hint="Each map is pooled for itself. Over which of the four axes should the mean go?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.mean()))


meanpool2d.mistake(
    "the mean was taken over the channels as well",
    hint="Each map is pooled for itself. Over which of the four axes should the mean go?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.mean(axis=(1, 2, 3))[:, np.newaxis]))


meanpool2d.mistake(
    "the mean was taken over images and channels, axes 0 and 1, not over the window",
    hint="The window is (N, C, KH, KW), counted from 0. Which numbers have its rows and columns?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.mean(axis=(0, 1))))


meanpool2d.mistake(
    "the padding was filled with −inf, as in max pooling",
    hint="What is the mean of 1, 2, 3 and −∞?",
)(partial(_meanpool, pad=lambda P: {"constant_values": -np.inf}))


meanpool2d.mistake(
    "the border was filled with copies of the edge pixels, not with zeros",
    hint="What does np.pad put there without a mode?",
)(partial(_meanpool, pad=lambda P: {"mode": "edge"}))


meanpool2d.mistake(
    "no zeros lie above and on the left: all went below and to the right, or x was not padded",
    hint="In np.pad the pair (P, P) means P before and P after. What does (0, 2 * P) mean? And "
    "what does a slice give that ends beyond the map?",
)(partial(_meanpool, pad=lambda P: {"pad_width": ((0, 0), (0, 0), (0, 2 * P), (0, 2 * P))}))


meanpool2d.mistake(
    "the sum was divided by KH², although the window need not be square",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) / KH**2))


meanpool2d.mistake(
    "the sum was divided by the height of the window alone",
    hint="How many pixels has a window of 3 × 2?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) / KH))


meanpool2d.mistake(
    "the sum was divided by the square of the stride",
    hint="Does the mean of a window depend on how far the next window is away?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) / S**2))


meanpool2d.mistake(
    "the mean was rounded down: // in place of /",
    hint="What is 7 // 2, and what is 7 / 2?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.sum(axis=(2, 3)) // (KH * KW)))


meanpool2d.mistake(
    "the largest number of each window was taken, not the mean",
    hint="Which of the two poolings is wanted here?",
)(partial(_meanpool, average=lambda w, KH, KW, S: w.max(axis=(2, 3))))


meanpool2d.mistake(
    "the windows are one pixel apart, whatever the stride",
    hint="With stride 2, at which row of the padded map does the second window start?",
)(partial(_meanpool, rows=lambda i, K, S: slice(i, i + K)))


meanpool2d.mistake(
    "the window starts at i·S but ends at i + KH: the stride is missing in the end of the slice",
    hint="A slice of KH rows that starts at `top` ends at top + KH. Where does yours end?",
)(partial(_meanpool, rows=lambda i, K, S: slice(i * S, i + K)))


meanpool2d.mistake(
    "windows that stick out over the edge were kept",
    hint="A map of 7 rows, windows of 3, stride 3: how many windows fit in completely?",
)(partial(_meanpool, size=lambda full, K, S: -(-full // S)))


meanpool2d.mistake(
    "the + 1 is missing in the size of the output",
    hint="A window of 3 on a map of 3 rows: how many places, 0 or 1?",
)(partial(_meanpool, size=lambda full, K, S: (full - K) // S))


meanpool2d.slip(
    ignored("padding", 0),
    "the padding was left out",
    hint="Does your output size know about the padding, and did you pad x?",
)

meanpool2d.slip(
    exchanged("kernel_size"),
    "height and width of the window were exchanged",
    hint="kernel_size is (KH, KW). In which order did you take it apart?",
)

meanpool2d.slip(
    square("kernel_size"),
    also=(
        square("kernel_size", 1),
        partial(_meanpool, width=lambda KH, KW: KH),
    ),
)


for name, hint, change in (
    (
        "the output was taken to be as wide as it is high",
        "A map of 3 rows and 5 columns: has the output as many columns as rows?",
        {"sizes": lambda OH, OW: (OH, OH)},
    ),
    (
        "OH and OW were exchanged",
        "Which axis of x are its rows? So from which sizes does OH come, and from which OW?",
        {"sizes": lambda OH, OW: (OW, OH)},
    ),
    (
        "the window of output (i, j) starts at row j·S and column i·S",
        "Which of i and j counts the rows of the output? So with which of the two does the window "
        "move down the map?",
        {"place": lambda i, j: (j, i)},
    ),
    (
        "all of the padding was put at the upper and left edge",
        "In np.pad the pair (P, P) means P before and P after. What does (2 * P, 0) mean?",
        {"pad": lambda P: {"pad_width": rows_and_columns(2 * P, 0)}},
    ),
    (
        "only the rows were padded",
        "np.pad takes four pairs for (N, C, H, W). Which two are not (0, 0)?",
        {"pad": lambda P: {"pad_width": ((0, 0), (0, 0), (P, P), (0, 0))}},
    ),
    (
        "the window is as large as the stride",
        "A slice that starts at i·S and ends at (i + 1)·S: how many rows has it, KH or S?",
        {"rows": lambda i, K, S: slice(i * S, (i + 1) * S)},
    ),
    (
        "the median of each window was taken, not the mean",
        "What is the mean of 1, 2 and 9, and what is their median?",
        {"average": lambda w, KH, KW, S: np.median(w, axis=(2, 3))},
    ),
    (
        "the sum was divided by KH + KW",
        "How many pixels has a window of 3 × 2: five or six?",
        {"average": lambda w, KH, KW, S: w.sum(axis=(2, 3)) / (KH + KW)},
    ),
    (
        "in the code, / KH * KW divides by KH and multiplies by KW: brackets are missing",
        "Python goes from left to right. What is 12 / 2 * 3, and what is 12 / (2 * 3)?",
        {"average": lambda w, KH, KW, S: w.sum(axis=(2, 3)) / KH * KW},
    ),
    (
        "the mean was divided by the number of pixels once more",
        "What is the mean of four ones, and does .mean() divide already?",
        {"average": lambda w, KH, KW, S: w.mean(axis=(2, 3)) / (KH * KW)},
    ),
):
    meanpool2d.mistake(name, hint=hint)(partial(_meanpool, **change))


meanpool2d.mistake(
    "the stride was taken to be the size of the window",
    hint="Windows may overlap, or leave gaps. Which number says how far apart they are?",
    also=(
        partial(_meanpool, rows=lambda i, K, S: slice(i * K, i * K + K)),
        partial(_meanpool, size=lambda full, K, S: full // K),
    ),
)(partial(
    _meanpool, size=lambda full, K, S: full // K, rows=lambda i, K, S: slice(i * K, i * K + K)
))  # fmt: skip


meanpool2d.slip(
    first_only("x"),
    hint="How many images are there? Where does your code use the others?",
    also=(lambda x, *settings: meanpool2d(np.broadcast_to(x[:1], x.shape), *settings),),
)


meanpool2d.mistake(
    "the output size counts with the padding, but x was not padded",
    hint="Which array do you cut the windows from: the one with zeros around it?",
)(partial(_meanpool, pad=lambda P: {"pad_width": 0}))


@meanpool2d.mistake(
    "P zeros were put on one side only: above and on the left",
    hint="In np.pad the pair (P, P) means P before and P after. What does (P, 0) mean?",
)
def _(x, kernel_size, stride, padding=0):
    return meanpool2d(np.pad(x, rows_and_columns(padding, 0)), kernel_size, stride, 0)
