"""Claims about invariance, depth-wise filters, boxes and speech (notebooks 08, 18, 19, 20, 24)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import cited, claim, found

_SIZES = [(M, N, K) for M in (3, 8) for N in (5, 16) for K in (1, 3, 5)]


def _bank_response(x, w):
    """Maps of a filter and its quarter turns: (4, OH, OW)."""
    return np.stack([nn.conv2d(x, np.rot90(w, k, axes=(2, 3)))[0, 0] for k in range(4)])


@claim("invariant-to-all", "The network becomes invariant to all the transforms considered",
       notebook="08", lecture="004", where="Transform invariance")
def _():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 1, 9, 9)), rng.normal(size=(1, 1, 3, 3))
    upright, turned = _bank_response(x, w), _bank_response(np.rot90(x, 1, axes=(2, 3)), w)
    maps = np.allclose(upright, turned)
    over_transforms = np.allclose(upright.max(0), turned.max(0))
    over_both = np.allclose(upright.max(), turned.max())
    assert over_both
    return found(
        bool(maps or over_transforms),
        why="""The maps turn along with the picture, also after the maximum over the transforms. It
        takes two maxima, over the transforms and over the places, to get a number that stays; and
        for turns that the pixel grid cannot do exactly it holds only roughly.""",
    )


@claim("transforms-cost", "these tend to be computationally painful", notebook="08",
       lecture="004", where="The models can be easily modified")
def _():
    T, F, C = 16, 8, 8  # transforms, filters, maps
    plain, bank = nn.Conv2d(C, F, 3, bias=False), nn.Conv2d(C, T * F, 3, bias=False)
    next_ = nn.Conv2d(T * F, T * F, 3, bias=False)
    cost = [layer.parameters["weight"].size for layer in (plain, bank, next_)]  # per output pixel
    return found(
        cost[1] > cost[0],
        why=f"""With {T} transforms {cost[1] // cost[0]} times the multiplications. If all maps
        went on to a layer with {T} copies of its own, that layer would cost {cost[2] // cost[0]}
        times as much.""",
    )


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


@claim("box-corners", "corners of the bounding box of the object ({8} coordinates)", notebook="19",
       lecture="004", where="Finding Bounding Boxes")
def _():
    from course_utils.datasets import cluttered_digits

    corners = cluttered_digits(size=48, count=(20, 1, 1)).train.corners  # (N, 4, 2)
    return found(corners[0].size, why="Four corners with two coordinates each. They are not free: "
                 "an upright box needs 4 numbers, a turned one 5.")


_SPEECH = "Deng, Abdel-Hamid and Yu, ICASSP 2013, table 1"

cited("timit-best", "above (add dropout) {18.7%}", 18.7,
      source="Deng, Abdel-Hamid and Yu, ICASSP 2013, abstract", notebook="24", lecture="004",
      where="CNN for Automatic Speech Recognition")

for _name, _row in {
    "timit-dnn": "DNN (fully connected) {22.3%}",
    "timit-p1": "CNN-DNN; P=1 {21.8%}",
    "timit-p12": "CNN-DNN; P=12 {20.8%}",
    "timit-p6": "CNN-DNN; P=6 (fixed P, optimal) {20.4%}",
    "timit-p6-dropout": "CNN-DNN; P=6 (add dropout) {19.9%}",
    "timit-hp": "CNN-DNN; P=1:m (HP, m=12) {19.3%}",
}.items():
    cited(_name, _row, source=_SPEECH, notebook="24", lecture="004",
          where="CNN for Automatic Speech Recognition")
