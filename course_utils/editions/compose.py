"""From the text that people edit to the cells of a notebook.

`notebooks/source/NN_topic.md` is Jupytext Markdown. A code cell `relu = reference("relu")` says
where an exercise goes: the learners' edition gets the stub and its check, the solved edition gets
the reference in the stub's place.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import get
from course_utils.editions import slide_types
from course_utils.editions.links import linked
from course_utils.errors import CourseError
from course_utils.paths import notebooks_folder, pages_in

_EXERCISE = re.compile(r'^(\w+) = reference\("(\w+)"\)$')
# The first code cell of every notebook. It says nothing where the course is there; elsewhere two
# lines, without a traceback: IPython shows what `_render_traceback_` returns.
SETUP = """\
import importlib.util

if importlib.util.find_spec("course_utils") is None:

    class NotTheCoursesPython(ImportError):
        def _render_traceback_(self):
            return [
                "This page runs in a Python without the course. Choose the one in its folder .venv",
                "(VS Code: Select Kernel, Python Environments), or start with `make lab` there.",
            ]

    raise NotTheCoursesPython
""".rstrip()
_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def source_folder() -> Path:
    return notebooks_folder() / "source"


def source_files(names: Iterable[str] = ()) -> list[Path]:
    """The sources of the notebooks named by number, stem or path; all of them without names."""
    known = pages_in(source_folder(), ".md")
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
    ids = _CellIds()
    cells = [_compose_cell(cell, ids, source, solved) for cell in _read(source).cells]
    cells = with_setup(cells, SETUP)
    slide_types.mark(cells)
    metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def _read(source: Path) -> NotebookNode:
    try:
        return jupytext.read(source, fmt="md")
    except Exception as error:  # jupytext passes on whatever its parsers raise
        raise CourseError(f"{source} cannot be read as Jupytext Markdown: {error}") from error


def outline(source: Path) -> NotebookNode:
    """The cells of a source as they are in the notebook, exercises left out.

    Unlike `compose` it asks nothing of the exercises: the source may be of any edition.
    """
    ids, cells = _CellIds(), _read(source).cells
    kept = [c for c in cells if c.cell_type != "code" or not _EXERCISE.match(c.source.strip())]
    cells = [_compose_cell(cell, ids, source, solved=False) for cell in kept]
    cells = with_setup(cells, SETUP)
    return nbformat.v4.new_notebook(cells=cells, nbformat_minor=5)


def with_setup(cells: list[NotebookNode], code: str) -> list[NotebookNode]:
    """The cells with one before the first code cell; its code is folded away in JupyterLab."""
    first = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    metadata = {"tags": ["setup"], "jupyter": {"source_hidden": True}}
    cell = nbformat.v4.new_code_cell(code, id="setup", metadata=metadata)
    return [*cells[:first], cell, *cells[first:]]


def _compose_cell(cell: NotebookNode, ids: "_CellIds", source: Path, solved: bool) -> NotebookNode:
    if cell.cell_type != "code":
        cell_id = ids.for_text(cell.source)
        stems = [path.stem for path in pages_in(source.parent, ".md")]
        text = linked(cell.source, stems, source.stem)
        return nbformat.v4.new_markdown_cell(text, id=cell_id)
    wanted = _EXERCISE.match(cell.source.strip())
    if wanted:
        return _exercise_cell(*wanted.groups(), source, solved)
    tags = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    return nbformat.v4.new_code_cell(cell.source, id=ids.next(), metadata=tags)


def _exercise_cell(variable: str, name: str, source: Path, solved: bool) -> NotebookNode:
    try:
        exercise = get(name)
    except CourseError as error:
        raise CourseError(
            f"{source}: {error}; is it listed in EXERCISES, in the folder of its notebook?"
        ) from error
    if variable != name or exercise.notebook != source.stem[:2]:
        raise CourseError(
            f'{source}: expected {exercise.name} = reference("{exercise.name}") in notebook '
            f"{exercise.notebook}, got {variable} in notebook {source.stem[:2]}"
        )
    return nbformat.v4.new_code_cell(
        exercise.cell(exercise.source if solved else exercise.stub),
        id=f"exercise-{name}"[:64],
        metadata={"course": {"exercise": name}, "tags": ["exercise", *_extra_tags(exercise)]},
    )


def _extra_tags(exercise: Exercise) -> list[str]:
    return ["optional"] if exercise.optional else []


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
