"""The exercise `conv_over_time` of notebook 24."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import time_forms as tf
from course_utils.exercises.slips import first_only, given, missing, result, transposed


@exercise(
    notebook="24",
    points=2,
    minutes=15,
    hints=(
        "How many places does a filter of length K have on a sequence of length T? Can that be "
        "less than 0?",
        "Loop over the K taps: tap k meets the samples k, k + 1, … k + (places − 1) of x.",
        "weight[:, :, k] is (F, C), and x[:, :, k : k + places] is (N, C, places): @ adds up over "
        "the channels.",
    ),
    explanation="Each tap k is a matrix (F, C) that mixes the channels, and it meets the sequence "
    "moved by k. The K results are added up, and the bias once. Channels are all seen at once: "
    "only time is scanned.",
)
def conv_over_time(x, weight, bias):
    """Scan a sequence with F filters: the same weights at each time.

    x (N, C, T), weight (F, C, K), bias (F,) -> (N, F, T − K + 1), with
    out[n, f, t] = bias[f] + Σ_c Σ_k weight[f, c, k] · x[n, c, t + k]. The filter is not turned
    around. If the sequence is shorter than the filter there is no place: (N, F, 0).
    """
    (N, _, T), (F, _, K) = x.shape, weight.shape
    places = max(0, T - K + 1)
    out = np.zeros((N, F, places)) + bias[:, np.newaxis]
    for k in range(K):
        out += weight[:, :, k] @ x[:, :, k : k + places]  # (F, C) @ (N, C, places)
    return out


def _drawn(rng, N, C, T, F, K):
    return tuple(rng.normal(size=size) for size in ((N, C, T), (F, C, K), (F,)))


@conv_over_time.cases
def _(rng):
    yield case(np.array([[[1.0, 2, 4]]]), np.array([[[1.0, 10]]]), np.array([100.0]),
               label="one channel, one filter of two taps")  # fmt: skip
    yield case(*_drawn(rng, 1, 2, 5, 3, 2), label="two channels, three filters")
    yield case(*_drawn(rng, 2, 3, 7, 4, 3), label="two sequences")
    yield case(*_drawn(rng, 3, 2, 6, 2, 1), label="one tap")
    yield case(*_drawn(rng, 2, 3, 4, 5, 4), label="as many taps as samples")
    yield case(*_drawn(rng, 2, 3, 2, 4, 3), label="the filter is longer than the sequence")
    yield case(*_drawn(rng, 1, 2, 2, 3, 5), label="the filter is longer by three")
    yield case(*_drawn(rng, 3, 3, 5, 3, 3), label="three of everything, places too")
    yield case(rng.integers(-3, 4, (2, 2, 6)), rng.normal(size=(3, 2, 2)), rng.normal(size=3),
               label="whole numbers for x")  # fmt: skip
    yield case(*(tf.strided(a) for a in _drawn(rng, 2, 4, 9, 3, 5)),
               label="float32, not in memory order")  # fmt: skip


@conv_over_time.oracle
def _(x, weight, bias):
    (N, C, T), (F, _, K) = x.shape, weight.shape
    out = np.zeros((N, F, max(0, T - K + 1)))
    for n, f, t in np.ndindex(*out.shape):
        out[n, f, t] = bias[f]
        for c, k in np.ndindex(C, K):
            out[n, f, t] += float(weight[f, c, k]) * float(x[n, c, t + k])
    return out


conv_over_time.mistake(
    "the filter was turned around in time",
    hint="Tap 0 meets the first sample of the window. Which one does yours meet? (np.convolve "
    "turns the filter around.)",
)(partial(tf.convolve, taps=lambda K: range(K)[::-1]))


conv_over_time.slip(missing("bias", 0.0))


conv_over_time.slip(
    given(lambda a: {"bias": -a["bias"]}),
    "the bias was subtracted",
    hint="out = bias + …: which sign has yours?",
)


conv_over_time.slip(
    given(lambda a: {"bias": a["bias"] * a["weight"].shape[2]}),
    "the bias was added once for each tap",
    hint="The bias is added once for each place. Is it inside of your loop over the taps?",
    also=(given(lambda a: {"bias": a["bias"] * a["weight"].shape[1]}),
          given(lambda a: {"bias": a["bias"] * a["weight"][0].size})),
)  # fmt: skip


conv_over_time.slip(
    given(lambda a: {"bias": np.full_like(a["bias"], a["bias"].mean())}),
    "all filters have the same bias",
    hint="bias has F numbers, one for each filter. Which one did filter 1 get?",
    also=(given(lambda a: {"bias": np.full_like(a["bias"], a["bias"][0])}),
          given(lambda a: {"bias": np.full_like(a["bias"], a["bias"].sum())})),
)  # fmt: skip


def _plain_bias(x, weight, bias):
    return tf.convolve(x, weight, bias, last=lambda out, bias: out + bias)


conv_over_time.mistake(
    "the bias runs along time, not along the filters",
    hint="out is (N, F, places), bias is (F,). Which axis does + take it for? bias[:, np.newaxis] "
    "is (F, 1).",
)(_plain_bias)


conv_over_time.mistake(
    "zeros were put around the sequence, so that the result is as long as it",
    hint="How many places does a filter of 2 taps have on 3 samples? How long is your result?",
    also=(
        partial(tf.convolve, pad=lambda K: (K - 1, K - 1)),
        partial(tf.convolve, pad=lambda K: (K // 2, (K - 1) // 2)),
        partial(tf.convolve, pad=lambda K: (0, K - 1)),
        partial(tf.convolve, pad=lambda K: (K - 1, 0)),
        partial(tf.convolve, pad=lambda K: (K // 2, K // 2)),
    ),
)(partial(tf.convolve, pad=lambda K: ((K - 1) // 2, K // 2)))


conv_over_time.mistake(
    "the last place is missing: there are T − K + 1",
    hint="3 samples, a filter of 2 taps: the window may begin at 0 and at 1. How long is your "
    "result?",
)(partial(tf.convolve, less=1))


conv_over_time.mistake(
    "the windows do not overlap: the filter jumped by its own length",
    hint="After place 0 comes place 1. At which sample does your second window begin?",
    also=(partial(tf.convolve, step=2),),
)(partial(tf.convolve, step="K"))


conv_over_time.mistake(
    "the channels were not added up as they should: each has another weight",
    hint="weight[f, c, k] has an axis for the channels. Do you use weight of channel 0 for all?",
    also=(
        lambda x, weight, bias: tf.convolve(
            x, np.broadcast_to(weight.mean(axis=1, keepdims=True), weight.shape), bias),
        lambda x, weight, bias: tf.convolve(
            x, np.broadcast_to(weight.sum(axis=1, keepdims=True), weight.shape), bias),
    ),
)(lambda x, weight, bias: tf.convolve(
    x, np.broadcast_to(weight[:, :1], weight.shape), bias))  # fmt: skip


conv_over_time.mistake(
    "only one of the channels counts",
    hint="Σ_c is a sum over all channels. Which ones does your code look at?",
    also=(lambda x, weight, bias: tf.convolve(x[:, -1:], weight[:, -1:], bias),),
)(lambda x, weight, bias: tf.convolve(x[:, :1], weight[:, :1], bias))


conv_over_time.mistake(
    "the mean was taken over the channels, or over the taps, where a sum is asked for",
    hint="Σ is a sum. By what did you divide?",
    also=(
        lambda x, weight, bias: tf.convolve(x, weight / weight.shape[2], bias),
        lambda x, weight, bias: tf.convolve(x, weight / weight[0].size, bias),
    ),
)(lambda x, weight, bias: tf.convolve(x, weight / weight.shape[1], bias))


conv_over_time.mistake(
    "the largest product of a window was taken, not their sum",
    hint="Convolution adds up over channels and taps. Where does a max come in?",
)(partial(tf.convolve, mix=lambda window, weight: (
    window[:, np.newaxis] * weight).max(axis=(2, 3))))  # fmt: skip


conv_over_time.mistake(
    "only one tap was used: each place sees a single sample",
    hint="A window is K samples long. After your loop over the taps, is it = or +=?",
    also=(lambda x, weight, bias: _one_tap(x, weight, bias, -1),),
)(lambda x, weight, bias: _one_tap(x, weight, bias, 0))


def _one_tap(x, weight, bias, k):
    only = np.zeros_like(weight)
    only[:, :, k] = weight[:, :, k]
    return tf.convolve(x, only, bias)


conv_over_time.mistake(
    "filters and channels of the weight have changed places",
    hint="weight is (F, C, K): first the filter, then the channel. Which axis do you add up over?",
)(
    lambda x, weight, bias: tf.convolve(
        x,
        tf.fitted(weight.transpose(1, 0, 2), weight.shape)
        if len(weight) != weight.shape[1]
        else weight.transpose(1, 0, 2),
        bias,
    )
)


conv_over_time.slip(
    transposed("", (1, 2)),
    "time comes before the filters: (N, places, F)",
    hint="The docstring asks for (N, F, places). In which order are your axes?",
    also=(transposed("", (0, 1)),),
)


conv_over_time.slip(
    result(lambda out, **rest: out[:, :, ::-1]),
    "time runs backwards in the result",
    hint="Where does the window of place 0 begin?",
)


conv_over_time.slip(
    result(lambda out, **rest: np.maximum(out, 0)),
    "the sums went through an activation function, which is not asked for",
    hint="A convolution may be negative. Which function does your code apply to the sums?",
    also=(result(lambda out, **rest: np.tanh(out)), result(lambda out, **rest: np.abs(out))),
)


conv_over_time.slip(
    result(lambda out, x, **rest: np.trunc(out) if x.dtype.kind == "i" else out),
    "the result was cut to whole numbers: it took over the dtype of x",
    hint="np.zeros_like(x) and np.zeros(shape, x.dtype) have the dtype of x. What becomes of 0.7?",
)


conv_over_time.mistake(
    "a filter longer than the sequence breaks it",
    hint="T − K + 1 is negative there. How many places are these?",
    also=(tf.listed,),
)(tf.unguarded)


conv_over_time.slip(
    first_only("x"), "only the first sequence was used", hint="How many sequences are in x?"
)


conv_over_time.slip(
    given(lambda a: {"weight": np.broadcast_to(a["weight"][:1], a["weight"].shape)}),
    "all filters have the same weights",
    hint="F filters, F sets of weights. Which one did filter 1 get?",
)
