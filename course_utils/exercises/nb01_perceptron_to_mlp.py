"""Exercises of notebook 01: perceptron, sigmoid, layers, weights by hand, counting."""

from decimal import Decimal  # its exp does not overflow

import numpy as np

from course_utils.exercises.core import case, exercise


# -------------------------------------------------------------------------------- perceptron_step
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


@perceptron_step.mistake(
    "the two results are in the wrong order",
    hint="The docstring says (weight, bias).",
)
def _(weight, bias, x, y):
    return perceptron_step(weight, bias, x, y)[::-1]


@perceptron_step.mistake(
    "the bias was left out of the decision",
    hint="Which score decides the side: w·x, or w·x + b?",
)
def _(weight, bias, x, y):
    if y * (weight @ x) <= 0:
        return weight + y * x, bias + y
    return weight, bias


# ---------------------------------------------------------------------------------------- sigmoid
@exercise(
    notebook="01",
    points=2,
    minutes=10,
    relative=True,
    quiet=True,
    hints=(
        "For which x is e^(−x) too large for a float? Is e^x small there?",
        "1/(1+e^(−x)) and e^x/(1+e^x) are the same function. Use whichever has the small exponent.",
        "Let e = exp(−|x|), which never exceeds 1. For x ≥ 0 the answer is 1/(1+e), and for x < 0?",
    ),
    explanation="exp(−|x|) lies between 0 and 1, so it cannot overflow. For x ≥ 0 it is e^(−x) and "
    "the first form fits; for x < 0 it is e^x and the second form fits.",
)
def sigmoid(x):
    """The logistic function 1 / (1 + exp(-x)), entry by entry, safe for x = -1000 and x = 1000.

    x: an array of any shape -> an array of the same shape, values in [0, 1]
    """
    small = np.exp(-np.abs(x))  # in (0, 1]: cannot overflow
    return np.where(x >= 0, 1, small) / (1 + small)


@sigmoid.cases
def _(rng):
    yield case(np.array([0.0, 1.0, -2.0]), label="three small numbers")
    yield case(rng.normal(size=(3, 4)), label="a matrix")
    yield case(np.array([1000.0, -1000.0, 710.0, -700.0]), label="numbers as large as 1000")
    yield case(rng.normal(size=(2, 3, 4)).astype(np.float32), label="float32")
    yield case(np.array([100.0, -80.0], dtype=np.float32), label="float32, 100 and −80")
    yield case(rng.normal(size=(4, 6))[:, ::2], label="every second column of a matrix")
    yield case(np.array([-20.0, -30.0, -40.0]), label="very small values are not 0")


@sigmoid.oracle
def _(x):
    values = [float(1 / (1 + (-Decimal(v)).exp())) for v in x.ravel().tolist()]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


@sigmoid.mistake(
    "large positive inputs give NaN: e^x overflowed and inf/inf is not a number",
    hint="Compute np.exp(1000). Which of the two forms of the function avoids it for x > 0?",
)
def _(x):
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.mistake(
    "e^(−x) overflowed for very negative x; the value is right by luck, since 1/(1 + inf) = 0",
    hint="For which x is e^(−x) too large for a float? Use the other form there.",
)
def _(x):
    return 1 / (1 + np.exp(-x))


@sigmoid.mistake(
    "np.where computes both forms everywhere, so each of them overflows where it is not wanted",
    hint="np.exp(-np.abs(x)) never overflows. Can you write both forms with it?",
)
def _(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@sigmoid.mistake(
    "small values were rounded away: 1 − (a number next to 1) keeps no digits",
    hint="What is 1 − 1/(1 + e) for e = 1e-18? For x < 0, write e/(1 + e) instead.",
)
def _(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), 1 - 1 / (1 + small))


@sigmoid.mistake(
    "brackets are missing: 1/1 + e^(−x) divides before it adds",
    hint="Python divides before it adds. Which part belongs under the fraction line?",
)
def _(x):
    return 1 / 1 + np.exp(-x)


@sigmoid.mistake(
    "the sign of the exponent is the wrong way round",
    hint="Should the value at x = 5 be close to 1 or close to 0?",
)
def _(x):
    return 1 - _expit(x)


