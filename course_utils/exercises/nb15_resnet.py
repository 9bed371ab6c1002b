"""Exercises of notebook 15: the residual block both ways, its shortcut, and its bottleneck."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise
from course_utils.numpy_nn import conv2d, conv2d_input_grad, conv2d_weight_grad


# -------------------------------------------------------------------------------- residual_forward
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


def _two(rng, C, M, K):
    """Both weights of a block, of a size that lets F and x count alike."""
    weight1 = rng.normal(size=(M, C, K, K)) / (K * np.sqrt(C / 2))
    return weight1, rng.normal(size=(C, M, K, K)) / (K * np.sqrt(M / 2))


def _blocks(rng):
    """(label, x, weight1, weight2)"""
    x = np.array([[[[1.0, -2.0]], [[-3.0, 4.0]]]])  # (1, 2, 1, 2)
    ones = np.array([[[[1.0]], [[-1.0]]]]), np.array([[[[-0.5]]], [[[2.0]]]])
    yield "two maps of 1 × 2, windows of 1 × 1, one map in between", x, *ones
    whole = rng.integers(-3, 4, (2, 2, 3, 4)).astype(float)
    yield "windows of 3 × 3, three maps in between", whole, *_two(rng, 2, 3, 3)
    yield "fewer maps in between than outside", rng.normal(size=(2, 4, 5, 3)), *_two(rng, 4, 2, 3)
    yield "windows of 5 × 5", rng.normal(size=(1, 3, 4, 6)), *_two(rng, 3, 5, 5)
    yield "nothing but negative numbers come in", -rng.random((2, 2, 4, 3)), *_two(rng, 2, 4, 3)
    x = rng.normal(size=(3, 2, 3, 5)).astype(np.float32)[:, :, ::-1]
    weights = tuple(weight.astype(np.float32) for weight in _two(rng, 2, 3, 3))
    yield "float32, rows stored in reverse", x, *weights


@residual_forward.cases
def _(rng):
    for label, *arrays in _blocks(rng):
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
    residual_forward.mistake(name, hint=hint)(partial(_forward, **change))


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


# ------------------------------------------------------------------------------- residual_backward
@exercise(
    notebook="15",
    points=3,
    minutes=20,
    returns=("grad_x", "grad_weight1", "grad_weight2"),
    also_lent=("conv2d",),  # the gradient of the input as a convolution with the rotated filter
    hints=(
        "Begin at the end. The last ReLU lets the gradient through where out > 0. Call what is "
        "left `total`: it arrives at the addition.",
        "An addition hands its gradient to both sides, unchanged. One copy goes to x at once; the "
        "other one goes through the second convolution, the first ReLU, the first convolution.",
        "conv2d_weight_grad wants what the convolution has read: hidden for weight2, x for "
        "weight1. grad_x is the sum of both ways.",
    ),
    explanation="x is used twice, so its gradient is a sum of two. One of them has met no weight "
    "on its way: it cannot be made small by small weights.",
)
def residual_backward(grad_out, x, weight1, weight2, hidden, out):
    """Gradients of the loss for the residual block of `residual_forward`.

    grad_out (N, C, H, W), the other arrays as there
    -> grad_x (N, C, H, W), grad_weight1 (M, C, K, K), grad_weight2 (C, M, K, K)
    """
    size, window = x.shape[2:], weight1.shape[2:]
    padding = window[0] // 2
    total = grad_out * (out > 0)  # (N, C, H, W), arrives at the addition
    grad_weight2 = conv2d_weight_grad(total, hidden, window, padding=padding)
    inner = conv2d_input_grad(total, weight2, size, padding=padding) * (hidden > 0)
    grad_weight1 = conv2d_weight_grad(inner, x, window, padding=padding)
    grad_x = conv2d_input_grad(inner, weight1, size, padding=padding) + total
    return grad_x, grad_weight1, grad_weight2


@residual_backward.cases
def _(rng):
    for label, x, weight1, weight2 in _blocks(rng):
        if "negative" in label:  # where all of x is negative, little is left of out
            weight1 = -np.abs(weight1)
            weight2 = np.abs(weight2)
        out, hidden = residual_forward.reference(x, weight1, weight2)
        grad_out = rng.normal(size=x.shape).astype(x.dtype)
        if x.size < 5:
            grad_out = np.array([[[[1.0, 2.0]], [[3.0, -4.0]]]])
        yield case(grad_out, x, weight1, weight2, hidden, out, label=label)


def _pass_back(grad, x, weight):
    """Each output pixel hands its gradient to what it has read."""
    K, (N, C, H, W) = weight.shape[-1], x.shape
    p = K // 2
    wide = np.zeros((N, C, H + 2 * p, W + 2 * p))
    wide[:, :, p : p + H, p : p + W] = x
    grad_wide, grad_weight = np.zeros(wide.shape), np.zeros(weight.shape)
    for n, f, i, j in np.ndindex(grad.shape):
        grad_wide[n, :, i : i + K, j : j + K] += grad[n, f, i, j] * weight[f]
        grad_weight[f] += grad[n, f, i, j] * wide[n, :, i : i + K, j : j + K]
    return grad_wide[:, :, p : p + H, p : p + W], grad_weight


@residual_backward.oracle
def _(grad_out, x, weight1, weight2, hidden, out):
    total = np.where(out > 0, grad_out, 0)
    inner, grad_weight2 = _pass_back(total, hidden, weight2)
    long_way, grad_weight1 = _pass_back(np.where(hidden > 0, inner, 0), x, weight1)
    return tuple(g.astype(x.dtype) for g in (long_way + total, grad_weight1, grad_weight2))


def _backward(grad_out, x, weight1, weight2, hidden, out, *, last=lambda g, out: g * (out > 0),
              seen=lambda x, out: out, mid=lambda g, h: g * (h > 0),
              short=lambda total, grad_out, x, out: total,
              join=lambda long_way, short: long_way + short, to_weights=lambda g, grad_out: g,
              to_first=lambda inner, raw, total: inner, read2=lambda x, hidden: hidden,
              read1=lambda x, hidden: x, turned=False, share=lambda g, n: g,
              end=lambda grad_x, x, out: grad_x, form=lambda x, w1, w2: (x, w1, w2)):  # fmt: skip
    """The way back with one thing exchanged."""
    size, window = x.shape[2:], weight1.shape[2:]
    p = {"padding": window[0] // 2}

    def back(grad, weight):
        if turned:  # what the filter looks like when it is forgotten to turn it
            return conv2d(grad, weight.transpose(1, 0, 2, 3), **p)
        return conv2d_input_grad(grad, weight, size, **p)

    total = last(grad_out, seen(x, out))
    grad_weight2 = conv2d_weight_grad(to_weights(total, grad_out), read2(x, hidden), window, **p)
    raw = back(total, weight2)
    inner = mid(raw, hidden)
    grad_weight1 = conv2d_weight_grad(to_first(inner, raw, total), read1(x, hidden), window, **p)
    grad_x = end(join(back(inner, weight1), short(total, grad_out, x, out)), x, out)
    return form(grad_x, share(grad_weight1, len(x)), share(grad_weight2, len(x)))


for name, hint, change in (
    (
        "the shortcut's gradient is missing in grad_x",
        "x is used twice in the block. On which two ways does its gradient come back?",
        {"join": lambda long_way, short: long_way},
    ),
    (
        "grad_x has come back along the shortcut only",
        "x is used twice in the block. What comes back through the convolutions?",
        {"join": lambda long_way, short: short},
    ),
    (
        "the two ways were multiplied, not added",
        "A number that is used twice gets two gradients. What is done with them?",
        {"join": lambda long_way, short: long_way * short},
    ),
    (
        "the mean of the two ways was taken",
        "An addition hands the *whole* gradient to each side. Where does the ½ come from?",
        {"join": lambda long_way, short: (long_way + short) / 2},
    ),
    (
        "the addition gave each way a half of the gradient",
        "If F + x grows by 1 when x does, what is the derivative of F + x by x?",
        {"last": lambda g, out: g * (out > 0) / 2},
    ),
    (
        "the shortcut goes past the last ReLU: grad_out itself was added",
        "The last ReLU stands behind the addition. Does anything get past it?",
        {"short": lambda total, grad_out, x, out: grad_out},
    ),
    (
        "the shortcut's gradient was stopped where x is negative",
        "Is there a ReLU on the shortcut?",
        {"short": lambda total, grad_out, x, out: total * (x > 0)},
    ),
    (
        "the shortcut's gradient was multiplied by x",
        "The derivative of F + x by x: does it depend on x?",
        {"short": lambda total, grad_out, x, out: total * x},
    ),
    (
        "a one was added in place of the shortcut's gradient",
        "The derivative of x by x is 1. What is the 1 multiplied by?",
        {"short": lambda total, grad_out, x, out: 1},
    ),
    (
        "the shortcut's gradient was subtracted",
        "out = ReLU(F + x). Which sign has x there?",
        {"join": lambda long_way, short: long_way - short},
    ),
    (
        "the last ReLU was left out on the way back",
        "Where out is 0, does it change when F + x changes a little?",
        {"last": lambda g, out: g},
    ),
    (
        "the ReLU in the middle was left out on the way back",
        "Where hidden is 0, does it change when its convolution changes a little?",
        {"mid": lambda g, h: g},
    ),
    (
        "both ReLUs were left out on the way back",
        "Which two arrays tell where the ReLUs have let something through?",
        {"last": lambda g, out: g, "mid": lambda g, h: g},
    ),
    (
        "the gradient was multiplied by out, not by whether out is positive",
        "`out` or `out > 0`: what is the slope of a ReLU at 3?",
        {"last": lambda g, out: g * out},
    ),
    (
        "the gradient was multiplied by hidden, not by whether hidden is positive",
        "`hidden` or `hidden > 0`: what is the slope of a ReLU at 3?",
        {"mid": lambda g, h: g * h},
    ),
    (
        "the ReLUs were applied to the gradient itself",
        "Not the *gradient* must be positive, but something else. What?",
        {"last": lambda g, out: np.maximum(g, 0), "mid": lambda g, h: np.maximum(g, 0)},
    ),
    (
        "the last ReLU was applied to the gradient itself",
        "Not the *gradient* must be positive, but what the ReLU has put out. Which array is that?",
        {"last": lambda g, out: np.maximum(g, 0)},
    ),
    (
        "the ReLU in the middle was applied to the gradient itself",
        "Not the *gradient* must be positive, but what the ReLU has put out. Which array is that?",
        {"mid": lambda g, h: np.maximum(g, 0)},
    ),
    (
        "the last ReLU was looked up in x, not in out",
        "Which array tells where the *last* ReLU has let something through: x, hidden or out?",
        {"seen": lambda x, out: x},
    ),
    (
        "the sum of both ways was stopped where x is negative",
        "x stands at the beginning of the block. Does a ReLU stand in front of it?",
        {"end": lambda grad_x, x, out: grad_x * (x > 0)},
    ),
    (
        "the last ReLU was applied again, to the sum of both ways",
        "Each ReLU is passed once on the way back. At which place stands the last one?",
        {"end": lambda grad_x, x, out: grad_x * (out > 0)},
    ),
    (
        "the shortcut's gradient was added twice",
        "Through the convolutions once, along the shortcut once: how many terms has your sum?",
        {"join": lambda long_way, short: long_way + 2 * short},
    ),
    (
        "x was added in place of the shortcut's gradient",
        "Forwards the shortcut hands on x. What does it hand on backwards?",
        {"short": lambda total, grad_out, x, out: x},
    ),
    (
        "grad_weight2 was computed as if the second convolution had read x",
        "What has the second convolution read: x or hidden?",
        {"read2": lambda x, hidden: x},
    ),
    (
        "grad_weight1 was computed as if the first convolution had read hidden",
        "What has the first convolution read: x or hidden?",
        {"read1": lambda x, hidden: hidden},
    ),
    (
        "grad_weight1 was computed from the gradient at the sum",
        "Between the sum and the first convolution lie two steps. Which ones?",
        {"to_first": lambda inner, raw, total: total},
    ),
    (
        "grad_weight2 was computed from grad_out, in front of the last ReLU",
        "The second convolution puts out F. Which gradient arrives at F?",
        {"to_weights": lambda total, grad_out: grad_out},
    ),
    (
        "grad_weight1 was computed in front of the ReLU in the middle",
        "The first convolution stands before the ReLU. Which gradient arrives at what it puts out?",
        {"to_first": lambda inner, raw, total: raw},
    ),
    (
        "the filters were not turned on the way back",
        "conv2d with exchanged axes is not enough (notebook 04). Which function goes back to the "
        "input?",
        {"turned": True},
    ),
    (
        "the weights' gradients were averaged over the images",
        "The loss may divide by N. Does the block know about it?",
        {"share": lambda g, n: g / n},
    ),
    (
        "the weights' gradients have changed places",
        "weight1 stands first in the docstring. Is yours?",
        {"form": lambda x, w1, w2: (x, w2, w1)},
    ),
    (
        "grad_x was returned last",
        "Which of the three does the docstring name first?",
        {"form": lambda x, w1, w2: (w1, w2, x)},
    ),
):  # fmt: skip
    residual_backward.mistake(name, hint=hint)(partial(_backward, **change))


# ----------------------------------------------------------------------------------- shortcut_kind
@exercise(
    notebook="15",
    points=2,
    minutes=10,
    returns=("kinds", "weights"),
    hints=(
        "When can F + x be computed with x as it is? Two things must fit: the number of maps, and "
        "the rows and columns.",
        "(before != after) | (strides != 1) is true where the shape changes; | is “or”, entry by "
        "entry.",
        "np.where(changes, a, b) takes a where it is true, else b. A: 1 or 0, B: 2 or 0, C: always "
        "2. A 1 × 1 convolution has before · after weights.",
    ),
    explanation="x itself fits only where neither the maps nor the rows and columns change. A "
    "stride alone is enough to make it misfit, and so are more maps alone, as at the start of "
    "ResNet-50's first stage.",
)
def shortcut_kind(before, after, strides, option):
    """Which shortcut each block of a ResNet needs, and how many weights it has.

    before, after (blocks,): maps that enter and leave each block; strides (blocks,); option:
      "A": x itself; where the shape changes every stride-th pixel, filled up with maps of zeros
      "B": x itself; where the shape changes a 1 × 1 convolution; "C": always a 1 × 1 convolution
    -> kinds (blocks,): 0 for x itself, 1 for zeros, 2 for 1 × 1; weights (blocks,), without biases
    """
    changes = (before != after) | (strides != 1)  # (blocks,)
    kinds = {"A": 1, "B": 2, "C": 2}[option] * (changes | (option == "C"))
    return kinds, np.where(kinds == 2, before * after, 0)


@shortcut_kind.cases
def _(rng):
    def given(before, after, strides, option, label):
        return case(np.array(before), np.array(after), np.array(strides), option, label=label)

    yield given([16, 16], [16, 32], [1, 2], "B", "two blocks, the second one changes the shape")
    yield given([16, 16], [16, 32], [1, 2], "A", "the same with option A")
    yield given([16, 16], [16, 32], [1, 2], "C", "the same with option C")
    stages = [64, 256, 256, 256, 512], [256, 256, 256, 512, 512], [1, 1, 1, 2, 1]
    yield given(*stages, "B", "ResNet-50: the first block has stride 1, but more maps")
    yield given([24, 24, 40, 40], [24, 24, 40, 48], [1, 2, 2, 1], "A",
                "stride 2 and as many maps as before")  # fmt: skip
    yield given([24, 24, 40], [24, 24, 40], [3, 1, 2], "B", "strides, and never more maps")
    yield given([48, 20, 20, 50], [20, 20, 50, 10], [1, 1, 2, 2], "B", "fewer maps come out")
    yield given([9, 9, 18], [9, 18, 36], [1, 1, 2], "B", "twice the maps with stride 1")
    yield given([12, 12, 30], [12, 30, 30], [1, 2, 1], "C", "option C, three blocks")
    after = rng.choice(np.arange(5, 60), 6, replace=False)
    after[3:5] = after[2]
    before = np.array([after[0], *after[:-1]])
    strides = np.array([1, 2, 1, 2, 1, int(rng.integers(2, 4))])
    yield case(before, after, strides, "B", label="drawn at random")


@shortcut_kind.oracle
def _(before, after, strides, option):
    kinds, weights = [], []
    for a, b, s in zip(before.tolist(), after.tolist(), strides.tolist(), strict=True):
        fits = (a, 60) == (b, 60 // s)
        if option == "A":
            kinds.append(0 if fits else 1)
        else:
            kinds.append(0 if fits and option == "B" else 2)
        weights.append(a * b if kinds[-1] == 2 else 0)
    return np.array(kinds), np.array(weights)


def _shortcut(before, after, strides, option, *, changes=lambda a, b, s: (a != b) | (s != 1),
              numbers=(0, 1, 2), weigh=lambda a, b, s, kinds: np.where(kinds == 2, a * b, 0),
              options=lambda option: option, form=lambda *results: results):  # fmt: skip
    """The choice with one thing exchanged."""
    option = options(option)
    other = changes(before, after, strides) | (option == "C")
    kinds = np.where(other, 1 if option == "A" else 2, 0)
    weights = weigh(before, after, strides, kinds)
    return form(np.array(numbers)[kinds], weights)


for name, hint, change in (
    (
        "the stride was not looked at",
        "A block with stride 2 and as many maps as before: does x fit to what F puts out?",
        {"changes": lambda a, b, s: a != b},
    ),
    (
        "the number of maps was not looked at",
        "64 maps come in and 256 go out, with stride 1. Can they be added?",
        {"changes": lambda a, b, s: s != 1},
    ),
    (
        "x itself was only given up where the maps and the stride change, both of them",
        "Is one misfit not enough? & is “and”, | is “or”.",
        {"changes": lambda a, b, s: (a != b) & (s != 1)},
    ),
    (
        "fewer maps were taken to fit",
        "48 maps come in, 20 go out. Which of the 48 would you add?",
        {"changes": lambda a, b, s: (b > a) | (s != 1)},
    ),
    (
        "only a stride of exactly 2 was taken to change the shape",
        "What does a stride of 3 do to rows and columns?",
        {"changes": lambda a, b, s: (a != b) | (s == 2)},
    ),
    (
        "x itself was taken where the shape changes, and something else where it fits",
        "Where can x be added as it is: where the shape changes, or where it stays?",
        {"changes": lambda a, b, s: (a == b) & (s == 1)},
    ),
    (
        "only doubled maps were taken to change the shape",
        "ResNet-50 goes from 64 to 256 maps at once. Is that the same shape?",
        {"changes": lambda a, b, s: (b == 2 * a) | (s != 1)},
    ),
    (
        "x itself was added everywhere, except with option C",
        "What happens to (N, 16, 32, 32) plus (N, 32, 16, 16)?",
        {"changes": lambda a, b, s: np.zeros(len(a), dtype=bool)},
    ),
    (
        "each block was given something other than x, with every option",
        "The shortcut that costs nothing is x itself. Where does it fit?",
        {"changes": lambda a, b, s: np.ones(len(a), dtype=bool)},
    ),
    (
        "option C was treated like option B",
        "With option C, is there any block that keeps x itself?",
        {"options": lambda option: {"C": "B"}.get(option, option)},
    ),
    (
        "option A was treated like option B",
        "Which option has no weights at all?",
        {"options": lambda option: {"A": "B"}.get(option, option)},
    ),
    (
        "the option was not looked at: it is always B",
        "What does your code do with `option`?",
        {"options": lambda option: "B"},
    ),
    (
        "option B was treated like option C",
        "With option B, which blocks keep x itself?",
        {"options": lambda option: {"B": "C"}.get(option, option)},
    ),
    (
        "each option was treated like option C",
        "Which way through your `if` does \"A\" take? (\"A\" and \"a\" are not equal.)",
        {"options": lambda option: "C"},
    ),
    (
        "options A and B have changed places",
        "Which one fills up with zeros, which one has weights?",
        {"options": lambda option: {"A": "B", "B": "A"}.get(option, option)},
    ),
    (
        "the numbers for zeros and for 1 × 1 have changed places",
        "Which number does the docstring give to a 1 × 1 convolution?",
        {"numbers": (0, 2, 1)},
    ),
    (
        "the kinds are numbered from 1",
        "Which number does the docstring give to x itself?",
        {"numbers": (1, 2, 3)},
    ),
    (
        "kinds only tells whether something else than x is needed, not what",
        "There are three kinds. How many different numbers has your array?",
        {"numbers": (0, 1, 1)},
    ),
    (
        "a bias was counted for each map",
        "“Without biases”: a normalisation follows. What is left?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b + b, 0)},
    ),
    (
        "the shortcut was counted with windows of 3 × 3",
        "How many weights has a 1 × 1 filter for each map that it reads?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, 9 * a * b, 0)},
    ),
    (
        "the weights were multiplied by the stride's square",
        "A stride leaves out places. Does the filter become larger?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b * s**2, 0)},
    ),
    (
        "each map that goes out was given one weight only",
        "A 1 × 1 filter reads *all* maps that come in. How many weights has it?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, b, 0)},
    ),
    (
        "weights were counted for the maps of zeros, too",
        "Who learns the zeros of option A?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds > 0, a * b, 0)},
    ),
    (
        "weights were counted for x itself, too",
        "How many weights has a shortcut that hands on x?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds != 1, a * b, 0)},
    ),
    (
        "weights were counted for every block, whatever its shortcut",
        "Have x itself and the maps of zeros any weights?",
        {"weigh": lambda a, b, s, kinds: a * b},
    ),
    (
        "weights were counted where the shape changes, whatever the option",
        "Which number in `kinds` means that there are weights?",
        {"weigh": lambda a, b, s, kinds: np.where((a != b) | (s != 1), a * b, 0)},
    ),
    (
        "with option C, weights were counted only where the shape changes",
        "With option C, how many blocks have a 1 × 1 convolution?",
        {
            "weigh": lambda a, b, s, kinds: np.where(
                (kinds == 2) & ((a != b) | (s != 1)), a * b, 0
            )
        },
    ),
    (
        "the shortcut's normalisation was counted as well",
        "Only the weights of the convolution are asked for. What is the 2 · after?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b + 2 * b, 0)},
    ),
    (
        "the maps that come in were counted on both sides",
        "From how many maps to how many does the 1 × 1 convolution lead?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * a, 0)},
    ),
    (
        "the weights were added up over the blocks",
        "`weights` has one entry for each block. What does .sum() do?",
        {"weigh": lambda a, b, s, kinds: np.where(kinds == 2, a * b, 0).sum()},
    ),
    (
        "the two results have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda kinds, weights: (weights, kinds)},
    ),
):  # fmt: skip
    shortcut_kind.mistake(name, hint=hint)(partial(_shortcut, **change))


# --------------------------------------------------------------------------- bottleneck_parameters
@exercise(
    notebook="15",
    points=2,
    minutes=15,
    returns=("body", "shortcut"),
    hints=(
        "Write down the three convolutions: how many maps go in, how many come out, how large is "
        "the window?",
        "The maps in between are after // 4. The weights of a convolution are (maps in) · (maps "
        "out) · (side of the window)². Behind each convolution the norm has 2 for each map.",
        "The shortcut is a 1 × 1 convolution with its norm where the maps or the stride change, "
        "and x itself, with 0 parameters, elsewhere.",
    ),
    explanation="Two of the three convolutions have windows of 1 × 1 and see the many maps; the "
    "one of 3 × 3 sees a quarter of them on both sides, so a sixteenth of the pairs.",
)
def bottleneck_parameters(before, after, stride):
    """Parameters of a bottleneck block: 1 × 1, 3 × 3 and 1 × 1, and those of its shortcut.

    before, after: maps that enter and leave the block; the two inner convolutions put out
    after // 4 maps. No biases; behind each convolution, the shortcut's too, stands a batch
    normalisation with a scale and a shift for each map. Option B: the shortcut is a 1 × 1
    convolution where the shape changes, else x itself -> body, shortcut: two whole numbers
    """
    inner = after // 4
    body = before * inner + 9 * inner * inner + inner * after + 2 * (inner + inner + after)
    if before == after and stride == 1:
        return body, 0
    return body, before * after + 2 * after


@bottleneck_parameters.cases
def _(rng):
    yield case(8, 8, 1, label="8 maps, 2 in between, nothing changes")
    yield case(8, 12, 1, label="8 maps come in, 12 go out")
    yield case(256, 256, 1, label="the second block of ResNet-50")
    yield case(64, 256, 1, label="the first block of ResNet-50")
    yield case(256, 512, 2, label="where its second stage begins")
    yield case(20, 20, 2, label="stride 2, as many maps as before")
    yield case(60, 24, 1, label="fewer maps go out")
    yield case(6, 14, 2, label="14 maps go out: 14 // 4 in between")
    yield case(10, 10, 1, label="10 maps in and out: 10 // 4 in between")
    before, after = rng.choice(np.arange(5, 60), 2, replace=False)
    yield case(int(before), 4 * int(after), int(rng.integers(1, 4)), label="drawn at random")


@bottleneck_parameters.oracle
def _(before, after, stride):
    def conv_and_norm(maps_in, maps_out, side):
        return sum(maps_in * side * side + 2 for _filter in range(maps_out))

    inner = after // 4
    layers = (before, inner, 1), (inner, inner, 3), (inner, after, 1)
    fits = before == after and stride == 1
    return sum(conv_and_norm(*layer) for layer in layers), (
        0 if fits else conv_and_norm(before, after, 1)
    )


def _bottleneck(before, after, stride, *, middle=lambda a, b: b // 4, sides=(1, 3, 1),
                out=lambda inner, b: b, norm=2, norms=(1, 1, 1), bias=0, window=lambda k: k * k,
                changes=lambda a, b, s: a != b or s != 1, short=lambda a, b, s: a * b + 2 * b,
                more=lambda a, b, m, s: 0, form=lambda *results: results):  # fmt: skip
    """The count with one thing exchanged."""
    m = middle(before, after)
    pairs = (before, m), (m, m), (m, out(m, after))
    body = more(before, after, m, stride)
    for (a, b), side, has_norm in zip(pairs, sides, norms, strict=True):
        body += a * b * window(side) + (norm * has_norm + bias) * b
    shortcut = short(before, after, stride) if changes(before, after, stride) else 0
    return form(body, shortcut)


for name, hint, change in (
    (
        "the maps in between are a quarter of those that come in, not of those that go out",
        "`after // 4`, or `before // 4`? Look at the first block of ResNet-50: 64, 64, 256.",
        {"middle": lambda a, b: a // 4},
    ),
    (
        "the maps in between are a half of those that go out",
        "By how much does a bottleneck narrow?",
        {"middle": lambda a, b: b // 2},
    ),
    (
        "nothing was narrowed: the 3 × 3 convolution works on all maps",
        "How many maps does the first 1 × 1 convolution put out?",
        {"middle": lambda a, b: b},
    ),
    (
        "a quarter of the maps was rounded up",
        "What is 14 // 4? (-(-14 // 4) is something else.)",
        {"middle": lambda a, b: -(-b // 4)},
    ),
    (
        "a quarter of the maps was rounded to the nearest whole number",
        "round(14 / 4), or 14 // 4?",
        {"middle": lambda a, b: round(b / 4)},
    ),
    (
        "there are always 64 maps in between",
        "64 is right for 256 maps. And for 512?",
        {"middle": lambda a, b: 64},
    ),
    (
        "the basic block was counted: two convolutions of 3 × 3 on all maps",
        "How many convolutions has a bottleneck, and which windows?",
        {
            "sides": (0, 0, 0),
            "norm": 0,
            "more": lambda a, b, m, s: 9 * a * b + 9 * b * b + 4 * b,
        },
    ),
    (
        "the last convolution puts out as many maps as lie in between",
        "Who widens again, so that x can be added?",
        {"out": lambda inner, b: inner},
    ),
    (
        "the last 1 × 1 convolution is missing",
        "1 × 1, 3 × 3, and then?",
        {"more": lambda a, b, m, s: -(m * b + 2 * b)},
    ),
    (
        "the last 1 × 1 convolution is missing, its normalisation is not",
        "1 × 1, 3 × 3, and then?",
        {"more": lambda a, b, m, s: -m * b},
    ),
    (
        "the 3 × 3 was divided by the stride's square",
        "A stride leaves out places. Does the filter become smaller?",
        {"more": lambda a, b, m, s: 9 * m * m // s**2 - 9 * m * m},
    ),
    (
        "the first 1 × 1 convolution is missing",
        "Who narrows, before the 3 × 3 begins?",
        {"more": lambda a, b, m, s: -(a * m + 2 * m)},
    ),
    (
        "all three windows were counted as 1 × 1",
        "One of the three looks around. How many numbers has its window?",
        {"sides": (1, 1, 1)},
    ),
    (
        "all three windows were counted as 3 × 3",
        "Two of the three convolutions look at one place only. Which ones?",
        {"sides": (3, 3, 3)},
    ),
    (
        "K was counted in place of K²",
        "How many numbers has a window of 3 × 3?",
        {"window": lambda k: k},
    ),
    (
        "the first two convolutions were counted as 3 × 3, as in the basic block",
        "Where does the 3 × 3 stand among the three?",
        {"sides": (3, 3, 1)},
    ),
    (
        "the normalisations of the body are missing",
        "Each map has a scale and a shift of its own, behind each convolution. Did you count them?",
        {"norm": 0},
    ),
    (
        "the body's normalisations were counted with one number for each map",
        "A scale *and* a shift: how many is that for each map?",
        {"norm": 1},
    ),
    (
        "the running means and variances were counted, too",
        "They are measured, not learned. How many numbers of a normalisation learn?",
        {"norm": 4, "short": lambda a, b, s: a * b + 4 * b},
    ),
    (
        "the body has a single normalisation, at its end",
        "Behind *each* convolution stands one. How many maps do they have in all?",
        {"norms": (0, 0, 1)},
    ),
    (
        "the normalisation behind the last convolution is missing",
        "Three convolutions: how many normalisations have you counted?",
        {"norms": (1, 1, 0)},
    ),
    (
        "all three normalisations were given the maps that go out",
        "The first two convolutions put out fewer maps. How many?",
        {"norm": 0, "more": lambda a, b, m, s: 6 * b},
    ),
    (
        "all three normalisations were given the maps in between",
        "How many maps does the last convolution put out?",
        {"norm": 0, "more": lambda a, b, m, s: 6 * m},
    ),
    (
        "the normalisations were counted in front of the convolutions",
        "A normalisation stands *behind* its convolution. How many maps does the first one see?",
        {"norm": 0, "more": lambda a, b, m, s: 2 * (a + m + m)},
    ),
    (
        "the convolutions of the body were given biases",
        "A normalisation takes any constant away at once. Does the docstring count biases?",
        {"bias": 1},
    ),
    (
        "there is always a 1 × 1 convolution on the shortcut",
        "Where maps and stride stay as they are, what can be added without any weights?",
        {"changes": lambda a, b, s: True},
    ),
    (
        "there is never anything on the shortcut",
        "64 maps come in, 256 go out. Can they be added?",
        {"changes": lambda a, b, s: False},
    ),
    (
        "the shortcut was chosen by the stride alone",
        "The first block of ResNet-50 has stride 1. Does x fit to what it puts out?",
        {"changes": lambda a, b, s: s != 1},
    ),
    (
        "the shortcut was chosen by the maps alone",
        "Stride 2 and as many maps as before: do the rows and columns fit?",
        {"changes": lambda a, b, s: a != b},
    ),
    (
        "a convolution was put on the shortcut only where maps and stride change, both of them",
        "Is one misfit not enough? `and`, or `or`?",
        {"changes": lambda a, b, s: a != b and s != 1},
    ),
    (
        "the shortcut was multiplied by the stride's square",
        "A stride leaves out places. Does the filter become larger?",
        {"short": lambda a, b, s: a * b * s**2 + 2 * b},
    ),
    (
        "the shortcut begins in the middle of the bottleneck",
        "The shortcut goes around the whole body. How many maps does it find there?",
        {"short": lambda a, b, s: b // 4 * b + 2 * b},
    ),
    (
        "the shortcut puts out as many maps as came in",
        "What must the shortcut put out, so that F can be added?",
        {"short": lambda a, b, s: a * a + 2 * a},
    ),
    (
        "the shortcut's normalisation is missing",
        "“Behind each convolution, the shortcut's too”. What does it add?",
        {"short": lambda a, b, s: a * b},
    ),
    (
        "the shortcut was counted with windows of 3 × 3",
        "How large is the window on the shortcut?",
        {"short": lambda a, b, s: 9 * a * b + 2 * b},
    ),
    (
        "the shortcut's filters read a quarter of the maps",
        "The shortcut goes around the bottleneck. From how many maps to how many does it lead?",
        {"short": lambda a, b, s: a * (b // 4) + 2 * (b // 4)},
    ),
    (
        "the shortcut was counted within the body, too",
        "Two numbers are asked for, each by itself. What is in the first one?",
        {"form": lambda body, shortcut: (body + shortcut, shortcut)},
    ),
    (
        "body and shortcut have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda body, shortcut: (shortcut, body)},
    ),
):  # fmt: skip
    bottleneck_parameters.mistake(name, hint=hint)(partial(_bottleneck, **change))
