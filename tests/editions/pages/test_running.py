"""Notebooks run for pages: what their kernels are told, and what is kept."""

import nbformat
import pytest

from course_utils.editions.compose import source_files
from course_utils.editions.pages import running


@pytest.fixture
def kernels(monkeypatch):
    """Instead of a kernel, a list of the environments that it would have had."""
    told = []

    def execute(notebook, environment, *, name):
        told.append(environment)
        for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
            cell.outputs = [nbformat.v4.new_output("stream", text=f"{number}\n")]
        return 0.0

    monkeypatch.setattr(running, "execute", execute)
    return told


def test_what_has_not_changed_is_run_once_for_each_folder(tmp_path, kernels):
    sources = source_files(["00"])
    for folder, settings in (("site", None), ("slides", {"COURSE_LETTERS": "large"})):
        for _ in range(2):
            ran = running.run_all(sources, tmp_path / folder, 1, lambda line: None, settings)
            (notebook,) = ran.values()
            outputs = [c.outputs[0].text for c in notebook.cells if c.cell_type == "code"]
            assert outputs == [f"{i}\n" for i in range(len(outputs))]
    assert [told.get("COURSE_LETTERS") for told in kernels] == [None, "large"]
    assert [told["COURSE_FRAMES"] for told in kernels] == [
        str(tmp_path / folder / "frames" / "00") for folder in ("site", "slides")
    ]
