"""The log of what a learner has done: it survives crashes, editors, and folders in its place."""

import json

import numpy as np
import pytest

from course_utils.checking import board, check, progress, reference
from course_utils.paths import course_root


def right(x):
    return np.where(x > 0, x, 0)


def wrong(x):
    return np.abs(x)


right.__name__ = wrong.__name__ = "relu"


def test_progress_is_kept_in_a_file(progress_file):
    check(wrong)
    check(right)
    lines = progress_file.read_text().splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["wrong", "passed"]


def test_a_crash_while_writing_costs_one_line(progress_file):
    check(right)
    with open(progress_file, "a") as file:
        file.write('{"exercise": "sigmoid", "sta')  # the process died here
    check(sigmoid=reference("sigmoid").reference)
    states = {s.exercise.name: s.state for s in board.standings()}
    assert states["relu"] == "passed"
    assert states["sigmoid"] == "passed"


def test_a_damaged_file_is_no_obstacle(progress_file):
    progress_file.write_bytes(b"\xff\xfe\x00garbage\n[1, 2]\n{}\n")
    check(right)
    assert board.attempts("relu") == 1


GOOD = '{"exercise": "relu", "state": "wrong"}\n'
PASSED = '{"exercise": "relu", "state": "passed"}\n'


@pytest.mark.parametrize(
    "data",
    [
        ("\ufeff" + GOOD + PASSED).encode(),
        (GOOD + PASSED).encode("utf-16"),
        (GOOD + PASSED).encode("utf-16-be"),
        b"\xff\xfe\x00rubbish\n" + (GOOD + PASSED).encode(),
        ('{"exercise": "re' + GOOD + PASSED).encode(),
        (GOOD + PASSED[:-1]).encode(),
        (GOOD.replace("\n", "\r\n") + PASSED).encode(),
        b"\0" * 512 + (GOOD + PASSED).encode(),
        *(
            (GOOD + line + "\n" + PASSED).encode()
            for line in (
                '{"exercise":"relu","state":["x"]}', '{"exercise":["relu"],"state":"wrong"}',
                '{"exercise":{},"state":null}',
                '{"exercise":"relu","state":3}', "null", '"x"', "[" * 9999,
                '{"exercise": "relu", "state": "wrong", "more": Infinity', "Größe ≤ 3",
            )
        ),
    ],
)  # fmt: skip
def test_no_good_line_is_lost_and_no_bad_one_counts(progress_file, data):
    progress_file.write_bytes(data)
    for attempts in (2, 3):
        assert (board.attempts("relu"), board.standings("00")[0].state) == (attempts, "passed")
        progress("00")
        board.record("relu", "wrong")
    assert board.attempts("relu") == 4


def test_a_folder_in_the_place_of_the_file_is_said(progress_file, capsys):
    progress_file.mkdir()
    assert check(right) is right
    assert "could not be saved" in capsys.readouterr().out
    assert board.attempts("relu") == 1


@pytest.mark.parametrize(
    ("variable", "value", "place"),
    [
        ("COURSE_STATE", ".mystate", ".mystate/progress.jsonl"),
        ("COURSE_STATE", "~nobody-here/x", "~nobody-here/x/progress.jsonl"),
        ("COURSE_PROGRESS", "mine/log.jsonl", "mine/log.jsonl"),
    ],
)
def test_a_relative_place_is_the_same_from_every_folder(
    monkeypatch, tmp_path, variable, value, place
):
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    monkeypatch.setenv(variable, value)
    found = set()
    for folder in (tmp_path, course_root() / "notebooks"):
        monkeypatch.chdir(folder)
        found.add(board.progress_file())
    assert found == {course_root() / place}


def test_a_second_log_is_taken_over_once(progress_file, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text(GOOD + GOOD + PASSED + "{half")
    board.record("relu", "wrong")
    assert board.adopt(other) == (2, None)
    assert board.adopt(other) == (0, None)
    assert (board.attempts("relu"), board.standings("00")[0].state) == (3, "passed")
    assert board.adopt(tmp_path / "none.jsonl") == (0, None)


def test_an_unwritable_place_is_said_and_forgiven(tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("COURSE_PROGRESS", str(blocked / "progress.jsonl"))
    assert check(right) is right
    assert "could not be saved" in capsys.readouterr().out
