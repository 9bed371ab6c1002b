"""Spectrograms and mel filters, with one thing changed."""

import numpy as np


# ----------------------------------------------------------------------------------- spectrogram
def frames_of(sound, length, hop, more=0):
    """(T, length): windows that fit, and `more` at the end that find zeros beyond it."""
    count = max(0, (len(sound) - length) // hop + 1 + more)
    padded = np.concatenate([np.asarray(sound, float), np.zeros(length + hop * max(more, 0))])
    places = hop * np.arange(count)[:, np.newaxis] + np.arange(length)
    return padded[places] if count else np.zeros((0, length))


def spectrum(sound, window, hop, *, frames=frames_of, weigh=None, turn=2 * np.pi, bins=None,
             measure=None):  # fmt: skip
    """The spectrogram with one thing changed.

    frames(sound, L, hop) -> (T, L); weigh(frames, window); turn: what a whole turn is; bins(L):
    which bins; measure(real, imaginary, window) -> the numbers that are shown
    """
    L = len(window)
    cut = frames(sound, L, hop)
    cut = weigh(cut, window) if weigh else cut * window
    shown = np.arange(L // 2 + 1) if bins is None else np.asarray(bins(L))
    angle = turn * np.outer(np.arange(L), shown) / L
    real, imaginary = cut @ np.cos(angle), -(cut @ np.sin(angle))  # (T, bins)
    numbers = measure(real, imaginary, window) if measure else real**2 + imaginary**2
    return numbers.T


def to_the_last_sample(sound, length, hop):
    """Frames until the sound is over, the last ones filled up with zeros."""
    count = -(-len(sound) // hop)
    whole = max(0, (len(sound) - length) // hop + 1)
    return frames_of(sound, length, hop, count - whole)


def one_more(sound, length, hop):
    """A last frame for what is left over, where something is left over."""
    rest = len(sound) < length or (len(sound) - length) % hop > 0
    fitting = max(0, (len(sound) - length) // hop + 1)
    if not rest:
        return frames_of(sound, length, hop)
    padded = np.concatenate([np.asarray(sound, float), np.zeros(length + hop)])
    return frames_of(padded[: hop * fitting + length], length, hop)


def places_of(step):
    """Frames at t · step(L, hop), as many as hop would give, zeros beyond the end."""

    def frames(sound, length, hop):
        T = max(0, (len(sound) - length) // hop + 1)
        padded = np.concatenate([np.asarray(sound, float), np.zeros(T * length + length)])
        return np.array([padded[t * step(length, hop) :][:length] for t in range(T)]).reshape(
            T, length
        )

    return frames


def centred(sound, length, hop):
    return frames_of(np.pad(np.asarray(sound, float), length // 2), length, hop)


def fitting_only(sound, window, hop):
    """NumPy's windows, every hop-th: an error where the sound is shorter than the window."""
    view = np.lib.stride_tricks.sliding_window_view(sound, len(window))[::hop]
    return (np.abs(np.fft.rfft(view * window, axis=1)) ** 2).T


def unguarded(sound, window, hop):
    """An error where the number of frames comes out negative."""
    L = len(window)
    out = np.zeros((L // 2 + 1, (len(sound) - L) // hop + 1))
    for t in range(out.shape[1]):
        out[:, t] = np.abs(np.fft.rfft(sound[t * hop : t * hop + L] * window)) ** 2
    return out


def to_the_end(sound, window, hop):
    """An error where the last frame is shorter than the window."""
    frames = [sound[s : s + len(window)] * window for s in range(0, len(sound), hop)]
    return np.array([np.abs(np.fft.rfft(frame)) ** 2 for frame in frames]).T


def stacked(sound, window, hop):
    """np.stack of all columns: an error where there is none."""
    L = len(window)
    starts = range(0, len(sound) - L + 1, hop)
    return np.stack([np.abs(np.fft.rfft(sound[s : s + L] * window)) ** 2 for s in starts], axis=1)


def gathered(sound, window, hop):
    """np.array of all columns, transposed: a bare (0,) where there is none."""
    L = len(window)
    starts = range(0, len(sound) - L + 1, hop)
    return np.array([np.abs(np.fft.rfft(sound[s : s + L] * window)) ** 2 for s in starts]).T


# ------------------------------------------------------------------------------------ mel filters
def to_mel(hertz):
    return 2595 * np.log10(1 + hertz / 700)


def to_hertz(mel):
    return 700 * (10 ** (mel / 2595) - 1)


def filters(bands, length, rate, low, high, *, there=to_mel, back=to_hertz, more=2, count=None,
            bins=None, edges=None, shape=None, axis=None):  # fmt: skip
    """The filters with one thing changed.

    there, back: from hertz to where the points are equally spaced, and back; more: points beside
    the bands; count(length) of bins, bins(length, rate): their frequencies; edges(points, b): the
    three of a band; shape(frequency, left, centre, right); axis: where the triangles are straight
    """
    points = back(np.linspace(there(low), there(high), bands + more))
    count = count(length) if count else length // 2 + 1
    frequency = bins(length, rate) if bins else np.arange(count) * rate / length
    rows = []
    for b in range(bands):
        three = edges(points, b) if edges else points[b : b + 3]
        place, three = (axis(frequency), axis(np.asarray(three))) if axis else (frequency, three)
        rows.append((shape or triangle)(place, *three))
    return np.array(rows)


def triangle(frequency, left, centre, right):
    with np.errstate(all="ignore"):
        rising, falling = (
            (frequency - left) / (centre - left),
            (right - frequency) / (right - centre),
        )
        return np.maximum(0, np.minimum(rising, falling))


def rounded(bands, length, rate, low, high, way=np.floor, size=None):
    """The points moved to whole bins, as many programs do it."""
    points = to_hertz(np.linspace(to_mel(low), to_mel(high), bands + 2))
    places = way((length + 1 if size is None else size(length)) * points / rate)
    rows = [triangle(np.arange(length // 2 + 1), *places[b : b + 3]) for b in range(bands)]
    return np.nan_to_num(np.array(rows))


def counted(bands, length, rate, low, high, more=1):
    """Whole bins, and the flanks counted from bin to bin in two loops."""
    points = to_hertz(np.linspace(to_mel(low), to_mel(high), bands + 2))
    places = np.floor((length + more) * points / rate).astype(int)
    out = np.zeros((bands, length // 2 + 2))
    for b in range(bands):
        left, centre, right = places[b : b + 3]
        for k in range(left, centre):
            out[b, k] = (k - left) / (centre - left)
        for k in range(centre, min(right, length // 2 + 1)):
            out[b, k] = (right - k) / (right - centre)
    return out[:, : length // 2 + 1]
