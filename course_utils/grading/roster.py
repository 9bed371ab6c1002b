"""The list of a class: who should have handed in something."""

import csv
import io
import re
from collections.abc import Collection
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.names import name_and_id, seen_alike, student_name

_NAMES = ("student", "full name", "name", "student name", "display name", "username", "login")
_IDS = ("id", "identifier", "student id", "id number", "user id", "sis user id")


def read_roster(path: Path) -> list[tuple[str, str]]:
    """(name, id) of everybody in a file: a name in each line, or a table of Canvas or Moodle.

    CourseError for a file that cannot be read, or holds no names.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the list of students {path} cannot be read: {error}") from error
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    column = next((head.index(name) for name in _NAMES if name in head), None)
    known = next((head.index(name) for name in _IDS if name in head), None)
    if column is None:
        # no table: each line is a name, also one that is written as “Lovelace, Ada”
        names = [(student_name(line), "") for line in text.splitlines() if line.strip()]
    else:
        names = [
            (_cell(row, column), re.sub(r"\D", "", _cell(row, known)) if known is not None else "")
            for row in rows[1:]
        ]
    names = [(name, number) for name, number in names if name and "Points Possible" not in name]
    if not names:
        raise CourseError(f"the list of students {path} holds no names")
    return names


def _cell(row: list[str], column: int) -> str:
    return student_name(row[column]) if column < len(row) and row[column].strip() else ""


def not_among(roster: list[tuple[str, str]], students: Collection[str]) -> list[tuple[str, str]]:
    """Who of the list is none of these students, by id or by name."""
    ids = {known for _, known in map(name_and_id, students) if known}
    names = {form for s in students for form in _forms(name_and_id(s)[0]) | _forms(s)}
    return [
        (name, known)
        for name, known in roster
        if not (known and known in ids) and not _forms(name) & names
    ]


def _forms(name: str) -> set[str]:
    """A name without blanks, in both orders: “Lovelace, Ada” is “lovelaceada” on Canvas."""
    parts = [re.sub(r"\W", "", part) for part in seen_alike(name).split(",")]
    return {"".join(parts), "".join(reversed(parts))} - {""}
