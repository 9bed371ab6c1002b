"""Loss functions. Each returns the loss, a number, together with its gradient."""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions, require_numbers, require_whole
from course_utils.shapes import ShapeError, require_shape


@np.errstate(invalid="ignore", divide="ignore")  # infinite logits and none: as torch, no warning
def log_softmax(logits):
    """Logarithm of softmax along the last axis, safe for logits of any size. Same shape."""
    (logits,) = as_fractions("log_softmax", logits=np.asarray(logits))
    if logits.ndim == 0:
        raise ShapeError("log_softmax expects logits with one axis at least, got one number")
    largest = logits.max(axis=-1, keepdims=True, initial=-np.inf)
    shifted = logits - largest  # the largest becomes 0: no overflow
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(logits):
    """Turn scores into probabilities that sum to 1 along the last axis. Same shape."""
    return np.exp(log_softmax(logits))


def softmax_cross_entropy(logits, labels):
    """Mean over the batch of −log(the probability that softmax gives to the right class).

    logits (N, classes), labels (N,) whole numbers from 0 -> loss in nats, grad_logits (N, classes).
    Raises ShapeError for shapes that do not fit or an empty batch, TypeError for labels that are
    not integers, ValueError for labels that are no class.
    """
    N, classes = require_shape("softmax_cross_entropy", "logits", logits, ("N", "classes"))
    require_labels("softmax_cross_entropy", labels, N, classes)
    log_probability = log_softmax(logits)  # (N, classes)
    rows = np.arange(N)
    loss = -log_probability[rows, labels].mean()
    grad_logits = np.exp(log_probability)
    grad_logits[rows, labels] -= 1  # softmax − one-hot
    return float(loss), grad_logits / N


def require_labels(op, labels, N, classes):
    """Raise unless `labels` is an integer array (N,) of classes 0 to classes − 1, with N > 0."""
    require_shape(op, "labels", labels, (N,))
    if N == 0:
        raise ShapeError(f"{op} expects at least one example, got an empty batch")
    require_whole(op, "labels", labels)
    if labels.min() < 0 or labels.max() >= classes:
        wrong = labels[(labels < 0) | (labels >= classes)][0]
        raise ValueError(f"{op} expects labels from 0 to {classes - 1}, got {wrong}")


def mse(prediction, target):
    """Mean over all numbers of the squared difference.

    prediction and target of one shape -> loss, grad_prediction of that shape. Raises ShapeError
    when the shapes differ (nothing is broadcast) or when there is nothing to compare.
    """
    require_numbers("mse", "prediction", prediction)
    require_shape("mse", "target", target, prediction.shape)
    if prediction.size == 0:
        raise ShapeError("mse expects at least one number, got an empty array")
    prediction, target = as_fractions("mse", prediction=prediction, target=target)
    difference = prediction - target
    return float(np.mean(difference**2)), 2 * difference / difference.size
