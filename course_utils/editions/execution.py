"""Running a notebook from top to bottom in a kernel of its own."""

import os
import re
import time
from collections.abc import Mapping

import nbclient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_utils.errors import CourseError
from course_utils.paths import notebooks_folder

# Tag of a cell whose output is about the machine it runs on: it is run, and its output not stored.
THIS_MACHINE = "this-machine"
_CELL_TIMEOUT = 300  # seconds; a whole notebook should take under 60


class _Client(nbclient.NotebookClient):
    """Runs cells the way nbval does, without history: a trailing `;` hides nothing."""

    async def async_execute_cell(self, cell, cell_index, execution_count=None, store_history=True):
        return await super().async_execute_cell(cell, cell_index, execution_count, False)


def execute(notebook: NotebookNode, environment: Mapping[str, str], *, name: str,
            patience: int | None = _CELL_TIMEOUT) -> float:  # fmt: skip
    """Run all cells in place and return the seconds it took; a failing cell is a CourseError.

    patience: seconds for each cell, or None for as long as it takes
    """
    client = _Client(
        notebook,
        timeout=patience,
        kernel_name="python3",
        resources={"metadata": {"path": str(notebooks_folder())}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # how a kernel cuts its prints into messages is chance
        extra_arguments=["--log-level=ERROR"],
    )
    start = time.perf_counter()
    try:
        client.execute(env={**os.environ, **environment})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise CourseError(f"{name} does not run: {_reason(error)}") from error
    _tidy(notebook)
    return time.perf_counter() - start


def _reason(error: Exception) -> str:
    """The exception of the failing cell and the line it came from, without colours."""
    if not isinstance(error, CellExecutionError):
        return str(error)
    trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
    lines = [line.strip() for line in trace.splitlines() if line.lstrip().startswith("-")]
    arrows = [line for line in lines if re.match(r"-+> \d", line)]
    return f"{error.ename}: {error.evalue}" + (f" at `{arrows[0]}`" if arrows else "")


def _tidy(notebook: NotebookNode) -> None:
    """Remove what differs from run to run, and refuse what no learner should see."""
    notebook.metadata["language_info"] = {"name": "python"}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):  # nbval takes a cell without a number for one never run
        cell.execution_count = number
        cell.metadata.pop("execution", None)
        if THIS_MACHINE in cell.metadata.get("tags", []):
            cell.outputs = []
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
            if output.output_type == "stream" and output.name == "stderr":
                raise CourseError(f"cell {cell.id} writes to stderr: {output.text.strip()}")
            if output.output_type == "error":  # what a cell shows failed, and not the cell
                raise CourseError(f"cell {cell.id} shows {output.ename}: {output.evalue}")


def keep_outputs(old: NotebookNode, new: NotebookNode) -> bool:
    """Copy the outputs of the old notebook into the new one, if their code is the same."""
    before = [cell for cell in old.cells if cell.cell_type == "code"]
    after = [cell for cell in new.cells if cell.cell_type == "code"]
    if [cell.source for cell in before] != [cell.source for cell in after]:
        return False
    for source, target in zip(before, after, strict=True):
        target.outputs, target.execution_count = source.outputs, source.execution_count
    return True
