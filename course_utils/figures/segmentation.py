"""Pictures of notebook 21: label maps, how good a mask is, upsampling, and where errors are."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, SKY
from course_utils.figures.images import as_shown
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, means, say, trends

CLASSES = (BLACK, SKY, ORANGE)  # ground, fragment, digit


# ------------------------------------------------------------------------------------- label maps
def show_label_maps(images, maps: dict[str, np.ndarray], names: Sequence[str],
                    colours: Sequence[str] = CLASSES) -> None:  # fmt: skip
    """A row of images, and below it a row of label maps for each name.

    images (N, 1, H, W) uint8; maps {name: labels (N, H, W)}; names of the classes, for the legend
    """
    rows = {"image": images, **maps}
    N = len(images)
    with house_style():
        side = WIDTH / (N + 0.6)
        figure, axes = plt.subplots(
            len(rows), N, figsize=(WIDTH, len(rows) * side + 0.35), squeeze=False
        )
        for line, (name, pictures) in zip(axes, rows.items(), strict=True):
            for ax, picture in zip(line, pictures, strict=True):
                if name == "image":
                    ax.imshow(as_shown(picture), vmin=0, vmax=255)
                else:
                    _labels(ax, picture, colours)
                ax.set(xticks=[], yticks=[])
            line[0].set_ylabel(name, fontsize=8)
        _class_legend(figure, names, colours)
    say(
        f"{counted(N, 'image')} in a row, and below them one row of label maps each for "
        f"{listed(maps)}, with colours for {listed(names)}."
    )


def _labels(ax, labels: np.ndarray, colours: Sequence[str]) -> None:
    ax.imshow(labels, cmap=ListedColormap(colours), vmin=-0.5, vmax=len(colours) - 0.5)


def _class_legend(figure, names: Sequence[str], colours: Sequence[str]) -> None:
    handles = [Patch(color=colour) for colour in colours[: len(names)]]
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), fontsize=8)


def show_errors(images, truth: np.ndarray, guesses: dict[str, np.ndarray]) -> None:
    """A row for each guess: the image in grey, and the pixels with a wrong label in colour.

    images (N, 1, H, W) uint8; truth and guesses (N, H, W)
    """
    N = len(images)
    with house_style():
        side = WIDTH / (N + 0.6)
        _, axes = plt.subplots(len(guesses), N, figsize=(WIDTH, len(guesses) * side), squeeze=False)
        for line, (name, guess) in zip(axes, guesses.items(), strict=True):
            for ax, image, wrong in zip(line, images, guess != truth, strict=True):
                picture = np.repeat(as_shown(image)[..., np.newaxis] / 255 * 0.6, 3, axis=2)
                picture[wrong] = to_rgb(ORANGE)
                ax.imshow(picture)
                ax.set(xticks=[], yticks=[])
            line[0].set_ylabel(name, fontsize=8)
    said = [f"{name} {float((guess != truth).mean()):.1%}" for name, guess in guesses.items()]
    say(f"images in grey with the wrongly labelled pixels in orange: {listed(said)} of the pixels.")


# ------------------------------------------------------------------------------ how good is a mask
def disc(side: int, radius: float, x: float) -> np.ndarray:
    """bool (side, side): a disc in the middle row, its centre at x pixels from the left."""
    places = np.arange(side) + 0.5
    return (places - x) ** 2 + ((places - side / 2) ** 2)[:, np.newaxis] <= radius**2


def judges(truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    """What three judges say of a mask; masks bool, of the same shape, and one of them not empty."""
    both, either = (truth & guess).sum(), (truth | guess).sum()
    return {
        "pixel accuracy": float((truth == guess).mean()),
        "Dice": float(2 * both / (truth.sum() + guess.sum())),
        "IoU": float(both / either),
    }


def draw_overlap(figure: Figure, radius: float, shift: float, side: int = 48) -> None:
    """A disc, the same disc shifted to the right as a guess, and what three judges say of it."""
    truth, guess = disc(side, radius, side / 2), disc(side, radius, side / 2 + shift)
    picture, bars = figure.subplots(1, 2, width_ratios=(1, 1.25))
    colours = (BLACK, SKY, ORANGE, GREEN)
    _labels(picture, truth + 2 * guess, colours)
    picture.set(xticks=[], yticks=[])
    words = ("missed", "too much", "both")
    handles = [Patch(color=colour) for colour in colours[1:]]
    figure.legend(handles, words, loc="outside lower center", ncols=3, fontsize=8)
    verdict = judges(truth, guess)
    bars.barh(range(3), list(verdict.values()), color=(GREY, BLUE, PALETTE[3]))
    for row, value in enumerate(verdict.values()):
        bars.text(min(value, 0.8) + 0.02, row, f"{value:.2f}", va="center", fontsize=9)
    bars.set_yticks(range(3), list(verdict))
    bars.set(xlim=(0, 1), ylim=(2.6, -0.6))
    bars.set_title(f"{truth.mean():.0%} of the pixels are object")
    said = [f"{name} {value:.2f}" for name, value in verdict.items()]
    say(
        f"a disc of radius {radius:g} and a copy moved by {shift:g} pixels in colours for "
        f"missed, too much and both; bars say {listed(said)}.",
        figure,
    )


# -------------------------------------------------------------------------------- down and up again
def show_ceilings(strides: Sequence[int], lines: dict[str, Sequence[float]]) -> None:
    """The mean IoU of perfect maps with cells of stride × stride pixels, for each way up."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.6))
        looks = zip(PALETTE, "os^D", strict=False)
        for (name, values), (colour, marker) in zip(lines.items(), looks, strict=False):
            ax.semilogx(strides, values, color=colour, marker=marker, markersize=5, label=name)
        ax.set_xticks(strides, [f"{s} × {s}" for s in strides])
        ax.minorticks_off()
        ax.set(xlabel="pixels in one cell", ylabel="mean IoU of perfect cells", ylim=(0, 1.05))
        ax.legend(fontsize=8, loc="lower left")
    say(
        f"mean IoU of perfect cells of {strides[0]} to {strides[-1]} pixels: "
        f"{trends(lines, strides)}."
    )


