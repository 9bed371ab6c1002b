"""Code, and what it printed, in letters as large as the slide allows."""

import functools
import html
import math
import re
from collections.abc import Sequence

SIZES = (28, 26, 24, 22, 20, 18)  # pixels at 1280 × 720
LEADING = 1.3  # distance of two lines, in letters
ADVANCE = 0.605  # width of a letter of a monospaced font, in letters
WIDTH, HEIGHT = 1136, 590  # pixels for code and output
PADDING = 34  # pixels above and below each of them, together
PRINTED = 22  # lines of an output on one slide
TABLE_ROWS = 12  # rows of a table on one slide, besides its head


def size_for(texts: Sequence[str], height: int = HEIGHT) -> int | None:
    """The largest size at which these texts fit below one another; None if none does.

    A size at which a line is too wide, and goes on below, is taken only where all are.
    """
    fitting = [size for size in SIZES if pixels(texts, size) <= height]
    whole = [size for size in fitting if not any(breaks(text, size) for text in texts)]
    return next(iter([*whole, *fitting]), None)


def pixels(texts: Sequence[str], size: int) -> float:
    """Height of the texts below one another; lines that are too wide are continued below."""
    room = int(WIDTH / (ADVANCE * size))
    lines = [max(1, math.ceil(len(line) / room)) for text in texts for line in text.split("\n")]
    return sum(lines) * size * LEADING + PADDING * len(texts)


def breaks(text: str, size: int) -> bool:
    """Whether a line is too wide at this size."""
    return max(map(len, text.split("\n"))) * ADVANCE * size > WIDTH


@functools.cache
def _formatter():
    from pygments import token
    from pygments.formatters import HtmlFormatter
    from pygments.style import Style

    # Each at least 7 : 1 on white, so that code can be read from the last row.
    colours = {token.Comment: "#515151", token.Keyword: "#6730c5", token.Operator.Word: "#6730c5",
               token.String: "#00622f", token.Number: "#7f4707", token.Name.Builtin: "#7f4707",
               token.Name.Decorator: "#7f4707", token.Name.Function: "#005b82",
               token.Name.Class: "#005b82"}  # fmt: skip
    return HtmlFormatter(style=type("Projected", (Style,), {"styles": colours}), nowrap=True)


def style_sheet() -> str:
    """The colours of code, on white."""
    return _formatter().get_style_defs(".code")


def code_html(source: str, size: int) -> str:
    from pygments import highlight
    from pygments.lexers import PythonLexer

    shown = highlight(source, PythonLexer(), _formatter()).rstrip("\n")
    return f'<pre class="code" style="font-size: {size}px">{shown}</pre>'


def printed_html(text: str, size: int) -> str:
    return f'<pre class="printed" style="font-size: {size}px">{html.escape(text)}</pre>'


def parts_of_print(text: str) -> list[str]:
    """A long output in parts of about equal length; a table's head is repeated on each.

    A head is what stands above a first line of dashes.
    """
    lines = text.rstrip("\n").split("\n")
    if len(lines) <= PRINTED:
        return ["\n".join(lines)]
    ruled = [i + 1 for i, line in enumerate(lines[:4]) if re.fullmatch(r"\s*[─—=-]{8,}\s*", line)]
    head, rest = (lines[: ruled[0]], lines[ruled[0] :]) if ruled else ([], lines)
    return ["\n".join([*head, *part]) for part in _evenly(rest, PRINTED - len(head))]


def parts_of_table(text: str) -> list[str]:
    """An HTML table in parts of at most `TABLE_ROWS` rows; caption and head are repeated.

    A row that has no cell of its own below another (a rowspan) stays whole with the next ones.
    """
    found = re.fullmatch(r"(.*?<table.*?>)(.*)(</table>.*)", text, re.DOTALL)
    if not found or text.count("<table") != 1:
        return [text]
    before, inside, after = found.groups()
    head = "".join(re.findall(r"<caption.*?</caption>|<thead.*?</thead>", inside, re.DOTALL))
    body = re.sub(r"<caption.*?</caption>|<thead.*?</thead>", "", inside, flags=re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    if len(rows) <= TABLE_ROWS or "rowspan" in body:
        return [text]
    return [f"{before}{head}<tbody>{''.join(part)}</tbody>{after}"
            for part in _evenly(rows, TABLE_ROWS)]  # fmt: skip


def _evenly(items: list[str], most: int) -> list[list[str]]:
    count = math.ceil(len(items) / most)
    length = math.ceil(len(items) / count)
    return [items[i : i + length] for i in range(0, len(items), length)]
