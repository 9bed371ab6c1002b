"""The exercise `inception_macs` of notebook 14."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="14",
    points=3,
    minutes=20,
    returns=("macs", "channels"),
    hints=(
        "All convolutions keep the maps at H × W. So a convolution from C to F maps costs "
        "H · W · F · C · K · K: write a small function for it.",
        "A branch with a bottleneck costs two convolutions. The first reads C maps. How many does "
        "the second read?",
        "Pooling itself multiplies nothing. Which convolution stands behind it, and how many maps "
        "does it read?",
        "Four branches are laid behind one another: their maps add up. The maps between a "
        "bottleneck and its convolution are not among them.",
    ),
    explanation="Six convolutions: one in the first branch, two in each of the next two, one "
    "behind the pooling. The 3 × 3 and the 5 × 5 convolution read what their bottleneck puts out, "
    "and that is where the saving is. What comes out is the sum of the four branches.",
)
def inception_macs(C, H, W, one, reduce3, three, reduce5, five, pooled):
    """The multiply–adds of an inception module for one image, and how many maps it puts out.

    C maps of H × W come in and keep their size. Four branches: 1 × 1 (one filters);
    1 × 1 (reduce3), then 3 × 3 (three); 1 × 1 (reduce5), then 5 × 5 (five); pooling, then 1 × 1
    (pooled) -> macs, channels: two whole numbers
    """
    each_place = C * (one + reduce3 + reduce5 + pooled)  # the four 1 × 1 convolutions
    each_place += reduce3 * three * 3 * 3 + reduce5 * five * 5 * 5
    return H * W * each_place, one + three + five + pooled


@inception_macs.cases
def _(rng):
    yield case(2, 1, 1, 1, 1, 1, 1, 1, 1, label="a single place, one filter everywhere")
    yield case(10, 3, 4, 2, 3, 5, 1, 4, 6, label="small numbers, no two equal")
    yield case(192, 28, 28, 64, 96, 128, 16, 32, 32, label="GoogLeNet's first module, 3a")
    yield case(7, 5, 9, 4, 11, 3, 13, 2, 8, label="bottlenecks that are wider than what follows")
    big = (3, 7 * 10**9, 5 * 10**9, 2, 3, 4, 2, 3, 5)
    yield case(*big, label="more multiply–adds than np.int64 can count")
    numbers = (int(n) for n in rng.permutation(np.arange(3, 40))[:7])
    yield case(int(rng.integers(41, 90)), 6, 11, *list(numbers)[:6], label="drawn at random")


@inception_macs.oracle
def _(C, H, W, one, reduce3, three, reduce5, five, pooled):
    rows = [(C, one, 1), (C, reduce3, 1), (reduce3, three, 3), (C, reduce5, 1),
            (reduce5, five, 5), (C, pooled, 1)]  # fmt: skip
    macs = 0
    for before, after, kernel in rows:
        for _filter in range(after):
            macs += sum(H * W for _ in np.ndindex(kernel, kernel)) * before
    return macs, len([*range(one), *range(three), *range(five), *range(pooled)])


def _module(C, H, W, one, reduce3, three, reduce5, five, pooled, *, rows=None, maps=None,
            places=None, lost=None, bias=0, form=None):  # fmt: skip
    """The count with one thing exchanged; rows: (before, after, kernel) of each convolution."""
    names = (C, one, reduce3, three, reduce5, five, pooled)
    standard = lambda C, a, r3, t, r5, f, p: [  # noqa: E731
        (C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1), (r5, f, 5), (C, p, 1)
    ]  # fmt: skip
    listed = (rows or standard)(*names)
    macs = 0
    for before, after, kernel in listed:
        less = lost(kernel) if lost else 0  # so many rows and columns fewer come out
        each = (before * kernel**2 + bias) * after
        macs += (places or (lambda h, w: h * w))(H - less, W - less) * each
    channels = (maps or (lambda C, a, r3, t, r5, f, p: a + t + f + p))(*names)
    return form(macs, channels) if form else (macs, channels)


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "macs and channels have changed places",
)


for name, hint, change in (
    (
        "the 3 × 3 and the 5 × 5 convolution read all C maps, as if there were no bottlenecks",
        "What stands in front of the 3 × 3 convolution, and how many maps does that put out?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (C, t, 3), (C, r5, 1),
                                                (C, f, 5), (C, p, 1)]},
    ),
    (
        "the bottlenecks themselves were not counted",
        "A 1 × 1 convolution is cheap. Is it free?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (r3, t, 3), (r5, f, 5), (C, p, 1)]},
    ),
    (
        "this is the naive module: no bottlenecks, and all branches read C maps",
        "reduce3 and reduce5 have to occur somewhere. Where?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, t, 3), (C, f, 5), (C, p, 1)]},
    ),
    (
        "the 1 × 1 convolution behind the pooling was not counted",
        "Pooling multiplies nothing. And what follows it?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 5)]},
    ),
    (
        "the pooling was counted like a 3 × 3 convolution",
        "Does a maximum multiply?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 5), (C, p, 1), (C, 1, 3)]},
    ),
    (
        "the 3 × 3 branch was counted twice",
        "List the convolutions once more: how many are there? (The study notes have this slip.)",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (r3, t, 3),
                                                (C, r5, 1), (r5, f, 5), (C, p, 1)]},
    ),
    (
        "the 5 × 5 branch has windows of 3 × 3",
        "Which window does the third branch have?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 3), (C, p, 1)]},
    ),
    (
        "windows of 3 and 5 in place of 3 · 3 and 5 · 5",
        "How many weights has a window of 3 × 3?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (3 * r3, t, 1), (C, r5, 1),
                                                (5 * r5, f, 1), (C, p, 1)]},
    ),
    (
        "the bottlenecks have changed places",
        "reduce3 stands in front of three, reduce5 in front of five. Are yours like that?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r5, t, 3), (C, r5, 1),
                                                (r3, f, 5), (C, p, 1)]},
    ),
    (
        "the branches run one after the other: each reads what the one before it puts out",
        "Side by side: what does the 5 × 5 branch read?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (a, r3, 1), (r3, t, 3), (t, r5, 1),
                                                (r5, f, 5), (f, p, 1)]},
    ),
    (
        "the second 1 × 1 bottleneck reads what the first one puts out",
        "Does the third branch see anything of the second one?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (r3, r5, 1),
                                                (r5, f, 5), (C, p, 1)]},
    ),
    (
        "all windows were taken to be 1 × 1: K · K is missing",
        "How many weights has a window of 3 × 3, and one of 5 × 5?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 1), (C, r5, 1),
                                                (r5, f, 1), (C, p, 1)]},
    ),
    (
        "the 3 × 3 and the 5 × 5 convolution read a single map",
        "Each of their filters looks at all maps of its bottleneck. How many are they?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (1, t, 3), (C, r5, 1),
                                                (1, f, 5), (C, p, 1)]},
    ),
    (
        "the 3 × 3 and the 5 × 5 convolution read as many maps as they put out",
        "What stands in front of the 3 × 3 convolution, and how many maps does that put out?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (t, t, 3), (C, r5, 1),
                                                (f, f, 5), (C, p, 1)]},
    ),
    (
        "the bottlenecks have as many filters as the convolutions behind them",
        "How many maps does the first 1 × 1 convolution of the second branch put out, reduce3 or "
        "three?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, t, 1), (r3, t, 3), (C, f, 1),
                                                (r5, f, 5), (C, p, 1)]},
    ),
    (
        "the convolution behind the pooling was counted with windows of 3 × 3",
        "The pooling has windows of 3 × 3. Which ones has the convolution behind it?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 5), (C, p, 3)]},
    ),
    (
        "the 3 × 3 and the 5 × 5 convolution were counted without padding",
        "The maps keep their size. Which padding do windows of 3 and of 5 need for that?",
        {"lost": lambda k: k - 1},
    ),
    (
        "the 5 × 5 convolution was given padding 1",
        "With padding 1 a 5 × 5 window still loses two rows. Which padding keeps them all?",
        {"lost": lambda k: 2 if k == 5 else 0},
    ),
    (
        "the biases were counted",
        "Is adding a bias a multiplication?",
        {"bias": 1},
    ),
    (
        "the places were forgotten: these are the weights",
        "Each weight is used at every place. How many places has a map?",
        {"places": lambda h, w: 1},
    ),
    (
        "the maps were taken to be square",
        "H rows, and how many columns?",
        {"places": lambda h, w: h * h},
    ),
    (
        "the convolutions were counted without padding, on smaller maps",
        "The maps keep their size, so that they can be laid behind one another. How many places?",
        {"places": lambda h, w: max(h - 2, 0) * max(w - 2, 0)},
    ),
    (
        "a multiply–add was counted twice",
        "The unit is the pair: one product that is added.",
        {"places": lambda h, w: 2 * h * w},
    ),
    (
        "the maps of the bottlenecks were counted among the channels",
        "What leaves the module? The bottleneck's maps are read by the next convolution.",
        {"maps": lambda C, a, r3, t, r5, f, p: a + r3 + t + r5 + f + p},
    ),
    (
        "the pooling branch was taken to keep its C maps",
        "That is so in the naive module. What stands behind the pooling here?",
        {"maps": lambda C, a, r3, t, r5, f, p: a + t + f + C},
    ),
    (
        "the first branch is missing from the channels",
        "How many branches are laid behind one another?",
        {"maps": lambda C, a, r3, t, r5, f, p: t + f + p},
    ),
    (
        "the maps of the branches were multiplied, not added",
        "Two maps are laid behind three others: how many are there, 5 or 6?",
        {"maps": lambda C, a, r3, t, r5, f, p: a * t * f * p},
    ),
    (
        "the pooling branch is missing from the channels",
        "How many branches are laid behind one another?",
        {"maps": lambda C, a, r3, t, r5, f, p: a + t + f},
    ),
    (
        "the branches were added, as in a residual network, not concatenated",
        "Maps laid behind one another: do their numbers add up, or must they be equal?",
        {"maps": lambda C, a, r3, t, r5, f, p: max(a, t, f, p)},
    ),
    (
        "what came in was counted among the channels",
        "Does the module hand on its own input?",
        {"maps": lambda C, a, r3, t, r5, f, p: C + a + t + f + p},
    ),
    (
        "macs and channels have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda macs, channels: (channels, macs)},
    ),
):  # fmt: skip
    inception_macs.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_module, **change))
