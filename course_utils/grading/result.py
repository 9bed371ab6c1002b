"""What came of one exercise: the states that there are, and the record of it."""

from dataclasses import asdict, dataclass, field

from course_utils.checking.exercise import Exercise
from course_utils.grading.printable import printable

FULL, PARTIAL, WRONG, RAISED = "full", "partial", "wrong", "raised"
TIME_LIMIT, CRASHED = "time limit", "crashed"
NOT_ATTEMPTED, MISSING, GRADER_ERROR = "not attempted", "missing", "grader error"
STATES = (FULL, PARTIAL, WRONG, RAISED, TIME_LIMIT, CRASHED, NOT_ATTEMPTED, MISSING, GRADER_ERROR)


@dataclass(frozen=True)
class Result:
    """What came of one exercise. `sentence`, `mistake` and `hint` are for the learner's eyes.

    `max_points` is what it adds to the maximum of its notebook. An optional exercise adds nothing:
    it can bring up to `bonus` points on top.
    """

    exercise: str
    notebook: str
    state: str
    points: int
    max_points: int
    sentence: str = ""
    mistake: str = ""
    hint: str = ""
    cases: int = 0
    failed: int = 0
    seconds: float = 0.0
    groups: dict[str, bool] = field(default_factory=dict)  # group of cases -> all right
    # of a wrong answer without a name, for the instructor: what it returned, and its own code
    returned: str = ""
    code: str = ""
    place: str = ""  # the line in which one change would do
    bonus: int = 0

    def __post_init__(self):
        # whatever came from a submission is in here; from here on it can be shown anywhere
        object.__setattr__(self, "sentence", printable(self.sentence))
        object.__setattr__(self, "place", printable(self.place))

    @property
    def optional(self) -> bool:
        return self.bonus > 0

    @property
    def left_alone(self) -> bool:
        """Whether it is optional and was not tried: nothing that anybody has to be told."""
        return self.optional and self.state in (NOT_ATTEMPTED, MISSING)

    def as_dict(self) -> dict:
        return asdict(self)


def result_for(exercise: Exercise, state: str, sentence: str = "", **more) -> Result:
    """A result for this exercise, without points unless it says so."""
    more.setdefault("points", 0)
    return Result(
        exercise.name,
        exercise.notebook,
        state,
        max_points=0 if exercise.optional else exercise.points,
        bonus=exercise.points if exercise.optional else 0,
        sentence=sentence,
        **more,
    )
