"""The exercise `p4m_layer` of notebook 08."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.numpy_nn import conv2d


@exercise(
    notebook="08",
    optional=True,
    points=4,
    minutes=75,
    explanation="Turn a filter by (m, r), and what was in its pose (n, s) is seen in pose (m, r) "
    "after (n, s). Two mirrorings are none, so the new n is m + n modulo 2. A mirror image of a "
    "quarter turn is a quarter turn the other way, so the new s is r − s where m is 1, and r + s "
    "where it is 0. In the plane: mirror first, then rotate. All the rest is an ordinary "
    "convolution over 8 · C maps.",
)
def p4m_layer(x, weight):
    """A convolution that keeps eight poses: four quarter turns, each also of the mirror image.

    x (N, C, 8, H, W), weight (F, C, 8, K, K) -> (N, F, 8, OH, OW); stride 1, no padding
    Pose 4·m + r: mirrored left to right if m is 1, then rotated by r quarter turns (np.rot90 in
    rows and columns). Map f in pose k is the answer to filter f brought into pose k as a whole: its
    planes move, and each comes to the pose that it is in then.
    """
    N, C, _, H, W = x.shape
    answers = []
    for m, r in np.ndindex(2, 4):
        moved = np.empty_like(weight)
        for n, s in np.ndindex(2, 4):
            plane = weight[:, :, 4 * n + s]  # (F, C, K, K)
            plane = plane[..., ::-1] if m else plane
            pose = 4 * ((m + n) % 2) + (r + (-s if m else s)) % 4
            moved[:, :, pose] = np.rot90(plane, r, axes=(2, 3))
        filters = moved.reshape(len(weight), 8 * C, *weight.shape[3:])
        answers.append(conv2d(x.reshape(N, 8 * C, H, W), filters))
    return np.stack(answers, axis=2)


@p4m_layer.cases
def _(rng):
    x, weight = np.zeros((1, 1, 8, 2, 2)), np.zeros((1, 1, 8, 2, 2))
    x[0, 0], weight[0, 0, 0] = np.arange(32.0).reshape(8, 2, 2), [[1, 2], [0, 0]]
    yield case(x, weight, label="a filter with a single plane, in pose 0")
    turned, mirrored = np.zeros_like(weight), np.zeros_like(weight)
    turned[0, 0, 1], mirrored[0, 0, 4] = [[1, 2], [0, 0]], [[1, 2], [0, 0]]
    yield case(x, turned, label="a filter with a single plane, in pose 1")
    yield case(x, mirrored, label="a filter with a single plane, in pose 4")
    normal = rng.normal
    for x_shape, weight_shape, label in (
        ((1, 1, 8, 3, 4), (1, 1, 8, 1, 1), "filters of 1×1: only the poses move"),
        ((2, 3, 8, 4, 5), (2, 3, 8, 3, 3), "two images, 3 channels, 2 filters"),
        ((2, 2, 8, 5, 3), (3, 2, 8, 2, 2), "filters of 2×2"),
    ):
        yield case(normal(size=x_shape), normal(size=weight_shape), label=label)
    wide = normal(size=(2, 8, 2, 4, 8)).astype(np.float32).swapaxes(1, 2)[..., ::2]
    weight = normal(size=(3, 2, 8, 3, 3)).astype(np.float32)
    yield case(wide, weight, label="float32, not in memory order")


@p4m_layer.oracle
def _(x, weight):
    """No filter is moved: each weight is told at which place and in which pose it meets x."""
    (N, _, _, H, W), (F, _, _, K, _) = x.shape, weight.shape
    OH, OW = H - K + 1, W - K + 1
    out = np.zeros((N, F, 8, OH, OW), np.result_type(x, weight))
    for pose, own, u, v in np.ndindex(8, 8, K, K):
        row, column = _place(pose, u, v, K)
        met = x[:, :, _after(pose, own), row : row + OH, column : column + OW]
        out[:, :, pose] += np.einsum("ncij,fc->nfij", met, weight[:, :, own, u, v])
    return out


def _place(pose, u, v, K):
    """Where weight (u, v) of a filter of K × K comes to lie in a pose."""
    m, r = divmod(pose, 4)
    v = K - 1 - v if m else v
    for _ in range(r):  # the upper right corner goes to the upper left
        u, v = K - 1 - v, u
    return u, v


def _after(pose, other):
    """The pose that a picture in pose `other` is in when it is brought into `pose` as a whole."""
    spot = _place(pose, *_place(other, 0, 1, 4), 4)  # of 4 × 4: eight poses, eight places
    return next(k for k in range(8) if _place(k, 0, 1, 4) == spot)


def _posed(
    x, weight, *, plane=None, pose=None, order=range(8), merge=lambda a: a.reshape(
        len(a), -1, *a.shape[3:]), turn=lambda a, r: np.rot90(a, r, axes=(2, 3)),
    mirror=lambda a: a[..., ::-1], rotate_first=False,
):  # fmt: skip
    """The layer with one thing changed.

    plane(a, m, r): a plane in a pose; pose(m, r, n, s): where it comes to be; order: of the
    answers; merge: channels and poses of x; turn, mirror, rotate_first: parts of `plane`
    """

    def usual(a, m, r):
        a = mirror(a) if m and not rotate_first else a
        a = turn(a, r)
        return mirror(a) if m and rotate_first else a

    pose = pose or (lambda m, r, n, s: 4 * ((m + n) % 2) + (r + (-s if m else s)) % 4)
    answers = []
    for m, r in np.ndindex(2, 4):
        moved = np.zeros_like(weight)
        for n, s in np.ndindex(2, 4):
            moved[:, :, pose(m, r, n, s)] = (plane or usual)(weight[:, :, 4 * n + s], m, r)
        filters = moved.reshape(len(moved), -1, *moved.shape[3:])
        answers.append(conv2d(merge(x), filters))
    return np.stack([answers[k] for k in order], axis=2)


for name, hint, change in (
    (
        "the planes of a filter stay in their poses when it is turned",
        "A filter of the p4 layer did two things when it was turned. Which is the second?",
        {"pose": lambda m, r, n, s: 4 * n + s},
    ),
    (
        "the planes change their poses, and do not turn themselves",
        "A filter of the p4 layer did two things when it was turned. Which is the first?",
        {"plane": lambda a, m, r: a},
    ),
    (
        "mirrored poses were counted on as if they turned the same way",
        "Hold a clock in front of a mirror: which way do its hands go? So is it r + s or r − s?",
        {"pose": lambda m, r, n, s: 4 * ((m + n) % 2) + (r + s) % 4},
    ),
    (
        "all eight poses were shifted along one ring",
        "Four quarter turns bring a picture back. From pose 3, which one does a turn lead to?",
        {"pose": lambda m, r, n, s: (4 * m + r + 4 * n + s) % 8},
    ),
    (
        "the poses of the planes were shifted the wrong way",
        "A plane in pose 0, turned by one quarter: in which pose is it then?",
        {"pose": lambda m, r, n, s: 4 * ((m + n) % 2) + ((-s if m else s) - r) % 4},
    ),
    (
        "mirroring a mirrored plane did not bring it back",
        "What is the mirror image of a mirror image?",
        {"pose": lambda m, r, n, s: 4 * (m or n) + (r + (-s if m else s)) % 4},
    ),
    (
        "the planes were turned clockwise",
        "Which way does np.rot90 turn, and which one does the docstring ask for?",
        {"turn": lambda a, r: np.rot90(a, -r, axes=(2, 3))},
    ),
    (
        "the planes were mirrored top to bottom",
        "Left to right: which of the two axes is reversed then?",
        {"mirror": lambda a: a[..., ::-1, :]},
    ),
    (
        "the planes were rotated first, then mirrored",
        "The docstring says: mirrored, then rotated. Try both with a letter F and a quarter turn.",
        {"rotate_first": True},
    ),
    (
        "the planes were not mirrored",
        "Poses 4 to 7 are those of the mirror image. Which planes do you reverse?",
        {"mirror": lambda a: a},
    ),
    (
        "the answers are in the order of the turns, each followed by its mirror image",
        "Pose 4·m + r: which pose is number 1?",
        {"order": (0, 4, 1, 5, 2, 6, 3, 7)},
    ),
    (
        "channels and poses of x were merged the other way round than those of the filter",
        "Both have the axes (…, C, 8, …). Which of the two axes did you move before the reshape?",
        {"merge": lambda a: a.swapaxes(1, 2).reshape(len(a), -1, *a.shape[3:])},
    ),
):
    p4m_layer.mistake(name, hint=hint)(partial(_posed, **change))


@p4m_layer.mistake(
    "only the four poses that are not mirrored are there",
    hint="How many poses does the docstring ask for?",
)
def _(x, weight):
    return _posed(x, weight)[:, :, :4]
