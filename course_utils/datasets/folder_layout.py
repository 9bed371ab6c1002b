"""Which pictures of a folder of folders belong to which class and part, and what is wrong there."""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from course_utils.datasets import pictures
from course_utils.datasets.pictures import shown
from course_utils.errors import CourseError

PART_NAMES = {"train": "train", "training": "train", "validation": "validation",
              "valid": "validation", "val": "validation", "test": "test",
              "testing": "test"}  # fmt: skip
FORM = "FOLDER/CLASS/PICTURE"
Classes = dict[str, list[Path]]  # name -> files


@dataclass(frozen=True)
class Layout:
    """The files of a folder: part -> class -> files. A folder without parts is all for training."""

    root: Path
    parts: dict[str, Classes]

    @property
    def class_names(self) -> tuple[str, ...]:
        """In alphabetical order, which is that of the labels."""
        return tuple(self.parts["train"])


def layout_of(folder: str | os.PathLike) -> Layout:
    """Find the pictures of a folder of folders. Raises CourseError when it is none."""
    root = _existing(folder)
    try:
        parts = _part_folders(root)
        found = {part: _classes(path) for part, path in parts.items()}
    except OSError as error:
        where = shown(error.filename or root)
        raise CourseError(f"{where} cannot be read ({error.strerror}).") from None
    for part, classes in found.items():
        _require_same_classes(parts["train"], found["train"], parts[part], classes)
    if len(found["train"]) < 2:
        raise CourseError(
            f"{shown(parts['train'])} has one class only ({next(iter(found['train']))}): "
            f"image_folder expects {FORM}, with two classes or more."
        )
    return Layout(root, found)


def _existing(folder) -> Path:
    if not isinstance(folder, str | os.PathLike) or not str(folder).strip():
        raise CourseError(f"image_folder expects the name of a folder, got {folder!r}.")
    path = Path(folder)
    try:
        path = path.expanduser()
        if path.is_dir():
            return path.resolve()
        there = path.exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a null byte
        there = False
    if there:
        raise CourseError(f"{shown(path)} is a file: image_folder expects a folder, {FORM}.")
    raise CourseError(f"There is no folder {shown(path).replace(chr(0), '?')}.")


def _part_folders(root: Path) -> dict[str, Path]:
    """Part -> its folder; the whole folder is for training when it has no parts."""
    folders = pictures.folders_in(root)
    named = [path for path in folders if path.name.lower() in PART_NAMES]
    others = [path for path in folders if path not in named]
    inner = [path for path in named if not pictures.files_in(path) and pictures.folders_in(path)]
    if not inner:
        return {"train": root}
    if others or len(inner) < len(named):
        odd = next(path for path in (*others, *named) if path not in inner)
        raise CourseError(
            f"{shown(root)} has folders for parts ({_list(inner)}), and beside them "
            f"{shown(odd.name)}: image_folder expects FOLDER/train/CLASS/PICTURE, or {FORM}."
        )
    parts: dict[str, Path] = {}
    for path in inner:
        part = PART_NAMES[path.name.lower()]
        if part in parts:
            raise CourseError(
                f"{shown(root)} has two folders for {part}: {_list((parts[part], path))}."
            )
        parts[part] = path
    if "train" not in parts:
        raise CourseError(f"{shown(root)} has {_list(inner)}, but no folder train beside it.")
    return {part: parts[part] for part in ("train", "validation", "test") if part in parts}


def _classes(part: Path) -> Classes:
    """The classes of one part with their files, in alphabetical order."""
    folders, loose = pictures.folders_in(part), _files(part)
    if loose:
        much = f"{len(loose)} picture{'s' * (len(loose) != 1)}"
        beside = "beside its folders" if folders else "and no folder for a class"
        hint = "" if folders else f"; did you mean {shown(part.parent)}?"
        raise CourseError(
            f"{shown(part)} holds {much} {beside} (such as {shown(loose[0].name)}): image_folder "
            f"expects {FORM}{hint or '.'}"
        )
    if not folders:
        raise CourseError(f"{shown(part)} is empty: image_folder expects {FORM}.")
    found: Classes = {}
    for folder in folders:
        _require_own_folder(folder, part, folders)
        name = unicodedata.normalize("NFC", shown(folder.name))
        if name in found:
            raise CourseError(f"{shown(part)} has two folders that are called {name}.")
        found[name] = _files(folder)
        _require_flat(folder, bool(found[name]), alone=len(folders) == 1)
        if not found[name]:
            raise CourseError(
                f"{shown(folder)} has no picture: image_folder expects files that end with "
                f"{', '.join(pictures.SUFFIXES)}."
            )
    return dict(sorted(found.items()))


def _files(folder: Path) -> list[Path]:
    """Pictures, and those of kinds that are not read: to be named, and not forgotten."""
    return pictures.files_in(folder, pictures.SUFFIXES + pictures.FOREIGN)


def _require_own_folder(folder: Path, part: Path, folders: list[Path]) -> None:
    """Raise CourseError for a link that leads back, or to the folder of another class."""
    _require_no_way_back(folder, part.resolve())
    same = [other.name for other in folders if other.resolve() == folder.resolve()]
    if len(same) > 1:
        raise CourseError(
            f"{' and '.join(map(shown, same))} in {shown(part)} are the same folder: image_folder "
            "expects one for each class."
        )


def _require_no_way_back(folder: Path, above: Path) -> None:
    real = folder.resolve()
    if real == above or real in above.parents:
        raise CourseError(f"{shown(folder)} is a link that leads back to {shown(real)}: remove it.")


def _require_flat(folder: Path, has_pictures: bool, alone: bool) -> None:
    """Raise CourseError for a class with folders of pictures inside."""
    real, inside = folder.resolve(), pictures.folders_in(folder)
    for path in inside:
        _require_no_way_back(path, real)
    deeper = [path for path in inside if _holds_pictures(path, {real})]
    if not deeper:
        return
    beside = "beside its pictures" if has_pictures else "where pictures are expected"
    hint = f"did you mean {shown(folder)}?" if alone and not has_pictures else (
        "move their pictures up, or make a class of each.")  # fmt: skip
    raise CourseError(
        f"{shown(folder)} holds folders ({_list(deeper)}) {beside}: image_folder expects {FORM}; "
        f"{hint}"
    )


def _holds_pictures(folder: Path, seen: set[Path]) -> bool:
    """Whether there are pictures at any depth. A link that leads back is not followed."""
    real = folder.resolve()
    if real in seen:
        return False
    seen.add(real)
    return bool(_files(folder)) or any(
        _holds_pictures(f, seen) for f in pictures.folders_in(folder)
    )


def _require_same_classes(train: Path, expected: Classes, part: Path, got: Classes) -> None:
    for lacking, other, classes in ((part, train, expected.keys() - got.keys()),
                                    (train, part, got.keys() - expected.keys())):  # fmt: skip
        if classes:
            raise CourseError(
                f"{shown(lacking)} has no class {min(classes)}, which {shown(other)} has."
            )


def _list(paths, most: int = 3) -> str:
    names = [shown(path.name) for path in paths]
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
