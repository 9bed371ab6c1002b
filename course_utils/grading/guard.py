"""One student at a time, in a process that is watched: nothing that was handed in stops a class.

The process says what it begins (a file, an exercise) and how long that may take. Where it does not
come back in time, or ends, it is replaced, and the student graded again without what it was at.
"""

import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait

from course_utils.grading.files import digest, load
from course_utils.grading.grade import Grader, Stage
from course_utils.grading.handed_in import Submission
from course_utils.grading.printable import printable
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.student import StudentResult, grade_student

MOST_GIVEN_UP = 3  # files and exercises of one student, before all the rest is
_START_SECONDS, _END_SECONDS = 60, 5
_MOST_MEMORY = 6 << 30  # bytes, for what is read from one student's files


@dataclass(frozen=True)
class Task:
    """One student to be graded."""

    student: str
    submissions: list[Submission]
    seed: int
    number: str | None = None
    remarks: tuple[str, ...] = ()
    given_up: dict[Stage, str] = field(default_factory=dict)


def grade_all(sandbox: Sandbox, tasks: Iterator[Task], jobs: int) -> Iterator[StudentResult]:
    """Grade in so many processes at once; results come as they are ready."""
    guards = [Guard(sandbox) for _ in range(jobs)]
    try:
        busy = [guard for guard in guards if guard.give(next(tasks, None))]
        while busy:
            soonest = min(guard.deadline for guard in busy)
            wait([g.connection for g in busy], max(0.0, soonest - time.monotonic()))
            for guard in list(busy):
                result = guard.result()
                if result is not None:
                    yield result
                    if not guard.give(next(tasks, None)):
                        busy.remove(guard)
    finally:
        for guard in guards:
            guard.close()


class Guard:
    """A process that grades students one after the other, and its watchman."""

    def __init__(self, sandbox: Sandbox):
        self._sandbox = sandbox
        self._task: Task | None = None
        self._process = None
        self.connection: Connection | None = None
        self.deadline = 0.0
        self._stage: Stage = ("", "")

    def give(self, task: Task | None) -> bool:
        """Have a student graded; False where there is none."""
        self._task = task
        if task is None:
            return False
        if self._process is None:
            self._start()
        self._stage, self.deadline = ("", ""), time.monotonic() + _START_SECONDS
        with suppress(OSError):  # it has just ended, and that will be seen
            self.connection.send(task)
        return True

    def result(self) -> StudentResult | None:
        """The result, if it is there; looks after the process in passing."""
        try:
            while self.connection.poll():
                kind, *said = self.connection.recv()
                if kind == "result":
                    return complete(said[0], self._task)
                self._stage, seconds = said
                self.deadline = time.monotonic() + seconds
        except (EOFError, OSError):
            return self._give_up(self._how_it_ended())
        if time.monotonic() > self.deadline:
            return self._give_up("reading it took too long, so the grader gave up")
        return None

    def _give_up(self, reason: str) -> StudentResult | None:
        """Go on without what was being done. A result where there is nothing left to try."""
        self.close(at_once=True)
        task = self._task
        kind, _ = self._stage
        again = kind and self._stage not in task.given_up and len(task.given_up) < MOST_GIVEN_UP
        if not again:
            what = f" ({self._stage[1]})" if kind else ""
            remark = f"the grader gave up{what}: {reason}."
            digests = {file.name: digest(file) for file in load(task.submissions)}
            row = StudentResult(task.student, (), (remark,), digests, task.seed)
            return complete(replace(row, sandbox=str(self._sandbox)), task)
        self.give(replace(task, given_up={**task.given_up, self._stage: reason}))
        return None

    def _how_it_ended(self) -> str:
        self._process.join(_END_SECONDS)
        code = self._process.exitcode
        if code is not None and code < 0:
            with suppress(ValueError):
                return f"the process that read it was ended by {signal.Signals(-code).name}"
        return "the process that read it ended by itself"

    def _start(self) -> None:
        # a copy of this process has the course ready; elsewhere copies are not safe
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self.connection, self._sandbox), daemon=False
        )
        with warnings.catch_warnings():
            # Python warns of threads in the copied process; those of NumPy are at rest
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        theirs.close()

    def close(self, at_once: bool = False) -> None:
        """End the process, and its workers with it."""
        if self._process is None:
            return
        idle = self._task is None and not at_once
        if idle:
            with suppress(OSError):
                # said, since closing says nothing: a process that was copied later holds a copy
                self.connection.send(None)
            self._process.join(_END_SECONDS)
        self.connection.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._process = None


def complete(result: StudentResult, task: Task) -> StudentResult:
    """With what is known about the student beside the files."""
    identity = next((s.identity for s in task.submissions if s.identity), (task.student, ""))
    remarks = tuple(map(printable, (*task.remarks, *result.remarks)))
    return replace(result, identity=identity, remarks=remarks)


# ------------------------------------------------------------------------------- in the process
def _serve(connection: Connection, other_end: Connection, sandbox: Sandbox) -> None:
    """Grade what comes until nothing comes any more."""
    other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who watches
    _end_with_parent()
    _limit_memory()
    graders: dict[int, Grader] = {}
    with suppress(EOFError, OSError):
        while (task := connection.recv()) is not None:
            grader = graders.get(task.seed) or graders.setdefault(
                task.seed, Grader(sandbox, task.seed)
            )
            connection.send(("result", _graded(grader, task, connection.send)))
    for grader in graders.values():
        grader.close()


def _graded(grader: Grader, task: Task, tell: Callable) -> StudentResult:
    grader.begin = lambda stage, seconds: tell(("stage", stage, seconds))
    grader.given_up = task.given_up
    try:
        return grade_student(grader, task.student, load(task.submissions), task.number)
    except Exception as error:  # our own fault; the others go on
        said = printable(f"the grader itself failed ({type(error).__name__}: {error}).")
        return StudentResult(
            task.student,
            (),
            (said,),
            seed=task.seed,
            sandbox=str(grader.sandbox),
            grader_failed=True,
        )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() == 1:
            os._exit(1)


def _limit_memory() -> None:
    """A file that becomes too many objects is an error here, and not the end of the machine."""
    import resource

    with suppress(ValueError, OSError):
        _, at_most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, at_most))
