"""One finding of the doctor, and how all of them are reported."""

import json
from dataclasses import asdict, dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"
REPAIR = "run `python -m pip install -r requirements.txt` in the course folder"


@dataclass(frozen=True)
class Result:
    """One finding: `status` is ok, warning or problem; `mend` says what to do unless it is ok."""

    topic: str
    status: str
    message: str
    mend: str = ""


def report(results: list[Result]) -> str:
    """The findings in plain words, one line each, and what to do about those that are not ok."""
    import click  # for colours, which vanish where the output is no terminal

    colours = {OK: "green", WARNING: "yellow", PROBLEM: "red"}
    lines = []
    for result in _packages_in_one_line(results):
        status = click.style(f"{result.status:<9}", fg=colours[result.status])
        lines.append(f"{status}{result.topic:<10}{result.message}")
        if result.mend:
            lines.append(f"{'':<19}-> {result.mend}")
    return "\n".join([*lines, "", _verdict(results)])


def as_json(results: list[Result]) -> str:
    """The findings as a JSON list of objects with topic, status, message and mend."""
    return json.dumps([asdict(result) for result in results], indent=2, ensure_ascii=False)


def _packages_in_one_line(results: list[Result]) -> list[Result]:
    fine = [r for r in results if r.topic == "packages" and r.status == OK]
    if len(fine) < 2:
        return results
    summary = Result("packages", OK, f"{len(fine)} packages are there in the tested version")
    first = results.index(fine[0])
    return [*results[:first], summary, *(r for r in results[first:] if r not in fine)]


def _verdict(results: list[Result]) -> str:
    problems = sum(result.status == PROBLEM for result in results)
    warned = sum(result.status == WARNING for result in results)
    if problems:
        return f"{problems} problem(s) to mend before you start, {warned} warning(s)."
    return f"Ready to start. {warned} warning(s)." if warned else "Everything works."
