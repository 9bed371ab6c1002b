"""`course update` with a learner's own commits, changed files and broken notebooks."""

import os
import subprocess

import pytest
from edition_helpers import (
    ANSWER,
    STUB,
    answer,
    copies,
    git,
    new_edition,
    notebook,
    read,
    snapshot,
    sources,
)

from course_utils.editions import build, repository
from course_utils.editions.answers import answered_exercises
from course_utils.errors import CourseError


# ----------------------------------------------------------------------------------- whose commits?
def test_committed_answers_are_merged_by_exercise(clones, updated):
    upstream, mine = clones
    path = answer(mine, relu=ANSWER, own=["helper = 1"])
    git(mine, "commit", "-qam", "my answer")
    new_edition(upstream)
    said = updated()
    assert sources(read(path))[:3] == ["New text.", ANSWER, "helper = 1"]
    assert "carried over relu and 1 cell of your own" in said[0]
    assert any("your own history (1 commit) stays" in line for line in said)
    assert git(mine, "status", "--porcelain").split("\n") == [
        f"?? notebooks/{copies(mine)[0].name}", "",
    ]  # fmt: skip
    parents = git(mine, "log", "-1", "--format=%P").split()
    assert parents[1] == git(upstream, "rev-parse", "HEAD").strip()
    assert git(mine, "log", "-1", "--format=%s", parents[0]).strip() == "my answer"
    assert answered_exercises(read(copies(mine)[0])) == ["relu"]


def test_committed_and_uncommitted_answers(clones, updated):
    upstream, mine = clones
    answer(mine, relu=ANSWER)
    git(mine, "commit", "-qam", "my answer")
    better = ANSWER.replace("max(x, 0)", "x * (x > 0)")
    path = answer(mine, relu=better)
    new_edition(upstream)
    updated()
    assert sources(read(path))[:2] == ["New text.", better]
    committed = git(mine, "show", "HEAD:notebooks/00_try.ipynb")
    assert "max(x, 0)" in committed
    assert "New text." in committed


def test_commits_elsewhere_need_no_merging(clones, updated):
    upstream, mine = clones
    (mine / "notes.txt").write_text("mine")
    (mine / "README.md").write_text("The course.\n\nIts middle.\n\nIts end, mine.\n")
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "notes")
    (upstream / "README.md").write_text("The new course.\n\nIts middle.\n\nIts end.\n")
    new_edition(upstream)
    updated()
    assert (mine / "README.md").read_text() == "The new course.\n\nIts middle.\n\nIts end, mine.\n"
    assert (mine / "notes.txt").read_text() == "mine"
    assert git(mine, "status", "--porcelain") == ""


def test_a_commit_without_a_name_is_signed_like_the_last_one(clones, monkeypatch, updated):
    upstream, mine = clones
    answer(mine)
    git(mine, "commit", "-qam", "my answer")
    new_edition(upstream)
    monkeypatch.setenv("HOME", str(mine.parent))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    git(mine, "config", "user.useConfigOnly", "true")
    updated()
    assert git(mine, "log", "-1", "--format=%an %ce").strip() == "t t@example.org"


@pytest.mark.parametrize("committed", [False, True])
def test_a_file_of_the_course_changed_by_hand_is_named(clones, updated, committed):
    upstream, mine = clones
    path = answer(mine)
    (mine / "README.md").write_text("Mine.")
    if committed:
        git(mine, "commit", "-qam", "mine")
    (upstream / "README.md").write_text("Theirs.")
    new_edition(upstream)
    before = path.read_bytes()
    with pytest.raises(CourseError, match=r"README\.md: changed .*`git checkout ") as caught:
        updated()
    assert path.read_bytes() == before
    assert copies(mine) == []
    if committed:  # the remedy as it is said
        for command in str(caught.value).split("`")[1:4:2]:
            command = command.replace("git ", "git -c user.name=t -c user.email=t@e.org ", 1)
            subprocess.run(command, cwd=mine, shell=True, check=True, capture_output=True)
    else:
        git(mine, "checkout", "HEAD", "--", "README.md")
    updated()
    assert (mine / "README.md").read_text() == "Theirs."
    assert sources(read(path))[:2] == ["New text.", ANSWER]


def test_a_file_in_the_place_of_a_new_one_is_named(clones, updated):
    upstream, mine = clones
    (mine / "new.txt").write_text("mine")
    (upstream / "new.txt").write_text("theirs")
    git(upstream, "add", "new.txt")
    new_edition(upstream)
    with pytest.raises(CourseError, match=r"new\.txt: changed here by hand"):
        updated()
    assert (mine / "new.txt").read_text() == "mine"


