"""Grading on a Dask cluster of real processes, one of which is killed half-way."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from course_utils import cli
from course_utils.grading import run
from submissions import NUMPY, as_bytes, write

pytest.importorskip("distributed", reason="the extra `cluster` (dask.distributed) is not installed")

SLOW = "import time\ndef relu(x):\n    time.sleep(0.05)\n    return np.maximum(x, 0)"
QUIET = {**os.environ, "DASK_LOGGING__DISTRIBUTED": "error"}


def start(*args):
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + args[0], *map(str, args[1:])],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=QUIET, start_new_session=True,
    )  # fmt: skip


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler with two workers, and the workers' processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    options = ("--no-dashboard", "--nthreads", 1, "--no-nanny", "--local-directory", tmp_path)
    scheduler = start("dask_scheduler", "--host", address, "--no-dashboard")
    workers = [start("dask_worker", address, *options) for _ in range(2)]
    yield address, workers
    for process in (*workers, scheduler):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def submissions(tmp_path):
    files = {f"s{i:02d}.ipynb": as_bytes(NUMPY, SLOW) for i in range(20)}
    return write(tmp_path / "class", {**files, "empty.ipynb": b""})


def test_no_grade_is_lost_when_a_worker_is_killed(cluster, submissions, tmp_path):
    address, workers = cluster
    killed = []

    def report(student, so_far):
        if len(so_far.students) == 4 and not killed:
            os.killpg(workers[0].pid, signal.SIGKILL)
            killed.append(time.monotonic())

    done = run.grade_class(
        [submissions], tmp_path / "out", scheduler=address, report=report, seed=3
    )
    assert killed
    assert len(done.students) == 21
    points = {s.student: s.points for s in done.students}
    assert points.pop("empty") == 0
    assert set(points.values()) == {1}
    assert len(list((tmp_path / "out" / "results").glob("*.json"))) == 21
    assert {s.seed for s in done.students} == {3}


def test_a_wrong_address_is_one_sentence(submissions, monkeypatch):
    monkeypatch.setattr("course_utils.grading.cluster.SECONDS_TO_CONNECT", 1)
    args = ["grade", str(submissions), "--scheduler", "tcp://127.0.0.1:9"]
    done = CliRunner().invoke(cli.main, args, prog_name="course")
    assert done.exit_code == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
