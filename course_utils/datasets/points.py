"""Small sets of labelled points in the plane, for pictures of how a classifier decides."""

import numpy as np

from course_utils.datasets.core import as_float
from course_utils.datasets.embedded import mnist_5k

_INK = 0.3  # a pixel brighter than this belongs to the stroke


def zeros_and_ones(count: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Handwritten zeros and ones, each described by two numbers.

    -> images (count, 28, 28) float32; x (count, 2): the mean width of the digit (over its rows) and
    its mean brightness, both with mean 0 and standard deviation 1; y (count,): +1 for a zero and
    -1 for a one
    """
    train = mnist_5k().train
    chosen = np.flatnonzero(train.labels < 2)[:count]
    images = as_float(train.images[chosen, 0])  # (count, 28, 28)
    x = np.stack([_mean_width(images), images.mean(axis=(1, 2))], axis=1)
    return images, (x - x.mean(axis=0)) / x.std(axis=0), np.where(train.labels[chosen] == 0, 1, -1)


def _mean_width(images: np.ndarray) -> np.ndarray:
    """From the first to the last inked pixel of a row, averaged over the rows with ink."""
    inked = images > _INK
    first = inked.argmax(axis=2)  # (N, H)
    last = inked.shape[2] - 1 - inked[:, :, ::-1].argmax(axis=2)
    rows = inked.any(axis=2)
    return ((last - first) * rows).sum(axis=1) / rows.sum(axis=1)


def spirals(count: int = 200, noise: float = 0.03) -> tuple[np.ndarray, np.ndarray]:
    """Two spirals wound into each other, one class each.

    -> x (count, 2) in about [-1, 1], labels (count,) 0 and 1
    """
    labels = np.arange(count) % 2
    radius = np.sqrt(np.linspace(0.05, 1, count))
    angle = (
        2.6 * np.pi * radius + np.pi * labels
    )  # a turn and a third; the other one starts opposite
    x = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + noise * np.random.default_rng(0).normal(size=x.shape), labels
