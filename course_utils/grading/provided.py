"""The code that an answer is lent while it is graded (`checking.lending` says what that may be).

It is source text cut down to what a lent function needs, so that no other answer is in it.
"""

import ast
import functools
import importlib
import inspect
import marshal

import numpy as np

from course_utils.checking.exercise import Exercise
from course_utils.checking.lending import called, needed_names
from course_utils.grading.slicing import Statement, slice_for, statements_of

# (title, source text, which of its statements)
Piece = tuple[str, str, tuple[int, ...]]


@functools.cache
def provide(module: str, name: str) -> tuple[Piece, ...]:
    """Source text that defines a name as the module has it, and needs nothing of the course."""
    value = getattr(importlib.import_module(module), name)
    if isinstance(value, Exercise):
        return _exercise_pieces(value)
    defined, known_as = value.__module__, value.__name__
    pieces = _module_pieces(defined, known_as)
    return (*pieces, _alias(name, known_as)) if name != known_as else pieces


@functools.cache
def compiled(module: str, name: str) -> np.ndarray:
    """The same as bytes of code: the sandbox has the same Python, and need not compile it again."""
    text = "\n\n".join(source for _, source, _ in provide(module, name))
    return np.frombuffer(marshal.dumps(compile(text, f"<{name}>", "exec")), np.uint8)


def _exercise_pieces(exercise: Exercise) -> tuple[Piece, ...]:
    module = exercise.home
    needed = [provide(module, name) for name in called(exercise)]
    own = (f"<{exercise.name}>", exercise.source, (0,))
    return (*_joined(needed), own)


def _alias(name: str, known_as: str) -> Piece:
    return (f"<{name}>", f"{name} = {known_as}", (0,))


@functools.cache
def _module_pieces(module: str, name: str) -> tuple[Piece, ...]:
    """The statements of a module that a name needs; what it imports from the course comes first."""
    text = inspect.getsource(importlib.import_module(module))
    needed = slice_for(name, _statements(text))
    imports = [s for s in needed if _is_course_import(s.node)]
    wanted = frozenset().union(*(needed_names(s.node) for s in needed))
    before = [
        _imported(s.node.module, alias)
        for s in imports
        for alias in s.node.names
        if (alias.asname or alias.name) in wanted
    ]
    own = [ast.unparse(s.node) for s in needed if s not in imports]  # and no other line of it
    return (*_joined(before), (f"<{module}>", "\n".join(own), tuple(range(len(own)))))


def _statements(text: str) -> list[Statement]:
    return statements_of([ast.parse(text)])


def _is_course_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils")


def _imported(module: str, alias: ast.alias) -> tuple[Piece, ...]:
    value = getattr(importlib.import_module(module), alias.name)
    if isinstance(value, Exercise):
        pieces = _exercise_pieces(value)
    else:
        pieces = _module_pieces(getattr(value, "__module__", module), alias.name)
    return (*pieces, _alias(alias.asname, alias.name)) if alias.asname else pieces


def _joined(groups: list[tuple[Piece, ...]]) -> list[Piece]:
    return list(dict.fromkeys(piece for group in groups for piece in group))
