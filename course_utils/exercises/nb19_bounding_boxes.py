"""Exercises of notebook 19: boxes, what they have in common, and a loss with two parts."""

import cmath
import math
from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ---------------------------------------------------------------------------------------- box_iou
@exercise(
    notebook="19",
    points=3,
    minutes=20,
    quiet=True,
    hints=(
        "Where does the common part begin on the left: at the smaller or at the larger of the two "
        "x1? And where does it end on the right?",
        "boxes[:, 0] are all x1. np.maximum(a, b) compares entry by entry. Compute the common "
        "width and the common height, each of shape (N,).",
        "Boxes that lie apart have a negative width or height, or both: np.maximum(0, width) "
        "before you multiply.",
        "Where both boxes have no area the union is 0. np.where(union > 0, union, 1) is safe to "
        "divide by.",
    ),
    explanation="The common part begins at the larger of the two x1 and ends at the smaller of the "
    "two x2; what comes out negative counts as 0. The union is the sum of both areas, minus the "
    "common part, which the sum counts twice. Where the union is 0 so is the intersection, and we "
    "divide by 1 instead.",
)
def box_iou(boxes, others):
    """Intersection over union of each box with the other box in the same row.

    boxes, others (N, 4): x1, y1, x2, y2 -> (N,), from 0 (nothing in common) to 1 (the same box).
    Two boxes that both have no area: 0.
    """
    left, right = np.maximum(boxes[:, 0], others[:, 0]), np.minimum(boxes[:, 2], others[:, 2])
    top, bottom = np.maximum(boxes[:, 1], others[:, 1]), np.minimum(boxes[:, 3], others[:, 3])
    common = np.maximum(0, right - left) * np.maximum(0, bottom - top)  # (N,)
    areas = [(b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) for b in (boxes, others)]
    union = areas[0] + areas[1] - common
    return common / np.where(union > 0, union, 1)


def _some_boxes(rng, n, size=48.0):
    """(n, 4) boxes with area, no two sides equal."""
    first, sides = rng.uniform(0, size / 2, (n, 2)), rng.uniform(size / 9, size / 2, (n, 2))
    return np.concatenate([first, first + sides], axis=1)


def _near(rng, boxes, by=2.0):
    """The same boxes with every side moved a little: they all overlap with what they were."""
    return boxes + rng.uniform(-by, by, boxes.shape)


@box_iou.cases
def _(rng):
    yield case(np.array([[0.0, 0.0, 4.0, 3.0]]), np.array([[2.0, 1.0, 6.0, 5.0]]),
               label="two boxes that overlap")  # fmt: skip
    one, apart = np.array([[1.0, 2.0, 4.0, 7.0]]), np.array([[6.0, 9.0, 10.0, 11.0]])
    yield case(one, apart, label="apart in x and in y")
    yield case(one, np.array([[6.0, 3.0, 9.0, 5.0]]), label="apart in x, not in y")
    yield case(one, np.array([[2.0, 9.0, 5.0, 15.0]]), label="apart in y, not in x")
    yield case(one, np.array([[4.0, 3.0, 9.0, 6.0]]), label="they touch along one side")
    yield case(one, one.copy(), label="the same box twice")
    yield case(one, np.array([[2.0, 3.0, 3.5, 5.0]]), label="one inside the other")
    yield case(np.array([[2.0, 3.0, 3.5, 5.0]]), one, label="one inside the other, exchanged")
    point = np.array([[3.0, 4.0, 3.0, 4.0], [3.0, 4.0, 3.0, 4.0], [2.0, 2.0, 2.0, 5.0]])
    other = np.array([[1.0, 2.0, 4.0, 7.0], [3.0, 4.0, 3.0, 4.0], [2.0, 1.0, 2.0, 6.0]])
    yield case(point, other, label="boxes without area")
    boxes = _some_boxes(rng, 7)
    yield case(boxes, _near(rng, boxes), label="seven boxes, and seven that lie near")
    yield case(boxes, _some_boxes(rng, 7), label="seven boxes anywhere")
    whole = np.array([[0, 0, 5, 4], [3, 1, 9, 8], [0, 2, 6, 5]])
    yield case(whole, whole[::-1] + np.array([1, 0, 2, 1]), label="whole numbers (dtype int)")
    small = _some_boxes(rng, 4, size=0.04)
    yield case(small, _near(rng, small, 0.002), label="coordinates from 0 to 1, small boxes")
    wide = np.zeros((5, 8), np.float32)
    wide[:, ::2] = _some_boxes(rng, 5)
    near = _near(rng, wide[:, ::2]).astype(np.float32)
    yield case(wide[:, ::2], near, label="float32, not in memory order")


