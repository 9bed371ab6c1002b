"""Pictures of notebook 13: the family, what a stack sees, where memory and parameters are, and a
network that is slid over a larger picture."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, SKY, YELLOW
from course_utils.figures.images import as_shown, frame_verdict, verdict_legend
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.training import show_history
from course_utils.figures.words import counted, listed, say, trends

KINDS = {"conv": SKY, "pool": YELLOW, "linear": GREEN, "image": GREY}


# --------------------------------------------------------------------------------------- the family
def show_family(columns: dict[str, Sequence[Sequence[str]]]) -> None:
    """The paper's table as a picture: one column of boxes per network, stages at equal height.

    columns  {name: stages}, each stage a list of words such as "64", "256 (1×1)" or "LRN"
    """
    stages = max(len(stages) for stages in columns.values())
    rows = [max(len(s[k]) for s in columns.values()) for k in range(stages)]
    top = np.cumsum([0, *[n + 0.55 for n in rows]])
    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 3.6))
        for x, (name, given) in enumerate(columns.items()):
            ax.text(x, -0.65, name, ha="center", va="center", fontsize=10, weight="bold")
            for y, stage in zip(top, given, strict=False):
                for k, word in enumerate(stage):
                    colour = SKY if word.isdigit() else ORANGE
                    _box(ax, x, y + k, word, colour)
        for y in top[1:]:
            ax.plot([-0.5, len(columns) - 0.5], [y - 0.28] * 2, color=YELLOW, linewidth=2)
            ax.text(len(columns) - 0.45, y - 0.28, "pool", fontsize=7, va="center", color=BLACK)
        ax.set(xlim=(-0.6, len(columns) - 0.1), ylim=(top[-1], -1.2))
        ax.axis("off")
    depth = {
        name: sum(1 for stage in given for word in stage if word[0].isdigit())
        for name, given in columns.items()
    }
    say(
        f"columns of boxes, one for each network, in {stages} stages with a pool after each: "
        f"{listed(f'{name} has {n} numbered boxes' for name, n in depth.items())}."
    )


def _box(ax, x: float, y: float, word: str, colour: str) -> None:
    ax.add_patch(Rectangle((x - 0.4, y + 0.06), 0.8, 0.88, facecolor=colour, alpha=0.45))
    ax.text(x, y + 0.5, word, ha="center", va="center", fontsize=7, color=BLACK)


# ------------------------------------------------------------------------------------ what it sees
def ways(kernel: int, layers: int) -> list[np.ndarray]:
    """For each row of a stack, from the output down: along how many paths a place reaches the
    output.

    -> layers + 1 arrays; the last one belongs to the pixels
    """
    rows = [np.ones(1, dtype=int)]
    for _ in range(layers):
        rows.append(np.convolve(rows[-1], np.ones(kernel, dtype=int)))
    return rows


def draw_stack(figure: Figure, kernel: int, layers: int, channels: int) -> None:
    """A stack of layers in one dimension, beside its weights and those of one layer that sees as
    far.

    kernel    odd or even side of the windows
    channels  maps in and out of every layer
    """
    ax, bars = figure.subplots(1, 2, width_ratios=[1.5, 1])
    rows = ways(kernel, layers)
    field = len(rows[-1])
    for level, counts in enumerate(rows):
        left = -len(counts) / 2
        for k, n in enumerate(counts):
            shade = 0.15 + 0.85 * n / counts.max()
            ax.add_patch(Rectangle((left + k, level), 1, 0.6, facecolor=BLUE, alpha=0.8 * shade,
                                   edgecolor="white", linewidth=0.6))  # fmt: skip
            if field <= 13:
                ax.text(left + k + 0.5, level + 0.3, n, ha="center", va="center", fontsize=7,
                        color="white" if shade > 0.55 else BLACK)  # fmt: skip
        if level:
            above = len(rows[level - 1]) / 2
            corners = [(-above, level - 0.4), (above, level - 0.4), (-left, level), (left, level)]
            ax.add_patch(Polygon(corners, facecolor=GREY, alpha=0.2, edgecolor="none"))
    names = ["output", *[f"layer {k}" for k in range(layers - 1, 0, -1)], "pixels"]
    ax.set_yticks(np.arange(layers + 1) + 0.3, names)
    ax.set(xlim=(-field / 2 - 0.3, field / 2 + 0.3), ylim=(layers + 0.75, -0.2), xticks=[])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_title(f"sees {field} × {field} pixels, {layers} ReLU{'s' if layers > 1 else ''}")
    stack, one = layers * kernel**2 * channels**2, field**2 * channels**2
    bars.barh([0, 1], [stack, one], color=[BLUE, ORANGE], height=0.55)
    for y, n in enumerate((stack, one)):
        bars.text(n, y, f" {n:,}", va="center", fontsize=9)
    small, large = f"{kernel} × {kernel}", f"{field} × {field}"
    bars.set_yticks([0, 1], [f"{layers} of\n{small}", f"one of\n{large}"])
    bars.set(ylim=(1.6, -0.6), xlim=(0, 1.55 * max(stack, one)), xticks=[])
    bars.spines["bottom"].set_visible(False)
    bars.set_title(f"weights, {channels} maps")
    say(
        f"a pyramid from one output down to the {field} pixels that {counted(layers, 'layer')} "
        f"of {kernel} × {kernel} see; bars of weights: {stack:,} for the stack, {one:,} for one "
        "layer that sees as far.",
        figure,
    )


# ----------------------------------------------------------------------------------- two bar charts
def draw_two_sides(figure: Figure, names: Sequence[str], kinds: Sequence[str],
                   left: Sequence[int], right: Sequence[int], left_label: str,
                   right_label: str) -> None:  # fmt: skip
    """Two bar charts back to back, one row for each layer, the image on top.

    kinds  for each layer one of KINDS, for its colour
    left, right  numbers; both axes are in millions
    """
    one, other = figure.subplots(1, 2, sharey=True)
    rows, colours = np.arange(len(names)), [KINDS[kind] for kind in kinds]
    size = max(7.0, min(8.0, 150 / len(names)))
    for ax, values, label in ((one, left, left_label), (other, right, right_label)):
        values = np.asarray(values) / 1e6
        ax.barh(rows, values, color=colours, height=0.8)
        ax.set(xlabel=f"{label} (millions)", ylim=(len(names) - 0.4, -0.6))
        top = int(np.argmax(values))
        inwards, side = (4, "left") if ax is one else (-4, "right")
        ax.annotate(f"{values[top]:,.1f}", (values[top], top), xytext=(inwards, -0.5),
                    textcoords="offset points", va="center", ha=side, fontsize=size)  # fmt: skip
        ax.tick_params(axis="y", length=0)
    one.invert_xaxis()
    one.spines["left"].set_visible(False)
    one.spines["right"].set_visible(True)
    other.set_yticks(rows, names, fontsize=size)
    one.tick_params(axis="y", labelleft=False)
    other.tick_params(axis="y", labelleft=True)
    one.set_title(f"{sum(left) / 1e6:,.1f} M in all", loc="left")
    other.set_title(f"{sum(right) / 1e6:,.1f} M in all", loc="right")
    said = [
        f"{label} most in {names[int(np.argmax(v))]}, {sum(v) / 1e6:,.1f} million in all"
        for v, label in ((left, left_label), (right, right_label))
    ]
    say(f"bars back to back, a row for each of {len(names)} layers: {listed(said)}.", figure)


# ----------------------------------------------------------------------------------------- results
def show_learning(history, mark: float) -> None:
    """Loss and accuracy of a History after each epoch, with a dotted line at an accuracy."""
    show_history(history)
    plt.gcf().axes[-1].axhline(mark, color=GREY, linestyle=":", linewidth=1.2)


def show_paper(columns: Sequence[str], errors: dict[str, Sequence[float]]) -> None:
    """Errors in % against the columns of the paper; NaN where a network was not trained."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.6))
        for (name, values), colour, marker in zip(errors.items(), PALETTE, "os^D", strict=False):
            ax.plot(range(len(columns)), values, marker=marker, color=colour, label=name)
        ax.set_xticks(range(len(columns)), columns)
        ax.set(ylabel="top-5 error (%)")
        ax.grid(axis="y", color=GREY, alpha=0.25)
        ax.legend(fontsize=8)
    known = {name: [v for v in values if np.isfinite(v)] for name, values in errors.items()}
    say(f"top-5 errors in per cent over the columns {listed(columns)}: {trends(known)}.")


