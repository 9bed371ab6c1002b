"""Trainings that are kept: `course train … --record FILE` adds one to a JSON file.

A file holds one experiment: {"what": …, "command": …, "runs": [one for each training]}. A run says
which network was trained on what, with which settings, on which machine, and what was measured
after each epoch. `command` is what to type to get the same: of the whole file (a line for each, if
there are several), and of each run.
"""

import datetime
import json
from pathlib import Path

import torch

from course_utils.device import hardware, versions
from course_utils.errors import CourseError
from course_utils.paths import write_whole
from course_utils.training.history import History

CURVE = ("loss", "accuracy", "validation_loss", "validation_accuracy", "lr", "seconds",
         "training_seconds")  # fmt: skip

# Dense bfloat16 products with float32 sums, operations per second, from NVIDIA's data sheets.
DATA_SHEETS = {"H200": 989e12, "H100 80GB HBM3": 989e12, "H100 PCIe": 756e12, "A100": 312e12,
               "L40S": 362e12, "L4": 121e12, "A10": 125e12, "V100": None, "T4": None}  # fmt: skip


def run(network: torch.nn.Module, history: History, device: torch.device, *, name: str, data: str,
        images: int, seed: int | None, settings: dict, command: str,
        test=None) -> dict:  # fmt: skip
    """One training as plain numbers and words.

    images: how many it trained on; command: what does it once more; test: Scores on the test
    images, if they were looked at
    """
    return {
        "network": name,
        "data": data,
        "images": images,
        "seed": seed,
        "settings": dict(sorted(settings.items())),
        "command": command,
        "parameters": sum(p.numel() for p in network.parameters()),
        "curve": {key: _rounded(getattr(history, key)) for key in CURVE},
        "test": test and {"loss": round(test.loss, 4), "accuracy": round(test.accuracy, 4)},
        "when": datetime.date.today().isoformat(),
        "where": hardware(device),
        "versions": versions(),
    }  # fmt: skip


def speed(history: History, images: int, multiply_adds: int, device: torch.device) -> dict:
    """Images per second, operations per second, and the share of the GPU's bfloat16 peak.

    The first epoch, in which memory is fetched and algorithms are chosen, does not count where
    there are others. A training step is taken as three forward passes (the gradient of the input
    and that of the weights cost as much as the layer itself), a multiply–add as two operations.
    """
    times = history.training_seconds[1:] or history.training_seconds
    if not times:
        return {}
    per_second = images / (sum(times) / len(times))
    operations = 3 * 2 * multiply_adds * per_second
    peak = bfloat16_peak(device)
    return {
        "images_per_second": round(per_second, 1),
        "seconds_per_epoch": round(sum(times) / len(times), 3),
        "operations_per_second": float(f"{operations:.4g}"),
        "bfloat16_peak": peak,
        "share_of_peak": None if peak is None else round(operations / peak, 4),
    }


def bfloat16_peak(device: torch.device) -> float | None:
    """Operations per second of the data sheet; None for a device that is not in the table."""
    if device.type != "cuda":
        return None
    name = hardware(device)
    return next((peak for known, peak in DATA_SHEETS.items() if known in name), None)


def load(file: Path, *, new: bool = False) -> dict:
    """What lies in a file of trainings; with `new`, an empty experiment where there is no file.

    Raises CourseError when there is no such file, or when it holds something else.
    """
    try:
        found = json.loads(Path(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if new:
            return {"what": "trainings that `course train … --record` has kept", "runs": []}
        raise CourseError(
            f"There is no file {file}: `course train … --record` writes one."
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CourseError(f"{file} cannot be read as a record of trainings: {error}.") from None
    if not isinstance(found, dict) or not isinstance(found.get("runs"), list):
        raise CourseError(f'{file} is no record of trainings: it has no list "runs".')
    return found


def add(file: Path, new: dict, what: str | None = None, command: str | None = None) -> None:
    """Put one more training into the file. The file is the old one or the new one, never a half.

    what: what the experiment is about, for a new file; command: what makes all of its trainings,
    or that of this one
    """
    file = Path(file)
    record = load(file, new=True)
    if what is not None and not record["runs"]:
        record["what"] = what
    lines = record.get("command", "").splitlines()
    record["command"] = "\n".join(dict.fromkeys([*lines, command or new["command"]]))
    record = {key: record[key] for key in dict.fromkeys(["what", "command", *record])}
    record["runs"].append(new)
    try:
        write_whole(file, _readable(record))
    except OSError as error:
        raise CourseError(f"{file} cannot be written: {error.strerror}.") from None


def _readable(record: dict) -> str:
    """JSON with a line for each curve, so that a change can be read."""
    rest = {key: value for key, value in record.items() if key != "runs"}
    head = "".join(
        f' "{key}": {json.dumps(value, ensure_ascii=False)},\n' for key, value in rest.items()
    )
    runs = ",\n".join(_readable_run(run) for run in record["runs"])
    return f'{{\n{head} "runs": [\n{runs}\n ]\n}}\n'


def _readable_run(run: dict) -> str:
    lines = []
    for key, value in run.items():
        if key == "curve":
            curves = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            lines.append(f'   "curve": {{\n{curves}\n   }}')
        else:
            lines.append(f"   {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "  {\n" + ",\n".join(lines) + "\n  }"


def _rounded(values: list[float]) -> list[float]:
    return [float(f"{value:.5g}") for value in values]