@box_iou.groups({"boxes that overlap": 2, "boxes apart or without area": 1})
def _(boxes, others):
    overlap = [_common(a, b) > 0 for a, b in zip(boxes.tolist(), others.tolist(), strict=True)]
    return "boxes that overlap" if all(overlap) else "boxes apart or without area"


def _shared(low, high, other_low, other_high):
    """How much two intervals have in common: by cases, not by a formula."""
    if high <= other_low or other_high <= low:
        return 0.0
    ends = sorted([low, high, other_low, other_high])
    return ends[2] - ends[1]


def _common(a, b):
    return _shared(a[0], a[2], b[0], b[2]) * _shared(a[1], a[3], b[1], b[3])


@box_iou.oracle
def _(boxes, others):
    ious = np.zeros(len(boxes), np.result_type(boxes, others, np.float32))
    for k, (a, b) in enumerate(zip(boxes.tolist(), others.tolist(), strict=True)):
        area = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b))
        ious[k] = _common(a, b) / (area - _common(a, b)) if area else 0.0
    return ious


def _sides(boxes):
    return boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]


def _area(boxes):
    width, height = _sides(boxes)
    return width * height


def _overlap(width, height):
    return np.maximum(0, width) * np.maximum(0, height)


def _ratio(common, area, other_area):
    union = area + other_area - common
    return common / np.where(union > 0, union, 1)


def _iou(boxes, others, *, read=None, begin=np.maximum, end=np.minimum, overlap=_overlap,
         area=_area, ratio=_ratio):  # fmt: skip
    """Intersection over union with one thing changed.

    read(boxes): what the four numbers are taken for; begin, end: of the common part;
    overlap(width, height) and area(boxes) of shape (N,); ratio(common, area, other area): the end
    """
    if read is not None:
        boxes, others = read(boxes), read(others)
    width = end(boxes[:, 2], others[:, 2]) - begin(boxes[:, 0], others[:, 0])
    height = end(boxes[:, 3], others[:, 3]) - begin(boxes[:, 1], others[:, 1])
    with np.errstate(all="ignore"):
        return ratio(overlap(width, height), area(boxes), area(others))


box_iou.mistake(
    "boxes that lie apart got an intersection, since two negative sides make a positive area",
    hint="Take [1, 2, 4, 7] and [6, 9, 10, 11]. What are the common width and height, and what is "
    "their product?",
)(partial(_iou, overlap=lambda width, height: width * height))

box_iou.mistake(
    "the product was cut off at 0, not each side: two negative sides make a positive area",
    hint="If the common width and the common height are both negative, what is their product? When "
    "must you cut off at 0?",
)(partial(_iou, overlap=lambda width, height: np.maximum(0, width * height)))

box_iou.mistake(
    "the common width was cut off at 0, the common height was not",
    hint="Can two boxes also lie one above the other, with a gap between them?",
)(partial(_iou, overlap=lambda width, height: np.maximum(0, width) * height))

box_iou.mistake(
    "the common height was cut off at 0, the common width was not",
    hint="Can two boxes also lie side by side, with a gap between them?",
)(partial(_iou, overlap=lambda width, height: width * np.maximum(0, height)))

box_iou.mistake(
    "negative sides were made positive, not 0",
    hint="The common width is −2: the boxes are 2 pixels apart. How much do they have in common?",
)(partial(_iou, overlap=lambda width, height: np.abs(width) * np.abs(height)))

box_iou.mistake(
    "the intersection was not taken away from the sum of the areas",
    hint="Compare a box with itself. How large is the union, and what do both areas add up to?",
)(partial(_iou, ratio=lambda c, a, b: c / np.where(a + b > 0, a + b, 1)))

box_iou.mistake(
    "this is twice the intersection over the sum of the areas: the Dice score, not IoU",
    hint="Both are 1 for the same box and 0 for boxes apart. What stands under the fraction line "
    "of IoU?",
)(partial(_iou, ratio=lambda c, a, b: 2 * c / np.where(a + b > 0, a + b, 1)))

box_iou.mistake(
    "the intersection was taken away twice: that leaves what only one of the boxes covers",
    hint="How often does area + area count the common part? How often should the union count it?",
)(partial(_iou, ratio=lambda c, a, b: c / np.where(a + b > 2 * c, a + b - 2 * c, 1)))

box_iou.mistake(
    "the union was taken to be the smallest box around both",
    hint="Draw two boxes that touch in a corner only. Is everything in the box around both covered "
    "by one of them?",
)(lambda boxes, others: _over_hull(boxes, others))

