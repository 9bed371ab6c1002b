"""The exercise `bilinear_sample_backward` of notebook 22."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb22_spatial_transformers import shares as sh
from course_utils.exercises.nb22_spatial_transformers.looks import readings, strided
from course_utils.exercises.nb22_spatial_transformers.readings import name_readings
from course_utils.exercises.nb22_spatial_transformers.shares import pull, push
from course_utils.exercises.slips import averaged, given, negated, result


@exercise(
    notebook="22",
    points=3,
    minutes=20,
    hints=(
        "Places and shares are those of bilinear_sample. Only the last line changes: which array "
        "is read now, and which is written?",
        "Forwards, a place took a share of each pixel. So a share of its gradient goes back to "
        "each of them, and what comes from several places adds up.",
        "np.outer(down, along) is a table (H, W) of shares. With which axes must the numbers of "
        "all channels at one place, grad_out[n, :, i, j], come, so that (C, H, W) results?",
    ),
    explanation="Forwards out[n, c, i, j] = Σ down[r]·along[s]·x[n, c, r, s]. So pixel (r, s) "
    "collects down[r]·along[s]·grad_out[n, c, i, j] from all places that looked at it: the same "
    "shares, in the other direction. It is the adjoint of reading, as in notebook 08.",
)
def bilinear_sample_backward(grad_out, grid, size):
    """Gradient of the loss for the images x in out = bilinear_sample(x, grid).

    grad_out (N, C, OH, OW); grid (N, OH, OW, 2): x and y of each place, in units; size (H, W) of
    the images in pixels -> grad_x (N, C, H, W)
    """
    (N, C, OH, OW), (H, W) = grad_out.shape, size
    grad_x = np.zeros((N, C, H, W))
    for n, i, j in np.ndindex(N, OH, OW):
        column = ((grid[n, i, j, 0] + 1) * W - 1) / 2
        row = ((grid[n, i, j, 1] + 1) * H - 1) / 2
        down = np.maximum(0, 1 - np.abs(row - np.arange(H)))  # (H,)
        along = np.maximum(0, 1 - np.abs(column - np.arange(W)))  # (W,)
        grad_x[n] += grad_out[n, :, i, j, None, None] * np.outer(down, along)
    return grad_x


@bilinear_sample_backward.cases
def _(rng):
    for x, grid, label in readings(rng):
        grad_out = rng.normal(size=(*x.shape[:2], *grid.shape[1:3]))
        if x.size == 3:
            grad_out = np.array([[[[1.0, 4.0]]]])
        if x.dtype == np.float32:
            grad_out = strided(grad_out)
        yield case(grad_out, grid, x.shape[2:], label=label)
    yield case(rng.integers(1, 9, (1, 2, 3, 2)), rng.uniform(-0.9, 0.9, (1, 3, 2, 2)), (3, 4),
               label="whole numbers (dtype int)")  # fmt: skip


@bilinear_sample_backward.oracle
def _(grad_out, grid, size):
    (N, C), (H, W) = grad_out.shape[:2], size
    grad_x = np.zeros((N, C, H, W))
    for n, r, c in np.ndindex(N, H, W):  # who has looked at this pixel, and how much of it?
        for i, j in np.ndindex(grad_out.shape[2:]):
            column, row = ((float(k) + 1) / (2 / s) - 0.5
                           for k, s in zip(grid[n, i, j], (W, H), strict=True))  # fmt: skip
            if abs(row - r) < 1 and abs(column - c) < 1:
                share = (1 - abs(row - r)) * (1 - abs(column - c))
                grad_x[n, :, r, c] += share * grad_out[n, :, i, j].astype(float)
    return grad_x


def _steps(grid, size):
    """The four neighbours, one after the other: rows, columns, shares, each (N, OH, OW)."""
    row, column = sh.to_places(grid, size)
    for r, down in sh.two_nearest(row):
        for c, along in sh.two_nearest(column):
            inside = (r >= 0) & (r < size[0]) & (c >= 0) & (c < size[1])
            yield r.astype(int), c.astype(int), np.where(inside, down * along, 0), inside


def _written(grad_out, grid, size, *, by_place=False, start=lambda grad_x: grad_x):
    """Shares with = for +=: neighbour after neighbour, or place after place.

    start(grad_x): what is there before the places of the next neighbour are written
    """
    grad_x = np.zeros((*grad_out.shape[:2], *size))
    orders = [[(*neighbour, place) for place in np.ndindex(grid.shape[:3])]
              for neighbour in _steps(grid, size)]  # fmt: skip
    if by_place:
        orders = zip(*orders, strict=True)
    for order in orders:
        layer = start(grad_x)
        for rows, columns, share, inside, (n, i, j) in order:
            if inside[n, i, j]:
                value = share[n, i, j] * grad_out[n, :, i, j]
                layer[n, :, rows[n, i, j], columns[n, i, j]] = value
        grad_x = layer if layer is grad_x else grad_x + layer
    return grad_x


def _lost_at_the_border(grad_out, grid, size):
    """a[indices] += b, where neighbours outside were moved to the border with a share of 0."""
    grad_x = np.zeros((*grad_out.shape[:2], *size))
    images = np.arange(len(grid))[:, None, None]
    for rows, columns, share, _ in _steps(grid, size):
        where = images, slice(None), rows.clip(0, size[0] - 1), columns.clip(0, size[1] - 1)
        grad_x[where] += share[..., None] * np.moveaxis(grad_out, 1, 3)
    return grad_x


bilinear_sample_backward.mistake(
    "a[indices] += b adds only once where an index comes twice",
    hint="Two places look at the same pixel. NumPy reads grad_x[rows, columns], adds, and writes "
    "it back: how often? np.add.at does not forget, and neither does a loop.",
    also=(_lost_at_the_border,),
)(partial(_written, start=np.zeros_like))


bilinear_sample_backward.mistake(
    "a later share overwrites an earlier one: = instead of +=",
    hint="How many places have looked at one and the same pixel, and what happens to their "
    "gradients?",
    also=(partial(_written, by_place=True), lambda *args: _where_positive(*args)),
)(_written)


def _where_positive(grad_out, grid, size):
    down, along = sh.tables(grid, size)
    grad_x = np.zeros((*grad_out.shape[:2], *size))
    for n, i, j in np.ndindex(grid.shape[:3]):
        share = np.outer(down[n, i, j], along[n, i, j])
        spread = grad_out[n, :, i, j, None, None] * share
        grad_x[n] = np.where(share > 0, spread, grad_x[n])
    return grad_x


def _last_of_all(grad_out, grid, size):
    only = np.zeros(grad_out.shape)
    only[-1, :, -1, -1] = grad_out[-1, :, -1, -1]
    return push(only, grid, size)


def _last(grad_out, grid, size):
    only = np.zeros(grad_out.shape)
    only[:, :, -1, -1] = grad_out[:, :, -1, -1]
    return push(only, grid, size)


bilinear_sample_backward.mistake(
    "only the last place has given its gradient back: = instead of +=",
    hint="What is left of the earlier places when your loop assigns to grad_x[n], or makes grad_x "
    "anew in every round?",
    also=(_last_of_all,),
)(_last)


bilinear_sample_backward.mistake(
    "only the first place has given its gradient back: the return is inside of the loop",
    hint="Which line should the function end with, and how far is it indented?",
)(lambda grad_out, grid, size: _place(grad_out, grid, size, 0))


def _place(grad_out, grid, size, k):
    only = np.zeros(grad_out.shape)
    only[:1, :, k, k] = grad_out[:1, :, k, k]
    return push(only, grid, size)


bilinear_sample_backward.mistake(
    "what arrives at a pixel was averaged, where it should be added",
    hint="You divide by the sum of the shares. Where in the forward pass was there a division?",
)(lambda grad_out, grid, size: _per_arrival(grad_out, grid, size))


def _per_arrival(grad_out, grid, size):
    arrived = push(np.ones(grad_out.shape), grid, size)
    return push(grad_out, grid, size) / np.where(arrived > 0, arrived, 1)


bilinear_sample_backward.slip(
    averaged(over="all places", count=lambda grad_out, **rest: np.prod(grad_out.shape[2:])),
)


bilinear_sample_backward.slip(
    averaged(over="the images", count=lambda grad_out, **rest: len(grad_out)),
)


bilinear_sample_backward.slip(negated())


name_readings(bilinear_sample_backward, push)


for name, hint, change in (
    (
        "each gradient went to the nearest pixel only",
        "Forwards, four pixels took part in each place. Who else must get a share?",
        {"split": sh.nearest},
    ),
    (
        "each gradient went to the pixel before the place only",
        "Forwards, four pixels took part in each place. Who else must get a share?",
        {"split": sh.before},
    ),
    (
        "all four pixels got the whole gradient, or the same share of it",
        "Forwards, each pixel had a share of its own. How much of the gradient is it due?",
        {"split": sh.halves},
    ),
    (
        "the shares were exchanged: the farther pixel got the larger one",
        "A place a tenth of a pixel after the first one: how much of its gradient goes there?",
        {"split": sh.exchanged},
    ),
    (
        "what belongs to pixels outside went to the border",
        "Forwards, pixels outside counted as 0, whatever they are. Who gets their share?",
        {"outside": sh.at_the_border},
    ),
    (
        "what belongs to pixels outside went to the other end: negative indices count from the end",
        "grad_x[..., −1] is the last column. You ask whether a pixel lies beyond the end. And "
        "before the beginning?",
        {"outside": sh.from_the_end},
    ),
    (
        "a place gave nothing back as soon as one of its four pixels lies outside",
        "A place at the very edge took half of the last pixel. What does that pixel get?",
        {"keep": sh.all_four_inside},
    ),
    (
        "a place outside of the edges gave nothing back, though a pixel inside has a share",
        "A place a little left of the edge took a share of the first column. What goes back?",
        {"keep": sh.inside},
    ),
    (
        "the shares of a place were divided by their sum",
        "Did bilinear_sample divide the shares by anything?",
        {"normal": sh.per_sum},
    ),
    (
        "left of the first pixel and above it, int() has rounded up: it cuts off towards 0",
        "What is int(−0.3), and what is np.floor(−0.3)? Which of the two is the pixel before?",
        {"split": sh.cut_off},
    ),
    (
        "a pixel counts twice where a place is right on it: floor and ceil are the same there",
        "What are np.floor(2.0) and np.ceil(2.0), and which shares do they get?",
        {"split": sh.floor_and_ceil},
    ),
):
    also = ()
    if change.get("split") is sh.halves:
        also = (lambda *args: 4 * push(*args, split=sh.halves), partial(push, normal=np.sign))
    if change.get("outside") is sh.at_the_border:
        also = (partial(push, moved=lambda places, size: places.clip(0, size - 1)),)
    bilinear_sample_backward.mistake(name, hint=hint, also=also)(partial(push, **change))


def _by_roofs(grad_out, grid, size, *, roof):
    shares = [roof(apart) for apart in sh.distances(grid, size)]
    return np.einsum("nijr,nijc,nkij->nkrc", *shares, grad_out)


bilinear_sample_backward.mistake(
    "far pixels have a share below 0: the maximum with 0 is missing",
    hint="A pixel three columns away: what is 1 − 3? How much of the gradient is it due?",
    also=(partial(_by_roofs, roof=lambda apart: np.minimum(0, 1 - np.abs(apart))),),
)(partial(_by_roofs, roof=lambda apart: 1 - np.abs(apart)))


bilinear_sample_backward.mistake(
    "a share does not fall in a straight line, from 1 to 0 over one pixel",
    hint="Half way between two pixels, each has a share of one half. Which shares has your roof "
    "there, and one pixel away?",
    also=tuple(partial(_by_roofs, roof=roof) for roof in sh.OTHER_ROOFS[1:]),
)(partial(_by_roofs, roof=sh.OTHER_ROOFS[0]))


bilinear_sample_backward.slip(
    given(lambda arguments: {"size": arguments["size"][::-1]}),
    "size was read as (W, H)",
    hint="Which of the two numbers counts the rows, and which the columns?",
)


bilinear_sample_backward.slip(
    result(
        lambda grad_x, **rest: np.repeat(grad_x.sum(axis=0, keepdims=True), len(grad_x), axis=0)
    ),
    "all images share one gradient: the sum over all of them",
    hint="Each image was read by its own grid only. Over which axes should the sum go?",
    also=(result(lambda grad_x, **rest: grad_x.sum(axis=0)),),
)


bilinear_sample_backward.mistake(
    "one side of the roof is missing: the distance needs np.abs",
    hint="Three pixels after the place, row − r is −3. What is 1 − (−3), and what should it be?",
    also=(partial(_by_roofs, roof=lambda apart: np.maximum(0, 1 + apart)),),
)(partial(_by_roofs, roof=lambda apart: np.maximum(0, 1 - apart)))


def _read_again(grad_out, grid, size):
    """Reading grad_out at the same places; a result of the image's size, where that can be."""
    where = grid[:, : size[0], : size[1]]
    full = np.full((len(grid), *size, 2), 9.0)  # far outside
    full[:, : where.shape[1], : where.shape[2]] = where
    return pull(grad_out, full)


