"""The exercise `heatmap` of notebook 20."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb20_pose_estimation import heatmap_forms as hf
from course_utils.exercises.nb20_pose_estimation.maps import squared
from course_utils.exercises.nb20_pose_estimation.poses import strided
from course_utils.exercises.slips import exchanged, first_only, result


@exercise(
    notebook="20",
    points=4,
    minutes=30,
    quiet=True,
    hints=(
        "Where is the middle of the first cell, in cells? At 0.5. (np.arange(W) + 0.5) has all of "
        "them, and joints / stride are the joints in cells.",
        "x belongs to the columns: dx = x[:, np.newaxis] − columns has shape (J, W), dy (J, H). "
        "Give each of them one more axis, and dx² + dy² has shape (J, H, W).",
        "scores = −d² / (2 σ²). If σ is small, all exp(scores) of a map may be 0. Subtract the "
        "largest score of each map first: scores.max(axis=(1, 2), keepdims=True).",
        "inside = (0 <= x) & (x <= W · stride) & …, of shape (J,). Which axes does it need to fit "
        "to (J, H, W)?",
    ),
    explanation="d² is the squared distance from a cell's middle to the joint, in cells. Before "
    "exp, each map is moved so that its largest score is 0: the sum is then at least 1, however "
    "small σ is. Dividing by it makes probabilities. Joints outside get zeros at the end.",
)
def heatmap(joints, size, stride, sigma):
    """For each joint a map of probabilities: a bump exp(−d² / 2σ²), divided by its sum.

    joints (J, 2): x, y in pixels; size: (H, W) of a map; a cell is stride × stride pixels; d is the
    distance from a cell's middle to the joint, in cells; sigma in cells, > 0 -> (J, H, W). A map
    adds up to 1. A joint outside the image (x < 0 or x > W · stride, y likewise) has a map of zeros
    """
    H, W = size
    x, y = joints[:, 0] / stride, joints[:, 1] / stride  # in cells
    dx = x[:, np.newaxis] - (np.arange(W) + 0.5)  # (J, W)
    dy = y[:, np.newaxis] - (np.arange(H) + 0.5)  # (J, H)
    scores = -(dx[:, np.newaxis] ** 2 + dy[:, :, np.newaxis] ** 2) / (2 * sigma**2)  # (J, H, W)
    bumps = np.exp(scores - scores.max(axis=(1, 2), keepdims=True))
    inside = (x >= 0) & (x <= W) & (y >= 0) & (y <= H)  # (J,)
    return bumps / bumps.sum(axis=(1, 2), keepdims=True) * inside[:, np.newaxis, np.newaxis]


@heatmap.cases
def _(rng):
    yield case(np.array([[5.0, 2.0]]), (2, 3), 2, 1.0, label="one joint, a map of 2 × 3")
    yield case(np.array([[5.0, 2.5], [1.0, 6.5], [8.0, 4.0]]), (4, 5), 2, 0.6,
               label="three joints, a map of 4 × 5")  # fmt: skip
    yield case(rng.uniform(1, 23, (4, 2)), (6, 4), 8, 0.8, label="cells of 8 × 8 pixels")
    yield case(rng.uniform(1, 23, (2, 2)), (3, 5), 8, 3.0, label="a wide bump, cut off by the edge")
    yield case(np.array([[4.0, 4.0], [20.0, 12.0]]), (3, 4), 8, 0.01,
               label="a very narrow bump, in the middle of a cell")  # fmt: skip
    yield case(np.array([[8.0, 10.0], [23.9, 0.1], [16.0, 16.0]]), (3, 4), 8, 0.01,
               label="a very narrow bump, between cells")  # fmt: skip
    yield case(np.array([[16.0, 12.0], [5.0, 9.0]]), (4, 5), 4, 1e-3,
               label="the narrowest bump")  # fmt: skip
    out = np.array([[-3.0, 9.0], [41.0, 9.0], [12.0, -0.5], [12.0, 24.5], [12.0, 9.0]])
    yield case(out, (3, 5), 8, 1.0, label="joints outside the image, and one inside")
    yield case(np.array([[25.0, 30.0], [30.0, 25.0]]), (4, 5), 8, 1.0,
               label="inside, though x is more than H cells away")  # fmt: skip
    edge = np.array([[0.0, 9.0], [40.0, 9.0], [12.0, 0.0], [12.0, 24.0]])
    yield case(edge, (3, 5), 8, 0.7, label="joints on the edge of the image: inside")
    yield case(np.array([[1e4, 9.0], [12.0, -1e4]]), (3, 5), 8, 1.0,
               label="joints far outside, and no other one")  # fmt: skip
    yield case(np.array([[3, 9], [11, 2]]), (4, 3), 4, 1.5, label="whole pixels (dtype int)")
    yield case(
        rng.uniform(1, 15, (4, 2)), (4, 4), 4, 0.9, label="as many joints as rows and columns"
    )
    yield case(strided(rng.uniform(1, 11, (5, 2))), (7, 3), 4, 1.2,
               label="float32, not in memory order")  # fmt: skip
    yield case(rng.uniform(1, 6, (3, 2)), (7, 8), 1, 2.0, label="a cell for each pixel")


@heatmap.groups({"ordinary bumps": 2, "very narrow bumps": 1, "joints outside or on the edge": 1})
def _(joints, size, stride, sigma):
    if sigma < 0.1:
        return "very narrow bumps"
    ends = np.array(size[::-1]) * stride
    within = ((joints > 0) & (joints < ends)).all()
    return "ordinary bumps" if within else "joints outside or on the edge"


@heatmap.oracle
def _(joints, size, stride, sigma):
    """A bump in the plane is a product: one along the rows, one along the columns."""

    def along(place, count):
        place = float(place) / stride
        squares = [(place - (k + 0.5)) ** 2 for k in range(count)]
        nearest = min(squares)
        weights = [math.exp(max((nearest - s) / (2 * sigma**2), -700.0)) for s in squares]
        return [w / sum(weights) if w > 1e-300 else 0.0 for w in weights]

    maps = np.zeros((len(joints), *size))
    for j, (x, y) in enumerate(joints.tolist()):
        if 0 <= x <= size[1] * stride and 0 <= y <= size[0] * stride:
            maps[j] = np.outer(along(y, size[0]), along(x, size[1]))
    return maps


heatmap.mistake(
    "x and y were exchanged: x went down the rows",
    hint="A joint far to the right: in which column of the map is its bump, and in which is yours?",
    also=(
        partial(hf.bumps, distances=lambda p, s, k: squared(p[:, ::-1], s, k)),
        *hf.careless(distances=lambda p, s, k: squared(p[:, ::-1], s, k)),
    ),
)(lambda joints, *rest: hf.bumps(joints[:, ::-1], *rest))


heatmap.mistake(
    "the middles of the cells were taken to be at 0, 1, 2 …: half a cell is missing",
    hint="The first cell reaches from 0 to 1. Where is its middle?",
    also=(
        partial(hf.bumps, distances=partial(squared, half=1.0)),
        *hf.careless(distances=partial(squared, half=0.0)),
    ),
)(partial(hf.bumps, distances=partial(squared, half=0.0)))


heatmap.mistake(
    "pixels were taken for cells: the joints were not divided by stride",
    hint="A joint at x = 20 px, cells of 8 px. In which cell is it?",
    also=hf.careless(distances=lambda p, s, k: squared(p, s, 1)),
)(partial(hf.bumps, distances=lambda p, s, k: squared(p, s, 1)))


heatmap.mistake(
    "distances were measured in pixels, but sigma is in cells",
    hint="Two neighbouring cells are 1 cell apart. How far apart are they in your d?",
    also=hf.careless(distances=lambda p, s, k: squared(p, s, k) * k**2),
)(partial(hf.bumps, distances=lambda p, s, k: squared(p, s, k) * k**2))


heatmap.mistake(
    "sigma was multiplied by stride, though the distances are in cells",
    hint="σ = 0.5 cells are 4 px where a cell has 8 px. In which of the two units are your "
    "distances?",
    also=hf.careless(distances=lambda p, s, k: squared(p, s, k) / k**2),
)(partial(hf.bumps, distances=lambda p, s, k: squared(p, s, k) / k**2))


heatmap.mistake(
    "the bumps were not divided by their sums",
    hint="What does each of your maps add up to?",
    also=hf.careless(normal=np.exp),
)(partial(hf.bumps, normal=np.exp))


heatmap.mistake(
    "each map has 1 as its largest entry, not as its sum",
    hint="What does each of your maps add up to?",
    also=hf.careless(normal=hf.peaked),
)(partial(hf.bumps, normal=hf.peaked))


heatmap.mistake(
    "all maps together add up to 1, not each of them",
    hint="How many joints are there? What does the map of one joint add up to? Which axes did you "
    "sum over?",
    also=(
        partial(hf.bumps, normal=lambda s: hf.peaked(s) / hf.peaked(s).sum()),
        lambda joints, size, stride, sigma: hf.whole(
            hf.bumps(joints, size, stride, sigma, normal=hf.peaked)
        ),
        lambda joints, size, stride, sigma: hf.whole(
            hf.bumps(joints, size, stride, sigma, normal=np.exp)
        ),
    ),
)(partial(hf.bumps, normal=lambda s: np.exp(s) / np.exp(s).sum()))


heatmap.mistake(
    "rows or columns were divided by their own sums, not each map by its sum",
    hint="A map has H · W numbers that add up to 1. Which axes does your sum go over?",
    also=(partial(hf.bumps, normal=partial(hf.along, axis=1)),),
)(partial(hf.bumps, normal=partial(hf.along, axis=2)))


heatmap.mistake(
    "the sums went over the joints: at each place the joints share a probability of 1",
    hint="What does the map of *one* joint add up to? Which axes did you sum over?",
    also=(
        partial(hf.bumps, normal=lambda s: hf.peaked(s) / hf.peaked(s).sum(axis=0)),
        partial(
            hf.bumps, normal=lambda s: hf.peaked(s) / hf.peaked(s).sum(axis=0), empty=np.multiply
        ),
    ),
)(partial(hf.bumps, normal=partial(hf.along, axis=0)))


heatmap.mistake(
    "a narrow bump became 0 everywhere, and 0 was divided by 0: nothing was subtracted before exp",
    hint="σ = 0.01, the nearest middle half a cell away: what is exp(−1250) for a computer? Which "
    "number may you subtract from all scores of a map?",
    also=(partial(hf.bumps, normal=hf.plain, empty=np.multiply),),
)(partial(hf.bumps, normal=hf.plain))


heatmap.mistake(
    "a narrow bump vanished: its exp are all 0, and NaN was hidden or a small number added",
    hint="If all exp are 0, what is 0 / ε? Should a map add up to 0? Which number may you subtract "
    "from all scores of a map before exp?",
    also=(partial(hf.bumps, normal=partial(hf.plain, extra=1e-3)),),
)(partial(hf.bumps, normal=partial(hf.plain, extra=1e-12)))


heatmap.mistake(
    "the largest score of all maps was subtracted, not that of each map",
    hint="One joint lies in the middle of a cell, another one between cells. What remains of the "
    "second map after exp? Which axes should max look along?",
    also=(
        partial(hf.bumps, normal=lambda s: hf.plain(s - s.max()), empty=np.multiply),
        partial(hf.bumps, normal=lambda s: np.nan_to_num(hf.plain(s - s.max()))),
    ),
)(partial(hf.bumps, normal=lambda s: hf.plain(s - s.max())))


heatmap.mistake(
    "the distance was not squared",
    hint="Is it d or d² in the exponent?",
    also=(
        partial(hf.bumps, score=lambda d, sigma: -np.sqrt(d) / sigma),
        *hf.careless(score=lambda d, sigma: -np.sqrt(d) / (2 * sigma**2)),
    ),
)(partial(hf.bumps, score=lambda d, sigma: -np.sqrt(d) / (2 * sigma**2)))


heatmap.mistake(
    "the 2 in the exponent is missing",
    hint="d² is divided by 2σ². By what did you divide?",
    also=hf.careless(score=lambda d, sigma: -d / sigma**2),
)(partial(hf.bumps, score=lambda d, sigma: -d / sigma**2))


heatmap.mistake(
    "sigma was not squared",
    hint="d² is divided by 2σ². By what did you divide?",
    also=(
        partial(hf.bumps, score=lambda d, sigma: -d / sigma),
        *hf.careless(score=lambda d, sigma: -d / (2 * sigma)),
    ),
)(partial(hf.bumps, score=lambda d, sigma: -d / (2 * sigma)))


heatmap.mistake(
    "the exponent was multiplied by sigma², or divided by 2 and multiplied: -d² / 2 · σ²",
    hint="a / 2 * b is (a / 2) * b. Which brackets are missing?",
    also=hf.careless(score=lambda d, sigma: -d / 2 * sigma**2),
)(partial(hf.bumps, score=lambda d, sigma: -d / 2 * sigma**2))


heatmap.mistake(
    "the exponent has the wrong sign: the bump is a hole",
    hint="Where should the largest number be, near the joint or far away from it?",
    also=hf.careless(score=lambda d, sigma: d / (2 * sigma**2)),
)(partial(hf.bumps, score=lambda d, sigma: d / (2 * sigma**2)))


heatmap.mistake(
    "the formula for the whole plane, 1 / 2πσ², took the place of the sum",
    hint="A bump that is cut off by the edge, or between cells: does it add up to 1?",
    also=(
        lambda joints, size, stride, sigma: (
            hf.bumps(joints, size, stride, sigma, normal=np.exp) / (sigma * np.sqrt(2 * np.pi))
        ),
        lambda joints, size, stride, sigma: (
            hf.bumps(joints, size, stride, sigma, normal=hf.peaked) / (2 * np.pi * sigma**2)
        ),
    ),
)(
    lambda joints, size, stride, sigma: (
        hf.bumps(joints, size, stride, sigma, normal=np.exp) / (2 * np.pi * sigma**2)
    )
)


heatmap.mistake(
    "a joint outside the image got a bump at the edge",
    hint="What does the docstring want for a joint outside the image?",
    also=(
        lambda joints, size, stride, sigma: hf.bumps(
            np.clip(joints, 0, np.array(size[::-1]) * stride), size, stride, sigma
        ),
        partial(hf.bumps, normal=hf.plain, inside=hf.all_joints),
    ),
)(partial(hf.bumps, inside=hf.all_joints))


heatmap.mistake(
    "only x was tested for being outside, or only y",
    hint="Can a joint also leave the image above or below?",
    also=(partial(hf.bumps, inside=lambda p, s, k: (p[:, 1] >= 0) & (p[:, 1] <= s[0] * k)),),
)(partial(hf.bumps, inside=lambda p, s, k: (p[:, 0] >= 0) & (p[:, 0] <= s[1] * k)))


heatmap.mistake(
    "joints beyond one pair of edges only were found to be outside",
    hint="Can a joint leave the image on all four sides? Test 0 and the far end.",
    also=(partial(hf.bumps, inside=lambda p, s, k: (p[:, 0] <= s[1] * k) & (p[:, 1] <= s[0] * k)),),
)(partial(hf.bumps, inside=lambda p, s, k: (p >= 0).all(axis=1)))


heatmap.mistake(
    "a joint on the edge of the image was taken to be outside",
    hint="x = W · stride: does the docstring call that outside?",
    also=(
        partial(
            hf.bumps, inside=lambda p, s, k: hf.inside(p, s, k) & (p < np.array(s[::-1]) * k).all(1)
        ),
        partial(hf.bumps, inside=lambda p, s, k: hf.inside(p, s, k) & (p > 0).all(1)),
    ),
)(partial(hf.bumps, inside=lambda p, s, k: (p > 0).all(1) & (p < np.array(s[::-1]) * k).all(1)))


heatmap.mistake(
    "the size of the image was taken to be that of the map: stride is missing in the test",
    hint="A map of 5 columns, cells of 8 px: up to which x does the image reach?",
    also=(
        partial(hf.bumps, inside=lambda p, s, k: (p >= 0).all(1) & (p < np.array(s[::-1])).all(1)),
    ),
)(partial(hf.bumps, inside=lambda p, s, k: (p >= 0).all(1) & (p <= np.array(s[::-1])).all(1)))


heatmap.mistake(
    "H and W were exchanged in the test for being outside",
    hint="x goes along the columns. With which of H and W did you compare it?",
)(partial(hf.bumps, inside=lambda p, s, k: (p >= 0).all(1) & (p <= np.array(s) * k).all(1)))


heatmap.mistake(
    "one joint outside emptied the maps of all joints",
    hint="Is your test one yes or no for each joint, or one for all of them?",
)(partial(hf.bumps, inside=lambda p, s, k: np.full(len(p), hf.inside(p, s, k).all())))


heatmap.mistake(
    "the maps of joints outside were left out",
    hint="How many maps should come out for J joints?",
)(lambda joints, *rest: hf.bumps(joints, *rest)[hf.inside(joints, *rest[:2])])


heatmap.mistake(
    "the bump was moved to the middle of the nearest cell",
    hint="A joint on the border of two cells: should both get the same, or one of them more?",
    also=(
        *hf.careless(distances=lambda p, s, k: squared((p // k + 0.5) * k, s, k)),
        partial(hf.bumps, distances=lambda p, s, k: squared(np.round(p / k) * k, s, k)),
        partial(hf.bumps, distances=lambda p, s, k: squared(p // k * k, s, k)),
        partial(hf.bumps, distances=lambda p, s, k: squared(np.round(p / k - 0.5) + 0.5, s, 1)),
    ),
)(partial(hf.bumps, distances=lambda p, s, k: squared((p // k + 0.5) * k, s, k)))


heatmap.mistake(
    "the cell of the joint got a 1 and all others 0: there is no bump",
    hint="Where did you use sigma? What should the neighbours of that cell get?",
)(lambda joints, size, stride, sigma: hf.one_hot(joints, size, stride))


heatmap.slip(
    exchanged("size"),
    "height and width of the maps were exchanged",
    hint="size is (H, W): rows first. Which of the two belongs to x?",
    also=(partial(hf.bumps, distances=lambda p, s, k: squared(p, s[::-1], k)),),
)


heatmap.slip(first_only("joints"), "only the first joint was used",
             hint="How many joints are there? Does your code look at number 0 alone?")  # fmt: skip


heatmap.slip(
    result(lambda value, **rest: value.sum(axis=0)),
    "all joints were drawn into one map",
    hint="How many maps should come out for J joints?",
)


heatmap.slip(
    result(lambda value, **rest: value[:, ::-1]),
    "the maps are upside down",
    hint="y grows downwards. In which row is a joint with a small y?",
)


heatmap.slip(
    result(lambda value, **rest: value.swapaxes(1, 2)),
    "the maps came out transposed: (J, W, H)",
    hint="Which shape does the docstring ask for? Rows come first, and y goes down the rows.",
    also=(lambda *args: hf.bumps(*args, inside=hf.all_joints).swapaxes(1, 2),),
)


heatmap.slip(
    result(lambda value, **rest: value.transpose(1, 2, 0)),
    "the joints came last: (H, W, J)",
    hint="Which shape does the docstring ask for?",
)
