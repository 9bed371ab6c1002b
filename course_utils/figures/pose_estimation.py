"""Pictures of notebook 20: figures with their joints, heat maps over them, how good a pose is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, SKY, YELLOW
from course_utils.figures.images import as_shown
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, say, trend, trends

ON_BLACK = (GREEN, ORANGE, SKY, YELLOW)  # lines that can be seen on dark canvases
SIDES = {"right": ORANGE, "left": SKY, "": "white"}
Bones = Sequence[tuple[int, int]]


# -------------------------------------------------------------------------------------- skeletons
def show_poses(images, poses: dict[str, np.ndarray], bones: Bones, titles=None, columns: int = 5,
               visible: np.ndarray | None = None) -> None:  # fmt: skip
    """Canvases (N, 1, H, W), each with one skeleton per name.

    poses {name: joints (N, J, 2)} in pixels; visible (N, J): hidden joints are open circles
    """
    with _canvases(images, titles, columns, bool(poses)) as (figure, axes):
        for k, ax in enumerate(axes):
            looks = zip(ON_BLACK, ("-", "--", "-.", ":"), strict=True)
            for (name, joints), (colour, line) in zip(poses.items(), looks, strict=False):
                seen = np.ones(len(joints[k]), bool) if visible is None else visible[k]
                for a, b in bones:
                    ax.plot(*joints[k][[a, b]].T, line, color=colour, linewidth=1.2)
                ax.plot(*joints[k][seen].T, "o", color=colour, markersize=2.8, label=name)
                ax.plot(*joints[k][~seen].T, "o", color=colour, markersize=4.2,
                        markerfacecolor="none")  # fmt: skip
        handles, names = axes[0].get_legend_handles_labels()
        if names:
            _legend(figure, handles, names)
    drawn = f" with the skeletons {listed(poses)}" if poses else ""
    about = f": {listed(titles)}" if titles is not None else ""
    say(f"{counted(len(images), 'stick figure')} on dark canvases{drawn}{about}.")


def show_sides(images, joints: np.ndarray, names: Sequence[str], bones: Bones, titles=None,
               columns: int = 5) -> None:  # fmt: skip
    """Canvases with one skeleton each: what is called right in one colour, left in another.

    joints (N, J, 2) in pixels; names (J,), such as "right wrist"; a bone belongs to a side if both
    of its ends do
    """
    side = [name.split()[0] if name.split()[0] in SIDES else "" for name in names]
    with _canvases(images, titles, columns, True) as (figure, axes):
        for ax, points in zip(axes, joints, strict=True):
            for a, b in bones:
                colour = SIDES[side[a] if side[a] == side[b] else ""]
                ax.plot(*points[[a, b]].T, color=colour, linewidth=1.4)
            for j, point in enumerate(points):
                ax.plot(*point, "o", color=SIDES[side[j]], markersize=3)
        words = {"called right": ORANGE, "called left": SKY}
        lines = [
            Line2D([], [], color=colour, marker="o", markersize=3) for colour in words.values()
        ]
        _legend(figure, lines, list(words))
    about = f": {listed(titles)}" if titles is not None else ""
    say(
        f"{counted(len(images), 'stick figure')} whose joints called right are orange, and those "
        f"called left blue{about}."
    )


@contextmanager
def _canvases(images, titles, columns: int, legend: bool) -> Iterator[tuple]:
    """A figure in the house style, and one axis for each image with the image drawn already."""
    rows = -(-len(images) // columns)
    width = min(WIDTH / columns, 2.1)
    height = rows * (width + (0.28 if titles is not None else 0.05)) + 0.3 * legend
    with house_style():
        size = (width * columns, height)
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        used = axes.ravel()[: len(images)]
        for k, (ax, image) in enumerate(zip(used, images, strict=True)):
            _canvas(ax, image)
            if titles is not None:
                ax.set_title(titles[k], fontsize=8)
        yield figure, used


def _canvas(ax, image) -> None:
    """The image with (0, 0) at the upper left corner of its first pixel, as joints count."""
    picture = as_shown(image)
    H, W = picture.shape[:2]
    ax.imshow(picture, vmin=0, vmax=255, extent=(0, W, H, 0))
    ax.set(xlim=(0, W), ylim=(H, 0), xticks=[], yticks=[])


def _legend(figure, handles, names) -> None:
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), fontsize=8)


def _over(ax, probabilities: np.ndarray, colour: str = ORANGE) -> None:
    """A map (h, w) laid over a canvas: the larger a number, the less can be seen through it."""
    H, W = ax.get_ylim()[0], ax.get_xlim()[1]
    layer = np.zeros((*probabilities.shape, 4))
    layer[..., :3] = to_rgb(colour)
    layer[..., 3] = 0.85 * probabilities / probabilities.max()
    ax.imshow(layer, extent=(0, W, H, 0))


# ------------------------------------------------------------------------------ the mean of two
def best_guess(places: Sequence[float], shares: Sequence[float]) -> float:
    """Where the mean squared error is smallest, if each place is right in this share of cases."""
    return float(np.dot(places, shares) / np.sum(shares))


def draw_mean_of_two(figure: Figure, share: float, places: Sequence[float] = (20.0, 44.0)) -> None:
    """The right wrist is at the first place in a share of the images, else at the second one.

    On the left the mean squared error of every guess, on the right the map with the smallest
    cross-entropy: 8 cells of 8 px.
    """
    shares = (share, 1 - share)
    x = np.linspace(0, 64, 257)
    error = sum(s * (x - place) ** 2 for s, place in zip(shares, places, strict=True))
    best = best_guess(places, shares)
    left, right = figure.subplots(1, 2)
    left.plot(x, error, color=BLUE)
    left.plot(best, error.min(), "o", color=ORANGE, markersize=8)
    left.set(xlabel="guess x (px)", ylabel="mean squared error (px²)", ylim=(0, 2400))
    left.set_title(f"coordinates: best guess {best:.0f} px")
    cells = np.zeros(8)
    for place, s in zip(places, shares, strict=True):
        cells[int(place // 8)] += s
    right.bar(np.arange(8) * 8 + 4, cells, width=7.2, color=ORANGE)
    right.set(xlabel="x (px)", ylabel="probability", ylim=(0, 1.05))
    right.set_title("heat map: both answers")
    for ax in (left, right):
        ax.set(xlim=(0, 64), xticks=range(0, 65, 16))
        for place in places:
            ax.axvline(place, color=GREY, linestyle=":", linewidth=1.2)
    say(
        f"the mean squared error of a guess is a parabola, lowest at {best:.0f} px, for the two "
        f"wrists at {places[0]:.0f} and {places[1]:.0f} px; the heat map has a bar at each of "
        "them.",
        figure,
    )


def show_two_answers(images, true: np.ndarray, guess: np.ndarray, maps: np.ndarray,
                     columns: int = 5) -> None:  # fmt: skip
    """Canvases with a map of probabilities over them, two true places, and one guess.

    true (N, 2, 2): both places; guess (N, 2); maps (N, h, w)
    """
    with _canvases(images, None, columns, True) as (figure, axes):
        for k, ax in enumerate(axes):
            _over(ax, maps[k])
            ax.plot(*true[k].T, "o", color=GREEN, markersize=5, label="the two wrists")
            ax.plot(*guess[k], "X", color=SKY, markersize=8, label="coordinates: guess")
        handles, names = axes[0].get_legend_handles_labels()
        handles.append(Line2D([], [], color=ORANGE, marker="s", linestyle=""))
        _legend(figure, handles, [*names, "heat map"])
    say(
        f"{counted(len(images), 'stick figure')}: the heat map is bright at both wrists, and the "
        "guess in coordinates lies between them."
    )


# -------------------------------------------------------------------------------------- heat maps
def show_maps(image, maps: np.ndarray, titles: Sequence[str], columns: int = 7) -> None:
    """One canvas for each map (J, h, w), with the map laid over it."""
    with _canvases([image] * len(maps), titles, columns, False) as (_, axes):
        for ax, probabilities in zip(axes, maps, strict=True):
            if probabilities.any():
                _over(ax, probabilities)
    say(
        f"{counted(len(maps), 'copy', 'copies')} of a stick figure, each with the heat map of "
        f"one joint over it: {listed(titles)}."
    )


def draw_joint_map(figure: Figure, image, probabilities: np.ndarray, true, guess, name: str,
                   seen: bool = True) -> None:  # fmt: skip
    """A canvas with the map of one joint over it, and the same map in numbers, per cent.

    probabilities (h, w); true, guess (2,) in pixels
    """
    canvas, table = figure.subplots(1, 2)
    _canvas(canvas, image)
    _over(canvas, probabilities)
    canvas.plot(*true, "o", color=GREEN, markersize=9, markeredgecolor="white", label="truth")
    canvas.plot(*guess, "x", color=SKY, markersize=6, markeredgewidth=2, label="mean place")
    canvas.set_title(name if seen else f"{name} (hidden)")
    table.imshow(probabilities, cmap="Oranges", vmin=0, vmax=1.3 * probabilities.max())
    for (row, column), p in np.ndenumerate(probabilities):
        if p >= 0.005:
            table.text(column, row, f"{100 * p:.0f}", ha="center", va="center", fontsize=8)
    off = float(np.hypot(*(np.asarray(guess) - np.asarray(true))))
    table.set(xticks=[], yticks=[], title=f"per cent; off by {off:.1f} px")
    _legend(figure, *canvas.get_legend_handles_labels())
    say(
        f"the heat map of the {name} over a stick figure and as numbers in per cent: the largest "
        f"cell has {probabilities.max():.0%}, and the mean place is {off:.1f} px off.",
        figure,
    )


def draw_temperature(
    figure: Figure,
    image,
    probabilities: np.ndarray,
    true,
    guess,
    many_true: np.ndarray,
    many_guesses: np.ndarray,
    size: float = 64,
) -> None:
    """One map at this temperature over its canvas, and the x of many joints against the truth.

    probabilities (h, w); true, guess (2,) in pixels; many_true, many_guesses (M,): x in pixels
    """
    canvas, cloud = figure.subplots(1, 2)
    _canvas(canvas, image)
    _over(canvas, probabilities)
    canvas.plot(*true, "o", color=GREEN, markersize=9, markeredgecolor="white", label="truth")
    canvas.plot(*guess, "x", color=SKY, markersize=6, markeredgewidth=2, label="mean place")
    canvas.set_title(f"largest cell: {probabilities.max():.0%}")
    cloud.plot(many_true, many_guesses, ".", color=ORANGE, markersize=3, alpha=0.5)
    cloud.plot([0, size], [0, size], color=BLACK, linewidth=1)
    middle = size / 2
    slope = pull(many_true - middle, many_guesses - middle)
    cloud.set(xlim=(0, size), ylim=(0, size), aspect="equal", xlabel="true x (px)")
    cloud.set(ylabel="mean place, x (px)", xticks=(0, 16, 32, 48, 64), yticks=(0, 16, 32, 48, 64))
    cloud.set_title(f"slope {slope:.2f}")
    _legend(figure, *canvas.get_legend_handles_labels())
    say(
        f"a heat map whose largest cell has {probabilities.max():.0%}, and a cloud of guesses "
        f"against the true places with slope {slope:.2f}, where 1 is right.",
        figure,
    )


def pull(true: np.ndarray, guess: np.ndarray) -> float:
    """The slope of guess against true, both measured from the middle: 1 is right, 0 the middle."""
    return float((true * guess).sum() / (true * true).sum())


def show_bias(temperatures: Sequence[float], slopes: Sequence[float],
              errors: Sequence[float]) -> None:  # fmt: skip
    """How far guesses reach from the middle, and how far they are off, against the temperature."""
    with house_style():
        _, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.5))
        words = ("slope of guess against truth", "mean distance (px)")
        for ax, values, label in zip(axes, (slopes, errors), words, strict=True):
            ax.semilogx(temperatures, values, "o-", color=ORANGE, markersize=4)
            ax.axvline(1, color=GREY, linestyle=":", linewidth=1.2)
            ax.set(xlabel="temperature", ylabel=label, ylim=(0, None))
            ax.set_xticks(temperatures, [f"{t:g}" for t in temperatures])
            ax.minorticks_off()
        axes[0].axhline(1, color=BLACK, linewidth=0.8)
    names = [f"{t:g}" for t in temperatures]
    say(
        f"as the temperature grows, the slope of guess against truth {trend(slopes, names)}, and "
        f"the mean distance {trend(errors, names)}."
    )


# ------------------------------------------------------------------------------------ how good
def show_error_histogram(errors: dict[str, np.ndarray], cell: float = 8) -> None:
    """How far joints are off, in pixels; the dotted line is half a cell of the map."""
    bins = np.linspace(0, 10, 41)
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.5))
        for (name, values), colour in zip(errors.items(), PALETTE, strict=False):
            ax.hist(np.clip(values, 0, 10), bins=bins, histtype="step", color=colour, label=name,
                    linewidth=1.8)  # fmt: skip
        ax.axvline(cell / 2, color=BLACK, linestyle=":", label="half a cell")
        ax.set(xlabel="off by (px; the last bin holds all beyond)", ylabel="joints", xlim=(0, 10))
        ax.legend(fontsize=8)
    half = {name: float(np.mean(np.asarray(v) < cell / 2)) for name, v in errors.items()}
    said = [f"{name} {share:.0%}" for name, share in half.items()]
    say(
        f"histograms of how far joints are off, and the share within half a cell, {cell / 2:g} "
        f"px: {listed(said)}."
    )


def show_pck_curves(thresholds, curves: dict[str, Sequence[float]]) -> None:
    """The fraction of joints found against the threshold; one line for each name."""
    with house_style():
        figure, ax = plt.subplots(figsize=(5.6, 2.9))
        looks = zip(PALETTE, ("-", "--", ":", "-."), strict=False)
        for (name, values), (colour, dash) in zip(curves.items(), looks, strict=False):
            ax.plot(thresholds, values, dash, color=colour, label=name)
        ax.set(xlabel="threshold, as a part of the figure's size", ylabel="joints found (PCK)")
        ax.set(xlim=(0, max(thresholds)), ylim=(0, 1.02))
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    say(f"the fraction of joints found up to a threshold of {max(thresholds):g}: {trends(curves)}.")


def show_pck_by_joint(names: Sequence[str], found: dict[str, np.ndarray]) -> None:
    """A row for each joint and a mark for each name: the fraction that was found."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 3.6))
        rows = np.arange(len(names))
        for (name, values), colour, marker in zip(found.items(), PALETTE, "os^D", strict=False):
            ax.plot(values, rows, marker, color=colour, markersize=5, label=name)
        ax.set_yticks(rows, names, fontsize=8)
        ax.set(xlabel="found (PCK)", ylim=(len(names) - 0.5, -0.5))
        ax.grid(axis="x", color=GREY, alpha=0.25)
        ax.figure.legend(loc="outside upper center", ncols=len(found), fontsize=8)
    best = {name: (names[int(np.argmax(v))], names[int(np.argmin(v))]) for name, v in found.items()}
    said = [
        f"{name} finds the {high} most and the {low} least often"
        for name, (high, low) in best.items()
    ]
    say(f"a mark for each joint and method: {listed(said)}.")


