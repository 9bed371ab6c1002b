"""`course submit`: what is packed, what is said, what is refused."""

import zipfile

import pytest

from course_utils.errors import CourseError
from course_utils.grading import reading
from course_utils.grading.submit import submit
from submissions import edition, write

RIGHT = "def rotate180(weight):\n    return weight[..., ::-1, ::-1]"
BROKEN = "def rotate180(weight):\n    return weight[..., ::-1"


@pytest.fixture
def folder(tmp_path):
    files = {
        "04_conv_backprop.ipynb": edition("04", {"rotate180": RIGHT}),
        "05_pooling.ipynb": edition("05"),
        "a1_floating_point.ipynb": edition("05"),  # an appendix has nothing to hand in
        "04_conv_backprop.before-update-2026-01-01.ipynb": edition("04", solved=True),
    }
    return write(tmp_path / "notebooks", files)


def test_notebooks_with_answers_are_packed_and_the_rest_is_named(folder, tmp_path):
    said, target = [], tmp_path / "out" / "mine.zip"
    assert submit([], target, said.append, folder) == [folder / "04_conv_backprop.ipynb"]
    assert said[0] == "04_conv_backprop.ipynb: 1 of 6 exercises are answered"
    assert "  full_convolution: not attempted" in said
    with zipfile.ZipFile(target) as archive:
        (name,) = archive.namelist()
        assert reading.parse(archive.read(name)).cells
    assert name == "04_conv_backprop.ipynb"


def test_a_cell_that_is_no_python_is_named(folder, tmp_path):
    write(folder, {"04_conv_backprop.ipynb": edition("04", {"rotate180": BROKEN})})
    said = []
    submit(["04"], tmp_path / "a.zip", said.append, folder)
    assert "  rotate180: its cell cannot be read as Python" in said


@pytest.mark.parametrize(("names", "words"), [
    (["05_pooling", "99"], "no notebook with exercises is called '99'; there are 04, 05"),
    ([], "no notebook holds an answer yet"),
])  # fmt: skip
def test_what_cannot_be_handed_in_is_refused(folder, tmp_path, names, words):
    (folder / "04_conv_backprop.ipynb").write_bytes(edition("04"))
    with pytest.raises(CourseError, match=words):
        submit(names, tmp_path / "a.zip", lambda line: None, folder)
    assert not (tmp_path / "a.zip").exists()


def test_nothing_is_overwritten_and_a_damaged_notebook_is_named(folder, tmp_path):
    target = tmp_path / "a.zip"
    submit([], target, lambda line: None, folder)
    with pytest.raises(CourseError, match="is there already"):
        submit([], target, lambda line: None, folder)
    (folder / "05_pooling.ipynb").write_text("{")
    with pytest.raises(CourseError, match=r"05_pooling.ipynb would not be graded: it is not JSON"):
        submit([], tmp_path / "b.zip", lambda line: None, folder)
