"""Exercises of notebook 22: an affine grid, reading an image along it, and both gradients."""

EXERCISES = (
    "affine_grid",
    "bilinear_sample",
    "bilinear_sample_backward",
    "theta_gradient",
)  # in the order of the page
