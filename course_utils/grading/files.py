"""The files that a student handed in: their bytes, or why they are not read."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading import reading
from course_utils.grading.reading import Submission


@dataclass(frozen=True)
class File:
    """One file of a student: its bytes, or why it is not read."""

    name: str
    data: bytes = b""
    refused: str = ""
    modified: float = 0.0


def load(submissions: list[Submission]) -> list[File]:
    """The files of one student with their bytes; what cannot be read is kept with the reason."""
    often = Counter(s.path.name for s in submissions)
    return [_load(s, s.path if often[s.path.name] > 1 else s.path.name) for s in submissions]


def _load(submission: Submission, name: str | Path) -> File:
    name = reading.student_name(str(name))
    if submission.refused:
        return File(name, refused=submission.refused)
    try:
        data = reading.bytes_of(submission.path)
        return File(name, data, modified=submission.path.stat().st_mtime)
    except reading.Unreadable as error:
        return File(name, refused=str(error))


def digest(file: File) -> str:
    """SHA-256 of the file; empty for one that is not read."""
    return "" if file.refused else hashlib.sha256(file.data).hexdigest()
