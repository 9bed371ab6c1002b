"""One training from start to end: its parts, what it measures, and its state for a checkpoint."""

import contextlib
import gc
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import optim

from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import number, whole_number
from course_utils.training import checkpoint as files
from course_utils.training import distributed, rng, schedules
from course_utils.training.checkpoint import Checkpoint
from course_utils.training.data import Batch, batches
from course_utils.training.early_stop import EarlyStop
from course_utils.training.errors import not_finite, require_functions, require_metrics
from course_utils.training.evaluation import Criterion, scores
from course_utils.training.history import History, Meter
from course_utils.training.prepare import Prepare, normalisation_of

OPTIMIZERS = ("sgd", "adam", "adamw")


class Run:
    """Everything that `fit` works with; `settings` are the arguments of `fit`.

    The model is already on the device.
    """

    def __init__(self, model, train, validation, **settings):
        given = SimpleNamespace(**settings)
        _check(given)
        if next(model.parameters(), None) is None:
            raise CourseError(f"{type(model).__name__} has no parameters to train.")
        self.model, self.epochs, self.clip = model, given.epochs, given.clip
        self.device = given.device
        self._seed(given.seed)
        self.generators = rng.generators_of(train, given.transform)
        if given.channels_last:
            model.to(memory_format=torch.channels_last)
        self._prepare_data(train, validation, given)
        self.autocast = _autocast(self.device) if given.amp else contextlib.nullcontext
        self.criterion = Criterion(given.loss, given.label_smoothing)
        self.validation_criterion = Criterion(given.loss)
        self.net = distributed.wrap(model)
        if given.compile:  # a last batch that is smaller gets a program of its own
            self.net = torch.compile(self.net, dynamic=False)
        self._prepare_steps(given)
        self.stop, self.metrics = EarlyStop(given.patience), given.metrics
        self.history, self.meter = History(), Meter(given.metrics)
        self.epoch = self.position = 0  # position: batches of this epoch that are done
        self.rng_at: dict = {}  # states at the start of the epoch, and after the last batch
        self._prepare_checkpoint(given.checkpoint, given.resume)

    def _seed(self, seed: int | None) -> None:
        self.order_seed = _drawn_seed() if seed is None else seed
        if seed is not None:  # the order is the same in all processes, dropout is not
            rng.seed_everything(seed + distributed.rank())

    def _prepare_data(self, train, validation, given) -> None:
        settings = {"device": self.device, "workers": given.workers}
        self.source = batches(
            train, given.batch_size, seed=self.order_seed, flip=given.flip, **settings
        )
        self.validation = None
        if validation is not None:
            self.validation = batches(validation, given.batch_size, **settings)
        normalisation = normalisation_of(given.normalise, self.source, self.generators)
        self.model.normalisation = normalisation
        settings = {"device": self.device, "channels_last": given.channels_last}
        self.prepare_validation = Prepare(self.model, normalisation, **settings)
        self.prepare = Prepare(self.model, normalisation, transform=given.transform, **settings)

    def _prepare_steps(self, given) -> None:
        self.optimizer = build_optimizer(
            given.optimizer,
            self.model.parameters(),
            given.lr,
            given.momentum,
            given.weight_decay,
            given.nesterov,
        )
        recipe = schedules.recipe(given.schedule)
        self.schedule = recipe.build(self.optimizer, given.epochs, len(self.source))
        self.settings = {  # what must be the same when a training goes on
            "examples": self.source.examples, "data": self.source.checksum(),
            "batch_size": given.batch_size, "seed": given.seed,
            "lr": given.lr, "optimizer": type(self.optimizer).__name__,
            "processes": distributed.world(), "flip": given.flip, "nesterov": given.nesterov,
            "epochs": given.epochs if recipe.needs_end else None,
        }  # fmt: skip

    # ------------------------------------------------------------------------------- the batches
    def batches(self) -> Iterator[Batch]:
        """What is left of the epoch. After a resume, what is done is passed over, draws and all."""
        self.started = time.perf_counter()
        self.net.train()
        if not self.position:
            self.rng_at = {"start": rng.rng_states(self.generators)}
            yield from self.source.epoch(self.epoch)
            return
        rng.set_rng_states(self.rng_at["start"], self.generators)
        rest = self.source.epoch(self.epoch)
        for _ in range(self.position):
            next(rest)
        rng.set_rng_states(self.rng_at["now"], self.generators)
        yield from rest

    # -------------------------------------------------------------------------------- the measures
    def record(self, loss, outputs, targets, batch: Batch, x) -> None:
        """Take in a batch. Raises NotFinite, before the weights are touched where that is cheap."""
        self.meter.add(loss, outputs, targets, batch.size)
        self.history.step_lr.append(self.optimizer.param_groups[0]["lr"])
        # fetching a number from a GPU, or from other processes, makes everybody wait
        every = 1 if self.device.type == "cpu" and distributed.world() == 1 else 20
        if len(self.meter.pending) >= every:
            self.read(x)

    def read(self, x=None) -> None:
        """Fetch what the last batches measured into the history."""
        for row in self.meter.read():
            if not math.isfinite(row["loss"]):
                batch, lr = len(self.history.step_loss) + 1, self.history.step_lr[-1]
                finite = x is None or not x.is_floating_point() or bool(x.isfinite().all())
                error = not_finite(row["loss"], batch, self.epoch + 1, lr, finite)
                error.history = self.history
                raise error
            self.history.step_loss.append(row["loss"])
            if "accuracy" in row:
                self.history.step_accuracy.append(row["accuracy"])

    def interrupted(self) -> None:
        """Ctrl-C: keep what was measured. (Other processes no longer answer.)"""
        self.history.interrupted = True
        if distributed.world() == 1:
            self.read()

    def close(self) -> None:
        """Leave the model in eval mode, and rid of the hooks that average its gradients."""
        self.model.eval()
        self.net = self.model
        if distributed.world() > 1:
            gc.collect()

    def after_step(self) -> None:
        """A batch is done: move the schedule, and write a checkpoint when it is time."""
        self.schedule.after_step()
        self.position += 1
        every = self.checkpoint.every if self.checkpoint else None
        if every and self.position % every == 0 and self.position < len(self.source):
            self.read()
            self.save()

    def end_epoch(self) -> None:
        """Means of the epoch, validation, schedule, early stop and checkpoint."""
        self.read()  # it fetches numbers from the device, so all steps are done now
        history, epoch = self.history, self.meter.means()
        history.training_seconds.append(time.perf_counter() - self.started)
        history.loss.append(epoch.pop("loss"))
        _note(history.accuracy, history.metrics, epoch)
        history.lr.append(history.step_lr[-self.position])
        if self.validation is not None:
            result = scores(self.model, self.validation, self.prepare_validation,
                            self.validation_criterion, self.metrics, self.autocast)  # fmt: skip
            history.validation_loss.append(result.loss)
            own = result.metrics if math.isnan(result.accuracy) else {
                "accuracy": result.accuracy, **result.metrics}  # fmt: skip
            _note(history.validation_accuracy, history.validation_metrics, own)
        watched = (history.validation_loss or history.loss)[-1]
        self.schedule.after_epoch(watched)
        self.stop.after_epoch(watched, self.model)
        history.stopped_early = self.stop.reached
        history.seconds.append(time.perf_counter() - self.started)
        self.epoch, self.position = self.epoch + 1, 0
        if self.checkpoint:
            self.save()

    # ------------------------------------------------------------------------------ the checkpoint
    def save(self) -> None:
        """Write the state; process 0 alone writes, and all tell it their random states."""
        self.rng_at["now"] = rng.rng_states(self.generators)
        everyones = distributed.gathered(self.rng_at)
        if distributed.rank() == 0:
            files.save({**self._state(), "rng": everyones}, self.checkpoint.path)

    def _state(self) -> dict:
        return {
            "settings": self.settings, "model": self.model.state_dict(),
            "normalisation": self.model.normalisation, "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(), "stop": self.stop.state_dict(),
            "history": asdict(self.history), "meter": [self.meter.names, self.meter.sums],
            "epoch": self.epoch, "position": self.position, "order_seed": self.order_seed,
            "network": _from_the_zoo(self.model),
            "class_names": getattr(self.model, "class_names", None),
        }  # fmt: skip

    def _prepare_checkpoint(self, checkpoint, resume: bool) -> None:
        if checkpoint is None and resume:
            raise CourseError("resume=True needs to know from where: say checkpoint=FILE.")
        given = isinstance(checkpoint, Checkpoint) or checkpoint is None
        self.checkpoint = checkpoint if given else Checkpoint(checkpoint)
        if self.checkpoint and distributed.rank() == 0:
            files.prepare(self.checkpoint.path, self._bytes())
        if resume and Path(self.checkpoint.path).exists():
            self._restore(files.load(self.checkpoint.path))

    def _bytes(self) -> int:
        """What a checkpoint takes at least: the weights, and what the optimizer keeps for each."""
        weights = sum(tensor.nbytes for tensor in self.model.state_dict().values())
        settings = self.optimizer.defaults
        return weights * (1 + ("betas" in settings) * 2 + bool(settings.get("momentum")))

    def _restore(self, state: dict) -> None:
        files.restore(self.model, state, self.settings, self.checkpoint.path)
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.stop.load_state_dict(state["stop"])
        self.history = History(**state["history"])
        self.meter.names, self.meter.sums = state["meter"]
        self.epoch, self.position = state["epoch"], state["position"]
        self.order_seed = self.source.seed = state["order_seed"]
        self.rng_at = state["rng"][distributed.rank()]
        rng.set_rng_states(self.rng_at["now"], self.generators)


