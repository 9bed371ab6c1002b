"""Against other students: an answer that reaches for them, and what a process may send."""

import json
import os
import stat
import subprocess
import sys
import time

import pytest
from class_helpers import LEVELS, RIGHT, points_of
from class_helpers import grade as course_grade

from course_utils.grading import grade, run, sandbox
from course_utils.grading.inside import locks, wire
from course_utils.grading.reading import parse
from submissions import NUMPY, as_bytes, edition, write

each_level = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.level)


@pytest.fixture
def course():
    return course_grade


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
    assert [s.points - s.bonus == s.max_points for s in done.students[1:]] == [True] * 3
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
