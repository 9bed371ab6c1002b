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

from course_utils.exercises.core import Case, Exercise, Mistake

PASSED, WRONG, RAISED, NOT_ATTEMPTED = "passed", "wrong", "raised", "not attempted"

# How far a right answer may be from the oracle, by the coarser precision of the two.
_TOLERANCE = {"float16": 1e-2, "float32": 2e-4, "float64": 1e-6}


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
class Problem:
    """Why one case is not right: a kind for programs, a sentence for people."""

    kind: str
    sentence: str


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


# ------------------------------------------------------------------------------------- comparing
def as_plain(value: Any) -> Any:
    """torch tensors become arrays (without importing torch); everything else stays."""
    if type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    return value


def identical(a: Any, b: Any) -> bool:
    """Equal to the last bit, NaN equal to NaN: the test for inputs that must not change."""
    a, b = as_plain(a), as_plain(b)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(identical(a[k], b[k]) for k in a)
    return a is b or bool(a == b)


def tolerance(exercise: Exercise, *arrays: np.ndarray) -> float:
    if exercise.rtol is not None:
        return exercise.rtol
    return max(_TOLERANCE.get(str(a.dtype), 1e-6) for a in arrays)


def differs(got: np.ndarray, expected: np.ndarray, rtol: float) -> np.ndarray:
    """Where the two arrays differ by more than `rtol` of the largest expected magnitude."""
    finite = np.abs(expected[np.isfinite(expected)])
    scale = float(finite.max(initial=0.0)) or 1.0
    return ~np.isclose(got, expected, rtol=rtol, atol=rtol * scale, equal_nan=True)


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
        return Problem("none", "your function returned None. Is there a `return` at the end?")
    if exercise.returns and not isinstance(outcome.value, tuple):
        return _not_a_tuple(exercise.returns, outcome.value, "your answer")
    try:
        seen = exercise.seen(outcome.value, drawn)
    except Exception as error:
        return Problem(
            "form",
            f"your answer does not have the form that the task asks for ({type(error).__name__}: "
            f"{error}).",
        )
    problem = _compare(exercise, seen, expected, drawn, "your answer")
    if problem and problem.kind == "values" and outcome.returned_input:
        name = outcome.returned_input
        return Problem("input returned", f"your function returned its input {name} unchanged.")
    return problem


def _error_problem(exercise: Exercise, outcome: Outcome) -> Problem:
    where = f" ({outcome.error_line})" if outcome.error_line else ""
    said = f": {outcome.error_message}" if outcome.error_message else ""
    sentence = f"your function stopped with {outcome.error}{said}{where}"
    if outcome.error == "TypeError" and "argument" in outcome.error_message and not where:
        sentence += f". It is called as {exercise.signature}"
    return Problem("raised", sentence + ".")


def _compare(exercise, got, expected, drawn, what) -> Problem | None:
    got, expected = as_plain(got), as_plain(expected)
    if isinstance(expected, tuple):
        return _compare_tuple(exercise, got, expected, drawn, what)
    if isinstance(expected, str | bool | list):
        right = type(got) is type(expected) and got == expected
        return None if right else Problem("values", f"{what} is {got!r}, expected {expected!r}.")
    return _compare_arrays(exercise, got, np.asarray(expected), drawn, what)


def _compare_tuple(exercise, got, expected, drawn, what) -> Problem | None:
    names = exercise.returns or tuple(f"part {i + 1}" for i in range(len(expected)))
    if not isinstance(got, tuple):
        return _not_a_tuple(names, got, what)
    if len(got) != len(expected):
        wanted = f"{len(names)} things, ({', '.join(names)})"
        return Problem("length", f"{what} has {len(got)} parts; the task asks for {wanted}.")
    for name, g, e in zip(names, got, expected, strict=True):
        if g is None:
            return Problem("none", f"{name} is None.")
        problem = _compare(exercise, g, e, drawn, name)
        if problem:
            return problem
    return None


def _not_a_tuple(names, got, what) -> Problem:
    listed = ", ".join(names)
    return Problem(
        "type",
        f"{what} is {describe(got)}; the task asks for {len(names)} things with commas between "
        f"them: return {listed}.",
    )


def _compare_arrays(exercise, got, expected, drawn, what) -> Problem | None:
    problem = _kind_problem(got, expected, what)
    if problem:
        return problem
    got = np.asarray(got)
    inputs = [a for a in drawn.args if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
    wrong = differs(got, expected, tolerance(exercise, got, expected, *inputs))
    if not wrong.any():
        return None
    if np.isnan(got).sum() > np.isnan(expected).sum():
        place = _index(np.argwhere(np.isnan(got) & wrong)[0])
        return Problem(
            "nan",
            f"{what} contains NaN (not a number){place}: a 0/0, inf − inf or log of a negative "
            "number came about on the way.",
        )
    return Problem("values", f"{what} has the right shape, but {_where(got, expected, wrong)}.")


def _kind_problem(got, expected, what) -> Problem | None:
    if isinstance(got, list | tuple | dict | set):
        wanted = "a NumPy array. np.array(…) makes one from a list" if expected.ndim else "a number"
        return Problem("type", f"{what} is {describe(got)}; the task asks for {wanted}.")
    array = np.asarray(got)
    if array.dtype.kind not in "biuf":
        return Problem("type", f"{what} is {describe(got)}; the task asks for real numbers.")
    if array.shape != expected.shape:
        wanted = f"shape {expected.shape}" if expected.ndim else "a single number, shape ()"
        return Problem("shape", f"{what} has shape {array.shape}, expected {wanted}.")
    return None


def _where(got, expected, wrong) -> str:
    if got.ndim == 0:
        return f"its value is {short(got)}, expected {short(expected)}"
    first = tuple(np.argwhere(wrong)[0])
    verb = "entry differs" if wrong.size == 1 else "entries differ"
    return (
        f"{wrong.sum()} of {wrong.size} {verb}; the first is{_index(first)}: "
        f"got {short(got[first])}, expected {short(expected[first])}"
    )


def _index(place) -> str:
    return f" at [{', '.join(str(int(i)) for i in place)}]" if len(place) else ""


def short(number: Any) -> str:
    """A number in at most six significant digits."""
    return f"{float(number):.6g}"


def describe(value: Any) -> str:
    """A few words for any value: what it is, not what is in it."""
    value = as_plain(value)
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)} items"
    if callable(value):
        return "a function"
    kind = type(value).__name__
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"


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
        outcomes[worst].value,
        recognise(exercise, drawn, outcomes),
        remarks,
    )


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
    if a.error or b.error or a.changed or b.changed:
        return a.error == b.error and a.changed == b.changed
    try:
        seen_a, seen_b = exercise.seen(a.value, drawn), exercise.seen(b.value, drawn)
    except Exception:
        return False
    return seen_a is not None and seen_b is not None and _equal(exercise, seen_a, seen_b, drawn)


def _equal(exercise, a, b, drawn) -> bool:
    return _compare(exercise, a, as_plain(b), drawn, "") is None


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
