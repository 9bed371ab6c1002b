"""Exercises of notebook 09: dropout, the plateau schedule, weight decay, Adam."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ---------------------------------------------------------------------------------------- dropout
@exercise(
    notebook="09",
    points=2,
    minutes=10,
    hints=(
        "Which numbers of x are dropped? Compare `uniform` with p, entry by entry: that gives an "
        "array of True and False, of the shape of x.",
        "np.where(yes_or_no, a, b) takes a where it says True, and b elsewhere.",
        "Of 10 numbers, 10 · (1 − p) are left on average. By what must they be divided for the sum "
        "to stay the same? And what happens when `training` is False?",
    ),
    explanation="A number below p occurs with probability p, so comparing `uniform` with p drops "
    "the right share. What is left is divided by 1 − p, so that each number keeps its mean. "
    "Thanks to that nothing at all needs to be done when the network is used.",
)
def dropout(x, p, uniform, training):
    """Drop numbers of x with probability p in training, and leave x alone in use.

    x: any shape; 0 <= p < 1; uniform: random numbers from 0 to 1 (1 never comes) of the shape of x:
    where one is smaller than p, x is set to 0. What is left is divided by 1 - p.
    training: True, or False for a network in use (then x comes back) -> out, of the shape of x
    """
    if not training:
        return x
    return np.where(uniform < p, 0, x / (1 - p))


@dropout.cases
def _(rng):
    x, uniform = np.array([2.0, -4.0, 6.0, 8.0]), np.array([0.1, 0.3, 0.9, 0.6])
    yield case(x, 0.25, uniform, True, label="four numbers, one of them is dropped")
    yield case(x, 0.25, uniform, False, label="the same in use")
    x, uniform = rng.normal(size=(3, 4, 2)), rng.random((3, 4, 2))
    uniform.flat[[2, 5, 7]] = 0.5, 0.2, 0.8
    yield case(x, 0.5, uniform, True, label="half is dropped; one random number is exactly 0.5")
    uniform = rng.random((5, 7))
    uniform[0] = 0.05, 0.1, 0.15, 0.3, 0.5, 0.7, 0.9
    x = rng.normal(size=(5, 7)) - 3
    yield case(x, 0.2, uniform, True, label="p is small, all of x is negative")
    yield case(x, 0.8, uniform, False, label="a large p, but in use")
    uniform = rng.random((4, 3))
    uniform[1, 2] = 0.0
    yield case(
        rng.normal(size=(4, 3)), 0.0, uniform, True,
        label="p = 0: nothing is dropped, even where the random number is exactly 0",
    )  # fmt: skip
    uniform = rng.random((6, 9)).T
    uniform[:3, 0] = 0.2, 0.75, 0.8
    x = rng.normal(size=(6, 9)).astype(np.float32).T
    yield case(x, 0.75, uniform, True, label="float32, not in memory order; most are dropped")


@dropout.oracle
def _(x, p, uniform, training):
    out = np.array(x)
    for place in np.ndindex(x.shape if training else ()):
        if not training:
            break
        out[place] = 0 if uniform[place] < p else float(x[place]) / (1 - p)
    return out


def _dropped(x, p, uniform, training, *, gone=np.less, scale=lambda p, kept: 1 / (1 - p), use=None):
    """Dropout with one thing exchanged: who goes, how the rest is scaled, what use does."""
    with np.errstate(all="ignore"):
        if not training:
            return x if use is None else use(x, p, uniform)
        lost = gone(uniform, p)
        return np.where(lost, 0, x * scale(p, 1 - lost))


for name, hint, change in (
    (
        "what is left was not scaled",
        "With p = 0.5, half of the numbers are gone. What is the sum, compared with before? And "
        "what does the layer behind get to see in use?",
        {"scale": lambda p, kept: 1},
    ),
    (
        "this is the dropout of 2012: no scaling in training, and a factor 1 − p in use",
        "Both ways give the same mean. Which of them leaves x alone in use, as the task asks?",
        {"scale": lambda p, kept: 1, "use": lambda x, p, uniform: x * (1 - p)},
    ),
    (
        "what is left was multiplied by 1 − p, not divided",
        "Some numbers are gone. Must the others grow or shrink for the sum to stay?",
        {"scale": lambda p, kept: 1 - p},
    ),
    (
        "what is left was divided by p",
        "p is the share that goes. Which share stays?",
        {"scale": lambda p, kept: 1 / np.float64(p)},
    ),
    (
        "p was taken for the probability to stay, when dropping and when dividing",
        "With p = 0.2, how many numbers out of ten should be gone?",
        {"gone": np.greater_equal, "scale": lambda p, kept: 1 / np.float64(p)},
    ),
    (
        "the wrong ones were dropped: those where `uniform` is p or more",
        "How many out of ten uniform numbers lie below 0.2? And how many should go?",
        {"gone": np.greater_equal},
    ),
    (
        "a random number that is exactly p drops, too",
        "Smaller than p, or not larger than p? With p = 0 nothing may be dropped. What if the "
        "random number is 0?",
        {"gone": np.less_equal},
    ),
    (
        "the network drops in use as well: `training` was not used",
        "Would you like a classifier that gives another answer each time you ask it?",
        {"use": lambda x, p, uniform: np.where(uniform < p, 0, x / (1 - p))},
    ),
    (
        "x was divided by 1 − p in use, too",
        "In use all numbers are there. Is there anything to make up for?",
        {"use": lambda x, p, uniform: x / (1 - p)},
    ),
    (
        "x was multiplied by 1 − p in use, although training has scaled already",
        "The division by 1 − p in training has set the mean right. What is left to do in use?",
        {"use": lambda x, p, uniform: x * (1 - p)},
    ),
    (
        "the rest was divided by the share that happened to stay, not by 1 − p",
        "np.mean of the mask depends on the draw. By which number, known beforehand, does the task "
        "divide?",
        {"scale": lambda p, kept: 1 / kept.mean()},
    ),
    (
        "nothing was dropped: x was only divided by 1 − p",
        "Which line of your code compares `uniform` with p?",
        {"gone": lambda uniform, p: np.zeros(uniform.shape, bool)},
    ),
    (
        "everything was divided by 1 − p, but what should be 0 kept its old value",
        "np.where(condition, a, b) takes a where the condition is true. What is your a?",
        {"form": lambda x, p, uniform: np.where(uniform < p, x, x / (1 - p))},
    ),
    (
        "x itself was compared with p",
        "Small numbers are not worse than large ones: chance decides. Where is the chance?",
        {"form": lambda x, p, uniform: np.where(x < p, 0, x / (1 - p))},
    ),
    (
        "each number was multiplied by its random number",
        "A number stays or goes, there is nothing between. Which comparison gives a yes or no?",
        {"form": lambda x, p, uniform: x * uniform / (1 - p)},
    ),
    (
        "the mask was returned, and not x times the mask",
        "Where does your code use the values of x?",
        {"form": lambda x, p, uniform: (uniform >= p) / (1 - p)},
    ),
):  # fmt: skip

    def _(x, p, uniform, training, form=None, **change):
        if form is not None:
            return form(x, p, uniform) if training else x
        return _dropped(x, p, uniform, training, **change)

    dropout.mistake(name, hint=hint)(partial(_, **change))


@dropout.mistake(
    "it drops in use, and not in training",
    hint="What does `if training` ask? When should numbers be dropped?",
)
def _(x, p, uniform, training):
    return _dropped(x, p, uniform, not training)


@dropout.mistake(
    "the zeros were written into x itself",
    hint="x[uniform < p] = 0 changes the array of whoever called you. What does np.where do?",
)
def _(x, p, uniform, training):
    if not training:
        return x
    x[uniform < p] = 0
    return x / (1 - p)


# ------------------------------------------------------------------------------- plateau_schedule
@exercise(
    notebook="09",
    points=3,
    minutes=20,
    hints=(
        "Walk through the losses with a loop. What must you remember from epoch to epoch? The "
        "rate, the lowest loss so far, and for how many epochs in a row it has not been beaten.",
        "First write down the rate of this epoch; only then look at its loss. float('inf') is "
        "larger than every number: a good start for the lowest loss.",
        "Was there no new lowest loss for more than `patience` epochs in a row? Then the rate "
        "falls, and the waiting begins again at 0. The lowest loss stays.",
    ),
    explanation="The rate of an epoch is fixed before its loss is known, so it is written down "
    "first. A new lowest loss ends the waiting; anything else, an equal loss too, makes it longer. "
    "After a fall of the rate the waiting begins anew, but the lowest loss is kept: the new rate "
    "has to beat it.",
)
def plateau_schedule(losses, lr, factor, patience):
    """The learning rate of each epoch: multiplied by factor when the loss has stopped falling.

    losses (epochs,): losses[e] is known only when epoch e is over; lr: the rate of epoch 0.
    After more than `patience` epochs in a row without a loss below the lowest one so far, the
    next epoch gets factor times the rate, and the counting begins anew.
    -> rates (epochs,), an array: the rate with which each epoch was trained
    """
    rates, lowest, waited = [], float("inf"), 0
    for loss in losses:
        rates.append(lr)
        waited = 0 if loss < lowest else waited + 1
        lowest = min(loss, lowest)
        if waited > patience:
            lr, waited = lr * factor, 0
    return np.array(rates)


@plateau_schedule.cases
def _(rng):
    losses = [3.0, 2.0, 2.5, 2.6, 2.7, 2.4]
    yield case(np.array(losses), 0.1, 0.5, 1, label="two epochs without progress, patience 1")
    losses = [2.0, 1.0, 1.1, 0.8, 0.9, 1.0, 0.7, 0.9, 0.8, 0.75, 0.72, 0.71]
    yield case(np.array(losses), 1.0, 0.1, 2, label="progress in between ends the waiting")
    losses = [2.0, 1.0, 1.5, 1.4, 1.3, 1.2, 1.1, 1.05, 1.02]
    yield case(np.array(losses), 0.3, 0.2, 1, label="the loss falls, but stays above the lowest")
    losses = [1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4]
    yield case(np.array(losses), 0.1, 0.1, 1, label="equal losses: no progress")
    losses = [1.0, 2.0, 0.5, 0.6, 0.4, 0.3, 0.3]
    yield case(np.array(losses), 0.8, 0.5, 0, label="patience 0: a single bad epoch is enough")
    losses = [2.0, 1.5, 1.2, 1.0, 0.9, 0.8, 0.7]
    yield case(np.array(losses), 0.1, 0.1, 1, label="the loss falls all the time")
    losses = np.exp(-0.3 * np.arange(40)) + 0.5 + 0.05 * rng.random(40)
    yield case(losses, 0.05, 0.3, 3, label="a noisy curve of 40 epochs")


@plateau_schedule.oracle
def _(losses, lr, factor, patience):
    """Without a counter: for each epoch, how long ago is the last record or the last fall?"""
    falls, rates = [], []
    for epoch in range(len(losses)):
        rates.append(lr * factor ** len(falls))
        records = [e for e in range(epoch + 1) if all(losses[e] < losses[i] for i in range(e))]
        if epoch - max([records[-1], *falls]) == patience + 1:
            falls.append(epoch)
    return np.array(rates)


def _plateau(losses, lr, factor, patience, *, better=np.less, lowest=np.inf,
             enough=np.greater, early=False, fall=None, forget=False, keep=False, last=False,
             reset=True):  # fmt: skip
    """The schedule with one thing exchanged; each switch is one line of the reference."""
    rates, waited, start, rate = [], 0, lr, lr
    for loss in losses:
        if not early:
            rates.append(rate)
        progress = better(loss, lowest)
        waited = 0 if progress and reset else waited + (not progress)
        lowest = loss if progress or last else lowest
        if enough(waited, patience):
            rate = rate * factor if fall is None else fall(rate, factor, start)
            waited = waited if keep else 0
            lowest = np.inf if forget else lowest
        if early:
            rates.append(rate)
    return np.array(rates)


for name, hint, change in (
    (
        "each loss was compared with that of the epoch before, not with the lowest so far",
        "The losses 1.5, 1.4, 1.3 fall. But if 1.0 was reached before, is that progress?",
        {"last": True},
    ),
    (
        "an equal loss was taken for progress",
        "The docstring says *below* the lowest one. Is 0.5 below 0.5?",
        {"better": np.less_equal},
    ),
    (
        "the rate falls one epoch too early: at `patience` epochs, not at more than that",
        "With patience 1, how many epochs in a row may pass without progress, and nothing happens?",
        {"enough": np.greater_equal},
    ),
    (
        "the rate falls one epoch too early, and only where an epoch brought nothing new: at "
        "`patience` epochs, not at more than that",
        "With patience 1, how many epochs in a row may pass without progress, and nothing happens?",
        {"enough": lambda waited, patience: waited >= max(patience, 1)},
    ),
    (
        "the rate falls one epoch too late",
        "More than 1 epoch, is that 2 or 3?",
        {"enough": lambda waited, patience: waited > patience + 1},
    ),
    (
        "the counting was not begun anew after the rate had fallen",
        "The new rate needs time to show what it can do. What is your counter when the rate has "
        "just fallen?",
        {"keep": True},
    ),
    (
        "progress did not set the counter back to 0",
        "The docstring says *in a row*. What ends the row?",
        {"reset": False},
    ),
    (
        "the loss of an epoch changed the rate of that same epoch",
        "When do you know losses[e], and with which rate had epoch e been trained by then? In "
        "which order do writing down and looking come?",
        {"early": True},
    ),
    (
        "the rate fell only once: every fall starts from the first lr",
        "factor times which rate: the present one, or that of epoch 0?",
        {"fall": lambda rate, factor, start: start * factor},
    ),
    (
        "the rate was divided by factor, and grew",
        "factor is 0.1 or 0.5. Should the rate become larger or smaller on a plateau?",
        {"fall": lambda rate, factor, start: rate / factor},
    ),
    (
        "the rate was set to factor",
        "Is 0.1 the new rate, or what the rate is multiplied by?",
        {"fall": lambda rate, factor, start: factor},
    ),
    (
        "factor was taken away from the rate, not multiplied",
        "What is 0.1 − 0.5? Can a rate be negative?",
        {"fall": lambda rate, factor, start: rate - factor},
    ),
    (
        "the lowest loss was forgotten when the rate fell",
        "What does the next loss have to beat: the best one of the whole training, or nothing?",
        {"forget": True},
    ),
    (
        "higher was taken for better, as with an accuracy",
        "These are losses. Which is the best one, 2.0 or 0.5?",
        {"better": np.greater, "lowest": -np.inf},
    ),
    (
        "no epoch ever counts as progress: the lowest loss begins at 0",
        "Which loss is below 0? What number would every first loss be below?",
        {"lowest": 0.0},
    ),
):  # fmt: skip
    plateau_schedule.mistake(name, hint=hint)(partial(_plateau, **change))


@plateau_schedule.mistake(
    "the first epoch counts as one without progress",
    hint="If the lowest loss begins as losses[0], is losses[0] below it? With what should it "
    "begin?",
)
def _(losses, lr, factor, patience):
    return _plateau(losses, lr, factor, patience, lowest=losses[0])


@plateau_schedule.mistake(
    "only the last rate was returned",
    hint="The task asks for one rate per epoch. Where do you collect them?",
)
def _(losses, lr, factor, patience):
    return float(_plateau(losses, lr, factor, patience)[-1])


@plateau_schedule.mistake(
    "there is one rate too many: that of the epoch after the last one",
    hint="For n losses there are n rates. Is the first lr in your list before the loop, and then "
    "one more in each turn?",
)
def _(losses, lr, factor, patience):
    return _plateau(np.append(losses, 0.0), lr, factor, patience)


@plateau_schedule.mistake(
    "the loop ends with the first fall: the rates behind it are missing",
    hint="Is there a `return` or a `break` inside the loop?",
)
def _(losses, lr, factor, patience):
    rates = _plateau(losses, lr, factor, patience)
    return rates[rates == lr]


# ------------------------------------------------------------------------------ weight_decay_step
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


@weight_decay_step.mistake(
    "the results stand in the order velocity, weight",
    hint="Which of the two does the docstring name first?",
)
def _(weight, grad, velocity, lr, momentum, decay):
    return _decayed(weight, grad, velocity, lr, momentum, decay)[::-1]


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


# -------------------------------------------------------------------------------------- adam_step
@exercise(
    notebook="09",
    points=3,
    minutes=20,
    returns=("weight", "m", "v"),
    hints=(
        "m and v are fading means: beta1 times the old m plus (1 − beta1) times the gradient, and "
        "the same with beta2 and the square of the gradient.",
        "The corrected means are m / (1 − beta1**t) and v / (1 − beta2**t). Give them names of "
        "their own: m and v themselves are returned without the correction.",
        "The step is lr · m̂ / (√v̂ + eps): eps stands outside the root.",
    ),
    explanation="m and v begin at 0 and are too small at first; after t steps the weights of the "
    "gradients in them add up to 1 − beta**t, and that is what they are divided by. m and v go on "
    "uncorrected: correcting them again and again would count the correction many times.",
)
def adam_step(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam.

    weight, grad, m, v of equal shapes: m and v are the fading means of the gradient and of its
    square, both 0 before the first step; t: the number of this step, from 1
    -> (weight, m, v), new; m and v without the correction
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return weight - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.cases
def _(rng):
    def drawn(*shape):
        return *rng.normal(size=(3, *shape)), rng.random(shape)  # v is a mean of squares: not < 0

    zero = np.zeros(2)
    grad = np.array([0.5, -3.0])
    yield case(np.array([1.0, 2.0]), grad, zero, zero, 1, 0.1, 0.9, 0.999, 1e-8,
               label="the first step")  # fmt: skip
    yield case(*drawn(3, 4), 2, 0.2, 0.8, 0.95, 1e-8, label="the second step, a matrix")
    yield case(*drawn(5), 7, 0.05, 0.9, 0.99, 0.1, label="a large eps")
    yield case(*drawn(2, 3, 2), 10**6, 0.1, 0.7, 0.9, 1e-3, label="after a million steps")
    weight, grad, m, v = drawn(4)
    grad[1:3] = m[1:3] = v[1:3] = 0
    yield case(weight, grad, m, v, 3, 0.3, 0.6, 0.9, 1e-4, label="weights that never had a slope")
    weight, grad, m, v = (a.astype(np.float32).T for a in drawn(4, 6))
    yield case(weight, grad, m, v, 5, 0.02, 0.5, 0.8, 0.01, label="float32, not in memory order")


@adam_step.groups({"after a million steps": 1, "early steps": 2})
def _(weight, grad, m, v, t, lr, beta1, beta2, eps):
    return "after a million steps" if t == 10**6 else "early steps"


@adam_step.oracle
def _(weight, grad, m, v, t, lr, beta1, beta2, eps):
    results = tuple(np.empty_like(weight) for _ in range(3))
    for place in np.ndindex(weight.shape):
        g = float(grad[place])
        mean = g + beta1 * (float(m[place]) - g)
        square = g * g + beta2 * (float(v[place]) - g * g)
        down = (square / (1 - beta2**t)) ** 0.5 + eps
        moved = float(weight[place]) - lr / (1 - beta1**t) * mean / down
        for result, number in zip(results, (moved, mean, square), strict=True):
            result[place] = number
    return results


def _moment(old, new, beta):
    return beta * old + (1 - beta) * new


def _swapped(old, new, beta):
    return (1 - beta) * old + beta * new


def _adam(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, *, first=_moment, second=_moment,
          square=lambda g: g**2, correct=lambda new, beta, t: new / (1 - beta**t), only=None,
          move=None, down=lambda v_hat, eps: np.sqrt(v_hat) + eps, order=None):  # fmt: skip
    """The step with one thing exchanged."""
    with np.errstate(all="ignore"):
        new_m, new_v = first(m, g, beta1), second(v, square(g), beta2)
        m_hat = new_m if only == "v" else correct(new_m, beta1, t)
        v_hat = new_v if only == "m" else correct(new_v, beta2, t)
        bottom = down(v_hat, eps)
        step = lr * m_hat / bottom if move is None else move(lr, m_hat, bottom, g, m)
        results = w - step, new_m, new_v
    return results if order is None else order(*results, m_hat, v_hat)


for name, hint, change in (
    (
        "the correction is missing: m and v begin at 0 and are too small at first",
        "After the first step m is (1 − beta1) times the gradient. By what must it be divided to "
        "be the gradient?",
        {"correct": lambda new, beta, t: new},
    ),
    (
        "only m was corrected, v was not",
        "v began at 0, too. How large is it after the first step?",
        {"only": "m"},
    ),
    (
        "only v was corrected, m was not",
        "m began at 0, too. How large is it after the first step?",
        {"only": "v"},
    ),
    (
        "t was counted one step too far",
        "t is 1 in the first step already. What is beta**1?",
        {"correct": lambda new, beta, t: new / (1 - beta ** (t + 1))},
    ),
    (
        "t was taken to start at 0",
        "In the first step t is 1. By what do you divide then?",
        {"correct": lambda new, beta, t: new / np.float64(1 - beta ** (t - 1))},
    ),
    (
        "the correction does not depend on t: it is always that of the first step",
        "After a thousand steps, is m still too small by the factor 1 − beta1?",
        {"correct": lambda new, beta, t: new / (1 - beta)},
    ),
    (
        "beta was multiplied by t, not raised to the power t",
        "In Python beta**t is a power. What is 1 − 0.9 · 20?",
        {"correct": lambda new, beta, t: new / (1 - beta * t)},
    ),
    (
        "1 − beta was raised to the power t, not beta alone",
        "1 − beta**t, or (1 − beta)**t? Where are the brackets in the formula?",
        {"correct": lambda new, beta, t: new / np.float64((1 - beta) ** t)},
    ),
    (
        "the correction multiplies where it should divide",
        "m is too small at first. Does your correction make it larger?",
        {"correct": lambda new, beta, t: new * (1 - beta**t)},
    ),
    (
        "the corrected m and v were returned",
        "The next step corrects again. What comes out if m has been corrected already?",
        {"order": lambda w, m, v, m_hat, v_hat: (w, m_hat, v_hat)},
    ),
    (
        "eps stands inside the root",
        "√v̂ + eps, or √(v̂ + eps)? Look at the formula again.",
        {"down": lambda v_hat, eps: np.sqrt(v_hat + eps)},
    ),
    (
        "eps is missing",
        "What is 0 / 0 for a weight whose gradient has always been 0?",
        {"down": lambda v_hat, eps: np.sqrt(v_hat)},
    ),
    (
        "the root is missing: the step was divided by v̂",
        "If all gradients are ten times as large, m̂ grows by 10 and v̂ by 100. Should the step "
        "change?",
        {"down": lambda v_hat, eps: v_hat + eps},
    ),
    (
        "v is the mean of the gradient, not of its square",
        "Can your v become negative? What is the root then?",
        {"square": lambda g: g},
    ),
    (
        "v is the mean of the gradient's size, not of its square",
        "np.abs(grad), or grad**2? Which of them goes with the root?",
        {"square": np.abs},
    ),
    (
        "all weights share one v: the squares were averaged over the weights",
        "The point of Adam is that each weight has its own step size. Over what is v a mean: over "
        "the weights, or over time?",
        {"square": lambda g: np.full_like(g, (g**2).mean())},
    ),
    (
        "the factor 1 − beta is missing in m and v",
        "For a *mean* the factors must add up to 1. What is beta1 plus your factor?",
        {"first": lambda o, n, b: b * o + n, "second": lambda o, n, b: b * o + n},
    ),
    (
        "the factor 1 − beta1 is missing in m, as if it were the velocity of SGD",
        "For a *mean* the factors must add up to 1. What is beta1 plus your factor?",
        {"first": lambda o, n, b: b * o + n},
    ),
    (
        "the factor 1 − beta2 is missing in v",
        "For a *mean* the factors must add up to 1. What is beta2 plus your factor?",
        {"second": lambda o, n, b: b * o + n},
    ),
    (
        "beta and 1 − beta have changed places",
        "beta1 is 0.9. Does m remember nine tenths of its past, or one tenth?",
        {"first": _swapped, "second": _swapped},
    ),
    (
        "the old m and v were not used",
        "Which line of your code uses the m that was given?",
        {"first": lambda o, n, b: (1 - b) * n, "second": lambda o, n, b: (1 - b) * n},
    ),
    (
        "the weight moved with the gradient, not with m̂: this is RMSProp, nearly",
        "What stands above the fraction line?",
        {"move": lambda lr, m_hat, bottom, g, m: lr * g / bottom},
    ),
    (
        "the step goes uphill",
        "The gradient points to where the loss grows. Where do you want to go?",
        {"move": lambda lr, m_hat, bottom, g, m: -lr * m_hat / bottom},
    ),
    (
        "the step was not divided by √v̂ + eps",
        "Which line of your code uses v for the step?",
        {"move": lambda lr, m_hat, bottom, g, m: lr * m_hat},
    ),
    (
        "the learning rate was left out",
        "How long should the step be when m̂ and √v̂ are equal?",
        {"move": lambda lr, m_hat, bottom, g, m: m_hat / bottom},
    ),
    (
        "the results stand in the order m, v, weight",
        "Which of the three does the docstring name first?",
        {"order": lambda w, m, v, m_hat, v_hat: (m, v, w)},
    ),
):  # fmt: skip
    adam_step.mistake(name, hint=hint)(partial(_adam, **change))


@adam_step.mistake(
    "beta1 and beta2 have been exchanged",
    hint="Which of the two belongs to m, and which to v?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(weight, grad, m, v, t, lr, beta2, beta1, eps)


@adam_step.mistake(
    "the step was taken with the old m and v",
    hint="First m and v, then the weight: are they new when the weight moves?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    keep = {"first": lambda o, n, b: o, "second": lambda o, n, b: o}
    moved = _adam(weight, grad, m, v, t, lr, beta1, beta2, eps, **keep)[0]
    return moved, *_adam(weight, grad, m, v, t, lr, beta1, beta2, eps)[1:]


@adam_step.mistake(
    "m and v were returned as they came",
    hint="The next step needs what this one has learned. Which m and v does it need?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(weight, grad, m, v, t, lr, beta1, beta2, eps)[0], m, v


@adam_step.mistake(
    "beta1, beta2 and eps are always 0.9, 0.999 and 1e-8, whatever was asked for",
    hint="Where does your code use the arguments beta1, beta2 and eps?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(weight, grad, m, v, t, lr)


@adam_step.mistake(
    "m and v were changed in place",
    hint="`m *= beta1` writes into the array of whoever called you. What does `m = beta1 * m + …` "
    "do?",
)
def _(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new_m, new_v = _adam(weight, grad, m, v, t, lr, beta1, beta2, eps)
    m[...], v[...] = new_m, new_v
    return moved, m, v
