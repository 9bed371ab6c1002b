"""`course update`: a new edition of the course, with the learner's answers carried over.

Nothing is overwritten before all of it has been worked out and copies have been made, and git's
HEAD moves last: an update that was interrupted finds the old edition there, and begins again. What
it has written by then is the new edition already, and is known as such.
"""

from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from course_utils.checking import board
from course_utils.editions.build import read_notebook, text_of
from course_utils.editions.carrying import carry_over
from course_utils.editions.compose import outline
from course_utils.editions.merging import changes, is_notebook, join
from course_utils.editions.planning import backup, carry_out, make_plan
from course_utils.editions.repository import (
    Edition,
    Repository,
    add_upstream,
    cannot_write,
    holds_the_course,
    own_address,
    same_address,
)
from course_utils.errors import CourseError
from course_utils.paths import course_root, notebooks_folder, pages_in, write_whole

Report = Callable[[str], None]


# ------------------------------------------------------------------------------------- from git
def update_from_git(report: Report) -> None:
    """Fetch the new edition, and carry what the learner did, committed or not, into it.

    Notebooks are merged by exercise, with a copy of each beside it; other files of the learner's
    are left alone. Where that cannot be, a CourseError says what to do, and nothing has changed.
    """
    git = Repository(course_root())
    git.refuse_unless_ours()
    edition = git.fetch()
    head, base = git.text("rev-parse", "HEAD"), git.base_of(edition)
    if not holds_the_course(git.files(edition.commit)):
        raise CourseError(f"{edition} does not hold the course; {_upstream(edition)}")
    if not base:
        raise CourseError(
            f"this copy has no history in common with {edition}; download the course anew, and in "
            "its folder run `course update --answers-from OLD_FOLDER`"
        )
    if base == edition.commit:
        report(_nothing_new(edition))
        return
    joined = join(git, base, edition)
    try:
        plan = make_plan(git, head, base, edition, joined)
        carry_out(git, head, joined, plan)
    except OSError as error:
        raise CourseError(cannot_write(str(error))) from error
    came = changes(git.files(base), git.files(edition.commit))
    for line in [*plan.said, *_summary(came, joined.own_commits), _up_to_date(edition)]:
        report(line)


def _summary(came: list[str], own_commits: int) -> list[str]:
    """What came with the new edition, and what to do now."""
    notebooks = ", ".join(Path(name).stem[:2] for name in came if is_notebook(name))
    lines = [f"new or changed: {_counted(len(came), 'file')}"]
    if notebooks:
        lines[0] += f"; notebooks {notebooks}: close those that are open, and open them again"
    if own_commits:
        many = _counted(own_commits, "commit")
        lines.append(f"your own history ({many}) stays, and a new commit joins the edition to it")
    if {"requirements.txt", "pyproject.toml"} & set(came):
        lines.append(
            "the packages may have changed: close JupyterLab and run `make lab`, or "
            "`python -m pip install -r requirements.txt`"
        )
    return lines


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _is_the_course(edition: Edition) -> bool:
    address = own_address(course_root())
    return edition.remote == "upstream" or bool(address and same_address(edition.url, address))


def _up_to_date(edition: Edition) -> str:
    if _is_the_course(edition):
        return "the course is up to date"
    return f"this copy is up to date with {edition}; {_upstream(edition)}"


def _nothing_new(edition: Edition) -> str:
    if _is_the_course(edition):
        return f"the course is up to date: {edition} has nothing new"
    return f"{edition} has nothing new; {_upstream(edition)}"


def _upstream(edition: Edition) -> str:
    address = own_address(course_root())
    why = f"the course itself is at {address}" if address else "if that is a copy of your own"
    return f"{why}, {add_upstream(address)}"


# ---------------------------------------------------------------------------- from another folder
def update_from_folder(folder: Path, report: Report) -> None:
    """Carry answers, own cells and progress of another copy of the course into this one."""
    pages = folder / "notebooks" if (folder / "notebooks").is_dir() else folder
    found = pages_in(pages, ".ipynb")
    found = [path for path in found if ".before-update-" not in path.name]
    if not found:
        raise CourseError(f"there are no notebooks of the course in {folder}")
    if pages.resolve() == notebooks_folder().resolve():
        raise CourseError(f"{folder} is this copy of the course: name the folder of the other one")
    idle = [_bring_over(path, report) for path in found].count(False)
    if idle:
        report(f"{idle} of {len(found)} notebooks hold nothing new of yours")
    _bring_progress(pages.parent, report)


def _bring_over(path: Path, report: Report) -> bool:
    """Carry what is in one notebook of another copy; whether there was something to say."""
    target, source = notebooks_folder() / path.name, path.parent / "source" / f"{path.stem}.md"
    if not target.exists():
        report(f"{path.name}: this edition has no such notebook; nothing was carried over")
        return True
    try:
        new, old = read_notebook(target), read_notebook(path)
        base = outline(source) if source.exists() else None
    except CourseError as error:
        report(f"{path.name}: skipped, nothing was carried over: {error}")
        return True
    carried = carry_over(old, new, base)
    if carried:
        try:
            copy = backup(target)
            write_whole(target, text_of(new))
        except OSError as error:
            raise CourseError(cannot_write(str(error))) from error
        report(
            f"{path.name}: carried over {carried} (your old notebook: {path}; here: {copy.name})"
        )
    if carried.kept:
        names = ", ".join(carried.kept)
        report(f"{path.name}: {names}: answered here already, so the answer in {path} stays there")
    if base is None and _has_other_text(old, new):
        report(
            f"{path.name}: without {source.name} beside it, what you changed in the course's own "
            f"cells cannot be told from its text, and stays in {path}"
        )
    return bool(carried or carried.kept)


def _has_other_text(old: NotebookNode, new: NotebookNode) -> bool:
    now = {cell.source.strip() for cell in new.cells}
    return any(cell.source.strip() not in now for cell in old.cells if cell.cell_type == "markdown")


def _bring_progress(folder: Path, report: Report) -> None:
    adopted, unsaved = board.adopt(folder / ".course" / "progress.jsonl")
    if unsaved:
        report(unsaved)
    elif adopted:
        report(f"your progress comes along: {_counted(adopted, 'checked answer')}")
