"""`course train MODEL DATASET`, and under torchrun `python -m course_utils.training …`."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from course_utils import datasets, zoo
from course_utils.datasets.image_folder import PictureSet, image_folder
from course_utils.datasets.registry import entry
from course_utils.device import device as choose_device
from course_utils.device import fast_arithmetic
from course_utils.errors import CourseError, Interrupted
from course_utils.training import Checkpoint, distributed, evaluate, fit, record, shell
from course_utils.training import checkpoint as files
from course_utils.training.models import count, model
from course_utils.training.rng import require_seed
from course_utils.training.shell import DEFAULTS, option
from course_utils.zoo.airbench import ENOUGH

SIZE = 64  # pixels on each side, of pictures from a folder
OWN = ("width", "images", "augment", "fast", "validate", "shift", "mirror")  # not of `fit`
UNRECORDED = ("seed", "progress", "resume")  # it stands elsewhere, or changes nothing


def train(name: str, dataset: str | None = None, *, folder=None, size: int = SIZE,
          skip_broken: bool = False, seed: int | None = None, test: bool = False,
          report: Callable[[str], None] = print, checkpoint=None, every=None, device=None,
          record_file=None, what: str | None = None, command: str | None = None,
          begin: Callable[[], None] = lambda: None, **settings) -> None:  # fmt: skip
    """Train a model by name on a data set by name; one line per epoch goes to `report`.

    folder       instead of a data set's name: a folder of folders of pictures, for `image_folder`
                 with `size` and `skip_broken`
    settings     for `fit`, and: `width` of the network, `images` (train on so many only), `augment`
                 (ResNet's crops and flips), `shift` (move images by up to so many pixels), `fast`
                 (on a GPU, speed before repeatability), `validate` (without: the validation images
                 are trained on, too), `mirror` (test images count with their mirror images)
    record_file  the file that the training is added to; `what` a new file says it is about, and the
                 `command` that it says makes it: the one of this training, if nothing else is given
    begin        called when all is loaded and the first batch is next

    Raises CourseError for a name that there is not, and all that `fit` raises; Interrupted when
    Ctrl-C ended the training.
    """
    if every is not None and checkpoint is None:
        raise CourseError("--every says when to write a checkpoint, and --checkpoint where.")
    if settings.get("resume") and checkpoint is None:
        raise CourseError("--resume needs --checkpoint FILE.")
    with in_shell_words():
        require_seed(seed)
    if (dataset is None) == (folder is None):
        raise CourseError("Say what to train on: the name of a data set, or --data FOLDER.")
    zoo.entry(name)  # an unknown name is refused before any data is read
    device = choose_device(device)
    if record_file is not None:
        record.load(record_file, new=True)  # a file of another kind is refused before the training
    settings = {**DEFAULTS, **settings}
    own = SimpleNamespace(**{key: settings.pop(key, None) for key in OWN})
    given = as_recorded({**settings, **vars(own), "size": size if folder is not None else None})
    start = ""
    if checkpoint is not None:
        settings["checkpoint"] = Checkpoint(checkpoint, every)
        files.prepare(checkpoint)
        start = _start(checkpoint) if settings.get("resume") else ""
    settings["transform"] = _transform(own.augment, own.shift)
    with distributed.process_group(), fast_arithmetic(own.fast):
        say = report if distributed.rank() == 0 else _nothing
        data = _load(dataset) if folder is None else _pictures(folder, size, skip_broken, say)
        train_split, validation = _splits(data, own.images, own.validate)
        if seed is not None:  # for the starting weights; `fit` seeds what comes after them
            torch.manual_seed(seed)
        _, C, H, _ = data.train.images.shape
        network = _network(name, len(data.class_names), C, H, own.width)
        network.class_names = data.class_names  # its checkpoints keep them
        if hasattr(network, "whiten"):
            network.whiten(train_split[0][:ENOUGH])
        say(f"{name}: {count(network):,} parameters; {data}{start}")
        _import_what_comes_late()
        begin()
        with in_shell_words():
            history = fit(network, train_split, validation, seed=seed, device=device, **settings)
        for line in table(history):
            say(line)
        if history.interrupted:
            raise Interrupted(_what_is_left(record_file, checkpoint))
        scores = None
        if test:
            scores = evaluate(network, _labelled(data.test), device=device, mirror=own.mirror)
            say(f"test: loss {scores.loss:.4f}, accuracy {scores.accuracy:.1%}")
        if record_file is not None and distributed.rank() == 0:
            typed = shell.train(
                name,
                dataset,
                {**given, "skip_broken": skip_broken},
                seed=seed,
                folder=folder,
                test=test,
                file=record_file,
                processes=distributed.world(),
            )
            _record(record_file, what, command, network, history, device, scores, name=name,
                    seed=seed, data=_origin(data), images=len(train_split[0]), settings=given,
                    typed=typed, input_size=(C, H, H), report=say)  # fmt: skip


def _transform(augment: bool, shift: int):
    """What changes each batch of training images, or None."""
    from course_utils.augment import RandomCropFlip, RandomShift

    if augment and shift:
        raise CourseError("--augment moves images already: say --shift without it.")
    return RandomCropFlip() if augment else RandomShift(shift) if shift else None


def _start(checkpoint) -> str:
    """Where a training with --resume begins, for its first line."""
    if not Path(checkpoint).exists():
        return f"; there is no {checkpoint} yet: from the beginning"
    return f"; going on from {checkpoint} after {files.progress(checkpoint)}"


def _what_is_left(record_file, checkpoint) -> str:
    if record_file is not None:
        return f"Interrupted: nothing was added to {record_file}."
    if checkpoint is not None and Path(checkpoint).exists():
        return f"Interrupted: --resume goes on after {files.progress(checkpoint)}."
    return "Interrupted."


def _network(name: str, classes: int, channels: int, size: int, width: float):
    """A new network; one that cannot fit into memory is refused before it takes any."""
    import psutil

    with torch.device("meta"):
        needed = 4 * count(model(name, classes, channels, size, width))
    if needed > psutil.virtual_memory().available:
        raise CourseError(
            f"The weights of {name} with --width {width:g} take {needed / 1e9:,.0f} GB, more than "
            "there is memory: try a smaller width."
        )
    return model(name, classes, channels, size, width)


def _import_what_comes_late() -> None:
    """What torch and tqdm import at the first batch: Ctrl-C in an import may be swallowed there."""
    import tqdm.auto  # noqa: F401


@contextmanager
def in_shell_words():
    """Inside, errors name settings as a shell does: --batch-size 8 instead of batch_size=8."""
    try:
        yield
    except CourseError as error:
        named = "|".join((*DEFAULTS, "seed", "clip", "patience"))
        message = str(error).replace("without resume", "without --resume")
        message = re.sub(r"\bfit expects (\w+)", lambda m: f"Expected {option(m[1])}", message)
        message = re.sub(rf"\b({named})=", lambda m: f"{option(m[1])} ", message)
        error.args = (message,)
        raise


def as_recorded(settings: dict) -> dict:
    """The settings of a training as they stand in its record: all that change what is learned."""
    kept = {**DEFAULTS, **settings}.items()
    return {key: value for key, value in kept if value is not None and key not in UNRECORDED}


def _splits(data, images: int | None, validate: bool) -> tuple:
    """What to train on, as many images as are wanted, and what to validate with, or None."""
    parts = [_labelled(data.train)] + ([] if validate else [_labelled(data.validation)])
    x, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    if images is not None and images > len(x):
        raise CourseError(f"There are {len(x):,} training images, not {images:,}.")
    return (x[:images], labels[:images]), _labelled(data.validation) if validate else None


def _origin(data) -> str:
    """The data set's name, and whether its pictures were read from JPEG files."""
    from course_utils.datasets import full

    if isinstance(data, PictureSet):
        return f"the folder {data.name}"
    if data.name == full.PICTURES and full.where(full.FULL_SETS["cifar10"]).name == full.PICTURES:
        return "cifar10, read from JPEG copies of the pictures"
    return data.name


def _record(file, what, command, network, history, device, scores, *, input_size, report,
            typed, **about) -> None:  # fmt: skip
    """Add the training to the file, with the speed that it reached."""
    from course_utils.anatomy import describe

    new = record.run(network, history, device, test=scores, command=typed, **about)
    multiply_adds = describe(network, input_size).multiply_adds
    new["multiply_adds"] = multiply_adds
    new["speed"] = record.speed(history, about["images"], multiply_adds, device)
    record.add(file, new, what, command)
    report(f"added to {file}")


def table(history) -> list[str]:
    """A history as lines, one per epoch under a head."""
    lines = ["epoch    loss  accuracy  validation loss  accuracy  seconds"]
    columns = (history.loss, history.accuracy, history.validation_loss,
               history.validation_accuracy, history.seconds)  # fmt: skip
    forms, widths = (".4f", ".1%", ".4f", ".1%", ".1f"), (8, 10, 17, 10, 9)
    for k, row in enumerate(zip_longest(*columns)):
        cells = ("" if v is None else format(v, f) for v, f in zip(row, forms, strict=True))
        lines.append(f"{k + 1:>5}" + "".join(map(str.rjust, cells, widths)))
    if history.stopped_early:
        lines.append(f"stopped early; epoch {history.best + 1} was the best, its weights are back")
    if history.interrupted:
        lines.append("interrupted")
    return lines


def _load(name: str):
    """The data set of that name, if it has classes. Raises CourseError if not."""
    data = getattr(datasets, entry(name).name)()
    if not hasattr(data, "class_names"):
        raise CourseError(f"{name} has no labels to learn: try mnist_5k or digits_8x8.")
    return data


def _pictures(folder, size: int, skip_broken: bool, say: Callable[[str], None]):
    """The pictures of a folder; a line about each file that was passed over."""
    try:
        data = image_folder(folder, size, skip_broken=skip_broken)
    except CourseError as error:
        error.args = (str(error).replace("skip_broken=True", "--skip-broken"),)
        raise
    for skipped in data.skipped:
        say(f"skipped {skipped.file}: {skipped.reason}")
    return data


def _labelled(split) -> tuple:
    """Images and labels, also of a split that knows more about its images."""
    return split.images, split.labels


def _nothing(line: str) -> None:
    """Only process 0 speaks."""
