"""The exercise `calibration_error` of notebook 25."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb25_capstone import bin_forms as bf
from course_utils.exercises.slips import first_only, negated, reordered, result, scaled


@exercise(
    notebook="25",
    points=3,
    minutes=20,
    returns=("error", "gaps", "counts"),
    hints=(
        "probabilities.max(axis=1) is how sure the network is, argmax(axis=1) what it says.",
        "The number of the bin: (sure * bins).astype(int). One value of sure gives a bin too many. "
        "np.minimum puts it into the last one.",
        "np.bincount(number, minlength=bins) counts; np.bincount(number, sure, bins) adds up sure "
        "in each bin. Divide by np.maximum(counts, 1): empty bins have a sum of 0.",
    ),
    explanation="Within a bin accuracy and confidence are means over the same images, so their "
    "difference is a mean, too. Bins count by how many images they have, and without a sign: being "
    "too sure in one bin does not make up for being too modest in another one.",
)
def calibration_error(probabilities, labels, bins):
    """Whether a network is right as often as it says: the expected calibration error.

    probabilities (N, L), rows add up to 1; labels (N,); N > 0. An image's confidence is its largest
    probability, of the class (the first of several) that is the network's answer. Bin k has the
    images with k <= bins · confidence < k + 1; the last one also those with confidence 1
    -> error: the mean over all images of |gap of the image's bin|
       gaps (bins,): accuracy − mean confidence of the images in each bin; 0 where there is none
       counts (bins,): how many images are in each bin
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    number = np.minimum((sure * bins).astype(int), bins - 1)  # (N,)
    counts = np.bincount(number, minlength=bins)
    gaps = np.bincount(number, right - sure, bins) / np.maximum(counts, 1)
    return (counts * np.abs(gaps)).sum() / len(labels), gaps, counts


def _rows(*sure, classes=2):
    """Probabilities whose largest one is class 0 with these numbers, the rest shared out."""
    rows = np.empty((len(sure), classes))
    rows[:, 0] = sure
    rows[:, 1:] = (1 - rows[:, :1]) / (classes - 1)
    return rows


def _drawn(rng, N, L, sharp=1.0):
    scores = sharp * rng.normal(size=(N, L))
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    labels = np.where(rng.random(N) < 0.5, p.argmax(axis=1), rng.integers(0, L, N))
    return p, labels


@calibration_error.cases
def _(rng):
    yield case(_rows(0.6, 0.9), np.array([0, 1]), 2, label="two images in one of two bins")
    yield case(_rows(0.625, 0.6875, 0.9375), np.array([0, 1, 1]), 4,
               label="three images in two of four bins")  # fmt: skip
    yield case(_rows(0.5, 0.75, 0.75, 0.625), np.array([1, 0, 1, 0]), 4,
               label="confidences on the border of two bins")  # fmt: skip
    yield case(_rows(1.0, 1.0, 0.8, 1.0), np.array([0, 1, 0, 0]), 5,
               label="some are certain: confidence 1")  # fmt: skip
    yield case(_rows(0.375, 0.375, 0.875, 0.875, classes=4), np.array([0, 0, 1, 2]), 4,
               label="too modest in one bin, too sure in another one")  # fmt: skip
    ties = np.array([[0.5, 0.5, 0.0], [0.25, 0.375, 0.375], [0.125, 0.75, 0.125]])
    yield case(ties, np.array([1, 1, 1]), 4, label="ties: two classes with the same probability")
    yield case(_rows(0.7, 0.72, 0.74, 0.76, 0.3, classes=5), np.array([0, 0, 1, 2, 0]), 1,
               label="a single bin")  # fmt: skip
    probabilities, labels = _drawn(rng, 40, 3)
    yield case(probabilities, labels, 10, label="40 images, three classes, ten bins")
    probabilities, labels = _drawn(rng, 60, 5, sharp=3.0)
    yield case(probabilities, labels, 6, label="60 images, five classes, a sure network")
    probabilities, labels = _drawn(rng, 25, 10, sharp=0.5)
    yield case(probabilities, labels, 7, label="ten classes, an unsure network")
    yield case(_rows(0.9), np.array([1]), 10, label="a single image, wrong")
    probabilities, labels = _drawn(rng, 30, 4, sharp=2.0)
    yield case(probabilities.astype(np.float32)[:, ::-1].copy()[:, ::-1], labels, 8,
               label="float32, not in memory order")  # fmt: skip


@calibration_error.groups({"between 0 and 1": 2, "on a border, or certain": 1})
def _(probabilities, labels, bins):
    scaled_ = probabilities.max(axis=1) * bins
    on = np.any(scaled_ == np.round(scaled_)) and bins > 1
    return "on a border, or certain" if on else "between 0 and 1"


