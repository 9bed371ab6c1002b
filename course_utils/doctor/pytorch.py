"""Whether PyTorch works here, on which device, and what does without it."""

import os
import re
import sys
import warnings
from pathlib import Path

from course_utils.doctor.findings import OK, PROBLEM, REPAIR, WARNING, Result
from course_utils.paths import notebooks_folder, pages_in

MADE_OF_TORCH = ("anatomy", "audit", "augment", "inside", "training", "zoo")


def check_gpu() -> Result:
    """Whether PyTorch can be imported, and computes on a GPU where there is one."""
    mend = "nothing to do: the notebooks run on the processor"
    try:
        import torch
    except ImportError as error:
        if is_light():
            return Result("torch", WARNING, _without_torch(error), "`make clean lab` installs it")
        return Result("torch", PROBLEM, _without_torch(error), REPAIR)
    if wanted := os.environ.get("COURSE_DEVICE"):
        return _check_wanted_device(torch, wanted)
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        device = _gpu_name(torch)
    if device:
        return Result("torch", OK, f"PyTorch {torch.__version__} on {device}")
    if complaints:
        why = " ".join(str(complaints[0].message).split())[:160]
        return Result("torch", WARNING, f"there is a GPU that PyTorch cannot use ({why})", mend)
    return Result("torch", OK, f"PyTorch {torch.__version__}, no GPU: none is needed")


def is_light() -> bool:
    """Whether this is the set-up of `make lab TORCH=none`."""
    return (Path(sys.prefix) / "light.txt").exists()


def _without_torch(error: ImportError) -> str:
    """What works all the same: the notebooks that never mention PyTorch, nor what is made of it."""
    sources = pages_in(notebooks_folder() / "source", ".md")
    working = [s.stem[:2] for s in sources if not needs_torch(s.read_text(encoding="utf-8"))]
    return (
        f"PyTorch cannot be imported ({error}): notebooks {', '.join(working)} work, comparisons "
        "with it left out; the others do not, nor do `course zoo`, `train`, `experiment`, "
        "`audit` and `validate`"
    )


def needs_torch(source: str) -> bool:
    """Whether a notebook's source imports PyTorch, or a part of the course that does.

    An import within `try` is for comparisons that are left out where PyTorch is missing.
    """
    parts = "|".join(MADE_OF_TORCH)
    return bool(
        re.search(r"^(import|from) torch", source, re.MULTILINE)
        or re.search(rf"^\s*from course_utils\.({parts})\b", source, re.MULTILINE)
        or re.search(rf"^\s*from course_utils import .*\b({parts})\b", source, re.MULTILINE)
    )


def _check_wanted_device(torch, wanted: str) -> Result:
    from course_utils.device import device, hardware
    from course_utils.errors import CourseError

    try:
        words = hardware(device())
    except CourseError as error:
        mend = "set COURSE_DEVICE to cpu, or unset it"
        return Result("torch", PROBLEM, f"PyTorch {torch.__version__}: {error}", mend)
    return Result("torch", OK, f"PyTorch {torch.__version__} on {words} (COURSE_DEVICE={wanted})")


def _gpu_name(torch) -> str:
    """The GPU, after it has added two numbers: a driver that is there may still not work."""
    for device, works in (
        ("cuda", torch.cuda.is_available),
        ("mps", torch.backends.mps.is_available),
    ):
        if works():
            try:
                (torch.ones(1, device=device) + 1).item()
            except RuntimeError as error:
                warnings.warn(str(error), stacklevel=2)
            else:
                return torch.cuda.get_device_name(0) if device == "cuda" else "Apple's GPU (MPS)"
    return ""
