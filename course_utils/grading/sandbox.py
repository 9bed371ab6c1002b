"""Where a learner's code runs: which walls this system can put up, and how to start a worker.

`bubblewrap` gives a worker a file system with Python and the allowed packages in it and nothing
else, no network, and a process space of its own. Without it a worker is an ordinary process that
has given up what the kernel lets it give up (Landlock, seccomp, resource limits).
"""

import functools
import importlib.metadata
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.errors import CourseError
from course_utils.grading.inside import locks
from course_utils.paths import course_root

BUBBLEWRAP, SUBPROCESS = "bubblewrap", "subprocess"
_INSIDE = Path(__file__).parent / "inside"
_PROGRAM, _PACKAGES = "/grader/program", "/grader/packages"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_ENABLE = (
    "docs/grading.md (“What the sandbox needs”) says how to get it: Debian and Ubuntu: apt install "
    "bubblewrap; Fedora: dnf install bubblewrap"
)


@dataclass(frozen=True)
class Sandbox:
    """The walls that this system offers, and why not more."""

    level: str
    missing: str = ""  # why it is not bubblewrap
    weakness: str = ""  # what an answer may do here that it should not

    def __str__(self) -> str:
        said = "; ".join(filter(None, (self.missing, self.weakness)))
        return f"{self.level} ({said})" if said else self.level


def probe(required: bool = False) -> Sandbox:
    """Try the strongest sandbox. With `required`, a CourseError when it does not work here."""
    if not hasattr(os, "fork"):
        raise CourseError(
            f"grading needs Linux or macOS, and this is {platform.system()}; on Windows, run it "
            "inside WSL"
        )
    found = _probe()
    if required and found.level != BUBBLEWRAP:
        raise CourseError(f"no sandbox here: {found.missing}. {_ENABLE}")
    return found


