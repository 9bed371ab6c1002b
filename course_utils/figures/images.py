"""Pictures of images: rows of digits, numbers written into pixels, filters with signs."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.style import WIDTH, house_style


def as_shown(image: np.ndarray) -> np.ndarray:
    """(H, W), (1, H, W) or (3, H, W) as matplotlib wants it: (H, W) or (H, W, 3)."""
    image = np.asarray(image)
    if image.ndim == 3:
        return image[0] if len(image) == 1 else image.transpose(1, 2, 0)
    return image


def show_images(images, titles=None, columns: int = 10, size: float | None = None) -> None:
    """Show images (N, H, W), (N, 1, H, W) or (N, 3, H, W) in rows.

    uint8 images share the range 0 … 255, float images the range 0 … 1.
    """
    rows = -(-len(images) // columns)
    width = WIDTH / columns if size is None else size
    height = rows * (width + (0.22 if titles is not None else 0.0))
    with house_style():
        size = (width * columns, height)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        for k, (ax, image) in enumerate(zip(axes.ravel(), images, strict=False)):
            limit = 255 if np.asarray(image).dtype == np.uint8 else 1
            ax.imshow(as_shown(image), vmin=0, vmax=limit)
            if titles is not None:
                ax.set_title(titles[k], fontsize=8)


def show_pixels(image: np.ndarray) -> None:
    """Show a small uint8 image (H, W) with the number of each pixel written into it."""
    image = as_shown(image)
    with house_style():
        _, ax = plt.subplots(figsize=(4.6, 4.6 * image.shape[0] / image.shape[1]))
        ax.imshow(image, vmin=0, vmax=255)
        ax.axis("off")
        for (row, column), value in np.ndenumerate(image):
            ink = "black" if value > 127 else "white"
            ax.text(column, row, value, ha="center", va="center", color=ink, fontsize=8)


def show_filters(filters: np.ndarray, titles=None, columns: int = 8) -> None:
    """Show weights (N, H, W) as pictures on one colour scale: red positive, blue negative."""
    filters = np.asarray(filters)
    limit = float(np.abs(filters).max()) or 1.0
    rows = -(-len(filters) // columns)
    with house_style():
        size = (WIDTH, rows * (WIDTH / columns + (0.2 if titles is not None else 0)))
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.ravel():
            ax.axis("off")
        for k, (ax, weight) in enumerate(zip(axes.ravel(), filters, strict=False)):
            picture = ax.imshow(weight, cmap="RdBu_r", vmin=-limit, vmax=limit)
            if titles is not None:
                ax.set_title(titles[k], fontsize=8)
        figure.colorbar(picture, ax=axes, shrink=0.8, label="weight")


def draw_threshold(figure: Figure, image: np.ndarray, rectify, threshold: float) -> None:
    """An image in [0, 1] beside `rectify(image - threshold)`, on the same grey scale."""
    before, after = figure.subplots(1, 2)
    before.imshow(image, vmin=0, vmax=1)
    before.set_title("the photograph x")
    after.imshow(rectify(image - threshold), vmin=0, vmax=1)
    after.set_title(f"relu(x − {threshold:.2f})")
    for ax in (before, after):
        ax.axis("off")