def show_signal(sizes: dict[str, Sequence[float]]) -> None:
    """The size of the numbers after each convolution, on a logarithmic axis."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.7))
        for (name, values), colour, marker in zip(sizes.items(), PALETTE, "os^D", strict=False):
            ax.semilogy(range(1, len(values) + 1), values, marker=marker, markersize=4,
                        color=colour, label=name)  # fmt: skip
        ax.set(xlabel="convolution", ylabel="root mean square")
        ax.set_xticks(range(1, 1 + max(map(len, sizes.values()))))
        ax.legend(fontsize=8)
    say(f"size of the numbers after each convolution, logarithmic: {trends(sizes, log=True)}.")


def show_scales(scales: Sequence[float], curves: dict[str, Sequence[float]]) -> None:
    """Accuracy against the size of the objects, on a logarithmic axis with 1 marked."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.7))
        for (name, values), colour, marker in zip(curves.items(), PALETTE, "os^D", strict=False):
            ax.semilogx(scales, values, marker=marker, markersize=5, color=colour, label=name)
        ax.axvline(1, color=GREY, linestyle=":", linewidth=1)
        ax.set_xticks(scales, [f"{s:g}" for s in scales])
        ax.minorticks_off()
        ax.set(xlabel="size of the objects (1: as in training)", ylabel="accuracy", ylim=(0, 1.02))
        ax.legend(fontsize=8)
    say(
        f"accuracy against the size of the objects, {scales[0]:g} to {scales[-1]:g} with 1 as in "
        f"training: {trends(curves, [f'{s:g}' for s in scales])}."
    )


