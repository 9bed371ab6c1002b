"""When is an answer equal to what was expected, and if not, how do we say so?

Values decide, not how they came about: another dtype, another memory order or a torch tensor is as
good. The form counts, though: a list is no array, and one number is no array of one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.exercise import Case, Exercise

# How far a right answer may be from the oracle, by the coarsest precision that is given.
_TOLERANCE = {"float16": 1e-2, "float32": 2e-4, "float64": 1e-6}


@dataclass(frozen=True)
class Problem:
    """Why one case is not right: a kind for programs, a sentence for people.

    `discreet` says it without the numbers of the case, for feedback on cases that stay hidden.
    """

    kind: str
    sentence: str
    discreet: str = ""


def as_plain(value: Any) -> Any:
    """torch tensors become arrays (without importing torch); everything else stays."""
    if str(type(value).__module__).split(".")[0] == "torch":
        try:
            return value.detach().cpu().numpy()
        except Exception:  # a tensor without numbers, or no tensor
            return value
    return value


def identical(a: Any, b: Any) -> bool:
    """Equal to the last bit, NaN equal to NaN: the test for inputs that must not change."""
    try:
        return _identical(as_plain(a), as_plain(b))
    except Exception:  # an object that cannot be compared, a list that holds itself
        return False


def _identical(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return (
            isinstance(a, np.ndarray)
            and isinstance(b, np.ndarray)
            and (a.shape, a.dtype) == (b.shape, b.dtype)
            and a.tobytes() == b.tobytes()
        )
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(identical(a[k], b[k]) for k in a)
    return a is b or bool(a == b)


def tolerance(exercise: Exercise, expected: np.ndarray, drawn: Case) -> float:
    """How far off an answer may be, by the coarsest of the inputs and the oracle. The answer's own
    dtype has no say, or coarse numbers would be forgiven more.
    """
    if exercise.rtol is not None:
        return exercise.rtol
    return max(_TOLERANCE.get(str(a.dtype), 1e-6) for a in (expected, *_numbers_in(drawn.args)))


def differs(
    got: np.ndarray, expected: np.ndarray, rtol: float, relative: bool = False
) -> np.ndarray:
    """Where two arrays differ by more than `rtol` of the largest expected magnitude.

    With `relative`, of the magnitude of each entry itself; what is smaller than 1e-300 counts as 0.
    """
    finite = np.abs(expected[np.isfinite(expected)])
    allowed = 1e-300 if relative else rtol * (float(finite.max(initial=0.0)) or 1.0)
    return ~np.isclose(got, expected, rtol=rtol, atol=allowed, equal_nan=True)


def compare(exercise, got, expected, drawn, what) -> Problem | None:
    """What is wrong with an answer, or None. No value whatever makes this fail."""
    try:
        return _compare(exercise, got, expected, drawn, what)
    except Exception:  # an answer whose own methods fail, or that has no form at all
        said = f"{what} is {describe(got)}, which cannot be compared with what the task asks for."
        return Problem("type", said)


def _compare(exercise, got, expected, drawn, what) -> Problem | None:
    got, expected = as_plain(got), as_plain(expected)
    if isinstance(expected, tuple):
        return _compare_tuple(exercise, got, expected, drawn, what)
    if type(expected) is int and isinstance(got, float | np.floating) and got == expected:
        return Problem(
            "type",
            f"{what} is {float(got)!r}: the value is right, but it is a float, and the task asks "
            "for a whole number, an int. (`//` keeps whole numbers whole; `/`, np.floor, np.zeros "
            "and np.ones make floats. int(…) turns one back.)",
        )
    finite = isinstance(got, float | np.floating) and np.isfinite(got)
    if type(expected) is int and (_is_whole(got) or finite):
        if got == expected:
            return None
        said = f"{what} is {short(got, expected)}, expected {short(expected, got)}."
        return Problem("values", said, f"{what} is wrong.")
    if isinstance(expected, str | bool | list):
        right = type(got) is type(expected) and got == expected
        said = f"{what} is {got!r}, expected {expected!r}."
        return None if right else Problem("values", said, f"{what} is not what it should be.")
    if type(expected) is int:
        expected = float(expected)  # one that no integer of NumPy can hold, perhaps
    return _compare_arrays(exercise, got, np.asarray(expected), drawn, what)


def _is_whole(value: Any) -> bool:
    """A whole number, of Python or of NumPy. These are compared to the last digit."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)


def _compare_tuple(exercise, got, expected, drawn, what) -> Problem | None:
    names = exercise.part_names(len(expected))
    if not isinstance(got, tuple):
        return not_a_tuple(names, got, what)
    if len(got) != len(expected):
        wanted = f"{len(names)} things, ({', '.join(names)})"
        return Problem("length", f"{what} has {len(got)} parts; the task asks for {wanted}.")
    problems = (compare_part(exercise, k, got, expected, drawn) for k in range(len(expected)))
    return next((problem for problem in problems if problem), None)


