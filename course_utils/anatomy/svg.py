"""The few SVG elements that drawings are made of. Lengths are in pixels of 1/96 inch."""

from html import escape

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, YELLOW

TEXT, SMALL = 11, 9  # font sizes
FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
FILLS = {  # sort of box: (inside, outline)
    "conv": ("#dcebf5", BLUE),
    "pool": ("#fbe9d3", YELLOW),
    "linear": ("#d9f0e8", GREEN),
    "block": ("#eef3f8", BLUE),
    "join": ("#ffffff", BLACK),
    "other": ("#f2f2f2", GREY),
}
LINE, SHORTCUT = "#555555", ORANGE


def width_of(words: str, size: float = TEXT) -> float:
    """About how wide the words are; rather more than less, whatever the font."""
    return 0.58 * size * len(words)


def text(x: float, y: float, words: str, size=TEXT, colour=BLACK, anchor="middle") -> str:
    """Words whose middle line is at y."""
    return (
        f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def rectangle(x: float, y: float, width: float, height: float, sort: str) -> str:
    """A box with rounded corners in the colours of its sort; blocks have a double outline."""
    fill, stroke = FILLS[sort]
    shape = f'width="{width:.1f}" height="{height:.1f}" rx="4" fill="{fill}" stroke="{stroke}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {shape}/>'


def circle(x: float, y: float, radius: float, sign: str) -> str:
    """A circle with a sign in it."""
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="#ffffff" stroke="{BLACK}"/>'
    return ring + text(x, y, sign, size=13)


def path(commands: str, colour: str = LINE, width: float = 1.2) -> str:
    """A line without filling."""
    return f'<path d="{commands}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def tip_down(x: float, y: float, colour: str = LINE) -> str:
    """The head of an arrow that ends at (x, y) from above."""
    points = f"{x - 3.2:.1f},{y - 6:.1f} {x + 3.2:.1f},{y - 6:.1f} {x:.1f},{y:.1f}"
    return f'<polygon points="{points}" fill="{colour}"/>'


def tip_left(x: float, y: float, colour: str = LINE) -> str:
    """The head of an arrow that ends at (x, y) from the right."""
    points = f"{x + 6:.1f},{y - 3.2:.1f} {x + 6:.1f},{y + 3.2:.1f} {x:.1f},{y:.1f}"
    return f'<polygon points="{points}" fill="{colour}"/>'


def moved(x: float, y: float, body: str, title: str = "") -> str:
    """A group of elements, moved; `title` is what the pointer shows over it."""
    tip = f"<title>{escape(title)}</title>" if title else ""
    return f'<g transform="translate({x:.1f},{y:.1f})">{tip}{body}</g>'


def document(width: float, height: float, body: str, scale: float = 1.0) -> str:
    """A picture on white paper, shown smaller by `scale`."""
    size = f'width="{scale * width:.0f}" height="{scale * height:.0f}"'
    size += f' viewBox="0 0 {width:.0f} {height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>'
    )
