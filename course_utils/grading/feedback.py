"""What a student reads afterwards, as Markdown and as one HTML file; and the words for it.

It says what is right, which mistake a wrong answer looks like and the question that leads out of
it. It never shows the inputs of a case, nor a solution.
"""

import html
import re
from collections.abc import Iterable

from course_utils.grading.comments import Comments
from course_utils.grading.result import (
    CRASHED,
    FULL,
    GRADER_ERROR,
    MISSING,
    NOT_ATTEMPTED,
    PARTIAL,
    RAISED,
    TIME_LIMIT,
    WRONG,
    Result,
)
from course_utils.grading.student import StudentResult

SIGNS = {FULL: "✓", PARTIAL: "◐", NOT_ATTEMPTED: "○", MISSING: "○", GRADER_ERROR: "!"}
WORDS = {
    FULL: "right",
    PARTIAL: "right in part",
    WRONG: "not right yet",
    RAISED: "stopped with an error",
    TIME_LIMIT: "took too long",
    CRASHED: "crashed",
    NOT_ATTEMPTED: "not attempted",
    MISSING: "not in the notebook",
    GRADER_ERROR: "could not be graded, which is not your fault; it will be repeated",
}
_COLOURS = {FULL: "#009E73", PARTIAL: "#B8860B", NOT_ATTEMPTED: "#777777", MISSING: "#777777"}
_WRONG_COLOUR = "#C04A00"


def sign(result: Result) -> str:
    if result.left_alone:
        return "·"
    return SIGNS.get(result.state, "✗")


def points(got: int, of: int) -> str:
    return f"{got} of {of} point{'' if of == 1 else 's'}"


def total(student: StudentResult) -> str:
    """All points of a student in words; a bonus comes on top of the maximum."""
    said = points(student.points, student.max_points)
    return f"{said}, {student.bonus} of them a bonus" if student.bonus else said


def score(result: Result) -> str:
    """The points of one exercise: `2 / 3`, or `+3 bonus` for an optional one."""
    if result.optional:
        return f"+{result.points} bonus"
    return f"{result.points} / {result.max_points}"


def words(result: Result) -> str:
    """The state in words; of an optional exercise that it is one."""
    return f"optional, {WORDS[result.state]}" if result.optional else WORDS[result.state]


def lines(result: Result) -> list[str]:
    """What there is to say about one exercise, most helpful first."""
    said = []
    if result.mistake:
        said.append(f"It looks like this mistake: {result.mistake}.")
    if result.hint:
        said.append(f"Ask yourself: {result.hint}" if result.mistake else f"A hint: {result.hint}")
    if result.sentence:
        said.append(_sentence(result.sentence))
    if result.place:
        said.append(_sentence(result.place))
    if result.failed:
        said.append(f"{result.cases - result.failed} of {result.cases} cases are right.")
    if result.groups:
        parts = [f"{'✓' if right else '✗'} {group}" for group, right in result.groups.items()]
        said.append(f"Parts of the task: {', '.join(parts)}.")
    return said


def _sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!", ")")) else f"{text}."


# --------------------------------------------------------------------------------------- Markdown
def markdown(student: StudentResult, comments: Comments | None = None) -> str:
    """Feedback as Markdown, for a job summary or a note."""
    comments = comments or {}
    out = [f"## {_escaped(student.student)}: {total(student)}", ""]
    said = [*student.remarks, *map(by_hand, comments.get("", ()))]
    out += [f"> {_escaped(remark)}" for remark in said] + [""] * bool(said)
    for number, results in by_notebook(student).items():
        out += [f"### Notebook {number}", "", "| | exercise | | points |", "|---|---|---|---|"]
        out += [f"| {sign(r)} | `{r.exercise}` | {words(r)} | {score(r)} |" for r in results]
        out.append("")
        for result in results:
            said = [*_to_say(result), *map(by_hand, comments.get(result.exercise, ()))]
            if said:
                out += [f"**`{result.exercise}`**", ""]
                out += [f"- {_escaped(line)}" for line in said] + [""]
    return "\n".join(out).rstrip() + "\n"


