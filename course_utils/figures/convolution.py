"""Pictures of notebook 03: a filter that slides, windows as columns, what a pixel can see."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.figures.colours import BLUE, GREEN, GREY, ORANGE, PALETTE, YELLOW
from course_utils.figures.counting import whole_numbers
from course_utils.figures.images import as_shown
from course_utils.figures.sliding import frame, write_numbers
from course_utils.figures.style import house_style
from course_utils.figures.words import counted, listed, say


# ------------------------------------------------------------------------------ windows as columns
def draw_columns(figure: Figure, image, kernel_size: tuple[int, int], place: int) -> None:
    """An image with one window marked, and the matrix whose columns are its windows."""
    KH, KW = kernel_size
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel_size)
    OH, OW = windows.shape[:2]
    columns = windows.reshape(OH * OW, KH * KW).T  # (KH·KW, OH·OW)
    row, column = divmod(min(place, OH * OW - 1), OW)
    left, right = figure.subplots(1, 2, width_ratios=[image.shape[1], OH * OW + 1])
    write_numbers(left, image, 9)
    frame(left, row, column, KH, KW)
    left.set_title(f"image {image.shape[0]}×{image.shape[1]}")
    write_numbers(right, columns, 9, size=8)
    frame(right, 0, row * OW + column, KH * KW, 1)
    right.set_title(f"columns {KH * KW}×{OH * OW}: window ({row}, {column}) is number "
                    f"{row * OW + column}")  # fmt: skip
    say(
        f"the window at row {row} and column {column} of an image is framed, and so is the "
        f"column number {row * OW + column} of a matrix of {KH * KW} × {OH * OW}, which holds "
        "the same numbers.",
        figure,
    )


def show_tables(tables: dict[str, np.ndarray]) -> None:
    """Small tables (H, W) of numbers from 0 to 1 in a row, each with a frame: 1 is black."""
    with house_style():
        _, axes = plt.subplots(1, len(tables), figsize=(1.6 * len(tables), 1.9))
        for ax, (title, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
            ax.imshow(table, cmap="Greys", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(True)
            ax.set_title(f"{title}\n{table.shape[0]}×{table.shape[1]}", fontsize=9)
    said = [f"{title} of {table.shape[0]} × {table.shape[1]}" for title, table in tables.items()]
    say(f"small tables in black and white side by side: {listed(said)}.")


# ----------------------------------------------------------------------- connections and geometry
def show_connections(size: int = 12, weights=(-0.9, 0.25, 0.7), seed: int = 3) -> None:
    """Three layers on a row of pixels, as matrices: fully connected, local, local and shared."""
    rng, kernel = np.random.default_rng(seed), len(weights)
    full = rng.uniform(-1, 1, (size - kernel + 1, size))
    place = np.subtract.outer(np.arange(size), np.arange(size - kernel + 1)).T  # column − row
    near = (place >= 0) & (place < kernel)
    shared = np.where(near, np.array(weights)[np.clip(place, 0, kernel - 1)], 0)
    titles = "fully connected", "local", "local and shared"
    counts = full.size, int(near.sum()), kernel
    with house_style():
        figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.2), sharey=True)
        layers = full, full * near, shared
        for ax, matrix, title, count in zip(axes, layers, titles, counts, strict=True):
            drawn = ax.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
            ax.set(title=f"{title}\n{count} weights", xlabel="input pixel", xticks=[], yticks=[])
        axes[0].set_ylabel("output")
        figure.colorbar(drawn, ax=axes, shrink=0.7, label="weight")
    said = [f"{title}, {count} weights" for title, count in zip(titles, counts, strict=True)]
    say(
        f"three matrices of weights, outputs by input pixels: {listed(said)}; the local ones are "
        "a band along the diagonal, and the shared one repeats the same colours in every row."
    )


def draw_geometry(
    figure: Figure, size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    """Where a filter's weights fall on a padded image, at its first and its last place."""
    padded, covered = size + 2 * padding, dilation * (kernel - 1) + 1
    left, right = figure.subplots(1, 2, width_ratios=[1.5, 1])
    formula = f"({size} + 2·{padding} − {dilation}·({kernel} − 1) − 1) / {stride} + 1"
    if covered > padded:
        text = f"the filter covers {covered} pixels, and there are only {padded}"
        figure.suptitle(text, fontsize=10)
        _cells(left, padded, padding, set(range(padded)))
        right.axis("off")
        say(
            f"a padded image of {padded} × {padded} pixels, too small for the filter: {text}.",
            figure,
        )
        return
    places = range(0, padded - covered + 1, stride)
    read = {place + dilation * k for place in places for k in range(kernel)}
    _cells(left, padded, padding, read)
    for place, colour, mark in ((places[0], BLUE, "o"), (places[-1], ORANGE, "s")):
        taps = place + dilation * np.arange(kernel)
        left.scatter(*[a.ravel() for a in np.meshgrid(taps, taps)], marker=mark, s=52,
                     facecolor="none", edgecolor=colour, linewidth=1.8, zorder=5)  # fmt: skip
    left.set_title(f"image {size}×{size}, padded {padded}×{padded}")
    _cells(right, len(places), 0, set(range(len(places))), room=padded)
    right.scatter(0, 0, marker="o", s=52, facecolor="none", edgecolor=BLUE, linewidth=1.8)
    end = len(places) - 1
    right.scatter(end, end, marker="s", s=52, facecolor="none", edgecolor=ORANGE, linewidth=1.8)
    right.set_title(f"output {len(places)}×{len(places)}")
    exact = (padded - covered) / stride + 1
    rounded = "" if exact == len(places) else f" = {exact:.2f}, rounded down"
    figure.suptitle(f"{formula}{rounded} = {len(places)}", fontsize=10)
    unread = padded - len(read)
    said = f"; {counted(unread, 'row')} and as many columns are never read" if unread else ""
    say(
        f"the weights of a {kernel} × {kernel} filter as circles at its first place and squares "
        f"at its last on an image padded to {padded} × {padded}; the output has {len(places)} × "
        f"{len(places)}{said}.",
        figure,
    )


