"""Sliders and buttons, as a notebook names them: `slider("stride", 1, 3, 1)`, `choice(…)`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.errors import CourseError


@dataclass(frozen=True)
class Slider:
    """A number between two ends."""

    label: str
    low: float
    high: float
    start: float
    step: float

    def widget(self, label_width: str = "initial"):
        import ipywidgets

        whole = all(isinstance(v, int) for v in (self.low, self.high, self.start, self.step))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return kind(
            value=self.start, min=self.low, max=self.high, step=self.step, description=self.label,
            style={"description_width": label_width}, layout={"width": "480px"},
        )  # fmt: skip

    def accepts(self, value: Any) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Choice:
    """One of a few named things."""

    label: str
    options: tuple
    start: Any

    def widget(self, label_width: str = "initial"):
        import ipywidgets

        return ipywidgets.ToggleButtons(
            options=self.options, value=self.start, description=self.label,
            style={"description_width": label_width, "button_width": "auto"},
        )  # fmt: skip

    def accepts(self, value: Any) -> bool:
        return value in self.options


def slider(label: str, low: float, high: float, start: float, step: float = 1) -> Slider:
    """A slider; whole numbers everywhere give a slider of whole numbers."""
    if not low <= start <= high:
        raise CourseError(f"slider {label!r} expects a start between {low} and {high}, got {start}")
    return Slider(label, low, high, start, step)


def choice(label: str, options: Sequence, start: Any = None) -> Choice:
    """Buttons of which one is pressed; the first one at the start unless another is named."""
    return Choice(label, tuple(options), options[0] if start is None else start)
