"""Pictures of notebook 09: schedules, dropout, decay, optimizers, depth, loss along a line."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE
from course_utils.figures.images import as_shown
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, means, number, say, trend, trends

STYLES = ("-", "--", "-.", ":", "-")


# ------------------------------------------------------------------------------ the learning rate
def show_step_length(rates, curves: dict[str, list[float]]) -> None:
    """Loss after one step against the learning rate of that step; a dot at each lowest point."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.8))
        for (name, values), colour, style in zip(curves.items(), PALETTE, STYLES, strict=False):
            ax.semilogx(rates, values, style, color=colour, label=name)
            lowest = int(np.argmin(values))
            ax.plot(rates[lowest], values[lowest], "o", color=colour, markersize=6)
        top = 2 * max(values[0] for values in curves.values())
        ax.set(xlabel="learning rate of this one step", ylabel="loss after it", ylim=(0, top))
        ax.legend(fontsize=8, loc="upper left")
    lowest = [f"{name} at {number(rates[int(np.argmin(v))])}" for name, v in curves.items()]
    say(
        "loss after one step by its learning rate: curves that fall, then shoot up; they are "
        f"lowest for {listed(lowest)}."
    )


def show_schedules(rates: dict[str, np.ndarray], epochs: int) -> None:
    """Learning rates over a training, one small picture for each schedule."""
    with house_style():
        _, axes = plt.subplots(1, len(rates), figsize=(6.4, 1.9), sharey=True, squeeze=False)
        for ax, (name, values), colour in zip(axes[0], rates.items(), PALETTE, strict=False):
            ax.plot(np.linspace(0, epochs, len(values), endpoint=False), values, color=colour)
            ax.set(xlabel="epoch", xlim=(0, epochs), ylim=(0, 1.08))
            ax.set_title(name, fontsize=9)
        axes[0, 0].set_ylabel("rate / largest")
    say(f"small pictures of the learning rate over {epochs} epochs: {trends(rates)}.")


def show_plateau(train, validation, rates) -> None:
    """Losses by epoch above, learning rates below; a line where the rate falls."""
    epochs = np.arange(1, len(rates) + 1)
    with house_style():
        _, (above, below) = plt.subplots(2, 1, figsize=(5.8, 3.4), sharex=True,
                                         height_ratios=[2, 1])  # fmt: skip
        above.semilogy(epochs, train, "o-", color=BLUE, markersize=4, label="training")
        above.semilogy(epochs, validation, "o-", color=ORANGE, markersize=4,
                       markerfacecolor="white", label="validation")  # fmt: skip
        above.set_ylabel("loss")
        below.step(epochs, rates, where="mid", color=GREEN)
        below.set(xlabel="epoch", ylabel="learning rate", yscale="log")
        for epoch in 1 + np.flatnonzero(np.diff(rates)):
            for ax in (above, below):
                ax.axvline(epoch + 0.5, color=GREY, linestyle=":", linewidth=1.2)
        above.legend(fontsize=8, loc="lower left")
    falls = [int(epoch) for epoch in 1 + np.flatnonzero(np.diff(rates))]
    after = f"after epoch {listed(falls)}" if falls else "nowhere"
    say(
        f"the training loss {trend(train, epochs, log=True)} and the validation loss "
        f"{trend(validation, epochs, log=True)}; the learning rate falls {after}."
    )


# ---------------------------------------------------------------------------------------- dropout
def draw_dropout(figure: Figure, image, once, mean, p: float, draws: int) -> None:
    """A digit, one draw of dropout, and the mean of many draws, on one grey scale."""
    titles = ("x", f"one draw, p = {p:.2f}", f"mean of {draws} draw{'s' * (draws > 1)}")
    for ax, picture, title in zip(figure.subplots(1, 3), (image, once, mean), titles, strict=True):
        shown = ax.imshow(as_shown(picture), vmin=0, vmax=2)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=9)
    figure.colorbar(shown, ax=figure.axes, shrink=0.7, label="value")
    zero = float((np.asarray(once) == 0).mean())
    say(
        f"a digit, one draw of dropout with p = {p:.2f} in which {zero:.0%} of the pixels are "
        f"black, and the mean of {counted(draws, 'draw')}, nearer to the digit the more there "
        "are.",
        figure,
    )


# ------------------------------------------------------------------------------------------ decay
def show_weights(weights: dict[str, np.ndarray], limit: float) -> None:
    """How often each weight occurs, an outline for each name; numbers outside count as ±limit."""
    edges = np.linspace(-limit, limit, 81)
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.7))
        for (name, values), colour in zip(weights.items(), PALETTE, strict=False):
            inside = np.clip(np.ravel(values), -limit, limit)
            ax.hist(inside, edges, histtype="step", linewidth=1.6, color=colour, label=name)
        ax.set(xlabel="weight", ylabel="how many")
        ax.legend(fontsize=8)
    spreads = {name: float(np.std(values)) for name, values in weights.items()}
    say(f"histograms of weights around 0, with their standard deviations: {means(spreads)}.")


