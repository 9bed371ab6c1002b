"""What goes on a slide, as HTML: outputs, the card of an exercise, a sentence of a text."""

import html
import re
from typing import NamedTuple

from nbformat import NotebookNode

from course_utils.checking.exercise import Exercise
from course_utils.editions.decks.text import CHARACTERS, Block, inline

# The pages of the site are in a folder beside that of the pictures; a deck is above it.
_BESIDE = re.compile(r'("|&quot;)\.\./(frames|pictures)/')


def card(exercise: Exercise) -> str:
    """An exercise on one slide: its name, what is asked, points and minutes."""
    task = (exercise.__doc__ or "").strip().split("\n\n")[0]
    sentence = re.split(r"(?<=[.!?])\s", " ".join(task.split()))[0]
    turn = "Optional, harder, no hints" if exercise.optional else "Your turn"
    return (
        f'<div class="card"><p class="turn">{turn}</p><h2><code>{html.escape(exercise.name)}'
        f'</code></h2><p>{inline(sentence)}</p>'
        f'<p class="price">{exercise.worth} · about {exercise.minutes} minutes</p></div>'
    )  # fmt: skip


class Outputs(NamedTuple):
    """What a cell has made, kind by kind, each in its order."""

    figures: list[str]
    printed: list[str]
    tables: list[str]
    sounds: list[str]


def outputs_of(cell: NotebookNode) -> Outputs:
    found = Outputs([], [], [], [])
    for kind, content in map(_output, cell.get("outputs", ())):
        if content.strip():
            getattr(found, kind).append(content)
    return found


def _output(output: NotebookNode) -> tuple[str, str]:
    data = output.get("data", {})
    if "text/html" in data:
        text = data["text/html"]
        if "<audio" in text:
            return "sounds", re.search(r"<audio.*?</audio>", text, re.DOTALL).group()
        is_figure = re.match(r'\s*<(figure class="moving"|img) ', text)
        return ("figures" if is_figure else "tables"), _BESIDE.sub(r"\1\2/", text)
    if "image/svg+xml" in data:
        return "figures", data["image/svg+xml"]
    if "image/png" in data:
        return "figures", f'<img alt="" src="data:image/png;base64,{data["image/png"].strip()}">'
    return "printed", output.get("text") or data.get("text/plain", "")


def last_sentence(blocks: list[Block]) -> str:
    """The last sentence of a text, if it is short; most of them say what to look at below."""
    if not blocks or blocks[-1].kind != "paragraph":
        return ""
    text = re.sub(r"^<p>|</p>$", "", blocks[-1].html)
    starts = [0, *(found.end() for found in re.finditer(r"[.!?:]\s+(?=[A-Z(<])", text))]
    for start, end in reversed(list(zip(starts, [*starts[1:], len(text)], strict=True))):
        sentence = text[start:end].strip()
        seen = re.sub(r"<[^>]*>", "", sentence)
        if _is_whole(sentence) and not seen.startswith("(") and len(seen) <= 2 * CHARACTERS:
            return sentence
    return ""


def _is_whole(text: str) -> bool:
    """Whether no mark and no bracket begins before it."""
    return text.count("</") * 2 == text.count("<") and text.count("(") == text.count(")")