@functools.cache
def _probe() -> Sandbox:
    program = shutil.which("bwrap")
    if program is None:
        return _weaker("the program bwrap is not installed")
    command = [*_bubblewrap(program, ()), sys.executable, "-I", "-S", "-c", "print('inside')"]
    try:
        tried = subprocess.run(
            command,
            capture_output=True,
            timeout=20,
            env=_environment(),
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _weaker(f"bwrap did not run: {error}")
    if tried.stdout.strip() != "inside":
        reason = tried.stderr.strip().splitlines() or ["no reason given"]
        return _weaker(f"bwrap failed: {reason[-1]}")
    return Sandbox(BUBBLEWRAP)


def _weaker(missing: str) -> Sandbox:
    """An ordinary process that gives up what it can, and what it cannot give up here."""
    weak = [] if locks.landlock_version() else [
        "this system has no Landlock, so an answer can read the files of this machine"
    ]  # fmt: skip
    if sys.platform != "linux":
        weak.append("without seccomp, an answer can change files, too")
    closed = _closed_to_others()
    if os.geteuid() == 0 and closed:
        weak.append(f"answers run as root, because others may not read {closed}")
    return Sandbox(SUBPROCESS, missing, "; ".join(weak))


def _closed_to_others() -> str:
    """The folder that keeps an unprivileged user from Python and its packages, or nothing."""
    for place in (Path(sys.executable).resolve(), Path(np.__file__).resolve()):
        for folder in reversed(place.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                return str(folder)
    return ""


# ----------------------------------------------------------------------------- starting a worker
@dataclass(frozen=True)
class Launch:
    """A command that starts a worker, and what it needs to be told."""

    command: list[str]
    environment: dict[str, str]
    settings: dict
    folder: tempfile.TemporaryDirectory  # holds the packages; goes when the worker does


def launch(sandbox: Sandbox, packages: tuple[str, ...]) -> Launch:
    """How to start a worker that has the named packages (and what they require) and no others."""
    folder = tempfile.TemporaryDirectory(prefix=f"course-worker-{os.getpid()}-")
    os.chmod(folder.name, 0o755)  # links only, for the eyes of whoever the worker becomes
    places = package_places(packages)
    settings = {"preload": list(packages), "alone": sandbox.level == BUBBLEWRAP, "readable": []}
    if sandbox.level == BUBBLEWRAP:
        command = [*_bubblewrap(shutil.which("bwrap"), places), sys.executable]
        settings["packages"] = [_PACKAGES]
        program = f"{_PROGRAM}/worker.py"
    else:
        for place in places:
            os.symlink(place, Path(folder.name, place.name))
        command = [sys.executable]
        settings["packages"] = [folder.name]
        settings["readable"] = _readable(places, folder.name)
        program = str(_INSIDE / "worker.py")
    return Launch([*command, "-E", "-s", "-S", "-B", program], _environment(), settings, folder)


def sweep() -> None:
    """Remove what workers of processes that were killed have left behind."""
    for folder in Path(tempfile.gettempdir()).glob("course-worker-*-*"):
        number = folder.name.split("-")[2]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is another user's
        return True
    return True


def _environment() -> dict[str, str]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**one, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONHASHSEED": "0"}


def _bubblewrap(program: str, places: Iterable[Path]) -> list[str]:
    """The start of a bubblewrap command: an empty root with Python in it, and no way out."""
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1"]
    command += ["--cap-drop", "ALL"]
    for path in _system_places():
        command += ["--ro-bind-try", str(path), str(path)]
    for path in _hidden_places():
        command += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for device in _DEVICES:
        command += ["--dev-bind-try", device, device]
    command += ["--ro-bind", str(_INSIDE), _PROGRAM]
    for place in places:
        command += ["--ro-bind", str(place), f"{_PACKAGES}/{place.name}"]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]


def _system_places() -> list[Path]:
    """What Python itself is made of: its library, its executable, the system's libraries."""
    base = Path(sys.base_prefix).resolve()
    own = [base, Path(sys.executable).absolute(), Path(sys.executable).resolve()]
    # Debian keeps shared libraries in a folder of their own, without all that is not Python's
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    apart = multiarch and Path("/usr/lib", multiarch).is_dir()
    libraries = [f"/usr/lib/{multiarch}", f"/lib/{multiarch}"] if apart else ["/usr/lib", "/lib"]
    system = [Path(p) for p in (*libraries, "/usr/lib64", "/lib64", "/etc/ld.so.cache")]
    if base == Path("/usr"):  # the whole of /usr would show more than Python
        own = [*own[1:], Path(sysconfig.get_path("stdlib"))]
    return list(dict.fromkeys([*system, *own]))


def _hidden_places() -> list[Path]:
    """Folders inside the visible ones that hold packages, or the course itself."""
    shown = [path for path in _system_places() if path.is_dir()]
    roots = [Path(sys.base_prefix, "lib"), Path("/usr/lib"), Path("/usr/lib64")]
    candidates = [
        found.resolve()
        for root in roots
        for pattern in ("python3*/site-packages", "python3*/dist-packages")
        for found in root.glob(pattern)
    ]
    candidates.append(course_root().resolve())
    inside = [p for p in candidates if any(p.is_relative_to(s.resolve()) for s in shown)]
    return list(dict.fromkeys(inside))


def _readable(places: Iterable[Path], folder: str) -> list[str]:
    """For Landlock, which can only add: Python's own library without its site-packages."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    own = [p for p in stdlib.iterdir() if p.name not in ("site-packages", "dist-packages")]
    others = [Path(sys.base_prefix, "lib", name) for name in _shared_libraries()]
    system = [
        child
        for root in ("/usr/lib", "/usr/lib64", "/lib", "/lib64")
        if (path := Path(root)).is_dir() and not path.is_symlink()
        for child in path.iterdir()
        if not child.name.startswith("python")
    ]
    rest = [_INSIDE, Path(folder), *map(Path, _DEVICES), Path("/etc/ld.so.cache")]
    return [str(p) for p in (*own, *others, *system, *places, *rest)]


def _shared_libraries() -> list[str]:
    folder = Path(sys.base_prefix, "lib")
    return [p.name for p in folder.glob("libpython*")]


# --------------------------------------------------------------------------------- the packages
@functools.cache
def package_places(packages: tuple[str, ...]) -> tuple[Path, ...]:
    """Folders and files of the installed packages and of everything that they require."""
    todo, places, seen = list(packages), {}, set()
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            if name in packages:
                raise CourseError(
                    f"the package {name}, which the exercise allows, is not installed"
                ) from None
            continue  # a requirement for another system
        todo += [_required_name(line) for line in distribution.requires or () if _is_needed(line)]
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not top.endswith(".pth"):
                places[top] = Path(distribution.locate_file(top))
    return tuple(path.resolve() for path in places.values() if path.exists())


def _required_name(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0]


def _is_needed(requirement: str) -> bool:
    """Extras are left out; other conditions (the system, Python's version) may be met."""
    return "extra ==" not in requirement
