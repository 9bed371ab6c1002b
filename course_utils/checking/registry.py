"""Which exercises there are: a folder for each notebook, a file for each exercise.

`course_utils/exercises/nb04_conv_backprop/rotate180.py` holds the exercise `rotate180` of notebook
04; the folder's `__init__.py` lists its exercises in the order of the page (`EXERCISES`). They are
found by these names and imported when they are asked for, so nothing here depends on any of them.
Folders of the same form in `$COURSE_EXERCISES` belong to the course as well. An appendix has no
exercises; the answers to its questions are in a folder that is called as it is, `a1_topic`.
"""

import functools
import importlib
import pkgutil
import re
from pathlib import Path

from course_utils.checking.exercise import Exercise
from course_utils.errors import CourseError
from course_utils.paths import own_exercises_folder

_HOME = "course_utils.exercises"


@functools.cache
def exercise_folders() -> dict[str, str]:
    """Notebook number -> the package with its exercises, in reading order.

    Raises CourseError for a `$COURSE_EXERCISES` that is no folder of such packages.
    """
    path = importlib.import_module(_HOME).__path__
    own = own_exercises_folder()
    if own is not None:
        _join(path, own)
    names = sorted(m.name for m in pkgutil.iter_modules(path) if m.ispkg and m.name[:2] == "nb")
    found: dict[str, str] = {}
    for name in names:
        if name[2:4] in found:
            raise CourseError(
                f"two folders of exercises have the number {name[2:4]}: {found[name[2:4]]} and "
                f"{name}; choose one that the course does not use, such as nb50_{name[5:]}"
            )
        found[name[2:4]] = name
    return {number: f"{_HOME}.{name}" for number, name in found.items()}


def page_folders() -> dict[str, str]:
    """Notebook number -> the package with its answers: `exercise_folders`, then the appendices."""
    path = importlib.import_module(_HOME).__path__
    names = sorted(m.name for m in pkgutil.iter_modules(path) if re.match(r"a\d_", m.name))
    return {**exercise_folders(), **{name[:2]: f"{_HOME}.{name}" for name in names}}


def _join(path: list[str], own: Path) -> None:
    """Let the packages in a folder be found beside the course's own."""
    packages = [p.parent.name for p in own.glob("nb[0-9][0-9]_*/__init__.py")]
    if not packages:
        raise CourseError(
            f"COURSE_EXERCISES is {own}, and that is no folder with exercises: it should hold "
            "folders such as nb50_topic/, each with an __init__.py and a file for each exercise"
        )
    if str(own) not in path:
        path.append(str(own))


@functools.cache
def exercise_modules() -> dict[str, str]:
    """Name of an exercise -> the module that holds it, in reading order."""
    found: dict[str, str] = {}
    for folder in exercise_folders().values():
        for name in importlib.import_module(folder).EXERCISES:
            if name in found:
                raise CourseError(
                    f"two exercises are called {name!r}: {found[name]} and {folder}.{name}"
                )
            found[name] = f"{folder}.{name}"
    return found


def notebooks() -> dict[str, str]:
    """Name of every exercise -> the number of its notebook, without importing any exercise."""
    numbers = {folder: number for number, folder in exercise_folders().items()}
    return {name: numbers[m.rpartition(".")[0]] for name, m in exercise_modules().items()}


def modules_of(notebook: str) -> list[str]:
    """The modules with the exercises of one notebook (`"04"`), in the order of the page.

    Raises CourseError for a number that no notebook with exercises has.
    """
    folders = exercise_folders()
    if notebook not in folders:
        raise CourseError(
            f"no notebook with exercises is numbered {notebook!r}; there are {', '.join(folders)}"
        )
    return [m for m in exercise_modules().values() if m.rpartition(".")[0] == folders[notebook]]


def all_exercises(notebook: str | None = None) -> list[Exercise]:
    """Every exercise in reading order, or those of one notebook (`"04"`)."""
    modules = exercise_modules().values() if notebook is None else modules_of(notebook)
    return [_exercise_in(module) for module in modules]


def find(name: str) -> Exercise | None:
    """The exercise of that name, or None."""
    module = exercise_modules().get(name)
    return None if module is None else _exercise_in(module)


def get(name: str) -> Exercise:
    """The exercise of that name; an unknown name is a CourseError that lists close matches."""
    found = find(name)
    if found is None:
        from difflib import get_close_matches

        close = get_close_matches(name, exercise_modules(), n=3)
        meant = f"; did you mean {' or '.join(close)}?" if close else ""
        raise CourseError(f"no exercise is called {name!r}{meant}")
    return found


def reference(name: str) -> Exercise:
    """The course's own solution, as a function that can be called."""
    return get(name)


def _exercise_in(module: str) -> Exercise:
    return getattr(importlib.import_module(module), module.rpartition(".")[2])
