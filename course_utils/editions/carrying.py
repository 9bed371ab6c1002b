"""What a learner has put into a notebook, carried into another edition of it.

Three notebooks meet: the learner's `old`, the `base` (the edition that the learner started from,
without anything of theirs), and the `new` edition. Programs lose what the course writes into a
notebook: Colab and Kaggle give other ids or none, and a copied cell comes without its mark. So a
cell is recognised by its id, else by its text, else by the exercise that it defines, else by being
much like a cell that nothing else was recognised as. What is left is the learner's own.
"""

import difflib
import hashlib
import itertools
import re
from collections.abc import Container
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from course_utils.editions.answers import defines, exercise_of, is_answered

_COURSE_ID = re.compile(r"^exercise-\w+$|^[a-z0-9]+(-[a-z0-9]+)*-\d{1,3}$")
_EXERCISE_ID = re.compile(r"^exercise-([^\W\d]\w*)$")
_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_GOOD_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
_ALIKE = 0.6  # of 1: from here on a text counts as an edited version of another


@dataclass
class Carried:
    """What was carried over: exercises by name, the learner's own cells, edits of the course's.

    kept: exercises that had an answer in the new notebook already, which stayed
    """

    exercises: tuple[str, ...] = ()
    own_cells: int = 0
    edits: int = 0
    kept: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.exercises or self.own_cells or self.edits)

    def __str__(self) -> str:
        parts = [", ".join(self.exercises) or "no answers"]
        parts += [_count(self.own_cells, "cell of your own", "cells of your own")]
        parts += [
            _count(self.edits, "change in the course's cells", "changes in the course's cells")
        ]
        return " and ".join(part for part in parts if part)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def carry_over(old: NotebookNode, new: NotebookNode, base: NotebookNode | None = None) -> Carried:
    """Put all that is the learner's in `old` into `new`, in place.

    An exercise that is already answered in `new` stays as it is. A cell of the learner's goes
    behind the cell that it stood behind, or to the end when that cell is gone. A cell of the
    course's that the learner changed keeps the change where the new edition has not changed it;
    where it has, or without it, the change becomes a cell of its own, marked. Without a `base`,
    nothing tells the learner's changes of the course's cells from those of the course.
    """
    return _Carrying(old, new, base).carry()


_TOP = NotebookNode()  # what the learner's first cell stands behind when it opens the notebook


class _Carrying:
    def __init__(self, old: NotebookNode, new: NotebookNode, base: NotebookNode | None):
        self.old, self.new, self.has_base = old, new, base is not None
        self.base = _by_id(base) if base is not None else {}
        self.targets = _by_id(new)
        self.own_ids: set[str] = set()
        self.done = Carried()

    def carry(self) -> Carried:
        above = _TOP  # the cell of `new` that stands where we are in `old`
        known = recognised(self.old, self.base, self.targets)
        for cell, known_as in zip(self.old.cells, known, strict=True):
            name = self._exercise(cell, known_as)
            answered = name is not None and is_answered(cell.source, name)
            if known_as is None or (answered and known_as not in self.targets):
                above = self._own_cell(cell, above)
            elif answered:
                above = self.targets[known_as]
                self._answer(cell, name, above)
            else:
                note = self._edit(cell, known_as)
                above = self.targets.get(known_as)
                above = above if note is None else self._insert(note, above)
        return self.done

    def _exercise(self, cell: NotebookNode, known_as: str | None) -> str | None:
        """The exercise whose place in the page a cell takes."""
        if known_as in self.targets:
            return exercise_of(self.targets[known_as])
        gone = _EXERCISE_ID.match(known_as or "")  # and not exercise-rotate-the-filters-3
        return exercise_of(cell) or (gone[1] if gone else None)

    def _answer(self, cell: NotebookNode, name: str, target: NotebookNode) -> None:
        if not is_answered(target.source, name):
            target.source, target.outputs = cell.source, []
            self.done.exercises += (name,)
        elif not _same(target.source, cell.source):
            self.done.kept += (name,)

    def _own_cell(self, cell: NotebookNode, above: NotebookNode | None) -> NotebookNode | None:
        """Carry a cell of the learner's; -> the cell that the next one goes behind."""
        if not cell.source.strip():
            return above
        cell_id = _saved_id(cell)
        there = next((other for other in self.new.cells if other.id == cell_id), None)
        if not _fits(cell_id) or cell_id in self.own_ids or (there and there.source != cell.source):
            cell_id = _made_id(cell, self.own_ids)
            there = next((other for other in self.new.cells if other.id == cell_id), None)
        self.own_ids.add(cell_id)
        if there is not None:
            return there
        self.done.own_cells += 1
        names = [exercise_of(target) for target in self.targets.values()]
        self.done.exercises += tuple(
            name
            for name in names
            if name and name not in self.done.exercises and defines(cell, name)
            and is_answered(cell.source, name)
        )  # fmt: skip
        return self._insert(NotebookNode({**cell, "id": cell_id}), above)

    def _insert(self, cell: NotebookNode, above: NotebookNode | None) -> NotebookNode:
        """Put the cell behind another one, or to the end; returns it."""
        places = [i + 1 for i, other in enumerate(self.new.cells) if other is above]
        places += [0] if above is _TOP else [len(self.new.cells)]
        self.new.cells.insert(places[0], cell)
        return cell

    def _edit(self, cell: NotebookNode, known_as: str) -> NotebookNode | None:
        """Keep a change that the learner made in a cell of the course: in place, or as a note."""
        was, now = self.base.get(known_as), self.targets.get(known_as)
        if (
            was is None
            or _same(cell.source, was.source)
            or (now and _same(cell.source, now.source))
        ):
            return None
        if now is not None and _same(now.source, was.source):
            now.source = cell.source
            if "attachments" in cell:
                now.attachments = cell.attachments
            if cell.cell_type == "code":
                now.outputs = cell.outputs
            self.done.edits += 1
            return None
        note = _note(cell, was)
        if note is None or any(other.id == note.id for other in self.new.cells):
            return None
        self.done.edits += 1
        return note


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in notebook.cells if cell.get("id")}


