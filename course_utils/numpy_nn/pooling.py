"""Pooling: every window of a map becomes one number. Each channel is pooled for itself."""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions, as_numbers, require_numbers, require_whole
from course_utils.numpy_nn.geometry import map_size, pad2d, window
from course_utils.numpy_nn.scratch import pad_in_scratch, pieces, scratch
from course_utils.shapes import (
    ShapeError,
    pair,
    pool_output_size,
    require_pool_padding,
    require_shape,
    whole_number,
)


def pool_window(op, size, kernel_size, stride, padding):
    """Work out the Window of a pooling function; raises as `max_pool2d` says."""
    return window(op, size, *pool_settings(op, kernel_size, stride, padding))


def pool_settings(op, kernel_size, stride, padding):
    """Check them, and let the stride be the kernel's size if it is None; raises as `max_pool2d`."""
    stride = kernel_size if stride is None else stride
    kernel, _ = pair(op, "kernel_size", kernel_size, 1), pair(op, "stride", stride, 1)
    for size, pixels in zip(kernel, pair(op, "padding", padding), strict=True):
        require_pool_padding(op, size, pixels)
    return kernel_size, stride, padding


# ---------------------------------------------------------------------------------- max pooling
def max_pool2d(x, kernel_size, stride=None, padding=0):
    """The largest number of every window, and where it is.

    x (N, C, H, W) -> out, positions, both (N, C, OH, OW). A position is row · W + column of the
    winner in its map; of equal pixels the first in row order wins. Padding never wins. A NaN makes
    its windows NaN and wins them, of several the last (as in torch). Sizes are in pixels, the
    stride is the kernel's size if not given. Raises ShapeError when the window does not fit or the
    padding is more than half of it.
    """
    N, C, H, W = require_shape("max_pool2d", "x", x, ("N", "C", "H", "W"))
    w = pool_window("max_pool2d", (H, W), kernel_size, stride, padding)
    require_numbers("max_pool2d", "x", x)
    planes = x.reshape(N * C, H, W)
    out = np.empty((N * C, w.OH, w.OW), x.dtype)
    positions = np.empty(out.shape, np.intp)
    for piece in pieces(N * C, H * W * x.itemsize):
        out[piece], positions[piece] = _max_of_phases(_split_into_phases(planes[piece], w), w, W)
        _to_the_map(positions[piece], w, W)
    return out.reshape(N, C, w.OH, w.OW), positions.reshape(N, C, w.OH, w.OW)


def max_pool2d_plain(x, kernel_size, stride=None, padding=0):
    """What `max_pool2d` computes, with one comparison of all windows per place in the window.

    Same arguments, same result.
    """
    _, _, H, W = require_shape("max_pool2d_plain", "x", x, ("N", "C", "H", "W"))
    w = pool_window("max_pool2d_plain", (H, W), kernel_size, stride, padding)
    require_numbers("max_pool2d_plain", "x", x)
    padded = pad2d(x, (w.PH, w.PW), _lowest(x.dtype))
    out = padded[:, :, w.rows(0), w.columns(0)].copy()  # (N, C, OH, OW)
    positions = np.zeros(out.shape, np.intp)
    for i, j in list(np.ndindex(w.KH, w.KW))[1:]:
        candidate = padded[:, :, w.rows(i), w.columns(j)]
        wins = (candidate > out) | np.isnan(candidate)  # not >=: the first one stays
        positions[wins] = i * W + j
        out = np.maximum(out, candidate)
    _to_the_map(positions, w, W)
    return out, positions


def max_pool2d_backward(grad_out, positions, size):
    """The winner of a window gets the window's whole gradient, the others get nothing.

    grad_out and positions (N, C, OH, OW), size (H, W) of the map -> grad_x (N, C, H, W). A pixel
    that won several windows gets the sum. Raises ShapeError when the arrays do not fit, TypeError
    when positions are no integers, IndexError when one lies outside the map.
    """
    op = "max_pool2d_backward"
    H, W = map_size(op, size)
    N, C, OH, OW = require_shape(op, "grad_out", grad_out, ("N", "C", "OH", "OW"))
    require_shape(op, "positions", positions, grad_out.shape)
    require_whole(op, "positions", positions)
    (grad_out,) = as_numbers(op, grad_out=grad_out)
    if positions.size and (positions.min() < 0 or positions.max() >= H * W):
        raise IndexError(f"{op} expects positions from 0 to {H * W - 1} in a map of {H} × {W}")
    grad_x = np.zeros((N * C, H * W), grad_out.dtype)
    grads, places = grad_out.reshape(N * C, OH * OW), positions.reshape(N * C, OH * OW)
    for piece in pieces(N * C, OH * OW * places.itemsize):
        first_pixels = np.arange(piece.stop - piece.start)[:, None] * (H * W)
        flat = (places[piece] + first_pixels).ravel()
        np.add.at(grad_x[piece].reshape(-1), flat, grads[piece].ravel())
    return grad_x.reshape(N, C, H, W)


def _lowest(dtype):
    if dtype.kind == "b":
        return dtype.type(False)
    return dtype.type(-np.inf if np.issubdtype(dtype, np.inexact) else np.iinfo(dtype).min)


def _to_the_map(positions, w, W):
    """In place: counted from their window's first pixel -> counted from their map's first pixel."""
    top, left = np.arange(w.OH)[:, None] * w.SH - w.PH, np.arange(w.OW) * w.SW - w.PW
    no_winner = positions == 0 if w.PH or w.PW else False
    positions += top * W + left
    if np.any(no_winner):  # a first pixel that lies in the padding: the first real one counts
        np.copyto(positions, top.clip(0) * W + left.clip(0), where=no_winner)


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


