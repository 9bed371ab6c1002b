"""Grades for other systems: one long table, Canvas and Moodle imports, Gradescope's results."""

import csv
import io
import json

from course_utils.grading import feedback
from course_utils.grading.result import FULL, GRADER_ERROR, Result
from course_utils.grading.run import ClassRun
from course_utils.grading.student import StudentResult

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
MOODLE = (
    "Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)",
    "Feedback comments",
)  # fmt: skip
GRADES = (
    "student", "notebook", "exercise", "points", "max_points", "state", "mistake", "seconds",
    "optional",
)  # fmt: skip


def grades_csv(run: ClassRun) -> str:
    """One row per student and exercise; a student without a notebook has one row without.

    An optional exercise has 0 as its maximum and `yes` as `optional`: its points come on top.
    Where the run has a date on which it was due, two more columns: how late, and the points left.
    """
    rows = []
    for s in run.students:
        for r in s.results:
            optional = "yes" if r.optional else ""
            numbers = (r.points, r.max_points, r.state, r.mistake, r.seconds, optional)
            rows.append((s.student, r.notebook, r.exercise, *numbers, *_late(run, s, r.points)))
        if not s.results:
            said = "; ".join(s.remarks)
            rows.append((s.student, "", "", 0, 0, "not graded", said, 0, "", *_late(run, s, 0)))
    more = (f"{run.due.unit}s_late", "points_left") if run.due else ()
    return _csv([(*GRADES, *more), *rows])


def _late(run: ClassRun, student: StudentResult, points: int) -> tuple:
    if run.due is None:
        return ()
    late = run.due.late(student.handed_in, student.marked_late)
    return late, f"{run.due.left_of(points, late):g}"


def canvas_csv(run: ClassRun) -> str:
    """A gradebook that Canvas imports: one row per student, one column per notebook.

    A bonus is in the points and not in the points possible; Canvas takes more than these.
    Canvas wants Student and ID first, and Section last before the assignments. The ID is filled
    in where the files bear the names of a Canvas download.
    """
    numbers = [run.notebook] if run.notebook else _notebooks(run)
    head = ("Student", "ID", "SIS Login ID", "Section", *(f"Notebook {n}" for n in numbers))
    possible = ("    Points Possible", "", "", "", *(_possible(run, n) for n in numbers))
    rows = []
    for s in run.students:
        login = "" if s.known else s.name
        rows.append((s.name, s.known, login, "", *(_points(s, n) for n in numbers)))
    return _csv([head, possible, *rows])


def moodle_csv(run: ClassRun, number: str | None = None) -> str:
    """A grading worksheet that Moodle imports, with feedback as text.

    Moodle wants Identifier, Grade and the date of the last grade, which may be empty. An empty
    grade changes nothing there. `number`: the notebook that the assignment is about; whatever else
    somebody has handed in counts elsewhere. A grade above the maximum is none in Moodle: a bonus
    makes up for points that are missing, and the comment has all of it.
    """
    rows = []
    for s in run.students:
        identifier = f"Participant {s.known}" if s.known else ""
        results = [r for r in s.results if number in (None, r.notebook)]
        broken = s.grader_failed or any(r.state == GRADER_ERROR for r in results)
        most = sum(r.max_points for r in results)
        grade = min(sum(r.points for r in results), most) if results and not broken else ""
        rows.append((identifier, s.name, grade, most, "", _comment(run, s, results)))
    return _csv([MOODLE, *rows])


def moodle_files(run: ClassRun) -> dict[str, str]:
    """File name -> worksheet: one for each notebook, as each is an assignment of its own."""
    numbers = [run.notebook] if run.notebook else _notebooks(run)
    if len(numbers) < 2:
        return {"moodle.csv": moodle_csv(run, *numbers)}
    return {f"moodle_{number}.csv": moodle_csv(run, number) for number in numbers}


def gradescope(student: StudentResult) -> str:
    """Gradescope's `results.json` for one submission; a bonus goes beyond the maximum."""
    tests = [
        {
            "name": f"{r.notebook} {r.exercise}" + " (optional, a bonus)" * r.optional,
            "score": r.points,
            "max_score": r.max_points,
            "status": "passed" if r.state == FULL else "failed",
            "output": "\n".join([f"{feedback.WORDS[r.state]}.", *feedback.lines(r)]),
            "output_format": "text",
        }
        for r in student.results
        if not r.left_alone  # Gradescope would show it as failed
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


def _comment(run: ClassRun, s: StudentResult, results: list[Result]) -> str:
    said = [
        f"{r.exercise}: {feedback.words(r)}, {_earned(r)}"
        + (f" (it looks like: {r.mistake})" if r.mistake else "")
        for r in results
        if not r.left_alone
    ]
    late = run.due.late(s.handed_in, s.marked_late) if run.due else 0
    if late:
        said.append(f"{late} {run.due.unit}{'s' * (late > 1)} late")
    return "; ".join([*said, *s.remarks])


def _earned(result: Result) -> str:
    of = f" of {result.max_points}"
    return f"a bonus of {result.points}" if result.optional else f"{result.points}{of}"


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