box_iou.mistake(
    "the intersection was divided by the smaller of the two areas",
    hint="A small box inside of a large one: is that a perfect hit?",
)(partial(_iou, ratio=lambda c, a, b: c / np.where(np.minimum(a, b) > 0, np.minimum(a, b), 1)))

box_iou.mistake(
    "the intersection was divided by the area of the first box alone",
    hint="IoU stays the same when the two boxes are exchanged. Does yours?",
)(partial(_iou, ratio=lambda c, a, b: c / np.where(a > 0, a, 1)))

box_iou.mistake(
    "the intersection was divided by the area of the second box alone",
    hint="IoU stays the same when the two boxes are exchanged. Does yours?",
)(partial(_iou, ratio=lambda c, a, b: c / np.where(b > 0, b, 1)))

box_iou.mistake(
    "minimum and maximum were exchanged: this is the box around both, not the common part",
    hint="An intersection is never larger than either box. Is yours?",
)(partial(_iou, begin=np.minimum, end=np.maximum))

box_iou.mistake(
    "the four numbers were taken for x, y, width and height",
    hint="Which four numbers does the docstring name? What is the width of the box [2, 1, 6, 5]?",
)(partial(_iou, read=lambda b: np.concatenate([b[:, :2], b[:, :2] + b[:, 2:]], axis=1)))

box_iou.mistake(
    "the four numbers were taken for x1, x2, y1, y2",
    hint="In which order does the docstring name the four numbers?",
)(partial(_iou, read=lambda b: b[:, [0, 2, 1, 3]]))

box_iou.mistake(
    "1 was added to each side, as if x2 and y2 were the last pixel inside",
    hint="Our boxes end *where the last pixel ends*. How wide is a box from x1 = 0 to x2 = 4?",
)(
    partial(
        _iou,
        overlap=lambda width, height: _overlap(width + 1, height + 1),
        area=lambda boxes: (_sides(boxes)[0] + 1) * (_sides(boxes)[1] + 1),
    )
)

box_iou.mistake(
    "two boxes without area gave NaN: 0 divided by 0",
    hint="What is the union of two points? What does the docstring want for them?",
)(partial(_iou, ratio=lambda c, a, b: c / (a + b - c)))

box_iou.mistake(
    "two boxes without area gave 1",
    hint="What does the docstring want where both boxes have no area?",
)(partial(_iou, ratio=lambda c, a, b: np.where(a + b > 0, _ratio(c, a, b), 1.0)))

box_iou.mistake(
    "a small number was added to the union, and for small boxes it was not small",
    hint="With coordinates from 0 to 1, the area of a box may be 0.0001. How large is your number? "
    "Is there a way that changes nothing where the union is not 0?",
)(partial(_iou, ratio=lambda c, a, b: c / (a + b - c + 1e-6)))

box_iou.mistake(
    "1 was added to the union",
    hint="That avoids the division by 0, but at a price: what does a box have in common with "
    "itself now?",
)(partial(_iou, ratio=lambda c, a, b: c / (a + b - c + 1)))

box_iou.mistake(
    "this is 1 − IoU, a distance",
    hint="The same box twice should give 1. What does it give?",
)(partial(_iou, ratio=lambda c, a, b: 1 - _ratio(c, a, b)))


@box_iou.mistake(
    "every box was compared with every other box: a table of (N, N)",
    hint="Row k belongs to row k. Did you add an axis that you do not need?",
)
def _(boxes, others):
    return np.stack([box_iou.reference(boxes, np.broadcast_to(o, boxes.shape)) for o in others], 1)


@box_iou.mistake(
    "the mean over all boxes was taken",
    hint="How many numbers should come out for N pairs of boxes?",
)
def _(boxes, others):
    return box_iou.reference(boxes, others).mean()


def _over_hull(boxes, others):
    first = np.minimum(boxes[:, :2], others[:, :2])
    hull = np.concatenate([first, np.maximum(boxes[:, 2:], others[:, 2:])], axis=1)
    around = _area(hull)
    return _iou(boxes, others, ratio=lambda c, a, b: c / np.where(around > 0, around, 1))


# --------------------------------------------------------------------------------- box_to_corners
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
    yield case(_some_boxes(rng, 3), np.zeros(3), label="three boxes, not turned")
    boxes = np.array([[0, 0, 5, 4], [3, 1, 10, 8]])
    yield case(boxes, np.array([0, 0]), label="whole numbers (dtype int), not turned")
    yield case(boxes, np.array([20, -45]), label="whole numbers (dtype int)")
    yield case(_some_boxes(rng, 4), np.full(4, -25.0), label="four boxes, the same angle")
    angles = rng.uniform(-170, 170, 5)
    yield case(_some_boxes(rng, 5), angles, label="five boxes, five angles")
    flat = np.array([[3.0, 4.0, 3.0, 9.0], [2.0, 5.0, 2.0, 5.0]])
    yield case(flat, np.array([60.0, 10.0]), label="a box without width, and one that is a point")
    wide = np.zeros((3, 8), np.float32)
    wide[:, ::2] = _some_boxes(rng, 3)
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


