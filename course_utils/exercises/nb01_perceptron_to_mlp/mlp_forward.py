"""The exercise `mlp_forward` of notebook 01."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb01_perceptron_to_mlp import mlp_forms as mf
from course_utils.exercises.nb01_perceptron_to_mlp.exact import expit
from course_utils.exercises.slips import result, transposed


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


@mlp_forward.mistake(
    "ReLU was applied to the last layer as well",
    hint="Can a score be negative? What does your last line do to negative scores?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, where=mf.always)


@mlp_forward.mistake(
    "there is no activation between the layers",
    hint="Without ReLU, what is the product of two matrices? How many layers are left?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, lambda v: v)


@mlp_forward.mistake(
    "the weight was not transposed",
    hint="x is (N, D) and weight is (H, D). Which product of the two is (N, H)?",
)
def _(x, weights, biases):
    return mf.layers(x, [weight.T for weight in weights], biases)


@mlp_forward.mistake(
    "the biases were left out",
    hint="What are the scores of the point x = 0 without biases?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, [0] * len(biases))


@mlp_forward.mistake(
    "a sigmoid stands where the task asks for ReLU",
    hint="Which activation does the docstring name?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, expit)


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
        x = (mf.relu(x) if k < len(weights) - 1 else x) + bias
    return x


@mlp_forward.mistake(
    "only the first layer was computed",
    hint="Does the second layer get the output of the first, and does the loop reach it?",
    also=(
        lambda x, w, b: mf.layers(x, w[:1], b[:1], where=mf.always),
        lambda x, w, b: mf.layers(x, w[:1], b[:1], where=lambda k, last: len(w) > 1),
    ),
)
def _(x, weights, biases):
    return mf.layers(x, weights[:1], biases[:1])


@mlp_forward.mistake(
    "the last layer was given the inputs x, not the output of the layer before it",
    hint="In the second round of your loop, does the product use what came out of the first?",
    also=(lambda x, w, b: mf.layers(x, w[-1:], b[-1:], where=mf.always),),
)
def _(x, weights, biases):
    return mf.layers(x, weights[-1:], biases[-1:])


@mlp_forward.mistake(
    "the last layer was left out",
    hint="How many weights are there, and how often does your loop run?",
    also=(lambda x, w, b: mf.layers(x, w[:-1], b[:-1]),),
)
def _(x, weights, biases):
    return mf.layers(x, weights[:-1], biases[:-1], where=mf.always)


@mlp_forward.mistake(
    "only the first two layers were computed",
    hint="How many layers may a network have? How many does your code name?",
    also=(lambda x, w, b: mf.relu(mf.layers(x, w[:1], b[:1])) @ w[1].T + b[1],),
)
def _(x, weights, biases):
    return mf.layers(x, weights[:2], biases[:2])


@mlp_forward.mistake(
    "the layers were gone through from the last to the first",
    hint="Which weight has D columns, as many as x?",
    also=(lambda x, w, b: mf.layers(x, w[::-1], b[::-1], where=mf.always),),
)
def _(x, weights, biases):
    return mf.layers(x, weights[::-1], biases[::-1])


@mlp_forward.mistake(
    "the biases were subtracted",
    hint="What are the scores of the point x = 0 in a network with one layer?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, [-bias for bias in biases])


@mlp_forward.mistake(
    "ReLU was applied after the first layer only",
    hint="With two hidden layers, after which layers does ReLU belong?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, where=lambda k, last: k == 0 < last)


@mlp_forward.mistake(
    "the last hidden layer got no ReLU",
    hint="With three layers, for which k should the ReLU be applied, and for which k is it?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, where=lambda k, last: k < last - 1)


@mlp_forward.mistake(
    "the first layer got no ReLU, and the last one got one",
    hint="Which layer has no ReLU: the first one or the last one?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, where=lambda k, last: k > 0)


@mlp_forward.mistake(
    "np.max(x, 0) takes the largest entry of each column; it does not compare with 0",
    hint="What shape has np.max(x, 0)? Which function compares two things entry by entry?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, lambda v: np.max(v, 0))


@mlp_forward.mistake(
    "np.minimum keeps the negative sums and drops the positive ones",
    hint="Which should survive a ReLU: −2 or 2?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, lambda v: np.minimum(v, 0))


@mlp_forward.mistake(
    "negative sums were made positive between the layers, not replaced by 0",
    hint="What does ReLU make of −2?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, np.abs)


@mlp_forward.mistake(
    "a step, which gives 0 or 1, was applied instead of ReLU",
    hint="What does ReLU make of 3: 1, or 3?",
    also=(lambda x, w, b: mf.layers(x, w, b, np.sign),),
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, lambda v: (v > 0).astype(v.dtype))


@mlp_forward.mistake(
    "tanh was applied instead of ReLU",
    hint="Which activation does the docstring name?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, biases, np.tanh)


mlp_forward.slip(
    result(lambda scores, **arguments: mf.softmax(scores)),
    "softmax was applied to the scores",
    hint="Does the task ask for scores or for probabilities?",
)

mlp_forward.slip(
    result(lambda scores, **arguments: expit(scores)),
    "a sigmoid was applied to the scores",
    hint="Can your output be negative? Can a score?",
    also=(lambda x, w, b: mf.layers(x, w, b, expit, mf.always),),
)

mlp_forward.slip(
    transposed(),
    "the result came out transposed: (O, N)",
    hint="Does each point have a row of your result, or a column?",
)


@mlp_forward.mistake(
    "the weight was reshaped to (D, H), which is not its transpose",
    hint="Write down np.arange(6).reshape(2, 3), its .T and its .reshape(3, 2). Are they equal?",
)
def _(x, weights, biases):
    return mf.layers(x, [w.reshape(w.shape[::-1]).T for w in weights], biases)


@mlp_forward.mistake(
    "the weight comes first in the product: weight @ x wants the points as columns",
    hint="weight is (H, D) and x is (N, D). Which order, and which transpose, gives (N, H)?",
    also=(lambda x, weights, biases: np.dot(weights[0], x) + biases[0],),
)
def _(x, weights, biases):
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = weight @ x + bias
        x = mf.relu(x) if k < len(weights) - 1 else x
    return x


@mlp_forward.mistake(
    "the biases of the last layer were left out",
    hint="What are the scores of a point for which all hidden units are 0?",
)
def _(x, weights, biases):
    return mf.layers(x, weights, [*biases[:-1], 0])
