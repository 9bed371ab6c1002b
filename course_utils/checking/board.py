"""What one learner has done so far, in a small file that survives a crash.

The file is a log: every check appends one line. A line that was cut short by a crash or a full disk
is passed over when reading, and the next append starts on a line of its own, so nothing else is
lost. `$COURSE_PROGRESS` moves the file; `:memory:` keeps the log in this process only, as a file
that cannot be written does.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from course_utils.checking.exercise import Exercise
from course_utils.checking.judging import NOT_ATTEMPTED, PASSED
from course_utils.checking.registry import all_exercises
from course_utils.paths import state_folder

# The state of an answer that is right and would earn nothing when it is graded.
BORROWED = "right, but with help that earns no points"
_memory: list[dict] = []


@dataclass(frozen=True)
class Standing:
    """How one exercise stands: the best state so far, and the number of honest attempts."""

    exercise: Exercise
    state: str = NOT_ATTEMPTED
    attempts: int = 0

    @property
    def points(self) -> int:
        return self.exercise.points if self.state == PASSED else 0


def progress_file() -> Path | None:
    """Where the log is kept, or None while it is kept in memory."""
    place = os.environ.get("COURSE_PROGRESS") or state_folder() / "progress.jsonl"
    return None if str(place) == ":memory:" else Path(place).expanduser()


def record(name: str, state: str) -> str | None:
    """Write down one check. Returns a sentence when that could not be done."""
    if state == NOT_ATTEMPTED:
        return None
    entry = {"exercise": name, "state": state}
    path = progress_file()
    if path is None:
        _memory.append(entry)
        return None
    try:
        _append(path, json.dumps(entry))
    except OSError as error:
        _memory.append(entry)
        return f"your progress could not be saved in {path}: {error.strerror or error}"
    return None


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    with open(path, "ab") as file:  # appending keeps two open notebooks from overwriting each other
        file.write((b"\n" if torn else b"") + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def entries() -> list[dict]:
    """All readable lines of the log, oldest first, and what could not be written there."""
    path = progress_file()
    if path is None:
        return list(_memory)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    return [entry for entry in map(_parse, text.splitlines()) if entry] + _memory


def _parse(line: str) -> dict | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    known = isinstance(entry, dict) and {"exercise", "state"} <= entry.keys()
    return entry if known else None


def standings(notebook: str | None = None) -> list[Standing]:
    """The standing of every exercise with points, in reading order, or of those of one notebook."""
    log = entries()
    graded = [exercise for exercise in all_exercises(notebook) if exercise.points]
    return [_standing(exercise, log) for exercise in graded]


def _standing(exercise: Exercise, log: list[dict]) -> Standing:
    states = [e["state"] for e in log if e["exercise"] == exercise.name]
    if not states:
        return Standing(exercise)
    return Standing(exercise, PASSED if PASSED in states else states[-1], len(states))


def attempts(name: str) -> int:
    """How many honest attempts at this exercise were checked so far."""
    return sum(entry["exercise"] == name for entry in entries())
