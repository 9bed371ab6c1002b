"""CIFAR-10 as a folder of pictures: `cifar10/train/<class>/*.jpg` and `cifar10/test/<class>/*.jpg`.

Pictures are read with Pillow, without PyTorch, and kept in one cache file.
"""

import hashlib
from pathlib import Path

import numpy as np

from course_utils.datasets.cache import Arrays, cached
from course_utils.errors import CourseError

SUFFIXES = (".jpg", ".jpeg", ".png")
CLASSES = 10
SIZE = (32, 32)
PARTS = ("train", "test")


def complete(folder: Path) -> bool:
    """Whether `train` and `test` hold the same ten classes with equally many pictures in each.

    A folder that is still being unpacked has a class with fewer, or none.
    """
    try:
        train, test = (
            {c.name: len(_pictures(c)) for c in _classes(folder / part)} for part in PARTS
        )
    except OSError:
        return False
    even = all(len(set(part.values())) == 1 and 0 not in part.values() for part in (train, test))
    return even and len(train) == CLASSES and train.keys() == test.keys()


def class_names(folder: Path) -> tuple[str, ...]:
    """The names of the classes in the order of their labels, which is alphabetical."""
    return tuple(path.name for path in _classes(folder / "train"))


def load(folder: Path) -> Arrays:
    """`train_images`, `test_images` uint8 (N, 3, 32, 32); `train_labels`, `test_labels` int64 (N,).

    Slow on the first call (60,000 files), then from the cache until the folder changes. Raises
    CourseError naming the file when one is no picture or has another size.
    """
    return cached("cifar10_pictures", lambda: _read_all(folder), fingerprint=_fingerprint(folder))


def _fingerprint(folder: Path) -> str:
    """Changes when a picture is added, removed or renamed, without opening any of them."""
    classes = [c for part in PARTS for c in _classes(folder / part)]
    state = [(str(c.resolve()), len(_pictures(c)), c.stat().st_mtime_ns) for c in classes]
    return hashlib.sha256(repr(state).encode()).hexdigest()


def _classes(part: Path) -> list[Path]:
    return sorted(path for path in part.iterdir() if path.is_dir() and path.name[0] != ".")


def _pictures(folder: Path) -> list[Path]:
    """Thumbs.db, .DS_Store and the like are no pictures."""
    paths = (p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.name[0] != ".")
    return sorted(paths)


def _read_all(folder: Path) -> Arrays:
    from tqdm import tqdm

    arrays = {}
    for part in PARTS:
        files = [(f, i) for i, c in enumerate(_classes(folder / part)) for f in _pictures(c)]
        images = np.empty((len(files), 3, *SIZE), dtype=np.uint8)
        # disable=None: a bar in a terminal, nothing in a notebook's stored output
        progress = tqdm(files, desc=f"Reading the {part} pictures once", disable=None)
        for image, (file, _) in zip(images, progress, strict=True):
            image[:] = _read(file)
        arrays[f"{part}_images"] = images
        arrays[f"{part}_labels"] = np.array([label for _, label in files], dtype=np.int64)
    return arrays


def _read(file: Path) -> np.ndarray:
    from PIL import Image

    try:
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("RGB"))
    except OSError:
        raise CourseError(f"{file} is not a readable picture: unpack it again.") from None
    if pixels.shape[:2] != SIZE:
        height, width = pixels.shape[:2]
        raise CourseError(f"{file} should have 32×32 pixels, but has {width}×{height}.")
    return pixels.transpose(2, 0, 1)  # (3, 32, 32)
