"""The cases of one seed, what is right in them, and what each catalogued mistake does."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.comparing import as_plain, compare
from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.running import Outcome, run_trusted


class AnswerKey:
    """The cases of one seed, and what is right: made once, good for any number of answers."""

    def __init__(self, exercise: Exercise, drawn: list[Case]):
        self.exercise, self.cases = exercise, drawn

    @classmethod
    def drawn(cls, exercise: Exercise, seed: int | None = None) -> "AnswerKey":
        """The key of a seed. Whoever asks again soon gets the same one, with what it has computed:
        a learner's second `check`, and the search for the place after the first.
        """
        return _remembered(cls, exercise, seed, len(exercise.mistakes))

    @functools.cached_property
    def expected(self) -> list:
        return [self.exercise.expected(c) for c in self.cases]

    @functools.cached_property
    def mistakes(self) -> list["Row"]:
        """Every catalogued mistake, in each way of writing it."""
        return [
            Row(self, mistake, function)
            for mistake in self.exercise.mistakes
            for function in mistake.functions
        ]


@functools.lru_cache(maxsize=8)
def _remembered(kind: type[AnswerKey], exercise: Exercise, seed: int | None, _mistakes: int):
    return kind(exercise, exercise.draw_cases(seed))


class Row:
    """What one mistake does on the cases; it is run on a case when somebody asks for it."""

    def __init__(self, key: AnswerKey, mistake: Mistake, function: Callable):
        self.key, self.mistake, self.function = key, mistake, function
        self._outcomes: dict[int, Outcome] = {}

    def __getitem__(self, number: int) -> Outcome:
        if number not in self._outcomes:
            names = self.key.exercise.argument_names
            drawn = self.key.cases[number]
            self._outcomes[number] = run_trusted(self.function, drawn, names)
        return self._outcomes[number]

    @functools.cached_property
    def outcomes(self) -> list[Outcome]:
        return [self[i] for i in range(len(self.key.cases))]

    @functools.cached_property
    def parts(self) -> list[tuple] | None:
        """The answers as tuples of the expected length, or None where they are not that."""
        return parts_of(self.key, self.outcomes)

    @functools.cached_property
    def wrong(self) -> frozenset[int]:
        """The numbers of the cases in which the mistake shows."""
        return frozenset(i for i in range(len(self.key.cases)) if not self._is_right(i))

    @functools.cached_property
    def spoiled(self) -> frozenset[int]:
        """The numbers of the parts that the mistake spoils in some case."""
        return frozenset(
            k
            for parts, expected, drawn in zip(
                self.parts or (), self.key.expected, self.key.cases, strict=False
            )
            for k in range(len(expected))
            if parts[k] is None or not equal(self.key.exercise, parts[k], expected[k], drawn)
        )

    def _is_right(self, i: int) -> bool:
        outcome, drawn = self[i], self.key.cases[i]
        if outcome.error:
            return False
        seen = seen_or_none(self.key.exercise, outcome, drawn)
        return seen is not None and equal(self.key.exercise, seen, self.key.expected[i], drawn)


# -------------------------------------------------------------------- what is compared, and how
def as_seen(exercise: Exercise, outcome: Outcome, drawn: Case) -> Any:
    """What was compared: the answer, its view, or the bare answer where it has no view."""
    try:
        return exercise.seen(outcome.value, drawn)
    except Exception:  # an answer of another form may break the view in any way
        return outcome.value


def seen_or_none(exercise: Exercise, outcome: Outcome, drawn: Case) -> Any:
    """The answer's view; None where the answer has another form."""
    try:
        return exercise.seen(outcome.value, drawn)
    except Exception:
        return None


def equal(exercise: Exercise, a: Any, b: Any, drawn: Case) -> bool:
    """Whether two answers, or two parts, say the same; 3.0 counts as 3 here."""
    return compare(exercise, _whole(a), as_plain(b), drawn, "") is None


def _whole(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    is_float = isinstance(value, float | np.floating) and abs(float(value)) < 2**63
    return int(value) if is_float and float(value).is_integer() else value


def parts_of(key: AnswerKey, outcomes: list[Outcome]) -> list[tuple] | None:
    """The answers of all cases as tuples of the expected length, or None if they are not that."""
    if any(o.error or o.changed for o in outcomes):
        return None
    seen = [as_seen(key.exercise, o, c) for o, c in zip(outcomes, key.cases, strict=True)]
    fits = [
        isinstance(e, tuple) and isinstance(s, tuple) and len(s) == len(e)
        for s, e in zip(seen, key.expected, strict=True)
    ]
    return seen if fits and all(fits) else None
