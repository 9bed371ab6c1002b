"""Pictures of notebook 19: boxes on canvases, what they have in common, and two heads."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, SKY, YELLOW
from course_utils.figures.images import as_shown, opinion_colours
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, say, trends

FARTHEST = 150  # px²: the end of the axis of errors
# outlines that can be seen on dark canvases, and told apart without their colours
LOOKS = ((GREEN, "-"), (ORANGE, "--"), (SKY, "-."), (YELLOW, ":"))


def upright_corners(boxes: np.ndarray) -> np.ndarray:
    """Boxes (…, 4): x1, y1, x2, y2 -> (…, 4, 2), clockwise from the upper left."""
    x1, y1, x2, y2 = np.moveaxis(np.asarray(boxes, float), -1, 0)
    return np.stack([np.stack(p, -1) for p in ((x1, y1), (x2, y1), (x2, y2), (x1, y2))], -2)


def overlap(box: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """Intersection, union and their ratio for two boxes x1, y1, x2, y2."""
    width = max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
    height = max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
    both = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    union = both - width * height
    return width * height, union, width * height / union if union else 0.0


# ------------------------------------------------------------------------------ boxes on canvases
def show_boxes(images, outlines: dict[str, np.ndarray], titles=None, columns: int = 5) -> None:
    """Canvases (N, 1, H, W), each with one outline per name.

    outlines  {name: (N, 4) boxes x1, y1, x2, y2, or (N, 4, 2) corners}; the first corner is a dot
    """
    rows = -(-len(images) // columns)
    width = min(WIDTH / columns, 1.6)
    height = rows * (width + (0.28 if titles is not None else 0.05)) + 0.3 * bool(outlines)
    with house_style():
        size = (width * columns, height)
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        for k, (ax, image) in enumerate(zip(axes.ravel(), images, strict=False)):
            _canvas(ax, image)
            for (name, given), look in zip(outlines.items(), LOOKS, strict=False):
                _outline(ax, given[k], look[0], name, look[1])
            if titles is not None:
                ax.set_title(titles[k], fontsize=8)
        handles, names = axes[0, 0].get_legend_handles_labels()
        if names:
            figure.legend(handles, names, loc="outside lower center", ncols=len(names),
                          fontsize=8)  # fmt: skip
    said = f"each with the {listed(outlines)} outlined" if outlines else "with nothing outlined"
    about = f", titled {listed(titles)}" if titles is not None else ""
    say(f"{counted(len(images), 'picture')} in {counted(rows, 'row')}, {said}{about}.")


def _canvas(ax, image) -> None:
    """The image with (0, 0) at the upper left corner of its first pixel, as boxes count."""
    picture = as_shown(image)
    H, W = picture.shape[:2]
    ax.imshow(picture, vmin=0, vmax=255, extent=(0, W, H, 0))
    ax.set(xlim=(0, W), ylim=(H, 0))


def _outline(ax, given, colour: str, name: str, line: str = "-") -> None:
    given = np.asarray(given, float)
    corners = given if given.ndim == 2 else upright_corners(given)
    ax.add_patch(Polygon(corners, fill=False, edgecolor=colour, linewidth=1.5, linestyle=line,
                         label=name))  # fmt: skip
    if given.ndim == 2:  # where the walk around begins
        ax.plot(*corners[0], "o", color=colour, markersize=3.5, clip_on=False)


def draw_turned_box(figure: Figure, corners: np.ndarray, angle: float, size: float = 48) -> None:
    """Four corners with their numbers, the middle, and the upright box around them.

    corners (4, 2): x, y on a canvas of `size` pixels
    """
    ax, beside = figure.subplots(1, 2, width_ratios=[1.5, 1])
    hull = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
    ax.add_patch(Polygon(upright_corners(hull), fill=False, edgecolor=GREY, linestyle=":"))
    ax.add_patch(Polygon(corners, facecolor=SKY, alpha=0.35, edgecolor="none"))
    ax.add_patch(Polygon(corners, fill=False, edgecolor=BLUE, linewidth=1.8))
    middle = corners.mean(axis=0)
    ax.plot(*middle, "+", color=BLACK, markersize=9)
    for k, corner in enumerate(corners):
        ax.plot(*corner, "o", color=ORANGE if k == 0 else BLUE, markersize=6)
        away = (corner - middle) / (np.linalg.norm(corner - middle) or 1)
        ax.text(*(corner + 2.6 * away), str(k), ha="center", va="center", fontsize=10, color=BLACK)
    ax.set(xlim=(0, size), ylim=(size, 0), aspect="equal", xlabel="x", ylabel="y")
    ax.set(title=f"turned by {angle:g}°", xticks=range(0, int(size) + 1, 12))
    ax.set_yticks(range(0, int(size) + 1, 12))
    said = [f"{k}:  x {x:5.1f}   y {y:5.1f}" for k, (x, y) in enumerate(corners)]
    said += ["", "around it:", f"x1 {hull[0]:.1f}   y1 {hull[1]:.1f}"]
    said += [f"x2 {hull[2]:.1f}   y2 {hull[3]:.1f}"]
    beside.axis("off")
    beside.text(0, 0.5, "\n".join(said), va="center", fontsize=9, family="monospace")
    width, height = hull[2:] - hull[:2]
    say(
        f"a box turned by {angle:g}° with its corners 0 to 3, and around it a dotted upright box "
        f"of {width:.1f} × {height:.1f} pixels.",
        figure,
    )


# --------------------------------------------------------------------------- intersection, union
def show_overlap(box, other) -> None:
    """Two boxes of whole numbers on a grid: each alone in its colour, the common part in both."""
    common, union, iou = overlap(box, other)
    right, low = max(box[2], other[2]) + 1, max(box[3], other[3]) + 1
    with house_style():
        _, ax = plt.subplots(figsize=(5.0, 5.0 * low / right * 0.8))
        for b, colour in ((box, BLUE), (other, ORANGE)):
            ax.add_patch(_rectangle(b, facecolor=colour, alpha=0.35))
            ax.add_patch(_rectangle(b, fill=False, edgecolor=colour, linewidth=2))
        ax.set(xlim=(0, right), ylim=(low, 0), aspect="equal", xlabel="x", ylabel="y")
        ax.set(xticks=range(right + 1), yticks=range(low + 1))
        ax.grid(color=GREY, linewidth=0.4, alpha=0.5)
        ax.set_title(f"in common {common:g}, covered {union:g}:  IoU {common:g}/{union:g}"
                     f" = {iou:.2f}", fontsize=10)  # fmt: skip
    say(
        f"two boxes on a grid of whole numbers: {common:g} squares lie in both, {union:g} in at "
        f"least one, so the IoU is {iou:.2f}."
    )


def _rectangle(box, **style) -> Rectangle:
    return Rectangle((box[0], box[1]), box[2] - box[0], box[3] - box[1], **style)


def measures(box, other, size: float = 48) -> tuple[float, float]:
    """IoU, and the mean squared error of the four sides in pixels² where the canvas is `size`."""
    error = np.square(np.subtract(box, other, dtype=float)).mean()
    return overlap(box, other)[2], float(error)


def draw_two_measures(figure: Figure, fixed, right: float, down: float, width: float,
                      height: float) -> None:  # fmt: skip
    """A box against a fixed one, and the pair of measures among those of many other boxes.

    fixed x1, y1, x2, y2; the other box is moved to the right and down, and is `width` times as wide
    and `height` times as high about its middle
    """
    moved = _changed(fixed, right, down, width, height)
    iou, error = measures(moved, fixed)
    left, cloud = figure.subplots(1, 2, width_ratios=[1, 1.25])
    left.add_patch(_rectangle(fixed, facecolor=GREEN, alpha=0.25, edgecolor="none"))
    left.add_patch(_rectangle(fixed, fill=False, edgecolor=GREEN, linewidth=2))
    left.add_patch(_rectangle(moved, facecolor=ORANGE, alpha=0.25, edgecolor="none"))
    left.add_patch(_rectangle(moved, fill=False, edgecolor=ORANGE, linewidth=2))
    left.set(xlim=(0, 48), ylim=(48, 0), aspect="equal", xticks=(0, 24, 48), yticks=(0, 24, 48))
    left.set_title(f"IoU {iou:.2f}, L2 {error:.0f} px²")
    others = many_measures(fixed)
    cloud.plot(others[:, 1], others[:, 0], ".", color=GREY, markersize=2, alpha=0.5)
    cloud.axhline(iou, color=ORANGE, linewidth=0.8)
    if error < FARTHEST:
        cloud.axvline(error, color=ORANGE, linewidth=0.8)
        cloud.plot(error, iou, "o", color=ORANGE, markersize=8)
    else:  # an arrow that points to where it is
        cloud.plot(0.975 * FARTHEST, iou, ">", color=ORANGE, markersize=9)
    cloud.set(xlim=(0, FARTHEST), ylim=(-0.03, 1.03), ylabel="IoU")
    cloud.set(xlabel="mean squared error of the sides (px²)")
    beyond = "" if error < FARTHEST else ", beyond the end of the axis"
    say(
        f"left a green box and an orange one moved by {right:g} and {down:g} pixels, with IoU "
        f"{iou:.2f} and a squared error of {error:.0f} px²; right the pair among a thousand "
        f"others{beyond}: boxes of the same error have very different IoUs.",
        figure,
    )


def _changed(box, right: float, down: float, width: float, height: float) -> np.ndarray:
    x1, y1, x2, y2 = box
    x, y = (x1 + x2) / 2 + right, (y1 + y2) / 2 + down
    w, h = (x2 - x1) / 2 * width, (y2 - y1) / 2 * height
    return np.array([x - w, y - h, x + w, y + h])


def many_measures(fixed, n: int = 1500) -> np.ndarray:
    """(n, 2): IoU and squared error of n boxes, each a fixed one moved and stretched at random."""
    rng = np.random.default_rng(0)
    reach = rng.uniform(0.1, 16, n)
    moves = rng.normal(size=(n, 2)) * reach[:, np.newaxis] / 2
    stretch = np.exp(rng.uniform(-0.9, 0.7, (n, 2)))
    pairs = zip(moves, stretch, strict=True)
    return np.array([measures(_changed(fixed, *m, *s), fixed) for m, s in pairs])


# ------------------------------------------------------------------------------------ the network
def show_two_heads(trunk: dict[str, tuple], heads: dict[str, tuple]) -> None:
    """Boxes with names and shapes in a row, and at its end one branch for each head."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.4, 2.4))
        ax.axis("off")
        names = list(trunk)
        for k, name in enumerate(names):
            _stage(ax, k, 0, name, trunk[name], SKY)
            if k:
                _arrow(ax, (k - 1, 0), (k, 0))
        last = len(names) - 1
        places = np.linspace(0.75, -0.75, len(heads))
        for y, (name, shape), colour in zip(places, heads.items(), (ORANGE, GREEN), strict=False):
            _stage(ax, last + 1.35, y, name, shape, colour)
            _arrow(ax, (last, 0), (last + 1.35, y))
        ax.set(xlim=(-0.5, last + 1.9), ylim=(-1.3, 1.3))
    say(
        f"a row of boxes, {listed(trunk)}, joined by arrows; at its end two branches, one box "
        f"for the {listed(heads)} each."
    )


