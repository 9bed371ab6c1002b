"""MNIST, Fashion-MNIST, CIFAR-10 and spoken digits, as they lie in the data folder.

The images are in torchvision's own files and folders, so a `$COURSE_DATA` that torchvision has
filled before serves as it is. Downloading is in `downloads.py`.
"""

import math
import os
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.datasets import cifar_pictures, recordings
from course_utils.datasets.cache import cached
from course_utils.datasets.core import DataSet, taking_turns
from course_utils.errors import CourseError
from course_utils.paths import data_folder

IDX_FILES = tuple(
    f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
)
IDX_ARCHIVES = tuple(f"{name}.gz" for name in IDX_FILES)
CIFAR_FILES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")


@dataclass(frozen=True)
class FullSet:
    """One set that can be downloaded. Paths are relative to the data folder."""

    name: str
    title: str
    about: str
    megabytes: int  # to download
    source: str  # the class in torchvision.datasets; empty where torchvision has none
    folder: str  # the files that are read
    archive_folder: str  # where archives that were fetched by hand are looked for
    archives: tuple[str, ...]
    stand_in: str  # what serves instead, without a download


FULL_SETS = {
    full_set.name: full_set
    for full_set in (
        FullSet("mnist", "MNIST", "70,000 handwritten digits, grey, 28×28", 11,
                "MNIST", "MNIST/raw", "MNIST/raw", IDX_ARCHIVES, "mnist_5k()"),
        FullSet("fashion_mnist", "Fashion-MNIST", "70,000 pieces of clothing, grey, 28×28", 30,
                "FashionMNIST", "FashionMNIST/raw", "FashionMNIST/raw", IDX_ARCHIVES,
                "mnist_5k()"),
        FullSet("cifar10", "CIFAR-10", "60,000 animals and vehicles, colour, 32×32", 170,
                "CIFAR10", "cifar-10-batches-py", ".", ("cifar-10-python.tar.gz",),
                "mnist_5k() or photographs()"),
        FullSet("fsdd", "The Free Spoken Digit Dataset", "3,000 spoken digits, six speakers, 8 kHz",
                16, "", "fsdd", ".", (recordings.ARCHIVE,), "vowels()"),
    )
}  # fmt: skip
PICTURES = "cifar10"  # CIFAR-10 may also lie in the data folder as pictures


def mnist() -> DataSet:
    """MNIST: 54,004 train, 5,996 validation and 10,000 test images of handwritten digits.

    Images uint8 (N, 1, 28, 28), labels int64 (N,). Every tenth training image of a class is for
    validation. Raises CourseError, naming what to do, when the files are absent or damaged.
    """
    return _from_torchvision(FULL_SETS["mnist"])


def fashion_mnist() -> DataSet:
    """Fashion-MNIST: 54,000 train, 6,000 validation and 10,000 test images of clothing.

    Shapes, split and errors as in `mnist`.
    """
    return _from_torchvision(FULL_SETS["fashion_mnist"])


def cifar10() -> DataSet:
    """CIFAR-10: 45,000 train, 5,000 validation and 10,000 test photographs of ten kinds of things.

    Images uint8 (N, 3, 32, 32), labels int64 (N,); split and errors as in `mnist`. Read from
    torchvision's files where they are, otherwise from pictures in `<data>/cifar10/train/<class>/`
    and `<data>/cifar10/test/<class>/` (JPEG pictures differ a little from the original pixels, and
    their order is that of the file names).
    """
    full_set = FULL_SETS["cifar10"]
    found = where(full_set)
    if found != data_folder() / PICTURES:
        return _from_torchvision(full_set)
    arrays = cifar_pictures.load(found)
    names = cifar_pictures.class_names(found)
    return _data_set("cifar10", names, **arrays)


def fsdd() -> recordings.SpokenDigits:
    """The Free Spoken Digit Dataset: ten digits, six speakers, each fifty times.

    2,400 train, 300 validation and 300 test `Recordings`: sounds int16 (N, 8000) of at most one
    second, labels int64 (N,). The same speakers are in all parts. Raises CourseError, naming what
    to do, when the files are absent or damaged.
    """
    full_set = FULL_SETS["fsdd"]
    folder = where(full_set)
    if folder is None:
        raise _absent(full_set)
    try:
        return recordings.shared_out(cached("fsdd", lambda: recordings.read(folder)))
    except (OSError, ValueError, EOFError, wave.Error):
        raise _damaged(full_set) from None


def where(full_set: FullSet) -> Path | None:
    """The folder that holds the complete set, or None."""
    if complete(full_set, data_folder()):
        return data_folder() / full_set.folder
    pictures = data_folder() / PICTURES
    if full_set.name == "cifar10" and cifar_pictures.complete(pictures):
        return pictures
    return None


