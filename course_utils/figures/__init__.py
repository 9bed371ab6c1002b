"""Plots of the notebooks: they draw and return nothing. One style, one module per subject."""

from course_utils.figures.backend import draw_in_the_page

draw_in_the_page()  # before matplotlib is imported, which stops at a backend that it does not know