def compare_part(exercise, k: int, got: tuple, expected: tuple, drawn) -> Problem | None:
    """What is not right about one part of a tuple, by its name."""
    name = exercise.part_names(len(expected))[k]
    if got[k] is None:
        return Problem("none", f"{name} is None.")
    check = _compare_sizes if _is_sizes(expected[k]) else compare
    return check(exercise, got[k], expected[k], drawn, name)


def _is_sizes(value) -> bool:
    """A shape, such as (6, 28, 28): compared and shown as a whole."""
    return isinstance(value, tuple) and len(value) > 0 and all(type(v) is int for v in value)


def _compare_sizes(exercise, got, expected, drawn, what) -> Problem | None:
    if not isinstance(got, tuple | list):
        hint = f" (a tuple of one number is written ({got},))" if len(expected) == 1 else ""
        return Problem("type", f"{what} is {describe(got)}; the task asks for a tuple{hint}.")
    inner = next((np.shape(size) for size in got if np.ndim(size)), None)
    if inner is not None:
        return Problem("shape", f"{what} is a tuple whose entries have shape {inner}, not numbers.")
    if len(got) != len(expected):
        wanted = "1 number" if len(expected) == 1 else f"{len(expected)} numbers"
        return Problem("shape", f"{what} is {tuple(got)}; the task asks for a tuple of {wanted}.")
    if any(size != size for size in got):
        return Problem("nan", f"{what}, {tuple(got)}, contains NaN (not a number).")
    if all(a == b for a, b in zip(got, expected, strict=True)):
        return None
    said = f"{what} is {tuple(got)}, expected {expected}."
    return Problem("values", said, f"{what} is not what it should be.")


def not_a_tuple(names, got, what) -> Problem:
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
    rtol = tolerance(exercise, expected, drawn)
    wrong = differs(got, expected, rtol, exercise.relative)
    if not wrong.any():
        return None
    coarse = _TOLERANCE.get(str(got.dtype), 0.0)
    if coarse > rtol and not differs(got, expected, coarse, exercise.relative).any():
        return Problem(
            "precision",
            f"{what} is right as far as {got.dtype} can hold it, which is too coarse: keep the "
            "dtype of the inputs (np.zeros and np.empty take dtype=…, and .astype changes it).",
        )
    if np.isnan(got).sum() > np.isnan(expected).sum():
        place = _index(np.argwhere(np.isnan(got) & wrong)[0])
        return Problem(
            "nan",
            f"{what} contains NaN (not a number){place}. NaN comes from 0/0, inf − inf, inf/inf, "
            "the root or the logarithm of a negative number, or the mean of nothing: which of "
            "these can happen here?",
        )
    said = _where(got, expected, wrong)
    form = "is" if got.ndim == 0 else "has the right shape, but"
    many = f"in {wrong.sum()} of {wrong.size} entries" if wrong.size > 1 else ""
    return Problem("values", f"{what} {form} {said}.", f"{what} is wrong {many}".rstrip() + ".")


def _numbers_in(args) -> list[np.ndarray]:
    """The arrays of floats among the inputs, also inside lists and tuples."""
    found = []
    for arg in args:
        if isinstance(arg, list | tuple):
            found += _numbers_in(arg)
        elif isinstance(arg, np.ndarray) and arg.dtype.kind == "f":
            found.append(arg)
    return found


def _kind_problem(got, expected, what) -> Problem | None:
    if isinstance(got, tuple) and any(np.ndim(as_plain(part)) for part in got):
        return Problem(
            "type",
            f"{what} is {describe(got)}; the task asks for one thing: return it alone, without a "
            "comma behind it.",
        )
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
        return f"{short(got, expected)}, expected {short(expected, got)}"
    first = tuple(np.argwhere(wrong)[0])
    verb = "entry differs" if wrong.size == 1 else "entries differ"
    verb = "entries differs" if wrong.sum() == 1 < wrong.size else verb
    return (
        f"{wrong.sum()} of {wrong.size} {verb}; the first is{_index(first)}: "
        f"got {short(got[first], expected[first])}, "
        f"expected {short(expected[first], got[first])}"
    )


def _index(place) -> str:
    return f" at [{', '.join(str(int(i)) for i in place)}]" if len(place) else ""


def short(number: Any, other: Any = None) -> str:
    """A number in six significant digits, or in as many as tell it from another one.

    Whole numbers, such as counts of parameters, are written out: 80,621,568.
    """
    if _is_whole(number) and abs(int(number)) >= 10**6:
        return f"{int(number):,}"
    number = float(number)  # half precision cannot be compared with 2⁵³
    if 1e6 <= abs(number) < 2**53 and number == int(number):
        return f"{int(number):,}"
    six = f"{number:.6g}"
    if other is None or six != f"{float(other):.6g}":
        return six
    return f"{number:.12g}"


def describe(value: Any) -> str:
    """A few words for any value: what it is, not what is in it."""
    value = as_plain(value)
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, list | tuple):
        number = list.__len__(value) if isinstance(value, list) else tuple.__len__(value)
        items = "1 item" if number == 1 else f"{number} items"
        return f"a {type(value).__name__} of {items}"
    if callable(value):
        return "a function"
    kind = str(type(value).__name__) or "object"
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"
