"""Pictures of notebook 17: who reads whom, how a block grows, what it keeps, what it reuses."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from course_utils.figures.colours import BLUE, GREEN, GREY, ORANGE, SKY
from course_utils.figures.counting import whole_numbers
from course_utils.figures.images import as_shown
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, number, say, trends

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")


# -------------------------------------------------------------------------------- who reads whom
def readers(kind: str, layers: int) -> np.ndarray:
    """(layers, layers): 0 not read, 1 within a sum, 2 by itself; row: reader, column: source.

    Column 0 is the block's input, column s what layer s has put out.
    """
    earlier = np.tri(layers, dtype=int)
    return {"plain": np.eye(layers, dtype=int), "add": earlier, "concatenate": 2 * earlier}[kind]


def show_readers(layers: int = 6) -> None:
    """Three tables of who reads whom: a plain stack, ResNet, DenseNet."""
    titles = {"plain": "plain stack", "add": "ResNet: one sum", "concatenate": "DenseNet: a union"}
    names = ["in", *range(1, layers)]
    with house_style():
        _, axes = plt.subplots(1, 3, figsize=(WIDTH, 2.6), sharey=True)
        for ax, (kind, title) in zip(axes, titles.items(), strict=True):
            table = 2 * readers(kind, layers) if kind == "plain" else readers(kind, layers)
            ax.pcolormesh(table, cmap=ListedColormap(["white", SKY, BLUE]), vmin=0, vmax=2,
                          edgecolors="#cccccc", linewidth=0.5)  # fmt: skip
            if kind == "add":
                for row, column in np.argwhere(np.tri(layers, layers, -1)):
                    ax.text(column + 1, row + 0.5, "+", ha="center", va="center", fontsize=9)
            ax.set(aspect="equal", xlabel="maps of layer", title=title)
            ax.set_xticks(np.arange(layers) + 0.5, names)
            ax.set_yticks(np.arange(layers) + 0.5, range(1, layers + 1))
            ax.tick_params(length=0)
        axes[0].set_ylabel("read by layer")
        axes[0].invert_yaxis()
    say(
        f"three tables, {layers} layers by the maps that they read: in the plain stack only the "
        "diagonal is filled, in ResNet and DenseNet all below it, as one sum there and each map "
        "by itself here."
    )


# ------------------------------------------------------------------------------- how a block grows
def block_weights(start: int, growth: int, layers: int, bottleneck: bool) -> np.ndarray:
    """(layers,) weights: 3 × 3 alone, or 1 × 1 to four times the growth in front of it."""
    reads = start + growth * np.arange(layers)
    if bottleneck:
        return reads * 4 * growth + 9 * 4 * growth * growth
    return 9 * reads * growth


def draw_block(figure: Figure, growth: int, layers: int) -> None:
    """A block that begins with 2 · growth maps: what each layer reads, and its weights."""
    start, number = 2 * growth, np.arange(1, layers + 1)
    reads = start + growth * (number - 1)
    left, right = figure.subplots(1, 2)
    left.bar(number, np.full(layers, start), color=GREY, label="the block's input")
    left.bar(number, reads - start, bottom=start, color=BLUE, label="earlier layers")
    left.bar(number, np.full(layers, growth), bottom=reads, color=ORANGE, label="its own, new")
    left.set(xlabel="layer", ylabel="maps", title=f"{start + growth * layers} maps after the block")
    totals = {}
    for name, bottleneck, colour, marker in (("3 × 3", False, BLUE, "o"),
                                             ("1 × 1, then 3 × 3", True, GREEN, "s")):  # fmt: skip
        weights = block_weights(start, growth, layers, bottleneck)
        totals[name] = weights.sum()
        right.plot(number, weights / 1000, marker + "-", color=colour, markersize=4,
                   label=f"{name}: {weights.sum():,}")  # fmt: skip
    right.set(xlabel="layer", ylabel="weights (thousands)", ylim=(0, None), title="weights")
    for ax in (left, right):
        whole_numbers(ax, 1, layers)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    more = f", so that layer {layers} reads {reads[-1]}" if layers > 1 else ""
    said = [f"{name} {total:,}" for name, total in totals.items()]
    say(
        f"left stacked bars that grow by {growth} maps a layer from {start}{more}; right the "
        f"weights of each layer, in all {listed(said)}.",
        figure,
    )


def show_growing(maps: np.ndarray, counts, what=()) -> None:
    """Maps (C, H, W) in the order of the union; counts: how many came in, how many each layer adds.

    what  a word for each map. The maps that came in are pictures from 0 to 1; the new ones share
    a grey scale around 0.
    """
    names = ["in", *(f"layer {number}" for number in range(1, len(counts)))]
    owners = np.repeat(np.arange(len(counts)), counts)
    limit = np.quantile(np.abs(maps[counts[0] :]), 0.995)  # a few bright edges may be cut
    with house_style():
        figure, axes = plt.subplots(
            len(counts), len(maps), figsize=(WIDTH, 0.72 * len(counts) + 0.5)
        )
        figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)
        for row, reader in enumerate(axes):
            reader[0].set_ylabel(f"layer {row + 1}" if row + 1 < len(counts) else "behind",
                                 fontsize=8)  # fmt: skip
            for column, (ax, picture, owner) in enumerate(zip(reader, maps, owners, strict=True)):
                ax.set(xticks=[], yticks=[], frame_on=False)
                if owner > row:
                    continue
                low = 0 if owner == 0 else -limit
                ax.imshow(as_shown(picture), vmin=low, vmax=1 if owner == 0 else limit)
                if row == len(counts) - 1:
                    ax.set_xlabel("\n".join([*what[column : column + 1], names[owner]]), fontsize=8)
        figure.supylabel("read by", fontsize=9)
    say(
        f"a staircase of small pictures: each of {len(counts)} rows shows the maps that exist so "
        f"far, from {counts[0]} to {len(maps)}, and every row repeats those above it."
    )


# ------------------------------------------------------------------------------- what must be kept
def show_kept(depths, kept: dict[str, list[float]]) -> None:
    """Megabytes kept for the way back against the number of layers, a line for each way."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.9))
        lines = zip(kept.items(), (BLUE, ORANGE, GREEN), STYLES, MARKERS, strict=False)
        for (name, values), colour, style, marker in lines:
            ax.plot(depths, values, style, marker=marker, color=colour, markersize=4, label=name)
        ax.set(xlabel="layers in the block", ylabel="kept for one image (MB)", ylim=(0, None))
        ax.set_xticks(depths)
        ax.legend(fontsize=8)
    say(
        f"megabytes kept for one image as a block grows from {depths[0]} to {depths[-1]} layers: "
        f"{trends(kept)}."
    )


