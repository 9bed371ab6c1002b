"""Pictures of notebook 22: where a crop looks, half a pixel, slopes, and what a network crops."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREY, ORANGE, PALETTE, SKY, YELLOW
from course_utils.figures.images import as_shown
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, means, number, say, trends

FRAME, FIRST = ORANGE, YELLOW  # a crop's outline, and its upper left corner


def frames(theta: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The outlines of crops in pixels of the image, clockwise from the crop's own upper left.

    theta (N, 2, 3), size (H, W) -> (N, 4, 2): x, y with (0, 0) at the image's upper left corner
    """
    corners = np.array([[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]])
    units = corners @ np.swapaxes(np.asarray(theta, float), 1, 2)  # (N, 4, 2)
    return (units + 1) / 2 * [size[1], size[0]]


def in_pixels(grid: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Places (…, 2) in units -> x, y in pixels, with (0, 0) at the upper left corner."""
    return (np.asarray(grid) + 1) / 2 * [size[1], size[0]]


def _canvas(ax, image, margin: float = 0.0) -> None:
    """The image with (0, 0) at the upper left corner of its first pixel, and room around it."""
    picture = as_shown(image)
    H, W = picture.shape[:2]
    top = 255 if np.asarray(image).dtype == np.uint8 else 1
    ax.imshow(picture, vmin=0, vmax=top, extent=(0, W, H, 0))
    ax.set(xlim=(-margin * W, (1 + margin) * W), ylim=((1 + margin) * H, -margin * H))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def _frame(ax, corners: np.ndarray, colour: str = FRAME) -> None:
    ax.add_patch(Polygon(corners, fill=False, edgecolor=colour, linewidth=1.6))
    ax.plot(*corners[0], "o", color=FIRST, markersize=4)


# ---------------------------------------------------------------------------- where a crop looks
def draw_look(figure: Figure, image, theta, grid, crop) -> None:
    """An image with a crop's outline and the places of its pixels; the crop itself; the matrix.

    image (H, W); theta (2, 3); grid (OH, OW, 2) in units; crop (OH, OW)
    """
    left, right = figure.subplots(1, 2)
    size = np.shape(image)
    _canvas(left, image, margin=0.25)
    left.add_patch(Rectangle((0, 0), size[1], size[0], fill=False, edgecolor=GREY))
    left.plot(*in_pixels(grid, size).reshape(-1, 2).T, ".", color=SKY, markersize=2.5)
    _frame(left, frames(np.asarray(theta)[np.newaxis], size)[0])
    left.set_title("image, and where the crop looks")
    _canvas(right, crop)
    right.plot(0, 0, "o", color=FIRST, markersize=7, clip_on=False)
    rows = ["  ".join(f"{value:5.2f}" for value in row) for row in np.asarray(theta)]
    right.set_title("the crop")
    figure.supxlabel("θ = " + "   |   ".join(rows), fontsize=9, family="monospace")
    say(
        "an image with a grid of dots inside an orange outline, where the crop looks, and the "
        f"crop itself; θ is {' and '.join(' '.join(row.split()) for row in rows)}.",
        figure,
    )


def show_looks(images, theta, crops, titles=None, margin: float = 0.06) -> None:
    """Images (N, 1, H, W) with outlines in the upper row, and their crops in the lower one.

    margin: how much of what is around an image can be seen, in parts of its size
    """
    with house_style():
        size = np.shape(images)[-2:]
        figure, axes = plt.subplots(2, len(images), figsize=(WIDTH, 2.75), squeeze=False)
        corners = frames(theta, size)
        for k, (upper, lower) in enumerate(axes.T):
            _canvas(upper, images[k], margin)
            upper.add_patch(Rectangle((0, 0), size[1], size[0], fill=False, edgecolor=GREY))
            _frame(upper, corners[k])
            _canvas(lower, crops[k])
            if titles is not None:
                upper.set_title(titles[k], fontsize=8)
        figure.align_titles()
    about = f" ({listed(titles)})" if titles is not None else ""
    sides = np.sqrt(np.abs(np.linalg.det(np.asarray(theta, float)[:, :, :2])))
    say(
        f"{counted(len(images), 'image')} with an orange outline each{about}, and below them "
        f"what is cut out, from {number(sides.min())} to {number(sides.max())} of the image wide."
    )


def show_two_rows(above, below, labels: tuple[str, str]) -> None:
    """Images of equal number in two rows, with a word at the left of each."""
    with house_style():
        figure, axes = plt.subplots(2, len(above), figsize=(WIDTH, 2.6), squeeze=False)
        for row, images, label in zip(axes, (above, below), labels, strict=True):
            for ax, image in zip(row, images, strict=True):
                _canvas(ax, image)
            row[0].set_ylabel(label, fontsize=9)
        figure.align_ylabels()
    say(f"two rows of {counted(len(above), 'picture')}: {labels[0]} above and {labels[1]} below.")


# --------------------------------------------------------------------------------- half a pixel
def centres(count: int, corners: bool) -> np.ndarray:
    """The centres of a row of pixels in units, if −1 and 1 are edges, or centres of corners."""
    return np.linspace(-1, 1, count) if corners else (2 * np.arange(count) + 1) / count - 1


def draw_units(figure: Figure, count: int, corners: bool) -> None:
    """A row of `count` pixels below the units, and above them another one with twice as many."""
    ax = figure.subplots()
    for y, n, colour in ((0, count, BLUE), (1.3, 2 * count, ORANGE)):
        at = centres(n, corners)
        width = 2 / (n - 1) if corners else 2 / n
        for x in at:
            box = Rectangle((x - width / 2, y), width, 0.8, fill=False, edgecolor=GREY)
            ax.add_patch(box)
        ax.plot(at, np.full(n, y + 0.4), "o", color=colour, markersize=5)
        ax.text(1.62, y + 0.4, f"{n} pixels,\none is {width:.2f} wide", va="center", fontsize=8)
    for x in (-1, 1):
        ax.axvline(x, color=BLACK, linestyle=":", linewidth=1.2)
    said = "centres of the first and last pixels" if corners else "edges of the image"
    ax.set(title=f"−1 and 1 are the {said}", xlim=(-1.6, 2.25), ylim=(-0.15, 2.3), yticks=[])
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−½", "0", "½", "1"])
    ax.spines["left"].set_visible(False)
    say(
        f"two rows of pixels over one axis, {count} below and {2 * count} above: −1 and 1 are "
        f"the {said}, which "
        f"{'changes the width of the whole row' if corners else 'lets both rows end alike'}.",
        figure,
    )


# --------------------------------------------------------------------------------------- slopes
def show_reading(row: np.ndarray, places, read, slope) -> None:
    """A row of pixels read at many places between them, and the slope of what is read.

    row (W,): values of the pixels; places (K,) in pixels; read, slope (K,)
    """
    with house_style():
        _, (upper, lower) = plt.subplots(2, 1, figsize=(5.8, 3.3), sharex=True)
        upper.plot(places, read, color=BLUE)
        upper.plot(np.arange(len(row)), row, "o", color=ORANGE, label="pixels")
        upper.set(ylabel="read")
        upper.legend(fontsize=8, loc="upper right")
        jumps = np.where(np.abs(np.diff(slope, prepend=slope[0])) > 1e-6, np.nan, slope)
        lower.plot(places, jumps, color=BLUE)
        lower.axhline(0, color=GREY, linewidth=0.8)
        lower.set(ylabel="slope", xlabel="place (pixels)", xlim=(places[0], places[-1]))
        for ax in (upper, lower):
            ax.axvspan(places[0], -0.5, color=GREY, alpha=0.15, linewidth=0)
            ax.axvspan(len(row) - 0.5, places[-1], color=GREY, alpha=0.15, linewidth=0)
    say(
        f"above a line that joins {len(row)} pixels by straight pieces, below its slope: a step "
        "function that jumps at every pixel."
    )


def show_landing(image, landed, titles: tuple[str, str]) -> None:
    """An image beside what arrives at each of its pixels, (H, W), signed, on one colour scale."""
    with house_style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(5.6, 2.6))
        _canvas(left, image)
        limit = float(np.abs(landed).max()) or 1.0
        H, W = landed.shape
        shown = right.imshow(landed, cmap="RdBu_r", vmin=-limit, vmax=limit, extent=(0, W, H, 0))
        right.set(xticks=[], yticks=[])
        right.spines[:].set_visible(False)
        figure.colorbar(shown, ax=right, shrink=0.8)
        for ax, title in zip((left, right), titles, strict=True):
            ax.set_title(title, fontsize=9)
    share = float((np.abs(landed) > 1e-9).mean())
    say(
        f"{titles[0]} and {titles[1]}: colours on {share:.0%} of the pixels, those that the crop "
        "has read."
    )


# ------------------------------------------------------------------------------ what is cropped
def draw_film(figure: Figure, images, theta, crops, title: str) -> None:
    """One picture of a film: images (N, 1, H, W) with their outlines, and the crops below."""
    axes = figure.subplots(2, len(images))
    corners = frames(theta, np.shape(images)[-2:])
    for k, (upper, lower) in enumerate(axes.T):
        _canvas(upper, images[k], margin=0.12)
        _frame(upper, corners[k])
        _canvas(lower, crops[k])
    figure.suptitle(title, fontsize=10)
    say(
        f"{title}: {counted(len(images), 'image')} with the outline of the crop, and the crops "
        "below.",
        figure,
    )


def show_sizes(steps: dict[str, Sequence], sides: dict[str, Sequence], most: float = 8) -> None:
    """How wide the crops are, in widths of the image, against the step of training.

    steps, sides {name: (K,)}; the axis is logarithmic and ends at `most`
    """
    with house_style():
        figure, ax = plt.subplots(figsize=(5.8, 2.7))
        looks = zip(PALETTE, ("-", "--", ":", "-."), strict=False)
        for (name, values), (colour, dash) in zip(sides.items(), looks, strict=False):
            ax.semilogy(steps[name], np.clip(values, 1 / most, most), dash, color=colour,
                        label=name)  # fmt: skip
        ax.axhline(1, color=GREY, linewidth=0.8)
        ax.set(xlabel="step", ylabel="side of the crop", ylim=(1 / most, most))
        ticks = [1 / most, 0.5, 1, 2, most]
        ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
        ax.minorticks_off()
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    say(
        f"side of the crops in widths of the image by step, logarithmic: {trends(sides, log=True)}."
    )


def show_accuracies(runs: dict[str, Sequence[float]]) -> None:
    """A row for each network: a dot per training, and a line at their mean."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 0.9 + 0.36 * len(runs)))
        for y, values in enumerate(runs.values()):
            ax.plot(values, [y] * len(values), "o", color=BLUE, markersize=6, alpha=0.6)
            ax.plot([np.mean(values)] * 2, [y - 0.3, y + 0.3], color=ORANGE, linewidth=2.2)
        ax.set_yticks(range(len(runs)), list(runs))
        ax.set(xlabel="test accuracy", ylim=(len(runs) - 0.5, -0.5))
        ax.grid(axis="x", color=GREY, alpha=0.25)
    say(f"a row of dots for each network with its mean test accuracy: {means(runs)}.")
