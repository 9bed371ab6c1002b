"""A linear layer by least squares, with one thing changed."""

import numpy as np


def one_hot(labels, classes):
    return np.eye(classes)[labels]


def ridge(x, targets, decay):
    return decay * np.eye(x.shape[1])


def solved(x, targets, penalty):
    return np.linalg.solve(x.T @ x + penalty, x.T @ targets).T


def bias_of(weight, features, targets):
    return targets.mean(axis=0) - weight @ features.mean(axis=0)


def probe(features, labels, classes, decay, *, prepare=np.asarray, targets=one_hot,
          centre=lambda f: f - f.mean(axis=0), penalty=ridge, solve=solved,
          bias=bias_of):  # fmt: skip
    """weight (L, D) and bias (L,).

    prepare(features): what is done to them first; targets(labels, classes); centre(features) and
    the same of the targets; penalty(x, targets, decay) (D, D); solve(x, targets, penalty);
    bias(weight, features, targets)
    """
    f, t = prepare(np.asarray(features, float)), targets(labels, classes)
    x = centre(f)
    weight = solve(x, t - t.mean(axis=0), penalty(x, t, decay))
    return weight, bias(weight, f, t)


def bias_with_decay(features, labels, classes, decay):
    """The bias as one more weight, of a feature that is always 1."""
    ones = np.concatenate([features, np.ones((len(features), 1))], axis=1)
    both = solved(ones, one_hot(labels, classes), decay * np.eye(ones.shape[1]))
    return both[:, :-1], both[:, -1]


def bias_by_hand(weight_too):
    """Nothing centred: a bias of ones beside the features; the decay of which rows?"""

    def function(features, labels, classes, decay):
        ones = np.concatenate([np.ones((len(features), 1)), features], axis=1)
        penalty = decay * np.eye(ones.shape[1])
        penalty[tuple(weight_too)] = 0
        both = solved(ones, one_hot(labels, classes), penalty)
        return both[:, 1:], both[:, 0]

    return function


def without_bias(bias):
    """Features as they are; bias(targets, weight, features) is put in afterwards."""

    def function(features, labels, classes, decay):
        f, t = np.asarray(features, float), one_hot(labels, classes)
        weight = solved(f, t, decay * np.eye(f.shape[1]))
        return weight, bias(t, weight, f)

    return function


def standardised(features):
    std = features.std(axis=0)
    return (features - features.mean(axis=0)) / np.where(std > 0, std, 1)


def of_length_1(features):
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.where(length > 0, length, 1)


def least_squares(x, targets, penalty):
    """No decay at all, of several solutions the smallest."""
    return np.linalg.lstsq(x, targets, rcond=None)[0].T


def plain_least_squares(features, labels, classes, decay):
    """No decay, and the bias as one more weight: of several solutions the smallest."""
    ones = np.concatenate([features, np.ones((len(features), 1))], axis=1)
    both = np.linalg.lstsq(ones, one_hot(labels, classes), rcond=None)[0].T
    return both[:, :-1], both[:, -1]


def balanced(features, labels, classes, decay):
    """Each class counts alike, however many images it has."""
    f, t = np.asarray(features, float), one_hot(labels, classes)
    share = 1 / np.bincount(labels, minlength=classes)[labels] * len(labels) / classes
    mean_f, mean_t = (share @ f) / share.sum(), (share @ t) / share.sum()
    x = (f - mean_f) * np.sqrt(share)[:, np.newaxis]
    y = (t - mean_t) * np.sqrt(share)[:, np.newaxis]
    weight = solved(x, y, decay * np.eye(f.shape[1]))
    return weight, mean_t - weight @ mean_f


def class_means(features, labels, classes, decay):
    """Each row of the weights is the mean of its class, minus the mean of all."""
    f, t = np.asarray(features, float), one_hot(labels, classes)
    count = np.maximum(t.sum(axis=0), 1)[:, np.newaxis]
    weight = t.T @ (f - f.mean(axis=0)) / count
    return weight, bias_of(weight, f, t)
