"""How long a learner waits for a picture after a slider's step, in every interactive figure.

Each notebook runs in a process of its own, solved, and every figure of it is then drawn for the
steps beside its start. The reference is an empty plot of the same size, drawn and saved by
Matplotlib in the same run: less than that no figure can take.

    python -m tests.benchmarks.live_figures [04 05 …]
"""

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import time
from statistics import median

from course_utils.editions.compose import compose, source_files
from course_utils.paths import notebooks_folder

QUIET = {"COURSE_STILL": "1", "COURSE_PROGRESS": ":memory:", "OMP_NUM_THREADS": "1",
         "PYTHONWARNINGS": "ignore"}  # fmt: skip


def steps(figure):
    """Settings one step away from the start, one control at a time."""
    from course_utils.widgets.frames import values_of

    for name, control in figure.controls.items():
        values = values_of(control)
        place = values.index(control.start)
        yield {name: values[place + 1 if place + 1 < len(values) else place - 1]}


def empty(size, dpi):
    """What an empty plot of this size costs."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    figure.subplots()
    figure.savefig(io.BytesIO(), format="png", dpi=dpi)


def seconds(function, *arguments, **settings):
    function(*arguments, **settings)  # fonts, caches
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        function(*arguments, **settings)
        taken.append(time.perf_counter() - start)
    return median(taken)


def figures_of(stem: str) -> list:
    """The interactive figures of a notebook, in its order."""
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib import pyplot as plt

    module, found = importlib.import_module("course_utils.widgets.interactive"), []
    module.InteractiveFigure.show = lambda figure: found.append(figure)
    (source,) = source_files([stem])
    os.chdir(notebooks_folder())
    shell = InteractiveShell.instance()
    for cell in compose(source, solved=True).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                shell.run_cell(cell.source, silent=True).raise_error()
            plt.close("all")
    return found


def measure(stem: str) -> list[tuple[float, float]]:
    """Seconds for a picture, and for an empty plot of its size, of each figure."""
    from course_utils.widgets.interactive import LIVE_DPI

    return [
        (median(seconds(figure.picture, LIVE_DPI, **step) for step in steps(figure)),
         seconds(empty, figure.size, LIVE_DPI))
        for figure in figures_of(stem)
    ]  # fmt: skip


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        measured = measure(sys.argv[2])
        print(json.dumps(measured), file=sys.__stdout__)
        return
    print("| notebook | figures | median (ms) | slowest (ms) | ÷ an empty plot |")
    print("| --- | ---: | ---: | ---: | ---: |")
    every = []
    for source in source_files(sys.argv[1:]):
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.live_figures", "--one", source.stem[:2]],
            capture_output=True, text=True, check=True, env={**os.environ, **QUIET},
        )  # fmt: skip
        found = json.loads(done.stdout.splitlines()[-1])
        if found:
            _row(source.stem[:2], found)
        every += found
    _row("all", every)


def _row(name: str, found: list) -> None:
    own = [1000 * figure for figure, _ in found]
    ratio = median(figure / plot for figure, plot in found)
    print(
        f"| {name} | {len(found)} | {median(own):.0f} | {max(own):.0f} | {ratio:.1f} |", flush=True
    )


if __name__ == "__main__":
    main()
