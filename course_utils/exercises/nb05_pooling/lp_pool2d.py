"""The exercise `lp_pool2d` of notebook 05."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import averaged, reordered


@exercise(
    notebook="05",
    optional=True,
    points=4,
    minutes=75,
    returns=("out", "grad_x", "grad_p"),
    explanation="y is homogeneous: dividing a window by its largest number divides y by it, and "
    "neither the shares nor the logarithms see it. So no power overflows, and a window of zeros is "
    "0 and gets 0. The share of x is sign(x) · (|x|/y)^(p − 1) / n. For p, take the logarithm, "
    "ln y = ln(m)/p, m the mean of the powers: its slope is (mean of aᵖ ln a)/(m p) − ln(m)/p²; "
    "y's is y times that. And every window uses the same p, so p collects a sum.",
)
def lp_pool2d(x, grad_out, p, kernel_size, stride):
    """L_p pooling, y = (mean of |x|^p)^(1/p), and both of its gradients.

    x (N, C, H, W), grad_out (N, C, OH, OW): the gradient of out; p: a float from 1 on; kernel_size:
    (KH, KW); windows may overlap, rows and columns that no window reaches get 0
    -> out (N, C, OH, OW), grad_x (N, C, H, W), grad_p (a number).
    Large numbers must not overflow in a large power. Where x is 0, its slope is 0.
    """
    KH, KW = kernel_size
    OH, OW = grad_out.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (N, C, OH, OW, KH, KW)
    largest = np.abs(windows).max(axis=(4, 5), keepdims=True)
    full = largest > 0
    a = np.abs(windows) / np.where(full, largest, 1)  # from 0 to 1
    m = np.where(full, (a**p).mean(axis=(4, 5), keepdims=True), 1)
    root = m ** (1 / p)
    out = (largest * root)[..., 0, 0]
    shares = np.sign(windows) * (a / root) ** (p - 1) / (KH * KW)
    shares = shares * grad_out[..., np.newaxis, np.newaxis]
    grad_x = np.zeros_like(x)
    for u in range(KH):
        for v in range(KW):
            rows = slice(u, u + stride * (OH - 1) + 1, stride)
            columns = slice(v, v + stride * (OW - 1) + 1, stride)
            grad_x[:, :, rows, columns] += shares[..., u, v]
    logs = (a**p * np.log(np.where(a > 0, a, 1))).mean(axis=(4, 5), keepdims=True)
    slope = out * (logs / m - np.log(m) / p)[..., 0, 0] / p
    return out, grad_x, (grad_out * slope).sum()


@lp_pool2d.cases
def _(rng):
    x = np.array([[[[1.0, 2.0], [2.0, 4.0]]]])
    yield case(x, np.array([[[[1.0]]]]), 2.0, (2, 2), 2, label="one window, p = 2")
    yield case(x, np.array([[[[4.0]]]]), 1.0, (2, 2), 2, label="p = 1: the mean")
    signs = np.array([[[[-3.0, 4.0, 0.0]]]])
    yield case(signs, np.array([[[[2.0]]]]), 3.0, (1, 3), 1, label="numbers below 0, and a 0")
    row = np.array([[[[1.0, 3.0, 2.0]]]])
    yield case(row, np.array([[[[1.0, 10.0]]]]), 2.0, (1, 2), 1, label="windows that overlap")
    normal = rng.normal
    for x_shape, kernel_size, stride, p, label in (
        ((2, 3, 4, 6), (2, 3), 2, 2.5, "p = 2.5, windows of 2×3"),
        ((1, 2, 7, 6), (3, 2), 2, 4.0, "rows left over"),
        ((2, 1, 5, 6), (2, 2), 3, 1.5, "gaps between the windows"),
        ((3, 2, 4, 5), (3, 3), 1, 7.0, "every step a window"),
    ):
        x = normal(size=x_shape)
        yield case(x, _like_out(rng, x, kernel_size, stride), p, kernel_size, stride, label=label)
    large = 900 * normal(size=(1, 2, 4, 4))
    yield case(large, _like_out(rng, large, (2, 2), 2), 150.0, (2, 2), 2, label="large, p = 150")
    holes = normal(size=(2, 1, 4, 4))
    holes[0, 0, :2, :2] = 0
    holes[1, 0, 1] = 0
    yield case(holes, _like_out(rng, holes, (2, 2), 2), 3.0, (2, 2), 2, label="a window of zeros")
    wide = normal(size=(2, 5, 2, 12)).astype(np.float32).transpose(0, 2, 1, 3)[..., ::2]
    grad_out = _like_out(rng, wide, (2, 3), 1).astype(np.float32)
    yield case(wide, grad_out, 2.0, (2, 3), 1, label="float32, not in memory order")


def _like_out(rng, x, kernel_size, stride):
    sizes = ((size - K) // stride + 1 for size, K in zip(x.shape[2:], kernel_size, strict=True))
    return rng.normal(size=(*x.shape[:2], *sizes))


@lp_pool2d.oracle
def _(x, grad_out, p, kernel_size, stride):
    """Window by window, with slopes from a step into the complex plane, which has no rounding."""
    out, grad_x, grad_p = np.zeros_like(grad_out), np.zeros_like(x, dtype=float), 0.0
    for n, c, i, j in np.ndindex(out.shape):
        places = [(i * stride + u, j * stride + v) for u, v in np.ndindex(*kernel_size)]
        sizes = [abs(float(x[n, c, row, column])) for row, column in places]
        g = float(grad_out[n, c, i, j])
        if not any(sizes):
            continue
        out[n, c, i, j] = _mean(sizes, p).real
        grad_p += g * _mean(sizes, p + 1e-30j).imag / 1e-30
        for k, place in enumerate(places):
            if sizes[k]:
                moved = [size + 1e-30j * size * (k == other) for other, size in enumerate(sizes)]
                slope = _mean(moved, p).imag / 1e-30 / sizes[k]
                grad_x[n, c, *place] += g * slope * np.sign(x[n, c, *place])
    return out, grad_x.astype(x.dtype), grad_p


def _mean(sizes, p):
    """The p-mean of numbers that may be complex; 0 has no complex power, and adds nothing."""
    scale = max(size.real for size in sizes)
    total = sum(complex(size / scale) ** p for size in sizes if size)
    return scale * (total / len(sizes)) ** (1 / p)


def _pooled(
    x, grad_out, p, kernel_size, stride, *, sign=np.sign, share=None, root=None, slope=None,
    gather=None, scaled=True, step=None,
):  # fmt: skip
    """All three, with one thing changed.

    sign(windows); share(a, root, p): of each number, beside 1/n; root(m, p): of the mean of the
    powers; slope(logs, m, p): ln y along p; gather(before, more); scaled: by the largest number;
    step: from window to window
    """
    step = stride if step is None else step
    OH, OW = grad_out.shape[2:]
    gather = gather or (lambda before, more: before + more)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(2, 3))
    windows = windows[:, :, ::step, ::step][:, :, :OH, :OW]
    top = np.abs(windows).max(axis=(4, 5), keepdims=True) if scaled else np.ones(())
    top = np.where(top > 0, top, 1) if scaled else top
    a = np.abs(windows) / top
    with np.errstate(all="ignore"):
        m = (a**p).mean(axis=(4, 5), keepdims=True)
        m = np.where(m > 0, m, 1) if scaled else m
        taken = root(m, p) if root else m ** (1 / p)
        shares = (share or (lambda a, root, p: (a / root) ** (p - 1)))(a, taken, p)
        shares = sign(windows) * shares * grad_out[..., np.newaxis, np.newaxis]
        shares = shares / np.prod(kernel_size)
        logs = a**p * (np.log(np.where(a > 0, a, 1)) if scaled else np.log(a))
        logs = logs.mean(axis=(4, 5), keepdims=True)
        rise = (slope or (lambda logs, m, p: (logs / m - np.log(m) / p) / p))(logs, m, p)
        out = np.where(np.abs(windows).max(axis=(4, 5), keepdims=True) > 0, top * taken, 0)
        out = out[..., 0, 0] if scaled else taken[..., 0, 0]
        grad_p = (grad_out * out * rise[..., 0, 0]).sum()
    grad_x = np.zeros_like(x)
    for i, j in np.ndindex(OH, OW):
        window = np.s_[:, :, i * step : i * step + kernel_size[0],
                       j * step : j * step + kernel_size[1]]  # fmt: skip
        grad_x[window] = gather(grad_x[window], shares[:, :, i, j])
    return out, grad_x, grad_p


for name, hint, change in (
    (
        "numbers below 0 got a gradient as if they were above",
        "If −3 becomes −3.1, does its window answer with more or with less?",
        {"sign": lambda windows: np.abs(np.sign(windows))},
    ),
    (
        "every number of a window got the same share, as from mean pooling",
        "With p = 2 and the numbers 1 and 3: which of the two moves the result more?",
        {"share": lambda a, root, p: np.ones_like(a)},
    ),
    (
        "the largest number of a window got everything",
        "For p = 150 that is nearly true. Who gets how much for p = 2?",
        {"share": lambda a, root, p: a.size // a[..., 0, 0].size * (a == 1)},
    ),
    (
        "the exponent of the shares is p, not p − 1",
        "What is the derivative of x^p?",
        {"share": lambda a, root, p: (a / root) ** p},
    ),
    (
        "the shares were not divided by y^(p − 1): the slope of the root is missing",
        "y = m^(1/p). Which local gradient does the root have?",
        {"share": lambda a, root, p: a ** (p - 1)},
    ),
    (
        "contributions of overlapping windows overwrite each other",
        "A number in two windows is used twice. Is it = or +=?",
        {"gather": lambda before, more: more},
    ),
    (
        "a power became too large, or a window of zeros was divided by its own 0",
        "What is 900 to the power of 150 in a float? Divide a window by its largest number first. "
        "And where that is 0?",
        {"scaled": False},
    ),
    (
        "grad_p lacks the way through the root",
        "p is used twice, in the power and in the root 1/p. What do two ways do?",
        {"slope": lambda logs, m, p: logs / m / p},
    ),
    (
        "grad_p lacks the way through the power",
        "p is used twice, in the power and in the root 1/p. What do two ways do?",
        {"slope": lambda logs, m, p: -np.log(m) / p**2},
    ),
    (
        "in grad_p the slope of 1/p was taken to be −1/p",
        "What is the derivative of 1/p with respect to p?",
        {"slope": lambda logs, m, p: (logs / m - np.log(m)) / p},
    ),
):
    lp_pool2d.mistake(name, hint=hint)(partial(_pooled, **change))


@lp_pool2d.mistake(
    "the numbers of a window were added up, not averaged",
    hint="With four equal numbers and p = 1, what should come out: one of them, or four times it?",
    whole=True,
)
def _(x, grad_out, p, kernel_size, stride):
    out, grad_x, grad_p = _pooled(x, grad_out, p, kernel_size, stride)
    factor = np.prod(kernel_size) ** (1 / p)  # y of the sum is that of the mean, times n^(1/p)
    of_factor = -(grad_out * out).sum() * factor * np.log(np.prod(kernel_size)) / p**2
    return out * factor, grad_x * factor, grad_p * factor + of_factor


@lp_pool2d.mistake(
    "the root of the mean was not taken",
    hint="With p = 2 and the numbers 3, 3, 3, 3: should the window answer 9 or 3?",
)
def _(x, grad_out, p, kernel_size, stride):
    out, grad_x, grad_p = _pooled(x, grad_out, p, kernel_size, stride)
    with np.errstate(over="ignore"):
        return out**p, grad_x, grad_p


lp_pool2d.slip(averaged("grad_p", over="the windows", count=lambda grad_out, **rest: grad_out.size))
lp_pool2d.slip(reordered(1, 0, 2))
