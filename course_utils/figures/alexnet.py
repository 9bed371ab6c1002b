"""Pictures of notebook 11: where filters end, loud maps, towers, shares, votes, neighbours."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from course_utils.figures.colours import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALETTE,
    SKY,
    YELLOW,
    ink_on,
)
from course_utils.figures.images import as_shown, frame_verdict, stretched, verdict_legend
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, means, number, say, trend


# ------------------------------------------------------------------------------- 227 or 224 pixels
def draw_row_end(figure: Figure, size: int, padding: int, kernel: int = 11, stride: int = 4,
                 shown: int = 26) -> None:  # fmt: skip
    """The end of a row of `size` pixels: the last places of the filter, and what is left over.

    Pixels are blue, padding is white, pixels that no place reaches are orange.
    """
    ax = figure.subplots()
    room = size + 2 * padding - kernel
    places, rest = room // stride + 1, room % stride
    begin = size + padding - shown
    for pixel in range(begin, size + padding):
        left_over = pixel >= size + padding - rest
        colour = "white" if pixel >= size else SKY
        face = ORANGE if left_over else colour
        ax.add_patch(Rectangle((pixel, 0), 1, 1, facecolor=face, edgecolor=GREY, linewidth=0.6,
                               hatch="///" if left_over and pixel >= size else None))  # fmt: skip
    for level in range(min(3, places)):
        number = places - level
        left = (number - 1) * stride - padding
        ax.plot([max(left, begin), left + kernel], [1.6 + 0.7 * level] * 2, color=BLUE, linewidth=5,
                solid_capstyle="butt")  # fmt: skip
        ax.text(left + kernel + 0.4, 1.6 + 0.7 * level, f"place {number}", va="center", fontsize=9,
                color=BLUE)  # fmt: skip
    ax.text(begin - 0.5, 0.5, "…", ha="right", va="center", fontsize=12)
    ax.set(xlim=(begin - 2, size + padding + 6), ylim=(-0.3, 3.7), yticks=[])
    ax.set_xticks(np.arange(begin, size + padding + 1, 4) + 0.5,
                  np.arange(begin, size + padding + 1, 4))  # fmt: skip
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("pixel, counted from 0")
    exact = f"({size} + 2 · {padding} − {kernel}) / {stride} + 1 = {room / stride + 1:g}"
    said = f"{rest} left over" if rest else "it fits"
    ax.set_title(f"{exact}:  {places} places, {said}")
    end = (
        f"{counted(rest, 'pixel')} after it are never read"
        if rest
        else "that is the end of the row"
    )
    say(
        f"the last {shown} pixels of a row of {size} with {padding} of padding: the filter's "
        f"last place, number {places}, is drawn as a bar over {kernel} pixels, and {end}.",
        figure,
    )


# ------------------------------------------------------------------------------- response norm
def draw_response_norm(figure: Figure, before, after, n: int) -> None:
    """Numbers of one pixel in neighbouring maps, before and after the normalisation.

    before, after (C,); the two pictures have scales of their own, both from 0
    """
    maps = np.arange(len(before))
    loud = int(np.argmax(before))
    near = np.abs(maps - loud) <= n // 2
    colours = np.where(maps == loud, ORANGE, np.where(near, YELLOW, BLUE))
    for ax, values, title in zip(figure.subplots(1, 2), (before, after), ("before", "after"),
                                 strict=True):  # fmt: skip
        ax.bar(maps, values, color=colours)
        ax.set(xlabel="map", ylabel=f"value {title}", title=title,
               ylim=(0, 1.08 * max(np.max(values), 1e-9)))  # fmt: skip
    say(
        f"bars for {len(before)} maps: the normalisation over {n} neighbours turns the largest "
        f"value, that of map {loud}, from {number(before[loud])} into {number(after[loud])}.",
        figure,
    )


# --------------------------------------------------------------------------------------- the towers
TOWERS = (("conv1", 48), ("conv2", 128), ("conv3", 192), ("conv4", 192), ("conv5", 128),
          ("fc6", 2048), ("fc7", 2048))  # fmt: skip
TALK = {"conv3", "fc6", "fc7", "scores"}  # layers that see both towers


def show_towers() -> None:
    """AlexNet as two rows of layers: blue arrows stay in a tower, orange ones cross over."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.4, 2.5))
        ends = {}
        for column, (name, maps) in enumerate(TOWERS):
            for row in (1, 0):
                _box(ax, column + 1, row, f"{name}\n{maps:,}")
                ends[column, row] = (column + 1, row)
        _box(ax, 0, 0.5, "image\n3")
        _box(ax, len(TOWERS) + 1, 0.5, "scores\n1,000")
        for row in (1, 0):
            _arrow(ax, (0, 0.5), (1, row), BLUE)
            _arrow(ax, (len(TOWERS), row), (len(TOWERS) + 1, 0.5), BLUE)
            for column, (name, _) in enumerate(TOWERS[1:], start=1):
                _arrow(ax, (column, row), (column + 1, row), BLUE)
                if name in TALK:
                    _arrow(ax, (column, 1 - row), (column + 1, row), ORANGE)
        ax.text(0, 1.28, "GPU 1", ha="center", fontsize=9, color=GREY)
        ax.text(0, -0.28, "GPU 2", ha="center", va="top", fontsize=9, color=GREY)
        ax.set(xlim=(-0.5, len(TOWERS) + 1.5), ylim=(-0.5, 1.5))
        ax.axis("off")
    say(
        "AlexNet as two rows of seven boxes: most arrows stay within a row, and only those into "
        "conv3, fc6, fc7 and the scores cross over to the other one."
    )


