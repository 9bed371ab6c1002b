"""What a learner calls in a notebook: `check`, `hint`, `reveal`, `reset`, `progress`."""

import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from course_utils.checking import board, judging, report
from course_utils.checking.comparing import describe
from course_utils.checking.exercise import Exercise
from course_utils.checking.lending import foreign_names
from course_utils.checking.locating import locate
from course_utils.checking.questions import answer_to, is_question
from course_utils.checking.registry import exercise_modules, find, get
from course_utils.errors import CourseError

_SEARCHING = "Looking for the place in your code …"
_hints_given: Counter[str] = Counter()


def check(function: Callable | None = None, /, **named: Callable) -> Callable:
    """Check an answer and say what is wrong with it.

    Returns the function itself when it is right and the course's own version otherwise, so that
    `relu = check(relu)` keeps the rest of the notebook running. A function that does not carry the
    exercise's name is checked as `check(relu=…)`. With `COURSE_STRICT=1` anything but a right
    answer is an AssertionError (except in a worked example, which may go wrong on purpose): that is
    how the solved edition is tested.
    """
    exercise, function = _exercise_to_check(function, named)
    if exercise is None:
        return function
    verdict = judging.examine(function, exercise)
    foreign = foreign_names(function, exercise) if exercise.points and verdict.passed else []
    unfit = judging.signature_remark(function, exercise) if verdict.passed else ""
    _show_verdict(function, verdict, foreign, unfit)
    unsaved = board.record(exercise.name, board.BORROWED if foreign else verdict.state)
    if unsaved:
        _show(report.Card("A remark", (unsaved,)))
    if os.environ.get("COURSE_STRICT") == "1" and exercise.points and not verdict.passed:
        raise AssertionError(report.verdict_card(verdict).text())
    return function if verdict.passed and not unfit else exercise.stand_in


def _show_verdict(
    function: Callable, verdict: judging.Verdict, foreign: list[str], unfit: str
) -> None:
    searched = verdict.state in (judging.WRONG, judging.RAISED) and not verdict.printed
    if searched and verdict.problem.kind != "signature":
        _show_and_search(function, verdict)
    else:
        _show(report.verdict_card(verdict, counts=not foreign))
    picture = report.difference_picture(verdict)
    if picture is not None:
        _show_png(picture)
    if foreign:
        _show(report.foreign_card(verdict.exercise, foreign))
    if unfit:
        _show(report.Card("A remark", (unfit,)))


def _show_and_search(function: Callable, verdict: judging.Verdict) -> None:
    """The card at once, and in it, when it is found, the place in the learner's code."""
    update = _show(report.verdict_card(verdict, note=_SEARCHING), lasting=True)
    try:
        verdict = replace(verdict, places=tuple(locate(function, verdict.exercise)))
    finally:  # also where the search was interrupted
        update(report.verdict_card(verdict))


def hint(function: Callable | str) -> None:
    """Show the next hint for an exercise; after the last one, all of them again.

    An optional exercise comes without hints, and says so.
    """
    exercise = _named(function)
    if exercise is not None:
        _hints_given[exercise.name] += 1
        _show(report.hint_card(exercise, _hints_given[exercise.name]))


def reveal(function: Callable | str) -> None:
    """Show the course's solution with an explanation, after at least one checked attempt.

    `reveal("05.Q1")` shows an answer to the first question at the end of notebook 05.
    """
    if is_question(function):
        _show_answer(function)
        return
    exercise = _named(function)
    if exercise is None:
        return
    if board.attempts(exercise.name):
        _show(report.solution_card(exercise))
        return
    name = exercise.name
    helps = "" if exercise.optional else f" `hint({name})` helps with the first line."
    _show(
        report.Card(
            f"{name}: try it once yourself first.",
            (
                f"Write what you think is right, run `check({name})`, then come back. A wrong "
                f"attempt counts.{helps}",
            ),
        )
    )


def _show_answer(asked: str | float) -> None:
    try:
        _show(answer_to(asked))
    except CourseError as error:
        _complain(str(error))


