"""Names: of students as platforms write them, of students who look alike, of a student's files."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from course_utils.grading.printable import visible


def student_name(raw: str) -> str:
    """A name that can be printed. A character without a shape is shown by its number: it tells
    this name from another one that looks the same.
    """
    return "".join(c if c.isprintable() else visible(c) for c in raw).strip() or "nameless"


def seen_alike(name: str) -> str:
    bare = re.sub(r"<U\+[0-9A-F]+>", "", name)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", bare).casefold()).strip()


def file_names(students: Iterable[str], earlier: dict[str, str] | None = None) -> dict[str, str]:
    """Student -> the beginning of the names of their files: letters and digits of any alphabet.

    Where that changes a name, or two names look alike, a few characters of a checksum keep the
    files apart. Names that are given out already stay.
    """
    students = list(students)
    often = Counter(seen_alike(student) for student in students)
    made = {s: name for s, name in (earlier or {}).items() if _safe(str(name)) == name}
    taken = {name.casefold() for name in made.values()}
    # who needs no change comes first
    for student in sorted((s for s in students if s not in made), key=lambda s: _safe(s) != s):
        name, length = _safe(student), 6
        digest = hashlib.sha256(student.encode(errors="replace")).hexdigest()
        if name != student or often[seen_alike(student)] > 1:
            name = f"{_safe(student) or 'student'}-{digest[:length]}"
        while name.casefold() in taken:
            length += 2
            name = f"{_safe(student) or 'student'}-{digest[:length]}"
        taken.add(name.casefold())
        made[student] = name
    return {student: made[student] for student in students}


def _safe(student: str) -> str:
    """What a file may be called: 120 bytes at most, as an ending and a checksum are to come."""
    name = re.sub(r"[^\w.-]", "_", student).strip(".")
    return name.encode()[:120].decode(errors="ignore")


# ------------------------------------------------------------------ the names of learning platforms
_CANVAS = re.compile(r"^(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_")
_ANONYMOUS = re.compile(r"^(?P<late>LATE_)?(?P<name>anon)_(?P<id>\w{5})_\d+_")  # Canvas, too
# the first such part is Moodle's own: what follows it, a student has chosen
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<late>)")
_KNOWN = re.compile(r"^(?!anon_)(?P<name>.+)_(?P<id>\d+)$")


def of_platform(raw: str) -> tuple[str, tuple[str, str], bool] | None:
    """The student, name and id, whether marked as late; None for a name that is no platform's."""
    found = _ANONYMOUS.match(raw) or _CANVAS.match(raw) or _MOODLE.match(raw)
    if not found:
        return None
    key = f"{found['name']}_{found['id']}"
    return key, name_and_id(key), bool(found["late"])


def student_of(raw: str) -> str:
    """The student in a name as Canvas and Moodle write them into their archives: `ada_1234`."""
    found = of_platform(raw)
    return found[0] if found else raw


def name_and_id(student: str) -> tuple[str, str]:
    """`("ada", "1234")` for `ada_1234`; the id is empty where there is none."""
    found = _KNOWN.match(student)
    return (found["name"], found["id"]) if found else (student, "")
