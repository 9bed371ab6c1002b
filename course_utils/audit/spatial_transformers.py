"""Claims about spatial transformers (notebook 22)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found, misprint

PAPER = "Jaderberg et al. 2015"


@claim("stn-six", "for an affine transformation θ is {6}-dimensional", notebook="22",
       lecture="papers", where=f"{PAPER}, section 3.1")
def _():
    theta, size = np.random.default_rng(0).normal(size=(1, 2, 3)), (3, 4)
    steps = np.eye(theta.size).reshape(-1, 1, 2, 3)
    moved = [nn.affine_grid(theta + step, size) - nn.affine_grid(theta, size) for step in steps]
    return found(int(np.linalg.matrix_rank(np.reshape(moved, (len(moved), -1)))),
                 why="Each of the six numbers moves the grid in a way of its own.")


@misprint("stn-slope", "1 if m ≥ x, −1 if m < x, 0 if |m − x| ≥ 1", notebook="22",
          where=f"{PAPER}, equation 7")
def _():
    row = np.array([2.0, 7.0, 4.0])  # pixels at 0, 1 and 2
    agree = [np.isclose(_as_printed(row, x), _to_the_right(row, x)) for x in (0.3, 1.7, 1.0)]
    assert agree[:2] == [True, True]
    return found(bool(agree[2]), why="Between pixels it is right. On the centre of a pixel it "
                 "gives that pixel's own value, which is the slope to neither side; PyTorch takes "
                 "the slope to the right. Such places are rare, so no training has minded.")


def _as_printed(row, x):
    m = np.arange(len(row))
    return float((row * np.where(np.abs(m - x) >= 1, 0, np.where(m >= x, 1, -1))).sum())


def _to_the_right(row, x):
    """The slope of what `grid_sample` reads, per pixel, just to the right of x."""
    x, step = x + 1e-3, 1e-4
    places = (2 * np.array([x - step, x + step]) + 1) / len(row) - 1
    grid = np.stack([places, np.zeros(2)], axis=1).reshape(1, 1, 2, 2)
    low, high = nn.grid_sample(row.reshape(1, 1, 1, -1), grid)[0, 0, 0]
    return float((high - low) / (2 * step))
