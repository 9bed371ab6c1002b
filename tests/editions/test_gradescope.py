"""Gradescope's autograder: unpacked and run as Gradescope runs it, in a folder of its own."""

import functools
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course_utils import checking
from course_utils.editions import for_gradescope
from course_utils.grading import sandbox
from course_utils.paths import course_root
from submissions import NUMPY, as_bytes, edition, graded, write

ABS = "def relu(x):\n    return np.abs(x)"
RIGHT = "def relu(x):\n    return x * (x > 0)"
BONUS = " (optional, a bonus)"
NUMBERS = sorted({e.notebook for e in checking.all_exercises() if graded(e.notebook)})


@pytest.fixture(scope="module")
def little_python(tmp_path_factory):
    """A Python that finds the packages of `setup.sh` and no others: no Jupyter, and no torch but
    for notebooks with an exercise that is about it."""

    @functools.cache
    def python(*more):
        folder = tmp_path_factory.mktemp("python")
        site = folder / "site"
        site.mkdir()
        for place in sandbox.package_places(("click", "numpy", "tqdm", *more)):
            (site / place.name).symlink_to(place)
        program = folder / "python"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
        program.chmod(0o755)
        return {"PYTHON": str(program), "PYTHONPATH": str(site), "PATH": os.environ["PATH"]}

    return python


@pytest.fixture
def gradescope(tmp_path, little_python):
    """Unpacks an autograder, hands files in and returns what Gradescope would read."""

    def submit(number, files, **environment):
        root = tmp_path / "autograder"
        file = for_gradescope.release_gradescope([number], tmp_path / "zips" / f"{number}.zip")
        with zipfile.ZipFile(file) as archive:
            archive.extractall(root / "source")
        write(root / "submission", files)
        needs = {name for e in graded(number) for name in e.allows} - {"numpy"}
        python = little_python(*sorted(needs))
        done = subprocess.run(
            ["bash", str(root / "source" / "run_autograder")],
            cwd=root, env={**python, "ROOT": str(root), **environment},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))

    (tmp_path / "autograder" / "submission").mkdir(parents=True)
    return submit


def check_form(results):
    """The fields that Gradescope documents, and no others."""
    assert set(results) <= {"score", "output", "output_format", "extra_data", "tests"}
    for test in results["tests"]:
        assert set(test) == {"name", "score", "max_score", "status", "output", "output_format"}
        bonus = test["name"].endswith(BONUS)
        assert test["max_score"] == 0 if bonus else test["score"] <= test["max_score"]
        right = test["score"] > 0 if bonus else test["score"] == test["max_score"]
        assert test["status"] == ("passed" if right else "failed")
    assert results["score"] == sum(test["score"] for test in results["tests"])


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solved_notebook_gets_full_marks(gradescope, number):
    results = gradescope(number, {"my notebook.ipynb": edition(number, solved=True)})
    check_form(results)
    assert results["score"] == sum(e.points for e in graded(number)), results
    names = [f"{number} {e.name}" + BONUS * e.optional for e in graded(number)]
    assert [t["name"] for t in results["tests"]] == names
    whole = sum(e.points for e in graded(number) if not e.optional)
    assert sum(t["max_score"] for t in results["tests"]) == whole


def test_a_wrong_answer_is_told_which_mistake_it_is(gradescope):
    results = gradescope("00", {"00.ipynb": as_bytes("%matplotlib inline\n" + NUMPY, ABS)})
    check_form(results)
    (test,) = results["tests"]
    assert (results["score"], test["status"]) == (0, "failed")
    assert "negative entries were made positive" in test["output"]
    assert results["extra_data"]["sandbox"]


def test_everything_that_one_student_hands_in_belongs_together(gradescope):
    """Another notebook beside it earns nothing here; a broken file is said."""
    files = {
        "00.ipynb": as_bytes(NUMPY, RIGHT),
        "sub folder/01.ipynb": edition("01", solved=True),
        "zz later.ipynb": as_bytes("x = 1"),
        "bröken.ipynb": b"{",
    }
    results = gradescope("00", files)
    check_form(results)
    assert results["score"] == 1
    assert "bröken.ipynb was not graded: it is not JSON" in results["output"]
    for name in ("01.ipynb", "zz later.ipynb"):
        assert f"{name} was not graded: it holds none of the course's ex" in results["output"]


@pytest.mark.parametrize(
    ("files", "environment", "reason"),
    [
        ({}, {}, "no notebook (*.ipynb) was found in the submission"),
        ({"a.txt": b"hello"}, {}, "no notebook (*.ipynb) was found in the submission"),
        ({"00.ipynb": b"{}"}, {"PYTHON": "/no/such/python"}, "No such file or directory"),
        ({"00.ipynb": b"{}"}, {"PYTHON": '/a"b\\c\t'}, "No such file or directory"),
        ({"00.ipynb": b"{}"}, {"PYTHON": "false"}, "The grader ended with status 1."),
    ],
)
def test_what_cannot_be_graded_gets_a_reason(gradescope, files, environment, reason):
    results = gradescope("00", files, **environment)
    assert (results["score"], results["tests"]) == (0, [])
    assert reason in results["output"]
    assert "course_utils" not in results["output"]


def test_an_unreadable_notebook_gets_zero_and_a_reason(gradescope):
    results = gradescope("00", {"00.ipynb": b"not a notebook"})
    check_form(results)
    assert results["score"] == 0
    assert "00.ipynb was not graded: it is not JSON" in results["output"]
    assert results["tests"][0]["max_score"] == 1


def test_the_students_files_are_not_imported(gradescope):
    trap = b'raise SystemExit("trapped")'
    files = {"numpy.py": trap, "course_utils.py": trap, "sitecustomize.py": trap}
    assert gradescope("00", {**files, "00.ipynb": as_bytes(NUMPY, RIGHT)})["score"] == 1


def test_the_zip_is_the_same_every_time_and_holds_what_is_needed(tmp_path):
    first, second = (
        for_gradescope.release_gradescope(["04"], tmp_path / name).read_bytes() for name in "ab"
    )
    assert first == second
    with zipfile.ZipFile(tmp_path / "a") as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        dates = {i.date_time for i in archive.infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    assert list(modes) == sorted(modes)
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755
    assert "course_utils/exercises/nb04_conv_backprop/rotate180.py" in modes
    assert not [name for name in modes if "__pycache__" in name or "datasets" in name]


@pytest.mark.parametrize("number", NUMBERS)
def test_no_zip_holds_the_exercises_of_another_notebook(number):
    names = for_gradescope.contents(number)
    folders = {Path(name).parent.name for name in names if re.search(r"/nb\d\d_", name)}
    assert {folder[:4] for folder in folders} == {f"nb{number}"}


def test_a_relative_root_is_understood(gradescope, tmp_path):
    """As in the README: ROOT=somewhere."""
    (tmp_path / "autograder" / "somewhere").symlink_to(tmp_path / "autograder")
    assert gradescope("00", {"00.ipynb": as_bytes(NUMPY, RIGHT)}, ROOT="somewhere")["score"] == 1


def test_the_scripts_are_bash():
    files = for_gradescope.contents("00")
    for name in ("setup.sh", "run_autograder"):
        done = subprocess.run(["bash", "-n"], input=files[name], text=True, capture_output=True)
        assert (done.returncode, done.stderr) == (0, "")
    lines = (course_root() / "requirements.txt").read_text().splitlines()
    for line in files["requirements.txt"].splitlines():
        assert line in lines
