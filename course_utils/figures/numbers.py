"""Numbers written into grids, frames around some of them, a matrix beside its transpose."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from course_utils.figures.colours import BLACK, BLUE
from course_utils.figures.style import house_style
from course_utils.figures.words import say


def draw_numbers(ax, numbers: np.ndarray, title: str = "", limit: float | None = None) -> None:
    """A map (H, W) in pale greys from 0 to `limit`, with its numbers written into it."""
    numbers = np.asarray(numbers)
    limit = float(np.abs(numbers).max()) or 1.0 if limit is None else limit
    ax.imshow(np.abs(numbers), cmap="Greys", vmin=-0.15 * limit, vmax=2.5 * limit)
    texts = [f"{number:g}".replace("-", "−") for number in numbers.ravel().round(2)]
    size = max(7, min(11 - 0.5 * max(numbers.shape), 30 / max(map(len, texts))))
    for (row, column), text in zip(np.ndindex(numbers.shape), texts, strict=True):
        ax.text(column, row, text, ha="center", va="center", color=BLACK,
                fontsize=size, in_layout=False)  # fmt: skip
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def outline(ax, row, column, height=1, width=1, colour=BLUE, line=2.5, fill=False) -> None:
    """A frame around some pixels, or with `fill` a coloured patch behind their numbers."""
    corner = (column - 0.5, row - 0.5)
    look = {"facecolor": colour, "alpha": 0.45} if fill else {"fill": False, "edgecolor": colour}
    ax.add_patch(Rectangle(corner, width, height, linewidth=0 if fill else line, **look))


def show_matrix_pair(
    matrix: np.ndarray, number: int, numbers: bool = False, name: str = "A"
) -> None:
    """A matrix and its transpose; row `number` of the one is column `number` of the other."""
    rows, columns = matrix.shape
    limit = float(np.abs(matrix).max()) * (1.8 if numbers else 1)  # paler under numbers
    with house_style():
        _, axes = plt.subplots(1, 2, figsize=(6.4, 3.0), width_ratios=[columns, rows])
        for ax, picture, title in zip(axes, (matrix, matrix.T), (name, f"{name}ᵀ"), strict=True):
            shown = ax.imshow(picture, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set(title=f"{title}: {picture.shape[0]} × {picture.shape[1]}", xticks=[], yticks=[])
            ax.set(xlabel=f"{picture.shape[1]} inputs", ylabel=f"{picture.shape[0]} outputs")
            if numbers:
                for place, number_here in np.ndenumerate(picture):
                    ax.text(*place[::-1], f"{number_here:g}", ha="center", va="center",
                            fontsize=9, in_layout=False)  # fmt: skip
        outline(axes[0], number, 0, 1, columns, BLUE, 1.8)
        outline(axes[1], 0, number, columns, 1, BLUE, 1.8)
        if not numbers:
            plt.colorbar(shown, ax=axes, shrink=0.7, label="weight")
    say(
        f"two tables of weights, {name} with {rows} rows and {columns} columns and its "
        f"transpose: the framed row {number} on the left is the framed column {number} on the "
        "right."
    )
