"""The exercise `xor_by_hand` of notebook 01."""

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="01",
    points=3,
    minutes=20,
    returns=("weight1", "bias1", "weight2", "bias2"),
    hints=(
        "XOR asks: is exactly one of the two inputs 1? Look at the sum s = x1 + x2: it is 0, 1, "
        "1, 2 on the four corners, and the answers should be 0, 1, 1, 0.",
        "Both hidden units may look at the same sum s, with different biases. relu(s) is 0, 1, "
        "1, 2. What is missing at s = 2?",
        "relu(s − 1) is 0, 0, 0, 1. How many times must it be taken away from relu(s)?",
    ),
    explanation="The first unit gives the sum s of the inputs. The second is silent until s passes "
    "1. Taking it away twice bends the line s back down to 0 at s = 2. There are other solutions: "
    "relu(x1 − x2) + relu(x2 − x1) is one.",
)
def xor_by_hand():
    """Weights of a 2-2-1 network with ReLU that computes XOR exactly: 0 and 1, not nearly.

    -> (weight1 (2, 2), bias1 (2,), weight2 (1, 2), bias2 (1,)) for
       relu(x @ weight1.T + bias1) @ weight2.T + bias2
    """
    weight1 = np.array([[1.0, 1.0], [1.0, 1.0]])  # both hidden units look at x1 + x2
    bias1 = np.array([0.0, -1.0])
    weight2 = np.array([[1.0, -2.0]])
    bias2 = np.array([0.0])
    return weight1, bias1, weight2, bias2


@xor_by_hand.cases
def _(rng):
    yield case(label="the four corners (0,0), (0,1), (1,0), (1,1)")


@xor_by_hand.oracle
def _():
    return np.array([a ^ b for a in (0, 1) for b in (0, 1)], dtype=float)


@xor_by_hand.view
def _(answer):
    if not all(isinstance(part, np.ndarray) for part in answer):
        raise TypeError(
            "each of the four must be an array, as in np.array([[1.0, 1.0], [1.0, 1.0]])"
        )
    shapes = tuple(np.shape(part) for part in answer)
    if shapes != ((2, 2), (2,), (1, 2), (1,)):
        raise ValueError(f"expected shapes (2, 2), (2,), (1, 2), (1,), got {shapes}")
    weight1, bias1, weight2, bias2 = (np.asarray(part, dtype=float) for part in answer)
    corners = np.array([(a, b) for a in (0, 1) for b in (0, 1)], dtype=float)
    return (np.maximum(corners @ weight1.T + bias1, 0) @ weight2.T + bias2)[:, 0]


SAME, DIFFERENCE = ((1.0, 1.0), (1.0, 1.0)), ((1.0, -1.0), (-1.0, 1.0))


def _by_hand(bias1, weight2, bias2=0.0, weight1=SAME):
    return np.array(weight1), np.array(bias1), np.array([weight2]), np.array([bias2])


@xor_by_hand.mistake(
    "this network computes OR: it says 1 for (1, 1) too",
    hint="Which hidden unit notices that both inputs are 1, and how strongly is it taken away?",
)
def _():
    return _by_hand([0.0, -1.0], [1.0, -1.0])


@xor_by_hand.mistake(
    "this network computes AND",
    hint="Which of the four corners should give 1? Only (1, 1)?",
)
def _():
    return _by_hand([0.0, -1.0], [0.0, 1.0])


@xor_by_hand.mistake(
    "this network says the opposite of XOR",
    hint="Should (0, 0) give 0 or 1?",
)
def _():
    return _by_hand([0.0, -1.0], [-1.0, 2.0], 1.0)


@xor_by_hand.mistake(
    "these thresholds (½ and 1½) are right for neurons with a step; ReLU leaves a half",
    hint="A step gives 1 as soon as the sum passes ½. What does relu(s − ½) give at s = 1?",
    also=(lambda: _by_hand([-0.5, -1.5], [1.0, -1.0]),),
)
def _():
    return _by_hand([-0.5, -1.5], [1.0, -2.0])


@xor_by_hand.mistake(
    "this network adds its inputs: it says 2 for (1, 1)",
    hint="Which unit bends the line back down?",
)
def _():
    return _by_hand([0.0, -1.0], [1.0, 0.0])


@xor_by_hand.mistake(
    "the two halves were subtracted, so (0, 1) gives −1",
    hint="relu(x2 − x1) is 1 at (0, 1). Should it be added to the result, or taken away?",
    also=(lambda: _by_hand([0.0, 0.0], [-1.0, 1.0], 0.0, DIFFERENCE),),
)
def _():
    return _by_hand([0.0, 0.0], [1.0, -1.0], 0.0, DIFFERENCE)


@xor_by_hand.mistake(
    "all weights are zero, so every corner gets the same score",
    hint="Begin with one hidden unit: which weights make it x1 + x2?",
)
def _():
    return _by_hand([0.0, 0.0], [0.0, 0.0], 0.0, ((0.0, 0.0), (0.0, 0.0)))


