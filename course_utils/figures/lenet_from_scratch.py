"""Pictures of notebook 07: a network and its maps, signals by depth, shifted digits, sounds."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREY, ORANGE, PALETTE, SKY
from course_utils.figures.images import as_shown, opinion_colours, opinion_legend
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, number, say, trend, trends


# ----------------------------------------------------------------------------------- the network
def show_network(shapes: dict[str, tuple[int, ...]]) -> None:
    """Layers from left to right: stacks of maps for (C, H, W), bars for (n,), true to scale."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.4, 2.3))
        ax.axis("off")
        left = 0.0
        for k, (name, shape) in enumerate(shapes.items()):
            width = _draw_maps(ax, left, shape) if len(shape) == 3 else _draw_bar(ax, left, shape)
            size = " × ".join(map(str, shape))
            up = k % 2 * 5  # neighbours at different heights, so that the words have room
            ax.text(left + width / 2, -23 - up, name, ha="center", fontsize=8, color=BLACK)
            ax.text(left + width / 2, 21 + up, size, ha="center", fontsize=8, color=BLUE)
            left += width + (7 if len(shape) == 3 else 13)
        ax.set(xlim=(-2, left), ylim=(-30, 30), aspect="equal")
    said = [f"{name} {' × '.join(map(str, shape))}" for name, shape in shapes.items()]
    say(f"LeNet from left to right as stacks of maps, then bars: {', '.join(said)}.")


def _draw_maps(ax, left: float, shape) -> float:
    maps, rows, columns = shape
    for m in range(maps):
        corner = (left + 0.8 * m, -rows / 2 - 0.4 * (maps - 1) + 0.8 * m)
        ax.add_patch(Rectangle(corner, columns, rows, facecolor=SKY if m == 0 else "white",
                               edgecolor=BLUE, linewidth=0.6, zorder=maps - m))  # fmt: skip
    return columns + 0.8 * (maps - 1)


def _draw_bar(ax, left: float, shape) -> float:
    height = 36 * (shape[0] / 400) ** 0.5
    ax.add_patch(Rectangle((left, -height / 2), 2, height, facecolor=ORANGE, linewidth=0))
    return 2.0


def show_maps(stages: dict[str, np.ndarray]) -> None:
    """Maps (C, H, W) of several layers: three layers above, the others below.

    The maps of a layer stand in two rows and share a grey scale that begins at 0.
    """
    tiles = {name: _tile(np.asarray(maps)) for name, maps in stages.items()}
    names = list(tiles)
    with house_style():
        figure = plt.figure(figsize=(6.4, 3.1))
        figure.get_layout_engine().set(w_pad=0.08)
        heights = []
        for row in (names[:3], names[3:]):
            heights.append(1 / sum(tiles[name].shape[1] / tiles[name].shape[0] for name in row))
        parts = figure.subfigures(2, 1, height_ratios=[h + 0.05 for h in heights])
        for part, row in zip(parts, (names[:3], names[3:]), strict=True):
            widths = [tiles[name].shape[1] / tiles[name].shape[0] for name in row]
            axes = part.subplots(1, len(row), width_ratios=widths, squeeze=False)[0]
            for ax, name in zip(axes, row, strict=True):
                ax.imshow(tiles[name], vmin=0, vmax=float(np.max(stages[name])) or 1)
                size = " × ".join(map(str, np.shape(stages[name])))
                ax.set_title(f"{name}: {size}", fontsize=9)
                ax.axis("off")
    said = [f"{name} with {counted(len(maps), 'map')}" for name, maps in stages.items()]
    say(
        "the feature maps of several layers in grey, smaller and more of them with depth: "
        f"{listed(said)}."
    )


