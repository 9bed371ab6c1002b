"""Right answers to notebook 08. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811, RUF059
# %% rotate_filter: the four neighbours, one by one
import math

import numpy as np

from course_utils.numpy_nn import conv2d, conv2d_backward


# %%
def rotate_filter(weight, angle):
    F, C, KH, KW = weight.shape
    theta = math.radians(angle)
    out = np.zeros(weight.shape)
    for i in range(KH):
        for j in range(KW):
            dx, dy = j - (KW - 1) / 2, i - (KH - 1) / 2
            row = dx * math.sin(theta) + dy * math.cos(theta) + (KH - 1) / 2
            column = dx * math.cos(theta) - dy * math.sin(theta) + (KW - 1) / 2
            r, c = math.floor(row), math.floor(column)
            down, right = row - r, column - c
            for rr, share_r in ((r, 1 - down), (r + 1, down)):
                for cc, share_c in ((c, 1 - right), (c + 1, right)):
                    if 0 <= rr < KH and 0 <= cc < KW:
                        out[:, :, i, j] += share_r * share_c * weight[:, :, rr, cc]
    return out


# %% rotate_filter: one einsum over all shares
def roof(distance: np.ndarray) -> np.ndarray:
    return np.clip(1 - np.abs(distance), 0, None)


# %%
def rotate_filter(weight, angle):
    KH, KW = weight.shape[-2:]
    s, c = np.sin(angle * np.pi / 180), np.cos(angle * np.pi / 180)
    y, x = np.mgrid[:KH, :KW]
    y, x = y - (KH - 1) / 2, x - (KW - 1) / 2
    rows = s * x + c * y + (KH - 1) / 2
    columns = c * x - s * y + (KW - 1) / 2
    down = roof(rows[..., np.newaxis] - np.arange(KH))  # (KH, KW, KH)
    along = roof(columns[..., np.newaxis] - np.arange(KW))  # (KH, KW, KW)
    return np.einsum("ijr,ijc,fkrc->fkij", down, along, weight)


# %% rotate_filter: a border of zeros and tables of indices, float32
def rotate_filter(weight, angle):
    KH, KW = weight.shape[2:]
    margin = KH + KW
    padded = np.pad(weight, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    middle = complex((KW - 1) / 2, (KH - 1) / 2)
    i, j = np.indices((KH, KW))
    looks = middle + (j + 1j * i - middle) * np.exp(1j * np.deg2rad(angle))
    row, column = looks.imag + margin, looks.real + margin
    r, c = np.floor(row).astype(int), np.floor(column).astype(int)
    a, b = row - r, column - c
    top = (1 - b) * padded[:, :, r, c] + b * padded[:, :, r, c + 1]
    bottom = (1 - b) * padded[:, :, r + 1, c] + b * padded[:, :, r + 1, c + 1]
    return ((1 - a) * top + a * bottom).astype(np.float32)


# %% rotate_filter_backward: the four neighbours, np.add.at
def rotate_filter_backward(grad_out, angle):
    KH, KW = grad_out.shape[2:]
    s, c = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    y = np.arange(KH)[:, None] - (KH - 1) / 2
    x = np.arange(KW)[None, :] - (KW - 1) / 2
    row, column = s * x + c * y + (KH - 1) / 2, c * x - s * y + (KW - 1) / 2
    grad = np.zeros((KH, KW, *grad_out.shape[:2]))
    g = grad_out.transpose(2, 3, 0, 1)
    for r in (np.floor(row), np.floor(row) + 1):
        for q in (np.floor(column), np.floor(column) + 1):
            share = (1 - abs(row - r)) * (1 - abs(column - q))
            inside = (r >= 0) & (r < KH) & (q >= 0) & (q < KW)
            there = r[inside].astype(int), q[inside].astype(int)
            np.add.at(grad, there, share[inside][:, None, None] * g[inside])
    return grad.transpose(2, 3, 0, 1)


# %% rotate_filter_backward: the matrix of the rotation, transposed
def shares(size, place):
    return np.maximum(1 - np.abs(place - np.arange(size)), 0)


# %%
def rotation_matrix(KH, KW, angle):
    """(KH·KW, KH·KW): row p holds the shares of place p."""
    t = np.deg2rad(angle)
    rows = []
    for i in range(KH):
        for j in range(KW):
            dy, dx = i - (KH - 1) / 2, j - (KW - 1) / 2
            down = shares(KH, (KH - 1) / 2 + np.sin(t) * dx + np.cos(t) * dy)
            along = shares(KW, (KW - 1) / 2 + np.cos(t) * dx - np.sin(t) * dy)
            rows.append(np.kron(down, along))
    return np.array(rows)


# %%
def rotate_filter_backward(grad_out, angle):
    F, C, KH, KW = grad_out.shape
    flat = grad_out.reshape(F * C, KH * KW)
    return (flat @ rotation_matrix(KH, KW, angle)).reshape(F, C, KH, KW, order="C")


# %% rotate_filter_backward: weight by weight, what it has given
def rotate_filter_backward(grad_out, angle):
    KH, KW = grad_out.shape[2:]
    s, c = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    i, j = np.meshgrid(range(KH), range(KW), indexing="ij")
    dy, dx = i - (KH - 1) / 2, j - (KW - 1) / 2
    row, column = (KH - 1) / 2 + s * dx + c * dy, (KW - 1) / 2 + c * dx - s * dy
    grad = np.zeros(grad_out.shape, np.float32)
    for r in range(KH):
        for q in range(KW):
            share = np.maximum(0, 1 - abs(row - r)) * np.maximum(0, 1 - abs(column - q))
            grad[:, :, r, q] = (grad_out * share).sum((-1, -2))
    return grad


# %% orbit_max: copy by copy with conv2d
def orbit_max(x, bank):
    answers = np.stack([conv2d(x, bank[:, t]) for t in range(bank.shape[1])])  # (T, N, F, OH, OW)
    return answers.max(axis=0), answers.argmax(axis=0)


# %% orbit_max: one einsum, np.take_along_axis
def orbit_max(x, bank):
    windows = np.lib.stride_tricks.sliding_window_view(x, bank.shape[-2:], axis=(2, 3))
    z = np.einsum("nchwab,ftcab->nfhwt", windows, bank)
    winners = np.argmax(z, axis=-1)
    return np.take_along_axis(z, winners[..., None], axis=-1)[..., 0], winners.astype(np.uint8)


# %% orbit_max: a running champion
def orbit_max(x, bank):
    F, T = bank.shape[:2]
    out = conv2d(x, bank[:, 0])
    winners = np.zeros(out.shape, dtype=int, order="F")
    for t in range(1, T):
        challenger = conv2d(x, bank[:, t])
        better = challenger > out
        out[better] = challenger[better]
        winners[better] = t
    return out, winners


# %% orbit_max: number by number
def orbit_max(x, bank):
    N, C, H, W = x.shape
    F, T, _, KH, KW = bank.shape
    out = np.zeros((N, F, H - KH + 1, W - KW + 1))
    winners = np.zeros(out.shape, int)
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i : i + KH, j : j + KW]
        answers = [(window * copy).sum() for copy in bank[f]]
        out[n, f, i, j] = max(answers)
        winners[n, f, i, j] = answers.index(max(answers))
    return out, winners


# %% orbit_max_backward: number by number
def orbit_max_backward(grad_out, winners, x, bank):
    grad_x, grad_bank = np.zeros(x.shape), np.zeros(bank.shape)
    KH, KW = bank.shape[-2:]
    for place in np.ndindex(grad_out.shape):
        n, f, i, j = place
        t = winners[place]
        grad_x[n, :, i : i + KH, j : j + KW] += grad_out[place] * bank[f, t]
        grad_bank[f, t] += grad_out[place] * x[n, :, i : i + KH, j : j + KW]
    return grad_x, grad_bank


# %% orbit_max_backward: copy by copy with conv2d_backward
def orbit_max_backward(grad_out, winners, x, bank):
    grad_x, grad_bank = 0, np.empty_like(bank)
    for t in range(bank.shape[1]):
        masked = np.where(winners == t, grad_out, 0)
        part, grad_bank[:, t], _ = conv2d_backward(masked, x, bank[:, t])
        grad_x = grad_x + part
    return grad_x, grad_bank


# %% orbit_max_backward: np.put_along_axis, then one conv2d_backward
def orbit_max_backward(grad_out, winners, x, bank):
    N, F, OH, OW = grad_out.shape
    T = bank.shape[1]
    grad_z = np.zeros((N, F, T, OH, OW), grad_out.dtype)
    np.put_along_axis(grad_z, winners[:, :, None], grad_out[:, :, None], axis=2)
    filters = bank.reshape(-1, *bank.shape[2:])
    results = conv2d_backward(grad_z.reshape(N, F * T, OH, OW), x, filters)
    return results[0], results[1].reshape(bank.shape)


# %% orbit_max_backward: one-hot winners and einsum
from numpy.lib.stride_tricks import sliding_window_view


# %%
def orbit_max_backward(grad_out, winners, x, bank):
    KH, KW = bank.shape[3:]
    grad_z = np.eye(bank.shape[1])[winners] * grad_out[..., None]  # (N, F, OH, OW, T)
    windows = sliding_window_view(x, (KH, KW), axis=(2, 3))
    grad_bank = np.einsum("nfijt,ncijab->ftcab", grad_z, windows)
    stamps = np.einsum("nfijt,ftcab->ncabij", grad_z, bank)
    grad_x = np.zeros(x.shape)
    for a in range(KH):
        for b in range(KW):
            grad_x[:, :, a : a + stamps.shape[4], b : b + stamps.shape[5]] += stamps[:, :, a, b]
    return grad_x, grad_bank


# %% p4m_layer: filters by np.roll, mirrored ones in reverse order
def posed(weight, mirrored, turns):
    plain, other = weight[:, :, :4], weight[:, :, 4:]
    if mirrored:
        back = [0, 3, 2, 1]  # a quarter turn becomes one the other way
        plain, other = (half[:, :, back, :, ::-1] for half in (other, plain))
    halves = [np.roll(np.rot90(half, turns, axes=(3, 4)), turns, axis=2) for half in (plain, other)]
    return np.concatenate(halves, axis=2)


# %%
def p4m_layer(x, weight):
    merged = x.reshape(len(x), -1, *x.shape[3:])
    bank = np.stack([posed(weight, m, r) for m in (0, 1) for r in range(4)], axis=1)
    F, K = len(weight), weight.shape[-1]
    out = conv2d(merged, bank.reshape(8 * F, -1, K, K))
    return out.reshape(len(x), F, 8, *out.shape[2:])


# %% p4m_layer: the picture is moved instead, and its answer moved back
def p4m_layer(x, weight):
    N, C, _, H, W = x.shape
    F, _, _, K, _ = weight.shape
    answers = []
    for pose in range(8):
        m, r = divmod(pose, 4)
        moved = np.rot90(x, -r, axes=(3, 4))
        moved = moved[..., ::-1] if m else moved
        seen = [
            4 * ((m + n) % 2) + ((r - s) % 4 if m else (r + s) % 4)
            for n in range(2)
            for s in range(4)
        ]
        moved = moved[:, :, seen]  # its pose k is what the filter's pose k meets
        windows = np.lib.stride_tricks.sliding_window_view(moved, (K, K), axis=(3, 4))
        answer = np.einsum("ncpijuv,fcpuv->nfij", windows, weight)
        answer = answer[..., ::-1] if m else answer
        answers.append(np.rot90(answer, r, axes=(2, 3)))
    return np.stack(answers, axis=2)
