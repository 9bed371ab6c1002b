"""Right answers to notebook 05. `test_fairness.py` says how these files are read."""

# ruff: noqa: B905, E402, F811
import numpy as np


# %% maxpool2d: number by number
def maxpool2d(x, kernel_size, stride, padding=0):
    N, C, H, W = x.shape
    KH, KW = kernel_size
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    out = np.zeros((N, C, OH, OW))
    positions = np.zeros((N, C, OH, OW), dtype=int)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    best = None
                    for row in range(i * stride - padding, i * stride - padding + KH):
                        for col in range(j * stride - padding, j * stride - padding + KW):
                            if row < 0 or row >= H or col < 0 or col >= W:
                                continue
                            if best is None or x[n, c, row, col] > best:
                                best = x[n, c, row, col]
                                positions[n, c, i, j] = row * W + col
                    out[n, c, i, j] = best
    return out, positions


# %% maxpool2d: windows cut at the border
def maxpool2d(x, kernel_size, stride, padding=0):
    (N, C, H, W), (KH, KW) = x.shape, kernel_size
    tops = np.arange(-padding, H + padding - KH + 1, stride)
    lefts = np.arange(-padding, W + padding - KW + 1, stride)
    out = np.empty((N, C, len(tops), len(lefts)), x.dtype, order="F")
    positions = np.empty(out.shape, dtype=np.int32)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            a, b = max(top, 0), max(left, 0)
            window = x[:, :, a : top + KH, b : left + KW]
            flat = window.reshape(N, C, -1)
            k = np.argmax(flat, axis=-1)
            out[:, :, i, j] = np.take_along_axis(flat, k[..., None], axis=-1)[..., 0]
            row, column = np.unravel_index(k, window.shape[2:])
            positions[:, :, i, j] = (row + a) * W + column + b
    return out, positions


# %% maxpool2d: a map of positions is pooled along
from numpy.lib.stride_tricks import sliding_window_view


# %%
def rows_of_windows(a, kernel_size, stride):
    w = sliding_window_view(a, kernel_size, axis=(-2, -1))[..., ::stride, ::stride, :, :]
    return w.reshape(*w.shape[:-2], -1)


# %%
def maxpool2d(x, kernel_size, stride, padding=0):
    H, W = x.shape[2:]
    p = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    numbers = np.arange(H * W).reshape(1, 1, H, W)
    values = rows_of_windows(np.pad(x, p, constant_values=-np.inf), kernel_size, stride)
    where = rows_of_windows(np.pad(numbers, p, constant_values=-1), kernel_size, stride)
    k = values.argmax(axis=-1)[..., np.newaxis]
    where = np.broadcast_to(where, values.shape)
    return values.max(axis=-1), np.take_along_axis(where, k, -1)[..., 0]


# %% maxpool2d: place by place of the window, np.where
NEVER = float("-inf")


# %%
def maxpool2d(x, kernel_size, stride, padding=0):
    (N, C, H, W), (KH, KW), P, S = x.shape, kernel_size, padding, stride
    padded = np.full((N, C, H + 2 * P, W + 2 * P), NEVER)
    padded[:, :, P : P + H, P : P + W] = x
    OH, OW = (H + 2 * P - KH) // S + 1, (W + 2 * P - KW) // S + 1
    best, positions = np.full((N, C, OH, OW), NEVER), np.zeros((N, C, OH, OW), int)
    rows, columns = S * np.arange(OH)[:, None] - P, S * np.arange(OW) - P
    for u in range(KH):
        for v in range(KW):
            challenger = padded[:, :, u : u + S * OH : S, v : v + S * OW : S][:, :, :OH, :OW]
            better = challenger > best
            best = np.where(better, challenger, best)
            positions = np.where(better, (rows + u) * W + columns + v, positions)
    return best, positions


# %% maxpool2d_backward: rows and columns by divmod
def maxpool2d_backward(grad_out, positions, size):
    N, C, OH, OW = grad_out.shape
    H, W = size
    grad_x = np.zeros((N, C, H, W))
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    row, column = divmod(positions[n, c, i, j], W)
                    grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


# %% maxpool2d_backward: np.bincount over everything
def maxpool2d_backward(grad_out, positions, size):
    N, C = grad_out.shape[:2]
    pixels = size[0] * size[1]
    first = pixels * np.arange(N * C).reshape(N, C, 1, 1)
    flat = np.bincount((first + positions).ravel(), grad_out.ravel(), N * C * pixels)
    return flat.reshape(N, C, *size)


