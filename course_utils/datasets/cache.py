"""Arrays that are slow to make, kept in one file each under the data folder."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import numpy as np

from course_utils.paths import data_folder

Arrays = dict[str, np.ndarray]


def cached(name: str, build: Callable[[], Arrays], fingerprint: str = "1") -> Arrays:
    """The arrays that `build()` returns, read from `<data>/cache/<name>.npz` when it holds them.

    A file that is missing, damaged, or was written with another `fingerprint` is built again. Where
    nothing can be written, the arrays are built on every call.
    """
    path = data_folder() / "cache" / f"{name}.npz"
    arrays = _read(path, fingerprint)
    if arrays is None:
        arrays = build()
        # a full disk shows as OSError, or as ValueError when zipfile cannot finish its file
        with contextlib.suppress(OSError, ValueError):
            _write(path, {**arrays, "fingerprint": np.array(fingerprint)})
    return arrays


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
