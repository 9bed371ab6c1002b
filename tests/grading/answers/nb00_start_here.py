"""Right answers to notebook 00. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
import numpy as np


# %% relu: np.where
def relu(x):
    """Replace every negative entry of x by 0 and keep the others.

    x: an array of any shape -> a new array of the same shape
    """
    return np.where(x > 0, x, 0)


# %% relu: one number after the other
def relu(x):
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            result[place] = x[place]
    return result


# %% relu: a helper and a constant in other cells, with annotations
FLOOR: float = 0.0


# %%
def at_least(number: float, least: float = FLOOR) -> float:
    return number if number >= least else least


# %%
def relu(x: np.ndarray) -> np.ndarray:
    return np.array([at_least(number) for number in x.ravel().tolist()]).reshape(x.shape)


# %% relu: a copy with a mask
def relu(x):
    y = x.copy()
    y[y < 0] = 0
    return y


# %% relu: half of x plus its size, in Fortran order
relu = lambda x: np.asfortranarray((x + np.abs(x)) / 2)  # noqa: E731


# %% relu: recursion over the axes, in float32
def relu(x):
    if x.ndim == 0:
        return np.float32(max(float(x), 0.0))
    return np.stack([relu(part) for part in x])