def _box(ax: Axes, x: float, y: float, text: str) -> None:
    ax.add_patch(Rectangle((x - 0.33, y - 0.2), 0.66, 0.4, facecolor="white", edgecolor=BLACK,
                           linewidth=1, zorder=3))  # fmt: skip
    ax.text(x, y, text, ha="center", va="center", fontsize=8, zorder=4)


def _arrow(ax: Axes, start, end, colour: str) -> None:
    ax.add_patch(FancyArrowPatch((start[0] + 0.34, start[1]), (end[0] - 0.34, end[1]), color=colour,
                                 arrowstyle="-|>", mutation_scale=8, linewidth=1.2,
                                 shrinkA=0, shrinkB=0, zorder=2))  # fmt: skip


# ------------------------------------------------------------------------------------------ shares
def show_shares(shares: dict[str, Sequence[float]], names: Sequence[str]) -> None:
    """Stacked bars to 100 %, one for each quantity; each layer keeps its colour in all bars."""
    colours = ("#B7D7EA", "#7FB8DA", "#4799C7", "#0072B2", "#004C77", "#F3C9A8", "#E38A4A", ORANGE)
    with house_style():
        _, ax = plt.subplots(figsize=(6.4, 0.75 + 0.5 * len(shares)))
        for row, values in enumerate(shares.values()):
            parts = np.asarray(values, float) / np.sum(values)
            left = 0.0
            for part, name, colour in zip(parts, names, colours, strict=True):
                ax.barh(row, part, left=left, color=colour, edgecolor="white", height=0.7,
                        label=name if row == 0 else None)  # fmt: skip
                if part > 0.055:
                    ax.text(left + part / 2, row, f"{part:.0%}", ha="center", va="center",
                            fontsize=8, color=ink_on(colour))  # fmt: skip
                left += part
        ax.set_yticks(range(len(shares)), list(shares))
        ax.set(xlim=(0, 1), xticks=[])
        ax.invert_yaxis()
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.tick_params(length=0)
        ax.legend(ncols=len(names), fontsize=8, loc="lower center", bbox_to_anchor=(0.45, 1.0),
                  handlelength=0.9, columnspacing=0.9, handletextpad=0.4)  # fmt: skip
    largest = {name: int(np.argmax(values)) for name, values in shares.items()}
    said = [
        f"{names[k]} has most of the {name}, {shares[name][k] / np.sum(shares[name]):.0%}"
        for name, k in largest.items()
    ]
    say(f"stacked bars by layer: {listed(said)}.")


# ----------------------------------------------------------------------------------------- filters
def show_filter_rows(rows: dict[str, np.ndarray], beside: str = "") -> None:
    """First-layer filters (F, 3, KH, KW), one row for each name, each filter on its own scale.

    0 is middle grey. `beside` is the name of what the rows are about, on top.
    """
    count = max(len(filters) for filters in rows.values())
    side = min(0.46, (WIDTH - 1.3) / count)
    with house_style():
        size = (1.3 + side * count, 0.3 + side * len(rows))
        figure, axes = plt.subplots(len(rows), count, figsize=size, squeeze=False)
        figure.get_layout_engine().set(w_pad=0.015, h_pad=0.015, wspace=0.02, hspace=0.02)
        for line, (name, filters) in zip(axes, rows.items(), strict=True):
            for ax in line:
                ax.set(xticks=[], yticks=[])
                for spine in ax.spines.values():
                    spine.set_visible(False)
            for ax, weight in zip(line, filters, strict=False):
                ax.imshow(stretched(weight), vmin=0, vmax=1)
            line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        if beside:
            figure.suptitle(beside, fontsize=10)
    say(
        f"{counted(len(rows), 'row')} of up to {count} small colour pictures, the filters of a "
        f"first layer: {listed(rows)}."
    )


