"""Softmax and its cross-entropy in other forms, for the catalogue of mistakes."""

import numpy as np


def row_max(logits):
    return logits.max(axis=1, keepdims=True)


def row_sum(e):
    return e.sum(axis=1, keepdims=True)


def softmax(logits):
    e = np.exp(logits - row_max(logits))
    return e / row_sum(e)


def truth(logits, labels):
    """1 at the label, 0 elsewhere."""
    return np.eye(logits.shape[1])[labels]


def at(table, labels):
    """The entry of each row at its label."""
    return table[np.arange(len(labels)), labels]


def form(logits, labels, shift=row_max, total=row_sum, stable=False, grad_from_log=False):
    """Loss and gradient with another shift or another sum.

    `stable` is shifted − log of the sum; otherwise the log of p is taken, which may be 0.
    """
    shifted = logits - shift(logits)
    e = np.exp(shifted)
    p = e / total(e)
    log_p = shifted - np.log(total(e)) if stable else np.log(p)
    p = np.exp(log_p) if grad_from_log else p
    return -at(log_p, labels).mean(), (p - truth(logits, labels)) / len(logits)


def forms(**changes):
    """Three forms of one mistake, which give different values where p is 0 or not a number."""
    return (
        lambda logits, labels: form(logits, labels, **changes),
        lambda logits, labels: form(logits, labels, stable=True, **changes),
        lambda logits, labels: form(logits, labels, stable=True, grad_from_log=True, **changes),
    )


def losses(logits, labels):
    """The loss of each point."""
    log_sum = np.log(row_sum(np.exp(logits - row_max(logits)))) + row_max(logits)
    return log_sum[:, 0] - at(logits, labels)


def shifted_in_part(logits, labels):
    """The loss, with the largest logit subtracted inside the log Σ exp only."""
    return (losses(logits, labels) - logits.max(axis=1)).mean()


def every_log(logits, labels):
    """The loss, with the log of all probabilities, of which the table of truth picks one."""
    return -(truth(logits, labels) * np.log(softmax(logits))).sum() / len(logits)


def with_small(small):
    """The loss, with a small number added to p."""
    return lambda logits, labels: -np.log(at(softmax(logits), labels) + small).mean()


def columns(logits, labels):
    """The gradient, with 1 subtracted in the columns of all labels."""
    grad = softmax(logits)
    grad[:, labels] -= 1
    return grad / len(logits)


def divided_in_part(logits, labels):
    """The gradient, with the probabilities alone divided by N."""
    return softmax(logits) / len(logits) - truth(logits, labels)


def with_loss(function):
    """An answer with this loss and the right gradient."""
    return lambda logits, labels: (function(logits, labels), form(logits, labels)[1])


def with_any_small(digits):
    """Answers with 10^−k added to p, or as the least that p may be."""
    bounds = [10.0**-k for k in digits]
    clipped = [
        lambda logits, labels, b=b: -np.log(np.maximum(at(softmax(logits), labels), b)).mean()
        for b in bounds
    ]
    return tuple(map(with_loss, [*map(with_small, bounds), *clipped]))


def overwritten(logits, labels):
    """The gradient, with −1 instead of p − 1 at the label."""
    return np.where(truth(logits, labels) == 1, -1, softmax(logits)) / len(logits)


def of_logs(logits, labels):
    """The gradient, with log p instead of p."""
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return (log_p - truth(logits, labels)) / len(logits)


def after_subtraction(logits, labels):
    """The loss, with p − 1 instead of p."""
    return -np.log(at(softmax(logits), labels) - 1).mean()


def losses_of_columns(logits, labels):
    """Each point's loss for each of the labels."""
    return (np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits)[:, labels]
