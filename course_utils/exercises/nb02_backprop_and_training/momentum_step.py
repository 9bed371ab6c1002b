"""The exercise `momentum_step` of notebook 02."""

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import (
    ignored,
    missing,
    reordered,
    replaced,
    swapped,
)


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


@momentum_step.mistake(
    "the parameter moved along the gradient alone; the velocity was not used",
    hint="For which of the two lines did you compute the velocity? Does the parameter follow it?",
)
def _(parameter, gradient, velocity, lr, momentum):
    return parameter - lr * gradient, momentum * velocity + gradient


momentum_step.slip(
    replaced(
        "velocity",
        lambda velocity, **arguments: velocity,
        "the old velocity was returned, not the new one",
        "Which velocity will the next step need: the one it got, or the one you computed?",
    )
)


@momentum_step.mistake(
    "momentum multiplies the gradient as well",
    hint="In momentum · velocity + gradient, what does momentum multiply?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * (velocity + gradient)
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "momentum multiplies the gradient instead of the old velocity",
    hint="Which of the two should fade: what was there before, or what is new?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = velocity + momentum * gradient
    return parameter - lr * velocity, velocity


momentum_step.slip(
    swapped("lr", "momentum"),
    "lr and momentum have changed places",
    hint="Which of the two makes the velocity fade, and which one sets the length of the step?",
)

momentum_step.slip(
    missing("gradient", 0),
    "the gradient was not added to the velocity",
    hint="What does the first step do, when the velocity is still 0?",
)


@momentum_step.mistake(
    "1 − momentum multiplies the old velocity",
    hint="For momentum 0.9, how much of the old velocity should be left: 0.9 or 0.1 of it?",
    also=(
        lambda p, g, v, lr, m: (p - lr * (m * g + (1 - m) * v), m * g + (1 - m) * v),
    ),
)  # fmt: skip
def _(parameter, gradient, velocity, lr, momentum):
    velocity = (1 - momentum) * velocity + gradient
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "the gradient was subtracted from the velocity instead of added",
    hint="In our convention the velocity is a sum of gradients. Where does the minus belong?",
    also=(lambda p, g, v, lr, m: (p - lr * (m * v - g), m * v - g),),
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity - gradient
    return parameter + lr * velocity, velocity


@momentum_step.mistake(
    "lr was used twice: in the velocity and in the step",
    hint="In how many of the two lines does lr belong?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + lr * gradient
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "lr multiplies the gradient only, not the whole velocity",
    hint="Does the step go along the new velocity as a whole, or along its two terms apart?",
)
def _(parameter, gradient, velocity, lr, momentum):
    return parameter - momentum * velocity - lr * gradient, momentum * velocity + gradient


@momentum_step.mistake(
    "this is Nesterov's step: momentum was applied to the new velocity once more",
    hint="Along which vector does the plain step go: the new velocity, or one step further?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return parameter - lr * (momentum * velocity + gradient), velocity


@momentum_step.mistake(
    "momentum multiplies the step of the parameter, not the old velocity",
    hint="Is the fading in the velocity that is handed to the next step?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = velocity + gradient
    return parameter - lr * momentum * velocity, velocity


@momentum_step.mistake(
    "the velocity came back multiplied by lr",
    hint="Which of the two, v or lr · v, will the next step multiply by momentum?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return parameter - lr * velocity, lr * velocity


@momentum_step.mistake(
    "the new velocity was damped a second time when the parameter moved",
    hint="In which of the two lines does momentum belong?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return parameter - lr * momentum * velocity, velocity


@momentum_step.mistake(
    "the step came back instead of the moved parameter",
    hint="What has to happen with lr · velocity to get from the old parameter to the new one?",
    also=(lambda p, g, v, lr, m: (-lr * (m * v + g), m * v + g),),
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return lr * velocity, velocity


momentum_step.slip(
    replaced(
        "parameter",
        lambda parameter, **arguments: parameter,
        "the old parameter was returned: it has not moved",
        "Does `parameter - …` change parameter, or is it a new array that needs a name?",
    )
)


def _in_place(parameter, gradient, velocity, lr, momentum):
    velocity *= momentum
    velocity += gradient
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "`-=`, `+=` or `*=` changed the caller's arrays",
    hint="Which arrays exist after a -= b, and which after a = a - b?",
    also=(
        _in_place,
        lambda p, g, v, lr, m: (p.__isub__(lr * (m * v + g)), m * v + g),
    ),
)  # fmt: skip
def _(parameter, gradient, velocity, lr, momentum):
    _, velocity = _in_place(parameter, gradient, velocity, lr, momentum)
    parameter -= lr * velocity
    return parameter, velocity
