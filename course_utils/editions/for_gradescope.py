"""An autograder for Gradescope: a zip with the grader, one notebook's exercises and two scripts.

Of the course it holds the modules that grading this notebook imports, and nothing else.
"""

import io
import os
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from course_utils.checking.registry import modules_of
from course_utils.editions.dependencies import course_modules
from course_utils.editions.for_nbgrader import graded_exercises, graded_sources
from course_utils.errors import CourseError
from course_utils.paths import course_root

_NEEDED = ("click", "numpy", "tqdm")

SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
ROOT="$(cd "${ROOT:-/autograder}" && pwd)" || exit 1
export DEBIAN_FRONTEND=noninteractive

apt-get update
apt-get install -y --no-install-recommends python3 python3-venv bubblewrap
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  # Ubuntu 22.04 offers a newer Python beside its own
  apt-get install -y --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv "$ROOT/venv"
"$ROOT/venv/bin/python" -m pip install --quiet -r "$ROOT/source/requirements.txt"
"""

RUN = """\
#!/usr/bin/env bash
# Grades one submission. To try it elsewhere, set ROOT (for /autograder) and PYTHON.
set -uo pipefail
ROOT="$(cd "${ROOT:-/autograder}" && pwd)" || exit 1
PYTHON="${PYTHON:-$ROOT/venv/bin/python}"
results="$ROOT/results/results.json"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# all files of a submission belong to one student: they go into one folder of a "class"
mkdir -p "$ROOT/results" "$work/the submission"
cp -RPp "$ROOT/submission" "$work/the submission/submission"
rm -f "$results"
cd "$work" || exit 1
PYTHONPATH="$ROOT/source${PYTHONPATH:+:$PYTHONPATH}" "$PYTHON" -P -m course_utils \\
  grade "the submission" --notebook NUMBER --gradescope "$results" 2> errors
status=$?
cat errors >&2
[ -s "$results" ] && exit 0

# Gradescope shows nothing but this file; the reason goes in without what JSON would trip over
reason="$(tail -n 1 errors | tr -d '\\000-\\037"\\\\')"
printf '{"score": 0, "output": "The submission could not be graded. %s", "tests": []}\\n' \\
  "${reason:-The grader ended with status $status.}" > "$results"
"""


def release_gradescope(
    names: Sequence[str], file: Path, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Write the autograder for one notebook. The same course always gives the same bytes."""
    if len(names) != 1:
        raise CourseError(
            "an autograder for Gradescope grades one notebook: "
            "course release 04 --gradescope 04.zip"
        )
    (source,) = graded_sources(names)
    half = file.with_name(f".{file.name}.half")
    file.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(_zipped(contents(source.stem[:2])))
    os.replace(half, file)
    report(str(file))
    return file


def contents(number: str) -> dict[str, str]:
    """Everything in the autograder of a notebook: path -> text."""
    return {
        "setup.sh": SETUP,
        "run_autograder": RUN.replace("NUMBER", number),
        "requirements.txt": _requirements(number),
        **{str(path.relative_to(course_root())): _text(path) for path in _modules(number)},
    }


def _modules(number: str) -> list[Path]:
    root = course_root() / "course_utils"
    roots = {"course_utils.grading.command", "course_utils.console", *modules_of(number)}
    # what other commands can import is not needed
    started = [root / "cli.py", root / "__main__.py", *(root / "commands").glob("*.py")]
    inside = (root / "grading" / "inside").glob("*.py")  # runs by its path, nobody imports it
    return [*course_modules(roots).values(), *started, *inside]


def _requirements(number: str) -> str:
    """The packages that grading needs and those that answers may use, as the course pins them."""
    wanted = {*_NEEDED, *(name for e in graded_exercises(number) for name in e.allows)}
    pins = re.findall(r"^([\w.-]+)==.*$", _text(course_root() / "requirements.txt"), re.MULTILINE)
    lines = _text(course_root() / "requirements.txt").splitlines()
    pinned = {name.lower(): next(x for x in lines if x.startswith(f"{name}==")) for name in pins}
    return "".join(f"{pinned.get(name, name)}\n" for name in sorted(wanted))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _zipped(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, wherever it is written
            mode = 0o755 if name in ("setup.sh", "run_autograder") else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name].encode())
    return data.getvalue()
