"""`course release`: the command, and the course folder for nbgrader."""

import contextlib
import re
import sys

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from course_utils import checking, cli
from course_utils.editions import build, for_nbgrader
from course_utils.grading import in_notebook
from submissions import NUMPY, graded

ABS = "def relu(x):\n    return np.abs(x)"
RIGHT = "def relu(x):\n    return x * (x > 0)"
STUB = "def relu(x):\n    ...  # your code here"
NUMBERS = sorted({e.notebook for e in checking.all_exercises() if graded(e.notebook)})


@pytest.fixture
def course():
    return lambda *args: CliRunner().invoke(cli.main, ["release", *map(str, args)])


# -------------------------------------------------------------------------------- the command line
@pytest.mark.parametrize(
    ("args", "status", "sentence"),
    [
        ([], 2, "say --nbgrader FOLDER, --gradescope FILE.zip or --colab"),
        (["--nbgrader", "a", "--gradescope", "b.zip"], 2, "say --nbgrader FOLDER, --gradescope"),
        (["77", "--nbgrader", "a"], 1, "no notebook source is called '77'"),
        (["--gradescope", "b.zip"], 1, "an autograder for Gradescope grades one notebook"),
        (["00", "01", "--gradescope", "b.zip"], 1, "grades one notebook: course release 04"),
    ],
)
def test_what_cannot_be_released_is_one_sentence(course, tmp_path, args, status, sentence):
    with contextlib.chdir(tmp_path):
        done = course(*args)
    assert done.exit_code == status
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_notebook_without_points_is_refused(course, tmp_path, monkeypatch):
    monkeypatch.setattr(for_nbgrader, "graded_exercises", lambda number: [])
    done = course("00", "--nbgrader", tmp_path / "a")
    assert "nothing to grade in 00_start_here: no exercise is worth points" in done.stderr


# ------------------------------------------------------------------------------------- for nbgrader
def marks(cell):
    return cell.metadata.get("nbgrader", {})


