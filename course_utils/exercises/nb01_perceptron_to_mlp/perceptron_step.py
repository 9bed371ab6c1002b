"""The exercise `perceptron_step` of notebook 01."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import reordered


@exercise(
    notebook="01",
    points=2,
    minutes=10,
    returns=("weight", "bias"),
    hints=(
        "Start with the question: is this point on the wrong side? Compute y · (w·x + b) by hand "
        "for one point.",
        "A point exactly on the line (w·x + b = 0) counts as a mistake too.",
        "After a mistake on a point of class −1, the weight should move away from x. "
        "Which sign does y · x have then?",
    ),
    explanation="y · (w·x + b) is positive exactly when sign and label agree. On a mistake, adding "
    "y·x to the weight raises the score of this point by y·|x|², in the direction of its label. "
    "`weight + y * x` makes a new array; `weight += …` would change the caller's.",
)
def perceptron_step(weight, bias, x, y):
    """One step of the perceptron rule for one point.

    weight (D,), bias a number, x (D,), y +1 or -1 -> the new (weight, bias)
    """
    mistake = y * (weight @ x + bias) <= 0
    if mistake:
        return weight + y * x, bias + y
    return weight, bias


@perceptron_step.cases
def _(rng):
    w, x = np.array([1.0, -2.0]), np.array([3.0, 1.0])
    yield case(w, 0.5, x, 1, label="a point on the right side: nothing to mend")
    yield case(w, 0.5, x, -1, label="a point of class -1 on the wrong side")
    yield case(w, 0.5, -x, 1, label="a point of class +1 on the wrong side")
    yield case(w, -1.0, x, 1, label="a point exactly on the line, class +1")
    yield case(w, -1.0, x, -1, label="a point exactly on the line, class -1")
    yield case(np.zeros(2), 0.0, x, 1, label="the very first step: all zero")
    far = np.array([10.0, 0.0]), 0.0, np.array([0.5, 0.0]), -1
    yield case(*far, label="one step is not enough to get to the right side: still one step")
    decided = np.array([1.0, 1.0, -5.0, 0.0, -5.0]), 1.0, np.ones(5)
    yield case(*decided, 1, label="five inputs, and the last three decide")
    for y in (1, -1, 1, -1):
        yield case(rng.normal(size=5), rng.normal(), rng.normal(size=5), y, label="five inputs")
    yield case(np.array([0.1, 0.1]), -5.0, x, 1, label="a bias that decides")


@perceptron_step.oracle
def _(weight, bias, x, y):
    score = sum(float(w) * float(v) for w, v in zip(weight, x, strict=True)) + float(bias)
    if (score > 0 and y == 1) or (score < 0 and y == -1):
        return weight, bias
    return np.array([w + (v if y == 1 else -v) for w, v in zip(weight, x, strict=True)]), bias + y


@perceptron_step.mistake(
    "the update happens at every point, right or wrong",
    hint="What should change when the point is already on the right side?",
)
def _(weight, bias, x, y):
    return weight + y * x, bias + y


@perceptron_step.mistake(
    "the label was left out of the update: x is added for both classes",
    hint="A point of class −1 should push the weight away from itself. Where does y come in?",
)
def _(weight, bias, x, y):
    if y * (weight @ x + bias) <= 0:
        return weight + x, bias + 1
    return weight, bias


@perceptron_step.mistake(
    "the update goes the wrong way",
    hint="After the step, is y · (w·x + b) larger than before, or smaller?",
)
def _(weight, bias, x, y):
    if y * (weight @ x + bias) <= 0:
        return weight - y * x, bias - y
    return weight, bias


@perceptron_step.mistake(
    "the bias was not updated",
    hint="The bias is a weight whose input is always 1. What is y · 1?",
)
def _(weight, bias, x, y):
    if y * (weight @ x + bias) <= 0:
        return weight + y * x, bias
    return weight, bias


@perceptron_step.mistake(
    "a point exactly on the line is not counted as a mistake",
    hint="Start from weight 0 and bias 0: every score is 0. Would this rule ever begin to learn?",
)
def _(weight, bias, x, y):
    if y * (weight @ x + bias) < 0:
        return weight + y * x, bias + y
    return weight, bias


@perceptron_step.mistake(
    "a point of class +1 exactly on the line is taken for right",
    hint="Which class does your prediction give to a sum of exactly 0? There, both classes are "
    "mistakes.",
)
def _(weight, bias, x, y):
    if (1 if weight @ x + bias >= 0 else -1) != y:
        return weight + y * x, bias + y
    return weight, bias


@perceptron_step.mistake(
    "a point of class −1 exactly on the line is taken for right",
    hint="Which class does your prediction give to a sum of exactly 0? There, both classes are "
    "mistakes.",
)
def _(weight, bias, x, y):
    if (1 if weight @ x + bias > 0 else -1) != y:
        return weight + y * x, bias + y
    return weight, bias


@perceptron_step.mistake(
    "the label was left out of the test: all points with a negative sum are taken for wrong",
    hint="For a point of class −1, is a negative sum right or wrong?",
)
def _(weight, bias, x, y):
    if weight @ x + bias <= 0:
        return weight + y * x, bias + y
    return weight, bias


@perceptron_step.mistake(
    "the step was repeated until the point was on the right side",
    hint="The task is one step. The loop over the points comes later, outside of this function.",
)
def _(weight, bias, x, y):
    while y * (weight @ x + bias) <= 0:
        weight, bias = weight + y * x, bias + y
    return weight, bias


perceptron_step.slip(
    reordered(1, 0),
    "the two results are in the wrong order",
    hint="The docstring says (weight, bias).",
)


@perceptron_step.mistake(
    "the bias was left out of the decision",
    hint="Which score decides the side: w·x, or w·x + b?",
)
def _(weight, bias, x, y):
    if y * (weight @ x) <= 0:
        return weight + y * x, bias + y
    return weight, bias
