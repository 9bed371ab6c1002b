"""Data sets behind one small interface: `DataSet(name, train, validation, test, class_names)`.

Embedded, always there:  `mnist_5k()`, `digits_8x8()`, and two `photographs()`.
In full, after `course data get NAME`:  `mnist()`, `fashion_mnist()`, `cifar10()`.

Images are uint8 (N, C, H, W), labels int64 (N,). `as_float` and `flatten` prepare them for a
network. Importing this costs NumPy and no more.
"""

from course_utils.datasets.core import DataSet, Split, as_float, flatten
from course_utils.datasets.downloads import download
from course_utils.datasets.embedded import digits_8x8, mnist_5k, photographs
from course_utils.datasets.full import cifar10, fashion_mnist, mnist
from course_utils.datasets.registry import Entry, catalogue

__all__ = [
    "DataSet",
    "Entry",
    "Split",
    "as_float",
    "catalogue",
    "cifar10",
    "digits_8x8",
    "download",
    "fashion_mnist",
    "flatten",
    "mnist",
    "mnist_5k",
    "photographs",
]
