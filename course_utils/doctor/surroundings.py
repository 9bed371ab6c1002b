"""What the environment variables and the place of the folder do to the course."""

import importlib.util
import os
import re
from pathlib import Path

from course_utils.doctor.findings import OK, PROBLEM, WARNING, Result

MODULES = ("numpy", "scipy", "matplotlib", "torch", "torchvision", "sklearn", "IPython",
           "ipykernel", "ipywidgets", "jupyterlab", "click", "nbformat")  # fmt: skip


def made_at(environment: Path) -> Path | None:
    """Where a virtual environment was made, as its activate script has it."""
    script = environment / "bin" / "activate"
    try:
        text = script.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.findall(r"^\s*(?:export )?VIRTUAL_ENV=[\"']?(/[^\"'\n]+)", text, re.MULTILINE)
    return Path(found[-1]) if found else None


def is_same(one: Path, other: Path) -> bool:
    return one.exists() and one.samefile(other)


def check_python_path() -> list[Result]:
    """Whether PYTHONPATH puts foreign packages before those of the environment."""
    places = [Path(p).resolve() for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    found = []
    for name in MODULES:
        spec = importlib.util.find_spec(name)
        file = Path(spec.origin).resolve() if spec and spec.origin else None
        place = next((p for p in places if file and file.is_relative_to(p)), None)
        if place:
            message = f"{name} is taken from {place}, because PYTHONPATH says so"
            mend = "run `unset PYTHONPATH`, then start the course again"
            found.append(Result("packages", PROBLEM, message, mend))
    return found


def check_figures() -> Result:
    """Whether something in the environment keeps figures from appearing in notebooks."""
    from course_utils.figures.backend import elsewhere

    if named := elsewhere():
        message = (
            f"MPLBACKEND={named} keeps figures out of notebooks; those of the course undo that"
        )
        return Result("figures", WARNING, message, "run `unset MPLBACKEND` before JupyterLab")
    return Result("figures", OK, "figures appear in notebooks")
