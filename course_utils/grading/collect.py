"""The answers in a notebook, found by the names of the exercises, never by the place of a cell.

The last definition of a name that is more than the stub counts, wherever it stands. Everything that
it uses comes along (imports, helper functions, constants); nothing else of the notebook is run.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.checking.registry import notebooks
from course_utils.grading.reading import Cell, Notebook, Unreadable
from course_utils.grading.slicing import Outline, Statement

FOUND, NOT_ATTEMPTED, MISSING, BROKEN = "found", "not attempted", "missing", "broken"


@dataclass(frozen=True)
class Answer:
    """What a notebook holds for one exercise."""

    state: str
    # (title of the cell, its text, which of its statements): what has to be run, in order
    statements: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    error: str = ""  # of a cell that is not Python
    needs: frozenset[str] = frozenset()  # all names that these statements look up


def notebook_number(notebook: Notebook) -> str:
    """Which of the course's notebooks this is: the one with most of its exercises in it.

    A name that is only imported counts half: notebooks import what earlier ones have built.
    """
    homes = notebooks()
    marked = {cell.exercise for cell in notebook.cells if cell.exercise}
    broken = {name for cell in notebook.cells if cell.tree is None for name in _defined(cell)}
    bound, made = set(), marked | broken
    for statement in notebook.statements:
        bound |= statement.binds
        if not isinstance(statement.node, ast.Import | ast.ImportFrom):
            made |= statement.binds
    votes = Counter(homes[name] for names in (made, made | bound) for name in names & set(homes))
    if not votes:
        raise Unreadable("it holds none of the course's exercises")
    return max(sorted(votes), key=votes.__getitem__)


def _defined(cell: Cell) -> list[str]:
    """The functions in a cell that is no Python."""
    return re.findall(r"^[ \t]*(?:def|class) (\w+)", cell.source, re.MULTILINE)


def collect(
    notebook: Notebook, names: Iterable[str], without: Iterable[str] = ()
) -> dict[str, Answer]:
    """The answers to the named exercises. Names in `without` are not taken from the notebook."""
    outline, checks = notebook.outline, notebook.checks
    dropped = {s.place for s in notebook.statements if s.binds and s.binds <= set(without)}
    return {name: _answer(name, notebook, outline, checks | dropped) for name in names}


def _answer(name: str, notebook: Notebook, outline: Outline, without: set) -> Answer:
    made = [s for s in outline.making(name) if s.place not in without]
    stubs = {s.place for s in made if is_stub(s.node)}
    if len(stubs) < len(made):
        needed = outline.slice_for(name, without | stubs)
        needs = frozenset().union(*(s.needs for s in needed))
        return Answer(FOUND, _grouped(needed, notebook.cells), needs=needs)
    broken = [c for c in notebook.cells if c.tree is None and _seems_to_hold(c, name)]
    if broken:
        return Answer(BROKEN, error=broken[-1].error)
    return Answer(NOT_ATTEMPTED if made else MISSING)


def _grouped(needed: list[Statement], cells: tuple[Cell, ...]):
    grouped: dict[int, list[int]] = {}
    for statement in needed:
        grouped.setdefault(statement.cell, []).append(statement.index)
    return tuple((cells[i].title, cells[i].source, tuple(found)) for i, found in grouped.items())


def _seems_to_hold(cell: Cell, name: str) -> bool:
    return (
        bool(re.search(rf"^[ \t]*(?:def|class) {name}\b", cell.source, re.MULTILINE))
        or cell.exercise == name
    )


def is_stub(node: ast.stmt) -> bool:
    """A function that does nothing, or only says that it is not there yet; a class of such."""
    if isinstance(node, ast.ClassDef):
        has_methods = any(isinstance(part, ast.FunctionDef) for part in node.body)
        return has_methods and all(is_stub(part) or _is_idle(part) for part in node.body)
    return isinstance(node, ast.FunctionDef) and all(map(_is_idle, node.body))


def _is_idle(node: ast.stmt) -> bool:
    if isinstance(node, ast.Return):
        return node.value is None or _is_constant(node.value, None)
    if isinstance(node, ast.Raise):
        called = getattr(node.exc, "func", node.exc)
        return isinstance(called, ast.Name) and called.id == "NotImplementedError"
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and (node.value.value is ... or isinstance(node.value.value, str))
    )


def _is_constant(node: ast.expr, value) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
