"""From the text that people edit to the notebooks that learners open.

`notebooks/source/NN_topic.md` (Jupytext Markdown) becomes `notebooks/NN_topic.ipynb`. A code cell
`relu = reference("relu")` says where an exercise goes: the learners' edition gets the stub and its
check, the solved edition gets the reference in the stub's place.

A notebook is executed again only when something changed that can change its outputs: its code
cells, the package modules that they import (followed through the whole package; comments and blank
lines do not count), or the pinned version of a package. The fingerprint of all
that stands in `notebooks/source/built.json`. When only prose changed, the outputs are kept.
"""

import ast
import hashlib
import io
import json
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.answers import answered_exercises
from course_utils.errors import CourseError
from course_utils.exercises.core import exercise_modules, get
from course_utils.paths import course_root, notebooks_folder, write_whole

_EXERCISE = re.compile(r'^(\w+) = reference\("(\w+)"\)$')
_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# What a build and a test set for the kernel: stills in place of widgets, progress kept in memory.
KERNEL_ENVIRONMENT = {"COURSE_STILL": "1", "COURSE_PROGRESS": ":memory:", "PYTHONHASHSEED": "0"}
# Stored outputs come from a CPU, whatever else the machine has.
BUILD_ENVIRONMENT = {**KERNEL_ENVIRONMENT, "COURSE_DEVICE": "cpu"}


@dataclass(frozen=True)
class Built:
    """What became of one source: the notebook's path, what was done, and the seconds it took."""

    path: Path
    action: str  # "unchanged", "text only" or "executed"
    seconds: float = 0.0


# ------------------------------------------------------------------------------- source to cells
def source_folder() -> Path:
    return notebooks_folder() / "source"


def source_files(names: Iterable[str] = ()) -> list[Path]:
    """The sources of the notebooks named by number, stem or path; all of them without names."""
    known = sorted(source_folder().glob("[0-9][0-9]_*.md"))
    chosen = [_source_of(name, known) for name in names]
    return chosen or known


def _source_of(name: str, known: list[Path]) -> Path:
    stem = Path(name).name.removesuffix(".md").removesuffix(".ipynb")
    for path in known:
        if stem in (path.stem, path.stem[:2]):
            return path
    numbers = ", ".join(path.stem[:2] for path in known)
    raise CourseError(f"no notebook source is called {name!r}; there are {numbers}")


def compose(source: Path, *, solved: bool = False) -> NotebookNode:
    """The notebook that a source describes, without outputs."""
    try:
        read = jupytext.read(source, fmt="md")
    except Exception as error:  # jupytext passes on whatever its parsers raise
        raise CourseError(f"{source} cannot be read as Jupytext Markdown: {error}") from error
    ids = _CellIds()
    cells = [_compose_cell(cell, ids, source, solved) for cell in read.cells]
    metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def _compose_cell(cell: NotebookNode, ids: "_CellIds", source: Path, solved: bool) -> NotebookNode:
    if cell.cell_type != "code":
        cell_id = ids.for_text(cell.source)
        return nbformat.v4.new_markdown_cell(cell.source, id=cell_id, metadata=_slide(cell.source))
    wanted = _EXERCISE.match(cell.source.strip())
    if wanted:
        return _exercise_cell(*wanted.groups(), source, solved)
    tags = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    return nbformat.v4.new_code_cell(cell.source, id=ids.next(), metadata=tags)


def _exercise_cell(variable: str, name: str, source: Path, solved: bool) -> NotebookNode:
    try:
        exercise = get(name)
    except CourseError as error:
        raise CourseError(f"{source}: {error}") from error
    if variable != name or exercise.notebook != source.stem[:2]:
        raise CourseError(
            f'{source}: expected {exercise.name} = reference("{exercise.name}") in notebook '
            f"{exercise.notebook}, got {variable} in notebook {source.stem[:2]}"
        )
    points = f"{exercise.points} point{'' if exercise.points == 1 else 's'}"
    header = f"# {points}, about {exercise.minutes} minutes. Stuck? Run hint({name}) in a new cell."
    body = exercise.source if solved else exercise.stub
    return nbformat.v4.new_code_cell(
        f"{header}\n{body}\n\n\n{name} = check({name})",
        id=f"exercise-{name}"[:64],
        metadata={"course": {"exercise": name}, "tags": ["exercise"]},
    )


def _slide(text: str) -> dict:
    """Headings start slides, so that `jupyter nbconvert --to slides` gives a usable deck."""
    kinds = {"# ": "slide", "## ": "slide", "### ": "subslide"}
    kind = next((kind for start, kind in kinds.items() if text.startswith(start)), None)
    return {"slideshow": {"slide_type": kind}} if kind else {}


class _CellIds:
    """Ids from the place of a cell: the section's heading and the cell's number in it."""

    def __init__(self):
        self.section = "top"
        self.used: Counter[str] = Counter()

    def for_text(self, text: str) -> str:
        heading = re.match(r"#+ +(.*)", text)
        if heading:
            slug = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")
            self.section = slug[:48].strip("-") or "section"
        return self.next()

    def next(self) -> str:
        self.used[self.section] += 1
        return f"{self.section}-{self.used[self.section]}"


