"""The calibration error, with one thing changed."""

import numpy as np


def surest(probabilities):
    return probabilities.max(axis=1)


def by_class(probabilities):
    return probabilities.argmax(axis=1)


def floored(sure, bins):
    return np.minimum((sure * bins).astype(int), bins - 1)


def mean_sure(sure, number, bins, count):
    return np.bincount(number, sure, bins) / np.maximum(count, 1)


def weighted(gaps, count):
    return (count * np.abs(gaps)).sum() / count.sum()


def measured(probabilities, labels, bins, *, sure=None, guess=by_class, place=floored,
             confidence=mean_sure, gap=lambda accuracy, confidence: accuracy - confidence,
             empty=0.0, together=weighted, shown=lambda gaps: gaps):  # fmt: skip
    """error, gaps, counts.

    sure(probabilities, labels) (N,); guess(probabilities) (N,); place(sure, bins) (N,);
    confidence(sure, number, bins, count) (bins,); empty: the gap of an empty bin;
    together(gaps, count); shown(gaps)
    """
    probabilities = np.asarray(probabilities, float)
    s = surest(probabilities) if sure is None else sure(probabilities, labels)
    right = (guess(probabilities) == labels).astype(float)
    number = place(s, bins)
    count = np.bincount(number, minlength=bins)
    with np.errstate(all="ignore"):
        accuracy = np.bincount(number, right, bins) / np.maximum(count, 1)
        gaps = gap(accuracy, confidence(s, number, bins, count))
        if empty is not None:
            gaps = np.where(count > 0, gaps, empty)
        return together(gaps, count), shown(gaps), count


def of_the_label(probabilities, labels):
    return probabilities[np.arange(len(labels)), labels]


def middles(sure, number, bins, count):
    return (np.arange(bins) + 0.5) / bins


def lower_edges(sure, number, bins, count):
    return np.arange(bins) / bins


def upper_edges(sure, number, bins, count):
    return (np.arange(bins) + 1) / bins


def closed_above(sure, bins):
    """Bins (k/B, (k + 1)/B]."""
    return np.maximum(np.ceil(sure * bins).astype(int) - 1, 0)


def unplaced(sure, bins):
    """1 · bins is a bin too many."""
    return (sure * bins).astype(int)


def nearest(sure, bins):
    return np.minimum(np.round(sure * bins).astype(int), bins - 1)


def one_fewer(sure, bins):
    """Bins numbered as if their edges were B numbers from 0 to 1."""
    return np.minimum((sure * (bins - 1)).astype(int), bins - 1)


def from_chance(classes):
    """Bins between 1 / classes and 1."""

    def place(sure, bins):
        low = 1 / classes
        return np.clip(((sure - low) / (1 - low) * bins).astype(int), 0, bins - 1)

    return place


def between_extremes(sure, bins):
    """Bins between the smallest and the largest confidence that occurs."""
    low, high = sure.min(), sure.max()
    width = (high - low) or 1
    return np.clip(((sure - low) / width * bins).astype(int), 0, bins - 1)


def equally_full(sure, bins):
    """Bins with equally many images each."""
    rank = np.argsort(np.argsort(sure, kind="stable"), kind="stable")
    return rank * bins // len(sure)


def every_class(probabilities, labels, bins):
    """Each class of each image as an answer of its own."""
    classes = probabilities.shape[1]
    sure = np.asarray(probabilities, float).ravel()
    right = (labels[:, np.newaxis] == np.arange(classes)).astype(float).ravel()
    number = floored(sure, bins)
    count = np.bincount(number, minlength=bins)
    scale = np.maximum(count, 1)
    gaps = (np.bincount(number, right, bins) - np.bincount(number, sure, bins)) / scale
    return weighted(gaps, count), gaps, count


def softmax(probabilities):
    e = np.exp(probabilities - probabilities.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def without_the_surest(probabilities, labels, bins):
    """An image of probability 1 falls into no bin."""
    probabilities = np.asarray(probabilities, float)
    keep = surest(probabilities) < 1
    if not keep.any():
        return 0.0, np.zeros(bins), np.zeros(bins, int)
    error, gaps, count = measured(probabilities[keep], labels[keep], bins)
    return error * keep.sum() / len(labels), gaps, count


def image_by_image(probabilities, labels, bins):
    """The mean of |right − confidence| over images."""
    _, gaps, count = measured(probabilities, labels, bins)
    right = by_class(probabilities) == labels
    return np.abs(right - surest(np.asarray(probabilities, float))).mean(), gaps, count


def all_in_one(probabilities, labels, bins):
    """|accuracy − mean confidence| of all images together."""
    _, gaps, count = measured(probabilities, labels, bins)
    right = by_class(probabilities) == labels
    return abs(right.mean() - surest(np.asarray(probabilities, float)).mean()), gaps, count
