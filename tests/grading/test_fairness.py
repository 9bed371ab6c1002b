"""Fair to learners: right answers of any style get full points, and mistakes get their names.

`answers/nbNN.py` holds right answers as learners might write them, each with the names that the
notebook offers there: NumPy, and the functions that an exercise may build upon. `# %% relu: a loop`
begins an answer and says how it goes about it; a bare `# %%` begins its next cell. The last cell
stands in the exercise's own cell, those before it directly above.
"""

import ast
import functools
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from course_utils.checking import all_exercises
from course_utils.checking.judging import examine
from course_utils.checking.lending import lendable
from course_utils.checking.registry import get
from course_utils.grading import grade, reading, sandbox, verdict
from course_utils.grading.inside import wire
from course_utils.grading.run import grade_class
from course_utils.grading.session import Reply
from submissions import CHECKED, as_bytes, edition, graded, write

SEEDS = (1, 2, 3)
NUMBERS = sorted({e.notebook for e in all_exercises() if e.points})
EXERCISES = [e for e in all_exercises() if e.points]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


@dataclass(frozen=True)
class Answer:
    exercise: str
    style: str
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.exercise}: {self.style}"


def answers_in(path: Path) -> list[Answer]:
    """The answers of one file; what stands above the first mark is for linters and readers."""
    found: list[tuple[str, str, list[str]]] = []
    parts = re.split(r"^# %%(?: (\w+): (.+))?$", path.read_text(encoding="utf-8"), flags=re.M)
    for name, style, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if name:
            found.append((name, style, []))
        found[-1][2].append(text.strip())
    return [Answer(name, style, tuple(cells)) for name, style, cells in found]


ANSWERS = [a for p in sorted(Path(__file__).parent.glob("answers/nb*.py")) for a in answers_in(p)]
every_answer = pytest.mark.parametrize("answer", ANSWERS, ids=str)


# ---------------------------------------------------------------------------- what is handed in
@functools.cache
def course_edition(number: str, solved: bool = False) -> bytes:
    return edition(number, solved=solved)


@functools.cache
def _unsolved(number: str) -> reading.Notebook:
    return reading.parse(course_edition(number))


@functools.cache
def handed_in(answer: Answer) -> reading.Notebook:
    """The unsolved notebook of the course with this answer in it."""
    exercise = get(answer.exercise)
    *helpers, last = answer.cells
    theirs = reading.parse(as_bytes(*helpers, last + CHECKED.format(name=exercise.name))).cells
    cells = list(_unsolved(exercise.notebook).cells)
    place = next(i for i, cell in enumerate(cells) if cell.exercise == exercise.name)
    cells[place : place + 1] = theirs
    return reading.Notebook(tuple(replace(c, number=i) for i, c in enumerate(cells, start=1)))


def _page_functions_above(exercise) -> list[ast.FunctionDef]:
    cells = _unsolved(exercise.notebook).cells
    place = next(i for i, cell in enumerate(cells) if cell.exercise == exercise.name)
    nodes = [node for cell in cells[:place] if not cell.exercise for node in cell.tree.body]
    return [node for node in nodes if isinstance(node, ast.FunctionDef)]


def as_a_learner_has_it(answer: Answer):
    """The function of an answer when its cell is run: what stands below is not there yet."""
    exercise = get(answer.exercise)
    scope = {name: vars(sys.modules[home])[name] for name, home in lendable(exercise).items()}
    scope["np"] = np
    for node in _page_functions_above(exercise):
        if re.search(rf"\b{node.name}\b", "".join(answer.cells)):
            exec(compile(ast.Module([node], []), "<page>", "exec"), scope)
    for text in answer.cells:
        exec(text, scope)
    return scope[exercise.name]


@pytest.fixture(scope="module")
def graders():
    """One grader for each seed of a run."""
    made = {seed: grade.Grader(sandbox.probe(), seed) for seed in SEEDS}
    yield made
    for grader in made.values():
        grader.close()


# -------------------------------------------------------------------------------- right answers
def test_each_exercise_has_right_answers_in_several_styles():
    for exercise in EXERCISES:
        mine = [a for a in ANSWERS if a.exercise == exercise.name]
        assert len(mine) >= 2, exercise.name
        assert len({a.style for a in mine}) == len({a.cells for a in mine}) == len(mine)
        body = exercise.source.splitlines()[-1].strip()
        assert not any(body in a.cells[-1] and len(body) > 60 for a in mine), exercise.name


@every_answer
def test_a_right_answer_gets_full_points(answer, graders):
    """Nothing else is solved in its notebook, and the cases are new ones in each run."""
    exercise = get(answer.exercise)
    for grader in graders.values():
        result = grader.grade_one(exercise, handed_in(answer), passed=set())
        assert (result.state, result.points) == ("full", exercise.points), result.sentence


@every_answer
def test_check_agrees(answer):
    verdict = examine(as_a_learner_has_it(answer), get(answer.exercise))
    assert verdict.passed, verdict.problem.sentence


