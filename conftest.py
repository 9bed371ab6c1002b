"""What every test and every notebook under test runs with, and which of them run at all.

The kernels that nbval starts inherit these settings: stills in place of live widgets, and progress
kept in memory, so that no test ever touches a learner's own progress.

`--since COMMIT` (as in `make check`) leaves only the tests that a change since then can break. And
a notebook that has passed is not run again until something changes that its outputs depend on, by
the fingerprint that the build uses: pytest's cache keeps it. In CI, and with `--fresh`, all run.
"""

import hashlib
import os
import platform
from collections import defaultdict
from pathlib import Path

import pytest
from nbformat import NotebookNode

from course_utils.editions.build import KERNEL_ENVIRONMENT
from course_utils.editions.compose import compose, source_files
from course_utils.editions.dependencies import fingerprint

os.environ.update(KERNEL_ENVIRONMENT)
_outcomes: dict[Path, set[str]] = defaultdict(set)  # notebook -> outcomes of its cells


def pytest_addoption(parser):
    parser.addoption("--since", metavar="COMMIT", help="only the tests of what changed since")
    parser.addoption("--fresh", action="store_true", help="also notebooks that passed unchanged")


class Memory:
    """Notebooks that have passed, by what their outputs depend on."""

    def __init__(self, config):
        self.cache = getattr(config, "cache", None)
        self.on = bool(self.cache) and not (config.getoption("--fresh") or os.environ.get("CI"))

    def knows(self, edition: str, source: Path) -> bool:
        return self.on and self.cache.get(f"course/{edition}/{source.stem}", "") == self._mark(
            edition, source
        )

    def keep(self, edition: str, source: Path) -> None:
        if self.on:
            self.cache.set(f"course/{edition}/{source.stem}", self._mark(edition, source))

    @staticmethod
    def _mark(edition: str, source: Path) -> str:
        parts = [platform.python_version(), os.environ.get("COURSE_DEVICE", "")]
        parts.append(fingerprint(source, compose(source, solved=edition == "solved")))
        if edition == "learners":  # the outputs that are stored
            notebook = source.parent.parent / f"{source.stem}.ipynb"
            parts.append(hashlib.sha256(notebook.read_bytes()).hexdigest())
        return " ".join(parts)


@pytest.fixture(scope="session")
def passed_before(request):
    """The memory of solved editions that passed."""
    return Memory(request.config)


def _source_of(notebook: Path) -> Path | None:
    sources = {path.stem: path for path in source_files()}
    return sources.get(notebook.stem) if notebook.parent.name == "notebooks" else None


def pytest_ignore_collect(collection_path, config):
    if collection_path.suffix != ".ipynb":
        return None
    source = _source_of(collection_path)
    return True if source and Memory(config).knows("learners", source) else None


def pytest_collection_modifyitems(config, items):
    commit = config.getoption("--since")
    if commit is None:
        return
    from tests.selection import affected, changed_since

    try:
        changed = changed_since(commit)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    keep = [item for item in items if affected(item, changed)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(keep)])
    items[:] = keep


def pytest_itemcollected(item):
    """What a figure says in words is not compared, as little as its pixels: it holds results of
    trainings, whose last digits differ from machine to machine."""
    compare = getattr(item, "compare_outputs", None)  # of nbval's cells
    if compare:
        item.compare_outputs = lambda test, stored, *more: compare(
            _without_words(test), _without_words(stored), *more
        )


def _without_words(outputs: list) -> list:
    return [_without_its_words(output) if "image/png" in output.get("data", {}) else output
            for output in outputs]  # fmt: skip


def _without_its_words(output: NotebookNode) -> NotebookNode:
    kept = {kind: data for kind, data in output["data"].items() if kind != "text/plain"}
    return NotebookNode({**output, "data": NotebookNode(kept)})


def pytest_runtest_logreport(report):
    path = Path(report.fspath)
    if path.suffix == ".ipynb" and report.when == "call":
        _outcomes[path].add(report.outcome)


def pytest_sessionfinish(session, exitstatus):
    if hasattr(session.config, "workerinput"):
        return
    memory = Memory(session.config)
    for path, outcomes in _outcomes.items():
        source = _source_of(session.config.rootpath / path)
        if source and "passed" in outcomes <= {"passed", "skipped"}:
            memory.keep("learners", source)
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and (
        memory.on or session.config.getoption("--since")
    ):
        session.exitstatus = pytest.ExitCode.OK  # there is nothing new to run
