"""The exercise `softmax_cross_entropy` of notebook 02."""

from decimal import Decimal  # its exp does not overflow

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import negated


@exercise(
    notebook="02",
    points=3,
    minutes=25,
    returns=("loss", "grad_logits"),
    hints=(
        "exp(1000) is infinite. Subtracting the row's largest logit first changes no probability.",
        "log p of the right class: logits[label] − log Σ exp(logits). np.arange(N) with labels "
        "picks one entry of each row.",
        "The gradient of one row is p − (1 at the label, 0 elsewhere).",
        "The loss is a mean over N rows. What does that do to the gradient?",
    ),
    explanation="Shifted by the row's maximum, the largest exponent is 0 and nothing overflows; "
    "the log of the probability comes from the shifted logits directly, so it never takes "
    "log(0). The gradient is probability minus truth, divided by N because the loss is a mean.",
)
def softmax_cross_entropy(logits, labels):
    """Mean cross-entropy of softmax(logits), and its gradient. Safe for logits of ±1000.

    logits (N, C), labels (N,) whole numbers in [0, C) -> loss (a number), grad_logits (N, C)
    """
    rows = np.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)  # (N, C), largest entry 0
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[rows, labels].mean()
    grad = np.exp(log_p)  # the probabilities
    grad[rows, labels] -= 1
    return loss, grad / len(logits)


@softmax_cross_entropy.cases
def _(rng):
    yield case(np.array([[1.0, 2.0, 0.5]]), np.array([1]), label="one point, three classes")
    yield case(rng.normal(size=(4, 3)), np.array([0, 2, 1, 2]), label="four points")
    yield case(np.zeros((2, 10)), np.array([3, 7]), label="all logits equal")
    big = np.array([[1000.0, 0.0, -1000.0], [-1000.0, -1001.0, -999.0]])
    yield case(big, np.array([0, 1]), label="logits of ±1000")
    yield case(np.array([[0.0, 900.0]]), np.array([0]), label="sure and wrong: p = 0")
    yield case(3 * rng.normal(size=(5, 4)).astype(np.float32), np.array([3, 0, 0, 2, 1]),
               label="float32")  # fmt: skip


@softmax_cross_entropy.oracle
def _(logits, labels):
    losses, grad = [], np.zeros_like(logits)
    for n, (row, label) in enumerate(zip(logits.tolist(), labels.tolist(), strict=True)):
        exponentials = [Decimal(value).exp() for value in row]
        p = [e / sum(exponentials) for e in exponentials]
        losses.append(float(-p[label].ln()))
        p[label] -= 1
        grad[n] = [float(value) / len(labels) for value in p]
    return sum(losses) / len(losses), grad


def _sce(logits, labels, *, shift=True, reduce=np.mean, divide=True, axis=1):
    logits = np.array(logits)
    rows = np.arange(len(logits))
    if shift:
        logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=axis, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True))
    grad = p.copy()
    grad[rows, labels] -= 1
    return reduce(-log_p[rows, labels]), grad / len(logits) if divide else grad


@softmax_cross_entropy.mistake(
    "large logits overflow: exp was taken before the largest logit was subtracted",
    hint="Compute np.exp(1000). Which number could you subtract from a whole row without changing "
    "its probabilities?",
)
def _(logits, labels):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(logits))
    loss = -np.log(p[rows, labels]).mean()
    grad = p.copy()
    grad[rows, labels] -= 1
    return loss, grad / len(logits)


@softmax_cross_entropy.mistake(
    "log of a probability that was rounded to 0: the loss is infinite",
    hint="log p = shifted logit − log Σ exp(shifted). Can you do it without computing p first?",
)
def _(logits, labels):
    _, grad = _sce(logits, labels)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels]).mean(), grad


@softmax_cross_entropy.mistake(
    "a small number was added inside the log: for p = 0 the loss is then wrong, not infinite",
    hint="log(p + 1e-12) can never exceed 27.6. What is the loss of p = e^(−900)? Take the log "
    "before the exp.",
)
def _(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels] + 1e-12).mean(), _sce(logits, labels)[1]


@softmax_cross_entropy.mistake(
    "loss and gradient are sums over the points, not means",
    hint="The docstring says mean. What is the loss of two identical points?",
)
def _(logits, labels):
    return _sce(logits, labels, reduce=np.sum, divide=False)


softmax_cross_entropy.slip(
    negated("grad_logits"),
    "the gradient has the wrong sign: truth minus probability",
    hint="If the right class has too little probability, should its score go up or down? And which "
    "way does a step against the gradient go?",
)


@softmax_cross_entropy.mistake(
    "the exponentials were divided by the sum over the whole array, not over each row",
    hint="The probabilities of one point should add up to 1. Which axis does your sum run along?",
)
def _(logits, labels):
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum()
    rows = np.arange(len(p))
    loss = (np.log(np.exp(logits).sum()) - logits[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(p)


@softmax_cross_entropy.mistake(
    "the gradient was not divided by N, although the loss is a mean",
    hint="Twice as many points: does the mean loss double? What about its gradient?",
)
def _(logits, labels):
    return _sce(logits, labels, divide=False)


@softmax_cross_entropy.mistake(
    "the loss was summed over the points instead of averaged",
    hint="The docstring says mean. What is the loss of two identical points?",
)
def _(logits, labels):
    return _sce(logits, labels, reduce=np.sum)


softmax_cross_entropy.slip(
    negated("loss"),
    "the loss has the wrong sign",
    hint="The log of a probability is negative. Should a loss be?",
)


@softmax_cross_entropy.mistake(
    "the gradient is the probabilities: nothing was taken away at the label",
    hint="If the network is already right (p = 1 at the label), what should the gradient be?",
)
def _(logits, labels):
    loss, grad = _sce(logits, labels)
    grad[np.arange(len(grad)), labels] += 1 / len(grad)
    return loss, grad


@softmax_cross_entropy.mistake(
    "softmax was normalised over the points instead of over the classes",
    hint="The probabilities of which entries should add up to 1: a row, or a column?",
)
def _(logits, labels):
    return _sce(logits, labels, axis=0)
