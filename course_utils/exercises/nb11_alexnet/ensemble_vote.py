"""The exercise `ensemble_vote` of notebook 11."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="11",
    points=3,
    minutes=20,
    returns=("mean", "by_mean", "by_majority"),
    hints=(
        "The softmax of notebook 02, over the last axis: subtract the largest score of each row "
        "before np.exp. With keepdims=True the sums fit under the scores again.",
        "The networks are axis 0: probabilities.mean(axis=0) has the shape (N, L).",
        "scores.argmax(axis=2) is (K, N): what each network says of each image. Count the votes in "
        "an array of zeros (N, L). Every entry of `mean` is at most 1: what happens to a tie if "
        "you add it to the votes?",
    ),
    explanation="Votes are whole numbers and probabilities are at most 1, so votes + mean is "
    "largest for the class with the most votes, and among equals for the most probable of them. "
    "The mean listens to how sure each network is; the vote does not.",
)
def ensemble_vote(scores):
    """What several networks say together: by the mean of their probabilities, and by majority.

    scores (K, N, L): K networks, N images, L classes
    -> mean (N, L): the mean of the networks' probabilities (the softmax of their scores)
       by_mean (N,): the class with the largest mean
       by_majority (N,): the class that most networks put first; of classes with
       equally many votes the one with the larger mean
    """
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    mean = (e / e.sum(axis=2, keepdims=True)).mean(axis=0)  # (N, L)
    votes = np.zeros(mean.shape)
    for choice in scores.argmax(axis=2):  # one network after the other: (N,)
        votes[np.arange(len(choice)), choice] += 1
    return mean, mean.argmax(axis=1), (votes + mean).argmax(axis=1)


def _logits(*rows):
    """Probabilities of K networks for one image, each row with a shift of its own: (K, 1, L)."""
    return np.log(np.array(rows))[:, np.newaxis] + 3.0 * np.arange(len(rows))[:, None, None]


@ensemble_vote.cases
def _(rng):
    two = _logits([0.55, 0.40, 0.05], [0.54, 0.41, 0.05], [0.02, 0.93, 0.05])
    yield case(two, label="two networks of three prefer class 0, a little; the third is sure of 1")
    tie = _logits([0.52, 0.38, 0.05, 0.05], [0.48, 0.42, 0.05, 0.05], [0.05, 0.42, 0.48, 0.05],
                  [0.01, 0.44, 0.5, 0.05])  # fmt: skip
    yield case(tie, label="a tie of two to two, and a class that is everybody's second choice")
    again = _logits([0.001, 0.439, 0.55, 0.01], [0.25, 0.3, 0.44, 0.01], [0.8, 0.15, 0.04, 0.01],
                    [0.79, 0.16, 0.04, 0.01])  # fmt: skip
    yield case(again, label="another tie; one voter is nearly sure that it is not class 0")
    apart = _logits([0.05, 0.4, 0.3, 0.25], [0.1, 0.2, 0.6, 0.1], [0.1, 0.25, 0.3, 0.35])
    yield case(apart, label="three networks, three opinions")
    hair = _logits([0.35, 0.33, 0.32], [0.35, 0.33, 0.32], [0.01, 0.98, 0.01])
    yield case(hair, label="two prefer class 0 by a hair; the third is nearly certain of 1")
    five = _logits([0.4, 0.38, 0.12, 0.1], [0.4, 0.38, 0.1, 0.12], [0.05, 0.8, 0.1, 0.05],
                   [0.1, 0.3, 0.5, 0.1], [0.1, 0.3, 0.1, 0.5])  # fmt: skip
    yield case(five, label="two of five votes are the most, and fewer than half")
    yield case(4 * rng.normal(size=(5, 7, 3)), label="five networks, seven images, three classes")
    large = rng.normal(size=(4, 6, 5)) * 3
    large += rng.choice([-1000.0, 1000.0, 300.0], size=(4, 6, 1))
    yield case(large, label="scores around 1000 and -1000")
    wide = (3 * rng.normal(size=(4, 9, 3))).astype(np.float32).transpose(2, 1, 0)  # (3, 9, 4)
    wide[0] *= 4
    yield case(wide, label="float32, not in memory order; one network is always very sure")
    yield case(rng.normal(size=(1, 4, 6)), label="a single network")
    far = np.array([[[0.0, 1000.0]], [[3.0, 0.0]]])
    yield case(far, label="two scores that are 1000 apart")
    yield case(2 * far, label="two scores that are 2000 apart")


@ensemble_vote.groups({"the means": 1, "large scores": 1, "ties": 1})
def _(scores):
    if np.abs(scores).max() > 100:
        return "large scores"
    return "ties" if scores.shape[1] == 1 else "the means"


@ensemble_vote.oracle
def _(scores):
    K, N, L = scores.shape
    mean, labels, winners = np.zeros((N, L)), np.zeros(N, int), np.zeros(N, int)
    for i in range(N):
        votes = [0] * L
        for k in range(K):
            row = [float(v) for v in scores[k, i]]
            total = math.fsum(math.exp(v - max(row)) for v in row)
            for c in range(L):
                mean[i, c] += math.exp(row[c] - max(row)) / total / K
            votes[row.index(max(row))] += 1
        labels[i] = max(range(L), key=lambda c: mean[i, c])
        winners[i] = max(range(L), key=lambda c: (votes[c], mean[i, c]))
    return mean, labels, winners


def _softmax(scores, axis=2):
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _tally(choices, L, weights=None):
    weights = np.ones(choices.shape) if weights is None else weights
    return np.stack([((choices == c) * weights).sum(axis=0) for c in range(L)], axis=1)


def _most(votes, mean):
    return (votes + mean).argmax(axis=1)


def _vote(scores, *, soft=_softmax, join=lambda p: p.mean(axis=0), pick=None,
          choices=lambda s, p: s.argmax(axis=2), weigh=None, most=_most, tie=None,
          order=None):  # fmt: skip
    """The vote with one thing exchanged."""
    with np.errstate(all="ignore"):
        s = scores.astype(np.float64)
        p = soft(s)
        mean = join(p)
        votes = _tally(choices(s, p), s.shape[2], None if weigh is None else weigh(p))
        by_mean = mean.argmax(axis=1) if pick is None else pick(s, p, mean)
        if tie is None:
            by_majority = most(votes, mean)
        else:  # of the classes with most votes, the one of which tie (N, L) is largest
            equal = votes == votes.max(axis=1, keepdims=True)
            by_majority = np.where(equal, tie(s, p), -np.inf).argmax(axis=1)
        results = mean, by_mean, by_majority
    return results if order is None else order(*results)


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "by_mean and by_majority have changed places",
    "by_mean and by_majority take the least probable class",
)


def _raw(scores):
    e = np.exp(scores)
    return e / e.sum(axis=2, keepdims=True)


def _grown(scores):
    return np.exp(scores - scores.max(axis=2, keepdims=True))


def _named_first(scores, p):
    """(N, L): larger, the sooner a network named the class."""
    K, _, L = scores.shape
    named = scores.argmax(axis=2)[:, :, np.newaxis] == np.arange(L)  # (K, N, L)
    return (named * np.arange(K, 0, -1)[:, np.newaxis, np.newaxis]).max(axis=0)


for name, hint, change in (
    (
        "the scores were averaged, and the softmax came afterwards",
        "One network counts in units of 1, another in units of 10. What do their scores have in "
        "common? Turn them into probabilities first.",
        {"soft": lambda s: s, "join": lambda s: _softmax(s.mean(axis=0), axis=1)},
    ),
    (
        "the scores themselves were averaged: the softmax is missing",
        "Do the rows of your mean add up to 1?",
        {"soft": lambda s: s},
    ),
    (
        "np.exp overflows: the largest score was not subtracted",
        "What is np.exp(1000)? Softmax does not change when you subtract a number from all scores.",
        {"soft": _raw},
    ),
    (
        "np.exp overflows: the smallest score was subtracted, not the largest",
        "Which is safe for np.exp: numbers from 0 up, or numbers from 0 down?",
        {"soft": lambda s: _raw(s - s.min(axis=2, keepdims=True))},
    ),
    (
        "np.exp overflows: the mean of the scores was subtracted, not the largest",
        "Which score of a row may reach np.exp: one that is at most 0, or one that is large?",
        {"soft": lambda s: _raw(s - s.mean(axis=2, keepdims=True))},
    ),
    (
        "the softmax runs over the images, not over the classes",
        "For one network and one image, which numbers must add up to 1?",
        {"soft": partial(_softmax, axis=1)},
    ),
    (
        "the softmax runs over the networks, not over the classes",
        "For one network and one image, which numbers must add up to 1?",
        {"soft": partial(_softmax, axis=0)},
    ),
    (
        "the softmax divides by the sum of everything, not by that of each row",
        "For one network and one image the probabilities add up to 1. What does e.sum() add up?",
        {"soft": lambda s: _grown(s) / _grown(s).sum()},
    ),
    (
        "half a softmax: the exponentials were never divided by their sum",
        "Do the rows of your mean add up to 1?",
        {"soft": _grown},
    ),
    (
        "a sigmoid stands where the softmax belongs",
        "A sigmoid treats each class by itself. Do the rows of your mean add up to 1?",
        {"soft": lambda s: 1 / (1 + np.exp(-s))},
    ),
    (
        "the probabilities were added up, not averaged",
        "Three networks: what do the numbers of one row of yours add up to?",
        {"join": lambda p: p.sum(axis=0), "most": lambda v, m: _most(v, m / len(m) / 100)},
    ),
    (
        "the probabilities were multiplied: one network that says 0 silences all others",
        "Mean, not product. What does the product do when one network is sure and wrong?",
        {"join": lambda p: p.prod(axis=0)},
    ),
    (
        "the median was taken, not the mean",
        "np.mean, or np.median? Do the rows of yours add up to 1?",
        {"join": lambda p: np.median(p, axis=0)},
    ),
    (
        "only the surest network counts for each class: a maximum, not a mean",
        "Three networks say 0.2, 0.3 and 0.7. What is their mean?",
        {"join": lambda p: p.max(axis=0)},
    ),
    (
        "only the first network was asked",
        "Where does your code use the networks behind the first?",
        {"join": lambda p: p[0]},
    ),
    (
        "by_majority gives a tie to the class with the smaller number",
        "np.argmax takes the first of equals. Which of them does the task ask for?",
        {"most": lambda v, m: v.argmax(axis=1)},
    ),
    (
        "by_majority gives a tie to the class with the larger number",
        "Of classes with equally many votes, which one does the task ask for?",
        {"most": lambda v, m: v.shape[1] - 1 - v[:, ::-1].argmax(axis=1)},
    ),
    (
        "a tie went to a class that nobody voted for",
        "Of which classes may the mean choose one: of all, or of those with the most votes?",
        {"most": lambda v, m: np.where((v == v.max(axis=1, keepdims=True)).sum(axis=1) > 1,
                                       m.argmax(axis=1), v.argmax(axis=1))},
    ),
    (
        "a tie went to the class of which one network is surest",
        "One network may be very sure. Which of the tied classes has the larger *mean*?",
        {"tie": lambda s, p: p.max(axis=0)},
    ),
    (
        "a tie went to the class with the larger mean score",
        "The scores of one network may be ten times those of another. Which mean does the task "
        "ask for?",
        {"tie": lambda s, p: s.mean(axis=0)},
    ),
    (
        "a tie went to the class that was named first",
        "Should it matter in which order the networks stand? Which of the tied classes does the "
        "task ask for?",
        {"tie": _named_first},
    ),
    (
        "by_majority demands more than half of the votes, else it says class 0",
        "Two of five votes can be the most. What does the task say about it?",
        {"most": lambda v, m: (2 * v > v.sum(axis=1, keepdims=True)).argmax(axis=1)},
    ),
    (
        "the most votes were looked for in all images together",
        "v.max() is one number for all images. Which axis holds the classes?",
        {"most": lambda v, m: np.where(v == v.max(), m, 0).argmax(axis=1)},
    ),
    (
        "by_majority holds numbers of votes, not classes",
        "max gives the largest number. What gives its place?",
        {"most": lambda v, m: v.max(axis=1)},
    ),
    (
        "each vote was weighted by its probability",
        "In a vote every network counts the same, sure or not. What does each one add?",
        {"weigh": lambda p: p.max(axis=2), "most": lambda v, m: v.argmax(axis=1)},
    ),
    (
        "by_majority is by_mean again: nobody counted votes",
        "Two networks prefer class 0 by a hair, one is sure of class 1. Who wins the vote?",
        {"most": lambda v, m: m.argmax(axis=1)},
    ),
    (
        "by_majority goes to the class with the fewest votes",
        "argmin or argmax?",
        {"most": lambda v, m: (v - m).argmin(axis=1)},
    ),
    (
        "by_majority multiplies votes and means: a few sure networks outvote the majority",
        "The mean may only decide where votes are equal. When can it turn two votes against one?",
        {"most": lambda v, m: (v * m).argmax(axis=1)},
    ),
    (
        "a majority of more than half was demanded, else by_mean decides",
        "Two of five votes can be the most. What does the task say about it?",
        {"most": lambda v, m: np.where(v.max(axis=1) * 2 > v.sum(axis=1), v.argmax(axis=1),
                                       m.argmax(axis=1))},
    ),
    (
        "by_mean and by_majority have changed places",
        "Which of the two does the docstring name first?",
        {"order": lambda mean, a, b: (mean, b, a)},
    ),
    (
        "by_mean holds probabilities, not classes",
        "max gives the largest number. What gives its place?",
        {"pick": lambda s, p, mean: mean.max(axis=1)},
    ),
    (
        "by_mean has one entry for each class, not for each image",
        "mean has the shape (N, L). Which axis has to vanish?",
        {"pick": lambda s, p, mean: mean.argmax(axis=0)},
    ),
    (
        "by_mean is the class of which any network is surest",
        "One network may be very sure and wrong. Which class has the largest *mean*?",
        {"pick": lambda s, p, mean: p.max(axis=0).argmax(axis=1)},
    ),
    (
        "by_mean is the class with the largest mean score, not the largest mean probability",
        "You have the mean of the probabilities. Which class has the largest one?",
        {"pick": lambda s, p, mean: s.mean(axis=0).argmax(axis=1)},
    ),
    (
        "by_mean is the class with the smallest mean",
        "argmin or argmax?",
        {"pick": lambda s, p, mean: mean.argmin(axis=1)},
    ),
    (
        "by_majority counts for each network the class that it puts last",
        "argmin or argmax? Which class does a network vote for?",
        {"choices": lambda s, p: s.argmin(axis=2)},
    ),
    (
        "by_mean and by_majority take the least probable class",
        "argmin or argmax?",
        {"pick": lambda s, p, mean: mean.argmin(axis=1), "choices": lambda s, p: s.argmin(axis=2)},
    ),
):  # fmt: skip
    ensemble_vote.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_vote, **change))


@ensemble_vote.mistake(
    "by_majority is the middle one of the chosen class numbers",
    hint="Class numbers are names. What would the middle of cat, dog and ship be? Count votes.",
)
def _(scores):
    mean, by_mean, _ = _vote(scores)
    middle = np.sort(scores.argmax(axis=2), axis=0)[len(scores) // 2]
    return mean, by_mean, middle


@ensemble_vote.mistake(
    "by_majority is the mean of the chosen class numbers",
    hint="Class numbers are names. What would the mean of cat, dog and ship be? Count votes.",
)
def _(scores):
    mean, by_mean, _ = _vote(scores)
    return mean, by_mean, scores.argmax(axis=2).mean(axis=0)


@ensemble_vote.mistake(
    "mean holds the probabilities of all networks: nothing was averaged",
    hint="mean has the shape (N, L). Which axis of (K, N, L) has to vanish?",
)
def _(scores):
    _, by_mean, by_majority = _vote(scores)
    return _softmax(scores), by_mean, by_majority


@ensemble_vote.mistake(
    "the networks were taken to be axis 1, and the images axis 0",
    hint="scores has the shape (K, N, L). Which of the two axes do you average away?",
)
def _(scores):
    return _vote(scores.transpose(1, 0, 2))


@ensemble_vote.mistake(
    "a class gets at most one vote: += with a table of places counts each place once",
    hint="Try this in a new cell: a = np.zeros(3); a[[1, 1]] += 5; print(a). And what do you get "
    "if you take one network after the other?",
    also=(lambda scores: _vote(scores, most=lambda v, m: (v > 0).argmax(axis=1)),),
)
def _(scores):
    return _vote(scores, most=lambda v, m: _most(v > 0, m))
