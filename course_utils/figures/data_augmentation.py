"""Pictures of notebook 10: moved images with their boxes, a cloud of colours, what augmentation
buys, and crops to vote over."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, SKY
from course_utils.figures.images import as_shown
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, number, say, trend, trends

# The outline of a letter F on a field of 10 × 10, in places (x, y), y pointing down.
LETTER = np.array(
    [(3.4, 2), (7.2, 2), (7.2, 3.1), (4.6, 3.1), (4.6, 4.6), (6.4, 4.6), (6.4, 5.7), (4.6, 5.7),
     (4.6, 8), (3.4, 8)]
)  # fmt: skip


def _picture(ax, image: np.ndarray) -> None:
    """An image whose upper left corner is the place (0, 0), so that boxes and points fit on it."""
    shown = as_shown(image)
    H, W = shown.shape[:2]
    limit = 255 if shown.dtype == np.uint8 else 1
    ax.imshow(shown, vmin=0, vmax=limit, extent=(0, W, H, 0))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def draw_pictures(figure: Figure, images, titles) -> None:
    """Images side by side, grey (H, W) or (1, H, W), colour (3, H, W)."""
    axes = figure.subplots(1, len(images))
    for ax, image, title in zip(axes, images, titles, strict=True):
        _picture(ax, image)
        ax.set_title(title, fontsize=9)
    say(f"{counted(len(images), 'picture')} side by side: {listed(titles)}.", figure)


def show_factors(draws: dict[str, np.ndarray], low: float, high: float) -> None:
    """Histograms of factors on a logarithmic axis, with bars that are equally wide there."""
    bins = np.geomspace(low, high, 17)
    with house_style():
        _, axes = plt.subplots(1, len(draws), figsize=(6.4, 2.4), sharey=True)
        for ax, (name, factors) in zip(axes, draws.items(), strict=True):
            counts, _ = np.histogram(factors, bins)
            colours = [ORANGE if left < 0.999 else BLUE for left in bins[:-1]]
            ax.bar(bins[:-1], counts, np.diff(bins), align="edge", color=colours, edgecolor="w")
            ax.set(xscale="log", title=name, xlabel="factor", xlim=(low, high))
            ticks = [low, 1 / 1.25, 1, 1.25, high]
            ax.set_xticks(ticks, [f"{t:.3g}" for t in ticks])
            ax.minorticks_off()
        axes[0].set_ylabel("how often")
    said = [
        f"{name}, {np.mean(np.asarray(f) < 1):.0%} of them below 1" for name, f in draws.items()
    ]
    say(
        f"histograms of factors from {number(low)} to {number(high)} on a logarithmic axis: "
        f"{listed(said)}."
    )


def show_steps(steps: dict[str, np.ndarray], size: float = 10) -> None:
    """The letter F after each of some maps (2, 3), and in grey where it was one step before."""
    before = LETTER
    columns = 3
    rows = -(-len(steps) // columns)
    with house_style():
        _, axes = plt.subplots(rows, columns, figsize=(6.0, 1.95 * rows), squeeze=False)
        for ax, (name, matrix) in zip(axes.ravel(), steps.items(), strict=False):
            after = before @ matrix[:, :2].T + matrix[:, 2]
            ax.add_patch(Polygon(before, facecolor="none", edgecolor=GREY, linestyle="--"))
            ax.add_patch(Polygon(after, facecolor=SKY, edgecolor=BLUE, alpha=0.7))
            ax.plot(size / 2, size / 2, "+", color=BLACK, markersize=8)
            ax.set(title=name, xticks=[0, 5, 10], yticks=[0, 5, 10])
            ax.set(xlim=(-0.2 * size, 1.2 * size), ylim=(1.2 * size, -0.2 * size))
            ax.set_aspect("equal")
            ax.tick_params(labelsize=7)
            ax.title.set_fontsize(9)
            before = after
        for ax in axes.ravel()[len(steps) :]:
            ax.axis("off")
    say(
        f"a letter F in blue after each of {counted(len(steps), 'step')}, {listed(steps)}, with "
        "its last place dashed in grey."
    )


def _frame(ax, box, colour: str, label: str, line: str = "-") -> None:
    x1, y1, x2, y2 = box
    frame = Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, edgecolor=colour, linestyle=line,
                      linewidth=1.8, label=label)  # fmt: skip
    ax.add_patch(frame)


def draw_targets(figure: Figure, before, after, boxes: dict[str, np.ndarray]) -> None:
    """An image with box, points and mask, and the same moved; further boxes by their names.

    before, after: (image (H, W), box (4,), points (P, 2), mask (H, W))
    """
    axes = figure.subplots(1, 2)
    for ax, (image, box, points, mask), title in zip(
        axes, (before, after), ("before", "after"), strict=True
    ):
        _picture(ax, image)
        H, W = np.shape(mask)
        tint = np.zeros((H, W, 4))
        tint[..., :3], tint[..., 3] = (0.0, 0.62, 0.45), 0.45 * (np.asarray(mask) > 0)
        ax.imshow(tint, extent=(0, W, H, 0))
        _frame(ax, box, SKY, "box")
        ax.plot(*np.transpose(points), "o", color=ORANGE, markersize=4, label="points")
        ax.set_title(title, fontsize=9)
        ax.set(xlim=(-0.2 * W, 1.2 * W), ylim=(1.2 * H, -0.2 * H))  # boxes may leave the image
    for (name, box), (colour, line) in zip(
        boxes.items(), ((PALETTE[3], "--"), (PALETTE[5], ":")), strict=False
    ):
        _frame(axes[1], box, colour, name, line)
    figure.legend(*axes[1].get_legend_handles_labels(), fontsize=8, loc="outside lower center",
                  ncols=2 + len(boxes))  # fmt: skip
    box = np.asarray(after[1], float)
    sides = f"{box[2] - box[0]:.0f} × {box[3] - box[1]:.0f} pixels"
    others = f"; also drawn are {listed(boxes)}" if boxes else ""
    say(
        "an image before and after a move, with its box, points and mask: the box is then "
        f"{sides}{others}.",
        figure,
    )


def show_colours(pixels: np.ndarray, mean, eigenvalues, eigenvectors) -> None:
    """Pixels (N, 3) as points in the cube of colours, and the axes of their cloud.

    Each axis (a column of eigenvectors) reaches two standard deviations to both sides, or to the
    end of the cube.
    """
    with house_style():
        figure = plt.figure(figsize=(4.6, 3.6))
        ax = figure.add_subplot(projection="3d", computed_zorder=False)
        ax.scatter(*pixels.T, c=np.clip(pixels, 0, 1), s=5, linewidths=0)
        named = zip(eigenvalues, np.transpose(eigenvectors), (BLACK, ORANGE, BLUE), strict=True)
        for k, (value, axis, colour) in enumerate(named):
            reach = [_reach(mean, sign * axis, 2 * np.sqrt(value)) for sign in (-1, 1)]
            ends = mean + np.outer((-reach[0], reach[1]), axis)  # (2, 3)
            ax.plot(*ends.T, color=colour, linewidth=3, label=f"axis {k + 1}", zorder=5)
        ax.set(xlim=(0, 1), ylim=(0, 1), zlim=(0, 1), xlabel="red", ylabel="green", zlabel="blue")
        ax.set(xticks=[0.25, 0.75], yticks=[0.25, 0.75], zticks=[0, 0.5, 1])
        ax.set_box_aspect(None, zoom=0.85)
        ax.view_init(elev=18, azim=-60)
        ax.tick_params(labelsize=7)
        figure.legend(
            *ax.get_legend_handles_labels(), fontsize=8, loc="outside upper center", ncols=3
        )
    share = eigenvalues[0] / np.sum(eigenvalues)
    say(
        f"a cloud of {len(pixels):,} coloured points in the cube of red, green and blue: it is "
        f"long and thin, with {share:.0%} of its variance along axis 1, roughly from dark to "
        "bright."
    )


def _reach(start: np.ndarray, direction: np.ndarray, most: float) -> float:
    """How far one can go from a point of the unit cube before it ends, at most `most`."""
    ends = np.where(direction > 0, 1 - start, -start)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(min(most, np.nanmin(np.where(direction == 0, np.inf, ends / direction))))


def draw_tint(figure: Figure, image: np.ndarray, tinted: np.ndarray) -> None:
    """An image (3, H, W) in 0 … 1, the tinted one cut off for the screen, and what was added."""
    left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 0.62])
    for ax, picture, title in ((left, image, "before"), (middle, tinted, "after")):
        _picture(ax, np.clip(picture, 0, 1))
        ax.set_title(title, fontsize=9)
    added = (tinted - image).mean(axis=(1, 2))
    right.bar(("red", "green", "blue"), added, color=(ORANGE, GREEN, BLUE))
    right.axhline(0, color=BLACK, linewidth=0.8)
    right.set(ylim=(-0.5, 0.5), yticks=[-0.5, 0, 0.5])
    right.set_title("added to every pixel", fontsize=9)
    right.tick_params(labelsize=8)
    said = [
        f"{name} {value:+.2f}" for name, value in zip(("red", "green", "blue"), added, strict=True)
    ]
    say(
        f"a photograph before and after a tint, and bars of what was added: {listed(said)}.", figure
    )


def show_accuracies(labels, curves: dict[str, np.ndarray]) -> None:
    """Accuracy (seeds, sizes) against the number of labels: a line of means, a dot for each run."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.0, 3.0))
        for (name, values), colour in zip(curves.items(), PALETTE, strict=False):
            values = np.atleast_2d(values)
            ax.plot(labels, values.mean(axis=0), color=colour, label=name)
            for row in values:
                ax.plot(labels, row, "o", color=colour, markersize=4, alpha=0.7)
        ax.set(xscale="log", xlabel="labelled digits", ylabel="accuracy on new digits")
        ax.set_xticks(labels, [f"{n:,}" for n in labels])
        ax.minorticks_off()
        ax.set_ylim(top=1.005)
        ax.grid(axis="y", color="0.9")
        ax.legend(fontsize=8, loc="lower right")
    said = {name: np.atleast_2d(values).mean(axis=0) for name, values in curves.items()}
    say(f"accuracy from {labels[0]:,} to {labels[-1]:,} labelled digits: {trends(said)}.")


