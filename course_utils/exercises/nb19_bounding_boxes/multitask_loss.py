"""The exercise `multitask_loss` of notebook 19."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb19_bounding_boxes.boxes import picked


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
    surer = np.array([[0.0, 2000.0], [2.0, 1.0]])
    yield case(surer, np.array([0, 0]), *_quads(rng, 2), 1.5, label="even surer, and wrong")


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
    class_part = (classes or (lambda s, y: _entropies(s, y).mean()))(logits, labels)
    return combine(class_part, box(corners, target_corners), weight)


def _softmax(logits):
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


multitask_loss.mistake(
    "the scores were not moved before exp: a score of 1000 overflows",
    hint="Which number can you take away from all scores of a row without changing the "
    "probabilities?",
)(partial(_loss, classes=lambda s, y: (np.log(np.exp(s).sum(axis=1)) - picked(s, y)).mean()))


def _moved_by(lowest):
    """The cross-entropy with something else than the largest score subtracted from each row."""

    def classes(s, y):
        s = s - lowest(s, axis=1, keepdims=True)
        return (np.log(np.exp(s).sum(axis=1)) - picked(s, y)).mean()

    return classes


multitask_loss.mistake(
    "the smallest score of each row was subtracted, not the largest: exp overflows",
    hint="Which is safe for exp: numbers from 0 up, or numbers from 0 down?",
)(partial(_loss, classes=_moved_by(np.min)))


multitask_loss.mistake(
    "the mean of each row was subtracted, not its largest score: exp overflows",
    hint="Which score of a row may reach exp: one that is at most 0, or one that is large?",
)(partial(_loss, classes=_moved_by(np.mean)))


multitask_loss.mistake(
    "the largest score of all rows was taken away, not that of each row",
    hint="One row holds scores of 1000, another one of −1000. What remains of the second row after "
    "exp? Which axis should max look along?",
)(
    partial(
        _loss,
        classes=lambda s, y: (
            np.log(np.exp(s - s.max()).sum(axis=1)) - picked(s - s.max(), y)
        ).mean(),
    )
)


multitask_loss.mistake(
    "the logarithm was taken of a probability that had become 0",
    hint="exp(−1000) is 0 for a computer, and log 0 is −∞. Can you write log(exp(s) / sum) so that "
    "it needs no division?",
)(partial(_loss, classes=lambda s, y: -np.log(picked(_softmax(s), y)).mean()))


multitask_loss.mistake(
    "a small number was added inside the logarithm: it hides that the network is sure, and wrong",
    hint="log(p + ε) ends at log ε, however wrong the network is. What should the loss be where "
    "the right class has 1000 less than the other one?",
)(partial(_loss, classes=lambda s, y: -np.log(picked(_softmax(s), y) + 1e-12).mean()))


multitask_loss.mistake(
    "the scores were taken for logarithms of probabilities: the softmax is missing",
    hint="Do the exponentials of your scores add up to 1 in each row?",
)(partial(_loss, classes=lambda s, y: -picked(s, y).mean()))


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
)(partial(_loss, classes=lambda s, y: (1 - picked(_softmax(s), y)).mean()))


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
    whole=True,
)(partial(_loss, combine=lambda c, b, w: (c, b, c + w * b)))


multitask_loss.mistake(
    "the two parts have changed places: the box part stands before the class part",
    hint="In which order does the docstring name the three?",
    whole=True,
)(partial(_loss, combine=lambda c, b, w: (c + w * b, b, c)))


multitask_loss.mistake(
    "the largest score was taken away inside the logarithm, and not from the score of the label",
    hint="log Σ exp(s − m) is smaller than log Σ exp(s) by m. What else has to be smaller by m?",
)(partial(_loss, classes=lambda s, y: (
    np.log(np.exp(s - s.max(axis=1, keepdims=True)).sum(axis=1)) - picked(s, y)
).mean()))  # fmt: skip


def _over_images(logits, labels):
    log_sums = _log_sum(logits, axis=0)  # (K,)
    return (log_sums[labels] - picked(logits, labels)).mean()
