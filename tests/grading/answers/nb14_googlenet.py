"""Right answers to notebook 14. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811
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


# %% InceptionModule: four sequences
import torch
from torch import nn


# %%
class InceptionModule(nn.Module):
    def __init__(self, before, ones, reduce3, three, reduce5, five, pooled):
        super().__init__()
        relu = nn.ReLU()
        self.a = nn.Sequential(nn.Conv2d(before, ones, 1), relu)
        self.b = nn.Sequential(
            nn.Conv2d(before, reduce3, 1), relu, nn.Conv2d(reduce3, three, 3, 1, 1), relu
        )
        self.c = nn.Sequential(
            nn.Conv2d(before, reduce5, 1), relu, nn.Conv2d(reduce5, five, 5, 1, 2), relu
        )
        self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(before, pooled, 1), relu)

    def forward(self, x):
        return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1)


# %% InceptionModule: made from the last branch to the first, one ReLU for all results
import torch
from torch import nn
from torch.nn import functional as F


# %%
def same(before, maps, side):
    return nn.Conv2d(before, maps, side, padding="same")


# %%
class InceptionModule(nn.Module):
    def __init__(self, before, ones, reduce3, three, reduce5, five, pooled):
        super().__init__()
        self.pooled = same(before, pooled, 1)
        self.fives = nn.ModuleList([same(before, reduce5, 1), same(reduce5, five, 5)])
        self.threes = nn.ModuleList([same(before, reduce3, 1), same(reduce3, three, 3)])
        self.ones = same(before, ones, 1)

    def forward(self, x):
        results = [self.ones(x)]
        for narrow, wide in (self.threes, self.fives):
            results.append(wide(narrow(x).clamp_min(0)))
        results.append(self.pooled(F.max_pool2d(x, 3, stride=1, padding=1)))
        return F.relu(torch.cat(results, dim=1))


# %% InceptionModule: the result filled branch by branch
import torch
from torch import nn


# %%
class InceptionModule(nn.Module):
    def __init__(self, before, ones, reduce3, three, reduce5, five, pooled):
        super().__init__()
        self.widths = ones, three, five, pooled

        def step(i, o, k):
            return nn.Sequential(nn.Conv2d(i, o, k, padding=k // 2), nn.ReLU())

        self.branches = nn.ModuleList(
            [
                step(before, ones, 1),
                nn.Sequential(step(before, reduce3, 1), step(reduce3, three, 3)),
                nn.Sequential(step(before, reduce5, 1), step(reduce5, five, 5)),
                nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), step(before, pooled, 1)),
            ]
        )

    def forward(self, x):
        N, _, H, W = x.shape
        out, start = x.new_zeros(N, sum(self.widths), H, W), 0
        for branch, width in zip(self.branches, self.widths, strict=True):
            out[:, start : start + width] = branch(x)
            start += width
        return out
