"""Optimizers: rules that turn gradients into steps. They follow torch's formulas to the letter."""

import numpy as np


class Optimizer:
    """Keeps the parameters it is to change; `step` changes them in place.

        optimizer = SGD(model.parameters, lr=0.1)
        optimizer.step(model.gradients)

    `lr` can be set at any time, which is what schedules do.
    """

    def __init__(self, parameters, lr, weight_decay=0.0):
        if lr < 0:
            raise ValueError(f"{type(self).__name__} expects lr ≥ 0, got {lr}")
        self.parameters = parameters
        self.lr = lr
        self.weight_decay = weight_decay

    def step(self, gradients):
        """Move every parameter once. Raises ValueError when a parameter has no gradient."""
        if missing := self.parameters.keys() - gradients.keys():
            raise ValueError(f"no gradient for {sorted(missing)}: call model.backward before step")
        for name, parameter in self.parameters.items():
            gradient = gradients[name]
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
        self.momentum = momentum
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
        self.betas, self.eps = betas, eps
        self.steps = 0
        self.mean = {name: np.zeros_like(p) for name, p in parameters.items()}
        self.square = {name: np.zeros_like(p) for name, p in parameters.items()}

    def step(self, gradients):
        self.steps += 1
        super().step(gradients)

    def update(self, name, gradient):
        beta1, beta2 = self.betas
        mean, square = self.mean[name], self.square[name]
        mean += (1 - beta1) * (gradient - mean)
        square += (1 - beta2) * (gradient**2 - square)
        unbiased_mean = mean / (1 - beta1**self.steps)  # both start at 0 and are too small at first
        unbiased_square = square / (1 - beta2**self.steps)
        return self.lr * unbiased_mean / (np.sqrt(unbiased_square) + self.eps)
