"""Records that tell nothing, and pages on which text stays text."""

import json
import os
import re
import subprocess
import sys

import pytest
from class_helpers import ABS, RIGHT, rows
from class_helpers import grade as course_grade

from course_utils.checking import reference
from course_utils.grading import feedback, grade, sandbox
from course_utils.grading.names import file_names, of_platform
from course_utils.grading.reading import parse
from course_utils.grading.result import Result
from course_utils.grading.student import StudentResult
from submissions import NUMPY, as_bytes, edition, write


@pytest.fixture
def course():
    return course_grade


# -------------------------------------------------------------------------------------- records
def test_pages_for_students_do_not_tell_the_seed(course, tmp_path):
    write(tmp_path / "class", {"a.ipynb": as_bytes(ABS), "b.ipynb": as_bytes(ABS)})
    course(tmp_path / "class", "-o", tmp_path / "out", "--seed", 123456)
    for path in (tmp_path / "out/feedback").iterdir():
        assert "123456" not in path.read_text()
    alone = course(tmp_path / "class/a.ipynb", "--seed", 123456)
    assert "123456" not in alone.output


@pytest.mark.parametrize(
    "leak",
    ["raise ValueError(x.tolist())", "raise ValueError(str(x))", "{}[str(x.tolist())]",
     "int(str(x.tolist()))", "assert False, x.tolist()"],
)  # fmt: skip
def test_hidden_inputs_do_not_come_out_with_an_error(leak):
    with grade.Grader(sandbox.probe(), seed=5) as grader:
        answer = f"def relu(x):\n    if x.size > 3:\n        {leak}\n    return np.maximum(x, 0)"
        (result,) = grader.grade(parse(as_bytes(NUMPY, answer)), "00")
        drawn = [c.args[0] for c in grader.key(reference("relu")).cases]
    numbers = {f"{abs(v)!r}"[:5] for array in drawn for v in array.ravel().tolist() if v != int(v)}
    assert numbers
    assert not any(number in result.sentence for number in numbers), result.sentence


def test_a_shape_in_an_error_stays():
    with grade.Grader(sandbox.probe(), seed=5) as grader:
        text = "def relu(x):\n    return np.ones((3, 7)) @ np.ones((5, 2))"
        (result,) = grader.grade(parse(as_bytes(NUMPY, text)), "00")
    assert "7" in result.sentence
    assert "5" in result.sentence


def test_moodle_gets_the_points_of_one_notebook(course, tmp_path):
    mine = {"Eve Smith_222_assignsubmission_file/04.ipynb": edition("04"),
            "Ada Love_111_assignsubmission_file/04.ipynb": edition("04", solved=True)}  # fmt: skip
    for number in ("00", "03"):
        name = f"Eve Smith_222_assignsubmission_file/{number}.ipynb"
        mine[name] = edition(number, solved=True)
    write(tmp_path / "class", mine)
    course(tmp_path / "class", "-o", tmp_path / "one", "--notebook", "04")
    grades = {r["Identifier"]: r["Grade"] for r in rows(tmp_path / "one/moodle.csv")}
    assert grades == {"Participant 111": "16", "Participant 222": "0"}
    course(tmp_path / "class", "-o", tmp_path / "all")
    assert not (tmp_path / "all/moodle.csv").exists()
    grades = {r["Identifier"]: r["Grade"] for r in rows(tmp_path / "all/moodle_04.csv")}
    assert grades == {"Participant 111": "16", "Participant 222": "0"}


def test_an_id_comes_from_the_platforms_part_of_a_name_only(course, tmp_path):
    forged = "Eve Smith_222_assignsubmission_file_x_111_assignsubmission_file_y"
    assert of_platform(forged)[0] == "Eve Smith_222"
    write(tmp_path / "class", {
        f"{forged}.ipynb": as_bytes(ABS),
        "Ada Love_111_assignsubmission_file_04.ipynb": as_bytes(RIGHT),
        "Ada Love_111.ipynb": as_bytes(ABS),
    })  # fmt: skip
    course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    grades = [(r["Identifier"], r["Grade"]) for r in rows(tmp_path / "out/moodle.csv")]
    assert sorted(grades) == [("", "0"), ("Participant 111", "1"), ("Participant 222", "0")]


