"""Pictures of notebook 23: what looks like what, who looks at whom, what that costs and needs."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, GREY, ORANGE, PALETTE, SKY
from course_utils.figures.images import as_shown
from course_utils.figures.numbers import draw_numbers, outline
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import listed, number, say, trends

MARKERS = "os^D"

# -------------------------------------------------------------------- a picture that repeats itself
PLAN = ("sssssssss", "rrrrrrrrr", "wdwlwdwlw", "wlwdwlwdw", "wdwlwdwlw", "wbwDwbwlw")
SIDE = 16  # of a tile, in pixels
COLOURS = {
    "sky": (0.55, 0.75, 0.95), "roof": (0.62, 0.27, 0.2), "wall": (0.85, 0.78, 0.62),
    "joint": (0.7, 0.62, 0.48), "frame": (0.98, 0.97, 0.93), "dark": (0.16, 0.2, 0.28),
    "light": (0.98, 0.85, 0.4), "leaf": (0.2, 0.5, 0.25), "door": (0.4, 0.22, 0.14),
}  # fmt: skip


def facade(noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """A house with windows in rows, (3, 96, 144) from 0 to 1, and Gaussian noise on every pixel.

    Tiles of 16 × 16: sky, roof, wall, dark and lit windows, bushes, and a single door. The right
    side of the house lies in the shade.
    """
    rows = [np.concatenate([_tile(name) for name in row], axis=2) for row in PLAN]
    picture = np.concatenate(rows, axis=1)
    picture = picture * np.linspace(1, 0.75, picture.shape[2])
    spots = np.random.default_rng(seed).normal(0, 1, picture.shape)
    return np.clip(picture + noise * spots, 0, 1)


def _tile(name: str) -> np.ndarray:
    """One tile (3, 16, 16): s(ky), r(oof), w(all), d(ark) or l(it) window, b(ush), D(oor)."""
    tile = np.empty((SIDE, SIDE, 3))
    tile[:] = COLOURS[{"s": "sky", "r": "roof"}.get(name, "wall")]
    if name == "r":
        tile[::4] *= 0.7
    elif name != "s":
        tile[::4], tile[2::8, ::8], tile[6::8, 4::8] = (COLOURS["joint"],) * 3
    if name in "dl":
        tile[2:14, 3:13] = COLOURS["frame"]
        for top, left in ((3, 4), (3, 9), (9, 4), (9, 9)):
            tile[top : top + 4, left : left + 3] = COLOURS["dark" if name == "d" else "light"]
    elif name == "b":
        y, x = np.mgrid[:SIDE, :SIDE]
        tile[(y - 15) ** 2 + (x - 7.5) ** 2 < 90] = COLOURS["leaf"]
    elif name == "D":
        tile[2:, 4:12] = COLOURS["door"]
        tile[9:11, 10] = COLOURS["light"]
    return tile.transpose(2, 0, 1)


def _picture(ax, image, patch: int, t: int, columns: int) -> None:
    """An image with a frame around patch t."""
    ax.imshow(as_shown(image), vmin=0, vmax=255 if image.dtype == np.uint8 else 1)
    row, column = divmod(t, columns)
    corner = (column * patch - 0.5, row * patch - 0.5)
    ax.add_patch(plt.Rectangle(corner, patch, patch, fill=False, color=ORANGE, linewidth=2.5))
    ax.set(xticks=[], yticks=[])


def draw_likeness(figure: Figure, image, likeness: np.ndarray, t: int, patch: int = SIDE,
                  limit: float = 1.0) -> None:  # fmt: skip
    """A picture with patch t framed, and what row t of likeness (T, T) says of all patches."""
    columns = image.shape[-1] // patch
    left, right = figure.subplots(1, 2)
    _picture(left, image, patch, t, columns)
    left.set_title(f"patch {t}")
    scores = likeness[t].reshape(-1, columns)
    shown = right.imshow(scores, cmap="RdBu_r", vmin=-limit, vmax=limit)
    outline(right, *divmod(t, columns), colour=BLACK, line=1.5)
    right.set(xticks=[], yticks=[], title="how much the others are like it")
    figure.colorbar(shown, ax=right, shrink=0.7)
    others = np.delete(scores.ravel(), t)
    say(
        f"a picture with patch {t} framed, and a map of how alike the others are to it: from "
        f"{number(others.min())} to {number(others.max())}, red where they look the same.",
        figure,
    )


# -------------------------------------------------------------------------------------- attention
def show_root_of_d(sizes: Sequence[int], spreads: dict[str, Sequence[float]],
                   largest: dict[str, Sequence[float]]) -> None:  # fmt: skip
    """Against d: the standard deviation of the scores, and the largest weight of a query."""
    with house_style():
        figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.7))
        labels = ("standard deviation of the scores", "largest of 64 weights (mean)")
        for ax, curves, label in zip(axes, (spreads, largest), labels, strict=True):
            looks = zip(curves.items(), PALETTE, MARKERS, strict=False)
            for (name, values), colour, marker in looks:
                ax.plot(sizes, values, color=colour, marker=marker, markersize=4, label=name)
            ax.set_xscale("log", base=2)
            ax.set_xticks(sizes, [str(d) for d in sizes])
            ax.set(xlabel="d, channels of a query", ylabel=label)
        axes[0].set_yscale("log", base=2)
        axes[0].set_yticks([1, 4, 16], ["1", "4", "16"])
        axes[1].set_ylim(0, 1.02)
        names = axes[0].get_legend_handles_labels()
        figure.legend(*names, loc="outside upper center", ncols=2, fontsize=8)
    say(
        f"from {sizes[0]} to {sizes[-1]} channels: the spread of the scores, where "
        f"{trends(spreads, log=True)}; the largest weight, where {trends(largest)}."
    )


def draw_attention(figure: Figure, image, weights: np.ndarray, t: int, patch: int) -> None:
    """A picture with patch t framed, and for each head what it looks at from there.

    weights (heads, T, T): row t of each, as maps, all with the same scale
    """
    columns = image.shape[-1] // patch
    axes = figure.subplots(1, 1 + len(weights))
    _picture(axes[0], image, patch, t, columns)
    axes[0].set_title(f"patch {t}")
    limit = weights[:, t].max()
    for h, ax in enumerate(axes[1:]):
        ax.imshow(weights[h, t].reshape(-1, columns), cmap="Oranges", vmin=0, vmax=limit)
        outline(ax, *divmod(t, columns), colour=BLACK, line=1.2)
        ax.set(xticks=[], yticks=[], title=f"head {h}")
    strongest = [int(np.argmax(weights[h, t])) for h in range(len(weights))]
    said = [f"head {h} looks most at patch {place}" for h, place in enumerate(strongest)]
    say(f"a picture with patch {t} framed and a map for each head: {listed(said)}.", figure)


# ----------------------------------------------------------------------- a convolution is attention
def draw_heads(figure: Figure, looks: np.ndarray, H: int, W: int, t: int, KH: int = 3) -> None:
    """One small map for each head (KH·KW, H·W, H·W), laid out as the filter: where t looks."""
    rows, columns = KH, len(looks) // KH
    axes = figure.subplots(rows, columns)
    for h, ax in enumerate(axes.ravel()):
        ax.imshow(looks[h, t].reshape(H, W), cmap="Oranges", vmin=0, vmax=1.3)
        outline(ax, *divmod(t, W), colour=BLUE, line=2)
        ax.set(xticks=np.arange(W) - 0.5, yticks=np.arange(H) - 0.5)
        ax.tick_params(length=0, labelbottom=False, labelleft=False)
        ax.grid(color=GREY, alpha=0.4, linewidth=0.5)
        nowhere = not looks[h, t].any()
        ax.set_title(f"head {h}" + (": nowhere" if nowhere else ""), fontsize=8)
    blind = sum(not looks[h, t].any() for h in range(len(looks)))
    say(
        f"{len(looks)} small maps laid out as a filter: seen from place {t}, each head looks at "
        f"one neighbour, and {blind} of them look beyond the edge, at nothing.",
        figure,
    )


def draw_focus(figure: Figure, weights: np.ndarray, place: tuple[int, int],
               target: tuple[int, int], alpha: float) -> None:  # fmt: skip
    """One head's weights (H, W) in per cent, seen from a place, and the place that it means."""
    ax = figure.subplots()
    draw_numbers(ax, np.round(100 * weights), f"α = {alpha:g}: weights in per cent", limit=100)
    outline(ax, *place, colour=BLUE)
    outline(ax, *target, colour=ORANGE)
    say(
        f"a map of {weights.shape[0]} × {weights.shape[1]} weights in per cent seen from one "
        f"framed place: for α = {alpha:g} the place that is meant gets "
        f"{100 * weights[target]:.0f} per cent.",
        figure,
    )


