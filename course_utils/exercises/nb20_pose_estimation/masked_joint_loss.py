"""The exercise `masked_joint_loss` of notebook 20."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb20_pose_estimation import loss_forms as lf
from course_utils.exercises.nb20_pose_estimation.poses import near, seen, some_joints, strided
from course_utils.exercises.slips import negated, replaced, scaled


@exercise(
    notebook="20",
    points=3,
    minutes=20,
    quiet=True,
    returns=("loss", "grad"),
    hints=(
        "Write down how many numbers the mean is over: a joint that can be seen has two, a hidden "
        "one none.",
        "np.where(visible[..., np.newaxis], guess - joints, 0) chooses. A product with 0 does not: "
        "NaN · 0 is NaN.",
        "The derivative of (g − t)² / M with respect to g is 2 (g − t) / M, and M is "
        "2 · visible.sum().",
        "No joint at all: divide by max(M, 1).",
    ),
    explanation="The differences of hidden joints are replaced by 0, not multiplied by it, so that "
    "not even NaN gets through. The mean is over the M coordinates of the joints that can be seen, "
    "and each of them has the derivative 2 (g − t) / M. Where nothing can be seen both are 0.",
)
def masked_joint_loss(guess, joints, visible):
    """Mean squared error over the coordinates of the joints that can be seen, and its gradient.

    guess, joints (N, J, 2); visible (N, J) bool. What joints says of a hidden one means nothing,
    and may be NaN. -> loss, a number; grad (N, J, 2), its derivative with respect to guess, 0 for
    hidden joints. If all joints are hidden: 0, and a grad of zeros.
    """
    apart = np.where(visible[..., np.newaxis], guess - joints, 0)  # (N, J, 2)
    count = max(2 * visible.sum(), 1)  # coordinates that can be seen
    return (apart**2).sum() / count, 2 * apart / count


@masked_joint_loss.cases
def _(rng):
    yield case(np.array([[[3.0, 5.0], [7.0, 2.0]]]), np.array([[[1.0, 4.0], [9.0, 8.0]]]),
               np.array([[True, False]]), label="two joints, one of them hidden")  # fmt: skip
    joints = some_joints(rng, 2, 3)
    yield case(near(rng, joints), joints, np.ones((2, 3), bool), label="all joints can be seen")
    unknown = joints.copy()
    visible = np.array([[True, False, True], [False, True, True]])
    unknown[~visible] = np.nan
    yield case(near(rng, joints), unknown, visible, label="hidden joints are NaN")
    yield case(near(rng, joints), joints, np.zeros((2, 3), bool), label="all joints are hidden")
    yield case(near(rng, joints), np.full_like(joints, np.nan), np.zeros((2, 3), bool),
               label="all joints are hidden, and NaN")  # fmt: skip
    uneven = np.zeros((3, 4), bool)
    uneven[0], uneven[1, 2] = True, True
    joints = some_joints(rng, 3, 4)
    yield case(near(rng, joints), joints, uneven, label="4 joints to be seen, then 1, then none")
    far = joints.copy()
    far[~uneven] = 1e6
    yield case(near(rng, joints), far, uneven, label="hidden joints far outside the image")
    joints = some_joints(rng, 5, 7) / 32 - 1
    yield case(near(rng, joints, 0.1), joints, seen(rng, 5, 7), label="units from −1 to 1")
    joints = some_joints(rng, 2, 2)
    yield case(near(rng, joints), joints, np.array([[True, True], [False, True]]),
               label="as many joints as images and coordinates")  # fmt: skip
    whole = np.array([[[3, 5], [7, 2], [0, 4]]])
    yield case(whole + np.array([2, -1]), whole, np.array([[True, True, False]]),
               label="whole pixels (dtype int)")  # fmt: skip
    joints = some_joints(rng, 3, 5)
    yield case(strided(near(rng, joints)), strided(joints), seen(rng, 3, 5),
               label="float32, not in memory order")  # fmt: skip


@masked_joint_loss.groups({"some joints can be seen": 2, "nothing to learn from": 1})
def _(guess, joints, visible):
    known = np.isfinite(joints).all() and visible.any()
    return "some joints can be seen" if known else "nothing to learn from"


@masked_joint_loss.oracle
def _(guess, joints, visible):
    places = [(n, j, k) for n, j in np.argwhere(visible).tolist() for k in (0, 1)]
    grad, total = np.zeros(guess.shape), 0.0
    for place in places:
        apart = float(guess[place]) - float(joints[place])
        total += apart * apart / len(places)
        grad[place] = (apart + apart) / len(places)
    return total, grad


masked_joint_loss.mistake(
    "hidden joints count like all others: the mask was not used",
    hint="Change the place of a hidden joint. Does your loss change? Should it?",
    also=(
        partial(lf.loss, apart=lambda g, t, v: g - t, count=lambda v: 2 * v.size),
        partial(lf.loss, apart=lambda g, t, v: np.nan_to_num(g - t), count=lambda v: 2 * v.size),
        lambda g, t, v: lf.where_known(g, t, np.isfinite(t).sum()),
        lambda g, t, v: lf.where_known(g, t, t.size),
    ),
)(partial(lf.loss, apart=lambda g, t, v: g - t))


masked_joint_loss.mistake(
    "the mask is the wrong way round: only hidden joints count",
    hint="visible is True for the joints that can be seen. Which ones does your sum keep?",
    also=(
        partial(lf.loss, apart=lambda g, t, v: lf.masked(g - t, ~v)),
        partial(lf.loss, apart=lambda g, t, v: (g - t) * ~v[..., np.newaxis],
                count=lambda v: max(2 * (~v).sum(), 1)),
    ),
)(partial(lf.loss, apart=lambda g, t, v: lf.masked(g - t, ~v),
          count=lambda v: max(2 * (~v).sum(), 1)))  # fmt: skip


masked_joint_loss.mistake(
    "a hidden joint was multiplied by 0: NaN · 0 is NaN",
    hint="What is np.nan * 0? Can you choose (np.where, or an index) where you now multiply?",
    also=(
        partial(lf.loss, apart=lambda g, t, v: g * v[..., np.newaxis] - t * v[..., np.newaxis]),
        partial(
            lf.loss, apart=lambda g, t, v: (g - t) * v[..., np.newaxis], count=lambda v: 2 * v.sum()
        ),
    ),
)(partial(lf.loss, apart=lambda g, t, v: (g - t) * v[..., np.newaxis]))


masked_joint_loss.mistake(
    "with no joint to be seen, 0 was divided by 0",
    hint="How many coordinates can be seen if all joints are hidden? What does the docstring want?",
    also=(
        lambda g, t, v: (
            np.mean((g[v] - t[v]) ** 2) if v.any() else np.nan,
            lf.loss(g, t, v)[1],
        ),
    ),
)(partial(lf.loss, count=lambda v: 2 * v.sum()))


masked_joint_loss.mistake(
    "the mean is over all joints, hidden ones too",
    hint="With half of the joints hidden, your loss is half as large. How many numbers did you "
    "add up, and by how many did you divide?",
    also=(partial(lf.loss, count=lambda v: v.size),),
)(partial(lf.loss, count=lambda v: 2 * v.size))


masked_joint_loss.mistake(
    "divided by the number of joints, not of coordinates: everything is twice too large",
    hint="A joint that can be seen has an x and a y. Over how many numbers is the mean?",
)(partial(lf.loss, count=lambda v: max(v.sum(), 1)))


masked_joint_loss.mistake(
    "the mean was taken of each image first, and then over the images",
    hint="One image shows 4 joints, the next one shows 1. Should that one joint count as much as "
    "the other four together?",
    also=(
        lambda g, t, v: lf.by_image(g, t, v, only=True),
        lambda g, t, v: (lf.by_image(g, t, v)[0], masked_joint_loss.reference(g, t, v)[1]),
    ),
)(lambda g, t, v: lf.by_image(g, t, v))


masked_joint_loss.mistake(
    "the squares were added up, not averaged",
    hint="With twice as many images, should the loss be twice as large?",
    also=(
        partial(lf.loss, loss=lambda d, m: (d**2).sum()),
        partial(lf.loss, loss=lambda d, m: (d**2).sum(), grad=lambda d, m: d / m),
    ),
)(partial(lf.loss, count=lambda v: 1))


masked_joint_loss.mistake(
    "the sums were divided by the number of images",
    hint="The mean is over coordinates. Does it matter for it in how many images they are?",
)(partial(lf.loss, count=lambda v: len(v)))


masked_joint_loss.mistake(
    "the absolute differences were taken, not their squares",
    hint="What does a difference of 2 count with the square, what does it count without?",
    also=(
        partial(lf.loss, loss=lambda d, m: np.abs(d).sum() / m, grad=lambda d, m: np.sign(d) / m),
    ),
)(partial(lf.loss, loss=lambda d, m: np.abs(d).sum() / m))


masked_joint_loss.mistake(
    "the loss is the mean distance of the joints, not a squared error",
    hint="Is there a root in the mean squared error?",
    also=(partial(lf.loss, loss=lambda d, m: np.sqrt((d**2).sum(axis=2)).sum() / (m / 2)),),
)(partial(lf.loss, loss=lambda d, m: np.sqrt((d**2).sum(axis=2)).sum() / m))


masked_joint_loss.mistake(
    "the root was taken of the mean square",
    hint="Mean squared error: is there a root in it?",
)(partial(lf.loss, loss=lambda d, m: np.sqrt((d**2).sum() / m)))


masked_joint_loss.mistake(
    "hidden joints were taken to be at (0, 0)",
    hint="Your target for a hidden joint is the upper left corner of the image. What should the "
    "network learn about a joint that no one has seen?",
    also=(
        partial(lf.loss, apart=lf.with_zeros, count=lambda v: 2 * v.size),
        lambda g, t, v: (lf.loss(g, t, v, apart=lf.with_zeros)[0], lf.loss(g, t, v)[1]),
    ),
)(partial(lf.loss, apart=lf.with_zeros))


masked_joint_loss.mistake(
    "an image with a hidden joint was left out as a whole",
    hint="An image hides its left hand. What can be learned from its right foot?",
)(lambda g, t, v: masked_joint_loss.reference(g, t, v & v.all(axis=1, keepdims=True)))


masked_joint_loss.mistake(
    "a joint that is hidden in one image was left out in all of them",
    hint="visible has an entry for each joint of each image. Did you look along axis 0?",
)(lambda g, t, v: masked_joint_loss.reference(g, t, v & v.all(axis=0)))


masked_joint_loss.mistake(
    "only x was masked or counted, not y",
    hint="A joint is two numbers. What happens to the second one in your code?",
    also=(
        lambda g, t, v: lf.one_coordinate(g, t, v, 1),
        lambda g, t, v: lf.half_masked(g, t, v),
    ),
)(lambda g, t, v: lf.one_coordinate(g, t, v, 0))


masked_joint_loss.mistake(
    "a small number was added to the differences or the count, and it is not small enough",
    hint="Is there a way that changes nothing at all where joints can be seen?",
    also=(partial(lf.loss, count=lambda v: 2 * v.sum() + 1e-3),),
)(partial(lf.loss, count=lambda v: 2 * v.sum() + 1))


masked_joint_loss.mistake(
    "the gradient lacks its factor of 2",
    hint="What is the derivative of (g − t)² with respect to g?",
)(partial(lf.loss, grad=lambda d, m: d / m))


masked_joint_loss.mistake(
    "the gradient was not divided by the number of coordinates",
    hint="The loss is a mean. Where is its 1/M in your gradient?",
    also=(partial(lf.loss, grad=lambda d, m: d),),
)(partial(lf.loss, grad=lambda d, m: 2 * d))


masked_joint_loss.mistake(
    "the gradient was divided by another number than the loss",
    hint="Loss and gradient have the same 1/M. Which M did you use in each?",
    also=(
        lambda g, t, v: (lf.loss(g, t, v)[0], lf.loss(g, t, v, count=lambda v: 2 * v.size)[1]),
        lambda g, t, v: (lf.loss(g, t, v)[0], lf.loss(g, t, v, count=lambda v: len(v))[1]),
        lambda g, t, v: (
            lf.loss(g, t, v, count=lambda v: 2 * v.size)[0],
            lf.loss(g, t, v)[1],
        ),
    ),
)(lambda g, t, v: (lf.loss(g, t, v)[0], lf.loss(g, t, v, count=lambda v: max(v.sum(), 1))[1]))


masked_joint_loss.mistake(
    "hidden joints have a gradient",
    hint="The loss does not change when a hidden joint of guess moves. What is its derivative?",
    also=(
        lambda g, t, v: (
            lf.loss(g, t, v)[0],
            2 * np.nan_to_num(g - t) / max(2 * v.sum(), 1),
        ),
    ),
)(lambda g, t, v: (lf.loss(g, t, v)[0], 2 * (g - t) / max(2 * v.sum(), 1)))


masked_joint_loss.slip(
    negated("grad"),
    hint="If guess is too far to the right, does the loss grow or shrink when it moves right?",
)


masked_joint_loss.slip(
    scaled(0.5, "loss"),
    "half of the squares was taken",
    hint="Some books put ½ before the square. Does this docstring?",
    also=(lambda g, t, v: tuple(part / 2 for part in lf.loss(g, t, v)),),
)


masked_joint_loss.slip(
    replaced("grad", lambda guess, joints, visible: (
        masked_joint_loss.reference(guess, joints, visible)[1] * 0 + 1
    )),
    "the gradient is 1 everywhere",
    hint="Does a joint that is far off get a larger gradient than one that is right?",
)  # fmt: skip


masked_joint_loss.mistake(
    "the gradient has one number for each joint: x and y were added up",
    hint="guess has two numbers for each joint. How many derivatives are there?",
)(partial(lf.loss, grad=lambda d, m: (2 * d / m).sum(axis=2)))


masked_joint_loss.mistake(
    "the gradient holds the joints that can be seen only",
    hint="A gradient has the shape of what it belongs to: (N, J, 2), zeros included.",
)(lambda g, t, v: (lf.loss(g, t, v)[0], 2 * (g[v] - t[v]) / max(2 * v.sum(), 1)))


masked_joint_loss.mistake(
    "the gradient was stored in whole numbers: np.zeros_like takes over the dtype of guess",
    hint="In the case with whole pixels, where is the −0.5 in your gradient? np.zeros(guess.shape) "
    "makes floats.",
)(
    lambda g, t, v: (
        lf.loss(g, t, v)[0],
        masked_joint_loss.reference(g, t, v)[1].astype(g.dtype),
    )
)


masked_joint_loss.mistake(
    "the gradient was added up over the images",
    hint="guess has numbers for each image. How many derivatives are there?",
)(partial(lf.loss, grad=lambda d, m: (2 * d / m).sum(axis=0)))


masked_joint_loss.mistake(
    "there is one loss for each image, or for each joint",
    hint="The loss is one number. Over which axes does your sum go?",
    also=(partial(lf.loss, loss=lambda d, m: (d**2).sum(axis=2) / m),),
)(partial(lf.loss, loss=lambda d, m: (d**2).sum(axis=(1, 2)) / m))


masked_joint_loss.mistake(
    "the sum was squared, not the differences: errors to the left and right cancel",
    hint="What comes first, the square or the sum?",
    also=(partial(lf.loss, loss=lambda d, m: (d.sum() / m) ** 2),),
)(partial(lf.loss, loss=lambda d, m: d.sum() ** 2 / m))


masked_joint_loss.mistake(
    "one hidden joint, and nothing was learned from any",
    hint="Does your code ask whether all joints can be seen, or which ones?",
)(lambda g, t, v: masked_joint_loss.reference(g, t, v & v.all()))


masked_joint_loss.mistake(
    "the gradient has lost its sign: it was made of squares or absolute values",
    hint="A joint too far to the left has to move to the right. How would your gradient say so?",
    also=(partial(lf.loss, grad=lambda d, m: 2 * np.abs(d) / m),),
)(partial(lf.loss, grad=lambda d, m: 2 * d**2 / m))


masked_joint_loss.mistake(
    "the gradient comes before the loss",
    hint="In which order does the docstring name the two?",
    whole=True,
)(lambda g, t, v: masked_joint_loss.reference(g, t, v)[::-1])
