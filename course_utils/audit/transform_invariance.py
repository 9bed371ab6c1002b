"""Claims about invariance to transforms (notebook 08)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found


@claim("shift-invariant", "CNNs are shift invariant", notebook="08", lecture="004",
       where="Invariance")
def _():
    import numpy as np

    rng = np.random.default_rng(0)
    x, w = np.zeros((1, 1, 16, 16)), rng.normal(size=(1, 1, 3, 3))
    x[..., 5:9, 5:9] = rng.normal(size=(4, 4))
    maps = nn.conv2d(x, w), nn.conv2d(np.roll(x, 2, axis=3), w)
    assert np.allclose(np.roll(maps[0], 2, axis=3), maps[1])
    return found(bool(np.isclose(maps[0].max(), maps[1].max())),
                 why="The maps shift along with the picture; their maximum does not change.")


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
