"""The exercise `softmax_cross_entropy` of notebook 02."""

from decimal import Decimal  # its exp does not overflow

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb02_backprop_and_training import softmax_forms as sf
from course_utils.exercises.slips import negated, reordered, replaced, result


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
    yield case(np.array([[0.0, 1000.0]]), np.array([1]), label="a row with 0 and 1000")
    yield case(np.array([[-1000.0, 0.0]]), np.array([0]), label="a row with −1000 and 0")
    yield case(rng.normal(size=(3, 3)), np.array([2, 0, 2]), label="as many points as classes")
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


@softmax_cross_entropy.mistake(
    "large logits overflow: exp was taken before the largest logit was subtracted",
    hint="Compute np.exp(1000). Which number may be subtracted from a whole row before exp?",
    also=sf.forms(shift=lambda logits: 0)[1:],
)
def _(logits, labels):
    return sf.form(logits, labels, shift=lambda logits: 0)


@softmax_cross_entropy.mistake(
    "the largest logit of the whole batch was subtracted, not that of each row",
    hint="If one row has 1000 and another row has −1000, what is exp in the second row?",
    also=sf.forms(shift=np.max)[1:],
)
def _(logits, labels):
    return sf.form(logits, labels, shift=np.max)


@softmax_cross_entropy.mistake(
    "each row's smallest logit (or its mean) was subtracted, so the largest one still overflows",
    hint="After the subtraction, how large is the largest exponent of a row?",
    also=(
        *sf.forms(shift=lambda logits: logits.min(axis=1, keepdims=True))[1:],
        *sf.forms(shift=lambda logits: logits.mean(axis=1, keepdims=True)),
    ),
)
def _(logits, labels):
    return sf.form(logits, labels, shift=lambda logits: logits.min(axis=1, keepdims=True))


@softmax_cross_entropy.mistake(
    "the largest logit of each column was subtracted, not that of each row",
    hint="What leaves the softmax of a row as it is: one number for all its entries, or several?",
    also=sf.forms(shift=lambda logits: logits.max(axis=0))[1:],
)
def _(logits, labels):
    return sf.form(logits, labels, shift=lambda logits: logits.max(axis=0))


@softmax_cross_entropy.mistake(
    "the rows' largest logits, or their sums, have shape (N,), not (N, 1), and do not fit the rows",
    hint="What does keepdims=True do? Which axis of (N, C) does NumPy match with (N,)?",
    also=(
        *sf.forms(shift=lambda logits: logits.max(axis=1))[1:],
        *sf.forms(total=lambda e: e.sum(axis=1)),
        *sf.forms(shift=lambda logits: logits.max(axis=1), total=lambda e: e.sum(axis=1)),
    ),
)
def _(logits, labels):
    return sf.form(logits, labels, shift=lambda logits: logits.max(axis=1))


@softmax_cross_entropy.mistake(
    "log of a probability that was rounded to 0: the loss is infinite",
    hint="log p = shifted logit − log Σ exp(shifted). Can you do it without computing p first?",
)
def _(logits, labels):
    return sf.form(logits, labels)


softmax_cross_entropy.slip(
    replaced("loss", sf.every_log),
    "the log of every probability was taken, also where p is 0: 0 · log 0 is NaN",
    hint="What is 0 * np.log(0)? Can you pick the right entries first, or do without the log of p?",
)

softmax_cross_entropy.slip(
    replaced("loss", sf.with_small(1e-12)),
    "a small number was put inside the log: for p = 0 the loss is then wrong, not infinite",
    hint="−log(p + 1e-12) can never exceed 27.6. What is the loss of p = e^(−900)?",
    also=sf.with_any_small((6, 7, 8, 9, 10, 12, 15, 16, 20)),
)


@softmax_cross_entropy.mistake(
    "loss and gradient are sums over the points, not means",
    hint="The docstring says mean. What is the loss of two identical points?",
    whole=True,
)
def _(logits, labels):
    return tuple(part * len(logits) for part in softmax_cross_entropy(logits, labels))


@softmax_cross_entropy.mistake(
    "loss and gradient were divided by N·C, not by N",
    hint="How many terms does the mean have: one for each point, or one for each logit?",
    whole=True,
)
def _(logits, labels):
    return tuple(part / logits.shape[1] for part in softmax_cross_entropy(logits, labels))


def _times(part, factor):
    return result(lambda value, logits, labels: value * factor(*logits.shape), part)


softmax_cross_entropy.slip(
    _times("loss", lambda N, C: 1 / C),
    "the loss was averaged over all N·C entries, not over the N points",
    hint="How many points are there, and how many numbers does your mean divide by?",
)

softmax_cross_entropy.slip(
    _times("grad_logits", lambda N, C: 1 / C),
    "the gradient was divided by N·C, not by N",
    hint="The loss is a mean over how many terms?",
)