# %% maxpool2d_backward: np.add.at with four indices
def maxpool2d_backward(grad_out, positions, size):
    grad_x = np.zeros(grad_out.shape[:2] + tuple(size), order="F")
    n, c = np.ogrid[: grad_out.shape[0], : grad_out.shape[1]]
    n, c = n[..., None, None], c[..., None, None]
    np.add.at(grad_x, (n, c, positions // size[1], positions % size[1]), grad_out)
    return grad_x


# %% maxpool2d_backward: who has won, as a table, float32
def maxpool2d_backward(grad_out, positions, size):
    N, C = grad_out.shape[:2]
    H, W = size
    won = positions.reshape(N, C, -1, 1) == np.arange(H * W)  # (N, C, OH·OW, H·W)
    g = grad_out.reshape(N, C, -1).astype(np.float32)
    return np.einsum("ncp,ncpq->ncq", g, won).reshape(N, C, H, W)


# %% meanpool2d: sliding_window_view
def meanpool2d(x, kernel_size, stride, padding=0):
    p = padding
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(2, 3))
    return windows[:, :, ::stride, ::stride].mean(axis=(-1, -2))


# %% meanpool2d: sums of everything above and to the left
def meanpool2d(x, kernel_size, stride, padding=0):
    (KH, KW), P = kernel_size, padding
    sums = np.pad(x.astype(float), ((0, 0), (0, 0), (P + 1, P), (P + 1, P)))
    sums = sums.cumsum(axis=2).cumsum(axis=3)
    windows = sums[:, :, KH:, KW:] - sums[:, :, :-KH, KW:] - sums[:, :, KH:, :-KW]
    windows = windows + sums[:, :, :-KH, :-KW]
    return windows[:, :, ::stride, ::stride] / (KH * KW)


# %% meanpool2d: number by number, no padding array
def meanpool2d(x, kernel_size, stride, padding=0):
    N, C, H, W = x.shape
    KH, KW = kernel_size
    tops = list(range(-padding, H + padding - KH + 1, stride))
    lefts = list(range(-padding, W + padding - KW + 1, stride))
    out = np.zeros((N, C, len(tops), len(lefts)))
    for n, c, i, j in np.ndindex(out.shape):
        total = 0
        for row in range(tops[i], tops[i] + KH):
            for column in range(lefts[j], lefts[j] + KW):
                if 0 <= row < H and 0 <= column < W:
                    total += x[n, c, row, column]
        out[n, c, i, j] = total / (KH * KW)
    return out


# %% meanpool2d: a matrix for the rows and one for the columns
def averaging(size, K, stride, padding):
    """(places, size): row i holds 1/K for the pixels of window i."""
    places = (size + 2 * padding - K) // stride + 1
    first = stride * np.arange(places)[:, np.newaxis] - padding
    pixel = np.arange(size)
    return ((pixel >= first) & (pixel < first + K)) / K


# %%
def meanpool2d(x, kernel_size, stride, padding=0):
    rows = averaging(x.shape[2], kernel_size[0], stride, padding)
    columns = averaging(x.shape[3], kernel_size[1], stride, padding)
    return rows @ x @ columns.T


# %% meanpool2d: window by window, float32, Fortran order
def meanpool2d(x, kernel_size, stride, padding=0):
    KH, KW = kernel_size
    bigger = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding), "f")
    bigger[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]] = x
    rows = range(0, bigger.shape[2] - KH + 1, stride)
    columns = range(0, bigger.shape[3] - KW + 1, stride)
    means = [[bigger[:, :, i : i + KH, j : j + KW].mean((2, 3)) for j in columns] for i in rows]
    return np.array(means).transpose(2, 3, 0, 1)


# %% meanpool2d_backward: number by number
def meanpool2d_backward(grad_out, size, kernel_size, stride, padding=0):
    N, C, OH, OW = grad_out.shape
    H, W = size
    KH, KW = kernel_size
    grad_x = np.zeros((N, C, H, W))
    for i in range(OH):
        for j in range(OW):
            for u in range(KH):
                for v in range(KW):
                    row, column = i * stride + u - padding, j * stride + v - padding
                    if 0 <= row < H and 0 <= column < W:
                        grad_x[:, :, row, column] += grad_out[:, :, i, j] / (KH * KW)
    return grad_x


