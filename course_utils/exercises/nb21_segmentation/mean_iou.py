"""The exercise `mean_iou` of notebook 21."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb21_segmentation import iou_forms as f
from course_utils.exercises.nb21_segmentation.label_maps import labels, spoiled, strided
from course_utils.exercises.slips import first_only, last_only, reordered


@exercise(
    notebook="21",
    points=3,
    minutes=20,
    quiet=True,
    returns=("ious", "mean"),
    hints=(
        "Take one class c. guess == c and truth == c are masks. & is the intersection, | the "
        "union, and .sum() counts the pixels of all images together.",
        "Where the union is 0, the class occurs nowhere: its entry is 0, and it must not count in "
        "the mean.",
        "np.divide(both, union, out=np.zeros(classes), where=union > 0) divides where it can.",
    ),
    explanation="Each class is counted over all pixels of all images: those that are in both maps, "
    "divided by those that are in either. A class that occurs in neither map says nothing, so it "
    "is left out of the mean. One that only the guess has is a false alarm: its 0 counts.",
)
def mean_iou(guess, truth, classes):
    """Intersection over union of each class, and the mean over the classes that occur.

    guess, truth: whole numbers (N, H, W) from 0 to classes − 1; all images are counted together.
    -> ious (classes,); mean, a number. A class that occurs in neither map has the IoU 0 and does
    not count in the mean; a class that occurs in one of them does. No pixels at all: mean 0.
    """
    kinds = np.arange(classes)[:, np.newaxis]
    guessed, true = guess.ravel() == kinds, truth.ravel() == kinds  # (classes, N · H · W)
    both, union = (guessed & true).sum(axis=1), (guessed | true).sum(axis=1)
    ious = both / np.maximum(union, 1)
    return ious, ious[union > 0].mean() if union.any() else 0.0


@mean_iou.cases
def _(rng):
    yield case(np.array([[[0, 0, 1]]]), np.array([[[0, 1, 1]]]), 2, label="three pixels")
    truth = np.array([[[0, 0, 2], [0, 0, 2]]])
    yield case(np.array([[[0, 2, 2], [0, 0, 0]]]), truth, 4, label="classes 1 and 3 do not occur")
    yield case(np.array([[[0, 1, 2], [0, 1, 2]]]), truth, 3, label="class 1 is in the guess alone")
    yield case(np.zeros((1, 2, 3), int), truth, 3, label="class 2 is in the truth alone")
    truth = labels(rng, (3, 5, 4), 3)
    yield case(spoiled(rng, truth, 3), truth, 3, label="three images of 5 × 4")
    rare = np.zeros((4, 6, 5), int)
    rare[0, 1, 1], rare[3, 2:5, 1:4] = 1, 1
    guess = rare.copy()
    guess[0, 1, 1], guess[3, 2, 1:4], guess[1, 0, :2] = 0, 0, 1
    yield case(guess, rare, 2, label="a rare class, not in every image")
    yield case(truth, truth, 5, label="all pixels are right, two classes do not occur")
    yield case(1 - np.minimum(truth, 1), np.minimum(truth, 1), 2, label="all pixels are wrong")
    yield case(np.full((2, 3, 2), 1), np.full((2, 3, 2), 1), 2, label="everything is class 1")
    yield case(np.zeros((0, 4, 3), int), np.zeros((0, 4, 3), int), 3, label="no image")
    many = labels(rng, (2, 8, 7), 21)
    yield case(spoiled(rng, many, 21).astype(np.uint8), many.astype(np.uint8), 21,
               label="21 classes as bytes (dtype uint8)")  # fmt: skip
    cube = labels(rng, (4, 4, 4), 4)
    yield case(strided(spoiled(rng, cube, 4), np.int64), strided(cube, np.int32), 4,
               label="as many images as rows and classes, not in memory order")  # fmt: skip


@mean_iou.groups({"all classes occur": 2, "a class that does not occur": 1})
def _(guess, truth, classes):
    there = len(np.union1d(guess, truth))
    return "all classes occur" if there == classes else "a class that does not occur"


@mean_iou.oracle
def _(guess, truth, classes):
    """By way of sets of places."""
    ious, counted = [], []
    for c in range(classes):
        a, b = (set(map(tuple, np.argwhere(m == c).tolist())) for m in (guess, truth))
        ious.append(len(a & b) / len(a | b) if a | b else 0.0)
        counted += ious[-1:] if a | b else []
    return np.array(ious), sum(counted) / len(counted) if counted else 0.0


def _way(name, hint, function=None, also=(), whole=False, **change):
    mean_iou.mistake(name, hint=hint, also=also, whole=whole)(function or partial(f.iou, **change))


_way("divided by the pixels of the truth: that is the share of each class that was found",
     "A guess that paints everything as class 1 has found all of it. What lies below the fraction "
     "line of the IoU, beside the truth?",
     below=lambda both, guessed, true: true,
     also=(partial(f.iou, below=lambda both, guessed, true: true, empty=np.nan),
           partial(f.iou, below=lambda both, guessed, true: true,
                   counted=lambda both, guessed, true: true > 0)))  # fmt: skip

_way("divided by the pixels of the guess: that is how many of the painted pixels are right",
     "A guess that paints one pixel, and that one rightly, has missed the rest. What lies below "
     "the fraction line of the IoU, beside the guess?",
     below=lambda both, guessed, true: guessed,
     also=(partial(f.iou, below=lambda both, guessed, true: guessed, empty=np.nan),
           partial(f.iou, below=lambda both, guessed, true: guessed,
                   counted=lambda both, guessed, true: guessed > 0)))  # fmt: skip

_way("divided by both areas added up: the intersection is in there twice",
     "A pixel that is in both masks: how often is it in guessed + true, and how often in the "
     "union?",
     below=lambda both, guessed, true: guessed + true)  # fmt: skip

_way("this is Dice, 2 · both / (guess + truth), not IoU",
     "Half of each mask lies in the other. Dice is 1/2. What is the IoU?",
     below=lambda both, guessed, true: guessed + true, above=lambda both, *_: 2 * both)  # fmt: skip

_way("the mean is over all classes, also over those that do not occur",
     "Which class could pull your mean down without being in any picture?",
     counted=lambda both, guessed, true: np.full(len(both), True))  # fmt: skip

_way("a class that occurs in neither map got the IoU 1",
     "What does the docstring want for a class that is in neither map, and does it count?",
     empty=1, counted=lambda both, guessed, true: np.full(len(both), True),
     also=(partial(f.iou, empty=1),
           partial(f.iou, below=lambda both, guessed, true: guessed + true - both + 1e-9,
                   above=lambda both, *_: both + 1e-9,
                   counted=lambda both, guessed, true: np.full(len(both), True))))  # fmt: skip

_way("where a class does not occur, 0 was divided by 0",
     "What is the union of a class that is in neither map? What does the docstring want there?",
     empty=np.nan,
     also=(partial(f.iou, empty=np.nan,
                   counted=lambda both, guessed, true: np.full(len(both), True)),))  # fmt: skip

_way("the mean is over the classes of the truth; one that only the guess has does not count",
     "The guess invents a class. Is that an error, and where does your mean see it?",
     counted=lambda both, guessed, true: true > 0)  # fmt: skip

_way("the mean is over the classes of the guess; one that was missed altogether does not count",
     "The guess has missed a class. Is that an error, and where does your mean see it?",
     counted=lambda both, guessed, true: guessed > 0)  # fmt: skip

_way("the mean leaves out classes with an IoU of 0: those that were missed, and those invented",
     "A class that was missed altogether has the IoU 0. Should it count?",
     counted=lambda both, guessed, true: both > 0,
     also=(partial(f.iou, counted=lambda both, guessed, true: (guessed > 0) & (true > 0)),),
     )  # fmt: skip

_way("the IoUs were computed image by image and then averaged",
     "The docstring counts all images together. An image with one pixel of a class, and one with a "
     "thousand: do they weigh the same in yours?",
     f.averaged_over_images, also=(partial(f.averaged_over_images, only=True),))  # fmt: skip

_way("the mean weighs each class by its pixels",
     "A class with few pixels and one with many: do they count alike in your mean?",
     f.weighted)  # fmt: skip

_way("the second number is one fraction for all classes, not the mean of their IoUs",
     "The second number is the mean of the first ones. What did you add up?",
     f.pooled)  # fmt: skip

_way("the second number is the pixel accuracy",
     "With nine pixels of ten in class 0, how much does your number say about class 1?",
     f.accuracy)  # fmt: skip

_way("each class was divided by the number of all pixels",
     "How many pixels are in the union of a small class?",
     below=lambda both, guessed, true: np.full(len(both), true.sum()))  # fmt: skip

_way("the union leaves out what both have: ^ is “either, but not both”",
     "All pixels are right. What is guess ^ truth, and what should the union be?",
     below=lambda both, guessed, true: guessed + true - 2 * both,
     also=(partial(f.iou, below=lambda both, guessed, true: guessed + true - 2 * both,
                   counted=lambda both, guessed, true: guessed + true > 0),))  # fmt: skip

_way("with no pixels at all the mean is that of nothing, NaN",
     "What is np.mean([])? What does the docstring want for no pixels at all?",
     f.mean_of_nothing, also=(f.mean_of_nothing_over_the_truth,))  # fmt: skip

_way("the union is the larger of the two masks",
     "Two masks of the same size that do not touch: how large is their union?",
     below=lambda both, guessed, true: np.maximum(guessed, true))  # fmt: skip

_way("the intersection is the smaller of the two masks",
     "Two masks of the same size that do not touch: how many pixels do they share?",
     above=lambda both, guessed, true: np.minimum(guessed, true),
     also=(partial(f.iou, above=lambda both, guessed, true: np.minimum(guessed, true),
                   below=lambda both, guessed, true: np.maximum(guessed, true)),))  # fmt: skip

_way("class 0, the ground, was left out of the mean",
     "Does the docstring make an exception for a class?",
     counted=lambda both, guessed, true: (guessed + true > 0) & (np.arange(len(both)) > 0),
     )  # fmt: skip

_way("the last class was left out: range(classes − 1)",
     "Which numbers does range(3) count, and which one range(3 − 1)?",
     f.without_the_last)  # fmt: skip

_way("// divides whole numbers and rounds down: every IoU below 1 became 0",
     "What is 3 // 4, and what is 3 / 4?",
     f.rounded_down)  # fmt: skip

_way("only the classes that occur have an entry",
     "How long should ious be, and which entry belongs to class 2 if class 1 does not occur?",
     f.present_only)  # fmt: skip

_way("truth · classes + guess does not fit into the dtype of the labels",
     "What is the largest number that a byte holds, and what is 20 · 21 + 20?",
     f.one_row)  # fmt: skip

mean_iou.slip(first_only("guess", "truth"))
mean_iou.slip(last_only("guess", "truth"))
mean_iou.slip(reordered(1, 0))
