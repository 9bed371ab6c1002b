"""The files that a student handed in: their bytes, or why they are not read."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from course_utils.grading import reading
from course_utils.grading.handed_in import Submission
from course_utils.grading.names import student_name


@dataclass(frozen=True)
class File:
    """One file of a student: its bytes, or why it is not read."""

    name: str
    data: bytes = b""
    refused: str = ""
    modified: float = 0.0
    late: bool = False  # marked so by the learning platform


def load(submissions: list[Submission]) -> list[File]:
    """The files of one student with their bytes; what cannot be read is kept with the reason."""
    often = Counter(s.shown for s in submissions)
    return [_load(s, s.shown if often[s.shown] == 1 else str(s.path)) for s in submissions]


def _load(submission: Submission, name: str) -> File:
    name = student_name(name)
    if submission.refused:
        return File(name, refused=submission.refused, modified=submission.modified)
    try:
        data = reading.bytes_of(submission.path)
        modified = submission.modified or submission.path.stat().st_mtime
        return File(name, data, modified=modified, late=submission.late)
    except (reading.Unreadable, OSError) as error:
        return File(name, refused=str(error))


def digest(file: File) -> str:
    """SHA-256 of the file; empty for one that is not read."""
    return "" if file.refused else hashlib.sha256(file.data).hexdigest()
