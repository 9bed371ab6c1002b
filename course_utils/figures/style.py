"""The house style: small figures, quiet axes, the colours of `colours`."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.figure import Figure

from course_utils.figures import letters
from course_utils.figures.backend import draw_in_the_page
from course_utils.figures.colours import PALETTE

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
    mpl.rcParams.update(STYLE)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


def to_png(figure: Figure, dpi: int = 100, enlarged: float = 1) -> bytes:
    """Draw a figure into PNG bytes, without pyplot and so without a window or a warning.

    enlarged: how many times its letters are as large as drawn; the picture keeps its size.
    """
    letters.enlarge(figure, enlarged)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi * enlarged, metadata={"Software": None})
    return buffer.getvalue()