def started(full_set: FullSet) -> bool:
    """Whether something lies in the set's folder, complete or not."""
    folders = (full_set.folder, PICTURES) if full_set.name == "cifar10" else (full_set.folder,)
    return any(os.path.exists(data_folder() / folder) for folder in folders)


def complete(full_set: FullSet, root: Path) -> bool:
    """Whether all files of the set are under `root` and none of them is cut short."""
    folder = root / full_set.folder
    try:
        if full_set.archives is IDX_ARCHIVES:
            return all(_idx_is_whole(folder / name) for name in IDX_FILES)
        if full_set.name == "fsdd":
            return recordings.complete(folder)
        return all(_pickle_is_whole(folder / name) for name in CIFAR_FILES)
    except OSError:
        return False


def _idx_is_whole(path: Path) -> bool:
    """An IDX file says in its header how long it is: 4 bytes, the last one the number of sizes."""
    with open(path, "rb") as file:
        header = file.read(4)
        if len(header) < 4 or header[:3] != b"\x00\x00\x08" or not 1 <= header[3] <= 3:
            return False
        sizes = file.read(4 * header[3])
    if len(sizes) < 4 * header[3]:
        return False
    expected = 4 + len(sizes) + math.prod(struct.unpack(f">{header[3]}I", sizes))
    return path.stat().st_size == expected


def _pickle_is_whole(path: Path) -> bool:
    """A pickle ends with a full stop. torchvision compares the checksums when it loads."""
    with open(path, "rb") as file:
        if path.stat().st_size < 2:
            return False
        file.seek(-1, 2)
        return file.read(1) == b"."


def _absent(full_set: FullSet) -> CourseError:
    """The error for a set that is not there, or not complete: what is missing, and what to do."""
    pictures, reason = data_folder() / PICTURES, ""
    only_pictures = not os.path.exists(data_folder() / full_set.folder) and pictures.exists()
    if full_set.name == "cifar10" and only_pictures:
        reason = f" ({cifar_pictures.missing(pictures)})"
    return CourseError(
        f"{full_set.title} is not {'complete ' if started(full_set) else ''}in "
        f"{data_folder()}{reason}: fetch it with `course data get {full_set.name}` "
        f"({full_set.megabytes} MB), or use {full_set.stand_in} without a download."
    )


def _damaged(full_set: FullSet) -> CourseError:
    return CourseError(
        f"The files of {full_set.title} in {data_folder() / full_set.folder} are damaged: "
        f"delete that folder and run `course data get {full_set.name}`."
    )


def _from_torchvision(full_set: FullSet) -> DataSet:
    if where(full_set) is None:
        raise _absent(full_set)
    source = torchvision_class(full_set)
    arrays = {}
    try:
        for part in ("train", "test"):
            loaded = source(root=data_folder(), train=part == "train")
            arrays[f"{part}_images"] = _as_nchw(np.asarray(loaded.data))
            arrays[f"{part}_labels"] = np.asarray(loaded.targets, dtype=np.int64)
    except (OSError, RuntimeError, ValueError, TypeError, AssertionError):
        raise _damaged(full_set) from None
    names = tuple(name.split(" - ")[0] for name in loaded.classes)  # MNIST's are "0 - zero" …
    return _data_set(full_set.name, names, **arrays)


def fetcher(full_set: FullSet) -> Callable:
    """What downloads the set: called with root, train and download, as torchvision's classes are.

    Raises CourseError where it is one of them and torchvision is not installed.
    """
    return torchvision_class(full_set) if full_set.source else recordings.fetch


def torchvision_class(full_set: FullSet):
    """The set's class in torchvision. Raises CourseError where torchvision is not installed."""
    try:
        import torchvision.datasets
    except ImportError:
        raise CourseError(
            f"{full_set.title} needs torchvision: install it with `pip install torchvision`, "
            f"or use {full_set.stand_in}."
        ) from None
    return getattr(torchvision.datasets, full_set.source)


def _as_nchw(pixels: np.ndarray) -> np.ndarray:
    """(N, H, W) -> (N, 1, H, W), and (N, H, W, 3) -> (N, 3, H, W)."""
    return pixels[:, np.newaxis] if pixels.ndim == 3 else pixels.transpose(0, 3, 1, 2)


def _data_set(name, class_names, train_images, train_labels, test_images, test_labels) -> DataSet:
    return DataSet(
        name,
        train=taking_turns(train_images, train_labels, range(9)),
        validation=taking_turns(train_images, train_labels, (9,)),
        test=taking_turns(test_images, test_labels, range(10)),
        class_names=tuple(class_names),
    )