def show_bars(values: dict[str, float], baseline: str, xlabel: str) -> None:
    """Bars from the value of `baseline`: to the right what helped, to the left what hurt."""
    names = [name for name in values if name != baseline]
    zero = values[baseline]
    with house_style():
        _, ax = plt.subplots(figsize=(6.2, 0.28 * len(names) + 0.9))
        gains = [100 * (values[name] - zero) for name in names]
        ax.barh(names, gains, color=[BLUE if gain >= 0 else ORANGE for gain in gains], height=0.7)
        ax.axvline(0, color=BLACK, linewidth=0.8)
        ax.invert_yaxis()
        reach = max(1.0, 1.25 * max(abs(gain) for gain in gains))
        ax.set(xlim=(-reach, reach), xlabel=xlabel)
        ax.tick_params(labelsize=9)
        for row, gain in enumerate(gains):
            side = "left" if gain >= 0 else "right"
            ax.text(gain, row, f" {gain:+.1f} ", va="center", ha=side, fontsize=8)
    best, worst = names[int(np.argmax(gains))], names[int(np.argmin(gains))]
    say(
        f"bars to the right for what helped and to the left for what hurt, against {baseline}: "
        f"most helps {best} with {max(gains):+.1f}, and least {worst} with {min(gains):+.1f}."
    )


