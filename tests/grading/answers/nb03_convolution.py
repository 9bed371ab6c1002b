"""Right answers to notebook 03. `test_fairness.py` says how these files are read."""

# ruff: noqa: B905, E402, F811, RUF059
import numpy as np


# %% conv_output_size: count the places
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    reach = (kernel_size - 1) * dilation
    return len(range(0, size + 2 * padding - reach, stride))


# %% conv_output_size: walk with `while`
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    count = 0
    first = -padding
    last_pixel = size - 1 + padding
    while first + dilation * (kernel_size - 1) <= last_pixel:
        count += 1
        first += stride
    return count


# %% conv_output_size: a float, rounded down by math
import math


# %%
def conv_output_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    covered = dilation * (kernel_size - 1) + 1
    return math.floor((size + 2 * padding - covered) / stride + 1)


# %% conv_output_size: rounded up from the other side
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    starts = size + 2 * padding - dilation * kernel_size + dilation
    return -(-starts // stride)


# %% conv_output_size: a number of NumPy
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    rows = np.arange(-padding, size + padding)
    starts = rows[::stride]
    return np.sum(starts + dilation * (kernel_size - 1) <= rows[-1])


# %% conv2d_loops: seven loops
def conv2d_loops(x, weight, bias, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = weight.shape
    OH = conv_output_size(H, KH, stride, padding)
    OW = conv_output_size(W, KW, stride, padding)
    bigger = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    bigger[:, :, padding : padding + H, padding : padding + W] = x
    out = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    total = bias[f]
                    for c in range(C):
                        for u in range(KH):
                            for v in range(KW):
                                pixel = bigger[n, c, i * stride + u, j * stride + v]
                                total += pixel * weight[f, c, u, v]
                    out[n, f, i, j] = total
    return out


# %% conv2d_loops: nested lists, no padding array, its own size
def conv2d_loops(x, weight, bias, stride=1, padding=0):
    (H, W), (KH, KW) = x.shape[2:], weight.shape[2:]

    def dot(image, filter, top, left):
        rows = [k for k in range(KH) if 0 <= top + k < H]
        cols = [k for k in range(KW) if 0 <= left + k < W]
        return sum(
            (image[:, top + u, left + v] * filter[:, u, v]).sum() for u in rows for v in cols
        )

    tops = range(-padding, H + padding - KH + 1, stride)
    lefts = range(-padding, W + padding - KW + 1, stride)
    return np.array(
        [
            [[[dot(image, w, i, j) + b for j in lefts] for i in tops] for w, b in zip(weight, bias)]
            for image in x
        ]
    )


# %% conv2d_loops: a place of the output at a time, einsum
P_AXES = (0, 0), (0, 0)


# %%
def pad_maps(x, p):
    return np.pad(x, (*P_AXES, (p, p), (p, p)))


# %%
def conv2d_loops(x, weight, bias, stride=1, padding=0):
    KH, KW = weight.shape[-2:]
    x = pad_maps(x, padding)
    rows = range(0, x.shape[2] - KH + 1, stride)
    cols = range(0, x.shape[3] - KW + 1, stride)
    out = np.empty((x.shape[0], weight.shape[0], len(rows), len(cols)), order="F")
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            out[..., i, j] = np.einsum("nchw,fchw->nf", x[:, :, r : r + KH, c : c + KW], weight)
    return out + bias.reshape(1, -1, 1, 1)


# %% conv2d_loops: float32, channel after channel
def conv2d_loops(x, weight, bias, stride=1, padding=0):
    (N, C, H, W), (F, _, KH, KW) = x.shape, weight.shape
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    out = np.zeros((N, F, OH, OW), np.float32)
    for n, f in np.ndindex(N, F):
        out[n, f] = bias[f]
        for c in range(C):
            plane = np.pad(x[n, c].astype(np.float32), padding)
            for i in range(OH):
                for j in range(OW):
                    patch = plane[i * stride :, j * stride :][:KH, :KW]
                    out[n, f, i, j] += np.vdot(patch, weight[f, c].astype(np.float32))
    return out


# %% im2col: strides
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    KH, KW = kernel_size
    N, C, H, W = x.shape
    OH = conv_output_size(H, KH, stride, padding, dilation)
    OW = conv_output_size(W, KW, stride, padding, dilation)
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    n, c, h, w = x.strides
    windows = np.lib.stride_tricks.as_strided(
        x,
        shape=(N, C, KH, KW, OH, OW),
        strides=(n, c, h * dilation, w * dilation, h * stride, w * stride),
    )
    return windows.reshape(N, C * KH * KW, OH * OW)


# %% im2col: tables of indices
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    N, C, H, W = x.shape
    KH, KW = kernel_size
    OH = conv_output_size(H, KH, stride, padding, dilation)
    OW = conv_output_size(W, KW, stride, padding, dilation)
    padded = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2), mode="constant")
    c, u, v = (a.ravel()[:, None] for a in np.indices((C, KH, KW)))
    i, j = (a.ravel()[None, :] for a in np.indices((OH, OW)))
    return padded[:, c, u * dilation + i * stride, v * dilation + j * stride]


