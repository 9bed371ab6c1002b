"""Right answers to notebook 11. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% alexnet_shapes: a table of layers and a loop
import numpy as np


# %%
def alexnet_shapes(H, W, padding=0):
    layers = [
        (96, 11, 4, padding), (96, 3, 2, 0), (256, 5, 1, 2), (256, 3, 2, 0),
        (384, 3, 1, 1), (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 2, 0),
    ]  # fmt: skip
    shapes = []
    for maps, kernel, stride, around in layers:
        H = (H + 2 * around - kernel) // stride + 1
        W = (W + 2 * around - kernel) // stride + 1
        shapes.append((maps, H, W))
    return (*shapes, (256 * H * W,), (4096,), (4096,), (1000,))


# %% alexnet_shapes: only the four layers that shrink are computed
def alexnet_shapes(H, W, padding=0):
    def pooled(size):
        return ((size[0] - 3) // 2 + 1, (size[1] - 3) // 2 + 1)

    first = (H + 2 * padding - 7) // 4, (W + 2 * padding - 7) // 4
    second = pooled(first)
    third = pooled(second)
    last = pooled(third)
    return (
        (96, *first), (96, *second), (256, *second), (256, *third), (384, *third),
        (384, *third), (256, *third), (256, *last), (256 * last[0] * last[1],),
        (4096,), (4096,), (1000,),
    )  # fmt: skip


# %% alexnet_shapes: NumPy, rows and columns at once
def sides(size, kernel, stride=1, padding=0):
    return np.floor((size + 2 * padding - kernel) / stride).astype(int) + 1


# %%
def alexnet_shapes(H, W, padding=0):
    c1 = sides(np.array([H, W]), 11, 4, padding)
    p1 = sides(c1, 3, 2)
    c2 = sides(p1, 5, 1, 2)
    p2 = sides(c2, 3, 2)
    c3 = sides(p2, 3, 1, 1)
    p3 = sides(c3, 3, 2)
    maps = (96, 96, 256, 256, 384, 384, 256, 256)
    all_sides = (c1, p1, c2, p2, c3, c3, c3, p3)
    shapes = tuple((m, int(s[0]), int(s[1])) for m, s in zip(maps, all_sides, strict=True))
    flat = int(np.prod(shapes[-1]))
    return (*shapes, (flat,), (4096,), (4096,), (1000,))


# %% local_response_norm: a cumulative sum, and differences of it
def local_response_norm(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    N, C, H, W = a.shape
    sums = np.zeros((N, C + 1, H, W))
    sums[:, 1:] = np.cumsum(a.astype(float) ** 2, axis=1)
    first = np.maximum(np.arange(C) - n // 2, 0)
    last = np.minimum(np.arange(C) + n // 2 + 1, C)
    return a * (k + alpha * (sums[:, last] - sums[:, first])) ** -beta


# %% local_response_norm: a band matrix of zeros and ones
def local_response_norm(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    i = np.arange(a.shape[1])
    band = (np.abs(i[:, np.newaxis] - i) <= n // 2).astype(float)
    total = np.einsum("ij,njhw->nihw", band, np.square(a))
    return a / np.power(k + alpha * total, beta)


# %% local_response_norm: loops over maps and neighbours
def local_response_norm(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.zeros(a.shape)
    for i in range(a.shape[1]):
        total = 0
        for j in range(i - n // 2, i + n // 2 + 1):
            if 0 <= j < a.shape[1]:
                total = total + a[:, j] * a[:, j]
        out[:, i] = a[:, i] / (k + alpha * total) ** beta
    return out


# %% grouped_conv_parameters: one group after the other
def grouped_conv_parameters(C, F, KH, KW, groups=1, bias=True):
    one = (C // groups) * (F // groups) * KH * KW
    return groups * one + (F if bias else 0)


# %% grouped_conv_parameters: per filter
def grouped_conv_parameters(C, F, KH, KW, groups=1, bias=True):
    per_filter = KH * KW * C // groups
    if bias:
        per_filter += 1
    return per_filter * F


# %% grouped_conv_parameters: the shape of the weights
def grouped_conv_parameters(C, F, KH, KW, groups=1, bias=True):
    import math

    shape = (F, C // groups, KH, KW)
    return math.prod(shape) + F * int(bias)


# %% ensemble_vote: bincount, image by image
def ensemble_vote(scores):
    shifted = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    p = shifted / np.sum(shifted, axis=-1, keepdims=True)
    mean = np.mean(p, axis=0)
    N, L = mean.shape
    winners = np.zeros(N, dtype=int)
    for i in range(N):
        votes = np.bincount(p[:, i].argmax(axis=1), minlength=L)
        best = np.flatnonzero(votes == votes.max())
        winners[i] = best[np.argmax(mean[i, best])]
    return mean, np.argmax(mean, axis=1), winners


# %% ensemble_vote: one-hot votes
def ensemble_vote(scores):
    K, L = len(scores), scores.shape[2]
    z = scores - scores.max(axis=2)[:, :, None]
    p = np.exp(z) / np.exp(z).sum(axis=2)[:, :, None]
    mean = p.sum(axis=0) / K
    votes = np.eye(L)[scores.argmax(axis=2)].sum(axis=0)
    tied = votes == votes.max(axis=1, keepdims=True)
    return mean, mean.argmax(axis=1), np.where(tied, mean, -1).argmax(axis=1)


# %% ensemble_vote: log-sum-exp, and sorting by two keys
def log_softmax(row):
    top = row.max()
    return row - top - np.log(np.exp(row - top).sum())


# %%
def ensemble_vote(scores):
    K, N, L = scores.shape
    mean = np.zeros((N, L))
    votes = np.zeros((N, L), dtype=int)
    for k in range(K):
        for i in range(N):
            mean[i] += np.exp(log_softmax(scores[k, i].astype(float))) / K
            votes[i, np.argmax(scores[k, i])] += 1
    winners = [max(range(L), key=lambda c, i=i: (votes[i, c], mean[i, c])) for i in range(N)]
    return mean, mean.argmax(axis=1), np.array(winners)
