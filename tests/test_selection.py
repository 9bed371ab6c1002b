"""`make check` leaves the tests that a change can break, and does not pass over any of them."""

import types

import pytest

from course_utils.checking import reference
from course_utils.editions.compose import source_files
from course_utils.paths import course_root
from tests import selection

ROOT = course_root()


def chosen(*changed: str, path: str, **parameters) -> bool:
    """Whether a test in the file, with these parameters, is run after such a change."""
    callspec = types.SimpleNamespace(params=parameters)
    item = types.SimpleNamespace(path=ROOT / path, callspec=callspec)
    return selection.affected(item, {ROOT / name for name in changed})


ROTATE = "course_utils/exercises/nb04_conv_backprop/rotate180.py"
EVERY = "tests/exercises/test_every_exercise.py"


@pytest.mark.parametrize(("name", "expected"), [
    ("rotate180", True), ("conv2d_backward", True),  # whose mistakes use it
    ("relu", False), ("maxpool2d", False),
])  # fmt: skip
def test_a_changed_exercise_runs_its_own_tests(name, expected):
    assert chosen(ROTATE, path=EVERY, exercise=reference(name)) == expected


def test_the_exercise_that_an_answer_belongs_to_counts_and_no_value_is_asked_more():
    class Stubborn:
        def __getattr__(self, name):
            raise RuntimeError(name)

    answer = types.SimpleNamespace(exercise="rotate180")
    assert chosen(ROTATE, path="tests/checking/test_odd_values.py", answer=answer)
    assert not chosen(ROTATE, path="tests/checking/test_odd_values.py",
                      answer=types.SimpleNamespace(exercise="relu"), value=Stubborn())  # fmt: skip


@pytest.mark.parametrize(("changed", "path", "expected"), [
    (ROTATE, "notebooks/04_conv_backprop.ipynb", True),
    (ROTATE, "notebooks/05_pooling.ipynb", False),
    ("course_utils/figures/pooling.py", "notebooks/05_pooling.ipynb", True),
    ("course_utils/figures/pooling.py", "tests/figures/test_pooling.py", True),
    ("course_utils/figures/pooling.py", "tests/figures/test_vgg.py", False),
    ("course_utils/figures/pooling.py", "tests/test_architecture.py", True),
    (ROTATE, "tests/exercises/test_folders.py", True),
    (ROTATE, "tests/grading/test_fairness.py", True),
    ("tests/grading/answers/nb05_pooling.py", "tests/grading/test_fairness.py", True),
    ("course_utils/exercises/nb05_pooling/answers.py", "tests/exercises/test_answers.py", True),
    ("course_utils/exercises/nb05_pooling/answers.py", "tests/figures/test_vgg.py", False),
    ("course_utils/exercises/nb05_pooling/answers.py", "notebooks/05_pooling.ipynb", False),
    ("course_utils/zoo/README.md", "tests/anatomy/test_anatomy_overview.py", True),
    ("course_utils/zoo/README.md", "tests/numpy_nn/test_nn_conv.py", False),
    ("data/runs/15_degradation.json", "notebooks/15_resnet.ipynb", True),
    ("course_utils/zoo/densenet.py", "notebooks/17_densenet.ipynb", True),
    ("tests/figures/figure_helpers.py", "tests/figures/test_vgg.py", True),
    ("conftest.py", "tests/figures/test_vgg.py", True),
    ("course_utils/a_file_that_is_gone.py", "tests/figures/test_vgg.py", True),
    ("CONTRIBUTING.md", "tests/figures/test_vgg.py", False),
])  # fmt: skip
def test_which_change_runs_which_file(changed, path, expected):
    assert chosen(changed, path=path) == expected


def test_the_number_of_a_notebook_is_followed():
    path = "tests/grading/test_fairness.py"
    assert chosen(ROTATE, path=path, number="04")
    assert not chosen(ROTATE, path=path, number="05")
    (source,) = source_files(["04"])
    assert chosen(ROTATE, path="tests/test_notebooks.py", source=source)


def test_the_answers_of_a_page_are_behind_the_tests_of_that_page():
    answers, path = (
        "course_utils/exercises/nb05_pooling/answers.py",
        "tests/exercises/test_answers.py",
    )
    for number, expected in (("05", True), ("06", False)):
        (source,) = source_files([number])
        assert chosen(answers, path=path, number=number) is expected
        assert chosen(answers, path=path, source=source) is expected


def test_a_notebook_that_cannot_be_composed_is_run(monkeypatch):
    def broken(source):
        raise selection.CourseError("no exercise is called 'minpool2d'")

    monkeypatch.setattr(selection, "compose", broken)
    selection.behind_notebook.cache_clear()
    assert chosen(ROTATE, path="notebooks/05_pooling.ipynb")
    selection.behind_notebook.cache_clear()


def test_an_unknown_commit_is_refused():
    with pytest.raises(ValueError, match=r"--since nosuchcommit: .*nosuchcommit"):
        selection.changed_since("nosuchcommit")