def test_what_the_edition_leaves_alone_may_be_changed(clones, updated):
    upstream, mine = clones
    (mine / "README.md").write_text("Mine.")
    other = answer(mine, "01_other")
    before = other.read_bytes()
    new_edition(upstream)
    updated()
    assert (mine / "README.md").read_text() == "Mine."
    assert other.read_bytes() == before
    assert copies(mine) == []


def test_files_come_and_go(clones, updated):
    upstream, mine = clones
    for name in ("02_new", "a1_new"):
        build.write_notebook(notebook(text="Another."), upstream / f"notebooks/{name}.ipynb")
    git(upstream, "rm", "-q", "README.md")
    git(upstream, "add", "-A")
    new_edition(upstream)
    for name in ("02_new", "a1_new"):
        answer(mine, name)  # from a friend, before it came by itself
    updated()
    for name in ("02_new", "a1_new"):
        assert sources(read(mine / f"notebooks/{name}.ipynb"))[:2] == ["Another.", ANSWER]
    assert not (mine / "README.md").exists()
    assert len(copies(mine)) == 2


# ---------------------------------------------------------------------------------- what is broken?
@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize(
    "text", ["<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n", "not JSON", "", "[]", '{"cells": 3}']
)
def test_a_broken_notebook_is_named_and_the_others_are_updated(clones, updated, text, committed):
    upstream, mine = clones
    broken, fine = mine / "notebooks/00_try.ipynb", answer(mine, "01_other")
    broken.write_text(text)
    if committed:
        git(mine, "commit", "-qam", "oh")
    for name in ("00_try", "01_other"):
        answer(upstream, name, text="New text.")
    git(upstream, "commit", "-qam", "second")
    said = updated()
    assert any("00_try.ipynb: skipped" in line and "git checkout HEAD" in line for line in said)
    assert broken.read_text() == text
    assert sources(read(fine))[:2] == ["New text.", ANSWER]


def test_nothing_new_means_nothing_written(clones, updated):
    _upstream, mine = clones
    answer(mine)
    before = snapshot(mine / "notebooks")
    (said,) = updated()
    assert "has nothing new" in said
    assert snapshot(mine / "notebooks") == before


def test_an_edition_that_comes_with_answers_is_named(clones, updated):
    upstream, mine = clones
    answer(mine)
    new_edition(upstream, relu=ANSWER.replace("0", "0.0"))
    assert "the new edition has its own relu, yours is in the copy" in updated()[0]
    assert answered_exercises(read(copies(mine)[0])) == ["relu"]


def test_a_deleted_notebook_comes_back(clones, updated):
    upstream, mine = clones
    (mine / "notebooks/00_try.ipynb").unlink()
    new_edition(upstream)
    updated()
    assert sources(read(mine / "notebooks/00_try.ipynb"))[0] == "New text."
    assert git(mine, "status", "--porcelain") == ""


def test_an_unfinished_merge_is_named_with_its_remedy(clones, updated):
    upstream, mine = clones
    answer(mine)
    git(mine, "commit", "-qam", "mine")
    new_edition(upstream, relu=STUB.replace("Doc.", "New doc."))
    with pytest.raises(subprocess.CalledProcessError):
        git(mine, "pull", "--no-rebase", "-q")
    with pytest.raises(CourseError, match="`git merge --abort`"):
        updated()
    git(mine, "merge", "--abort")
    updated()
    assert sources(read(mine / "notebooks/00_try.ipynb"))[1] == ANSWER


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("fatal: detected dubious ownership in repository at '/x' To add an exception for this "
         "directory, call: git config --global --add safe.directory /x",
         "`git config --global --add safe.directory '/x'`"),
        ("fatal: Unable to create '/x/.git/index.lock': File exists.", "delete /x/.git/index.lock"),
        ("error: cannot open '.git/FETCH_HEAD': Permission denied", "folder cannot be written"),
        ("git@x: Permission denied (publickey). fatal: Could not read from remote repository.",
         "check the network"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "check the network"),
    ],
)  # fmt: skip
def test_what_git_says_comes_with_a_remedy(said, remedy):
    assert remedy in repository.in_plain_words("fetch", said)


def test_the_whole_of_gits_text_is_kept():
    done = subprocess.CompletedProcess([], 1, b"", b"error: one\nhint: no\n\n  two\nAborting\n")
    said = repository._said(done)
    assert repository.in_plain_words("read-tree", said) == (
        "git read-tree failed: error: one two Aborting"
    )


def test_a_folder_of_another_user(clones, monkeypatch, updated):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    with pytest.raises(CourseError, match=r"belongs to another user; .*safe\.directory") as caught:
        updated()
    assert str(clones[1]) in str(caught.value)
