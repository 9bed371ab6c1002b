"""One exercise, written once: the task, its cases, its oracle and the mistakes people make.

The stub in the notebook, the instant check, the hints, the grader and the tests all come from the
one definition::

    @exercise(notebook="00", points=1, minutes=3, hints=("Compare each entry with 0.",))
    def relu(x):
        \"\"\"Replace every negative entry of x by 0.\"\"\"
        return np.maximum(x, 0)

    @relu.cases
    def _(rng):
        yield case(rng.normal(size=(3, 4)), label="a matrix")

    @relu.oracle
    def _(x): ...

    @relu.mistake("negative entries were made positive", hint="What becomes of -2?")
    def _(x):
        return np.abs(x)
"""

import ast
import functools
import inspect
import textwrap
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.errors import CourseError


@dataclass(frozen=True)
class Case:
    """The arguments of one call, and a few words that say what is special about them."""

    args: tuple
    label: str = ""
    group: str = ""  # cases of one group earn their points together

    def fresh_args(self) -> tuple:
        """A copy that the called function may spoil."""
        return tuple(copy_value(arg) for arg in self.args)


@dataclass(frozen=True)
class Slip:
    """A mistake that can happen in many exercises, as a change of a right function.

    `change(function, parts)` is the wrong function; `parts` are the names of the parts of the
    answer where it is a tuple. Name and hint are the words where an exercise has none of its own.
    """

    change: Callable[[Callable, tuple[str, ...]], Callable]
    name: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, as a function of the same inputs."""

    name: str
    hint: str
    function: Callable
    slip: Slip | None = None  # how the function came from the reference, if it is such a change
    also: tuple[
        Callable, ...
    ] = ()  # the same mistake, written in other ways that give other values
    whole: bool = False  # the name speaks of all parts of the answer: it holds only as a whole

    @property
    def functions(self) -> tuple[Callable, ...]:
        return (self.function, *self.also)


def case(*args: Any, label: str = "") -> Case:
    """One set of inputs; `label` tells the learner what is special about it."""
    return Case(args, label)


def copy_value(value: Any) -> Any:
    """A deep copy that keeps the memory order of arrays, so that strided inputs stay strided."""
    if isinstance(value, np.ndarray):
        return _copy_strided(value)
    if isinstance(value, tuple | list):
        return type(value)(copy_value(item) for item in value)
    if isinstance(value, dict):
        return {key: copy_value(item) for key, item in value.items()}
    return value


def _copy_strided(array: np.ndarray) -> np.ndarray:
    if array.flags.c_contiguous or array.flags.f_contiguous:
        return array.copy(order="K")
    wide = np.empty((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    view = wide[..., ::2]
    view[...] = array
    return view


class Exercise:
    """A task with everything that is known about it. Calling it calls the reference."""

    def __init__(
        self,
        reference: Callable,
        *,
        notebook: str,
        points: int,
        minutes: int,
        hints: tuple[str, ...] = (),
        explanation: str = "",
        returns: tuple[str, ...] = (),
        sees: tuple[str, ...] = (),
        rtol: float | None = None,
        relative: bool = False,
        quiet: bool = False,
        allows: tuple[str, ...] = ("numpy",),
        seconds: float = 5.0,
        megabytes: int = 1024,
        not_lent: tuple[str, ...] = (),
        also_lent: tuple[str, ...] = (),
        optional: bool = False,
    ):
        functools.update_wrapper(self, reference)
        self.name: str = reference.__name__
        self.reference = reference
        self.notebook = notebook
        self.points = points
        self.minutes = minutes
        self.hints = hints
        self.explanation = explanation
        self.returns = returns
        self.sees = sees  # names for the parts of the view, where it has parts
        self.rtol = rtol
        self.relative = relative  # each entry counts by its own size, not by that of the largest
        self.quiet = quiet  # a warning of NumPy (an overflow, say) is a failure
        self.shares: dict[str, int] = {}  # group of cases -> points, where there is partial credit
        self.allows = allows  # packages that an answer may import while it is graded
        self.seconds = seconds  # computing time that all its cases may take together
        self.megabytes = megabytes
        self.not_lent = not_lent  # earlier exercises that do the same: calling them is no answer
        self.also_lent = also_lent  # of the course: not what the reference calls, but an answer may
        self.optional = optional  # harder and without hints: its points are a bonus
        self._refuse_half_an_option()
        self.mistakes: list[Mistake] = []
        self._cases: Callable | None = None
        self._oracle: Callable | None = None
        self._view: Callable | None = None
        self._group: Callable | None = None

    def __call__(self, *args, **kwargs):
        return self.reference(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<the course's own {self.name}{inspect.signature(self.reference)}>"

    # ------------------------------------------------------------- what a definition is made of
    def cases(self, generator: Callable) -> Callable:
        """Decorator: a generator of cases, drawn from a seeded NumPy random generator."""
        self._cases = generator
        return generator

    def oracle(self, function: Callable) -> Callable:
        """Decorator: says what is right, computed in another way than the reference."""
        self._oracle = function
        return function

    def view(self, function: Callable) -> Callable:
        """Decorator: `view(answer, *args)` is compared in place of the answer.

        For tasks with many right answers: the view is what all right answers have in common.
        """
        self._view = function
        return function

    def groups(self, shares: dict[str, int]) -> Callable:
        """Decorator: partial credit. The function says, from a case's arguments, its group.

        A group earns its share of the points when all of its cases are right.
        """

        def add(function: Callable) -> Callable:
            self.shares, self._group = shares, function
            return function

        return add

    def mistake(
        self, name: str, *, hint: str, also: tuple[Callable, ...] = (), whole: bool = False
    ) -> Callable:
        """Decorator: a wrong answer, what to call it, and the question that leads out of it.

        `also` holds the same mistake in other ways of writing (functions, or slips), where these
        give other values (or another error); `whole` says that the name is true only of an answer
        whose parts are all wrong in this way.
        """

        def add(function: Callable) -> Callable:
            self.mistakes.append(Mistake(name, hint, function, None, self._ways(also), whole))
            return function

        return add

    def slip(
        self, slip: Slip, name: str = "", *, hint: str = "", also: tuple[Callable, ...] = (),
        whole: bool = False,
    ) -> None:  # fmt: skip
        """Add a mistake that is a change of the reference, in its own words or in these."""
        function = slip.change(self.reference, self.returns)
        self.mistakes.append(
            Mistake(name or slip.name, hint or slip.hint, function, slip, self._ways(also), whole)
        )

    def _ways(self, also: tuple) -> tuple[Callable, ...]:
        """Other ways of writing a mistake, slips among them, as functions."""
        return tuple(
            way.change(self.reference, self.returns) if isinstance(way, Slip) else way
            for way in also
        )

    # ------------------------------------------- what is different where the answer is a class
    @property
    def stand_in(self) -> Any:
        """What takes the place of a wrong answer in the notebook."""
        return self

    def prepare(self, answer: Any) -> Callable:
        """The answer as a function of the arguments of a case."""
        return answer

    def is_blank(self, answer: Any, is_stub: Callable[[Callable], bool]) -> bool:
        """Whether the stub was left as it is."""
        return is_stub(answer)

    def misfit(self, answer: Any) -> str:
        """Why an answer cannot be put to use at all; empty where it can."""
        return ""

    def scope(self) -> dict[str, Any]:
        """Names that the text of a solution needs beside those of its module."""
        return {}

    # ----------------------------------------------------------------------- what others ask of it
    def draw_cases(self, seed: int | None = None) -> list[Case]:
        """All cases for a seed; without one, the same cases at every call."""
        seed = zlib.crc32(self.name.encode()) if seed is None else seed
        drawn: Iterator = self._cases(np.random.default_rng(seed))
        cases = [item if isinstance(item, Case) else Case(tuple(item)) for item in drawn]
        if self._group is None:
            return cases
        return [replace(c, group=self._group(*c.args)) for c in cases]

    def expected(self, drawn: Case) -> Any:
        """What the oracle says for this case (through the view, where there is one)."""
        return self._oracle(*drawn.fresh_args())

    def seen(self, answer: Any, drawn: Case) -> Any:
        """The answer, or its view, as it is compared with what the oracle says."""
        return answer if self._view is None else self._view(answer, *drawn.fresh_args())

    def part_names(self, count: int) -> tuple[str, ...]:
        """What to call the parts of a tuple in messages."""
        for names in (self.sees, self.returns):
            if len(names) == count:
                return names
        return tuple(f"part {i + 1}" for i in range(count))

    def earned(self, cases: list[Case], right: Collection[int]) -> int:
        """Points for an answer that is right in the cases with these numbers."""
        if len(right) == len(cases):
            return self.points
        failed = {c.group for i, c in enumerate(cases) if i not in right}
        return sum(share for group, share in self.shares.items() if group not in failed)

    @property
    def argument_names(self) -> list[str]:
        return list(inspect.signature(self.reference).parameters)

    @property
    def signature(self) -> str:
        return f"{self.name}{inspect.signature(self.reference)}"

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return (inspect.getdoc(self.reference) or "").split("\n")[0]

    @property
    def source(self) -> str:
        """The reference as text, without decorators."""
        lines, _ = inspect.getsourcelines(self.reference)
        return textwrap.dedent("".join(lines[self._def_line(lines) :])).rstrip()

    @property
    def head(self) -> str:
        """Signature and docstring of the reference: what the learner is given."""
        function = ast.parse(self.source).body[0]
        documented = ast.get_docstring(function) is not None
        end = function.body[0].end_lineno if documented else function.body[0].lineno - 1
        return "\n".join(self.source.splitlines()[:end])

    @property
    def stub(self) -> str:
        """The head, with the body left to the learner."""
        return f"{self.head}\n    ...  # your code here"

    def _refuse_half_an_option(self) -> None:
        """A CourseError for an optional exercise that has hints, or no bonus."""
        if not self.optional:
            return
        if self.hints:
            raise CourseError(
                f"{self.name} is optional, and such an exercise comes without hints; it has "
                f"{len(self.hints)}"
            )
        if self.points < 1:
            raise CourseError(
                f"{self.name} is optional, and such an exercise has a bonus of at least 1 point; "
                f"it has {self.points}"
            )

    @property
    def worth(self) -> str:
        """Its points in words: `3 points`, or `3 bonus points` where it is optional."""
        return f"{self.points}{' bonus' * self.optional} point{'s' * (self.points != 1)}"

    @property
    def home(self) -> str:
        """The module that holds it."""
        return self.__module__

    def cell(self, body: str) -> str:
        """The text of its cell in a notebook, with this function in it: a stub or a solution."""
        stuck = f" Stuck? Run hint({self.name}) in a new cell."
        kind, stuck = ("Optional: ", "") if self.optional else ("", stuck)
        head = f"# {kind}{self.worth}, about {self.minutes} minutes.{stuck}"
        return f"{head}\n{body}\n\n\n{self.name} = check({self.name})"

    @staticmethod
    def _def_line(lines: list[str]) -> int:
        return next(i for i, line in enumerate(lines) if line.lstrip().startswith("def "))


def exercise(**settings: Any) -> Callable[[Callable], Exercise]:
    """Decorator: make a reference solution an exercise. Settings: see `Exercise`."""

    def make(reference: Callable) -> Exercise:
        return Exercise(reference, **settings)

    return make
