"""Claims about convolution, its output size, its weights and what it sees (notebook 03)."""

# A claim reads best in two or three lines.
# fmt: off

from itertools import product

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found
from course_utils.audit.networks import measured_field
from course_utils.shapes import ShapeError, conv_output_size


@claim("output-size", "( I + P_left + P_right - D*(F-1) -1) / S + 1", notebook="03",
       lecture="002", where="output_size =")
def _():
    even, odd = 0, 0
    settings = range(4, 28), range(1, 6), (1, 2, 3), (1, 2, 3, 4), (0, 1, 2)
    for size, kernel, D, S, P in product(*settings):
        try:
            right = conv_output_size(size, kernel, S, P, D)
        except ShapeError:
            continue
        as_said = (size + P + P - D * (kernel - 1) - 1) / S + 1
        even, odd = even + (as_said == right), odd + (int(as_said) == right != as_said)
        assert int(as_said) == right
    return found(
        even > 0,
        why=f"""Where the division comes out even; elsewhere it must be rounded down, in {odd} of
        {even + odd} settings.""",
    )


@claim("number-of-filters", "Number of Filters = No. of Input Channels x No. of Output Channels",
       notebook="03", lecture="002", where="Number of Filters =")
def _():
    filters, channels = nn.Conv2d(3, 96, 11).parameters["weight"].shape[:2]
    return found(
        filters == 3 * 96,
        why=f"""A layer has one filter for each output channel, AlexNet's first {filters}. The
        notes count each of the {filters * channels} slices as a filter of its own.""",
    )


@claim("params-formula", "No. of Params = Filter Size (F x F) * No. of Filters", notebook="03",
       lecture="002", where="No. of Params =")
def _():
    said, counted = 11 * 11 * (3 * 96), nn.count(nn.Sequential(nn.Conv2d(3, 96, 11)))
    return found(
        said == counted,
        why=f"""That leaves the biases out: AlexNet's first layer has {said:,} weights and
        {counted - said} biases, {counted:,} parameters.""",
    )


@claim("one-filter", "32-5+1={28} … Channels? {1}", notebook="03", lecture="003",
       where="Convnet How big is the output?")
def _():
    _, maps, _, width = nn.conv2d(np.zeros((1, 3, 32, 32)), np.zeros((1, 3, 5, 5))).shape
    return found(width, maps)


@claim("200-filters", "32-5+1={28} … Channels? {200}", notebook="03", lecture="003",
       where="Convnet Multiple out channels via multiple filters.")
def _():
    _, maps, _, width = nn.conv2d(np.zeros((1, 3, 32, 32)), np.zeros((200, 3, 5, 5))).shape
    return found(width, maps)


@claim("two-filters", "Input: Output: {400}x{600}x1 400x600x{2}", notebook="03", lecture="003",
       where="Multiple Filters")
def _():
    image, filters = np.zeros((1, 1, 400, 600), np.float32), np.zeros((2, 1, 3, 3), np.float32)
    _, maps, rows, columns = nn.conv2d(image, filters, padding=1).shape
    bare = nn.conv2d(image, filters).shape
    return found(rows, columns, maps,
                 why=f"With padding; 3 × 3 filters without it give {bare[2]} × {bare[3]}.")


@claim("cross-correlation", "Output[1,2] … = I[1,2]*F[1,1] + I[1,3]*F[1,2] … I[3,4]*F[3,3]",
       notebook="03", lecture="003", where="Differences From Lecture 4 Filtering")
def _():
    rng = np.random.default_rng(0)
    image, F = rng.normal(size=(5, 6)), rng.normal(size=(3, 3))
    said = sum(image[i, j + 1] * F[i, j] for i in range(3) for j in range(3))  # counting from 0
    return found(bool(np.isclose(said, nn.conv2d(image[None, None], F[None, None])[0, 0, 0, 1])),
                 why="That is the cross-correlation, which networks compute.")


@claim("stride-1", "Normal (Stride 1) … {5}x{5} output", notebook="03", lecture="003",
       where="One Additional Subtlety")
def _():
    rows, columns = nn.conv2d(np.zeros((1, 1, 7, 7)), np.zeros((1, 1, 3, 3))).shape[2:]
    return found(rows, columns, why=f"With stride 2 it would be {conv_output_size(7, 3, 2)}.")


@claim("conv-loops", "z(l,j,x,y) += w(l,j,i,x',y') Y(l-1,i,x+x'-1,y+y'-1)", notebook="03",
       lecture="004", where="CNN: Forward")
def _():
    rng = np.random.default_rng(0)
    Y, w, K = rng.normal(size=(2, 5, 6)), rng.normal(size=(3, 2, 3, 3)), 3
    z = np.zeros((3, 5 - K + 1, 6 - K + 1))
    for j, x, y, i, u, v in np.ndindex(*z.shape, 2, K, K):  # from 0: the −1 goes
        z[j, x, y] += w[j, i, u, v] * Y[i, x + u, y + v]
    return found(bool(np.allclose(z, nn.conv2d(Y[None], w)[0])),
                 why="Run as printed, with W − K + 1 places in each direction.")


@claim("fields-of-a-stack", """First conv layer receptive field = {3}x3 … Second conv layer
       receptive field = {5}x5 … Third conv layer receptive field = {7}x7""", notebook="03",
       lecture="002", where="Why use smaller Filters?")
def _():
    fields = measured_field(3), measured_field(3, 3), measured_field(3, 3, 3)
    return found(*fields, why="Measured by backpropagation.")


@claim("three-threes", "same effective receptive field as one {7}x7", notebook="03",
       lecture="002", where="Stack of three 3x3 conv layers",
       also_000="Why use smaller filters? (3 x 3 conv)")
def _():
    return found(measured_field(3, 3, 3), why=f"One 7 × 7 layer sees {measured_field(7)}.")


def _weights(C: int, K: int) -> int:
    return nn.Conv2d(C, C, K, bias=False).parameters["weight"].size


@claim("three-threes-weights", "{27} Params, {49} Params", notebook="03", lecture="002",
       where="If we remove C", also_000="And fewer parameters:")
def _():
    C = 5
    three, one = 3 * _weights(C, 3), _weights(C, 7)
    return found(three / C**2, one / C**2, why="For each C², without the biases.")
