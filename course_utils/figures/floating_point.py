"""Pictures of the appendix on floating point: bits, small formats, errors of sums, drift."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, number, say, trends

WHOLE = 32  # bits of the longest format that is drawn
LINE = 4.0  # where the number line ends
POWERS = (-12, 9)  # of two, on the axis of powers


# ------------------------------------------------------------------------------------------- bits
def draw_bits(figure: Figure, formats: Mapping[str, tuple[str, int]], held: Mapping[str, float],
              wanted: str) -> None:  # fmt: skip
    """One number in several formats: a row of boxes for each, with the value that it holds.

    formats  name -> (its bits as text, the sign first; how many of them are the exponent's)
    held  name -> the number that these bits mean
    """
    ax = figure.subplots()
    for row, (name, (bits, exponent)) in enumerate(formats.items()):
        _bits(ax, -1.5 * row, bits, exponent)
        ax.text(-0.6, -1.5 * row, name, ha="right", va="center", fontsize=9)
        ax.text(WHOLE + 0.4, -1.5 * row, f"{held[name]:.9g}", va="center", fontsize=9)
    parts = ("sign", 0, ORANGE), ("exponent", 4.5, GREEN), ("mantissa", 19.5, BLUE)
    for name, place, colour in parts:
        ax.text(place, 1.1, name, ha="center", va="center", fontsize=9, color=colour)
    ax.set(xlim=(-5.5, WHOLE + 9), ylim=(-1.5 * len(formats) + 0.6, 1.7))
    ax.set_title(f"{wanted} in {counted(len(formats), 'format')}")
    ax.axis("off")
    said = [
        f"{name} has {exponent} bits for the exponent and {len(bits) - 1 - exponent} for the "
        f"mantissa and holds {held[name]:.9g}"
        for name, (bits, exponent) in formats.items()
    ]
    say(f"the bits of {wanted} as rows of boxes: {'; '.join(said)}.", figure)


def _bits(ax: Axes, height: float, bits: str, exponent: int) -> None:
    """Mantissas begin below one another at bit 9, where that of float32 begins."""
    for k, bit in enumerate(bits):
        colour = ORANGE if k == 0 else GREEN if k <= exponent else BLUE
        place = k if k <= exponent else k - exponent + 8
        ax.add_patch(Rectangle((place - 0.5, height - 0.5), 1, 1, facecolor=colour, linewidth=0.6,
                               alpha=0.55 if bit == "1" else 0.15, edgecolor="white"))  # fmt: skip
        ax.text(place, height, bit, ha="center", va="center", fontsize=7.5, color=BLACK)


# -------------------------------------------------------------------------------- the number line
def draw_number_line(figure: Figure, numbers: np.ndarray, exponent: int, mantissa: int) -> None:
    """All positive numbers of a small format: on a line from 0 to 4, and on an axis of powers."""
    numbers = np.sort(np.asarray(numbers, dtype=float))
    line, powers = figure.subplots(2, 1)
    near = numbers[numbers <= LINE]
    line.vlines(near, 0, 1, color=BLUE, linewidth=1)
    line.set(xlim=(-0.05, LINE + 0.05), xlabel="all of them up to 4")
    powers.vlines(np.log2(numbers[numbers > 0]), 0, 1, color=BLUE, linewidth=1)
    ticks = range(POWERS[0], POWERS[1] + 1, 3)
    powers.set(xlim=POWERS, xlabel="all of them, on an axis of powers of two", xticks=ticks)
    powers.set_xticklabels([f"{2.0**k:.3g}" if k < 0 else f"{2**k}" for k in ticks])
    for ax in (line, powers):
        ax.set(ylim=(0, 1.3), yticks=[])
        ax.spines["left"].set_visible(False)
    gap = numbers[numbers > 1][0] - 1
    smallest = numbers[numbers > 0][0]
    others = f"{len(numbers) - 1} numbers from {smallest:g} to {numbers[-1]:g}"
    title = f"0, and {others}; steps of {gap:g} at 1"
    figure.suptitle(title, fontsize=10)
    say(
        f"the numbers from 0 up with {counted(exponent, 'bit')} for the exponent and "
        f"{counted(mantissa, 'bit')} for the mantissa as strokes on two lines: 0, and {others}; "
        f"the steps are {gap:g} at 1 and double at "
        "each power of two.",
        figure,
    )


# ------------------------------------------------------------------------------------ sums, twins
def show_sum_errors(counts: Sequence[int], errors: Mapping[str, Sequence[float]]) -> None:
    """Relative errors of sums by the number of terms, one curve for each order of adding."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.8))
        for (name, values), colour, marker in zip(errors.items(), PALETTE, "os^", strict=False):
            ax.loglog(counts, np.maximum(values, 1e-9), marker=marker, markersize=4, color=colour,
                      label=name)  # fmt: skip
        ax.set(xlabel="how many numbers are added", ylabel="relative error")
        ax.legend(fontsize=8)
    said = {name: np.maximum(values, 1e-9) for name, values in errors.items()}
    say(
        f"relative errors of sums of {counts[0]:,} to {counts[-1]:,} numbers: "
        f"{trends(said, log=True)}."
    )


def show_drift(distances: Mapping[str, Sequence[float]], decisions: Mapping[str, Sequence[int]]):
    """Distances of two networks by step; a ring at the first step at which they decide otherwise.

    decisions  name -> for each step, how many ReLUs and max poolings choose differently
    """
    firsts = {name: next((k for k, n in enumerate(found) if n), None)
              for name, found in decisions.items()}  # fmt: skip
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 3.0))
        for (name, values), colour in zip(distances.items(), PALETTE, strict=False):
            values = np.maximum(np.asarray(values, dtype=float), 1e-9)
            ax.semilogy(values, color=colour, label=name)
            first = firsts.get(name)
            if first is not None:
                ax.plot(first, values[first], "o", markersize=9, markeredgecolor=colour,
                        markerfacecolor="none", markeredgewidth=1.8)  # fmt: skip
        ax.axhline(1e-9, color=GREY, linewidth=0.8)
        ax.set(xlabel="step", ylabel="distance of the weights")
        ax.legend(fontsize=8, loc="lower right")
    ends = [f"{name} from {number(values[1])} to {number(values[-1])}"
            for name, values in distances.items()]  # fmt: skip
    rings = [f"at step {first} for {name}" for name, first in firsts.items() if first is not None]
    said = f"; rings mark the first decision that differs, {listed(rings)}" if rings else ""
    say(f"the distance of two networks by step of training: {listed(ends)}{said}.")