@xor_by_hand.mistake(
    "this network computes NAND: it says 1 for (0, 0) too",
    hint="In (0, 0), is exactly one of the two inputs 1?",
)
def _():
    return _by_hand([0.0, -1.0], [0.0, -1.0], 1.0)


@xor_by_hand.mistake(
    "this network computes NOR: it says 1 for (0, 0) only",
    hint="Which two of the four corners should give 1?",
)
def _():
    return _by_hand([0.0, -1.0], [-1.0, 1.0], 1.0)


@xor_by_hand.mistake(
    "the labels are −1 and +1 here; the task asks for 0 and 1",
    hint="Which numbers should come out at (0, 0) and at (0, 1)?",
)
def _():
    return _by_hand([0.0, -1.0], [2.0, -4.0], -1.0)


@xor_by_hand.mistake(
    "the four scores have the right pattern, but all are shifted by the same number",
    hint="What comes out at (0, 0), and what should? Which of the nine numbers is added last?",
    also=(lambda: _by_hand([0.0, -1.0], [1.0, -2.0], 1.0),),
)
def _():
    return _by_hand([0.0, -1.0], [1.0, -2.0], -0.5)


@xor_by_hand.mistake(
    "the pattern is right, but its size is not: (0, 1) and (1, 0) should give exactly 1",
    hint="By which number must the scores be multiplied? Where can you put it?",
    also=(
        lambda: _by_hand([0.0, -1.0], [0.5, -1.0]),
        lambda: _by_hand([0.0, -3.0], [1.0, -2.0], 0.0, ((3.0, 3.0), (3.0, 3.0))),
    ),
)
def _():
    return _by_hand([0.0, -2.0], [1.0, -2.0], 0.0, ((2.0, 2.0), (2.0, 2.0)))


@xor_by_hand.mistake(
    "the sign is wrong: (0, 1) and (1, 0) give −1",
    hint="Which of the two hidden units should count as positive?",
)
def _():
    return _by_hand([0.0, -1.0], [-1.0, 2.0])


@xor_by_hand.mistake(
    "only one half is there: (0, 1) and (1, 0) do not both give 1",
    hint="Which hidden unit notices (0, 1), and which one notices (1, 0)?",
    also=(lambda: _by_hand([0.0, 0.0], [0.0, 1.0], 0.0, DIFFERENCE),),
)
def _():
    return _by_hand([0.0, 0.0], [1.0, 0.0], 0.0, DIFFERENCE)


@xor_by_hand.mistake(
    "this network copies one of its inputs",
    hint="Does your output change with both inputs?",
    also=(lambda: _by_hand([0.0, 0.0], [0.0, 1.0], 0.0, ((1.0, 0.0), (0.0, 1.0))),),
)
def _():
    return _by_hand([0.0, 0.0], [1.0, 0.0], 0.0, ((1.0, 0.0), (0.0, 1.0)))


@xor_by_hand.mistake(
    "the line comes down too far: (1, 1) gives −1",
    hint="Before you subtract anything, the score at (1, 1) is 2. How much must go?",
)
def _():
    return _by_hand([0.0, -1.0], [1.0, -3.0])


@xor_by_hand.mistake(
    "the second hidden unit lifts the score at (1, 1) instead of lowering it",
    hint="Which sign should the second weight of the output have?",
    also=(lambda: _by_hand([0.0, -1.0], [1.0, 1.0]),),
)
def _():
    return _by_hand([0.0, -1.0], [1.0, 2.0])


@xor_by_hand.mistake(
    "this network gives minus the sum of its inputs: nothing bends the line",
    hint="From which sum on does each hidden unit give more than 0? Can that be the same sum?",
)
def _():
    return _by_hand([0.0, 0.0], [1.0, -2.0])


@xor_by_hand.mistake(
    "the threshold has the wrong sign: relu(s + 1) is awake everywhere",
    hint="From which sum on should the second unit give more than 0? Which bias does that need?",
)
def _():
    return _by_hand([0.0, 1.0], [1.0, -2.0])


@xor_by_hand.mistake(
    "the two hidden units have changed places: relu(s) got the weight −2",
    hint="Which bias belongs to the unit that is subtracted twice?",
)
def _():
    return _by_hand([-1.0, 0.0], [1.0, -2.0])


@xor_by_hand.mistake(
    "every corner gets the same score, whatever the inputs are",
    hint="Begin with one hidden unit: which weights make it x1 + x2?",
    also=(lambda: _by_hand([0.0, 0.0], [0.0, 0.0], 1.0),),
)
def _():
    return _by_hand([0.0, 0.0], [0.0, 0.0], 0.5)


@xor_by_hand.mistake(
    "both hidden units look at the same difference of the inputs",
    hint="relu(x1 − x2) notices (1, 0). Which unit notices (0, 1)?",
    also=(lambda: _by_hand([0.0, 0.0], [1.0, 1.0], 0.0, ((-1.0, 1.0), (-1.0, 1.0))),),
)
def _():
    return _by_hand([0.0, 0.0], [1.0, 1.0], 0.0, ((1.0, -1.0), (1.0, -1.0)))