def build_optimizer(optimizer, parameters, lr, momentum=0.9, weight_decay=0.0,
                    nesterov=False) -> optim.Optimizer:  # fmt: skip
    """An optimizer by name ("sgd", "adam", "adamw"), or `optimizer(parameters, lr=lr)`.

    Raises CourseError for another name, for a weight decay that a callable would not get, and for
    Nesterov's momentum where there is none.
    """
    if nesterov and (optimizer != "sgd" or not momentum):
        raise CourseError("nesterov belongs to sgd with a momentum > 0.")
    if callable(optimizer):
        if weight_decay:
            raise CourseError("Give weight_decay to your own optimizer, and not to fit.")
        return optimizer(parameters, lr=lr)
    settings = {"lr": lr, "weight_decay": weight_decay}
    match schedules.known_name("optimizer", optimizer, OPTIMIZERS):
        case "sgd":
            return optim.SGD(parameters, momentum=momentum, nesterov=nesterov, **settings)
        case "adam":
            return optim.Adam(parameters, **settings)
        case "adamw":
            return optim.AdamW(parameters, **settings)


def _autocast(device: torch.device) -> Callable:
    # bfloat16 has float32's range, so gradients need no scaling
    return lambda: torch.autocast(device.type, torch.bfloat16)


def _from_the_zoo(model) -> dict | None:
    """What builds this model again: a name and settings for `zoo.build`, if that has built it."""
    name = getattr(model, "zoo_name", None)
    return name and {"name": name, **model.zoo_settings}


