"""`course validate`: every notebook on a chosen device, both editions, compared by nbval.

The stored outputs come from a CPU. Here each notebook runs again, on the device that is asked for,
and what its cells print must be the same; what may differ between devices is asserted in the cells
with a tolerance. The solved edition is built on the CPU first and then treated in the same way.

What was found is kept in `.course/validation.json` after each notebook: `--resume` passes over what
has passed there and has not changed since.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from xml.etree import ElementTree

from course_utils.editions import build
from course_utils.errors import CourseError
from course_utils.paths import below_root, course_root, state_folder, write_whole

EDITIONS = ("learners", "solved")
MARK = "<!-- written by `course validate --readme` -->"
END = "<!-- end -->"
RECORD = "data/runs/validation.json"
WHAT = ("every notebook run by nbval on one device after another, both editions: the cells, those "
        "that failed, and their seconds; written by `course validate --record`")  # fmt: skip
SHOWN = 3  # failed cells of a notebook that are told in the terminal


def validate(names: Iterable[str], device: str | None, *, editions: Iterable[str] = EDITIONS,
             resume: bool = False, record: Path | None = None, jobs: int = 1,
             seconds: float | None = None,
             report: Callable[[str], None] = print) -> bool:  # fmt: skip
    """Run the notebooks on the device; whether all passed. One line for each goes to `report`.

    record: a file that gets the findings too, beside those of other devices that it holds
    jobs: so many notebooks at a time, each with its own kernel; the longest begin
    seconds: for everything; what is not done by then says so, and `resume` goes on with it

    Raises CourseError for an unknown notebook, a device that is not here, and a damaged record.
    """
    from course_utils.device import device as choose_device
    from course_utils.device import hardware, versions

    until = time.monotonic() + seconds if seconds is not None else None
    sources = build.source_files(names)
    chosen = choose_device(device)
    mine = state_folder() / "validation.json"
    files = [mine] if record is None else [mine, Path(record)]
    for file in files:
        read(file)  # damaged ones are refused before anything runs
    report(f"on {hardware(chosen)}")
    machine = {"where": hardware(chosen), "versions": versions(),
               "when": datetime.date.today().isoformat()}  # fmt: skip
    found = _taken_over(sources, editions, _notebooks(read(mine), chosen.type) if resume else {})
    todo = [(source, edition) for source in sources for edition in editions
            if edition not in found[source.stem]]  # fmt: skip
    if jobs > 1:
        todo.sort(key=_usual_seconds(read(course_root() / RECORD)), reverse=True)
    waiting = {source.stem: [e for s, e in todo if s == source] for source in sources}
    for stem in (stem for stem, left in waiting.items() if not left):
        _tell(report, stem, found[stem], editions)
    for source, edition, entry in _run_all(todo, str(chosen), jobs, until):
        stem = source.stem
        waiting[stem].remove(edition)
        if entry is not None:
            found[stem][edition] = entry
            for file in files:
                keep(file, chosen.type, machine, {stem: found[stem]})
        if not waiting[stem]:
            _tell(report, stem, found[stem], editions)
    report(_summary(found, editions))
    return all(_passed(entry.get(edition)) for entry in found.values() for edition in editions)


def _taken_over(sources: list[Path], editions: Iterable[str], done: dict) -> dict[str, dict]:
    """Notebook -> its mark, and the editions that have passed earlier and have not changed."""
    found = {}
    for source in sources:
        mark, before = build.fingerprint(source, build.compose(source)), done.get(source.stem, {})
        kept = {e: before[e] for e in editions if _passed(before.get(e))}
        found[source.stem] = {"mark": mark, **(kept if before.get("mark") == mark else {})}
    return found


def _usual_seconds(record: dict) -> Callable[[tuple[Path, str]], float]:
    """How long a notebook takes somewhere; one that was never run may be the longest."""
    machines = record["machines"].values()

    def usual(task: tuple[Path, str]) -> float:
        source, edition = task
        entries = [m.get("notebooks", {}).get(source.stem, {}).get(edition) for m in machines]
        return max((e["seconds"] for e in entries if e), default=1e9)

    return usual


def _run_all(
    todo: list[tuple[Path, str]], device: str, jobs: int, until: float | None
) -> Iterator[tuple[Path, str, dict | None]]:
    """(source, edition, what was found, or None where the time was up), as they are ready."""

    def work(source: Path, edition: str) -> dict | None:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            return None
        more = {} if left is None else {"limit": left}
        return run(notebook_of(source, edition), device, edition == "solved", **more)

    if jobs == 1:
        yield from ((*task, work(*task)) for task in todo)
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        running = {pool.submit(work, *task): task for task in todo}
        for future in as_completed(running):
            yield *running[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def notebook_of(source: Path, edition: str) -> Path:
    """The notebook with outputs from a CPU; the solved one is built when it is out of date."""
    if edition == "learners":
        return build.target_of(source)
    folder = state_folder() / "validation"
    path, mark = folder / f"{source.stem}.ipynb", folder / f"{source.stem}.mark"
    fingerprint = build.fingerprint(source, build.compose(source, solved=True))
    if not (path.exists() and mark.exists() and mark.read_text(encoding="utf-8") == fingerprint):
        _build_solved(source.stem, folder)
        mark.write_text(fingerprint, encoding="utf-8")
    return path


def _build_solved(stem: str, folder: Path) -> None:
    """In a process of its own: several may be built at a time."""
    command = [sys.executable, "-m", "course_utils", "build", stem, "--solved", "-o", str(folder)]
    process = subprocess.run(
        command, cwd=course_root(), env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True, check=False, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if process.returncode:
        said = process.stderr.strip().splitlines() or ["nothing"]
        raise CourseError(f"the solved edition of {stem} could not be built; it said: {said[-1]}")


def run(
    notebook: Path, device: str, strict: bool = False, limit: float | None = None
) -> dict | None:
    """nbval on one notebook -> {"cells", "failed", "seconds"}, and what the failed cells said.

    strict: a check that does not pass is an error, as in the solved edition
    limit: seconds; None is what comes back from a notebook that takes longer
    """
    environment = {**os.environ, **build.KERNEL_ENVIRONMENT, "COURSE_DEVICE": device}
    environment["PYTHONIOENCODING"] = "utf-8:backslashreplace"  # what pytest says is read as UTF-8
    if strict:
        environment["COURSE_STRICT"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.xml")
        command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider",
                   "-p", "no:xdist", f"--rootdir={course_root()}", f"--confcutdir={course_root()}",
                   f"--junitxml={result}", str(notebook)]  # fmt: skip
        try:
            process = subprocess.run(
                command, cwd=course_root(), env=environment, capture_output=True, check=False,
                encoding="utf-8", errors="replace", timeout=limit,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
        found = findings(result) if result.exists() else {"cells": 0}
        if not found["cells"]:
            said = (process.stdout + process.stderr).strip().splitlines() or ["nothing"]
            raise CourseError(f"pytest could not run {notebook.name}; it said: {said[-1]}")
        return found


def findings(result: Path) -> dict:
    """What pytest's XML says about one notebook."""
    cells = list(ElementTree.parse(result).iter("testcase"))
    failed = [(cell, problem) for cell in cells for problem in cell
              if problem.tag in ("failure", "error")]  # fmt: skip
    seconds = sum(float(cell.get("time", 0)) for cell in cells)
    entry = {"cells": len(cells), "failed": len(failed), "seconds": round(seconds, 1)}
    if failed:
        entry["problems"] = [f"{cell.get('name') or 'file'}: {_reason(problem)}"
                             for cell, problem in failed]  # fmt: skip
    return entry


