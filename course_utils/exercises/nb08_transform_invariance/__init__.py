"""Exercises of notebook 08: one filter in many poses, the largest answer, and the way back."""

EXERCISES = (
    "rotate_filter",
    "rotate_filter_backward",
    "orbit_max",
    "orbit_max_backward",
    "p4m_layer",
)  # in the order of the page
