"""The exercise `localisation_accuracy` of notebook 19."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb19_bounding_boxes.box_iou import box_iou
from course_utils.exercises.nb19_bounding_boxes.boxes import (
    common_side,
    near_copies,
    picked,
    some_boxes,
)


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
        true = some_boxes(rng, n)
        near = near_copies(rng, true)
        near[::4] = true[::4]
        near[1::4] += 40.0
        yield case(logits, labels, near, true, threshold,
                   label=f"{n} images, {classes} classes, threshold {threshold}")  # fmt: skip
    logits, labels = _answers(rng, 8, 5)
    wide = np.zeros((8, 8), np.float32)
    wide[:, ::2] = some_boxes(rng, 8)
    near = near_copies(rng, wide[:, ::2]).astype(np.float32)
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
        common = common_side(a, b)
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
)(partial(_localised, told=lambda s, y: picked(s, y) > 0))


localisation_accuracy.mistake(
    "the largest score itself was compared with the label",
    hint="What is the difference between max and argmax?",
)(partial(_localised, told=lambda logits, labels: logits.max(axis=1) == labels))


localisation_accuracy.mistake(
    "argmax looked along axis 0: for the best image of each class, not the best class of each "
    "image",
    hint="logits has the shape (N, K), and there is one answer for each image. Which axis has to "
    "go?",
)(partial(_localised, told=lambda logits, labels: logits.argmax(axis=0) == labels))


localisation_accuracy.mistake(
    "one answer was found for all images together: argmax without an axis",
    hint="logits.argmax() looks at all numbers of the table. Which axis should it look along?",
)(partial(_localised, told=lambda logits, labels: logits.argmax() == labels))
