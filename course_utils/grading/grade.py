"""One notebook: every exercise run in the sandbox and judged here, by value.

The cases, the oracles and the mistakes stay in this process. A learner's process is sent its own
code and the inputs, and what it sends back is data.
"""

import inspect
import signal
import threading
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from course_utils.exercises.comparing import identical
from course_utils.exercises.core import Case, Exercise, all_exercises
from course_utils.exercises.judging import AnswerKey, Outcome, Verdict, judge
from course_utils.grading import collect, provided
from course_utils.grading.inside import wire
from course_utils.grading.reading import Notebook
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.session import Limits, Reply, Worker, WorkerLost

FULL, PARTIAL, WRONG, RAISED = "full", "partial", "wrong", "raised"
TIME_LIMIT, CRASHED = "time limit", "crashed"
NOT_ATTEMPTED, MISSING, GRADER_ERROR = "not attempted", "missing", "grader error"
STATES = (FULL, PARTIAL, WRONG, RAISED, TIME_LIMIT, CRASHED, NOT_ATTEMPTED, MISSING, GRADER_ERROR)

_MAX_REQUEST = 4 << 20


@dataclass(frozen=True)
class Result:
    """What came of one exercise. `sentence`, `mistake` and `hint` are for the learner's eyes."""

    exercise: str
    notebook: str
    state: str
    points: int
    max_points: int
    sentence: str = ""
    mistake: str = ""
    hint: str = ""
    cases: int = 0
    failed: int = 0
    seconds: float = 0.0
    groups: dict[str, bool] = field(default_factory=dict)  # group of cases -> all right

    def as_dict(self) -> dict:
        return asdict(self)


class Grader:
    """Grades notebooks with the cases of one seed. May be used by several threads at once."""

    def __init__(self, sandbox: Sandbox, seed: int):
        self.sandbox, self.seed = sandbox, seed
        self._keys: dict[str, AnswerKey] = {}
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
                key.expected, key.mistakes  # noqa: B018 (computed now, under the lock)
            return self._keys[exercise.name]

    # ------------------------------------------------------------------------- one exercise
    def grade_one(self, exercise: Exercise, notebook: Notebook, passed: set[str]) -> Result:
        """One exercise. Answers in `passed` are right: others may build upon them."""
        last = None
        for _ in range(2):  # what goes wrong on our side is tried once more
            try:
                return self._attempt(exercise, notebook, passed)
            except Exception as error:
                last = error
        said = f"the grader itself failed ({type(last).__name__}: {last})"
        return _result(exercise, GRADER_ERROR, said)

    def _attempt(self, exercise: Exercise, notebook: Notebook, passed: set[str]) -> Result:
        lendable = [name for name in provided.lendable_names(exercise) if name not in passed]
        theirs = {e.name for e in all_exercises(exercise.notebook)}
        answer = collect.collect(notebook, [exercise.name], without=theirs.intersection(lendable))
        answer = answer[exercise.name]
        if answer.state != collect.FOUND:
            return _not_run(exercise, answer)
        request = self._request(exercise, answer, [n for n in lendable if n in answer.needs])
        if sum(len(text) for _, text, _ in answer.statements) > _MAX_REQUEST:
            return _result(exercise, RAISED, "the code that the answer needs is too long to run")
        reply = self._ask(exercise, request)
        return judged(self.key(exercise), reply)

    def _request(self, exercise: Exercise, answer: collect.Answer, lent: list[str]) -> dict:
        module = exercise.reference.__module__
        return {
            "name": exercise.name,
            "provided": [[name, list(provided.provide(module, name))] for name in lent],
            "statements": list(answer.statements),
            "cases": [tuple(map(_sendable, c.args)) for c in self.key(exercise).cases],
        }

    def _ask(self, exercise: Exercise, request: dict) -> Reply:
        """Have it run. A worker that is lost twice and then works was broken by the answer."""
        worker = self._worker(exercise.allows)
        limits = Limits(exercise.seconds, exercise.megabytes)
        for _ in range(2):
            try:
                return worker.ask(request, limits)
            except WorkerLost as error:
                lost = error
        harmless = {"name": "f", "provided": [], "statements": [], "cases": []}
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


def _result(exercise: Exercise, state: str, sentence: str = "", **more) -> Result:
    more.setdefault("points", 0)
    return Result(
        exercise.name,
        exercise.notebook,
        state,
        max_points=exercise.points,
        sentence=sentence,
        **more,
    )


def _not_run(exercise: Exercise, answer: collect.Answer) -> Result:
    if answer.state == collect.BROKEN:
        return _result(exercise, RAISED, f"the cell cannot be read as Python: {answer.error}")
    if answer.state == collect.NOT_ATTEMPTED:
        return _result(exercise, NOT_ATTEMPTED)
    return _result(exercise, MISSING, f"the notebook has no function called {exercise.name}")


# -------------------------------------------------------------------- from the reply to a result
def judged(key: AnswerKey, reply: Reply) -> Result:
    """What a reply says about an answer. A forged or broken one earns nothing."""
    exercise = key.exercise
    try:
        about, outcomes = _outcomes(key, reply)
    except wire.WireError as error:
        said = f"the program that ran the answer sent something unreadable ({error})"
        return _result(exercise, CRASHED, said, seconds=reply.seconds)
    unusable = _unusable(exercise, about)
    if unusable:
        return _result(exercise, *unusable, cases=len(key.cases), seconds=reply.seconds)
    missing = len(key.cases) - len(outcomes)
    filled = [*outcomes, *[Outcome(error="Ended", error_message="")] * missing]
    verdict = judge(key, filled)
    if missing:
        return _ended_early(key, verdict, reply)
    return _from_verdict(key, verdict, reply, about)


