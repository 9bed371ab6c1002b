"""Pictures of notebook 04: small grids with their letters, and who met whom.

The running example has an input X of 3×3, a filter F of 2×2 and an output O of 2×2. Names are
1-based, as on the lecture's slides: X11 is the upper left pixel.
"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, number, say, trend

_PALE = {BLUE: "#d6e8f4", ORANGE: "#f9e0d0", GREEN: "#d2f0e6", GREY: "#eeeeee"}


def letters(name: str, rows: int, columns: int) -> np.ndarray:
    """Names of the entries of a matrix: [["X11", "X12"], …]."""
    return np.array(
        [[f"{name}{i + 1}{j + 1}" for j in range(columns)] for i in range(rows)], dtype=object
    )


def draw_grid(ax: Axes, labels, colours=None, title: str = "", frames=()) -> None:
    """A matrix as squares with words in them.

    labels (H, W) of text; colours (H, W) of colours or None for white; frames: (row, column,
    height, width, colour) of thick boxes around a part of the grid
    """
    labels = np.asarray(labels, dtype=object)
    H, W = labels.shape
    for i, j in np.ndindex(H, W):
        colour = "white" if colours is None or colours[i][j] is None else colours[i][j]
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor=colour, edgecolor=GREY, linewidth=0.8))
        ax.text(j + 0.5, i + 0.5, labels[i, j], ha="center", va="center", fontsize=9)
    for row, column, height, width, colour in frames:
        ax.add_patch(
            Rectangle((column, row), width, height, fill=False, edgecolor=colour, linewidth=2.5,
                      zorder=3)
        )  # fmt: skip
    ax.set(xlim=(-0.08, W + 0.08), ylim=(H + 0.08, -0.08), aspect="equal", title=title)
    ax.axis("off")


def marked(shape, places, colour) -> list[list]:
    """A table of colours: `colour` at the places, None elsewhere."""
    table = [[None] * shape[1] for _ in range(shape[0])]
    for i, j in places:
        table[i][j] = colour
    return table


def output_terms(i: int, j: int) -> str:
    """O11 = X11·F11 + …, for the output at (i, j), counted from 0."""
    terms = [f"X{i + k + 1}{j + m + 1}·F{k + 1}{m + 1}" for k, m in np.ndindex(2, 2)]
    return f"O{i + 1}{j + 1} = " + " + ".join(terms)


def input_terms(i: int, j: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The (output, weight) pairs that the pixel (i, j) took part in, counted from 0."""
    return [
        ((i - k, j - m), (k, m)) for k, m in np.ndindex(2, 2) if 0 <= i - k < 2 and 0 <= j - m < 2
    ]


def draw_forward(figure: Figure, place: int) -> None:
    """The filter at one of its four places (0 to 3), and the output that it makes there."""
    i, j = divmod(place, 2)
    window = [(i + k, j + m) for k, m in np.ndindex(2, 2)]
    left, middle, right = figure.subplots(1, 3, width_ratios=[3, 2, 2])
    frame = (i, j, 2, 2, ORANGE)
    draw_grid(left, letters("X", 3, 3), marked((3, 3), window, _PALE[ORANGE]), "input", [frame])
    draw_grid(middle, letters("F", 2, 2), [[_PALE[BLUE]] * 2] * 2, "filter")
    draw_grid(right, letters("O", 2, 2), marked((2, 2), [(i, j)], _PALE[ORANGE]), "output")
    figure.supxlabel(output_terms(i, j), fontsize=11)
    say(
        "the 2 × 2 filter lies on the "
        f"{['upper left', 'upper right', 'lower left', 'lower right'][place]} of a 3 × 3 input: "
        f"{output_terms(i, j)}.",
        figure,
    )


