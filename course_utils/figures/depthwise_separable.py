"""Pictures of notebook 18: scan and mix, what it costs, how long it takes, and what it gives up."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from course_utils.figures.colours import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALETTE,
    PINK,
    SKY,
    YELLOW,
    ink_on,
)
from course_utils.figures.images import as_shown
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, number, say, trend

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")
KINDS = {  # one colour for each kind of layer, in all pictures of the notebook
    "3 × 3, all maps": BLUE,
    "depth-wise 3 × 3": ORANGE,
    "1 × 1": GREEN,
    "normalisation": PINK,
    "ReLU": YELLOW,
    "fully connected": SKY,
    "the rest": GREY,
}


# ------------------------------------------------------------------------------------- the weights
def _tiles(axes, filters: np.ndarray, limit: float) -> None:
    for place, ax in np.ndenumerate(axes):
        ax.imshow(filters[place], cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)


def _name_maps(axes, first: str = "in") -> None:
    for column, ax in enumerate(axes[0]):
        ax.set_title(f"{first} {column}", fontsize=8)
    for row, ax in enumerate(axes[:, 0]):
        ax.set_ylabel(f"out {row}", fontsize=8)


def show_two_layers(weight: np.ndarray, scan: np.ndarray, mix: np.ndarray) -> None:
    """All weights of both layers: weight (F, C, K, K) left; scan (C, K, K), mix (F, C) right."""
    F, C = mix.shape
    limit = max(np.abs(a).max() for a in (weight, scan, mix))
    with house_style():
        figure = plt.figure(figsize=(WIDTH, 0.75 + 0.62 * F))
        left, right = figure.subfigures(1, 2)
        axes = left.subplots(F, C, squeeze=False)
        _tiles(axes, weight, limit)
        _name_maps(axes)
        left.suptitle(f"conventional: {weight.size} weights", fontsize=10)
        axes = right.subplots(F + 1, C, squeeze=False)
        _tiles(axes[:1], scan[np.newaxis], limit)
        _tiles(axes[1:], mix[:, :, np.newaxis, np.newaxis], limit)
        _name_maps(axes[1:])
        for column, ax in enumerate(axes[0]):
            ax.set_title(f"in {column}", fontsize=8)
            axes[1, column].set_title("")
        axes[0, 0].set_ylabel("scan", fontsize=8)
        for (f, c), value in np.ndenumerate(mix):
            ink = "white" if abs(value) > 0.6 * limit else BLACK
            axes[f + 1, c].text(0, 0, f"{value:.1f}", ha="center", va="center", color=ink,
                                fontsize=8)  # fmt: skip
        right.suptitle(f"separable: {scan.size} + {mix.size} weights", fontsize=10)
    say(
        f"left a table of {F} × {C} small filters, {weight.size} weights; right a row of {C} "
        f"filters above a table of {F} × {C} single numbers, {scan.size} + {mix.size} weights."
    )


def show_table_of_filters(weight: np.ndarray) -> None:
    """The filters (F, C, K, K) as a table: a column for each map in, a row for each map out.

    The strongest weights share the last colour, so that weak patterns can be seen.
    """
    F, C = weight.shape[:2]
    with house_style():
        _, axes = plt.subplots(F, C, figsize=(0.5 + 0.75 * C, 0.3 + 0.65 * F), squeeze=False)
        _tiles(axes, weight, 0.6 * np.abs(weight).max())
        _name_maps(axes)
    say(
        f"a table of {F} × {C} small filters: those in one column have the same pattern, only "
        "stronger, weaker or with the other sign."
    )


def show_scan_and_mix(maps, scanned, mixed, names) -> None:
    """Three rows: the maps as they come, each of them scanned, and mixtures of the scanned ones.

    Signed maps share one grey scale with 0 in the middle.
    """
    rows = {"in": maps, "scanned": scanned, "mixed": mixed}
    limit = max(np.abs(np.asarray(row)).max() for row in (scanned, mixed))
    columns = max(map(len, rows.values()))
    with house_style():
        _, axes = plt.subplots(3, columns, figsize=(1.75 * columns, 3.6))
        for ax in axes.ravel():
            ax.set(xticks=[], yticks=[], frame_on=False)
        for row, (name, pictures) in zip(axes, rows.items(), strict=True):
            low, high = (0, 1) if name == "in" else (-limit, limit)
            row[0].set_ylabel(name)
            for ax, picture in zip(row, pictures, strict=False):
                ax.imshow(as_shown(picture), vmin=low, vmax=high)
        for ax, name in zip(axes[0], names, strict=False):
            ax.set_title(name, fontsize=9)
    say(
        f"three rows of pictures: {counted(len(maps), 'map')} as they come ({listed(names)}), "
        f"each of them scanned, and {counted(len(mixed), 'mixture')} of the scanned ones."
    )


def show_groups(channels: int, groups) -> None:
    """Who sees whom: one table (maps out, maps in) for each number of groups."""
    with house_style():
        _, axes = plt.subplots(1, len(groups), figsize=(WIDTH, 2.1), squeeze=False)
        for ax, count in zip(axes[0], groups, strict=True):
            size = channels // count
            sees = np.kron(np.eye(count), np.ones((size, size)))
            ax.pcolormesh(sees, cmap="Blues", vmin=0, vmax=1.5, edgecolors="white", linewidth=0.5)
            ax.set(aspect="equal", xlabel="map in", xticks=[], yticks=[])
            ax.invert_yaxis()
            ax.set_title(f"groups = {count}", fontsize=9)
        axes[0, 0].set_ylabel("map out")
    say(
        f"tables of who sees whom among {channels} maps for {listed(groups)} groups: one full "
        "square, then more and smaller squares along the diagonal."
    )


# ---------------------------------------------------------------------------------------- the cost
def draw_cost(figure: Figure, inputs: int, outputs: int, kernel: int) -> None:
    """Multiply–adds at one place, as bars: conventional above, scan and mix below."""
    ax = figure.subplots()
    conventional, scan, mix = inputs * outputs * kernel**2, inputs * kernel**2, inputs * outputs
    ax.barh(1, conventional, color=BLUE, label=f"all at once: {conventional:,}")
    ax.barh(0, scan, color=ORANGE, label=f"scan: {scan:,}")
    ax.barh(0, mix, left=scan, color=GREEN, label=f"mix: {mix:,}")
    ax.set_yticks([0, 1], ["separable", "conventional"])
    ax.set(xlim=(0, 1.02 * max(conventional, scan + mix)), xlabel="multiply–adds at one place")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.xaxis.set_major_locator(plt.MaxNLocator(5, integer=True))
    factor = conventional / (scan + mix)
    ax.set_title(f"{inputs} maps in, {outputs} maps out, {kernel} × {kernel}: factor {factor:.2f}")
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    say(
        f"two bars of multiply–adds at one place: conventional {conventional:,}, separable "
        f"{scan:,} to scan and {mix:,} to mix, {factor:.2f} times fewer.",
        figure,
    )


def show_factor(outputs, factors: dict[int, np.ndarray], marked) -> None:
    """Factor against the number of maps out, a curve for each kernel size, with its ceiling K²."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.9))
        for (K, values), colour, style in zip(factors.items(), PALETTE, STYLES, strict=False):
            ax.loglog(outputs, values, style, color=colour)
            # up to the label, which stands where the curve ends
            ax.plot([1, outputs[-1]], [K**2] * 2, color=colour, linewidth=0.8, linestyle=":")
            ax.text(outputs[-1] * 1.05, values[-1], f"{K} × {K}", color=colour, va="center",
                    fontsize=9)  # fmt: skip
        marked = np.asarray(marked)
        ax.plot(marked, 9 * marked / (9 + marked), "o", color=BLACK, markersize=4)
        ax.axhline(1, color=GREY, linewidth=0.8)
        ax.set(xlabel="maps out", ylabel="times fewer multiply–adds", xlim=(1, outputs[-1] * 1.6))
        ax.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
        ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
        ax.minorticks_off()
    ends = [f"{K} × {K} to {number(values[-1])} of at most {K**2}" for K, values in factors.items()]
    say(f"curves that rise with the number of maps out and flatten: {listed(ends)} times fewer.")


