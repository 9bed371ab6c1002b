"""The exercise `global_average_pool` of notebook 14."""

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="14",
    points=1,
    minutes=5,
    hints=(
        "From each map one number. Along which axes do the numbers of a map lie?",
        "x.mean(axis=(a, b)) takes the mean along two axes at once.",
    ),
    explanation="The mean along rows and columns leaves one number for each map of each image.",
)
def global_average_pool(x):
    """The mean of each map.

    x (N, C, H, W) -> (N, C)
    """
    return x.mean(axis=(2, 3))


@global_average_pool.cases
def _(rng):
    yield case(np.arange(12.0).reshape(1, 2, 2, 3), label="one image of two maps, 2 × 3")
    yield case(rng.normal(size=(4, 3, 5, 2)), label="four images, maps that are not square")
    yield case(-rng.uniform(1, 2, size=(2, 5, 3, 4)), label="all entries are negative")
    yield case(rng.normal(size=(3, 4, 1, 1)), label="maps of a single pixel")
    yield case(rng.integers(0, 9, size=(2, 3, 4, 5)), label="whole numbers")
    yield case(rng.normal(size=(2, 6, 7, 3)).astype(np.float32), label="float32")
    yield case(rng.normal(size=(5, 2, 8, 3)).transpose(1, 3, 2, 0), label="not contiguous")


@global_average_pool.oracle
def _(x):
    N, C, H, W = x.shape
    out = np.zeros((N, C))
    for n, c, i, j in np.ndindex(x.shape):
        out[n, c] += float(x[n, c, i, j]) / (H * W)
    return out


for name, hint, wrong in (
    (
        "the maps were added up, not averaged",
        "A map of 7 × 7 and one of 14 × 14 with the same values: should the answers differ?",
        lambda x: x.sum(axis=(2, 3)),
    ),
    (
        "the largest value was taken: this is global max pooling",
        "What does the word “average” ask for?",
        lambda x: x.max(axis=(2, 3)),
    ),
    (
        "the two axes of the map are still there, with length 1",
        "The result has shape (N, C). What does keepdims=True do?",
        lambda x: x.mean(axis=(2, 3), keepdims=True),
    ),
    (
        "the mean went over the maps and the rows",
        "Axis 0 counts the images, axis 1 the maps. Which two are left?",
        lambda x: x.mean(axis=(1, 2)),
    ),
    (
        "the mean went over the columns only",
        "A map has rows and columns. How many axes must vanish?",
        lambda x: x.mean(axis=3),
    ),
    (
        "the mean went over the rows only",
        "A map has rows and columns. How many axes must vanish?",
        lambda x: x.mean(axis=2),
    ),
    (
        "the images were averaged, too",
        "Each image gets its own answer. Which axis must stay?",
        lambda x: x.mean(axis=(0, 2, 3)),
    ),
    (
        "each image got a single number: its maps were averaged, too",
        "What does the classifier want to know, one number or one for each map?",
        lambda x: x.mean(axis=(1, 2, 3)),
    ),
    (
        "everything became one number",
        "mean() without an axis takes all entries together. Which axes do you mean?",
        lambda x: x.mean(),
    ),
    (
        "the mean went over the maps",
        "One number for each map, not one for each place. Which axes are the places?",
        lambda x: x.mean(axis=1),
    ),
    (
        "the result has the shape (C, N)",
        "The image comes first, then the map.",
        lambda x: x.mean(axis=(2, 3)).T,
    ),
    (
        "the sum was divided by the height only",
        "How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / x.shape[2],
    ),
    (
        "the sum was divided by the height twice, as if maps were square",
        "How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / x.shape[2] ** 2,
    ),
    (
        "the sum was divided by the width twice, as if maps were square",
        "How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / x.shape[3] ** 2,
    ),
    (
        "the sum was divided by H + W",
        "How many pixels has a map of 7 × 7: 14 or 49?",
        lambda x: x.sum(axis=(2, 3)) / (x.shape[2] + x.shape[3]),
    ),
    (
        "the sum was always divided by 49",
        "49 belongs to maps of 7 × 7. How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / 49,
    ),
    (
        "the sum of each map was divided by all entries of all maps",
        "x.size counts images and maps, too. How many pixels has *one* map?",
        lambda x: x.sum(axis=(2, 3)) / x.size,
    ),
    (
        "the mean went over the images",
        "Each image gets its own answer. Which two axes hold the places of a map?",
        lambda x: x.mean(axis=0),
    ),
    (
        "the mean went over the images and the maps",
        "Axis 0 counts the images, axis 1 the maps. Which two are left?",
        lambda x: x.mean(axis=(0, 1)),
    ),
    (
        "the fractions were cut off: the means stand in an array of whole numbers",
        "What becomes of 2.7 in an array of the type int? Which type does np.zeros give of itself?",
        lambda x: x.mean(axis=(2, 3)).astype(int),
    ),
    (
        "the second axis was taken for something else: two axes need brackets of their own",
        "x.mean(2, 3) takes 3 for the type of the result. How are two axes handed over?",
        lambda x: x.mean(2, 3),
    ),
    (
        "the axes stand in a list, and NumPy wants a tuple",
        "[2, 3], or (2, 3)?",
        lambda x: x.mean(axis=[2, 3]),
    ),
    (
        "the median was taken",
        "The average is the sum divided by the number. What is the value in the middle called?",
        lambda x: np.median(x, axis=(2, 3)),
    ),
    (
        "the division was a whole-number division",
        "In Python 7 // 2 is 3. Which sign divides properly?",
        lambda x: x.sum(axis=(2, 3)) // (x.shape[2] * x.shape[3]),
    ),
    (
        "the maps were only laid flat, not averaged",
        "How many numbers are left of a map of 7 × 7?",
        lambda x: x.reshape(len(x), -1),
    ),
    (
        "the pixel in the middle was taken for the whole map",
        "Do the other pixels have a say in the average?",
        lambda x: x[:, :, x.shape[2] // 2, x.shape[3] // 2],
    ),
    (
        "the sizes of the values were averaged: their signs are gone",
        "What is the average of −1 and −3?",
        lambda x: np.abs(x).mean(axis=(2, 3)),
    ),
):
    global_average_pool.mistake(name, hint=hint)(wrong)
