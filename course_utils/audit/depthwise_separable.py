"""Claims about depth-wise convolution (notebook 18)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found

_SIZES = [(M, N, K) for M in (3, 8) for N in (5, 16) for K in (1, 3, 5)]


@claim("conventional-parameters", "Total NMK² parameters", notebook="18", lecture="004",
       where="Conventional vs. depth-wise convolution")
def _():
    return found(all(_conventional(M, N, K) == N * M * K * K for M, N, K in _SIZES),
                 why="Without the biases.")


@claim("depthwise-parameters", "Total NM + MK² parameters", notebook="18", lecture="004",
       where="M input channels, N output channels in 2 stages")
def _():
    holds = all(_separable(M, N, K) == N * M + M * K * K for M, N, K in _SIZES)
    M, N, K = 64, 128, 3
    return found(holds, why=f"Without the biases. For M = {M}, N = {N}, K = {K}: "
                 f"{_separable(M, N, K):,} in place of {_conventional(M, N, K):,}.")


def _separable(M: int, N: int, K: int) -> int:
    scan = nn.Conv2d(M, M, K, groups=M, bias=False).parameters["weight"]
    return scan.size + _conventional(M, N, 1)


def _conventional(M: int, N: int, K: int) -> int:
    return nn.Conv2d(M, N, K, bias=False).parameters["weight"].size
