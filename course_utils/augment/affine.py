"""The lecture's six transforms as one affine map per image: drawing them, and their matrices.

Coordinates are those of boxes and points in `datasets`: x to the right, y down, in pixels; (0, 0)
is the upper left corner of the image, and the pixel in row i and column j has its centre at
(j + 0.5, i + 0.5).
"""

import math
from dataclasses import dataclass, fields
from numbers import Real

import torch

from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import number, pair, whole_number

Setting = None | float | tuple[float, float]  # off, always this, or drawn between these two

# "Convolutional Networks IV", data augmentation: rescaling and stretching are log-uniform, flipping
# is a coin, the others are uniform.
LECTURE = {
    "angle": (0.0, 360.0),  # degrees
    "shift": (-10.0, 10.0),  # pixels, along x and along y
    "scale": (1 / 1.6, 1.6),
    "flip": 0.5,  # how often
    "shear": (-20.0, 20.0),  # degrees
    "stretch": (1 / 1.3, 1.3),
}


@dataclass(frozen=True, eq=False)
class AffineParameters:
    """What is done to each of n images, in this order, about the middle of the image.

    flip     bool (n,): left and right change places
    scale    float64 (n,): everything becomes so many times as large
    stretch  float64 (n,): times as wide, and as many times less high; the area stays
    shear    float64 (n,): degrees by which upright lines lean to the right, as in italics
    angle    float64 (n,): degrees of rotation, counter-clockwise as one sees it
    shift    float64 (n, 2): pixels to the right, pixels down
    """

    angle: torch.Tensor
    shift: torch.Tensor
    scale: torch.Tensor
    flip: torch.Tensor
    shear: torch.Tensor
    stretch: torch.Tensor

    def __len__(self) -> int:
        return len(self.angle)

    def __getitem__(self, index) -> "AffineParameters":
        """The parameters of some of the images; a number gives those of one image, n = 1."""
        if isinstance(index, int):
            index = range(len(self))[index]  # IndexError when there is no such image
            index = slice(index, index + 1)
        return AffineParameters(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def fixed(n: int = 1, *, angle: float = 0, shift: tuple[float, float] = (0, 0), scale: float = 1,
          flip: bool = False, shear: float = 0, stretch: float = 1,
          ) -> AffineParameters:  # fmt: skip
    """The same parameters for n images, where nothing is drawn; what is not named does nothing.

    shift: pixels to the right, pixels down. Raises CourseError for an n below 0, a scale or stretch
    ≤ 0, a shear of 90° or more, or a shift that is not two numbers.
    """
    if not isinstance(shift, tuple | list) or len(shift) != 2:
        raise CourseError(
            f"fixed expects shift as two numbers, to the right and down, got {shift}."
        )
    with as_course_error():
        n = whole_number("fixed", "n", n)
        for pixels in shift:
            number("fixed", "each number of shift", pixels, -math.inf)
    zero = torch.zeros(n, 7, dtype=torch.float64)
    named = {"angle": angle, "scale": scale, "flip": flip, "shear": shear}
    parameters = _from_uniform(zero, {**named, "stretch": stretch, "shift": None})
    parameters.shift.copy_(torch.tensor(shift, dtype=torch.float64))
    return parameters


def sample(n: int, generator: torch.Generator | None = None, *,
           angle: Setting = LECTURE["angle"], shift: Setting = LECTURE["shift"],
           scale: Setting = LECTURE["scale"], flip: float | None = LECTURE["flip"],
           shear: Setting = LECTURE["shear"], stretch: Setting = LECTURE["stretch"],
           ) -> AffineParameters:  # fmt: skip
    """Draw parameters for n images from the lecture's distributions -> AffineParameters.

    angle, shift, shear   uniform between two numbers; shift is drawn for x and for y
    scale, stretch        log-uniform between two numbers: halving is as likely as doubling
    flip                  how often, from 0 to 1

    A pair gives other bounds, a number is always taken as it is, None switches the transform off.
    Each setting has its own random numbers: changing one leaves what is drawn for the others as it
    was. The generator is torch's global one if not given. Raises CourseError for impossible bounds.
    """
    with as_course_error():
        n = whole_number("sample", "n", n)
    draws = {"generator": generator, "device": device_of(generator), "dtype": torch.float64}
    uniform = torch.rand(n, 7, **draws)
    settings = {"angle": angle, "shift": shift, "scale": scale, "flip": flip, "shear": shear}
    return _from_uniform(uniform, {**settings, "stretch": stretch})


def device_of(generator: torch.Generator | None) -> torch.device | str:
    """Where it draws; raises CourseError for something else than a generator of torch or None."""
    if generator is None:
        return "cpu"
    if not isinstance(generator, torch.Generator):
        raise CourseError(
            f"generator expects a torch.Generator, got {generator!r}: "
            "torch.Generator().manual_seed(0) makes one from a seed."
        )
    return generator.device


def check_settings(**settings: Setting) -> None:
    """Raise CourseError for a setting of `sample` that is unknown or impossible."""
    for name in settings:
        if name not in LECTURE:
            raise CourseError(f"The transforms are {', '.join(LECTURE)}; there is no {name!r}.")
    sample(0, torch.Generator(), **settings)


def _from_uniform(uniform: torch.Tensor, settings: dict) -> AffineParameters:
    """(n, 7) numbers, uniform from 0 to 1: angle, shift x and y, scale, flip, shear, stretch."""
    return AffineParameters(
        angle=_between(uniform[:, 0], *_bounds("angle", settings, 0)),
        shift=_between(uniform[:, 1:3], *_bounds("shift", settings, 0)),
        scale=_log_between(uniform[:, 3], *_bounds("scale", settings, 1, above=0)),
        flip=uniform[:, 4] < _probability(settings["flip"]),
        shear=_between(uniform[:, 5], *_bounds("shear", settings, 0, above=-90, below=90)),
        stretch=_log_between(uniform[:, 6], *_bounds("stretch", settings, 1, above=0)),
    )


def _between(uniform: torch.Tensor, low: float, high: float) -> torch.Tensor:
    return low + (high - low) * uniform


def _log_between(uniform: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """Uniform in the logarithm."""
    return low * (high / low) ** uniform


def _bounds(name: str, settings: dict, neutral: float, above=-math.inf, below=math.inf):
    """A setting as (low, high). Raises CourseError unless above < low ≤ high < below."""
    setting = settings[name]
    bounds = neutral if setting is None else setting
    bounds = (bounds, bounds) if isinstance(bounds, Real) else bounds
    numbers = isinstance(bounds, tuple | list) and [isinstance(b, Real) for b in bounds]
    if numbers != [True, True] or not above < bounds[0] <= bounds[1] < below:
        inside = "" if math.isinf(above) else f" greater than {above}"
        inside += "" if math.isinf(below) else f" and less than {below}"
        raise CourseError(
            f"{name} expects None, a number, or (low, high) with low ≤ high,{inside or ' finite'}; "
            f"got {setting!r}."
        )
    return bounds


def _probability(flip: float | None) -> float:
    if flip is None:
        return 0.0
    if not isinstance(flip, Real) or not 0 <= flip <= 1:
        raise CourseError(f"flip expects how often, a number from 0 to 1, got {flip!r}.")
    return float(flip)


def matrix(parameters: AffineParameters, size: tuple[int, int]) -> torch.Tensor:
    """Where each place of the output is taken from: float64 (n, 2, 3).

    size: H, W of the images. For a place (x, y) of the moved image, `matrix @ (x, y, 1)` is the
    place in the original that it shows; `inverse` gives the way that a point of the original goes.
    """
    with as_course_error():
        H, W = pair("matrix", "size", size, least=1)
    middle = parameters.shift.new_tensor([W / 2, H / 2])  # x, y
    back = torch.linalg.inv(_linear(parameters))  # (n, 2, 2)
    offset = middle - torch.einsum("nij,nj->ni", back, middle + parameters.shift)
    return torch.cat([back, offset[:, :, None]], dim=2)


def _linear(p: AffineParameters) -> torch.Tensor:
    """(n, 2, 2): flip, scale and stretch, shear, rotation, one after the other; y points down."""
    angle, lean = torch.deg2rad(p.angle), torch.tan(torch.deg2rad(p.shear))
    cos, sin = torch.cos(angle), torch.sin(angle)
    zero, one = torch.zeros_like(cos), torch.ones_like(cos)
    side = torch.where(p.flip, -one, one)
    sized = _two_by_two(side * p.scale * p.stretch, zero, zero, p.scale / p.stretch)
    return _two_by_two(cos, sin, -sin, cos) @ _two_by_two(one, -lean, zero, one) @ sized


def _two_by_two(a, b, c, d) -> torch.Tensor:
    """Four (n,) -> (n, 2, 2)."""
    return torch.stack([a, b, c, d], dim=1).view(-1, 2, 2)


def inverse(matrices: torch.Tensor) -> torch.Tensor:
    """The way back of affine maps: (n, 2, 3) -> (n, 2, 3), from the original to the moved image."""
    linear = torch.linalg.inv(matrices[:, :, :2])
    return torch.cat([linear, -linear @ matrices[:, :, 2:]], dim=2)
