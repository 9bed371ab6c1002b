"""What an answer may take from elsewhere: lent by the course, of an allowed package, or neither.

In notebook 04 the input gradient is a full convolution. Whoever could not write `full_convolution`
goes on with the course's own, in the notebook and while it is graded. Lent are earlier exercises of
the notebook and what the reference itself takes from the course. `check` promises points by the
same rule by which `course grade` lends.
"""

import ast
import dis
import functools
import importlib
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import all_exercises

# What only shows something does nothing while an answer is graded, and does no harm.
SHOWING = ("matplotlib", "tqdm", "IPython", "ipywidgets", "seaborn", "plotly", "rich")


@functools.lru_cache(maxsize=16384)
def needed_names(node: ast.stmt) -> frozenset[str]:
    """The global names that a statement looks up, when it runs or when its functions are called.

    None for a statement that Python cannot compile (a `return` outside a function): it will say so
    when it is run.
    """
    module = ast.Module([node], [])
    try:
        code = compile(module, "<statement>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(
        step.argval
        for part in _codes(code)
        for step in dis.get_instructions(part)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )


def _codes(code: types.CodeType | None) -> Iterator[types.CodeType]:
    """A piece of code, and its comprehensions and inner functions."""
    if code is not None:
        yield code
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                yield from _codes(inner)


# ----------------------------------------------------------------------------------- what is lent
@functools.cache
def lendable(exercise: Exercise) -> dict[str, str]:
    """The course's functions that an answer to this exercise may be lent, and their modules."""
    module = exercise.home
    lent = dict.fromkeys(exercise.also_lent, module) | _earlier(exercise)
    lent |= _called_in_all(exercise)
    return {name: lent[name] for name in sorted(lent) if name not in exercise.not_lent}


def _earlier(exercise: Exercise) -> dict[str, str]:
    modules = {e.name: e.home for e in all_exercises(exercise.notebook)}
    names = list(modules)
    before = names[: names.index(exercise.name)] if exercise.name in names else []
    return {name: modules[name] for name in before}


def _called_in_all(exercise: Exercise) -> dict[str, str]:
    """What the reference calls, and what the exercises among that call."""
    module = exercise.home
    here, found = vars(importlib.import_module(module)), {}
    for name in called(exercise):
        if isinstance(here[name], Exercise):
            found |= _called_in_all(here[name])
        found[name] = module
    return found


def called(exercise: Exercise) -> list[str]:
    """The course's functions, other exercises among them, that the reference calls itself."""
    here = vars(importlib.import_module(exercise.home))
    names = needed_names(ast.parse(exercise.source).body[0]) - {exercise.name}
    return sorted(name for name in names if _belongs_to_the_course(here.get(name)))


def _belongs_to_the_course(value: Any) -> bool:
    module = getattr(value, "__module__", None) or ""
    return isinstance(value, Exercise) or (
        isinstance(value, types.FunctionType) and module.startswith("course_utils.")
    )


# ------------------------------------------------------------------------------- what is not there
def foreign_names(function: Callable, exercise: Exercise) -> list[str]:
    """What the answer uses, itself or in its helpers, and what is not there when it is graded."""
    lent = lendable(exercise) if exercise.notebook else {}
    return list(dict.fromkeys(_foreign_in(function, exercise, lent, set())))


def _foreign_in(function, exercise: Exercise, lent: dict, seen: set[int]) -> Iterator[str]:
    if id(function) in seen:
        return
    seen.add(id(function))
    if inspect.isclass(function):
        for base in function.__mro__[1:]:
            if not _is_allowed(base.__module__, exercise):
                yield base.__name__
        for part in vars(function).values():
            yield from _foreign_in(part, exercise, lent, seen)
        return
    function = inspect.unwrap(function) if callable(function) else function
    scope = getattr(function, "__globals__", {})
    for code in _codes(getattr(function, "__code__", None)):
        for step in dis.get_instructions(code):
            if step.opname == "IMPORT_NAME" and not _is_allowed(step.argval, exercise):
                yield step.argval
        for name in code.co_names:
            if name in scope:
                yield from _foreign_value(name, scope[name], exercise, lent, seen)


def _foreign_value(name: str, value, exercise: Exercise, lent: dict, seen) -> Iterator[str]:
    if isinstance(value, Exercise) or _belongs_to_the_course(value):
        if name not in lent and name != exercise.name:
            yield name
    elif isinstance(value, np.ufunc):  # it does not know its package
        if getattr(np, value.__name__, None) is not value:
            yield name
    elif inspect.ismodule(value):
        if not _is_allowed(value.__name__, exercise):
            yield name
    elif (getattr(value, "__module__", None) or "") == "__main__" or _is_helper(value):
        yield from _foreign_in(value, exercise, lent, seen)
    elif not _is_allowed(getattr(value, "__module__", None) or "", exercise):
        yield name


def _is_helper(value) -> bool:
    """A function that was written in no module, but in a cell."""
    return isinstance(value, types.FunctionType) and value.__module__ not in sys.modules


def _is_allowed(module: str, exercise: Exercise) -> bool:
    package = module.split(".")[0]
    allowed = (*exercise.allows, *SHOWING, *sys.stdlib_module_names, "__main__", "builtins", "")
    return package in allowed
