"""The program inside the sandbox: waits for answers, and runs each in a process of its own.

    python worker.py '{"preload": ["numpy"], "readable": [...]}'

Standard input is a socket to the grader: requests in, one status line out per request. With the
head of a request comes the end of a pipe, made for this one request: the fork writes to it, and no
other process ever has it. This process never reads a request itself: the fork does, so that no
learner's code or data is in the memory that the next one inherits.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import NamedTuple

import locks

HEAD = 24  # bytes that announce a request: payload length, limits in ms, MB (see `_limits`)


def serve(settings: dict) -> None:
    """Fork one process per request until the grader hangs up."""
    control = socket.socket(fileno=os.dup(0))
    _no_standard_streams()
    sys.path += settings["packages"]
    closed = locks.close_files(settings["readable"]) if settings["readable"] else False
    for name in settings["preload"]:
        importlib.import_module(name)
    runner = importlib.import_module("runner")  # finds NumPy only now
    importlib.import_module("silent")
    del sys.path[0]  # the folder of this program
    locks.hide_memory()
    wakeup = _wake_when_children_end()
    gc.freeze()
    locks.prepare(writing=settings["alone"])
    walls = Walls(settings["alone"], not settings["alone"] and _nobody_can_read(settings))
    control.sendall(_line({"ready": True, "landlock": closed}))
    while request := _next(control):
        head, results = request
        length, milliseconds, megabytes = (int(head[i : i + 8]) for i in (0, 8, 16))
        started = time.perf_counter()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                _run_one(runner, control, results, length, walls, milliseconds, megabytes)
            os._exit(1)
        os.close(results)
        status = _wait(child, wakeup, milliseconds, walls.alone)
        control.sendall(_line({**status, "seconds": round(time.perf_counter() - started, 4)}))


class Walls(NamedTuple):
    """What the forks have around them, beside what each gives up itself."""

    alone: bool  # a file system and a process space of their own
    as_nobody: bool  # they can give up root, and still read Python


def _nobody_can_read(settings: dict) -> bool:
    """Whether a process that has given up root still finds Python and the packages."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        packages = [sys.modules[name].__file__ for name in settings["preload"]]
        readable = locks.become_nobody() and all(
            os.access(place, os.R_OK) for place in (os.__file__, *packages)
        )
        os._exit(0 if readable else 1)
    finally:
        os._exit(1)


def _no_standard_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _line(value: dict) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _next(control: socket.socket) -> tuple[bytes, int] | None:
    """The head of the next request, and the pipe for its answers; None when there is none."""
    piece, pipes, _, _ = socket.recv_fds(control, HEAD, 1)
    head = piece + _receive(control, HEAD - len(piece)) if piece else b""
    return (head, pipes[0]) if len(head) == HEAD and pipes else None


def _receive(control: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = control.recv(size - len(data))
        if not piece:
            return b""
        data += piece
    return bytes(data)


# --------------------------------------------------------------------------- waiting for the fork
def _wake_when_children_end() -> int:
    ours, theirs = os.pipe()
    for end in (ours, theirs):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(theirs)
    return ours


def _wait(child: int, wakeup: int, milliseconds: int, alone: bool) -> dict:
    """Wait for the fork to end, at most four times its computing time; leave nothing running."""
    deadline = time.monotonic() + 4 * milliseconds / 1000
    late = False
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            break
        left = deadline - time.monotonic()
        if left <= 0:
            late = True
            os.kill(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            break
        select.select([wakeup], [], [], min(left, 1))
        _drain(wakeup)
    _kill_the_rest(child, alone)
    used = usage.ru_utime + usage.ru_stime
    code = os.waitstatus_to_exitcode(status)
    return {
        "code": code,
        "late": late or code == -signal.SIGXCPU or used * 1000 >= milliseconds,
    }


def _drain(wakeup: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(wakeup, 512):
            pass


def _kill_the_rest(child: int, alone: bool) -> None:
    """End what the fork left behind: in a process space of our own, everything else there is."""
    try:
        if alone:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    try:
        while os.waitpid(-1, 0)[0]:
            pass
    except ChildProcessError:
        pass


# ----------------------------------------------------------------------------------- in the fork
def _run_one(runner, control, results, length, walls, milliseconds, megabytes) -> None:
    """Read the request, give up what is not needed, run it, end. Never returns."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    request = _receive(control, length)
    control.close()
    _close_all_but(results)
    _limits(milliseconds, megabytes)
    if walls.as_nobody:
        locks.become_nobody()
        locks.hide_memory()  # another user's process would be shown again
    locks.drop_capabilities()
    locks.close_signals()
    locks.close_system(writing=walls.alone)
    with os.fdopen(results, "wb", buffering=1 << 16) as out:
        runner.run(request, out)
    os._exit(0)


def _close_all_but(file: int) -> None:
    """No other file of the worker is left open; the standard streams lead nowhere already."""
    os.closerange(3, file)
    os.closerange(file + 1, 1 << 16)


def _limits(milliseconds: int, megabytes: int) -> None:
    seconds = max(1, -(-milliseconds // 1000))
    _limit("RLIMIT_CPU", seconds, seconds + 1)  # a signal first, which can be told from others
    _limit("RLIMIT_DATA" if megabytes > 4000 else "RLIMIT_AS", megabytes << 20)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_NOFILE", 64)
    _limit("RLIMIT_NPROC", 64)


def _limit(name: str, value: int, at_last: int | None = None) -> None:
    kind = getattr(resource, name, None)
    if kind is not None:
        # the system's own limit may be lower, or of another kind
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value if at_last is None else at_last))


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
