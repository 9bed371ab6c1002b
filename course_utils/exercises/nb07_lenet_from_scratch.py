"""Exercises of notebook 07: starting weights, LeNet-5's sizes, a whole network backwards, batch
normalisation forwards and backwards."""

from functools import lru_cache, partial

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


for name, hint, change in (
    (
        "all columns were computed from the number of rows",
        "Where does your code use W?",
        {"input": lambda H, W: (H, H)},
    ),
    (
        "the pooling divides with /, which gives halves for odd sizes",
        "What is 29 / 2, and what is 29 // 2? Can a map have half a row?",
        {"half": lambda n: n / 2},
    ),
    (
        "the pooling rounds to the nearest whole number",
        "27 rows, windows of 2, stride 2: how many windows fit in?",
        {"half": lambda n: round(n / 2)},
    ),
    (
        "flat is always 400",
        "400 belongs to 32 × 32 pixels. From which layer's shape does it come?",
        {"flat": lambda F, H, W: 400},
    ),
    (
        "pool2 has 6 maps",
        "Pooling keeps the number of maps. How many has conv2?",
        {"form": lambda s: (*s[:3], (6, *s[3][1:]), (6 * s[3][1] * s[3][2],), *s[5:])},
    ),
    (
        "flat was computed from conv2, before the pooling",
        "Which layer stands in front of flat?",
        {"form": lambda s: (*s[:4], (s[2][0] * s[2][1] * s[2][2],), *s[5:])},
    ),
    (
        "the maps stand last, as (rows, columns, maps)",
        "In which order does this course write the axes of an image, (N, C, H, W)?",
        {"form": lambda s: (*((h, w, maps) for maps, h, w in s[:4]), *s[4:])},
    ),
    (
        "the number of images stands in front of each shape",
        "The docstring says: N left out. How many numbers has the shape of conv1 then?",
        {"form": lambda s: tuple((1, *shape) for shape in s)},
    ),
    (
        "flat, fc1, fc2 and scores are plain numbers: brackets alone make no tuple",
        "What is (400) in Python, and what is (400,)?",
        {"form": lambda s: (*s[:4], *(n for (n,) in s[4:]))},
    ),
):

    def _(H, W, input=lambda H, W: (H, W), form=lambda shapes: shapes, **change):
        return form(_lenet_shapes(*input(H, W), **change))

    lenet_shapes.mistake(name, hint=hint)(partial(_, **change))


@lenet_shapes.mistake(
    "brackets are missing in front of // 2: H - 4 // 2 is H - 2",
    hint="Python divides before it subtracts. What is 32 - 4 // 2?",
)
def _(H, W):
    return _lenet_shapes(H + 2, W + 2, less=4, half=lambda n: n)


# ---------------------------------------------------------------------------------------- he_init
@exercise(
    notebook="07",
    points=2,
    minutes=10,
    rtol=0.05,
    sees=(
        "your answer",
        "the mean of the weights, divided by √(2 / fan_in),",
        "the standard deviation of the weights, divided by √(2 / fan_in),",
        "how alike the filters are (0: not at all, 1: all the same)",
        "whether the numbers come from np.random.default_rng(rng) (1: yes, 0: no)",
    ),
    hints=(
        "fan_in is the number of inputs that one output sees: for a shape (out, in) it is in. And "
        "for a filter of shape (C, KH, KW)?",
        "Which part of `shape` belongs to the inputs of one output? A slice takes everything but "
        "the first entry, and one of the three tools multiplies what is left.",
        "normal(0, s, shape) wants the standard deviation s. The variance is to be 2 / fan_in.",
    ),
    explanation="Everything behind the first axis is what one output sees, for linear layers and "
    "convolutions alike. The variance is to be 2 / fan_in, and `normal` takes its square root.",
)
def he_init(shape, rng):
    """Random weights with mean 0 and variance 2 / fan_in, for a layer in front of a ReLU.

    shape (out, in) or (F, C, KH, KW); rng: a seed or a generator, whatever
    np.random.default_rng(rng) takes -> an array of that shape, normal or uniform
    """
    fan_in = np.prod(shape[1:])
    return np.random.default_rng(rng).normal(0, np.sqrt(2 / fan_in), shape)


