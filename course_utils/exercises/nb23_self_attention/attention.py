"""The exercise `attention` of notebook 23."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb23_self_attention import attention_forms as af
from course_utils.exercises.nb23_self_attention.arrays import softmax, strided
from course_utils.exercises.slips import first_only, ignored, scaled


@exercise(
    notebook="23",
    points=3,
    minutes=20,
    returns=("out", "weights"),
    hints=(
        "q @ k.transpose(0, 2, 1) has shape (N, T, S): a row of scores for each query.",
        "A hidden key should get weight 0. Which score has exp 0?",
        "Subtract the largest score of each row before exp, but only of the keys that count. If "
        "there is none, subtract 0.",
        "No key at all: the sum is 0. Divide by np.where(total > 0, total, 1).",
    ),
    explanation="Hidden keys get the score −∞, whose exp is 0, and so the sum is over the others. "
    "The largest score of the row is subtracted, as always with exp. Where all keys are hidden the "
    "largest score is −∞ itself and the sum is 0; both have to be replaced before they are used.",
)
def attention(q, k, v, mask=None):
    """Each query looks at the keys, and takes a mean of their values.

    q (N, T, d), k (N, S, d), v (N, S, e); the weights are softmax(q kᵀ / √d) over the S keys.
    mask (T, S) bool, for all N alike, or None: query t takes from key s only where it is True; if
    t may take from none, its weights and its out are 0. -> out (N, T, e), weights (N, T, S)
    """
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])  # (N, T, S)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=2, keepdims=True)
    exps = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = exps.sum(axis=2, keepdims=True)
    weights = exps / np.where(total > 0, total, 1)
    return weights @ v, weights


def _drawn(rng, N, T, S, d, e):
    return tuple(rng.normal(size=size) for size in ((N, T, d), (N, S, d), (N, S, e)))


@attention.cases
def _(rng):
    one, two = np.array([[[1.0]]]), np.array([[[0.0], [2.0]]])
    yield case(one, two, np.array([[[5.0], [7.0]]]), label="one query, two keys, numbers for d")
    yield case(*_drawn(rng, 1, 2, 3, 4, 2), label="two queries, three keys, d = 4")
    yield case(*_drawn(rng, 2, 4, 3, 9, 5), label="two images, d = 9")
    yield case(*_drawn(rng, 1, 1, 4, 2, 3), np.array([[True, False, True, True]]),
               label="a key is hidden")  # fmt: skip
    some = np.array([[True, True, False], [False, False, False], [False, True, True],
                     [True, False, False]])  # fmt: skip
    yield case(*_drawn(rng, 2, 4, 3, 4, 2), some, label="the second query may look at nothing")
    yield case(*_drawn(rng, 2, 2, 3, 4, 2), np.zeros((2, 3), bool), label="all keys are hidden")
    yield case(*_drawn(rng, 2, 4, 4, 9, 4), np.tril(np.ones((4, 4), bool)),
               label="as many queries as keys: each looks back only")  # fmt: skip
    q, k, v = _drawn(rng, 1, 3, 2, 4, 2)
    q[0], k[0] = [[2, 0, 0, 0], [0, 1, 0, 0], [-2, 0, 0, 0]], [[0, 0, 0, 0], [1000, 0, 0, 0]]
    yield case(q, k, v, label="scores of 0 and 1000, alike, and of 0 and −1000")
    k = np.array([[[0.0, 0, 1, 0], [1000, 0, 0, 0], [0, 3, 0, 0]]])
    yield case(q, k, rng.normal(size=(1, 3, 2)), np.array([[True, False, True]] * 3),
               label="a hidden key has the score 1000")  # fmt: skip
    q = np.array([[[1000.0, 1], [-1000, 1], [-1000, -1]]])
    yield case(q, np.array([[[1.0, 0], [1, 2]]]), rng.normal(size=(1, 2, 3)),
               label="one query with scores around 700, two around −700")  # fmt: skip
    tokens = rng.normal(size=(2, 3, 3))
    yield case(tokens, tokens, tokens, label="all sizes alike: tokens look at themselves")
    whole = (rng.integers(-2, 3, size) for size in ((1, 2, 4), (1, 3, 4), (1, 3, 2)))
    yield case(*whole, label="whole numbers (dtype int)")
    yield case(*(strided(a) for a in _drawn(rng, 3, 5, 4, 16, 2)),
               rng.random((5, 4)) < 0.7, label="float32, not in memory order")  # fmt: skip


@attention.groups({"all keys count": 2, "a mask": 1})
def _(q, k, v, mask=None):
    return "all keys count" if mask is None else "a mask"


@attention.oracle
def _(q, k, v, mask=None):
    N, T, d = q.shape
    S, e = v.shape[1:]
    weights, out = np.zeros((N, T, S)), np.zeros((N, T, e))
    for n, t in np.ndindex(N, T):
        free = [s for s in range(S) if mask is None or mask[t, s]]
        scores = {s: math.fsum(map(float, q[n, t] * k[n, s])) / math.sqrt(d) for s in free}
        for s in free:
            others = (min(scores[r] - scores[s], 700.0) for r in free)
            weights[n, t, s] = 1 / math.fsum(map(math.exp, others))
            out[n, t] += weights[n, t, s] * v[n, s]
    return out, weights


attention.mistake(
    "the scores were not divided by √d",
    hint="With d = 4 your scores are twice as large as they should be. What is missing?",
)(partial(af.attend, scale=lambda s, q, k, v: s))


attention.mistake(
    "the scores were divided by d, not by its root",
    hint="The sum of d products has a spread of √d. Which of the two did you divide by?",
)(partial(af.attend, scale=lambda s, q, k, v: s / q.shape[2]))


attention.mistake(
    "the scores were multiplied by √d",
    hint="Should scores with many channels get larger or smaller?",
)(partial(af.attend, scale=lambda s, q, k, v: s * np.sqrt(q.shape[2])))


attention.mistake(
    "the root is of another size than d: of the number of tokens, or of the values' channels",
    hint="Over how many products does the sum in q kᵀ run? Which axis of q is that?",
    also=(
        partial(af.attend, scale=lambda s, q, k, v: s / np.sqrt(q.shape[1])),
        partial(af.attend, scale=lambda s, q, k, v: s / np.sqrt(v.shape[2])),
        partial(af.attend, scale=lambda s, q, k, v: s / np.sqrt(len(q))),
    ),
)(partial(af.attend, scale=lambda s, q, k, v: s / np.sqrt(k.shape[1])))


attention.mistake(
    "the weights were divided by √d, not the scores",
    hint="What do your weights add up to? The root belongs inside of the softmax.",
    also=(
        partial(
            af.attend,
            scale=lambda s, q, k, v: s,
            mix=lambda w, q, k, v: w @ v / np.sqrt(q.shape[2]),
        ),
    ),
)(
    lambda q, k, v, mask=None: tuple(
        part / np.sqrt(q.shape[2]) for part in af.attend(q, k, v, mask, scale=lambda s, q, k, v: s)
    )
)


attention.mistake(
    "the softmax went over the queries, not over the keys",
    hint="Each query shares out its attention: which axis of the weights adds up to 1?",
    also=(partial(af.attend, soft=partial(af.plain, axis=1)),),
)(partial(af.attend, soft=partial(softmax, axis=1)))


attention.mistake(
    "all weights of an image together add up to 1, not those of each query",
    hint="What does one row of your weights add up to? Over which axis is the sum?",
    also=(lambda q, k, v, mask=None: af.attend(
        q, k, v, mask, soft=lambda s: softmax(s.ravel()).reshape(s.shape)),),
)(partial(af.attend, soft=af.flat))  # fmt: skip


attention.mistake(
    "nothing was subtracted before exp: a score of 1000 overflows",
    hint="Which number can you subtract from all scores of a query without changing its weights?",
    also=(
        partial(af.attend, hide=lambda s, mask: s, soft=np.exp, after=af.times_and_again),
        partial(af.attend, soft=lambda s: np.exp(s) / np.exp(s).sum(axis=2, keepdims=True)),
    ),
)(partial(af.attend, soft=af.plain))


attention.mistake(
    "the largest of all scores was subtracted, not that of each query",
    hint="One query has scores around 700, another one around −700. What is left of the second "
    "one after exp?",
    also=(
        partial(af.attend, soft=lambda s: af.shifted(s, af.finite_max(s, (1, 2)))),
        partial(af.attend, soft=lambda s: af.shifted(s, af.finite_max(s, 1))),
        partial(af.attend, soft=lambda s: af.plain(s - s.max(), extra=1e-9)),
        partial(
            af.attend,
            soft=lambda s: np.exp(s - s.max()) / np.exp(s - s.max()).sum(axis=2, keepdims=True),
        ),
    ),
)(partial(af.attend, soft=lambda s: af.shifted(s, af.finite_max(s))))


attention.slip(
    ignored("mask", None),
    hint="Change the value of a hidden key. Does your result change? Should it?",
)


attention.mistake(
    "the mask is the wrong way round: only hidden keys count",
    hint="mask is True where a query may look. Which keys get −∞ in your code?",
)(lambda q, k, v, mask=None: af.attend(q, k, v, None if mask is None else ~mask))


attention.mistake(
    "hidden keys got the score 0, which still has a weight",
    hint="What is exp(0)? Which score has a weight of 0?",
    also=(
        partial(af.attend, hide=lambda s, mask: af.hidden(s, mask, 0)),
        partial(af.attend, hide=lambda s, mask: af.hidden(s, mask, -1.0)),
        partial(af.attend, hide=lambda s, mask: af.hidden(s, mask, 1e-9)),
    ),
)(partial(af.attend, hide=lambda s, mask: s if mask is None else s * mask))


attention.mistake(
    "hidden keys were removed after the softmax: the other weights no longer add up to 1",
    hint="A query may look at one key only. Which weight should that key get?",
)(partial(af.attend, hide=lambda s, mask: s, after=af.times))


attention.mistake(
    "a hidden key had the largest score, and nothing was left of the others",
    hint="A hidden key scores 1000, the others 0. What are the weights of the others before you "
    "divide?",
)(partial(af.attend, hide=lambda s, mask: s, after=af.times_and_again))


attention.mistake(
    "a query that may look at nothing got NaN",
    hint="What is the largest score of a row of −∞, and what is −∞ − (−∞)?",
    also=(
        lambda q, k, v, mask=None: (
            af.attend(q, k, v, mask)[0], af.attend(q, k, v, mask, soft=af.bare)[1]
        ),
    ),
)(partial(af.attend, soft=af.bare))  # fmt: skip


attention.mistake(
    "a query that may look at nothing looks at all keys alike",
    hint="A row of −1e9 everywhere: what does its softmax look like? The docstring asks for 0.",
    also=(
        lambda q, k, v, mask=None: (
            af.attend(q, k, v, mask)[0],
            af.attend(q, k, v, mask, hide=lambda s, m: af.hidden(s, m, -1e9))[1],
        ),
        partial(af.attend, after=lambda w, mask: np.where(
            w.sum(axis=2, keepdims=True) > 0, w, 1.0)),
        partial(af.attend, hide=lambda s, mask: s if mask is None else s + np.where(mask, 0, -1e9)),
    ),
)(partial(af.attend, hide=lambda s, mask: af.hidden(s, mask, -1e9)))  # fmt: skip


attention.mistake(
    "the scores were divided by their sum: exp is missing",
    hint="Scores may be negative. Which function makes them positive?",
    also=(partial(af.attend, soft=lambda s: af.share(np.abs(s))),),
)(partial(af.attend, soft=af.share))


attention.mistake(
    "exp is there, but nothing was divided by the sum",
    hint="What do the weights of a query add up to? It is to be a mean.",
    also=(partial(af.attend, soft=lambda s: np.exp(
        s - np.where(np.isfinite(s).any(axis=2, keepdims=True), af.finite_max(s, 2), 0))),),
)(partial(af.attend, soft=np.exp))  # fmt: skip


attention.mistake(
    "the sum got something added to it, and the weights no longer add up to 1",
    hint="After subtracting the largest score, how small can the sum be?",
    also=(partial(af.attend, after=lambda w, mask: w * 0.999),),
)(
    partial(
        af.attend,
        soft=lambda s: af.plain(s - np.maximum(af.finite_max(s, 2), -1e9), extra=1.0),
    )
)


attention.mistake(
    "each query looks only at the key with the largest score",
    hint="Two keys score nearly the same. Should one of them get everything?",
)(partial(af.attend, soft=af.hardest))


attention.mistake(
    "the scores were returned, not the weights",
    hint="What do your rows of weights add up to?",
)(partial(af.attend, shown=lambda w, s: s))


attention.mistake(
    "the mean was taken of the keys, or of the queries, not of the values",
    hint="By the keys a query decides where to look. What does it take from there?",
    also=(partial(af.attend, mix=lambda w, q, k, v: w @ q if q.shape[1] == k.shape[1] else w @ k),),
)(partial(af.attend, mix=lambda w, q, k, v: w @ k))


attention.mistake(
    "the weights were transposed before they met the values",
    hint="weights is (N, T, S), v is (N, S, e). Over which axis does the product add up?",
)(
    lambda q, k, v, mask=None: (
        af.swap(attention.reference(q, k, v, mask)[1])
        @ (v if v.shape[1] == q.shape[1] else np.resize(v, (len(v), q.shape[1], v.shape[2]))),
        attention.reference(q, k, v, mask)[1],
    )
)


attention.mistake(
    "queries and keys have changed places",
    hint="The weights are (N, T, S). Which of the two has T rows?",
    whole=True,
)(
    lambda q, k, v, mask=None: af.attend(
        k, q, np.resize(v, (len(v), q.shape[1], v.shape[2])) if q.shape[1] != k.shape[1] else v,
        None if mask is None else mask.T,
    )
)  # fmt: skip


attention.mistake(
    "k was reshaped, not transposed: its numbers are mixed up",
    hint="reshape moves nothing. Which of the two swaps rows and columns?",
)(partial(af.attend, scores=lambda q, k: q @ k.reshape(len(k), k.shape[2], k.shape[1])))


attention.mistake(
    "queries and keys were scaled to length 1: this is the cosine",
    hint="A query twice as long is twice as sure. Does the formula divide by lengths?",
    also=(
        partial(af.attend, scores=lambda q, k: af.products(af.lengths(q), af.lengths(k)),
                scale=lambda s, q, k, v: s),
    ),
)(partial(af.attend, scores=lambda q, k: af.products(af.lengths(q), af.lengths(k))))  # fmt: skip


attention.mistake(
    "the scores are distances, not products",
    hint="The formula has q kᵀ. Where does a difference come in?",
    also=(partial(af.attend, scores=lambda q, k: -af.distances(q, k)),),
)(partial(af.attend, scores=af.distances))


attention.mistake(
    "the scores have the wrong sign",
    hint="Should a query look at keys that are like it, or at those that are least like it?",
)(partial(af.attend, scores=lambda q, k: -af.products(q, k)))


attention.slip(first_only("q", "k", "v"))


attention.mistake(
    "the weights come before the result",
    hint="In which order does the docstring name the two?",
    whole=True,
)(lambda q, k, v, mask=None: attention.reference(q, k, v, mask)[::-1])


attention.slip(
    scaled(2.0, "out"),
    hint="The weights add up to 1. Can a mean be larger than the largest value?",
)


attention.mistake(
    "k.T reverses all three axes: (d, S, N)",
    hint="Only the last two axes of k should change places. What does k.transpose(0, 2, 1) do?",
)(partial(af.attend, scores=af.scores_of_reversed))
