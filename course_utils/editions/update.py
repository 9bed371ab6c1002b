"""`course update`: a new edition of the course, with the learner's answers carried over."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat

from course_utils.editions.answers import carry_over
from course_utils.editions.build import read_notebook, without_outputs, write_notebook
from course_utils.errors import CourseError
from course_utils.paths import course_root, notebooks_folder

Report = Callable[[str], None]


def update_from_git(report: Report) -> None:
    """Pull the new edition; notebooks that were worked in do not get into a conflict.

    Every notebook that was changed is set back to the edition it came from (with a copy beside it),
    then the new edition is pulled, then the answers go into it. When the pull fails, everything is
    as it was before.
    """
    changed = _changed_notebooks()
    only_run = {path for path in changed if not _text_changed(path)}
    backups = {path: backup(path) for path in changed}
    try:
        if changed:
            _git("checkout", "HEAD", "--", *map(str, changed))
        _git("pull", "--ff-only")
    except BaseException:
        for path, copy in backups.items():
            shutil.move(copy, path)
        raise
    for path, copy in backups.items():
        if path in only_run:  # running a notebook changes its outputs: nothing of the learner's
            copy.unlink()
        else:
            _bring_back(path, copy, report)
    report("the course is up to date")


def update_from_folder(folder: Path, report: Report) -> None:
    """Carry the answers of another copy of the course into the notebooks of this one."""
    if (folder / "notebooks").is_dir():
        folder = folder / "notebooks"
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    found = [path for path in found if ".before-update-" not in path.name]
    if not found:
        raise CourseError(f"there are no notebooks of the course in {folder}")
    if folder.resolve() == notebooks_folder().resolve():
        raise CourseError(f"{folder} is this copy of the course: name the folder of the other one")
    for path in found:
        target = notebooks_folder() / path.name
        if target.exists():
            _bring_back(target, path, report, keep_backup=True)
        else:
            report(f"{path.name}: this edition has no such notebook; nothing was carried over")


def backup(path: Path) -> Path:
    """Copy a notebook beside itself under a name that is still free."""
    stem = f"{path.stem}.before-update-{date.today().isoformat()}"
    names = (f"{stem}{suffix}.ipynb" for suffix in ["", *(f"-{i}" for i in range(2, 10_000))])
    copy = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    shutil.copy2(path, copy)
    return copy


def _bring_back(target: Path, answers: Path, report: Report, keep_backup: bool = False) -> None:
    if not target.exists():
        report(f"{target.name}: not part of the new edition; yours is kept as {answers.name}")
        return
    new = read_notebook(target)
    carried = carry_over(read_notebook(answers), new)
    if keep_backup and (carried.exercises or carried.own_cells):
        backup(target)
    if carried.exercises or carried.own_cells:
        write_notebook(new, target)
    names = ", ".join(carried.exercises) or "no answers"
    own = f" and {carried.own_cells} cells of your own" if carried.own_cells else ""
    report(f"{target.name}: carried over {names}{own} (your old notebook: {answers.name})")


def _changed_notebooks() -> list[Path]:
    listed = _git("diff", "--name-only", "HEAD", "--", "notebooks").splitlines()
    paths = [_git_top() / name for name in listed if name.endswith(".ipynb")]
    return [path for path in paths if path.exists()]


def _text_changed(path: Path) -> bool:
    name = path.resolve().relative_to(_git_top().resolve()).as_posix()
    before = nbformat.reads(_git("show", f"HEAD:{name}"), as_version=4)
    return [c["source"] for c in without_outputs(before)] != [
        c["source"] for c in without_outputs(read_notebook(path))
    ]


def _git_top() -> Path:
    return Path(_git("rev-parse", "--show-toplevel").strip())


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=course_root(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise CourseError(
            "git is not installed; download the new edition, and in its folder run "
            "`course update --answers-from OLD_FOLDER`"
        ) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CourseError(f"git {arguments[0]} failed: {said[-1] if said else 'no message'}")
    return done.stdout
