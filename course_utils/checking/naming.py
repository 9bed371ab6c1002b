"""Which catalogued mistake an answer is, or which two: named only where nothing speaks against it.

An answer is a mistake if it does the same on every case. Of a tuple, one part may be enough: that
which the mistake spoils in the same way, if it spoils none that is right in the answer. Two
mistakes at once are named where each explains cases that the other one does not touch. Two errors
of the same type are no evidence, unless they say the same.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.answer_key import AnswerKey, as_seen
from course_utils.checking.comparing import Problem, as_plain, compare
from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.running import Outcome, run, run_all


@dataclass(frozen=True)
class Named:
    """A mistake that was recognised, a second one beside it, and where to see the first."""

    mistake: Mistake
    beside: Mistake | None = None
    part: int | None = None  # of a tuple: the part that shows it
    cases: tuple[int, ...] = ()  # the numbers of the cases that show it


class Namer:
    """Compares one answer, by its outcomes, with everything in the catalogue."""

    def __init__(self, key: AnswerKey, outcomes: list[Outcome], problems: list[Problem | None]):
        self.key, self.exercise, self.ours = key, key.exercise, outcomes
        self.problems = problems
        self.failing = [i for i, problem in enumerate(problems) if problem]

    def name(self) -> Named | None:
        """The first that fits of: a whole mistake, a part of a tuple, two mistakes at once."""
        for mistake, theirs in self.key.mistakes:
            shown = self._same_throughout(theirs)
            if shown:
                return Named(mistake, cases=shown)
        return self._by_part() or self._two_at_once() or self._one_after_the_other()

    # --------------------------------------------------------------------------- the whole answer
    def _same_throughout(self, theirs: list[Outcome]) -> tuple[int, ...]:
        """The failing cases that show the mistake, if no case speaks against it."""
        if not all(self._compatible(i, theirs[i]) for i in range(len(theirs))):
            return ()
        return tuple(i for i in self.failing if self._evident(i, theirs[i]))

    def _compatible(self, i: int, theirs: Outcome) -> bool:
        """The same value in this case, or at least the same type of error."""
        ours = self.ours[i]
        if ours.error or theirs.error:
            return ours.error == theirs.error
        if ours.changed != theirs.changed:
            return False
        only_warned = self.problems[i] is not None and self.problems[i].kind == "warning"
        if only_warned and ours.warnings != theirs.warnings:
            return False
        a, b = (_seen(self.exercise, o, self.key.cases[i]) for o in (ours, theirs))
        return a is not None and b is not None and _equal(self.exercise, a, b, self.key.cases[i])

    def _evident(self, i: int, theirs: Outcome) -> bool:
        """More than the same type of error: the same value, or an error with the same words."""
        ours = self.ours[i]
        return self._compatible(i, theirs) and (
            not ours.error or ours.error_message == theirs.error_message
        )

    # ------------------------------------------------------------------------------ part by part
    def _by_part(self) -> Named | None:
        """The mistake that spoils the first wrong part as the answer does, and no right part; else
        one that spoils a later part so, and no other. Of several that with the fewest parts which
        are wrong in another way.
        """
        ours = _parts(self.key, self.ours)
        if ours is None:
            return None
        count = len(ours[0])
        wrong = [k for k in range(count) if not self._right(ours, k)]
        named = [found for k in wrong if (found := self._of_part(ours, k, wrong))]
        if not named:
            return None
        mistake, k = named[0]
        others = [other for other, _ in named[1:] if other is not mistake]
        cases = [i for i in self.failing if not self._part_agrees(ours, self.key.expected, k, i)]
        return Named(mistake, others[0] if others else None, k, tuple(cases))

    def _of_part(self, ours: list[tuple], k: int, wrong: list[int]) -> tuple[Mistake, int] | None:
        found = []
        for mistake, theirs in self.key.mistakes:
            parts = None if mistake.whole else _parts(self.key, theirs)
            if parts is None or not self._all_agree(ours, parts, k):
                continue
            spoiled = [j for j in range(len(ours[0])) if j != k and not self._right(parts, j)]
            allowed = wrong if k == wrong[0] else ()
            if all(j in allowed for j in spoiled):
                differently = sum(not self._all_agree(ours, parts, j) for j in spoiled)
                found.append((differently, len(found), mistake))
        return (min(found)[2], k) if found else None

    def _right(self, parts: list[tuple], k: int) -> bool:
        return self._all_agree(parts, self.key.expected, k)

    def _all_agree(self, ours: list[tuple], theirs: list[tuple], k: int) -> bool:
        return all(self._part_agrees(ours, theirs, k, i) for i in range(len(ours)))

    def _part_agrees(self, ours: list[tuple], theirs: list[tuple], k: int, i: int) -> bool:
        a, b = ours[i][k], theirs[i][k]
        if a is None or b is None:
            return False
        return _equal(self.exercise, a, b, self.key.cases[i])

    # ------------------------------------------------------------------------------ two mistakes
    def _two_at_once(self) -> Named | None:
        """Two mistakes that explain the answer together.

        Where only one of the two makes a difference the answer gives what that one gives, in one
        case at least for each of them; where both do, it may give anything; where neither does, it
        is right.
        """
        candidates = [
            (mistake, theirs, wrong)
            for mistake, theirs in self.key.mistakes
            if not mistake.whole and (wrong := self._wrong_in(theirs)) <= set(self.failing)
        ]
        for (one, a, in_a), (two, b, in_b) in itertools.combinations(candidates, 2):
            if one is two or in_a | in_b != set(self.failing):
                continue
            alone = [(a, in_a - in_b), (b, in_b - in_a)]
            if all(cases and all(self._evident(i, t[i]) for i in cases) for t, cases in alone):
                return Named(one, two, cases=tuple(sorted(in_a - in_b)))
        return None

    def _wrong_in(self, theirs: list[Outcome]) -> set[int]:
        found = set()
        for i, outcome in enumerate(theirs):
            seen = None if outcome.error else _seen(self.exercise, outcome, self.key.cases[i])
            expected = self.key.expected[i]
            if seen is None or not _equal(self.exercise, seen, expected, self.key.cases[i]):
                found.add(i)
        return found

    def _one_after_the_other(self) -> Named | None:
        """A mistake that was made on top of another one: slips are changes of any function."""
        if not self.failing:
            return None
        names = self.exercise.argument_names
        first = min(self.failing, key=lambda i: size(self.key.cases[i]))
        for one, two, function in _compositions(self.exercise):
            outcome = run(function, self.key.cases[first], names)
            if self._evident(first, outcome) and not outcome.error:
                theirs = run_all(function, self.key.cases, names)
                shown = self._same_throughout(theirs)
                if shown:
                    return Named(one, two, cases=shown)
        return None


def _compositions(exercise: Exercise) -> Iterator[tuple[Mistake, Mistake, Any]]:
    """Each mistake with each slip on top of it."""
    for mistake, other in itertools.product(exercise.mistakes, exercise.mistakes):
        if other.slip is not None and other is not mistake and not (mistake.whole or other.whole):
            yield mistake, other, other.slip.change(mistake.function, exercise.returns)


def size(drawn: Case) -> int:
    """How much there is to look at in a case."""
    return sum(np.size(arg) if isinstance(arg, np.ndarray) else 1 for arg in drawn.args)


def _seen(exercise: Exercise, outcome: Outcome, drawn: Case) -> Any:
    try:
        return exercise.seen(outcome.value, drawn)
    except Exception:  # an answer of another form may break the view in any way
        return None


def _equal(exercise: Exercise, a: Any, b: Any, drawn: Case) -> bool:
    return compare(exercise, _whole(a), as_plain(b), drawn, "") is None


def _whole(value: Any) -> Any:
    """3.0 as 3, also within a tuple: a mistake is recognised by its values."""
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    is_float = isinstance(value, float | np.floating)
    return int(value) if is_float and float(value).is_integer() else value


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
