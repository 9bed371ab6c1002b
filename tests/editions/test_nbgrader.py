"""The release for nbgrader, with nbgrader itself: released, handed in, autograded, exported.

It needs nbgrader 0.9 beside the course's packages: `python -m pip install nbgrader`.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.checking import reference
from course_utils.editions import build, for_nbgrader
from course_utils.grading.grade import Grader
from course_utils.grading.reading import parse
from course_utils.grading.sandbox import probe
from course_utils.paths import course_root
from submissions import graded

# beside this Python, or anywhere on the path
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
NBGRADER = shutil.which("nbgrader", path=PATH)
NUMBERS = ("00", "01")
MISTAKES = {
    "relu": "def relu(x):\n    return np.abs(x)",
    "sigmoid": "def sigmoid(x):\n    return np.exp(x) / (1 - np.exp(x))",
    "mlp_forward": "def mlp_forward(*args):\n    import sys\n    sys.exit('enough')",
}

pytestmark = pytest.mark.skipif(NBGRADER is None, reason="nbgrader is not installed")


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """Runs nbgrader in a course folder with notebooks 00 and 01 released."""
    folder = tmp_path_factory.mktemp("nbgrader")
    for_nbgrader.release_nbgrader(NUMBERS, folder)

    # without the settings that tests have: the release must bring its own
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
    environment |= {
        "PATH": PATH,
        "PYTHONPATH": str(course_root()),
        "COURSE_STATE": str(folder / "state"),
    }

    def run(*args):
        done = subprocess.run(
            [NBGRADER, *args], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done

    run.folder = folder
    for stem in _stems():
        run("generate_assignment", stem)
    return run


def _stems():
    return [source.stem for source in build.source_files(NUMBERS)]


@pytest.fixture(scope="module")
def submissions(nbgrader):
    """Three students' notebooks in `submitted`: solved, with mistakes, untouched."""
    for stem in _stems():
        released = nbgrader.folder / "release" / stem / f"{stem}.ipynb"
        for student in ("ada", "bob", "eve"):
            notebook = nbformat.read(released, as_version=4)
            _answer(notebook, student)
            path = nbgrader.folder / "submitted" / student / stem / f"{stem}.ipynb"
            path.parent.mkdir(parents=True)
            build.write_notebook(notebook, path)
    return nbgrader.folder / "submitted"


def _answer(notebook, student):
    for cell in notebook.cells:
        name = cell.metadata.get("course", {}).get("exercise")
        if name is None or student == "eve":
            continue
        source = reference(name).source
        if student == "bob":
            source = MISTAKES.get(name, source)
        cell.source = f"{source}\n\n\n{name} = check({name})"


@pytest.fixture(scope="module")
def autograded(nbgrader, submissions):
    for stem in _stems():
        nbgrader("autograde", stem)
    nbgrader("export", "--to", "grades.csv")
    return nbgrader.folder


def _points(folder):
    rows = csv.DictReader((folder / "grades.csv").read_text(encoding="utf-8").splitlines())
    return {
        (row["student_id"], row["assignment"][:2]): (float(row["score"]), float(row["max_score"]))
        for row in rows
    }


def test_learners_get_the_stubs_and_no_tests(nbgrader):
    for source in build.source_files(NUMBERS):
        path = nbgrader.folder / "release" / source.stem / f"{source.stem}.ipynb"
        released = {c.id: c for c in nbformat.read(path, as_version=4).cells}
        for cell in build.compose(source).cells:
            assert released[cell.id].source == cell.source
        for exercise in graded(source.stem[:2]):
            test = released[f"points-{exercise.name}"]
            assert "nbgrader_points" not in test.source
            assert test.metadata["editable"] is False


def test_points_in_the_gradebook(autograded):
    whole = {number: sum(e.points for e in graded(number)) for number in NUMBERS}
    lost = {
        number: sum(e.points for e in graded(number) if e.name in MISTAKES) for number in NUMBERS
    }
    expected = {}
    for number in NUMBERS:
        expected["ada", number] = (whole[number], whole[number])
        expected["bob", number] = (whole[number] - lost[number], whole[number])
        expected["eve", number] = (0, whole[number])
    assert _points(autograded) == expected


def test_a_bonus_is_no_part_of_the_maximum():
    """What the cell of an optional exercise prints is neither points nor a lack of them."""
    program = (
        "import nbformat\n"
        "from nbgrader.utils import determine_grade\n"
        "from course_utils.editions.build import compose, source_files\n"
        "from course_utils.editions.for_nbgrader import for_nbgrader\n"
        "cells = for_nbgrader(compose(*source_files(['02']))).cells\n"
        "(cell,) = (c for c in cells if c.id == 'points-backward_graph')\n"
        "said = nbformat.v4.new_output('stream', name='stdout', text='a bonus of 4 of 4 points')\n"
        "cell.outputs = [said]\n"
        "print(determine_grade(cell))"
    )
    python = shutil.which("python", path=str(Path(NBGRADER).parent)) or sys.executable
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(course_root())},
    )  # fmt: skip
    assert done.stdout.strip() == "(0.0, 0.0)", done.stderr


def test_course_grade_says_the_same(autograded, submissions):
    found = _points(autograded)
    with Grader(probe(), seed=11) as grader:
        for path in submissions.rglob("*.ipynb"):
            student, stem = path.relative_to(submissions).parts[:2]
            results = grader.grade(parse(path.read_bytes()))
            assert sum(r.points for r in results) == found[student, stem[:2]][0], (student, stem)


def test_the_student_is_told_which_mistake_it_is(autograded):
    path = autograded / "autograded" / "bob" / "00_start_here" / "00_start_here.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    (output,) = next(c for c in cells if c["id"] == "points-relu")["outputs"]
    assert output["ename"] == "AssertionError"
    assert "It looks like this mistake: negative entries were made positive." in output["evalue"]


def test_grading_leaves_no_trace_in_anybodys_progress(autograded):
    assert (autograded / "autograded" / "ada").exists()
    assert not (autograded / "state").exists()
