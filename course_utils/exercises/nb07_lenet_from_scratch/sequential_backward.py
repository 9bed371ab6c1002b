"""The exercise `sequential_backward` of notebook 07."""

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="07",
    points=2,
    minutes=10,
    hints=(
        "grad_out belongs to the output of the last layer. Whose backward can do something with "
        "it?",
        "What the last layer gives back belongs to its input. That is the output of which layer?",
        "`for backward in reversed(backwards):` walks from the end, and does not change the list.",
    ),
    explanation="The gradient walks from the end to the beginning, and each layer's backward turns "
    "the gradient of its output into that of its input, which is the output of the layer before. "
    "The chain rule's multiplications are inside the layers.",
)
def sequential_backward(backwards, grad_out):
    """Gradient of the loss with respect to the input of a network of layers in a row.

    backwards: one function per layer, in the order of the forward pass; each turns the
    gradient of its layer's output into that of its input.
    grad_out: the gradient of the last layer's output -> the gradient of the first one's input
    """
    for backward in reversed(backwards):
        grad_out = backward(grad_out)
    return grad_out


def _double(grad):
    return 2 * grad


def _through_relu(grad):
    return np.where(np.arange(grad.shape[-1]) % 3 == 1, 0.0, grad)  # every third neuron sleeps


def _from_two_to_three(grad):
    return grad @ np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]])  # (N, 2) -> (N, 3)


def _from_three_to_three(grad):
    return grad @ np.array([[0.0, 1.0, 2.0], [-1.0, 0.5, 0.0], [1.0, 1.0, -3.0]])


def _from_three_to_six(grad):
    return np.concatenate([grad, -grad * [1.0, 2.0, 3.0]], axis=1)  # (N, 3) -> (N, 6)


def _unflatten(grad):
    return grad.reshape(len(grad), 2, 1, 3)  # (N, 6) -> (N, 2, 1, 3)


def _reverse_rows(grad):
    return grad[:, ::-1]


@sequential_backward.cases
def _(rng):
    yield case([_double], np.array([[1.0, -2.0]]), label="a single layer")
    layers = [_through_relu, _from_three_to_three]
    yield case(layers, rng.normal(size=(2, 3)), label="a ReLU, then a linear layer")
    layers = [_from_three_to_three, _through_relu, _reverse_rows, _double, _from_three_to_three]
    yield case(layers, rng.normal(size=(1, 3)), label="five layers of the same width")
    layers = [_unflatten, _from_three_to_six, _through_relu, _from_two_to_three]
    yield case(layers, rng.normal(size=(4, 2)), label="layers of different widths, and a flatten")
    layers = [_reverse_rows, _from_three_to_three, _through_relu]
    yield case(layers, rng.normal(size=(2, 3)).astype(np.float32), label="float32")


@sequential_backward.oracle
def _(backwards, grad_out):
    def at(layer):  # the gradient of the output of layer number `layer`
        return grad_out if layer == len(backwards) - 1 else backwards[layer + 1](at(layer + 1))

    return at(-1)


@sequential_backward.mistake(
    "the layers were visited in the order of the forward pass",
    hint="grad_out belongs to the output of the last layer. Which layer knows what to do with it?",
)
def _(backwards, grad_out):
    for backward in backwards:
        grad_out = backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "each layer got the gradient of the network's output, not that of its own output",
    hint="What the last layer gives back must go into the layer before it. Under which name does "
    "it get there?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        grad = backward(grad_out)
    return grad


@sequential_backward.mistake(
    "the first layer was left out",
    hint="Where does your range end? range(n, 0, -1) does not visit 0.",
)
def _(backwards, grad_out):
    for k in range(len(backwards) - 1, 0, -1):
        grad_out = backwards[k](grad_out)
    return grad_out


@sequential_backward.mistake(
    "the last layer was left out",
    hint="With one layer only: is its backward called?",
)
def _(backwards, grad_out):
    for backward in backwards[-2::-1] if len(backwards) > 1 else []:
        grad_out = backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "the walk ended after one layer",
    hint="Is your `return` inside the loop?",
)
def _(backwards, grad_out):
    return backwards[-1](grad_out)


@sequential_backward.mistake(
    "the gradient was multiplied in once more",
    hint="backward has done the chain rule's multiplication already. What is left to do with what "
    "it returns?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        grad = backward(grad_out)
        grad_out = grad * grad_out if grad.shape == grad_out.shape else grad
    return grad_out


@sequential_backward.mistake(
    "the list was turned around in place: the next forward pass would run backwards",
    hint="`.reverse()` changes the list itself. What does reversed(…) do?",
)
def _(backwards, grad_out):
    backwards.reverse()
    for backward in backwards:
        grad_out = backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "what backward returns was not used: grad_out came back as it went in",
    hint="backward(grad_out) does not change grad_out, it returns something new. Under which name "
    "do you keep it?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "the gradients behind and in front of each layer were added",
    hint="What the layer gives back *replaces* the gradient of its output. Why should the two have "
    "the same shape at all?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        grad_out = grad_out + backward(grad_out)
    return grad_out
