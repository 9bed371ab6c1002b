"""One way to make a figure interactive, used by every notebook.

The drawing function is plain: `draw(figure, **values)` draws on an empty figure. It is called for
the still, for every move of a control, and by the tests, always in the same way. The picture is
swapped as PNG bytes, so that nothing flickers and no drawing state is left behind.
"""

from __future__ import annotations

import base64
import functools
import html
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.errors import CourseError
from course_utils.figures import letters
from course_utils.figures.style import WIDTH, finish, house_style, to_png
from course_utils.figures.words import words_of
from course_utils.widgets import frames
from course_utils.widgets.controls import Choice, Slider
from course_utils.widgets.frames import STILL_DPI, Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIVE_DPI = 200


class InteractiveFigure:
    """A drawing function with its controls."""

    def __init__(
        self,
        draw: Callable[..., None],
        controls: dict[str, Slider | Choice],
        *,
        size: tuple[float, float] = (WIDTH, 3.2),
    ):
        self.draw, self.controls, self.size = draw, controls, size

    @property
    def sentence(self) -> str:
        """What the figure shows, in the drawing's own words."""
        said = (inspect.getdoc(self.draw) or "An interactive figure.").split("\n\n")[0]
        return " ".join(said.split())

    def with_settings(self, words: str, **values: Any) -> str:
        """What is said where no picture can be seen: the words, and the settings they are for;
        those that are not named are at their start."""
        moved = ", ".join(f"{c.label} = {values.get(n, c.start)}" for n, c in self.controls.items())
        return f"{words} Shown with {moved}." if moved else words

    def render(self, dpi: int = STILL_DPI, **values: Any) -> bytes:
        """The picture as PNG for some settings; those that are not named stay at their start."""
        return self.picture(dpi, **values).png

    def picture(self, dpi: int = STILL_DPI, **values: Any) -> Picture:
        """The same as `render`, with the words that the drawing function set for these settings;
        where it set none, with the sentence of its docstring."""
        with house_style():
            figure = self.drawn(**values)
            png = to_png(figure, dpi, self._enlarged, quick=dpi == LIVE_DPI)
        return Picture(png, words_of(figure) or self.sentence)

    def drawn(self, **values: Any) -> Figure:
        """The figure for some settings, drawn within the `house_style()` of the caller."""
        from matplotlib.figure import Figure

        settings = {name: control.start for name, control in self.controls.items()}
        for name, value in values.items():
            if name not in self.controls or not self.controls[name].accepts(value):
                raise CourseError(f"the figure has no setting {name} = {value!r}")
            settings[name] = value
        figure = Figure(figsize=self.size, layout="constrained")
        self.draw(figure, **settings)
        finish(figure)
        return figure

    @functools.cached_property
    def _enlarged(self) -> float:
        """How much its letters can grow at the start and at both ends of each control: the same
        for all pictures, which follow one another.
        """
        if not letters.are_large():
            return 1.0
        start = {name: control.start for name, control in self.controls.items()}
        ends = [{**start, name: values[place]} for name, control in self.controls.items()
                for values in [frames.values_of(control)] for place in (0, -1)]  # fmt: skip
        return min(letters.largest(self.drawn(**settings)) for settings in [start, *ends])

    def widget(self):
        """The controls above the picture, connected.

        The picture has its natural width, whatever that of the page, and twice as many pixels: it
        is sharp on any screen, and fits one together with its controls. Its tooltip says what it
        shows: an image widget has no other words that a screen reader finds.
        """
        import ipywidgets

        first = self.picture(LIVE_DPI)
        picture = _image(
            value=first.png, tooltip=self.with_settings(first.words), format="png",
            width=round(self.size[0] * STILL_DPI),
            layout={"align_self": "flex-start", "max_width": "100%"},
        )  # fmt: skip
        trouble = ipywidgets.HTML()
        longest = max((len(control.label) for control in self.controls.values()), default=0)
        label_width = f"{8 * longest + 16}px"  # the same for all: their tracks begin in one line
        knobs = {name: control.widget(label_width) for name, control in self.controls.items()}

        def redraw(_change) -> None:
            try:
                settings = {name: knob.value for name, knob in knobs.items()}
                drawn = self.picture(LIVE_DPI, **settings)
                picture.value = drawn.png
                picture.tooltip = self.with_settings(drawn.words, **settings)
                trouble.value = ""
            except Exception as error:  # the front end shows no traceback of a callback
                said = html.escape(f"{type(error).__name__}: {error}")
                trouble.value = f"This setting could not be drawn ({said}). Run the cell again."

        for knob in knobs.values():
            knob.observe(redraw, names="value")
        return ipywidgets.VBox([*knobs.values(), picture, trouble])

    def show(self) -> None:
        """Display the widget with the still beside it; with `COURSE_STILL=1` (in builds and tests)
        the still alone.

        The still is what is seen where no kernel runs: on GitHub, in print, in a notebook that was
        saved and opened again. The widget is made in all cases: a mistake in it shows up in every
        build. `COURSE_FRAMES=folder` writes the pictures with which the figure moves on a page.
        """
        from IPython.display import display

        widget = self.widget()
        if os.environ.get("COURSE_CHECK_FIGURES"):
            self.check()
        if os.environ.get("COURSE_FRAMES"):
            display(frames.OnPage(self, Path(os.environ["COURSE_FRAMES"])))
        elif os.environ.get("COURSE_STILL") == "1":
            display(self.still())
        else:
            display(WithStill(widget, self.still()))

    def check(self) -> None:
        """Look for faults at the start and at both ends of every control."""
        from course_utils.figures.faults import check

        with house_style():
            for name, control in self.controls.items():
                for value in frames.ends_of(control):
                    check(self.drawn(**{name: value}), f"{self.sentence} {name} = {value!r}")

    def still(self) -> Picture:
        """The picture at the start, with words that name the settings."""
        picture = self.picture()
        return Picture(picture.png, self.with_settings(picture.words))


def _image(**settings: Any):
    """An image widget that shows its tooltip: the page looks for a description first, which
    images of ipywidgets do not have, and would stop without one."""
    import ipywidgets
    import traitlets

    class Described(ipywidgets.Image):
        description = traitlets.Unicode().tag(sync=True)

    return Described(**settings)


@dataclass(frozen=True)
class WithStill:
    """A widget and its still in one output: a page without a kernel shows the second."""

    widget: Any
    still: Picture

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        # as a part of the page: nbconvert passes over image/png where there is a widget
        data, words = base64.b64encode(self.still.png).decode(), self.still.words
        picture = f'<img alt="{html.escape(words)}" src="data:image/png;base64,{data}">'
        still = {"text/html": picture, "text/plain": words}
        return {**self.widget._repr_mimebundle_(), **still}


def interactive(
    draw: Callable[..., None], size: tuple[float, float] = (WIDTH, 3.2), **controls: Slider | Choice
) -> None:
    """Show `draw(figure, **values)` with one control per keyword."""
    InteractiveFigure(draw, controls, size=size).show()
