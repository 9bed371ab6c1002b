"""Arrays that are slow to make, kept in one file each under the data folder.

Where that cannot be written, as in a shared installation, they are kept in the user's own cache
folder, or else in a temporary one.
"""

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from course_utils.paths import data_folder

Arrays = dict[str, np.ndarray]


def cached(name: str, build: Callable[[], Arrays], fingerprint: str = "1") -> Arrays:
    """The arrays that `build()` returns, read from `<data>/cache/<name>.npz` when it holds them.

    A file that is missing, damaged, or was written with another `fingerprint` is built again. Where
    nothing can be written anywhere, the arrays are built on every call.
    """
    usual = data_folder() / "cache"
    arrays = _read(usual / f"{name}.npz", fingerprint)  # it may be there, and read-only
    if arrays is not None:
        return arrays
    path = _folder(usual) / f"{name}.npz"
    arrays = _read(path, fingerprint)
    if arrays is None:
        arrays = build()
        # a full disk shows as OSError, or as ValueError when zipfile cannot finish its file
        with contextlib.suppress(OSError, ValueError):
            _write(path, {**arrays, "fingerprint": np.array(fingerprint)})
    return arrays


def _folder(usual: Path) -> Path:
    """The usual one; where it cannot be written, one of the user's own, for just this one.

    A temporary folder must be ours alone: into those of others they may have put anything.
    """
    if _can_be_written(usual):
        return usual
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    name = f"course-utils-{hashlib.sha256(str(usual).encode()).hexdigest()[:12]}"
    own = Path(home or Path.home() / ".cache", name)
    temporary = Path(tempfile.gettempdir(), name)
    private = (f for f in (own, temporary) if _can_be_written(f, mode=0o700) and _is_ours(f))
    return next(private, usual)


def _can_be_written(folder: Path, mode: int = 0o777) -> bool:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_ours(folder: Path) -> bool:
    about = folder.lstat()
    mine = not hasattr(os, "getuid") or about.st_uid == os.getuid()
    return mine and stat.S_ISDIR(about.st_mode)


def _read(path: Path, fingerprint: str) -> Arrays | None:
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["fingerprint"]) != fingerprint:
                return None
            return {key: stored[key] for key in stored.files if key != "fingerprint"}
    except Exception:  # damage shows as a dozen error types, and the answer is always to rebuild
        return None


def _write(path: Path, arrays: Arrays) -> None:
    """All or nothing: the file appears under its name only when it is complete on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with open(unfinished, "xb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
