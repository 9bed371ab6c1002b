"""Optional exercises in grades: a bonus on top of a maximum that does not know them."""

import csv
import io
import json

import pytest
from class_helpers import grade, rows

from course_utils.checking import reference
from course_utils.grading import class_report, exports, feedback, in_notebook, run, submit
from course_utils.grading.result import CRASHED, FULL, MISSING, NOT_ATTEMPTED, WRONG, result_for
from course_utils.grading.student import StudentResult
from submissions import CHECKED, NUMPY, as_bytes, edition, graded, write

NUMBER = "02"
GRAPH = reference("backward_graph")
ASKED = [e for e in graded(NUMBER) if not e.optional]
TOTAL = sum(e.points for e in ASKED)
WRONG_ONE = f"{GRAPH.head}\n    return np.zeros(len(nodes)), np.ones(len(nodes))"
KILLED = f"{GRAPH.head}\n    import os\n    os.abort()"
MISSED = "momentum_step"  # what some have not solved


def answers(*, without=(), graph=None):
    """The course's answers to notebook 02, and one to its optional exercise."""
    found = {e.name: e.source for e in ASKED if e.name not in without}
    return found | ({"backward_graph": graph} if graph else {})


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory):
    """(folder of the results, the run): a class in which some did the optional exercise."""
    folder = tmp_path_factory.mktemp("optional")
    old = [NUMPY, *(e.source + CHECKED.format(name=e.name) for e in ASKED)]
    write(folder / "class", {
        "all.ipynb": edition(NUMBER, answers(graph=GRAPH.source)),
        "asked.ipynb": edition(NUMBER, answers()),
        "killed.ipynb": edition(NUMBER, answers(graph=KILLED)),
        "lacking.ipynb": edition(NUMBER, answers(without=[MISSED], graph=GRAPH.source)),
        "nothing.ipynb": edition(NUMBER),
        "old.ipynb": as_bytes(*old),  # of an edition that did not have the exercise
        "wrong.ipynb": edition(NUMBER, answers(graph=WRONG_ONE)),
    })  # fmt: skip
    done = grade(folder / "class", "-o", folder / "out", "--notebook", NUMBER)
    assert done.exit_code == 0, done.output
    return folder / "out", done.output


@pytest.fixture
def students(graded_class):
    folder, _ = graded_class
    found = {}
    for path in sorted((folder / "results").glob("*.json")):
        found[path.stem] = StudentResult.from_dict(json.loads(path.read_text(encoding="utf-8")))
    return found


def result_of(student):
    return next(r for r in student.results if r.exercise == "backward_graph")


def test_the_points_come_on_top_and_the_maximum_does_not_know_them(students):
    missed = reference(MISSED).points
    points = {"all": TOTAL + GRAPH.points, "asked": TOTAL, "killed": TOTAL, "old": TOTAL,
              "lacking": TOTAL - missed + GRAPH.points, "nothing": 0, "wrong": TOTAL}  # fmt: skip
    assert {name: s.points for name, s in students.items()} == points
    assert {s.max_points for s in students.values()} == {TOTAL}
    assert {name for name, s in students.items() if s.bonus} == {"all", "lacking"}


def test_what_was_not_tried_is_neither_missing_nor_left_undone(students):
    states = {name: result_of(s).state for name, s in students.items()}
    assert states == {"all": FULL, "asked": NOT_ATTEMPTED, "killed": CRASHED, "lacking": FULL,
                      "nothing": NOT_ATTEMPTED, "old": NOT_ATTEMPTED, "wrong": WRONG}  # fmt: skip
    assert students["old"].states == students["asked"].states == {FULL: len(ASKED)}
    assert students["nothing"].states == {NOT_ATTEMPTED: len(ASKED)}
    assert students["wrong"].states == {FULL: len(ASKED), WRONG: 1}
    assert students["killed"].states[CRASHED] == 1


def test_nobody_loses_points_by_trying(students):
    assert students["wrong"].points == students["killed"].points == students["asked"].points
    for name in ("wrong", "killed"):
        rest = [r for r in students[name].results if r.exercise != "backward_graph"]
        assert {r.state for r in rest} == {FULL}


def test_the_tables_keep_it_apart(graded_class):
    folder, said = graded_class
    found = rows(folder / "grades.csv")
    mine = [row for row in found if row["exercise"] == "backward_graph"]
    assert {row["optional"] for row in mine} == {"yes"}
    assert {row["max_points"] for row in mine} == {"0"}
    assert {row["optional"] for row in found if row not in mine} == {""}
    for student in ("all", "old", "wrong"):
        theirs = [row for row in found if row["student"] == student]
        assert sum(int(row["max_points"]) for row in theirs) == TOTAL
    _, possible, *body = csv.reader(io.StringIO((folder / "canvas.csv").read_text("utf-8")))
    assert possible[-1] == str(TOTAL)
    assert {row[0]: row[-1] for row in body}["all"] == str(TOTAL + GRAPH.points)
    assert f"{TOTAL + GRAPH.points:>3} of {TOTAL}" in said


