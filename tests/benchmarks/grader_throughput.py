"""How many submissions the grader gets through, beside nbgrader on the same three exercises.

    python -m tests.benchmarks.grader_throughput [--students 300]

Needs nbgrader for the comparison (`python -m pip install nbgrader`), and an otherwise idle machine.
"""

import argparse
import copy
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from course_utils.editions import build, for_nbgrader
from course_utils.grading.run import grade_class

THREE = ("rotate180", "full_convolution", "conv2d_weight_grad")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    students = parser.parse_args().students
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _class_of(root / "whole", students, _solved("04"))
        report(f"notebook 04, {students} students, all cores", root / "whole", students)
        _class_of(root / "ten", 40, _ten_exercises())
        each = report("ten exercises, 40 students, one worker", root / "ten", 40, jobs=1)
        print(f"    {each:.3f} s per submission of ten NumPy exercises (aim: 0.15)")
        compare(root, 12)


def report(title: str, folder: Path, students: int, jobs: int | None = None) -> float:
    """Seconds per submission, with the start of the workers."""
    started = time.perf_counter()
    run = grade_class([folder], jobs=jobs, seed=1)
    seconds = time.perf_counter() - started
    full = sum(s.states.get("full", 0) for s in run.students)
    print(f"{title}: {seconds:.1f} s, {full} right answers")
    return seconds / students


def compare(root: Path, students: int) -> None:
    """The same three exercises by nbgrader and by the grader, one after the other."""
    program = shutil.which("nbgrader", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        print("nbgrader is not installed: no comparison")
        return
    course, stem = root / "course", "three"
    notebook = _three_exercises()
    build.write_notebook(
        for_nbgrader.for_nbgrader(notebook), course / "source" / stem / f"{stem}.ipynb"
    )
    (course / "nbgrader_config.py").write_text(for_nbgrader.CONFIG)
    _nbgrader(program, course, "generate_assignment", stem)
    released = nbformat.read(course / "release" / stem / f"{stem}.ipynb", 4)
    solved = {cell.id: cell.source for cell in _three_exercises(solved=True).cells}
    for cell in released.cells:
        cell.source = solved.get(cell.id, cell.source)
    for i in range(students):
        build.write_notebook(released, course / "submitted" / f"s{i:03d}" / stem / f"{stem}.ipynb")
        build.write_notebook(released, root / "three" / f"s{i:03d}.ipynb")
    started = time.perf_counter()
    _nbgrader(program, course, "autograde", stem)
    theirs = (time.perf_counter() - started) / students
    ours = report("three exercises, one worker", root / "three", students, jobs=1)
    times = f"nbgrader {theirs:.2f} s, course grade {ours:.3f} s per submission"
    print(f"    {times}: {theirs / ours:.0f} times the throughput")


def _nbgrader(program: str, folder: Path, *args: str) -> None:
    path = f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"  # it calls alembic and jupyter
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        [program, *args], cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"nbgrader {' '.join(args)} failed: {done.stderr[-500:]}")


# -------------------------------------------------------------------------------- submissions
def _solved(number: str):
    """The stored notebook, with its outputs, and the references as answers."""
    (source,) = build.source_files([number])
    notebook = build.read_notebook(build.target_of(source))
    solved = {cell.id: cell.source for cell in build.compose(source, solved=True).cells}
    for cell in notebook.cells:
        cell.source = solved.get(cell.id, cell.source)
    return notebook


def _three_exercises(solved: bool = False):
    """The imports of notebook 04 and three of its exercises; nothing else that takes time."""
    (source,) = build.source_files(["04"])
    notebook = build.compose(source, solved=solved)
    imports = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    kept = {f"exercise-{name}" for name in THREE}
    notebook.cells = [c for i, c in enumerate(notebook.cells) if i == imports or c.id in kept]
    return notebook


def _ten_exercises():
    """Notebooks 03 and 04 as the two files of one student."""
    return [_solved("03"), _solved("04")]


def _class_of(folder: Path, students: int, notebooks) -> None:
    notebooks = notebooks if isinstance(notebooks, list) else [notebooks]
    for i in range(students):
        for k, notebook in enumerate(notebooks):
            build.write_notebook(copy.copy(notebook), folder / f"s{i:03d}" / f"{k}.ipynb")


if __name__ == "__main__":
    main()