# ---------------------------------------------------------------------------------------- learning
def show_learning(losses: Sequence[Sequence[float]], accuracies: Sequence[Sequence[float]],
                  classes: int, window: int = 20) -> None:  # fmt: skip
    """Losses by step (means of `window` steps) and accuracies by epoch, one line for each network.

    A dotted line marks the loss of a guess among so many classes.
    """
    with house_style():
        _, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.6))
        for k, (steps, values) in enumerate(zip(losses, accuracies, strict=True)):
            full = len(steps) // window
            means = np.reshape(steps[: full * window], (full, window)).mean(axis=1)
            left.plot((np.arange(full) + 0.5) * window, means, color=PALETTE[k])
            right.plot(np.arange(1, len(values) + 1), values, "o-", color=PALETTE[k], markersize=4,
                       label=f"seed {k}")  # fmt: skip
        left.axhline(np.log(classes), color=GREY, linestyle=":", linewidth=1.2)
        left.set(xlabel="step", ylabel="training loss", ylim=(0, None))
        right.set(xlabel="epoch", ylabel="accuracy, validation", ylim=(0, 1))
        right.set_xticks(np.arange(1, len(accuracies[0]) + 1))
        right.legend(fontsize=8)
    first = trend(np.asarray(losses[0]))
    ends = sorted(values[-1] for values in accuracies)
    say(
        f"curves of {counted(len(losses), 'network')}: the first one's training loss {first}, "
        f"and the validation accuracies end between {number(ends[0])} and {number(ends[-1])}."
    )


# ------------------------------------------------------------------------------------------- votes
def show_votes(single: dict[str, Sequence[float]], together: dict[str, dict[str, float]]) -> None:
    """Accuracies of single networks (circles) and of what they say together (marks), by column.

    single {column: one accuracy per network}; together {name: {column: accuracy}}
    """
    columns = list(single)
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.8))
        for x, name in enumerate(columns):
            ax.plot([x - 0.12] * len(single[name]), single[name], "o", color=BLUE, markersize=6,
                    alpha=0.7, label="single networks" if x == 0 else None)  # fmt: skip
        marks = zip(together.items(), "Ds^", (ORANGE, GREEN, PALETTE[3]), strict=False)
        for (name, values), marker, colour in marks:
            places = [columns.index(column) + 0.12 for column in values]
            ax.plot(places, list(values.values()), marker, color=colour, markersize=7, label=name)
        ax.set_xticks(range(len(columns)), columns)
        ax.set(xlim=(-0.5, len(columns) - 0.5), ylabel="accuracy on the test images")
        ax.grid(axis="y", color="0.9")
        ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    said = [
        f"{name}: {listed(f'{number(v)} ({c})' for c, v in values.items())}"
        for name, values in together.items()
    ]
    say(
        f"accuracies: single networks have {means(single)} on average; together they reach "
        f"{'; '.join(said)}."
    )


def draw_jury(figure: Figure, voters: Sequence[int], right: Callable[[float, int], float],
              p: float, alike: float) -> None:  # fmt: skip
    """How often a majority is right, by the number of voters: independent ones, and alike ones.

    right(p, K): for K independent voters; alike: the share of questions on which all say the same
    """
    ax = figure.subplots()
    apart = [right(p, K) for K in voters]
    ax.plot(voters, apart, "o-", color=BLUE, markersize=4, label="each errs for itself")
    mixed = [alike * p + (1 - alike) * value for value in apart]
    ax.plot(voters, mixed, "s--", color=ORANGE, markersize=4,
            label=f"{alike:.0%} of the time all err together, or none")  # fmt: skip
    ax.axhline(p, color=GREY, linestyle=":", linewidth=1.2, label="one alone")
    ax.set(xlabel="number of voters", ylabel="the majority is right", ylim=(0, 1.03))
    ax.set_xticks(list(voters))
    figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    say(
        f"as the jury grows from {voters[0]} to {voters[-1]}, a majority of independent voters "
        f"{trend(apart)}; where all err together {alike:.0%} of the time it {trend(mixed)}.",
        figure,
    )