def draw_touched(figure: Figure, row: int, column: int) -> None:
    """One pixel (counted from 1), the outputs that it took part in, and the weights it met."""
    pairs = input_terms(row - 1, column - 1)
    left, middle, right = figure.subplots(1, 3, width_ratios=[3, 2, 2])
    pixel = marked((3, 3), [(row - 1, column - 1)], _PALE[GREEN])
    draw_grid(left, letters("X", 3, 3), pixel, "this pixel …")
    weights = marked((2, 2), [w for _, w in pairs], _PALE[BLUE])
    draw_grid(middle, letters("F", 2, 2), weights, "… met these\nweights …")
    outputs = marked((2, 2), [o for o, _ in pairs], _PALE[ORANGE])
    draw_grid(right, letters("O", 2, 2), outputs, "… in these outputs")
    figure.supxlabel(f"∂E/∂X{row}{column} = " + terms_of(pairs), fontsize=11)
    say(
        f"the pixel X{row}{column} is marked, with {counted(len(pairs), 'weight')} that it met "
        f"and the outputs it took part in: ∂E/∂X{row}{column} = {terms_of(pairs)}.",
        figure,
    )


def terms_of(pairs) -> str:
    """g11·F22 + …, in the order of the outputs; g is ∂E/∂O."""
    return " + ".join(f"g{i + 1}{j + 1}·F{k + 1}{m + 1}" for (i, j), (k, m) in sorted(pairs))


def draw_weight_gradient(figure: Figure, place: int) -> None:
    """∂E/∂O slides over the input; what it meets at place 0 to 3 is one entry of ∂E/∂F."""
    k, m = divmod(place, 2)
    left, middle, right = figure.subplots(1, 3, width_ratios=[3, 2, 2])
    window = marked((3, 3), [(k + i, m + j) for i, j in np.ndindex(2, 2)], _PALE[ORANGE])
    draw_grid(left, letters("X", 3, 3), window, "input", [(k, m, 2, 2, ORANGE)])
    draw_grid(middle, letters("g", 2, 2), [[_PALE[ORANGE]] * 2] * 2, "g = ∂E/∂O slides")
    draw_grid(right, letters("∂F", 2, 2), marked((2, 2), [(k, m)], _PALE[BLUE]), "∂E/∂F")
    terms = [f"g{i + 1}{j + 1}·X{k + i + 1}{m + j + 1}" for i, j in np.ndindex(2, 2)]
    figure.supxlabel(f"∂E/∂F{k + 1}{m + 1} = " + " + ".join(terms), fontsize=11)
    say(
        f"the gradient g lies on the 2 × 2 input pixels that the weight F{k + 1}{m + 1} met: "
        f"∂E/∂F{k + 1}{m + 1} = {' + '.join(terms)}.",
        figure,
    )


def draw_full_convolution(figure: Figure, place: int) -> None:
    """The rotated filter slides over g with zeros around it; place 0 to 8 is one entry of ∂E/∂X."""
    i, j = divmod(place, 3)
    padded = np.full((4, 4), "0", dtype=object)
    padded[1:3, 1:3] = letters("g", 2, 2)
    colours = marked((4, 4), [(a, b) for a in (1, 2) for b in (1, 2)], _PALE[ORANGE])
    left, middle, right = figure.subplots(1, 3, width_ratios=[4, 2, 3])
    draw_grid(left, padded, colours, "g = ∂E/∂O, zeros around it", [(i, j, 2, 2, BLUE)])
    turned = letters("F", 2, 2)[::-1, ::-1]
    draw_grid(middle, turned, [[_PALE[BLUE]] * 2] * 2, "rotated filter")
    draw_grid(right, letters("∂X", 3, 3), marked((3, 3), [(i, j)], _PALE[GREEN]), "∂E/∂X")
    met = [f"{padded[i + a, j + b]}·{turned[a, b]}" for a, b in np.ndindex(2, 2)]
    kept = [term for term in met if not term.startswith("0")]
    figure.supxlabel(f"∂E/∂X{i + 1}{j + 1} = " + " + ".join(kept), fontsize=11)
    say(
        f"the rotated filter lies on g with a rim of zeros, at place {place + 1} of 9: "
        f"∂E/∂X{i + 1}{j + 1} = {' + '.join(kept)}.",
        figure,
    )


