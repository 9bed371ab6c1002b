"""Where PyTorch computes, and what kind of machine that is.

`$COURSE_DEVICE` decides for the whole course: cpu, cuda, cuda:1, mps. Without it a CUDA GPU is
taken if there is one, then Apple's (MPS), then the CPU.
"""

import functools
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from course_utils.errors import CourseError


def device(wanted: str | torch.device | None = None) -> torch.device:
    """The device `wanted`; else `$COURSE_DEVICE`; else CUDA, MPS or the CPU, the first there is.

    Where several processes train together, each has a CUDA GPU of its own. Choosing CUDA makes
    float32 mean float32 there (see `keep_float32`). Raises CourseError for a device that PyTorch
    does not know, or cannot use here.
    """
    source = "device" if wanted is not None else "COURSE_DEVICE"
    name = wanted if wanted is not None else os.environ.get("COURSE_DEVICE") or _best()
    chosen = _usable(name, source)
    if chosen.type == "cuda":
        if not _fast:
            keep_float32()
        if chosen.index is None:
            chosen = own_gpu()
    return chosen


def _best() -> str:
    """A GPU that is there and cannot compute (`course doctor` says so) is passed over."""
    if torch.cuda.is_available() and not _trouble("cuda"):
        return "cuda"
    return "mps" if torch.backends.mps.is_available() and not _trouble("mps") else "cpu"


def _usable(name, source: str) -> torch.device:
    reason = _trouble(name)
    if reason:
        raise CourseError(
            f"{source} expects a device that PyTorch can use here, such as cpu or cuda, "
            f"got {str(name)!r} ({reason})."
        )
    return torch.device(name)


@functools.cache
def _trouble(name) -> str:
    """Why PyTorch cannot add two numbers there, or nothing."""
    try:
        (torch.ones(1, device=torch.device(name)) + 1).cpu()
    except (RuntimeError, AssertionError, TypeError, ValueError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        return "PyTorch knows no such device" if "device string" in reason else reason
    return ""


def own_gpu() -> torch.device:
    """The CUDA GPU of this process: the first, or under torchrun one for each process."""
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))


def keep_float32() -> None:
    """Switch off what makes a GPU's float32 differ from a CPU's, as far as it can be.

    cuDNN would round the factors of float32 convolutions to TF32 (10 bits of mantissa instead of
    23), and take whatever algorithm is fastest, also one that adds in another order each time.
    """
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True


_fast = False  # inside `fast_arithmetic`


@contextmanager
def fast_arithmetic(wanted: bool = True) -> Iterator[None]:
    """Inside, speed comes before repeatability: TF32, and cuDNN's fastest algorithm."""
    global _fast
    cudnn = torch.backends.cudnn
    flags = [(torch.backends.cuda.matmul, "allow_tf32"), (cudnn, "allow_tf32"),
             (cudnn, "benchmark"), (cudnn, "deterministic")]  # fmt: skip
    before, was_fast = [getattr(owner, flag) for owner, flag in flags], _fast
    if wanted:
        _fast = True
        for owner, flag in flags:
            setattr(owner, flag, flag != "deterministic")
    try:
        yield
    finally:
        _fast = was_fast
        for (owner, flag), value in zip(flags, before, strict=True):
            setattr(owner, flag, value)


def home_of(model: torch.nn.Module) -> torch.device:
    """The device of the model's parameters; the CPU for a model without any."""
    return next((p.device for p in model.parameters()), torch.device("cpu"))


def device_for(model: torch.nn.Module, wanted: str | torch.device | None = None) -> torch.device:
    """Where to compute with this model: `wanted`, else where somebody has put it, else `device()`.

    MPS has no float64: such a model is left on the CPU.
    """
    home = home_of(model)
    if wanted is None and home.type != "cpu":
        wanted = home
    chosen = device(wanted)
    if wanted is None and chosen.type == "mps" and _is_double(model):
        return home
    return chosen


def _is_double(model: torch.nn.Module) -> bool:
    return any(p.dtype == torch.float64 for p in model.parameters())


@contextmanager
def on_device(model: torch.nn.Module, chosen: torch.device) -> Iterator[None]:
    """Inside, the model is on that device; afterwards it is back where it was."""
    home = home_of(model)
    model.to(chosen)
    try:
        yield
    finally:
        model.to(home)


def moved(tensor: torch.Tensor, chosen: torch.device | str, **settings) -> torch.Tensor:
    """The tensor on that device; float64 becomes float32 on MPS, which has no float64."""
    if torch.device(chosen).type == "mps" and tensor.dtype == torch.float64:
        tensor = tensor.float()
    return tensor.to(chosen, **settings)


def hardware(chosen: torch.device) -> str:
    """The machine in words, such as "NVIDIA H200" or "CPU AMD EPYC, 2 cores, 1 thread"."""
    if chosen.type == "cuda":
        return torch.cuda.get_device_name(chosen)
    if chosen.type == "mps":
        return f"{_processor()}, its GPU (MPS)"
    threads = torch.get_num_threads()
    cores = os.cpu_count()
    return f"CPU {_processor()}, {cores} cores, {threads} thread{'s' * (threads != 1)}"


def versions() -> dict[str, str]:
    """Of Python, torch, torchvision and NumPy, and of CUDA and cuDNN where there is a GPU."""
    import numpy as np
    import torchvision

    packages = {"torch": torch, "torchvision": torchvision, "numpy": np}
    found = {"python": platform.python_version()}
    found |= {name: package.__version__.split("+")[0] for name, package in packages.items()}
    if torch.cuda.is_available():
        found |= {"cuda": torch.version.cuda, "cudnn": str(torch.backends.cudnn.version())}
    return found


def synchronize(chosen: torch.device) -> None:
    """Wait until a GPU has done what it was told: before a clock is read."""
    if chosen.type == "cuda":
        torch.cuda.synchronize(chosen)
    elif chosen.type == "mps":
        torch.mps.synchronize()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