def show_recorded(scores: dict[str, Sequence[float]], baseline: str) -> None:
    """Accuracies of several runs, one row for each variant: dots, a tick at their mean.

    A dotted line marks the baseline's mean.
    """
    with house_style():
        _, ax = plt.subplots(figsize=(6.2, 0.6 + 0.33 * len(scores)))
        ax.axvline(np.mean(scores[baseline]), color=GREY, linestyle=":", linewidth=1.2)
        for row, values in enumerate(scores.values()):
            ax.plot(values, [row] * len(values), "o", color=BLUE, markersize=5, alpha=0.6)
            ax.plot(np.mean(values), row, "|", color=ORANGE, markersize=15, markeredgewidth=2.5)
        ax.set_yticks(range(len(scores)), list(scores))
        ax.set(xlabel="accuracy on the test images")
        ax.invert_yaxis()
        ax.grid(axis="x", linewidth=0.5, color=GREY, alpha=0.4)
    say(f"a row of dots for each variant with its mean accuracy: {means(scores)}.")


# -------------------------------------------------------------------------- mistakes and neighbours
def show_answers(images, truths: Sequence[str], answers: Sequence[str] | None = None,
                 sure: Sequence[float] | None = None, columns: int = 6) -> None:  # fmt: skip
    """Images (N, 3, H, W), above each what it is.

    With answers also, in orange, what it was taken for, and below how surely (0 … 1).
    """
    rows = -(-len(images) // columns)
    width = WIDTH / columns
    above, below = (0.2, 0.0) if answers is None else (0.36, 0.2)
    height = rows * (width + above + below)
    with house_style():
        places = {"left": 0, "right": 1, "bottom": below / height, "top": 1 - above / height,
                  "wspace": 0.06, "hspace": (above + below) / width}  # fmt: skip
        figsize = (WIDTH, height)  # no layout engine: long names must not shrink the pictures
        _, axes = plt.subplots(rows, columns, figsize=figsize, squeeze=False, layout="none",
                               gridspec_kw=places)  # fmt: skip
        for ax in axes.ravel():
            ax.axis("off")
        for k, (ax, image) in enumerate(zip(axes.ravel(), images, strict=False)):
            ax.imshow(as_shown(image))
            ax.set_title(truths[k], fontsize=8, pad=3 if answers is None else 14)
            if answers is not None:
                place = {"transform": ax.transAxes, "ha": "center", "fontsize": 8, "color": ORANGE}
                ax.text(0.5, 1.03, answers[k], va="bottom", **place)
                ax.text(0.5, -0.03, f"{sure[k]:.0%}", va="top", **place)
    said = truths if answers is None else [f"{truth} taken for {answer}" for truth, answer in
                                           zip(truths, answers, strict=False)]  # fmt: skip
    say(f"{counted(len(images), 'image')} with words above each: {listed(said)}.")


def show_neighbours(queries, found: dict[str, np.ndarray], same: dict[str, np.ndarray]) -> None:
    """Each row: an image, then its nearest ones by each measure; a solid frame for the same class.

    queries (Q, 3, H, W); found {name: (Q, K, 3, H, W)}; same {name: (Q, K) of True and False}
    """
    widths, kinds = [1.0], list(found)
    for name in kinds:
        widths += [0.25, *[1.0] * found[name].shape[1]]
    side = WIDTH / sum(widths)
    with house_style():
        figure, axes = plt.subplots(len(queries), len(widths), width_ratios=widths, squeeze=False,
                                    figsize=(WIDTH, 0.6 + side * len(queries)))  # fmt: skip
        figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03, wspace=0.01, hspace=0.01)
        for ax in axes.ravel():
            ax.set(xticks=[], yticks=[])
            for spine in ax.spines.values():
                spine.set_visible(False)
        for line, query in zip(axes, queries, strict=True):
            line[0].imshow(as_shown(query))
        axes[0, 0].set_title("test", fontsize=9)
        start = 2
        for name in kinds:
            for q, line in enumerate(axes):
                for k, image in enumerate(found[name][q]):
                    line[start + k].imshow(as_shown(image))
                    frame_verdict(line[start + k], bool(same[name][q, k]))
            count = found[name].shape[1]
            axes[0, start + count // 2].set_title(f"nearest by {name}", fontsize=9)
            start += count + 1
        verdict_legend(figure, "the same class", "another class")
    shares = [f"{np.mean(same[name]):.0%} of those by {name}" for name in kinds]
    say(
        f"{counted(len(queries), 'test image')}, and beside each the nearest ones: of the same "
        f"class are {listed(shares)}."
    )
