"""Pictures of notebook 05: winners, gradients on their way back, ties, what pooling buys."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLUE, GREEN, GREY, ORANGE, PALETTE, SKY
from course_utils.figures.images import as_shown
from course_utils.figures.numbers import draw_numbers, outline
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, number, say, trends


def draw_pooling(figure: Figure, x: np.ndarray, pool, kernel: int, stride: int, window: int):
    """A map (H, W) and its max pooling; the winners are orange, one window is framed.

    `pool(x, kernel_size, stride)` gives (out, positions) as the exercise `maxpool2d` does.
    """
    out, positions = pool(x[np.newaxis, np.newaxis], (kernel, kernel), stride)
    out, positions = out[0, 0], positions[0, 0]
    place = min(window, out.size) - 1
    i, j = divmod(place, out.shape[1])
    before, after = figure.subplots(1, 2, width_ratios=[3, 2])
    draw_numbers(before, x, f"x: {x.shape[0]} × {x.shape[1]}")
    draw_numbers(after, out, f"out: {out.shape[0]} × {out.shape[1]}", float(np.abs(x).max()))
    for position in np.unique(positions):
        outline(before, *divmod(int(position), x.shape[1]), colour=ORANGE, fill=True)
    outline(before, i * stride, j * stride, kernel, kernel)
    outline(after, i, j)
    wins = np.bincount(positions.ravel()).max()
    before.set_xlabel(f"window {place + 1} of {out.size} in blue; most wins of one pixel: {wins}")
    say(
        f"numbers of a map of {x.shape[0]} × {x.shape[1]} and its max pooling of {out.shape[0]} "
        f"× {out.shape[1]}: window {place + 1} of {out.size} is framed and gives {out[i, j]:g}; "
        f"one pixel wins {counted(wins, 'time')}.",
        figure,
    )


def draw_landing(figure: Figure, x, positions, grad_out, kernel, stride, step, rule) -> None:
    """The gradients (OH, OW) of the first `step` windows on their way to the winners in x (H, W).

    `rule` says what a second gradient does to the first: "+=" adds, "=" overwrites.
    """
    H, W = x.shape
    grad_x = np.zeros(H * W)
    for place, grad in zip(positions.ravel()[:step], grad_out.ravel(), strict=False):
        grad_x[place] = grad_x[place] + grad if rule == "+=" else grad
    above, behind, below = figure.subplots(1, 3, width_ratios=[W, grad_out.shape[1], W])
    draw_numbers(above, x, "x and its winners", float(np.abs(x).max()))
    draw_numbers(behind, grad_out, "grad_out", float(np.abs(grad_out).sum()))
    draw_numbers(below, grad_x.reshape(H, W), f"grad_x with {rule}", float(np.abs(grad_out).sum()))
    below.set_xlabel(f"sum {grad_x.sum():g}")
    behind.set_xlabel(f"sum so far {grad_out.ravel()[:step].sum():g}")
    for position in np.unique(positions):
        outline(above, *divmod(int(position), W), colour=ORANGE, fill=True)
    if step:
        i, j = divmod(step - 1, grad_out.shape[1])
        place = divmod(int(positions[i, j]), W)
        outline(above, i * stride, j * stride, kernel, kernel)
        outline(behind, i, j)
        outline(below, *place, colour=ORANGE)
    say(
        f"the gradients of {counted(step, 'window')} have gone to the winners in x with {rule}: "
        f"grad_x sums to {grad_x.sum():g}, and those on their way to "
        f"{grad_out.ravel()[:step].sum():g}.",
        figure,
    )


def show_number_maps(maps: dict[str, np.ndarray]) -> None:
    """Maps (H, W) side by side with their numbers, all on one colour scale."""
    limit = max(float(np.abs(m).max()) for m in maps.values()) or 1.0
    widths = [np.shape(m)[1] for m in maps.values()]
    with house_style():
        _, axes = plt.subplots(1, len(maps), figsize=(6.4, 2.4), width_ratios=widths, squeeze=False)
        for ax, (title, numbers) in zip(axes[0], maps.items(), strict=True):
            draw_numbers(ax, numbers, title, limit)
    said = [f"{title}, which sums to {number(np.sum(table))}" for title, table in maps.items()]
    say(f"grids of numbers side by side: {listed(said)}.")


def show_kink(value: float = 1.0) -> None:
    """max(a, value) as a function of a, with its slopes and the tie between them."""
    a = np.array([-0.5, value, 2.5])
    with house_style():
        _, (left, right) = plt.subplots(1, 2, figsize=(6.2, 2.5), sharex=True)
        left.plot(a, np.maximum(a, value), color=BLUE)
        left.plot(value, value, "o", color=ORANGE)
        left.text(value - 0.05, value + 0.08, "tie", color=ORANGE, ha="right")
        left.set(xlabel="a", ylabel=f"max(a, {value:g})")
        right.plot(a[:2], [0, 0], color=BLUE)
        right.plot(a[1:], [1, 1], color=BLUE)
        right.plot([value, value], [0, 1], ":", color=GREY)
        for height, name, colour in ((0, "b wins", SKY), (0.5, "numbers say ½", GREY),
                                     (1, "a wins", ORANGE)):  # fmt: skip
            right.plot(value, height, "o", color=colour)
            right.text(value + 0.12, height + (-0.09 if height == 1 else 0.04), name, color=colour,
                       va="top" if height == 1 else "bottom", fontsize=9)  # fmt: skip
        right.set(xlabel="a", ylabel="slope", ylim=(-0.15, 1.2))
    say(
        f"the function max(a, {value:g}) is flat up to a = {value:g} and rises with slope 1 after "
        "it; its slope jumps there from 0 to 1, and the number a tie gets is one half."
    )


def show_maps(maps: dict[str, np.ndarray]) -> None:
    """Maps (H, W) of different sizes side by side, all on one grey scale from 0 on."""
    limit = max(float(m.max()) for m in maps.values())
    with house_style():
        _, axes = plt.subplots(1, len(maps), figsize=(6.4, 6.4 / len(maps) + 0.35), squeeze=False)
        for ax, (title, picture) in zip(axes[0], maps.items(), strict=True):
            ax.imshow(picture, vmin=0, vmax=limit)
            ax.set(title=title, xticks=[], yticks=[])
    said = [f"{title}, {m.shape[0]} × {m.shape[1]}" for title, m in maps.items()]
    say(f"grey pictures side by side: {listed(said)}.")


def draw_shift(figure: Figure, rows: dict[str, list[np.ndarray]], titles: list[str]) -> None:
    """One row of pictures for each name; pictures of one column share their grey scale."""
    axes = figure.subplots(len(rows), len(titles), squeeze=False)
    limits = [
        max(float(pictures[k].max()) for pictures in rows.values()) for k in range(len(titles))
    ]
    for line, (name, pictures) in zip(axes, rows.items(), strict=True):
        for ax, picture, limit in zip(line, pictures, limits, strict=True):
            ax.imshow(as_shown(picture), vmin=0, vmax=limit or 1)
            ax.set(xticks=[], yticks=[])
        line[0].set_ylabel(name)
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title, fontsize=9)
    say(
        f"rows of pictures, {listed(rows)}, as they come and after pooling: {listed(titles)}.",
        figure,
    )


def show_tolerance(shifts, curves: dict[str, list[float]], ylabel: str) -> None:
    """One line for each way of pooling: a score against the shift in pixels."""
    markers = "os^Dv"
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 3.0))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, markers, strict=False):
            ax.plot(shifts, values, marker=marker, markersize=5, color=colour, label=name)
        ax.set(xlabel="shift (pixels)", ylabel=ylabel, ylim=(0, 1.02), xticks=list(shifts))
        ax.legend(fontsize=8, loc="lower left")
    say(f"{ylabel} for shifts of {shifts[0]} to {shifts[-1]} pixels: {trends(curves, shifts)}.")


def show_cost(windows, curves: dict[str, list[float]]) -> None:
    """Accuracy against the size of the window, the sizes evenly spaced; one line for each name."""
    places = range(len(windows))
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.9))
        for (name, values), colour, marker in zip(curves.items(), (BLUE, ORANGE, GREEN), "os^",
                                                  strict=False):  # fmt: skip
            ax.plot(places, values, marker=marker, markersize=5, color=colour, label=name)
        ax.set(xlabel="window (pixels across)", ylabel="accuracy", ylim=(0, 1))
        ax.set_xticks(places, [str(window) for window in windows])
        ax.legend(fontsize=8, loc="lower left")
    say(f"accuracy for windows of {windows[0]} to {windows[-1]} pixels: {trends(curves, windows)}.")
