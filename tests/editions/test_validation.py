"""`course validate`: notebooks on a device, what is kept, and the README's table."""

import json

import nbformat
import pytest
from click.testing import CliRunner

from course_utils import cli
from course_utils.editions import build, validation
from course_utils.errors import CourseError

SMALL = "00_start_here"


@pytest.fixture
def quick(monkeypatch):
    """Notebooks are not run: each has 3 cells and takes as many seconds as its number."""
    seen = []

    def run(notebook, device, strict=False, limit=None):
        seen.append((notebook.stem[:2], device, strict))
        return {"cells": 3, "failed": 0, "seconds": float(notebook.stem[:2])}

    monkeypatch.setattr(validation, "run", run)
    monkeypatch.setattr(validation, "notebook_of", lambda source, edition: source)
    return seen


def course(*args):
    return CliRunner().invoke(cli.main, ["validate", *map(str, args)])


# ------------------------------------------------------------------------------------- for real
def test_a_notebook_passes_in_both_editions(tmp_path):
    file = tmp_path / "record.json"
    result = course("--device", "cpu", "--notebooks", "00", "--record", file)
    assert result.exit_code == 0, result.output
    assert "all passed" in result.stdout.splitlines()[-1]
    assert json.loads(file.read_text())["command"] == f"course validate --record {file.name}"
    machine = json.loads(file.read_text())["machines"]["cpu"]
    entry = machine["notebooks"][SMALL]
    code = [c for c in build.read_notebook(build.target_of(build.source_files(["00"])[0])).cells
            if c.cell_type == "code"]  # fmt: skip
    assert entry["learners"]["cells"] == entry["solved"]["cells"] == len(code)
    assert entry["solved"]["seconds"] > 0
    assert machine["where"] in result.stdout


def notebook(path, *cells):
    """A notebook of (code, stored output) pairs."""
    made = nbformat.v4.new_notebook()
    for number, (code, said) in enumerate(cells, 1):
        output = nbformat.v4.new_output("stream", name="stdout", text=said)
        made.cells.append(nbformat.v4.new_code_cell(code, execution_count=number, outputs=[output]))
    nbformat.write(made, path)
    return path


def test_what_differs_is_found_and_the_device_arrives(tmp_path):
    path = notebook(
        tmp_path / "a.ipynb",
        ("import os; print(os.environ['COURSE_DEVICE'])", "cpu\n"),
        ("print(1 + 1)", "3\n"),
        ("print(os.environ.get('COURSE_STRICT'))", "1\n"),
    )
    found = validation.run(path, "cpu", strict=True)
    assert (found["cells"], found["failed"]) == (3, 1)
    assert "Cell 1" in found["problems"][0]
    assert validation.run(path, "cpu")["failed"] == 2  # not strict: the third cell prints None


