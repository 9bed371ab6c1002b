"""Functions on a square of the plane, as maps in colour."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK
from course_utils.figures.style import house_style
from course_utils.figures.words import listed, say


def plane(size: float = 1.0, steps: int = 121) -> np.ndarray:
    """All points of the square [-size, size]², as rows: (steps², 2)."""
    axis = np.linspace(-size, size, steps)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


def draw_maps(figure: Figure, maps: dict[str, np.ndarray], size: float = 1.0) -> None:
    """Functions on the square `plane(size)`, one picture each, on one colour scale.

    maps: title -> values (steps²,); red is positive, blue negative, the black line is 0
    """
    limit = max(float(np.abs(values).max()) for values in maps.values())
    axes = figure.subplots(1, len(maps), sharey=True, squeeze=False)[0]
    for ax, (title, values) in zip(axes, maps.items(), strict=True):
        steps = round(len(values) ** 0.5)
        axis = np.linspace(-size, size, steps)
        grid = values.reshape(steps, steps)
        drawn = ax.pcolormesh(axis, axis, grid, cmap="RdBu_r", vmin=-limit, vmax=limit,
                              shading="nearest", rasterized=True)  # fmt: skip
        if grid.min() < 0 < grid.max():
            ax.contour(axis, axis, grid, levels=[0], colors=BLACK, linewidths=1.2)
        ax.set(title=title, xticks=[-size, 0, size], yticks=[-size, 0, size], aspect="equal")
    figure.colorbar(drawn, ax=axes, shrink=0.7)

    def part(values):  # how much of the square is red
        return f"{np.mean(np.asarray(values) > 0):.0%}"

    said = [f"{title} is positive on {part(values)} of it" for title, values in maps.items()]
    say(f"a square of the plane in red and blue: {listed(said)}.", figure)


def show_maps(maps: dict[str, np.ndarray], size: float = 1.0) -> None:
    """`draw_maps` as a figure of its own."""
    with house_style():
        draw_maps(plt.figure(figsize=(6.4, 2.1)), maps, size)
