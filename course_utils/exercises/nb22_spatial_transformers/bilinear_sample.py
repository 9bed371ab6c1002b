"""The exercise `bilinear_sample` of notebook 22."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb22_spatial_transformers import shares as sh
from course_utils.exercises.nb22_spatial_transformers.looks import readings, to_places
from course_utils.exercises.nb22_spatial_transformers.readings import name_readings
from course_utils.exercises.nb22_spatial_transformers.shares import pull
from course_utils.exercises.slips import result


@exercise(
    notebook="22",
    points=3,
    minutes=25,
    hints=(
        "First the place in pixels. An image of W columns reaches from −1 to 1 in units, and from "
        "−0.5 to W − 0.5 if the centre of its first pixel is at 0.",
        "column = ((x + 1)·W − 1)/2, and row in the same way with y and H. Which of the two "
        "numbers in grid[n, i, j] is x?",
        "As in notebook 08: np.maximum(0, 1 − |row − np.arange(H)|) are the shares of the rows, H "
        "numbers, of which two at most are not 0. What lies outside has no share.",
        "down @ x[n] @ along, with shares (H,) and (W,) and x[n] of shape (C, H, W), is a mixture "
        "for each channel: (C,).",
    ),
    explanation="From units to pixels: column = ((x + 1)·W − 1)/2. Then each place mixes the "
    "pixels around it, by the shares of its row times the shares of its column. Both tables of "
    "shares end at the rim of the image, so that what lies outside counts as 0.",
)
def bilinear_sample(x, grid):
    """Read images off at places between their pixels; outside of the image everything is 0.

    x (N, C, H, W); grid (N, OH, OW, 2): x and y of each place, in units from −1 (left or upper edge
    of the image) to 1 (right or lower edge) -> (N, C, OH, OW)
    """
    (N, C, H, W), (OH, OW) = x.shape, grid.shape[1:3]
    out = np.zeros((N, C, OH, OW))
    for n, i, j in np.ndindex(N, OH, OW):
        column = ((grid[n, i, j, 0] + 1) * W - 1) / 2
        row = ((grid[n, i, j, 1] + 1) * H - 1) / 2
        down = np.maximum(0, 1 - np.abs(row - np.arange(H)))  # (H,)
        along = np.maximum(0, 1 - np.abs(column - np.arange(W)))  # (W,)
        out[n, :, i, j] = down @ x[n] @ along
    return out


@bilinear_sample.cases
def _(rng):
    for x, grid, label in readings(rng):
        yield case(x, grid, label=label)
    yield case(rng.integers(0, 9, (1, 2, 3, 4)), rng.uniform(-0.9, 0.9, (1, 2, 3, 2)),
               label="whole numbers (dtype int)")  # fmt: skip


@bilinear_sample.oracle
def _(x, grid):
    N, C, H, W = x.shape
    out = np.zeros((N, C, *grid.shape[1:3]))
    for n, i, j in np.ndindex(N, *grid.shape[1:3]):
        along, down = (float(k) for k in grid[n, i, j])
        column, row = (along + 1) / (2 / W) - 0.5, (down + 1) / (2 / H) - 0.5
        for r in range(H):
            for c in range(W):
                if abs(row - r) < 1 and abs(column - c) < 1:
                    share = (1 - abs(row - r)) * (1 - abs(column - c))
                    out[n, :, i, j] += share * x[n, :, r, c].astype(float)
    return out


name_readings(bilinear_sample, pull)


bilinear_sample.mistake(
    "each place took the nearest pixel, without mixing",
    hint="Your places were rounded. Between two pixels of 10 and 20, what should be read?",
)(partial(pull, split=sh.nearest))


bilinear_sample.mistake(
    "each place took the pixel before it, without mixing: the fraction was thrown away",
    hint="np.floor or int() leaves one pixel. Which other pixels are near, and how much does each "
    "of them count?",
    also=(partial(pull, split=lambda places: [(np.trunc(places), np.ones_like(places))]),),
)(partial(pull, split=sh.before))


bilinear_sample.mistake(
    "the shares were exchanged: the farther pixel got the larger one",
    hint="A place a tenth of a pixel after the first one: how much of the first is in the mixture?",
    also=(partial(pull, split=sh.exchanged, rows=sh.two_nearest),
          partial(pull, split=sh.two_nearest, rows=sh.exchanged)),
)(partial(pull, split=sh.exchanged))  # fmt: skip


bilinear_sample.mistake(
    "the pixels around a place were averaged: each got the same share",
    hint="Does your answer change when the place moves a little, within the same four pixels?",
)(partial(pull, split=sh.halves))


bilinear_sample.mistake(
    "only along the columns, or only along the rows, was there a mixture",
    hint="Four pixels lie around a place. How many of them have a share in your code?",
    also=(
        partial(pull, split=sh.before, rows=sh.two_nearest),
        partial(pull, split=sh.two_nearest, rows=sh.nearest),
        partial(pull, split=sh.nearest, rows=sh.two_nearest),
    ),
)(partial(pull, split=sh.two_nearest, rows=sh.before))


bilinear_sample.mistake(
    "outside of the image the border was repeated, where zeros should be",
    hint="np.clip moves a pixel from outside to the border, and there it has a value. What should "
    "a pixel outside count?",
    also=(
        partial(pull, moved=lambda places, size: places.clip(0, size - 1)),
        lambda x, grid: pull(x, grid.clip(-1, 1), outside=sh.at_the_border),
    ),
)(partial(pull, outside=sh.at_the_border))


bilinear_sample.mistake(
    "the border was repeated around the image, and zero comes only after it",
    hint="A place at the very edge lies half way between the last pixel and the outside. How much "
    "of the last pixel should be in the mixture?",
    also=(lambda x, grid: pull(x, grid, keep=sh.inside, moved=_within),),
)(partial(pull, keep=sh.inside, outside=sh.at_the_border))


def _within(places, size):
    return places.clip(0, size - 1)


bilinear_sample.mistake(
    "pixels outside were read at the other end of the image: negative indices count from the end",
    hint="x[..., −1] is the last column. You ask whether a pixel lies beyond the end. And before "
    "the beginning?",
)(partial(pull, outside=sh.from_the_end))


bilinear_sample.mistake(
    "the image was repeated, or mirrored, outside",
    hint="Outside of the image everything is 0. What does your % do?",
    also=(partial(pull, outside=sh.mirrored),),
)(partial(pull, outside=sh.around))


bilinear_sample.mistake(
    "a place got 0 as soon as one of its four pixels lies outside",
    hint="A place at the very edge lies half way between the last pixel and the outside. How much "
    "of the last pixel should be in the mixture?",
)(partial(pull, keep=sh.all_four_inside))


bilinear_sample.mistake(
    "a place outside of the edges got 0, though a pixel inside is near",
    hint="A place a little left of the edge is less than one pixel away from the first column. "
    "Does that have a share?",
)(partial(pull, keep=sh.inside))


bilinear_sample.mistake(
    "the shares of a place were divided by their sum",
    hint="A place near the rim looks half outside, where everything is 0. Should that be made up "
    "for?",
)(partial(pull, normal=sh.per_sum))


bilinear_sample.mistake(
    "left of the first pixel and above it, int() has rounded up: it cuts off towards 0",
    hint="What is int(−0.3), and what is np.floor(−0.3)? Which of the two is the pixel before?",
)(partial(pull, split=sh.cut_off))


bilinear_sample.mistake(
    "a pixel counts twice where a place is right on it: floor and ceil are the same there",
    hint="What are np.floor(2.0) and np.ceil(2.0), and which shares do they get? The second pixel "
    "is the first one + 1.",
    also=(partial(pull, split=sh.floor_and_ceil, rows=sh.two_nearest),
          partial(pull, split=sh.two_nearest, rows=sh.floor_and_ceil)),
)(partial(pull, split=sh.floor_and_ceil))  # fmt: skip


bilinear_sample.mistake(
    "places right on a pixel got 0: floor and ceil are the same there, and both shares are 0",
    hint="What are np.floor(2.0) and np.ceil(2.0), and which shares do they get? The second pixel "
    "is the first one + 1.",
)(
    partial(
        pull,
        split=lambda places: [
            (np.floor(places), np.ceil(places) - places),
            (np.ceil(places), places - np.floor(places)),
        ],
    )
)


def _by_roofs(x, grid, *, roof):
    """Shares for all pixels of a row, or a column, from their signed distances."""
    shares = [roof(apart) for apart in sh.distances(grid, x.shape[2:])]
    return np.einsum("nijr,nijc,nkrc->nkij", *shares, x)


bilinear_sample.mistake(
    "far pixels have a share below 0: the maximum with 0 is missing",
    hint="A pixel three columns away: what is 1 − 3? How much of it should be in the mixture?",
    also=(
        partial(_by_roofs, roof=lambda apart: np.minimum(0, 1 - np.abs(apart))),
        partial(_by_roofs, roof=lambda apart: np.abs(1 - np.abs(apart))),
    ),
)(partial(_by_roofs, roof=lambda apart: 1 - np.abs(apart)))


bilinear_sample.mistake(
    "a share does not fall in a straight line, from 1 to 0 over one pixel",
    hint="Half way between two pixels, each has a share of one half. Which shares has your roof "
    "there, and one pixel away?",
    also=tuple(partial(_by_roofs, roof=roof) for roof in sh.OTHER_ROOFS[1:]),
)(partial(_by_roofs, roof=sh.OTHER_ROOFS[0]))


bilinear_sample.mistake(
    "one side of the roof is missing: the distance needs np.abs",
    hint="Three pixels after the place, row − r is −3. What is 1 − (−3), and what should it be?",
    also=(
        partial(_by_roofs, roof=lambda apart: np.maximum(0, 1 + apart)),
        partial(_by_roofs, roof=lambda apart: 1 - apart),
    ),
)(partial(_by_roofs, roof=lambda apart: np.maximum(0, 1 - apart)))


@bilinear_sample.mistake(
    "the share falls with the straight distance: a cone, not a roof times a roof",
    hint="Along the rows there is one share, along the columns another. How do the two of them "
    "come together?",
)
def _(x, grid):
    rows, columns = sh.distances(grid, x.shape[2:])
    apart = np.hypot(rows[..., np.newaxis], columns[..., np.newaxis, :])  # (N, OH, OW, H, W)
    return np.einsum("nijrc,nkrc->nkij", np.maximum(0, 1 - apart), x)


def _summed(x, grid):
    down, along = sh.tables(grid, x.shape[2:])
    rows = np.einsum("nijr,nkrc->nkijc", down, x)
    near = (along > 0).astype(float)
    columns = np.einsum("nijc,nkrc->nkijr", along, x)
    return (np.einsum("nijc,nkijc->nkij", near, rows)
            + np.einsum("nijr,nkijr->nkij", (down > 0).astype(float), columns))  # fmt: skip


bilinear_sample.mistake(
    "the shares of rows and columns were added, where they should be multiplied",
    hint="A place is right on a pixel. Which share has its neighbour diagonally below: 0 · 0 or "
    "0 + 0? And the one beside it?",
)(_summed)


bilinear_sample.mistake(
    "only two of the four pixels take part: the upper left and the lower right one",
    hint="Two rows and two columns make four pixels. Which pairs does your loop visit?",
)(
    lambda x, grid: sum(
        pull(x, grid, split=lambda places, k=k: [list(sh.two_nearest(places))[k]]) for k in (0, 1)
    )
)


bilinear_sample.mistake(
    "the shares of the rows were used for the columns as well, or those of the columns for both",
    hint="Which fraction belongs to the row, and which to the column? Does your code use both?",
    also=(lambda x, grid: _one_fraction(x, grid, 1),),
)(lambda x, grid: _one_fraction(x, grid, 0))


def _one_fraction(x, grid, which):
    """Right pixels, but the fraction of the rows (0) or of the columns (1) serves for both."""
    places = to_places(grid, x.shape[2:])
    fraction = places[which] - np.floor(places[which])
    tables = [
        sh.table(np.floor(p) + fraction, size) for p, size in zip(places, x.shape[2:], strict=True)
    ]
    return np.einsum("nijr,nijc,nkrc->nkij", *tables, x)


bilinear_sample.mistake(
    "the places of the first image were used for all images",
    hint="Each image has its own grid. Does your code look at grid[0] alone?",
)(lambda x, grid: pull(x, np.repeat(grid[:1], len(grid), axis=0)))


bilinear_sample.mistake(
    "all places were read in the first image",
    hint="Each grid belongs to its own image. Does your code look at x[0] alone?",
)(lambda x, grid: pull(np.repeat(x[:1], len(x), axis=0), grid))


bilinear_sample.mistake(
    "the channels were added up, or averaged, or only the first one was read",
    hint="Each channel is read by itself, at the same places. What does your sum go over?",
    also=(
        lambda x, grid: _in_all_channels(x, pull(x, grid).mean(axis=1, keepdims=True)),
        lambda x, grid: _in_all_channels(x, pull(x, grid)[:, :1]),
    ),
)(lambda x, grid: _in_all_channels(x, pull(x, grid).sum(axis=1, keepdims=True)))


def _in_all_channels(x, one):
    return np.repeat(one, x.shape[1], axis=1)


bilinear_sample.slip(
    result(lambda out, **rest: np.moveaxis(out, 1, 3)),
    "the channels are on the last axis",
    hint="Which shape does the docstring ask for, and which one has yours?",
)


bilinear_sample.slip(
    result(lambda out, **rest: np.swapaxes(out, 2, 3)),
    "rows and columns of the result have changed places",
    hint="grid[n, i, j] belongs to out[n, :, i, j]. Where does yours go?",
)


bilinear_sample.slip(
    result(lambda out, x, **rest: out.astype(int) if x.dtype.kind in "iu" else out),
    "whole numbers in, whole numbers out: the fractions were cut off",
    hint="Half way between 10 and 21 lies 15.5. Which dtype does your array of results have?",
    also=(result(lambda out, **rest: np.round(out)),),
)
