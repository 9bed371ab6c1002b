"""Exercises are found by their names: a folder for each notebook, a file for each exercise."""

import subprocess
import sys

import pytest

from course_utils.checking import registry
from course_utils.errors import CourseError


@pytest.fixture
def house(tmp_path, monkeypatch):
    """`write(folder, names, files)` makes folders of exercises beside the course's own."""
    home = tmp_path / "house_of_tests"
    home.mkdir()
    (home / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_HOME", home.name)
    _forget()

    def write(folder, names):
        (home / folder).mkdir()
        (home / folder / "__init__.py").write_text(f"EXERCISES = {tuple(names)!r}\n")
        for name in names:
            (home / folder / f"{name}.py").write_text(
                "from course_utils.checking.exercise import exercise\n\n\n"
                f'@exercise(notebook="{folder[2:4]}", points=1, minutes=1)\n'
                f"def {name}(x):\n    return x\n"
            )

    yield write
    _forget()
    for name in [name for name in sys.modules if name.split(".")[0] == home.name]:
        del sys.modules[name]


def _forget():
    registry.exercise_folders.cache_clear()
    registry.exercise_modules.cache_clear()


def test_a_new_folder_and_a_new_file_are_found(house):
    house("nb98_last", ["second", "first"])
    house("nb97_before", ["zeroth"])
    assert [e.name for e in registry.all_exercises()] == ["zeroth", "second", "first"]
    assert [e.name for e in registry.all_exercises("98")] == ["second", "first"]
    assert registry.notebooks() == {"zeroth": "97", "second": "98", "first": "98"}
    assert registry.get("first")(3) == 3


def test_two_exercises_cannot_share_a_name(house):
    house("nb97_before", ["relu"])
    house("nb98_last", ["relu"])
    with pytest.raises(CourseError, match=r"two exercises are called 'relu': .*97.*98"):
        registry.all_exercises()


def test_an_appendix_has_answers_and_no_exercises(house):
    house("nb98_last", ["first"])
    house("a2_more", [])
    house("a1_floats", [])
    house("about_it", [])  # no number, and so no page
    assert list(registry.exercise_folders()) == ["98"]
    folders = {number: name.rpartition(".")[2] for number, name in registry.page_folders().items()}
    assert folders == {"98": "nb98_last", "a1": "a1_floats", "a2": "a2_more"}


def test_an_unknown_number_lists_those_there_are():
    with pytest.raises(CourseError, match=r"numbered '98'; there are 00, 01"):
        registry.all_exercises("98")


def test_asking_for_one_exercise_imports_no_other_notebook():
    said = subprocess.run(
        [sys.executable, "-c", "import sys; from course_utils.checking import reference\n"
         "reference('rotate180'); print([m for m in sys.modules if m.endswith('.maxpool2d')])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "[]"


def test_earlier_editions_names_still_work():
    from course_utils.exercises import check, hint, progress, reveal

    assert all(map(callable, (check, hint, progress, reveal)))
    with pytest.raises(ImportError, match="cannot import name 'chekc'"):
        from course_utils.exercises import chekc  # noqa: F401
