"""The exercise `relu` of notebook 00."""

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="00",
    points=1,
    minutes=5,
    hints=(
        "Look at one number first. What should become of 3? Of −3? Of 0?",
        "NumPy can compare a whole array with a number at once: try np.maximum on a small array.",
    ),
    explanation="np.maximum(x, 0) goes through the array entry by entry and keeps the larger of "
    "the entry and 0. It works for any shape, makes a new array, and leaves x as it was.",
)
def relu(x):
    """Replace every negative entry of x by 0 and keep the others.

    x: an array of any shape -> a new array of the same shape
    """
    return np.maximum(x, 0)


@relu.cases
def _(rng):
    yield case(np.array([3.0, -3.0, 0.0]), label="three numbers")
    yield case(rng.normal(size=(3, 4)), label="a matrix")
    yield case(rng.normal(size=(2, 3, 4)).astype(np.float32), label="three axes, float32")
    yield case(-1 - rng.random(5), label="all negative")
    yield case(rng.normal(size=(4, 6))[:, ::2], label="every second column of a matrix")
    yield case(rng.integers(-999, 999, size=(3, 5)), label="whole numbers up to 999")


@relu.oracle
def _(x):
    kept = [value if value > 0 else 0 for value in x.ravel().tolist()]
    return np.array(kept, dtype=x.dtype).reshape(x.shape)


@relu.mistake(
    "negative entries were made positive",
    hint="abs(−3) is 3. What should −3 become?",
)
def _(x):
    return np.abs(x)


@relu.mistake(
    "positive entries were removed instead of negative ones",
    hint="Which of 3 and −3 should survive?",
)
def _(x):
    return np.minimum(x, 0)


@relu.mistake(
    "negative entries were dropped from the array",
    hint="The result should have as many entries as x: a negative entry becomes 0, it does not go.",
)
def _(x):
    return x[x > 0]


@relu.mistake(
    "the result says which entries are positive, not what they are",
    hint="x > 0 gives True and False. How do you get from there to the values?",
)
def _(x):
    return (x > 0).astype(float)


@relu.mistake(
    "one number came back: the largest of all",
    hint="np.max looks for one winner; np.maximum compares entry by entry.",
)
def _(x):
    return max(x.max(), 0)
