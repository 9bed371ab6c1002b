"""A text cell becomes blocks: paragraphs, formulas, lists, tables, each with its height in lines.

A line is one of the projector: `CHARACTERS` of ordinary text. The height of a formula is an
estimate; the page measures its slides once more before it shows them (`deck.js`).
"""

import html
import math
import re
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course_utils.paths import NUMBER

CHARACTERS = 76  # of body text in a line
GAP = 0.4  # lines between two blocks
ROWS = 8  # of a table on one slide
_SAY = re.compile(r"<!--\s*say:\s*(.*?)\s*-->", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PAGE = re.compile(rf'<a href="(?:\./)?({NUMBER}_\w+)\.ipynb(#[^"]*)?">')
_CLOSED = re.compile(r"[.!?…][\"”’)*_`]*\s*$")  # how a sentence ends; others go on below
_ELSEWHERE = re.compile(rf'<a href="(?!https?:|{NUMBER}_\w+\.html|#)[^"]*">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A piece of a slide that stays whole."""

    html: str
    lines: float
    kind: str = "paragraph"  # the name of markdown-it's token, or "heading"
    opens: bool = False  # what follows belongs to it: a heading, or a text without a full stop
    notes: tuple[str, ...] = field(default=())  # what is said here, as HTML


def _formula(content: str, options: dict) -> str:
    left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return html.escape(f"{left}{content.strip()}{right}")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(dollarmath_plugin, renderer=_formula, double_inline=True)
    return parser.use(amsmath_plugin, renderer=lambda text: _formula(text, {"display_mode": True}))


_MARKDOWN = _parser()


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text cell; a comment `<!-- say: … -->` is a note of the block before it.

    A comment before any text is a note of an empty block, which the slide before it takes over.
    """
    blocks: list[Block] = []
    parts = _SAY.split(text)  # text, note, text, note, …
    for place, part in enumerate(parts):
        if place % 2 == 0:
            blocks += _parsed(_COMMENT.sub("", part))
            continue
        if not blocks:
            blocks.append(Block("", 0, "empty"))
        note = _MARKDOWN.render(part).strip()
        blocks[-1] = replace(blocks[-1], notes=(*blocks[-1].notes, note))
    return blocks


def inline(text: str) -> str:
    """One sentence as HTML."""
    return _relinked(_MARKDOWN.renderInline(text))


def _parsed(text: str) -> list[Block]:
    tokens, group, blocks = _MARKDOWN.parse(text), [], []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            blocks += _blocks(group)
            group = []
    return blocks


def _blocks(group: list) -> list[Block]:
    kind = group[0].type.removesuffix("_open")
    if kind in ("bullet_list", "ordered_list", "table"):
        return _pieces(group, kind)
    lines, text = _height(group), group[1].content if len(group) > 1 else ""
    opens = kind == "heading" or (kind == "paragraph" and not _CLOSED.search(text))
    return [Block(_render(group), lines, kind, opens)]


def _render(group: list) -> str:
    made = _MARKDOWN.renderer.render(group, _MARKDOWN.options, {}).strip()
    made = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", made)  # a corner is no header of anything
    return _relinked(made)


def _relinked(text: str) -> str:
    """Links to notebooks lead to their decks; those into the repository are plain words."""
    return _ELSEWHERE.sub(r"\1", _PAGE.sub(r'<a href="\1.html">', text))


# ------------------------------------------------------------------- lists and tables, in pieces
def _pieces(group: list, kind: str) -> list[Block]:
    """A list item by item, a table some rows at a time with its head: each as one of its own."""
    if kind == "table":
        return _tables(group)
    first, items, blocks = group[0], _children(group, "list_item"), []
    start = int(first.attrGet("start") or 1)
    for number, item in enumerate(items, start):
        opening = _numbered(first, number) if kind == "ordered_list" else first
        blocks.append(Block(_render([opening, *item, group[-1]]), _height(item), kind))
    return blocks


def _numbered(token, number: int):
    copied = token.copy()
    copied.attrSet("start", str(number))
    return copied


def _children(group: list, name: str) -> list[list]:
    found, current, level = [], None, group[0].level + 1
    for token in group:
        if token.type == f"{name}_open" and token.level == level:
            current = []
        if current is not None:
            current.append(token)
        if token.type == f"{name}_close" and token.level == level:
            found.append(current)
            current = None
    return found


def _tables(group: list) -> list[Block]:
    body = next((i for i, t in enumerate(group) if t.type == "tbody_open"), len(group) - 1)
    head, rows = group[: body + 1], _rows(group[body:])
    tail = [*(t for t in group if t.type == "tbody_close"), group[-1]]
    blocks = []
    for i in range(0, max(len(rows), 1), ROWS):
        chosen = rows[i : i + ROWS]
        heights = [_row_height(row) for row in chosen]
        text = _render([*head, *(t for row in chosen for t in row), *tail])
        blocks.append(Block(text, 1.4 + sum(heights), "table"))
    return blocks


def _rows(tokens: list) -> list[list]:
    found, current = [], None
    for token in tokens:
        if token.type == "tr_open":
            current = []
        if current is not None:
            current.append(token)
        if token.type == "tr_close":
            found.append(current)
            current = None
    return found


def _row_height(row: list) -> float:
    cells = [len(_plain(t.content)) for t in row if t.type == "inline"]
    wide = sum(cells) + 3 * len(cells)
    return 1.3 * max(1, math.ceil(wide / CHARACTERS))


# --------------------------------------------------------------------------------------- heights
def _height(tokens: list) -> float:
    """Lines that a block takes, with the gaps within it."""
    total, parts = 0.0, 0
    for token in tokens:
        lines = _token_height(token)
        total, parts = total + lines, parts + (lines > 0)
    return total * (1.7 if tokens[0].type == "heading_open" else 1) + GAP * max(parts - 1, 0)


def _token_height(token) -> float:
    if token.type == "inline":
        shown = re.split(r"\$\$(.+?)\$\$", token.content, flags=re.DOTALL)
        displayed = sum(map(formula_height, shown[1::2]))
        return displayed + sum(math.ceil(len(_plain(t)) / CHARACTERS) for t in shown[::2])
    if token.type in ("math_block", "math_block_label", "amsmath"):
        return formula_height(token.content)
    if token.type in ("fence", "code_block"):
        return 0.75 * len(token.content.splitlines()) + 0.5
    if token.type == "html_block":
        return math.ceil(len(re.sub(r"<[^>]*>", "", token.content)) / CHARACTERS)
    return 0.0


def formula_height(formula: str) -> float:
    """Lines of a displayed formula: its rows, higher with fractions, sums and matrices."""
    rows = re.split(r"\\\\", re.sub(r"\\\\\s*(?=\\end)", "", formula))
    return sum(1.9 if re.search(r"\\(d?frac|sum|prod|underbrace|overbrace)", row) else 1.35
               for row in rows) + 0.5  # fmt: skip


def _plain(text: str) -> str:
    """About as many characters as are seen: formulas without commands, links without targets."""
    text = re.sub(r"\]\([^)]*\)", "", text)
    text = re.sub(r"\$([^$]*)\$", lambda found: re.sub(r"\\[a-zA-Z]+|[{}^_\\]", "", found[1]), text)
    return re.sub(r"[*`]", "", text)
