"""The one error that is meant for the person at the keyboard."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class CourseError(Exception):
    """Something the user can mend: one sentence that names what was expected and what came.

    The command line prints it without a traceback and exits with status 1.
    """


@contextmanager
def as_course_error() -> Iterator[None]:
    """Inside, a ValueError becomes a CourseError: for the checks of settings in `shapes`."""
    try:
        yield
    except ValueError as error:
        raise CourseError(f"{str(error).rstrip('.')}.") from None


class Interrupted(CourseError):
    """Somebody pressed Ctrl-C; the command line exits with status 130, as shells report it."""


def did_you_mean(name: str, names: Iterable[str], otherwise: str) -> str:
    """The end of a sentence about an unknown name: "did you mean a or b?", or `otherwise`."""
    near = difflib.get_close_matches(str(name).lower(), list(names), cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else otherwise
