"""Wrong answers of a class that no catalogued mistake explains, put together by what they return.

What many students do is a mistake that deserves a name. Each group comes with the shortest of its
answers and with a block for the exercise's file, in which only the name and the question are still
to be written.
"""

import ast
import hashlib
import json
import textwrap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.checking.answer_key import AnswerKey, as_seen
from course_utils.checking.comparing import as_plain
from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import get
from course_utils.checking.running import Outcome
from course_utils.errors import CourseError
from course_utils.grading.result import Result

_DIGITS = 6  # significant ones that count when values are compared


@dataclass(frozen=True)
class Group:
    """Students whose answers to one exercise return the same in all cases."""

    exercise: str
    students: tuple[str, ...]
    code: str  # the shortest of their answers


# ----------------------------------------------------------------------------- one answer's mark
def returned(key: AnswerKey, outcomes: list[Outcome]) -> str:
    """A short mark of what an answer did in all cases: equal for answers that do the same."""
    said = [
        [o.error, o.error_message] if o.error else [_mark(as_seen(key.exercise, o, c)), o.changed]
        for o, c in zip(outcomes, key.cases, strict=True)
    ]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:16]


def _mark(value):
    """What tells a value from others; of one that cannot be looked into, its type."""
    try:
        return _plain(value)
    except Exception:
        return type(value).__name__


def _plain(value):
    """A value as text and numbers, rounded to what counts."""
    value = as_plain(value)
    if isinstance(value, tuple | list):
        return [type(value).__name__, *map(_plain, value)]
    if isinstance(value, bool | str) or value is None:
        return value
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return type(value).__name__
    return [list(array.shape), [f"{float(v):.{_DIGITS - 1}e}" for v in array.ravel()]]


def code_of(exercise: Exercise, statements: Iterable[tuple[str, str, tuple[int, ...]]]) -> str:
    """The definitions that an answer is made of, without imports: helpers first, itself last."""
    parts = []
    for _, text, chosen in statements:
        nodes = ast.parse(text).body
        parts += [nodes[i] for i in chosen if not isinstance(nodes[i], ast.Import | ast.ImportFrom)]
    return "\n\n\n".join(map(ast.unparse, parts))


# ------------------------------------------------------------------------------------- the groups
def groups(results: Iterable[tuple[str, Result]]) -> list[Group]:
    """(student, result) -> the groups, the largest first."""
    same = defaultdict(list)
    for student, result in results:
        if result.returned:
            same[result.exercise, result.returned].append((student, result.code))
    found = [
        Group(exercise, tuple(student for student, _ in pairs),
              min((code for _, code in pairs), key=len))
        for (exercise, _), pairs in same.items()
    ]  # fmt: skip
    return sorted(found, key=lambda g: (-len(g.students), g.exercise, g.code))


def read(folder: Path) -> list[tuple[str, Result]]:
    """What `course grade -o FOLDER` has left there. CourseError where there is nothing of it."""
    files = sorted(folder.glob("results/*.json"))
    if not files:
        raise CourseError(f"{folder} holds no results of `course grade -o FOLDER`")
    found = []
    for file in files:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            found += [(data["student"], Result(**result)) for result in data["results"]]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CourseError(f"{file} is no result of `course grade`: {error}") from error
    return found


def block(group: Group) -> str:
    """A mistake to be pasted into the exercise's file; its name and its question are missing."""
    exercise = get(group.exercise)
    *helpers, answer = _definitions(group.code, group.exercise)
    if isinstance(answer, ast.ClassDef):
        answer = _factory(answer)
    body = ast.unparse(ast.Module(answer.body, []))
    lines = [ast.unparse(node) + "\n\n" for node in helpers]
    lines += [
        f"@{group.exercise}.mistake(",
        '    "what was done wrong, in a few words",',
        '    hint="The question that leads out of it?",',
        ")",
        f"def _({ast.unparse(answer.args)}):",
        textwrap.indent(body, "    "),
    ]
    where = f"# {exercise.home.replace('.', '/')}.py"
    return "\n".join([where, *lines])


def _definitions(code: str, name: str) -> list[ast.stmt]:
    """The statements of an answer, the function itself last and without its docstring."""
    nodes = ast.parse(code).body
    kinds = ast.FunctionDef | ast.ClassDef
    (answer,) = [n for n in nodes if isinstance(n, kinds) and n.name == name][-1:]
    if ast.get_docstring(answer, clean=False) is not None:
        answer.body = answer.body[1:] or [ast.Pass()]
    return [*(node for node in nodes if node is not answer), answer]


def _factory(answer: ast.ClassDef) -> ast.FunctionDef:
    """A function that makes the class, as the catalogue has them."""
    made = ast.parse(f"def _():\n    from torch import nn\n    return {answer.name}").body[0]
    made.body.insert(1, answer)
    return made


def words(group: Group) -> str:
    """`17 students, e.g. ada, bob, cid`."""
    count = len(group.students)
    if count == 1:
        return f"1 student: {group.students[0]}"
    return f"{count} students, e.g. {', '.join(group.students[:3])}"


def text(found: list[Group], most: int) -> str:
    """What `course mistakes` prints."""
    if not found:
        return "Every wrong answer has a name."
    parts = [f"{g.exercise}: {words(g)}\n\n{textwrap.indent(block(g), '    ')}\n"
             for g in found[:most]]  # fmt: skip
    more = len(found) - most
    return "\n".join(parts) + (f"\nand {more} more (--most {len(found)} shows all)" * (more > 0))
