"""The exercise `max_over_time_backward` of notebook 24."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import time_forms as tf
from course_utils.exercises.slips import first_only, missing, negated, result, scaled, transposed


@exercise(
    notebook="24",
    points=2,
    minutes=12,
    hints=(
        "Begin with zeros of shape (N, F, T). Which entries of x had a say in out[n, f]?",
        "A loop over n and f will do. Without one: np.arange(T) == positions[:, :, np.newaxis] is "
        "(N, F, T), True at the winners.",
        "Position −1 means that there was no winner. What does NumPy take index −1 for?",
    ),
    explanation="Only the winner moves the max, and it moves it one for one: it gets all of the "
    "gradient, all others none. −1 equals no position from 0 to T − 1, so a comparison gives it "
    "nothing; as an index it would mean the last one.",
)
def max_over_time_backward(grad_out, positions, T):
    """Gradient of a loss with respect to the input of max_over_time.

    grad_out (N, F): the gradient with respect to out; positions (N, F) as max_over_time gave them:
    whole numbers from 0 to T − 1, or −1 where there was no position; then there is no gradient,
    either. -> (N, F, T)
    """
    won = np.arange(T) == positions[:, :, np.newaxis]  # (N, F, T)
    return np.where(won, grad_out[:, :, np.newaxis], 0)


@max_over_time_backward.cases
def _(rng):
    yield case(np.array([[2.0]]), np.array([[1]]), 3, label="one filter, three positions")
    yield case(np.array([[2.0, -5]]), np.array([[0, 2]]), 4, label="two filters")
    yield case(rng.normal(size=(2, 3)), rng.integers(0, 4, (2, 3)), 5, label="two sequences")
    yield case(rng.normal(size=(3, 2)), np.array([[1, 0], [-1, -1], [3, 2]]), 4,
               label="the second sequence is empty")  # fmt: skip
    yield case(rng.normal(size=(2, 4)), np.array([[2, 2, 2, 2], [0, 0, 0, 0]]), 6,
               label="all filters have the same position")  # fmt: skip
    yield case(rng.normal(size=(1, 2)), np.array([[0, 0]]), 1, label="a single position")
    yield case(rng.normal(size=(3, 3)), rng.integers(-1, 3, (3, 3)), 3,
               label="three of everything")  # fmt: skip
    yield case(np.zeros((2, 3)), rng.integers(0, 4, (2, 3)), 4, label="grad_out is 0")
    yield case(np.ones((2, 3)), rng.integers(0, 7, (2, 3)), 7, label="grad_out of ones")
    yield case(tf.strided(rng.normal(size=(4, 3))), rng.integers(-1, 8, (4, 3)), 9,
               label="float32, not in memory order")  # fmt: skip


@max_over_time_backward.oracle
def _(grad_out, positions, T):
    out = np.zeros((*grad_out.shape, T))
    for n, f, t in np.ndindex(*out.shape):
        if t == positions[n, f]:
            out[n, f, t] = grad_out[n, f]
    return out


max_over_time_backward.mistake(
    "position −1 gave its gradient to the last position",
    hint="What does x[−1] mean in Python? No position means no gradient.",
)(partial(tf.scatter, skip=False))


max_over_time_backward.mistake(
    "position −1 gave its gradient to position 0",
    hint="No position means no gradient. Did you turn −1 into 0?",
)(partial(tf.scatter, skip=False, where=lambda position, T: max(position, 0)))


max_over_time_backward.mistake(
    "position 0 got nothing",
    hint="Position 0 is a position like any other. Is it > or >= in your code?",
)(lambda grad_out, positions, T: tf.scatter(np.where(positions == 0, 0, grad_out), positions, T))


max_over_time_backward.mistake(
    "the gradient went to all positions",
    hint="A position that did not win: does the max change if it moves a little?",
    also=(
        lambda grad_out, positions, T: np.repeat(grad_out[:, :, None], T, axis=2) / T,
        lambda grad_out, positions, T: (
            np.where(positions[:, :, None] >= 0, grad_out[:, :, None], 0) * np.ones(T)
        ),
        lambda grad_out, positions, T: (
            np.where(positions[:, :, None] >= 0, grad_out[:, :, None], 0) * np.ones(T) / T
        ),
    ),
)(lambda grad_out, positions, T: np.repeat(grad_out[:, :, None], T, axis=2) * 1.0)


max_over_time_backward.mistake(
    "everything up to the winner, or from the winner on, got the gradient",
    hint="How many positions of a filter get something? Is your slice one long?",
    also=(
        lambda grad_out, positions, T: np.where(
            np.arange(T) <= positions[:, :, None], grad_out[:, :, None], 0),
        lambda grad_out, positions, T: np.where(
            np.arange(T) < positions[:, :, None], grad_out[:, :, None], 0),
        lambda grad_out, positions, T: np.where(
            (np.arange(T) >= positions[:, :, None]) & (positions[:, :, None] >= 0),
            grad_out[:, :, None], 0),
    ),
)(lambda grad_out, positions, T: np.where(
    np.arange(T) >= positions[:, :, None], grad_out[:, :, None], 0))  # fmt: skip


max_over_time_backward.mistake(
    "all positions got the gradient but the winner",
    hint="np.where(won, …, 0): which of the two belongs to the winner?",
)(lambda grad_out, positions, T: np.where(
    np.arange(T) == positions[:, :, None], 0, grad_out[:, :, None]))  # fmt: skip


max_over_time_backward.mistake(
    "the gradient is off by one position",
    hint="Positions are counted from 0. Where did yours go?",
    also=(partial(tf.scatter, where=lambda position, T: position - 1 if position else T),),
)(partial(tf.scatter, where=lambda position, T: position + 1))


max_over_time_backward.mistake(
    "the positions were counted from the end",
    hint="Position 0 is the first one. Is there a minus too many?",
)(partial(tf.scatter, where=lambda position, T: T - 1 - position))


max_over_time_backward.mistake(
    "all filters or sequences write to the positions of all others",
    hint="grad_x[:, :, positions] means all n and f for each position. Which n and f belong to "
    "positions[n, f]?",
    also=(
        lambda grad_out, positions, T: (
            (np.arange(T) == positions[:, :1, None]) * grad_out[:, :, None]),
        lambda grad_out, positions, T: (
            (np.arange(T) == positions[:1, :, None]) * grad_out[:, :, None]),
    ),
)(lambda grad_out, positions, T: _everywhere(grad_out, positions, T))  # fmt: skip


def _everywhere(grad_out, positions, T):
    out = np.zeros((*grad_out.shape, T))
    out[:, :, positions] = grad_out
    return out


max_over_time_backward.slip(
    missing("grad_out"),
    "grad_out was not used: the winners got 1",
    hint="Twice the gradient of out: what happens to yours?",
)


max_over_time_backward.mistake(
    "True and False were returned, or numbers that are no gradient",
    hint="won says who gets something. What do they get?",
    also=(lambda grad_out, positions, T: (
        (np.arange(T) == positions[:, :, None]) * positions[:, :, None]),),
)(lambda grad_out, positions, T: (np.arange(T) == positions[:, :, None]) & (
    grad_out[:, :, None] != 0))  # fmt: skip


max_over_time_backward.slip(
    transposed("", (1, 2)),
    "time comes before the filters: (N, T, F)",
    hint="The docstring asks for (N, F, T). In which order are your axes?",
    also=(transposed("", (0, 1)),),
)


max_over_time_backward.slip(
    result(lambda grad, positions, **rest: grad[:, :, : max(int(positions.max()) + 1, 1)]),
    "the result is only as long as the last winner",
    hint="T is given. How long is your result, and why?",
    also=(result(lambda grad, **rest: grad[:, :, :-1]),
          result(lambda grad, **rest: np.pad(grad, ((0, 0), (0, 0), (0, 1))))),
)  # fmt: skip


max_over_time_backward.slip(
    result(lambda grad, **rest: grad.sum(axis=1)),
    "the filters were added up",
    hint="Each filter has a time axis of its own: (N, F, T). Which axis has yours lost?",
    also=(result(lambda grad, **rest: grad.sum(axis=0)),
          result(lambda grad, **rest: grad.sum(axis=2))),
)  # fmt: skip


max_over_time_backward.slip(
    scaled(2.0, "", "the gradient was counted twice, or shared out over T"),
    hint="The winner moves the max one for one. Where does your factor come from?",
    also=(result(lambda grad, T, **rest: grad / T), result(lambda grad, T, **rest: grad * T)),
)


max_over_time_backward.slip(
    result(lambda grad, grad_out, **rest: grad / len(grad_out)),
    "the gradient was averaged over the sequences",
    hint="Does the gradient of one sequence depend on how many others there are?",
)


max_over_time_backward.slip(
    result(lambda grad, **rest: np.maximum(grad, 0)),
    "negative gradients became 0",
    hint="That is what ReLU does. May a gradient be negative?",
)


max_over_time_backward.slip(
    result(lambda grad, **rest: np.abs(grad)),
    "negative gradients became positive",
    hint="The max grows where its winner grows. What is the gradient if the loss falls then?",
)


max_over_time_backward.slip(
    result(lambda grad, **rest: np.trunc(grad)),
    "the gradient was cut to whole numbers",
    hint="np.zeros_like(positions) holds whole numbers. What becomes of 0.7 in there?",
)


max_over_time_backward.slip(negated())


max_over_time_backward.slip(
    first_only("grad_out", "positions"),
    "only the first sequence was used",
    hint="How many sequences are there?",
)


def _only(grad_out, positions, T, n):
    out = np.zeros((*grad_out.shape, T))
    out[n] = max_over_time_backward.reference(grad_out, positions, T)[n]
    return out


max_over_time_backward.mistake(
    "only one sequence got its gradient, the others are 0",
    hint="After your loop, which sequences have something? Is the array made anew inside of it?",
    also=(partial(_only, n=-1),),
)(partial(_only, n=0))
