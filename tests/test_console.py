"""What commands print where the encoding does not know every character."""

import io
import os
import subprocess
import sys

import pytest

from course_utils import console
from course_utils.paths import course_root

ENCODINGS = ("cp1252", "ascii", "cp437", "latin-1")


def course(*arguments, encoding="cp1252", **variables):
    return subprocess.run(
        [sys.executable, "-m", "course_utils", *arguments], cwd=course_root(), capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", **variables},
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "latin-1"])
def test_the_board_goes_into_a_file_of_any_encoding(encoding):
    done = course("progress", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "o relu" in done.stdout.decode(encoding)


@pytest.mark.parametrize(
    "command",
    ["doctor", "doctor --json", "data list", "--help", "grade --help", "audit memory_of_vgg16",
     "audit --lecture 000", "zoo", "zoo lenet", "mistakes .", "docter", "submit 98", "update --x"],
)  # fmt: skip
def test_no_command_stops_at_a_character(command):
    done = course(*command.split())
    assert b"went wrong" not in done.stderr
    assert b"Error" not in done.stderr
    assert done.stdout + done.stderr


def test_utf8_stays_as_it_is():
    assert "○ relu" in course("progress", encoding="utf-8").stdout.decode("utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_characters_have_a_likeness(monkeypatch, encoding):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # that has no encoding, and is left alone
    console.say_it_plainly()
    print("a → b ≤ c ✓ Žofie 学")
    assert out.buffer.getvalue().decode(encoding).split() == [
        "a", "->", "b", "<=" if encoding != "cp437" else "≤", "c", "+",
        "Žofie" if encoding == "cp1252" else "Zofie", "?",
    ]  # fmt: skip


# ----------------------------------------------------------------------- a package that is missing
@pytest.mark.parametrize(
    "command",
    ["zoo", "zoo lenet", "train lenet mnist_5k", "audit", "experiment speed --epochs 1",
     "validate --notebooks 00"],
)  # fmt: skip
def test_without_torch_a_command_says_so_in_one_sentence(tmp_path, command):
    (tmp_path / "torch.py").write_text('raise ModuleNotFoundError("No module", name="torch")')
    done = course(*command.split(), PYTHONPATH=str(tmp_path))
    said = done.stderr.decode("cp1252")
    assert done.returncode == 1
    assert said.startswith("course: this needs PyTorch, which cannot be imported here")
    assert "requirements.txt" in said
    assert said.count("\n") == 1


def test_a_mistake_of_our_own_is_not_taken_for_a_missing_package():
    from course_utils.commands.group import _sentence

    error = ImportError("cannot import name 'x'", name="course_utils.zoo")
    assert _sentence(error).startswith("Something went wrong inside the course")
    assert "a package" in _sentence(ImportError("numpy: DLL load failed"))
