"""One student: what was handed in, and what came of it, as plain data that goes to disk."""

import re
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

from course_utils import __version__
from course_utils.checking.registry import all_exercises
from course_utils.grading import collect, reading
from course_utils.grading.files import File, digest
from course_utils.grading.grade import Grader
from course_utils.grading.result import GRADER_ERROR, STATES, Result

FORMAT = 1


@dataclass(frozen=True)
class StudentResult:
    """Everything that one student's feedback and grades are made of."""

    student: str
    results: tuple[Result, ...]
    remarks: tuple[str, ...] = ()  # files that were not graded, and why
    files: dict[str, str] = field(default_factory=dict)  # name -> SHA-256, or "" for refused ones
    seed: int = 0
    sandbox: str = ""
    seconds: float = 0.0
    version: str = __version__
    format: int = FORMAT

    @property
    def points(self) -> int:
        return sum(r.points for r in self.results)

    @property
    def max_points(self) -> int:
        return sum(r.max_points for r in self.results)

    @property
    def states(self) -> dict[str, int]:
        """How many exercises are in each state, best first."""
        counts = Counter(r.state for r in self.results)
        return {state: counts[state] for state in STATES if counts[state]}

    @property
    def has_grader_error(self) -> bool:
        return any(r.state == GRADER_ERROR for r in self.results)

    def as_dict(self) -> dict:
        return {**asdict(self), "points": self.points, "max_points": self.max_points}

    @classmethod
    def from_dict(cls, data: dict) -> "StudentResult":
        known = {k: v for k, v in data.items() if k not in ("points", "max_points")}
        results = tuple(Result(**r) for r in known.pop("results"))
        return cls(results=results, remarks=tuple(known.pop("remarks")), **known)


def grade_student(
    grader: Grader,
    student: str,
    files: list[File],
    number: str | None = None,
    report=lambda r: None,
) -> StudentResult:
    """Grade all notebooks of one student. Nothing that is in the files makes this fail."""
    started = time.perf_counter()
    notebooks, remarks = _readable(files, number)
    results: list[Result] = []
    for found in sorted(notebooks):
        results += grader.grade(notebooks[found], found, report)
    if number is not None and not notebooks:
        results = [_missing(e) for e in all_exercises(number) if e.points]
    return StudentResult(
        student,
        tuple(results),
        tuple(remarks),
        {file.name: digest(file) for file in files},
        grader.seed,
        str(grader.sandbox),
        round(time.perf_counter() - started, 3),
    )


def _missing(exercise) -> Result:
    said = "no notebook that can be read was handed in"
    return Result(exercise.name, exercise.notebook, "missing", 0, exercise.points, said)


def _readable(files: list[File], number: str | None):
    """The notebook for each number (the latest, where there are several), and what to say."""
    chosen: dict[str, tuple[File, reading.Notebook]] = {}
    strangers, remarks = [], []
    for file in sorted(files, key=lambda f: (f.modified, f.name)):
        try:
            notebook = _parsed(file)
        except reading.Unreadable as error:
            remarks.append(f"{file.name} was not graded: {error}.")
            continue
        which = _number(notebook)
        if not which:
            strangers.append((file, notebook))
            continue
        if number is not None and which != number:
            remarks.append(f"{file.name} was not graded: it is notebook {which}, not {number}.")
            continue
        if which in chosen:
            older = chosen[which][0].name
            remarks.append(
                f"{older} was not graded: {file.name} holds notebook {which}, too, and is newer."
            )
        chosen[which] = file, notebook
    if number is not None and number not in chosen and strangers:  # for want of a better one
        chosen[number] = strangers.pop()
    none = "it holds none of the course's exercises"
    remarks += [f"{file.name} was not graded: {none}." for file, _ in strangers]
    return {which: notebook for which, (_, notebook) in chosen.items()}, remarks


def _parsed(file: File) -> reading.Notebook:
    if file.refused:
        raise reading.Unreadable(file.refused)
    return reading.parse(file.data)


def _number(notebook: reading.Notebook) -> str:
    """Which notebook it looks like; empty for one that looks like none."""
    try:
        return collect.notebook_number(notebook)
    except reading.Unreadable:
        return ""


# -------------------------------------------------------------------- who is it, for other systems
_CANVAS = re.compile(r"^(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_")
_ANONYMOUS = re.compile(r"^(?:LATE_)?(?P<name>anon)_(?P<id>\w{5})_\d+_")  # Canvas, too
_MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_")
_KNOWN = re.compile(r"^(?!anon_)(?P<name>.+)_(?P<id>\d+)$")


def student_of(raw: str) -> str:
    """The student in a name as Canvas and Moodle write them into their archives: `ada_1234`."""
    found = _ANONYMOUS.match(raw) or _CANVAS.match(raw) or _MOODLE.match(raw)
    return f"{found['name']}_{found['id']}" if found else raw


def name_and_id(student: str) -> tuple[str, str]:
    """`("ada", "1234")` for `ada_1234`; the id is empty where there is none."""
    found = _KNOWN.match(student)
    return (found["name"], found["id"]) if found else (student, "")
