"""What the exercises on a convolution with every setting share, whichever notebook asks for it."""

import numpy as np

_PLAIN = ((1, 1), (0, 0), (1, 1), 1)


def every_setting(rng):
    """(x, weight, (stride, padding, dilation, groups), label): what every version must survive."""
    x, weight = np.arange(12.0).reshape(1, 1, 3, 4), np.array([[[[1.0, 2.0], [-1.0, 3.0]]]])
    yield x, weight, _PLAIN, "one small image, one 2×2 filter"
    pair, apart = np.arange(8.0).reshape(1, 2, 2, 2), np.array([[[[2.0]]], [[[-1.0]]]])
    yield pair, apart, (*_PLAIN[:3], 2), "two groups of one channel and one filter each"
    larger = np.arange(30.0).reshape(1, 1, 5, 6)
    yield larger, weight, ((2, 1), *_PLAIN[1:]), "stride (2, 1) alone"
    yield larger, weight, ((1, 1), (0, 1), (1, 1), 1), "padding (0, 1) alone"
    yield larger, weight, ((1, 1), (0, 0), (1, 3), 1), "dilation (1, 3) alone"
    for x_shape, weight_shape, settings, label in (
        ((2, 6, 3, 4), (4, 3, 2, 2), (*_PLAIN[:3], 2), "6 channels, 4 filters, 2 groups"),
        ((1, 6, 4, 5), (9, 2, 2, 3), (*_PLAIN[:3], 3), "3 groups: 2 channels, 3 filters each"),
        ((2, 4, 4, 3), (4, 1, 3, 2), (*_PLAIN[:3], 4), "depth-wise: as many groups as channels"),
        ((2, 2, 8, 9), (3, 2, 3, 2), ((3, 2), (0, 1), (1, 1), 1), "stride, padding, a rest"),
        ((1, 4, 9, 8), (6, 2, 2, 3), ((2, 3), (1, 2), (3, 2), 2), "everything at once"),
        ((3, 6, 7, 7), (6, 3, 3, 2), ((2, 1), (2, 0), (1, 2), 2), "a square image, 2 groups"),
    ):
        yield rng.normal(size=x_shape), rng.normal(size=weight_shape), settings, label
    wide = rng.normal(size=(2, 7, 4, 12)).astype(np.float32)
    weight = rng.normal(size=(4, 2, 2, 3)).astype(np.float32)
    settings = ((1, 2), (1, 0), (2, 1), 2)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], weight, settings, "float32, not in memory order"


def channels_of(numbers, groups):
    """Numbers in equal parts, in their order."""
    return np.split(np.asarray(numbers), groups)


filters_of = channels_of


def interleaved(numbers, groups):
    """Numbers dealt to the groups in turn."""
    return [np.asarray(numbers)[g::groups] for g in range(groups)]
