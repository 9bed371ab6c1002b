"""The exercise `sigmoid_backward` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import averaged, missing, result, swapped


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
    also=(lambda grad_out, y: grad_out * (1 - np.tanh(y) ** 2),),
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


@sigmoid_backward.mistake(
    "one factor is missing: the slope is y · (1 − y), not y",
    hint="At y = 1 the sigmoid is flat. Is your slope 0 there?",
)
def _(grad_out, y):
    return grad_out * y


@sigmoid_backward.mistake(
    "brackets are missing: grad_out · y · 1 − y subtracts y at the very end",
    hint="Python multiplies before it subtracts. Which part belongs in brackets?",
    also=(lambda grad_out, y: y * 1 - y * grad_out,),
)
def _(grad_out, y):
    return grad_out * y * 1 - y


@sigmoid_backward.mistake(
    "the slope is 0 everywhere: y · 1 − y without brackets is y − y",
    hint="Python multiplies before it subtracts. What is 0.5 * 1 - 0.5?",
)
def _(grad_out, y):
    return grad_out * (y * 1 - y)


@sigmoid_backward.mistake(
    "the second factor is 1 + y instead of 1 − y",
    hint="At y = 1 the sigmoid is flat. Is your slope 0 there?",
)
def _(grad_out, y):
    return grad_out * y * (1 + y)


sigmoid_backward.slip(
    swapped("grad_out", "y"),
    "grad_out and y have changed places",
    hint="Which of the two is the sigmoid's value, and lies between 0 and 1?",
)


@sigmoid_backward.mistake(
    "the incoming gradient was divided by the slope instead of multiplied",
    hint="A steeper curve: does it make the gradient larger or smaller?",
)
def _(grad_out, y):
    return grad_out / (y * (1 - y))


@sigmoid_backward.mistake(
    "the local slope was multiplied in twice",
    hint="How many sigmoids does the gradient pass on its way back?",
)
def _(grad_out, y):
    return grad_out * (y * (1 - y)) ** 2


@sigmoid_backward.mistake(
    "the slope at the middle, ¼, was used everywhere",
    hint="Is a sigmoid as steep at y = 0.9 as at y = 0.5?",
)
def _(grad_out, y):
    return grad_out / 4


sigmoid_backward.slip(
    averaged(over="the rows"),
    "the gradient was divided by the number of rows",
    hint="The sigmoid works entry by entry. Do the rows know of each other?",
    also=(lambda grad_out, y: grad_out * y * (1 - y) / y.size,),
)

sigmoid_backward.slip(
    result(lambda value, **arguments: value.sum()),
    "the entries were added up to one number",
    hint="Each entry of x has a gradient of its own. Which shape should come out?",
    also=(lambda grad_out, y: (grad_out * y * (1 - y)).mean(),),
)


@sigmoid_backward.mistake(
    "`@` multiplies matrices; here each entry is multiplied by its own slope",
    hint="Which shapes does the docstring name, and which sign multiplies entry by entry?",
)
def _(grad_out, y):
    return grad_out @ (y * (1 - y))


@sigmoid_backward.mistake(
    "`*=` or `-=` changed the caller's arrays",
    hint="Which arrays exist after a *= b, and which after a = a * b?",
    also=(lambda grad_out, y: y.__imul__(1 - y) * grad_out,),
)
def _(grad_out, y):
    grad_out *= y * (1 - y)
    return grad_out