# --------------------------------------------------------------------------------- multitask_loss
@exercise(
    notebook="19",
    points=3,
    minutes=20,
    quiet=True,
    returns=("total", "class_part", "box_part"),
    hints=(
        "The box part first: the mean of the squares of all N · 8 differences. How many numbers "
        "does .mean() without an axis take together?",
        "Cross-entropy of one row is log(sum of exp(s)) − s[label]. logits[np.arange(N), labels] "
        "picks the score of the right class from each row.",
        "exp(1000) overflows. Take the largest score of each row away from that row first: "
        "logits.max(axis=1, keepdims=True) has shape (N, 1).",
        "Stay with the logarithm of the sum. A probability that has become 0 has no logarithm.",
    ),
    explanation="Each row is moved so that its largest score is 0: the cross-entropy does not "
    "change, and no exp overflows. log Σ exp(s) − s[label] needs no probability, so none can "
    "become 0. The weight multiplies the box part in the total only.",
)
def multitask_loss(logits, labels, corners, target_corners, weight):
    """Cross-entropy of the classes, mean squared error of the corners, and their weighted sum.

    logits (N, K) scores; labels (N,) whole numbers; corners, target_corners (N, 4, 2); weight: how
    much the box part counts -> total, class_part (a mean over the N images), box_part (a mean over
    all 8 · N squares): three numbers
    """
    scores = logits - logits.max(axis=1, keepdims=True)  # (N, K), the largest is 0
    of_label = scores[np.arange(len(labels)), labels]  # (N,)
    class_part = (np.log(np.exp(scores).sum(axis=1)) - of_label).mean()
    box_part = ((corners - target_corners) ** 2).mean()  # over N · 8 numbers
    return class_part + weight * box_part, class_part, box_part


def _quads(rng, n, spread=0.2, dtype=float):
    """Corners (n, 4, 2) between about −1 and 1, and what was meant."""
    target = rng.uniform(-1, 1, (n, 4, 2))
    return (target + spread * rng.normal(size=target.shape)).astype(dtype), target.astype(dtype)


@multitask_loss.cases
def _(rng):
    corners, target = _quads(rng, 1)
    yield case(np.array([[2.0, 0.5, 0.0]]), np.array([1]), corners, target, 3.0,
               label="one image, three classes")  # fmt: skip
    corners, target = _quads(rng, 5)
    labels = np.array([3, 0, 1, 3, 2])
    yield case(rng.normal(size=(5, 4)), labels, corners, target, 1.0, label="weight 1")
    yield case(rng.normal(size=(5, 4)), labels, corners, target, 0.0, label="weight 0")
    yield case(2 * rng.normal(size=(3, 10)), np.array([9, 0, 4]), *_quads(rng, 3, 3.0), 0.25,
               label="ten classes, corners far off")  # fmt: skip
    yield case(rng.normal(size=(2, 3)), np.array([2, 2]), target[:2], target[:2].copy(), 5.0,
               label="all corners are right")  # fmt: skip
    square = rng.normal(size=(4, 4))
    yield case(square, np.array([1, 3, 0, 0]), *_quads(rng, 4), 2.0,
               label="as many images as classes")  # fmt: skip
    wide = np.zeros((6, 10), np.float32)
    wide[:, ::2] = rng.normal(size=(6, 5))
    yield case(wide[:, ::2], np.array([4, 4, 1, 0, 2, 3]), *_quads(rng, 6, dtype=np.float32), 20.0,
               label="float32, not in memory order")  # fmt: skip
    pixels = np.array([[[1, 2], [7, 2], [7, 9], [1, 9]], [[3, 0], [5, 1], [4, 6], [2, 5]]])
    yield case(rng.normal(size=(2, 3)), np.array([0, 2]), pixels, pixels + np.array([2, -1]), 0.5,
               label="corners in whole pixels (dtype int)")  # fmt: skip
    huge = np.array([[1000.0, 998.0, 0.0], [-1000.0, -1001.0, -1003.0]])
    yield case(huge, np.array([1, 0]), *_quads(rng, 2), 1.5, label="scores of 1000 and −1000")
    sure = np.array([[0.0, 1000.0], [3.0, 1.0]])
    yield case(sure, np.array([0, 0]), *_quads(rng, 2), 1.5, label="sure, and wrong")


