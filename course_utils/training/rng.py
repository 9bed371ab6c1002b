"""The random numbers that training draws: seeding them, keeping them, putting them back."""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from numbers import Integral

import numpy as np
import torch

from course_utils.errors import CourseError


def require_seed(seed) -> None:
    """Raise CourseError unless it is None or a whole number that torch can be seeded with."""
    if seed is not None and not (isinstance(seed, Integral) and -(2**63) <= seed < 2**63):
        raise CourseError(f"fit expects seed to be a whole number of 64 bits, got {seed!r}.")


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and torch's global generators (on all devices)."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - transforms of others draw from it
    torch.manual_seed(seed)


def rng_states(generators: Sequence[torch.Generator] = ()) -> dict:
    """The states of all global generators and of the given ones, as plain numbers and tensors."""
    _, keys, *rest = np.random.get_state()  # noqa: NPY002
    return {
        "python": random.getstate(),
        "numpy": [keys.tolist(), *rest],
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "generators": [generator.get_state() for generator in generators],
    }


def set_rng_states(states: dict, generators: Sequence[torch.Generator] = ()) -> None:
    """Put back what `rng_states` returned."""
    random.setstate(states["python"])
    keys, *rest = states["numpy"]
    np.random.set_state(("MT19937", np.array(keys, np.uint32), *rest))  # noqa: NPY002
    torch.set_rng_state(states["torch"])
    if states["cuda"]:
        torch.cuda.set_rng_state_all(states["cuda"])
    for generator, state in zip(generators, states["generators"], strict=True):
        generator.set_state(state)


@contextmanager
def rng_kept(generators: Sequence[torch.Generator] = ()) -> Iterator[None]:
    """Whatever is drawn inside has not been drawn afterwards."""
    states = rng_states(generators)
    try:
        yield
    finally:
        set_rng_states(states, generators)


def generators_of(*owners) -> list[torch.Generator]:
    """The generators of their own that data and transforms bring along, as `.generator`.

    A DataLoader is asked for its data set's, too, and a data set for its transform's.
    """
    found = []
    for owner in owners:
        if isinstance(own := getattr(owner, "generator", None), torch.Generator):
            found.append(own)
        parts = (getattr(owner, part, None) for part in ("dataset", "transform"))
        found += generators_of(*(part for part in parts if part is not None))
    return found


@contextmanager
def deterministic_algorithms(wanted: bool) -> Iterator[None]:
    """Inside, torch refuses operations whose result differs from run to run."""
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark
    if wanted:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what NVIDIA asks for
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.benchmark = before[1]
