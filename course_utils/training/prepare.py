"""From bytes to what a network reads: to the device, normalised, and changed by a transform."""

import inspect
import math
from collections.abc import Callable, Sequence

import torch

from course_utils.device import moved
from course_utils.errors import CourseError
from course_utils.training.data import describe, map_targets
from course_utils.training.rng import rng_kept

Normalisation = tuple[tuple[float, ...], tuple[float, ...]]  # mean and std, one number per channel


class Prepare:
    """Moves a batch to the device and normalises it there.

    uint8 images (N, C, H, W) become (x / 255 − mean) / std, in the parameters' dtype. Floats only
    change their dtype, unless a normalisation is given: then it is (x − mean) / std.
    """

    def __init__(self, model, normalisation: Normalisation | None, device, *,
                 channels_last: bool = False, transform: Callable | None = None):  # fmt: skip
        self.device, self.channels_last, self.transform = device, channels_last, transform
        self.dtype = next((p.dtype for p in model.parameters()), torch.float32)
        self.normalisation = normalisation
        self.both = transform is not None and takes_targets(transform)
        self.affine: dict = {}  # scale and shift on the device, for bytes and for floats

    def __call__(self, x: torch.Tensor, targets):
        """x (n, …) and targets -> both on the device, x normalised and transformed."""
        x = moved(x, self.device, non_blocking=True)
        targets = map_targets(lambda t: moved(t, self.device, non_blocking=True), targets)
        x = self._normalised(x)
        if self.transform is not None:
            x, targets = self.transform(x, targets) if self.both else (self.transform(x), targets)
        if self.channels_last and x.ndim == 4:
            x = x.contiguous(memory_format=torch.channels_last)
        return x, targets

    def _normalised(self, x: torch.Tensor) -> torch.Tensor:
        if x.dtype == torch.uint8 or (x.is_floating_point() and self.normalisation is not None):
            scale, shift = self._scale_and_shift(x)
            return x.to(self.dtype, copy=True).mul_(scale).add_(shift)
        return x.to(self.dtype) if x.is_floating_point() else x

    def _scale_and_shift(self, x: torch.Tensor):
        """(x / white − mean) / std as x · scale + shift, both (1, C, 1, …)."""
        if x.dtype not in self.affine:
            self.affine[x.dtype] = self._build_affine(x)
        return self.affine[x.dtype]

    def _build_affine(self, x: torch.Tensor):
        require_images(x)
        if self.normalisation is None:
            raise CourseError(
                "These images are bytes, and the model has no normalisation for them (fit trained "
                "it on floats, or not at all): give it floats, or say which normalise=(mean, std) "
                "it expects, such as (0.5, 0.5)."
            )
        mean, std = (torch.tensor(part, dtype=torch.float64) for part in self.normalisation)
        if len(mean) not in (1, x.shape[1]):
            raise CourseError(
                f"normalise has {len(mean)} channels, but the images are {describe(x)}."
            )
        white = 255 if x.dtype == torch.uint8 else 1
        shape = (1, -1, *[1] * (x.ndim - 2))
        pair = 1 / (white * std), -mean / std
        return tuple(part.view(shape).to(self.device, self.dtype) for part in pair)


def normalisation_of(normalise, source, generators=()) -> Normalisation | None:
    """What to normalise with: what was given, or the training images' own; None for floats.

    normalise: None, or (mean, std), each a number or one number per channel, for values 0 to 1
    """
    if normalise is not None:
        return checked(normalise)
    with rng_kept(generators):  # looking at the data draws nothing
        if source.first(1).dtype != torch.uint8:
            return None
        x = source.first()
    require_images(x)
    return mean_and_std(x)


def checked(normalise) -> Normalisation:
    """(mean, std) as two tuples. Raises CourseError for another form, or a std that is not > 0."""
    try:
        mean, std = (tuple(map(float, _sequence(part))) for part in normalise)
    except (TypeError, ValueError):
        mean = std = ()
    finite = all(map(math.isfinite, mean + std))
    if not mean or len(mean) != len(std) or not finite or min(std) <= 0:
        raise CourseError(
            "normalise expects (mean, std), numbers or one number per channel, with std > 0, "
            f"got {normalise!r}."
        )
    return mean, std


def _sequence(part) -> Sequence:
    return part.tolist() if hasattr(part, "tolist") and part.ndim else part if isinstance(
        part, Sequence) else (part,)  # fmt: skip


def mean_and_std(x: torch.Tensor) -> Normalisation:
    """Mean and standard deviation of each channel of uint8 (N, C, H, W), on a scale of 0 to 1.

    They come from counting how often each of the 256 values occurs: exact, and in any order.
    """
    values = torch.arange(256, dtype=torch.float64) / 255
    pairs = []
    for c in range(x.shape[1]):
        counts = sum(  # piece by piece: bincount works with eight bytes per pixel
            torch.bincount(piece[:, c].flatten().cpu(), minlength=256) for piece in x.split(4096)
        )
        share = counts.double() / counts.sum()
        mean = (share * values).sum()
        std = (share * (values - mean) ** 2).sum().sqrt()
        pairs.append((float(mean), float(std) or 1.0))  # a channel of one colour stays as it is
    mean, std = zip(*pairs, strict=True)
    return mean, std


def require_images(x: torch.Tensor) -> None:
    """Raise CourseError when bytes are not images (N, C, H, W)."""
    if x.dtype == torch.uint8 and x.ndim != 4:
        hint = ": x[:, None] adds a channel, x[None] makes a batch of one" if x.ndim == 3 else ""
        raise CourseError(f"uint8 images are expected as (N, C, H, W), got {describe(x)}{hint}.")


def takes_targets(transform: Callable) -> bool:
    """Whether a transform is called with (x, targets): it has room for two positional arguments."""
    function = transform.forward if isinstance(transform, torch.nn.Module) else transform
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # built in C
        return False
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return True
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in positional and p.default is p.empty for p in parameters) >= 2
