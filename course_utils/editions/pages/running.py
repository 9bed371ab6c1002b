"""Notebooks run for pages and decks: pictures in files, and figures with one for each setting."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from course_utils.editions.build import BUILD_ENVIRONMENT, read_notebook, text_of
from course_utils.editions.compose import compose
from course_utils.editions.dependencies import fingerprint
from course_utils.editions.execution import execute, keep_outputs
from course_utils.paths import write_whole

FRAMES, PICTURES = "frames", "pictures"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def run_all(sources: list[Path], folder: Path, jobs: int, report: Callable[[str], None],
            settings: Mapping[str, str] | None = None) -> dict[str, NotebookNode]:  # fmt: skip
    """Every notebook with its outputs, by stem; what was run before and is unchanged is kept.

    `folder` gets executed/NN_topic.ipynb, frames/NN/ and pictures/NN/. `settings` are added to the
    kernel's environment; a folder is for one choice of them. An interrupted run goes on where it
    stopped. Raises CourseError when a cell fails.
    """
    with ThreadPoolExecutor(jobs) as pool:
        run = partial(_run, folder=folder, report=report, settings=settings or {})
        ran = pool.map(run, sources)
        return {source.stem: notebook for source, notebook in zip(sources, ran, strict=True)}


def _run(source: Path, folder: Path, report: Callable[[str], None],
         settings: Mapping[str, str]) -> NotebookNode:  # fmt: skip
    notebook = compose(source)
    kept, mark_file = (folder / "executed" / f"{source.stem}{end}" for end in (".ipynb", ".mark"))
    mark = fingerprint(source, notebook)
    if kept.exists() and mark_file.exists() and mark_file.read_text(encoding="utf-8") == mark:
        old = read_notebook(kept)
        if keep_outputs(old, notebook):
            return notebook
    number = source.stem[:2]
    frames = folder / FRAMES / number
    environment = {**BUILD_ENVIRONMENT, **ONE_THREAD, **settings,
                   "COURSE_FRAMES": str(frames.resolve())}  # fmt: skip
    seconds = execute(notebook, environment, name=source.stem)
    write_pictures(notebook, folder / PICTURES / number, f"../{PICTURES}/{number}")
    _forget_old(frames, notebook)
    write_whole(kept, text_of(notebook))
    write_whole(mark_file, mark)
    count = len(list(frames.glob("*.webp"))) if frames.exists() else 0
    report(f"{source.stem}: run in {seconds:.0f} s, {count} pictures that move")
    return notebook


def _forget_old(frames: Path, notebook: NotebookNode) -> None:
    """Remove pictures that an earlier version of the figures has left."""
    text = json.dumps(notebook)
    for path in frames.glob("*.webp") if frames.exists() else ():
        if path.name not in text:
            path.unlink()


def write_pictures(notebook: NotebookNode, folder: Path, address: str) -> None:
    """Put the PNGs of all outputs into files, and an `<img>` with its words in their place."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data and "text/html" not in data:
                data["text/html"] = _as_file(output, folder, address)
                del data["image/png"]


def _as_file(output: NotebookNode, folder: Path, address: str) -> str:
    from course_utils.widgets.frames import picture_tag, webp

    png = base64.b64decode(output.data["image/png"])
    name = f"{hashlib.sha256(png).hexdigest()[:12]}.webp"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(webp(png))
    about = output.get("metadata", {}).get("image/png", {})
    words = about.get("alt") or output.data.get("text/plain", "")
    return picture_tag(f"{address}/{name}", words, png, about.get("width"), about.get("height"))
