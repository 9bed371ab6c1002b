"""Which slide a cell belongs to, for a notebook that is shown live as slides (RISE) and for decks.

Sections start slides and everything else slides below them, so that each idea, each figure and each
piece of code has one. What is only there for the learner's kernel is skipped.
"""

from nbformat import NotebookNode

from course_utils.editions.cells import is_asking, is_figure, is_imports, without_comments

SHORT = 40  # words of a question or a caption that shares the slide of its figure
CONTINUED = "-"


def mark(cells: list[NotebookNode]) -> None:
    """Write `slideshow.slide_type` into the metadata of every cell."""
    shared = False  # whether the slide has a figure and its text already
    before = None
    for cell in cells:
        kind = _kind(cell)
        if kind == "subslide" and before is not None and not shared and _belong(before, cell):
            kind, shared = CONTINUED, True
        elif kind != "skip":
            shared = False
        cell.metadata["slideshow"] = {"slide_type": kind}
        before = cell if kind != "skip" else before


def kind_of(cell: NotebookNode) -> str:
    """What `mark` wrote; a slide of its own where nothing was written."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "subslide")


def _kind(cell: NotebookNode) -> str:
    if cell.cell_type == "markdown":
        return "slide" if cell.source.startswith(("# ", "## ")) else "subslide"
    tags = cell.metadata.get("tags", [])
    unseen = "setup" in tags or "exercise" in tags or is_asking(cell) or is_imports(cell)
    return "skip" if unseen else "subslide"


def _belong(before: NotebookNode, cell: NotebookNode) -> bool:
    """A figure after its short question, or a short caption after its figure."""
    return (_is_short(before) and is_figure(cell)) or (is_figure(before) and _is_short(cell))


def _is_short(cell: NotebookNode) -> bool:
    text = without_comments(cell.source) if cell.cell_type == "markdown" else ""
    return bool(text) and not text.startswith("#") and len(text.split()) <= SHORT
