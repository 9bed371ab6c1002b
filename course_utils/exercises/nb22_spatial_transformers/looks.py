"""Places to look at, for the cases of notebook 22, and other ways to lay out a grid."""

import numpy as np


def matrices(rng, count):
    """Matrices (count, 2, 3) that turn, stretch and shift, none of them alike."""
    upright = np.array([[0.8, 0, 0], [0, 0.7, 0]])
    return upright + 0.3 * rng.normal(size=(count, 2, 3))


def centres(count):
    return (2 * np.arange(count) + 1) / count - 1


def points_of(size, spread=centres, down=1):
    """Centres of a crop's pixels (OH * OW, 3): x, y, 1. `spread(count)` says where they lie."""
    y, x = (spread(count) for count in size)
    columns, rows = np.meshgrid(x, down * y)
    return np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)], axis=1)


def laid_out(theta, size, *, points=points_of, move=lambda points, theta: points @ theta.T):
    """The grid (N, OH, OW, 2) with one thing changed: the points, or how a matrix moves them."""
    start = points(size)
    return np.stack([move(start, one).reshape(*size, 2) for one in theta])


def edges(count):
    """The left edges of the pixels, not their centres."""
    return 2 * np.arange(count) / count - 1


def to_places(grid, size):
    """Rows and columns (N, OH, OW) of places in units; 0 is the centre of the first pixel."""
    H, W = size
    return ((grid[..., 1] + 1) * H - 1) / 2, ((grid[..., 0] + 1) * W - 1) / 2


def between_pixels(rng, count, crop, image):
    """Matrices whose grids stay away from the centres of pixels, where the slope has a jump."""
    while True:
        theta = matrices(rng, count)
        places = np.stack(to_places(laid_out(theta, crop), image))
        if np.abs(places - np.round(places)).min() > 1e-3:
            return theta


def strided(array):
    """The same numbers in float32, not in memory order."""
    wide = np.empty((*array.shape[:-1], 2 * array.shape[-1]), np.float32)
    wide[..., ::2] = array
    return wide[..., ::2]


def readings(rng):
    """(images, grid, label): what both directions of sampling must survive."""
    row = np.array([[[[10.0, 20.0, 40.0]]]])
    yield row, np.array([[[[0.0, 0.0], [0.5, 0.0]]]]), "three pixels in a row, two places"
    yield rng.normal(size=(1, 1, 2, 3)), rng.uniform(-0.3, 0.3, (1, 1, 4, 2)), "well inside"
    yield (rng.normal(size=(2, 3, 4, 5)), laid_out(matrices(rng, 2), (3, 2)),
           "two images, three channels")  # fmt: skip
    whole = laid_out(np.array([[[1.0, 0, 0], [0, 1, 0]]]), (4, 8))
    yield rng.normal(size=(1, 2, 4, 8)), whole, "the image itself: every place is a pixel's centre"
    rim = np.array([[[[-1.0, -0.2], [-0.95, 0.9]], [[0.97, -0.98], [0.1, 1.0]]]])
    yield rng.uniform(1, 2, (1, 2, 3, 4)), rim, "at the rim: half of a mixture lies outside"
    beyond = np.array(
        [[[[-1.3, 0.1], [0.2, 1.9], [-7, 5.3]]], [[[1.2, -1.1], [1e6, 0], [0, -1.6]]]]
    )
    yield rng.uniform(1, 2, (2, 1, 5, 3)), beyond, "outside of the image"
    same = np.full((1, 3, 2, 2), 0.13)
    yield rng.normal(size=(1, 2, 6, 4)), same, "all look at the same place"
    crowd = rng.uniform(-1.1, 1.1, (1, 5, 7, 2))
    yield rng.normal(size=(1, 1, 2, 3)), crowd, "more places than pixels"
    yield rng.normal(size=(2, 2, 1, 1)), rng.uniform(-1.4, 1.4, (2, 2, 3, 2)), "a single pixel"
    yield (rng.normal(size=(3, 3, 3, 3)), laid_out(matrices(rng, 3), (3, 3)),
           "as many images as channels, rows and columns")  # fmt: skip
    yield (strided(rng.normal(size=(2, 3, 6, 5))), strided(laid_out(matrices(rng, 2), (4, 3))),
           "float32, not in memory order")  # fmt: skip
