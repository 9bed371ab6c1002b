"""Where `course update` takes a new edition from, and where it does not dare to."""

import shutil

import pytest
from edition_helpers import ANSWER, answer, git, new_edition, read, snapshot, sources, use

from course_utils.editions import repository
from course_utils.errors import CourseError

ANSWERS_FROM = "course update --answers-from OLD_FOLDER"


# -------------------------------------------------------------------------------- which repository?
def test_a_repository_around_the_course_is_left_alone(clones, tmp_path, monkeypatch, updated):
    upstream, mine = clones
    (mine / "diary.txt").write_text("one")
    shutil.copytree(upstream / "notebooks", mine / "unzipped/notebooks")
    use(monkeypatch, mine / "unzipped")
    new_edition(upstream)
    before = snapshot(mine)
    with pytest.raises(CourseError, match="another one, which is left alone") as caught:
        updated()
    assert ANSWERS_FROM in str(caught.value)
    assert str(mine) in str(caught.value)
    assert snapshot(mine) == before


def test_a_repository_into_which_the_course_was_unzipped_is_left_alone(
    clones, tmp_path, monkeypatch, updated
):
    notes = tmp_path / "notes"
    shutil.copytree(clones[0] / "notebooks", notes / "notebooks")
    (notes / "diary.txt").write_text("one")
    git(notes, "init", "-q")
    git(notes, "add", "diary.txt")
    git(notes, "commit", "-qm", "a day")
    use(monkeypatch, notes)
    with pytest.raises(CourseError, match=r"does not hold the course's notebooks; .*OLD_FOLDER"):
        updated()


def test_without_any_repository_the_way_out_is_named(clones, tmp_path, monkeypatch, updated):
    shutil.copytree(clones[0] / "notebooks", tmp_path / "unzipped/notebooks")
    use(monkeypatch, tmp_path / "unzipped")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(CourseError, match="came without git; .*" + ANSWERS_FROM):
        updated()


def test_a_repository_named_in_the_environment_is_not_taken(clones, tmp_path, monkeypatch, updated):
    upstream, mine = clones
    new_edition(upstream)
    git(tmp_path, "init", "-q", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere/.git"))
    updated()
    assert sources(read(mine / "notebooks/00_try.ipynb"))[0] == "New text."


def test_a_repository_without_commits(clones, monkeypatch, updated):
    _, mine = clones
    git(mine, "checkout", "-q", "--orphan", "nothing")
    with pytest.raises(CourseError, match="has no commits; .*" + ANSWERS_FROM):
        updated()


# ------------------------------------------------------------------------------------ which course?
def fork(upstream, mine, tmp_path):
    """A repository of the learner's own, which is `origin` from now on."""
    git(tmp_path, "clone", "-q", "--bare", str(upstream), str(tmp_path / "fork.git"))
    git(mine, "remote", "set-url", "origin", str(tmp_path / "fork.git"))


def test_a_fork_is_not_taken_for_the_course(clones, tmp_path, updated):
    upstream, mine = clones
    fork(upstream, mine, tmp_path)
    new_edition(upstream)
    (said,) = updated()
    assert "fork.git) has nothing new" in said
    assert "run `git remote add upstream ADDRESS_OF_THE_COURSE`" in said
    assert "the course is up to date" not in said


def test_the_address_of_the_course_is_offered_where_it_is_known(clones, tmp_path, updated):
    upstream, mine = clones
    (mine / "pyproject.toml").write_text('[tool.course]\nrepository = "https://a.org/b/course"\n')
    (said,) = updated()
    assert "`git remote add upstream https://a.org/b/course`" in said
    git(mine, "remote", "set-url", "origin", "git@a.org:b/course.git")
    git(mine, "config", f"url.{upstream}.insteadOf", "git@a.org:b/course.git")
    (said,) = updated()
    assert said.startswith("the course is up to date: origin (git@a.org:b/course.git) has nothing")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://github.com/a/b", "git@github.com:a/b.git", True),
        ("https://user:token@GitHub.com/A/b/", "ssh://git@github.com/a/b", True),
        ("ssh://git@example.org:22/a/b", "https://example.org/a/b.git", True),
        ("https://github.com/a/b", "https://github.com/c/b", False),
        ("/srv/course", "/srv/course.git", True),
    ],
)
def test_addresses_of_one_repository(one, other, same):
    assert repository.same_address(one, other) is same


def test_upstream_beside_origin(clones, tmp_path, updated):
    upstream, mine = clones
    fork(upstream, mine, tmp_path)
    git(mine, "remote", "add", "upstream", str(upstream))
    path = answer(mine)
    git(mine, "commit", "-qam", "my answer")
    git(mine, "push", "-q", "origin", "main")
    new_edition(upstream)
    assert updated()[-1] == "the course is up to date"
    assert sources(read(path))[:2] == ["New text.", ANSWER]
    git(mine, "push", "-q", "origin", "main")  # no force needed
    assert updated()[-1].startswith("the course is up to date")


def test_a_copy_made_from_a_template_begins_its_history_anew(clones, tmp_path, updated):
    upstream, mine = clones
    shutil.rmtree(mine / ".git")
    git(mine, "init", "-q", "-b", "main")
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "Initial commit")
    path = answer(mine)
    git(mine, "commit", "-qam", "my answer")
    git(mine, "remote", "add", "upstream", str(upstream))
    new_edition(upstream)
    assert updated()[-1] == "the course is up to date"
    assert sources(read(path))[:2] == ["New text.", ANSWER]
    new_edition(upstream, text="Third text.")
    updated()
    assert sources(read(path))[:2] == ["Third text.", ANSWER]


def test_a_history_that_has_nothing_in_common(clones, updated):
    _upstream, mine = clones
    git(mine, "checkout", "-q", "--orphan", "other")
    (mine / "README.md").write_text("Mine.")
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "other")
    with pytest.raises(CourseError, match="no history in common .*" + ANSWERS_FROM):
        updated()


@pytest.mark.parametrize("where", ["branch", "detached", "shallow", "gone"])
def test_wherever_the_copy_stands(clones, tmp_path, monkeypatch, updated, where):
    upstream, mine = clones
    if where == "branch":
        git(mine, "checkout", "-q", "-b", "mine")
    elif where == "detached":
        git(mine, "checkout", "-q", "--detach")
    elif where == "gone":
        git(mine, "config", "branch.main.merge", "refs/heads/renamed")
    else:
        shutil.rmtree(mine)
        git(tmp_path, "clone", "-q", "--depth", "1", f"file://{upstream}", str(mine))
    path = answer(mine)
    git(mine, "commit", "-qam", "my answer")
    new_edition(upstream)
    updated()
    assert sources(read(path))[:2] == ["New text.", ANSWER]


def test_no_remote_at_all(clones, updated):
    git(clones[1], "remote", "remove", "origin")
    with pytest.raises(CourseError, match=r"no remote .* `git remote add upstream "):
        updated()
