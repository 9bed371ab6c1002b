"""The exercise `receptive_field` of notebook 12."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="12",
    points=3,
    minutes=20,
    returns=("size", "jump", "start"),
    hints=(
        "Three numbers travel through the layers: size = 1, jump = 1, start = 0 at the pixels. "
        "Each layer changes all three.",
        "The window spans kernel − 1 steps, each as long as the *old* jump. Padding moves the "
        "first window to the left, by padding steps of the old jump.",
        "Change the jump last: jump = jump * stride. Append all three to lists, and make arrays "
        "of them at the end with np.array.",
    ),
    explanation="Size and start are measured in pixels, kernel and padding in units of the layer "
    "in front; the jump in front converts one into the other. So it may only be multiplied by the "
    "stride when size and start are done.",
)
def receptive_field(layers):
    """What the units of each layer see of one side of the image, in pixels.

    layers: for each layer a tuple (kernel, stride, padding); unit i of a layer sees `size` pixels
    from `start + i * jump` on -> size, jump, start: arrays (L,) of whole numbers, an entry for
    each layer, the first layer first; start is negative where unit 0 sees padding
    """
    size, jump, start = 1, 1, 0
    sizes, jumps, starts = [], [], []
    for kernel, stride, padding in layers:
        size = size + (kernel - 1) * jump
        start = start - padding * jump
        jump = jump * stride
        sizes.append(size)
        jumps.append(jump)
        starts.append(start)
    return np.array(sizes), np.array(jumps), np.array(starts)


@receptive_field.cases
def _(rng):
    yield case(((3, 2, 1), (5, 1, 2)), label="3 wide with stride 2, then 5 wide")
    yield case(((7, 3, 2),), label="one layer")
    yield case(((7, 2, 1), (3, 2, 0), (5, 2, 0), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1),
                (3, 2, 0)), label="ZFNet")  # fmt: skip
    yield case(((5, 1, 2), (2, 2, 0), (3, 1, 1), (2, 2, 0), (3, 1, 1), (2, 2, 0)),
               label="the small network of the notebook")  # fmt: skip
    yield case(((1, 1, 0), (4, 3, 0), (1, 2, 0), (6, 1, 3)), label="windows of 1, stride 3")
    yield case(((2, 4, 0), (3, 3, 1), (2, 1, 1)), label="strides longer than the windows")
    drawn = ((int(rng.integers(2, 8)), int(rng.integers(1, 4)), int(rng.integers(0, 3)))
             for _layer in range(6))  # fmt: skip
    yield case(tuple(drawn), label="six layers, drawn at random")


@receptive_field.oracle
def _(layers):
    def seen(unit, depth):  # first and last pixel, from the layer down to the image
        first = last = unit
        for kernel, stride, padding in reversed(layers[:depth]):
            first, last = first * stride - padding, last * stride - padding + kernel - 1
        return first, last

    found = []
    for depth in range(1, len(layers) + 1):
        (first, last), (second, _) = seen(0, depth), seen(1, depth)
        found.append((last - first + 1, second - first, first))
    size, jump, start = zip(*found, strict=True)
    return np.array(size), np.array(jump), np.array(start)


def _fields(layers, *, begin=(1, 1, 0), grow=lambda r, K, S, P, j: r + (K - 1) * j,
            hop=lambda j, K, S, P: j * S, move=lambda a, K, S, P, j: a - P * j, early=False,
            note=lambda old, new: new, order=lambda layers: layers,
            form=lambda size, jump, start: (size, jump, start)):  # fmt: skip
    """The recurrence with one thing exchanged."""
    size, jump, start = begin
    rows = []
    for K, S, P in order(layers):
        old = (size, jump, start)
        step = hop(jump, K, S, P) if early in (True, "both") else jump
        size = grow(size, K, S, P, step)
        start = move(start, K, S, P, hop(jump, K, S, P) if early in ("start", "both") else jump)
        jump = hop(jump, K, S, P)
        rows.append(note(old, (size, jump, start)))
    return form(*(np.array(column) for column in zip(*rows, strict=True)))


_OF_SEVERAL = (  # these names are true only where all that they name is wrong in this way
    "the jump was multiplied by the stride before size and start were computed",
    "jump and start have changed places",
    "size and jump have changed places",
)


for name, hint, change in (
    (
        "the jump was multiplied by the stride before size and start were computed",
        "A window's pixels lie side by side in the map in *front* of the layer. Which jump has "
        "that map?",
        {"early": "both"},
    ),
    (
        "the size was computed with the new jump",
        "A window's pixels lie side by side in the map in *front* of the layer. Which jump has "
        "that map?",
        {"early": True},
    ),
    (
        "the start was computed with the new jump",
        "Padding is put around the map in *front* of the layer. Which jump has that map?",
        {"early": "start"},
    ),
    (
        "the jump was left out of the size: each layer adds kernel − 1 pixels",
        "Behind a stride of 2, how many pixels lie between two neighbours of the map?",
        {"grow": lambda r, K, S, P, j: r + K - 1},
    ),
    (
        "the jump was left out of the start",
        "One column of padding around a map with jump 4: how many pixels of the image is that?",
        {"move": lambda a, K, S, P, j: a - P},
    ),
    (
        "the size grows by kernel · jump, not by (kernel − 1) · jump",
        "A window of 1 sees one unit. By how much does the field grow?",
        {"grow": lambda r, K, S, P, j: r + K * j},
    ),
    (
        "the sizes of the windows were multiplied",
        "Two windows of 3, stride 1: do they see 5 pixels, or 9? Draw them.",
        {"grow": lambda r, K, S, P, j: r * K},
    ),
    (
        "the rule for the way down was used on the way up: size · stride + kernel − stride",
        "That formula starts at the last layer. Where does your loop start?",
        {"grow": lambda r, K, S, P, j: (r - 1) * S + K},
    ),
    (
        "the strides were added up, not multiplied",
        "Every second pixel, and of these every second one: how far apart are they?",
        {"hop": lambda j, K, S, P: j + S},
    ),
    (
        "the jump is the stride of the layer alone",
        "Every second pixel, and of these every second one: how far apart are they?",
        {"hop": lambda j, K, S, P: S},
    ),
    (
        "the jump is always 1: the strides were not used",
        "Where does your code use the stride?",
        {"hop": lambda j, K, S, P: j},
    ),
    (
        "the jump was multiplied by the kernel, not by the stride",
        "By how many units does a window move to its next place?",
        {"hop": lambda j, K, S, P: j * K},
    ),
    (
        "start has the wrong sign",
        "With padding, does the first window begin left of the image, or inside it?",
        {"move": lambda a, K, S, P, j: a + P * j},
    ),
    (
        "start is always 0: the padding was not used, or negative numbers were cut off",
        "Where does your code use the padding? And what does unit 0 see to the left of pixel 0?",
        {"move": lambda a, K, S, P, j: a},
    ),
    (
        "the padding was counted on both sides",
        "How many of the zeros lie in front of the first pixel?",
        {"move": lambda a, K, S, P, j: a - 2 * P * j},
    ),
    (
        "start is the padding of the last layer alone",
        "Each layer's padding pushes further to the left. Do you keep what was there?",
        {"move": lambda a, K, S, P, j: -P * j},
    ),
    (
        "the padding was taken off the size",
        "Does a window see fewer places because some of them hold zeros?",
        {"grow": lambda r, K, S, P, j: r + (K - 1 - 2 * P) * j},
    ),
    (
        "the padding was added to the size: a window does not see more because there are zeros",
        "A window of 3 has 3 places, with padding and without. What does the padding change?",
        {"grow": lambda r, K, S, P, j: r + (K - 1 + 2 * P) * j},
    ),
    (
        "the padding of one side was added to the size",
        "A window of 3 has 3 places, with padding and without. What does the padding change?",
        {"grow": lambda r, K, S, P, j: r + (K - 1 + P) * j},
    ),
    (
        "start is the middle of the field of unit 0, not its first pixel",
        "Which pixel does the docstring ask for: the first one that unit 0 sees, or the middle?",
        {"form": lambda size, jump, start: (size, jump, start + (size - 1) / 2)},
    ),
    (
        "the field begins with 0 pixels",
        "What does a pixel see of the image? Begin with that.",
        {"begin": (0, 1, 0)},
    ),
    (
        "the jump begins with 0",
        "How far apart are two neighbouring pixels?",
        {"begin": (1, 0, 0)},
    ),
    (
        "the start begins with 1",
        "Which number has the first pixel? Begin with that.",
        {"begin": (1, 1, 1)},
    ),
    (
        "the size is only what the last layer adds",
        "What did the field look like before this layer? Did you write = or += ?",
        {"grow": lambda r, K, S, P, j: (K - 1) * j},
    ),
    (
        "stride and padding have changed places in the loop",
        "In which order does the docstring name the three numbers of a layer?",
        {"order": lambda layers: [(K, P, S) for K, S, P in layers]},
    ),
    (
        "only the first layer's numbers were returned",
        "Is `return` inside the loop?",
        {"form": lambda *rows: tuple(r[:1] for r in rows)},
    ),
    (
        "only the last layer's numbers were returned, in arrays of one entry",
        "How many layers are there? Did you append after each of them?",
        {"form": lambda *rows: tuple(r[-1:] for r in rows)},
    ),
    (
        "jump and start have changed places",
        "In which order does the docstring name the three?",
        {"form": lambda size, jump, start: (size, start, jump)},
    ),
    (
        "each entry belongs to the layer before: it was written down too early",
        "When do you append: before the layer has changed the numbers, or after?",
        {"note": lambda old, new: old},
    ),
    (
        "each jump belongs to the layer before",
        "Which distance have two neighbours *behind* the layer?",
        {"note": lambda old, new: (new[0], old[1], new[2])},
    ),
    (
        "there is an entry for the image, too",
        "One entry for each layer: how many entries is that?",
        {"form": lambda *rows: tuple(np.append(first, r)
                                     for first, r in zip((1, 1, 0), rows, strict=True))},
    ),
    (
        "only the last layer's numbers were returned",
        "How many layers are there, and how many entries has your answer?",
        {"form": lambda *rows: tuple(int(r[-1]) for r in rows)},
    ),
    (
        "the layers were walked from the last to the first",
        "Which layer looks at the image itself?",
        {"order": lambda layers: layers[::-1]},
    ),
    (
        "the results stand in the order from the last layer to the first",
        "Which layer's numbers stand first in your arrays?",
        {"form": lambda *rows: tuple(r[::-1] for r in rows)},
    ),
    (
        "size and jump have changed places",
        "In which order does the docstring name the three?",
        {"form": lambda size, jump, start: (jump, size, start)},
    ),
    (
        "the last pixel was returned, not the size",
        "start + size − 1 is the last pixel that unit 0 sees. How many does it see?",
        {"form": lambda size, jump, start: (start + size - 1, jump, start)},
    ),
):  # fmt: skip
    receptive_field.mistake(name, hint=hint, whole=name in _OF_SEVERAL)(partial(_fields, **change))
