"""From what a function returned to what can be said about it. No display here, and no pardon.

`run` calls the function under test and writes down what happened; `judge` compares that with the
oracle and with the catalogue of mistakes. The two are apart so that a grader can run the first
where it trusts nobody and the second where it trusts itself.
"""

import dis
import functools
import inspect
import linecache
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.exercises.comparing import Problem, as_plain, compare, identical, not_a_tuple
from course_utils.exercises.core import Case, Exercise, Mistake

PASSED, WRONG, RAISED, NOT_ATTEMPTED = "passed", "wrong", "raised", "not attempted"


@dataclass(frozen=True)
class Outcome:
    """What one call did: a value or an error, the inputs it changed, the warnings it set off."""

    value: Any = None
    error: str | None = None  # the exception's type, e.g. "ValueError"
    error_message: str = ""
    error_line: str = ""  # the learner's line that raised, if it can be found
    changed: tuple[str, ...] = ()
    returned_input: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What `check` and the grader say about one answer."""

    exercise: Exercise
    state: str
    cases: int = 0
    failed: int = 0
    problem: Problem | None = None
    case: Case | None = None  # the smallest failing case
    expected: Any = None
    got: Any = None
    mistake: Mistake | None = None
    remarks: tuple[str, ...] = field(default_factory=tuple)
    right: tuple[int, ...] = ()  # the numbers of the cases that are right, if not all are
    points: int = 0  # earned, also where only a group of the cases is right

    @property
    def passed(self) -> bool:
        return self.state == PASSED


# --------------------------------------------------------------------------------- running a case
def is_stub(function: Callable) -> bool:
    """True for a body that does nothing: `...`, `pass`, a bare `return`."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    steps = list(dis.get_instructions(code))
    loads = [s.argval for s in steps if s.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(s.opname in idle for s in steps) and all(value is None for value in loads)


def foreign_names(function: Callable, exercise: Exercise) -> list[str]:
    """Modules and functions that the answer uses and that are not there when it is graded."""
    scope = getattr(function, "__globals__", {})
    names = _global_names(getattr(function, "__code__", None))
    used = {name: scope[name] for name in names if name in scope}
    return [name for name, value in used.items() if _is_foreign(value, name, exercise)]


def _global_names(code: types.CodeType | None) -> list[str]:
    """Names that a function looks up, also within its comprehensions and inner functions."""
    if code is None:
        return []
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    names = [*code.co_names, *(name for c in inner for name in _global_names(c))]
    return list(dict.fromkeys(names))


def _is_foreign(value: Any, name: str, exercise: Exercise) -> bool:
    if isinstance(value, Exercise) or name in exercise.reference.__globals__:
        return False
    where = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None) or ""
    package = where.split(".")[0]
    return package not in (*exercise.allows, *sys.stdlib_module_names, "__main__", "")


def run(function: Callable, drawn: Case, argument_names: list[str]) -> Outcome:
    """Call the function on a copy of the inputs and write down what happened."""
    args = drawn.fresh_args()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            value = function(*args)
        except Exception as error:
            return Outcome(
                error=type(error).__name__,
                error_message=str(error),
                error_line=_line_of(error, function),
            )
    return Outcome(
        value=value,
        changed=tuple(
            name
            for name, before, after in zip(argument_names, drawn.args, args, strict=False)
            if not identical(before, after)
        ),
        returned_input=next(
            (n for n, arg in zip(argument_names, args, strict=False) if _is_given(value, arg)), None
        ),
        warnings=tuple(dict.fromkeys(str(w.message) for w in caught)),
    )


def _is_given(value: Any, arg: Any) -> bool:
    """The very same object; equal small numbers are the same object by chance."""
    return value is arg and isinstance(value, np.ndarray | list | tuple)


def _line_of(error: BaseException, function: Callable) -> str:
    """`line 5: y = x @ w`, where the error left the learner's own code."""
    filename = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == filename]
    if not frames:
        return ""
    text = linecache.getline(filename, frames[-1].lineno).strip() or frames[-1].line or ""
    return f"line {frames[-1].lineno}: {text}" if text else f"line {frames[-1].lineno}"


