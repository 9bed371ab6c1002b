"""Your own pictures: a folder of folders, one for each class, as a data set. Without PyTorch.

pets/cat/1.jpg  pets/cat/2.png  pets/dog/a.webp …        split the same way each time
pets/train/cat/1.jpg …  pets/test/cat/9.jpg …            the split that is there is kept
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.datasets import pictures
from course_utils.datasets.core import DataSet, taking_turns
from course_utils.datasets.folder_layout import Layout, layout_of
from course_utils.datasets.pictures import Unreadable, shown
from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import number, pair, whole_number

PARTS = ("train", "validation", "test")


class Skipped(NamedTuple):
    """A file that was passed over, and why."""

    file: str
    reason: str


@dataclass(frozen=True, eq=False, repr=False)
class PictureSet(DataSet):
    """A `DataSet` from a folder: `print(data.table())` counts its classes.

    skipped  the files that could not be read, with reasons (`skip_broken=True`)
    """

    skipped: tuple[Skipped, ...] = ()

    def __repr__(self) -> str:
        totals = [f"{name} {sum(counts)}" for name, counts in self.counts().items()]
        more = f", … {len(totals) - 10} more" if len(totals) > 10 else ""
        left = f"; {len(self.skipped)} skipped" if self.skipped else ""
        return f"{super().__repr__()[:-1]}: {', '.join(totals[:10])}{more}{left})"


class _Pile(NamedTuple):
    """What was read: images uint8 (N, 3, H, W); labels int64, parts and checksums (N,) of them."""

    images: np.ndarray
    labels: np.ndarray
    parts: np.ndarray
    checksums: np.ndarray


def image_folder(folder: str | os.PathLike, size: int | tuple[int, int] = 64, *,
                 validation: float = 0.1, test: float = 0.1, seed: int = 0,
                 skip_broken: bool = False) -> PictureSet:  # fmt: skip
    """The pictures in `folder/<class>/` as a data set of images uint8 (N, 3, H, W).

    size         H, W, or one number for both: each picture is scaled until it covers that, and the
                 middle is cut out
    validation,  the shares of each class (one picture at least, or 0 for none) that are split off
    test         from the training pictures, unless the folder has them: `folder/train/<class>/` and
                 `folder/test/<class>/`, and maybe `folder/validation/<class>/`
    seed         another split; with the same seed it is the same on every computer, whatever the
                 files are called, and equal files are never in two parts of it
    skip_broken  pass over files that cannot be read, and list them in `.skipped`

    JPEG, PNG, WebP, BMP, GIF (its first frame) and TIFF, upright and in colour, transparent ones
    over white. Thumbs.db, notes and the like are passed over. Labels follow the names of the
    classes in alphabetical order. Raises CourseError, naming the folder or the file, for what is no
    folder of folders, for one class only, for a class that is empty or too small, for pictures that
    cannot be read, and for more of them than there is memory for.
    """
    with as_course_error():
        H, W = pair("image_folder", "size", size, least=1)
        shares = {"validation": number("image_folder", "validation", validation, 0, below=1),
                  "test": number("image_folder", "test", test, 0, below=1)}  # fmt: skip
        whole_number("image_folder", "seed", seed)
    layout = layout_of(folder)
    shares = {part: share for part, share in shares.items() if part not in layout.parts and share}
    if sum(shares.values()) >= 1:
        raise CourseError(
            "image_folder expects validation and test to leave something to train on, got "
            f"{validation:g} and {test:g}."
        )
    pile, skipped = _read(layout, (H, W), skip_broken)
    _require_pictures(layout, pile)
    places = _split(layout, pile, shares, seed)
    splits = (
        taking_turns(pile.images[places == k], pile.labels[places == k], range(10))
        for k in range(3)
    )
    return PictureSet(layout.root.name, *splits, layout.class_names, skipped=skipped)


def _read(layout: Layout, size: tuple[int, int], skip_broken: bool) -> tuple[_Pile, tuple]:
    """All pictures, one after the other, and those that were passed over."""
    from tqdm import tqdm

    files = [
        (file, label, PARTS.index(part))
        for part, classes in layout.parts.items()
        for label, name in enumerate(layout.class_names)
        for file in classes[name]
    ]
    _require_memory(len(files), size)
    images = np.empty((len(files), 3, *size), dtype=np.uint8)
    rows, skipped = [], []
    # disable=None: a bar in a terminal, nothing in a notebook's stored output
    for file, label, part in tqdm(files, desc="Reading the pictures", disable=None):
        try:
            content = pictures.content(file)
            images[len(rows)] = pictures.decoded(content, size)
            rows.append((label, part, hashlib.sha256(content).hexdigest()))
        except Unreadable as error:
            if not skip_broken:
                raise CourseError(
                    f"{shown(file)} is not a readable picture ({error.reason}): mend it or take it "
                    "out, or skip such files with skip_broken=True."
                ) from None
            skipped.append(Skipped(shown(file), error.reason))
    labels, parts, checksums = zip(*rows, strict=True) if rows else ((), (), ())
    arrays = np.array(labels, np.int64), np.array(parts, np.int64), np.array(checksums, np.str_)
    return _Pile(images[: len(rows)], *arrays), tuple(skipped)


def _require_memory(count: int, size: tuple[int, int]) -> None:
    import psutil

    needed = 2 * count * 3 * size[0] * size[1]  # all of them, and the parts that they are copied to
    if needed > psutil.virtual_memory().available:
        raise CourseError(
            f"{count:,} pictures of {size[0]} × {size[1]} pixels take {needed / 1e9:,.0f} GB, more "
            "than there is memory: take a smaller size."
        )


def _require_pictures(layout: Layout, pile: _Pile) -> None:
    """Raise CourseError for a class of which no picture could be read."""
    for part in layout.parts:
        there = set(pile.labels[pile.parts == PARTS.index(part)].tolist())
        for label, name in enumerate(layout.class_names):
            if label not in there:
                raise CourseError(
                    f"None of the pictures of {name} for {part} can be read, such as "
                    f"{shown(layout.parts[part][name][0])}."
                )


def _split(layout: Layout, pile: _Pile, shares: Mapping[str, float], seed: int) -> np.ndarray:
    """(N,) numbers of the parts: those of the folders, with some of train given to others."""
    places = pile.parts.copy()
    for label, name in enumerate(layout.class_names):
        own = np.flatnonzero((pile.labels == label) & (pile.parts == 0))
        different = sorted(set(pile.checksums[own].tolist()), key=lambda c: _lot(seed, c))
        if len(different) <= len(shares):
            wanted = " and ".join(("training", *shares))
            count = f"{len(different)} different picture{'s' * (len(different) != 1)}"
            raise CourseError(
                f"{name} has {count}, too few for {wanted}: add some, or say "
                f"{' or '.join(f'{part}=0' for part in shares)}."
            )
        start = 0
        for part, share in shares.items():
            end = start + max(1, round(share * len(different)))
            given = np.isin(pile.checksums[own], different[start:end])
            places[own[given]] = PARTS.index(part)
            start = end
    return places


def _lot(seed: int, checksum: str) -> str:
    """What decides about the part of a file: its content and the seed, and nothing else."""
    return hashlib.sha256(f"{seed} {checksum}".encode()).hexdigest()
