"""Exercises of notebook 03: output size, convolution by loops and by one product, Gabor filters."""

EXERCISES = (
    "conv_output_size",
    "conv2d_loops",
    "im2col",
    "conv2d",
    "gabor_filter",
    "general_conv2d",
)  # in the order of the page