def cleared(source, begin, end, instead):
    """What nbgrader's ClearSolutions and ClearHiddenTests do to the text of a cell."""
    return re.sub(rf"(?ms)^( *)### {begin}$.*### {end}$", lambda m: m[1] + instead, source)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_exercise_has_a_solution_and_a_test(number):
    (source,) = build.source_files([number])
    learners = {c.id: c.source for c in build.compose(source).cells}
    notebook = for_nbgrader.for_nbgrader(build.compose(source))
    nbformat.validate(notebook)
    ids = [marks(c)["grade_id"] for c in notebook.cells if marks(c)]
    assert len(set(ids)) == len(ids) == 2 * len(graded(number))
    places = {marks(c)["grade_id"]: i for i, c in enumerate(notebook.cells) if marks(c)}
    for exercise in graded(number):
        place = places[exercise.name]
        solution, test = notebook.cells[place : place + 2]
        assert marks(solution)["solution"] is True
        assert marks(solution)["grade"] is False
        body = exercise.source.splitlines()[len(exercise.head.splitlines()) :]
        assert "\n".join(body) in solution.source
        left = cleared(solution.source, "BEGIN SOLUTION", "END SOLUTION", for_nbgrader._STUB)
        given = f"{exercise.head}\n    {for_nbgrader._STUB}"  # of a class the methods go, too
        assert left == learners[solution.id].replace(exercise.stub, given)
        # nbgrader gives no points beyond its maximum: what is optional is no part of it
        assert marks(test)["points"] == (0 if exercise.optional else exercise.points)
        assert (marks(test)["grade"], marks(test)["locked"]) == (True, True)
        grades = "nbgrader_bonus" if exercise.optional else "nbgrader_points"
        assert f'{grades}("{exercise.name}")' in test.source
        assert test.source.startswith(f"# {exercise.worth} for {exercise.name}: ")
        left = cleared(test.source, "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "")
        assert "nbgrader" not in left


def test_other_cells_stay_as_they_are():
    (source,) = build.source_files(["00"])
    before = build.compose(source).cells
    after = [c for c in for_nbgrader.for_nbgrader(build.compose(source)).cells if not marks(c)]
    assert after == [c for c in before if c.id != "exercise-relu"]


def test_a_folder_is_written_once_and_work_in_it_is_safe(course, tmp_path):
    assert course("00", "01", "--nbgrader", tmp_path).exit_code == 0
    path = tmp_path / "source/00_start_here/00_start_here.ipynb"
    other = tmp_path / "source/01_perceptron_to_mlp/01_perceptron_to_mlp.ipynb"
    config = tmp_path / "nbgrader_config.py"
    assert other.exists()
    config.write_text(f"{config.read_text()}\n# mine\n")
    assert course("00", "--nbgrader", tmp_path).exit_code == 0
    assert "# mine" in config.read_text()
    assert "photo" in path.read_text()
    path.write_text(path.read_text().replace("photo", "picture"))
    before = path.read_bytes()
    other.unlink()
    done = course("00", "01", "--nbgrader", tmp_path)
    assert done.exit_code == 1
    assert "is there already, with other text" in done.stderr
    assert path.read_bytes() == before
    assert not other.exists()


# ------------------------------------------------------------------------------- points in a kernel
@pytest.fixture(autouse=True)
def _fresh():
    in_notebook._passed.clear()


@pytest.mark.parametrize(
    ("cells", "state", "points"),
    [
        ([RIGHT, "relu = check(relu)"], "full", 1),
        ([ABS, "relu = check(relu)"], "wrong", 0),
        ([ABS, RIGHT], "full", 1),
        ([STUB, "relu = check(relu)"], "not attempted", 0),
        ([], "missing", 0),
        (["from course_utils.exercises import reference\nrelu = reference('relu')"], "raised", 0),
        (["def relu(x):\n    while True: pass"], "time limit", 0),
    ],
)
def test_the_answer_is_found_in_the_cells(cells, state, points):
    result = in_notebook.grade_cells("relu", [NUMPY, *cells, 'nbgrader_points("relu")'])
    assert (result.state, result.points) == (state, points)


@pytest.fixture
def in_parts(monkeypatch):
    """An exercise worth three points, one of them for positive numbers."""

    @checking.exercise(notebook="00", points=3, minutes=1)
    def size_of(x):
        """The size of a number."""
        return abs(x)

    @size_of.cases
    def _(rng):
        yield checking.case(3.0)
        yield checking.case(-4.0)

    @size_of.groups({"positive": 1, "negative": 2})
    def _(x):
        return "positive" if x > 0 else "negative"

    size_of.oracle(lambda x: max(x, -x))
    monkeypatch.setattr(in_notebook, "get", {"size_of": size_of}.__getitem__)


def test_a_part_of_the_points(in_parts, monkeypatch, capsys):
    cells = ["def size_of(x):\n    return x"]
    monkeypatch.setattr(in_notebook, "_cells_that_were_run", lambda: cells)
    assert in_notebook.nbgrader_points("size_of") == 1
    assert "Parts of the task: ✓ positive, ✗ negative." in capsys.readouterr().out
    cells.append("def size_of(x):\n    return abs(x)")
    assert in_notebook.nbgrader_points("size_of") == 3
    assert capsys.readouterr().out == ""


def test_in_a_running_notebook():
    """After `relu = check(relu)` a wrong answer is gone from the kernel, and earns nothing."""
    points = "from course_utils.grading.in_notebook import nbgrader_points\nnbgrader_points('relu')"
    start = f"{NUMPY}\nfrom course_utils.exercises import check"
    checked = "\n\n\nrelu = check(relu)"
    sources = [start, ABS + checked, points, STUB + checked, points, RIGHT + checked, points]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    wrong, again, right = (notebook.cells[i].outputs for i in (2, 4, 6))
    assert [o.output_type for o in wrong] == ["error"]
    assert "negative entries were made positive" in wrong[0].evalue
    assert "np.maximum" not in str(wrong)
    # a stub after an answer is no answer: the one before it counts, as in `course grade`
    assert "negative entries were made positive" in again[0].evalue
    assert [o.output_type for o in right] == ["execute_result"]
    assert right[0].data["text/plain"] == "1"


def test_without_a_notebook_there_is_nothing_to_grade(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.delitem(sys.modules, "IPython")
    with pytest.raises(for_nbgrader.CourseError, match="cells of a notebook, and this is none"):
        in_notebook.nbgrader_points("relu")
