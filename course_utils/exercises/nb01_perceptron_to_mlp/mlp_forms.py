"""A multi-layer perceptron in other forms, for the catalogue of mistakes."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def layers(x, weights, biases, activate=relu, where=lambda k, last: k < last):
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = x @ weight.T + bias
        x = activate(x) if where(k, len(weights) - 1) else x
    return x


def always(k, last):
    return True


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
