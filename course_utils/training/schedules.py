"""Learning-rate schedules: torch's own behind one small interface.

fit(…, schedule="cosine")                          by name, with the usual settings
fit(…, schedule=schedules.step(every=10))          by recipe, with your own
fit(…, schedule=lambda epoch: 0.1 / (1 + epoch))   any function from the epoch to the rate
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch.optim import Optimizer, lr_scheduler

from course_utils.errors import CourseError, as_course_error, did_you_mean
from course_utils.shapes import number, whole_number


class Constant:
    """The rate stays as it is. All schedules have these methods."""

    def after_step(self) -> None:
        """A batch is done."""

    def after_epoch(self, loss: float) -> None:
        """An epoch is done; its loss is the validation's if there is one."""

    def state_dict(self) -> dict:
        return {}

    def load_state_dict(self, state: dict) -> None:
        """Go on from there."""


class ByStep(Constant):
    """A scheduler of torch that moves after each batch."""

    def __init__(self, scheduler):
        self.scheduler = scheduler

    def after_step(self) -> None:
        self.scheduler.step()

    def state_dict(self) -> dict:
        return self.scheduler.state_dict()

    def load_state_dict(self, state: dict) -> None:
        self.scheduler.load_state_dict(state)


class ByEpoch(ByStep):
    """A scheduler of torch that moves after each epoch."""

    def after_step(self) -> None:
        """Wait for the end of the epoch."""

    def after_epoch(self, loss: float) -> None:
        self.scheduler.step()


class ByLoss(ByEpoch):
    """A scheduler of torch that looks at the loss after each epoch."""

    def after_epoch(self, loss: float) -> None:
        self.scheduler.step(loss)


class ByFunction(Constant):
    """rate = function(epoch), from 0; if it has a method `report`, that is told each epoch's loss.

    So the schedules of `numpy_nn` work here, too.
    """

    def __init__(self, optimizer: Optimizer, function: Callable[[int], float]):
        self.optimizer, self.function, self.epoch = optimizer, function, 0
        self._set()

    def _set(self) -> None:
        for group in self.optimizer.param_groups:
            with as_course_error():
                group["lr"] = number("fit", "the rate of the schedule", self.function(self.epoch))

    def after_epoch(self, loss: float) -> None:
        if hasattr(self.function, "report"):
            self.function.report(loss)
        self.epoch += 1
        self._set()

    def state_dict(self) -> dict:
        return {"epoch": self.epoch, "own": dict(getattr(self.function, "__dict__", {}))}

    def load_state_dict(self, state: dict) -> None:
        self.epoch = state["epoch"]
        if state["own"]:
            vars(self.function).update(state["own"])


@dataclass(frozen=True)
class Recipe:
    """How to build a schedule once optimizer, number of epochs and steps per epoch are known."""

    build: Callable[[Optimizer, int, int], Constant]
    needs_end: bool = False  # it is made for one number of epochs, and cannot go on after them


def step(every: int | None = None, factor: float = 0.1) -> Recipe:
    """Multiply the rate by `factor` after `every` epochs (every third of the training)."""
    with as_course_error():
        number("step", "factor", factor)
        every = every if every is None else whole_number("step", "every", every, 1)

    def build(optimizer, epochs, steps):
        size = every or max(1, math.ceil(epochs / 3))
        return ByEpoch(lr_scheduler.StepLR(optimizer, size, factor))

    return Recipe(build, needs_end=every is None)


def plateau(patience: int = 3, factor: float = 0.1, threshold: float = 1e-4) -> Recipe:
    """Multiply the rate by `factor` after more than `patience` epochs without a lower loss.

    AlexNet's way (Krizhevsky et al. 2012, section 5), which did it by hand.
    """
    with as_course_error():
        whole_number("plateau", "patience", patience)
        number("plateau", "factor", factor, 0, below=1)
        number("plateau", "threshold", threshold)
    settings = {"patience": patience, "factor": factor, "threshold": threshold}
    return Recipe(lambda o, *_: ByLoss(lr_scheduler.ReduceLROnPlateau(o, **settings)))


def cosine(final: float = 0.0) -> Recipe:
    """Follow half a cosine down to `final`, batch by batch (Loshchilov & Hutter 2017)."""
    with as_course_error():
        number("cosine", "final", final)
    return Recipe(
        lambda o, epochs, steps: ByStep(
            lr_scheduler.CosineAnnealingLR(o, max(1, epochs * steps), final)
        ),
        needs_end=True,
    )


def one_cycle(warmup: float = 0.3) -> Recipe:
    """Rise from a 25th of the rate during the `warmup` share of all batches, then fall to nothing.

    Smith & Topin 2018; the momentum stays as it is.
    """
    with as_course_error():
        number("one_cycle", "warmup", warmup, 0, 1)

    def build(optimizer, epochs, steps):
        return ByStep(lr_scheduler.OneCycleLR(
            optimizer, [group["lr"] for group in optimizer.param_groups], max(1, epochs * steps),
            pct_start=warmup, cycle_momentum=False,
        ))  # fmt: skip

    return Recipe(build, needs_end=True)


def triangular(peak: float = 0.25, start: float = 0.2, final: float = 0.05) -> Recipe:
    """Rise in a straight line from `start` times the rate, then fall to `final` times the rate.

    The peak is after that share of all batches. Short trainings with a high rate take it (Jordan
    2024, and before him the entries of DAWNBench).
    """
    with as_course_error():
        number("triangular", "peak", peak, 0, 1)
        number("triangular", "start", start, 0, 1)
        number("triangular", "final", final, 0, 1)

    def build(optimizer, epochs, steps):
        total = max(1, epochs * steps)
        top = peak * total

        def factor(step: int) -> float:
            if step < top:
                return start + (1 - start) * step / top
            return 1 - (1 - final) * (step - top) / max(total - top, 1)

        return ByStep(lr_scheduler.LambdaLR(optimizer, factor))

    return Recipe(build, needs_end=True)


NAMES = {"plateau": plateau, "step": step, "cosine": cosine, "one_cycle": one_cycle,
         "triangular": triangular}  # fmt: skip


def recipe(schedule) -> Recipe:
    """The recipe for None, a name, a recipe or a function of the epoch.

    Raises CourseError for a name that there is not, or something that is none of these.
    """
    if schedule is None:
        return Recipe(lambda *_: Constant())
    if isinstance(schedule, Recipe):
        return schedule
    if isinstance(schedule, str):
        return NAMES[known_name("schedule", schedule, NAMES)]()
    if callable(schedule):
        return Recipe(lambda optimizer, *_: ByFunction(optimizer, schedule))
    raise CourseError(
        f"schedule expects a name ({', '.join(NAMES)}), a recipe or a function of the epoch, "
        f"got {schedule!r}."
    )


def known_name(kind: str, name: str, names) -> str:
    """The name, if it is one of `names`; CourseError with the nearest ones if not."""
    if name not in names:
        hint = did_you_mean(name, names, f"there are {', '.join(names)}.")
        raise CourseError(f"There is no {kind} {name!r}: {hint}")
    return name
