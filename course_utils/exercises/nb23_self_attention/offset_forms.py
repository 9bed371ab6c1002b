"""A convolution as heads of attention, with one thing changed."""

import numpy as np


def moved(t, H, W, down, right):
    """The position that lies so far below and to the right of t, or None outside the image."""
    row, column = t // W + down, t % W + right
    return row * W + column if 0 <= row < H and 0 <= column < W else None


def wrapped(t, H, W, down, right):
    """What leaves the image comes back on the other side."""
    return (t // W + down) % H * W + (t % W + right) % W


def clamped(t, H, W, down, right):
    """What leaves the image looks at the nearest pixel."""
    return min(max(t // W + down, 0), H - 1) * W + min(max(t % W + right, 0), W - 1)


def in_one_row(t, H, W, down, right):
    """All pixels in one long row: what leaves a row of the image enters the next one."""
    s = t + down * W + right
    return s if 0 <= s < H * W else None


def by_height(t, H, W, down, right):
    """Positions numbered i·H + j."""
    return moved(t, W, H, down, right) if H != W else moved(t, H, W, right, down)


def stays(t, H, W, down, right):
    """A head that leaves the image looks at its own position."""
    s = moved(t, H, W, down, right)
    return t if s is None else s


def heads(KH, KW):
    """Rows and columns of the filter in reading order."""
    return [(u, v) for u in range(KH) for v in range(KW)]


def columns_first(KH, KW):
    return [(u, v) for v in range(KW) for u in range(KH)]


def middle(u, v, KH, KW):
    return u - KH // 2, v - KW // 2


def looking(H, W, KH, KW, *, where=moved, order=heads, offset=middle):
    """The weights (KH·KW, H·W, H·W) with one thing changed."""
    looks = np.zeros((KH * KW, H * W, H * W))
    for h, (u, v) in enumerate(order(KH, KW)):
        for t in range(H * W):
            s = where(t, H, W, *offset(u, v, KH, KW))
            if s is not None:
                looks[h, t, s] = 1
    return looks


def tokens(x):
    """(N, C, H, W) -> (N, H·W, C)."""
    return x.reshape(*x.shape[:2], -1).transpose(0, 2, 1)


def maps(rows, x):
    """(N, H·W, F) -> (N, F, H, W)."""
    return rows.transpose(0, 2, 1).reshape(len(x), -1, *x.shape[2:])


def matrices(weight):
    """(F, C, KH, KW) -> (KH·KW, C, F), one for each head."""
    return weight.reshape(*weight.shape[:2], -1).transpose(2, 1, 0)


def summed(parts):
    return np.sum(parts, axis=0)


def convolved(x, weight, *, matrix=matrices, add=summed, as_maps=maps, shown=None, **change):
    """Heads that look at fixed places, with one thing changed.

    matrix(weight) (heads, C, F); add(parts (heads, N, T, F)); as_maps(rows, x); shown(looks): what
    is returned of them; change: see `looking`
    """
    looks = looking(*x.shape[2:], *weight.shape[2:], **change)
    rows = tokens(x)
    out = add([look @ rows @ m for look, m in zip(looks, matrix(weight), strict=True)])
    return shown(looks) if shown else looks, as_maps(out, x)


def normalised(looks):
    """As a softmax without a mask would leave them: what looks at nothing looks at all alike."""
    empty = looks.sum(axis=2, keepdims=True) == 0
    return np.where(empty, 1 / looks.shape[2], looks)


def from_the_end(t, H, W, down, right):
    """A negative index counts from the end; what leaves below or on the right is left out."""
    row, column = t // W + down, t % W + right
    s = row * W + column
    return s % (H * W) if row < H and column < W and s >= -H * W else None


def not_the_first(t, H, W, down, right):
    """0 < row where 0 <= row belongs."""
    row, column = t // W + down, t % W + right
    return row * W + column if 0 < row < H and 0 < column < W else None


def not_the_last(t, H, W, down, right):
    row, column = t // W + down, t % W + right
    return row * W + column if 0 <= row < H - 1 and 0 <= column < W - 1 else None


def numbered_by_height(x, weight):
    """Heads h = u·KH + v: an error where that is too large."""
    KH, KW = weight.shape[2:]
    right = looking(*x.shape[2:], KH, KW)
    looks = np.zeros(right.shape)
    for h, (u, v) in enumerate(heads(KH, KW)):
        looks[u * KH + v] = np.maximum(looks[u * KH + v], right[h])
    return looks, convolved(x, weight)[1]
