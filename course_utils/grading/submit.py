"""`course submit`: a learner's notebooks in one file, after a look at what would be collected."""

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from course_utils.checking.registry import all_exercises, exercise_folders
from course_utils.errors import CourseError
from course_utils.grading import collect, reading
from course_utils.paths import notebooks_folder, pages_in

WORDS = {
    collect.FOUND: "answered",
    collect.NOT_ATTEMPTED: "not attempted",
    collect.MISSING: "no function of this name",
    collect.BROKEN: "its cell cannot be read as Python",
}


def submit(
    names: Iterable[str], target: Path, report: Callable[[str], None], folder: Path | None = None
) -> list[Path]:
    """Pack the notebooks that hold answers (or those named: 04) into a zip; -> what is in it.

    Says for each exercise whether an answer would be collected. Raises CourseError for a name that
    is none, where there is nothing to hand in, and for a target that is there already.
    """
    if target.exists():
        raise CourseError(
            f"{target} is there already: move it away, or choose another name with -o"
        )
    named = list(names)
    chosen = [_notebook(name, folder or notebooks_folder()) for name in named]
    packed = []
    for path in chosen or _all_of_them(folder or notebooks_folder()):
        states = _states(path)
        answered = [name for name, state in states.items() if state == collect.FOUND]
        if not answered and not named:
            continue
        packed.append(path)
        for line in _said(path, states):
            report(line)
    if not packed:
        raise CourseError(
            "no notebook holds an answer yet; name one (course submit 04) to hand it in"
        )
    _write(target, packed)
    report(f"{target} is ready to be handed in")
    return packed


def _said(path: Path, states: dict[str, str]) -> list[str]:
    """What would be collected of a notebook; of optional exercises only what is there."""
    optional = {e.name for e in all_exercises(path.stem[:2]) if e.optional}
    asked = {name: state for name, state in states.items() if name not in optional}
    answered = sum(state == collect.FOUND for state in asked.values())
    more = sum(states[name] == collect.FOUND for name in optional)
    extra = f", and {more} optional one{'s' * (more > 1)}" if more else ""
    lines = [f"{path.name}: {answered} of {len(asked)} exercises are answered{extra}"]
    lines += [f"  {name}: {WORDS[s]}" for name, s in asked.items() if s != collect.FOUND]
    broken = [name for name in states if name in optional and states[name] == collect.BROKEN]
    return lines + [f"  {name}: {WORDS[collect.BROKEN]}" for name in broken]


def _all_of_them(folder: Path) -> list[Path]:
    found = pages_in(folder, ".ipynb")
    return [
        p for p in found if p.stem[:2] in exercise_folders() and ".before-update-" not in p.name
    ]


def _notebook(name: str, folder: Path) -> Path:
    for path in _all_of_them(folder):
        if name in (path.stem[:2], path.stem, path.name):
            return path
    numbers = ", ".join(path.stem[:2] for path in _all_of_them(folder)) or "none"
    raise CourseError(f"no notebook with exercises is called {name!r}; there are {numbers}")


def _states(path: Path) -> dict[str, str]:
    """Exercise -> what would be collected of it. CourseError for a file that cannot be read."""
    try:
        notebook = reading.parse(reading.bytes_of(path))
    except reading.Unreadable as error:
        raise CourseError(f"{path.name} would not be graded: {error}") from error
    names = [e.name for e in all_exercises(path.stem[:2]) if e.points]
    return {name: answer.state for name, answer in collect.collect(notebook, names).items()}


def _write(target: Path, notebooks: list[Path]) -> None:
    half = target.with_name(f".{target.name}.half")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in notebooks:
                archive.write(path, path.name)
        half.replace(target)
    except OSError as error:
        raise CourseError(f"{target} cannot be written: {error.strerror}") from error
