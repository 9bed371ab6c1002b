"""What is wrong with a figure: words that are cut, that lie on each other, that cannot be read.

With `COURSE_CHECK_FIGURES=file` every figure that a notebook shows is looked at, an interactive one
at its start and at both ends of each control, and the faults are written into that file.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure, FigureBase
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from course_utils.figures.counting import counts
from course_utils.figures.words import words_of

SMALLEST = 7  # points
_SLACK = 1.5  # pixels by which words may reach over the edge or into each other's margin


def check(figure: Figure, name: str = "") -> None:
    """Write the faults of a figure into the file that `COURSE_CHECK_FIGURES` names, if any."""
    path = os.environ.get("COURSE_CHECK_FIGURES")
    if path:
        about = name or words_of(figure)[:60] or "a figure without words"
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{about}: {fault}\n" for fault in faults(figure))


def faults(figure: Figure) -> list[str]:
    """All that is wrong with a figure, a sentence each; [] for a good one."""
    figure.draw_without_rendering()
    figure.draw_without_rendering()  # the layout is settled only now
    found = [*_faults_of_words(words_of(figure))]
    texts = list(_texts(figure))
    boxes = [(text, text.get_window_extent()) for text in texts]
    found += [f"{_named(text)} has {text.get_fontsize():g} points, under {SMALLEST}"
              for text in texts if text.get_fontsize() < SMALLEST]  # fmt: skip
    frame = figure.bbox.padded(_SLACK)
    found += [f"{_named(text)} reaches over the edge" for text, box in boxes
              if not (frame.contains(*box.min) and frame.contains(*box.max))]  # fmt: skip
    found += [f"{_named(texts[i])} and {_named(texts[k])} lie on each other"
              for i, k in _meetings([box for _, box in boxes])
              if _meet(_corners(texts[i]), _corners(texts[k]))]  # fmt: skip
    for ax in figure.get_axes():
        for axis in (ax.xaxis, ax.yaxis):
            found += _faults_of_ticks(axis)
    return found


def _faults_of_words(words: str) -> Iterator[str]:
    if len(words.split()) < 5 or not words.endswith("."):
        yield f"its words are no sentence: {words!r}"
    elif "nan" in words.split():
        yield f"its words hold a number that is none: {words!r}"


def _named(text: Text) -> str:
    return repr(" ".join(text.get_text().split())[:40])


def _meetings(boxes: list[Bbox]) -> Iterator[tuple[int, int]]:
    """The pairs of upright boxes that share more than their margins."""
    low = np.array([box.min for box in boxes]).reshape(-1, 2)
    high = np.array([box.max for box in boxes]).reshape(-1, 2)
    common = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)  # (K, K, 2)
    for i, k in np.argwhere((common > _SLACK).all(axis=-1)):
        if i < k:
            yield int(i), int(k)


def _corners(text: Text) -> np.ndarray:
    """The rectangle (4, 2) around the words, in pixels; that of slanted words is slanted."""
    box, angle = text.get_window_extent(), text.get_rotation()
    text.set_rotation(0)
    flat = text.get_window_extent()
    text.set_rotation(angle)
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (flat.width, flat.height) / 2
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return (box.min + box.max) / 2 + half @ np.array([[cos, sin], [-sin, cos]])


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two rectangles share more than their margins: no direction of a side parts them."""
    for corners in (one, other):
        for side in corners[1] - corners[0], corners[2] - corners[1]:
            along = side / max(np.hypot(*side), 1e-9)
            first, second = one @ along, other @ along
            if min(first.max(), second.max()) - max(first.min(), second.min()) <= _SLACK:
                return False
    return True


def _texts(figure: FigureBase) -> Iterator[Text]:
    """All words of a figure that can be seen."""
    above = [getattr(figure, name, None) for name in ("_suptitle", "_supxlabel", "_supylabel")]
    yield from _seen([*above, *(t for t in figure.texts if t not in above)])
    for legend in figure.legends:
        yield from _seen(legend.get_texts())
    for ax in figure._localaxes:
        yield from _texts_of(ax)
    for part in figure.subfigs:
        yield from _texts(part)


def _texts_of(ax: Axes) -> Iterator[Text]:
    if not ax.get_visible():
        return
    yield from _seen([ax.title, ax._left_title, ax._right_title, *ax.texts])
    if ax.get_legend():
        yield from _seen([ax.get_legend().get_title(), *ax.get_legend().get_texts()])
    if ax.axison and ax.name != "3d":  # how those of a cube lie depends on where one looks from
        for axis in (ax.xaxis, ax.yaxis):
            yield from _seen([axis.label, *_labels(axis)])


def _labels(axis: Axis) -> list[Text]:
    """The numbers at the ticks within the axis' limits."""
    ticks = axis._update_ticks() if axis.get_visible() else []
    return list(_seen(label for tick in ticks for label in (tick.label1, tick.label2)))


def _seen(texts) -> Iterator[Text]:
    return (text for text in texts
            if text is not None and text.get_visible() and text.get_text().strip())  # fmt: skip


def _faults_of_ticks(axis: Axis) -> list[str]:
    if not axis.axes.axison:
        return []
    said = [label.get_text() for label in _labels(axis)]
    numbers = [text for text in said if re.fullmatch(r"[−\d.,]+", text)]
    found = [
        f"two ticks say {text!r}" for text in dict.fromkeys(numbers) if numbers.count(text) > 1
    ]
    if counts(axis):
        found += [f"a tick at {text} on the axis {axis.label.get_text()!r}, which counts"
                  for text in said if re.fullmatch(r"[−\d]*\.\d*[1-9]\d*", text)]  # fmt: skip
    return found