def _max_of_phases(phases, w, W):
    """Largest number of every window and its place, i · W + j; both (n, OH, OW)."""
    _, _, n, height, width = phases.shape
    line = phases.reshape(w.SH, w.SW, n * height * width)
    reach = ((w.KH - 1) // w.SH) * width + (w.KW - 1) // w.SW  # the longest shift
    length = n * height * width - reach
    best = scratch("best", (n * height * width,), phases.dtype)
    place = scratch("place", best.shape, np.min_scalar_type((w.KH - 1) * W + w.KW))
    larger = scratch("larger", (length,), bool)
    best[:length], place[...] = line[0, 0, :length], 0
    for i, j in list(np.ndindex(w.KH, w.KW))[1:]:
        candidate = _place_in_window(line, i, j, w, width, length)
        np.greater(candidate, best[:length], out=larger)
        # later pixels have larger places, so the last winner's is the maximum (and no branch)
        np.maximum(place[:length], larger * place.dtype.type(i * W + j), out=place[:length])
        np.maximum(best[:length], candidate, out=best[:length])
    if np.isnan(best[:length].max()):
        _let_nan_win(line, place, w, W, width, length)
    return tuple(a.reshape(n, height, width)[:, : w.OH, : w.OW] for a in (best, place))


def _place_in_window(line, i, j, w, width, length):
    """What all windows have at (i, j), as one view of the line."""
    shift = (i // w.SH) * width + j // w.SW
    return line[i % w.SH, j % w.SW, shift : shift + length]


def _let_nan_win(line, place, w, W, width, length):
    """In place: where a window has NaNs, the last one's place; no comparison has found it."""
    for i, j in np.ndindex(w.KH, w.KW):
        is_nan = np.isnan(_place_in_window(line, i, j, w, width, length))
        place[:length][is_nan] = i * W + j


# --------------------------------------------------------------------------------- mean pooling
def avg_pool2d(x, kernel_size, stride=None, padding=0):
    """The mean of every window; padding counts as zeros, as in torch.

    x (N, C, H, W) -> (N, C, OH, OW). Sizes are in pixels, the stride is the kernel's size if not
    given. Raises ShapeError when the window does not fit or the padding is more than half of it.
    """
    N, C, H, W = require_shape("avg_pool2d", "x", x, ("N", "C", "H", "W"))
    w = pool_window("avg_pool2d", (H, W), kernel_size, stride, padding)
    require_numbers("avg_pool2d", "x", x)
    planes = x.reshape(N * C, H, W)
    out = np.empty((N * C, w.OH, w.OW), _mean_dtype(x))
    for piece in pieces(N * C, H * W * x.itemsize):
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

    grad_out (N, C, OH, OW), size (H, W) of the map -> grad_x (N, C, H, W). Mean pooling is
    A · x · Bᵀ (see `avg_pool2d_matrix`), so this is Aᵀ · grad_out · B. Raises ShapeError when
    grad_out is not what such maps give.
    """
    op = "avg_pool2d_backward"
    w = pool_window(op, size, kernel_size, stride, padding)
    require_shape(op, "grad_out", grad_out, ("N", "C", w.OH, w.OW))
    require_numbers(op, "grad_out", grad_out)
    A, B = _averaging_matrices(size, w, _mean_dtype(grad_out))
    return A.T @ (grad_out @ B)


def avg_pool2d_matrix(x, kernel_size, stride=None, padding=0):
    """What `avg_pool2d` computes, as A · x · Bᵀ: mean pooling is linear, and rows and columns part.

    Same arguments, same result. The matrices of `averaging_matrix` hold stride, padding, overlaps.
    """
    _, _, H, W = require_shape("avg_pool2d_matrix", "x", x, ("N", "C", "H", "W"))
    w = pool_window("avg_pool2d_matrix", (H, W), kernel_size, stride, padding)
    require_numbers("avg_pool2d_matrix", "x", x)
    A, B = _averaging_matrices((H, W), w, _mean_dtype(x))  # (OH, H), (OW, W)
    return A @ x @ B.T


def _averaging_matrices(size, w, dtype):
    return (
        averaging_matrix(size[0], w.KH, w.SH, w.PH).astype(dtype),
        averaging_matrix(size[1], w.KW, w.SW, w.PW).astype(dtype),
    )


def averaging_matrix(size, kernel_size, stride, padding):
    """The matrix (output size, size) of mean pooling along one axis; its transpose is backward."""
    stride = whole_number("averaging_matrix", "stride", stride, 1)
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
    (x,) = as_fractions("global_avg_pool2d", x=x)
    return x.mean(axis=(2, 3))


def global_avg_pool2d_backward(grad_out, size):
    """Every pixel gets 1 / (H·W) of its map's gradient. (N, C), size (H, W) -> (N, C, H, W)."""
    op = "global_avg_pool2d_backward"
    N, C = require_shape(op, "grad_out", grad_out, ("N", "C"))
    H, W = map_size(op, size)
    (grad_out,) = as_fractions(op, grad_out=grad_out)
    return np.broadcast_to((grad_out / max(H * W, 1))[:, :, None, None], (N, C, H, W)).copy()


def _mean_dtype(x):
    return np.result_type(x, np.float32)  # the mean of integers is not an integer
