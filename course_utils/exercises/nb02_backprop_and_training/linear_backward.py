"""The exercise `linear_backward` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import (
    averaged,
    missing,
    reordered,
    replaced,
    transposed,
    with_axes,
)


@exercise(
    notebook="02",
    points=3,
    minutes=20,
    returns=("grad_x", "grad_weight", "grad_bias"),
    hints=(
        "Every gradient has the shape of the thing it belongs to. Write the three shapes down "
        "first.",
        "grad_x must be (N, D). You have grad_out (N, O) and weight (O, D).",
        "grad_weight must be (O, D). You have grad_out (N, O) and x (N, D): which one is "
        "transposed?",
        "The same bias was added to all N points, so it collects the gradients of all of them.",
    ),
    explanation="y[n, o] = Σ_d x[n, d]·weight[o, d] + bias[o]. So x[n, d] acts on all outputs of "
    "its point through weight[:, d]; weight[o, d] acts on output o of every point through x[:, d]; "
    "bias[o] acts on output o of every point with factor 1. Sum over all the places where it acts.",
)
def linear_backward(grad_out, x, weight):
    """Gradients of the loss for y = x @ weight.T + bias.

    grad_out (N, O), x (N, D), weight (O, D) -> grad_x (N, D), grad_weight (O, D), grad_bias (O,)
    """
    grad_x = grad_out @ weight  # (N, O) @ (O, D) -> (N, D)
    grad_weight = grad_out.T @ x  # (O, N) @ (N, D) -> (O, D)
    grad_bias = grad_out.sum(axis=0)  # (O,)
    return grad_x, grad_weight, grad_bias


@linear_backward.cases
def _(rng):
    for n, d, o, label in (
        (2, 3, 4, "three different sizes"),
        (1, 3, 2, "a single point"),
        (5, 4, 1, "a single output"),
        (3, 3, 3, "all sizes equal: shapes give nothing away"),
    ):
        arrays = rng.normal(size=(n, o)), rng.normal(size=(n, d)), rng.normal(size=(o, d))
        yield case(*arrays, label=label)
    arrays = rng.normal(size=(4, 2)), rng.normal(size=(4, 5)), rng.normal(size=(2, 5))
    yield case(*(a.astype(np.float32) for a in arrays), label="float32")


@linear_backward.oracle
def _(grad_out, x, weight):
    grads = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(weight[:, 0])
    for n, o in np.ndindex(grad_out.shape):
        grads[0][n] += grad_out[n, o] * weight[o]
        grads[1][o] += grad_out[n, o] * x[n]
        grads[2][o] += grad_out[n, o]
    return grads


linear_backward.slip(
    transposed("grad_weight"),
    "grad_weight came out transposed",
    hint="Which shape has weight, and which shape has your grad_weight?",
)


@linear_backward.mistake(
    "grad_x uses the transposed weight",
    hint="Through which weight did x[n, d] reach output o: weight[o, d] or weight[d, o]?",
)
def _(grad_out, x, weight):
    return grad_out @ weight.T, grad_out.T @ x, grad_out.sum(axis=0)


linear_backward.slip(
    averaged("grad_bias"),
    "the gradient of the bias was averaged over the points",
    hint="The bias acts on each of the N points. Do their gradients add up, or are they averaged?",
)


@linear_backward.mistake(
    "the gradient of the bias was summed over the outputs instead of the points",
    hint="bias has shape (O,). Which axis of grad_out must go?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x, grad_out.sum(axis=1)


@linear_backward.mistake(
    "the gradient of the bias was not summed at all",
    hint="bias has shape (O,), grad_out has (N, O). What happens to the N points?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x, grad_out


linear_backward.slip(
    reordered(1, 0, 2),
    "grad_x and grad_weight are in the wrong order",
    hint="The docstring says grad_x, grad_weight, grad_bias.",
)

linear_backward.slip(
    averaged("grad_weight"),
    "the gradient of the weight was averaged over the points",
    hint="Where did the average come from? The loss may contain one, this layer does not.",
)


@linear_backward.mistake(
    "the incoming gradient was left out: this is ∂y/∂x, not ∂loss/∂x",
    hint="The chain rule multiplies. Where does grad_out enter grad_x?",
)
def _(grad_out, x, weight):
    return np.ones_like(grad_out) @ weight, grad_out.T @ x, grad_out.sum(axis=0)


linear_backward.slip(
    with_axes("grad_bias", (0,)),
    "grad_bias has shape (1, O), not (O,): the axis that was summed over is still there",
    hint="bias has shape (O,). What does keepdims=True do?",
)

linear_backward.slip(
    averaged("grad_x"),
    "grad_x was divided by the number of points",
    hint="How many points does x[n, d] act on? The loss may contain an average, this layer does "
    "not.",
)


@linear_backward.mistake(
    "the gradients of weight and bias were averaged over the points",
    hint="Where did the average come from? The loss may contain one, this layer does not.",
    whole=True,
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x / len(x), grad_out.mean(axis=0)


@linear_backward.mistake(
    "all three gradients were divided by the number of points",
    hint="Where did the average come from? The loss may contain one, this layer does not.",
    whole=True,
)
def _(grad_out, x, weight):
    return tuple(grad / len(x) for grad in linear_backward(grad_out, x, weight))


linear_backward.slip(
    replaced(
        "grad_bias",
        lambda grad_out, **arguments: grad_out.sum(),
        "the gradient of the bias was summed over the outputs as well: one number came out",
        "bias has shape (O,). Over which one of the two axes of grad_out do you sum?",
    )
)

linear_backward.slip(
    transposed("grad_x"),
    "grad_x came out transposed",
    hint="Which shape has x, and which shape has your grad_x?",
)


@linear_backward.mistake(
    "grad_out was not transposed in grad_weight",
    hint="(O, D) from (N, O) and (N, D): over which axis do you sum, and where must it stand?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out @ x, grad_out.sum(axis=0)


@linear_backward.mistake(
    "grad_out and weight have changed places in the product for grad_x",
    hint="(N, D) from (N, O) and (O, D): which of the two comes first?",
    also=(lambda g, x, weight: (weight.T @ g, g.T @ x, g.sum(axis=0)),),
)
def _(grad_out, x, weight):
    return weight @ grad_out, grad_out.T @ x, grad_out.sum(axis=0)


linear_backward.slip(
    missing("grad_out"),
    "the incoming gradient was left out of all three: this is ∂y, not ∂loss",
    hint="The chain rule multiplies. Where does grad_out enter?",
    whole=True,
)


def _without_grad_out(grad_out, x, weight):
    return linear_backward(np.ones_like(grad_out), x, weight)


linear_backward.slip(
    replaced(
        "grad_weight",
        lambda **arguments: _without_grad_out(**arguments)[1],
        "the incoming gradient was left out of grad_weight",
        "The chain rule multiplies. Where does grad_out enter grad_weight?",
    )
)

linear_backward.slip(
    replaced(
        "grad_bias",
        lambda **arguments: _without_grad_out(**arguments)[2],
        "the incoming gradient was left out of grad_bias: it counts the points",
        "The bias has factor 1 in y. What does the chain rule multiply this 1 by?",
    ),
    also=(lambda g, x, weight: (g @ weight, g.T @ x, np.ones(g.shape[1])),),
)

linear_backward.slip(
    replaced(
        "grad_weight",
        lambda grad_out, x, weight: np.outer(grad_out[-1], x[-1]),
        "grad_weight is that of the last point alone: each point overwrites the one before",
        "After your loop over the points, what is left of the first one: is it = or +=?",
    )
)

linear_backward.slip(
    replaced(
        "grad_bias",
        lambda grad_out, x, weight: grad_out[-1],
        "grad_bias is that of the last point alone: each point overwrites the one before",
        "After your loop over the points, what is left of the first one: is it = or +=?",
    )
)

linear_backward.slip(
    replaced(
        "grad_x",
        lambda grad_out, x, weight: grad_out[:, -1:] * weight[-1],
        "grad_x is that of the last output alone: each output overwrites the one before",
        "How many outputs does x[n, d] act on? In your loop over them, is it = or +=?",
    )
)


@linear_backward.mistake(
    "the last point or output overwrites the others in all three gradients: = instead of +=",
    hint="After your loops, what is left of the first output and of the first point?",
    whole=True,
)
def _(grad_out, x, weight):
    return grad_out[:, -1:] * weight[-1], np.outer(grad_out[-1], x[-1]), grad_out[-1]


linear_backward.slip(
    replaced(
        "grad_weight",
        lambda grad_out, x, weight: np.outer(grad_out[0], x[0]),
        "grad_weight is that of the first point alone",
        "How many points act through weight[o, d]? How often does your loop run?",
    )
)

linear_backward.slip(
    replaced(
        "grad_bias",
        lambda grad_out, x, weight: grad_out[0],
        "grad_bias is that of the first point alone",
        "How many points does the bias act on? Does your code look at number 0 alone?",
    )
)

linear_backward.slip(
    reordered(0, 2, 1),
    "grad_weight and grad_bias are in the wrong order",
    hint="The docstring says grad_x, grad_weight, grad_bias.",
)

linear_backward.slip(
    reordered(1, 2, 0),
    "grad_x comes last instead of first",
    hint="The docstring says grad_x, grad_weight, grad_bias.",
)
