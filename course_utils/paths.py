"""Where the course keeps its things. Every place can be moved with an environment variable."""

import os
import re
from pathlib import Path

NUMBER = r"(?:\d\d|a\d)"  # of a notebook: 04, or a1 for an appendix


def course_root() -> Path:
    """The folder that holds `notebooks/`, `course_utils/` and `data/`."""
    return Path(__file__).resolve().parent.parent


def notebooks_folder() -> Path:
    """Where the notebooks are that learners open."""
    return course_root() / "notebooks"


def pages_in(folder: Path, ending: str) -> list[Path]:
    """The course's notebooks in a folder, or their sources, in reading order: 00_… to 25_…, then
    the appendices, a1_…"""
    return sorted(p for p in folder.glob(f"*{ending}") if re.match(f"{NUMBER}_", p.name))


def data_folder() -> Path:
    """`$COURSE_DATA`, or `data/` in the course folder: downloads and caches of data sets."""
    return moved("COURSE_DATA", "data")


def own_exercises_folder() -> Path | None:
    """`$COURSE_EXERCISES`: folders of exercises from outside the course, if there are any."""
    named = os.environ.get("COURSE_EXERCISES")
    return moved("COURSE_EXERCISES", named).resolve() if named else None


def state_folder() -> Path:
    """`$COURSE_STATE`, or `.course/` in the course folder: progress and backups of one learner."""
    return moved("COURSE_STATE", ".course")


def moved(variable: str, usual: str) -> Path:
    """The place that a variable names, or the usual one. What is not absolute starts in the course
    folder: a notebook and the command line run in different folders, and mean the same place."""
    named = os.environ.get(variable) or usual
    try:
        return course_root() / Path(named).expanduser()
    except RuntimeError:  # "~somebody", whom this computer does not know
        return course_root() / named


def below_root(path: str | Path) -> str:
    """A path as it may stand in a record: below the course's folder, else the file's name alone."""
    path = Path(path).absolute()
    inside = path.is_relative_to(course_root())
    return path.relative_to(course_root()).as_posix() if inside else path.name


def write_whole(path: Path, text: str) -> None:
    """Write in one step: whoever reads the file finds the old text or the new one.

    The folder is made where it is missing; line ends stay as they are in the text.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    os.replace(half, path)
