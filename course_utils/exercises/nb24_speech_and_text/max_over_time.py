"""The exercise `max_over_time` of notebook 24."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import time_forms as tf
from course_utils.exercises.slips import (
    first_only,
    given,
    negated,
    reordered,
    result,
    transposed,
)


@exercise(
    notebook="24",
    points=3,
    minutes=20,
    returns=("out", "positions"),
    hints=(
        "Which of the T positions of sequence n are real? np.arange(T) < lengths[:, np.newaxis] "
        "answers for all sequences at once: (N, T).",
        "A number in the padding must never win. Which number loses against all others? It is a "
        "float, so x must be one.",
        "argmax gives the first of the largest. Where the length is 0 there is nothing to find: "
        "put 0 and −1 there with np.where, afterwards.",
    ),
    explanation="Padding becomes −∞, so that it never wins, also among negative numbers. The "
    "largest number is kept, and where it was found, for the way back. A sequence without any "
    "position gets 0, and −1 says that no position is to blame.",
)
def max_over_time(x, lengths):
    """How strongly each filter answered at its best moment, and when that was.

    x (N, F, T) with T ≥ 1; lengths (N,), whole numbers from 0 to T: of sequence n only the first
    lengths[n] positions are real, and the others do not count, whatever is there.
    -> out (N, F): the largest number; positions (N, F), whole numbers: the first position that has
    it. For a sequence of length 0, out is 0 and positions is −1.
    """
    T = x.shape[2]
    real = (np.arange(T) < lengths[:, np.newaxis])[:, np.newaxis]  # (N, 1, T)
    kept = np.where(real, x, -np.inf)
    empty = (lengths == 0)[:, np.newaxis]  # (N, 1)
    return np.where(empty, 0, kept.max(axis=2)), np.where(empty, -1, kept.argmax(axis=2))


@max_over_time.cases
def _(rng):
    yield case(np.array([[[1.0, 3, 2]]]), np.array([3]), label="one filter, three positions")
    yield case(np.array([[[1.0, 3, 7], [5.0, 4, 9]]]), np.array([2]),
               label="the last position is padding")  # fmt: skip
    yield case(rng.normal(size=(2, 3, 5)), np.array([5, 5]), label="two sequences, no padding")
    yield case(rng.normal(size=(3, 2, 6)), np.array([4, 1, 6]), label="lengths 4, 1 and 6")
    yield case(-1 - rng.random((2, 4, 5)), np.array([3, 5]), label="negative numbers only")
    yield case(-50 - rng.random((2, 3, 4)), np.array([2, 4]), label="numbers around −50")
    yield case(rng.normal(size=(3, 2, 4)), np.array([2, 0, 4]), label="the second is empty")
    yield case(np.array([[[2.0, 5, 5, 1], [7, 7, 7, 7]], [[0, 0, 3, 3], [1, 2, 2, 2]]]),
               np.array([3, 4]), label="ties: the first one counts")  # fmt: skip
    loud = rng.normal(size=(2, 3, 6))
    loud[0, :, 4:], loud[1, :, 2:] = 1e6, 1e6
    yield case(loud, np.array([4, 2]), label="1,000,000 in the padding")
    endless = rng.normal(size=(2, 2, 5))
    endless[0, :, 3:] = np.inf
    yield case(endless, np.array([3, 5]), label="∞ in the padding")
    yield case(rng.normal(size=(3, 3, 3)), np.array([3, 2, 1]), label="three of everything")
    yield case(rng.integers(-9, 10, (2, 2, 7)), np.array([5, 6]), label="whole numbers")
    yield case(tf.strided(rng.normal(size=(4, 3, 8))), np.array([8, 3, 0, 5]),
               label="float32, not in memory order; one is empty")  # fmt: skip


@max_over_time.groups({"as long as the array": 1, "padding": 2})
def _(x, lengths):
    return "as long as the array" if (lengths == x.shape[2]).all() else "padding"


@max_over_time.oracle
def _(x, lengths):
    out, positions = np.zeros(x.shape[:2]), np.full(x.shape[:2], -1)
    for n, f in np.ndindex(*out.shape):
        for t in range(int(lengths[n])):
            if positions[n, f] < 0 or x[n, f, t] > out[n, f]:
                out[n, f], positions[n, f] = x[n, f, t], t
    return out, positions


def _real(change):
    """Positions that count, out of lengths + change."""
    return lambda lengths, T: (
        np.arange(T) < np.where(lengths > 0, np.clip(lengths + change, 0, T), 0)[:, np.newaxis]
    )


def _all(lengths, T):
    return np.ones((len(lengths), T), bool)


max_over_time.mistake(
    "lengths was not used: a number in the padding can win",
    hint="Position 2 of a sequence of length 2: may it win?",
    also=(
        partial(tf.pool, real=lambda lengths, T: _all(lengths, T) & (lengths > 0)[:, np.newaxis]),
        partial(tf.pool, value=lambda kept, real: np.where(real, kept, kept).max(axis=2),
                real=_all, empty=None),
    ),
)(partial(tf.pool, real=_all))  # fmt: skip


max_over_time.mistake(
    "the padding was set to 0, and among negative numbers a zero wins",
    hint="All numbers are negative, and the padding is 0. Which one is the largest?",
    also=(partial(tf.pool, fill=0.0, empty=None), partial(tf.pool, fill=0.0, empty=(0.0, 0))),
)(partial(tf.pool, fill=0.0))


max_over_time.mistake(
    "the padding was set to a number that is not small enough",
    hint="The numbers of x may be smaller than the one that you put there. What is smaller than "
    "all of them?",
    also=(partial(tf.pool, fill=-10.0), partial(tf.pool, fill=-1.0, empty=None)),
)(partial(tf.pool, fill=-1.0))


max_over_time.mistake(
    "the smallest number was set into the padding, but positions come from the array as it was",
    hint="argmax of which array? The padding must not win there, either.",
)(
    lambda x, lengths: (
        tf.pool(x, lengths)[0],
        np.where((lengths == 0)[:, np.newaxis], -1, x.argmax(axis=2)),
    )
)


max_over_time.mistake(
    "of equal numbers the last one was taken",
    hint="5 and 5: which position comes first? np.argmax gives the first; >= in a loop the last.",
)(partial(tf.pool, last=True))


max_over_time.mistake(
    "the largest number was sought without its sign",
    hint="Is −7 a stronger answer of a filter than 3?",
    also=(
        lambda x, lengths: tf.pool(np.abs(x), lengths),
        lambda x, lengths: (tf.pool(np.abs(x), lengths)[0], tf.pool(x, lengths)[1]),
    ),
)(
    lambda x, lengths: (
        np.where(
            (lengths == 0)[:, np.newaxis], 0,
            np.take_along_axis(
                x, np.maximum(tf.pool(np.abs(x), lengths)[1], 0)[:, :, np.newaxis], 2)[:, :, 0],
        ),
        tf.pool(np.abs(x), lengths)[1],
    )
)  # fmt: skip


max_over_time.mistake(
    "the smallest number was taken",
    hint="Max over time: which function gives the largest?",
    also=(lambda x, lengths: tf.pool(-x, lengths),),
)(lambda x, lengths: (-tf.pool(-x, lengths)[0] + 0.0, tf.pool(-x, lengths)[1]))


def _mean(kept, real):
    counts = np.maximum(real.sum(axis=2), 1)
    return np.where(real, kept, 0).sum(axis=2) / counts


max_over_time.mistake(
    "this is the mean or the sum over time, not the max",
    hint="One strong answer in a long word: does it get lost in your number?",
    also=(
        partial(tf.pool, value=lambda kept, real: np.where(real, kept, 0).mean(axis=2)),
        partial(tf.pool, value=lambda kept, real: np.where(real, kept, 0).sum(axis=2)),
        lambda x, lengths: (x.mean(axis=2), tf.pool(x, lengths)[1]),
    ),
)(partial(tf.pool, value=_mean))


max_over_time.mistake(
    "the last real number was taken, not the largest",
    hint="lengths[n] − 1 is where the sequence ends. Is the largest number always there?",
)(
    lambda x, lengths: (
        np.where((lengths == 0)[:, None], 0, x[np.arange(len(x)), :, lengths - 1]),
        np.broadcast_to(lengths[:, None] - 1, x.shape[:2]).copy(),
    )
)


max_over_time.mistake(
    "the max goes over the filters, not over time",
    hint="x is (N, F, T). Which axis is time, and which one should be gone?",
    also=(lambda x, lengths: (x.max(axis=0), x.argmax(axis=0)),),
)(lambda x, lengths: (x.max(axis=1), x.argmax(axis=1)))


max_over_time.mistake(
    "one position too many counts: the first one of the padding",
    hint="Length 2: positions 0 and 1 are real. Is it < or <= in your code?",
)(partial(tf.pool, real=_real(1)))


max_over_time.mistake(
    "the last real position does not count",
    hint="Length 2: positions 0 and 1 are real. Does your slice end before lengths[n]?",
    also=(partial(tf.pool, real=_real(-1), empty=None),),
)(partial(tf.pool, real=_real(-1)))


max_over_time.mistake(
    "the sequences were taken to be at the end of the array, the padding in front",
    hint="The first lengths[n] positions are real. Which ones do you use?",
)(partial(tf.pool, real=lambda lengths, T: np.arange(T) >= T - lengths[:, np.newaxis]))


max_over_time.mistake(
    "the mask is the wrong way round: the padding counts, and nothing else",
    hint="np.where(real, x, −∞): which of the two belongs where the position is real?",
    also=(partial(tf.pool, real=lambda lengths, T: np.arange(T) >= lengths[:, None], empty=None),),
)(lambda x, lengths: tf.pool(x, lengths, real=lambda n, T: np.arange(T) >= n[:, np.newaxis]))


max_over_time.slip(
    given(lambda a: {"lengths": np.full_like(a["lengths"], a["lengths"][0])}),
    "all sequences were taken to be as long as one of them",
    hint="lengths has a number for each sequence. Which one does sequence 1 get?",
    also=(given(lambda a: {"lengths": np.full_like(a["lengths"], a["lengths"].max())}),
          given(lambda a: {"lengths": np.full_like(a["lengths"], a["lengths"].min())})),
)  # fmt: skip


max_over_time.mistake(
    "a sequence of length 0 breaks it",
    hint="The max of nothing: what does the docstring ask for?",
)(tf.sliced)


max_over_time.mistake(
    "a sequence of length 0 got what the padding holds (−∞, say), or NaN",
    hint="The largest of no numbers: what does the docstring ask for?",
    also=(partial(tf.pool, empty=(-np.inf, -1)), partial(tf.pool, empty=(np.nan, -1)),
          partial(tf.pool, empty=(np.nan, 0)), partial(tf.pool, fill=-1e9, empty=None),
          partial(tf.pool, fill=-1e9, empty=(-1e9, -1)), partial(tf.pool, empty=(-1.0, -1))),
)(partial(tf.pool, empty=None))  # fmt: skip


max_over_time.mistake(
    "a sequence of length 0 got position 0",
    hint="Position 0 would get a gradient later. Which number says that there is no position?",
)(partial(tf.pool, empty=(0.0, 0)))


max_over_time.mistake(
    "the positions are counted from 1, or from the end",
    hint="x[n, f, positions[n, f]] should be out[n, f]. Is it?",
    also=(
        partial(tf.pool, place=lambda k, lengths, T: lengths[:, np.newaxis] - 1 - k),
        partial(tf.pool, place=lambda k, lengths, T: T - 1 - k),
        partial(tf.pool, place=lambda k, lengths, T: k - T),
    ),
)(partial(tf.pool, place=lambda k, lengths, T: k + 1))


max_over_time.mistake(
    "the positions are those in the flattened array",
    hint="argmax without an axis, or a reshape before it: what does a position of 13 mean?",
)(
    lambda x, lengths: (
        tf.pool(x, lengths)[0],
        np.where((lengths == 0)[:, None], -1,
                 tf.pool(x, lengths)[1] + x.shape[2] * np.arange(x.shape[1])),
    )
)  # fmt: skip


max_over_time.slip(
    transposed("out"),
    "out came out as (F, N)",
    hint="The docstring asks for (N, F). Which loop is outside in your code?",
)


max_over_time.slip(
    reordered(1, 0),
    "positions come before out",
    hint="In which order does the docstring name the two?",
    whole=True,
)


max_over_time.slip(
    result(lambda out, **rest: np.maximum(out, 0), "out"),
    "negative answers became 0",
    hint="Start the search with the first number of the sequence: does 0 beat −3 in your code?",
)


max_over_time.slip(
    result(lambda out, **rest: out[..., np.newaxis], "out"),
    "out kept the axis of time, with length 1",
    hint="What does keepdims=True change?",
)


max_over_time.slip(first_only("x", "lengths"), whole=True)


max_over_time.slip(negated("out"))
