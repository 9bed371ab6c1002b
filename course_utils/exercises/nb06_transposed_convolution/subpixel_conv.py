"""The exercise `subpixel_conv` of notebook 06."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import reordered


@exercise(
    notebook="06",
    optional=True,
    points=4,
    minutes=75,
    returns=("maps", "out"),
    not_lent=("conv_transpose2d", "insert_zeros"),
    explanation="Row S·i + a of the result gets its stamps from the input rows i, i − 1, … through "
    "the weight rows a, a + S, … only: every S-th row of the filter. So the filter falls apart "
    "into S² small ones, one for each place modulo S, and each is a full convolution: pad by one "
    "less than its size, rotate it by 180°. A filter whose size S does not divide gets zeros at "
    "its end, and those are the places with fewer stamps: the checkerboard. The shuffle is a "
    "reshape that takes the S² apart, and a transpose that puts them beside rows and columns.",
)
def subpixel_conv(x, weight, stride):
    """A transposed convolution as an ordinary one with stride 1, followed by a pixel shuffle.

    x (N, C, H, W), weight (C, F, KH, KW), S = stride
    -> maps (N, F·S·S, H + MH − 1, W + MW − 1), where MH = KH / S, rounded up, and MW likewise: map
    f·S·S + a·S + b holds the pixels (a, b) of all S × S blocks of output map f, in their order;
    -> out (N, F, (H − 1)·S + KH, (W − 1)·S + KW): the blocks put together, what is beyond cut off.
    """
    (N, C, H, W), (_, F, KH, KW), S = x.shape, weight.shape, stride
    MH, MW = -(-KH // S), -(-KW // S)  # rounded up
    weight = np.pad(weight, ((0, 0), (0, 0), (0, MH * S - KH), (0, MW * S - KW)))
    filters = weight.reshape(C, F, MH, S, MW, S)
    filters = filters.transpose(1, 3, 5, 0, 2, 4).reshape(F * S * S, C, MH, MW)
    x = np.pad(x, ((0, 0), (0, 0), (MH - 1, MH - 1), (MW - 1, MW - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (MH, MW), axis=(2, 3))
    maps = np.einsum("ncijuv,fcuv->nfij", windows, filters[:, :, ::-1, ::-1])
    blocks = maps.reshape(N, F, S, S, H + MH - 1, W + MW - 1)
    out = blocks.transpose(0, 1, 4, 2, 5, 3).reshape(N, F, (H + MH - 1) * S, (W + MW - 1) * S)
    return maps, out[:, :, : (H - 1) * S + KH, : (W - 1) * S + KW]


@subpixel_conv.cases
def _(rng):
    numbers = np.array([[[[1.0, 10.0]]]])
    tile = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    yield case(numbers, tile, 2, label="two pixels, a filter of 2×2, stride 2: tiles")
    yield case(numbers, np.array([[[[1.0, 2.0, 3.0, 4.0]]]]), 2, label="a filter of 1×4, stride 2")
    yield case(numbers, np.array([[[[1.0, 2.0, 3.0]]]]), 2, label="a filter of 1×3, stride 2")
    normal = rng.normal
    for x_shape, weight_shape, stride, label in (
        ((2, 3, 3, 4), (3, 2, 4, 2), 2, "3 channels, 2 maps, a filter of 4×2"),
        ((1, 2, 2, 3), (2, 3, 3, 6), 3, "stride 3, a filter of 3×6"),
        ((2, 2, 4, 3), (2, 2, 3, 5), 2, "a filter of 3×5, stride 2: checkerboards"),
        ((1, 3, 3, 2), (3, 2, 2, 1), 3, "gaps between the stamps"),
        ((2, 1, 3, 5), (1, 4, 3, 2), 1, "stride 1: nothing to shuffle"),
    ):
        yield case(normal(size=x_shape), normal(size=weight_shape), stride, label=label)
    wide = normal(size=(2, 4, 3, 6)).astype(np.float32)
    weight = normal(size=(3, 2, 5, 4)).astype(np.float32)
    yield case(wide.transpose(0, 2, 1, 3)[..., ::2], weight, 2, label="float32, other memory order")


@subpixel_conv.oracle
def _(x, weight, stride):
    """The stamps of the definition on a canvas of whole blocks; each map is read off from it."""
    (N, C, H, W), (_, F, KH, KW), S = x.shape, weight.shape, stride
    size = [(length + -(-K // S) - 1) * S for length, K in ((H, KH), (W, KW))]
    canvas = np.zeros((N, F, *size), np.result_type(x, weight))
    for n, f, c, i, j in np.ndindex(N, F, C, H, W):
        canvas[n, f, i * S : i * S + KH, j * S : j * S + KW] += x[n, c, i, j] * weight[c, f]
    phases = [canvas[:, f : f + 1, a::S, b::S] for f, a, b in np.ndindex(F, S, S)]
    return np.concatenate(phases, axis=1), canvas[:, :, : (H - 1) * S + KH, : (W - 1) * S + KW]


def _shuffled(
    x, weight, stride, *, split=(1, 3, 5, 0, 2, 4), turn=True, front=False, parts=None, margin=None,
    put=(0, 1, 4, 2, 5, 3), order=None, crop=True, blocks=False,
):  # fmt: skip
    """Maps and result, with one thing changed.

    split: the axes (C, F, MH, S, MW, S) of the filters as they are merged; turn: rotated by 180°;
    front: zeros before the filter; parts(weight, S, MH, MW): (C, F, MH, S, MW, S); margin(M); put:
    the axes (N, F, S, S, H, W) as the pixels are merged; order: the axes (N, F, S, S, H, W) of the
    maps; crop: what is beyond is cut off; blocks: the filters are blocks, not every S-th row
    """
    (N, C, H, W), (_, F, KH, KW), S = x.shape, weight.shape, stride
    M = MH, MW = -(-KH // S), -(-KW // S)
    pads = [(0, m * S - k)[:: -1 if front else 1] for m, k in zip(M, (KH, KW), strict=True)]
    weight = np.pad(weight, ((0, 0), (0, 0), *pads))
    filters = weight.reshape(C, F, MH, S, MW, S)
    if blocks:
        filters = weight.reshape(C, F, S, MH, S, MW).transpose(0, 1, 3, 2, 5, 4)
    filters = filters.transpose(split).reshape(F * S * S, C, MH, MW)
    x = np.pad(x, ((0, 0), (0, 0), *((m - 1, m - 1) for m in M)))
    windows = np.lib.stride_tricks.sliding_window_view(x, M, axis=(2, 3))
    filters = filters[:, :, ::-1, ::-1] if turn else filters
    maps = np.einsum("ncijuv,fcuv->nfij", windows, filters)
    sizes = H + MH - 1, W + MW - 1
    pixels = maps.reshape(N, F, S, S, *sizes) if order is None else order(maps, F, S)
    out = pixels.transpose(put).reshape(N, F, *(S * size for size in sizes))
    return maps, out[:, :, : (H - 1) * S + KH, : (W - 1) * S + KW] if crop else out


for name, hint, change, whole in (
    (
        "the small filters were not rotated by 180°",
        "Row S·i gets its stamps from row i through weight 0 and from row i − 1 through weight S. "
        "Which of the two comes first in the window?",
        {"turn": False},
        True,
    ),
    (
        "the filter was cut into S × S blocks; what belongs together is every S-th row and column",
        "Which weights of a filter of 4 reach the even places of the output with stride 2?",
        {"blocks": True},
        True,
    ),
    (
        "the zeros that fill up the filter were put before it, not after it",
        "The first weight stamps the first pixel of a block. What does a zero before it do?",
        {"front": True},
        True,
    ),
    (
        "rows and columns were exchanged in the shuffle",
        "Map a·S + b holds the pixels in row a and column b of their blocks. Which of the two axes "
        "of length S belongs beside the rows?",
        {"put": (0, 1, 4, 3, 5, 2)},
        False,
    ),
    (
        "rows and columns were exchanged in the maps, and back again in the shuffle",
        "The docstring says f·S·S + a·S + b, where a is the row in the block.",
        {"split": (1, 5, 3, 0, 2, 4), "put": (0, 1, 4, 3, 5, 2)},
        False,
    ),
    (
        "the maps are in the order (a, b, f), with f last",
        "The docstring says f·S·S + a·S + b. With 2 output maps and stride 2, what is map 1?",
        {"split": (3, 5, 1, 0, 2, 4),
         "order": lambda m, F, S: m.reshape(len(m), S, S, F, *m.shape[2:]).transpose(
             0, 3, 1, 2, 4, 5)},
        False,
    ),
    (
        "the pixels of one map were kept together: the maps lie side by side as tiles",
        "Neighbours in the output come from different maps. In which order must the axes be, "
        "before the last reshape?",
        {"put": (0, 1, 2, 4, 3, 5)},
        False,
    ),
    (
        "what is beyond the size of a transposed convolution was not cut off",
        "How large is the result, by the formula (H − 1)·S + K? And how many rows do the blocks "
        "have?",
        {"crop": False},
        False,
    ),
):  # fmt: skip
    subpixel_conv.mistake(name, hint=hint, whole=whole)(partial(_shuffled, **change))

subpixel_conv.slip(reordered(1, 0))
