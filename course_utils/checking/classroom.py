"""What a learner calls in a notebook: `check`, `hint`, `reveal`, `progress`."""

import os
import sys
from collections import Counter
from collections.abc import Callable

from course_utils.checking import board, judging, report
from course_utils.checking.comparing import describe
from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import get
from course_utils.checking.running import foreign_names
from course_utils.errors import CourseError

_hints_given: Counter[str] = Counter()


def check(function: Callable) -> Callable:
    """Check an answer and say what is wrong with it.

    Returns the function itself when it is right and the course's own version otherwise, so that
    `relu = check(relu)` keeps the rest of the notebook running. With `COURSE_STRICT=1` anything
    but a right answer is an AssertionError (except in a worked example, which may go wrong on
    purpose): that is how the solved edition is tested.
    """
    exercise = _exercise_to_check(function)
    if exercise is None:
        return function
    verdict = judging.examine(function, exercise)
    foreign = foreign_names(function, exercise) if exercise.points else []
    _show(report.verdict_card(verdict, counts=not foreign))
    picture = report.difference_picture(verdict)
    if picture is not None:
        _show_png(picture)
    if verdict.passed and foreign:
        _show(report.foreign_card(exercise, foreign))
    unsaved = board.record(exercise.name, verdict.state)
    if unsaved:
        _show(report.Card("A remark", (unsaved,)))
    if os.environ.get("COURSE_STRICT") == "1" and exercise.points and not verdict.passed:
        raise AssertionError(report.verdict_card(verdict).text())
    return function if verdict.passed else exercise


def hint(function: Callable | str) -> None:
    """Show the next hint for an exercise."""
    exercise = _named(function)
    if exercise is not None:
        _hints_given[exercise.name] += 1
        _show(report.hint_card(exercise, _hints_given[exercise.name]))


def reveal(function: Callable | str) -> None:
    """Show the course's solution with an explanation, after at least one checked attempt."""
    exercise = _named(function)
    if exercise is None:
        return
    if board.attempts(exercise.name):
        _show(report.solution_card(exercise))
        return
    name = exercise.name
    _show(
        report.Card(
            f"{name}: try it once yourself first.",
            (
                f"Write what you think is right, run `check({name})`, then come back. A wrong "
                f"attempt counts. `hint({name})` helps with the first line.",
            ),
        )
    )


def progress(notebook: str | None = None) -> None:
    """Show the board of all exercises, or of one notebook (`progress("04")`)."""
    try:
        _show(report.Board(tuple(board.standings(notebook))))
    except CourseError as error:
        _show(report.Card(str(error)))


def _exercise_to_check(function) -> Exercise | None:
    """The exercise meant by the argument of `check`, or None after saying what is wrong with it."""
    if isinstance(function, Exercise):
        name = function.name
        _complain(
            f"this {name} is the course's own version, which took the place of yours. Run the cell "
            f"that defines {name} again, from its first line."
        )
        return None
    if not callable(function):
        _complain(
            f"check wants the function itself, not {describe(function)}: write "
            "check(name), without calling name."
        )
        return None
    return _named(function)


def _named(function: Callable | str) -> Exercise | None:
    name = function if isinstance(function, str) else getattr(function, "__name__", "")
    try:
        return get(name)
    except CourseError as error:
        _complain(str(error))
        return None


def _complain(sentence: str) -> None:
    _show(report.Card(f"✗ {sentence}", colour=report.WRONG_COLOUR))
    if os.environ.get("COURSE_STRICT") == "1":
        raise AssertionError(sentence)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _show(card) -> None:
    if _in_notebook():
        from IPython.display import display

        display(card)
    else:
        print(card.text())


def _show_png(png: bytes) -> None:
    if _in_notebook():
        from IPython.display import Image, display

        display(Image(png, format="png"))
