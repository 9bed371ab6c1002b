"""Exercises of notebook 02: gradients by numbers and by hand, the loss, momentum."""

from decimal import Decimal  # its exp does not overflow

import numpy as np

from course_utils.exercises.core import case, exercise


# ----------------------------------------------------------------------------- numerical_gradient
@exercise(
    notebook="02",
    points=2,
    minutes=15,
    rtol=1e-7,
    hints=(
        "Change one entry of x, and only that one. By how much does f change, up and down?",
        "np.ndindex(x.shape) visits every position of an array of any shape.",
        "Work on a float copy of x. Remember the old value of the entry; set it to old + eps, call "
        "f; set it to old − eps, call f; set it back to old.",
    ),
    explanation="Each entry is moved up and down by eps while all others stand still. The "
    "difference of the two values, divided by the distance 2·eps, is the slope in that direction. "
    "Looking both ways makes the error shrink with eps² instead of eps.",
)
def numerical_gradient(f, x, eps=1e-5):
    """The gradient of f at x by central differences.

    f: takes an array like x and gives a number; x (any shape) -> an array of the same shape
    """
    x = np.array(x, dtype=float)  # a copy: the caller's x stays as it is
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        middle = x[place]
        x[place] = middle + eps
        above = f(x)
        x[place] = middle - eps
        below = f(x)
        x[place] = middle
        gradient[place] = (above - below) / (2 * eps)
    return gradient


def _cubic(x):
    return float((x**3).sum())


def _mixed(x):
    return float((np.sin(x) * np.roll(x, 1)).sum())


def _weighted_squares(x):
    return float((np.arange(x.size).reshape(x.shape) * x * x).sum())


@numerical_gradient.cases
def _(rng):
    yield case(_cubic, np.array([2.0, 1.0]), 1e-2, label="x³ + y³ at (2, 1), eps = 0.01")
    yield case(_mixed, rng.normal(size=3), 1e-3, label="entries that depend on their neighbours")
    yield case(_weighted_squares, rng.normal(size=(2, 3)), 1e-3, label="a matrix")
    yield case(_mixed, rng.normal(size=(2, 3, 2)), 1e-2, label="three axes, eps = 0.01")
    yield case(_cubic, np.array(1.5), 1e-2, label="a single number")


@numerical_gradient.oracle
def _(f, x, eps):
    flat, slopes = np.asarray(x, dtype=float).ravel(), []
    for k in range(flat.size):
        step = np.zeros_like(flat)
        step[k] = eps
        up, down = (flat + step).reshape(x.shape), (flat - step).reshape(x.shape)
        slopes.append((f(up) - f(down)) / (2 * eps))
    return np.array(slopes).reshape(x.shape)


def _difference(f, x, eps, up, down, divide, keep=False):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        middle = x[place]
        x[place] = middle + up * eps
        above = f(x)
        x[place] = middle + down * eps
        gradient[place] = (above - f(x)) / divide
        x[place] = x[place] if keep else middle
    return gradient


