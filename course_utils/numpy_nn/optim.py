"""Optimizers: rules that turn gradients into steps. They follow torch's formulas to the letter."""

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions
from course_utils.shapes import kind_of, number, require_shape


class Optimizer:
    """Keeps the parameters it is to change; `step` changes them in place.

        optimizer = SGD(model.parameters, lr=0.1)
        optimizer.step(model.gradients)

    `lr` can be set at any time, which is what schedules do. Raises ValueError for a setting that is
    no number or out of its range, TypeError for parameters that are not a dictionary of arrays of
    floats.
    """

    def __init__(self, parameters, lr, weight_decay=0.0):
        op = type(self).__name__
        _require_parameters(op, parameters)
        self.parameters = parameters
        self.lr = lr
        self.weight_decay = number(op, "weight_decay", weight_decay)

    @property
    def lr(self):
        """The learning rate."""
        return self._lr

    @lr.setter
    def lr(self, lr):
        self._lr = number(type(self).__name__, "lr", lr)

    def step(self, gradients):
        """Move every parameter once.

        Raises ValueError, and moves nothing, when a parameter has no gradient or one of another
        shape.
        """
        op = type(self).__name__
        if not isinstance(gradients, dict):
            raise TypeError(f"{op}.step expects model.gradients, got {kind_of(gradients)}")
        if missing := self.parameters.keys() - gradients.keys():
            raise ValueError(f"no gradient for {sorted(missing)}: call model.backward before step")
        for name, parameter in self.parameters.items():
            require_shape(f"{op}.step", f"gradient of {name}", gradients[name], parameter.shape)
        self._move(gradients)

    def _move(self, gradients):
        for name, parameter in self.parameters.items():
            (gradient,) = as_fractions(type(self).__name__, gradient=gradients[name])
            if self.weight_decay:
                gradient = gradient + self.weight_decay * parameter
            parameter -= self.update(name, gradient)

    def update(self, name, gradient):
        """What to subtract from the parameter called `name`."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent with momentum: velocity ← momentum · velocity + gradient."""

    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.momentum = number("SGD", "momentum", momentum, 0, below=1)
        self.velocity = {name: np.zeros_like(p) for name, p in parameters.items()}

    def update(self, name, gradient):
        velocity = self.velocity[name]
        velocity *= self.momentum
        velocity += gradient
        return self.lr * velocity


class Adam(Optimizer):
    """Steps of about `lr`, whatever the gradient's size (Kingma & Ba 2015, algorithm 1)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise ValueError(f"Adam expects betas: two numbers, got {betas!r}")
        self.betas = tuple(number("Adam", "each of betas", beta, 0, below=1) for beta in betas)
        self.eps = number("Adam", "eps", eps)
        self.steps = 0
        self.mean = {name: np.zeros_like(p) for name, p in parameters.items()}
        self.square = {name: np.zeros_like(p) for name, p in parameters.items()}

    def _move(self, gradients):
        self.steps += 1
        super()._move(gradients)

    def update(self, name, gradient):
        beta1, beta2 = self.betas
        mean, square = self.mean[name], self.square[name]
        mean += (1 - beta1) * (gradient - mean)
        square += (1 - beta2) * (gradient**2 - square)
        unbiased_mean = mean / (1 - beta1**self.steps)  # both start at 0 and are too small at first
        unbiased_square = square / (1 - beta2**self.steps)
        return self.lr * unbiased_mean / (np.sqrt(unbiased_square) + self.eps)


def _require_parameters(op, parameters):
    """Raise TypeError unless they are a dictionary of arrays of floats, as a model has them."""
    if not isinstance(parameters, dict):
        model = " (not the model itself)" if hasattr(parameters, "parameters") else ""
        came = f"{kind_of(parameters)}{model}"
        raise TypeError(f"{op} expects parameters: model.parameters, a dictionary, got {came}")
    for name, array in parameters.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            came = getattr(array, "dtype", kind_of(array))
            raise TypeError(f"{op} expects parameter {name!r} to be an array of floats, got {came}")
