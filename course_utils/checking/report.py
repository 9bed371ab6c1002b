"""How a verdict, a hint, a solution and the progress board look: as text and as HTML."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_utils.checking.board import Standing
from course_utils.checking.comparing import as_plain, describe, differs, short, tolerance
from course_utils.checking.exercise import Exercise
from course_utils.checking.judging import (
    NOT_ATTEMPTED,
    PASSED,
    RAISED,
    STOPPED,
    TIME_LIMIT,
    Verdict,
)
from course_utils.checking.locating import Place

_SIGN = {PASSED: "✓", NOT_ATTEMPTED: "○"}
# Okabe–Ito colours: told apart by colour-blind readers too, and never the only sign.
_COLOUR = {PASSED: "#009E73", NOT_ATTEMPTED: "#888888"}
WRONG_COLOUR, _INFO_COLOUR = "#D55E00", "#0072B2"
_MAX_ENTRIES = 24
_LINES_SHOWN = 3
_SMALLEST = "The smallest case that fails"
_GOES_ON = "The notebook goes on with the course's own version."
_OPTIONAL = "optional, harder, no hints"
_STATES = {TIME_LIMIT: "it did not come to an end", STOPPED: "stopped"}


@dataclass(frozen=True)
class Card:
    """A headline and some paragraphs, shown as HTML in a notebook and as text elsewhere."""

    headline: str
    paragraphs: tuple[str, ...] = ()
    code: str = ""
    colour: str = _INFO_COLOUR
    folded: tuple[str, str] | None = None  # a line, and what lies folded behind it

    def text(self) -> str:
        body = "".join(f"\n  {line}" for p in self.paragraphs for line in p.split("\n"))
        lines = self.code.split("\n") if self.code else []
        code = "".join("\n" + f"    {line}".rstrip() for line in lines)
        return self.headline + body + code + self._folded_text()

    def _folded_text(self) -> str:
        """The first lines only: where nothing can be folded away."""
        if self.folded is None:
            return ""
        summary, text = self.folded
        lines = [f"    {line}".rstrip() for line in text.split("\n")[:_LINES_SHOWN]]
        more = ["    …"] * (len(text.split("\n")) > _LINES_SHOWN)
        return "\n".join(["", f"  {summary}:", *lines, *more])

    def html(self) -> str:
        parts = [f"<b>{html.escape(self.headline)}</b>"]
        parts += [_paragraph(p) for p in self.paragraphs]
        if self.code:
            parts.append(_preformatted(self.code))
        if self.folded is not None:
            summary, text = map(html.escape, self.folded)
            parts.append(f"<details><summary>{summary}</summary><pre>{text}</pre></details>")
        style = (
            f"border-left:4px solid {self.colour};padding:4px 10px;margin:4px 0;line-height:1.45"
        )
        return f'<div style="{style}">{"".join(parts)}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def _paragraph(text: str) -> str:
    """Lines that are all indented stay as they are, like code; others flow."""
    if all(line.startswith("  ") for line in text.split("\n")):
        return _preformatted(text)
    return f"<div>{_inline(text)}</div>"


def _preformatted(text: str) -> str:
    style = "margin:4px 0;font-family:monospace;font-size:13px;line-height:1.35"
    return f'<pre style="{style}">{html.escape(text)}</pre>'


def _inline(text: str) -> str:
    """Escape, keep line breaks, and set `code` between backticks."""
    pieces = html.escape(text).replace("\n", "<br>").split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))


# --------------------------------------------------------------------------------------- verdicts
def verdict_card(verdict: Verdict, *, counts: bool = True, note: str = "") -> Card:
    """What `check` shows; `counts` is False where a right answer would earn no points.

    `note` stands at the end while something is still going on.
    """
    name = verdict.exercise.name
    if verdict.state == NOT_ATTEMPTED:
        return Card(f"○ {name}: not attempted yet.", (_GOES_ON,), colour=_COLOUR[NOT_ATTEMPTED])
    if verdict.passed:
        earns = verdict.exercise.points and counts
        points = f"{verdict.exercise.worth}." if earns else ""
        cases = "its one case" if verdict.cases == 1 else f"all {verdict.cases} cases"
        headline = f"✓ {name}: right in {cases}. {points}".rstrip()
        return Card(headline, _remarks(verdict), colour=_COLOUR[PASSED], folded=_printed(verdict))
    said = _STATES.get(verdict.state) or f"not right yet ({_failing(verdict)})"
    return Card(
        f"✗ {name}: {said}.",
        (*_diagnosis(verdict), *filter(None, [note])),
        colour=WRONG_COLOUR,
        folded=_printed(verdict),
    )


def _printed(verdict: Verdict) -> tuple[str, str] | None:
    """What the answer printed in one case, to be folded away."""
    if not verdict.printed:
        return None
    many = _count(max(verdict.printed_lines, 1), "line")
    return f"Your function printed {many} in one case", verdict.printed.rstrip("\n")


def foreign_card(exercise: Exercise, names: list[str]) -> Card:
    """A right answer that grading would not accept, because it calls what is not there then."""
    listed = " and ".join(f"`{name}`" for name in names)
    allowed = " and ".join(
        {"numpy": "NumPy", "torch": "PyTorch"}.get(p, p) for p in exercise.allows
    )
    return Card(
        "A remark: this would earn no points.",
        (
            f"It is right, but it uses {listed}. `course grade` runs an answer with {allowed} and "
            "Python's own library only: the exercise is to write it yourself.",
        ),
    )


def _failing(verdict: Verdict) -> str:
    if verdict.cases == 1:
        return "its one case fails"
    said = f"{verdict.failed} of {verdict.cases} cases {'fails' if verdict.failed == 1 else 'fail'}"
    if verdict.points:
        said += f", worth {verdict.points} of {verdict.exercise.worth} so far"
    return said


def _remarks(verdict: Verdict) -> tuple[str, ...]:
    return tuple(f"A remark: NumPy warned “{text}” on the way." for text in verdict.remarks)


def _diagnosis(verdict: Verdict):
    yield from _names(verdict)
    sentence = verdict.problem.sentence
    yield sentence[0].upper() + sentence[1:] if sentence.startswith(("you", "the ")) else sentence
    if verdict.also_wrong:
        yield _also(verdict.also_wrong)
    if verdict.case is not None:
        yield from _case_lines(verdict)
    if verdict.problem.kind == "raised":
        yield from _remarks(verdict)
    if verdict.places:
        yield places_sentence(verdict.places, verdict.cases)
    if not verdict.mistake:
        yield _next_step(verdict.exercise)
    yield _GOES_ON


def _next_step(exercise: Exercise) -> str:
    """What to do about a wrong answer that looks like no known mistake."""
    if exercise.optional:
        return "Stuck? There are no hints here: go through the smallest case with pencil and paper."
    return f"Stuck? Run `hint({exercise.name})` in a new cell."


def _names(verdict: Verdict):
    """The mistake or mistakes that were recognised, with their questions."""
    mistake, beside = verdict.mistake, verdict.beside
    if mistake and beside:
        yield f"It looks like two mistakes at once: {mistake.name}; and {beside.name}."
        yield f"Ask yourself: {mistake.hint}"
        yield f"And: {beside.hint}"
    elif mistake:
        yield f"It looks like this mistake: {mistake.name}."
        yield f"Ask yourself: {mistake.hint}"


def places_sentence(places: Sequence[Place], number: int) -> str:
    """Where in the learner's code one change would make so many cases right; never which one."""
    if not places:
        return ""
    where = " or ".join(f"in line {place.line}, `{place.text}`," for place in places)
    cases = "the case" if number == 1 else f"all {number} cases"
    looks = dict.fromkeys(place.sentence for place in places)
    return f"One change {where} would make {cases} right: {'; or '.join(looks)}"