# ---------------------------------------------------------------------------------- what is wrong
def problem_with(
    exercise: Exercise, outcome: Outcome, drawn: Case, expected: Any
) -> Problem | None:
    """None when the outcome is right for this case, or what is not right about it."""
    if outcome.error is not None:
        return _error_problem(exercise, outcome)
    if outcome.changed:
        names = " and ".join(outcome.changed)
        return Problem(
            "changed input",
            f"your function changed its input {names}. Work on a copy, or build a new array: "
            f"whoever called you still needs {names}.",
        )
    if outcome.value is None:
        return Problem(
            "none",
            "your function returned None. Does every way through it end with `return`? (print "
            "shows a value, return hands it back.)",
        )
    if exercise.returns and not isinstance(outcome.value, tuple):
        return not_a_tuple(exercise.returns, outcome.value, "your answer")
    try:
        seen = exercise.seen(outcome.value, drawn)
    except Exception as error:
        return Problem(
            "form",
            f"your answer does not have the form that the task asks for ({type(error).__name__}: "
            f"{error}).",
        )
    problem = compare(exercise, seen, expected, drawn, "your answer")
    if problem is None and exercise.quiet and outcome.warnings:
        return Problem(
            "warning",
            f"the values are right, but NumPy warned on the way: {'; '.join(outcome.warnings)}. "
            "(np.where computes both of its sides, also where the other one is taken.)",
        )
    if problem and problem.kind == "values" and outcome.returned_input:
        name = outcome.returned_input
        return Problem("input returned", f"your function returned its input {name} unchanged.")
    return problem


def _error_problem(exercise: Exercise, outcome: Outcome) -> Problem:
    where = f" ({outcome.error_line})" if outcome.error_line else ""
    said = f": {outcome.error_message}" if outcome.error_message else ""
    sentence = f"your function stopped with {outcome.error}{said}{where}"
    if "truth value of an array" in outcome.error_message:
        sentence += (
            ". You compared a whole array where Python wants one yes or no: `if`, `max` and `and` "
            "take single numbers, np.where and np.maximum take arrays"
        )
    if outcome.error == "TypeError" and "argument" in outcome.error_message and not where:
        sentence += f". It is called as {exercise.signature}"
    return Problem("raised", sentence + ".")


# --------------------------------------------------------------------------------------- judging
class AnswerKey:
    """The cases of one seed, and what is right: made once, good for any number of answers."""

    def __init__(self, exercise: Exercise, drawn: list[Case]):
        self.exercise, self.cases = exercise, drawn

    @classmethod
    def drawn(cls, exercise: Exercise, seed: int | None = None) -> "AnswerKey":
        return cls(exercise, exercise.draw_cases(seed))

    @functools.cached_property
    def expected(self) -> list:
        return [self.exercise.expected(c) for c in self.cases]

    @functools.cached_property
    def mistakes(self) -> list[tuple[Mistake, list[Outcome]]]:
        """What each catalogued mistake does on the cases."""
        names = self.exercise.argument_names
        return [
            (mistake, [run(mistake.function, c, names) for c in self.cases])
            for mistake in self.exercise.mistakes
        ]


def judge(key: AnswerKey, outcomes: list[Outcome]) -> Verdict:
    """Compare what a function did on the cases with the oracle; name the mistake if it is known."""
    exercise, drawn = key.exercise, key.cases
    if outcomes and all(o.error == "NotImplementedError" for o in outcomes):
        return Verdict(exercise, NOT_ATTEMPTED, len(drawn))
    problems = [
        problem_with(exercise, o, c, e)
        for o, c, e in zip(outcomes, drawn, key.expected, strict=True)
    ]
    remarks = tuple(dict.fromkeys(w for o in outcomes for w in o.warnings))
    failing = [i for i, problem in enumerate(problems) if problem]
    if not failing:
        return Verdict(exercise, PASSED, len(drawn), remarks=remarks, points=exercise.points)
    right = tuple(i for i, problem in enumerate(problems) if not problem)
    worst = min(failing, key=lambda i: (problems[i].kind == "raised", _size(drawn[i])))
    return Verdict(
        exercise,
        RAISED if problems[worst].kind == "raised" else WRONG,
        len(drawn),
        len(failing),
        problems[worst],
        drawn[worst],
        key.expected[worst],
        _seen(exercise, outcomes[worst], drawn[worst]),
        recognise(key, outcomes),
        remarks,
        right,
        exercise.earned(drawn, right),
    )


def _seen(exercise: Exercise, outcome: Outcome, drawn: Case) -> Any:
    """What was compared: the answer, its view, or the bare answer where it has no view."""
    try:
        return exercise.seen(outcome.value, drawn)
    except Exception:  # an answer of another form may break the view in any way
        return outcome.value


def _size(drawn: Case) -> int:
    return sum(np.size(arg) if isinstance(arg, np.ndarray) else 1 for arg in drawn.args)


