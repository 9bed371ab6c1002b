"""Programs of others that a page carries with it, so that it works without a network."""

import importlib.util
import shutil
from pathlib import Path

from course_utils.errors import CourseError

ASSETS = Path(__file__).with_name("assets")
MATHJAX = ("tex-chtml.js", "output/chtml/fonts")


def require_packages(needed: tuple[str, ...], what: str, command: str) -> None:
    """Raises CourseError with the command that installs what is missing."""
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise CourseError(
            f"{what} {', '.join(missing)}: run `{command}`, which installs it, or "
            "`python -m pip install -r docs/requirements.txt`."
        )


def package_folder(name: str) -> Path:
    """Where an installed package has its files."""
    return Path(importlib.util.find_spec(name).origin).parent


def copy_mathjax(folder: Path) -> None:
    """Put MathJax and its fonts into `folder`."""
    source = package_folder("sphinx-mathjax-offline") / "static" / "mathjax"
    copy_parts(source, folder, MATHJAX)


def copy_parts(source: Path, folder: Path, parts: tuple[str, ...]) -> None:
    """Copy files and folders, each to its place below `folder`."""
    for part in parts:
        origin, target = source / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target, dirs_exist_ok=True)
        else:
            shutil.copy(origin, target)
