"""Pictures of images: rows of digits, numbers written into pixels, filters with signs."""

import numpy as np
from matplotlib import pyplot as plt

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


def show_mistakes(images, labels, probabilities, count: int = 10) -> None:
    """The digits on which the network was most sure of a wrong answer."""
    guessed = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(guessed != labels)
    worst = wrong[np.argsort(-probabilities[wrong, guessed[wrong]])][:count]
    with house_style():
        _, axes = plt.subplots(2, -(-count // 2), figsize=(6.4, 3.2))
        for ax in axes.ravel():
            ax.axis("off")
        for ax, k in zip(axes.ravel(), worst, strict=False):
            ax.imshow(as_shown(images[k]))
            sure = probabilities[k, guessed[k]]
            ax.set_title(f"is {labels[k]}, said {guessed[k]}\n({sure:.0%} sure)", fontsize=8)


def stretched(image) -> np.ndarray:
    """An image with signs for the screen: 0 becomes middle grey, the largest value 0 or 1.

    One grey channel, or three in colour, on one scale: gradients and filters keep their colours.
    """
    image = as_shown(np.asarray(image))
    return 0.5 + 0.5 * image / (float(np.abs(image).max()) or 1.0)
