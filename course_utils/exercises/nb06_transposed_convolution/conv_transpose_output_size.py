"""The exercise `conv_transpose_output_size` of notebook 06."""

from functools import partial

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import ignored


@exercise(
    notebook="06",
    points=1,
    minutes=10,
    hints=(
        "Where does the last stamp begin, and how long is it?",
        "The last of `size` stamps begins at (size − 1) · stride. What do padding and output "
        "padding do to the length?",
    ),
    explanation="The last stamp begins at (size − 1)·stride and is kernel_size long: so long is "
    "the canvas. Padding cuts that many pixels off at both ends, output padding gives some back "
    "at the far end.",
)
def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0):
    """Number of rows (or columns) that a transposed convolution gives; all whole numbers."""
    return (size - 1) * stride + kernel_size - 2 * padding + output_padding


@conv_transpose_output_size.cases
def _(rng):
    yield case(2, 3, 2, 0, 0, label="two stamps of 3, two pixels apart")
    yield case(5, 4, 3, 0, 0, label="stride 3")
    yield case(7, 4, 2, 1, 0, label="padding 1: 7 becomes 14")
    yield case(7, 3, 2, 1, 1, label="padding 1 and output padding 1: 7 becomes 14")
    yield case(1, 7, 1, 0, 0, label="one pixel becomes 7")
    yield case(4, 2, 3, 0, 2, label="gaps between the stamps, output padding 2")
    size, kernel_size, stride = (int(n) for n in rng.integers(3, 9, size=3))
    yield case(size, kernel_size, stride, 1, stride - 1, label="any sizes")


@conv_transpose_output_size.oracle
def _(size, kernel_size, stride, padding, output_padding):
    # the smallest map on which a convolution finds `size` places for its filter
    length = 1
    while len(range(-padding, length + padding - kernel_size + 1, stride)) < size:
        length += 1
    return length + output_padding


@conv_transpose_output_size.mistake(
    "this is the slide's formula, size · stride + kernel − 1",
    hint="One pixel, a filter of 3, stride 2. How long is a single stamp, and what does your "
    "formula say?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return size * stride + kernel_size - 1 - 2 * padding + output_padding


@conv_transpose_output_size.mistake(
    "this is the formula of an ordinary convolution, which makes maps smaller",
    hint="Seven rows and stride 2: should there be more rows afterwards, or fewer?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1


@conv_transpose_output_size.mistake(
    "the padding was added, where it should be cut off",
    hint="In a convolution padding makes the input larger. Here everything goes backwards. What "
    "does padding do to the output?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size + 2 * padding + output_padding


@conv_transpose_output_size.mistake(
    "the padding was cut off at one end only",
    hint="How many ends has a row?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - padding + output_padding


conv_transpose_output_size.slip(
    ignored("output_padding", 0),
    "the output padding was left out",
    hint="Which of the five numbers does your formula not use?",
)


@conv_transpose_output_size.mistake(
    "the output padding was counted at both ends, like the padding",
    hint="Output padding settles by how many pixels the two ends differ. At how many ends is it "
    "added?",
)
def _(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - 2 * padding + 2 * output_padding


def _size(size, kernel_size, stride=1, padding=0, output_padding=0, *, formula):
    return formula(size, kernel_size, stride, padding, output_padding)


for name, hint, formula in (
    (
        "this is the size of an ordinary convolution, with the output padding added",
        "Seven rows and stride 2: should there be more rows afterwards, or fewer?",
        lambda size, K, S, P, more: (size + 2 * P - K) // S + 1 + more,
    ),
    (
        "brackets are missing: size - 1 * stride multiplies before it subtracts",
        "How far is it from the first stamp to the last? Work out your formula for 2 pixels and "
        "stride 3, step by step.",
        lambda size, K, S, P, more: size - 1 * S + K - 2 * P + more,
    ),
    (
        "the last stamp was taken to begin at size · stride",
        "The first stamp begins at 0. Where does the second one begin, and where the last?",
        lambda size, K, S, P, more: size * S + K - 2 * P + more,
    ),
    (
        "the output padding was taken away, where it should be added",
        "The output padding asks for a larger map. Which sign has it in your formula?",
        lambda size, K, S, P, more: (size - 1) * S + K - 2 * P - more,
    ),
    (
        "the padding was left out",
        "Which of the five numbers does your formula not use?",
        lambda size, K, S, P, more: (size - 1) * S + K + more,
    ),
    (
        "the stride was left out",
        "With stride 3, how far apart do the stamps of two neighbours begin?",
        lambda size, K, S, P, more: size - 1 + K - 2 * P + more,
    ),
    (
        "the result is one too small",
        "One pixel and a filter of 3: how long is the stamp?",
        lambda size, K, S, P, more: (size - 1) * S + K - 2 * P + more - 1,
    ),
):
    conv_transpose_output_size.mistake(name, hint=hint)(partial(_size, formula=formula))
