"""Skips cut and joined with one thing changed."""

import numpy as np


def offset(have, want):
    """Where the middle part of length `want` begins."""
    return (have - want) // 2


def windows(skip, H, W, at=offset):
    top, left = at(skip.shape[2], H), at(skip.shape[3], W)
    return skip[:, :, top : top + H, left : left + W]


def centre(skip, H, W):
    return windows(skip, H, W)


def join(grown, skip, *, cut=centre, joined=lambda s, g: np.concatenate([s, g], axis=1)):
    """The result with one thing changed: cut(skip, H, W) -> the part of the skip that is joined."""
    return joined(cut(skip, *grown.shape[2:]), grown)


def half_from_both_ends(skip, H, W):
    """With a minus in the index: nothing is left where there is nothing to cut."""
    top, left = (skip.shape[2] - H) // 2, (skip.shape[3] - W) // 2
    return skip[:, :, top:-top, left:-left]


def same_from_both_ends(skip, H, W):
    SH, SW = skip.shape[2:]
    top, left = offset(SH, H), offset(SW, W)
    return skip[:, :, top : SH - top, left : SW - left]


def one_offset(skip, H, W, axis):
    begin = offset(skip.shape[axis], (H, W)[axis - 2])
    return skip[:, :, begin : begin + H, begin : begin + W]


def offsets_exchanged(skip, H, W):
    top, left = offset(skip.shape[3], W), offset(skip.shape[2], H)
    return skip[:, :, top : top + H, left : left + W]


def resized(skip, H, W):
    rows = np.arange(H) * skip.shape[2] // H
    columns = np.arange(W) * skip.shape[3] // W
    return skip[:, :, rows][:, :, :, columns]


def padded(grown, skip):
    """The smaller maps get a rim of zeros."""
    N, C, H, W = grown.shape
    wide = np.zeros((N, C, *skip.shape[2:]), grown.dtype)
    top, left = (offset(a, b) for a, b in zip(skip.shape[2:], (H, W), strict=True))
    wide[:, :, top : top + H, left : left + W] = grown
    return np.concatenate([skip, wide], axis=1)


def taken_in_turns(skip, grown):
    S, C = skip.shape[1], grown.shape[1]
    both = np.concatenate([skip, grown], axis=1)
    order = np.argsort(np.r_[np.arange(S), np.arange(C) + 0.5], kind="stable")
    return both[:, order]
