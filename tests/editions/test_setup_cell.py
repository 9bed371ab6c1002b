"""The first code cell: two lines where the course is missing, and Colab's way to get it."""

import ast
import subprocess
import sys

import nbformat
import pytest

from course_utils.editions import for_colab
from course_utils.editions.compose import SETUP, compose, outline, source_files
from course_utils.errors import CourseError

RUN = """
import importlib.util, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {hidden!r} else find(name, *more)
done = shell.run_cell({code!r})
print("STOPPED" if done.error_in_exec else "WENT ON")
"""


def run(code, *hidden):
    command = [sys.executable, "-c", RUN.format(hidden=hidden, code=code)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_where_the_course_is_missing_two_lines_say_what_to_do():
    *said, end = run(SETUP, "course_utils")
    assert end == "STOPPED"
    said = [line for line in said if line.strip()]
    assert len(said) == 2, said
    assert ".venv" in said[0]
    assert "make lab" in said[1]


def test_where_the_course_is_there_nothing_is_said():
    assert run(SETUP) == ["WENT ON"]


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_it_is_the_first_code_cell_of_every_notebook_and_known_to_updates(source):
    for notebook in (compose(source), compose(source, solved=True), outline(source)):
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        assert (first.id, first.source) == ("setup", SETUP)
        assert first.metadata.jupyter.source_hidden


def test_colab_fetches_the_edition_and_the_rest_of_the_page_is_the_same(tmp_path, monkeypatch):
    address = "https://example.org/course.git"
    monkeypatch.setattr(for_colab, "own_address", lambda folder: address)
    for_colab.release_colab(["04"], tmp_path, lambda line: None)
    (path,) = tmp_path.iterdir()
    made, plain = nbformat.read(path, 4), compose(source_files(["04"])[0])
    first = next(cell for cell in made.cells if cell.id == "setup")
    ast.parse(first.source)
    assert f'"{address}"' in first.source
    others = [(a.source, b.source) for a, b in zip(made.cells, plain.cells, strict=True)
              if a.id != "setup"]  # fmt: skip
    assert all(ours == theirs for ours, theirs in others)
    # elsewhere than on Colab it behaves like the usual cell
    assert run(first.source) == ["WENT ON"]
    assert run(first.source, "course_utils")[-1] == "STOPPED"


def test_without_an_address_it_says_where_to_write_one(tmp_path, monkeypatch):
    monkeypatch.setattr(for_colab, "own_address", lambda folder: "")
    with pytest.raises(CourseError, match=r"pyproject\.toml, \[tool\.course\] repository"):
        for_colab.release_colab(["04"], tmp_path, lambda line: None)