def show_shares(rows: dict[str, dict[str, float]]) -> None:
    """One bar of 100 % for each row, in pieces by the kind of layer."""
    kinds = [kind for kind in KINDS if any(kind in row for row in rows.values())]
    with house_style():
        figure, ax = plt.subplots(figsize=(WIDTH, 0.9 + 0.42 * len(rows)))
        left = np.zeros(len(rows))
        for kind in kinds:
            amounts = np.array([row.get(kind, 0) / sum(row.values()) for row in rows.values()])
            ax.barh(range(len(rows)), 100 * amounts, left=100 * left, color=KINDS[kind], label=kind)
            for k in np.flatnonzero(amounts > 0.07):
                ax.text(100 * (left[k] + amounts[k] / 2), k, f"{100 * amounts[k]:.0f}",
                        ha="center", va="center", fontsize=8,
                        color=ink_on(KINDS[kind]))  # fmt: skip
            left += amounts
        ax.set_yticks(range(len(rows)), list(rows))
        ax.set(xlabel="share (%)", xlim=(0, 100))
        ax.invert_yaxis()
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    said = []
    for name, row in rows.items():
        kind = max(row, key=row.get)
        said.append(f"{name}: {row[kind] / sum(row.values()):.0%} in {kind}")
    say(
        "bars of 100 % in pieces by the kind of layer, with the largest piece of each: "
        f"{listed(said)}."
    )


