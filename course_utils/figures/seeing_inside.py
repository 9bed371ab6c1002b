"""Pictures of notebook 12: what a stride overlooks, fields, the deconvnet step by step, checks."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from course_utils.figures.colours import BLUE, GREEN, GREY, ORANGE, PINK, SKY
from course_utils.figures.images import as_shown, stretched
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, say, trends

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")


# -------------------------------------------------------------------------- what a stride overlooks
def seen_period(period: float, stride: int) -> float:
    """The period in pixels that a wave seems to have when only each stride-th pixel is looked at.

    Infinite where the wave looks constant.
    """
    turns = stride / period
    turns = abs(turns - round(turns))  # whole turns between two looks cannot be seen
    return np.inf if turns < 1e-9 else stride / turns


def draw_aliasing(figure: Figure, period: int, stride: int) -> None:
    """A wave along a row of pixels, the pixels that a stride looks at, and what they seem to be."""
    fine, pixels = np.linspace(0, 44, 441), np.arange(45)
    looked, seen = pixels[::stride], seen_period(period, stride)
    ax = figure.subplots()
    ax.plot(fine, np.cos(2 * np.pi * fine / period), color=SKY, linewidth=1.2, label="the stripes")
    ax.plot(fine, np.cos(2 * np.pi * fine / seen), "--", color=ORANGE, label="what is left")
    ax.plot(looked, np.cos(2 * np.pi * looked / period), "o", color=BLUE, label="pixels looked at")
    said = "nothing at all" if np.isinf(seen) else f"stripes of {seen:.3g} pixels"
    ax.set(xlabel="pixel", yticks=[], title=f"stripes of {period} pixels, stride {stride}: {said}")
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    say(
        f"a wave of period {period} pixels with a dot at every pixel of a stride of {stride}: "
        f"through the dots goes a dashed line, {said}.",
        figure,
    )


# ------------------------------------------------------------------------------------------- fields
def draw_field(figure: Figure, field, side: int, count: int, unit: int, name: str) -> None:
    """One side of the image, the units of a layer above it, and what one of them sees.

    field  (size, jump, start) of the layer; side, count: pixels and units along that side
    """
    size, jump, start = field
    first, last = start + unit * jump, start + unit * jump + size
    ax = figure.subplots()
    for pixel in range(min(first, 0), max(last, side)):
        inside, seen = 0 <= pixel < side, first <= pixel < last
        colour = (ORANGE if seen else "#dddddd") if inside else ("#f3c9ae" if seen else "white")
        ax.add_patch(Rectangle((pixel, 0), 1, 1, facecolor=colour, edgecolor="white"))
    middles = start + jump * np.arange(count) + size / 2
    ax.add_patch(Polygon([(first, 1), (last, 1), (middles[unit], 4)], color=ORANGE, alpha=0.2))
    ax.plot(middles, np.full(count, 4.3), "o", color=GREY, markersize=5)
    ax.plot(middles[unit], 4.3, "o", color=ORANGE, markersize=7)
    ax.text(side / 2, 5.1, f"{name}: {count} units, each {jump} pixels from the next", ha="center")
    ax.text(side / 2, -1.1, f"unit {unit} sees {size} pixels, from {first} to {last - 1}",
            ha="center")  # fmt: skip
    ax.set(xlim=(-14, side + 14), ylim=(-1.6, 6))
    ax.axis("off")
    say(
        f"a row of {side} pixels below {counted(count, 'unit')} of {name}: unit {unit} sees "
        f"{size} pixels, from {first} to {last - 1}, and its neighbours {jump} pixels further.",
        figure,
    )


def show_fields(maps: dict, rows: tuple, columns: tuple) -> None:
    """How much each pixel counts, (H, W) each, by name; the frame is the field by the formula.

    rows, columns  first and last of the field
    """
    with house_style():
        _, axes = plt.subplots(1, len(maps), figsize=(2.1 * len(maps), 2.4), squeeze=False)
        for ax, (name, values) in zip(axes[0], maps.items(), strict=True):
            values = np.asarray(values)
            ax.imshow(values, vmin=0, vmax=float(values.max()))
            ax.add_patch(Rectangle((columns[0] - 0.5, rows[0] - 0.5), columns[1] - columns[0] + 1,
                                   rows[1] - rows[0] + 1, fill=False, edgecolor=ORANGE,
                                   linewidth=2))  # fmt: skip
            ax.set(xticks=[], yticks=[], title=name)
    say(
        "pictures of how much each pixel counts, bright in the middle of a frame of "
        f"{rows[1] - rows[0] + 1} × {columns[1] - columns[0] + 1} pixels: {listed(maps)}."
    )


# --------------------------------------------------------------------------- the way back, in steps
def show_numbers(tables: dict, columns: int = 4) -> None:
    """Small maps (H, W) with their numbers, by name: red positive, blue negative, one scale."""
    limit = max(float(np.abs(table).max()) for table in tables.values()) or 1.0
    rows = -(-len(tables) // columns)
    with house_style():
        _, axes = plt.subplots(rows, columns, figsize=(WIDTH, 1.8 * rows), squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        for ax, (name, table) in zip(axes.ravel(), tables.items(), strict=False):
            ax.imshow(table, cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set_title(name, fontsize=8)
            for (row, column), value in np.ndenumerate(table):
                ink = "white" if abs(value) > 0.6 * limit else "black"
                ax.text(column, row, f"{value + 0:g}", ha="center", va="center", fontsize=7,
                        color=ink)  # fmt: skip
    say(f"small tables of signed numbers: {listed(tables)}.")


def show_rules(rule, names=("backprop", "deconvnet", "guided")) -> None:
    """Four cells for each rule: what a ReLU passes down of +2 and -2, once open, once shut.

    rule(signal, x, name) -> what passes, as `deconv_relu`
    """
    signal, x = np.array([[2.0, -2.0], [2.0, -2.0]]), np.array([[3.0, 3.0], [-3.0, -3.0]])
    with house_style():
        _, axes = plt.subplots(1, len(names), figsize=(WIDTH, 2.1))
        for ax, name in zip(axes, names, strict=True):
            passed = np.asarray(rule(signal, x, name))
            ax.imshow(passed != 0, cmap="Blues", vmin=0, vmax=2)
            for (row, column), value in np.ndenumerate(passed):
                ax.text(column, row, f"{value + 0:g}", ha="center", va="center", fontsize=12)
            ax.set_xticks([0, 1], ["+2", "−2"])
            ax.set_yticks([0, 1], ["x > 0", "x < 0"] if name == names[0] else ["", ""])
            ax.tick_params(length=0)
            ax.set(xlabel="signal that comes down", title=name)
            ax.axhline(0.5, color="white")
            ax.axvline(0.5, color="white")
    say(
        f"a 2 × 2 table for each of {listed(names)}: backprop lets pass where x > 0, deconvnet "
        "where the signal is positive, and guided only where both are."
    )


# ---------------------------------------------------------------------- what units have in common
def show_patches(patches: list, projections: list, names: list) -> None:
    """For each unit a row of patches (3, h, w) in 0 … 1, and below what goes back to them.

    Each projection has its own scale, on which 0 is middle grey.
    """
    rows, columns = 2 * len(patches), len(patches[0])
    side = min(WIDTH / columns, 3.6 / rows)
    with house_style():
        figure, axes = plt.subplots(rows, columns, figsize=(side * columns + 0.5, side * rows))
        figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)
        for k, (above, below) in enumerate(zip(patches, projections, strict=True)):
            for column in range(columns):
                axes[2 * k, column].imshow(as_shown(above[column]), vmin=0, vmax=1)
                axes[2 * k + 1, column].imshow(np.clip(stretched(below[column]), 0, 1))
            axes[2 * k, 0].set_ylabel(names[k], fontsize=8, y=0)  # beside both rows
        for ax in axes.ravel():
            ax.set(xticks=[], yticks=[], frame_on=False)
    say(
        f"two rows of small pictures for each of {listed(names)}: the patches that it likes "
        "best, and below them what goes back to their pixels."
    )


# ------------------------------------------------------------------------------------------ a check
def show_sanity(likeness: dict, labels: list) -> None:
    """How alike pictures of a trained network are to those of a partly random one, a line each."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.9))
        colours = (BLUE, ORANGE, GREEN, PINK)
        for (name, values), colour, style, marker in zip(
            likeness.items(), colours, STYLES, MARKERS, strict=False
        ):
            ax.plot(values, style, marker=marker, color=colour, markersize=5, label=name)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.set_xticks(range(len(labels)), labels)
        ax.set(xlabel="layers with new random weights", ylabel="likeness", ylim=(-0.2, 1.05))
        ax.legend(fontsize=8)
    say(
        f"likeness as more layers get random weights, from {labels[0]} to {labels[-1]}: "
        f"{trends(likeness)}."
    )


