"""Which tests a change can break: those of `make check`, by the imports that the build follows.

A test depends on its own file, on what that imports of the course and of the tests, on the
exercises and notebooks that it names in strings, and on its parameters: of the tests that run over
all exercises or all notebooks only those of a changed one are left.
"""

import ast
import functools
import inspect
import re
import subprocess
from pathlib import Path

from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import exercise_folders, exercise_modules, modules_of
from course_utils.editions import dependencies
from course_utils.editions.compose import compose, source_files
from course_utils.errors import CourseError
from course_utils.paths import course_root

# A change in one of these can break anything, and so can a file that is gone.
EVERYTHING = ("conftest.py", "tests/conftest.py", "tests/selection.py", "pyproject.toml",
              "requirements.txt")  # fmt: skip
# These look at the whole package, and take seconds.
ALWAYS = ("tests/test_architecture.py", "tests/exercises/test_folders.py")


def changed_since(commit: str) -> set[Path]:
    """Files that differ from a commit, those included that git does not know yet.

    Raises ValueError, with what git says, for a commit that there is not.
    """
    root = course_root()

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise ValueError(f"--since {commit}: {done.stderr.strip().splitlines()[0]}")
        return done.stdout.splitlines()

    names = [*git("diff", "--name-only", commit, "--"),
             *git("ls-files", "--others", "--exclude-standard")]  # fmt: skip
    return {root / name for name in names}


def affected(item, changed: set[Path]) -> bool:
    """Whether a collected test depends on a changed file."""
    root = course_root()
    if any(root / name in changed for name in EVERYTHING) or any(not p.exists() for p in changed):
        return True
    if item.path in [root / name for name in ALWAYS]:
        return bool(changed)
    if item.path.suffix == ".ipynb":
        return _meet(behind_notebook(item.path.stem), changed)
    chosen = _of_parameters(getattr(item, "callspec", None))
    named = _named_in(item.path) if chosen is None else chosen
    return _meet(behind_test(item.path) | named, changed)


def _meet(files: frozenset[Path], changed: set[Path]) -> bool:
    """Whether one of the files has changed, or data that lies beside a module among them."""
    data = {path.parent for path in changed if path.suffix not in (".py", ".ipynb")}
    modules = {path.parent for path in files if path.suffix == ".py"}
    return not files.isdisjoint(changed) or not data.isdisjoint(modules)


def _of_parameters(callspec) -> set[Path] | None:
    """The files behind an exercise, an answer or a notebook among the parameters of a test."""
    found = None
    for value in callspec.params.values() if callspec else ():
        # without running code of the value's: some of them are made to fail at everything
        given = inspect.getattr_static(value, "exercise", None)
        name = value.name if isinstance(value, Exercise) else given
        if isinstance(name, str) and name in exercise_modules():
            found = (found or set()) | behind_exercise(name)
        if isinstance(value, Path) and value.parent.name == "source":
            found = (found or set()) | behind_notebook(value.stem) | {_answers(value.stem)}
        if isinstance(value, str) and value in exercise_folders():  # the number of a notebook
            (source,) = source_files([value])
            found = (found or set()) | behind_notebook(source.stem) | {_answers(source.stem)}
    return found


def _answers(stem: str) -> Path:
    """The answers to the questions of a notebook: not behind its outputs, but behind its page."""
    return course_root() / f"course_utils/exercises/nb{stem}/answers.py"


@functools.cache
def behind_exercise(name: str) -> frozenset[Path]:
    """The files of an exercise, and the right answers that the tests have for its notebook."""
    module = exercise_modules()[name]
    folder = module.split(".")[-2]
    answers = course_root() / "tests/grading/answers" / f"{folder}.py"
    return closure(frozenset({module})) | {answers}


@functools.cache
def behind_notebook(stem: str) -> frozenset[Path]:
    """The files that the outputs of a notebook depend on; empty for one that has no source."""
    sources = [path for path in source_files() if path.stem == stem]
    if not sources:
        return frozenset()
    (source,) = sources
    try:
        modules = dependencies.modules_behind(source, compose(source)).values()
    except CourseError:  # it cannot be built: whatever changed, its tests shall say why
        modules = (course_root() / "course_utils").rglob("*.py")
    text = source.read_text(encoding="utf-8")
    records = [p for p in (course_root() / "data/runs").glob("*.json") if p.name in text]
    return frozenset({*modules, source, source.parent.parent / f"{stem}.ipynb", *records})


@functools.cache
def behind_test(path: Path) -> frozenset[Path]:
    """A test's file, the helpers beside it, and the course's modules that they import."""
    files, todo = set(), [path]
    while todo:
        file = todo.pop()
        if file not in files and file.is_file():
            files.add(file)
            todo += _helpers(file)
    roots = {name for file in files for name in dependencies.course_imports(_text(file))}
    return frozenset(files) | closure(frozenset(roots))


def _helpers(file: Path) -> list[Path]:
    names = {alias.name for node in ast.walk(ast.parse(_text(file)))
             if isinstance(node, ast.Import) for alias in node.names}  # fmt: skip
    names |= {node.module for node in ast.walk(ast.parse(_text(file)))
              if isinstance(node, ast.ImportFrom) and node.module}  # fmt: skip
    tests = course_root() / "tests"
    folders = (file.parent, tests)
    return [f / f"{name}.py" for name in names for f in folders] + [file.parent / "conftest.py"]


@functools.cache
def _named_in(path: Path) -> frozenset[Path]:
    """The files behind the exercises and notebooks that stand in a test as strings; all of them
    where it asks for all exercises, and the answers to questions where it asks for those."""
    found: set[Path] = set()
    if "all_exercises(" in _text(path):
        for folder in ("course_utils/exercises", "tests/grading/answers"):
            found |= set((course_root() / folder).rglob("*.py"))
    if "answers_of(" in _text(path):  # to the questions of the pages
        found |= set((course_root() / "course_utils/exercises").glob("*/answers.py"))
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in exercise_modules():
                found |= behind_exercise(node.value)
            elif re.fullmatch(r"\d\d", node.value) and node.value in exercise_folders():
                found |= closure(frozenset(modules_of(node.value)))
    return frozenset(found)


@functools.cache
def closure(roots: frozenset[str]) -> frozenset[Path]:
    return frozenset(dependencies.course_modules(set(roots)).values())


@functools.cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
