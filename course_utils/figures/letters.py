"""Letters for the last row of a lecture hall: the same figure on less paper, shown as large.

With `COURSE_LETTERS=large` a figure is drawn on a smaller canvas with more pixels for each inch:
letters, lines and points grow against everything else. How much is tried out for each figure: as
far as no letters run into others, a curve or another plot, out of their box, or off the canvas that
did not do so before.
"""

import itertools
import os
import warnings
from collections.abc import Iterable

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

FACTORS = (1.4, 1.3, 1.2, 1.1)  # tried from the first on
SLACK = 1.0  # pixels by which boxes of letters may overlap: their corners are empty


def are_large() -> bool:
    return os.environ.get("COURSE_LETTERS") == "large"


def largest(figure: Figure) -> float:
    """The first of `FACTORS` that this figure can take; 1 if it can take none."""
    size = tuple(figure.get_size_inches())
    before = _clashes(figure)
    try:
        for factor in FACTORS:
            _resize(figure, size, factor)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")  # a layout that finds no room only warns
                    now = _clashes(figure)
            except UserWarning:
                continue
            if now <= before:
                return factor
        return 1.0
    finally:
        figure.set_size_inches(size)


def enlarge(figure: Figure, factor: float) -> None:
    """Make the canvas smaller; more pixels for each inch are up to the caller."""
    _resize(figure, tuple(figure.get_size_inches()), factor)


def enlarge_when_shown(figure: Figure) -> None:
    """A hook for pyplot's figures: their letters are enlarged when Jupyter asks for the picture."""
    draw = figure.canvas.print_figure

    def print_figure(*args, dpi=None, **options):
        size, factor = tuple(figure.get_size_inches()), largest(figure)
        enlarge(figure, factor)
        try:
            return draw(*args, dpi=(dpi or figure.dpi) * factor, **options)
        finally:
            figure.set_size_inches(size)

    figure.canvas.print_figure = print_figure


def _resize(figure: Figure, size: tuple[float, float], factor: float) -> None:
    figure.set_size_inches(size[0] / factor, size[1] / factor)


# --------------------------------------------------------------------------------------- measuring
def _clashes(figure: Figure) -> set[tuple]:
    """Pairs of texts that overlap, texts off the canvas, out of their box, on curves or plots."""
    figure.draw_without_rendering()
    texts = list(_shown(figure))
    boxes = [text.get_window_extent() for text in texts]
    found: set[tuple] = set()
    for (i, one), (k, other) in itertools.combinations(enumerate(boxes), 2):
        if _overlap(one, other):
            found.add((id(texts[i]), id(texts[k])))
    canvas = figure.bbox
    for text, box in zip(texts, boxes, strict=True):
        if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > canvas.x1 + SLACK \
                or box.y1 > canvas.y1 + SLACK:  # fmt: skip
            found.add((id(text), "off"))
    found |= _outgrown(figure, texts, boxes) | _trespassing(figure, texts, boxes)
    return found | _covered(figure)


def _covered(figure: Figure) -> set[tuple]:
    """Curves that run under the legend of their plot."""
    legends = [(ax, ax.get_legend()) for ax in figure.axes if ax.get_legend() is not None]
    found = set()
    for ax, legend in legends:
        box = legend.get_window_extent()
        for line in ax.lines:
            points = line.get_transform().transform(line.get_xydata())  # (points, 2)
            steps = np.linspace(0, 1, 20)[:, np.newaxis, np.newaxis]
            between = points[:-1] + steps * np.diff(points, axis=0)  # (20, points - 1, 2)
            x, y = between[..., 0], between[..., 1]
            if ((box.x0 < x) & (x < box.x1) & (box.y0 < y) & (y < box.y1)).any():
                found.add((id(line), id(legend)))
    return found


def _trespassing(figure: Figure, texts: list[Text], boxes: list) -> set[tuple]:
    """Texts of one plot that run into another one, such as a title into a scale of colours."""
    plots = [(ax, ax.get_window_extent()) for ax in figure.axes if ax.get_visible()]
    return {
        (id(text), id(ax))
        for text, box in zip(texts, boxes, strict=True)
        for ax, area in plots
        if text.axes is not None and text.axes is not ax and _overlap(box, area)
    }


def _overlap(one, other) -> bool:
    return (min(one.x1, other.x1) - max(one.x0, other.x0) > SLACK
            and min(one.y1, other.y1) - max(one.y0, other.y0) > SLACK)  # fmt: skip


def _outgrown(figure: Figure, texts: list[Text], boxes: list) -> set[tuple]:
    """Texts whose middle is in a drawn box, and which are wider or higher than the box."""
    patches = [patch for ax in figure.axes for patch in ax.patches if patch.get_visible()]
    if not (patches and texts):
        return set()
    areas = np.array([patch.get_window_extent().extents for patch in patches])  # x0, y0, x1, y1
    found = set()
    for text, box in zip(texts, boxes, strict=True):
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        inside = (areas[:, 0] < x) & (x < areas[:, 2]) & (areas[:, 1] < y) & (y < areas[:, 3])
        wide = (box.width > areas[:, 2] - areas[:, 0] + SLACK) | (
            box.height > areas[:, 3] - areas[:, 1] + SLACK
        )
        found |= {(id(text), id(patches[i])) for i in np.flatnonzero(inside & wide)}
    return found


def _shown(figure: Figure) -> Iterable[Text]:
    """Every text that is drawn; an axis also keeps labels of ticks out of sight."""
    unseen = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not (ax.axison and low <= tick.get_loc() <= high):
                    unseen |= {id(tick.label1), id(tick.label2)}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in unseen:
            yield text
