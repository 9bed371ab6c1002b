"""Where in the learner's own code is it? One small edit that would make every case right.

Each edit (`edits`) is tried on the smallest case that fails, and on all cases if it mends that one.
What is told is the line and what to look at there, never the edit itself: the question belongs to
the category of the edit. The search stops by itself, and is not made for answers that print or do
not come to an end.
"""

import ast
import inspect
import textwrap
import time
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.edits import AMENDS, RANK, Edit, edits_of
from course_utils.checking.exercise import Exercise
from course_utils.checking.isolation import undisturbed
from course_utils.checking.judging import problem_with
from course_utils.checking.naming import size
from course_utils.checking.running import Outcome, run, run_all
from course_utils.checking.watchdog import TimeLimit, limit

SECONDS = 1.8  # for the whole search, so that an answer to `check` is there after two
_ONE_CALL = 0.25  # seconds for an edited function on one case
_MOST_LINES = 2  # more places than that are no place

# Category of an edit -> what to look at in the line, and the question that leads on.
QUESTIONS = {
    "= or +=": ("the assignment", "should it replace what is there, or add to it?"),
    "copy": ("the arguments", "does your function change one of them? Whoever called it still "
             "needs it."),
    "operator": ("the arithmetic", "is each operator the one you mean? Try it with small numbers."),
    "order": ("the order", "which comes first, and which second?"),
    "comparison": ("the comparison", "what should happen where both sides are equal? And is it "
                   "the right way round?"),
    "number": ("the numbers", "count it out by hand for the smallest case: is each of them right?"),
    "flag": ("True and False", "is it the right one?"),
    "name": ("the variables", "is each of them the one that you mean?"),
    "function": ("the function that is called", "is it the right one of its kind?"),
    "axis": ("the axes", "along which axis should it go? Write down the shape before and after."),
    "keepdims": ("the shape", "which shape does it have, and with what is it combined then?"),
    "argument": ("the arguments of the call", "is there one too many?"),
    "slice": ("the slice", "where should it begin and end, in which steps, in which direction?"),
    "transpose": ("the shapes", "are rows and columns where you want them?"),
    "half turn": ("the direction", "should anything here be rotated by 180°?"),
    "factor": ("the arithmetic", "how often does each term count?"),
    "sign": ("the sign", "should it be plus or minus? Take the smallest example."),
    "off by one": ("the count", "is it one too many, or one too few?"),
    "part": ("each term", "does every one of them belong there?"),
    "branch": ("the two branches", "which belongs to which?"),
    "line too many": ("the whole line", "what would happen without it?"),
    "return too deep": ("the indentation of `return`", "should the loop end there?"),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A line of the learner's code, as numbered in the cell, and what to ask there."""

    line: int
    text: str
    category: str

    @property
    def sentence(self) -> str:
        where, question = QUESTIONS[self.category]
        return f"look at {where} there: {question}"


def locate(function: Callable, exercise: Exercise, seconds: float = SECONDS) -> list[Place]:
    """The lines in which one edit would make all cases right: one, two, or none at all."""
    parsed = _parsed(function)
    if parsed is None:
        return []
    key = AnswerKey.drawn(exercise)
    outcomes = run_all(function, key.cases, exercise.argument_names)
    if any(outcome.printed for outcome in outcomes):
        return []
    tree, lines, offset = parsed
    found = _search(tree, function.__globals__, key, order(key, outcomes), seconds)
    return places(found, lines, offset)


def places(found: list[Edit], lines: list[str], offset: int = 0) -> list[Place]:
    """The lines of edits that make all cases right, if these are few; `offset` lines are above."""
    best = [edit for edit in found if RANK.get(edit.category, 1) < AMENDS] or found
    by_line = {}
    for edit in best:
        text = lines[edit.line - 1].strip()
        by_line.setdefault(edit.line, Place(edit.line + offset, text, edit.category))
    return list(by_line.values()) if len(by_line) <= _MOST_LINES else []


def order(key: AnswerKey, outcomes: list[Outcome]) -> list[int]:
    """The numbers of the cases: those that fail first, and small ones before large ones."""
    right = [
        problem_with(key.exercise, outcome, drawn, expected) is None
        for outcome, drawn, expected in zip(outcomes, key.cases, key.expected, strict=True)
    ]
    return sorted(range(len(right)), key=lambda i: (right[i], size(key.cases[i])))


def _parsed(function: Callable) -> tuple[ast.FunctionDef, list[str], int] | None:
    """The tree of a plain function, its lines, and how many lines stand above it in its cell."""
    if not isinstance(function, types.FunctionType) or function.__code__.co_freevars:
        return None
    try:
        lines, first = inspect.getsourcelines(function)
        text = textwrap.dedent("".join(lines))
        (tree,) = ast.parse(text).body
    except (OSError, SyntaxError, ValueError):
        return None
    if not isinstance(tree, ast.FunctionDef):
        return None
    tree.decorator_list = []
    return tree, text.splitlines(), first - 1


def _search(
    tree: ast.FunctionDef, scope: dict, key: AnswerKey, order: list[int], seconds: float
) -> list[Edit]:
    until, found = time.monotonic() + seconds, []
    with undisturbed():
        for edit in edits_of(tree):
            if time.monotonic() > until:
                break
            with edit.applied():
                function = _compiled(tree, scope)
            if function is not None and _mends(function, key, order, until):
                found.append(edit)
    return found


def _compiled(tree: ast.FunctionDef, scope: dict) -> Callable | None:
    try:
        with warnings.catch_warnings():  # of a text that the learner has not written
            warnings.simplefilter("ignore")
            code = compile(ast.Module([tree], []), "<edited>", "exec")
    except (SyntaxError, TypeError, ValueError, RecursionError):
        return None
    names = dict(scope)
    exec(code, names)
    return names[tree.name]


def _mends(function: Callable, key: AnswerKey, order: list[int], until: float) -> bool:
    """Whether every case is right; one that is not run in time is not."""
    names = key.exercise.argument_names
    try:
        for i in order:
            left = until - time.monotonic()
            if left <= 0:
                return False
            with limit(min(_ONE_CALL, left)):
                outcome = run(function, key.cases[i], names)
            if problem_with(key.exercise, outcome, key.cases[i], key.expected[i]):
                return False
    except (TimeLimit, RecursionError, MemoryError):
        return False
    return True