softmax_cross_entropy.slip(
    negated("grad_logits"),
    "the gradient has the wrong sign: truth minus probability",
    hint="In a step against the gradient, should the score of the right class go up or down?",
)


@softmax_cross_entropy.mistake(
    "the exponentials were divided by the sum over the whole array, not over each row",
    hint="The probabilities of one point should add up to 1. Which axis does your sum run along?",
    also=sf.forms(total=np.sum)[1:],
)
def _(logits, labels):
    return sf.form(logits, labels, total=np.sum)


softmax_cross_entropy.slip(
    _times("grad_logits", lambda N, C: N),
    "the gradient was not divided by N, although the loss is a mean",
    hint="Twice as many points: does the mean loss double? What about its gradient?",
)

softmax_cross_entropy.slip(
    _times("loss", lambda N, C: N),
    "the loss was summed over the points instead of averaged",
    hint="The docstring says mean. What is the loss of two identical points?",
)

softmax_cross_entropy.slip(
    negated("loss"),
    "the loss has the wrong sign",
    hint="The log of a probability is negative. Should a loss be?",
)

softmax_cross_entropy.slip(
    replaced("grad_logits", lambda logits, labels: sf.softmax(logits) / len(logits)),
    "the gradient is the probabilities: nothing was taken away at the label",
    hint="If the network is already right (p = 1 at the label), what should the gradient be?",
    also=(lambda logits, labels: (softmax_cross_entropy(logits, labels)[0], sf.softmax(logits)),),
)


@softmax_cross_entropy.mistake(
    "softmax was normalised over the points instead of over the classes",
    hint="The probabilities of which entries should add up to 1: a row, or a column?",
    also=(
        *sf.forms(total=lambda e: e.sum(axis=0))[1:],
        *sf.forms(shift=lambda logits: logits.max(axis=0), total=lambda e: e.sum(axis=0)),
    ),
)
def _(logits, labels):
    return sf.form(logits, labels, total=lambda e: e.sum(axis=0))


softmax_cross_entropy.slip(
    replaced("grad_logits", sf.columns),
    "grad[:, labels] picks the columns of all labels, in every row",
    hint="Which entries does grad[:, [0, 2]] name, and which does grad[[0, 1], [0, 2]] name?",
)

softmax_cross_entropy.slip(
    replaced("grad_logits", sf.divided_in_part),
    "only the probabilities were divided by N, not the 1 that is subtracted at the label",
    hint="The mean divides the whole gradient of a point. In which order do your two lines come?",
)


softmax_cross_entropy.slip(
    replaced("grad_logits", sf.overwritten),
    "the gradient is −1/N at the label: the probability was overwritten there",
    hint="At the label, is it = −1 or −= 1? What should be there if p is 0.9?",
)

softmax_cross_entropy.slip(
    replaced("grad_logits", sf.of_logs),
    "the gradient has log p where it should have p: an exp is missing",
    hint="Can a probability be negative? How do you get from log p to p?",
)

softmax_cross_entropy.slip(
    replaced("loss", sf.after_subtraction),
    "the 1 was subtracted from p before the loss took the log of it",
    hint="After grad = p, how many arrays are there? What is in p when the log is taken?",
)

softmax_cross_entropy.slip(
    replaced("loss", lambda logits, labels: sf.losses_of_columns(logits, labels).mean()),
    "log_p[:, labels] picks the columns of all labels, in every row",
    hint="Which entries does a[:, [0, 2]] name, and which does a[[0, 1], [0, 2]] name?",
)

softmax_cross_entropy.slip(
    replaced("loss", lambda logits, labels: -np.log(sf.softmax(logits).max(axis=1)).mean()),
    "this is the loss of the most likely class, not of the right one",
    hint="Where do the labels enter your loss?",
)

softmax_cross_entropy.slip(
    replaced("loss", lambda logits, labels: -sf.at(logits, labels).mean()),
    "the softmax is missing in the loss: this is minus the logit of the right class",
    hint="log p is a logit minus something. What has become of log Σ exp?",
)

softmax_cross_entropy.slip(
    replaced("loss", sf.shifted_in_part),
    "the largest logit was subtracted inside the log Σ exp, but not from the right logit",
    hint="log p = shifted logit − log Σ exp(shifted). Are both of yours shifted?",
)

softmax_cross_entropy.slip(
    replaced("loss", sf.losses),
    "the loss is a list of N losses: the mean is missing",
    hint="The docstring says: loss, a number. How do N losses become one?",
    also=(sf.with_loss(lambda logits, labels: -np.log(sf.at(sf.softmax(logits), labels))),),
)

softmax_cross_entropy.slip(
    reordered(1, 0),
    "the two results are in the wrong order",
    hint="The docstring says loss, grad_logits.",
)
