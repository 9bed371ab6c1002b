"""Which catalogued mistake an answer is: the one that does the same, on every case."""

from typing import Any

import numpy as np

from course_utils.checking.answer_key import AnswerKey, as_seen
from course_utils.checking.comparing import as_plain, compare
from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.running import Outcome


def recognise(key: AnswerKey, outcomes: list[Outcome]) -> Mistake | None:
    """The catalogued mistake that does what this answer did, on every case.

    Where none does so in full, one that gives the first wrong part of a tuple will do: who
    leaves out a rotation in grad_x and a sum in grad_bias is told of the rotation first.
    """
    for mistake, theirs in key.mistakes:
        if _same_throughout(key, outcomes, theirs):
            return mistake
    return _recognise_part(key, outcomes)


def _same_throughout(key: AnswerKey, ours: list[Outcome], theirs: list[Outcome]) -> bool:
    """Equal on every case; the same kind of error counts only beside a value or a same message."""
    if not all(_same(key.exercise, *trio) for trio in zip(ours, theirs, key.cases, strict=True)):
        return False
    return any(
        not a.error or a.error_message == b.error_message for a, b in zip(ours, theirs, strict=True)
    )


def _same(exercise: Exercise, a: Outcome, b: Outcome, drawn: Case) -> bool:
    if a.error or b.error:
        return a.error == b.error
    if a.changed != b.changed or (exercise.quiet and a.warnings != b.warnings):
        return False
    try:
        seen_a, seen_b = exercise.seen(a.value, drawn), exercise.seen(b.value, drawn)
    except Exception:
        return False
    return seen_a is not None and seen_b is not None and _equal(exercise, seen_a, seen_b, drawn)


def _equal(exercise, a, b, drawn) -> bool:
    return compare(exercise, _whole(a), as_plain(b), drawn, "") is None


def _whole(value: Any) -> Any:
    """3.0 as 3, also within a tuple: a mistake is recognised by its values."""
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    is_float = isinstance(value, float | np.floating)
    return int(value) if is_float and float(value).is_integer() else value


def _recognise_part(key: AnswerKey, outcomes: list[Outcome]) -> Mistake | None:
    """The mistake that spoils the first wrong part as the answer does, and none before it; else
    one that spoils a later part so, and no other.
    """
    ours = _parts(key, outcomes)
    if ours is None:
        return None

    def right(parts: list[tuple], k: int) -> bool:
        return _part_agrees(key, parts, key.expected, k)

    count = len(ours[0])
    wrong = [k for k in range(count) if not right(ours, k)]
    others = [(m, parts) for m, theirs in key.mistakes if (parts := _parts(key, theirs))]
    for k in wrong:
        untouched = [j for j in range(count) if j < k or (j > k and k != wrong[0])]
        for mistake, theirs in others:
            if _part_agrees(key, ours, theirs, k) and all(right(theirs, j) for j in untouched):
                return mistake
    return None


def _parts(key: AnswerKey, outcomes: list[Outcome]) -> list[tuple] | None:
    """The answers of all cases as tuples of the expected length, or None if they are not that."""
    if any(o.error or o.changed for o in outcomes):
        return None
    seen = [as_seen(key.exercise, o, c) for o, c in zip(outcomes, key.cases, strict=True)]
    fits = [
        isinstance(e, tuple) and isinstance(s, tuple) and len(s) == len(e)
        for s, e in zip(seen, key.expected, strict=True)
    ]
    return seen if fits and all(fits) else None


def _part_agrees(key: AnswerKey, ours: list[tuple], theirs: list[tuple], k: int) -> bool:
    return all(
        a[k] is not None and b[k] is not None and _equal(key.exercise, a[k], b[k], c)
        for a, b, c in zip(ours, theirs, key.cases, strict=True)
    )