def test_moodle_gets_no_grade_above_its_maximum(graded_class):
    folder, _ = graded_class
    moodle = {row["Full name"]: row for row in rows(folder / "moodle.csv")}
    missed = reference(MISSED).points
    assert {row["Maximum Grade"] for row in moodle.values()} == {str(TOTAL)}
    assert moodle["all"]["Grade"] == str(TOTAL)
    assert moodle["lacking"]["Grade"] == str(min(TOTAL, TOTAL - missed + GRAPH.points))
    assert "backward_graph: optional, right, a bonus of 4" in moodle["all"]["Feedback comments"]
    assert "backward_graph" not in moodle["asked"]["Feedback comments"]
    assert (
        "backward_graph: optional, not right yet, a bonus of 0"
        in (moodle["wrong"]["Feedback comments"])
    )


def test_gradescope_shows_it_as_a_bonus_or_not_at_all(students):
    def tests(name):
        written = json.loads(exports.gradescope(students[name]))
        assert sum(t["max_score"] for t in written["tests"]) == TOTAL
        assert (
            written["score"] == students[name].points == sum(t["score"] for t in written["tests"])
        )
        return {t["name"]: t for t in written["tests"]}

    one = tests("all")["02 backward_graph (optional, a bonus)"]
    assert (one["score"], one["max_score"], one["status"]) == (4, 0, "passed")
    assert not any("backward_graph" in name for name in tests("asked"))
    assert not any("backward_graph" in name for name in tests("old"))


def test_the_feedback_says_what_is_a_bonus(graded_class, students):
    folder, _ = graded_class
    whole = f"{TOTAL + 4} of {TOTAL} points, 4 of them a bonus"
    for text in (feedback.markdown(students["all"]), feedback.html_page(students["all"])):
        assert whole in text
        assert "+4 bonus" in text
        assert "optional, right" in text
    page = (folder / "feedback" / "asked.html").read_text(encoding="utf-8")
    assert f"{TOTAL} of {TOTAL} points" in page
    assert "them a bonus" not in page
    assert "optional, not attempted" in page
    assert "·" in feedback.markdown(students["old"])
    assert "width:100%" in feedback.html_page(students["all"])


def test_the_report_on_a_class_marks_it(graded_class, students):
    folder, said = graded_class
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<code>backward_graph</code> (optional)" in page
    assert "<code>momentum_step</code></td>" in page
    assert "<td>from 90 %</td>" in page
    assert page.count("90–100 %") == 0
    assert f"{len(ASKED) + 1} not attempted" in said  # five of one student, one of another
    usual = run.ClassRun(1, "", students=[students["asked"]], total=1)
    assert "90–100 %" in class_report.html_page(usual)


def test_who_handed_in_nothing_is_told_of_what_is_asked_only(tmp_path):
    write(tmp_path / "class", {"ada.ipynb": b"no notebook"})
    (ada,) = run.grade_class([tmp_path / "class"], number=NUMBER).students
    assert (ada.points, ada.max_points) == (0, TOTAL)
    assert ada.states == {MISSING: len(ASKED)}


def test_a_record_of_an_older_edition_is_still_one():
    data = StudentResult("ada", (result_for(reference("relu"), FULL, points=1),)).as_dict()
    for record in data["results"]:
        del record["bonus"]
    assert StudentResult.from_dict(data).max_points == 1
    data["results"][0]["bonus"] = "4"
    with pytest.raises(ValueError, match="points or states"):
        StudentResult.from_dict(data)


def test_submit_counts_what_is_asked(tmp_path):
    folder = write(tmp_path / "notebooks", {
        "02_backprop_and_training.ipynb": edition(NUMBER, answers(without=[MISSED])),
    })  # fmt: skip
    said = []
    submit.submit([], tmp_path / "a.zip", said.append, folder)
    assert said[0].endswith(f": {len(ASKED) - 1} of {len(ASKED)} exercises are answered")
    assert "  momentum_step: not attempted" in said
    assert not any("backward_graph" in line for line in said)
    both = edition(NUMBER, answers(graph=GRAPH.source))
    write(folder, {"02_backprop_and_training.ipynb": both})
    said.clear()
    submit.submit([], tmp_path / "b.zip", said.append, folder)
    assert said[0].endswith(
        f": {len(ASKED)} of {len(ASKED)} exercises are answered, and 1 optional one"
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (GRAPH.source, "right; a bonus of 4 of 4 points, to be entered as extra credit."),
        (WRONG_ONE, "not right yet; a bonus of 0 of 4 points"),
        (GRAPH.stub, "backward_graph: optional, not attempted.\n"),
    ],
)
def test_the_cell_of_nbgrader_prints_the_bonus_and_gives_no_points(cell, said, monkeypatch, capsys):
    monkeypatch.setattr(in_notebook, "_cells_that_were_run", lambda: [NUMPY, cell])
    assert in_notebook.nbgrader_bonus("backward_graph") is None
    assert said in capsys.readouterr().out
