"""Right answers to notebook 04. `test_fairness.py` says how these files are read."""

# ruff: noqa: B905, E402, F811, F821, F841, RUF059
import numpy as np

from course_utils.numpy_nn import conv2d


# %% rotate180: np.flip
def rotate180(weight):
    return np.flip(weight, axis=(-2, -1))


# %% rotate180: two quarter turns
def rotate180(weight):
    return np.rot90(weight, k=2, axes=(-2, -1)).copy()


# %% rotate180: each kernel as a row, read backwards
def rotate180(weight):
    rows = weight.reshape(-1, weight.shape[-2] * weight.shape[-1])
    return np.array([row[::-1] for row in rows]).reshape(weight.shape)


# %% rotate180: recursion down to one kernel, then lists
def rotate180(weight):
    if weight.ndim > 2:
        return np.stack([rotate180(part) for part in weight])
    return np.array([list(reversed(row)) for row in reversed(weight.tolist())])


# %% full_convolution: the padding of conv2d
def full_convolution(x, weight):
    KH, KW = weight.shape[2:]
    return conv2d(x, weight, padding=(KH - 1, KW - 1))


# %% full_convolution: a bigger array, then sums by hand
def full_convolution(x, weight):
    N, C, H, W = x.shape
    F, _, KH, KW = weight.shape
    big = np.zeros((N, C, H + 2 * (KH - 1), W + 2 * (KW - 1)))
    big[:, :, KH - 1 : KH - 1 + H, KW - 1 : KW - 1 + W] = x
    out = np.zeros((N, F, H + KH - 1, W + KW - 1))
    for i in range(H + KH - 1):
        for j in range(W + KW - 1):
            window = big[:, np.newaxis, :, i : i + KH, j : j + KW]
            out[:, :, i, j] = (window * weight).sum((2, 3, 4))
    return out


# %% full_convolution: every weight moves the whole map, einsum
def full_convolution(x, weight):
    (N, _, H, W), (F, _, KH, KW) = x.shape, weight.shape
    out = np.zeros((N, F, H + KH - 1, W + KW - 1), dtype=np.result_type(x, weight), order="F")
    for k in range(KH):
        for l in range(KW):  # noqa: E741
            top, left = KH - 1 - k, KW - 1 - l
            moved = np.einsum("nchw,fc->nfhw", x, weight[:, :, k, l])
            out[:, :, top : top + H, left : left + W] += moved
    return out


# %% full_convolution: Fourier
def full_convolution(x, weight):
    shape = x.shape[2] + weight.shape[2] - 1, x.shape[3] + weight.shape[3] - 1
    maps = np.fft.rfft2(x, shape)
    filters = np.fft.rfft2(weight[:, :, ::-1, ::-1], shape)
    return np.fft.irfft2(np.einsum("nchw,fchw->nfhw", maps, filters), shape)


# %% conv2d_weight_grad: kernel place by kernel place
def conv2d_weight_grad(grad_out, x):
    N, F, OH, OW = grad_out.shape
    _, C, H, W = x.shape
    KH, KW = H - OH + 1, W - OW + 1
    grad = np.zeros((F, C, KH, KW))
    for k in range(KH):
        for l in range(KW):  # noqa: E741
            met = x[:, :, k : k + OH, l : l + OW]
            grad[:, :, k, l] = np.tensordot(grad_out, met, axes=([0, 2, 3], [0, 2, 3]))
    return grad


# %% conv2d_weight_grad: one einsum over all windows
from numpy.lib.stride_tricks import sliding_window_view


# %%
def conv2d_weight_grad(grad_out, x):
    windows = sliding_window_view(x, grad_out.shape[2:], axis=(2, 3))  # (N, C, KH, KW, OH, OW)
    return np.einsum("nfij,ncklij->fckl", grad_out, windows)


# %% conv2d_weight_grad: conv2d, image after image
def conv2d_weight_grad(grad_out, x):
    total = 0
    for g, image in zip(grad_out, x):
        # channels as images of one channel, gradients as filters of one channel
        total = total + conv2d(image[:, None], g[:, None])  # (C, F, KH, KW)
    return np.transpose(total, (1, 0, 2, 3))


# %% conv2d_weight_grad: `slide` from the page, map by map
def conv2d_weight_grad(grad_out, x):
    N, F = grad_out.shape[:2]
    C = x.shape[1]
    return np.array(
        [
            [sum(slide(x[n, c], grad_out[n, f]) for n in range(N)) for c in range(C)]
            for f in range(F)
        ]
    )


# %% conv2d_weight_grad: every output hands a window back
def conv2d_weight_grad(grad_out, x):
    KH, KW = x.shape[2] - grad_out.shape[2] + 1, x.shape[3] - grad_out.shape[3] + 1
    grad = np.zeros((grad_out.shape[1], x.shape[1], KH, KW), np.float32)
    for (n, f, i, j), g in np.ndenumerate(grad_out):
        grad[f] += (g * x[n, :, i : i + KH, j : j + KW]).astype(np.float32)
    return grad


