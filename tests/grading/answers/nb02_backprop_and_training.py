"""Right answers to notebook 02. `test_fairness.py` says how these files are read."""

# ruff: noqa: B905, E402, F811
import numpy as np


# %% numerical_gradient: one step array for each entry
def numerical_gradient(f, x, eps=1e-5):
    slopes = [
        (f(x + eps * e.reshape(x.shape)) - f(x - eps * e.reshape(x.shape))) / (2 * eps)
        for e in np.eye(x.size)
    ]
    return np.array(slopes).reshape(x.shape)


# %% numerical_gradient: in one array of floats, put back each time
def numerical_gradient(f, x, eps=1e-5):
    x = x.astype(float)
    gradient = np.empty(x.shape)
    for k in range(x.size):
        before = x.flat[k]
        x.flat[k] = before + eps
        gradient.flat[k] = f(x)
        x.flat[k] = before - eps
        gradient.flat[k] -= f(x)
        x.flat[k] = before
    return gradient / (2 * eps)


# %% numerical_gradient: np.nditer and a helper, Fortran order
def moved(x, place, by):
    y = np.array(x, dtype=np.float64)
    y[place] = y[place] + by
    return y


# %%
def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(np.shape(x), order="F")
    walk = np.nditer(x, flags=["multi_index"])
    for _ in walk:
        place = walk.multi_index
        grad[place] = 0.5 * (f(moved(x, place, eps)) - f(moved(x, place, -eps))) / eps
    return grad


# %% linear_backward: einsum
def linear_backward(grad_out, x, weight):
    grad_x = np.einsum("no,od->nd", grad_out, weight)
    grad_weight = np.einsum("no,nd->od", grad_out, x)
    grad_bias = np.einsum("no->o", grad_out)
    return grad_x, grad_weight, grad_bias


# %% linear_backward: three loops
def linear_backward(grad_out, x, weight):
    N, O = grad_out.shape  # noqa: E741
    D = x.shape[1]
    grad_x, grad_weight, grad_bias = np.zeros((N, D)), np.zeros((O, D)), np.zeros(O)
    for n in range(N):
        for o in range(O):
            grad_bias[o] += grad_out[n, o]
            for d in range(D):
                grad_x[n, d] += grad_out[n, o] * weight[o, d]
                grad_weight[o, d] += grad_out[n, o] * x[n, d]
    return grad_x, grad_weight, grad_bias


# %% linear_backward: outer products, ones for the sum, Fortran order
def linear_backward(grad_out, x, weight):
    outer = sum(np.outer(g, p) for g, p in zip(grad_out, x))
    return np.dot(weight.T, grad_out.T).T, outer, np.ones(len(x)) @ grad_out


# %% linear_backward: broadcasting, float32
def linear_backward(grad_out, x, weight):
    g = grad_out[:, :, np.newaxis].astype(np.float32)  # (N, O, 1)
    grad_weight = (g * x[:, None]).sum(0)
    return (g * weight).sum(1), grad_weight, g.sum(axis=(0, 2))


# %% sigmoid_backward: multiplied out
def sigmoid_backward(grad_out, y):
    return grad_out * y - grad_out * y**2


# %% sigmoid_backward: a slope in another cell, number by number
def slope(y: float) -> float:
    return y * (1.0 - y)


# %%
def sigmoid_backward(grad_out, y):
    grad = np.zeros_like(grad_out)
    for place, value in np.ndenumerate(y):
        grad[place] = slope(value) * grad_out[place]
    return grad


# %% sigmoid_backward: NumPy's functions by name
def sigmoid_backward(grad_out, y):
    return np.multiply(grad_out, np.multiply(y, np.subtract(1, y)), order="F")


# %% softmax_cross_entropy: np.logaddexp and a one-hot table
def softmax_cross_entropy(logits, labels):
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    truth = np.eye(logits.shape[1])[labels]
    loss = -(truth * log_p).sum() / len(logits)
    return loss, (np.exp(log_p) - truth) / len(logits)


# %% softmax_cross_entropy: row by row, in plain Python
import math


# %%
def log_softmax(row):
    top = max(row)
    total = math.fsum(math.exp(v - top) for v in row)
    return [v - top - math.log(total) for v in row]


# %%
def softmax_cross_entropy(logits, labels):
    N = len(labels)
    loss, grad = 0.0, []
    for row, label in zip(logits.tolist(), labels.tolist()):
        log_p = log_softmax(row)
        loss -= log_p[label] / N
        grad.append([(math.exp(v) - (c == label)) / N for c, v in enumerate(log_p)])
    return loss, np.array(grad)