def show_two_ways(paths: dict[str, np.ndarray], names) -> None:
    """Weights (steps, K) as they shrink, one picture for each way, one line for each weight."""
    with house_style():
        _, axes = plt.subplots(1, len(paths), figsize=(6.4, 2.4), sharey=True, squeeze=False)
        for ax, (title, path) in zip(axes[0], paths.items(), strict=True):
            for values, name, colour, style in zip(path.T, names, PALETTE, STYLES, strict=False):
                ax.plot(values, style, color=colour, label=name)
            ax.set(xlabel="step", ylim=(0, 1.1), title=title)
        axes[0, 0].set_ylabel("weight")
        axes[0, -1].legend(fontsize=8)
    said = {f"{title}, {name}": path[:, k] for title, path in paths.items() for k, name in
            enumerate(names)}  # fmt: skip
    say(f"weights that shrink step by step: {trends(said)}.")


# ------------------------------------------------------------------------------------- optimizers
def draw_valley(figure: Figure, paths: dict[str, np.ndarray], bends) -> None:
    """Paths (steps, 2) in the valley (a x² + b y²)/2, and the loss after each step beside it."""
    valley, curve = figure.subplots(1, 2, width_ratios=[2, 1.2])
    across, up = np.linspace(-11, 11, 161), np.linspace(-3, 3, 121)
    height = 0.5 * (bends[0] * across**2 + bends[1] * up[:, np.newaxis] ** 2)
    levels = height.max() * np.array([0.005, 0.03, 0.1, 0.25, 0.5])
    valley.contour(across, up, height, levels=levels, colors=GREY, linewidths=0.7)
    for (name, path), colour, marker in zip(paths.items(), PALETTE, "os^Dv", strict=False):
        valley.plot(*path.T, marker=marker, color=colour, linewidth=1, markersize=3)
        losses = 0.5 * (np.asarray(bends) * path**2).sum(axis=1)
        curve.semilogy(np.clip(losses / losses[0], 1e-7, 1e3), color=colour, label=name)
    valley.plot(0, 0, "*", color=BLACK, markersize=10)
    valley.set(xlim=(-11, 11), ylim=(-3, 3), xlabel="w₁", ylabel="w₂")
    curve.legend(fontsize=8, loc="upper right")
    curve.set(xlabel="step", ylim=(1e-7, 1e3), title="loss / first loss")
    ends = {name: 0.5 * (np.asarray(bends) * path**2).sum(axis=1) for name, path in paths.items()}
    said = {name: losses / losses[0] for name, losses in ends.items()}
    say(
        "paths through a long valley, and the loss over the first one by step: "
        f"{trends(said, log=True)}.",
        figure,
    )


# ------------------------------------------------------------------------------- starting weights
def draw_activations(figure: Figure, layers: dict[int, np.ndarray], limit: float) -> None:
    """What comes out of some layers: one histogram for each, all on the same axes' limits."""
    axes = figure.subplots(1, len(layers), sharey=True, squeeze=False)[0]
    edges = np.linspace(0, limit, 31)
    for ax, (layer, values) in zip(axes, layers.items(), strict=True):
        values = np.ravel(values)
        share = np.histogram(np.minimum(values, limit), edges)[0] / len(values)
        ax.bar(edges[:-1], share, np.diff(edges), align="edge", color=BLUE)
        ax.set(xlim=(0, limit), ylim=(0, 1), xlabel="value")
        ax.set_title(f"layer {layer}\nsize {np.sqrt((values**2).mean()):.2g}", fontsize=9)
    axes[0].set_ylabel("share of the outputs")
    sizes = {f"layer {k}": float(np.sqrt((np.ravel(v) ** 2).mean())) for k, v in layers.items()}
    say(
        f"histograms of what comes out of {listed(sizes)}; its size there is "
        f"{listed(map(number, sizes.values()))}.",
        figure,
    )


# ---------------------------------------------------------------------------------------- landscape
def show_along_lines(positions, losses: dict[str, list[float]], classes: int) -> None:
    """Loss on the way from one network (0) to another one (1); one line for each pair."""
    with house_style():
        _, ax = plt.subplots(figsize=(6.4, 2.7))
        for (name, values), colour, style in zip(losses.items(), PALETTE, STYLES, strict=False):
            ax.plot(positions, values, style, color=colour, label=name)
        ax.axhline(np.log(classes), color=GREY, linestyle=":", linewidth=1.2,
                   label=f"guessing: log {classes}")  # fmt: skip
        ax.set(xlabel="position on the line", ylabel="loss", ylim=(0, None))
        ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    say(
        "loss along the line from one network to another: "
        f"{trends(losses, [f'{x:.2g}' for x in positions])}."
    )
