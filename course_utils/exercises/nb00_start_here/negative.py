"""The exercise `negative` of notebook 00."""

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="00",
    points=0,
    minutes=2,
    hints=(
        "White is 255 and should become 0; black is 0 and should become 255.",
        "Which number do a pixel and its negative always add up to?",
    ),
    explanation="A pixel and its negative add up to 255. Bytes never leave the range 0 … 255 this "
    "way, so nothing can wrap around.",
)
def negative(image):
    """The photographic negative: white becomes black and black becomes white.

    image: uint8 array, 0 is black and 255 is white -> uint8 array of the same shape
    """
    return 255 - image


@negative.cases
def _(rng):
    yield case(np.array([[0, 255], [100, 1]], dtype=np.uint8), label="four pixels")
    yield case(rng.integers(0, 256, size=(5, 7), dtype=np.uint8), label="a small image")
    yield case(rng.integers(0, 256, size=(3, 4, 6), dtype=np.uint8), label="three colour channels")


@negative.oracle
def _(image):
    swapped = bytes(255 - value for value in image.ravel().tolist())
    return np.frombuffer(swapped, dtype=np.uint8).reshape(image.shape)


@negative.mistake(
    "a minus sign on bytes wraps around: −1 becomes 255 and −255 becomes 1",
    hint="Print −image for a black pixel, 0. Is it white now?",
)
def _(image):
    return -image


@negative.mistake(
    "the numbers became negative instead of the picture",
    hint="What is the negative of white, 255: −255, or 0?",
)
def _(image):
    return -image.astype(int)


@negative.mistake(
    "the picture was turned upside down",
    hint="Where a pixel is stays the same. What about how bright it is?",
)
def _(image):
    return image[..., ::-1, :]
