"""Every record says what makes it, and `course measure` makes those of the notebooks."""

import ast
import json
import re
import shlex

import click
import numpy as np
import pytest
from click.testing import CliRunner

from course_utils.cli import main
from course_utils.editions import recordings
from course_utils.editions.compose import compose, source_files
from course_utils.errors import CourseError
from course_utils.paths import course_root
from course_utils.training.command import as_recorded

FILES = sorted((course_root() / "data" / "runs").glob("*.json"))
RECORDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
MEASURED = [name for name, record in RECORDS.items() if "call" in record]
TRAINED = [name for name, record in RECORDS.items()
           if any("settings" in run for run in record.get("runs", []))]  # fmt: skip


def parsed(line):
    """The settings that `course` understands from a line, by the name of its command."""
    program, name, *words = shlex.split(line)
    assert program == "course"
    command = main.commands[name]
    return name, command.make_context(name, words).params


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_has_a_command_that_course_understands(name):
    command, settings = parsed(RECORDS[name]["command"])
    file = settings.get("file") or settings.get("record_file") or settings.get("record")
    assert file.as_posix() == f"data/runs/{name}.json"
    assert command in ("measure", "train", "experiment", "validate")
    assert (command == "measure") == (name in MEASURED)
    if name in MEASURED:
        assert settings["name"] == name


def test_what_the_parser_does_not_understand_is_noticed():
    with pytest.raises(click.UsageError):
        parsed("course train lenet mnist_5k --depth 3")
    with pytest.raises(KeyError):
        parsed("course repeat 13_depth")


@pytest.mark.parametrize("name", TRAINED)
def test_the_command_of_a_training_has_its_settings(name):
    for run in RECORDS[name]["runs"]:
        command, settings = parsed(run["command"])
        assert (command, settings["model"]) == ("train", run["network"])
        assert run["data"].startswith(settings["dataset"])
        assert settings["seed"] == run["seed"]
        assert settings["test"] == (run["test"] is not None)
        recorded = as_recorded({k: v for k, v in settings.items() if k in run["settings"]})
        assert {key: recorded[key] for key in run["settings"]} == run["settings"]
        assert settings["images"] in (None, run["images"])


@pytest.mark.parametrize("name", TRAINED)
def test_the_command_of_an_experiment_has_what_is_other_than_in_its_recipe(name):
    from course_utils.training.experiments import EXPERIMENTS

    command, settings = parsed(RECORDS[name]["command"])
    if command == "train":
        return
    recipe = EXPERIMENTS[settings["name"]].recipe
    changes = {key: settings[key] for key in ("epochs", "images", "width", "validate")
               if settings[key] is not None}  # fmt: skip
    for run in RECORDS[name]["runs"]:
        known = {**run["settings"], "images": run["images"], "seed": run["seed"]}
        assert {key: known[key] for key in changes} == changes
        assert all(known[key] == recipe[key] for key in recipe if key not in changes)


@pytest.mark.parametrize("name", MEASURED)
def test_the_notebook_defines_what_the_call_needs(name):
    record = RECORDS[name]
    (source,) = source_files([name[:2]])
    cells = recordings.cells_before(compose(source, solved=True), record["call"])
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    functions = {node.name: node for node in ast.parse(code).body
                 if isinstance(node, ast.FunctionDef)}  # fmt: skip
    fields = record["runs"][0] if "runs" in record else record
    (call,) = (node for node in ast.walk(ast.parse(record["call"])) if isinstance(node, ast.Call))
    taken = functions[call.func.id].args
    assert len(taken.args) - len(taken.defaults) <= len(call.args) <= len(taken.args)
    assert all(argument.id in fields for argument in call.args)


SHOWN = {(name, source.stem): source for name in RECORDS for source in source_files()
         if f"{name}.json" in source.read_text(encoding="utf-8")}  # fmt: skip


@pytest.mark.parametrize(("name", "stem"), SHOWN)
def test_a_page_that_shows_a_record_prints_its_command(name, stem):
    cells = [cell.source for cell in compose(SHOWN[name, stem]).cells if cell.cell_type == "code"]
    (reading,) = (cell for cell in cells if f"{name}.json" in cell)
    assert re.search(r"print\(.*\bcommand\b", reading)


def test_every_record_of_a_notebook_is_shown_there():
    assert {name for name, _ in SHOWN} >= set(MEASURED)


