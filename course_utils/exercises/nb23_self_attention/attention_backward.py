"""The exercise `attention_backward` of notebook 23."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb23_self_attention import attention_forms as af
from course_utils.exercises.nb23_self_attention.arrays import softmax, strided
from course_utils.exercises.slips import first_only, negated, reordered, scaled


@exercise(
    notebook="23",
    points=4,
    minutes=30,
    returns=("grad_q", "grad_k", "grad_v"),
    hints=(
        "Three products, so three rules of the linear layer, and one softmax between them. Go "
        "backwards: out = weights v, then weights = softmax(scores), then scores = q kᵀ / √d.",
        "out = weights v: grad_v = weightsᵀ grad_out, and the gradient of the weights is "
        "grad_out vᵀ, (N, T, S).",
        "Softmax: one weight grows at the cost of all others in its row. weights · (g − m), where "
        "m is the mean of g over the row, weighted with the weights.",
        "scores = q kᵀ / √d: the root comes along, into grad_q and into grad_k.",
    ),
    explanation="Each of the three products is a linear layer for each of its factors. The softmax "
    "in the middle subtracts from the gradient of each weight the weighted mean of its row, since "
    "the weights share what adds up to 1. A score with weight 0 gets a gradient of 0, so a mask "
    "needs no line of its own.",
)
def attention_backward(grad_out, q, k, v, weights):
    """Gradients of a loss with respect to queries, keys and values.

    grad_out (N, T, e): the gradient of the loss with respect to out; q (N, T, d), k (N, S, d),
    v (N, S, e) and weights (N, T, S) as in the forward pass, which gave out = weights v. Hidden
    keys have weight 0. -> grad_q, grad_k, grad_v, each of the shape of what it belongs to
    """
    grad_v = weights.transpose(0, 2, 1) @ grad_out  # (N, S, e)
    grad_weights = grad_out @ v.transpose(0, 2, 1)  # (N, T, S)
    mean = (grad_weights * weights).sum(axis=2, keepdims=True)
    grad_scores = weights * (grad_weights - mean) / np.sqrt(q.shape[2])
    return grad_scores @ k, grad_scores.transpose(0, 2, 1) @ q, grad_v


def _forward(q, k, v, mask=True):
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])
    return q, k, v, softmax(np.where(mask, scores, -np.inf))


def _drawn(rng, N, T, S, d, e, mask=True):
    q, k, v = (rng.normal(size=size) for size in ((N, T, d), (N, S, d), (N, S, e)))
    return rng.normal(size=(N, T, e)), *_forward(q, k, v, mask)


@attention_backward.cases
def _(rng):
    tiny = _forward(np.array([[[1.0]]]), np.array([[[0.0], [2.0]]]), np.array([[[5.0], [7.0]]]))
    yield case(np.array([[[1.0]]]), *tiny, label="one query, two keys, numbers for d")
    yield case(*_drawn(rng, 1, 2, 3, 4, 2), label="two queries, three keys, d = 4")
    yield case(*_drawn(rng, 2, 4, 3, 9, 5), label="two images, d = 9")
    yield case(*_drawn(rng, 1, 3, 1, 4, 2), label="a single key, which always has weight 1")
    some = np.array([[True, True, False], [False, False, False], [False, True, True],
                     [True, False, False]])  # fmt: skip
    yield case(*_drawn(rng, 2, 4, 3, 4, 2, some), label="hidden keys; a query that sees nothing")
    q, k = np.zeros((1, 2, 4)), np.zeros((1, 3, 4))
    q[0, :, 0], k[0, :, 0] = (2, -2), (0, 1000, 1)
    sure = _forward(q, k, rng.normal(size=(1, 3, 2)))
    yield case(rng.normal(size=(1, 2, 2)), *sure, label="scores of 0 and 1000: weights of 0 and 1")
    yield case(*_drawn(rng, 3, 3, 3, 3, 3), label="all sizes alike")
    tokens = rng.normal(size=(2, 4, 4))
    yield case(np.ones((2, 4, 4)), *_forward(tokens, tokens, tokens),
               label="grad_out of ones, tokens that look at themselves")  # fmt: skip
    ints = [rng.integers(-2, 3, size) for size in ((1, 2, 4), (1, 2, 4), (1, 3, 4), (1, 3, 2))]
    yield case(rng.integers(-2, 3, (1, 2, 2)), *_forward(*ints[1:]),
               label="whole numbers (dtype int), weights like 0.25")  # fmt: skip
    yield case(*(strided(a) for a in _drawn(rng, 2, 5, 4, 16, 3)),
               label="float32, not in memory order")  # fmt: skip


@attention_backward.oracle
def _(grad_out, q, k, v, weights):
    """Row by row, with the whole matrix of derivatives of the softmax."""
    grads = [np.zeros(a.shape) for a in (q, k, v)]
    for n, t in np.ndindex(*q.shape[:2]):
        row = weights[n, t].astype(float)
        by_score = (np.diag(row) - np.outer(row, row)) / q.shape[2] ** 0.5  # (S, S)
        for s in range(k.shape[1]):
            grads[2][n, s] += row[s] * grad_out[n, t]
            rise = sum(by_score[r, s] * (v[n, r] * grad_out[n, t]).sum() for r in range(len(row)))
            grads[0][n, t] += rise * k[n, s]
            grads[1][n, s] += rise * q[n, t]
    return tuple(grads)


attention_backward.mistake(
    "the softmax was left out: the gradient of the weights was taken for that of the scores",
    hint="If one score grows, one weight grows. What do the other weights of its row do?",
    also=(partial(af.back, soft=lambda g, w: g, scale=lambda q, k, v: 1),),
)(partial(af.back, soft=lambda g, w: g))


attention_backward.mistake(
    "the mean of the row was not subtracted in the softmax: weights · g alone",
    hint="Add the same number to all values: out moves along, whatever the weights. Which gradient "
    "should the scores then get?",
    also=(partial(af.back, soft=lambda g, w: w * g, scale=lambda q, k, v: 1),),
)(partial(af.back, soft=lambda g, w: w * g))


attention_backward.mistake(
    "the softmax was taken for a sigmoid: w (1 − w) g, without the other weights of the row",
    hint="The derivative of a weight with respect to *another* score is −w w′. Where is it?",
    also=(partial(af.back, soft=lambda g, w: w * (1 - w) * g, scale=lambda q, k, v: 1),),
)(partial(af.back, soft=lambda g, w: w * (1 - w) * g))


attention_backward.mistake(
    "the plain mean or sum of the row was subtracted, not the mean weighted with the weights",
    hint="A key of weight 0 does not matter for out. Does it matter for your mean?",
    also=(
        partial(af.back, soft=lambda g, w: w * (g - g.sum(axis=2, keepdims=True))),
        partial(af.back, soft=lambda g, w: w * (g - (g * w).mean(axis=2, keepdims=True))),
    ),
)(partial(af.back, soft=lambda g, w: w * (g - g.mean(axis=2, keepdims=True))))


attention_backward.mistake(
    "the mean in the softmax was taken over the queries, or over everything",
    hint="Which axis of the weights adds up to 1? The mean goes along the same one.",
    also=(partial(af.back, soft=lambda g, w: w * (g - (g * w).sum(axis=(1, 2), keepdims=True))),
          partial(af.back, soft=lambda g, w: w * (g - (g * w).sum()))),
)(partial(af.back, soft=lambda g, w: w * (g - (g * w).sum(axis=1, keepdims=True))))  # fmt: skip


attention_backward.mistake(
    "the weighted mean was subtracted, but the weights in front are missing",
    hint="A hidden key has weight 0. Which gradient does its score get in your code?",
)(partial(af.back, soft=lambda g, w: g - (g * w).sum(axis=2, keepdims=True)))


attention_backward.mistake(
    "the sign of the mean is wrong: it was added",
    hint="In the case of a single key its weight is always 1. Which gradient does its score have?",
)(partial(af.back, soft=lambda g, w: w * (g + (g * w).sum(axis=2, keepdims=True))))


attention_backward.mistake(
    "√d is missing",
    hint="The scores were divided by √d. What does the chain rule make of a constant factor?",
    also=(
        partial(af.back, scale=lambda q, k, v: 1, of_k=lambda s, q, k: (
            af.swap(s) @ q / np.sqrt(q.shape[2]))),
        partial(af.back, of_k=lambda s, q, k: af.swap(s) @ q * np.sqrt(q.shape[2])),
    ),
)(partial(af.back, scale=lambda q, k, v: 1))  # fmt: skip


attention_backward.mistake(
    "√d was multiplied, or used twice",
    hint="Forwards the scores are q kᵀ / √d. What is the derivative of x / √d?",
    also=(partial(af.back, scale=lambda q, k, v: q.shape[2]),),
)(partial(af.back, scale=lambda q, k, v: 1 / np.sqrt(q.shape[2])))


attention_backward.mistake(
    "the root is of another size than d",
    hint="d is the number of channels of a query. Which axis did you take?",
    also=(
        partial(af.back, scale=lambda q, k, v: np.sqrt(v.shape[2])),
        partial(af.back, scale=lambda q, k, v: np.sqrt(q.shape[1])),
    ),
)(partial(af.back, scale=lambda q, k, v: np.sqrt(k.shape[1])))


attention_backward.mistake(
    "grad_v was divided by √d, too",
    hint="out = weights v. Does a root stand between v and out?",
)(partial(af.back, values=lambda g, w: af.swap(w) @ g / 2))


attention_backward.mistake(
    "grad_v is grad_out itself, or its mean: the weights are missing",
    hint="A value that no query looks at: how much does the loss change with it?",
    also=(
        lambda grad_out, q, k, v, weights: (
            *attention_backward.reference(grad_out, q, k, v, weights)[:2],
            np.broadcast_to(grad_out.sum(axis=1, keepdims=True), v.shape).copy(),
        ),
    ),
)(
    lambda grad_out, q, k, v, weights: (
        *attention_backward.reference(grad_out, q, k, v, weights)[:2],
        af.like(grad_out, v),
    )
)


attention_backward.mistake(
    "the weights were not transposed for grad_v",
    hint="grad_v[s] collects from all queries t. Over which axis of the weights is that?",
    also=(partial(af.back, values=lambda g, w: w @ g),),
)(
    lambda grad_out, q, k, v, weights: (
        *attention_backward.reference(grad_out, q, k, v, weights)[:2],
        weights @ (grad_out if grad_out.shape[1] == v.shape[1] else v),
    )
)


attention_backward.mistake(
    "the gradient of the scores was not transposed for grad_k",
    hint="grad_k[s] collects from all queries t. Over which axis of the scores is that?",
    also=(partial(af.back, of_k=lambda s, q, k: s @ q),),
)(partial(af.back, of_k=lambda s, q, k: s @ (q if q.shape[1] == k.shape[1] else k)))


attention_backward.mistake(
    "grad_k was multiplied with the keys, or grad_q with the queries",
    hint="scores = q kᵀ: the derivative with respect to q is k, and the other way round. Which "
    "factor did you take?",
    also=(
        partial(af.back, of_k=lambda s, q, k: af.swap(s) @ af.like(k, q)),
        partial(af.back, of_q=lambda s, q, k: s @ af.like(q, k)),
    ),
)(
    partial(
        af.back,
        of_q=lambda s, q, k: s @ af.like(q, k),
        of_k=lambda s, q, k: af.swap(s) @ af.like(k, q),
    )
)


attention_backward.mistake(
    "the values are missing: grad_out was summed instead of multiplied with vᵀ",
    hint="A larger weight on value s moves out towards v[s]. Where is v in your gradient of the "
    "weights?",
)(
    partial(
        af.back,
        weight_grad=lambda g, v: np.broadcast_to(
            g.sum(axis=2, keepdims=True), (*g.shape[:2], v.shape[1])
        ),
    )
)


attention_backward.mistake(
    "grad_out was not used: as if it were all ones",
    hint="Twice the gradient from behind: should yours be twice as large?",
    whole=True,
)(
    lambda grad_out, q, k, v, weights: attention_backward.reference(
        np.ones(grad_out.shape), q, k, v, weights
    )
)


attention_backward.mistake(
    "the softmax was computed anew from q and k: masked keys came back",
    hint="Hidden keys have weight 0 in the argument weights. What do they have in yours?",
)(
    lambda grad_out, q, k, v, weights: attention_backward.reference(
        grad_out, q, k, v, softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2]))
    )
)


attention_backward.slip(negated("grad_q"))


attention_backward.mistake(
    "all gradients have the wrong sign",
    hint="If a value grows and grad_out is positive, does the loss grow or shrink?",
    whole=True,
)(lambda *args: tuple(-part for part in attention_backward.reference(*args)))


attention_backward.mistake(
    "the gradients were averaged over the images",
    hint="Each image has its own queries. Should the gradient of one depend on how many there are?",
    whole=True,
    also=(
        lambda *args: tuple(
            part.mean(axis=0, keepdims=True) for part in attention_backward.reference(*args)
        ),
    ),
)(lambda *args: tuple(part / len(args[0]) for part in attention_backward.reference(*args)))


attention_backward.slip(
    reordered(1, 0, 2),
    "the gradients come in another order",
    hint="In which order does the docstring name the three?",
    whole=True,
    also=(reordered(2, 0, 1), reordered(2, 1, 0), reordered(1, 2, 0), reordered(0, 2, 1)),
)


attention_backward.slip(
    first_only("grad_out", "q", "k", "v", "weights"),
    whole=True,
)


attention_backward.slip(scaled(2.0, "grad_v"), hint="Does the loss see each value once or twice?")
