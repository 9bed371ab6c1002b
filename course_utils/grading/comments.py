"""Comments that an instructor writes by hand: they are on the feedback pages of each run."""

import csv
import io
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.paths import write_whole

NAME = "comments.csv"
_HEAD = ("student", "exercise", "comment")

# exercise (or "" for all of it) -> what was said about it
Comments = dict[str, list[str]]


def read_comments(out: Path) -> dict[str, Comments]:
    """Student -> comments, from `comments.csv` in the folder of the results.

    Where there is none, an empty one is made. CourseError for a file that is no such table.
    """
    path = out / NAME
    inside = out / "results" / NAME  # some put it beside the results themselves
    if not path.exists() and not inside.exists():
        write_whole(path, ",".join(_HEAD) + "\n")
        return {}
    try:
        text = "".join(p.read_bytes().decode("utf-8-sig") for p in (path, inside) if p.exists())
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the comments in {path} cannot be read: {error}") from error
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(map(str.strip, row))]
    if not rows or tuple(cell.strip().casefold() for cell in rows[0]) != _HEAD:
        raise CourseError(f"{path} has to begin with the line {','.join(_HEAD)}")
    comments: dict[str, Comments] = {}
    for student, exercise, said in (_three(path, row) for row in rows[1:]):
        if (student, exercise) != _HEAD[:2]:
            comments.setdefault(student, {}).setdefault(exercise, []).append(said)
    return comments


def _three(path: Path, row: list[str]) -> tuple[str, str, str]:
    if len(row) != len(_HEAD):
        raise CourseError(
            f"{path}: a line has {len(row)} entries and not three, {','.join(_HEAD)} (a comment "
            f"with a comma in it goes in quotation marks): {','.join(row)[:80]}"
        )
    return row[0].strip(), row[1].strip(), row[2].strip()