@sigmoid.mistake(
    "this is the derivative of the sigmoid",
    hint="What is the value at x = 0: a half, or a quarter?",
)
def _(x):
    return _expit(x) * (1 - _expit(x))


@sigmoid.mistake(
    "this is tanh: it runs from −1 to 1",
    hint="A sigmoid can be read as a probability. Can a probability be negative?",
)
def _(x):
    return np.tanh(x)


@sigmoid.mistake(
    "this is the step function, not a smooth one",
    hint="What should come out halfway, at x = 0.1?",
)
def _(x):
    return (x >= 0).astype(x.dtype)


@sigmoid.mistake(
    "the inputs were normalised over the whole array: this is softmax",
    hint="Does the output for one number depend on its neighbours?",
)
def _(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def _expit(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


# ------------------------------------------------------------------------------------ mlp_forward
@exercise(
    notebook="01",
    points=2,
    minutes=15,
    hints=(
        "Write the shapes down: x is (N, D), the first weight is (H, D), the result should be "
        "(N, H). Which of the two must be transposed?",
        "Go through weights and biases together with zip. Apply ReLU after every layer but the "
        "last.",
        "The last layer's scores may be negative. How do you know inside the loop that it is the "
        "last one?",
    ),
    explanation="Each layer is one matrix product and one bias; ReLU in between keeps the layers "
    "from collapsing into one. After the last layer there is no ReLU, since a score may be "
    "negative.",
)
def mlp_forward(x, weights, biases):
    """The scores of a multi-layer perceptron: linear layers with ReLU between them.

    x (N, D), weights [(H1, D), (H2, H1), …, (O, H)], biases [(H1,), …, (O,)] -> (N, O)
    """
    last = len(weights) - 1
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = x @ weight.T + bias  # (N, rows of weight)
        if layer < last:
            x = np.maximum(x, 0)
    return x


@mlp_forward.cases
def _(rng):
    def network(n, *sizes, dtype=np.float64):
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        weights = [rng.normal(size=(o, i)).astype(dtype) for i, o in pairs]
        biases = [rng.normal(size=o).astype(dtype) for _, o in pairs]
        return rng.normal(size=(n, sizes[0])).astype(dtype), weights, biases

    yield case(*network(2, 3, 4), label="one layer: no ReLU at all")
    yield case(*network(5, 3, 4, 2), label="one hidden layer")
    yield case(*network(4, 2, 7, 3, 6), label="two hidden layers")
    yield case(*network(3, 4, 4, 4), label="square weights")
    yield case(*network(1, 6, 5, 1), label="one point, one score")
    yield case(*network(6, 3, 8, 2, dtype=np.float32), label="float32")


@mlp_forward.oracle
def _(x, weights, biases):
    rows = []
    for point in x.tolist():
        values = point
        for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            sums = [sum(w * v for w, v in zip(row, values, strict=True)) for row in weight.tolist()]
            sums = [s + b for s, b in zip(sums, bias.tolist(), strict=True)]
            values = sums if k == len(weights) - 1 else [max(s, 0.0) for s in sums]
        rows.append(values)
    return np.array(rows, dtype=x.dtype)


def _layers(x, weights, biases, activate, activate_last=False, use_bias=True):
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = x @ weight.T + (bias if use_bias else 0)
        x = activate(x) if activate_last or k < len(weights) - 1 else x
    return x


@mlp_forward.mistake(
    "ReLU was applied to the last layer as well",
    hint="Can a score be negative? What does your last line do to negative scores?",
)
def _(x, weights, biases):
    return _layers(x, weights, biases, lambda v: np.maximum(v, 0), activate_last=True)


@mlp_forward.mistake(
    "there is no activation between the layers",
    hint="Without ReLU, what is the product of two matrices? How many layers are left?",
)
def _(x, weights, biases):
    return _layers(x, weights, biases, lambda v: v)


@mlp_forward.mistake(
    "the weight was not transposed",
    hint="x is (N, D) and weight is (H, D). Which product of the two is (N, H)?",
)
def _(x, weights, biases):
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = x @ weight + bias
        x = np.maximum(x, 0) if k < len(weights) - 1 else x
    return x


@mlp_forward.mistake(
    "the biases were left out",
    hint="What are the scores of the point x = 0 without biases?",
)
def _(x, weights, biases):
    return _layers(x, weights, biases, lambda v: np.maximum(v, 0), use_bias=False)


@mlp_forward.mistake(
    "a sigmoid stands where the task asks for ReLU",
    hint="Which activation does the docstring name?",
)
def _(x, weights, biases):
    return _layers(x, weights, biases, _expit)


@mlp_forward.mistake(
    "ReLU comes before the layer, so it is applied to the inputs too",
    hint="May a network see a negative input? In which order do linear and ReLU come?",
)
def _(x, weights, biases):
    for weight, bias in zip(weights, biases, strict=True):
        x = np.maximum(x, 0) @ weight.T + bias
    return x


@mlp_forward.mistake(
    "ReLU was applied before the bias was added",
    hint="What goes into the bend: W x, or W x + b?",
)
def _(x, weights, biases):
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = x @ weight.T
        x = (np.maximum(x, 0) if k < len(weights) - 1 else x) + bias
    return x


@mlp_forward.mistake(
    "only the first layer was computed",
    hint="Does the second layer get the output of the first, and does the loop reach it?",
)
def _(x, weights, biases):
    return x @ weights[0].T + biases[0]


# ------------------------------------------------------------------------------------ xor_by_hand
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


def _by_hand(bias1, weight2, bias2=0.0, weight1=((1.0, 1.0), (1.0, 1.0))):
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
)
def _():
    return _by_hand([0.0, 0.0], [1.0, -1.0], 0.0, ((1.0, -1.0), (-1.0, 1.0)))


@xor_by_hand.mistake(
    "all weights are zero, so every corner gets the same score",
    hint="Begin with one hidden unit: which weights make it x1 + x2?",
)
def _():
    return _by_hand([0.0, 0.0], [0.0, 0.0], 0.0, ((0.0, 0.0), (0.0, 0.0)))


# --------------------------------------------------------------------------- count_mlp_parameters
@exercise(
    notebook="01",
    points=1,
    minutes=5,
    hints=(
        "How many weights lie between a layer of 3 units and a layer of 4? And how many biases "
        "does the layer of 4 have?",
        "zip(sizes[:-1], sizes[1:]) gives the pairs of neighbouring layers.",
    ),
    explanation="Each layer of `o` units that sees `i` inputs has o·i weights and o biases, "
    "which is o·(i + 1). The inputs themselves have no bias.",
)
def count_mlp_parameters(sizes):
    """The number of weights and biases of a fully connected network.

    sizes: the units of each layer, the inputs first, e.g. [2, 4, 1] -> a whole number
    """
    layers = zip(sizes[:-1], sizes[1:], strict=True)
    return sum(outputs * (inputs + 1) for inputs, outputs in layers)


@count_mlp_parameters.cases
def _(rng):
    yield case([2, 1], label="one neuron with two inputs")
    yield case([2, 4, 1], label="four hidden units")
    yield case([3, 4, 4, 2], label="two hidden layers")
    yield case([285 * 350, 1000, 1000, 1000, 3], label="a picture of 285×350")
    yield case([int(n) for n in rng.integers(1, 50, size=5)], label="five layers")
    yield case([7], label="inputs only: nothing to learn")


@count_mlp_parameters.oracle
def _(sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += int(np.prod([sizes[k], sizes[k - 1]], dtype=object)) + sizes[k]
    return total


@count_mlp_parameters.mistake(
    "the biases were not counted",
    hint="A neuron with two inputs has how many parameters: 2 or 3?",
)
def _(sizes):
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_mlp_parameters.mistake(
    "the inputs were given a bias as well",
    hint="The inputs are data. Is there anything to learn in front of the first layer?",
)
def _(sizes):
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True)) + sum(sizes)


@count_mlp_parameters.mistake(
    "the biases were counted by the layer's inputs instead of its outputs",
    hint="Is there one bias for each unit of the layer, or one for each of its inputs?",
)
def _(sizes):
    return sum(a * b + a for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_mlp_parameters.mistake(
    "one bias was counted for each layer instead of one for each unit",
    hint="Four hidden units: can each of them have a threshold of its own?",
)
def _(sizes):
    return sum(a * b + 1 for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_mlp_parameters.mistake(
    "the units were counted, not the connections",
    hint="Draw 2 inputs and 4 units. How many lines lie between them?",
)
def _(sizes):
    return sum(sizes[1:])
