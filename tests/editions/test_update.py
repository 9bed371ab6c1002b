"""Answers in a notebook, and how they come into a new edition of it."""

import nbformat
import pytest
from edition_helpers import ANSWER, STUB, git, new_edition, notebook

from course_utils.editions import build, update
from course_utils.editions.answers import answered_exercises, is_answered
from course_utils.editions.carrying import carry_over
from course_utils.errors import CourseError


@pytest.mark.parametrize(
    ("source", "answered"),
    [
        (STUB, False),
        (STUB.replace("...", "pass"), False),
        (STUB + "\n# a note", False),
        (ANSWER, True),
        (STUB.replace("...", "y = ("), True),
        (STUB.replace("...", "print(x)"), True),
        (ANSWER + "\n\n" + STUB, True),
        ("relu = lambda x: max(x, 0)", True),
        ("", False),
    ],
)
def test_what_counts_as_an_answer(source, answered):
    assert is_answered(source, "relu") is answered


def test_answers_go_into_the_new_edition():
    new = notebook(text="New text.")
    carried = carry_over(notebook(relu=ANSWER), new)
    assert carried.exercises == ("relu",)
    assert [c.source for c in new.cells] == [
        "New text.", ANSWER, STUB.replace("relu", "sigmoid"),
    ]  # fmt: skip
    assert answered_exercises(new) == ["relu"]


def test_own_cells_stay_behind_their_neighbour():
    new = notebook(text="New text.")
    carried = carry_over(notebook(own=["helper = 1", "helper += 1"]), new)
    assert carried.own_cells == 2
    assert [c.source for c in new.cells][2:4] == ["helper = 1", "helper += 1"]


def test_own_cells_without_a_neighbour_go_to_the_end():
    new = notebook(relu=None)
    carry_over(notebook(own=["helper = 1"]), new)
    assert new.cells[-1].source == "helper = 1"


def test_an_answer_that_is_there_already_stays():
    new = notebook(relu=ANSWER)
    other = ANSWER.replace("max(x, 0)", "x * (x > 0)")
    assert carry_over(notebook(relu=other), new).exercises == ()
    assert new.cells[1].source == ANSWER


# ------------------------------------------------------------------------------------- with git
def test_an_update_keeps_answers_and_makes_a_copy(clones):
    upstream, mine = clones
    path = mine / "notebooks/00_try.ipynb"
    build.write_notebook(notebook(relu=ANSWER), path)
    new_edition(upstream)
    said = []
    update.update_from_git(said.append)
    assert [c.source for c in nbformat.read(path, 4).cells][:2] == ["New text.", ANSWER]
    (copy,) = (mine / "notebooks").glob("00_try.before-update-*.ipynb")
    assert nbformat.read(copy, 4).cells[0].source == "Old text."
    assert "carried over relu" in said[0]
    update.update_from_git(said.append)  # and once more, with nothing new
    assert nbformat.read(path, 4).cells[1].source == ANSWER


def test_a_notebook_that_was_only_run_leaves_no_copy(clones):
    upstream, mine = clones
    ran = notebook()
    ran.cells[1].outputs = [nbformat.v4.new_output("stream", text="42\n")]
    build.write_notebook(ran, mine / "notebooks/00_try.ipynb")
    new_edition(upstream)
    update.update_from_git(lambda line: None)
    assert "New text." in (mine / "notebooks/00_try.ipynb").read_text()
    assert not list((mine / "notebooks").glob("*.before-update-*"))


def test_when_the_pull_fails_everything_is_as_before(clones):
    upstream, mine = clones
    path = mine / "notebooks/00_try.ipynb"
    build.write_notebook(notebook(relu=ANSWER), path)
    before = path.read_bytes()
    upstream.rename(upstream.with_name("gone"))
    with pytest.raises(CourseError, match="could not be fetched, and nothing was changed"):
        update.update_from_git(lambda line: None)
    assert path.read_bytes() == before
    assert not list((mine / "notebooks").glob("*.before-update-*"))


def test_a_notebook_that_left_the_course_is_kept(clones):
    upstream, mine = clones
    build.write_notebook(notebook(relu=ANSWER), mine / "notebooks/01_other.ipynb")
    git(upstream, "rm", "-q", "notebooks/01_other.ipynb")
    git(upstream, "commit", "-qm", "one less")
    said = []
    update.update_from_git(said.append)
    assert "not part of the new edition" in said[0]
    assert list((mine / "notebooks").glob("01_other.before-update-*.ipynb"))


def test_without_git_the_way_out_is_named(clones, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CourseError, match="--answers-from OLD_FOLDER"):
        update.update_from_git(lambda line: None)