# %% im2col: a list of windows, stacked as the last axis
from numpy.lib.stride_tricks import sliding_window_view


# %%
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    KH, KW = kernel_size
    p = padding
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p), x.dtype)
    padded[:, :, p : p + x.shape[2], p : p + x.shape[3]] = x
    columns = []
    for top in range(0, padded.shape[2] - dilation * (KH - 1), stride):
        for left in range(0, padded.shape[3] - dilation * (KW - 1), stride):
            rows = top + dilation * np.arange(KH)
            cols = left + dilation * np.arange(KW)
            columns.append(padded[:, :, rows][:, :, :, cols].reshape(len(x), -1))
    return np.stack(columns, axis=-1)


# %% im2col: sliding_window_view
from numpy.lib.stride_tricks import sliding_window_view


# %%
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    window = tuple(dilation * (k - 1) + 1 for k in kernel_size)
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    w = sliding_window_view(x, window, axis=(2, 3))
    w = w[:, :, ::stride, ::stride, ::dilation, ::dilation]  # (N, C, OH, OW, KH, KW)
    w = np.moveaxis(w, (2, 3), (-2, -1))
    return w.reshape(w.shape[0], -1, w.shape[-2] * w.shape[-1])


# %% im2col: number by number
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    (N, C, H, W), (KH, KW) = x.shape, kernel_size
    OH = conv_output_size(H, KH, stride, padding, dilation)
    OW = conv_output_size(W, KW, stride, padding, dilation)
    columns = np.zeros((N, C * KH * KW, OH * OW), order="F")
    for n in range(N):
        for row in range(C * KH * KW):
            c, rest = divmod(row, KH * KW)
            u, v = divmod(rest, KW)
            for col in range(OH * OW):
                i, j = divmod(col, OW)
                y = i * stride + u * dilation - padding
                z = j * stride + v * dilation - padding
                if 0 <= y < H and 0 <= z < W:
                    columns[n, row, col] = x[n, c, y, z]
    return columns


# %% conv2d: im2col and einsum
def conv2d(x, weight, bias, stride=1, padding=0, dilation=1):
    F, C, KH, KW = weight.shape
    columns = im2col(x, (KH, KW), stride, padding, dilation)
    flat = weight.reshape(F, C * KH * KW)
    out = np.einsum("fk,nkp->nfp", flat, columns) + bias[None, :, None]
    OH = conv_output_size(x.shape[2], KH, stride, padding, dilation)
    return out.reshape(x.shape[0], F, OH, -1)


# %% conv2d: image by image, columns in rows, the bias as one more weight
def conv2d(x, weight, bias, stride=1, padding=0, dilation=1):
    F = len(weight)
    rows = np.column_stack([weight.reshape(F, -1), bias])  # (F, C * KH * KW + 1)
    OH = conv_output_size(x.shape[2], weight.shape[2], stride, padding, dilation)
    OW = conv_output_size(x.shape[3], weight.shape[3], stride, padding, dilation)
    images = []
    for k in range(len(x)):
        (columns,) = im2col(x[k : k + 1], weight.shape[2:], stride, padding, dilation)
        columns = np.vstack([columns, np.ones(columns.shape[1])])
        images.append((columns.T @ rows.T).T.reshape(F, OH, OW))
    return np.array(images)


# %% conv2d: weight by weight, without im2col
def conv2d(x, weight, bias, stride=1, padding=0, dilation=1):
    KH, KW = weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    OH = 1 + (x.shape[2] - dilation * (KH - 1) - 1) // stride
    OW = 1 + (x.shape[3] - dilation * (KW - 1) - 1) // stride
    out = np.zeros((OH, OW, x.shape[0], weight.shape[0]))
    for u in range(KH):
        for v in range(KW):
            part = x[:, :, u * dilation :: stride, v * dilation :: stride][:, :, :OH, :OW]
            out += part.transpose(2, 3, 0, 1) @ weight[:, :, u, v].T
    return (out + bias).transpose(2, 3, 0, 1)


# %% conv2d: tensordot over im2col, float32
def conv2d(x, weight, bias, stride=1, padding=0, dilation=1):
    KH, KW = weight.shape[2:]
    columns = im2col(x, (KH, KW), stride, padding, dilation).astype(np.float32)
    product = np.tensordot(weight.reshape(len(weight), -1).astype(np.float32), columns, (1, 1))
    sizes = [
        conv_output_size(n, k, stride, padding, dilation)
        for n, k in zip(x.shape[2:], weight.shape[2:])
    ]
    product = product.swapaxes(0, 1).reshape(len(x), len(weight), *sizes)
    return product + bias.reshape(-1, 1, 1)


