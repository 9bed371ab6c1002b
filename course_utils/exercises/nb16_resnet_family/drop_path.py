"""The exercise `drop_path` of notebook 16."""

from functools import partial, reduce

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="16",
    points=3,
    minutes=15,
    hints=(
        "`lot >= drop` is an array of True and False, one for each branch. `branches[kept]` takes "
        "those with True.",
        "`kept.any()` says whether there is any True in it. If not, only the branch with the "
        "largest number is left; np.argmax(lot) is where it stands.",
        "The mean goes over the branches that are kept, and they are axis 0. Nothing else is "
        "divided by anything.",
    ),
    explanation="A join takes a mean, so the size of the result does not depend on how many "
    "branches take part: unlike dropout, nothing has to be scaled up. And never is nothing left.",
)
def drop_path(branches, lot, drop):
    """A join with local drop-path: the mean of the branches that were not dropped.

    branches (B, N, C, H, W): what B branches have put out; lot (B,): a number from 0 to 1 for each;
    drop: a branch is dropped if its number is below it. If all would be dropped, the branch with
    the largest number stays -> (N, C, H, W)
    """
    kept = lot >= drop  # (B,)
    if not kept.any():
        return branches[np.argmax(lot)]
    return branches[kept].mean(axis=0)


@drop_path.cases
def _(rng):
    two = np.array([1.0, 5.0]).reshape(2, 1, 1, 1, 1)
    yield case(two, np.array([0.2, 0.7]), 0.5, label="two branches of one number, one is dropped")
    yield case(two, np.array([0.6, 0.7]), 0.5, label="both are kept")
    maps = rng.normal(size=(4, 2, 3, 4, 5))
    yield case(maps, np.array([0.9, 0.1, 0.4, 0.25]), 0.3, label="two of four are kept")
    yield case(maps, np.array([0.9, 0.3, 0.1, 0.5]), 0.3,
               label="one number is just as large as drop: kept")  # fmt: skip
    yield case(rng.normal(size=(5, 1, 2, 3, 4)), np.array([0.35, 0.0, 0.7, 0.5, 0.2]), 0.85,
               label="all would be dropped: the third stays")  # fmt: skip
    yield case(rng.normal(size=(3, 4, 2, 3, 3)), np.array([0.0, 0.6, 0.3]), 0.0,
               label="drop is 0: all are kept")  # fmt: skip
    yield case(rng.normal(size=(1, 2, 3, 2, 4)), np.array([0.4]), 0.75, label="a single branch")
    lot = rng.permutation([0.95, 0.8, 0.12, 0.3, 0.55, 0.07])
    yield case(rng.normal(size=(6, 2, 1, 4, 3)).astype(np.float32)[:, :, :, ::-1], lot, 0.25,
               label="six branches, four are kept, float32, rows in reverse")  # fmt: skip
    lot = rng.permutation(np.linspace(0.05, 0.65, 4))
    yield case(-1 - rng.random((4, 3, 2, 2, 3)), lot, 0.7,
               label="four branches, all negative, and all would be dropped")  # fmt: skip


@drop_path.oracle
def _(branches, lot, drop):
    total, count, best = np.zeros(branches.shape[1:]), 0, 0
    for b, number in enumerate(lot.tolist()):
        if not number < drop:
            total, count = total + branches[b].astype(float), count + 1
        best = b if number > lot[best] else best
    return (total / count if count else branches[best]).astype(branches.dtype)


def _join(branches, lot, drop, *, keep=lambda lot, drop: lot >= drop,
          none=lambda x, lot: x[lot.argmax()], mean=lambda x, kept, lot, drop: x[kept].mean(axis=0),
          end=lambda y, drop: y):  # fmt: skip
    """The join with one thing exchanged."""
    kept = keep(lot, drop)
    return end(mean(branches, kept, lot, drop) if kept.any() else none(branches, lot), drop)


def _weighted(x, kept, lot, drop):
    share = np.where(kept, lot, 0)
    return np.einsum("b,b...->...", share / share.sum(), x).astype(x.dtype)


def _by_all(x, kept, lot, drop):
    return x[kept].sum(axis=0) / len(x)


