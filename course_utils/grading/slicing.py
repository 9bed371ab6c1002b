"""Which statements does a function need? A notebook's top level, cut down to what one name uses.

Cells are parsed, never run here. The needed names of a statement are read off its compiled code, so
that a local variable which happens to share its name with a notebook's variable drags nothing in.
"""

import ast
import functools
from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.checking.lending import needed_names


@dataclass(frozen=True)
class Statement:
    """One statement of a notebook's (or module's) top level: where it stands, what it binds."""

    cell: int  # counted from 0
    index: int  # within the cell
    node: ast.stmt
    binds: frozenset[str]

    @property
    def needs(self) -> frozenset[str]:
        """The global names that it looks up, when it runs or when its functions are called."""
        return needed_names(self.node)

    @property
    def place(self) -> tuple[int, int]:
        return self.cell, self.index


def statements_of(trees: Iterable[ast.Module | None]) -> list[Statement]:
    """The top-level statements of all cells in order; None stands for a cell that has none."""
    return [
        Statement(number, i, node, binds)
        for number, tree in enumerate(trees)
        for i, (node, binds) in enumerate(_top_level(tree) if tree else ())
    ]


@functools.lru_cache(maxsize=4096)
def _top_level(tree: ast.Module) -> list[tuple[ast.stmt, frozenset[str]]]:
    return [(node, frozenset(_bound(node))) for node in tree.body]


def _bound(node: ast.AST) -> set[str]:
    """The names that a top-level statement binds or changes, functions' insides left out."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Lambda):
        return set()
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
        return _root(node)
    return {name for child in ast.iter_child_nodes(node) for name in _bound(child)}


def _root(node: ast.AST) -> set[str]:
    """`table` for a target like `table[k].x`."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def slice_for(name: str, statements: list[Statement]) -> list[Statement]:
    """The statements that define a name, and all that they need, in the order of the notebook.

    What it needs is taken from above its last definition, as it was when the learner ran it; only
    what is not there is looked for below.
    """
    taken = {s.place: s for s in _origins(name, statements)}
    last = max(taken, default=(0, 0))
    above = [s for s in statements if s.place <= last]
    todo, seen = set().union(*(s.needs for s in taken.values())), {name}
    while todo - seen:
        wanted = min(todo - seen)
        seen.add(wanted)
        for statement in _origins(wanted, above) or _origins(wanted, statements):
            if statement.place not in taken:
                taken[statement.place] = statement
                todo |= statement.needs
    return [taken[place] for place in sorted(taken)]


def _origins(name: str, statements: list[Statement]) -> list[Statement]:
    """The last statement that makes a name anew, and those after it that change what it holds.

    Where the new one is made of the old one (`f = vectorize(f)`), the old one belongs to it.
    """
    binding = [s for s in statements if name in s.binds]
    anew = [i for i, s in enumerate(binding) if makes(s.node, name)]
    if not anew:
        return binding or [s for s in statements if "*" in s.binds]
    while len(anew) > 1 and _is_made_of_itself(binding[anew[-1]], name):
        anew.pop()
    return binding[anew[-1] :]


def _is_made_of_itself(statement: Statement, name: str) -> bool:
    """A function that calls itself is not: it looks its name up later."""
    later = isinstance(statement.node, ast.FunctionDef | ast.ClassDef)
    return not later and name in statement.needs


def makes(node: ast.stmt, name: str) -> bool:
    """Whether a statement makes the name anew, rather than changing an entry or an attribute."""
    if isinstance(node, ast.AugAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else []
    return not targets or any(
        isinstance(part, ast.Name) and part.id == name
        for target in targets
        for part in ast.walk(target)
        if isinstance(getattr(part, "ctx", None), ast.Store)
    )