@numerical_gradient.mistake(
    "a one-sided difference: f(x + eps) − f(x), divided by eps",
    hint="Look both ways. Which two values of f lie at equal distances from x?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, 0, eps)


@numerical_gradient.mistake(
    "the difference was divided by eps, but the two points are 2·eps apart",
    hint="How far is x + eps from x − eps?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, eps)


@numerical_gradient.mistake(
    "the sign is wrong: f(x − eps) comes first",
    hint="If f grows with x, should the gradient be positive or negative?",
)
def _(f, x, eps):
    return _difference(f, x, eps, -1, 1, 2 * eps)


@numerical_gradient.mistake(
    "an entry was not put back before the next one was moved",
    hint="When you move the second entry, is the first one at its old value again?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, 2 * eps, keep=True)


@numerical_gradient.mistake(
    "all entries were moved at once",
    hint="The gradient has one slope for each entry. Which entry moved in your step?",
)
def _(f, x, eps):
    x = np.asarray(x, dtype=float)
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


@numerical_gradient.mistake(
    "all entries were moved at once, and one number came back",
    hint="The gradient has one slope for each entry of x. Which loop is missing?",
)
def _(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@numerical_gradient.mistake(
    "x was moved in place, and adding and taking away eps does not bring back the exact number",
    hint="In floats, 0.1 + 0.2 − 0.2 − 0.1 is not 0. Could you keep the old value, or work on a "
    "copy?",
)
def _(f, x, eps):
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        x[place] += eps
        above = f(x)
        x[place] -= 2 * eps
        gradient[place] = (above - f(x)) / (2 * eps)
        x[place] += eps
    return gradient


@numerical_gradient.mistake(
    "the division by 2 · eps lacks its brackets: / 2 * eps multiplies with eps",
    hint="Python goes from left to right: what is 8 / 2 * 4?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, 2 / eps)


@numerical_gradient.mistake(
    "the difference was not divided by the distance",
    hint="A slope is rise over run. What is the run here?",
)
def _(f, x, eps):
    return _difference(f, x, eps, 1, -1, 1)


# -------------------------------------------------------------------------------- linear_backward
@exercise(
    notebook="02",
    points=3,
    minutes=20,
    returns=("grad_x", "grad_weight", "grad_bias"),
    hints=(
        "Every gradient has the shape of the thing it belongs to. Write the three shapes down "
        "first.",
        "grad_x must be (N, D). You have grad_out (N, O) and weight (O, D).",
        "grad_weight must be (O, D). You have grad_out (N, O) and x (N, D): which one is "
        "transposed?",
        "The same bias was added to all N points, so it collects the gradients of all of them.",
    ),
    explanation="y[n, o] = Σ_d x[n, d]·weight[o, d] + bias[o]. So x[n, d] acts on all outputs of "
    "its point through weight[:, d]; weight[o, d] acts on output o of every point through x[:, d]; "
    "bias[o] acts on output o of every point with factor 1. Sum over all the places where it acts.",
)
def linear_backward(grad_out, x, weight):
    """Gradients of the loss for y = x @ weight.T + bias.

    grad_out (N, O), x (N, D), weight (O, D) -> grad_x (N, D), grad_weight (O, D), grad_bias (O,)
    """
    grad_x = grad_out @ weight  # (N, O) @ (O, D) -> (N, D)
    grad_weight = grad_out.T @ x  # (O, N) @ (N, D) -> (O, D)
    grad_bias = grad_out.sum(axis=0)  # (O,)
    return grad_x, grad_weight, grad_bias


@linear_backward.cases
def _(rng):
    for n, d, o, label in (
        (2, 3, 4, "three different sizes"),
        (1, 3, 2, "a single point"),
        (5, 4, 1, "a single output"),
        (3, 3, 3, "all sizes equal: shapes give nothing away"),
    ):
        arrays = rng.normal(size=(n, o)), rng.normal(size=(n, d)), rng.normal(size=(o, d))
        yield case(*arrays, label=label)
    arrays = rng.normal(size=(4, 2)), rng.normal(size=(4, 5)), rng.normal(size=(2, 5))
    yield case(*(a.astype(np.float32) for a in arrays), label="float32")


@linear_backward.oracle
def _(grad_out, x, weight):
    grads = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(weight[:, 0])
    for n, o in np.ndindex(grad_out.shape):
        grads[0][n] += grad_out[n, o] * weight[o]
        grads[1][o] += grad_out[n, o] * x[n]
        grads[2][o] += grad_out[n, o]
    return grads


@linear_backward.mistake(
    "grad_weight came out transposed",
    hint="Which shape has weight, and which shape has your grad_weight?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, x.T @ grad_out, grad_out.sum(axis=0)


@linear_backward.mistake(
    "grad_x uses the transposed weight",
    hint="Through which weight did x[n, d] reach output o: weight[o, d] or weight[d, o]?",
)
def _(grad_out, x, weight):
    return grad_out @ weight.T, grad_out.T @ x, grad_out.sum(axis=0)


@linear_backward.mistake(
    "the gradient of the bias was averaged over the points",
    hint="The bias acts on each of the N points. Do their gradients add up, or are they averaged?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x, grad_out.mean(axis=0)


@linear_backward.mistake(
    "the gradient of the bias was summed over the outputs instead of the points",
    hint="bias has shape (O,). Which axis of grad_out must go?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x, grad_out.sum(axis=1)


@linear_backward.mistake(
    "the gradient of the bias was not summed at all",
    hint="bias has shape (O,), grad_out has (N, O). What happens to the N points?",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x, grad_out


@linear_backward.mistake(
    "grad_x and grad_weight are in the wrong order",
    hint="The docstring says grad_x, grad_weight, grad_bias.",
)
def _(grad_out, x, weight):
    return grad_out.T @ x, grad_out @ weight, grad_out.sum(axis=0)


@linear_backward.mistake(
    "the gradient of the weight was averaged over the points",
    hint="Where did the average come from? The loss may contain one, this layer does not.",
)
def _(grad_out, x, weight):
    return grad_out @ weight, grad_out.T @ x / len(x), grad_out.sum(axis=0)


@linear_backward.mistake(
    "the incoming gradient was left out: this is ∂y/∂x, not ∂loss/∂x",
    hint="The chain rule multiplies. Where does grad_out enter grad_x?",
)
def _(grad_out, x, weight):
    return np.ones_like(grad_out) @ weight, grad_out.T @ x, grad_out.sum(axis=0)


# ------------------------------------------------------------------------------- sigmoid_backward
@exercise(
    notebook="02",
    points=1,
    minutes=5,
    hints=(
        "The slope of the sigmoid can be written with its own value y: y·(1 − y).",
        "Chain rule: what came from behind, times the local slope.",
    ),
    explanation="The local slope is y·(1 − y); the chain rule multiplies it by the gradient that "
    "arrives. y is what the forward pass computed, so nothing needs to be computed twice.",
)
def sigmoid_backward(grad_out, y):
    """Gradient of the loss with respect to the input of a sigmoid, from its output y.

    grad_out and y = sigmoid(x), both of the same shape -> an array of that shape
    """
    return grad_out * y * (1 - y)


@sigmoid_backward.cases
def _(rng):
    yield case(np.array([1.0, 2.0]), np.array([0.5, 0.9]), label="two numbers")
    yield case(rng.normal(size=(3, 4)), rng.random((3, 4)), label="a matrix")
    yield case(np.array([3.0, -1.0]), np.array([0.0, 1.0]), label="saturated: y is 0 or 1")
    small = rng.normal(size=(2, 3)).astype(np.float32), rng.random((2, 3)).astype(np.float32)
    yield case(*small, label="float32")


@sigmoid_backward.oracle
def _(grad_out, y):
    pairs = zip(grad_out.ravel().tolist(), y.ravel().tolist(), strict=True)
    return np.array([g * (v - v * v) for g, v in pairs], dtype=y.dtype).reshape(y.shape)


@sigmoid_backward.mistake(
    "y was put through the sigmoid a second time",
    hint="Look at the docstring: is y the input of the sigmoid or its output?",
)
def _(grad_out, y):
    s = 1 / (1 + np.exp(-y))
    return grad_out * s * (1 - s)


@sigmoid_backward.mistake(
    "the incoming gradient was left out",
    hint="Chain rule: local slope times what? Where is grad_out?",
)
def _(grad_out, y):
    return y * (1 - y)


@sigmoid_backward.mistake(
    "the incoming gradient was added instead of multiplied",
    hint="If nothing comes from behind (grad_out = 0), what should come out?",
)
def _(grad_out, y):
    return grad_out + y * (1 - y)


@sigmoid_backward.mistake(
    "this is the slope of tanh, 1 − y²",
    hint="What is the slope of the sigmoid at its middle, where y = 0.5?",
)
def _(grad_out, y):
    return grad_out * (1 - y * y)


@sigmoid_backward.mistake(
    "one factor is missing: the slope is y · (1 − y), not 1 − y",
    hint="At y = 0 the sigmoid is flat. Is your slope 0 there?",
)
def _(grad_out, y):
    return grad_out * (1 - y)


@sigmoid_backward.mistake(
    "the sign is wrong: y · (y − 1) is negative",
    hint="The sigmoid rises everywhere. Can its slope be negative?",
)
def _(grad_out, y):
    return grad_out * y * (y - 1)


@sigmoid_backward.mistake(
    "this is the slope of ReLU",
    hint="Is a sigmoid as steep at y = 0.9 as at y = 0.5?",
)
def _(grad_out, y):
    return grad_out * (y > 0)


# -------------------------------------------------------------------------- softmax_cross_entropy
@exercise(
    notebook="02",
    points=3,
    minutes=25,
    returns=("loss", "grad_logits"),
    hints=(
        "exp(1000) is infinite. Subtracting the row's largest logit first changes no probability.",
        "log p of the right class: logits[label] − log Σ exp(logits). np.arange(N) with labels "
        "picks one entry of each row.",
        "The gradient of one row is p − (1 at the label, 0 elsewhere).",
        "The loss is a mean over N rows. What does that do to the gradient?",
    ),
    explanation="Shifted by the row's maximum, the largest exponent is 0 and nothing overflows; "
    "the log of the probability comes from the shifted logits directly, so it never takes "
    "log(0). The gradient is probability minus truth, divided by N because the loss is a mean.",
)
def softmax_cross_entropy(logits, labels):
    """Mean cross-entropy of softmax(logits), and its gradient. Safe for logits of ±1000.

    logits (N, C), labels (N,) whole numbers in [0, C) -> loss (a number), grad_logits (N, C)
    """
    rows = np.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)  # (N, C), largest entry 0
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[rows, labels].mean()
    grad = np.exp(log_p)  # the probabilities
    grad[rows, labels] -= 1
    return loss, grad / len(logits)


@softmax_cross_entropy.cases
def _(rng):
    yield case(np.array([[1.0, 2.0, 0.5]]), np.array([1]), label="one point, three classes")
    yield case(rng.normal(size=(4, 3)), np.array([0, 2, 1, 2]), label="four points")
    yield case(np.zeros((2, 10)), np.array([3, 7]), label="all logits equal")
    big = np.array([[1000.0, 0.0, -1000.0], [-1000.0, -1001.0, -999.0]])
    yield case(big, np.array([0, 1]), label="logits of ±1000")
    yield case(np.array([[0.0, 900.0]]), np.array([0]), label="sure and wrong: p = 0")
    yield case(3 * rng.normal(size=(5, 4)).astype(np.float32), np.array([3, 0, 0, 2, 1]),
               label="float32")  # fmt: skip


@softmax_cross_entropy.oracle
def _(logits, labels):
    losses, grad = [], np.zeros_like(logits)
    for n, (row, label) in enumerate(zip(logits.tolist(), labels.tolist(), strict=True)):
        exponentials = [Decimal(value).exp() for value in row]
        p = [e / sum(exponentials) for e in exponentials]
        losses.append(float(-p[label].ln()))
        p[label] -= 1
        grad[n] = [float(value) / len(labels) for value in p]
    return sum(losses) / len(losses), grad


def _sce(logits, labels, *, shift=True, reduce=np.mean, divide=True, axis=1):
    logits = np.array(logits)
    rows = np.arange(len(logits))
    if shift:
        logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=axis, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True))
    grad = p.copy()
    grad[rows, labels] -= 1
    return reduce(-log_p[rows, labels]), grad / len(logits) if divide else grad


@softmax_cross_entropy.mistake(
    "large logits overflow: exp was taken before the largest logit was subtracted",
    hint="Compute np.exp(1000). Which number could you subtract from a whole row without changing "
    "its probabilities?",
)
def _(logits, labels):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(logits))
    loss = -np.log(p[rows, labels]).mean()
    grad = p.copy()
    grad[rows, labels] -= 1
    return loss, grad / len(logits)


@softmax_cross_entropy.mistake(
    "log of a probability that was rounded to 0: the loss is infinite",
    hint="log p = shifted logit − log Σ exp(shifted). Can you do it without computing p first?",
)
def _(logits, labels):
    _, grad = _sce(logits, labels)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels]).mean(), grad


@softmax_cross_entropy.mistake(
    "a small number was added inside the log: for p = 0 the loss is then wrong, not infinite",
    hint="log(p + 1e-12) can never exceed 27.6. What is the loss of p = e^(−900)? Take the log "
    "before the exp.",
)
def _(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels] + 1e-12).mean(), _sce(logits, labels)[1]


@softmax_cross_entropy.mistake(
    "loss and gradient are sums over the points, not means",
    hint="The docstring says mean. What is the loss of two identical points?",
)
def _(logits, labels):
    return _sce(logits, labels, reduce=np.sum, divide=False)


@softmax_cross_entropy.mistake(
    "the gradient has the wrong sign: truth minus probability",
    hint="If the right class has too little probability, should its score go up or down? And which "
    "way does a step against the gradient go?",
)
def _(logits, labels):
    loss, grad = _sce(logits, labels)
    return loss, -grad


@softmax_cross_entropy.mistake(
    "the exponentials were divided by the sum over the whole array, not over each row",
    hint="The probabilities of one point should add up to 1. Which axis does your sum run along?",
)
def _(logits, labels):
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum()
    rows = np.arange(len(p))
    loss = (np.log(np.exp(logits).sum()) - logits[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(p)


@softmax_cross_entropy.mistake(
    "the gradient was not divided by N, although the loss is a mean",
    hint="Twice as many points: does the mean loss double? What about its gradient?",
)
def _(logits, labels):
    return _sce(logits, labels, divide=False)


@softmax_cross_entropy.mistake(
    "the loss was summed over the points instead of averaged",
    hint="The docstring says mean. What is the loss of two identical points?",
)
def _(logits, labels):
    return _sce(logits, labels, reduce=np.sum)


@softmax_cross_entropy.mistake(
    "the loss has the wrong sign",
    hint="The log of a probability is negative. Should a loss be?",
)
def _(logits, labels):
    loss, grad = _sce(logits, labels)
    return -loss, grad


@softmax_cross_entropy.mistake(
    "the gradient is the probabilities: nothing was taken away at the label",
    hint="If the network is already right (p = 1 at the label), what should the gradient be?",
)
def _(logits, labels):
    loss, grad = _sce(logits, labels)
    grad[np.arange(len(grad)), labels] += 1 / len(grad)
    return loss, grad


@softmax_cross_entropy.mistake(
    "softmax was normalised over the points instead of over the classes",
    hint="The probabilities of which entries should add up to 1: a row, or a column?",
)
def _(logits, labels):
    return _sce(logits, labels, axis=0)


# ---------------------------------------------------------------------------------- momentum_step
@exercise(
    notebook="02",
    points=2,
    minutes=10,
    returns=("parameter", "velocity"),
    hints=(
        "First the velocity, then the parameter.",
        "velocity ← momentum · velocity + gradient. Then the parameter goes against the velocity.",
    ),
    explanation="The velocity is a fading sum of all gradients so far: equal directions add up, "
    "opposite ones cancel. The parameter then moves against the new velocity. This is the "
    "convention of torch.optim.SGD, where the learning rate multiplies the whole velocity.",
)
def momentum_step(parameter, gradient, velocity, lr, momentum):
    """One step of gradient descent with momentum.

    parameter, gradient, velocity of equal shapes; lr, momentum numbers -> (parameter, velocity)
    """
    velocity = momentum * velocity + gradient
    return parameter - lr * velocity, velocity


@momentum_step.cases
def _(rng):
    yield case(np.array([1.0]), np.array([0.5]), np.array([2.0]), 0.1, 0.9, label="one number")
    yield case(*rng.normal(size=(3, 2, 4)), 0.01, 0.9, label="a matrix")
    yield case(*rng.normal(size=(3, 5)), 0.3, 0.0, label="momentum 0: plain descent")
    first = rng.normal(size=(2, 3, 2))
    yield case(*first, np.zeros((3, 2)), 0.1, 0.5, label="the first step: velocity 0")
    yield case(*rng.normal(size=(3, 2, 3)).astype(np.float32), 0.1, 0.8, label="float32")


@momentum_step.oracle
def _(parameter, gradient, velocity, lr, momentum):
    new_velocity, new_parameter = np.empty_like(velocity), np.empty_like(parameter)
    for place in np.ndindex(parameter.shape):
        new_velocity[place] = gradient[place] + velocity[place] * momentum
        new_parameter[place] = parameter[place] + new_velocity[place] * -lr
    return new_parameter, new_velocity


@momentum_step.mistake(
    "the parameter moved with the old velocity",
    hint="In which order do the two lines stand: is the velocity new when the parameter moves?",
)
def _(parameter, gradient, velocity, lr, momentum):
    return parameter - lr * velocity, momentum * velocity + gradient


@momentum_step.mistake(
    "the step goes uphill",
    hint="The gradient points to where the loss grows. Where do you want to go?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return parameter + lr * velocity, velocity


@momentum_step.mistake(
    "momentum was not used: this is plain gradient descent",
    hint="Which part of the step remembers the earlier gradients?",
)
def _(parameter, gradient, velocity, lr, momentum):
    return parameter - lr * gradient, gradient


@momentum_step.mistake(
    "the gradient was weighted with 1 − momentum",
    hint="That is a running average, which Adam uses. Here the new gradient counts in full.",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "the learning rate was put into the velocity",
    hint="Another convention, with other numbers. In ours the velocity is a sum of gradients, "
    "and lr enters only when the parameter moves.",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity - lr * gradient
    return parameter + velocity, velocity


@momentum_step.mistake(
    "the learning rate was put into the velocity (with a plus sign)",
    hint="Another convention, with other numbers. In ours the velocity is a sum of gradients, and "
    "lr enters only when the parameter moves.",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + lr * gradient
    return parameter - velocity, velocity


@momentum_step.mistake(
    "the velocity was not damped: momentum is missing",
    hint="A fading sum: what happens to the old velocity before the new gradient is added?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = velocity + gradient
    return parameter - lr * velocity, velocity


@momentum_step.mistake(
    "the learning rate is missing",
    hint="How long is the step if lr is 0?",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return parameter - velocity, velocity


@momentum_step.mistake(
    "the two results are in the wrong order",
    hint="The docstring says (parameter, velocity).",
)
def _(parameter, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return velocity, parameter - lr * velocity
