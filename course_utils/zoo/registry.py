"""Every network of the zoo by name: where it comes from, and how many parameters it has."""

import functools
import importlib
from dataclasses import dataclass
from numbers import Integral, Real

from course_utils.errors import CourseError, did_you_mean
from course_utils.zoo.published import GROUPS


@dataclass(frozen=True)
class Entry:
    """One network as it was published.

    parameters: trained ones, for the images and classes given here; published: what the source
    prints ("" where it prints nothing); note: why that is another number, or who counts the same.
    size and channels: the images (N, channels, size, size).
    """

    name: str
    family: str
    parameters: int
    published: str
    source: str
    size: int
    classes: int
    channels: int
    note: str = ""

    def build(self, classes=None, channels=None, size=None, width: float = 1.0):
        """The network, with new weights; what is not given is as it was published.

        Raises CourseError for settings that are no numbers or that leave nothing of the images.
        """
        given = {"classes": classes, "channels": channels, "size": size}
        settings = {k: _whole(k, v, getattr(self, k)) for k, v in given.items()} | {"width": width}
        if not isinstance(width, Real) or isinstance(width, bool) or not 0 < width < float("inf"):
            raise CourseError(f"width expects a number > 0, such as 0.25, got {width!r}.")
        make = importlib.import_module(f"course_utils.zoo.{self.family}").build
        _require_that_it_fits(make, self, settings)
        network = make(self.name, **settings)
        network.zoo_name, network.zoo_settings = self.name, settings
        return network


@functools.cache
def _entries() -> dict[str, Entry]:
    return {
        name: Entry(name, family, parameters, published, source, size, classes, channels, *note)
        for family, source, (size, classes, channels), members in GROUPS
        for name, parameters, published, *note in members
    }


def names() -> tuple[str, ...]:
    """The names of all networks, family by family."""
    return tuple(_entries())


def entry(name: str) -> Entry:
    """The entry of that name. Raises CourseError, with the nearest names, for another one."""
    if name not in _entries():
        hint = did_you_mean(name, names(), "zoo.names() lists them.")
        raise CourseError(f"There is no model {name!r}: {hint}")
    return _entries()[name]


def _whole(what: str, value, default: int) -> int:
    if value is None:
        return default
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise CourseError(f"{what} expects a whole number ≥ 1, got {value!r}.")
    return int(value)


def _require_that_it_fits(make, known: Entry, settings: dict) -> None:
    """Send an empty image through an empty network, which takes no memory and little time.

    All networks take 28 to 64 pixels, and as many as were published or more.
    """
    import torch

    from course_utils.zoo.parts import SMALL

    C, size = settings["channels"], settings["size"]
    if 28 <= size <= SMALL or size >= known.size:
        return
    with torch.device("meta"), torch.no_grad():
        network = make(known.name, **settings).eval()
        try:
            network(torch.empty(1, C, size, size))
        except RuntimeError:
            words = f"Images of {size} × {size} are too small for {known.name}."
            raise CourseError(words) from None
