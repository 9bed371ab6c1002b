"""The exercise `box_iou` of notebook 19."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb19_bounding_boxes.boxes import common_side, near_copies, some_boxes


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
    boxes = some_boxes(rng, 7)
    yield case(boxes, near_copies(rng, boxes), label="seven boxes, and seven that lie near")
    yield case(boxes, some_boxes(rng, 7), label="seven boxes anywhere")
    whole = np.array([[0, 0, 5, 4], [3, 1, 9, 8], [0, 2, 6, 5]])
    yield case(whole, whole[::-1] + np.array([1, 0, 2, 1]), label="whole numbers (dtype int)")
    small = some_boxes(rng, 4, size=0.04)
    yield case(small, near_copies(rng, small, 0.002), label="coordinates from 0 to 1, small boxes")
    wide = np.zeros((5, 8), np.float32)
    wide[:, ::2] = some_boxes(rng, 5)
    near = near_copies(rng, wide[:, ::2]).astype(np.float32)
    yield case(wide[:, ::2], near, label="float32, not in memory order")


@box_iou.groups({"boxes that overlap": 2, "boxes apart or without area": 1})
def _(boxes, others):
    overlap = [common_side(a, b) > 0 for a, b in zip(boxes.tolist(), others.tolist(), strict=True)]
    return "boxes that overlap" if all(overlap) else "boxes apart or without area"


@box_iou.oracle
def _(boxes, others):
    ious = np.zeros(len(boxes), np.result_type(boxes, others, np.float32))
    for k, (a, b) in enumerate(zip(boxes.tolist(), others.tolist(), strict=True)):
        area = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b))
        ious[k] = common_side(a, b) / (area - common_side(a, b)) if area else 0.0
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