def reset(function: Callable | str) -> None:
    """Put a blank stub into this cell, and below it the old answer, commented out.

    Where no front end can change a cell, the text is shown instead, to be copied.
    """
    exercise = _named(function)
    if exercise is None:
        return
    old = _last_answer(exercise.name)
    text = exercise.cell(exercise.stub)
    if old:
        kept = "\n".join(f"# {line}".rstrip() for line in old.splitlines())
        text += f"\n\n# your answer so far:\n{kept}"
    if _in_notebook():
        sys.modules["IPython"].get_ipython().set_next_input(text, replace=True)
        said = "The stub is in this cell now, and your old answer below it, commented out."
        _show(report.Card(f"{exercise.name} starts anew.", (said,)))
    else:
        print(text)


def _last_answer(name: str) -> str:
    """The text of the last cell that defined a function of this name and did more than the stub."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    cells = list(shell.history_manager.input_hist_raw) if shell else []
    begins = re.compile(rf"^def {name}\b", re.MULTILINE)
    blank = get(name).stub
    answers = [text for text in cells if begins.search(text) and blank not in text]
    return answers[-1] if answers else ""


def progress(notebook: str | int | None = None) -> None:
    """Show the board of all exercises, or of one notebook (`progress("04")`, `progress(4)`)."""
    try:
        _show(report.Board(tuple(board.standings(notebook))))
    except CourseError as error:
        _show(report.Card(str(error)))


def _exercise_to_check(function, named: dict) -> tuple[Exercise | None, Callable]:
    """The exercise meant by the arguments of `check`, or None after saying what is wrong."""
    name = ""
    if function is None and len(named) == 1:
        ((name, function),) = named.items()
    elif named or function is None:
        _complain("check wants one function: check(relu), or check(relu=your_function).")
        return None, function
    known = find(name or _name_of(function)) if callable(function) else None
    if isinstance(function, Exercise) or (known is not None and function is known.stand_in):
        _complain(
            f"this {known.name} is the course's own version, which took the place of yours. Run "
            f"the cell that defines {known.name} again, from its first line."
        )
        return None, function
    if not callable(function):
        _complain(
            f"check wants the function itself, not {describe(function)}: write "
            "check(name), without calling name."
        )
        return None, function
    return _named(function, name or _name_of(function)), function


def _name_of(function: Callable) -> str:
    """Its own name; of a lambda and the like the exercise's name that the notebook bound it to."""
    name = getattr(function, "__name__", "")
    if name in exercise_modules():
        return name
    bound = [n for n, value in vars(sys.modules["__main__"]).items() if value is function]
    return next((n for n in bound if n in exercise_modules()), name)


def _named(function: Callable | str, name: str = "") -> Exercise | None:
    if is_question(function):
        _complain(
            f"{function!r} is a question, and hints, resets and checks are for exercises; "
            'an answer is shown by reveal, as in reveal("05.Q1").'
        )
        return None
    name = function if isinstance(function, str) else name or _name_of(function)
    if not name.isidentifier():
        _complain(
            "this function has no name of its own. Write def relu(…), with the name of the "
            "exercise, or check(relu=your_function)."
        )
        return None
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


def _show(card, lasting: bool = False) -> Callable:
    """Show a card. With `lasting`, it is one that the returned function puts another in place of;
    where nothing can be replaced (on paper, in builds and tests) only that other one is shown."""
    show = _display if _in_notebook() else _print
    if lasting and (show is _print or os.environ.get("COURSE_STILL") == "1"):
        return show
    return show(card, lasting)


def _display(card, lasting: bool = False) -> Callable:
    from IPython.display import display

    handle = display(card, display_id=lasting)
    return handle.update if lasting else _nothing


def _print(card, lasting: bool = False) -> Callable:
    print(card.text())
    return _nothing


def _nothing(card) -> None:
    pass


def _show_png(png: bytes) -> None:
    if _in_notebook():
        from IPython.display import Image, display

        display(Image(png, format="png"))
