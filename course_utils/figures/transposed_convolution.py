"""Pictures of notebook 06: stamps, matrices, zeros between, overlaps, what was learned."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLUE, GREY, ORANGE
from course_utils.figures.images import as_shown
from course_utils.figures.numbers import draw_numbers, outline
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, say


def draw_stamps(figure: Figure, x: np.ndarray, weight: np.ndarray, stride: int, step: int) -> None:
    """Small maps x (H, W) and weight (KH, KW); the first `step` pixels have stamped the filter."""
    (H, W), (KH, KW) = x.shape, weight.shape
    canvas = np.zeros(((H - 1) * stride + KH, (W - 1) * stride + KW))
    done = list(np.ndindex(H, W))[:step]
    for i, j in done:
        canvas[i * stride : i * stride + KH, j * stride : j * stride + KW] += x[i, j] * weight
    left, middle, right = figure.subplots(1, 3, width_ratios=[W, KW, canvas.shape[1]])
    draw_numbers(left, x, f"x: {H} × {W}")
    stamp = x[done[-1]] * weight if done else weight
    name = f"stamp: {x[done[-1]]:g} × filter" if done else "filter"
    draw_numbers(middle, stamp, name, float(x.max() * weight.max()))
    title = f"output: {canvas.shape[0]} × {canvas.shape[1]}"
    # the scale of the finished output, so that its numbers can be read and no shade jumps
    whole = np.zeros_like(canvas)
    for i, j in np.ndindex(H, W):
        whole[i * stride : i * stride + KH, j * stride : j * stride + KW] += x[i, j] * weight
    draw_numbers(right, canvas, title, float(np.abs(whole).max()))
    if done:
        i, j = done[-1]
        outline(left, i, j)
        outline(right, i * stride, j * stride, KH, KW)
    say(
        f"{counted(len(done), 'pixel')} of {H * W} have stamped the {KH} × {KW} filter onto an "
        f"output of {canvas.shape[0]} × {canvas.shape[1]} at stride {stride}: it sums to "
        f"{canvas.sum():g}.",
        figure,
    )


def draw_zero_insertion(figure: Figure, x, weight, stride: int, step: int) -> None:
    """Step 0: x; 1: zeros between; 2: zeros around; from 3 on the rotated filter slides."""
    (H, W), (KH, KW) = x.shape, weight.shape
    apart = np.zeros(((H - 1) * stride + 1, (W - 1) * stride + 1))
    apart[::stride, ::stride] = x
    around = np.pad(apart, ((KH - 1, KH - 1), (KW - 1, KW - 1)))
    stages = (x, apart, around)
    between = "1 zero" if stride == 2 else f"{stride - 1} zeros"
    edge = KH - 1 if KH == KW else f"{KH - 1} and {KW - 1}"
    names = ("x", f"{between} between", f"{edge} zeros around")
    OH, OW = around.shape[0] - KH + 1, around.shape[1] - KW + 1
    places = list(np.ndindex(OH, OW))[: max(step - 2, 0)]
    out = np.full((OH, OW), np.nan)
    for i, j in places:
        out[i, j] = (around[i : i + KH, j : j + KW] * weight[::-1, ::-1]).sum()
    left, middle, right = figure.subplots(1, 3, width_ratios=[around.shape[1], KW, OW])
    _draw_with_faint_zeros(left, stages[min(step, 2)], names[min(step, 2)], around.shape)
    draw_numbers(middle, weight[::-1, ::-1], "filter, rotated")
    _draw_with_faint_zeros(right, out, f"output: {OH} × {OW}", out.shape)
    if places:
        i, j = places[-1]
        outline(left, i, j, KH, KW)
        outline(right, i, j)
    stage = names[min(step, 2)]
    say(
        f"numbers on a grid, {'as they come' if stage == 'x' else 'with ' + stage}, beside the "
        f"rotated filter: {len(places)} of {OH * OW} numbers of the output are there.",
        figure,
    )


def _draw_with_faint_zeros(ax, numbers: np.ndarray, title: str, shape) -> None:
    """Zeros are grey, other numbers orange patches, NaN is left empty; room for `shape` pixels."""
    for (row, column), number in np.ndenumerate(numbers):
        if np.isnan(number):
            continue
        if number:
            outline(ax, row, column, colour=ORANGE, fill=True)
        ax.text(column, row, f"{number:g}", ha="center", va="center", fontsize=9,
                color=GREY if number == 0 else "black")  # fmt: skip
    outline(ax, 0, 0, *numbers.shape, GREY, 0.8)
    above, left = ((room - size) / 2 for room, size in zip(shape, numbers.shape, strict=True))
    ax.set(xlim=(-0.6 - left, shape[1] - 0.4 - left), ylim=(shape[0] - 0.4 - above, -0.6 - above))
    ax.set(title=title, xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)


def overlap_counts(size: int, kernel: int, stride: int) -> np.ndarray:
    """How many of `size` stamps cover each place of a row."""
    counts = np.zeros((size - 1) * stride + kernel, int)
    for place in range(size):
        counts[place * stride : place * stride + kernel] += 1
    return counts


def _apart(values: np.ndarray) -> list[int]:
    """0 and the largest of some numbers, from above, that leave room for each other on a scale."""
    kept = [int(values[-1])]
    for value in values[-2::-1]:
        if value and kept[-1] - value >= 0.12 * values[-1] and len(kept) < 4:
            kept.append(int(value))
    return [0, *kept[::-1]]


def draw_overlaps(figure: Figure, kernel: int, stride: int, size: int = 10) -> None:
    """How many stamps lie on each pixel of the output: as a picture, and along one row.

    Places that a stamp beyond the edge could reach are grey: inside are the others.
    """
    counts = overlap_counts(size, kernel, stride)
    plane, top = np.outer(counts, counts), max(4, int(counts.max()))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
    shown = left.imshow(plane, cmap="viridis", vmin=0, vmax=max(int(plane.max()), 1))
    left.set(title=f"stamps, {len(counts)} × {len(counts)} pixels", xticks=[], yticks=[])
    figure.colorbar(shown, ax=left, shrink=0.75, ticks=_apart(np.unique(plane)))
    inside = slice(kernel - 1, len(counts) - kernel + 1)
    columns, few, most = np.arange(len(counts)), counts[inside].min(), counts[inside].max()
    right.bar(columns, counts, width=0.9, color=GREY)
    right.bar(columns[inside], counts[inside], width=0.9, color=BLUE)
    found = f"always {few}" if few == most else f"{few} or {most}"
    right.set(title=f"along one row, inside: {found}", xlabel="column", ylabel="stamps")
    right.set(ylim=(0, top + 0.5), yticks=range(top + 1))
    say(
        f"how many stamps of {kernel} × {kernel} at stride {stride} lie on each pixel: {found} "
        f"along a row inside, {'an even surface' if few == most else 'a checkerboard'}.",
        figure,
    )


def show_with_titles(images: dict[str, np.ndarray]) -> None:
    """Images side by side with their names, each on its own grey scale from 0 on."""
    with house_style():
        size = (6.4, 6.4 / len(images) + 0.3)
        _, axes = plt.subplots(1, len(images), figsize=size, squeeze=False)
        for ax, (name, image) in zip(axes[0], images.items(), strict=True):
            ax.imshow(as_shown(image), vmin=0, vmax=float(np.max(image)) or 1)
            ax.set_title(name, fontsize=9)
            ax.set(xticks=[], yticks=[])
    said = [
        f"{name}, {np.shape(image)[-2]} × {np.shape(image)[-1]} pixels"
        for name, image in images.items()
    ]
    say(f"images side by side: {listed(said)}.")
