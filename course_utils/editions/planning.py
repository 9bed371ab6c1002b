"""What an update does to a learner's folder, file by file: worked out first, then carried out."""

import shutil
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, count
from pathlib import Path

from course_utils.editions.build import parse_notebook, without_outputs
from course_utils.editions.merging import Joined, carried_into, changes, is_notebook
from course_utils.editions.repository import Edition, Entry, Repository
from course_utils.errors import CourseError
from course_utils.paths import write_whole


@dataclass
class Plan:
    """What an update does to the folder: which files it writes, and what it says about them."""

    written: dict[str, bytes] = field(default_factory=dict)  # notebooks, with the learner's part
    taken: list[str] = field(default_factory=list)  # files as the new edition has them
    removed: list[str] = field(default_factory=list)
    copied: dict[str, str] = field(default_factory=dict)  # notebook -> what is said of it
    said: list[str] = field(default_factory=list)
    in_the_way: list[str] = field(default_factory=list)


def make_plan(git: Repository, head: str, base: str, edition: Edition, joined: Joined) -> Plan:
    """Look at every file that differs between this copy and where it goes.

    CourseError where a file that is no notebook would be overwritten; nothing has changed then.
    """
    plan, here, before = Plan(), git.files(head), git.files(base)
    new = git.files(edition.commit)
    touched = git.names("diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", "HEAD")
    for name, why in joined.broken.items():
        plan.said.append(_skipped(name, why))
    for name in changes(here, joined.files):
        path, goes_to = git.folder / name, joined.files.get(name)
        is_there = path.exists() or path.is_symlink()
        changed = is_there and (name in touched or name not in here)
        if is_notebook(name) and is_there and (changed or here.get(name) != before.get(name)):
            _plan_notebook(git, plan, name, before.get(name), new.get(name), goes_to)
        elif goes_to is None:
            is_ours = is_there and git.on_disk(name) == here[name].split()[1]
            plan.removed += [name] if is_ours else []
        elif changed and not _is_already(git, name, goes_to):
            plan.in_the_way.append(name)
        else:
            plan.taken.append(name)
    if plan.in_the_way:
        raise CourseError(_in_the_way(plan.in_the_way))
    return plan


def _plan_notebook(
    git: Repository,
    plan: Plan,
    name: str,
    was: Entry | None,
    new: Entry | None,
    goes_to: Entry | None,
) -> None:
    """A notebook that the learner has touched: carried over, only run, broken, or left over."""
    old = (git.folder / name).read_bytes()
    title = Path(name).name
    if goes_to is None or new is None:
        plan.copied[name] = f"{title}: not part of the new edition; yours is kept as {{copy}}"
        plan.removed.append(name)
        return
    try:
        started_from = git.content(was) if was else None
        if started_from and _only_run(old, started_from, title):
            plan.taken.append(name)  # running a notebook changes its outputs: nothing to keep
            return
        content, carried = carried_into(git.content(new), old, started_from, title)
    except CourseError as error:
        plan.said.append(_skipped(name, str(error)))
        return
    plan.written[name] = content
    if content == old:  # an update that was interrupted has written it
        plan.said.append(f"{title}: carried over before")
    else:
        plan.copied[name] = f"{title}: carried over {carried} (your old notebook: {{copy}})"
        if carried.kept:
            names = ", ".join(carried.kept)
            plan.copied[name] += f"; the new edition has its own {names}, yours is in the copy"


def _only_run(old: bytes, before: bytes, title: str) -> bool:
    one, other = parse_notebook(old, title), parse_notebook(before, title)
    return [c["source"] for c in without_outputs(one)] == [
        c["source"] for c in without_outputs(other)
    ]


def _is_already(git: Repository, name: str, entry: str) -> bool:
    """Whether the file is the new edition's, or the beginning of it, from an interrupted update."""
    path = git.folder / name
    if path.is_symlink() or not path.is_file():
        return False
    return git.on_disk(name) == entry.split()[1] or git.content(entry).startswith(path.read_bytes())


def carry_out(git: Repository, head: str, joined: Joined, plan: Plan) -> None:
    """Copies first, then the notebooks, then the other files, and at the end git's HEAD."""
    for name in plan.copied:
        plan.said.append(plan.copied[name].format(copy=backup(git.folder / name).name))
    for name, content in plan.written.items():
        write_whole(git.folder / name, content.decode("utf-8"))
    names = changes(git.files(head), joined.files)
    git.set_entries({name: joined.files.get(name) for name in names})
    for name in plan.removed:
        (git.folder / name).unlink(missing_ok=True)
    listed = "".join(f"{name}\0" for name in plan.taken).encode()
    git.data("checkout-index", "--force", "--index", "-z", "--stdin", data=listed)
    git.data("update-ref", "-m", "course update", "HEAD", joined.commit, head)


def backup(path: Path) -> Path:
    """Copy a notebook beside itself; a copy with the same text may be there already."""
    stem = f"{path.stem}.before-update-{date.today().isoformat()}"
    for suffix in chain([""], (f"-{k}" for k in count(2))):
        copy = path.with_name(f"{stem}{suffix}.ipynb")
        if not copy.exists():
            shutil.copy2(path, copy)
            return copy
        if copy.read_bytes() == path.read_bytes():
            return copy
    raise AssertionError("unreachable")


def _skipped(name: str, why: str) -> str:
    return (
        f"{Path(name).name}: skipped, and left as it is: {why}; to have the new edition's, move "
        f"yours away and run `git checkout HEAD -- {name}`"
    )


def _in_the_way(names: list[str]) -> str:
    listed = " ".join(names)
    return (
        f"{', '.join(names)}: changed here by hand, and by the new edition, too, so nothing was "
        f"updated; move your version away (or throw it away with `git checkout HEAD -- {listed}`), "
        "then run `course update` again"
    )
