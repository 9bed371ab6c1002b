"""A folder for each notebook, a file for each exercise: whoever knows a name finds the file."""

import importlib
import pkgutil
import re

import pytest

from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import (
    all_exercises,
    exercise_folders,
    exercise_modules,
    modules_of,
)
from course_utils.editions.compose import source_files
from course_utils.paths import course_root

FOLDERS = exercise_folders()
every_folder = pytest.mark.parametrize("number", FOLDERS)


@every_folder
def test_each_exercise_has_a_file_of_its_name(number):
    for module in modules_of(number):
        exercise = getattr(importlib.import_module(module), module.split(".")[-1])
        assert isinstance(exercise, Exercise)
        assert exercise.name == module.split(".")[-1]
        assert exercise.notebook == number
        assert exercise.home == module


@every_folder
def test_no_exercise_is_left_out_of_the_list(number):
    folder = importlib.import_module(FOLDERS[number])
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        defined = [
            value
            for value in vars(importlib.import_module(module.name)).values()
            if isinstance(value, Exercise) and value.home == module.name
        ]
        listed = module.name in exercise_modules().values()
        assert len(defined) == listed, f"{module.name}: is it in EXERCISES?"


@every_folder
def test_the_list_is_in_the_order_of_the_page(number):
    (source,) = source_files([number])
    assert FOLDERS[number].split(".")[-1] == f"nb{source.stem}"
    text = source.read_text(encoding="utf-8")
    cells = re.findall(r'^(\w+) = reference\("(?:\w+)"\)$', text, re.MULTILINE)
    names = [module.split(".")[-1] for module in modules_of(number)]
    assert [name for name in names if name in cells] == cells


@every_folder
def test_the_readme_lists_them(number):
    text = (course_root() / "README.md").read_text(encoding="utf-8")
    link = rf"\[[^\]]+\]\(notebooks/{number}_\w+\.ipynb\)"
    (row,) = re.findall(rf"^\| {number} \| {link} \| (.*) \|$", text, re.MULTILINE)
    graded = [e.name for e in all_exercises(number) if e.points]
    assert re.findall(r"`(\w+)`", row) == graded
