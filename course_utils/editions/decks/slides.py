"""The cells of a notebook become slides: one for each idea, figure and piece of code."""

import math
import re
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from course_utils.checking.exercise import Exercise
from course_utils.checking.registry import get
from course_utils.editions.cells import is_figure, without_showing
from course_utils.editions.decks import code
from course_utils.editions.decks.packing import LINES, height, pack
from course_utils.editions.decks.pieces import card, last_sentence, outputs_of
from course_utils.editions.decks.text import Block, blocks_of
from course_utils.editions.slide_types import kind_of

LEAD = 3  # lines of a text that shares the slide of a figure or of code
CAPTION = 3.6  # lines of a caption, and of the controls above the figure
ALL_OF_IT = 5.2  # lines of a text cell that has no slide of its own before a figure or code
LINE = 52  # pixels of such a line
PLUMBING = 2  # lines of code before a figure that are not worth a slide
STAGE = '<div class="stage"'
READABLE = 20  # pixels of code that has company on its slide


@dataclass
class Slide:
    """What is on one slide: `parts` is its HTML, piece by piece; `where` the small line on top."""

    kind: str
    parts: list[str]
    where: str = ""
    notes: list[str] = field(default_factory=list)
    section: int = 0  # slides of one section lie below one another
    cell: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure without words so far: its controls are counted, they take room as well."""

    slide: Slide
    controls: int
    question: str  # the sentence before it

    def takes(self, block: Block) -> bool:
        """Whether there is room for this text as its caption."""
        rows = math.ceil(self.controls / 2)
        return _is_short(block) and not block.opens and block.lines + 0.8 * rows <= CAPTION


class Deck:
    """The slides of a notebook, made cell by cell."""

    def __init__(self, notebook: NotebookNode):
        self.title = ""
        self.headings: list[str] = []  # of the section, and of the part of it
        self.slides: list[Slide] = []
        self.waiting: list[Block] = []  # text that has not found its slide yet
        self.section, self.cell = 0, ""
        self.pictured: Figure | None = None  # the last slide, if it waits for a caption
        for cell in notebook.cells:
            self._take(cell)
        self._flush()

    # ------------------------------------------------------------------------------------- cells
    def _take(self, cell: NotebookNode) -> None:
        exercise = cell.metadata.get("course", {}).get("exercise")
        if exercise:
            self._exercise(get(exercise))
        elif cell.cell_type == "markdown":
            self._text(cell)
        elif kind_of(cell) != "skip":
            self._code(cell)

    def _text(self, cell: NotebookNode) -> None:
        blocks = blocks_of(cell.source)
        if blocks and blocks[0].kind == "empty":  # said before any text: of the slide before
            self._flush()
            if self.slides:
                self.slides[-1].notes += blocks[0].notes
            blocks = blocks[1:]
        if blocks and self.pictured and self.pictured.takes(blocks[0]):
            caption, self.pictured = blocks.pop(0), None
            self.slides[-1].parts.append(f'<div class="caption">{caption.html}</div>')
            self.slides[-1].notes += caption.notes
        self._flush()
        if kind_of(cell) == "slide":
            self.section += 1
        self.cell = cell.id
        self.waiting = blocks

    def _exercise(self, exercise: Exercise) -> None:
        """A card; a short text before it is on the same slide, with its heading on top."""
        above: list[Block] = []
        if self.slides and height(self.waiting) <= ALL_OF_IT:
            above, self.waiting = self.waiting, []
            self.headings = self._headings_after([b for b in above if b.kind == "heading"])
        self._flush()
        above = [replace(b, html="") if b.kind == "heading" else b for b in above]
        self._add("exercise", [*_shown(above), card(exercise)])

    def _code(self, cell: NotebookNode) -> None:
        figures, printed, tables, sounds = outputs_of(cell)
        if sounds and self.slides and not (self.waiting or figures or printed or tables):
            self._sounds(sounds)  # of what is on the slide before
            return
        question = last_sentence(self.waiting)
        lead = self._lead()
        self._flush()
        self.cell = cell.id
        listed = "" if is_figure(cell) else without_showing(cell.source)
        if not (figures and len(listed.splitlines()) <= PLUMBING):
            self._listing(listed, printed, lead)
            lead, printed = [], []
        for figure in figures:
            self._ask()
            self._figure(figure, lead, question)
            lead, question = [], ""
        for text in printed:
            self._printed(text)
        for text in tables:
            self._table(text, lead)
            lead = []
        self._say(lead)
        self._sounds(sounds)

    # ------------------------------------------------------------------------------------ slides
    def _listing(self, source: str, printed: list[str], lead: list[Block]) -> None:
        """Code with the text before it and what it printed, as far as there is room for them."""
        said = "".join(printed).rstrip()
        kept, texts, size = _arranged(source, said, lead)
        if lead and not kept:
            self._say(lead)
        parts = [*_shown(kept), *([code.code_html(source, size)] if source else [])]
        parts += [code.printed_html(text, size) for text in texts[1:]]
        self._add("code", parts)
        if said and len(texts) == 1:
            self._printed(said)

    def _printed(self, text: str) -> None:
        for part in code.parts_of_print(text):
            size = code.size_for([part]) or code.SIZES[-1]
            self._add("code", [code.printed_html(part, size)])

    def _table(self, text: str, lead: list[Block]) -> None:
        for part in code.parts_of_table(text):
            self._add("output", [*_shown(lead), f'<div class="output">{part}</div>'])
            lead = []

    def _figure(self, figure: str, lead: list[Block], question: str) -> None:
        stage = f"{STAGE} data-prevent-swipe>{figure}</div>"
        self._add("figure", [*_shown(lead), stage])
        if all(block.kind == "heading" for block in lead):
            self.pictured = Figure(self.slides[-1], figure.count("&quot;label&quot;"), question)

    def _sounds(self, players: list[str]) -> None:
        """Players beside one another, below what there is to see of them."""
        if players:
            self.slides[-1].parts.append(f'<div class="sounds">{"".join(players)}</div>')

    def _ask(self) -> None:
        """Put the question before a figure above it, once more, if no caption has followed."""
        if self.pictured and self.pictured.question:
            parts = self.pictured.slide.parts
            stage = next(i for i, part in enumerate(parts) if part.startswith(STAGE))
            parts.insert(stage, f"<p>{self.pictured.question}</p>")
        self.pictured = None

    def _lead(self) -> list[Block]:
        """Take the short text before a figure or before code away from the slides of text."""
        if not self.slides:  # the title has a slide of its own
            return []
        if height(self.waiting) <= ALL_OF_IT:
            taken, self.waiting = self.waiting, []
            self.headings = self._headings_after([b for b in taken if b.kind == "heading"])
            return taken
        if _is_short(self.waiting[-1]) and height(self.waiting[:-1]) > ALL_OF_IT / 2:
            return [self.waiting.pop()]
        return []

    def _flush(self) -> None:
        """Put the text that is waiting on slides."""
        self._ask()
        blocks, self.waiting = self.waiting, []
        self._say(blocks)

    def _say(self, blocks: list[Block]) -> None:
        for number, slide in enumerate(pack(blocks, LINES)):
            self.headings = self._headings_after([b for b in slide if b.kind == "heading"])
            is_first = number == 0 and not self.slides
            self._add("title" if is_first else "text", _shown(slide))

    def _add(self, kind: str, parts: list[str], notes: list[str] | None = None) -> None:
        own = any(re.match(r"<h[123]>", part) for part in parts)
        headings = self.headings[:-1] if own else self.headings
        where = " · ".join(filter(None, headings)) or ("" if own else self.title)
        self.slides.append(Slide(kind, parts, where, list(notes or ()), self.section, self.cell))

    def _headings_after(self, blocks: list[Block]) -> list[str]:
        headings = list(self.headings)
        for block in blocks:
            level, text = re.match(r"<h(\d)>(.*)</h\d>", block.html, re.DOTALL).groups()
            if level == "1":
                self.title, headings = text, []
            else:
                headings = [*headings[: int(level) - 2], text]
        return headings


def _is_short(block: Block) -> bool:
    return block.kind == "paragraph" and block.lines <= LEAD


def _arranged(source: str, said: str, lead: list[Block]) -> tuple[list[Block], list[str], int]:
    """The text, the codes and the size for one slide: all of it, or what matters most."""
    both = [source, said] if said else [source]
    alone = code.size_for([source]) or code.SIZES[-1]
    for kept, texts in ((lead, both), ([], both), (lead, [source])):
        size = code.size_for(texts, code.HEIGHT - int(LINE * height(kept)))
        if size is not None and size >= min(READABLE, alone):
            return kept, texts, size
    return [], [source], alone


def _shown(blocks: list[Block]) -> list[str]:
    """Blocks with what is said about them."""
    return [block.html + aside(block.notes) for block in blocks]


def aside(notes: tuple[str, ...] | list[str]) -> str:
    return "".join(f'<aside class="notes">{note}</aside>' for note in notes)
