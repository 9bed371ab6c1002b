"""From what a function returned to what can be said about it. No display here, and no pardon.

`running.run` calls the function under test and writes down what happened; `judge` compares that
with the oracle and with the catalogue of mistakes. The two are apart so that a grader can run the
first where it trusts nobody and the second where it trusts itself.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.checking.answer_key import AnswerKey, as_seen
from course_utils.checking.comparing import Problem, compare, not_a_tuple
from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.naming import recognise
from course_utils.checking.running import Outcome, is_stub, run

PASSED, WRONG, RAISED, NOT_ATTEMPTED = "passed", "wrong", "raised", "not attempted"


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
        as_seen(exercise, outcomes[worst], drawn[worst]),
        recognise(key, outcomes),
        remarks,
        right,
        exercise.earned(drawn, right),
    )


def _size(drawn: Case) -> int:
    return sum(np.size(arg) if isinstance(arg, np.ndarray) else 1 for arg in drawn.args)


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
