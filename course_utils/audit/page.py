"""The audit as one HTML file that needs nothing else: a table for each lecture, and two filters."""

import html
import os
from pathlib import Path

from course_utils import audit
from course_utils.audit import Claim, Finding
from course_utils.audit.claim import LOOKED_UP
from course_utils.paths import notebooks_folder

SIGNS = {"right": "✓", "rounded": "≈", "wrong": "✗", "looked up": "❝", "from memory": "?",
         "misprint": "¶"}  # fmt: skip
_MEANINGS = {
    "right": "equal",
    "rounded": "equal at the precision stated",
    "wrong": "something else came out, or the source says something else",
    "looked up": "cannot be recomputed here; the paper, table or section that was read is named",
    "from memory": "cannot be recomputed here, and was not looked up, or there is no number",
    "misprint": "a paper's own slip: what it prints is not what it must have meant",
}

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2327; --soft: #586069; --line: #d7dce1; --paper: #fff;
  --band: #f5f7f9; --right: #00634a; --rounded: #0b5a8f; --wrong: #a33c00; --other: #5b5b66; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a5adb5; --line: #3b434a;
  --paper: #16191c; --band: #1f2428; --right: #4fd1a8; --rounded: #7cc4f0; --wrong: #ff9d66;
  --other: #b9bcc6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.2rem 5rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 .3rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.4rem 0 .6rem; font-size: 1.2rem; }
p { max-width: 46rem; margin: .4rem 0; }
.soft, small { color: var(--soft); }
form { display: flex; flex-wrap: wrap; gap: .6rem 2rem; align-items: end; margin: 1.2rem 0;
  padding: .7rem 1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--band); }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; max-width: 100%; }