@he_init.cases
def _(rng):
    for shape, label in (
        ((60, 400), "a linear layer"),
        ((32, 16, 5, 5), "a convolution"),
        ((500, 40), "more outputs than inputs"),
        ((40, 12, 7, 3), "filters that are not square"),
        ((300, 80, 1, 1), "filters of 1 × 1"),
    ):
        yield case(shape, int(rng.integers(100, 1000)), label=label)  # no seed that people choose


@he_init.oracle
def _(shape, rng):
    return np.zeros(shape), 0.0, 1.0, 0.0, 1.0


@he_init.view
def _(answer, shape, rng):
    """What all right answers share: form, mean, spread, independent filters, and their origin.

    The mean of one entry over all filters shrinks with the root of their number, unless they are
    alike.
    """
    if isinstance(answer, list) or np.shape(answer) != tuple(shape):
        return answer, 0.0, 1.0, 0.0, 1.0
    weight = np.asarray(answer, dtype=float)
    fan_in = 1
    for size in shape[1:]:
        fan_in *= size
    unit = (2 / fan_in) ** 0.5
    alike = weight.mean(axis=0).std() / unit - shape[0] ** -0.5
    with np.errstate(invalid="ignore"):
        form = 0 * weight  # 0, or NaN where the answer is NaN or infinite
    drawn = np.abs(_moments(weight) - _moments_drawn(weight.size, rng)).max(axis=1).min() < 1e-5
    said = np.nan if np.isnan(form).any() else float(drawn)
    return form, weight.mean() / unit, weight.std() / unit, alike, said


def _moments(numbers):
    """The third and fourth moment: the same for all multiples, all offsets and every order."""
    with np.errstate(invalid="ignore", divide="ignore"):
        numbers = numbers.ravel().astype(float)
        z = (numbers - numbers.mean()) / numbers.std()
    return np.array([abs((z * z * z).mean()), (z * z * z * z).mean()])


@lru_cache(maxsize=64)
def _moments_drawn(size, seed):
    """Those of the numbers that default_rng(seed) gives: normal and uniform, in two precisions."""
    moments = []
    for dtype in (np.float64, np.float32):
        moments.append(_moments(np.random.default_rng(seed).standard_normal(size, dtype)))
        moments.append(_moments(np.random.default_rng(seed).random(size, dtype)))
    return np.array(moments)  # (4, 2)


def _normal(shape, rng, spread):
    return np.random.default_rng(rng).normal(0, spread, shape)


def _fan_in(shape):
    return np.prod(shape[1:])


@he_init.mistake(
    "the numbers do not come from np.random.default_rng(rng): rng was not used",
    hint="Whoever gives the same seed twice wants the same weights twice, and other weights for "
    "another seed. Which line of your code uses rng? (np.random.normal and default_rng(0) do not. "
    "And only normal and uniform numbers are known here.)",
)
def _(shape, rng):
    return _normal(shape, 0, np.sqrt(2 / _fan_in(shape)))


