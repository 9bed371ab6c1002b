"""Where in a submitted answer is it? The search of `check` for one small edit, in the sandbox.

The edits are made here, from the text; the edited functions run where the answer ran, on the
smallest case that fails, and what they return is judged here. For feedback only, never for points.
"""

import ast
from collections.abc import Callable

from course_utils.checking import locating
from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.edits import Edit, edits_of
from course_utils.checking.judging import problem_with
from course_utils.checking.report import places_sentence
from course_utils.checking.running import Outcome
from course_utils.grading.collect import Answer
from course_utils.grading.session import Reply

SECONDS = 1.0  # of computing, for all edits of one answer
_MOST_EDITS = 800

Ask = Callable[[dict], Reply]
Read = Callable[[Reply, list[int]], list[Outcome]]


def place(key: AnswerKey, outcomes: list[Outcome], answer: Answer, request: dict,
          ask: Ask, read: Read) -> str:  # fmt: skip
    """A sentence about the line in which one change would make every case right, or nothing.

    ask(request) runs edited functions in the sandbox; read(reply, cases) -> what they did, the
    numbers of the cases being those for which they were asked.
    """
    tree, lines = _function(answer, key.exercise.name)
    if tree is None:
        return ""
    order = locating.order(key, outcomes)
    found = edits_of(tree)[:_MOST_EDITS]
    texts = [_edited(tree, edit) for edit in found]
    mending = _mending(key, found, texts, order[:1], request, ask, read)
    for case in order[1:]:
        if not mending:
            return ""
        texts = [_edited(tree, edit) for edit in mending]
        mending = _mending(key, mending, texts, [case], request, ask, read)
    return places_sentence(locating.places(mending, lines), len(key.cases))


def _function(answer: Answer, name: str) -> tuple[ast.FunctionDef | None, list[str]]:
    """The tree of the answer, where it is a plain function, and the lines of its cell."""
    for _, text, chosen in reversed(answer.statements):
        body = ast.parse(text).body
        for i in reversed(chosen):
            if getattr(body[i], "name", "") == name:
                plain = isinstance(body[i], ast.FunctionDef) and not body[i].decorator_list
                return (body[i] if plain else None), text.splitlines()
    return None, []


def _edited(tree: ast.FunctionDef, edit: Edit) -> str:
    try:
        with edit.applied():
            return ast.unparse(tree)
    except (ValueError, TypeError, AttributeError, RecursionError):  # an edit that is no Python
        return ""


def _mending(key, edits, texts, cases, request, ask, read) -> list[Edit]:
    """The edits that make these cases right."""
    wanted = {**request, "edits": texts, "edit_seconds": SECONDS,
              "cases": [request["cases"][i] for i in cases]}  # fmt: skip
    outcomes = read(ask(wanted), cases * len(texts))
    return [
        edit
        for edit, outcome in zip(edits, outcomes, strict=False)
        if problem_with(key.exercise, outcome, key.cases[cases[0]], key.expected[cases[0]]) is None
    ]
