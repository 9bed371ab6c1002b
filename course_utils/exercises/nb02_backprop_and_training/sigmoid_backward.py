"""The exercise `sigmoid_backward` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import missing


@exercise(
    notebook="02",
    points=1,
    minutes=5,
    hints=(
        "The slope of the sigmoid can be written with its own value y: y·(1 − y).",
        "Chain rule: what came from behind, times the local slope.",
    ),
    explanation="The local slope is y·(1 − y); the chain rule multiplies it by the gradient that "
    "arrives. y is what the forward pass computed, so nothing needs to be computed twice.",
)
def sigmoid_backward(grad_out, y):
    """Gradient of the loss with respect to the input of a sigmoid, from its output y.

    grad_out and y = sigmoid(x), both of the same shape -> an array of that shape
    """
    return grad_out * y * (1 - y)


@sigmoid_backward.cases
def _(rng):
    yield case(np.array([1.0, 2.0]), np.array([0.5, 0.9]), label="two numbers")
    yield case(rng.normal(size=(3, 4)), rng.random((3, 4)), label="a matrix")
    yield case(np.array([3.0, -1.0]), np.array([0.0, 1.0]), label="saturated: y is 0 or 1")
    small = rng.normal(size=(2, 3)).astype(np.float32), rng.random((2, 3)).astype(np.float32)
    yield case(*small, label="float32")


@sigmoid_backward.oracle
def _(grad_out, y):
    pairs = zip(grad_out.ravel().tolist(), y.ravel().tolist(), strict=True)
    return np.array([g * (v - v * v) for g, v in pairs], dtype=y.dtype).reshape(y.shape)


@sigmoid_backward.mistake(
    "y was put through the sigmoid a second time",
    hint="Look at the docstring: is y the input of the sigmoid or its output?",
)
def _(grad_out, y):
    s = 1 / (1 + np.exp(-y))
    return grad_out * s * (1 - s)


sigmoid_backward.slip(
    missing("grad_out"),
    "the incoming gradient was left out",
    hint="Chain rule: local slope times what? Where is grad_out?",
)


@sigmoid_backward.mistake(
    "the incoming gradient was added instead of multiplied",
    hint="If nothing comes from behind (grad_out = 0), what should come out?",
)
def _(grad_out, y):
    return grad_out + y * (1 - y)


@sigmoid_backward.mistake(
    "this is the slope of tanh, 1 − y²",
    hint="What is the slope of the sigmoid at its middle, where y = 0.5?",
)
def _(grad_out, y):
    return grad_out * (1 - y * y)


@sigmoid_backward.mistake(
    "one factor is missing: the slope is y · (1 − y), not 1 − y",
    hint="At y = 0 the sigmoid is flat. Is your slope 0 there?",
)
def _(grad_out, y):
    return grad_out * (1 - y)


@sigmoid_backward.mistake(
    "the sign is wrong: y · (y − 1) is negative",
    hint="The sigmoid rises everywhere. Can its slope be negative?",
)
def _(grad_out, y):
    return grad_out * y * (y - 1)


@sigmoid_backward.mistake(
    "this is the slope of ReLU",
    hint="Is a sigmoid as steep at y = 0.9 as at y = 0.5?",
)
def _(grad_out, y):
    return grad_out * (y > 0)
