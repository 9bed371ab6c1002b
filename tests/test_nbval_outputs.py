"""What nbval compares of a notebook's outputs, and what it leaves alone (the root's conftest)."""

import importlib.util
from types import SimpleNamespace

from course_utils.paths import course_root

spec = importlib.util.spec_from_file_location("root_conftest", course_root() / "conftest.py")
root = importlib.util.module_from_spec(spec)
spec.loader.exec_module(root)


def test_words_of_pictures_are_not_compared_and_all_else_is():
    compared = []
    item = SimpleNamespace(compare_outputs=lambda *outputs: compared.extend(outputs) or True)
    root.pytest_itemcollected(item)
    picture = {"data": {"image/png": "abc", "text/plain": "accuracy falls to 0.91."}}
    printed, result = {"name": "stdout", "text": "0.91"}, {"data": {"text/plain": "0.91"}}
    assert item.compare_outputs([picture, printed, result], [result]) is True
    assert compared == [[{"data": {"image/png": "abc"}}, printed, result], [result]]
    assert picture["data"]["text/plain"]  # the output itself is as it was


def test_other_tests_are_left_alone():
    item = SimpleNamespace(name="a test of Python")
    root.pytest_itemcollected(item)
    assert vars(item) == {"name": "a test of Python"}