def test_a_file_that_is_no_notebook(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("{")
    (problem,) = validation.run(path, "cpu")["problems"]
    assert "Notebook does not appear to be JSON" in problem
    with pytest.raises(CourseError, match=r"could not run none\.ipynb"):
        validation.run(tmp_path / "none.ipynb", "cpu")


# --------------------------------------------------------------------------------- what is kept
def test_both_editions_run_on_the_device_and_the_solved_one_strictly(quick):
    result = course("--device", "cpu", "--notebooks", "04, 01")
    assert result.exit_code == 0, result.output
    assert quick == [("04", "cpu", False), ("04", "cpu", True), ("01", "cpu", False),
                     ("01", "cpu", True)]  # fmt: skip
    assert result.stdout.splitlines()[-1] == "2 notebooks, 12 cells in 10 s: all passed"


def test_one_edition_is_enough(quick):
    course("--device", "cpu", "--notebooks", "04", "--edition", "solved")
    assert quick == [("04", "cpu", True)]


def test_resume_runs_what_failed_or_changed(quick, monkeypatch):
    course("--device", "cpu", "--notebooks", "01,02,03")
    file = validation.state_folder() / "validation.json"
    record = json.loads(file.read_text())
    notebooks = record["machines"]["cpu"]["notebooks"]
    notebooks["02_backprop_and_training"]["learners"]["failed"] = 1
    notebooks["03_convolution"]["mark"] = "another source"
    file.write_text(json.dumps(record))
    quick.clear()
    course("--device", "cpu", "--notebooks", "01,02,03", "--resume")
    assert [(number, strict) for number, _, strict in quick] == [
        ("02", False), ("03", False), ("03", True)]  # fmt: skip
    quick.clear()
    course("--device", "cpu", "--notebooks", "01")
    assert len(quick) == 2


def test_a_failure_is_told_and_sets_the_status(monkeypatch, quick):
    problems = [f"Cell {k}: differs" for k in range(5)]
    bad = {"cells": 9, "failed": 5, "seconds": 1.0, "problems": problems}
    monkeypatch.setattr(validation, "run", lambda *args: bad)
    result = course("--device", "cpu", "--notebooks", "05", "--edition", "learners")
    assert result.exit_code == 1
    assert "5 FAILED" in result.stdout
    assert "Cell 2: differs" in result.stdout
    assert "and 2 more" in result.stdout


def test_several_at_a_time_begin_with_the_longest(quick, monkeypatch):
    usual = {"learners": {"seconds": 50.0}, "solved": {"seconds": 10.0}}
    record = {"machines": {"cpu": {"notebooks": {"01_perceptron_to_mlp": usual}}}}
    monkeypatch.setattr(validation, "read", lambda file: record)
    sources = build.source_files(["01"])
    tasks = [(sources[0], "solved"), (sources[0], "learners")]
    tasks.sort(key=validation._usual_seconds(record), reverse=True)
    assert [edition for _, edition in tasks] == ["learners", "solved"]
    assert validation._usual_seconds(record)((build.source_files(["02"])[0], "solved")) > 1e6


def test_several_at_a_time_find_the_same(quick):
    one = course("--device", "cpu", "--notebooks", "01,02,03")
    two = course("--device", "cpu", "--notebooks", "01,02,03", "--jobs", "3")
    assert sorted(one.stdout.splitlines()) == sorted(two.stdout.splitlines())
    assert sorted(quick[:6]) == sorted(quick[6:])


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_not_reached_in_time_says_so(quick, jobs):
    result = course("--device", "cpu", "--notebooks", "01,02", "--seconds", "0", "--jobs", jobs)
    assert result.exit_code == 1
    assert not quick
    assert result.stdout.count("not reached") == 5
    again = course("--device", "cpu", "--notebooks", "01,02", "--resume", "--jobs", jobs)
    assert again.exit_code == 0
    assert len(quick) == 4


def test_a_notebook_that_takes_too_long_is_not_reached(tmp_path):
    path = notebook(tmp_path / "a.ipynb", ("import time; time.sleep(60)", ""))
    assert validation.run(path, "cpu", limit=0.5) is None


def test_an_unknown_notebook_or_device_stops_before_anything_runs(quick):
    assert "'77'" in course("--notebooks", "01,77").stderr
    assert "'gpu'" in course("--device", "gpu").stderr
    assert quick == []


def test_another_machine_of_the_same_kind_makes_room(tmp_path):
    file, old = tmp_path / "a.json", {"where": "old GPU", "versions": {}, "when": "2026-01-01"}
    entry = {"learners": {"cells": 1, "failed": 0, "seconds": 2.0}}
    validation.keep(file, "cuda", old, {"01": entry})
    validation.keep(file, "cuda", old, {"02": entry})
    validation.keep(file, "cpu", old, {"01": entry})
    machines = json.loads(file.read_text())["machines"]
    assert machines["cuda"]["notebooks"].keys() == {"01", "02"}
    validation.keep(file, "cuda", {**old, "where": "new GPU"}, {"03": entry})
    machines = json.loads(file.read_text())["machines"]
    assert machines["cuda"]["notebooks"].keys() == {"03"}
    assert machines["cpu"]["notebooks"].keys() == {"01"}


@pytest.mark.parametrize("text", ["{", "[]", '{"machines": []}'])
def test_a_record_of_another_kind_is_left_alone(tmp_path, quick, text):
    file = tmp_path / "a.json"
    file.write_text(text)
    result = course("--device", "cpu", "--notebooks", "01", "--record", file)
    assert result.exit_code == 1
    assert str(file) in result.stderr
    assert quick == []
    assert file.read_text() == text


# --------------------------------------------------------------------------------- the README
def test_the_table_has_a_row_for_each_notebook_and_columns_for_each_device(tmp_path, monkeypatch):
    def entry(seconds, failed=0):
        return {"cells": 5, "failed": failed, "seconds": seconds}

    machine = {"where": "a box", "versions": {"torch": "2.11.0"}, "when": "2026-01-01"}
    record = {"machines": {
        "cpu": {**machine, "notebooks": {
            "01_a": {"learners": entry(1.0), "solved": entry(2.0)},
            "02_b": {"learners": entry(3.0), "solved": entry(4.0, failed=2)}}},
        "cuda": {**machine, "notebooks": {"02_b": {"learners": entry(0.5)}}},
    }}  # fmt: skip
    text = validation.table(record)
    assert "| 01_a | 1.0 s | 2.0 s |  |  |" in text
    assert "| 02_b | 3.0 s | 2 failed | 0.5 s |  |" in text
    assert "- **CUDA**: a box; torch 2.11.0; 2026-01-01" in text

    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{validation.MARK}\nold\n{validation.END}\nafter\n")
    monkeypatch.setattr(validation, "read", lambda file: record)
    validation.write_readme(readme)
    written = readme.read_text()
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert text in written
    assert "old" not in written
    readme.write_text("no marks")
    with pytest.raises(CourseError, match="no place"):
        validation.write_readme(readme)
