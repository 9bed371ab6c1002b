"""Points for an answer inside a running notebook: what the test cells of nbgrader call.

The answer is found in the cells that were run, by the rules of `course grade`: the last definition
of its name, with all that it uses. So a wrong one is graded, too, although `check` has put the
course's own version in its place. It runs on fresh cases, in a process of its own.
"""

import atexit
import functools
import json
import secrets
import sys

from course_utils.checking.registry import get
from course_utils.errors import CourseError
from course_utils.grading import feedback, reading
from course_utils.grading.grade import Grader
from course_utils.grading.result import FULL, Result
from course_utils.grading.sandbox import probe

_passed: set[str] = set()  # answers of this notebook that are right


def nbgrader_points(name: str) -> int:
    """The points that the answer to an exercise earns, all or a part of them.

    Raises AssertionError when it earns none, and says what is wrong; nbgrader counts that as 0.
    """
    result = grade_cells(name, _cells_that_were_run())
    said = "\n".join([f"{name}: {feedback.WORDS[result.state]}.", *feedback.lines(result)])
    if not result.points:
        raise AssertionError(said)
    if result.state != FULL:
        print(said)
    return result.points


def nbgrader_bonus(name: str) -> None:
    """Print the bonus that the answer to an optional exercise earns.

    nbgrader gives no points beyond its maximum by itself, so nothing is returned and nothing is
    raised: the instructor enters what is printed as extra credit.
    """
    result = grade_cells(name, _cells_that_were_run())
    if result.left_alone:
        print(f"{name}: {feedback.words(result)}.")
        return
    earned = f"a bonus of {result.points} of {result.bonus} points, to be entered as extra credit"
    print("\n".join([f"{name}: {feedback.words(result)}; {earned}.", *feedback.lines(result)]))


def grade_cells(name: str, sources: list[str]) -> Result:
    """Grade the answer to one exercise in the text of these code cells."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    notebook = reading.parse(json.dumps({"cells": cells}).encode())
    result = _grader().grade_one(get(name), notebook, _passed)
    (_passed.add if result.state == FULL else _passed.discard)(name)
    return result


@functools.cache
def _grader() -> Grader:
    """One for the whole notebook, so that its worker is started once."""
    grader = Grader(probe(), secrets.randbelow(2**31))
    atexit.register(grader.close)
    return grader


def _cells_that_were_run() -> list[str]:
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    if not shell:
        raise CourseError("nbgrader_points looks at the cells of a notebook, and this is none")
    return list(shell.history_manager.input_hist_raw)
