"""The house style: small figures, quiet axes, the colours of `colours`."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from course_utils.figures import letters
from course_utils.figures.backend import draw_in_the_page
from course_utils.figures.colours import PALETTE
from course_utils.figures.counting import count, counts
from course_utils.figures.words import with_minus

FRAME = "#999999"  # around images
WIDTH = 6.4  # inches; the widest figure of the course
STYLE = {
    "figure.figsize": (WIDTH, 3.2),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "legend.frameon": False,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "lines.linewidth": 1.8,
}
if letters.are_large():
    STYLE["figure.hooks"] = [f"{letters.__name__}:enlarge_when_shown"]


def use_house_style() -> None:
    """Set the style for all figures of this notebook, and let them appear in it."""
    draw_in_the_page()
    mpl.rcParams.update(STYLE)


@contextmanager
def house_style() -> Iterator[None]:
    """The style for one `with` block.

    Only our own settings are put back at the end: `matplotlib.rc_context` would also undo what a
    notebook's backend sets when the first figure appears, and later figures would stay invisible.
    """
    before = {name: mpl.rcParams[name] for name in STYLE}
    earlier = set(_open_figures())
    mpl.rcParams.update(STYLE)
    try:
        yield
        for number in set(_open_figures()) - earlier:
            finish(sys.modules["matplotlib.pyplot"].figure(number))
    finally:
        mpl.rcParams.update(before)


def _open_figures() -> list[int]:
    """The numbers of pyplot's figures; pyplot is not imported for this."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot.get_fignums() if pyplot else []


# --------------------------------------------------------------- what every figure has in common
def finish(figure: Figure) -> None:
    """Give images a whole frame or none, axes that count whole numbers, and numbers a minus sign
    where a hyphen was written."""
    for ax in figure.axes:
        sides = list(ax.spines.values())
        shown = [side.get_visible() for side in sides]
        if ax.images and any(shown) and not all(shown):
            for side in sides:
                side.set(visible=True, color=FRAME, linewidth=0.8)
        for axis in (ax.xaxis, ax.yaxis):
            if counts(axis):
                count(axis)
            if isinstance(axis.get_major_locator(), FixedLocator):
                given = [label.get_text() for label in axis.get_ticklabels()]
                if any("-" in text for text in given):
                    axis.set_ticklabels([with_minus(text) for text in given])
    for text in figure.findobj(Text):
        if "-" in text.get_text():
            text.set_text(with_minus(text.get_text()))


def to_png(figure: Figure, dpi: int = 100, enlarged: float = 1, *, quick: bool = False) -> bytes:
    """Draw a figure into PNG bytes, without pyplot and so without a window or a warning.

    enlarged: how many times its letters are as large as drawn; the picture keeps its size. quick:
    more bytes in less time, for a picture that is looked at once.
    """
    letters.enlarge(figure, enlarged)
    layout = figure.get_layout_engine()
    if layout is not None and figure.axes:
        # savefig would draw everything twice for it; and once is not enough: titles above axes of
        # equal scales have their room only in the second round
        for _ in range(2):
            layout.execute(figure)
        figure.set_layout_engine("none")
    buffer = io.BytesIO()
    options = {"pil_kwargs": {"compress_level": 1}} if quick else {}
    figure.savefig(buffer, format="png", dpi=dpi * enlarged, metadata={"Software": None}, **options)
    return buffer.getvalue()
