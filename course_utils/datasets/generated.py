"""What the generated sets have in common: three parts, seeded, kept in the cache."""

from collections.abc import Callable

import numpy as np

from course_utils.datasets.cache import Arrays, cached
from course_utils.errors import CourseError

PARTS = ("train", "validation", "test")
Count = tuple[int, int, int]
STANDARD: Count = (4000, 500, 1000)


def three_parts(
    name: str,
    draw: Callable[[str, int, np.random.Generator], Arrays],
    count: Count,
    seed: int,
    size: int,
    smallest: int = 1,
    version: str = "1",
) -> list[Arrays]:
    """What `draw(part, n, rng)` returns for train, validation and test, drawn once and then cached.

    Each part has a generator of its own. A change of what is drawn needs another `version`. Raises
    CourseError when size, count or seed make no sense.
    """
    _check(name, count, seed, size, smallest)

    def build() -> Arrays:
        arrays = {}
        for number, (part, n) in enumerate(zip(PARTS, count, strict=True)):
            drawn = draw(part, n, np.random.default_rng((seed, number)))
            arrays |= {f"{part}/{field}": array for field, array in drawn.items()}
        return arrays

    stored = cached("-".join(map(str, (name, size, *count, seed))), build, fingerprint=version)
    split = [key.split("/") for key in stored]
    return [{f: stored[f"{p}/{f}"] for p, f in split if p == part} for part in PARTS]


def _check(name: str, count: Count, seed: int, size: int, smallest: int) -> None:
    if size < smallest:
        raise CourseError(f"{name} expects a size of at least {smallest} pixels, got {size}.")
    if len(count) != len(PARTS) or min(count) < 1:
        raise CourseError(
            f"{name} expects a count of at least 1 for each of {', '.join(PARTS)}, got {count}."
        )
    if seed < 0:
        raise CourseError(f"{name} expects a seed of 0 or more, got {seed}.")
