"""A class in which some mean harm and some are unlucky: nobody else is touched, nobody is lost."""

import csv
import json
import os
import re
import stat
import subprocess
import sys
import time
import zipfile

import pytest
from click.testing import CliRunner

from course_utils import cli
from course_utils.checking import reference
from course_utils.grading import feedback, grade, guard, run, sandbox
from course_utils.grading.inside import locks, wire
from course_utils.grading.names import file_names, of_platform
from course_utils.grading.reading import Unreadable, parse
from course_utils.grading.result import Result
from course_utils.grading.roster import not_among, read_roster
from course_utils.grading.student import StudentResult
from submissions import NUMPY, as_bytes, edition, write

RIGHT = "def relu(x):\n    return np.maximum(x, 0)"
ABS = "def relu(x):\n    return np.abs(x)"
LEVELS = [sandbox.Sandbox(sandbox.SUBPROCESS, "for a test")]
if sandbox.probe().level == sandbox.BUBBLEWRAP:
    LEVELS.append(sandbox.probe())
each_level = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.level)


@pytest.fixture
def course():
    def invoke(*args):
        return CliRunner().invoke(cli.main, ["grade", *map(str, args)], prog_name="course")

    return invoke


def rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def points_of(folder, **settings):
    done = run.grade_class([folder], number="00", **settings)
    return {s.student: s.points for s in done.students}


# ------------------------------------------------------------------------ against other students
PIPES = """def relu(x):
    import os, stat, fcntl
    for fd in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(fd).st_mode):
                os.set_blocking(fd, False); fcntl.fcntl(fd, 1031, 4096)
        except OSError: pass
    return np.maximum(x, 0)"""
SOCKETS = """def relu(x):
    import os, fcntl
    for fd in range(3, 1024):
        try:
            os.set_blocking(fd, True); os.write(fd, b"x" * 100); os.close(fd)
        except OSError: pass
    return np.maximum(x, 0)"""


@each_level
@pytest.mark.parametrize("attack", [PIPES, SOCKETS])
def test_the_next_students_are_graded_as_without_it(level, attack, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "probe", lambda required=False: level)
    files = {f"s{i}.ipynb": edition("03", solved=True) for i in range(2, 5)}
    write(tmp_path, {"s1.ipynb": as_bytes(NUMPY, attack), **files})
    done = run.grade_class([tmp_path], jobs=1)
    assert [s.points == s.max_points for s in done.students[1:]] == [True] * 3
    assert not done.has_grader_error


def attempt(call):
    """An answer that says by its points whether the call was refused."""
    return f"""def relu(x):
    import os, fcntl, ctypes, signal, socket
    try:
        {call}
    except (PermissionError, OSError):
        return np.maximum(x, 0)
    return x"""


TOUCHING = {
    "chmod": "os.chmod({VICTIM!r}, 0)",
    "chmod from a folder": (
        "os.chmod('z1.ipynb', 0, dir_fd=os.open(os.path.dirname({VICTIM!r}), 0))"
    ),
    "chown": "os.chown({VICTIM!r}, 0, 0)",
    "utime": "os.utime({VICTIM!r}, (1, 1))",
    "setxattr": "os.setxattr({VICTIM!r}, 'user.x', b'1')",
    "removexattr": "os.removexattr({VICTIM!r}, 'user.x')",
    "rename": "os.rename({VICTIM!r}, {VICTIM!r} + '2')",
    "unlink": "os.unlink({VICTIM!r})",
    "link": "os.link({VICTIM!r}, {VICTIM!r} + '2')",
    "truncate": "os.truncate({VICTIM!r}, 0)",
    "write": "open({VICTIM!r}, 'r+').close()",
    "append": "open({VICTIM!r}, 'a').close()",
    "a new file": "os.open({VICTIM!r} + '2', os.O_CREAT)",
    "a folder": "os.mkdir({VICTIM!r} + '2')",
    "chmod of a device": "os.chmod('/dev/null', 0o667)",
    "an owner for signals": "fcntl.fcntl(os.pipe()[0], 8, os.getppid())",
    "a signal of one's choice": "fcntl.fcntl(os.pipe()[0], 10, 9)",
    "a lease": "fcntl.fcntl(os.open('/dev/null', os.O_RDONLY), 1024, 0)",
    "FIOSETOWN": "fcntl.ioctl(os.pipe()[0], 0x8901, (1).to_bytes(4, 'little'))",
    "the name of the machine": "socket.sethostname('x')",
    "all of the disk": "ctypes.CDLL(None).syscall(306, 0) == -1 and os.open('/nowhere', 0)",
}