def by_hand(comment: str) -> str:
    return f"From your instructor: {comment}"


def _to_say(result: Result) -> list[str]:
    return [] if result.state == FULL else lines(result)


def _escaped(text: str) -> str:
    """Text that stays text in Markdown and in the HTML that it turns into.

    Single backticks in pairs make code. Runs of them do not: Markdown closes a run only with one
    of the same length, so that what looks paired may be none.
    """
    text = re.sub(r"``+", "'", re.sub(r"\s+", " ", text))
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # an odd backtick
        pieces = ["'".join(pieces)]
    escape = re.compile(r"([\\*_{}\[\]()#|<>!~&@]|:(?=//))")
    return "".join(
        f"`{piece.replace('|', '¦')}`" if i % 2 else escape.sub(r"\\\1", piece)
        for i, piece in enumerate(pieces)
    )


def by_notebook(student: StudentResult) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = {}
    for result in student.results:
        groups.setdefault(result.notebook, []).append(result)
    return groups


# ------------------------------------------------------------------------------------------- HTML
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222}
h1{font-size:1.5rem;margin-bottom:.2rem} h2{font-size:1.15rem;margin-top:2rem}
.sum{color:#555;margin-top:0} .bar{height:.6rem;background:#e6e6e6;border-radius:.3rem}
.bar i{display:block;height:100%;background:#009E73;border-radius:.3rem}
.ex{border-left:4px solid;padding:.3rem .9rem;margin:.8rem 0;background:#fafafa}
.ex p{margin:.3rem 0} .pt{float:right;color:#555} code{background:#eee;padding:0 .2rem}
.remark{background:#fff6e0;padding:.4rem .8rem} table{border-collapse:collapse}
td,th{padding:.2rem .7rem;text-align:left;border-bottom:1px solid #e0e0e0} .n{text-align:right}
footer{color:#777;font-size:.85rem;margin-top:2.5rem}
"""


def page(title: str, body: str) -> str:
    """A whole HTML document that needs nothing from elsewhere."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def html_page(student: StudentResult, comments: Comments | None = None) -> str:
    """Feedback as an HTML page. (The seed of the cases is not on it: it would tell the cases.)"""
    comments = comments or {}
    name, whole = html.escape(student.student), total(student)
    parts = [f'<h1>{name}</h1><p class="sum">{whole}</p>', bar(student.points, student.max_points)]
    remarks = [*student.remarks, *map(by_hand, comments.get("", ()))]
    parts += [f'<p class="remark">{html.escape(remark)}</p>' for remark in remarks]
    for number, results in by_notebook(student).items():
        parts.append(f"<h2>Notebook {number}</h2>")
        parts += [_exercise(r, comments.get(r.exercise, ())) for r in results]
    parts.append(f"<footer>Sandbox: {html.escape(student.sandbox)}</footer>")
    return page(f"{student.student}: {whole}", "\n".join(parts))


def bar(part: float, whole: float) -> str:
    width = min(100 * part / whole, 100) if whole else 0  # a bonus can make it more
    return f'<div class="bar"><i style="width:{width:.0f}%"></i></div>'


def _exercise(result: Result, comments: Iterable[str]) -> str:
    colour = _COLOURS.get(result.state, _WRONG_COLOUR)
    said = [*_to_say(result), *map(by_hand, comments)]
    return (
        f'<div class="ex" style="border-color:{colour}">'
        f'<span class="pt">{score(result)}</span>'
        f'<b style="color:{colour}">{sign(result)}</b> <code>{result.exercise}</code> '
        f"{html.escape(words(result))}" + "".join(f"<p>{code(s)}</p>" for s in said) + "</div>"
    )


def code(text: str) -> str:
    """Escaped, with `this` set as code."""
    pieces = html.escape(text).split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
