"""What many students do and nothing explains: grouped, shown, and named at the next run."""

import numpy as np
import pytest
from click.testing import CliRunner

from course_utils import cli
from course_utils.checking import reference
from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.running import Outcome
from course_utils.grading import unnamed
from submissions import NUMPY, as_bytes, write

LONG = """def relu(x):
    \"\"\"Mine.\"\"\"
    result = np.maximum(x, 0) + 0.5
    return result"""
SHORT = "def relu(x):\n    return half_more(np.maximum(x, 0))"
HELPER = "def half_more(x):\n    return x + 0.5"
OTHER = "def relu(x):\n    return np.maximum(x, 0) - 7"
KNOWN = "def relu(x):\n    return np.abs(x)"


@pytest.fixture
def course():
    return lambda *args: CliRunner().invoke(cli.main, [*map(str, args)], prog_name="course")


@pytest.fixture
def graded(course, tmp_path):
    files = {
        "ada.ipynb": as_bytes(NUMPY, LONG), "bob.ipynb": as_bytes(NUMPY, HELPER, SHORT),
        "cid.ipynb": as_bytes(NUMPY, LONG.replace("0.5", "0.50000000001")),
        "dot.ipynb": as_bytes(NUMPY, OTHER), "eve.ipynb": as_bytes(NUMPY, KNOWN),
    }  # fmt: skip
    folder = write(tmp_path / "class", files)
    assert course("grade", folder, "-o", tmp_path / "out", "--seed", 5).exit_code == 0
    return tmp_path / "out"


def test_answers_that_return_the_same_are_one_group(graded):
    first, second = unnamed.groups(unnamed.read(graded))
    assert (first.exercise, first.students) == ("relu", ("ada", "bob", "cid"))
    assert first.code == LONG.replace('"""', '"""') or HELPER in first.code
    assert len(first.code) == min(len(LONG), len(HELPER + SHORT) + 3)  # the shortest of the three
    assert second.students == ("dot",)


def test_the_report_and_the_command_show_them(graded, course):
    page = (graded / "report.html").read_text()
    assert "3 students, e.g. ada, bob, cid" in page
    said = course("mistakes", graded).output
    assert "relu: 3 students, e.g. ada, bob, cid" in said
    assert "# course_utils/exercises/nb00_start_here/relu.py" in said
    assert "@relu.mistake(" in said
    assert "and 1 more (--most 2 shows all)" in course("mistakes", graded, "--most", 1).output


def test_students_do_not_see_it(graded):
    for page in graded.glob("feedback/*"):
        assert "relu.mistake" not in page.read_text()
        assert "without a name" not in page.read_text()


@pytest.mark.parametrize("number", [0, 1])
def test_a_pasted_block_names_them_at_the_next_run(graded, course, tmp_path, monkeypatch, number):
    relu = reference("relu")
    monkeypatch.setattr(relu, "mistakes", list(relu.mistakes))
    group = unnamed.groups(unnamed.read(graded))[number]
    exec(unnamed.block(group), {"relu": relu, "np": np})
    assert course("grade", tmp_path / "class", "-o", tmp_path / "again").exit_code == 0
    again = unnamed.read(tmp_path / "again")
    named = {student for student, r in again if r.mistake.startswith("what was done")}
    assert named == set(group.students)


def test_a_folder_without_results_is_refused(course, tmp_path):
    said = course("mistakes", tmp_path)
    assert said.exit_code == 1
    assert "holds no results of `course grade -o FOLDER`" in said.output


def test_the_mark_tells_values_and_errors_apart():
    key = AnswerKey.drawn(reference("relu"))
    outcomes = [Outcome(value=np.zeros(c.args[0].shape)) for c in key.cases]
    mark = unnamed.returned(key, outcomes)
    nearly = [Outcome(value=np.zeros(c.args[0].shape, np.float32)) for c in key.cases]
    assert unnamed.returned(key, nearly) == mark
    assert unnamed.returned(key, [*outcomes[:-1], Outcome(error="ValueError")]) != mark
    assert unnamed.returned(key, [*outcomes[:-1], Outcome(value=[1, "a", None])]) != mark
