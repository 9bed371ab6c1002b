"""The exercise `transition_channels` of notebook 17."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb17_densenet.dense_block_channels import dense_block_channels


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


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "the two results have changed places",
)


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
    transition_channels.mistake(name, hint=hint, whole=name in _OF_BOTH)(
        partial(_transitions, **change)
    )


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