# %% conv2d_input_grad: stamps
def conv2d_input_grad(grad_out, weight):
    N, F, OH, OW = grad_out.shape
    _, C, KH, KW = weight.shape
    grad_x = np.zeros((N, C, OH + KH - 1, OW + KW - 1))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    grad_x[n, :, i : i + KH, j : j + KW] += grad_out[n, f, i, j] * weight[f]
    return grad_x


# %% conv2d_input_grad: kernel place by kernel place, a matrix product
def conv2d_input_grad(grad_out, weight):
    OH, OW = grad_out.shape[2:]
    KH, KW = weight.shape[2:]
    last = np.moveaxis(grad_out, 1, -1)  # (N, OH, OW, F)
    grad = np.zeros((len(grad_out), OH + KH - 1, OW + KW - 1, weight.shape[1]))
    for k, l in np.ndindex(KH, KW):  # noqa: E741
        grad[:, k : k + OH, l : l + OW] += last @ weight[:, :, k, l]
    return np.moveaxis(grad, -1, 1)


# %% conv2d_input_grad: conv2d with padding, rotated here
def conv2d_input_grad(grad_out, weight):
    KH, KW = weight.shape[2:]
    turned = np.rot90(weight, 2, (2, 3)).transpose(1, 0, 2, 3)
    return conv2d(grad_out, np.ascontiguousarray(turned), padding=(KH - 1, KW - 1))


# %% conv2d_input_grad: full_convolution, channel by channel
def conv2d_input_grad(grad_out, weight):
    rotated = rotate180(weight)  # (F, C, KH, KW)
    channels = []
    for c in range(weight.shape[1]):
        channels.append(full_convolution(grad_out, rotated[np.newaxis, :, c])[:, 0])
    return np.stack(channels, axis=1)


# %% conv2d_backward: the definition, output by output
def conv2d_backward(grad_out, x, weight, stride, padding):
    N, C, H, W = x.shape
    F, _, KH, KW = weight.shape
    p, s = padding, stride
    padded = np.zeros((N, C, H + 2 * p, W + 2 * p))
    padded[:, :, p : p + H, p : p + W] = x
    grad_padded = np.zeros(padded.shape)
    grad_weight = np.zeros(weight.shape)
    grad_bias = np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(grad_out.shape[2]):
                for j in range(grad_out.shape[3]):
                    g = grad_out[n, f, i, j]
                    rows, cols = slice(i * s, i * s + KH), slice(j * s, j * s + KW)
                    grad_padded[n, :, rows, cols] += g * weight[f]
                    grad_weight[f] += g * padded[n, :, rows, cols]
                    grad_bias[f] += g
    return grad_padded[:, :, p : p + H, p : p + W], grad_weight, grad_bias


# %% conv2d_backward: einsum, kernel place by kernel place
def crop(a, p):
    return a[:, :, p : a.shape[2] - p, p : a.shape[3] - p]


# %%
def conv2d_backward(grad_out, x, weight, stride, padding):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    OH, OW = grad_out.shape[2:]
    for k, l in np.ndindex(weight.shape[2:]):  # noqa: E741
        there = np.s_[:, :, k : k + OH * stride : stride, l : l + OW * stride : stride]
        met = padded[there][:, :, :OH, :OW]
        grad_weight[:, :, k, l] = np.einsum("nfij,ncij->fc", grad_out, met)
        grad_padded[there] += np.einsum("nfij,fc->ncij", grad_out, weight[:, :, k, l])
    return crop(grad_padded, padding), grad_weight, np.einsum("nfij->f", grad_out)


# %% conv2d_backward: the two earlier functions, zeros by np.kron
def conv2d_backward(grad_out, x, weight, stride, padding):
    H, W = x.shape[2:]
    KH, KW = weight.shape[2:]
    one = np.zeros((1, 1, stride, stride))
    one[..., 0, 0] = 1
    apart = np.kron(grad_out, one)
    places = H + 2 * padding - KH + 1, W + 2 * padding - KW + 1
    more = [max(0, a - b) for a, b in zip(places, apart.shape[2:])]
    apart = np.pad(apart, ((0, 0), (0, 0), (0, more[0]), (0, more[1])))
    apart = apart[:, :, : places[0], : places[1]]
    around = (0, 0), (0, 0), (padding, padding), (padding, padding)
    grad_x = conv2d_input_grad(apart, weight)[:, :, padding:, padding:][:, :, :H, :W]
    grad_weight = conv2d_weight_grad(apart, np.pad(x, around))
    grad_bias = np.array([grad_out[:, f].sum() for f in range(len(weight))])
    return grad_x, grad_weight, grad_bias


# %% conv2d_backward: im2col and back, by matrices
def windows_of(x, K, stride, size):
    s = x.strides
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:2], *size, *K),
        (s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3]),
    )


