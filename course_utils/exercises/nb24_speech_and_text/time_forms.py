"""Convolution and max over time, forwards and backwards, with one thing changed."""

import numpy as np


def strided(array):
    """The same numbers in float32, the last axis not in memory order."""
    return np.asarray(array, np.float32)[..., ::-1].copy()[..., ::-1]


# ------------------------------------------------------------------------- convolution over time
def convolve(x, weight, bias, *, taps=None, pad=(0, 0), step=1, dilation=1, mix=None, last=None,
             less=0):  # fmt: skip
    """Convolution over time with one thing changed.

    taps(K): which tap meets which sample of a window, in order; pad: zeros before and after;
    mix(window (N, C, K), weight) -> (N, F); last(out, bias); less: places left out at the end
    """
    (N, _, _), (F, _, K) = x.shape, weight.shape
    padded = np.pad(np.asarray(x, float), ((0, 0), (0, 0), pad(K) if callable(pad) else pad))
    reach = dilation * (K - 1) + 1
    step = K if step == "K" else step
    steps = max(0, (padded.shape[2] - reach) // step + 1 - less)
    order = list(taps(K)) if taps else list(range(K))
    used = weight[:, :, order]
    out = np.zeros((N, F, steps))
    for t in range(steps):
        window = padded[:, :, t * step : t * step + reach : dilation][:, :, : len(order)]
        out[:, :, t] = mix(window, used) if mix else np.einsum("nck,fck->nf", window, used)
    return last(out, bias) if last else out + bias[:, np.newaxis]


def unguarded(x, weight, bias):
    """An error where the filter is longer than the sequence."""
    T, K = x.shape[2], weight.shape[2]
    out = np.zeros((len(x), len(weight), T - K + 1)) + bias[:, np.newaxis]
    for k in range(K):
        out += weight[:, :, k] @ x[:, :, k : k + T - K + 1]
    return out


def listed(x, weight, bias):
    """np.stack of all places: an error where there is none."""
    K = weight.shape[2]
    places = range(x.shape[2] - K + 1)
    return np.stack([np.einsum("nck,fck->nf", x[:, :, t : t + K], weight) + bias for t in places],
                    axis=2)  # fmt: skip


def fitted(array, shape):
    """The same numbers, repeated or cut to another shape."""
    return np.resize(array, shape)


# ------------------------------------------------------------------------- and its gradients
def back(grad_out, x, weight, *, of_x=None, of_weight=None, of_bias=None):
    """The gradients, with one of the three computed by another function of (grad_out, x, weight)"""
    return (
        (of_x or grad_x)(grad_out, x, weight),
        (of_weight or grad_weight)(grad_out, x, weight),
        (of_bias or grad_bias)(grad_out, x, weight),
    )


def grad_x(grad_out, x, weight, *, place=lambda t, k, K: t + k, keep=False):
    """place(t, k, K): which sample place t of the output met with tap k; keep: = in place of +="""
    out = np.zeros(x.shape)
    for k in range(weight.shape[2]):
        for t in range(grad_out.shape[2]):
            given = grad_out[:, :, t] @ weight[:, :, k]  # (N, C)
            where = place(t, k, weight.shape[2])
            if 0 <= where < x.shape[2]:
                out[:, :, where] = given if keep else out[:, :, where] + given
    return out


def grad_weight(grad_out, x, weight, *, place=lambda t, k, K: t + k):
    out = np.zeros(weight.shape)
    for k in range(weight.shape[2]):
        for t in range(grad_out.shape[2]):
            where = place(t, k, weight.shape[2])
            if 0 <= where < x.shape[2]:
                out[:, :, k] += grad_out[:, :, t].T @ x[:, :, where]
    return out


def grad_bias(grad_out, x, weight):
    return grad_out.sum(axis=(0, 2)) * 1.0


def mean_of(grad_out, axis):
    """NaN where there is no place: 0 / 0."""
    with np.errstate(invalid="ignore"):
        count = grad_out.size / grad_out.sum(axis=axis).size
        return grad_out.sum(axis=axis) / np.float64(count)


# ------------------------------------------------------------------------------- max over time
def pool(x, lengths, *, real=None, fill=-np.inf, last=False, value=None, place=None,
         empty=(0.0, -1)):  # fmt: skip
    """Max over time with one thing changed.

    real(lengths, T): which positions count, (N, T); fill: what is put in the others; last: of
    equal ones the last; value(kept (N, F, T), counts (N, 1, T)); place(k, lengths, T); empty: what
    out and positions are where there is no position
    """
    T = x.shape[2]
    counts = real(lengths, T) if real else np.arange(T) < np.asarray(lengths)[:, np.newaxis]
    counts = counts[:, np.newaxis]  # (N, 1, T)
    kept = np.where(counts, x, fill).astype(float)
    k = T - 1 - kept[:, :, ::-1].argmax(axis=2) if last else kept.argmax(axis=2)
    out = value(kept, counts) if value else kept.max(axis=2)
    k = place(k, lengths, T) if place else k
    if empty is not None:
        nothing = ~counts.any(axis=2)
        out, k = np.where(nothing, empty[0], out), np.where(nothing, empty[1], k)
    return out, k


def sliced(x, lengths):
    """Max of what is there: an error for a word of length 0."""
    out = np.zeros(x.shape[:2])
    positions = np.zeros(x.shape[:2], int)
    for n in range(len(x)):
        part = x[n, :, : lengths[n]]
        out[n], positions[n] = part.max(axis=1), part.argmax(axis=1)
    return out, positions


def scatter(grad_out, positions, T, *, skip=True, where=None, add=None):
    """The gradient of the max with one thing changed.

    skip: whether position −1 gets nothing; where(position, T); add(number, T)
    """
    out = np.zeros((*grad_out.shape, T))
    for n, f in np.ndindex(*grad_out.shape):
        position = int(positions[n, f])
        if position >= 0 or not skip:
            place = where(position, T) if where else position
            if -T <= place < T:
                out[n, f, place] += grad_out[n, f]
    return out
