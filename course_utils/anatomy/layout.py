"""Where the boxes of a drawing stand. Everything is built from pieces around a vertical axis."""

from dataclasses import dataclass, field, replace

from course_utils.anatomy import svg
from course_utils.anatomy.arrange import Branches, Tangle
from course_utils.anatomy.boxes import Box
from course_utils.figures.colours import PALETTE

RADIUS = 9
STEM, LABELLED = 15, 24  # length of an arrow without and with a shape beside it
FAN = 26  # height in which lines fan out to branches or come together
SPACE = 14  # between branches


@dataclass
class Piece:
    """A part of the drawing around the axis x = 0, from y = 0 down to `height`.

    left, right  how far it reaches from the axis; `exits` are the x where its lines leave below
    """

    left: float
    right: float
    height: float
    body: str
    exits: list[float] = field(default_factory=lambda: [0.0])
    middle: float = 0.0  # of the last box: where shortcuts end
    edge: float = 0.0
    fork: bool = False  # whether it begins with lines that part, and so without an arrow's head


class Layout:
    """Makes pieces of the elements of one arrangement."""

    def __init__(self, boxes: list[Box], input_shape: tuple[int, ...]):
        self.boxes = boxes
        self.input_shape = input_shape

    def shape(self, number: int) -> tuple[int, ...]:
        return self.input_shape if number < 0 else self.boxes[number].shape

    def label(self, number: int) -> str:
        """The shape of a result, where it is another one than that of what was read."""
        if number < 0:
            return _product(self.input_shape)
        box = self.boxes[number]
        known = any(self.shape(r) == box.shape for r in box.reads)
        return "" if known else _product(box.shape)

    # ------------------------------------------------------------------------------ elements
    def element(self, element) -> Piece:
        if isinstance(element, Branches):
            return replace(self.branches(element), fork=True)
        if isinstance(element, Tangle):
            return replace(self.tangle(element), fork=True)
        return self.box(element)

    def box(self, number: int) -> Piece:
        box = self.boxes[number]
        notes = " · ".join(note for note in box.notes if note)
        if box.circle:
            body = svg.circle(0, RADIUS, RADIUS, box.title)
            body += svg.text(-RADIUS - 4, RADIUS, notes, svg.SMALL, svg.LINE, "end")
            left = RADIUS + 4 + svg.width_of(notes, svg.SMALL) if notes else RADIUS
            return Piece(left, RADIUS, 2 * RADIUS, svg.moved(0, 0, body, box.tip),
                         middle=RADIUS, edge=RADIUS)  # fmt: skip
        title = (f"{box.times} × " if box.times > 1 else "") + box.title
        if box.sort == "other" and notes:
            title, notes = f"{title} · {notes}", ""
        height = 33 if notes else 22
        half = max(svg.width_of(title), svg.width_of(notes, svg.SMALL), 50) / 2 + 7
        body = svg.rectangle(-half, 0, 2 * half, height, box.sort)
        body += svg.text(0, 11.5, title)
        body += svg.text(0, 24, notes, svg.SMALL, svg.LINE) if notes else ""
        return Piece(half, half, height, svg.moved(0, 0, body, box.tip),
                     middle=height / 2, edge=half)  # fmt: skip

    def row(self, row: list, source: int) -> Piece:
        """Elements one below the other, with arrows between them."""
        return stack(self.linked(row, source))

    def linked(self, row: list, source: int) -> list[tuple[Piece | None, Piece]]:
        """Pairs (arrow above, element), so that a column can begin at any of them."""
        pairs = []
        for k, element in enumerate(row):
            piece = self.element(element)
            lines = pairs[-1][1].exits if pairs else [0.0]
            head = not piece.fork and len(lines) == 1
            arrow = stem(self.label(source), head) if k else None
            pairs.append((arrow, piece))
            source = last_of(element)
        return pairs

    # ------------------------------------------------------------------------------ branches
    def branches(self, element: Branches) -> Piece:
        rows = sorted(element.branches, key=len, reverse=True)
        circle = element.join is not None and self.boxes[element.join].circle
        light = len(rows) == 2 and len(rows[1]) == 1 and isinstance(rows[1][0], int)
        if circle and not element.shortcut and light:
            return self.beside(rows[0], rows[1][0], element.join)
        pieces = [self.branch(row) for row in element.branches]
        return self.side_by_side(pieces, element)

    def branch(self, row: list) -> Piece:
        piece = self.row(row, -1)
        words = self.label(last_of(row[-1])) if len(piece.exits) == 1 else ""
        if not words:
            return piece
        below = stem(words, head=False)
        return stack([(None, piece), (None, below)])

    def side_by_side(self, pieces: list[Piece], element: Branches) -> Piece:
        """Branches around the axis, the lines that fan out to them, and the box where they meet."""
        many = len(pieces) > 1
        fan = FAN if many else STEM
        tallest = max(piece.height for piece in pieces)
        axes = _spread(pieces)
        body, exits = "", []
        for axis, piece in zip(axes, pieces, strict=True):
            top = fan + (tallest - piece.height) / 2
            body += svg.path(f"M0 0 {_curve(0, 0, axis, fan)} V{top:.1f}")
            body += "" if piece.fork else svg.tip_down(axis, top)
            body += svg.moved(axis, top, piece.body)
            for x in piece.exits:
                exits.append(axis + x)
                body += svg.path(f"M{axis + x:.1f} {top + piece.height:.1f} V{fan + tallest:.1f}")
        left = max(piece.left - axis for axis, piece in zip(axes, pieces, strict=True))
        right = max(piece.right + axis for axis, piece in zip(axes, pieces, strict=True))
        whole = Piece(left, right, fan + tallest, body, exits)
        if element.join is None:
            return whole
        joined = self.joined(whole, element.join)
        return self.with_shortcut(joined) if element.shortcut else joined

    def joined(self, above: Piece, number: int) -> Piece:
        """Lines from all exits to one box below."""
        box = self.box(number)
        alone = above.exits == [0.0]
        bottom = above.height + (STEM if alone else FAN)
        body = above.body
        spread = min(box.edge - 8, 30) if not self.boxes[number].circle else 0
        widest = max(abs(x) for x in above.exits) or 1
        for x in above.exits:
            end = x / widest * spread
            body += svg.path(f"M{x:.1f} {above.height:.1f} {_curve(x, above.height, end, bottom)}")
            body += svg.tip_down(end, bottom)
        body += svg.moved(0, bottom, box.body)
        return Piece(max(above.left, box.left), max(above.right, box.right), bottom + box.height,
                     body, middle=bottom + box.middle, edge=box.edge)  # fmt: skip

    def with_shortcut(self, piece: Piece) -> Piece:
        """An arc from the top of the piece to the right side of its last box."""
        x = piece.right + 12
        body = svg.path(_detour(x, piece.middle, piece.edge), svg.SHORTCUT, 1.8)
        body += svg.tip_left(piece.edge, piece.middle, svg.SHORTCUT)
        return Piece(piece.left, x + 2, piece.height, body + piece.body,
                     middle=piece.middle, edge=piece.edge)  # fmt: skip

    def beside(self, row: list, number: int, join: int) -> Piece:
        """One branch on the axis, the other, a single box, on the shortcut to the right."""
        main = self.side_by_side([self.branch(row)], Branches([row], join, False))
        side = self.box(number)
        x = main.right + SPACE + side.left
        top = (main.middle - side.height) / 2
        turn = 22
        foot, end = top + side.height, main.middle
        out = f"M0 1 H{x - turn:.1f} Q{x:.1f} 1 {x:.1f} {turn} V{top:.1f}"
        back = f"M{x:.1f} {foot:.1f} V{end - turn:.1f} Q{x:.1f} {end:.1f} {x - turn:.1f} {end:.1f}"
        body = svg.path(out, svg.SHORTCUT, 1.8) + svg.tip_down(x, top, svg.SHORTCUT)
        body += svg.path(f"{back} H{main.edge + 4:.1f}", svg.SHORTCUT, 1.8)
        body += svg.tip_left(main.edge, main.middle, svg.SHORTCUT)
        body += svg.moved(x, top, side.body)
        return Piece(main.left, x + side.right, main.height, body + main.body,
                     middle=main.middle, edge=main.edge)  # fmt: skip

    # -------------------------------------------------------------------------------- tangles
    def tangle(self, element: Tangle) -> Piece:
        """One column, and arcs on its right from each box to all that read it further down."""
        pieces = [self.box(number) for number in element.numbers]
        y, tops, body = float(STEM), {}, svg.path(f"M0 0 V{STEM}") + svg.tip_down(0, STEM)
        read = {(r, n) for n in element.numbers for r in self.boxes[n].reads}
        for k, (number, piece) in enumerate(zip(element.numbers, pieces, strict=True)):
            if k:
                if (element.numbers[k - 1], number) in read:
                    body += svg.path(f"M0 {y:.1f} V{y + STEM:.1f}") + svg.tip_down(0, y + STEM)
                y += STEM
            tops[number] = y
            body += svg.moved(0, y, piece.body)
            y += piece.height
        column = dict(zip(element.numbers, pieces, strict=True))
        arcs, reach = self.arcs(element, column, tops)
        right = max(max(p.right for p in pieces), reach)
        last = pieces[-1]
        return Piece(max(p.left for p in pieces), right, y, arcs + body,
                     middle=y - last.height + last.middle, edge=last.edge)  # fmt: skip

    def arcs(self, element: Tangle, column: dict[int, Piece], tops: dict[int, float]):
        """The arcs, coloured by where they begin, and how far they reach to the right."""
        body, reach = "", 0.0
        froms = sorted({a for a, _ in element.jumps})
        for a, b in sorted(element.jumps):
            colour = PALETTE[froms.index(a) % len(PALETTE)]
            start, y0 = (0.0, 3.0) if a not in column else (
                column[a].edge, tops[a] + 0.7 * column[a].height)  # fmt: skip
            entering = sorted(x for x, y in element.jumps if y == b)
            share = (entering.index(a) + 1) / (len(entering) + 1)
            end, y1 = column[b].edge, tops[b] + column[b].height * (0.75 - 0.5 * share)
            bulge = max(p.edge for p in column.values()) + 12 + 0.38 * (y1 - y0)
            body += svg.path(f"M{start:.1f} {y0:.1f} C{bulge:.1f} {y0:.1f} {bulge:.1f} {y1:.1f} "
                             f"{end + 4:.1f} {y1:.1f}", colour, 1.4)  # fmt: skip
            body += svg.tip_left(end, y1, colour)
            reach = max(reach, 0.75 * bulge + 0.25 * end + 2)
        return body, reach


