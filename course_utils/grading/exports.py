"""Grades for other systems: one long table, Canvas and Moodle imports, Gradescope's results."""

import csv
import io
import json

from course_utils.grading import feedback
from course_utils.grading.grade import FULL
from course_utils.grading.run import ClassRun
from course_utils.grading.student import StudentResult, name_and_id

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

    The ID column is filled where the files bear the names of a Canvas download.
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
    """A grading worksheet that Moodle imports, with feedback as text."""
    head = ("Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments")
    rows = []
    for s in run.students:
        name, known = name_and_id(s.student)
        identifier = f"Participant {known}" if known else ""
        rows.append((identifier, name, s.points, s.max_points, _comment(s)))
    return _csv([head, *rows])


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
    whole = {"score": student.points, "output": "\n".join(student.remarks), "tests": tests}
    return json.dumps({**whole, "output_format": "text"}, indent=1, ensure_ascii=False) + "\n"


def _notebooks(run: ClassRun) -> list[str]:
    return sorted({r.notebook for s in run.students for r in s.results})


def _points(student: StudentResult, number: str) -> int | str:
    found = [r.points for r in student.results if r.notebook == number]
    return sum(found) if found else ""


def _possible(run: ClassRun, number: str) -> int:
    return max(sum(r.max_points for r in s.results if r.notebook == number) for s in run.students)


def _comment(student: StudentResult) -> str:
    return "; ".join(
        f"{r.exercise}: {feedback.WORDS[r.state]}, {r.points} of {r.max_points}"
        + (f" (it looks like: {r.mistake})" if r.mistake else "")
        for r in student.results
    )


def _csv(rows) -> str:
    """Rows as CSV. Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([[_harmless(v) for v in row] for row in rows])
    return file.getvalue()


def _harmless(value):
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula else value
