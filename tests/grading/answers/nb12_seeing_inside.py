"""Right answers to notebook 12. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% unpool_with_switches: one window place after the other, all maps at once
import numpy as np


# %%
def unpool_with_switches(signal, switches, kernel_size, stride, size):
    N, C, OH, OW = signal.shape
    KH, KW = kernel_size
    out = np.zeros((N, C, *size))
    for a in range(KH):
        for b in range(KW):
            mine = np.where(switches == a * KW + b, signal, 0)
            rows = slice(a, a + (OH - 1) * stride + 1, stride)
            columns = slice(b, b + (OW - 1) * stride + 1, stride)
            out[:, :, rows, columns] += mine
    return out


# %% unpool_with_switches: positions in the map and np.add.at
def unpool_with_switches(signal, switches, kernel_size, stride, size):
    n, c, i, j = np.indices(signal.shape)
    row, column = np.divmod(switches, kernel_size[1])
    out = np.zeros(signal.shape[:2] + tuple(size), dtype=signal.dtype)
    np.add.at(out, (n, c, i * stride + row, j * stride + column), signal)
    return out


# %% unpool_with_switches: a little window of zeros for each number
def little_window(k, value, KH, KW):
    window = np.zeros(KH * KW)
    window[k] = value
    return window.reshape(KH, KW)


# %%
def unpool_with_switches(signal, switches, kernel_size, stride, size):
    KH, KW = kernel_size
    maps = []
    for n, c in np.ndindex(signal.shape[:2]):
        values, places = signal[n, c], switches[n, c]
        canvas = np.zeros(size)
        for i in range(values.shape[0]):
            for j in range(values.shape[1]):
                top, left = i * stride, j * stride
                little = little_window(places[i, j], values[i, j], KH, KW)
                canvas[top : top + KH, left : left + KW] += little
        maps.append(canvas)
    return np.array(maps).reshape(*signal.shape[:2], *size)


# %% deconv_relu: masks as numbers
def deconv_relu(signal, x, rule):
    out = signal * 1.0
    if rule in ("backprop", "guided"):
        out = out * (x > 0)
    if rule in ("deconvnet", "guided"):
        out = np.maximum(out, 0)
    return out


# %% deconv_relu: a dictionary of conditions
def deconv_relu(signal, x, rule):
    passes = {
        "backprop": x > 0,
        "deconvnet": signal > 0,
        "guided": np.logical_and(x > 0, signal > 0),
    }
    out = np.zeros(signal.shape, signal.dtype)
    out[passes[rule]] = signal[passes[rule]]
    return out


# %% deconv_relu: a copy in which the rest is set to 0
def deconv_relu(signal, x, rule):
    result = signal.copy()
    if rule != "deconvnet":
        result[x <= 0] = 0
    if rule != "backprop":
        result[signal <= 0] = 0
    return result


# %% receptive_field: cumulative sums and products
def receptive_field(layers):
    K, S, P = np.array(layers).T
    jump = np.cumprod(S)
    before = jump // S
    return 1 + np.cumsum((K - 1) * before), jump, -np.cumsum(P * before)


# %% receptive_field: from each layer down to the image
def receptive_field(layers):
    L = len(layers)
    size, jump, start = np.ones(L, int), np.ones(L, int), np.zeros(L, int)
    for depth in range(L):
        for kernel, stride, padding in layers[depth::-1]:
            size[depth] = (size[depth] - 1) * stride + kernel
            start[depth] = start[depth] * stride - padding
            jump[depth] = jump[depth] * stride
    return size, jump, start


# %% receptive_field: rows of a table, filled one by one
def receptive_field(layers):
    table = [[1, 1, 0]]
    for kernel, stride, padding in layers:
        r, j, s = table[-1]
        table.append([r + (kernel - 1) * j, j * stride, s - padding * j])
    table = np.array(table[1:])
    return table[:, 0], table[:, 1], table[:, 2]


# %% occlusion_map: lists in lists
def occlusion_map(score, image, size, stride, fill):
    _, H, W = image.shape
    rows = []
    for top in range(0, H - size + 1, stride):
        row = []
        for left in range(0, W - size + 1, stride):
            copy = np.array(image)
            copy[:, top : top + size, left : left + size] = fill
            row.append(score(copy))
        rows.append(row)
    return np.array(rows)


# %% occlusion_map: a mask and np.where
def hidden(shape, top, left, size):
    mask = np.zeros(shape[1:], dtype=bool)
    mask[top : top + size, left : left + size] = True
    return mask


# %%
def occlusion_map(score, image, size, stride, fill):
    places = [(image.shape[k] - size) // stride + 1 for k in (1, 2)]
    out = np.empty(places)
    for i in range(places[0]):
        for j in range(places[1]):
            mask = hidden(image.shape, i * stride, j * stride, size)
            out[i, j] = score(np.where(mask, image.dtype.type(fill), image))
    return out


# %% occlusion_map: one copy, what was covered is put back
def occlusion_map(score, image, size, stride, fill):
    work = image.copy()
    OH, OW = (image.shape[1] - size) // stride + 1, (image.shape[2] - size) // stride + 1
    flat = np.zeros(OH * OW)
    for k in range(OH * OW):
        top, left = k // OW * stride, k % OW * stride
        square = np.s_[:, top : top + size, left : left + size]
        work[square] = fill
        flat[k] = score(work)
        work[square] = image[square]
    return flat.reshape(OH, OW)
