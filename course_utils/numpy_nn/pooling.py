"""Pooling: every window of a map becomes one number. Each channel is pooled for itself."""

import numpy as np

from course_utils.numpy_nn.geometry import pad2d, window
from course_utils.numpy_nn.scratch import pad_in_scratch, pieces, scratch, zeros_in_scratch
from course_utils.shapes import ShapeError, pool_output_size, require_shape

POOL_BYTES = 1 << 18  # maps in work at a time: several arrays of this size share the cache


def pool_window(op, size, kernel_size, stride, padding):
    """Work out the Window of a pooling function; raises as `max_pool2d` says."""
    w = window(op, size, kernel_size, kernel_size if stride is None else stride, padding)
    pool_output_size(size[0], w.KH, w.SH, w.PH)
    pool_output_size(size[1], w.KW, w.SW, w.PW)
    return w


# ---------------------------------------------------------------------------------- max pooling
def max_pool2d(x, kernel_size, stride=None, padding=0):
    """The largest number of every window, and where it is.

    x (N, C, H, W) -> out, positions, both (N, C, OH, OW). A position is row · W + column of the
    winner in its map; of equal pixels the first in row order wins. Padding never wins; a NaN makes
    its windows NaN. Sizes are in pixels, the stride is the kernel's size if not given. Raises
    ShapeError when the window does not fit or the padding is more than half of it.
    """
    N, C, H, W = require_shape("max_pool2d", "x", x, ("N", "C", "H", "W"))
    w = pool_window("max_pool2d", (H, W), kernel_size, stride, padding)
    planes = x.reshape(N * C, H, W)
    out = np.empty((N * C, w.OH, w.OW), x.dtype)
    positions = np.empty(out.shape, np.intp)
    for piece in pieces(N * C, H * W * x.itemsize, 2 * POOL_BYTES):
        out[piece], winner = _max_of_phases(_split_into_phases(planes[piece], w), w)
        positions[piece] = _positions(winner, W, w)
    return out.reshape(N, C, w.OH, w.OW), positions.reshape(N, C, w.OH, w.OW)


