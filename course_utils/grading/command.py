"""What `course grade` shows and writes."""

import sys
from pathlib import Path

import click
from tqdm import tqdm

from course_utils.errors import CourseError
from course_utils.grading import class_report, exports, feedback
from course_utils.grading.comments import Comments, read_comments
from course_utils.grading.result import FULL, STATES
from course_utils.grading.run import ClassRun, grade_class
from course_utils.grading.student import StudentResult
from course_utils.paths import write_whole

GRADER_FAILED = 3  # the exit status when an exercise could not be graded through our own fault


def grade(paths: list[Path], out: Path | None, gradescope: Path | None, **settings) -> int:
    """Grade, show progress, write what was asked for. Returns the exit status."""
    progress = _Progress()

    def report(student: StudentResult, run: ClassRun) -> None:
        if out is not None:
            _write_student(out, student, run, {})
        progress.step(run)

    run = grade_class(paths, out, report=report, **settings)
    progress.close()
    if gradescope is not None and len(run.students) == 1:
        write_whole(gradescope, exports.gradescope(run.students[0]))
    if out is not None:
        write_class(out, run)
    click.echo(table(run) if run.total > 1 else details(run))
    click.echo(summary(run, out))
    if run.interrupted:
        return 130
    return GRADER_FAILED if run.has_grader_error else 0


def _write_student(out: Path, student: StudentResult, run: ClassRun, comments: Comments) -> None:
    name = run.files[student.student]
    write_whole(out / "feedback" / f"{name}.html", feedback.html_page(student, comments))
    write_whole(out / "feedback" / f"{name}.md", feedback.markdown(student, comments))


def write_class(out: Path, run: ClassRun) -> None:
    """The tables and the report, from whatever is there, and comments onto the pages."""
    files = {"grades.csv": exports.grades_csv(run), "canvas.csv": exports.canvas_csv(run)}
    files |= {**exports.moodle_files(run), "report.html": class_report.html_page(run)}
    try:
        for name, text in files.items():
            write_whole(out / name, text)
        comments = read_comments(out)
        for student in run.students:
            if student.student in comments:
                _write_student(out, student, run, comments[student.student])
    except OSError as error:
        raise CourseError(
            f"the tables cannot be written to {out} ({error.strerror}); the results are there, and "
            "--resume writes them"
        ) from error
    for name in sorted(comments.keys() - {s.student for s in run.students}):
        click.echo(f"comments.csv: {name!r} is no student of this run", err=True)


class _Progress:
    """A bar on a terminal; nothing where the output goes to a file."""

    def __init__(self):
        self._bar = None
        tqdm.monitor_interval = 0  # no thread of its own beside the processes that are started

    def step(self, run: ClassRun) -> None:
        if self._bar is None:
            silent = run.total < 2 or not sys.stderr.isatty()
            self._bar = tqdm(total=run.total, unit="student", disable=silent, leave=False)
        self._bar.update(len(run.students) - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


# ---------------------------------------------------------------------------------- on the terminal
def table(run: ClassRun) -> str:
    """One line per student: points, and how many exercises are in which state."""
    width = min(max((len(s.student) for s in run.students), default=0), 40)
    rows = []
    for s in run.students:
        states = ", ".join(f"{n} {state}" for state, n in s.states.items()) or "not graded"
        remark = f"  ({len(s.remarks)} remark{'s' * (len(s.remarks) > 1)})" if s.remarks else ""
        rows.append(
            f"{s.student[:40]:<{width}}  {s.points:>3} of {s.max_points:<3}  {states}{remark}"
        )
    return "\n".join(rows)


def details(run: ClassRun) -> str:
    """Everything about one student."""
    if not run.students:
        return ""
    (student,) = run.students
    rows = [f"{student.student}: {feedback.total(student)}"]
    rows += [f"  ! {remark}" for remark in student.remarks]
    for number, results in feedback.by_notebook(student).items():
        rows.append(f"notebook {number}")
        for r in results:
            earned = feedback.score(r) if r.optional else f"{r.points} of {r.max_points}"
            rows.append(f"  {feedback.sign(r)} {r.exercise:<28} {earned}  {feedback.words(r)}")
            rows += [f"      {line}" for line in feedback.lines(r) if r.state != FULL]
    return "\n".join(rows)


def summary(run: ClassRun, out: Path | None) -> str:
    """The last lines: how much was done, how, and where it is."""
    counts = {s: sum(st.states.get(s, 0) for st in run.students) for s in STATES}
    listed = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
    students = f"{len(run.students)} student{'' if len(run.students) == 1 else 's'}"
    said = [f"\n{students} in {run.seconds:.1f} s: {listed or 'nothing graded'}."]
    # who is graded alone may be the one who reads this: a seed tells the cases
    seed = f"Seed {run.seed}; sandbox" if run.total > 1 else "Sandbox"
    said.append(f"{seed}: {run.sandbox}.")
    if run.interrupted:
        more = "--resume goes on" if out else "with -o FOLDER, --resume could go on"
        said.append(f"Interrupted after {len(run.students)} of {run.total}; {more}.")
    if run.has_grader_error:
        said.append("Some exercises could not be graded (grader error): run again with --resume.")
    if out is not None:
        said.append(f"Results, feedback, grades.csv and report.html are in {out}.")
    return "\n".join(said)