def last_of(element) -> int:
    """The box whose result leaves an element below."""
    if isinstance(element, Branches):
        return element.join if element.join is not None else last_of(element.branches[-1][-1])
    return element.numbers[-1] if isinstance(element, Tangle) else element


def stem(words: str, head: bool = True) -> Piece:
    """A short line down, with a shape beside it."""
    length = LABELLED if words else STEM
    body = svg.path(f"M0 0 V{length}") + (svg.tip_down(0, length) if head else "")
    if words:
        body += svg.text(6, length / 2 - 1, words, svg.SMALL, svg.LINE, "start")
    return Piece(4, 6 + svg.width_of(words, svg.SMALL), length, body)


def stack(pairs: list[tuple[Piece | None, Piece]]) -> Piece:
    """Arrows and pieces one below the other."""
    pieces = [piece for pair in pairs for piece in pair if piece]
    y, body = 0.0, ""
    for piece in pieces:
        body += svg.moved(0, y, piece.body)
        y += piece.height
    return Piece(max(p.left for p in pieces), max(p.right for p in pieces), y, body,
                 exits=pieces[-1].exits, fork=pieces[0].fork)  # fmt: skip


def _spread(pieces: list[Piece]) -> list[float]:
    """The axes of pieces side by side, so that together they are centred."""
    if len(pieces) == 1:
        return [0.0]
    axes, x = [], 0.0
    for piece in pieces:
        axes.append(x + piece.left)
        x += piece.left + piece.right + SPACE
    middle = (axes[0] + axes[-1]) / 2
    return [axis - middle for axis in axes]


def _curve(x0: float, y0: float, x1: float, y1: float) -> str:
    half = (y0 + y1) / 2
    return f"C{x0:.1f} {half:.1f} {x1:.1f} {half:.1f} {x1:.1f} {y1:.1f}"


def _detour(x: float, bottom: float, edge: float) -> str:
    """From the axis out to x, down, and back to the edge of a box."""
    turn = min(22, bottom / 2)
    return (
        f"M0 1 H{max(x - turn, 0):.1f} Q{x:.1f} 1 {x:.1f} {turn:.1f} V{bottom - turn:.1f} "
        f"Q{x:.1f} {bottom:.1f} {x - turn:.1f} {bottom:.1f} H{edge + 4:.1f}"
    )


def _product(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
