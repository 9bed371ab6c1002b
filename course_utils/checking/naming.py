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

from course_utils.checking.answer_key import AnswerKey, Row, equal, parts_of, seen_or_none
from course_utils.checking.comparing import Problem
from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.running import Outcome, run_trusted


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
        # a failing case tells most mistakes apart, and a small one is quick
        right = [problem is None for problem in problems]
        self.order = sorted(range(len(right)), key=lambda i: (right[i], size(key.cases[i])))

    def name(self) -> Named | None:
        """The first that fits of: a whole mistake, a part of a tuple, two mistakes at once."""
        for row in self.key.mistakes:
            shown = self._same_throughout(row)
            if shown:
                return Named(row.mistake, cases=shown)
        return self._by_part() or self._two_at_once() or self._one_after_the_other()

    # --------------------------------------------------------------------------- the whole answer
    def _same_throughout(self, theirs: Row | list[Outcome]) -> tuple[int, ...]:
        """The failing cases that show the mistake, if no case speaks against it."""
        if not all(self._compatible(i, theirs[i]) for i in self.order):
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
        drawn = self.key.cases[i]
        a, b = (seen_or_none(self.exercise, o, drawn) for o in (ours, theirs))
        return a is not None and b is not None and equal(self.exercise, a, b, drawn)

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
        ours = parts_of(self.key, self.ours)
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
        allowed = set(wrong) if k == wrong[0] else {k}
        for row in self.key.mistakes:
            if row.mistake.whole or row.parts is None or not row.spoiled <= allowed:
                continue
            if self._all_agree(ours, row.parts, k):
                others = row.spoiled - {k}
                differently = sum(not self._all_agree(ours, row.parts, j) for j in others)
                found.append((differently, len(found), row.mistake))
        return (min(found)[2], k) if found else None

    def _right(self, parts: list[tuple], k: int) -> bool:
        return self._all_agree(parts, self.key.expected, k)

    def _all_agree(self, ours: list[tuple], theirs: list[tuple], k: int) -> bool:
        return all(self._part_agrees(ours, theirs, k, i) for i in range(len(ours)))

    def _part_agrees(self, ours: list[tuple], theirs: list[tuple], k: int, i: int) -> bool:
        a, b = ours[i][k], theirs[i][k]
        if a is None or b is None:
            return False
        return equal(self.exercise, a, b, self.key.cases[i])

    # ------------------------------------------------------------------------------ two mistakes
    def _two_at_once(self) -> Named | None:
        """Two mistakes that explain the answer together.

        Where only one of the two makes a difference the answer gives what that one gives, in one
        case at least for each of them; where both do, it may give anything; where neither does, it
        is right.
        """
        failing = set(self.failing)
        candidates = [r for r in self.key.mistakes if not r.mistake.whole and r.wrong <= failing]
        for one, two in itertools.combinations(candidates, 2):
            if one.mistake is two.mistake or one.wrong | two.wrong != failing:
                continue
            alone = [(one, one.wrong - two.wrong), (two, two.wrong - one.wrong)]
            if all(cases and all(self._evident(i, r[i]) for i in cases) for r, cases in alone):
                return Named(one.mistake, two.mistake, cases=tuple(sorted(alone[0][1])))
        return None

    def _one_after_the_other(self) -> Named | None:
        """A mistake that was made on top of another one: slips are changes of any function."""
        if not self.failing:
            return None
        names = self.exercise.argument_names
        first = self.order[0]
        for one, two, function in _compositions(self.exercise):
            outcome = run_trusted(function, self.key.cases[first], names)
            if self._evident(first, outcome) and not outcome.error:
                theirs = [run_trusted(function, c, names) for c in self.key.cases]
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