def _reason(problem) -> str:
    said = problem.get("message") or "no message"
    if said == "collection failure":  # the file could not be read: the reason comes last
        said = (problem.text or said).strip().splitlines()[-1]
    return " ".join(said.split())[:300]


def _passed(entry: dict | None) -> bool:
    return entry is not None and entry["cells"] > 0 and not entry["failed"]


def _tell(report: Callable[[str], None], stem: str, entry: dict, editions) -> None:
    """A line about a notebook, and what its failed cells said."""
    report(f"{stem:<26}{'   '.join(_words(edition, entry.get(edition)) for edition in editions)}")
    for edition in editions:
        problems = entry.get(edition, {}).get("problems", [])
        for problem in problems[:SHOWN]:
            report(f"    {edition}: {problem}")
        if len(problems) > SHOWN:
            report(f"    {edition}: and {len(problems) - SHOWN} more")


def _words(edition: str, entry: dict | None) -> str:
    if entry is None:
        return f"{edition} not reached"
    said = "passed" if _passed(entry) else f"{entry['failed']} FAILED"
    return f"{edition} {entry['cells']:>3} cells {entry['seconds']:>6.1f} s {said}"


def _summary(found: dict, editions) -> str:
    runs = [entry[edition] for entry in found.values() for edition in editions if edition in entry]
    cells, failed = (sum(run[key] for run in runs) for key in ("cells", "failed"))
    seconds = sum(run["seconds"] for run in runs)
    missing = len(found) * len(list(editions)) - len(runs)
    said = f"{failed} FAILED" if failed else "all passed" if not missing else "all of these passed"
    more = f"; not reached in time: {missing}, which --resume takes up" if missing else ""
    return f"{len(found)} notebooks, {cells} cells in {seconds:.0f} s: {said}{more}"


