"""An nbgrader course folder: the notebooks with their exercises marked as nbgrader expects them.

An exercise becomes a solution cell (the reference between BEGIN SOLUTION and END SOLUTION) and a
locked test cell that is worth its points. `nbgrader generate_assignment` turns the first into the
stub and empties the second.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import all_exercises, exercise_folders, get
from course_utils.editions import build
from course_utils.editions.answers import exercise_of
from course_utils.errors import CourseError
from course_utils.paths import write_whole

_STUB = "...  # your code here"
_BEGIN, _END = "    ### BEGIN SOLUTION", "    ### END SOLUTION"

CONFIG = f'''\
# nbgrader's settings for this course; nbgrader reads the file when it is started in this folder.
import os

# notebooks under grading leave no trace in anybody's own progress, and show stills for widgets
os.environ.update(COURSE_PROGRESS=":memory:", COURSE_STILL="1")

c = get_config()
c.CourseDirectory.course_id = "convolutional-networks"
c.ClearSolutions.code_stub = {{"python": "{_STUB}"}}
c.Execute.timeout = 120  # seconds for one cell
'''


def graded_sources(names: Iterable[str] = ()) -> list[Path]:
    """The sources of the named notebooks, or of all that have exercises worth points."""
    sources = build.source_files(names)
    graded = [path for path in sources if graded_exercises(path.stem[:2])]
    without = [path.stem for path in sources if path not in graded]
    if names and without:
        raise CourseError(f"nothing to grade in {', '.join(without)}: no exercise is worth points")
    return graded


def graded_exercises(number: str) -> list[Exercise]:
    """The exercises of a notebook that are worth points."""
    return [e for e in all_exercises(number) if e.points] if number in exercise_folders() else []


def release_nbgrader(
    names: Iterable[str], folder: Path, report: Callable[[str], None] = lambda line: None
) -> list[Path]:
    """Write `source/<notebook>/<notebook>.ipynb` and, where there is none, nbgrader_config.py.

    Raises CourseError, and writes nothing, when a notebook is there that holds something else.
    """
    made = {_place(folder, s): for_nbgrader(build.compose(s)) for s in graded_sources(names)}
    for path, notebook in made.items():
        if path.exists() and build.read_notebook(path) != notebook:
            raise CourseError(f"{path} is there already, with other text: move it away first")
    for path, notebook in made.items():
        build.write_notebook(notebook, path)
        report(str(path))
    config = folder / "nbgrader_config.py"
    if not config.exists():
        write_whole(config, CONFIG)
        report(str(config))
    return list(made)


def _place(folder: Path, source: Path) -> Path:
    return folder / "source" / source.stem / f"{source.stem}.ipynb"


def for_nbgrader(notebook: NotebookNode) -> NotebookNode:
    """The learners' notebook with the marks of nbgrader."""
    cells = []
    for cell in notebook.cells:
        name = exercise_of(cell)
        graded = name and get(name).points
        cells += [_solution_cell(cell, get(name)), _test_cell(get(name))] if graded else [cell]
    return nbformat.from_dict({**notebook, "cells": cells})


def _solution_cell(cell: NotebookNode, exercise: Exercise) -> NotebookNode:
    head = exercise.head.splitlines()
    body = exercise.source.splitlines()[len(head) :]
    solved = "\n".join([*head, _BEGIN, *body, _END])
    source = cell.source.replace(exercise.stub, solved)
    return _marked({**cell, "source": source}, exercise.name, solution=True)


def _test_cell(exercise: Exercise) -> NotebookNode:
    """What grades it. nbgrader has no bonus: an optional one is worth 0, and prints its own."""
    function = "nbgrader_bonus" if exercise.optional else "nbgrader_points"
    said = f"{exercise.worth} for {exercise.name}: this cell grades it."
    lines = (
        f"# {said} Please leave the cell as it is.",
        "### BEGIN HIDDEN TESTS",
        f"from course_utils.grading.in_notebook import {function}",
        "",
        f'{function}("{exercise.name}")',
        "### END HIDDEN TESTS",
    )
    cell = nbformat.v4.new_code_cell("\n".join(lines), id=f"points-{exercise.name}"[:64])
    name = f"{exercise.name}-points"
    points = 0 if exercise.optional else exercise.points
    return _marked(cell, name, grade=True, locked=True, points=points)


def _marked(cell: dict, grade_id: str, **marks) -> NotebookNode:
    none = {"grade": False, "locked": False, "solution": False, "task": False}
    nbgrader = {"schema_version": 3, "grade_id": grade_id, **none, **marks}
    return nbformat.from_dict({**cell, "metadata": {**cell["metadata"], "nbgrader": nbgrader}})
