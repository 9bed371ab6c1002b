"""Claims about transposed convolution (notebook 06); b is the stride, as on the slides."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found
from course_utils.shapes import conv_transpose_output_size

_SETTINGS = tuple((H, K, b) for H in (3, 4, 7) for K in (2, 3, 4) for b in (2, 3))


def _case():
    rng = np.random.default_rng(0)
    return rng.normal(size=(1, 2, 4, 5)), rng.normal(size=(2, 3, 3, 3)), 2


@claim("pull-and-push", "Invokes the ith row of W_l … Invokes the jth column of W_l",
       notebook="06", lecture="004", where="Transposed convolution")
def _():
    rng = np.random.default_rng(0)
    W, y = rng.normal(size=(5, 3)), rng.normal(size=3)
    pulled = np.array([W[i, :] @ y for i in range(5)])
    pushed = sum(W[:, j] * y[j] for j in range(3))
    of_transpose = sum(W.T[j, :] * y[j] for j in range(3))
    return found(bool(np.allclose(pulled, pushed) and np.allclose(pushed, of_transpose)))


@claim("transposed-formula", "w(1, m, i - kb, j - lb) I(m, k, l)", notebook="06", lecture="004",
       where="The parameters are filter size and output stride")
def _():
    x, w, b = _case()
    right = nn.conv_transpose2d(x, w, stride=b)[0]
    z = np.zeros_like(right)
    for f, i, j, m, k, n in np.ndindex(*z.shape, *x.shape[1:]):  # n is the slide's l
        if 0 <= i - k * b < 3 and 0 <= j - n * b < 3:
            z[f, i, j] += w[m, f, i - k * b, j - n * b] * x[0, m, k, n]
    return found(bool(np.allclose(z, right)), why="Summed where the filter has such an entry.")


@claim("transposed-loops", "((W-1)b+K1) … z(l,j,(x-1)b+x',(y-1)b+y') +=", notebook="06",
       lecture="004", where="CNN: Expanding convolution layer")
def _():
    x, w, b = _case()
    (_, C, H, W), K = x.shape, 3
    z = np.zeros((3, (H - 1) * b + K, (W - 1) * b + K))
    for j, r, c, i, u, v in np.ndindex(3, H, W, C, K, K):
        z[j, r * b + u, c * b + v] += w[i, j, u, v] * x[0, i, r, c]
    return found(bool(np.allclose(z, nn.conv_transpose2d(x, w, stride=b)[0])),
                 why="Run as printed: the size and every value.")


@claim("transposed-size", "(bH + (K 1)) x (bW + (K 1))", notebook="06", lecture="004",
       where="Size of new map")
def _():
    extra = {(b * H + K - 1 - conv_transpose_output_size(H, K, b), b) for H, K, b in _SETTINGS}
    with_padding = all(b * H + K - 1 == conv_transpose_output_size(H, K, b, output_padding=b - 1)
                       for H, K, b in _SETTINGS)
    assert with_padding
    assert all(more == b - 1 for more, b in extra)
    return found(
        all(more == 0 for more, _ in extra),
        why="""(K − 1; the minus sign is lost in the text.) The lecture's own code makes
        (H − 1)b + K rows, b − 1 fewer, and no stamp reaches further. The slide's size is that of
        output padding b − 1: the extra rows hold zeros, and "crop" takes them away.""",
    )


@claim("zeros-between", """interpolating b-1 zeros between adjacent elements to increase the size of
       the map by b""", notebook="06", lecture="004", where="2D expanding convolution")
def _():
    sizes = {(H, b): nn.insert_zeros(np.ones((1, 1, H, H)), b).shape[2] for H, _, b in _SETTINGS}
    (H, b), rows = next(iter(sizes.items()))
    assert all(rows == b * H - (b - 1) for (H, b), rows in sizes.items())
    return found(
        all(rows == b * H for (H, b), rows in sizes.items()),
        why=f"""Zeros *between* {H} elements give {rows} rows for b = {b}, not {b * H}:
        (H − 1)b + 1. For bH, b − 1 zeros must follow the last element as well.""",
    )


@claim("across-the-diagonal", 'These filters are "transposed" (flipped across the diagonal)',
       notebook="06", lecture="004", where="These filters are")
def _():
    x, w, b = _case()
    right, spread = nn.conv_transpose2d(x, w, stride=b), nn.insert_zeros(x, b)
    flips = {"diagonal": w.swapaxes(2, 3), "half turn": nn.rotate180(w)}
    holds = {name: bool(np.allclose(nn.full_convolution(spread, f.swapaxes(0, 1)), right))
             for name, f in flips.items()}
    assert holds["half turn"]
    return found(holds["diagonal"],
                 why="The scanning filter is turned by 180°. It is the layer's matrix that is "
                 "transposed.")
