"""The exercise `deconv_relu` of notebook 12."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="12",
    points=2,
    minutes=10,
    hints=(
        "x > 0 is an array of True and False, and so is signal > 0. For each rule: which of the "
        "two decides?",
        "np.where(condition, signal, 0) keeps the signal where the condition is true. Two "
        "conditions at once: (x > 0) & (signal > 0).",
        "backprop asks x, deconvnet asks the signal, guided asks both.",
    ),
    explanation="Backprop shuts off what was shut off on the way up, whatever comes down. The "
    "deconvnet looks only at what comes down. Guided backprop wants both to be positive. At 0 a "
    "ReLU is shut.",
)
def deconv_relu(signal, x, rule):
    """What a ReLU passes down, by one of three rules.

    signal: what comes down to it; x: what entered it on the way up; both of one shape, any
    rule    "backprop": where x was positive; "deconvnet": what is positive of the signal;
            "guided": where both are positive
    -> an array of that shape: the signal where it passes, 0 elsewhere
    """
    if rule == "backprop":
        passes = x > 0
    elif rule == "deconvnet":
        passes = signal > 0
    else:
        passes = (x > 0) & (signal > 0)
    return np.where(passes, signal, 0)


RULES = ("backprop", "deconvnet", "guided")


@deconv_relu.cases
def _(rng):
    signal, x = np.array([[3.0, -4.0], [5.0, -6.0]]), np.array([[1.0, 2.0], [-7.0, -8.0]])
    for rule in RULES:
        yield case(signal, x, rule, label=f"the four cells of the table, {rule}")
    for rule in ("backprop", "guided"):
        yield case(np.array([2.0, 3.0]), np.array([0.0, 1.0]), rule, label=f"x = 0, {rule}")
    for rule in RULES:
        signal, x = rng.normal(size=(2, 2, 3, 4, 5))
        x[0, 1, :2], signal[0, 2, 1] = 0.0, 0.0
        yield case(signal, x, rule, label=f"maps with zeros, {rule}")
    signal, x = rng.normal(size=(2, 3, 4)).astype(np.float32).transpose(0, 2, 1)
    yield case(signal[::-1], x, "guided", label="float32, not in memory order, guided")
    signal, x = rng.normal(size=(2, 11))
    yield case(signal, -np.abs(x), "deconvnet", label="everything was shut, deconvnet")
    yield case(signal, -np.abs(x), "backprop", label="everything was shut, backprop")


@deconv_relu.oracle
def _(signal, x, rule):
    out = np.zeros_like(signal)
    for place in np.ndindex(signal.shape):
        was_open, positive = bool(x[place] > 0), bool(signal[place] > 0)
        asked = {"backprop": [was_open], "deconvnet": [positive], "guided": [was_open, positive]}
        if all(asked[rule]):
            out[place] = signal[place]
    return out


_PASSES = {
    "backprop": lambda s, x: np.where(x > 0, s, 0),
    "deconvnet": lambda s, x: np.where(s > 0, s, 0),
    "guided": lambda s, x: np.where((x > 0) & (s > 0), s, 0),
}


_BACK, _DECONV, _GUIDED = _PASSES.values()


def _relu_rules(signal, x, rule, **changed):
    """The three rules, some of them exchanged."""
    return (_PASSES | changed)[rule](signal, x).astype(signal.dtype)


for name, hint, change in (
    (
        "backprop's rule was used for all three",
        "Where does your code look at `rule`?",
        {"deconvnet": _BACK, "guided": _BACK},
    ),
    (
        "the deconvnet's rule was used for all three",
        "Where does your code look at `rule`?",
        {"backprop": _DECONV, "guided": _DECONV},
    ),
    (
        "the guided rule was used for all three",
        "Where does your code look at `rule`?",
        {"backprop": _GUIDED, "deconvnet": _GUIDED},
    ),
    (
        "backprop's rule and the deconvnet's have changed places",
        "Which of the two forgets what happened on the way up?",
        {"backprop": _DECONV, "deconvnet": _BACK},
    ),
    (
        "the deconvnet's rule and the guided one have changed places",
        "Which of the two asks two questions?",
        {"deconvnet": _GUIDED, "guided": _DECONV},
    ),
    (
        "backprop's rule and the guided one have changed places",
        "May backprop stop a gradient because it is negative?",
        {"backprop": _GUIDED, "guided": _BACK},
    ),
    (
        "guided passes nothing different from backprop",
        "What does guided backprop do with a negative signal where x was positive?",
        {"guided": _BACK},
    ),
    (
        "guided passes nothing different from the deconvnet",
        "What does guided backprop do with a positive signal where x was negative?",
        {"guided": _DECONV},
    ),
    (
        "guided passes the signal where one of the two is positive: or, not and",
        "Guided asks for both. Is it | or & ?",
        {"guided": lambda s, x: np.where((x > 0) | (s > 0), s, 0)},
    ),
    (
        "guided passes the signal where both have the same sign",
        "Two negative numbers have a positive product. Should that signal pass?",
        {"guided": lambda s, x: np.where(x * s > 0, s, 0)},
    ),
    (
        "guided is the mean of the other two",
        "Guided passes a signal or it does not. Where does your half come from?",
        {"guided": lambda s, x: (_BACK(s, x) + _DECONV(s, x)) / 2},
    ),
    (
        "guided is the sum of the other two",
        "What comes out in your code where both are positive: the signal, or twice the signal?",
        {"guided": lambda s, x: _BACK(s, x) + _DECONV(s, x)},
    ),
    (
        "at x = 0 the signal passes: >= instead of >",
        "A ReLU whose input was exactly 0: is it open?",
        {
            "backprop": lambda s, x: np.where(x >= 0, s, 0),
            "guided": lambda s, x: np.where((x >= 0) & (s > 0), s, 0),
        },
    ),
    (
        "backprop passes the signal at x = 0: >= instead of >",
        "A ReLU whose input was exactly 0: is it open?",
        {"backprop": lambda s, x: np.where(x >= 0, s, 0)},
    ),
    (
        "guided passes the signal at x = 0: >= instead of >",
        "A ReLU whose input was exactly 0: is it open?",
        {"guided": lambda s, x: np.where((x >= 0) & (s > 0), s, 0)},
    ),
    (
        "the deconvnet rectifies x, not the signal",
        "What comes down to the ReLU, and what went up through it? Which of them is passed on?",
        {"deconvnet": lambda s, x: np.maximum(x, 0)},
    ),
    (
        "the deconvnet passes nothing different from guided",
        "Does the deconvnet remember what happened on the way up?",
        {"deconvnet": _GUIDED},
    ),
    (
        "x was passed down, not the signal",
        "x says *where* something passes. *What* passes?",
        {
            "backprop": lambda s, x: np.where(x > 0, x, 0),
            "deconvnet": lambda s, x: np.where(s > 0, x, 0),
            "guided": lambda s, x: np.where((x > 0) & (s > 0), x, 0),
        },
    ),
    (
        "what should pass was stopped, and the rest passes",
        "np.where(condition, a, b): which of a and b is taken where the condition is true?",
        {rule: lambda s, x, f=f: s - f(s, x) for rule, f in _PASSES.items()},
    ),
    (
        "guided is the product of both positive parts",
        "x only decides. Where in your code is it multiplied with the signal?",
        {"guided": lambda s, x: np.maximum(s, 0) * np.maximum(x, 0)},
    ),
    (
        "guided is the smaller one of both positive parts",
        "x only decides. When would your code pass x instead of the signal?",
        {"guided": lambda s, x: np.minimum(np.maximum(s, 0), np.maximum(x, 0))},
    ),
    (
        "the parentheses are missing: in `x > 0 & signal > 0` Python joins 0 & signal first",
        "Which two conditions do you want to join, and where do their parentheses belong?",
        {"guided": lambda s, x: np.where(x > 0 & s > 0, s, 0)},
    ),
    (
        "only the numbers that pass were returned, and the shape is lost",
        "signal[x > 0] leaves out what is stopped. What should stand there?",
        {
            "backprop": lambda s, x: s[x > 0],
            "deconvnet": lambda s, x: s[s > 0],
            "guided": lambda s, x: s[(x > 0) & (s > 0)],
        },
    ),
    (
        "x was rectified and returned, not the signal",
        "x says *where* something passes. *What* passes?",
        {rule: lambda s, x, f=f: np.maximum(f(x, s), 0) for rule, f in _PASSES.items()},
    ),
    (
        "the signal was multiplied by x",
        "The slope of a ReLU is 0 or 1. Did you multiply with x, or with x > 0?",
        {
            "backprop": lambda s, x: s * np.maximum(x, 0),
            "guided": lambda s, x: np.maximum(s, 0) * np.maximum(x, 0),
        },
    ),
    (
        "the deconvnet's signal was made positive, not rectified",
        "What is the ReLU of −4?",
        {"deconvnet": lambda s, x: np.abs(s), "guided": lambda s, x: np.abs(_BACK(s, x))},
    ),
    (
        "the negative part of the signal was kept, not the positive one",
        "np.maximum(signal, 0), or np.minimum(signal, 0)?",
        {
            "deconvnet": lambda s, x: np.minimum(s, 0),
            "guided": lambda s, x: np.minimum(_BACK(s, x), 0),
        },
    ),
    (
        "the condition on x is the wrong way round",
        "Where a ReLU was shut on the way up, does a gradient pass on the way down?",
        {
            "backprop": lambda s, x: np.where(x < 0, s, 0),
            "guided": lambda s, x: np.where((x < 0) & (s > 0), s, 0),
        },
    ),
    (
        "what was returned says where something passes, not what passes",
        "True and False count as 1 and 0. Where is the signal itself?",
        {
            "backprop": lambda s, x: x > 0,
            "deconvnet": lambda s, x: s > 0,
            "guided": lambda s, x: (x > 0) & (s > 0),
        },
    ),
    (
        "where the ReLU was shut, x was put in the place of the signal",
        "What comes down where nothing passes: 0, or x?",
        {"backprop": lambda s, x: np.where(x > 0, s, x)},
    ),
    (
        "nothing is stopped: the signal comes out as it came",
        "What does a ReLU do on the way back? Which numbers become 0?",
        dict.fromkeys(RULES, lambda s, x: s),
    ),
):  # fmt: skip
    deconv_relu.mistake(name, hint=hint)(partial(_relu_rules, **change))


@deconv_relu.mistake(
    "the signal was changed in place",
    hint="`signal[x <= 0] = 0` writes into the array of whoever called you. What does np.where do?",
)
def _(signal, x, rule):
    signal[...] = _PASSES[rule](signal, x)
    return signal