def _cells(ax: Axes, count: int, padding: int, read: set[int], room: int = 0) -> None:
    """A square grid: padding grey, pixels that no window reads hatched."""
    for row, column in np.ndindex(count, count):
        inside = all(padding <= k < count - padding for k in (row, column))
        unread = row not in read or column not in read
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, linewidth=0.6, edgecolor="#aaaaaa",
                               facecolor="white" if inside else "#dddddd",
                               hatch="////" if unread else None))  # fmt: skip
    reach = max(count, room)
    middle = (count - 1) / 2
    limits = middle - reach / 2 - 0.1, middle + reach / 2 + 0.1
    ax.set(xlim=limits, ylim=limits[::-1], aspect="equal")
    ax.axis("off")


# -------------------------------------------------------------------------------------- responses
def show_responses(picture: np.ndarray, responses: dict[str, np.ndarray], title="photograph"):
    """A picture beside signed maps (H, W) on one colour scale: red positive, blue negative."""
    limit = max(float(np.quantile(np.abs(r), 0.995)) for r in responses.values()) or 1.0
    rows = -(-(len(responses) + 1) // 2)
    with house_style():
        figure, axes = plt.subplots(rows, 2, figsize=(6.4, 1.8 * rows + 0.1), squeeze=False)
        grid = axes.ravel()
        for ax in grid:
            ax.axis("off")
        grid[0].imshow(as_shown(picture), vmin=0, vmax=1)
        grid[0].set_title(title)
        for ax, (name, response) in zip(grid[1:], responses.items(), strict=False):
            drawn = ax.imshow(response, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set_title(name)
        figure.colorbar(drawn, ax=axes, shrink=0.8, label="response")
    say(
        f"{title} beside maps in red for positive and blue for negative numbers: "
        f"{listed(responses)}."
    )


def find_peaks(found: np.ndarray, apart: int = 14, least: float = 0.5) -> list[tuple[int, int]]:
    """The largest entries of a map (H, W), each at least `apart` from those before it."""
    left, peaks = found.copy(), []
    while left.max(initial=0) > least:
        row, column = (int(k) for k in np.unravel_index(left.argmax(), left.shape))
        peaks.append((row, column))
        left[max(0, row - apart) : row + apart, max(0, column - apart) : column + apart] = 0
    return peaks


def show_scan(canvas: np.ndarray, probabilities: np.ndarray, window: int = 28) -> None:
    """A canvas (H, W), and what a scanned network (OH, OW, classes + 1) says at every place.

    The last class is "nothing". Each answer is drawn at the middle of its window.
    """
    found = 1 - probabilities[..., -1]
    OH, OW = found.shape
    half = window / 2 - 0.5
    with house_style():
        figure, axes = plt.subplots(2, 1, figsize=(5.6, 3.6), sharex=True, sharey=True)
        axes[0].imshow(canvas, vmin=0, vmax=1)
        axes[0].set_title("canvas, and what stands where the network is sure", fontsize=9)
        extent = (half - 0.5, half + OW - 0.5, half + OH - 0.5, half - 0.5)
        drawn = axes[1].imshow(found, extent=extent, cmap="viridis", vmin=0, vmax=1)
        axes[1].set_title("how sure it is of a digit in the middle of the window", fontsize=9)
        axes[1].set(xlim=(-0.5, canvas.shape[1] - 0.5), ylim=(canvas.shape[0] - 0.5, -0.5))
        for row, column in find_peaks(found):
            label = int(probabilities[row, column, :-1].argmax())
            axes[0].text(column + 1, row + 1, label, color=YELLOW, fontsize=13, ha="left",
                         va="top", fontweight="bold")  # fmt: skip
            frame(axes[0], row, column, window, window, YELLOW)
        for ax in axes:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        figure.colorbar(drawn, ax=axes, shrink=0.8, label="probability of a digit")
    places = find_peaks(found)
    digits = [int(probabilities[row, column, :-1].argmax()) for row, column in places]
    say(
        f"above a long canvas with {counted(len(digits), 'frame')} around what the network reads "
        f"as {listed(digits)}; below a map that is bright at these places and dark between them."
    )


# -------------------------------------------------------------------------------- receptive field
def receptive_field(layers: int, kernel: int, stride: int) -> list[int]:
    """How many input pixels a unit sees, in one direction, after 0, 1, … layers."""
    sees, jump = [1], 1
    for _ in range(layers):
        sees.append(sees[-1] + (kernel - 1) * jump)
        jump *= stride
    return sees


def draw_receptive_field(figure: Figure, layers: int, kernel: int, stride: int) -> None:
    """One unit at the top of a stack of one-dimensional layers, and all that it depends on."""
    sees = receptive_field(layers, kernel, stride)
    ax = figure.subplots()
    units = [0]
    for layer in range(layers, -1, -1):
        middle = (sees[layer] - 1) / 2  # of what unit 0 of this layer sees
        jump = stride**layer
        spots = [unit * jump + middle for unit in units]
        ax.scatter(spots, [layer] * len(spots), s=46, color=PALETTE[layer % 5], zorder=3)
        if layer:
            below = (sees[layer - 1] - 1) / 2
            for unit, spot in zip(units, spots, strict=True):
                feet = [(unit * stride + k) * jump / stride + below for k in range(kernel)]
                for foot in feet:
                    ax.plot([foot, spot], [layer - 1, layer], color=GREY, linewidth=0.5, zorder=1)
            units = sorted({unit * stride + k for unit in units for k in range(kernel)})
    ax.set(yticks=range(layers + 1), xlabel="input pixel", ylim=(-0.4, layers + 0.4))
    whole_numbers(ax, 0, sees[-1] - 1)
    ax.set_yticklabels(["input", *(f"layer {k + 1}" for k in range(layers))])
    ax.set_title(f"one unit of layer {layers} sees {sees[-1]} input pixels in a row")
    say(
        f"a tree of lines from one unit of layer {layers} down to the {sees[-1]} input pixels "
        f"that it sees; layer by layer a unit sees {listed(sees[1:])}.",
        figure,
    )


def show_reach(maps: dict[str, np.ndarray]) -> None:
    """Input pixels (H, W) that change the middle output (marked) against those that do not."""
    with house_style():
        figure, axes = plt.subplots(1, len(maps), figsize=(1.6 * len(maps), 1.9))
        for ax, (title, reached) in zip(np.atleast_1d(axes), maps.items(), strict=True):
            drawn = ax.imshow(reached, cmap="viridis", vmin=0, vmax=1)
            ax.plot((reached.shape[1] - 1) / 2, (reached.shape[0] - 1) / 2, "+", color=ORANGE)
            ax.set(title=title, xticks=[], yticks=[])
        figure.colorbar(drawn, ax=axes, shrink=0.7, ticks=[0, 1]).set_ticklabels(["no", "yes"])
    shares = [
        f"{title}: {int((np.asarray(reached) > 0.5).sum())}" for title, reached in maps.items()
    ]
    say(
        "maps of the input pixels that change the middle output, and how many they are: "
        f"{listed(shares)}."
    )


# ------------------------------------------------------------------------------------------ Gabor
def draw_gabor(figure: Figure, weight: np.ndarray, photo: np.ndarray, response) -> None:
    """A filter, and a photograph's response to it."""
    left, middle, right = figure.subplots(1, 3, width_ratios=[1, 2, 2])
    left.imshow(weight, cmap="RdBu_r", vmin=-1, vmax=1)
    left.set_title(f"filter {weight.shape[0]}×{weight.shape[1]}")
    middle.imshow(photo, vmin=0, vmax=1)
    middle.set_title("photograph")
    limit = float(np.abs(weight).sum()) / 4 or 1.0
    right.imshow(response, cmap="RdBu_r", vmin=-limit, vmax=limit)
    right.set_title("response")
    for ax in (left, middle, right):
        ax.axis("off")
    loud = np.abs(response) > limit / 2
    say(
        f"a striped filter of {weight.shape[0]} × {weight.shape[1]} weights, a photograph, and "
        f"the response, strong in {loud.mean():.0%} of the places, where edges run along the "
        "stripes.",
        figure,
    )


def sparse_patterns(patches: np.ndarray, count: int, steps: int = 50, seed: int = 0) -> np.ndarray:
    """Patterns (count, K·K) of which each patch needs only a few: independent components.

    patches (M, K·K), each of mean 0. This is the symmetric FastICA of Hyvärinen (1999).
    """
    variance, directions = np.linalg.eigh(patches.T @ patches / len(patches))
    scale, directions = np.sqrt(variance[-count:]), directions[:, -count:]
    white = patches @ directions / scale  # (M, count): uncorrelated, variance 1
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(count, count)))[0]
    for _ in range(steps):
        active = np.tanh(white @ turn.T)
        turn = active.T @ white / len(white) - (1 - active**2).mean(axis=0)[:, np.newaxis] * turn
        left, _, right = np.linalg.svd(turn)
        turn = left @ right  # the nearest rotation
    return turn * scale @ directions.T


