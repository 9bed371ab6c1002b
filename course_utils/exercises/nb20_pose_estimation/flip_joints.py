"""The exercise `flip_joints` of notebook 20."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb20_pose_estimation import flip_forms as ff
from course_utils.exercises.nb20_pose_estimation.poses import seen, some_joints, strided
from course_utils.exercises.slips import reordered, result


@exercise(
    notebook="20",
    points=3,
    minutes=15,
    returns=("mirrored", "seen"),
    hints=(
        "Two things happen. Where does a joint at x = 0 come to lie? And whose right hand is it "
        "now?",
        "joints.copy() is yours to change: mirrored[..., 0] = width − joints[..., 0].",
        "mirrored[:, [a, b]] = mirrored[:, [b, a]] exchanges two joints. Two plain assignments, "
        "one after the other, overwrite the first joint before it has been saved.",
        "If a joint changes its name, so does the entry that says whether it can be seen.",
    ),
    explanation="x becomes width − x, measured from the edge of the image. Then each pair changes "
    "places, in the joints and in visible: what was the right hand is the left hand of the figure "
    "in the mirror. The list of indices on the right makes a copy, so nothing is overwritten.",
)
def flip_joints(joints, visible, width, pairs):
    """The joints of mirrored images: left and right of the image, and of the figure, exchanged.

    joints (N, J, 2): x, y in pixels from the image's upper left corner; visible (N, J) bool; width
    of the images in pixels; pairs (P, 2): numbers of the joints that belong together, such as right
    and left hand -> mirrored (N, J, 2), seen (N, J). A joint outside the image is mirrored as well.
    """
    order = np.arange(joints.shape[1])
    order[pairs] = pairs[:, ::-1]
    mirrored = joints[:, order] * np.array([-1, 1]) + np.array([width, 0])  # (N, J, 2)
    return mirrored, visible[:, order]


_PAIRS = np.array([[1, 4], [3, 2]])  # of six joints: 0 and 5 belong to no pair


@flip_joints.cases
def _(rng):
    yield case(np.array([[[10.0, 5.0], [30.0, 6.0], [20.0, 1.0]]]),
               np.array([[True, False, True]]), 40, np.array([[0, 1]]),
               label="two hands and a head")  # fmt: skip
    middle = np.array([[[32.0, 8.0], [20.0, 30.0], [44.0, 30.0]]])
    yield case(middle, np.ones((1, 3), bool), 64, np.array([[1, 2]]),
               label="a symmetric pose in the middle of the image")  # fmt: skip
    side = np.array([[[12.0, 8.0], [25.0, 30.0], [25.0, 30.0]]])
    yield case(side, np.ones((1, 3), bool), 64, np.array([[1, 2]]),
               label="seen from the side: both hands at the same place")  # fmt: skip
    yield case(some_joints(rng, 2, 3), np.ones((2, 3), bool), 64, np.zeros((0, 2), int),
               label="no pairs at all")  # fmt: skip
    yield case(some_joints(rng, 2, 6), seen(rng, 2, 6), 64, _PAIRS,
               label="two figures of six joints")  # fmt: skip
    yield case(some_joints(rng, 1, 6), np.array([[True, False, True, False, True, True]]), 48.5,
               _PAIRS, label="one figure, a width of 48.5")  # fmt: skip
    yield case(some_joints(rng, 3, 6), np.zeros((3, 6), bool), 64, _PAIRS,
               label="all joints are hidden")  # fmt: skip
    outside = some_joints(rng, 2, 5)
    outside[0, 1], outside[1, 4] = (-7, 20), (80, -3)
    yield case(outside, seen(rng, 2, 5), 64, np.array([[4, 1], [0, 3]]),
               label="joints outside the image")  # fmt: skip
    yield case(rng.integers(0, 64, (2, 4, 2)), seen(rng, 2, 4), 64, np.array([[0, 2]]),
               label="whole pixels (dtype int)")  # fmt: skip
    fourteen = np.array([[2 + k, 8 + k] for k in range(6)])
    yield case(strided(some_joints(rng, 4, 14)), seen(rng, 4, 14), 64, fourteen,
               label="float32, not in memory order")  # fmt: skip
    square = some_joints(rng, 2, 2)
    yield case(square, np.array([[True, False], [False, False]]), 30, np.array([[1, 0]]),
               label="as many joints as images and coordinates")  # fmt: skip


@flip_joints.oracle
def _(joints, visible, width, pairs):
    partner = {int(a): int(b) for pair in pairs for a, b in (pair, pair[::-1])}
    mirrored, seen_there = np.empty(joints.shape), np.empty(visible.shape, bool)
    for n, j in np.ndindex(*visible.shape):
        x, y = joints[n, partner.get(j, j)].tolist()
        mirrored[n, j] = width - x, y
        seen_there[n, j] = visible[n, partner.get(j, j)]
    return mirrored, seen_there


flip_joints.mistake(
    "the image was mirrored, but left and right joints kept their names",
    hint="Look into a mirror and raise your right hand. Which hand does the figure in the mirror "
    "raise?",
    whole=True,
)(partial(ff.flip, names=ff.same, mask=ff.same))


flip_joints.mistake(
    "visible was not exchanged along with the joints",
    hint="The right hand was hidden. After the flip it is called the left one. Which entry of "
    "visible should be False now?",
)(partial(ff.flip, mask=ff.same))


flip_joints.mistake(
    "visible was exchanged, and the joints were not",
    hint="Which of your two results changes its order? Both should.",
)(partial(ff.flip, names=ff.same))


flip_joints.mistake(
    "of each pair, one joint was overwritten before it was saved",
    hint="After m[:, a] = m[:, b], what is in m[:, a]? Try m[:, [a, b]] = m[:, [b, a]], or keep a "
    "copy.",
    also=(
        partial(ff.flip, names=ff.other_way, mask=ff.other_way),
        partial(ff.flip, names=ff.one_way),
        partial(ff.flip, names=ff.other_way),
        partial(ff.flip, mask=ff.one_way),
        partial(ff.flip, mask=ff.other_way),
        partial(ff.flip, names=ff.one_way, mask=ff.same),
        partial(ff.flip, names=ff.other_way, mask=ff.same),
    ),
)(partial(ff.flip, names=ff.one_way, mask=ff.one_way))


flip_joints.mistake(
    "x became width − 1 − x: as if x were the number of a pixel",
    hint="Our joints are measured from the *edge* of the image. Where does a joint on the left "
    "edge, at x = 0, go in an image of width 64?",
    also=(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, w - 1), names=ff.same, mask=ff.same),),
)(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, w - 1)))


flip_joints.mistake(
    "x changed its sign: the width is missing",
    hint="A joint at x = 10 came to x = −10. Is that still in the image?",
    also=(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, 0), names=ff.same, mask=ff.same),),
)(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, 0)))


flip_joints.mistake(
    "x became width / 2 − x",
    hint="Where should a joint in the middle, at x = width / 2, go?",
)(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, w / 2)))


flip_joints.mistake(
    "y was mirrored, not x",
    hint="In a mirror the head stays above. Which of the two numbers changes?",
    also=(
        partial(ff.flip, mirror=lambda p, w: ff.mirror(p[..., ::-1], w)[..., ::-1],
                names=ff.same, mask=ff.same),
    ),
)(partial(ff.flip, mirror=lambda p, w: np.stack([p[..., 0], w - p[..., 1]], -1)))  # fmt: skip


flip_joints.mistake(
    "x and y were both mirrored: that is half a turn",
    hint="In a mirror the head stays above. Which of the two numbers changes?",
    also=(partial(ff.flip, mirror=lambda p, w: w - p, names=ff.same, mask=ff.same),),
)(partial(ff.flip, mirror=lambda p, w: w - p))


flip_joints.mistake(
    "left and right changed names, but x stayed where it was",
    hint="The image is mirrored. Does each of your joints still lie on the figure?",
)(partial(ff.flip, mirror=lambda p, w: p))


flip_joints.mistake(
    "x and y changed places",
    hint="joints[..., 0] is x. What comes first in your result?",
)(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, w)[..., ::-1]))


flip_joints.mistake(
    "joint number 0 was mirrored, in x and in y, and not the x of all joints",
    hint="joints is (N, J, 2). What does joints[:, 0] pick: the x of all joints, or joint 0? "
    "joints[..., 0] looks at the last axis.",
    also=(partial(ff.flip, mirror=lambda p, w: ff.first_joint(p, w), names=ff.same, mask=ff.same),),
)(partial(ff.flip, mirror=lambda p, w: ff.first_joint(p, w)))


@flip_joints.mistake(
    "the mirroring is inside the loop over the pairs: an even number of them undoes it",
    hint="How often does your code compute width − x? What happens with two pairs, and with none?",
)
def _(joints, visible, width, pairs):
    mirrored = joints
    for _ in pairs:
        mirrored = ff.mirror(mirrored, width)
    return ff.both(mirrored, pairs), ff.both(visible, pairs)


flip_joints.mistake(
    "only x was exchanged between left and right; each joint kept its y",
    hint="The left hand is up, the right one is down. After the exchange, which one is up?",
    also=(lambda joints, visible, width, pairs: ff.x_of_pairs(joints, visible, width, pairs),),
)(
    partial(
        ff.flip,
        names=lambda p, pairs: np.stack([ff.both(p, pairs)[..., 0], p[..., 1]], axis=-1),
    )
)


flip_joints.mistake(
    "joints that belong to no pair got lost, and became 0",
    hint="The head has no partner. Where does your code fill in its place?",
    also=(
        lambda joints, visible, width, pairs: (
            ff.mirror(ff.pairs_alone(joints, pairs), width),
            ff.pairs_alone(visible, pairs),
        ),
        partial(ff.flip, names=lambda a, p: ff.pairs_alone(a, p)),
    ),
)(
    partial(
        ff.flip,
        names=lambda a, p: ff.pairs_alone(a, p),
        mask=lambda a, p: ff.pairs_alone(a, p),
    )
)


flip_joints.mistake(
    "joints that belong to no pair were not mirrored",
    hint="The head has no partner. Does its x change?",
)(
    lambda joints, visible, width, pairs: (
        np.where(
            np.isin(np.arange(joints.shape[1]), pairs)[:, np.newaxis],
            ff.both(ff.mirror(joints, width), pairs),
            joints,
        ),
        ff.both(visible, pairs),
    )
)


flip_joints.mistake(
    "x became x − width",
    hint="A joint at x = 10 came to x = −30. Is that still in the image?",
)(partial(ff.flip, mirror=lambda p, w: p - np.array([w, 0])))


flip_joints.mistake(
    "the largest x of the joints was taken for the width",
    hint="A figure stands at the left edge. Where does it stand in the mirrored image?",
    also=(partial(ff.flip, mirror=lambda p, w: ff.about(p, p[..., :1].max(axis=1) / 2)),),
)(partial(ff.flip, mirror=lambda p, w: ff.mirror(p, p[..., 0].max())))


flip_joints.mistake(
    "pairs was read by columns, not by rows",
    hint="Each row of pairs is one pair. What does `for a, b in pairs` give you?",
)(
    partial(
        ff.flip,
        names=lambda a, p: ff.both(a, list(zip(*p, strict=True))),
        mask=lambda a, p: ff.both(a, list(zip(*p, strict=True))),
    )
)


flip_joints.mistake(
    "the list of pairs was reversed, not each pair: pairs[::-1]",
    hint="pairs is (P, 2). Which axis does [::-1] turn around, and which one do you want?",
    also=(
        partial(ff.flip, names=lambda a, p: ff.taken(a, p, p[::-1])),
        partial(ff.flip, names=lambda a, p: ff.taken(a, p, p[::-1]), mask=ff.same),
    ),
)(
    partial(
        ff.flip,
        names=lambda a, p: ff.taken(a, p, p[::-1]),
        mask=lambda a, p: ff.taken(a, p, p[::-1]),
    )
)


flip_joints.mistake(
    "images were exchanged, not joints: a[[2, 5]] looks at the first axis",
    hint="joints is (N, J, 2). On which axis are the joints, and where does your index look?",
    also=(partial(ff.flip, names=lambda a, p: ff.images(a, p)),),
)(partial(ff.flip, names=lambda a, p: ff.images(a, p), mask=lambda a, p: ff.images(a, p)))


flip_joints.mistake(
    "the figure was mirrored about its own middle, not about that of the image",
    hint="A figure stands at the left edge. Where does it stand in the mirrored image?",
    also=(
        partial(ff.flip, mirror=lambda p, w: ff.about(p, p[..., 0].mean(axis=1, keepdims=True))),
    ),
)(
    partial(
        ff.flip,
        mirror=lambda p, w: ff.about(
            p, (p[..., 0].max(axis=1) + p[..., 0].min(axis=1))[:, np.newaxis] / 2
        ),
    )
)


flip_joints.mistake(
    "all joints came in reverse order",
    hint="[:, ::-1] turns the whole list around. Which joints belong together? Ask `pairs`.",
    also=(
        partial(ff.flip, names=lambda a, p: a[:, ::-1]),
        partial(ff.flip, names=lambda a, p: a[:, ::-1], mask=ff.same),
    ),
)(partial(ff.flip, names=lambda a, p: a[:, ::-1], mask=lambda a, p: a[:, ::-1]))


flip_joints.mistake(
    "the order of the images was reversed",
    hint="The first axis counts images. Should image 0 get the joints of the last one?",
    also=(
        lambda joints, visible, width, pairs: (
            ff.mirror(joints, width)[::-1],
            visible[::-1],
        ),
    ),
)(lambda *args: tuple(part[::-1] for part in ff.flip(*args)))


flip_joints.mistake(
    "only the first pair was exchanged",
    hint="How many pairs are there? Does your code look at pairs[0] alone, or return inside the "
    "loop?",
    also=(
        partial(ff.flip, names=lambda a, p: ff.both(a, p[:1])),
        partial(ff.flip, names=lambda a, p: ff.both(a, p[:1]), mask=ff.same),
    ),
)(partial(ff.flip, names=lambda a, p: ff.both(a, p[:1]), mask=lambda a, p: ff.both(a, p[:1])))


flip_joints.mistake(
    "only the last pair was exchanged: each round starts again from the joints as they came in",
    hint="Inside your loop, what is on the right of the equals sign: what you have built so far, "
    "or the input?",
    also=(partial(ff.flip, names=lambda a, p: ff.both(a, p[-1:])),),
)(partial(ff.flip, names=lambda a, p: ff.both(a, p[-1:]), mask=lambda a, p: ff.both(a, p[-1:])))


flip_joints.mistake(
    "the pairs were guessed from the order of the joints, not read from `pairs`",
    hint="Does your code work if the right hand is number 1 and the left hand is number 4?",
    also=(partial(ff.flip, names=ff.neighbours, mask=ff.neighbours),),
)(partial(ff.flip, names=ff.halves, mask=ff.halves))


flip_joints.mistake(
    "hidden joints stayed where they were",
    hint="A hidden joint is somewhere, too, and the board in front of it was mirrored with it.",
    also=(lambda joints, visible, width, pairs: ff.only_seen(joints, visible, width, pairs, True),),
)(lambda joints, visible, width, pairs: ff.only_seen(joints, visible, width, pairs))


flip_joints.slip(
    result(lambda values, joints, visible, **rest: (
        np.where(values[1][..., np.newaxis], values[0], 0), values[1])),
    "hidden joints were set to (0, 0)",
    hint="What does the docstring say about hidden joints: that they go?",
)  # fmt: skip


flip_joints.slip(
    result(lambda value, **rest: ~value, "seen"),
    "visible came out the wrong way round",
    hint="A joint that can be seen is seen in the mirror, too. What does ~ do?",
)


flip_joints.slip(
    result(lambda value, width, **rest: np.clip(value[..., :1], 0, width) * [1, 0]
           + value * [0, 1], "mirrored"),
    "joints outside the image were pushed to its edge",
    hint="The docstring says what happens to a joint outside the image.",
    also=(
        result(lambda value, width, **rest: np.abs(value), "mirrored"),
        result(lambda value, width, **rest: value % np.array([width, 1e9]), "mirrored"),
    ),
)  # fmt: skip


flip_joints.slip(
    reordered(1, 0),
    hint="In which order does the docstring name the two?",
    whole=True,
)
