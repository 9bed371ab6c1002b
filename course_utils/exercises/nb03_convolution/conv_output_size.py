"""The exercise `conv_output_size` of notebook 03."""

import math
from functools import partial

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import ignored, swapped


@exercise(
    notebook="03",
    points=1,
    minutes=10,
    hints=(
        "Without any extras: a filter of 3 on 7 pixels can start at pixel 0, 1, 2, 3 or 4. Where "
        "does the 5 come from?",
        "With dilation D, how many pixels does a filter of K cover from its first weight to its "
        "last? Try K = 3, D = 2 on paper: x . x . x",
        "Let room be what is left over when the filter stands at the very start: padded size minus "
        "covered pixels. How many whole steps of `stride` fit into room? And the start itself?",
    ),
    explanation="The filter covers D(K − 1) + 1 pixels. Behind it there is room for "
    "(size + 2P) − covered more pixels; `//` counts the whole steps in it and drops the rest. The "
    "+ 1 is the place where the filter starts.",
)
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """The number of places at which a filter fits, along one axis.

    size: pixels of the input; padding: zeros on each of the two sides; dilation: how far apart
    neighbouring weights are -> a whole number (the filter is known to fit at least once)
    """
    covered = dilation * (kernel_size - 1) + 1
    room = size + 2 * padding - covered
    return room // stride + 1


@conv_output_size.cases
def _(rng):
    yield case(4, 2, 1, 0, 1, label="a filter of 2 on 4 pixels")
    yield case(7, 3, 1, 0, 1, label="a filter of 3 on 7 pixels")
    yield case(7, 3, 2, 0, 1, label="the same with stride 2")
    yield case(8, 3, 2, 0, 1, label="stride 2 with one pixel left over")
    yield case(12, 3, 5, 0, 1, label="stride 5 with four pixels left over")
    yield case(9, 4, 1, 2, 1, label="padding 2")
    yield case(9, 3, 1, 0, 3, label="dilation 3")
    yield case(10, 3, 2, 1, 2, label="everything at once")
    yield case(5, 5, 3, 0, 1, label="the filter fits exactly once")
    yield case(2, 4, 2, 1, 1, label="a filter larger than the input, which padding makes fit")
    for _ in range(6):
        kernel, dilation = int(rng.integers(2, 6)), int(rng.integers(1, 4))
        size = dilation * (kernel - 1) + 1 + int(rng.integers(0, 20))
        settings = int(rng.integers(1, 5)), int(rng.integers(0, 4)), dilation
        yield case(size, kernel, *settings, label="drawn by chance")


@conv_output_size.oracle
def _(size, kernel_size, stride, padding, dilation):
    places, start = 0, -padding
    while start + (kernel_size - 1) * dilation < size + padding:  # is the last weight still inside?
        places, start = places + 1, start + stride
    return places