def _stage(ax, x: float, y: float, name: str, shape, colour: str) -> None:
    ax.add_patch(Rectangle((x - 0.38, y - 0.5), 0.76, 1.0, facecolor=colour, alpha=0.3))
    ax.text(
        x, y + 0.2, name.replace(" ", "\n", 1), ha="center", va="center", fontsize=8, color=BLACK
    )
    said = " × ".join(map(str, shape)).replace("× ", "×\n", 1 if len(shape) > 2 else 0)
    ax.text(x, y - 0.26, said, ha="center", va="center", fontsize=7, color=BLACK)


def _arrow(ax, start, end) -> None:
    (x1, y1), (x2, y2) = start, end
    ax.add_patch(FancyArrowPatch((x1 + 0.39, y1), (x2 - 0.39, y2), arrowstyle="-|>", color=BLACK,
                                 mutation_scale=9, shrinkA=0, shrinkB=0))  # fmt: skip


# ------------------------------------------------------------------------------------ how good
def show_iou_histogram(ious: np.ndarray, right: np.ndarray, threshold: float = 0.5) -> None:
    """How many images have which IoU, with the right and the wrong classes on top of each other."""
    bins = np.linspace(0, 1, 21)
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.6))
        parts = {"right class": (ious[right], BLUE), "wrong class": (ious[~right], ORANGE)}
        values, colours = zip(*parts.values(), strict=True)
        ax.hist(values, bins=bins, stacked=True, color=colours, label=list(parts))
        ax.axvline(threshold, color=BLACK, linestyle=":", label=f"threshold {threshold:g}")
        ax.set(xlabel="IoU of the box", ylabel="canvases", xlim=(0, 1))
        ax.legend(fontsize=8, loc="upper left")
    good = float((ious >= threshold).mean())
    say(
        f"a histogram of the IoU of {counted(len(ious), 'canvas', 'canvases')}: {good:.0%} reach "
        f"the threshold of {threshold:g}, most of them with the right class."
    )


