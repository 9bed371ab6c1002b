"""The exercise `orbit_max` of notebook 08."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb08_transform_invariance.banks import answers, banks
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="08",
    points=2,
    minutes=15,
    returns=("out", "winners"),
    hints=(
        "For conv2d the F · T copies are simply F · T filters. Which shape must the bank have?",
        "bank.reshape(F * T, C, KH, KW) merges the first two axes. The result of conv2d has F · T "
        "maps, in the same order: one reshape splits them again.",
        "z has the shape (N, F, T, OH, OW). Along which axis do you take max and argmax?",
    ),
    explanation="A bank of T copies of F filters is a layer with F·T filters. Its maps come in the "
    "order of the bank, all copies of filter 0 first, so reshape splits them into (F, T). Then the "
    "largest along the axis of the copies, and where it was; argmax gives the first of equals.",
)
def orbit_max(x, bank):
    """The largest answer among the T copies of each filter, and which copy gave it.

    x (N, C, H, W), bank (F, T, C, KH, KW) -> out, winners, both (N, F, OH, OW);
    stride 1, no padding; winners are whole numbers from 0 to T - 1, the first of equals wins
    """
    F, T, C, KH, KW = bank.shape
    z = conv2d(x, bank.reshape(F * T, C, KH, KW))  # (N, F * T, OH, OW)
    z = z.reshape(len(x), F, T, *z.shape[2:])  # (N, F, T, OH, OW)
    return z.max(axis=2), z.argmax(axis=2)


@orbit_max.cases
def _(rng):
    for x, bank, label in banks(rng):
        yield case(x, bank, label=label)
    few = rng.integers(-1, 2, size=(2, 1, 5, 4)).astype(float)
    same = rng.integers(-1, 2, size=(2, 1, 1, 2, 2)).astype(float).repeat(3, axis=1)
    yield case(few, same, label="all copies are equal: the first one wins")


@orbit_max.oracle
def _(x, bank):
    F, T, _, KH, KW = bank.shape
    N, _, H, W = x.shape
    out = np.zeros((N, F, H - KH + 1, W - KW + 1), np.result_type(x, bank))
    winners = np.zeros(out.shape, int)
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i : i + KH, j : j + KW]
        answers = [float((window * bank[f, t]).sum()) for t in range(T)]
        winners[n, f, i, j] = max(range(T), key=answers.__getitem__)
        out[n, f, i, j] = answers[winners[n, f, i, j]]
    return out, winners


@orbit_max.view
def _(answer, x, bank):
    out, winners = (np.asarray(part) for part in (answer[0], answer[-1]))
    exchanged = out.dtype.kind in "iu"
    if winners.dtype.kind == "f" and not np.isnan(winners).any() and not exchanged:
        raise TypeError("winners serve as an index later, so they must be whole numbers")
    return answer


@orbit_max.mistake(
    "the maps were split as (T, F), but in the bank the copies of one filter stand together",
    hint="Number the maps of conv2d from 0 to F · T − 1. Which filter and which copy is number 1?",
)
def _(x, bank):
    z = answers(x, bank)
    N, F, T, OH, OW = z.shape
    z = z.reshape(N, T, F, OH, OW)
    return z.max(axis=1), z.argmax(axis=1)


@orbit_max.mistake(
    "the maximum was taken over the filters, where the copies should compete",
    hint="Two different filters are two different questions. Which axis of (N, F, T, OH, OW) "
    "belongs to the copies of one filter?",
)
def _(x, bank):
    z = answers(x, bank)
    return z.max(axis=1), z.argmax(axis=1)


@orbit_max.mistake(
    "the copy with the largest absolute answer won",
    hint="An answer of −5 says that the opposite of the pattern is here. Is that a better match "
    "than 1?",
)
def _(x, bank):
    z = answers(x, bank)
    winners = np.abs(z).argmax(axis=2)
    return np.take_along_axis(z, winners[:, :, None], axis=2)[:, :, 0], winners


@orbit_max.mistake(
    "among equal answers the last one won",
    hint="Three equal copies: which number should the winner have? np.argmax counts from the "
    "front.",
)
def _(x, bank):
    z = answers(x, bank)
    return z.max(axis=2), z.shape[2] - 1 - z[:, :, ::-1].argmax(axis=2)


@orbit_max.mistake(
    "the winners are numbered through the whole bank, f · T + t",
    hint="With T copies, which numbers can a winner have?",
)
def _(x, bank):
    z = answers(x, bank)
    return z.max(axis=2), z.argmax(axis=2) + np.arange(z.shape[1])[:, None, None] * z.shape[2]


@orbit_max.mistake(
    "the answers of the copies were averaged",
    hint="Seven copies that do not fit should not drown the one that does. Mean or maximum?",
)
def _(x, bank):
    z = answers(x, bank)
    return z.mean(axis=2), z.argmax(axis=2)


@orbit_max.mistake(
    "one winner was chosen for a whole map, where each place should choose for itself",
    hint="Two strokes in one picture may lie in different directions. Along which axes did you "
    "take the maximum?",
)
def _(x, bank):
    z = answers(x, bank)
    best = z.max(axis=(3, 4)).argmax(axis=2)  # (N, F)
    out = np.take_along_axis(z, best[:, :, None, None, None], axis=2)[:, :, 0]
    return out, np.broadcast_to(best[:, :, None, None], out.shape).copy()


def _from_zero(z):
    out, winners = np.zeros_like(z[:, :, 0]), np.zeros(z[:, :, 0].shape, int)
    for t in range(z.shape[2]):
        better = z[:, :, t] > out
        out, winners = np.where(better, z[:, :, t], out), np.where(better, t, winners)
    return out, winners


def _chosen(x, bank, *, choose):
    return choose(answers(x, bank))


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "winners and out stand in the wrong order",
)


for name, hint, choose in (
    (
        "the answers lost their sign: the largest absolute value was returned",
        "An answer of −5 says that the opposite of the pattern is here. Is that a better match "
        "than 1?",
        lambda z: (np.abs(z).max(axis=2), np.abs(z).argmax(axis=2)),
    ),
    (
        "the answers of the copies were added up",
        "Seven copies that do not fit should not drown the one that does. Sum or maximum?",
        lambda z: (z.sum(axis=2), z.argmax(axis=2)),
    ),
    (
        "the smallest answer won",
        "Which copy fits best: the one with the largest answer, or with the smallest?",
        lambda z: (z.min(axis=2), z.argmin(axis=2)),
    ),
    (
        "answers below 0 became 0",
        "Where all copies answer with less than 0, which number is the largest? Does your maximum "
        "begin at 0?",
        _from_zero,
    ),
    (
        "the axis of the copies was kept: (N, F, 1, OH, OW)",
        "Which shape does the docstring ask for? Leave keepdims=True out, or drop the axis.",
        lambda z: (z.max(axis=2, keepdims=True), z.argmax(axis=2, keepdims=True)),
    ),
    (
        "the maximum was taken over the places as well",
        "Each place keeps its own answer. Which of the five axes should disappear?",
        lambda z: (z.max(axis=(2, 3, 4)), z.reshape(*z.shape[:2], -1).argmax(axis=2)),
    ),
    (
        "winners is a table of True and False",
        "z == z.max(…) says yes or no for each copy. Which function gives the *number* of the "
        "largest?",
        lambda z: (z.max(axis=2), z == z.max(axis=2, keepdims=True)),
    ),
    (
        "the winners are counted from 1",
        "Which number has the first copy in Python?",
        lambda z: (z.max(axis=2), z.argmax(axis=2) + 1),
    ),
    (
        "the winners were looked for along the axis of the filters",
        "z has the axes (N, F, T, OH, OW). Do max and argmax go along the same one?",
        lambda z: (z.max(axis=2), z.argmax(axis=1)),
    ),
    (
        "winners and out stand in the wrong order",
        "The docstring says out, winners.",
        lambda z: (z.argmax(axis=2), z.max(axis=2)),
    ),
):
    orbit_max.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_chosen, choose=choose))


@orbit_max.mistake(
    "the bank was merged as (T, F), but its maps were split as (F, T)",
    hint="bank is (F, T, C, KH, KW). What does your swapaxes or transpose do in front of reshape?",
)
def _(x, bank):
    F, T, C, KH, KW = bank.shape
    z = conv2d(x, bank.swapaxes(0, 1).reshape(F * T, C, KH, KW))
    z = z.reshape(len(x), F, T, *z.shape[2:])
    return z.max(axis=2), z.argmax(axis=2)