# %%
def conv2d_backward(grad_out, x, weight, stride, padding):
    (N, F, OH, OW), (H, W), (KH, KW) = grad_out.shape, x.shape[2:], weight.shape[2:]
    pad = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    met = windows_of(np.pad(x, pad), (KH, KW), stride, (OH, OW))
    grad_weight = np.tensordot(grad_out, met, ((0, 2, 3), (0, 2, 3)))
    back = np.tensordot(grad_out, weight, (1, 0))  # (N, OH, OW, C, KH, KW)
    canvas = np.pad(np.zeros_like(x), pad)
    for i in range(OH):
        for j in range(OW):
            canvas[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW] += back[
                :, i, j
            ]
    grad_x = canvas[:, :, padding : H + padding, padding : W + padding]
    return grad_x, grad_weight, grad_out.sum((0, 2, 3))


# %% col2im: window by window, image by image
import numpy as np


# %%
def col2im(columns, size, kernel_size, stride=1, padding=0):
    N, rows, places = columns.shape
    H, W = size
    KH, KW = kernel_size
    C = rows // (KH * KW)
    across = (W + 2 * padding - KW) // stride + 1
    result = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=columns.dtype)
    for n in range(N):
        for place in range(places):
            top, left = place // across * stride, place % across * stride
            window = columns[n, :, place].reshape(C, KH, KW)
            result[n, :, top : top + KH, left : left + KW] += window
    if padding:
        result = result[:, :, padding:-padding, padding:-padding]
    return result


# %% col2im: the positions as numbers, and np.add.at
import numpy as np


# %%
def col2im(columns, size, kernel_size, stride=1, padding=0):
    (H, W), (KH, KW) = size, kernel_size
    PH, PW = H + 2 * padding, W + 2 * padding
    OH, OW = (PH - KH) // stride + 1, (PW - KW) // stride + 1
    u, v, i, j = np.ogrid[:KH, :KW, :OH, :OW]
    where = ((i * stride + u) * PW + j * stride + v).reshape(-1)
    N = columns.shape[0]
    flat = np.zeros((N, columns.shape[1] // (KH * KW), PH * PW), columns.dtype)
    np.add.at(flat, (slice(None), slice(None), where), columns.reshape(N, flat.shape[1], -1))
    return flat.reshape(N, -1, PH, PW)[:, :, padding : padding + H, padding : padding + W]


# %% col2im: a view of the windows, filled weight by weight
import numpy as np


# %%
def col2im(columns, size, kernel_size, stride=1, padding=0):
    H, W = size
    KH, KW = kernel_size
    padded = np.zeros((H + 2 * padding, W + 2 * padding))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (KH, KW))[::stride, ::stride]
    OH, OW = windows.shape[:2]
    six = columns.reshape(columns.shape[0], -1, KH, KW, OH, OW)
    out = np.zeros(six.shape[:2] + padded.shape, columns.dtype)
    for u in range(KH):
        for v in range(KW):
            view = out[:, :, u:, v:][:, :, ::stride, ::stride]
            view[:, :, :OH, :OW] += six[:, :, u, v]
    return out[:, :, padding : H + padding, padding : W + padding]


# %% general_input_grad: zeros between the gradients and between the weights, rotated, slid
def general_input_grad(
    grad_out, weight, size, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1
):
    (N, F, OH, OW), (_, D, KH, KW) = grad_out.shape, weight.shape
    covered = [d * (k - 1) + 1 for d, k in zip(dilation, (KH, KW))]
    holes = np.zeros((F, D, *covered), weight.dtype)
    holes[:, :, :: dilation[0], :: dilation[1]] = weight
    lengths = [s + 2 * p - c + 1 for s, p, c in zip(size, padding, covered)]
    spread = np.zeros((N, F, *lengths), grad_out.dtype)
    spread[:, :, : stride[0] * OH : stride[0], : stride[1] * OW : stride[1]] = grad_out
    spread = np.pad(spread, [(0, 0), (0, 0)] + [(c - 1, c - 1) for c in covered])
    windows = np.lib.stride_tricks.sliding_window_view(spread, covered, axis=(2, 3))
    parts = [
        np.einsum("nfijuv,fcuv->ncij", w, k)
        for w, k in zip(np.split(windows, groups, 1), np.split(holes[:, :, ::-1, ::-1], groups))
    ]
    grad = np.concatenate(parts, axis=1)
    return grad[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]


# %% general_input_grad: stamps, one output at a time, filters of all groups at once
def general_input_grad(
    grad_out, weight, size, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1
):
    N, F, OH, OW = grad_out.shape
    D, KH, KW = weight.shape[1:]
    whole = np.zeros((F, groups * D, KH, KW))  # each filter with zeros for what it did not see
    for f in range(F):
        g = f // (F // groups)
        whole[f, g * D : (g + 1) * D] = weight[f]
    grad = np.zeros((N, groups * D, size[0] + 2 * padding[0], size[1] + 2 * padding[1]))
    for i in range(OH):
        rows = i * stride[0] + dilation[0] * np.arange(KH)
        for j in range(OW):
            columns = j * stride[1] + dilation[1] * np.arange(KW)
            stamps = np.tensordot(grad_out[:, :, i, j], whole, axes=1)
            grad[:, :, rows[:, None], columns] += stamps
    return grad[:, :, padding[0] :, padding[1] :][:, :, : size[0], : size[1]]
