"""Interactive figures: a plain drawing function, some controls, and a still of the same thing."""

from course_utils.widgets.interactive import InteractiveFigure, choice, interactive, slider

__all__ = ["InteractiveFigure", "choice", "interactive", "slider"]
