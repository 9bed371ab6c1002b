"""The exercise `box_to_corners` of notebook 19."""

import cmath
import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb19_bounding_boxes.boxes import some_boxes


@exercise(
    notebook="19",
    points=3,
    minutes=20,
    hints=(
        "First without turning. In which order do the four corners come? Write down the sign of dx "
        "and of dy for each of them.",
        "middle = (boxes[:, :2] + boxes[:, 2:]) / 2 and half = (boxes[:, 2:] - boxes[:, :2]) / 2 "
        "have shape (N, 2). half[:, np.newaxis] * signs has shape (N, 4, 2).",
        "np.deg2rad turns degrees into radians. Give cos and sin a second axis, (N, 1), so that "
        "they fit to dx and dy of shape (N, 4).",
        "Compute the new x and the new y both from the old dx and dy. Then "
        "np.stack([x, y], axis=2).",
    ),
    explanation="Four pairs of signs lead from the middle to the corners, clockwise from the upper "
    "left. The offsets are turned, and only then the middle is added: the box turns about its own "
    "middle.",
)
def box_to_corners(boxes, angles):
    """The four corners of each box, turned counter-clockwise (as seen) about its own middle.

    boxes (N, 4): x1, y1, x2, y2; angles (N,) in degrees -> (N, 4, 2): x, y of each corner,
    clockwise from the box's own upper left
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2  # (N, 2)
    half = (boxes[:, 2:] - boxes[:, :2]) / 2  # (N, 2): half the width, half the height
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    offsets = half[:, np.newaxis] * signs  # (N, 4, 2)
    dx, dy = offsets[..., 0], offsets[..., 1]  # (N, 4)
    turn = np.deg2rad(angles)[:, np.newaxis]  # (N, 1)
    x = middle[:, :1] + dx * np.cos(turn) + dy * np.sin(turn)
    y = middle[:, 1:] - dx * np.sin(turn) + dy * np.cos(turn)
    return np.stack([x, y], axis=2)


@box_to_corners.cases
def _(rng):
    one = np.array([[2.0, 1.0, 8.0, 5.0]])
    yield case(one, np.zeros(1), label="one box, not turned")
    yield case(one, np.array([90.0]), label="one box, a quarter turn")
    yield case(one, np.array([30.0]), label="one box, 30° counter-clockwise")
    yield case(some_boxes(rng, 3), np.zeros(3), label="three boxes, not turned")
    boxes = np.array([[0, 0, 5, 4], [3, 1, 10, 8]])
    yield case(boxes, np.array([0, 0]), label="whole numbers (dtype int), not turned")
    yield case(boxes, np.array([20, -45]), label="whole numbers (dtype int)")
    yield case(some_boxes(rng, 4), np.full(4, -25.0), label="four boxes, the same angle")
    angles = rng.uniform(-170, 170, 5)
    yield case(some_boxes(rng, 5), angles, label="five boxes, five angles")
    flat = np.array([[3.0, 4.0, 3.0, 9.0], [2.0, 5.0, 2.0, 5.0]])
    yield case(flat, np.array([60.0, 10.0]), label="a box without width, and one that is a point")
    wide = np.zeros((3, 8), np.float32)
    wide[:, ::2] = some_boxes(rng, 3)
    yield case(wide[:, ::2], rng.uniform(-60, 60, 3).astype(np.float32),
               label="float32, not in memory order")  # fmt: skip


@box_to_corners.groups({"not turned": 1, "turned": 2})
def _(boxes, angles):
    return "turned" if np.any(angles) else "not turned"


@box_to_corners.oracle
def _(boxes, angles):
    """Complex numbers, with the imaginary axis upwards."""
    corners = np.zeros((len(boxes), 4, 2), np.result_type(boxes, angles, np.float32))
    for n, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        middle = complex(x1 + x2, -y1 - y2) / 2
        turn = cmath.exp(1j * math.radians(float(angles[n])))
        for k, (x, y) in enumerate([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]):
            place = middle + turn * (complex(x, -y) - middle)
            corners[n, k] = place.real, -place.imag
    return corners


CLOCKWISE = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def _turned(dx, dy, cos, sin):
    return dx * cos + dy * sin, -dx * sin + dy * cos


def _corners(boxes, angles, *, read=None, signs=CLOCKWISE, radians=np.deg2rad, turned=_turned,
             about=None, add=None, finish=None):  # fmt: skip
    """Corners with one thing changed.

    read(boxes): what the four numbers are taken for; signs: the order of the corners;
    radians(angles); turned(dx, dy, cos, sin); about(boxes) and add(boxes): the point about which is
    turned, and the one that is added afterwards, (N, 2); finish(corners, boxes)
    """
    given, boxes = boxes, boxes if read is None else read(boxes)
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    pivot = middle if about is None else about(boxes)
    offsets = (middle - pivot)[:, np.newaxis] + half[:, np.newaxis] * np.array(signs)
    turn = np.broadcast_to(radians(angles), len(boxes))[:, np.newaxis]
    x, y = turned(offsets[..., 0], offsets[..., 1], np.cos(turn), np.sin(turn))
    place = (pivot if add is None else add(boxes))[:, np.newaxis]
    corners = np.stack([x, y], axis=2) + place
    return corners if finish is None else finish(corners, given)


def _one_after_the_other(dx, dy, cos, sin):
    dx = dx * cos + dy * sin
    return dx, -dx * sin + dy * cos


def _around(corners, boxes=None):
    """The corners of the upright box around each four corners."""
    (x1, y1), (x2, y2) = corners.min(axis=1).T, corners.max(axis=1).T
    return np.stack([np.stack(p, axis=1) for p in ((x1, y1), (x2, y1), (x2, y2), (x1, y2))], axis=1)


box_to_corners.mistake(
    "it was turned clockwise",
    hint="y grows downwards, so the signs are not those of your geometry book. At 90° "
    "counter-clockwise, where does the upper left corner go?",
)(partial(_corners, turned=lambda dx, dy, cos, sin: (dx * cos - dy * sin, dx * sin + dy * cos)))


box_to_corners.mistake(
    "np.cos and np.sin were given degrees; they take radians",
    hint="What is np.cos(90)? What should the cosine of 90° be?",
)(partial(_corners, radians=np.asarray))


box_to_corners.mistake(
    "degrees were multiplied by π, but not divided by 180",
    hint="Which angle in radians is 180°?",
)(partial(_corners, radians=lambda angles: angles * np.pi))


box_to_corners.mistake(
    "the angle was not used",
    hint="Do your corners change when the angle does?",
)(partial(_corners, radians=lambda angles: 0.0 * angles))


box_to_corners.mistake(
    "all boxes were turned by the angle of the first one",
    hint="angles has shape (N,): one for each box. Did you take angles[0] somewhere?",
)(partial(_corners, radians=lambda angles: np.deg2rad(angles[0])))


box_to_corners.mistake(
    "the box was turned about the upper left corner of the canvas, the point (0, 0)",
    hint="Which point of the box stays where it is? Take the middle away before you turn, and add "
    "it afterwards.",
)(partial(_corners, about=lambda boxes: 0 * boxes[:, :2]))


box_to_corners.mistake(
    "the box was turned about its upper left corner",
    hint="Which point of the box stays where it is: its middle, or a corner?",
)(partial(_corners, about=lambda boxes: boxes[:, :2]))


box_to_corners.mistake(
    "the middle was not added after turning: all boxes lie around (0, 0)",
    hint="Offsets say how far a corner is from the middle. Where is the middle?",
)(partial(_corners, add=lambda boxes: 0 * boxes[:, :2]))


box_to_corners.mistake(
    "the upper left corner was added after turning, not the middle",
    hint="Your offsets begin in the middle of the box. Which point must be added to them?",
)(partial(_corners, add=lambda boxes: boxes[:, :2]))


box_to_corners.mistake(
    "the new y was computed from the new x: dx had been overwritten already",
    hint="Which dx does the second formula mean, the old one or the new one? Give the results new "
    "names.",
)(partial(_corners, turned=_one_after_the_other))


box_to_corners.mistake(
    "sine and cosine were exchanged",
    hint="At an angle of 0 nothing should move. What are sin 0 and cos 0?",
)(partial(_corners, turned=lambda dx, dy, cos, sin: (dx * sin + dy * cos, -dx * cos + dy * sin)))


box_to_corners.mistake(
    "both sines have the same sign: that squeezes the box into another shape",
    hint="A turned box keeps its sides' lengths. Which sign has dx·sin in the formula for y?",
)(partial(_corners, turned=lambda dx, dy, cos, sin: (dx * cos + dy * sin, dx * sin + dy * cos)))


box_to_corners.mistake(
    "the corners come row by row: upper left, upper right, lower left, lower right",
    hint="Walk around the box with a pencil. Where do you come after the upper right corner?",
)(partial(_corners, signs=((-1, -1), (1, -1), (-1, 1), (1, 1))))


box_to_corners.mistake(
    "the corners come counter-clockwise",
    hint="Which corner is the second one, the upper right or the lower left?",
)(partial(_corners, signs=((-1, -1), (-1, 1), (1, 1), (1, -1))))


box_to_corners.mistake(
    "the walk around the box begins at the lower left corner",
    hint="y grows downwards. Is y1 above or below?",
)(partial(_corners, signs=((-1, 1), (-1, -1), (1, -1), (1, 1))))


box_to_corners.mistake(
    "the walk goes around the wrong way, from the lower left, as if y grew upwards",
    hint="y grows downwards. Which corner has the smaller y, the upper or the lower left one?",
)(partial(_corners, signs=((-1, 1), (1, 1), (1, -1), (-1, -1))))


box_to_corners.mistake(
    "x and y of the corners were exchanged",
    hint="The last axis is (x, y). In which order did you stack?",
)(partial(_corners, finish=lambda corners, boxes: corners[..., ::-1]))


box_to_corners.mistake(
    "the boxes are twice as wide and twice as high",
    hint="How far is a corner from the middle: the width, or half of it?",
)(lambda boxes, angles: _corners(boxes, angles, read=_doubled))


box_to_corners.mistake(
    "the four numbers were taken for x, y, width and height",
    hint="Which four numbers does the docstring name?",
)(partial(_corners, read=lambda b: np.concatenate([b[:, :2], b[:, :2] + b[:, 2:]], axis=1)))


box_to_corners.mistake(
    "the four numbers were taken for the middle and the size",
    hint="Which four numbers does the docstring name? How do you find the middle from them?",
)(
    partial(
        _corners,
        read=lambda b: np.concatenate([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], axis=1),
    )
)


box_to_corners.mistake(
    "these are the corners of the upright box around the turned one",
    hint="After turning, are the corners still two by two at the same height?",
)(partial(_corners, finish=_around))


box_to_corners.mistake(
    "the result has shape (N, 8); the corners should have an axis of their own",
    hint="The docstring wants (N, 4, 2). On which axis did you put x and y together?",
)(partial(_corners, finish=lambda corners, boxes: corners.reshape(len(corners), 8)))


box_to_corners.mistake(
    "the axes come in another order: (N, 2, 4), all x first, then all y",
    hint="The docstring wants (N, 4, 2): np.stack has an argument `axis`.",
)(partial(_corners, finish=lambda corners, boxes: corners.transpose(0, 2, 1)))


box_to_corners.mistake(
    "whole numbers came in, and whole numbers came out: the rest was cut off",
    hint="The boxes may have dtype int. Have the corners of a turned box?",
)(
    partial(
        _corners,
        finish=lambda corners, b: np.trunc(corners) if b.dtype.kind == "i" else corners,
    )
)


def _doubled(boxes):
    sides = (boxes[:, 2:] - boxes[:, :2]) / 2
    return np.concatenate([boxes[:, :2] - sides, boxes[:, 2:] + sides], axis=1)
