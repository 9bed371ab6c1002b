"""Which training images are mirrored, left to right, in an epoch.

"random" throws a coin for each image in each epoch: half of the images are seen from the same side
in two epochs that follow each other. "alternating" throws it once, and then takes turns (Jordan
2024): any two epochs show every image from both sides.
"""

import torch

from course_utils.errors import CourseError

WAYS = ("random", "alternating")


def coins(way: str, examples: int, seed: int | None, epoch: int) -> torch.Tensor:
    """bool (examples,): who is mirrored in this epoch; (seed, epoch) decide, and nothing else."""
    turn = epoch if way == "random" else 0
    generator = torch.Generator().manual_seed(((seed or 0) * 2_000_003 + 2 * turn + 1) % 2**63)
    first = torch.rand(examples, generator=generator) < 0.5
    return first if way == "random" or epoch % 2 == 0 else ~first


def mirrored(x: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """x (n, C, H, W), those that are chosen (n,) mirrored left to right; nobody waits for a GPU."""
    return torch.where(chosen.view(-1, 1, 1, 1), x.flip(-1), x)


def require_way(flip, x: torch.Tensor | None, targets) -> None:
    """Raise CourseError for an unknown way, and for data that cannot be mirrored by itself."""
    if flip is None:
        return
    if flip not in WAYS:
        raise CourseError(f"flip expects {' or '.join(map(repr, WAYS))}, got {flip!r}.")
    if x is None or x.ndim != 4:
        raise CourseError(
            f"flip={flip!r} mirrors images (N, C, H, W) in memory: for other data say transform=…"
        )
    if isinstance(targets, dict):
        raise CourseError(
            f"flip={flip!r} moves no {', '.join(targets)}: transform=RandomCropFlip() of "
            "course_utils.augment does."
        )
