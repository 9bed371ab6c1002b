"""`course audit`: the findings as text, as JSON, or as a page."""

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

from course_utils import audit
from course_utils.audit import Finding
from course_utils.audit.claim import LOOKED_UP
from course_utils.audit.page import SIGNS, html_page
from course_utils.errors import CourseError

_WIDTH = 100


def run(ids: tuple[str, ...], lecture: str | None, html: Path | None, as_json: bool,
        report: Callable[[str], None]) -> None:  # fmt: skip
    """Check the claims and report them. Raises CourseError for unknown ones and for a file that
    cannot be written."""
    claims = audit.claims(*ids, lecture=lecture)
    if not claims:
        raise CourseError(f"None of these claims stands in lecture {lecture}.")
    findings = [claim.check() for claim in claims]
    if html is not None:
        _write(html, html_page(findings, html))
        report(f"{html}: {summary(findings)}")
    elif as_json:
        report(json.dumps([as_dict(f) for f in findings], indent=2, ensure_ascii=False))
    else:
        for line in lines(findings, whole=bool(ids)):
            report(line)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None


def summary(findings: list[Finding]) -> str:
    """`180 claims: 80 right, 30 rounded, 20 wrong, 40 looked up, …`, without those of 0."""
    counted = ", ".join(f"{n} {verdict}" for verdict, n in audit.count(findings).items() if n)
    return f"{len(findings)} claim{'' if len(findings) == 1 else 's'}: {counted}"


def as_dict(finding: Finding) -> dict:
    """A finding as plain values, for JSON."""
    claim = finding.claim
    return {
        "id": claim.id,
        "notebook": claim.notebook,
        "lectures": claim.places,
        "says": claim.says,
        "stated": [s.value for s in claim.stated],
        "recomputed": list(finding.values),
        "verdict": finding.verdict,
        "why": finding.why,
        "source": claim.source or None,
        "looked_up": claim.kind == LOOKED_UP if claim.source else None,
    }


def lines(findings: list[Finding], whole: bool = False) -> list[str]:
    """A readable table, grouped by lecture; with `whole` also the places and the code."""
    out, lecture = [], None
    for finding in findings:
        if finding.claim.lecture != lecture:
            lecture = finding.claim.lecture
            out += [*([""] if out else []), f"{lecture}  {audit.LECTURES[lecture]}", ""]
        out += _entry(finding)
        if whole:
            out += _details(finding)
    return [*out, "", summary(findings)]


def _entry(finding: Finding) -> list[str]:
    claim, sign = finding.claim, SIGNS[finding.verdict]
    head = f"{sign} {finding.verdict:<12}{claim.notebook:<4}{claim.id:<26}"
    space = " " * len(head)
    shown = "" if finding.verdict == "right" else f"  →  {finding.shown}"
    out = textwrap.wrap(f"{head} {claim.says}{shown}", _WIDTH, subsequent_indent=f"{space} ")
    if finding.why:
        out += textwrap.wrap(finding.why, _WIDTH, initial_indent=f"{space} ",
                             subsequent_indent=f"{space} ")  # fmt: skip
    return out


def _details(finding: Finding) -> list[str]:
    claim = finding.claim
    out = [f"    {lecture}: “{where}”" for lecture, where in claim.places.items()]
    if claim.source:
        out.append(f"    {claim.kind}: {claim.source}")
    return [*out, "", *(f"    {line}".rstrip() for line in claim.code.splitlines()), ""]
