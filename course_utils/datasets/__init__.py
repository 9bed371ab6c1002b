"""Data sets behind one small interface: `DataSet(name, train, validation, test, class_names)`.

Embedded, always there:  `mnist_5k()`, `digits_8x8()`, `language_words()`, two `photographs()`.
Generated, the same on every computer:  `cluttered_digits()`, `shapes()`, `stick_figures()`,
`vowels()`.
In full, after `course data get NAME`:  `mnist()`, `fashion_mnist()`, `cifar10()`, `fsdd()`.
Your own pictures, in a folder of folders:  `image_folder("pets", size=64)`.

Images are uint8 (N, C, H, W), sounds int16 (N, S), labels int64 (N,). `as_float` and `flatten`
prepare images for a network. Importing this costs NumPy and no more; `torch_sets` holds the sets as
PyTorch takes them, `detection` torchvision's photographs with boxes.
"""

from course_utils.datasets.clutter import cluttered_digits
from course_utils.datasets.core import DataSet, Split, as_float, flatten
from course_utils.datasets.downloads import download
from course_utils.datasets.embedded import digits_8x8, mnist_5k, photographs
from course_utils.datasets.full import cifar10, fashion_mnist, fsdd, mnist
from course_utils.datasets.image_folder import PictureSet, image_folder
from course_utils.datasets.languages import Words, WordSet, language_words
from course_utils.datasets.poses import BONES, JOINTS, PAIRS, FigureSet, StickFigures, stick_figures
from course_utils.datasets.registry import Entry, catalogue
from course_utils.datasets.scenes import Scenes
from course_utils.datasets.texture_shapes import shapes
from course_utils.datasets.vowels import (
    FORMANTS,
    GROUPS,
    PITCH,
    VOWELS,
    Sounds,
    SoundSet,
    speak,
    vowels,
)

__all__ = [
    "BONES",
    "FORMANTS",
    "GROUPS",
    "JOINTS",
    "PAIRS",
    "PITCH",
    "VOWELS",
    "DataSet",
    "Entry",
    "FigureSet",
    "PictureSet",
    "Scenes",
    "SoundSet",
    "Sounds",
    "Split",
    "StickFigures",
    "WordSet",
    "Words",
    "as_float",
    "catalogue",
    "cifar10",
    "cluttered_digits",
    "digits_8x8",
    "download",
    "fashion_mnist",
    "flatten",
    "fsdd",
    "image_folder",
    "language_words",
    "mnist",
    "mnist_5k",
    "photographs",
    "shapes",
    "speak",
    "stick_figures",
    "vowels",
]
