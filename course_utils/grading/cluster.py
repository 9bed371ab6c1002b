"""Grading on a Dask cluster: the same work, on other machines."""

import functools
from collections.abc import Iterator

from course_utils.errors import CourseError
from course_utils.grading.files import File, load
from course_utils.grading.grade import Grader
from course_utils.grading.reading import Submission
from course_utils.grading.sandbox import probe
from course_utils.grading.student import StudentResult, grade_student

SECONDS_TO_CONNECT = 15
_AT_ONCE = 64  # submissions under way, so that a class of thousands is not in memory at once


def grade_on_cluster(
    address: str,
    todo: dict[str, list[Submission]],
    seed: int,
    number: str | None,
    require_sandbox: bool,
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
    names = iter(todo)

    def submit(student: str):
        return client.submit(
            _grade_there, student, load(todo[student]), seed, number, require_sandbox,
            pure=False, retries=3,
        )  # fmt: skip

    try:
        running = as_completed(
            submit(name) for _, name in zip(range(_AT_ONCE), names, strict=False)
        )
        for future in running:
            following = next(names, None)
            if following is not None:
                running.add(submit(following))
            yield StudentResult.from_dict(future.result())
    finally:
        client.close()


def _grade_there(
    student: str, files: list[File], seed: int, number: str | None, require_sandbox: bool
) -> dict:
    return grade_student(_grader(seed, require_sandbox), student, files, number).as_dict()


@functools.lru_cache(maxsize=1)
def _grader(seed: int, require_sandbox: bool) -> Grader:
    """Kept warm on the machine for the next submission; a new run's seed brings a new one."""
    return Grader(probe(require_sandbox), seed)
