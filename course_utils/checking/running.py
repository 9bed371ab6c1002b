"""Calling the function under test on a copy of the inputs, and writing down what happened."""

import dis
import inspect
import linecache
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.comparing import identical
from course_utils.checking.exercise import Case, Exercise


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
