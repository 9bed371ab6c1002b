"""Claims about training a network (notebook 02)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils.audit.claim import claim, found


@claim("graph-slopes", "-2x + 6 … 2x − 6", notebook="02", lecture="003",
       where="Previously")
def _():
    x = np.linspace(-4, 4, 9)
    m = -x + 3
    from_right = 2 * m, 2 * m * 1, 2 * m * 1 * -1  # local slopes 2m, 1 and −1, chained
    holds = all(map(np.allclose, from_right, (-2 * x + 6, -2 * x + 6, 2 * x - 6)))
    return found(holds, why="Chained at nine places from −4 to 4.")


@claim("digit-inputs", "24 x 24 = {784}", notebook="02", lecture="000",
       where="Digit Recognition NN")
def _():
    from course_utils.datasets import mnist_5k

    H, W = mnist_5k().train.images.shape[2:]
    return found(24 * 24, why=f"The digits have {H} × {W} pixels, and {H} · {W} = {H * W}.")


@claim("digit-greys", "{0.0} white {1.0} black", notebook="02", lecture="000",
       where="Digit Recognition NN")
def _():
    from course_utils.datasets import mnist_5k

    images = mnist_5k().train.images / 255
    return found(float(images[:, :, 0].mean()), float(images.max()),
                 why="MNIST stores the white paper as 0 and the blackest ink as 255.")
