"""The exercises: a folder for each notebook, a file for each exercise, found by its name.

What makes them work is in `course_utils.checking`.
"""

import importlib

_MOVED = ("all_exercises", "case", "check", "exercise", "hint", "progress", "reference", "reveal")


def __getattr__(name: str):
    """Notebooks of earlier editions import `check` and the like from here."""
    if name in _MOVED:
        return getattr(importlib.import_module("course_utils.checking"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