def show_tents(line: np.ndarray, values: Sequence[float], stride: int) -> None:
    """In one dimension: each coarse value times its tent, and the sum of them.

    line (K,), the kernel along one axis; values of the coarse pixels
    """
    K, padding = len(line), (len(line) - stride) // 2
    length = (len(values) - 1) * stride + K
    stamps = np.zeros((len(values), length))
    for k, value in enumerate(values):
        stamps[k, k * stride : k * stride + K] = value * np.asarray(line)
    x = np.arange(length) - padding + 0.5
    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 2.4))
        for k, (stamp, colour) in enumerate(zip(stamps, PALETTE, strict=False)):
            part = slice(k * stride, k * stride + K)
            ax.bar(x[part], stamp[part], width=0.8, color=colour, alpha=0.45)
        ax.plot(x, stamps.sum(axis=0), "o-", color=BLACK, markersize=4, label="sum of the stamps")
        middles = (np.arange(len(values)) + 0.5) * stride
        ax.plot(middles, values, "X", color=ORANGE, markersize=8, label="coarse pixels")
        ax.set(xlabel="place (fine pixels)", xticks=range(0, len(values) * stride + 1, stride))
        ax.set(xlim=(-padding, len(values) * stride + padding), ylabel="value")
        ax.figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    say(
        f"{counted(len(values), 'tent')} of bars at distances of {stride} pixels, and their sum "
        "as a line that joins the coarse values without a step."
    )


# -------------------------------------------------------------------------------- where errors are
def show_errors_by_distance(edges: Sequence[float], rates: dict[str, Sequence[float]],
                            shares: Sequence[float]) -> None:  # fmt: skip
    """How often a label is wrong, and how many pixels there are, by the distance to the boundary.

    edges (B + 1,) of the bins in pixels; rates {name: (B,)} and shares (B,), as parts of 1
    """
    names = [f"{a:g}–{b:g}" if np.isfinite(b) else f"over {a:g}" for a, b in pairwise(edges)]
    x = np.arange(len(names))
    with house_style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.7), width_ratios=(1.6, 1))
        width = 0.8 / len(rates)
        for k, ((name, values), colour) in enumerate(zip(rates.items(), PALETTE, strict=False)):
            left.bar(x + (k + 0.5) * width - 0.4, 100 * np.asarray(values), width, color=colour,
                     label=name)  # fmt: skip
        right.bar(x, 100 * np.asarray(shares), 0.8, color=GREY)
        left.set(ylabel="wrong labels (%)")
        right.set(ylabel="of all pixels (%)")
        for ax in (left, right):
            ax.set_xticks(x, names, fontsize=8)
            ax.set_xlabel("distance to the boundary (px)")
        figure.legend(loc="outside upper center", ncols=len(rates), fontsize=8)
    said = [
        f"{name} {100 * v[0]:.0f} % next to the boundary and {100 * v[-1]:.1f} % far from it"
        for name, v in rates.items()
    ]
    say(
        f"bars of wrong labels by distance: {listed(said)}; {100 * shares[0]:.0f} % of all "
        "pixels lie next to it."
    )


def show_runs(groups: dict[str, dict[str, Sequence[float]]], label: str) -> None:
    """A row for each arm and a dot for each training; one colour for each group.

    groups {name: {arm: results}}
    """
    coloured = zip(groups.values(), PALETTE, strict=False)
    rows = [(arm, values, colour) for arms, colour in coloured for arm, values in arms.items()]
    with house_style():
        figure, ax = plt.subplots(figsize=(WIDTH, 0.8 + 0.3 * len(rows)))
        for row, (_, values, colour) in enumerate(rows):
            ax.plot(values, [row] * len(values), "o", color=colour, markersize=5, alpha=0.7)
            ax.plot([np.mean(values)] * 2, [row - 0.3, row + 0.3], color=colour)
        ax.set_yticks(range(len(rows)), [arm for arm, _, _ in rows], fontsize=8)
        ax.set(xlabel=label, ylim=(len(rows) - 0.5, -0.5), xlim=(0, 1))
        ax.grid(axis="x", color=GREY, alpha=0.25)
        handles = [Patch(color=colour) for _, colour in zip(groups, PALETTE, strict=False)]
        figure.legend(handles, list(groups), loc="outside upper center", ncols=len(groups),
                      fontsize=8)  # fmt: skip
    said = {arm: values for arms in groups.values() for arm, values in arms.items()}
    say(f"a row of dots for each arm with the mean of its {label}: {means(said)}.")
