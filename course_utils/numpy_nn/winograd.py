"""3×3 convolution with a quarter of the multiplications (Lavin & Gray 2016, §4.3), channels last.

Four neighbouring outputs of a 3-tap filter need 12 products the obvious way. Winograd found that 6
will do: transform the 6 inputs with Bᵀ and the 3 weights with G, multiply entry by entry, transform
back with Aᵀ. In two dimensions that is done along rows and along columns,

    out = Aᵀ [ (G weight Gᵀ) ∘ (Bᵀ tile B) ] A,       6×6 tiles, one every 4 pixels, 4×4 outputs,

so 36 products take the place of 144. Summed over channels, the products are 36 matrix products.

All three maps are linear, so backward is their transposes in the reverse order. The price: the
transforms cost time (it pays from about 64 channels on) and about one decimal digit of accuracy.
"""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions
from course_utils.numpy_nn.scratch import scratch, zeros_in_scratch
from course_utils.shapes import ShapeError, format_shape, require_shape, whole_number

STEP = 4  # outputs per tile along each axis
TILES = 64  # tiles in work at a time: enough for the matrix products, few enough for the cache

B_T = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
G = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
A_T = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])


def conv2d_winograd(x, weight, bias=None, padding=1):
    """3×3 convolution with stride 1, channels last.

    x (N, H, W, C), weight (F, C, 3, 3), bias (F,) or None -> (N, OH, OW, F); padding in pixels.
    Raises ShapeError when the arrays do not fit.
    """
    op = "conv2d_winograd"
    out_shape, grid = _sizes(op, x, weight, padding)
    N, OH, OW, F = out_shape
    if bias is not None:
        require_shape(op, "bias", bias, (F,))
    x, weight, bias = as_fractions(op, x=x, weight=weight, bias=bias)
    b_t, g, a_t = _matrices(x, weight)
    filters = _transform_filters(weight, g)  # (36, C, F)
    out = np.empty(out_shape, np.result_type(g, *([] if bias is None else [bias])))
    for piece in _pieces(N, grid):
        tiles = _to_tiles(x[piece], b_t, padding, grid, "tiles")  # (36, tiles, C)
        products = scratch("products", (len(tiles), tiles.shape[1], F), g.dtype)
        maps = _from_tiles(np.matmul(tiles, filters, out=products), a_t, grid)
        out[piece] = maps[:, :OH, :OW]
    if bias is not None:
        out += bias
    return out


def conv2d_winograd_backward(grad_out, x, weight, padding=1):
    """Gradients of the loss with respect to x, weight and bias; each has the shape of its array.

    grad_out (N, OH, OW, F) -> grad_x, grad_weight, grad_bias. Raises ShapeError when the arrays do
    not fit.
    """
    op = "conv2d_winograd_backward"
    out_shape, grid = _sizes(op, x, weight, padding)
    require_shape(op, "grad_out", grad_out, out_shape)
    grad_out, x, weight = as_fractions(op, grad_out=grad_out, x=x, weight=weight)
    (N, H, W, _), (b_t, g, a_t) = x.shape, _matrices(x, weight)
    filters = _transform_filters(weight, g)  # (36, C, F)
    filters_t = np.ascontiguousarray(filters.swapaxes(1, 2))  # (36, F, C)
    grad_filters, grad_x = np.zeros_like(filters), np.empty(x.shape, g.dtype)
    for piece in _pieces(N, grid):
        tiles = _to_tiles(x[piece], b_t, padding, grid, "tiles")  # (36, tiles, C)
        grads = _to_tiles(grad_out[piece], a_t.T, 0, grid, "grads")  # (36, tiles, F)
        grad_filters += np.matmul(tiles.swapaxes(1, 2), grads)
        grad_tiles = np.matmul(grads, filters_t, out=tiles)
        maps = _from_tiles(grad_tiles, b_t.T, grid)
        grad_x[piece] = maps[:, padding : padding + H, padding : padding + W]
    return grad_x, _transform_filters_backward(grad_filters, g), grad_out.sum(axis=(0, 1, 2))


def _transform_filters(weight, g):
    """G weight Gᵀ: (F, C, 3, 3) -> (36, C, F), one matrix for each place in a tile."""
    F, C, _, _ = weight.shape
    return np.ascontiguousarray((g @ weight @ g.T).transpose(3, 2, 1, 0)).reshape(-1, C, F)


