"""What may be passed as data, and batches of it: seeded order, one part for each process.

- a Split, or anything else with `images` and `labels`; Scenes and stick figures give a dict of
  targets: "label", "boxes", "mask", "points", "visible", whichever they have
- a pair (x, targets) of arrays or tensors; targets may be a dict of them
- a torch Dataset of pairs, or a DataLoader, which decides about batches and order itself

Data in memory is picked by index, without a DataLoader: that is what a small network can wait for.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

from course_utils.device import moved
from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import format_shape, whole_number
from course_utils.training import distributed, mirror
from course_utils.training.reading import checksum_of, kind_of_dataset, readable

ON_DEVICE = 2**30  # bytes; data up to this size moves to the GPU once and for all
_FIELDS = {  # of Scenes and stick figures, and what the targets call them
    "labels": "label", "boxes": "boxes", "masks": "mask",
    "corners": "points", "joints": "points", "visible": "visible",
}  # fmt: skip


class Batch(NamedTuple):
    """One process's part of a batch, with its number of examples and its factor in the mean."""

    x: torch.Tensor
    targets: torch.Tensor | dict | None
    size: int
    factor: float = 1.0


class InMemory:
    """Batches of tensors: x (N, …) and targets (N, …), a dict of them, or None.

    `epoch(k)` yields the batches of the k-th epoch; with a seed in an order that (seed, k) decides,
    as it decides who is mirrored where `flip` says so ("random", "alternating").
    """

    def __init__(self, x, targets, batch_size, *, seed=None, device="cpu", flip=None):
        mirror.require_way(flip, x, targets)
        self.flip = flip
        self.examples, self.batch_size, self.seed = len(x), batch_size, seed
        self.label_range = _label_range(targets)
        small = x.nbytes <= ON_DEVICE
        self.x = moved(x, device) if small else x
        self.targets = map_targets(lambda t: moved(t, device) if small else t, targets)

    def __len__(self) -> int:
        return -(-self.examples // self.batch_size)

    def epoch(self, number: int = 0) -> Iterator[Batch]:
        whole = order(self.examples, self.seed, number).to(self.x.device)  # once for all batches
        if self.flip:
            coins = mirror.coins(self.flip, self.examples, self.seed, number).to(self.x.device)
        for batch in whole.split(self.batch_size):
            indices, size, factor = distributed.part_of(batch)
            # ten times as fast as x[indices] for bytes
            targets = map_targets(lambda t, i=indices: t.index_select(0, i), self.targets)
            x = self.x.index_select(0, indices)
            if self.flip:
                x = mirror.mirrored(x, coins.index_select(0, indices))
            yield Batch(x, targets, size, factor)

    def first(self, most: int | None = None) -> torch.Tensor:
        """All of x, or the first ones; mean and standard deviation are taken from it."""
        return self.x[:most]

    def checksum(self) -> str:
        """What tells this data from other data when a training goes on."""
        return checksum_of(self.x, self.targets)


class FromDataset:
    """Batches of a torch Dataset of pairs, loaded by `workers` processes beside this one."""

    def __init__(self, dataset, batch_size, *, seed=None, device="cpu", workers=0):
        self.dataset, self.batch_size, self.seed = dataset, batch_size, seed
        self.examples, self.label_range = len(dataset), None
        self.plan: list[tuple[list[int], int, float]] = []
        self.generator = torch.Generator()  # it seeds the workers
        # workers live for one epoch: older ones would have drawn numbers that no seed repeats
        self.loader = DataLoader(
            dataset, batch_sampler=_Chosen(self), num_workers=workers, generator=self.generator,
            pin_memory=torch.device(device).type == "cuda",
        )  # fmt: skip

    def __len__(self) -> int:
        return -(-self.examples // self.batch_size)

    def epoch(self, number: int = 0) -> Iterator[Batch]:
        batches = order(self.examples, self.seed, number).split(self.batch_size)
        self.plan = [distributed.part_of(batch) for batch in batches]
        self.generator.manual_seed(_mixed(self.seed or 0, number))
        loaded = iter(self.loader)
        for indices, size, factor in self.plan:
            with readable(self.dataset, indices.tolist()):
                x, targets = as_pair(next(loaded))
            self.label_range = _label_range(targets)
            yield Batch(x, targets, size, factor)

    def first(self, most: int = 1000) -> torch.Tensor:
        """Up to 1,000 examples, evenly spread -> x (n, …)."""
        chosen = np.linspace(0, self.examples - 1, min(most, self.examples)).astype(int).tolist()
        with readable(self.dataset, chosen):
            return torch.stack([torch.as_tensor(as_pair(self.dataset[i])[0]) for i in chosen])

    def checksum(self) -> str:
        return kind_of_dataset(self.dataset)


class _Chosen:
    """The indices of each batch of the running epoch, in the form that DataLoader asks for."""

    def __init__(self, source: FromDataset):
        self.source = source

    def __iter__(self) -> Iterator[list[int]]:
        return (indices.tolist() for indices, _, _ in self.source.plan)

    def __len__(self) -> int:
        return len(self.source)


class FromLoader:
    """Batches of somebody's DataLoader, in its own order."""

    def __init__(self, loader: DataLoader):
        if distributed.world() > 1:
            raise CourseError(
                "Several processes cannot share a DataLoader: pass its data set, and batch_size."
            )
        self.loader, self.label_range = loader, None
        try:
            self.steps, self.examples = len(loader), len(loader.dataset)
        except TypeError:
            raise CourseError("fit expects a DataLoader that knows its length (`len`).") from None
        self.batch_size = loader.batch_size or -(-self.examples // max(self.steps, 1))

    def __len__(self) -> int:
        return self.steps

    def epoch(self, number: int = 0) -> Iterator[Batch]:
        loaded = iter(self.loader)
        while True:
            with readable(self.loader.dataset):
                batch = next(loaded, None)
            if batch is None:
                return
            x, targets = as_pair(batch)
            self.label_range = _label_range(targets)
            yield Batch(x, targets, len(x))

    def first(self, most: int | None = None) -> torch.Tensor:
        """The x of the first batch."""
        with readable(self.loader.dataset):
            return as_pair(next(iter(self.loader)))[0][:most]

    def checksum(self) -> str:
        return kind_of_dataset(self.loader.dataset)


def batches(data, batch_size: int, *, seed=None, device="cpu", workers=0, with_targets=True,
            flip=None):  # fmt: skip
    """Turn data (see the top of this file) into InMemory, FromDataset or FromLoader.

    With a seed the order is shuffled anew in each epoch. Without targets, data may also be x alone.
    Raises CourseError for anything else, for lengths that differ, and when there is no example.
    """
    with as_course_error():
        batch_size = whole_number("training", "batch_size", batch_size, 1)
        workers = whole_number("training", "workers", workers)
    if isinstance(data, DataLoader):
        source = FromLoader(data)
    elif isinstance(data, Dataset) and not isinstance(data, TensorDataset):
        source = FromDataset(data, batch_size, seed=seed, device=device, workers=workers)
    else:
        x, targets = in_memory(data, with_targets)
        source = InMemory(x, targets, batch_size, seed=seed, device=device, flip=flip)
    if not isinstance(source, InMemory):
        mirror.require_way(flip, None, None)
    if source.examples == 0:
        raise CourseError("Expected at least one example, got none.")
    return source


def in_memory(data, with_targets: bool = True):
    """x (N, …) and targets of a Split, Scenes, TensorDataset or pair, as tensors."""
    if isinstance(data, TensorDataset):
        data = data.tensors
    if hasattr(data, "images"):
        x, targets = tensor(data.images), _fields(data)
    elif isinstance(data, tuple | list) and len(data) == 2:
        x, targets = tensor(data[0]), map_targets(_labels, data[1])
    elif not with_targets and isinstance(data, np.ndarray | torch.Tensor):
        x, targets = tensor(data), None
    else:
        raise CourseError(
            "Expected data as a Split, a pair (x, targets), a torch Dataset or a DataLoader, "
            f"got a {type(data).__name__}{f' of {len(data)}' if hasattr(data, '__len__') else ''}."
        )
    if x.ndim == 0:
        raise CourseError("Expected examples (N, …), got one number.")
    for target in targets.values() if isinstance(targets, dict) else [targets]:
        if target is not None and len(target) != len(x):
            raise CourseError(f"Expected one target per example, got {len(target)} for {len(x)}.")
    return x, targets


def _fields(data):
    found = {new: _labels(getattr(data, old)) for old, new in _FIELDS.items() if hasattr(data, old)}
    return found["label"] if found.keys() == {"label"} else found


def tensor(array) -> torch.Tensor:
    """A tensor over the same memory; read-only arrays are welcome, for nothing is written here."""
    if isinstance(array, torch.Tensor):
        return array
    if not isinstance(array, np.ndarray):
        raise CourseError(f"Expected an array or a tensor, got a {type(array).__name__}.")
    if array.dtype.kind not in "fiubc":
        raise CourseError(f"Expected an array of numbers, got one of {array.dtype}.")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(np.ascontiguousarray(array))


def _labels(array) -> torch.Tensor:
    """Targets as a tensor; whole numbers become int64, which is what torch's losses ask for."""
    result = tensor(array)
    whole = not result.is_floating_point() and result.dtype != torch.bool
    return result.long() if whole else result


def map_targets(function: Callable, targets):
    """The function of a tensor, of each tensor in a dict, or None."""
    if isinstance(targets, dict):
        return {name: function(part) for name, part in targets.items()}
    return None if targets is None else function(targets)


def as_pair(item):
    """(x, targets) as a Dataset or DataLoader gives it. Raises CourseError for another form."""
    if not isinstance(item, tuple | list) or len(item) != 2:
        parts = f"{len(item)} parts" if isinstance(item, tuple | list) else type(item).__name__
        raise CourseError(f"Expected pairs (x, targets) from the data set, got {parts}.")
    return item


def order(examples: int, seed: int | None, epoch: int) -> torch.Tensor:
    """The order of an epoch -> (examples,) int64: shuffled by (seed, epoch), or 0, 1, 2 …

    It depends on nothing that happened before, so a training that goes on needs no more than its
    seed and the number of the epoch.
    """
    if seed is None:
        return torch.arange(examples)
    generator = torch.Generator().manual_seed(_mixed(seed, epoch))
    return torch.randperm(examples, generator=generator)


def _mixed(seed: int, epoch: int) -> int:
    return (seed * 1_000_003 + epoch) % 2**63


def _label_range(targets) -> tuple[int, int] | None:
    """Smallest and largest of whole-number targets; None when they are something else."""
    if not isinstance(targets, torch.Tensor) or targets.is_floating_point() or not len(targets):
        return None
    low, high = targets.aminmax()
    return int(low), int(high)


def describe(x: torch.Tensor) -> str:
    """`uint8 (64, 1, 28, 28)`, for messages."""
    return f"{str(x.dtype).removeprefix('torch.')} {format_shape(x.shape)}"