# ------------------------------------------------------------------------------- what it costs
def show_lines(x: Sequence[float], curves: dict[str, Sequence[float]], xlabel: str, ylabel: str,
               log: bool = False, ylim=None) -> None:  # fmt: skip
    """One line with marks for each name; log: both axes logarithmic, ticks where x is."""
    with house_style():
        figure, ax = plt.subplots(figsize=(5.8, 2.9))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, MARKERS, strict=False):
            ax.plot(x, values, color=colour, marker=marker, markersize=5, label=name)
        if log:
            ax.set(xscale="log", yscale="log")
            ax.minorticks_off()
        ax.set_xticks(x, [f"{number:g}" for number in x])
        ax.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    say(
        f"{ylabel} against the {xlabel}, {x[0]:g} to {x[-1]:g}: "
        f"{trends(curves, [f'{v:g}' for v in x], log)}."
    )


def show_runs_by_count(counts: Sequence[int], runs: dict[str, Sequence[Sequence[float]]]) -> None:
    """Test accuracy against the number of training images: a dot per training, a line of means.

    runs {name: for each count the results of its trainings}
    """
    with house_style():
        figure, ax = plt.subplots(figsize=(5.6, 2.9))
        for (name, results), colour, marker in zip(runs.items(), PALETTE, MARKERS, strict=False):
            means = [np.mean(r) for r in results]
            ax.semilogx(counts, means, color=colour, marker=marker, markersize=5, label=name)
            for count, values in zip(counts, results, strict=True):
                ax.plot([count] * len(values), values, ".", color=colour, alpha=0.5)
        ax.axhline(0.1, color=GREY, linestyle=":", linewidth=1.2, label="guessing")
        ax.set_xticks(counts, [f"{count:,}" for count in counts])
        ax.minorticks_off()
        ax.set(xlabel="images to learn from", ylabel="accuracy on test images", ylim=(0, 1.02))
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    said = {name: [np.mean(r) for r in results] for name, results in runs.items()}
    say(f"test accuracy with {counts[0]:,} to {counts[-1]:,} training images: {trends(said)}.")


