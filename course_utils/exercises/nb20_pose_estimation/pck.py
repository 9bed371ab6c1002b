"""The exercise `pck` of notebook 20."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb20_pose_estimation import pck_forms as pf
from course_utils.exercises.nb20_pose_estimation.poses import near, seen, some_joints, strided
from course_utils.exercises.slips import replaced, scaled


@exercise(
    notebook="20",
    points=3,
    minutes=15,
    quiet=True,
    returns=("per_joint", "overall"),
    hints=(
        "First the distances, of shape (N, J): np.linalg.norm(…, axis=2), or the root of x² + y².",
        "sizes has shape (N,), and sizes[:, np.newaxis] has (N, 1): now it fits to (N, J).",
        "A hit is within reach *and* can be seen: a & b, each comparison in its own brackets. "
        "hits.sum(axis=0) counts for each joint.",
        "Divide by visible.sum(axis=0), which may be 0: np.maximum(…, 1) is safe to divide by, and "
        "0 hits divided by 1 are 0.",
    ),
    explanation="Each figure has its own reach, threshold · size. A hit is a joint that can be "
    "seen and lies within it. Hits are divided by the joints that can be seen, of each kind and "
    "overall, never by all: a hidden joint is neither right nor wrong. Where there is none, 0 hits "
    "are divided by 1.",
)
def pck(guess, joints, visible, sizes, threshold):
    """The fraction of joints that were found: guessed no farther away than threshold · size.

    guess, joints (N, J, 2) in pixels; visible (N, J) bool; sizes (N,) of the figures, in pixels.
    Hidden joints do not count, and may be NaN. -> per_joint (J,): the fraction over the figures
    that show this joint, 0 if none does; overall: the fraction of all joints that can be seen, a
    number, 0 if there is none
    """
    distances = np.sqrt(((guess - joints) ** 2).sum(axis=2))  # (N, J)
    hits = visible & (distances <= threshold * sizes[:, np.newaxis])  # (N, J)
    per_joint = hits.sum(axis=0) / np.maximum(visible.sum(axis=0), 1)  # (J,)
    return per_joint, hits.sum() / max(visible.sum(), 1)


_TRUE = np.array([[[10.0, 10.0], [20.0, 30.0], [40.0, 15.0]],
                  [[12.0, 50.0], [33.0, 22.0], [50.0, 50.0]]])  # fmt: skip


@pck.cases
def _(rng):
    off = np.array([[[1.0, 0.0], [6.0, 6.0], [0.0, 2.0]]])
    yield case(_TRUE[:1] + off, _TRUE[:1], np.array([[True, True, False]]), np.array([40.0]), 0.1,
               label="a hit, a miss, and a hidden joint")  # fmt: skip
    off = np.array([[[3.0, 4.0], [8.0, 6.0], [-3.0, 4.0]], [[5.0, 0.0], [0.0, -10.0], [6.0, 0.0]]])
    yield case(_TRUE + off, _TRUE, np.ones((2, 3), bool), np.array([20.0, 40.0]), 0.25,
               label="a distance of exactly threshold · size")  # fmt: skip
    yield case(_TRUE + 4.0, _TRUE, np.ones((2, 3), bool), np.array([20.0, 30.0]), 0.25,
               label="off in x and in y: too far together")  # fmt: skip
    visible = np.array([[True, False, True], [True, False, False]])
    yield case(_TRUE + 1.0, _TRUE, visible, np.array([40.0, 30.0]), 0.2,
               label="a joint that no figure shows")  # fmt: skip
    yield case(_TRUE + 1.0, _TRUE, np.zeros((2, 3), bool), np.array([40.0, 30.0]), 0.2,
               label="all joints are hidden")  # fmt: skip
    unknown = _TRUE.copy()
    unknown[~visible] = np.nan
    yield case(_TRUE + np.array([0.0, 3.0]), unknown, visible, np.array([40.0, 20.0]), 0.1,
               label="hidden joints are NaN")  # fmt: skip
    yield case(_TRUE.copy(), _TRUE, visible, np.array([40.0, 30.0]), 0.0, label="threshold 0")
    few = np.zeros((5, 4), bool)
    few[:, 0], few[2, 1], few[3:, 2] = True, True, True
    joints = some_joints(rng, 5, 4)
    guess = near(rng, joints, 2.0)
    guess[:2, 0] += 40.0
    guess[3, 2] -= 40.0
    yield case(guess, joints, few, rng.uniform(35, 50, 5), 0.2,
               label="joints that are seen 5 times, once, twice, never")  # fmt: skip
    for n, count, threshold in ((6, 5, 0.05), (9, 14, 0.1), (4, 4, 0.1)):
        joints = some_joints(rng, n, count)
        visible, sizes = seen(rng, n, count), rng.uniform(20, 50, n)
        yield case(near(rng, joints), joints, visible, sizes, threshold,
                   label=f"{n} figures, {count} joints, threshold {threshold}")  # fmt: skip
    joints = some_joints(rng, 3, 4) / 64
    off = np.array([[0.03, 0.0], [0.0, 0.11], [-0.5, 0.0], [0.0, 0.01]])
    visible = np.array([[True, True, True, False], [True, True, False, True], [False] * 4])
    yield case(joints + off, joints, visible, rng.uniform(0.4, 0.8, 3), 0.1,
               label="coordinates from 0 to 1")  # fmt: skip
    joints = some_joints(rng, 7, 3)
    yield case(near(rng, joints, 3.0), joints, np.ones((7, 3), bool), rng.uniform(10, 60, 7), 0.1,
               label="small and large figures, all joints can be seen")  # fmt: skip
    joints = some_joints(rng, 4, 3)
    yield case(strided(near(rng, joints)), strided(joints), seen(rng, 4, 3),
               rng.uniform(20, 50, 4).astype(np.float32), 0.1,
               label="float32, not in memory order")  # fmt: skip
    whole = rng.integers(5, 60, (3, 5, 2))
    yield case(whole + rng.integers(-4, 5, whole.shape), whole, seen(rng, 3, 5),
               np.array([31, 37, 41]), 0.1, label="whole pixels (dtype int)")  # fmt: skip


@pck.groups({"joints that can be seen": 2, "joints that no figure shows": 1})
def _(guess, joints, visible, sizes, threshold):
    known = np.isfinite(joints).all() and visible.any(axis=0).all()
    return "joints that can be seen" if known else "joints that no figure shows"


@pck.oracle
def _(guess, joints, visible, sizes, threshold):
    N, J = visible.shape
    right, shown = [0] * J, [0] * J
    for n in range(N):
        for j in range(J):
            if visible[n, j]:
                shown[j] += 1
                right[j] += math.dist(guess[n, j], joints[n, j]) <= threshold * float(sizes[n])
    per_joint = [r / s if s else 0.0 for r, s in zip(right, shown, strict=True)]
    return np.array(per_joint), sum(right) / sum(shown) if sum(shown) else 0.0


pck.mistake(
    "hidden joints count as wrong: divided by all joints",
    hint="A joint behind a board is not a miss. What do you divide by?",
    also=(
        partial(pf.found, combine=lambda hits, shown: (
            hits.mean(axis=0), hits.sum() / max(shown.sum(), 1))),
        partial(pf.found, combine=lambda hits, shown: (
            hits.sum(axis=0) / np.maximum(shown.sum(axis=0), 1), hits.mean())),
    ),
)(partial(pf.found, shown=lambda v: np.ones_like(v)))  # fmt: skip


pck.mistake(
    "hidden joints count as right",
    hint="A joint that no one can see is neither right nor wrong. Where do your hits come from?",
    also=(
        partial(pf.found, hits=lambda c, v: c | ~v, combine=lambda hits, shown: (
            hits.mean(axis=0), hits.mean())),
        lambda *args: pf.zeroed(*args),
        lambda *args: pf.zeroed(*args, everything=True),
    ),
)(partial(pf.found, hits=lambda c, v: c | ~v))  # fmt: skip


pck.mistake(
    "hidden joints are judged like all others: visible was not used",
    hint="Where does your code use visible?",
)(partial(pf.found, hits=lambda c, v: c, shown=np.ones_like))


pck.mistake(
    "hits on hidden joints were counted, but only those that can be seen are below the line",
    hint="Can your fraction be larger than 1? Which joints may be among the hits?",
)(partial(pf.found, hits=lambda c, v: c))


pck.mistake(
    "the mask is the wrong way round: only hidden joints are judged",
    hint="visible is True for the joints that can be seen. Which ones do you count?",
)(partial(pf.found, hits=lambda c, v: c & ~v, shown=lambda v: ~v))


pck.mistake(
    "a distance of exactly threshold · size does not count: < was written, not <=",
    hint="The docstring says “no farther away than”. Is a joint at exactly that distance found?",
)(partial(pf.found, near=np.less))


pck.mistake(
    "the comparison is the wrong way round",
    hint="Is a joint 1 px away found, and one 30 px away missed, or the other way round?",
    also=(partial(pf.found, near=np.greater_equal),),
)(partial(pf.found, near=np.greater))


pck.mistake(
    "the threshold was compared with pixels: sizes was not used",
    hint="4 px beside a large figure are little, beside a small one they are much. Where do the "
    "sizes come in?",
)(partial(pf.found, reach=lambda t, s: np.full((len(s), 1), t)))


pck.mistake(
    "the threshold was divided by the size, not multiplied",
    hint="A tenth of a figure of 40 px: 4 px, or 0.0025 px?",
)(partial(pf.found, reach=lambda t, s: t / s[:, np.newaxis]))


pck.mistake(
    "whole numbers were divided with //: fractions became 0",
    hint="What is 3 // 4?",
    also=(
        partial(pf.found, combine=lambda hits, shown: (
            hits.sum(axis=0) // np.maximum(shown.sum(axis=0), 1),
            hits.sum() / max(shown.sum(), 1))),
    ),
)(partial(pf.found, combine=lambda hits, shown: (
    hits.sum(axis=0) // np.maximum(shown.sum(axis=0), 1),
    hits.sum() // max(shown.sum(), 1))))  # fmt: skip


pck.mistake(
    "one size serves for all figures: their mean, or the first or largest one",
    hint="Each figure has its own size. Which shape must sizes have to fit to (N, J)?",
    also=(
        partial(pf.found, reach=lambda t, s: np.full((len(s), 1), t * s[0])),
        partial(pf.found, reach=lambda t, s: np.full((len(s), 1), t * s.max())),
        partial(pf.found, reach=lambda t, s: np.full((len(s), 1), t * s.min())),
    ),
)(partial(pf.found, reach=lambda t, s: np.full((len(s), 1), t * s.mean())))


pck.mistake(
    "sizes was lined up with the joints, not with the figures: (N,) beside (N, J)",
    hint="NumPy lines shapes up from the right. Which axis does (N,) meet in (N, J)? "
    "sizes[:, np.newaxis] has shape (N, 1).",
)(partial(pf.found, reach=lambda t, s: t * s))


pck.mistake(
    "the squared distance was compared: the root is missing",
    hint="How far is (3, 4) from (0, 0): 5 or 25?",
)(partial(pf.found, distance=lambda d: (d**2).sum(axis=2)))


pck.mistake(
    "the distance is |x| + |y|",
    hint="How far is (3, 4) from (0, 0): 5 or 7?",
)(partial(pf.found, distance=lambda d: np.abs(d).sum(axis=2)))


pck.mistake(
    "x and y were compared one by one: a square, not a circle",
    hint="How far is (3, 4) from (0, 0): 5 or 4?",
    also=(partial(pf.found, distance=lambda d: d.max(axis=2)),),
)(partial(pf.found, distance=lambda d: np.abs(d).max(axis=2)))


pck.mistake(
    "the mean of x and y was taken for the distance",
    hint="How far is (3, 4) from (0, 0): 5 or 3.5? What does the mean in place of the sum do?",
    also=(partial(pf.found, distance=lambda d: np.sqrt((d**2).mean(axis=2))),),
)(partial(pf.found, distance=lambda d: np.abs(d).mean(axis=2)))


pck.mistake(
    "only x, or only y, was looked at",
    hint="A guess that is right in x may be far off in y. Which axis holds x and y?",
    also=(partial(pf.found, distance=lambda d: np.abs(d[..., 1])),),
)(partial(pf.found, distance=lambda d: np.abs(d[..., 0])))


pck.mistake(
    "overall is the mean of the fractions of the joints, not the fraction of all joints",
    hint="One joint is seen a hundred times, another one once. Should both count the same?",
    also=(partial(pf.found, combine=pf.mean_of_shown),),
)(partial(pf.found, combine=pf.mean_of_joints))


pck.mistake(
    "overall is the mean over the figures of their own fractions",
    hint="One figure shows 14 joints, another one shows 2. Should both count the same?",
    also=(lambda *args: pf.by_figure(*args, only=True),),
)(lambda *args: pf.by_figure(*args))


pck.mistake(
    "there is one fraction for each figure, not for each joint",
    hint="hits has shape (N, J). Which axis has to go?",
)(
    partial(
        pf.found,
        combine=lambda hits, shown: (
            hits.sum(axis=1) / np.maximum(shown.sum(axis=1), 1),
            hits.sum() / max(shown.sum(), 1),
        ),
    )
)


pck.mistake(
    "a joint that no figure shows gave NaN: 0 divided by 0",
    hint="How often is a joint seen that is always hidden? What does the docstring want for it?",
    also=(
        partial(pf.found, combine=lambda hits, shown: (
            hits.sum(axis=0) / shown.sum(axis=0), hits.sum() / max(shown.sum(), 1))),
        partial(pf.found, combine=lambda hits, shown: (
            hits.sum(axis=0) / np.maximum(shown.sum(axis=0), 1), hits.sum() / shown.sum())),
    ),
)(partial(pf.found, safe=lambda n: n))  # fmt: skip


pck.mistake(
    "a joint that no figure shows got 1",
    hint="What does the docstring want for a joint that no figure shows?",
    also=(
        partial(pf.found, combine=lambda hits, shown: (
            np.where(shown.any(axis=0), hits.sum(axis=0) / shown.sum(axis=0), 1.0),
            hits.sum() / max(shown.sum(), 1))),
    ),
)(partial(pf.found, combine=lambda hits, shown: (
    np.where(shown.any(axis=0), hits.sum(axis=0) / shown.sum(axis=0), 1.0),
    hits.sum() / shown.sum() if shown.any() else 1.0)))  # fmt: skip


pck.mistake(
    "something was added to the count, and it changes the fractions",
    hint="Is there a way that changes nothing where a joint has been seen?",
    also=(partial(pf.found, safe=lambda n: n + 1e-3),),
)(partial(pf.found, safe=lambda n: n + 1))


@pck.mistake(
    "brackets: & was computed before <=",
    hint="& binds more tightly than a comparison. What happens with brackets around each of the "
    "two, (p <= q) & r?",
    also=(
        lambda guess, joints, visible, sizes, threshold: (
            visible & pf.length(guess - joints) <= threshold * sizes[:, np.newaxis]
        ),
    ),
)
def _(guess, joints, visible, sizes, threshold):
    return pf.length(guess - joints) <= threshold * sizes[:, np.newaxis] & visible


pck.mistake(
    "the distance went over the joints, not over x and y: axis 1",
    hint="guess is (N, J, 2). Which axis holds x and y, and has to go?",
    also=(
        partial(
            pf.found,
            distance=lambda d: np.sqrt((d**2).sum(axis=1)),
            hits=lambda c, v: c,
            combine=lambda hits, shown: (hits.mean(axis=0), hits.mean()),
        ),
    ),
)(partial(pf.found, distance=lambda d: np.sqrt((d**2).sum(axis=1))))


pck.mistake(
    "hits were counted, not divided",
    hint="A fraction lies between 0 and 1. Does yours?",
    also=(
        partial(pf.found, combine=lambda hits, shown: (
            hits.sum(axis=0) / np.maximum(shown.sum(axis=0), 1), hits.sum())),
        partial(pf.found, combine=lambda hits, shown: (
            hits.sum(axis=0), hits.sum() / max(shown.sum(), 1))),
    ),
)(partial(pf.found, combine=lambda hits, shown: (hits.sum(axis=0), hits.sum())))  # fmt: skip


pck.slip(
    scaled(100, "overall"),
    "the fractions are in per cent",
    hint="All found: is that 1 or 100?",
    also=(lambda *args: tuple(100 * part for part in pck.reference(*args)),),
)


pck.mistake(
    "a figure counts as found only if all of its joints are",
    hint="A figure has 13 joints right and one wrong. How many hits are these?",
)(
    partial(
        pf.found,
        hits=lambda c, v: v & (c | ~v).all(axis=1, keepdims=True),
    )
)


pck.slip(
    replaced("overall", lambda guess, joints, visible, sizes, threshold: (
        pf.length(guess - joints)[visible].mean() if visible.any() else 0.0)),
    "overall is the mean distance in pixels, not a fraction",
    hint="How many of the joints were found? That is a number between 0 and 1.",
)  # fmt: skip


pck.mistake(
    "the fraction of misses was returned",
    hint="All found: should that be 1 or 0?",
)(lambda *args: tuple(1 - part for part in pck.reference(*args)))


pck.mistake(
    "overall comes before per_joint",
    hint="In which order does the docstring name the two?",
    whole=True,
)(lambda *args: pck.reference(*args)[::-1])
