"""The exercise `preact_order` of notebook 16."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="16",
    points=3,
    minutes=20,
    hints=(
        "The same three steps twice: normalise, rectify, convolve. Only at the very end is there "
        "a sum. Give what you change a name of its own, so that x is still there then.",
        "A scale (C,) must stand along axis 1. `scale[:, np.newaxis, np.newaxis]` is (C, 1, 1), "
        "and NumPy fills up from the right: (N, C, H, W) times (C, 1, 1) does what you want.",
        "Write a loop over (norm1, weight1) and (norm2, weight2) that begins with maps = x. What "
        "is returned is x + maps: the x that came in, neither normalised nor rectified.",
    ),
    explanation="Norm and ReLU stand in front of each convolution, so that nothing at all stands "
    "on the shortcut: x arrives at the sum as it came, negative numbers included.",
)
def preact_order(x, norm1, weight1, norm2, weight2):
    """A pre-activation block: twice (normalise, rectify, convolve), and at the end x is added.

    x (N, C, H, W); norm1 and norm2: (scale, shift), each (C,): map c times scale[c], plus shift[c];
    weight1, weight2 (C, C, K, K), K odd; the convolutions keep rows and columns
    -> (N, C, H, W)
    """
    maps = x
    for (scale, shift), weight in ((norm1, weight1), (norm2, weight2)):
        maps = maps * scale[:, np.newaxis, np.newaxis] + shift[:, np.newaxis, np.newaxis]
        maps = conv2d(np.maximum(maps, 0), weight, padding=weight.shape[-1] // 2)  # (N, C, H, W)
    return x + maps


def _norm(rng, C):
    return rng.uniform(0.5, 2, C) * rng.choice([-1, 1], C), rng.normal(size=C)


def _weight(rng, C, K):
    return rng.normal(size=(C, C, K, K)) / (K * np.sqrt(C))


@preact_order.cases
def _(rng):
    x = np.array([[[[1.0, -2.0, 3.0]]]])
    double, back = np.array([[[[2.0]]]]), np.array([[[[-1.0]]]])
    plain, up = (np.array([1.0]), np.array([0.0])), (np.array([3.0]), np.array([0.5]))
    yield case(x, plain, double, plain, back,
               label="three pixels, the norms change nothing, weights 2 and -1")  # fmt: skip
    yield case(x, up, double, plain, back, label="the same, the first norm is 3x + 0.5")
    for (N, C, H, W), K, label in (
        ((2, 3, 4, 5), 1, "windows of one pixel"),
        ((2, 3, 4, 5), 3, "windows of 3 × 3"),
        ((3, 2, 6, 3), 5, "windows of 5 × 5"),
        ((1, 4, 5, 7), 3, "four maps, windows of 3 × 3"),
    ):
        yield case(rng.normal(size=(N, C, H, W)), _norm(rng, C), _weight(rng, C, K),
                   _norm(rng, C), _weight(rng, C, K), label=label)  # fmt: skip
    yield case(-rng.random((2, 3, 3, 4)), _norm(rng, 3), _weight(rng, 3, 3), _norm(rng, 3),
               _weight(rng, 3, 3), label="nothing but negative numbers come in")  # fmt: skip
    x, *rest = rng.normal(size=(2, 2, 4, 3)), *_norm(rng, 2), *_norm(rng, 2)
    a, b, c, d = (v.astype(np.float32) for v in rest)
    first, second = (_weight(rng, 2, 3).astype(np.float32) for _ in range(2))
    yield case(x.astype(np.float32)[:, :, ::-1], (a, b), first, (c, d), second,
               label="float32, rows stored in reverse")  # fmt: skip


@preact_order.oracle
def _(x, norm1, weight1, norm2, weight2):
    maps = x.astype(float)
    N, C, H, W = x.shape
    for (scale, shift), weight in ((norm1, weight1), (norm2, weight2)):
        K, after = weight.shape[-1], np.zeros((N, C, H, W))
        for (out, c, a, b), number in np.ndenumerate(weight):
            for i, j in np.ndindex(H, W):
                p, q = i + a - K // 2, j + b - K // 2
                if 0 <= p < H and 0 <= q < W:
                    seen = float(scale[c]) * maps[:, c, p, q] + float(shift[c])
                    after[:, out, i, j] += number * seen * (seen > 0)
        maps = after
    return (maps + x).astype(x.dtype)


def _along_maps(x, scale, shift):
    return x * scale[:, np.newaxis, np.newaxis] + shift[:, np.newaxis, np.newaxis]


def _shift_first(x, scale, shift):
    return _along_maps(x, scale, shift * scale)


def _measured(x, scale, shift):
    """Batch normalisation as in training: mean and variance of the maps that come in."""
    mean, var = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return _along_maps((x - mean) / np.sqrt(var + 1e-5), scale, shift)


def _along_rows(x, scale, shift):
    return x * scale[:, np.newaxis] + shift[:, np.newaxis]


def _same_size(x, weight):
    return conv2d(x, weight, padding=weight.shape[-1] // 2)


def _order(x, norm1, weight1, norm2, weight2, *, steps="nrcnrc", shortcut=lambda x, n: x,
           norm=_along_maps, end=lambda s: s, join=lambda f, s: f + s, norms=(0, 1),
           weights=(0, 1), relu=lambda x: np.maximum(x, 0), convolve=_same_size):  # fmt: skip
    """The block with one thing exchanged; steps: n(orm), r(elu), c(onvolution), one by one."""
    given, windows = (norm1, norm2), (weight1, weight2)
    left, right = [given[i] for i in norms], [windows[i] for i in weights]
    maps = x
    for step in steps:
        if step == "n":
            maps = norm(maps, *left.pop(0))
        elif step == "r":
            maps = relu(maps)
        else:
            maps = convolve(maps, right.pop(0))
    return end(join(maps, shortcut(x, lambda y: norm(y, *norm1))))


def _relu(x):
    return np.maximum(x, 0)


for name, hint, change in (
    (
        "it is the original order: convolve, normalise, rectify, and a ReLU after the sum",
        "That is the block of notebook 15. Which step comes *first* here, and what comes after "
        "the sum?",
        {"steps": "cnrcn", "end": _relu},
    ),
    (
        "it is the original order, only the ReLU after the sum was left out",
        "The last ReLU is gone, but the convolution still comes first. What stands in front of "
        "each convolution?",
        {"steps": "cnrcn"},
    ),
    (
        "a ReLU follows the sum",
        "Can the result be negative where x is? It should: nothing comes after the sum.",
        {"end": _relu},
    ),
    (
        "the shortcut takes x after the norm",
        "What stands on the shortcut? Is your x still the x that came in?",
        {"shortcut": lambda x, n: n(x)},
    ),
    (
        "the shortcut takes x after norm and ReLU",
        "So it is where the shape changes. Here it does not: which x is added?",
        {"shortcut": lambda x, n: _relu(n(x))},
    ),
    (
        "the shortcut takes x after a ReLU",
        "If x is -2 and F(x) is 0, what leaves the block?",
        {"shortcut": lambda x, n: _relu(x)},
    ),
    (
        "the shortcut is missing",
        "What is added at the end?",
        {"join": lambda f, s: f},
    ),
    (
        "the ReLU comes before the norm",
        "Normalise, rectify, convolve. What does your first step do?",
        {"steps": "rncrnc"},
    ),
    (
        "each ReLU comes after its convolution, not before it",
        "Normalise, rectify, convolve. What stands directly in front of each convolution?",
        {"steps": "ncrncr"},
    ),
    (
        "norm, convolution, ReLU, norm, convolution: the ReLU stands in the middle alone",
        "How often does the order say \"rectify\"? And before which steps?",
        {"steps": "ncrnc"},
    ),
    (
        "the first ReLU is missing",
        "How many ReLUs are there, and where is the first one?",
        {"steps": "ncnrc"},
    ),
    (
        "the second ReLU is missing",
        "How many ReLUs are there, and where is the second one?",
        {"steps": "nrcnc"},
    ),
    (
        "there is no ReLU at all",
        "What happens between a norm and a convolution?",
        {"steps": "ncnc"},
    ),
    (
        "there is no norm at all",
        "Where does your code use scale and shift?",
        {"steps": "rcrc"},
    ),
    (
        "the first norm is missing",
        "What happens to x before it is rectified for the first convolution?",
        {"steps": "rcnrc", "norms": (1,)},
    ),
    (
        "the second norm is missing",
        "What happens between the first convolution and the second ReLU?",
        {"steps": "nrcrc"},
    ),
    (
        "both convolutions come after one norm and one ReLU",
        "Twice (normalise, rectify, convolve): what stands in front of the second convolution?",
        {"steps": "nrcc"},
    ),
    (
        "twice convolve, normalise, rectify",
        "These are the right steps in another order. Which of the three comes first here?",
        {"steps": "cnrcnr"},
    ),
    (
        "twice rectify, convolve, normalise",
        "These are the right steps in another order. Which of the three comes first here?",
        {"steps": "rcnrcn"},
    ),
    (
        "what the second convolution puts out was rectified",
        "F may take something away. Can your F be negative?",
        {"join": lambda f, s: _relu(f) + s},
    ),
    (
        "the second half reads x again",
        "What does the second norm read: x, or what the first convolution has put out?",
        {"steps": "nrc", "norms": (1,), "weights": (1,)},
    ),
    (
        "the norm's mean and variance were computed from the maps",
        "Here the norm is as at test time: a scale and a shift, and both are given. Where do your "
        "mean and variance come from?",
        {"norm": _measured},
    ),
    (
        "scale and shift stand along the rows",
        "(C, 1) meets (N, C, H, W) from the right. With which axis do the C numbers meet then?",
        {"norm": _along_rows},
    ),
    (
        "scale and shift stand along the columns",
        "(C,) meets (N, C, H, W) from the right. With which axis do the C numbers meet then?",
        {"norm": lambda x, a, b: x * a + b},
    ),
    (
        "the shift was subtracted",
        "map c times scale[c], *plus* shift[c]. Which sign has yours?",
        {"norm": lambda x, a, b: _along_maps(x, a, -b)},
    ),
    (
        "the maps were divided by the scale",
        "map c *times* scale[c]. What does your norm do with it?",
        {"norm": lambda x, a, b: _along_maps(x, 1 / a, b)},
    ),
    (
        "the padding is 1, whatever the window",
        "1 is right for windows of 3 × 3. What is it for 1 × 1 and 5 × 5?",
        {"convolve": lambda x, weight: conv2d(x, weight, padding=1)},
    ),
    (
        "x and F(x) were multiplied",
        "What should leave the block where F(x) is 0: x, or nothing?",
        {"join": lambda f, s: f * s},
    ),
    (
        "norm1 was used twice",
        "Which norm stands in front of the second convolution?",
        {"norms": (0, 0)},
    ),
    (
        "the two norms have changed places",
        "Which norm does x meet first?",
        {"norms": (1, 0)},
    ),
    (
        "weight1 was used twice",
        "Which weight does the second convolution have?",
        {"weights": (0, 0)},
    ),
    (
        "the two weights have changed places",
        "Which weight does x meet first?",
        {"weights": (1, 0)},
    ),
    (
        "scale and shift have changed places",
        "norm1 is (scale, shift): which of them is multiplied?",
        {"norm": lambda x, a, b: _along_maps(x, b, a)},
    ),
    (
        "the shift was added before the scale was multiplied",
        "x · scale + shift or (x + shift) · scale: which of them does the docstring say?",
        {"norm": _shift_first},
    ),
    (
        "the shift was left out",
        "Where does your code use shift?",
        {"norm": lambda x, a, b: _along_maps(x, a, 0 * b)},
    ),
    (
        "x was added twice",
        "Do you add x inside the loop, or once at the end?",
        {"join": lambda f, s: f + 2 * s},
    ),
    (
        "x was subtracted",
        "F(x) + x or F(x) − x?",
        {"join": lambda f, s: f - s},
    ),
    (
        "x and F(x) were averaged",
        "A residual block adds. Where does your division come from?",
        {"join": lambda f, s: (f + s) / 2},
    ),
):  # fmt: skip
    preact_order.mistake(name, hint=hint)(partial(_order, **change))


@preact_order.mistake(
    "x was added after each of the two convolutions",
    hint="The shortcut leads around *both* convolutions. How many sums are there?",
)
def _(x, norm1, weight1, norm2, weight2):
    half = x + _order(x, norm1, weight1, norm1, weight1, steps="nrc", join=lambda f, s: f)
    return half + _order(half, norm2, weight2, norm2, weight2, steps="nrc", join=lambda f, s: f)


@preact_order.mistake(
    "x was added in the middle, and not at the end",
    hint="The shortcut leads around *both* convolutions. Where does its line end?",
)
def _(x, norm1, weight1, norm2, weight2):
    half = x + _order(x, norm1, weight1, norm1, weight1, steps="nrc", join=lambda f, s: f)
    return _order(half, norm2, weight2, norm2, weight2, steps="nrc", join=lambda f, s: f)


@preact_order.mistake(
    "x was added in the middle, too",
    hint="The shortcut leads around *both* convolutions. How many sums are there?",
)
def _(x, norm1, weight1, norm2, weight2):
    half = x + _order(x, norm1, weight1, norm1, weight1, steps="nrc", join=lambda f, s: f)
    return x + _order(half, norm2, weight2, norm2, weight2, steps="nrc", join=lambda f, s: f)


@preact_order.mistake(
    "x was changed in place",
    hint="`x *= scale` writes into the array of whoever called you. What does `maps = x * scale` "
    "do?",
)
def _(x, norm1, weight1, norm2, weight2):
    x *= norm1[0][:, np.newaxis, np.newaxis]
    x += norm1[1][:, np.newaxis, np.newaxis]
    return _order(x, norm1, weight1, norm2, weight2)
