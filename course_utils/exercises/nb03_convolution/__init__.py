"""Exercises of notebook 03: output size, convolution by loops and by one product, Gabor filters."""

EXERCISES = (
    "conv_output_size",
    "conv2d_loops",
    "im2col",
    "conv2d",
    "gabor_filter",
)  # in the order of the page