@multitask_loss.groups({"ordinary scores": 2, "huge scores": 1})
def _(logits, labels, corners, target_corners, weight):
    return "huge scores" if np.abs(logits).max() > 100 else "ordinary scores"


@multitask_loss.oracle
def _(logits, labels, corners, target_corners, weight):
    losses, squares = [], []
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        others = [score - row[label] for score in row]  # relative to the right class
        top = max(others)
        losses.append(top + math.log(sum(math.exp(score - top) for score in others)))
    for a, b in zip(corners.ravel().tolist(), target_corners.ravel().tolist(), strict=True):
        squares.append((a - b) ** 2)
    class_part, box_part = sum(losses) / len(losses), sum(squares) / len(squares)
    return class_part + weight * box_part, class_part, box_part


def _log_sum(scores, axis=1):
    top = scores.max(axis=axis, keepdims=True)
    return np.log(np.exp(scores - top).sum(axis=axis)) + top.squeeze(axis)


def _entropies(logits, labels):
    return _log_sum(logits) - logits[np.arange(len(labels)), labels]  # (N,)


def _squares(corners, target_corners):
    return ((corners - target_corners) ** 2).mean()


def _sum_up(classes, box, weight):
    return classes + weight * box, classes, box


def _loss(logits, labels, corners, target_corners, weight, *, classes=None, box=_squares,
          combine=_sum_up):  # fmt: skip
    """The loss with one thing changed: the class part, the box part, or how they go together."""
    with np.errstate(all="ignore"):
        class_part = (classes or (lambda s, y: _entropies(s, y).mean()))(logits, labels)
        return combine(class_part, box(corners, target_corners), weight)


def _picked(values, labels):
    return values[np.arange(len(labels)), labels]


def _softmax(logits):
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


multitask_loss.mistake(
    "the scores were not moved before exp: a score of 1000 overflows",
    hint="Which number can you take away from all scores of a row without changing the "
    "probabilities?",
)(partial(_loss, classes=lambda s, y: (np.log(np.exp(s).sum(axis=1)) - _picked(s, y)).mean()))

multitask_loss.mistake(
    "the largest score of all rows was taken away, not that of each row",
    hint="One row holds scores of 1000, another one of −1000. What remains of the second row after "
    "exp? Which axis should max look along?",
)(
    partial(
        _loss,
        classes=lambda s, y: (
            np.log(np.exp(s - s.max()).sum(axis=1)) - _picked(s - s.max(), y)
        ).mean(),
    )
)

multitask_loss.mistake(
    "the logarithm was taken of a probability that had become 0",
    hint="exp(−1000) is 0 for a computer, and log 0 is −∞. Can you write log(exp(s) / sum) so that "
    "it needs no division?",
)(partial(_loss, classes=lambda s, y: -np.log(_picked(_softmax(s), y)).mean()))

multitask_loss.mistake(
    "a small number was added inside the logarithm: it hides that the network is sure, and wrong",
    hint="log(p + ε) ends at log ε, however wrong the network is. What should the loss be where "
    "the right class has 1000 less than the other one?",
)(partial(_loss, classes=lambda s, y: -np.log(_picked(_softmax(s), y) + 1e-12).mean()))

multitask_loss.mistake(
    "the scores were taken for logarithms of probabilities: the softmax is missing",
    hint="Do the exponentials of your scores add up to 1 in each row?",
)(partial(_loss, classes=lambda s, y: -_picked(s, y).mean()))

multitask_loss.mistake(
    "the class part has the wrong sign",
    hint="The logarithm of a probability is negative. A loss should be small where the network is "
    "right.",
)(partial(_loss, classes=lambda s, y: -_entropies(s, y).mean()))

multitask_loss.mistake(
    "the cross-entropies were added up, not averaged over the images",
    hint="With twice as many images, should the loss be twice as large?",
)(partial(_loss, classes=lambda s, y: _entropies(s, y).sum()))

multitask_loss.mistake(
    "the sum over the classes went along the wrong axis: over the images",
    hint="logits has shape (N, K). The probabilities of *one image* add up to 1: which axis is "
    "that?",
)(partial(_loss, classes=lambda s, y: _over_images(s, y)))

multitask_loss.mistake(
    "one minus the probability was taken, not the logarithm",
    hint="What does the cross-entropy say about a probability of 0.01, compared with 0.1?",
)(partial(_loss, classes=lambda s, y: (1 - _picked(_softmax(s), y)).mean()))

