"""Who handed in what: folders, files and zips, as people and learning platforms leave them.

A student is the folder (or zip) that lies directly in a given folder, or else the name of the file.
A folder that holds nothing but notebooks with the names of the course's own is one student. Whoever
handed in no notebook is listed with the reason, and links are refused, never followed.
"""

import os
import re
import stat
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.checking.registry import exercise_folders, page_folders
from course_utils.errors import CourseError
from course_utils.grading.names import of_platform, seen_alike, student_name

_SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git", ".venv", "node_modules"}
_NOBODYS = {"thumbs.db", "desktop.ini"}  # files that systems leave
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
_MOST_FILES, _MOST_BYTES, _DEEPEST = 50_000, 4 << 30, 2  # of a zip, and zips within zips


@dataclass(frozen=True)
class Submission:
    """One file of one student, still to be read."""

    student: str
    path: Path
    refused: str = ""  # why this is nothing to read
    name: str = ""  # as the student knows the file, where its path is another
    modified: float = 0.0  # seconds since 1970, where the file's own time is not it
    identity: tuple[str, str] | None = None  # name and id, if a learning platform wrote them
    late: bool = False  # marked so by the learning platform

    @property
    def shown(self) -> str:
        return self.name or self.path.name


@dataclass(frozen=True)
class _Entry:
    """A file below a given folder or in a zip: its way there, and where its bytes are."""

    parts: tuple[str, ...]
    path: Path
    refused: str = ""
    modified: float = 0.0

    @property
    def is_notebook(self) -> bool:
        return bool(_NOTEBOOK.search(self.parts[-1]))


@dataclass
class HandedIn:
    """The submissions by student, and the folder into which zips were unpacked, if any."""

    students: dict[str, list[Submission]] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    folder: tempfile.TemporaryDirectory | None = None

    def clean(self) -> None:
        if self.folder is not None:
            self.folder.cleanup()


def gather(paths: list[Path]) -> HandedIn:
    """Everything under the paths. A CourseError when there is no notebook at all."""
    found = HandedIn()
    try:
        submissions = _Finder(found).find(paths)
    except BaseException:
        found.clean()
        raise
    by_student: dict[str, list[Submission]] = defaultdict(list)
    known = {s.student for s in submissions if s.identity}
    for s in submissions:
        plain_twin = not s.identity and s.student in known
        by_student[f"{s.student} (a file)" if plain_twin else s.student].append(s)
    if all(s.refused for s in submissions) and len(by_student) < 2:
        found.clean()
        listed = ", ".join(map(str, paths))
        reason = "".join(f" ({s.shown}: {s.refused})" for s in submissions[:1])
        raise CourseError(f"no notebook (*.ipynb) was found in {listed}{reason}")
    found.students = dict(sorted(by_student.items()))
    _remark_on_twins(found)
    return found


def find_submissions(paths: list[Path]) -> list[Submission]:
    """Every file that somebody handed in under these paths (zips stay closed)."""
    return _Finder(HandedIn(), unpack=False).find(paths)


def _remark_on_twins(found: HandedIn) -> None:
    """Names that look alike are two students; both rows say so."""
    alike = defaultdict(list)
    for student in found.students:
        alike[seen_alike(student)].append(student)
    for students in alike.values():
        for student in students if len(students) > 1 else ():
            others = ", ".join(s for s in students if s != student)
            found.remarks[student].append(
                f"another name looks the same: {others}. Is it one person?"
            )
    for student in found.students:
        if "<U+" in student:
            found.remarks[student].append("the name has a character that cannot be seen.")


