"""`draw`: a block diagram of any network, from the graph that one run without values shows."""

import base64
import html
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from torch import nn

from course_utils.anatomy import svg
from course_utils.anatomy.arrange import Branches, Tangle, arrange
from course_utils.anatomy.boxes import Box, boxes_of
from course_utils.anatomy.layout import Layout, Piece, last_of, stack, stem
from course_utils.anatomy.noted import Walk
from course_utils.anatomy.walk import walk
from course_utils.errors import CourseError

WIDTH = 6.4 * 96  # pixels
HEIGHT = 400  # what a column should not exceed where there is room for another one
TALLEST = 900  # more boxes than fit into this are drawn as blocks
MOST_BOXES, MOST_KNOTS = 34, 8  # in all, and in one tangle: more are hard to read
MARGIN = 8
GUTTER = 26
INPUT_WORD = Piece(18, 18, 14, svg.text(0, 6, "input", svg.SMALL, svg.LINE))


@dataclass(frozen=True)
class Drawing:
    """A picture that a notebook shows by itself; `width` and `height` are in pixels."""

    svg: str = field(repr=False)
    width: float
    height: float
    shrunk: bool = False  # whether it had to be made smaller to fit the width
    words: str = "a block diagram"

    def __repr__(self) -> str:
        return f"<{self.words}>"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """As an image: pages that do not trust a notebook show that, and no SVG of its own."""
        data = base64.b64encode(self.svg.encode()).decode()
        words = html.escape(self.words)
        return f'<img alt="{words}" src="data:image/svg+xml;base64,{data}">'

    def save(self, path: str | Path) -> None:
        """Write the picture as an SVG file."""
        Path(path).write_text(self.svg, encoding="utf-8")


def draw(model: nn.Module, input_size: tuple[int, ...], depth: int | None = None) -> Drawing:
    """A block diagram, read from top to bottom: branches side by side, shortcuts as arcs.

    input_size  what the network or block reads, without the batch: (3, 224, 224)
    depth       1: each module that the network itself runs is one box; 2: those within these, and
                so on; None: as deep as can be read

    The shape of a result stands beside the arrow where it changes; norms and rectifiers stand in
    the box whose result they change; the pointer over a box shows its counts.

    Raises CourseError for an input that the network cannot read, and for a depth below 1.
    """
    if depth is not None and (not isinstance(depth, int) or depth < 1):
        raise CourseError(f"depth is 1, 2, … or None for as deep as can be read, got {depth!r}.")
    noted = walk(model, input_size)
    if depth is not None:
        drawing = _drawn(noted, boxes_of(noted, model, depth))
    else:
        drawing = _readable(noted, model)
    return replace(drawing, words=f"block diagram of {type(model).__name__}: {drawing.words}")


def _drawn(noted: Walk, boxes: list[Box]) -> Drawing:
    drawing = _on_paper(_columns(Layout(boxes, noted.input_size), arrange(boxes)))
    return replace(drawing, words=f"{len(boxes)} box{'' if len(boxes) == 1 else 'es'}")


def _readable(noted: Walk, model: nn.Module) -> Drawing:
    """Single layers where they are few and fit on paper, else the deepest blocks that do."""
    deepest = max(len(step.within) for step in noted.steps)
    best, allowed = None, MOST_KNOTS
    for depth in [*range(1, deepest), None]:
        boxes = boxes_of(noted, model, depth)
        if best and len(boxes) > MOST_BOXES:
            continue
        knots = _knots(arrange(boxes))
        drawing = _drawn(noted, boxes)
        fits = not drawing.shrunk and drawing.height <= TALLEST
        if best is None or (fits and knots <= allowed):
            best, allowed = drawing, max(knots, allowed)
    return best


def _knots(row: list) -> int:
    """Boxes in the largest tangle."""
    sizes = [0]
    for element in row:
        if isinstance(element, Tangle):
            sizes.append(len(element.numbers))
        if isinstance(element, Branches):
            sizes += [_knots(branch) for branch in element.branches]
    return max(sizes)


# ----------------------------------------------------------------------------------------- columns
def _columns(layout: Layout, row: list) -> list[Piece]:
    """As many columns as are needed for the height, and no more than the width has room for."""
    (_, first), *others = layout.linked(row, -1)
    entry = stem(layout.label(-1), head=not first.fork)
    pairs = [(None, stack([(INPUT_WORD, entry), (None, first)])), *others]
    arrow, last = pairs.pop()
    pairs.append((arrow, stack([(last, stem(layout.label(last_of(row[-1]))))])))
    best = [stack(pairs)]
    for count in range(2, 8):
        columns = [stack(part) for part in _split(pairs, count)]
        if max(column.height for column in best) <= HEIGHT or _width(columns) > WIDTH:
            break
        best = columns
    return best


def _split(pairs: list, count: int) -> list[list]:
    """The pairs in `count` columns of heights that are as equal as can be."""
    low, high = 0.0, sum(_height(pair) for pair in pairs)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(pairs, middle)) <= count else (middle, high)
    return _filled(pairs, high)


def _filled(pairs: list, height: float) -> list[list]:
    columns, used = [[]], 0.0
    for pair in pairs:
        if columns[-1] and used + _height(pair) > height:
            columns.append([])
            used = 0.0
        columns[-1].append(pair)
        used += _height(pair)
    return columns


def _height(pair) -> float:
    return sum(piece.height for piece in pair if piece)


def _width(columns: list[Piece]) -> float:
    inner = sum(column.left + column.right for column in columns)
    return inner + GUTTER * (len(columns) - 1) + 2 * MARGIN


def _on_paper(columns: list[Piece]) -> Drawing:
    """Columns side by side, a line from the foot of each to the head of the next."""
    top = MARGIN + (16 if len(columns) > 1 else 0)
    tallest = max(column.height for column in columns)
    body, x, ends = "", float(MARGIN), []
    for column in columns:
        axis = x + column.left
        ends.append((axis, column))
        body += svg.moved(axis, top, column.body)
        x = axis + column.right + GUTTER
    for (axis, column), (following, _) in pairwise(ends):
        body += _bridge(axis, top + column.height, following, top, axis + column.right + GUTTER / 2)
    height = top + tallest + MARGIN + (12 if len(columns) > 1 else 0)
    width = max(_width(columns), 60)
    scale = min(1.0, WIDTH / width)
    page = svg.document(width, height, body, scale)
    return Drawing(page, scale * width, scale * height, scale < 1)


def _bridge(x0: float, y0: float, x1: float, y1: float, lane: float) -> str:
    line = f"M{x0:.1f} {y0:.1f} v6 q0 6 6 6 H{lane - 6:.1f} q6 0 6 -6 V{y1 - 6:.1f} q0 -6 6 -6 "
    line += f"H{x1 - 6:.1f} q6 0 6 6 V{y1 + 1:.1f}"
    return svg.path(line, "#999999")
