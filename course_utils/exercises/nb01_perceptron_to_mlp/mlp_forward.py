"""The exercise `mlp_forward` of notebook 01."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb01_perceptron_to_mlp.exact import expit


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
    return _layers(x, weights, biases, expit)


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
