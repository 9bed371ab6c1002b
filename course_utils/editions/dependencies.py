"""What a notebook depends on: its code, and the modules of the course that the code imports.

Imports are followed through the whole package, also those within functions; comments and blank
lines do not count. The build, the memory of tests that passed and `make check` go by it.
"""

import ast
import functools
import hashlib
import io
import re
import tokenize
from pathlib import Path

from nbformat import NotebookNode

from course_utils.checking.registry import exercise_folders, modules_of
from course_utils.paths import course_root

_RECORD = re.compile(r"data/runs/[\w.-]+\.json")


def fingerprint(source: Path, notebook: NotebookNode) -> str:
    """A hash of everything that can change the outputs of this notebook."""
    parts = [*_code_of(notebook)]
    for name, path in sorted(modules_behind(source, notebook).items()):
        parts.append(f"{name}\n{_without_comments(path.read_text(encoding='utf-8'))}")
    digest = hashlib.sha256()
    for part in [*parts, *_records(notebook), _pins()]:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def modules_behind(source: Path, notebook: NotebookNode) -> dict[str, Path]:
    """The modules of the course that a notebook depends on, its exercises among them."""
    number = source.stem[:2]
    exercises = modules_of(number) if number in exercise_folders() else []
    return course_modules({*exercises, *(n for t in _code_of(notebook) for n in course_imports(t))})


def _records(notebook: NotebookNode) -> list[str]:
    """The recorded runs that the cells read."""
    named = {name for text in _code_of(notebook) for name in _RECORD.findall(text)}
    paths = [course_root() / name for name in sorted(named)]
    return [path.read_text(encoding="utf-8") for path in paths if path.exists()]


def _code_of(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def course_modules(roots: set[str]) -> dict[str, Path]:
    """All modules of the course that the roots import, directly or not, and their files."""
    seen: dict[str, Path] = {}
    todo = sorted(roots)
    while todo:
        name = todo.pop()
        path = module_file(name)
        if name in seen or path is None:
            continue
        seen[name] = path
        parent = name.rpartition(".")[0]
        imported = course_imports(path.read_text(encoding="utf-8"))
        todo += sorted(imported | ({parent} if parent else set()))
    return seen


@functools.cache
def _without_comments(text: str) -> str:
    """Code without comments and blank lines; the same on every version of Python."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(line.rstrip() for line in lines if line.strip())


@functools.cache
def course_imports(text: str) -> frozenset[str]:
    """The names of the course that a piece of code imports, at any depth."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a cell with a magic
        return frozenset()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.JoinedStr):
            found |= _siblings(node)
    return frozenset(name for name in found if name.split(".")[0] == "course_utils")


def _siblings(text: ast.JoinedStr) -> set[str]:
    """All modules of a package where a name is put together: f"course_utils.zoo.{family}"."""
    start = text.values[0].value if isinstance(text.values[0], ast.Constant) else ""
    package = start.removesuffix(".")
    if not start.endswith(".") or not package.startswith("course_utils."):
        return set()
    folder = course_root().joinpath(*package.split("."))
    return {f"{package}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}


def module_file(name: str) -> Path | None:
    base = course_root().joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _pins() -> str:
    lines = (course_root() / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(sorted(line for line in lines if "==" in line))