def _same(one: str, other: str) -> bool:
    def plain(text: str) -> list[str]:
        return [line.rstrip() for line in text.strip().splitlines()]

    return plain(one) == plain(other)


# ------------------------------------------------------------------------- whose is which cell?
def recognised(
    old: NotebookNode, base: dict[str, NotebookNode], new: dict[str, NotebookNode]
) -> list[str | None]:
    """For each cell of `old` the id of the course's cell that it is; None: the learner's own.

    base, new: the course's cells by id, before and now. No two cells of `old` are the same cell.
    """
    started_from = list((base or new).values())
    every = [*started_from, *(cell for cell_id, cell in new.items() if cell_id not in base)]
    found: list[str | None] = [None] * len(old.cells)
    for rule, courses in (
        (_by_id_alone, every), (_by_mark, every), (_by_text, started_from),
        (_by_exercise, every), (_by_likeness, started_from),
    ):  # fmt: skip
        taken = {cell_id for cell_id in found if cell_id}
        for place, cell in enumerate(old.cells):
            if found[place] is None:
                free = [course for course in courses if course.id not in taken]
                found[place] = rule(cell, free)
                taken.add(found[place])
    known = {course.id for course in every}
    return [
        saved if cell_id is None and _is_courses(saved) and saved not in known else cell_id
        for cell_id, saved in zip(found, map(_saved_id, old.cells), strict=True)
    ]  # by the kind of its id a cell of the course's that left it long ago


def _saved_id(cell: NotebookNode) -> str:
    """A cell's id, which Colab keeps in the metadata."""
    saved = cell.get("id") or cell.metadata.get("id")
    return saved if isinstance(saved, str) else ""


def _fits(cell_id: str) -> bool:
    """Whether it can be the id of a learner's cell: valid, and not of the course's kind."""
    return bool(_GOOD_ID.match(cell_id)) and not _is_courses(cell_id)


def _is_courses(cell_id: str) -> bool:
    return bool(_COURSE_ID.match(cell_id)) and not _UUID.match(cell_id)


def _by_id_alone(cell: NotebookNode, free: list[NotebookNode]) -> str | None:
    saved = _saved_id(cell)
    return saved if any(course.id == saved for course in free) else None


def _by_mark(cell: NotebookNode, free: list[NotebookNode]) -> str | None:
    name = exercise_of(cell)
    if name is None or not is_answered(cell.source, name):
        return None
    return next((course.id for course in free if exercise_of(course) == name), None)


def _by_text(cell: NotebookNode, free: list[NotebookNode]) -> str | None:
    alike = (c for c in free if c.cell_type == cell.cell_type and _same(c.source, cell.source))
    return next((course.id for course in alike), None)


def _by_exercise(cell: NotebookNode, free: list[NotebookNode]) -> str | None:
    marked = ((course.id, exercise_of(course)) for course in free)
    return next((course_id for course_id, name in marked if name and defines(cell, name)), None)


def _by_likeness(cell: NotebookNode, free: list[NotebookNode]) -> str | None:
    best, found = _ALIKE, None
    for course in free:
        if course.cell_type == cell.cell_type and exercise_of(course) is None:
            matcher = difflib.SequenceMatcher(None, course.source, cell.source, autojunk=False)
            at_most = min(matcher.real_quick_ratio(), matcher.quick_ratio())  # these are quick
            if at_most > best and (ratio := matcher.ratio()) > best:
                best, found = ratio, course.id
    return found


def _made_id(cell: NotebookNode, used: Container[str] = ()) -> str:
    """An id from the text of the cell: the same each time, so that no cell comes twice."""
    for copy in itertools.count():
        text = f"{copy} {cell.cell_type} {cell.source}"
        made = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
        if made not in used:
            return made
    raise AssertionError("unreachable")


# ---------------------------------------------------------------------------- changes of the course
def _note(cell: NotebookNode, was: NotebookNode) -> NotebookNode | None:
    """A learner's change of a cell that the new edition has changed, too, or no longer has."""
    if cell.cell_type == "code":
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", cell.source)), default=0))
        head = "**Your version of the code above** (kept by `course update`):"
        text = f"{head}\n\n{fence}python\n{cell.source}\n{fence}"
    else:
        before = {line.strip() for line in was.source.splitlines()}
        lines = [line for line in cell.source.splitlines() if line.strip() not in before]
        if not lines:  # only taken away: nothing of the learner's would be lost
            return None
        text = "**Your notes on the text above** (kept by `course update`):\n\n" + "\n".join(lines)
    note = nbformat.v4.new_markdown_cell(text)
    note.id = _made_id(note)
    if "attachments" in cell:
        note.attachments = cell.attachments
    return note
