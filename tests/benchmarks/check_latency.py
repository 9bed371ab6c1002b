"""How long a learner waits for `check`: each exercise in a fresh process, right and wrong answers.

The first check of a session counts, since it is the one that imports what is needed. Times are
compared with an empty cell's share of the wait, importing `course_utils.checking`.

    python -m tests.benchmarks.check_latency
"""

import subprocess
import sys

from course_utils.checking import all_exercises

_PROGRAM = """
import contextlib, io, time
start = time.perf_counter()
from matplotlib import pyplot  # every notebook has it
from course_utils.checking import check, reference
imported = time.perf_counter() - start
exercise = reference({name!r})
times = []
for answer in (exercise.reference, exercise.mistakes[-1].function):
    answer.__name__ = {name!r}
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        check(answer)
    times.append(time.perf_counter() - start)
print(imported, *times)
"""


def measure(name: str, repeats: int = 3) -> list[float]:
    """Median seconds of importing, of a right answer, and of a wrong one with its mistake named."""
    runs = []
    for _ in range(repeats):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _PROGRAM.format(name=name)],
            capture_output=True, text=True, check=True,
            env={"COURSE_PROGRESS": ":memory:", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        runs.append([float(part) for part in done.stdout.split()])
    return [sorted(column)[repeats // 2] for column in zip(*runs, strict=True)]


def main() -> None:
    rows = [(e.notebook, e.name, *measure(e.name)) for e in all_exercises() if e.points]
    print("| notebook | exercise | import (ms) | right (ms) | wrong (ms) |")
    print("| --- | --- | --- | --- | --- |")
    for notebook, name, *times in rows:
        print(f"| {notebook} | `{name}` | " + " | ".join(f"{1000 * t:.0f}" for t in times) + " |")
    slowest = max(rows, key=lambda row: max(row[3:]))
    print(f"\nslowest: {slowest[1]}, {1000 * max(slowest[3:]):.0f} ms")


if __name__ == "__main__":
    main()