def _also(names: tuple[str, ...]) -> str:
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"Besides, {listed} {'is' if len(names) == 1 else 'are'} wrong as well."


def _case_lines(verdict: Verdict):
    label = f" ({verdict.case.label})" if verdict.case.label else ""
    names = verdict.exercise.argument_names
    inputs = [f"  {n} = {_show(a)}" for n, a in zip(names, verdict.case.args, strict=False)]
    if inputs:
        which = "It happened in this case" if verdict.state in _STATES else _SMALLEST
        yield f"{which}{label}:"
        yield "\n".join(inputs)
    if verdict.problem.kind in ("values", "nan", "shape", "input returned"):
        yield f"  expected {_show(verdict.expected)}\n  got      {_show(verdict.got)}"


def _show(value) -> str:
    """Small values whole, large ones by their shape."""
    value = as_plain(value)
    if isinstance(value, np.ndarray):
        if value.size > _MAX_ENTRIES:
            return describe(value)
        shown = np.array2string(value, precision=6, separator=", ")
        # the rows of a map below one another, as one sees it; a blank line parts two maps
        return shown if value.ndim < 2 else f"\n{textwrap.indent(shown, '    ')}"
    if isinstance(value, tuple | list):
        inside = ", ".join(_show(item) for item in value)
        inside += "," * (isinstance(value, tuple) and len(value) == 1)
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, float | np.floating):
        return short(value)
    return f"the function {value.__name__}" if callable(value) else repr(value)


