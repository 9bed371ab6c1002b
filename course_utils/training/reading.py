"""Reading somebody's data set: which example cannot be read, and whether it is the same set."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch.utils.data import Dataset

from course_utils.errors import CourseError

SAMPLE = 256  # examples that a checksum looks at
# what Pillow raises for a picture that is cut short, is none, or is a decompression bomb
_UNREADABLE = (OSError, SyntaxError, EOFError)


@contextmanager
def readable(dataset: Dataset, indices: Sequence[int] = ()) -> Iterator[None]:
    """Turn what goes wrong while examples of a data set are read into a CourseError.

    It names the example, and its file where the data set knows it, as ImageFolder does.
    """
    try:
        yield
    except Exception as error:
        if "stack expects each tensor to be equal size" in str(error):
            raise CourseError(
                "The examples of a batch differ in size: give the data set a transform that makes "
                "them equal, such as Resize and CenterCrop."
            ) from error
        if "default_collate" in str(error) and "PIL" in str(error):
            raise CourseError(
                "The data set gives pictures of Pillow, not tensors: give it transform=ToTensor()."
            ) from error
        if not isinstance(error, _UNREADABLE) and type(error).__name__ != "DecompressionBombError":
            raise
        raise CourseError(_which(dataset, indices, error)) from error


def _which(dataset, indices, error: Exception) -> str:
    """The sentence about the first of these examples that cannot be read alone, either."""
    for i in indices:
        try:
            dataset[i]
        except Exception as own:  # whatever it is, this is the example
            file = _file_of(dataset, i)
            name = f" ({file})" if file else ""
            return f"Example {i} of the data set{name} cannot be read: {_first_line(own)}."
    return f"An example of the data set cannot be read: {_first_line(error)}."


def _file_of(dataset, i: int) -> str | None:
    """The file of an example, in an ImageFolder or a Subset of one."""
    if hasattr(dataset, "indices") and hasattr(dataset, "dataset"):
        return _file_of(dataset.dataset, dataset.indices[i])
    samples = getattr(dataset, "samples", None)
    return str(samples[i][0]) if samples else None


def _first_line(error: Exception) -> str:
    # a worker puts its whole traceback into the message; the last line has the reason
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[-1].rstrip(".")


def checksum_of(x: torch.Tensor, targets) -> str:
    """Kind and shape of data in memory, and a checksum over a sample of it."""
    parts = list(targets.values()) if isinstance(targets, dict) else [targets]
    chosen = torch.linspace(0, max(len(x) - 1, 0), min(len(x), SAMPLE)).long()
    checksum = 0
    for part in [x, *(part for part in parts if part is not None)]:
        sample = part[chosen.to(part.device)].cpu().contiguous()
        checksum = zlib.crc32(sample.view(torch.uint8).numpy().tobytes(), checksum)
    shape = " × ".join(map(str, x.shape[1:]))
    return f"{str(x.dtype).removeprefix('torch.')} {shape}, checksum {checksum:08x}"


def kind_of_dataset(dataset) -> str:
    """What tells a data set of somebody's from another without reading it: its class, and names."""
    classes = getattr(dataset, "classes", None)
    names = f" with {', '.join(map(str, classes))}" if isinstance(classes, list | tuple) else ""
    return type(dataset).__name__ + names