HIGHEST = 3.6  # inches


def tiled(count: int, columns: int | None) -> tuple[int, int]:
    """Rows and columns for that many tiles; about twice as wide as high where none are given."""
    columns = min(count, columns or int(np.ceil(np.sqrt(1.8 * count))))
    return -(-count // columns), columns


# -------------------------------------------------------------------------------- filters and maps
def show_filters(weight, columns: int | None = None) -> None:
    """The first layer's filters (F, 3, KH, KW) in colour or (F, 1, KH, KW) in grey.

    Each has its own scale, on which 0 is middle grey.
    """
    _show_tiles([stretched(w) for w in np.asarray(weight)], columns, gap=0.06)
    count, _, height, width = np.shape(weight)
    say(
        f"{counted(count, 'filter')} of a first layer as pictures of {height} × {width} pixels, "
        "each around middle grey."
    )


def show_feature_maps(maps, columns: int | None = None, most: int = 48) -> None:
    """The first maps of (C, H, W) on one grey scale: black is 0 or less, white the largest."""
    maps = np.asarray(maps)[:most]
    _show_tiles(list(maps), columns, low=0.0, high=float(maps.max()) or 1.0, gap=0.06)
    dark = np.mean([np.max(picture) <= 0 for picture in maps])
    say(
        f"{counted(len(maps), 'feature map')} of {maps.shape[1]} × {maps.shape[2]} pixels, "
        f"bright where a filter found its pattern; {dark:.0%} of them are black all over."
    )


def _show_tiles(images: list, columns: int | None, low=0.0, high=1.0, gap=0.02) -> None:
    rows, columns = tiled(len(images), columns)
    side = min(WIDTH / columns, HIGHEST / rows, 1.0)
    with house_style():
        figure, axes = plt.subplots(rows, columns, figsize=(side * columns, side * rows),
                                    squeeze=False)  # fmt: skip
        figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=gap, hspace=gap)
        for ax in axes.ravel():
            ax.axis("off")
        for ax, image in zip(axes.ravel(), images, strict=False):
            ax.imshow(image, vmin=low, vmax=high)