# ----------------------------------------------------------------------------------------- reuse
def show_reuse(rows: dict[str, list[np.ndarray]]) -> None:
    """Tables (readers, sources), NaN where nothing is read: a row of pictures for each quantity.

    Column 0 is the block's input; the last reader is what stands behind the block.
    """
    blocks = len(next(iter(rows.values())))
    with house_style():
        _, axes = plt.subplots(len(rows), blocks, figsize=(WIDTH, 1.75 * len(rows)), squeeze=False)
        for k, (line, (quantity, tables)) in enumerate(zip(axes, rows.items(), strict=True)):
            top = max(1e-9, *(np.nanmax(table) for table in tables))
            for block, (ax, table) in enumerate(zip(line, tables, strict=True), start=1):
                picture = ax.pcolormesh(table, cmap="Blues", vmin=0, vmax=top, edgecolors="white")
                for (row, column), value in np.ndenumerate(table):
                    if np.isfinite(value):
                        ink = "white" if value > 0.6 * top else "black"
                        ax.text(column + 0.5, row + 0.5, f"{round(value, 2) + 0:.2f}", ha="center",
                                va="center", fontsize=7, color=ink)  # fmt: skip
                count = table.shape[1]
                ax.set_xticks(np.arange(count) + 0.5, ["in", *range(1, count)], fontsize=8)
                ax.set_yticks(np.arange(len(table)) + 0.5,
                              [*range(1, len(table)), "behind"], fontsize=8)  # fmt: skip
                ax.tick_params(length=0)
                ax.invert_yaxis()
                if k == 0:
                    ax.set_title(f"block {block}", fontsize=9)
                if k == len(rows) - 1:
                    ax.set_xlabel("maps of layer", fontsize=9)
            line[0].set_ylabel("read by layer", fontsize=9)
            bar = plt.colorbar(picture, ax=list(line), fraction=0.03)
            bar.set_label(quantity, fontsize=8)
            bar.ax.tick_params(labelsize=7)
    said = []
    for quantity, tables in rows.items():
        table = np.concatenate([np.ravel(t) for t in tables])
        said.append(f"{quantity} from {number(np.nanmin(table))} to {number(np.nanmax(table))}")
    say(
        f"triangular tables for {counted(blocks, 'block')}, readers by the layers they read: "
        f"{listed(said)}."
    )