# --------------------------------------------------------------------- what can change an output
def fingerprint(source: Path, notebook: NotebookNode) -> str:
    """A hash of everything that can change the outputs of this notebook."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    own = exercise_modules().get(source.stem[:2])
    roots = {name for text in code for name in _course_imports(text)} | ({own} if own else set())
    digest = hashlib.sha256()
    for part in [*code, *_closure(roots), _pins()]:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def _closure(roots: set[str]) -> list[str]:
    """Names and code of all course modules that the roots import, directly or not."""
    found = sorted(course_modules(roots).items())
    return [
        f"{name}\n{_without_comments(path.read_text(encoding='utf-8'))}" for name, path in found
    ]


def course_modules(roots: set[str]) -> dict[str, Path]:
    """All modules of the course that the roots import, directly or not, and their files."""
    seen: dict[str, Path] = {}
    todo = sorted(roots)
    while todo:
        name = todo.pop()
        path = _module_file(name)
        if name in seen or path is None:
            continue
        seen[name] = path
        parent = name.rpartition(".")[0]
        imported = _course_imports(path.read_text(encoding="utf-8"))
        todo += sorted(imported | ({parent} if parent else set()))
    return seen


def _without_comments(text: str) -> str:
    """Code without comments and blank lines; the same on every version of Python."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _course_imports(text: str) -> set[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a cell with a magic
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "course_utils"}


def _module_file(name: str) -> Path | None:
    base = course_root().joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _pins() -> str:
    lines = (course_root() / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(sorted(line for line in lines if "==" in line))


def _lock_file() -> Path:
    return source_folder() / "built.json"


def _read_lock() -> dict[str, str]:
    try:
        return json.loads(_lock_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


# -------------------------------------------------------------------------------------- building
def target_of(source: Path) -> Path:
    return notebooks_folder() / f"{source.stem}.ipynb"


def read_notebook(path: Path) -> NotebookNode:
    """A notebook file; one that is none is a CourseError."""
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError as error:
        raise CourseError(f"there is no notebook {path}") from error
    except Exception as error:  # nbformat has no common error for what is not a notebook
        raise CourseError(f"{path} is not a notebook that can be read: {error}") from error


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook in one step; the same notebook always gives the same bytes."""
    text = nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False).rstrip("\n")
    write_whole(path, text + "\n")


def without_outputs(notebook: NotebookNode) -> list[dict]:
    """What a source decides about a notebook: its cells without what running them left."""
    kept = ("cell_type", "id", "source", "metadata")
    return [{key: cell.get(key) for key in kept} for cell in notebook.cells]


def is_current(source: Path) -> bool:
    """Whether the committed notebook is what its source builds (outputs aside)."""
    target = target_of(source)
    return target.exists() and without_outputs(read_notebook(target)) == without_outputs(
        compose(source)
    )


def refuse_answered(sources: Iterable[Path]) -> None:
    """A CourseError that names every notebook which holds somebody's answers."""
    answered = {
        path: names
        for path in map(target_of, sources)
        if path.exists() and (names := answered_exercises(read_notebook(path)))
    }
    if answered:
        listed = "; ".join(f"{path.name}: {', '.join(names)}" for path, names in answered.items())
        raise CourseError(
            f"building would overwrite answers ({listed}); move these notebooks away, or use "
            "--force if the answers are not needed"
        )


def build(
    names: Iterable[str] = (),
    *,
    force: bool = False,
    report: Callable[[str], None] = lambda line: None,
) -> list[Built]:
    """Build the learners' edition; `force` executes everything and overwrites answers."""
    sources = source_files(names)
    if not force:
        refuse_answered(sources)
    built = []
    for source in sources:
        result = _build_one(source, force)
        report(f"{result.path.name}: {result.action}" + _took(result.seconds))
        built.append(result)
    return built


def _took(seconds: float) -> str:
    return f" in {seconds:.1f} s" if seconds else ""


def _build_one(source: Path, force: bool) -> Built:
    from course_utils.execution import execute, keep_outputs

    notebook, target = compose(source), target_of(source)
    mark = fingerprint(source, notebook)
    old = read_notebook(target) if target.exists() else None
    current = old is not None and _read_lock().get(source.stem) == mark and not force
    if current and without_outputs(old) == without_outputs(notebook):
        return Built(target, "unchanged")
    if current and keep_outputs(old, notebook):
        write_notebook(notebook, target)
        return Built(target, "text only")
    seconds = execute(notebook, BUILD_ENVIRONMENT, name=source.stem)
    write_notebook(notebook, target)
    _write_lock(source.stem, mark)
    return Built(target, "executed", seconds)


def _write_lock(stem: str, mark: str) -> None:
    marks = {**_read_lock(), stem: mark}
    text = json.dumps(dict(sorted(marks.items())), indent=1) + "\n"
    write_whole(_lock_file(), text)


def build_solved(
    names: Iterable[str] = (),
    folder: Path | None = None,
    *,
    run: bool = True,
    report: Callable[[str], None] = lambda line: None,
) -> list[Built]:
    """Build the solved edition into a folder; running it fails unless every check passes."""
    from course_utils.execution import execute

    folder = folder or notebooks_folder() / "solved"
    built = []
    for source in source_files(names):
        notebook, path = compose(source, solved=True), folder / f"{source.stem}.ipynb"
        environment = {**BUILD_ENVIRONMENT, "COURSE_STRICT": "1"}
        seconds = execute(notebook, environment, name=f"{source.stem} (solved)") if run else 0.0
        write_notebook(notebook, path)
        built.append(Built(path, "executed" if run else "written", seconds))
        report(f"{path.name} (solved): {built[-1].action}" + _took(seconds))
    return built
