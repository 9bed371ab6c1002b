"""The exercise `conv_over_time_backward` of notebook 24."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import time_forms as tf
from course_utils.exercises.slips import (
    averaged,
    first_only,
    negated,
    reordered,
    replaced,
    result,
    with_axes,
)


@exercise(
    notebook="24",
    points=3,
    minutes=25,
    returns=("grad_x", "grad_weight", "grad_bias"),
    hints=(
        "Write the forward pass as a loop over the taps: out += weight[:, :, k] @ x[:, :, k : k + "
        "places]. Each line of it is a linear layer. Go through the same loop.",
        "grad_bias: a bias acts at all places of all sequences, and collects from each.",
        "In the loop, tap k: the window of x gets weight[:, :, k].T @ grad_out, added to what it "
        "has already.",
        "weight[:, :, k] gets grad_out times the window, summed over sequences and places: "
        'np.einsum("nft,nct->fc", …).',
    ),
    explanation="Forwards, tap k takes the sequence from k on, mixes its channels and adds the "
    "result. Backwards, the same piece of the sequence gets the gradient through the transposed "
    "matrix; a sample that met several taps collects from each of them. Weights and biases are "
    "shared by all places and all sequences, so theirs are sums.",
)
def conv_over_time_backward(grad_out, x, weight):
    """Gradients of a loss with respect to the three inputs of conv_over_time.

    grad_out (N, F, T − K + 1): the gradient with respect to the output; x (N, C, T) and
    weight (F, C, K) as in the forward pass. If the sequence is shorter than the filter, grad_out
    is (N, F, 0) and all gradients are 0. -> grad_x (N, C, T), grad_weight (F, C, K), grad_bias (F,)
    """
    places = grad_out.shape[2]
    grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    for k in range(weight.shape[2]):
        window = np.s_[:, :, k : k + places]
        grad_x[window] += weight[:, :, k].T @ grad_out  # (C, F) @ (N, F, places)
        grad_weight[:, :, k] = np.einsum("nft,nct->fc", grad_out, x[window])
    return grad_x, grad_weight, grad_out.sum(axis=(0, 2))


def _drawn(rng, N, C, T, F, K):
    sizes = ((N, F, max(0, T - K + 1)), (N, C, T), (F, C, K))
    return tuple(rng.normal(size=size) for size in sizes)


@conv_over_time_backward.cases
def _(rng):
    yield case(np.array([[[1.0, 10]]]), np.array([[[1.0, 2, 4]]]), np.array([[[3.0, 5]]]),
               label="one channel, one filter of two taps")  # fmt: skip
    yield case(*_drawn(rng, 1, 2, 5, 3, 2), label="two channels, three filters")
    yield case(*_drawn(rng, 2, 3, 7, 4, 3), label="two sequences")
    yield case(*_drawn(rng, 3, 2, 6, 4, 1), label="one tap")
    yield case(*_drawn(rng, 2, 3, 4, 5, 4), label="a single place")
    yield case(*_drawn(rng, 2, 3, 2, 4, 3), label="the filter is longer than the sequence")
    yield case(*_drawn(rng, 1, 2, 4, 3, 6), label="the filter is longer by two samples")
    yield case(*_drawn(rng, 3, 3, 5, 3, 3), label="three of everything, places too")
    yield case(np.ones((2, 3, 6)), *_drawn(rng, 2, 2, 8, 3, 3)[1:], label="grad_out of ones")
    yield case(rng.integers(-3, 4, (2, 3, 4)), rng.normal(size=(2, 2, 6)),
               rng.normal(size=(3, 2, 3)), label="whole numbers for grad_out")  # fmt: skip
    yield case(rng.normal(size=(2, 3, 4)), rng.integers(-3, 4, (2, 2, 6)),
               rng.integers(-3, 4, (3, 2, 3)), label="whole numbers for x and weight")  # fmt: skip
    yield case(*(tf.strided(a) for a in _drawn(rng, 2, 4, 9, 3, 5)),
               label="float32, not in memory order")  # fmt: skip


@conv_over_time_backward.oracle
def _(grad_out, x, weight):
    """Each product of the forward pass in turn: what its two factors get."""
    grads = np.zeros(x.shape), np.zeros(weight.shape), np.zeros(len(weight))
    for n, f, t in np.ndindex(*grad_out.shape):
        g = float(grad_out[n, f, t])
        grads[2][f] += g
        for c, k in np.ndindex(*weight.shape[1:]):
            grads[0][n, c, t + k] += g * float(weight[f, c, k])
            grads[1][f, c, k] += g * float(x[n, c, t + k])
    return grads


def _with(**changes):
    return partial(tf.back, **changes)


conv_over_time_backward.mistake(
    "grad_x: the filter is the wrong way round",
    hint="Place t met sample t + k with tap k. Which place reaches sample 0, and with which tap?",
    also=(_with(of_x=partial(tf.grad_x, place=lambda t, k, K: t - k)),),
)(_with(of_x=partial(tf.grad_x, place=lambda t, k, K: t + K - 1 - k)))


conv_over_time_backward.mistake(
    "grad_x: each tap overwrites what the tap before it gave",
    hint="A sample met several taps. Is it = or += in your loop?",
)(_with(of_x=partial(tf.grad_x, keep=True)))


conv_over_time_backward.mistake(
    "grad_x: all taps gave their gradient to the same samples",
    hint="Tap k met the samples from k on. Where does your slice begin?",
    also=(_with(of_x=partial(tf.grad_x, place=lambda t, k, K: t + K // 2)),
          _with(of_x=partial(tf.grad_x, place=lambda t, k, K: t + K - 1))),
)(_with(of_x=partial(tf.grad_x, place=lambda t, k, K: t)))  # fmt: skip


conv_over_time_backward.slip(
    result(lambda g, grad_out, **rest: g[:, :, : grad_out.shape[2]], "grad_x"),
    "grad_x has the length of the output, not that of x",
    hint="A gradient has the shape of what it belongs to. Where did the last samples go?",
    also=(result(lambda g, weight, **rest: g[:, :, weight.shape[2] - 1 :], "grad_x"),),
)


def _other_way(grad_out, x, weight):
    """weight[:, :, k] without the transposition, cut to size where it does not fit."""
    turned = tf.fitted(weight.transpose(1, 0, 2), weight.shape)
    if len(weight) == weight.shape[1]:
        turned = weight.transpose(1, 0, 2)
    return tf.grad_x(grad_out, x, turned)


conv_over_time_backward.mistake(
    "grad_x: filters and channels of the weight have changed places",
    hint="Forwards the matrix of tap k goes from channels to filters. And backwards?",
)(_with(of_x=_other_way))


conv_over_time_backward.mistake(
    "grad_x: the weights are missing",
    hint="A weight of 10: how much more does its sample move the loss than one with weight 1?",
)(_with(of_x=lambda g, x, w: tf.grad_x(g, x, np.ones(w.shape))))


conv_over_time_backward.mistake(
    "grad_weight: x is missing",
    hint="A weight that met large samples moves the loss more. Where is x in your sum?",
)(_with(of_weight=lambda g, x, w: tf.grad_weight(g, np.ones(x.shape), w)))


conv_over_time_backward.mistake(
    "grad_weight: the taps come in the wrong order",
    hint="Tap k met x from k on. Which slice did your tap 0 meet? (np.convolve turns around.)",
    also=(_with(of_weight=partial(tf.grad_weight, place=lambda t, k, K: t - k)),),
)(_with(of_weight=lambda g, x, w: tf.grad_weight(g, x, w)[:, :, ::-1]))


conv_over_time_backward.mistake(
    "grad_weight: all taps met the same slice of x",
    hint="Where does the slice for tap k begin?",
)(_with(of_weight=partial(tf.grad_weight, place=lambda t, k, K: t)))


conv_over_time_backward.slip(
    result(lambda g, **rest: np.swapaxes(g, 0, 1), "grad_weight"),
    "grad_weight came out as (C, F, K)",
    hint="A gradient has the shape of what it belongs to: weight is (F, C, K).",
    also=(
        _with(of_weight=lambda g, x, w: np.moveaxis(tf.grad_weight(g, x, w), 2, 0)),
        _with(of_weight=lambda g, x, w: tf.grad_weight(g, x, w).transpose(0, 2, 1)),
    ),
)


conv_over_time_backward.slip(averaged("grad_weight", over="the sequences"))


conv_over_time_backward.slip(averaged("grad_bias", over="the sequences"))


conv_over_time_backward.mistake(
    "grad_weight was averaged over the places",
    hint="A weight acts at each place, and collects from each. Do they add up?",
    also=(
        _with(of_weight=lambda g, x, w: (
            tf.grad_weight(g, x, w) / max(1, g.shape[2] * len(g)))),
    ),
)(_with(of_weight=lambda g, x, w: tf.grad_weight(g, x, w) / max(1, g.shape[2])))  # fmt: skip


conv_over_time_backward.mistake(
    "grad_bias was averaged over the places",
    hint="A bias acts at each place, and collects from each. Do they add up?",
    also=(
        _with(of_bias=lambda g, x, w: tf.grad_bias(g, x, w) / max(1, g.shape[2] * len(g))),
        _with(of_bias=lambda g, x, w: tf.mean_of(g, (0, 2))),
        _with(of_bias=lambda g, x, w: tf.mean_of(g, 2).sum(axis=0)),
    ),
)(_with(of_bias=lambda g, x, w: tf.grad_bias(g, x, w) / max(1, g.shape[2])))


conv_over_time_backward.mistake(
    "grad_bias was not added up over everything that the bias acts on",
    hint="Which axes of grad_out (N, F, places) are left in grad_bias (F,)?",
    also=(_with(of_bias=lambda g, x, w: g.sum(axis=2)), _with(of_bias=lambda g, x, w: g.sum()),
          _with(of_bias=lambda g, x, w: g * 1.0)),
)(_with(of_bias=lambda g, x, w: g.sum(axis=0)))  # fmt: skip


conv_over_time_backward.slip(with_axes("grad_bias", (0, 2)))


conv_over_time_backward.mistake(
    "grad_bias is 1, or the number of places: grad_out is missing",
    hint="Twice the gradient of the output: what happens to yours?",
    also=(_with(of_bias=lambda g, x, w: np.ones(len(w))),),
)(_with(of_bias=lambda g, x, w: np.full(len(w), float(g.shape[0] * g.shape[2]))))


conv_over_time_backward.mistake(
    "only the first sequence counts for weight and bias",
    hint="Weight and bias act on all sequences. Does your loop overwrite what came before?",
    whole=True,
    also=(
        _with(of_weight=lambda g, x, w: tf.grad_weight(g[-1:], x[-1:], w),
              of_bias=lambda g, x, w: tf.grad_bias(g[-1:], x, w)),
    ),
)(_with(of_weight=lambda g, x, w: tf.grad_weight(g[:1], x[:1], w),
        of_bias=lambda g, x, w: tf.grad_bias(g[:1], x, w)))  # fmt: skip


conv_over_time_backward.slip(first_only("grad_out", "x"), whole=True)


conv_over_time_backward.slip(
    replaced(
        "grad_weight", lambda grad_out, x, weight: tf.grad_weight(grad_out[:1], x[:1], weight)
    ),
    "grad_weight collects from one sequence only",
    hint="A weight acts on all sequences. Is it = or += in your loop?",
    also=(_with(of_weight=lambda g, x, w: tf.grad_weight(g[-1:], x[-1:], w)),),
)


conv_over_time_backward.mistake(
    "grad_out was not used: as if it were all ones",
    hint="Twice the gradient of the output: should yours be twice as large?",
    whole=True,
)(lambda grad_out, x, weight: conv_over_time_backward.reference(
    np.ones(grad_out.shape), x, weight))  # fmt: skip


conv_over_time_backward.slip(negated("grad_x"))


conv_over_time_backward.slip(negated("grad_weight"))


conv_over_time_backward.mistake(
    "all gradients have the wrong sign",
    hint="If a bias grows and grad_out is positive, does the loss grow or shrink?",
    whole=True,
)(lambda *args: tuple(-part for part in conv_over_time_backward.reference(*args)))


conv_over_time_backward.slip(
    reordered(1, 0, 2),
    "the gradients come in another order",
    hint="In which order does the docstring name the three?",
    whole=True,
    also=(reordered(2, 1, 0), reordered(2, 0, 1), reordered(1, 2, 0), reordered(0, 2, 1)),
)


def _whole(kind):
    """What is cut to whole numbers because it took over the dtype of an input of that kind."""

    def change(part, grad_out, x, weight):
        return np.trunc(part) if {"x": x, "weight": weight}[kind].dtype.kind == "i" else part

    return change


conv_over_time_backward.slip(
    result(_whole("x"), "grad_x"),
    "grad_x was cut to whole numbers: it took over the dtype of x",
    hint="np.zeros_like(x) has the dtype of x. What becomes of 0.7 in there?",
)


conv_over_time_backward.slip(
    result(_whole("weight"), "grad_weight"),
    "grad_weight was cut to whole numbers: it took over the dtype of weight",
    hint="np.zeros_like(weight) has the dtype of weight. What becomes of 0.7 in there?",
)
