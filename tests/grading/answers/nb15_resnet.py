"""Right answers to notebook 15. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811
# %% residual_forward: with clip, and a ReLU that is written into the sum
import numpy as np

from course_utils.numpy_nn import conv2d, conv2d_input_grad, conv2d_weight_grad


# %%
def residual_forward(x, weight1, weight2):
    p = (weight2.shape[3] - 1) // 2
    hidden = conv2d(x, weight1, padding=p).clip(min=0)
    total = x + conv2d(hidden, weight2, padding=p)
    total[total < 0] = 0
    return total, hidden


# %% residual_forward: windows with einsum, without conv2d
def same_size(x, w):
    K, (H, W) = w.shape[-1], x.shape[2:]
    p = K // 2
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    return sum(
        np.einsum("fc,nchw->nfhw", w[:, :, a, b], x[:, :, a : a + H, b : b + W])
        for a in range(K)
        for b in range(K)
    )


# %%
def residual_forward(x, weight1, weight2):
    first = same_size(x, weight1)
    hidden = np.where(first > 0, first, 0)
    F = same_size(hidden, weight2)
    return (F + x) * (F + x > 0), hidden


# %% residual_forward: image by image
def residual_forward(x, weight1, weight2):
    p = weight1.shape[2] // 2
    outs, hiddens = [], []
    for image in x:
        h = conv2d(image[None], weight1, padding=p)[0]
        h = h * (h > 0)
        y = conv2d(h[None], weight2, padding=p)[0] + image
        hiddens.append(h)
        outs.append(y * (y > 0))
    return np.stack(outs), np.stack(hiddens)


# %% residual_backward: two steps, the shortcut added at the end
def residual_backward(grad_out, x, weight1, weight2, hidden, out):
    K = weight1.shape[-1]
    p = K // 2
    g = np.where(out > 0, grad_out, 0)
    dh = np.where(hidden > 0, conv2d_input_grad(g, weight2, hidden.shape[2:], padding=p), 0)
    dx = conv2d_input_grad(dh, weight1, x.shape[2:], padding=p)
    dx = dx + g
    w1 = conv2d_weight_grad(dh, x, (K, K), padding=p)
    return dx, w1, conv2d_weight_grad(g, hidden, (K, K), padding=p)


# %% residual_backward: image by image, written into arrays of zeros
def residual_backward(grad_out, x, weight1, weight2, hidden, out):
    window, size, p = weight1.shape[2:], x.shape[2:], weight1.shape[3] // 2
    grad_x, grad1, grad2 = (np.zeros(array.shape) for array in (x, weight1, weight2))
    for n in range(len(x)):
        total = grad_out[n : n + 1].copy()
        total[out[n : n + 1] <= 0] = 0
        inner = conv2d_input_grad(total, weight2, size, padding=p)
        inner[hidden[n : n + 1] <= 0] = 0
        grad2 += conv2d_weight_grad(total, hidden[n : n + 1], window, padding=p)
        grad1 += conv2d_weight_grad(inner, x[n : n + 1], window, padding=p)
        grad_x[n] = total[0]
        grad_x[n] += conv2d_input_grad(inner, weight1, size, padding=p)[0]
    return grad_x, grad1, grad2


# %% residual_backward: all by windows
def scatter(grad, read, weight):
    K, (H, W) = weight.shape[-1], read.shape[2:]
    p = K // 2
    around = ((0, 0), (0, 0), (p, p), (p, p))
    wide, grad_weight = np.pad(read, around), np.zeros(weight.shape, weight.dtype)
    grad_wide = np.zeros(wide.shape, wide.dtype)
    for a in range(K):
        for b in range(K):
            place = np.s_[:, :, a : a + H, b : b + W]
            grad_wide[place] += np.einsum("nfhw,fc->nchw", grad, weight[:, :, a, b])
            grad_weight[:, :, a, b] = np.einsum("nfhw,nchw->fc", grad, wide[place])
    return grad_wide[:, :, p : p + H, p : p + W], grad_weight


# %%
def residual_backward(grad_out, x, weight1, weight2, hidden, out):
    total = grad_out * np.sign(out)
    inner, grad_weight2 = scatter(total, hidden, weight2)
    way, grad_weight1 = scatter(inner * (hidden != 0), x, weight1)
    return way + total, grad_weight1, grad_weight2


# %% shortcut_kind: a loop over the blocks
def shortcut_kind(before, after, strides, option):
    kinds, weights = [], []
    for a, b, s in zip(before, after, strides, strict=True):
        if option == "C":
            kind = 2
        elif a == b and s == 1:
            kind = 0
        else:
            kind = 1 if option == "A" else 2
        kinds.append(kind)
        weights.append(a * b if kind == 2 else 0)
    return np.array(kinds), np.array(weights)


# %% shortcut_kind: filled into zeros with masks
def shortcut_kind(before, after, strides, option):
    kinds = np.zeros(len(before), dtype=int)
    fits = np.logical_and(before == after, strides == 1)
    kinds[~fits] = "AB".find(option) + 1 if option != "C" else 2
    if option == "C":
        kinds[:] = 2
    weights = before * after
    weights[kinds != 2] = 0
    return kinds, weights


# %% shortcut_kind: nested np.where
def shortcut_kind(before, after, strides, option):
    need = np.abs(before - after) + np.abs(strides - 1) > 0
    kinds = np.where(option == "C", 2, np.where(need, np.where(option == "A", 1, 2), 0))
    return kinds, (kinds // 2) * before * after


# %% bottleneck_parameters: a helper for a convolution with its norm
def conv_and_norm(maps_in, maps_out, side):
    return maps_out * (maps_in * side**2 + 2)


# %%
def bottleneck_parameters(before, after, stride):
    m = after // 4
    body = conv_and_norm(before, m, 1) + conv_and_norm(m, m, 3) + conv_and_norm(m, after, 1)
    fits = before == after and stride == 1
    return body, 0 if fits else conv_and_norm(before, after, 1)


# %% bottleneck_parameters: arrays of maps and sides
def bottleneck_parameters(before, after, stride):
    m = int(after / 4)
    goes_in, comes_out = np.array([before, m, m]), np.array([m, m, after])
    body = (goes_in * comes_out * np.array([1, 9, 1]) + 2 * comes_out).sum()
    needed = before != after or stride > 1
    return int(body), int(needed) * (before * after + 2 * after)


# %% bottleneck_parameters: one formula, with the maps in between as the unit
def bottleneck_parameters(before, after, stride):
    m = after // 4
    body = m * (before + 9 * m + after + 4) + 2 * after
    shortcut = 0
    if stride != 1 or before - after != 0:
        shortcut = after * (before + 2)
    return body, shortcut


# %% ResidualBlock: the shortcut first, the rest in one sequence
from torch import nn


# %%
class ResidualBlock(nn.Module):
    def __init__(self, before, maps, stride):
        super().__init__()
        if before == maps and stride == 1:
            self.straight = None
        else:
            self.straight = nn.Conv2d(before, maps, kernel_size=1, stride=stride, bias=False)
            self.straight_norm = nn.BatchNorm2d(maps)
        self.branch = nn.Sequential(
            nn.Conv2d(before, maps, 3, stride, 1, bias=False),
            nn.BatchNorm2d(maps),
            nn.ReLU(),
            nn.Conv2d(maps, maps, 3, 1, 1, bias=False),
            nn.BatchNorm2d(maps),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        straight = x if self.straight is None else self.straight_norm(self.straight(x))
        return self.relu(self.branch(x) + straight)


# %% ResidualBlock: functions of torch, and a helper
import torch
from torch import nn


# %%
def conv_and_norm(before, maps, side, stride):
    conv = nn.Conv2d(before, maps, side, stride, padding=side // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(maps))


# %%
class ResidualBlock(nn.Module):
    def __init__(self, before, maps, stride):
        super().__init__()
        self.parts = nn.ModuleDict(
            {"a": conv_and_norm(before, maps, 3, stride), "b": conv_and_norm(maps, maps, 3, 1)}
        )
        if (before, stride) != (maps, 1):
            self.parts["c"] = conv_and_norm(before, maps, 1, stride)

    def forward(self, x):
        inner = torch.relu(self.parts["a"](x))
        skip = self.parts["c"](x) if "c" in self.parts else x
        return torch.clamp(self.parts["b"](inner) + skip, min=0)
