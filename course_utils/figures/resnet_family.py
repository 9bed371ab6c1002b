"""Pictures of notebook 16: orders of a block, groups, two streams, fractals and their columns."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, SKY
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, number, say, trend, trends

COLOURS = {"norm": "#dddddd", "ReLU": "#f3c98b", "conv": "#a9d6f5"}
STYLES = ("-", "--", "-.", ":")


# ---------------------------------------------------------------------------- the order of a block
ORIGINAL = ("conv", "norm", "ReLU", "conv", "norm", "+", "ReLU")
PREACTIVATION = ("norm", "ReLU", "conv", "norm", "ReLU", "conv", "+")


def show_orders() -> None:
    """The original block and the pre-activation block, from left to right; the shortcut above."""
    with house_style():
        _, axes = plt.subplots(2, 1, figsize=(WIDTH, 2.7))
        for ax, steps, title in zip(axes, (ORIGINAL, PREACTIVATION), ("original (2015)",
                                    "pre-activation (2016)"), strict=True):  # fmt: skip
            _chain(ax, steps)
            ax.set_title(title, loc="left", fontsize=9)
    say(
        f"two rows of boxes: the original block is {', '.join(ORIGINAL)}, with ReLU after the "
        f"sum; the pre-activation block is {', '.join(PREACTIVATION)}, with nothing after it."
    )


def _chain(ax, steps: Sequence[str]) -> None:
    """Boxes in a row; from before the first one a line leads over them to the plus sign."""
    plus = steps.index("+")
    ax.plot([-0.9, len(steps) - 0.1], [0, 0], color=BLACK, linewidth=1, zorder=1)
    ax.plot([-0.55, -0.55, plus, plus], [0, 0.62, 0.62, 0], color=GREEN, linewidth=2.4, zorder=1)
    for place, step in enumerate(steps):
        behind = place > plus
        if step == "+":
            ax.text(place, 0, "+", ha="center", va="center", fontsize=13, zorder=3,
                    bbox={"boxstyle": "circle,pad=0.15", "fc": "white", "ec": GREEN})  # fmt: skip
            continue
        edge = {"ec": ORANGE, "lw": 2.2} if behind else {"ec": GREY, "lw": 0.8}
        ax.text(place, 0, step, ha="center", va="center", fontsize=10, zorder=3,
                bbox={"boxstyle": "round,pad=0.35", "fc": COLOURS[step], **edge})  # fmt: skip
    ax.text(-1.0, 0, "$x_l$", ha="right", va="center")
    ax.text(len(steps), 0, "$x_{l+1}$", ha="left", va="center")
    ax.set(xlim=(-1.5, len(steps) + 0.6), ylim=(-0.4, 0.85))
    ax.axis("off")


LOOKS = {"no shortcuts": (GREY, ":"), "original": (ORANGE, "--"), "pre-activation": (BLUE, "-")}


def show_by_block(curves: dict[str, Sequence[float]], ylabel: str, log: bool = False,
                  stage: int = 0) -> None:  # fmt: skip
    """A number for each block, a line for each network, from the first block on.

    curves  a name of LOOKS always has the same colour and style
    stage   so many blocks make a stage: a thin line stands where each new one begins
    """
    longest = max(map(len, curves.values()))
    starts = [1, *range(stage + 1, longest + 1, stage)] if stage else []
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.8))
        for (name, values), *spare in zip(curves.items(), PALETTE, STYLES, strict=False):
            colour, style = LOOKS.get(name, spare)
            ax.plot(np.arange(1, len(values) + 1), values, style, color=colour, label=name)
        for start in starts[1:]:
            ax.axvline(start, color=GREY, linewidth=0.7, alpha=0.6, zorder=0)
        ax.set(xlabel="block", ylabel=ylabel, xlim=(0.5, longest + 0.5))
        ax.set_xticks(sorted({1, longest, *(starts or range(5, longest, 5))}))
        ax.set(yscale="log") if log else ax.set_ylim(0, 1.05)
        ax.legend(fontsize=8)
    say(f"{ylabel} by block: {trends(curves, log=log)}.")


# --------------------------------------------------------------------------------- width and depth
def show_growth(widths, by_width, depths, by_depth, labels: tuple[str, str]) -> None:
    """Millions of parameters against the widening factor, and against the number of layers."""
    with house_style():
        _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.7))
        for ax, x, y, colour, marker, title, xlabel in (
            (left, widths, by_width, ORANGE, "o", labels[0], "widening factor k"),
            (right, depths, by_depth, BLUE, "s", labels[1], "layers"),
        ):
            ax.plot(x, np.asarray(y) / 1e6, marker + "-", color=colour, markersize=4)
            ax.set(xlabel=xlabel, ylabel="parameters (millions)", ylim=(0, None), title=title)
    first, second = ([y / 1e6 for y in values] for values in (by_width, by_depth))
    say(
        f"millions of parameters: with the widening factor a steep curve that {trend(first)}, "
        f"with the number of layers a straight line that {trend(second)}."
    )


# ------------------------------------------------------------------------------------- cardinality
def groups_of(cardinality: int, width: int) -> np.ndarray:
    """(maps, maps) of 0 and 1: which input map (column) each filter (row) of the 3×3 reads."""
    return np.kron(np.eye(cardinality, dtype=int), np.ones((width, width), dtype=int))


def draw_groups(figure: Figure, cardinality: int, widths: dict[int, int], count) -> None:
    """Who reads whom in the 3×3 of a bottleneck of 256 maps, and where its weights are.

    widths: maps of a group for each cardinality; count(cardinality, width): all weights.
    """
    width = widths[cardinality]
    inner = cardinality * width
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    left.imshow(groups_of(cardinality, width), cmap="Blues", vmin=0, vmax=1.4)
    left.set(xlabel="map that is read", ylabel="filter", xticks=(0, inner - 1),
             yticks=(0, inner - 1), title=f"{cardinality} × {width}d: {inner} maps")  # fmt: skip
    for row, (groups, maps) in enumerate(widths.items()):
        grouped, all_weights = 9 * groups * maps * maps, count(groups, maps)
        faint = 1.0 if groups == cardinality else 0.35
        for start, length, colour in ((0, grouped, BLUE), (grouped, all_weights - grouped, ORANGE)):
            right.barh(row, length / 1e3, left=start / 1e3, color=colour, alpha=faint)
    right.set_yticks(range(len(widths)), [f"{groups} × {maps}d" for groups, maps in widths.items()])
    right.set(xlabel="weights (thousands)", title="blue: 3×3, orange: the two 1×1")
    right.invert_yaxis()
    grouped = 9 * cardinality * width * width
    say(
        f"{counted(cardinality, 'square')} along the diagonal of {inner} × {inner} maps, so that "
        f"its 3 × 3 has {grouped:,} weights, and bars for "
        f"{listed(f'{g} × {m}d' for g, m in widths.items())} of nearly equal length.",
        figure,
    )


# ------------------------------------------------------------------------------------- two streams
def show_streams() -> None:
    """A generalised residual layer: the residual stream above, the transient one below."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.5))
        for y, name, colour in ((1, "residual", BLUE), (0, "transient", GREY)):
            ax.text(-0.25, y, f"{name}\n${name[0]}$", ha="right", va="center", color=colour)
            for x, symbol in ((3, "+"), (4, "norm\nReLU")):
                ax.text(x, y, symbol, ha="center", va="center", zorder=3, fontsize=9, bbox={
                    "boxstyle": "round,pad=0.3", "fc": "white", "ec": colour})  # fmt: skip
            ax.annotate("", (5.2, y), (4.4, y), arrowprops={"arrowstyle": "->", "color": colour})
            for target in (0, 1):
                ax.annotate("", (2.78, target), (0, y), arrowprops={
                    "arrowstyle": "->", "color": SKY, "lw": 1.6})  # fmt: skip
            ax.plot([3.2, 3.65], [y, y], color=colour, linewidth=1)
        for x, y, letter in ((1.4, 1, "A"), (0.75, 0.27, "B"), (0.75, 0.73, "C"), (1.4, 0, "D")):
            ax.text(x, y, f"${letter}$", ha="center", va="center", fontsize=9, zorder=3, bbox={
                "boxstyle": "round,pad=0.25", "fc": SKY, "ec": "none"})  # fmt: skip
        ax.plot([0, 0, 3, 3], [1, 1.5, 1.5, 1.16], color=GREEN, linewidth=2.4)
        ax.text(1.5, 1.58, "shortcut", ha="center", va="bottom", color=GREEN, fontsize=9)
        ax.set(xlim=(-1.4, 5.4), ylim=(-0.4, 1.9))
        ax.axis("off")
    say(
        "two streams from left to right, the residual one above with a shortcut to its sum and "
        "the transient one below without; arrows A to D lead from each of them to both."
    )


