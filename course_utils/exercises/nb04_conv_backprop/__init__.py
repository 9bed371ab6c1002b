"""Exercises of notebook 04: the backward pass of a convolution."""

EXERCISES = (
    "rotate180",
    "full_convolution",
    "conv2d_weight_grad",
    "conv2d_input_grad",
    "conv2d_backward",
    "col2im",
    "general_input_grad",
)  # in the order of the page
