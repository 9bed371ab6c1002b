"""The notebooks for Google Colab: the first cell fetches the course, the rest is the same.

Colab has PyTorch, NumPy and most other packages; the course is put beside them without touching
theirs.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from course_utils import __version__
from course_utils.editions.build import write_notebook
from course_utils.editions.compose import SETUP, compose, source_files
from course_utils.editions.repository import own_address
from course_utils.errors import CourseError
from course_utils.paths import course_root

# What the notebooks import and Colab may not have.
EXTRA = ("mlxtend", "jupytext")

FETCH = """\
# On Colab this cell fetches the course, which takes half a minute.
import importlib.util
import subprocess
import sys

if "google.colab" in sys.modules and importlib.util.find_spec("course_utils") is None:
    folder, pip = "/content/course", [sys.executable, "-m", "pip", "install", "--quiet"]
    fetch = ["git", "clone", "--quiet", "--depth=1", "--branch={tag}", "{address}"]
    subprocess.run([*fetch, folder], check=True)
    subprocess.run([*pip, {extra}], check=True)
    subprocess.run([*pip, "--no-deps", "--editable", folder], check=True)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
""".rstrip()


def release_colab(names: Sequence[str], folder: Path, report: Callable[[str], None]) -> None:
    """Write the notebooks (all, or those named) into `folder`, ready to be opened in Colab.

    Raises CourseError while the course has no address from which Colab could fetch it.
    """
    address = own_address(course_root())
    if not address:
        raise CourseError(
            "Colab has to fetch the course from somewhere: write its address into pyproject.toml, "
            "[tool.course] repository."
        )
    extra = ", ".join(f'"{name}"' for name in EXTRA)
    fetch = FETCH.format(tag=f"v{__version__}", address=address, extra=extra)
    folder.mkdir(parents=True, exist_ok=True)
    for source in source_files(names):
        notebook = compose(source)
        for cell in notebook.cells:
            if cell.id == "setup":
                cell.source = f"{fetch}\n\n{SETUP.partition(chr(10))[2].strip()}"
        path = folder / f"{source.stem}.ipynb"
        write_notebook(notebook, path)
        report(str(path))
