"""The exercise `patchify` of notebook 23."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb23_self_attention import patch_forms as pf
from course_utils.exercises.nb23_self_attention.arrays import strided
from course_utils.exercises.slips import first_only, given, result


@exercise(
    notebook="23",
    points=2,
    minutes=15,
    hints=(
        "How many whole patches fit below each other, and how many side by side?",
        "Cut off what is left over first. Then reshape splits an axis of rows · P into two: "
        "(N, C, rows, P, columns, P). Nothing moves yet.",
        "Which of these six axes count the patches? They should come right after N: transpose "
        "moves them there, and a second reshape makes rows.",
        "Two loops over the upper left corners are just as right: images[:, :, i : i + P, "
        "j : j + P].reshape(N, -1).",
    ),
    explanation="reshape alone never moves a number: it splits the axis of H rows into (rows, P), "
    "and that of the columns likewise. The transpose brings the two axes that count patches to the "
    "front, and the last reshape writes each patch as a row. This is im2col of notebook 03 with a "
    "stride as large as the window.",
)
def patchify(images, patch):
    """Cut images into square patches, and write each patch as a row.

    images (N, C, H, W); patch: its side P in pixels -> (N, T, C·P·P) with T = (H // P)·(W // P).
    Patches come in reading order; a row holds channel 0 of its patch in reading order, then channel
    1 … Pixels left over below and on the right are dropped; a patch larger than the image: T = 0.
    """
    N, C, H, W = images.shape
    rows, columns = H // patch, W // patch
    whole = images[:, :, : rows * patch, : columns * patch]
    split = whole.reshape(N, C, rows, patch, columns, patch)
    return split.transpose(0, 2, 4, 1, 3, 5).reshape(N, rows * columns, C * patch * patch)


@patchify.cases
def _(rng):
    yield case(np.arange(8.0).reshape(1, 1, 2, 4), 2, label="two patches side by side")
    yield case(np.arange(24.0).reshape(1, 1, 4, 6), 2, label="2 × 3 patches of 2 × 2")
    yield case(np.arange(16.0).reshape(1, 2, 2, 4), 2, label="two channels")
    yield case(rng.normal(size=(2, 3, 6, 9)), 3, label="two images of 2 × 3 patches")
    yield case(rng.normal(size=(1, 2, 5, 4)), 2, label="a row of pixels is left over")
    yield case(rng.normal(size=(2, 1, 7, 11)), 3, label="rows and columns are left over")
    yield case(rng.normal(size=(3, 2, 3, 5)), 1, label="patches of a single pixel")
    yield case(rng.normal(size=(2, 3, 4, 4)), 4, label="one patch, the whole image")
    yield case(rng.normal(size=(2, 3, 2, 5)), 4, label="a patch larger than the image")
    yield case(rng.normal(size=(3, 3, 9, 9)), 3, label="all sizes alike: 3 × 3 patches of 3 × 3")
    yield case(rng.integers(0, 256, (2, 3, 8, 12), np.uint8), 4, label="bytes (dtype uint8)")
    rows = np.zeros((1, 2, 4, 4))
    rows[:, :, ::2] = 1000
    yield case(rows, 2, label="rows of 0 and 1000")
    yield case(strided(rng.normal(size=(2, 2, 6, 10))), 2, label="float32, not in memory order")


@patchify.groups({"whole patches": 1, "pixels left over": 1})
def _(images, patch):
    H, W = images.shape[2:]
    return "pixels left over" if H % patch or W % patch else "whole patches"


@patchify.oracle
def _(images, patch):
    N, C, H, W = images.shape
    columns = W // patch
    out = np.zeros((N, (H // patch) * columns, C * patch * patch), images.dtype)
    for n, t, d in np.ndindex(*out.shape):
        c, place = divmod(d, patch * patch)
        i, j = divmod(place, patch)
        out[n, t, d] = images[n, c, t // columns * patch + i, t % columns * patch + j]
    return out


patchify.mistake(
    "one reshape and no transpose: each row holds pixels of a strip, not of a patch",
    hint="reshape moves nothing. The first P·P numbers in memory lie in one row of pixels. Is "
    "that a patch?",
)(pf.reshaped)


patchify.mistake(
    "the patches go down the columns first, not in reading order",
    hint="Is your second patch to the right of the first, or below it?",
)(partial(pf.cut, order=(0, 4, 2, 1, 3, 5)))


patchify.mistake(
    "within a patch the pixels go down the columns first",
    hint="In the first case, which pixel comes after the upper left one in your row?",
    also=(partial(pf.cut, order=(0, 4, 2, 1, 5, 3)),),
)(partial(pf.cut, order=(0, 2, 4, 1, 5, 3)))


patchify.mistake(
    "the channels come last in a row: they change faster than the pixels",
    hint="A row should hold all of channel 0, then all of channel 1. What are its first two "
    "numbers in yours?",
    also=(partial(pf.cut, order=(0, 2, 4, 5, 3, 1)), partial(pf.cut, order=(0, 2, 4, 3, 1, 5))),
)(partial(pf.cut, order=(0, 2, 4, 3, 5, 1)))


patchify.mistake(
    "each channel became patches of its own",
    hint="A patch has all channels of its window. How many numbers should a row have?",
    also=(
        partial(pf.cut, order=(0, 1, 2, 4, 3, 5), shape=lambda N, r, c, C, P: (N, C, r * c, P * P)),
        partial(pf.cut, order=(0, 1, 2, 4, 3, 5)),
        partial(pf.cut, shape=lambda N, r, c, C, P: (N, r * c, C, P * P)),
    ),
)(partial(pf.cut, order=(0, 1, 2, 4, 3, 5), shape=lambda N, r, c, C, P: (N, C * r * c, P * P)))


patchify.mistake(
    "neighbouring pixels landed in different patches: an axis was split as (P, rows)",
    hint="When reshape splits H into two axes, which of them counts pixels next to each other: the "
    "first or the second?",
)(partial(pf.cut, interleaved=True))


patchify.mistake(
    "the windows overlap: they moved by one pixel, not by P",
    hint="How far is it from the corner of one patch to the corner of the next?",
)(lambda images, patch: pf.windows(images, patch, pf.places(*images.shape[2:], patch, 1)))


patchify.mistake(
    "the last patch in each row and column is missing",
    hint="range(0, H − P, P) ends before H − P. In the first case, how many corners does it give?",
    also=(
        lambda images, patch: pf.windows(
            images,
            patch,
            [(i * patch, j * patch) for i in range(images.shape[2] // patch - 1)
             for j in range(images.shape[3] // patch - 1)],
        ),
    ),
)(lambda images, patch: pf.windows(
    images, patch, pf.places(*images.shape[2:], patch, patch, end=1)))  # fmt: skip


patchify.mistake(
    "pixels that are left over were filled up with zeros, not dropped",
    hint="Are there as many patches as H // P times W // P?",
)(partial(pf.cut, keep=pf.padded))


patchify.mistake(
    "the pixels left over were dropped above and on the left",
    hint="Where does your first patch begin, if a row of pixels is left over?",
)(partial(pf.cut, keep=pf.at_the_end))


patchify.mistake(
    "the count of patches below each other and side by side were exchanged",
    hint="H // P counts patches below each other. Next to which axis does it belong in reshape?",
)(pf.other_counts)


patchify.mistake(
    "rows and columns of patches are still two axes",
    hint="(N, T, C·P·P) has three axes. What should the last reshape do with rows and columns?",
    also=(
        partial(pf.cut, shape=lambda N, r, c, C, P: (N, r, c, C, P, P)),
        partial(pf.cut, shape=lambda N, r, c, C, P: (N, r * c, C, P, P)),
    ),
)(partial(pf.cut, shape=lambda N, r, c, C, P: (N, r, c, C * P * P)))


patchify.mistake(
    "the patches of all images are in one row: the axis N is gone",
    hint="How does the next layer know which patches belong to one image?",
)(partial(pf.cut, shape=lambda N, r, c, C, P: (N * r * c, C * P * P)))


patchify.slip(
    result(lambda value, **rest: value.transpose(0, 2, 1)),
    "patches lie along the last axis: (N, C·P·P, T)",
    hint="A patch should be a row. Which axis counts the patches in the docstring?",
)


patchify.slip(first_only("images"), "only the first image was cut")


patchify.slip(
    given(lambda a: {"images": a["images"][:, :1]}),
    "only the first channel was used",
    hint="How many channels does the window images[:, :, …] have? How many has yours?",
    also=(given(lambda a: {"images": a["images"].mean(axis=1, keepdims=True)}),),
)


patchify.mistake(
    "patch was taken for the number of patches along a side",
    hint="patch counts pixels. How many patches of 2 pixels lie side by side in 4?",
)(lambda images, patch: pf.cut(images, max(1, images.shape[2] // patch)))


patchify.mistake(
    "the mean of each patch was taken",
    hint="A row should hold all pixels of its patch. How many numbers are that?",
    also=(
        lambda images, patch: (
            patchify.reference(images, patch).mean(axis=2)
            if min(images.shape[2:]) >= patch
            else np.zeros((len(images), 0))
        ),
    ),
)(
    lambda images, patch: (
        pf.cut(images, patch).reshape(len(images), -1, images.shape[1], patch * patch).mean(axis=3)
        if min(images.shape[2:]) >= patch
        else np.zeros((len(images), 0, images.shape[1]))
    )
)


patchify.slip(
    result(lambda value, **rest: value / 255),
    "the pixels were divided by 255",
    hint="Does the docstring say anything about the size of the numbers?",
)


patchify.mistake(
    "the transpose does not bring both axes that count patches to the front",
    hint="After N come the rows of patches, and then the columns of patches. Which axis comes "
    "third in yours?",
    also=(
        partial(pf.cut, order=(0, 2, 3, 4, 1, 5)),
        partial(pf.cut, order=(0, 2, 1, 4, 3, 5)),
        partial(pf.cut, order=(0, 2, 1, 3, 4, 5)),
    ),
)(partial(pf.cut, order=(0, 2, 3, 1, 4, 5)))


patchify.mistake(
    "what is left over was not cut off before the patches were made",
    hint="5 rows of pixels and patches of 2: which rows belong to a whole patch?",
    also=(pf.to_the_end,),
)(pf.uncut)


patchify.mistake(
    "with a patch larger than the image there is nothing to stack",
    hint="No patch at all: which shape should the result have? np.zeros((N, 0, 5)) is an array.",
)(pf.stacked)


patchify.slip(
    result(lambda value, **rest: value.transpose(1, 0, 2)),
    "the patches come before the images: (T, N, C·P·P)",
    hint="np.array of a list puts the list's axis first. Which axis of np.stack do you want?",
    also=(lambda images, patch: pf.listed(images, patch),),
)
