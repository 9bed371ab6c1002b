"""Pictures of notebook 15: errors by depth, signals both ways, paths, and blocks taken out."""

from collections.abc import Sequence
from math import comb

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from course_utils.figures.colours import BLUE, GREEN, GREY, ORANGE, PINK
from course_utils.figures.counting import whole_numbers
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, means, number, say, trend, trends


# ------------------------------------------------------------------------------------- degradation
def show_degradation(runs: Sequence[dict], title: str = "") -> None:
    """Errors of plain and residual networks after each epoch: training solid, validation dashed.

    runs  each with "network", such as "plain20", and "curve" with "accuracy" and
          "validation_accuracy"; the colour tells the depth, several runs of a network share it
    """
    depths = sorted({_depth(run["network"]) for run in runs})
    colours = dict(zip(depths, (BLUE, ORANGE, GREEN, PINK), strict=False))
    with house_style():
        figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.9), sharey=True, sharex=True)
        for ax, kind in zip(axes, ("plain", "resnet"), strict=True):
            for run in runs:
                name, curve = run["network"], run["curve"]
                if not name.startswith(kind):
                    continue
                for key, style in (("accuracy", "-"), ("validation_accuracy", "--")):
                    error = 100 * (1 - np.array(curve.get(key) or []))
                    ax.plot(np.arange(1, len(error) + 1), error, style, color=colours[_depth(name)],
                            linewidth=1.6 if style == "-" else 1.1)  # fmt: skip
            ax.set(xlabel="epoch", title={"plain": "plain", "resnet": "residual"}[kind])
            longest = max(len(run["curve"]["accuracy"]) for run in runs)
            whole_numbers(ax, 1, longest)
            ax.grid(axis="y", color=GREY, alpha=0.25)
        lines = [Line2D([], [], color=colours[depth], label=f"{depth} layers") for depth in depths]
        lines += [Line2D([], [], color=GREY, linestyle=style, label=word)
                  for style, word in (("-", "training"), ("--", "validation"))]  # fmt: skip
        axes[1].legend(handles=lines, fontsize=8, loc="upper right")
        axes[0].set(ylabel="error (%)", ylim=(0, None))
        if title:
            figure.suptitle(title, fontsize=9)
    last = {run["network"]: 100 * (1 - run["curve"]["accuracy"][-1]) for run in runs}
    say(
        "error curves by epoch, plain networks left and residual ones right; the last training "
        f"errors in per cent: {means(last)}."
    )


def _depth(name: str) -> int:
    return int("".join(c for c in name if c.isdigit()))


# ------------------------------------------------------------------------------ signals both ways
def show_both_ways(signals: dict[str, tuple[Sequence[float], Sequence[float]]]) -> None:
    """For each network the spread of what each block puts out, and the gradient after it.

    signals  {name: (spreads, gradients)}, one number for each block; both are drawn relative to
             where they begin: the spread to the first block's, the gradient to the last block's
    """
    looks = zip((BLUE, BLUE, ORANGE, ORANGE), ("-", "--", "-", "--"), strict=True)
    with house_style():
        figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.1), sharey=True)
        for (name, (spreads, gradients)), (colour, style) in zip(
            signals.items(), looks, strict=True
        ):
            number = np.arange(1, len(spreads) + 1)
            axes[0].semilogy(number, np.array(spreads) / spreads[0], style, color=colour)
            axes[1].semilogy(number, np.array(gradients) / gradients[-1], style, color=colour,
                             label=name)  # fmt: skip
        for ax in axes:
            ax.axhline(1, color=GREY, linewidth=0.8, zorder=0)
            ax.set(xlabel="block", xlim=(0.3, len(spreads) + 0.7))
        axes[0].set(ylabel="relative size", title="forwards: values → (block 1: 1)")
        axes[1].set_title("← backwards: gradient (last block: 1)")
        figure.legend(loc="outside lower center", ncols=4, fontsize=8)
    said = {name: np.array(spread) / spread[0] for name, (spread, _) in signals.items()}
    back = {name: np.array(gradient) / gradient[-1] for name, (_, gradient) in signals.items()}
    say(
        f"two logarithmic pictures by block: the values, where {trends(said, log=True)}; and the "
        f"gradients, where {trends(back, log=True)}."
    )