@each_level
@pytest.mark.parametrize("name", TOUCHING)
def test_files_and_processes_of_others_stay_as_they_are(level, name, tmp_path, monkeypatch):
    victim = tmp_path / "class" / "z1.ipynb"
    write(tmp_path / "class", {"z1.ipynb": as_bytes(NUMPY, RIGHT)})
    call = TOUCHING[name].replace("{VICTIM!r}", repr(str(victim)))
    write(tmp_path / "class", {"a.ipynb": as_bytes(NUMPY, attempt(call))})
    before, device = victim.stat(), os.stat("/dev/null")
    monkeypatch.setattr(run, "probe", lambda required=False: level)
    assert points_of(tmp_path / "class", jobs=1) == {"a": 1, "z1": 1}
    after = victim.stat()
    assert (after.st_mode, after.st_mtime, after.st_size) == (
        before.st_mode, before.st_mtime, before.st_size,
    )  # fmt: skip
    assert stat.S_IMODE(os.stat("/dev/null").st_mode) == stat.S_IMODE(device.st_mode)


@pytest.mark.skipif(sys.platform != "linux", reason="the locks are those of Linux")
@pytest.mark.parametrize(
    "call", ["chmod", "chmod from a folder", "rename", "write", "a new file", "link"]
)
def test_the_refusals_do_not_need_landlock(call, tmp_path):
    victim = tmp_path / "z1.ipynb"
    victim.write_text("x")
    code = f"""
import sys; sys.path.insert(0, {os.path.dirname(locks.__file__)!r})
import locks, os
assert locks.close_system()
try:
    {TOUCHING[call].replace("{VICTIM!r}", repr(str(victim)))}
    print("allowed")
except PermissionError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "refused", done.stderr


def test_without_landlock_it_is_said(course, tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "landlock_version", lambda: 0)
    weak = sandbox._weaker("no bwrap here")
    monkeypatch.setattr(sandbox, "_probe", lambda: weak)
    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes(RIGHT)})
    done = course(tmp_path / "class", "-o", tmp_path / "out")
    assert "no Landlock, so an answer can read the files" in done.output
    assert "no Landlock" in json.loads((tmp_path / "out/results/a.json").read_text())["sandbox"]


def test_a_crash_is_tried_again_in_a_fresh_worker(monkeypatch):
    with grade.Grader(sandbox.probe(), 1) as grader:
        worker = grader._worker(("numpy",))
        asked, ask = [], worker.ask

        def once_broken(request, limits):
            asked.append(worker._process)
            if len(asked) == 1:
                worker.close()
                return grade.Reply(b"", 1, False, 0.0)
            return ask(request, limits)

        monkeypatch.setattr(worker, "ask", once_broken)
        assert grader.grade(parse(as_bytes(NUMPY, RIGHT)), "00")[0].points == 1
        assert len(asked) == 2


def test_a_worker_that_has_seen_a_crash_is_not_used_again():
    with grade.Grader(sandbox.probe(), 1) as grader:
        worker = grader._worker(("numpy",))
        assert grader.grade(parse(as_bytes(NUMPY, RIGHT)), "00")[0].points == 1
        assert worker._process is not None
        crash = "def relu(x):\n    import os\n    os._exit(7)"
        assert grader.grade(parse(as_bytes(crash)), "00")[0].state == "crashed"
        assert worker._process is None


# ---------------------------------------------------------------------------------- what is sent
def forged(header, blobs=b""):
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + blobs


def test_a_blob_is_used_once():
    data = wire.pack(__import__("numpy").ones(1000))[8:]
    size = int.from_bytes(data[:8], "little")
    blob = data[8 + size :]
    many = {"value": {"list": [{"array": 0}] * 60}, "blobs": [len(blob)]}
    with pytest.raises(wire.WireError, match="there already"):
        wire.unpack_answer(forged(many, blob))


@pytest.mark.parametrize(
    "value",
    [
        {"list": [1] * 100_000},
        {"list": [{"list": [1] * 1000}] * 1000},
        {"dict": [[i, 1] for i in range(50_000)]},
        {"tuple": [{"list": []}] * 100_000},
    ],
)
def test_too_many_values_are_refused_before_they_are_made(value):
    with pytest.raises(wire.WireError, match="too many values"):
        wire.unpack_answer(forged({"value": value, "blobs": []}))


@pytest.mark.parametrize(
    "returned",
    ["tuple(range(1_000_000))", "list(range(50_000))", "'x' * 10 ** 7", "[[1] * 300] * 300",
     "dict.fromkeys(range(50_000))", "(x.tolist(),) * 30_000"],
)  # fmt: skip
def test_a_large_honest_value_is_wrong_and_quick(returned):
    with grade.Grader(sandbox.probe(), 1) as grader:
        started = time.monotonic()
        (result,) = grader.grade(parse(as_bytes(f"def relu(x):\n    return {returned}")), "00")
    assert result.state == "wrong", result.sentence
    assert time.monotonic() - started < 60


# --------------------------------------------------------------------------------- what is read
STONES = {
    "sum": as_bytes("y = " + " + ".join(["1"] * 500), ABS),
    "calls": as_bytes("y = a" + ".b()" * 250, ABS),
    "needed sum": as_bytes("y = " + " + ".join(["1"] * 5000), "def relu(x):\n    return x * y"),
    "elif": as_bytes("if a:\n    1\n" + "elif a:\n    1\n" * 490, ABS),
    "surrogate": as_bytes('def relu(x):\n    raise ValueError("\\ud800")'),
    "surrogate in a note": as_bytes('k = int("\\ud800")', "def relu(x):\n    return k"),
    "surrogate signature": as_bytes("import inspect", f"{ABS}\nrelu.__signature__ = '\\ud800'"),
    "surrogate in the source": b'{"cells": [{"cell_type": "code", "source": "x = 1 # \\ud800"}]}',
    "magics": as_bytes("!echo hello\n" * 501, "x?\n" * 501, "x =%'''", ABS),
    "format 3": b'{"worksheets": [{"cells": 5}]}',
    "no sheets": b'{"worksheets": [5, {"cells": {"a": 1}}, null]}',
    "deep JSON": b"[" * 200_000,
    "null cells": b'{"cells": [null, 5, {"cell_type": ["code"]}]}',
    "nothing": b"",
    "latin": '{"cells": "é"}'.encode("latin-1"),
    "escape": as_bytes('def relu(x):\n    raise ValueError("\\x1b[2K\\n::error::gotcha")'),
    "語" * 60: as_bytes(ABS),
    "é" * 120: as_bytes(ABS),
    "ada\u200b": as_bytes(ABS),
    "\u202eevil": as_bytes(ABS),
}


def test_no_file_stops_a_class(course, tmp_path):
    files = {f"{name}.ipynb": data for name, data in STONES.items()}
    files |= {"aaa.ipynb": as_bytes(NUMPY, RIGHT), "zzz.ipynb": as_bytes(NUMPY, RIGHT)}
    write(tmp_path / "class", files)
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    assert done.exit_code == 0, done.output
    by_name = {row["student"]: row for row in rows(tmp_path / "out/grades.csv")}
    assert len(by_name) == len(files)
    assert (by_name["aaa"]["points"], by_name["zzz"]["points"]) == ("1", "1")
    assert sum(int(row["points"]) for row in by_name.values()) == 2
    assert "grader error" not in {row["state"] for row in by_name.values()}
    assert "ada<U+200B>" in by_name
    assert "\x1b" not in done.output
    assert not re.search(r"^\s*::error::", done.output, re.MULTILINE)
    for path in (tmp_path / "out").rglob("*"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert "\x1b" not in text
        assert not re.search(r"^\s*::\w+::", text, re.MULTILINE)


def broken_at(stage_seconds, action):
    """A `parse` that goes wrong for one student, in the process that grades."""
    right = parse

    def broken(data):
        if b"stone" in data:
            action()
        return right(data)

    return broken


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (lambda: time.sleep(60), "took too long"),
        (lambda: os.kill(os.getpid(), 11), "SIGSEGV"),
        (lambda: os._exit(3), "ended by itself"),
        (lambda: int("no number"), "ValueError"),
    ],
    ids=["slow", "a signal", "an exit", "an error"],
)
def test_reading_that_goes_wrong_costs_one_student(action, said, tmp_path, monkeypatch):
    monkeypatch.setattr("course_utils.grading.reading.parse", broken_at(0.5, action))
    monkeypatch.setattr("course_utils.grading.student.READ_SECONDS", 0.7)
    files = {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes("stone = 1", RIGHT)}
    write(tmp_path, {**files, "c.ipynb": as_bytes(RIGHT)})
    done = run.grade_class([tmp_path], number="00", jobs=1)
    assert {s.student: s.points for s in done.students} == {"a": 1, "b": 0, "c": 1}
    (remark,) = done.students[1].remarks
    assert "b.ipynb" in remark
    assert said in remark


def test_an_exercise_that_kills_the_grader_costs_itself_only(tmp_path, monkeypatch):
    judged = grade.judged

    def broken(key, reply):
        if key.exercise.name == "rotate180":
            os.abort()
        return judged(key, reply)

    monkeypatch.setattr(grade, "judged", broken)
    write(tmp_path, {"a.ipynb": edition("04", solved=True)})
    (student,) = run.grade_class([tmp_path], jobs=1).students
    states = {r.exercise: r.state for r in student.results}
    assert states.pop("rotate180") == "crashed"
    assert set(states.values()) == {"full"}


def test_who_cannot_be_graded_at_all_has_a_row(tmp_path, monkeypatch):
    def broken(*args):
        raise KeyError("ours")

    monkeypatch.setattr(guard, "grade_student", broken)
    write(tmp_path, {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes(RIGHT)})
    done = run.grade_class([tmp_path], tmp_path / "out", jobs=2)
    assert len(done.students) == 2
    assert done.has_grader_error
    assert "KeyError" in done.students[0].remarks[0]


def test_too_much_code_is_refused_in_words():
    with pytest.raises(Unreadable, match="characters"):
        parse(as_bytes(*["x = 1\n" * 20_000] * 40))


# -------------------------------------------------------------------------------------- records
def test_pages_for_students_do_not_tell_the_seed(course, tmp_path):
    write(tmp_path / "class", {"a.ipynb": as_bytes(ABS), "b.ipynb": as_bytes(ABS)})
    course(tmp_path / "class", "-o", tmp_path / "out", "--seed", 123456)
    for path in (tmp_path / "out/feedback").iterdir():
        assert "123456" not in path.read_text()
    alone = course(tmp_path / "class/a.ipynb", "--seed", 123456)
    assert "123456" not in alone.output


@pytest.mark.parametrize(
    "leak",
    ["raise ValueError(x.tolist())", "raise ValueError(str(x))", "{}[str(x.tolist())]",
     "int(str(x.tolist()))", "assert False, x.tolist()"],
)  # fmt: skip
def test_hidden_inputs_do_not_come_out_with_an_error(leak):
    with grade.Grader(sandbox.probe(), seed=5) as grader:
        answer = f"def relu(x):\n    if x.size > 3:\n        {leak}\n    return np.maximum(x, 0)"
        (result,) = grader.grade(parse(as_bytes(NUMPY, answer)), "00")
        drawn = [c.args[0] for c in grader.key(reference("relu")).cases]
    numbers = {f"{abs(v)!r}"[:5] for array in drawn for v in array.ravel().tolist() if v != int(v)}
    assert numbers
    assert not any(number in result.sentence for number in numbers), result.sentence


def test_a_shape_in_an_error_stays():
    with grade.Grader(sandbox.probe(), seed=5) as grader:
        text = "def relu(x):\n    return np.ones((3, 7)) @ np.ones((5, 2))"
        (result,) = grader.grade(parse(as_bytes(NUMPY, text)), "00")
    assert "7" in result.sentence
    assert "5" in result.sentence


def test_moodle_gets_the_points_of_one_notebook(course, tmp_path):
    mine = {"Eve Smith_222_assignsubmission_file/04.ipynb": edition("04"),
            "Ada Love_111_assignsubmission_file/04.ipynb": edition("04", solved=True)}  # fmt: skip
    for number in ("00", "03"):
        name = f"Eve Smith_222_assignsubmission_file/{number}.ipynb"
        mine[name] = edition(number, solved=True)
    write(tmp_path / "class", mine)
    course(tmp_path / "class", "-o", tmp_path / "one", "--notebook", "04")
    grades = {r["Identifier"]: r["Grade"] for r in rows(tmp_path / "one/moodle.csv")}
    assert grades == {"Participant 111": "13", "Participant 222": "0"}
    course(tmp_path / "class", "-o", tmp_path / "all")
    assert not (tmp_path / "all/moodle.csv").exists()
    grades = {r["Identifier"]: r["Grade"] for r in rows(tmp_path / "all/moodle_04.csv")}
    assert grades == {"Participant 111": "13", "Participant 222": "0"}


def test_an_id_comes_from_the_platforms_part_of_a_name_only(course, tmp_path):
    forged = "Eve Smith_222_assignsubmission_file_x_111_assignsubmission_file_y"
    assert of_platform(forged)[0] == "Eve Smith_222"
    write(tmp_path / "class", {
        f"{forged}.ipynb": as_bytes(ABS),
        "Ada Love_111_assignsubmission_file_04.ipynb": as_bytes(RIGHT),
        "Ada Love_111.ipynb": as_bytes(ABS),
    })  # fmt: skip
    course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    grades = [(r["Identifier"], r["Grade"]) for r in rows(tmp_path / "out/moodle.csv")]
    assert sorted(grades) == [("", "0"), ("Participant 111", "1"), ("Participant 222", "0")]


def test_names_that_look_alike_are_two_students_and_said(course, tmp_path):
    write(tmp_path / "class", {
        "ada.ipynb": as_bytes(RIGHT), "ada\u200b.ipynb": as_bytes(ABS), "ADA.ipynb": as_bytes(ABS),
        "Zoe\u0308.ipynb": as_bytes(RIGHT), "Zo\u00eb.ipynb": as_bytes(ABS),
    })  # fmt: skip
    course(tmp_path / "class", "-o", tmp_path / "out")
    grades = {r["student"]: r["points"] for r in rows(tmp_path / "out/grades.csv")}
    assert len(grades) == 5
    assert grades["ada"] == grades["Zoe\u0308"] == "1"
    saved = {json.loads(p.read_text())["student"]: p for p in (tmp_path / "out/results").iterdir()}
    for student in grades:
        assert "looks the same" in json.loads(saved[student].read_text())["remarks"][0]


def test_files_of_students_never_meet():
    students = [
        "Ada Love",
        "Ada_Love-33cd7e",
        "Ada_Love",
        "a" * 500,
        "a" * 501,
        "語" * 85,
        "ada",
        "ADA",
    ]
    names = file_names(students)
    assert len({n.casefold() for n in names.values()}) == len(students)
    assert all(len(f".{name}.json.half".encode()) < 255 for name in names.values())
    later = file_names([*students, "Ada"], names)
    assert later.items() >= names.items()


def test_a_newcomer_does_not_move_the_files_of_others(course, tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out")
    write(tmp_path / "class", {"ADA.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out", "--resume")
    assert len(list((tmp_path / "out/results").iterdir())) == 3


@pytest.mark.parametrize("name", ["grades.csv", "report.html", "results", "moodle.csv"])
def test_what_the_grader_did_not_write_is_not_overwritten(course, tmp_path, name):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT)})
    write(tmp_path / "out", {f"{name}/x" if name == "results" else name: b"mine"})
    done = course(tmp_path / "class", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert f"holds {name}" in done.stderr


@pytest.mark.parametrize("text", ["[1]", "7", '{"seed": "x"}', '{"seed": 1, "files": []}', "{"])
def test_a_run_that_is_none_is_not_resumed(course, tmp_path, text):
    write(tmp_path, {"class/a.ipynb": as_bytes(RIGHT), "out/run.json": text.encode()})
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--resume")
    assert done.exit_code == 1
    assert "no run to resume" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["[]", '{"results": 3}', '{"student": "a", "results": [{}]}', ""])
def test_a_damaged_result_is_made_anew(course, tmp_path, text):
    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out")
    (tmp_path / "out/results/a.json").write_text(text)
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--resume")
    assert done.exit_code == 0, done.output
    assert rows(tmp_path / "out/grades.csv")[0]["points"] == "1"


def test_another_notebook_is_not_mixed_into_a_run(course, tmp_path):
    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT)})
    course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    done = course(tmp_path / "class", "-o", tmp_path / "out", "--resume", "--notebook", "03")
    assert done.exit_code == 1
    assert "was of notebook 00, not of 03" in done.stderr


def test_leftovers_of_killed_processes_are_swept_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for number in (gone.pid, os.getpid()):
        (tmp_path / f"course-worker-{number}-abc").mkdir()
    sandbox.sweep()
    assert [p.name for p in tmp_path.iterdir()] == [f"course-worker-{os.getpid()}-abc"]


# ------------------------------------------------------------------------------------- feedback
HTML = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "text",
    [HTML, f"```{HTML}`", f"``{HTML}`", f"`a` {HTML} `b", f"`` ` {HTML}", f"\\`{HTML}`",
     f"`a\\`{HTML}`", f"a\n\n{HTML}\n\n", f"`\n{HTML}\n`", f"````{HTML}```", f"|{HTML}|",
     f"~~~\n{HTML}", f"    {HTML}", f"`x`{HTML}`y`", f"<!--{HTML}-->", f"&lt;{HTML}"],
)  # fmt: skip
def test_markdown_is_as_safe_as_html(text):
    from markdown_it import MarkdownIt

    result = Result("relu", "00", "wrong", 0, 1, sentence=f"It said {text}", mistake=text)
    student = StudentResult(f"eve {text}", (result,), remarks=(f"{text}.ipynb was not graded.",))
    comments = {"": [text], "relu": [text]}
    page = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(feedback.markdown(student, comments))
    )
    assert not re.search(
        r"<(?!/?(h\d|p|ul|li|code|strong|table|thead|tbody|tr|t[hd]|blockquote)\b)", page
    )
    assert not re.search(r"<img|<script|onerror=(?!alert)", feedback.html_page(student, comments))


# ------------------------------------------------------------------- what instructors ask for
def test_everybody_has_a_row_with_the_reason(course, tmp_path):
    write(tmp_path / "class", {
        "ada/00.ipynb": as_bytes(RIGHT), "bob/hw.zip": b"no zip", "cid/x.html": b"<html>",
        "dot/HW.IPYNB": as_bytes(RIGHT), "eve/hw.ipynb.txt": as_bytes(RIGHT), "fay/a.py": b"",
        "fay/b.py": b"", "gus.py": b"x = 1", "hal.zip": b"", "Thumbs.db": b"", "grades.csv": b"",
    })  # fmt: skip
    (tmp_path / "class/ian").mkdir()
    course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    saved = {}
    for path in (tmp_path / "out/results").iterdir():
        data = json.loads(path.read_text())
        saved[data["student"]] = data
    assert set(saved) == {"ada", "bob", "cid", "dot", "eve", "fay", "gus", "hal", "ian"}
    assert {n for n, d in saved.items() if d["points"]} == {"ada", "dot", "eve"}
    for name, said in [("bob", "no zip that can be opened"), ("cid", "no notebook"),
                       ("fay", "a.py, b.py"), ("gus", "no notebook"), ("hal", "no zip"),
                       ("ian", "empty")]:  # fmt: skip
        assert said in saved[name]["remarks"][0], saved[name]["remarks"]
    assert "ian" in (tmp_path / "out/report.html").read_text()
    assert {r["Full name"] for r in rows(tmp_path / "out/moodle.csv")} == set(saved)


def zipped(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_platforms_zip_is_graded_as_it_is(course, tmp_path):
    inner = zipped(tmp_path / "x.zip", {"00_start_here.ipynb": as_bytes(RIGHT)}).read_bytes()
    whole = zipped(tmp_path / "all.zip", {
        "Ada Love_111_assignsubmission_file/00_start_here.ipynb": as_bytes(RIGHT),
        "Bob Ng_222_assignsubmission_file/submission.zip": inner,
        "Cid X_333_assignsubmission_file/a.pdf": b"%PDF",
        "../../evil.ipynb": as_bytes(RIGHT),
        "/etc/evil.ipynb": as_bytes(ABS),
        "__MACOSX/._00.ipynb": b"x",
    })  # fmt: skip
    done = course(whole, "-o", tmp_path / "out", "--notebook", "00")
    assert done.exit_code == 0, done.output
    grades = {r["student"]: r["points"] for r in rows(tmp_path / "out/grades.csv")}
    assert grades.pop("Ada Love_111") == grades.pop("Bob Ng_222") == "1"
    assert grades.pop("Cid X_333") == "0"
    assert set(grades.values()) == {"0"}
    assert not (tmp_path.parent / "evil.ipynb").exists()


def test_a_zip_of_one_student_is_that_student(tmp_path):
    files = {"00_start_here.ipynb": as_bytes(RIGHT), "01_perceptron_to_mlp.ipynb": edition("01")}
    done = run.grade_class([zipped(tmp_path / "ada.zip", files)], jobs=1)
    assert [(s.student, s.points) for s in done.students] == [("ada", 1)]


def test_a_zip_in_a_folder_of_its_own(tmp_path):
    files = {"class/ada.ipynb": as_bytes(RIGHT), "class/bob/00.ipynb": as_bytes(RIGHT)}
    assert points_of(zipped(tmp_path / "class.zip", files)) == {"ada": 1, "bob": 1}


def test_a_bomb_is_refused(tmp_path):
    bomb = zipped(tmp_path / "class/bomb.zip", {"a.ipynb": bytes(300 << 20)})
    zipped(tmp_path / "class/many.zip", {f"{i}.ipynb": b"" for i in range(50_001)})
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT)})
    assert bomb.stat().st_size < 1 << 20
    done = run.grade_class([tmp_path / "class"], number="00", jobs=1)
    remarks = {s.student: s.remarks for s in done.students}
    assert "up to 200 MB" in remarks["bomb"][0]
    assert "more than 50,000 files" in remarks["many"][0]
    assert points_of(tmp_path / "class")["ada"] == 1


def test_folders_given_one_by_one_are_a_class(course, tmp_path):
    for name in ("ada", "bob"):
        write(tmp_path / "subs" / name, {"00_start_here.ipynb": as_bytes(RIGHT)})
    write(tmp_path / "subs/cid", {"mine.ipynb": as_bytes(ABS)})
    (tmp_path / "subs/dot").mkdir()
    done = run.grade_class(sorted((tmp_path / "subs").iterdir()), number="00", jobs=1)
    assert {s.student: s.points for s in done.students} == {"ada": 1, "bob": 1, "cid": 0, "dot": 0}
    assert points_of(tmp_path / "subs") == {"ada": 1, "bob": 1, "cid": 0, "dot": 0}


def test_a_link_to_the_class_is_the_class(tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(RIGHT)})
    (tmp_path / "link").symlink_to(tmp_path / "class")
    assert points_of(tmp_path / "link") == {"ada": 1, "bob": 1}


@pytest.mark.parametrize(
    "text",
    ["ada\nbob\nEve Unseen\n",
     'Student,ID,SIS Login ID\n    Points Possible,,\n"Love, Ada",1,a\nBob,2,b\nEve Unseen,9,e\n',
     "Identifier,Full name\nParticipant 1,ada\nParticipant 2,Bob\nParticipant 9,Eve Unseen\n"],
)  # fmt: skip
def test_who_handed_in_nothing_has_a_row(course, tmp_path, text):
    (tmp_path / "class.txt").write_text("\ufeff" + text, encoding="utf-8")
    write(tmp_path / "class", {"loveada_1_9_00.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(ABS)})
    if "Student" not in text:
        write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT)})
    args = ("--roster", tmp_path / "class.txt", "--notebook", "00")
    done = course(tmp_path / "class", "-o", tmp_path / "out", *args)
    assert done.exit_code == 0, done.output
    missing = [
        r for r in rows(tmp_path / "out/moodle.csv") if "nothing was" in r["Feedback comments"]
    ]
    assert [r["Full name"] for r in missing] == ["Eve Unseen"]
    assert read_roster(tmp_path / "class.txt")
    assert not not_among([("Love, Ada", "")], ["loveada"])


def test_a_roster_that_is_none_is_one_sentence(course, tmp_path):
    write(tmp_path, {"class/a.ipynb": as_bytes(RIGHT), "roster": b"\xff\xfe"})
    done = course(tmp_path / "class", "--roster", tmp_path / "roster")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_lateness_is_a_column_of_its_own(course, tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(RIGHT),
                               "cid_LATE_5_6_00.ipynb": as_bytes(RIGHT)})  # fmt: skip
    at = time.mktime((2027, 1, 31, 18, 0, 0, 0, 0, -1))
    os.utime(tmp_path / "class/ada.ipynb", (at - 60, at - 60))
    os.utime(tmp_path / "class/bob.ipynb", (at + 90_000, at + 90_000))
    os.utime(tmp_path / "class/cid_LATE_5_6_00.ipynb", (at - 60, at - 60))
    args = ("--due", "2027-01-31T18:00", "--late", "10 % a day")
    course(tmp_path / "class", "-o", tmp_path / "out", *args)
    late = {r["student"]: (r["days_late"], r["points"], r["points_left"])
            for r in rows(tmp_path / "out/grades.csv")}  # fmt: skip
    assert late == {"ada": ("0", "1", "1"), "bob": ("2", "1", "0.8"), "cid_5": ("1", "1", "0.9")}


@pytest.mark.parametrize(
    ("args", "said"),
    [(["--due", "tomorrow"], "--due wants a date"),
     (["--due", "2027-01-31", "--late", "a lot"], "--late wants a rule"),
     (["--due", "2027-01-31", "--late", "500 % a day"], "--late wants a rule"),
     (["--late", "10 % a day"], "--late needs --due")],
)  # fmt: skip
def test_a_date_that_is_none_is_one_sentence(course, tmp_path, args, said):
    write(tmp_path, {"a.ipynb": as_bytes(RIGHT)})
    done = course(tmp_path, *args)
    assert done.exit_code != 0
    assert said in done.stderr


def test_comments_by_hand_appear_and_stay(course, tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(ABS)})
    out = tmp_path / "out"
    course(tmp_path / "class", "-o", out)
    assert (out / "comments.csv").read_text() == "student,exercise,comment\n"
    more = 'ada,relu,"Short, and right."\nada,,<b>See me</b>\nzed,,who?\n'
    (out / "comments.csv").write_text("student,exercise,comment\n" + more)
    for _ in range(2):
        done = course(tmp_path / "class", "-o", out, "--resume")
        page = (out / "feedback/ada.html").read_text()
        assert "From your instructor: Short, and right." in page
        assert "From your instructor: &lt;b&gt;See me" in page
        assert "From your instructor" in (out / "feedback/ada.md").read_text()
        assert "'zed' is no student of this run" in done.output
    (out / "comments.csv").write_text("a,b\n1,2\n")
    done = course(tmp_path / "class", "-o", out, "--resume")
    assert done.exit_code == 1
    assert "has to begin with the line student,exercise,comment" in done.stderr


def test_of_copies_with_one_time_the_one_with_more_answers_counts(tmp_path):
    write(tmp_path / "class/ada", {
        "00_start_here.ipynb": edition("00"), "00_start_here (1).ipynb": edition("00", solved=True),
    })  # fmt: skip
    for path in (tmp_path / "class/ada").iterdir():
        os.utime(path, (1000, 1000))
    write(tmp_path / "class", {"bob/00.ipynb": as_bytes(RIGHT)})
    done = run.grade_class([tmp_path / "class"], jobs=1)
    assert {s.student: s.points for s in done.students} == {"ada": 1, "bob": 1}
    assert "has the same time and holds more answers" in done.students[0].remarks[0]


def test_a_full_disk_is_one_sentence(course, tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes(RIGHT)})
    monkeypatch.setattr("course_utils.grading.command.write_whole", full)
    done = course(tmp_path / "class", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1