multitask_loss.mistake(
    "the logarithm to base 10 was taken",
    hint="The loss of guessing among ten classes is 2.3. np.log or np.log10?",
)(partial(_loss, classes=lambda s, y: _entropies(s, y).mean() / np.log(10)))

multitask_loss.mistake(
    "the class part was divided by N · K: mean over the whole table",
    hint="Each image has one cross-entropy. How many numbers do you average?",
)(partial(_loss, classes=lambda s, y: _entropies(s, y).sum() / s.size))

multitask_loss.mistake(
    "the squares were added up, not averaged",
    hint="With twice as many images, should the loss be twice as large?",
)(partial(_loss, box=lambda a, b: ((a - b) ** 2).sum()))

multitask_loss.mistake(
    "the eight squares of a box were added up: the mean went over the images alone",
    hint="Mean squared error: over how many numbers does the mean go, N or N · 8?",
)(partial(_loss, box=lambda a, b: ((a - b) ** 2).sum(axis=(1, 2)).mean()))

multitask_loss.mistake(
    "the box part is the mean squared distance of the corners: x and y were added up",
    hint="Mean squared error: over how many numbers does the mean go, N · 4 or N · 8?",
)(partial(_loss, box=lambda a, b: ((a - b) ** 2).sum(axis=2).mean()))

multitask_loss.mistake(
    "half of the squares was taken",
    hint="Some books put ½ before the square. Does this docstring?",
)(partial(_loss, box=lambda a, b: _squares(a, b) / 2))

multitask_loss.mistake(
    "the absolute differences were taken, not their squares: L1, not L2",
    hint="What does a difference of 0.1 count with the square, what does it count without?",
)(partial(_loss, box=lambda a, b: np.abs(a - b).mean()))

multitask_loss.mistake(
    "the root was taken of the mean square",
    hint="Mean squared error: is there a root in it?",
)(partial(_loss, box=lambda a, b: np.sqrt(_squares(a, b))))

multitask_loss.mistake(
    "the mean was squared, not the differences: errors to the left and right cancel",
    hint="What comes first, the square or the mean?",
)(partial(_loss, box=lambda a, b: (a - b).mean() ** 2))

multitask_loss.mistake(
    "the weight was not used",
    hint="Does your total change with the weight?",
)(partial(_loss, combine=lambda c, b, w: (c + b, c, b)))

multitask_loss.mistake(
    "the weight multiplies the class part",
    hint="Weight 0 should switch off the box part. What does it switch off in yours?",
)(partial(_loss, combine=lambda c, b, w: (w * c + b, c, b)))

multitask_loss.mistake(
    "the weight multiplies the whole sum",
    hint="Weight 0 should leave the class part. What does it leave in yours?",
)(partial(_loss, combine=lambda c, b, w: (w * (c + b), c, b)))

multitask_loss.mistake(
    "the class part got the weight 1 − w",
    hint="The weight may be larger than 1. What becomes of the class part then?",
)(partial(_loss, combine=lambda c, b, w: ((1 - w) * c + w * b, c, b)))

multitask_loss.mistake(
    "the box part came back with its weight",
    hint="The parts come back as they are, so that runs with other weights can be compared. Where "
    "alone does the weight belong?",
)(partial(_loss, combine=lambda c, b, w: (c + w * b, c, w * b)))

multitask_loss.mistake(
    "the total comes last",
    hint="In which order does the docstring name the three?",
)(partial(_loss, combine=lambda c, b, w: (c, b, c + w * b)))

multitask_loss.mistake(
    "the two parts have changed places: the box part stands before the class part",
    hint="In which order does the docstring name the three?",
)(partial(_loss, combine=lambda c, b, w: (c + w * b, b, c)))

multitask_loss.mistake(
    "the largest score was taken away inside the logarithm, and not from the score of the label",
    hint="log Σ exp(s − m) is smaller than log Σ exp(s) by m. What else has to be smaller by m?",
)(partial(_loss, classes=lambda s, y: (
    np.log(np.exp(s - s.max(axis=1, keepdims=True)).sum(axis=1)) - _picked(s, y)
).mean()))  # fmt: skip


def _over_images(logits, labels):
    log_sums = _log_sum(logits, axis=0)  # (K,)
    return (log_sums[labels] - _picked(logits, labels)).mean()


