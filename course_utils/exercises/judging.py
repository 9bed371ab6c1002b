"""From what a function returned to what can be said about it. No display here, and no pardon.

`run` calls the function under test and writes down what happened; `judge` compares that with the
oracle and with the catalogue of mistakes. The two are apart so that a grader can run the first
where it trusts nobody and the second where it trusts itself.
"""

import dis
import inspect
import linecache
import traceback
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
            (n for n, arg in zip(argument_names, args, strict=False) if value is arg), None
        ),
        warnings=tuple(dict.fromkeys(str(w.message) for w in caught)),
    )


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
            "none", "your function returned None. Does every way through it end with `return`?"
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
def judge(exercise: Exercise, drawn: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Compare what a function did on the cases with the oracle; name the mistake if it is known."""
    if outcomes and all(o.error == "NotImplementedError" for o in outcomes):
        return Verdict(exercise, NOT_ATTEMPTED, len(drawn))
    expected = [exercise.expected(c) for c in drawn]
    problems = [
        problem_with(exercise, o, c, e) for o, c, e in zip(outcomes, drawn, expected, strict=True)
    ]
    remarks = tuple(dict.fromkeys(w for o in outcomes for w in o.warnings))
    failing = [i for i, problem in enumerate(problems) if problem]
    if not failing:
        return Verdict(exercise, PASSED, len(drawn), remarks=remarks)
    worst = min(failing, key=lambda i: (problems[i].kind == "raised", _size(drawn[i])))
    return Verdict(
        exercise,
        RAISED if problems[worst].kind == "raised" else WRONG,
        len(drawn),
        len(failing),
        problems[worst],
        drawn[worst],
        expected[worst],
        _seen(exercise, outcomes[worst], drawn[worst]),
        recognise(exercise, drawn, outcomes),
        remarks,
    )


def _seen(exercise: Exercise, outcome: Outcome, drawn: Case) -> Any:
    """What was compared: the answer, its view, or the bare answer where it has no view."""
    try:
        return exercise.seen(outcome.value, drawn)
    except Exception:  # an answer of another form may break the view in any way
        return outcome.value


def _size(drawn: Case) -> int:
    return sum(np.size(arg) if isinstance(arg, np.ndarray) else 1 for arg in drawn.args)


def recognise(exercise: Exercise, drawn: list[Case], outcomes: list[Outcome]) -> Mistake | None:
    """The catalogued mistake that does exactly what this answer did, on every case."""
    names = exercise.argument_names
    for mistake in exercise.mistakes:
        if all(
            _same(exercise, outcome, run(mistake.function, c, names), c)
            for c, outcome in zip(drawn, outcomes, strict=True)
        ):
            return mistake
    return None


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
    return compare(exercise, a, as_plain(b), drawn, "") is None


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
    drawn = exercise.draw_cases(seed)
    if is_stub(function):
        return Verdict(exercise, NOT_ATTEMPTED, len(drawn))
    problem = signature_problem(function, exercise, drawn[0])
    if problem:
        return Verdict(exercise, WRONG, len(drawn), len(drawn), problem)
    outcomes = [run(function, c, exercise.argument_names) for c in drawn]
    return judge(exercise, drawn, outcomes)
