"""A whole class: submissions in, results out, one file per student, safe against interruption."""

import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.checking.registry import all_exercises
from course_utils.errors import CourseError
from course_utils.grading.files import digest, load
from course_utils.grading.guard import Task, grade_all
from course_utils.grading.handed_in import HandedIn, Submission, gather
from course_utils.grading.lateness import Due
from course_utils.grading.names import file_names
from course_utils.grading.roster import not_among, read_roster
from course_utils.grading.sandbox import probe, sweep
from course_utils.grading.student import FORMAT, StudentResult
from course_utils.paths import write_whole

# what a run writes beside run.json
_WRITTEN = ("grades.csv", "canvas.csv", "moodle.csv", "report.html", "results", "feedback")


@dataclass
class ClassRun:
    """What a run was, and what came of it."""

    seed: int
    sandbox: str
    notebook: str | None = None
    students: list[StudentResult] = field(default_factory=list)
    total: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    files: dict[str, str] = field(default_factory=dict)  # student -> name of their files
    due: Due | None = None

    def result_path(self, out: Path, student: str) -> Path:
        return out / "results" / f"{self.files[student]}.json"

    @property
    def has_grader_error(self) -> bool:
        return any(s.has_grader_error for s in self.students)


def students_under(paths: list[Path]) -> dict[str, list[Submission]]:
    """The submissions by student. A CourseError when there is nothing at all."""
    return gather(paths).students


def grade_class(
    paths: list[Path],
    out: Path | None = None,
    *,
    number: str | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    resume: bool = False,
    require_sandbox: bool = False,
    scheduler: str | None = None,
    roster: Path | None = None,
    due: Due | None = None,
    report: Callable[[StudentResult, ClassRun], None] = lambda student, run: None,
) -> ClassRun:
    """Grade everything under the paths; with `out`, write each student's result as it is there.

    `seed` repeats the cases of an earlier run. `resume` takes over the results that are in `out`
    for files that have not changed; files that have get fresh cases. `roster` lists who should have
    handed in something. An interruption ends the run early, with all that is done.
    """
    if number is not None:
        all_exercises(number)  # a CourseError for a number that there is not
    earlier = _earlier(out, resume, number)
    handed_in = gather(paths)
    try:
        sandbox = probe(require_sandbox)
        students = {**handed_in.students, **_missing(roster, handed_in)}
        run = ClassRun(
            earlier.get("seed", secrets.randbelow(2**31) if seed is None else seed),
            str(sandbox),
            number or earlier.get("notebook"),
            total=len(students),
            files=file_names(students, earlier.get("files", {})),
            due=due,
        )
        tasks = [_task(student, files, run, handed_in) for student, files in students.items()]
        _grade(tasks, run, out, sandbox, jobs, resume, require_sandbox, scheduler, report)
    finally:
        handed_in.clean()
        sweep()
    return run


def _grade(tasks, run, out, sandbox, jobs, resume, require_sandbox, scheduler, report) -> None:
    started = time.perf_counter()
    if out is not None:
        _start(out, run)
    done, tasks = _taken_over(out, tasks, run) if resume else ([], tasks)
    for result in done:
        run.students.append(result)
        report(result, run)
    if scheduler:
        from course_utils.grading.cluster import grade_on_cluster

        produced = grade_on_cluster(scheduler, tasks, require_sandbox)
    else:
        jobs = max(1, min(jobs or os.cpu_count() or 1, len(tasks)))
        produced = grade_all(sandbox, iter(tasks), jobs)
    try:
        for result in produced:
            if out is not None:
                write_json(run.result_path(out, result.student), result.as_dict())
            run.students.append(result)
            report(result, run)
    except KeyboardInterrupt:
        run.interrupted = True
    except OSError as error:
        if out is None:
            raise
        raise CourseError(
            f"results cannot be written to {out} ({error.strerror}); what is there is whole, and "
            "--resume goes on with it"
        ) from error
    finally:
        produced.close()
    run.students.sort(key=lambda s: s.student)
    run.seconds = time.perf_counter() - started


def _task(student: str, files: list[Submission], run: ClassRun, handed_in: HandedIn) -> Task:
    remarks = tuple(handed_in.remarks.get(student, ()))
    return Task(student, files, run.seed, run.notebook, remarks)


def _missing(roster: Path | None, handed_in: HandedIn) -> dict[str, list[Submission]]:
    """Who is on the list and has handed in nothing, with the reason as the only file."""
    if roster is None:
        return {}
    nothing = "nothing was handed in"
    return {
        name: [Submission(name, roster, nothing, nothing, identity=(name, known))]
        for name, known in not_among(read_roster(roster), handed_in.students)
    }


# ------------------------------------------------------------------------------- files of the run
def write_json(path: Path, data: dict) -> None:
    write_whole(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def _start(out: Path, run: ClassRun) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        start = {"seed": run.seed, "notebook": run.notebook, "sandbox": run.sandbox}
        write_json(out / "run.json", {"format": FORMAT, **start, "files": run.files})
    except OSError as error:
        raise CourseError(f"results cannot be written to {out}: {error.strerror}") from error


def _earlier(out: Path | None, resume: bool, number: str | None) -> dict:
    """What `run.json` says of an earlier run, which must be there exactly when resuming."""
    if out is None:
        if resume:
            raise CourseError("--resume needs the folder of the earlier run: -o FOLDER")
        return {}
    there = out / "run.json"
    if not resume:
        if there.exists():
            raise CourseError(
                f"{out} holds the results of an earlier run: --resume continues it, or choose "
                "another folder"
            )
        taken = next((name for name in _WRITTEN if (out / name).exists()), None)
        if taken is not None:
            raise CourseError(
                f"{out} holds {taken}, which `course grade` did not write and would overwrite: "
                "choose another folder"
            )
        return {}
    try:
        earlier = json.loads(there.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"there is no run to resume in {out} (no readable run.json)") from error
    kinds = {"seed": int, "notebook": str | None, "files": dict}
    if not isinstance(earlier, dict) or not all(
        isinstance(earlier.get(key, kind() if kind is dict else None), kind | None)
        for key, kind in kinds.items()
    ):
        raise CourseError(f"there is no run to resume in {out} (run.json is not from such a run)")
    if number is not None and earlier.get("notebook") != number:
        was = (
            f"of notebook {earlier['notebook']}" if earlier.get("notebook") else "of all notebooks"
        )
        raise CourseError(
            f"the run in {out} was {was}, not of {number}: go on without --notebook, or choose "
            "another folder"
        )
    return earlier


def _taken_over(
    out: Path, tasks: list[Task], run: ClassRun
) -> tuple[list[StudentResult], list[Task]]:
    """Results of the earlier run for files that are still the same, our own errors left out; and
    what is left to do. Who has handed in another file since meets other cases.
    """
    kept, todo, fresh = [], [], secrets.randbelow(2**31)
    for task in tasks:
        try:
            data = json.loads(run.result_path(out, task.student).read_text(encoding="utf-8"))
            result = StudentResult.from_dict(data)
            files = dict(result.files)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            todo.append(task)
            continue
        same = files == {file.name: digest(file) for file in load(task.submissions)}
        if same and not result.has_grader_error:
            kept.append(result)
        else:
            todo.append(task if same else replace(task, seed=fresh))
    return kept, todo