for name, hint, spread in (
    (
        "the variance was given where the standard deviation is wanted",
        "normal(0, s, shape) has the variance s². Which s gives the variance 2 / fan_in?",
        lambda shape: 2 / _fan_in(shape),
    ),
    (
        "the root was taken of the 2 alone",
        "√(2 / fan_in), or √2 / fan_in? What is the square of yours?",
        lambda shape: np.sqrt(2) / _fan_in(shape),
    ),
    (
        "the root was taken of fan_in alone",
        "√(2 / fan_in), or 2 / √fan_in? What is the square of yours?",
        lambda shape: 2 / np.sqrt(_fan_in(shape)),
    ),
    (
        "the variance is 1 / fan_in: the factor 2 is missing",
        "ReLU sets half of the numbers to 0. Who makes up for that?",
        lambda shape: np.sqrt(1 / _fan_in(shape)),
    ),
    (
        "the weights have variance 1: they were not scaled",
        "A sum of 400 numbers of variance 1 has which variance?",
        lambda shape: 1,
    ),
    (
        "fan_in counts the channels and forgets the pixels of the filter",
        "How many numbers does one output of a 5 × 5 filter on 6 channels add up: 6, or 150?",
        lambda shape: np.sqrt(2 / shape[1]),
    ),
    (
        "fan_in counts the pixels of the filter and forgets the channels",
        "Does a filter on 6 channels look at one of them, or at all? And what does your fan_in say "
        "about a linear layer?",
        lambda shape: np.sqrt(2 / np.prod(shape[2:])),
    ),
    (
        "the last two axes count twice in a linear layer",
        "For a shape (out, in): which axis is shape[-1], and which is shape[-2]?",
        lambda shape: np.sqrt(2 / (shape[1] * shape[-1] * shape[-2])),
    ),
    (
        "the outputs were counted instead of the inputs (fan_out)",
        "Which sum must not grow on the way forwards: the one over the inputs of a neuron, or the "
        "one over its outputs?",
        lambda shape: np.sqrt(2 / (shape[0] * np.prod(shape[2:]))),
    ),
    (
        "the first axis was taken for fan_in",
        "A weight is (out, in). Which of the two are the numbers that one neuron adds up?",
        lambda shape: np.sqrt(2 / shape[0]),
    ),
    (
        "fan_in was taken as the product of the first two axes",
        "shape[0] counts the outputs. Does one output see all the other outputs?",
        lambda shape: np.sqrt(2 / (shape[0] * shape[1])),
    ),
    (
        "all weights of the layer were counted, those of the other outputs, too",
        "How many of the weights belong to *one* output?",
        lambda shape: np.sqrt(2 / np.prod(shape)),
    ),
    (
        "this is Xavier's variance, 2 / (fan_in + fan_out)",
        "Does the outputs' number occur in the forward condition?",
        lambda shape: np.sqrt(2 / ((shape[0] + shape[1]) * np.prod(shape[2:]))),
    ),
    (
        "a linear layer has two axes only: its shape has no third and no fourth entry",
        "shape[1:] takes all entries behind the first, however many there are. Which function "
        "multiplies them?",
        lambda shape: np.sqrt(2 / (shape[1] * shape[2] * shape[3])),
    ),
):

    def _(shape, rng, spread=spread):
        return _normal(shape, rng, spread(shape))

    he_init.mistake(name, hint=hint)(_)


@he_init.mistake(
    "all weights are 0",
    hint="2 // 400 rounds down to which number? And what would neurons with equal weights learn?",
)
def _(shape, rng):
    return np.zeros(shape)


@he_init.mistake(
    "the spread was given where the mean belongs",
    hint="normal(mean, s, shape): what is your first argument?",
)
def _(shape, rng):
    return np.random.default_rng(rng).normal(np.sqrt(2 / _fan_in(shape)), size=shape)


@he_init.mistake(
    "one single number was drawn: the shape is missing",
    hint="normal(0, s) draws one number. How do you ask it for as many as the layer has weights?",
)
def _(shape, rng):
    return _normal((), rng, np.sqrt(2 / _fan_in(shape)))


@he_init.mistake(
    "rng was used as a generator, but it may be a seed, a whole number",
    hint="Which function makes a generator out of a seed, and leaves a generator as it is?",
)
def _(shape, rng):
    return rng.normal(0, np.sqrt(2 / _fan_in(shape)), shape)


for name, hint, low, high in (
    (
        "uniform numbers between −s and s have a third of the variance s²",
        "What is the variance of a uniform number between −1 and 1? And which limit do you need "
        "for the variance 2 / fan_in?",
        -1,
        1,
    ),
    (
        "uniform numbers between −s/2 and s/2 have a twelfth of the variance s²",
        "What is the variance of a uniform number between −½ and ½? And which limit do you need "
        "for the variance 2 / fan_in?",
        -0.5,
        0.5,
    ),
    (
        "all weights are positive",
        "random() lies between 0 and 1. What is the mean of your weights?",
        0,
        1,
    ),
):

    def _(shape, rng, low=low, high=high):
        numbers = np.random.default_rng(rng).uniform(low, high, shape)
        return numbers * np.sqrt(2 / _fan_in(shape))

    he_init.mistake(name, hint=hint)(_)


@he_init.mistake(
    "the weights lost their sign",
    hint="np.abs makes everything positive. What is the mean of your weights?",
)
def _(shape, rng):
    return np.abs(_normal(shape, rng, np.sqrt(2 / _fan_in(shape))))


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


