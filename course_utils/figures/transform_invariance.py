"""Pictures of notebook 08: filters in many poses, who won, and accuracy against the angle."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, ORANGE, PALETTE
from course_utils.figures.images import as_shown, opinion_colours, opinion_legend
from course_utils.figures.numbers import draw_numbers, outline
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, say, trends

LETTER = np.array(
    [[0, 0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0, 0], [0, 0, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0, 0],
     [0, 0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]], float
)  # fmt: skip


def looks_at(shape: tuple[int, int], angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each place of a turned map looks in the old one: rows and columns, both (H, W)."""
    middle = [(size - 1) / 2 for size in shape]
    dy, dx = np.arange(shape[0])[:, None] - middle[0], np.arange(shape[1]) - middle[1]
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    return middle[0] + sin * dx + cos * dy, middle[1] + cos * dx - sin * dy


def shares(shape: tuple[int, int], row: float, column: float) -> np.ndarray:
    """How much each weight (H, W) counts at the place (row, column) between them."""
    down = np.maximum(0, 1 - np.abs(row - np.arange(shape[0])))
    along = np.maximum(0, 1 - np.abs(column - np.arange(shape[1])))
    return np.outer(down, along)


def draw_pull(figure: Figure, weight: np.ndarray, angle: float, place: int) -> None:
    """One place of the turned filter, the point where it looks, and the weights that it mixes.

    weight (H, W); places are counted in row order from 0
    """
    rows, columns = looks_at(weight.shape, angle)
    limit = float(np.abs(weight).max())
    turned = [(weight * shares(weight.shape, r, c)).sum() for r, c in zip(rows.flat, columns.flat,
                                                                         strict=True)]  # fmt: skip
    i, j = divmod(place, weight.shape[1])
    share = shares(weight.shape, rows[i, j], columns[i, j])
    old, new = figure.subplots(1, 2)
    draw_numbers(old, weight, "the filter, and where its copy looks", limit)
    draw_numbers(new, np.reshape(turned, weight.shape), f"its copy, turned by {angle:g}°", limit)
    old.plot(columns, rows, ".", color=BLUE, markersize=3)
    old.plot(columns[i, j], rows[i, j], "o", color=ORANGE, markersize=8, alpha=0.8)
    for r, c in np.argwhere(share > 1e-9):
        outline(old, r, c, colour=ORANGE, fill=True)
    outline(new, i, j, colour=ORANGE)
    rim = 0.9
    old.set(xlim=(-0.5 - rim, weight.shape[1] - 0.5 + rim))
    old.set(ylim=(weight.shape[0] - 0.5 + rim, -0.5 - rim))
    new.set(xlim=old.get_xlim(), ylim=old.get_ylim())
    terms = [f"{share[r, c]:.2f} · {weight[r, c]:g}" for r, c in np.argwhere(share > 0.005)]
    said = " + ".join(terms) if terms else "only zeros from outside"
    figure.supxlabel(f"{said} = {turned[place]:.2f}", fontsize=9)
    said_of = counted(int((share > 1e-9).sum()), "weight")
    say(
        f"a filter of numbers beside its copy turned by {angle:g}°: the marked place of the copy "
        f"looks between the pixels of the filter and mixes {said_of}: {said} = "
        f"{turned[place]:.2f}.",
        figure,
    )