@conv_output_size.mistake(
    "the + 1 is missing: the place where the filter starts was not counted",
    hint="A filter of 5 on 5 pixels: is the answer 0 or 1?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride


@conv_output_size.mistake(
    "the result was not rounded down",
    hint="Can a filter stand at half a place? Which division sign drops the rest?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


@conv_output_size.mistake(
    "the result was rounded up",
    hint="The last step would push the filter over the edge. Does that place count?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return math.ceil((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@conv_output_size.mistake(
    "the padding was counted once, but it is added on both sides",
    hint="How wide is a row of 9 pixels with 2 zeros on the left and 2 on the right?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (kernel_size - 1) - 1) // stride + 1


conv_output_size.slip(
    ignored("dilation", 1),
    "the dilation was left out",
    hint="With dilation 2, a filter of 3 touches pixels 0, 2 and 4. How many does it cover?",
)


@conv_output_size.mistake(
    "the filter was taken to cover dilation · kernel_size pixels",
    hint="Between three weights there are two gaps, not three. What does x . x . x cover?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel_size) // stride + 1


@conv_output_size.mistake(
    "the + 1 was added before dividing by the stride",
    hint="Is the first place divided by the stride too, or only the steps that follow it?",
)
def _(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1)) // stride


def _size(size, kernel_size, stride=1, padding=0, dilation=1, *, covered=None, count=None):
    """The formula with one thing changed: the pixels covered, or how the places are counted."""
    covered = covered or (lambda K, D: D * (K - 1) + 1)
    count = count or (lambda room, S: room // S + 1)
    return count(size + 2 * padding - covered(kernel_size, dilation), stride)


conv_output_size.mistake(
    "the − 1 is missing: the filter covers D(K − 1) + 1 pixels",
    hint="A filter of 2 on 4 pixels, without dilation: how many pixels does it cover, 1 or 2?",
)(partial(_size, covered=lambda K, D: D * (K - 1)))


conv_output_size.mistake(
    "the result was rounded to the nearest whole number, not down",
    hint="A step and four fifths of the next one: does the filter get there?",
)(partial(_size, count=lambda room, S: round(room / S) + 1))


conv_output_size.mistake(
    "it was rounded down with np.floor, and that gives a float",
    hint="Which division sign of Python rounds down and leaves whole numbers whole?",
)(partial(_size, count=lambda room, S: float(room // S + 1)))


conv_output_size.mistake(
    "the filter was taken to cover K + D(K − 1) pixels",
    hint="From one weight to the next it is D pixels, the next weight included. So what does "
    "x x x cover with dilation 1?",
)(partial(_size, covered=lambda K, D: K + D * (K - 1)))


conv_output_size.mistake(
    "the filter was taken to cover (D − 1)(K − 1) + 1 pixels, the gaps without the weights",
    hint="With dilation 1, does your filter of 3 cover 3 pixels, or only 1?",
)(partial(_size, covered=lambda K, D: (D - 1) * (K - 1) + 1))


conv_output_size.slip(
    ignored("stride", 1),
    "the stride was left out",
    hint="How many of the places does a window visit that jumps 2 pixels at a time?",
)

conv_output_size.mistake(
    "only the last term was divided by the stride: brackets are missing",
    hint="In a − b // c, what is divided by c: a − b, or b alone?",
)(partial(_size, count=lambda room, S: room + 1 - 1 // S + 1))


conv_output_size.slip(
    ignored("padding", 0),
    "the padding was left out",
    hint="How many pixels has a row of 9 with 2 zeros on either side?",
)


conv_output_size.mistake(
    "the minus belongs to D(K − 1) alone, and the 1 was added: brackets are missing",
    hint="In a − (b + 1), is the 1 added or subtracted? And in a − b + 1?",
)(partial(_size, count=lambda room, S: (room + 2) // S + 1))


conv_output_size.mistake(
    "the padding was added after the division by the stride",
    hint="With stride 2, does the filter stop at every pixel of the padding, or at every second?",
)(lambda size, kernel_size, stride=1, padding=0, dilation=1: (
    _size(size, kernel_size, stride, 0, dilation) + 2 * padding
))  # fmt: skip


conv_output_size.slip(
    swapped("stride", "dilation"),
    "stride and dilation were exchanged",
    hint="One says how far the filter jumps, the other how far apart its weights are. Which of the "
    "two changes the pixels that it covers?",
)


for name, hint, wrong in (
    (
        "the filter was taken to cover D·K + 1 pixels",
        "A filter of 2 on 4 pixels, without dilation: how many pixels does it cover, 2 or 3?",
        partial(_size, covered=lambda K, D: D * K + 1),
    ),
    (
        "the filter was taken to cover K + D − 1 pixels",
        "With dilation 3, how many pixels lie between two neighbouring weights, and how many such "
        "gaps has a filter of 3?",
        partial(_size, covered=lambda K, D: K + D - 1),
    ),
    (
        "the padding was subtracted, not added",
        "Does padding make a row of pixels longer or shorter?",
        lambda size, kernel_size, stride=1, padding=0, dilation=1: _size(
            size, kernel_size, stride, -padding, dilation
        ),
    ),
    (
        "the last place is missing where the filter fits up to the very end",
        "A filter of 5 on 5 pixels: is the answer 0 or 1? (The end of a range is not part of it.)",
        partial(_size, count=lambda room, S: -(-room // S)),
    ),
):
    conv_output_size.mistake(name, hint=hint)(wrong)