# ---------------------------------------------------------------------------------------- norms
def show_norms(images: int = 3, tokens: int = 4, channels: int = 6) -> None:
    """Which numbers share a mean and a variance: rows are tokens, columns channels."""
    with house_style():
        _, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.9))
        titles = ("batch norm: one channel, all images", "layer norm: one token")
        for ax, title, by_row in zip(axes, titles, (False, True), strict=True):
            T = images * tokens
            cells = np.ones((T, channels, 3))
            group = np.s_[tokens + 1, :] if by_row else np.s_[:, 2]
            cells[group] = [int(SKY[k : k + 2], 16) / 255 for k in (1, 3, 5)]
            ax.imshow(cells, aspect="auto")
            ax.set(xticks=np.arange(channels + 1) - 0.5, yticks=np.arange(T + 1) - 0.5)
            ax.tick_params(length=0, labelbottom=False, labelleft=False)
            ax.grid(color=GREY, linewidth=0.6)
            for n in range(images):
                ax.axhline(n * tokens - 0.5, color=BLACK, linewidth=1.6)
                middle = (n + 0.5) * tokens - 0.5
                ax.text(-0.8, middle, f"image {n}", ha="right", va="center", fontsize=8)
            ax.set(title=title, xlabel="channels")
    say(
        f"two tables of {images} × {tokens} tokens by {channels} channels: batch norm shares a "
        "mean within one column, layer norm within one row."
    )
