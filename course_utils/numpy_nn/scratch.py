"""Scratch memory for the fast functions.

A fresh array of a few megabytes is handed out by the operating system page by page, which takes as
long as filling it. The fast functions therefore work through the batch in pieces whose intermediate
arrays stay in the processor's cache, and use the same memory for every piece and the next call.

An array of more than LARGEST bytes is not kept: one huge map would hold its memory for good, and
beside the work on it a fresh array costs little. `free_scratch` gives back what is kept.
"""

import math
import threading

import numpy as np

CACHE = 1 << 21  # bytes of intermediate results per piece, about a core's cache

LARGEST = 1 << 26  # bytes of the largest array that is kept

_kept = threading.local()  # every thread has its own


def scratch(name, shape, dtype):
    """An array with arbitrary content that the next call with this name will use again."""
    size = math.prod(shape)
    if size * np.dtype(dtype).itemsize > LARGEST:
        return np.empty(shape, dtype)
    key = (name, np.dtype(dtype))
    memory = _kept.__dict__.get(key)
    if memory is None or memory.size < size:
        memory = _kept.__dict__[key] = np.empty(size, dtype)
    return memory[:size].reshape(shape)


def free_scratch():
    """Give back the memory that the fast functions keep for their next call, in this thread."""
    _kept.__dict__.clear()


def zeros_in_scratch(name, shape, dtype):
    """Scratch memory, filled with zeros."""
    memory = scratch(name, shape, dtype)
    memory[...] = 0
    return memory


def pad_in_scratch(x, w, value=0):
    """Pad the last two axes of x as Window w says; x itself comes back when there is no padding."""
    if (w.PH, w.PW) == (0, 0):
        return x
    *others, H, W = x.shape
    padded = scratch("padded", (*others, H + 2 * w.PH, W + 2 * w.PW), x.dtype)
    padded[...] = value
    padded[..., w.PH : w.PH + H, w.PW : w.PW + W] = x
    return padded


def pieces(count, item_bytes):
    """Slices that cut `count` items into pieces of about CACHE bytes, of one item at least."""
    step = max(1, CACHE // max(item_bytes, 1))
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]