# %% meanpool2d_backward: each pixel asks which windows it lies in
def meanpool2d_backward(grad_out, size, kernel_size, stride, padding=0):
    (OH, OW), (H, W), (KH, KW) = grad_out.shape[2:], size, kernel_size

    def windows_with(pixel, K, count):
        return [k for k in range(count) if 0 <= pixel + padding - k * stride < K]

    grad_x = np.empty((*grad_out.shape[:2], H, W), dtype=np.float32)
    for row in range(H):
        for column in range(W):
            mine = grad_out[:, :, windows_with(row, KH, OH)]
            mine = mine[:, :, :, windows_with(column, KW, OW)]
            grad_x[:, :, row, column] = mine.sum(axis=(2, 3)) / (KH * KW)
    return grad_x


# %% meanpool2d_backward: place by place of the window
def meanpool2d_backward(grad_out, size, kernel_size, stride, padding=0):
    OH, OW = grad_out.shape[2:]
    share = grad_out / np.prod(kernel_size)
    canvas = np.zeros((*grad_out.shape[:2], *(n + 2 * padding for n in size)), order="F")
    for u, v in np.ndindex(*kernel_size):
        rows = u + stride * np.arange(OH)
        columns = v + stride * np.arange(OW)
        canvas[:, :, rows[:, None], columns] += share
    return canvas[:, :, padding:, padding:][:, :, : size[0], : size[1]]


# %% meanpool2d_backward: transposed matrices
def averaging(size: int, K: int, stride: int, padding: int, places: int) -> np.ndarray:
    table = np.zeros((places, size + 2 * padding))
    for i in range(places):
        table[i, i * stride : i * stride + K] = 1 / K
    return table[:, padding : padding + size]


# %%
def meanpool2d_backward(grad_out, size, kernel_size, stride, padding=0):
    rows, columns = (
        averaging(n, K, stride, padding, places)
        for n, K, places in zip(size, kernel_size, grad_out.shape[2:])
    )
    return np.einsum("ih,ncij,jw->nchw", rows, grad_out, columns)


# %% lp_pool2d: window by window, by logarithms
def lp_pool2d(x, grad_out, p, kernel_size, stride):
    out, grad_x, grad_p = np.zeros(grad_out.shape), np.zeros(x.shape), 0.0
    KH, KW = kernel_size
    for n, c, i, j in np.ndindex(grad_out.shape):
        here = np.s_[n, c, i * stride : i * stride + KH, j * stride : j * stride + KW]
        window, g = x[here].astype(float), grad_out[n, c, i, j]
        if not window.any():
            continue
        seen = window[window != 0]
        logs = np.log(np.abs(seen))
        top = logs.max()
        powers = np.exp(p * (logs - top))
        log_m = np.log(powers.sum() / window.size)
        out[n, c, i, j] = y = np.exp(top + log_m / p)
        share = np.sign(seen) * np.exp((p - 1) * (logs - np.log(y))) / window.size
        grad_x[here][window != 0] += g * share
        inside = (powers * (logs - top)).sum() / powers.sum()
        grad_p += g * y * (inside / p - log_m / p**2)
    return out, grad_x, grad_p


# %% lp_pool2d: all windows at once, spread by np.add.at
def lp_pool2d(x, grad_out, p, kernel_size, stride):
    OH, OW = grad_out.shape[2:]
    rows = stride * np.arange(OH)[:, None] + np.arange(kernel_size[0])
    columns = stride * np.arange(OW)[:, None] + np.arange(kernel_size[1])
    place = np.s_[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    w = x[place]  # (N, C, OH, OW, KH, KW)
    size = np.abs(w).max((-1, -2), keepdims=True)
    size[size == 0] = 1
    a = np.abs(w) / size
    n = kernel_size[0] * kernel_size[1]
    m = (a**p).sum((-1, -2), keepdims=True) / n
    m[m == 0] = np.inf  # windows of zeros: all shares become 0
    r = np.where(np.isinf(m), 0, m) ** (1 / p)
    y = (size * r)[..., 0, 0]
    g = grad_out[..., None, None]
    grad_x = np.zeros_like(x)
    np.add.at(
        grad_x,
        place,
        g * np.sign(w) * a ** (p - 1) * m ** (1 / p - 1) / n if p > 1 else g * np.sign(w) / n,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(a > 0, a**p * np.log(a), 0).sum((-1, -2), keepdims=True) / n
        slope = (t / m / p - np.where(np.isinf(m), 0, np.log(m)) / p**2)[..., 0, 0]
    return y, grad_x, float((grad_out * y * slope).sum())
