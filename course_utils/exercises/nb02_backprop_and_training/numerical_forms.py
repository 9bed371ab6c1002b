"""The numerical gradient in other forms, for the catalogue of mistakes."""

import numpy as np


def difference(f, x, eps, up, down, divide):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        middle = x[place]
        x[place] = middle + up * eps
        above = f(x)
        x[place] = middle + down * eps
        gradient[place] = (above - f(x)) / divide
        x[place] = middle
    return gradient


def copies(f, x, eps, places=lambda x: np.ndindex(x.shape), dtype=float):
    gradient = np.zeros(x.shape)
    for place in places(x):
        up, down = x.astype(dtype), x.astype(dtype)
        up[place] += eps
        down[place] -= eps
        gradient[place] = (f(up) - f(down)) / (2 * eps)
    return gradient


def same_arrays(f, x, eps, up, down):
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up[place] += eps
        down[place] -= eps
        gradient[place] = (f(up) - f(down)) / (2 * eps)
    return gradient


def in_place(f, x, eps, dtype=float, back=True):
    gradient = np.zeros(x.shape, dtype)
    for place in np.ndindex(x.shape):
        x[place] += eps
        above = f(x)
        x[place] -= 2 * eps
        gradient[place] = (above - f(x)) / (2 * eps)
        x[place] += eps * back
    return gradient