# -------------------------------------------------------------------------------- measuring again
PAGE = """# 04 · A page

```python
FACTORS = {"twice": 2, "thrice": 3}
```

```python
def measure(name, seed):
    return {"value": FACTORS[name] * seed + 1 / 3}
```

```python
raise AssertionError("cells behind the function are not needed")
```
"""
RUNS = [{"name": "twice", "seed": 1, "value": 0, "gone": 5}, {"name": "thrice", "seed": 2}]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one notebook and its record; `course measure …` in it."""
    runs = tmp_path / "data" / "runs"
    runs.mkdir(parents=True)
    record = {"what": "values", "command": "course measure 04_page", "call": "measure(name, seed)",
              "when": "2026-01-01", "where": "elsewhere", "versions": {}, "tried": [1, 2],
              "runs": RUNS}  # fmt: skip
    (runs / "04_page.json").write_text(json.dumps(record))
    other = {"what": "trainings", "command": "course train lenet mnist_5k", "runs": []}
    (runs / "05_other.json").write_text(json.dumps(other))
    page = tmp_path / "04_page.md"
    page.write_text(PAGE)
    monkeypatch.setattr(recordings, "folder", lambda: runs)
    monkeypatch.setattr(recordings, "source_files", lambda names: [page])
    return lambda *args: CliRunner().invoke(main, ["measure", *map(str, args)])


def written(file, most):
    """What the last cell does, here and not in a kernel."""
    names = {}
    exec(PAGE.split("```python")[1].split("```")[0], names)
    exec(PAGE.split("```python")[2].split("```")[0], names)
    recordings.write("04_page", str(file), names, most)
    return json.loads(file.read_text())


def test_a_record_is_measured_with_the_settings_of_each_run(course, tmp_path):
    new = written(tmp_path / "new.json", None)
    assert new["runs"] == [{"name": "twice", "seed": 1, "value": 2.3333},
                           {"name": "thrice", "seed": 2, "value": 6.3333}]  # fmt: skip
    assert new["tried"] == [1, 2]
    assert new["when"] > "2026-01-01" and new["versions"]  # noqa: PT018
    assert list(new)[:6] == list(recordings.HEAD)
    assert len(written(tmp_path / "new.json", 1)["runs"]) == 1


def test_course_measure_runs_the_page_up_to_the_function(course, tmp_path, monkeypatch):
    cells = []

    def run(notebook, environment, *, name, patience):
        cells.extend(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert patience is None
        return 1.0

    monkeypatch.setattr("course_utils.editions.execution.execute", run)
    result = course("04_page", "--most", 1, "--record", tmp_path / "a.json")
    assert result.exit_code == 0, result.output
    assert "for 1 of 2 runs" in result.stdout
    assert not any("AssertionError" in cell for cell in cells)
    assert cells[-1].endswith(f"recordings.write('04_page', '{tmp_path}/a.json', globals(), 1)")


def test_a_record_as_a_whole_has_its_own_fields_as_settings():
    record = {"rate": {"a": 0.1}, "accuracy": {"a": 0.5}, "what": "rates"}
    found = recordings.measured("best(rate)", record, {"best": lambda rate: {"accuracy": rate}})
    assert found == {"rate": {"a": 0.1}, "accuracy": {"a": 0.1}}


def test_numbers_become_those_of_a_json_file():
    value = {1: (np.float32(0.123456), np.int64(3)), "b": [np.array([1.0, 2.5]), None, True]}
    assert recordings.plain(value) == {"1": [0.1235, 3], "b": [[1.0, 2.5], None, True]}


def test_a_record_can_be_read_line_by_line():
    record = {"what": "values", "seeds": [0, 1], "runs": [{"a": [1, 2]}, {"a": [3, 4]}]}
    text = recordings.readable(record)
    assert json.loads(text) == record
    assert [line.strip() for line in text.splitlines()][2:6] == [
        '"seeds": [0, 1],', '"runs": [', '{"a": [1, 2]},', '{"a": [3, 4]}']  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("04_pages", "no record '04_pages' in data/runs: did you mean 04_page"),
     ("qqqq", "there are 04_page"),
     ("05_other", "not measured by a notebook: `course train lenet mnist_5k`")],
)  # fmt: skip
def test_what_cannot_be_measured_is_told(course, name, sentence):
    result = course(name)
    assert isinstance(result.exception, CourseError | SystemExit)
    assert sentence in result.output + str(result.exception)


def test_the_documentation_shows_the_commands_of_the_records():
    text = (course_root() / "docs" / "networks.md").read_text(encoding="utf-8")
    assert RECORDS["25_scoreboard"]["command"] in text
    (shown,) = re.findall(r"^course train (?:.*\\\n)?.*25_weights.*$", text, re.MULTILINE)
    _, there = parsed(shown.replace("\\\n", " "))
    _, here = parsed(RECORDS["25_weights"]["command"])
    assert {**there, "checkpoint": None} == here
