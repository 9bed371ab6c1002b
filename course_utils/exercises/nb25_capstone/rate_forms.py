"""Which parameter gets which rate and which decay, with one thing changed."""

import numpy as np


def of_head(name, head):
    return name.startswith(head + ".")


def given(names, shapes, head, lr, ratio, decay, *, inside=of_head, new=lambda lr, ratio: lr,
          old=lambda lr, ratio: lr / ratio, decays=lambda name, shape, head: len(shape) >= 2,
          amount=lambda decay, rate, lr: decay, other=0.0):  # fmt: skip
    """rates, decays.

    inside(name, head): does it belong to the head? new(lr, ratio), old(lr, ratio): the two rates;
    decays(name, shape, head): has it decay? amount(decay, rate, lr): how much; other: of those
    without
    """
    rates = np.array([new(lr, ratio) if inside(name, head) else old(lr, ratio) for name in names])
    pairs = zip(names, shapes, rates, strict=True)
    found = [amount(decay, rate, lr) if decays(name, shape, head) else other
             for name, shape, rate in pairs]  # fmt: skip
    return rates.astype(float), np.array(found, float)


def last_in_list(count):
    """The last parameters of the list are the head's, whatever their names say."""

    def function(names, shapes, head, lr, ratio, decay):
        rates, decays = given(names, shapes, head, lr, ratio, decay)
        rates[:] = lr / ratio
        rates[-count:] = lr
        return rates, decays

    return function


def from_head_on(names, shapes, head, lr, ratio, decay):
    """Everything from the head's first parameter to the end."""
    rates, decays = given(names, shapes, head, lr, ratio, decay)
    first = next(i for i, name in enumerate(names) if of_head(name, head))
    rates[first:] = lr
    return rates, decays


def grouped(names, shapes, head, lr, ratio, decay):
    """The old parameters first, then those of the head: no longer in the order of names."""
    rates, decays = given(names, shapes, head, lr, ratio, decay)
    order = np.argsort([of_head(name, head) for name in names], kind="stable")
    return rates[order], decays[order]


def head_grouped_first(names, shapes, head, lr, ratio, decay):
    rates, decays = given(names, shapes, head, lr, ratio, decay)
    order = np.argsort([not of_head(name, head) for name in names], kind="stable")
    return rates[order], decays[order]


def one_number_a_group(names, shapes, head, lr, ratio, decay):
    return np.array([lr / ratio, lr]), np.array([decay, 0.0])


def falling(names, shapes, head, lr, ratio, decay):
    """Each layer's rate is a ratio smaller than that of the layer after it."""
    layers = list(dict.fromkeys(name.rpartition(".")[0] for name in names))
    depth = {layer: len(layers) - 1 - i for i, layer in enumerate(layers)}
    rates = [lr / ratio ** depth[name.rpartition(".")[0]] for name in names]
    return np.array(rates, float), given(names, shapes, head, lr, ratio, decay)[1]
