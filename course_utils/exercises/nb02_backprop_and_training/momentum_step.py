"""The exercise `momentum_step` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import ignored, reordered


@exercise(
    notebook="02",
    points=2,
    minutes=10,
    returns=("parameter", "velocity"),
    hints=(
        "First the velocity, then the parameter.",
        "velocity ← momentum · velocity + gradient. Then the parameter goes against the velocity.",
    ),
    explanation="The velocity is a fading sum of all gradients so far: equal directions add up, "
    "opposite ones cancel. The parameter then moves against the new velocity. This is the "
    "convention of torch.optim.SGD, where the learning rate multiplies the whole velocity.",
)
def momentum_step(parameter, gradient, velocity, lr, momentum):
    """One step of gradient descent with momentum.

    parameter, gradient, velocity of equal shapes; lr, momentum numbers -> (parameter, velocity)
    """
    velocity = momentum * velocity + gradient
    return parameter - lr * velocity, velocity


@momentum_step.cases
def _(rng):
    yield case(np.array([1.0]), np.array([0.5]), np.array([2.0]), 0.1, 0.9, label="one number")
    yield case(*rng.normal(size=(3, 2, 4)), 0.01, 0.9, label="a matrix")
    yield case(*rng.normal(size=(3, 5)), 0.3, 0.0, label="momentum 0: plain descent")
    first = rng.normal(size=(2, 3, 2))
    yield case(*first, np.zeros((3, 2)), 0.1, 0.5, label="the first step: velocity 0")
    yield case(*rng.normal(size=(3, 2, 3)).astype(np.float32), 0.1, 0.8, label="float32")


@momentum_step.oracle
def _(parameter, gradient, velocity, lr, momentum):
    new_velocity, new_parameter = np.empty_like(velocity), np.empty_like(parameter)
    for place in np.ndindex(parameter.shape):
        new_velocity[place] = gradient[place] + velocity[place] * momentum
        new_parameter[place] = parameter[place] + new_velocity[place] * -lr
    return new_parameter, new_velocity


@momentum_step.mistake(
    "the parameter moved with the old velocity",
    hint="In which order do the two lines stand: is the velocity new when the parameter moves?",
)
def _(parameter, gradient, velocity, lr, momentum):
    return parameter - lr * velocity, momentum * velocity + gradient


@momentum_step.mistake(
    "the step goes uphill",
    hint="The gradient points to where the loss grows. Where do you want to go?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return parameter + lr * velocity, velocity


momentum_step.slip(
    ignored("momentum", 0),
    "momentum was not used: this is plain gradient descent",
    hint="Which part of the step remembers the earlier gradients?",
)


@momentum_step.mistake(
    "the gradient was weighted with 1 − momentum",
    hint="That is a running average, which Adam uses. Here the new gradient counts in full.",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "the learning rate was put into the velocity",
    hint="Another convention, with other numbers. In ours the velocity is a sum of gradients, "
    "and lr enters only when the parameter moves.",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity - lr * gradient
    return parameter + velocity, velocity


@momentum_step.mistake(
    "the learning rate was put into the velocity (with a plus sign)",
    hint="Another convention, with other numbers. In ours the velocity is a sum of gradients, and "
    "lr enters only when the parameter moves.",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + lr * gradient
    return parameter - velocity, velocity


momentum_step.slip(
    ignored("momentum", 1),
    "the velocity was not damped: momentum is missing",
    hint="A fading sum: what happens to the old velocity before the new gradient is added?",
)

momentum_step.slip(
    ignored("lr", 1),
    "the learning rate is missing",
    hint="How long is the step if lr is 0?",
)

momentum_step.slip(
    reordered(1, 0),
    "the two results are in the wrong order",
    hint="The docstring says (parameter, velocity).",
)
