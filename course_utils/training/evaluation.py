"""What a model is worth, and what it says: `evaluate` and `predict`, without training."""

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch.nn import functional as F

from course_utils.device import device_for, on_device
from course_utils.training.data import batches, map_targets
from course_utils.training.errors import (
    enough_memory,
    fitting,
    require_class_targets,
    require_functions,
    require_labels,
    require_metrics,
    require_model,
    require_one_number,
)
from course_utils.training.history import Meter
from course_utils.training.prepare import Prepare, checked


@dataclass(frozen=True)
class Scores:
    """Mean loss, accuracy (NaN when targets are no classes) and your own metrics.

    `loss, accuracy = evaluate(…)` works, too.
    """

    loss: float
    accuracy: float = math.nan
    metrics: dict[str, float] = field(default_factory=dict)

    def __iter__(self) -> Iterator[float]:
        return iter((self.loss, self.accuracy))


class Criterion:
    """The loss of a batch -> one number: cross-entropy, or what the user gave.

    Raises CourseError for labels that have no output, and for targets of another kind.
    """

    def __init__(self, loss: Callable | None, label_smoothing: float = 0.0):
        self.given, self.label_smoothing = loss, label_smoothing

    def __call__(self, outputs, targets, label_range: tuple[int, int] | None) -> torch.Tensor:
        if self.given is not None:
            return require_one_number(self.given(outputs, targets))
        require_class_targets(outputs, targets)
        if label_range is not None:
            require_labels(*label_range, outputs)
        return F.cross_entropy(outputs, targets, label_smoothing=self.label_smoothing)


def evaluate(model, data, loss: Callable | None = None, *, metrics=None, batch_size: int = 256,
             normalise=None, device=None, workers: int = 0,
             mirror: bool = False) -> Scores:  # fmt: skip
    """Mean loss and accuracy of the model on data -> Scores(loss, accuracy, metrics).

    data: what `fit` takes (a Split, a pair (x, targets), a Dataset, a DataLoader). `loss` and
    `metrics` as in `fit`, the loss cross-entropy if not given. Bytes are normalised as in training,
    or by `normalise=(mean, std)`. With `mirror` the outputs are the mean of those for an image and
    for its mirror image. The device is chosen as in `fit`. Leaves the model in eval mode,
    and where it was. Raises CourseError as `fit` does.
    """
    require_model(model)
    require_functions(loss=loss)
    require_metrics(metrics)
    device = device_for(model, device)
    with on_device(model, device):
        prepare = _prepare(model, normalise, device)
        source = batches(data, batch_size, device=device, workers=workers)
        asked = Mirrored(model) if mirror else model
        return scores(asked, source, prepare, Criterion(loss), metrics)


class Mirrored(torch.nn.Module):
    """A model that looks at each image (N, C, H, W) and at its mirror image: the mean of both."""

    def __init__(self, model: torch.nn.Module):
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.model(x) + self.model(x.flip(-1))) / 2


def predict(model, data, *, batch_size: int = 256, normalise=None, device=None, workers: int = 0):
    """The model's outputs for all of data, on the CPU: a tensor (N, …), or a dict of them.

    data: what `evaluate` takes, or x alone; targets are not looked at. Leaves the model in eval
    mode.
    """
    require_model(model)
    device = device_for(model, device)
    with on_device(model, device):
        prepare = _prepare(model, normalise, device)
        source = batches(data, batch_size, device=device, workers=workers, with_targets=False)
        rows = _outputs(model, source, prepare, contextlib.nullcontext)
        pieces = [map_targets(torch.Tensor.cpu, outputs) for _, outputs, _ in rows]
    if isinstance(pieces[0], dict):
        return {name: torch.cat([piece[name] for piece in pieces]) for name in pieces[0]}
    return torch.cat(pieces)


def scores(model, source, prepare: Prepare, criterion: Criterion, metrics=None,
           autocast: Callable = contextlib.nullcontext) -> Scores:  # fmt: skip
    """`evaluate` for batches that are ready to be read; over all processes."""
    meter = Meter(metrics)
    for targets, outputs, size in _outputs(model, source, prepare, autocast):
        with torch.no_grad():
            value = criterion(outputs, targets, source.label_range)
        meter.add(value, outputs, targets, size)
    meter.read()
    means = meter.means()
    return Scores(means.pop("loss"), means.pop("accuracy", math.nan), means)


def _outputs(model, source, prepare, autocast) -> Iterator[tuple]:
    model.eval()
    for batch in source.epoch():
        with torch.no_grad(), enough_memory(batch), autocast():
            x, targets = prepare(batch.x, batch.targets)
            with fitting(model, x):
                outputs = model(x)
        yield targets, outputs, batch.size


def _prepare(model, normalise, device) -> Prepare:
    if normalise is None:
        normalise = getattr(model, "normalisation", None)
    return Prepare(model, None if normalise is None else checked(normalise), device)
