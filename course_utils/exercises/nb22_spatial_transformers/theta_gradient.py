"""The exercise `theta_gradient` of notebook 22."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb22_spatial_transformers import shares as sh
from course_utils.exercises.nb22_spatial_transformers import slopes
from course_utils.exercises.nb22_spatial_transformers.affine_grid import affine_grid
from course_utils.exercises.nb22_spatial_transformers.looks import (
    between_pixels,
    laid_out,
    points_of,
    strided,
)
from course_utils.exercises.nb22_spatial_transformers.readings import (
    READINGS,
    corners,
    name_readings,
)
from course_utils.exercises.nb22_spatial_transformers.slopes import gradient, onto_theta
from course_utils.exercises.slips import averaged, first_only, missing, negated, result, scaled


@exercise(
    notebook="22",
    points=4,
    minutes=30,
    hints=(
        "Go back step by step: first the gradient of one place (x, y), two numbers, then what each "
        "of the six numbers of θ has to do with that place.",
        "Move a place a little to the right: the pixel after it gains share, 1 per pixel of way, "
        "the one before it loses as much. So the slope along x is a mixture with −1 and +1 for the "
        "columns, and the usual shares for the rows.",
        "The slope so far is per pixel. One unit of x is W/2 pixels, one unit of y is H/2.",
        "x = θ[0] · (u, v, 1), where (u, v) is the pixel's own centre in the crop. So θ[0] "
        "collects slope_x · (u, v, 1) from all pixels: np.outer makes the table (2, 3). "
        "affine_grid of the identity has all (u, v).",
    ),
    explanation="For each pixel of the crop: how much does what it reads change when its place "
    "moves along x, and along y? That is −1 and +1 times the neighbours in one direction, with the "
    "shares of the other, times W/2 or H/2 pixels per unit, times grad_out, summed over channels. "
    "The place is θ·(u, v, 1), so the gradient of θ is the sum of (slope_x, slope_y) ⊗ (u, v, 1).",
)
def theta_gradient(grad_out, x, theta):
    """Gradient of the loss for theta in out = bilinear_sample(x, affine_grid(theta, (OH, OW))).

    grad_out (N, C, OH, OW), x (N, C, H, W), theta (N, 2, 3) -> grad_theta (N, 2, 3)
    """
    (N, _, H, W), (OH, OW) = x.shape, grad_out.shape[2:]
    centres = affine_grid(np.array([[[1.0, 0, 0], [0, 1, 0]]]), (OH, OW))[0]  # (OH, OW, 2)
    grid, grad_theta = affine_grid(theta, (OH, OW)), np.zeros((N, 2, 3))
    for n, i, j in np.ndindex(N, OH, OW):
        d_column = ((grid[n, i, j, 0] + 1) * W - 1) / 2 - np.arange(W)  # (W,)
        d_row = ((grid[n, i, j, 1] + 1) * H - 1) / 2 - np.arange(H)  # (H,)
        along, down = np.maximum(0, 1 - abs(d_column)), np.maximum(0, 1 - abs(d_row))
        rise_x, rise_y = -np.sign(d_column) * (along > 0), -np.sign(d_row) * (down > 0)
        by_x = (grad_out[n, :, i, j] * (down @ x[n] @ rise_x)).sum() * W / 2
        by_y = (grad_out[n, :, i, j] * (rise_y @ x[n] @ along)).sum() * H / 2
        grad_theta[n] += np.outer([by_x, by_y], [*centres[i, j], 1])
    return grad_theta


@theta_gradient.cases
def _(rng):
    row = np.array([[[[10.0, 20.0, 40.0]]]])
    half = np.array([[[0.5, 0, 0.1], [0, 0.5, 0.1]]])
    yield case(np.array([[[[1.0]]]]), row, np.array([[[1.0, 0, 0.2], [0, 1, 0.1]]]),
               label="three pixels in a row, read at one place")  # fmt: skip
    yield case(np.array([[[[1.0, 1.0]]]]), row, half,
               label="three pixels in a row, read at two places")  # fmt: skip
    for N, C, crop, image, label in (
        (1, 1, (2, 3), (4, 5), "one image, one channel"),
        (2, 3, (3, 2), (4, 6), "two images, three channels"),
        (3, 3, (3, 3), (3, 3), "as many images as channels, rows and columns"),
        (1, 2, (5, 7), (2, 3), "more places than pixels"),
    ):
        theta = between_pixels(rng, N, crop, image)
        yield case(rng.normal(size=(N, C, *crop)), rng.normal(size=(N, C, *image)), theta,
                   label=label)  # fmt: skip
    beyond = np.array([[[1.43, 0.11, 0.4], [-0.2, 1.57, -0.31]]])
    yield case(rng.normal(size=(1, 2, 3, 4)), rng.uniform(1, 2, (1, 2, 5, 3)), beyond,
               label="partly outside of the image")  # fmt: skip
    away = np.array([[[0.3, 0, 9.1], [0, 0.3, 0.1]], [[0.31, 0, 0.11], [0, 0.33, -1.7]]])
    yield case(rng.normal(size=(2, 1, 2, 2)), rng.uniform(1, 2, (2, 1, 4, 3)), away,
               label="outside altogether: nothing to gain by a small step")  # fmt: skip
    point = np.array([[[0.0, 0, 0.33], [0, 0, -0.21]]])
    yield case(rng.normal(size=(1, 2, 3, 2)), rng.normal(size=(1, 2, 4, 5)), point,
               label="all look at one place: such a matrix has no inverse")  # fmt: skip
    theta = between_pixels(rng, 2, (4, 3), (6, 5))
    yield case(strided(rng.normal(size=(2, 3, 4, 3))), strided(rng.normal(size=(2, 3, 6, 5))),
               strided(theta), label="float32, not in memory order")  # fmt: skip


def _loss(grad_out, x, theta):
    """The weighted sum of what is read, place by place, in plain Python."""
    total, (_, H, W), (OH, OW) = 0.0, x.shape, grad_out.shape[1:]
    for i, j in np.ndindex(OH, OW):
        u, v = (j + 0.5) * 2 / OW - 1, (i + 0.5) * 2 / OH - 1
        column = (theta[0] * u + theta[1] * v + theta[2] + 1) * W / 2 - 0.5
        row = (theta[3] * u + theta[4] * v + theta[5] + 1) * H / 2 - 0.5
        for r in range(max(0, int(min(row, H)) - 1), min(H, int(max(row, 0)) + 2)):
            for c in range(max(0, int(min(column, W)) - 1), min(W, int(max(column, 0)) + 2)):
                share = max(0.0, 1 - abs(row - r)) * max(0.0, 1 - abs(column - c))
                total += share * float(grad_out[:, i, j] @ x[:, r, c])
    return total


@theta_gradient.oracle
def _(grad_out, x, theta):
    """Between two jumps the loss is a straight line in each of the six numbers: a step is exact."""
    grad_out, x = grad_out.astype(float), x.astype(float)
    grad_theta = np.empty(theta.shape)
    for n, k in np.ndindex(len(theta), 6):
        step = 1e-5 * np.eye(6)[k]
        ends = (_loss(grad_out[n], x[n], theta[n].ravel().astype(float) + s) for s in (step, -step))
        above, below = ends
        grad_theta[n, k // 3, k % 3] = (above - below) / 2e-5
    return grad_theta


theta_gradient.slip(
    result(lambda grad, x, **rest: grad / (np.array(x.shape[:1:-1])[:, np.newaxis] / 2)),
    "the slopes are per pixel, not per unit: W/2 and H/2 are missing",
    hint="θ moves places in units. How many pixels of way is one unit of x?",
)


theta_gradient.slip(
    scaled(2),
    "one unit was taken for W or H pixels: twice of what it is",
    hint="From −1 to 1 it is W pixels. How many is it from 0 to 1?",
)


theta_gradient.mistake(
    "W/2 and H/2 have changed places",
    hint="How many pixels is one unit of x: half of the columns, or half of the rows?",
    also=(partial(gradient, factor=lambda size: (size[1] / 2,) * 2),
          partial(gradient, factor=lambda size: (size[0] / 2,) * 2)),
)(partial(gradient, factor=lambda size: (size[1] / 2, size[0] / 2)))  # fmt: skip


theta_gradient.mistake(
    "one unit was taken for half of W − 1 pixels: as if −1 and 1 were centres, not edges",
    hint="column = ((x + 1)·W − 1)/2. What is its derivative with respect to x?",
    also=(
        partial(gradient, where=corners),
        partial(gradient, where=corners,
                factor=lambda size: ((size[0] - 1) / 2, (size[1] - 1) / 2)),
        lambda grad_out, x, theta: _with_corners(grad_out, x, theta),
    ),
)(partial(gradient, factor=lambda size: ((size[0] - 1) / 2, (size[1] - 1) / 2)))  # fmt: skip


def _with_corners(grad_out, x, theta):
    spread = partial(points_of, spread=lambda count: np.linspace(-1, 1, count))
    return gradient(grad_out, x, theta, points=spread, lay=partial(laid_out, points=spread),
                    where=corners,
                    factor=lambda size: ((size[0] - 1) / 2, (size[1] - 1) / 2))  # fmt: skip


theta_gradient.mistake(
    "the factor is that of the crop's size: OW/2 and OH/2",
    hint="A place lies in the image. How many pixels of the image is one unit?",
)(
    lambda grad_out, x, theta: gradient(
        grad_out, x, theta, factor=lambda size: slopes.half_sizes(grad_out.shape[2:])
    )
)


theta_gradient.slip(
    negated(),
    "the sign is wrong: the pixel after the place gains, the one before it loses",
    hint="Move a place to the right, from a pixel of 10 towards one of 20. Does what is read grow?",
)


theta_gradient.mistake(
    "the two rows of θ have changed places: the slope along x belongs to the first one",
    hint="x = θ[0] · (u, v, 1). Which slope does the first row collect?",
)(partial(gradient, meet=lambda grad, points: onto_theta(grad[..., ::-1], points)))


theta_gradient.mistake(
    "the slopes met the places in the image, where the centres of the crop's pixels should be",
    hint="The place is θ · (u, v, 1). What is multiplied with θ: where a pixel looks, or where it "
    "is in the crop?",
)(slopes.looked_at)


theta_gradient.mistake(
    "u and v have changed places: the second column collects v, the first one u",
    hint="x = θ[0, 0]·u + θ[0, 1]·v + θ[0, 2], u along the columns. What is ∂x/∂θ[0, 0]?",
)(partial(gradient, points=lambda size: points_of(size)[:, [1, 0, 2]]))


theta_gradient.mistake(
    "the 2 × 2 part came out transposed",
    hint="Which slope belongs in the first *row* of θ, whatever the column?",
)(partial(gradient, meet=lambda grad, points: _transposed(onto_theta(grad, points))))


def _transposed(theta):
    return np.concatenate([np.swapaxes(theta[:, :, :2], 1, 2), theta[:, :, 2:]], axis=2)


theta_gradient.slip(
    result(lambda grad, **rest: grad * [1, 1, 0]),
    "the third column is missing: the gradient of the shift",
    hint="x = θ[0, 0]·u + θ[0, 1]·v + θ[0, 2]. What is ∂x/∂θ[0, 2]?",
)


theta_gradient.slip(
    result(lambda grad, **rest: np.stack([grad[..., 2]] * 3, axis=-1)),
    "all three columns got the gradient of the shift: u and v are missing",
    hint="A pixel at the edge of the crop moves when the scale changes, the one in the middle does "
    "not. Where is that in your sum?",
)


theta_gradient.mistake(
    "the centres of the crop's pixels were counted in pixels: 0, 1, 2 …",
    hint="In affine_grid θ met (u, v, 1) in units, from −1 to 1. What does it meet here?",
    also=(partial(gradient, points=lambda size: slopes.in_pixels(size) + np.array([0.5, 0.5, 0])),),
)(partial(gradient, points=slopes.in_pixels))


theta_gradient.mistake(
    "on the way back the centres run from −1 to 1, as if these were centres, not edges",
    hint="Which points did affine_grid multiply with θ? The same ones belong here.",
)(
    partial(
        gradient, points=partial(points_of, spread=lambda count: np.linspace(-1, 1, count))
    )
)  # fmt: skip


theta_gradient.slip(
    averaged(
        over="the pixels of the crop", count=lambda grad_out, **rest: np.prod(grad_out.shape[2:])
    ),
)


theta_gradient.slip(
    averaged(over="the images", count=lambda grad_out, **rest: len(grad_out)),
)


theta_gradient.slip(
    averaged(over="the channels", count=lambda grad_out, **rest: grad_out.shape[1]),
)


theta_gradient.slip(
    result(lambda grad, **rest: np.repeat(grad.sum(axis=0, keepdims=True), len(grad), axis=0)),
    "all images share one gradient: the sum over all of them",
    hint="Each image has its own matrix. Over which axes should the sum go?",
    also=(
        result(lambda grad, **rest: grad.sum(axis=0)),
        result(lambda grad, **rest: grad.mean(axis=0)),
    ),
)


theta_gradient.mistake(
    "only the first channel was used",
    hint="All channels are read at the same place, so all of them have a say. Where is the sum?",
)(partial(gradient, read=lambda g, values: g[:, 0] * values[:, 0]))


theta_gradient.mistake(
    "gradients and slopes were summed over the channels apart, and then multiplied",
    hint="Σ g·s is not Σ g · Σ s. Which comes first: the product or the sum?",
)(partial(gradient, read=lambda g, values: g.sum(axis=1) * values.sum(axis=1)))


theta_gradient.slip(
    missing("grad_out"),
    "grad_out was not used: these are the slopes alone",
    hint="What does the loss think of a pixel of the crop? Where does that enter?",
)


theta_gradient.mistake(
    "the slope along x was taken in one row only: the shares of the rows are missing",
    hint="A place lies between two rows. The slope along x is a mixture of the slopes in both.",
    also=(
        partial(gradient, across=sh.nearest),
        partial(gradient, across=lambda places: [(np.floor(places) + 1, np.ones_like(places))]),
    ),
)(partial(gradient, across=sh.before))


theta_gradient.mistake(
    "the slopes of both rows were added, or averaged: the shares of the rows are missing",
    hint="The nearer of the two rows has the larger say. Which factor says how much?",
    also=(partial(gradient, across=sh.halves),),
)(
    partial(
        gradient,
        across=lambda places: [
            (np.floor(places), np.ones_like(places)),
            (np.floor(places) + 1, np.ones_like(places)),
        ],
    )
)


theta_gradient.mistake(
    "the slope of the image was measured over two pixels, or smoothed, and then read at the place",
    hint="Between two pixels the reading is a straight line. Which two pixels decide how steep it "
    "is: those around the place, or others?",
    also=(
        partial(slopes.smoothed, exact=lambda w, axis: np.roll(w, -1, axis) - w),
        partial(slopes.smoothed, exact=lambda w, axis: w - np.roll(w, 1, axis)),
        partial(slopes.smoothed, exact=lambda w, axis: np.roll(w, -1, axis) - np.roll(w, 1, axis)),
    ),
)(slopes.smoothed)


theta_gradient.mistake(
    "all pixels before and after the place were counted: ±1 is for the two nearest only",
    hint="Move a place a little. Does the share of a pixel that is three columns away change?",
)(partial(slopes.by_roofs, rise=lambda apart: -np.sign(apart)))


theta_gradient.mistake(
    "the two nearest pixels both have +1, or their distances: one of them gains, the other loses",
    hint="Move a place to the right. Which of the two pixels gains share, which one loses it, and "
    "how much per pixel of way?",
    also=(partial(slopes.by_roofs, rise=lambda apart: np.where(np.abs(apart) < 1, -apart, 0.0)),),
)(partial(slopes.by_roofs, rise=lambda apart: np.where(np.abs(apart) < 1, 1.0, 0.0)))


theta_gradient.mistake(
    "outside of the image the border was repeated, where zeros should be",
    hint="A place crosses the rim of the image. Does what is read stay the same, or does it fall "
    "to 0?",
)(partial(gradient, outside=sh.at_the_border))


theta_gradient.mistake(
    "pixels outside were read at the other end of the image: negative indices count from the end",
    hint="x[..., −1] is the last column. You ask whether a pixel lies beyond the end. And before "
    "the beginning?",
)(partial(gradient, outside=sh.from_the_end))


theta_gradient.mistake(
    "a place has no slope as soon as one of its four pixels lies outside",
    hint="At the rim half of the mixture is 0, and the other half is not. Is it flat there?",
    also=(partial(gradient, keep=sh.inside),),
)(partial(gradient, keep=sh.all_four_inside))


name_readings(theta_gradient, gradient, left_out=[READINGS[0][0]])


theta_gradient.mistake(
    "only the last pixel of the crop has a say: = instead of +=",
    hint="Every pixel of the crop follows θ. What is left of the earlier ones after your loop?",
)(partial(gradient, meet=lambda grad, points: onto_theta(grad[:, -1:, -1:], points[-1:])))


theta_gradient.mistake(
    "the gradient is zero everywhere: rounding, or taking the nearest pixel, has no slope",
    hint="np.round and np.floor are flat. Where in your code do the shares depend on the place?",
)(lambda grad_out, x, theta: np.zeros(theta.shape))


theta_gradient.mistake(
    "the matrix and the image of number 0 were used for all images",
    hint="How many images are there? Does your code look at number 0 alone?",
    also=(
        first_only("grad_out", "x", "theta"),
        lambda grad_out, x, theta: gradient(grad_out, x, np.repeat(theta[:1], len(x), axis=0)),
        lambda grad_out, x, theta: gradient(grad_out, np.repeat(x[:1], len(x), axis=0), theta),
    ),
)(lambda grad_out, x, theta: np.repeat(gradient(grad_out, x, theta)[:1], len(x), axis=0))


theta_gradient.slip(
    result(lambda grad, **rest: grad.reshape(len(grad), 6)),
    "six numbers in a row, not a table of 2 × 3",
    hint="A gradient has the shape of what it belongs to. Which one has theta?",
)


theta_gradient.slip(
    result(lambda grad, **rest: np.swapaxes(grad, 1, 2)),
    "a table of 3 × 2: rows and columns of the result have changed places",
    hint="A gradient has the shape of what it belongs to. Which one has theta?",
)


theta_gradient.slip(
    result(lambda grad, **rest: grad * [[1], [0]]),
    "one of the two rows stayed 0",
    hint="The first row collects the slopes along x, the second one those along y. Where are both?",
    also=(result(lambda grad, **rest: grad * [[0], [1]]),),
)


theta_gradient.mistake(
    "the factor is upside down: 2/W and 2/H",
    hint="column = ((x + 1)·W − 1)/2. What is its derivative with respect to x?",
)(partial(gradient, factor=lambda size: (2 / size[0], 2 / size[1])))


theta_gradient.mistake(
    "both directions got ±1: the slope along x needs the shares of the rows",
    hint="Only the place's column moves. What happens to the shares of the rows meanwhile?",
)(partial(gradient, across=sh.rising))


theta_gradient.mistake(
    "nothing was differentiated: these are the shares, not their slopes",
    hint="What would be read is one thing. How does it *change* when the place moves?",
)(partial(gradient, slope=sh.two_nearest))


theta_gradient.mistake(
    "the grid runs from −1 to 1, as if these were centres, and the way back as if they were edges",
    hint="The first of OW pixels has its centre at 1/OW − 1. Does your grid come from affine_grid?",
    also=(
        partial(
            gradient,
            points=partial(points_of, spread=lambda count: np.linspace(-1, 1, count)),
            lay=partial(
                laid_out, points=partial(points_of, spread=lambda count: np.linspace(-1, 1, count))
            ),
        ),
    ),
)(
    partial(
        gradient,
        lay=partial(
            laid_out, points=partial(points_of, spread=lambda count: np.linspace(-1, 1, count))
        ),
    )
)


theta_gradient.mistake(
    "on the way back the centres of the crop run from 0 to 1",
    hint="Which points did affine_grid multiply with θ? The same ones belong here.",
)(partial(gradient, points=lambda size: points_of(size) * [0.5, 0.5, 1] + np.array([0.5, 0.5, 0])))
