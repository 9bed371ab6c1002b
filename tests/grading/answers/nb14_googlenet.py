"""Right answers to notebook 14. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% conv_macs: outputs times what each of them costs
import numpy as np


# %%
def conv_macs(C, H, W, F, K, stride=1, padding=0):
    rows = len(range(0, H + 2 * padding - K + 1, stride))
    columns = len(range(0, W + 2 * padding - K + 1, stride))
    outputs = F * rows * columns
    cost = C * K**2
    return outputs * cost


# %% conv_macs: the shape of a window view
def conv_macs(C, H, W, F, K, stride=1, padding=0):
    blank = np.zeros((H + 2 * padding, W + 2 * padding), dtype=bool)
    windows = np.lib.stride_tricks.sliding_window_view(blank, (K, K))[::stride, ::stride]
    return windows.size * C * F


# %% conv_macs: np.floor and a float in between
def conv_macs(C, H, W, F, K, stride=1, padding=0):
    sides = [np.floor((n + 2 * padding - K) / stride) + 1 for n in (H, W)]
    return int(np.prod([F, C, K, K, *sides]))


# %% inception_macs: conv_macs six times
def inception_macs(C, H, W, one, reduce3, three, reduce5, five, pooled):
    first = conv_macs(C, H, W, one, 1)
    second = conv_macs(C, H, W, reduce3, 1) + conv_macs(reduce3, H, W, three, 3, padding=1)
    third = conv_macs(C, H, W, reduce5, 1) + conv_macs(reduce5, H, W, five, 5, padding=2)
    fourth = conv_macs(C, H, W, pooled, 1)
    return first + second + third + fourth, one + three + five + pooled


# %% inception_macs: a table of layers
def inception_macs(C, H, W, one, reduce3, three, reduce5, five, pooled):
    before = np.array([C, C, reduce3, C, reduce5, C])
    after = np.array([one, reduce3, three, reduce5, five, pooled])
    kernel = np.array([1, 1, 3, 1, 5, 1])
    each_place = int((before * after * kernel**2).sum())
    return each_place * H * W, after[[0, 2, 4, 5]].sum()


# %% inception_macs: branch by branch, with a helper inside
def inception_macs(C, H, W, one, reduce3, three, reduce5, five, pooled):
    def branch(*steps):
        maps, total = C, 0
        for filters, K in steps:
            total += H * W * maps * filters * K * K
            maps = filters
        return total, maps

    found = [branch((one, 1)), branch((reduce3, 1), (three, 3)),
             branch((reduce5, 1), (five, 5)), branch((pooled, 1))]  # fmt: skip
    macs, channels = map(sum, zip(*found, strict=True))
    return macs, channels


# %% global_average_pool: laid flat first
def global_average_pool(x):
    N, C = x.shape[:2]
    return x.reshape(N, C, -1).mean(axis=2)


# %% global_average_pool: one axis after the other
def global_average_pool(x):
    return np.mean(np.mean(x, axis=-1), axis=-1)


# %% global_average_pool: a sum in two loops
def global_average_pool(x):
    N, C, H, W = x.shape
    out = np.zeros((N, C))
    for i in range(H):
        for j in range(W):
            out += x[:, :, i, j]
    return out / (H * W)