# %% gabor_filter: np.meshgrid
def gabor_filter(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    half = (size - 1) // 2
    x, y = np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1))
    a = np.cos(theta) * x + np.sin(theta) * y
    b = np.cos(theta) * y - np.sin(theta) * x
    return np.exp(-0.5 * (a / sigma) ** 2 - 0.5 * (gamma * b / sigma) ** 2) * np.cos(
        2 * np.pi / wavelength * a + phase
    )


# %% gabor_filter: pixel by pixel with math
from math import cos, exp, pi, sin


# %%
def wave(a, wavelength, phase):
    return cos(2 * pi * a / wavelength + phase)


def bell(a, c, sigma, gamma):
    return exp(-(a * a + gamma * gamma * c * c) / (2 * sigma * sigma))


# %%
def gabor_filter(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    out = np.zeros((size, size))
    for row in range(size):
        for column in range(size):
            x, y = column - size // 2, row - size // 2
            a = x * cos(theta) + y * sin(theta)
            c = -x * sin(theta) + y * cos(theta)
            out[row, column] = bell(a, c, sigma, gamma) * wave(a, wavelength, phase)
    return out


# %% gabor_filter: complex numbers
def gabor_filter(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    y, x = np.mgrid[:size, :size] - size // 2
    turned = (x + 1j * y) * np.exp(-1j * theta)
    a, c = turned.real, turned.imag
    carrier = np.exp(1j * (2 * np.pi * a / wavelength + phase))
    return (np.exp(-(a**2 + (gamma * c) ** 2) / (2 * sigma**2)) * carrier).real


# %% gabor_filter: a rotation matrix, float32
def gabor_filter(
    size: int, theta: float, wavelength: float, sigma: float, phase: float = 0, gamma: float = 1
) -> np.ndarray:
    steps = np.linspace(-(size - 1) / 2, (size - 1) / 2, size)
    points = np.array([(x, y) for y in steps for x in steps])
    turn = np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]])
    a, c = (points @ turn).T
    values = np.exp((a**2 + gamma**2 * c**2) / (-2 * sigma**2))
    values *= np.cos(2 * np.pi * a / wavelength + phase)
    return values.reshape(size, size).astype(np.float32)


# %% general_conv2d: a loop over the places of the filter, one group after the other
def general_conv2d(x, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    N, C, H, W = x.shape
    F, D, KH, KW = weight.shape
    OH = (H + 2 * padding[0] - dilation[0] * (KH - 1) - 1) // stride[0] + 1
    OW = (W + 2 * padding[1] - dilation[1] * (KW - 1) - 1) // stride[1] + 1
    padded = np.zeros((N, C, H + 2 * padding[0], W + 2 * padding[1]), x.dtype)
    padded[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x
    out = np.zeros((N, F, OH, OW), np.result_type(x, weight))
    for g in range(groups):
        mine = slice(g * F // groups, (g + 1) * F // groups)
        for u in range(KH):
            for v in range(KW):
                seen = padded[:, g * D : (g + 1) * D, u * dilation[0] :, v * dilation[1] :]
                seen = seen[:, :, :: stride[0], :: stride[1]][:, :, :OH, :OW]
                out[:, mine] += np.einsum("ncij,fc->nfij", seen, weight[mine, :, u, v])
    return out + bias.reshape(-1, 1, 1)


# %% general_conv2d: indices of rows and columns, and one matrix product for each group
def general_conv2d(x, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    (N, _, H, W), (KH, KW) = x.shape, weight.shape[2:]
    OH = conv_output_size(H, KH, stride[0], padding[0], dilation[0])
    OW = conv_output_size(W, KW, stride[1], padding[1], dilation[1])
    x = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    rows = stride[0] * np.arange(OH)[:, None] + dilation[0] * np.arange(KH)  # (OH, KH)
    columns = stride[1] * np.arange(OW)[:, None] + dilation[1] * np.arange(KW)
    met = x[:, :, rows[:, None, :, None], columns[None, :, None, :]]  # (N, C, OH, OW, KH, KW)
    parts = []
    for seen, filters in zip(np.split(met, groups, axis=1), np.split(weight, groups)):
        flat = seen.transpose(0, 2, 3, 1, 4, 5).reshape(N, OH, OW, -1)
        parts.append(flat @ filters.reshape(len(filters), -1).T)
    return (np.concatenate(parts, axis=-1) + bias).transpose(0, 3, 1, 2)
