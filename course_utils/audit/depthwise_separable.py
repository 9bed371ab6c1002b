"""Claims about depth-wise convolution (notebook 18)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found, misprint
from course_utils.audit.networks import layers, modules, table

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


# ---------------------------------------------------------------- the tables of the MobileNet paper
_MOBILENET = "Howard et al. 2017, table"


def _shares() -> dict[str, float]:
    """Per cent of MobileNet's multiply–adds, by kind of layer."""
    rows = zip(layers("mobilenet", "Conv2d"), modules("mobilenet", "Conv2d"), strict=True)
    sums = {"1 × 1": 0, "depth-wise": 0, "3 × 3": 0}
    for row, conv in rows:
        kind = "depth-wise" if conv.groups > 1 else "{} × {}".format(*conv.kernel_size)
        sums[kind] += row.multiply_adds
    sums["linear"] = sum(row.multiply_adds for row in layers("mobilenet", "Linear"))
    return {kind: 100 * work / table("mobilenet").multiply_adds for kind, work in sums.items()}


@misprint("mobilenet-shares", "{94.86%} {3.06%} {1.19%} {0.18%}", notebook="18",
          where=f"{_MOBILENET} 2, multiply–adds")
def _():
    shares = _shares()
    printed = 94.86 + 3.06 + 1.19 + 0.18
    return found(*(round(share, 2) for share in shares.values()),
                 why=f"""Two digits of the third, the full 3 × 3 layer, have changed places: the
                 printed column adds up to {printed:.2f} %, the counted one to
                 {sum(shares.values()):.2f}.""")


@misprint("mobilenet-last-stride", "Conv dw / s{2}, 7 × 7 × 1024, then 7 × 7 × 1024", notebook="18",
          where=f"{_MOBILENET} 1, the last depth-wise row")
def _():
    last = [conv for conv in modules("mobilenet", "Conv2d") if conv.groups > 1][-1]
    return found(last.stride[0], why="With a stride of 2 the maps after it would be 4 × 4, and the "
                 "same table goes on with 7 × 7.")


@claim("mobilenet-95", "spends 95% of it's computation time in 1 × 1 convolutions", notebook="18",
       lecture="papers", where="Howard et al. 2017, section 3.2")
def _():
    share = _shares()["1 × 1"]
    return found(round(share) == 95, why=f"""{share:.2f} % of its multiply–adds. Of its time it is
                 less: notebook 18 measures it.""")
