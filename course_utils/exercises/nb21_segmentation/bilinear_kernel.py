"""The exercise `bilinear_kernel` of notebook 21."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb21_segmentation import kernel_forms as f
from course_utils.exercises.slips import result, scaled


@exercise(
    notebook="21",
    points=2,
    minutes=15,
    hints=(
        "First along one line: K places 0 … K − 1. Their middle is at (K − 1) / 2, which lies "
        "between two places if K is even.",
        "line = 1 − |place − middle| / stride. For stride 2 it is ¼, ¾, ¾, ¼.",
        "np.outer(line, line) is the kernel. It belongs in weight[c, c] for every c; an array of "
        "zeros is a good start.",
    ),
    explanation="A fine pixel between two coarse ones takes from each as much as it is near, so a "
    "coarse pixel gives 1 − d / stride at the distance d, along rows and along columns. No map "
    "gives anything to another one, so all is 0 but weight[c, c].",
)
def bilinear_kernel(channels, stride):
    """Weight of a transposed convolution that enlarges each map by bilinear interpolation.

    channels, stride: whole numbers ≥ 1 -> (channels, channels, K, K), K = 2 · stride, less 1 if
    stride is odd. weight[c, c] is the product of 1 − d / stride down the rows and along the
    columns; d is the distance to the middle of the kernel, in its pixels. All else is 0.
    """
    K = 2 * stride - stride % 2
    line = 1 - np.abs(np.arange(K) - (K - 1) / 2) / stride  # (K,)
    weight = np.zeros((channels, channels, K, K))
    weight[np.arange(channels), np.arange(channels)] = np.outer(line, line)
    return weight


@bilinear_kernel.cases
def _(rng):
    yield case(1, 2, label="one map, twice as large")
    yield case(1, 3, label="one map, three times as large")
    yield case(2, 2, label="two maps, twice as large")
    yield case(3, 1, label="three maps, no larger than before")
    yield case(3, 4, label="three maps, four times as large")
    yield case(4, 5, label="four maps, five times as large")
    yield case(4, 2, label="as many maps as rows and columns")
    yield case(2, 8, label="two maps, eight times as large")


@bilinear_kernel.oracle
def _(channels, stride):
    """Repeating every pixel and then taking the mean of as many neighbours is bilinear."""
    line = np.convolve(np.ones(stride), np.ones(stride) / stride)
    if stride % 2 == 0:
        line = np.convolve(line, [0.5, 0.5])
    weight = np.zeros((channels, channels, len(line), len(line)))
    for c in range(channels):
        for i, j in np.ndindex(len(line), len(line)):
            weight[c, c, i, j] = line[i] * line[j]
    return weight


def _way(name, hint, also=(), **change):
    also = tuple(partial(f.kernel, **other) for other in also)
    bilinear_kernel.mistake(name, hint=hint, also=also)(partial(f.kernel, **change))


_way("every map is stamped into every other one",
     "With two maps, what does weight[0, 1] do? Should map 1 get anything of map 0?",
     weight=f.everywhere,
     also=({"weight": lambda p, n: f.everywhere(p, n) / n},))  # fmt: skip

_way("only the first map has a kernel",
     "What does your weight do with map 1?",
     weight=f.first)  # fmt: skip

_way("the kernels are in one row or column of the weight, not on its diagonal",
     "weight[a, b] leads from map a to map b. Where do your kernels lead?",
     weight=f.first_column, also=({"weight": f.first_row},))  # fmt: skip

_way("the second axis has length 1, as with groups=channels",
     "Which shape does the docstring ask for?",
     weight=lambda p, n: np.broadcast_to(p, (n, 1, *p.shape)).copy())  # fmt: skip

_way("this is one kernel, (K, K), not a weight",
     "Which shape does the docstring ask for?",
     weight=lambda p, n: p)  # fmt: skip

_way("there is one kernel for each map, but no axis for where it leads: (channels, K, K)",
     "Which shape does the docstring ask for?",
     weight=lambda p, n: np.broadcast_to(p, (n, *p.shape)).copy())  # fmt: skip

_way("the kernel was divided by its sum: the enlarged map is stride² times too dark",
     "A map of ones should become a larger map of ones. How many stamps meet at a pixel, and how "
     "much of each?",
     plane=lambda a, b: np.outer(a, b) / np.outer(a, b).sum(),
     also=({"line": lambda s: f.tent(s) / f.tent(s).sum()},))  # fmt: skip

_way("the kernel was divided by its largest entry",
     "For stride 2 the largest entry is ¾ · ¾: a fine pixel never lies just on a coarse one. What "
     "does your map of ones become?",
     plane=lambda a, b: np.outer(a, b) / np.outer(a, b).max(),
     also=({"line": lambda s: f.tent(s) / f.tent(s).max()},))  # fmt: skip

_way("all weights are 1: pixels are repeated, not mixed",
     "A fine pixel near the edge of a coarse one: should its neighbour count?",
     line=lambda s: np.ones(f.size_of(s)))  # fmt: skip

_way("the middle is at K // 2, half a pixel beside the middle of an even kernel",
     "Your kernel for stride 2: is it the same from the left and from the right?",
     line=lambda s: f.tent(s, middle=f.size_of(s) // 2),
     also=({"line": lambda s: f.tent(s, middle=(f.size_of(s) - 1) // 2)},))  # fmt: skip

_way("the middle is at K / 2: places count from 0, so it is half a pixel too far",
     "Of the places 0, 1, 2 which one is in the middle, and what is 3 / 2?",
     line=lambda s: f.tent(s, middle=f.size_of(s) / 2))  # fmt: skip

_way("K = 2 · stride, also where stride is odd",
     "For stride 3 a fine pixel lies just on each coarse one. How many places does the tent of a "
     "coarse pixel cover then?",
     line=lambda s: f.tent(s, 2 * s))  # fmt: skip

_way("K = 2 · stride − 1, also where stride is even",
     "For stride 2 coarse pixels lie between two fine ones. How many places does the tent of a "
     "coarse pixel cover then?",
     line=lambda s: f.tent(s, 2 * s - 1))  # fmt: skip

_way("K = 2 · stride + 1 or more: a rim of zeros, which are stamped for nothing",
     "What is 1 − d / stride at d = stride?",
     line=lambda s: f.tent(s, 2 * s + 1),
     also=({"line": lambda s: f.tent(s, f.size_of(s) + 2)},
           {"line": lambda s: f.tent(s, 2 * s + s % 2)}))  # fmt: skip

_way("K = stride: each tent ends where the next one begins",
     "How far does a coarse pixel reach: to the edge of the next one, or to its middle?",
     line=lambda s: f.tent(s, s))  # fmt: skip

_way("the distance was divided by something else than stride",
     "At a distance of stride pixels the next coarse pixel lies. What should be left of this one "
     "there?",
     line=lambda s: f.tent(s, reach=f.size_of(s)),
     also=({"line": lambda s: f.tent(s, reach=f.size_of(s) / 2)},
           {"line": lambda s: f.tent(s, reach=max((f.size_of(s) - 1) / 2, 1e-9))},
           {"line": lambda s: f.tent(s, reach=s + 1)},
           {"line": lambda s: f.tent(s, reach=2 * s)}))  # fmt: skip

_way("the tent begins with 0 at the rim: np.linspace takes both ends along",
     "How far is the outermost place from the next coarse pixel? Should it get nothing?",
     line=lambda s: 1 - np.abs(np.linspace(-1, 1, f.size_of(s))),
     also=({"line": f.two_halves},))  # fmt: skip

_way("places were counted from 1, the middle from 0",
     "Of the places 0, 1, 2 which one is in the middle?",
     line=lambda s: f.tent(s, middle=(f.size_of(s) - 3) / 2),
     also=({"line": lambda s: 1 - np.abs(np.arange(f.size_of(s)) - (f.size_of(s) - 3) / 2) / s},
           {"line": lambda s: f.tent(s, middle=(f.size_of(s) + 1) / 2)}))  # fmt: skip

_way("this is a bell, not a tent",
     "Linear: what is left at half the way to the next coarse pixel, and what at the whole way?",
     line=lambda s: np.exp(-((np.arange(f.size_of(s)) - (f.size_of(s) - 1) / 2) / s) ** 2 / 2),
     )  # fmt: skip

_way("line · line is one row, copied to all rows; np.outer makes rows and columns of it",
     "Turn your kernel by 90°. Is it the same?",
     plane=lambda a, b: np.tile(a * b, (len(a), 1)))  # fmt: skip

_way("rows and columns were added, not multiplied",
     "In the corner of the kernel both distances are large. How much should be left there?",
     plane=lambda a, b: np.add.outer(a, b) / 2,
     also=({"plane": np.add.outer},))  # fmt: skip

_way("the smaller of both factors was taken, not their product",
     "Bilinear: first along the rows, then along the columns. What is ¾ of ¾?",
     plane=np.minimum.outer, also=({"plane": np.maximum.outer},))  # fmt: skip

bilinear_kernel.mistake(
    "the distance is as the crow flies; bilinear takes rows and columns one after the other",
    hint="What is the product of 1 − dy / stride and 1 − dx / stride?",
    also=(
        lambda channels, stride: f.kernel(
            channels, stride, plane=partial(f.cone, stride=stride, least=-np.inf)
        ),
    ),
)(lambda channels, stride: f.kernel(channels, stride, plane=partial(f.cone, stride=stride)))

_way("both distances were added up before they were subtracted from 1: (1 − (dy + dx) / stride)",
     "Bilinear: first along the rows, then along the columns. What is ¾ of ¾?",
     plane=lambda a, b: np.maximum(np.add.outer(a, b) - 1, 0),
     also=({"plane": lambda a, b: np.add.outer(a, b) - 1},))  # fmt: skip

_way("distances have a sign: on one side of the middle the weight grows beyond 1",
     "How far is place 0 from the middle: 1.5 or −1.5?",
     line=lambda s: f.slope(s, -1),
     also=({"line": lambda s: f.slope(s, 1)},))  # fmt: skip

_way("the weight is an array of whole numbers: ¾ · ¾ became 0",
     "Which dtype has your array of zeros?",
     plane=lambda a, b: np.outer(a, b).astype(int).astype(float))  # fmt: skip

_way("the tent is upside down: d / stride, not 1 − d / stride",
     "Where should the kernel be largest: in the middle or at the rim?",
     line=lambda s: 1 - f.tent(s))  # fmt: skip

_way("the tent falls along one axis only",
     "Turn your kernel by 90°. Is it the same?",
     plane=lambda a, b: np.outer(a, np.ones_like(b)),
     also=({"plane": lambda a, b: np.outer(np.ones_like(a), b)},))  # fmt: skip

_way("the weight falls with the square of 1 − d / stride",
     "Linear: what is left at half the way to the next coarse pixel?",
     line=lambda s: f.tent(s) ** 2,
     also=({"plane": lambda a, b: np.sqrt(np.outer(a, b))},))  # fmt: skip

_way("the distance was measured from the first place, not from the middle",
     "In which corner is your kernel largest?",
     line=lambda s: f.tent(s, middle=0),
     also=({"line": lambda s: f.tent(s, middle=f.size_of(s) - 1)},))  # fmt: skip

bilinear_kernel.slip(
    result(lambda value, **rest: value.transpose(2, 3, 0, 1)),
    "the maps come last: (K, K, channels, channels)",
    hint="Which shape does the docstring ask for?",
)

bilinear_kernel.slip(scaled(2.0), also=(scaled(0.5), scaled(4.0), scaled(0.25)))
