"""Talking to a worker: one request, and what came back, whatever the learner's code did to it."""

import json
import os
import selectors
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass

from course_utils.grading.inside import wire
from course_utils.grading.sandbox import Launch, Sandbox, launch

MAX_REPLY = 64 << 20  # bytes that all answers to one exercise may take together
_START_SECONDS, _GRACE_SECONDS = 120, 10
_MAX_STATUS = 1 << 16


class WorkerLost(Exception):
    """The worker ended or fell silent, for whatever reason."""


@dataclass(frozen=True)
class Limits:
    """What one exercise may use: computing time (four times that on the clock) and memory."""

    seconds: float = 5.0
    megabytes: int = 1024


@dataclass(frozen=True)
class Reply:
    """What came back: messages as bytes, and how the process ended."""

    data: bytes
    code: int  # exit status; negative: the signal that ended it
    late: bool
    seconds: float
    flooded: bool = False  # more came than may come; the rest was not read
    lost: str = ""  # how the worker itself was lost

    @property
    def crashed(self) -> bool:
        """It neither came to its end nor to the end of its time."""
        return bool(self.lost) or self.flooded or (self.code != 0 and not self.late)


def longest(limits: Limits) -> float:
    """Seconds after which a request has certainly come back: two tries, each in a fresh worker."""
    return 2 * (4 * limits.seconds + _GRACE_SECONDS + _START_SECONDS)


class Worker:
    """A warm worker in its sandbox. `ask` starts it when needed, and again after it was lost."""

    def __init__(self, sandbox: Sandbox, packages: tuple[str, ...]):
        self.sandbox, self.packages = sandbox, packages
        self.retired = False  # set by another thread when the run is over
        self._process: subprocess.Popen | None = None

    def ask(self, request: dict, limits: Limits) -> Reply:
        """Have one answer run. A WorkerLost if the worker broke."""
        if self.retired:
            raise WorkerLost("the run was ended")
        if self._process is None:
            self._start()
        payload = wire.pack(request)[8:]
        milliseconds = int(limits.seconds * 1000)
        head = f"{len(payload):8d}{milliseconds:8d}{limits.megabytes:8d}".encode()
        try:
            reply = self._exchange(head, payload, 4 * limits.seconds + _GRACE_SECONDS)
        except BaseException:
            self.close()
            raise
        if reply.crashed:  # what else it may have broken there, the next answer does not meet it
            self.close()
        return reply

    def _start(self) -> None:
        self._launch: Launch = launch(self.sandbox, self.packages)
        self._control, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the worker)
        self._process = subprocess.Popen(
            [*self._launch.command, json.dumps(self._launch.settings)],
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env=self._launch.environment,
            start_new_session=True,
        )
        theirs.close()
        self._control.settimeout(_START_SECONDS)
        try:
            greeting = json.loads(self._control.makefile("rb").readline() or b"{}")
        except (OSError, ValueError):
            greeting = {}
        if not greeting.get("ready"):
            said = self._said()
            self.close()
            raise WorkerLost(f"the worker did not start: {said}")
        self._control.setblocking(False)

    def _said(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read(100_000).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def _exchange(self, head: bytes, payload: bytes, seconds: float) -> Reply:
        """Send the request with a pipe of its own; read answers until the status line is there."""
        ours, theirs = os.pipe()
        try:
            socket.send_fds(self._control, [head], [theirs])
        except OSError:
            self._gone()
        finally:
            os.close(theirs)
        with os.fdopen(ours, "rb", buffering=0) as results:
            os.set_blocking(ours, False)
            return self._read(results, memoryview(payload), time.monotonic() + seconds)

    def _read(self, results, to_send: memoryview, deadline: float) -> Reply:
        answers, status = bytearray(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ | selectors.EVENT_WRITE)
            selector.register(results, selectors.EVENT_READ)
            while not status.endswith(b"\n"):
                ready = selector.select(max(0, deadline - time.monotonic()))
                if not ready:
                    raise WorkerLost("the worker fell silent")
                for key, events in ready:
                    if key.fileobj is results:
                        piece = results.read(1 << 20)
                        answers += piece or b""
                        if not piece:  # all writers have closed it
                            selector.unregister(results)
                    elif events & selectors.EVENT_READ:
                        status += self._control.recv(4096) or self._gone()
                    elif to_send:
                        to_send = to_send[self._control.send(to_send[: 1 << 16]) :]
                    else:
                        selector.modify(self._control, selectors.EVENT_READ)
                if len(answers) > MAX_REPLY or len(status) > _MAX_STATUS:
                    return Reply(b"", 0, False, 0.0, flooded=True)
        while piece := results.read(1 << 20):  # the writer has ended: what is still in the pipe
            answers += piece
        ended = json.loads(status)
        return Reply(bytes(answers), ended["code"], ended["late"], ended["seconds"])

    def _gone(self) -> bytes:
        raise WorkerLost(f"the worker ended: {self._said()}")

    def retire(self) -> None:
        """End the worker for good, from whichever thread; a request under way is lost."""
        self.retired = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the worker and everything in its sandbox."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._control.close()
            self._errors.close()
            self._launch.folder.cleanup()
            self._process = None