# ---------------------------------------------------------------------------------------- the time
def show_factors_by_block(counted, measured: dict[str, list[float]]) -> None:
    """How many times less work each block has, and how many times faster it was, by setting."""
    blocks = np.arange(1, len(counted) + 1)
    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 3.2))
        ax.plot(blocks, counted, "o-", color=BLACK, markersize=4, label="counted (width 1)")
        for (name, values), colour, marker in zip(
            measured.items(), PALETTE, MARKERS[1:], strict=False
        ):
            ax.plot(blocks, values, marker + "--", color=colour, markersize=4, linewidth=1.2,
                    label=name)  # fmt: skip
        ax.axhline(1, color=GREY, linewidth=0.8)
        ax.set(xlabel="block of MobileNet", ylabel="times as fast", yscale="log")
        ax.set_xticks(blocks)
        ticks = [0.5, 1, 2, 5, 10, 20, 50, 100]
        low, high = ax.get_ylim()
        ticks = [t for t in ticks if low <= t <= high]
        ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
        ax.minorticks_off()
        ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    say(
        f"by block of MobileNet, the counted factor {trend(counted, log=True)}, and the measured "
        f"ones lie below them for {listed(measured)}."
    )


def show_roofline(peak: float, bandwidth: float, points: dict[str, dict[str, tuple]]) -> None:
    """Rate against multiply–adds per byte, below the two roofs of a computer.

    peak: multiply–adds a second; bandwidth: bytes a second;
    points {setting: {kind of layer: (multiply–adds per byte, multiply–adds a second)}}
    """
    x = np.geomspace(0.1, 300, 100)
    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 3.2))
        ax.loglog(x, np.minimum(peak, bandwidth * x) / 1e9, color=GREY, linewidth=2.5)
        ax.axvline(peak / bandwidth, color=GREY, linewidth=0.8, linestyle=":")
        for kind in dict.fromkeys(kind for row in points.values() for kind in row):
            ax.plot([], [], "|", color=KINDS[kind], markeredgewidth=6, label=kind)
        for (setting, row), marker in zip(points.items(), MARKERS, strict=False):
            ax.plot([], [], marker, color=GREY, label=setting)
            for kind, (intensity, rate) in row.items():
                ax.plot(intensity, rate / 1e9, marker, color=KINDS[kind], markersize=7)
        ax.set(xlabel="multiply–adds for each byte moved", ylabel="billions of them a second")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(LogLocator(subs=(1,) if axis is ax.xaxis else (1, 2, 5)))
            axis.set_major_formatter("{x:g}")
            axis.set_minor_locator(NullLocator())
        ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    say(
        f"a roof that rises and is flat from {number(peak / bandwidth)} multiply–adds per byte "
        "on, with marks below it for "
        f"{listed(dict.fromkeys(k for row in points.values() for k in row))}."
    )


# ------------------------------------------------------------------------------------ the training
def show_mistakes(images, truth, said) -> None:
    """A row of images (N, 3, H, W) with what each shows above and what was said below."""
    with house_style():
        _, axes = plt.subplots(1, len(images), figsize=(WIDTH, 1.7), squeeze=False)
        for ax, image, true, guess in zip(axes[0], images, truth, said, strict=True):
            ax.imshow(as_shown(image))
            ax.set(xticks=[], yticks=[])
            ax.set_title(true.replace(" ", "\n", 1), fontsize=8)
            ax.set_xlabel("“" + guess.replace(" ", "\n", 1) + "”", fontsize=8, color=ORANGE)
    said = [f"{true} taken for {guess}" for true, guess in zip(truth, said, strict=True)]
    say(f"a row of misread images: {listed(said)}.")


# ------------------------------------------------------------------------------------ what is lost
def draw_ranks(figure: Figure, filters, cut, accuracy, rank: int, most: int = 6) -> None:
    """Filters (F, K, K) of one map above, the same with fewer patterns below, and the accuracy.

    cut (F, K, K): made of `rank` patterns; accuracy: of the network with 1, 2, … patterns each
    """
    left, right = figure.subfigures(1, 2, width_ratios=[1.5, 1])
    axes = left.subplots(2, most, squeeze=False)
    limit = np.abs(filters[:most]).max()
    _tiles(axes, np.stack([filters[:most], cut[:most]]), limit)
    axes[0, 0].set_ylabel("trained", fontsize=9)
    axes[1, 0].set_ylabel(f"{rank} of {len(accuracy)}", fontsize=9)
    ax = right.subplots()
    ranks = np.arange(1, len(accuracy) + 1)
    ax.plot(ranks, accuracy, "o-", color=BLUE, markersize=4)
    ax.plot(rank, accuracy[rank - 1], "o", color=ORANGE, markersize=9)
    ax.set(xlabel="patterns for each map in", ylabel="accuracy", ylim=(0, 1), xticks=ranks)
    say(
        f"left {most} filters as trained and below them the same made of "
        f"{counted(rank, 'pattern')} for each map in; right the accuracy by number of patterns, "
        f"which is {accuracy[rank - 1]:.2f} here and {trend(accuracy)}.",
        figure,
    )
