"""Right answers to notebook 16. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% preact_order: step by step, with names
import numpy as np

from course_utils.numpy_nn import conv2d


# %%
def preact_order(x, norm1, weight1, norm2, weight2):
    C = x.shape[1]
    scale1, shift1 = norm1
    scale2, shift2 = norm2
    a = x * scale1.reshape(1, C, 1, 1) + shift1.reshape(1, C, 1, 1)
    a = conv2d(a * (a > 0), weight1, padding=(weight1.shape[2] - 1) // 2)
    b = a * scale2.reshape(1, C, 1, 1) + shift2.reshape(1, C, 1, 1)
    b = conv2d(b * (b > 0), weight2, padding=(weight2.shape[2] - 1) // 2)
    return b + x


# %% preact_order: a function for one layer, with einsum and clip
def layer(x, norm, weight):
    scale, shift = norm
    seen = (np.einsum("nchw,c->nchw", x, scale) + shift[None, :, None, None]).clip(min=0)
    return conv2d(seen, weight, padding=weight.shape[-1] // 2)


# %%
def preact_order(x, norm1, weight1, norm2, weight2):
    return layer(layer(x, norm1, weight1), norm2, weight2) + x


# %% preact_order: the maps as the last axis, windows without conv2d
def same_size(x, w):
    K, (H, W) = w.shape[-1], x.shape[1:3]
    p = K // 2
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    y = 0
    for a in range(K):
        for b in range(K):
            y = y + x[:, a : a + H, b : b + W] @ w[:, :, a, b].T
    return y


# %%
def preact_order(x, norm1, weight1, norm2, weight2):
    maps = np.moveaxis(x, 1, -1)
    for (scale, shift), weight in zip((norm1, norm2), (weight1, weight2), strict=True):
        maps = same_size(np.where(maps * scale + shift > 0, maps * scale + shift, 0), weight)
    return np.moveaxis(maps, -1, 1) + x


# %% resnext_parameters: one list of convolutions
def resnext_parameters(before, maps, cardinality, width):
    middle = cardinality * width
    layers = [(before, middle, 1, 1), (middle, middle, 3, cardinality), (middle, maps, 1, 1)]
    if before != maps:
        layers.append((before, maps, 1, 1))
    weights = sum(b * (a // groups) * k**2 for a, b, k, groups in layers)
    return weights, sum(2 * b for _, b, _, _ in layers)


# %% resnext_parameters: the paper's formula, branch by branch
def resnext_parameters(before, maps, cardinality, width):
    one = before * width + 3 * 3 * width * width + width * maps
    norm = 4 * cardinality * width + 2 * maps
    extra = int(before != maps)
    return cardinality * one + extra * before * maps, norm + extra * 2 * maps


# %% resnext_parameters: the sizes of arrays that one would make
def resnext_parameters(before, maps, cardinality, width):
    inner = cardinality * width
    shapes = [(inner, before, 1, 1), (inner, width, 3, 3), (maps, inner, 1, 1)]
    shapes += [(maps, before, 1, 1)] * (before != maps)
    return sum(int(np.prod(s)) for s in shapes), 2 * sum(s[0] for s in shapes)


# %% drop_path: a loop over the branches
def drop_path(branches, lot, drop):
    stay = [branch for branch, number in zip(branches, lot, strict=True) if number >= drop]
    if len(stay) == 0:
        stay = [branches[lot.argmax()]]
    return sum(stay) / len(stay)


# %% drop_path: weights of zero and one
def drop_path(branches, lot, drop):
    kept = ~(lot < drop)
    if kept.sum() == 0:
        kept = lot == lot.max()
    return np.tensordot(kept / kept.sum(), branches, axes=1)


# %% drop_path: the threshold is lowered until somebody stays
def drop_path(branches, lot, drop):
    return np.mean(branches[lot >= min(drop, lot.max())], axis=0)


# %% fractal_depth: powers of two, and a loop for the ways
def fractal_depth(columns, blocks):
    longest = 2 ** (columns - 1)
    ways = 1
    for _ in range(columns - 1):
        ways = ways * ways + 1
    total = 1
    for _ in range(blocks):
        total *= ways
    return blocks * longest, blocks * (2 * longest - 1), total


# %% fractal_depth: recursion
def one_block(columns):
    if columns == 1:
        return 1, 1, 1
    depth, layers, ways = one_block(columns - 1)
    return depth + depth, layers + layers + 1, ways * ways + 1


# %%
def fractal_depth(columns, blocks):
    depth, layers, ways = one_block(columns)
    return depth * blocks, layers * blocks, pow(ways, blocks)


# %% fractal_depth: all lengths of ways, one by one
def fractal_depth(columns, blocks):
    lengths = np.array([1])
    for _ in range(1, columns):
        lengths = np.append(np.add.outer(lengths, lengths).ravel(), 1)
    layers = sum(2**column for column in range(columns))
    return int(lengths.max()) * blocks, layers * blocks, len(lengths) ** blocks
