"""Right answers to notebook 25. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811, E402
# %% linear_probe: the features and a column of ones, no decay on the ones
import numpy as np


# %%
def linear_probe(features, labels, classes, decay):
    N, D = features.shape
    x = np.concatenate([np.ones((N, 1)), features], axis=1)
    penalty = np.diag([0.0] + [decay] * D)
    targets = np.zeros((N, classes))
    targets[np.arange(N), labels] = 1
    both = np.linalg.solve(x.T @ x + penalty, x.T @ targets)
    return both[1:].T, both[0]


# %% linear_probe: class by class, in the space of images
def linear_probe(features, labels, classes, decay):
    mean = features.mean(axis=0)
    x = features.astype(float) - mean
    gram = x @ x.T + decay * np.eye(len(x))
    weight = np.zeros((classes, features.shape[1]))
    bias = np.zeros(classes)
    for k in range(classes):
        is_k = (labels == k).astype(float)
        weight[k] = x.T @ np.linalg.solve(gram, is_k - is_k.mean())
        bias[k] = is_k.mean() - weight[k] @ mean
    return weight, bias


# %% linear_probe: by singular values
def linear_probe(features, labels, classes, decay):
    y = (labels[:, None] == np.arange(classes)).astype(float)
    centre, middle = features.mean(0), y.mean(0)
    u, s, v = np.linalg.svd(features - centre, full_matrices=False)
    weight = (v.T * (s / (s**2 + decay))) @ (u.T @ (y - middle))  # (D, L)
    return weight.T, middle - centre @ weight


# %% two_rates: a loop with if and else
def two_rates(names, shapes, head, lr, ratio, decay):
    rates, decays = [], []
    for name, shape in zip(names, shapes, strict=True):
        if name.startswith(f"{head}."):
            rates.append(lr)
        else:
            rates.append(lr / ratio)
        decays.append(decay if len(shape) > 1 else 0)
    return np.array(rates), np.array(decays)


# %% two_rates: the name up to each of its dots
def two_rates(names, shapes, head, lr, ratio, decay):
    rates = np.full(len(names), lr / ratio)
    decays = np.zeros(len(names))
    for i in range(len(names)):
        parts = names[i].split(".")
        prefixes = [".".join(parts[:k]) for k in range(1, len(parts))]
        if head in prefixes:
            rates[i] = lr
        if len(shapes[i]) not in (0, 1):
            decays[i] = decay
    return rates, decays


# %% two_rates: a factor for each parameter
def two_rates(names, shapes, head, lr, ratio, decay):
    cut = len(head)
    new = np.array([n[:cut] == head and n[cut : cut + 1] == "." for n in names], dtype=float)
    matrix = np.array([np.ndim(np.empty(s)) >= 2 for s in shapes], dtype=float)
    return lr * new + lr / ratio * (1 - new), decay * matrix


# %% two_rates: tensors of PyTorch tell how many axes they have
import torch


# %%
def two_rates(names, shapes, head, lr, ratio, decay):
    tensors = dict(zip(names, (torch.empty(tuple(s)) for s in shapes), strict=True))
    old = {n for n in names if not n.startswith(head + ".")}
    rates = [lr / ratio if n in old else lr for n in tensors]
    decays = [float(decay) * (t.dim() >= 2) for t in tensors.values()]
    return np.array(rates), np.array(decays)


# %% confusion_matrix: two loops over the classes
def confusion_matrix(labels, guesses, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for t in range(classes):
        for g in range(classes):
            counts[t, g] = ((labels == t) & (guesses == g)).sum()
    recall, precision = np.zeros(classes), np.zeros(classes)
    for k in range(classes):
        if counts[k].sum() > 0:
            recall[k] = counts[k, k] / counts[k].sum()
        if counts[:, k].sum() > 0:
            precision[k] = counts[k, k] / counts[:, k].sum()
    return counts, recall, precision


# %% confusion_matrix: pairs as one number, counted at once
def confusion_matrix(labels, guesses, classes):
    pair = labels.astype(int) * classes + guesses.astype(int)
    counts = np.bincount(pair, minlength=classes**2).reshape(classes, classes)
    good = counts.diagonal().astype(float)
    rows, columns = counts.sum(1), counts.sum(0)
    recall = np.divide(good, rows, out=np.zeros(classes), where=rows > 0)
    precision = np.divide(good, columns, out=np.zeros(classes), where=columns > 0)
    return counts, recall, precision


# %% confusion_matrix: a product of two one-hot matrices
def confusion_matrix(labels, guesses, classes):
    is_k = np.eye(classes)
    counts = is_k[labels].T @ is_k[guesses]
    with np.errstate(invalid="ignore"):
        recall = np.nan_to_num(np.diag(counts) / counts.sum(axis=1))
        precision = np.nan_to_num(np.diag(counts) / counts.sum(axis=0))
    return counts.astype(int), recall, precision


# %% calibration_error: a loop over the bins
def calibration_error(probabilities, labels, bins):
    sure = np.max(probabilities, axis=1)
    right = np.argmax(probabilities, axis=1) == labels
    gaps, counts, error = np.zeros(bins), np.zeros(bins, dtype=int), 0.0
    for k in range(bins):
        inside = (k / bins <= sure) & (sure < (k + 1) / bins)
        if k == bins - 1:
            inside |= sure >= 1
        counts[k] = inside.sum()
        if counts[k]:
            gaps[k] = right[inside].mean() - sure[inside].mean()
            error += abs(gaps[k]) * counts[k] / len(labels)
    return error, gaps, counts


# %% calibration_error: with histograms
def calibration_error(probabilities, labels, bins):
    guess = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(guess)), guess].astype(float)
    edges = np.arange(bins + 1) / bins
    counts, _ = np.histogram(sure, edges)
    total, _ = np.histogram(sure, edges, weights=(guess == labels) - sure)
    gaps = np.where(counts > 0, total / np.maximum(counts, 1), 0)
    return np.abs(total).sum() / len(labels), gaps, counts


# %% calibration_error: image by image
def calibration_error(probabilities, labels, bins):
    gaps, counts = np.zeros(bins), np.zeros(bins, dtype=int)
    numbers = []
    for row, label in zip(probabilities, labels, strict=True):
        k = min(int(row.max() * bins), bins - 1)
        numbers.append(k)
        counts[k] += 1
        gaps[k] += float(row.argmax() == label) - row.max()
    gaps = gaps / np.where(counts == 0, 1, counts)
    return np.mean([abs(gaps[k]) for k in numbers]), gaps, counts
