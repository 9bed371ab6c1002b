"""Exercises of notebook 07: starting weights, LeNet-5's sizes, a whole network backwards, batch
normalisation forwards and backwards."""

import numpy as np

from course_utils.exercises.core import case, exercise


# ----------------------------------------------------------------------------------- lenet_shapes
@exercise(
    notebook="07",
    points=2,
    minutes=15,
    returns=("conv1", "pool1", "conv2", "pool2", "flat", "fc1", "fc2", "scores"),
    hints=(
        "How many places does a filter of 5 find in a row of 32 pixels, without padding?",
        "A pooling with windows of 2 and stride 2 halves rows and columns. With an odd number, is "
        "the last row part of a window?",
        "flat is what is left when pool2 is laid out in one row: maps times rows times columns.",
    ),
    explanation="A filter of 5 without padding takes away 4 rows and 4 columns. Pooling halves "
    "both and rounds down. The number of maps is set by the number of filters; pooling keeps it.",
)
def lenet_shapes(H, W):
    """The shapes of one image (1, H, W) behind each of LeNet-5's layers, N left out.

    -> eight tuples of whole numbers: conv1, pool1, conv2, pool2 as (maps, rows, columns);
       flat, fc1, fc2, scores as (numbers,)
    """
    conv1 = (6, H - 4, W - 4)  # 5 × 5 filters, no padding
    pool1 = (6, conv1[1] // 2, conv1[2] // 2)
    conv2 = (16, pool1[1] - 4, pool1[2] - 4)
    pool2 = (16, conv2[1] // 2, conv2[2] // 2)
    flat = (pool2[0] * pool2[1] * pool2[2],)
    return conv1, pool1, conv2, pool2, flat, (120,), (84,), (10,)


@lenet_shapes.cases
def _(rng):
    yield case(32, 32, label="the size that LeNet-5 was made for")
    yield case(28, 28, label="a digit without a border")
    yield case(36, 44, label="not square")
    yield case(33, 31, label="an odd number of rows and columns")
    yield case(38, 26, label="rows that the second pooling drops")
    yield case(int(rng.integers(60, 80)), int(rng.integers(40, 55)), label="a larger image")


@lenet_shapes.oracle
def _(H, W):
    def places(size, window, stride):  # put the window down until it sticks out
        return sum(1 for start in range(0, size, stride) if start + window <= size)

    shapes, maps = [], 1
    for window, stride, new_maps in ((5, 1, 6), (2, 2, 6), (5, 1, 16), (2, 2, 16)):
        H, W, maps = places(H, window, stride), places(W, window, stride), new_maps
        shapes.append((maps, H, W))
    numbers = (len(range(maps * H * W)), 120, 84, 10)
    return (*shapes, *((n,) for n in numbers))


def _lenet_shapes(H, W, *, less=4, half=lambda n: n // 2, maps=(6, 16), swap=False, flat=None):
    shapes = []
    for F in maps:
        H, W = H - less, W - less
        shapes.append((F, W, H) if swap else (F, H, W))
        H, W = half(H), half(W)
        shapes.append((F, W, H) if swap else (F, H, W))
    return *shapes, (F * H * W if flat is None else flat(F, H, W),), (120,), (84,), (10,)


@lenet_shapes.mistake(
    "the convolutions keep the size, as if there were padding",
    hint="There is no padding. Where does the left edge of a 5 × 5 filter stand when it has "
    "reached the right end of 32 pixels?",
)
def _(H, W):
    return _lenet_shapes(H, W, less=0)


@lenet_shapes.mistake(
    "a filter of 5 was taken to cost 5 rows",
    hint="How many places does a filter of 5 find in a row of 5 pixels: none, or one?",
)
def _(H, W):
    return _lenet_shapes(H, W, less=5)


@lenet_shapes.mistake(
    "the pooling rounds up",
    hint="29 rows, windows of 2, stride 2: does row 28 have a partner?",
)
def _(H, W):
    return _lenet_shapes(H, W, half=lambda n: -(-n // 2))


@lenet_shapes.mistake(
    "the pooling windows move by one pixel: the stride was forgotten",
    hint="By how many pixels does a pooling window of LeNet-5 move?",
)
def _(H, W):
    return _lenet_shapes(H, W, half=lambda n: n - 1)


@lenet_shapes.mistake(
    "rows and columns have changed places",
    hint="In which order do they stand in (N, C, H, W)?",
)
def _(H, W):
    return _lenet_shapes(H, W, swap=True)


@lenet_shapes.mistake(
    "flat counts the pixels of one map and leaves the other maps out",
    hint="pool2 has 16 maps. How many numbers are that in all?",
)
def _(H, W):
    return _lenet_shapes(H, W, flat=lambda F, H, W: H * W)


@lenet_shapes.mistake(
    "the second convolution has 6 · 16 maps",
    hint="Each of the 16 filters looks at all 6 maps and adds up. How many maps does it give?",
)
def _(H, W):
    return _lenet_shapes(H, W, maps=(6, 96))


@lenet_shapes.mistake(
    "the sizes for 32 × 32 were written down, whatever H and W are",
    hint="What is conv1 for an image of 36 × 44 pixels?",
)
def _(H, W):
    return _lenet_shapes(32, 32)


# ---------------------------------------------------------------------------------------- he_init
@exercise(
    notebook="07",
    points=2,
    minutes=10,
    rtol=0.05,
    hints=(
        "fan_in is the number of inputs that one output sees: for a shape (out, in) it is in. And "
        "for a filter of shape (C, KH, KW)?",
        "np.prod(shape[1:]) multiplies all entries of the shape but the first.",
        "normal(0, s, shape) wants the standard deviation s. The variance is to be 2 / fan_in.",
    ),
    explanation="Everything behind the first axis is what one output sees, for linear layers and "
    "convolutions alike. The variance is to be 2 / fan_in, and `normal` takes its square root.",
)
def he_init(shape, rng):
    """Random weights with mean 0 and variance 2 / fan_in, for a layer in front of a ReLU.

    shape (out, in) or (F, C, KH, KW); rng: a seed or a generator, whatever
    np.random.default_rng(rng) takes -> an array of that shape
    """
    fan_in = np.prod(shape[1:])
    return np.random.default_rng(rng).normal(0, np.sqrt(2 / fan_in), shape)


@he_init.cases
def _(rng):
    for shape, label in (
        ((60, 400), "a linear layer"),
        ((64, 32, 5, 5), "a convolution"),
        ((500, 40), "more outputs than inputs"),
        ((40, 30, 7, 3), "filters that are not square"),
        ((300, 80, 1, 1), "filters of 1 × 1"),
    ):
        yield case(shape, int(rng.integers(1000)), label=label)


@he_init.oracle
def _(shape, rng):
    return np.array([0.0, 1.0, 1 / shape[0] ** 0.5])


@he_init.view
def _(answer, shape, rng):
    """What all right answers share: mean, spread, and independent filters, each over √(2/fan_in).

    The mean of one entry over all filters shrinks with the root of their number, unless they are
    alike.
    """
    if isinstance(answer, list) or np.ndim(answer) == 0:
        return answer
    weight = np.asarray(answer, dtype=float)
    if weight.shape != tuple(shape):
        raise ValueError(f"expected the shape {tuple(shape)}, got {weight.shape}")
    fan_in = 1
    for size in shape[1:]:
        fan_in *= size
    weight = weight / (2 / fan_in) ** 0.5
    return np.array([weight.mean(), weight.std(), weight.mean(axis=0).std()])


def _normal(shape, rng, spread):
    return np.random.default_rng(rng).normal(0, spread, shape)


@he_init.mistake(
    "the variance was given where the standard deviation is wanted",
    hint="normal(0, s, shape) has the variance s². Which s gives the variance 2 / fan_in?",
)
def _(shape, rng):
    return _normal(shape, rng, 2 / np.prod(shape[1:]))


@he_init.mistake(
    "the variance is 1 / fan_in: the factor 2 is missing",
    hint="ReLU sets half of the numbers to 0. Who makes up for that?",
)
def _(shape, rng):
    return _normal(shape, rng, np.sqrt(1 / np.prod(shape[1:])))


@he_init.mistake(
    "fan_in counts the channels and forgets the pixels of the filter",
    hint="How many numbers does one output of a 5 × 5 filter on 6 channels add up: 6, or 150?",
)
def _(shape, rng):
    return _normal(shape, rng, np.sqrt(2 / shape[1]))


@he_init.mistake(
    "the outputs were counted instead of the inputs (fan_out)",
    hint="Which sum must not grow on the way forwards: the one over the inputs of a neuron, or the "
    "one over its outputs?",
)
def _(shape, rng):
    return _normal(shape, rng, np.sqrt(2 / (shape[0] * np.prod(shape[2:]))))


@he_init.mistake(
    "this is Xavier's variance, 2 / (fan_in + fan_out)",
    hint="Does the outputs' number occur in the forward condition?",
)
def _(shape, rng):
    return _normal(shape, rng, np.sqrt(2 / ((shape[0] + shape[1]) * np.prod(shape[2:]))))


@he_init.mistake(
    "uniform numbers between −s and s have a third of the variance s²",
    hint="What is the variance of a uniform number between −1 and 1? And which limit do you need "
    "for the variance 2 / fan_in?",
)
def _(shape, rng):
    limit = np.sqrt(2 / np.prod(shape[1:]))
    return np.random.default_rng(rng).uniform(-limit, limit, shape)


@he_init.mistake(
    "all weights are positive",
    hint="random() lies between 0 and 1. What is the mean of your weights?",
)
def _(shape, rng):
    return np.random.default_rng(rng).random(shape) * np.sqrt(2 / np.prod(shape[1:]))


@he_init.mistake(
    "the weights have variance 1: they were not scaled",
    hint="A sum of 400 numbers of variance 1 has which variance?",
)
def _(shape, rng):
    return _normal(shape, rng, 1)


@he_init.mistake(
    "all filters got the same weights",
    hint="Two neurons with equal weights get equal gradients. Will they ever differ?",
)
def _(shape, rng):
    one = _normal(shape[1:], rng, np.sqrt(2 / np.prod(shape[1:])))
    return np.repeat(one[np.newaxis], shape[0], axis=0)


# ---------------------------------------------------------------------------- sequential_backward
@exercise(
    notebook="07",
    points=2,
    minutes=10,
    hints=(
        "grad_out belongs to the output of the last layer. Whose backward can do something with "
        "it?",
        "What the last layer gives back belongs to its input. That is the output of which layer?",
        "`for backward in reversed(backwards):` walks from the end, and does not change the list.",
    ),
    explanation="The gradient walks from the end to the beginning, and each layer's backward turns "
    "the gradient of its output into that of its input, which is the output of the layer before. "
    "The chain rule's multiplications are inside the layers.",
)
def sequential_backward(backwards, grad_out):
    """Gradient of the loss with respect to the input of a network of layers in a row.

    backwards: one function per layer, in the order of the forward pass; each turns the
    gradient of its layer's output into that of its input.
    grad_out: the gradient of the last layer's output -> the gradient of the first one's input
    """
    for backward in reversed(backwards):
        grad_out = backward(grad_out)
    return grad_out


def _double(grad):
    return 2 * grad


def _through_relu(grad):
    return np.where(np.arange(grad.shape[-1]) % 3 == 1, 0.0, grad)  # every third neuron sleeps


def _from_two_to_three(grad):
    return grad @ np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]])  # (N, 2) -> (N, 3)


def _from_three_to_three(grad):
    return grad @ np.array([[0.0, 1.0, 2.0], [-1.0, 0.5, 0.0], [1.0, 1.0, -3.0]])


def _from_three_to_six(grad):
    return np.concatenate([grad, -grad * [1.0, 2.0, 3.0]], axis=1)  # (N, 3) -> (N, 6)


def _unflatten(grad):
    return grad.reshape(len(grad), 2, 1, 3)  # (N, 6) -> (N, 2, 1, 3)


def _reverse_rows(grad):
    return grad[:, ::-1]


@sequential_backward.cases
def _(rng):
    yield case([_double], np.array([[1.0, -2.0]]), label="a single layer")
    layers = [_through_relu, _from_three_to_three]
    yield case(layers, rng.normal(size=(2, 3)), label="a ReLU, then a linear layer")
    layers = [_from_three_to_three, _through_relu, _reverse_rows, _double, _from_three_to_three]
    yield case(layers, rng.normal(size=(1, 3)), label="five layers of the same width")
    layers = [_unflatten, _from_three_to_six, _through_relu, _from_two_to_three]
    yield case(layers, rng.normal(size=(4, 2)), label="layers of different widths, and a flatten")
    layers = [_reverse_rows, _from_three_to_three, _through_relu]
    yield case(layers, rng.normal(size=(2, 3)).astype(np.float32), label="float32")


@sequential_backward.oracle
def _(backwards, grad_out):
    def at(layer):  # the gradient of the output of layer number `layer`
        return grad_out if layer == len(backwards) - 1 else backwards[layer + 1](at(layer + 1))

    return at(-1)


@sequential_backward.mistake(
    "the layers were visited in the order of the forward pass",
    hint="grad_out belongs to the output of the last layer. Which layer knows what to do with it?",
)
def _(backwards, grad_out):
    for backward in backwards:
        grad_out = backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "each layer got the gradient of the network's output, not that of its own output",
    hint="What the last layer gives back must go into the layer before it. Under which name does "
    "it get there?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        grad = backward(grad_out)
    return grad


@sequential_backward.mistake(
    "the first layer was left out",
    hint="Where does your range end? range(n, 0, -1) does not visit 0.",
)
def _(backwards, grad_out):
    for k in range(len(backwards) - 1, 0, -1):
        grad_out = backwards[k](grad_out)
    return grad_out


@sequential_backward.mistake(
    "the last layer was left out",
    hint="With one layer only: is its backward called?",
)
def _(backwards, grad_out):
    for backward in backwards[-2::-1] if len(backwards) > 1 else []:
        grad_out = backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "the walk ended after one layer",
    hint="Is your `return` inside the loop?",
)
def _(backwards, grad_out):
    return backwards[-1](grad_out)


@sequential_backward.mistake(
    "the gradient was multiplied in once more",
    hint="backward has done the chain rule's multiplication already. What is left to do with what "
    "it returns?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        grad = backward(grad_out)
        grad_out = grad * grad_out if grad.shape == grad_out.shape else grad
    return grad_out


@sequential_backward.mistake(
    "the list was turned around in place: the next forward pass would run backwards",
    hint="`.reverse()` changes the list itself. What does reversed(…) do?",
)
def _(backwards, grad_out):
    backwards.reverse()
    for backward in backwards:
        grad_out = backward(grad_out)
    return grad_out


# ------------------------------------------------------------------------------ batchnorm_forward
@exercise(
    notebook="07",
    points=3,
    minutes=15,
    returns=("out", "mean", "var"),
    hints=(
        "Each channel has one mean. Over which of the axes N, C, H, W do you have to average?",
        "x.mean(axis=(0, 2, 3), keepdims=True) has the shape (1, C, 1, 1), which fits under x.",
        "(x − mean) / √(var + eps) first; then times weight, plus bias. weight[:, None, None] has "
        "the shape (C, 1, 1).",
    ),
    explanation="Mean and variance are taken over images, rows and columns, so that each channel "
    "has one of each. eps under the root keeps a constant channel from dividing by 0. Weight and "
    "bias, one each per channel, give the network back the freedom to choose mean and spread.",
)
def batchnorm_forward(x, weight, bias, eps=1e-5):
    """Batch normalisation in training: every channel gets mean 0 and variance 1, then a scale.

    x (N, C, H, W), weight and bias (C,) -> out (N, C, H, W), mean (C,), var (C,);
    var is the mean squared distance from the mean (divided by N * H * W)
    """
    mean = x.mean(axis=(0, 2, 3))  # (C,)
    var = x.var(axis=(0, 2, 3))
    x_hat = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return weight[:, None, None] * x_hat + bias[:, None, None], mean, var


def _batch_norm_cases(rng):
    """(x, weight, bias, eps, label), no two sizes equal."""
    x = np.array([1.0, 3.0, 8.0, 0.0]).reshape(2, 2, 1, 1)
    yield x, np.ones(2), np.zeros(2), 0.01, "two images of one pixel, two channels"
    x = rng.normal(size=(3, 2, 5, 4)) * [[[3.0]], [[0.5]]] + [[[2.0]], [[-4.0]]]
    yield x, *rng.normal(size=(2, 2)), 1e-5, "channels with different means and spreads"
    yield rng.normal(size=(1, 3, 4, 2)), *rng.normal(size=(2, 3)), 1e-3, "a single image"
    yield rng.normal(size=(6, 4, 1, 1)), *rng.normal(size=(2, 4)), 0.1, "after a linear layer"
    x = 0.01 * rng.normal(size=(2, 3, 3, 5))
    yield x, *rng.normal(size=(2, 3)), 1e-3, "a channel with almost no spread, where eps matters"
    x = rng.normal(size=(4, 3, 2, 6)).astype(np.float32).transpose(0, 1, 3, 2)
    yield x, *rng.normal(size=(2, 3)).astype(np.float32), 0.02, "float32, not in memory order"


@batchnorm_forward.cases
def _(rng):
    for x, weight, bias, eps, label in _batch_norm_cases(rng):
        yield case(x, weight, bias, eps, label=label)


def _channels(x):
    """The numbers of each channel as a list, and their mean and variance, by plain sums."""
    for c in range(x.shape[1]):
        values = [float(v) for v in x[:, c].ravel()]
        mean = sum(values) / len(values)
        yield c, values, mean, sum((v - mean) ** 2 for v in values) / len(values)


@batchnorm_forward.oracle
def _(x, weight, bias, eps):
    out, means, variances = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(weight)
    for c, _, mean, var in _channels(x):
        means[c], variances[c] = mean, var
        for n, i, j in np.ndindex(x.shape[0], *x.shape[2:]):
            out[n, c, i, j] = (x[n, c, i, j] - mean) / (var + eps) ** 0.5 * weight[c] + bias[c]
    return out, means, variances


def _normalise(x, weight, bias, eps, *, over=(0, 2, 3), ddof=0, divide=None, after=True):
    mean, var = x.mean(over, keepdims=True), x.var(over, keepdims=True, ddof=ddof)
    x_hat = (x - mean) / (np.sqrt(var + eps) if divide is None else divide(var, eps))
    scaled = weight[:, None, None] * x_hat + bias[:, None, None] if after else x_hat
    return scaled, x.mean((0, 2, 3)), x.var((0, 2, 3), ddof=ddof)


@batchnorm_forward.mistake(
    "every image was normalised by itself",
    hint="One mean per channel, not per image and channel. Which axis is missing in your mean?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(2, 3))


@batchnorm_forward.mistake(
    "all channels were normalised together",
    hint="How many means does a layer with 6 channels have?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(0, 1, 2, 3))


@batchnorm_forward.mistake(
    "every pixel got a mean of its own: only the images were averaged",
    hint="A filter is the same at all places. Which axes do its outputs lie along?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(0,))


@batchnorm_forward.mistake(
    "the variance was divided by the count minus one",
    hint="The docstring says mean squared distance. By what do you divide for a mean?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, ddof=1)


@batchnorm_forward.mistake(
    "the numbers were divided by the variance, not by its square root",
    hint="If all numbers of a channel are doubled, by what factor does the variance grow? And what "
    "should happen to the result?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, divide=lambda var, eps: var + eps)


@batchnorm_forward.mistake(
    "eps was added outside the root",
    hint="√(var + eps), or √var + eps? Look at the formula again.",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, divide=lambda var, eps: np.sqrt(var) + eps)


@batchnorm_forward.mistake(
    "eps is missing",
    hint="What happens in a channel in which all numbers are equal?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, 0.0)


@batchnorm_forward.mistake(
    "weight and bias were not used",
    hint="Which lines of your code mention weight and bias?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, after=False)


@batchnorm_forward.mistake(
    "the third result is the standard deviation, not the variance",
    hint="np.std, or np.var?",
)
def _(x, weight, bias, eps=1e-5):
    out, mean, var = _normalise(x, weight, bias, eps)
    return out, mean, np.sqrt(var)


# ----------------------------------------------------------------------------- batchnorm_backward
@exercise(
    notebook="07",
    points=4,
    minutes=30,
    returns=("grad_x", "grad_weight", "grad_bias"),
    hints=(
        "First compute x_hat again. grad_weight and grad_bias are sums over images, rows and "
        "columns: of what?",
        "The gradient of x_hat is g = grad_out · weight, channel by channel.",
        "Take from g its mean, and x_hat times the mean of g · x_hat. Then divide by √(var + eps).",
        "Both means are taken per channel, over the axes (0, 2, 3), with keepdims=True.",
    ),
    explanation="A number of x acts on the output in three ways: directly, through the mean and "
    "through the variance. The last two take out of g the part that would move the whole channel "
    "and the part that would stretch it, since neither changes the output.",
)
def batchnorm_backward(grad_out, x, weight, mean, var, eps=1e-5):
    """Gradients of the loss with respect to x, weight and bias of batchnorm_forward.

    grad_out and x (N, C, H, W), the others (C,); mean and var are those of x
    -> grad_x (N, C, H, W), grad_weight (C,), grad_bias (C,)
    """
    axes = (0, 2, 3)
    spread = np.sqrt(var[:, None, None] + eps)
    x_hat = (x - mean[:, None, None]) / spread
    g = grad_out * weight[:, None, None]  # the gradient of x_hat
    moving = g.mean(axis=axes, keepdims=True)
    stretching = (g * x_hat).mean(axis=axes, keepdims=True)
    grad_x = (g - moving - x_hat * stretching) / spread
    return grad_x, (grad_out * x_hat).sum(axis=axes), grad_out.sum(axis=axes)


@batchnorm_backward.cases
def _(rng):
    for x, weight, _, eps, label in _batch_norm_cases(rng):
        grad_out = rng.normal(size=x.shape).astype(x.dtype)
        if x.size == 4:
            grad_out, weight = np.array([1.0, 2.0, 0.0, -1.0]).reshape(x.shape), weight * [2, 3]
        yield case(grad_out, x, weight, x.mean((0, 2, 3)), x.var((0, 2, 3)), eps, label=label)


@batchnorm_backward.oracle
def _(grad_out, x, weight, mean, var, eps):
    """The derivative of every x_hat with respect to every x of its channel, as a matrix."""
    grad_x = np.zeros_like(x)
    grad_weight, grad_bias = np.zeros_like(weight), np.zeros_like(weight)
    for c, values, mu, variance in _channels(x):
        M, s = len(values), (variance + eps) ** 0.5
        centred = np.array(values) - mu
        jacobian = (np.eye(M) - 1 / M) / s - np.outer(centred, centred) / (M * s**3)
        grads = grad_out[:, c].ravel().astype(float)
        grad_x[:, c] = (weight[c] * (grads @ jacobian)).reshape(grad_x[:, c].shape)
        grad_weight[c], grad_bias[c] = grads @ centred / s, grads.sum()
    return grad_x, grad_weight, grad_bias


def _undo(grad_out, x, weight, mean, var, eps, *, part=None, axes=(0, 2, 3), reduce=np.mean):
    """The backward pass; `part(g, moving, x_hat, stretching)` stands for the bracket."""
    spread = np.sqrt(var[:, None, None] + eps)
    x_hat = (x - mean[:, None, None]) / spread
    g = grad_out * weight[:, None, None]
    moving, stretching = (reduce(a, axis=axes, keepdims=True) for a in (g, g * x_hat))
    bracket = g - moving - x_hat * stretching
    bracket = bracket if part is None else part(g, moving, x_hat, stretching)
    return bracket / spread, (grad_out * x_hat).sum((0, 2, 3)), grad_out.sum((0, 2, 3))


@batchnorm_backward.mistake(
    "mean and variance were taken for constants",
    hint="Move one number of x a little: does the mean of its channel stay where it is?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g)


@batchnorm_backward.mistake(
    "the way through the variance is missing",
    hint="Stretch the whole channel to double its spread: does the output change? Which part of "
    "grad_x sees to that?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g - m)


@batchnorm_backward.mistake(
    "the way through the mean is missing",
    hint="Add 1 to all numbers of a channel: does the output change? So what must grad_x add up "
    "to?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g - x_hat * s)


@batchnorm_backward.mistake(
    "sums stand in grad_x where means belong",
    hint="By how much does the mean of M numbers change when one of them grows by 1?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, reduce=np.sum)


@batchnorm_backward.mistake(
    "the means in grad_x were taken over the images only",
    hint="Over which axes was the mean of the forward pass taken?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, axes=(0,))


@batchnorm_backward.mistake(
    "the weight is missing in grad_x",
    hint="out = weight · x_hat + bias. What is the gradient of x_hat?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, _, _ = _undo(grad_out, x, np.ones_like(weight), mean, var, eps)
    _, grad_weight, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x, grad_weight, grad_bias


@batchnorm_backward.mistake(
    "grad_weight was computed with x instead of x_hat",
    hint="out = weight · x_hat + bias. What stands beside weight?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, _, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x, (grad_out * x).sum((0, 2, 3)), grad_bias


@batchnorm_backward.mistake(
    "grad_weight and grad_bias were averaged",
    hint="The bias of a channel was added in many places. Do their gradients add up, or are they "
    "averaged?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, grad_weight, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    count = x.size // x.shape[1]
    return grad_x, grad_weight / count, grad_bias / count


@batchnorm_backward.mistake(
    "grad_x was not divided by the spread",
    hint="x_hat = (x − mean) / √(var + eps). Where is the root in your grad_x?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, grad_weight, grad_bias = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x * np.sqrt(var[:, None, None] + eps), grad_weight, grad_bias
