"""Exercises of notebook 18: depth-wise convolution, its parameters, and what it saves."""

EXERCISES = (
    "depthwise_conv2d",
    "separable_parameters",
    "separable_speedup",
    "SeparableBlock",
)  # in the order of the page
