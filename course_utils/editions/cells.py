"""What a cell is for, read from its text: imports, a question to the kernel, a figure."""

import ast
import re

from nbformat import NotebookNode

# Cells that say nothing on a page or a slide: they ask for the learner's own kernel.
_ASKING = re.compile(r"^(hint|reveal|check|progress|reset)\(.*\)$")
_SHOWING = re.compile(r"^(show_\w+|draw_\w+|interactive)$")
_PREPARING = re.compile(r"^(use_\w+|set_num_threads|default_rng)$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def is_asking(cell: NotebookNode) -> bool:
    """Whether every line is a call of hint, reveal, check, progress or reset."""
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return bool(lines) and all(_ASKING.match(line) for line in lines)


def is_imports(cell: NotebookNode) -> bool:
    """Whether it has nothing but imports, and what is set once for the whole notebook."""
    body = _statements(cell.source)
    return bool(body) and all(map(_prepares, body))


def _prepares(statement: ast.stmt) -> bool:
    """An import, the choice of a style or of a number of threads, a generator of numbers."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(statement, ast.Expr | ast.Assign):
        return False
    return isinstance(statement.value, ast.Call) and bool(_PREPARING.match(_called(statement)))


def is_figure(cell: NotebookNode) -> bool:
    """Whether its code only shows a figure; a function that wraps the drawing may come first."""
    if cell.cell_type != "code" or "exercise" in cell.metadata.get("tags", []):
        return False
    body = _statements(cell.source)
    shown = [s for s in body if _shows(s)]
    return bool(shown) and all(isinstance(s, ast.FunctionDef) or s in shown for s in body)


def without_showing(source: str) -> str:
    """Code without the calls that show its figures, and functions of one line that wrap them."""
    body, lines = _statements(source), source.split("\n")
    shown = [statement for statement in body if _shows(statement)]
    named = {node.id for s in shown for node in ast.walk(s) if isinstance(node, ast.Name)}
    wrapped = [s for s in body if isinstance(s, ast.FunctionDef) and s.name in named
               and len([part for part in s.body if not _is_docstring(part)]) == 1]  # fmt: skip
    for statement in [*shown, *wrapped]:
        for number in range(statement.lineno - 1, statement.end_lineno):
            lines[number] = ""
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip("\n") if shown else source


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:  # a cell with a magic
        return []


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _shows(statement: ast.stmt) -> bool:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    return bool(_SHOWING.match(_called(statement)))


def _called(statement: ast.Expr | ast.Assign) -> str:
    """The name of the function that a statement calls, without what it is a part of."""
    called = statement.value.func
    return getattr(called, "attr", getattr(called, "id", ""))


def without_comments(text: str) -> str:
    """A text cell without what its author says to lecturers only."""
    return re.sub(r"\n{3,}", "\n\n", _COMMENT.sub("", text)).strip()