def max_pool2d_plain(x, kernel_size, stride=None, padding=0):
    """What `max_pool2d` computes, with one comparison of all windows per place in the window.

    Same arguments, same result.
    """
    _, _, H, W = require_shape("max_pool2d_plain", "x", x, ("N", "C", "H", "W"))
    w = pool_window("max_pool2d_plain", (H, W), kernel_size, stride, padding)
    padded = pad2d(x, (w.PH, w.PW), _lowest(x.dtype))
    out = padded[:, :, w.rows(0), w.columns(0)].copy()  # (N, C, OH, OW)
    winner = np.zeros(out.shape, np.intp)
    for k in range(1, w.KH * w.KW):
        candidate = padded[:, :, w.rows(k // w.KW), w.columns(k % w.KW)]
        winner[candidate > out] = k  # not >=: the first one stays
        out = np.maximum(out, candidate)
    return out, _positions(winner, W, w)


def max_pool2d_backward(grad_out, positions, size):
    """The winner of a window gets the window's whole gradient, the others get nothing.

    grad_out and positions (N, C, OH, OW), size (H, W) of the map -> grad_x (N, C, H, W). A pixel
    that won several windows gets the sum. Raises ShapeError when the arrays do not fit, IndexError
    when a position lies outside the map.
    """
    op, (H, W) = "max_pool2d_backward", size
    N, C, OH, OW = require_shape(op, "grad_out", grad_out, ("N", "C", "OH", "OW"))
    require_shape(op, "positions", positions, grad_out.shape)
    if positions.size and (positions.min() < 0 or positions.max() >= H * W):
        raise IndexError(f"{op} expects positions from 0 to {H * W - 1} in a map of {H} × {W}")
    grad_x = np.zeros((N * C, H * W), grad_out.dtype)
    grads, places = grad_out.reshape(N * C, OH * OW), positions.reshape(N * C, OH * OW)
    for piece in pieces(N * C, OH * OW * places.itemsize, POOL_BYTES):
        first_pixels = np.arange(piece.stop - piece.start)[:, None] * (H * W)
        flat = (places[piece] + first_pixels).ravel()
        np.add.at(grad_x[piece].reshape(-1), flat, grads[piece].ravel())
    return grad_x.reshape(N, C, H, W)


def _lowest(dtype):
    return dtype.type(-np.inf if np.issubdtype(dtype, np.inexact) else np.iinfo(dtype).min)


def _positions(winner, W, w):
    """Place of the winner in its map from its place in the window, k = i · KW + j."""
    rows, columns = np.arange(w.OH) * w.SH - w.PH, np.arange(w.OW) * w.SW - w.PW
    offsets = (np.arange(w.KH)[:, None] * W + np.arange(w.KW)).ravel()
    positions = offsets.take(winner)
    positions += rows[:, None] * W + columns
    if w.PH or w.PW:  # a window of nothing but −inf starts in the padding: take its first pixel
        first = rows.clip(0)[:, None] * W + columns.clip(0)
        positions = np.where(winner == 0, first, positions)
    return positions


# Fast: NumPy is slow at steps of SW pixels. So the planes are sorted once by (row mod SH, column
# mod SW); within such a phase, laid out as one long line, every place in the window is one shift.


def _split_into_phases(planes, w):
    """Planes (n, H, W) -> the phases of the padded planes (SH, SW, n, height, width)."""
    n, H, W = planes.shape
    height, width = -(-(H + 2 * w.PH) // w.SH), -(-(W + 2 * w.PW) // w.SW)
    phases = scratch("phases", (w.SH, w.SW, n, height, width), planes.dtype)
    planes = pad_in_scratch(planes, w, _lowest(planes.dtype))
    for i, j in np.ndindex(w.SH, w.SW):
        phase = planes[:, i :: w.SH, j :: w.SW]
        phases[i, j, :, : phase.shape[1], : phase.shape[2]] = phase
    return phases


def _max_of_phases(phases, w):
    """Largest number of every window, (n, OH, OW), and which place in the window it had."""
    _, _, n, height, width = phases.shape
    line = phases.reshape(w.SH, w.SW, n * height * width)
    reach = ((w.KH - 1) // w.SH) * width + (w.KW - 1) // w.SW  # longest shift
    length = n * height * width - reach
    best = scratch("best", (n * height * width,), phases.dtype)
    winner = scratch("winner", best.shape, np.min_scalar_type(w.KH * w.KW))
    larger = scratch("larger", (length,), bool)
    best[:length], winner[...] = line[0, 0, :length], 0
    for k in range(1, w.KH * w.KW):
        i, j = divmod(k, w.KW)
        shift = (i // w.SH) * width + j // w.SW
        candidate = line[i % w.SH, j % w.SW, shift : shift + length]
        np.greater(candidate, best[:length], out=larger)
        np.maximum(winner[:length], larger * winner.dtype.type(k), out=winner[:length])
        np.maximum(best[:length], candidate, out=best[:length])
    whole = (n, height, width)
    return tuple(a.reshape(whole)[:, : w.OH, : w.OW] for a in (best, winner))


# --------------------------------------------------------------------------------- mean pooling
def avg_pool2d(x, kernel_size, stride=None, padding=0):
    """The mean of every window; padding counts as zeros, as in torch.

    x (N, C, H, W) -> (N, C, OH, OW). Sizes are in pixels, the stride is the kernel's size if not
    given. Raises ShapeError when the window does not fit or the padding is more than half of it.
    """
    N, C, H, W = require_shape("avg_pool2d", "x", x, ("N", "C", "H", "W"))
    w = pool_window("avg_pool2d", (H, W), kernel_size, stride, padding)
    planes = x.reshape(N * C, H, W)
    out = np.empty((N * C, w.OH, w.OW), _mean_dtype(x))
    for piece in pieces(N * C, H * W * x.itemsize, POOL_BYTES):
        padded, mean = pad_in_scratch(planes[piece], w), out[piece]
        by_rows = padded[:, w.rows(0)].astype(out.dtype)  # (n, OH, W): rows first, they are runs
        for i in range(1, w.KH):
            by_rows += padded[:, w.rows(i)]
        mean[...] = by_rows[:, :, w.columns(0)]
        for j in range(1, w.KW):
            mean += by_rows[:, :, w.columns(j)]
        mean *= 1 / (w.KH * w.KW)
    return out.reshape(N, C, w.OH, w.OW)


def avg_pool2d_backward(grad_out, size, kernel_size, stride=None, padding=0):
    """Every pixel of a window gets an equal share of the window's gradient; shares add up.

    grad_out (N, C, OH, OW), size (H, W) of the map -> grad_x (N, C, H, W). Raises ShapeError when
    grad_out is not what such maps give.
    """
    op = "avg_pool2d_backward"
    N, C, _, _ = require_shape(op, "grad_out", grad_out, ("N", "C", "OH", "OW"))
    w, (H, W) = pool_window(op, size, kernel_size, stride, padding), size
    require_shape(op, "grad_out", grad_out, (N, C, w.OH, w.OW))
    planes = grad_out.reshape(N * C, w.OH, w.OW)
    grad_x = np.empty((N * C, H, W), _mean_dtype(grad_out))
    for piece in pieces(N * C, H * W * grad_x.itemsize, POOL_BYTES):
        share = planes[piece] * (1 / (w.KH * w.KW))
        by_rows = zeros_in_scratch("by rows", (len(share), w.OH, W + 2 * w.PW), grad_x.dtype)
        for j in range(w.KW):
            by_rows[:, :, w.columns(j)] += share
        padded = zeros_in_scratch("padded", (len(share), H + 2 * w.PH, W + 2 * w.PW), grad_x.dtype)
        for i in range(w.KH):
            padded[:, w.rows(i)] += by_rows
        grad_x[piece] = padded[:, w.PH : w.PH + H, w.PW : w.PW + W]
    return grad_x.reshape(N, C, H, W)


def avg_pool2d_matrix(x, kernel_size, stride=None, padding=0):
    """What `avg_pool2d` computes, as A · x · Bᵀ: mean pooling is linear, and rows and columns part.

    Same arguments, same result. The matrices of `averaging_matrix` hold stride, padding, overlaps.
    """
    _, _, H, W = require_shape("avg_pool2d_matrix", "x", x, ("N", "C", "H", "W"))
    w = pool_window("avg_pool2d_matrix", (H, W), kernel_size, stride, padding)
    A = averaging_matrix(H, w.KH, w.SH, w.PH)  # (OH, H)
    B = averaging_matrix(W, w.KW, w.SW, w.PW)  # (OW, W)
    return (A @ x @ B.T).astype(_mean_dtype(x))


def averaging_matrix(size, kernel_size, stride, padding):
    """The matrix (output size, size) of mean pooling along one axis; its transpose is backward."""
    places = range(pool_output_size(size, kernel_size, stride, padding))
    starts = np.array([place * stride - padding for place in places])[:, None]
    pixels = np.arange(size)
    return ((pixels >= starts) & (pixels < starts + kernel_size)) / kernel_size


def global_avg_pool2d(x):
    """The mean of every map.

    x (N, C, H, W) -> (N, C). Raises ShapeError for maps without pixels.
    """
    _, _, H, W = require_shape("global_avg_pool2d", "x", x, ("N", "C", "H", "W"))
    if H * W == 0:
        raise ShapeError(f"global_avg_pool2d expects at least one pixel, got maps of {H} × {W}")
    return x.mean(axis=(2, 3))


def global_avg_pool2d_backward(grad_out, size):
    """Every pixel gets 1 / (H·W) of its map's gradient. (N, C), size (H, W) -> (N, C, H, W)."""
    N, C = require_shape("global_avg_pool2d_backward", "grad_out", grad_out, ("N", "C"))
    H, W = size
    return np.broadcast_to((grad_out / (H * W))[:, :, None, None], (N, C, H, W)).copy()


def _mean_dtype(x):
    return np.result_type(x, np.float32)  # the mean of integers is not an integer
