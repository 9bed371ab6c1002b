"""What training measures: the sums of the running epoch, and the history that plots itself."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from course_utils.training import distributed


@dataclass(repr=False)
class History:
    """What `fit` measured. Accuracies are fractions, and stay empty when targets are no classes."""

    loss: list[float] = field(default_factory=list)  # one per epoch, over its examples
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)  # one per epoch, at its end
    validation_accuracy: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)  # your own, one per epoch
    validation_metrics: dict[str, list[float]] = field(default_factory=dict)
    lr: list[float] = field(default_factory=list)  # one per epoch: the rate of its first step
    seconds: list[float] = field(default_factory=list)  # one per epoch, with its validation
    training_seconds: list[float] = field(default_factory=list)  # one per epoch, without it
    step_loss: list[float] = field(default_factory=list)  # one per batch
    step_accuracy: list[float] = field(default_factory=list)
    step_lr: list[float] = field(default_factory=list)
    interrupted: bool = False  # stopped by the keyboard before the last epoch ended
    stopped_early: bool = False  # `patience` epochs in a row brought nothing

    def __repr__(self) -> str:
        last = {
            name: getattr(self, name)[-1]
            for name in ("loss", "accuracy", "validation_loss", "validation_accuracy")
            if getattr(self, name)
        }
        words = ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in last.items())
        return f"History({len(self.loss)} epochs{': ' if words else ''}{words})"

    @property
    def best(self) -> int:
        """The epoch, from 0, with the lowest loss: on the validation set if there is one.

        Raises ValueError before the first epoch has ended.
        """
        losses = self.validation_loss or self.loss
        return losses.index(min(losses))

    def plot(self) -> None:
        """Loss, and accuracy if there is one, after each epoch; validation with open circles."""
        from course_utils.figures.training import show_history  # matplotlib only when it is drawn

        show_history(self)


def accuracy(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Fraction of places whose largest output is at the label. (N, K, …), (N, …) -> 0 to 1."""
    right = outputs.argmax(1) == targets
    exact = torch.float32 if right.device.type == "mps" else torch.float64  # MPS has no float64
    return right.sum(dtype=exact) / right.numel()


def are_classes(outputs, targets) -> bool:
    """Whether targets (N, …) are whole numbers that choose among outputs (N, K, …)."""
    tensors = isinstance(outputs, torch.Tensor) and isinstance(targets, torch.Tensor)
    if not tensors or targets.is_floating_point() or targets.dtype == torch.bool:
        return False
    return outputs.ndim > 1 and targets.shape == outputs.shape[:1] + outputs.shape[2:]


def _fetched(values: list) -> list[float]:
    """Tensors with one number each, or numbers, as numbers; from a GPU all in one transfer."""
    away = [isinstance(v, torch.Tensor) and v.device.type != "cpu" for v in values]
    tensors = [value.detach() for value, is_away in zip(values, away, strict=True) if is_away]
    exact = torch.float32 if tensors and tensors[0].device.type == "mps" else torch.float64
    flat = [tensor.to(exact).reshape(()) for tensor in tensors]
    there = iter(torch.stack(flat).tolist() if flat else ())
    return [next(there) if far else float(v) for v, far in zip(values, away, strict=True)]


class Meter:
    """Mean loss and metrics over the examples of an epoch.

    `add` only stores tensors and `read` fetches them: on a GPU, fetching waits for all work before.
    """

    def __init__(self, metrics: dict[str, Callable] | None = None):
        self.metrics = metrics or {}
        self.pending: list[tuple[list, int]] = []
        self.names: list[str] = []
        self.sums: list[float] = []  # one per name, and the number of examples

    def add(self, loss: torch.Tensor, outputs, targets, size: int) -> None:
        """Take in a batch of `size` examples (0: counts nothing)."""
        values = {"loss": loss.detach()}
        with torch.no_grad():
            if are_classes(outputs, targets):
                values["accuracy"] = accuracy(outputs, targets)
            values |= {name: metric(outputs, targets) for name, metric in self.metrics.items()}
        self.names = list(values)
        self.pending.append((list(values.values()), size))

    def read(self) -> list[dict[str, float]]:
        """The batches since the last call, each as {name: value}, over all processes."""
        rows = []
        numbers = iter(_fetched([value for values, _ in self.pending for value in values]))
        for values, size in self.pending:
            own = [next(numbers) for _ in values]
            weighted = [value * size if size else 0.0 for value in own]
            rows.append([*weighted, float(size)])
        self.pending = []
        rows = distributed.summed(rows)
        for row in rows:
            self.sums = [a + b for a, b in zip(self.sums or [0.0] * len(row), row, strict=True)]
        return [self._means(row) for row in rows]

    def means(self) -> dict[str, float]:
        """{name: mean over all examples so far}, and the sums start again. Call `read` before."""
        means, self.sums = self._means(self.sums), []
        return means

    def running(self) -> dict[str, float]:
        """As `means`, in the middle of the epoch."""
        return self._means(self.sums)

    def _means(self, row: list[float]) -> dict[str, float]:
        if not row:
            return {}
        *values, size = row
        return {n: v / size if size else math.nan for n, v in zip(self.names, values, strict=True)}
