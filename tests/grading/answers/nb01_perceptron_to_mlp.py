"""Right answers to notebook 01. `test_fairness.py` says how these files are read."""

# ruff: noqa: B905, E402, F811
import numpy as np


# %% perceptron_step: the right side first, plain sums
def perceptron_step(weight, bias, x, y):
    score = bias
    for w, v in zip(weight, x):
        score = score + w * v
    if (y == 1 and score > 0) or (y == -1 and score < 0):
        return weight, bias
    new_weight = []
    for w, v in zip(weight, x):
        new_weight.append(w + y * v)
    return np.array(new_weight), bias + y


# %% perceptron_step: no `if`, the bias as one more weight
def perceptron_step(weight, bias, x, y):
    together = np.append(weight, bias)
    point = np.append(x, 1.0)
    wrong = np.sign(np.dot(together, point)) != y
    together = together + wrong * y * point
    return together[:-1], together[-1]


# %% perceptron_step: a prediction in another cell
def side(weight: np.ndarray, bias: float, x: np.ndarray) -> int:
    """+1, -1, or 0 on the line itself."""
    return int(np.sign(np.inner(weight, x) + bias))


# %%
def perceptron_step(weight, bias, x, y):
    weight = weight.copy()
    if side(weight, bias, x) != y:
        weight += y * x
        bias = bias + y
    return weight, bias


# %% sigmoid: two masks
def sigmoid(x):
    y = np.empty(x.shape, dtype=float)
    positive = x >= 0
    y[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    y[~positive] = e / (1 + e)
    return y


# %% sigmoid: by logarithms
def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


# %% sigmoid: number by number with math
import math


# %%
def sigmoid_of_one(v):
    if v < 0:
        return math.exp(v) / (1 + math.exp(v))
    return 1 / (1 + math.exp(-v))


# %%
def sigmoid(x):
    return np.array([sigmoid_of_one(v) for v in x.flatten()]).reshape(x.shape)


# %% sigmoid: np.where on exponents that cannot be large
def sigmoid(x):
    left = np.exp(np.minimum(x, 0))
    right = np.exp(-np.maximum(x, 0))
    return np.where(x < 0, left / (1 + left), 1 / (1 + right))


# %% sigmoid: symmetry, np.vectorize
def sigmoid(x):
    def small(v):
        e = np.exp(-abs(v))
        return (e if v < 0 else 1.0) / (1.0 + e)

    return np.vectorize(small, otypes=[np.float64])(x)


# %% sigmoid: np.clip keeps the exponent in the range of floats
def sigmoid(x):
    return 1 / (1 + np.exp(np.clip(-x.astype(float), -709, 709)))


# %% sigmoid: the ratio e^m / (e^m + e^(m − x)), with m the smaller of x and 0
def sigmoid(x):
    top = np.exp(np.minimum(x, 0))
    return top / (top + np.exp(np.minimum(-x, 0)))


# %% mlp_forward: recursion
def mlp_forward(x, weights, biases):
    y = np.einsum("nd,hd->nh", x, weights[0]) + biases[0]
    if len(weights) == 1:
        return y
    return mlp_forward(np.where(y > 0, y, 0), weights[1:], biases[1:])


# %% mlp_forward: point by point, numbers in lists
def neuron(inputs, weight, bias):
    return sum(w * i for w, i in zip(weight, inputs)) + bias


# %%
def mlp_forward(x, weights, biases):
    scores = []
    for point in x:
        values = list(point)
        for k in range(len(weights)):
            values = [neuron(values, w, b) for w, b in zip(weights[k], biases[k])]
            if k != len(weights) - 1:
                values = [max(0, v) for v in values]
        scores.append(values)
    return np.array(scores)


# %% mlp_forward: the bias as a column of the weight, hidden layers apart from the last
def mlp_forward(x, weights, biases):
    def layer(x, weight, bias):
        ones = np.ones((len(x), 1))
        return np.hstack([x, ones]) @ np.hstack([weight, bias.reshape(-1, 1)]).T

    *hidden, last = zip(weights, biases)
    for weight, bias in hidden:
        x = layer(x, weight, bias).clip(min=0)
    return layer(x, *last)


# %% mlp_forward: columns in place of rows, float32, Fortran order
from functools import reduce


# %%
def mlp_forward(x, weights, biases):
    def linear(h, parameters):
        weight, bias = parameters
        return np.matmul(weight, h) + bias[:, None]

    def step(h, parameters):
        return linear(np.maximum(h, 0), parameters)

    pairs = list(zip(weights, biases))
    return reduce(step, pairs[1:], linear(x.T, pairs[0])).T.astype(np.float32)


# %% xor_by_hand: the difference and its opposite
def xor_by_hand():
    return (
        np.array([[1.0, -1.0], [-1.0, 1.0]]),
        np.zeros(2),
        np.ones((1, 2)),
        np.zeros(1),
    )


# %% xor_by_hand: 1 less both ends, whole numbers
def xor_by_hand():
    weight1 = np.array([[1, 1], [-1, -1]])
    bias1 = np.array([-1, 1])
    weight2 = np.array([[-1, -1]])
    bias2 = np.array([1])
    return weight1, bias1, weight2, bias2


# %% xor_by_hand: other scales, float32
SCALE = 4


# %%
def xor_by_hand():
    s = np.full((2, 2), SCALE, dtype=np.float32)
    return (
        s,
        np.array([0, -SCALE], np.float32),
        np.array([[1 / SCALE, -0.5]], "f"),
        np.zeros(1, "f"),
    )


# %% xor_by_hand: OR less AND
def xor_by_hand():
    either = [1, 1], 0
    both = [2, 2], -2
    weight1 = np.array([either[0], both[0]], dtype=float)
    bias1 = np.array([either[1], both[1]], dtype=float)
    return weight1, bias1, np.array([[1.0, -1.0]]), np.array([0.0])


# %% count_mlp_parameters: a loop
def count_mlp_parameters(sizes):
    count = 0
    for k in range(1, len(sizes)):
        count += sizes[k - 1] * sizes[k]  # weights
        count += sizes[k]  # biases
    return count


# %% count_mlp_parameters: recursion
def count_mlp_parameters(sizes: list[int]) -> int:
    if len(sizes) < 2:
        return 0
    first, second, *rest = sizes
    return (first + 1) * second + count_mlp_parameters([second, *rest])


# %% count_mlp_parameters: sizes of real arrays' shapes
import math
from itertools import pairwise


# %%
def count_mlp_parameters(sizes):
    shapes = []
    for n_in, n_out in pairwise(sizes):
        shapes += [(n_out, n_in), (n_out,)]
    return sum(math.prod(shape) for shape in shapes)


# %% count_mlp_parameters: an array of Python's numbers, which do not overflow
def count_mlp_parameters(sizes):
    sizes = np.array(sizes, dtype=object)
    return (sizes[:-1] * sizes[1:]).sum() + sizes[1:].sum()
