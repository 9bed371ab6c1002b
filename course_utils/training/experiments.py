"""`course experiment NAME`: a handful of trainings on CIFAR-10 that belong together.

Each training is one call of `course train … --record`, so everything here can be done by hand, too.
A training that the file holds already, with the same settings, is not repeated: an experiment that
was interrupted goes on when it is called again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from course_utils.paths import state_folder
from course_utils.training import record, shell
from course_utils.training.command import as_recorded, train

DATA = "cifar10"
AUGMENTED = ("augment", "flip", "shift")  # settings that change the training images


@dataclass(frozen=True)
class Experiment:
    """Trainings of (network, what is special about it), with one recipe."""

    what: str
    recipe: dict
    trainings: tuple[tuple[str, dict], ...]


# The paper: SGD with 0.1, a tenth of that after 32,000 and 48,000 of 64,000 steps. One cycle ends
# at the same place in fewer epochs.
DEGRADATION = Experiment(
    "plain and residual networks of 20 and 56 layers (He and others, 2016, figures 1 and 6)",
    {"epochs": 60, "batch_size": 128, "lr": 0.1, "schedule": "one_cycle", "weight_decay": 1e-4,
     "amp": True, "channels_last": True, "augment": True, "seed": 0},
    tuple((name, {}) for name in ("plain20", "resnet20", "plain56", "resnet56")),
)  # fmt: skip

# AdamW with one cycle also trains the networks without batch normalisation: one recipe for all.
SCOREBOARD = Experiment(
    "one member of each family at CIFAR size, one recipe, with and without augmentation",
    {"epochs": 40, "batch_size": 128, "optimizer": "adamw", "lr": 1e-3, "schedule": "one_cycle",
     "weight_decay": 0.05, "clip": 1.0, "amp": True, "channels_last": True, "seed": 0},
    tuple(
        (name, {"augment": augment})
        for name in ("alexnet_torchvision", "vgg16_bn", "googlenet_bn", "resnet20", "resnet56",
                     "resnet18", "wrn_16_8", "resnext29_8x64d", "densenet_bc_100_12", "mobilenet")
        for augment in (False, True)
    ),
)  # fmt: skip

# A shallow network on whitened patches, large batches, and a high rate for a short time (Jordan
# 2024: 94 % in 3.8 s on an A100, and in 2.6 s with a newer optimizer). Every tensor is on the GPU,
# and no step waits for it. ResNet-18 with the recipe that was there before is for comparison.
FAST = {"epochs": 12, "batch_size": 1024, "lr": 2.0, "momentum": 0.85, "nesterov": True,
        "schedule": "triangular", "weight_decay": 1e-3, "label_smoothing": 0.2,
        "flip": "alternating", "shift": 2}  # fmt: skip
BEFORE = {"epochs": 16, "batch_size": 512, "lr": 0.4, "schedule": "one_cycle", "weight_decay": 5e-4,
          "label_smoothing": 0.1, "augment": True}  # fmt: skip
SPEED = Experiment(
    "the shortest way to 94 % of the test images, trained on all 50,000 others",
    {"amp": True, "channels_last": True, "fast": True, "validate": False, "mirror": True},
    (*(("airbench94", {**FAST, "seed": seed}) for seed in range(5)),
     *(("resnet18", {**BEFORE, "seed": seed}) for seed in range(2))),
)  # fmt: skip

EXPERIMENTS = {"degradation": DEGRADATION, "scoreboard": SCOREBOARD, "speed": SPEED}


def run(name: str, *, file: Path | None = None, report: Callable[[str], None] = print, device=None,
        progress: bool = True, seeds: int | None = None, **changes) -> Path:  # fmt: skip
    """Do what is missing of an experiment, and show its table -> the file with the trainings.

    changes: other settings than the recipe's, such as epochs=2, images=1000, width=0.25; None: as
    in the recipe. seeds: everything with the seeds 0, 1 … seeds − 1, the whole series with one
    before it begins with the next. Raises CourseError as `course train` does; what is done by then
    stays.
    """
    experiment = EXPERIMENTS[name]
    file = file or state_folder() / "experiments" / f"{name}.json"
    changes = {key: value for key, value in changes.items() if value is not None}
    plan = _plan(experiment, changes, seeds)
    record.load(file, new=True)
    for number, (network, settings) in enumerate(plan, 1):
        if _is_there(record.load(file, new=True), network, settings):
            report(f"{number}/{len(plan)} {network}: it is in {file} already")
            continue
        report(f"{number}/{len(plan)} {network}, seed {settings.get('seed')}")
        train(network, DATA, record_file=file, test=True, device=device, progress=progress,
              what=_what(experiment, changes), report=report,
              command=shell.experiment(name, changes, seeds, file), **settings)  # fmt: skip
    for line in table(record.load(file)):
        report(line)
    return file


def _what(experiment: Experiment, changes: dict) -> str:
    """What the record is about; what is other than in the recipe is said, too."""
    said = [f"{key.replace('_', ' ')} {value}" for key, value in changes.items()]
    return f"{experiment.what}{'; here with ' if said else ''}{', '.join(said)}"


def _plan(experiment: Experiment, changes: dict, seeds: int | None) -> list[tuple[str, dict]]:
    """What to train, one after the other: (network, settings)."""
    series = [{}] if seeds is None else [{"seed": seed} for seed in range(seeds)]
    plan: list[tuple[str, dict]] = []
    for seed in series:
        for network, special in experiment.trainings:
            training = network, {**experiment.recipe, **special, **changes, **seed}
            if training not in plan:  # some experiments have seeds of their own
                plan.append(training)
    return plan


def _is_there(found: dict, network: str, settings: dict) -> bool:
    wanted = as_recorded(settings)
    return any(
        run["network"] == network and run["seed"] == settings.get("seed")
        and run["settings"] == wanted
        for run in found["runs"]
    )  # fmt: skip


def table(found: dict) -> list[str]:
    """The trainings of a file in Markdown, a line for each; then the means over seeds."""
    lines = [
        "| network | parameters | multiply–adds | augmented | test accuracy | training, s "
        "| s per epoch | images/s | of bf16 peak |",
        "| --- |" + " ---: |" * 8,
    ]
    for run in found["runs"]:
        speed, curve = run.get("speed", {}), run["curve"]
        cells = [
            run["network"], f"{run['parameters']:,}", f"{run['multiply_adds']:,}",
            "yes" if any(run["settings"].get(way) for way in AUGMENTED) else "no",
            f"{run['test']['accuracy']:.2%}" if run["test"] else "",
            _shown(sum(curve.get("training_seconds", ())) or None, ".1f"),
            _shown(speed.get("seconds_per_epoch"), ".2f"),
            _shown(speed.get("images_per_second"), ",.0f"),
            _shown(speed.get("share_of_peak"), ".1%"),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines + _means(found["runs"])


def _shown(number: float | None, form: str) -> str:
    return "" if number is None else format(number, form)


def _means(runs: list[dict]) -> list[str]:
    """One line for each network that was trained with several seeds and is otherwise the same."""
    groups: dict[str, list[dict]] = {}
    for run in runs:
        settings = {k: v for k, v in run["settings"].items() if k != "seed"}
        groups.setdefault(f"{run['network']} {settings} {run['where']}", []).append(run)
    return [
        f"{group[0]['network']}, {len(group)} seeds: mean test accuracy "
        f"{mean(run['test']['accuracy'] for run in group):.2%} after "
        f"{mean(sum(run['curve'].get('training_seconds', ())) for run in group):.1f} s of training"
        for group in groups.values()
        if len(group) > 1 and all(run["test"] for run in group)
    ]
