"""Right answers to notebook 21. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811
# %% mean_iou: class by class, with masks
import numpy as np


# %%
def mean_iou(guess, truth, classes):
    ious, occurring = np.zeros(classes), []
    for c in range(classes):
        a, b = guess == c, truth == c
        union = np.count_nonzero(a | b)
        if union == 0:
            continue
        ious[c] = np.count_nonzero(a & b) / union
        occurring.append(ious[c])
    return ious, np.mean(occurring) if occurring else 0.0


# %% mean_iou: from a table of counts
def mean_iou(guess, truth, classes):
    pairs = truth.astype(int).ravel() * classes + guess.astype(int).ravel()
    table = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    hits = np.diag(table).astype(float)
    union = table.sum(axis=0) + table.sum(axis=1) - hits
    seen = union > 0
    ious = np.divide(hits, union, out=np.zeros(classes), where=seen)
    return ious, ious[seen].sum() / max(seen.sum(), 1)


# %% mean_iou: counted pixel by pixel
def mean_iou(guess, truth, classes):
    both, either = [0] * classes, [0] * classes
    for g, t in zip(guess.flatten().tolist(), truth.flatten().tolist(), strict=True):
        if g == t:
            both[g] += 1
            either[g] += 1
        else:
            either[g] += 1
            either[t] += 1
    ious = np.array([b / e if e else 0.0 for b, e in zip(both, either, strict=True)])
    number = sum(e > 0 for e in either)
    return ious, (sum(ious) / number if number else 0.0)


# %% bilinear_kernel: weights of the two neighbours, in a table
def bilinear_kernel(channels, stride):
    size = 2 * stride if stride % 2 == 0 else 2 * stride - 1
    middle = size / 2 - 0.5
    weight = np.zeros((channels, channels, size, size))
    for c in range(channels):
        for i in range(size):
            for j in range(size):
                down, along = abs(i - middle) / stride, abs(j - middle) / stride
                weight[c, c, i, j] = (1 - down) * (1 - along)
    return weight


# %% bilinear_kernel: a rising and a falling half, and the identity of the maps
def bilinear_kernel(channels, stride):
    if stride % 2:
        up = np.arange(1, stride + 1) / stride
        line = np.concatenate([up, up[-2::-1]]) if stride > 1 else up
    else:
        up = (np.arange(stride) + 0.5) / stride
        line = np.concatenate([up, up[::-1]])
    return np.einsum("ab,i,j->abij", np.eye(channels), line, line)


# %% bilinear_kernel: np.ogrid, one kernel put on the diagonal
def bilinear_kernel(channels, stride):
    K = stride * 2 - stride % 2
    y, x = np.ogrid[:K, :K]
    off = (K - 1) / 2
    kernel = (stride - abs(y - off)) * (stride - abs(x - off)) / stride**2
    weight = np.zeros([channels] * 2 + [K] * 2)
    for c in range(channels):
        weight[c, c] = kernel
    return weight


# %% skip_concat: a part of the skip for each axis
def middle(a, length, axis):
    begin = (a.shape[axis] - length) // 2
    return a.take(range(begin, begin + length), axis=axis)


# %%
def skip_concat(grown, skip):
    cut = middle(middle(skip, grown.shape[2], 2), grown.shape[3], 3)
    return np.hstack([cut, grown])


# %% skip_concat: cut off from both ends, filled into an empty array
def skip_concat(grown, skip):
    N, C, H, W = grown.shape
    S = skip.shape[1]
    rows, columns = skip.shape[2] - H, skip.shape[3] - W
    top, bottom = rows // 2, rows - rows // 2
    left, right = columns // 2, columns - columns // 2
    out = np.empty((N, S + C, H, W), dtype=np.result_type(grown, skip))
    out[:, :S] = skip[:, :, top : skip.shape[2] - bottom, left : skip.shape[3] - right]
    out[:, S:] = grown
    return out


# %% skip_concat: image by image
def skip_concat(grown, skip):
    result = []
    for low, high in zip(grown, skip, strict=True):
        spare = np.array(high.shape[1:]) - low.shape[1:]
        i, j = np.floor(spare / 2).astype(int)
        window = high[:, i:, j:][:, : low.shape[1], : low.shape[2]]
        result.append(np.vstack((window, low)))
    return np.stack(result)


# %% UNetUp: all in two sequences
import torch
from torch import nn


# %%
class UNetUp(nn.Module):
    def __init__(self, maps, below):
        super().__init__()
        self.path = nn.Sequential(
            nn.MaxPool2d(2),
            below(maps),
            nn.ConvTranspose2d(maps * 2, maps, kernel_size=2, stride=2),
        )
        self.joint = nn.Sequential(
            nn.Conv2d(maps * 2, maps, kernel_size=3, padding="same"),
            nn.ReLU(),
            nn.Conv2d(maps, maps, kernel_size=3, padding="same"),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.joint(torch.cat((x, self.path(x)), 1))


# %% UNetUp: functions of torch, the last layers made first
import torch
import torch.nn.functional as F
from torch import nn


# %%
class UNetUp(nn.Module):
    def __init__(self, maps, below):
        super().__init__()
        self.after = nn.ModuleList([nn.Conv2d(n, maps, 3, 1, 1) for n in (2 * maps, maps)])
        self.enlarge = nn.ConvTranspose2d(2 * maps, maps, (2, 2), (2, 2))
        self.inner = below(maps)

    def forward(self, x):
        coarse = self.inner(F.max_pool2d(x, kernel_size=2, stride=2))
        y = torch.concat([x, self.enlarge(coarse)], dim=-3)
        for convolution in self.after:
            y = torch.clamp(convolution(y), min=0)
        return y


# %% UNetUp: the joint filled map by map
from torch import nn


# %%
class UNetUp(nn.Module):
    def __init__(self, maps, below):
        nn.Module.__init__(self)
        self.maps, self.pool, self.deep = maps, nn.MaxPool2d(2, 2), below(maps)
        self.up = nn.ConvTranspose2d(2 * maps, maps, 2, 2)
        self.a, self.b, self.relu = (
            nn.Conv2d(2 * maps, maps, 3, padding=1), nn.Conv2d(maps, maps, 3, padding=1), nn.ReLU()
        )  # fmt: skip

    def forward(self, x):
        both = x.new_zeros(x.shape[0], 2 * self.maps, *x.shape[2:])
        both[:, : self.maps] = x
        both[:, self.maps :] = self.up(self.deep(self.pool(x)))
        return self.relu(self.b(self.relu(self.a(both))))


# %% dice_loss: image by image
def dice_loss(p, target, eps):
    N = len(p)
    loss, grad = 0.0, np.zeros(p.shape)
    for n in range(N):
        t = target[n].astype(float)
        above = 2 * (p[n] * t).sum() + eps
        below = p[n].sum() + t.sum() + eps
        loss += (1 - above / below) / N
        grad[n] = -(2 * t * below - above) / below**2 / N
    return loss, grad


# %% dice_loss: flat images, the gradient as two terms
def dice_loss(p, target, eps):
    flat, t = p.reshape(len(p), -1), target.reshape(len(p), -1)
    overlap = np.where(t, flat, 0).sum(axis=1)
    area = flat.sum(axis=1) + np.count_nonzero(t, axis=1) + eps
    dice = (2 * overlap + eps) / area
    grad = (dice / area)[:, None] - np.where(t, (2 / area)[:, None], 0)
    return np.mean(1 - dice), (grad / len(p)).reshape(p.shape)


# %% dice_loss: a number for pixels of the object, another one for the ground
def dice_loss(p, target, eps):
    inside = (p * target).sum(axis=-1).sum(axis=-1)
    sizes = p.sum((1, 2)) + target.sum((1, 2)) + eps
    scores = (2 * inside + eps) / sizes
    grad = np.empty(p.shape)
    for n in range(p.shape[0]):
        ground = scores[n] / sizes[n]
        grad[n][~target[n]] = ground
        grad[n][target[n]] = ground - 2 / sizes[n]
    return 1 - scores.sum() / len(scores), grad / p.shape[0]