@calibration_error.oracle
def _(probabilities, labels, bins):
    inside = [[] for _ in range(bins)]
    for row, label in zip(probabilities.tolist(), labels.tolist(), strict=True):
        sure = max(row)
        k = bins - 1 if sure >= 1 else max(k for k in range(bins) if k <= sure * bins)
        inside[k].append(((row.index(sure) == label), sure))
    gaps = np.zeros(bins)
    for k, images in enumerate(inside):
        if images:
            accuracy = sum(right for right, _ in images) / len(images)
            gaps[k] = accuracy - sum(sure for _, sure in images) / len(images)
    counts = np.array([len(images) for images in inside])
    return sum(abs(gaps[k]) for k in range(bins) for _ in inside[k]) / len(labels), gaps, counts


calibration_error.mistake(
    "all bins count alike in the error, however many images they have",
    hint="The mean goes over images. Does a bin with one image weigh as much as one with 100?",
    also=(
        partial(bf.measured, together=lambda gaps, count: np.abs(gaps[count > 0]).mean()),
        partial(bf.measured, together=lambda gaps, count: np.abs(gaps).sum()),
    ),
)(partial(bf.measured, together=lambda gaps, count: np.abs(gaps).mean()))


calibration_error.mistake(
    "the sum over the images was not divided by their number",
    hint="Twice the same images: should the error double?",
)(partial(bf.measured, together=lambda gaps, count: (count * np.abs(gaps)).sum()))


calibration_error.mistake(
    "the sum was divided by the number of bins, not of images",
    hint="counts @ |gaps| adds up something for each image. How many images are there?",
)(partial(bf.measured, together=lambda gaps, count: (count * np.abs(gaps)).sum() / len(gaps)))


calibration_error.mistake(
    "the error has no absolute values: too sure and too modest cancel",
    hint="One bin is too sure by 0.4 and another too modest by 0.4. Is that a good network?",
    also=(
        partial(bf.measured, together=lambda gaps, count: -(count * gaps).sum() / count.sum()),
        bf.all_in_one,
    ),
)(partial(bf.measured, together=lambda gaps, count: (count * gaps).sum() / count.sum()))


calibration_error.mistake(
    "the gaps in the error were squared",
    hint="The docstring has | |, and no square.",
    also=(
        partial(bf.measured, together=lambda gaps, count: np.sqrt(
            (count * gaps**2).sum() / count.sum())),
    ),
)(partial(bf.measured, together=lambda gaps, count: (
    count * gaps**2).sum() / count.sum()))  # fmt: skip


calibration_error.mistake(
    "the error is the largest gap, not their mean",
    hint="That is called the maximum calibration error. Which one is expected here?",
)(partial(bf.measured, together=lambda gaps, count: np.abs(gaps).max()))


calibration_error.mistake(
    "each image was compared with its own confidence: nothing was averaged in the bins",
    hint="One image is right or wrong, 0 or 1. Only a bin full of them has an accuracy.",
)(bf.image_by_image)


calibration_error.mistake(
    "the confidence is the probability of the true class",
    hint="The network does not know the label. How sure is it of what it says?",
)(partial(bf.measured, sure=bf.of_the_label))


calibration_error.mistake(
    "the confidence is the distance between the first and the second class",
    hint="0.5 against 0.4: how sure is the network of its answer, 0.5 or 0.1?",
)(partial(bf.measured, sure=lambda p, labels: np.sort(p, axis=1)[:, -1] - np.sort(
    p, axis=1)[:, -2]))  # fmt: skip


calibration_error.mistake(
    "every class counts as an answer, not only the most probable one",
    hint="How many answers does the network give for an image? counts adds up to N.",
)(bf.every_class)


calibration_error.mistake(
    "the middle, or an edge, of the bin stands for the confidence of its images",
    hint="All images of a bin may lie at its upper end. What is the mean of their confidences?",
    also=(
        partial(bf.measured, confidence=bf.lower_edges),
        partial(bf.measured, confidence=bf.upper_edges),
        partial(bf.measured, confidence=bf.middles, empty=None),
    ),
)(partial(bf.measured, confidence=bf.middles))


calibration_error.mistake(
    "the gaps have the other sign: confidence − accuracy",
    hint="A network that is too sure is less accurate than it says. What sign should that give?",
)(partial(bf.measured, shown=lambda gaps: -gaps))


calibration_error.mistake(
    "the gaps have no sign",
    hint="From gaps one should see *whether* the network is too sure. Where is abs in your code?",
)(partial(bf.measured, shown=np.abs))


calibration_error.mistake(
    "an image with confidence 1 made a bin too many, or fell out of all bins",
    hint="1 · bins is bin number `bins`, and the last one has the number bins − 1.",
    also=(bf.without_the_surest,),
)(partial(bf.measured, place=bf.unplaced))


calibration_error.mistake(
    "a confidence on the border went into the lower bin",
    hint="k / bins <= confidence: to which bin does 0.5 belong when there are two?",
    also=(
        partial(bf.measured, place=lambda sure, bins: np.clip(
            np.digitize(sure, np.arange(bins + 1) / bins, right=True) - 1, 0, bins - 1)),
    ),
)(partial(bf.measured, place=bf.closed_above))  # fmt: skip


