"""Other readings of places in units, as rows and columns of pixels: mistakes of three exercises."""

from functools import partial

from course_utils.exercises.nb22_spatial_transformers.looks import to_places


def corners(grid, size):
    """−1 and 1 are the centres of the first and last pixels."""
    return _each(grid, size, lambda p, count: (p + 1) / 2 * (count - 1))


def _each(grid, size, convert):
    """convert(places in units, pixels) for y and H, then for x and W."""
    return convert(grid[..., 1], size[0]), convert(grid[..., 0], size[1])


def _converted(*ways):
    return tuple(partial(_each, convert=way) for way in ways)


def _one_axis(convert):
    """The same mistake in the rows only, and in the columns only."""
    wrong = partial(_each, convert=convert)
    yield lambda grid, size: (wrong(grid, size)[0], to_places(grid, size)[1])
    yield lambda grid, size: (to_places(grid, size)[0], wrong(grid, size)[1])


def without_half(places, count):
    return (places + 1) / 2 * count


# name, hint, readings (grid, size) -> rows, columns
READINGS = (
    (
        "−1 and 1 were taken for the centres of the first and last pixels, not for the edges",
        "In units an image reaches from −1 to 1, edge to edge. At which place, in pixels, is x = "
        "1: at W − 1 or at W − 0.5?",
        (corners,),
    ),
    (
        "half a pixel is missing: 0 is the centre of the first pixel, and −0.5 its edge",
        "x = −1 is the left edge of the image. How far left of the first pixel's centre is that?",
        (*_converted(without_half), *_one_axis(without_half)),
    ),
    (
        "half a pixel was added, not subtracted",
        "x = −1 is the left edge of the image. How far left of the first pixel's centre is that?",
        _converted(lambda p, count: ((p + 1) * count + 1) / 2),
    ),
    (
        "a whole pixel was subtracted, not half of one",
        "x = −1 is the left edge of the image. How far left of the first pixel's centre is that?",
        _converted(lambda p, count: (p + 1) / 2 * count - 1),
    ),
    (
        "the way from −1 to 1 became two widths of the image: / 2 is missing",
        "Put in x = 1. Which column is that, in an image of W columns?",
        _converted(lambda p, count: (p + 1) * count - 1, lambda p, count: (p + 1) * count,
                   lambda p, count: (p + 1) * count - 0.5,
                   lambda p, count: (p + 1) * (count - 1)),
    ),
    (
        "0 was taken for the first pixel, but in units it is the middle of the image",
        "Put in x = −1. Which column is that in your code?",
        _converted(lambda p, count: p * count / 2, lambda p, count: (p * count - 1) / 2,
                   lambda p, count: p * (count - 1) / 2),
    ),
    (
        "x and y of the places were exchanged",
        "grid[..., 0] is x. Does x choose the row or the column?",
        (lambda grid, size: to_places(grid[..., ::-1], size),),
    ),
    (
        "the same number of each place, x or y, was used for rows and columns",
        "A place has two numbers. Which of them says the row, and which the column?",
        tuple(
            lambda grid, size, k=k: to_places(grid[..., [k, k]], size) for k in (0, 1)
        ),
    ),
    (
        "rows were counted with W, or columns with H",
        "How many columns are there between x = −1 and x = 1?",
        tuple(
            lambda grid, size, pick=pick: to_places(grid, [size[k] for k in pick])
            for pick in ((1, 0), (1, 1), (0, 0))
        ),
    ),
    (
        "y was counted from below",
        "In images y grows downwards. Is y = −1 above or below?",
        (lambda grid, size: to_places(grid * [1, -1], size),),
    ),
    (
        "the units were taken to run from 0 to 1",
        "Where is the left edge of the image in our units?",
        _converted(lambda p, count: p * count - 0.5, lambda p, count: p * count,
                   lambda p, count: p * (count - 1)),
    ),
    (
        "the units were taken for pixels",
        "The place x = 0, y = 0 is the middle of the image. Which pixel is that in your code?",
        _converted(lambda p, count: p),
    ),
    (
        "the middle is right, but one unit was taken for a whole width, not for half of it",
        "From x = −1 to x = 1 it is one width of the image. How many pixels is one unit?",
        _converted(lambda p, count: p * count + (count - 1) / 2),
    ),
)  # fmt: skip


def name_readings(exercise, function, left_out=()):
    """Add these mistakes to an exercise: `function(*arguments, where=reading)` is the wrong way."""
    for name, hint, ways in READINGS:
        if name not in left_out:
            first, *others = (partial(function, where=way) for way in ways)
            exercise.mistake(name, hint=hint, also=tuple(others))(first)
