"""The exercise `dense_block_channels` of notebook 17."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


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


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the two results have changed places",
)


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
    dense_block_channels.mistake(name, hint=hint, whole=name in _OF_BOTH)(
        partial(_channels, **change)
    )
