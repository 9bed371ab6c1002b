"""Pictures of the inside of a network: filters, maps, what an activation or a decision rests on.

Images and maps are arrays or tensors on the CPU, (C, H, W) or (H, W), without gradients.
"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_utils.figures.images import as_shown
from course_utils.figures.style import ORANGE, WIDTH, house_style

HIGHEST = 3.6  # inches


def tiled(count: int, columns: int | None) -> tuple[int, int]:
    """Rows and columns for that many tiles; about twice as wide as high where none are given."""
    columns = min(count, columns or int(np.ceil(np.sqrt(1.8 * count))))
    return -(-count // columns), columns


def stretched(image) -> np.ndarray:
    """An image with signs for the screen: 0 becomes middle grey, the largest value 0 or 1.

    One grey channel, or three in colour, on one scale: gradients and filters keep their colours.
    """
    image = as_shown(np.asarray(image))
    return 0.5 + 0.5 * image / (float(np.abs(image).max()) or 1.0)


# -------------------------------------------------------------------------------- filters and maps
def show_filters(weight, columns: int | None = None) -> None:
    """The first layer's filters (F, 3, KH, KW) in colour or (F, 1, KH, KW) in grey.

    Each has its own scale, on which 0 is middle grey.
    """
    _show_tiles([stretched(w) for w in np.asarray(weight)], columns, gap=0.06)


def show_feature_maps(maps, columns: int | None = None, most: int = 48) -> None:
    """The first maps of (C, H, W) on one grey scale: black is 0 or less, white the largest."""
    maps = np.asarray(maps)[:most]
    _show_tiles(list(maps), columns, low=0.0, high=float(maps.max()) or 1.0, gap=0.06)


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


def show_saliency(image, maps: dict, columns: int = 4) -> None:
    """An image in 0 … 1, and beside it maps (H, W) that are not negative: white counts most."""
    pictures = {"image": as_shown(np.asarray(image))}
    for name, values in maps.items():
        values = np.asarray(values)
        pictures[name] = values / (float(values.max()) or 1.0)
    _show_named(pictures, columns)


def show_maximised(images: dict, columns: int = 6) -> None:
    """The images (C, H, W) that units like best, by name, each around middle grey."""
    _show_named({name: stretched(image) for name, image in images.items()}, columns)


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


def _frame(ax: Axes, top: float, left: float, height: float, width: float) -> None:
    ax.add_patch(Rectangle((left - 0.5, top - 0.5), width, height, fill=False, edgecolor=ORANGE,
                           linewidth=2))  # fmt: skip
