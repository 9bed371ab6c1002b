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
from course_utils.numpy_nn.dtypes import float_dtype, generator, require_numbers
from course_utils.numpy_nn.init import he_normal
from course_utils.numpy_nn.linear import linear, linear_backward
from course_utils.shapes import ShapeError, require_shape, whole_number


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

    def kept(self, name):
        """For backward: what forward kept under this name; raises RuntimeError if there is none."""
        if name not in self.__dict__:
            layer = type(self).__name__
            raise RuntimeError(f"{layer}.backward needs what forward keeps: call forward first")
        return self.__dict__[name]

    def new_parameters(self, shape, biases, init, rng, dtype):
        """For __init__: a weight of this shape, and so many biases that start at 0."""
        op = type(self).__name__
        dtype, rng = float_dtype(op, dtype), generator(op, rng)
        if not callable(init):
            raise TypeError(f"{op} expects init: a function (shape, rng, dtype), got {init!r}")
        self.parameters["weight"] = weight = init(shape, rng, dtype)
        require_shape(op, "what init returns", weight, shape)
        if biases:
            self.parameters["bias"] = np.zeros(biases, dtype)

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

    `init(shape, rng, dtype)` makes the weights; `rng` is a generator or a seed. Raises ValueError
    for sizes below 1.
    """

    def __init__(
        self, in_features, out_features, bias=True, *, init=he_normal, rng=None, dtype=np.float32
    ):
        super().__init__()
        in_features = whole_number("Linear", "in_features", in_features, 1)
        out_features = whole_number("Linear", "out_features", out_features, 1)
        shape, biases = (out_features, in_features), out_features * bool(bias)
        self.new_parameters(shape, biases, init, rng, dtype)

    def forward(self, x):
        out = linear(x, self.parameters["weight"], self.parameters.get("bias"))
        self.x = x
        return out

    def backward(self, grad_out):
        grad_x, grad_weight, grad_bias = linear_backward(
            grad_out, self.kept("x"), self.parameters["weight"], self.needs_input_grad
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
        return sigmoid_backward(grad_out, self.kept("out"))


class Tanh(Layer):
    """Every number into (−1, 1), any shape."""

    def forward(self, x):
        self.out = tanh(x)
        return self.out

    def backward(self, grad_out):
        return tanh_backward(grad_out, self.kept("out"))


class ReLU(Layer):
    """Negative numbers become 0, any shape."""

    def forward(self, x):
        self.out = relu(x)
        return self.out

    def backward(self, grad_out):
        return relu_backward(grad_out, self.kept("out"))


class Flatten(Layer):
    """Maps to vectors: (N, C, H, W) -> (N, C·H·W)."""

    def forward(self, x):
        require_numbers("Flatten", "x", x)
        if x.ndim == 0:
            raise ShapeError("Flatten expects x with one axis at least, got one number")
        self.shape = x.shape
        return x.reshape(self._flat())

    def backward(self, grad_out):
        shape = self.kept("shape")
        require_shape("Flatten.backward", "grad_out", grad_out, self._flat())
        return grad_out.reshape(shape)

    def _flat(self):
        return self.shape[0], math.prod(self.shape[1:])