def show_against_threshold(thresholds, curves: dict[str, Sequence[float]]) -> None:
    """Fractions between 0 and 1 against the IoU that is asked for; one line for each name."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.6))
        styles = zip(PALETTE, ("-", "--", ":", "-."), strict=False)
        for (name, values), (colour, dash) in zip(curves.items(), styles, strict=False):
            ax.plot(thresholds, values, dash, color=colour, label=name)
        ax.set(xlabel="IoU asked for", ylabel="fraction of the canvases", ylim=(0, 1.02))
        ax.set_xlim(min(thresholds), max(thresholds))
        ax.legend(fontsize=8, loc="lower left")
    say(
        f"curves against the IoU that is asked for, {thresholds[0]:g} to {thresholds[-1]:g}: "
        f"{trends(curves)}."
    )


def show_weights(weights: Sequence[float], curves: dict[str, Sequence[float]]) -> None:
    """Results against the weight of the box loss, on a logarithmic axis with 0 at its left end."""
    finite = [w for w in weights if w > 0]
    zero = min(finite) / 10
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.8))
        places = [w if w > 0 else zero for w in weights]
        for (name, values), colour, marker in zip(curves.items(), PALETTE, "os^D", strict=False):
            ax.semilogx(places, values, marker=marker, markersize=5, color=colour, label=name)
        ax.set(xlabel="weight of the box loss", ylabel="on held-out canvases", ylim=(0, 1))
        ax.set_xticks(places, [f"{w:g}" for w in weights])
        ax.minorticks_off()
        figure = ax.figure
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", fontsize=8,
                      ncols=3)  # fmt: skip
    say(
        f"results as the weight of the box loss grows from {weights[0]:g} to {weights[-1]:g}: "
        f"{trends(curves, [f'{w:g}' for w in weights])}."
    )


def draw_answer(figure: Figure, image, true, guess, probabilities, label: int) -> None:
    """A canvas with true and guessed corners (4, 2), beside the probability of each class."""
    canvas, bars = figure.subplots(1, 2, width_ratios=[1, 1.2])
    _canvas(canvas, image)
    canvas.set(xticks=[], yticks=[])
    for corners, name, look in zip((true, guess), ("truth", "network"), LOOKS, strict=False):
        _outline(canvas, corners, look[0], name, look[1])
    hulls = [np.concatenate([c.min(axis=0), c.max(axis=0)]) for c in (true, guess)]
    canvas.set_title(f"IoU {overlap(*hulls)[2]:.2f}")
    figure.legend(*canvas.get_legend_handles_labels(), loc="outside lower center", ncols=2,
                  fontsize=8)  # fmt: skip
    colours = opinion_colours(probabilities, label)
    bars.bar(range(len(probabilities)), probabilities, color=colours)
    bars.set(xticks=range(len(probabilities)), ylim=(0, 1), ylabel="probability", xlabel="class")
    bars.set_title(f"named {int(np.argmax(probabilities))}, it is {label}")
    said, share = int(np.argmax(probabilities)), float(np.max(probabilities))
    say(
        f"left a canvas with the true box and the network's, IoU {overlap(*hulls)[2]:.2f}; right "
        f"bars: it names class {said} with probability {share:.2f}, and {label} is true.",
        figure,
    )
