"""The exercises of all notebooks, and what a learner calls: check, hint, reveal, progress."""

from course_utils.exercises.classroom import check, hint, progress, reveal
from course_utils.exercises.core import all_exercises, case, exercise, reference

__all__ = [
    "all_exercises",
    "case",
    "check",
    "exercise",
    "hint",
    "progress",
    "reference",
    "reveal",
]
