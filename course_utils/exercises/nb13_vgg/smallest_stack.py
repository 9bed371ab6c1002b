"""The exercise `smallest_stack` of notebook 13."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="13",
    points=2,
    minutes=15,
    returns=("convolutions", "saved"),
    hints=(
        "First another question: with n convolutions in each stage, how far does the network see? "
        "That is notebook 12: walk through the layers with a size and a jump.",
        "Then try n = 0, 1, 2 … and stop at the first n whose size is at least `field`. A pooling "
        "is a layer, too: a window as long as its stride.",
        "The weights: n convolutions in each of len(strides) stages, and each has "
        "maps · maps · 9. The single window has maps · maps · field · field.",
    ),
    explanation="The poolings multiply the jump, so each later convolution adds more; all poolings "
    "together see prod(strides) pixels. So far-reaching networks are not the deep ones, but those "
    "that pool. A `while` loop stops at the first n that is enough.",
)
def smallest_stack(field, strides, maps):
    """The smallest VGG that sees `field` pixels of a row: how many 3×3 convolutions in each stage.

    Each stage is n convolutions (windows of 3, stride 1) and a pooling, whose window is as long as
    its stride; strides (S,): those of the poolings, the stage next to the image first (a stride of
    1 pools nothing) -> convolutions, saved: two whole numbers
    convolutions: the smallest n ≥ 0 for which a unit after the last pooling sees `field` or more
    saved: how many weights the stack has fewer than one convolution with windows of field × field
    (below 0 where it has more); `maps` maps go into each layer and come out, biases do not count
    """
    size, steps, jump = 1, 0, 1
    for stride in strides:
        steps += 2 * jump  # what one convolution of this stage adds
        size += (stride - 1) * jump
        jump *= stride
    convolutions = 0
    while size < field:
        size += steps
        convolutions += 1
    return convolutions, maps**2 * (field**2 - 9 * convolutions * len(strides))


@smallest_stack.cases
def _(rng):
    def wanted(field, strides, maps, label):
        return case(field, np.array(strides), maps, label=label)

    yield wanted(7, (1,), 2, "7 pixels, one stage that pools nothing")
    yield wanted(16, (2, 2), 3, "16 pixels, which is just reached, two poolings of 2")
    yield wanted(17, (2, 2), 3, "17 pixels: one more, two poolings of 2")
    yield wanted(224, (2, 2, 2, 2, 2), 64, "224 pixels, five poolings of 2, 64 maps")
    yield wanted(53, (3, 1, 2), 5, "poolings of different strides")
    yield wanted(12, (4, 3), 4, "the poolings alone see it: no convolution at all")
    yield wanted(2, (1, 1), 6, "2 pixels, where the stack costs more")
    strides = rng.integers(1, 4, 4)
    strides[1] = 3
    yield wanted(int(rng.integers(120, 200)), strides, 7, "four stages, drawn at random")


@smallest_stack.oracle
def _(field, strides, maps):
    def pixels(n):  # back from one unit, layer by layer: the set of all that it sees
        seen = {0}
        for stride in reversed(strides.tolist()):
            seen = {place * stride + k for place in seen for k in range(stride)}
            for _convolution in range(n):
                seen = {place + k for place in seen for k in range(3)}
        return seen

    n = next(n for n in range(field + 1) if len(pixels(n)) >= field)
    layers = [3] * (n * len(strides))
    weights = sum(maps * maps * window * window for window in layers)
    return n, maps * maps * field * field - weights


def _wrong(field, strides, maps, *, pooling=True, before=False, leap=None, add=2, enough=None,
           first=0, end=None):  # fmt: skip
    """The search with one thing exchanged.

    before: the jump is multiplied at the beginning of a stage; leap(jump, stride): the next jump;
    enough(size, field): when to stop; end(n, size, field, S, maps): what is returned
    """
    strides = [int(stride) for stride in strides]
    size, steps, jump = 1, 0, 1
    for stride in strides:
        after = jump * stride if leap is None else leap(jump, stride)
        at = after if before else jump
        steps += add * at
        size += (stride - 1) * at if pooling else 0
        jump = after
    n = first
    size += first * steps
    while not (size >= field if enough is None else enough(size, field)):
        size += steps
        n += 1
    if end is None:
        return n, maps**2 * (field**2 - 9 * n * len(strides))
    return end(n, size, field, len(strides), maps)


_OF_BOTH = ("convolutions and saved have changed places",)


for name, hint, change in (
    (
        "the poolings' own windows were not counted",
        "A pooling of 2 × 2, and no convolution: does a unit after it see 1 pixel, or 2?",
        {"pooling": False},
    ),
    (
        "a pooling's stride was counted in its own stage already",
        "The convolutions of the first stage read the image itself. How far apart are two "
        "neighbours there?",
        {"before": True},
    ),
    (
        "the strides were forgotten: each convolution adds 2 pixels",
        "After a pooling with stride 2, how far apart are two neighbours, in pixels of the image?",
        {"leap": lambda jump, stride: 1},
    ),
    (
        "the strides were added, not multiplied",
        "After two poolings with stride 3: are two neighbours 6 pixels apart, or 9?",
        {"leap": lambda jump, stride: jump + stride - (jump == 1)},
    ),
    (
        "only the stride of the stage directly below was used",
        "After two poolings with stride 2, how far apart are two neighbours?",
        {"leap": lambda jump, stride: stride},
    ),
    (
        "each convolution adds 3 steps, not 2",
        "From the first to the last of 3 places, how many steps is that?",
        {"add": 3},
    ),
    (
        "each convolution adds 1 step, not 2",
        "A window of 3 reaches one place to the left, and … ?",
        {"add": 1},
    ),
    (
        "one convolution more than needed: `field` pixels are enough",
        "What does your loop do where the size *is* `field`?",
        {"enough": lambda size, field: size > field},
    ),
    (
        "each stage has one convolution at least",
        "What if the poolings alone see so far? Which n does your search begin with?",
        {"first": 1},
    ),
    (
        "the convolutions of all stages together were returned",
        "How many are there in *each* stage?",
        {"end": lambda n, size, field, S, maps: (n * S, maps**2 * (field**2 - 9 * n * S))},
    ),
    (
        "the weights of one stage only were subtracted",
        "How many stages are there, and how many convolutions in all of them?",
        {"end": lambda n, size, field, S, maps: (n, maps**2 * (field**2 - 9 * n))},
    ),
    (
        "the single window was taken as long as what the stack sees, not as `field`",
        "The stack may see more than was asked for. Which window would be just enough?",
        {"end": lambda n, size, field, S, maps: (n, maps**2 * (size**2 - 9 * n * S))},
    ),
    (
        "the windows were not squared: 3 and `field` weights",
        "A window of 3 × 3 has how many weights for each pair of maps?",
        {"end": lambda n, size, field, S, maps: (n, maps**2 * (field - 3 * n * S))},
    ),
    (
        "the maps were counted once: what goes in, or what comes out",
        "Each of `maps` filters looks at all `maps` maps. How many weights has it?",
        {"end": lambda n, size, field, S, maps: (n, maps * (field**2 - 9 * n * S))},
    ),
    (
        "the maps were left out of the weights",
        "That is for one pair of maps. How many pairs are there?",
        {"end": lambda n, size, field, S, maps: (n, field**2 - 9 * n * S)},
    ),
    (
        "the biases were counted, too",
        "Does the docstring count biases?",
        {"end": lambda n, size, field, S, maps: (
            n, maps**2 * field**2 + maps - (9 * maps**2 + maps) * n * S)},
    ),
    (
        "the weights of the stack were returned, not what it saves",
        "*Fewer than* which number?",
        {"end": lambda n, size, field, S, maps: (n, maps**2 * 9 * n * S)},
    ),
    (
        "saved has the wrong sign",
        "Three windows of 3 × 3 instead of one of 7 × 7: is something saved? So which sign?",
        {"end": lambda n, size, field, S, maps: (n, maps**2 * (9 * n * S - field**2))},
    ),
    (
        "what is lost was called nothing: saved is never below 0",
        "To see 2 pixels, which costs more: a window of 2 × 2, or one of 3 × 3?",
        {"end": lambda n, size, field, S, maps: (n, max(0, maps**2 * (field**2 - 9 * n * S)))},
    ),
    (
        "convolutions and saved have changed places",
        "Which of the two does the docstring name first?",
        {"end": lambda n, size, field, S, maps: (maps**2 * (field**2 - 9 * n * S), n)},
    ),
):  # fmt: skip
    smallest_stack.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_wrong, **change))


@smallest_stack.mistake(
    "one convolution too few: rounded down",
    hint="What is missing when a whole number of convolutions does not quite reach it?",
)
def _(field, strides, maps):
    n, _ = _wrong(field, strides, maps)
    just_reached = _wrong(field + 1, strides, maps)[0] > n
    n = n if just_reached else max(0, n - 1)
    return n, maps**2 * (field**2 - 9 * n * len(strides))


@smallest_stack.mistake(
    "the stages were taken from the last to the first",
    hint="The first entry is the stage next to the image. Whose steps does its stride make longer?",
)
def _(field, strides, maps):
    return _wrong(field, strides[::-1], maps)
