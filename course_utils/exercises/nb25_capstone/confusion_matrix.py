"""The exercise `confusion_matrix` of notebook 25."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb25_capstone import count_forms as cf
from course_utils.exercises.slips import first_only, reordered, result, scaled


@exercise(
    notebook="25",
    points=2,
    minutes=15,
    returns=("counts", "recall", "precision"),
    hints=(
        "A loop over zip(labels, guesses) with counts[label, guess] += 1 is short and right.",
        "counts[labels, guesses] += 1 without a loop adds 1 only once where a pair comes twice. "
        "np.add.at adds each time.",
        "A row has all images of a class, a column all that were called so. np.diagonal has those "
        "that are in both. Where the sum is 0, divide by 1.",
    ),
    explanation="Recall divides the diagonal by the rows: of the cats, how many were found? "
    "Precision divides it by the columns: of what was called a cat, how much is one? A class "
    "without images, or one that is never named, has the diagonal 0, and 0 / 1 is 0.",
)
def confusion_matrix(labels, guesses, classes):
    """Which class was taken for which: how often each pair of label and guess occurs.

    labels, guesses (N,), whole numbers from 0 to classes − 1
    -> counts (classes, classes), whole numbers: row = label, column = guess
       recall (classes,): the share of the images of a class that were called so; 0 without images
       precision (classes,): the share of those called so that are; 0 where none was called so
    """
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, guesses), 1)
    right = np.diagonal(counts)
    recall = right / np.maximum(counts.sum(axis=1), 1)
    precision = right / np.maximum(counts.sum(axis=0), 1)
    return counts, recall, precision


@confusion_matrix.cases
def _(rng):
    yield case(np.array([0, 1, 1]), np.array([0, 0, 1]), 2, label="three images, one wrong")
    yield case(np.array([0, 0, 0, 1]), np.array([1, 1, 1, 1]), 2,
               label="the same mistake three times")  # fmt: skip
    yield case(np.array([2, 0, 2, 2]), np.array([1, 0, 1, 2]), 3, label="class 1 has no image")
    yield case(np.array([0, 1, 2, 1]), np.array([0, 2, 2, 0]), 3, label="class 1 is never named")
    yield case(np.array([0, 1, 0, 1, 1]), np.array([1, 0, 1, 1, 0]), 4,
               label="classes 2 and 3 do not occur at all")  # fmt: skip
    yield case(np.array([3, 1, 3, 1]), np.array([3, 3, 3, 1]), 5,
               label="of five classes, 1 and 3 occur")  # fmt: skip
    yield case(np.arange(4), np.arange(4), 4, label="all right, one image of each")
    labels = rng.integers(0, 3, 30)
    guesses = np.where(rng.random(30) < 0.6, labels, rng.integers(0, 3, 30))
    yield case(labels, guesses, 3, label="30 images, three classes")
    labels = np.repeat([0, 1, 2, 3, 4], [20, 1, 3, 9, 4])
    guesses = np.where(rng.random(37) < 0.5, labels, rng.integers(0, 5, 37))
    yield case(labels, guesses, 5, label="20 images of one class, and 1 of another one")
    yield case(np.array([0, 0, 0, 0, 2, 1]), np.array([1, 2, 2, 0, 0, 2]), 3,
               label="nearly all wrong")  # fmt: skip
    yield case(np.zeros(0, int), np.zeros(0, int), 2, label="no image at all")
    yield case(np.repeat([0, 1], [300, 2]), np.repeat([0, 1], [299, 3]), 2,
               label="300 images of one class")  # fmt: skip
    yield case(labels[::2].astype(np.uint8), guesses[::2].astype(np.uint8), 6,
               label="dtype uint8, and a sixth class")  # fmt: skip


@confusion_matrix.groups({"each class has images and guesses": 1, "a class is missing": 1})
def _(labels, guesses, classes):
    whole = len(set(labels.tolist()) & set(guesses.tolist())) == classes
    return "each class has images and guesses" if whole else "a class is missing"


@confusion_matrix.oracle
def _(labels, guesses, classes):
    pairs = list(zip(labels.tolist(), guesses.tolist(), strict=True))
    counts = np.array([[pairs.count((t, g)) for g in range(classes)] for t in range(classes)])
    recall, precision = np.zeros(classes), np.zeros(classes)
    for k in range(classes):
        images = [g for t, g in pairs if t == k]
        called = [t for t, g in pairs if g == k]
        recall[k] = sum(g == k for g in images) / len(images) if images else 0
        precision[k] = sum(t == k for t in called) / len(called) if called else 0
    return counts, recall, precision


confusion_matrix.mistake(
    "rows and columns were exchanged: the rows are the guesses",
    hint="Image of class 0, called 1: in which row should it be counted?",
    also=(
        partial(cf.report, shown=lambda counts: counts.T),
        lambda labels, guesses, classes: cf.report(guesses, labels, classes),
    ),
)(
    lambda labels, guesses, classes: cf.report(
        guesses, labels, classes, recall=cf.precision_of, precision=cf.recall_of
    )
)


confusion_matrix.mistake(
    "recall and precision have changed places",
    hint="Of all cats, how many were found? Is that a row or a column?",
    whole=True,
)(partial(cf.report, recall=cf.precision_of, precision=cf.recall_of))


confusion_matrix.mistake(
    "both are divided by the rows",
    hint="Precision is about what was *called* a cat. In which direction do you add?",
)(partial(cf.report, precision=cf.recall_of))


confusion_matrix.mistake(
    "both are divided by the columns",
    hint="Recall is about what *is* a cat. In which direction do you add?",
)(partial(cf.report, recall=cf.precision_of))


confusion_matrix.mistake(
    "a pair that comes several times was counted once",
    hint="counts[labels, guesses] += 1 reads all entries before it writes one. Which entry of "
    "yours is larger than 1?",
)(partial(cf.report, count=cf.only_once))


confusion_matrix.mistake(
    "the classes were taken from what occurs: rows and columns are missing",
    hint="How many rows should there be if the last class does not occur at all?",
    also=(
        partial(cf.report, count=lambda a, b, classes: cf.counted(a, b, len(np.unique(a)))),
        partial(cf.report, count=lambda a, b, classes: cf.counted(a, b, max(a.max(), b.max()) + 1)),
        partial(cf.report, count=lambda a, b, classes: cf.counted(
            a, b, max(a.max(initial=-1), b.max(initial=-1)) + 1)),
        partial(cf.report, count=lambda a, b, classes: cf.counted(
            a, b, a.max(initial=-1) + 1 if a.max(initial=0) >= b.max(initial=0)
            else b.max(initial=-1) + 1)),
    ),
)(partial(cf.report, count=cf.found_classes))  # fmt: skip


confusion_matrix.mistake(
    "a class without images, or never named, gets NaN",
    hint="0 / 0. What does the docstring say for a class without images?",
    also=(
        partial(cf.report, recall=lambda c: cf.bare(cf.right_of(c), c.sum(axis=1))),
        partial(cf.report, precision=lambda c: cf.bare(cf.right_of(c), c.sum(axis=0))),
    ),
)(partial(
    cf.report,
    recall=lambda c: cf.bare(cf.right_of(c), c.sum(axis=1)),
    precision=lambda c: cf.bare(cf.right_of(c), c.sum(axis=0)),
))  # fmt: skip


confusion_matrix.mistake(
    "a class without images, or never named, gets 1",
    hint="None of none is not all of them. What does the docstring say?",
    also=(
        partial(cf.report, recall=lambda c: np.where(c.sum(axis=1) > 0, cf.recall_of(c), 1)),
        partial(cf.report, precision=lambda c: np.where(c.sum(axis=0) > 0, cf.precision_of(c), 1)),
    ),
)(partial(
    cf.report,
    recall=lambda c: np.where(c.sum(axis=1) > 0, cf.recall_of(c), 1),
    precision=lambda c: np.where(c.sum(axis=0) > 0, cf.precision_of(c), 1),
))  # fmt: skip


confusion_matrix.mistake(
    "the diagonal was divided by the number of all images",
    hint="Of the images *of this class*, how many were found? How many are there?",
    also=(partial(cf.report, recall=lambda c: cf.right_of(c) / c.sum(),
                  precision=lambda c: cf.right_of(c) / c.sum()),
          partial(cf.report, recall=lambda c: cf.right_of(c) / max(c.sum(), 1)),
          partial(cf.report, precision=lambda c: cf.right_of(c) / max(c.sum(), 1))),
)(partial(
    cf.report,
    recall=lambda c: cf.right_of(c) / max(c.sum(), 1),
    precision=lambda c: cf.right_of(c) / max(c.sum(), 1),
))  # fmt: skip


confusion_matrix.mistake(
    "right was divided by wrong, not by all",
    hint="A class with 9 right and 1 wrong: should it have 9 / 1 or 9 / 10?",
    also=(
        partial(cf.report, recall=partial(cf.odds, axis=1)),
        partial(cf.report, precision=partial(cf.odds, axis=0)),
    ),
)(partial(cf.report, recall=partial(cf.odds, axis=1), precision=partial(cf.odds, axis=0)))


confusion_matrix.mistake(
    "the counts were divided: they are shares, not whole numbers",
    hint="counts are whole numbers. What should they add up to?",
    also=(
        partial(cf.report, shown=lambda c: cf.share(c, c.sum(axis=1, keepdims=True) + 0 * c)),
        partial(cf.report, shown=lambda c: cf.share(c, c.sum(axis=0, keepdims=True) + 0 * c)),
        partial(cf.report, shown=lambda c: c / max(c.sum(), 1)),
    ),
)(partial(cf.report, shown=lambda c: c / np.maximum(c.sum(axis=1, keepdims=True), 1)))


confusion_matrix.mistake(
    "recall or precision is the same number for all classes: the accuracy",
    hint="(classes,): one number for each class. What is that of class 0 alone?",
    also=(
        partial(cf.report, recall=partial(cf.all_right, axis=1)),
        partial(cf.report, precision=partial(cf.all_right, axis=0)),
    ),
)(partial(cf.report, recall=partial(cf.all_right, axis=1),
          precision=partial(cf.all_right, axis=0)))  # fmt: skip


confusion_matrix.mistake(
    "images that are right about *another* class count as well: that is not recall",
    hint="An image of class 2, called 1, is none of class 0 and was not called so. Should it raise "
    "the recall of class 0?",
    also=(partial(cf.report, recall=cf.accuracy_of_each),),
)(partial(cf.report, recall=cf.accuracy_of_each, precision=cf.accuracy_of_each))


confusion_matrix.mistake(
    "only right answers were counted",
    hint="What is to be read beside the diagonal?",
)(partial(cf.report, count=cf.with_diagonal("only")))


confusion_matrix.mistake(
    "only wrong answers were counted",
    hint="An image that was called what it is belongs on the diagonal. What does yours have there?",
    also=(partial(cf.report, shown=lambda c: c - np.diag(np.diagonal(c))),),
)(partial(cf.report, count=cf.with_diagonal("without")))


confusion_matrix.mistake(
    "each image was counted in both directions",
    hint="A cat that was called a dog is no dog that was called a cat. Is your table symmetric?",
    also=(partial(cf.report, shown=lambda c: c + c.T),),
)(partial(cf.report, count=cf.both_ways))


confusion_matrix.mistake(
    "each label was paired with every guess, not with that of its image",
    hint="labels[n] belongs to guesses[n]. Two loops, one inside the other, make N² pairs.",
)(partial(cf.report, count=cf.pairs))


confusion_matrix.mistake(
    "the division dropped what comes after the point",
    hint="// gives whole numbers. What is 2 // 3?",
    also=(
        partial(cf.report, recall=partial(cf.rounded_down, axis=1)),
        partial(cf.report, recall=lambda c: (cf.recall_of(c) // 1),
                precision=lambda c: np.round(cf.precision_of(c))),
    ),
)(partial(cf.report, recall=partial(cf.rounded_down, axis=1),
          precision=partial(cf.rounded_down, axis=0)))  # fmt: skip


confusion_matrix.mistake(
    "this is intersection over union: the sum of row and column is below the line",
    hint="Recall asks about a row alone. What do images of *other* classes do in yours?",
    also=(partial(cf.report, recall=cf.union), partial(cf.report, precision=cf.union)),
)(partial(cf.report, recall=cf.union, precision=cf.union))


confusion_matrix.mistake(
    "this is F1, which mixes recall and precision",
    hint="One of the two is asked for at a time. What does recall know of the columns?",
    also=(partial(cf.report, recall=cf.harmonic), partial(cf.report, precision=cf.harmonic)),
)(partial(cf.report, recall=cf.harmonic, precision=cf.harmonic))


confusion_matrix.mistake(
    "recall or precision is the share that is wrong",
    hint="A class whose images were all found has the recall 1. What has it in yours?",
    also=(
        partial(cf.report, recall=lambda c: 1 - cf.recall_of(c)),
        partial(cf.report, precision=lambda c: 1 - cf.precision_of(c)),
        partial(cf.report, recall=lambda c: (c.sum(axis=1) > 0) - cf.recall_of(c),
                precision=lambda c: (c.sum(axis=0) > 0) - cf.precision_of(c)),
    ),
)(partial(cf.report, recall=lambda c: 1 - cf.recall_of(c),
          precision=lambda c: 1 - cf.precision_of(c)))  # fmt: skip


confusion_matrix.mistake(
    "something was added to what is divided by, and the shares are too small",
    hint="A class that was always found should have exactly 1. What has it in yours?",
    also=(
        partial(cf.report, recall=lambda c: cf.right_of(c) / (c.sum(axis=1) + 1)),
        partial(cf.report, precision=lambda c: cf.right_of(c) / (c.sum(axis=0) + 1)),
    ),
)(partial(cf.report, recall=lambda c: cf.right_of(c) / (c.sum(axis=1) + 1),
          precision=lambda c: cf.right_of(c) / (c.sum(axis=0) + 1)))  # fmt: skip


confusion_matrix.slip(
    scaled(100, "recall"),
    "the shares are in per cent",
    hint="A share lies between 0 and 1.",
    also=(
        scaled(100, "precision"),
        lambda labels, guesses, classes: tuple(
            part * factor
            for part, factor in zip(cf.report(labels, guesses, classes), (1, 100, 100), strict=True)
        ),
    ),
)


confusion_matrix.slip(first_only("labels", "guesses"), hint="How many images are there?")


confusion_matrix.slip(
    reordered(1, 2, 0),
    "the counts do not come first",
    hint="In which order does the docstring name the three?",
    whole=True,
    also=(reordered(2, 1, 0), reordered(1, 0, 2)),
)


confusion_matrix.slip(
    result(lambda value, **rest: value.mean(), part="recall"),
    "recall or precision is one number, not one for each class",
    hint="(classes,): a number for each class. Which of them is hard to find?",
    also=(
        lambda labels, guesses, classes: (
            cf.counted(labels, guesses, classes),
            *(np.mean(labels == guesses) if len(labels) else 0.0,) * 2,
        ),
        result(lambda value, **rest: value.mean(), part="precision"),
        lambda labels, guesses, classes: tuple(
            part.mean() if k else part for k, part in enumerate(cf.report(labels, guesses, classes))
        ),
    ),
)