@sequential_backward.mistake(
    "what backward returns was not used: grad_out came back as it went in",
    hint="backward(grad_out) does not change grad_out, it returns something new. Under which name "
    "do you keep it?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        backward(grad_out)
    return grad_out


@sequential_backward.mistake(
    "the gradients behind and in front of each layer were added",
    hint="What the layer gives back *replaces* the gradient of its output. Why should the two have "
    "the same shape at all?",
)
def _(backwards, grad_out):
    for backward in reversed(backwards):
        grad_out = grad_out + backward(grad_out)
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


def _written(x, weight, bias, eps=1e-5, *, out=None, var=None, third=None, over=(0, 2, 3)):
    """The reference with one line exchanged."""
    mean = x.mean(axis=over)
    v = x.var(axis=over) if var is None else var(x)
    a, b, m, s = (p[:, None, None] for p in (weight, bias, mean, np.sqrt(v + eps)))
    values = a * ((x - m) / s) + b if out is None else out(x, m, s, a, b)
    return values, *((mean, v) if third is None else third(mean, v, eps))


for name, hint, change in (
    (
        "the weight is missing",
        "y = γ · x̂ + β. Where is your γ?",
        {"out": lambda x, m, s, a, b: (x - m) / s + b},
    ),
    (
        "the bias is missing",
        "y = γ · x̂ + β. Where is your β?",
        {"out": lambda x, m, s, a, b: a * ((x - m) / s)},
    ),
    (
        "weight and bias have been exchanged",
        "y = γ · x̂ + β. Which of them multiplies?",
        {"out": lambda x, m, s, a, b: b * ((x - m) / s) + a},
    ),
    (
        "the bias was multiplied by the weight as well",
        "γ · x̂ + β, or γ · (x̂ + β)? Where do your brackets end?",
        {"out": lambda x, m, s, a, b: a * ((x - m) / s + b)},
    ),
    (
        "the weight was multiplied in before the mean was taken away",
        "Which of the two comes first, x − mean or the weight? Look where x̂ ends in the formula.",
        {"out": lambda x, m, s, a, b: (a * x - m) / s + b},
    ),
    (
        "brackets are missing: only the mean was divided",
        "x - mean / s divides first. What should be divided?",
        {"out": lambda x, m, s, a, b: a * (x - m / s) + b},
    ),
    (
        "the mean was not taken away",
        "What is the mean of each channel of your out, before the bias?",
        {"out": lambda x, m, s, a, b: a * (x / s) + b},
    ),
    (
        "the mean of the squares was taken for the variance",
        "The variance is the mean square of the distance *from the mean*. What is it if all "
        "numbers are 5?",
        {"var": lambda x: (x**2).mean(axis=(0, 2, 3))},
    ),
    (
        "eps was returned together with the variance",
        "The third result is the variance itself. Where does eps belong?",
        {"third": lambda mean, v, eps: (mean, v + eps)},
    ),
    (
        "the variance stands in front of the mean",
        "The docstring says out, mean, var.",
        {"third": lambda mean, v, eps: (v, mean)},
    ),
    (
        "mean and var have kept their axes: (1, C, 1, 1)",
        "keepdims=True is handy inside. Which shape does the docstring ask for?",
        {"third": lambda mean, v, eps: (mean[None, :, None, None], v[None, :, None, None])},
    ),
    (
        "mean and var have the shape (C, H, W): only the images were averaged",
        "A filter is the same at all places. Which axes do its outputs lie along?",
        {"over": 0},
    ),
    (
        "mean and var have the shape (N, C): every image got its own",
        "One mean per channel, not per image and channel. Which axis is missing in your mean?",
        {"over": (2, 3)},
    ),
    (
        "mean and var have the shape (N,): every image got one, for all channels together",
        "The axis that must remain is that of the channels. Which number has it in (N, C, H, W)?",
        {"over": (1, 2, 3)},
    ),
    (
        "mean and var are single numbers, for all channels together",
        "x.mean() averages over everything. How many means does a layer with 6 channels have?",
        {"over": None},
    ),
):
    batchnorm_forward.mistake(name, hint=hint)(partial(_written, **change))


@batchnorm_forward.mistake(
    "every image was normalised by itself, all its channels together",
    hint="The axis that must remain is that of the channels. Which number has it in (N, C, H, W)?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, eps, over=(1, 2, 3))


@batchnorm_forward.mistake(
    "eps is always 1e-5, whatever was asked for",
    hint="Where does your code use the argument eps?",
)
def _(x, weight, bias, eps=1e-5):
    return _normalise(x, weight, bias, 1e-5)


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


def _root(var, eps):
    return np.sqrt(var + eps)


def _undo(
    grad_out,
    x,
    weight,
    mean,
    var,
    eps=1e-5,
    *,
    part=None,
    axes=(0, 2, 3),
    reduce=np.mean,
    divide=_root,
    sums=None,
    order=None,
):
    """The backward pass with one thing exchanged.

    `part(g, moving, x_hat, stretching)` stands for the bracket, `divide(var, eps)` for the root,
    `sums(grad_out, g, x_hat)` for grad_weight and grad_bias; `order` rearranges the results.
    """
    spread = divide(var[:, None, None], eps)
    x_hat = (x - mean[:, None, None]) / spread
    g = grad_out * weight[:, None, None]
    moving, stretching = (reduce(a, axis=axes, keepdims=True) for a in (g, g * x_hat))
    bracket = g - moving - x_hat * stretching
    bracket = bracket if part is None else part(g, moving, x_hat, stretching)
    both = (grad_out * x_hat, grad_out) if sums is None else sums(grad_out, g, x_hat)
    results = bracket / spread, *(numbers.sum((0, 2, 3)) for numbers in both)
    return results if order is None else order(*results)


@batchnorm_backward.mistake(
    "mean and variance were taken for constants",
    hint="Move one number of x a little: does the mean of its channel stay where it is?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    return _undo(grad_out, x, weight, mean, var, eps, part=lambda g, m, x_hat, s: g)


@batchnorm_backward.mistake(
    "the way through the variance is missing, or it came out as 0 since mean(g) · mean(x̂) stands "
    "for mean(g · x̂)",
    hint="The mean of x̂ is 0. So is it the product of two means that you need, or the mean of the "
    "products? It is the part of grad_x that sees to it that stretching a channel changes nothing.",
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


for name, hint, change in (
    (
        "grad_weight or grad_bias was computed from g, which holds the weight already",
        "out = weight · x_hat + bias. Does the slope with respect to weight hold the weight again?",
        {"sums": lambda grad_out, g, x_hat: (g * x_hat, g)},
    ),
    (
        "it was divided by the variance, not by its square root",
        "x_hat = (x − mean) / s. What is s?",
        {"divide": lambda var, eps: var + eps},
    ),
    (
        "eps is missing",
        "The forward pass divided by √(var + eps). By what do you divide?",
        {"divide": lambda var, eps: np.sqrt(var)},
    ),
    (
        "eps was added outside the root",
        "√(var + eps), or √var + eps? Look at the formula again.",
        {"divide": lambda var, eps: np.sqrt(var) + eps},
    ),
    (
        "the means in grad_x were taken over all channels together",
        "How many means does a layer with 6 channels have?",
        {"axes": (0, 1, 2, 3)},
    ),
    (
        "the way through the variance has the wrong sign",
        "If the variance grows, do the x_hat grow or shrink?",
        {"part": lambda g, m, x_hat, s: g - m + x_hat * s},
    ),
    (
        "x_hat is missing in front of mean(g · x_hat)",
        "Which number of the channel feels a change of the variance most? What stands in front of "
        "the last mean in the formula?",
        {"part": lambda g, m, x_hat, s: g - m - s},
    ),
    (
        "the results stand in the order grad_x, grad_bias, grad_weight",
        "The docstring says grad_x, grad_weight, grad_bias.",
        {"order": lambda grad_x, grad_weight, grad_bias: (grad_x, grad_bias, grad_weight)},
    ),
    (
        "grad_weight and grad_bias have kept their axes: (1, C, 1, 1)",
        "A gradient has the shape of the thing that it belongs to. Which shape has weight?",
        {
            "order": lambda grad_x, *others: (
                grad_x, *(grad[None, :, None, None] for grad in others),
            )
        },
    ),
):  # fmt: skip
    batchnorm_backward.mistake(name, hint=hint)(partial(_undo, **change))


@batchnorm_backward.mistake(
    "grad_x was divided by the spread twice",
    hint="How often does 1/s stand in the formula?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, *others = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x / _root(var[:, None, None], eps), *others


@batchnorm_backward.mistake(
    "the weight was multiplied into grad_x twice",
    hint="g holds the weight already. Where do you multiply with it again?",
)
def _(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x, *others = _undo(grad_out, x, weight, mean, var, eps)
    return grad_x * weight[:, None, None], *others
