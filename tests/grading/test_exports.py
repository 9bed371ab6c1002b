"""Tables for other systems: the columns that they ask for, and nothing that a spreadsheet runs."""

import csv
import io
import json

import pytest

from course_utils.grading import exports
from course_utils.grading.names import name_and_id, student_of
from course_utils.grading.result import FULL, GRADER_ERROR, NOT_ATTEMPTED, WRONG, Result
from course_utils.grading.run import ClassRun
from course_utils.grading.student import StudentResult

MISTAKE = 'it said "yes", twice'
NASTY = '=HYPERLINK("http://x","y"), 1'


def result(exercise, notebook, state, points, of=2, **more):
    return Result(exercise, notebook, state, points, of, **more)


@pytest.fixture
def run():
    students = [
        StudentResult(
            "lovelaceada_1234",
            (result("relu", "00", FULL, 1, 1), result("sigmoid", "01", WRONG, 0, mistake=MISTAKE)),
        ),
        StudentResult("Ümit Şen, Dr. “Ü”", (result("relu", "00", NOT_ATTEMPTED, 0, 1),)),
        StudentResult(NASTY, (), remarks=("a.ipynb was not graded: the file is empty.",)),
    ]
    return ClassRun(5, "bubblewrap", students=students, total=3)


def table(text):
    return list(csv.reader(io.StringIO(text)))


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_grades_have_a_row_for_each_exercise_and_one_for_who_has_none(run):
    ada, more, umit, nasty = rows(exports.grades_csv(run))
    assert (ada["student"], ada["exercise"], ada["points"]) == ("lovelaceada_1234", "relu", "1")
    assert (more["state"], more["max_points"], more["mistake"]) == ("wrong", "2", MISTAKE)
    assert umit["student"] == "Ümit Şen, Dr. “Ü”"
    assert (nasty["state"], nasty["points"], nasty["notebook"]) == ("not graded", "0", "")
    assert "the file is empty" in nasty["mistake"]


@pytest.mark.parametrize("make", [exports.grades_csv, exports.canvas_csv, exports.moodle_csv])
def test_no_cell_is_a_formula_and_every_row_is_whole(run, make):
    starts = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=", " ="]
    for start in starts:
        run.students.append(StudentResult(f"{start}1+1", (), remarks=(f"{start}x",)))
    head, *body = table(make(run))
    assert len(body) >= len(run.students)
    assert any(f"'{NASTY}" in row for row in body)
    for row in body:
        assert len(row) == len(head)
        assert not [cell for cell in row if cell.strip()[:1] in [*"=+-@＝＋－＠"]]
        assert not [cell for cell in row if not cell.isprintable()]


def test_canvas_finds_the_columns_that_it_looks_for(run):
    head, possible, ada, umit, nasty = table(exports.canvas_csv(run))
    # the header is refused without these three; assignments come after Section
    assert "Student" in head[0]
    assert "ID" in head[1]
    assert head[2:4] == ["SIS Login ID", "Section"]
    assert head[4:] == ["Notebook 00", "Notebook 01"]
    assert "Points Possible" in possible[0]
    assert possible[4:] == ["1", "2"]
    assert ada == ["lovelaceada", "1234", "", "", "1", "0"]
    assert umit == ["Ümit Şen, Dr. “Ü”", "", "Ümit Şen, Dr. “Ü”", "", "0", ""]
    assert nasty[4:] == ["", ""]  # nothing could be graded: no silent zero


def test_moodle_finds_the_columns_that_it_looks_for(run):
    ada, umit, nasty = rows(exports.moodle_csv(run))
    # an import without one of these is refused as a whole
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(ada)
    assert (ada["Identifier"], ada["Full name"]) == ("Participant 1234", "lovelaceada")
    assert (ada["Grade"], ada["Maximum Grade"]) == ("1", "3")
    assert f"sigmoid: not right yet, 0 of 2 (it looks like: {MISTAKE})" in ada["Feedback comments"]
    assert (umit["Identifier"], umit["Grade"]) == ("", "0")
    assert nasty["Grade"] == ""
    assert "the file is empty" in nasty["Feedback comments"]


def test_gradescope_gets_the_documented_fields(run):
    ada, *_, nasty = run.students
    written = json.loads(exports.gradescope(ada))
    assert written["score"] == 1
    assert written["extra_data"] == {"seed": 0, "sandbox": ""}
    right, wrong = written["tests"]
    assert right.items() >= {
        "name": "00 relu", "score": 1, "max_score": 1, "status": "passed", "output_format": "text",
    }.items()  # fmt: skip
    assert (wrong["status"], wrong["max_score"]) == ("failed", 2)
    assert MISTAKE in wrong["output"]
    empty = json.loads(exports.gradescope(nasty))
    assert (empty["score"], empty["tests"]) == (0, [])
    assert "the file is empty" in empty["output"]


def test_what_is_our_fault_is_said_to_gradescope():
    student = StudentResult("ada", (result("relu", "00", GRADER_ERROR, 0, 1),))
    (test,) = json.loads(exports.gradescope(student))["tests"]
    assert test["status"] == "failed"
    assert "not your fault" in test["output"]


@pytest.mark.parametrize(
    ("raw", "student", "name", "known"),
    [
        ("lovelaceada_1234_98765_04_conv_backprop", "lovelaceada_1234", "lovelaceada", "1234"),
        ("lovelaceada_LATE_1234_98765_04-1", "lovelaceada_1234", "lovelaceada", "1234"),
        ("şenümit_7_8_solution", "şenümit_7", "şenümit", "7"),
        ("anon_x7Gh2_98765_04_conv", "anon_x7Gh2", "anon_x7Gh2", ""),
        ("LATE_anon_12345_98765_04_conv", "anon_12345", "anon_12345", ""),
        ("Ada Lovelace_1234_assignsubmission_file_", "Ada Lovelace_1234", "Ada Lovelace", "1234"),
        ("A-Ada B_C_12_assignsubmission_file", "A-Ada B_C_12", "A-Ada B_C", "12"),
        ("Participant_55_assignsubmission_file_", "Participant_55", "Participant", "55"),
        ("04_conv_backprop", "04_conv_backprop", "04_conv_backprop", ""),
        ("ada", "ada", "ada", ""),
    ],
)
def test_names_in_downloads_of_canvas_and_moodle(raw, student, name, known):
    assert student_of(raw) == student
    assert name_and_id(student) == (name, known)


def test_what_the_grader_could_not_grade_stays_empty():
    bob = StudentResult("bob", (result("relu", "00", GRADER_ERROR, 0, 1),))
    made = ClassRun(5, "bubblewrap", students=[bob], total=1)
    assert rows(exports.canvas_csv(made))[1]["Notebook 00"] == ""
    assert rows(exports.moodle_csv(made))[0]["Grade"] == ""
