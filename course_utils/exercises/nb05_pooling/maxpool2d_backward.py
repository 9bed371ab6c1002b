"""The exercise `maxpool2d_backward` of notebook 05."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb05_pooling.maxpool2d import maxpool2d
from course_utils.exercises.slips import averaged, exchanged, first_only, given, missing, transposed


@exercise(
    notebook="05",
    points=3,
    minutes=15,
    hints=(
        "Start with zeros. Which pixel gets the gradient of window (i, j)?",
        "Make grad_x of shape (N, C, H * W), so that a position is an index into its last axis. "
        "Reshape at the end.",
        "One pixel can win several windows: add. A plain loop with += over single numbers does it, "
        "or np.add.at for a whole map.",
    ),
    explanation="Each map is laid out as one row of H·W numbers, and a position is an index into "
    "it. np.add.at adds every gradient where it belongs, also when a position comes several times.",
)
def maxpool2d_backward(grad_out, positions, size):
    """Gradient of the loss with respect to the input of a max pooling.

    grad_out and positions (N, C, OH, OW), size = (H, W) of the map that was pooled
    -> (N, C, H, W). positions are what maxpool2d gave: row * W + column of each winner
    """
    (N, C, _, _), (H, W) = grad_out.shape, size
    grad_x = np.zeros((N, C, H * W), grad_out.dtype)
    for n, c in np.ndindex(N, C):
        np.add.at(grad_x[n, c], positions[n, c], grad_out[n, c])
    return grad_x.reshape(N, C, H, W)


def _winners(rng, shape, kernel_size, stride, padding=0):
    return maxpool2d.reference(rng.normal(size=shape), kernel_size, stride, padding)[1]


@maxpool2d_backward.cases
def _(rng):
    grads = np.array([[[[2.0, 3.0]]]])
    yield case(grads, np.array([[[[1, 1]]]]), (2, 3), label="one pixel wins both windows")
    positions = _winners(rng, (1, 1, 4, 6), (2, 2), 2)
    yield case(rng.normal(size=(1, 1, 2, 3)), positions, (4, 6), label="windows side by side")
    positions = _winners(rng, (2, 3, 7, 5), (3, 2), 1)
    grads = rng.normal(size=positions.shape)
    yield case(grads, positions, (7, 5), label="overlapping windows, two images, three channels")
    positions = np.zeros((2, 2, 2, 2), int)
    yield case(rng.normal(size=(2, 2, 2, 2)), positions, (3, 4),
               label="all pixels equal: the first one has won everything")  # fmt: skip
    positions = _winners(rng, (2, 2, 4, 7), (3, 3), 2, 1)
    grads = rng.normal(size=(2, 2, 4, 2)).astype(np.float32).transpose(0, 1, 3, 2)
    yield case(grads, positions, (4, 7), label="padding 1, float32, not in memory order")


@maxpool2d_backward.oracle
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[n, c, i, j]), size[1])
        grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


def _each_map(grad_out, positions, size, fill):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]), grad_out.dtype)
    for n, c in np.ndindex(grad_out.shape[:2]):
        fill(grad_x[n, c], positions[n, c].ravel(), grad_out[n, c].ravel())
    return grad_x.reshape(*grad_out.shape[:2], *size)


def _as_small(grad_out, positions, size):
    grad_x = np.zeros_like(grad_out)
    for place in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[place]), size[1])
        grad_x[(*place[:2], row, column)] += grad_out[place]
    return grad_x


@maxpool2d_backward.mistake(
    "where windows overlap, the gradients overwrite each other instead of adding up",
    hint="One pixel won two windows. How does it get both gradients? And try this in a new cell: "
    "a = np.zeros(3); a[[1, 1]] += 5; print(a)",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        for place, grad in zip(places, grads, strict=True):
            flat[place] = grad

    return _each_map(grad_out, positions, size, fill)


maxpool2d_backward.slip(
    missing("grad_out"),
    "the winner got 1 instead of the gradient of its window",
    hint="1 is the slope of the winner alone. What does the chain rule multiply it by?",
)


@maxpool2d_backward.mistake(
    "a pixel that won several windows got the mean of their gradients",
    hint="A value that is used in several places collects the gradients of all of them. As a mean "
    "or as a sum?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.add.at(flat, places, grads)
        flat /= np.maximum(np.bincount(places, minlength=flat.size), 1)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the gradients of all maps went into the first one",
    hint="Position 0 exists in every map. In which of them did this winner sit?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    np.add.at(grad_x.reshape(-1), positions.ravel(), grad_out.ravel())
    return grad_x


@maxpool2d_backward.mistake(
    "row and column were found from the position with H instead of W",
    hint="position = row * W + column. What do you divide by to get the row back?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        row, column = divmod(int(positions[n, c, i, j]), size[0])
        grad_x[n, c, row, column] += grad_out[n, c, i, j]
    return grad_x


maxpool2d_backward.slip(
    exchanged("size"),
    "the row of H·W numbers was folded into W rows of H pixels",
    hint="Which comes first in (N, C, H, W)?",
)


@maxpool2d_backward.mistake(
    "np.add.at got the positions alone: they index the images, not the pixels",
    hint="In grad_x of shape (N, C, H·W), which axis does a single index stand for? Take map by "
    "map, grad_x[n, c], or give the indices of images and channels as well.",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]))
    np.add.at(grad_x, positions, grad_out)
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "the row of H·W numbers was not folded into H rows of W pixels",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has x?",
)
def _(grad_out, positions, size):
    right = maxpool2d_backward.reference(grad_out, positions, size)
    return right.reshape(*grad_out.shape[:2], -1)


@maxpool2d_backward.mistake(
    "grad_x was made as large as the output, OH·OW, not as the map, H·W",
    hint="Which of the two is larger, and in which of them do the positions count?",
    also=(_as_small,),
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], grad_out[0, 0].size))
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad_x[n, c, positions[n, c, i, j]] += grad_out[n, c, i, j]
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "the gradients of all images went into the first one",
    hint="Which image did this winner sit in? Which index picks it in grad_x?",
)
def _(grad_out, positions, size):
    right = maxpool2d_backward.reference(grad_out, positions, size)
    right[0], right[1:] = right.sum(axis=0), 0
    return right


@maxpool2d_backward.mistake(
    "grad_x holds whole numbers only: what comes after the point is cut off",
    hint="The positions are whole numbers. Are the gradients?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]), int)
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad_x[n, c, positions[n, c, i, j]] += grad_out[n, c, i, j]
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "rows and columns of the positions were exchanged",
    hint="positions[n, c, i, j] belongs to grad_out[n, c, i, j]. Do your two indices agree?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], size[0] * size[1]))
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad_x[n, c, positions[n, c, j, i]] += grad_out[n, c, i, j]
    return grad_x.reshape(*grad_out.shape[:2], *size)


@maxpool2d_backward.mistake(
    "of several gradients for one pixel only the largest was kept",
    hint="The maximum was on the way forward. What happens to the gradients of several uses?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        np.maximum.at(flat, places, grads)

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "the gradients were divided by the number of windows",
    hint="Max pooling has slope 1 for the winner. Who divides?",
)
def _(grad_out, positions, size):
    return maxpool2d_backward.reference(grad_out / grad_out[0, 0].size, positions, size)


@maxpool2d_backward.mistake(
    "only the first gradient was delivered: `return` stands inside the loop",
    hint="How far is your `return` indented? What does Python do when it comes to it?",
)
def _(grad_out, positions, size):
    first = np.zeros_like(grad_out)
    first[0, 0, 0, 0] = grad_out[0, 0, 0, 0]
    return maxpool2d_backward.reference(first, positions, size)


def _of_first_image(grad_out, positions, size):
    grad_x = maxpool2d_backward.reference(grad_out, positions, size)
    grad_x[1:] = 0
    return grad_x


def _places(grad_out, positions, size, *, place):
    """Gradient (i, j) is added at place(n, c, i, j, position, H, W)."""
    grad_x = np.zeros((*grad_out.shape[:2], *size))
    for n, c, i, j in np.ndindex(grad_out.shape):
        target = place(n, c, i, j, int(positions[n, c, i, j]), *size)
        grad_x[target] += grad_out[n, c, i, j]
    return grad_x


for name, hint, place in (
    (
        "the gradients of all channels went into the first one",
        "Which channel did this winner sit in? Which index picks it in grad_x?",
        lambda n, c, i, j, k, H, W: (n, 0, k // W, k % W),
    ),
    (
        "gradient (i, j) went to pixel (i, j): the positions were not used",
        "Which pixel did window (i, j) take its number from? Who has written that down?",
        lambda n, c, i, j, k, H, W: (n, c, i, j),
    ),
    (
        "the positions were counted from 1, but they start from 0",
        "Which pixel has position 0? And where does its gradient land?",
        lambda n, c, i, j, k, H, W: (n, c, (k - 1) // W, (k - 1) % W),
    ),
    (
        "the column was found with H: it is the remainder of a division by W",
        "position = row * W + column. What is left over when you divide by W?",
        lambda n, c, i, j, k, H, W: (n, c, k // W, k % H),
    ),
    (
        "the row was found with H: it is the quotient of a division by W",
        "position = row * W + column. How often does W go into it?",
        lambda n, c, i, j, k, H, W: (n, c, k // H, k % W),
    ),
    (
        "row and column of the winner were exchanged",
        "position = row * W + column. Which of k // W and k % W is the row?",
        lambda n, c, i, j, k, H, W: (n, c, k % W, k // W),
    ),
):
    maxpool2d_backward.mistake(name, hint=hint)(partial(_places, place=place))


@maxpool2d_backward.mistake(
    "of several gradients for one pixel only the first was kept",
    hint="A pixel that has won again is asked whether it has a gradient already. Should it refuse "
    "the second one?",
)
def _(grad_out, positions, size):
    def fill(flat, places, grads):
        for place, grad in reversed(list(zip(places, grads, strict=True))):
            flat[place] = grad

    return _each_map(grad_out, positions, size, fill)


@maxpool2d_backward.mistake(
    "np.bincount ends with the last winner: minlength is missing",
    hint="How many numbers does np.bincount([0, 2]) give, and how many pixels has the map?",
)
def _(grad_out, positions, size):
    maps = [
        np.bincount(positions[place].ravel(), weights=grad_out[place].ravel()).reshape(size)
        for place in np.ndindex(grad_out.shape[:2])
    ]
    return np.array(maps).reshape(*grad_out.shape[:2], *size)


maxpool2d_backward.slip(
    first_only("grad_out", "positions"),
    hint="How many images are there? Where does your code use the others?",
    also=(_of_first_image,),
)

maxpool2d_backward.slip(
    averaged(),
    "the gradients were divided by the number of images",
    hint="Whoever wanted a mean has divided already, in the loss. Does the chain rule divide?",
)

maxpool2d_backward.slip(
    transposed(axes=(2, 3)),
    "rows and columns of grad_x are exchanged",
    hint="A gradient has the shape of the thing that it belongs to. Which shape has x?",
)


@maxpool2d_backward.mistake(
    "each gradient went into all maps: the image and the channel are missing in the index",
    hint="grad_x[:, :, row, column] is a pixel of every map. In which of them did this winner sit?",
)
def _(grad_out, positions, size):
    grad_x = np.zeros((*grad_out.shape[:2], *size))
    for place in np.ndindex(grad_out.shape):
        grad_x[:, :, positions[place] // size[1], positions[place] % size[1]] += grad_out[place]
    return grad_x


for name, first in (("channel", lambda p: p[:, :1]), ("image", lambda p: p[:1])):
    maxpool2d_backward.slip(
        given(lambda a, first=first: {
            "positions": np.broadcast_to(first(a["positions"]), a["positions"].shape)
        }),
        f"the positions of the first {name} were used for all",
        hint="Each map has winners of its own. Which entry of positions does your code read?",
    )  # fmt: skip
