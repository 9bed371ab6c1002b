"""The exercise `orbit_max_backward` of notebook 08."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb08_transform_invariance.banks import answers, banks
from course_utils.exercises.slips import averaged, missing, reordered
from course_utils.numpy_nn import conv2d_backward


@exercise(
    notebook="08",
    points=3,
    minutes=20,
    returns=("grad_x", "grad_bank"),
    hints=(
        "Build grad_z of shape (N, F, T, OH, OW) first: the whole gradient for the winner, 0 for "
        "the other copies. As in max pooling.",
        "winners[:, :, None] == np.arange(T)[:, None, None] has that shape, and is True where copy "
        "t has won. Multiply it with grad_out[:, :, None].",
        "Then undo the two reshapes: conv2d_backward wants (N, F * T, OH, OW), x, and the bank as "
        "(F * T, C, KH, KW). Give grad_bank the shape of bank.",
    ),
    explanation="The maximum lets one copy through at each place, so the gradient goes to that "
    "copy alone. After that it is the backward pass of a convolution with F·T filters, in the same "
    "order as forwards.",
)
def orbit_max_backward(grad_out, winners, x, bank):
    """Gradients of the loss for out, winners = orbit_max(x, bank).

    grad_out, winners (N, F, OH, OW), x (N, C, H, W), bank (F, T, C, KH, KW)
    -> grad_x (N, C, H, W), grad_bank (F, T, C, KH, KW)
    """
    F, T, C, KH, KW = bank.shape
    won = winners[:, :, None] == np.arange(T)[:, None, None]  # (N, F, T, OH, OW)
    grad_z = grad_out[:, :, None] * won  # (N, F, T, OH, OW)
    grad_z = grad_z.reshape(len(x), F * T, *grad_out.shape[2:])  # (N, F * T, OH, OW)
    grad_x, grad_bank, _ = conv2d_backward(grad_z, x, bank.reshape(F * T, C, KH, KW))
    return grad_x, grad_bank.reshape(bank.shape)


@orbit_max_backward.cases
def _(rng):
    for x, bank, label in banks(rng):
        winners = answers(x, bank).argmax(axis=2)
        grads = rng.normal(size=winners.shape).astype(x.dtype)
        if x.size == 3:
            grads = np.array([[[[5.0, 7.0]]]])
        yield case(grads, winners, x, bank, label=label)
    x, copy = (rng.integers(-1, 2, size=shape) for shape in ((2, 1, 5, 4), (2, 1, 1, 2, 2)))
    bank = np.concatenate([copy, copy, -copy], axis=1).astype(float)
    winners = answers(x.astype(float), bank).argmax(axis=2)
    grads = rng.normal(size=winners.shape)
    yield case(grads, winners, x.astype(float), bank, label="equal copies: the first one has won")


@orbit_max_backward.oracle
def _(grad_out, winners, x, bank):
    grad_x, grad_bank = np.zeros(x.shape, x.dtype), np.zeros(bank.shape, bank.dtype)
    KH, KW = bank.shape[3:]
    for n, f, i, j in np.ndindex(grad_out.shape):
        t, g = winners[n, f, i, j], grad_out[n, f, i, j]
        grad_x[n, :, i : i + KH, j : j + KW] += g * bank[f, t]
        grad_bank[f, t] += g * x[n, :, i : i + KH, j : j + KW]
    return grad_x, grad_bank


def _backward(grad_out, x, bank, mask, seen=None):
    """The way back with `mask` (N, F, T, OH, OW) on the gradients; `seen` replaces the bank."""
    F, T, C, KH, KW = bank.shape
    grad_z = (grad_out[:, :, None] * mask).astype(grad_out.dtype)
    grad_z = grad_z.reshape(len(x), F * T, *grad_out.shape[2:])
    seen = bank if seen is None else seen
    grad_x, grad_bank, _ = conv2d_backward(grad_z, x, seen.reshape(F * T, C, KH, KW))
    return grad_x, grad_bank.reshape(bank.shape)


def _merged(grad_out, winners, x, bank, *, mask=None, seen=None, form=None):
    """The reference with one line exchanged: who has won, the bank that is seen, the last form."""
    T = bank.shape[1]
    won = _won(winners, bank) if mask is None else mask(winners, T, x, bank)
    grad_x, grad_bank = _backward(grad_out, x, bank, won, seen and seen(bank))
    return grad_x, form(grad_bank) if form else grad_bank


def _won(winners, bank):
    return winners[:, :, None] == np.arange(bank.shape[1])[:, None, None]


@orbit_max_backward.mistake(
    "every copy got the gradient, winner or not",
    hint="Move the answer of a copy that has lost a little. Does the maximum change?",
)
def _(grad_out, winners, x, bank):
    return _backward(grad_out, x, bank, np.ones_like(_won(winners, bank)))


@orbit_max_backward.mistake(
    "the gradient was shared evenly among the copies, as in mean pooling",
    hint="Which copy does the maximum depend on, and with which slope?",
)
def _(grad_out, winners, x, bank):
    mask = np.full(_won(winners, bank).shape, 1 / bank.shape[1])
    return _backward(grad_out, x, bank, mask)


@orbit_max_backward.mistake(
    "grad_z was merged as (T, F), but in the bank the copies of one filter stand together",
    hint="In which order do the F · T filters stand in bank.reshape(F * T, C, KH, KW), and in "
    "which order do your gradients?",
)
def _(grad_out, winners, x, bank):
    F, T, C, KH, KW = bank.shape
    grad_z = (grad_out[:, :, None] * _won(winners, bank)).swapaxes(1, 2)
    grad_z = grad_z.reshape(len(x), F * T, *grad_out.shape[2:])
    grad_x, grad_bank, _ = conv2d_backward(grad_z, x, bank.reshape(F * T, C, KH, KW))
    return grad_x, grad_bank.reshape(bank.shape)


@orbit_max_backward.mistake(
    "grad_x was computed with the first copy of each filter, whoever has won",
    hint="Which weights did the pixels meet at a place where copy 3 has won?",
)
def _(grad_out, winners, x, bank):
    first = np.broadcast_to(bank[:, :1], bank.shape)
    won = _won(winners, bank)
    return _backward(grad_out, x, bank, won, first)[0], _backward(grad_out, x, bank, won)[1]


orbit_max_backward.slip(
    averaged("grad_bank"),
    "grad_bank was averaged over the images",
    hint="The bank acts on each image. Do their gradients add up, or are they averaged?",
)


@orbit_max_backward.mistake(
    "the gradients of the copies were added up already, the axis T is missing",
    hint="The copies of a filter are turned in different ways. Can their gradients be added before "
    "each of them is turned back? And which shape has bank?",
)
def _(grad_out, winners, x, bank):
    grad_x, grad_bank = _backward(grad_out, x, bank, _won(winners, bank))
    return grad_x, grad_bank.sum(axis=1)


orbit_max_backward.slip(
    reordered(1, 0),
    "the two results are in the wrong order",
    hint="The docstring says (grad_x, grad_bank).",
    whole=True,
)


def _equal_best(winners, T, x, bank):
    z = answers(x, bank)
    return z == z.max(axis=2, keepdims=True)


for name, hint, change in (
    (
        "with equal answers, all of the best copies got the gradient",
        "You look for z == max. If two copies answer alike, who has won? The winners are given.",
        {"mask": _equal_best},
    ),
    (
        "copy 0 got all gradients, whoever has won",
        "Where does your code use `winners`?",
        {
            "mask": lambda winners, T, x, bank: (
                np.arange(T)[:, None, None] == 0 * winners[:, :, None]
            )
        },
    ),
    (
        "the winners were compared with 1 to T",
        "The first copy has the number 0. Which numbers does np.arange(T) give?",
        {
            "mask": lambda winners, T, x, bank: (
                winners[:, :, None] == np.arange(1, T + 1)[:, None, None]
            )
        },
    ),
    (
        "np.arange(T) lies along the last axis, the columns",
        "winners[:, :, None] is (N, F, 1, OH, OW). Along which axis must the T numbers lie, and "
        "how many axes of size 1 do they need behind them?",
        {"mask": lambda winners, T, x, bank: winners[:, :, None] == np.arange(T)},
    ),
    (
        "the bank was merged as (T, F) for the convolution",
        "In which order do the F · T maps of grad_z stand, and in which order your filters?",
        {"seen": lambda bank: bank.swapaxes(0, 1)},
    ),
    (
        "grad_bank has the shape (F · T, C, KH, KW)",
        "A gradient has the shape of the thing that it belongs to. Which shape has bank?",
        {"form": lambda grad: grad.reshape(-1, *grad.shape[2:])},
    ),
    (
        "grad_bank was split as (T, F)",
        "conv2d_backward gives the filters in the order of the bank: which axis comes first?",
        {
            "form": lambda grad: grad.reshape(
                grad.shape[1], grad.shape[0], *grad.shape[2:]
            ).swapaxes(0, 1)
        },
    ),
):
    orbit_max_backward.mistake(name, hint=hint)(partial(_merged, **change))


orbit_max_backward.slip(
    missing("grad_out"),
    "grad_z says only who has won: grad_out is missing",
    hint="The winner's gradient is not 1, but that of the output. Where does your code use "
    "grad_out?",
)