calibration_error.mistake(
    "sure · bins was rounded to the nearest bin, not down",
    hint="0.59 with ten bins: between 0.5 and 0.6. What is the nearest whole number to 5.9?",
)(partial(bf.measured, place=bf.nearest))


calibration_error.mistake(
    "the edges of the bins are one too few: np.linspace(0, 1, bins) has bins − 1 gaps",
    hint="Two bins have three edges: 0, 0.5 and 1.",
)(partial(bf.measured, place=bf.one_fewer))


calibration_error.mistake(
    "the bins lie between the smallest and the largest confidence, not between 0 and 1",
    hint="Where does bin 0 begin in the docstring? np.histogram needs range=(0, 1).",
    also=(
        lambda probabilities, labels, bins: bf.measured(
            probabilities, labels, bins, place=bf.from_chance(probabilities.shape[1])
        ),
    ),
)(partial(bf.measured, place=bf.between_extremes))


calibration_error.mistake(
    "the bins are equally full, not equally wide",
    hint="Bin k reaches from k / bins to (k + 1) / bins, however many images are there.",
)(partial(bf.measured, place=bf.equally_full))


calibration_error.mistake(
    "an empty bin gave NaN",
    hint="0 / 0 is not 0. Which number should an empty bin have?",
    also=(
        partial(bf.measured, empty=np.nan),
        partial(bf.measured, empty=np.nan, shown=lambda gaps: np.nan_to_num(gaps)),
    ),
)(partial(bf.measured, empty=np.nan, together=lambda gaps, count: np.nansum(
    count * np.abs(gaps)) / count.sum()))  # fmt: skip


calibration_error.mistake(
    "bins without images were left out, so the numbers of the bins have shifted",
    hint="gaps and counts have one entry for each bin, the empty ones too: how many?",
)(lambda probabilities, labels, bins: tuple(
    part[bf.measured(probabilities, labels, bins)[2] > 0] if np.ndim(part) else part
    for part in bf.measured(probabilities, labels, bins)))  # fmt: skip


calibration_error.mistake(
    "the softmax was applied to what are probabilities already",
    hint="Rows add up to 1 before you touch them. What does exp do with 0.9 and 0.1?",
)(lambda probabilities, labels, bins: bf.measured(
    bf.softmax(np.asarray(probabilities, float)), labels, bins))  # fmt: skip


calibration_error.mistake(
    "of several classes with the same probability, the last one was taken",
    hint="argmax takes the first one. How did you find the class?",
    also=(partial(bf.measured, guess=lambda p: np.argsort(p, axis=1, kind="stable")[:, -1]),),
)(partial(bf.measured, guess=lambda p: p.shape[1] - 1 - p[:, ::-1].argmax(axis=1)))


calibration_error.mistake(
    "an image counts as right if no class is more probable than its own: ties are right twice",
    hint="0.5 and 0.5: the network says class 0, the first one. Is label 1 right?",
)(lambda probabilities, labels, bins: bf.measured(
    probabilities, np.where(bf.of_the_label(probabilities, labels) == bf.surest(probabilities),
                            bf.by_class(probabilities), -1), bins))  # fmt: skip


calibration_error.mistake(
    "right and wrong answers have changed places",
    hint="What is the accuracy of a bin in which all answers are right?",
    also=(partial(bf.measured, gap=lambda accuracy, sure: (1 - accuracy) - sure),),
)(lambda probabilities, labels, bins: bf.measured(
    probabilities, np.where(bf.by_class(probabilities) == labels, -1,
                            bf.by_class(probabilities)), bins))  # fmt: skip


calibration_error.mistake(
    "the sums in the bins were not divided by the images of their bin",
    hint="gaps lie between −1 and 1. How large are yours in a full bin?",
    also=(
        lambda probabilities, labels, bins: (
            (found := bf.measured(probabilities, labels, bins))[0],
            found[1] * found[2] / len(labels),
            found[2],
        ),
        partial(bf.measured, shown=lambda gaps: gaps,
                confidence=lambda s, number, bins, count: np.bincount(number, s, bins)),
    ),
)(lambda probabilities, labels, bins: (
    (found := bf.measured(probabilities, labels, bins))[0], found[1] * found[2],
    found[2]))  # fmt: skip


calibration_error.slip(
    result(lambda value, labels, **rest: value / len(labels), part="counts"),
    "counts are shares of all images",
    hint="How many images are in each bin? Whole numbers.",
)


calibration_error.slip(
    result(lambda value, **rest: 1 - value, part="error"),
    "this is 1 − the error",
    hint="A network that is right as often as it says has the error 0.",
)


calibration_error.slip(scaled(100, "error"), hint="Per cent? The docstring has shares.")


calibration_error.slip(negated("error"), hint="A mean of absolute values: can it be negative?")


calibration_error.slip(first_only("probabilities", "labels"))


calibration_error.slip(
    reordered(0, 2, 1),
    "counts came before gaps",
    hint="In which order does the docstring name the three?",
    whole=True,
    also=(reordered(1, 2, 0), reordered(2, 1, 0)),
)