# -------------------------------------------------------------------------- localisation_accuracy
@exercise(
    notebook="19",
    points=2,
    minutes=10,
    hints=(
        "Two yes-or-no arrays of shape (N,): is the class right? Is the box good enough?",
        "logits.argmax(axis=1) is the class with the largest score. box_iou is yours.",
        "a & b is True where both are. The mean of an array of True and False is the fraction of "
        "True.",
    ),
    explanation="Both questions are asked of each image, and only those count where both answers "
    "are yes. The mean of a boolean array is the fraction that is True.",
)
def localisation_accuracy(logits, labels, boxes, true_boxes, threshold):
    """The fraction of the images with the right class *and* a box with IoU >= threshold.

    logits (N, K) scores; labels (N,); boxes, true_boxes (N, 4): x1, y1, x2, y2 -> a number
    """
    right_class = logits.argmax(axis=1) == labels  # (N,)
    good_box = box_iou(boxes, true_boxes) >= threshold  # (N,)
    return (right_class & good_box).mean()


def _answers(rng, n, classes, share_right=0.6):
    """Scores (n, classes) that are right in about a share of the cases, and the labels."""
    labels = rng.integers(classes, size=n)
    logits = rng.normal(size=(n, classes))
    told = np.where(rng.random(n) < share_right, labels, (labels + 1) % classes)
    logits[np.arange(n), told] = logits.max() + 1
    return logits, labels


_TRUE = np.array([[0.0, 0.0, 8.0, 4.0], [2.0, 3.0, 6.0, 11.0], [5.0, 5.0, 9.0, 13.0],
                  [1.0, 1.0, 9.0, 9.0]])  # fmt: skip
_HALF = np.array(
    [[0.0, 0.0, 4.0, 4.0], [2.0, 3.0, 6.0, 7.0], [5.0, 5.0, 9.0, 9.0], [1.0, 1.0, 9.0, 5.0]]
)  # fmt: skip  (IoU exactly 1/2 with _TRUE)


@localisation_accuracy.cases
def _(rng):
    scores = np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 5.0], [0.5, 1.5, 1.0], [2.0, 0.0, 1.0]])
    labels = np.array([0, 2, 2, 1])  # right, right, wrong, wrong
    boxes = _TRUE.copy()
    boxes[[1, 3]] += 20.0  # good, bad, good, bad
    yield case(scores, labels, boxes, _TRUE, 0.5, label="all four ways to be right or wrong")
    yield case(scores[:1], labels[:1], boxes[:1], _TRUE[:1], 0.75, label="one image, a hit")
    yield case(scores[2:3], labels[2:3], boxes[2:3], _TRUE[2:3], 0.75,
               label="one image, right box, wrong class")  # fmt: skip
    yield case(scores, np.array([0, 2, 1, 1]), _HALF, _TRUE, 0.5,
               label="an IoU of exactly the threshold")  # fmt: skip
    some = _HALF.copy()
    some[1::2] = _TRUE[1::2]
    yield case(scores - 9, np.array([0, 2, 1, 1]), some, _TRUE, 0.75, label="negative scores")
    for n, classes, threshold in ((9, 10, 0.5), (12, 4, 0.7), (7, 7, 0.3)):
        logits, labels = _answers(rng, n, classes)
        true = _some_boxes(rng, n)
        near = _near(rng, true)
        near[::4] = true[::4]
        near[1::4] += 40.0
        yield case(logits, labels, near, true, threshold,
                   label=f"{n} images, {classes} classes, threshold {threshold}")  # fmt: skip
    logits, labels = _answers(rng, 8, 5)
    wide = np.zeros((8, 8), np.float32)
    wide[:, ::2] = _some_boxes(rng, 8)
    near = _near(rng, wide[:, ::2]).astype(np.float32)
    near[::3] += 30
    yield case(logits.astype(np.float32), labels, near, wide[:, ::2], 0.4,
               label="float32, not in memory order")  # fmt: skip
    whole = _TRUE.astype(int)
    yield case(scores, np.array([0, 2, 1, 0]), whole + np.array([0, 0, 1, 1]), whole, 0.6,
               label="boxes in whole pixels (dtype int), all classes right")  # fmt: skip


@localisation_accuracy.oracle
def _(logits, labels, boxes, true_boxes, threshold):
    hits = 0
    for row, label, a, b in zip(*(v.tolist() for v in (logits, labels, boxes, true_boxes)),
                                strict=True):  # fmt: skip
        common = _common(a, b)
        area = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b))
        if row[label] == max(row) and common >= threshold * (area - common):
            hits += 1
    return hits / len(labels)


def _localised(logits, labels, boxes, true_boxes, threshold, *, told=None, good=None, combine=None):
    """Localisation accuracy with one thing changed.

    told(logits, labels): right or wrong; good(ious, threshold); combine(right, good, ious)
    """
    right = (logits.argmax(axis=1) == labels) if told is None else told(logits, labels)
    ious = box_iou.reference(boxes, true_boxes)
    enough = ious >= threshold if good is None else good(ious, threshold)
    with np.errstate(all="ignore"):
        return (right & enough).mean() if combine is None else combine(right, enough, ious)


