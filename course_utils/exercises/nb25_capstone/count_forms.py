"""A confusion matrix and what is read off it, with one thing changed."""

import numpy as np


def counted(labels, guesses, classes):
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, guesses), 1)
    return counts


def share(part, whole):
    """part / whole, and 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=np.asarray(whole) > 0)


def right_of(counts):
    return np.diagonal(counts).astype(float)


def recall_of(counts):
    return share(right_of(counts), counts.sum(axis=1))


def precision_of(counts):
    return share(right_of(counts), counts.sum(axis=0))


def report(labels, guesses, classes, *, count=counted, recall=recall_of, precision=precision_of,
           shown=lambda counts: counts):  # fmt: skip
    """counts, recall, precision. shown(counts): what is returned of them."""
    counts = count(labels, guesses, classes)
    with np.errstate(all="ignore"):
        return shown(counts), recall(counts), precision(counts)


def only_once(labels, guesses, classes):
    """counts[labels, guesses] += 1 counts each pair once."""
    counts = np.zeros((classes, classes), int)
    counts[labels, guesses] += 1
    return counts


def with_diagonal(change):
    def count(labels, guesses, classes):
        counts = counted(labels, guesses, classes)
        right = np.diag(np.diagonal(counts))
        return right if change == "only" else counts - right

    return count


def both_ways(labels, guesses, classes):
    counts = counted(labels, guesses, classes)
    return counts + counts.T


def found_classes(labels, guesses, classes):
    """A row and a column for each class that occurs, and no others."""
    known = np.unique(np.concatenate([labels, guesses]))
    return counted(np.searchsorted(known, labels), np.searchsorted(known, guesses), len(known))


def bare(part, whole):
    """A plain division: NaN for 0 / 0."""
    return part / whole


def pairs(labels, guesses, classes):
    """Every image's label against every image's guess."""
    return np.outer(np.bincount(labels, minlength=classes), np.bincount(guesses, minlength=classes))


def rounded_down(counts, axis):
    whole = counts.sum(axis=axis)
    return np.diagonal(counts) // np.where(whole > 0, whole, 1) * 1.0


def odds(counts, axis):
    """Right / wrong; the right ones where nothing is wrong."""
    return right_of(counts) / np.maximum(counts.sum(axis=axis) - right_of(counts), 1)


def union(counts):
    right = right_of(counts)
    return share(right, counts.sum(axis=0) + counts.sum(axis=1) - right)


def harmonic(counts):
    """F1: the harmonic mean of recall and precision."""
    return share(2 * right_of(counts), counts.sum(axis=0) + counts.sum(axis=1))


def all_right(counts, axis):
    """The share of all images that are right, or of right answers, for every class."""
    return np.full(len(counts), right_of(counts).sum() / max(counts.sum(), 1))


def accuracy_of_each(counts):
    """(true positives + true negatives) / all: what `is it class k?` gets right."""
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * right_of(counts)
    return 1 - wrong / max(counts.sum(), 1)
