"""Right answers to notebook 24. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% spectrogram: frame by frame with rfft
import numpy as np


# %%
def spectrogram(sound, window, hop):
    L = len(window)
    columns = []
    for start in range(0, len(sound) - L + 1, hop):
        columns.append(np.abs(np.fft.rfft(sound[start : start + L] * window)) ** 2)
    if not columns:
        return np.zeros((L // 2 + 1, 0))
    return np.array(columns).T


# %% spectrogram: sliding windows, cosines and sines by hand, into an array made before
def spectrogram(sound, window, hop):
    L = window.shape[0]
    out = np.zeros((L // 2 + 1, 0))
    if sound.shape[0] < L:
        return out
    frames = np.lib.stride_tricks.sliding_window_view(sound, L)[::hop] * window
    n = np.arange(L)
    rows = []
    for k in range(L // 2 + 1):
        a = (frames * np.cos(2 * np.pi * k * n / L)).sum(axis=1)
        b = (frames * np.sin(2 * np.pi * k * n / L)).sum(axis=1)
        rows.append(a * a + b * b)
    return np.stack(rows)


# %% spectrogram: a complex matrix, power as z times its conjugate
def spectrogram(sound, window, hop):
    L, S = len(window), len(sound)
    T = 1 + (S - L) // hop if S >= L else 0
    waves = np.exp(-2j * np.pi * np.arange(L // 2 + 1)[:, None] * np.arange(L) / L)
    weighted = waves * window
    out = np.empty((L // 2 + 1, T))
    for t in range(T):
        z = weighted @ sound[t * hop : t * hop + L].astype(float)
        out[:, t] = (z * z.conj()).real
    return out


# %% mel_filterbank: np.interp draws each triangle
def mel_filterbank(bands, length, rate, low, high):
    mel = lambda f: 2595 * np.log10(1 + f / 700)  # noqa: E731
    points = 700 * (10 ** (np.linspace(mel(low), mel(high), bands + 2) / 2595) - 1)
    f = np.arange(length // 2 + 1) / length * rate
    rows = [np.interp(f, points[b : b + 3], [0, 1, 0], left=0, right=0) for b in range(bands)]
    return np.array(rows)


# %% mel_filterbank: two loops and an if
def mel_filterbank(bands, length, rate, low, high):
    m_low, m_high = 1127 * np.log1p(low / 700), 1127 * np.log1p(high / 700)
    step = (m_high - m_low) / (bands + 1)
    points = [700 * np.expm1((m_low + i * step) / 1127) for i in range(bands + 2)]
    out = np.zeros((bands, length // 2 + 1))
    for b in range(bands):
        left, centre, right = points[b], points[b + 1], points[b + 2]
        for k in range(length // 2 + 1):
            f = k * rate / length
            if left <= f <= centre:
                out[b, k] = (f - left) / (centre - left)
            elif centre < f <= right:
                out[b, k] = (right - f) / (right - centre)
    return out


# %% mel_filterbank: rfftfreq, both flanks clipped
def mel_filterbank(bands, length, rate, low, high):
    f = np.fft.rfftfreq(length, 1 / rate)
    ends = 2595 * np.log10(1 + np.array([low, high]) / 700)
    p = 700 * (10 ** (np.linspace(ends[0], ends[1], bands + 2) / 2595) - 1)
    up = (f - p[:-2, None]) / np.diff(p)[:-1, None]
    down = (p[2:, None] - f) / np.diff(p)[1:, None]
    return np.clip(np.where(up < down, up, down), 0, None)


# %% conv_over_time: a window for each place
def conv_over_time(x, weight, bias):
    N, C, T = x.shape
    F, _, K = weight.shape
    out = np.zeros((N, F, max(T - K + 1, 0)))
    for t in range(out.shape[2]):
        window = x[:, :, t : t + K].reshape(N, C * K)
        out[:, :, t] = window @ weight.reshape(F, C * K).T + bias
    return out


# %% conv_over_time: sliding windows and einsum
def conv_over_time(x, weight, bias):
    K = weight.shape[2]
    if x.shape[2] < K:
        return np.zeros((x.shape[0], weight.shape[0], 0))
    view = np.lib.stride_tricks.sliding_window_view(x, K, axis=2)  # (N, C, places, K)
    return np.einsum("nctk,fck->nft", view, weight, optimize=True) + bias[None, :, None]


# %% conv_over_time: np.correlate, channel by channel
def conv_over_time(x, weight, bias):
    N, C, T = x.shape
    F, _, K = weight.shape
    if T < K:
        return np.empty((N, F, 0))
    out = np.zeros((N, F, T - K + 1))
    for n in range(N):
        for f in range(F):
            total = sum(np.correlate(x[n, c], weight[f, c], mode="valid") for c in range(C))
            out[n, f] = total + bias[f]
    return out


# %% conv_over_time_backward: place by place
def conv_over_time_backward(grad_out, x, weight):
    K = weight.shape[2]
    grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    for t in range(grad_out.shape[2]):
        g = grad_out[:, :, t]
        grad_x[:, :, t : t + K] += np.einsum("nf,fck->nck", g, weight)
        grad_weight += np.einsum("nf,nck->fck", g, x[:, :, t : t + K])
    return grad_x, grad_weight, np.einsum("nft->f", grad_out)


# %% conv_over_time_backward: padded gradient, filters turned around
def conv_over_time_backward(grad_out, x, weight):
    N, C, T = x.shape
    F, _, K = weight.shape
    if T < K:
        return np.zeros((N, C, T)), np.zeros((F, C, K)), np.zeros(F)
    padded = np.pad(grad_out, ((0, 0), (0, 0), (K - 1, K - 1)))
    view = np.lib.stride_tricks.sliding_window_view(padded, K, axis=2)  # (N, F, T, K)
    grad_x = np.einsum("nftk,fck->nct", view, weight[:, :, ::-1])
    windows = np.lib.stride_tricks.sliding_window_view(x, K, axis=2)  # (N, C, places, K)
    grad_weight = np.einsum("nft,nctk->fck", grad_out, windows)
    return grad_x, grad_weight, grad_out.sum(axis=2).sum(axis=0)


# %% conv_over_time_backward: a loop over taps, matrices made with transpose and reshape
def conv_over_time_backward(grad_out, x, weight):
    N, F, P = grad_out.shape
    C = x.shape[1]
    flat = np.ascontiguousarray(grad_out.transpose(1, 0, 2)).reshape(F, N * P)
    grad_x = np.zeros(x.shape, dtype=float)
    grad_weight = np.empty(weight.shape, dtype=float)
    for k in range(weight.shape[2]):
        piece = x[:, :, k : k + P].transpose(1, 0, 2).reshape(C, N * P)
        grad_weight[:, :, k] = flat @ piece.T
        grad_x[:, :, k : k + P] += (weight[:, :, k].T @ flat).reshape(C, N, P).transpose(1, 0, 2)
    return grad_x, grad_weight, flat.sum(axis=1)


# %% max_over_time: sequence by sequence
def max_over_time(x, lengths):
    out = np.zeros(x.shape[:2])
    positions = np.full(x.shape[:2], -1)
    for n, length in enumerate(lengths):
        if length > 0:
            part = x[n, :, :length]
            out[n] = part.max(axis=1)
            positions[n] = part.argmax(axis=1)
    return out, positions


# %% max_over_time: a running best
def max_over_time(x, lengths):
    N, F, T = x.shape
    out = np.full((N, F), -np.inf)
    positions = np.full((N, F), -1)
    for t in range(T):
        better = (x[:, :, t] > out) & (t < np.asarray(lengths))[:, None]
        out = np.where(better, x[:, :, t], out)
        positions[better] = t
    out[positions < 0] = 0
    return out, positions


# %% max_over_time: a mask as an argument of max
def max_over_time(x, lengths):
    real = np.broadcast_to((np.arange(x.shape[2]) < lengths[:, None])[:, None, :], x.shape)
    low = float(x.min()) - 1
    filled = np.where(real, x, low)
    positions = np.argmax(filled, axis=-1)
    out = np.take_along_axis(filled, positions[..., None], axis=-1)[..., 0]
    nothing = np.repeat((lengths == 0)[:, None], x.shape[1], axis=1)
    out = np.where(nothing, 0.0, out)
    positions[nothing] = -1
    return out, positions


# %% max_over_time_backward: a loop over all winners
def max_over_time_backward(grad_out, positions, T):
    N, F = grad_out.shape
    grad = np.zeros((N, F, T))
    for n in range(N):
        for f in range(F):
            if positions[n, f] != -1:
                grad[n, f, positions[n, f]] = grad_out[n, f]
    return grad


# %% max_over_time_backward: put_along_axis into one place more than needed
def max_over_time_backward(grad_out, positions, T):
    grad = np.zeros((*grad_out.shape, T + 1))
    np.put_along_axis(grad, positions[..., None] % (T + 1), grad_out[..., None], axis=2)
    return grad[..., :T]


# %% max_over_time_backward: rows of the identity
def max_over_time_backward(grad_out, positions, T):
    one_hot = np.concatenate([np.eye(T), np.zeros((1, T))])[positions]  # row −1 is all zeros
    return grad_out[:, :, None] * one_hot


# %% pad_and_mask: a dictionary
def pad_and_mask(words, alphabet, length):
    number = {letter: k + 2 for k, letter in enumerate(alphabet)}
    codes = np.zeros((len(words), length), dtype=np.int64)
    mask = np.zeros((len(words), length), dtype=bool)
    for n, word in enumerate(words):
        short = word[:length]
        codes[n, : len(short)] = [number.get(letter, 1) for letter in short]
        mask[n, : len(short)] = True
    return codes, mask


# %% pad_and_mask: the mask from the lengths
def pad_and_mask(words, alphabet, length):
    codes = np.zeros((len(words), length), int)
    lengths = np.array([min(len(word), length) for word in words], int).reshape(-1, 1)
    for n, word in enumerate(words):
        for t in range(int(lengths[n, 0])):
            codes[n, t] = alphabet.index(word[t]) + 2 if word[t] in alphabet else 1
    return codes, np.arange(length) < lengths


# %% pad_and_mask: text filled up with a sign that stands for padding
def pad_and_mask(words, alphabet, length):
    codes = []
    for word in words:
        row = [max(alphabet.find(letter), -1) + 2 for letter in word]
        codes.append((row + [0] * length)[:length])
    codes = np.array(codes, int).reshape(len(words), length)
    return codes, np.where(codes == 0, False, True)
