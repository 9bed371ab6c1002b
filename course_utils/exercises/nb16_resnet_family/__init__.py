"""Exercises of notebook 16: a block's order, grouped parameters, drop-path, depth of a fractal."""

EXERCISES = (
    "preact_order",
    "resnext_parameters",
    "fractal_depth",
    "drop_path",
)  # in the order of the page