legend { padding: 0; font-weight: 600; font-size: .9rem; }
label { display: inline-block; margin-right: .9rem; white-space: nowrap; }
select { font: inherit; padding: .15rem .3rem; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: .3rem; max-width: 100%; }
.frame { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; min-width: 44rem; }
th, td { padding: .5rem .6rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { font-size: .85rem; color: var(--soft); border-bottom: 2px solid var(--line); }
tbody th { font-weight: 400; }
col.v { width: 8.8rem; } col.s { width: 30%; } col.n { width: 6.6rem; }
.badge { display: inline-block; padding: 0 .5rem; border: 1.5px solid currentColor;
  border-radius: 1rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.right { color: var(--right); } .rounded { color: var(--rounded); border-style: dashed; }
.wrong { color: var(--paper); background: var(--wrong); border-color: var(--wrong); }
.looked-up, .from-memory, .misprint { color: var(--other); }
.from-memory { border-style: dotted; } .misprint { border-style: double; border-width: 3px; }
.got { font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
pre { margin: .4rem 0; padding: .6rem; background: var(--band); border-radius: .3rem;
  overflow-x: auto; overflow-wrap: normal; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
a { color: var(--rounded); }
a:focus-visible, summary:focus-visible, select:focus-visible, input:focus-visible,
.frame:focus-visible { outline: 2px solid var(--rounded); outline-offset: 2px; }
tr:target { background: var(--band); }
[hidden] { display: none; }
@media print { form { display: none; } body { max-width: none; font-size: 11px; } }
"""

_SCRIPT = """
const form = document.querySelector("form"), said = document.querySelector("[role=status]");
form.hidden = false;
form.addEventListener("input", () => {
  const lecture = form.elements.lecture.value, open = new Set();
  for (const box of form.querySelectorAll("[type=checkbox]:checked")) open.add(box.value);
  let shown = 0;
  for (const row of document.querySelectorAll("tbody tr")) {
    row.hidden = !open.has(row.dataset.verdict)
      || (lecture && !row.dataset.lectures.split(" ").includes(lecture));
    shown += !row.hidden;
  }
  for (const part of document.querySelectorAll("section"))
    part.hidden = !part.querySelector("tbody tr:not([hidden])");
  said.textContent = `${shown} claims shown`;
});
form.addEventListener("submit", event => event.preventDefault());
"""


def html_page(findings: list[Finding], target: Path, site: dict[str, str] | None = None) -> str:
    """The page; `target` is where it will be, so that links to the notebooks are relative.

    site: the pages of a site that the audit is a part of, its first one under "", those of the
    notebooks under their numbers; it links to these, and to no file elsewhere.
    """
    counts = audit.count(findings)
    totals = " ".join(f"{badge(v)}\u00a0{n}\u2002" for v, n in counts.items())
    meanings = "; ".join(f"<b>{v}</b>: {_MEANINGS[v]}" for v in counts)
    links = _links(target) if site is None else site
    home = f'<p><a href="{html.escape(site[""])}">The whole course</a></p>\n' if site else ""
    parts = "".join(_section(lecture, findings, links) for lecture in audit.LECTURES)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>Lecture audit</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{home}<h1>Lecture audit</h1>
<p>What the lectures state in numbers, computed again with the course's own code; what only a paper
can settle is looked up there.</p>
<p>{totals}</p>
<p class="soft">{meanings}.</p>
{_form()}
{parts}
</main>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def badge(verdict: str) -> str:
    """The verdict as sign, word and colour."""
    sign = f'<span aria-hidden="true">{SIGNS[verdict]}</span>'
    return f'<span class="badge {verdict.replace(" ", "-")}">{sign} {verdict}</span>'


def _form() -> str:
    """The filters; the script shows them, since they do nothing without it."""
    boxes = "".join(
        f'<label><input type="checkbox" value="{v}" checked=""/> {badge(v)}</label>' for v in SIGNS
    )
    options = "".join(
        f'<option value="{key}">{key} · {html.escape(title)}</option>'
        for key, title in audit.LECTURES.items()
    )
    return f"""<form hidden="" aria-label="Filter">
<fieldset><legend>Verdict</legend>{boxes}</fieldset>
<fieldset><legend><label for="lecture">Lecture</label></legend>
<select id="lecture" name="lecture"><option value="">all</option>{options}</select></fieldset>
<small role="status"></small>
</form>"""


def _section(lecture: str, findings: list[Finding], links: dict[str, str]) -> str:
    rows = "\n".join(_row(f, links) for f in findings if f.claim.lecture == lecture)
    if not rows:
        return ""
    title = f"{lecture} · {html.escape(audit.LECTURES[lecture])}"
    return f"""<section aria-labelledby="of-{lecture}"><h2 id="of-{lecture}">{title}</h2>
<div class="frame" tabindex="0" role="group" aria-labelledby="of-{lecture}">
<table aria-labelledby="of-{lecture}">
<colgroup><col class="v"/><col class="s"/><col/><col class="n"/></colgroup>
<thead><tr><th scope="col">verdict</th><th scope="col">the lecture says</th>
<th scope="col">computed again</th><th scope="col">notebook</th></tr></thead>
<tbody>
{rows}
</tbody></table></div></section>"""


def _row(finding: Finding, links: dict[str, str]) -> str:
    claim = finding.claim
    places = "; ".join(f"{key}, “{where}”" for key, where in claim.places.items())
    data = f'data-verdict="{finding.verdict}" data-lectures="{" ".join(claim.places)}"'
    return f"""<tr id="{claim.id}" {data}>
<td>{badge(finding.verdict)}</td>
<th scope="row">{html.escape(claim.says)}<br/><small>{html.escape(places)}</small></th>
<td>{_outcome(finding)}</td>
<td>{_link(claim.notebook, links)}</td></tr>"""


def _outcome(finding: Finding) -> str:
    claim = finding.claim
    parts = [f'<b class="got">{html.escape(finding.shown)}</b>']
    if finding.why:
        parts.append(html.escape(finding.why))
    if claim.source:
        read = "Looked up in" if claim.kind == LOOKED_UP else "Not looked up; it would be in"
        parts.append(f"<small>{read}: {html.escape(claim.source)}</small>")
    return "<br/>".join(parts) + (_code(claim) if claim.code else "")


def _code(claim: Claim) -> str:
    return (
        f"<details><summary>the code of <code>{claim.id}</code></summary>"
        f"<pre><code>{html.escape(claim.code)}</code></pre></details>"
    )


def _links(target: Path) -> dict[str, str]:
    """The notebooks by their numbers, from where the page will be."""
    there = target.resolve().parent
    return {path.name[:2]: Path(os.path.relpath(path, there)).as_posix()
            for path in sorted(notebooks_folder().glob("[0-9][0-9]_*.ipynb"))}  # fmt: skip


def _link(number: str, links: dict[str, str]) -> str:
    if number not in links:
        return number
    title = html.escape(Path(links[number]).stem)
    return f'<a href="{html.escape(links[number])}" title="{title}">{number}</a>'
