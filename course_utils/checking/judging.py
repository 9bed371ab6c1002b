"""From what a function returned to what can be said about it. No display here, and no pardon.

`running.run` calls the function under test and writes down what happened; `judge` compares that
with the oracle and with the catalogue of mistakes. The two are apart so that a grader can run the
first where it trusts nobody and the second where it trusts itself.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course_utils.checking.answer_key import AnswerKey, as_seen
from course_utils.checking.comparing import Problem, compare, compare_part, not_a_tuple
from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.isolation import undisturbed
from course_utils.checking.naming import Namer, size
from course_utils.checking.running import Outcome, is_stub, run_all
from course_utils.checking.watchdog import TimeLimit, limit

PASSED, WRONG, RAISED, NOT_ATTEMPTED = "passed", "wrong", "raised", "not attempted"
TIME_LIMIT, STOPPED = "time limit", "stopped"


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
    beside: Mistake | None = None  # a second mistake in the same answer
    also_wrong: tuple[str, ...] = ()  # other parts of the answer than the one that is shown
    places: tuple = ()  # lines of the learner's code, found by `locating`
    remarks: tuple[str, ...] = field(default_factory=tuple)
    right: tuple[int, ...] = ()  # the numbers of the cases that are right, if not all are
    points: int = 0  # earned, also where only a group of the cases is right
    printed: str = ""  # the beginning of it, in the case in which most was printed
    printed_lines: int = 0

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
            "Your answer does not have the form that the task asks for.",
        )
    problem = compare(exercise, seen, expected, drawn, "your answer")
    if problem is None and exercise.quiet and outcome.warnings:
        return Problem(
            "warning",
            f"the values are right, but NumPy warned on the way: {'; '.join(outcome.warnings)}. "
            "(np.where computes both of its sides, also where the other one is taken.)",
            "The values are right, but NumPy warned on the way: "
            f"{without_numbers('; '.join(outcome.warnings))}.",
        )
    if problem and problem.kind == "values" and outcome.returned_input:
        name = outcome.returned_input
        return Problem("input returned", f"your function returned its input {name} unchanged.")
    return problem


def _error_problem(exercise: Exercise, outcome: Outcome) -> Problem:
    message = outcome.error_message
    sentence, discreet = (
        _stopped_with(exercise, outcome, said) for said in (message, without_numbers(message))
    )
    return Problem("raised", sentence, discreet)


def without_numbers(message: str) -> str:
    """An error message without the numbers that the inputs of a hidden case may be.

    A few short whole numbers, such as those of a shape, stay.
    """
    hidden = r"\d+\.\d*(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d{5,}"
    if len(re.findall(r"\d+", message)) > 8:
        hidden += r"|\d+"
    return re.sub(hidden, "…", message)


def _stopped_with(exercise: Exercise, outcome: Outcome, message: str) -> str:
    where = f" ({outcome.error_line})" if outcome.error_line else ""
    said = f": {message}" if message else ""
    sentence = f"your function stopped with {outcome.error}{said}{where}"
    if "truth value of an array" in outcome.error_message:
        sentence += (
            ". You compared a whole array where Python wants one yes or no: `if`, `max` and `and` "
            "take single numbers, np.where and np.maximum take arrays"
        )
    if outcome.error == "TypeError" and "argument" in outcome.error_message and not where:
        sentence += f". It is called as {exercise.signature}"
    return sentence + "."


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
    loudest = max(outcomes, key=lambda o: len(o.printed), default=Outcome())
    printed = {"printed": loudest.printed, "printed_lines": loudest.printed_lines}
    failing = [i for i, problem in enumerate(problems) if problem]
    if not failing:
        points = exercise.points
        return Verdict(exercise, PASSED, len(drawn), remarks=remarks, points=points, **printed)
    right = tuple(i for i, problem in enumerate(problems) if not problem)
    named = Namer(key, outcomes, problems).name()
    shown = min(named.cases if named and named.cases else failing,
                key=lambda i: (problems[i].kind == "raised", size(drawn[i])))  # fmt: skip
    got = as_seen(exercise, outcomes[shown], drawn[shown])
    problem, also = problems[shown], ()
    if named and named.part is not None:
        expected, k = key.expected[shown], named.part
        problem = compare_part(exercise, k, got, expected, drawn[shown])
        also = _also_wrong(key, outcomes, k)
    return Verdict(
        exercise, RAISED if problem.kind == "raised" else WRONG, len(drawn), len(failing),
        problem, drawn[shown], key.expected[shown], got,
        named.mistake if named else None, named.beside if named else None, also, (),
        remarks, right, exercise.earned(drawn, right), **printed,
    )  # fmt: skip


def _also_wrong(key: AnswerKey, outcomes: list[Outcome], part: int) -> tuple[str, ...]:
    """The names of the other parts that are wrong in some case."""
    exercise, found = key.exercise, []
    for outcome, drawn, expected in zip(outcomes, key.cases, key.expected, strict=True):
        got = as_seen(exercise, outcome, drawn)
        found += [
            name
            for k, name in enumerate(exercise.part_names(len(expected)))
            if k != part and compare_part(exercise, k, got, expected, drawn)
        ]
    return tuple(dict.fromkeys(found))


def signature_problem(function: Callable, exercise: Exercise, drawn: Case) -> Problem | None:
    """The parameters were renamed away or lost: say how the function will be called."""
    misfit = exercise.misfit(function)
    if misfit:
        return Problem("signature", misfit)
    try:
        signature = inspect.signature(exercise.prepare(function))
        signature.bind(*drawn.args)
    except (TypeError, ValueError) as error:
        return Problem(
            "signature",
            f"your function cannot be called as {exercise.signature}: {error}. "
            "Put the parameters of the first line back as they were.",
        )
    names, wanted = list(signature.parameters)[: len(drawn.args)], exercise.argument_names
    if names != wanted[: len(names)] and set(names) <= set(wanted):
        return Problem(
            "signature",
            f"the parameters of your first line are in another order, ({', '.join(names)}). It is "
            f"called as {exercise.signature}: put them back as they were.",
        )
    return None


def signature_remark(function: Callable, exercise: Exercise) -> str:
    """A right answer whose defaults are not those of the task: what would stop the next cell."""
    try:
        mine = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ""
    wanted = inspect.signature(exercise.reference).parameters
    other = [
        f"{name}={parameter.default!r}"
        for name, parameter in wanted.items()
        if parameter.default is not parameter.empty
        and name in mine
        and mine[name].default != parameter.default
    ]
    if not other:
        return ""
    return (
        f"the first line of the task is {exercise.signature}; yours lacks the default "
        f"{' and '.join(other)}. The notebook goes on with the course's own version, because "
        "later cells rely on it."
    )


def examine(
    function: Callable, exercise: Exercise, seed: int | None = None, seconds: float | None = None
) -> Verdict:
    """Run a function on the exercise's cases and judge it: the heart of `check`.

    It is stopped after `seconds` (the exercise's own limit, if not given), and at once where
    somebody interrupts it; the verdict then says in which case that was.
    """
    with undisturbed():
        key = AnswerKey.drawn(exercise, seed)
        if exercise.is_blank(function, is_stub):
            return Verdict(exercise, NOT_ATTEMPTED, len(key.cases))
        problem = signature_problem(function, exercise, key.cases[0])
        if problem:
            return Verdict(exercise, WRONG, len(key.cases), len(key.cases), problem)
        seconds, outcomes = seconds or exercise.seconds, []
        try:
            with limit(seconds):
                used = exercise.prepare(function)
                run_all(used, key.cases, exercise.argument_names, outcomes.append)
        except TimeLimit:
            said = (f"your function was stopped after {seconds:g} seconds. Is there a loop that "
                    "never ends?")  # fmt: skip
            return _stopped(key, len(outcomes), TIME_LIMIT, said)
        except KeyboardInterrupt:
            return _stopped(key, len(outcomes), STOPPED, "you stopped your function.")
        return judge(key, outcomes)


def _stopped(key: AnswerKey, number: int, state: str, sentence: str) -> Verdict:
    """An answer that did not come to an end in the case with this number."""
    number = min(number, len(key.cases) - 1)
    return Verdict(key.exercise, state, len(key.cases), len(key.cases) - number,
                   Problem("stopped", sentence), key.cases[number])  # fmt: skip