def _outcomes(key: AnswerKey, reply: Reply) -> tuple[dict, list[Outcome]]:
    if reply.flooded or reply.lost:
        return {}, []
    ended_well = reply.code == 0 and not reply.late
    cut = wire.split if ended_well else wire.split_whole
    messages = [wire.unpack(m) for m in cut(reply.data, 1 + len(key.cases))]
    if not messages:
        return {}, []
    return messages[0], [
        _outcome(message, key.cases[i], key.exercise.argument_names, i)
        for i, message in enumerate(messages[1:])
    ]


def _outcome(message, drawn: Case, names: list[str], number: int) -> Outcome:
    """The outcome that a message describes. A WireError where it describes none."""
    if not isinstance(message, dict) or message.get("case") != number:
        raise wire.WireError("an answer without a place, or out of order")
    if "error" in message:
        texts = [message.get(k) for k in ("error", "message", "line")]
        if not all(isinstance(t, str) and len(t) <= 400 for t in texts):
            raise wire.WireError("an error that is no text")
        return Outcome(error=texts[0], error_message=texts[1], error_line=texts[2])
    after, warned, same = (message.get(k) for k in ("after", "warnings", "same"))
    fits = isinstance(after, tuple) and len(after) == len(drawn.args)
    if not fits or not _are(warned, str) or not _are(same, int) or "value" not in message:
        raise wire.WireError("an answer in another form")
    changed = [
        name
        for name, before, now in zip(names, drawn.args, after, strict=False)
        if not _unchanged(before, now)
    ]
    returned = next((names[i] for i in same if 0 <= i < len(names)), None)
    return Outcome(
        value=message["value"],
        changed=tuple(changed),
        returned_input=returned,
        warnings=tuple(text[:400] for text in warned),
    )


def _are(values, kind: type) -> bool:
    return isinstance(values, list) and len(values) < 20 and all(type(v) is kind for v in values)


def _unchanged(before, now) -> bool:
    if inspect.isfunction(before):
        return now == inspect.getsource(before)
    if isinstance(before, list | tuple):
        return type(before) is type(now) and len(before) == len(now) and all(
            map(_unchanged, before, now)
        )  # fmt: skip
    return identical(before, now)


def _unusable(exercise: Exercise, about: dict) -> tuple[str, str] | None:
    """State and sentence for a name that cannot be called as the exercise says."""
    if not isinstance(about, dict):
        return CRASHED, "the program that ran the answer sent something unreadable"
    notes, kind, unfit = (about.get(k) for k in ("notes", "kind", "unfit"))
    if about and about.get("callable") is not True:
        if _are(notes, str) and notes:
            return RAISED, f"the cell with {exercise.name} stopped. {_explained(notes[-1])}"
        return WRONG, f"{exercise.name} is no function but an object of type {str(kind)[:60]}"
    if isinstance(unfit, str) and unfit:
        return WRONG, f"{exercise.name} cannot be called as {exercise.signature}: {unfit[:300]}"
    return None


def _explained(note: str) -> str:
    """A failed import, with the reason that is not in the message."""
    if "ModuleNotFoundError" in note and "course_utils" in note:
        return (
            f"({note}) The course's own code is not there while an answer is graded: write the "
            "function yourself."
        )
    if "ModuleNotFoundError" in note:
        return f"({note}) This exercise is graded without that package."
    return f"({note})"


def _ended_early(key: AnswerKey, verdict: Verdict, reply: Reply) -> Result:
    exercise = key.exercise
    if reply.late:
        limit = f"{exercise.seconds:g} seconds of computing"
        state, said = TIME_LIMIT, f"it was stopped after {limit}. Is there a loop that never ends?"
    elif reply.flooded:
        state, said = CRASHED, "it sent back more than an answer can hold"
    elif reply.code < 0:
        state, said = CRASHED, f"its process was ended by {_signal_name(-reply.code)}"
    else:
        state, said = CRASHED, f"its process ended by itself, with exit status {reply.code}"
    return _result(
        exercise,
        state,
        said,
        points=verdict.points,
        groups=_groups(key, verdict),
        failed=verdict.failed,
        cases=verdict.cases,
        seconds=reply.seconds,
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _groups(key: AnswerKey, verdict: Verdict) -> dict[str, bool]:
    right = range(len(key.cases)) if verdict.passed else verdict.right
    failed = {c.group for i, c in enumerate(key.cases) if i not in right}
    return {group: group not in failed for group in key.exercise.shares}


def _from_verdict(key: AnswerKey, verdict: Verdict, reply: Reply, about: dict) -> Result:
    exercise = key.exercise
    state = FULL if verdict.passed else PARTIAL if verdict.points else verdict.state
    if verdict.state == NOT_ATTEMPTED:
        return _result(exercise, NOT_ATTEMPTED)
    mistake = verdict.mistake
    hint = mistake.hint if mistake else (exercise.hints or ("",))[0]
    return _result(
        exercise,
        state,
        "" if verdict.passed else _discreet(verdict, about),
        points=verdict.points,
        mistake=mistake.name if mistake else "",
        hint="" if verdict.passed else hint,
        cases=verdict.cases,
        failed=verdict.failed,
        seconds=reply.seconds,
        groups=_groups(key, verdict),
    )


def _discreet(verdict: Verdict, about: dict) -> str:
    """What is wrong, without the numbers of a case that the next learner gets, too."""
    said = verdict.problem.discreet or verdict.problem.sentence
    label = f" (the case “{verdict.case.label}”)" if verdict.case and verdict.case.label else ""
    notes = [n for n in about.get("notes") or () if isinstance(n, str)]
    needed = verdict.problem.kind == "raised" and "NameError" in said
    reason = f" {_explained(notes[-1])}" if notes and needed else ""
    return f"{said[0].upper()}{said[1:]}{label}{reason}" if said else label
