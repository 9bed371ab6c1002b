"""Whole runs: what is written, what is shown, what an interruption costs."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from course_utils import cli
from course_utils.checking import reference
from course_utils.checking.judging import judge
from course_utils.grading import command, grade, run, sandbox
from course_utils.grading.session import Reply
from course_utils.grading.student import StudentResult
from course_utils.grading.verdict import from_verdict
from submissions import NUMPY, as_bytes, edition, graded, write

RIGHT = "def relu(x):\n    return np.maximum(x, 0)"
ABS = "def relu(x):\n    return np.abs(x)"
# a shell's background jobs start with Ctrl-C ignored, and so would a test that is run in one
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
GRADE = [sys.executable, "-c", f"{HEARS}; from course_utils.cli import main; main()"]
GRADE += ["grade", "class", "-o", "out", "--jobs", "1"]


@pytest.fixture
def course():
    def invoke(*args):
        return CliRunner().invoke(cli.main, ["grade", *map(str, args)], prog_name="course")

    return invoke


@pytest.fixture
def folder(tmp_path):
    files = {
        "ada.ipynb": as_bytes(NUMPY, RIGHT),
        "bob.ipynb": as_bytes(NUMPY, ABS),
        "cid.ipynb": edition("00"),
        "dot.ipynb": b"",
    }
    return write(tmp_path / "class", files)


def rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


# ---------------------------------------------------------------------------------- what comes out
def test_a_class_is_graded_and_everything_is_written(course, folder, tmp_path):
    done = course(folder, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "ada  " in done.output
    assert "4 students" in done.output
    assert "1 full, 1 wrong, 1 not attempted" in done.output
    out = tmp_path / "out"
    grades = {row["student"]: row for row in rows(out / "grades.csv")}
    assert grades["ada"]["points"] == "1"
    assert grades["bob"]["mistake"] == "negative entries were made positive"
    assert grades["cid"]["state"] == "not attempted"
    assert "empty" in grades["dot"]["mistake"]
    saved = json.loads((out / "results" / "bob.json").read_text())
    assert saved["sandbox"] == str(sandbox.probe())
    assert saved["seed"] == json.loads((out / "run.json").read_text())["seed"]
    assert json.loads(json.dumps(StudentResult.from_dict(saved).as_dict())) == saved
    assert not list(out.rglob("*.half"))


def test_feedback_names_the_mistake_and_hides_the_case(course, folder, tmp_path):
    course(folder, "-o", tmp_path / "out", "--seed", 5)
    for kind in ("md", "html"):
        text = (tmp_path / "out" / "feedback" / f"bob.{kind}").read_text()
        assert "negative entries were made positive" in text
        assert "What should −3 become?" in text
        assert "np.maximum" not in text


@pytest.mark.parametrize("number", ["00", "01", "02", "03", "04", "05", "06", "07", "08"])
def test_feedback_never_shows_numbers_of_a_case(number):
    """Every catalogued mistake of a notebook, and an answer that is off by a little."""
    with grade.Grader(sandbox.probe(), seed=7) as grader:
        for exercise in graded(number):
            key = grader.key(exercise)
            drawn = {f"{v:.6g}" for v in _numbers([c.args for c in key.cases] + key.expected)}
            answers = [row.outcomes for row in key.mistakes]
            for outcomes in [*answers, _off_by_a_little(key)]:
                reply = Reply(b"", 0, False, 0.0)
                result = from_verdict(key, judge(key, outcomes), reply, {})
                shown = set(re.findall(r"-?\d+\.\d{3,}", result.sentence))
                assert not shown & drawn, (exercise.name, result.sentence)


def _numbers(value):
    if isinstance(value, list | tuple):
        return [n for item in value for n in _numbers(item)]
    if isinstance(value, np.ndarray | float) and np.asarray(value).dtype.kind == "f":
        return np.asarray(value, dtype=float).ravel().tolist()
    return []


def _off_by_a_little(key):
    from course_utils.checking.running import run as call

    def answer(*args):
        return _shifted(key.exercise.reference(*args))

    return [call(answer, c, key.exercise.argument_names) for c in key.cases]


def _shifted(value):
    return tuple(map(_shifted, value)) if isinstance(value, tuple) else value + 1


def test_one_student_is_told_everything(course, folder):
    done = course(folder / "bob.ipynb")
    assert "0 of 1 point" in done.output
    assert "It looks like this mistake: negative entries were made positive." in done.output
    assert "Ask yourself: abs(−3) is 3. What should −3 become?" in done.output


def test_the_class_report_counts_mistakes(course, folder, tmp_path):
    write(folder, {"eve.ipynb": as_bytes(NUMPY, ABS)})
    course(folder, "-o", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    assert re.search(r'<td class="n">2</td><td><code>relu</code></td><td>negative entries', page)
    assert "dot.ipynb was not graded" in page
    assert "5 students" in page


def test_names_cannot_break_out(course, tmp_path):
    nasty = '=cmd("x")<script>alert(1)</script>\x1b[2J'
    write(
        tmp_path / "class",
        {f"{nasty.replace('/', '')}.ipynb": as_bytes(RIGHT), "Ümit Şen.ipynb": b""},
    )
    done = course(tmp_path / "class", "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    for path in (tmp_path / "out").rglob("*.html"):
        assert "<script" not in path.read_text()
    assert rows(tmp_path / "out" / "grades.csv")[0]["student"].startswith("'=cmd")
    assert (tmp_path / "out" / "feedback").exists()
    assert all(
        p.parent.name in ("results", "feedback", "out") for p in (tmp_path / "out").rglob("*.*")
    )


def test_names_that_differ_in_case_only_have_files_of_their_own():
    names = run.file_names(["Ada", "ada", "bob", "../../etc", "..", "a/b", "a_b"])
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert names["bob"] == "bob"
    assert all("/" not in name and name.strip(".") for name in names.values())


# ----------------------------------------------------------------------------------------- seeds
def test_a_seed_repeats_a_run_exactly(folder):
    def results(seed):
        done = run.grade_class([folder], seed=seed)
        return [(r.exercise, r.state, r.sentence) for s in done.students for r in s.results]

    assert results(11) == results(11)


def test_a_seed_decides_the_cases():
    exercise = reference("relu")
    keys = [grade.Grader(sandbox.probe(), seed).key(exercise) for seed in (1, 1, 2)]
    drawn = [key.cases[1].args[0] for key in keys]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_runs_without_a_seed_have_fresh_cases(folder):
    assert run.grade_class([folder]).seed != run.grade_class([folder]).seed


# ---------------------------------------------------------------------------------------- resuming
def test_resume_takes_over_what_has_not_changed(course, folder, tmp_path):
    out = tmp_path / "out"
    course(folder, "-o", out)
    seed = json.loads((out / "run.json").read_text())["seed"]
    marked = json.loads((out / "results" / "ada.json").read_text())
    (out / "results" / "ada.json").write_text(json.dumps({**marked, "seconds": 1234.0}))
    (out / "results" / "cid.json").write_text("{ half a file")
    write(folder, {"bob.ipynb": as_bytes(NUMPY, RIGHT), "eve.ipynb": as_bytes(NUMPY, RIGHT)})
    done = course(folder, "-o", out, "--resume")
    assert done.exit_code == 0, done.output
    saved = {p.stem: json.loads(p.read_text()) for p in (out / "results").glob("*.json")}
    assert saved["ada"]["seconds"] == 1234.0  # taken over
    assert saved["bob"]["points"] == 1  # changed, so graded again
    assert saved["cid"]["results"][0]["state"] == "not attempted"
    assert set(saved) == {"ada", "bob", "cid", "dot", "eve"}
    assert {saved[name]["seed"] for name in ("ada", "cid", "dot", "eve")} == {seed}
    assert saved["bob"]["seed"] != seed  # who hands in another file meets other cases


def test_an_earlier_run_is_not_overwritten(course, folder, tmp_path):
    course(folder, "-o", tmp_path / "out")
    before = (tmp_path / "out" / "run.json").read_text()
    done = course(folder, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "--resume continues it" in done.output
    assert (tmp_path / "out" / "run.json").read_text() == before


def test_killing_a_run_loses_the_submission_in_hand_at_most(tmp_path):
    slow = "import time\ndef relu(x):\n    time.sleep(0.03)\n    return np.maximum(x, 0)"
    write(tmp_path / "class", {f"s{i:02d}.ipynb": as_bytes(NUMPY, slow) for i in range(30)})
    out = tmp_path / "out"
    command_line = [
        sys.executable,
        "-m",
        "course_utils.cli",
        "grade",
        "class",
        "-o",
        "out",
        "--jobs",
        "1",
    ]
    code = "from course_utils.cli import main; main()"
    command_line[1:3] = ["-c", code]
    process = subprocess.Popen(command_line, cwd=tmp_path, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list((out / "results").glob("s*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = sorted(p.stem for p in (out / "results").glob("s*.json"))
    assert 3 <= len(done) < 30
    assert all(json.loads((out / "results" / f"{n}.json").read_text())["points"] == 1 for n in done)
    finished = run.grade_class([tmp_path / "class"], out, resume=True)
    assert len(finished.students) == 30
    assert all(s.points == 1 for s in finished.students)


def test_control_c_writes_what_there_is(tmp_path):
    slow = "import time\ndef relu(x):\n    time.sleep(0.03)\n    return np.maximum(x, 0)"
    write(tmp_path / "class", {f"s{i:02d}.ipynb": as_bytes(NUMPY, slow) for i in range(30)})
    process = subprocess.Popen(
        GRADE, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out/results").glob("s*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume goes on" in said
    assert "Traceback" not in errors
    assert 1 <= len(rows(tmp_path / "out" / "grades.csv")) < 30


# ------------------------------------------------------------------------------ errors of the user
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere"], "there is no file or folder nowhere"),
        (["."], "no notebook"),
        ([".", "--resume"], "-o FOLDER"),
        ([".", "--notebook", "99"], "numbered '99'"),
        ([".", "-o", "out", "--resume"], "no run to resume"),
        ([".", "--jobs", "0"], "jobs"),
    ],
)
def test_a_mistake_of_the_user_is_one_sentence(course, tmp_path, monkeypatch, args, said):
    monkeypatch.chdir(tmp_path)
    if {"--notebook", "--resume"} & set(args):
        write(tmp_path, {"a.ipynb": as_bytes(RIGHT)})
    done = course(*args)
    assert done.exit_code != 0
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_results_that_cannot_be_written_are_one_sentence(course, folder, tmp_path):
    (tmp_path / "out").write_text("a file")
    done = course(folder, "-o", tmp_path / "out" / "deeper")
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


# --------------------------------------------------------------------------- our own errors
def test_our_own_failure_is_retried_named_and_in_the_exit_status(
    course, folder, tmp_path, monkeypatch
):
    tried = tmp_path / "tried"

    def broken(key, reply):
        with open(tried, "a") as file:
            file.write("x")
        raise RuntimeError("the judge is ill")

    monkeypatch.setattr(grade, "judged", broken)
    done = course(folder / "ada.ipynb", "-o", tmp_path / "out")
    assert done.exit_code == command.GRADER_FAILED
    assert tried.read_text() == "xx"
    (row,) = rows(tmp_path / "out" / "grades.csv")
    assert row["state"] == "grader error"
    monkeypatch.undo()
    again = course(folder / "ada.ipynb", "-o", tmp_path / "out", "--resume")
    assert again.exit_code == 0
    assert rows(tmp_path / "out" / "grades.csv")[0]["state"] == "full"


def test_a_worker_that_dies_is_replaced(folder):
    with grade.Grader(sandbox.probe(), 3) as grader:
        worker = grader._worker(("numpy",))
        notebook = grade_bytes((folder / "ada.ipynb").read_bytes())
        assert grader.grade(notebook)[0].state == "full"
        worker._process.kill()
        assert grader.grade(notebook)[0].state == "full"


def grade_bytes(data):
    from course_utils.grading.reading import parse

    return parse(data)


# --------------------------------------------------------------------------------------- sandboxes
def test_a_sandbox_can_be_demanded(course, folder, monkeypatch):
    monkeypatch.setattr(
        sandbox, "_probe", lambda: sandbox.Sandbox(sandbox.SUBPROCESS, "bwrap is not installed")
    )
    done = course(folder, "--require-sandbox")
    assert done.exit_code == 1
    assert "no sandbox here: bwrap is not installed" in done.stderr
    without = course(folder)
    assert without.exit_code == 0
    assert "subprocess (bwrap is not installed)" in without.output


def test_a_bwrap_that_does_not_work_is_found_out(tmp_path, monkeypatch):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox._probe.cache_clear()
    try:
        assert "uid map: Permission denied" in str(sandbox.probe())
    finally:
        monkeypatch.undo()
        sandbox._probe.cache_clear()


def test_only_the_allowed_packages_are_there():
    names = {place.name for place in sandbox.package_places(("numpy",))}
    assert "numpy" in names
    assert not {n for n in names if n.startswith(("scipy", "torch", "course", "matplotlib"))}


def test_a_package_brings_what_it_requires():
    names = {place.name for place in sandbox.package_places(("torch",))}
    assert {"torch", "sympy", "typing_extensions.py"} <= names
    assert "torchvision" not in names


def test_windows_is_told_what_to_do(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(Exception, match="inside WSL"):
        sandbox.probe()
