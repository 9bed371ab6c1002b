"""Right answers to notebook 18. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811
# %% depthwise_conv2d: four loops and a window of one map
import numpy as np


# %%
def depthwise_conv2d(x, weight, stride=1, padding=0):
    N, C, H, W = x.shape
    _, KH, KW = weight.shape
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    padded[:, :, padding : padding + H, padding : padding + W] = x
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    out = np.empty((N, C, OH, OW))
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    r, s = i * stride, j * stride
                    out[n, c, i, j] = np.sum(padded[n, c, r : r + KH, s : s + KW] * weight[c])
    return out


# %% depthwise_conv2d: weight by weight, each meets a grid of pixels
def depthwise_conv2d(x, weight, stride=1, padding=0):
    KH, KW = weight.shape[-2:]
    p = padding
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    OH, OW = ((x.shape[k] - size) // stride + 1 for k, size in ((2, KH), (3, KW)))
    total = 0
    for u in range(KH):
        for v in range(KW):
            grid = x[:, :, u : u + OH * stride : stride, v : v + OW * stride : stride]
            total = total + grid * weight[:, u, v][:, None, None]
    return total


# %% depthwise_conv2d: sliding windows and einsum
def depthwise_conv2d(x, weight, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[1:], axis=(2, 3))
    return np.einsum("ncijuv,cuv->ncij", windows[:, :, ::stride, ::stride], weight)


# %% depthwise_conv2d: a helper for one map, then a stack
def one_map(image, kernel, stride):
    rows = range(0, image.shape[0] - kernel.shape[0] + 1, stride)
    columns = range(0, image.shape[1] - kernel.shape[1] + 1, stride)
    KH, KW = kernel.shape
    return np.array(
        [[(image[i : i + KH, j : j + KW] * kernel).sum() for j in columns] for i in rows]
    )


# %%
def depthwise_conv2d(x, weight, stride=1, padding=0):
    images = [[np.pad(m, padding) for m in image] for image in x]
    return np.stack(
        [
            np.stack([one_map(m, k, stride) for m, k in zip(image, weight, strict=True)])
            for image in images
        ]
    )


# %% separable_parameters: in one line
def separable_parameters(in_channels, out_channels, kernel_size, norm=False):
    return in_channels * (kernel_size**2 + out_channels) + 2 * norm * (in_channels + out_channels)


# %% separable_parameters: counted map by map
def separable_parameters(in_channels, out_channels, kernel_size, norm=False):
    n = 0
    for _ in range(in_channels):
        n += kernel_size * kernel_size
        if norm:
            n += 2
    for _ in range(out_channels):
        n += in_channels
        if norm:
            n += 2
    return n


# %% separable_parameters: the shapes of the arrays
def separable_parameters(in_channels, out_channels, kernel_size, norm=False):
    import math

    depthwise = (in_channels, 1, kernel_size, kernel_size)
    pointwise = (out_channels, in_channels, 1, 1)
    count = math.prod(depthwise) + math.prod(pointwise)
    if not norm:
        return count
    return count + 2 * depthwise[0] + 2 * pointwise[0]


# %% separable_speedup: two sums
def separable_speedup(layers):
    before = sum(c * f * k * k * h * w for c, f, k, h, w in layers)
    after = sum((c * k * k + c * f) * h * w for c, f, k, h, w in layers)
    return before / after


# %% separable_speedup: columns of an array
def separable_speedup(layers):
    C, F, K, rows, columns = np.array(layers, dtype=float).T
    conventional = rows * columns * C * F * K**2
    return conventional.sum() / (conventional * (1 / F + 1 / K**2)).sum()


# %% separable_speedup: a helper that knows both kinds, indices
def work(layer, separable):
    per_place = layer[0] * layer[2] ** 2
    per_place = per_place + layer[0] * layer[1] if separable else per_place * layer[1]
    return per_place * layer[3] * layer[4]


# %%
def separable_speedup(layers):
    totals = [0, 0]
    for k in range(len(layers)):
        totals[0] += work(layers[k], False)
        totals[1] += work(layers[k], True)
    return float(totals[0]) / float(totals[1])


# %% SeparableBlock: one sequence
from torch import nn


# %%
class SeparableBlock(nn.Module):
    def __init__(self, before, maps, stride):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False),
            nn.BatchNorm2d(before),
            nn.ReLU(),
            nn.Conv2d(before, maps, 1, bias=False),
            nn.BatchNorm2d(maps),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.block(x)


# %% SeparableBlock: a helper that finds the groups by itself
import torch
from torch import nn


# %%
def unit(before, maps, side, stride, groups):
    conv = nn.Conv2d(
        before, maps, side, stride=stride, padding=(side - 1) // 2, groups=groups, bias=False
    )
    return nn.ModuleDict({"conv": conv, "norm": nn.BatchNorm2d(maps)})


# %%
class SeparableBlock(nn.Module):
    def __init__(self, before, maps, stride):
        super().__init__()
        self.mix = unit(before, maps, 1, 1, 1)
        self.scan = unit(before, before, 3, stride, before)

    def forward(self, x):
        for part in (self.scan, self.mix):
            x = torch.clamp(part["norm"](part["conv"](x)), min=0)
        return x


# %% SeparableBlock: the weights by hand, functions of torch
import torch
from torch import nn
from torch.nn import functional as F


# %%
class SeparableBlock(nn.Module):
    def __init__(self, before, maps, stride):
        super().__init__()
        self.stride, self.before = stride, before
        self.filters = nn.Parameter(torch.randn(before, 1, 3, 3) / 3)
        self.matrix = nn.Parameter(torch.randn(maps, before, 1, 1) / before**0.5)
        self.norms = nn.ModuleList(nn.BatchNorm2d(m) for m in (before, maps))

    def forward(self, x):
        x = F.conv2d(x, self.filters, None, self.stride, 1, groups=self.before)
        x = F.relu(self.norms[0](x))
        return F.relu(self.norms[1](F.conv2d(x, self.matrix)))
