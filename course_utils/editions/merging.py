"""Joining a learner's own commits with a new edition: notebooks by exercise, the rest by line."""

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.editions.build import parse_notebook, text_of
from course_utils.editions.carrying import Carried, carry_over
from course_utils.editions.repository import Edition, Entry, Repository
from course_utils.errors import CourseError
from course_utils.paths import NUMBER

_NOTEBOOK = re.compile(rf"notebooks/{NUMBER}_[^/]+\.ipynb$")


@dataclass(frozen=True)
class Joined:
    """The commit that a copy of the course moves to.

    broken: notebook -> why it could not be read, in the learner's own commits
    """

    commit: str
    files: dict[str, Entry]
    own_commits: int = 0
    broken: dict[str, str] = field(default_factory=dict)


def changes(one: dict[str, Entry], other: dict[str, Entry]) -> list[str]:
    """The names of the files that are not the same in two commits."""
    names = one.keys() | other.keys()
    return sorted(name for name in names if one.get(name) != other.get(name))


def is_notebook(name: str) -> bool:
    return bool(_NOTEBOOK.match(name))


def carried_into(new: bytes, old: bytes, base: bytes | None, name: str) -> tuple[bytes, Carried]:
    """The new edition of a notebook with what the learner put into the old one."""
    notebook = parse_notebook(new, f"the new edition of {name}")
    before = None
    if base is not None:
        before = parse_notebook(base, f"the old edition of {name}")
    carried = carry_over(parse_notebook(old, name), notebook, before)
    return (text_of(notebook).encode() if carried else new), carried


def join(git: Repository, base: str, edition: Edition) -> Joined:
    """The new edition, with the learner's own commits in it where there are some.

    Nothing changes in the folder. CourseError where a file that is no notebook was changed on both
    sides, in the same lines.
    """
    head, new = git.text("rev-parse", "HEAD"), git.files(edition.commit)
    if base == head:
        return Joined(edition.commit, new)
    before, mine = git.files(base), git.files(head)
    result, broken, conflicts = dict(new), {}, []
    for name in sorted(before.keys() | mine.keys() | new.keys()):
        was, ours, theirs = before.get(name), mine.get(name), new.get(name)
        if ours in (was, theirs):
            continue
        if theirs == was:
            result[name] = ours
        elif is_notebook(name):
            try:
                result[name] = _notebook(git, name, was, ours, theirs)
            except CourseError as error:
                result[name], broken[name] = ours, str(error)
        elif (merged := _by_line(git, was, ours, theirs)) is not None:
            result[name] = merged
        else:
            conflicts.append(name)
    if conflicts:
        raise CourseError(_conflict(conflicts, edition))
    present = {name: entry for name, entry in result.items() if entry}
    count = int(git.text("rev-list", "--count", f"{edition.commit}..{head}"))
    return Joined(_commit(git, present, new, head, edition), present, count, broken)


def _notebook(git: Repository, name: str, was: Entry, ours: Entry, theirs: Entry) -> Entry | None:
    if not (ours and theirs):  # left the course, or was thrown away by the learner
        return theirs
    content, _ = carried_into(
        git.content(theirs), git.content(ours), git.content(was) if was else None, name
    )
    return git.keep(content)


def _by_line(git: Repository, was: Entry, ours: Entry, theirs: Entry) -> Entry | None:
    """Both sides' changes of a text file; None where they meet."""
    if not (was and ours and theirs):
        return None
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, side) for side in ("yours", "before", "new")]
        for path, entry in zip(paths, (ours, was, theirs), strict=True):
            path.write_bytes(git.content(entry))
        try:
            return git.keep(git.data("merge-file", "-p", *map(str, paths)))
        except CourseError:  # the number of conflicts, or a binary file
            return None


def _conflict(names: list[str], edition: Edition) -> str:
    listed = " ".join(names)
    return (
        f"{', '.join(names)}: changed in your commits, and in other words by the new edition; take "
        f"the new one with `git checkout {edition.commit[:10]} -- {listed}`, then "
        f'`git commit -m "the course\'s files"`, and run `course update` again'
    )


def _commit(
    git: Repository, files: dict[str, Entry], new: dict[str, Entry], head: str, edition: Edition
) -> str:
    """A commit with both sides as parents, made beside the learner's own index."""
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git.data("read-tree", edition.commit, **index)
        git.set_entries({name: files.get(name) for name in changes(files, new)}, **index)
        tree = git.text("write-tree", **index)
    message = f"New edition of the course, from {edition.url}"
    return git.text(
        "commit-tree", tree, "-p", head, "-p", edition.commit, "-m", message, **_author(git)
    )


def _author(git: Repository) -> dict[str, str]:
    """Who signs the commit: the user as git knows them, else whoever made the last commit."""
    if git.asked("var", "GIT_COMMITTER_IDENT") and git.asked("var", "GIT_AUTHOR_IDENT"):
        return {}
    name, email = git.text("log", "-1", "--format=%cn%n%ce").split("\n")
    return {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", name), ("EMAIL", email))}  # fmt: skip
