"""From submitted files to code cells, whatever state they are in. Nothing is run here.

nbformat refuses much of what learners hand in (missing ids, old formats, half-written metadata),
so the little that grading needs, the text of the code cells, is read straight from the JSON.
"""

import ast
import functools
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.magics import as_python
from course_utils.grading.slicing import Outline, Statement, statements_of

MAX_BYTES = 200 << 20
_MAX_CELL, _MAX_CODE = 200_000, 3_000_000  # characters of one cell, and of all together
_REMEMBERED = 5_000  # longer cells are parsed each time
_NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


class Unreadable(Exception):
    """A file that cannot be graded; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its text as handed in, its statements, or the error that hides them."""

    number: int  # among the code cells, from 1
    source: str  # as Python: magics and shell lines are turned into calls
    exercise: str | None  # what the course marked the cell as, if the mark is still there
    tree: ast.Module | None
    error: str = ""

    @property
    def title(self) -> str:
        return f"<cell {self.number}>"


@dataclass(frozen=True)
class Notebook:
    """The code cells of a submitted notebook."""

    cells: tuple[Cell, ...]

    @functools.cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The top-level statements of all cells that are Python, in order."""
        return tuple(statements_of(cell.tree for cell in self.cells))

    @functools.cached_property
    def outline(self) -> Outline:
        """The same, by the names that they make."""
        return Outline(list(self.statements))

    @functools.cached_property
    def checks(self) -> set[tuple[int, int]]:
        """Where `check` and its like are called: what is done to an answer is no answer."""
        return {s.place for s in self.statements if _is_check(s.node)}


def _is_check(node: ast.stmt) -> bool:
    """`relu = check(relu)` or `check(relu)`."""
    value = getattr(node, "value", None)
    return (
        isinstance(node, ast.Assign | ast.Expr)
        and isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in ("check", "hint", "reveal", "progress", "reset")
    )


# --------------------------------------------------------------------------------- reading a file
def bytes_of(path: Path) -> bytes:
    """What is in a file. Unreadable when it cannot be opened, is a link, or is far too large."""
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                raise Unreadable(f"it has {size >> 20} MB; up to {MAX_BYTES >> 20} MB are read")
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror})") from error


def parse(data: bytes) -> Notebook:
    """The code cells in the bytes of a notebook of format 3 or 4. Unreadable when it is none."""
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        content = json.loads(data)
    except UnicodeDecodeError as error:
        raise Unreadable("it is not JSON in UTF-8, which a notebook always is") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON, so it is no notebook ({_short(error)})") from error
    cells = [c for c in _raw_cells(content) if isinstance(c, dict) and c.get("cell_type") == "code"]
    texts = [_text(cell) for cell in cells]
    length = sum(map(len, texts))
    if length > _MAX_CODE:
        raise Unreadable(f"its code cells have {length:,} characters; up to {_MAX_CODE:,} are read")
    pairs = zip(cells, texts, strict=True)
    return Notebook(tuple(_cell(i, cell, text) for i, (cell, text) in enumerate(pairs, start=1)))


def _short(error: BaseException) -> str:
    return str(error).split(": line")[0][:100] or type(error).__name__


def _raw_cells(content) -> list:
    if not isinstance(content, dict):
        raise Unreadable("it is JSON, but no notebook: a notebook is an object with cells")
    if isinstance(content.get("cells"), list):
        return content["cells"]
    if isinstance(content.get("worksheets"), list):  # format 3
        sheets = [s for s in content["worksheets"] if isinstance(s, dict)]
        lists = [sheet["cells"] for sheet in sheets if isinstance(sheet.get("cells"), list)]
        return [cell for cells in lists for cell in cells]
    raise Unreadable("it is JSON, but no notebook: it has no cells")


def _text(raw: dict) -> str:
    text = raw.get("source", raw.get("input", ""))
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def _cell(number: int, raw: dict, text: str) -> Cell:
    metadata = raw.get("metadata")
    course = metadata.get("course") if isinstance(metadata, dict) else None
    mark = course.get("exercise") if isinstance(course, dict) else None
    parse = _parsed if len(text) <= _REMEMBERED else _parsed.__wrapped__
    source, tree, error = parse(text)
    return Cell(number, source, mark if isinstance(mark, str) else None, tree, error)


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[str, ast.Module | None, str]:
    """A cell as Python, its statements (None where it is no Python), and why not.

    Remembered by the text: most cells of a class are the course's own, and all alike.
    """
    if len(text) > _MAX_CELL:
        return "", None, f"the cell has {len(text):,} characters; up to {_MAX_CELL:,} are read"
    try:
        return text, _compiled(text), ""
    except _NO_PYTHON as error:
        first = error
    try:
        plain = as_python(text)
        return plain, _compiled(plain), ""
    except _NO_PYTHON as error:
        return text, None, _syntax(first if plain == text else error)


def _compiled(text: str) -> ast.Module:
    with warnings.catch_warnings():  # an invalid escape in a learner's string is not our concern
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _syntax(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        line = f"line {error.lineno}: {(error.text or '').strip()[:80]}".rstrip(": ")
        return f"{type(error).__name__}: {error.msg} ({line})"
    return f"{type(error).__name__}: {_short(error)}"
