"""Grades for other systems: one long table, Canvas and Moodle imports, Gradescope's results."""

import csv
import io
import json

from course_utils.grading import feedback
from course_utils.grading.result import FULL, GRADER_ERROR
from course_utils.grading.run import ClassRun
from course_utils.grading.student import StudentResult, name_and_id

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
MOODLE = (
    "Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)",
    "Feedback comments",
)  # fmt: skip
GRADES = ("student", "notebook", "exercise", "points", "max_points", "state", "mistake", "seconds")


def grades_csv(run: ClassRun) -> str:
    """One row per student and exercise; a student without a notebook has one row without."""
    rows = []
    for s in run.students:
        for r in s.results:
            numbers = (r.points, r.max_points, r.state, r.mistake, r.seconds)
            rows.append((s.student, r.notebook, r.exercise, *numbers))
        if not s.results:
            rows.append((s.student, "", "", 0, 0, "not graded", "; ".join(s.remarks), 0))
    return _csv([GRADES, *rows])


def canvas_csv(run: ClassRun) -> str:
    """A gradebook that Canvas imports: one row per student, one column per notebook.

    Canvas wants Student and ID first, and Section last before the assignments. The ID is filled
    in where the files bear the names of a Canvas download.
    """
    numbers = _notebooks(run)
    head = ("Student", "ID", "SIS Login ID", "Section", *(f"Notebook {n}" for n in numbers))
    possible = ("    Points Possible", "", "", "", *(_possible(run, n) for n in numbers))
    rows = []
    for s in run.students:
        name, known = name_and_id(s.student)
        rows.append((name, known, "" if known else name, "", *(_points(s, n) for n in numbers)))
    return _csv([head, possible, *rows])


def moodle_csv(run: ClassRun) -> str:
    """A grading worksheet that Moodle imports, with feedback as text.

    Moodle wants Identifier, Grade and the date of the last grade, which may be empty. An empty
    grade changes nothing there.
    """
    rows = []
    for s in run.students:
        name, known = name_and_id(s.student)
        identifier = f"Participant {known}" if known else ""
        grade = s.points if s.results and not s.has_grader_error else ""
        rows.append((identifier, name, grade, s.max_points, "", _comment(s)))
    return _csv([MOODLE, *rows])


def gradescope(student: StudentResult) -> str:
    """Gradescope's `results.json` for one submission."""
    tests = [
        {
            "name": f"{r.notebook} {r.exercise}",
            "score": r.points,
            "max_score": r.max_points,
            "status": "passed" if r.state == FULL else "failed",
            "output": "\n".join([f"{feedback.WORDS[r.state]}.", *feedback.lines(r)]),
            "output_format": "text",
        }
        for r in student.results
    ]
    whole = {
        "score": student.points,
        "output": "\n".join(student.remarks),
        "output_format": "text",
        "extra_data": {"seed": student.seed, "sandbox": student.sandbox},
        "tests": tests,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _notebooks(run: ClassRun) -> list[str]:
    return sorted({r.notebook for s in run.students for r in s.results})


def _points(student: StudentResult, number: str) -> int | str:
    """The points in one notebook; empty where it is not there, or where the grader failed."""
    found = [r for r in student.results if r.notebook == number]
    broken = any(r.state == GRADER_ERROR for r in found)
    return sum(r.points for r in found) if found and not broken else ""


def _possible(run: ClassRun, number: str) -> int:
    return max(sum(r.max_points for r in s.results if r.notebook == number) for s in run.students)


def _comment(student: StudentResult) -> str:
    said = [
        f"{r.exercise}: {feedback.WORDS[r.state]}, {r.points} of {r.max_points}"
        + (f" (it looks like: {r.mistake})" if r.mistake else "")
        for r in student.results
    ]
    return "; ".join([*said, *student.remarks])


def _csv(rows) -> str:
    """Rows as CSV, where no cell is a formula and none has a line break."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([[_harmless(v) for v in row] for row in rows])
    return file.getvalue()


def _harmless(value):
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if not isinstance(value, str):
        return value
    text = "".join(c if c.isprintable() else " " for c in value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
