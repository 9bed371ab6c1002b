"""The exercise `receptive_field_of_stack` of notebook 13."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="13",
    points=2,
    minutes=15,
    returns=("size", "jump"),
    hints=(
        "Begin with the image itself: one pixel sees 1 pixel, and two neighbours are 1 apart. Then "
        "walk through the layers. What does each one change?",
        "A window of K places reaches over K − 1 steps from its first place to its last. How long "
        "is one step, measured in pixels of the image?",
        "First let the size grow by (K − 1) times the jump that the layer finds. Only then "
        "multiply the jump by its stride: the stride matters for the layers behind.",
    ),
    explanation="A layer with windows of K adds K − 1 steps, and a step is as long as the jump in "
    "front of the layer. Its stride makes the steps of all later layers longer. `zip(a, b)` walks "
    "through two arrays side by side.",
)
def receptive_field_of_stack(kernels, strides):
    """What one output of a stack of layers sees, along one axis, in pixels of the image.

    kernels (L,), strides (L,): window and stride of each layer (convolution or pooling), the one
    next to the image first; there may be no layer at all -> size, jump: two whole numbers
    size: from the first to the last pixel that an output sees
    jump: by how many pixels its neighbour's view is moved
    """
    size, jump = 1, 1
    for kernel, stride in zip(kernels, strides, strict=True):
        size = size + (kernel - 1) * jump
        jump = jump * stride
    return size, jump


@receptive_field_of_stack.cases
def _(rng):
    def stack(*layers, label):
        kernels, strides = np.array(layers, dtype=int).reshape(-1, 2).T
        return case(kernels, strides, label=label)

    yield stack((3, 1), (3, 1), label="two layers of 3 × 3, stride 1")
    yield stack((5, 3), label="one layer of 5 × 5, stride 3")
    yield stack((3, 1), (2, 2), (3, 1), label="3 × 3, a pooling, and 3 × 3 behind it")
    yield stack((7, 2), (3, 2), (5, 1), (3, 3), label="a different stride in each layer")
    yield stack((2, 2), (4, 3), (3, 2), (6, 1), label="even windows")
    yield stack((1, 2), (3, 1), (1, 1), (5, 4), label="windows of 1 × 1, one of them with a stride")
    yield stack((3, 2), (3, 2), (3, 2), label="three equal layers with stride 2")
    yield stack(label="no layers at all: the image itself")
    drawn = zip(rng.integers(2, 8, 6), rng.integers(1, 4, 6), strict=True)
    yield stack(*drawn, (4, 2), label="seven layers, drawn at random")


@receptive_field_of_stack.oracle
def _(kernels, strides):
    def seen(place):  # back from one output, layer by layer, to the pixels
        first = last = place
        for kernel, stride in reversed(list(zip(kernels, strides, strict=True))):
            first, last = first * stride, last * stride + kernel - 1
        return int(first), int(last)

    (first, last), (neighbour, _) = seen(0), seen(1)
    return len(range(first, last + 1)), neighbour - first


def _field(kernels, strides, *, start=(1, 1), grow=None, leap=None, order=None, layers=None,
           end=None):  # fmt: skip
    """The walk with one thing exchanged. grow, leap(size, jump, kernel, stride, before)."""
    pairs = [(int(k), int(s)) for k, s in zip(kernels, strides, strict=True)]
    if layers is not None:
        pairs = layers(pairs)
    (size, jump), before = start, 1
    for kernel, stride in pairs:
        if order == "stride first":
            jump = jump * stride
        if grow is None:
            size = size + (kernel - 1) * jump
        else:
            size = grow(size, jump, kernel, stride, before)
        if order != "stride first":
            jump = jump * stride if leap is None else leap(jump, stride, before)
        before = stride
    return (size, jump) if end is None else end(size, jump, pairs)


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "size and jump have changed places",
)


for name, hint, change in (
    (
        "each layer adds K steps, not K − 1",
        "From the first to the last of 3 places, how many steps is that? What does a stack of one "
        "1 × 1 layer see?",
        {"grow": lambda size, jump, k, s, before: size + k * jump},
    ),
    (
        "each layer adds K + 1 steps, not K − 1",
        "From the first to the last of 3 places, how many steps is that?",
        {"grow": lambda size, jump, k, s, before: size + (k + 1) * jump},
    ),
    (
        "each layer adds K − stride steps, not K − 1",
        "What does a single pooling of 2 × 2 with stride 2 see: 1 pixel, or 2?",
        {"grow": lambda size, jump, k, s, before: size + (k - s) * jump},
    ),
    (
        "the size was replaced in each layer: what was there is lost",
        "Two layers of 3 × 3: does the second one see more than the first? `=`, or `+=`?",
        {"grow": lambda size, jump, k, s, before: (k - 1) * jump},
    ),
    (
        "half of each window was rounded down and then doubled",
        "A window of 4 places: how many steps from its first place to its last, 3 or 4?",
        {"grow": lambda size, jump, k, s, before: size + k // 2 * 2 * jump},
    ),
    (
        "the product of all strides was used for every layer",
        "Does a stride change what the layers *below* it see?",
        {"end": lambda size, jump, pairs: (1 + jump * sum(k - 1 for k, _ in pairs), jump)},
    ),
    (
        "the jump is the sum of the strides",
        "Two poolings with stride 2: which pixels do the first two outputs begin with, 0 and … ?",
        {"end": lambda size, jump, pairs: (size, sum(s for _, s in pairs))},
    ),
    (
        "kernels and strides have changed places",
        "In which order do `zip` and the signature name them?",
        {"layers": lambda pairs: [(s, k) for k, s in pairs]},
    ),
    (
        "the strides were forgotten in the size",
        "Behind a pooling with stride 2, how far apart are two neighbours, in pixels of the image?",
        {"grow": lambda size, jump, k, s, before: size + k - 1},
    ),
    (
        "a layer's own stride was counted in its size",
        "A single layer of 5 × 5 with stride 3: does one of its outputs see more than 5 pixels? In "
        "which order must size and jump change?",
        {"order": "stride first"},
    ),
    (
        "only the stride of the layer directly below was used for the size",
        "Behind two poolings with stride 2, how far apart are two neighbours?",
        {"grow": lambda size, jump, k, s, before: size + (k - 1) * before},
    ),
    (
        "the size was counted with each layer's own stride, and that alone",
        "(K − 1) times which number: the stride of this layer, or the jump that the layers below "
        "have made?",
        {"grow": lambda size, jump, k, s, before: size + (k - 1) * s},
    ),
    (
        "the strides were added, not multiplied",
        "Two poolings with stride 2: which pixels do the first two outputs begin with, 0 and … ?",
        {"leap": lambda jump, s, before: jump + s},
    ),
    (
        "each stride adds stride − 1 to the jump",
        "Two layers with stride 3: is the second jump 5, or is it 9?",
        {"leap": lambda jump, s, before: jump + s - 1},
    ),
    (
        "the jump is only the last layer's stride",
        "jump = stride forgets what was there. Which operation keeps it?",
        {"leap": lambda jump, s, before: s},
    ),
    (
        "the jump never changes",
        "What does a stride of 2 do to the distance of two neighbours?",
        {"leap": lambda jump, s, before: jump},
    ),
    (
        "the size begins at 0",
        "How many pixels does a pixel of the image itself see, before there is any layer?",
        {"start": (0, 1)},
    ),
    (
        "the jump begins at 0, so nothing ever grows",
        "How far apart are two neighbouring pixels of the image?",
        {"start": (1, 0)},
    ),
    (
        "the layers were taken from the last to the first",
        "The first entry is the layer next to the image. Whose steps does its stride make longer? "
        "(Or is it size ← (size − 1) · stride + K? That formula is right only from the last layer "
        "to the first.)",
        {"layers": lambda pairs: pairs[::-1]},
    ),
    (
        "walking back, the size itself was multiplied by the stride, not the steps in between",
        "Two neighbours, stride 2: the windows begin 2 apart. Is that size · stride, or "
        "(size − 1) · stride?",
        {
            "layers": lambda pairs: pairs[::-1],
            "grow": lambda size, jump, k, s, before: size * s + k - 1,
        },
    ),
    (
        "the first layer was left out",
        "How many rounds does your loop make for one layer?",
        {"layers": lambda pairs: pairs[1:]},
    ),
    (
        "the last layer was left out",
        "How many rounds does your loop make for one layer?",
        {"layers": lambda pairs: pairs[:-1]},
    ),
    (
        "only one side of each window was counted",
        "A 3 × 3 window reaches one place to the left, and … ?",
        {"grow": lambda size, jump, k, s, before: size + (k - 1) // 2 * jump},
    ),
    (
        "the sizes of the windows were added",
        "Two windows of 3 share a place in the middle. Do they see 6 pixels, or 5?",
        {"end": lambda size, jump, pairs: (sum(k for k, _ in pairs), jump)},
    ),
    (
        "the sizes of the windows were multiplied",
        "Two layers of 3: a row of 3 outputs, each sees 3 pixels. Do their views overlap?",
        {"end": lambda size, jump, pairs: (int(np.prod([k for k, _ in pairs])), jump)},
    ),
    (
        "the size is that of the largest window",
        "Does the second layer see pixels, or outputs that have seen several pixels each?",
        {"end": lambda size, jump, pairs: (max([1] + [k for k, _ in pairs]), jump)},
    ),
    (
        "the size was squared",
        "One axis only: from the first to the last pixel of a row.",
        {"end": lambda size, jump, pairs: (size * size, jump)},
    ),
    (
        "size and jump have changed places",
        "Which of the two does the docstring name first?",
        {"end": lambda size, jump, pairs: (jump, size)},
    ),
):  # fmt: skip
    receptive_field_of_stack.mistake(name, hint=hint, whole=name in _OF_BOTH)(
        partial(_field, **change)
    )


@receptive_field_of_stack.mistake(
    "with no layers at all there is no kernels[0]",
    hint="What does the image itself see, before there is any layer? Begin with that.",
)
def _(kernels, strides):
    kernels[0]
    return _field(kernels, strides)


@receptive_field_of_stack.mistake(
    "the first layer was counted twice: before the loop, and in it",
    hint="If you begin with kernels[0], which layer is the first one in your loop?",
)
def _(kernels, strides):
    return _field(kernels, strides, start=(int(kernels[0]), 1))


@receptive_field_of_stack.mistake(
    "the loop begins with the second layer, and the first stride was lost",
    hint="If you begin with kernels[0], what is the jump behind this layer?",
)
def _(kernels, strides):
    start = int(kernels[0]), 1
    return _field(kernels, strides, start=start, layers=lambda pairs: pairs[1:])
