"""Right answers to notebook 13. `test_fairness.py` says how these files are read."""


# ruff: noqa: E402, F811
# %% smallest_stack: walks through all layers for n = 0, 1, 2 …
def smallest_stack(field, strides, maps):
    n = 0
    while True:
        r, j = 1, 1
        for stride in strides:
            for _ in range(n):
                r += 2 * j
            r += (stride - 1) * j
            j *= stride
        if r >= field:
            break
        n += 1
    return n, maps * maps * field * field - n * len(strides) * 9 * maps * maps


# %% smallest_stack: a division that rounds up
import numpy as np


# %%
def smallest_stack(field, strides, maps):
    jumps = np.cumprod(np.concatenate([[1], strides]))  # before each stage, and at the end
    missing = max(0, field - jumps[-1])  # all poolings together see jumps[-1] pixels
    n = int(-(-missing // (2 * jumps[:-1].sum())))
    return n, maps**2 * (field**2 - 9 * n * len(strides))


# %% smallest_stack: back from the output, and a number of n from `next`
from itertools import count


# %%
def sees(n, strides):
    size = 1
    for stride in list(strides)[::-1]:
        size = size * stride + 2 * n
    return size


# %%
def smallest_stack(field, strides, maps):
    n = next(n for n in count() if sees(n, strides) >= field)
    layers = [3] * n * len(strides)
    return n, (field * field - sum(k * k for k in layers)) * maps * maps


# %% stack_parameters: a loop over the layers
def stack_parameters(channels, kernels):
    weights, biases = 0, 0
    for k in range(len(kernels)):
        weights += channels[k] * channels[k + 1] * kernels[k] * kernels[k]
        biases += channels[k + 1]
    return weights, biases


# %% stack_parameters: the size of arrays that were really made
def one_layer(before, after, kernel):
    return np.zeros((after, before, kernel, kernel)).size, np.zeros(after).size


# %%
def stack_parameters(channels, kernels):
    counts = [one_layer(*layer) for layer in zip(channels, channels[1:], kernels, strict=False)]
    weights, biases = (sum(c) for c in zip(*counts, strict=True))
    return weights, biases


# %% stack_parameters: a product of three arrays
def stack_parameters(channels, kernels):
    weights = np.einsum("l,l,l->", channels[:-1], channels[1:], np.square(kernels))
    return int(weights), int(np.sum(channels) - channels[0])


# %% vgg_memory: an array that is filled place by place
def vgg_memory(stages, linear, C, H, W):
    layers = 1 + sum(len(stage) + 1 for stage in stages) + len(linear)
    values = np.zeros(layers, dtype=int)
    values[0] = C * H * W
    place = 1
    for stage in stages:
        values[place : place + len(stage)] = np.array(stage) * (H * W)
        place += len(stage)
        H, W = (H - H % 2) // 2, (W - W % 2) // 2
        values[place] = stage[-1] * H * W
        place += 1
    values[place:] = linear
    return values


# %% vgg_memory: shapes first, products afterwards
def shapes_of(stages, C, H, W):
    shapes = [(C, H, W)]
    for number, stage in enumerate(stages):
        shapes += [(maps, H >> number, W >> number) for maps in stage]
        shapes.append((stage[-1], H >> number + 1, W >> number + 1))
    return shapes


# %%
def vgg_memory(stages, linear, C, H, W):
    counted = [np.prod(shape) for shape in shapes_of(stages, C, H, W)]
    return np.concatenate([counted, np.array(linear, dtype=int)])


# %% vgg_memory: by recursion, stage for stage
def from_stage(stages, H, W):
    if not stages:
        return []
    first, *others = stages
    here = [maps * H * W for maps in first]
    return [*here, first[-1] * (H // 2) * (W // 2), *from_stage(others, H // 2, W // 2)]


# %%
def vgg_memory(stages, linear, C, H, W):
    values = [C * H * W, *from_stage(list(stages), H, W)]
    values.extend(linear)
    return np.asarray(values, dtype=float)


# %% VGGStage: a list of modules, the rows read one by one
from torch import nn


# %%
class VGGStage(nn.Module):
    def __init__(self, before, rows):
        super().__init__()
        self.convs = nn.ModuleList()
        for row in rows:
            window, _, maps = row[4:].partition("-")
            pad = {"1": 0, "3": 1}[window]
            self.convs.append(nn.Conv2d(before, int(maps), int(window), padding=pad))
            before = int(maps)

    def forward(self, x):
        for conv in self.convs:
            x = conv(x).clamp(min=0)
        return nn.functional.max_pool2d(x, kernel_size=2, stride=2)


# %% VGGStage: regular expressions, modules under their own names
import re

import torch
from torch import nn


# %%
class VGGStage(nn.Module):
    def __init__(self, before, rows):
        super().__init__()
        self.count = len(rows)
        for k, row in enumerate(rows):
            window, maps = map(int, re.findall(r"\d+", row))
            layer = nn.Sequential(nn.Conv2d(before, maps, window, 1, "same"), nn.ReLU(inplace=True))
            setattr(self, f"layer{k}", layer)
            before = maps
        self.pool = nn.MaxPool2d(2, 2)

    def forward(self, x):
        for k in range(self.count):
            x = getattr(self, f"layer{k}")(x)
        return torch.relu(self.pool(x))


# %% VGGStage: one sequence that is the class itself
from torch import nn


# %%
class VGGStage(nn.Sequential):
    def __init__(self, before, rows):
        numbers = [[int(n) for n in row.replace("conv", "").split("-")] for row in rows]
        widths = [before, *(maps for _, maps in numbers)]
        super().__init__()
        for k, (window, maps) in enumerate(numbers):
            self.append(nn.Conv2d(widths[k], maps, window, padding=(window - 1) // 2))
            self.append(nn.ReLU())
        self.append(nn.MaxPool2d(2))

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x
