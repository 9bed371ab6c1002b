"""The sigmoid, computed without overflow."""

import numpy as np


def expit(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)
