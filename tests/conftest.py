import os

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

mpl.use("Agg")  # not by environment variable: the kernels that tests start have their own backend


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory, monkeypatch):
    """Each test has its own progress and backups, and leaves no figure open."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path_factory.mktemp("state")))
    yield
    plt.close("all")


@pytest.fixture
def progress_file(tmp_path, monkeypatch):
    """A progress file on disk, as a learner has it."""
    path = tmp_path / "progress.jsonl"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


@pytest.fixture(autouse=True)
def _empty_memory():
    from course_utils.checking import board, classroom

    board._memory.clear()
    classroom._hints_given.clear()
    assert os.environ["COURSE_STILL"] == "1"