def show_runs_by_count(counts: Sequence[int], runs: dict[str, Sequence[Sequence[float]]],
                       label: str) -> None:  # fmt: skip
    """For each name a dot per training and a line through their means, on a logarithmic axis.

    counts: of training figures; runs {name: for each count the results of its trainings}
    """
    with house_style():
        figure, ax = plt.subplots(figsize=(5.8, 2.9))
        looks = zip(PALETTE, "os^D", strict=False)
        for (name, results), (colour, marker) in zip(runs.items(), looks, strict=False):
            ax.semilogx(counts, [np.mean(r) for r in results], color=colour, marker=marker,
                        markersize=5, label=name)  # fmt: skip
            for count, values in zip(counts, results, strict=True):
                ax.plot([count] * len(values), values, ".", color=colour, alpha=0.5, markersize=4)
        ax.set_xticks(counts, [f"{c:,}" for c in counts])
        ax.minorticks_off()
        ax.set(xlabel="figures to learn from", ylabel=label, ylim=(0, 1.02))
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", fontsize=8,
                      ncols=2)  # fmt: skip
    said = {name: [np.mean(r) for r in results] for name, results in runs.items()}
    say(f"{label} with {counts[0]:,} to {counts[-1]:,} figures to learn from: {trends(said)}.")
