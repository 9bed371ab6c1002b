"""One student: what was handed in, and what came of it, as plain data that goes to disk."""

import time
from collections import Counter
from dataclasses import asdict, dataclass, field

from course_utils import __version__
from course_utils.checking.registry import all_exercises
from course_utils.grading import collect, reading
from course_utils.grading.files import File, digest
from course_utils.grading.grade import Grader
from course_utils.grading.names import name_and_id
from course_utils.grading.printable import printable
from course_utils.grading.result import GRADER_ERROR, MISSING, STATES, Result, result_for

FORMAT = 1
READ_SECONDS = 30  # for one file


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
    # name and id, where a learning platform wrote them; None where nobody has looked
    identity: tuple[str, str] | None = None
    handed_in: float = 0.0  # time stamp of the newest graded file, in seconds since 1970
    marked_late: bool = False  # by the learning platform
    grader_failed: bool = False  # through a fault of our own, before any exercise

    @property
    def name(self) -> str:
        return (self.identity or name_and_id(self.student))[0]

    @property
    def known(self) -> str:
        """The id on the learning platform; empty where there is none."""
        return (self.identity or name_and_id(self.student))[1]

    @property
    def points(self) -> int:
        """All points, those of optional exercises on top."""
        return sum(r.points for r in self.results)

    @property
    def bonus(self) -> int:
        """The part of the points that comes from optional exercises."""
        return sum(r.points for r in self.results if r.optional)

    @property
    def max_points(self) -> int:
        """The maximum without any bonus: points can be more."""
        return sum(r.max_points for r in self.results)

    @property
    def states(self) -> dict[str, int]:
        """How many exercises are in each state, best first; optional ones only where tried."""
        counts = Counter(r.state for r in self.results if not r.left_alone)
        return {state: counts[state] for state in STATES if counts[state]}

    @property
    def has_grader_error(self) -> bool:
        return self.grader_failed or any(r.state == GRADER_ERROR for r in self.results)

    def as_dict(self) -> dict:
        return {**asdict(self), "points": self.points, "max_points": self.max_points}

    @classmethod
    def from_dict(cls, data: dict) -> "StudentResult":
        """From what was written to disk. A ValueError, TypeError or KeyError if it is not that."""
        known = {k: v for k, v in data.items() if k not in ("points", "max_points")}
        results = tuple(Result(**r) for r in known.pop("results"))
        if not all(_is_sound(r) for r in results):
            raise ValueError("results with points or states that there are not")
        identity = known.pop("identity", None)
        return cls(
            results=results,
            remarks=tuple(known.pop("remarks")),
            identity=tuple(identity) if identity else None,
            **known,
        )


def grade_student(
    grader: Grader,
    student: str,
    files: list[File],
    number: str | None = None,
    report=lambda r: None,
) -> StudentResult:
    """Grade all notebooks of one student. Nothing that is in the files makes this fail.

    What cannot be read becomes a remark, what cannot be graded a result that says so. (What may
    happen to the process itself is the business of `guard`.)
    """
    started = time.perf_counter()
    notebooks, remarks = _readable(grader, files, number)
    results: list[Result] = []
    for found in sorted(notebooks):
        results += grader.grade(notebooks[found][1], found, report)
    if number is not None and not notebooks:
        results = [_missing(e) for e in all_exercises(number) if e.points]
    graded = [file for file, _ in notebooks.values()]
    return StudentResult(
        student,
        tuple(results),
        tuple(map(printable, remarks)),
        {file.name: digest(file) for file in files},
        grader.seed,
        str(grader.sandbox),
        round(time.perf_counter() - started, 3),
        handed_in=max((file.modified for file in graded), default=0.0),
        marked_late=any(file.late for file in graded),
    )


def _missing(exercise) -> Result:
    said = "no notebook that can be read was handed in"
    return result_for(exercise, MISSING, "" if exercise.optional else said)


def _is_sound(result: Result) -> bool:
    numbers = (result.points, result.max_points, result.bonus)
    return result.state in STATES and all(type(number) is int for number in numbers)


Read = tuple[File, reading.Notebook]


def _readable(grader: Grader, files: list[File], number: str | None):
    """The notebook for each number, and what to say about the others.

    Of several the latest counts; of those with one time, the one with the most answers.
    """
    chosen: dict[str, Read] = {}
    strangers, remarks = [], []
    for file in sorted(files, key=lambda f: (f.modified, f.name)):
        try:
            notebook = _parsed(grader, file)
        except reading.Unreadable as error:
            remarks.append(f"{file.name} was not graded: {error}.")
            continue
        except Exception as error:  # a notebook that nobody has thought of
            remarks.append(f"{file.name} was not graded: {type(error).__name__}: {error}.")
            continue
        which = _number(notebook)
        if not which:
            strangers.append((file, notebook))
        elif number is not None and which != number:
            remarks.append(f"{file.name} was not graded: it is notebook {which}, not {number}.")
        elif which in chosen:
            chosen[which], remark = _better(which, chosen[which], (file, notebook))
            remarks.append(remark)
        else:
            chosen[which] = file, notebook
    if number is not None and number not in chosen and strangers:  # for want of a better one
        chosen[number] = strangers.pop()
    none = "it holds none of the course's exercises"
    remarks += [f"{file.name} was not graded: {none}." for file, _ in strangers]
    return chosen, remarks


def _better(number: str, one: Read, other: Read) -> tuple[Read, str]:
    """Which of two copies of a notebook counts, the second being as new or newer; and why."""
    if other[0].modified > one[0].modified:
        kept, left, why = other, one, "is newer"
    else:
        answers = _answers(number, one[1]), _answers(number, other[1])
        kept, left = (one, other) if answers[0] >= answers[1] else (other, one)
        more = "holds more answers" if answers[0] != answers[1] else "holds as many answers"
        why = f"has the same time and {more}"
    said = f"{kept[0].name} holds notebook {number}, too, and {why}"
    return kept, f"{left[0].name} was not graded: {said}."


def _answers(number: str, notebook: reading.Notebook) -> int:
    names = [e.name for e in all_exercises(number) if e.points]
    return sum(a.state == collect.FOUND for a in collect.collect(notebook, names).values())


def _parsed(grader: Grader, file: File) -> reading.Notebook:
    grader.begin(("file", file.name), READ_SECONDS)
    if ("file", file.name) in grader.given_up:
        raise reading.Unreadable(grader.given_up["file", file.name])
    if file.refused:
        raise reading.Unreadable(file.refused)
    return reading.parse(file.data)


def _number(notebook: reading.Notebook) -> str:
    """Which notebook it looks like; empty for one that looks like none."""
    try:
        return collect.notebook_number(notebook)
    except reading.Unreadable:
        return ""
