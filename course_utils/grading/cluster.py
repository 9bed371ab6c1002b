"""Grading on a Dask cluster: the same work, on other machines."""

import functools
from collections.abc import Iterator

from course_utils.errors import CourseError
from course_utils.grading.files import File, load
from course_utils.grading.grade import Grader
from course_utils.grading.guard import Task, complete
from course_utils.grading.printable import printable
from course_utils.grading.sandbox import probe
from course_utils.grading.student import StudentResult, grade_student

SECONDS_TO_CONNECT = 15
_AT_ONCE = 64  # submissions under way, so that a class of thousands is not in memory at once


def grade_on_cluster(
    address: str, tasks: list[Task], require_sandbox: bool
) -> Iterator[StudentResult]:
    """Results as they come in. The students of a worker that is lost are given out again.

    Raises CourseError when there is no scheduler at the address, or no `dask.distributed` here.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise CourseError(
            "--scheduler needs dask.distributed: pip install -e '.[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise CourseError(f"no Dask scheduler answers at {address}: {error}") from error
    left, given_out = iter(tasks), {}

    def submit(task: Task):
        future = client.submit(
            _grade_there, task, load(task.submissions), require_sandbox, pure=False, retries=3
        )
        given_out[future.key] = task
        return future

    try:
        running = as_completed(submit(t) for _, t in zip(range(_AT_ONCE), left, strict=False))
        for future in running:
            following = next(left, None)
            if following is not None:
                running.add(submit(following))
            task = given_out.pop(future.key)
            if future.exception() is None:
                yield StudentResult.from_dict(future.result())
            else:  # lost with each worker that had it: the others go on
                said = printable(f"the grader gave up: {future.exception()}.")
                row = StudentResult(task.student, (), (said,), seed=task.seed, grader_failed=True)
                yield complete(row, task)
    finally:
        client.close()


def _grade_there(task: Task, files: list[File], require_sandbox: bool) -> dict:
    grader = _grader(task.seed, require_sandbox)
    result = grade_student(grader, task.student, files, task.number)
    return complete(result, task).as_dict()


@functools.lru_cache(maxsize=1)
def _grader(seed: int, require_sandbox: bool) -> Grader:
    """Kept warm on the machine for the next submission; a new run's seed brings a new one."""
    return Grader(probe(require_sandbox), seed)
