"""Settings are chosen on validation digits; the test digits are read once, after the choosing."""

import re

import pytest

from course_utils.editions.compose import source_files

CELL = re.compile(r"^```python[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def code_cells(number):
    (source,) = source_files([number])
    return CELL.findall(source.read_text(encoding="utf-8"))


def reading(cells, split):
    return [k for k, cell in enumerate(cells) if re.search(rf"\bdigits\.{split}\b", cell)]


@pytest.mark.parametrize("number", ["02", "07", "09"])
def test_the_test_digits_are_read_in_one_cell_after_the_validation_digits(number):
    cells = code_cells(number)
    (once,) = reading(cells, "test")
    assert reading(cells, "validation")[0] < once
    assert "accuracy" in cells[once] or "labels" in cells[once] or "evaluate" in cells[once]


@pytest.mark.parametrize(
    ("number", "chosen"), [("02", "trained = {lr: train(lr)"), ("07", "losses, right = train(")]
)
def test_what_is_chosen_is_chosen_before(number, chosen):
    cells = code_cells(number)
    (place,) = [k for k, cell in enumerate(cells) if chosen in cell]
    assert place < reading(cells, "test")[0]
    assert "validation" in "".join(cells[: place + 1])


@pytest.mark.parametrize("number", ["02", "07"])
def test_no_accuracy_mixes_both_sets(number):
    for cell in code_cells(number):
        assert not ("digits.validation" in cell and "digits.test" in cell)
