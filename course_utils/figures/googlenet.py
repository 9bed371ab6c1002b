"""Pictures of notebook 14: what an inception module costs, who gets a gradient, class maps."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLUE, ORANGE, PALETTE
from course_utils.figures.images import as_shown
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, number, say, trends


def show_costs(modules: dict[str, dict[str, float]]) -> None:
    """One bar for each module, laid together from its branches: millions of multiply–adds."""
    branches = list(dict.fromkeys(name for costs in modules.values() for name in costs))
    with house_style():
        _, ax = plt.subplots(figsize=(6.2, 0.9 + 0.5 * len(modules)))
        for row, costs in enumerate(modules.values()):
            left = 0.0
            for name in costs:
                colour = PALETTE[branches.index(name) % len(PALETTE)]
                ax.barh(row, costs[name] / 1e6, left=left / 1e6, color=colour, height=0.6,
                        label=name if name not in _labels(ax) else None)  # fmt: skip
                left += costs[name]
            ax.text(left / 1e6, row, f" {left / 1e6:.0f}", va="center", fontsize=9)
        ax.set_yticks(range(len(modules)), list(modules))
        ax.set(xlabel="million multiply–adds")
        ax.margins(x=0.1)
        ax.invert_yaxis()
        ax.legend(fontsize=8, loc="lower right")
    totals = {name: sum(costs.values()) / 1e6 for name, costs in modules.items()}
    said = [f"{name} {number(total)}" for name, total in totals.items()]
    say(f"stacked bars of millions of multiply–adds: {listed(said)}.")


def _labels(ax) -> list[str]:
    return ax.get_legend_handles_labels()[1]


def draw_bottleneck(figure: Figure, widths, costs, direct: float, chosen: int) -> None:
    """Multiply–adds of a branch against the width of its bottleneck; dotted: without one."""
    ax = figure.subplots()
    widths, costs = np.asarray(widths), np.asarray(costs) / 1e6
    ax.plot(widths, costs, color=BLUE, label="with a bottleneck of this width")
    ax.axhline(direct / 1e6, color=ORANGE, linestyle="--", label="without")
    at = int(np.flatnonzero(widths == chosen)[0])
    ax.plot(chosen, costs[at], "o", color=BLUE, markersize=8)
    ax.set_title(f"{chosen} maps: {costs[at]:.0f} M, {costs[at] / (direct / 1e6):.0%} of the cost "
                 "without", fontsize=10)  # fmt: skip
    ax.set(xlabel="maps of the bottleneck", ylabel="million multiply–adds", ylim=(0, None))
    ax.legend(fontsize=8, loc="lower right")
    say(
        f"a straight line that rises with the width of the bottleneck: at {chosen} maps it costs "
        f"{costs[at]:.0f} million multiply–adds, against {direct / 1e6:.0f} without one.",
        figure,
    )


def show_gradients(places: Sequence[str], curves: dict[str, Sequence[float]]) -> None:
    """Size of the gradient at places of a network, from the first layer on, logarithmically."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.2, 2.8))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, "os^D", strict=False):
            ax.semilogy(range(len(places)), values, marker=marker, color=colour, label=name)
        ax.set_xticks(range(len(places)), places)
        ax.set(xlabel="layer", ylabel="size of the gradient")
        ax.legend(fontsize=8)
    say(
        f"size of the gradient from {places[0]} to {places[-1]}, logarithmic: "
        f"{trends(curves, places, log=True)}."
    )


def show_class_maps(images, maps, titles: Sequence[str]) -> None:
    """Images (N, C, H, W) above, and what a class found where: maps (N, h, w), one colour scale."""
    limit = float(np.abs(maps).max())
    with house_style():
        figure, axes = plt.subplots(2, len(images), figsize=(6.4, 2.4), squeeze=False)
        for above, below, image, found, title in zip(*axes, images, maps, titles, strict=True):
            above.imshow(as_shown(image))
            above.set_title(title.replace(" ", "\n", 1), fontsize=8)
            H, W = np.shape(image)[-2:]
            below.imshow(as_shown(image), alpha=0.35)
            shown = below.imshow(found, cmap="PuOr_r", vmin=-limit, vmax=limit, alpha=0.75,
                                 extent=(-0.5, W - 0.5, H - 0.5, -0.5))  # fmt: skip
            for ax in (above, below):
                ax.axis("off")
        figure.colorbar(shown, ax=axes, shrink=0.7, label="for the class")
    said = dict.fromkeys(titles)
    say(
        f"{counted(len(images), 'image')} above and below each where its class was found, orange "
        f"for and purple against: {listed(said)}."
    )


def show_rank_one(column, row, product) -> None:
    """A column and a row of weights, and the filter that they make together."""
    limit = float(np.abs(product).max())
    with house_style():
        _, axes = plt.subplots(1, 3, figsize=(5.6, 1.9), width_ratios=[1, 3, 3])
        parts = (np.reshape(column, (-1, 1)), np.reshape(row, (1, -1)), product)
        for ax, part, title in zip(axes, parts, ("7 × 1", "1 × 7", "together 7 × 7"), strict=True):
            ax.imshow(part, cmap="PuOr_r", vmin=-limit, vmax=limit)
            ax.axis("off")
            ax.set_title(title, fontsize=9)
    say(
        "a column of 7 weights, a row of 7, and the 7 × 7 filter that is their product: all its "
        "rows have the same pattern."
    )