localisation_accuracy.mistake(
    "an IoU of exactly the threshold does not count: > was written, not >=",
    hint="The box covers exactly half of what it should, and the threshold is 0.5. Is it a hit?",
)(partial(_localised, good=lambda ious, threshold: ious > threshold))

localisation_accuracy.mistake(
    "only the class counts",
    hint="If the class is right and the box lies in the wrong corner, has the digit been found?",
)(partial(_localised, combine=lambda right, good, ious: right.mean()))


@localisation_accuracy.mistake(
    "brackets: & was computed before == and >=",
    hint="& binds more tightly than a comparison. What happens with brackets around each of the "
    "two, (p == q) & (r >= s)?",
)
def _(logits, labels, boxes, true_boxes, threshold):
    return (logits.argmax(axis=1) == labels & box_iou(boxes, true_boxes) >= threshold).mean()


localisation_accuracy.mistake(
    "only the box counts",
    hint="A perfect box around a three that is called an eight: is that a hit?",
)(partial(_localised, combine=lambda right, good, ious: good.mean()))

localisation_accuracy.mistake(
    "one of the two is enough: or, where and is meant",
    hint="An image counts where the class *and* the box are right. Which sign is that, | or &?",
)(partial(_localised, combine=lambda right, good, ious: (right | good).mean()))

localisation_accuracy.mistake(
    "the two fractions were multiplied",
    hint="Half of the classes are right, and half of the boxes. Are these the same images, or "
    "others? Ask each image on its own.",
)(partial(_localised, combine=lambda right, good, ious: right.mean() * good.mean()))

localisation_accuracy.mistake(
    "the smaller of the two fractions was taken",
    hint="Half of the classes are right, and half of the boxes. Are these the same images, or "
    "others? Ask each image on its own.",
)(partial(_localised, combine=lambda right, good, ious: min(right.mean(), good.mean())))

localisation_accuracy.mistake(
    "the hits were divided by the number of right classes, not by all images",
    hint="If one class of a hundred is right, and its box too: how many of the hundred were found?",
)(partial(_localised, combine=lambda r, good, i: (r & good).sum() / max(r.sum(), 1)))

localisation_accuracy.mistake(
    "the hits were counted, but not divided by the number of images",
    hint="A fraction lies between 0 and 1. .sum() or .mean()?",
)(partial(_localised, combine=lambda right, good, ious: (right & good).sum()))

localisation_accuracy.mistake(
    "the images that are right in neither count, too: it was asked whether the two answers agree",
    hint="right == good is True also where both are False. Should that be a hit?",
)(partial(_localised, combine=lambda right, good, ious: (right == good).mean()))

localisation_accuracy.mistake(
    "the misses were counted, not the hits",
    hint="If all classes and all boxes are right, the result should be 1. What is it?",
)(partial(_localised, combine=lambda right, good, ious: 1 - (right & good).mean()))

localisation_accuracy.mistake(
    "the IoU itself was averaged where the class is right",
    hint="A hit counts 1 and a miss counts 0. Where did the threshold go?",
)(partial(_localised, combine=lambda right, good, ious: (right * ious).mean()))

localisation_accuracy.mistake(
    "the threshold was asked of the mean IoU, not of each box",
    hint="Nine perfect boxes and one that is far off: how many hits are that?",
)(partial(_localised, good=lambda ious, threshold: ious.mean() >= threshold))

localisation_accuracy.mistake(
    "the threshold is always 0.5",
    hint="Does your result change when the threshold does?",
)(partial(_localised, good=lambda ious, threshold: ious >= 0.5))

localisation_accuracy.mistake(
    "boxes count that are *worse* than the threshold",
    hint="Is an IoU of 0.9 better than one of 0.1, or worse?",
)(partial(_localised, good=lambda ious, threshold: ious <= threshold))

localisation_accuracy.mistake(
    "the smallest score was taken for the network's answer",
    hint="Which class does the network name: the one with the largest or the smallest score?",
)(partial(_localised, told=lambda logits, labels: logits.argmin(axis=1) == labels))

localisation_accuracy.mistake(
    "a class counted as right where its score is positive",
    hint="Scores may all be negative, or several of them positive. What does the network "
    "decide by?",
)(partial(_localised, told=lambda s, y: _picked(s, y) > 0))

localisation_accuracy.mistake(
    "the largest score itself was compared with the label",
    hint="What is the difference between max and argmax?",
)(partial(_localised, told=lambda logits, labels: logits.max(axis=1) == labels))
