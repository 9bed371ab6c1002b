"""Checking answers: what an exercise is, judging, and what a learner calls in a notebook."""

from course_utils.checking.classroom import check, hint, progress, reset, reveal
from course_utils.checking.exercise import case, exercise
from course_utils.checking.registry import all_exercises, reference

__all__ = [
    "all_exercises",
    "case",
    "check",
    "exercise",
    "hint",
    "progress",
    "reference",
    "reset",
    "reveal",
]
