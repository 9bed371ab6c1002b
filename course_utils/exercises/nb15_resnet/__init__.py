"""Exercises of notebook 15: the residual block both ways, its shortcut, and its bottleneck."""

EXERCISES = (
    "residual_forward",
    "residual_backward",
    "shortcut_kind",
    "bottleneck_parameters",
    "ResidualBlock",
)  # in the order of the page
