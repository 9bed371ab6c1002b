"""Answers in a notebook, and how they come into a new edition of it."""

import subprocess

import nbformat
import pytest

from course_utils.editions import build, update
from course_utils.editions.answers import answered_exercises, carry_over, is_answered
from course_utils.errors import CourseError

STUB = 'def relu(x):\n    """Doc."""\n    ...  # your code here\n\n\nrelu = check(relu)'
SIGMOID = STUB.replace("relu", "sigmoid")
ANSWER = STUB.replace("    ...  # your code here", "    return max(x, 0)")


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


def notebook(relu=STUB, sigmoid=SIGMOID, text="Old text.", own=()):
    """Text, two exercises, and the learner's own cells behind the first of them."""
    make = nbformat.v4
    cells = [
        make.new_markdown_cell(text, id="top-1"),
        *(
            make.new_code_cell(
                source, id=f"exercise-{name}", metadata={"course": {"exercise": name}}
            )
            for name, source in (("relu", relu), ("sigmoid", sigmoid))
            if source is not None
        ),
    ]
    for k, source in enumerate(own):
        cells.insert(
            2 + k, make.new_code_cell(source, id=f"0badcafe-0000-4000-8000-00000000000{k}")
        )
    return make.new_notebook(cells=cells, nbformat_minor=5)


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
def git(folder, *arguments):
    return subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


@pytest.fixture
def clones(tmp_path, monkeypatch):
    """A course repository and a learner's clone of it, in which `course update` runs."""
    upstream, mine = tmp_path / "upstream", tmp_path / "mine"
    (upstream / "notebooks").mkdir(parents=True)
    build.write_notebook(notebook(), upstream / "notebooks/00_try.ipynb")
    build.write_notebook(notebook(), upstream / "notebooks/01_other.ipynb")
    git(upstream, "init", "-q", "-b", "main")
    git(upstream, "add", "-A")
    git(upstream, "commit", "-qm", "first edition")
    git(tmp_path, "clone", "-q", str(upstream), str(mine))
    monkeypatch.setattr(update, "course_root", lambda: mine)
    monkeypatch.setattr(update, "notebooks_folder", lambda: mine / "notebooks")
    return upstream, mine


def new_edition(upstream):
    build.write_notebook(notebook(text="New text."), upstream / "notebooks/00_try.ipynb")
    git(upstream, "commit", "-qam", "second edition")


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
    with pytest.raises(CourseError, match="git pull failed"):
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


# ----------------------------------------------------------------------------- from another folder
def test_answers_from_another_copy_of_the_course(clones, tmp_path):
    _, mine = clones
    old = tmp_path / "old/notebooks"
    build.write_notebook(notebook(relu=ANSWER), old / "00_try.ipynb")
    build.write_notebook(notebook(relu=ANSWER), old / "07_gone.ipynb")
    said = []
    update.update_from_folder(tmp_path / "old", said.append)
    assert answered_exercises(nbformat.read(mine / "notebooks/00_try.ipynb", 4)) == ["relu"]
    assert any("07_gone.ipynb: this edition has no such notebook" in line for line in said)


def test_an_empty_or_the_same_folder_is_refused(clones, tmp_path):
    _, mine = clones
    with pytest.raises(CourseError, match="no notebooks of the course in"):
        update.update_from_folder(tmp_path / "nothing", print)
    with pytest.raises(CourseError, match="is this copy of the course"):
        update.update_from_folder(mine, print)
