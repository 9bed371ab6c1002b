"""What every data set looks like: three splits of uint8 images with int64 labels."""

from dataclasses import dataclass

import numpy as np

from course_utils.errors import CourseError


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Images with their labels. Both arrays are read-only: `.copy()` gives one to change.

    images  uint8 (N, C, H, W), 0 is black and 255 is white (`as_float` maps them to [0, 1])
    labels  int64 (N,), indices into the data set's `class_names`

    Raises CourseError when dtypes, dimensions or lengths are others.
    """

    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self):
        for field, dtype, ndim in (("images", np.uint8, 4), ("labels", np.int64, 1)):
            array = getattr(self, field)
            if array.dtype != dtype or array.ndim != ndim:
                raise CourseError(
                    f"Split expects {field} of dtype {np.dtype(dtype)} with {ndim} dimension(s), "
                    f"got {array.dtype} {array.shape}."
                )
            object.__setattr__(self, field, read_only(array))
        if len(self.images) != len(self.labels):
            raise CourseError(
                f"Split expects one label per image, got {len(self.images)} images "
                f"and {len(self.labels)} labels."
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Split({len(self)} images {self.images.shape[1:]})"


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """A named data set in three parts that never share an image.

    train       what a model learns from
    validation  what choices (learning rate, size, when to stop) are made on
    test        looked at once, at the end
    class_names one word for each label 0 … K − 1

    The parts are `Split`, or `Scenes` when boxes and masks come along.
    The images of a split take turns through the classes (0, 1, … K − 1, 0, 1, …), so the first k
    are a fair sample. Raises CourseError when a label has no class name.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...]

    def __post_init__(self):
        for part in (self.train, self.validation, self.test):
            labels = part.labels
            if len(labels) and not 0 <= labels.min() <= labels.max() < len(self.class_names):
                raise CourseError(
                    f"{self.name} expects labels 0 to {len(self.class_names) - 1}, "
                    f"got {labels.min()} to {labels.max()}."
                )

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """How many images each class has: {name: (train, validation, test)}."""
        K = len(self.class_names)
        parts = (self.train, self.validation, self.test)
        columns = [np.bincount(part.labels, minlength=K).tolist() for part in parts]
        return dict(zip(self.class_names, zip(*columns, strict=True), strict=True))

    def table(self) -> str:
        """`counts` as text, a line for each class, to print."""
        rows = [("class", "train", "validation", "test")]
        rows += [(name, *(f"{n:,}" for n in numbers)) for name, numbers in self.counts().items()]
        first = max(len(row[0]) for row in rows)
        return "\n".join(
            f"{name:<{first}}{train:>9}{validation:>12}{test:>9}"
            for name, train, validation, test in rows
        )

    def __repr__(self) -> str:
        return (
            f"DataSet({self.name}: {len(self.train)} train, {len(self.validation)} validation, "
            f"{len(self.test)} test, images {self.train.images.shape[1:]}, "
            f"{len(self.class_names)} classes)"
        )


def read_only(array: np.ndarray) -> np.ndarray:
    """The same numbers, seen through an array that refuses to be changed."""
    view = array.view()
    view.flags.writeable = False
    return view


def as_float(images: np.ndarray) -> np.ndarray:
    """uint8 images of any shape, 0 … 255, as float32 in [0, 1] (same shape, a new array).

    Raises CourseError for any other dtype: images that are floats already would be scaled twice.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise CourseError(f"as_float expects uint8 images, got {images.dtype} {images.shape}.")
    return images.astype(np.float32) / np.float32(255)


def flatten(images: np.ndarray) -> np.ndarray:
    """(N, C, H, W) -> (N, C·H·W): each image as one row, channel by channel and line by line.

    Raises CourseError when there are not four dimensions.
    """
    images = np.asarray(images)
    if images.ndim != 4:
        raise CourseError(f"flatten expects (N, C, H, W), got {images.shape}.")
    return images.reshape(len(images), int(np.prod(images.shape[1:])))


def rank_in_class(labels: np.ndarray) -> np.ndarray:
    """(N,) -> (N,): how many earlier items have the same label."""
    labels = np.asarray(labels)
    by_class = np.argsort(labels, kind="stable")
    _, first, inverse = np.unique(labels[by_class], return_index=True, return_inverse=True)
    rank = np.empty(len(labels), dtype=np.int64)
    rank[by_class] = np.arange(len(labels)) - first[inverse]
    return rank


def taking_turns(images: np.ndarray, labels: np.ndarray, remainders: range | tuple) -> Split:
    """The items whose rank in their class is one of `remainders` modulo 10, class by class in turn.

    images uint8 (N, C, H, W), labels (N,) integers. `range(10)` keeps everything. Raises
    CourseError when the lengths differ.
    """
    if len(images) != len(labels):
        raise CourseError(f"Expected one label per image, got {len(labels)} for {len(images)}.")
    rank = rank_in_class(labels)
    order = np.lexsort((labels, rank))  # by rank, and by label within one rank
    chosen = order[np.isin(rank[order] % 10, list(remainders))]
    return Split(images[chosen], np.asarray(labels)[chosen].astype(np.int64))