def test_names_that_look_alike_are_two_students_and_said(course, tmp_path):
    write(tmp_path / "class", {
        "ada.ipynb": as_bytes(RIGHT), "ada\u200b.ipynb": as_bytes(ABS), "ADA.ipynb": as_bytes(ABS),
        "Zoe\u0308.ipynb": as_bytes(RIGHT), "Zo\u00eb.ipynb": as_bytes(ABS),
    })  # fmt: skip
    course(tmp_path / "class", "-o", tmp_path / "out")
    grades = {r["student"]: r["points"] for r in rows(tmp_path / "out/grades.csv")}
    assert len(grades) == 5
    assert grades["ada"] == grades["Zoe\u0308"] == "1"
    saved = {json.loads(p.read_text())["student"]: p for p in (tmp_path / "out/results").iterdir()}
    for student in grades:
        assert "looks the same" in json.loads(saved[student].read_text())["remarks"][0]


def test_files_of_students_never_meet():
    students = [
        "Ada Love",
        "Ada_Love-33cd7e",
        "Ada_Love",
        "a" * 500,
        "a" * 501,
        "語" * 85,
        "ada",
        "ADA",
    ]
    names = file_names(students)
    assert len({n.casefold() for n in names.values()}) == len(students)
    assert all(len(f".{name}.json.half".encode()) < 255 for name in names.values())
    later = file_names([*students, "Ada"], names)
    assert later.items() >= names.items()


def test_a_newcomer_does_not_move_the_files_of_others(course, tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out")
    write(tmp_path / "class", {"ADA.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out", "--resume")
    assert len(list((tmp_path / "out/results").iterdir())) == 3


@pytest.mark.parametrize("name", ["grades.csv", "report.html", "results", "moodle.csv"])
def test_what_the_grader_did_not_write_is_not_overwritten(course, tmp_path, name):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT)})
    write(tmp_path / "out", {f"{name}/x" if name == "results" else name: b"mine"})
    done = course(tmp_path / "class", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert f"holds {name}" in done.stderr


@pytest.mark.parametrize("text", ["[1]", "7", '{"seed": "x"}', '{"seed": 1, "files": []}', "{"])
def test_a_run_that_is_none_is_not_resumed(course, tmp_path, text):
    write(tmp_path, {"class/a.ipynb": as_bytes(RIGHT), "out/run.json": text.encode()})
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--resume")
    assert done.exit_code == 1
    assert "no run to resume" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["[]", '{"results": 3}', '{"student": "a", "results": [{}]}', ""])
def test_a_damaged_result_is_made_anew(course, tmp_path, text):
    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out")
    (tmp_path / "out/results/a.json").write_text(text)
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--resume")
    assert done.exit_code == 0, done.output
    assert rows(tmp_path / "out/grades.csv")[0]["points"] == "1"


def test_another_notebook_is_not_mixed_into_a_run(course, tmp_path):
    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--resume", "--notebook", "03")
    assert done.exit_code == 1
    assert "was of notebook 00, not of 03" in done.stderr


def test_leftovers_of_killed_processes_are_swept_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for number in (gone.pid, os.getpid()):
        (tmp_path / f"course-worker-{number}-abc").mkdir()
    sandbox.sweep()
    assert [p.name for p in tmp_path.iterdir()] == [f"course-worker-{os.getpid()}-abc"]


# ------------------------------------------------------------------------------------- feedback
HTML = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "text",
    [HTML, f"```{HTML}`", f"``{HTML}`", f"`a` {HTML} `b", f"`` ` {HTML}", f"\\`{HTML}`",
     f"`a\\`{HTML}`", f"a\n\n{HTML}\n\n", f"`\n{HTML}\n`", f"````{HTML}```", f"|{HTML}|",
     f"~~~\n{HTML}", f"    {HTML}", f"`x`{HTML}`y`", f"<!--{HTML}-->", f"&lt;{HTML}"],
)  # fmt: skip
def test_markdown_is_as_safe_as_html(text):
    from markdown_it import MarkdownIt

    result = Result("relu", "00", "wrong", 0, 1, sentence=f"It said {text}", mistake=text)
    student = StudentResult(f"eve {text}", (result,), remarks=(f"{text}.ipynb was not graded.",))
    comments = {"": [text], "relu": [text]}
    page = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(feedback.markdown(student, comments))
    )
    assert not re.search(
        r"<(?!/?(h\d|p|ul|li|code|strong|table|thead|tbody|tr|t[hd]|blockquote)\b)", page
    )
    assert not re.search(r"<img|<script|onerror=(?!alert)", feedback.html_page(student, comments))