def _drawn_seed() -> int:
    """A seed from torch's global generator, the same in all processes."""
    return distributed.gathered(int(torch.randint(2**31, ())))[0]


def _note(accuracies: list, metrics: dict, values: dict) -> None:
    for name, value in values.items():
        (accuracies if name == "accuracy" else metrics.setdefault(name, [])).append(value)


def _check(given: SimpleNamespace) -> None:
    with as_course_error():
        for name, least in (("epochs", 0), ("batch_size", 1), ("patience", 1), ("workers", 0)):
            value = getattr(given, name)
            if value is not None or name != "patience":
                whole_number("fit", name, value, least)
        number("fit", "lr", given.lr)
        number("fit", "momentum", given.momentum, 0, below=1)
        number("fit", "weight_decay", given.weight_decay)
        number("fit", "label_smoothing", given.label_smoothing, 0, 1)
        if given.clip is not None and not number("fit", "clip", given.clip):
            raise ValueError(f"fit expects clip > 0, got {given.clip!r}")
    rng.require_seed(given.seed)
    require_functions(loss=given.loss, transform=given.transform)
    require_metrics(given.metrics)
    if given.loss is not None and given.label_smoothing:
        raise CourseError(
            "label_smoothing belongs to cross-entropy, and not to a loss of your own."
        )
