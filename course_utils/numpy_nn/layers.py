"""Layers: they keep parameters and what backward needs; the arithmetic is in the functions.

out = layer.forward(x)              # or layer(x)
grad_x = layer.backward(grad_out)   # and layer.gradients is filled
"""

import math

import numpy as np

from course_utils.numpy_nn.activations import (
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)
from course_utils.numpy_nn.init import he_normal
from course_utils.numpy_nn.linear import linear, linear_backward


class Layer:
    """One step of a network, with the dictionaries that optimizers and `save` go through."""

    training = True  # batch norm and dropout behave differently when the network is used
    needs_input_grad = True  # False for the first layer in training: nobody asks for grad_x

    def __init__(self):
        self.parameters = {}  # name -> array, changed in place by the optimizer
        self.gradients = {}  # name -> array of the same shape, set by backward
        self.buffers = {}  # name -> array that is saved, but not trained

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        """Compute the output and keep what backward needs."""
        raise NotImplementedError

    def backward(self, grad_out):
        """Turn the gradient of the output into that of the input; set `gradients` on the way."""
        raise NotImplementedError

    def keep_gradients(self, **gradients):
        """For backward: set the gradients of those parameters that the layer has."""
        self.gradients.update((n, g) for n, g in gradients.items() if n in self.parameters)

    def train(self, training=True):
        """Switch to training (or, with False, to use). Returns the layer itself."""
        self.training = training
        return self

    def eval(self):
        """Switch from training to use. Returns the layer itself."""
        return self.train(False)

    def __repr__(self):
        return f"{type(self).__name__}()"


class Linear(Layer):
    """Fully connected layer: (N, in_features) -> (N, out_features). The biases start at 0.

    `init(shape, rng, dtype)` makes the weights; `rng` is a generator or a seed.
    """

    def __init__(
        self, in_features, out_features, bias=True, *, init=he_normal, rng=None, dtype=np.float32
    ):
        super().__init__()
        self.parameters["weight"] = init((out_features, in_features), rng, dtype)
        if bias:
            self.parameters["bias"] = np.zeros(out_features, dtype)

    def forward(self, x):
        self.x = x
        return linear(x, self.parameters["weight"], self.parameters.get("bias"))

    def backward(self, grad_out):
        grad_x, grad_weight, grad_bias = linear_backward(
            grad_out, self.x, self.parameters["weight"], self.needs_input_grad
        )
        self.keep_gradients(weight=grad_weight, bias=grad_bias)
        return grad_x

    def __repr__(self):
        out_features, in_features = self.parameters["weight"].shape
        return f"Linear({in_features} → {out_features})"


class Sigmoid(Layer):
    """Every number into (0, 1), any shape."""

    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, grad_out):
        return sigmoid_backward(grad_out, self.out)


class Tanh(Layer):
    """Every number into (−1, 1), any shape."""

    def forward(self, x):
        self.out = tanh(x)
        return self.out

    def backward(self, grad_out):
        return tanh_backward(grad_out, self.out)


class ReLU(Layer):
    """Negative numbers become 0, any shape."""

    def forward(self, x):
        self.out = relu(x)
        return self.out

    def backward(self, grad_out):
        return relu_backward(grad_out, self.out)


class Flatten(Layer):
    """Maps to vectors: (N, C, H, W) -> (N, C·H·W)."""

    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, grad_out):
        return grad_out.reshape(self.shape)
