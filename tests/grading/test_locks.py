"""Each wall by itself, with the others down: what one of them stops, it must stop alone."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from course_utils.grading import sandbox, session
from course_utils.grading.inside import wire

INSIDE = os.path.dirname(wire.__file__)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the locks are those of Linux")


def run(code, *, lock=""):
    """The last line that a fresh Python prints after giving something up."""
    start = f"import sys; sys.path.insert(0, {INSIDE!r})\nimport locks, os, socket\n{lock}\n"
    done = subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(code)], capture_output=True, text=True
    )
    return (done.stdout.strip() or done.stderr.strip()).splitlines()[-1]


SYSTEM_CALLS = {
    "a process": "os.fork()",
    "another program": "os.execv('/bin/true', ['true'])",
    "a socket": "socket.socket()",
    "a pair of sockets": "socket.socketpair()",
    "a signal to another": "os.kill(os.getppid(), 0)",
    "a signal to a group": "os.killpg(os.getppid(), 0)",
    "processors of another": "os.sched_setaffinity(os.getppid(), {0})",
    "priority of another": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 5)",
    "a file in memory": "os.memfd_create('x')",
}


@pytest.mark.parametrize("name", SYSTEM_CALLS)
def test_system_calls_are_refused(name):
    code = f"""
    try:
        {SYSTEM_CALLS[name]}
        print('allowed')
    except PermissionError:
        print('refused')
    """
    assert run(code, lock="assert locks.close_system()") == "refused"


def test_what_an_answer_needs_is_allowed():
    code = """
    import threading, tempfile, numpy as np
    t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()
    assert np.linalg.inv(np.eye(50)).sum() == 50
    open('/dev/null').read(); os.urandom(3); os.getpid(); os.listdir('/usr')
    print('allowed')
    """
    assert run(code, lock="assert locks.close_system()") == "allowed"


def test_files_outside_are_closed(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "inside.txt").write_text("inside")
    (tmp_path / "outside.txt").write_text("outside")
    lock = f"assert locks.close_files([{str(tmp_path / 'open')!r}, '/usr/lib'])"
    code = f"""
    def tried(action):
        try:
            return action() or 'allowed'
        except PermissionError:
            return 'refused'
    base = {str(tmp_path)!r}
    print(
        tried(lambda: open(base + '/open/inside.txt').read()),
        tried(lambda: open(base + '/outside.txt').read()),
        tried(lambda: os.listdir(base)),
        tried(lambda: open(base + '/open/new.txt', 'w').close()),
        tried(lambda: os.remove(base + '/open/inside.txt')),
        tried(lambda: os.mkdir(base + '/open/folder')),
        tried(lambda: os.rename(base + '/outside.txt', base + '/open/outside.txt')),
        tried(lambda: os.symlink(base, base + '/open/link')),
    )
    """
    expected = "inside refused refused refused refused refused refused refused"
    assert run(code, lock=lock) == expected
    assert (tmp_path / "open" / "inside.txt").exists()


def test_the_memory_of_a_process_can_be_hidden():
    code = """
    child = os.fork()
    if child == 0:
        import time; time.sleep(5)
    try:
        os.setuid(65534) if os.getuid() == 0 else None
        open(f'/proc/{child}/mem', 'rb')
        print('allowed')
    except PermissionError:
        print('refused')
    """
    assert run(code, lock="locks.hide_memory()") == "refused"


def test_the_sandbox_shows_nothing_of_the_course():
    if sandbox.probe().level != sandbox.BUBBLEWRAP:
        pytest.skip(f"bubblewrap does not work here: {sandbox.probe().missing}")
    made = sandbox.launch(sandbox.probe(), ("numpy",))
    head = made.command[: made.command.index("-E")]
    code = (
        "import os\nfound = [os.path.join(p, n) for p, _, names in os.walk('/') for n in names]\n"
        "print(sum('course_utils' in f or 'built.json' in f for f in found), len(found) > 500,"
        " [f for f in found if 'site-packages/' in f])"
    )
    done = subprocess.run([*head, "-S", "-c", code], capture_output=True, text=True)
    made.folder.cleanup()
    assert done.stdout.strip() == "0 True []", done.stderr


def test_the_sandbox_has_no_way_to_write():
    if sandbox.probe().level != sandbox.BUBBLEWRAP:
        pytest.skip(f"bubblewrap does not work here: {sandbox.probe().missing}")
    made = sandbox.launch(sandbox.probe(), ("numpy",))
    head = made.command[: made.command.index("-E")]
    code = """
import os
written = []
for folder, _, _ in os.walk('/'):
    try:
        open(os.path.join(folder, 'new'), 'w').close()
        written.append(folder)
    except OSError:
        pass
import socket
try:
    socket.create_connection(('1.1.1.1', 53), 2); written.append('network')
except OSError:
    pass
print(written, os.getpid())
"""
    done = subprocess.run([*head, "-S", "-c", code], capture_output=True, text=True)
    made.folder.cleanup()
    assert done.stdout.strip() == "[] 1", done.stderr


LEVELS = [sandbox.Sandbox(sandbox.SUBPROCESS, "for a test")]
if sandbox.probe().level == sandbox.BUBBLEWRAP:
    LEVELS.append(sandbox.probe())


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.level)
def test_a_torch_exercise_has_torch_and_nothing_else(level):
    source = "import torch\ndef f(x):\n    return torch.relu(torch.tensor(x))"
    other = "import torchvision\ndef f(x):\n    return torchvision"
    made = session.Worker(level, ("numpy", "torch"))
    requests = [
        {"name": "f", "provided": [], "silent": [], "statements": [["<cell 1>", text, [0, 1]]],
         "cases": [(np.array([-1.0, 2.0]),)]}
        for text in (source, other)
    ]  # fmt: skip
    try:
        replies = [made.ask(request, session.Limits(20, 8000)) for request in requests]
    finally:
        made.close()
    right, missing = ([wire.unpack(m) for m in wire.split(r.data, 2)] for r in replies)
    assert right[1]["value"].tolist() == [0.0, 2.0]
    assert "No module named 'torchvision'" in missing[0]["notes"][0]