def show_angle_curves(angles, curves: dict[str, list[float]], xlabel: str, ylabel: str) -> None:
    """One line for each name against the angle in degrees; the y axis begins at 0."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.2, 3.0))
        highest = max(max(values) for values in curves.values())
        styles = zip(PALETTE, "os^Dv", strict=False)
        for (name, values), (colour, marker) in zip(curves.items(), styles, strict=False):
            ax.plot(angles, values, marker=marker, markersize=4, color=colour, label=name)
        ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(0, highest * 1.08))
        ax.set_xticks(range(int(min(angles)), int(max(angles)) + 1, 45))
        figure = ax.figure
        figure.legend(*ax.get_legend_handles_labels(), fontsize=8, loc="outside upper center",
                      ncols=min(len(curves), 2))  # fmt: skip
    say(
        f"{ylabel} by {xlabel}, {min(angles):g}° to {max(angles):g}°: "
        f"{trends(curves, [f'{a:g}°' for a in angles])}."
    )


def draw_copy(figure: Figure, canvas: np.ndarray, copy: np.ndarray, answer: np.ndarray, most):
    """A filter's copy beside a canvas and its answers there; the strongest answer is framed.

    canvas (H, W), copy (KH, KW), answer (H − KH + 1, W − KW + 1); `most` ends the colour scale
    """
    left, right = figure.subplots(1, 2, width_ratios=[1, 3.6])
    left.imshow(copy, cmap="RdBu_r", vmin=-1, vmax=1)
    left.set(title="copy", xticks=[], yticks=[])
    (KH, KW), (i, j) = copy.shape, np.unravel_index(answer.argmax(), answer.shape)
    padded = np.full(canvas.shape, np.nan)
    padded[KH // 2 : KH // 2 + answer.shape[0], KW // 2 : KW // 2 + answer.shape[1]] = answer
    both = np.concatenate([canvas * most, np.full((1, canvas.shape[1]), np.nan), padded])
    shown = right.imshow(both, cmap="viridis", vmin=0, vmax=most)
    outline(right, i, j, KH, KW, ORANGE, 1.8)
    outline(right, canvas.shape[0] + 1 + i, j, KH, KW, ORANGE, 1.8)
    right.set(title=f"picture, and answers below it: strongest {answer.max():.1f}")
    right.set(xticks=[], yticks=[])
    right.spines[:].set_visible(False)
    figure.colorbar(shown, ax=right, shrink=0.8, label="answer")
    say(
        "a filter's copy beside a picture and its answers there: the strongest is "
        f"{answer.max():.1f}, framed at row {i} and column {j}.",
        figure,
    )


def show_winners(image: np.ndarray, out: np.ndarray, winners: np.ndarray, angles) -> None:
    """An image, the largest answers (H, W), and an arrow along the winner's angle where strong."""
    rows, columns = np.nonzero(out > 0.35 * out.max())
    won = np.deg2rad(np.asarray(angles)[winners[rows, columns]])
    with house_style():
        _, axes = plt.subplots(1, 3, figsize=(6.4, 2.6), width_ratios=[1, 1, 1.5])
        axes[0].imshow(as_shown(image), vmin=0, vmax=1)
        axes[1].imshow(out, vmin=0, vmax=float(out.max()))
        axes[2].imshow(out, cmap="Greys", vmin=0, vmax=4 * float(out.max()))
        arrows = {"angles": "uv", "scale_units": "xy", "scale": 1.0, "pivot": "mid"}
        axes[2].quiver(columns, rows, np.cos(won), np.sin(won), color=BLUE, width=0.008, **arrows)
        for ax, title in zip(axes, ("digit", "largest answer", "angle of the winner"), strict=True):
            ax.set(title=title, xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
    said = [f"{angles[k]}°" for k in np.unique(winners[rows, columns])]
    say(
        "a digit, the largest answers along its strokes, and arrows that turn with the stroke: "
        f"{listed(said)} win somewhere."
    )


def draw_opinions(
    figure: Figure, image: np.ndarray, opinions: dict[str, np.ndarray], label: int
) -> None:
    """An image of a `label`, and the probabilities (10,) that each network gives to the digits."""
    widths = [1.3, *[1] * len(opinions)]
    axes = figure.subplots(1, len(widths), width_ratios=widths)
    axes[0].imshow(as_shown(image), vmin=0, vmax=1)
    axes[0].set(xticks=[], yticks=[])
    for ax, (name, probabilities) in zip(axes[1:], opinions.items(), strict=True):
        best = int(probabilities.argmax())
        ax.barh(range(10), probabilities, color=opinion_colours(probabilities, label))
        ax.set(title=f"{name}: {best}", xlim=(0, 1.02), xticks=[0, 1], ylim=(9.6, -0.6))
        ax.set(yticks=range(10), xlabel="probability")
        ax.title.set(fontsize=9, color=BLACK)
    opinion_legend(figure)
    said = [f"{name} says {int(p.argmax())} with {p.max():.2f}" for name, p in opinions.items()]
    say(f"a turned {label} beside bars of probability by digit: {listed(said)}.", figure)
