"""The exercise `weight_decay_step` of notebook 09."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import reordered


@exercise(
    notebook="09",
    points=2,
    minutes=15,
    returns=("weight", "velocity"),
    hints=(
        "The slope of ½ · decay · w² with respect to w is decay · w. To what is it added?",
        "First the full gradient, then the velocity, then the weight. The last two are the "
        "momentum_step of notebook 02.",
    ),
    explanation="The decay adds ½ · decay · w² to the loss, for each weight, and its slope decay · "
    "w to the gradient. From there on everything is as without it: the sum goes into the velocity, "
    "and the weight moves against the velocity. torch.optim.SGD does the same.",
)
def weight_decay_step(weight, grad, velocity, lr, momentum, decay):
    """One step of SGD with momentum and L2 weight decay: decay * weight is part of the gradient.

    weight, grad, velocity of equal shapes; lr, momentum, decay numbers -> (weight, velocity), new
    """
    velocity = momentum * velocity + (grad + decay * weight)
    return weight - lr * velocity, velocity


@weight_decay_step.cases
def _(rng):
    yield case(
        np.array([1.0, -2.0]), np.array([0.5, 0.1]), np.array([2.0, 1.0]), 0.1, 0.9, 0.2,
        label="two weights",
    )  # fmt: skip
    yield case(*rng.normal(size=(3, 2, 4)), 0.3, 0.8, 0.05, label="a matrix")
    weight, grad = rng.normal(size=(2, 5, 3))
    zero = np.zeros((5, 3))
    yield case(weight, grad, zero, 0.2, 0.9, 0.3, label="the first step: velocity 0")
    yield case(weight, zero, zero, 0.5, 0.7, 0.4, label="no gradient: the decay alone")
    yield case(*rng.normal(size=(3, 2, 3, 2)), 0.1, 0.0, 0.5, label="without momentum")
    yield case(*rng.normal(size=(3, 4, 2)), 0.1, 0.9, 0.0, label="without decay")
    transposed = rng.normal(size=(3, 4, 6)).astype(np.float32).transpose(0, 2, 1)
    yield case(*transposed, 0.05, 0.6, 0.1, label="float32, not in memory order")


@weight_decay_step.oracle
def _(weight, grad, velocity, lr, momentum, decay):
    new_weight, new_velocity = np.empty_like(weight), np.empty_like(velocity)
    for place in np.ndindex(weight.shape):
        w, g, v = float(weight[place]), float(grad[place]), float(velocity[place])
        new_velocity[place] = v * momentum + g + w * decay
        new_weight[place] = w - lr * g - lr * decay * w - lr * momentum * v
    return new_weight, new_velocity


def _decayed(w, g, v, lr, momentum, decay, *, full=lambda w, g, v, lr, decay: g + decay * w,
             fade=lambda v, momentum, g: momentum * v + g,
             move=lambda w, new, old, lr, decay: w - lr * new):  # fmt: skip
    """The step with one line exchanged."""
    new = fade(v, momentum, full(w, g, v, lr, decay))
    return move(w, new, v, lr, decay), new


def _no_decay(w, g, v, lr, decay):
    return g


for name, hint, change in (
    (
        "the decay was left out",
        "Which line of your code uses `decay`?",
        {"full": _no_decay},
    ),
    (
        "the weight itself was shrunk, beside the velocity: this is the decoupled decay of AdamW",
        "Does decay · weight go through the velocity in your code? The task makes it a part of "
        "the gradient.",
        {"full": _no_decay, "move": lambda w, new, old, lr, decay: w - lr * new - lr * decay * w},
    ),
    (
        "the weight itself was shrunk after the step, beside the velocity",
        "Is decay · weight part of the gradient in your code? It should be there before the "
        "velocity is formed.",
        {"full": _no_decay, "move": lambda w, new, old, lr, d: (w - lr * new) * (1 - lr * d)},
    ),
    (
        "the weight was multiplied by 1 − decay: without the learning rate, and without momentum",
        "To what does the task add decay · weight? How large is the decay's part of a step then?",
        {"full": _no_decay, "move": lambda w, new, old, lr, decay: w * (1 - decay) - lr * new},
    ),
    (
        "the decay has the wrong sign: large weights grow",
        "The gradient points uphill. Is it uphill for decay · w² / 2 towards larger or towards "
        "smaller weights?",
        {"full": lambda w, g, v, lr, decay: g - decay * w},
    ),
    (
        "there is a factor 2 with the decay",
        "What is the slope of ½ · decay · w²?",
        {"full": lambda w, g, v, lr, decay: g + 2 * decay * w},
    ),
    (
        "½ · decay · weight was added: the ½ goes when the square is differentiated",
        "What is the slope of ½ · decay · w²?",
        {"full": lambda w, g, v, lr, decay: g + 0.5 * decay * w},
    ),
    (
        "½ · decay · weight² itself was added to the gradient, and not its slope",
        "That is what is added to the *loss*. What is its slope?",
        {"full": lambda w, g, v, lr, decay: g + 0.5 * decay * w**2},
    ),
    (
        "decay · weight² was added to the gradient",
        "A weight of −2 should be pulled upwards. Which sign has (−2)²?",
        {"full": lambda w, g, v, lr, decay: g + decay * w**2},
    ),
    (
        "the decay itself was added, without the weight",
        "Should all weights be pulled in the same direction, or each one towards 0?",
        {"full": lambda w, g, v, lr, decay: g + decay},
    ),
    (
        "only the sign of the weight counts: this is L1, not L2",
        "Should a large weight be pulled harder than a small one? What is the slope of ½ w²?",
        {"full": lambda w, g, v, lr, decay: g + decay * np.sign(w)},
    ),
    (
        "the decay was multiplied by the learning rate twice",
        "The learning rate comes in when the weight moves. Is it in the gradient, too?",
        {"full": lambda w, g, v, lr, decay: g + lr * decay * w},
    ),
    (
        "the gradient was multiplied by the decay",
        "Is the decay a part that is added, or a factor?",
        {"full": lambda w, g, v, lr, decay: decay * (g + w)},
    ),
    (
        "the velocity was decayed, not the weight",
        "What should become smaller from step to step: the velocity, or the weight?",
        {"full": lambda w, g, v, lr, decay: g + decay * v},
    ),
    (
        "the weight moved with the old velocity",
        "Is the velocity new when the weight moves?",
        {"move": lambda w, new, old, lr, decay: w - lr * old},
    ),
    (
        "the step goes uphill",
        "The gradient points to where the loss grows. Where do you want to go?",
        {"move": lambda w, new, old, lr, decay: w + lr * new},
    ),
    (
        "the gradient got a factor 1 − momentum",
        "velocity ← momentum · velocity + gradient. Is there a factor in front of the gradient?",
        {"fade": lambda v, momentum, g: momentum * v + (1 - momentum) * g},
    ),
    (
        "the momentum multiplies the gradient, too",
        "momentum · (v + g), or momentum · v + g? Where do your brackets end?",
        {"fade": lambda v, momentum, g: momentum * (v + g)},
    ),
    (
        "the momentum was left out",
        "Which line of your code uses the old velocity?",
        {"fade": lambda v, momentum, g: g},
    ),
    (
        "the velocity does not fade: it was not multiplied by the momentum",
        "velocity ← momentum · velocity + gradient. Where is your momentum?",
        {"fade": lambda v, momentum, g: v + g},
    ),
    (
        "the learning rate was left out when the weight moved",
        "The gradient says where to go. Which number says how far?",
        {"move": lambda w, new, old, lr, decay: w - new},
    ),
):  # fmt: skip
    weight_decay_step.mistake(name, hint=hint)(partial(_decayed, **change))


@weight_decay_step.mistake(
    "the velocity is the step itself, lr and minus sign inside: the AlexNet paper's way",
    hint="Both ways are the same as long as lr stays. In torch and in this course the velocity is "
    "a sum of gradients, and the weight moves by −lr · velocity. Where do lr and the sign come in?",
)
def _(weight, grad, velocity, lr, momentum, decay):
    velocity = momentum * velocity - lr * (grad + decay * weight)
    return weight + velocity, velocity


@weight_decay_step.mistake(
    "the weight was multiplied by 1 − decay after the step: without the learning rate",
    hint="To what does the task add decay · weight? How large is the decay's part of a step then?",
)
def _(weight, grad, velocity, lr, momentum, decay):
    velocity = momentum * velocity + grad
    return (weight - lr * velocity) * (1 - decay), velocity


@weight_decay_step.mistake(
    "the learning rate sits inside the velocity, as in the AlexNet paper",
    hint="Both ways are the same as long as lr stays. In torch and in this course the velocity is "
    "a sum of gradients. Where does lr come in then?",
)
def _(weight, grad, velocity, lr, momentum, decay):
    velocity = momentum * velocity + lr * (grad + decay * weight)
    return weight - velocity, velocity


weight_decay_step.slip(
    reordered(1, 0),
    "the results stand in the order velocity, weight",
    hint="Which of the two does the docstring name first?",
)


@weight_decay_step.mistake(
    "the old velocity was returned",
    hint="The next step needs to remember this one. Which velocity does it need?",
)
def _(weight, grad, velocity, lr, momentum, decay):
    return _decayed(weight, grad, velocity, lr, momentum, decay)[0], velocity


@weight_decay_step.mistake(
    "weight and velocity were changed in place",
    hint="`velocity *= momentum` and `weight -= …` write into the arrays of whoever called you. "
    "What does `velocity = momentum * velocity + …` do?",
)
def _(weight, grad, velocity, lr, momentum, decay):
    velocity *= weight.dtype.type(momentum)
    velocity += (grad + decay * weight).astype(weight.dtype)
    weight -= (lr * velocity).astype(weight.dtype)
    return weight, velocity
