"""Interactive figures: a plain drawing function, some controls, and a still of the same thing."""

from course_utils.widgets.controls import choice, slider
from course_utils.widgets.interactive import InteractiveFigure, interactive

__all__ = ["InteractiveFigure", "choice", "interactive", "slider"]