# ------------------------------------------------------------------------------------ scale jitter
def window(shape: tuple[int, int], S: float, right: float, down: float, size: int = 224):
    """The window of size × size pixels in a photograph whose shorter side was made S pixels long.

    shape  (H, W) of the photograph; right, down  0 … 1, where the window lies
    -> left, top, side: in pixels of the photograph
    """
    H, W = shape
    side = size * min(H, W) / S
    return right * (W - side), down * (H - side), side


def draw_jitter(figure: Figure, photo: np.ndarray, S: int, right: float, down: float) -> None:
    """A photograph (3, H, W) with the window cut out at scale S, and what the network gets."""
    whole, cut = figure.subplots(1, 2, width_ratios=[1.55, 1])
    left, top, side = window(photo.shape[1:], S, right, down)
    whole.imshow(as_shown(photo), interpolation="antialiased")
    whole.add_patch(Rectangle((left, top), side, side, fill=False, edgecolor=ORANGE, linewidth=2))
    whole.set_title(f"shorter side {S} px")
    cut.imshow(as_shown(photo), interpolation="antialiased")
    cut.set(xlim=(left, left + side), ylim=(top + side, top))
    cut.set_title("the 224 × 224 that go in")
    for ax in (whole, cut):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    say(
        f"a photograph with a frame of {side:.0f} × {side:.0f} of its pixels, and what is inside "
        f"it: at scale {S} that is {side**2 / (photo.shape[1] * photo.shape[2]):.0%} of the "
        "picture.",
        figure,
    )


# --------------------------------------------------------------------------------- dense evaluation
def show_canvas(canvas: np.ndarray, guesses, truth, size: int = 32) -> None:
    """A canvas (3, H, W) in a grid of windows with guesses; the frames tell right from wrong."""
    guesses, truth = np.asarray(guesses), np.asarray(truth)
    H, W = canvas.shape[1:]
    with house_style():
        figure, ax = plt.subplots(figsize=(WIDTH, 0.3 + WIDTH * H / W))
        ax.imshow(as_shown(canvas), extent=(0, W, H, 0))
        for (i, j), said in np.ndenumerate(guesses):
            is_right = bool(said == truth[i, j])
            box = (j * size + 1.5, i * size + 1.5, size - 3, size - 3)
            frame_verdict(ax, is_right, box, pixels=True)
            colour = GREEN if is_right else ORANGE
            ax.text(j * size + 3, (i + 1) * size - 3, said, fontsize=7, va="bottom", color=BLACK,
                    bbox={"facecolor": "white", "edgecolor": colour, "pad": 1.2})  # fmt: skip
        ax.axis("off")
        verdict_legend(figure, "right", "wrong")
    good = int((guesses == truth).sum())
    say(
        f"a canvas of {guesses.shape[0]} × {guesses.shape[1]} pictures with what the network "
        f"says of each: {good} of {guesses.size} are right."
    )


def draw_heat(figure: Figure, canvas: np.ndarray, heat: np.ndarray, places: np.ndarray,
              name: str, size: int = 32) -> None:  # fmt: skip
    """A canvas with the windows that hold a class, above the probability of that class everywhere.

    Grey is where no window has its middle.

    heat    (rows, columns), from 0 to 1: that of a window whose upper left corner goes from corner
            to corner of the canvas
    places  (K, 2): row and column of the windows, in windows, where the class really is
    """
    H, W = canvas.shape[1:]
    upper, lower = figure.subplots(2, 1, sharex=True)
    middle = size / 2  # a value of the map belongs to the middle of its window
    upper.imshow(as_shown(canvas), extent=(0, W, H, 0))
    step = (H - size) / (heat.shape[0] - 1) / 2
    extent = (middle - step, W - middle + step, H - middle + step, middle - step)
    lower.set_facecolor("0.85")
    lower.imshow(heat, cmap="viridis", vmin=0, vmax=1, extent=extent)
    for ax in (upper, lower):
        for i, j in places:
            box = (j * size, i * size, size, size)
            frame_verdict(ax, True, box, pixels=True)
        ax.set(xlim=(0, W), ylim=(H, 0), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    upper.set_title(name, fontsize=9)
    figure.colorbar(lower.images[0], ax=[upper, lower], label="probability", shrink=0.8)
    say(
        f"a canvas with {counted(len(places), 'frame')} around each {name}, and below a map of "
        f"its probability, up to {heat.max():.2f}, by the middle of the window.",
        figure,
    )