def _tile(maps: np.ndarray) -> np.ndarray:
    """Maps (C, H, W) as one picture, an even number of them in two rows, with gaps of NaN."""
    C, H, W = maps.shape
    rows = 2 if C % 2 == 0 else 1
    gap = max(1, W // 8)
    padded = np.pad(maps, ((0, 0), (0, gap), (0, gap)), constant_values=np.nan)
    grid = padded.reshape(rows, C // rows, H + gap, W + gap).swapaxes(1, 2)
    return grid.reshape(rows * (H + gap), -1)[:-gap, :-gap]


# --------------------------------------------------------------------------- signals and training
def draw_signal(figure: Figure, sizes: list[float], gain: float) -> None:
    """The size of the signal after each layer, on a logarithmic scale that stays the same."""
    ax = figure.subplots()
    depth = np.arange(len(sizes))
    low, high = 1e-9, 1e9
    ax.semilogy(depth, np.clip(sizes, low, high), "o-", markersize=4, color=ORANGE)
    ax.axhline(sizes[0], color=GREY, linestyle=":", linewidth=1)
    ax.set(xlabel="layer (0 is the input)", ylabel="size of the signal", ylim=(low / 3, high * 3))
    ax.set_title(f"{gain:.1f} / fan_in: after {counted(depth[-1], 'layer')} {sizes[-1]:.1e}")
    say(
        f"size of the signal for weights of variance {gain:.1f} / fan_in: over "
        f"{counted(depth[-1], 'layer')} it {trend(sizes, log=True)}.",
        figure,
    )


def show_signals(curves: dict[str, list[float]], ylabel: str = "size of the signal") -> None:
    """A size after each layer, logarithmic; one line for each name."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.7))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, "os^Dv", strict=False):
            ax.semilogy(np.arange(1, len(values) + 1), values, marker=marker, markersize=5,
                        color=colour, label=name)  # fmt: skip
        ax.set(xlabel="layer", ylabel=ylabel, xticks=range(1, len(values) + 1))
        ax.legend(fontsize=8)
    say(f"{ylabel} by layer, logarithmic: {trends(curves, log=True)}.")


def show_losses(losses: dict[str, list[float]], classes: int) -> None:
    """The loss at each step, logarithmic, with the loss of guessing among `classes` classes."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.6))
        for (name, values), colour in zip(losses.items(), PALETTE, strict=False):
            ax.semilogy(np.arange(1, len(values) + 1), values, color=colour, label=name)
        ax.axhline(np.log(classes), color=GREY, linestyle=":", linewidth=1.2,
                   label=f"guessing: log {classes}")  # fmt: skip
        ax.set(xlabel="step", ylabel="loss")
        ax.legend(fontsize=8)
    say(
        f"loss by step, logarithmic, with that of guessing among {classes} as a dotted line: "
        f"{trends(losses, log=True)}."
    )


def show_learning_rates(rates, curves: dict[str, list[float]]) -> None:
    """Accuracy after a short training against the learning rate; one line for each name."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.7))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, "os^Dv", strict=False):
            ax.semilogx(rates, values, marker=marker, markersize=5, color=colour, label=name)
        ax.axhline(0.1, color=GREY, linestyle=":", linewidth=1.2, label="guessing")
        ax.set(xlabel="learning rate", ylabel="accuracy", ylim=(0, 1))
        ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
        ax.minorticks_off()
        ax.legend(fontsize=8)
    say(
        f"accuracy for learning rates from {number(rates[0])} to {number(rates[-1])}: "
        f"{trends(curves, [f'{rate:g}' for rate in rates])}."
    )


# -------------------------------------------------------------------------------- shifted digits
def draw_opinions(figure: Figure, image, opinions: dict[str, np.ndarray], label: int) -> None:
    """A digit, and beside it the probabilities of the ten classes that each network gives."""
    axes = figure.subplots(1, 1 + len(opinions), width_ratios=[1.1] + [1] * len(opinions))
    axes[0].imshow(as_shown(image), vmin=0, vmax=1)
    axes[0].set(xticks=[], yticks=[])
    for ax, (name, probabilities) in zip(axes[1:], opinions.items(), strict=True):
        said = int(np.argmax(probabilities))
        ax.barh(range(10), probabilities, color=opinion_colours(probabilities, label))
        verdict = "right" if said == label else "wrong"
        ax.set(xlim=(0, 1), yticks=range(10), xlabel="probability")
        ax.set_title(f"{name}: {said} ({verdict})", fontsize=9)
        ax.invert_yaxis()
    opinion_legend(figure)
    answers = [f"{name} says {int(np.argmax(p))}" for name, p in opinions.items()]
    say(f"a {label} beside bars of probability by digit: {listed(answers)}.", figure)


def show_tolerance(shifts, curves: dict[str, list[float]], xlabel: str) -> None:
    """Accuracy against the shift; one line for each network."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.8))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, "os^Dv", strict=False):
            ax.plot(shifts, values, marker=marker, markersize=5, color=colour, label=name)
        ax.set(xlabel=xlabel, ylabel="accuracy", ylim=(0, 1.02), xticks=list(shifts))
        ax.legend(fontsize=8, loc="lower left")
    say(f"accuracy against the {xlabel}, {shifts[0]} to {shifts[-1]}: {trends(curves, shifts)}.")


# ---------------------------------------------------------------------------------------- sounds
def show_sounds(sounds: np.ndarray, titles) -> None:
    """Spectrograms (N, bands, frames) side by side, on one scale: dark is loud."""
    with house_style():
        _, axes = plt.subplots(1, len(sounds), figsize=(6.4, 2.0), sharey=True, squeeze=False)
        for ax, sound, title in zip(axes[0], sounds, titles, strict=True):
            ax.imshow(sound, cmap="Greys", vmin=0, vmax=1.2, origin="lower", aspect="auto")
            ax.set(xlabel="time (frames)", title=title)
        axes[0, 0].set_ylabel("pitch (bands)")
    say(f"spectrograms side by side, dark where it is loud: {listed(titles)}.")


def show_over_time(sound: np.ndarray, scores: np.ndarray, names) -> None:
    """A spectrogram (bands, frames) and below it one score per class (classes, places)."""
    with house_style():
        _, (above, below) = plt.subplots(2, 1, figsize=(6.4, 3.2), sharex=True,
                                         height_ratios=[1, 1.1])  # fmt: skip
        above.imshow(sound, cmap="Greys", vmin=0, vmax=1.2, origin="lower", aspect="auto")
        above.set_ylabel("pitch (bands)")
        middle = (sound.shape[1] - scores.shape[1]) / 2  # each place at the middle of its window
        places = middle + np.arange(scores.shape[1])
        for name, values, colour in zip(names, scores, PALETTE, strict=False):
            below.plot(places, values, color=colour, label=name)
        below.axhline(0, color=GREY, linewidth=0.8)
        below.set(xlabel="time (frames)", ylabel="score")
        below.legend(fontsize=8, loc="lower left")
    best = [f"{name} is highest at frame {places[int(np.argmax(v))]:.0f}" for name, v in
            zip(names, scores, strict=False)]  # fmt: skip
    say(f"a spectrogram, and below it a curve of scores for each kind of sound: {listed(best)}.")
