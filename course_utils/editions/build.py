"""From the sources to the notebooks that learners open: composed, executed, written.

A notebook is executed again only when something changed that can change its outputs: its code
cells, the package modules that they import, or the pinned version of a package (`dependencies`).
The fingerprint of all that stands in `notebooks/source/built.json`. When only prose changed, the
outputs are kept.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbformat.reader
from nbformat import NotebookNode

from course_utils.editions.answers import answered_exercises
from course_utils.editions.compose import compose, source_files, source_folder
from course_utils.editions.dependencies import fingerprint
from course_utils.errors import CourseError
from course_utils.paths import notebooks_folder, write_whole

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


# -------------------------------------------------------------- what was built from what
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
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CourseError(f"there is no notebook {path}") from error
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    return parse_notebook(data, str(path))


def parse_notebook(data: bytes, name: str) -> NotebookNode:
    """The notebook in the bytes of a file; `name` is for the CourseError where there is none.

    Other programs leave out what a notebook of this format must have: a cell may come without an
    id, and a file may begin with a byte order mark.
    """
    try:
        notebook = nbformat.convert(nbformat.reader.reads(data.decode("utf-8-sig")), 4)
        for cell in notebook.cells:
            cell.setdefault("metadata", nbformat.NotebookNode())
            cell.setdefault("source", "")
            if cell.cell_type == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
    except Exception as error:  # nbformat has no common error for what is not a notebook
        reason = " ".join(str(error).split())[:120]
        raise CourseError(f"{name} is not a notebook that can be read: {reason}") from error
    return notebook


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook in one step; the same notebook always gives the same bytes."""
    write_whole(path, text_of(notebook))


def text_of(notebook: NotebookNode) -> str:
    """What `write_notebook` writes."""
    text = nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return text.rstrip("\n") + "\n"


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
    from course_utils.editions.execution import execute, keep_outputs

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
    from course_utils.editions.execution import execute

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