bilinear_sample_backward.mistake(
    "grad_out was read at the same places once more",
    hint="On the way back everything goes the other way. Does grad_out get read there, or does "
    "each of its numbers go to four pixels?",
    also=(lambda grad_out, grid, size: pull(grad_out, grid),),
)(_read_again)


bilinear_sample_backward.mistake(
    "the places of the first image were used for all images",
    hint="Each image has its own grid. Does your code look at grid[0] alone?",
)(lambda grad_out, grid, size: push(grad_out, np.repeat(grid[:1], len(grid), axis=0), size))


bilinear_sample_backward.mistake(
    "all channels got the same gradient: that of the first one, or the sum of all",
    hint="Each channel is read by itself. Which channel of grad_out goes to which of grad_x?",
    also=(lambda grad_out, grid, size: push(_all(grad_out.sum(1), grad_out), grid, size),
          lambda grad_out, grid, size: push(_all(grad_out.mean(1), grad_out), grid, size)),
)(lambda grad_out, grid, size: push(_all(grad_out[:, 0], grad_out), grid, size))  # fmt: skip


def _all(one, like):
    return np.repeat(one[:, np.newaxis], like.shape[1], axis=1)


bilinear_sample_backward.slip(
    result(lambda grad_x, size, **rest: grad_x * (size[0] / 2) * (size[1] / 2)),
    "a factor too many: the sizes of the image in units belong to the gradient of the places",
    hint="A share is a share, whatever the units. Is there a derivative of a place in here?",
    also=(result(lambda grad_x, size, **rest: grad_x * (size[1] / 2)),),
)


bilinear_sample_backward.slip(
    result(lambda grad_x, **rest: np.swapaxes(grad_x, 2, 3)),
    "rows and columns of the result have changed places",
    hint="size is (H, W), and grad_x is (N, C, H, W). In which order is your np.zeros made?",
    also=(result(lambda grad_x, **rest: np.swapaxes(grad_x, 2, 3).reshape(grad_x.shape)),),
)


bilinear_sample_backward.slip(
    result(lambda grad_x, grad_out, **rest: (
        grad_x.astype(int) if grad_out.dtype.kind in "iu" else grad_x)),
    "whole numbers in, whole numbers out: the fractions were cut off",
    hint="np.zeros_like(grad_out) has the dtype of grad_out. Which one does your array have?",
)  # fmt: skip
