"""What one learner has done so far, in a small file that survives a crash.

The file is a log: every check appends one line. A line that was cut short by a crash or a full disk
is passed over when reading, and the next append starts on a line of its own, so nothing else is
lost; nor is it by an editor that saves the file in another encoding. `$COURSE_PROGRESS` moves the
file; `:memory:` keeps the log in this process only, as a file that cannot be written does.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from course_utils.checking.exercise import Exercise
from course_utils.checking.judging import NOT_ATTEMPTED, PASSED
from course_utils.checking.registry import all_exercises
from course_utils.paths import moved, state_folder

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
    if os.environ.get("COURSE_PROGRESS") == ":memory:":
        return None
    return moved("COURSE_PROGRESS", str(state_folder() / "progress.jsonl"))


def record(name: str, state: str) -> str | None:
    """Write down one check. Returns a sentence when that could not be done."""
    if state == NOT_ATTEMPTED:
        return None
    return _write([{"exercise": name, "state": state}])


def _write(new: list[dict]) -> str | None:
    path = progress_file()
    if path is None:
        _memory.extend(new)
        return None
    try:
        _append(path, "".join(json.dumps(entry) + "\n" for entry in new))
    except OSError as error:
        _memory.extend(new)
        return f"your progress could not be saved in {path}: {error.strerror or error}"
    return None


def _append(path: Path, lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    with open(path, "ab") as file:  # appending keeps two open notebooks from overwriting each other
        file.write((b"\n" if torn else b"") + lines.encode())
        file.flush()
        os.fsync(file.fileno())


def entries() -> list[dict]:
    """All readable lines of the log, oldest first, and what could not be written there."""
    path = progress_file()
    if path is None:
        return list(_memory)
    return _read(path) + _memory


def _read(path: Path) -> list[dict]:
    try:
        data = path.read_bytes()
    except OSError:
        return []
    # what we write is ASCII, and still is when an editor has made it UTF-16: with zeros in between
    text = data.replace(b"\0", b"").decode("ascii", errors="replace")
    return [entry for entry in map(_parse, text.splitlines()) if entry]


def _parse(line: str) -> dict | None:
    """The entry that a line ends in: half of another one, or rubbish, may stand before it."""
    try:
        entry = json.loads(line[max(line.rfind("{"), 0) :])
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    texts = isinstance(entry.get("exercise"), str) and isinstance(entry.get("state"), str)
    return entry if texts else None


def adopt(path: Path) -> tuple[int, str | None]:
    """Add what another log has to ours -> how many checks, and a sentence if they are not saved.

    What both have is one and the same: a second call adds nothing.
    """
    ours, theirs = Counter(map(_key, entries())), _read(path)
    new = []
    for entry in theirs:
        if ours[_key(entry)] > 0:
            ours[_key(entry)] -= 1
        else:
            new.append(entry)
    return len(new), _write(new) if new else None


def _key(entry: dict) -> tuple[str, str]:
    return entry["exercise"], entry["state"]


def standings(notebook: str | int | None = None) -> list[Standing]:
    """The standing of every exercise with points, in reading order, or of those of one notebook.

    `4` means `"04"`. Raises CourseError for a number that no notebook with exercises has.
    """
    log, number = entries(), None if notebook is None else str(notebook).zfill(2)
    graded = [exercise for exercise in all_exercises(number) if exercise.points]
    return [_standing(exercise, log) for exercise in graded]


def _standing(exercise: Exercise, log: list[dict]) -> Standing:
    states = [e["state"] for e in log if e["exercise"] == exercise.name]
    if not states:
        return Standing(exercise)
    return Standing(exercise, PASSED if PASSED in states else states[-1], len(states))


def attempts(name: str) -> int:
    """How many honest attempts at this exercise were checked so far."""
    return sum(entry["exercise"] == name for entry in entries())
