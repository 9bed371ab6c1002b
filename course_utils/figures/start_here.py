"""Pictures of notebook 00: an image as numbers, and what relu leaves of a photograph."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.images import as_shown
from course_utils.figures.style import house_style
from course_utils.figures.words import say


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
    say(
        f"{image.shape[0]} × {image.shape[1]} pixels in grey with a number in each, from "
        f"{image.min()} in the darkest to {image.max()} in the brightest."
    )


def draw_threshold(figure: Figure, image: np.ndarray, rectify, threshold: float) -> None:
    """An image in [0, 1] beside `rectify(image - threshold)`, on the same grey scale."""
    before, after = figure.subplots(1, 2)
    before.imshow(image, vmin=0, vmax=1)
    before.set_title("the photograph x")
    after.imshow(rectify(image - threshold), vmin=0, vmax=1)
    after.set_title(f"relu(x − {threshold:.2f})")
    for ax in (before, after):
        ax.axis("off")
    dark = float((rectify(image - threshold) == 0).mean())
    say(
        f"left the photograph, right what relu leaves of it above the threshold {threshold:.2f}: "
        f"{dark:.0%} of its pixels are black.",
        figure,
    )
