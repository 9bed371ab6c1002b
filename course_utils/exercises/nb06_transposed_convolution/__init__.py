"""Exercises of notebook 06: the transposed convolution, its size, and its own backward pass."""

EXERCISES = (
    "conv_transpose_output_size",
    "conv_transpose2d",
    "insert_zeros",
    "conv_transpose2d_backward",
    "subpixel_conv",
)  # in the order of the page
