"""`course update --answers-from`: what a learner did in another copy of the course."""

import pytest
from edition_helpers import ANSWER, answer, copies, notebook, read, sources

from course_utils.editions import build, update
from course_utils.editions.answers import answered_exercises
from course_utils.errors import CourseError


@pytest.fixture
def old(tmp_path):
    """Another copy of the course, with an answer and the progress that goes with it."""
    folder = tmp_path / "old"
    build.write_notebook(notebook(relu=ANSWER), folder / "notebooks/00_try.ipynb")
    build.write_notebook(notebook(relu=ANSWER), folder / "notebooks/01_other.ipynb")
    (folder / ".course").mkdir()
    lines = '{"exercise": "relu", "state": "wrong"}\n{"exercise": "relu", "state": "passed"}\n'
    (folder / ".course/progress.jsonl").write_text(lines * 2)
    return folder


def test_progress_comes_along_once(clones, old):
    from course_utils.checking import board

    board.record("relu", "wrong")
    said = []
    update.update_from_folder(old, said.append)
    assert said[-1] == "your progress comes along: 3 checked answers"
    assert (board.attempts("relu"), board.standings("00")[0].state) == (4, "passed")
    said.clear()
    update.update_from_folder(old / "notebooks", said.append)
    assert said == ["2 of 2 notebooks hold nothing new of yours"]
    assert board.attempts("relu") == 4
    assert len(copies(clones[1])) == 2


def test_a_broken_notebook_does_not_stop_the_others(clones, old):
    (old / "notebooks/00_try.ipynb").write_text("<<<<<<< HEAD")
    said = []
    update.update_from_folder(old, said.append)
    assert said[0].startswith("00_try.ipynb: skipped")
    assert answered_exercises(read(clones[1] / "notebooks/01_other.ipynb")) == ["relu"]


def test_an_answer_on_both_sides_is_said(clones, old):
    answer(clones[1], relu=ANSWER.replace("0", "0.0"))
    said = []
    update.update_from_folder(old, said.append)
    assert "00_try.ipynb: relu: answered here already" in said[0]


def test_the_old_source_tells_notes_from_the_course(clones, old):
    path = old / "notebooks/00_try.ipynb"
    said = []
    build.write_notebook(notebook(text="# Top\n\nOld text.\n\nMy note."), path)
    update.update_from_folder(old, said.append)
    assert "00_try.ipynb: without 00_try.md beside it" in said[0]
    (old / "notebooks/source").mkdir()
    (old / "notebooks/source/00_try.md").write_text("# Top\n\nOld text.\n")
    said.clear()
    update.update_from_folder(old, said.append)
    assert "1 change in the course's cells" in said[0]
    assert sources(read(clones[1] / "notebooks/00_try.ipynb"))[1].endswith("\n\nMy note.")


def test_answers_from_another_copy_of_the_course(clones, tmp_path):
    _, mine = clones
    old = tmp_path / "old/notebooks"
    build.write_notebook(notebook(relu=ANSWER), old / "00_try.ipynb")
    build.write_notebook(notebook(relu=ANSWER), old / "07_gone.ipynb")
    said = []
    update.update_from_folder(tmp_path / "old", said.append)
    assert answered_exercises(read(mine / "notebooks/00_try.ipynb")) == ["relu"]
    assert any("07_gone.ipynb: this edition has no such notebook" in line for line in said)


def test_an_empty_or_the_same_folder_is_refused(clones, tmp_path):
    _, mine = clones
    with pytest.raises(CourseError, match="no notebooks of the course in"):
        update.update_from_folder(tmp_path / "nothing", print)
    with pytest.raises(CourseError, match="is this copy of the course"):
        update.update_from_folder(mine, print)
