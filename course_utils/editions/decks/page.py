"""The pages of the decks: a frame for the slides of a notebook, and the list of all decks."""

import html
import re
from collections.abc import Iterator

from course_utils.editions.decks import code
from course_utils.editions.decks.slides import Deck, Slide, aside

TITLE = "Convolutional networks, forwards and backwards"
KEYS = (
    ("→ ←, space, or the buttons of a presenter", "next and previous slide"),
    ("S", "the speaker's view: notes, the next slide, the time"),
    ("Esc", "all slides at once; in a slider: lets go of it"),
    ("F", "full screen"),
    ("G", "a slide by its number"),
    ("B", "a black screen"),
)
_HEAD = """\
<!DOCTYPE html>
<html lang="en"{preparing}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{links}
</head>
"""
_DECK = """\
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="reveal/dist/reveal.js"></script>
<script src="reveal/plugin/notes/notes.js"></script>
<script src="moving.js"></script>
<script src="formulas.js"></script>
<script src="mathjax/tex-chtml.js"></script>
<script src="deck.js"></script>
</body>
</html>
"""
_STYLES = ("reveal/dist/reset.css", "reveal/dist/reveal.css", "deck.css")


def deck_page(deck: Deck) -> str:
    """A notebook's slides as one page; what it shows lies beside it."""
    sections = [
        "<section>\n" + "\n".join(map(_section, stack)) + "\n</section>"
        for stack in _stacks(deck.slides)
    ]
    links = "\n".join(f'<link rel="stylesheet" href="{name}">' for name in _STYLES)
    links += f"\n<style>{code.style_sheet()}</style>"
    head = _HEAD.format(title=plain(deck.title), links=links, preparing=' class="preparing"')
    return head + _DECK.format(slides="\n".join(sections))


def index_page(decks: dict[str, str], printed: set[str]) -> str:
    """The list of decks: {stem: title}; `printed` are the stems that have a PDF."""
    rows = [_row(stem, title, stem in printed) for stem, title in decks.items()]
    keys = "".join(f"<tr><th><kbd>{key}</kbd></th><td>{does}</td></tr>" for key, does in KEYS)
    head = _HEAD.format(
        title=html.escape(TITLE), preparing="", links='<link rel="stylesheet" href="deck.css">'
    )
    return (
        f'{head}<body class="index"><main>\n<h1>{html.escape(TITLE)}</h1>\n'
        f"<ol>\n{chr(10).join(rows)}\n</ol>\n<h2>Keys</h2>\n<table>{keys}</table>\n"
        "</main></body>\n</html>\n"
    )


def _row(stem: str, title: str, has_pdf: bool) -> str:
    pdf = f' <a class="pdf" href="pdf/{stem}.pdf">PDF</a>' if has_pdf else ""
    return f'<li><a href="{stem}.html">{title}</a>{pdf}</li>'


def plain(title: str) -> str:
    """A heading without the marks within it."""
    return re.sub(r"<[^>]*>", "", title)


def _stacks(slides: list[Slide]) -> Iterator[list[Slide]]:
    """The slides of each section."""
    current: list[Slide] = []
    for slide in slides:
        if current and slide.section != current[-1].section:
            yield current
            current = []
        current.append(slide)
    if current:
        yield current


def _section(slide: Slide) -> str:
    """A section of reveal.js."""
    where = f'<p class="where">{slide.where}</p>' if slide.where else ""
    return (
        f'<section data-cell="{slide.cell}"><div class="slide {slide.kind}">{where}'
        f'<div class="body">{"".join(slide.parts)}{aside(slide.notes)}</div></div></section>'
    )
