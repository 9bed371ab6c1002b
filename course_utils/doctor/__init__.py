"""What works on this computer and how to mend what does not: the checks behind `course doctor`.

A check is a plain function without arguments that returns one Result or a list of them. It may
raise: `examine` turns that into a warning.
"""

import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from course_utils.doctor.findings import (
    OK,
    PROBLEM,
    REPAIR,
    WARNING,
    Result,
    as_json,
    report,
)
from course_utils.doctor.pytorch import check_gpu, is_light
from course_utils.doctor.surroundings import check_figures, check_python_path, is_same, made_at
from course_utils.paths import course_root, data_folder, state_folder

__all__ = ["OK", "PROBLEM", "WARNING", "Result", "as_json", "examine", "report", "show_summary"]

OLDEST, NEWEST = (3, 11), (3, 13)
LITTLE_MEMORY, LITTLE_DISK, NO_DISK = 4.0, 2.0, 0.2  # GB


def examine() -> list[Result]:
    """Run every check, in the order of the report."""
    return [result for check in CHECKS for result in _guarded(check)]


def show_summary() -> None:
    """Print the findings without colours: for notebooks."""
    import click

    print(click.unstyle(report(examine())))


def _guarded(check: Callable[[], Result | list[Result]]) -> list[Result]:
    try:
        results = check()
    except Exception as error:  # the doctor survives whatever the patient has
        topic = check.__name__.removeprefix("check_").replace("_", " ")
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        # a package that cannot be imported stops the notebooks, too
        status = PROBLEM if isinstance(error, ImportError) else WARNING
        return [Result(topic, status, f"could not be checked ({what})", REPAIR)]
    return results if isinstance(results, list) else [results]


def check_python() -> Result:
    """The version of Python, and whether it is one that the course was tested with."""
    version = sys.version_info[:2]
    here = f"Python {sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"
    mend = "install Python 3.11, 3.12 or 3.13 and set the course up with it"
    if version < OLDEST:
        return Result("python", PROBLEM, f"{here} is too old", mend)
    if version > NEWEST:
        return Result("python", WARNING, f"{here} is newer than any that was tested", mend)
    return Result("python", OK, f"{here} at {sys.executable}")


def check_environment() -> Result:
    """Whether the packages are kept apart from those of the system, and are where they were put."""
    place = made_at(Path(sys.prefix))
    if place and not is_same(place, Path(sys.prefix)):
        moved = f"the environment was made as {place} and is {sys.prefix} now: parts of it are lost"
        return Result("python", PROBLEM, moved, "run `make clean lab` in the course folder")
    conda = os.environ.get("CONDA_PREFIX")
    if sys.prefix != sys.base_prefix or (conda and Path(conda) == Path(sys.prefix)):
        return Result("python", OK, f"in an environment of its own, {sys.prefix}")
    return Result(
        "python",
        WARNING,
        "not in a virtual environment: the course shares its packages with the system",
        "run `make lab`, or `python -m venv .venv`, activate it and install there",
    )


def pins() -> dict[str, str]:
    """The versions that requirements.txt asks for, by package name."""
    text = (course_root() / "requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^\s*([\w.-]+)(?:\[.*?\])?\s*==\s*([^\s;#]+)", text, re.MULTILINE))


def check_packages() -> list[Result]:
    """Every package of requirements.txt: there, and in the version that was tested."""
    try:
        wanted = pins()
    except OSError:
        message = f"no requirements.txt in {course_root()}, so versions are not compared"
        return [Result("packages", WARNING, message, "get a complete copy of the course")]
    optional = _optional_packages()
    return [check_package(name, pin, _plain(name) in optional) for name, pin in wanted.items()]


def check_package(name: str, pin: str, optional: bool = False) -> Result:
    """One package against its pin. An optional one (tests, tools) may be missing."""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        if is_light() and name.startswith("torch"):
            return Result("packages", OK, f"{name} is left out: this is the light set-up")
        status = WARNING if optional else PROBLEM
        only = " (only the tests need it, or grading on a cluster)" if optional else ""
        mend = f"nothing to do for the notebooks; else {REPAIR}" if optional else REPAIR
        return Result("packages", status, f"{name} is not installed{only}", mend)
    if version.split("+")[0] != pin.split("+")[0]:  # 2.11.0+cpu is 2.11.0
        message = f"{name} is {version}, but {pin} was tested"
        return Result("packages", WARNING, message, f"if something fails, {REPAIR}")
    return Result("packages", OK, f"{name} {version}")


def _optional_packages() -> set[str]:
    """The packages that only an extra of the course's own package asks for."""
    try:
        lines = importlib.metadata.requires("course-utils") or []
    except importlib.metadata.PackageNotFoundError:  # it runs without having been installed
        extras = _project().get("optional-dependencies", {})
        lines = [f"{line} extra ==" for extra in extras.values() for line in extra]
    return {_plain(re.match(r"[\w.-]+", line)[0]) for line in lines if "extra ==" in line}


