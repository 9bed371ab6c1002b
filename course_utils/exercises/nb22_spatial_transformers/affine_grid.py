"""The exercise `affine_grid` of notebook 22."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb22_spatial_transformers import looks
from course_utils.exercises.nb22_spatial_transformers.looks import laid_out, matrices, points_of
from course_utils.exercises.slips import first_only, given, result


@exercise(
    notebook="22",
    points=2,
    minutes=15,
    hints=(
        "Begin with the crop alone, without a matrix. Four columns of pixels between −1 and 1: how "
        "wide is one of them, and where is the centre of the first?",
        "x = (2 * np.arange(OW) + 1) / OW − 1, and y in the same way. np.meshgrid(x, y) makes two "
        "tables of shape (OH, OW) out of them.",
        "Stack x, y and a 1 along a last axis: (OH, OW, 3). Which of the two must be transposed in "
        "points @ theta[n] so that 3 meets 3?",
    ),
    explanation="The centre of pixel j of OW lies at (2j + 1)/OW − 1. Each centre (x, y, 1) is "
    "multiplied with the matrix of its image: two rows, so two numbers come out, x and y of the "
    "place in the image where this pixel of the crop looks.",
)
def affine_grid(theta, size):
    """Where each pixel of a crop looks in the image.

    theta (N, 2, 3), one matrix for each image; size (OH, OW): pixels of the crop
    -> grid (N, OH, OW, 2), x and y in units: −1 is the left or upper edge, 1 the right or lower one
    """
    OH, OW = size
    x = (2 * np.arange(OW) + 1) / OW - 1  # (OW,): the centres of the columns
    y = (2 * np.arange(OH) + 1) / OH - 1
    columns, rows = np.meshgrid(x, y)  # both (OH, OW)
    points = np.stack([columns, rows, np.ones((OH, OW))], axis=2)  # (OH, OW, 3)
    return np.stack([points @ one.T for one in theta])  # (N, OH, OW, 2)


@affine_grid.cases
def _(rng):
    same = np.array([[[1.0, 0, 0], [0, 1, 0]]])
    yield case(same, (1, 2), label="the identity, two pixels beside each other")
    yield case(same, (3, 4), label="the identity")
    yield case(np.array([[[0.5, 0, 0.25], [0, 0.5, -0.5]]]), (2, 3), label="half as large, shifted")
    yield case(np.array([[[0.0, 1, 0], [-1, 0, 0]]]), (2, 4), label="a quarter turn")
    yield case(np.array([[[1.0, 0.5, 0], [0, 1, 0]]]), (3, 2), label="a shear along x")
    yield case(np.array([[[0.0, 0, 0.3], [0, 0, -0.2]]]), (2, 3),
               label="all look at one place: such a matrix has no inverse")  # fmt: skip
    yield case(matrices(rng, 3), (2, 5), label="three images")
    yield case(matrices(rng, 2), (5, 1), label="one column")
    yield case(3 * matrices(rng, 2), (4, 3), label="far beyond the edges")
    yield case(matrices(rng, 3), (3, 3), label="as many images as rows and columns")
    yield case(np.array([[[2, 1, 0], [0, -1, 1]]]), (3, 4), label="whole numbers (dtype int)")
    yield case(looks.strided(matrices(rng, 2)), (3, 6), label="float32, not in memory order")


@affine_grid.oracle
def _(theta, size):
    grid = np.empty((len(theta), *size, 2))
    for n, i, j in np.ndindex(grid.shape[:3]):
        a, b, c, d, e, f = theta[n].ravel().tolist()
        x, y = 2 * (j + 0.5) / size[1] - 1, 2 * (i + 0.5) / size[0] - 1
        grid[n, i, j] = a * x + b * y + c, d * x + e * y + f
    return grid


def _spread(spread):
    return partial(laid_out, points=partial(points_of, spread=spread))


affine_grid.mistake(
    "the centres were spread from −1 to 1: as if −1 and 1 were centres, not edges",
    hint="Two pixels beside each other share the way from −1 to 1. Where is the centre of the "
    "first one: at −1 or at −0.5?",
)(_spread(lambda count: np.linspace(-1, 1, count)))


affine_grid.mistake(
    "these are edges of the pixels, not their centres: half a pixel is missing",
    hint="The first of four pixels reaches from −1 to −0.5. Where is its centre?",
    also=(_spread(lambda count: looks.edges(count) + 2 / count),),
)(_spread(looks.edges))


affine_grid.mistake(
    "the centres are a whole pixel off: the first pixel has the number 0",
    hint="With (2j − 1)/OW − 1, where is the pixel with j = 0? And with (2j + 3)/OW − 1?",
    also=(_spread(lambda count: looks.centres(count) + 2 / count),),
)(_spread(lambda count: looks.centres(count) - 2 / count))


affine_grid.mistake(
    "half a pixel was taken for 0.5: here a whole pixel is 2 / OW wide",
    hint="From −1 to 1 there are OW pixels. How wide is one of them, and how wide is half of it?",
    also=(_spread(lambda count: looks.edges(count) + 0.5),),
)(_spread(lambda count: looks.edges(count) + 0.5 / count))


affine_grid.mistake(
    "the places run from 0 to 1",
    hint="Where is the left edge in our units: at 0 or at −1?",
    also=(
        _spread(lambda count: np.arange(count) / count),
        _spread(lambda count: np.linspace(0, 1, count)),
        _spread(lambda count: (2 * np.arange(count) + 1) / count),
    ),
)(_spread(lambda count: (np.arange(count) + 0.5) / count))


affine_grid.mistake(
    "the places are in pixels, not in units",
    hint="A crop of four columns: does your x grow from −1 to 1, or from 0 to 4?",
    also=(
        _spread(lambda count: np.arange(count) * 1.0),
        _spread(lambda count: np.arange(count) - (count - 1) / 2),
    ),
)(_spread(lambda count: np.arange(count) + 0.5))


affine_grid.slip(
    result(lambda grid, **rest: grid[..., ::-1]),
    "y comes before x",
    hint="The last axis of the grid has x first. Which of the two goes along the columns?",
)


affine_grid.slip(
    given(lambda arguments: {"theta": arguments["theta"][:, :, [1, 0, 2]]}),
    "the points that meet the matrix are (y, x, 1), not (x, y, 1)",
    hint="The first column of a matrix is multiplied with x. What comes first in your points?",
)


affine_grid.mistake(
    "the matrix was transposed: columns and rows of its 2 × 2 part have changed places",
    hint="x of the result is θ[0, 0]·x + θ[0, 1]·y + θ[0, 2]. Which numbers meet in your product?",
)(partial(laid_out, move=lambda points, one: points[:, :2] @ one[:, :2] + one[:, 2]))


affine_grid.mistake(
    "the shift was forgotten: the third column of the matrix",
    hint="Each point needs a 1 below x and y. What does it meet?",
)(partial(laid_out, move=lambda points, one: points[:, :2] @ one[:, :2].T))


affine_grid.mistake(
    "one of the two shifts was forgotten",
    hint="x gets θ[0, 2], and y gets θ[1, 2]. Where are the two in your code?",
    also=(partial(laid_out, move=lambda points, one: points @ (one * [[1, 1, 0], [1, 1, 1]]).T),),
)(partial(laid_out, move=lambda points, one: points @ (one * [[1, 1, 1], [1, 1, 0]]).T))


affine_grid.mistake(
    "x and y come from the same row of the matrix",
    hint="The first row gives x, the second one y. Do you use both?",
    also=(partial(laid_out, move=lambda points, one: points @ one[[1, 1]].T),),
)(partial(laid_out, move=lambda points, one: points @ one[[0, 0]].T))


@affine_grid.mistake(
    "the shift was taken for pixels and divided by the size of the crop",
    hint="θ[0, 2] = 0.25 moves all places by 0.25 units. Where does the size come in?",
)
def _(theta, size):
    pixels = np.array([[1, 1, 2 / size[1]], [1, 1, 2 / size[0]]])
    return laid_out(theta * pixels, size)


affine_grid.mistake(
    "the shift was added before the matrix, not after it",
    hint="A(p + t) is not A p + t. Which of the two does a matrix of 2 × 3 compute?",
)(partial(laid_out, move=lambda points, one: (points[:, :2] + one[:, 2]) @ one[:, :2].T))


affine_grid.mistake(
    "the shift was subtracted",
    hint="With θ[0, 2] = 0.25 the crop looks farther right. Does your x become larger?",
)(partial(laid_out, move=lambda points, one: points @ (one * [1, 1, -1]).T))


affine_grid.mistake(
    "only the scale and the shift were used: the numbers beside the diagonal are missing",
    hint="A quarter turn has a diagonal of zeros. Where do its pixels look in your grid?",
)(partial(laid_out, move=lambda points, one: points[:, :2] * one.diagonal() + one[:, 2]))


def _there(points, one):
    linear = one[:, :2].astype(float)
    with np.errstate(all="ignore"):
        return (points[:, :2] - one[:, 2]) @ np.linalg.pinv(linear).T


affine_grid.mistake(
    "the inverse of the matrix was applied",
    hint="The matrix tells each pixel of the crop where it looks. With θ = ½ · identity, does the "
    "crop see half of the image, or twice of it?",
)(partial(laid_out, move=_there))


affine_grid.mistake(
    "the matrix of the first image was used for all images",
    hint="How many matrices are there? Does your code look at number 0 alone?",
    also=(first_only("theta"),),
)(lambda theta, size: laid_out(np.repeat(theta[:1], len(theta), axis=0), size))


affine_grid.mistake(
    "the matrix of the last image was used for all images",
    hint="How many matrices are there? What is left of the earlier ones after your loop?",
)(lambda theta, size: laid_out(np.repeat(theta[-1:], len(theta), axis=0), size))


affine_grid.slip(
    result(lambda grid, **rest: np.swapaxes(grid, 1, 2)),
    "rows and columns of the grid have changed places",
    hint="np.meshgrid(x, y) makes tables of shape (OH, OW); with indexing='ij' they are turned "
    "around. Which shape does the docstring ask for?",
)


affine_grid.mistake(
    "the same tables, but filled in the wrong order: a reshape where a transpose was needed",
    hint="Walk along the first row of your grid. Is it x that changes?",
    also=(
        lambda theta, size: laid_out(theta, size[::-1]).reshape(len(theta), *size, 2),
        partial(laid_out, points=lambda size: points_of(size).T.reshape(-1, 3)),
    ),
)(
    lambda theta, size: np.moveaxis(laid_out(theta, size), 3, 1).reshape(len(theta), *size, 2)
)  # fmt: skip


affine_grid.slip(
    given(lambda arguments: {"size": arguments["size"][::-1]}),
    "size was read as (OW, OH)",
    hint="Which of the two numbers counts the rows, and which the columns?",
)


affine_grid.slip(
    result(lambda grid, **rest: grid.reshape(len(grid), -1, 2)),
    "all pixels lie in one row: the axes of rows and columns are missing",
    hint="What does the docstring say of the shape? A reshape makes two axes out of one.",
)


affine_grid.slip(
    result(lambda grid, **rest: np.moveaxis(grid, 3, 1)),
    "x and y are on the second axis, not on the last one",
    hint="Which shape does the docstring ask for, and which one has yours?",
)


affine_grid.mistake(
    "y was counted from below",
    hint="In images y grows downwards. Is your first row above or below?",
)(partial(laid_out, points=partial(points_of, down=-1)))


affine_grid.slip(
    result(lambda grid, **rest: grid.clip(-1, 1)),
    "places outside of the image were moved to its edge",
    hint="A place may lie outside, even far outside. Nothing is cut off here.",
)


def _divided_by(count_of):
    """Centres that are divided by count_of(size), (a, b), for (OH, OW)."""

    def points(size):
        ends = zip(size[::-1], count_of(size)[::-1], strict=True)
        columns, rows = np.meshgrid(*((2 * np.arange(k) + 1) / n - 1 for k, n in ends))
        return np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)], axis=1)

    return partial(laid_out, points=points)


affine_grid.mistake(
    "columns were divided by OH, or rows by OW",
    hint="The crop has OH rows and OW columns. Which of the two does each of your axes use?",
    also=(
        _divided_by(lambda size: (size[0], size[0])),
        _divided_by(lambda size: (size[1], size[1])),
    ),
)(_divided_by(lambda size: size[::-1]))
