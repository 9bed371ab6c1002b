"""One notebook: every exercise run in the sandbox and judged here, by value.

The cases, the oracles and the mistakes stay in this process. A learner's process is sent its own
code and the inputs, and what it sends back is data.
"""

import inspect
import signal
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace

from course_utils.checking import lending, modules
from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.exercise import Exercise
from course_utils.checking.modules import ModuleExercise
from course_utils.checking.registry import all_exercises
from course_utils.grading import collect, placing, provided, unnamed
from course_utils.grading.inside import wire
from course_utils.grading.reading import Notebook
from course_utils.grading.result import (
    CRASHED,
    FULL,
    GRADER_ERROR,
    MISSING,
    NOT_ATTEMPTED,
    RAISED,
    Result,
    result_for,
)
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.session import Limits, Reply, Worker, WorkerLost, longest
from course_utils.grading.verdict import edited_outcomes, judged, outcomes_of

_MAX_REQUEST = 4 << 20
_COLLECT_SECONDS, _JUDGE_SECONDS, _PLACE_SECONDS = (
    10,
    60,
    300,
)  # for one exercise, beside what running it takes


Stage = tuple[str, str]  # ("file", its name) or ("exercise", its name)


class Grader:
    """Grades notebooks with the cases of one seed. May be used by several threads at once."""

    def __init__(self, sandbox: Sandbox, seed: int):
        self.sandbox, self.seed = sandbox, seed
        # who watches is told what begins, and how long it may take
        self.begin: Callable[[Stage, float], None] = lambda stage, seconds: None
        self.given_up: dict[Stage, str] = {}  # what is not to be begun again, and why
        self._keys: dict[str, AnswerKey] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self._own = threading.local()
        self._workers: list[Worker] = []

    def grade(
        self,
        notebook: Notebook,
        number: str | None = None,
        report: Callable[[Result], None] = lambda result: None,
    ) -> list[Result]:
        """Every exercise of the notebook that this is, in order; `number` says which, if known.

        Raises Unreadable when the notebook is none of the course's.
        """
        number = number or collect.notebook_number(notebook)
        exercises = [e for e in all_exercises(number) if e.points]
        results: dict[str, Result] = {}
        for exercise in exercises:
            passed = {name for name, result in results.items() if result.state == FULL}
            results[exercise.name] = result = self.grade_one(exercise, notebook, passed)
            report(result)
        return list(results.values())

    def key(self, exercise: Exercise) -> AnswerKey:
        """The cases of this run, and what is right."""
        with self._lock:
            if exercise.name not in self._keys:
                seed = zlib.crc32(f"{self.seed} {exercise.name}".encode())
                self._keys[exercise.name] = key = AnswerKey.drawn(exercise, seed)
                key.expected  # noqa: B018 (computed now, under the lock; mistakes when needed)
            return self._keys[exercise.name]

    # ------------------------------------------------------------------------- one exercise
    def grade_one(self, exercise: Exercise, notebook: Notebook, passed: set[str]) -> Result:
        """One exercise. Answers in `passed` are right: others may build upon them."""
        if ("exercise", exercise.name) in self.given_up:
            said = self.given_up["exercise", exercise.name]
            return result_for(exercise, CRASHED, said)
        last = None
        for _ in range(2):  # what goes wrong on our side is tried once more
            try:
                return self._attempt(exercise, notebook, passed)
            except Exception as error:
                last = error
        said = f"the grader itself failed ({type(last).__name__}: {last})"
        return result_for(exercise, GRADER_ERROR, said)

    def _attempt(self, exercise: Exercise, notebook: Notebook, passed: set[str]) -> Result:
        stage = ("exercise", exercise.name)
        self.begin(stage, _COLLECT_SECONDS)
        lendable = {n: home for n, home in lending.lendable(exercise).items() if n not in passed}
        theirs = {e.name for e in all_exercises(exercise.notebook)}
        answer = collect.collect(notebook, [exercise.name], without=theirs.intersection(lendable))
        answer = answer[exercise.name]
        if answer.state != collect.FOUND:
            return _not_run(exercise, answer)
        lent = {name: home for name, home in lendable.items() if name in answer.needs}
        request = self._request(exercise, answer, lent)
        if sum(len(text) for _, text, _ in answer.statements) > _MAX_REQUEST:
            return result_for(exercise, RAISED, "the code that the answer needs is too long to run")
        self.begin(stage, longest(Limits(exercise.seconds)))
        reply = self._ask(exercise, request)
        self.begin(stage, _JUDGE_SECONDS)
        result = judged(self.key(exercise), reply)
        if not result.returned:
            return result
        try:
            code = unnamed.code_of(exercise, answer.statements)
            result = replace(result, place=self._place(exercise, answer, request, reply, code))
            return replace(result, code=code)
        except (RecursionError, MemoryError):  # nested too deeply to be shown
            return replace(result, returned="")

    def _place(self, exercise, answer, request: dict, reply: Reply, code: str) -> str:
        """Where one change would do, for an answer without a name: said once for each text."""
        if isinstance(exercise, ModuleExercise):
            return ""
        if (exercise.name, code) not in self._places:
            key = self.key(exercise)
            self.begin(("exercise", exercise.name), _PLACE_SECONDS)
            limits = Limits(placing.SECONDS + 1, exercise.megabytes)
            worker = self._worker(exercise.allows)
            try:
                said = placing.place(
                    key, outcomes_of(key, reply), answer, request,
                    lambda asked: worker.ask(asked, limits),
                    lambda said, cases: edited_outcomes(key, said, cases),
                )  # fmt: skip
            except WorkerLost:
                said = ""
            self._places[exercise.name, code] = said
        return self._places[exercise.name, code]

    def _request(self, exercise: Exercise, answer: collect.Answer, lent: dict[str, str]) -> dict:
        lent = [[name, provided.compiled(home, name)] for name, home in lent.items()]
        statements = list(answer.statements)
        if isinstance(exercise, ModuleExercise):  # what is called is the class, put to use
            lent.append(["put_to_use", provided.compiled(modules.__name__, "put_to_use")])
            name = exercise.name
            used = f"import functools\n{name} = functools.partial(put_to_use, {name})"
            statements.append(("<use>", used, (0, 1)))
        return {
            "name": exercise.name,
            "provided": lent,
            "silent": list(lending.SHOWING),
            "statements": statements,
            "cases": [tuple(map(_sendable, c.args)) for c in self.key(exercise).cases],
        }

    def _ask(self, exercise: Exercise, request: dict) -> Reply:
        """Have it run; where it crashes, once more in a fresh worker before it is called a crash.

        A worker that is lost twice and then works was broken by the answer.
        """
        worker = self._worker(exercise.allows)
        limits = Limits(exercise.seconds, exercise.megabytes)
        reply, lost = None, None
        for _ in range(2):
            try:
                reply = worker.ask(request, limits)
            except WorkerLost as error:
                lost = error
            else:
                if not reply.crashed:
                    return reply
        if reply is not None:
            return reply
        harmless = {"name": "f", "provided": [], "silent": [], "statements": [], "cases": []}
        worker.ask(harmless, Limits())  # a WorkerLost here is our own fault
        return Reply(b"", -signal.SIGKILL, False, 0.0, lost=str(lost))

    def _worker(self, packages: tuple[str, ...]) -> Worker:
        mine = self._own.__dict__
        if packages not in mine.setdefault("workers", {}):
            mine["workers"][packages] = worker = Worker(self.sandbox, packages)
            with self._lock:
                self._workers.append(worker)
        return mine["workers"][packages]

    def retire(self) -> None:
        """End all workers, from whichever thread; requests under way are lost."""
        with self._lock:
            for worker in self._workers:
                worker.retire()

    def close(self) -> None:
        """End all workers and let go of their files."""
        self.retire()
        for worker in self._workers:
            worker.close()

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def _sendable(value):
    """Functions among the inputs travel as source text."""
    if inspect.isfunction(value):
        return wire.Source(inspect.getsource(value))
    if isinstance(value, list | tuple):
        return type(value)(map(_sendable, value))
    return value


def _not_run(exercise: Exercise, answer: collect.Answer) -> Result:
    if answer.state == collect.BROKEN:
        return result_for(exercise, RAISED, f"the cell cannot be read as Python: {answer.error}")
    if answer.state == collect.NOT_ATTEMPTED:
        return result_for(exercise, NOT_ATTEMPTED)
    if exercise.optional:  # a notebook of an edition before it, or a learner who needs it not
        return result_for(exercise, NOT_ATTEMPTED)
    return result_for(exercise, MISSING, f"the notebook has no function called {exercise.name}")