def _project() -> dict:
    try:
        text = (course_root() / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return {}
    return tomllib.loads(text)["project"]


def _plain(name: str) -> str:
    """A package's name as it is compared: pytest_xdist is pytest-xdist."""
    return re.sub(r"[-_.]+", "-", name).lower()


def check_computer() -> Result:
    """Processor cores and memory that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = _memory()
    here = f"{cores} processor core(s), {memory:.0f} GB of memory"
    if memory < LITTLE_MEMORY:
        mend = "close other programs, and run one notebook at a time"
        return Result("computer", WARNING, f"{here} is little", mend)
    return Result("computer", OK, here)


def _memory() -> float:
    """GB of the machine, or of the container where that is less."""
    import psutil

    limits = [psutil.virtual_memory().total]
    container = Path("/sys/fs/cgroup/memory.max")
    if container.exists() and (text := container.read_text(encoding="utf-8").strip()).isdigit():
        limits.append(int(text))
    return min(limits) / 1e9


def check_kernel() -> Result:
    """Whether the notebooks' kernel, `python3`, exists and runs this very Python."""
    mend = f"run `{sys.executable} -m ipykernel install --sys-prefix`"
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Result("kernel", PROBLEM, "Jupyter is not installed", REPAIR)
    try:
        kernel = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Result("kernel", PROBLEM, "Jupyter has no kernel named python3", mend)
    program = kernel.argv[0]
    if program in _NAMES_THAT_JUPYTER_REPLACES:
        program = sys.executable
    mend = f"delete the folder {kernel.resource_dir} and {mend}"
    found = shutil.which(program)
    if found is None:
        return Result("kernel", PROBLEM, f"kernel python3 runs {program}, which is gone", mend)
    # not the files themselves: the Python of an environment is a link to the system's
    if Path(found).parent.resolve() != Path(sys.executable).parent.resolve():
        message = f"kernel python3 runs another Python, {found}, instead of {sys.executable}"
        return Result("kernel", PROBLEM, message, mend)
    return Result("kernel", OK, "Jupyter's kernel python3 runs this Python")


_NAMES_THAT_JUPYTER_REPLACES = {  # by the Python that runs Jupyter, see KernelManager
    "python",
    f"python{sys.version_info[0]}",
    f"python{sys.version_info[0]}.{sys.version_info[1]}",
}


def check_data() -> list[Result]:
    """The embedded data sets must be there; the others are a matter of choice."""
    from course_utils.datasets import catalogue

    entries = catalogue()
    absent = [e.name for e in entries if not e.present and not e.embedded and not e.incomplete]
    here = f"here: {', '.join(e.name for e in entries if e.present) or 'none'}"
    choice = f"; not downloaded, and not needed to start: {', '.join(absent)}" if absent else ""
    results = [Result("data", OK, here + choice)]
    for entry in entries:
        if entry.embedded and not entry.present:
            results.append(Result("data", PROBLEM, f"{entry.name} is missing", REPAIR))
        if entry.incomplete:
            mend = f"run `course data get {entry.name}`"
            results.append(Result("data", WARNING, f"{entry.name} is incomplete", mend))
    return results


def check_state_folder() -> Result:
    """Whether progress can be kept."""
    from course_utils.checking.board import progress_file

    trouble = Result("progress", PROBLEM, "your progress is not kept", "set COURSE_STATE")
    file = progress_file()
    if file is None:  # it is kept in memory, because somebody wanted that
        return _writable(state_folder(), trouble)
    if file.is_dir() or (file.exists() and not os.access(file, os.W_OK)):
        message = f"{file} cannot be written, so {trouble.message}"
        return replace(trouble, message=message, mend=f"move {file} away")
    return _writable(file.parent, trouble)


def check_data_folder() -> Result:
    """Whether data sets can be downloaded and kept ready."""
    slow = "data sets load slowly and none can be downloaded"
    return _writable(data_folder(), Result("data", WARNING, slow, "set COURSE_DATA"))


def _writable(folder: Path, trouble: Result) -> Result:
    try:
        with tempfile.TemporaryFile(dir=_nearest_existing(folder)):
            return Result(trouble.topic, OK, f"{folder} can be written")
    except OSError as error:
        message = f"{folder} cannot be written ({error.strerror}), so {trouble.message}"
        return replace(trouble, message=message, mend=f"{trouble.mend} to a folder of yours")


def _nearest_existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: the doctor creates nothing."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def check_disk() -> Result:
    """Room for data sets and results."""
    place = _nearest_existing(data_folder())
    free = shutil.disk_usage(place).free / 1e9
    here = f"{free:.1f} GB free at {place}"
    if free < LITTLE_DISK:
        mend = "make room, or set COURSE_DATA and COURSE_STATE to folders on another disk"
        return Result("disk", PROBLEM if free < NO_DISK else WARNING, f"only {here}", mend)
    return Result("disk", OK, here)


CHECKS = (
    check_python,
    check_environment,
    check_packages,
    check_python_path,
    check_computer,
    check_gpu,
    check_figures,
    check_kernel,
    check_data,
    check_data_folder,
    check_state_folder,
    check_disk,
)