# %% softmax_cross_entropy: classes first, np.take_along_axis
def softmax_cross_entropy(logits, labels):
    z = logits.T - np.max(logits, axis=1)  # (C, N)
    e = np.exp(z)
    total = e.sum(axis=0)
    right = np.take_along_axis(z, labels[np.newaxis], axis=0)[0]
    loss = np.mean(np.log(total) - right)
    grad = e / total
    grad[labels, range(len(labels))] -= 1
    return np.float64(loss), grad.T / labels.size


# %% softmax_cross_entropy: shifted by a round number near the largest logit, a boolean mask
def softmax_cross_entropy(logits, labels):
    is_label = np.arange(logits.shape[1]) == labels[:, None]
    shifted = logits - np.round(logits.max(axis=1))[:, None]
    total = np.exp(shifted).sum(axis=1)
    losses = np.log(total) - shifted[is_label]
    grad = np.exp(shifted) / total[:, None]
    grad[is_label] -= 1
    return losses.mean(), grad / len(losses)


# %% momentum_step: number by number
def momentum_step(parameter, gradient, velocity, lr, momentum):
    new_parameter, new_velocity = parameter.copy(), velocity.copy()
    for i in np.ndindex(parameter.shape):
        new_velocity[i] = velocity[i] * momentum + gradient[i]
        new_parameter[i] -= lr * new_velocity[i]
    return new_parameter, new_velocity


# %% momentum_step: in place on copies, annotated
def momentum_step(
    parameter: np.ndarray,
    gradient: np.ndarray,
    velocity: np.ndarray,
    lr: float,
    momentum: float,
) -> tuple[np.ndarray, np.ndarray]:
    v = np.array(velocity, order="F")
    v *= momentum
    v += gradient
    return np.subtract(parameter, np.multiply(lr, v)), v


# %% momentum_step: written out
def momentum_step(parameter, gradient, velocity, lr, momentum):
    return (
        parameter - lr * gradient - lr * momentum * velocity,
        gradient + momentum * velocity,
    )


# %% backward_graph: a small class for each node, as in an autograd
class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes, self.grad = data, parents, slopes, 0.0


# %%
def combined(kind, a, b):
    if kind == "add":
        return Value(a.data + b.data, (a, b), (1.0, 1.0))
    if kind == "multiply":
        return Value(a.data * b.data, (a, b), (b.data, a.data))
    first = a.data >= b.data
    return Value(a.data if first else b.data, (a, b), (float(first), float(not first)))


# %%
def backward_graph(nodes, output):
    made, order = {}, []

    def build(k):
        if k not in made:
            node = nodes[k]
            if isinstance(node, tuple):
                uses = [build(i) for i in node[1:]]
                if node[0] == "exp":
                    e = np.exp(uses[0].data)
                    made[k] = Value(e, (uses[0],), (e,))
                else:
                    made[k] = combined(node[0], *uses)
            else:
                made[k] = Value(node)
            order.append(made[k])
        return made[k]

    for k in range(len(nodes)):
        build(k)
    made[output].grad = 1.0
    for value in order[::-1]:
        for parent, slope in zip(value.parents, value.slopes):
            parent.grad += value.grad * slope
    ranked = [made[k] for k in range(len(nodes))]
    return np.array([v.data for v in ranked]), np.array([v.grad for v in ranked])


# %% backward_graph: forwards by repeated sweeps, backwards by counting users that are still missing
def backward_graph(nodes, output):
    uses = [node[1:] if type(node) is tuple else () for node in nodes]
    values = {k: float(node) for k, node in enumerate(nodes) if not uses[k]}
    while len(values) < len(nodes):
        for k, inputs in enumerate(uses):
            if inputs and all(i in values for i in inputs):
                given = [values[i] for i in inputs]
                values[k] = {
                    "add": sum,
                    "multiply": np.prod,
                    "max": max,
                    "exp": lambda g: np.exp(g[0]),
                }[nodes[k][0]](given)
    missing = [sum(inputs.count(k) for inputs in uses) for k in range(len(nodes))]
    gradient = np.zeros(len(nodes))
    gradient[output] = 1
    ready = [k for k, users in enumerate(missing) if users == 0]
    while ready:
        k = ready.pop()
        v = [values[i] for i in uses[k]]
        kind = nodes[k][0] if uses[k] else ""
        local = {
            "add": [1, 1],
            "multiply": v[::-1],
            "exp": [values[k]],
            "": [],
            "max": [1, 0] if v and v[0] >= v[-1] else [0, 1],
        }[kind]
        for i, slope in zip(uses[k], local):
            gradient[i] += slope * gradient[k]
            missing[i] -= 1
            if missing[i] == 0:
                ready.append(i)
    return np.array([values[k] for k in range(len(nodes))]), gradient
