"""The exercise `perceptron_step` of notebook 01."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb01_perceptron_to_mlp import perceptron_forms as pf
from course_utils.exercises.slips import reordered, result


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
    yield case(np.array([0.1, 0.1]), -5.0, x, -1, label="a bias that decides, class -1")
    yield case(np.array([0.1, 0.1]), 5.0, x, 1, label="a large bias")
    near = w, 0.5, np.array([1.0, 0.9])
    yield case(*near, -1, label="on the right side, but close to the line")


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
    return pf.step(weight, bias, x, y * pf.score(weight, bias, x) <= 0, 1)


@perceptron_step.mistake(
    "the update goes the wrong way",
    hint="After the step, is y · (w·x + b) larger than before, or smaller?",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * pf.score(weight, bias, x) <= 0, -y)


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
    return pf.step(weight, bias, x, y * pf.score(weight, bias, x) < 0, y)


@perceptron_step.mistake(
    "a point of class +1 exactly on the line is taken for right",
    hint="Which class does your prediction give to a sum of exactly 0? Both are mistakes there.",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, (1 if pf.score(weight, bias, x) >= 0 else -1) != y, y)


@perceptron_step.mistake(
    "a point of class −1 exactly on the line is taken for right",
    hint="Which class does your prediction give to a sum of exactly 0? Both are mistakes there.",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, (1 if pf.score(weight, bias, x) > 0 else -1) != y, y)


@perceptron_step.mistake(
    "the label was left out of the test: all points with a negative sum are taken for wrong",
    hint="For a point of class −1, is a negative sum right or wrong?",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, pf.score(weight, bias, x) <= 0, y)


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
    return pf.step(weight, bias, x, y * (weight @ x) <= 0, y)


@perceptron_step.mistake(
    "the points on the right side are moved, and those on the wrong side stay",
    hint="If the sum and the label have the same sign, is that a mistake?",
    also=(lambda w, b, x, y: pf.step(w, b, x, y * pf.score(w, b, x) >= 0, y),),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * pf.score(weight, bias, x) > 0, y)


@perceptron_step.mistake(
    "the label multiplies w·x only, not the bias",
    hint="What is y · (w·x + b) without the brackets, for y = −1?",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * (weight @ x) + bias <= 0, y)


@perceptron_step.mistake(
    "the bias was subtracted in the sum: w·x − b",
    hint="In the sum that decides, does a larger b make the sum larger or smaller?",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * (weight @ x - bias) <= 0, y)


@perceptron_step.mistake(
    "the bias was added to each of the products, so it counts once for each input",
    hint="In w1·x1 + w2·x2 + b, how often is b added? And in np.sum(weight * x + bias)?",
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * np.sum(weight * x + bias) <= 0, y)


@perceptron_step.mistake(
    "a learning rate makes the step shorter; this rule has none",
    hint="By how much does the formula change the bias?",
    also=tuple(
        lambda w, b, x, y, lr=lr: pf.step(w, b, x, y * pf.score(w, b, x) <= 0, lr * y)
        for lr in (0.5, 0.2, 0.05, 0.01, 0.001)
    ),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * pf.score(weight, bias, x) <= 0, 0.1 * y)


@perceptron_step.mistake(
    "only the mistakes on one of the two classes were mended",
    hint="Put in a point of each class that is on the wrong side. Which of the two moves the line?",
    also=(lambda w, b, x, y: pf.step(w, b, x, y == -1 and pf.score(w, b, x) >= 0, y),),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y == 1 and pf.score(weight, bias, x) <= 0, y)


@perceptron_step.mistake(
    "the step is twice as long as y: y − prediction is ±2 after a mistake",
    hint="For y = 1 and a prediction of −1, what is y − prediction? And what does the rule add?",
    also=(
        lambda w, b, x, y: pf.step(w, b, x, True, y - (1 if pf.score(w, b, x) > 0 else -1)),
        lambda w, b, x, y: pf.step(w, b, x, y * pf.score(w, b, x) <= 0, 2 * y),
        lambda w, b, x, y: pf.step(w, b, x, True, y - np.sign(pf.score(w, b, x))),
    ),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, True, y - (1 if pf.score(weight, bias, x) >= 0 else -1))


@perceptron_step.mistake(
    "the prediction is 0 or 1, but the labels are −1 and +1",
    hint="What do you predict for a point of class −1? Can that ever be equal to y?",
    also=(
        lambda w, b, x, y: pf.step(w, b, x, int(pf.score(w, b, x) >= 0) != y, y),
        lambda w, b, x, y: pf.step(w, b, x, True, y - int(pf.score(w, b, x) > 0)),
        lambda w, b, x, y: pf.step(w, b, x, True, y - int(pf.score(w, b, x) >= 0)),
    ),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, int(pf.score(weight, bias, x) > 0) != y, y)


@perceptron_step.mistake(
    "the step is y minus the sum: this is the rule for regression (Adaline)",
    hint="By how much does the rule move the weight? Does the distance from the line matter?",
    also=(lambda w, b, x, y: pf.step(w, b, x, y * pf.score(w, b, x) <= 0, y - pf.score(w, b, x)),),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, True, y - pf.score(weight, bias, x))


@perceptron_step.mistake(
    "only the first two inputs were used",
    hint="How many entries does x have? Does your code still work for five?",
    also=(
        lambda w, b, x, y: pf.step(w[:2], b, x[:2], y * pf.score(w[:2], b, x[:2]) <= 0, y),
        lambda w, b, x, y: pf.step(w, b, x * (np.arange(len(x)) < 2), y * (w @ x + b) <= 0, y),
    ),
)
def _(weight, bias, x, y):
    return pf.step(weight, bias, x, y * pf.score(weight[:2], bias, x[:2]) <= 0, y)


perceptron_step.slip(
    result(pf.on_mistakes(lambda w, b, x, y: b + 1), "bias"),
    "the label was left out of the bias: it grows by 1 for both classes",
    hint="After a mistake on a point of class −1, should the bias rise or fall?",
)

perceptron_step.slip(
    result(pf.on_mistakes(lambda w, b, x, y: b - y), "bias"),
    "the bias moves the wrong way",
    hint="The bias is a part of the sum. After a mistake with y = 1, should the sum rise or fall?",
)


perceptron_step.slip(
    result(pf.on_mistakes(lambda w, b, x, y: w - y * x), "weight"),
    "the weight moves the wrong way",
    hint="After the step, is y · (w·x + b) larger than before, or smaller?",
)

perceptron_step.slip(
    result(pf.on_mistakes(lambda w, b, x, y: w), "weight"),
    "the weight was not updated",
    hint="Which two things does the rule change after a mistake?",
)

perceptron_step.slip(
    result(pf.on_mistakes(lambda w, b, x, y: b + y * x), "bias"),
    "y · x was added to the bias as well, so it became an array",
    hint="The bias is a single number: a weight whose input is always 1. What is y · 1?",
)


@perceptron_step.mistake(
    "the weight was replaced by y · x, not moved by it",
    hint="After the step, what is left of what the weight had learned before?",
    also=(lambda w, b, x, y: (y * x, y) if y * pf.score(w, b, x) <= 0 else (w, b),),
)
def _(weight, bias, x, y):
    return (y * x, bias + y) if y * pf.score(weight, bias, x) <= 0 else (weight, bias)
