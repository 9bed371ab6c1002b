"""Cases and windows that all pools have in common."""

import numpy as np


def pooling_cases(rng, label_of_first):
    """(x, kernel_size, stride, padding) and a label: what every pooling function must survive."""
    yield np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]]), (2, 2), 1, 0, label_of_first
    mixed = np.array([3, 8, 1, 6, 2, 9, 4, 7, 0, 5, 11, 10, 19, 13, 18, 12, 15, 17, 14, 16])
    yield mixed[:6].reshape(1, 1, 2, 3) / 1.0, (2, 2), 1, 1, "one small map, padding 1 alone"
    yield mixed.reshape(1, 1, 4, 5) / 1.0, (2, 3), 2, 0, "one small map, stride 2 alone"
    yield rng.normal(size=(2, 3, 7, 8)), (3, 2), 3, 0, "two images, a rest that the stride drops"
    yield mixed[:12].reshape(1, 1, 3, 4), (2, 3), 1, 0, "a map of whole numbers (dtype int)"
    yield -1 - rng.random((1, 2, 5, 4)), (3, 3), 2, 1, "all numbers negative, stride 2, padding 1"
    yield rng.normal(size=(2, 2, 6, 5)), (2, 3), 1, 1, "windows that overlap, padding 1"
    yield rng.normal(size=(1, 3, 5, 9)), (1, 2), 4, 0, "the stride is larger than the window"
    wide = rng.normal(size=(2, 9, 3, 8)).astype(np.float32)
    yield wide.transpose(0, 2, 1, 3)[..., ::2], (4, 2), 2, 0, "float32, not in memory order"


def windows(x, kernel_size, stride, padding):
    """Every output place with the pixels (row, column) of its window, padding left out."""
    H, W = x.shape[2:]
    (KH, KW), S, P = kernel_size, stride, padding
    for n, c in np.ndindex(x.shape[:2]):
        for i, top in enumerate(range(-P, H + P - KH + 1, S)):
            for j, left in enumerate(range(-P, W + P - KW + 1, S)):
                rows, columns = range(top, top + KH), range(left, left + KW)
                inside = [(r, q) for r in rows for q in columns if 0 <= r < H and 0 <= q < W]
                yield (n, c, i, j), inside


def out_size(x, kernel_size, stride, padding):
    sizes = zip(x.shape[2:], kernel_size, strict=True)
    return (*x.shape[:2], *((size + 2 * padding - K) // stride + 1 for size, K in sizes))


def rows_and_columns(before, after):
    """A padding of the last two axes."""
    return (0, 0), (0, 0), (before, after), (before, after)
