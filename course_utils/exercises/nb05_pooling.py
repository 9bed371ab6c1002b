"""Exercises of notebook 05: max pooling and mean pooling, forwards and backwards."""

import numpy as np

from course_utils.exercises.core import case, exercise


def _pooling_cases(rng, label_of_first):
    """(x, kernel_size, stride, padding) and a label: what every pooling function must survive."""
    yield np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]]), (2, 2), 1, 0, label_of_first
    yield rng.normal(size=(2, 3, 7, 8)), (3, 2), 3, 0, "two images, a rest that the stride drops"
    yield -1 - rng.random((1, 2, 5, 4)), (3, 3), 2, 1, "all numbers negative, padding 1"
    yield rng.normal(size=(2, 2, 6, 5)), (2, 3), 1, 1, "windows that overlap, padding 1"
    yield rng.normal(size=(1, 3, 5, 9)), (1, 2), 4, 0, "the stride is larger than the window"
    wide = rng.normal(size=(2, 9, 3, 8)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], (4, 2), 2, 0, "float32, not in memory order"


def _windows(x, kernel_size, stride, padding):
    """Every output place with the pixels (row, column) of its window, padding left out."""
    H, W = x.shape[2:]
    (KH, KW), S, P = kernel_size, stride, padding
    for n, c in np.ndindex(x.shape[:2]):
        for i, top in enumerate(range(-P, H + P - KH + 1, S)):
            for j, left in enumerate(range(-P, W + P - KW + 1, S)):
                rows, columns = range(top, top + KH), range(left, left + KW)
                inside = [(r, q) for r in rows for q in columns if 0 <= r < H and 0 <= q < W]
                yield (n, c, i, j), inside


def _out_size(x, kernel_size, stride, padding):
    sizes = zip(x.shape[2:], kernel_size, strict=True)
    return (*x.shape[:2], *((size + 2 * padding - K) // stride + 1 for size, K in sizes))


# -------------------------------------------------------------------------------------- maxpool2d
@exercise(
    notebook="05",
    points=3,
    minutes=25,
    returns=("out", "positions"),
    hints=(
        "Begin with padding 0 and a loop over the places (i, j) of the output. Where does window "
        "(i, j) start?",
        "window.reshape(N, C, KH * KW).argmax(axis=2) is the winner's place k inside the window, "
        "for all images and channels at once. Its row there is k // KW, its column k % KW.",
        "The winner's row in the map is where the window starts, plus the row inside the window. "
        "With padding the window starts up to P pixels outside: take P away again.",
        "np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)), constant_values=-np.inf): padding must never "
        "win.",
    ),
    explanation="Every window is laid out as a row of KH·KW numbers; argmax gives the first of the "
    "largest. k // KW and k % KW are its row and column inside the window, the window's corner "
    "leads to the map, and − P undoes the padding. The numbers in the padding are −∞, so "
    "a pixel wins.",
)
def maxpool2d(x, kernel_size, stride, padding=0):
    """The largest number of every window, and its position row * W + column in its map of x.

    x (N, C, H, W), kernel_size (KH, KW) -> out, positions, both (N, C, OH, OW);
    positions are whole numbers (dtype int)
    """
    (N, C, H, W), (KH, KW), P = x.shape, kernel_size, padding
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)), constant_values=-np.inf)
    OH, OW = (H + 2 * P - KH) // stride + 1, (W + 2 * P - KW) // stride + 1
    out, positions = np.zeros((N, C, OH, OW), x.dtype), np.zeros((N, C, OH, OW), int)
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        window = padded[:, :, top : top + KH, left : left + KW].reshape(N, C, KH * KW)
        k = window.argmax(axis=2)  # (N, C): the first of the largest
        row, column = top + k // KW - P, left + k % KW - P
        out[:, :, i, j] = window.max(axis=2)
        positions[:, :, i, j] = row * W + column
    return out, positions


@maxpool2d.cases
def _(rng):
    for *arguments, label in _pooling_cases(rng, "one small map, two windows"):
        yield case(*arguments, label=label)
    few = rng.integers(-1, 2, size=(2, 2, 6, 7)).astype(float)
    yield case(few, (3, 2), 2, 1, label="many numbers are equal: the first in row order wins")