# -------------------------------------------------------------------------- backwards to the pixels
def show_projections(image, projections: dict, columns: int = 4) -> None:
    """An image in 0 … 1, and beside it what goes back to its pixels (C, H, W), by name.

    Each projection has its own scale, on which 0 is middle grey.
    """
    pictures = {"image": as_shown(np.asarray(image))}
    pictures |= {name: stretched(signal) for name, signal in projections.items()}
    _show_named(pictures, columns)
    say(
        "an image, and beside it what goes back to its pixels around middle grey: "
        f"{listed(projections)}."
    )


def show_saliency(image, maps: dict, columns: int = 4) -> None:
    """An image in 0 … 1, and beside it maps (H, W) that are not negative: white counts most."""
    pictures = {"image": as_shown(np.asarray(image))}
    for name, values in maps.items():
        values = np.asarray(values)
        pictures[name] = values / (float(values.max()) or 1.0)
    _show_named(pictures, columns)
    say(f"an image, and beside it maps that are white where a pixel counts most: {listed(maps)}.")


def show_maximised(images: dict, columns: int = 6) -> None:
    """The images (C, H, W) that units like best, by name, each around middle grey."""
    _show_named({name: stretched(image) for name, image in images.items()}, columns)
    say(f"images that units like best, made by gradient ascent from noise: {listed(images)}.")


