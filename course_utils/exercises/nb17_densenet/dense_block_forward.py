"""The exercise `dense_block_forward` of notebook 17."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="17",
    points=3,
    minutes=20,
    hints=(
        "One loop over the weights is enough. Let x be everything that lies there so far.",
        "A layer: rectify a copy of x, `np.maximum(x, 0)`, and give it to conv2d with "
        "padding=weight.shape[-1] // 2, which keeps rows and columns.",
        "np.concatenate([x, new], axis=1) puts the new maps behind the old ones. Is it x that goes "
        "on, or the rectified copy?",
    ),
    explanation="What lies there is never changed: each reader rectifies it for itself, and the "
    "next one finds the negative numbers again. The maps are axis 1.",
)
def dense_block_forward(x, weights):
    """A dense block: each layer rectifies all maps so far, convolves them, and adds new maps.

    x (N, C, H, W); weights: a tuple, for each layer (growth, maps so far, K, K), K odd; the
    convolution keeps rows and columns
    -> (N, C + all new maps, H, W): x as it came, then the new maps, the oldest first
    """
    for weight in weights:
        rectified = np.maximum(x, 0)
        new = conv2d(rectified, weight, padding=weight.shape[-1] // 2)  # (N, growth, H, W)
        x = np.concatenate([x, new], axis=1)
    return x


def _weights(rng, channels, *layers):
    """For each layer (growth, K) -> (growth, maps so far, K, K)."""
    weights = []
    for growth, K in layers:
        weights.append(rng.normal(size=(growth, channels, K, K)) / (K * np.sqrt(channels)))
        channels += growth
    return tuple(weights)


@dense_block_forward.cases
def _(rng):
    x = np.array([[[[1.0, -2.0]], [[-3.0, 4.0]]]])  # (1, 2, 1, 2)
    first, second = np.array([[[[1.0]], [[-1.0]]]]), np.array([[[[2.0]], [[0.0]], [[-0.5]]]])
    yield case(x, (first,), label="two maps of 1 × 2, one layer, its weights 1 and -1")
    yield case(x, (first, second), label="the same and a second layer")
    whole = (rng.integers(-3, 4, (2, 3, 3, 4)).astype(float), _weights(rng, 3, (2, 3)))
    yield case(*whole, label="one layer of 3 × 3, two images")
    yield case(rng.normal(size=(2, 3, 4, 5)), _weights(rng, 3, (2, 3), (2, 3), (2, 3)),
               label="three layers, growth 2")  # fmt: skip
    yield case(rng.normal(size=(3, 1, 5, 4)), _weights(rng, 1, (4, 3), (4, 1), (4, 3)),
               label="windows of 3, 1 and 3, the growth is larger than the input")  # fmt: skip
    yield case(rng.normal(size=(1, 2, 6, 7)), _weights(rng, 2, (3, 5), (1, 3)),
               label="a window of 5, layers of different growth")  # fmt: skip
    yield case(rng.normal(size=(1, 1, 3, 2)), _weights(rng, 1, (4, 5), (2, 3)),
               label="windows of 5 and 3 on maps of 3 × 2")  # fmt: skip
    yield case(-rng.random((2, 4, 3, 2)), _weights(rng, 4, (3, 3), (3, 3)),
               label="nothing but negative numbers come in")  # fmt: skip
    x = rng.normal(size=(2, 2, 4, 3)).astype(np.float32)[:, :, ::-1]
    weights = tuple(w.astype(np.float32) for w in _weights(rng, 2, (3, 3), (3, 3)))
    yield case(x, weights, label="float32, rows stored in reverse")


@dense_block_forward.oracle
def _(x, weights):
    N, _, H, W = x.shape
    maps = [x[:, c].astype(float) for c in range(x.shape[1])]
    for weight in weights:
        K, new = weight.shape[-1], []
        for slices in weight:
            out = np.zeros((N, H, W))
            for old, window in zip(maps, slices, strict=True):
                for (a, b), number in np.ndenumerate(window):
                    for i, j in np.ndindex(H, W):
                        p, q = i + a - K // 2, j + b - K // 2
                        if 0 <= p < H and 0 <= q < W:
                            out[:, i, j] += number * old[:, p, q] * (old[:, p, q] > 0)
            new.append(out)
        maps += new
    return np.stack(maps, axis=1).astype(x.dtype)


def _relu(x):
    return np.maximum(x, 0)


def _block(x, weights, *, read=_relu, write=lambda y: y, keep=lambda x: x, start=lambda x: x,
           join=lambda x, new: [x, new], turn=lambda w: w, end=lambda x, C, G: x,
           padding="constant"):  # fmt: skip
    """The block with one thing exchanged."""
    C, x = x.shape[1], start(x)
    for weight in weights:
        weight, K = turn(weight), weight.shape[-1]
        around = (0, 0), (0, 0), (K // 2, K // 2), (K // 2, K // 2)
        new = write(conv2d(np.pad(read(x), around, mode=padding), weight))
        x = np.concatenate(join(keep(x), new), axis=1)
    return end(x, C, weight.shape[0])


for name, hint, change in (
    (
        "the ReLU is missing",
        "What does a layer do with the maps before it convolves them?",
        {"read": lambda x: x},
    ),
    (
        "the ReLU stands behind the convolution, not in front of it",
        "Rectify, then convolve: can the new maps be negative?",
        {"read": lambda x: x, "write": _relu},
    ),
    (
        "there is a second ReLU, behind the convolution",
        "Rectify, convolve, and done: can the new maps be negative?",
        {"write": _relu},
    ),
    (
        "the rectified maps are passed on, not the maps as they came",
        "In which variable did you rectify? Look at what the first C maps of your result are.",
        {"keep": _relu},
    ),
    (
        "the block's input was rectified for good, and nothing else was",
        "Each layer rectifies what *it* reads, the new maps, too. Is your ReLU in the loop?",
        {"start": _relu, "read": lambda x: x},
    ),
    (
        "the result was rectified",
        "The maps go on as they are; whoever reads them rectifies. What is behind your loop?",
        {"end": lambda x, C, G: _relu(x)},
    ),
    (
        "the size of each number was taken, not its positive part",
        "What is the ReLU of -3?",
        {"read": np.abs},
    ),
    (
        "the negative parts were kept, not the positive ones",
        "np.maximum(x, 0), or np.minimum(x, 0)?",
        {"read": lambda x: np.minimum(x, 0)},
    ),
    (
        "a sigmoid stands in place of the ReLU",
        "What is max(0, x)?",
        {"read": lambda x: 1 / (1 + np.exp(-x))},
    ),
    (
        "the new maps stand in front of the old ones",
        "The weights of the second layer expect x first. In which order do you concatenate?",
        {"join": lambda x, new: [new, x]},
    ),
    (
        "the block's input is missing in the result",
        "Who reads behind the block sees *all* earlier maps. Where are the first C of them?",
        {"end": lambda x, C, G: x[:, C:]},
    ),
    (
        "only the last layer's maps were returned",
        "What has become of the maps of the other layers?",
        {"end": lambda x, C, G: x[:, -G:]},
    ),
    (
        "the last layer's maps are missing in the result",
        "Did you concatenate after the last convolution, too?",
        {"end": lambda x, C, G: x[:, :-G]},
    ),
    (
        "the block's input stands at the end of the result",
        "x as it came, *then* the new maps. What does your last line put first?",
        {"end": lambda x, C, G: np.concatenate([x[:, C:], x[:, :C]], axis=1)},
    ),
    (
        "all maps were returned in reverse order",
        "The docstring wants the oldest maps first. Which ones are yours?",
        {"end": lambda x, C, G: x[:, ::-1]},
    ),
    (
        "the weights were turned by 180°",
        "A convolution of this course does not turn its filters. Have you?",
        {"turn": lambda w: w[:, :, ::-1, ::-1]},
    ),
    (
        "rows and columns of the weights were exchanged",
        "Axis 2 of the weights are rows. Have you transposed anything?",
        {"turn": lambda w: w.transpose(0, 1, 3, 2)},
    ),
    (
        "the maps were padded with their edge, not with zeros",
        "What does conv2d pad with when it is given padding=…?",
        {"padding": "edge"},
    ),
    (
        "the new maps are a mean over the maps that are read, not a sum",
        "A convolution adds up over the maps that it reads. Where does your division come from?",
        {"turn": lambda w: w / w.shape[1]},
    ),
):  # fmt: skip
    dense_block_forward.mistake(name, hint=hint)(partial(_block, **change))


@dense_block_forward.mistake(
    "a layer does not find all maps: it reads only x, or only the newest ones",
    hint="The weights of the second layer have axis 1 as long as all maps so far. How many maps "
    "do you give to conv2d?",
)
def _(x, weights):
    maps = [x]
    for weight in weights:
        maps.append(conv2d(_relu(x), weight, padding=weight.shape[-1] // 2))
    return np.concatenate(maps, axis=1)


@dense_block_forward.mistake(
    "nothing is concatenated: each layer's maps replace those before, as in a plain stack",
    hint="Which maps should the second layer find: only the new ones, or those before them, too?",
)
def _(x, weights):
    for weight in weights:
        x = conv2d(_relu(x), weight, padding=weight.shape[-1] // 2)
    return x


@dense_block_forward.mistake(
    "the new maps were added to the old ones, as in a ResNet",
    hint="5 maps and 3 new ones: how many lie there afterwards? Which function puts maps side by "
    "side?",
)
def _(x, weights):
    for weight in weights:
        x = x + conv2d(_relu(x), weight, padding=weight.shape[-1] // 2)
    return x


@dense_block_forward.mistake(
    "there is only the first layer",
    hint="Is `return` inside the loop?",
)
def _(x, weights):
    return _block(x, weights[:1])


def _padding(x, weights, padding, axis=1):
    """The block with a padding of its own: padding(weight, all weights)."""
    for weight in weights:
        new = conv2d(_relu(x), weight, padding=padding(weight, weights))
        x = np.concatenate([x, new], axis=axis)
    return x


for name, hint, change in (
    (
        "the padding is missing: the new maps are smaller than the old ones",
        "A window of 3 on 5 pixels has 3 places. What keeps all 5?",
        {"padding": lambda w, weights: 0},
    ),
    (
        "the padding is always 1, whatever the window",
        "Which padding does a window of 1 need, and which one of 5?",
        {"padding": lambda w, weights: 1},
    ),
    (
        "the size of the window was read from weight.shape[0], the number of new maps",
        "A weight has shape (growth, maps so far, K, K). Where does K stand?",
        {"padding": lambda w, weights: w.shape[0] // 2},
    ),
    (
        "all layers were padded as the first one needs it",
        "Each layer may have a window of its own size. Whose K does your padding use?",
        {"padding": lambda w, weights: weights[0].shape[-1] // 2},
    ),
    (
        "the maps were concatenated along another axis than that of the maps",
        "x is (N, C, H, W), and the axes count from 0. Which one are the maps?",
        {"padding": lambda w, weights: w.shape[-1] // 2, "axis": 0},
    ),
):
    dense_block_forward.mistake(name, hint=hint)(partial(_padding, **change))


@dense_block_forward.mistake(
    "x was rectified in place",
    hint="`x[x < 0] = 0` and `np.maximum(x, 0, out=x)` write into the array of whoever called you. "
    "What does `rectified = np.maximum(x, 0)` do?",
)
def _(x, weights):
    np.maximum(x, 0, out=x)
    return _block(x, weights)
