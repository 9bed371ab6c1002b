"""A learner's answers in a notebook: finding them, and carrying them into a new edition."""

import ast
import re
from dataclasses import dataclass

from nbformat import NotebookNode

_LEARNERS_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{8}$")


@dataclass(frozen=True)
class Carried:
    """What was carried over: exercises by name, and how many of the learner's own cells."""

    exercises: tuple[str, ...]
    own_cells: int


def exercise_of(cell: NotebookNode) -> str | None:
    """The name of the exercise that a cell was made for: the build marks it in the metadata."""
    return cell.metadata.get("course", {}).get("exercise") if cell.cell_type == "code" else None


def is_answered(source: str, name: str) -> bool:
    """Whether a cell holds more than the stub of an exercise. When in doubt: yes."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
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


def carry_over(old: NotebookNode, new: NotebookNode) -> Carried:
    """Put the answers and the learner's own cells of `old` into `new`, in place.

    An exercise that is already answered in `new` stays as it is. The learner's own cells are known
    by the random ids that Jupyter gives; each goes behind the cell that it stood behind, or to the
    end when that cell is gone.
    """
    answers, taken = answered_cells(old), []
    for cell in new.cells:
        name = exercise_of(cell)
        if name in answers and not is_answered(cell.source, name):
            cell.source, cell.outputs = answers[name].source, []
            taken.append(name)
    return Carried(tuple(taken), _carry_own_cells(old, new))


def _carry_own_cells(old: NotebookNode, new: NotebookNode) -> int:
    present, moved, previous = {cell.id for cell in new.cells}, 0, None
    for cell in old.cells:
        cell_id = cell.get("id", "")
        if _LEARNERS_ID.match(cell_id) and cell_id not in present and cell.source.strip():
            places = [i for i, other in enumerate(new.cells) if other.id == previous]
            new.cells.insert(places[0] + 1 if places else len(new.cells), cell)
            moved += 1
        previous = cell_id
    return moved
