"""Pictures of images: rows of digits, numbers written into pixels, filters with signs."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

from course_utils.figures.colours import GREEN, GREY, ORANGE
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, number, say

_DASHES = (0, (3, 1.5))  # of a frame that says "wrong"


def as_shown(image: np.ndarray) -> np.ndarray:
    """(H, W), (1, H, W) or (3, H, W) as matplotlib wants it: (H, W) or (H, W, 3)."""
    image = np.asarray(image)
    if image.ndim == 3:
        return image[0] if len(image) == 1 else image.transpose(1, 2, 0)
    return image


def show_images(
    images, titles=None, columns: int = 10, size: float | None = None, words: str = ""
) -> None:
    """Show images (N, H, W), (N, 1, H, W) or (N, 3, H, W) in rows.

    uint8 images share the range 0 … 255, float images the range 0 … 1. `words` says what is to be
    seen in them, where the titles do not.
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
    said = f", by their titles {listed(filter(None, titles))}" if titles is not None else ""
    say(words or f"{counted(len(images), 'image')} in {counted(rows, 'row')}{said}.")


def show_rows(rows: dict[str, list[np.ndarray]]) -> None:
    """One row of images of any size for each name, which stands at its left.

    uint8 images share the range 0 … 255, float images the range 0 … 1.
    """
    columns = max(map(len, rows.values()))
    with house_style():
        size = (WIDTH, min(3.6, 1.15 * len(rows)))
        _, axes = plt.subplots(len(rows), columns, figsize=size, squeeze=False)
        for line, (name, images) in zip(axes, rows.items(), strict=True):
            for ax, image in zip(line, images, strict=False):
                ax.imshow(as_shown(image), vmin=0, vmax=255 if image.dtype == np.uint8 else 1)
                ax.set(xticks=[], yticks=[])
            line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    say(f"rows of {counted(columns, 'image')}, one below the other: {listed(rows)}.")


def show_filters(filters: np.ndarray, titles=None, columns: int = 8, words: str = "") -> None:
    """Show weights (N, H, W) as pictures on one colour scale: red positive, blue negative.

    `words` says what is to be seen in them.
    """
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
    said = f": {listed(titles)}" if titles is not None else ""
    tops = f"red weights reach {number(filters.max())} and blue ones {number(filters.min())}"
    say(
        words
        or f"{counted(len(filters), 'filter')} of {filters.shape[1]} × {filters.shape[2]} as "
        f"pictures{said}; {tops}."
    )


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
    said = [f"a {labels[k]} read as {guessed[k]}" for k in worst]
    say(
        f"{counted(len(worst), 'digit')} that the network misread with the most confidence: "
        f"{listed(said)}."
    )


def opinion_colours(probabilities, label: int) -> list[str]:
    """Colours of the bars of some classes: green is the truth, orange a wrong answer."""
    said = int(np.argmax(probabilities))
    return [
        GREEN if k == label else ORANGE if k == said else GREY for k in range(len(probabilities))
    ]


def opinion_legend(figure) -> None:
    """What the colours of `opinion_colours` mean."""
    handles = [Patch(color=colour) for colour in (GREEN, ORANGE)]
    figure.legend(handles, ("the truth", "a wrong answer"), loc="outside lower center", ncols=2,
                  fontsize=8)  # fmt: skip


def frame_verdict(
    ax, is_right: bool, box=(-0.012, -0.012, 1.024, 1.024), pixels: bool = False
) -> None:
    """A frame that can be told on any picture: solid green where right, dashed orange where not.

    box  left, upper or lower end, width, height: in parts of the axes, or with `pixels` in those
    """
    left, end, width, height = box
    look = {"edgecolor": GREEN} if is_right else {"edgecolor": ORANGE, "linestyle": _DASHES}
    place = {"transform": ax.transData if pixels else ax.transAxes, "clip_on": False, "zorder": 5}
    on_white = [withStroke(linewidth=4.2, foreground="white")]  # or an orange tile would hide it
    ax.add_patch(Rectangle((left, end), width, height, fill=False, linewidth=2.2, **look, **place,
                           path_effects=on_white))  # fmt: skip


def verdict_legend(figure, right: str, wrong: str) -> None:
    """What the two kinds of frames mean, above the pictures."""
    looks = ((GREEN, "-"), (ORANGE, _DASHES))
    handles = [
        Line2D([], [], color=colour, linestyle=style, linewidth=2.2) for colour, style in looks
    ]
    figure.legend(handles, (right, wrong), loc="outside upper center", ncols=2, fontsize=8)


def stretched(image) -> np.ndarray:
    """An image with signs for the screen: 0 becomes middle grey, the largest value 0 or 1.

    One grey channel, or three in colour, on one scale: gradients and filters keep their colours.
    """
    image = as_shown(np.asarray(image))
    return 0.5 + 0.5 * image / (float(np.abs(image).max()) or 1.0)
