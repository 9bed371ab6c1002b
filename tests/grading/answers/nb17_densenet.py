"""Right answers to notebook 17. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811
# %% dense_block_channels: an arithmetic series
import numpy as np

from course_utils.numpy_nn import conv2d


# %%
def dense_block_channels(channels, growth, layers):
    series = np.arange(layers + 1) * growth + channels
    return series[:-1], series[-1]


# %% dense_block_channels: a loop that counts
def dense_block_channels(channels, growth, layers):
    reads, lying = [], channels
    for _ in range(layers):
        reads.append(lying)
        lying += growth
    return np.array(reads, dtype=int), lying


# %% dense_block_channels: each layer by itself, written into zeros
def dense_block_channels(channels, growth, layers):
    reads = np.zeros(layers)
    for layer in range(layers):
        reads[layer] = channels + layer * growth
    return reads.astype(int), int(channels + layers * growth)


# %% dense_block_forward: a list of all maps, concatenated when read
def dense_block_forward(x, weights):
    sources = [x]
    for w in weights:
        union = np.concatenate(sources, axis=1)
        sources.append(conv2d(union * (union > 0), w, padding=w.shape[3] // 2))
    return np.concatenate(sources, axis=1)


# %% dense_block_forward: an array with room for all, filled from the left
def dense_block_forward(x, weights):
    N, C, H, W = x.shape
    total = C + sum(len(w) for w in weights)
    lying = np.empty((N, total, H, W), x.dtype)
    lying[:, :C] = x
    for w in weights:
        G, seen, K, _ = w.shape
        lying[:, seen : seen + G] = conv2d(lying[:, :seen].clip(min=0), w, padding=(K - 1) // 2)
    return lying


# %% dense_block_forward: recursion, and windows without conv2d
def same_size(x, w):
    K, (H, W) = w.shape[-1], x.shape[2:]
    p = K // 2
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    return sum(
        np.einsum("gc,nchw->nghw", w[:, :, a, b], x[:, :, a : a + H, b : b + W])
        for a in range(K)
        for b in range(K)
    )


# %%
def dense_block_forward(x, weights):
    if not weights:
        return x
    new = same_size(np.where(x > 0, x, 0), weights[0])
    return dense_block_forward(np.hstack([x, new]), weights[1:])


# %% transition_channels: with the earlier function
def transition_channels(channels, growth, blocks, compression):
    enter, end = [], channels
    for number, layers in enumerate(blocks):
        if number > 0:
            end = int(np.floor(end * compression))
        enter.append(end)
        end = dense_block_channels(end, growth, layers)[1]
    return np.array(enter), end


# %% transition_channels: an array filled from the left
def transition_channels(channels, growth, blocks, compression):
    enter = np.zeros(len(blocks), dtype=int)
    enter[0] = channels
    for b in range(1, len(blocks)):
        enter[b] = (enter[b - 1] + growth * blocks[b - 1]) * compression // 1
    return enter, enter[-1] + growth * blocks[-1]


# %% transition_channels: recursion over the blocks
def transition_channels(channels, growth, blocks, compression):
    grown = channels + growth * blocks[0]
    if len(blocks) == 1:
        return np.array([channels]), grown
    later, end = transition_channels(int(grown * compression), growth, blocks[1:], compression)
    return np.concatenate([[channels], later]), end


# %% DenseLayer: one sequence
import torch
from torch import nn


# %%
class DenseLayer(nn.Module):
    def __init__(self, before, growth):
        super().__init__()
        self.new = nn.Sequential(
            nn.BatchNorm2d(before),
            nn.ReLU(),
            nn.Conv2d(before, 4 * growth, 1, bias=False),
            nn.BatchNorm2d(4 * growth),
            nn.ReLU(),
            nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False),
        )

    def forward(self, x):
        return torch.cat((x, self.new(x)), 1)


# %% DenseLayer: a helper, the second half made first
import torch
from torch import nn


# %%
class Step(nn.Module):
    def __init__(self, before, maps, side):
        super().__init__()
        self.conv = nn.Conv2d(before, maps, side, padding=side // 2, bias=False)
        self.norm = nn.BatchNorm2d(before)

    def forward(self, x):
        return self.conv(self.norm(x).clamp(min=0))


# %%
class DenseLayer(nn.Module):
    def __init__(self, before, growth):
        super().__init__()
        self.wide = Step(4 * growth, growth, 3)
        self.narrow = Step(before, 4 * growth, 1)

    def forward(self, x):
        return torch.concatenate([x, self.wide(self.narrow(x))], dim=-3)


# %% DenseLayer: the result filled in two parts
import torch
from torch import nn


# %%
class DenseLayer(nn.Module):
    def __init__(self, before, growth):
        super().__init__()
        self.growth = growth
        self.norms = nn.ModuleList([nn.BatchNorm2d(before), nn.BatchNorm2d(4 * growth)])
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(before, 4 * growth, kernel_size=1, bias=False),
                nn.Conv2d(4 * growth, growth, kernel_size=3, padding="same", bias=False),
            ]
        )

    def forward(self, x):
        new = x
        for norm, conv in zip(self.norms, self.convs, strict=True):
            new = conv(torch.relu(norm(new)))
        out = torch.zeros(x.shape[0], x.shape[1] + self.growth, *x.shape[2:])
        out[:, : x.shape[1]] = x
        out[:, x.shape[1] :] = new
        return out