def best_gabors(patterns: np.ndarray, gabor_filter) -> tuple[np.ndarray, np.ndarray]:
    """The most similar Gabor for each pattern (M, K, K), and their correlations (M,).

    Tried are 12 angles, 5 wavelengths, 3 widths, 2 phases and every place of the middle.
    """
    K = patterns.shape[1]
    unit = patterns / np.linalg.norm(patterns, axis=(1, 2), keepdims=True)
    best, similar = np.zeros_like(unit), np.zeros(len(unit))
    settings = [(a, w, s, p) for a in range(12) for w in (4, 6, 9, 13, 18) for s in (1.5, 2.5, 4)
                for p in (0, np.pi / 2)]  # fmt: skip
    for angle, wavelength, sigma, phase in settings:
        large = gabor_filter(2 * K - 1, np.pi * angle / 12, wavelength, sigma, phase, 0.5)
        views = np.lib.stride_tricks.sliding_window_view(large, (K, K)).reshape(-1, K, K)
        views = views - views.mean(axis=(1, 2), keepdims=True)
        views = views / (np.linalg.norm(views, axis=(1, 2), keepdims=True) + 1e-12)
        match = unit.reshape(len(unit), -1) @ views.reshape(len(views), -1).T  # (M, K·K)
        winner = np.abs(match).argmax(axis=1)
        score = match[np.arange(len(unit)), winner]
        better = np.abs(score) > similar
        best[better] = np.sign(score[better])[:, np.newaxis, np.newaxis] * views[winner[better]]
        similar = np.maximum(similar, np.abs(score))
    return best, similar


def show_matches(patterns: np.ndarray, gabors: np.ndarray, similar: np.ndarray, count=8) -> None:
    """Found patterns above, the most similar Gabor below each, best matches first."""
    order = np.argsort(-similar)[np.linspace(0, len(similar) - 1, count).astype(int)]
    with house_style():
        _, axes = plt.subplots(2, count, figsize=(6.4, 2.0))
        for column, k in enumerate(order):
            for ax, weight in zip(axes[:, column], (patterns[k], gabors[k]), strict=True):
                limit = float(np.abs(weight).max()) or 1.0
                ax.imshow(weight, cmap="RdBu_r", vmin=-limit, vmax=limit)
                ax.set(xticks=[], yticks=[])
                ax.spines[:].set_visible(False)
            axes[1, column].set_xlabel(f"{similar[k]:.2f}", color=GREEN)
        axes[0, 0].set_ylabel("found")
        axes[1, 0].set_ylabel("Gabor")
    say(
        f"{counted(count, 'pattern')} that were found, each above the most similar Gabor filter: "
        f"their correlations fall from {similar[order[0]]:.2f} to {similar[order[-1]]:.2f}."
    )