@maxpool2d.oracle
def _(x, kernel_size, stride, padding):
    out = np.zeros(_out_size(x, kernel_size, stride, padding), x.dtype)
    positions = np.zeros(out.shape, int)
    for (n, c, i, j), inside in _windows(x, kernel_size, stride, padding):
        row, column = max(inside, key=lambda place: x[n, c, *place])
        out[n, c, i, j], positions[n, c, i, j] = x[n, c, row, column], row * x.shape[3] + column
    return out, positions


@maxpool2d.view
def _(answer, x, kernel_size, stride, padding):
    positions = np.asarray(answer[-1])
    if positions.dtype.kind == "f" and not np.isnan(positions).any():
        raise TypeError(
            "positions serve as an index later, so they must be whole numbers; "
            "np.zeros(shape, int) makes an array of them"
        )
    return answer


def _maxpool(
    x, kernel_size, stride, padding=0, *, fill=-np.inf, sizes=None, last=False, place=None
):
    """Max pooling with one thing wrong: `place(top, left, k, ...)` gives the position."""
    (N, C, H, W), (KH, KW), P, S = x.shape, kernel_size, padding, stride
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)), constant_values=fill)
    out = np.zeros(sizes or _out_size(x, kernel_size, S, P), x.dtype)
    positions = np.zeros(out.shape, int)
    for i, j in np.ndindex(out.shape[2:]):
        window = padded[:, :, i * S : i * S + KH, j * S : j * S + KW]
        width, window = window.shape[3], window.reshape(N, C, -1)
        k = window.shape[2] - 1 - window[:, :, ::-1].argmax(2) if last else window.argmax(2)
        out[:, :, i, j] = window.max(axis=2)
        if place:
            positions[:, :, i, j] = place(i * S, j * S, k, H, W, KH, KW, P)
        else:
            positions[:, :, i, j] = (i * S + k // width - P) * W + j * S + k % width - P
    return out, positions


@maxpool2d.mistake(
    "the padding was filled with zeros, and among negative numbers a zero wins",
    hint="Pool a map of nothing but −1 with padding 1. Which number should come out at the corner?",
)
def _(x, kernel_size, stride, padding=0):
    return _maxpool(x, kernel_size, stride, padding, fill=0)


@maxpool2d.mistake(
    "the positions are places inside the window, not in the map",
    hint="The second window starts further right. Can its winner have the same position as the "
    "first one's?",
)
def _(x, kernel_size, stride, padding=0):
    return _maxpool(x, kernel_size, stride, padding, place=lambda top, left, k, *_: k)


@maxpool2d.mistake(
    "the positions are counted in the padded map, not in x",
    hint="With padding 1, the first pixel of x sits at row 1 and column 1 of the padded map. Which "
    "position should it have, and how wide is a row of x?",
)
def _(x, kernel_size, stride, padding=0):
    def place(top, left, k, H, W, KH, KW, P):
        return (top + k // KW) * (W + 2 * P) + left + k % KW

    return _maxpool(x, kernel_size, stride, padding, place=place)


@maxpool2d.mistake(
    "the padding was not taken away from the row and the column of the winner",
    hint="With padding 1, does the first window start at row 0 of x, or one row above it?",
)
def _(x, kernel_size, stride, padding=0):
    def place(top, left, k, H, W, KH, KW, P):
        return (top + k // KW) * W + left + k % KW

    return _maxpool(x, kernel_size, stride, padding, place=place)


@maxpool2d.mistake(
    "of equal numbers the last one wins, not the first",
    hint="In a window of equal numbers, which one is the winner? Did you compare with >= where > "
    "is meant?",
)
def _(x, kernel_size, stride, padding=0):
    return _maxpool(x, kernel_size, stride, padding, last=True)


@maxpool2d.mistake(
    "rows were counted with the height of the map: row * H + column",
    hint="How many pixels do you pass on the way from one row to the next: H or W?",
)
def _(x, kernel_size, stride, padding=0):
    def place(top, left, k, H, W, KH, KW, P):
        return (top + k // KW - P) * H + left + k % KW - P

    return _maxpool(x, kernel_size, stride, padding, place=place)


@maxpool2d.mistake(
    "row and column inside the window were found with KH instead of KW",
    hint="A window of 3 × 2 is laid out row by row. Where does its second row begin: at 2 or at 3?",
)
def _(x, kernel_size, stride, padding=0):
    def place(top, left, k, H, W, KH, KW, P):
        return (top + k // KH - P) * W + left + k % KH - P

    return _maxpool(x, kernel_size, stride, padding, place=place)


@maxpool2d.mistake(
    "windows that stick out over the edge were kept",
    hint="A map of 7 rows, windows of 3, stride 3: how many windows fit in completely?",
)
def _(x, kernel_size, stride, padding=0):
    sizes = (*x.shape[:2], *(-(-(s + 2 * padding) // stride) for s in x.shape[2:]))
    return _maxpool(x, kernel_size, stride, padding, sizes=sizes)


# ----------------------------------------------------------------------------- maxpool2d_backward
@exercise(
    notebook="05",
    points=3,
    minutes=15,
    hints=(
        "Start with zeros. Which pixel gets the gradient of window (i, j)?",
        "Make grad_x of shape (N, C, H * W), so that a position is an index into its last axis. "
        "Reshape at the end.",
        "One pixel can win several windows: add. A plain loop with += over single numbers does it, "
        "or np.add.at for a whole map.",
    ),
    explanation="Each map is laid out as one row of H·W numbers, and a position is an index into "
    "it. np.add.at adds every gradient where it belongs, also when a position comes several times.",
)
def maxpool2d_backward(grad_out, positions, size):
    """Gradient of the loss with respect to the input of a max pooling.

    grad_out and positions (N, C, OH, OW), size = (H, W) of the map that was pooled
    -> (N, C, H, W). positions are what maxpool2d gave: row * W + column of each winner
    """
    (N, C, _, _), (H, W) = grad_out.shape, size
    grad_x = np.zeros((N, C, H * W), grad_out.dtype)
    for n, c in np.ndindex(N, C):
        np.add.at(grad_x[n, c], positions[n, c], grad_out[n, c])
    return grad_x.reshape(N, C, H, W)


def _winners(rng, shape, kernel_size, stride, padding=0):
    return maxpool2d.reference(rng.normal(size=shape), kernel_size, stride, padding)[1]


@maxpool2d_backward.cases
def _(rng):
    grads = np.array([[[[2.0, 3.0]]]])
    yield case(grads, np.array([[[[1, 1]]]]), (2, 3), label="one pixel wins both windows")
    positions = _winners(rng, (1, 1, 4, 6), (2, 2), 2)
    yield case(rng.normal(size=(1, 1, 2, 3)), positions, (4, 6), label="windows side by side")
    positions = _winners(rng, (2, 3, 7, 5), (3, 2), 1)
    grads = rng.normal(size=positions.shape)
    yield case(grads, positions, (7, 5), label="overlapping windows, two images, three channels")
    positions = np.zeros((2, 2, 2, 2), int)
    yield case(rng.normal(size=(2, 2, 2, 2)), positions, (3, 4),
               label="all pixels equal: the first one has won everything")  # fmt: skip
    positions = _winners(rng, (2, 2, 4, 7), (3, 3), 2, 1)
    grads = rng.normal(size=(2, 2, 4, 2)).astype(np.float32).transpose(0, 1, 3, 2)
    yield case(grads, positions, (4, 7), label="padding 1, float32, not in memory order")


@maxpool2d_backward.oracle
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[n, c, i, j]), size[1])
        grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


def _each_map(grad_out, positions, size, fill):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]), grad_out.dtype)
    for n, c in np.ndindex(grad_out.shape[:2]):
        fill(grad_x[n, c], positions[n, c].ravel(), grad_out[n, c].ravel())
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "where windows overlap, the gradients overwrite each other instead of adding up",
    hint="One pixel won two windows. How does it get both gradients? And try this in a new cell: "
    "a = np.zeros(3); a[[1, 1]] += 5; print(a)",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        for place, grad in zip(places, grads, strict=True):
            flat[place] = grad

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the winner got 1 instead of the gradient of its window",
    hint="1 is the slope of the winner alone. What does the chain rule multiply it by?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.add.at(flat, places, 1)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "a pixel that won several windows got the mean of their gradients",
    hint="A value that is used in several places collects the gradients of all of them. As a mean "
    "or as a sum?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.add.at(flat, places, grads)
        flat /= np.maximum(np.bincount(places, minlength=flat.size), 1)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the gradients of all maps went into the first one",
    hint="Position 0 exists in every map. In which of them did this winner sit?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    np.add.at(grad_x.reshape(-1), positions.ravel(), grad_out.ravel())
    return grad_x


@maxpool2d_backward.mistake(
    "row and column were found from the position with H instead of W",
    hint="position = row * W + column. What do you divide by to get the row back?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[n, c, i, j]), size[0])
        grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


@maxpool2d_backward.mistake(
    "the row of H·W numbers was folded into W rows of H pixels",
    hint="Which comes first in (N, C, H, W)?",
)
def _(grad_out, positions, size):
    N, C = grad_out.shape[:2]
    right = maxpool2d_backward.reference(grad_out, positions, size)
    return right.reshape(N, C, size[1], size[0])


# ------------------------------------------------------------------------------------- meanpool2d
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
    out = np.zeros((N, C, OH, OW), x.dtype)
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        out[:, :, i, j] = padded[:, :, top : top + KH, left : left + KW].mean(axis=(2, 3))
    return out


@meanpool2d.cases
def _(rng):
    for *arguments, label in _pooling_cases(rng, "one small map, two windows"):
        yield case(*arguments, label=label)


@meanpool2d.oracle
def _(x, kernel_size, stride, padding):
    out = np.zeros(_out_size(x, kernel_size, stride, padding), x.dtype)
    for (n, c, i, j), inside in _windows(x, kernel_size, stride, padding):
        total = sum(float(x[n, c, row, column]) for row, column in inside)
        out[n, c, i, j] = total / (kernel_size[0] * kernel_size[1])
    return out


def _meanpool(x, kernel_size, stride, padding, average, *, fill=0.0, sizes=None):
    (KH, KW), P, S = kernel_size, padding, stride
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)), constant_values=fill)
    out = np.zeros(sizes or _out_size(x, kernel_size, stride, padding), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = average(padded[:, :, i * S : i * S + KH, j * S : j * S + KW])
    return out


@meanpool2d.mistake(
    "the numbers of a window were added up, but not divided",
    hint="What is the mean of four ones?",
)
def _(x, kernel_size, stride, padding=0):
    return _meanpool(x, kernel_size, stride, padding, lambda window: window.sum(axis=(2, 3)))


@meanpool2d.mistake(
    "the padding was left out of the mean",
    hint="That is a convention too (count_include_pad=False in torch). What does the docstring say "
    "about the number that we divide by?",
)
def _(x, kernel_size, stride, padding=0):
    def average(window):
        return np.nansum(window, axis=(2, 3)) / (~np.isnan(window)).sum(axis=(2, 3))

    return _meanpool(x, kernel_size, stride, padding, average, fill=np.nan)


@meanpool2d.mistake(
    "the mean was taken over all images and channels as well",
    hint="Each map is pooled for itself. Over which of the four axes should the mean go?",
)
def _(x, kernel_size, stride, padding=0):
    return _meanpool(x, kernel_size, stride, padding, np.mean)


@meanpool2d.mistake(
    "the padding was filled with −inf, as in max pooling",
    hint="What is the mean of 1, 2, 3 and −∞?",
)
def _(x, kernel_size, stride, padding=0):
    average = lambda window: window.mean(axis=(2, 3))  # noqa: E731
    return _meanpool(x, kernel_size, stride, padding, average, fill=-np.inf)


@meanpool2d.mistake(
    "the sum was divided by KH², although the window need not be square",
    hint="How many pixels has a window of 3 × 2?",
)
def _(x, kernel_size, stride, padding=0):
    def average(window):
        return window.sum(axis=(2, 3)) / kernel_size[0] ** 2

    return _meanpool(x, kernel_size, stride, padding, average)


@meanpool2d.mistake(
    "windows that stick out over the edge were kept",
    hint="A map of 7 rows, windows of 3, stride 3: how many windows fit in completely?",
)
def _(x, kernel_size, stride, padding=0):
    sizes = (*x.shape[:2], *(-(-(s + 2 * padding) // stride) for s in x.shape[2:]))
    average = lambda window: window.mean(axis=(2, 3))  # noqa: E731
    return _meanpool(x, kernel_size, stride, padding, average, sizes=sizes)


# ---------------------------------------------------------------------------- meanpool2d_backward
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
    padded = np.zeros((N, C, H + 2 * P, W + 2 * P), grad_out.dtype)
    for i, j in np.ndindex(OH, OW):
        top, left = i * stride, j * stride
        share = grad_out[:, :, i : i + 1, j : j + 1] / (KH * KW)  # (N, C, 1, 1)
        padded[:, :, top : top + KH, left : left + KW] += share
    return padded[:, :, P : P + H, P : P + W]


@meanpool2d_backward.cases
def _(rng):
    for x, kernel_size, stride, padding, label in _pooling_cases(rng, "two windows that overlap"):
        shape = _out_size(x, kernel_size, stride, padding)
        grads = rng.normal(size=(*shape[:2], shape[3], shape[2])).astype(x.dtype)
        if shape[:2] == (1, 1):
            grads = np.array([[[[4.0], [8.0]]]])
        swapped = grads.transpose(0, 1, 3, 2)  # not in memory order
        yield case(swapped, x.shape[2:], kernel_size, stride, padding, label=label)


@meanpool2d_backward.oracle
def _(grad_out, size, kernel_size, stride, padding):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for (n, c, i, j), inside in _windows(grad_x, kernel_size, stride, padding):
        for row, column in inside:
            grad_x[n, c, row, column] += grad_out[n, c, i, j] / (kernel_size[0] * kernel_size[1])
    return grad_x


def _spread(grad_out, size, kernel_size, stride, padding, *, share=None, add=True, step=None):
    (KH, KW), (H, W), P = kernel_size, size, padding
    S = stride if step is None else step
    padded = np.zeros((*grad_out.shape[:2], H + 2 * P, W + 2 * P), grad_out.dtype)
    for i, j in np.ndindex(grad_out.shape[2:]):
        window = padded[:, :, i * S : i * S + KH, j * S : j * S + KW]
        grads = grad_out[:, :, i : i + 1, j : j + 1] / (KH * KW if share is None else share)
        window[...] = window + grads if add else grads
    return padded


def _cut(padded, size, P):
    return padded[:, :, P : P + size[0], P : P + size[1]]


@meanpool2d_backward.mistake(
    "where windows overlap, the shares overwrite each other instead of adding up",
    hint="A pixel lies in two windows. How many shares does it get?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    padded = _spread(grad_out, size, kernel_size, stride, padding, add=False)
    return _cut(padded, size, padding)


@meanpool2d_backward.mistake(
    "every pixel got the whole gradient of its window instead of a share",
    hint="If one pixel of a 2 × 2 window grows by 1, by how much does the mean grow?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    padded = _spread(grad_out, size, kernel_size, stride, padding, share=1)
    return _cut(padded, size, padding)


@meanpool2d_backward.mistake(
    "the sum of the shares was divided by the number of windows in which the pixel lies",
    hint="A value that is used in several places collects the gradients of all of them. As a mean "
    "or as a sum?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    ones = np.ones_like(grad_out)
    counts = _spread(ones, size, kernel_size, stride, padding, share=1)
    total = _spread(grad_out, size, kernel_size, stride, padding)
    return _cut(total / np.maximum(counts, 1), size, padding)


@meanpool2d_backward.mistake(
    "the padding was cut off on one side only",
    hint="Padding P puts P rows above and P rows below. Where does the first row of x lie?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    return _cut(_spread(grad_out, size, kernel_size, stride, padding), size, 0)


@meanpool2d_backward.mistake(
    "with padding 0 nothing is left: the slice P:-P is then 0:0, which is empty",
    hint="What is np.arange(5)[1:-1], and what is np.arange(5)[0:-0]? Where should the slice end?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    padded = _spread(grad_out, size, kernel_size, stride, padding)
    return padded[:, :, padding:-padding, padding:-padding]


@meanpool2d_backward.mistake(
    "the padding was not cut off",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has x?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    return _spread(grad_out, size, kernel_size, stride, padding)


@meanpool2d_backward.mistake(
    "window (i, j) was placed at row i and column j, without the stride",
    hint="With stride 2, at which row does the second window start?",
)
def _(grad_out, size, kernel_size, stride, padding=0):
    return _cut(_spread(grad_out, size, kernel_size, stride, padding, step=1), size, padding)