# ---------------------------------------------------------------------------------- what is kept
def read(file: Path) -> dict:
    """{"what", "machines": {type: …}}, empty where there is no file. CourseError for another."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        command = f"course validate --record {below_root(file)}"
        return {"what": WHAT, "command": command, "machines": {}}
    except (OSError, ValueError) as error:
        raise CourseError(f"{file} cannot be read as a record of validations: {error}.") from None
    if not isinstance(found, dict) or not isinstance(found.get("machines"), dict):
        raise CourseError(f'{file} is no record of validations: it has no "machines".')
    return found


def _notebooks(record: dict, type_: str) -> dict:
    return record["machines"].get(type_, {}).get("notebooks", {})


def keep(file: Path, type_: str, machine: dict, entries: dict) -> None:
    """Put entries of notebooks into the file. Those of another machine or version make room."""
    record = read(file)
    old = record["machines"].get(type_, {})
    same = all(old.get(key) == machine[key] for key in ("where", "versions"))
    notebooks = {**(old.get("notebooks", {}) if same else {}), **entries}
    record["machines"][type_] = {**machine, "notebooks": dict(sorted(notebooks.items()))}
    write_whole(file, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


# ------------------------------------------------------------------------------ the README's table
def table(record: dict) -> str:
    """The record in Markdown: a row for each notebook, two columns for each device."""
    machines = record["machines"]
    if not machines:
        return "Nothing has been recorded yet.\n"
    lines = [f"- **{type_.upper()}**: {m['where'].removeprefix('CPU ')}; "
             f"{_versions(m['versions'])}; {m['when']}"
             for type_, m in machines.items()]  # fmt: skip
    heads = [f"{type_.upper()}, {edition}" for type_ in machines for edition in EDITIONS]
    lines += ["", f"| | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    for stem in sorted({stem for type_ in machines for stem in _notebooks(record, type_)}):
        cells = [_cell(_notebooks(record, type_).get(stem, {}).get(edition))
                 for type_ in machines for edition in EDITIONS]  # fmt: skip
        lines.append(f"| {stem} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _versions(versions: dict) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _cell(entry: dict | None) -> str:
    if entry is None:
        return ""
    return f"{entry['seconds']:.1f} s" if _passed(entry) else f"{entry['failed']} failed"


def write_readme(readme: Path | None = None) -> None:
    """Put the table into the README, between its marks."""
    readme = readme or course_root() / "README.md"
    text = readme.read_text(encoding="utf-8")
    if MARK not in text or END not in text.split(MARK, 1)[1]:
        raise CourseError(f"{readme} has no place for the table: {MARK} … {END}.")
    before, rest = text.split(MARK, 1)
    after = rest.split(END, 1)[1]
    new = table(read(course_root() / RECORD))
    readme.write_text(f"{before}{MARK}\n\n{new}\n{END}{after}", encoding="utf-8")