# ------------------------------------------------------------------------------- whole notebooks
@pytest.mark.parametrize("number", NUMBERS)
def test_an_unsolved_notebook_gets_nothing(number, graders):
    results = graders[1].grade(_unsolved(number))
    assert [r.exercise for r in results] == [e.name for e in graded(number)]
    assert {(r.state, r.points) for r in results} == {("not attempted", 0)}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_solved_notebook_gets_everything(number, graders):
    results = graders[1].grade(reading.parse(course_edition(number, solved=True)))
    assert {r.state for r in results} == {"full"}
    assert sum(r.points for r in results) == sum(e.points for e in graded(number))


# -------------------------------------------------------------------------------------- mistakes
@pytest.fixture(scope="module")
def runner():
    """The program of the sandbox, here. It knows its neighbours by their bare names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "wire", wire)
        from course_utils.grading.inside import runner

        yield runner


def reply_of(runner, function, key) -> Reply:
    """What the sandbox would send for a function, from inputs that came over the wire."""
    sent = [tuple(map(grade._sendable, drawn.args)) for drawn in key.cases]
    (request,) = wire.split(wire.pack(sent), 1)
    about = {"notes": [], "callable": True, "kind": "function", "unfit": ""}
    data = [wire.pack(about)]
    for number, args in enumerate(wire.unpack(request)):
        outcome = runner._call(function, runner._ready(args))
        data.append(runner._packed({"case": number, **outcome}))
    return Reply(b"".join(data), 0, False, 0.0)


@every_exercise
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_mistakes_are_named_and_cost_points(exercise, seed, graders, runner):
    """`check` gives them the same names: tests/exercises/test_every_exercise.py."""
    key = graders[seed].key(exercise)
    for mistake in exercise.mistakes:
        result = verdict.judged(key, reply_of(runner, mistake.function, key))
        assert result.state in ("wrong", "raised", "partial"), mistake.name
        assert (result.mistake, result.hint) == (mistake.name, mistake.hint)
        assert result.points < exercise.points, mistake.name
        assert result.points == 0 or exercise.shares, mistake.name


@every_exercise
def test_the_reference_is_right_over_the_wire(exercise, graders, runner):
    key = graders[1].key(exercise)
    result = verdict.judged(key, reply_of(runner, exercise.prepare(exercise.reference), key))
    assert (result.state, result.points) == ("full", exercise.points)


# -------------------------------------------------------------------------------- a whole class
WRONG = {
    "relu": ("(x):\n    return abs(x)", "made positive"),
    "sigmoid": ("(x):\n    return np.tanh(x)", "this is tanh"),
    "sigmoid_backward": ("(grad_out, y):\n    return y - y**2", "gradient was left out"),
    "conv_output_size": (
        "(size, kernel_size, stride=1, padding=0, dilation=1):\n"
        "    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride",
        "the + 1 is missing",
    ),
    "rotate180": ("(weight):\n    return weight[..., ::-1]", "left to right only"),
    "maxpool2d_backward": ("(grad_out, positions, size):\n    return grad_out", ""),
    "insert_zeros": (
        "(x, stride):\n    return x.repeat(stride, 2).repeat(stride, 3)",
        "block of stride × stride equal pixels",
    ),
    "sequential_backward": (
        "(backwards, grad):\n"
        "    for backward in backwards:\n"
        "        grad = backward(grad)\n"
        "    return grad",
        "in the order of the forward pass",
    ),
    "rotate_filter": (
        "(weight, angle):\n    return np.rot90(weight, round(angle / 90), axes=(2, 3))",
        "quarter turns only",
    ),
}


def points_of(number: str) -> int:
    return sum(e.points for e in graded(number))


@pytest.fixture
def school_class(tmp_path):
    """A folder of at least 30 notebooks, and what each of them is worth."""
    files, worth = {}, {}
    for number in NUMBERS:
        files[f"solved{number}.ipynb"] = course_edition(number, solved=True)
        files[f"unsolved{number}.ipynb"] = course_edition(number)
        worth[f"solved{number}"], worth[f"unsolved{number}"] = points_of(number), 0
    for name, (wrong, _) in WRONG.items():
        exercise = get(name)
        answers = {name: f"def {name}{wrong}"}
        files[f"{name}.ipynb"] = edition(exercise.notebook, answers, solved=True)
        worth[name] = points_of(exercise.notebook) - exercise.points
    for name in ("conv2d", "conv2d_input_grad", "orbit_max"):
        answer = next(a for a in ANSWERS if a.exercise == name and len(a.cells) == 1)
        files[f"only_{name}.ipynb"] = edition(get(name).notebook, {name: answer.cells[0]})
        worth[f"only_{name}"] = get(name).points
    return write(tmp_path / "class", files), worth


def test_a_class_of_thirty_gets_what_it_deserves(school_class):
    folder, worth = school_class
    run = grade_class([folder], seed=1, jobs=1)
    assert len(run.students) == len(worth) >= 30
    assert {s.student: s.points for s in run.students} == worth
    assert not any(s.remarks for s in run.students)
    for student in run.students:
        if student.student in WRONG:
            wrong = [r for r in student.results if r.state != "full"]
            assert [r.exercise for r in wrong] == [student.student]
            assert WRONG[student.student][1] in wrong[0].mistake