# -------------------------------------------------------------------------------------- fractals
def fractal_layers(columns: int) -> list[tuple[int, float, float]]:
    """Each convolution of a block as (column, begin, end), in units of the deepest column."""
    whole = 2 ** (columns - 1)
    return [
        (c, i * whole / 2**c, (i + 1) * whole / 2**c) for c in range(columns) for i in range(2**c)
    ]


def draw_fractal(figure: Figure, columns: int) -> None:
    """A fractal block, from left to right: a row for each column, green lines where they join."""
    whole = 2 ** (columns - 1)
    ax = figure.subplots()
    for column, begin, end in fractal_layers(columns):
        middle = (begin + end) / 2
        ax.plot([begin, end], [column, column], color=BLACK, linewidth=0.8, zorder=1)
        ax.plot(middle, column, "s", color=BLUE, markersize=12 if columns < 5 else 8, zorder=2)
    for place in range(whole + 1):
        meet = [c for c in range(columns) if place * 2**c % whole == 0]
        if len(meet) > 1:
            ax.plot([place] * 2, [meet[0], meet[-1]], color=GREEN, linewidth=2.4, zorder=3)
    ax.set_yticks(range(columns), [f"column {c + 1}: {2**c}" for c in range(columns)], fontsize=9)
    ax.set(xlim=(-0.25, whole + 0.25), ylim=(columns - 0.5, -0.5), xlabel="layers passed",
           title=f"deepest path: {whole}, convolutions: {2**columns - 1}")  # fmt: skip
    ax.set_xticks(range(whole + 1))
    say(
        f"a block of {counted(columns, 'column')} with {listed(2**c for c in range(columns))} "
        "convolutions side by side, joined by green lines where they meet: the deepest path "
        f"passes {counted(whole, 'layer')}.",
        figure,
    )


def show_columns(scores: dict[str, Sequence[float]], columns: Sequence[str]) -> None:
    """Accuracy of the whole and of each column alone: a group of bars for each way of training."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.7))
        wide = 0.8 / len(scores)
        for k, ((name, values), colour) in enumerate(zip(scores.items(), PALETTE, strict=False)):
            ax.bar(np.arange(len(values)) + (k - (len(scores) - 1) / 2) * wide, values, wide * 0.95,
                   color=colour, label=name)  # fmt: skip
        ax.axhline(0.1, color=GREY, linestyle=":", label="guessing")
        ax.set_xticks(range(len(columns)), columns)
        ax.set(ylabel="test accuracy", ylim=(0, 1))
        ax.legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    said = [f"{name}: {listed(number(v) for v in values)}" for name, values in scores.items()]
    say(f"groups of bars of accuracy for {listed(columns)}; {'; '.join(said)}.")
