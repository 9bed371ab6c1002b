"""The exercise `skip_concat` of notebook 21."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb21_segmentation import skip_forms as f
from course_utils.exercises.nb21_segmentation.label_maps import strided
from course_utils.exercises.slips import first_only, result


@exercise(
    notebook="21",
    points=2,
    minutes=12,
    hints=(
        "How many rows are too many? skip.shape[2] − grown.shape[2]. Half of them, rounded down, "
        "is where the part that stays begins.",
        "skip[:, :, top : top + H, left : left + W]. A slice that ends at −top is empty for "
        "top = 0.",
        "np.concatenate([…, …], axis=1) puts maps on top of one another.",
    ),
    explanation="The rim of the skip is cut off, the same on both sides; of an odd number of rows "
    "the last one goes. Then both have the same size, and their maps become one stack. Nothing is "
    "added up: the next layer chooses what to take from which map.",
)
def skip_concat(grown, skip):
    """The maps of a skip connection, cut to size, and then those that have come up from below.

    grown (N, C, H, W); skip (N, S, SH, SW), SH ≥ H and SW ≥ W -> (N, S + C, H, W). Of the skip the
    middle H × W pixels stay; where an odd number of rows (columns) must go, one more goes at the
    bottom (on the right).
    """
    H, W = grown.shape[2:]
    top, left = (skip.shape[2] - H) // 2, (skip.shape[3] - W) // 2
    return np.concatenate([skip[:, :, top : top + H, left : left + W], grown], axis=1)


@skip_concat.cases
def _(rng):
    numbers = np.arange(1, 17).reshape(1, 1, 4, 4)
    yield case(-np.array([[[[1, 2], [3, 4]]]]), numbers, label="2 × 2 and 4 × 4 whole numbers")
    yield case(rng.normal(size=(1, 2, 2, 3)), rng.normal(size=(1, 1, 2, 3)),
               label="nothing has to be cut off")  # fmt: skip
    yield case(rng.normal(size=(2, 3, 2, 3)), rng.normal(size=(2, 4, 5, 4)),
               label="three rows too many, one column too many")  # fmt: skip
    yield case(rng.normal(size=(3, 1, 4, 2)), rng.normal(size=(3, 2, 4, 9)),
               label="columns only: seven too many")  # fmt: skip
    yield case(rng.normal(size=(2, 2, 3, 5)), rng.normal(size=(2, 2, 8, 5)),
               label="rows only: five too many, as many maps in both")  # fmt: skip
    yield case(rng.normal(size=(1, 5, 4, 3)), rng.normal(size=(1, 3, 8, 9)), label="4 × 3 of 8 × 9")
    yield case(rng.normal(size=(2, 2, 2, 2)), rng.normal(size=(2, 2, 6, 4)),
               label="as many images as maps, rows and columns")  # fmt: skip
    yield case(strided(rng.normal(size=(2, 3, 3, 4))), strided(rng.normal(size=(2, 1, 6, 7))),
               label="float32, not in memory order")  # fmt: skip


@skip_concat.oracle
def _(grown, skip):
    """Pixel by pixel. As much goes at the end as at the beginning, or one more."""

    def begin(have, want):
        (k,) = [k for k in range(have - want + 1) if have - want - k - k in (0, 1)]
        return k

    N, C, H, W = grown.shape
    S, SH, SW = skip.shape[1:]
    top, left = begin(SH, H), begin(SW, W)
    out = np.zeros((N, S + C, H, W))
    for n, m, i, j in np.ndindex(*out.shape):
        out[n, m, i, j] = skip[n, m, i + top, j + left] if m < S else grown[n, m - S, i, j]
    return out


def _way(name, hint, also=(), **change):
    also = tuple(partial(f.join, **other) for other in also)
    skip_concat.mistake(name, hint=hint, also=also)(partial(f.join, **change))


_GROWN_FIRST = {"joined": lambda s, g: np.concatenate([g, s], axis=1)}

_way("the maps from below come first; those of the skip should",
     "In which order does the docstring name them?",
     **_GROWN_FIRST,
     also=({**_GROWN_FIRST, "cut": partial(f.windows, at=lambda a, b: -((b - a) // 2))},
           {**_GROWN_FIRST, "cut": partial(f.windows, at=lambda a, b: 0)}))  # fmt: skip

_way("the upper left corner of the skip was taken, not its middle",
     "A pixel in the middle of one map should meet the pixel in the middle of the other. Does it?",
     cut=partial(f.windows, at=lambda a, b: 0))  # fmt: skip

_way("the lower right corner of the skip was taken: rows go at the top only, columns on the left",
     "A pixel in the middle of one map should meet the pixel in the middle of the other. Does it?",
     cut=partial(f.windows, at=lambda a, b: a - b))  # fmt: skip

_way("of an odd number of rows the first one went, not the last one",
     "Three rows are too many. What is 3 // 2, and how many go at the bottom then?",
     cut=partial(f.windows, at=lambda a, b: -((b - a) // 2)),
     also=({"cut": partial(f.windows, at=lambda a, b: a // 2 - b // 2)},
           {"cut": partial(f.windows, at=lambda a, b: (a + 1) // 2 - b // 2)}))  # fmt: skip

_way("round() goes to the even number: round(0.5) is 0, and round(1.5) is 2",
     "One row too many, and three: how many go at the top in yours? Which operator always rounds "
     "down?",
     cut=partial(f.windows, at=lambda a, b: round((a - b) / 2)))  # fmt: skip

_way("the skip ends at −top, which leaves nothing where nothing has to go",
     "What is x[0:-0]?",
     cut=f.half_from_both_ends,
     also=({"cut": lambda s, H, W: s[:, :, (s.shape[2] - H) // 2 : (H - s.shape[2]) // 2,
                                     (s.shape[3] - W) // 2 : (W - s.shape[3]) // 2]},))  # fmt: skip

_way("the offset of the rows was used for the columns as well, or the other way round",
     "Two rows and four columns are too many. Where does the middle part begin, down and across?",
     cut=partial(f.one_offset, axis=2), also=({"cut": partial(f.one_offset, axis=3)},))  # fmt: skip

_way("the slice ends at H, not at top + H",
     "x[1:4] has three rows. Where should a slice of H rows end that begins at top?",
     cut=lambda s, H, W: s[:, :, f.offset(s.shape[2], H) : H, f.offset(s.shape[3], W) : W],
     )  # fmt: skip

_way("half the difference is no whole number: / gives 1.0, and a slice needs 1",
     "Which operator divides and rounds down?",
     cut=partial(f.windows, at=lambda a, b: (a - b) / 2))  # fmt: skip

_way("the same number was cut from both ends, so of an odd number of rows one too many stays",
     "Three rows are too many, and one goes at the top. How many must go at the bottom?",
     cut=f.same_from_both_ends)  # fmt: skip

_way("rows and columns were exchanged in the cut",
     "shape[2] counts rows, shape[3] columns. Which offset goes with which axis?",
     cut=f.offsets_exchanged,
     also=({"cut": lambda s, H, W: f.windows(s, W, H)},))  # fmt: skip

_way("only rows were cut",
     "What is the size of your skip after the cut, in both directions?",
     cut=lambda s, H, W: f.windows(s, H, s.shape[3]))  # fmt: skip

_way("only columns were cut",
     "What is the size of your skip after the cut, in both directions?",
     cut=lambda s, H, W: f.windows(s, s.shape[2], W))  # fmt: skip

_way("the skip was not cut at all",
     "Which size have both when you join them?",
     cut=lambda s, H, W: s)  # fmt: skip

_way("the skip was made smaller by leaving out pixels, not by cutting off its rim",
     "One pixel of grown is one pixel of the skip. Which ones should stay?",
     cut=f.resized)  # fmt: skip

skip_concat.mistake(
    "grown was padded with zeros, up to the size of the skip",
    hint="Which size should come out: that of grown or that of the skip?",
)(f.padded)

_way("both were added up, not put side by side",
     "How many maps should come out?",
     joined=lambda s, g: s + g,
     also=({"joined": lambda s, g: (s + g) / 2}, {"joined": np.maximum}))  # fmt: skip

_way("they were joined along another axis than that of the maps",
     "(N, C, H, W): on which axis are the maps?",
     joined=lambda s, g: np.concatenate([s, g], axis=0),
     also=({"joined": lambda s, g: np.concatenate([s, g], axis=2)},
           {"joined": lambda s, g: np.concatenate([s, g], axis=3)}))  # fmt: skip

_way("np.append without an axis makes one long row of both",
     "Which shape has your result? (N, C, H, W): on which axis are the maps?",
     joined=np.append)  # fmt: skip

_way("only as many maps of the skip were taken as have come up",
     "Which of the sizes has to be the same for both: rows and columns, or also the maps?",
     cut=lambda s, H, W: f.centre(s, H, W), joined=lambda s, g: np.concatenate(
         [s[:, : g.shape[1]], g], axis=1))  # fmt: skip

_way("they were stacked on an axis of their own",
     "How many axes should the result have? np.stack makes a new one.",
     joined=lambda s, g: np.stack([s, g], axis=1),
     also=({"joined": lambda s, g: np.stack([s, g])},))  # fmt: skip

_way("the skip is missing",
     "How many maps should come out?",
     joined=lambda s, g: g)  # fmt: skip

_way("what came from below is missing",
     "How many maps should come out?",
     joined=lambda s, g: s)  # fmt: skip

_way("the skip is there twice, and what came from below is not",
     "Which two arrays did you join?",
     joined=lambda s, g: np.concatenate([s, s], axis=1),
     also=({"joined": lambda s, g: np.concatenate([g, g], axis=1)},))  # fmt: skip

_way("the maps of both come in turns",
     "In which order does the docstring name them?",
     joined=f.taken_in_turns)  # fmt: skip

skip_concat.slip(first_only("grown", "skip"))

skip_concat.slip(
    result(lambda value, **rest: value.transpose(0, 2, 3, 1)),
    "the maps come last: (N, H, W, S + C)",
    hint="Which shape does the docstring ask for?",
)

skip_concat.slip(
    result(lambda value, **rest: value.swapaxes(2, 3)),
    "rows and columns have changed places",
    hint="Which shape does the docstring ask for? Rows come first.",
)
