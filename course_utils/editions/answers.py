"""A learner's answers in a notebook: which cell belongs to which exercise, and is it answered?"""

import ast
import re

from nbformat import NotebookNode

from course_utils.grading.slicing import makes, statements_of


def exercise_of(cell: NotebookNode) -> str | None:
    """The name of the exercise that a cell was made for: the build marks it in the metadata."""
    return cell.metadata.get("course", {}).get("exercise") if cell.cell_type == "code" else None


def is_answered(source: str, name: str) -> bool:
    """Whether a cell holds more than the stub of an exercise. When in doubt: yes."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    kinds = ast.FunctionDef | ast.ClassDef
    definitions = [n for n in tree.body if isinstance(n, kinds) and n.name == name]
    if not definitions:
        return bool(tree.body)
    return len(definitions) > 1 or not all(map(_is_idle, definitions[0].body))


def _is_idle(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef):  # a method of a class
        return all(map(_is_idle, statement.body))
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and (statement.value.value is ... or isinstance(statement.value.value, str))
    )


def answered_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Exercise name -> the cell with its answer (the last one, when there are several)."""
    named = ((exercise_of(cell), cell) for cell in notebook.cells)
    return {name: cell for name, cell in named if name and is_answered(cell.source, name)}


def answered_exercises(notebook: NotebookNode) -> list[str]:
    return list(answered_cells(notebook))


def defines(cell: NotebookNode, name: str) -> bool:
    """Whether a cell makes the name, as the grader sees it: also where it is no Python (yet)."""
    if cell.cell_type != "code" or name not in cell.source:
        return False
    try:
        tree = ast.parse(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.search(rf"^\s*(?:def|class) {name}\b", cell.source, re.MULTILINE))
    return any(
        name in statement.binds and makes(statement.node, name) and not _is_check(statement.node)
        for statement in statements_of([tree])
    )


def _is_check(node: ast.stmt) -> bool:
    called = getattr(getattr(node, "value", None), "func", None)
    return isinstance(called, ast.Name) and called.id == "check"
