"""Exercises of notebook 17: the maps of a dense block, the block itself, and the transitions."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise
from course_utils.numpy_nn import conv2d


# ---------------------------------------------------------------------------- dense_block_channels
@exercise(
    notebook="17",
    points=2,
    minutes=10,
    returns=("reads", "after"),
    hints=(
        "Write down the first three layers of a block with 10 maps and growth 4. What does the "
        "first one read? What lies there when the second one reads?",
        "Layer l (counted from 0) reads the block's input and what l layers have put out.",
        "np.arange(layers) is 0, 1, 2, … with as many numbers as there are layers. Behind the "
        "block lies what one more layer would read.",
    ),
    explanation="Nothing is overwritten, so each layer finds growth maps more than the one before "
    "it. The first layer reads the block's input alone: l begins at 0.",
)
def dense_block_channels(channels, growth, layers):
    """How many maps each layer of a dense block reads, and how many lie there at the end.

    channels: maps that enter the block; growth: maps that each layer adds; layers: how many, or 0
    -> reads (layers,), an array of whole numbers; after, a whole number
    """
    reads = channels + growth * np.arange(layers)  # (layers,)
    return reads, channels + growth * layers


@dense_block_channels.cases
def _(rng):
    yield case(10, 4, 3, label="10 maps, three layers that add 4 each")
    yield case(64, 32, 6, label="the first block of DenseNet-121")
    yield case(5, 7, 1, label="one layer")
    yield case(3, 12, 4, label="the layers add more than there was")
    yield case(16, 1, 5, label="each layer adds one map")
    yield case(9, 3, 0, label="no layer at all")
    yield case(*(int(n) for n in rng.integers((30, 3, 7), (60, 25, 12))), label="drawn at random")


@dense_block_channels.oracle
def _(channels, growth, layers):
    lying, reads = ["in"] * channels, []
    for layer in range(layers):
        reads.append(len(lying))
        lying = lying + [f"layer {layer}"] * growth
    return np.array(reads, dtype=int), len(lying)


def _channels(channels, growth, layers, *, reads=lambda c, k, n: c + k * n,
              after=lambda c, k, L: c + k * L, form=lambda r, a: (r, a)):  # fmt: skip
    """The count with one thing exchanged; n = 0, 1, … layers - 1."""
    n = np.arange(layers)
    found = reads(channels, growth, n) + 0 * n
    end = found[-1] + growth if after is None else after(channels, growth, layers)
    return form(found, end)


for name, hint, change in (
    (
        "each layer reads only as many maps as entered the block, as in a ResNet",
        "In a ResNet the new maps are added to the old ones, number to number. What happens to "
        "them here?",
        {"reads": lambda c, k, n: c, "after": lambda c, k, L: c},
    ),
    (
        "each layer reads only what the layer before it has put out",
        "That would be a plain stack. Which maps does the third layer read here?",
        {
            "reads": lambda c, k, n: np.where(n == 0, c, k),
            "after": lambda c, k, L: k if L else c,
        },
    ),
    (
        "each layer was counted as if it read its own maps, too",
        "What lies there when the first layer begins?",
        {"reads": lambda c, k, n: c + k * (n + 1)},
    ),
    (
        "the block's input is missing in what the layers read",
        "What does the first layer read, if not the block's input?",
        {"reads": lambda c, k, n: k * n},
    ),
    (
        "the block's input is missing at the end",
        "Has anybody thrown away the maps that entered the block?",
        {"after": lambda c, k, L: k * L},
    ),
    (
        "the block's input is missing, both in what is read and at the end",
        "The union of *all* earlier maps: which ones were there before the first layer?",
        {"reads": lambda c, k, n: k * n, "after": lambda c, k, L: k * L},
    ),
    (
        "at the end the last layer's maps are missing",
        "`reads[-1]` is what the last layer reads. And what does it add?",
        {"after": lambda c, k, L: c + k * (L - 1)},
    ),
    (
        "at the end one layer too many was counted",
        "How many layers are there, and how many maps does each one add?",
        {"after": lambda c, k, L: c + k * (L + 1)},
    ),
    (
        "only the last layer's maps are left at the end",
        "What becomes of the maps that the other layers have put out?",
        {"after": lambda c, k, L: k},
    ),
    (
        "at the end there is no more than what entered",
        "How many maps do all layers together add?",
        {"after": lambda c, k, L: c},
    ),
    (
        "at the end the last layer's maps are missing: reads[-1], which is not even there for 0 "
        "layers",
        "`reads[-1]` is what the last layer reads. And what does it add? And if there is none?",
        {"form": lambda r, a: (r, r[-1])},
    ),
    (
        "with 0 layers `reads` is empty and has no last entry",
        "How many maps lie behind a block without any layer? Can you count them without reads[-1]?",
        {"after": None},
    ),
    (
        "at the end everything was added up that the layers have read",
        "A map that five layers read is one map. How many different maps are there?",
        {"after": lambda c, k, L: L * c + k * L * (L - 1) // 2},
    ),
    (
        "the block's input was added once for each layer",
        "Mind the parentheses: what is there once, and what comes again with each layer?",
        {"reads": lambda c, k, n: (c + k) * n, "after": lambda c, k, L: (c + k) * L},
    ),
    (
        "channels and growth were multiplied",
        "Five maps are there, seven are added. Are that 35, or 12?",
        {"reads": lambda c, k, n: c * k * n, "after": lambda c, k, L: c * k * L},
    ),
    (
        "the sum was begun anew in each layer: from the second one on it is channels + growth",
        "What does your loop add growth to: to the block's input, or to what lies there by then?",
        {"reads": lambda c, k, n: np.where(n == 0, c, c + k),
         "after": lambda c, k, L: c + k if L else c},
    ),
    (
        "what each layer puts out was returned, not what it reads",
        "Each layer adds `growth` maps. How many does it find?",
        {"reads": lambda c, k, n: k},
    ),
    (
        "the layers were taken to add the 4 · growth maps of the bottleneck",
        "The bottleneck's maps lie between a layer's two convolutions. Does any other layer see "
        "them?",
        {"reads": lambda c, k, n: c + 4 * k * n, "after": lambda c, k, L: c + 4 * k * L},
    ),
    (
        "the growth was multiplied, not added",
        "Does a layer add `growth` maps, or make `growth` times as many?",
        {"reads": lambda c, k, n: c * k**n, "after": lambda c, k, L: c * k**L},
    ),
    (
        "the maps double from layer to layer",
        "Which of the three arguments says how many maps a layer adds?",
        {"reads": lambda c, k, n: c * 2**n, "after": lambda c, k, L: c * 2**L},
    ),
    (
        "each layer adds as many maps as entered the block",
        "Which of the two is added again and again: channels, or growth?",
        {"reads": lambda c, k, n: c * (n + 1), "after": lambda c, k, L: c * (L + 1)},
    ),
    (
        "channels and growth have changed places",
        "Which of them is there once, and which once for each layer?",
        {"reads": lambda c, k, n: k + c * n, "after": lambda c, k, L: k + c * L},
    ),
    (
        "each layer adds more than the one before: growth, 2 · growth, 3 · growth …",
        "The growth rate is the same for all layers. Have you added up something twice?",
        {
            "reads": lambda c, k, n: c + k * n * (n + 1) // 2,
            "after": lambda c, k, L: c + k * L * (L + 1) // 2,
        },
    ),
    (
        "what earlier layers have read was added up, not what they have put out",
        "A layer that reads 64 maps puts out `growth` maps. Which of the two stays?",
        {"reads": lambda c, k, n: (c + k * n).cumsum()},
    ),
    (
        "the growth was left out: each layer adds one map",
        "Where does your code use growth?",
        {"reads": lambda c, k, n: c + n, "after": lambda c, k, L: c + L},
    ),
    (
        "what lies there at the end stands in `reads`, too",
        "One entry for each layer: how many entries is that?",
        {"form": lambda r, a: (np.append(r, a), a)},
    ),
    (
        "the layers stand in the order from the last to the first",
        "Which layer reads the fewest maps, and where does it stand in your array?",
        {"form": lambda r, a: (r[::-1], a)},
    ),
    (
        "the last entry alone was returned, not one for each layer",
        "`reads` is an array with an entry for each layer. Is yours?",
        {"form": lambda r, a: (r[-1] if len(r) else r, a)},
    ),
    (
        "the two results have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda r, a: (a, r)},
    ),
):  # fmt: skip
    dense_block_channels.mistake(name, hint=hint)(partial(_channels, **change))


# ----------------------------------------------------------------------------- dense_block_forward
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


# ----------------------------------------------------------------------------- transition_channels
@exercise(
    notebook="17",
    points=2,
    minutes=15,
    returns=("enter", "end"),
    hints=(
        "Walk through the network with one number, `channels`. A block makes it larger, a "
        "transition smaller. When do you write it down?",
        "int(…) cuts off what stands behind the point. dense_block_channels(channels, growth, "
        "layers)[1] is what lies there behind a block.",
        "Behind the last block there is no transition. Keep what the block has grown to in a "
        "variable of its own.",
    ),
    explanation="Compression is a share of everything that lies there, old maps and new ones. "
    "Behind the last block nobody compresses: the classifier reads all maps.",
)
def transition_channels(channels, growth, blocks, compression):
    """How many maps enter each block of a DenseNet, and how many lie behind the last one.

    channels: maps that enter the first block; growth: maps that each layer adds; blocks: how many
    layers each block has, a tuple; between two blocks a transition keeps the share `compression`
    of all maps, rounded down -> enter (blocks,), an array of whole numbers; end, a whole number
    """
    enter = []
    for layers in blocks:
        enter.append(channels)
        _, grown = dense_block_channels(channels, growth, layers)
        channels = int(compression * grown)
    return np.array(enter), grown


@transition_channels.cases
def _(rng):
    yield case(10, 4, (3, 2), 0.5, label="two blocks, one transition, half of the maps")
    yield case(64, 32, (6, 12, 24, 16), 0.5, label="DenseNet-121")
    yield case(9, 5, (2, 4, 3), 0.5, label="odd numbers of maps")
    yield case(16, 12, (3, 3, 3), 1.0, label="no compression: the transitions keep all maps")
    yield case(7, 6, (5, 1, 4), 0.25, label="a quarter is kept")
    yield case(11, 3, (4, 2, 6, 3), 0.75, label="three quarters are kept")
    yield case(13, 8, (5,), 0.5, label="a single block, no transition")
    yield case(9, 4, (4, 4, 4), 0.75, label="blocks of equal size, three quarters are kept")
    yield case(10, 3, (2, 3, 2), 0.6, label="the last block is as long as the first one")
    blocks = tuple(int(n) for n in rng.choice(np.arange(2, 12), 4, replace=False))
    yield case(int(rng.integers(20, 40)), int(rng.integers(5, 16)), blocks, 0.375,
               label="four blocks, drawn at random")  # fmt: skip


@transition_channels.oracle
def _(channels, growth, blocks, compression):
    enter = [channels]
    for number, layers in enumerate(blocks):
        lying = enter[-1]
        for _layer in range(layers):
            lying += growth
        if number < len(blocks) - 1:
            enter.append(sum(1 for m in range(1, lying + 1) if m <= compression * lying))
    return np.array(enter), lying


def _transitions(channels, growth, blocks, compression, *, grow=lambda c, k, L: c + k * L,
                 shrink=None, down=lambda m: int(np.floor(m)), k_next=lambda k: k, first=False,
                 write=lambda before, grown: before, late=False, layers=lambda blocks: blocks,
                 form=lambda enter, end, after: (enter, end)):  # fmt: skip
    """The walk with one thing exchanged. shrink(grown, compression, before, number)."""
    enter, before = [], down(compression * channels) if first else channels
    for number, count in enumerate(layers(blocks)):
        grown = grow(before, growth, count)
        enter.append(write(before, grown))
        if shrink is None:
            before = down(compression * grown)
        else:
            before = down(shrink(grown, compression, before, number))
        growth = k_next(growth)
    return form(np.array(enter), before if late else grown, before)


for name, hint, change in (
    (
        "the transition rounds up",
        "Half of 19 maps, rounded down: how many are that?",
        {"down": lambda m: int(np.ceil(m))},
    ),
    (
        "the transition rounds to the nearest whole number",
        "What does round(10.75) give, and what does int(10.75) give?",
        {"down": lambda m: int(np.rint(m))},
    ),
    (
        "the transition does not round: there are broken maps",
        "Can a convolution have nine and a half filters?",
        {"down": lambda m: m},
    ),
    (
        "the transitions keep all maps: the compression was not used",
        "Where does your code use compression?",
        {"shrink": lambda grown, share, before, n: grown},
    ),
    (
        "the transitions always keep one half",
        "Where does your code use compression?",
        {"shrink": lambda grown, share, before, n: grown / 2},
    ),
    (
        "the share was taken away, not kept",
        "A compression of 0.25 *keeps* a quarter. How much do you keep?",
        {"shrink": lambda grown, share, before, n: (1 - share) * grown},
    ),
    (
        "the maps were divided by the compression",
        "Are there more maps behind a transition, or fewer?",
        {"shrink": lambda grown, share, before, n: grown / share},
    ),
    (
        "only the new maps were compressed, the old ones are all kept",
        "A transition reads the union of all maps. Does it know which ones are new?",
        {"shrink": lambda grown, share, before, n: before + share * (grown - before)},
    ),
    (
        "only the new maps go through the transition, the old ones are gone",
        "A transition reads the union of all maps. Which ones lie behind a block?",
        {"shrink": lambda grown, share, before, n: share * (grown - before)},
    ),
    (
        "the compression gets stronger from transition to transition",
        "Each transition keeps the same share of what it finds. What does yours multiply with?",
        {"shrink": lambda grown, share, before, n: share ** (n + 1) * grown},
    ),
    (
        "the block's growth was compressed away: the transition was given what entered the block",
        "Which number does the transition find: the one in front of the block, or behind it?",
        {"shrink": lambda grown, share, before, n: share * before},
    ),
    (
        "every block begins with the same number of maps",
        "Does the second block read the first maps, or what the transition has left?",
        {"shrink": lambda grown, share, before, n: before},
    ),
    (
        "there is a transition behind the last block, too",
        "*Between* two blocks: how many transitions are that for two blocks?",
        {"late": True},
    ),
    (
        "there is a transition in front of the first block",
        "*Between* two blocks: how many maps enter the first one?",
        {"first": True},
    ),
    (
        "what leaves each block was written down, not what enters",
        "When do you append: before the block has grown, or after?",
        {"write": lambda before, grown: grown},
    ),
    (
        "what a transition behind the last block would leave stands in `enter`, too",
        "One entry for each block: how many entries is that?",
        {"form": lambda enter, end, after: (np.append(enter, after), end)},
    ),
    (
        "what lies there at the end stands in `enter`, too",
        "One entry for each block: how many entries is that?",
        {"form": lambda enter, end, after: (np.append(enter, end), end)},
    ),
    (
        "the first entry is missing",
        "How many maps enter the *first* block? Do you write that down, too?",
        {"form": lambda enter, end, after: (enter[1:], end)},
    ),
    (
        "there is only the first block",
        "Is `return` inside the loop?",
        {"layers": lambda blocks: blocks[:1]},
    ),
    (
        "only the old maps were compressed, the new ones are all kept",
        "A transition reads the union of all maps. Does it know which ones are old?",
        {"shrink": lambda grown, share, before, n: int(share * before) + grown - before},
    ),
    (
        "the compression was rounded down, and 0 maps are left",
        "What is int(0.5)? What should be rounded: the share, or the number of maps?",
        {"shrink": lambda grown, share, before, n: int(share) * grown},
    ),
    (
        "the first block's transition is missing, and the last block has one",
        "*Between* two blocks: is there a transition behind block 0? Behind the last one?",
        {"shrink": lambda grown, share, before, n: share * grown if n else grown, "late": True},
    ),
    (
        "the array `reads` was taken for the number of maps behind the block",
        "dense_block_channels returns two things. Which of them is what lies there at the end?",
        {"grow": lambda c, k, L: c + k * np.arange(L)},
    ),
    (
        "the last block is missing",
        "Does the last block grow, too?",
        {"form": lambda enter, end, after: (enter, enter[-1])},
    ),
    (
        "a block was counted as one layer",
        "A block of 6 layers: how often does it add `growth` maps?",
        {"grow": lambda c, k, L: c + k},
    ),
    (
        "the growth was left out: each layer adds one map",
        "Where does your code use growth?",
        {"grow": lambda c, k, L: c + L},
    ),
    (
        "one layer of each block was not counted",
        "A block of 6 layers: how often does it add `growth` maps?",
        {"grow": lambda c, k, L: c + k * (L - 1)},
    ),
    (
        "what entered a block is missing behind it",
        "The union of *all* maps: who has thrown away the block's input?",
        {"grow": lambda c, k, L: k * L},
    ),
    (
        "all blocks were given the layers of the first one",
        "`blocks` names the layers of each block. Which entry does your code read?",
        {"layers": lambda blocks: blocks[:1] * len(blocks)},
    ),
    (
        "the blocks were taken from the last to the first",
        "In which order do the maps go through the blocks?",
        {"layers": lambda blocks: blocks[::-1]},
    ),
    (
        "the growth rate doubles from block to block, as the maps of a ResNet do",
        "Is there anything in the docstring that changes the growth rate?",
        {"k_next": lambda k: 2 * k},
    ),
    (
        "the two results have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda enter, end, after: (end, enter)},
    ),
):  # fmt: skip
    transition_channels.mistake(name, hint=hint)(partial(_transitions, **change))


@transition_channels.mistake(
    "the growth rate was compressed as well",
    hint="What does a transition make smaller: the number of maps, or what later layers will add?",
)
def _(channels, growth, blocks, compression):
    return _transitions(
        channels, growth, blocks, compression, k_next=lambda k: int(compression * k)
    )


def _walk(channels, growth, blocks, compression, *, last, down=int, end=int):
    """The walk with a question of one's own for the last block: last(number, layers, blocks)."""
    enter = []
    for number, layers in enumerate(blocks):
        enter.append(channels)
        channels = channels + growth * layers
        if not last(number, layers, blocks):
            channels = down(compression * channels)
    return np.array(enter).astype(int), end(channels)


for name, hint, change in (
    (
        "the last block was recognised by its number of layers, which another block may have, too",
        "With blocks (4, 4, 4): which of them is equal to blocks[-1]?",
        {"last": lambda number, layers, blocks: layers == blocks[-1]},
    ),
    (
        "the maps were rounded down once at the end, not by each transition",
        "9.75 maps enter a block: with how many does it begin to grow?",
        {"last": lambda number, layers, blocks: number == len(blocks) - 1, "down": float},
    ),
    (
        "the last transition is missing",
        "With three blocks, between which of them do transitions stand?",
        {"last": lambda number, layers, blocks: number >= len(blocks) - 2},
    ),
):
    transition_channels.mistake(name, hint=hint)(partial(_walk, **change))


@transition_channels.mistake(
    "every block grows from what entered the first one",
    hint="From which number does your loop begin to count in the second block?",
)
def _(channels, growth, blocks, compression):
    grown = [channels + growth * layers for layers in blocks]
    return np.array([channels, *(int(compression * maps) for maps in grown[:-1])]), grown[-1]
