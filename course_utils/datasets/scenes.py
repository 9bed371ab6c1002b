"""Images with something to find in them: where the object is, not only what it is."""

from dataclasses import dataclass

import numpy as np

from course_utils.datasets.core import read_only
from course_utils.errors import CourseError


@dataclass(frozen=True, eq=False, repr=False)
class Scenes:
    """Images with one object each: its class, and where it is. All arrays are read-only.

    images  uint8 (N, C, H, W), 0 is black and 255 is white
    labels  int64 (N,), indices into the data set's `class_names`
    boxes   float32 (N, 4): x1, y1, x2, y2 in pixels, the edges of the smallest upright box around
            the mask; x2 and y2 are where the last pixel ends, so x2 − x1 is the width
    corners float32 (N, 4, 2): x, y of the corners of the box that turns with the object, clockwise
            from the object's own upper left
    masks   bool (N, H, W), the pixels that belong to the object

    The upper left corner of the image is (0, 0), the centre of its first pixel (0.5, 0.5). Raises
    CourseError when dtypes or shapes are others, or do not fit together.
    """

    images: np.ndarray
    labels: np.ndarray
    boxes: np.ndarray
    corners: np.ndarray
    masks: np.ndarray

    def __post_init__(self):
        check_fields(
            self,
            images=(np.uint8, "N C H W"),
            labels=(np.int64, "N"),
            boxes=(np.float32, "N 4"),
            corners=(np.float32, "N 4 2"),
            masks=(np.bool_, "N H W"),
        )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Scenes({len(self)} images {self.images.shape[1:]})"


def check_fields(record, **expected: tuple[type, str]) -> None:
    """Make a frozen record's arrays read-only, or say which has another dtype or shape.

    `images=(np.uint8, "N C H W"), boxes=(np.float32, "N 4")`: a letter stands for one size, the
    same in all fields. Raises CourseError.
    """
    sizes: dict[str, int] = {}
    for field, (dtype, pattern) in expected.items():
        array, names = np.asarray(getattr(record, field)), pattern.split()
        fits = array.dtype == dtype and array.ndim == len(names)
        if not fits or not all(
            _agrees(sizes, *pair) for pair in zip(names, array.shape, strict=True)
        ):
            wanted = ", ".join(f"{n} = {sizes[n]}" if n in sizes else n for n in names)
            raise CourseError(
                f"{type(record).__name__} expects {field} of dtype {np.dtype(dtype)} with shape "
                f"({wanted}), got {array.dtype} {array.shape}."
            )
        object.__setattr__(record, field, read_only(array))


def _agrees(sizes: dict[str, int], name: str, size: int) -> bool:
    """Whether `name`, a number or a letter, stands for this size; a new letter does from now on."""
    return size == (int(name) if name.isdigit() else sizes.setdefault(name, size))


def boxes_around(masks: np.ndarray) -> np.ndarray:
    """The smallest upright box around each mask.

    masks bool (N, H, W), none of them empty -> float32 (N, 4): x1, y1, x2, y2, edges of pixels
    """
    sides = []
    for ink in (masks.any(axis=1), masks.any(axis=2)):  # (N, W), then (N, H)
        sides.append((ink.argmax(axis=1), ink.shape[1] - ink[:, ::-1].argmax(axis=1)))
    (x1, x2), (y1, y2) = sides
    return np.stack([x1, y1, x2, y2], axis=1).astype(np.float32)
