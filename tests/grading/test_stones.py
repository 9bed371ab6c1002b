"""Files that stop a reader: they cost the one who handed them in, and no one else."""

import os
import re
import time

import pytest
from class_helpers import ABS, RIGHT, rows
from class_helpers import grade as course_grade

from course_utils.grading import grade, guard, run
from course_utils.grading.reading import Unreadable, parse
from submissions import NUMPY, as_bytes, edition, write


@pytest.fixture
def course():
    return course_grade


# --------------------------------------------------------------------------------- what is read
STONES = {
    "sum": as_bytes("y = " + " + ".join(["1"] * 500), ABS),
    "calls": as_bytes("y = a" + ".b()" * 250, ABS),
    "needed sum": as_bytes("y = " + " + ".join(["1"] * 5000), "def relu(x):\n    return x * y"),
    "elif": as_bytes("if a:\n    1\n" + "elif a:\n    1\n" * 490, ABS),
    "surrogate": as_bytes('def relu(x):\n    raise ValueError("\\ud800")'),
    "surrogate in a note": as_bytes('k = int("\\ud800")', "def relu(x):\n    return k"),
    "surrogate signature": as_bytes("import inspect", f"{ABS}\nrelu.__signature__ = '\\ud800'"),
    "surrogate in the source": b'{"cells": [{"cell_type": "code", "source": "x = 1 # \\ud800"}]}',
    "magics": as_bytes("!echo hello\n" * 501, "x?\n" * 501, "x =%'''", ABS),
    "format 3": b'{"worksheets": [{"cells": 5}]}',
    "no sheets": b'{"worksheets": [5, {"cells": {"a": 1}}, null]}',
    "deep JSON": b"[" * 200_000,
    "null cells": b'{"cells": [null, 5, {"cell_type": ["code"]}]}',
    "nothing": b"",
    "latin": '{"cells": "é"}'.encode("latin-1"),
    "escape": as_bytes('def relu(x):\n    raise ValueError("\\x1b[2K\\n::error::gotcha")'),
    "語" * 60: as_bytes(ABS),
    "é" * 120: as_bytes(ABS),
    "ada\u200b": as_bytes(ABS),
    "\u202eevil": as_bytes(ABS),
}


def test_no_file_stops_a_class(course, tmp_path):
    files = {f"{name}.ipynb": data for name, data in STONES.items()}
    files |= {"aaa.ipynb": as_bytes(NUMPY, RIGHT), "zzz.ipynb": as_bytes(NUMPY, RIGHT)}
    write(tmp_path / "class", files)
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    assert done.exit_code == 0, done.output
    by_name = {row["student"]: row for row in rows(tmp_path / "out/grades.csv")}
    assert len(by_name) == len(files)
    assert (by_name["aaa"]["points"], by_name["zzz"]["points"]) == ("1", "1")
    assert sum(int(row["points"]) for row in by_name.values()) == 2
    assert "grader error" not in {row["state"] for row in by_name.values()}
    assert "ada<U+200B>" in by_name
    assert "\x1b" not in done.output
    assert not re.search(r"^\s*::error::", done.output, re.MULTILINE)
    for path in (tmp_path / "out").rglob("*"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert "\x1b" not in text
        assert not re.search(r"^\s*::\w+::", text, re.MULTILINE)


def broken_at(stage_seconds, action):
    """A `parse` that goes wrong for one student, in the process that grades."""
    right = parse

    def broken(data):
        if b"stone" in data:
            action()
        return right(data)

    return broken


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (lambda: time.sleep(60), "took too long"),
        (lambda: os.kill(os.getpid(), 9), "SIGKILL"),
        (lambda: os._exit(3), "ended by itself"),
        (lambda: int("no number"), "ValueError"),
    ],
    ids=["slow", "a signal", "an exit", "an error"],
)
def test_reading_that_goes_wrong_costs_one_student(action, said, tmp_path, monkeypatch):
    monkeypatch.setattr("course_utils.grading.reading.parse", broken_at(0.5, action))
    monkeypatch.setattr("course_utils.grading.student.READ_SECONDS", 0.7)
    files = {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes("stone = 1", RIGHT)}
    write(tmp_path, {**files, "c.ipynb": as_bytes(RIGHT)})
    done = run.grade_class([tmp_path], number="00", jobs=1)
    assert {s.student: s.points for s in done.students} == {"a": 1, "b": 0, "c": 1}
    (remark,) = done.students[1].remarks
    assert "b.ipynb" in remark
    assert said in remark


def test_an_exercise_that_kills_the_grader_costs_itself_only(tmp_path, monkeypatch):
    judged = grade.judged

    def broken(key, reply):
        if key.exercise.name == "rotate180":
            os.kill(os.getpid(), 9)
        return judged(key, reply)

    monkeypatch.setattr(grade, "judged", broken)
    write(tmp_path, {"a.ipynb": edition("04", solved=True)})
    (student,) = run.grade_class([tmp_path], jobs=1).students
    states = {r.exercise: r.state for r in student.results}
    assert states.pop("rotate180") == "crashed"
    assert set(states.values()) == {"full"}


def test_who_cannot_be_graded_at_all_has_a_row(tmp_path, monkeypatch):
    def broken(*args):
        raise KeyError("ours")

    monkeypatch.setattr(guard, "grade_student", broken)
    write(tmp_path, {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes(RIGHT)})
    done = run.grade_class([tmp_path], tmp_path / "out", jobs=2)
    assert len(done.students) == 2
    assert done.has_grader_error
    assert "KeyError" in done.students[0].remarks[0]


def test_too_much_code_is_refused_in_words():
    with pytest.raises(Unreadable, match="characters"):
        parse(as_bytes(*["x = 1\n" * 20_000] * 40))