def _show_named(pictures: dict, columns: int) -> None:
    rows, columns = tiled(len(pictures), columns)
    side = min(WIDTH / columns, (HIGHEST - 0.25 * rows) / rows)
    with house_style():
        size = (side * columns, (side + 0.25) * rows)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        for ax, (name, picture) in zip(axes.ravel(), pictures.items(), strict=False):
            ax.imshow(np.clip(picture, 0, 1), vmin=0, vmax=1)
            ax.set_title(name, fontsize=9)


# ----------------------------------------------------------------------------- occlusion and fields
def show_occlusion(image, probabilities, size: int, label: str = "the class") -> None:
    """An image in 0 … 1, and the probability of a class for each place of the covering square.

    probabilities (rows, columns) as from `occlusion_map`; the square's `size` is drawn at the
    place where the probability is lowest. Both pictures have the same pixels.
    """
    probabilities = np.asarray(probabilities)
    image = as_shown(np.asarray(image))
    with house_style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.9))
        left.imshow(image, vmin=0, vmax=1)
        row, column = np.unravel_index(probabilities.argmin(), probabilities.shape)
        step = _steps(image.shape[:2], probabilities.shape, size)
        _frame(left, row * step[0], column * step[1], size, size)
        left.set_title("the square that hurts most")
        left.axis("off")
        picture = draw_places(right, probabilities, image.shape[:2], size)
        right.set_title(f"probability of {label}")
        figure.colorbar(picture, ax=right, shrink=0.9)
    low, high = float(probabilities.min()), float(probabilities.max())
    say(
        "an image with the covered square that hurts most, and a map of the probability of "
        f"{label} by the place of that square: from {low:.2f} there up to {high:.2f}."
    )


def draw_places(ax: Axes, probabilities, image: tuple, size: int):
    """Probabilities by places of a square, in the pixels of its middle; returns the picture.

    image  (rows, columns) of the image that was covered
    """
    probabilities = np.asarray(probabilities)
    edges = []  # in front of the first place and behind the last one, for rows and columns
    for step, places in zip(_steps(image, probabilities.shape, size), probabilities.shape,
                            strict=True):  # fmt: skip
        first = (size - 1) / 2 - step / 2
        edges.append((first, first + step * places))
    (top, bottom), (left, right) = edges
    picture = ax.imshow(probabilities, cmap="viridis", vmin=0, vmax=1,
                        extent=(left, right, bottom, top))  # fmt: skip
    ax.set(xlim=(-0.5, image[1] - 0.5), ylim=(image[0] - 0.5, -0.5), facecolor="#dddddd")
    ax.set(xlabel="middle of the square: column", ylabel="row")
    return picture


def _steps(image: tuple, places: tuple, size: int) -> tuple[int, int]:
    """The stride in rows and columns, from the number of places that it left."""
    return tuple(max(1, (n - size) // max(1, k - 1)) for n, k in zip(image, places, strict=True))


def show_receptive_field(measured, image=None) -> None:
    """A field that was measured by backpropagation, framed; with the image beside it if given.

    measured  what `receptive_field_by_backprop` returns
    """
    gradient = np.asarray(measured.gradient)
    top, left = measured.rows[0], measured.columns[0]
    with house_style():
        count = 1 if image is None else 2
        _, axes = plt.subplots(1, count, figsize=(3.1 * count, 3.1), squeeze=False)
        if image is not None:
            axes[0, 0].imshow(as_shown(np.asarray(image)), vmin=0, vmax=1)
        axes[0, -1].imshow(gradient, vmin=0, vmax=float(gradient.max()))
        for ax in axes[0]:
            _frame(ax, top, left, *measured.size)
            ax.set(xticks=[], yticks=[])
        rows, columns = measured.size
        axes[0, -1].set_title(f"{rows} × {columns} pixels, white counts most")
    say(
        f"a bright spot of {rows} × {columns} pixels within a frame on black: the pixels that "
        "reach one unit, brightest in the middle."
    )


def _frame(ax: Axes, top: float, left: float, height: float, width: float) -> None:
    ax.add_patch(Rectangle((left - 0.5, top - 0.5), width, height, fill=False, edgecolor=ORANGE,
                           linewidth=2))  # fmt: skip