def show_rotation() -> None:
    """Half a turn as two mirrors, as on the lecture's slide."""
    steps = letters("F", 2, 2), letters("F", 2, 2)[:, ::-1], letters("F", 2, 2)[::-1, ::-1]
    titles = "filter", "left ↔ right", "then top ↔ bottom"
    with house_style():
        _, axes = plt.subplots(1, 3, figsize=(4.8, 1.8))
        for ax, grid, title in zip(axes, steps, titles, strict=True):
            draw_grid(ax, grid, [[_PALE[BLUE]] * 2] * 2, title)
    say(
        "three 2 × 2 grids: F11 F12 over F21 F22, then mirrored left to right, then top to "
        "bottom as well, so that F22 is at the upper left."
    )


def draw_stride(figure: Figure, size: int, kernel: int, stride: int) -> None:
    """Along one axis: which pixels the windows cover, and the gradients with zeros between them."""
    count = (size - kernel) // stride + 1
    reached = (count - 1) * stride + kernel
    top, bottom = figure.subplots(2, 1)
    cells = [[_PALE[GREEN] if j < reached else _PALE[GREY] for j in range(size)]]
    shown = [(0, o * stride, 1, kernel, (BLUE, ORANGE)[o % 2]) for o in range(count)]
    title = f"{count} windows; pixels that no window reaches: {size - reached}"
    draw_grid(top, [[f"x{j + 1}" for j in range(size)]], cells, title, shown)
    spread = size - kernel + 1
    row = [f"g{j // stride + 1}" if j % stride == 0 else "0" for j in range(spread)]
    colours = [[_PALE[ORANGE] if j % stride == 0 else None for j in range(spread)]]
    draw_grid(bottom, [row], colours, f"the gradient as if the stride were 1: {spread} entries")
    for ax in (top, bottom):
        ax.set_xlim(-0.08, size + 0.08)
    say(
        f"a row of {size} pixels with {counted(count, 'window')} of {kernel} at stride {stride}, "
        f"{counted(size - reached, 'pixel')} unreached; below, the gradients with "
        f"{counted(stride - 1, 'zero')} between them.",
        figure,
    )


def show_gradient_maps(maps: dict[str, np.ndarray], limit: float | None = None) -> None:
    """Arrays (H, W) side by side on one scale: red positive, blue negative."""
    limit = limit or max(float(np.abs(plane).max()) for plane in maps.values())
    with house_style():
        figure, axes = plt.subplots(1, len(maps), figsize=(6.4, 2.3), squeeze=False)
        for ax, (title, plane) in zip(axes[0], maps.items(), strict=True):
            drawn = ax.imshow(plane, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set(title=title, xticks=[], yticks=[])
        figure.colorbar(drawn, ax=axes, shrink=0.8)
    said = [f"{title}, up to {number(np.abs(plane).max())}" for title, plane in maps.items()]
    say(f"pictures of signed numbers side by side, red positive and blue negative: {listed(said)}.")


def show_learned_filter(history: np.ndarray, wanted: np.ndarray) -> None:
    """A 3×3 filter while it is learned: after 0, 3, 10, … steps, and the one that was wanted.

    history (steps, 3, 3)
    """
    chosen = [0, 3, 10, 30, len(history) - 1]
    limit = float(np.abs(wanted).max())
    with house_style():
        _, axes = plt.subplots(1, len(chosen) + 1, figsize=(6.4, 1.5))
        planes = [*(history[k] for k in chosen), wanted]
        titles = [*(f"step {k}" for k in chosen), "wanted"]
        for ax, plane, title in zip(axes, planes, titles, strict=True):
            ax.imshow(plane, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set(title=title, xticks=[], yticks=[])
            for (i, j), value in np.ndenumerate(plane):
                ink = "white" if abs(value) > 0.65 * limit else BLACK
                shown = f"{round(value, 1) + 0.0:.1f}"  # not -0.0
                ax.text(j, i, shown, ha="center", va="center", fontsize=7, color=ink)
    off = [float(np.abs(history[k] - wanted).max()) for k in chosen]
    say(
        f"a 3 × 3 filter after {listed(chosen)} steps beside the wanted one: the largest "
        f"difference {trend(off)}."
    )
