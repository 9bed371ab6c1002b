"""IoU of classes with one thing changed."""

import numpy as np


def counts(guess, truth, classes):
    """Pixels of each class (classes,): in both maps, in the guess, in the truth."""
    kinds = range(classes)
    both = np.array([((guess == c) & (truth == c)).sum() for c in kinds], float)
    guessed = np.array([(guess == c).sum() for c in kinds], float)
    true = np.array([(truth == c).sum() for c in kinds], float)
    return both, guessed, true


def ratio(above, below, empty=0.0):
    return np.divide(above, below, out=np.full(len(below), float(empty)), where=below > 0)


def mean(values):
    return values.mean() if len(values) else 0.0


def iou(guess, truth, classes, *, below=None, above=None, empty=0.0, counted=None):
    """ious and their mean with one thing changed.

    below(both, guessed, true), above(…): of the fraction; empty: where nothing is below it;
    counted(both, guessed, true): which classes the mean is over, or their weights
    """
    with np.errstate(all="ignore"):
        parts = counts(np.asarray(guess), np.asarray(truth), classes)
        both, guessed, true = parts
        union = guessed + true - both
        ious = ratio(above(*parts) if above else both, below(*parts) if below else union, empty)
        occurs = union > 0 if counted is None else counted(*parts)
        return ious, mean(ious[occurs])


def averaged_over_images(guess, truth, classes, only=False):
    """IoUs of each image, then their mean; over the images with the class alone, or over all."""
    if not len(guess):
        return np.zeros(classes), 0.0
    each = [iou(g, t, classes)[0] for g, t in zip(guess, truth, strict=True)]
    there = np.array([[((g == c) | (t == c)).any() for c in range(classes)]
                      for g, t in zip(guess, truth, strict=True)])  # fmt: skip
    ious = ratio(np.sum(each, axis=0), there.sum(axis=0)) if only else np.mean(each, axis=0)
    return ious, mean(ious[there.any(axis=0)])


def weighted(guess, truth, classes):
    ious, _ = iou(guess, truth, classes)
    _, _, true = counts(guess, truth, classes)
    return ious, (ious * true).sum() / max(true.sum(), 1)


def pooled(guess, truth, classes):
    ious, _ = iou(guess, truth, classes)
    both, guessed, true = counts(guess, truth, classes)
    return ious, both.sum() / max((guessed + true - both).sum(), 1)


def accuracy(guess, truth, classes):
    ious, _ = iou(guess, truth, classes)
    return ious, (guess == truth).mean() if guess.size else 0.0


def one_row(guess, truth, classes):
    """As if the table of counts were computed in the dtype of the labels."""
    pairs = (truth * truth.dtype.type(classes) + guess).ravel()
    table = np.bincount(pairs.astype(int) % classes**2, minlength=classes**2)
    table = table.reshape(classes, classes).astype(float)
    both = table.diagonal()
    union = table.sum(0) + table.sum(1) - both
    ious = ratio(both, union)
    return ious, mean(ious[union > 0])


def without_the_last(guess, truth, classes):
    ious, _ = iou(guess, truth, classes)
    _, guessed, true = counts(guess, truth, classes)
    ious[-1] = 0
    return ious, mean(ious[:-1][(guessed + true > 0)[:-1]])


def rounded_down(guess, truth, classes):
    ious, _ = iou(guess, truth, classes)
    _, guessed, true = counts(guess, truth, classes)
    return np.floor(ious), mean(np.floor(ious)[guessed + true > 0])


def mean_of_nothing(guess, truth, classes):
    ious, overall = iou(guess, truth, classes)
    return ious, overall if guess.size else np.nan


def mean_of_nothing_over_the_truth(guess, truth, classes):
    ious, overall = iou(guess, truth, classes, counted=lambda both, guessed, true: true > 0)
    return ious, overall if guess.size else np.nan


def present_only(guess, truth, classes):
    kinds = np.union1d(guess, truth)
    ious, overall = iou(guess, truth, classes)
    return ious[kinds.astype(int)], overall