class _Finder:
    """Walks the given paths."""

    def __init__(self, found: HandedIn, unpack: bool = True):
        self.found, self.unpack = found, unpack

    def find(self, paths: list[Path]) -> list[Submission]:
        paths = [p.resolve() if p.is_symlink() and p.is_dir() else p for p in paths]
        submissions: dict[Path, Submission] = {}
        several = len(paths) > 1
        for path in paths:
            for s in self._under(path, several):
                submissions.setdefault(s.path, s)
        return list(submissions.values())

    def _under(self, path: Path, several: bool) -> Iterator[Submission]:
        if path.is_dir() and not path.is_symlink():
            entries = list(self._unpacked(_walk(path)))
            yield from _by_student(entries, path, several)
        elif path.suffix.lower() == ".zip" and self.unpack and not path.is_symlink():
            whole = _Entry((path.name,), path, _refusal(path))
            entries = [
                replace(e, parts=e.parts[1:]) for e in self._unpacked([whole]) if e.parts[1:]
            ]
            if entries:
                yield from _by_student(_without_wrapper(entries), path.with_suffix(""), several)
            else:
                (broken, *_) = [*self._unpacked([whole]), whole]
                yield _submission(student_name(path.stem), broken)
        else:
            refused = _refusal(path)
            yield _submission(student_name(path.stem), _Entry((path.name,), path, refused))

    # ------------------------------------------------------------------------------------- zips
    def _unpacked(self, entries: Iterable[_Entry], depth: int = 0) -> Iterator[_Entry]:
        for entry in entries:
            is_zip = entry.parts[-1].lower().endswith(".zip") and not entry.refused
            if is_zip and self.unpack and depth < _DEEPEST:
                inside = (*entry.parts[:-1], entry.parts[-1][:-4])
                try:
                    below = list(self._in_zip(entry, inside))
                except (OSError, zipfile.BadZipFile, RuntimeError, ValueError, EOFError,
                        NotImplementedError) as error:  # fmt: skip
                    yield replace(entry, refused=f"it is no zip that can be opened ({error})")
                    continue
                yield from self._unpacked(below, depth + 1)
            else:
                yield entry

    def _in_zip(self, entry: _Entry, inside: tuple[str, ...]) -> Iterator[_Entry]:
        """The files of a zip, each copied to a place of its own: no name in it is a path here."""
        with zipfile.ZipFile(entry.path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) > _MOST_FILES or sum(m.file_size for m in members) > _MOST_BYTES:
                raise ValueError(
                    f"it has more than {_MOST_FILES:,} files or {_MOST_BYTES >> 30} GB"
                )
            for member in members:
                parts = tuple(p for p in re.split(r"[\\/]", member.filename) if p not in ("", "."))
                if not parts or _SKIPPED.intersection(parts) or _is_nobodys(parts[-1]):
                    continue
                link = stat.S_ISLNK(member.external_attr >> 16)
                refused = "it is a symbolic link, which is not followed" if link else ""
                if ".." in parts:
                    refused = "its name in the zip leads outside of it"
                wanted = _NOTEBOOK.search(parts[-1]) or parts[-1].lower().endswith(".zip")
                path = self._copied(archive, member) if wanted and not refused else entry.path
                yield _Entry((*inside, *parts), path, refused, _time_of(member))
            if not members:
                yield _Entry((*inside, ""), entry.path, "the zip is empty")

    def _copied(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Path:
        if self.found.folder is None:
            self.found.folder = tempfile.TemporaryDirectory(prefix="course-zip-")
        number = len(os.listdir(self.found.folder.name))
        path = Path(self.found.folder.name, f"{number}{Path(member.filename).suffix.lower()[:6]}")
        left = member.file_size  # what it says of itself is believed to be at most this
        with archive.open(member) as source, path.open("wb") as target:
            while piece := source.read(min(1 << 20, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise ValueError("a file in it is longer than it says")
                target.write(piece)
        return path


def _time_of(member: zipfile.ZipInfo) -> float:
    with suppress(ValueError, OverflowError):
        return time.mktime((*member.date_time, 0, 0, -1))
    return 0.0


def _without_wrapper(entries: list[_Entry]) -> list[_Entry]:
    """A zip with one folder in it that holds the class: what is in that folder."""
    first = {e.parts[0] for e in entries}
    if len(first) > 1 or any(len(e.parts) < 2 for e in entries) or of_platform(first.pop()):
        return entries
    inner = [replace(e, parts=e.parts[1:]) for e in entries]
    return entries if _only_course_names(inner) else inner


# ---------------------------------------------------------------------------- folders and students
def _walk(root: Path) -> Iterator[_Entry]:
    """All files below a folder, and the folders that hold none."""
    for folder, names, files in os.walk(root):
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        named = [name for name in names if name.endswith(".ipynb")]
        names[:] = sorted(set(names) - _SKIPPED - set(links) - set(named))
        listed = sorted(f for f in {*files, *links, *named} if not _is_nobodys(f))
        for name in listed:
            path = here / name
            yield _Entry(path.relative_to(root).parts, path, _refusal(path))
        if not names and not listed and here != root:
            yield _Entry((*here.relative_to(root).parts, ""), here, "the folder is empty")


def _is_nobodys(name: str) -> bool:
    return name.lower() in _NOBODYS or name.startswith(("._", ".DS_Store", "~$"))


def _by_student(entries: list[_Entry], root: Path, several: bool) -> Iterator[Submission]:
    if _is_one_student(entries, several):
        name = student_name(root.resolve().name)
        yield from _of_student(name, entries or [_Entry(("",), root, "the folder is empty")])
        return
    groups: dict[str, list[_Entry]] = defaultdict(list)
    for e in entries:
        if len(e.parts) == 1 and e.parts[0].lower().endswith(".csv"):
            continue  # a list that the platform or the instructor keeps beside the submissions
        of_file = len(e.parts) == 1 and not (e.path.is_dir() and not e.is_notebook)
        groups[student_name(_stem(e.parts[0]) if of_file else e.parts[0])].append(e)
    for student, theirs in groups.items():
        yield from _of_student(student, theirs)


def _is_one_student(entries: list[_Entry], several: bool) -> bool:
    if _only_course_names(entries):
        return True
    direct = [e for e in entries if len(e.parts) == 1]
    return several and len(direct) == len(entries) and sum(e.is_notebook for e in direct) < 2


def _only_course_names(entries: list[_Entry]) -> bool:
    """Nothing but notebooks of the course, by their names, lies here; copies are numbered."""
    names = [_stem(e.parts[-1]) for e in entries if e.is_notebook]
    flat = all(len(e.parts) == 1 for e in entries)
    return bool(names) and flat and all(_is_course_name(name) for name in names)


def _is_course_name(stem: str) -> bool:
    """`04_conv_backprop`, also as a copy: `04_conv_backprop (1)`, `04_conv_backprop-Copy2`."""
    known = {p.rpartition(".")[2].removeprefix("nb") for p in page_folders().values()}
    return re.sub(r"( ?\(\d+\)|-Copy\d+|[-_]\d+|_copy)+$", "", stem) in known or stem in known


def _is_appendix(entry: _Entry) -> bool:
    """A notebook without exercises, which comes along when somebody hands in the whole folder."""
    stem = _stem(entry.parts[-1])
    return _is_course_name(stem) and stem[:2] not in exercise_folders()


def _of_student(student: str, entries: list[_Entry]) -> Iterator[Submission]:
    notebooks = [e for e in entries if e.is_notebook or "symbolic link" in e.refused]
    notebooks = [e for e in notebooks if not _is_appendix(e)] or notebooks
    if notebooks:
        yield from (_submission(student, e) for e in notebooks)
        return
    files = [e for e in entries if e.parts[-1]]
    if not files or len(files) == 1:
        (entry, *_) = files or entries
        refused = entry.refused or "it is no notebook (*.ipynb)"
        yield _submission(student, replace(entry, refused=refused))
        return
    listed = ", ".join("/".join(e.parts[1:] or e.parts) for e in files[:5])
    more = ", …" * (len(files) > 5)
    refused = f"there is no notebook (*.ipynb) among what was handed in: {listed}{more}"
    yield _submission(student, replace(files[0], refused=refused))


def _submission(student: str, entry: _Entry) -> Submission:
    key, identity, late = of_platform(student) or (student, None, False)
    name = student_name("/".join(entry.parts[1:]) or entry.parts[-1] or entry.path.name)
    return Submission(key, entry.path, entry.refused, name, entry.modified, identity, late)


def _stem(name: str) -> str:
    return _NOTEBOOK.sub("", name) if _NOTEBOOK.search(name) else Path(name).stem


def _refusal(path: Path) -> str:
    """Why a path is not read, or nothing."""
    try:
        kind = path.lstat().st_mode
    except OSError as error:
        return f"there is no such file ({error.strerror})"
    if stat.S_ISLNK(kind):
        return "it is a symbolic link, which is not followed"
    if stat.S_ISDIR(kind):
        return "it is a folder, not a notebook"
    if not stat.S_ISREG(kind):
        return "it is not an ordinary file"
    return ""
