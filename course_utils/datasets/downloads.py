"""Fetching a full set: only when asked, and all or nothing."""

import contextlib
import os
import shutil
import socket
import tarfile
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

from course_utils.datasets import full
from course_utils.datasets.full import FullSet
from course_utils.datasets.registry import entry
from course_utils.errors import CourseError
from course_utils.paths import data_folder

SILENCE = 30  # seconds without a byte after which a server counts as gone
PARTIAL = ".partial-"


def download(name: str) -> Path:
    """Fetch a full set (`mnist`, `fashion_mnist`, `cifar10`, `fsdd`) and return its folder.

    Shows its progress on stderr and does nothing when the set is there already. Files arrive in a
    hidden folder that is renamed only when all of them are complete. Archives that were put into
    place by hand are unpacked instead of downloaded. Raises CourseError, saying what to do instead,
    for an unknown name, without a network, or where the data folder cannot be written.
    """
    if name not in full.FULL_SETS:
        raise CourseError(f"{name} needs no download: {entry(name).where}.")
    full_set = full.FULL_SETS[name]
    found = full.where(full_set)
    if found is None:
        source = full.fetcher(full_set)
        with _partial_folder(full_set) as partial:
            _borrow_archives(full_set, partial)
            _fetch(full_set, source, partial)
            _move_into_place(partial / full_set.folder, data_folder() / full_set.folder)
        found = data_folder() / full_set.folder
    return found


@contextlib.contextmanager
def _partial_folder(full_set: FullSet) -> Iterator[Path]:
    """A hidden folder beside the data, gone afterwards whatever happens."""
    root = data_folder()
    try:
        root.mkdir(parents=True, exist_ok=True)
        _remove_left_overs(root)
        partial = Path(tempfile.mkdtemp(prefix=f"{PARTIAL}{full_set.name}-", dir=root))
        try:
            yield partial
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise CourseError(
            f"The data folder {root} cannot be written ({error.strerror or error}): "
            "set COURSE_DATA to a folder of yours with enough room."
        ) from None


def _remove_left_overs(root: Path) -> None:
    """A download that was killed leaves its folder; one that is a day old is nobody's any more."""
    for path in root.glob(f"{PARTIAL}*"):
        if time.time() - path.stat().st_mtime > 24 * 3600:
            shutil.rmtree(path, ignore_errors=True)


def _borrow_archives(full_set: FullSet, partial: Path) -> None:
    """Lay archives that are there already where torchvision looks before it downloads.

    It compares their checksums and downloads those again that are not right.
    """
    for archive in full_set.archives:
        there = data_folder() / full_set.archive_folder / archive
        if there.is_file():
            here = partial / full_set.archive_folder / archive
            here.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(there, here)


def _fetch(full_set: FullSet, source, partial: Path) -> None:
    try:
        with _patience(SILENCE):
            source(root=partial, train=True, download=True)
    except (OSError, RuntimeError, EOFError, HTTPException, tarfile.TarError) as error:
        raise CourseError(_what_instead(full_set, _reason(error))) from None
    if not full.complete(full_set, partial):
        raise CourseError(_what_instead(full_set, "files are missing or cut short"))
    for archive in full_set.archives:
        (partial / full_set.archive_folder / archive).unlink(missing_ok=True)


@contextlib.contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """torchvision sets no time limit and would wait for ever on a server that fell silent."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _reason(error: Exception) -> str:
    """In a few words, out of what urllib, torchvision and the system say at length."""
    text = " ".join(str(error).split())
    if isinstance(error, HTTPError) or "HTTP Error" in text:
        return "the server refused: HTTP Error " + text.split("HTTP Error ")[-1].split(" Tried")[0]
    if isinstance(error, URLError) or "urlopen error" in text:
        return "no connection to the server"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return text.rstrip(".") or type(error).__name__


def _what_instead(full_set: FullSet, reason: str) -> str:
    return (
        f"{full_set.title} could not be downloaded ({reason}): "
        f"work with {full_set.stand_in} for now, or fetch {' + '.join(full_set.archives)} on "
        f"another computer, copy to {(data_folder() / full_set.archive_folder).resolve()} and "
        f"run `course data get {full_set.name}` again."
    )


def _move_into_place(partial: Path, target: Path) -> None:
    """One rename; file by file where the folder exists, so that nothing else in it is lost."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        os.replace(partial, target)
        return
    for file in partial.iterdir():
        os.replace(file, target / file.name)
