"""A filter that slides over an image with its numbers written in: one plane, or several at once."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.figures.colours import BLACK
from course_utils.figures.words import counted, say

LINE = 0.055  # of the figure's height, for a line of text below the grids


# ------------------------------------------------------------------------------ grids of numbers
def write_numbers(ax: Axes, grid: np.ndarray, limit: float, shown=None, size: float = 9) -> None:
    """A grid with its numbers written in: red positive, blue negative; `shown` hides the rest."""
    shown = np.ones(grid.shape, dtype=bool) if shown is None else shown
    ax.imshow(np.where(shown, grid, 0), cmap="RdBu_r", vmin=-1.6 * limit, vmax=1.6 * limit)
    for (row, column), value in np.ndenumerate(grid):
        if shown[row, column]:
            ax.text(column, row, f"{value:g}", ha="center", va="center",
                    fontsize=size, in_layout=False)  # fmt: skip
    _lines(ax, grid.shape)


def _lines(ax: Axes, shape: tuple[int, int]) -> None:
    for row in range(shape[0] + 1):
        ax.plot([-0.5, shape[1] - 0.5], [row - 0.5] * 2, color="#cccccc", linewidth=0.6)
    for column in range(shape[1] + 1):
        ax.plot([column - 0.5] * 2, [-0.5, shape[0] - 0.5], color="#cccccc", linewidth=0.6)
    ax.set(xlim=(-0.6, shape[1] - 0.4), ylim=(shape[0] - 0.4, -0.6), aspect="equal")
    ax.axis("off")


def frame(ax: Axes, row: float, column: float, height: float, width: float, colour=BLACK) -> None:
    """A thick frame around some pixels of a grid."""
    box = Rectangle((column - 0.5, row - 0.5), width, height, fill=False, edgecolor=colour,
                    linewidth=2.5, zorder=4)  # fmt: skip
    ax.add_patch(box)


# ------------------------------------------------------------------------------------- the figure
def correlate(image: np.ndarray, weight: np.ndarray, stride: int = 1) -> np.ndarray:
    """image (C, H, W), weight (F, C, KH, KW) -> (F, OH, OW): the windows that the pictures show."""
    windows = np.lib.stride_tricks.sliding_window_view(image, weight.shape[2:], axis=(1, 2))
    return np.einsum("cijuv,fcuv->fij", windows[:, ::stride, ::stride], weight)


def draw_sliding(figure: Figure, image, weight, place: int, stride: int = 1, *, chosen: int = 0,
                 bias=None, planes: Sequence[str] = ()) -> None:  # fmt: skip
    """Filters at their `place`-th stop on an image, the sum there, and the outputs so far.

    image (H, W) with a weight (KH, KW), or image (C, H, W) with a weight (F, C, KH, KW)
    chosen  the filter whose sum is written out, from 0 to F − 1
    bias (F,)  what is added to each sum; planes  the names of the C channels
    """
    image = np.reshape(image, (-1, *np.shape(image)[-2:]))
    weight = np.reshape(weight, (-1, len(image), *np.shape(weight)[-2:]))
    bias = np.zeros(len(weight)) if bias is None else np.asarray(bias)
    out = correlate(image, weight, stride) + bias[:, np.newaxis, np.newaxis]
    place = min(place, out[0].size - 1)
    stop = np.unravel_index(place, out.shape[1:])
    top, left = (int(k) * stride for k in stop)
    (KH, KW), several = weight.shape[2:], len(image) > 1 or len(weight) > 1
    columns = _axes(figure, image, weight, out)
    size = 8 if several else 9
    for ax, plane in zip(columns[0], image, strict=True):
        write_numbers(ax, plane, 9, size=size)
        frame(ax, top, left, KH, KW)
    for f, axes in enumerate(columns[1:-1]):
        for ax, plane in zip(axes, weight[f], strict=True):
            write_numbers(ax, plane, float(np.abs(weight).max()), size=size)
            if several and f == chosen:
                frame(ax, 0, 0, KH, KW)
    seen = np.arange(out[0].size).reshape(out.shape[1:]) <= place
    for f, ax in enumerate(columns[-1]):
        write_numbers(ax, out[f], float(np.abs(out).max()), seen, size)
        if f == chosen:
            frame(ax, *map(int, stop), 1, 1)
    window = image[:, top : top + KH, left : left + KW]
    names = planes or [f"plane {c + 1}" for c in range(len(image))]
    lines = _sums(window, weight[chosen], float(bias[chosen]), names)
    _write_below(figure, lines)
    shapes = tuple("×".join(map(str, a.shape)) for a in (image, weight[0], out))
    if several:
        _name_planes(columns, names, shapes)
    else:
        for axes, name, grid in zip(columns, ("image", "filter", "output"),
                                    (image, weight[0], out), strict=True):  # fmt: skip
            axes[0].set_title(f"{name} {grid.shape[1]}×{grid.shape[2]}")
    say(_in_words((top, left), image, weight, out, chosen, place, lines), figure)


def _axes(figure: Figure, image, weight, out) -> list[list[Axes]]:
    """A column of axes for the planes, one for each filter, and one for the outputs."""
    C, F, rows = len(image), len(weight), max(len(image), len(weight))
    widths = [image.shape[2], *[weight.shape[3]] * F, out.shape[2]]
    grid = figure.add_gridspec(rows, F + 2, width_ratios=widths)
    counts = [C, *[C] * F, F]
    return [[figure.add_subplot(grid[k, column]) for k in range(count)]
            for column, count in enumerate(counts)]  # fmt: skip


def _name_planes(columns: list[list[Axes]], names: Sequence[str], shapes: tuple[str, str, str]):
    """Shapes above the columns, and which plane or map each grid is."""
    first, *filters, last = columns
    for ax, name in zip(first, names, strict=True):
        ax.set_title(f"{name}", fontsize=9)
    for f, axes in enumerate(filters):
        for ax, name in zip(axes, names, strict=True):
            ax.set_title(f"filter {f + 1}, {name}", fontsize=9)
    for f, ax in enumerate(last):
        ax.set_title(f"map {f + 1}", fontsize=9)
    text = (
        f"input {shapes[0]}, {counted(len(filters), 'filter')} of {shapes[1]}, output {shapes[2]}"
    )
    first[0].figure.suptitle(text, fontsize=10)


def _sums(window: np.ndarray, weight: np.ndarray, bias: float, names: Sequence[str]) -> list[str]:
    """The products of each plane (KH, KW) on a line of its own, then their sum with the bias."""
    lines = [_products(*pair) for pair in zip(window, weight, strict=True)]
    if len(lines) == 1 and not bias:
        return lines
    parts = [f"{(x * w).sum():g}" for x, w in zip(window, weight, strict=True)]
    parts = [part if k == 0 or part[0] != "-" else f"({part})" for k, part in enumerate(parts)]
    total = f"{(window * weight).sum() + bias:g}"
    together = f"{' + '.join(parts)} + bias {bias:g} = {total}".replace("-", "−")
    return [*(f"{name}: {line}" for name, line in zip(names, lines, strict=True)), together]


def _products(window: np.ndarray, weight: np.ndarray) -> str:
    """`0·(−1) + 3·0 + 9·1 = 9`"""
    terms = [
        f"{value:g}·{w:g}" if w >= 0 else f"{value:g}·(−{-w:g})"
        for value, w in zip(window.ravel(), weight.ravel(), strict=True)
    ]
    return " + ".join(terms) + f" = {(window * weight).sum():g}".replace("-", "−")


def _write_below(figure: Figure, lines: list[str]) -> None:
    for k, line in enumerate(reversed(lines)):
        size = 9 if len(lines) == 1 or k == 0 else 8
        figure.text(0.5, 0.02 + LINE * k, line, ha="center", fontsize=size)
    room = 0.02 + LINE * len(lines)
    figure.get_layout_engine().set(rect=(0, room, 1, 1 - room))


def _in_words(corner, image, weight, out, chosen, place, lines) -> str:
    """One plane and one filter in the words of the first figure, several with all their shapes."""
    where = f"row {corner[0]} and column {corner[1]}"
    KH, KW = weight.shape[2:]
    if len(image) == 1 and len(weight) == 1:
        size = "×".join(map(str, image.shape[1:]))
        return (
            f"a filter of {KH} × {KW} on {where} of an image of {size} numbers, and the output "
            f"filled up to there: {lines[0]}."
        )
    return (
        f"{counted(len(image), 'plane')} of {image.shape[1]} × {image.shape[2]} numbers, "
        f"{counted(len(weight), 'filter')} of {len(image)} × {KH} × {KW} on {where}, and "
        f"{counted(len(out), 'map')} of {out.shape[1]} × {out.shape[2]} with {place + 1} of "
        f"{out[0].size} numbers each; for filter {chosen + 1}, {'; '.join(lines)}."
    )
