"""CIFAR-10 as a folder of pictures: `cifar10/train/<class>/*.jpg` and `cifar10/test/<class>/*.jpg`.

Pictures are read as `pictures` reads them, without PyTorch, and kept in one cache file.
"""

import hashlib
from pathlib import Path

import numpy as np

from course_utils.datasets import pictures
from course_utils.datasets.cache import Arrays, cached
from course_utils.errors import CourseError

SUFFIXES = (".jpg", ".jpeg", ".png")
CLASSES = 10
SIZE = (32, 32)
PARTS = ("train", "test")
READING = 3  # changes when pictures are read in another way


def complete(folder: Path) -> bool:
    """Whether `train` and `test` hold the same ten classes with equally many pictures in each."""
    return missing(folder) is None


def missing(folder: Path) -> str | None:
    """What keeps the folder from being complete: which folder, what was expected, what is there.

    None when it is complete. A folder that is still being unpacked has a class with fewer pictures,
    or none.
    """
    for part in PARTS:
        if not (folder / part).is_dir():
            found = next(iter(sorted(folder.glob(f"*/{part}"))), None)
            return f"there is no folder {folder / part}" + (f", but {found}" if found else "")
        reason = _uneven(folder / part)
        if reason:
            return reason
    train, test = ({c.name for c in _classes(folder / part)} for part in PARTS)
    if train != test:
        lacking = min(train - test)
        return f"{folder / 'test'} has no class {lacking}, which {folder / 'train'} has"
    return None


def _uneven(part: Path) -> str | None:
    try:
        counts = {c: len(_pictures(c)) for c in _classes(part)}
    except OSError as error:
        return f"{part} cannot be read ({error.strerror})"
    if len(counts) != CLASSES:
        return f"{part} should have {CLASSES} folders, one for each class, but has {len(counts)}"
    fullest = max(counts, key=counts.get)
    for folder, count in counts.items():
        if count == 0:
            return f"{folder} has no picture that ends with {' or '.join(SUFFIXES)}"
        if count < counts[fullest]:
            most = f"the {counts[fullest]:,} pictures that {fullest.name} has"
            return f"{folder} has {count:,} of {most}"
    return None


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
    return hashlib.sha256(repr((READING, state)).encode()).hexdigest()


def _classes(part: Path) -> list[Path]:
    return pictures.folders_in(part)


def _pictures(folder: Path) -> list[Path]:
    return pictures.files_in(folder, SUFFIXES)


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
    """A picture as uint8 (3, 32, 32), upright, whatever its mode and depth."""
    try:
        with pictures.opened(file) as picture:
            size = picture.size
            if size == SIZE:  # a larger one would take time and memory to decode
                return pictures.pixels(picture).transpose(2, 0, 1)
    except pictures.Unreadable as error:
        if error.too_large:
            raise CourseError(f"{file} should have 32×32 pixels, but is far larger.") from None
        raise CourseError(f"{file} is not a readable picture: unpack it again.") from None
    raise CourseError(f"{file} should have 32×32 pixels, but has {size[0]}×{size[1]}.")
