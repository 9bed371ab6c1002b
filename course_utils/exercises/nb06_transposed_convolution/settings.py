"""Cases of a transposed convolution, and who meets whom in it."""

import numpy as np


def settings_and_labels(rng):
    """(x, weight, stride, padding, output_padding, label): what every version must survive."""
    x, weight = np.array([[[[2.0, 3.0]]]]), np.array([[[[1.0, 5.0, 7.0], [0.0, 4.0, 6.0]]]])
    yield x, weight, 1, 0, 0, "two pixels, one filter of 2 × 3, stamps that overlap"
    normal = rng.normal
    yield (
        normal(size=(2, 3, 4, 2)),
        normal(size=(3, 2, 2, 3)),
        2,
        0,
        0,
        "two images, channels 3 to 2",
    )
    yield (
        normal(size=(2, 2, 2, 3)),
        normal(size=(2, 2, 4, 3)),
        2,
        1,
        0,
        "padding 1, channels 2 to 2",
    )
    yield (
        normal(size=(1, 2, 3, 2)),
        normal(size=(2, 3, 3, 4)),
        3,
        2,
        1,
        "padding 2, output padding 1",
    )
    yield normal(size=(2, 1, 2, 3)), normal(size=(1, 2, 2, 1)), 3, 0, 2, "gaps between the stamps"
    x, weight = normal(size=(1, 3, 2, 3)), normal(size=(3, 2, 3, 4))
    yield x, weight, 3, 1, 2, "stride 3, padding 1, output padding 2"
    wide = normal(size=(2, 4, 3, 6)).astype(np.float32)
    weight = normal(size=(3, 2, 3, 2)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], weight, 2, 1, 1, "float32, not in memory order"


def pairs(x, weight, shape, stride, padding):
    """All (n, c, f, input place, filter place, output place) that meet within the output."""
    (N, C, H, W), (_, F, KH, KW) = x.shape, weight.shape
    for n, c, f, i, j, a, b in np.ndindex(N, C, F, H, W, KH, KW):
        row, column = i * stride + a - padding, j * stride + b - padding
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            yield (n, c, i, j), (c, f, a, b), (n, f, row, column)


def output_shape(x, weight, stride, padding, output_padding):
    return tuple(
        (size - 1) * stride + K - 2 * padding + output_padding
        for size, K in zip(x.shape[2:], weight.shape[2:], strict=True)
    )