def confusions(labels: np.ndarray, guesses: np.ndarray, classes: int = 10) -> np.ndarray:
    """How often a class (row) was read as another one (column): (classes, classes), no hits."""
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, guesses), 1)
    np.fill_diagonal(counts, 0)
    return counts


def show_confusions(matrices: dict[str, np.ndarray]) -> None:
    """Tables (10, 10) of mistakes side by side: row the digit, column what was read."""
    highest = max(matrix.max() for matrix in matrices.values())
    with house_style():
        figure, axes = plt.subplots(1, len(matrices), figsize=(6.4, 3.3), squeeze=False)
        for ax, (name, matrix) in zip(axes[0], matrices.items(), strict=True):
            shown = ax.imshow(matrix, cmap="Blues", vmin=0, vmax=highest)
            for (i, j), count in np.ndenumerate(matrix):
                if count:
                    ink = "w" if count > 0.6 * highest else BLACK
                    ax.text(j, i, count, ha="center", va="center", fontsize=7, color=ink)
            ax.set(title=name, xlabel="read as", xticks=range(10), yticks=range(10))
            ax.tick_params(labelsize=8)
        axes[0, 0].set_ylabel("digit")
        figure.colorbar(shown, ax=axes, shrink=0.7, label="how many")
    said = []
    for name, matrix in matrices.items():
        row, column = np.unravel_index(np.argmax(matrix), matrix.shape)
        said.append(f"{name}, most often {row} read as {column}")
    say(f"tables of mistakes, digits by what was read: {listed(said)}.")


def show_strengths(strengths, accuracies: np.ndarray, chosen: float) -> None:
    """Accuracy (seeds, strengths) against one number, the strength; the best one is marked."""
    accuracies = np.atleast_2d(accuracies)
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.6))
        ax.axvline(chosen, color=GREY, linestyle=":", label=f"best: {chosen:g}")
        label = "mean" if len(accuracies) > 1 else "one training each"
        ax.plot(strengths, accuracies.mean(axis=0), color=BLUE, label=label)
        for row in accuracies:
            ax.plot(strengths, row, "o", color=BLUE, markersize=4, alpha=0.7)
        ax.set(xlabel="strength", ylabel="accuracy, validation", xticks=strengths)
        ax.grid(axis="y", color="0.9")
        ax.legend(fontsize=8)
    say(
        f"accuracy as the strength grows from {number(strengths[0])} to {number(strengths[-1])}: "
        f"it {trend(accuracies.mean(axis=0), [f'{s:g}' for s in strengths])}; a dotted line "
        "marks the best."
    )
