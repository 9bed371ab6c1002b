"""A whole class: submissions in, results out, one file per student, safe against interruption."""

import hashlib
import json
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.checking.registry import all_exercises
from course_utils.errors import CourseError
from course_utils.grading import reading
from course_utils.grading.files import digest, load
from course_utils.grading.grade import Grader
from course_utils.grading.reading import Submission
from course_utils.grading.sandbox import probe
from course_utils.grading.student import FORMAT, StudentResult, grade_student, student_of
from course_utils.paths import write_whole


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

    def result_path(self, out: Path, student: str) -> Path:
        return out / "results" / f"{self.files[student]}.json"

    @property
    def has_grader_error(self) -> bool:
        return any(s.has_grader_error for s in self.students)


def students_under(paths: list[Path]) -> dict[str, list[Submission]]:
    """The submissions by student. A CourseError when there is nothing at all."""
    by_student: dict[str, list[Submission]] = {}
    for submission in reading.find_submissions(paths):
        by_student.setdefault(student_of(submission.student), []).append(submission)
    if not by_student:
        listed = ", ".join(map(str, paths))
        raise CourseError(f"no notebook (*.ipynb) was found in {listed}")
    return dict(sorted(by_student.items()))


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
    report: Callable[[StudentResult, ClassRun], None] = lambda student, run: None,
) -> ClassRun:
    """Grade everything under the paths; with `out`, write each student's result as it is there.

    `seed` repeats the cases of an earlier run. `resume` takes over the results that are in `out`
    for files that have not changed. An interruption ends the run early, with all that is done.
    """
    if number is not None:
        all_exercises(number)  # a CourseError for a number that there is not
    students = students_under(paths)
    earlier = _earlier(out, resume)
    seed = earlier.get("seed", seed) if resume else seed
    seed = secrets.randbelow(2**31) if seed is None else seed
    sandbox = probe(require_sandbox)
    run = ClassRun(seed, str(sandbox), number, total=len(students), files=file_names(students))
    started = time.perf_counter()
    if out is not None:
        _start(out, run)
    done = _taken_over(out, students, run) if resume else {}
    for result in done.values():
        run.students.append(result)
        report(result, run)
    todo = {name: files for name, files in students.items() if name not in done}
    if scheduler:
        from course_utils.grading.cluster import grade_on_cluster

        produced = grade_on_cluster(scheduler, todo, seed, number, require_sandbox)
    else:
        produced = _grade_here(Grader(sandbox, seed), todo, number, jobs or os.cpu_count() or 1)
    try:
        for result in produced:
            if out is not None:
                write_json(run.result_path(out, result.student), result.as_dict())
            run.students.append(result)
            report(result, run)
    except KeyboardInterrupt:
        run.interrupted = True
    finally:
        produced.close()
    run.students.sort(key=lambda s: s.student)
    run.seconds = time.perf_counter() - started
    return run


def _grade_here(
    grader: Grader, todo: dict[str, list[Submission]], number: str | None, jobs: int
) -> Iterator[StudentResult]:
    """Grade in a few threads, each with its own workers; a file is read when its turn comes."""

    def work(student: str) -> StudentResult:
        return grade_student(grader, student, load(todo[student]), number)

    names = iter(todo)
    pool = ThreadPoolExecutor(max(1, min(jobs, len(todo))))
    try:
        running = {pool.submit(work, name) for _, name in zip(range(2 * jobs), names, strict=False)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(work, n) for _, n in zip(done, names, strict=False)}
            for future in done:
                yield future.result()
    finally:
        grader.retire()
        pool.shutdown(cancel_futures=True)
        grader.close()


# ------------------------------------------------------------------------------- files of the run
def file_names(students: Iterable[str]) -> dict[str, str]:
    """Student -> the beginning of the names of their files: letters and digits of any alphabet.

    Where that changes a name, or two names differ in upper and lower case only, a few characters
    of a checksum keep the files apart.
    """
    students = list(students)
    often = Counter(student.casefold() for student in students)
    return {student: _file_name(student, often[student.casefold()] > 1) for student in students}


def _file_name(student: str, ambiguous: bool) -> str:
    safe = re.sub(r"[^\w.-]", "_", student).strip(".")[:80]
    if safe == student and not ambiguous:
        return safe
    return f"{safe or 'student'}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:6]}"


def write_json(path: Path, data: dict) -> None:
    write_whole(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def _start(out: Path, run: ClassRun) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        start = {"seed": run.seed, "notebook": run.notebook, "sandbox": run.sandbox}
        write_json(out / "run.json", {"format": FORMAT, **start})
    except OSError as error:
        raise CourseError(f"results cannot be written to {out}: {error.strerror}") from error


def _earlier(out: Path | None, resume: bool) -> dict:
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
        return {}
    try:
        return json.loads(there.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"there is no run to resume in {out} (no readable run.json)") from error


def _taken_over(out: Path, students: dict[str, list[Submission]], run: ClassRun) -> dict:
    """Results of the earlier run for files that are still the same; our own errors left out."""
    kept = {}
    for student, submissions in students.items():
        try:
            data = json.loads(run.result_path(out, student).read_text(encoding="utf-8"))
            result = StudentResult.from_dict(data)
        except (OSError, ValueError, TypeError, KeyError):
            continue
        same = result.files == {file.name: digest(file) for file in load(submissions)}
        if same and result.seed == run.seed and not result.has_grader_error:
            kept[student] = result
    return kept
