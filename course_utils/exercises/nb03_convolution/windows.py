"""Layers as lists of windows: what the loops, im2col and conv2d have in common."""

import numpy as np

from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size


def taps(x, weight, bias, stride, padding, dilation):
    """The definition, number by number, without padding anything: pixels outside are skipped."""
    (N, C, H, W), (F, _, KH, KW) = x.shape, weight.shape
    covered = [dilation * (k - 1) + 1 for k in (KH, KW)]
    OH = len(range(0, H + 2 * padding - covered[0] + 1, stride))
    OW = len(range(0, W + 2 * padding - covered[1] + 1, stride))
    x_, weight_ = x.tolist(), weight.tolist()
    out = np.empty((N, F, OH, OW), np.result_type(x, weight))
    for n, f, i, j in np.ndindex(out.shape):
        total = float(bias[f])
        for u in range(KH):
            row = i * stride + u * dilation - padding
            for v in range(KW) if 0 <= row < H else ():
                column = j * stride + v * dilation - padding
                if 0 <= column < W:
                    total += sum(x_[n][c][row][column] * weight_[f][c][u][v] for c in range(C))
        out[n, f, i, j] = total
    return out


def all_windows(x, kernel_size, stride, padding, dilation=1, step=None):
    """All windows (N, C, OH, OW, KH, KW); `step`: how far apart they really are taken."""
    KH, KW = kernel_size
    sizes = [
        conv_output_size(size, k, stride, padding, dilation)
        for size, k in zip(x.shape[2:], kernel_size, strict=True)
    ]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    covered = dilation * (KH - 1) + 1, dilation * (KW - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(x, covered, axis=(2, 3))
    step = stride if step is None else step
    return windows[:, :, ::step, ::step, ::dilation, ::dilation][:, :, : sizes[0], : sizes[1]]


def product(windows, weight, bias):
    return np.einsum("ncijuv,fcuv->nfij", windows, weight) + bias[:, np.newaxis, np.newaxis]


def layer(rng, x_shape, weight_shape, dtype=np.float64):
    """Random x, weight and bias of a layer."""
    shapes = x_shape, weight_shape, weight_shape[:1]
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def rows_and_columns(before, after=None):
    """A padding of the last two axes."""
    after = before if after is None else after
    return (0, 0), (0, 0), (before, after), (before, after)


def loops(
    x, weight, bias, stride=1, padding=0, *, kernel=None, pad=None, size=None, sizes=None,
    window=None, number=None, put=None, dtype=float,
):  # fmt: skip
    """The layer as most people write it, with one thing changed.

    kernel(KH, KW); pad(x, P): the padded image; size(H, K, S, P): one size of the output;
    sizes(count, H, W, KH, KW): both, from count(H, K); window(x, i, j, KH, KW, S, P):
    (N, C, KH, KW) of the padded image; number(products, bias): (N, F) from (N, F, C, KH, KW);
    put(out, i, j, numbers)
    """
    (N, _, H, W), F, S, P = x.shape, len(weight), stride, padding
    KH, KW = kernel(*weight.shape[2:]) if kernel else weight.shape[2:]
    sizes = sizes or (lambda count, H, W, KH, KW: (count(H, KH), count(W, KW)))
    window = window or (lambda x, i, j, KH, KW, S, P: x[:, :, i * S :, j * S :][:, :, :KH, :KW])
    number = number or (lambda products, bias: products.sum(axis=(2, 3, 4)) + bias)
    padded = pad(x, P) if pad else np.pad(x, rows_and_columns(P))
    shape = sizes(lambda H, K: (size or conv_output_size)(H, K, S, P), H, W, KH, KW)
    out = np.zeros((N, F, *shape), dtype)
    for i, j in np.ndindex(out.shape[2:]):
        met = window(padded, i, j, KH, KW, S, P)[:N, np.newaxis]  # (N, 1, C, KH, KW)
        numbers = number(met * weight, bias)
        if put:
            put(out, i, j, numbers)
        else:
            out[:, :, i, j] = numbers
    return out


def number_by_number(x, weight, bias, stride, padding, number, kernel=None, pad=rows_and_columns):
    """Every output on its own; number(x[n], rows, columns, filter) has the sum of the products.

    kernel(KH, KW): the size that everything is counted with; pad(P): the pairs of np.pad
    """
    (N, _, H, W), F, S = x.shape, len(weight), stride
    KH, KW = kernel(*weight.shape[2:]) if kernel else weight.shape[2:]
    sizes = conv_output_size(H, KH, S, padding), conv_output_size(W, KW, S, padding)
    padded, out = np.pad(x, pad(padding)), np.zeros((N, F, *sizes))
    for n, f, i, j in np.ndindex(out.shape):
        window = slice(i * S, i * S + KH), slice(j * S, j * S + KW)
        out[n, f, i, j] = number(padded[n], *window, weight[f]) + bias[f]
    return out