def _all_divided(branches, lot, drop):
    """The one that stays if all would be dropped was divided, too."""
    return _join(branches, lot, drop, mean=_by_all, none=lambda x, lot: x[lot.argmax()] / len(x))


def _only(position):
    """Of the kept ones, one alone: the first, the last or the one with the best number."""
    return lambda x, kept, lot, drop: x[position(np.flatnonzero(kept), lot)]


for name, hint, change in (
    (
        "the sum was divided by all branches, the dropped ones included",
        "Two of four are kept: of how many is it the mean?",
        {"mean": _by_all},
    ),
    (
        "the branches were added up, not averaged",
        "A join takes the mean. What would a sum do when one branch more is kept?",
        {"mean": lambda x, kept, lot, drop: x[kept].sum(axis=0)},
    ),
    (
        "the branches with small numbers are kept, the others dropped",
        "With drop = 0, how many branches do you keep?",
        {"keep": lambda lot, drop: lot < drop},
    ),
    (
        "the branches with small numbers are kept, and those that are just as large as drop",
        "Is a branch dropped if its number is below drop, or kept?",
        {"keep": lambda lot, drop: lot <= drop},
    ),
    (
        "the numbers were compared with 1 - drop, and the small ones kept",
        "A branch is dropped if its number is below drop. Where does the 1 come from?",
        {"keep": lambda lot, drop: lot < 1 - drop},
    ),
    (
        "drop was taken for the probability to keep",
        "Is drop = 0.15 a rare event, or is it the rule? What does 1 - drop do in your code?",
        {"keep": lambda lot, drop: lot >= 1 - drop},
    ),
    (
        "a number just as large as drop is dropped",
        "\"Below it\": what if the number is equal?",
        {"keep": lambda lot, drop: lot > drop},
    ),
    (
        "nothing is dropped: it is the mean of all branches",
        "Where does your code use lot and drop?",
        {"keep": lambda lot, drop: lot >= 0},
    ),
    (
        "zeros are returned if all would be dropped",
        "What would the layers behind this join see? The docstring says which branch stays.",
        {"none": lambda x, lot: np.zeros_like(x[0])},
    ),
    (
        "all branches are kept if all would be dropped",
        "The docstring says which branch stays: how many is that?",
        {"none": lambda x, lot: x.mean(axis=0)},
    ),
    (
        "the first branch is kept if all would be dropped",
        "If nobody is left, who stays: the first, or the one with a certain number?",
        {"none": lambda x, lot: x[0]},
    ),
    (
        "the last branch is kept if all would be dropped",
        "If nobody is left, who stays: the last, or the one with a certain number?",
        {"none": lambda x, lot: x[-1]},
    ),
    (
        "the branch with the smallest number is kept if all would be dropped",
        "The largest number came closest to being kept. What does np.argmin give?",
        {"none": lambda x, lot: x[lot.argmin()]},
    ),
    (
        "the result is not a number if all would be dropped",
        "What is the mean of no branches? And is your test ever true? `kept.any` without () always "
        "is.",
        {"none": lambda x, lot: np.full_like(x[0], np.nan)},
    ),
    (
        "the mean was scaled up as in dropout",
        "Does a mean of fewer things get smaller? What is your division by 1 - drop for?",
        {"end": lambda y, drop: (y / (1 - drop)).astype(y.dtype)},
    ),
    (
        "the mean was scaled up as in dropout, but not where only one was left over",
        "Does a mean of fewer things get smaller? What is your division by 1 - drop for?",
        {"mean": lambda x, kept, lot, d: (x[kept].mean(axis=0) / (1 - d)).astype(x.dtype)},
    ),
    (
        "it is dropout for branches: the sum, divided by the number expected to be kept",
        "The mean of those that *are* kept: do you divide by how many there really are?",
        {"mean": lambda x, kept, lot, drop: x[kept].sum(axis=0) / ((1 - drop) * len(x))},
    ),
    (
        "only the branch with the largest number is kept",
        "How many branches may stay: one, or all whose number is not below drop?",
        {"mean": _only(lambda where, lot: where[lot[where].argmax()])},
    ),
    (
        "only the first of those that stay is kept",
        "`branches[kept]` are all that stay. What do you do with them?",
        {"mean": _only(lambda where, lot: where[0])},
    ),
    (
        "only the last of those that stay is kept",
        "Is a result overwritten in your loop?",
        {"mean": _only(lambda where, lot: where[-1])},
    ),
    (
        "the branches were weighted with their numbers",
        "Does a branch with 0.9 count more than one with 0.5? The lot only says who stays.",
        {"mean": _weighted},
    ),
    (
        "the largest of each place was taken, not the mean",
        "Does a join take the mean or the maximum?",
        {"mean": lambda x, kept, lot, drop: x[kept].max(axis=0)},
    ),
    (
        "the branches that stay were returned, not joined",
        "Five axes come in. How many does the docstring promise?",
        {"mean": lambda x, kept, lot, drop: x[kept], "none": lambda x, lot: x[[lot.argmax()]]},
    ),
    (
        "the branches that stay were returned, not joined, except where only one was left over",
        "Five axes come in. How many does the docstring promise?",
        {"mean": lambda x, kept, lot, drop: x[kept]},
    ),
    (
        "the axis of the branches was kept, with length 1",
        "(1, N, C, H, W) or (N, C, H, W): what does keepdims=True do?",
        {"mean": lambda x, kept, lot, drop: x[kept].mean(axis=0, keepdims=True)},
    ),
    (
        "the branch that stays if all would be dropped has an axis too many",
        "branches[2] and branches[[2]]: which shapes have they?",
        {"none": lambda x, lot: x[[lot.argmax()]]},
    ),
    (
        "the branch that stays if all would be dropped was divided by the number of branches",
        "If one branch alone is left: of how many is it the mean?",
        {"none": lambda x, lot: x[lot.argmax()] / len(x)},
    ),
    (
        "the branches were halved one after the other",
        "(a + b) / 2 is the mean of two. Is ((a + b) / 2 + c) / 2 the mean of three?",
        {"mean": lambda x, kept, lot, drop: reduce(lambda t, b: (t + b) / 2, x[kept])},
    ),
    (
        "the last branch that stays was divided by their number, the others got lost in the loop",
        "Does your loop add each branch to the sum, or set the sum to it?",
        {"mean": lambda x, kept, lot, drop: x[kept][-1] / kept.sum()},
    ),
    (
        "the mean over everything was returned, but for the case where only one was left over",
        "`.mean()` without an axis takes all of them. Which one do you want?",
        {"mean": lambda x, kept, lot, drop: x[kept].mean()},
    ),
    (
        "the mean went over the images, not over the branches",
        "Which axis holds the branches: 0 or 1?",
        {"mean": lambda x, kept, lot, drop: x[kept].mean(axis=1)},
    ),
    (
        "a single number was returned: the mean over everything",
        "`.mean()` without an axis takes all of them. Which one do you want?",
        {
            "mean": lambda x, kept, lot, drop: x[kept].mean(),
            "none": lambda x, lot: x[lot.argmax()].mean(),
        },
    ),
):  # fmt: skip
    also = (_all_divided,) if change.get("mean") is _by_all else ()
    drop_path.mistake(name, hint=hint, also=also)(partial(_join, **change))


@drop_path.mistake(
    "one alone is kept as soon as any would be dropped",
    hint="`kept.any()`: is there one that stays? `kept.all()`: do all of them? Which question is "
    "yours?",
)
def _(branches, lot, drop):
    kept = lot >= drop
    return branches[kept].mean(axis=0) if kept.all() else branches[lot.argmax()]


@drop_path.mistake(
    "the two ways through the `if` have changed places",
    hint="When is the branch with the largest number asked for: if any stays, or if *not* any?",
)
def _(branches, lot, drop):
    kept = lot >= drop
    return branches[lot.argmax()] if kept.any() else np.full_like(branches[0], np.nan)


@drop_path.mistake(
    "the dropped branches were set to zero in place",
    hint="`branches[…] = 0` writes into the array of whoever called you. Can you pick those that "
    "stay instead?",
)
def _(branches, lot, drop):
    right = _join(branches, lot, drop)
    branches[lot < drop] = 0
    return right
