"""Right answers to notebook 09. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% dropout: a mask of ones and zeros
import numpy as np


# %%
def dropout(x, p, uniform, training):
    if training:
        mask = (uniform >= p).astype(x.dtype)
        return x * mask / (1 - p)
    return x


# %% dropout: a copy, and the dropped ones written as 0
def dropout(x, p, uniform, training):
    out = np.array(x, dtype=float)
    if training is True:
        out[uniform < p] = 0
        out /= 1 - p
    return out


# %% dropout: one number at a time
def dropout(x, p, uniform, training):
    if not training:
        return x.copy()
    kept = [0.0 if u < p else v / (1.0 - p) for v, u in zip(x.flat, uniform.flat, strict=True)]
    return np.reshape(kept, x.shape)


# %% plateau_schedule: a while loop over the epochs and a list of the best
def plateau_schedule(losses, lr, factor, patience):
    n = len(losses)
    rates = np.zeros(n)
    best, bad, e = np.inf, 0, 0
    while e < n:
        rates[e] = lr
        if losses[e] < best:
            best, bad = losses[e], 0
        else:
            bad += 1
        if bad == patience + 1:
            lr *= factor
            bad = 0
        e += 1
    return rates


# %% plateau_schedule: counts the falls, raises factor to their number
def plateau_schedule(losses, lr, factor, patience):
    losses = list(map(float, losses))
    falls, since, rates = 0, -1, []
    for e, loss in enumerate(losses):
        rates.append(lr * factor**falls)
        if e == 0 or loss < min(losses[:e]):
            since = e
        if e - since > patience:
            falls += 1
            since = e
    return np.asarray(rates)


# %% plateau_schedule: a class that remembers
class Watch:
    def __init__(self, lr, factor, patience):
        self.lr, self.factor, self.patience = lr, factor, patience
        self.lowest, self.waited = np.inf, 0

    def step(self, loss):
        if loss < self.lowest:
            self.lowest, self.waited = loss, 0
            return
        self.waited += 1
        if self.waited > self.patience:
            self.lr, self.waited = self.lr * self.factor, 0


# %%
def plateau_schedule(losses, lr, factor, patience):
    watch, rates = Watch(lr, factor, patience), []
    for loss in losses:
        rates += [watch.lr]
        watch.step(loss)
    return np.array(rates)


# %% weight_decay_step: each step by its name
def weight_decay_step(weight, grad, velocity, lr, momentum, decay):
    full_gradient = grad + weight * decay
    new_velocity = velocity * momentum + full_gradient
    new_weight = weight - new_velocity * lr
    return new_weight, new_velocity


# %% weight_decay_step: copies, changed in place
def weight_decay_step(weight, grad, velocity, lr, momentum, decay):
    weight, velocity = weight.copy(), velocity.copy()
    velocity *= momentum
    velocity += grad
    velocity += decay * weight
    weight -= lr * velocity
    return weight, velocity


# %% weight_decay_step: as a matrix of three terms
def weight_decay_step(weight, grad, velocity, lr, momentum, decay):
    parts = np.stack([velocity, grad, weight])
    v = np.tensordot(np.array([momentum, 1, decay]), parts, axes=1)
    return weight - lr * v, v


# %% adam_step: as in the paper
def adam_step(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    m_corrected = m / (1 - np.power(beta1, t))
    v_corrected = v / (1 - np.power(beta2, t))
    return weight - lr * m_corrected / (v_corrected**0.5 + eps), m, v


# %% adam_step: as torch writes it, the correction within the step
def adam_step(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    step = lr / (1 - beta1**t)
    below = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
    return weight - step * m / below, m, v


# %% adam_step: one weight at a time
def one_weight(w, g, m, v, t, lr, b1, b2, eps):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


# %%
def adam_step(weight, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    arrays = (np.asarray(a, dtype=float).ravel() for a in (weight, grad, m, v))
    rows = [one_weight(*row, t, lr, beta1, beta2, eps) for row in zip(*arrays, strict=True)]
    return tuple(np.array(column).reshape(np.shape(weight)) for column in zip(*rows, strict=True))