# ------------------------------------------------------------------------------------------- paths
def draw_paths(figure: Figure, blocks: int, slope: float) -> None:
    """Paths through a row of residual blocks by their length, and what each length hands back.

    slope  by what a block's F multiplies the gradient; on the shortcut it is 1
    """
    length = np.arange(blocks + 1)
    paths = np.array([comb(blocks, k) for k in length], dtype=float)
    shares = paths * slope**length
    left, right = figure.subplots(1, 2)
    for ax, values, colour in ((left, paths, BLUE), (right, shares, ORANGE)):
        ax.bar(length, 100 * values / values.sum(), color=colour)
        whole_numbers(ax, 0, blocks)
        ax.set_xlabel("blocks on the path")
    left.set(ylabel="share (%)", title=f"{2**blocks:,} paths")
    right.set_title(f"gradient: {shares.sum():.3g}\n(without shortcuts: {slope**blocks:.1g})")
    peaks = [int(np.argmax(values)) for values in (paths, shares)]
    say(
        f"bars by length for the {2**blocks:,} paths through {counted(blocks, 'block')}: most "
        f"have length {peaks[0]}, but most of the gradient comes over paths of length {peaks[1]}.",
        figure,
    )


# ------------------------------------------------------------------------------ blocks taken out
def show_deletion(results: dict[str, tuple[float, Sequence[float | None]]], chance: float) -> None:
    """Accuracy after one block was taken out, a panel for each network.

    results  {name: (accuracy of the whole network, one for each block, None where it must stay)};
             the first and the last block have their number, and those that must stay
    """
    longest = [len(scores) for _, scores in results.values()]
    with house_style():
        _, axes = plt.subplots(1, len(results), figsize=(WIDTH, 2.7), sharey=True,
                               width_ratios=[3 + n for n in longest], squeeze=False)  # fmt: skip
        for ax, (name, (whole, scores)) in zip(axes[0], results.items(), strict=True):
            given = [k for k, score in enumerate(scores) if score is not None]
            ax.bar([k + 1 for k in given], [scores[k] for k in given],
                   color=BLUE if name.startswith("plain") else ORANGE, width=0.7)  # fmt: skip
            ax.axhline(whole, color=GREEN, linewidth=1.4)
            ax.axhline(chance, color=GREY, linestyle=":", linewidth=1.2)
            ax.set(title=name, xlabel="block taken out", ylim=(0, 1))
            stay = {k + 1 for k, score in enumerate(scores) if score is None}
            ax.set_xticks(sorted({1, len(scores)} | stay))
            ax.set_xlim(0.3, len(scores) + 0.7)
        axes[0, 0].set_ylabel("accuracy")
    said = []
    for name, (whole, scores) in results.items():
        left = [score for score in scores if score is not None]
        said.append(f"{name} keeps {number(min(left))} to {number(max(left))} of {number(whole)}")
    say(
        f"bars of accuracy after one block was taken out, a panel for each network: {listed(said)}."
    )


def show_many_out(counts: Sequence[int], scores: np.ndarray, chance: float) -> None:
    """Accuracy against the number of blocks taken out: a dot for each draw, a line for the mean.

    scores  (counts, draws)
    """
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.7))
        ax.plot(counts, scores.mean(axis=1), "-", color=ORANGE, label="mean")
        for draw in scores.T:
            ax.plot(counts, draw, "o", color=ORANGE, alpha=0.45, markersize=4)
        ax.axhline(chance, color=GREY, linestyle=":", linewidth=1.2, label="guessing")
        ax.set(xlabel="blocks taken out at random", ylabel="accuracy", ylim=(0, 1))
        ax.set_xticks(counts)
        ax.legend(fontsize=8)
    say(
        f"accuracy {trend(scores.mean(axis=1))} as {counts[0]} to {counts[-1]} blocks are taken "
        "out, step by step and with more and more scatter."
    )