def _transform_filters_backward(grad_filters, g):
    _, C, F = grad_filters.shape
    return g.T @ grad_filters.reshape(len(g), len(g), C, F).transpose(3, 2, 1, 0) @ g


def _to_tiles(x, matrix, padding, grid, name):
    """Cut x (n, H, W, C) into tiles, one every STEP pixels, and transform both of their axes.

    matrix (q, size of a tile) -> (q·q, n·TH·TW, C), with q numbers of the columns outside.
    """
    (n, H, W, C), (q, size), (TH, TW) = x.shape, matrix.shape, grid
    shape = (n, STEP * (TH - 1) + size, STEP * (TW - 1) + size, C)
    padded = zeros_in_scratch("padded", shape, matrix.dtype)
    padded[:, padding : padding + H, padding : padding + W] = x
    rows = scratch("rows", (size, n, TH, padded.shape[2], C), matrix.dtype)
    for i in range(size):
        rows[i] = padded[:, i : i + STEP * TH - STEP + 1 : STEP]
    rows = _multiply("tile rows", matrix, rows)  # (q, n, TH, padded W, C)
    tiles = scratch("tile columns", (size, q, n, TH, TW, C), matrix.dtype)
    for j in range(size):
        tiles[j] = rows[:, :, :, j : j + STEP * TW - STEP + 1 : STEP]
    return _multiply(name, matrix, tiles).reshape(q * q, n * TH * TW, C)


def _from_tiles(tiles, matrix, grid):
    """The transpose of `_to_tiles`: transform both axes of every tile, and add where tiles overlap.

    tiles (q·q, n·TH·TW, C), matrix (size of a tile, q) -> the padded maps (n, height, width, C).
    """
    (size, q), (TH, TW), C = matrix.shape, grid, tiles.shape[2]
    n = tiles.shape[1] // (TH * TW)
    tiles = _multiply("tile columns", matrix, tiles.reshape(q, q, n, TH, TW, C))
    height, width = STEP * (TH - 1) + size, STEP * (TW - 1) + size
    rows = scratch("tile rows", (q, n, TH, width, C), tiles.dtype)
    _overlap_add(np.moveaxis(rows, 3, 0), np.moveaxis(tiles, 4, 1))
    rows = _multiply("rows", matrix, rows)  # (size, n, TH, width, C)
    maps = scratch("padded", (n, height, width, C), tiles.dtype)
    _overlap_add(np.moveaxis(maps, 1, 0), np.moveaxis(rows, 2, 1))
    return maps


def _overlap_add(target, tiles):
    """Lay tiles (size, number, ...) on the first axis of target, one every STEP; add them up."""
    size, number = tiles.shape[:2]
    target[STEP * number :] = 0
    for i in range(size):
        places = target[i : i + STEP * number - STEP + 1 : STEP]
        if i < STEP:  # nothing is there yet
            places[...] = tiles[i]
        else:
            places += tiles[i]


def _multiply(name, matrix, array):
    """matrix @ array along the first axis, whatever the others are; into scratch memory."""
    out = scratch(name, (len(matrix), *array.shape[1:]), array.dtype)
    np.matmul(matrix, array.reshape(len(array), -1), out=out.reshape(len(matrix), -1))
    return out


def _matrices(x, weight):
    dtype = np.result_type(x, weight, np.float32)  # the transforms have fractions
    return tuple(np.ascontiguousarray(matrix, dtype) for matrix in (B_T, G, A_T))


def _pieces(N, grid):
    step = max(1, TILES // (grid[0] * grid[1]))
    return [slice(start, min(start + step, N)) for start in range(0, N, step)]


def _sizes(op, x, weight, padding):
    """Check the arguments; the output's shape, and how many tiles go down and across."""
    F, C, _, _ = require_shape(op, "weight", weight, ("F", "C", 3, 3))
    N, H, W, _ = require_shape(op, "x", x, ("N", "H", "W", C))
    padding = whole_number(op, "padding", padding)
    OH, OW = H + 2 * padding - 2, W + 2 * padding - 2
    if min(OH, OW) < 1:
        raise ShapeError(f"{op} expects maps of 3 × 3 pixels or more, got {format_shape(x.shape)}")
    return (N, OH, OW, F), (-(-OH // STEP), -(-OW // STEP))
