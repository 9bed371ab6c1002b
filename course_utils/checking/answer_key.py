"""The cases of one seed, what is right in them, and what each catalogued mistake does."""

import functools
from typing import Any

from course_utils.checking.exercise import Case, Exercise, Mistake
from course_utils.checking.running import Outcome, run_all


class AnswerKey:
    """The cases of one seed, and what is right: made once, good for any number of answers."""

    def __init__(self, exercise: Exercise, drawn: list[Case]):
        self.exercise, self.cases = exercise, drawn

    @classmethod
    def drawn(cls, exercise: Exercise, seed: int | None = None) -> "AnswerKey":
        return cls(exercise, exercise.draw_cases(seed))

    @functools.cached_property
    def expected(self) -> list:
        return [self.exercise.expected(c) for c in self.cases]

    @functools.cached_property
    def mistakes(self) -> list[tuple[Mistake, list[Outcome]]]:
        """What each catalogued mistake does on the cases, in each way of writing it."""
        names = self.exercise.argument_names
        return [
            (mistake, run_all(function, self.cases, names))
            for mistake in self.exercise.mistakes
            for function in mistake.functions
        ]


def as_seen(exercise: Exercise, outcome: Outcome, drawn: Case) -> Any:
    """What was compared: the answer, its view, or the bare answer where it has no view."""
    try:
        return exercise.seen(outcome.value, drawn)
    except Exception:  # an answer of another form may break the view in any way
        return outcome.value
