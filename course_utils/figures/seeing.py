"""Pictures of notebook 12: what a stride overlooks, fields, the deconvnet step by step, checks."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from course_utils.figures.images import as_shown
from course_utils.figures.inside import stretched
from course_utils.figures.style import BLUE, GREEN, GREY, ORANGE, PINK, SKY, WIDTH, house_style

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")


# -------------------------------------------------------------------------- what a stride overlooks
def seen_period(period: float, stride: int) -> float:
    """The period in pixels that a wave seems to have when only each stride-th pixel is looked at.

    Infinite where the wave looks constant.
    """
    turns = stride / period
    turns = abs(turns - round(turns))  # whole turns between two looks cannot be seen
    return np.inf if turns < 1e-9 else stride / turns


def draw_aliasing(figure: Figure, period: int, stride: int) -> None:
    """A wave along a row of pixels, the pixels that a stride looks at, and what they seem to be."""
    fine, pixels = np.linspace(0, 44, 441), np.arange(45)
    looked, seen = pixels[::stride], seen_period(period, stride)
    ax = figure.subplots()
    ax.plot(fine, np.cos(2 * np.pi * fine / period), color=SKY, linewidth=1.2, label="the stripes")
    ax.plot(fine, np.cos(2 * np.pi * fine / seen), "--", color=ORANGE, label="what is left")
    ax.plot(looked, np.cos(2 * np.pi * looked / period), "o", color=BLUE, label="pixels looked at")
    said = "nothing at all" if np.isinf(seen) else f"stripes of {seen:.3g} pixels"
    ax.set(xlabel="pixel", yticks=[], title=f"stripes of {period} pixels, stride {stride}: {said}")
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)


# ------------------------------------------------------------------------------------------- fields
def draw_field(figure: Figure, field, side: int, count: int, unit: int, name: str) -> None:
    """One side of the image, the units of a layer above it, and what one of them sees.

    field  (size, jump, start) of the layer; side, count: pixels and units along that side
    """
    size, jump, start = field
    first, last = start + unit * jump, start + unit * jump + size
    ax = figure.subplots()
    for pixel in range(min(first, 0), max(last, side)):
        inside, seen = 0 <= pixel < side, first <= pixel < last
        colour = (ORANGE if seen else "#dddddd") if inside else ("#f3c9ae" if seen else "white")
        ax.add_patch(Rectangle((pixel, 0), 1, 1, facecolor=colour, edgecolor="white"))
    middles = start + jump * np.arange(count) + size / 2
    ax.add_patch(Polygon([(first, 1), (last, 1), (middles[unit], 4)], color=ORANGE, alpha=0.2))
    ax.plot(middles, np.full(count, 4.3), "o", color=GREY, markersize=5)
    ax.plot(middles[unit], 4.3, "o", color=ORANGE, markersize=7)
    ax.text(side / 2, 5.1, f"{name}: {count} units, each {jump} pixels from the next", ha="center")
    ax.text(side / 2, -1.1, f"unit {unit} sees {size} pixels, from {first} to {last - 1}",
            ha="center")  # fmt: skip
    ax.set(xlim=(-14, side + 14), ylim=(-1.6, 6))
    ax.axis("off")


def show_fields(maps: dict, rows: tuple, columns: tuple) -> None:
    """How much each pixel counts, (H, W) each, by name; the frame is the field by the formula.

    rows, columns  first and last of the field
    """
    with house_style():
        _, axes = plt.subplots(1, len(maps), figsize=(2.1 * len(maps), 2.4), squeeze=False)
        for ax, (name, values) in zip(axes[0], maps.items(), strict=True):
            values = np.asarray(values)
            ax.imshow(values, vmin=0, vmax=float(values.max()))
            ax.add_patch(Rectangle((columns[0] - 0.5, rows[0] - 0.5), columns[1] - columns[0] + 1,
                                   rows[1] - rows[0] + 1, fill=False, edgecolor=ORANGE,
                                   linewidth=2))  # fmt: skip
            ax.set(xticks=[], yticks=[], title=name)


# --------------------------------------------------------------------------- the way back, in steps
def show_numbers(tables: dict, columns: int = 4) -> None:
    """Small maps (H, W) with their numbers, by name: red positive, blue negative, one scale."""
    limit = max(float(np.abs(table).max()) for table in tables.values()) or 1.0
    rows = -(-len(tables) // columns)
    with house_style():
        _, axes = plt.subplots(rows, columns, figsize=(WIDTH, 1.8 * rows), squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        for ax, (name, table) in zip(axes.ravel(), tables.items(), strict=False):
            ax.imshow(table, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set_title(name, fontsize=8)
            for (row, column), value in np.ndenumerate(table):
                ink = "white" if abs(value) > 0.6 * limit else "black"
                ax.text(column, row, f"{value + 0:g}", ha="center", va="center", fontsize=6,
                        color=ink)  # fmt: skip


def show_rules(rule, names=("backprop", "deconvnet", "guided")) -> None:
    """Four cells for each rule: what a ReLU passes down of +2 and -2, once open, once shut.

    rule(signal, x, name) -> what passes, as `deconv_relu`
    """
    signal, x = np.array([[2.0, -2.0], [2.0, -2.0]]), np.array([[3.0, 3.0], [-3.0, -3.0]])
    with house_style():
        _, axes = plt.subplots(1, len(names), figsize=(WIDTH, 2.1))
        for ax, name in zip(axes, names, strict=True):
            passed = np.asarray(rule(signal, x, name))
            ax.imshow(passed != 0, cmap="Blues", vmin=0, vmax=2)
            for (row, column), value in np.ndenumerate(passed):
                ax.text(column, row, f"{value + 0:g}", ha="center", va="center", fontsize=12)
            ax.set_xticks([0, 1], ["+2", "−2"])
            ax.set_yticks([0, 1], ["x > 0", "x < 0"] if name == names[0] else ["", ""])
            ax.tick_params(length=0)
            ax.set(xlabel="signal that comes down", title=name)
            ax.axhline(0.5, color="white")
            ax.axvline(0.5, color="white")


# ---------------------------------------------------------------------- what units have in common
def show_patches(patches: list, projections: list, names: list) -> None:
    """For each unit a row of patches (3, h, w) in 0 … 1, and below what goes back to them.

    Each projection has its own scale, on which 0 is middle grey.
    """
    rows, columns = 2 * len(patches), len(patches[0])
    side = min(WIDTH / columns, 3.6 / rows)
    with house_style():
        figure, axes = plt.subplots(rows, columns, figsize=(side * columns + 0.5, side * rows))
        figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)
        for k, (above, below) in enumerate(zip(patches, projections, strict=True)):
            for column in range(columns):
                axes[2 * k, column].imshow(as_shown(above[column]), vmin=0, vmax=1)
                axes[2 * k + 1, column].imshow(np.clip(stretched(below[column]), 0, 1))
            axes[2 * k, 0].set_ylabel(names[k], fontsize=8)
        for ax in axes.ravel():
            ax.set(xticks=[], yticks=[], frame_on=False)


# ------------------------------------------------------------------------------------------ a check
def show_sanity(likeness: dict, labels: list) -> None:
    """How alike pictures of a trained network are to those of a partly random one, a line each."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.9))
        colours = (BLUE, ORANGE, GREEN, PINK)
        for (name, values), colour, style, marker in zip(
            likeness.items(), colours, STYLES, MARKERS, strict=False
        ):
            ax.plot(values, style, marker=marker, color=colour, markersize=5, label=name)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.set_xticks(range(len(labels)), labels)
        ax.set(xlabel="layers with new random weights", ylabel="likeness", ylim=(-0.2, 1.05))
        ax.legend(fontsize=8)
