"""The exercise `transform_box` of notebook 10."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb10_data_augmentation.matrices import affine


@exercise(
    notebook="10",
    points=3,
    minutes=15,
    hints=(
        "A box has four corners. Which x and which y has each of them?",
        "Write the corners side by side, x in the first row, y in the second, ones in the third: "
        "(3, 4). What shape has matrix @ that?",
        "The new box is as small as it can be, but it holds all four: its x1 is the smallest x of "
        "the moved corners. min(axis=1) finds it, and the smallest y as well.",
    ),
    explanation="All four corners are moved, since any of them may become the leftmost or the "
    "lowest. The smallest and largest coordinates are the new box. Two corners are enough only "
    "where nothing is turned or sheared.",
)
def transform_box(box, matrix):
    """The smallest upright box around the four moved corners of a box.

    box (4,): x1, y1, x2, y2 (left, top, right, bottom); matrix (2, 3) from old to new places
    -> (4,): x1, y1, x2, y2
    """
    x1, y1, x2, y2 = box
    corners = np.array([[x1, x2, x2, x1], [y1, y1, y2, y2], [1, 1, 1, 1]])  # (3, 4)
    moved = matrix @ corners  # (2, 4)
    return np.concatenate([moved.min(axis=1), moved.max(axis=1)])


_UPRIGHT, _TILTED = "boxes that stay upright", "turned, sheared and mirrored boxes"


@transform_box.cases
def _(rng):
    a, b, c, d = (float(v) for v in rng.uniform(0.2, 0.8, 4))
    box = np.array([1.0, 2.0, 4.0, 3.0])
    yield case(box, np.array([[1.0, 0, 5], [0, 1, -1]]), label="a shift by 5 and −1")
    yield case(np.array([3.0, 5, 11, 9]), np.array([[1.5 + a, 0, -b], [0, 0.7, 3]]),
               label="wider and lower")  # fmt: skip
    yield case(box, np.array([[0.0, 1, 0], [-1, 0, 9]]), label="a quarter turn")
    yield case(np.array([2.0, 3, 10, 8 + c]), affine(20, 28, angle=20 + 40 * a),
               label="turned")  # fmt: skip
    yield case(np.array([4.0, 1, 7 + d, 12]), affine(24, 18, angle=-100, shift=(3, 2)),
               label="turned the other way, and shifted")  # fmt: skip
    yield case(np.array([2.5, 3, 6, 11]), affine(16, 22, flip=True), label="mirrored")
    yield case(np.array([5.0, 2, 9, 8]), affine(14, 19, shear=25, scale=1 + b), label="sheared")
    yield case(np.array([6.0, 2, 9, 5]), affine(14, 12, angle=180, shift=(4, 0)),
               label="half a turn, partly out of the image")  # fmt: skip
    moved = affine(30, 21, 70, 1 + a, 1.3, -15, True, (2, -4))
    yield case(np.array([4, 6, 9, 20]), moved, label="all six, and a box of whole numbers")
    box = np.array([4.0, 6, 9.5, 20], np.float32)
    yield case(box, moved.astype(np.float32), label="float32")


@transform_box.groups({_UPRIGHT: 1, _TILTED: 2})
def _(box, matrix):
    upright = matrix[0, 1] == 0 == matrix[1, 0] and min(matrix[0, 0], matrix[1, 1]) > 0
    return _UPRIGHT if upright else _TILTED


@transform_box.oracle
def _(box, matrix):
    x1, y1, x2, y2 = (float(v) for v in box)
    (a, b, c), (d, e, f) = (tuple(float(v) for v in row) for row in matrix)
    xs = [a * x + b * y + c for x in (x1, x2) for y in (y1, y2)]
    ys = [d * x + e * y + f for x in (x1, x2) for y in (y1, y2)]
    return np.array([min(xs), min(ys), max(xs), max(ys)])


def _corners(box):
    x1, y1, x2, y2 = box
    return np.array([[x1, x2, x2, x1], [y1, y1, y2, y2]], dtype=float)


def _around(points):
    return np.concatenate([points.min(axis=1), points.max(axis=1)])


def _linear_and_shift(points, matrix):
    return matrix[:, :2] @ points + matrix[:, 2:]


def _moved_box(
    box, matrix, *, read=_corners, move=_linear_and_shift, chosen=slice(None), form=_around
):
    """The reference with one thing exchanged."""
    return form(move(read(box)[:, chosen], matrix))


def _keeps_size(box, matrix, grow=lambda linear: 1.0):
    middle = matrix @ np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 1])
    half = grow(matrix[:, :2]) * np.array([box[2] - box[0], box[3] - box[1]]) / 2
    return np.concatenate([middle - half, middle + half])


for name, hint, change in (
    (
        "only two corners were moved, and their order was kept",
        "Turn a box by 90°. Which two of its corners are then the upper left and the lower right "
        "one? Is x1 still smaller than x2?",
        {"chosen": [0, 2], "form": lambda moved: moved.T.ravel()},
    ),
    (
        "only the upper left and the lower right corner were moved",
        "Turn a square by 45°: two opposite corners come to lie exactly above each other. How wide "
        "is the box around these two, and how wide is the square?",
        {"chosen": [0, 2]},
    ),
    (
        "only the upper right and the lower left corner were moved",
        "A box has four corners. Which two of them does your code leave behind?",
        {"chosen": [1, 3]},
    ),
    (
        "the last column of the matrix was left out",
        "Each corner needs a 1 as its third number. What does a pure shift do with your box?",
        {"move": lambda points, matrix: matrix[:, :2] @ points},
    ),
    (
        "the box was moved by the way back",
        "Is your matrix from old to new places, as the docstring says? You seem to have inverted "
        "it.",
        {"move": lambda points, matrix: np.linalg.inv(matrix[:, :2]) @ (points - matrix[:, 2:])},
    ),
    (
        "the shift came before the turn",
        "matrix @ (x, y, 1) turns first and adds the last column then. In which order does yours "
        "go?",
        {"move": lambda points, matrix: matrix[:, :2] @ (points + matrix[:, 2:])},
    ),
    (
        "the table (2, 2) was multiplied from the wrong side, so it is transposed",
        "For points in rows, (4, 2), it is points @ linear.T. What is it for points in columns?",
        {"move": lambda points, matrix: matrix[:, :2].T @ points + matrix[:, 2:]},
    ),
    (
        "the box was read as x, y, width, height",
        "The docstring says x1, y1, x2, y2. What is the third number?",
        {"read": lambda box: _corners((box[0], box[1], box[0] + box[2], box[1] + box[3]))},
    ),
    (
        "the box was read as x1, x2, y1, y2",
        "The docstring says x1, y1, x2, y2. Which two numbers are x's?",
        {"read": lambda box: _corners((box[0], box[2], box[1], box[3]))},
    ),
    (
        "x and y have changed places in the corners",
        "In which row of the matrix product does x belong? The matrix takes (x, y, 1).",
        {"read": lambda box: _corners(box)[::-1]},
    ),
    (
        "the last pixel was taken for the edge: x2 − 1 and y2 − 1",
        "Here x2 is where the box *ends*, measured in places, not the number of its last column. "
        "Why take away 1?",
        {"read": lambda box: _corners((box[0], box[1], box[2] - 1, box[3] - 1))},
    ),
    (
        "the answer is x, y, width, height",
        "The docstring asks for x1, y1, x2, y2. Did you subtract?",
        {"form": lambda moved: np.concatenate([moved.min(1), np.ptp(moved, axis=1)])},
    ),
    (
        "the answer is x1, x2, y1, y2",
        "The docstring asks for x1, y1, x2, y2: left, top, right, bottom.",
        {"form": lambda moved: np.stack([moved.min(1), moved.max(1)], axis=1).ravel()},
    ),
    (
        "the answer is y1, x1, y2, x2",
        "x comes first here, unlike in an array's index.",
        {"form": lambda moved: _around(moved[::-1])},
    ),
    (
        "the largest stand in front of the smallest",
        "x1, y1 is the upper left corner: is that the smallest x and y, or the largest?",
        {"form": lambda moved: np.concatenate([moved.max(1), moved.min(1)])},
    ),
    (
        "the answer is the four moved corners",
        "Those are right on the way. Which upright box is the smallest around them?",
        {"form": lambda moved: moved.T},
    ),
    (
        "min and max went over the coordinates, not over the corners",
        "The moved corners are (2, 4): x in the first row, y in the second. Along which axis do "
        "the corners lie?",
        {"form": lambda moved: np.concatenate([moved.min(axis=0), moved.max(axis=0)])},
    ),
    (
        "the box was cut off at 0",
        "The docstring does not ask for it: a box may stand out of the image. (Cutting off is a "
        "step of its own.)",
        {"form": lambda moved: np.maximum(_around(moved), 0)},
    ),
    (
        "the answer was rounded",
        "Places lie between pixels, too. Does the docstring ask for whole numbers?",
        {"form": lambda moved: np.round(_around(moved))},
    ),
):
    transform_box.mistake(name, hint=hint)(partial(_moved_box, **change))


for name, hint, change in (
    (
        "only the middle was moved: width and height were kept",
        "Turn a long, thin box by 90°. How high is it then? And what does a scale of 2 do?",
        {},
    ),
    (
        "the middle was moved, and width and height were scaled, but not turned",
        "Turn a long, thin box by 90°. How high is it then?",
        {"grow": lambda linear: np.sqrt(abs(np.linalg.det(linear)))},
    ),
):
    transform_box.mistake(name, hint=hint)(partial(_keeps_size, **change))
