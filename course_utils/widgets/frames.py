"""An interactive figure as a set of pictures: it moves on a page that has no kernel.

The same drawing function is called for a grid of its controls' values, and each different picture
is written once. `moving.js` of the site and of the decks swaps them.
"""

import base64
import hashlib
import html
import io
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from course_utils.errors import CourseError
from course_utils.widgets.controls import Choice, Slider

STILL_DPI = 100  # pixels of the page for an inch of the figure
MOST = 120  # pictures of one figure
DPI = 150  # one and a half pixels for each of the page
QUALITY = 70


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, and what it shows in words."""

    png: bytes
    words: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": self.words}
        return data, {"image/png": {"alt": self.words}}


class Drawn(Protocol):
    """What is asked of an interactive figure."""

    controls: dict[str, Slider | Choice]
    size: tuple[float, float]

    def picture(self, dpi: int, **values: Any) -> Picture: ...

    def with_settings(self, words: str) -> str: ...


def values_of(control: Slider | Choice) -> list:
    """All values that a control can take, in order."""
    if isinstance(control, Choice):
        return list(control.options)
    count = math.floor((control.high - control.low) / control.step + 1e-9) + 1
    values = [control.low + i * control.step for i in range(count)]
    whole = all(isinstance(v, int) for v in (control.low, control.high, control.step))
    # the sums of a step such as 0.1 have errors in their last digits
    values = values if whole else [float(f"{value:.10g}") for value in values]
    return sorted({*values, control.start})


def ends_of(control: Slider | Choice) -> list:
    """Where a control starts, and its first and last value; all options of a choice."""
    values = values_of(control)
    chosen = values if isinstance(control, Choice) else (control.start, values[0], values[-1])
    return list(dict.fromkeys(chosen))


def grid(controls: dict[str, Slider | Choice], most: int = MOST) -> dict[str, list]:
    """The values of each control that are drawn: all, or fewer of the longest sliders.

    Both ends and the start are always among them, and so is every option of a choice: a figure with
    many sliders has up to three times as many pictures. Raises CourseError if the choices alone
    have more than `most` combinations, or all controls together more than that.
    """
    values = {name: values_of(control) for name, control in controls.items()}
    while math.prod(map(len, values.values())) > most:
        long = [n for n, c in controls.items() if isinstance(c, Slider) and len(values[n]) > 3]
        if not long:
            _refuse_too_many(controls, values, most)
            break
        name = max(long, key=lambda name: len(values[name]))
        values[name] = _thinned(values[name], controls[name].start)
    return values


def _refuse_too_many(controls: dict[str, Slider | Choice], values: dict, most: int) -> None:
    chosen = math.prod(len(values[n]) for n, c in controls.items() if isinstance(c, Choice))
    together = math.prod(map(len, values.values()))
    if chosen > most or together > 3 * most:
        raise CourseError(
            f"a figure has {together} settings that cannot be thinned out; at most {most} are "
            "expected of its choices, and three times as many with its sliders"
        )


def one_at_a_time(controls: dict[str, Slider | Choice], most: int = MOST) -> dict[str, list]:
    """The values of each control that are drawn while all others are at their start.

    For a figure whose grid would be too large: at most `most` pictures together, or three for each
    slider and one for each option.
    """
    values = {name: values_of(control) for name, control in controls.items()}
    while sum(map(len, values.values())) > most:
        long = [n for n, c in controls.items() if isinstance(c, Slider) and len(values[n]) > 3]
        if not long:
            break
        name = max(long, key=lambda name: len(values[name]))
        values[name] = _thinned(values[name], controls[name].start)
    return values


def _thinned(values: list, start: Any) -> list:
    """About two thirds of the values, evenly, with the ends and the start."""
    wanted = max(3, len(values) * 2 // 3)
    steps = (len(values) - 1) / (wanted - 1)
    chosen = {values[round(i * steps)] for i in range(wanted)}
    if start not in chosen:  # it takes the place of its neighbour, unless that is an end
        inner = sorted(chosen - {values[0], values[-1]}, key=lambda value: abs(value - start))
        chosen = (chosen - set(inner[:1])) | {start}
    return sorted(chosen)


@dataclass(frozen=True)
class Frames:
    """The pictures of one figure: for the i-th of its settings `names[i]` is the file, and
    `words[i]` what it shows. `alone`: each control moves while the others are at their start."""

    figure: Drawn
    values: dict[str, list]
    names: tuple[str, ...]
    words: tuple[str, ...]
    alone: bool = False

    def settings(self) -> list[dict[str, Any]]:
        """The settings in the order of `names`."""
        return _settings(self.figure.controls, self.values, self.alone)

    def start(self) -> int:
        """The place of the start among the settings."""
        return self.settings().index(_start_of(self.figure.controls))

    def page(self, address: str) -> str:
        """The figure as HTML; `address` is where its pictures are, such as ../frames/04."""
        figure, controls = self.figure, self.figure.controls
        width, height = (round(side * STILL_DPI) for side in figure.size)
        described = [
            {"label": controls[name].label, "values": values, "kind": _kind(controls[name]),
             "start": values.index(controls[name].start)}
            for name, values in self.values.items()
        ]  # fmt: skip
        first = self.start()
        different = list(dict.fromkeys(self.words))  # settings that look alike share their words
        data = {"controls": described, "frames": self.names, "at": address, "words": different,
                "says": [different.index(words) for words in self.words],
                "alone": self.alone}  # fmt: skip
        return (
            f'<figure class="moving" data-figure="{html.escape(json.dumps(data))}">'
            f'<img loading="lazy" width="{width}" height="{height}" '
            f'src="{address}/{self.names[first]}" '
            f'alt="{html.escape(figure.with_settings(self.words[first]))}"></figure>'
        )


@dataclass(frozen=True)
class OnPage:
    """What a cell shows while a page is built; `folder` is frames/NN, beside the pages."""

    figure: Drawn
    folder: Path

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        drawn = write(self.figure, self.folder)
        words = drawn.words[drawn.start()]
        return {"text/html": drawn.page(f"../frames/{self.folder.name}"),
                "text/plain": self.figure.with_settings(words)}  # fmt: skip


def _kind(control: Slider | Choice) -> str:
    return "choice" if isinstance(control, Choice) else "slider"


def _start_of(controls: dict[str, Slider | Choice]) -> dict[str, Any]:
    return {name: control.start for name, control in controls.items()}


def _settings(controls: dict[str, Slider | Choice], values: dict[str, list],
              alone: bool) -> list[dict[str, Any]]:  # fmt: skip
    """All combinations, the last control fastest; or, alone, one control after the other."""
    if alone:
        start = _start_of(controls)
        return [start | {name: value} for name in values for value in values[name]]
    return [dict(zip(values, combination, strict=True))
            for combination in itertools.product(*values.values())]  # fmt: skip


def write(figure: Drawn, folder: Path, most: int = MOST) -> Frames:
    """Draw the figure for every setting of its grid -> WebP files in `folder`, named by content.

    Where the grid would be too large, for every value of one control at a time.
    """
    try:
        values, alone = grid(figure.controls, most), False
    except CourseError:
        values, alone = one_at_a_time(figure.controls, most), True
    folder.mkdir(parents=True, exist_ok=True)
    names, words = [], []
    for settings in _settings(figure.controls, values, alone):
        picture = figure.picture(DPI, **settings)
        name = f"{hashlib.sha256(picture.png).hexdigest()[:12]}.webp"
        if not (folder / name).exists():
            (folder / name).write_bytes(webp(picture.png))
        names.append(name)
        words.append(picture.words)
    return Frames(figure, values, tuple(names), tuple(words), alone)


def webp(png: bytes) -> bytes:
    """The smaller of the two ways of WebP; plots are smaller without loss, photographs with."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    ways: Sequence[dict] = ({"quality": QUALITY, "method": 4}, {"lossless": True, "method": 2})
    written = []
    for options in ways:
        buffer = io.BytesIO()
        picture.save(buffer, format="WEBP", **options)
        written.append(buffer.getvalue())
    return min(written, key=len)


def picture_tag(address: str, words: str, png: bytes, width=None, height=None) -> str:
    """An `<img>` whose size is known before it is loaded; without a size, that of the PNG."""
    if not (width and height):
        from PIL import Image

        width, height = Image.open(io.BytesIO(png)).size
    return (
        f'<img loading="lazy" width="{width}" height="{height}" src="{html.escape(address)}" '
        f'alt="{html.escape(" ".join(words.split()))}">'
    )
