"""Hostile submissions, graded in one class with honest ones, in each sandbox that there is here."""

import json
import os

import pytest
from hostile import ATTACKS

from course_utils.checking import reference
from course_utils.grading import run, sandbox
from course_utils.paths import course_root
from submissions import as_bytes, edition

LEVELS = [sandbox.Sandbox(sandbox.SUBPROCESS, "for a test")]
if sandbox.probe().level == sandbox.BUBBLEWRAP:
    LEVELS.append(sandbox.probe())
HONEST = [f"honest-{i}" for i in range(1, 6)]


def hostile_bytes(attack, folder):
    filled = (
        c.replace("{COURSE}", str(course_root())).replace("{FOLDER}", str(folder))
        for c in attack.cells
    )
    return as_bytes(*filled)


@pytest.fixture(scope="module", params=LEVELS, ids=lambda level: level.level)
def graded(request, tmp_path_factory):
    """All attacks and a few honest students, graded in one run: student -> result."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "class").mkdir()
    for i, (name, attack) in enumerate(ATTACKS.items()):
        (folder / "class" / f"{name}.ipynb").write_bytes(hostile_bytes(attack, folder))
        if i % 20 == 0:
            honest = folder / "class" / f"{HONEST[i // 20]}.ipynb"
            honest.write_bytes(edition("00", solved=True))
    relu = reference("relu")
    before, relu.seconds = relu.seconds, 0.7
    patch = pytest.MonkeyPatch()
    patch.setattr(run, "probe", lambda required=False: request.param)
    try:
        done = run.grade_class([folder / "class"], folder, number="00", jobs=2)
    finally:
        relu.seconds = before
        patch.undo()
    return folder, done, {s.student: s for s in done.students}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_nothing(graded, name):
    _, _, students = graded
    (result,) = students[name].results
    assert result.points == 0
    assert result.state in ATTACKS[name].states, result


def test_honest_students_lose_nothing(graded):
    folder, done, students = graded
    assert not done.has_grader_error
    for name in HONEST[: 1 + (len(ATTACKS) - 1) // 20]:
        assert (students[name].points, students[name].max_points) == (1, 1)
        assert json.loads((folder / "results" / f"{name}.json").read_text())["points"] == 1
        assert (folder / "class" / f"{name}.ipynb").stat().st_size > 1000


def test_nothing_is_left_behind(graded):
    _, _, students = graded
    assert len(students) == len(ATTACKS) + 1 + (len(ATTACKS) - 1) // 20
    for place in ("/", "/tmp", "/dev/shm", os.getcwd()):
        assert not os.path.exists(os.path.join(place, "left_behind"))


def test_there_are_enough_of_them():
    assert len(ATTACKS) >= 40