# ----------------------------------------------------------------------------- naming the mistake
def recognise(key: AnswerKey, outcomes: list[Outcome]) -> Mistake | None:
    """The catalogued mistake that does what this answer did, on every case.

    Where none does so in full, one that gives the first wrong part of a tuple will do: who
    leaves out a rotation in grad_x and a sum in grad_bias is told of the rotation first.
    """
    for mistake, theirs in key.mistakes:
        if _same_throughout(key, outcomes, theirs):
            return mistake
    return _recognise_part(key, outcomes)


def _same_throughout(key: AnswerKey, ours: list[Outcome], theirs: list[Outcome]) -> bool:
    """Equal on every case; the same kind of error counts only beside a value or a same message."""
    if not all(_same(key.exercise, *trio) for trio in zip(ours, theirs, key.cases, strict=True)):
        return False
    return any(
        not a.error or a.error_message == b.error_message for a, b in zip(ours, theirs, strict=True)
    )


def _same(exercise: Exercise, a: Outcome, b: Outcome, drawn: Case) -> bool:
    if a.error or b.error:
        return a.error == b.error
    if a.changed != b.changed or (exercise.quiet and a.warnings != b.warnings):
        return False
    try:
        seen_a, seen_b = exercise.seen(a.value, drawn), exercise.seen(b.value, drawn)
    except Exception:
        return False
    return seen_a is not None and seen_b is not None and _equal(exercise, seen_a, seen_b, drawn)


def _equal(exercise, a, b, drawn) -> bool:
    return compare(exercise, _whole(a), as_plain(b), drawn, "") is None


def _whole(value: Any) -> Any:
    """3.0 as 3, also within a tuple: a mistake is recognised by its values."""
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    is_float = isinstance(value, float | np.floating)
    return int(value) if is_float and float(value).is_integer() else value


def _recognise_part(key: AnswerKey, outcomes: list[Outcome]) -> Mistake | None:
    """The mistake that spoils the first wrong part as the answer does, and none before it; else
    one that spoils a later part so, and no other.
    """
    ours = _parts(key, outcomes)
    if ours is None:
        return None

    def right(parts: list[tuple], k: int) -> bool:
        return _part_agrees(key, parts, key.expected, k)

    count = len(ours[0])
    wrong = [k for k in range(count) if not right(ours, k)]
    others = [(m, parts) for m, theirs in key.mistakes if (parts := _parts(key, theirs))]
    for k in wrong:
        untouched = [j for j in range(count) if j < k or (j > k and k != wrong[0])]
        for mistake, theirs in others:
            if _part_agrees(key, ours, theirs, k) and all(right(theirs, j) for j in untouched):
                return mistake
    return None


def _parts(key: AnswerKey, outcomes: list[Outcome]) -> list[tuple] | None:
    """The answers of all cases as tuples of the expected length, or None if they are not that."""
    if any(o.error or o.changed for o in outcomes):
        return None
    seen = [_seen(key.exercise, o, c) for o, c in zip(outcomes, key.cases, strict=True)]
    fits = [
        isinstance(e, tuple) and isinstance(s, tuple) and len(s) == len(e)
        for s, e in zip(seen, key.expected, strict=True)
    ]
    return seen if fits and all(fits) else None


def _part_agrees(key: AnswerKey, ours: list[tuple], theirs: list[tuple], k: int) -> bool:
    return all(
        a[k] is not None and b[k] is not None and _equal(key.exercise, a[k], b[k], c)
        for a, b, c in zip(ours, theirs, key.cases, strict=True)
    )


def signature_problem(function: Callable, exercise: Exercise, drawn: Case) -> Problem | None:
    """The parameters were renamed away or lost: say how the function will be called."""
    try:
        inspect.signature(function).bind(*drawn.args)
    except (TypeError, ValueError) as error:
        return Problem(
            "signature",
            f"your function cannot be called as {exercise.signature}: {error}. "
            "Put the parameters of the first line back as they were.",
        )
    return None


def examine(function: Callable, exercise: Exercise, seed: int | None = None) -> Verdict:
    """Run a function on the exercise's cases and judge it: the heart of `check`."""
    key = AnswerKey.drawn(exercise, seed)
    if is_stub(function):
        return Verdict(exercise, NOT_ATTEMPTED, len(key.cases))
    problem = signature_problem(function, exercise, key.cases[0])
    if problem:
        return Verdict(exercise, WRONG, len(key.cases), len(key.cases), problem)
    return judge(key, [run(function, c, exercise.argument_names) for c in key.cases])