def difference_picture(verdict: Verdict) -> bytes | None:
    """Expected, got and difference side by side as PNG, when the answer is image-like."""
    planes = _wrong_plane(verdict)
    if planes is None:
        return None
    from matplotlib.figure import Figure

    from course_utils.figures.style import house_style, to_png

    expected, got = planes
    limit = float(np.abs(expected).max()) or 1.0
    with house_style():
        figure = Figure(figsize=(6.0, 2.1), layout="none")  # a layout engine would draw twice
        axes = figure.subplots(1, 3, gridspec_kw={"left": 0.01, "right": 0.88, "bottom": 0.03})
        panels = {"expected": expected, "your answer": got, "difference": got - expected}
        for ax, (title, plane) in zip(axes, panels.items(), strict=True):
            shown = ax.imshow(plane, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set(title=title, xticks=[], yticks=[])
        figure.colorbar(shown, cax=figure.add_axes((0.91, 0.15, 0.02, 0.65)))
        return to_png(figure)


def _wrong_plane(verdict: Verdict) -> tuple[np.ndarray, np.ndarray] | None:
    """The first 2-D plane (at least 4×4) of the first array in which the answers differ."""
    if verdict.problem is None or verdict.problem.kind != "values" or verdict.case is None:
        return None
    pairs = [(verdict.expected, verdict.got)]
    if isinstance(verdict.expected, tuple) and isinstance(verdict.got, tuple):
        pairs = list(zip(verdict.expected, verdict.got, strict=False))
    for expected, got in pairs:
        expected, got = np.asarray(as_plain(expected)), np.asarray(as_plain(got))
        if expected.ndim < 2 or min(expected.shape[-2:]) < 4 or got.shape != expected.shape:
            continue
        wrong = differs(got, expected, tolerance(verdict.exercise, expected, verdict.case))
        if wrong.any():
            plane = tuple(np.argwhere(wrong)[0][:-2])
            return expected[plane].astype(float), got[plane].astype(float)
    return None


# ------------------------------------------------------------------------------ hints, solution
def hint_card(exercise: Exercise, number: int) -> Card:
    """The number-th hint, counted from 1; after the last one, where else to look."""
    total = len(exercise.hints)
    if exercise.optional:
        said = (
            f"{exercise.name} is optional and comes without hints, so take your time: after an "
            f"attempt of your own, `reveal({exercise.name})` shows a solution.",
        )
        return Card(f"{exercise.name}: no hints here.", said)
    if number > total:
        again = [f"{k}. {text}" for k, text in enumerate(exercise.hints, 1)]
        solution = f"After an attempt of your own, `reveal({exercise.name})` shows a solution."
        said = f"{exercise.name}: no more hints. Here they are again:"
        return Card(said, (*again, solution))
    more = f" Run `hint({exercise.name})` again for the next one." if number < total else ""
    return Card(f"{exercise.name}, hint {number} of {total}", (exercise.hints[number - 1] + more,))


def solution_card(exercise: Exercise) -> Card:
    return Card(f"One solution of {exercise.name}", (exercise.explanation,), code=exercise.source)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


# ------------------------------------------------------------------------------------- the board
@dataclass(frozen=True)
class Board:
    """All exercises with their standing, by notebook; the optional ones apart, below them."""

    standings: tuple[Standing, ...]

    def text(self) -> str:
        lines = [self.headline]
        for title, rows in self._groups().items():
            lines.append(title)
            lines += [f"  {_sign(s)} {s.exercise.name:<28} {_words(s)}" for s in rows]
        return "\n".join(lines)

    @property
    def headline(self) -> str:
        """What is solved of what is asked for; a bonus comes on top, and is no part of the sum."""
        asked = [s for s in self.standings if not s.exercise.optional]
        done = sum(s.state == PASSED for s in asked)
        points = sum(s.points for s in asked)
        total = sum(s.exercise.points for s in asked)
        bonus = sum(s.points for s in self.standings) - points
        more = f", and {_count(bonus, 'bonus point')}" if bonus else ""
        return f"{done} of {len(asked)} exercises solved, {points} of {total} points{more}"

    def html(self) -> str:
        rows = "".join(
            f'<tr><td colspan="3" style="text-align:left"><b>{title}</b></td></tr>'
            + "".join(map(_board_row, standings))
            for title, standings in self._groups().items()
        )
        return f"<b>{self.headline}</b><table>{rows}</table>"

    def _groups(self) -> dict[str, list[Standing]]:
        groups: dict[str, list[Standing]] = {}
        for standing in self.standings:
            number, optional = standing.exercise.notebook, standing.exercise.optional
            groups.setdefault(_OPTIONAL if optional else f"notebook {number}", []).append(standing)
        apart = groups.pop(_OPTIONAL, None)
        return groups if apart is None else {**groups, _OPTIONAL: apart}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def _sign(standing: Standing) -> str:
    if standing.exercise.optional and standing.state == NOT_ATTEMPTED:
        return "·"  # an empty circle asks to be filled
    return _SIGN.get(standing.state, "✗")


def _words(standing: Standing) -> str:
    if standing.exercise.optional and standing.state == NOT_ATTEMPTED:
        return f"notebook {standing.exercise.notebook}, {standing.exercise.worth}"
    if standing.state == NOT_ATTEMPTED:
        return f"not attempted ({standing.exercise.worth})"
    words = {RAISED: "stopped with an error", TIME_LIMIT: "did not come to an end"}
    state = words.get(standing.state, standing.state)
    return f"{state}, {_count(standing.attempts, 'attempt')}"


def _board_row(standing: Standing) -> str:
    colour = _COLOUR.get(standing.state, WRONG_COLOUR)
    return (
        f'<tr><td style="color:{colour}">{_sign(standing)}</td>'
        f'<td style="text-align:left"><code>{standing.exercise.name}</code></td>'
        f'<td style="text-align:left">{html.escape(_words(standing))}</td></tr>'
    )
