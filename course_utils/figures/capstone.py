"""Pictures of notebook 25: the scoreboard, recipes, what is confused, how sure a network may be."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

from course_utils.figures.colours import BLUE, GREY, ORANGE, PALETTE
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.training import MARKERS
from course_utils.figures.words import say


def show_scoreboard(rows: Sequence[dict], costs: dict[str, str]) -> None:
    """Accuracy against each cost, a mark for each network, with the spread of its trainings.

    rows: with "network", "accuracy" (mean, 0 … 1), "spread" (0 where there is one training) and
    numbers under the names in `costs`; costs: name -> label of its axis, logarithmic
    """
    with house_style():
        figure, axes = plt.subplots(1, len(costs), figsize=(WIDTH, 3.3), sharey=True, squeeze=False)
        for ax, (name, label) in zip(axes[0], costs.items(), strict=True):
            for k, row in enumerate(rows):
                ax.errorbar(row[name], row["accuracy"], yerr=row["spread"] or None, markersize=6,
                            fmt=MARKERS[k % len(MARKERS)], color=PALETTE[(k + k // 7) % 7],
                            capsize=2, elinewidth=1, label=row["network"])  # fmt: skip
            ax.set(xscale="log", xlabel=label)
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
            ax.xaxis.set_major_formatter(EngFormatter(sep=" "))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.grid(axis="y", color=GREY, alpha=0.25)
        axes[0][0].set_ylabel("accuracy on test images")
        names = axes[0][0].get_legend_handles_labels()
        figure.legend(*names, loc="outside lower center", ncols=3, fontsize=7)
    best = max(rows, key=lambda row: row["accuracy"])
    say(f"Marks for {len(rows)} networks, with the noise of each: accuracy against "
        f"{' and '.join(costs.values())}. {best['network']} is highest, at "
        f"{best['accuracy']:.0%}.")  # fmt: skip


def show_recipes(networks: dict[str, tuple[float, float | None]]) -> None:
    """Accuracy (%) with an old recipe and a new one, joined by an arrow: {network: (old, new)}.

    new is None where there is only one recipe.
    """
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 0.36 * len(networks) + 0.9))
        for y, (old, new) in enumerate(networks.values()):
            ax.plot(old, y, "o", color=BLUE, markersize=6)
            if new is not None:
                ax.annotate("", (new, y), (old, y),
                            arrowprops={"arrowstyle": "->", "color": GREY})  # fmt: skip
                ax.plot(new, y, "s", color=ORANGE, markersize=6)
        ax.set_yticks(range(len(networks)), list(networks))
        ax.set(xlabel="ImageNet, top-1 accuracy (%)", ylim=(len(networks) - 0.5, -0.5))
        ax.grid(axis="x", color=GREY, alpha=0.25)
        marks = [Line2D([], [], color=colour, marker=marker, linestyle="", label=word)
                 for colour, marker, word in ((BLUE, "o", "old recipe"),
                                              (ORANGE, "s", "new recipe"))]  # fmt: skip
        ax.legend(handles=marks, fontsize=8, loc="lower left")
    gains = {name: new - old for name, (old, new) in networks.items() if new is not None}
    say("Arrows from the accuracy with the old recipe to that with the new one: "
        + ", ".join(f"{name} gains {gain:.1f} points" for name, gain in gains.items())
        + ".")  # fmt: skip


def show_ways(counts: Sequence[int], runs: dict[str, Sequence[Sequence[float]]],
              chance: float = 0.1) -> None:  # fmt: skip
    """Test accuracy against the pictures of each class: a dot per training, a line of means.

    runs {way: for each count the results of its trainings}; chance: what guessing would get
    """
    with house_style():
        figure, ax = plt.subplots(figsize=(5.6, 2.9))
        looks = zip(runs.items(), PALETTE, MARKERS, strict=False)
        for (name, results), colour, marker in looks:
            means = [np.mean(values) for values in results]
            ax.semilogx(counts, means, color=colour, marker=marker, markersize=5, label=name)
            for count, values in zip(counts, results, strict=True):
                ax.plot([count] * len(values), values, ".", color=colour, alpha=0.5)
        ax.axhline(chance, color=GREY, linestyle=":", linewidth=1.2, label="guessing")
        ax.set_xticks(counts, [f"{count:,}" for count in counts])
        ax.minorticks_off()
        ax.set(xlabel="pictures of each class to learn from", ylim=(0, 1.02))
        ax.set_ylabel("accuracy on test pictures")
        figure.legend(loc="outside upper center", ncols=4, fontsize=8)
    ends = (f"{name} from {np.mean(values[0]):.2f} to {np.mean(values[-1]):.2f}"
            for name, values in runs.items())  # fmt: skip
    say(f"Curves of the accuracy with {counts[0]:,} to {counts[-1]:,} pictures of each class: "
        + ", ".join(ends) + ".")  # fmt: skip


def show_confusion(counts: np.ndarray, names: Sequence[str]) -> None:
    """A confusion matrix (L, L) with its numbers: rows are labels, columns are guesses.

    The diagonal is left pale; what lies beside it is the darker the more often it happens.
    """
    size = len(names)
    wrong = counts - np.diag(np.diagonal(counts))
    with house_style():
        _, ax = plt.subplots(figsize=(0.36 * size + 2.0, 0.28 * size + 0.8))
        ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=1.5 * max(wrong.max(), 1), aspect="auto")
        for (row, column), number in np.ndenumerate(counts):
            if number:
                weight = "bold" if row == column else "normal"
                ax.text(column, row, str(number), ha="center", va="center", fontsize=8,
                        fontweight=weight)  # fmt: skip
        ax.set_xticks(range(size), names, rotation=60, ha="right", fontsize=8)
        ax.set_yticks(range(size), names, fontsize=8)
        ax.set(xlabel="guess", ylabel="label")
        ax.tick_params(length=0)
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    say(f"A table of {size} by {size} numbers: {np.trace(counts):,} of {counts.sum():,} lie on the "
        f"diagonal; beside it the most, {wrong.max():,}, are {names[row]} taken for "
        f"{names[column]}.")  # fmt: skip


def draw_reliability(figure: Figure, gaps: np.ndarray, counts: np.ndarray, error: float,
                     accuracy: float, few: int = 10) -> None:  # fmt: skip
    """How often right against how sure, a bar for each bin, and below how many images it has.

    gaps (B,): accuracy − confidence in each bin; a bar ends at the bin's middle + gap, where the
    dashed line is the middle itself. Bins with fewer than `few` images are pale.
    """
    bins = len(gaps)
    middles = (np.arange(bins) + 0.5) / bins
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    for x, gap, count in zip(middles, gaps, counts, strict=True):
        if count:
            alpha = 1 if count >= few else 0.3
            upper.bar(x, np.clip(x + gap, 0, 1), width=0.9 / bins, color=BLUE, alpha=alpha)
            upper.plot([x, x], [x, x + gap], color=ORANGE, linewidth=2.5, alpha=alpha)
    upper.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1.2)
    upper.set(ylabel="share that is right", ylim=(0, 1.02), xlim=(0, 1))
    upper.set_title(f"accuracy {accuracy:.2f}, calibration error {error:.2f}")
    lower.bar(middles, counts, width=0.9 / bins, color=GREY)
    lower.set(xlabel="confidence", ylabel="images")
    marks = [Line2D([], [], color=GREY, linestyle="--", label="as sure as right"),
             Line2D([], [], color=ORANGE, linewidth=2.5, label="gap")]  # fmt: skip
    figure.legend(handles=marks, loc="outside lower center", ncols=2, fontsize=8)
    widest = int(np.argmax(np.abs(gaps) * (np.asarray(counts) > 0)))
    say(f"Bars of how often answers are right, beside a dashed diagonal of how sure they are. The "
        f"widest gap, {gaps[widest]:+.2f}, is at a confidence of {middles[widest]:.2f}.",
        figure)  # fmt: skip
