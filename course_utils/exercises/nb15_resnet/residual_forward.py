"""The exercise `residual_forward` of notebook 15."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb15_resnet.blocks import blocks
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="15",
    points=2,
    minutes=15,
    returns=("out", "hidden"),
    hints=(
        "There are two ReLUs: one between the convolutions, one at the very end. Where does x "
        "come in?",
        "hidden is np.maximum(conv2d(x, weight1, padding=weight1.shape[-1] // 2), 0). F is what "
        "the second convolution makes of it.",
        "The last ReLU stands behind the addition: np.maximum(F + x, 0).",
    ),
    explanation="F may be negative where x is positive: so the block can take something away. "
    "That is why nothing rectifies F before the addition, and the ReLU comes after it.",
)
def residual_forward(x, weight1, weight2):
    """A residual block without normalisation: convolve, rectify, convolve, add x, rectify.

    x (N, C, H, W), weight1 (M, C, K, K), weight2 (C, M, K, K), K odd; both convolutions keep rows
    and columns -> out (N, C, H, W); hidden (N, M, H, W), what the first ReLU has put out
    """
    padding = weight1.shape[-1] // 2
    hidden = np.maximum(conv2d(x, weight1, padding=padding), 0)  # (N, M, H, W)
    out = np.maximum(conv2d(hidden, weight2, padding=padding) + x, 0)  # (N, C, H, W)
    return out, hidden


@residual_forward.cases
def _(rng):
    for label, *arrays in blocks(rng):
        yield case(*arrays, label=label)


def _slide(x, weight):
    """Each output pixel by itself."""
    K, (N, _, H, W) = weight.shape[-1], x.shape
    wide = np.zeros((N, x.shape[1], H + K - 1, W + K - 1))
    wide[:, :, K // 2 : K // 2 + H, K // 2 : K // 2 + W] = x
    out = np.zeros((N, len(weight), H, W))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = (wide[n, :, i : i + K, j : j + K] * weight[f]).sum()
    return out


@residual_forward.oracle
def _(x, weight1, weight2):
    hidden = _slide(x, weight1)
    hidden = np.where(hidden > 0, hidden, 0)
    total = _slide(hidden, weight2) + x
    return np.where(total > 0, total, 0).astype(x.dtype), hidden.astype(x.dtype)


def _relu(x):
    return np.maximum(x, 0)


def _same(x):
    return x


def _forward(x, weight1, weight2, *, reads=_same, first=_relu, second=_same, way=_same, last=_relu,
             join=lambda F, x: F + x, turn=_same, padding="constant", keep=lambda raw, h, F: h,
             form=lambda out, hidden: (out, hidden)):  # fmt: skip
    """The block with one thing exchanged."""
    p = weight1.shape[-1] // 2

    def convolve(x, weight):
        return conv2d(np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode=padding), turn(weight))

    raw = convolve(reads(x), weight1)
    hidden = first(raw)
    F = second(convolve(hidden, weight2))
    return form(last(join(F, way(x))), keep(raw, hidden, F))


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the two results have changed places",
    "out was returned in both places",
)


for name, hint, change in (
    (
        "the shortcut is missing: x is not added",
        "out = ReLU(F + x). Where is x in your last line?",
        {"join": lambda F, x: F},
    ),
    (
        "F was rectified before the addition, and nothing after it",
        "Can your block make anything smaller? What stands behind the addition?",
        {"second": _relu, "last": _same},
    ),
    (
        "F was rectified before the addition, too",
        "There are two ReLUs in the block. How many are there in yours?",
        {"second": _relu},
    ),
    (
        "the last ReLU is missing",
        "Convolve, rectify, convolve, add x, and then?",
        {"last": _same},
    ),
    (
        "the ReLU between the two convolutions is missing",
        "Two convolutions in a row, with nothing between them, are one. What stands between them?",
        {"first": _same},
    ),
    (
        "there is no ReLU at all",
        "np.maximum(…, 0) occurs twice in the block. Where?",
        {"first": _same, "last": _same},
    ),
    (
        "hidden was returned as it was before its ReLU",
        "`hidden` is what the first ReLU has put out. Can it be negative?",
        {"keep": lambda raw, h, F: raw},
    ),
    (
        "x was rectified before it was added",
        "The shortcut hands on x as it is. Which x have you added?",
        {"way": _relu},
    ),
    (
        "neither x was added nor the sum rectified: F was returned",
        "Two steps are missing behind the second convolution. Which ones?",
        {"join": lambda F, x: F, "last": _same},
    ),
    (
        "x alone was returned as out",
        "Where does F come into your last line? (`out = +x` sets out to x, `out += x` adds.)",
        {"join": lambda F, x: x, "last": _same},
    ),
    (
        "the ReLUs stand before the convolutions, as in the pre-activation block",
        "That order is notebook 16's. Here: what is done to x first, and what to the sum?",
        {"reads": _relu, "last": _same},
    ),
    (
        "whether hidden is positive was returned, not hidden",
        "`hidden` or `hidden > 0`: which of them are numbers?",
        {"keep": lambda raw, h, F: h > 0},
    ),
    (
        "x was subtracted, not added",
        "F is what is to be *added* to x. Which sign has x?",
        {"join": lambda F, x: F - x},
    ),
    (
        "F was subtracted from x",
        "F is what is to be *added* to x. Which sign has F?",
        {"join": lambda F, x: x - F},
    ),
    (
        "x was added twice",
        "Have you added x to F, and then again to the result?",
        {"join": lambda F, x: F + 2 * x},
    ),
    (
        "the mean of F and x was taken, not the sum",
        "F + x: where does the ½ come from?",
        {"join": lambda F, x: (F + x) / 2},
    ),
    (
        "F and x were multiplied",
        "What is the block to do when F is 0 everywhere: hand on x, or nothing?",
        {"join": lambda F, x: F * x},
    ),
    (
        "the larger one of F and x was taken, not their sum",
        "np.maximum(F, x), or np.maximum(F + x, 0)?",
        {"join": np.maximum},
    ),
    (
        "the filters were turned by 180°",
        "A convolution of this course does not turn its filters. Have you?",
        {"turn": lambda weight: weight[:, :, ::-1, ::-1]},
    ),
    (
        "rows and columns of the filters were exchanged",
        "Axis 2 of the weights are rows. Have you transposed anything?",
        {"turn": lambda weight: weight.transpose(0, 1, 3, 2)},
    ),
    (
        "the maps were padded with their edge, not with zeros",
        "What does conv2d pad with when it is given padding=…?",
        {"padding": "edge"},
    ),
    (
        "out was returned in both places",
        "The second thing asked for is what lies between the two convolutions. Is yours?",
        {"form": lambda out, hidden: (out, out)},
    ),
    (
        "the two results have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda out, hidden: (hidden, out)},
    ),
):  # fmt: skip
    residual_forward.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_forward, **change))


@residual_forward.mistake(
    "hidden was added, not x",
    hint="The shortcut leads around *both* convolutions. What did you add, and was it still the x "
    "that came in?",
)
def _(x, weight1, weight2):
    padding = weight1.shape[-1] // 2
    hidden = _relu(conv2d(x, weight1, padding=padding))
    return _relu(conv2d(hidden, weight2, padding=padding) + hidden), hidden


@residual_forward.mistake(
    "the padding is 1, whatever the window",
    hint="1 is right for windows of 3 × 3. What is it for 1 × 1 and 5 × 5?",
)
def _(x, weight1, weight2):
    hidden = _relu(conv2d(x, weight1, padding=1))
    return _relu(conv2d(hidden, weight2, padding=1) + x), hidden
