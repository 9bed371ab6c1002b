"""The exercise `dropout` of notebook 09."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


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
