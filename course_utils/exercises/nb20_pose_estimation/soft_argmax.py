"""The exercise `soft_argmax` of notebook 20."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb20_pose_estimation import soft_forms as sf
from course_utils.exercises.nb20_pose_estimation.poses import strided
from course_utils.exercises.slips import first_only, given, ignored, result


@exercise(
    notebook="20",
    points=3,
    minutes=20,
    quiet=True,
    hints=(
        "Three steps: divide by the temperature, make each map probabilities, take the mean place.",
        "Subtract the largest score of each map before exp: scores.max(axis=(1, 2), keepdims=True) "
        "has shape (J, 1, 1).",
        "The middles of the cells are at (np.arange(W) + 0.5) · stride, in pixels.",
        "p.sum(axis=1) has shape (J, W): the probability of each column. Multiply it by "
        "the middles of the columns and add up. The rows likewise, for y.",
    ),
    explanation="A softmax over all H · W cells of a map makes probabilities; the answer is the "
    "mean place under them. The sum over the rows leaves the probability of each column; its mean "
    "is x. The largest score of each map is subtracted first, so that no exp overflows and no sum "
    "is 0.",
)
def soft_argmax(scores, temperature, stride):
    """Where the bump of each map is, in pixels: the mean of the cells' middles under a softmax.

    scores (J, H, W); temperature > 0, which the scores are divided by; stride: a cell is
    stride × stride pixels, so the middle of the first one is at stride / 2 -> (J, 2): x, y
    """
    H, W = scores.shape[1:]
    scores = scores / temperature
    p = np.exp(scores - scores.max(axis=(1, 2), keepdims=True))
    p = p / p.sum(axis=(1, 2), keepdims=True)  # (J, H, W), each map adds up to 1
    x = p.sum(axis=1) @ ((np.arange(W) + 0.5) * stride)  # (J, W) @ (W,)
    y = p.sum(axis=2) @ ((np.arange(H) + 0.5) * stride)  # (J, H) @ (H,)
    return np.stack([x, y], axis=1)


@soft_argmax.cases
def _(rng):
    yield case(np.array([[[0.0, 2.0, 1.0], [1.0, 3.0, 0.5]]]), 1.0, 2,
               label="one map of 2 × 3")  # fmt: skip
    yield case(2 * rng.normal(size=(4, 5, 3)), 1.0, 1, label="four maps, cells of one pixel")
    yield case(2 * rng.normal(size=(2, 3, 6)), 0.5, 8, label="temperature 0.5, cells of 8 pixels")
    yield case(2 * rng.normal(size=(3, 4, 2)), 4.0, 8, label="temperature 4")
    yield case(np.zeros((2, 3, 4)), 1.0, 8, label="all scores alike: the middle of the image")
    corner = np.full((2, 4, 5), -3.0)
    corner[0, 0, 4], corner[1, 3, 0] = 6.0, 6.0
    yield case(corner, 1.0, 8, label="a peak in a corner")
    rows = np.zeros((3, 1, 4))
    rows[:, 0] = [[0, 1000, 0, 0], [1000, 1000, 0, 0], [-1000, 0, -1000, -1000]]
    yield case(rows, 1.0, 8, label="scores of 0 and 1000")
    yield case(np.stack([np.full((2, 3), 1000.0) + rng.normal(size=(2, 3)),
                         np.full((2, 3), -1000.0) + rng.normal(size=(2, 3))]), 1.0, 4,
               label="a map around 1000, a map around −1000")  # fmt: skip
    yield case(rng.normal(size=(2, 3, 4)), 1e-3, 8, label="temperature 0.001")
    yield case(rng.normal(size=(2, 3, 4)), 1e4, 8, label="temperature 10,000")
    yield case(rng.normal(size=(3, 5, 4)) - 9, 1.0, 4, label="negative scores only")
    yield case(np.array([[[0, 3, 1], [2, 0, 5]], [[1, 1, 0], [0, 0, 4]]]), 2.0, 8,
               label="whole numbers (dtype int)")  # fmt: skip
    yield case(rng.normal(size=(3, 3, 3)), 0.7, 2.5, label="as many maps as rows and columns")
    yield case(strided(2 * rng.normal(size=(5, 4, 6))), 0.8, 8,
               label="float32, not in memory order")  # fmt: skip


@soft_argmax.groups({"ordinary scores": 2, "huge scores or extreme temperatures": 1})
def _(scores, temperature, stride):
    extreme = np.abs(scores).max() > 100 or not 0.1 <= temperature <= 10
    return "huge scores or extreme temperatures" if extreme else "ordinary scores"


@soft_argmax.oracle
def _(scores, temperature, stride):
    places = []
    for scored in scores.tolist():
        top = max(map(max, scored))
        total = x = y = 0.0
        for i, row in enumerate(scored):
            for j, score in enumerate(row):
                weight = math.exp(max((score - top) / temperature, -745.0))
                total += weight
                x += weight * (j * stride + stride / 2)
                y += weight * (i * stride + stride / 2)
        places.append((x / total, y / total))
    return np.array(places)


soft_argmax.mistake(
    "nothing was subtracted before exp: a score of 1000 overflows",
    hint="Which number can you subtract from all scores of a map without changing the "
    "probabilities?",
)(partial(sf.soft, normal=sf.plain))


soft_argmax.mistake(
    "the largest score of all maps was subtracted, not that of each map",
    hint="One map has scores around 1000, another one around −1000. What remains of the second one "
    "after exp? Which axes should max look along?",
)(partial(sf.soft, normal=lambda s: sf.plain(s - s.max())))


soft_argmax.mistake(
    "the smallest score or the mean was subtracted, not the largest: exp overflows",
    hint="Which is safe for exp: numbers from 0 up, or numbers from 0 down?",
    also=(partial(sf.soft, normal=lambda s: sf.plain(s - s.mean(axis=(1, 2), keepdims=True))),),
)(partial(sf.soft, normal=lambda s: sf.plain(s - s.min(axis=(1, 2), keepdims=True))))


soft_argmax.mistake(
    "the scores were cut off before exp: above the limit all of them look alike",
    hint="What becomes of two scores of 900 and 1000? Subtract something; do not clip.",
    also=tuple(
        partial(sf.soft, normal=lambda s, most=most: sf.plain(np.minimum(s, most)))
        for most in (20, 100, 500, 700)
    ),
)(partial(sf.soft, normal=lambda s: sf.plain(np.clip(s, -50, 50))))


soft_argmax.mistake(
    "the largest score of each row or column was subtracted, not that of the map",
    hint="Rows that were moved by different amounts cannot be compared any more. Which axes should "
    "max look along?",
    also=(
        partial(sf.soft, normal=lambda s: sf.share(np.exp(s - s.max(axis=2, keepdims=True)))),
        partial(sf.soft, normal=lambda s: sf.share(np.exp(s - s.max(axis=0)))),
    ),
)(partial(sf.soft, normal=lambda s: sf.share(np.exp(s - s.max(axis=1, keepdims=True)))))


soft_argmax.mistake(
    "something was added to the sum, and the probabilities no longer add up to 1",
    hint="After subtracting the largest score, how small can the sum of the exp be?",
    also=(partial(sf.soft, normal=partial(sf.plain, extra=1.0)),),
)(partial(sf.soft, normal=lambda s: sf.plain(s - sf.top(s), extra=1e-3)))


soft_argmax.mistake(
    "the largest score was subtracted after exp, or not from what goes into it",
    hint="What is exp(s) − m? The shift belongs inside of exp.",
)(partial(sf.soft, normal=lambda s: sf.share(np.exp(s) - sf.top(s))))


soft_argmax.mistake(
    "this is the largest cell itself: argmax, not its soft version",
    hint="Two neighbouring cells score the same. Where is the bump: in the first one, or between "
    "them?",
    also=(
        partial(sf.soft, read=sf.marginal_peaks),
        lambda scores, temperature, stride: sf.soft(
            scores, temperature, stride, normal=sf.peak, middles=lambda n, k: np.arange(n) * k
        ),
        lambda scores, temperature, stride: sf.soft(
            scores, temperature, stride, normal=sf.peak, middles=lambda n, k: np.arange(n) * 1.0
        ),
    ),
)(partial(sf.soft, normal=sf.peak))


soft_argmax.slip(
    ignored("temperature", 1.0),
    "the temperature was not used, or cancels out",
    hint="Does your answer change with the temperature? If you divide after exp, above and below "
    "the fraction line, it cancels out.",
)


soft_argmax.mistake(
    "the scores were multiplied by the temperature",
    hint="A high temperature makes the map flatter. Does yours?",
)(partial(sf.soft, divide=lambda s, t: s * t))


soft_argmax.mistake(
    "the temperature was subtracted from the scores, or added",
    hint="What does adding the same number to all scores change in a softmax? The scores are to be "
    "divided.",
    also=(partial(sf.soft, divide=lambda s, t: s**t),),
)(partial(sf.soft, divide=lambda s, t: s / (1 + t)))


soft_argmax.mistake(
    "the probabilities were divided by the temperature, not the scores",
    hint="After that division, what do your probabilities add up to? The temperature belongs "
    "inside of exp.",
)(lambda scores, temperature, stride: soft_argmax.reference(scores, 1.0, stride) / temperature)


soft_argmax.mistake(
    "only the largest score was divided by the temperature, or only the others",
    hint="(s − m) / T and s − m / T are not the same. Which brackets did you write?",
    also=(
        lambda scores, temperature, stride: sf.soft(
            scores, temperature, stride, divide=lambda s, t: s,
            normal=lambda s: sf.plain(s / temperature - s.max(axis=(1, 2), keepdims=True)),
        ),
    ),
)(
    lambda scores, temperature, stride: sf.soft(
        scores, temperature, stride, divide=lambda s, t: s,
        normal=lambda s: sf.plain(s - s.max(axis=(1, 2), keepdims=True) / temperature),
    )
)  # fmt: skip


soft_argmax.mistake(
    "the sign is wrong: low scores got the large probabilities",
    hint="Which cell should get the largest probability: that with the largest or the smallest "
    "score?",
)(partial(sf.soft, divide=lambda s, t: -s / t))


soft_argmax.slip(
    result(lambda value, **rest: value[:, ::-1]),
    "y comes before x",
    hint="The docstring asks for x, y. Which of the two goes along the columns?",
)


soft_argmax.slip(
    result(lambda value, stride, **rest: value - stride / 2),
    "the middles of the cells were taken to be at 0, 1, 2 …: half a cell is missing",
    hint="The first cell reaches from 0 to stride. Where is its middle?",
    also=(result(lambda value, stride, **rest: value + stride / 2),),
)


soft_argmax.mistake(
    "half a pixel was added, not half a cell",
    hint="The first of 8 × 8 pixels reaches from 0 to 8. Where is its middle: at 0.5 or at 4?",
    also=(partial(sf.soft, middles=lambda n, k: np.arange(n) * k + (k - 1) / 2),),
)(partial(sf.soft, middles=lambda n, k: np.arange(n) * k + 0.5))


soft_argmax.slip(
    result(lambda value, stride, **rest: value / stride),
    "the places are in cells, not in pixels: stride is missing",
    hint="How many pixels is a cell wide? Does your answer change with stride?",
    also=(result(lambda value, stride, **rest: value / stride - 0.5),),
)


soft_argmax.mistake(
    "the middles were spread from edge to edge: np.linspace(0, W · stride, W)",
    hint="Three cells of 8 pixels have their middles at 4, 12 and 20. Where do yours?",
)(partial(sf.soft, middles=lambda n, k: np.linspace(0, n * k, n)))


soft_argmax.mistake(
    "the places run from −1 to 1 or from 0 to 1, not in pixels",
    hint="In which units does the docstring want x and y?",
    also=(
        partial(sf.soft, middles=lambda n, k: (np.arange(n) + 0.5) / n),
        partial(sf.soft, middles=lambda n, k: np.linspace(0, 1, n)),
        partial(sf.soft, middles=lambda n, k: (2 * np.arange(n) + 1) / n - 1),
    ),
)(partial(sf.soft, middles=lambda n, k: np.linspace(-1, 1, n)))


soft_argmax.mistake(
    "the exponentials were not divided by their sum",
    hint="What do your weights add up to? A mean needs weights that add up to 1.",
    also=(partial(sf.soft, normal=lambda s: np.exp(s - s.max(axis=(1, 2), keepdims=True))),),
)(partial(sf.soft, normal=np.exp))


soft_argmax.mistake(
    "the scores themselves were taken for probabilities: exp is missing",
    hint="Scores may be negative, and add up to 0. Which function makes them positive?",
    also=(
        partial(sf.soft, normal=lambda s: s),
        partial(sf.soft, normal=lambda s: sf.share(np.maximum(s, 0))),
        lambda scores, temperature, stride: (
            sf.soft(scores, temperature, stride, normal=lambda s: sf.share(s)) / temperature
        ),
    ),
)(partial(sf.soft, normal=lambda s: sf.share(s)))


soft_argmax.mistake(
    "the softmax went over each row, or each column, not over the whole map",
    hint="All H · W probabilities of a map add up to 1. Over which axes is your sum?",
    also=(partial(sf.soft, normal=partial(sf.along, axis=1)),),
)(partial(sf.soft, normal=partial(sf.along, axis=2)))


soft_argmax.mistake(
    "the softmax went over the joints",
    hint="Each joint has its own map, which adds up to 1. Over which axes is your sum?",
)(partial(sf.soft, normal=partial(sf.along, axis=0)))


soft_argmax.mistake(
    "all maps together add up to 1, not each of them",
    hint="How many maps are there? What does one of them add up to?",
    also=(
        partial(sf.soft, normal=lambda s: sf.whole(np.exp(s))),
        partial(sf.soft, normal=lambda s: sf.whole(np.exp(s - sf.top(s)))),
    ),
)(partial(sf.soft, normal=lambda s: sf.whole(np.exp(s - s.max()))))


soft_argmax.mistake(
    "the mean over rows and columns was taken, not the sum",
    hint="p already adds up to 1. What does .mean divide by once more?",
)(
    partial(
        sf.soft,
        read=lambda p, xs, ys: np.stack(
            [(p * xs).mean(axis=(1, 2)), (p * ys[:, np.newaxis]).mean(axis=(1, 2))], axis=1
        ),
    )
)


soft_argmax.mistake(
    "rows and columns were softmaxed apart: first the sums of the scores, then the softmax",
    hint="What comes first: the softmax over all cells, or the sum over the rows?",
    also=(lambda *args: sf.apart(*args, np.max), lambda *args: sf.apart(*args, np.mean)),
)(lambda *args: sf.apart(*args, np.sum))


soft_argmax.mistake(
    "the sum over the rows was multiplied by the rows, not by the columns",
    hint="p.sum(axis=1) has shape (J, W). How many middles does it need: H or W?",
    also=(
        partial(
            sf.soft,
            read=lambda p, xs, ys: np.stack(
                [(p.sum(axis=2) * xs).sum(axis=1), (p.sum(axis=1) * ys).sum(axis=1)], axis=1
            ),
        ),
    ),
)(partial(sf.soft, read=lambda p, xs, ys: sf.mean_place(p, ys, xs)))


soft_argmax.slip(
    first_only("scores"),
    "only the first map was used",
    hint="How many maps are there? Does your code look at number 0 alone?",
)


soft_argmax.slip(
    given(lambda arguments: {"scores": arguments["scores"][:, ::-1]}),
    "y was counted from below",
    hint="y grows downwards. Is the first row above or below?",
)


soft_argmax.slip(
    result(lambda value, **rest: np.round(value)),
    "the places were rounded to whole pixels, or to the middles of cells",
    hint="The whole point is to be more precise than a cell. Where do you round?",
    also=(
        result(lambda value, stride, **rest: (value // stride + 0.5) * stride),
        result(lambda value, **rest: np.floor(value)),
    ),
)


soft_argmax.slip(
    result(lambda value, **rest: value.T),
    "the result is (2, J), not (J, 2)",
    hint="Which axis counts the joints in the shape that the docstring asks for?",
)


soft_argmax.slip(
    result(lambda value, **rest: value.mean(axis=0)),
    "the mean over all maps was taken",
    hint="How many places should come out for J maps?",
)
