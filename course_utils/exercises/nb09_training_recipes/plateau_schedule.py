"""The exercise `plateau_schedule` of notebook 09."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


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
