"""Exercises of an instructor's own, from a folder outside the course."""

import json
import os
import subprocess
import sys

import pytest

from submissions import as_bytes, write

DOUBLE = '''"""The exercise `double` of notebook 50."""

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="50", points=2, minutes=5, hints=("Add it to itself.",),
    explanation="Twice as much.",
)
def double(x):
    """Twice a number. x: a number -> a number"""
    return 2 * x


@double.cases
def _(rng):
    yield case(1.0, label="one")
    yield case(float(rng.normal()), label="at random")


@double.oracle
def _(x):
    return x + x


@double.mistake("it was squared", hint="What is twice 3?")
def _(x):
    return x * x
'''


@pytest.fixture
def own(tmp_path):
    files = {
        "nb50_mine/__init__.py": b'"""Notebook 50."""\n\nEXERCISES = ("double",)\n',
        "nb50_mine/double.py": DOUBLE.encode(),
    }
    return write(tmp_path / "own", files)


def run(code_or_args, own, cwd):
    environment = {**os.environ, "COURSE_EXERCISES": str(own)}
    given = ["-c", code_or_args] if isinstance(code_or_args, str) else code_or_args
    return subprocess.run(
        [sys.executable, *given], capture_output=True, text=True, encoding="utf-8",
        env=environment, cwd=cwd,
    )  # fmt: skip


def test_it_is_checked_and_named(own, tmp_path):
    code = (
        "from course_utils.checking import check\n"
        "def double(x):\n    return x * x\n"
        "check(double)\nprint(check(double=lambda x: 2 * x)(4))"
    )
    done = run(code, own, tmp_path)
    assert "it was squared" in done.stdout, done.stderr
    assert "right in all" in done.stdout


def test_it_is_graded(own, tmp_path):
    write(tmp_path / "class", {
        "ada.ipynb": as_bytes("def double(x):\n    return x + x"),
        "bob.ipynb": as_bytes("def double(x):\n    return x * x"),
    })  # fmt: skip
    done = run(["-m", "course_utils", "grade", "class", "-o", "out"], own, tmp_path)
    assert done.returncode == 0, done.stderr
    points = {
        p.stem: json.loads(p.read_text())["points"] for p in (tmp_path / "out/results").iterdir()
    }
    assert points == {"ada": 2, "bob": 0}


def test_a_number_that_is_taken_and_a_folder_that_is_none_are_told(own, tmp_path):
    (own / "nb50_mine").rename(own / "nb04_mine")
    done = run(["-m", "course_utils", "progress"], own, tmp_path)
    assert "two folders of exercises have the number 04" in done.stderr
    assert done.stderr.count("\n") == 1
    done = run(["-m", "course_utils", "progress"], tmp_path / "nowhere", tmp_path)
    assert "that is no folder with exercises" in done.stderr
    assert "Traceback" not in done.stderr
