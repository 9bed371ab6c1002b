"""The convolution layer with every setting, with one thing changed."""

import numpy as np

from course_utils.exercises.settings import channels_of, filters_of


def conv2d_with(
    x, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, *,
    channels=channels_of, filters=filters_of, pad=lambda P: (P, P),
    cover=lambda K, D: D * (K - 1) + 1, turn=False,
):  # fmt: skip
    """The layer, group by group, with one thing changed.

    channels(numbers, groups), filters(numbers, groups): which belong to each group; pad(P): the
    zeros on both sides; cover(K, D): how many places a filter covers; turn: rotated by 180°
    """
    (C, F), (D, KH, KW) = (x.shape[1], len(weight)), weight.shape[1:]
    x = np.pad(x, ((0, 0), (0, 0), pad(padding[0]), pad(padding[1])))
    covered = cover(KH, dilation[0]), cover(KW, dilation[1])
    windows = np.lib.stride_tricks.sliding_window_view(x, covered, axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    windows = windows[..., :KH, :KW]
    weight = weight[:, :, ::-1, ::-1] if turn else weight
    out = np.zeros((len(x), F, *windows.shape[2:4]), np.result_type(x, weight))
    for mine, theirs in zip(filters(range(F), groups), channels(range(C), groups), strict=True):
        for start in range(0, len(theirs), D):  # once; more often where a filter sees too much
            some = windows[:, theirs[start : start + D]]
            out[:, mine] += np.einsum("ncijuv,fcuv->nfij", some, weight[mine])
    return out + bias[:, np.newaxis, np.newaxis]
