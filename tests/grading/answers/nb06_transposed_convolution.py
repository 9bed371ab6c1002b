"""Right answers to notebook 06. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811, F841
import numpy as np


# %% insert_zeros: pixel by pixel
def insert_zeros(x, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    for i in range(H):
        for j in range(W):
            out[:, :, i * stride, j * stride] = x[:, :, i, j]
    return out


# %% insert_zeros: np.kron, then cut
def insert_zeros(x, stride):
    block = np.zeros((1, 1, stride, stride), x.dtype)
    block[0, 0, 0, 0] = 1
    rest = stride - 1
    big = np.kron(x, block)
    return big[:, :, : big.shape[2] - rest, : big.shape[3] - rest]


# %% insert_zeros: two more axes
def insert_zeros(x, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H, stride, W, stride), dtype=np.float32)
    out[:, :, :, 0, :, 0] = x
    return out.reshape(N, C, H * stride, W * stride)[
        :, :, : 1 - stride or None, : 1 - stride or None
    ]


# %% insert_zeros: matrices with a single 1 in each row; the page has another `apart` further down
def apart(size: int, stride: int) -> np.ndarray:
    return np.eye((size - 1) * stride + 1)[::stride]


# %%
def insert_zeros(x, stride):
    result = apart(x.shape[2], stride).T @ x @ apart(x.shape[3], stride)
    return np.asfortranarray(result)


# %% conv_transpose_output_size: where the last stamp ends
def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0):
    end = 0
    for pixel in range(size):
        start = pixel * stride
        end = start + kernel_size
    return end - padding - padding + output_padding


# %% conv_transpose_output_size: zeros between, then a full convolution
def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0):
    apart = size + (size - 1) * (stride - 1)
    full = apart + kernel_size - 1
    return full - 2 * padding + output_padding


# %% conv_transpose_output_size: recursion, NumPy's number
def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0):
    if size == 1:
        return np.int64(kernel_size - 2 * padding + output_padding)
    shorter = conv_transpose_output_size(size - 1, kernel_size, stride, padding, output_padding)
    return stride + shorter


# %% conv_transpose2d: number by number
def conv_transpose2d(x, weight, stride=1, padding=0, output_padding=0):
    N, C, H, W = x.shape
    _, F, KH, KW = weight.shape
    OH = (H - 1) * stride + KH - 2 * padding + output_padding
    OW = (W - 1) * stride + KW - 2 * padding + output_padding
    out = np.zeros((N, F, OH, OW))
    for n in range(N):
        for c in range(C):
            for f in range(F):
                for i in range(H):
                    for j in range(W):
                        for a in range(KH):
                            for b in range(KW):
                                row = i * stride + a - padding
                                column = j * stride + b - padding
                                if 0 <= row < OH and 0 <= column < OW:
                                    out[n, f, row, column] += x[n, c, i, j] * weight[c, f, a, b]
    return out


# %% conv_transpose2d: filter place by filter place
def conv_transpose2d(x, weight, stride=1, padding=0, output_padding=0):
    (N, C, H, W), (_, F, KH, KW) = x.shape, weight.shape
    height, width = stride * (H - 1) + KH, stride * (W - 1) + KW
    canvas = np.zeros((N, F, height + output_padding, width + output_padding), x.dtype, order="F")
    for a, b in np.ndindex(KH, KW):
        parts = np.einsum("nchw,cf->nfhw", x, weight[:, :, a, b])
        canvas[:, :, a : a + stride * H : stride, b : b + stride * W : stride][:, :, :H, :W] += (
            parts
        )
    bottom, right = canvas.shape[2] - padding, canvas.shape[3] - padding
    return canvas[:, :, padding:bottom, padding:right]


# %% conv_transpose2d: zeros between, turned filter; another `zeros_between` comes further down
from numpy.lib.stride_tricks import sliding_window_view


# %%
def zeros_between(x, stride):
    wide = np.zeros((*x.shape[:2], *((n - 1) * stride + 1 for n in x.shape[2:])))
    wide[..., ::stride, ::stride] = x
    return wide


# %%
def conv_transpose2d(x, weight, stride=1, padding=0, output_padding=0):
    KH, KW = weight.shape[2:]
    more = output_padding
    around = ((0, 0), (0, 0), (KH - 1, KH - 1 + more), (KW - 1, KW - 1 + more))
    wide = np.pad(zeros_between(x, stride), around)
    windows = sliding_window_view(wide, (KH, KW), axis=(2, 3))
    full = np.einsum("nchwab,cfab->nfhw", windows, np.flip(weight, (2, 3)))
    P = padding
    return full[:, :, P : full.shape[2] - P, P : full.shape[3] - P]


# %% conv_transpose2d: all stamps in one product, the transposed matrix in spirit
def conv_transpose2d(x, weight, stride=1, padding=0, output_padding=0):
    stamps = np.tensordot(x, weight, axes=(1, 0))  # (N, H, W, F, KH, KW)
    N, H, W, F, KH, KW = stamps.shape
    rows = stride * np.arange(H)[:, None] + np.arange(KH)  # (H, KH)
    columns = stride * np.arange(W)[:, None] + np.arange(KW)  # (W, KW)
    out = np.zeros((rows.max() + 1 + output_padding, columns.max() + 1 + output_padding, N, F))
    there = rows[:, None, :, None], columns[None, :, None, :]
    np.add.at(out, there, stamps.transpose(1, 2, 4, 5, 0, 3))
    out = np.moveaxis(out, (2, 3), (0, 1))
    for axis in (2, 3):
        out = np.take(out, range(padding, out.shape[axis] - padding), axis)
    return out


# %% conv_transpose2d_backward: number by number
def conv_transpose2d_backward(grad_out, x, weight, stride=1, padding=0):
    N, C, H, W = x.shape
    _, F, KH, KW = weight.shape
    OH, OW = grad_out.shape[2:]
    grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j, a, b in np.ndindex(H, W, KH, KW):
        row, column = i * stride + a - padding, j * stride + b - padding
        if row in range(OH) and column in range(OW):
            for n, c, f in np.ndindex(N, C, F):
                g = grad_out[n, f, row, column]
                grad_x[n, c, i, j] += g * weight[c, f, a, b]
                grad_weight[c, f, a, b] += g * x[n, c, i, j]
    return grad_x, grad_weight


# %% conv_transpose2d_backward: all patches at once
def conv_transpose2d_backward(grad_out, x, weight, stride=1, padding=0):
    P, (H, W) = padding, x.shape[2:]
    canvas = np.pad(grad_out, [(0, 0), (0, 0), (P, P), (P, P)])
    patches = np.lib.stride_tricks.sliding_window_view(canvas, weight.shape[2:], axis=(2, 3))
    patches = patches[:, :, ::stride, ::stride][:, :, :H, :W]  # (N, F, H, W, KH, KW)
    grad_x = np.einsum("nfhwab,cfab->nchw", patches, weight)
    grad_weight = np.einsum("nfhwab,nchw->cfab", patches, x)
    return grad_x, grad_weight


# %% conv_transpose2d_backward: filter place by filter place, tensordot, float32
def conv_transpose2d_backward(grad_out, x, weight, stride=1, padding=0):
    (N, C, H, W), (_, F, KH, KW), P, S = x.shape, weight.shape, padding, stride
    canvas = np.zeros((N, F, grad_out.shape[2] + 2 * P, grad_out.shape[3] + 2 * P), np.float32)
    canvas[:, :, P : P + grad_out.shape[2], P : P + grad_out.shape[3]] = grad_out
    grad_x = np.zeros((N, H, W, C), np.float32)
    grad_weight = np.zeros((C, F, KH, KW), np.float32)
    for a in range(KH):
        for b in range(KW):
            met = canvas[:, :, a : a + (H - 1) * S + 1 : S, b : b + (W - 1) * S + 1 : S]
            grad_x += np.tensordot(met, weight[:, :, a, b], (1, 1)).astype(np.float32)
            grad_weight[:, :, a, b] = np.tensordot(x, met, ((0, 2, 3), (0, 2, 3)))
    return np.moveaxis(grad_x, 3, 1), grad_weight


# %% subpixel_conv: each place modulo the stride by itself, put in with a step
def subpixel_conv(x, weight, stride):
    (N, C, H, W), (_, F, KH, KW) = x.shape, weight.shape
    MH, MW = int(np.ceil(KH / stride)), int(np.ceil(KW / stride))
    maps = np.zeros((N, F, stride, stride, H + MH - 1, W + MW - 1))
    for a in range(stride):
        for b in range(stride):
            small = weight[:, :, a::stride, b::stride]  # (C, F, up to MH, up to MW)
            for u in range(small.shape[2]):
                for v in range(small.shape[3]):
                    stamped = np.einsum("ncij,cf->nfij", x, small[:, :, u, v])
                    maps[:, :, a, b, u : u + H, v : v + W] += stamped
    out = np.zeros((N, F, (H + MH - 1) * stride, (W + MW - 1) * stride))
    for a in range(stride):
        for b in range(stride):
            out[:, :, a::stride, b::stride] = maps[:, :, a, b]
    size = (H - 1) * stride + KH, (W - 1) * stride + KW
    maps = maps.reshape(N, F * stride**2, H + MH - 1, W + MW - 1)
    return maps, out[:, :, : size[0], : size[1]]


# %% subpixel_conv: from the large picture back to the maps
def stamps(x, weight, S, height, width):
    (N, C, H, W), (_, F, KH, KW) = x.shape, weight.shape
    big = np.zeros((N, F, height, width))
    for i in range(H):
        for j in range(W):
            block = np.tensordot(x[:, :, i, j], weight, axes=(1, 0))
            big[:, :, i * S : i * S + KH, j * S : j * S + KW] += block
    return big


# %%
def subpixel_conv(x, weight, stride):
    N, _, H, W = x.shape
    F, KH, KW = weight.shape[1:]
    h, w = H + (KH + stride - 1) // stride - 1, W + (KW + stride - 1) // stride - 1
    big = stamps(x, weight, stride, h * stride, w * stride)
    maps = big.reshape(N, F, h, stride, w, stride).transpose(0, 1, 3, 5, 2, 4)
    out = big[:, :, : (H - 1) * stride + KH, : (W - 1) * stride + KW]
    return maps.reshape(N, -1, h, w), out
